import pytest

from itbcalc.compute.bolus import (
    bridge_dose_at_new_concentration,
    bridge_drug,
    bridge_duration,
    bridge_flow_rate,
    catheter_volume,
    dead_volume,
    given_catheter_volume,
    implanted_length,
    patient_bolus_volume,
    priming_dose,
    priming_flow_rate,
)
from itbcalc.quantities.kinds import (
    as_concentration,
    as_daily_dose,
    as_dose,
    as_duration,
    as_length,
    as_volume,
    as_volume_per_length,
)
from tests.vectors.reading import quantity, vectors


def dead_volume_of(vector):
    return dead_volume(as_volume(vector["tubing_volume"]), as_volume(vector["catheter_volume"]))


@pytest.mark.parametrize("vector", vectors("bridge"))
def test_bridge_runs_the_old_drug_out_of_tubing_and_catheter(vector):
    old, new = as_concentration(vector["old_concentration"]), as_concentration(vector["new_concentration"])
    dose = as_daily_dose(vector["bridge_dose"])

    dead = dead_volume_of(vector)

    assert dead.exact == vector.expected["dead_volume"]
    assert bridge_duration(dead.value, old, dose).exact == vector.expected["bridge_duration"]
    assert bridge_flow_rate(dose, old).exact == vector.expected["bridge_flow_rate"]
    assert bridge_drug(dead.value, old).exact == vector.expected["bridge_drug"]
    assert bridge_dose_at_new_concentration(dead.value, new).exact == vector.expected["shown_at_new"]


def test_every_bridge_and_prime_says_that_mixing_is_not_modelled():
    volume, concentration = as_volume(quantity("0.3 mL")), as_concentration(quantity("500 mcg/mL"))

    notes = (
        bridge_duration(volume, concentration, as_daily_dose(quantity("100 mcg/day"))).note,
        priming_dose(volume, concentration).note,
    )

    assert all("Plug flow" in note for note in notes)
    assert all("not modelled" in note for note in notes)


def test_bridge_dose_at_the_new_concentration_says_how_it_is_counted():
    worked = bridge_dose_at_new_concentration(
        as_volume(quantity("0.3 mL")), as_concentration(quantity("2 mg/mL"))
    )

    assert worked.note == "The same volume, counted as if it were the new drug."


@pytest.mark.parametrize("vector", vectors("prime"))
def test_priming_bolus(vector):
    volume = as_volume(vector["volume"])

    dose = priming_dose(volume, as_concentration(vector["concentration"]))
    flow = priming_flow_rate(volume, as_duration(vector["duration"]))

    assert dose.exact == vector.expected["priming_dose"]
    assert flow.exact == vector.expected["priming_flow_rate"]


def test_two_published_tubing_volumes_differ_by_59_microlitres_of_drug():
    """The priming recall: 0.199 against 0.140 mL (TGA recall RC-2017-RN-00065-1)."""
    concentration, catheter = as_concentration(quantity("2000 mcg/mL")), as_volume(quantity("0.1958 mL"))

    old, new = (
        priming_dose(dead_volume(as_volume(quantity(tubing)), catheter).value, concentration).value
        for tubing in ("0.199 mL", "0.140 mL")
    )

    assert old - new == quantity("118 mcg")


def segments_of(vector):
    return [
        (as_length(quantity(length)), as_volume_per_length(quantity(per)))
        for length, per in vector.given["segments"]
    ]


@pytest.mark.parametrize("vector", vectors("catheter"))
def test_catheter_volume(vector):
    assert catheter_volume(segments_of(vector)).exact == vector.expected


def test_working_of_one_segment_needs_no_numbers():
    worked = catheter_volume([(as_length(quantity("89 cm")), as_volume_per_length(quantity("0.0022 mL/cm")))])

    assert worked.formula == "length × volume per length"
    assert worked.numbers == "89 cm × 0.0022 mL/cm"


def test_working_of_two_segments_numbers_them():
    one = (as_length(quantity("40 cm")), as_volume_per_length(quantity("0.0022 mL/cm")))
    two = (as_length(quantity("20 cm")), as_volume_per_length(quantity("0.0026 mL/cm")))

    worked = catheter_volume([one, two])

    assert worked.formula == "length 1 × volume per length 1 + length 2 × volume per length 2"
    assert worked.numbers == "40 cm × 0.0022 mL/cm + 20 cm × 0.0026 mL/cm"


def test_a_catheter_volume_that_was_given_is_taken_as_it_is():
    worked = given_catheter_volume(as_volume(quantity("195.8 uL")))

    assert worked.exact == "979/5000 mL"
    assert worked.numbers == "0.1958 mL"


@pytest.mark.parametrize(
    ("dose", "concentration", "volume"),
    [
        pytest.param("10 mcg", "500 mcg/mL", "1/50 mL", id="10-at-500"),
        pytest.param("10 mcg", "300 mcg/mL", "1/30 mL", id="thirds"),
        pytest.param("0.05 mg", "2 mg/mL", "1/40 mL", id="mg"),
    ],
)
def test_volume_of_a_patient_bolus(dose, concentration, volume):
    """Hand arithmetic: 10/500; 10/300; 50/2000."""
    worked = patient_bolus_volume(as_dose(quantity(dose)), as_concentration(quantity(concentration)))

    assert worked.exact == volume


def test_the_implanted_length_is_that_of_all_segments_and_none_where_only_a_volume_was_said():
    def segment(length):
        return as_length(quantity(length)), as_volume_per_length(quantity("0.0022 mL/cm"))

    assert implanted_length(catheter_volume([segment("40 cm")])).magnitude == 40
    assert implanted_length(catheter_volume([segment("40 cm"), segment("38.1 cm")])) == as_length(
        quantity("78.1 cm")
    )
    assert implanted_length(given_catheter_volume(as_volume(quantity("0.2 mL")))) is None
