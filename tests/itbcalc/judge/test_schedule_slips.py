"""Read-outs of a schedule, its rows on the programmer, and the slips that lead to others.

Classes of docs/hazards.md: S6 (the total of a schedule against the daily dose, per hour for per day) and S3 (digits)
for schedules. Every expected value was worked by hand from the numbers in the comments.
"""

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from itbcalc.judge.check import explanations_of
from itbcalc.judge.slips import daily_dose_of
from itbcalc.quantities.kinds import as_concentration
from itbcalc.say.report import all_messages
from tests.itbcalc.compute.schedules import schedule_of
from tests.itbcalc.judge.test_check import (
    DIGITS,
    TENFOLD,
    Case,
    caught_rates,
    changed,
    published,
    rounded_text,
    serious,
    with_slip,
)
from tests.itbcalc.programs import (
    NIGHT,
    QUIET_FLEX,
    QUIET_PERIODIC,
    check_of,
    check_table,
    document_of,
    library,
    new_therapy,
    severities,
    step,
    table_of,
)
from tests.vectors.reading import quantity

# The accident that the ISMP reports: 60 mcg once each morning, here on a basal of 200 mcg/day: 260 mcg/day.
ISMP = {
    **new_therapy(
        "flex", basal="200 mcg/day", steps=[step("06:00", "1 h", "60 mcg")], steps_replace_basal=False
    ),
    "current.daily_dose": "230 mcg/day",
}
# 160 + 4 x 40 = 320 mcg/day
SIX_HOURLY = {
    **new_therapy(
        "periodic-bolus",
        basal="160 mcg/day",
        bolus="40 mcg",
        duration="10 min",
        every="6 h",
        first="06:00",
        bolus_replaces_basal=False,
    ),
    "current.daily_dose": "320 mcg/day",
}
# 24 mcg every 90 min over 5 min, nothing between: 384 mcg/day
NINETY_MINUTES = new_therapy(
    "periodic-bolus", basal="0 mcg/day", bolus="24 mcg", duration="5 min", every="90 min", first="06:00"
)
# 400 + 4 x 50 = 600 mcg/day at most; the daily dose is without the boluses
ON_DEMAND = {
    "new.daily_dose": "400 mcg/day",
    "new.patient_bolus": {"dose": "50 mcg", "duration": "5 min", "lockout": "6 h", "per_day": 4},
}
# 400 mcg/day of basal and 60 mcg at 06:00 on every day: 16.67 mcg/h, and 76.67 mcg/h in the step
NEW_EVERY_DAY = {**QUIET_FLEX, "current.daily_dose": "400 mcg/day"}
# Two steps in the place of a basal of 240 mcg/day: 240 x 12/24 + 100 + 50 = 270 mcg/day
TWO_STEPS = new_therapy(
    "flex",
    basal="240 mcg/day",
    steps=[step("22:00", "8 h", "100 mcg"), step("12:00", "4 h", "50 mcg")],
    steps_replace_basal=True,
)
# 5 x 360 + 2 x 300 = 2400 mcg a week, 342.86 mcg/day: 300 x 18/24 + 135 = 360 and 300 mcg
WEEKEND = new_therapy(
    "flex",
    basal="300 mcg/day",
    steps=[step("08:00", "6 h", "135 mcg")],
    steps_replace_basal=True,
    days={"sat": {"basal": "300 mcg/day", "steps": []}, "sun": {"basal": "300 mcg/day", "steps": []}},
)


def read_outs(changes: dict[str, Any], shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The compared read-outs by name, the cells of the rows among them."""
    typed = {f"readouts.{name}": value for name, value in shown.items()}
    found = document_of(check_of({**changes, **typed}))["results"]["readouts"]
    cells = [cell for each in found for cell in each.get("cells", [])]
    return {each["name"]: each for each in [*found, *cells]}


# --- the slip that was made is named first

SCHEDULE_SLIPS = [
    pytest.param(
        # 200 + 24 x 60 = 1640
        ISMP, {"daily_dose": "1640 mcg/day"}, "daily_dose",
        "every_hour_for_once_a_day", "1,640 mcg/day", id="60 mcg every hour for once each morning",
    ),
    pytest.param(
        # 160 + 24 x 40 = 1120; 1120 / 500 = 2.24
        SIX_HOURLY, {"daily_dose": "1120 mcg/day", "daily_volume": "2.240 mL"}, "daily_volume",
        "every_hour_for_once_a_day", "2.24 mL", id="a bolus every hour for every six",
    ),
    pytest.param(
        # 160 + 40 = 200
        SIX_HOURLY, {"daily_dose": "200.0 mcg/day"}, "daily_dose",
        "once_a_day_for_every_interval", "200 mcg/day", id="a bolus once a day for every six hours",
    ),
    pytest.param(
        # 160 + 240 x 40 = 9760
        SIX_HOURLY, {"daily_dose": "9760 mcg/day"}, "daily_dose",
        "interval_minutes_for_hours", "9,760 mcg/day", id="the recall of 2004: minutes for hours",
    ),
    pytest.param(
        # every 90 h: 24 x 24 / 90 = 6.4
        NINETY_MINUTES, {"daily_dose": "6.4 mcg/day"}, "daily_dose",
        "interval_hours_for_minutes", "6.4 mcg/day", id="hours for minutes",
    ),
    pytest.param(
        # 300 + 140 = 440
        NIGHT, {"daily_dose": "440.0 mcg/day"}, "daily_dose",
        "basal_added_for_replaced", "440 mcg/day", id="the basal runs on beside the step",
    ),
    pytest.param(
        # 400 x 23/24 + 60 = 443.33
        QUIET_FLEX, {"daily_dose": "443.3 mcg/day"}, "daily_dose",
        "basal_replaced_for_added", "443.3 mcg/day", id="the basal gives way to the step",
    ),
    pytest.param(
        # 160 x (1 - 4 x 10/1440) + 160 = 315.56
        SIX_HOURLY, {"daily_dose": "315.6 mcg/day"}, "daily_dose",
        "basal_replaced_for_added", "315.6 mcg/day", id="the basal gives way to the boluses",
    ),
    pytest.param(
        # 300 x 16/24 + 8 x 140 = 1320
        NIGHT, {"daily_dose": "1320 mcg/day"}, "daily_dose",
        "step_dose_per_hour", "1,320 mcg/day", id="the dose of a step per hour",
    ),
    pytest.param(
        # 140 mcg/h in the row itself
        NIGHT, {"daily_dose": "1320 mcg/day", "steps": [{"start": "22:00", "dose_rate": "140.0 mcg/h"}]},
        "steps.1.dose_rate", "step_dose_per_hour", "3,360 mcg/day", id="the dose of a step per hour, in its row",
    ),
    pytest.param(
        # 200 + 140 x 8/24 = 246.67
        NIGHT, {"daily_dose": "246.7 mcg/day"}, "daily_dose",
        "step_dose_per_day", "246.7 mcg/day", id="the dose of a step per day",
    ),
    pytest.param(
        # 120 + 8 x 100 + 4 x 50 = 1120
        TWO_STEPS, {"daily_dose": "1120 mcg/day"}, "daily_dose",
        "step_dose_per_hour", "1,120 mcg/day", id="the doses of all steps per hour",
    ),
    pytest.param(
        NIGHT, {"daily_dose": "340.0 mcg/day", "steps": [{"start": "10:00", "end": "18:00", "dose": "140.0 mcg"}]},
        "steps.1.start", "am_for_pm", "10:00", id="10 am for 10 pm",
    ),
    pytest.param(
        # bolus and basal of 10 min: 40 + 160 x 10/1440 = 41.11
        {**SIX_HOURLY, "new.every": "1 day"},
        {"daily_dose": "200.0 mcg/day", "steps": [{"start": "18:00", "dose": "41.11 mcg"}]},
        "steps.1.start", "am_for_pm", "18:00", id="6 pm for 6 am in the first bolus",
    ),
    pytest.param(
        # on Saturday one row with the old 400 mcg/day from midnight to midnight, on Monday the new step
        NEW_EVERY_DAY,
        {"steps": [
            {"day": "mon", "start": "06:00", "dose_rate": "76.67 mcg/h"},
            {"day": "sat", "start": "00:00", "end": "00:00", "dose": "400.0 mcg"},
        ]},
        "steps.2.end", "previous_schedule_on_a_day", "00:00", id="the previous schedule on Saturday",
    ),
    pytest.param(
        # six days of 460 and one of 400: 3160 / 7 = 451.43
        NEW_EVERY_DAY, {"daily_dose": "451.4 mcg/day"}, "daily_dose",
        "previous_schedule_on_a_day", "451.4 mcg/day", id="the previous schedule on one day, in the mean",
    ),
    pytest.param(
        # 38 / 0.8 = 47.5 days after 10 Nov 09:00: 27 Dec 21:00; with 0.4 mL of boluses a day 31.7 days: 12 Dec
        ON_DEMAND, {"daily_dose": "400.0 mcg/day", "low_alarm_date": "2026-12-27"}, "low_alarm_date",
        "patient_boluses_left_out", "27 Dec 2026", id="the patient boluses left out",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "shown", "name", "code", "value"), SCHEDULE_SLIPS)
def test_the_slip_that_was_made_in_a_schedule_is_named_first_with_the_value_it_gives(
    changes: dict[str, Any], shown: dict[str, Any], name: str, code: str, value: str
) -> None:
    found = read_outs(changes, shown)[name]

    assert found["verdict"] == "mismatch"
    first = found["slips"][0]
    assert (first["code"], first["value"]["text"]) == (code, value)
    assert first["text"].endswith(".")


@pytest.mark.parametrize(
    ("changes", "shown", "code", "place"),
    [
        # digits of a step: 14 or 1400 for 140, 410 for 140: 200 + each
        (NIGHT, "214.0 mcg/day", "decimal_point_moved", "dose of step 1"),
        (NIGHT, "1600.0 mcg/day", "decimal_point_moved", "dose of step 1"),
        (NIGHT, "610.0 mcg/day", "digits_transposed", "dose of step 1"),
        # digits of the basal: 30 x 16/24 + 140 = 160, 3000 x 16/24 + 140 = 2140
        (NIGHT, "160.0 mcg/day", "decimal_point_moved", "basal"),
        (NIGHT, "2140.0 mcg/day", "decimal_point_moved", "basal"),
        # digits of the bolus: 160 + 4 x 4 or 400; 4 x 4 is 176
        (SIX_HOURLY, "176.0 mcg/day", "decimal_point_moved", "bolus"),
        (SIX_HOURLY, "1760.0 mcg/day", "decimal_point_moved", "bolus"),
        # of the second of two steps: 120 + 100 + 500
        (TWO_STEPS, "720.0 mcg/day", "decimal_point_moved", "dose of step 2"),
    ],
)
def test_mistyped_digits_of_a_schedule_are_named_with_their_place(
    changes: dict[str, Any], shown: str, code: str, place: str
) -> None:
    found = read_outs(changes, {"daily_dose": shown})["daily_dose"]

    assert found["slips"][0]["code"] == code
    assert place in found["slips"][0]["text"]


def test_a_digit_of_a_saturday_is_named_as_such() -> None:
    # Saturday's 50 for 500 mcg: (6 x 460 + 900) / 7 = 522.857
    saturday = {
        "basal": "400 mcg/day",
        "steps": [step("09:00", "2 h", "50 mcg")],
        "steps_replace_basal": False,
    }

    found = read_outs({**QUIET_FLEX, "new.days": {"sat": saturday}}, {"daily_dose": "522.9 mcg/day"})

    assert found["daily_dose"]["slips"][0]["code"] == "decimal_point_moved"
    assert "dose of step 1 on Sat" in found["daily_dose"]["slips"][0]["text"]


def test_the_ismp_accident_is_a_stop_with_both_totals_and_the_hour_named() -> None:
    """H02: 60 mcg each morning became 60 mcg every hour."""
    messages = all_messages(check_of({**ISMP, "readouts.daily_dose": "1640 mcg/day"}), library())

    mismatch, slip = messages[0], messages[1]
    assert (mismatch.code, str(mismatch.severity)) == ("readout_differs", "stop")
    assert "1640 mcg/day" in mismatch.text
    assert "260 mcg/day" in mismatch.text
    assert "times as much" in mismatch.text
    assert slip.code == "slip"
    assert "60 mcg may be programmed every hour" in slip.text


def test_the_minutes_for_hours_of_2004_are_a_stop_and_named() -> None:
    """H01: the interval in the field for minutes."""
    messages = all_messages(check_of({**SIX_HOURLY, "readouts.daily_dose": "9760 mcg/day"}), library())

    assert [(each.code, str(each.severity)) for each in messages[:2]] == [
        ("readout_differs", "stop"),
        ("slip", "warning"),
    ]
    assert "6 min as interval between boluses" in messages[1].text


def test_the_hourly_bolus_typed_as_it_was_programmed_stops_by_itself() -> None:
    """H01, H02: nobody need read the programmer for this one."""
    typed = {**SIX_HOURLY, "new.every": "1 h"}

    assert severities(check_of(typed))["boluses_very_often"] == "stop"


def test_a_slip_counts_each_read_out_once() -> None:
    checked = check_of(
        {
            **NIGHT,
            "readouts.steps": [{"start": "10:00", "end": "18:00", "dose": "140.0 mcg", "duration": "8 h"}],
        }
    )

    best = {each.reason: len(each.explains) for each in explanations_of(checked, library()).found}

    assert best["am_for_pm"] == 2  # start and end


# --- rows as the programmer lists them


@pytest.mark.parametrize(
    ("changes", "row", "verdicts"),
    [
        # 140 mcg in 8 h: 17.5 mcg/h, 420 mcg/day, 420 / 500 = 0.84 mL/day
        (NIGHT, {"start": "22:00", "end": "06:00"}, "match match"),
        (NIGHT, {"start": "22:00", "duration": "8 h", "dose": "140.0 mcg"}, "match match match"),
        (NIGHT, {"start": "22:00", "duration": "480 min", "dose": "0.14 mg"}, "match match match"),
        (NIGHT, {"start": "22:00", "dose_rate": "17.50 mcg/h", "flow_rate": "0.840 mL/day"}, "match match match"),
        (NIGHT, {"start": "22:00", "dose_rate": "420.0 mcg/day", "flow_rate": "0.035 mL/h"}, "match match match"),
        (NIGHT, {"start": "22:00", "end": "07:00", "dose": "140.0 mcg"}, "match mismatch match"),
        (NIGHT, {"start": "22:00", "end": "06:00", "dose": "141.0 mcg"}, "match match mismatch"),
        (NIGHT, {"start": "21:00", "end": "06:00", "dose": "140.0 mcg"}, "mismatch match match"),
        # between the steps: 300 mcg/day from 06:00 to 22:00, 200 mcg
        (NIGHT, {"start": "06:00", "end": "22:00", "dose": "200.0 mcg"}, "match match match"),
        (NIGHT, {"start": "06:00", "end": "22:00", "dose_rate": "12.50 mcg/h"}, "match match match"),
        (NIGHT, {"start": "06:00", "dose_rate": "12.4 mcg/h"}, "match mismatch"),
        # cut at midnight: 2 h of 17.5 are 35 mcg, 6 h 105 mcg
        (NIGHT, {"start": "22:00", "end": "00:00", "dose": "35.0 mcg"}, "match match match"),
        (NIGHT, {"start": "00:00", "end": "06:00", "dose": "105.0 mcg"}, "match match match"),
        # without an end the dose may be that of the part before midnight, or a step of another dose
        (NIGHT, {"start": "22:00", "dose": "35.0 mcg"}, "match cannot_tell"),
        (NIGHT, {"start": "22:00", "dose": "35.0 mcg", "dose_rate": "17.50 mcg/h"}, "match match match"),
        # a row of one way of listing with a cell of the other is no row of ours
        (NIGHT, {"start": "22:00", "end": "06:00", "dose": "35.0 mcg"}, "match match mismatch"),
        (NIGHT, {"start": "22:00", "duration": "2 h", "dose": "140.0 mcg"}, "match mismatch match"),
        # cut off instead of rounded: 140 / 9 = 15.5555
        ({**NIGHT, "new.steps.1.duration": "9 h"}, {"start": "22:00", "dose_rate": "15.55 mcg/h"}, "match match_truncated"),
        # on top of a basal the row holds both, 400/24 + 60 = 76.667 mcg, or what was typed: the dose alone tells neither
        (QUIET_FLEX, {"start": "06:00", "end": "07:00", "dose": "76.67 mcg"}, "match match cannot_tell"),
        (QUIET_FLEX, {"start": "06:00", "end": "07:00", "dose": "60.0 mcg"}, "match match cannot_tell"),
        # a rate of the row does: 76.667 mcg/h is what flows, 60 mcg/h a step that took the place of the basal
        (QUIET_FLEX, {"start": "06:00", "end": "07:00", "dose": "60.0 mcg", "dose_rate": "76.67 mcg/h"}, "match match match match"),
        (QUIET_FLEX, {"start": "06:00", "end": "07:00", "dose": "76.67 mcg", "dose_rate": "76.67 mcg/h"}, "match match match match"),
        (QUIET_FLEX, {"start": "06:00", "end": "07:00", "dose": "60.0 mcg", "dose_rate": "60.00 mcg/h"}, "match match cannot_tell mismatch"),
        (QUIET_FLEX, {"start": "06:00", "end": "07:00", "dose": "66.0 mcg"}, "match match mismatch"),
        # a time with seconds is no time that a row shows: 06:00 and 100 s
        ({**QUIET_FLEX, "new.steps": [step("06:00", "100 s", "60 mcg")]}, {"start": "06:00", "end": "06:01"}, "match cannot_tell"),
        ({**QUIET_FLEX, "new.steps": [step("06:00", "100 s", "60 mcg")]}, {"start": "06:00", "end": "06:02"}, "match cannot_tell"),
        ({**QUIET_FLEX, "new.steps": [step("06:00", "100 s", "60 mcg")]}, {"start": "06:00", "end": "06:03"}, "match mismatch"),
        # boluses: 15 mcg and 5 min of 400 mcg/day, 1.389 mcg; 16.389 x 12 = 196.67 mcg/h while they run
        (QUIET_PERIODIC, {"start": "12:00", "end": "12:05", "dose": "16.39 mcg"}, "match match cannot_tell"),
        (QUIET_PERIODIC, {"start": "12:00", "end": "12:05", "dose": "15.00 mcg"}, "match match cannot_tell"),
        (QUIET_PERIODIC, {"start": "12:00", "end": "12:05", "dose": "15.00 mcg", "dose_rate": "196.7 mcg/h"}, "match match match match"),
        (QUIET_PERIODIC, {"start": "12:00", "end": "12:05", "dose": "15.00 mcg", "dose_rate": "180.0 mcg/h"}, "match match cannot_tell mismatch"),
        (QUIET_PERIODIC, {"start": "12:05", "end": "18:00", "dose_rate": "16.67 mcg/h"}, "match match match"),
        (QUIET_PERIODIC, {"start": "12:00", "end": "12:05", "dose": "15.50 mcg"}, "match match mismatch"),
        # the therapy that does not change through the day is one row
        ({}, {"start": "00:00", "end": "00:00", "dose": "460 mcg", "dose_rate": "460 mcg/day"}, "match match match match"),
        # days of the week: Saturday has one row of 300 mcg/day
        (WEEKEND, {"day": "mon", "start": "08:00", "end": "14:00", "dose": "135.0 mcg"}, "match match match"),
        (WEEKEND, {"day": "sat", "start": "00:00", "end": "00:00", "dose": "300.0 mcg"}, "match match match"),
        (WEEKEND, {"day": "sat", "start": "08:00", "end": "14:00", "dose": "135.0 mcg"}, "mismatch mismatch mismatch"),
        (WEEKEND, {"start": "08:00", "end": "14:00", "dose": "135.0 mcg"}, "match match match"),
        (WEEKEND, {"day": "sun", "start": "00:00", "dose_rate": "12.50 mcg/h"}, "match match"),
    ],
)  # fmt: skip
def test_a_row_is_compared_cell_by_cell(changes: dict[str, Any], row: dict[str, str], verdicts: str) -> None:
    typed = {**changes, "readouts.steps": [row]}

    found = [str(each.verdict) for each in check_of(typed).read_outs]

    assert found == verdicts.split()


def test_without_its_day_a_row_is_one_of_the_usual_day_also_where_monday_differs() -> None:
    monday = {"basal": "300 mcg/day", "steps": []}
    rows = [
        {"start": "14:00", "end": "00:00", "dose_rate": "12.50 mcg/h"},
        {"start": "08:00", "dose": "135.0 mcg"},
    ]
    changes = {**WEEKEND, "new.days": {"mon": monday}, "readouts.steps": rows}

    assert {str(each.verdict) for each in check_of(changes).read_outs} == {"match"}


def test_a_row_that_we_do_not_have_differs_and_none_is_computed() -> None:
    rows = [{"start": "22:00", "end": "06:00", "dose": "140.0 mcg"}, {"start": "09:00", "dose": "20.0 mcg"}]

    found = read_outs(NIGHT, {"steps": rows})

    assert found["steps.1.dose"]["verdict"] == "match"
    assert found["steps.2.start"]["verdict"] == "mismatch"
    assert found["steps.2.start"]["computed"] is None
    assert found["steps"]["verdict"] == "mismatch"


def test_rows_are_one_read_out_with_the_gravest_verdict_and_its_cells() -> None:
    rows = [
        {"start": "22:00", "end": "06:00", "dose": "14.0 mcg"},
        {"start": "06:00", "dose_rate": "12.50 mcg/h"},
    ]
    typed = {"readouts.daily_dose": "340.0 mcg/day", "readouts.steps": rows}

    document = document_of(check_of({**NIGHT, **typed}))["results"]["readouts"]

    assert [each["name"] for each in document] == ["daily_dose", "steps"]
    steps = document[1]
    assert list(steps) == ["name", "shown", "computed", "verdict", "slips", "cells"]
    assert steps["verdict"] == "mismatch"
    assert [cell["name"] for cell in steps["cells"]] == [
        "steps.1.start", "steps.1.end", "steps.1.dose", "steps.2.start", "steps.2.dose_rate",
    ]  # fmt: skip
    assert [cell["verdict"] for cell in steps["cells"]] == ["match", "match", "mismatch", "match", "match"]
    assert steps["cells"][0]["computed"] == {"time": "22:00", "text": "22:00"}
    assert steps["cells"][2]["computed"] == {"exact": "140", "unit": "mcg", "text": "140 mcg"}
    assert steps["slips"][0]["code"] == "read_out_decimal_point_moved"
    assert "1.dose 14.0 mcg" in steps["shown"]


def test_a_dose_rate_is_shown_back_in_the_unit_of_the_row() -> None:
    checked = check_of({**NIGHT, "readouts.steps": [{"start": "22:00", "dose_rate": "12.50 mcg/h"}]})

    (message,) = (each for each in all_messages(checked, library()) if each.code == "readout_differs")

    assert "17.5 mcg/h" in message.text
    assert "dose rate of row 1" in message.text


@pytest.mark.parametrize(
    ("shown", "verdict"),
    [
        ("360.0 mcg/day", "cannot_tell"),  # a working day: it says nothing of the weekend
        ("300.0 mcg/day", "cannot_tell"),  # the weekend
        ("342.9 mcg/day", "match"),  # the mean
        ("343 mcg/day", "match"),
        ("330.0 mcg/day", "mismatch"),
        ("2400 mcg/day", "mismatch"),
    ],
)
def test_where_the_days_differ_the_daily_dose_is_the_mean_and_that_of_one_day_does_not_tell(
    shown: str, verdict: str
) -> None:
    assert read_outs(WEEKEND, {"daily_dose": shown})["daily_dose"]["verdict"] == verdict


# the mean: 340 / 500 and 460 / 500 mL/day; 300 / 500 on a weekend
@pytest.mark.parametrize(("changes", "flow"), [(NIGHT, "0.68"), (QUIET_PERIODIC, "0.92"), (WEEKEND, "0.60")])
def test_where_the_flow_changes_one_flow_rate_on_the_programmer_cannot_be_told(
    changes: dict[str, Any], flow: str
) -> None:
    checked = check_of({**changes, "readouts.flow_rate": f"{flow} mL/day"})

    (message,) = (each for each in all_messages(checked, library()) if each.code == "cannot_tell")

    assert str(checked.read_outs[0].verdict) == "cannot_tell"
    assert "no single flow rate" in message.text


# --- S6: the total of a schedule against the daily dose that is stated

S6: list[tuple[str, dict[str, Any], str, str]] = [  # situation, program, the daily dose stated, slip named (or none)
    ("every hour for once a day", ISMP, "1640 mcg/day", "every_hour_for_once_a_day"),
    ("the step alone every hour", {**ISMP, "new.basal": "0 mcg/day"}, "1440 mcg/day", "every_hour_for_once_a_day"),
    ("every hour in the place of the basal", {**ISMP, "new.steps_replace_basal": True}, "1440.0 mcg/day", "every_hour_for_once_a_day"),
    ("every hour, in mg", ISMP, "1.640 mg/day", "every_hour_for_once_a_day"),
    ("every hour, per hour", ISMP, "68.33 mcg/h", "every_hour_for_once_a_day"),
    ("the basal alone", ISMP, "200 mcg/day", "left_out"),
    ("the step alone", ISMP, "60 mcg/day", "left_out"),
    ("a dose forgotten", TWO_STEPS, "220.0 mcg/day", "left_out"),
    ("the basal of a whole day and the steps", TWO_STEPS, "390.0 mcg/day", "basal_added_for_replaced"),
    ("the steps without the basal", TWO_STEPS, "150.0 mcg/day", "left_out"),
    ("the steps per hour", TWO_STEPS, "1120 mcg/day", "step_dose_per_hour"),
    ("one step per hour", TWO_STEPS, "970 mcg/day", "step_dose_per_hour"),  # 120 + 800 + 50
    ("the other step per hour", TWO_STEPS, "420 mcg/day", "step_dose_per_hour"),  # 120 + 100 + 200
    ("the steps per day", TWO_STEPS, "161.7 mcg/day", "step_dose_per_day"),  # 120 + 33.33 + 8.33
    ("a night step per hour", NIGHT, "1320 mcg/day", "step_dose_per_hour"),
    ("a night step per day", NIGHT, "246.7 mcg/day", "step_dose_per_day"),
    ("a night step of 24 h", NIGHT, "420 mcg/day", ""),
    ("the dose before", {**NIGHT, "current.daily_dose": "300 mcg/day"}, "300 mcg/day", "previous_dose"),
    ("the last digit", NIGHT, "341 mcg/day", "neighbouring_key"),
    ("the last printed digit", NIGHT, "340.1 mcg/day", ""),
    ("a tenth", NIGHT, "34.0 mcg/day", "read_out_decimal_point_moved"),
    ("ten times", NIGHT, "3400 mcg/day", "read_out_decimal_point_moved"),
    ("digits of the total swapped", NIGHT, "430.0 mcg/day", "read_out_digits_transposed"),
    ("the schedule in mg", NIGHT, "340 mg/day", "mg_for_mcg"),
    ("the whole week", WEEKEND, "2400 mcg/day", ""),
    ("the previous dose on one day", NEW_EVERY_DAY, "451.4 mcg/day", "previous_schedule_on_a_day"),
    ("four boluses for a day", SIX_HOURLY, "160 mcg/day", "left_out"),
    ("a bolus every hour", SIX_HOURLY, "1120 mcg/day", "every_hour_for_once_a_day"),
    ("a bolus every six minutes", SIX_HOURLY, "9760 mcg/day", "interval_minutes_for_hours"),
    ("a bolus once a day", SIX_HOURLY, "200 mcg/day", "once_a_day_for_every_interval"),
    ("half of the patient boluses counted", ON_DEMAND, "500 mcg/day", "number_elsewhere"),
    ("a bolus once a day, and no basal", {**QUIET_PERIODIC, "new.basal": None, "new.bolus_replaces_basal": None}, "15 mcg/day", "once_a_day_for_every_interval"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "shown", "slip"), [row[1:] for row in S6], ids=[row[0] for row in S6])
def test_a_stated_daily_dose_that_is_not_the_total_of_the_schedule_stops(
    changes: dict[str, Any], shown: str, slip: str
) -> None:
    checked = check_of({**changes, "readouts.daily_dose": shown})

    (compared,) = checked.read_outs
    first = all_messages(checked, library())
    assert str(compared.verdict) == "mismatch"
    assert "stop" in {str(message.severity) for message in first if message.code == "readout_differs"}
    found = list(explanations_of(checked, library()).slips_in("daily_dose"))
    assert [str(each.reason) for each, _ in found[:1]] == ([slip] if slip else [])


def test_the_dose_of_boluses_is_known_once_their_concentration_is() -> None:
    """4 boluses of 15 mcg."""
    boluses = schedule_of(
        {"mode": "periodic-bolus", "bolus": "15 mcg", "duration": "5 min", "every": "6 h", "first": "06:00"}
    )
    strength = as_concentration(quantity("500 mcg/mL"))

    assert daily_dose_of(boluses, None) is None
    assert daily_dose_of(None, strength) is None
    assert daily_dose_of(boluses, strength).magnitude == 60


def test_class_s6_has_its_cases() -> None:
    assert len({(name, shown) for name, _, shown, _ in S6}) == len(S6) >= 24


@pytest.mark.parametrize(
    ("changes", "total"),
    [(ISMP, "260"), (TWO_STEPS, "270"), (NIGHT, "340"), (SIX_HOURLY, "320"), (NINETY_MINUTES, "384"), (ON_DEMAND, "400")],
)  # fmt: skip
def test_the_stated_daily_dose_that_is_the_total_agrees(changes: dict[str, Any], total: str) -> None:
    (compared,) = check_of({**changes, "readouts.daily_dose": f"{total}.0 mcg/day"}).read_outs

    assert str(compared.verdict) == "match"


# --- S3 for schedules: digits mistyped in steps, basal and bolus

SLOTS = ("00:30", "05:00", "10:00", "15:00", "19:30")


def generated(count: int) -> Iterator[Case]:
    """Correct schedules with a slip in one typed number: the dose of a step, a bolus, or the basal beside it."""
    chance = random.Random(20_261_125)  # noqa: S311  # reproducible cases, no secret
    slips = (*TENFOLD, *DIGITS)
    made = 0
    while made < count:
        slip = slips[made % len(slips)]
        make = (_flex_program, _periodic_program)[made // len(slips) % 2]
        table, read, places = make(chance)
        place = chance.choice(places)
        number, unit = _typed_at(table, place).split(" ", 1)
        mistyped = with_slip(number, slip, chance)
        if mistyped is not None:
            made += 1
            yield Case(table, read, place, slip, f"{mistyped} {unit}")


Generated = tuple[dict[str, Any], dict[str, Any], list[str]]


def _flex_program(chance: random.Random) -> Generated:
    """One to three steps of 1 to 4 hours, in the place of the basal or on top of it."""
    strength, basal = chance.choice((500, 1000, 2000)), Fraction(chance.randrange(800, 6000), 10)
    replaces = chance.random() < 0.5
    starts = sorted(chance.sample(SLOTS, chance.randrange(1, 4)))
    steps = [
        (start, chance.choice((1, 2, 3, 4)), Fraction(chance.randrange(100, 1500), 10)) for start in starts
    ]
    beside = sum(hours for _, hours, _ in steps) if replaces else 0
    total = basal * (24 - beside) / 24 + sum(dose for *_, dose in steps)
    rows = [
        {"start": start, "dose": f"{rounded_text(dose if replaces else dose + basal * hours / 24, 1)} mcg"}
        for start, hours, dose in steps
    ]
    last_start, last_hours, _ = steps[-1]
    after = f"{(int(last_start[:2]) + last_hours) % 24:02}{last_start[2:]}"
    rows.append({"start": after, "dose_rate": f"{rounded_text(basal / 24, 2)} mcg/h"})
    keys = {
        "basal": f"{rounded_text(basal, 1)} mcg/day",
        "steps": [step(start, f"{hours} h", f"{rounded_text(dose, 1)} mcg") for start, hours, dose in steps],
        "steps_replace_basal": replaces,
    }
    places = ["new.basal", *(f"new.steps.{number}.dose" for number in range(1, len(steps) + 1))]
    table, read = _program(chance, strength, total, new_therapy("flex", **keys))
    return table, {**read, "readouts.steps": rows}, places


def _periodic_program(chance: random.Random) -> Generated:
    """A bolus of 5 to 60 mcg, two to eight times a day, on top of a basal."""
    strength, basal = chance.choice((500, 1000, 2000)), Fraction(chance.randrange(800, 6000), 10)
    bolus, every = Fraction(chance.randrange(50, 600), 10), chance.choice((3, 4, 6, 8, 12))
    keys = {
        "basal": f"{rounded_text(basal, 1)} mcg/day",
        "bolus": f"{rounded_text(bolus, 1)} mcg",
        "duration": "10 min",
        "every": f"{every} h",
        "first": "06:00",
        "bolus_replaces_basal": False,
    }
    rows = [
        {"start": "06:00", "end": "06:10", "dose": f"{rounded_text(bolus + basal / 144, 1)} mcg"},
        {"start": "06:10", "dose_rate": f"{rounded_text(basal / 24, 2)} mcg/h"},
    ]
    total = basal + bolus * 24 / every
    table, read = _program(chance, strength, total, new_therapy("periodic-bolus", **keys))
    return table, {**read, "readouts.steps": rows}, ["new.basal", "new.bolus"]


def _program(
    chance: random.Random, strength: int, total: Fraction, therapy: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """After a dose from 15 % below to 25 % above the new one, on a SynchroMed II."""
    old = Fraction(int(total * chance.randrange(80, 116) / 10), 10)
    table = table_of(
        {
            **therapy,
            "system.pump": "synchromed-ii-40",
            "system.tubing_volume": "0.140 mL",
            "current.concentration": f"{strength} mcg/mL",
            "new.concentration": f"{strength} mcg/mL",
            "current.daily_dose": f"{rounded_text(old, 1)} mcg/day",
        }
    )
    read = {
        "readouts.daily_dose": f"{rounded_text(total, 1)} mcg/day",
        "readouts.daily_volume": f"{rounded_text(total / strength, 4)} mL",
    }
    return table, read


def _typed_at(table: dict[str, Any], place: str) -> str:
    value: Any = table
    for key in place.split("."):
        value = value[int(key) - 1] if isinstance(value, list) else value[key]
    return str(value)


@pytest.mark.parametrize("count", [160, pytest.param(4_000, marks=pytest.mark.slow)], ids=["160", "4,000"])
def test_mistyped_digits_of_a_schedule_are_caught(count: int) -> None:
    """S3 for schedules: 160 cases, 4,000 when slow, 20 and 500 for each slip.

    With the programmer's read-outs, total and rows, all are caught. Without any, of 500 each: all that make a number a hundred
    times as large or more, 497 that make it ten times; a tenth in 76 %, a hundredth in 82 %, a digit dropped in 81 %, doubled
    in 99 %, two swapped in 30 %. A step of a schedule is but a part of the day: 14.2 mcg in 4 h typed as 142 are weaker than the step
    beside it, and the day is one that may be ordered.
    """
    rates = caught_rates(generated(count))

    print(f"\n{published(rates)}")
    for slip in (*TENFOLD, *DIGITS):
        cases, read, _ = rates[slip]
        assert read == cases, slip
    for slip, missed in (("x 10", 1), ("x 100", 0), ("x 1000", 0)):
        cases, _, bare = rates[slip]
        assert 100 * bare >= (100 - missed) * cases, slip


def test_the_generated_schedules_are_correct() -> None:
    for case in list(generated(160)):
        checked = check_table(changed(case.table, case.read_outs))

        assert {str(compared.verdict) for compared in checked.read_outs} == {"match"}, case
        assert "stop" not in severities(checked).values()
        assert "boluses_very_often" not in serious(severities(checked))


def test_a_step_left_out_is_named_from_the_day_of_the_alarm_alone() -> None:
    # 6 mL above the alarm: at 340 mcg/day = 0.68 mL/day 8.8 days, 19 Nov; without the night 0.6 mL/day, 10 days to the minute
    checked = check_of({**NIGHT, "reservoir.filled": "8 mL", "readouts.low_alarm_date": "2026-11-20"})

    first, *_ = explanations_of(checked, library()).found
    assert (first.reason, first.place) == ("step_left_out", "new.steps.1")


def test_a_step_that_lasts_ten_times_as_long_is_named_from_the_day_of_the_alarm_alone() -> None:
    # 10 mcg/h but for 5 mcg from 06:00 to 07:00: 235 mcg/day = 0.47 mL/day, 8.1 mL last 17 days. To 16:00 it is 145 mcg/day =
    # 0.29 mL/day: 7.83 mL in 27 days, 0.007 mL to 16:00 on 7 Dec, 0.02 mL/h from there: 13 h later, 05:09 on 8 Dec
    flex = new_therapy(
        "flex", basal="240 mcg/day", steps=[step("06:00", "1 h", "5 mcg")], steps_replace_basal=True
    )
    checked = check_of({**flex, "reservoir.filled": "10.1 mL", "readouts.low_alarm_date": "2026-12-08"})

    found = explanations_of(checked, library()).found
    lasts = [
        each for each in found if each.offered is not None and each.offered.place == "new.steps.1.duration"
    ]
    assert [Fraction(600) in each.within for each in lasts] == [True]
