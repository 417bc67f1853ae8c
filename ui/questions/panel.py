"""A side panel: one or several quick questions, each with its fields, answer, findings and working."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.questions.specs import Ask, Question
from ui.states import QuestionState
from ui.widgets.basics import Choice, Field, ResultLabel, ScrollArea, role_label, set_tone
from ui.widgets.findings import FindingList
from ui.widgets.working_view import WorkingView


class QuestionCard(QFrame):
    """One question."""

    texts_changed = Signal(object)  # dict of texts by field name

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.setObjectName(f"question:{question.command}")
        self.question = question
        self._fields: dict[str, Field | Choice] = {}
        self._notes: dict[str, QLabel] = {}
        self._hints = {ask.name: ask.hint for ask in question.asks}
        self._results = QGridLayout()
        self._results.setHorizontalSpacing(14)
        self._results.setVerticalSpacing(3)
        self._results.setColumnStretch(1, 1)
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
        self._placeholder.setVisible(not state.results)
        for line, (name, text, copied) in enumerate(state.results):
            label = role_label(name, "rowname")
            result = ResultLabel(name, name)
            result.setObjectName(f"result:{name}")
            result.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            result.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            result.setWordWrap(True)
            result.show_result(text, copied)
            self._results.addWidget(label, line, 0)
            self._results.addWidget(result, line, 1)
            self._result_labels += [label, result]

    def _lay_out(self) -> None:
        fields = QGridLayout()
        fields.setHorizontalSpacing(12)
        fields.setVerticalSpacing(1)
        for line, asks in enumerate(self.question.lines):
            for column, ask in enumerate(asks):
                self._add_field(fields, line * 3, column, ask)
        for column in range(4):
            fields.setColumnStretch(column, 1)
        head = QHBoxLayout()
        head.addWidget(role_label(self.question.title, "title"), 1)
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
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(18)
        row.addLayout(left, 3)
        row.addLayout(right, 2)
        self._working.hide()

    def _add_field(self, grid: QGridLayout, line: int, column: int, ask: Ask) -> None:
        field = _field_of(ask)
        label = role_label(ask.label, "label")
        label.setBuddy(field)
        note = role_label(ask.hint, "note", name=f"note:{ask.name}", wrap=True)
        note.setMinimumHeight(28)
        note.setAlignment(Qt.AlignmentFlag.AlignTop)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(field, 1)
        if ask.unit:
            unit = role_label(ask.unit, "unit")
            unit.setFixedWidth(54)
            row.addWidget(unit)
        self._fields[ask.name] = field
        self._notes[ask.name] = note
        grid.addWidget(label, line, column)
        grid.addWidget(holder, line + 1, column)
        grid.addWidget(note, line + 2, column)

    def _on_changed(self) -> None:
        self.texts_changed.emit(self.texts())


def _field_of(ask: Ask) -> Field | Choice:
    if ask.options:
        return Choice(ask.name, ask.label, ask.options)
    field = Field(ask.name, f"{ask.label} {ask.unit}".strip())
    field.setPlaceholderText(f"e.g. {ask.example}" if ask.example else "")
    return field


class QuestionPanel(QWidget):
    """The questions of one panel below one another."""

    def __init__(self, name: str, questions: Sequence[Question]) -> None:
        super().__init__()
        self.setObjectName(f"{name}Panel")
        self.cards = tuple(QuestionCard(question) for question in questions)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(10)
        for each in self.cards:
            column.addWidget(each)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(ScrollArea(body))
