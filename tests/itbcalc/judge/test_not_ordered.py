"""What runs on the programmer though nobody ordered it is named as the one cause, and only where it fits.

Every expected value was worked by hand from the numbers in the comments.
"""

from typing import Any

import pytest

from itbcalc.judge.check import explanations_of
from itbcalc.say.explanations import explanations_message
from tests.itbcalc.judge.bridged import BRIDGED
from tests.itbcalc.programs import check_of, library

# 15 mcg four times a day: 460 + 60 = 520 mcg/day, 520 / 500 = 1.04 mL/day; 38 / 1.04 = 36.5 days: 16 Dec 2026.
# As ordered 38 / 0.92 = 41.3 days: 21 Dec.
BOLUSES = {
    "patient_bolus.dose": "15 mcg",
    "patient_bolus.duration": "5 min",
    "patient_bolus.lockout": "2 h",
    "patient_bolus.per_day": 4,
}
NO_BRIDGE = {key: value for key, value in BRIDGED.items() if key != "bridge.dose"}
# With 0.33 mL of 500: 165 mcg at 400 mcg/day are 9 h 54 min at 0.8 mL/day, and the alarm is that of `bridged.py`, 23 Apr;
# without a bridge 38 / 0.23 = 165.2 days: 24 Apr 2027.
BRIDGE = {"bridge_duration": "9 h 54 min", "bridge_flow_rate": "0.800 mL/day", "bridge_volume": "0.330 mL"}
BOLUS_WORDS = "Patient boluses run on the programmer that are not ordered in this program."
BRIDGE_WORDS = "A bridge runs on the programmer that is not ordered in this program."


def said(changes: dict[str, Any], shown: dict[str, Any]) -> tuple[str, str]:
    """The code and the words of what would explain it."""
    checked = check_of({**changes, **{f"readouts.{name}": text for name, text in shown.items()}})
    message = explanations_message(explanations_of(checked, library()), checked)
    return ("", "") if message is None else (message.code, message.detail)


@pytest.mark.parametrize(
    "shown",
    [
        BOLUSES,
        {**BOLUSES, "low_alarm_date": "2026-12-16"},  # they are counted
        {**BOLUSES, "low_alarm_date": "2026-12-21"},  # they are not
        {"patient_bolus.per_day": 4},
        {"patient_bolus.dose": "15 mcg", "patient_bolus.lockout": "2 h"},
    ],
    ids=["all", "counted", "not counted", "how many", "two of four"],
)
def test_patient_boluses_that_nobody_ordered_are_the_one_cause(shown):
    assert said({}, shown) == ("slip", BOLUS_WORDS)


def test_they_explain_no_alarm_of_another_day():
    code, words = said({}, {**BOLUSES, "low_alarm_date": "2026-12-01"})

    assert code == "no_slip"
    assert "not ordered in this program: that would give" in words


def test_those_of_before_are_still_those_of_before():
    before = {"dose": "12 mcg", "duration": "5 min", "lockout": "2 h", "per_day": 4}

    assert said(
        {"current.patient_bolus": before},
        {"daily_dose": "460.0 mcg/day", **BOLUSES, "patient_bolus.dose": "12 mcg"},
    ) == (
        "slip",
        "The programmer may still hold the patient boluses of before.",
    )


@pytest.mark.parametrize(
    "shown",
    [
        {**BRIDGE, "low_alarm_date": "2027-04-23"},
        {"bridge_duration": "9 h 54 min"},
        {"bridge_volume": "0.33 mL"},
        {"bridge_duration": "8 h 37 min"},  # at the new dose: 165 / 460 = 0.3587 days
        # at 300 mcg/day: 165 / 300 = 0.55 days, 300 / 500 = 0.6 mL/day
        {"bridge_duration": "13 h 12 min", "bridge_flow_rate": "0.600 mL/day"},
        {"bridge_dose": "300 mcg/day"},
    ],
    ids=["all, and the alarm", "duration", "volume", "at the new dose", "at a third dose", "dose"],
)
def test_a_bridge_that_nobody_ordered_is_the_one_cause(shown):
    assert said(NO_BRIDGE, shown) == ("slip", BRIDGE_WORDS)


@pytest.mark.parametrize(
    "shown",
    [
        {**BRIDGE, "bridge_volume": "0.500 mL"},
        {**BRIDGE, "bridge_flow_rate": "0.900 mL/day"},
        {**BRIDGE, "low_alarm_date": "2027-05-23"},
    ],
    ids=["more than there is", "faster than its duration", "another day"],
)
def test_one_that_is_no_bridge_of_this_line_is_not_the_one_cause(shown):
    assert said(NO_BRIDGE, shown)[0] == "no_slip"


def test_a_bridge_with_nothing_to_run_out_is_said_once():
    """The concentration does not change: a finding says so, and nothing else."""
    assert said({}, {"bridge_duration": "9 h 54 min"}) == ("", "")


@pytest.mark.parametrize(
    ("changes", "shown", "reason"),
    [({}, BOLUSES, "patient_boluses_not_ordered"), (NO_BRIDGE, BRIDGE, "bridge_not_ordered")],
)
def test_the_cause_has_its_code_and_gives_all_that_differs(changes, shown, reason):
    checked = check_of({**changes, **{f"readouts.{name}": text for name, text in shown.items()}})
    (only,) = explanations_of(checked, library()).found

    assert (only.reason, set(only.explains), only.contradicts) == (reason, set(shown), ())
