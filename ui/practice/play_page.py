"""The page on which a virtual patient is played: what is known, the course, what can be done, what was decided."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.practice.course_view import GROWS_FOR_MS, CourseView
from ui.practice.parts import button, fill, table, titled
from ui.practice.states import PlayState
from ui.theme import Colours
from ui.widgets.basics import Choice, Field, ScrollArea, role_label, set_tone

_ADVANCES = (("1 &h", "1 h"), ("6 h", "6 h"), ("1 &d", "1 day"), ("3 d", "3 day"), ("1 &w", "7 day"))
_PACES = (
    ("", "4 s"),
    ("8000", "8 s"),
    ("2000", "2 s"),
    ("0", "at once"),
)
_SIDE = 284
_AROUND = 10
_ANY_WIDTH = 2**24 - 1  # the largest Qt knows
_BELOW_HEIGHT = 480  # of what is known, where it stands below the course


class PlayPage(QWidget):
    """Everything of a run on one page. While the course grows nothing else is done, and nothing that comes after it is said."""

    order_requested = Signal(str)
    advance_requested = Signal(str)
    next_event_requested = Signal()
    act_requested = Signal(float)  # the day at which time was stopped
    program_requested = Signal()
    read_back_requested = Signal()
    repair_requested = Signal()
    hint_requested = Signal()
    back_requested = Signal(int)
    compare_requested = Signal(int)
    reveal_requested = Signal(bool)  # whether it is shown
    fault_requested = Signal()
    debrief_requested = Signal()
    save_requested = Signal()
    list_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._state = PlayState()
        self._coming: PlayState | None = None  # what is shown once the course has grown
        self._busy = False
        self.title = role_label("", "title", name="practice:playTitle", wrap=True)
        self.situation = role_label("", "plain", name="practice:situation", wrap=True)
        self.chart = role_label("", "plain", name="practice:chart", wrap=True)
        self.hints = role_label("", "plain", name="practice:hints", wrap=True)
        self.seen = table("seen", "What was seen", ("when", "what was seen"), 1)
        self.tone_title = role_label("", "label", name="practice:toneTitle", wrap=True)
        self.tone = table("tone", "Tone by muscle group, Ashworth", ("group", "left", "right"), 0)
        self.clock = role_label("", "title", name="practice:clock")
        self.left = role_label("", "quiet", name="practice:left")
        self.in_force = role_label("", "quiet", name="practice:inForce", wrap=True)
        self.note = role_label("", "mode", name="practice:note", wrap=True)
        self.said = role_label("", "note", name="practice:said", wrap=True)
        self.course = CourseView("practice:course")
        self.course.setAccessibleName("The course of the virtual patient")
        self.reading = role_label("", "cursor", name="practice:cursor", wrap=True)
        self.hidden = role_label("", "plain", name="practice:hidden", wrap=True)
        self.decisions = table("decisions", "Decisions", ("", "when", "what was done"), 2)
        self.branches = Choice("branches", "Which course that was left is drawn", (("", "the last ones"),))
        self.by = Field("by", "How long time is to pass")
        self.by.setPlaceholderText("e.g. 36 h")
        self.by.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.by.setFixedWidth(76)
        self.pace = Choice("pace", "How fast the course is drawn", _PACES)
        self.exam = Choice("exam", "What is looked at", ())
        self._make_buttons()
        self._lay_out()
        self._connect()

    # --- what other code sees

    def show_state(self, state: PlayState, grows_from: float | None = None) -> None:
        """Shows exactly this state; with `grows_from` its course first, and the rest when that has grown."""
        self.say("")
        if grows_from is not None and self.course.grows_for_ms:
            self._coming = state
            self.course.show_drawing(state.drawing, grows_from)
            self._show_growing()
            self.course.setFocus()
            return
        self._coming = None
        self._show(state)
        self.course.show_drawing(state.drawing)

    def say(self, words: str, tone: str = "") -> None:
        """What came of something."""
        self.said.setText(words)
        set_tone(self.said, tone)
        self.said.setVisible(bool(words))

    def set_busy(self, *, busy: bool) -> None:
        """While something is worked out nothing can be asked for."""
        self._busy = busy
        self._enable()

    def dress(self, colours: Colours) -> None:
        """Takes on the colours of practice."""
        self.course.dress(colours)

    def begin_typing(self) -> None:
        """Where the keyboard goes first."""
        self.exam.setFocus()

    # --- building

    def _make_buttons(self) -> None:
        self.order = button(
            "&Look", "order", tip="Orders what is chosen; the clock goes on as long as it takes"
        )
        self.program = button("&Program…", "program", role="primary", tip="In the fields of the real check")
        self.read_back = button("Read &back", "readBack", tip="Asks the pump whether it runs (five minutes)")
        self.repair = button("&Revise the catheter", "repair", tip="By the surgeon; takes a day")
        self.hint = button("H&int", "hint", tip="Each is counted")
        self.advances = [button(words, f"advance:{by}", tip=by) for words, by in _ADVANCES]
        self.next_event = button(
            "To next e&vent", "nextEvent", tip="Until something happens; at the latest to the end"
        )
        self.go = button("&Go", "go")
        for made in (*self.advances, self.next_event, self.go):
            made.setStyleSheet("padding-left: 7px; padding-right: 7px;")
        self.pause = button("Pause", "pause", tip="Space")
        self.step = button("Step", "step", tip="Right")
        self.skip = button("To the end", "skip", tip="End")
        self.act = button(
            "&Act here", "act", role="primary", tip="Time stops here: what would come has not been"
        )
        self.back = button(
            "Go bac&k before it", "back", tip="And try otherwise; the course you leave stays dashed"
        )
        self.debrief = button("D&ebrief", "debrief", tip="The score, and why")
        self.save = button("&Save run…", "save")
        self.to_list = button("Scenarios", "toList")
        self.instructor = button("Instr&uctor…", "instructor", tip="Shows what is hidden; marked in the run")
        self.fault = button("Set a &fault…", "fault")

    def _lay_out(self) -> None:
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(_AROUND, _AROUND, _AROUND, _AROUND)
        self._grid.setSpacing(_AROUND)
        self._what_is_known, self._what_happens, self._what_is_done = (
            self._known(),
            self._middle(),
            self._doing(),
        )
        self._narrow: bool | None = None
        self.fit(0)

    def fit(self, width: int) -> None:
        """Three columns where there is room for them; in a narrow window what is known stands below the course."""
        narrow = width < 2 * _SIDE + self._what_happens.minimumSizeHint().width() + 4 * _AROUND
        if narrow is self._narrow:
            return
        self._narrow = narrow
        at_the_left, below = (0, 0, 1, 1), (1, 0, 1, 3)
        self._grid.addWidget(self._what_is_known, *(below if narrow else at_the_left))
        self._grid.addWidget(self._what_happens, 0, 1)
        self._grid.addWidget(self._what_is_done, 0, 2)
        self._grid.setColumnStretch(1, 1)
        self._what_is_known.setMinimumSize(_SIDE, _BELOW_HEIGHT if narrow else 0)
        self._what_is_known.setMaximumWidth(_ANY_WIDTH if narrow else _SIDE)

    def _known(self) -> QWidget:
        """Left: what the trainee is told, and what she has seen."""
        frame, column = titled("")
        column.setContentsMargins(4, 4, 4, 4)
        told = QWidget()
        inner = QVBoxLayout(told)
        inner.setContentsMargins(6, 4, 6, 4)
        inner.setSpacing(6)
        inner.addWidget(self.title)
        for words, label in (("", self.situation), ("Chart", self.chart), ("Hints", self.hints)):
            if words:
                inner.addWidget(self._heading(words, label))
            inner.addWidget(label)
        inner.addStretch(1)
        column.addWidget(ScrollArea(told), 5)
        column.addWidget(role_label("Seen, the newest first", "label"))
        column.addWidget(self.seen, 3)
        column.addWidget(self.tone_title)
        column.addWidget(self.tone, 7)
        return frame

    def _heading(self, words: str, of: QLabel) -> QLabel:
        label = role_label(words, "label")
        label.setBuddy(of)
        label.setObjectName(f"practice:heading:{words}")
        return label

    def _middle(self) -> QWidget:
        """The clock, the course, and how time goes on."""
        frame, column = titled("")
        head = QHBoxLayout()
        head.addWidget(self.clock)
        head.addWidget(self.left)
        head.addSpacing(10)
        head.addWidget(self.in_force, 1)
        column.addLayout(head)
        column.addWidget(self.note)
        column.addWidget(self.said)
        column.addWidget(self.course, 1)
        column.addWidget(self.reading)
        column.addWidget(self.hidden)
        passing = QHBoxLayout()
        passing.setSpacing(5)
        passing.addWidget(role_label("Let pass", "label"))
        for each in (*self.advances, self.next_event, self.by, self.go):
            passing.addWidget(each)
        passing.addStretch(1)
        column.addLayout(passing)
        growing = QHBoxLayout()
        growing.setSpacing(5)
        growing.addWidget(role_label("Growing", "label"))
        for each in (self.pause, self.step, self.skip, self.act):
            growing.addWidget(each)
        growing.addStretch(1)
        self.pace.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.pace.setFixedWidth(82)
        growing.addWidget(self.pace)
        column.addLayout(growing)
        return frame

    def _doing(self) -> QWidget:
        """Right: what can be done, and what was decided."""
        frame, column = titled("")
        looking = QHBoxLayout()
        looking.addWidget(self.exam, 1)
        looking.addWidget(self.order)
        column.addLayout(looking)
        for pair in ((self.program, self.read_back), (self.repair, self.hint)):
            column.addLayout(_side_by_side(*pair))
        column.addSpacing(4)
        column.addWidget(role_label("Decisions", "label"))
        column.addWidget(self.decisions, 1)
        column.addWidget(self.back)
        drawn = QHBoxLayout()
        self._drawn = role_label("Dashed", "label")
        drawn.addWidget(self._drawn)
        drawn.addWidget(self.branches, 1)
        column.addLayout(drawn)
        column.addSpacing(4)
        self.aside = role_label("", "quiet", name="practice:aside", wrap=True)
        column.addWidget(self.aside)
        for pair in (
            (self.instructor, self.fault),
            (self.save, self.to_list),
        ):
            column.addLayout(_side_by_side(*pair))
        column.addWidget(self.debrief)
        frame.setFixedWidth(_SIDE)
        return frame

    def _connect(self) -> None:
        self.order.clicked.connect(lambda: self.order_requested.emit(self.exam.value()))
        self.program.clicked.connect(self.program_requested)
        self.read_back.clicked.connect(self.read_back_requested)
        self.repair.clicked.connect(self.repair_requested)
        self.hint.clicked.connect(self.hint_requested)
        for each, (_, by) in zip(self.advances, _ADVANCES, strict=True):
            each.clicked.connect(lambda _=False, chosen=by: self.advance_requested.emit(chosen))
        self.next_event.clicked.connect(self.next_event_requested)
        self.go.clicked.connect(self._on_go)
        self.by.returnPressed.connect(self._on_go)
        self.pause.clicked.connect(self.course.toggle_paused)
        self.step.clicked.connect(self.course.step)
        self.skip.clicked.connect(self.course.skip)
        self.act.clicked.connect(self._on_act)
        self.course.grown.connect(self._on_grown)
        self.course.moved.connect(self._on_moved)
        self.course.paused_changed.connect(lambda paused: self.pause.setText("Go on" if paused else "Pause"))
        self.course.read.connect(self.reading.setText)
        self.pace.currentIndexChanged.connect(self._on_pace)
        self.back.clicked.connect(self._on_back)
        self.decisions.itemSelectionChanged.connect(self._enable)
        self.branches.currentIndexChanged.connect(self._on_branch)
        self.instructor.clicked.connect(lambda: self.reveal_requested.emit(not self._state.revealed))
        self.fault.clicked.connect(self.fault_requested)
        self.debrief.clicked.connect(self.debrief_requested)
        self.save.clicked.connect(self.save_requested)
        self.to_list.clicked.connect(self.list_requested)

    # --- showing

    def _show(self, state: PlayState) -> None:
        self._state = state
        self.title.setText(state.title)
        self.situation.setText(state.situation)
        self.chart.setText("\n".join(f"{label}: {words}" for label, words in state.chart))
        self.hints.setText("\n".join(f"{n}. {words}" for n, words in enumerate(state.hints, start=1)))
        heading = self.findChild(QLabel, "practice:heading:Hints")
        if heading is not None:
            heading.setVisible(bool(state.hints))
        self.hints.setVisible(bool(state.hints))
        fill(self.seen, [(when, f"{what}: {words}") for when, what, words in state.seen])
        fill(self.tone, state.tone.rows)
        self.tone_title.setText(state.tone.words)
        for part in (self.tone, self.tone_title):
            part.setVisible(bool(state.tone.rows))
        self.clock.setText(state.clock)
        self.left.setText(state.left)
        self.in_force.setText(state.in_force)
        self.note.setText(state.note)
        self.note.setVisible(bool(state.note))
        fill(
            self.decisions,
            [(str(row.number), row.when, f"{row.what}. {row.consequence}") for row in state.decisions],
        )
        self.decisions.scrollToBottom()
        self.hidden.setText("Hidden: " + "; ".join(f"{name} {words}" for name, words in state.hidden))
        self.hidden.setVisible(bool(state.hidden))
        self.aside.setText(state.aside)
        self._show_choices(state)
        self.reading.setText("")
        self._enable()

    def _show_choices(self, state: PlayState) -> None:
        self.branches.blockSignals(True)  # noqa: FBT003  # Qt's own
        options = [(str(number), words) for number, words in enumerate(state.branches)]
        self.branches.offer((("", "the last courses left"), *options))
        self.branches.choose("" if state.compared < 0 else str(state.compared))
        self.branches.blockSignals(False)  # noqa: FBT003
        self.branches.setVisible(bool(state.branches))
        self._drawn.setVisible(bool(state.branches))
        if not self.exam.count():
            self.exam.offer(state.examinations)
        self.hint.setText(f"H&int ({state.hints_left} left)")
        self.instructor.setText("Hide again" if state.revealed else "Instr&uctor…")
        self.fault.setVisible(state.revealed)

    def _show_growing(self) -> None:
        self.left.setText("")
        self.note.hide()
        self.reading.setText("")
        self.pause.setText("Pause")
        self._enable()

    def _enable(self) -> None:
        """Only what is possible now."""
        state, growing = self._state, self.course.growing
        free = not growing and not self._busy
        can_act = free and state.can_act
        for doing in (self.exam, self.order, self.program, self.read_back, self.repair, self.fault):
            doing.setEnabled(can_act)
        for passing in (*self.advances, self.next_event, self.by, self.go):
            passing.setEnabled(free and state.can_advance)
        for each in (self.pause, self.step, self.skip, self.act):
            each.setEnabled(growing and not self._busy)
        self.hint.setEnabled(free and state.hints_left > 0)
        self.back.setEnabled(free and self._chosen_decision() > 0)
        for other in (self.debrief, self.save, self.to_list, self.instructor, self.branches):
            other.setEnabled(free)

    # --- reacting

    def _on_grown(self) -> None:
        if self._coming is not None:
            state, self._coming = self._coming, None
            self._show(state)
            self.begin_typing()
        self._enable()

    def _on_moved(self, day: float) -> None:
        self.clock.setText(self._drawing_clock(day))

    def _drawing_clock(self, day: float) -> str:
        state = self._coming or self._state
        return state.drawing.clock(day)

    def _on_act(self) -> None:
        day = self.course.until
        self._coming = None
        self.act_requested.emit(day)

    def _on_go(self) -> None:
        if self.go.isEnabled():
            self.advance_requested.emit(self.by.text())

    def _on_pace(self) -> None:
        self.course.grows_for_ms = int(self.pace.value() or GROWS_FOR_MS)

    def _chosen_decision(self) -> int:
        line = self.decisions.currentRow()
        chosen = bool(self.decisions.selectedItems()) and 0 <= line < len(self._state.decisions)
        return self._state.decisions[line].number if chosen else 0

    def _on_back(self) -> None:
        number = self._chosen_decision()
        if number:
            self.decisions.clearSelection()
            self.back_requested.emit(number)

    def _on_branch(self) -> None:
        value = self.branches.value()
        self.compare_requested.emit(int(value) if value else -1)


def _side_by_side(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for each in buttons:
        row.addWidget(each, 1)
    return row
