"""One day of a flex schedule, typed: its basal, its steps, and how they go together."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from itbcalc.desk.schedule_texts import REPLACES, STEP_EXAMPLES, STEP_KEYS
from ui.program.fields import FieldsWidget, show_note
from ui.states import FieldState
from ui.widgets.basics import Choice, Field, role_label

_HEADINGS = ("", "Starts at", "Lasts", "Dose", "", "", "")
_WORDS = {"start": "starts at", "duration": "lasts", "dose": "dose mcg"}
ROWS_AT_ONCE = 13  # as many as pumps of today take; more come as they are typed
_ROWS_SHOWN = 3


class StepsTable(FieldsWidget):
    """Fields in rows. A row that is filled brings the next one; Ctrl+Delete takes the row with the keyboard out."""

    def __init__(self, prefix: str, *, of_some_days: bool) -> None:
        super().__init__()
        self.prefix = prefix
        self._beside: dict[int, tuple[QLabel, QLabel, QLabel]] = {}
        self._row_widgets: dict[int, list[QWidget]] = {}
        self._grid = QGridLayout()
        self._lay_out(of_some_days=of_some_days)
        QShortcut(
            QKeySequence("Ctrl+Delete"),
            self,
            self._take_out_row,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )

    # --- what other code sees

    def show_typed(self, typed: Mapping[str, str]) -> None:
        """Fills the fields without telling for each of them."""
        self._silent = True
        numbers = [int(place.split(".")[-2]) for place in typed if place.startswith(f"{self.prefix}.steps.")]
        while len(self._row_widgets) < max(numbers, default=0):
            self._add_row()
        self._fill(typed)
        self._silent = False
        self._show_rows()

    def show_fields(
        self, fields: Mapping[str, FieldState], steps: Mapping[str, tuple[str, str, str]]
    ) -> None:
        """How each field was read or why it was refused, and what follows from each row."""
        self._show_tones(fields)
        for key, note in self._notes.items():
            places = [key] if key in self.own else [f"{key}.{name}" for name in STEP_KEYS]
            show_note(note, [fields[place] for place in places if place in fields])
        for number, labels in self._beside.items():
            texts = steps.get(f"{self.prefix}.steps.{number}", ("", "", ""))
            for label, text in zip(labels, texts, strict=True):
                label.setText(text)

    # --- building

    def _lay_out(self, *, of_some_days: bool) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        if of_some_days:
            layout.addLayout(self._of_some_days())
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(1)
        for column, heading in enumerate(_HEADINGS):
            self._grid.addWidget(role_label(heading, "heading"), 0, column)
        for column, stretch in enumerate((0, 3, 3, 3, 3, 3, 3)):
            self._grid.setColumnStretch(column, stretch)
        for _ in range(ROWS_AT_ONCE):
            self._add_row()
        layout.addLayout(self._grid)
        self._show_rows()

    def _of_some_days(self) -> QVBoxLayout:
        """Which days, and their own basal: a day that differs says all of it again."""
        lines = QVBoxLayout()
        days = Field(f"{self.prefix}.days", "on these days", own_undo=False)
        days.setPlaceholderText("e.g. sat sun, or mon-fri")
        lines.addLayout(self._line("On these days", days, ""))
        lines.addWidget(self._note(f"{self.prefix}.days"))
        basal = Field(f"{self.prefix}.basal", "basal mcg/day", align_right=True, own_undo=False)
        replaces = Choice(f"{self.prefix}.steps_replace_basal", "steps and basal", REPLACES)
        line = self._line("Basal", basal, "mcg/day")
        label = role_label("Steps", "label")
        label.setBuddy(replaces)
        line.addWidget(label)
        line.addWidget(replaces, 2)
        self._take(replaces)
        lines.addLayout(line)
        lines.addWidget(self._note(f"{self.prefix}.basal"))
        lines.addWidget(self._note(f"{self.prefix}.steps_replace_basal"))
        return lines

    def _line(self, words: str, field: Field, unit: str) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(6)
        label = role_label(words, "label")
        label.setBuddy(field)
        line.addWidget(label)
        line.addWidget(field, 1)
        if unit:
            line.addWidget(role_label(unit, "unit"))
        self._take(field)
        return line

    def _add_row(self) -> None:
        number = len(self._row_widgets) + 1
        line = 2 * number - 1
        name = role_label(f"{number}", "quiet")
        widgets: list[QWidget] = [name]
        self._grid.addWidget(name, line, 0)
        before = self._last_field()
        for column, key in enumerate(STEP_KEYS, start=1):
            place = f"{self.prefix}.steps.{number}.{key}"
            field = Field(place, f"step {number} {_WORDS[key]}", align_right=key == "dose", own_undo=False)
            if number == 1 and key in STEP_EXAMPLES:
                field.setPlaceholderText(f"e.g. {STEP_EXAMPLES[key]}")
            field.setMinimumWidth(64)
            widgets.append(field)
            cell = _with_unit(field, "mcg") if key == "dose" else field
            self._grid.addWidget(cell, line, column)
            if cell is not field:
                widgets.append(cell)
            self._take(field)
            if before is not None and before.window() is field.window():  # a row that came later
                QWidget.setTabOrder(before, field)
            before = field
        beside = tuple(role_label("", role) for role in ("quiet", "result", "quiet"))
        for column, label in enumerate(beside, start=4):
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setObjectName(f"beside:{self.prefix}.steps.{number}:{column}")
            self._grid.addWidget(label, line, column)
        self._beside[number] = (beside[0], beside[1], beside[2])
        note = self._note(f"{self.prefix}.steps.{number}")
        self._grid.addWidget(note, line + 1, 1, 1, 6)
        self._row_widgets[number] = [*widgets, *beside]

    def _last_field(self) -> Field | None:
        number = len(self._row_widgets)
        last = self.own.get(f"{self.prefix}.steps.{number}.{STEP_KEYS[-1]}")
        return last if isinstance(last, Field) else None

    # --- reacting

    def _on_changed(self) -> None:
        if not self._silent:
            self._show_rows()
        super()._on_changed()

    def _show_rows(self) -> None:
        """All rows up to the last that is filled, and one more."""
        filled = [number for number in self._row_widgets if self._row_texts(number)]
        wanted = max(max(filled, default=0) + 1, _ROWS_SHOWN)
        while len(self._row_widgets) < wanted:
            self._add_row()
        for number, widgets in self._row_widgets.items():
            for widget in widgets:
                widget.setVisible(number <= wanted)

    def _row_texts(self, number: int) -> list[str]:
        texts = [self._field(number, key).text() for key in STEP_KEYS]
        return texts if any(text.strip() for text in texts) else []

    def _field(self, number: int, key: str) -> Field:
        field = self.own[f"{self.prefix}.steps.{number}.{key}"]
        assert isinstance(field, Field)
        return field

    def _take_out_row(self) -> None:
        """The rows below move up; undo brings the row back."""
        holder = next((place for place, field in self.own.items() if field.hasFocus()), "")
        parts = holder.removeprefix(f"{self.prefix}.steps.").split(".")
        if len(parts) != 2 or not parts[0].isdigit():
            return
        self._silent = True
        for number in range(int(parts[0]), len(self._row_widgets) + 1):
            for key in STEP_KEYS:
                below = self._field(number + 1, key).text() if number < len(self._row_widgets) else ""
                self._field(number, key).setText(below)
        self._silent = False
        self._on_changed()


def _with_unit(field: Field, unit: str) -> QWidget:
    """A field with the unit it shows beside it, until another is typed."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    row.addWidget(field, 1)
    label = role_label(unit, "unit")
    row.addWidget(label)
    field.textChanged.connect(lambda text: label.setVisible(not any(c.isalpha() for c in text)))
    return holder
