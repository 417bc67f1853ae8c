"""The log in the window: the panel, its presenter, and the dialogs between a wish to write and the entry."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from itbcalc.check import check
from itbcalc.errors import ItbcalcError
from itbcalc.library.records import Library
from itbcalc.program import complete_program, read_program
from itbcalc.titration.entries import Entry
from itbcalc.titration.places import log_path
from itbcalc.titration.recording import CheckedStep, Signature
from itbcalc.words import place_words, refusal_words
from ui.log.dialogs import ReadBackDialog, RecordDialog, VoidDialog
from ui.log.panel import LogPanel
from ui.log.presenter import LogPresenter
from ui.log.writer import LogWriter, step_words

Tell = Callable[[str, str], None]
AskWhere = Callable[[str, str, str, Callable[[Path], None]], None]


class LogDesk:
    """Owns the log panel and what is asked before it is written."""

    def __init__(
        self,
        window: QWidget,
        now: Callable[[], datetime],
        *,
        say: Callable[[str], None],
        tell: Tell,
        ask_where: AskWhere,
    ) -> None:
        self._window = window
        self._say, self._tell, self._ask_where = say, tell, ask_where
        self._signature = Signature()  # of this session: nobody signs twice
        path = log_path()
        self.panel = LogPanel(path, window)
        self.presenter = LogPresenter(self.panel, path, now)
        self.writer = LogWriter(path, now)
        self.panel.patient_typed.connect(self.presenter.patient_typed)
        self.panel.entry_selected.connect(lambda name: self.panel.show_entry(self.presenter.entry_text(name)))
        self.panel.read_back_requested.connect(self.ask_read_back)
        self.panel.void_requested.connect(self.ask_void)
        self.panel.anchor_requested.connect(lambda: self._guarded(self._copy_anchor))
        self.panel.backup_requested.connect(lambda: self._guarded(self._back_up))
        self.panel.export_requested.connect(self._ask_export)

    def ask_record(self, table: Mapping[str, Any], library: Library) -> None:
        """Asks what has to be answered about a program, and records it as a step; then asks for the read-back."""
        try:
            program = complete_program(read_program(table, library))
        except ItbcalcError as error:
            place = place_words(str(getattr(error, "field", ""))).capitalize()
            self._tell("Not recorded", f"{place}: {refusal_words(error)}")
            return
        step = CheckedStep(table, check(program, library, now=self.writer.now()), library)
        self._open(
            RecordDialog(
                self._window,
                step_words(step.checked),
                self.writer.asked(step),
                partial(self._record, step),
            )
        )

    def ask_read_back(self, entry_id: str) -> None:
        """Asks how the pump was found after a step."""
        if entry_id:
            about = f"Entry {self.presenter.number_of(entry_id)}: read back"
            self._open(ReadBackDialog(self._window, about, partial(self._read_back, entry_id)))

    def ask_void(self, entry_id: str) -> None:
        """Asks why an entry does not hold."""
        if entry_id:
            about = f"Entry {self.presenter.number_of(entry_id)} does not hold"
            self._open(VoidDialog(self._window, about, partial(self._void, entry_id)))

    # --- writing

    def _record(
        self,
        step: CheckedStep,
        answers: Mapping[str, str],
        signature: Signature,
        refilled: bool,  # noqa: FBT001  # as the dialog hands it over
    ) -> None:
        entry = self.writer.record(step, answers, signature, refilled=refilled)
        self._written(entry, signature)
        self.ask_read_back(entry.entry_id)

    def _read_back(self, entry_id: str, state: str, note: str, signature: Signature) -> None:
        self._written(self.writer.read_back(entry_id, state, note, signature), signature)

    def _void(self, entry_id: str, reason: str, signature: Signature) -> None:
        self._written(self.writer.void(entry_id, reason, signature), signature)

    def _written(self, entry: Entry, signature: Signature) -> None:
        """Said only of what was read back from the disk."""
        self._signature = signature
        self.presenter.refresh()
        self._say(f"Saved: entry {entry.seq} of the log")

    # --- copies

    def _copy_anchor(self) -> None:
        line = self.writer.anchor()
        QGuiApplication.clipboard().setText(line)
        self.panel.show_verdict(f"Copied; keep it where this log cannot be reached: {line}")

    def _back_up(self) -> None:
        self.panel.show_verdict(f"Copied and verified: {self.writer.back_up()}")

    def _ask_export(self) -> None:
        kinds = "Whole, to be read in again (*.itbexport);;Table (*.csv)"
        self._ask_where(
            "Export the log", kinds, ".itbexport", lambda path: self._guarded(partial(self._export, path))
        )

    def _export(self, path: Path) -> None:
        count = self.writer.export_to(path)
        self.panel.show_verdict(f"{count:,} entries written to {path.name}")

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except ItbcalcError as error:
            self.panel.show_verdict(refusal_words(error), "refused")
        except OSError as error:
            self.panel.show_verdict(f"Not written: {error.strerror or error}", "refused")

    def _open(self, dialog: "RecordDialog | ReadBackDialog | VoidDialog") -> None:
        dialog.sign(self._signature)
        dialog.open()
