"""The panel of refills: whose log this is, a search and a filter, and everybody by the day of the refill, overdue first."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QColor, QFont, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from itbcalc.visits.patient_paper import CARD, LETTER
from itbcalc.visits.refill_table import VISIT_COLUMN, of_this_log
from ui.beside import Beside, Going
from ui.refills.states import PatientState, RefillRow, RefillsState
from ui.refills.trend_picture import TrendPicture
from ui.refills.week_bars import WeekBars
from ui.theme import Colours
from ui.widgets.basics import Choice, Field, card, named_button, role_label, set_tone, stop_banner
from ui.widgets.rows_table import Index, RowsModel, RowsView

if TYPE_CHECKING:
    from ui.refills.presenter import RefillsPresenter

T = TypeVar("T")
_SAID_FIRST = 4  # columns: the patient, the day, how many are left, the visit
ROOM_FOR_ONE_LINE = 1150  # width below which the buttons stand in two lines
READING_AFTER_MS = 150  # sooner than that nobody needs to be told
_ROOM_FOR_WEEKS, _ROOM_FOR_TREND = 600, 480  # pixels of height: below them the list has all there is
_WEEKS_LEGEND = "full: booked · hatched: still to book · line: places of the clinic · grey: closed"


class RefillsModel(RowsModel):
    """The rows: who is overdue is bold and coloured, and says so in words as well; so is what is to be done, coloured only."""

    def __init__(self, headings: Sequence[str], parent: QWidget) -> None:
        super().__init__(headings, parent)
        self.colours: Colours | None = None
        self._rows: Sequence[RefillRow] = ()
        self._bold = QFont()
        self._bold.setBold(True)

    def show_refills(self, rows: Sequence[RefillRow]) -> None:
        """Shows exactly these patients."""
        self._rows = rows
        self.show_rows([row.cells for row in rows])

    def row(self, line: int) -> RefillRow | None:
        """The patient in a line."""
        return self._rows[line] if 0 <= line < len(self._rows) else None

    def line_of(self, patient: str) -> int:
        """The line of a patient; the first where nobody of that pseudonym is there."""
        return next((line for line, row in enumerate(self._rows) if row.patient == patient), 0)

    def is_bold(self, line: int, column: int) -> bool:
        """The patient; and of who is overdue the day, how long since, and the visit."""
        return column == 0 or (column < _SAID_FIRST and self._rows[line].tone == "overdue")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell, how it is written, and the whole row for whoever listens to it."""
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.FontRole:
            return self._bold if self.is_bold(index.row(), index.column()) else None
        if role == Qt.ItemDataRole.BackgroundRole and self.colours is not None and row.tone == "overdue":
            return QBrush(QColor(self.colours.stop_ground))
        if role == Qt.ItemDataRole.ForegroundRole and self.colours is not None:
            tones = {"overdue": self.colours.stop, "unknown": self.colours.warning}
            marked = self.colours.warning if index.column() in row.standing_out else None
            colour = tones.get(row.tone, marked)
            return None if colour is None else QBrush(QColor(colour))
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (row.cells[index.column()], row.note, row.refill)))
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and index.column() == 0:
            return row.spoken
        return super().data(index, role)


class RefillsPanel(QWidget):
    """Texts and wishes go out, one state comes in."""

    search_typed = Signal(str)
    patient_selected = Signal(str)  # empty where nobody is
    filter_chosen = Signal(str)
    next_step_requested = Signal(str)  # the patient
    log_requested = Signal(str)
    book_requested = Signal(str, str)  # the patient, and the time zone the visit is in
    cancel_requested = Signal(str)  # the entry of the booking
    end_requested = Signal(str)  # the patient
    read_on_requested = Signal()
    journey_requested = Signal(str, str)  # the patient, and the time zone at home
    paper_requested = Signal(str, str)  # the patient, and `card` or `letter`
    before_implant_requested = Signal()
    print_requested = Signal()
    csv_requested = Signal()
    calendar_requested = Signal()

    def __init__(self, headings: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)  # it may never be shown: then it goes with the window
        self.setObjectName("refillsPanel")
        self._beside = Beside(self)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(READING_AFTER_MS)
        self._far = ""  # how far it was read, in words
        self.trouble = role_label("", "findingtitle", name="refills:trouble", wrap=True)
        self.counts = role_label("", "verdict", name="refills:counts")
        self.whose = role_label("", "quiet", name="refills:whose", wrap=True)
        self.search = Field("refills.search", "search the list")
        self.search.setPlaceholderText("search, e.g. P-0102 or alarm")
        self.search.setToolTip("Ctrl+F from anywhere in this list")
        self.filter = Choice("refills.filter", "who is shown", ())
        self.refills = RefillsModel(headings, self)
        self.table = RowsView("refills:table", "refills, overdue first", self.refills, VISIT_COLUMN)
        self.empty = role_label("", "quiet", name="refills:empty", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.bars = WeekBars()
        self.weeks = role_label("", "noted", name="refills:weeks", wrap=True)
        self.without_a_step = role_label("", "noted", name="refills:withoutAStep", wrap=True)
        self.too_full = role_label("", "verdict", name="refills:tooFull")
        set_tone(self.too_full, "open")
        self._full_later = False  # a week that is too full lies behind those that are drawn
        self.trend = TrendPicture()
        self.trend_title = role_label("", "workingtitle", name="refills:trendTitle")
        self.trend_read = role_label("", "quiet", name="refills:trendRead", wrap=True)
        self.note = role_label("", "noted", name="refills:note", wrap=True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._make_acts()
        self._lay_out()
        self._connect()

    # --- what other code sees

    def follow(self, presenter: "RefillsPresenter") -> None:
        """What is looked at goes to the presenter; what is done with it elsewhere."""
        self.search_typed.connect(presenter.search_typed)
        self.filter_chosen.connect(presenter.filter_chosen)
        self.read_on_requested.connect(presenter.refresh)
        self.patient_selected.connect(presenter.patient_selected)

    def show_state(self, state: RefillsState) -> None:
        """Shows exactly this state; the patient selected before stays so where still there."""
        self.trouble.setText(state.trouble)
        self._banner.setVisible(bool(state.trouble))
        self.counts.setText(state.counts)
        set_tone(self.counts, state.tone)
        self.whose.setText(state.whose)
        if state.filters and self.filter.count() != len(state.filters):
            self.filter.offer(state.filters)
        self.bars.show_weeks(state.weeks)
        self.without_a_step.setText(state.without_a_step)
        self.without_a_step.setVisible(bool(state.without_a_step))
        self.weeks.setText(state.full_weeks)
        self.too_full.setText(state.how_many_full)
        self._full_later = state.full_later
        self._show_rows(state.rows)
        self.empty.setText(state.empty)
        self.empty.setVisible(bool(state.empty))
        for button in (self.print, self.csv, self.calendar):
            button.setEnabled(state.can_be_written)
        self._on_selected()

    def show_patient(self, state: PatientState) -> None:
        """Shows what is to be known of the patient selected."""
        self.note.setText(state.note)
        self.note.setVisible(bool(state.note))
        self.trend_title.setText(state.trend.title)
        self.trend.show_trend(state.trend)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is more room, or less."""
        super().resizeEvent(event)
        roomy = event.size().width() >= ROOM_FOR_ONE_LINE  # or the buttons of the whole list stand below
        self._acts_row.setDirection(
            QBoxLayout.Direction.LeftToRight if roomy else QBoxLayout.Direction.TopToBottom
        )
        self._fit()

    def _fit(self) -> None:
        """The pictures stand where there is room for them; the list stands always."""
        drawn = self.bars.holds_any and self.height() >= _ROOM_FOR_WEEKS
        self._weeks_frame.setVisible(drawn)
        self.weeks.setVisible(bool(self.weeks.text()) and (not drawn or self._full_later))
        self._trend_frame.setVisible(self.trend.holds_any and self.height() >= _ROOM_FOR_TREND)

    def read_beside(self, work: Callable[[Going], T], then: Callable[[T], None]) -> None:
        """Reads in a thread; says how far it is where that takes long, and may be stopped."""

        def shown(found: T) -> None:
            self._late.stop()
            self.stop_reading.hide()
            then(found)

        self.read_on.hide()
        self._far = ""
        self._late.start()
        self._beside.do_long(work, shown, self._on_told)

    def offer_to_read_on(self) -> None:
        """Reading was stopped: it can be gone on with."""
        self.read_on.show()

    @property
    def reading(self) -> bool:
        """Whether something is still being read."""
        return self._beside.busy

    def selected(self) -> RefillRow | None:
        """The patient selected."""
        return self.refills.row(self.table.currentIndex().row())

    def begin_search(self) -> None:
        """The keyboard goes to the search; what stands there is typed over."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def dress(self, colours: Colours) -> None:
        """Shows what is overdue in the colours of the look."""
        self.refills.colours = colours
        self.bars.dress(colours)
        self.trend.dress(colours)
        self.table.viewport().update()

    def stop(self) -> None:
        """Ends what still runs."""
        self._late.stop()
        self._beside.stop()

    # --- building

    def _make_acts(self) -> None:
        self.next_step = named_button("Next step", "refills:nextStep")
        self.next_step.setToolTip(
            "A check that begins where the last step of this patient ended (Enter, or a double click)"
        )
        self.show_log = named_button("Log", "refills:log")
        self.show_log.setToolTip("The entries of this patient (Ctrl+Enter)")
        self.book = named_button("&Book a visit…", "refills:book")
        self.book.setToolTip("Writes into the log that a visit for the refill is booked (Ctrl+B)")
        self.cancel = named_button("Cancel visit…", "refills:cancel")
        self.cancel.setToolTip("Writes that the booked visit does not take place")
        self.end = named_button("End of follow-up…", "refills:end")
        self.end.setToolTip(
            "Writes that nobody here follows this patient any more: off the list, until the next step"
        )
        self.journey = named_button("&Journey…", "refills:journey")
        self.journey.setToolTip(
            "Whether the pump is due while the patient is away, and how long the return may fail"
        )
        self.card = named_button("Card…", "refills:card")
        self.card.setToolTip("The patient's card, four on a page: of what was seen to run")
        self.letter = named_button("Letter…", "refills:letter")
        self.letter.setToolTip("A letter to a colleague who meets the patient elsewhere")
        self.before_implant = named_button("New implant…", "refills:beforeImplant")
        self.before_implant.setToolTip(
            "How many visits a year a dose would mean, for each reservoir and each strength"
        )
        self.print = named_button("Print…", "refills:print")
        self.csv = named_button("Table…", "refills:csv")
        self.calendar = named_button("Calendar…", "refills:calendar")
        self.stop_reading = named_button("Stop reading", "refills:stopReading")
        self.read_on = named_button("Read on", "refills:readOn")
        self.stop_reading.hide()
        self.read_on.hide()
        self.print.setToolTip("The list on paper")
        self.csv.setToolTip("The list as a table for a spreadsheet")
        self.calendar.setToolTip("All-day events for a calendar: pseudonyms only")

    def _lay_out(self) -> None:
        frame = card()
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(8, 8, 8, 8)
        self._banner = stop_banner(self.trouble)
        inner.addWidget(self._banner)
        inner.addLayout(self._head())
        reading = QHBoxLayout()
        reading.addWidget(self.whose, 1)
        reading.addWidget(self.stop_reading)
        reading.addWidget(self.read_on)
        inner.addLayout(reading)
        inner.addWidget(self.without_a_step)
        inner.addWidget(self._weeks())
        inner.addWidget(self.weeks)
        inner.addWidget(self.table, 1)
        inner.addWidget(self.empty, 1)
        inner.addLayout(self._of_one_patient())
        self._acts_row = self._acts()
        inner.addLayout(self._acts_row)
        inner.addWidget(role_label(of_this_log(), "quiet", name="refills:ofThisLog", wrap=True))
        inner.addStretch()  # where neither list nor words stand, what there is stays together at the top
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(frame)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for words, field in (("&Search", self.search), ("Sho&w", self.filter)):
            label = role_label(words, "label")
            label.setTextFormat(Qt.TextFormat.AutoText)
            label.setBuddy(field)
            row.addWidget(label)
            row.addWidget(field, 2)
        row.addStretch(1)
        row.addWidget(self.counts)
        return row

    def _weeks(self) -> QWidget:
        self._weeks_frame = QWidget()
        column = QVBoxLayout(self._weeks_frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(role_label("Visits a week", "workingtitle"))
        head.addWidget(role_label(_WEEKS_LEGEND, "quiet"), 1)
        head.addWidget(self.too_full)
        column.addLayout(head)
        column.addWidget(self.bars)
        return self._weeks_frame

    def _of_one_patient(self) -> QHBoxLayout:
        """What the pump delivered, and beside it what is to be known."""
        self._trend_frame = QWidget()
        column = QVBoxLayout(self._trend_frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.trend_title)
        column.addWidget(self.trend, 1)
        column.addWidget(self.trend_read)
        row = QHBoxLayout()
        row.addWidget(self._trend_frame, 1)
        row.addWidget(self.note, 1)
        return row

    def _acts(self) -> QBoxLayout:
        """What is done with the patient selected, and with the whole list: beside each other where there is room."""
        patient, whole_list = QHBoxLayout(), QHBoxLayout()
        for button in (self.next_step, self.show_log):
            patient.addWidget(button)
        patient.addSpacing(18)
        for button in (self.book, self.cancel, self.end):
            patient.addWidget(button)
        patient.addSpacing(18)
        for button in (self.journey, self.card, self.letter):
            patient.addWidget(button)
        patient.addStretch(1)
        for button in (self.before_implant, self.calendar, self.csv, self.print):
            whole_list.addWidget(button)
        whole_list.addStretch(1)
        acts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        acts.addLayout(patient, 1)
        acts.addLayout(whole_list)
        return acts

    def _connect(self) -> None:
        self._late.timeout.connect(self._on_late)
        self.stop_reading.clicked.connect(self._beside.interrupt)
        self.read_on.clicked.connect(self.read_on_requested)
        self.search.textChanged.connect(self.search_typed)
        self.search.returnPressed.connect(self._on_search_entered)
        self.filter.currentIndexChanged.connect(lambda _: self.filter_chosen.emit(self.filter.value()))
        self.table.chosen.connect(self._on_next_step)
        self.trend.read.connect(self.trend_read.setText)
        self.table.selectionModel().currentRowChanged.connect(self._on_selected)
        self.next_step.clicked.connect(self._on_next_step)
        self.show_log.clicked.connect(self._on_log)
        self.book.clicked.connect(self._on_book)
        self.cancel.clicked.connect(self._on_cancel)
        self.end.clicked.connect(self._on_end)
        self.journey.clicked.connect(self._on_journey)
        self.card.clicked.connect(lambda: self._on_paper(CARD))
        self.letter.clicked.connect(lambda: self._on_paper(LETTER))
        self.before_implant.clicked.connect(self.before_implant_requested)
        self.print.clicked.connect(self.print_requested)
        self.csv.clicked.connect(self.csv_requested)
        self.calendar.clicked.connect(self.calendar_requested)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.begin_search)
        down = QShortcut(QKeySequence(Qt.Key.Key_Down), self.search, self._into_the_table)
        down.setContext(Qt.ShortcutContext.WidgetShortcut)
        QShortcut(QKeySequence("Ctrl+Return"), self, self._on_log)
        QShortcut(QKeySequence("Ctrl+B"), self, self._on_book)

    # --- reacting

    def _on_told(self, words: str) -> None:
        self._far = words
        if self.stop_reading.isVisibleTo(self):
            self.whose.setText(words)

    def _on_late(self) -> None:
        self.whose.setText(self._far)
        self.stop_reading.show()

    def _show_rows(self, rows: Sequence[RefillRow]) -> None:
        row = self.selected()
        blocker = QSignalBlocker(self.table.selectionModel())
        self.refills.show_refills(rows)
        self.table.setVisible(bool(rows))
        if rows:
            self.table.selectRow(self.refills.line_of(row.patient) if row is not None else 0)
        blocker.unblock()

    def _into_the_table(self) -> None:
        """Down in the search: to the first who was found; without a search to the patient selected."""
        if self.search.text().strip():
            self.table.selectRow(self._first_found())
        self.table.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_search_entered(self) -> None:
        """Enter in the search: one who is left is meant, or named in full; among several the next Enter opens the first."""
        self._into_the_table()
        row = self.selected()
        if self.refills.rowCount() == 1 or (row is not None and self._names(row)):
            self._on_next_step()

    def _first_found(self) -> int:
        """The line of who is named in full, else the first."""
        rows = (self.refills.row(line) for line in range(self.refills.rowCount()))
        return next((line for line, row in enumerate(rows) if row is not None and self._names(row)), 0)

    def _names(self, row: RefillRow) -> bool:
        return row.patient.casefold() == self.search.text().strip().casefold()

    def _on_selected(self) -> None:
        row = self.selected()
        self.patient_selected.emit("" if row is None else row.patient)
        for button in (
            *(self.next_step, self.show_log, self.book, self.end),
            *(self.journey, self.card, self.letter),
        ):
            button.setEnabled(row is not None)
        self.cancel.setEnabled(row is not None and bool(row.booked))

    def _on_next_step(self) -> None:
        row = self.selected()
        if row is not None:
            self.next_step_requested.emit(row.patient)

    def _on_book(self) -> None:
        row = self.selected()
        if row is not None:
            self.book_requested.emit(row.patient, row.zone)

    def _on_cancel(self) -> None:
        row = self.selected()
        if row is not None and row.booked:
            self.cancel_requested.emit(row.booked)

    def _on_journey(self) -> None:
        row = self.selected()
        if row is not None:
            self.journey_requested.emit(row.patient, row.zone)

    def _on_paper(self, kind: str) -> None:
        row = self.selected()
        if row is not None:
            self.paper_requested.emit(row.patient, kind)

    def _on_end(self) -> None:
        row = self.selected()
        if row is not None:
            self.end_requested.emit(row.patient)

    def _on_log(self) -> None:
        row = self.selected()
        if row is not None:
            self.log_requested.emit(row.patient)
