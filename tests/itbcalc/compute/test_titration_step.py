import pytest

from itbcalc.compute.titration_step import concentration_ratio, dose_after, dose_change, titration_sequence
from itbcalc.quantities.kinds import as_concentration, as_daily_dose, as_percentage
from tests.vectors.reading import quantity, vectors


@pytest.mark.parametrize("vector", vectors("titration"))
def test_steps_of_a_titration(vector):
    dose, percent = as_daily_dose(vector["daily_dose"]), as_percentage(vector["percent"])

    sequence = titration_sequence(dose, percent, vector.given["steps"])

    assert [step.exact for step in sequence] == vector.expected["steps"]
    assert dose_change(dose, sequence[-1].value).exact == vector.expected["change"]


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        pytest.param("100 mcg/day", "130 mcg/day", "30 %", id="30-percent-and-not-a-hair-more"),
        pytest.param("100 mcg/day", "130.0001 mcg/day", "300001/10000 %", id="a-hair-more"),
        pytest.param("83.2 mcg/day", "270 mcg/day", "11675/52 %", id="first-year-in-Spain-2000"),
        pytest.param("60 mcg/day", "60 mcg/h", "2300 %", id="24-fold-ISMP"),
        pytest.param("300 mcg/day", "300 mcg/day", "0 %", id="no-change"),
        pytest.param("300 mcg/day", "200 mcg/day", "-100/3 %", id="a-third-down"),
        pytest.param("0.35 mg/day", "350 mcg/day", "0 %", id="the-same-in-mg"),
    ],
)
def test_change_is_exact(old, new, change):
    """Hand arithmetic: 30/100; 30.0001/100; 186.8/83.2 = 467/208; 1440/60 - 1 = 23; 0; -100/300; 0."""
    assert dose_change(as_daily_dose(quantity(old)), as_daily_dose(quantity(new))).exact == change


def test_one_step_shows_its_working():
    worked = dose_after(as_daily_dose(quantity("100 mcg/day")), as_percentage(quantity("-15 %")))

    assert worked.formula == "daily dose × (100 % + change) ÷ 100 %"
    assert worked.numbers == "100 mcg/day × (100 % + (−15 %)) ÷ 100 %"
    assert worked.exact == "85 mcg/day"


@pytest.mark.parametrize(
    ("old", "new", "ratio"), [("500 mcg/mL", "2 mg/mL", "4"), ("2000 mcg/mL", "0.5 mg/mL", "1/4")]
)
def test_ratio_of_concentrations_is_new_over_old(old, new, ratio):
    worked = concentration_ratio(as_concentration(quantity(old)), as_concentration(quantity(new)))

    assert worked.exact == ratio
