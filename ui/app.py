"""Builds everything once and owns it. The window first, what it computes with after the first paint."""

import sys
import traceback
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QSize, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from itbcalc.library.workstation import Look
from itbcalc.log.folders import log_path, people_path
from ui import theme
from ui.door import Door
from ui.engine_holder import EngineHolder
from ui.main_window import QUESTION_PANELS, MainWindow
from ui.people.desk import PeopleDesk
from ui.program.desk import ProgramDesk
from ui.questions.desk import QuestionsDesk
from ui.session import Session
from ui.settings import Settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

    from itbcalc.desk.log_reader import LogReader
    from itbcalc.desk.texts import Texts
    from itbcalc.log.entries import Entry
    from ui.log.desk import LogDesk
    from ui.practice.desk import PracticeDesk
    from ui.refills.desk import RefillsDesk


class App(QObject):
    """Owns the window, what it computes with, its look, and one desk for each room; rooms meet here alone."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        app.setApplicationName("itbcalc")
        self.app = app
        self.settings = Settings()
        self._panel_before = self.settings.panel()
        self.colours = theme.colours_for(self.settings.look())
        self.window = MainWindow(self.settings, self.colours)
        self.engine = EngineHolder(self)
        self.door = Door(self.window, self.settings)
        self.program = ProgramDesk(self.window, self.engine, self.settings, self.door, self._leave_practice)
        self.questions = QuestionsDesk(self.engine, self)
        self.log_desk: LogDesk | None = None
        self.refills_desk: RefillsDesk | None = None
        self.practice_desk: PracticeDesk | None = None
        self._waiting_file: Path | None = None
        self._broken: QMessageBox | None = None
        self._build()
        self._connect()
        self.session = Session(people_path(), self.settings.lock_minutes(), self)
        self.people = PeopleDesk(
            self.window,
            self.session,
            self.settings,
            has_typed=lambda: self.program.has_typed,
            clear_typed=self.clear_for_another,
        )
        self.people.practised = lambda: self.program.serves_practice
        self.program.follow_log(self._log_reader)
        self.people.record = lambda change, author: self.log().operator_changed(change, author)
        theme.apply(app, self.settings.look())  # last: dressed while it grows, it would take twice as long
        app.styleHints().colorSchemeChanged.connect(self._on_system_look_changed)
        self.people.in_front.installEventFilter(self)

    # --- start

    def _build(self) -> None:
        self.window.add_panel("check", lambda: self.program.views.check_panel)
        for name in QUESTION_PANELS:
            self.window.add_panel(name, partial(self._question_panel, name))
        self.window.add_panel("schedule", self._schedule_panel)
        self.window.add_panel("refills", lambda: self.refills().panel)
        self.window.add_panel("log", lambda: self.log().panel)
        self.window.add_panel("practice", lambda: self.practice().panel)
        self.window.add_panel("help", self._help_panel)
        self.window.show_status("loading…")
        self.window.show_panel("check")
        geometry = self.settings.geometry()
        if geometry is None or not self.window.restoreGeometry(geometry):
            room = self.app.primaryScreen().availableGeometry().size()
            self.window.resize(QSize(1280, 760).boundedTo(room))
        self.program.views.check_panel.focus_field("system.pump")

    def _connect(self) -> None:
        window, program = self.window, self.program
        program.texts_changed.connect(self._on_texts_changed)
        program.views.act_requested.connect(self._on_act_requested)
        program.views.picture_requested.connect(self.door.save_picture)
        window.panel_shown.connect(self._on_panel_shown)
        window.closing.connect(self._on_closing)
        window.may_close = self._may_close
        window.record_requested.connect(self._on_record)
        window.look_requested.connect(self._on_look)
        window.identity_requested.connect(self._on_identity)
        window.about_requested.connect(self._on_about)
        window.encrypt_requested.connect(lambda: self.log().ask_encrypt())

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

        try:
            self.engine.load()
        except LibraryError as error:
            self.window.show_banner(
                f"The library cannot be read ({error}). Nothing is computed; reinstall the program."
            )
            self.program.views.check_panel.set_read_only(read_only=True)
            return
        self._show_engine()
        self.window.offer_recent(self.settings.recent())
        if self._waiting_file is not None:
            self.program.open_file(self._waiting_file)
        elif self._panel_before in QUESTION_PANELS and self.window.current_panel() == "check":
            self.window.show_panel(self._panel_before)

    def open_when_ready(self, path: Path) -> None:
        """Opens a file as soon as the library is there."""
        self._waiting_file = path

    def broke(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """An error of ours: every answer is cleared, and what happened is said and can be copied."""
        report = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(report)
        self.window.show_banner(
            "itbcalc made an error of its own. All answers were cleared: do not rely on this window, restart it."
        )
        self.program.check_later.stop()
        self.engine.distrust()
        if self.practice_desk is not None:
            self.practice_desk.break_off()
        if self._broken is None:
            from ui.dialogs import crash_box

            self._broken = crash_box(self.window, report)
        self._broken.open()

    def _show_engine(self) -> None:
        """What it is loaded with is offered and said; after a failed self-test, that nothing can be done."""
        engine = self.engine.engine
        self.program.offer(engine.library)
        tested = engine.self_test
        if engine.read_only:
            cases = ", ".join(tested.failed[:3])
            self.window.show_banner(
                f"The self-test failed ({cases}). Nothing is computed or saved: do not rely on this copy."
            )
            self.program.views.check_panel.set_read_only(read_only=True)
        words = f"self-test passed ({tested.cases} cases)" if tested.passed else "self-test FAILED"
        self.window.show_status(f"Library {engine.library.version} · {words}")

    def _on_act_requested(self, act: str) -> None:
        kind, _, about = act.partition(":")
        if kind == "begin":
            self.program.begin_from_log(about)
        elif self.engine.loaded and not self.program.is_practice("Not confirmed"):
            from ui.confirm import ask_to_confirm

            ask_to_confirm(self.window, act, self.engine, self._on_confirmed)

    def _on_confirmed(self) -> None:
        """The library is read anew, with the clinic's figure in it."""
        self.engine.load()
        self._show_engine()
        self.window.say("Confirmed and saved")

    # --- the rooms, each made when it is first wanted

    def _question_panel(self, name: str) -> QWidget:
        self.load()
        return self.questions.make_panel(name)

    def _schedule_panel(self) -> QWidget:
        self.load()
        return self.program.views.make_schedule_panel(read_only=not self.engine.reliable)

    def _help_panel(self) -> QWidget:
        from ui.dialogs import help_page

        return help_page()

    def _log_reader(self) -> "LogReader":
        from itbcalc.desk.log_reader import LogReader

        return LogReader(log_path(), self.engine.now)

    def log(self) -> "LogDesk":
        """The titration log."""
        if self.log_desk is None:
            from ui.log.desk import LogDesk

            self.load()
            self.log_desk = LogDesk(
                self.window,
                self.engine.now,
                lambda: self.engine.library,
                session=self.session,
                say=self.window.say,
                tell=self.door.tell,
                ask_where=self.door.ask_where,
            )
            self.log_desk.panel.picture_requested.connect(self.door.save_picture)
            self.log_desk.amend_requested.connect(self._on_amend_requested)
            self.log_desk.amended.connect(self.program.stop_amending)
            self.log_desk.written.connect(self._on_written)
            self.log_desk.panel.next_step_requested.connect(self._on_next_step_requested)
        return self.log_desk

    def refills(self) -> "RefillsDesk":
        """Whose pump must be refilled by when."""
        if self.refills_desk is None:
            from ui.refills.desk import RefillsDesk

            self.load()
            self.refills_desk = RefillsDesk(
                self.window,
                self.engine.now,
                lambda: self.engine.library,
                self.colours,
                say=self.window.say,
                tell=self.door.tell,
                ask_where=self.door.ask_where,
            )
            self.refills_desk.panel.next_step_requested.connect(self._on_next_step_requested)
            self.refills_desk.panel.log_requested.connect(self._on_log_requested)
            self.refills_desk.panel.book_requested.connect(
                lambda patient, zone: self.log().ask_book(patient, zone)
            )
            self.refills_desk.panel.cancel_requested.connect(
                lambda entry_id: self.log().ask_cancel_visit(entry_id)
            )
            self.refills_desk.panel.end_requested.connect(
                lambda patient: self.log().ask_end_followup(patient)
            )
        return self.refills_desk

    def practice(self) -> "PracticeDesk":
        """The virtual patients."""
        if self.practice_desk is None:
            from ui.practice.desk import PracticeDesk

            self.load()
            self.practice_desk = PracticeDesk(
                self.window,
                self.engine.now,
                self.colours,
                fields=lambda: self.program.texts,
                show_fields=self.program.show_texts,
                program_file=self.program.file_table,
                reliable=self.engine.reliable,
                tell=self.door.tell,
                ask_where=self.door.ask_where,
            )
            self.practice_desk.programming_begun.connect(self.program.put_aside)
            self.practice_desk.programming_ended.connect(self._on_practice_ended)
            self.practice_desk.picture_requested.connect(self.door.save_picture)
        return self.practice_desk

    # --- where rooms meet

    def _on_texts_changed(self, texts: "Texts") -> None:
        if self.program.serves_practice:
            self.practice().fields_changed(texts)

    def _on_record(self) -> None:
        """One click from a check: what is in the fields is recorded, nothing is typed twice."""
        program = self.program
        if not self.engine.reliable:
            self.window.say("Not recorded: nothing shown here can be relied on")
        elif program.serves_practice:
            self.practice().record()
        elif program.texts.empty:
            self.window.say("Nothing to record yet")
        else:
            self.log().ask_record(program.file_table(), self.engine.library, program.amending)

    def _on_amend_requested(self, table: Mapping[str, Any], entry: "Entry") -> None:
        self._leave_practice()
        self.program.unless_unsaved(lambda: self.program.amend(table, entry))

    def _on_next_step_requested(self, patient: str) -> None:
        self._leave_practice()
        self.program.begin_from_log(patient)

    def _on_written(self) -> None:
        if self.refills_desk is not None:
            self.refills_desk.presenter.refresh()

    def _on_log_requested(self, patient: str) -> None:
        self.window.show_panel("log")
        self.log().presenter.patient_chosen(patient)

    def _on_identity(self) -> None:
        """Whom the pseudonym of this check, or of the patient chosen in the log, stands for."""
        if self.program.is_practice("Not"):
            return
        patient = self.program.patient
        if self.window.current_panel() == "log":
            patient = self.log().panel.patient()
        if not patient:
            self.window.say("Name a pseudonym in the check, or choose a patient in the log")
            return
        self.people.ask_identity(patient)

    def _on_about(self) -> None:
        from ui.about import open_about

        library = self.engine.library.version if self.engine.loaded else ""
        open_about(self.window, library, self.settings.path())

    def clear_for_another(self) -> None:
        """Another operator begins: nothing of the one before comes back, not by undo either."""
        if self.practice_desk is not None:
            self.practice_desk.forget()
        self.program.forget()
        self.questions.clear()
        if self.log_desk is not None:
            self.log_desk.presenter.patient_typed("")
        if self.refills_desk is not None:
            self.refills_desk.panel.search.clear()
        self.window.say("")

    def _on_practice_ended(self) -> None:
        self.program.take_back()
        QTimer.singleShot(0, self, self._dress_practised)
        if self.practice_desk is not None:
            self.practice_desk.panel_shown(self.window.current_panel())

    def _leave_practice(self) -> None:
        if self.practice_desk is not None:
            self.practice_desk.end_programming()

    def _on_panel_shown(self, name: str) -> None:
        if name == "log":
            self.log().shown()
        elif name == "refills":
            self.refills().shown()
        if self.practice_desk is not None:
            self.practice_desk.panel_shown(name)
            QTimer.singleShot(0, self, self._dress_practised)

    # --- the end

    def _may_close(self) -> bool:
        """Whether the window may close now; otherwise it asks, and closes when what was typed is given up."""
        if self.program.nothing_to_lose:
            return True
        if self.session.locked:
            self.people.say("Unlock it before you close it: what was typed is not saved.")
            return False
        self.program.unless_unsaved(self._close_anyway)
        return False

    def _close_anyway(self) -> None:
        self._leave_practice()
        self.program.give_up()
        self.window.close()

    def _on_closing(self) -> None:
        self.program.stop()
        if self.log_desk is not None:
            self.log_desk.stop()
        if self.refills_desk is not None:
            self.refills_desk.stop()
        if self.practice_desk is not None:
            self.practice_desk.stop()

    # --- look

    def _on_look(self, look: Look) -> None:
        if self.set_on_workstation({"look": look}):
            self._dress(look)

    def set_on_workstation(self, changes: Mapping[str, str | int | bool]) -> bool:
        """Keeps what is set for this workstation; says why where it cannot be kept."""
        try:
            self.settings.set(changes)
        except OSError as error:
            self.door.tell("Not kept", f"{self.settings.workstation_path()}: {error.strerror or error}")
            return False
        return True

    def _on_system_look_changed(self) -> None:
        if self.settings.look() is Look.SYSTEM:
            self._dress(Look.SYSTEM)

    def _dress(self, look: Look) -> None:
        self.colours = theme.apply(self.app, look)
        self.window.dress(self.colours)
        self.program.views.redress()
        if self.log_desk is not None:
            self.log_desk.panel.redress()
        if self.refills_desk is not None:
            self.refills_desk.panel.dress(self.colours)
        if self.practice_desk is not None:
            self.practice_desk.redress(self.colours)
            self._dress_practised()

    def _dress_practised(self) -> None:
        """The views of the program look like practice while they serve it."""
        if self.practice_desk is not None:
            self.program.views.dress(self.practice_desk.sheet if self.program.serves_practice else "")
