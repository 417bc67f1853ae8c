"""The refills in the window: the panel, its presenter, and what leaves it as paper or file."""

from pathlib import Path

from itbcalc.errors import ItbcalcError
from itbcalc.log.folders import log_path
from itbcalc.safe_files import replace_file
from itbcalc.say import refusal_words
from itbcalc.visits.refill_table import headings
from itbcalc.visits.whose import plain_copy
from ui.refills.before_implant_dialog import BeforeImplantDialog
from ui.refills.journey_dialog import JourneyDialog
from ui.refills.panel import RefillsPanel
from ui.refills.presenter import RefillsPresenter
from ui.room import House, Room
from ui.theme import Colours
from ui.watching import Watch


class RefillsDesk(Room):
    """Owns the panel of refills."""

    def __init__(self, house: House) -> None:
        super().__init__(house)
        self._path = log_path()
        self.panel = RefillsPanel(headings(), house.window)
        self.presenter = RefillsPresenter(
            self.panel, self._path, house.engine.now, lambda: house.engine.library
        )
        self.panel.follow(self.presenter)
        self.panel.dress(house.colours)
        self.panel.next_step_requested.connect(house.next_step_requested)
        self.panel.log_requested.connect(house.log_requested)
        self.panel.book_requested.connect(house.booking_requested)
        self.panel.cancel_requested.connect(house.cancelling_requested)
        self.panel.end_requested.connect(house.end_requested)
        house.log_written.connect(self.presenter.refresh)
        self.panel.print_requested.connect(self.show_sheet)
        self.panel.csv_requested.connect(self.ask_csv)
        self.panel.calendar_requested.connect(self.ask_calendar)
        self.panel.journey_requested.connect(self.ask_journey)
        self.panel.paper_requested.connect(self.show_paper)
        self.panel.before_implant_requested.connect(self.ask_before_implant)
        self._watch = Watch(self, self._path, self.panel.isVisible)
        self._watch.changed.connect(self.presenter.refresh)

    def make_panel(self, _: str) -> RefillsPanel:
        """The list."""
        return self.panel

    def shown(self, _: str) -> None:
        """The panel came to the front: the log is read, and looked at again while it stays there."""
        self._watch.begin()
        self.panel.begin_search()
        self.presenter.refresh()

    def dress(self, colours: Colours) -> None:
        """Who is overdue stands in the colours of the look."""
        self.panel.dress(colours)

    def forget(self) -> None:
        """Nobody is looked for any more."""
        self.panel.search.clear()

    def stop(self) -> None:
        """Ends what still runs beside the window."""
        self._watch.stop()
        self.panel.stop()

    def show_sheet(self) -> None:
        """The list as it will be printed."""
        from ui.paper import preview

        preview(self.house.window, self.presenter.sheet(), "Print the list of refills", "itbcalc refills")

    def show_paper(self, patient: str, kind: str) -> None:
        """The card or the letter of a patient as it will be printed; why there is none is said."""
        from ui.paper import preview

        try:
            sheet = self.presenter.patient_paper(patient, kind)
        except ItbcalcError as error:
            self.house.door.tell(f"No {kind} of {patient}", refusal_words(error))
            return
        preview(self.house.window, sheet, f"Print the {kind}", "")

    def ask_journey(self, patient: str, zone: str) -> None:
        """Asks from when to when a patient is away, and says what that means for the pump."""
        JourneyDialog(self.house.window, patient, zone, self.presenter.journey).open()

    def ask_before_implant(self) -> None:
        """Asks for a dose, and shows how many visits a year it would mean."""
        jurisdictions = self.presenter.jurisdictions()
        BeforeImplantDialog(self.house.window, jurisdictions, self._show_before_implant).open()

    def _show_before_implant(self, dose: str, jurisdiction: str) -> None:
        from ui.paper import preview

        sheet = self.presenter.before_implant(dose, jurisdiction)
        preview(self.house.window, sheet, "Print the visits a year", "")

    def ask_csv(self) -> None:
        """Asks where the list goes as a table."""
        self.house.door.ask_where("Save the list", "Table (*.csv)", ".csv", self._write_csv)

    def ask_calendar(self) -> None:
        """Asks where the calendar file goes; of a log that is not whole there is none."""
        if self.presenter.no_calendar:
            self.house.door.tell("No calendar file is written", self.presenter.no_calendar)
            return
        self.house.door.ask_where("Save the calendar file", "Calendar (*.ics)", ".ics", self._write_calendar)

    def _write_csv(self, path: Path) -> None:
        self._write(path, self.presenter.csv())

    def _write_calendar(self, path: Path) -> None:
        missing = ", ".join(self.presenter.not_in_calendar())
        if self._write(path, self.presenter.calendar()) and missing:
            self.house.door.tell("Not in the calendar", f"The day of the refill is not known: {missing}")

    def _write(self, path: Path, content: bytes) -> bool:
        """Writes a file, whole or not at all; says so once it is there."""
        try:
            replace_file(path, content)
        except (OSError, ItbcalcError) as error:
            words = refusal_words(error) if isinstance(error, ItbcalcError) else error.strerror or str(error)
            self.house.door.tell(f"{path.name} was not written", words)
            return False
        self.house.window.say(f"Written {path.name}")
        for words in plain_copy(self._path):
            self.house.door.tell(f"{path.name} can be read by anybody", words)
        return True
