"""The check panel: system and reservoir above, one table that is form and result at once, findings beside it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from itbcalc.desk.fields import PLACES
from itbcalc.desk.schedule_texts import MODES
from ui.program.line_strip import LineStrip
from ui.program.rows import ROWS, SYSTEM_FIELDS, VALUE_ROWS, CheckRow, Section, SystemField
from ui.states import CheckState, FieldState, RowState, WorkingText
from ui.widgets.basics import (
    Choice,
    Field,
    NameField,
    PickField,
    ResultLabel,
    ScrollArea,
    card,
    role_label,
    set_tone,
)
from ui.widgets.findings import FindingList
from ui.widgets.plot import PlotCard
from ui.widgets.working_view import WorkingView

COLUMNS = ("", "Now", "New", "Change", "Programmer shows", "Verdict")
ORIGINS = (("", "not said"), ("spinal", "spinal"), ("cerebral", "cerebral"))
_BELOW_TABLE = 3  # system, line, table, then the findings where the window is narrow
QWIDGETSIZE_MAX = 16777215  # Qt's own "no limit"; PySide6 does not name it
NARROW = 1190  # below this width findings stand under the table instead of beside it
SIDE_WIDTH = 336
_ROW_HEIGHT = 25


class CheckPanel(QWidget):
    """Texts go out, one state comes in; nothing is computed here."""

    typed_changed = Signal(object)  # dict of texts by place
    example_requested = Signal(str)
    act_requested = Signal(str)
    schedule_requested = Signal()
    picture_requested = Signal(str, object)  # kind of file, and what writes it
    patients_wanted = Signal()  # the keyboard is where one is named
    patient_picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("checkPanel")
        self._fields: dict[str, Field | Choice] = {}
        self._notes: dict[str, QLabel] = {}
        self._results: dict[tuple[str, str], ResultLabel] = {}
        self._changes: dict[str, QLabel] = {}
        self._verdicts: dict[str, QLabel] = {}
        self._grounds: dict[str, QFrame] = {}
        self._row_of: dict[str, str] = {}
        self._computed: dict[str, QStackedWidget] = {}
        self._comes_and_goes: dict[str, tuple[int, tuple[QWidget, ...]]] = {}
        self._seen: dict[str, bool] = {}
        self._state = CheckState()
        self._selected = "flow_rate"
        self._silent = False
        self._dead_volume = ResultLabel("bridge_volume", "Dead volume")
        self._dead_volume.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._bridge_hint = role_label("", "section", name="bridgeHint")
        self._therapy = role_label("", "section", name="therapy")
        self._schedule_link = QPushButton("Schedule…")
        self._schedule_link.setObjectName("scheduleLink")
        self._schedule_link.setProperty("role", "link")
        self._schedule_link.setToolTip("Steps, boluses and the day as a picture (Ctrl+2)")
        self._line = LineStrip()
        self._whole = role_label("", "verdict", name="whole", wrap=True)
        self._findings = FindingList()
        self._working = WorkingView()
        self._examples = _Examples()
        self._tip = PlotCard("tip", "What leaves the catheter tip")
        self._narrow = False
        self._lay_out()
        self._connect()

    # --- what other code sees

    def typed(self) -> dict[str, str]:
        """What stands in the fields, by place."""
        typed = {place: _text_in(widget) for place, widget in self._fields.items()}
        return {place: text for place, text in typed.items() if text}

    def show_typed(self, typed: Mapping[str, str]) -> None:
        """Fills the fields without telling for each of them."""
        self._silent = True
        for place, widget in self._fields.items():
            text = typed.get(place, "")
            if isinstance(widget, Choice | NameField):
                widget.choose(text)
            else:
                widget.setText(text)
                widget.setCursorPosition(0)
        self._line.catch_up()
        self._silent = False

    def offer(self, pumps: Sequence[tuple[str, str]], jurisdictions: Sequence[tuple[str, str]]) -> None:
        """Sets what the choices offer, as (value, words) pairs."""
        self._silent = True
        for widget in self._fields.values():
            if isinstance(widget, NameField):
                widget.offer(pumps)
            elif widget.objectName() == "field:patient.jurisdiction":
                assert isinstance(widget, Choice)
                widget.offer((("", "not said"), *jurisdictions))
        self._silent = False

    def offer_patients(self, patients: Sequence[str]) -> None:
        """The pseudonyms of the log, offered while one is typed."""
        widget = self._fields["patient.ref"]
        assert isinstance(widget, PickField)
        widget.offer(patients)

    def offer_examples(self, examples: Sequence[tuple[str, str]]) -> None:
        """The bundled examples, as (name, words) pairs, shown while nothing is typed."""
        self._examples.show_examples(examples)

    def show_state(self, state: CheckState) -> None:
        """Shows exactly this state."""
        self._state = state
        for place, widget in self._fields.items():
            shown = state.fields.get(place)
            tone = shown.tone if shown else ""
            set_tone(widget, tone if tone == "refused" else self._verdict_tone(place) or tone)
            widget.setAccessibleDescription(shown.mark if shown else "")
        for key, note in self._notes.items():
            self._show_note(key, note)
        for row in VALUE_ROWS:
            self._show_row(row, state.rows.get(row.key, RowState()))
        self._dead_volume.show_result(state.dead_volume)
        self._bridge_hint.setText(f"Bridge — {state.bridge_hint}" if state.bridge_hint else "Bridge")
        self._whole.setText(state.whole)
        set_tone(self._whole, state.whole_tone)
        self._whole.setVisible(bool(state.whole))
        self._findings.show_cards(state.cards)
        self._line.show_line(state.line, begins=state.begins, too_soon=state.too_soon)
        self._tip.show_picture(state.tip)
        self._examples.setVisible(state.empty)
        self._working.setVisible(not state.empty)
        self._show_working()
        self.setAccessibleDescription(state.summary)
        self._therapy.setText(f"Therapy — {state.therapy}" if state.therapy else "Therapy")

    def select_row(self, row: str) -> None:
        """Shows the working of a row."""
        if row in self._state.workings or row in self._grounds:
            self._selected = row
            self._show_working()

    def set_read_only(self, *, read_only: bool) -> None:
        """After a failed self-test nothing can be typed."""
        for widget in (*self._fields.values(), self._line):
            widget.setEnabled(not read_only)

    def focus_field(self, place: str) -> None:
        """Moves the keyboard to a field."""
        widget = self._fields.get(place)
        if widget is not None:
            widget.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_what_is_new(self) -> None:
        """The keyboard goes to the new daily dose; where a schedule says it, to what the programmer shows of it."""
        self.focus_field("readouts.daily_dose" if self._is_scheduled("new") else "new.daily_dose")

    def redress(self) -> None:
        """Draws the picture anew in the colours of the present look."""
        self._tip.redress()

    def selected_result(self) -> str:
        """The value of the selected row with its unit, for copying."""
        return self._state.rows.get(self._selected, RowState()).copy_text

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts the findings under the table where the window is narrow."""
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW
        if narrow == self._narrow:
            return
        self._narrow = narrow
        if narrow:
            self._column.insertWidget(_BELOW_TABLE, self._side)
        else:
            self._outer.addWidget(self._side)
        self._side.setMinimumSize(0 if narrow else SIDE_WIDTH, 520 if narrow else 0)
        self._side.setMaximumWidth(QWIDGETSIZE_MAX if narrow else SIDE_WIDTH)

    # --- building

    def _lay_out(self) -> None:
        main = QWidget()
        column = self._column = QVBoxLayout(main)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        column.addWidget(self._system_card())
        column.addWidget(self._line)
        self._fields |= self._line.fields
        self._notes |= self._line.notes
        column.addWidget(self._table_card())
        column.addWidget(self._tip)
        column.addStretch(1)
        scroll = ScrollArea(main)
        scroll.setObjectName("checkScroll")
        self._side = QWidget()
        self._side.setObjectName("side")
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        body = QWidget()
        body.setObjectName("sideBody")
        lines = QVBoxLayout(body)
        lines.setContentsMargins(12, 10, 12, 10)
        lines.setSpacing(8)
        lines.addWidget(self._examples)
        lines.addWidget(self._whole)
        lines.addWidget(self._findings)
        lines.addStretch(1)
        side.addWidget(ScrollArea(body), 3)
        below = QVBoxLayout()
        below.setContentsMargins(12, 0, 12, 10)
        below.addWidget(self._working)
        side.addLayout(below, 2)
        self._side.setFixedWidth(SIDE_WIDTH)
        self._outer = QHBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        self._outer.addWidget(scroll, 1)
        self._outer.addWidget(self._side)

    def _system_card(self) -> QFrame:
        frame = card()
        grid = QGridLayout(frame)
        grid.setContentsMargins(12, 6, 12, 4)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(1)
        for line, fields in enumerate(SYSTEM_FIELDS):
            for column, field in enumerate(fields):
                self._add_system_field(grid, line * 3, column, field)
        grid.addWidget(role_label("Dead volume", "label"), 6, 4)
        grid.addWidget(self._dead_volume, 7, 4)
        for column, stretch in enumerate((5, 4, 6, 5, 4)):
            grid.setColumnStretch(column, stretch)
            grid.setColumnMinimumWidth(column, 96)
        return frame

    def _add_system_field(self, grid: QGridLayout, line: int, column: int, field: SystemField) -> None:
        widget = self._field(field)
        label = role_label(field.label, "label")
        label.setTextFormat(Qt.TextFormat.AutoText)
        label.setBuddy(widget)
        note = role_label("", "note", name=f"note:{field.place}")
        self._notes[field.place] = note
        note.setFixedHeight(14)
        note.setSizePolicy(
            QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed
        )  # it is cut, and widens no column
        grid.addWidget(label, line, column)
        grid.addWidget(_with_unit(widget, field.unit), line + 1, column)
        grid.addWidget(note, line + 2, column)

    def _field(self, field: SystemField) -> Field | Choice:
        name = field.label.replace("&", "")
        if field.choice == "pumps":
            widget: Field | Choice = NameField(field.place, name)
            widget.setPlaceholderText("type a name")
        elif field.choice == "patients":
            widget = PickField(field.place, name)
            widget.setPlaceholderText(f"e.g. {field.example}, Enter")
            widget.setToolTip(
                "Enter begins where the last visit in the log ended (Ctrl+F from anywhere here)"
            )
        elif field.choice:
            options = ORIGINS if field.choice == "origins" else (("", "not said"),)
            widget = Choice(field.place, name, options)
        else:
            widget = Field(field.place, f"{name} {field.unit}".strip(), own_undo=False)
            widget.setPlaceholderText(f"e.g. {field.example}" if field.example and not field.unit else "")
        self._fields[field.place] = widget
        return widget

    def _table_card(self) -> QFrame:
        frame = card()
        self._grid = QGridLayout(frame)
        self._grid.setContentsMargins(4, 4, 4, 4)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(0)
        for column, heading in enumerate(COLUMNS):
            label = role_label(heading, "heading")
            label.setAlignment(Qt.AlignmentFlag.AlignLeft if not column else Qt.AlignmentFlag.AlignRight)
            if not column:
                label.setContentsMargins(8, 0, 0, 0)
            if column == 5:
                label.setContentsMargins(0, 0, 8, 0)
            self._grid.addWidget(label, 0, column)
        line = 1
        for row in ROWS:
            first, number = line, self._grid.count()
            line = self._add_section(line, row) if isinstance(row, Section) else self._add_row(line, row)
            if isinstance(row, CheckRow) and row.comes_and_goes:
                self._comes_and_goes[row.key] = first, tuple(_widgets_from(number, self._grid))
                self._show_line(row)
        for column, width in enumerate((116, 110, 126, 118, 130, 92)):
            self._grid.setColumnMinimumWidth(column, width)
        for column, stretch in enumerate((2, 3, 4, 3, 4, 2)):
            self._grid.setColumnStretch(column, stretch)
        return frame

    def _add_section(self, line: int, section: Section) -> int:
        named = {"bridge": self._bridge_hint, "therapy": self._therapy}
        label = named.get(section.key) or role_label("", "section")
        label.setText(section.title)
        self._grid.addWidget(label, line, 0, 1, len(COLUMNS))
        return line + 1

    def _add_row(self, line: int, row: CheckRow) -> int:
        ground = QFrame()
        ground.setProperty("role", "rowground")
        ground.setProperty("tone", "")
        self._grounds[row.key] = ground
        self._grid.addWidget(ground, line, 0, 2 if row.typed else 1, len(COLUMNS))
        name = role_label(row.label, "rowname")
        name.setTextFormat(Qt.TextFormat.AutoText)
        self._grid.addWidget(name, line, 0)
        self._add_cell(line, 1, row, row.now, "now")
        self._add_cell(line, 2, row, row.new, "new")
        change = role_label("", "quiet" if not row.now else "change", name=f"change:{row.key}")
        change.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._changes[row.key] = change
        self._grid.addWidget(change, line, 3)
        if row.programmer:
            self._add_cell(line, 4, row, row.programmer, "programmer")
        if row.key == "mode":
            self._grid.addWidget(self._schedule_link, line, 4, Qt.AlignmentFlag.AlignRight)
        verdict = role_label("", "verdict", name=f"verdict:{row.key}")
        verdict.setProperty("tone", "")
        verdict.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        verdict.setContentsMargins(0, 0, 8, 0)
        self._verdicts[row.key] = verdict
        self._grid.addWidget(verdict, line, 5)
        self._grid.setRowMinimumHeight(line, _ROW_HEIGHT)
        buddy = next((self._fields[place] for place in (row.now, row.new, row.programmer) if place), None)
        if buddy is not None:
            name.setBuddy(buddy)
        if not row.typed:
            return line + 1
        note = role_label("", "note", name=f"note:{row.key}")
        note.setAlignment(Qt.AlignmentFlag.AlignRight)
        note.setContentsMargins(0, 0, 8, 0)
        note.setFixedHeight(13)
        note.setSizePolicy(
            QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed
        )  # it is cut, and widens no column
        self._notes[row.key] = note
        self._grid.addWidget(note, line + 1, 1, 1, 5)
        return line + 2

    def _add_cell(self, line: int, column: int, row: CheckRow, place: str, which: str) -> None:
        plain = row.spoken
        if not place:
            result = self._result(row, which)
            if which == "new" and not row.programmer:
                result.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            if (
                row.wide
            ):  # several values in one: they take the room of the columns beside them, and widen none
                result.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self._grid.addWidget(result, line, column, 1, 3 if row.wide and which == "new" else 1)
            return
        if row.key == "mode":
            choice = Choice(place, f"{plain}, {which}", MODES)
            choice.setProperty("role", "mode")
            self._fields[place] = choice
            self._row_of[place] = row.key
            self._grid.addWidget(choice, line, column)
            return
        field = Field(place, f"{plain}, {which} {row.unit}".strip(), align_right=True, own_undo=False)
        self._fields[place] = field
        self._row_of[place] = row.key
        cell = _with_unit(field, row.unit)
        if row.key == "daily_dose" and which != "programmer":
            cell = self._typed_or_computed(row, which, place, cell)
        self._grid.addWidget(cell, line, column)

    def _result(self, row: CheckRow, which: str) -> ResultLabel:
        result = ResultLabel(row.key, f"{row.spoken}, {which}, recomputed")
        result.setObjectName(f"result:{row.key}:{which}")
        result.entered.connect(self.select_row)
        self._results[row.key, which] = result
        return result

    def _typed_or_computed(self, row: CheckRow, which: str, place: str, typed: QWidget) -> QWidget:
        """A cell that is typed in one mode and follows from the schedule in the others."""
        stack = QStackedWidget()
        stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        stack.addWidget(typed)
        stack.addWidget(self._result(row, which))
        self._computed[place] = stack
        return stack

    def _connect(self) -> None:
        for place in PLACES:
            widget = self._fields[place]
            if isinstance(widget, Choice):
                widget.currentIndexChanged.connect(self._on_changed)
            else:
                widget.textChanged.connect(self._on_changed)
            widget.entered.connect(self._on_entered)
        self._line.focus_wanted.connect(self.focus_field)
        self._examples.chosen.connect(self.example_requested)
        self._findings.act_requested.connect(self.act_requested)
        self._schedule_link.clicked.connect(self.schedule_requested)
        self._tip.save_requested.connect(self.picture_requested)
        patient = self._fields["patient.ref"]
        assert isinstance(patient, PickField)
        patient.picked.connect(self.patient_picked)
        patient.entered.connect(lambda _: self.patients_wanted.emit())
        for place in self._row_of:
            widget = self._fields[place]
            if isinstance(widget, Field):
                widget.returnPressed.connect(partial(self._next_empty, place))
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, lambda: self.focus_field("patient.ref"))
        self._dead_volume.entered.connect(self.select_row)
        QShortcut(
            QKeySequence("Alt+Down"),
            self,
            self._next_row,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        QShortcut(
            QKeySequence("Alt+Up"),
            self,
            self._row_before,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )

    # --- reacting

    def _on_changed(self) -> None:
        if not self._silent:
            self._line.catch_up()
            self.typed_changed.emit(self.typed())

    def _on_entered(self, place: str) -> None:
        if place in self._row_of:
            self.select_row(self._row_of[place])

    def _next_empty(self, place: str) -> None:
        """Enter goes on to the next field of the table that is still to be typed, downward."""
        after = [each for row in VALUE_ROWS for each in (row.new, row.programmer) if each]
        after = after[after.index(place) + 1 :] if place in after else after
        for each in after:
            widget = self._fields[each]
            if isinstance(widget, Field) and not widget.text() and widget.isVisible():
                widget.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def _next_row(self) -> None:
        self._move_row(1)

    def _row_before(self) -> None:
        self._move_row(-1)

    def _move_row(self, step: int) -> None:
        keys = [row.key for row in VALUE_ROWS if self._is_there(row) or row.key == self._selected]
        self.select_row(keys[(keys.index(self._selected) + step) % len(keys)])

    # --- showing

    def _verdict_tone(self, place: str) -> str:
        row = self._state.rows.get(self._row_of.get(place, ""))
        return "differs" if row and row.tone == "differs" and place.startswith("readouts.") else ""

    def _show_note(self, key: str, note: QLabel) -> None:
        row = next((row for row in VALUE_ROWS if row.key == key), None)
        places = (row.now, row.new, row.programmer) if row else (key,)
        shown = [self._state.fields[place] for place in places if place in self._state.fields]
        problem = next((field.problem for field in shown if field.problem), "")
        columns = {row.now: "now ", row.new: "new ", row.programmer: "programmer "} if row else {}
        said = [
            f"{columns.get(place, '')}{words}"
            for place in places
            if place in self._state.fields and (words := _beside(self._state.fields[place]))
        ]
        text = problem or "   ".join(said)
        if key == "patient.last_change" and not problem and self._state.since_last_change:
            text = " · ".join(filter(None, (self._state.since_last_change, text)))
        note.setText(_elided(note, text))
        note.setToolTip(text)
        set_tone(note, "refused" if problem else "")

    def _show_row(self, row: CheckRow, state: RowState) -> None:
        for which, text in (("now", state.now), ("new", state.new)):
            result = self._results.get((row.key, which))
            stack = self._computed.get(row.now if which == "now" else row.new)
            if stack is not None:
                stack.setCurrentIndex(1 if self._is_scheduled(which) else 0)
            if result is not None:
                result.show_result(text, state.copy_text if which == "new" else text.replace(",", ""))
        if row.key in self._changes:
            self._changes[row.key].setText(state.change)
        verdict = self._verdicts[row.key]
        verdict.setText(state.verdict)
        set_tone(verdict, state.tone)
        self._show_ground(row.key, state)
        if row.comes_and_goes:
            self._show_line(row)

    def _is_there(self, row: CheckRow) -> bool:
        state = self._state.rows.get(row.key)
        return not row.comes_and_goes or (state is not None and state.there)

    def _show_line(self, row: CheckRow) -> None:
        """A line that is there only while it has something to say takes no room without."""
        line, widgets = self._comes_and_goes[row.key]
        there = self._is_there(row)
        if self._seen.get(row.key) is there:
            return  # to hide it again would lay the whole table out anew, at every keystroke
        self._seen[row.key] = there
        for widget in widgets:
            widget.setVisible(there)
        self._grid.setRowMinimumHeight(line, _ROW_HEIGHT if there else 0)

    def _is_scheduled(self, which: str) -> bool:
        """Whether the daily dose follows from a schedule: what was typed waits, unseen, for the simple mode."""
        mode = self._fields["current.mode" if which == "now" else "new.mode"]
        return isinstance(mode, Choice) and bool(mode.value())

    def _show_ground(self, key: str, state: RowState) -> None:
        differs = state.tone == "differs"
        set_tone(self._grounds[key], "differs" if differs else "selected" if key == self._selected else "")

    def _show_working(self) -> None:
        self._working.show_working(self._state.workings.get(self._selected, WorkingText()))
        for row in VALUE_ROWS:
            self._show_ground(row.key, self._state.rows.get(row.key, RowState()))


class _Examples(QWidget):
    """The empty state: what this is for, and the bundled examples one click away."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("examples")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(5)
        self._layout.addWidget(role_label("Nothing typed yet", "title"))
        words = "Type the therapy now and new, and what the programmer shows. Or open an example:"
        self._layout.addWidget(role_label(words, "quiet", wrap=True))

    def show_examples(self, examples: Sequence[tuple[str, str]]) -> None:
        """One button an example; exactly these."""
        while self._layout.count() > 2:
            item = self._layout.takeAt(2)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for name, words in examples:
            button = QPushButton(words)
            button.setProperty("role", "example")
            button.setObjectName(f"example:{name}")
            button.clicked.connect(lambda _=False, chosen=name: self.chosen.emit(chosen))
            self._layout.addWidget(button)


def _beside(shown: FieldState) -> str:
    """How a text was read, and where it comes from."""
    return " · ".join(filter(None, (shown.reading, shown.mark)))


def _text_in(widget: Field | Choice) -> str:
    return widget.value() if isinstance(widget, Choice | NameField) else widget.text()


def _widgets_from(number: int, grid: QGridLayout) -> Iterator[QWidget]:
    """What was put into `grid` after its first `number` items."""
    for each in range(number, grid.count()):
        item = grid.itemAt(each)
        widget = item.widget() if item is not None else None
        if widget is not None:
            yield widget


def _with_unit(widget: QWidget, unit: str) -> QWidget:
    """A field with the unit it shows beside it; units are quieter than numbers."""
    if not unit:
        return widget
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(4)
    row.addWidget(widget, 1)
    label = role_label(unit, "unit")
    label.setFixedWidth(58 if "/" in unit else 26)
    row.addWidget(label)
    if isinstance(
        widget, Field
    ):  # a unit that is typed needs the room, and the shown one would contradict it
        widget.textChanged.connect(lambda text: label.setVisible(not any(c.isalpha() for c in text)))
    return holder


def _elided(label: QLabel, text: str) -> str:
    """`text` as far as it fits; the whole of it is in the tool tip and, for a refusal, in the side list."""
    room = max(label.width(), 60)
    return label.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
