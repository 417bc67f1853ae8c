"""The one unit registry: only our units, exact fractions."""

import functools
import sys
from fractions import Fraction
from types import ModuleType
from typing import TYPE_CHECKING

_LEFT_OUT = {
    "pint.delegates.base_defparser": ("ParserConfig", "build_disk_cache_class"),
    "pint.delegates.txt_defparser": ("DefParser",),
    "pint.facets.context.definitions": ("ContextDefinition",),
    "pint.facets.group.definitions": ("GroupDefinition",),
    "pint.facets.nonmultiplicative.definitions": (
        "LogarithmicConverter",
        "OffsetConverter",
        "ScaleConverter",
    ),
    "pint.facets.system.definitions": ("SystemDefinition",),
}


def _import_pint_alone() -> ModuleType:
    """pint without what it would bring along at every start of the program.

    It looks for numpy: 70 ms, and arrays of floats, which have no place in the core; for babel, where tools for
    developers are installed: 8 ms. It asks for its own version, which loads a reader of mails: 20 ms. And it brings a reader
    of files of units, and what may stand in such a file: 45 ms, for 17 units that are defined below. While it is imported they are as if
    absent, unless they are loaded already.
    """
    stand_ins: dict[str, ModuleType | None] = {
        "numpy": None,
        "babel": None,
        "importlib.metadata": _with("importlib.metadata", version=_no_version),
        **{module: _with(module, **dict.fromkeys(names, _NotUsed)) for module, names in _LEFT_OUT.items()},
    }
    hidden = {name: stand_in for name, stand_in in stand_ins.items() if name not in sys.modules}
    sys.modules.update(hidden)  # type: ignore[arg-type]  # None makes an import fail
    try:
        import pint
    finally:
        for name in hidden:
            del sys.modules[name]
    return pint


def _with(module: str, **contents: object) -> ModuleType:
    made = ModuleType(module)
    vars(made).update(contents)
    return made


def _no_version(name: str) -> str:
    raise ImportError(name)


class _NotUsed:
    """Stands for the reader that a registry makes at its start, and for what it knows to read: no unit of ours is one of these."""

    def __init__(self, *_arguments: object, **_options: object) -> None:
        pass


_UNITS: tuple[tuple[str, Fraction | int, str], ...] = (
    ("mcg", 1, "[mass]"),
    ("ng", Fraction(1, 1000), "mcg"),
    ("mg", 1000, "mcg"),
    ("g", 1000000, "mcg"),
    ("mL", 1, "[volume]"),
    ("uL", Fraction(1, 1000), "mL"),
    ("L", 1000, "mL"),
    ("day", 1, "[time]"),
    ("h", Fraction(1, 24), "day"),
    ("min", Fraction(1, 1440), "day"),
    ("s", Fraction(1, 86400), "day"),
    ("cm", 1, "[length]"),
    ("mm", Fraction(1, 10), "cm"),
    ("umol", 1, "[substance]"),
    ("mmol", 1000, "umol"),
    ("mol", 1000000, "umol"),
    ("percent", Fraction(1, 100), ""),
)
"""The only units itbcalc knows: each, how many of which other, or of which dimension.

No prefixes: MG, Mg or ML (megagauss, megagram, megalitre in a general registry) do not exist here. Volume is a base dimension
of its own, so that dimensions read as the field's: [mass] / [volume] is a concentration.
"""
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
    _units_known = {}

    def _one(units):
        """The one object for equal units: then they are told apart by identity, which is quick."""
        return _units_known.setdefault(units, units)

    @functools.cache
    def _product(one, other):
        return _one(one * other)

    @functools.cache
    def _quotient(one, other):
        return _one(one / other)

    @functools.cache
    def _factor(one, other):
        return ureg.convert(Fraction(1), one, other)

    class _Exact(pint.UnitRegistry.Quantity):
        """pint's quantity, with a short way for what formulas do: exact numbers in units of which each only multiplies.

        At each operation pint asks about arrays, logarithms, offsets and data frames. Here is none of them, and half of the
        time of a check was spent on it. Whatever else meets here goes pint's way.
        """

        def __new__(cls, number, units=None):
            if type(number) is not Fraction or not isinstance(units, Unit):
                made = super().__new__(cls, number, units)
                made._units = _one(made._units)
                return made
            return cls._made(number, _one(units._units))

        @classmethod
        def _made(cls, number, units):
            made = object.__new__(cls)
            made._magnitude, made._units = number, units
            return made

        def __mul__(self, other):
            if type(other) is type(self):
                return self._made(self._magnitude * other._magnitude, _product(self._units, other._units))
            if type(other) in (Fraction, int):
                return self._made(self._magnitude * other, self._units)
            return super().__mul__(other)

        __rmul__ = __mul__

        def __truediv__(self, other):
            if type(self._magnitude) is Fraction:  # of two whole numbers Python would make a float
                if type(other) is type(self):
                    return self._made(
                        self._magnitude / other._magnitude, _quotient(self._units, other._units)
                    )
                if type(other) in (Fraction, int):
                    return self._made(self._magnitude / other, self._units)
            return super().__truediv__(other)

        def _is_alike(self, other):
            return type(other) is type(self) and other._units is self._units

        def __add__(self, other):
            if self._is_alike(other):
                return self._made(self._magnitude + other._magnitude, self._units)
            return super().__add__(other)

        def __sub__(self, other):
            if self._is_alike(other):
                return self._made(self._magnitude - other._magnitude, self._units)
            return super().__sub__(other)

        def __eq__(self, other):
            return self._magnitude == other._magnitude if self._is_alike(other) else super().__eq__(other)

        def __ne__(self, other):
            return not self == other

        __hash__ = pint.UnitRegistry.Quantity.__hash__

        def to(self, other=None, *contexts, **of_contexts):
            if (
                contexts
                or of_contexts
                or not isinstance(other, Unit)
                or type(self._magnitude) is not Fraction
            ):
                return super().to(other, *contexts, **of_contexts)
            units = _one(other._units)
            if units is self._units:
                return self
            return self._made(self._magnitude * _factor(self._units, units), units)

        def compare(self, other, op):
            if self._is_alike(other):
                return op(self._magnitude, other._magnitude)
            return super().compare(other, op)

    from pint.facets.plain.definitions import ScaleConverter, UnitDefinition
    from pint.util import UnitsContainer

    _by_name = {
        name: UnitsContainer({name: Fraction(1)}, non_int_type=Fraction) for name, _number, _of in _UNITS
    }

    _above = {**_by_name, "1": UnitsContainer(non_int_type=Fraction)}

    class _Registry(pint.UnitRegistry):
        """pint's, which takes any text for an expression of Python, and takes it apart as such: 0.1 ms, and 2 ms for the first."""

        Quantity = _Exact

        def parse_units_as_container(self, input_string, *how):
            above, slash, below = input_string.partition("/")
            if above in _by_name and not slash:
                return _by_name[above]
            if above in _above and below in _by_name:
                return _above[above] / _by_name[below]
            return super().parse_units_as_container(input_string, *how)

    def _registry():
        registry = _Registry(None, non_int_type=Fraction)
        for name, number, of in _UNITS:
            reference = UnitsContainer({of: 1} if of else {}, non_int_type=Fraction)
            registry.define(UnitDefinition(name, None, (), ScaleConverter(Fraction(number)), reference))
        return registry

    ureg = _registry()
