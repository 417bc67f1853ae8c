"""The one wrong input, where reservoir, clock, catheter, boluses and single weekdays were read: values by hand."""

from fractions import Fraction
from typing import Any

import pytest

from itbcalc.judge.check import explanations_of
from itbcalc.say.explanations import explanations_message
from itbcalc.say.report import read_out_messages
from tests.itbcalc.program.test_read_outs import BOLUSES, OF_95_CM, WEEK
from tests.itbcalc.programs import NIGHT, check_of, document_of, library, new_therapy, step

# Program, what was read, the input that explains it, its value, the kind of reason.
FOUND: dict[str, tuple[dict[str, Any], dict[str, Any], str, str, str]] = {
    "am for pm on the pump's clock": (
        OF_95_CM,
        {"pump_clock": "10 Nov 2026 21:00", "filled": "40.0 mL"},
        "reservoir.at",
        "10 Nov 2026 21:00",
        "unit",
    ),
    # 95 / 2.54 = 37.40 cm x 0.002 = 0.0748 mL; with the tubing 0.2148 mL
    "centimetres entered as inches": (
        OF_95_CM,
        {"catheter_length": "37.4 cm", "dead_volume": "0.215 mL", "filled": "40.0 mL"},
        "system.catheter.length",
        "37.4 cm",
        "unit",
    ),
    # (20 - 2) / 0.92 = 19.57 days; 20 mL is what the smaller pumps hold
    "another volume after the refill": (
        {},
        {"filled": "20.0 mL", "days_to_alarm": "19 day", "daily_dose": "460.0 mcg/day"},
        "reservoir.filled",
        "20 mL",
        "published",
    ),
    "a patient bolus more": (
        BOLUSES,
        {"patient_bolus.per_day": "4", "patient_bolus.dose": "10.0 mcg"},
        "new.patient_bolus.per_day",
        "4",
        "nearest",
    ),
    "am for pm of the first bolus": (
        {**BOLUSES, "new.every": "24 h"},
        {"first": "18:00", "every": "24 h"},
        "new.first",
        "18:00",
        "unit",
    ),
    "minutes for hours": (BOLUSES, {"every": "6 min", "bolus": "15.0 mcg"}, "new.every", "6 min", "unit"),
    # 120 x 18/24 + 120 = 210 mcg on Sunday, with the dose of the other days' step
    "the step of another day": (
        WEEK,
        {"days.sun.daily_dose": "210.0 mcg/day", "days.mon.daily_dose": "300.0 mcg/day"},
        "new.days.sun.steps.1.dose",
        "120 mcg",
        "elsewhere",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_the_one_wrong_input_is_found(case: str) -> None:
    program, read, place, value, kind = FOUND[case]
    results = document_of(check_of({**program, **{f"readouts.{name}": text for name, text in read.items()}}))

    first = results["results"]["explanations"][0]
    assert (first["input"], first["value"]["text"], first["kind"]) == (place, value, kind)


def test_whole_days_leave_open_what_a_day_leaves_open() -> None:
    # 19 days at 0.92 mL/day above 2 mL: 19.48 mL, and up to 20 days: 20.4 mL
    results = document_of(check_of({"readouts.days_to_alarm": "19"}))["results"]

    (filled,) = [each for each in results["explanations"] if each["input"] == "reservoir.filled"]
    assert (filled["from"]["text"], filled["to"]["text"]) == ("19.48 mL", "20.4 mL")


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ("10 Nov 2026 09:16", "It shows 10 Nov 2026 09:16, recomputed is 10 Nov 2026 09:00: 16 min ahead."),
        ("10 Nov 2026 08:00", "It shows 10 Nov 2026 08:00, recomputed is 10 Nov 2026 09:00: 1 h behind."),
    ],
)
def test_a_clock_that_is_off_says_how_far_and_blames_no_moment(shown: str, words: str) -> None:
    checked = check_of({"readouts.pump_clock": shown})

    (message,) = read_out_messages(checked)

    assert message.detail == words
    assert explanations_message(explanations_of(checked, library()), checked) is None


@pytest.mark.parametrize(
    ("filled", "shown", "reason"),
    [
        # (40 - 2) / 0.92 = 41.3 days
        ("40 mL", 42, "rounds_days_up"),
        ("40 mL", 43, None),
        # (38.8 - 2) / 0.92 = 40 days: there is nothing to round
        ("38.8 mL", 41, None),
    ],
)
def test_days_rounded_up_are_named_before_a_volume_that_nobody_typed(
    filled: str, shown: int, reason: str | None
) -> None:
    checked = check_of({"reservoir.filled": filled, "readouts.days_to_alarm": shown})

    reasons = [str(each.reason) for each in explanations_of(checked, library()).found]

    assert (reasons[:1] == ["rounds_days_up"]) is (reason is not None)
    if reason is not None:
        message = explanations_message(explanations_of(checked, library()), checked)
        assert message is not None
        assert message.detail.startswith("The programmer may round up to whole days.")
        (words,) = (each.detail for each in read_out_messages(checked))
        assert words == "It shows 42 days, recomputed is 41 days."


def test_what_moves_no_day_is_not_named_where_the_level_is_reached_just_as_the_day_ends() -> None:
    # (40 - 2) / (250 / 500) = 76 days to the minute, and 75 are shown. Tubing, catheter, old concentration and the
    # moment of the change move no day that is counted; 39.5 mL would: (39.5 - 2) / 0.5 = 75.
    catheter = {"length": "95 cm", "volume_per_length": "0.002 mL/cm"}
    doses = {"current.daily_dose": "250 mcg/day", "new.daily_dose": "250 mcg/day"}
    shown = {"daily_dose": "250.0 mcg/day", "flow_rate": "0.500 mL/day", "days_to_alarm": "75 day"}
    read = {f"readouts.{name}": text for name, text in shown.items()}

    results = document_of(check_of({"system.catheter": catheter, **doses, **read}))["results"]

    assert results["time_to_alarm"]["exact"] == "76"
    named = {each["input"]: each["value"]["exact"] for each in results["explanations"]}
    assert named.keys() == {"reservoir.filled", "reservoir.low_alarm", "new.concentration", "new.daily_dose"}
    assert named["reservoir.filled"] == "79/2"


def rows(*each: str) -> list[dict[str, str]]:
    """Rows as `01:00-01:10 68.33`: from, to, mcg/h."""
    cells = [row.replace("-", " ").split() for row in each]
    return [{"start": start, "end": end, "dose_rate": f"{rate} mcg/h"} for start, end, rate in cells]


# 200 mcg/day = 8.33 mcg/h beside boluses of 10 mcg, at 01:00 and 13:00 for 10 min: 8.33 + 60 = 68.33 mcg/h.
TWICE_A_DAY = new_therapy(
    "periodic-bolus", basal="200 mcg/day", bolus="10 mcg", duration="10 min", every="12 h", first="01:00",
    bolus_replaces_basal=False,
)  # fmt: skip
# 240 mcg/day = 10 mcg/h, on top of it 75 mcg in 5 h, 15 mcg/h, and 25 mcg in 2 h.
TWO_STEPS = [step("06:00", "5 h", "75 mcg"), step("20:00", "2 h", "25 mcg")]
ON_TOP = new_therapy("flex", basal="240 mcg/day", steps=TWO_STEPS, steps_replace_basal=False)

# Program, the rows of the whole day, the dose of the day, the input that explains them, its value.
ALL_ROWS: dict[str, tuple[dict[str, Any], list[dict[str, str]], str, str, str | None]] = {
    "another first bolus": (
        TWICE_A_DAY,
        rows(
            "00:00-02:00 8.33",
            "02:00-02:10 68.33",
            "02:10-14:00 8.33",
            "14:00-14:10 68.33",
            "14:10-00:00 8.33",
        ),
        "220.0 mcg/day",
        "new.first",
        "02:00",
    ),
    # 10 mcg in half an hour: 8.33 + 20 = 28.33 mcg/h
    "a longer bolus": (
        TWICE_A_DAY,
        rows("01:00-01:30 28.33", "01:30-13:00 8.33", "13:00-13:30 28.33", "13:30-01:00 8.33"),
        "220.0 mcg/day",
        "new.duration",
        "30 min",
    ),
    "more boluses": (
        TWICE_A_DAY,
        rows("01:00-01:10 68.33", "07:00-07:10 68.33", "13:00-13:10 68.33", "19:00-19:10 68.33"),
        "240.0 mcg/day",
        "new.every",
        "6 h",
    ),
    # 240 + 75 = 315 mcg/day, and nothing cuts the evening
    "a step on top left out": (
        ON_TOP,
        rows("00:00-06:00 10.00", "06:00-11:00 25.00", "11:00-00:00 10.00"),
        "315.0 mcg/day",
        "new.steps.2",
        None,
    ),
}


@pytest.mark.parametrize("case", ALL_ROWS)
def test_the_one_wrong_input_is_found_where_its_rows_are_others(case: str) -> None:
    program, shown, dose, place, value = ALL_ROWS[case]
    checked = check_of({**program, "readouts.steps": shown, "readouts.daily_dose": dose})

    results = document_of(checked)["results"]

    first = results["explanations"][0]
    assert (first["input"], first["value"] and first["value"]["text"]) == (place, value)
    differing = [each["name"] for each in results["readouts"] if each["verdict"] == "mismatch"]
    assert {"daily_dose"} & {*first["explains"]} == {"daily_dose"} & {*differing}


def test_a_clock_half_a_day_off_beside_a_date_that_agrees_is_no_wrong_moment() -> None:
    """38 / 0.92 = 41.304 days from 10 Nov 09:00: 21 Dec 16:18. From 21:00 on it would be 22 Dec 04:18."""
    checked = check_of({"readouts.pump_clock": "10 Nov 2026 21:00", "readouts.low_alarm_date": "2026-12-21"})

    assert explanations_of(checked, library()).found == ()


@pytest.mark.parametrize(
    ("at", "date", "days", "reason"),
    [
        # 41.304 days last from midnight until 21 Dec 07:18: noon of the day before is no am for pm
        ("2026-11-10T00:00+01:00", "2026-12-20", -1, "another_day"),
        # from 18:00 until 22 Dec 01:18, from 06:00 until 21 Dec 13:18
        ("2026-11-10T18:00+01:00", "2026-12-21", Fraction(-1, 2), "am_for_pm"),
        # 1 Nov 09:00 and 41.304 days
        ("2026-12-01T09:00+01:00", "2026-12-12", -30, "another_day"),
    ],
)
def test_am_for_pm_stays_on_the_day_that_was_typed(
    at: str, date: str, days: int | Fraction, reason: str
) -> None:
    checked = check_of({"reservoir.at": at, "readouts.low_alarm_date": date})

    found = explanations_of(checked, library()).found
    offered = [each for each in found if each.offered is not None and each.offered.place == "reservoir.at"]

    assert [(str(each.reason), each.value) for each in offered] == [(reason, days * 1440)]


def test_no_hint_says_otherwise_of_what_the_programmer_shows_as_it_was_typed() -> None:
    """120 mcg at night for 140 would be 320 mcg/day, but the row shows the 140 that were typed."""
    rows = [
        {"start": "06:00", "end": "22:00", "dose_rate": "12.50 mcg/h"},
        {"start": "22:00", "end": "06:00", "dose": "140.0 mcg"},
    ]
    changes = {**NIGHT, "readouts.daily_dose": "320.0 mcg/day", "readouts.steps": rows}
    hints = explanations_of(check_of(changes), library()).hints

    assert [each.offered.place for each in hints if each.offered is not None and each.offered.in_step] == []


def test_one_flow_of_the_schedule_of_before_says_that_it_still_runs() -> None:
    """300 x 16/24 + 140 = 340 mcg/day: one flow of 0.68 mL/day, but 0.60 runs beside the step of before."""
    changes = {"current": NIGHT["new"], "new.daily_dose": "340 mcg/day"}
    shown = {"daily_dose": "340.0 mcg/day", "flow_rate": "0.600 mL/day"}
    checked = check_of({**changes, **{f"readouts.{name}": value for name, value in shown.items()}})

    message = explanations_message(explanations_of(checked, library()), checked)

    assert message is not None
    assert message.detail == "The programmer may still hold the previous dose and schedule."


def test_what_is_counted_differs_in_the_plural() -> None:
    # (40 - 2) / 0.92 = 41.3 days
    (message,) = read_out_messages(check_of({"readouts.days_to_alarm": 50}))

    assert message.title == "The days to the alarm on the programmer differ"
