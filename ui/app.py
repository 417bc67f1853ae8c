"""Builds everything once and owns it. The window first, what it computes with after the first paint."""

import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSize, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from itbcalc.log.folders import people_path
from ui import theme
from ui.engine_holder import EngineHolder
from ui.main_window import QUESTION_PANELS, MainWindow
from ui.people.desk import PeopleDesk
from ui.people.session import Session
from ui.program.check_panel import CheckPanel
from ui.program.places import is_schedule_place
from ui.program.texts import Texts
from ui.program.undo import History
from ui.settings import Settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

    from itbcalc.errors import ItbcalcError
    from itbcalc.log.entries import Entry
    from ui.engine import Engine
    from ui.log.desk import LogDesk
    from ui.practice.desk import PracticeDesk
    from ui.program.check_presenter import CheckPresenter
    from ui.program.schedule_panel import SchedulePanel
    from ui.program.schedule_presenter import SchedulePresenter
    from ui.questions.panel import QuestionPanel
    from ui.questions.presenter import QuestionPresenter

CHECK_AFTER_MS = 40  # the picture of the schedule is painted first: a frame or two
FILE_FILTER = "Program files (*.toml)"


def main(arguments: Sequence[str] = ()) -> int:
    """Opens the window, with a program file if one is named; returns when it is closed."""
    if _no_display():
        sys.stderr.write(
            "itbcalc: there is no display for the window. `itbcalc check FILE` checks a file here.\n"
        )
        return 2
    # Fusion as an argument: setStyle() would also make all that Python knows of styles, which nothing here needs.
    app = QApplication.instance() or QApplication([*sys.argv[:1], "-style", "Fusion"])
    assert isinstance(app, QApplication)
    owner = App(app)
    sys.excepthook = owner.broke
    owner.window.show()
    if arguments:
        owner.open_when_ready(Path(arguments[0]))
    return app.exec()


@dataclass(frozen=True, slots=True)
class _PutAside:
    """What stood in the fields, and all that belongs to it, while they serve practice."""

    texts: Texts
    saved: Texts
    history: History
    amending: "Entry | None"
    mode: str


class App(QObject):
    """Owns the window, the panels, the presenters and what they compute with."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        app.setApplicationName("itbcalc")
        self.app = app
        self.settings = Settings()
        self._panel_before = self.settings.panel()
        self.colours = theme.colours_for(self.settings.look())
        self.window = MainWindow(self.settings, self.colours)
        self.check_panel = CheckPanel()
        self.history = History()
        self._saved = Texts()
        self.engine = EngineHolder(self)
        self.check_presenter: CheckPresenter | None = None
        self.question_presenters: list[QuestionPresenter] = []
        self._waiting_file: Path | None = None
        self._time_travel = False
        self.schedule_panel: SchedulePanel | None = None
        self.schedule_presenter: SchedulePresenter | None = None
        self._check_later = QTimer(self)
        self._check_later.setSingleShot(True)
        self._check_later.setInterval(CHECK_AFTER_MS)
        self._log_desk: LogDesk | None = None
        self._amending: Entry | None = None  # the recorded step that the fields correct
        self._practice_desk: PracticeDesk | None = None
        # What the fields held before they were given to a virtual pump.
        self._practising: _PutAside | None = None
        self._broken: QMessageBox | None = None
        self._build()
        self._connect()
        self.session = Session(people_path(), self.settings.lock_minutes(), self)
        self.people = PeopleDesk(
            self.window,
            self.session,
            self.settings,
            has_typed=lambda: self._practising is not None or not self.check_panel.texts().empty,
            clear_typed=self._clear_for_another,
        )
        self.people.practised = lambda: self._practising is not None
        self.people.record = lambda change, author: self._log().operator_changed(change, author)
        theme.apply(app, self.settings.look())  # last: dressed while it grows, it would take twice as long
        app.styleHints().colorSchemeChanged.connect(self._on_system_look_changed)
        self.people.in_front.installEventFilter(self)

    # --- start

    def _build(self) -> None:
        self.window.add_panel("check", lambda: self.check_panel)
        for name in QUESTION_PANELS:
            self.window.add_panel(name, partial(self._question_panel, name))
        self.window.add_panel("schedule", self._schedule_panel)
        self.window.add_panel("log", lambda: self._log().panel)
        self.window.add_panel("practice", lambda: self._practice().panel)
        self.window.add_panel("help", self._help_panel)
        self.window.show_status("loading…")
        self.window.show_panel("check")
        geometry = self.settings.geometry()
        if geometry is None or not self.window.restoreGeometry(geometry):
            room = self.app.primaryScreen().availableGeometry().size()
            self.window.resize(QSize(1280, 760).boundedTo(room))
        self.check_panel.focus_field("system.pump")

    def _connect(self) -> None:
        window, panel = self.window, self.check_panel
        panel.texts_changed.connect(self._on_texts_changed)
        panel.example_requested.connect(self.open_example)
        panel.act_requested.connect(self._on_act_requested)
        panel.counted.connect(window.show_summary)
        panel.schedule_requested.connect(lambda: window.show_panel("schedule"))
        panel.picture_requested.connect(self._on_picture_requested)
        self._check_later.timeout.connect(self._check_now)
        window.panel_shown.connect(self._catch_up)
        window.panel_shown.connect(self._on_panel_shown)
        window.closing.connect(self._on_closing)
        window.may_close = self._may_close
        window.new_requested.connect(self._on_new)
        window.open_requested.connect(self._on_open)
        window.save_requested.connect(self._on_save)
        window.print_requested.connect(self._on_print)
        window.record_requested.connect(self._on_record)
        window.pdf_requested.connect(self._on_pdf)
        window.undo_requested.connect(self._on_undo)
        window.redo_requested.connect(self._on_redo)
        window.copy_requested.connect(self._on_copy)
        window.recent_requested.connect(self.open_file)
        window.example_requested.connect(self.open_example)
        window.look_requested.connect(self._on_look)
        window.identity_requested.connect(self._on_identity)
        window.encrypt_requested.connect(lambda: self._log().ask_encrypt())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """After the first paint of the window everything else is loaded."""
        if event.type() is QEvent.Type.Paint and not self.engine.loaded:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.load)
        return super().eventFilter(watched, event)

    def load(self) -> None:
        """Reads the library, recomputes the reference cases, and answers what was typed meanwhile."""
        if self.engine.loaded:
            return
        self.people.load()
        from itbcalc.errors import LibraryError
        from ui.program.check_presenter import CheckPresenter

        try:
            self.engine.load()
        except LibraryError as error:
            self.window.show_banner(
                f"The library cannot be read ({error}). Nothing is computed; reinstall the program."
            )
            self.check_panel.set_read_only(read_only=True)
            return
        self.check_presenter = CheckPresenter(self.check_panel, self.engine.engine)
        self.engine.changed.connect(self.check_presenter.engine_changed)
        self._show_engine(self.engine.engine)
        self.window.offer_recent(self.settings.recent())
        self.check_presenter.texts_changed(self.check_panel.texts())
        self._show_chips(self.check_panel.texts())
        if self._waiting_file is not None:
            self.open_file(self._waiting_file)
        elif self._panel_before in QUESTION_PANELS and self.window.current_panel() == "check":
            self.window.show_panel(self._panel_before)

    def broke(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """An error of ours: every answer is cleared, and what happened is said and can be copied."""
        report = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(report)
        self.window.show_banner(
            "itbcalc made an error of its own. All answers were cleared: do not rely on this window, restart it."
        )
        self._stop_answering()
        if self._broken is None:
            from ui.dialogs import crash_box

            self._broken = crash_box(self.window, report)
        self._broken.open()

    def _stop_answering(self) -> None:
        """Clears every panel, and lets no later keystroke bring an answer back."""
        self._check_later.stop()
        self.engine.distrust()
        if self._practice_desk is not None:
            self._practice_desk.break_off()

    def _show_engine(self, engine: "Engine") -> None:
        from ui.program.files import examples

        library = engine.library
        pumps = [(pump.id, pump.name) for pump in library.pumps.values()]
        titles = [
            (jurisdiction.id, jurisdiction.title)
            for jurisdiction in library.jurisdictions
            if jurisdiction.id != "all"
        ]
        self.check_panel.offer(pumps, titles)
        offered = examples()
        self.check_panel.offer_examples(offered)
        self.window.offer_examples(offered)
        tested = engine.self_test
        if engine.read_only:
            cases = ", ".join(tested.failed[:3])
            self.window.show_banner(
                f"The self-test failed ({cases}). Nothing is computed or saved: do not rely on this copy."
            )
            self.check_panel.set_read_only(read_only=True)
        words = f"self-test passed ({tested.cases} cases)" if tested.passed else "self-test FAILED"
        self.window.show_status(f"Library {library.version} · {words}")

    def _question_panel(self, name: str) -> "QuestionPanel":
        from ui.questions.panel import QuestionPanel
        from ui.questions.presenter import QuestionPresenter
        from ui.questions.specs import PANELS

        self.load()
        panel = QuestionPanel(name, PANELS[name])
        for each in panel.cards:
            if self.engine.loaded:
                presenter = QuestionPresenter(each, each.question, self.engine.engine)
                each.texts_changed.connect(presenter.texts_changed)
                each.setEnabled(self.engine.reliable)
                self.engine.changed.connect(presenter.engine_changed)
                self.question_presenters.append(presenter)
        return panel

    def _schedule_panel(self) -> "SchedulePanel":
        from itbcalc.quantities.clock import Weekday
        from ui.program.schedule_panel import SchedulePanel
        from ui.program.schedule_presenter import SchedulePresenter

        self.load()
        panel = self.schedule_panel = SchedulePanel()
        if self.engine.loaded:
            presenter = self.schedule_presenter = SchedulePresenter(panel, self.engine.engine)
            self.engine.changed.connect(presenter.engine_changed)
            panel.typed_changed.connect(self._on_schedule_typed)
            panel.day_chosen.connect(lambda day: presenter.day_chosen(list(Weekday)[day]))
            panel.zone_typed.connect(presenter.zone_typed)
            panel.act_requested.connect(self._on_act_requested)
            panel.picture_requested.connect(self._on_picture_requested)
            panel.set_read_only(read_only=not self.engine.reliable)
        self._show_schedule(self.check_panel.texts())
        return panel

    def _log(self) -> "LogDesk":
        if self._log_desk is None:
            from ui.log.desk import LogDesk

            self.load()
            self._log_desk = LogDesk(
                self.window,
                self.engine.now,
                lambda: self.engine.library,
                session=self.session,
                say=self.window.say,
                tell=self._tell,
                ask_where=self._ask_where,
            )
            self._log_desk.panel.picture_requested.connect(self._on_picture_requested)
            self._log_desk.amend_requested.connect(self._on_amend_requested)
            self._log_desk.amended.connect(self._stop_amending)
        return self._log_desk

    def _help_panel(self) -> QWidget:
        from ui.dialogs import help_page

        return help_page()

    # --- the check panel

    def _on_texts_changed(self, texts: Texts) -> None:
        if not self._time_travel:
            self.history.changed(texts)
        self._check_later.stop()
        if self.check_presenter is not None:
            self.check_presenter.texts_changed(texts)
        self._show_schedule(texts)
        self.window.say("")
        self._show_chips(texts)
        if self._practising is not None:
            self._practice().fields_changed(texts)

    # --- the schedule

    def _show_schedule(self, texts: Texts) -> None:
        """The same program in the fields and pictures of the schedule, with what the check has found."""
        if self.schedule_panel is None or self.schedule_presenter is None:
            return
        typed = {place: text for place, text in texts.typed.items() if is_schedule_place(place)}
        if typed != self.schedule_panel.typed():
            self.schedule_panel.show_typed(typed)
        self.schedule_presenter.texts_changed(texts)
        self._tell_schedule()

    def _tell_schedule(self) -> None:
        if self.schedule_presenter is not None and self.check_presenter is not None:
            self.schedule_presenter.check_done(self.check_presenter.checked, self.check_presenter.cards)

    def _on_schedule_typed(self, typed: dict[str, str]) -> None:
        """Typed in the schedule: drawn at once; the whole check follows when the picture is on the screen."""
        self.window.show_summary("", "")
        own = self.check_panel.texts()
        texts = Texts({**_without_schedule(own.typed), **typed}, own.kept)
        if self.schedule_presenter is not None:
            self.schedule_presenter.texts_changed(texts)
        self._check_later.start()

    def _check_now(self) -> None:
        """Hands what was typed in the schedule to the check panel, which answers for all of it."""
        if self.schedule_panel is not None:
            self.check_panel.put_elsewhere(self.schedule_panel.typed())

    def is_catching_up(self) -> bool:
        """Whether something typed in the schedule still waits for its check."""
        return self._check_later.isActive()

    def _catch_up(self) -> None:
        """Answers what was typed in the schedule just now, before anything else is done with the texts."""
        if self._check_later.isActive():
            self._check_later.stop()
            self._check_now()

    def _on_picture_requested(self, kind: str, write: "Callable[[Path], None]") -> None:
        words = {"png": "Picture (*.png)", "svg": "Drawing (*.svg)"}[kind]
        self._ask_where("Save the picture", words, f".{kind}", lambda path: self._write_picture(path, write))

    def _write_picture(self, path: Path, write: "Callable[[Path], None]") -> None:
        try:
            write(path)
        except OSError as error:
            self._tell(f"{path.name} was not written", error.strerror or str(error))
            return
        self.window.say(f"Saved {path.name}")

    def _show_chips(self, texts: Texts) -> None:
        """Who it is about, as far as it could be read."""
        checked = self.check_presenter.checked if self.check_presenter is not None else None
        if checked is None:
            self.window.show_chips(("", "", ""))
            return
        patient = checked.program.patient
        age = texts.typed.get("patient.age_years", "") if patient.age_years is not None else ""
        group = " · ".join(part for part in (_age_words(age), str(patient.origin or "")) if part)
        rules = patient.jurisdiction or ""
        self.window.show_chips((patient.ref, group, f"{rules.upper()} rules" if rules else ""))

    def _on_new(self) -> None:
        self._leave_practice()
        self._forget_travel()
        self._stop_amending()
        self.window.show_panel("check")
        self.check_panel.show_texts(Texts())
        self.check_panel.focus_field("system.pump")
        self.window.say("Cleared. Ctrl+Z brings it back.")

    def _clear_for_another(self) -> None:
        """Another operator begins: nothing of the one before comes back, not by undo either."""
        from ui.questions.panel import QuestionCard

        if self._practice_desk is not None:
            self._practice_desk.forget()
        self._on_new()
        self._saved = self.check_panel.texts()
        self.history.start(self._saved)
        for card in self.window.findChildren(QuestionCard):
            card.clear()
        if self._log_desk is not None:
            self._log_desk.presenter.patient_typed("")
        self.window.say("")

    def _on_identity(self) -> None:
        """Whom the pseudonym of this check, or of the patient chosen in the log, stands for."""
        if self._is_practice("Not"):
            return
        checked = self.check_presenter.checked if self.check_presenter is not None else None
        patient = checked.program.patient.ref if checked is not None else ""
        if self.window.current_panel() == "log":
            patient = self._log().panel.patient()
        if not patient:
            self.window.say("Name a pseudonym in the check, or choose a patient in the log")
            return
        self.people.ask_identity(patient)

    def _forget_travel(self) -> None:
        """Where one patient goes is nothing of the next."""
        if self.schedule_panel is not None:
            self.schedule_panel.forget_travel()

    def _on_undo(self) -> None:
        self._catch_up()
        self._travel(self.history.undo(), "Nothing to undo")

    def _on_redo(self) -> None:
        self._catch_up()
        self._travel(self.history.redo(), "Nothing to redo")

    def _travel(self, texts: Texts | None, nothing: str) -> None:
        if texts is None:
            self.window.say(nothing)
            return
        self._time_travel = True
        self.check_panel.show_texts(texts)
        self._time_travel = False

    def _on_copy(self) -> None:
        copied = self.check_panel.selected_result()
        if copied:
            QGuiApplication.clipboard().setText(copied)
        self.window.say(f"Copied {copied}" if copied else "No result in the selected row")

    def _on_act_requested(self, act: str) -> None:
        kind, _, address = act.partition(":")
        if kind != "confirm" or not self.engine.loaded or self._is_practice("Not confirmed"):
            return
        from itbcalc.library.own import own_folder
        from ui.confirm import ConfirmDialog

        figure = self.engine.library.figure(address)
        if figure is not None:
            today = self.engine.now().date()
            ConfirmDialog(self.window, figure, own_folder(), today, self._on_confirmed).open()

    def _on_confirmed(self) -> None:
        """The library is read anew, with the clinic's figure in it."""
        self.engine.load()
        self._show_engine(self.engine.engine)
        self._tell_schedule()
        self.window.say("Confirmed and saved")

    # --- files

    def open_when_ready(self, path: Path) -> None:
        """Opens a file as soon as the library is there."""
        self._waiting_file = path

    def open_example(self, name: str) -> None:
        """Opens a bundled example."""
        from ui.program.files import example_path

        self._open(example_path(name), recent=False)

    def open_file(self, path: Path) -> None:
        """Opens a program file, or says why not and leaves everything as it was."""
        self._open(path, recent=True)

    def _open(self, path: Path, *, recent: bool) -> None:
        self.load()
        from itbcalc.errors import ItbcalcError
        from itbcalc.say import refusal_words
        from ui.program.files import open_program

        if not self.engine.loaded:
            return
        try:
            texts = open_program(path, self.engine.library)
        except ItbcalcError as error:
            self._tell(f"{path.name} was not opened", _where(error) + refusal_words(error))
            return
        if recent:
            self.settings.add_recent(path)
            self.window.offer_recent(self.settings.recent())
        self._leave_practice()
        self._unless_unsaved(lambda: self._show_opened(texts, path))

    def _show_opened(self, texts: Texts, path: Path) -> None:
        """Another file is another patient: its history begins here."""
        self._show_texts(texts, f"Opened {path.name}")

    def _show_texts(self, texts: Texts, said: str) -> None:
        self._forget_travel()
        self._stop_amending()
        self.window.show_panel("check")
        self.check_panel.show_texts(texts)
        self._saved = self.check_panel.texts()
        self.history.start(self._saved)
        self.window.say(said)

    def _unless_unsaved(self, then: Callable[[], None]) -> None:
        """Does `then` at once, or after the clinician has given up what is in no file."""
        if self._nothing_to_lose():
            then()
            return
        from ui.dialogs import ask_to_discard

        ask_to_discard(self.window, then)

    def _nothing_to_lose(self) -> bool:
        self._catch_up()
        aside = self._practising
        texts, saved = (
            (self.check_panel.texts(), self._saved) if aside is None else (aside.texts, aside.saved)
        )
        return texts.empty or texts.typed == saved.typed

    def _may_close(self) -> bool:
        """Whether the window may close now; otherwise it asks, and closes when what was typed is given up."""
        if self._nothing_to_lose():
            return True
        if self.session.locked:
            self.people.say("Unlock it before you close it: what was typed is not saved.")
            return False
        self._unless_unsaved(self._close_anyway)
        return False

    def _close_anyway(self) -> None:
        self._leave_practice()
        self._saved = self.check_panel.texts()
        self.window.close()

    def _on_open(self) -> None:
        from ui.dialogs import ask_which

        ask_which(self.window, FILE_FILTER, self._folder(), self.open_file)

    def _on_save(self) -> None:
        if self._is_practice("Not saved"):
            return
        self._ask_where("Save the program file", FILE_FILTER, ".toml", self.save_to)

    def save_to(self, path: Path) -> None:
        """Saves the texts as a program file; says so only after it was read back."""
        from ui.program.files import save_program

        self._catch_up()
        if self.check_presenter is None or self.check_presenter.engine.read_only:
            self.window.say("Not saved: nothing shown here can be relied on")
            return
        try:
            save_program(path, self.check_presenter.file_table())
        except OSError as error:
            self._tell(f"{path.name} was not saved", error.strerror or str(error))
            return
        self._saved = self.check_panel.texts()
        self.settings.add_recent(path)
        self.window.offer_recent(self.settings.recent())
        self.window.say(f"Saved {path.name}")

    def _on_print(self) -> None:
        if self._is_practice("Not printed"):
            return
        sheet = self._sheet()
        if sheet:
            from ui.paper import preview

            preview(self.window, sheet)

    def _on_pdf(self) -> None:
        if self._is_practice("Not written"):
            return
        if self._sheet():
            self._ask_where("Save the check as PDF", "PDF (*.pdf)", ".pdf", self.write_pdf_to)

    def write_pdf_to(self, path: Path) -> None:
        """Writes the sheet as PDF, and says so once it is there."""
        from ui.paper import write_pdf

        try:
            write_pdf(path, self._sheet())
        except OSError as error:
            self._tell(f"{path.name} was not written", str(error))
            return
        self.window.say(f"Written {path.name}")

    def _sheet(self) -> str:
        self._catch_up()
        presenter = self.check_presenter
        if presenter is None or presenter.checked is None:
            self.window.say("Nothing to print yet")
            return ""
        from itbcalc.say.sheet import check_sheet

        return check_sheet(
            presenter.checked, presenter.engine.library, presenter.engine.now().astimezone(), presenter.unread
        )

    def _ask_where(self, title: str, kind: str, suffix: str, then: Callable[[Path], None]) -> None:
        from ui.dialogs import ask_where

        ask_where(self.window, title, self._folder(), kind=kind, suffix=suffix, then=then)

    def _folder(self) -> str:
        recent = self.settings.recent()
        return str(recent[0].parent) if recent else str(Path.home())

    def _tell(self, title: str, why: str) -> None:
        from ui.dialogs import tell

        tell(self.window, title, why)

    # --- the log

    def _on_record(self) -> None:
        """One click from a check: what is in the fields is recorded, nothing is typed twice."""
        self._catch_up()
        presenter = self.check_presenter
        if presenter is None or presenter.engine.read_only:
            self.window.say("Not recorded: nothing shown here can be relied on")
            return
        if self._practising is not None:
            self._practice().record()
            return
        if self.check_panel.texts().empty:
            self.window.say("Nothing to record yet")
            return
        self._log().ask_record(presenter.file_table(), presenter.engine.library, self._amending)

    def _on_amend_requested(self, table: Mapping[str, Any], entry: "Entry") -> None:
        """A recorded step comes back into the fields, to be corrected there and recorded in its place."""
        self._leave_practice()
        self._unless_unsaved(lambda: self._amend(table, entry))

    def _amend(self, table: Mapping[str, Any], entry: "Entry") -> None:
        from ui.program.texts import texts_of

        self._show_texts(texts_of(table), f"Entry {entry.seq} is in the fields")
        self._amending = entry
        self.window.show_mode(
            f"Amending entry {entry.seq} of {entry.patient or 'no patient'}: correct the fields, then press Record. "
            "A new check or another file leaves it as it is."
        )

    def _stop_amending(self) -> None:
        self._amending = None
        self.window.show_mode("")

    def _on_panel_shown(self, name: str) -> None:
        if name == "log":
            self._log().shown()
        if self._practice_desk is not None:
            self._practice_desk.panel_shown(name)
            QTimer.singleShot(0, self, self._dress_practised)

    def _on_closing(self) -> None:
        if self._log_desk is not None:
            self._log_desk.stop()
        if self._practice_desk is not None:
            self._practice_desk.stop()

    # --- practice

    def _practice(self) -> "PracticeDesk":
        if self._practice_desk is None:
            from ui.practice.desk import PracticeDesk

            self.load()
            self._practice_desk = PracticeDesk(
                self.window,
                self.engine.now,
                self.colours,
                fields=self.check_panel.texts,
                show_fields=self.check_panel.show_texts,
                program_file=self._program_file,
                reliable=self.engine.reliable,
                tell=self._tell,
                ask_where=self._ask_where,
            )
            self._practice_desk.programming_begun.connect(self._on_practice_begun)
            self._practice_desk.programming_ended.connect(self._on_practice_ended)
            self._practice_desk.picture_requested.connect(self._on_picture_requested)
        return self._practice_desk

    def _program_file(self) -> dict[str, Any]:
        self._catch_up()
        assert self.check_presenter is not None
        return self.check_presenter.file_table()

    def _on_practice_begun(self, texts: Texts) -> None:
        """The fields serve practice: what stands in them is put aside, with its history."""
        self._catch_up()
        mode = self.window.mode()
        self._practising = _PutAside(
            self.check_panel.texts(), self._saved, self.history, self._amending, mode
        )
        self.history = History()
        self._show_texts(texts, "The program of the virtual pump is in the fields")
        self.window.show_mode(
            "Practice: change the program of the virtual pump, then press Record. Nothing of it is written into the log."
        )

    def _on_practice_ended(self) -> None:
        """What was put aside comes back, as if nothing had been."""
        aside, self._practising = self._practising, None
        if aside is None:
            return
        self._catch_up()
        self._travel(aside.texts, "")
        self._saved, self.history, self._amending = aside.saved, aside.history, aside.amending
        self.window.show_mode(aside.mode)
        QTimer.singleShot(0, self, self._dress_practised)
        if self._practice_desk is not None:
            self._practice_desk.panel_shown(self.window.current_panel())

    def _leave_practice(self) -> None:
        if self._practice_desk is not None:
            self._practice_desk.end_programming()

    def _is_practice(self, not_done: str) -> bool:
        """Whether the fields serve practice: then nothing of them becomes a paper or a file of the real work."""
        if self._practising is not None:
            self.window.say(f"{not_done}: this is practice, with a virtual patient")
        return self._practising is not None

    def _dress_practised(self) -> None:
        """The panels of the check look like practice while they serve it: each when it comes to the front, after its first paint."""
        panels: dict[str, QWidget | None] = {"check": self.check_panel, "schedule": self.schedule_panel}
        panel = panels.get(self.window.current_panel())
        if panel is None or self._practice_desk is None:
            return
        sheet = "" if self._practising is None else self._practice_desk.sheet
        if panel.styleSheet() != sheet:
            panel.setStyleSheet(sheet)

    # --- look

    def _on_look(self, look: theme.Look) -> None:
        self.settings.set_look(look)
        self._dress(look)

    def _on_system_look_changed(self) -> None:
        if self.settings.look() is theme.Look.SYSTEM:
            self._dress(theme.Look.SYSTEM)

    def _dress(self, look: theme.Look) -> None:
        self.colours = theme.apply(self.app, look)
        self.window.dress(self.colours)
        self.check_panel.redress()
        if self.schedule_panel is not None:
            self.schedule_panel.redress()
        if self._log_desk is not None:
            self._log_desk.panel.redress()
        if self._practice_desk is not None:
            self._practice_desk.redress(self.colours)
            self._dress_practised()


def _where(error: "ItbcalcError") -> str:
    """The field a refusal belongs to, in words; nothing for the file as a whole."""
    from itbcalc.say import place_words

    field = getattr(error, "field", "file")
    return "" if field == "file" else f"{place_words(field).capitalize()}: "


def _without_schedule(typed: "Mapping[str, str]") -> dict[str, str]:
    return {place: text for place, text in typed.items() if not is_schedule_place(place)}


def _no_display() -> bool:
    """Whether Qt would find no screen and abort: on Linux, with neither X11 nor Wayland nor a platform named."""
    named = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    return sys.platform.startswith("linux") and not named


def _age_words(text: str) -> str:
    return f"{text} y" if text else ""
