"""The one unit registry: only our units, exact fractions."""

import sys
from fractions import Fraction
from types import ModuleType
from typing import TYPE_CHECKING

from itbcalc.resources import resource_path


def _import_pint_alone() -> ModuleType:
    """pint without what it would bring along at every start of the program.

    It looks for numpy: 70 ms, and arrays of floats, which have no place in the core. And it asks for its own version,
    which loads a reader of mails: 20 ms. While it is imported both are as if absent, unless they are loaded already.
    """
    stand_ins: dict[str, ModuleType | None] = {"numpy": None, "importlib.metadata": _no_versions()}
    hidden = {name: stand_in for name, stand_in in stand_ins.items() if name not in sys.modules}
    sys.modules.update(hidden)  # type: ignore[arg-type]  # None makes an import fail
    try:
        import pint
    finally:
        for name in hidden:
            del sys.modules[name]
    return pint


def _no_versions() -> ModuleType:
    module = ModuleType("importlib.metadata")

    def version(name: str) -> str:
        raise ImportError(name)

    vars(module)["version"] = version
    return module


CENTIMETRES_OF_AN_INCH = Fraction(254, 100)

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
    pint = _import_pint_alone()
    Quantity = pint.Quantity
    Unit = pint.Unit
    ureg = pint.UnitRegistry(str(resource_path("units.txt")), non_int_type=Fraction)
