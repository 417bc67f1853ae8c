"""The two views of the program being typed: only the one in front is drawn, the other catches up when it is shown."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from itbcalc.desk.fields import CHECK_PLACES
from itbcalc.desk.schedule_texts import is_schedule_place
from ui.main_window import PROGRAM_PANELS, MainWindow
from ui.program.check_panel import CheckPanel
from ui.theme import practise

if TYPE_CHECKING:
    from ui.program.assessment import Assessment
    from ui.program.check_presenter import CheckPresenter
    from ui.program.schedule_panel import SchedulePanel
    from ui.program.schedule_presenter import SchedulePresenter


class ProgramViews(QObject):
    """Owns the panels of the check and of the schedule, and who presents there what was found."""

    typed_in_check = Signal(object)  # dict of texts by place
    typed_in_schedule = Signal(object)
    act_requested = Signal(str)
    picture_requested = Signal(str, object)  # kind of file, and what writes it
    patients_wanted = Signal()
    patient_picked = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._typed: Mapping[str, str] = {}
        self._found: Assessment | None = None
        self._stale: set[str] = set()  # the views that do not show yet what was found
        self.check_panel = CheckPanel()
        self.schedule_panel: SchedulePanel | None = None
        self._check_presenter: CheckPresenter | None = None
        self._schedule_presenter: SchedulePresenter | None = None
        panel = self.check_panel
        panel.typed_changed.connect(self.typed_in_check)
        panel.act_requested.connect(self.act_requested)
        panel.schedule_requested.connect(lambda: window.show_panel("schedule"))
        panel.picture_requested.connect(self.picture_requested)
        panel.patients_wanted.connect(self.patients_wanted)
        panel.patient_picked.connect(self.patient_picked)

    def make_schedule_panel(self, *, read_only: bool) -> "SchedulePanel":
        """The second view, made when it is first shown."""
        from itbcalc.quantities.clock import Weekday
        from ui.program.schedule_panel import SchedulePanel
        from ui.program.schedule_presenter import SchedulePresenter

        panel = self.schedule_panel = SchedulePanel()
        presenter = self._schedule_presenter = SchedulePresenter(panel)
        panel.typed_changed.connect(self.typed_in_schedule)
        panel.day_chosen.connect(lambda day: presenter.day_chosen(list(Weekday)[day]))
        panel.zone_typed.connect(presenter.zone_typed)
        panel.act_requested.connect(self.act_requested)
        panel.picture_requested.connect(self.picture_requested)
        panel.set_read_only(read_only=read_only)
        self._stale.add("schedule")
        self._even_fields()
        return panel

    def show(self, typed: Mapping[str, str], found: "Assessment") -> None:
        """The texts by place, and what was found of them: drawn in front, and due behind."""
        before, self._typed, self._found = self._typed, typed, found
        self._stale = set(PROGRAM_PANELS)
        if typed is not before:
            self._even_fields()
        self.draw(self._window.current_panel())

    def draw(self, panel: str) -> None:
        """Brings one view up to date, if it is not."""
        if panel not in self._stale or self._found is None:
            return
        if panel == "check":
            self._presenter_of_the_check().show(self._found)
        elif self._schedule_presenter is not None:
            self._schedule_presenter.show(self._found)
        self._stale.discard(panel)

    def show_gravest(self) -> None:
        """Brings the gravest finding of the view in front into sight, and the keyboard to it."""
        if self._window.current_panel() == "schedule" and self.schedule_panel is not None:
            self.schedule_panel.show_gravest()
        else:
            self.check_panel.show_gravest()

    def redress(self) -> None:
        """Draws the pictures anew in the colours of the present look."""
        self.check_panel.redress()
        if self.schedule_panel is not None:
            self.schedule_panel.redress()

    def dress(self, *, practised: bool) -> None:
        """The view in front looks like practice, or no longer: each in its turn, after its first paint."""
        panels = {"check": self.check_panel, "schedule": self.schedule_panel}
        panel = panels.get(self._window.current_panel())
        if panel is not None:
            practise(panel, practised=practised)

    def _presenter_of_the_check(self) -> "CheckPresenter":
        if self._check_presenter is None:
            from ui.program.check_presenter import CheckPresenter

            self._check_presenter = CheckPresenter(self.check_panel)
        return self._check_presenter

    def _even_fields(self) -> None:
        """Each view holds its part of the texts, in sight or not; the modes stand in both."""
        if self._found is None:
            return
        own = {place: text for place, text in self._typed.items() if place in CHECK_PLACES}
        if self.check_panel.typed() != own:
            self.check_panel.show_typed(own)
        own = {place: text for place, text in self._typed.items() if is_schedule_place(place)}
        if self.schedule_panel is not None and self.schedule_panel.typed() != own:
            self.schedule_panel.show_typed(own)


def only_in_schedule(place: str) -> bool:
    """Whether only the schedule has a field for it: the modes stand in both views."""
    return is_schedule_place(place) and place not in CHECK_PLACES
