"""Fields and the notes below them, by their places: what the editor of a therapy and its tables of steps share."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from ui.states import FieldState
from ui.widgets.basics import Choice, Field, role_label, set_tone


class FieldsWidget(QWidget):
    """A widget that holds fields. It tells once for each thing typed, and not at all while it is filled."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.own: dict[str, Field | Choice] = {}
        self._notes: dict[str, QLabel] = {}
        self._silent = False

    def typed(self) -> dict[str, str]:
        """What stands in the fields, by place."""
        texts = {
            place: widget.value() if isinstance(widget, Choice) else widget.text()
            for place, widget in self.own.items()
        }
        return {place: text for place, text in texts.items() if text}

    def _fill(self, typed: Mapping[str, str]) -> None:
        for place, widget in self.own.items():
            text = typed.get(place, "")
            if isinstance(widget, Choice):
                widget.choose(text)
            elif widget.text() != text:
                widget.setText(text)
                widget.setCursorPosition(0)

    def _show_tones(self, fields: Mapping[str, FieldState]) -> None:
        for place, widget in self.own.items():
            shown = fields.get(place)
            set_tone(widget, shown.tone if shown else "")
            widget.setAccessibleDescription(shown.mark if shown else "")

    def _take(self, widget: Field | Choice) -> None:
        self.own[widget.place] = widget
        if isinstance(widget, Choice):
            widget.currentIndexChanged.connect(self._on_changed)
        else:
            widget.textChanged.connect(self._on_changed)
            widget.returnPressed.connect(self._next_field)

    def _note(self, place: str) -> QLabel:
        note = role_label("", "note", name=f"note:{place}", wrap=True)
        note.hide()
        self._notes[place] = note
        return note

    def _on_changed(self) -> None:
        if not self._silent:
            self.changed.emit()

    def _next_field(self) -> None:
        self.focusNextPrevChild(True)  # noqa: FBT003  # Qt's own


def show_note(note: QLabel, shown: list[FieldState]) -> None:
    """The first problem, or how the fields were read; no room is taken where there is neither."""
    problem = next((state.problem for state in shown if state.problem), "")
    needed = "still needed" if any(state.needed for state in shown) else ""
    text = problem or "   ".join(state.reading for state in shown if state.reading) or needed
    note.setText(text)
    note.setVisible(bool(text))
    set_tone(note, "refused" if problem else "")
