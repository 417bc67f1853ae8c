"""Recorded steps for the tests of the sheet: examples as they go into a log, and what others write of them."""

from datetime import datetime, timedelta, timezone
from typing import Any

from itbcalc.library.records import Library
from itbcalc.log.anchors import Anchor
from itbcalc.log.entries import Draft, Entry
from itbcalc.log.store import MemoryLog
from itbcalc.program import load_toml
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.history import Standing, standings
from itbcalc.visits.recomputed import checked_again
from itbcalc.visits.recording import CheckedStep, Signature, keyed, messages_of, needs_an_answer, step_draft
from itbcalc.visits.visit_sheet import visit_sheet
from tests.itbcalc.log.logs import LOG_ID, entry_id
from tests.itbcalc.programs import check_table, example, library

NURSE = Signature("A. Nurse", "nurse")
WRITTEN = datetime(2026, 11, 25, 14, 0, tzinfo=timezone(timedelta(hours=2)))
ANSWER = "discussed with Dr <Levi> & written down"


def recorded(name: str, written: datetime = WRITTEN) -> tuple[MemoryLog, Entry]:
    """A log that holds the step of an example, checked and `written` at one moment, with every question answered."""
    log, path = MemoryLog(LOG_ID), example(name)
    step = CheckedStep(load_toml(path), check_table(load_toml(path), written), library())
    answers = {key: ANSWER for key, message in keyed(messages_of(step)).items() if needs_an_answer(message)}
    return log, log.append(step_draft(step, answers, NURSE, written, refilled=False))


def said(log: MemoryLog, kind: EntryKind, of: Entry, **body: Any) -> Entry:
    """What the physician writes of an entry, an hour later and by passphrase."""
    return log.append(
        Draft(
            entry_id=entry_id(log.head().count + 1),
            kind=kind,
            recorded_at=WRITTEN + timedelta(hours=1),
            author="M. Levi",
            role="physician",
            signed="passphrase",
            workstation="ward-3",
            patient=of.patient,
            body={"of": of.entry_id, **body},
        )
    )


def standing_of(log: MemoryLog, entry: Entry) -> Standing:
    """An entry with what became of it."""
    return next(each for each in standings(log.entries()) if each.entry.entry_id == entry.entry_id)


def sheet_of(log: MemoryLog, entry: Entry, figures: Library | None = None) -> str:
    """The sheet of a step with the log as it is now, checked anew with `figures`, the built-in ones without."""
    known = figures or library()
    return visit_sheet(
        standing_of(log, entry),
        standings(log.entries()),
        checked_again(entry, known),
        known,
        Anchor(log.head()),
        WRITTEN,
    )
