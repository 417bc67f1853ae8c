"""The one unit registry: only our units, exact fractions."""

import sys
from fractions import Fraction
from types import ModuleType
from typing import TYPE_CHECKING, Any

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


if TYPE_CHECKING:
    import pint
else:
    pint = _import_pint_without_numpy()

ureg: Any = pint.UnitRegistry(str(resource_path("units.txt")), non_int_type=Fraction)
Quantity = pint.Quantity
Unit = pint.Unit
