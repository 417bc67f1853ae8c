"""The program being typed: its texts, what became of them, and the two views of it."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from itbcalc.desk.schedule_texts import is_schedule_place
from itbcalc.desk.texts import FIXED, Texts
from ui.beside import Beside
from ui.main_window import PROGRAM_PANELS
from ui.program.undo import Undo
from ui.program.views import ProgramViews, only_in_schedule
from ui.room import House, Room
from ui.theme import Colours
from ui.widgets.in_turn import in_turn
from ui.widgets.one_frame import OneFrame

if TYPE_CHECKING:
    from itbcalc.desk.log_reader import LogReader, SaidOfTheLog
    from itbcalc.desk.next_step import NextStep
    from itbcalc.errors import ItbcalcError
    from itbcalc.judge.check import Checked
    from itbcalc.judge.explanations import Explanations, Search
    from itbcalc.library.records import Library
    from itbcalc.log.entries import Entry
    from ui.engine import Engine
    from ui.program.assessment import Assessment, CardsOfLog

T = TypeVar("T")
CHECK_AFTER_MS = 40  # the picture of the schedule is painted first: a frame or two
LOG_AFTER_MS = 300  # what does not fit the log is looked for when nobody types on
SLICE_S = (
    0.006  # a third of a frame of looking for what explains a difference, then whatever was typed meanwhile
)
ONE_MINUTE = timedelta(minutes=1)
FILE_FILTER = "Program files (*.toml)"


class _PutAside(Struct, frozen=True):
    """What stood in the fields, and all that belongs to it, while they serve practice."""

    texts: Texts
    saved: Texts
    undo: Undo
    amending: "Entry | None"
    begun: "NextStep | None"
    mode: str
    example: str
    now: datetime  # of the virtual patient


class ProgramDesk(Room):
    """Owns the program being typed. Its texts are read once and checked once a keystroke, for both views."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        house.fields = self
        self._window, self._engine, self._door = house.window, house.engine, house.door
        self.texts = Texts()
        self.amending: Entry | None = None  # the recorded step that the fields correct
        self._begun: NextStep | None = None  # what the log put into the fields
        self._example = ""  # the title of the bundled example that was opened last
        self._reader: Callable[[], LogReader] | None = None
        self._of_log: CardsOfLog | None = None  # what the log says of what was typed
        # Each by itself: an answer that somebody waits for is not dropped for another question.
        self._beginning, self._offering, self._holding = (Beside(self) for _ in range(3))
        self._ask_log = QTimer(self)
        self._ask_log.setSingleShot(True)
        self._ask_log.setInterval(LOG_AFTER_MS)
        self._saved = Texts()
        self._undo = Undo()
        self._aside: _PutAside | None = None  # what the fields held before they were given to a virtual pump
        self._found: Assessment | None = None
        self._checked: Checked | None = None  # the check before, of which what has not changed is used again
        self.views = ProgramViews(house.window)
        self._frame = OneFrame(house.window)  # what was typed, and what follows from it
        self.check_later = QTimer(self)  # what was typed in the schedule waits for its check
        self.check_later.setSingleShot(True)
        self.check_later.setInterval(CHECK_AFTER_MS)
        self._search: Search | None = None  # for what would explain a difference, until it is found
        self._given_up: Search | None = (
            None  # the one before, until the values are painted: it takes a while to go
        )
        self._connect()

    def _connect(self) -> None:
        window, views = self._window, self.views
        views.typed_in_check.connect(self._on_check_typed)
        views.typed_in_schedule.connect(self._on_schedule_typed)
        views.check_panel.example_requested.connect(self.open_example)
        self.check_later.timeout.connect(lambda: in_turn().add(self.check_later, self._check))
        self._ask_log.timeout.connect(self._hold_against_log)
        views.patients_wanted.connect(self._offer_patients)
        views.patient_picked.connect(self.begin_from_log)
        views.picture_requested.connect(self._door.save_picture)
        self._engine.changed.connect(self._on_engine_changed)
        window.panel_shown.connect(self._on_panel_shown)
        window.new_requested.connect(self.clear)
        window.open_requested.connect(self.ask_which)
        window.save_requested.connect(self.ask_where)
        window.print_requested.connect(self.print_sheet)
        window.pdf_requested.connect(self.ask_pdf)
        window.undo_requested.connect(self.undo)
        window.redo_requested.connect(self.redo)
        window.copy_requested.connect(self.copy_result)
        window.copy_summary_requested.connect(self.copy_summary)
        window.recent_requested.connect(self.open_file)
        window.example_requested.connect(self.open_example)
        window.gravest_requested.connect(self.show_gravest)

    def make_panel(self, name: str) -> QWidget:
        """A view of the program; that of the check is there from the start."""
        if name == "check":
            return self.views.check_panel
        return self.views.make_schedule_panel(read_only=not self._engine.reliable)

    def dress(self, _: Colours) -> None:
        """The pictures of both views are drawn anew."""
        self.views.redress()

    def wear(self, *, practised: bool) -> None:
        """The view in front looks like practice, or no longer."""
        self.views.dress(practised=practised)

    def offer(self, library: "Library") -> None:
        """What can be chosen: the pumps, whose rules, the bundled examples."""
        from itbcalc.desk.program_files import examples
        from itbcalc.desk.settings import usual_texts

        pumps = [(pump.id, pump.name) for pump in library.pumps.values()]
        jurisdictions = [(each.id, each.title) for each in library.jurisdictions if each.id != "all"]
        drugs = [("" if drug.id == FIXED["drug"] else drug.id, drug.name) for drug in library.drugs.values()]
        self.views.check_panel.offer(pumps, jurisdictions, drugs)
        self.views.check_panel.offer_usual(usual_texts(library))
        offered = examples()
        self.views.check_panel.offer_examples(offered)
        self._window.offer_examples(offered)

    # --- what stands in the fields

    def show_texts(self, texts: Texts) -> None:
        """Puts other texts into the fields; undo leads back."""
        self._fill(texts)
        self._undo.changed(self.texts)

    def file_table(self) -> dict[str, Any]:
        """The program file of what stands in the fields."""
        found = self.found()
        assert found is not None
        return found.file_table()

    def present_values(self) -> Mapping[str, str]:
        """What stands in the fields and follows of it, by place, each as it can be typed; nothing of a virtual pump."""
        found = self.found()
        if found is None or found.checked is None or self.serves_practice:
            return {}
        from ui.program.present import present_values

        return present_values(found.checked, self.texts)

    @property
    def patient(self) -> str:
        """The pseudonym that was typed; empty where none can be read."""
        found = self._found
        return found.checked.program.patient.ref if found is not None and found.checked is not None else ""

    @property
    def has_typed(self) -> bool:
        """Whether something stands in the fields, or waits behind practice."""
        return self.serves_practice or not self.texts.empty

    @property
    def nothing_to_lose(self) -> bool:
        """Whether all that was typed is in a file; what waits behind practice counts, practice does not."""
        texts, saved = (
            (self.texts, self._saved) if self._aside is None else (self._aside.texts, self._aside.saved)
        )
        return texts.empty or texts.typed == saved.typed

    def unless_unsaved(self, then: Callable[[], None]) -> None:
        """Does `then` at once, or after the clinician has given up what is in no file."""
        if self.nothing_to_lose:
            then()
        else:
            self._door.ask_to_discard(then)

    def give_up(self) -> None:
        """What is in the fields need not be saved."""
        self._saved = self.texts

    def forget(self) -> None:
        """Empties the fields for another person: nothing comes back, not by undo either."""
        self.clear()
        self._saved = self.texts
        self._undo.start(self.texts)

    def forget_log(self) -> None:
        """Another log lies where that of before lay: nothing that was taken from it or held against it stands any longer."""
        self._begun = None
        self._of_log = None
        self._answer()

    def clear(self) -> None:
        """Empties the fields; undo brings back what stood there."""
        self.house.real_work_begins.emit()
        self._forget_travel()
        self.stop_amending()
        self._show_example("")
        self._begun = None
        self._window.show_panel("check")
        self.show_texts(Texts())
        self.views.check_panel.begin()
        self.views.check_panel.focus_field("system.pump")
        self._window.say("Cleared. Ctrl+Z brings it back.")

    def undo(self) -> None:
        """One step back."""
        self._go_to(self._undo.undo(), "Nothing to undo")

    def redo(self) -> None:
        """One step forward again."""
        self._go_to(self._undo.redo(), "Nothing to redo")

    def copy_result(self) -> None:
        """Copies the value of the selected row, with its unit."""
        self._frame.finish()
        copied = self.views.check_panel.selected_result()
        if copied:
            QGuiApplication.clipboard().setText(copied)
        self._window.say(f"Copied {copied}" if copied else "No result in the selected row")

    def copy_summary(self) -> None:
        """Copies the checked step, its verdict and its findings as plain text, for the patient's record."""
        found = self.found()
        if found is None or found.checked is None:
            self._window.say("Nothing to copy yet")
            return
        from itbcalc.say.report import summary_text

        summary = summary_text(found.checked, found.engine.library, found.unread)
        QGuiApplication.clipboard().setText(summary)
        self._window.say("Copied the check as text")

    def show_gravest(self) -> None:
        """Brings the gravest finding into sight, and the keyboard to it."""
        self.views.show_gravest()

    def _go_to(self, texts: Texts | None, nothing: str) -> None:
        if texts is None:
            self._window.say(nothing)
        else:
            self._fill(texts)

    def _begin(self, texts: Texts, said: str, begun: "NextStep | None" = None) -> None:
        """Another file is another patient: its history begins here."""
        self._forget_travel()
        self.stop_amending()
        self._show_example("")
        self._begun = begun
        self._of_log = None
        self._window.show_panel("check")
        self._fill(texts)
        self.views.check_panel.begin()
        self._saved = self.texts
        self._undo.start(self.texts)
        self._window.say(said)

    def _forget_travel(self) -> None:
        """Where one patient goes is nothing of the next."""
        if self.views.schedule_panel is not None:
            self.views.schedule_panel.forget_travel()

    def _fill(self, texts: Texts) -> None:
        """What no field can hold is not kept either."""
        self.views.check_panel.show_typed(texts.typed)
        elsewhere = {place: text for place, text in texts.typed.items() if only_in_schedule(place)}
        self.texts = Texts({**elsewhere, **self.views.check_panel.typed()}, texts.kept)
        self._answer()
        self._tell_typed()

    def _on_check_typed(self, typed: Mapping[str, str]) -> None:
        elsewhere = {place: text for place, text in self.texts.typed.items() if only_in_schedule(place)}
        self.texts = Texts({**elsewhere, **typed}, self.texts.kept)
        self._undo.changed(self.texts)
        self._answer_in_turn()
        self._tell_typed()

    def _on_schedule_typed(self, typed: Mapping[str, str]) -> None:
        """Read and drawn at once; the check of the same reading follows when the picture is on the screen."""
        own = {place: text for place, text in self.texts.typed.items() if not is_schedule_place(place)}
        self.texts = Texts({**own, **typed}, self.texts.kept)
        self._undo.changed(self.texts)
        self._read()
        self._tell_typed()

    def _tell_typed(self) -> None:
        self._window.say("")
        self.house.texts_changed.emit(self.texts)

    # --- what is found of them, and who shows it

    def found(self) -> "Assessment | None":
        """What reading and check say of the texts as they are now; None before anything can be computed."""
        self.views.check_panel.finish_typing()
        self._frame.finish()
        if self.check_waits:
            self._check()
        read = None if self._found is None else self._found.now
        if read is not None and self._clocked().now() - read >= ONE_MINUTE:
            self._answer()  # "now" is later by now
        return None if self._found is None else self._with_log(self._found)

    def _answer(self) -> None:
        """One reading, one check."""
        self.drop_check()
        if not self._engine.loaded:
            return
        from ui.program.assessment import check_read

        self._show(check_read(self._as_read(), self._checked))
        self._begin_looking()

    def _answer_in_turn(self) -> None:
        """One reading, one check; what they come to is shown in the next turn, and painted with what was typed."""
        self.drop_check()
        if not self._engine.loaded:
            return
        from ui.program.assessment import check_read

        self._give_up_looking()
        self._take(check_read(self._as_read(), self._checked))
        self._frame.hold(self._show_found)

    def _show_found(self) -> None:
        assert self._found is not None
        self._show(self._found)
        self._begin_looking()

    def _read(self) -> None:
        """One reading; its check waits."""
        if not self._engine.loaded:
            return
        self._give_up_looking()
        self.drop_check()
        self._show(self._as_read())
        self.check_later.start()

    def _as_read(self) -> "Assessment":
        """The texts, read: what stands there as it did before is not read again."""
        from ui.program.assessment import read_texts

        return self._marked(read_texts(self.texts, self._clocked(), self._found))

    def _clocked(self) -> "Engine":
        """The engine; while the fields serve practice by the clock of the virtual patient, not by that of the workstation."""
        engine, aside = self._engine.engine, self._aside
        return engine if aside is None else replace(engine, now=lambda: aside.now)

    def _check(self) -> None:
        """The check of what was read already."""
        from ui.program.assessment import check_read

        self.drop_check()
        assert self._found is not None
        self._show(check_read(self._found, self._checked))
        self._begin_looking()

    @property
    def check_waits(self) -> bool:
        """Whether the check of what was typed in the schedule is still to be made."""
        return self.check_later.isActive() or in_turn().holds(self.check_later)

    def drop_check(self) -> None:
        """It is not made."""
        self.check_later.stop()
        in_turn().drop(self.check_later)

    def _begin_looking(self) -> None:
        """What would explain a difference is looked for behind the values and verdicts, and given up at the next key."""
        from ui.program.assessment import search_in

        if self._reader is not None and self.patient:
            self._ask_log.start()
        self._search = None if self._found is None else search_in(self._found)
        if self._search is None:
            self._give_up_looking()
        else:
            in_turn().add(self, self._look_on)

    def _give_up_looking(self) -> None:
        self._given_up, self._search = self._search, None
        in_turn().drop(self)

    @property
    def is_looking(self) -> bool:
        """Whether it still looks for what would explain a difference."""
        return in_turn().holds(self)

    def _look_on(self) -> None:
        """A slice of the search; what it found is shown once it is complete."""
        assert self._search is not None
        until = time.perf_counter() + SLICE_S
        self._given_up = None
        while (explanations := self._search.piece()) is None:
            if time.perf_counter() > until:
                in_turn().add(self, self._look_on)
                return
        in_turn().add(self, partial(self._show_explained, explanations))

    def _show_explained(self, explanations: "Explanations") -> None:
        from ui.program.assessment import explained

        assert self._found is not None
        self._give_up_looking()
        self._show(explained(self._found, explanations))

    def _show(self, found: "Assessment") -> None:
        from ui.cards import counted
        from ui.program.check_presenter import whole_of

        self._frame.give_up()
        self._take(found)
        if not self.patient or self.serves_practice:
            self._of_log = None
        shown = self._with_log(found)
        self.views.show(self.texts.typed, shown)
        self._window.show_summary(*counted(shown.cards))
        self._window.show_whole(*whole_of(shown))
        self._window.show_chips(self._chips(found))

    def _take(self, found: "Assessment") -> None:
        self._found, self._checked = found, found.checked or self._checked

    def _with_log(self, found: "Assessment") -> "Assessment":
        """With what the log says of it, as far as that is known."""
        from ui.program.assessment import with_log

        return found if self._of_log is None else with_log(found, self._of_log)

    def _chips(self, found: "Assessment") -> tuple[str, str, str]:
        """Who it is about, as far as it could be read."""
        if found.program is None or found.texts.empty:
            return "", "", ""
        patient = found.program.patient
        age = found.texts.typed.get("patient.age_years", "") if patient.age_years is not None else ""
        group = " · ".join(part for part in (f"{age} y" if age else "", str(patient.origin or "")) if part)
        rules = patient.jurisdiction or ""
        return patient.ref, group, f"{rules.upper()} rules" if rules else ""

    def _on_panel_shown(self, name: str) -> None:
        """A view comes to the front: nothing of what was typed before is left unanswered."""
        self.found()
        self.views.draw(name)

    def _on_engine_changed(self) -> None:
        """Everything is answered anew, out of sight too: it may be that nothing may be shown any more."""
        self._answer()
        for panel in PROGRAM_PANELS:
            self.views.draw(panel)

    # --- the log

    def follow_log(self, reader: "Callable[[], LogReader]") -> None:
        """What reads the log in which the last visits stand; made when it is first wanted."""
        self._reader = reader

    def begin_from_log(self, patient: str) -> None:
        """The next visit of a patient begins where the last one in the log ended; says so where there is none."""
        if self._reader is None or not self._engine.reliable or self.is_practice("Not begun from the log"):
            return
        library, reader = self._engine.library, self._reader
        self._beginning.do(
            lambda: _read_or_refused(
                lambda: reader().next_step(patient, library) or reader().why_no_step(patient)
            ),
            self._on_next_step,
        )

    def _on_next_step(self, begun: "NextStep | ItbcalcError | str") -> None:
        from itbcalc.errors import ItbcalcError
        from itbcalc.say import refusal_words

        if isinstance(begun, ItbcalcError):
            self._door.tell("The log cannot be read", refusal_words(begun))
        elif isinstance(begun, str):
            self._window.say(begun)
        elif self._only_names_patient:
            self._begin_next(begun)
        else:
            self.unless_unsaved(lambda: self._begin_next(begun))

    def _begin_next(self, begun: "NextStep") -> None:
        self._begin(begun.texts, f"Filled from entry {begun.entry} of the log", begun)
        self._window.show_mode(begun.about)
        self.views.check_panel.focus_what_is_new()

    @property
    def _only_names_patient(self) -> bool:
        """Whether nothing would be lost: nothing is typed but who it is about."""
        return {place for place, text in self.texts.typed.items() if text.strip()} <= {"patient.ref"}

    def _offer_patients(self) -> None:
        if self._reader is not None and self._engine.loaded and not self.serves_practice:
            reader = self._reader
            self._offering.do(lambda: _read_or_refused(lambda: reader().patients()), self._on_patients)

    def _on_patients(self, patients: "Sequence[str] | ItbcalcError") -> None:
        """A log that cannot be read offers nobody; whoever picks one hears why."""
        from itbcalc.errors import ItbcalcError

        if not isinstance(patients, ItbcalcError):
            self.views.check_panel.offer_patients(patients)

    def _marked(self, found: "Assessment") -> "Assessment":
        """With the words beside what stands there as the log put it there."""
        begun = self._begun
        if begun is None:
            return found
        return replace(found, marks=begun.marks_of(self.texts.typed), usual_mark=begun.usual_mark)

    def _hold_against_log(self) -> None:
        """What of the check does not fit the log is said in the check, when nobody types on."""
        found = self._found
        if self._reader is None or found is None or found.checked is None or self.amending is not None:
            return
        checked, library, reader = found.checked, self._engine.library, self._reader
        self._holding.do(  # loads all of the log at first: that too beside the window
            lambda: _read_or_refused(lambda: reader().said_of(checked, library)),
            lambda said: self._on_said_of_log(said, checked),
        )

    def _on_said_of_log(self, said: "SaidOfTheLog | ItbcalcError", checked: "Checked") -> None:
        from itbcalc.errors import ItbcalcError
        from ui.program.assessment import cards_of_log

        self._frame.finish()
        found = self._found
        if isinstance(said, ItbcalcError) or found is None:
            return  # a log that cannot be read is said where it is opened
        before = self._of_log
        self._of_log = cards_of_log(said, "" if self._begun is not None else self.patient, checked)
        if not self._of_log.says_the_same_as(before):
            self._show(found)

    def stop(self) -> None:
        """Ends what still runs beside the window."""
        self._give_up_looking()
        self._ask_log.stop()
        for beside in (self._beginning, self._offering, self._holding):
            beside.stop()

    # --- files and paper

    def open_example(self, name: str) -> None:
        """Opens a bundled example."""
        from itbcalc.desk.program_files import example_path

        self._open(example_path(name), recent=False)

    def open_file(self, path: Path) -> None:
        """Opens a program file, or says why not and leaves everything as it was."""
        self._open(path, recent=True)

    def _open(self, path: Path, *, recent: bool) -> None:
        from itbcalc.desk.program_files import open_program
        from itbcalc.errors import ItbcalcError
        from itbcalc.say import refusal_words

        if not self._engine.loaded:
            return
        try:
            texts = open_program(path, self._engine.library)
        except ItbcalcError as error:
            self._door.tell(f"{path.name} was not opened", _where(error) + refusal_words(error))
            return
        if recent:
            self._remember(path)
        self.house.real_work_begins.emit()
        self.unless_unsaved(partial(self._begin_file, texts, path))

    def _begin_file(self, texts: Texts, path: Path) -> None:
        from itbcalc.desk.program_files import is_example
        from itbcalc.visits.examples import example_title

        self._begin(texts, f"Opened {path.name}")
        if is_example(path):
            self._show_example(example_title(path.stem))

    def _show_example(self, title: str) -> None:
        self._example = title
        self._window.show_example(title)

    def _remember(self, path: Path) -> None:
        self.house.settings.add_recent(path)
        self._window.offer_recent(self.house.settings.recent())

    def ask_which(self) -> None:
        """Asks for a file, and opens it."""
        self._door.ask_which(FILE_FILTER, self.open_file)

    def ask_where(self) -> None:
        """Asks where the program file goes, and saves it."""
        if not self.is_practice("Not saved"):
            name = self._file_name(".toml")
            self._door.ask_where("Save the program file", FILE_FILTER, ".toml", self.save_to, name)

    def _file_name(self, suffix: str) -> str:
        """Of pseudonym and day of the change, as far as they are known: `P-0147 2026-11-22.toml`."""
        found = self.found()
        at = found.program.reservoir.at if found is not None and found.program is not None else None
        day = at.moment.date().isoformat() if at is not None else ""
        named = " ".join(part for part in (self.patient, day) if part) or "check"
        return re.sub(r"[^\w .-]", "_", named) + suffix

    def save_to(self, path: Path) -> None:
        """Saves the texts as a program file; says so only after it was read back."""
        from itbcalc.desk.program_files import save_program

        if not self._engine.reliable:
            self._window.say("Not saved: nothing shown here can be relied on")
            return
        try:
            save_program(path, self.file_table())
        except OSError as error:
            self._door.tell(f"{path.name} was not saved", error.strerror or str(error))
            return
        self._saved = self.texts
        self._remember(path)
        self._window.say(f"Saved {path.name}")

    def print_sheet(self) -> None:
        """Shows the sheet as it will be printed."""
        if not self._is_in_front or self.is_practice("Not printed"):
            return
        sheet = self.sheet()
        if sheet:
            from ui.paper import preview

            preview(self._window, sheet)

    def ask_pdf(self) -> None:
        """Asks where the sheet goes, and writes it there."""
        if self._is_in_front and not self.is_practice("Not written") and self.sheet():
            name = self._file_name(".pdf")
            self._door.ask_where("Save the check as PDF", "PDF (*.pdf)", ".pdf", self.write_pdf_to, name)

    @property
    def _is_in_front(self) -> bool:
        """Whether one of its views is: what another panel prints is not its own."""
        return self._window.current_panel() in PROGRAM_PANELS

    def write_pdf_to(self, path: Path) -> None:
        """Writes the sheet as PDF, and says so once it is there."""
        from ui.paper import write_pdf

        try:
            write_pdf(path, self.sheet())
        except OSError as error:
            self._door.tell(f"{path.name} was not written", str(error))
            return
        self._window.say(f"Written {path.name}")

    def sheet(self) -> str:
        """The check as paper; empty, with a word of why, where there is none."""
        found = self.found()
        if found is None or found.checked is None:
            self._window.say("Nothing to print yet")
            return ""
        from itbcalc.say.sheet import check_sheet

        engine = found.engine
        return check_sheet(found.checked, engine.library, engine.now().astimezone(), found.unread)

    # --- a step of the log, or a virtual pump, in the fields

    def amend(self, table: Mapping[str, Any], entry: "Entry") -> None:
        """A recorded step comes back into the fields, to be corrected there and recorded in its place."""
        from itbcalc.desk.texts import texts_of

        self._begin(texts_of(table), f"Entry {entry.seq} is in the fields")
        self.amending = entry
        self._window.show_mode(
            f"Amending entry {entry.seq} of {entry.patient or 'no patient'}: correct the fields, then press Record. "
            "A new check or another file leaves it as it is."
        )

    def stop_amending(self) -> None:
        """The fields hold a check of their own again."""
        self.amending = None
        self._window.show_mode("")

    @property
    def serves_practice(self) -> bool:
        """Whether the fields hold the program of a virtual pump."""
        return self._aside is not None

    def put_aside(self, texts: Texts, now: datetime) -> None:
        """The fields serve practice, whose clock says `now`: what stands in them is put aside, with its history."""
        self._aside = _PutAside(
            self.texts,
            self._saved,
            self._undo,
            self.amending,
            self._begun,
            self._window.mode(),
            self._example,
            now,
        )
        self._undo = Undo()
        self._begin(texts, "The program of the virtual pump is in the fields")
        self._window.show_mode(
            "Practice: change the program of the virtual pump, then press Record. Nothing of it is written into the log."
        )

    def take_back(self) -> None:
        """What was put aside comes back, as if nothing had been."""
        aside, self._aside = self._aside, None
        if aside is None:
            return
        self._begun = aside.begun
        self._fill(aside.texts)
        self._saved, self._undo, self.amending = aside.saved, aside.undo, aside.amending
        self._window.show_mode(aside.mode)
        self._show_example(aside.example)

    def is_practice(self, not_done: str) -> bool:
        """Whether the fields serve practice: then nothing of them becomes a paper or a file of the real work."""
        if self.serves_practice:
            self._window.say(f"{not_done}: this is practice, with a virtual patient")
        return self.serves_practice


def _read_or_refused(read: Callable[[], T]) -> "T | ItbcalcError":
    """What was read of the log, or why it cannot be read: that is said, and no error of ours."""
    from itbcalc.errors import ItbcalcError

    try:
        return read()
    except ItbcalcError as error:
        return error


def _where(error: "ItbcalcError") -> str:
    """The field a refusal belongs to, in words; nothing for the file as a whole."""
    from itbcalc.say import place_words

    field = getattr(error, "field", "file")
    return "" if field == "file" else f"{place_words(field).capitalize()}: "
