"""The check panel: system and line above, one table that is form and result at once, findings beside it."""

from collections.abc import Callable, Container, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import (
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QApplication, QBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.program.check_table import CheckTable
from ui.program.line_strip import LineStrip
from ui.program.rows import VALUE_ROWS
from ui.program.system_card import SystemCard
from ui.states import CheckState, Picture, RowState, WorkingText
from ui.widgets.basics import Choice, Field, NameField, PickField, ScrollArea, role_label, set_said
from ui.widgets.findings import FindingList
from ui.widgets.in_turn import in_turn
from ui.widgets.plot import PlotCard
from ui.widgets.working_view import WorkingView

FIRST_SELECTED = "flow_rate"  # whose working is shown until another is looked at
QWIDGETSIZE_MAX = 16777215  # Qt's own "no limit"; PySide6 does not name it
SIDE_WIDTH = 312
WIDE_SIDE = 420  # where there is room for both
WIDE = 1500  # width of the panel from which there is
STRIP_OF_STOPS = 112  # height of the findings above the table where there is no room beside it
STRIP_OF_REMARKS = 39  # the first in its title alone
LEAST_OF_THE_TIP = 128  # height of its drawing: in sight below the table where the screen is 800 high
RESTS_AFTER_MS = 1000  # without a key: what was typed is read then
LOOKED_FOR_MS = (
    250  # what would explain a difference is mostly found by then: before, nobody reads that it is looked for
)
_AROUND = 7  # what cards keep from one another and from the edge
_SCROLL_BAR = 11


class CheckPanel(QWidget):
    """Texts go out, one state comes in; nothing is computed here."""

    typed_changed = Signal(object)  # dict of texts by place
    example_requested = Signal(str)
    act_requested = Signal(str)
    schedule_requested = Signal()
    picture_requested = Signal(str, object)  # kind of file, and what writes it
    patients_wanted = Signal()  # the keyboard is where one is named
    patient_picked = Signal(str)
    announced = Signal(str)  # what a screen reader was told without being asked

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("checkPanel")
        self._state = CheckState()
        self._selected = FIRST_SELECTED
        self._silent = False
        self._read_only = False
        self._typing = False  # whether what is shown next answers to a key
        self._system = SystemCard()
        self._line = LineStrip()
        self._table = CheckTable()
        self._fields = self._system.fields | self._line.fields | self._table.fields
        self._texts = {place: _text_in(widget) for place, widget in self._fields.items()}
        self._findings = FindingList()
        self._working = WorkingView()
        self._examples = _Examples()
        self._tip = PlotCard("tip", "What leaves the catheter tip", least_height=LEAST_OF_THE_TIP)
        self._narrow = False
        self._pointed_at = ""
        self._announced = ""
        self._resting = QTimer(self)  # from one keystroke to the next
        self._resting.setSingleShot(True)
        self._resting.setInterval(RESTS_AFTER_MS)
        self._lay_out()
        self._connect()
        self._table.select(self._selected)

    # --- what other code sees

    def typed(self) -> dict[str, str]:
        """What stands in the fields, by place."""
        return {place: text for place, read in self._texts.items() if (text := read())}

    def show_typed(self, typed: Mapping[str, str]) -> None:
        """Fills the fields without telling for each of them."""
        self._silent = True
        self.make_fields_of(typed)
        for place, widget in self._fields.items():
            text = typed.get(place, "")
            if isinstance(widget, Choice | NameField):
                widget.choose(text)
            else:
                widget.setText(text)
                widget.setCursorPosition(0)
        self._line.catch_up()
        self._silent = False

    def make_fields_of(self, places: Container[str]) -> None:
        """Makes the fields of these places that are made when they are first needed."""
        self._system.make_fields_of(places)
        self._line.make_fields_of(places)
        self._table.make_fields_of(places)

    def offer(
        self,
        pumps: Sequence[tuple[str, str]],
        jurisdictions: Sequence[tuple[str, str]],
        drugs: Sequence[tuple[str, str]],
    ) -> None:
        """Sets what the choices offer, as (value, words) pairs."""
        self._silent = True
        pump, rules = self._fields["system.pump"], self._fields["patient.jurisdiction"]
        assert isinstance(pump, NameField)
        assert isinstance(rules, Choice)
        pump.offer(pumps)
        rules.offer((("", "not said"), *jurisdictions))
        self._system.offer_drugs(drugs)
        self._silent = False

    def offer_usual(self, usual: Mapping[str, tuple[str, str]]) -> None:
        """What is usual in the clinic, as value and words, by field."""
        self._system.offer_usual(usual)

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
        before, self._state = self._state, state
        self._examples.setVisible(state.empty)  # first: its keyboard must not go on into the findings
        if state.rows is not before.rows or not state.rows:
            self._show_values(state)
        if (self._typing or self._findings.is_behind) and self._findings.isVisible():
            looks = any(card.code == "looking" for card in state.cards)
            self._findings.show_behind(state.cards, LOOKED_FOR_MS if looks else 0)
        else:
            self._findings.show_cards(state.cards)
        self._typing = False
        if state.tip_of is None:
            self._tip.show_picture(Picture())
        else:
            self._tip.show_behind(state.tip_of)
        self._working.setVisible(not state.empty)
        if state.workings is before.workings:
            pass  # it is written, or will be as soon as the values are painted
        elif self._selected in state.workings:
            self._working.wait()
            in_turn().add(
                self._working, self._show_working
            )  # it takes longer than the values beside it, and nobody reads it between two keys
        else:
            self._show_working()
        self._fit_side()
        self.setAccessibleDescription(state.summary)
        if self._gravest_stop() != self._announced:
            self._resting.start()

    def _show_values(self, state: CheckState) -> None:
        """All but cards, picture and working."""
        self._system.show_offers(state.offers)
        self._system.show_fields(state.fields, fixed_flow=state.fixed_flow)
        self._system.show_now(state.now)
        self._system.show_dead_volume(state.dead_volume)
        self._line.show_line(
            state.line, tubing=state.tubing_share, begins=state.begins, too_soon=state.too_soon
        )
        self._line.show_fields(state.fields)
        self._table.show_state(state)

    def select_row(self, row: str) -> None:
        """Shows the working of a row."""
        if row in self._state.workings or self._table.is_row(row):
            self._selected = row
            self._table.select(row)
            self._show_working()

    def set_read_only(self, *, read_only: bool) -> None:
        """After a failed self-test nothing can be typed."""
        self._read_only = read_only
        for widget in (*self._fields.values(), self._line):
            widget.setEnabled(not read_only)

    def finish_typing(self) -> None:
        """A name that is half typed is meant as it stands: something is done with what stands in the fields."""
        for widget in tuple(self._fields.values()):  # the answer may ask for fields that were not made
            if isinstance(widget, NameField):
                widget.finish()

    def begin(self) -> None:
        """Another check begins: it is read from its top, and no row is opened or selected that was in the one before."""
        self._scroll.verticalScrollBar().setValue(0)
        self._table.close_others()
        self._system.close_seldom()
        self.select_row(FIRST_SELECTED)

    def focus_field(self, place: str) -> None:
        """Moves the keyboard to a field; what stands there is selected, also where the keyboard was there already."""
        self.make_fields_of((place,))
        widget = self._fields.get(place)
        if widget is not None:
            widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if isinstance(widget, Field):
            widget.selectAll()

    def point_at(self, place: str) -> None:
        """Marks a field of which something is said, brings it into sight, and takes the mark from the one before; none at ''."""
        for widget in (self._fields.get(self._pointed_at), self._fields.get(place)):
            if widget is not None:
                set_said(widget, "pointed", "here" if widget.place == place else "")
        self._pointed_at = place
        self.focus_field(place)

    def focus_what_is_new(self) -> None:
        """The keyboard goes to the new daily dose; where a schedule says it, to what the programmer shows of it."""
        self.focus_field("readouts.daily_dose" if self._table.is_scheduled("new") else "new.daily_dose")

    def show_gravest(self) -> None:
        """Brings the gravest finding into sight, and the keyboard to it."""
        self._findings.focus_first()

    def redress(self) -> None:
        """Draws the picture anew in the colours of the present look."""
        self._tip.redress()

    def selected_result(self) -> str:
        """The value of the selected row with its unit, for copying."""
        return self._state.rows.get(self._selected, RowState()).copy_text

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts the findings above the table where there is no room beside it."""
        super().resizeEvent(event)
        room = self.width() - 2 * _AROUND - _SCROLL_BAR
        least = max(self._table.least_width(), self._system.least_width())
        narrow = room - SIDE_WIDTH < least
        if narrow != self._narrow:
            self._narrow = narrow
            self._arrange()
        self._fit_side()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The heads of the columns keep their place when something above the table grows."""
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._keep_heads()
        return super().eventFilter(watched, event)

    # --- building

    def _lay_out(self) -> None:
        main = QWidget()
        main.setAttribute(
            Qt.WidgetAttribute.WA_StaticContents
        )  # what stands above a row that comes stays as painted
        column = self._column = QVBoxLayout(main)
        column.setContentsMargins(_AROUND, _AROUND, _AROUND, _AROUND)
        column.setSpacing(_AROUND)
        column.addWidget(self._system)
        column.addWidget(self._line)
        column.addWidget(self._table)
        column.addWidget(self._tip, 1)
        column.addStretch()  # where there is no picture, the cards are no higher for it
        self._scroll = ScrollArea(main)
        self._scroll.setObjectName("checkScroll")
        self._scroll.covered = self._table.heads_height
        # Always: no column moves when a row comes or goes.
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        bar = self._scroll.verticalScrollBar()  # it is seen only where there is something to scroll
        bar.rangeChanged.connect(lambda least, most: bar.setEnabled(most > least))
        self._side = QWidget()
        self._side.setObjectName("side")
        body = QWidget()
        body.setObjectName("sideBody")
        self._lines = QVBoxLayout(body)
        self._lines.setContentsMargins(12, _AROUND, 12, _AROUND)
        self._lines.setSpacing(_AROUND)
        self._lines.addWidget(self._examples)
        self._lines.addWidget(self._findings)
        self._lines.addStretch(1)
        self._beside = QVBoxLayout(self._side)
        self._beside.setContentsMargins(0, 0, 0, 0)
        self._beside.addWidget(ScrollArea(body), 3)
        self._below = QVBoxLayout()
        self._below.setContentsMargins(12, 0, 12, 10)
        self._below.addWidget(self._working)
        self._beside.addLayout(self._below, 2)
        self._outer = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        self._outer.addWidget(self._scroll, 1)
        self._outer.addWidget(self._side)

    def _arrange(self) -> None:
        """Findings and working beside the table; or the findings above it, the working below."""
        if self._narrow:
            self._outer.setDirection(QBoxLayout.Direction.BottomToTop)
            self._column.addWidget(self._examples)
            self._column.addWidget(self._working)
        else:
            self._outer.setDirection(QBoxLayout.Direction.LeftToRight)
            self._lines.insertWidget(0, self._examples)
            self._below.addWidget(self._working)

    def _fit_side(self) -> None:
        """As high or as wide as there is room, and the table comes first."""
        if not self._narrow:
            self._side.show()
            self._side.setMinimumHeight(0)
            self._side.setMaximumHeight(QWIDGETSIZE_MAX)
            self._side.setFixedWidth(WIDE_SIDE if self.width() >= WIDE else SIDE_WIDTH)
            return
        grave = any(card.severity in ("stop", "warning") for card in self._state.cards)
        self._side.setMinimumWidth(0)
        self._side.setMaximumWidth(QWIDGETSIZE_MAX)
        self._side.setFixedHeight(STRIP_OF_STOPS if grave else STRIP_OF_REMARKS)
        self._side.setVisible(bool(self._state.cards))

    def _connect(self) -> None:
        self._listen_to(self._fields)
        for part in (self._system, self._line, self._table):
            part.fields_made.connect(self._on_fields_made)
        self._line.focus_wanted.connect(self.focus_field)
        self._examples.chosen.connect(self.example_requested)
        self._findings.act_requested.connect(self.act_requested)
        self._table.schedule_requested.connect(self.schedule_requested)
        self._table.row_entered.connect(self.select_row)
        self._tip.save_requested.connect(self.picture_requested)
        self._connect_patient()
        self._system.row_entered.connect(self.select_row)
        self._scroll.verticalScrollBar().valueChanged.connect(self._keep_heads)
        self._table.installEventFilter(self)
        self._resting.timeout.connect(self._announce)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)
        for keys, slot in (("Alt+Down", self._next_row), ("Alt+Up", self._row_before)):
            QShortcut(QKeySequence(keys), self, slot, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def _listen_to(self, fields: Mapping[str, Field | Choice]) -> None:
        for widget in fields.values():
            if isinstance(widget, Choice):
                widget.currentIndexChanged.connect(self._on_changed)
            else:
                widget.textChanged.connect(self._on_changed)
            widget.entered.connect(self._on_entered)
            if isinstance(widget, Field) and widget.place in self._table.row_of:
                widget.returnPressed.connect(partial(self._next_empty, widget.place))

    def _on_fields_made(self, made: Mapping[str, Field | Choice]) -> None:
        for widget in made.values():
            widget.setEnabled(not self._read_only)
        self._fields |= made
        self._texts |= {place: _text_in(widget) for place, widget in made.items()}
        self._listen_to(made)

    def _connect_patient(self) -> None:
        patient = self._fields["patient.ref"]
        assert isinstance(patient, PickField)
        patient.picked.connect(self.patient_picked)
        patient.entered.connect(lambda _: self.patients_wanted.emit())
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, lambda: self.focus_field("patient.ref"))

    # --- reacting

    def _on_changed(self) -> None:
        if not self._silent:
            self._line.catch_up()
            self._typing = True
            self.typed_changed.emit(self.typed())

    def _on_entered(self, place: str) -> None:
        if place in self._table.row_of:
            self.select_row(self._table.row_of[place])

    def _on_focus_changed(self, before: QWidget | None, _: QWidget | None) -> None:
        """What was there for the keyboard alone goes with it."""
        if isinstance(before, Field | Choice) and self._fields.get(before.place) is before:
            self._system.fold()
            self._line.catch_up()
            self._table.fold()

    def _next_empty(self, place: str) -> None:
        """Enter goes on to the next field of the table that is still to be typed, or to be typed anew: downward, then from the top."""
        every = [each for row in VALUE_ROWS for each in (row.new, row.programmer) if each]
        here = every.index(place) if place in every else -1
        for each in every[here + 1 :] + every[: max(here, 0)]:
            widget, state = self._fields.get(each), self._state.fields.get(each)
            if not isinstance(widget, Field) or not widget.isVisible():
                continue
            if not widget.text() or (state and state.problem):
                widget.setFocus(Qt.FocusReason.TabFocusReason)
                return

    def _gravest_stop(self) -> str:
        return next(
            (
                f"{card.word}: {card.title}. {card.detail}"
                for card in self._state.cards
                if card.severity == "stop"
            ),
            "",
        )

    def _announce(self) -> None:
        """A stop that is new is said aloud, once typing rests."""
        stop = self._gravest_stop()
        if stop and stop != self._announced:
            from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, stop))
            self.announced.emit(stop)
        self._announced = stop

    def _next_row(self) -> None:
        self._move_row(1)

    def _row_before(self) -> None:
        self._move_row(-1)

    def _move_row(self, step: int) -> None:
        keys = self._table.rows_in_sight()
        at = keys.index(self._selected) if self._selected in keys else -1
        self.select_row(keys[(at + step) % len(keys)])

    def _keep_heads(self) -> None:
        self._table.keep_heads_at(self._scroll.verticalScrollBar().value() - self._table.y())

    # --- showing

    def _show_working(self) -> None:
        in_turn().drop(self._working)
        self._working.show_working(self._state.workings.get(self._selected, WorkingText()))


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


def _text_in(widget: Field | Choice) -> Callable[[], str]:
    return widget.value if isinstance(widget, Choice | NameField) else widget.text
