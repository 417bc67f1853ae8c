"""The table of the check: form and result at once, its heads always in sight, and only the rows that this change needs.

A row has its widgets when it is first needed: all of them were two thirds of the window.
"""

from collections.abc import Container, Mapping
from itertools import pairwise

from msgspec import Struct, field
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QStackedWidget, QWidget

from itbcalc.desk.schedule_texts import MODES
from ui.program.rows import ROWS, VALUE_ROWS, CheckRow, Section
from ui.states import CheckState, FieldState, RowState
from ui.theme import ROW_HEIGHT
from ui.widgets.basics import (
    Choice,
    Field,
    ResultLabel,
    holds_keyboard,
    role_label,
    set_tone,
    settle,
    speak,
    unseen_buddy,
    unseen_width,
)

COLUMNS = ("", "Now", "New", "Change", "Programmer shows", "Verdict")
NOW, NEW, CHANGE, PROGRAMMER, VERDICT = 1, 2, 3, 4, 5
# The widest that stands in each column: columns are as wide as that from the start, and never move.
_WIDEST = (
    "Low-reservoir alarm volume",
    "simple continuous ▾",
    "22 Nov 2026 09:30",
    "in 1,265 days 18 h",
    "22 Nov 2026 09:30",
    "✗ not readable",
)
_PADDING = (10, 23, 21, 2, 21, 10)
_STRETCHES = (3, 1, 1, 1, 1, 1)
_ABOVE_TEXT = 12  # what a row of a larger font has above and below its text
_GAP = 8
_MARGIN = 4
_EDGE = 8  # what is painted of the border, round corners and all


class _Line(Struct):
    """What stands in one row of the table, and below it."""

    number: int
    widgets: list[QWidget] = field(default_factory=list)  # from left to right; none before it is made
    note: QLabel | None = None  # made when there is first something to say
    shown: bool = False


class CheckTable(QFrame):
    """Rows of typed and computed cells. It tells which row is looked at; nothing is computed here."""

    row_entered = Signal(str)
    schedule_requested = Signal()
    fields_made = Signal(object)  # fields by place: those of a row that was made

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setObjectName("checkTable")
        self.setAttribute(
            Qt.WidgetAttribute.WA_StaticContents
        )  # rows that stay where they are stay as painted
        self.fields: dict[str, Field | Choice] = {}
        self.row_of: dict[str, str] = {}
        self._lines: dict[str, _Line] = {}
        self._sections: dict[Section, tuple[QLabel, list[str]]] = {}
        self._results: dict[tuple[str, str], ResultLabel] = {}
        self._changes: dict[str, QLabel] = {}
        self._verdicts: dict[str, QLabel] = {}
        self._grounds: dict[str, QFrame] = {}
        self._computed: dict[str, QStackedWidget] = {}
        self._state = CheckState()
        self._shown: dict[str, _Shows] = {}
        self._selected = ""
        self._height = max(ROW_HEIGHT, self.fontMetrics().height() + _ABOVE_TEXT)
        self._named_sections: dict[str, QLabel] = {}
        self._schedule_link = QPushButton("Schedule…")
        self._schedule_link.setObjectName("scheduleLink")
        self._schedule_link.setProperty("role", "link")
        self._schedule_link.setToolTip("Steps, boluses and the day as a picture (Ctrl+2)")
        self._schedule_link.clicked.connect(self.schedule_requested)
        self._opener = QPushButton()
        self._opener.setObjectName("otherRows")
        self._opener.setProperty("role", "link")
        self._opener.setCheckable(True)
        self._opener.toggled.connect(self._show_lines)
        self._opener.setContentsMargins(8, 0, 0, 0)
        self._grid = QGridLayout(self)
        self._therapy = role_label("", "heading", name="therapy")
        self._heads = self._make_heads()
        self._fill()
        self._show_lines()

    # --- what other code sees

    def make_fields_of(self, places: Container[str]) -> None:
        """Makes the rows in which one of these `places` is typed."""
        for row in VALUE_ROWS:
            if any(place in places for place in row.places):
                self._made(row)

    def show_state(self, state: CheckState) -> None:
        """Shows exactly this state."""
        self._state = state
        self._named_sections["bridge"].setText(
            f"Bridge — {state.bridge_hint}" if state.bridge_hint else "Bridge"
        )
        self._therapy.setText(state.therapy)
        self._show_lines()

    def select(self, key: str) -> None:
        """Marks the row that is looked at."""
        before, self._selected = self._selected, key
        for each in (before, key):
            if each in self._grounds:
                self._show_ground(each)

    def fold(self) -> None:
        """The keyboard is elsewhere: a row that was there for it alone goes."""
        self._show_lines()

    def close_others(self) -> None:
        """The rows that are not needed are one line again."""
        self._opener.setChecked(False)

    def is_row(self, key: str) -> bool:
        """Whether there is such a row."""
        return key in self._lines

    def is_scheduled(self, which: str) -> bool:
        """Whether the daily dose follows from a schedule: what was typed waits, unseen, for the simple mode."""
        mode = self.fields["current.mode" if which == "now" else "new.mode"]
        return isinstance(mode, Choice) and bool(mode.value())

    def rows_in_sight(self) -> list[str]:
        """The rows that are shown now, from top to bottom."""
        return [key for key, line in self._lines.items() if line.shown]

    def keep_heads_at(self, top: int) -> None:
        """Puts the heads of the columns at `top`, as far as the table reaches there: they stay while it is scrolled."""
        self._heads.move(0, max(0, min(top, self.height() - self._heads.height())))

    @property
    def heads_height(self) -> int:
        """How much the heads of the columns cover of what is scrolled below them."""
        return self._heads.sizeHint().height()

    def least_width(self) -> int:
        """Below this the table has to be scrolled sideways."""
        return sum(self._widths()) + _GAP * (len(COLUMNS) - 1) + 2 * _MARGIN

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The heads are as wide as the table below them."""
        super().resizeEvent(event)
        self._heads.resize(self.width(), self.heads_height)
        if event.oldSize().width() == self.width():  # a row has come or gone: the lower edge alone is another
            for bottom in (event.oldSize().height(), self.height()):
                self.update(0, bottom - _EDGE, self.width(), _EDGE)
        else:
            self.update()

    # --- building

    def _widths(self) -> tuple[int, ...]:
        metrics = QFontMetrics(self.font())
        return tuple(
            metrics.horizontalAdvance(words) + padding
            for words, padding in zip(_WIDEST, _PADDING, strict=True)
        )

    def _set_columns(self, grid: QGridLayout) -> None:
        grid.setContentsMargins(_MARGIN, 0, _MARGIN, 0)
        grid.setHorizontalSpacing(_GAP)
        grid.setVerticalSpacing(0)
        for column, (width, stretch) in enumerate(zip(self._widths(), _STRETCHES, strict=True)):
            grid.setColumnMinimumWidth(column, width)
            grid.setColumnStretch(column, stretch)

    def _make_heads(self) -> QFrame:
        heads = QFrame(self)
        heads.setObjectName("columnHeads")
        grid = QGridLayout(heads)
        self._set_columns(grid)
        grid.setContentsMargins(_MARGIN, 5, _MARGIN, 4)
        for column, heading in enumerate(COLUMNS):
            label = role_label(heading, "heading") if column else self._therapy
            label.setAlignment(Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft)
            label.setContentsMargins(0 if column else 8, 0, 8 if column == VERDICT else 0, 0)
            unseen_width(label)
            grid.addWidget(label, 0, column)
        return heads

    def _fill(self) -> None:
        self._set_columns(self._grid)
        self._grid.setRowMinimumHeight(0, self.heads_height)
        number, keys = 1, list[str]()
        for row in ROWS:
            if isinstance(row, Section):
                keys = self._add_section(number, row)
                number += 1
                continue
            keys.append(row.key)
            self._lines[row.key] = _Line(number)
            if row.always:
                self._make(row)
            number += 2
        self._grid.addWidget(self._opener, number, 0, 1, len(COLUMNS), Qt.AlignmentFlag.AlignLeft)
        self._grid.setRowStretch(
            number + 1, 1
        )  # what room is left until the next layout is not that of the rows
        self._grid.setContentsMargins(_MARGIN, 0, _MARGIN, 3)
        self._heads.raise_()

    def _add_section(self, number: int, section: Section) -> list[str]:
        """Adds a heading; returns the list that takes the keys of the rows below it."""
        label = role_label(section.title, "section")
        if section.key:
            self._named_sections[section.key] = label
        keys: list[str] = []
        self._sections[section] = label, keys
        self._grid.addWidget(label, number, 0, 1, len(COLUMNS))
        return keys

    def _made(self, row: CheckRow) -> _Line:
        """The line of a row, with its widgets, unseen where they were not made before."""
        line = self._lines[row.key]
        if not line.widgets:
            self._make(row)
            self._put_in_order(row)
            self.fields_made.emit({place: self.fields[place] for place in row.places})
        return line

    def _make(self, row: CheckRow) -> None:
        line, before = self._lines[row.key], self._grid.count()
        self._add_row(line.number, row)
        items = (self._grid.itemAt(each) for each in range(before, self._grid.count()))
        line.widgets = [widget for item in items if item and (widget := item.widget())]
        for widget in line.widgets:
            widget.hide()

    def _put_in_order(self, row: CheckRow) -> None:
        """Where it would stand had all been made at once: for a screen reader, and for the key Tab."""
        at = ROWS.index(row)
        behind = next(filter(None, map(self._first_of, ROWS[at + 1 :])), self._opener)
        for widget in self._lines[row.key].widgets:
            widget.stackUnder(behind)
        stops = [stop for each in ROWS[:at] if isinstance(each, CheckRow) for stop in self._stops_of(each)]
        for before, stop in pairwise([stops[-1], *self._stops_of(row)]):
            QWidget.setTabOrder(before, stop)

    def _stops_of(self, row: CheckRow) -> list[QWidget]:
        """What the key Tab comes to."""
        widgets = self._lines[row.key].widgets
        return [widget for widget in widgets if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]

    def _first_of(self, row: CheckRow | Section) -> QWidget | None:
        if isinstance(row, Section):
            return self._sections[row][0]
        return next(iter(self._lines[row.key].widgets), None)

    def _add_row(self, number: int, row: CheckRow) -> None:
        ground = self._grounds[row.key] = QFrame()
        ground.setProperty("role", "rowground")
        ground.setProperty("tone", "")
        self._grid.addWidget(ground, number, 0, 2, len(COLUMNS))
        name = role_label(row.label, "rowname")
        name.setTextFormat(Qt.TextFormat.AutoText)
        self._grid.addWidget(name, number, 0)
        if row.changes:
            self._add_cell(number, NOW, row, row.now, "now")
        self._add_cell(number, NEW, row, row.new, "new")
        if not row.wide:
            self._add_change(number, row)
        if row.programmer:
            self._add_cell(number, PROGRAMMER, row, row.programmer, "programmer")
        if row.key == "mode":
            self._grid.addWidget(self._schedule_link, number, PROGRAMMER, Qt.AlignmentFlag.AlignRight)
        self._add_verdict(number, row)
        buddy = next((self.fields[place] for place in row.places), None)
        if buddy is not None:
            name.setBuddy(buddy)

    def _add_change(self, number: int, row: CheckRow) -> None:
        """By how much it changes; beside a value that has none now, what else is to be said of it."""
        change = role_label("", "change" if row.changes else "quiet", name=f"change:{row.key}")
        side = Qt.AlignmentFlag.AlignRight if row.changes else Qt.AlignmentFlag.AlignLeft
        change.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        unseen_width(change)
        self._changes[row.key] = change
        self._grid.addWidget(change, number, CHANGE, 1, 1 if row.programmer or row.changes else 2)

    def _add_verdict(self, number: int, row: CheckRow) -> None:
        verdict = self._verdicts[row.key] = role_label("", "verdict", name=f"verdict:{row.key}")
        verdict.setProperty("tone", "")
        verdict.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        verdict.setContentsMargins(0, 0, 8, 0)
        unseen_width(verdict)
        self._grid.addWidget(verdict, number, VERDICT)

    def _add_cell(self, number: int, column: int, row: CheckRow, place: str, which: str) -> None:
        if not place:
            self._add_result(number, column, row, which)
            return
        self.row_of[place] = row.key
        if row.key == "mode":
            choice = Choice(place, f"{row.spoken}, {which}", MODES)
            choice.setProperty("role", "mode")
            self.fields[place] = choice
            self._grid.addWidget(choice, number, column)
            if which == "new":
                unseen_buddy(
                    choice, f"{row.spoken}, {which}", self
                )  # the row's name is that of the one before
            return
        name = f"{row.spoken}, {which} {row.unit}".strip()
        typed = Field(place, name, align_right=True, own_undo=False, unit=row.unit)
        self.fields[place] = typed
        cell: QWidget = typed
        if row.key == "daily_dose" and which != "programmer":
            cell = self._typed_or_computed(row, which, place, typed)
        self._grid.addWidget(cell, number, column)

    def _add_result(self, number: int, column: int, row: CheckRow, which: str) -> None:
        """A computed cell; one that has nothing beside it has the room of it."""
        result = self._result(row, which)
        if which == "new" and not row.programmer:
            result.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if row.wide:
            result.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(result, number, NOW, 1, VERDICT)
        elif row.changes:
            self._grid.addWidget(result, number, column)
        else:
            self._grid.addWidget(result, number, NOW, 1, 2)

    def _result(self, row: CheckRow, which: str) -> ResultLabel:
        result = ResultLabel(row.key, f"{row.spoken}, {which}, recomputed")
        result.setObjectName(f"result:{row.key}:{which}")
        result.entered.connect(self.row_entered)
        unseen_width(result)
        self._results[row.key, which] = result
        return result

    def _typed_or_computed(self, row: CheckRow, which: str, place: str, typed: QWidget) -> QWidget:
        """A cell that is typed in one mode and follows from the schedule in the others."""
        stack = QStackedWidget()
        stack.setSizePolicy(typed.sizePolicy())
        stack.addWidget(typed)
        stack.addWidget(self._result(row, which))
        self._computed[place] = stack
        return stack

    # --- showing

    def _what_shows(self, row: CheckRow, state: RowState) -> "_Shows":
        """All that decides how a row looks; where it is as it was, the row is left as it is."""
        typed = ""
        if row.programmer:
            field = self.fields[row.programmer]
            assert isinstance(field, Field)
            typed = field.text().strip()
        scheduled = tuple(
            which
            for which, place in (("now", row.now), ("new", row.new))
            if place in self._computed and self.is_scheduled(which)
        )
        return _Shows(state, tuple(map(self._state.fields.get, row.places)), scheduled, typed)

    def _bring_up_to_date(self, row: CheckRow, state: RowState) -> None:
        shows = self._what_shows(row, state)
        if self._shown.get(row.key) != shows:
            self._shown[row.key] = shows
            self._show_row(row, shows)

    def _show_row(self, row: CheckRow, shows: "_Shows") -> None:
        state = shows.state
        for which, text in (("now", state.now), ("new", state.new)):
            stack = self._computed.get(row.now if which == "now" else row.new)
            if stack is not None:
                stack.setCurrentIndex(1 if which in shows.scheduled else 0)
            result = self._results.get((row.key, which))
            if result is None:
                continue
            if which == "now":
                result.show_result(text, text.replace(",", ""))
            else:
                result.show_result(text, state.copy_text, spoken_beside=_spoken_beside(shows))
        if row.key in self._changes:
            self._changes[row.key].setText("" if is_long(row, state.change) else state.change)
            speak(self._changes[row.key], f"{row.spoken}, {state.change}" if state.change else "")
        verdict = self._verdicts[row.key]
        verdict.setText(state.verdict)
        speak(verdict, f"{row.spoken}: {_plain(state.verdict)}" if state.verdict else "")
        set_tone(verdict, state.tone)
        self._show_ground(row.key)
        self._show_note(row)
        for place, shown in zip(row.places, shows.fields, strict=True):
            differs = state.tone == "differs" and place == row.programmer
            tone = shown.tone if shown else ""
            set_tone(self.fields[place], "differs" if differs and tone != "refused" else tone)
            self._describe(place, row, state, shown.mark if shown else "")

    def _describe(self, place: str, row: CheckRow, state: RowState, mark: str) -> None:
        """Says what is beside a field to whoever listens: where its text comes from, and what was recomputed."""
        recomputed = f"recomputed {state.new}; {_plain(state.verdict)}" if state.new else ""
        words = "; ".join(filter(None, (mark, recomputed if place == row.programmer else "")))
        if self.fields[place].accessibleDescription() != words:
            self.fields[place].setAccessibleDescription(words)

    def _show_note(self, row: CheckRow) -> None:
        """How the cells of a row were read, or why one was refused, in a line below it that is there only then."""
        state = self._state.rows.get(row.key, RowState())
        text, refused = _noted(row, self._state.fields, state.change if is_long(row, state.change) else "")
        line = self._lines[row.key]
        if line.note is None:
            if not text:
                return
            line.note = role_label("", "note", name=f"note:{row.key}", wrap=True)
            line.note.setAlignment(Qt.AlignmentFlag.AlignRight)
            line.note.setContentsMargins(8, 0, 8, 3)
            self._grid.addWidget(line.note, line.number + 1, 0, 1, len(COLUMNS))
        line.note.setText(text)
        line.note.setVisible(bool(text) and line.shown)
        set_tone(line.note, "refused" if refused else "")

    def _show_lines(self) -> None:
        """The rows that this change needs; the others in one line, until it is opened."""
        before = self._taking_room()
        self._grid.setEnabled(False)  # laid out once, with all of them: each cell that comes would lay it out
        others = 0
        for row in VALUE_ROWS:
            there = row.key in self._state.there if self._state.rows else not row.comes_and_goes
            needed = row.always or row.key in self._state.needed
            others += there and not needed
            shown = (there and (needed or self._opener.isChecked())) or self._is_typed_in(row)
            line = self._made(row) if shown else self._lines[row.key]
            if shown:
                self._bring_up_to_date(row, self._state.rows.get(row.key, RowState()))
            elif line.shown:  # what nobody sees says nothing until it is opened again
                self._bring_up_to_date(row, RowState())
            self._show_line(line, shown=shown)
        for label, keys in self._sections.values():
            label.setVisible(any(self._lines[key].shown for key in keys))
        sign = "▾" if self._opener.isChecked() else "▸"
        self._opener.setText(f"not needed here: {others} row{'' if others == 1 else 's'} {sign}")
        self._opener.setVisible(others > 0)
        self._grid.setEnabled(True)
        if self.isVisible() and self._taking_room() != before:
            settle(self, ())  # or it is painted pressed together first

    def _is_typed_in(self, row: CheckRow) -> bool:
        fields = (self.fields[place] for place in row.places if self._lines[row.key].shown)
        return any(map(holds_keyboard, fields))

    def _taking_room(self) -> list[tuple[bool, str]]:
        """Which rows are shown, and what is said below each."""
        return [(line.shown, "" if line.note is None else line.note.text()) for line in self._lines.values()]

    def _show_line(self, line: _Line, *, shown: bool) -> None:
        if line.shown is shown:
            return  # to hide it again would lay the whole table out anew, at every keystroke
        line.shown = shown
        for widget in line.widgets:
            widget.setVisible(shown)
        if line.note is not None:
            line.note.setVisible(shown and bool(line.note.text()))
        self._grid.setRowMinimumHeight(line.number, self._height if shown else 0)

    def _show_ground(self, key: str) -> None:
        shown = self._shown.get(key)
        differs = shown is not None and shown.state.tone == "differs"
        set_tone(self._grounds[key], "differs" if differs else "selected" if key == self._selected else "")


class _Shows(Struct, frozen=True):
    """How a row looks: its state, those of its fields, which of its cells follow from a schedule, what the programmer shows."""

    state: RowState
    fields: tuple[FieldState | None, ...]
    scheduled: tuple[str, ...]
    typed: str


def _spoken_beside(shows: _Shows) -> str:
    """What the programmer shows and what that comes to."""
    return f"; programmer shows {shows.typed}; {_plain(shows.state.verdict)}" if shows.typed else ""


def _plain(verdict: str) -> str:
    """A verdict without its sign."""
    return verdict.partition(" ")[2]


def is_long(row: CheckRow, change: str) -> bool:
    """Whether what is said of a change is more than its column holds: then it stands below the row."""
    columns = 1 if row.programmer or row.changes else 2
    return len(change) > columns * len(_WIDEST[CHANGE])


def _noted(row: CheckRow, fields: Mapping[str, FieldState], change: str) -> tuple[str, bool]:
    """Why a cell was refused; where none was, how they were read, and a long change. And whether one was refused."""
    shown = {place: fields[place] for place in row.places if place in fields}
    problem = next((state.problem for state in shown.values() if state.problem), "")
    if problem:
        return problem, True
    columns = {row.now: "now", row.new: "new", row.programmer: "programmer"}
    readings = (f"{columns[place]} {state.beside}" for place, state in shown.items() if state.beside)
    return "   ".join((*readings, change) if change else readings), False
