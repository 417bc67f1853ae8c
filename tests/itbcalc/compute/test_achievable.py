"""A dose in whole strokes of the pump, beside the one that was asked for."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from itbcalc.compute.achievable import achievable_bolus, achievable_daily_dose, nearest_strokes
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    VOLUME,
    as_concentration,
    as_daily_dose,
    as_dose,
    as_volume,
    exactly,
)
from tests.vectors.reading import quantity, vectors


@pytest.mark.parametrize(
    ("strokes", "nearest"),
    [("0", 0), ("1/3", 0), ("1/2", 0), ("501/1000", 1), ("1", 1), ("3/2", 1), ("1501/1000", 2), ("5/2", 2), ("70", 70)],
)  # fmt: skip
def test_nearest_strokes_are_whole_and_halves_go_down(strokes, nearest):
    assert nearest_strokes(Fraction(strokes)) == nearest


@pytest.mark.parametrize("vector", vectors("achievable"))
def test_a_bolus_and_a_daily_dose_in_whole_strokes(vector):
    concentration, stroke = as_concentration(vector["concentration"]), as_volume(vector["stroke"])
    asked = as_dose(vector["dose"])
    a_day = as_daily_dose(exactly(asked.magnitude, DAILY_DOSE))

    bolus = achievable_bolus(asked, concentration, stroke)
    daily = achievable_daily_dose(a_day, concentration, stroke)

    assert bolus.exact == f"{vector.expected['achievable']} mcg"
    assert daily.exact == f"{vector.expected['achievable']} mcg/day"
    assert dict(bolus.operands)["strokes"].magnitude == vector.expected["strokes"]
    assert dict(daily.operands)["strokes per day"].magnitude == vector.expected["strokes"]
    assert "halves down" in bolus.note


def test_working_names_the_strokes():
    dose, concentration = quantity("352 mcg/day"), quantity("2000 mcg/mL")

    worked = achievable_daily_dose(
        as_daily_dose(dose), as_concentration(concentration), as_volume(quantity("0.0025 mL"))
    )

    assert worked.formula == "strokes per day × stroke volume × concentration"
    assert worked.numbers.startswith("70")
    assert worked.numbers.endswith("× 0.0025 mL × 2,000 mcg/mL")


@settings(deadline=None)
@given(
    st.fractions(Fraction(50), Fraction(4000), max_denominator=1000),
    st.fractions(Fraction(0), Fraction(3000), max_denominator=1000),
)
def test_what_can_be_achieved_is_within_half_a_stroke_and_can_be_achieved_again(strength, dose):
    concentration, stroke = exactly(strength, CONCENTRATION), exactly(Fraction(1, 400), VOLUME)
    asked = exactly(dose, DAILY_DOSE)

    once = achievable_daily_dose(asked, concentration, stroke).value
    twice = achievable_daily_dose(once, concentration, stroke).value

    drug = Fraction(1, 400) * strength
    assert abs(once.magnitude - asked.magnitude) <= drug / 2
    assert (once.magnitude / drug).denominator == 1
    assert twice == once
