"""Is there one registry of exact numbers, and does it come without numpy?"""

import importlib
import operator
import subprocess
import sys
from fractions import Fraction

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from itbcalc.quantities.units import Quantity, Unit, ureg

WRITTEN = """
mcg = [mass]
ng = 1/1000 * mcg
mg = 1000 * mcg
g = 1000000 * mcg
mL = [volume]
uL = 1/1000 * mL
L = 1000 * mL
day = [time]
h = 1/24 * day
min = 1/1440 * day
s = 1/86400 * day
cm = [length]
mm = 1/10 * cm
umol = [substance]
mmol = 1000 * umol
mol = 1000000 * umol
percent = 1/100
"""


def pint_as_it_comes():
    """A registry that read our units by pint's own reader, which the program leaves out."""
    importlib.import_module("pint.delegates.txt_defparser")
    reader = importlib.import_module("pint.delegates.base_defparser")
    pint.delegates.ParserConfig = reader.ParserConfig
    return pint.UnitRegistry(WRITTEN.splitlines(), non_int_type=Fraction)


PLAIN = pint_as_it_comes()
"""What each operation comes to."""
TEXTS = ("mcg/day", "mg/day", "mcg", "mg", "mcg/mL", "mL", "uL", "mL/day", "day", "h", "percent", "")
OPERATIONS = (
    *(operator.add, operator.sub, operator.mul, operator.truediv),
    *(operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge),
)
NUMBERS = st.fractions(-3, 3, max_denominator=4) | st.integers(-3, 3)

UNITS = "import itbcalc.quantities.units as units"


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(f"{UNITS}; import sys; assert 'numpy' not in sys.modules", id="numpy is not imported"),
        pytest.param(f"{UNITS}; import numpy; numpy.zeros(1)", id="numpy can be imported afterwards"),
        pytest.param(f"import numpy; {UNITS}; assert numpy.zeros(1).size == 1", id="numpy was there before"),
        pytest.param(f"{UNITS}; import sys; assert 'flexparser' not in sys.modules", id="no reader of units"),
        pytest.param(f"import pint; {UNITS}; units.ureg.Quantity(1, 'mg/day')", id="pint was there before"),
    ],
)
def test_quantities_come_without_what_they_do_not_need_and_leave_it_alone(program):
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)


def test_the_units_are_those_that_pint_reads_of_their_definitions():
    def meant(registry):
        bases = {name: registry.Quantity(Fraction(1), name).to_base_units() for name in registry}
        return {
            name: (one.magnitude, dict(one.dimensionality), str(one.units)) for name, one in bases.items()
        }

    assert meant(ureg) == meant(PLAIN)


def test_a_quantity_is_told_from_a_unit_and_from_a_number():
    quantity = ureg.Quantity(Fraction(1, 2), "mL")

    assert isinstance(quantity, Quantity)
    assert isinstance(quantity.units, Unit)
    assert not isinstance(quantity.magnitude, Quantity)


def test_every_operation_the_program_uses_stays_exact():
    dose, days = ureg.Quantity(Fraction(1, 10), "mcg"), ureg.Quantity(Fraction(3), "day")

    results = [
        dose / days,
        dose * days,
        2 * dose,
        dose * Fraction(1, 3),
        1 / days,
        dose + dose,
        dose - dose,
        -dose,
        abs(dose),
    ]

    assert [result.magnitude for result in results] == [
        Fraction(each) for each in ("1/30", "3/10", "1/5", "1/30", "1/3", "1/5", "0", "-1/10", "1/10")
    ]
    assert all(type(result.magnitude) is Fraction for result in results)


def outcome(work):
    """The number and the unit that `work` comes to, whether it is true, or why it cannot be done."""
    try:
        found = work()
    except (pint.DimensionalityError, ZeroDivisionError) as error:
        return type(error)
    if isinstance(found, bool):
        return found
    return type(found.magnitude), found.magnitude, dict(found.units._units)  # noqa: SLF001  # pint cannot write a square out in fractions


@given(st.sampled_from(OPERATIONS), NUMBERS, st.sampled_from(TEXTS), NUMBERS, st.sampled_from(TEXTS))
def test_the_short_way_of_an_operation_comes_to_what_pint_comes_to(operation, one, unit, other, of_other):
    ours = outcome(lambda: operation(ureg.Quantity(one, unit), ureg.Quantity(other, of_other)))
    theirs = outcome(lambda: operation(PLAIN.Quantity(one, unit), PLAIN.Quantity(other, of_other)))

    assert ours == theirs


@given(st.sampled_from((operator.mul, operator.truediv)), NUMBERS, st.sampled_from(TEXTS), NUMBERS)
def test_the_short_way_with_a_bare_number_comes_to_what_pint_comes_to(operation, one, unit, number):
    for ours, theirs in (
        ((ureg.Quantity(one, unit), number), (PLAIN.Quantity(one, unit), number)),
        ((number, ureg.Quantity(one, unit)), (number, PLAIN.Quantity(one, unit))),
    ):
        if (
            operation is operator.truediv
            and not isinstance(one, Fraction)
            and not isinstance(number, Fraction)
        ):
            continue  # of two whole numbers pint makes a float: nothing here divides so
        assert outcome(lambda: operation(*ours)) == outcome(lambda: operation(*theirs))  # noqa: B023


@given(NUMBERS, st.sampled_from(TEXTS), st.sampled_from(TEXTS))
def test_the_short_way_into_another_unit_comes_to_what_pint_comes_to(number, unit, wanted):
    ours = outcome(lambda: ureg.Quantity(number, unit).to(ureg.Unit(wanted)))
    theirs = outcome(lambda: PLAIN.Quantity(number, unit).to(PLAIN.Unit(wanted)))

    assert ours == theirs


@pytest.mark.parametrize("above", [*PLAIN, "1"])
def test_a_unit_is_read_as_pint_reads_it(above):
    for text in (above, *(f"{above}/{below}" for below in PLAIN), f"{above}/mL/day", f"{above} / mL"):
        if text == "1":
            continue
        ours, theirs = ureg.Unit(text), PLAIN.Unit(text)
        exponents = [{**each._units} for each in (ours, theirs)]  # noqa: SLF001  # as above
        assert exponents[0] == exponents[1], text
        assert {type(each) for of_one in exponents for each in of_one.values()} <= {Fraction}, text


@pytest.mark.parametrize("text", ["Mg", "ML", "mcg/Mg", "mg/day/", "/day", "kg", "mg^", "mcg/mL mg/"])
def test_what_is_no_unit_is_refused_as_pint_refuses_it(text):
    def refused(registry):
        try:
            return registry.Unit(text)._units  # noqa: SLF001  # as above
        except Exception as error:  # noqa: BLE001  # of whichever kind pint's reader makes it
            return type(error)

    assert refused(ureg) == refused(PLAIN)


def test_equal_quantities_in_other_units_hash_alike():
    assert len({ureg.Quantity(Fraction(1), "mg"), ureg.Quantity(Fraction(1000), "mcg")}) == 1
