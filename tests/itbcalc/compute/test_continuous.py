import pytest

from itbcalc.compute.continuous import continuous_daily_dose, continuous_flow_rate, daily_volume
from itbcalc.compute.schedule import InfusionMode, SimpleContinuous
from itbcalc.quantities.kinds import as_concentration, as_daily_dose, as_flow_rate
from tests.vectors.reading import quantity, vectors


@pytest.mark.parametrize("vector", vectors("flow_and_dose"))
def test_flow_of_a_daily_dose(vector):
    worked = continuous_flow_rate(
        as_daily_dose(vector["daily_dose"]), as_concentration(vector["concentration"])
    )

    assert worked.exact == vector.expected["flow_rate"]


@pytest.mark.parametrize("vector", vectors("flow_and_dose"))
def test_daily_dose_of_a_flow(vector):
    worked = continuous_daily_dose(
        as_flow_rate(vector["flow_rate"]), as_concentration(vector["concentration"])
    )

    assert worked.exact == vector.expected["daily_dose"]


@pytest.mark.parametrize("vector", vectors("flow_and_dose"))
def test_volume_of_24_hours(vector):
    worked = daily_volume(as_flow_rate(vector["flow_rate"]))

    assert worked.exact == vector.expected["daily_volume"]


def test_simple_continuous_is_spelled_as_in_program_files():
    schedule = SimpleContinuous(as_daily_dose(quantity("350 mcg/day")))

    assert schedule.mode == "simple-continuous"
    assert InfusionMode("simple-continuous") is schedule.mode
