"""The one unit registry: only our units, exact fractions."""

import sys
from fractions import Fraction
from types import ModuleType
from typing import TYPE_CHECKING

from itbcalc.resources import resource_path


def _import_pint_without_numpy() -> ModuleType:
    """pint looks for numpy and would import it: 50 ms at every start, and arrays of floats in quantities.

    Arrays have no place in the core, so pint is imported as if numpy were absent, unless it is loaded already.
    """
    hide = "numpy" not in sys.modules
    if hide:
        sys.modules["numpy"] = None  # type: ignore[assignment]  # None makes `import numpy` fail
    try:
        import pint
    finally:
        if hide:
            del sys.modules["numpy"]
    return pint


# pint's own types are generic in a number type that is always Fraction here, and its operators return Any. Said
# plainly, a raw quotient of two quantities does not pass for a daily dose: its constructor has to name it.
if TYPE_CHECKING:

    class Unit:
        """What the program uses of a pint unit, for the type checker."""

        dimensionality: object
        _units: object

    class Quantity:
        """What the program uses of a pint quantity: an exact number with its unit."""

        magnitude: Fraction
        units: Unit
        dimensionality: object
        _units: object

        def to(self, unit: Unit | str, /) -> "Quantity": ...  # noqa: D102  # pint's
        def __add__(self, other: "Quantity", /) -> "Quantity": ...
        def __sub__(self, other: "Quantity", /) -> "Quantity": ...
        def __mul__(self, other: "Quantity | Fraction | int", /) -> "Quantity": ...
        def __rmul__(self, other: Fraction | int, /) -> "Quantity": ...
        def __truediv__(self, other: "Quantity | Fraction | int", /) -> "Quantity": ...
        def __rtruediv__(self, other: Fraction | int, /) -> "Quantity": ...
        def __neg__(self) -> "Quantity": ...
        def __abs__(self) -> "Quantity": ...
        def __lt__(self, other: "Quantity", /) -> bool: ...
        def __le__(self, other: "Quantity", /) -> bool: ...
        def __gt__(self, other: "Quantity", /) -> bool: ...
        def __ge__(self, other: "Quantity", /) -> bool: ...

    class Registry:
        """What the program uses of the registry."""

        def Quantity(self, number: Fraction | int, unit: Unit | str, /) -> Quantity: ...  # noqa: D102, N802  # pint's
        def Unit(self, text: str, /) -> Unit: ...  # noqa: D102, N802  # pint's

    ureg: Registry
else:
    pint = _import_pint_without_numpy()
    Quantity = pint.Quantity
    Unit = pint.Unit
    ureg = pint.UnitRegistry(str(resource_path("units.txt")), non_int_type=Fraction)
