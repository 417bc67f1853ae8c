"""What is seen while a check of a known patient is typed: another system than the last step left, another volume than is expected."""

from typing import Any

import pytest

from itbcalc.say import Message
from itbcalc.visits.against_log import differs_from_log
from itbcalc.visits.recording import read_back_draft
from tests.itbcalc.every_kind import NURSE
from tests.itbcalc.programs import library, table_of
from tests.itbcalc.visits.histories import at, at_dose, checked_step, history

A_WEEK_LATER = "2026-11-17T09:00+01:00"


def said(**changes: Any) -> dict[str, Message]:
    """Of a step a week after 40 mL at 300 / 500 = 0.6 mL/day: 40 − 4.2 = 35.8 mL are expected."""
    log = history(at_dose("300 mcg/day"))
    step = table_of({**at_dose("310 mcg/day", A_WEEK_LATER, current__daily_dose="300 mcg/day"), **changes})
    found = differs_from_log(checked_step(step).checked, log, at(A_WEEK_LATER), library())
    return {message.code: message for message in found}


@pytest.mark.parametrize(
    ("typed", "told"),
    [("35.8 mL", False), ("35.3 mL", False), ("36.3 mL", False), ("35.29 mL", True), ("36.31 mL", True)],
)
def test_a_volume_is_told_beyond_the_error_of_two_readings(typed: str, told: bool) -> None:
    """0.25 mL each: 35.3 to 36.3 mL are silent."""
    assert ("volume_differs_from_log" in said(**{"reservoir.filled": typed})) is told


def test_a_volume_is_told_with_what_is_expected() -> None:
    """40 − 1.145 × 4.2 − 1 = 34.191 mL at 1.145 × 0.62 mL/day last 48 days 3 h 54 min from 17 Nov 09:00, whatever was typed."""
    message = said(**{"reservoir.filled": "40 mL"})["volume_differs_from_log"]

    assert message.detail == (
        "By entry 1 35.8 mL are expected in the reservoir; typed is 40 mL. At a refill type what was drawn off. "
        "If nothing was filled, refill no later than 4 Jan 2027: counted from the last fill."
    )
    less = said(**{"reservoir.filled": "35 mL"})["volume_differs_from_log"]
    assert less.detail.endswith("typed is 35 mL. At a refill type what was drawn off.")


def test_with_another_concentration_something_was_filled() -> None:
    """It is recorded as such, and its dates are those of what was typed."""
    changed = {"reservoir.filled": "40 mL", "new.concentration": "1000 mcg/mL"}
    assert said(**changed)["volume_differs_from_log"].detail.endswith("type what was drawn off.")


@pytest.mark.parametrize(("tubing", "told"), [("old", True), ("new", False), ("none", False)])
def test_of_another_pump_no_volume_was_expected(tubing: str, told: bool) -> None:
    """40 mL in a pump that was replaced: the 35.8 mL were those of the pump before it."""
    found = said(**{"reservoir.filled": "40 mL", "line": {"tubing": tubing, "catheter": "old"}})

    assert ("volume_differs_from_log" in found) is told


def said_of_a_stopped_pump(state: str, **changes: Any) -> dict[str, Message]:
    """The same step, where the pump was found in this state a day after the 40 mL."""
    log = history(at_dose("300 mcg/day"))
    first = log.at(1)
    assert first is not None
    log.append(read_back_draft(first, state, "", NURSE, at("2026-11-11T09:00+01:00")))
    step = table_of({**at_dose("310 mcg/day", A_WEEK_LATER, current__daily_dose="300 mcg/day"), **changes})
    found = differs_from_log(checked_step(step).checked, log, at(A_WEEK_LATER), library())
    return {message.code: message for message in found}


@pytest.mark.parametrize(
    ("state", "typed", "told"),
    [
        ("stopped", "40 mL", True),  # as if nothing had been delivered
        ("stopped", "36.4 mL", True),
        ("stopped", "36.3 mL", False),  # 35.8 mL as programmed, and two readings of 0.25 mL
        ("stopped", "35.8 mL", False),
        ("running", "35.8 mL", False),
    ],
)
def test_a_volume_that_a_pump_found_stopped_need_not_hold_is_told(state: str, typed: str, told: bool) -> None:
    """Between nothing and 7 × 0.6 = 4.2 mL were delivered: 35.8 to 40 mL are left."""
    found = said_of_a_stopped_pump(state, **{"reservoir.filled": typed})

    assert ("volume_of_a_pump_found_stopped" in found) is told
    assert len(found) == told


def test_a_pump_found_stopped_is_told_with_what_may_be_left() -> None:
    (message,) = said_of_a_stopped_pump("stopped", **{"reservoir.filled": "40 mL"}).values()

    assert message.detail == (
        "After entry 1 it was found stopped, nobody knows since when: 35.8 mL to 40 mL may be in the reservoir. "
        "All dates are counted from the 40 mL typed; only what is drawn off shows whether it is there."
    )


def test_what_was_drawn_off_of_a_stopped_pump_is_known() -> None:
    """20 mL after 39.9 mL were drawn off: the volume is told by nobody but the hand that filled."""
    changes = {"reservoir.filled": "20 mL", "refill.drawn_off": "39.9 mL"}

    assert "volume_of_a_pump_found_stopped" not in said_of_a_stopped_pump("stopped", **changes)


def test_a_refill_is_told_as_one() -> None:
    assert said(**{"reservoir.filled": "40 mL", "refill.drawn_off": "35.7 mL"}) == {}


@pytest.mark.parametrize(
    ("typed", "told"), [("35.2 mL", False), ("35.3 mL", True), ("36.3 mL", True), ("36.4 mL", False)]
)
def test_a_refill_with_the_volume_of_before_it_is_told(typed: str, told: bool) -> None:
    """The check is filled with what is expected now: 35.8 mL. Left standing at a refill all dates would be of before it."""
    found = said(**{"reservoir.filled": typed, "refill.drawn_off": "35.7 mL"})

    assert ("volume_as_before_the_refill" in found) is told
    assert "volume_as_before_the_refill" not in said(**{"reservoir.filled": typed})


def test_another_catheter_is_told() -> None:
    found = said(**{"reservoir.filled": "35.8 mL", "system.catheter": {"volume": "0.21 mL"}})

    assert found["system_differs_from_log"].detail == (
        "Entry 1: catheter 0.19 mL, now 0.21 mL. Right where it was revised or replaced."
    )


def test_another_pump_and_alarm_are_told() -> None:
    found = said(
        **{"reservoir.filled": "35.8 mL", "system.pump": "synchromed-ii-40", "reservoir.low_alarm": "3 mL"}
    )

    detail = found["system_differs_from_log"].detail
    assert "pump Clinic's pump, now SynchroMed II 40 mL" in detail
    assert "low-reservoir alarm 2 mL, now 3 mL" in detail


def test_what_is_as_it_was_says_nothing() -> None:
    assert said(**{"reservoir.filled": "35.8 mL"}) == {}
