"""The panels of the window in their order, and the room each belongs to; a room is loaded when it is first wanted."""

from typing import TYPE_CHECKING

from ui.room import House, PanelEntry

if TYPE_CHECKING:
    from ui.clinic.desk import ClinicDesk
    from ui.guide.desk import GuideRoom
    from ui.log.desk import LogDesk
    from ui.practice.desk import PracticeDesk
    from ui.program.desk import ProgramDesk
    from ui.questions.desk import QuestionsDesk
    from ui.refills.desk import RefillsDesk


def program(house: House) -> "ProgramDesk":
    """The program being typed, in two views."""
    from ui.program.desk import ProgramDesk

    return ProgramDesk(house)


def questions(house: House) -> "QuestionsDesk":
    """The quick questions; which there are is in `ui.questions.specs`."""
    from ui.questions.desk import QuestionsDesk

    return QuestionsDesk(house)


def refills(house: House) -> "RefillsDesk":
    """Whose pump must be refilled by when."""
    from ui.refills.desk import RefillsDesk

    return RefillsDesk(house)


def log(house: House) -> "LogDesk":
    """The titration log."""
    from ui.log.desk import LogDesk

    return LogDesk(house)


def practice(house: House) -> "PracticeDesk":
    """The virtual patients."""
    from ui.practice.desk import PracticeDesk

    return PracticeDesk(house)


def clinic(house: House) -> "ClinicDesk":
    """The settings."""
    from ui.clinic.desk import ClinicDesk

    return ClinicDesk(house)


def guide(house: House) -> "GuideRoom":
    """The help, and the first page."""
    from ui.guide.desk import GuideRoom

    return GuideRoom(house)


RAIL = (
    PanelEntry("check", "Check", "Check", program),
    PanelEntry("schedule", "Schedule", "Schedule", program),
    PanelEntry("questions", "Questions", "Questions", questions),
    PanelEntry("refills", "Refills", "Refills", refills),
    PanelEntry("log", "Log", "Titration log", log),
    PanelEntry("practice", "Practice", "Practice", practice),
    PanelEntry("help", "Help", "Help", guide, key="F1"),
)
# Reached by the menu: nobody needs them at the bedside.
IN_MENU = (
    PanelEntry("settings", "Settings", "Settings", clinic, key="Ctrl+,"),
    PanelEntry("welcome", "First steps", "First steps", guide, key="Shift+F1"),
)
PANELS = {entry.name: entry for entry in (*RAIL, *IN_MENU)}
QUESTION_PANELS = tuple(entry.name for entry in RAIL if entry.room is questions)
