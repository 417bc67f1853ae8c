"""Between the log and its panel: which entries, in which words. No Qt."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from itbcalc.library.records import Library
from itbcalc.log.entries import Entry
from itbcalc.quantities.display import moment_text
from itbcalc.visits.entry_words import entry_text
from ui.log.compare import compared, written_since
from ui.log.listing import Read, Wanted, read_log
from ui.log.states import ComparedState, LogState, SinceState


class LogView(Protocol):
    """What the presenter asks of the panel."""

    def show_state(self, state: LogState) -> None:
        """Shows exactly this state."""

    def read_beside(self, work: Callable[[], Read], then: Callable[[Read], None]) -> None:
        """Does `work` beside the window and gives what it returns to `then`; only of what was asked last."""


class LogPresenter:
    """Reads the log anew for every look at it: another window may have written meanwhile."""

    def __init__(
        self, view: LogView, path: Path, now: Callable[[], datetime], library: Callable[[], Library]
    ) -> None:
        self.view = view
        self.path = path
        self.now = now
        self.library = library
        self._wanted = Wanted()
        self._damage = ""
        self._read = Read(LogState())
        self._of: tuple[Wanted, datetime] | None = None  # what was read last, and when

    # --- reading

    def refresh(self) -> None:
        """Shows the log as it is now."""
        self.view.read_beside(partial(read_log, self.path, self._wanted, self.library()), self._show)

    def patient_typed(self, text: str) -> None:
        """Lists the patients whose pseudonym holds this text; shows the entries where it is one."""
        self._wanted = Wanted(text.strip(), None)
        self.refresh()

    def patient_chosen(self, patient: str) -> None:
        """Shows the entries of one patient of the list; of all, where it is empty."""
        self._wanted = Wanted(self._wanted.text, patient)
        self.refresh()

    def patient_recorded(self, patient: str) -> None:
        """A step was written: what is shown next is not the entries of somebody else."""
        if self._wanted.patient not in ("", patient):
            self._wanted = Wanted(patient=patient)

    def more_wanted(self) -> None:
        """Shows more entries, older ones."""
        self._wanted = Wanted(self._wanted.text, self._read.state.patient, self._wanted.more + 1)
        self.refresh()

    def verified(self, damage: str) -> None:
        """What verifying found damaged is said until it is found whole; empty: nothing."""
        self._damage = damage
        self.refresh()

    def log_replaced(self) -> None:
        """Another file is the log now: what was found damaged in the one before is no longer said."""
        self.verified("")

    # --- what was read

    def entry(self, entry_id: str) -> Entry | None:
        """One entry as it was read last."""
        standing = self._read.by_id.get(entry_id)
        return None if standing is None else standing.entry

    def entry_text(self, entry_id: str) -> str:
        """One entry, whole, to be read."""
        standing = self._read.by_id.get(entry_id)
        return "" if standing is None else entry_text(standing)

    def compared(self, then: str, now: str) -> ComparedState:
        """The therapies of the patient shown that were in force at two moments, as typed."""
        if not self._read.state.patient:  # steps of two patients are never put side by side
            return ComparedState("Two steps of one patient are needed: choose a patient on the left.")
        state = compared(self._read.found, then, now)
        if self._read.state.more and (state.then_problem or state.now_problem):
            return replace(
                state, about=f"Only the entries shown were looked through: {self._read.state.more} first."
            )
        return state

    def since(self, entry_id: str) -> SinceState:
        """What was written after an entry for its patient."""
        standing = self._read.by_id.get(entry_id)
        return SinceState() if standing is None else written_since(self._read.found, standing.entry)

    def _show(self, read: Read) -> None:
        state = read.state
        if state.away and self._of is not None and self._of[0] == self._wanted:
            state = self._as_it_was(state, self._of[1])
        else:
            self._read = read
            self._of = (self._wanted, self.now()) if state.exists else None
        if self._damage and state.exists:
            words = f"The log is damaged: {self._damage}. Nothing can be added; Restore… puts a backup in its place."
            state = replace(state, trouble=words, writable=False)
        self.view.show_state(state)

    def _as_it_was(self, away: LogState, at: datetime) -> LogState:
        """What was read last, while the server is away: that it is old is said."""
        moment = moment_text(at.astimezone())
        return replace(
            self._read.state,
            trouble=f"{away.trouble} Shown is the log as it was at {moment}.",
            writable=False,
            away=True,
            waiting=away.waiting,
        )
