"""Is there one registry of exact numbers, and does it come without numpy?"""

import subprocess
import sys
from fractions import Fraction

import pytest

from itbcalc.quantities.units import Quantity, Unit, ureg

UNITS = "import itbcalc.quantities.units as units"


@pytest.mark.parametrize(
    "program",
    [
        pytest.param(f"{UNITS}; import sys; assert 'numpy' not in sys.modules", id="numpy is not imported"),
        pytest.param(f"{UNITS}; import numpy; numpy.zeros(1)", id="numpy can be imported afterwards"),
        pytest.param(f"import numpy; {UNITS}; assert numpy.zeros(1).size == 1", id="numpy was there before"),
    ],
)
def test_quantities_come_without_numpy_and_leave_it_alone(program):
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True)


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
