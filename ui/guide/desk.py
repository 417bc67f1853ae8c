"""The guide: help, first page and tour."""

from PySide6.QtWidgets import QWidget

from itbcalc.desk.field_help import as_markdown, words_at
from itbcalc.resources import resource_path
from ui.guide.help_page import HelpPage
from ui.guide.welcome import WelcomePage
from ui.room import Room

EXAMPLE = "06-mistyped-concentration.toml"
# Under which heading the help of a panel stands.
HEADINGS = {
    "check": "Checking a dose change",
    "schedule": "Schedules",
    "log": "The log",
    "practice": "Practice",
    "questions": "Quick questions",
    "settings": "Settings",
    "refills": "Refills",
}


class GuideRoom(Room):
    """Owns the help and the first page."""

    def make_panel(self, name: str) -> QWidget:
        """One of the two."""
        if name == "welcome":
            welcome = WelcomePage()
            welcome.chosen.connect(self._begin)
            return welcome
        page = HelpPage(f"{resource_path('help.md').read_text(encoding='utf-8')}\n\n{as_markdown()}")
        page.first_steps_requested.connect(lambda: self.house.window.show_panel("welcome"))
        page.back_requested.connect(self._go_back)
        return page

    def shown(self, name: str) -> None:
        """The help opens at the place one was at."""
        shown = self.house.window.panel(name)
        if isinstance(shown, WelcomePage):
            shown.focus_first()
        elif isinstance(shown, HelpPage):
            panel, place = self.house.window.left_behind()
            shown.open_at(HEADINGS.get(panel, ""), words_at(place))

    def _go_back(self) -> None:
        """To the panel one came from; Qt gives the keyboard back to the field it had there."""
        self.house.window.show_panel(self.house.window.left_behind()[0] or "check")

    def _begin(self, chosen: str) -> None:
        window = self.house.window
        if chosen == "example":
            window.example_requested.emit(EXAMPLE)
        elif chosen == "tour":
            self._begin_tour()
        elif chosen == "check":
            window.show_panel("check")
        else:
            window.show_panel(chosen)

    def _begin_tour(self) -> None:
        from ui.guide.tour import Tour

        self.house.window.example_requested.emit(EXAMPLE)
        Tour(self.house.window, self.house.field_pointed_at.emit).begin()
