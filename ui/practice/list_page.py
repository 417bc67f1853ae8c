"""The scenarios on offer: choose one, say who plays, begin."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QListView,
    QListWidget,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.practice.parts import button, titled
from ui.practice.states import ListState, ScenarioRow
from ui.widgets.basics import Field, role_label, set_tone

_SET_NUMBER = 90  # pixels


# Most goals would give the answer away.
_GOAL_LATER = "What is to be learned is said after the first run, in the debrief."


class ScenarioList(QListWidget):
    """The titles; Return begins the one chosen."""

    begun = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return and Enter begin."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.begun.emit()
            return
        super().keyPressEvent(event)


class ListPage(QWidget):
    """What practice is, the scenarios, and beside them the one chosen."""

    start_requested = Signal(str, str, str)  # name, seed as typed, trainee
    open_requested = Signal()
    class_requested = Signal()
    hunt_requested = Signal(str, str, bool)  # number of the set as typed, trainee, with the program's help
    hunt_class_requested = Signal()
    editor_requested = Signal(str)  # the name of a scenario to be changed or copied, empty for a new one

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[ScenarioRow, ...] = ()
        self.about = role_label("", "plain", name="practice:about", wrap=True)
        self.list = ScenarioList()
        self.list.setObjectName("practice:scenarios")
        self.list.setAccessibleName("Scenarios")
        self.list.setWordWrap(True)
        self.list.setResizeMode(
            QListView.ResizeMode.Adjust
        )  # where its scroll bar comes, lines are broken anew
        self.list.setSpacing(2)
        self.title = role_label("", "title", name="practice:title", wrap=True)
        self.goal = role_label("", "plain", name="practice:goal", wrap=True)
        self.best = role_label("", "quiet", name="practice:best", wrap=True)
        self.trainee = Field("trainee", "Your name or initials")
        self.trainee.setPlaceholderText("stands on the certificate; may stay empty")
        self.seed = Field("seed", "Seed of the patient")
        self.seed.setPlaceholderText("empty: the scenario's own patient")
        self.problem = role_label("", "note", name="practice:problem", wrap=True)
        set_tone(self.problem, "refused")
        self.start = button("&Begin", "start", role="primary", tip="Return in the list does the same")
        self.open = button("&Open a run…", "open", tip="Plays a kept run again and shows its debrief")
        self.overview = button("&Class overview…", "class", tip="Several run files as a table and a picture")
        self.write = button("&Write one…", "write", tip="A new scenario, in fields")
        self.change = button(
            "Chan&ge the chosen one…",
            "change",
            tip="One of your own is changed, a built-in one copied under another name",
        )
        self.set_number = Field("hunt.seed", "Number of the set")
        self.set_number.setText("1")
        self.with_program = QCheckBox("with the program's help")
        self.with_program.setObjectName("practice:huntHelped")
        self.hunt = button("&Hunt slips", "hunt", tip="Ten orders, ten minutes; the clock runs at once")
        self.hunt_class = button(
            "Class &table…", "huntTable", tip="What several trainees found, side by side"
        )
        self.hunt_problem = role_label("", "note", name="practice:huntProblem", wrap=True)
        set_tone(self.hunt_problem, "refused")
        self._lay_out()
        self._connect()

    # --- what other code sees

    def show_state(self, state: ListState) -> None:
        """Shows exactly this state; what was chosen stays so."""
        chosen = self._chosen()
        self._rows = state.rows
        self.about.setText(state.about)
        self.problem.setText(state.problem)
        set_tone(self.seed, "refused" if state.problem else "")
        self.list.blockSignals(True)  # noqa: FBT003  # Qt's own
        self.list.clear()
        for row in state.rows:
            second = row.fault or row.best or "not played yet"
            self.list.addItem(f"{row.title}\n{second}")
        names = [row.name for row in state.rows]
        wanted = chosen.name if chosen is not None else ""
        self.list.blockSignals(False)  # noqa: FBT003
        self.list.setCurrentRow(names.index(wanted) if wanted in names else 0)
        self._show_chosen()

    def begin_typing(self) -> None:
        """Where the keyboard goes first."""
        self.list.setFocus()

    # --- building

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        frame, column = titled("Scenarios")
        column.addWidget(self.list, 1)
        left.addWidget(frame, 1)
        right = QVBoxLayout()
        right.setSpacing(10)
        frame, column = titled("")
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(role_label("What is learned", "label"))
        column.addWidget(self.goal)
        column.addWidget(self.best)
        column.addSpacing(6)
        for words, field in (("&Name or initials", self.trainee), ("&Seed", self.seed)):
            label = role_label(words, "label")
            label.setTextFormat(Qt.TextFormat.AutoText)
            label.setBuddy(field)
            column.addWidget(label)
            column.addWidget(field)
        column.addWidget(self.problem)
        row = QHBoxLayout()
        row.addWidget(self.start)
        row.addStretch(1)
        column.addLayout(row)
        right.addWidget(frame)
        frame, column = titled("What practice is")
        column.addWidget(self.about)
        right.addWidget(frame)
        frame, column = titled("Runs that were played")
        row = QHBoxLayout()
        row.addWidget(self.open)
        row.addWidget(self.overview)
        row.addStretch(1)
        column.addLayout(row)
        right.addWidget(frame)
        frame, column = titled("Scenarios of your own")
        row = QHBoxLayout()
        row.addWidget(self.write)
        row.addWidget(self.change)
        row.addStretch(1)
        column.addLayout(row)
        right.addWidget(frame)
        right.addWidget(self._hunting())
        right.addStretch(1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(12)
        layout.addLayout(left, 5)
        layout.addLayout(right, 6)

    def _hunting(self) -> QWidget:
        frame, column = titled("Slip hunt")
        words = (
            "Ten orders, each with what the programmer shows. In some a slip was made; find them in ten minutes. The same number "
            "is the same set for a whole class, once without and once with what the program says of each."
        )
        column.addWidget(role_label(words, "plain", wrap=True))
        row = QHBoxLayout()
        label = role_label("Set n&umber", "label")
        label.setTextFormat(Qt.TextFormat.AutoText)
        label.setBuddy(self.set_number)
        self.set_number.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_number.setFixedWidth(_SET_NUMBER)
        for each in (label, self.set_number, self.with_program, self.hunt, self.hunt_class):
            row.addWidget(each)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.hunt_problem)
        return frame

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._show_chosen)
        self.list.itemDoubleClicked.connect(self._on_start)
        self.list.begun.connect(self._on_start)
        self.start.clicked.connect(self._on_start)
        for field in (self.seed, self.trainee):
            field.returnPressed.connect(self._on_start)
        self.seed.textEdited.connect(self._clear_problem)
        self.open.clicked.connect(self.open_requested)
        self.overview.clicked.connect(self.class_requested)
        self.write.clicked.connect(lambda: self.editor_requested.emit(""))
        self.change.clicked.connect(self._on_change)
        self.hunt.clicked.connect(self._on_hunt)
        self.set_number.returnPressed.connect(self._on_hunt)
        self.hunt_class.clicked.connect(self.hunt_class_requested)

    # --- reacting

    def _chosen(self) -> ScenarioRow | None:
        line = self.list.currentRow()
        return self._rows[line] if 0 <= line < len(self._rows) else None

    def _show_chosen(self) -> None:
        row = self._chosen()
        self.title.setText("" if row is None else row.title)
        self.goal.setText("" if row is None else row.fault or (row.goal if row.best else _GOAL_LATER))
        self.best.setText("" if row is None else row.best)
        self.best.setVisible(bool(self.best.text()))
        self.start.setEnabled(row is not None and not row.fault)

    def _clear_problem(self) -> None:
        self.problem.setText("")
        set_tone(self.seed, "")

    def _on_start(self) -> None:
        row = self._chosen()
        if row is not None and not row.fault:
            self.start_requested.emit(row.name, self.seed.text(), self.trainee.text())

    def _on_hunt(self) -> None:
        self.hunt_requested.emit(self.set_number.text(), self.trainee.text(), self.with_program.isChecked())

    def _on_change(self) -> None:
        row = self._chosen()
        if row is not None:
            self.editor_requested.emit(row.name)
