"""What a screen reader hears: every value with what it is, every verdict, finding and picture, and a new stop by itself."""

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QComboBox, QFrame, QLabel, QLineEdit, QPlainTextEdit, QWidget

from tests.ui.pages import child, children, wait_for

pytestmark = pytest.mark.gui

DIFFERS = "06-mistyped-concentration.toml"
BRIDGED = "04-2000-to-500-bridged.toml"


def heard(widget: QWidget) -> str:
    """Name and description of a widget, as they reach a screen reader."""
    interface = QAccessible.queryAccessibleInterface(widget)
    assert interface is not None
    return f"{interface.text(QAccessible.Text.Name)} {interface.text(QAccessible.Text.Description)}"


def test_a_value_is_heard_with_what_the_programmer_shows_and_what_that_comes_to(main):
    main.check.open_example(DIFFERS)
    value = child(main.check.root, QLabel, "result:flow_rate:new")

    assert value.accessibleName() == (
        "Flow rate, new, recomputed 0.1425 mL/day; programmer shows 0.570; differs"
    )
    field = main.check.line("readouts.flow_rate")
    assert field.accessibleDescription() == "recomputed 0.1425 mL/day; differs"

    main.check.type_into("readouts.flow_rate", "0.1425")

    assert value.accessibleName() == (
        "Flow rate, new, recomputed 0.1425 mL/day; programmer shows 0.1425; match"
    )
    main.check.type_into("new.daily_dose", "")
    assert value.accessibleName() == "Flow rate, new, recomputed"
    assert field.accessibleDescription() == ""


def test_every_visible_text_can_be_reached(main):
    main.check.open_example(BRIDGED)
    main.check.open_other_rows()
    main.tip.wait_until_drawn()
    unheard = [
        label.text()
        for label in main.window.findChildren(QLabel)
        if label.isVisible() and label.text() and bare(label.text()) not in heard(label).replace("&", "")
    ]

    assert unheard == []


def bare(text: str) -> str:
    """A text without sign and underlined letter."""
    return text.replace("&", "").lstrip("✓✗?–▲●○ ").partition("…")[0]


def test_nothing_that_takes_the_keyboard_is_without_a_name_or_named_by_what_stands_in_it(main):
    main.check.open_example(DIFFERS)
    main.check.open_other_rows()
    main.check.open_seldom_fields()
    kinds = (QLineEdit, QComboBox, QAbstractButton, QPlainTextEdit)
    for widget in (each for kind in kinds for each in main.window.findChildren(kind) if each.isVisible()):
        name = widget.accessibleName() or heard(widget).strip()
        assert name, widget.objectName()
        value = widget.text() if isinstance(widget, QLineEdit) else ""
        value = widget.currentText() if isinstance(widget, QComboBox) else value
        assert name != value, widget.objectName()


def test_every_list_has_a_label_beside_it(main):
    main.check.open_example("21-quieter-weekends.toml")
    schedule = main.go_to_schedule()
    for root in (main.check.root, schedule.root):
        for box in root.findChildren(QComboBox):
            labels = [label for label in box.parentWidget().findChildren(QLabel) if label.buddy() is box]
            assert labels, box.objectName()


def test_every_finding_is_heard_whole(main):
    main.check.open_example(DIFFERS)

    for finding, card in zip(main.check.findings, children(main.check.root, QFrame, "finding:"), strict=True):
        assert finding.title.lstrip("✗▲●○ ") in heard(card)
        assert finding.detail in heard(card)


def test_a_new_stop_is_said_aloud_once_typing_rests(main, qtbot):
    main.check.open_example("01-routine-increase.toml")
    said = []
    main.check.root.announced.connect(said.append)

    main.check.type_into("readouts.flow_rate", "0.9")
    assert said == []  # she may still be typing
    wait_for(lambda: bool(said))

    assert len(said) == 1
    assert "The flow rate on the programmer differs" in said[0]

    main.check.type_into("readouts.daily_volume", "3")
    qtbot.wait(1200)
    assert len(said) == 1  # the gravest is the same
