"""The refills in the window: the panel, its presenter, and what leaves it as paper or file."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from itbcalc.errors import ItbcalcError
from itbcalc.library.records import Library
from itbcalc.log.folders import log_path
from itbcalc.safe_files import replace_file, written_when
from itbcalc.say import refusal_words
from itbcalc.visits.refill_table import headings
from ui.refills.panel import RefillsPanel
from ui.refills.presenter import RefillsPresenter
from ui.theme import Colours

Tell = Callable[[str, str], None]
AskWhere = Callable[[str, str, str, Callable[[Path], None]], None]
LOOK_EVERY_MS = 3_000  # whether somebody else wrote


class RefillsDesk(QObject):
    """Owns the panel of refills."""

    def __init__(
        self,
        window: QWidget,
        now: Callable[[], datetime],
        library: Callable[[], Library],
        colours: Colours,
        *,
        say: Callable[[str], None],
        tell: Tell,
        ask_where: AskWhere,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._say, self._tell, self._ask_where = say, tell, ask_where
        self._path = log_path()
        self.panel = RefillsPanel(headings(), window)
        self.presenter = RefillsPresenter(self.panel, self._path, now, library)
        self.panel.follow(self.presenter)
        self.panel.dress(colours)
        self.panel.print_requested.connect(self.show_sheet)
        self.panel.csv_requested.connect(self.ask_csv)
        self.panel.calendar_requested.connect(self.ask_calendar)
        self._seen: tuple[int, int] | None = None  # when the file was written, and its size, as it is shown
        self._look = QTimer(self)
        self._look.setInterval(LOOK_EVERY_MS)
        self._look.timeout.connect(self._look_again)

    def shown(self) -> None:
        """The panel came to the front: the log is read, and looked at again while it stays there."""
        self._seen = written_when(self._path)
        self._look.start()
        self.panel.begin_search()
        self.presenter.refresh()

    def stop(self) -> None:
        """Ends what still runs beside the window."""
        self._look.stop()
        self.panel.stop()

    def show_sheet(self) -> None:
        """The list as it will be printed."""
        from ui.paper import preview

        preview(self._window, self.presenter.sheet(), "Print the list of refills", "itbcalc refills")

    def ask_csv(self) -> None:
        """Asks where the list goes as a table."""
        self._ask_where("Save the list", "Table (*.csv)", ".csv", self._write_csv)

    def ask_calendar(self) -> None:
        """Asks where the calendar file goes."""
        self._ask_where("Save the calendar file", "Calendar (*.ics)", ".ics", self._write_calendar)

    def _write_csv(self, path: Path) -> None:
        self._write(path, self.presenter.csv())

    def _write_calendar(self, path: Path) -> None:
        missing = ", ".join(self.presenter.not_in_calendar())
        if self._write(path, self.presenter.calendar()) and missing:
            self._tell("Not in the calendar", f"The day of the refill is not known: {missing}")

    def _write(self, path: Path, content: bytes) -> bool:
        """Writes a file, whole or not at all; says so once it is there."""
        try:
            replace_file(path, content)
        except (OSError, ItbcalcError) as error:
            words = refusal_words(error) if isinstance(error, ItbcalcError) else error.strerror or str(error)
            self._tell(f"{path.name} was not written", words)
            return False
        self._say(f"Written {path.name}")
        return True

    def _look_again(self) -> None:
        """What another window has written is shown without being asked for."""
        if not self.panel.isVisible():
            self._look.stop()
            return
        seen = written_when(self._path)
        if seen != self._seen and not self.panel.reading:
            self._seen = seen
            self.presenter.refresh()
