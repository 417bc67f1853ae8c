"""What a room of the window is: what it is made with, what it is told, and what it may wish for of one that it does not know."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from itbcalc.desk.texts import Texts
    from ui.door import Door
    from ui.engine_holder import EngineHolder
    from ui.main_window import MainWindow
    from ui.session import Session
    from ui.settings import Settings
    from ui.theme import Colours


class Fields(Protocol):
    """The program being typed, for a room that borrows its fields."""

    @property
    def texts(self) -> "Texts":
        """What stands in them."""

    def show_texts(self, texts: "Texts") -> None:
        """Puts other texts into them; undo leads back."""

    def file_table(self) -> Mapping[str, Any]:
        """The program file of what stands in them."""

    def present_values(self) -> Mapping[str, str]:
        """What stands there and follows of it, by place, each as it can be typed, with its unit."""

    def put_aside(self, texts: "Texts", now: datetime) -> None:
        """They serve practice, begin with these texts, and by its clock; what stood there waits, with its history."""

    def take_back(self) -> None:
        """What was put aside comes back, as if nothing had been."""

    def wear(self, *, practised: bool) -> None:
        """The view in front looks like practice, or no longer."""


class House(QObject):
    """What every room is made with, and where it says what others listen to: `ui.app` knows who they are."""

    next_step_requested = Signal(str)  # the patient whose next visit is to be checked
    log_requested = Signal(str)  # the patient whose entries are to be shown
    booking_requested = Signal(str, str)  # the patient, and the time zone the visit is in
    cancelling_requested = Signal(str)  # the entry of the booking
    paper_requested = Signal(str, str)  # the patient, and `card` or `letter`
    end_requested = Signal(str)  # the patient whom nobody follows any more
    amend_requested = Signal(object, object)  # the program of a step as a table, and its entry
    amended = Signal()  # it was: the check is no longer about it
    log_written = Signal()
    field_pointed_at = Signal(str)  # the place of a field of the check, for a tour; empty at its end
    log_replaced = Signal()  # a backup was put back: what was said of the log before is not so any more
    step_recorded = Signal()  # what stands in the fields of the program
    look_chosen = Signal()  # another look was set
    anew_requested = Signal()  # the window is to be opened anew: what is set needs that
    library_read = Signal()  # anew: the clinic's own figures or settings changed
    texts_changed = Signal(object)  # Texts: what stands in the fields of the program
    real_work_begins = Signal()  # whoever borrowed these fields gives them back now
    fields: Fields

    def __init__(
        self,
        window: "MainWindow",
        engine: "EngineHolder",
        door: "Door",
        *,
        settings: "Settings",
        session: "Session",
        colours: "Colours",
    ) -> None:
        super().__init__(window)
        self.window, self.engine, self.door = window, engine, door
        self.settings, self.session = settings, session
        self.colours = colours  # of the present look


class Room(QObject):
    """Owns one panel or several. What it is told and does not answer leaves it as it is."""

    def __init__(self, house: House) -> None:
        super().__init__(house.window)
        self.house = house

    def make_panel(self, name: str) -> QWidget:
        """A panel of its own, asked for once, when it is first shown."""
        raise NotImplementedError

    def shown(self, name: str) -> None:
        """One of its panels came to the front."""

    def dress(self, colours: "Colours") -> None:
        """The look changed: what is drawn is drawn anew."""

    def break_off(self) -> None:
        """The program made an error of its own: nothing that was computed stays on the screen."""

    def forget(self) -> None:
        """Another operator begins: nothing of the one before comes back."""

    def stop(self) -> None:
        """The window closes: what still runs beside it ends."""


MakeRoom = Callable[[House], Room]


class PanelEntry(Struct, frozen=True):
    """A panel as the rail offers it: its name, which is its icon's too, its word on the rail, its title, and whose it is."""

    name: str
    word: str
    title: str
    room: MakeRoom
    key: str = ""  # its own; else Ctrl and its place in the rail
