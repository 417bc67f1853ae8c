import pytest

from itbcalc.bolus import dead_volume
from itbcalc.quantities.kinds import as_concentration, as_daily_dose, as_volume
from itbcalc.tip import unbridged_dose, unbridged_duration, unbridged_ratio
from tests.vectors.reading import vectors


@pytest.mark.parametrize("vector", vectors("bridge"))
def test_without_a_bridge_the_old_drug_leaves_at_the_new_flow(vector):
    old, new = as_concentration(vector["old_concentration"]), as_concentration(vector["new_concentration"])
    new_dose = as_daily_dose(vector["new_dose"])
    dead = dead_volume(as_volume(vector["tubing_volume"]), as_volume(vector["catheter_volume"])).value

    dose, duration = unbridged_dose(new_dose, old, new), unbridged_duration(dead, new, new_dose)

    assert dose.exact == vector.expected["unbridged_dose"]
    assert duration.exact == vector.expected["unbridged_duration"]
    assert unbridged_ratio(old, new).exact == vector.expected["unbridged_ratio"]
    assert "mixing not modelled" in dose.note
    assert "mixing not modelled" in duration.note
