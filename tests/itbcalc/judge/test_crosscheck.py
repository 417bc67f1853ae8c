"""Read-outs against recomputed values: the verdict as printed, and the slip that would explain a difference.

Every expected value was worked by hand from the numbers in the comments.
"""

from typing import Any

import pytest

from itbcalc.errors import ItbcalcError
from itbcalc.judge.slips import SlipCode
from tests.itbcalc.judge.test_schedule_slips import SCHEDULE_SLIPS
from tests.itbcalc.programs import check_example, check_of, document_of, example

# Quiet program, but 443.4 mcg/day: 443.4 / 500 = 0.8868 mL/day; 0.8868 / 24 = 0.03695 mL/h.
DOSE = {"new.daily_dose": "443.4 mcg/day"}

# Old drug 500, new 2000 mcg/mL; dead volume 0.140 + 0.19 = 0.33 mL; 400, then 460 mcg/day; 40 mL, alarm 2 mL:
# bridge 0.33 x 500 / 400 = 0.4125 day = 9 h 54 min at 400 / 500 = 0.8 mL/day, drug 0.33 x 500 = 165 mcg;
# then 460 / 2000 = 0.23 mL/day; alarm 0.4125 + (38 - 0.33) / 0.23 = 164.195 days after 10 Nov 09:00: 23 Apr 2027.
BRIDGED = {
    "system.pump": "synchromed-ii-40",
    "system.tubing_volume": "0.140 mL",
    "system.catheter": {"volume": "0.19 mL"},
    "new.concentration": "2000 mcg/mL",
    "bridge.dose": "400 mcg/day",
}


def read_outs(changes: dict[str, Any], shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The compared read-outs of the quiet program with `changes`, by name."""
    typed = {f"readouts.{name}": text for name, text in shown.items()}
    found = document_of(check_of({**changes, **typed}))["results"]["readouts"]
    return {each["name"]: each for each in found}


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
        ("flow_rate", "0.9 mL/day", "match"),
        ("flow_rate", "0.8 mL/day", "match_truncated"),
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
        ("daily_volume", "0.887 mL", "match"),
        ("daily_volume", "0.887 mL/day", "match"),
        ("daily_volume", "887 uL", "match"),
        ("daily_volume", "0.886 mL", "match_truncated"),
        ("daily_volume", "0.443 mL", "mismatch"),
        ("concentration", "500 mcg/mL", "match"),
        ("concentration", "500.0 mcg/mL", "match"),
        ("concentration", "0.5 mg/mL", "match"),
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
        ("87.5", "0.17", "match_truncated"),
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
        ("bridge_volume", "0.3 mL", "match_truncated"),  # 0.33 rounded, 0.389 cut off: under every reading
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
        (True, "prime_volume", "0.19 mL", "match"),
        (True, "prime_volume", "0.33 mL", "mismatch"),
        (True, "prime_dose", "380 mcg", "match"),
        (True, "prime_dose", "660 mcg", "mismatch"),
        (False, "prime_volume", "0.19 mL", "cannot_tell"),
        (False, "prime_volume", "0.33 mL", "cannot_tell"),
        (False, "prime_dose", "380 mcg", "cannot_tell"),
        (False, "prime_dose", "500 mcg", "mismatch"),
    ],
)
def test_a_priming_bolus_fills_the_catheter_alone_where_it_was_aspirated(
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
    found = read_outs({"system.catheter": None}, {"prime_dose": "165 mcg"})["prime_dose"]

    assert (found["verdict"], found["computed"]) == ("cannot_tell", None)


def test_agreeing_read_outs_have_no_slips() -> None:
    found = read_outs(BRIDGED, {"flow_rate": "0.230 mL/day", "low_alarm_date": "2027-04-23"})

    assert [each["slips"] for each in found.values()] == [[], []]


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


# --- slips: in each case exactly this slip was made


def at_eight_in_the_evening(changes: dict[str, Any]) -> dict[str, Any]:
    return {**changes, "reservoir.at": "2026-11-10T20:00+01:00"}


ALL = {"concentration": "2000 mcg/mL", "daily_dose": "460 mcg/day", "flow_rate": "0.230 mL/day"}
SLIPS = [
    pytest.param(
        # 460 / 500 = 0.92
        {}, {**ALL, "concentration": "500 mcg/mL", "flow_rate": "0.920 mL/day"}, "flow_rate",
        "old_concentration", "0.92 mL/day", id="the old concentration",
    ),
    pytest.param(
        # 400 / 2000 = 0.2
        {}, {**ALL, "daily_dose": "400 mcg/day", "flow_rate": "0.200 mL/day"}, "daily_dose",
        "previous_dose", "400 mcg/day", id="the previous dose",
    ),
    pytest.param(
        # 400 / 500 = 0.8
        {}, {"concentration": "500 mcg/mL", "daily_dose": "400 mcg/day", "flow_rate": "0.800 mL/day"}, "flow_rate",
        "previous_therapy", "0.8 mL/day", id="the previous dose and concentration",
    ),
    pytest.param(
        # bridge flow 400 / 2000 = 0.2, then 460 / 500 = 0.92
        {}, {"flow_rate": "0.920 mL/day", "bridge_flow_rate": "0.200 mL/day"}, "bridge_flow_rate",
        "concentrations_swapped", "0.2 mL/day", id="old and new concentration swapped",
    ),
    pytest.param(
        # 460 / 1000 = 0.46
        {}, {**ALL, "concentration": "1000 mcg/mL", "flow_rate": "0.460 mL/day"}, "flow_rate",
        "marketed_concentration", "0.46 mL/day", id="another vial",
    ),
    pytest.param(
        # 460 x 24 = 11,040; 11,040 / 2000 = 5.52
        {}, {**ALL, "daily_dose": "11040 mcg/day", "flow_rate": "5.520 mL/day"}, "daily_dose",
        "dose_per_hour_for_per_day", "11,040 mcg/day", id="a dose per hour",
    ),
    pytest.param(
        # 460 / 24 = 19.1667
        {}, {**ALL, "daily_dose": "19.17 mcg/day", "flow_rate": "0.010 mL/day"}, "daily_dose",
        "dose_per_day_for_per_hour", "19.17 mcg/day", id="a dose per day as per hour",
    ),
    pytest.param(
        {}, {**ALL, "daily_dose": "460 mg/day", "flow_rate": "230 mL/day"}, "daily_dose",
        "mg_for_mcg", "460,000 mcg/day", id="mg for mcg",
    ),
    pytest.param(
        {}, {**ALL, "daily_dose": "0.46 mcg/day", "flow_rate": "0.00023 mL/day"}, "daily_dose",
        "mcg_for_mg", "0.46 mcg/day", id="mcg for mg",
    ),
    pytest.param(
        # 460 / 2,000,000
        {}, {**ALL, "concentration": "2000 mg/mL", "flow_rate": "0.00023 mL/day"}, "flow_rate",
        "mg_for_mcg", "0.00023 mL/day", id="mg for mcg in the concentration",
    ),
    pytest.param(
        # 38 / 0.23 = 165.2174 days: 24 Apr 2027
        {}, {**ALL, "low_alarm_date": "2027-04-24"}, "low_alarm_date",
        "bridge_left_out", "24 Apr 2027", id="the bridge left out",
    ),
    pytest.param(
        # 0.33 x 500 / 460 = 0.3587 day = 8 h 36.5 min
        {}, {**ALL, "bridge_duration": "8 h 37 min"}, "bridge_duration",
        "bridge_at_new_dose", "8 h 37 min", id="the bridge at the new dose",
    ),
    pytest.param(
        # typed with a bridge at 430 mcg/day: 0.33 x 500 / 430 = 9 h 12.6 min; at the old dose 9 h 54 min
        {"bridge.dose": "430 mcg/day"}, {**ALL, "bridge_duration": "9 h 54 min"}, "bridge_duration",
        "bridge_at_old_dose", "9 h 54 min", id="the bridge at the old dose",
    ),
    pytest.param(
        # 0.33 x 2000 = 660
        {}, {**ALL, "bridge_drug": "660 mcg"}, "bridge_drug",
        "counted_at_new_concentration", "660 mcg", id="counted at the new concentration",
    ),
    pytest.param(
        # 0.199 + 0.19 = 0.389; 0.389 x 500 / 400 = 11 h 40 min
        {}, {**ALL, "bridge_volume": "0.389 mL", "bridge_duration": "11 h 40 min"}, "bridge_volume",
        "other_tubing_volume", "0.389 mL", id="the other tubing volume",
    ),
    pytest.param(
        {}, {**ALL, "bridge_volume": "0.190 mL"}, "bridge_volume",
        "tubing_left_out", "0.19 mL", id="the tubing left out",
    ),
    pytest.param(
        {}, {**ALL, "bridge_volume": "0.140 mL"}, "bridge_volume",
        "catheter_left_out", "0.14 mL", id="the catheter left out",
    ),
    pytest.param(
        # 0.4125 + (40 - 0.33) / 0.23 = 172.8908 days: 2 May 2027
        {}, {**ALL, "low_alarm_date": "2027-05-02"}, "low_alarm_date",
        "alarm_not_subtracted", "2 May 2027", id="the alarm volume not subtracted",
    ),
    pytest.param(
        # alarm at 4 mL: 0.4125 + (36 - 0.33) / 0.23 = 155.4995 days: 14 Apr 2027, 21:59
        {}, {**ALL, "low_alarm_date": "2027-04-14"}, "low_alarm_date",
        "other_alarm_volume", "14 Apr 2027", id="the other alarm volume",
    ),
    pytest.param(
        # filled with 36 mL, alarm at 3 mL, counted from 40 mL: 0.4125 + (37 - 0.33) / 0.23 = 159.8473 days: 19 Apr
        {"reservoir.filled": "36 mL", "reservoir.low_alarm": "3 mL"},
        {**ALL, "low_alarm_date": "2027-04-19"}, "low_alarm_date",
        "filled_to_capacity", "19 Apr 2027", id="counted from a full reservoir",
    ),
    pytest.param(
        # no bridge; 38 / 0.92 = 41.3043 days after 20:00: 22 Dec 03:18; 41 whole days: 21 Dec
        at_eight_in_the_evening({"new.concentration": "500 mcg/mL", "bridge.dose": None, "bridge": None}),
        {"daily_dose": "460 mcg/day", "flow_rate": "0.920 mL/day", "low_alarm_date": "2026-12-21"},
        "low_alarm_date", "counts_whole_days", "21 Dec 2026", id="whole days counted",
    ),
    pytest.param(
        # 46 / 2000 = 0.023
        {}, {**ALL, "daily_dose": "46 mcg/day", "flow_rate": "0.023 mL/day"}, "daily_dose",
        "decimal_point_moved", "46 mcg/day", id="a tenth of the dose",
    ),
    pytest.param(
        # 4600 / 2000 = 2.3
        {}, {**ALL, "daily_dose": "4600 mcg/day", "flow_rate": "2.300 mL/day"}, "flow_rate",
        "decimal_point_moved", "2.3 mL/day", id="ten times the dose",
    ),
    pytest.param(
        # 640 / 2000 = 0.32
        {}, {**ALL, "daily_dose": "640 mcg/day", "flow_rate": "0.320 mL/day"}, "flow_rate",
        "digits_transposed", "0.32 mL/day", id="two digits of the dose swapped",
    ),
    pytest.param(
        {}, {**ALL, "flow_rate": "0.023 mL/day"}, "flow_rate",
        "read_out_decimal_point_moved", "0.23 mL/day", id="the point of the read-out moved",
    ),
    pytest.param(
        {}, {**ALL, "flow_rate": "0.320 mL/day"}, "flow_rate",
        "read_out_digits_transposed", "0.23 mL/day", id="two digits of the read-out swapped",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "shown", "name", "code", "value"), SLIPS)
def test_the_slip_that_was_made_is_named_first_with_the_value_it_gives(
    changes: dict[str, Any], shown: dict[str, str], name: str, code: str, value: str
) -> None:
    program = {**BRIDGED, **changes}
    if "bridge" in changes:
        program.pop("bridge.dose")

    found = read_outs(program, shown)[name]

    assert found["verdict"] == "mismatch"
    first = found["slips"][0]
    assert (first["code"], first["value"]["text"]) == (code, value)
    assert first["text"].endswith(".")


def test_every_slip_is_tried() -> None:
    assert {case.values[3] for case in (*SLIPS, *SCHEDULE_SLIPS)} == {str(code) for code in SlipCode}


def test_a_slip_that_explains_every_difference_comes_before_one_that_explains_some() -> None:
    # 0.92 mL/day alone could be a moved point, a swapped digit, another vial; with the date it is the old vial:
    # 0.4125 + (38 - 0.33) / 0.92 = 41.3581 days after 10 Nov 09:00: 21 Dec 17:35
    found = read_outs(BRIDGED, {"flow_rate": "0.920 mL/day", "low_alarm_date": "2026-12-21"})

    assert found["flow_rate"]["slips"][0]["code"] == "old_concentration"
    assert found["low_alarm_date"]["slips"][0]["code"] == "old_concentration"


def test_a_slip_that_would_upset_an_agreeing_read_out_comes_after_one_that_does_not() -> None:
    # a tenth of the flow would be a tenth of the dose; but dose and concentration on the programmer agree
    found = read_outs(BRIDGED, {**ALL, "flow_rate": "0.023 mL/day"})["flow_rate"]["slips"]

    assert [slip["code"] for slip in found][:2] == ["read_out_decimal_point_moved", "decimal_point_moved"]


def test_a_difference_that_no_slip_explains_has_none() -> None:
    found = read_outs(BRIDGED, {**ALL, "flow_rate": "0.777 mL/day"})["flow_rate"]

    assert (found["verdict"], found["slips"]) == ("mismatch", [])


@pytest.mark.parametrize("shown", ["2026-12-20", "2026-12-23"])
def test_another_date_is_not_explained_by_whole_days(shown: str) -> None:
    evening = at_eight_in_the_evening({})

    found = read_outs(evening, {"low_alarm_date": shown})["low_alarm_date"]

    assert found["verdict"] == "mismatch"
    assert "counts_whole_days" not in {slip["code"] for slip in found["slips"]}


def test_a_date_is_that_of_the_patients_own_calendar() -> None:
    # 41.3043 days after 20:00 in Berlin: 22 Dec 03:18 there, 21 Dec 21:18 in New York
    moments = {"reservoir.at": "2026-11-10T20:00+01:00", "patient.last_change": None}

    assert verdict({**moments, "reservoir.zone": "Europe/Berlin"}, "low_alarm_date", "2026-12-22") == "match"
    assert (
        verdict({**moments, "reservoir.zone": "America/New_York"}, "low_alarm_date", "2026-12-21") == "match"
    )
    assert verdict({**moments, "reservoir.zone": None}, "low_alarm_date", "2026-12-22") == "match"


def test_the_mistyped_concentration_is_named_for_both_read_outs() -> None:
    checked = check_example(example("06"))

    differing = [compared for compared in checked.read_outs if compared.verdict == "mismatch"]

    assert [compared.read_out.name for compared in differing] == ["flow_rate", "low_alarm_date"]
    for compared in differing:
        assert compared.slips[0].code == "old_concentration"
        assert compared.slips[0].explains == 2
        assert compared.slips[0].contradicts == 0
