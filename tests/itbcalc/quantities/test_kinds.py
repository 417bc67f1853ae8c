"""Does a constructor let only exact quantities of its own kind through?"""

from decimal import Decimal
from fractions import Fraction

import pytest

from itbcalc.errors import UnitMismatchError
from itbcalc.quantities import kinds
from itbcalc.quantities.display import in_unit
from itbcalc.quantities.entry import read_quantity
from itbcalc.quantities.kinds import KINDS, exactly
from itbcalc.quantities.units import ureg

CONSTRUCTORS = [
    pytest.param(kinds.as_daily_dose, kinds.DAILY_DOSE, id="daily dose"),
    pytest.param(kinds.as_dose, kinds.DOSE, id="dose"),
    pytest.param(kinds.as_concentration, kinds.CONCENTRATION, id="concentration"),
    pytest.param(kinds.as_flow_rate, kinds.FLOW_RATE, id="flow rate"),
    pytest.param(kinds.as_volume, kinds.VOLUME, id="volume"),
    pytest.param(kinds.as_duration, kinds.DURATION, id="duration"),
    pytest.param(kinds.as_length, kinds.LENGTH, id="length"),
    pytest.param(kinds.as_volume_per_length, kinds.VOLUME_PER_LENGTH, id="volume per length"),
    pytest.param(kinds.as_percentage, kinds.PERCENTAGE, id="percentage"),
    pytest.param(kinds.as_ratio, kinds.RATIO, id="ratio"),
    pytest.param(kinds.as_molar_concentration, kinds.MOLAR_CONCENTRATION, id="molar concentration"),
    pytest.param(kinds.as_molar_mass, kinds.MOLAR_MASS, id="molar mass"),
]


@pytest.mark.parametrize(("constructor", "kind"), CONSTRUCTORS)
def test_there_is_no_float(constructor, kind):
    for number in (0.5, 1.0, float("nan"), float("inf"), Decimal("0.5"), 1j):
        quantity = ureg.Quantity(number, kind.unit)

        with pytest.raises(TypeError, match=f"{kind.name}: exact numbers only"):
            constructor(quantity)


@pytest.mark.parametrize(("constructor", "kind"), CONSTRUCTORS)
def test_a_whole_number_becomes_a_fraction_so_that_no_quotient_is_a_float(constructor, kind):
    quantity = constructor(ureg.Quantity(3, kind.unit))

    assert type(quantity.magnitude) is Fraction
    assert type((quantity / constructor(ureg.Quantity(2, kind.unit))).magnitude) is Fraction


@pytest.mark.parametrize(("constructor", "kind"), CONSTRUCTORS)
def test_a_constructor_keeps_what_is_of_its_kind(constructor, kind):
    quantity = exactly(Fraction(7, 40), kind)

    assert constructor(quantity) is quantity


@pytest.mark.parametrize(("constructor", "kind"), CONSTRUCTORS)
def test_a_constructor_refuses_every_other_kind(constructor, kind):
    others = [other for other in KINDS if other.unit.dimensionality != kind.unit.dimensionality]

    assert len(others) >= 10
    for other in others:
        with pytest.raises(UnitMismatchError) as caught:
            constructor(exactly(1, other))
        assert caught.value.meaning == kind.name
        assert caught.value.expected == kind.unit_text


def test_a_ratio_becomes_a_percentage_and_back():
    percentage = kinds.as_percentage(exactly(Fraction(1, 8), kinds.RATIO))

    assert percentage.magnitude == Fraction(25, 2)
    assert kinds.as_ratio(percentage).magnitude == Fraction(1, 8)


# How many of each unit are one of the other: mass, volume, time, length, amount of substance.
ONE_IS = [
    ("1 g", "mg", "1000"),
    ("1 mg", "mcg", "1000"),
    ("1 mcg", "ng", "1000"),
    ("1 g", "ng", "1000000000"),
    ("1 L", "mL", "1000"),
    ("1 mL", "uL", "1000"),
    ("1 day", "h", "24"),
    ("1 h", "min", "60"),
    ("1 min", "s", "60"),
    ("1 day", "s", "86400"),
    ("1 cm", "mm", "10"),
    ("1 mmol/L", "umol/L", "1000"),
    ("1 mg/mL", "mcg/mL", "1000"),
    ("1 mg/mL", "g/L", "1"),
    ("1 mcg/h", "mcg/day", "24"),
    ("1 mL/h", "uL/min", "50/3"),
    ("1 mg/day", "ng/s", "625/54"),
    ("1 mL/cm", "uL/mm", "100"),
]


@pytest.mark.parametrize(
    ("one", "unit", "number"), ONE_IS, ids=[f"{one} in {unit}" for one, unit, _ in ONE_IS]
)
def test_units_convert_exactly_there_and_back(one, unit, number):
    there = read_quantity(one, _kind_of(one)).quantity
    back = ureg.Quantity(in_unit(there, unit), unit)

    assert in_unit(there, unit) == Fraction(number)
    assert _kind_of(one)(back).magnitude == there.magnitude


@pytest.mark.parametrize(
    "name", ["MG", "ML", "Mg", "M", "U", "IU", "km", "minute", "hour", "kg", "meter", "degC"]
)
def test_the_registry_knows_no_unit_but_ours(name):
    with pytest.raises(AttributeError, match="is not defined"):
        ureg.Unit(name)


def _kind_of(text):
    unit = ureg.Unit(text.removeprefix("1 "))
    return next(kind for kind in KINDS if kind.unit.dimensionality == unit.dimensionality)
