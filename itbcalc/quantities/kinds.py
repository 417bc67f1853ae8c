"""The kinds of quantity the program speaks of, each with its one canonical unit.

A constructor `as_…` names a kind and checks it: exact numbers only, the right dimension, in the
canonical unit. After it, formulas combine quantities without any conversion.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import NewType

from msgspec import Struct

from itbcalc.errors import UnitMismatchError
from itbcalc.quantities.units import Quantity, Unit, ureg

DailyDose = NewType("DailyDose", Quantity)
Dose = NewType("Dose", Quantity)
Concentration = NewType("Concentration", Quantity)
FlowRate = NewType("FlowRate", Quantity)
Volume = NewType("Volume", Quantity)
Duration = NewType("Duration", Quantity)
Length = NewType("Length", Quantity)
VolumePerLength = NewType("VolumePerLength", Quantity)
Percentage = NewType("Percentage", Quantity)
Ratio = NewType("Ratio", Quantity)
MolarConcentration = NewType("MolarConcentration", Quantity)
MolarMass = NewType("MolarMass", Quantity)


class Kind(Struct, frozen=True):
    """A kind of quantity: its name in the field's words, its canonical unit, and what is accepted, in words.

    The words hold no clinical value: a refusal must not propose one.
    """

    name: str
    unit_text: str
    example: str
    unit: Unit

    def __call__(self, value: "Quantity") -> "Quantity":
        """`value` in the canonical unit; refuses floats and other dimensions."""
        if type(value.magnitude) is not Fraction:
            value = _with_fraction(value, self.name)
        ours, its = self.unit._units, value._units  # noqa: SLF001  # pint's public comparison is three times slower
        if its is ours or its == ours:
            return value
        if value.dimensionality != self.unit.dimensionality:
            raise UnitMismatchError(self.name, expected=self.unit_text)
        return value.to(self.unit)

    def is_of(self, value: "Quantity") -> bool:
        """Whether `value` is in the canonical unit of this kind."""
        ours, its = self.unit._units, value._units  # noqa: SLF001  # as above
        return its is ours or bool(its == ours)


def _with_fraction(value: Quantity, meaning: str) -> Quantity:
    """`value` with a whole number made a Fraction, as two ints divided would be a float."""
    number: object = value.magnitude
    if not isinstance(number, int | Fraction):
        raise TypeError(f"{meaning}: exact numbers only, not {type(number).__name__}")
    return ureg.Quantity(Fraction(number), value.units)


def _kind(name: str, unit_text: str, example: str) -> Kind:
    return Kind(name, unit_text, example, ureg.Quantity(1, unit_text).units)


DAILY_DOSE = _kind("daily dose", "mcg/day", "a number and mcg/day")
DOSE = _kind("dose", "mcg", "a number and mcg")
CONCENTRATION = _kind("concentration", "mcg/mL", "a number and mcg/mL")
FLOW_RATE = _kind("flow rate", "mL/day", "a number and mL/day")
VOLUME = _kind("volume", "mL", "a number and mL")
DURATION = _kind("duration", "day", "hours and minutes, such as 16 h 7 min")
LENGTH = _kind("length", "cm", "a number and cm")
VOLUME_PER_LENGTH = _kind("volume per length", "mL/cm", "a number and mL/cm")
PERCENTAGE = _kind("percentage", "percent", "a number and %")
RATIO = _kind("ratio", "", "a number")
MOLAR_CONCENTRATION = _kind("molar concentration", "umol/L", "a number and mmol/L")
MOLAR_MASS = _kind("molar mass", "g/mol", "a number and g/mol")

KINDS = (
    DAILY_DOSE,
    DOSE,
    CONCENTRATION,
    FLOW_RATE,
    VOLUME,
    DURATION,
    LENGTH,
    VOLUME_PER_LENGTH,
    PERCENTAGE,
    RATIO,
    MOLAR_CONCENTRATION,
    MOLAR_MASS,
)


def as_daily_dose(value: Quantity) -> DailyDose:
    """`value` as a daily dose, in mcg/day."""
    return DailyDose(DAILY_DOSE(value))


def as_dose(value: Quantity) -> Dose:
    """`value` as a dose, in mcg."""
    return Dose(DOSE(value))


def as_concentration(value: Quantity) -> Concentration:
    """`value` as a concentration, in mcg/mL."""
    return Concentration(CONCENTRATION(value))


def as_flow_rate(value: Quantity) -> FlowRate:
    """`value` as a flow rate, in mL/day."""
    return FlowRate(FLOW_RATE(value))


def as_volume(value: Quantity) -> Volume:
    """`value` as a volume, in mL."""
    return Volume(VOLUME(value))


def as_duration(value: Quantity) -> Duration:
    """`value` as a duration, in days."""
    return Duration(DURATION(value))


def as_length(value: Quantity) -> Length:
    """`value` as a length, in cm."""
    return Length(LENGTH(value))


def as_volume_per_length(value: Quantity) -> VolumePerLength:
    """`value` as a volume per length, in mL/cm."""
    return VolumePerLength(VOLUME_PER_LENGTH(value))


def as_percentage(value: Quantity) -> Percentage:
    """`value` (a ratio or a percentage) as a percentage."""
    return Percentage(PERCENTAGE(value))


def as_ratio(value: Quantity) -> Ratio:
    """`value` as a bare ratio."""
    return Ratio(RATIO(value))


def as_molar_concentration(value: Quantity) -> MolarConcentration:
    """`value` as a molar concentration, in umol/L."""
    return MolarConcentration(MOLAR_CONCENTRATION(value))


def as_molar_mass(value: Quantity) -> MolarMass:
    """`value` as a molar mass, in g/mol."""
    return MolarMass(MOLAR_MASS(value))


def exactly(number: int | Fraction, kind: Callable[[Quantity], Quantity]) -> Quantity:
    """`number` in the canonical unit of `kind`."""
    assert isinstance(kind, Kind)
    return ureg.Quantity(number if type(number) is Fraction else Fraction(number), kind.unit)
