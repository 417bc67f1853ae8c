"""Which slip would explain a read-out that differs: in each case the one that was made comes first.

Every expected value was worked by hand from the numbers in the comments.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from itbcalc.judge.check import explanations_of
from itbcalc.judge.reasons import Reason
from tests.itbcalc.judge.bridged import BRIDGED, read_outs
from tests.itbcalc.programs import QUIET_PERIODIC, check_example, check_of, example, library

# --- in each case exactly this slip was made


def at_eight_in_the_evening(changes: dict[str, Any]) -> dict[str, Any]:
    return {**changes, "reservoir.at": "2026-11-10T20:00+01:00"}


def night(basal: str) -> dict[str, Any]:
    """100 mcg from 22:00 for 8 h in place of the basal, at 500 mcg/mL; before, 90 mcg beside 240 mcg/day."""
    step = {"start": "22:00", "duration": "8 h"}
    flex = {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": "flex", "steps_replace_basal": True}
    before = {**flex, "basal": "240 mcg/day", "steps": [{**step, "dose": "90 mcg"}]}
    after = {**flex, "basal": basal, "steps": [{**step, "dose": "100 mcg"}]}
    return {"current": before, "new": after, "bridge.dose": None, "bridge": None}


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
    pytest.param(
        # 20 mL for 40: 0.4125 + (18 - 0.33) / 0.23 = 77.2386 days after 10 Nov 09:00: 26 Jan 2027, 14:43
        {}, {**ALL, "low_alarm_date": "2027-01-26"}, "low_alarm_date",
        "published_figure", "26 Jan 2027", id="the reservoir of the smaller pump",
    ),
    pytest.param(
        # 240 mcg/day until 22:00, then 100 mcg in 8 min: 240 x 1432/1440 + 100 = 338.6667
        night(basal="240 mcg/day"), {"daily_dose": "338.7 mcg/day"}, "daily_dose",
        "minutes_for_hours", "338.7 mcg/day", id="the hours of the night in the minutes",
    ),
    pytest.param(
        # the basal as before: 240 x 16/24 + 100 = 260 for 300 x 16/24 + 100 = 300; all as before were 250
        night(basal="300 mcg/day"), {"daily_dose": "260.0 mcg/day"}, "daily_dose",
        "previous_value", "260 mcg/day", id="the basal as before",
    ),
    pytest.param(
        # a catheter of 0.19 mL was emptied; 0.14 + 0.19 = 0.33 mL were primed
        {"line.tubing": "old", "line.catheter": "none", "line.prime.volume": "0.19 mL", "line.prime.duration": "20 min"},
        {**ALL, "prime_volume": "0.330 mL"}, "prime_volume",
        "whole_line", "0.33 mL", id="tubing and catheter primed",
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


def test_agreeing_read_outs_have_no_slips() -> None:
    found = read_outs(BRIDGED, {"flow_rate": "0.230 mL/day", "low_alarm_date": "2027-04-23"})

    assert [each["slips"] for each in found.values()] == [[], []]


def test_a_slip_that_explains_every_difference_comes_before_one_that_explains_some() -> None:
    # 0.92 mL/day alone could be a moved point, a swapped digit, another vial; with the date it is the old vial:
    # 0.4125 + (38 - 0.33) / 0.92 = 41.3581 days after 10 Nov 09:00: 21 Dec 17:35
    found = read_outs(BRIDGED, {"flow_rate": "0.920 mL/day", "low_alarm_date": "2026-12-21"})

    assert found["flow_rate"]["slips"][0]["code"] == "old_concentration"
    assert found["low_alarm_date"]["slips"][0]["code"] == "old_concentration"


def test_a_slip_that_would_upset_an_agreeing_read_out_explains_nothing() -> None:
    # a tenth of the flow would be a tenth of the dose; but dose and concentration on the programmer agree
    found = read_outs(BRIDGED, {**ALL, "flow_rate": "0.023 mL/day"})["flow_rate"]["slips"]

    assert [slip["code"] for slip in found] == ["read_out_decimal_point_moved"]


def test_a_difference_that_no_slip_explains_has_none() -> None:
    found = read_outs(BRIDGED, {**ALL, "flow_rate": "0.777 mL/day"})["flow_rate"]

    assert (found["verdict"], found["slips"]) == ("mismatch", [])


@pytest.mark.parametrize("shown", ["2026-12-20", "2026-12-23"])
def test_another_date_is_not_explained_by_whole_days(shown: str) -> None:
    evening = at_eight_in_the_evening({})

    found = read_outs(evening, {"low_alarm_date": shown})["low_alarm_date"]

    assert found["verdict"] == "mismatch"
    assert "counts_whole_days" not in {slip["code"] for slip in found["slips"]}


def test_the_mistyped_concentration_is_named_for_both_read_outs() -> None:
    checked = check_example(example("06"))

    differing = [compared for compared in checked.read_outs if compared.verdict == "mismatch"]

    assert [compared.read_out.name for compared in differing] == ["flow_rate", "low_alarm_date"]
    first = explanations_of(checked, library()).found[0]
    assert first.reason == "old_concentration"
    assert first.explains == ("flow_rate", "low_alarm_date")
    assert first.contradicts == ()


def test_an_interval_shorter_than_its_bolus_is_found() -> None:
    """6 min for 6 h, with a bolus of 10 min: it would run all the time, on top of the basal."""
    # 240 boluses of 15 mcg and 400 mcg: 4000 mcg/day, 8 mL/day of 500 mcg/mL
    periodic = {**QUIET_PERIODIC, "new.duration": "10 min"}
    shown = {"readouts.daily_dose": "4000.0 mcg/day", "readouts.daily_volume": "8.000 mL"}

    first = explanations_of(check_of({**periodic, **shown}), library()).found[0]

    assert first.offered is not None
    assert (first.offered.place, first.value) == ("new.every", 6)


def test_an_alarm_of_many_years_tells_of_the_interval_too() -> None:
    """Every 60 h for every hour: 4 mcg/day and 15 mcg each 2.5 days, the first 0.875 day after 9:00.

    (40 - 2) x 500 = 19,000 mcg; after 1,900 days 7,600 of the basal and 760 x 15 = 11,400 of the boluses: on that very
    morning, 23 Jan 2032.
    """
    changes = {**QUIET_PERIODIC, "new.basal": "4 mcg/day", "new.every": "1 h"}

    found = explanations_of(check_of({**changes, "readouts.low_alarm_date": "2032-01-23"}), library()).found

    (every,) = (each for each in found if each.offered is not None and each.offered.place == "new.every")
    assert every.value == 3600
    assert every is found[0]


def test_a_stopped_pump_that_is_shown_is_the_therapy_of_before_although_it_never_comes_to_its_alarm() -> None:
    stopped = {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": "stopped"}
    # 38 mL at 0.92 mL/day: 41.3 days, 21 Dec
    shown = {"readouts.daily_dose": "0 mcg/day", "readouts.low_alarm_date": "2026-12-21"}

    explanations = explanations_of(check_of({"current": stopped, **shown}), library())

    assert explanations.found == ()
    hint = explanations.hints[0]
    assert (hint.reason, hint.explains, hint.contradicts) == (
        "previous_dose",
        ("daily_dose",),
        ("low_alarm_date",),
    )


def test_less_than_a_millilitre_may_have_been_filled() -> None:
    # 46 mcg/day at 500 mcg/mL are 0.092 mL/day: 0.4 mL above the alarm last 4.35 days, to 14 Nov; 8.5 mL 92 days
    changes = {"new.daily_dose": "46 mcg/day", "reservoir.filled": "9 mL", "reservoir.low_alarm": "0.5 mL"}

    found = explanations_of(check_of({**changes, "readouts.low_alarm_date": "2026-11-14"}), library()).found

    assert ("reservoir.filled", Fraction(9, 10), "decimal_point_moved") in [
        (each.offered.place, each.value, each.reason) for each in found if each.offered is not None
    ]


def test_every_reason_is_given_in_a_test() -> None:
    """A reason that nothing gives any more, or that was added with its words alone, is missed here by name."""
    texts = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    named = {reason for reason in Reason if f'"{reason}"' in texts or f"Reason.{reason.name}" in texts}

    assert set(Reason) - named == set()
