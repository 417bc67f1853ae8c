"""Beneath the entries: two dates compared, and what was written since an entry."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.log.states import ComparedState, SinceState
from ui.widgets.basics import Field, role_label, set_tone
from ui.widgets.rows_table import RowsModel, RowsView

_EXAMPLE = "22 Nov 2026, or 22 Nov 2026 09:30"


class ComparePane(QWidget):
    """Two dates, typed, and what differs between the therapies in force then."""

    asked = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.then = Field("log.then", "the earlier date")
        self.now = Field("log.now", "the later date")
        for field in (self.then, self.now):
            field.setPlaceholderText(_EXAMPLE)
        self.then_problem = _problem("log:thenProblem")
        self.now_problem = _problem("log:nowProblem")
        self.compare = QPushButton("Compare")
        self.compare.setObjectName("log:compare")
        self.about = role_label("", "quiet", name="log:compareAbout", wrap=True)
        self._model = RowsModel(("field", "then", "now", "change"), self)
        self.table = RowsView("log:compared", "what differs between the two dates", self._model, 0)
        self._filled = ("", "", "")
        self._lay_out()
        self._connect()

    def offer(self, patient: str, then: str, now: str) -> None:
        """Fills in the last two steps of a patient where they are others than before, and shows what differs."""
        typed = (patient, self.then.text(), self.now.text()) != self._filled
        of_another = patient != self._filled[0]
        if (patient, then, now) != self._filled and (of_another or not typed):
            self._filled = (patient, then, now)
            self.then.setText(then)
            self.now.setText(now)
        if self.then.text() or self.now.text():
            self._ask()
        else:
            self.show_state(
                ComparedState("Two steps of one patient are needed: choose a patient on the left.")
            )

    def show_state(self, state: ComparedState) -> None:
        """Shows exactly this."""
        self.about.setText(state.about)
        for field, label, problem in (
            (self.then, self.then_problem, state.then_problem),
            (self.now, self.now_problem, state.now_problem),
        ):
            label.setText(problem)
            set_tone(field, "refused" if problem else "")
        self._model.show_rows(state.rows)
        self.table.setVisible(bool(state.rows))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.addWidget(role_label("Compare", "label"), 0, 0)
        grid.addWidget(self.then, 0, 1)
        grid.addWidget(role_label("with", "label"), 0, 2)
        grid.addWidget(self.now, 0, 3)
        grid.addWidget(self.compare, 0, 4)
        grid.addWidget(self.then_problem, 1, 1)
        grid.addWidget(self.now_problem, 1, 3)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(grid)
        layout.addWidget(self.about)
        layout.addWidget(self.table, 1)
        layout.addStretch(0)

    def _connect(self) -> None:
        self.compare.clicked.connect(self._ask)
        for field in (self.then, self.now):
            field.returnPressed.connect(self._ask)
            field.textEdited.connect(self._on_edited)

    def _ask(self) -> None:
        self.asked.emit(self.then.text(), self.now.text())

    def _on_edited(self) -> None:
        """What is shown is not of what is typed now."""
        self.show_state(ComparedState())


class SincePane(QWidget):
    """Everything written after the entry selected, in words."""

    def __init__(self) -> None:
        super().__init__()
        self.about = role_label("", "quiet", name="log:sinceAbout", wrap=True)
        self._model = RowsModel(("no.", "written", "what"), self)
        self.table = RowsView("log:since", "what was written after the entry selected", self._model, 2)
        layout = QVBoxLayout(self)
        layout.addWidget(self.about)
        layout.addWidget(self.table, 1)
        layout.addStretch(0)

    def show_state(self, state: SinceState) -> None:
        """Shows exactly this."""
        self.about.setText(state.about or "Select an entry above: here stands what was written after it.")
        self._model.show_rows(state.rows)
        self.table.setVisible(bool(state.rows))


def _problem(name: str) -> QLabel:
    label = role_label("", "note", name=name, wrap=True)
    set_tone(label, "refused")
    return label
