"""The log panel: what was recorded, the newest first, and the dose over time."""

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, QThread, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from itbcalc.errors import ItbcalcError
from itbcalc.titration.anchors import AnchorVerdict, held_against, read_anchor
from itbcalc.titration.chain import Verified
from itbcalc.titration.store import SqliteLog
from itbcalc.words import anchor_words, refusal_words
from ui.log.states import HEADINGS, LogRow, LogState
from ui.widgets.basics import Field, card, role_label, set_tone
from ui.widgets.plot import PlotCard


class Verification(QThread):
    """Follows the chain beside the window; may be stopped."""

    progressed = Signal(int)
    ended = Signal(str, str)  # words, tone

    def __init__(self, path: Path, anchor: str) -> None:
        super().__init__()
        self._path, self._anchor = path, anchor

    def run(self) -> None:
        """In the thread: says how it ended, in words."""
        try:
            self.ended.emit(*self._outcome())
        except ItbcalcError as error:
            self.ended.emit(refusal_words(error), "refused")

    def _outcome(self) -> tuple[str, str]:
        anchor = read_anchor(self._anchor) if self._anchor.strip() else None
        log = SqliteLog(self._path)
        try:
            found = log.verify(self._progress)
            verdict = held_against(anchor, log, found)
        finally:
            log.close()
        if found.damage is not None:
            return f"NOT WHOLE: {refusal_words(found.damage)}", "refused"
        if found.stopped:
            return f"Stopped after {found.head.count:,} entries: what follows was not looked at.", "warning"
        whole = _whole_words(found)
        return f"{whole} {anchor_words(verdict)}", "" if verdict in (
            None,
            AnchorVerdict.AGREES,
        ) else "refused"

    def _progress(self, count: int) -> bool:
        self.progressed.emit(count)
        return not self.isInterruptionRequested()


class LogPanel(QWidget):
    """A search for a patient, the entries, the one selected in full, and the dose over time."""

    patient_typed = Signal(str)
    entry_selected = Signal(str)
    read_back_requested = Signal(str)
    void_requested = Signal(str)
    anchor_requested = Signal()
    export_requested = Signal()
    backup_requested = Signal()
    picture_requested = Signal(str, object)

    def __init__(self, path: Path, parent: QWidget) -> None:
        super().__init__(parent)  # it may never be shown: then it goes with the window
        self.setObjectName("logPanel")
        self._path = path
        self._rows: tuple[LogRow, ...] = ()
        self._verification: Verification | None = None
        self.search = Field("log.patient", "patient pseudonym")
        self.search.setPlaceholderText("patient, e.g. P-0102")
        self.about = role_label("", "quiet", name="log:about", wrap=True)
        self.table = _table()
        self.whole = QPlainTextEdit()
        self.whole.setObjectName("log:entry")
        self.whole.setAccessibleName("the selected entry, whole")
        self.whole.setReadOnly(True)
        self.whole.setTabChangesFocus(True)
        self.read_back = self._button("Read back…", "log:readBack")
        self.void = self._button("Void…", "log:void")
        self.anchor = Field("log.anchor", "anchor to verify against")
        self.anchor.setPlaceholderText("an anchor line, if you have one")
        self.verify = self._button("Verify", "log:verify")
        self.copy_anchor = self._button("Copy anchor", "log:copyAnchor")
        self.export = self._button("Export…", "log:export")
        self.back_up = self._button("Back up", "log:backUp")
        self.verdict = role_label("", "note", name="log:verdict", wrap=True)
        self.dose = PlotCard("log:dose", "Daily dose over time")
        self._lay_out()
        self._connect()

    # --- what other code sees

    def show_state(self, state: LogState) -> None:
        """Shows exactly this state; the entry selected before stays so where it is still there."""
        held = self.selected()
        self._rows = state.rows
        blocker = QSignalBlocker(self.table)
        self.table.setRowCount(len(state.rows))
        for line, row in enumerate(state.rows):
            self._fill(line, row)
        blocker.unblock()
        self.table.setVisible(bool(state.rows))
        self.about.setText(state.about)
        set_tone(self.about, state.tone)
        self.dose.show_picture(state.dose)
        line = next((n for n, row in enumerate(state.rows) if row.entry_id == held), 0)
        if state.rows:
            self.table.selectRow(line)
        self._on_selected()
        for button in (self.verify, self.copy_anchor, self.export, self.back_up):
            button.setEnabled(bool(state.rows))

    def show_entry(self, text: str) -> None:
        """The selected entry, whole."""
        self.whole.setPlainText(text)

    def show_verdict(self, text: str, tone: str = "") -> None:
        """What came of verifying or copying."""
        self.verdict.setText(text)
        self.verdict.setVisible(bool(text))
        set_tone(self.verdict, tone)

    def selected(self) -> str:
        """The id of the entry selected, or nothing."""
        line = self.table.currentRow()
        return self._rows[line].entry_id if 0 <= line < len(self._rows) else ""

    def redress(self) -> None:
        """Draws anew in the colours of the present look."""
        self.dose.redress()

    def stop(self) -> None:
        """Ends a verification that still runs."""
        if self._verification is not None:
            self._verification.requestInterruption()
            self._verification.wait()

    # --- building

    def _button(self, words: str, name: str) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(name)
        return button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        label = role_label("&Patient", "label")
        label.setTextFormat(Qt.TextFormat.AutoText)
        label.setBuddy(self.search)
        head.addWidget(label)
        head.addWidget(self.search, 1)
        head.addWidget(self.about, 2)
        head.addWidget(self.read_back)
        head.addWidget(self.void)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(self.whole)
        split.setStretchFactor(0, 5)
        split.setStretchFactor(1, 3)
        split.setChildrenCollapsible(False)
        split.setSizes([720, 430])
        foot = QHBoxLayout()
        for button in (self.copy_anchor, self.export, self.back_up, self.verify):
            foot.addWidget(button)
        foot.addWidget(self.anchor, 1)
        frame = card()
        inner = QVBoxLayout(frame)
        inner.addLayout(head)
        inner.addWidget(split, 1)
        inner.addLayout(foot)
        inner.addWidget(self.verdict)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(frame, 3)
        layout.addWidget(self.dose, 2)
        self.verdict.hide()

    def _connect(self) -> None:
        self.search.textChanged.connect(self.patient_typed)
        self.table.itemSelectionChanged.connect(self._on_selected)
        self.read_back.clicked.connect(lambda: self.read_back_requested.emit(self.selected()))
        self.void.clicked.connect(lambda: self.void_requested.emit(self.selected()))
        self.copy_anchor.clicked.connect(self.anchor_requested)
        self.export.clicked.connect(self.export_requested)
        self.back_up.clicked.connect(self.backup_requested)
        self.verify.clicked.connect(self._on_verify)
        self.anchor.returnPressed.connect(self._on_verify)
        self.dose.save_requested.connect(self.picture_requested)

    def _fill(self, line: int, row: LogRow) -> None:
        for column, text in enumerate(row.cells):
            item = QTableWidgetItem(text)
            font = item.font()
            font.setStrikeOut(row.voided)
            font.setBold(row.warned and column == len(row.cells) - 1)
            item.setFont(font)
            if row.voided:
                item.setToolTip("Voided: it does not hold. Select it to see by whom and why.")
            self.table.setItem(line, column, item)

    # --- reacting

    def _on_selected(self) -> None:
        line = self.table.currentRow()
        row = self._rows[line] if 0 <= line < len(self._rows) else None
        self.whole.setVisible(row is not None)
        self.read_back.setEnabled(row is not None and row.is_step and not row.voided)
        self.void.setEnabled(row is not None and not row.voided)
        self.entry_selected.emit(row.entry_id if row is not None else "")

    def _on_verify(self) -> None:
        """Begins, or stops what runs."""
        if self._verification is not None:
            self._verification.requestInterruption()
            return
        self.show_verdict("Verifying …")
        self.verify.setText("Stop")
        self._verification = Verification(self._path, self.anchor.text())
        self._verification.progressed.connect(self._on_progressed)
        self._verification.ended.connect(self.show_verdict)
        self._verification.finished.connect(self._on_finished)
        self._verification.start()

    def _on_progressed(self, count: int) -> None:
        self.show_verdict(f"Verifying … {count:,} entries")

    def _on_finished(self) -> None:
        self._verification = None
        self.verify.setText("Verify")


class _Table(QTableWidget):
    """Entries by keyboard: Return and Tab leave it as a field is left."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters do not search in here: the search field does."""
        if event.text().isalnum():
            event.ignore()
            return
        super().keyPressEvent(event)


def _table() -> QTableWidget:
    table = _Table(0, len(HEADINGS))
    table.setObjectName("log:table")
    table.setAccessibleName("entries of the log, the newest first")
    table.setHorizontalHeaderLabels(list(HEADINGS))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(HEADINGS.index("what"), QHeaderView.ResizeMode.Stretch)
    return table


def _whole_words(found: Verified) -> str:
    return f"The chain holds: {found.head.count:,} entries, head {found.head.hash[:16]}…"
