"""The log panel: patients, what was recorded, the newest first, and beneath it the dose and the scores over time."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QPlainTextEdit,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from itbcalc.errors import ItbcalcError
from itbcalc.log.anchors import read_anchor_file
from itbcalc.say import refusal_words
from itbcalc.visits.patient_paper import CARD, LETTER
from ui.beside import Beside
from ui.log.entry_table import EntryTable
from ui.log.lower import ComparePane, SincePane
from ui.log.patients import PatientPane
from ui.log.states import LogRow, LogState
from ui.log.verification import Verification
from ui.widgets.basics import Field, card, named_button, role_label, set_tone, stop_banner
from ui.widgets.plot import PlotCard

if TYPE_CHECKING:
    from ui.log.presenter import LogPresenter

T = TypeVar("T")
READING_AFTER_MS = 150  # sooner than that nobody needs to be told
_PATIENTS_WIDTH = 176
_WAITING = "Not in the log, waiting for its server:"


class LogPanel(QWidget):
    """Patients on the left, the entries and the one selected whole, and beneath them three ways to look back."""

    patient_typed = Signal(str)
    patient_chosen = Signal(str)
    more_requested = Signal()
    entry_selected = Signal(str)
    since_requested = Signal(str)  # what was written after this entry
    next_step_requested = Signal(str)  # the patient of the step
    read_back_requested = Signal(str)
    second_check_requested = Signal(str)
    afar_requested = Signal(str)  # a second check by a colleague elsewhere
    afar_file_requested = Signal()
    observe_requested = Signal(str)  # the patient; empty where none is chosen
    amend_requested = Signal(str)
    void_requested = Signal(str)
    sheet_requested = Signal(str)
    sheet_pdf_requested = Signal(str)
    paper_requested = Signal(str, str)  # the patient, and `card` or `letter`
    anchor_requested = Signal()
    anchor_save_requested = Signal()
    export_requested = Signal()
    backup_requested = Signal()
    restore_requested = Signal()
    damage_found = Signal(str)  # by verifying, in words; empty where the log is whole
    picture_requested = Signal(str, object)

    def __init__(self, path: Path, parent: QWidget) -> None:
        super().__init__(parent)  # it may never be shown: then it goes with the window
        self.setObjectName("logPanel")
        self._path = path
        self._state = LogState()
        self._verification: Verification | None = None
        self._beside = Beside(self)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(READING_AFTER_MS)
        self.trouble = role_label("", "findingtitle", name="log:trouble", wrap=True)
        self.waiting = role_label("", "findingtitle", name="log:waiting", wrap=True)
        self.whose = role_label("", "quiet", name="log:whose", wrap=True)
        self.patients = PatientPane()
        self.about = role_label("", "quiet", name="log:about", wrap=True)
        self.table = EntryTable(self)
        self.whole = _whole_entry()
        self.more = named_button("", "log:more")
        self._make_acts()
        self.anchor = Field("log.anchor", "anchor to verify against")
        self.anchor.setPlaceholderText("an anchor line, if you have one")
        self.verdict = role_label("", "note", name="log:verdict", wrap=True)
        self.dose = PlotCard("log:dose", "Dose and scores over time", zoomable=True)
        self.no_dose = role_label("", "quiet", name="log:noDose", wrap=True)
        self.no_dose.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.compare = ComparePane()
        self.since = SincePane()
        self._lay_out()
        self._connect()

    # --- what other code sees

    def follow(self, presenter: "LogPresenter") -> None:
        """What is looked at goes to the presenter; what is written goes elsewhere."""
        self.patient_typed.connect(presenter.patient_typed)
        self.patient_chosen.connect(presenter.patient_chosen)
        self.more_requested.connect(presenter.more_wanted)
        self.damage_found.connect(presenter.verified)
        self.entry_selected.connect(lambda entry_id: self.show_entry(presenter.entry_text(entry_id)))
        self.since_requested.connect(lambda entry_id: self.since.show_state(presenter.since(entry_id)))
        self.compare.asked.connect(lambda then, now: self.compare.show_state(presenter.compared(then, now)))

    def show_state(self, state: LogState) -> None:
        """Shows exactly this state; the entry selected before stays so where it is still there."""
        self._state = state
        self.trouble.setText(state.trouble)
        self._banner.setVisible(bool(state.trouble))
        self.waiting.setText("\n".join((_WAITING, *state.waiting)))
        self._waiting_banner.setVisible(bool(state.waiting))
        self.whose.setText(state.whose)
        self.whose.setVisible(bool(state.whose))
        self.patients.show_patients(state.patients, state.patient)
        self.patients.setVisible(state.exists)
        self.table.show_entries(state.rows, one_patient=bool(state.patient))
        self._show_about()
        self.more.setText(state.more)
        self.more.setVisible(bool(state.more))
        self.dose.show_picture(state.dose)
        self.no_dose.setText(state.no_dose)
        self.no_dose.setVisible(not state.dose.curves)
        self._lower.setVisible(bool(state.rows))
        self._on_selected()
        for button in (self.verify, self.anchor_menu, self.export, self.anchor_from_file):
            button.setEnabled(bool(state.rows))
        self.back_up.setEnabled(bool(state.rows) and state.writable)

    def read_beside(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Reads in a thread; says that it reads where that takes long."""

        def shown(found: T) -> None:
            self._late.stop()
            then(found)

        self._late.start()
        self._beside.do(work, shown)

    @property
    def reading(self) -> bool:
        """Whether something is still being read."""
        return self._beside.busy

    def take_keyboard(self) -> None:
        """The keyboard goes to the entries, where it was nowhere in here."""
        if not self.isAncestorOf(QApplication.focusWidget() or self):
            self.table.setFocus(Qt.FocusReason.TabFocusReason)

    def show_entry(self, text: str) -> None:
        """The selected entry, whole."""
        self.whole.setPlainText(text)

    def show_verdict(self, text: str, tone: str = "") -> None:
        """What came of verifying or copying."""
        self.verdict.setText(text)
        self.verdict.setVisible(bool(text))
        set_tone(self.verdict, tone)

    def selected(self) -> str:
        """The id of the entry selected, or nothing."""
        row = self.table.selected_row()
        return row.entry_id if row is not None else ""

    def redress(self) -> None:
        """Draws anew in the colours of the present look."""
        self.dose.redress()

    def stop(self) -> None:
        """Ends what still runs."""
        self._late.stop()
        self._beside.stop()
        if self._verification is not None:
            self._verification.requestInterruption()
            self._verification.wait()

    # --- building

    def _make_acts(self) -> None:
        self.next_step = named_button("Next step", "log:nextStep")
        self.next_step.setToolTip(
            "A check that begins where the last step of this patient ended (Enter, or a double click on a step)"
        )
        self.read_back = named_button("Read back…", "log:readBack")
        self.second_check = named_button("Second c&heck…", "log:secondCheck")
        self.afar = named_button("From afar", "log:afar")
        self.afar.setToolTip("A second check by a colleague elsewhere, by a small file there and one back")
        afar_menu = QMenu(self.afar)
        self.ask_afar = _action(afar_menu, "Ask a colleague…", "log:askAfar")
        self.open_afar = _action(afar_menu, "Open a question or an answer…", "log:openAfar")
        self.afar.setMenu(afar_menu)
        self.observe = named_button("&Observe…", "log:observe")
        self.amend = named_button("Amend…", "log:amend")
        self.void = named_button("Void…", "log:void")
        self.sheet = named_button("Sheet", "log:sheet")
        self.sheet.setToolTip(
            "The visit sheet of the step, with an anchor of the log; card and letter of what runs now"
        )
        sheet_menu = QMenu(self.sheet)
        self.print_sheet = _action(sheet_menu, "Print…", "log:printSheet")
        self.save_sheet = _action(sheet_menu, "Save as PDF…", "log:saveSheet")
        sheet_menu.addSeparator()
        self.card = _action(sheet_menu, "Card for the patient…", "log:card")
        self.letter = _action(sheet_menu, "Letter to a colleague…", "log:letter")
        self.sheet.setMenu(sheet_menu)
        self.verify = named_button("Verify", "log:verify")
        self.anchor_from_file = named_button("From file…", "log:anchorFromFile")
        self.anchor_from_file.setToolTip("Reads the anchor line out of a file")
        self.anchor_menu = named_button("Anchor", "log:anchor")
        self.anchor_menu.setToolTip("A line that shows later whether the log still holds what it holds now")
        menu = QMenu(self.anchor_menu)
        self.copy_anchor = _action(menu, "Copy", "log:copyAnchor")
        self.save_anchor = _action(menu, "Save as file…", "log:saveAnchor")
        self.anchor_menu.setMenu(menu)
        self.export = named_button("Export…", "log:export")
        self.back_up = named_button("Back up", "log:backUp")
        self.restore = named_button("Restore…", "log:restore")
        self.restore.setToolTip("Puts a backup in the place of this log, after a comparison")

    def _lay_out(self) -> None:
        self.verdict.hide()
        self.whose.hide()
        self.more.hide()
        frame = card()
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(8, 8, 8, 8)
        self._banner = stop_banner(self.trouble)
        inner.addWidget(self._banner)
        self._waiting_banner = stop_banner(self.waiting)
        inner.addWidget(self._waiting_banner)
        columns = QSplitter(Qt.Orientation.Horizontal)
        columns.setChildrenCollapsible(False)
        columns.addWidget(self.patients)
        columns.addWidget(self._rows())
        columns.setStretchFactor(1, 1)
        columns.setSizes([_PATIENTS_WIDTH, 1000])
        inner.addWidget(columns, 1)
        inner.addLayout(self._foot())
        inner.addWidget(self.verdict)
        inner.addWidget(self.whose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.addWidget(frame)

    def _rows(self) -> QWidget:
        """The entries above, the ways to look back beneath."""
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.about)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self._entries())
        split.addWidget(self.whole)
        split.setStretchFactor(0, 1)
        split.setSizes([776, 204])  # at 1280 a few words of what happened are not cut
        column.addWidget(split, 1)
        column.addLayout(self._acts())
        self._lower = self._ways_to_look_back()
        both = QSplitter(Qt.Orientation.Vertical)
        both.setChildrenCollapsible(False)
        both.addWidget(upper)
        both.addWidget(self._lower)
        both.setStretchFactor(0, 4)
        both.setStretchFactor(1, 5)
        both.setSizes([400, 500])
        return both

    def _entries(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        column.addWidget(self.more)
        column.addStretch(0)
        return holder

    def _acts(self) -> QHBoxLayout:
        """What can be done with the entry selected: to complete it, then to correct it, then to print it."""
        row = QHBoxLayout()
        row.addWidget(self.next_step)
        row.addSpacing(18)
        for button in (self.read_back, self.second_check, self.afar, self.observe):
            row.addWidget(button)
        row.addSpacing(18)
        for button in (self.amend, self.void):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.sheet)
        return row

    def _ways_to_look_back(self) -> QWidget:
        self._stack = QStackedWidget()
        dose = QWidget()
        column = QVBoxLayout(dose)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.dose, 1)
        column.addWidget(self.no_dose, 1)
        tabs = QHBoxLayout()
        self._tabs = QButtonGroup(self)
        ways = (
            ("Dose and scores", "log:showDose", dose),
            ("Compare two dates", "log:showCompare", self.compare),
            ("Changed since", "log:showSince", self.since),
        )
        for number, (words, name, pane) in enumerate(ways):
            button = named_button(words, name)
            button.setProperty("role", "tab")
            button.setCheckable(True)
            button.setChecked(number == 0)
            self._tabs.addButton(button, number)
            self._stack.addWidget(pane)
            tabs.addWidget(button)
        tabs.addStretch(1)
        holder = QWidget()
        layout = QVBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(tabs)
        layout.addWidget(self._stack, 1)
        return holder

    def _foot(self) -> QHBoxLayout:
        """What is done with the whole log: to verify it, then to keep it."""
        row = QHBoxLayout()
        row.addWidget(self.verify)
        row.addWidget(self.anchor, 1)
        row.addWidget(self.anchor_from_file)
        row.addSpacing(18)
        for button in (self.anchor_menu, self.export, self.back_up, self.restore):
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        self._late.timeout.connect(lambda: self.about.setText("reading…"))
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.activated.connect(self.patients.begin_search)
        self.patients.typed.connect(self.patient_typed)
        self.patients.chosen.connect(self.patient_chosen)
        self.more.clicked.connect(self.more_requested)
        self.table.row_selected.connect(self._on_selected)
        self.table.chosen.connect(self._on_next_step)
        self.next_step.clicked.connect(self._on_next_step)
        self._tabs.idClicked.connect(self._on_way_chosen)
        for button, signal in (
            (self.read_back, self.read_back_requested),
            (self.second_check, self.second_check_requested),
            (self.amend, self.amend_requested),
            (self.void, self.void_requested),
        ):
            button.clicked.connect(lambda _=False, signal=signal: signal.emit(self.selected()))
        self.ask_afar.triggered.connect(lambda: self.afar_requested.emit(self.selected()))
        self.open_afar.triggered.connect(self.afar_file_requested)
        self.print_sheet.triggered.connect(lambda: self.sheet_requested.emit(self.selected()))
        self.save_sheet.triggered.connect(lambda: self.sheet_pdf_requested.emit(self.selected()))
        self.card.triggered.connect(lambda: self.paper_requested.emit(self.patient(), CARD))
        self.letter.triggered.connect(lambda: self.paper_requested.emit(self.patient(), LETTER))
        self.observe.clicked.connect(lambda: self.observe_requested.emit(self.patient()))
        self.copy_anchor.triggered.connect(self.anchor_requested)
        self.save_anchor.triggered.connect(self.anchor_save_requested)
        self.export.clicked.connect(self.export_requested)
        self.back_up.clicked.connect(self.backup_requested)
        self.restore.clicked.connect(self.restore_requested)
        self.verify.clicked.connect(self._on_verify)
        self.anchor.returnPressed.connect(self._on_verify)
        self.anchor_from_file.clicked.connect(self._ask_anchor_file)
        self.dose.save_requested.connect(self.picture_requested)

    # --- reacting

    def _show_about(self) -> None:
        self.about.setText(self._state.about)
        set_tone(self.about, self._state.tone)

    def patient(self) -> str:
        """Who is looked at: the patient shown, or that of the entry selected."""
        row = self.table.selected_row()
        return self._state.patient or (row.patient if row is not None else "")

    def _on_selected(self) -> None:
        row = self.table.selected_row()
        self.whole.setVisible(row is not None)
        self._enable(row)
        self.entry_selected.emit(row.entry_id if row is not None else "")
        self._look_back()

    def _on_next_step(self) -> None:
        """Whichever step is chosen, the next one begins from the last that holds: what is not in force any more is past."""
        if self.next_step.isEnabled():
            self.next_step_requested.emit(self.patient())

    def _on_way_chosen(self, number: int) -> None:
        self._stack.setCurrentIndex(number)
        self._look_back()

    def _look_back(self) -> None:
        """Fills the way to look back that is shown; the others when they are."""
        if self._stack.currentWidget() is self.compare:
            self.compare.offer(self._state.patient or "", self._state.then, self._state.now)
        elif self._stack.currentWidget() is self.since:
            self.since_requested.emit(self.selected())

    def _enable(self, row: LogRow | None) -> None:
        """Only what is possible: nothing is written into a log that may not be."""
        writable = self._state.writable and row is not None
        is_step = row is not None and row.is_step
        self.next_step.setEnabled(is_step and bool(row and row.patient))
        told_of = (
            self._state.writable or self._state.away
        )  # what is told of an entry may wait; what undoes one may not
        self.read_back.setEnabled(told_of and is_step)
        self.second_check.setEnabled(told_of and is_step)
        self.observe.setEnabled(told_of)
        self.ask_afar.setEnabled(writable and is_step)
        self.amend.setEnabled(writable and row is not None and row.amendable)
        self.void.setEnabled(writable and row is not None and row.voidable)
        self.sheet.setEnabled(is_step)

    def _on_verify(self) -> None:
        """Begins, or stops what runs."""
        if self._verification is not None:
            self._verification.requestInterruption()
            return
        self.show_verdict("Verifying …")
        self.verify.setText("Stop")
        self._verification = Verification(self._path, self.anchor.text())
        self._verification.progressed.connect(self._on_progressed)
        self._verification.found.connect(self.damage_found)
        self._verification.ended.connect(self.show_verdict)
        self._verification.finished.connect(self._on_finished)
        self._verification.start()

    def _on_progressed(self, count: int) -> None:
        self.show_verdict(f"Verifying … {count:,} entries")

    def _on_finished(self) -> None:
        self._verification = None
        self.verify.setText("Verify")

    def _ask_anchor_file(self) -> None:
        dialog = QFileDialog(self, "Read an anchor", str(self._path.parent))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda chosen: self._read_anchor(Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _read_anchor(self, path: Path) -> None:
        try:
            self.anchor.setText(read_anchor_file(path).line)
            self.show_verdict("")
        except ItbcalcError as error:
            self.show_verdict(refusal_words(error), "refused")


def _action(menu: QMenu, words: str, name: str) -> QAction:
    action = menu.addAction(words)
    action.setObjectName(name)
    return action


def _whole_entry() -> QPlainTextEdit:
    whole = QPlainTextEdit()
    whole.setObjectName("log:entry")
    whole.setAccessibleName("the selected entry, whole")
    whole.setReadOnly(True)
    whole.setTabChangesFocus(True)
    return whole
