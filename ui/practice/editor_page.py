"""Writing a scenario in fields: its parts on the left, the fields of one of them, and what is still to be put right."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QPlainTextEdit, QVBoxLayout, QWidget

from itbcalc.practice.scenario_draft import SEVERAL, FieldKind
from ui.practice.editor_presenter import DraftFieldState, EditorState
from ui.practice.parts import button, titled
from ui.widgets.basics import Choice, Field, ScrollArea, role_label, set_tone
from ui.widgets.field_help import set_scope

_PARTS = 300  # pixels, the width of the list of parts
_LONG_ROOM = 84  # and the height of a text of several lines
_SEVERAL_LINES = (FieldKind.LONG, FieldKind.LINES, FieldKind.PAIRS, FieldKind.STEPS)


class LongText(QPlainTextEdit):
    """A text of several lines; Tab goes on to the next field."""

    def __init__(self, place: str, accessible_name: str) -> None:
        super().__init__()
        self.setObjectName(f"field:{place}")
        self.setAccessibleName(accessible_name)
        self.setProperty("role", "field")
        self.setTabChangesFocus(True)
        self.setFixedHeight(_LONG_ROOM)


class EditorPage(QWidget):
    """The scenario being written. The fields of the part in front are made anew only where others belong there."""

    name_typed = Signal(str)
    typed = Signal(str, str)  # place, text
    section_requested = Signal(int)
    add_requested = Signal(str)  # the place of the list
    take_out_requested = Signal()
    save_requested = Signal()
    list_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        set_scope(self, "scenario")
        self._shown: tuple[tuple[str, tuple[str, ...]], ...] = ()
        self._notes: dict[str, QLabel] = {}
        self.name = Field("editor.name", "Name of the scenario")
        self.name.setPlaceholderText("our-scenario")
        self.save = button("&Save", "editorSave", role="primary", tip="Writes it among your own scenarios")
        self.to_list = button("Scenar&ios", "editorToList", tip="What was not saved is given up")
        self.parts = QListWidget()
        self.parts.setObjectName("practice:editorParts")
        self.parts.setAccessibleName("Parts of the scenario, with how much is wrong in each")
        self.adds = {
            place: button(f"+ {words}", f"editorAdd:{place}") for place, (words, _) in SEVERAL.items()
        }
        self.take_out = button("&Take this part out", "editorTakeOut")
        self.about = role_label("", "plain", name="practice:editorAbout", wrap=True)
        self.said = role_label("", "note", name="practice:editorSaid", wrap=True)
        self._lay_out()
        self.name.textEdited.connect(self.name_typed)
        self.save.clicked.connect(self.save_requested)
        self.to_list.clicked.connect(self.list_requested)
        self.take_out.clicked.connect(self.take_out_requested)
        self.parts.currentRowChanged.connect(self.section_requested)
        for place, each in self.adds.items():
            each.clicked.connect(partial(self._on_add, place))

    # --- what other code sees

    def show_state(self, state: EditorState) -> None:
        """Shows exactly this state; a field that is being typed in keeps its cursor."""
        if self.name.text().strip() != state.name:
            self.name.setText(state.name)
        self._show_parts(state)
        shown = tuple((each.field.place, each.field.options) for each in state.fields)
        if shown != self._shown:
            self._shown = shown
            self._make_fields(state.fields)
        for each in state.fields:
            self._notes[each.field.place].setText(each.fault)
            self._notes[each.field.place].setVisible(bool(each.fault))
        self.take_out.setEnabled(state.can_take_out)
        self.about.setText(state.about)
        set_tone(self.about, "" if state.whole else "refused")
        self.say("")

    def say(self, words: str, tone: str = "") -> None:
        """What came of saving."""
        self.said.setText(words)
        set_tone(self.said, tone)
        self.said.setVisible(bool(words))

    def begin_typing(self) -> None:
        """Where the keyboard goes first."""
        self.name.setFocus()

    def begin_anew(self) -> None:
        """Another scenario: no field of the one before stays."""
        self._shown = ()

    # --- building

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        label = role_label("&Name of the file", "label")
        label.setTextFormat(Qt.TextFormat.AutoText)
        label.setBuddy(self.name)
        for each in (label, self.name, self.save, self.to_list):
            head.addWidget(each, 1 if each is self.name else 0)
        columns = QHBoxLayout()
        frame, column = titled("Parts")
        column.addWidget(self.parts, 1)
        for each in (*self.adds.values(), self.take_out):
            each.setProperty("role", "example")
            column.addWidget(each)
        frame.setFixedWidth(_PARTS)
        columns.addWidget(frame)
        frame, column = titled("")
        self._form = QWidget()
        self._fields = QVBoxLayout(self._form)
        self._fields.setSpacing(2)
        column.addWidget(ScrollArea(self._form), 1)
        columns.addWidget(frame, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.addLayout(head)
        layout.addWidget(self.about)
        layout.addWidget(self.said)
        layout.addLayout(columns, 1)

    def _show_parts(self, state: EditorState) -> None:
        blocker = QSignalBlocker(self.parts)
        if self.parts.count() != len(state.rows):
            self.parts.clear()
            self.parts.addItems([""] * len(state.rows))
        for line, words in enumerate(state.rows):
            self.parts.item(line).setText(words)
        self.parts.setCurrentRow(state.current)
        blocker.unblock()

    def _make_fields(self, fields: Sequence[DraftFieldState]) -> None:
        while (item := self._fields.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._notes = {}
        for each in fields:
            place = each.field.place
            edit = self._edit(each)
            label = role_label(each.field.words, "label")
            label.setBuddy(edit)
            note = role_label("", "note", name=f"note:{place}", wrap=True)
            set_tone(note, "refused")
            self._notes[place] = note
            for widget in (label, edit, note):
                self._fields.addWidget(widget)
        self._fields.addStretch(1)

    def _edit(self, each: DraftFieldState) -> QWidget:
        field, place = each.field, each.field.place
        if field.options:
            choice = Choice(
                place,
                field.words,
                (("", "not said"), *((value, each.field.said(value)) for value in field.options)),
            )
            choice.choose(each.text)
            choice.currentIndexChanged.connect(partial(self._on_chosen, place, choice))
            return choice
        if field.kind in _SEVERAL_LINES:
            long = LongText(place, field.words)
            long.setPlainText(each.text)
            long.textChanged.connect(partial(self._on_long_typed, place, long))
            return long
        line = Field(place, field.words)
        line.setText(each.text)
        line.textChanged.connect(partial(self._on_typed, place))
        return line

    # --- reacting

    def _on_add(self, place: str, _: bool = False) -> None:  # noqa: FBT001, FBT002  # Qt's signal
        self.add_requested.emit(place)

    def _on_typed(self, place: str, text: str) -> None:
        self.typed.emit(place, text)

    def _on_long_typed(self, place: str, long: LongText) -> None:
        self.typed.emit(place, long.toPlainText())

    def _on_chosen(self, place: str, choice: Choice, _: int) -> None:
        self.typed.emit(place, choice.value())
