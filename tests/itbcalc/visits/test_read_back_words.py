"""What the programmer must show after a step: the dose as recorded, and its schedule."""

import pytest
from msgspec.structs import replace

from itbcalc.visits.read_back_words import to_be_shown_after
from tests.itbcalc.programs import QUIET_PERIODIC, library, table_of
from tests.itbcalc.steps import recorded
from tests.itbcalc.visits.histories import at_dose, history, record

BOLUS = {"dose": "10 mcg", "duration": "5 min", "lockout": "4 h", "per_day": 3}


def shown_after(name: str) -> list[str]:
    _, entry = recorded(name)
    return to_be_shown_after(entry, library()).text.splitlines()


def test_a_routine_step() -> None:
    """368 / 2000 = 0.184 mL/day."""
    assert shown_after("01") == [
        "P-0101: 368 mcg/day at 2,000 mcg/mL, simple continuous.",
        "Flow rate 0.184 mL/day.",
    ]


def test_a_change_of_concentration_with_its_bridge() -> None:
    """0.3358 × 500 / 400 = 0.41975 days = 10 h 4.4 min, at 400 / 500 mL/day; then 400 / 2000."""
    assert shown_after("02") == [
        "P-0102: 400 mcg/day at 2,000 mcg/mL, simple continuous.",
        "Flow rate 0.2 mL/day.",
        "Bridge 10 h 4 min at 0.8 mL/day.",
    ]
    assert shown_after("03")[-1] == "No bridge."


def test_a_primed_catheter() -> None:
    assert "Priming bolus 0.1958 mL." in shown_after("13")


def test_a_week_with_its_days() -> None:
    """300 / 24 = 12.5 mcg/h; 135 mcg in 6 h are 22.5 mcg/h. At the weekend the step is left out."""
    first, mean, *rows = shown_after("21")

    assert mean == "The daily dose is the mean of the week."

    assert first == "P-0121: 342.9 mcg/day at 500 mcg/mL, flex."
    assert [" ".join(row.split()) for row in rows] == [
        "Mon Tue Wed Thu Fri 360 mcg",
        "00:00 to 08:00 12.5 mcg/h 0.6 mL/day 100 mcg",
        "08:00 to 14:00 22.5 mcg/h 1.08 mL/day 135 mcg",
        "14:00 to 24:00 12.5 mcg/h 0.6 mL/day 125 mcg",
        "Sat Sun 300 mcg",
        "00:00 to 24:00 12.5 mcg/h 0.6 mL/day 300 mcg",
    ]


def test_patient_boluses_and_that_there_are_none_any_more() -> None:
    log = history({**at_dose("300 mcg/day"), "new.patient_bolus": BOLUS})
    without = record(
        log,
        table_of({**at_dose("310 mcg/day", "2026-11-17T09:00+01:00"), "current.patient_bolus": BOLUS}),
    )
    first = log.at(1)
    assert first is not None

    assert (
        "Patient bolus 10 mcg in 5 min, lockout 4 h, 3 per day." in to_be_shown_after(first, library()).text
    )
    assert to_be_shown_after(without, library()).sentences[-1] == "No patient boluses any more."


def test_where_its_program_can_no_longer_be_read_the_dose_is_said_all_the_same() -> None:
    _, entry = recorded("01")
    forgotten = replace(library(), pumps={})

    assert to_be_shown_after(entry, forgotten).text == "P-0101: 368 mcg/day at 2,000 mcg/mL."


@pytest.mark.parametrize("changes", [QUIET_PERIODIC])
def test_boluses_of_the_mode_have_their_rows(changes) -> None:
    entry = history({"patient.ref": "P-0301", **changes}).at(1)
    assert entry is not None

    assert to_be_shown_after(entry, library()).schedule
