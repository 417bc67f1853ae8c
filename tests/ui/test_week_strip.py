"""Seven days side by side: chosen by click or arrow keys, said aloud, marked where they differ."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.pages import turn_wheel
from ui.states import DayState
from ui.widgets.week_strip import WeekStrip

pytestmark = pytest.mark.gui

NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LEVEL = ((0.0, 0.5),)
USUAL = tuple(DayState(name, "260 mcg", LEVEL) for name in NAMES)
WEEKEND = (*USUAL[:5], *(DayState(name, "200 mcg", ((0.0, 1.0),), differs=True) for name in NAMES[5:]))


@pytest.fixture
def strip(qtbot: QtBot) -> WeekStrip:
    """A strip alone, seven times a hundred wide."""
    widget = WeekStrip()
    qtbot.addWidget(widget)
    widget.resize(700, 92)
    widget.show_days(USUAL)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def day_image(strip: WeekStrip, day: int) -> QImage:
    """One day as painted."""
    return strip.grab().toImage().copy(day * 100, 0, 100, 92)


def test_a_click_chooses_the_day_below_it(strip, qtbot):
    for day in (3, 6, 0):
        with qtbot.waitSignal(strip.day_chosen) as chosen:
            QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=_middle(day))

        assert chosen.args == [day]
        assert strip.chosen() == day


def test_the_arrow_keys_go_from_day_to_day_and_stop_at_the_ends(strip):
    strip.setFocus()
    chosen = [strip.chosen()]
    for key in (Qt.Key.Key_Left, *(Qt.Key.Key_Right,) * 7, Qt.Key.Key_Left):
        QTest.keyClick(strip, key)
        chosen.append(strip.chosen())

    assert chosen == [0, 0, 1, 2, 3, 4, 5, 6, 6, 5]


def test_the_same_day_again_is_no_choice(strip, qtbot):
    with qtbot.assertNotEmitted(strip.day_chosen):
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=_middle(0))


def test_the_wheel_chooses_nothing(strip, qtbot):
    with qtbot.assertNotEmitted(strip.day_chosen):
        for notches in (-3, 1, 5):
            turn_wheel(strip, notches)


def test_the_week_is_said_aloud(strip):
    strip.show_days(WEEKEND)

    assert strip.accessibleName() == "The week"
    assert strip.accessibleDescription() == (
        "Mon 260 mcg, Tue 260 mcg, Wed 260 mcg, Thu 260 mcg, Fri 260 mcg, Sat 200 mcg, Sun 200 mcg"
    )


def test_without_days_there_is_no_strip_and_nothing_to_choose(strip, qtbot):
    strip.show_days(())

    assert strip.isHidden()
    assert strip.accessibleDescription() == ""
    with qtbot.assertNotEmitted(strip.day_chosen):
        strip.choose(2)


def test_the_chosen_day_and_one_that_differs_look_different(strip):
    monday, tuesday = day_image(strip, 0), day_image(strip, 1)
    assert monday != tuesday  # the frame; the names differ too

    strip.choose(1)
    assert day_image(strip, 0) != monday
    assert day_image(strip, 1) != tuesday

    saturday = day_image(strip, 5)
    strip.show_days(WEEKEND)
    assert day_image(strip, 5) != saturday


def test_a_higher_level_is_drawn_higher(strip):
    """The line of the level is the one row of pixels that reaches across the box, between the two words."""
    heights = {}
    for height in (0.0, 0.5, 1.0):
        strip.show_days(tuple(DayState("", "", ((0.0, height),)) for _ in NAMES))
        image = day_image(strip, 3)
        ground = image.pixelColor(50, 3)
        inked = [y for y in range(4, 88) if image.pixelColor(50, y) != ground]
        heights[height] = min(inked)

    assert heights[1.0] < heights[0.5] < heights[0.0]


# --- in the window


def test_the_week_of_the_schedule_chooses_the_day_that_is_drawn(main):
    main.check.open_example("21-quieter-weekends.toml")
    schedule = main.go_to_schedule()
    assert schedule.day.about.startswith("Mon, ")

    schedule.choose_day(5)
    assert schedule.day.about.startswith("Sat, ")
    assert "22.5 mcg/h" not in schedule.day.words  # the step of the working days

    schedule.strip.setFocus()
    main.press("Left")
    assert schedule.day.about.startswith("Fri, ")
    assert "08:00 to 14:00 22.5 mcg/h" in schedule.day.words


def test_tab_reaches_the_week(main):
    main.check.open_example("21-quieter-weekends.toml")
    schedule = main.go_to_schedule()
    schedule.line("readouts.steps.3.dose").setFocus()

    reached = [main.tab() for _ in range(6)]

    assert schedule.strip in reached


def test_a_chosen_day_stays_while_one_types_and_nothing_is_drawn(main):
    main.check.open_example("21-quieter-weekends.toml")
    schedule = main.go_to_schedule()
    schedule.choose_day(5)

    schedule.type_into("new.basal", ".5")
    assert schedule.week == ""
    schedule.type_into("new.basal", "300")

    assert schedule.strip.chosen() == 5
    assert schedule.day.about.startswith("Sat, ")


def _middle(day: int) -> QPoint:
    return QPoint(day * 100 + 50, 46)
