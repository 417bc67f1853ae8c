"""What a programmer showed and what was not read, as a reviewer made it: is the whole said as it is?

Each file of `tests/cases` is a program with its read-outs; the arithmetic by hand stands beside its row.
"""

from pathlib import Path
from typing import Any

import pytest

from itbcalc.judge.check import explanations_of
from itbcalc.program import load_toml
from itbcalc.say import rows_messages
from itbcalc.say.explanations import explanations_message
from itbcalc.say.report import finding_messages, read_out_messages
from itbcalc.say.table import printed_rows
from itbcalc.say.whole import whole_words
from tests.itbcalc.programs import (
    NIGHT,
    QUIET_PERIODIC,
    changed,
    check_of,
    check_table,
    document_of,
    library,
    new_therapy,
    step,
)

CASES = Path(__file__).parents[2] / "cases"


def results(name: str, shown: dict[str, Any] | None = None) -> dict[str, Any]:
    """The results of a case, with more or other read-outs than stand in its file."""
    more = {f"readouts.{key}": value for key, value in (shown or {}).items()}
    found = document_of(check_table(changed(load_toml(CASES / f"{name}.toml"), more)))["results"]
    return {**found, "readouts": {each["name"]: each for each in found["readouts"]}}


def whole(name: str, shown: dict[str, Any] | None = None) -> tuple[str, list[str], list[str]]:
    """The verdict of the whole, what differs, and what was not read."""
    found = results(name, shown)
    differing = [key for key, each in found["readouts"].items() if each["verdict"] == "mismatch"]
    return found["verdict"], differing, found["not_read"]


@pytest.mark.parametrize(
    ("name", "shown", "verdict", "differing", "not_read"),
    [
        # the pump gives 1.0 mL/day x 500 mcg/mL = 500 mcg/day; 300 / 500 = 0.6 mL/day was typed and shown
        ("shown-flow-not-of-the-pump", {}, "differs", ["flow_rate"], []),
        ("shown-flow-not-of-the-pump", {"flow_rate": "1.0 mL/day"}, "incomplete", [], []),
        (
            "shown-flow-not-of-the-pump",
            {"daily_volume": "0.60 mL"},
            "differs",
            ["flow_rate", "daily_volume"],
            [],
        ),
        # 0.140 + 89 x 0.0022 = 0.3358 mL; x 500 = 167.9 mcg, x 2000 = 671.6 mcg: it fits, and nobody ordered it
        ("shown-prime-not-ordered", {}, "differs", ["prime_volume"], []),
        ("shown-prime-not-ordered", {"prime_volume": "0.000 mL"}, "agrees", [], []),
        ("shown-prime-not-ordered-new-pump", {}, "differs", ["prime_volume", "prime_dose"], []),
        ("shown-prime-not-ordered-bridged", {}, "differs", ["prime_volume", "prime_dose"], []),
        # pump replaced, catheter kept: a prime by habit pushes 167.9 mcg at once
        ("shown-no-prime-new-pump", {}, "incomplete", [], ["prime_volume"]),
        ("shown-no-prime-new-pump", {"prime_volume": "0 mL"}, "agrees", [], []),
        # 1,000 mcg/mL was there all along, and the programmer held 500: it offers a bridge that must not run
        ("shown-no-bridge-strength-corrected", {}, "incomplete", [], ["concentration", "bridge_duration"]),
        (
            "shown-no-bridge-strength-corrected",
            {"concentration": "1000 mcg/mL", "bridge_duration": "0 min"},
            "agrees",
            [],
            [],
        ),
        (
            "shown-no-bridge-strength-corrected",  # 0.3358 x 1000 / 350 = 0.9594 days
            {"concentration": "1000 mcg/mL", "bridge_duration": "23 h 2 min"},
            "differs",
            ["bridge_duration"],
            [],
        ),
        ("shown-no-clock-flex", {}, "incomplete", [], ["pump_clock"]),
        ("shown-no-clock-flex", {"pump_clock": "2026-11-29 09:31"}, "agrees", [], []),
        ("shown-no-clock-flex", {"pump_clock": "2026-11-29 21:30"}, "differs", ["pump_clock"], []),
        # every 6 h from 06:00 is every 6 h from 12:00; from 11:00 it is another schedule
        ("shown-first-bolus-six-hours-later", {"pump_clock": "2026-11-29 09:30"}, "agrees", [], []),
        (
            "shown-first-bolus-six-hours-later",
            {"pump_clock": "2026-11-29 09:30", "first": "11:00"},
            "differs",
            ["first"],
            [],
        ),
        # nothing programs a pump of fixed flow: no bridge, no dose and no alarm of it can be read
        ("shown-nothing-fixed-flow", {}, "incomplete", [], ["concentration", "flow_rate"]),
        ("shown-nothing-fixed-flow-not-known", {}, "incomplete", [], ["concentration", "flow_rate"]),
        # 500 mcg/day of 500 mcg/mL are 1 mL/day, whatever stands on the card
        (
            "shown-nothing-fixed-flow-not-known",
            {"concentration": "500 mcg/mL", "flow_rate": "1.0 mL/day"},
            "agrees",
            [],
            [],
        ),
        # 3 mL at 1.2 mL/day: 2.5 days, and 2 stands for 2 to 3
        ("shown-days-few", {}, "incomplete", [], ["concentration", "filled", "low_alarm"]),
        (
            "shown-days-few",
            {"concentration": "500 mcg/mL", "filled": "5.0 mL", "low_alarm": "2.0 mL"},
            "agrees",
            [],
            [],
        ),
        (
            "shown-days-few",
            {"days_to_alarm": 3},
            "differs",
            ["days_to_alarm"],
            ["concentration", "filled", "low_alarm"],
        ),
        # 0.1 mg stands for 50 to 150 mcg: one of 140 mcg (0.070 mL) has the alarm at 37.93 / 0.16 = 237.1 days, one of
        # 50 mcg (0.025 mL) at 37.975 / 0.16 = 237.3: the same day
        ("shown-bolus-few-digits", {}, "incomplete", [], []),
        ("shown-bolus-few-digits", {"bolus": "0.0 mg"}, "incomplete", [], []),
        ("shown-bolus-few-digits", {"bolus": "0 mg"}, "incomplete", [], []),
        ("shown-bolus-few-digits", {"bolus": "0 mcg"}, "differs", ["bolus"], []),
        ("shown-bolus-few-digits", {"bolus": "0.050 mg"}, "agrees", [], []),
        # 300 / 2000 = 0.150 mL/day tells the dose beside a 0.3 mg/day, and not beside a zero
        ("shown-dose-zero", {}, "incomplete", [], []),
        ("shown-dose-zero", {"daily_dose": "0.3 mg/day"}, "agrees", [], []),
        ("shown-dose-zero", {"daily_dose": "300.0 mcg/day"}, "agrees", [], []),
        # what nobody needs to read is no zero either
        ("shown-dose-zero", {"daily_dose": None, "basal": "0 mg/day"}, "incomplete", [], []),
        ("shown-dose-zero", {"daily_dose": None, "bridge_volume": "0 mL"}, "differs", ["bridge_volume"], []),
        ("shown-patient-bolus-zero", {}, "incomplete", [], []),
        ("shown-patient-bolus-zero", {"patient_bolus.dose": "0.02 mg"}, "incomplete", [], []),  # 15 to 25 mcg
        ("shown-patient-bolus-zero", {"patient_bolus.dose": "15.0 mcg"}, "agrees", [], []),
        # 0.19 x 2000 = 380 mcg; `0 mL` is what is typed where none runs
        ("shown-prime-zero", {}, "differs", ["prime_volume"], []),
        ("shown-prime-zero", {"prime_dose": None}, "differs", ["prime_volume"], []),
        (
            "shown-prime-zero",
            {"prime_volume": "0.19 mL", "prime_dose": "0 mg"},
            "differs",
            ["prime_dose"],
            [],
        ),
        ("shown-prime-zero", {"prime_volume": "0.190 mL"}, "agrees", [], []),
        ("shown-prime-zero", {"prime_volume": None}, "agrees", [], []),
        # 200 min were programmed for 20: seen where it was read, and it need not be
        ("shown-prime-zero", {"prime_volume": None, "prime_duration": None}, "agrees", [], []),
        (
            "shown-prime-zero",
            {"prime_volume": None, "prime_duration": "200 min"},
            "differs",
            ["prime_duration"],
            [],
        ),
    ],
)
def test_the_whole_of_a_case(
    name: str, shown: dict[str, Any], verdict: str, differing: list[str], not_read: list[str]
) -> None:
    assert whole(name, shown) == (verdict, differing, not_read)


def test_every_case_of_what_was_shown_is_tried_here() -> None:
    named = {path.stem for path in CASES.glob("shown-*.toml")}
    (mark,) = (each for each in test_the_whole_of_a_case.pytestmark if each.name == "parametrize")

    assert named == {values[0] for values in mark.args[1]}


def test_a_zero_for_a_prime_that_was_ordered_blames_no_input() -> None:
    """Half of its last digit, 0.5 mL, would hold a prime of any line."""
    checked = check_table(load_toml(CASES / "shown-prime-zero.toml"))

    (words,) = (each.detail for each in read_out_messages(checked))
    message = explanations_message(explanations_of(checked, library()), checked)

    assert words == "It shows 0 mL, recomputed is 0.19 mL."
    assert message is not None
    assert message.code == "no_slip"


# --- rows of the usual day


def words_of_rows(changes: dict[str, Any]) -> str:
    """What of the rows of the case was not read."""
    checked = check_table(changed(load_toml(CASES / "rows-of-the-usual-day.toml"), changes))
    assert checked.rows is not None
    return " ".join(message.detail for message in rows_messages(checked.rows))


# 300 x 16/24 + 120 = 320 mcg; Monday without a night before it 300 x 22/24 + 30 = 305, Saturday 90 + 225 = 315
USUAL = [
    {"start": "22:00", "end": "06:00", "dose": "120.0 mcg"},
    {"start": "06:00", "end": "22:00", "dose": "200.0 mcg"},
]
BESIDE = [
    {"day": "mon", "start": "00:00", "end": "22:00", "dose": "275.0 mcg"},
    {"day": "sat", "start": "06:00", "end": "00:00", "dose": "225.0 mcg"},
    {"day": "sun", "start": "00:00", "end": "00:00", "dose": "300.0 mcg"},
]
DOSES = {
    "mon": "305.0",
    **dict.fromkeys(("tue", "wed", "thu", "fri"), "320.0"),
    "sat": "315.0",
    "sun": "300.0",
}


def test_rows_of_the_usual_day_are_right_and_what_they_do_not_show_is_named() -> None:
    found = results("rows-of-the-usual-day")["readouts"]["steps"]

    assert {cell["verdict"] for cell in found["cells"]} == {"match"}
    assert (found["verdict"], found["reason"]) == ("cannot_tell", "part")
    assert words_of_rows({}) == (
        "2 of 5 rows read; 00:00 to 06:00 on Monday, 00:00 to 24:00 on Sunday, 06:00 to 24:00 on Saturday not read."
    )


def test_with_the_rows_of_the_other_days_and_each_dose_the_week_agrees() -> None:
    days = {day: {"daily_dose": f"{dose} mcg/day"} for day, dose in DOSES.items()}
    shown = {"steps": [*USUAL, *BESIDE], "days": days, "pump_clock": "2026-11-29 09:30"}

    assert whole("rows-of-the-usual-day", shown) == ("agrees", [], [])


def test_a_row_of_the_usual_day_shows_nothing_of_a_morning_into_which_another_night_runs() -> None:
    sunday = {
        "basal": "300 mcg/day",
        "steps": [step("22:00", "10 h", "150 mcg")],
        "steps_replace_basal": True,
    }
    rows = [
        *USUAL,
        {"day": "sat", "start": "06:00", "end": "00:00", "dose": "225.0 mcg"},
        {"day": "sun", "start": "00:00", "end": "22:00", "dose": "275.0 mcg"},
        {"day": "sun", "start": "22:00", "end": "08:00", "dose": "150.0 mcg"},
    ]

    words = words_of_rows({"new.days.sun": sunday, "readouts.steps": rows})

    assert "08:00 to 22:00 on Monday" in words


# --- a pump of fixed flow


# It runs at 0.5 mL/day: 0.5 x 500 = 250 mcg/day.
FIXED = {
    "system.pump": "isomed-20-05",
    "reservoir.filled": "20 mL",
    "current.daily_dose": "250 mcg/day",
    "readouts.concentration": "500 mcg/mL",
}


@pytest.mark.parametrize(
    ("dose", "name", "shown", "verdict"),
    [
        ("250", "flow_rate", "0.50 mL/day", "match"),
        ("251", "flow_rate", "0.50 mL/day", "match"),  # 0.4 % beside it, as finely as a mixture is made
        ("251", "daily_volume", "0.500 mL", "match"),
        (
            "300",
            "flow_rate",
            "0.50 mL/day",
            "match",
        ),  # the card's flow is what runs; of the dose a finding speaks
        ("300", "daily_volume", "0.500 mL", "match"),
        ("300", "daily_dose", "250.0 mcg/day", "mismatch"),
        ("300", "flow_rate", "0.60 mL/day", "mismatch"),
        ("300", "daily_volume", "0.60 mL", "mismatch"),
        ("300", "daily_volume", "0.60 mL/day", "mismatch"),
        ("300", "daily_dose", "300.0 mcg/day", "mismatch"),
    ],
)
def test_what_a_pump_of_fixed_flow_gives_is_not_what_was_typed(
    dose: str, name: str, shown: str, verdict: str
) -> None:
    checked = check_of({**FIXED, "new.daily_dose": f"{dose} mcg/day", f"readouts.{name}": shown})

    found = {each.read_out.name: str(each.verdict) for each in checked.read_outs}
    assert found[name] == verdict


def test_a_flow_that_the_pump_cannot_run_says_what_it_gives_and_blames_no_input() -> None:
    checked = check_of({**FIXED, "new.daily_dose": "300 mcg/day", "readouts.flow_rate": "0.600 mL/day"})

    (message,) = read_out_messages(checked)

    assert message.detail == "It shows 0.600 mL/day; the pump itself gives 0.5 mL/day."
    assert explanations_message(explanations_of(checked, library()), checked) is None


def test_the_flow_of_the_card_agrees_and_the_dose_that_it_does_not_give_keeps_the_whole_from_agreeing() -> (
    None
):
    checked = check_of({**FIXED, "new.daily_dose": "300 mcg/day", "readouts.flow_rate": "0.50 mL/day"})

    assert whole_words(checked) == "? what was read agrees, but the pump does not give the dose typed"
    assert str(checked.whole.verdict) == "incomplete"
    found = {each.code: each for each in finding_messages(checked, library())}
    assert found["constant_flow_pump"].severity == "warning"
    assert "this mixture gives 250 mcg/day" in found["constant_flow_pump"].detail
    row = next(each for each in printed_rows(checked) if each.key == "flow_rate")
    assert (row.new, row.change) == (("0.5 mL/day",), "fixed")


@pytest.mark.parametrize(
    ("name", "shown", "words"),
    [
        (
            "daily_dose",
            "250 mcg/day",
            "It shows 250 mcg/day, as the pump runs; for the dose typed it would be 300 mcg/day.",
        ),
    ],
)
def test_what_the_pump_gives_is_read_rightly_and_the_dose_typed_is_named(
    name: str, shown: str, words: str
) -> None:
    checked = check_of({**FIXED, "new.daily_dose": "300 mcg/day", f"readouts.{name}": shown})

    (message,) = read_out_messages(checked)

    assert message.title.endswith("is the pump's own, and not that of the dose typed")
    assert message.detail == words
    assert explanations_message(explanations_of(checked, library()), checked) is None


# --- a prime that nobody ordered


def test_a_prime_that_nobody_ordered_says_so_and_blames_no_input() -> None:
    checked = check_of({"readouts.prime_volume": "0.330 mL"})  # 0.14 + 0.19

    (message,) = read_out_messages(checked)

    assert message.detail == "It shows 0.330 mL; in this program none was ordered."
    assert explanations_message(explanations_of(checked, library()), checked) is None


def test_a_prime_that_nobody_ordered_and_that_does_not_fit_says_what_it_would_be() -> None:
    checked = check_of({"readouts.prime_volume": "0.250 mL"})  # 0.14 + 0.19: drug is everywhere

    (message,) = read_out_messages(checked)

    assert message.detail == ("It shows 0.250 mL; in this program none was ordered, and it would be 0.33 mL.")


def test_what_would_explain_the_volume_of_a_prime_does_not_say_that_it_was_ordered() -> None:
    checked = check_of({"readouts.prime_volume": "0.339 mL"})  # 0.199, the other tubing, + 0.14

    message = explanations_message(explanations_of(checked, library()), checked)

    assert message is not None
    assert message.code == "slip"
    assert message.detail.endswith("But no prime is ordered in this program.")


def test_beside_a_prime_that_nobody_ordered_nothing_explains_all_that_differs() -> None:
    """46 for 460 would explain the dose, and the prime would still differ."""
    checked = check_of({"readouts.prime_volume": "0.330 mL", "readouts.daily_dose": "46.0 mcg/day"})

    assert explanations_of(checked, library()).found == ()


# --- days that come soon


# 460 / 500 = 0.92 mL/day: 18.4 mL last 20 days, 18.39 a little less; from 10 Nov 2026 09:00 to 30 Nov
@pytest.mark.parametrize(
    ("filled", "shown", "verdict"),
    [
        ("20.4 mL", {"low_alarm_date": "2026-11-30"}, "match"),
        ("20.4 mL", {"days_to_alarm": 20}, "match"),
        ("20.39 mL", {"days_to_alarm": 19}, "cannot_tell"),
        ("19.4 mL", {"low_alarm_date": "2026-11-29"}, "cannot_tell"),
        ("19.4 mL", {"low_alarm_date": "2026-11-30"}, "mismatch"),
        ("2.5 mL", {"days_to_alarm": 0}, "cannot_tell"),
        ("2.5 mL", {"empty_date": "2026-11-13"}, "cannot_tell"),  # 2.5 / 0.92 = 2.7 days
        ("57.2 mL", {"low_alarm_date": "2027-01-09"}, "match"),  # 60 days
    ],
)
def test_a_day_tells_nothing_where_it_is_a_twentieth_of_the_time(
    filled: str, shown: dict[str, Any], verdict: str
) -> None:
    checked = check_of(
        {"reservoir.filled": filled, **{f"readouts.{key}": each for key, each in shown.items()}}
    )

    assert [str(each.verdict) for each in checked.read_outs] == [verdict]


@pytest.mark.parametrize(
    ("shown", "stands_for"),
    [
        ({"days_to_alarm": 2}, "stands for 2 days to 3 days"),
        ({"low_alarm_date": "2026-12-01"}, "stands for 00:00 to 24:00 of that day"),
    ],
)
def test_a_day_that_comes_soon_says_what_it_stands_for(shown: dict[str, Any], stands_for: str) -> None:
    checked = check_table(
        changed(
            load_toml(CASES / "shown-days-few.toml"),
            {"readouts.days_to_alarm": None, **{f"readouts.{key}": each for key, each in shown.items()}},
        )
    )

    (message,) = read_out_messages(checked)

    assert stands_for in message.detail


# --- what runs by the clock


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        ({}, False),
        # 10 mcg in an hour are 240 mcg/day: one flow, whatever the hour
        (
            new_therapy(
                "flex",
                basal="240 mcg/day",
                steps=[step("06:00", "1 h", "10 mcg")],
                steps_replace_basal=True,
            ),
            False,
        ),
        (NIGHT, True),
        (QUIET_PERIODIC, True),
        ({**QUIET_PERIODIC, "new.every": "5 h"}, True),
        (
            new_therapy(
                "single-bolus",
                bolus="20 mcg",
                duration="10 min",
                basal="400 mcg/day",
                bolus_replaces_basal=False,
            ),
            False,
        ),
        (
            new_therapy(
                "flex",
                basal="400 mcg/day",
                steps=[],
                days={"sun": {"basal": "0 mcg/day", "steps": [step("00:00", "24 h", "380 mcg")]}},
            ),
            True,
        ),
    ],
)
def test_the_pump_s_clock_is_needed_where_it_decides_what_flows(
    changes: dict[str, Any], needed: bool
) -> None:
    assert ("pump_clock" in document_of(check_of(changes))["results"]["not_read"]) is needed


@pytest.mark.parametrize(
    ("every", "first", "verdict"),
    [
        ("6 h", "00:00", "match"),
        ("6 h", "18:00", "match"),
        ("6 h", "06:01", "mismatch"),
        ("24 h", "06:00", "match"),
        ("24 h", "18:00", "mismatch"),
        ("5 h", "06:00", "match"),
        ("5 h", "11:00", "mismatch"),  # on the days after they come at other times
        ("48 h", "06:00", "match"),
    ],
)
def test_any_bolus_of_the_day_may_be_called_the_first(every: str, first: str, verdict: str) -> None:
    checked = check_of({**QUIET_PERIODIC, "new.every": every, "readouts.first": first})

    assert [str(each.verdict) for each in checked.read_outs] == [verdict]


# --- a prime that may have been programmed by habit


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        ({}, False),
        ({"new.concentration": "2000 mcg/mL", "bridge.dose": "400 mcg/day"}, False),
        ({"line": {"tubing": "new", "catheter": "new"}}, True),
        ({"line": {"tubing": "old", "catheter": "none"}}, True),
        ({"current": {**new_therapy("stopped")["new"]}}, True),  # a therapy begins
        ({**FIXED, "system.tubing_volume": "0.14 mL", "line": {"tubing": "new", "catheter": "old"}}, False),
    ],
)
def test_that_no_prime_runs_must_be_seen_where_one_is_usual(changes: dict[str, Any], needed: bool) -> None:
    assert ("prime_volume" in document_of(check_of(changes))["results"]["not_read"]) is needed


# --- a gap that comes later


def test_a_gap_behind_drug_in_the_catheter_is_not_said_to_come_first() -> None:
    """0.19 mL of drug in the catheter, then 0.14 mL of nothing at 460 / 500 = 0.92 mL/day: 7/46 day, 3 h 39 min."""
    checked = check_of({"line": {"tubing": "none", "catheter": "old"}})

    (said,) = [each for each in finding_messages(checked, library()) if each.code == "time_without_drug"]

    assert said.title == "Later nothing reaches the patient"
    assert said.detail.startswith(
        "After 0.19 mL of drug have left the catheter no drug leaves the tip for 3 h 39 min"
    )


# --- a flow where there is no single one

# 240 mcg/day with 100 mcg from 22:00 to 06:00 of 500 mcg/mL: 0.48 and 0.6 mL/day, in the mean (160 + 100) / 500 = 0.52
STEPPED = {
    "current.daily_dose": "240 mcg/day",
    **new_therapy(
        "flex",
        basal="240 mcg/day",
        steps=[{"start": "22:00", "duration": "8 h", "dose": "100 mcg"}],
        steps_replace_basal=True,
    ),
}


@pytest.mark.parametrize(
    ("shown", "verdict"),
    [
        ("0.48 mL/day", "cannot_tell"),
        ("0.52 mL/day", "cannot_tell"),
        ("0.6 mL/day", "cannot_tell"),
        ("0.55 mL/day", "mismatch"),
        ("0.2 mL/day", "mismatch"),
    ],
)
def test_of_a_flow_that_changes_only_one_that_runs_cannot_be_told(shown: str, verdict: str) -> None:
    checked = check_of({**STEPPED, "readouts.flow_rate": shown})

    (read_out,) = (each for each in checked.read_outs if each.read_out.name == "flow_rate")
    assert str(read_out.verdict) == verdict


def test_a_flow_that_never_runs_says_which_do_and_blames_no_input() -> None:
    checked = check_of({**STEPPED, "readouts.flow_rate": "0.2 mL/day"})

    (message,) = read_out_messages(checked)

    assert (
        message.detail
        == "It shows 0.2 mL/day; the flow changes from 0.48 mL/day to 0.6 mL/day through the day."
    )
    assert explanations_message(explanations_of(checked, library()), checked) is None
