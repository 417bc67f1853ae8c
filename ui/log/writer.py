"""What the window writes into the log, and what it copies out of it. No Qt."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from itbcalc.check import Checked
from itbcalc.errors import RefusedError
from itbcalc.report import check_results
from itbcalc.titration.anchors import Anchor
from itbcalc.titration.backup import make_backup, thin_out
from itbcalc.titration.chain import whole_head
from itbcalc.titration.entries import Entry
from itbcalc.titration.history import voided_ids
from itbcalc.titration.places import BACKUPS
from itbcalc.titration.recording import (
    CheckedStep,
    Signature,
    messages_of,
    needing_an_answer,
    read_back_draft,
    step_draft,
    void_draft,
)
from itbcalc.titration.store import SqliteLog
from itbcalc.titration.transfer import write_export
from itbcalc.words import SEVERITY_WORDS
from ui.log.states import AskedFinding


class LogWriter:
    """Opens the log for each thing it writes: another window may write too."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self.path = path
        self.now = now

    @staticmethod
    def asked(step: CheckedStep) -> tuple[AskedFinding, ...]:
        """What of a check must be answered before it is recorded, each once."""
        grave = {message.code: message for message in needing_an_answer(messages_of(step))}
        return tuple(
            AskedFinding(code, SEVERITY_WORDS[message.severity], message.text, message.source)
            for code, message in grave.items()
        )

    def record(
        self, step: CheckedStep, answers: Mapping[str, str], signature: Signature, *, refilled: bool
    ) -> Entry:
        """Writes a checked step, and returns it as it was read back. Raises RefusedError, LogError."""
        draft = step_draft(step, answers, signature, self.now(), refilled=refilled)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._opened(create=True) as log:
            return log.append(draft)

    def read_back(self, entry_id: str, state: str, note: str, signature: Signature) -> Entry:
        """Writes how the pump was found after a step. Raises RefusedError, LogError."""
        with self._opened() as log:
            step = _named(log, entry_id)
            return log.append(read_back_draft(step, state, note, signature, self.now()))

    def void(self, entry_id: str, reason: str, signature: Signature) -> Entry:
        """Writes that an entry does not hold. Raises RefusedError, LogError."""
        with self._opened() as log:
            entry, voided = _named(log, entry_id), voided_ids(log.entries())
            return log.append(void_draft(entry, reason, voided, signature, self.now()))

    # --- copies

    def anchor(self) -> str:
        """Where the log ends now, as one line: only of a log that is whole. Raises LogError."""
        with self._opened() as log:
            return Anchor(whole_head(log.verify())).line

    def export_to(self, path: Path) -> int:
        """Writes all entries into a new file: as a table where its name ends in .csv, else whole. Raises LogError."""
        with self._opened() as log:
            head = whole_head(log.verify())
            write_export(log, head, path, as_csv=path.suffix.casefold() == ".csv")
        return head.count

    def back_up(self) -> Path:
        """A verified copy; then older ones go. Raises LogError."""
        folder = self.path.parent / BACKUPS
        with self._opened() as log:
            made = make_backup(log, folder, self.now())
        thin_out(folder, self.now())
        return made

    @contextmanager
    def _opened(self, *, create: bool = False) -> Iterator[SqliteLog]:
        log = SqliteLog(self.path, create=create)
        try:
            yield log
        finally:
            log.close()


def step_words(checked: Checked) -> str:
    """What is about to be recorded: `P-0102: 400 → 350 mcg/day`."""
    results = check_results(checked)
    doses = [results.get(key, {}).get("daily_dose", {}).get("text", "?") for key in ("current", "new")]
    return f"{checked.program.patient.ref or 'No patient named'}: {' → '.join(doses)}"


def _named(log: SqliteLog, entry_id: str) -> Entry:
    entry = log.find(entry_id)
    if entry is None:
        raise RefusedError("entry", entry_id, "no_such_entry")
    return entry
