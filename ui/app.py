"""Builds everything once and owns it. The window first, what it computes with after the first paint."""

import contextlib
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, cast

from PySide6.QtCore import QEvent, QObject, QSize, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from itbcalc.library.workstation import Look
from itbcalc.log.folders import log_path, people_path, waiting_path
from ui import rail, theme
from ui.door import Door
from ui.engine_holder import EngineHolder
from ui.garbage import GarbageCollector
from ui.main_window import MainWindow
from ui.people.desk import PeopleDesk
from ui.room import House, PanelEntry, Room
from ui.session import Session
from ui.settings import Settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

    from itbcalc.desk.log_reader import LogReader
    from itbcalc.log.entries import Entry

R = TypeVar("R", bound=Room)
_SETTINGS_ANEW = "settings, anew"  # remembered as the panel shown last


class App(QObject):
    """Owns the window, what it computes with, its look, and one desk for each room; rooms meet here alone."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        app.setApplicationName("itbcalc")
        self.app = app
        GarbageCollector(self)
        self.settings = Settings()
        self._panel_before = self.settings.panel()
        colours = theme.colours_for(self.settings.look())
        self.window = MainWindow(self.settings, colours, rail.RAIL, rail.IN_MENU)
        self.engine = EngineHolder(self)
        self.door = Door(self.window, self.settings)
        self.session = Session(people_path(), self.settings.lock_minutes(), self)
        self.house = House(
            self.window,
            self.engine,
            self.door,
            settings=self.settings,
            session=self.session,
            colours=colours,
        )
        self.program = rail.program(self.house)  # there from the start, with nothing to compute with
        self._rooms: dict[Callable[[House], Room], Room] = {rail.program: self.program}
        self._waiting_file: Path | None = None
        self._broken: QMessageBox | None = None
        self.begins_anew = False
        self._build()
        self._connect()
        self.people = PeopleDesk(
            self.window,
            self.session,
            self.settings,
            has_typed=lambda: self.program.has_typed,
            clear_typed=self.clear_for_another,
        )
        self.people.practised = lambda: self.program.serves_practice
        self.program.follow_log(self._log_reader)
        self.people.record = lambda change, author: self.room(rail.log).operator_changed(change, author)
        theme.apply(app, self.settings.look())  # last: dressed while it grows, it would take twice as long
        app.styleHints().colorSchemeChanged.connect(self._on_system_look_changed)
        self.people.in_front.installEventFilter(self)

    # --- start

    def _build(self) -> None:
        for entry in rail.PANELS.values():
            self.window.add_panel(entry.name, partial(self._make_panel, entry))
        self.window.show_status("loading…")
        self.window.show_panel("check")
        geometry = self.settings.geometry()
        if geometry is None or not self.window.restoreGeometry(geometry):
            room = self.app.primaryScreen().availableGeometry().size()
            self.window.resize(QSize(1280, 760).boundedTo(room))
        self.program.views.check_panel.focus_field("system.pump")

    def _connect(self) -> None:
        window, house = self.window, self.house
        self.program.views.act_requested.connect(self._on_act_requested)
        house.next_step_requested.connect(self._on_next_step_requested)
        house.log_requested.connect(self._on_log_requested)
        house.booking_requested.connect(lambda patient, zone: self.room(rail.log).ask_book(patient, zone))
        house.cancelling_requested.connect(lambda entry: self.room(rail.log).ask_cancel_visit(entry))
        house.end_requested.connect(lambda patient: self.room(rail.log).ask_end_followup(patient))
        house.paper_requested.connect(lambda patient, kind: self.room(rail.refills).show_paper(patient, kind))
        house.amend_requested.connect(self._on_amend_requested)
        house.amended.connect(self.program.stop_amending)
        house.step_recorded.connect(self.program.give_up)
        house.log_replaced.connect(self.program.forget_log)
        house.anew_requested.connect(lambda: self.program.unless_unsaved(self._begin_anew))
        house.look_chosen.connect(lambda: self._dress(self.settings.look()))
        house.library_read.connect(self._show_engine)
        house.field_pointed_at.connect(self.program.views.check_panel.point_at)
        window.panel_shown.connect(self._on_panel_shown)
        window.closing.connect(self._on_closing)
        window.may_close = self._may_close
        window.record_requested.connect(self._on_record)
        window.look_requested.connect(self._on_look)
        window.identity_requested.connect(self._on_identity)
        window.about_requested.connect(self._on_about)
        window.encrypt_requested.connect(lambda: self.room(rail.log).ask_encrypt())

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
        if waiting_path(log_path()).exists():
            self.room(rail.log).show_waiting()
        if self._waiting_file is not None:
            self.program.open_file(self._waiting_file)
        elif self._panel_before == _SETTINGS_ANEW:
            self.window.show_panel("settings")
        elif self._panel_before in rail.QUESTION_PANELS and self.window.current_panel() == "check":
            self.window.show_panel(self._panel_before)

    def open_when_ready(self, path: Path) -> None:
        """Opens a file as soon as the library is there."""
        self._waiting_file = path

    def welcome_if_new(self) -> None:
        """The first page, once on a workstation; the menu and the help lead back to it."""
        if self.settings.workstation.introduced:
            return
        self.window.show_panel("welcome")
        with contextlib.suppress(OSError):  # where nothing can be kept it is shown again
            self.settings.set({"introduced": True})

    def broke(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """An error of ours: every answer is cleared, and what happened is said and can be copied."""
        report = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(report)
        self.window.show_banner(
            "itbcalc made an error of its own. All answers were cleared: do not rely on this window, restart it."
        )
        self.program.drop_check()
        self.engine.distrust()
        for room in self._rooms.values():
            room.break_off()
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

    def room(self, make: Callable[[House], R]) -> R:
        """The room that `make` of `ui.rail` makes, once."""
        if make not in self._rooms:
            self.load()
            self._rooms[make] = make(self.house)
        return cast("R", self._rooms[make])

    def _make_panel(self, entry: PanelEntry) -> QWidget:
        if entry.name != "check":
            self.load()
        return self.room(entry.room).make_panel(entry.name)

    def _log_reader(self) -> "LogReader":
        from itbcalc.desk.log_reader import LogReader

        return LogReader(log_path(), self.engine.now)

    # --- where rooms meet

    def _on_record(self) -> None:
        """One click from a check: what is in the fields is recorded, nothing is typed twice."""
        program = self.program
        if not self.engine.reliable:
            self.window.say("Not recorded: nothing shown here can be relied on")
        elif program.serves_practice:
            self.room(rail.practice).record()
        elif program.texts.empty:
            self.window.say("Nothing to record yet")
        else:
            self.room(rail.log).ask_record(program.file_table(), self.engine.library, program.amending)

    def _on_amend_requested(self, table: Mapping[str, Any], entry: "Entry") -> None:
        self.house.real_work_begins.emit()
        self.program.unless_unsaved(lambda: self.program.amend(table, entry))

    def _on_next_step_requested(self, patient: str) -> None:
        self.house.real_work_begins.emit()
        self.program.begin_from_log(patient)

    def _on_log_requested(self, patient: str) -> None:
        self.window.show_panel("log")
        self.room(rail.log).presenter.patient_chosen(patient)

    def _on_identity(self) -> None:
        """Whom the pseudonym of this check, or of the patient chosen in the log, stands for."""
        if self.program.is_practice("Not"):
            return
        patient = self.program.patient
        if self.window.current_panel() == "log":
            patient = self.room(rail.log).panel.patient()
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
        for room in self._rooms.values():
            room.forget()
        self.window.say("")

    def _on_panel_shown(self, name: str) -> None:
        self.room(rail.PANELS[name].room).shown(name)

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
        self.house.real_work_begins.emit()
        self.program.give_up()
        self.window.close()

    def _begin_anew(self) -> None:
        """Closes the window; whoever has opened it opens it once more, where it was asked for."""
        self.begins_anew = True
        self._close_anyway()
        self.settings.set_panel(_SETTINGS_ANEW)
        self.settings.write_all()

    def _on_closing(self) -> None:
        for room in self._rooms.values():
            room.stop()

    # --- look

    def _on_look(self, look: Look) -> None:
        if self.door.set_here({"look": look}):
            self._dress(look)

    def _on_system_look_changed(self) -> None:
        if self.settings.look() is Look.SYSTEM:
            self._dress(Look.SYSTEM)

    def _dress(self, look: Look) -> None:
        self.house.colours = theme.apply(self.app, look)
        self.window.dress(self.house.colours)
        for room in self._rooms.values():
            room.dress(self.house.colours)
