"""200 % scaling: a screen of 1280 x 800 is 640 x 400 then, and nothing is out of reach."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QPushButton, QScrollArea, QToolButton, QWidget

from itbcalc.desk.fields import PLACES
from tests.ui.pages import child, children
from ui.questions.specs import QUESTIONS

pytestmark = pytest.mark.gui

EXAMPLE = "06-mistyped-concentration.toml"
SCHEDULED = "21-quieter-weekends.toml"


@pytest.fixture
def small(main):
    """The window at 640 x 400."""
    main.window.resize(640, 400)
    QApplication.processEvents()
    return main


def test_the_window_becomes_as_small_as_that(small):
    assert (small.window.width(), small.window.height()) == (640, 400)


def test_the_findings_move_above_the_table_and_back_beside_it(small):
    small.check.open_example(EXAMPLE)
    side = child(small.window, QWidget, "side")
    table = child(small.check.root, QScrollArea, "checkScroll")

    assert top_of(side, small.window) < top_of(table, small.window)

    small.window.resize(1280, 800)
    QApplication.processEvents()
    assert left_of(side, small.window) > left_of(table, small.window)


def test_every_field_comes_into_sight_with_the_keyboard(small):
    small.check.open_example(EXAMPLE)
    small.check.open_other_rows()
    small.press("Alt+P")
    unseen = []
    for _ in range(80):
        widget = small.tab()
        QApplication.processEvents()
        place = widget.objectName().removeprefix("field:")
        if place in PLACES and not in_sight(widget):
            unseen.append(place)

    assert unseen == []


def test_every_finding_and_the_working_can_be_scrolled_into_sight(small):
    small.check.open_example(EXAMPLE)
    small.check.open_other_rows()
    assert small.check.findings  # nothing is looked for any more
    for widget in (
        *children(small.check.root, QFrame, "finding:"),
        child(small.check.root, QWidget, "workingText"),
        child(small.check.root, QWidget, "verdict:prime_dose"),
    ):
        scroll_to(widget)

        assert not widget.visibleRegion().isEmpty(), widget.objectName()


def test_an_example_can_be_reached_from_the_empty_window(small):
    for button in children(small.check.root, QPushButton, "example:"):
        scroll_to(button)

        assert not button.visibleRegion().isEmpty(), button.objectName()


def test_every_field_of_the_schedule_comes_into_sight_with_the_keyboard(small):
    small.check.open_example(SCHEDULED)
    schedule = small.go_to_schedule()
    schedule.field("new.mode").setFocus()
    unseen, reached = [], set()
    for _ in range(60):
        widget = small.tab()
        QApplication.processEvents()
        place = widget.objectName().removeprefix("field:")
        reached.add(place)
        if place in schedule.root.fields() and not in_sight(widget):
            unseen.append(place)

    assert unseen == []
    assert {
        "new.basal",
        "new.steps.3.dose",
        "new.patient_bolus.per_day",
        "readouts.steps.3.dose",
        "travel",
    } <= reached


def test_the_pictures_of_the_schedule_stand_below_its_fields_and_can_be_scrolled_into_sight(small):
    small.check.open_example(SCHEDULED)
    schedule = small.go_to_schedule()
    canvas = schedule.day.wait_until_drawn()
    last = schedule.line("readouts.steps.3.dose")

    assert top_of(schedule.day.root, small.window) > top_of(last, small.window)
    for widget in (canvas, schedule.strip, child(schedule.root, QWidget, "result:total:1")):
        scroll_to(widget)
        assert not widget.visibleRegion().isEmpty(), widget.objectName()

    small.window.resize(1280, 800)
    QApplication.processEvents()
    assert left_of(schedule.day.root, small.window) > left_of(last, small.window)


def test_the_tip_can_be_scrolled_into_sight(small):
    small.check.open_example("05-2000-to-500-no-bridge.toml")
    canvas = small.tip.wait_until_drawn()

    scroll_to(canvas)

    assert not canvas.visibleRegion().isEmpty()


def test_every_field_of_a_question_can_be_scrolled_into_sight(small):
    for question in QUESTIONS:
        card = small.question(question.command).root
        QApplication.processEvents()
        for field in children(card, QLineEdit, "field:"):
            scroll_to(field)

            assert in_sight(field), (question.command, field.objectName())


def test_the_commands_of_the_header_and_the_rail_are_all_there(small):
    buttons = [
        *children(small.window, QPushButton, "button:"),
        *children(small.window, QToolButton, "rail:"),
        child(small.window, QToolButton, "menuButton"),
    ]
    assert len(buttons) >= 9
    for button in buttons:
        assert button.visibleRegion().boundingRect().size() == button.size(), button.objectName()
        assert button.sizeHint().height() <= button.height(), f"{button.objectName()}: its words are cut off"


def test_what_the_program_is_not_is_still_said(small):
    label = child(small.window, QWidget, "notice")

    assert label.visibleRegion().boundingRect().size() == label.size()
    room = label.fontMetrics().boundingRect(label.rect(), Qt.TextFlag.TextWordWrap, small.notice)
    assert label.rect().contains(room)


def scroll_to(widget: QWidget) -> None:
    """As she would: scrolls every area around the widget."""
    area = widget.parentWidget()
    while area is not None:
        if isinstance(area, QScrollArea):
            area.ensureWidgetVisible(widget)
        area = area.parentWidget()
    QApplication.processEvents()


def in_sight(widget: QWidget) -> bool:
    """Whether most of the widget can be seen."""
    seen = widget.visibleRegion().boundingRect()
    return seen.width() * seen.height() * 2 >= widget.width() * widget.height()


def top_of(widget: QWidget, window: QWidget) -> int:
    return widget.mapTo(window, QPoint(0, 0)).y()


def left_of(widget: QWidget, window: QWidget) -> int:
    return widget.mapTo(window, QPoint(0, 0)).x()
