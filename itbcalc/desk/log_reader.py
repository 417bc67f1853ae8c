"""What the window asks of the log while a check is typed: nothing is written here. No Qt."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.line import Plug
from itbcalc.desk.next_step import NextStep, next_step
from itbcalc.errors import LogUnavailableError
from itbcalc.judge.check import Checked
from itbcalc.library.records import Library
from itbcalc.log.places import open_log
from itbcalc.log.store import TitrationLog
from itbcalc.log.waiting import may_wait
from itbcalc.quantities.display import moment_text
from itbcalc.say import Message, not_held_message
from itbcalc.say.catalogue import _
from itbcalc.visits.against_log import differs_from_log, held_against_log, line_by_log
from itbcalc.visits.history import effective, standings
from itbcalc.visits.recording import CheckedStep
from itbcalc.visits.refill_visit import RefillVisit
from itbcalc.visits.sending import waiting_of

_EVERYBODY = 10**9
_NEAR = 4  # pseudonyms named


class SaidOfTheLog(Struct, frozen=True):
    """What does not fit the log, whether it holds entries of the patient, and what a refill that is being typed tells.

    `line` is what the log has in the line at the change, where the program takes it for something else. `checked` is the check
    with what the log knows of the reservoir.
    """

    messages: tuple[Message, ...] = ()
    knows_patient: bool = False
    refill: RefillVisit | None = None
    line: tuple[Plug, ...] = ()
    checked: Checked | None = None


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

    def why_no_step(self, patient: str) -> str:
        """Why no visit of a patient begins from the log: a step that takes effect later, a part of a pseudonym, or nobody. Raises LogError."""
        with self._opened() as log:
            known = () if log is None else _patients(log)
            name = patient if log is None else _as_written(log, patient)
            found = () if log is None else standings(log.entries(name))
            later = [effective(each.entry) for each in found if each.is_step and each.holds]
        if later:
            return _(
                "The first step of {patient} takes effect at {moment}: nothing goes on yet.",
                patient=name,
                moment=moment_text(min(later).astimezone()),
            )
        near = [each for each in known if patient.strip().casefold() in each.casefold() and each != name]
        if near and name not in known:
            return _(
                "The log holds no ‘{typed}’, but {known}: choose one with the arrow keys, then Enter.",
                typed=patient.strip(),
                known=", ".join(near[:_NEAR]),
            )
        return _("The log holds no step of this patient: type the therapy now")

    def said_of(self, checked: Checked, library: Library) -> SaidOfTheLog:
        """What of a check does not fit what the log holds of its patient, and what its refill tells.

        Where the server of the log is away, or entries of the patient wait for it, that is said. Raises LogError.
        """
        patient = checked.program.patient.ref
        waiting = waiting_of(self.path, patient)
        try:
            said = self._said_of(checked, library)
        except LogUnavailableError as error:
            if not may_wait(self.path, error):
                raise
            said = SaidOfTheLog((not_held_message(),) if patient else ())
        return replace(said, messages=(*waiting, *said.messages))

    def _said_of(self, checked: Checked, library: Library) -> SaidOfTheLog:
        patient = checked.program.patient.ref
        with self._opened() as log:
            held = held_against_log(CheckedStep({}, checked, library), log, self.now())
            if log is None:
                return SaidOfTheLog(held.beside, refill=held.refill, checked=checked)
            differing = differs_from_log(checked, log, self.now(), library)
            line = line_by_log(checked, log, self.now(), library)
            told, known = (*held.beside, *differing), patient in _patients(log)
            return SaidOfTheLog(told, known, held.refill, line, held.shown)

    def patients(self) -> tuple[str, ...]:
        """The pseudonyms of the log, whoever was written of last first. Raises LogError."""
        with self._opened() as log:
            return () if log is None else _patients(log)

    @contextmanager
    def _opened(self) -> Iterator[TitrationLog | None]:
        if not self.path.exists():
            yield None
            return
        with closing(open_log(self.path)) as log:
            yield log


def _patients(log: TitrationLog) -> tuple[str, ...]:
    return tuple(seen.patient for seen in log.patients(limit=_EVERYBODY) if seen.patient)


def _as_written(log: TitrationLog, patient: str) -> str:
    """The pseudonym as the log writes it: as typed, or else the only one that differs in capitals alone."""
    same = [each for each in _patients(log) if each.casefold() == patient.strip().casefold()]
    return same[0] if len(same) == 1 else patient.strip()
