"""The schedule panel: the fields of a therapy on the left; the day, the week and what they come to on the right."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from itbcalc.desk.schedule_texts import ROW_KEYS, THERAPIES, row_numbers
from ui.program.editor import TherapyEditor
from ui.program.fields import show_note
from ui.states import ScheduleState
from ui.widgets.basics import Choice, Field, ResultLabel, ScrollArea, card, role_label, set_tone
from ui.widgets.findings import FindingList
from ui.widgets.plot import PlotCard
from ui.widgets.week_strip import WeekStrip

_ROW_WORDS = {"day": "Day", "start": "Starts", "end": "Ends", "dose_rate": "Dose, mcg/h", "dose": "Dose, mcg"}
_ROWS_SHOWN = 3
_TOTALS = 8
NOTHING_DRAWN = (
    "The day is drawn here as soon as a therapy is whole: its concentration in the check panel (Ctrl+1), and its dose "
    "there, or its mode and steps here."
)
_GRAVE = ("stop", "warning")  # above the pictures; the rest below them
_NARROW = 1000  # what fields and pictures need beside each other


class SchedulePanel(QWidget):
    """Texts go out, one state comes in; nothing is computed here."""

    typed_changed = Signal(object)  # dict of texts by place
    day_chosen = Signal(int)
    zone_typed = Signal(str)
    act_requested = Signal(str)
    picture_requested = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("schedulePanel")
        self._editors = {name: TherapyEditor(name) for name in THERAPIES}
        self._which = QStackedWidget()
        self._which_buttons = QButtonGroup(self)
        self._rows: dict[int, dict[str, Field]] = {}
        self._row_widgets: dict[int, list[QWidget]] = {}
        self._row_results: dict[int, tuple[QLabel, QLabel]] = {}
        self._row_notes: dict[int, QLabel] = {}
        self._list = QGridLayout()
        self._totals: list[tuple[QLabel, QLabel, ResultLabel]] = []
        self._change = role_label("", "change", name="scheduleChange")
        self._day = PlotCard("day", "The day")
        self._week = WeekStrip()
        self._nothing = role_label(NOTHING_DRAWN, "quiet", name="nothingDrawn", wrap=True)
        self._grave = FindingList()
        self._findings = FindingList()
        self._findings.setObjectName("lesserFindings")
        self._travel = Field("travel", "patient's clock elsewhere")
        self._travel_words = role_label("", "quiet", name="travelWords", wrap=True)
        self._silent = False
        self._lay_out()
        self._connect()

    # --- what other code sees

    def typed(self) -> dict[str, str]:
        """What stands in the fields, by place."""
        typed: dict[str, str] = {}
        for editor in self._editors.values():
            typed |= editor.typed()
        for fields in self._rows.values():
            typed |= {field.place: field.text() for field in fields.values() if field.text()}
        return typed

    def show_typed(self, typed: Mapping[str, str]) -> None:
        """Fills the fields without telling for each of them."""
        self._silent = True
        for editor in self._editors.values():
            editor.show_typed(typed)
        while len(self._rows) < max(row_numbers(typed, "readouts.steps"), default=0):
            self._add_row()
        for fields in self._rows.values():
            for field in fields.values():
                field.setText(typed.get(field.place, ""))
        self._silent = False
        self._show_rows()

    def show_gravest(self) -> None:
        """Brings the gravest finding into sight, and the keyboard to it."""
        (self._grave if self._grave.holds_any else self._findings).focus_first()

    def show_state(self, state: ScheduleState) -> None:
        """Shows exactly this state."""
        for editor in self._editors.values():
            editor.show_state(state)
        self._show_totals(state)
        self._day.show_picture(state.day)
        self._nothing.setVisible(not state.day.curves)
        self._week.show_days(state.week)
        self._show_findings(state)
        self._travel_words.setText(state.travel)
        for number, (recomputed, verdict) in self._row_results.items():
            listed = state.listed.get(number)
            recomputed.setText(listed.recomputed if listed else "")
            verdict.setText(listed.verdict if listed else "")
            set_tone(verdict, listed.tone if listed else "")
            shown = [state.fields[f.place] for f in self._rows[number].values() if f.place in state.fields]
            show_note(self._row_notes[number], shown)
            for field in self._rows[number].values():
                held = state.fields.get(field.place)
                set_tone(field, held.tone if held else "")

    def _show_findings(self, state: ScheduleState) -> None:
        """As soon as the day is painted; until the check has answered what stood there is covered."""
        for findings, grave in ((self._grave, True), (self._findings, False)):
            cards = [card for card in state.cards if (card.severity in _GRAVE) is grave]
            if state.waits:
                findings.hold()
            elif findings.isVisible():
                findings.show_behind(cards)
            else:
                findings.show_cards(cards)

    def forget_travel(self) -> None:
        """Another patient: nothing is known of where this one goes."""
        self._travel.clear()

    def show_therapy(self, name: str) -> None:
        """Brings the fields of one therapy to the front."""
        self._which.setCurrentIndex(THERAPIES.index(name))
        self._which_buttons.button(THERAPIES.index(name)).setChecked(True)

    def fields(self) -> dict[str, Field | Choice]:
        """Every field by its place."""
        found: dict[str, Field | Choice] = {}
        for editor in self._editors.values():
            found |= editor.fields()
        for fields in self._rows.values():
            found |= {field.place: field for field in fields.values()}
        return found

    def set_read_only(self, *, read_only: bool) -> None:
        """After a failed self-test nothing can be typed."""
        self.setEnabled(not read_only)

    def redress(self) -> None:
        """Draws the pictures anew in the colours of the present look."""
        self._day.redress()
        self._week.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the pictures stand below the fields."""
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        direction = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        self._body.setDirection(direction)

    # --- building

    def _lay_out(self) -> None:
        main = QWidget()
        self._body = QHBoxLayout(main)
        self._body.setContentsMargins(12, 10, 12, 10)
        self._body.setSpacing(10)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(8)
        left.addLayout(self._which_line())
        left.addWidget(self._editor_card())
        left.addWidget(self._list_card())
        left.addStretch(1)
        self._totals_frame = self._totals_card()
        self._totals_frame.hide()
        right.addWidget(self._totals_frame)
        right.addWidget(self._grave)
        right.addWidget(self._picture_card())
        right.addWidget(self._findings)
        right.addWidget(self._travel_card())
        right.addStretch(1)
        self._body.addLayout(left, 11)
        self._body.addLayout(right, 10)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scroll = ScrollArea(main)
        scroll.setObjectName("scheduleScroll")
        outer.addWidget(scroll)

    def _which_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(4)
        for words, name, key in (("&New therapy", "new", "Alt+N"), ("The&rapy now", "current", "Alt+R")):
            button = QPushButton(words)
            button.setObjectName(f"which:{name}")
            button.setShortcut(
                QKeySequence(key)
            )  # that of its underlined letter, where there are none as well
            button.setToolTip(key)
            button.setCheckable(True)
            button.setProperty("role", "tab")
            button.clicked.connect(lambda _=False, chosen=name: self.show_therapy(chosen))
            self._which_buttons.addButton(button, THERAPIES.index(name))
            line.addWidget(button)
        line.addStretch(1)
        return line

    def _editor_card(self) -> QFrame:
        frame = card()
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(0, 0, 0, 0)
        for name in THERAPIES:
            self._which.addWidget(self._editors[name])
        layout.addWidget(self._which)
        self.show_therapy("new")
        return frame

    def _list_card(self) -> QFrame:
        frame = card()
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(2)
        layout.addWidget(role_label("The programmer's list, row by row", "workingtitle"))
        words = "As it prints them: steps alone, or every stretch of the day. Type what it shows; leave out what it does not."
        layout.addWidget(role_label(words, "quiet", wrap=True))
        self._list.setHorizontalSpacing(6)
        self._list.setVerticalSpacing(1)
        for column, key in enumerate(ROW_KEYS):
            self._list.addWidget(role_label(_ROW_WORDS[key], "heading"), 0, column)
        self._list.addWidget(role_label("Recomputed", "heading"), 0, len(ROW_KEYS))
        for column, stretch in enumerate((4, 5, 5, 6, 6, 12, 5)):
            self._list.setColumnStretch(column, stretch)
        for _ in range(_ROWS_SHOWN):
            self._add_row()
        layout.addLayout(self._list)
        return frame

    def _add_row(self) -> None:
        number = len(self._rows) + 1
        line = 2 * number - 1
        fields: dict[str, Field] = {}
        before = self._rows[number - 1][ROW_KEYS[-1]] if self._rows else None
        for column, key in enumerate(ROW_KEYS):
            field = Field(
                f"readouts.steps.{number}.{key}", f"programmer's row {number}, {key}", own_undo=False
            )
            field.textChanged.connect(self._on_changed)
            field.returnPressed.connect(lambda: self.focusNextPrevChild(True))  # noqa: FBT003  # Qt's own
            fields[key] = field
            self._list.addWidget(field, line, column)
            if before is not None and before.window() is field.window():  # a row that came later
                QWidget.setTabOrder(before, field)
            before = field
        recomputed = role_label("", "quiet", name=f"listed:{number}", wrap=True)
        verdict = role_label("", "verdict", name=f"listedVerdict:{number}")
        verdict.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._list.addWidget(recomputed, line, len(ROW_KEYS))
        self._list.addWidget(verdict, line, len(ROW_KEYS) + 1)
        note = role_label("", "note", name=f"note:readouts.steps.{number}", wrap=True)
        note.hide()
        self._list.addWidget(note, line + 1, 0, 1, len(ROW_KEYS) + 2)
        self._rows[number] = fields
        self._row_results[number] = (recomputed, verdict)
        self._row_notes[number] = note
        self._row_widgets[number] = [*fields.values(), recomputed, verdict]

    def _totals_card(self) -> QFrame:
        frame = card()
        grid = QGridLayout(frame)
        grid.setContentsMargins(12, 8, 12, 8)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        for column, words in enumerate(("", "Now", "New")):
            label = role_label(words, "heading")
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            grid.addWidget(label, 0, column)
        for line in range(1, _TOTALS + 1):
            name = role_label("", "quiet", name=f"totalName:{line}")
            now = role_label("", "rowname", name=f"totalNow:{line}")
            now.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            new = ResultLabel(f"total:{line}", "new")
            for column, label in enumerate((name, now, new)):
                grid.addWidget(label, line, column)
            self._totals.append((name, now, new))
        self._change.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self._change, 1, 3)
        for column, stretch in enumerate((4, 3, 4, 2)):
            grid.setColumnStretch(column, stretch)
        return frame

    def _picture_card(self) -> QFrame:
        frame = card()
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.addWidget(self._nothing)
        layout.addWidget(self._day)
        layout.addWidget(self._week)
        self._week.hide()
        return frame

    def _travel_card(self) -> QFrame:
        frame = card()
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(12, 6, 12, 6)
        layout.setSpacing(2)
        line = QHBoxLayout()
        label = role_label("The patient &travels to", "label")
        label.setTextFormat(Qt.TextFormat.AutoText)
        label.setBuddy(self._travel)
        self._travel.setPlaceholderText("e.g. Asia/Tokyo")
        self._travel.setToolTip("A time zone: the pump's clock stays as it is at home")
        line.addWidget(label)
        line.addWidget(self._travel, 1)
        layout.addLayout(line)
        layout.addWidget(self._travel_words)
        return frame

    def _connect(self) -> None:
        for editor in self._editors.values():
            editor.changed.connect(self._on_changed)
        self._week.day_chosen.connect(self.day_chosen)
        for findings in (self._grave, self._findings):
            findings.act_requested.connect(self.act_requested)
        self._day.save_requested.connect(self.picture_requested)
        self._travel.textChanged.connect(self.zone_typed)

    # --- reacting and showing

    def _on_changed(self) -> None:
        if not self._silent:
            self._show_rows()
            self.typed_changed.emit(self.typed())

    def _show_rows(self) -> None:
        """All rows of the list up to the last that is filled, and one more."""
        filled = [
            n for n, fields in self._rows.items() if any(field.text().strip() for field in fields.values())
        ]
        wanted = max(max(filled, default=0) + 1, _ROWS_SHOWN)
        while len(self._rows) < wanted:
            self._add_row()
        for number, widgets in self._row_widgets.items():
            for widget in widgets:
                widget.setVisible(number <= wanted)

    def _show_totals(self, state: ScheduleState) -> None:
        for line, (name, now, new) in enumerate(self._totals):
            words, before, after = state.totals[line] if line < len(state.totals) else ("", "", "")
            name.setText(words[:1].upper() + words[1:])
            now.setText(before)
            new.show_result(after, after.replace(",", ""))
            for label in (name, now, new):
                label.setVisible(bool(words))
        self._change.setText(state.change)
        self._totals_frame.setVisible(bool(state.totals))
