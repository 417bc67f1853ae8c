"""The schedule's presenter, without a window: whole states in, whole states out."""

from itbcalc.quantities.clock import Weekday
from tests.ui.views import RecordingScheduleView, RecordingView
from ui.check.presenter import CheckPresenter
from ui.check.texts import Texts
from ui.engine import Engine
from ui.schedule.presenter import SchedulePresenter
from ui.states import ScheduleState


def state_of(
    texts: Texts, engine: Engine, *, weekday: Weekday = Weekday.MON, zone: str = ""
) -> ScheduleState:
    """The state computed from scratch, with what the check has found."""
    view, check = RecordingScheduleView(), CheckPresenter(RecordingView(), engine)
    presenter = SchedulePresenter(view, engine)
    presenter.weekday, presenter.travel_zone = weekday, zone
    check.texts_changed(texts)
    presenter.texts_changed(texts)
    presenter.check_done(check.checked, check.cards)
    return view.last
