"""One therapy, typed: its mode and what belongs to it. Texts only; nothing is computed here."""

import itertools
from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from itbcalc.desk.schedule_texts import MODES, REPLACES, group_numbers, unit_at
from ui.program.fields import FieldsWidget, show_note
from ui.program.steps_table import StepsTable
from ui.states import ScheduleState
from ui.widgets.basics import Choice, Field, role_label

_BOLUS_FIELDS = (
    ("bolus", "Bolus", ""),
    ("duration", "Lasts", "e.g. 10 min"),
    ("every", "One every", "e.g. 4 h"),
    ("first", "First at", "e.g. 06:00"),
)
_PATIENT_FIELDS = (
    ("dose", "Dose of one", ""),
    ("duration", "Lasts", "e.g. 5 min"),
    ("lockout", "Lockout", "e.g. 6 h"),
    ("per_day", "At most in 24 h", "e.g. 3"),
)
_WORDS = {
    "": "One daily dose, typed in the check panel; it runs at one flow around the clock.",
    "minimum-rate": "The flow that keeps the catheter open. Left empty, the pump's published one is taken.",
    "stopped": "The pump delivers nothing.",
}
_TALLEST = 8  # groups of weekdays at most


class TherapyEditor(FieldsWidget):
    """The fields of one therapy, `new` or `current`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.setObjectName(f"editor:{name}")
        self._mode = Choice(f"{name}.mode", "mode", MODES)
        self._take(self._mode)
        self._tables: list[StepsTable] = []
        self._tabs = QHBoxLayout()
        self._day_line = QHBoxLayout()
        self._tab_buttons = QButtonGroup(self)
        self._day_stack = QStackedWidget()
        self._more_days = QPushButton("Other days…")
        self._modes = QStackedWidget()
        self._pages: dict[str, QWidget] = {}
        self._words = role_label("", "quiet", wrap=True)
        self._boluses = role_label("", "workingtitle", name=f"boluses:{name}", wrap=True)
        self._boluses.hide()
        self._beside_basal: dict[str, tuple[QLabel, Choice]] = {}
        self._basal = self._basal_line()
        self._lay_out()
        self._more_days.clicked.connect(self._on_more_days)

    # --- what other code sees

    def typed(self) -> dict[str, str]:
        """What stands in the fields, by place."""
        typed = super().typed()
        for table in self._tables:
            typed |= table.typed()
        return typed

    def show_typed(self, typed: Mapping[str, str]) -> None:
        """Fills the fields without telling for each of them."""
        self._silent = True
        self._fill(typed)
        groups = max(group_numbers(typed, self.name), default=0)
        while len(self._tables) <= groups:
            self._add_table()
        for table in self._tables:
            table.show_typed(typed)
        self._silent = False
        if self._day_stack.currentIndex() not in group_numbers(typed, self.name):
            self._show_table(0)  # what was looked at is no more
        self._show_mode()

    def show_state(self, state: ScheduleState) -> None:
        """How each field was read, and what follows."""
        self._show_tones(state.fields)
        for place, note in self._notes.items():
            show_note(note, [state.fields[place]] if place in state.fields else [])
        for table in self._tables:
            table.show_fields(state.fields, state.steps)
        boluses = state.boluses.get(self.name, "")
        self._boluses.setText(boluses)
        self._boluses.setVisible(bool(boluses))

    def fields(self) -> dict[str, Field | Choice]:
        """Every field by its place."""
        found = dict(self.own)
        for table in self._tables:
            found |= table.own
        return found

    # --- building

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(6)
        self._more_days.setProperty("role", "link")
        self._more_days.setObjectName(f"moreDays:{self.name}")
        self._more_days.setToolTip("Another schedule for some days of the week")
        self._day_line.addLayout(self._tabs)
        self._day_line.addWidget(self._more_days)
        self._day_line.addStretch(1)
        head = QHBoxLayout()
        label = role_label("Mode", "label")
        label.setBuddy(self._mode)
        head.addWidget(label)
        head.addWidget(self._mode, 1)
        head.addStretch(1)
        layout.addLayout(head)
        layout.addWidget(self._note(f"{self.name}.mode"))
        layout.addWidget(self._words)
        layout.addWidget(self._boluses)
        self._modes.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        for mode, page in (
            ("", QWidget()),
            ("flex", self._flex_page()),
            ("bolus", self._bolus_page()),
            ("minimum-rate", self._minimum_page()),
        ):
            self._pages[mode] = page
            self._modes.addWidget(page)
        self._add_table()  # before the fields below it, so that Tab comes there first
        layout.addLayout(self._day_line)
        layout.addWidget(self._basal)
        layout.addWidget(self._modes)
        layout.addWidget(role_label("Boluses the patient may call for, on top", "section"))
        layout.addLayout(self._fields_grid(_PATIENT_FIELDS, "patient_bolus."))
        layout.addStretch(1)
        self._show_mode()

    def _flex_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._day_stack)
        return page

    def _bolus_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._fields_grid(_BOLUS_FIELDS, ""))
        return page

    def _basal_line(self) -> QWidget:
        """The basal of every day, of steps and of boluses alike, and what happens to it while they run."""
        holder = QWidget()
        lines = QVBoxLayout(holder)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(1)
        basal = Field(f"{self.name}.basal", "basal mcg/day", align_right=True, own_undo=False)
        self._take(basal)
        label = role_label("Basal", "label")
        label.setBuddy(basal)
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(label)
        line.addWidget(basal, 1)
        line.addWidget(role_label("mcg/day", "unit"))
        for key, words in (("steps_replace_basal", "Steps"), ("bolus_replaces_basal", "Boluses")):
            choice = Choice(f"{self.name}.{key}", f"{words} and basal", REPLACES)
            self._take(choice)
            self._beside_basal[key] = (role_label(words, "label"), choice)
            self._beside_basal[key][0].setBuddy(choice)
            for widget in self._beside_basal[key]:
                line.addWidget(widget, 2 if widget is choice else 0)
        lines.addLayout(line)
        for key in ("basal", *self._beside_basal):
            lines.addWidget(self._note(f"{self.name}.{key}"))
        return holder

    def _minimum_page(self) -> QWidget:
        page = QWidget()
        page.setLayout(self._fields_grid((("flow_rate", "Flow rate", ""),), ""))
        return page

    def _fields_grid(self, fields: tuple[tuple[str, str, str], ...], prefix: str) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        for column, (key, words, example) in enumerate(fields):
            place = f"{self.name}.{prefix}{key}"
            unit = unit_at(place)
            field = Field(
                place, f"{prefix.replace('_', ' ').strip('.')} {words} {unit}".strip(), own_undo=False
            )
            field.setPlaceholderText(example)
            self._take(field)
            label = role_label(f"{words}, {unit}" if unit else words, "label")
            label.setBuddy(field)
            grid.addWidget(label, 0, column)
            grid.addWidget(field, 1, column)
            grid.addWidget(self._note(place), 2, column)
            grid.setColumnStretch(column, 1)
        return grid

    def _add_table(self) -> None:
        number = len(self._tables)
        prefix = f"{self.name}.groups.{number}" if number else self.name
        table = StepsTable(prefix, of_some_days=bool(number))
        table.changed.connect(self._on_changed)
        self._tables.append(table)
        self._day_stack.addWidget(table)
        button = QPushButton("Every day" if not number else f"Days {number}")
        button.setObjectName(f"tab:{prefix}")
        button.setCheckable(True)
        button.setProperty("role", "tab")
        button.clicked.connect(lambda: self._show_table(number))
        self._tab_buttons.addButton(button, number)
        self._tabs.addWidget(button)
        button.setChecked(number == 0)
        if number:  # a table that came later: Tab goes there from the one before
            self.setTabOrder(self._tab_buttons.button(number - 1), button)
            *_, last = self._tables[number - 1].own.values()
            chain = (last, *table.own.values())
            for before, field in itertools.pairwise(chain):
                self.setTabOrder(before, field)

    # --- reacting

    def _on_changed(self) -> None:
        self._show_mode()
        super()._on_changed()

    def _on_more_days(self) -> None:
        used = group_numbers(self.typed(), self.name)
        number = max(used, default=0) + 1
        if number > _TALLEST:
            return
        while len(self._tables) <= number:
            self._add_table()
        self._show_table(number)
        self._tables[number].own[f"{self.name}.groups.{number}.days"].setFocus(
            Qt.FocusReason.ShortcutFocusReason
        )

    def _show_table(self, number: int) -> None:
        _show_alone(self._day_stack, self._tables[number])
        button = self._tab_buttons.button(number)
        if button is not None:
            button.setChecked(True)
        self._show_mode()

    def _show_mode(self) -> None:
        mode = self._mode.value()
        flex, bolus = mode == "flex", mode.endswith("-bolus")
        self._basal.setVisible(bolus or (flex and self._day_stack.currentIndex() <= 0))
        for key, shown in (("steps_replace_basal", flex), ("bolus_replaces_basal", bolus)):
            for widget in self._beside_basal[key]:
                widget.setVisible(shown)
        self._more_days.setVisible(flex)
        page = "bolus" if mode.endswith("-bolus") else mode
        _show_alone(self._modes, self._pages.get(page, self._pages[""]))
        self._modes.setVisible(page in self._pages and page != "")
        for key in ("every", "first"):
            self.own[f"{self.name}.{key}"].setEnabled(mode != "single-bolus")
        words = _WORDS.get(mode, "")
        self._words.setText(words)
        self._words.setVisible(bool(words))
        in_use = {self._day_stack.currentIndex()} - {0, -1}
        for number in range(1, len(self._tables)):
            typed = self._tables[number].typed()
            in_use |= {number} if typed else set()
            button = self._tab_buttons.button(number)
            if button is not None:
                button.setText(typed.get(f"{self.name}.groups.{number}.days", "").strip() or "Other days")
        for number in range(len(self._tables)):
            button = self._tab_buttons.button(number)
            if button is not None:
                button.setVisible(flex and (number in in_use or (not number and bool(in_use))))


def _show_alone(stack: QStackedWidget, page: QWidget) -> None:
    """Brings a page to the front; those that are not seen take no room."""
    for held in stack.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        policy = QSizePolicy.Policy.Preferred if held is page else QSizePolicy.Policy.Ignored
        held.setSizePolicy(policy, policy)
    stack.setCurrentWidget(page)
