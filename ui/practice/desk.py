"""Practice in the window: the panel, its presenter, the band, the dialogs, and the way into the fields of the check and back."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer

from itbcalc.desk.texts import Texts
from ui.practice.band import PracticeBand
from ui.practice.notice import NOT_VALIDATED
from ui.practice.panel import PracticePanel
from ui.room import House, Room
from ui.theme import Colours

if TYPE_CHECKING:
    from itbcalc.library.records import Library
    from ui.practice.debrief_page import DebriefPage
    from ui.practice.editor_page import EditorPage
    from ui.practice.editor_presenter import EditorPresenter
    from ui.practice.fields import Answers
    from ui.practice.hunt_page import HuntPage
    from ui.practice.hunt_presenter import HuntPresenter
    from ui.practice.list_page import ListPage
    from ui.practice.panel import Page
    from ui.practice.play_page import PlayPage
    from ui.practice.presenter import Asked, PracticePresenter
    from ui.practice.run_states import Refused

PANEL = "practice"
RUN_FILES = "Practice runs (*.itbrun)"
HUNT_FILES = "What was found in a slip hunt (*.toml)"
NEW_CONCENTRATION = "new.concentration"


class PracticeDesk(Room):
    """Owns all of practice. It has no log: what is programmed here programs a virtual pump."""

    def __init__(self, house: House) -> None:
        """Where the program cannot be relied on (its self-test failed) nothing is played."""
        super().__init__(house)
        self._window, self._now, self._fields = house.window, house.engine.now, house.fields
        self.programming = False
        self._before = Texts()  # what the fields held when programming began
        self._page_of: Texts | None = None  # the fields that the programmer's page was shown for
        self.presenter: PracticePresenter | None = None
        self.hunt: HuntPresenter | None = None
        self.editor: EditorPresenter | None = None
        self._class_csv: Callable[[], str] = str  # of the class in front
        self.panel = PracticePanel(house.window, house.colours)
        self.band = PracticeBand(house.window)
        self.band.dress(house.colours)
        self.band.show_programming(programming=False)
        house.window.place_band(self.band)
        house.window.panel_shown.connect(self._on_panel_shown)
        house.texts_changed.connect(self._on_texts_changed)
        house.real_work_begins.connect(self.end_programming)
        self.band.look_requested.connect(self._on_look_requested)
        self.band.left.connect(self.leave_fields)
        if house.engine.reliable:
            self.panel.seen.connect(self._read)
        else:
            self.panel.refuse()

    def make_panel(self, _: str) -> PracticePanel:
        """The pages of practice."""
        return self.panel

    def _read(self) -> None:
        self.panel.read_beside("Reading the scenarios", lambda _: _load(), self._build)

    # --- the look

    def _on_panel_shown(self, name: str) -> None:
        """Practice is in front with its own panel, and everywhere while the fields hold a change of the virtual pump."""
        practised = name == PANEL or self.programming
        if practised != self.band.isVisibleTo(self._window):
            self.band.setVisible(practised)
            self._window.show_practice(practised=practised)
        self._dress_fields_later()

    def dress(self, colours: Colours) -> None:
        """Takes on the colours of practice that go with those of the look."""
        self.band.dress(colours)
        self.panel.redress(colours)

    def _dress_fields_later(self) -> None:
        """After the paint: dressed at once, the panel would come later to the front."""
        QTimer.singleShot(0, self, self._dress_fields)

    def _dress_fields(self) -> None:
        """The views of the program look like practice while they serve it."""
        self._fields.wear(practised=self.programming)

    def stop(self) -> None:
        """Ends what still runs beside the window; a run that is not over is kept."""
        self.panel.stop()
        if self.presenter is not None:
            self.presenter.keep_unfinished()

    def break_off(self) -> None:
        """After an error of the program's own no number of practice stays on the screen either."""
        self.panel.stop()
        self.panel.refuse()

    def forget(self) -> None:
        """Another person begins: nothing of the run stays."""
        self.end_programming()
        if self.hunt is not None and self.hunt.hunt is not None:
            self.hunt.leave()
            self.panel.hunt_page.stop()
        if self.presenter is not None:
            self.presenter.list_wanted()
            self.presenter.close_run()

    # --- building

    def _build(self, library: "Library") -> None:
        from ui.practice.editor_presenter import EditorPresenter
        from ui.practice.hunt_presenter import HuntPresenter
        from ui.practice.presenter import PracticePresenter

        self.presenter = PracticePresenter(self.panel, library, self._now)
        self.hunt = HuntPresenter(self.panel, library, self._now)
        self.editor = EditorPresenter(self.panel, library)
        self.panel.made.connect(self._on_page_made)
        self.panel.build()
        self.presenter.list_wanted()

    def _on_page_made(self, page: "Page") -> None:
        """Connects a page when it is first made."""
        from ui.practice.debrief_page import DebriefPage
        from ui.practice.editor_page import EditorPage
        from ui.practice.hunt_page import HuntPage
        from ui.practice.list_page import ListPage
        from ui.practice.overview_page import OverviewPage

        assert self.presenter is not None
        assert self.hunt is not None
        if isinstance(page, ListPage):
            self._connect_list(page, self.presenter)
        elif isinstance(page, OverviewPage):
            page.list_requested.connect(self.presenter.list_wanted)
            page.csv_requested.connect(self._ask_csv)
        elif isinstance(page, HuntPage):
            self._connect_hunt(page, self.hunt)
        elif isinstance(page, EditorPage):
            self._connect_editor(page)
        elif isinstance(page, DebriefPage):
            self._connect_debrief(page, self.presenter)
        else:
            self._connect_play(page, self.presenter)

    def _connect_list(self, page: "ListPage", presenter: "PracticePresenter") -> None:
        page.start_requested.connect(presenter.start)
        page.open_requested.connect(self._ask_run)
        page.class_requested.connect(self._ask_class)
        page.hunt_requested.connect(self._on_hunt)
        page.hunt_class_requested.connect(self._ask_hunt_class)
        if self.editor is not None:
            page.editor_requested.connect(self.editor.begin)

    def _connect_hunt(self, page: "HuntPage", hunt: "HuntPresenter") -> None:
        page.class_requested.connect(self._ask_hunt_class)
        page.answered.connect(hunt.answer)
        page.sheet_requested.connect(hunt.open_sheet)
        page.ticked.connect(hunt.tick)
        page.finish_requested.connect(self._on_hunt_finish)
        page.leave_requested.connect(self._on_hunt_left)

    def _connect_editor(self, page: "EditorPage") -> None:
        assert self.editor is not None
        assert self.presenter is not None
        editor = self.editor
        page.name_typed.connect(editor.name_typed)
        page.typed.connect(editor.typed)
        page.section_requested.connect(editor.open_section)
        page.add_requested.connect(editor.add)
        page.take_out_requested.connect(editor.take_out)
        page.save_requested.connect(editor.save)
        page.list_requested.connect(self.presenter.list_wanted)

    def _connect_play(self, page: "PlayPage", presenter: "PracticePresenter") -> None:
        page.order_requested.connect(presenter.order)
        page.advance_requested.connect(presenter.advance)
        page.next_event_requested.connect(presenter.advance_to_next_event)
        page.act_requested.connect(presenter.act_at)
        page.program_requested.connect(self.begin_programming)
        page.read_back_requested.connect(partial(presenter.do, {"do": "read_back"}))
        page.repair_requested.connect(partial(presenter.do, {"do": "repair"}, grows=True))
        page.hint_requested.connect(presenter.hint)
        page.back_requested.connect(presenter.go_back)
        page.compare_requested.connect(presenter.compare)
        page.reveal_requested.connect(self._on_reveal)
        page.fault_requested.connect(self._ask_fault)
        page.debrief_requested.connect(self._on_debrief)
        page.save_requested.connect(self._ask_save)
        page.list_requested.connect(presenter.list_wanted)

    def _connect_debrief(self, page: "DebriefPage", presenter: "PracticePresenter") -> None:
        page.certificate_requested.connect(self._ask_certificate)
        page.save_requested.connect(self._ask_save)
        page.verify_requested.connect(presenter.verify)
        page.back_requested.connect(presenter.back_to_patient)
        page.list_requested.connect(presenter.list_wanted)
        page.picture_requested.connect(self.house.door.save_picture)

    # --- the fields of the check

    def begin_programming(self) -> None:
        """The program of the virtual pump goes into the fields of the check, to be changed there."""
        assert self.presenter is not None
        assert self.presenter.run is not None
        texts = self.presenter.fields()
        self.programming = True
        self._fields.put_aside(texts, self.presenter.run.moment)
        self._before = self._fields.texts
        self.band.show_programming(programming=True)

    def _on_texts_changed(self, texts: Texts) -> None:
        """What the programmer showed was of other settings: its page goes."""
        if self._page_of is not None and _settings(texts) != _settings(self._page_of):
            self._page_of = None
            self.band.show_page("The settings were changed: look at the programmer's page anew.")

    def leave_fields(self) -> None:
        """Nothing more is programmed: back to the patient."""
        self.end_programming()
        self._window.show_panel(PANEL)

    def record(self) -> None:
        """Record was pressed while the fields hold a change of the virtual pump: it is programmed, no log is written."""
        from ui.practice.fields import Answers, refilled_in

        assert self.presenter is not None
        table, texts, before = self._fields.file_table(), self._fields.texts, self._before
        refilled = refilled_in(texts, before)
        vial = _with_unit(texts.typed.get(NEW_CONCENTRATION, ""))
        then = partial(self._ask_program, table, texts, vial, refilled)
        self.presenter.ask(table, texts, before, Answers(refilled, vial), then)

    def _ask_program(
        self,
        table: Mapping[str, Any],
        texts: Texts,
        vial: str,
        refilled: bool,  # noqa: FBT001  # bound by position beforehand
        asked: "Asked | Refused",
    ) -> None:
        from itbcalc.desk.writer import step_words
        from ui.practice.dialogs import ProgramDialog
        from ui.practice.run_states import Refused

        if isinstance(asked, Refused):
            self.house.door.tell("Not programmed", asked.words)
            return
        assert self.presenter is not None
        assert self.presenter.run is not None
        program = partial(self._program, table, texts)
        about = step_words(asked.checked)
        dialog = ProgramDialog(self._window, about, asked.findings, program)
        dialog.begin(self.presenter.run.trainee, vial, refilled=refilled)
        dialog.open()

    def _program(
        self, table: Mapping[str, Any], texts: Texts, answers: "Answers", then: Callable[[str], None]
    ) -> None:
        from ui.practice.dialogs import ask_read_back

        assert self.presenter is not None
        presenter = self.presenter

        def done(problem: str) -> None:
            then(problem)
            if problem:
                return
            self.leave_fields()
            ask_read_back(self._window, partial(presenter.do, {"do": "read_back"}))

        presenter.program(table, texts, self._before, answers, done)

    def _on_look_requested(self) -> None:
        """The programmer's page for what stands in the fields now."""
        from ui.practice.fields import Answers, refilled_in

        assert self.presenter is not None
        texts = self._fields.texts
        answers = Answers(
            refilled_in(texts, self._before), _with_unit(texts.typed.get(NEW_CONCENTRATION, ""))
        )
        table = self._fields.file_table()
        self.presenter.look(table, texts, self._before, answers, partial(self._on_looked, texts))

    def _on_looked(self, texts: Texts, page: str, problem: str) -> None:
        from ui.practice.fields import still_in_place

        assert self.presenter is not None
        if problem:
            self.band.show_page(problem, "refused")
            return
        now = self.presenter.fields()
        before = self._before
        self._fields.show_texts(still_in_place(texts, before, now))
        self._before = still_in_place(before, before, now)
        self._page_of = self._fields.texts
        self.band.show_page(f"The programmer shows: {page}")

    def end_programming(self) -> None:
        """The fields of the check serve practice no more, whether something was programmed or not."""
        if not self.programming:
            return
        self.programming = False
        self._page_of = None
        self.band.show_programming(programming=False)
        self._fields.take_back()
        self._on_panel_shown(self._window.current_panel())

    # --- what is asked

    def _on_reveal(self, revealed: bool) -> None:  # noqa: FBT001  # Qt's signal
        from ui.practice.dialogs import ask_to_instruct

        assert self.presenter is not None
        show = partial(self.presenter.set_revealed, revealed=revealed)
        if not revealed:
            show()
            return
        ask_to_instruct(self._window, show)

    def _ask_fault(self) -> None:
        from ui.practice.dialogs import FaultDialog

        assert self.presenter is not None
        FaultDialog(self._window, self.presenter.set_fault).open()

    # --- the slip hunt

    def _on_hunt(self, seed: str, trainee: str, with_program: bool) -> None:  # noqa: FBT001  # Qt's signal
        assert self.hunt is not None
        self.hunt.begin(seed, trainee, with_program=with_program)

    def _on_hunt_finish(self) -> None:
        from ui.practice.dialogs import ask_to_finish_hunt

        assert self.hunt is not None
        unanswered = self.panel.hunt_page.unanswered
        if not unanswered:
            self.hunt.finish()
            return
        ask_to_finish_hunt(self._window, unanswered, self.hunt.finish)

    def _on_hunt_left(self) -> None:
        assert self.hunt is not None
        assert self.presenter is not None
        self.hunt.leave()
        self.panel.hunt_page.stop()
        self.presenter.list_wanted()

    def _ask_hunt_class(self) -> None:
        from ui.practice.dialogs import ask_which_runs
        from ui.practice.hunt_presenter import hunts_folder

        assert self.hunt is not None
        hunt = self.hunt

        def chosen(paths: list[Path]) -> None:
            self._class_csv = hunt.class_csv
            hunt.open_class(paths)

        ask_which_runs(self._window, HUNT_FILES, str(hunts_folder()), several=True, then=chosen)

    def _on_debrief(self) -> None:
        from ui.practice.dialogs import ask_to_end

        assert self.presenter is not None
        assert self.presenter.run is not None
        if self.presenter.run.over:
            self.presenter.debrief()
            return
        left = self.panel.play_page.left.text()
        ask_to_end(self._window, left, self.presenter.debrief)

    def _ask_run(self) -> None:
        assert self.presenter is not None
        presenter = self.presenter
        self._ask_runs(several=False, then=lambda paths: presenter.open_run(paths[0]))

    def _ask_class(self) -> None:
        assert self.presenter is not None
        presenter = self.presenter

        def chosen(paths: list[Path]) -> None:
            self._class_csv = presenter.class_csv
            presenter.open_class(paths)

        self._ask_runs(several=True, then=chosen)

    def _ask_runs(self, *, several: bool, then: Callable[[list[Path]], None]) -> None:
        from itbcalc.practice.run_file import runs_folder
        from ui.practice.dialogs import ask_which_runs

        folder = runs_folder()
        ask_which_runs(self._window, RUN_FILES, str(folder), several=several, then=then)

    def _ask_save(self) -> None:
        from ui.practice.dialogs import ask_where_to_keep

        assert self.presenter is not None
        proposed = self.presenter.proposed_path()
        ask_where_to_keep(self._window, RUN_FILES, proposed, self.presenter.save_run)

    def _ask_certificate(self) -> None:
        assert self.presenter is not None
        presenter = self.presenter

        def wanted(path: Path) -> None:
            picture = self.panel.debrief_page.course.picture_address()
            presenter.certificate(picture, partial(self.write_certificate, path))

        self.house.door.ask_where("Save the certificate", "PDF (*.pdf)", ".pdf", wanted)

    def write_certificate(self, path: Path, html: str) -> None:
        """Writes the certificate as PDF, and says so once it is there."""
        from ui.paper import write_pdf

        try:
            write_pdf(path, html, "itbcalc practice", f"PRACTICE. {NOT_VALIDATED}")
        except OSError as error:
            self.panel.say(f"{path.name} was not written: {error}", "refused")
            return
        self.panel.say(f"Written: {path.name}")

    def _ask_csv(self) -> None:
        text = self._class_csv()
        self.house.door.ask_where("Save the class", "Table (*.csv)", ".csv", partial(self._write_csv, text))

    def _write_csv(self, text: str, path: Path) -> None:
        from itbcalc.safe_files import replace_file

        try:
            replace_file(path, text.encode("utf-8"))
        except OSError as error:
            self.panel.say(f"{path.name} was not written: {error.strerror or error}", "refused")
            return
        self.panel.say(f"Written: {path.name}")


def _load() -> "Library":
    """What the pages and their presenter are made of, imported in a thread: the window goes on meanwhile.

    Returns the built-in figures: a run must come out the same in every clinic.
    """
    import ui.practice.debrief_page
    import ui.practice.dialogs
    import ui.practice.editor_page
    import ui.practice.hunt_page
    import ui.practice.hunt_presenter
    import ui.practice.list_page
    import ui.practice.overview_page
    import ui.practice.play_page
    import ui.practice.presenter  # noqa: F401  # it is the loading that is wanted
    from itbcalc.library.reading import read_library
    from itbcalc.resources import resource_path

    return read_library(resource_path())


def _settings(texts: Texts) -> dict[str, str]:
    """What a programmer's page depends on: all but what was read off it, and what goes on by itself."""
    return {
        place: text
        for place, text in texts.typed.items()
        if not place.startswith(("readouts.", "reservoir.at", "reservoir.filled"))
    }


def _with_unit(text: str) -> str:
    """The concentration as typed, with the unit that its field shows."""
    plain = text.strip()
    return f"{plain} mcg/mL" if plain.replace(".", "", 1).isdigit() else plain
