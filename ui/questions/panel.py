"""The panel of the quick questions: which is asked, its fields, answer, findings and working."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.questions.specs import Ask, Question
from ui.states import QuestionState
from ui.theme import ROW_HEIGHT
from ui.widgets.basics import Choice, Field, ResultLabel, ScrollArea, role_label, set_tone
from ui.widgets.field_help import set_scope
from ui.widgets.findings import FindingList
from ui.widgets.offers import OfferRow
from ui.widgets.working_view import WorkingView

LIST_WIDTH = 190
VALUE_WIDTH = 150  # at least, of a result
ROOM_FOR_TWO_HALVES = 860  # width of a card below which they stand one below the other


class QuestionCard(QFrame):
    """One question."""

    texts_changed = Signal(object)  # dict of texts by field name

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setObjectName(f"question:{question.command}")
        set_scope(self, f"question.{question.command}")
        self.question = question
        self._fields: dict[str, Field | Choice] = {}
        self._notes: dict[str, QLabel] = {}
        self._offers: dict[str, OfferRow] = {}
        self._present: Mapping[str, str] = {}
        self._hints = {ask.name: ask.hint for ask in question.asks}
        self._results = QGridLayout()
        self._results.setHorizontalSpacing(14)
        self._results.setVerticalSpacing(0)
        self._results.setColumnMinimumWidth(1, VALUE_WIDTH)
        self._results.setColumnStretch(2, 1)
        self._grounds: dict[str, QFrame] = {}
        self._result_labels: list[QWidget] = []
        self._placeholder = role_label("The answer appears here while you type.", "quiet", name="noAnswer")
        self._findings = FindingList()
        self._working = WorkingView()
        self._clear = QPushButton("Clear")
        self._clear.setObjectName("clear")
        self._clear.setProperty("role", "link")
        self._lay_out()
        self.setTabOrder(
            list(self._fields.values())[-1], self._clear
        )  # who comes here wants to type, not to clear
        for field in self._fields.values():
            changed = field.currentIndexChanged if isinstance(field, Choice) else field.textChanged
            changed.connect(self._on_changed)
        self._clear.clicked.connect(self.clear)

    def texts(self) -> dict[str, str]:
        """What stands in the fields."""
        texts = {
            name: field.value() if isinstance(field, Choice) else field.text()
            for name, field in self._fields.items()
        }
        return {name: text for name, text in texts.items() if text}

    def offer_pumps(self, pumps: Sequence[tuple[str, str]]) -> None:
        """The pumps that can be chosen, as (id, name) pairs, where the question asks for one."""
        field = self._fields.get("pump")
        if isinstance(field, Choice):
            field.offer((("", "not said"), *pumps))

    def offer(self, present: Mapping[str, str]) -> None:
        """What stands in the program, by place and with its unit, can be clicked into the fields it may belong to."""
        self._present = present
        for ask in self.question.asks:
            row, field = self._offers.get(ask.name), self._fields[ask.name]
            if row is not None and isinstance(field, Field):
                values = dict.fromkeys(present.get(place, "") for place in ask.offers)
                texts = (value.removesuffix(f" {ask.unit}") for value in values if value)
                row.show_offers(tuple(text for text in texts if text != field.text()), alone=not field.text())

    def focus_first(self) -> None:
        """The keyboard goes to the first field."""
        next(iter(self._fields.values())).setFocus(Qt.FocusReason.TabFocusReason)

    def clear(self) -> None:
        """Empties every field."""
        for field in self._fields.values():
            if isinstance(field, Choice):
                field.choose("")
            else:
                field.clear()

    def show_state(self, state: QuestionState) -> None:
        """Shows exactly this state."""
        for name, field in self._fields.items():
            shown = state.fields.get(name)
            problem = shown.problem if shown else ""
            note = self._notes[name]
            note.setText(problem or (shown.reading if shown else "") or self._hints[name])
            note.setToolTip(note.text())
            set_tone(note, "refused" if problem else "")
            set_tone(field, "refused" if problem else "")
        self._show_results(state)
        self._findings.show_cards(state.cards)
        self._working.show_working(state.working)
        self._working.setVisible(bool(state.working.text))

    def _show_results(self, state: QuestionState) -> None:
        for widget in self._result_labels:
            self._results.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._result_labels = []
        self._grounds = {}
        self._placeholder.setVisible(not state.results)
        for line, (name, text, copied) in enumerate(state.results):
            ground = QFrame()
            ground.setProperty("role", "rowground")
            label = role_label(f"{name[:1].upper()}{name[1:]}", "rowname")
            result = ResultLabel(name, name)
            result.setObjectName(f"result:{name}")
            result.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            result.setWordWrap(True)
            result.show_result(text, copied)
            result.entered.connect(self._select)
            self._results.addWidget(ground, line, 0, 1, 3)
            self._results.addWidget(label, line, 0)
            self._results.addWidget(result, line, 1)
            self._results.setRowMinimumHeight(line, ROW_HEIGHT)
            self._grounds[name] = ground
            self._result_labels += [ground, label, result]

    def _select(self, name: str) -> None:
        """Marks the row that is looked at, as the check does."""
        for each, ground in self._grounds.items():
            set_tone(ground, "selected" if each == name else "")

    def _lay_out(self) -> None:
        fields = QGridLayout()
        fields.setHorizontalSpacing(12)
        fields.setVerticalSpacing(1)
        for line, asks in enumerate(self.question.lines):
            for column, ask in enumerate(asks):
                self._add_field(fields, line * 3, column, ask)
        for column in range(max(map(len, self.question.lines))):
            fields.setColumnStretch(column, 1)
        head = QHBoxLayout()
        head.addWidget(role_label(self.question.title, "title", wrap=True), 1)
        head.addWidget(self._clear)
        left = QVBoxLayout()
        left.addLayout(head)
        left.addWidget(role_label(self.question.about, "quiet", wrap=True))
        left.addLayout(fields)
        left.addWidget(self._placeholder)
        left.addLayout(self._results)
        left.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self._findings)
        right.addWidget(self._working, 1)
        halves = self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        halves.setContentsMargins(14, 10, 14, 10)
        halves.setSpacing(18)
        halves.addLayout(left, 3)
        halves.addLayout(right, 2)
        self._working.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Findings and working stand beside the answer, or where there is little room below it."""
        super().resizeEvent(event)
        roomy = event.size().width() >= ROOM_FOR_TWO_HALVES
        self._halves.setDirection(
            QBoxLayout.Direction.LeftToRight if roomy else QBoxLayout.Direction.TopToBottom
        )

    def _add_field(self, grid: QGridLayout, line: int, column: int, ask: Ask) -> None:
        field = _field_of(ask)
        label = role_label(ask.label, "label")
        label.setBuddy(field)
        note = role_label(ask.hint, "note", name=f"note:{ask.name}", wrap=True)
        note.setMinimumHeight(28)
        note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._fields[ask.name] = field
        self._notes[ask.name] = note
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label)
        head.addStretch(1)
        if ask.offers and isinstance(field, Field):
            offers = self._offers[ask.name] = OfferRow(ask.name, name=ask.label)
            offers.picked.connect(field.take)
            head.addWidget(offers)
        grid.addLayout(head, line, column)
        grid.addWidget(field, line + 1, column)
        grid.addWidget(note, line + 2, column)

    def _on_changed(self) -> None:
        self.texts_changed.emit(self.texts())
        self.offer(self._present)


def _field_of(ask: Ask) -> Field | Choice:
    if ask.options:
        return Choice(ask.name, ask.label, ask.options)
    field = Field(ask.name, f"{ask.label} {ask.unit}".strip(), unit=ask.unit)
    field.setPlaceholderText(f"e.g. {ask.example}" if ask.example else "")
    return field


class QuestionPanel(QWidget):
    """One question in sight; the others one click or arrow key away, in a list beside it."""

    def __init__(self, name: str, groups: Sequence[tuple[str, Sequence[Question]]]) -> None:
        super().__init__()
        self.setObjectName(f"{name}Panel")
        self.cards = tuple(QuestionCard(question) for _, questions in groups for question in questions)
        self._list = QListWidget()
        self._list.setObjectName("questionList")
        self._list.setAccessibleName("Questions")
        self._list.setFixedWidth(LIST_WIDTH)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setSpacing(3)
        self._stack = QStackedWidget()
        for card in self.cards:
            self._stack.addWidget(_scrolled(card))
        for title, questions in groups:
            self._add_heading(title)
            for question in questions:
                item = QListWidgetItem(f"   {question.title.partition(':')[0]}", self._list)
                item.setData(Qt.ItemDataRole.UserRole, question.command)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 10, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._list)
        layout.addWidget(self._stack, 1)
        self._list.currentItemChanged.connect(self._on_chosen)
        self._list.itemClicked.connect(self._on_clicked)
        self._list.itemActivated.connect(lambda _: self.focus_first())
        self.choose(self.cards[0].question.command)

    def choose(self, command: str) -> None:
        """Brings a question to the front."""
        for row in range(self._list.count()):
            if self._list.item(row).data(Qt.ItemDataRole.UserRole) == command:
                self._list.setCurrentRow(row)

    @property
    def card(self) -> QuestionCard:
        """The question in front."""
        return self.cards[self._stack.currentIndex()]

    def focus_first(self) -> None:
        """The keyboard goes to the first field of the question in front."""
        self.card.focus_first()

    def offer(self, present: Mapping[str, str]) -> None:
        """What stands in the program can be clicked into the fields of every question."""
        for card in self.cards:
            card.offer(present)

    def _add_heading(self, title: str) -> None:
        heading = QListWidgetItem(title, self._list)
        heading.setFlags(Qt.ItemFlag.ItemIsEnabled)  # read, and not to be chosen
        font = heading.font()
        font.setBold(True)
        heading.setFont(font)

    def _on_clicked(self, item: QListWidgetItem) -> None:
        if item.data(Qt.ItemDataRole.UserRole):
            self.focus_first()

    def _on_chosen(self, item: QListWidgetItem) -> None:
        chosen = item.data(Qt.ItemDataRole.UserRole)
        if chosen is None:  # a heading, where a click still brings the keyboard
            return
        commands = [card.question.command for card in self.cards]
        self._stack.setCurrentIndex(commands.index(chosen))


def _scrolled(card: QuestionCard) -> ScrollArea:
    body = QWidget()
    column = QVBoxLayout(body)
    column.setContentsMargins(0, 0, 12, 10)
    column.addWidget(card)
    column.addStretch(1)
    return ScrollArea(body)
