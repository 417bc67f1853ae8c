"""Histories of one patient for the tests: steps of the quiet program with changes, each recorded as it takes effect."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from itbcalc.judge.check import check
from itbcalc.log.entries import Entry
from itbcalc.log.store import MemoryLog, TitrationLog
from itbcalc.program import read_program
from itbcalc.visits.history import effective, standings
from itbcalc.visits.recording import CheckedStep, amended_step_draft, step_draft
from itbcalc.visits.state import PumpState, state_of
from tests.itbcalc.every_kind import NURSE, answers_to
from tests.itbcalc.log.logs import LOG_ID, entry_id
from tests.itbcalc.programs import Changes, library, table_of

PATIENT = "P-0301"
BEGIN = "2026-11-10T09:00+01:00"


def at(text: str = BEGIN) -> datetime:
    """A moment."""
    return datetime.fromisoformat(text)


def at_dose(dose: str, begin: str = BEGIN, **more: Any) -> dict[str, Any]:
    """A change of the quiet program that sets this dose at this moment; further changes with `__` for a point."""
    named = {place.replace("__", "."): value for place, value in more.items()}
    return {"patient.ref": PATIENT, "reservoir.at": begin, "new.daily_dose": dose, **named}


def checked_step(table: Mapping[str, Any]) -> CheckedStep:
    """A program as the window checks it, complete or not."""
    program = read_program(dict(table), library()).program
    return CheckedStep(table, check(program, library()), library())


def record(log: TitrationLog, table: Mapping[str, Any], *, refilled: bool = False) -> Entry:
    """Records a program at the moment at which it takes effect, with an answer to every question."""
    step = checked_step(table)
    change = step.checked.program.reservoir.at
    assert change is not None
    draft = step_draft(step, answers_to(step), NURSE, change.moment, refilled=refilled)
    return log.append(replace(draft, entry_id=entry_id(log.head().count + 1)))


def amend(log: TitrationLog, entry: Entry, table: Mapping[str, Any]) -> Entry:
    """Records a step as it should have been."""
    step = checked_step(table)
    return log.append(
        amended_step_draft(
            entry, step, NURSE, effective(entry), answers=answers_to(step), reason="typed wrong"
        )
    )


def history(*steps: Changes, first_refills: bool = True) -> MemoryLog:
    """A log of one patient with these steps; the first one fills the reservoir."""
    log = MemoryLog(LOG_ID)
    for number, changes in enumerate(steps):
        record(log, table_of(changes), refilled=first_refills and not number)
    return log


def state_at(log: TitrationLog, moment: str, patient: str = PATIENT) -> PumpState:
    """What the log tells of the patient at a moment at which a step is in force."""
    state = state_of(standings(log.entries(patient)), at(moment), library())
    assert state is not None
    return state


def plugs(state: PumpState) -> list[tuple[str, str]] | None:
    """The line, volume in mL and concentration in mcg/mL as exact fractions."""
    if state.line is None:
        return None
    return [(str(each.volume.magnitude), str(each.concentration.magnitude)) for each in state.line]
