"""Accidents whose slip is made in itbcalc too, without a read-out: what stops them, and what just does not.

The files under tests/cases have their arithmetic by hand at the top. The quiet program goes from 400 to 460 mcg/day of
500 mcg/mL; each rule stands with a pair of neighbours, one provoked and one not.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from itbcalc.errors import ItbcalcError
from itbcalc.program import load_toml, read_program
from itbcalc.say import Message
from itbcalc.say.report import finding_messages
from tests.itbcalc.programs import (
    NIGHT,
    QUIET_FLEX,
    QUIET_PERIODIC,
    check_example,
    check_of,
    document_of,
    library,
    new_therapy,
    severities,
    step,
    table_of,
)

CASES = Path(__file__).parents[2] / "cases"


def of_case(name: str) -> dict[str, Message]:
    """The findings of a file, by code; notes on unverified figures apart."""
    messages = finding_messages(check_example(CASES / f"{name}.toml"), library())
    return {message.code: message for message in messages if message.code != "unverified_figure"}


def codes_of(changes: dict[str, Any], severity: str = "") -> list[str]:
    found = severities(check_of(changes))
    return [code for code, weight in found.items() if severity in ("", weight)]


def only(changes: dict[str, Any], code: str) -> Message:
    (message,) = (each for each in finding_messages(check_of(changes), library()) if each.code == code)
    return message


# --- the accidents


def test_the_concentration_typed_as_the_dose_is_stopped_and_named() -> None:
    stop = of_case("typed-dose-is-concentration-1750")["dose_multiplied"]

    assert str(stop.severity) == "stop"
    assert stop.title == "The new dose is 2.16 times the old one"
    assert stop.detail == "810 mcg/day to 1,750 mcg/day: dose and concentration are the same number."
    assert stop.source.endswith("a rule of itbcalc's own")


def test_the_same_with_the_commonest_strength_is_stopped_at_exactly_twice() -> None:
    found = of_case("typed-dose-is-concentration-500")

    assert found.keys() == {"dose_multiplied"}  # one cause, one finding
    assert "dose and concentration are the same number" in found["dose_multiplied"].detail


def test_equal_numbers_within_the_label_are_a_note() -> None:
    found = of_case("typed-dose-is-concentration-by-chance")

    assert {code: str(message.severity) for code, message in found.items()} == {
        "dose_is_concentration": "info"
    }


def test_a_catheter_of_26_5_cm_is_asked_about_with_what_inches_would_be() -> None:
    asked = of_case("typed-inches-as-cm")["catheter_length_unusual"]

    assert str(asked.severity) == "caution"
    assert asked.title == "Is the catheter 26.5 cm long?"
    assert "67.31 cm" in asked.detail


def test_four_times_the_dose_is_stopped() -> None:
    stop = of_case("typed-fourfold")["dose_multiplied"]

    assert (str(stop.severity), stop.title) == ("stop", "The new dose is 4 times the old one")


def test_a_bolus_every_third_day_is_said_as_that() -> None:
    found = of_case("typed-bolus-every-third-day")

    assert found["bolus_not_every_day"].title == "The bolus comes every third day"
    assert (
        found["bolus_not_every_day"].detail
        == "40 mcg at 08:00, on the other days nothing: 13.33 mcg/day is the mean of 24 h."
    )
    assert "interval_off_the_day" not in found


def test_a_bolus_every_third_day_lasts_as_long_as_its_boluses() -> None:
    results = document_of(check_example(CASES / "typed-bolus-every-third-day.toml"))["results"]

    assert results["new"]["daily_dose"]["exact"] == "40/3"
    # 1900 boluses: the first at 08:00 of the next day, 22 h on, the last 1899 x 3 = 5697 days later, and its 10 min
    assert results["time_to_alarm"]["exact"] == str(5697 + Fraction(22, 24) + Fraction(10, 1440))


# --- twice the dose, half of it


@pytest.mark.parametrize(
    ("dose", "stops"), [("800", True), ("799.99", False), ("200", True), ("200.01", False)]
)
def test_twice_the_dose_stops_and_half_of_it(dose: str, stops: bool) -> None:
    found = severities(check_of({"new.daily_dose": f"{dose} mcg/day"}))

    assert (found.get("dose_multiplied") == "stop") is stops
    assert not (
        stops and found.keys() & {"dose_step_above_label", "dose_decrease_large", "sudden_large_need"}
    )


# 460 + 3 x 113.33 = 799.99, + 3 x 113.34 = 800.02: twice the 400 of before
@pytest.mark.parametrize(("bolus", "stops"), [("113.34 mcg", True), ("113.33 mcg", False)])
def test_all_patient_boluses_count_as_a_dose_does(bolus: str, stops: bool) -> None:
    changes = {"new.patient_bolus": {"dose": bolus, "duration": "5 min", "lockout": "8 h", "per_day": 3}}

    assert ("dose_multiplied" in codes_of(changes, "stop")) is stops
    if stops:
        message = only(changes, "dose_multiplied")
        assert message.place == "new.patient_bolus"
        assert message.title.startswith("With all patient boluses")


def test_patient_boluses_that_were_there_before_are_no_step() -> None:
    bolus = {"dose": "50 mcg", "duration": "5 min", "lockout": "3 h", "per_day": 8}

    found = codes_of({"current.patient_bolus": bolus, "new.patient_bolus": bolus})

    assert "dose_multiplied" not in found  # 800 before, 860 after


def test_patient_boluses_taken_away_that_were_half_of_it_stop() -> None:
    # 400 + 8 x 65 = 920 before, 460 after: exactly half
    bolus = {"dose": "65 mcg", "duration": "5 min", "lockout": "3 h", "per_day": 8}
    less = {**bolus, "dose": "64.9 mcg"}  # 919.2

    assert "dose_multiplied" in codes_of({"current.patient_bolus": bolus}, "stop")
    assert "dose_multiplied" not in codes_of({"current.patient_bolus": less})


# A Sunday of 800 (799.99) where every day had 400; the mean of the week hardly moves.
@pytest.mark.parametrize(("sunday", "stops"), [("800", True), ("799.99", False)])
def test_one_day_of_the_week_is_enough(sunday: str, stops: bool) -> None:
    changes = {
        **new_therapy("flex", basal="400 mcg/day", steps=[]),
        "new.days": {"sun": {"basal": "0 mcg/day", "steps": [step("00:00", "24 h", f"{sunday} mcg")]}},
    }

    assert ("dose_multiplied" in codes_of(changes, "stop")) is stops
    if stops:
        assert "on Sun:" in only(changes, "dose_multiplied").detail


def test_a_week_that_runs_on_as_it_was_is_not_compared_with_its_mean() -> None:
    # Sunday 800, else 300: the mean is 371.4, and 800 is more than twice that
    week = {
        **new_therapy("flex", basal="300 mcg/day", steps=[])["new"],
        "days": {"sun": {"basal": "0 mcg/day", "steps": [step("00:00", "24 h", "800 mcg")]}},
    }

    assert "dose_multiplied" not in codes_of({"current": week, "new": week})


def test_a_bolus_of_long_ago_is_no_part_of_the_present_dose() -> None:
    single = new_therapy(
        "single-bolus", bolus="90 mcg", duration="10 min", basal="90 mcg/day", bolus_replaces_basal=False
    )["new"]

    assert "dose_multiplied" not in codes_of({"current": single, "new.daily_dose": "90 mcg/day"})


def test_a_bridge_at_twice_the_dose_is_one_finding() -> None:
    bridged = {"new.concentration": "2000 mcg/mL", "bridge.dose": "800 mcg/day"}

    found = codes_of(bridged)

    assert "dose_multiplied" in found
    assert "bridge_dose_differs" not in found


# --- steps of minutes


def test_a_night_step_of_minutes_is_asked_about() -> None:
    minutes = {**NIGHT, "new.steps": [step("22:00", "8 min", "90 mcg")]}

    message = only(minutes, "step_below_an_hour")

    assert message.title == "A step of 8 min is a bolus"
    assert message.detail == "90 mcg in 8 min from 22:00: minutes typed for hours?"
    assert message.place == "new.steps.1.duration"


def test_a_step_of_minutes_above_the_largest_screening_bolus_is_said_once() -> None:
    minutes = {**NIGHT, "new.steps": [step("22:00", "8 min", "140 mcg")]}

    found = codes_of(minutes, "stop")  # 140 of 400 mcg/day are 35 %

    assert "bolus_above_limit" in found
    assert "step_below_an_hour" not in codes_of(minutes)
    assert "minutes typed for hours" in only(minutes, "bolus_above_limit").detail


def test_of_several_steps_of_minutes_the_largest_is_named() -> None:
    steps = [step("06:00", "10 min", "20 mcg"), step("12:00", "10 min", "40 mcg")]

    assert only({**QUIET_FLEX, "new.steps": steps}, "step_below_an_hour").place == "new.steps.2.duration"


def test_a_strong_step_of_an_hour_is_warned_of_as_one_of_59_minutes_is() -> None:
    # 900 mcg/day before: 150 in 4 h
    message = of_case("typed-step-of-an-hour-900")["strong_step"]

    assert message.title == "900 mcg within 1 h, around 22:00"
    assert message.detail.startswith("862.5 mcg more than a steady flow gives")  # 900 / 24 = 37.5
    assert message.severity == "stop"
    assert message.place == "new.steps.1.dose"


# 400 mcg/day as before, a steady flow of which gives 66.67 in 4 h; nothing runs beside the steps
@pytest.mark.parametrize(
    ("steps", "place"),
    [
        ([step("22:00", "2 h", "400 mcg")], "new.steps.1.dose"),
        ([step("22:00", "12 h", "400 mcg")], None),  # 33.3 x 4 = 133.3: 66.7 more
        ([step("22:00", "8 h", "400 mcg")], "new.steps.1.dose"),  # 50 x 4 = 200: 133.3 more
        # each of them 83.3 mcg/h for an hour; together 333 in 4 h
        ([step(f"{hour}:00", "1 h", "83.3 mcg") for hour in range(10, 14)], "new.steps.1.dose"),
        # 160 over midnight, 80 on either side
        ([step("22:00", "2 h", "80 mcg"), step("00:00", "2 h", "90 mcg")], "new.steps.2.dose"),
        ([step("00:00", "24 h", "400 mcg")], None),
        ([step("00:00", "12 h", "200 mcg"), step("12:00", "12 h", "200 mcg")], None),
        ([step("06:00", "30 min", "90 mcg"), step("12:00", "8 h", "310 mcg")], None),  # 155: 88.3 more
        # most within 4 h is 64 mcg, at 16 mcg/h: below 400 / 24 = 16.7 all the while
        ([step("16:00", "30 min", "40 mcg"), step("06:00", "6 h", "96 mcg")], None),
    ],
)
def test_what_comes_within_four_hours_counts_together(steps: list[dict[str, str]], place: str | None) -> None:
    changes = new_therapy("flex", basal="0 mcg/day", steps=steps)

    found = {each.code: each.place for each in finding_messages(check_of(changes), library())}

    assert found.get("strong_step") == place


def test_a_strong_basal_between_long_steps_is_warned_of() -> None:
    # 21 h of next to nothing, and 3 h at 100 mcg/h: 300 in 4 h, of 300.1 mcg/day; 400 before
    steps = [step("03:00", "21 h", "0.1 mcg")]
    changes = new_therapy("flex", basal="2400 mcg/day", steps=steps, steps_replace_basal=True)

    message = only(changes, "strong_step")

    assert (message.place, message.title) == ("new.basal", "300 mcg within 3 h, around 00:00")


def test_a_strong_half_of_a_day_is_warned_of() -> None:
    # 700 mcg in 12 h: 233.3 in 4 h, of 700 mcg/day before 116.7: 116.7 more
    steps = [step("00:00", "12 h", "700 mcg")]
    changes = new_therapy("flex", basal="0 mcg/day", steps=steps)

    message = only({**changes, "current.daily_dose": "700 mcg/day"}, "strong_step")

    assert message.title.startswith("233.3 mcg within 4 h")
    assert message.severity == "warning"


def test_a_strong_basal_that_never_runs_is_not_warned_of() -> None:
    # the step stands in its place all day: 400 mcg/day without a break
    steps = [step("00:00", "24 h", "400 mcg")]
    changes = new_therapy("flex", basal="3000 mcg/day", steps=steps, steps_replace_basal=True)

    assert "strong_step" not in codes_of(changes)


def test_boluses_that_go_on_as_they_were_are_no_stop() -> None:
    # 110 of 400 mcg/day are 27.5 %
    bolus = on_demand(dose="110 mcg", per_day=1)
    same = {"current.daily_dose": "400 mcg/day", "new.daily_dose": "400 mcg/day", **bolus}

    assert only(same, "bolus_above_limit").severity == "stop"
    again = {**same, "current.patient_bolus": bolus["new.patient_bolus"]}
    assert only(again, "bolus_above_limit").severity == "warning"


def test_a_single_bolus_of_nearly_a_day_is_stopped_with_its_share() -> None:
    # 280 of 300 mcg are 93.33 %
    single = new_therapy(
        "single-bolus", bolus="280 mcg", duration="61 min", basal="300 mcg/day", bolus_replaces_basal=False
    )

    message = only({**single, "current.daily_dose": "300 mcg/day"}, "bolus_above_limit")

    assert message.severity == "stop"
    assert "280 mcg in one bolus, 93.33 % of a daily dose of 300 mcg/day" in message.detail


def test_a_small_decrease_does_not_hide_the_boluses_taken_away() -> None:
    # 300 + 5 x 50 = 550 to 295 mcg/day: -46.36 %; the dose alone -1.67 %
    bolus = on_demand(dose="50 mcg", per_day=5, lockout="4 h")["new.patient_bolus"]
    changes = {"current.daily_dose": "300 mcg/day", "current.patient_bolus": bolus}

    message = only({**changes, "new.daily_dose": "295 mcg/day"}, "dose_decrease_large")

    assert message.title == "Large decrease with all patient boluses: watch for withdrawal"
    assert "550 mcg/day to 295 mcg/day is −46.36 %" in message.detail


def test_a_new_system_for_a_running_therapy_says_so_instead_of_nothing_changes() -> None:
    line = {"tubing": "new", "catheter": "none", "prime": {"volume": "0.19 mL"}}
    begins = {"patient.last_change": None, "patient.first_dose": "2026-11-10T09:00+01:00", "line": line}
    changes = {**begins, "current.daily_dose": "800 mcg/day", "new.daily_dose": "800 mcg/day"}

    found = codes_of(changes)

    assert {"first_dose_of_running_therapy", "first_dose_high"} <= set(found)
    assert "nothing_changes" not in codes_of({**changes, "line": None})


def test_a_strong_step_on_one_day_of_the_week_is_warned_of() -> None:
    sunday = {"basal": "0 mcg/day", "steps": [step("22:00", "2 h", "300 mcg")]}
    steps = [step("06:00", "1 h", "17 mcg")]
    changes = new_therapy(
        "flex", basal="400 mcg/day", steps=steps, steps_replace_basal=True, days={"sun": sunday}
    )

    assert only(changes, "strong_step").place == "new.days.sun.steps.1.dose"


# --- what runs slower than the basal is no bolus


# 20 h of 400 mcg/day are 333.33 mcg: 300 mcg in 20 h are slower, 340 are not
@pytest.mark.parametrize(("bolus", "warned"), [("300 mcg", False), ("340 mcg", True)])
def test_a_bolus_slower_than_the_basal_is_not_warned_of(bolus: str, warned: bool) -> None:
    changes = {
        **QUIET_PERIODIC,
        "new.bolus": bolus,
        "new.duration": "20 h",
        "new.every": "24 h",
        "new.bolus_replaces_basal": True,
    }

    assert ("bolus_above_limit" in codes_of(changes)) is warned


def test_the_lowest_flow_counts_a_single_bolus_slower_than_the_basal() -> None:
    # 20 mcg in 2 h in place of 480 mcg/day: 240 mcg/day of 500 mcg/mL are 0.48 mL/day, the basal is 0.96
    single = new_therapy(
        "single-bolus", bolus="20 mcg", duration="2 h", basal="480 mcg/day", bolus_replaces_basal=True
    )

    results = document_of(check_of(single))["results"]["new"]

    assert results["lowest_flow_rate"]["exact"] == "12/25"
    assert results["peak_flow_rate"]["exact"] == "24/25"


def test_the_lowest_flow_is_that_of_the_basal_where_the_bolus_is_faster() -> None:
    single = new_therapy(
        "single-bolus", bolus="60 mcg", duration="2 h", basal="480 mcg/day", bolus_replaces_basal=True
    )

    assert document_of(check_of(single))["results"]["new"]["lowest_flow_rate"]["exact"] == "24/25"


# --- patient boluses together


def on_demand(**keys: Any) -> dict[str, Any]:
    bolus = {"dose": "10 mcg", "duration": "5 min", "lockout": "8 h", "per_day": 3}
    return {"new.patient_bolus": {**bolus, **keys}}


def test_two_patient_boluses_are_held_against_the_largest_of_a_screening_trial() -> None:
    message = only(on_demand(dose="60 mcg", lockout="2 h"), "patient_boluses_together")

    assert message.title == "Two patient boluses come to 120 mcg"
    assert "after 2 h" in message.detail
    assert "100 mcg" in message.detail


def test_one_patient_bolus_a_day_has_no_second_one() -> None:
    assert "patient_boluses_together" not in codes_of(on_demand(dose="60 mcg", per_day=1))


# at 60 mcg/day as before: 6 x 10 mcg are 60 (59.94) mcg
@pytest.mark.parametrize(("bolus", "warned"), [("10 mcg", True), ("9.99 mcg", False)])
def test_all_boluses_of_a_day_are_held_against_its_dose(bolus: str, warned: bool) -> None:
    changes = {
        "current.daily_dose": "60 mcg/day",
        "new.daily_dose": "60 mcg/day",
        **on_demand(dose=bolus, per_day=6, lockout="4 h"),
        "current.patient_bolus": {"dose": bolus, "duration": "5 min", "lockout": "4 h", "per_day": 6},
    }

    assert ("patient_boluses_together" in codes_of(changes, "warning")) is warned


def test_a_bolus_that_is_too_large_alone_is_said_once() -> None:
    found = codes_of(on_demand(dose="101 mcg", per_day=2))

    assert "bolus_above_limit" in found
    assert "patient_boluses_together" not in found


# --- lengths, concentrations, moments


@pytest.mark.parametrize(
    ("length", "asked"), [("39.9 cm", True), ("40 cm", False), ("120 cm", False), ("120.1 cm", True)]
)
def test_a_length_that_is_not_implanted_is_asked_about_once(length: str, asked: bool) -> None:
    found = codes_of({"system.catheter": {"length": length, "volume_per_length": "0.0022 mL/cm"}}, "caution")

    assert ("catheter_length_unusual" in found) is asked
    assert not (asked and "catheter_volume_unusual" in found)


def test_the_segments_of_a_catheter_count_together() -> None:
    segments = [{"length": length, "volume_per_length": "0.0022 mL/cm"} for length in ("66 cm", "23 cm")]
    longer = [{"length": length, "volume_per_length": "0.0022 mL/cm"} for length in ("66 cm", "55 cm")]

    assert "catheter_length_unusual" not in codes_of({"system.catheter": segments})
    assert "catheter_length_unusual" in codes_of({"system.catheter": longer})  # 121 cm


def test_a_concentration_above_what_is_known_is_one_finding() -> None:
    strength = {"current.concentration": "20 mg/mL", "new.concentration": "20 mg/mL"}

    found = codes_of(strength)

    assert "concentration_above_limit" in found
    assert "concentration_not_marketed" not in found


@pytest.mark.parametrize(("strength", "asked"), [("100 mg/mL", False), ("100.01 mg/mL", True)])
def test_of_another_drug_a_concentration_far_above_any_is_asked_about(strength: str, asked: bool) -> None:
    morphine = {
        "current.drug": "morphine",
        "new.drug": "morphine",
        "current.concentration": strength,
        "new.concentration": strength,
    }

    assert ("concentration_above_limit" in codes_of(morphine, "warning")) is asked


def test_more_than_twice_the_highest_dose_ever_reported_stops() -> None:
    at, above = (
        severities(check_of({"current.daily_dose": dose, "new.daily_dose": dose}))
        for dose in ("4006 mcg/day", "4006.01 mcg/day")
    )

    assert at["dose_above_limit"] == "warning"
    assert above["dose_above_limit"] == "stop"


# --- a night step into a day with a basal


def night_into(basal_after: str, **sunday: Any) -> dict[str, Any]:
    """Sunday without a basal, from 22:00 for 8 h; Monday to Saturday with one."""
    day = {"basal": "0 mcg/day", "steps": [step("22:00", "8 h", "140 mcg")], **sunday}
    return {**new_therapy("flex", basal=basal_after, steps=[]), "new.days": {"sun": day}}


def missing(changes: dict[str, Any]) -> list[str]:
    return list(read_program(table_of(changes), library()).missing)


def test_a_night_step_into_a_day_with_a_basal_asks_what_it_does_to_it() -> None:
    assert missing(night_into("400 mcg/day")) == ["new.days.sun.steps_replace_basal"]
    with pytest.raises(ItbcalcError):
        check_of(night_into("400 mcg/day"))


@pytest.mark.parametrize(
    "changes",
    [
        night_into("400 mcg/day", steps_replace_basal=True),
        night_into("400 mcg/day", steps_replace_basal=False),
        night_into("400 mcg/day", steps=[step("22:00", "2 h", "140 mcg")]),  # until midnight
        night_into("0 mcg/day"),
    ],
)
def test_a_night_step_that_touches_no_basal_or_says_what_it_does_is_read(changes: dict[str, Any]) -> None:
    assert missing(changes) == []


@pytest.mark.parametrize(
    ("replaces", "monday"),
    [
        (True, "300"),  # 400 x 18/24
        (False, "400"),
    ],
)
def test_what_was_said_decides_the_day_after(replaces: bool, monday: str) -> None:
    results = document_of(check_of(night_into("400 mcg/day", steps_replace_basal=replaces)))["results"]

    # and 6 h of the step, 6/8 x 140 = 105
    assert results["new"]["days"]["mon"]["daily_dose"]["exact"] == str(int(monday) + 105)


def test_the_files_of_cases_are_read() -> None:
    for path in sorted(CASES.glob("typed-*.toml")):
        assert read_program(load_toml(path), library()).refusals == (), path.name
