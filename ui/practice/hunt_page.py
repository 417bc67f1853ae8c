"""The slip hunt: a sheet at a time, answered by a key, the clock above; afterwards what was planted and what was found."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.practice.hunt_states import ANSWERS, HuntState
from ui.practice.parts import button, fill, table, titled
from ui.widgets.basics import ScrollArea, role_label

_EVERY_MS = 1000
_LIST = 250  # pixels, the width of the list of sheets
_ANSWERS = 230  # and of the answers
_KEYS = "Does the programmer show what was ordered? If not: what is wrong? A letter answers and goes on; ↑ and ↓ turn the sheets."


class Pairs(QWidget):
    """Headings with their values, one under the other."""

    def __init__(self, name: str, accessible_name: str, role: str) -> None:
        super().__init__()
        self.setObjectName(f"practice:{name}")
        self.setAccessibleName(accessible_name)
        self._role = role
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(1, 1)
        self._held: list[tuple[QLabel, QLabel]] = []

    def show_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Shows exactly these."""
        while len(self._held) < len(pairs):
            line = len(self._held)
            labels = role_label("", "label"), role_label("", self._role, wrap=True)
            for column, label in enumerate(labels):
                self._grid.addWidget(label, line, column, Qt.AlignmentFlag.AlignTop)
            self._held.append(labels)
        for labels, texts in zip(self._held, [*pairs, *[("", "")] * len(self._held)], strict=False):
            for label, text in zip(labels, texts, strict=True):
                label.setText(text)
                label.setVisible(bool(text))
        self.setAccessibleDescription("; ".join(f"{heading}: {words}" for heading, words in pairs))


class HuntPage(QWidget):
    """What is gone through, and at the end what came of it."""

    answered = Signal(object)  # str: where the slip is, "" not said; None: all agrees
    sheet_requested = Signal(int)
    ticked = Signal()
    finish_requested = Signal()
    leave_requested = Signal()
    class_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.over = False
        self.unanswered = 0
        self.about = role_label("", "title", name="practice:huntAbout")
        self.clock = role_label("", "title", name="practice:huntClock")
        self.finish = button("&Finish", "huntFinish", role="primary", tip="Shows what was planted")
        self.leave = button(
            "Scenar&ios", "huntToList", tip="Leaves the set; what was not finished is not kept"
        )
        self.sheets = QListWidget()
        self.sheets.setObjectName("practice:sheets")
        self.sheets.setAccessibleName("Sheets, with what you said of each")
        self.order = Pairs("huntOrder", "The order", "result")
        self.page = Pairs("huntPage", "What the programmer shows", "result")
        self.help = role_label("", "plain", name="practice:huntHelp", wrap=True)
        self.help.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.answers = [button(f"{each.key}   {each.words}", f"answer{each.key}") for each in ANSWERS]
        self.summary = role_label("", "plain", name="practice:huntSummary", wrap=True)
        self.results = table(
            "huntResults",
            "What was planted, and what you found",
            ("sheet", "planted", "you said", "outcome"),
            3,
        )
        self.to_class = button(
            "&Class table…", "huntClass", role="primary", tip="Several trainees' sets side by side"
        )
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._lay_out()
        self._connect()

    # --- what other code sees

    def show_state(self, state: HuntState) -> None:
        """Shows exactly this state."""
        self.over = state.over
        self.unanswered = sum(not said for _, said in state.rows)
        self.about.setText(state.about)
        self.show_clock(state.clock)
        self.finish.setVisible(not state.over)
        self._stack.setCurrentWidget(self._result if state.over else self._hunting)
        if state.over:
            self._timer.stop()
            self.summary.setText(state.summary)
            fill(self.results, state.results)
            self.to_class.setFocus()
            return
        self._timer.start()
        self._show_sheets(state)
        self.order.show_pairs(state.order)
        self.page.show_pairs(state.page)
        self.help.setText("\n\n".join(state.help))
        self._help_card.setVisible(state.with_program)

    def show_clock(self, words: str) -> None:
        """How much time is left."""
        self.clock.setText(words)

    def begin_typing(self) -> None:
        """Where the keyboard goes first."""
        self.sheets.setFocus()

    def stop(self) -> None:
        """The clock stands: the set was left."""
        self._timer.stop()

    # --- building

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._hunting, self._result = self._hunting_page(), self._result_page()
        for page in (self._hunting, self._result):
            self._stack.addWidget(page)
        head = QHBoxLayout()
        head.addWidget(self.about, 1)
        head.addWidget(self.clock)
        head.addSpacing(12)
        head.addWidget(self.finish)
        head.addWidget(self.leave)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)

    def _hunting_page(self) -> QWidget:
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(10)
        frame, column = titled("Sheets")
        column.addWidget(self.sheets, 1)
        frame.setFixedWidth(_LIST)
        columns.addWidget(frame)
        columns.addLayout(self._sheet(), 1)
        frame, column = titled("Your answer")
        for each in self.answers:
            each.setProperty("role", "example")
            column.addWidget(each)
        column.addWidget(role_label(_KEYS, "quiet", wrap=True))
        column.addStretch(1)
        frame.setFixedWidth(_ANSWERS)
        columns.addWidget(frame)
        return page

    def _sheet(self) -> QVBoxLayout:
        middle = QVBoxLayout()
        middle.setSpacing(10)
        for title, held in (("The order", self.order), ("The programmer shows", self.page)):
            frame, column = titled(title)
            column.addWidget(held)
            middle.addWidget(frame)
        self._help_card, column = titled("What the program says of it")
        column.addWidget(ScrollArea(self.help), 1)
        middle.addWidget(self._help_card, 1)
        middle.addStretch(0)
        return middle

    def _result_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.summary, 1)
        row.addWidget(self.to_class)
        column.addLayout(row)
        frame, inner = titled("What was planted, and what you found")
        inner.addWidget(self.results, 1)
        column.addWidget(frame, 1)
        return page

    def _connect(self) -> None:
        self._timer.timeout.connect(self.ticked)
        self.finish.clicked.connect(self.finish_requested)
        self.leave.clicked.connect(self.leave_requested)
        self.to_class.clicked.connect(self.class_requested)
        self.sheets.currentRowChanged.connect(self.sheet_requested)
        for each, pressed in zip(ANSWERS, self.answers, strict=True):
            pressed.clicked.connect(partial(self._on_answer, each.where))
            key = QShortcut(QKeySequence(each.key), self._hunting)
            key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            key.activated.connect(pressed.click)

    def _on_answer(self, where: str | None) -> None:
        self.answered.emit(where)

    def _show_sheets(self, state: HuntState) -> None:
        self.sheets.blockSignals(True)  # noqa: FBT003  # Qt's own
        if self.sheets.count() != len(state.rows):
            self.sheets.clear()
            self.sheets.addItems([""] * len(state.rows))
        for line, (name, said) in enumerate(state.rows):
            self.sheets.item(line).setText(f"{name}   {said}" if said else name)
        self.sheets.setCurrentRow(state.current)
        self.sheets.blockSignals(False)  # noqa: FBT003
