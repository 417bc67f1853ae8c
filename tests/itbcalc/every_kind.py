"""A log with an entry of every kind: written through the one door, as commands and window do.

As a program it stores one for the tests of later versions: `python -m tests.itbcalc.every_kind tests/old_logs/NAME`
writes `NAME.itblog` and `NAME.itbexport`. What is stored is never written anew.
"""

import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from itbcalc.judge.check import check
from itbcalc.log.entries import Draft, Entry
from itbcalc.log.store import SqliteLog, TitrationLog
from itbcalc.program import complete_program, load_toml, read_program
from itbcalc.quantities.instants import read_instant
from itbcalc.visits.against_log import held_against_log
from itbcalc.visits.observations import Goal, Observation, Scored, SideEffect
from itbcalc.visits.recording import (
    BY_ITSELF,
    CheckedStep,
    Signature,
    amended_observation_draft,
    amended_step_draft,
    anchor_draft,
    asked_check_draft,
    backup_draft,
    followup_ended_draft,
    import_draft,
    keyed,
    messages_of,
    needs_an_answer,
    observation_draft,
    operator_draft,
    read_back_draft,
    restore_draft,
    second_check_draft,
    step_draft,
    visit_booked_draft,
    visit_cancelled_draft,
    void_draft,
)
from itbcalc.visits.second_check import settings_of
from itbcalc.visits.transfer import export_lines
from tests.itbcalc.log.logs import LOG_ID, entry_id
from tests.itbcalc.programs import Changes, examples, library, new_therapy, table_of

BEGIN = datetime(2026, 11, 25, 14, 0, tzinfo=timezone(timedelta(hours=2)))
NURSE = Signature("A. Nurse", "nurse")
PHYSICIAN = Signature("M. Levi", "physician", "passphrase")
# Results that no example has: a bolus once, a flow that nobody can change, a tip that runs too high and then too low.
BESIDE_THE_EXAMPLES: tuple[Changes, ...] = (
    {
        **new_therapy("single-bolus", basal="400 mcg/day", bolus="50 mcg", duration="10 min", bolus_replaces_basal=False),
        "system.pump": "prometra-ii-20",
        "patient.ref": "P-0201",
    },
    {"system.pump": "isomed-35-25", "patient.ref": "P-0202"},
    {
        **new_therapy("periodic-bolus", basal="96 mcg/day", bolus="40 mcg", duration="10 min", every="6 h", first="12:00", bolus_replaces_basal=False),
        "new.concentration": "2000 mcg/mL",
        "bridge": {"dose": "400 mcg/day"},
        "patient.ref": "P-0203",
    },
)  # fmt: skip

# Filled on 10 November, and drawn off and filled twice after that: once with a stronger drug.
_OWN = {"patient.ref": "P-0204", "current.daily_dose": "460 mcg/day"}
FILLED_TWICE: tuple[Changes, ...] = (
    _OWN,
    {
        **_OWN,
        "reservoir.at": "2026-11-20T09:00+01:00",
        "refill": {"drawn_off": "31 mL", "lot": "B 4711", "expiry": "2028-03"},
    },
    {
        **_OWN,
        "reservoir.at": "2026-11-25T09:00+01:00",
        "refill": {"drawn_off": "35.2 mL", "lot": "C 1", "expiry": "2028-05-31"},
        "new.concentration": "1000 mcg/mL",
        "bridge": {"dose": "460 mcg/day"},
    },
)


def steps() -> Iterator[CheckedStep]:
    """Every example, and some programs more, checked."""
    for table in (*map(load_toml, examples()), *map(table_of, BESIDE_THE_EXAMPLES)):
        yield checked_table(table)


class Writing:
    """Appends drafts to a log, each with the next id, a minute after the one before."""

    def __init__(self, log: TitrationLog) -> None:
        self.log = log
        self._numbers = count(1)

    def append(self, draft: Callable[[datetime], Draft]) -> Entry:
        """Writes what is made for the moment."""
        at = BEGIN + timedelta(minutes=self.log.head().count)
        written = replace(
            draft(at), entry_id=entry_id(next(self._numbers)), recorded_at=at, workstation="ward-3"
        )
        return self.log.append(written)


def answers_to(step: CheckedStep) -> Mapping[str, str]:
    """A reason for each finding that needs one."""
    return {
        key: "discussed with Dr Levi"
        for key, message in keyed(messages_of(step)).items()
        if needs_an_answer(message)
    }


def write_every_kind(log: TitrationLog) -> None:
    """Fills an empty log."""
    writing, checked = Writing(log), list(steps())
    recorded = [
        writing.append(lambda at, step=step: step_draft(step, answers_to(step), NURSE, at, refilled=False))
        for step in checked
    ]
    refill = writing.append(
        lambda at: step_draft(checked[0], answers_to(checked[0]), NURSE, at, refilled=True)
    )
    writing.append(lambda at: read_back_draft(recorded[0], "running", "0.184 on the screen", NURSE, at))
    writing.append(lambda at: read_back_draft(refill, "stopped", "", NURSE, at))
    writing.append(lambda at: asked_check_draft(recorded[0], "0" * 64, "368 mcg/day", NURSE, at))
    typed = {**settings_of(recorded[0]), "new.daily_dose": "360 mcg/day"}
    for settings in (typed, settings_of(recorded[0])):
        writing.append(
            lambda at, settings=settings: second_check_draft(
                recorded[0], settings, PHYSICIAN, at, library=library(), note="off the order"
            )
        )
    seen = Observation(
        scored=[Scored("penn_spasm_frequency", "2"), Scored("modified_ashworth", "1+", "left hip adductors")],
        goals=[Goal("sit 2 h in the wheelchair", "3", "2", "-1")],
        side_effects=[SideEffect("drowsiness", "mild")],
        note="after the transfer",
    )
    observed = writing.append(lambda at: observation_draft("P-0101", seen, None, NURSE, at))
    better = replace(seen, scored=[Scored("penn_spasm_frequency", "1")])
    writing.append(lambda at: amended_observation_draft(observed, better, NURSE, at, reason="read off wrong"))
    table = load_toml(examples()[0])
    table["new"]["daily_dose"] = "360 mcg/day"
    again = checked_table(table)
    writing.append(
        lambda at: amended_step_draft(
            recorded[0], again, PHYSICIAN, at, answers=answers_to(again), reason="typed from the old order"
        )
    )
    writing.append(lambda at: void_draft(refill, "recorded twice", NURSE, at))
    for filled in FILLED_TWICE:
        at_the_bedside = held_against_log(checked_table(table_of(filled)), log, BEGIN)
        writing.append(
            lambda at, step=at_the_bedside: step_draft(step, answers_to(step), NURSE, at, refilled=True)
        )
    visit = read_instant("2026-12-28T09:00+02:00")
    booked = writing.append(lambda at: visit_booked_draft("P-0204", visit, NURSE, at, note="by phone"))
    writing.append(lambda at: visit_cancelled_draft(booked, "holiday", NURSE, at))
    writing.append(lambda at: followup_ended_draft("P-0101", "moved", None, NURSE, at, note="to the coast"))
    operator = {"id": str(uuid.UUID(int=7)), "name": "A. Nurse", "role": "nurse"}
    writing.append(lambda at: operator_draft({"operator": operator, "change": "added"}, PHYSICIAN, at))
    head = log.head()
    writing.append(lambda at: anchor_draft(head, "file", NURSE, at))
    writing.append(
        lambda at: backup_draft("itbcalc-log-01234567-20261125T130000Z.backup", head, at, BY_ITSELF)
    )
    writing.append(lambda at: restore_draft("ward.backup", head, None, at, NURSE))
    writing.append(lambda at: import_draft("ward.itbexport", head, at, BY_ITSELF))


def checked_table(table: Mapping[str, Any]) -> CheckedStep:
    """A program, checked."""
    program = complete_program(read_program(dict(table), library()))
    return CheckedStep(table, check(program, library(), now=BEGIN.astimezone(UTC)), library())


def store(path: Path) -> None:
    """Writes the log and its export where there are none."""
    log = SqliteLog(path.with_suffix(".itblog"), create=True, log_id=LOG_ID)
    write_every_kind(log)
    path.with_suffix(".itbexport").write_bytes(b"".join(export_lines(log.head(), log.written())))


if __name__ == "__main__":
    store(Path(sys.argv[1]))
