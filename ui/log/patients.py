"""The patients of the log: a search, and a list in which the arrow keys move."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QListWidget, QVBoxLayout, QWidget

from ui.log.states import PatientRow
from ui.widgets.basics import Field, role_label
from ui.widgets.rows_table import put_text

ALL = "All patients"
_APART = 4  # pixels around each patient: two lines belong together
_MOVING = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class PatientSearch(Field):
    """What is typed filters the list; the keys that move go on to it."""

    moved = Signal(QKeyEvent)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down move in the list without leaving the search."""
        if event.key() in _MOVING:
            self.moved.emit(event)
            return
        super().keyPressEvent(event)


class PatientPane(QWidget):
    """The search, and who is found."""

    typed = Signal(str)
    chosen = Signal(str)  # the pseudonym; empty for all patients

    def __init__(self) -> None:
        super().__init__()
        self.search = PatientSearch("log.patient", "patient pseudonym")
        self.search.setPlaceholderText("search, e.g. P-0102")
        self.search.setToolTip("Ctrl+F from anywhere in the log; up and down move in the list")
        self.list = QListWidget()
        self.list.setObjectName("log:patients")
        self.list.setAccessibleName("patients of the log, whoever was written of last first")
        self.list.setSpacing(_APART)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rows: Sequence[PatientRow] = ()
        self._lay_out()
        self._connect()

    def show_patients(self, rows: Sequence[PatientRow], patient: str | None) -> None:
        """Shows exactly these; `patient` is the one whose entries are shown, None for none yet."""
        blocker = QSignalBlocker(self.list)
        if rows != self._rows:
            self._rows = rows
            self.list.clear()
            for line, row in enumerate(rows):
                self.list.addItem("")
                who = row.patient or ALL
                put_text(self.list, line, f"{who}\n{row.detail}", tip=f"{who}: {row.detail}")
        line = next((line for line, row in enumerate(rows) if row.patient == patient), -1)
        self.list.setCurrentRow(line)
        blocker.unblock()

    def begin_search(self) -> None:
        """The keyboard goes to the search; what stands there is typed over."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _lay_out(self) -> None:
        label = role_label("&Patient", "label")
        label.setTextFormat(Qt.TextFormat.AutoText)
        label.setBuddy(self.search)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)

    def _connect(self) -> None:
        self.search.textChanged.connect(self.typed)
        self.search.moved.connect(self._on_moved)
        self.list.currentRowChanged.connect(self._on_row_changed)

    def _on_moved(self, event: QKeyEvent) -> None:
        line, last = self.list.currentRow(), self.list.count() - 1
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}
        self.list.setCurrentRow(min(max(line + steps[Qt.Key(event.key())], 0), last))

    def _on_row_changed(self, line: int) -> None:
        if 0 <= line < len(self._rows):
            self.chosen.emit(self._rows[line].patient)
