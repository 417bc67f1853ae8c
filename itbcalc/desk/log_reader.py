"""What the window asks of the log while a check is typed: nothing is written here. No Qt."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from itbcalc.desk.next_step import NextStep, next_step
from itbcalc.judge.check import Checked
from itbcalc.library.records import Library
from itbcalc.log.store import SqliteLog
from itbcalc.say import Message
from itbcalc.visits.against_log import against_log
from itbcalc.visits.history import standings

_EVERYBODY = 10**9


@dataclass(frozen=True, slots=True)
class SaidOfTheLog:
    """What does not fit the log, and whether the log holds entries of the patient."""

    messages: tuple[Message, ...] = ()
    knows_patient: bool = False


class LogReader:
    """Opens the log for each thing it reads: another window may write meanwhile."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self.path = path
        self.now = now

    def next_step(self, patient: str, library: Library) -> NextStep | None:
        """Where the next visit of a patient begins, however the pseudonym is capitalised; None without a step. Raises LogError."""
        with self._opened() as log:
            if log is None:
                return None
            return next_step(standings(log.entries(_as_written(log, patient))), self.now(), library)

    def said_of(self, checked: Checked, library: Library) -> SaidOfTheLog:
        """What of a check does not fit what the log holds of its patient. Raises LogError."""
        with self._opened() as log:
            patient = checked.program.patient.ref
            if log is None or not patient:
                return SaidOfTheLog()
            return SaidOfTheLog(against_log(checked, log, self.now(), library), patient in _patients(log))

    def patients(self) -> tuple[str, ...]:
        """The pseudonyms of the log, whoever was written of last first. Raises LogError."""
        with self._opened() as log:
            return () if log is None else _patients(log)

    @contextmanager
    def _opened(self) -> Iterator[SqliteLog | None]:
        if not self.path.exists():
            yield None
            return
        with closing(SqliteLog(self.path)) as log:
            yield log


def _patients(log: SqliteLog) -> tuple[str, ...]:
    return tuple(seen.patient for seen in log.patients(limit=_EVERYBODY) if seen.patient)


def _as_written(log: SqliteLog, patient: str) -> str:
    """The pseudonym as the log writes it: as typed, or else the only one that differs in capitals alone."""
    same = [each for each in _patients(log) if each.casefold() == patient.strip().casefold()]
    return same[0] if len(same) == 1 else patient.strip()
