"""What one keystroke costs: one reading, one check, and one view drawn, whatever was opened before."""

import sys
from collections import Counter
from collections.abc import Callable

import pytest

from itbcalc.judge.check import check
from itbcalc.program import read_program
from tests.ui.pages import MainPage
from tests.ui.practice_pages import PracticePage
from ui.program.check_panel import CheckPanel
from ui.program.schedule_panel import SchedulePanel
from ui.questions.panel import QuestionCard

pytestmark = pytest.mark.gui

NIGHT = "18-night-flex.toml"
OPENED_BEFORE = [
    (),
    ("schedule",),
    ("schedule", "log"),
    ("schedule", "questions", "log", "practice", "help"),
]


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often anything in the program reads, checks and draws, by name."""
    found: Counter[str] = Counter()

    def counted(name: str, function: Callable) -> Callable:
        def counting(*arguments, **named):
            found[name] += 1
            return function(*arguments, **named)

        return counting

    for function in (read_program, check):
        for module in [each for name, each in sys.modules.items() if name.startswith(("ui.", "itbcalc."))]:
            if vars(module).get(function.__name__) is function:
                monkeypatch.setattr(module, function.__name__, counted(function.__name__, function))
    for view in (CheckPanel, SchedulePanel, QuestionCard):
        monkeypatch.setattr(view, "show_state", counted(view.__name__, view.show_state))
    return found


def with_opened(main: MainPage, panels: tuple[str, ...]) -> None:
    """A night flex in the fields, and panels that were looked at since."""
    main.check.open_example(NIGHT)
    for panel in panels:
        main.show_panel(panel)
    if "practice" in panels:
        PracticePage(main)  # its scenarios are read beside the window


@pytest.mark.parametrize("panels", OPENED_BEFORE)
def test_a_keystroke_in_the_check_is_read_once_checked_once_and_drawn_there_alone(panels, main, counts):
    with_opened(main, panels)
    main.show_panel("check")
    main.check.line("current.daily_dose").setFocus()

    for key in "12":
        counts.clear()
        main.write(key)

        assert counts == {"read_program": 1, "check": 1, "CheckPanel": 1}


@pytest.mark.parametrize("panels", OPENED_BEFORE)
def test_a_keystroke_in_the_schedule_is_read_once_and_drawn_there_alone(panels, main, counts):
    with_opened(main, panels)
    schedule = main.go_to_schedule()
    schedule.line("new.steps.1.dose").setFocus()

    for key in "12":
        main.hold_the_check()
        counts.clear()
        main.write(key)
        assert counts == {"read_program": 1, "SchedulePanel": 1}

        main.wait_for_the_check()
        assert counts == {"read_program": 1, "check": 1, "SchedulePanel": 2}


def test_a_chosen_day_or_a_zone_is_drawn_without_another_reading(main, counts):
    with_opened(main, ("schedule",))
    schedule = main.go_to_schedule()
    counts.clear()

    schedule.travel_to("Asia/Tokyo")

    assert set(counts) == {"SchedulePanel"}
    assert schedule.travel_words


def test_the_other_view_catches_up_when_it_is_shown_and_reads_nothing_anew(main, counts):
    with_opened(main, ("schedule",))
    schedule = main.schedule
    main.show_panel("check")
    main.check.type_into("new.concentration", "1000")
    counts.clear()

    main.show_panel("schedule")

    assert counts == {"SchedulePanel": 1}
    # 260 mcg/day of 1000 mcg/mL
    assert schedule.totals["Volume per day"][1] == "0.26 mL"

    main.show_panel("check")
    main.show_panel("schedule")

    assert counts == {"SchedulePanel": 1}
