"""What deserves attention in modes, schedules and boluses: each finding provoked, and a neighbour that does not.

The rows stand in `test_check.py` beside those of a program; here are the words and what else each one hangs on.
Values were worked by hand: the quiet program in flex or periodic mode brings 400 + 60 = 460 mcg/day of 500 mcg/mL.
"""

from typing import Any

import pytest

from itbcalc.judge.check import check
from itbcalc.program import read_program
from itbcalc.quantities.display import shown
from itbcalc.quantities.kinds import DAILY_DOSE, as_daily_dose, exactly
from itbcalc.quantities.units import Quantity
from itbcalc.say import Message
from itbcalc.say.report import finding_messages, read_out_messages
from tests.itbcalc.programs import (
    NIGHT,
    NOW,
    QUIET_FLEX,
    QUIET_PERIODIC,
    changed,
    check_of,
    library,
    new_therapy,
    severities,
    step,
    table_of,
)

SM2 = {"system.pump": "synchromed-ii-40", "system.tubing_volume": "0.140 mL"}
ISOMED = {"system.pump": "isomed-20-05", "reservoir.filled": "20 mL"}  # 0.5 mL/day, always


def periodic(**keys: Any) -> dict[str, Any]:
    return {**QUIET_PERIODIC, **{f"new.{key}": value for key, value in keys.items()}}


def steps_of(count: int, minutes: int = 60, **keys: Any) -> dict[str, Any]:
    """So many steps a day, evenly apart from 01:00 on, each of 5 mcg in the place of a basal of 400 mcg/day."""
    apart = 1380 // count
    starts = [60 + number * apart for number in range(count)]
    steps = [step(f"{each // 60:02}:{each % 60:02}", f"{minutes} min", "5 mcg") for each in starts]
    return {**new_therapy("flex", steps=steps, basal="400 mcg/day", steps_replace_basal=True), **keys}


def full_day(count: int) -> dict[str, Any]:
    """So many steps that fill the day, from midnight on."""
    lasting = 1440 // count
    durations = [lasting] * (count - 1) + [1440 - lasting * (count - 1)]
    starts = [lasting * number for number in range(count)]
    steps = [
        step(f"{start // 60:02}:{start % 60:02}", f"{minutes} min", "30 mcg")
        for start, minutes in zip(starts, durations, strict=True)
    ]
    return new_therapy("flex", steps=steps)


def hourly_steps(count: int, dose: str, **keys: Any) -> dict[str, Any]:
    """A step of one hour at each of the first hours of the day."""
    return new_therapy("flex", steps=[step(f"{hour:02}:00", "1 h", dose) for hour in range(count)], **keys)


def short_step(duration: str, dose: str = "60 mcg", **keys: Any) -> dict[str, Any]:
    """The quiet flex with its step over another duration."""
    return {**QUIET_FLEX, "new.steps": [step("06:00", duration, dose)], **keys}


def patient(**keys: Any) -> dict[str, Any]:
    bolus = {"dose": "10 mcg", "duration": "5 min", "lockout": "8 h", "per_day": 3}
    return {"new.patient_bolus": {**bolus, **keys}}


def once_a_day(bolus: str, **keys: Any) -> dict[str, Any]:
    return periodic(bolus=bolus, every="24 h", **keys)


def both_doses(dose: str) -> dict[str, Any]:
    return {"current.daily_dose": dose, "new.daily_dose": dose}


def hours_of_flow(duration: str) -> dict[str, Any]:
    """400 mcg from 06:00 on, and nothing for the rest of the day, over midnight."""
    return new_therapy("flex", basal="0 mcg/day", steps=[step("06:00", duration, "400 mcg")])


# The alarm comes 38 / 0.92 = 41.3 days after the change; in Berlin the clocks go back on 25 Oct 2026.
BEFORE_AUTUMN = {"patient.last_change": None, "reservoir.at": "2026-09-20T09:00+02:00"}
EARLIER = {"patient.last_change": None, "reservoir.at": "2026-09-13T09:00+02:00"}

STOPPED = {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": "stopped"}
BEGINS = {
    "patient.last_change": None,
    "patient.first_dose": "2026-11-10T09:00+01:00",
}  # the moment of the change
PROVOKED_BY_A_SCHEDULE: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    # code, severity, what provokes it, what just does not
    ("boluses_very_often", "stop", periodic(bolus="25 mcg", every="60 min"), periodic(bolus="25 mcg", every="61 min")),
    # twice 400 mcg/day are 33 1/3 mcg an hour
    ("same_dose_every_hour", "stop", hourly_steps(24, "33.34 mcg"), hourly_steps(24, "33.33 mcg")),
    (
        "bolus_above_limit",  # a quarter of 400.4 mcg/day
        "stop",
        {**once_a_day("100.1 mcg"), "current.daily_dose": "400.39 mcg/day"},
        {**once_a_day("100.1 mcg"), "current.daily_dose": "400.4 mcg/day"},
    ),
    (
        "bolus_above_limit",
        "warning",
        {**once_a_day("100.1 mcg"), "current.daily_dose": "480 mcg/day"},
        {**once_a_day("100 mcg"), "current.daily_dose": "480 mcg/day"},
    ),
    (  # a quarter of 200 mcg/day
        "bolus_large_for_dose",
        "warning",
        {**patient(dose="50.01 mcg", per_day=1), **both_doses("200 mcg/day")},
        {**patient(dose="50 mcg", per_day=1), **both_doses("200 mcg/day")},
    ),
    (  # within the four hours of a bolus, or not: 60 of 200 mcg/day
        "bolus_large_for_dose",
        "warning",
        {**once_a_day("60 mcg", duration="4 h", basal="200 mcg/day"), "current.daily_dose": "200 mcg/day"},
        {**once_a_day("60 mcg", duration="4 h 1 min", basal="200 mcg/day"), "current.daily_dose": "200 mcg/day"},
    ),
    ("nothing_for_hours", "caution", hours_of_flow("15 h 59 min"), hours_of_flow("16 h")),
    ("bolus_not_every_day", "caution", periodic(every="48 h"), periodic(every="47 h 59 min")),
    ("interval_off_the_day", "info", periodic(every="5 h"), periodic(every="6 h")),
    (
        "nothing_between_boluses",
        "caution",
        periodic(basal=None, bolus_replaces_basal=None, bolus="115 mcg"),
        periodic(basal="0 mcg/day", bolus_replaces_basal=None, bolus="115 mcg"),
    ),
    (
        "week_differs",
        "info",
        {**QUIET_FLEX, "new.days": {"sat": {"basal": "460 mcg/day", "steps": []}}},
        {**QUIET_FLEX, "new.days": {"sat": {key: QUIET_FLEX["new"][key] for key in ("basal", "steps", "steps_replace_basal")}}},
    ),
    ("too_many_flex_steps", "stop", {**full_day(14), **SM2}, {**full_day(13), **SM2}),
    ("too_many_rates", "caution", {**steps_of(7), **SM2}, {**steps_of(6), **SM2}),  # up and down: 14 and 12 changes
    (
        "single_bolus_counted",
        "info",
        new_therapy("single-bolus", bolus="25 mcg", duration="10 min", basal="460 mcg/day", bolus_replaces_basal=False),
        QUIET_PERIODIC,
    ),
    ("patient_boluses_counted", "info", patient(), {}),
    ("step_below_an_hour", "warning", short_step("59 min"), short_step("60 min")),
    ("patient_boluses_together", "warning", patient(dose="50.01 mcg", per_day=2), patient(dose="50 mcg", per_day=2)),
    ("lockout_below_an_hour", "warning", patient(lockout="59 min"), patient(lockout="60 min")),
    ("patient_boluses_not_reachable", "caution", patient(per_day=4), patient(per_day=3)),
    (
        "minimum_rate_treats_nothing",
        "stop",
        {**new_therapy("minimum-rate"), **SM2},
        {**SM2, "new.daily_dose": "3 mcg/day"},
    ),
    ("pump_would_stop", "stop", new_therapy("stopped"), {**new_therapy("minimum-rate"), **SM2}),
    (
        "restart_after_stop",
        "warning",
        {"current": STOPPED, "new.daily_dose": "200 mcg/day"},
        {"current": {**QUIET_FLEX["new"], "basal": "340 mcg/day"}},
    ),
    (
        "restart_above_starting_dose",
        "stop",
        {"current": STOPPED, "new.daily_dose": "200.01 mcg/day"},
        {"current": STOPPED, "new.daily_dose": "200 mcg/day"},
    ),
    (
        "first_dose",
        "info",
        {"current": STOPPED, **BEGINS, "new.daily_dose": "100 mcg/day"},
        {"current": STOPPED, "new.daily_dose": "100 mcg/day"},
    ),
    (
        "first_dose_high",
        "warning",
        {"current": STOPPED, **BEGINS, "new.daily_dose": "200.01 mcg/day"},
        {"current": STOPPED, **BEGINS, "new.daily_dose": "200 mcg/day"},
    ),
    ("clock_changes", "caution", {**QUIET_FLEX, **BEFORE_AUTUMN}, {**QUIET_FLEX, **EARLIER}),
    ("mode_not_of_pump", "stop", {**QUIET_FLEX, **ISOMED}, ISOMED),
    (
        "achievable_dose_differs",  # 0.030 mL is 15 strokes of 2 uL; 0.031 mL is 15.5
        "info",
        {**periodic(bolus="15.5 mcg"), "system.pump.stroke_volume": "0.002 mL"},
        {**QUIET_PERIODIC, "system.pump.stroke_volume": "0.002 mL"},
    ),
]  # fmt: skip


def found(changes: dict[str, Any], code: str) -> list[Message]:
    return [each for each in finding_messages(check_of(changes), library()) if each.code == code]


def only(changes: dict[str, Any], code: str) -> Message:
    (message,) = found(changes, code)
    return message


# --- boluses very often (H01, H02)


@pytest.mark.parametrize(
    ("every", "dose", "count"),
    [
        ("1 h", "1,000 mcg/day", "24 a day"),  # 400 + 24 x 25
        ("60 min", "1,000 mcg/day", "24 a day"),
        ("3600 s", "1,000 mcg/day", "24 a day"),
        ("30 min", "1,600 mcg/day", "48 a day"),
        ("6 min", "6,400 mcg/day", "240 a day"),
    ],
)
def test_hourly_boluses_that_double_the_dose_stop_with_both_totals(every: str, dose: str, count: str) -> None:
    message = only(periodic(bolus="25 mcg", every=every), "boluses_very_often")

    assert str(message.severity) == "stop"
    assert count in message.title
    assert dose in message.detail
    assert "425 mcg/day" in message.detail  # once a day: 400 + 25
    assert message.place == "new.every"


@pytest.mark.parametrize(
    ("bolus", "severity"),
    [
        ("16.67 mcg", "stop"),  # 400 + 24 x 16.67 = 800.08: more than twice 400
        ("16.66 mcg", "warning"),  # 799.84
        ("2.5 mcg", "warning"),  # 460
    ],
)
def test_hourly_boluses_of_a_usual_dose_are_a_warning_only(bolus: str, severity: str) -> None:
    message = only(periodic(bolus=bolus, every="1 h"), "boluses_very_often")

    assert str(message.severity) == severity


# 60 mcg in each of 24 hours is 1,440 mcg/day; the therapy now is 400 mcg/day unless another is said
@pytest.mark.parametrize("now", ["240 mcg/day", "400 mcg/day", "800 mcg/day", "900 mcg/day"])
@pytest.mark.parametrize(
    ("changes", "code", "once"),
    [
        ({"new.daily_dose": "60 mcg/h"}, "same_dose_every_hour", "60 mcg/day"),
        (hourly_steps(24, "60 mcg"), "same_dose_every_hour", "60 mcg/day"),
        # on top of a basal of 200: 1,640, and 260 with one step a day
        (
            hourly_steps(24, "60 mcg", basal="200 mcg/day", steps_replace_basal=False),
            "same_dose_every_hour",
            "260 mcg/day",
        ),
        (periodic(bolus="60 mcg", every="1 h", basal="0 mcg/day"), "boluses_very_often", "60 mcg/day"),
    ],
)
def test_60_mcg_every_hour_stops_with_both_totals_however_it_is_typed(
    changes: dict[str, Any], code: str, once: str, now: str
) -> None:
    message = only({**changes, "current.daily_dose": now}, code)

    assert str(message.severity) == "stop"
    assert ("1,640 mcg/day" if once == "260 mcg/day" else "1,440 mcg/day") in message.detail
    assert f"once a day it would be {once}" in message.detail


@pytest.mark.parametrize(
    ("changes", "stops"),
    [
        ({"new.daily_dose": "33.34 mcg/h"}, True),  # 800.16: more than twice 400
        ({"new.daily_dose": "33.33 mcg/h"}, False),  # 799.92
        ({"new.daily_dose": "800.16 mcg/day"}, False),  # it was typed per day, and looked at as such
        (hourly_steps(24, "34 mcg"), True),  # 816
        (hourly_steps(24, "33 mcg"), False),  # 792
    ],
)
def test_a_usual_dose_per_hour_is_no_stop(changes: dict[str, Any], stops: bool) -> None:
    assert bool(found(changes, "same_dose_every_hour")) == stops


def test_the_accident_of_2004_is_stopped_without_any_read_out() -> None:
    # every 6 min for every 6 h: 400 + 240 x 15 = 4000 mcg/day, ten times the 400 before
    minutes = finding_messages(check_of(periodic(every="6 min")), library())

    assert {each.code for each in minutes if str(each.severity) == "stop"} == {"boluses_very_often"}
    assert "4,000 mcg/day" in only(periodic(every="6 min"), "boluses_very_often").detail


# --- boluses against the largest of a screening trial


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        (periodic(bolus="100.1 mcg", every="24 h"), "new.bolus"),
        (new_therapy("single-bolus", bolus="0.1001 mg", duration="10 min", basal="460 mcg/day", bolus_replaces_basal=True), "new.bolus"),
        (patient(dose="100.1 mcg"), "new.patient_bolus.dose"),
        ({**QUIET_FLEX, **patient(dose="101 mcg")}, "new.patient_bolus.dose"),
        ({**NIGHT, "new.steps": [step("22:00", "30 min", "101 mcg")]}, "new.steps.1.duration"),
    ],
)  # fmt: skip
def test_any_bolus_is_held_against_the_largest_of_a_screening_trial(
    changes: dict[str, Any], place: str
) -> None:
    message = only(changes, "bolus_above_limit")

    assert message.place == place
    assert "100 mcg" in message.title
    assert message.source.endswith("seen in print")


@pytest.mark.parametrize(
    "changes",
    [
        periodic(bolus="0.1 mg", every="24 h"),
        patient(dose="100 mcg"),
        {**NIGHT, "new.steps": [step("22:00", "8 h", "140 mcg")]},  # a step over hours is no bolus
    ],
)
def test_a_bolus_at_the_limit_is_not_above_it(changes: dict[str, Any]) -> None:
    assert found(changes, "bolus_above_limit") == []


# --- intervals, and what lies between


def test_where_the_interval_does_not_divide_the_day_the_mean_is_said() -> None:
    # 400 + 15 x 24 / 5 = 472
    message = only(periodic(every="5 h"), "interval_off_the_day")

    assert "5 h does not divide the day" in message.detail
    assert "472 mcg/day" in message.detail


@pytest.mark.parametrize("every", ["1 day", "12 h", "8 h", "6 h", "4.8 h", "90 min", "2 h"])
def test_an_interval_that_divides_the_day_is_not_said(every: str) -> None:
    assert found(periodic(every=every), "interval_off_the_day") == []


@pytest.mark.parametrize("every", ["36 h", "25 h", "7 h", "100 min"])
def test_an_interval_that_does_not_is_said(every: str) -> None:
    assert len(found(periodic(every=every), "interval_off_the_day")) == 1


def test_boluses_without_a_pause_leave_nothing_between_them() -> None:
    # 115 mcg over 6 h, every 6 h: 460 mcg/day without a break
    changes = periodic(basal=None, bolus_replaces_basal=None, bolus="115 mcg", duration="6 h")

    assert found(changes, "nothing_between_boluses") == []


# --- the week


def test_where_the_days_differ_their_lowest_and_highest_dose_are_said() -> None:
    # six days of 460, Saturday 340: (6 x 460 + 340) / 7 = 3100/7 = 442.86 mcg/day
    changes = {**QUIET_FLEX, "new.days": {"sat": {"basal": "340 mcg/day", "steps": []}}}

    message = only(changes, "week_differs")

    assert "442.9 mcg/day" in message.detail
    assert "340 mcg to 460 mcg" in message.detail


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("460.0 mcg/day", "This is the dose of Monday to Friday, Sunday; Saturday was not read."),
        ("340 mcg/day", "This is Saturday's dose; Monday to Friday, Sunday were not read."),
        ("442.9 mcg/day", ""),  # the mean speaks of all days
        ("450 mcg/day", "It shows 450 mcg/day, recomputed is 442.9 mcg/day."),  # that of no day
    ],
)
def test_a_daily_dose_of_some_days_alone_is_said_to_be_that(shown: str, said: str) -> None:
    days = {"sat": {"basal": "340 mcg/day", "steps": []}}
    checked = check_of({**QUIET_FLEX, "new.days": days, "readouts": {"daily_dose": shown}})

    told = " ".join(message.detail for message in read_out_messages(checked))

    assert told.startswith(said) if said else not told


def test_days_of_one_dose_that_run_in_other_ways_differ() -> None:
    changes = {**QUIET_FLEX, "new.days": {"sat": {"basal": "460 mcg/day", "steps": []}}}

    assert "460 mcg to 460 mcg" in only(changes, "week_differs").detail


# --- steps in a day


def test_the_steps_of_the_fullest_day_count() -> None:
    fullest = {"steps": full_day(14)["new"]["steps"]}
    changes = {**full_day(13), **SM2, "new.days": {"wed": fullest}}

    message = only(changes, "too_many_flex_steps")

    assert "14 steps in a day" in message.detail
    assert "at most: 13" in message.detail
    assert "SynchroMed II" in message.title


def test_the_changes_of_the_flow_count_with_the_basal_between_the_steps() -> None:
    message = only({**steps_of(7), **SM2}, "too_many_rates")

    assert "14 times a day" in message.detail  # up and down again with each of 7 steps


def test_a_pump_of_ones_own_has_its_own_steps() -> None:
    own = {"system.pump.steps_per_day": 2}

    assert len(found({**full_day(3), **own}, "too_many_flex_steps")) == 1
    assert found({**full_day(2), **own}, "too_many_flex_steps") == []


def test_where_nothing_is_published_no_number_of_steps_is_too_many() -> None:
    assert found(full_day(24), "too_many_flex_steps") == []
    assert found(steps_of(23, minutes=10), "too_many_rates") == []


# --- single and patient boluses


def test_a_single_bolus_counts_in_the_first_day() -> None:
    # 460 + 25 on top; in its place 10 min of the basal, 460 x 10/1440 = 3.194 mcg, give way: 481.8 mcg
    single = {"bolus": "25 mcg", "duration": "10 min", "basal": "460 mcg/day"}

    on_top = only(new_therapy("single-bolus", **single, bolus_replaces_basal=False), "single_bolus_counted")
    instead = only(new_therapy("single-bolus", **single, bolus_replaces_basal=True), "single_bolus_counted")

    assert "485 mcg" in on_top.detail
    assert "481.8 mcg" in instead.detail


def test_all_patient_boluses_are_said_with_their_total_and_when_the_first_is_counted() -> None:
    # 460 + 3 x 10 = 490
    message = only(patient(), "patient_boluses_counted")

    assert "490 mcg/day" in message.detail
    assert "3 of 10 mcg" in message.detail
    assert "as soon as the schedule runs" in message.detail
    assert "8 h" in message.detail


@pytest.mark.parametrize(
    ("lockout", "per_day", "fit"),
    [("10 h", 3, "2.4 a day"), ("8 h", 4, "3 a day"), ("30 h", 1, "0.8 a day"), ("6 h 1 min", 4, "a day")],
)
def test_where_the_lockout_leaves_no_room_it_is_said_how_many_there_can_be(
    lockout: str, per_day: int, fit: str
) -> None:
    message = only(patient(lockout=lockout, per_day=per_day), "patient_boluses_not_reachable")

    assert f"{per_day} a day are allotted" in message.detail
    assert fit in message.detail
    assert "all that are allotted are counted" in message.detail


@pytest.mark.parametrize(("lockout", "per_day"), [("8 h", 3), ("6 h", 4), ("24 h", 1), ("7 h 59 min", 3)])
def test_where_they_all_fit_nothing_is_said_of_the_lockout(lockout: str, per_day: int) -> None:
    assert found(patient(lockout=lockout, per_day=per_day), "patient_boluses_not_reachable") == []


def test_a_dose_above_the_limit_counts_every_patient_bolus() -> None:
    # 460 + 9 x 60 = 1000 is at the largest dose reported, 460 + 10 x 60 = 1060 above it; 460 alone is neither
    nine, ten = (
        {
            "patient.first_dose": "2024-05-03T14:00+02:00",
            **patient(dose="60 mcg", lockout="2 h", per_day=count),
        }
        for count in (9, 10)
    )

    above, at = only(ten, "dose_above_limit"), only(nine, "dose_above_limit")

    assert (str(above.severity), str(at.severity)) == ("warning", "info")
    assert "1,060 mcg/day" in above.detail
    assert found({}, "dose_above_limit") == []


# --- hardly anything, and nothing


def test_the_minimum_rate_says_what_it_brings() -> None:
    # 0.006 mL/day x 500 mcg/mL = 3 mcg/day
    message = only({**new_therapy("minimum-rate"), **SM2}, "minimum_rate_treats_nothing")

    assert "0.006 mL/day delivers 3 mcg/day" in message.detail
    assert "withdrawal" in message.detail


def test_a_stopped_pump_stops_the_user() -> None:
    checked = check_of(new_therapy("stopped"))

    message = only(new_therapy("stopped"), "pump_would_stop")

    assert "withdrawal" in message.detail
    assert checked.calculation.time_to_alarm is None


def test_the_minimum_rate_is_not_held_against_the_range_of_flows() -> None:
    codes = {
        each.code for each in finding_messages(check_of({**new_therapy("minimum-rate"), **SM2}), library())
    }

    assert not {code for code in codes if code.startswith("flow_rate")}


# --- the clock of the pump

STARTS = {  # zone, moment of the change, the moment the clocks change, when the 06:00 of the pump comes then
    "Berlin, back": ("Europe/Berlin", "2026-09-20T09:00+02:00", "25 Oct 2026 02:00", "05:00"),
    "Berlin, forward": ("Europe/Berlin", "2027-03-01T09:00+01:00", "28 Mar 2027 03:00", "07:00"),
    "New York, back": ("America/New_York", "2026-10-01T09:00-04:00", "1 Nov 2026 01:00", "05:00"),
    "New York, forward": ("America/New_York", "2027-03-01T09:00-05:00", "14 Mar 2027 03:00", "07:00"),
    "Sydney, forward": ("Australia/Sydney", "2026-09-20T09:00+10:00", "4 Oct 2026 03:00", "07:00"),
    "Sydney, back": ("Australia/Sydney", "2027-03-10T09:00+11:00", "4 Apr 2027 02:00", "05:00"),
    "Lord Howe, forward by half an hour": ("Australia/Lord_Howe", "2026-09-20T09:00+10:30", "4 Oct 2026 02:30", "06:30"),
    "Lord Howe, back by half an hour": ("Australia/Lord_Howe", "2027-03-10T09:00+11:00", "4 Apr 2027 01:30", "05:30"),
}  # fmt: skip


@pytest.mark.parametrize(("zone", "at", "changes_at", "comes_at"), STARTS.values(), ids=STARTS)
def test_a_change_of_the_clocks_before_the_refill_is_said_to_the_minute(
    zone: str, at: str, changes_at: str, comes_at: str
) -> None:
    moments = {"patient.last_change": None, "reservoir.at": at, "reservoir.zone": zone}

    for schedule in (QUIET_FLEX, QUIET_PERIODIC):
        message = only({**schedule, **moments}, "clock_changes")

        assert changes_at in message.detail
        assert f"at 06:00 comes at {comes_at}" in message.detail


@pytest.mark.parametrize(
    "changes",
    [
        {**QUIET_FLEX, "patient.last_change": None, "reservoir.at": "2026-09-20T09:00+09:00", "reservoir.zone": "Asia/Tokyo"},
        {**QUIET_FLEX, "patient.last_change": None, "reservoir.at": "2027-03-01T09:00+03:00", "reservoir.zone": "Africa/Nairobi"},
        {**QUIET_FLEX, "patient.last_change": None, "reservoir.at": "2027-03-01T09:00+01:00", "reservoir.zone": None},
        {**BEFORE_AUTUMN},  # simple continuous: no time of day means anything
        {**BEFORE_AUTUMN, **patient()},
        {**QUIET_FLEX, **BEFORE_AUTUMN, "new.steps": [step("06:00", "24 h", "60 mcg")]},  # steady all the same
    ],
)  # fmt: skip
def test_where_no_clock_changes_or_none_matters_nothing_is_said(changes: dict[str, Any]) -> None:
    assert found(changes, "clock_changes") == []


# --- the pump


def test_a_pump_of_one_fixed_flow_runs_no_schedule() -> None:
    message = only({**QUIET_FLEX, **ISOMED}, "mode_not_of_pump")

    assert "flex" in message.detail
    assert "IsoMed" in message.title


def test_on_a_fixed_flow_the_mixture_that_gives_the_dose_is_said() -> None:
    # 0.5 mL/day: 500 mcg/mL give 250 mcg/day; 260 mcg/day need 260 / 0.5 = 520 mcg/mL
    checked = check_of({**ISOMED, "current.daily_dose": "250 mcg/day", "new.daily_dose": "260 mcg/day"})
    (message,) = (m for m in finding_messages(checked, library()) if m.code == "constant_flow_pump")

    assert "250 mcg/day" in message.detail
    assert "520 mcg/mL" in message.detail
    assert checked.calculation.needed_concentration is not None
    assert checked.calculation.needed_concentration.exact == "520 mcg/mL"


def test_what_whole_strokes_make_of_a_bolus_is_said_beside_it() -> None:
    # 15.5 / 500 = 0.031 mL = 15.5 strokes of 2 uL: 15, 15 x 0.002 x 500 = 15 mcg
    message = only(
        {**periodic(bolus="15.5 mcg"), "system.pump.stroke_volume": "0.002 mL"}, "achievable_dose_differs"
    )

    assert "15.5 mcg was asked for" in message.detail
    assert "it is 15 mcg" in message.detail


@pytest.mark.parametrize(
    ("bolus", "achieved"),
    [
        ("15.4 mcg", "15 mcg"),  # 15.4 strokes
        ("15.6 mcg", "16 mcg"),
        ("14.5 mcg", "14 mcg"),  # of two equally near the lower
        ("0.4 mcg", "0 mcg"),
    ],
)
def test_a_bolus_comes_in_the_nearest_whole_strokes(bolus: str, achieved: str) -> None:
    message = only(
        {**periodic(bolus=bolus), "system.pump.stroke_volume": "0.002 mL"}, "achievable_dose_differs"
    )

    assert f"it is {achieved}" in message.detail


def test_the_highest_and_the_lowest_flow_are_held_against_the_range_of_the_pump() -> None:
    # the step runs at (400/24 + 60) x 24 / 500 = 3.68 mL/day; between the steps 0.8 mL/day
    too_fast = {**QUIET_FLEX, "system.pump.highest_flow_rate": "3.67 mL/day"}
    too_slow = {**QUIET_FLEX, "system.pump.lowest_flow_rate": "0.81 mL/day"}
    within = {
        **QUIET_FLEX,
        "system.pump.highest_flow_rate": "3.68 mL/day",
        "system.pump.lowest_flow_rate": "0.8 mL/day",
    }

    assert only(too_fast, "flow_rate_above_range").place == "new.peak_flow_rate"
    assert only(too_slow, "flow_rate_below_range").place == "new.lowest_flow_rate"
    assert found(within, "flow_rate_above_range") == found(within, "flow_rate_below_range") == []


def with_another_sunday(basal: str, bolus: str = "") -> dict[str, Any]:
    """400 mcg on weekdays, on Sundays the basal alone, and four patient boluses of so much."""
    therapy = {
        "drug": "baclofen",
        "concentration": "500 mcg/mL",
        "mode": "flex",
        "basal": "376 mcg/day",
        "steps": [step("06:00", "1 h", "24 mcg")],
        "steps_replace_basal": False,
        "days": {"sun": {"basal": basal, "steps": []}},
    }
    boluses = {"patient_bolus": {"dose": bolus, "duration": "5 min", "lockout": "4 h", "per_day": 4}}
    return {**therapy, **(boluses if bolus else {})}


def test_of_days_that_differ_the_one_that_falls_most_with_the_patient_boluses_is_named() -> None:
    # 440 to 400 is 9 % less, 140 to 100 on Sundays 28.6 %
    changes = {
        "current": with_another_sunday("100 mcg/day", "10 mcg"),
        "new": with_another_sunday("100 mcg/day"),
    }

    (said,) = (each for each in check_of(changes).findings if each.place == "new.patient_bolus")
    assert said.code == "dose_decrease_large"
    assert (said.values["old"], said.values["new"]) == (
        as_daily_dose(exactly(140, DAILY_DOSE)),
        as_daily_dose(exactly(100, DAILY_DOSE)),
    )


def test_patient_boluses_on_a_day_without_a_dose_multiply_nothing() -> None:
    changes = {"current": with_another_sunday("0 mcg/day"), "new": with_another_sunday("0 mcg/day", "10 mcg")}

    assert set(severities(check_of(changes))) == {
        "week_differs",
        "nothing_for_hours",
        "patient_boluses_counted",
    }


@pytest.mark.parametrize(("concentration", "severity"), [("500 mcg/mL", "warning"), ("1000 mcg/mL", "stop")])
def test_a_large_bolus_is_what_the_patient_is_used_to_only_at_the_same_concentration(
    concentration: str, severity: str
) -> None:
    # 110 mcg at once is more than the 100 mcg of a screening trial, and more than a quarter of 400 mcg/day
    bolus = {"dose": "110 mcg", "duration": "5 min", "lockout": "24 h", "per_day": 1}
    changes = {
        "current.patient_bolus": bolus,
        "new.patient_bolus": bolus,
        "new.daily_dose": "400 mcg/day",
        "new.concentration": concentration,
    }

    found = severities(check_of(changes))
    assert found["bolus_above_limit"] == severity


@pytest.mark.parametrize(("duration", "is_like_a_bolus"), [("1 h", True), ("61 min", False)])
def test_a_step_is_like_a_bolus_up_to_an_hour(duration: str, is_like_a_bolus: bool) -> None:
    # on top of 40 mcg/day: 20 mcg are a third of 60 mcg/day
    flex = new_therapy(
        "flex", basal="40 mcg/day", steps=[step("06:00", duration, "20 mcg")], steps_replace_basal=False
    )

    found = severities(check_of({**flex, "current.daily_dose": "60 mcg/day"}))
    assert ("bolus_large_for_dose" in found) is is_like_a_bolus


# --- where each stands, with which numbers; and its other bounds, at which nothing is said


def flex(*steps: dict[str, str], basal: str | None = None, **keys: Any) -> dict[str, Any]:
    """A flex whose steps run in the place of the basal, where there is one."""
    below = {} if basal is None else {"basal": f"{basal} mcg/day", "steps_replace_basal": True}
    return {"new": {**new_therapy("flex", steps=list(steps))["new"], **below, **keys}}


def weekday(basal: str, *steps: dict[str, str]) -> dict[str, Any]:
    replaces = {"steps_replace_basal": True} if steps else {}
    return {"basal": f"{basal} mcg/day", "steps": list(steps), **replaces}


def on_top_of_day(basal: str, *steps: dict[str, str]) -> dict[str, Any]:
    """What runs on a weekday, its steps on top of the basal."""
    return {**weekday(basal, *steps), "steps_replace_basal": False}


def now(dose: str) -> dict[str, Any]:
    return {"current.daily_dose": f"{dose} mcg/day"}


def went_on(therapy: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """The same until now as from now on; `keys` are changed until now."""
    return {**therapy, "current": {**therapy["new"], **keys}}


def steps_allowed(number: int) -> dict[str, Any]:
    return {"system.pump.steps_per_day": number}


# 75 mcg/h for two hours, then 25 for two: as much as a steady flow of the 600 mcg/day until now; 10 mcg/h else
TWO_HOURS_AND_TWO = (step("06:00", "2 h", "151 mcg"), step("08:00", "2 h", "50 mcg"))
OVER_MIDNIGHT = (step("22:00", "2 h", "151 mcg"), step("00:00", "2 h", "50 mcg"))
# A peak of an hour in the morning of most days, less than what Saturday's basal gives in four hours
MORNING = step("06:00", "1 h", "60 mcg")
SUNDAY_EVENING = {"sun": weekday("240", step("12:00", "12 h", "240 mcg"))}  # 10 mcg/h, then 20
MONDAY = {"mon": weekday("480", step("06:00", "6 h", "180 mcg"))}  # 20 mcg/h, 30 from 06:00 to 12:00, 20

STANDS: list[tuple[dict[str, Any], str, str, dict[str, str]]] = [
    (
        flex(*TWO_HOURS_AND_TWO, basal="240") | now("600"),
        "strong_step",
        "new.steps.1.dose",
        {"dose": "151 mcg", "hours": "2 h", "start": "06:00", "more": "101 mcg", "daily": "600 mcg/day"},
    ),
    (
        flex(*OVER_MIDNIGHT, basal="240") | now("600"),
        "strong_step",
        "new.steps.1.dose",
        {"dose": "151 mcg", "hours": "2 h", "start": "22:00", "more": "101 mcg", "daily": "600 mcg/day"},
    ),
    (  # no basal at all: 170.01 in four hours, 250 in the others, a steady flow of 420.01 gives 70.0017
        flex(step("10:00", "4 h", "170.01 mcg"), step("14:00", "20 h", "250 mcg")) | now("400"),
        "strong_step",
        "new.steps.1.dose",
        {"dose": "170.01 mcg", "hours": "4 h", "start": "10:00", "more": "100 mcg", "daily": "400 mcg/day"},
    ),
    (  # Sunday's last step runs into Monday: 75 mcg/h from 23:00 to 03:00, 25 as until now
        flex(basal="600", days={"sun": weekday("600", step("23:00", "4 h", "301 mcg"))}) | now("700"),
        "strong_step",
        "new.days.sun.steps.1.dose",
        {"dose": "301 mcg", "hours": "4 h", "start": "23:00", "more": "184.3 mcg", "daily": "700 mcg/day"},
    ),
    (  # of the steps within the four hours the strongest: 40 mcg/h, then 60
        flex(step("06:00", "2 h", "80 mcg"), step("08:00", "2 h", "120 mcg"), basal="240") | now("400"),
        "strong_step",
        "new.steps.2.dose",
        {"dose": "200 mcg", "hours": "4 h", "start": "08:00", "more": "133.3 mcg", "daily": "400 mcg/day"},
    ),
    (  # of two that are equally strong the one that runs within the hours: 50 mcg/h until 02:00, 10 of 440 mcg/day else
        flex(step("02:00", "1 h", "50 mcg"), step("22:00", "4 h", "200 mcg"), basal="240") | now("400"),
        "strong_step",
        "new.steps.2.dose",
        {"dose": "200 mcg", "hours": "4 h", "start": "22:00", "more": "126.7 mcg", "daily": "400 mcg/day"},
    ),
    (  # the same from Sunday to Monday
        flex(basal="240", days={"sun": weekday("240", step("22:00", "4 h", "200 mcg")), "mon": weekday("240", step("02:00", "1 h", "50 mcg"))}) | now("400"),
        "strong_step",
        "new.days.sun.steps.1.dose",
        {"dose": "200 mcg", "hours": "4 h", "start": "22:00", "more": "133.3 mcg", "daily": "400 mcg/day"},
    ),
    (  # on top of a basal of 50 mcg/h a step of 45 counts: 95 in the hour, a steady flow of 1,380 mcg/day is 57.5
        flex(step("10:00", "4 h", "180 mcg"), basal="1200", steps_replace_basal=False) | now("1200"),
        "strong_step",
        "new.steps.1.dose",
        {"dose": "380 mcg", "hours": "4 h", "start": "10:00", "more": "150 mcg", "daily": "1,200 mcg/day"},
    ),
    (  # Monday's 40 + 20 mcg/h from midnight on, and not Sunday's 10 + 30, which have just ended; 16.67 as until now
        flex(basal="240", days={
            "sun": on_top_of_day("240", step("20:00", "4 h", "120 mcg")),
            "mon": on_top_of_day("960", step("00:00", "4 h", "80 mcg")),
        }) | now("400"),
        "strong_step",
        "new.days.mon.steps.1.dose",
        {"dose": "240 mcg", "hours": "4 h", "start": "00:00", "more": "173.3 mcg", "daily": "400 mcg/day"},
    ),
    (periodic(basal=None, bolus_replaces_basal=None, bolus="115 mcg"), "nothing_between_boluses", "new.basal", {}),
    (  # Saturday's basal of 50 mcg/h, 60 in the hour of the others' step: 200 in four hours of Saturday
        flex(MORNING, basal="120", days={"sat": weekday("1200")}) | now("400"),
        "strong_step",
        "new.days.sat.basal",
        {"dose": "200 mcg", "hours": "4 h", "start": "00:00", "more": "133.3 mcg", "daily": "400 mcg/day"},
    ),
    (  # the same from 06:00 on, after a slower night
        flex(MORNING, basal="120", days={"sat": weekday("1200", step("00:00", "6 h", "30 mcg"))}) | now("400"),
        "strong_step",
        "new.days.sat.basal",
        {"dose": "200 mcg", "hours": "4 h", "start": "06:00", "more": "133.3 mcg", "daily": "400 mcg/day"},
    ),
    (  # a steady flow of 60 mcg/day is 2.5 in an hour: 20 and 18 are 17.5 and 15.5 beyond; a quarter of it is 15
        flex(step("10:00", "1 h", "20 mcg"), step("16:00", "1 h", "18 mcg"), basal="20") | now("60"),
        "bolus_large_for_dose",
        "new.steps.1",
        {"bolus": "17.5 mcg", "start": "10:00", "share": "29.17 %", "daily": "60 mcg/day", "duration": "1 h"},
    ),
    (  # no basal runs under it, and none is counted
        flex(step("10:00", "1 h", "17.51 mcg"), step("11:00", "23 h", "42 mcg")) | now("60"),
        "bolus_large_for_dose",
        "new.steps.1",
        {"bolus": "15.01 mcg", "start": "10:00", "share": "25.02 %", "daily": "60 mcg/day", "duration": "1 h"},
    ),
    (  # of two short steps the larger
        flex(step("06:00", "20 min", "30 mcg"), step("12:00", "30 min", "20 mcg"), basal="400"),
        "step_below_an_hour",
        "new.steps.1.duration",
        {"bolus": "30 mcg", "duration": "20 min", "start": "06:00"},
    ),
    (  # 24 steps of 60 mcg: 1,440; on top of the basal 240 + 1,440, and once 240 + 60
        hourly_steps(24, "60 mcg", basal="240 mcg/day", steps_replace_basal=False),
        "same_dose_every_hour",
        "new.steps",
        {"each": "60 mcg", "dose": "1,680 mcg/day", "once": "300 mcg/day"},
    ),
    (
        {"new.daily_dose": "60 mcg/h"},
        "same_dose_every_hour",
        "new.daily_dose",
        {"each": "60 mcg", "dose": "1,440 mcg/day", "once": "60 mcg/day"},
    ),
    (  # after a stop any dose is more than there was
        {"current": STOPPED, **hourly_steps(24, "1 mcg")},
        "same_dose_every_hour",
        "new.steps",
        {"each": "1 mcg", "dose": "24 mcg/day", "once": "1 mcg/day"},
    ),
    (
        {"current": STOPPED, **periodic(bolus="1 mcg", every="1 h", basal="0 mcg/day")},
        "boluses_very_often",
        "new.every",
        {"bolus": "1 mcg", "every": "1 h", "count": "24", "dose": "24 mcg/day", "once": "1 mcg/day"},
    ),
    (
        periodic(every="48 h"),
        "bolus_not_every_day",
        "new.every",
        {"days": "2", "first": "06:00", "bolus": "15 mcg", "dose": "407.5 mcg/day", "basal": "400 mcg/day"},
    ),
    (
        periodic(every="48 h", basal="0 mcg/day", bolus="800 mcg"),
        "bolus_not_every_day",
        "new.every",
        {"days": "2", "first": "06:00", "bolus": "800 mcg", "dose": "400 mcg/day"},
    ),
    (periodic(every="5 h"), "interval_off_the_day", "new.every", {"every": "5 h", "dose": "472 mcg/day"}),
    (  # 10 mcg in four hours are less than the 76.7 of the basal, which makes them no bolus; the patient's is one
        {**once_a_day("10 mcg", duration="4 h", basal="460 mcg/day", bolus_replaces_basal=True), **patient(dose="101 mcg", per_day=1)},
        "bolus_above_limit",
        "new.patient_bolus.dose",
        {"bolus": "101 mcg", "share": "25.25 %", "daily": "400 mcg/day"},
    ),
    (  # from 06:00 to 22:59, and nothing until 06:00 again over the turn of the week
        hours_of_flow("15 h 59 min"),
        "nothing_for_hours",
        "new.basal",
        {"hours": "8 h 1 min"},
    ),
    (  # Sunday from 18:00 and Monday until 06:00
        flex(basal="400", days={
            "sun": weekday("0", step("00:00", "18 h", "300 mcg")), "mon": weekday("0", step("06:00", "18 h", "300 mcg"))}),
        "nothing_for_hours",
        "new.basal",
        {"hours": "12 h"},
    ),
    (  # three on Monday: at midnight, from the evening of Sunday, and with its step
        flex(basal="240", days=MONDAY) | steps_allowed(2),
        "too_many_rates",
        "new.steps",
        {"rates": "3", "pump": "Clinic's pump"},
    ),
    (
        {**periodic(bolus="15.5 mcg"), "system.pump.stroke_volume": "0.002 mL"},
        "achievable_dose_differs",
        "new.bolus",
        {"asked": "15.5 mcg", "achievable": "15 mcg", "pump": "Clinic's pump"},
    ),
    (  # 10.5 mcg/day of 500 mcg/mL are 0.021 mL, ten strokes and a half
        {**now("10"), "new.daily_dose": "10.5 mcg/day", "system.pump.stroke_volume": "0.002 mL"},
        "achievable_dose_differs",
        "new.daily_dose",
        {"asked": "10.5 mcg/day", "achievable": "10 mcg/day", "pump": "Clinic's pump"},
    ),
    (
        patient(dose="50.01 mcg", per_day=2),
        "patient_boluses_together",
        "new.patient_bolus",
        {"bolus": "50.01 mcg", "count": "2", "lockout": "8 h", "two": "100.02 mcg"},
    ),
    (  # 10 x 46 as much as a day
        patient(dose="46 mcg", per_day=10, lockout="2 h"),
        "patient_boluses_together",
        "new.patient_bolus",
        {"bolus": "46 mcg", "count": "10", "lockout": "2 h", "all": "460 mcg", "dose": "460 mcg/day"},
    ),
    (  # as often as there is room: every 6 h
        patient(per_day=4),
        "patient_boluses_not_reachable",
        "new.patient_bolus.per_day",
        {"count": "4", "bolus": "10 mcg", "total": "500 mcg/day", "lockout": "8 h", "fit": "3"},
    ),
    (
        patient(lockout="59 min"),
        "lockout_below_an_hour",
        "new.patient_bolus.lockout",
        {"count": "3", "bolus": "10 mcg", "total": "490 mcg/day", "lockout": "59 min"},
    ),
]  # fmt: skip

QUIET: list[tuple[dict[str, Any], str]] = [
    (flex(step("06:00", "2 h", "150 mcg"), step("08:00", "2 h", "50 mcg"), basal="240") | now("600"), "strong_step"),
    (flex(step("10:00", "4 h", "170 mcg"), step("14:00", "20 h", "250 mcg")) | now("400"), "strong_step"),
    (flex(step("06:00", "30 min", "180 mcg"), basal="240"), "strong_step"),  # a bolus, which is its own finding
    (flex(step("10:00", "1 h", "17.5 mcg"), step("11:00", "23 h", "42 mcg")) | now("60"), "bolus_large_for_dose"),
    (flex(step("10:00", "30 min", "20 mcg"), basal="20") | now("60"), "bolus_large_for_dose"),  # a short step, as it is said
    (flex(step("10:00", "20 h", "60 mcg"), basal="0") | now("60"), "bolus_large_for_dose"),
    (flex(step("10:00", "30 min", "5 mcg"), basal="240"), "step_below_an_hour"),  # as slow as the basal
    (hourly_steps(23, "60 mcg", basal="0 mcg/day"), "same_dose_every_hour"),
    (hourly_steps(24, "60 mcg") | {"new.steps.24.dose": "61 mcg"}, "same_dose_every_hour"),
    ({"current": None, **hourly_steps(24, "1 mcg")}, "same_dose_every_hour"),
    (periodic(every="36 h"), "bolus_not_every_day"),
    (periodic(every="24 h"), "bolus_not_every_day"),
    (periodic(every="48 h"), "interval_off_the_day"),
    (periodic(basal=None, bolus_replaces_basal=None, bolus="115 mcg", duration="6 h"), "nothing_between_boluses"),
    (once_a_day("101 mcg", duration="4 h", basal="606 mcg/day", bolus_replaces_basal=True) | now("606"), "bolus_above_limit"),
    (new_therapy("stopped"), "nothing_for_hours"),
    (periodic(basal=None, bolus_replaces_basal=None, bolus="460 mcg", every="24 h"), "nothing_for_hours"),
    (flex(basal="400", days={
        "sun": weekday("0", step("00:00", "20 h", "300 mcg")), "mon": weekday("0", step("04:00", "20 h", "300 mcg"))}), "nothing_for_hours"),
    (flex(basal="240", days=MONDAY) | steps_allowed(3), "too_many_rates"),
    (flex(basal="240", days=MONDAY | SUNDAY_EVENING) | steps_allowed(2), "too_many_rates"),  # it runs as on the evening before
    (flex(basal="240", days={"sun": SUNDAY_EVENING["sun"]}) | steps_allowed(1), "too_many_rates"),
    (patient(per_day=1, dose="100 mcg"), "patient_boluses_together"),
    (patient(dose="45.99 mcg", per_day=10, lockout="2 h"), "patient_boluses_together"),
    (patient(dose="101 mcg", per_day=2), "patient_boluses_together"),  # one alone is too large: that is said
    (patient(per_day=3), "patient_boluses_not_reachable"),
    (QUIET_FLEX | patient() | {"new.concentration": "5OO mcg/mL"}, "patient_boluses_counted"),
    (QUIET_FLEX | {"new.concentration": "5OO mcg/mL"}, "nothing_for_hours"),
    (QUIET_PERIODIC | {"new.concentration": "5OO mcg/mL"}, "interval_off_the_day"),
    (patient() | {"new.daily_dose": "4OO mcg/day"}, "patient_boluses_counted"),
    (QUIET_FLEX | BEFORE_AUTUMN | {"reservoir.filled": None}, "clock_changes"),
    (QUIET_FLEX | BEFORE_AUTUMN | {"reservoir.zone": None}, "clock_changes"),
    (BEFORE_AUTUMN, "clock_changes"),  # one flow, whatever the clock says
    (flex(step("06:00", "1 h", "10 mcg"), basal="240") | BEFORE_AUTUMN | now("240"), "clock_changes"),
    ({"system.pump.stroke_volume": "0.002 mL", "new.concentration": None}, "achievable_dose_differs"),
]  # fmt: skip


def stands(changes: dict[str, Any], code: str) -> list[tuple[str, dict[str, str]]]:
    """The place and the values of each finding of a kind, of a program that may be half typed."""
    program = read_program(table_of(changes), library()).program
    return [
        (
            each.place,
            {
                name: shown(value) if isinstance(value, Quantity) else str(value)
                for name, value in each.values.items()
            },
        )
        for each in check(program, library(), NOW).findings
        if each.code == code
    ]


@pytest.mark.parametrize(("changes", "code", "place", "values"), STANDS, ids=[each[1] for each in STANDS])
def test_a_finding_of_a_schedule_stands_beside_its_field_with_its_numbers(
    changes: dict[str, Any], code: str, place: str, values: dict[str, str]
) -> None:
    assert stands(changes, code) == [(place, values)]


@pytest.mark.parametrize(("changes", "code"), QUIET, ids=[each[1] for each in QUIET])
def test_at_its_other_bounds_nothing_is_said_of_a_schedule(changes: dict[str, Any], code: str) -> None:
    refused = read_program(table_of(changes), library()).refusals

    assert stands(changes, code) == []
    assert {str(getattr(each, "rule", "as typed")) for each in refused} <= {"missing", "as typed"}


LARGE = once_a_day(
    "110 mcg", basal="200 mcg/day"
)  # 310 mcg/day, of which 110 at once are more than a quarter


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        pytest.param(went_on(changed(new_therapy("periodic-bolus"), LARGE)), "warning", id="as until now"),
        pytest.param(went_on(changed(new_therapy("periodic-bolus"), LARGE), first="07:00"), "stop", id="at another time"),
        pytest.param(
            {**went_on(changed(new_therapy("periodic-bolus"), LARGE)), "current.really": {"concentration": "510 mcg/mL"}},
            "stop",
            id="of another mixture until now",
        ),
        pytest.param(
            went_on(new_therapy("single-bolus", bolus="110 mcg", duration="10 min", basal="310 mcg/day", bolus_replaces_basal=False)),
            "stop",
            id="a single one is never gone on with",
        ),
    ],
)  # fmt: skip
def test_a_large_bolus_is_graver_unless_the_schedule_goes_on(changes: dict[str, Any], severity: str) -> None:
    assert severities(check_of(changes))["bolus_above_limit"] == severity
