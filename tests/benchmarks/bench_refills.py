"""What does the list of refills cost, over one grouped query of the same store?

The other side is `SELECT patient, MAX(json_extract(bytes, '$.effective_at')) FROM entry GROUP BY patient`: when each was seen last,
which reads every entry and computes nothing. Both in processor time. In the store each patient has steps with their read-backs, refills with
what was drawn off, observations and a booked visit; no two patients have the same doses.
"""

import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from itbcalc.log.canonical import NO_HASH
from itbcalc.log.entries import Draft, Entry, Head, entry_of
from itbcalc.log.places import open_log
from itbcalc.log.store import MemoryLog, make_log
from itbcalc.quantities.instants import read_instant
from itbcalc.visits.against_log import held_against_log
from itbcalc.visits.observations import Observation, Scored
from itbcalc.visits.recording import (
    observation_draft,
    read_back_draft,
    second_check_draft,
    step_draft,
    visit_booked_draft,
)
from itbcalc.visits.refill_list import RefillList
from itbcalc.visits.second_check import settings_of
from tests.itbcalc.every_kind import NURSE, PHYSICIAN, answers_to
from tests.itbcalc.log.logs import LOG_ID
from tests.itbcalc.programs import library, table_of
from tests.itbcalc.visits.histories import at_dose, checked_step

LIMIT = 4.0
PATIENTS, ENTRIES_EACH = 300, 67
BEGIN = datetime(2026, 3, 1, 9, tzinfo=UTC)
BETWEEN_STEPS = timedelta(days=20)
MOMENT = datetime(2026, 11, 29, 9, tzinfo=UTC)
_PATIENT, _BASE_DOSE = "P-0301", 400
_GROUPED = "SELECT patient, COUNT(*), MAX(json_extract(bytes, '$.effective_at')) FROM entry GROUP BY patient"


@dataclass(frozen=True)
class Measured:
    """Processor time of both sides in seconds."""

    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs


def one_patient(entries: int = ENTRIES_EACH) -> list[Entry]:
    """The entries of one patient: a step every three weeks, every second one a refill, with what is written beside it."""
    log = MemoryLog(LOG_ID)
    number = 0
    while True:
        begin = BEGIN + number * BETWEEN_STEPS
        changes = {**at_dose(f"{_BASE_DOSE} mcg/day", begin.isoformat()), "patient.last_change": None}
        filled = number % 2 == 0
        if filled and number:
            changes["refill"] = {"drawn_off": "8.2 mL", "lot": "B 4711"}
        if not filled:
            changes["reservoir.filled"] = None
        table = table_of({**changes, "current.daily_dose": f"{_BASE_DOSE} mcg/day"})
        step = held_against_log(checked_step(table), log, begin)
        entry = log.append(step_draft(step, answers_to(step), NURSE, begin, refilled=filled))
        log.append(read_back_draft(entry, "running", "", NURSE, begin))
        log.append(second_check_draft(entry, settings_of(entry), PHYSICIAN, begin, library=library()))
        seen = Observation(scored=[Scored("penn_spasm_frequency", "1")], note="after the transfer")
        log.append(observation_draft(_PATIENT, seen, None, NURSE, begin))
        visit = read_instant((begin + BETWEEN_STEPS).isoformat())
        log.append(visit_booked_draft(_PATIENT, visit, NURSE, begin))
        if log.head().count >= entries:
            return list(log.entries())[:entries]
        number += 1


def everybody(patients: int, template: list[Entry]) -> Iterator[Entry]:
    """The entries of the template for each of so many patients, with doses of their own, one patient's beside another's."""
    head, ids = Head(LOG_ID, 0, NO_HASH), len(template)
    for number, entry in enumerate(template):
        for patient in range(patients):
            text = json.dumps(dict(entry.content))
            for other, each in enumerate(template[: number + 1]):
                text = text.replace(each.entry_id, f"00000000-0000-4000-8000-{patient * ids + other:012x}")
            text = text.replace(_PATIENT, f"P-{patient:04}")
            text = text.replace(f'"{_BASE_DOSE} mcg/day"', f'"{_BASE_DOSE + patient / 10} mcg/day"')
            content = json.loads(text)
            draft = Draft(
                **{key: content[key] for key in ("entry_id", "kind", "author", "role", "patient", "body")},
                **{key: content[key] for key in ("zone", "effective_at", "program", "library")},
                recorded_at=BEGIN + timedelta(minutes=head.count),
            )
            made = entry_of(draft, head)
            yield made
            head = Head(LOG_ID, made.seq, made.hash, str(made.content["recorded_at"]))


def made_store(path: Path, patients: int = PATIENTS, entries: int = ENTRIES_EACH) -> None:
    """A log at `path` with so many patients, each with so many entries."""
    make_log(path, LOG_ID, (entry.written for entry in everybody(patients, one_patient(entries))))


def measured(path: Path, turns: int = 3) -> tuple[Measured, Measured]:
    """The list of everybody read and verified from the first entry on, and once more after one entry came; over the query."""
    read, _, listed, again = parts(path, turns)
    return Measured(read.ours + listed.ours, read.theirs), again


def parts(path: Path, turns: int = 3) -> tuple[Measured, Measured, Measured, Measured]:
    """Over the query, each the quickest of some turns.

    Every entry read and verified; the bytes of every entry read and nothing else; the list counted from what was read; the
    list once more.
    """
    known, held = library(), RefillList()

    def follow(held: RefillList) -> RefillList:
        with closing(open_log(path)) as log:
            held.follow(log, _always)
        return held

    def read_alone() -> None:
        with closing(open_log(path)) as log:
            for _ in log.written():
                pass

    def theirs() -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(_GROUPED).fetchall()

    followed = [follow(RefillList()) for _ in range(turns)]
    verified = _quickest(lambda: follow(RefillList()), turns)
    counted = _quickest(lambda: followed.pop().refills(MOMENT, known, _always), turns)
    follow(held).refills(MOMENT, known, _always)
    again = _quickest(lambda: follow(held).refills(MOMENT, known, _always), turns)
    grouped = _quickest(theirs, turns)
    read = _quickest(read_alone, turns)
    return tuple(Measured(ours, grouped) for ours in (verified, read, counted, again))  # type: ignore[return-value]  # four


def figures(path: Path) -> Iterator[tuple[str, Measured, float | None]]:
    """Each figure with its name, and its limit where it has one: docs/decisions says why the first look has none."""
    verified, read, counted, again = parts(path)
    first = Measured(verified.ours + counted.ours, verified.theirs)
    yield "refills: the first look : grouped query", first, None
    yield "  of it: entries read and verified", verified, None
    yield "  reading alone, unverified", read, None
    yield "  of it: the list counted, exactly", counted, None
    yield "refills: every later look : grouped query", again, LIMIT


def _always(_done: int, _of: int) -> bool:
    return True


def _quickest(work: Callable[[], None], turns: int) -> float:
    taken = []
    for _ in range(turns):
        begin = time.process_time()
        work()
        taken.append(time.process_time() - begin)
    return min(taken)


def main() -> int:
    patients = PATIENTS // 10 if "--quick" in sys.argv[1:] else PATIENTS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        made_store(path, patients)
        print(f"refills: {patients} patients, {patients * ENTRIES_EACH:,} entries : grouped query")
        found = list(figures(path))
    for words, each, limit in found:
        bound = "" if limit is None else f"  <= {limit:g}"
        print(f"{words:<44}{each.ours * 1000:>8.1f} ms{each.theirs * 1000:>8.1f} ms{each.ratio:>7.2f}{bound}")
    return 1 if any(limit is not None and each.ratio > limit for _, each, limit in found) else 0


if __name__ == "__main__":
    sys.exit(main())
