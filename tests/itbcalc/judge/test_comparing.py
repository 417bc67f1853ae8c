"""Read-outs against recomputed values: the verdict as printed.

Every expected value was worked by hand from the numbers in the comments.
"""

from typing import Any

import pytest

from itbcalc.errors import ItbcalcError
from tests.itbcalc.judge.bridged import BRIDGED, read_outs

# Quiet program, but 443.4 mcg/day: 443.4 / 500 = 0.8868 mL/day; 0.8868 / 24 = 0.03695 mL/h.
DOSE = {"new.daily_dose": "443.4 mcg/day"}


def verdict(changes: dict[str, Any], name: str, shown: str) -> str:
    return str(read_outs(changes, {name: shown})[name]["verdict"])


# --- verdicts


@pytest.mark.parametrize(
    ("name", "shown", "expected"),
    [
        # 0.8868 mL/day
        ("flow_rate", "0.8868 mL/day", "match"),
        ("flow_rate", "0.88680 mL/day", "match"),
        ("flow_rate", "0.887 mL/day", "match"),
        ("flow_rate", "0.886 mL/day", "match_truncated"),
        ("flow_rate", "0.888 mL/day", "mismatch"),
        ("flow_rate", "0.885 mL/day", "mismatch"),
        ("flow_rate", "0.89 mL/day", "match"),
        ("flow_rate", "0.88 mL/day", "match_truncated"),
        # one decimal leaves 0.05 of 0.8868 open, 5.6 %, cut off 0.1
        ("flow_rate", "0.9 mL/day", "cannot_tell"),
        ("flow_rate", "0.8 mL/day", "cannot_tell"),
        ("flow_rate", "0.7 mL/day", "mismatch"),
        ("flow_rate", "0.8867 mL/day", "mismatch"),
        ("flow_rate", "0.8869 mL/day", "mismatch"),
        ("flow_rate", "0.88679 mL/day", "mismatch"),
        # the same flow in other units: 36.95 uL/h, 886.8 uL/day, 0.03695 mL/h
        ("flow_rate", "36.95 uL/h", "match"),
        ("flow_rate", "37 uL/h", "match"),
        ("flow_rate", "37.0 uL/h", "match"),
        ("flow_rate", "36.9 uL/h", "match_truncated"),
        ("flow_rate", "36 uL/h", "match_truncated"),
        ("flow_rate", "38 uL/h", "mismatch"),
        ("flow_rate", "886.8 uL/day", "match"),
        ("flow_rate", "887 µL/day", "match"),
        ("flow_rate", "0.03695 mL/h", "match"),
        ("flow_rate", "0.037 mL/h", "match"),
        ("flow_rate", "0.036 mL/h", "match_truncated"),
        ("flow_rate", "0.887 mL/h", "mismatch"),
        # 443.4 mcg/day = 0.4434 mg/day = 18.475 mcg/h
        ("daily_dose", "443.4 mcg/day", "match"),
        ("daily_dose", "443 mcg/day", "match"),
        ("daily_dose", "444 mcg/day", "mismatch"),
        ("daily_dose", "443.5 mcg/day", "mismatch"),
        ("daily_dose", "440 mcg/day", "mismatch"),
        ("daily_dose", "0.4434 mg/day", "match"),
        ("daily_dose", "0.443 mg/day", "match"),
        ("daily_dose", "0.44 mg/day", "match"),
        ("daily_dose", "0.444 mg/day", "mismatch"),
        ("daily_dose", "443.4 mg/day", "mismatch"),
        ("daily_dose", "18.475 mcg/h", "match"),
        ("daily_dose", "18.5 mcg/h", "match"),
        ("daily_dose", "18.4 mcg/h", "match_truncated"),
        ("daily_dose", "18 mcg/h", "match"),
        ("daily_dose", "19 mcg/h", "mismatch"),
        ("daily_dose", "443.4 mcg/24 h", "match"),
        ("daily_dose", "443.4 mcg/h", "mismatch"),
        ("daily_dose", "0 mcg/day", "mismatch"),
        ("daily_dose", "0 mg/day", "cannot_tell"),  # a zero is no match for what is not zero
        ("daily_volume", "0.887 mL", "match"),
        ("daily_volume", "0.887 mL/day", "match"),
        ("daily_volume", "887 uL", "match"),
        ("daily_volume", "0.886 mL", "match_truncated"),
        ("daily_volume", "0.443 mL", "mismatch"),
        ("concentration", "500 mcg/mL", "match"),
        ("concentration", "500.0 mcg/mL", "match"),
        ("concentration", "0.5 mg/mL", "cannot_tell"),  # 0.45 to 0.55: 10 %
        ("concentration", "0.50 mg/mL", "match"),
        ("concentration", "2000 mcg/mL", "mismatch"),
        ("concentration", "50 mcg/mL", "mismatch"),
    ],
)
def test_a_read_out_is_compared_as_it_was_printed(name: str, shown: str, expected: str) -> None:
    assert verdict(DOSE, name, shown) == expected


@pytest.mark.parametrize(
    ("dose", "shown", "expected"),
    [
        # 443.25 / 500 = 0.8865: half up 0.887, half to even 0.886
        ("443.25", "0.887", "match"),
        ("443.25", "0.886", "match"),
        ("443.25", "0.885", "mismatch"),
        ("443.25", "0.888", "mismatch"),
        # 443.75 / 500 = 0.8875: half up and half to even 0.888; 0.887 is cut off
        ("443.75", "0.888", "match"),
        ("443.75", "0.887", "match_truncated"),
        # 87.5 / 500 = 0.175: half up 0.18, half to even 0.18; 92.5 / 500 = 0.185: 0.19 or 0.18
        ("87.5", "0.18", "match"),
        ("87.5", "0.17", "cannot_tell"),  # cut off, 0.01 of 0.175 is open: 5.7 %
        ("92.5", "0.19", "match"),
        ("92.5", "0.18", "match"),
        # 443.24 / 500 = 0.88648 and 443.26 / 500 = 0.88652: just beside the half
        ("443.24", "0.886", "match"),
        ("443.24", "0.887", "mismatch"),
        ("443.26", "0.887", "match"),
        ("443.26", "0.886", "match_truncated"),
    ],
)
def test_a_half_may_be_rounded_up_or_to_the_even_neighbour(dose: str, shown: str, expected: str) -> None:
    assert verdict({"new.daily_dose": f"{dose} mcg/day"}, "flow_rate", f"{shown} mL/day") == expected


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        # bridge at 390 mcg/day: 0.33 x 500 / 390 = 11/26 day = 10 h 9 min 13.846 s = 609.23 min = 36,553.8 s
        ("10 h 9 min", "match"),
        ("10 h 10 min", "mismatch"),
        ("10 h 8 min", "mismatch"),
        ("10 h", "match"),
        ("11 h", "mismatch"),
        ("609 min", "match"),
        ("610 min", "mismatch"),
        ("10 h 9 min 14 s", "match"),
        ("10 h 9 min 13 s", "match_truncated"),
        ("36554 s", "match"),
        ("36553 s", "match_truncated"),
        ("10.2 h", "match"),
        ("10.15 h", "match"),
        ("10.1 h", "match_truncated"),
        ("0.42 day", "match"),
        ("0.423 d", "match"),
        ("0.43 day", "mismatch"),
        ("10.15 min", "mismatch"),
        ("1 day 10 h", "mismatch"),
        ("609.23 min", "match"),
        ("9 h 69.23 min", None),
    ],
)
def test_a_duration_is_compared_at_its_smallest_unit(shown: str, expected: str | None) -> None:
    bridged = {**BRIDGED, "bridge.dose": "390 mcg/day"}

    if expected is None:
        with pytest.raises(ItbcalcError, match="compound"):
            verdict(bridged, "bridge_duration", shown)
    else:
        assert verdict(bridged, "bridge_duration", shown) == expected


@pytest.mark.parametrize(
    ("name", "shown", "expected"),
    [
        ("bridge_duration", "9 h 54 min", "match"),
        ("bridge_flow_rate", "0.800 mL/day", "match"),
        ("bridge_flow_rate", "0.230 mL/day", "mismatch"),
        ("bridge_volume", "0.33 mL", "match"),
        ("bridge_volume", "0.389 mL", "mismatch"),
        ("bridge_drug", "165 mcg", "match"),
        ("bridge_drug", "0.165 mg", "match"),
        ("bridge_drug", "660 mcg", "mismatch"),
        ("bridge_dose", "400 mcg/day", "match"),
        ("bridge_dose", "460 mcg/day", "mismatch"),
        ("bridge_dose", "165 mcg", "match"),
        ("bridge_dose", "400 mcg", "mismatch"),
        ("low_alarm_date", "2027-04-23", "match"),
        ("low_alarm_date", "23 Apr 2027", "match"),
        ("low_alarm_date", "2027-04-22", "mismatch"),
        ("low_alarm_date", "2027-04-24", "mismatch"),
        # empty: 0.4125 + (40 - 0.33) / 0.23 = 172.8908 days: 2 May 2027
        ("empty_date", "2027-05-02", "match"),
        ("empty_date", "2027-05-01", "mismatch"),
    ],
)
def test_the_read_outs_of_a_bridge_are_compared(name: str, shown: str, expected: str) -> None:
    assert verdict(BRIDGED, name, shown) == expected


@pytest.mark.parametrize(
    ("name", "shown", "expected"),
    [
        # tubing 0.199 or 0.140 mL: dead volume 0.389 or 0.33 mL, bridge 11 h 40.2 min or 9 h 54 min
        ("bridge_duration", "11 h 40 min", "cannot_tell"),
        ("bridge_duration", "9 h 54 min", "cannot_tell"),
        ("bridge_duration", "12 h", "cannot_tell"),
        ("bridge_duration", "11 h", "cannot_tell"),  # 11 h 40 min cut off
        ("bridge_duration", "5 h", "mismatch"),
        ("bridge_volume", "0.389 mL", "cannot_tell"),
        ("bridge_volume", "0.33 mL", "cannot_tell"),
        ("bridge_volume", "0.36 mL", "mismatch"),
        ("bridge_volume", "0.3 mL", "cannot_tell"),  # 0.33 rounded, 0.389 cut off: but 0.25 to 0.4 is much
        ("bridge_drug", "195 mcg", "cannot_tell"),  # 194.5
        ("flow_rate", "0.230 mL/day", "match"),
        ("flow_rate", "0.920 mL/day", "mismatch"),
        # 0.48625 + 37.611 / 0.23 = 164.0123 days or 164.1951: both on 23 Apr 2027
        ("low_alarm_date", "2027-04-23", "match"),
        ("low_alarm_date", "2027-04-24", "mismatch"),
    ],
)
def test_what_fits_some_readings_of_an_unsaid_tubing_volume_cannot_be_told(
    name: str, shown: str, expected: str
) -> None:
    assert verdict({**BRIDGED, "system.tubing_volume": None}, name, shown) == expected


@pytest.mark.parametrize(
    ("aspirated", "name", "shown", "expected"),
    [
        # the catheter alone 0.19 mL, 380 mcg at 2000 mcg/mL; with the tubing 0.33 mL, 660 mcg
        (True, "prime_volume", "0.19 mL", "mismatch"),
        (True, "prime_volume", "0.000 mL", "match"),
        (True, "prime_dose", "380 mcg", "mismatch"),
        (False, "prime_volume", "0.33 mL", "mismatch"),
        (False, "prime_volume", "0 mL", "match"),
        (False, "prime_dose", "660 mcg", "mismatch"),
        (False, "prime_dose", "500 mcg", "mismatch"),
        (False, "prime_dose", "0.0 mcg", "match"),
    ],
)
def test_a_prime_that_nobody_ordered_differs_also_where_its_volume_fits(
    aspirated: bool, name: str, shown: str, expected: str
) -> None:
    bridge = {"bridge": {"aspirated": True} if aspirated else {"dose": "400 mcg/day"}}

    assert verdict({**BRIDGED, "bridge.dose": None, **bridge}, name, shown) == expected


@pytest.mark.parametrize(
    "name", ["bridge_duration", "bridge_volume", "bridge_drug", "bridge_dose", "bridge_flow_rate"]
)
@pytest.mark.parametrize("changes", [{}, {**BRIDGED, "bridge.dose": None, "bridge": {"aspirated": True}}])
def test_a_bridge_on_the_programmer_and_none_in_the_program_differ(
    name: str, changes: dict[str, Any]
) -> None:
    shown = {"bridge_duration": "9 h 54 min", "bridge_dose": "400 mcg/day", "bridge_drug": "165 mcg"}
    text = shown.get(name, "0.8 mL/day" if name == "bridge_flow_rate" else "0.33 mL")

    found = read_outs(changes, {name: text})[name]

    assert found["verdict"] == "mismatch"
    assert found["computed"] is None


def test_what_cannot_be_recomputed_cannot_be_told() -> None:
    found = read_outs({"system.catheter": None}, {"catheter_volume": "0.19 mL"})["catheter_volume"]

    assert (found["verdict"], found["computed"]) == ("cannot_tell", None)


def test_a_read_out_is_shown_back_as_it_was_typed_beside_the_exact_value() -> None:
    found = read_outs(BRIDGED, {"flow_rate": "0.230 mL/day", "low_alarm_date": "23 Apr 2027"})

    assert found["flow_rate"]["shown"] == "0.230 mL/day"
    assert found["flow_rate"]["computed"] == {"exact": "23/100", "unit": "mL/day", "text": "0.23 mL/day"}
    assert found["low_alarm_date"]["shown"] == "23 Apr 2027"
    # 164.1951087 days = 164 d 4 h 40 min 57.4 s after 09:00 +01:00, on the patient's summer clock
    assert found["low_alarm_date"]["computed"] == {
        "date": "2027-04-23",
        "at": "2027-04-23T14:40:57+02:00",
        "text": "23 Apr 2027",
    }


def test_several_recomputed_values_are_a_list() -> None:
    open_tubing = {**BRIDGED, "system.tubing_volume": None}

    computed = read_outs(open_tubing, {"bridge_volume": "0.33 mL"})["bridge_volume"]["computed"]

    assert [value["exact"] for value in computed] == ["389/1000", "33/100"]


def test_a_date_is_that_of_the_patients_own_calendar() -> None:
    # 41.3043 days after 20:00 in Berlin: 22 Dec 03:18 there, 21 Dec 21:18 in New York
    moments = {"reservoir.at": "2026-11-10T20:00+01:00", "patient.last_change": None}

    assert verdict({**moments, "reservoir.zone": "Europe/Berlin"}, "low_alarm_date", "2026-12-22") == "match"
    assert (
        verdict({**moments, "reservoir.zone": "America/New_York"}, "low_alarm_date", "2026-12-21") == "match"
    )
    assert verdict({**moments, "reservoir.zone": None}, "low_alarm_date", "2026-12-22") == "match"
