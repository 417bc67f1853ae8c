"""A day of 288 steps, with rows of it read: what is wrong is found among them, and nobody waits for it.

Every five minutes a step of three, of 1, 2, ... 9 mcg over and over: 32 times 45, 1440 mcg. The basal of 100 mcg/day
runs in the 288 x 2 minutes between them, 40 mcg: 1480 mcg/day.
"""

import gc
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from itbcalc.judge.check import Checked, check, explanations_of
from itbcalc.program import complete_program, read_program
from itbcalc.quantities.clock import TimeOfDay
from tests.itbcalc.programs import NOW, QUIET, library, new_therapy, step

LONG = {
    **QUIET,
    **new_therapy(
        "flex",
        basal="100 mcg/day",
        steps=[step(TimeOfDay(5 * n).text, "3 min", f"{1 + n % 9} mcg") for n in range(288)],
        steps_replace_basal=True,
    ),
}


def shown(**read_outs: Any) -> Checked:
    program = complete_program(read_program({**LONG, "readouts": read_outs}, library()))
    return check(program, library(), NOW)


def row(start: str, **cells: str) -> dict[str, str]:
    return {"start": start, **cells}


@pytest.mark.parametrize(
    ("read_outs", "place", "value"),
    [
        pytest.param(
            # 20 for 2 mcg: 1480 + 18; 20 mcg in 3 min are 400 mcg/h
            {"daily_dose": "1498.0 mcg/day", "steps": [row("00:05", end="00:08", dose="20.00 mcg")]},
            "new.steps.2.dose",
            20,
            id="a dose in the midst of the day",
        ),
        pytest.param(
            # the last of 288, of 9 mcg, lasts 5 min, to midnight: two minutes less of the basal, 5 / 36 mcg
            {"daily_dose": "1479.861 mcg/day", "steps": [row("23:55", end="00:00", dose="9.00 mcg")]},
            "new.steps.288.duration",
            5,
            id="how long the last one lasts",
        ),
        pytest.param(
            # 12:02 for 12:00: the row that begins at 12:00 is not there any more, one at 12:02 is
            {"daily_dose": "1480.0 mcg/day", "steps": [row("12:02", end="12:05", dose="1.00 mcg")]},
            "new.steps.145.start",
            722,
            id="when one begins",
        ),
    ],
)
def test_the_one_wrong_number_among_hundreds_is_found(
    read_outs: dict[str, Any], place: str, value: int
) -> None:
    found = explanations_of(shown(**read_outs), library()).found

    offered = {each.offered.place: each for each in found if each.offered is not None}
    assert Fraction(value) in offered[place].within


def test_what_no_step_can_explain_is_said_to_be_so() -> None:
    """Neither 999.1 mcg/day nor a row of 50 minutes comes of one of 288 steps, or of anything else that is one number."""
    checked = shown(
        daily_dose="999.1 mcg/day", basal="3.0 mcg/day", steps=[row("00:10", end="01:00", dose="5.00 mcg")]
    )

    found = explanations_of(checked, library())

    assert checked.whole.verdict == "differs"
    assert not found.found


def test_a_search_through_hundreds_of_steps_is_over_in_the_time_of_a_few_checks() -> None:
    """In processor time; before, each step was tried with the whole day and all its rows, 60 checks of it and more."""
    read_outs = {
        "daily_dose": "999.1 mcg/day",
        "basal": "3.0 mcg/day",
        "low_alarm_date": "2027-03-03",
        "steps": [row("00:10", end="01:00", dose="5.00 mcg")],
    }
    checked = shown(**read_outs)

    searched = seconds(lambda: explanations_of(checked, library()))
    checked_in = min(seconds(lambda: check(checked.program, library(), NOW)) for _ in range(3))
    assert searched < 20 * checked_in


def seconds(work: Callable[[], object]) -> float:
    gc.collect()
    begin = time.process_time()
    work()
    return time.process_time() - begin
