"""The window by keyboard alone, and a wheel that changes nothing."""

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextBrowser,
    QWidget,
)

from tests.ui.pages import children, turn_wheel
from ui.check.rows import ASPIRATED, PLACES, VALUE_ROWS
from ui.questions.specs import PANELS

pytestmark = pytest.mark.gui

EXAMPLE = "06-mistyped-concentration.toml"
INPUTS = (QLineEdit, QComboBox, QCheckBox)
ALL_PANELS = ("check", *PANELS)


def inputs_of(panel: QWidget) -> list[QWidget]:
    return [widget for kind in INPUTS for widget in children(panel, kind, "field:")]


# --- the wheel


@pytest.mark.parametrize("focused", [False, True])
def test_the_wheel_over_a_field_or_choice_of_the_check_changes_nothing(focused, main):
    main.check.open_example(EXAMPLE)
    before, answers = main.check.texts, main.check.results
    for place in (*PLACES, ASPIRATED):
        widget = main.check.field(place)
        (widget if focused else main.window).setFocus()
        for notches in (-3, 1, 5):
            turn_wheel(widget, notches)

            assert main.check.texts == before, place
    assert main.check.results == answers


@pytest.mark.parametrize("panel", PANELS)
def test_the_wheel_over_a_field_of_a_question_changes_nothing(panel, main):
    main.show_panel(panel)
    fields = inputs_of(main.window.panel(panel))
    for field in fields:
        field.setText("5 mL")
    for field in fields:
        for focus in (field, main.window):
            focus.setFocus()
            for notches in (-3, 1, 5):
                turn_wheel(field, notches)

    assert [field.text() for field in fields] == ["5 mL"] * len(fields)


def test_the_wheel_over_results_and_findings_changes_nothing(main):
    main.check.open_example(EXAMPLE)
    before = main.check.texts
    for label in main.check.root.findChildren(QLabel):
        turn_wheel(label, -2)

    assert main.check.texts == before


# --- where the keyboard goes


def test_tab_goes_through_every_input_of_the_check_panel_row_by_row(main):
    main.press("Alt+P")
    reached = []
    for _ in range(100):
        reached.append(main.keyboard.objectName().removeprefix("field:"))
        if main.tab().objectName() == "field:system.pump":
            break

    fields = [place for place in reached if place in (*PLACES, ASPIRATED)]
    assert sorted(fields) == sorted((*PLACES, ASPIRATED))
    table = [place for row in VALUE_ROWS for place in (row.now, row.new, row.programmer) if place]
    assert [place for place in fields if place in table] == table


@pytest.mark.parametrize("panel", PANELS)
def test_tab_goes_through_every_input_of_a_side_panel(panel, main):
    main.show_panel(panel)
    wanted = {id(widget) for widget in inputs_of(main.window.panel(panel))}
    reached = set()
    for _ in range(150):
        reached.add(id(main.tab()))

    assert wanted <= reached


def test_shift_tab_goes_back(main):
    main.press("Alt+C")
    first = main.keyboard

    assert main.tab() is not first
    assert main.tab(back=True) is first


def test_each_alt_key_reaches_its_own_field(main):
    labels = [
        label
        for label in main.check.root.findChildren(QLabel)
        if "&" in label.text() and label.buddy() is not None
    ]
    keys = [label.text()[label.text().index("&") + 1].upper() for label in labels]
    assert len(labels) >= 10
    assert len(set(keys)) == len(keys), "two fields share a key"
    assert "M" not in keys, "Alt+M is the menu"

    for key, label in zip(keys, labels, strict=True):
        main.window.setFocus()
        main.press(f"Alt+{key}")

        assert main.keyboard is label.buddy(), label.text()


def test_a_label_with_an_alt_key_shows_no_ampersand(main):
    for label in main.check.root.findChildren(QLabel):
        assert "&" not in label.text() or label.buddy() is not None, label.text()


@pytest.mark.parametrize(
    ("keys", "panel"),
    [
        ("Ctrl+2", "reservoir"),
        ("Ctrl+3", "mixing"),
        ("Ctrl+4", "bridge"),
        ("F1", "help"),
        ("Ctrl+1", "check"),
    ],
)
def test_keys_bring_each_panel_to_the_front(keys, panel, main):
    main.show_panel("help" if panel == "check" else "check")

    main.press(keys)

    assert main.panel == panel


def test_the_rail_brings_each_panel_to_the_front(main):
    for panel in (*PANELS, "help", "check"):
        main.show_panel(panel)

        assert main.panel == panel


def test_a_side_panel_keeps_what_was_typed(main):
    dilute = main.question("mixing", "dilute")
    dilute.type_into("stock", "2000")
    main.show_panel("check")

    assert main.question("mixing", "dilute").text_of("stock") == "2000"


# --- for a screen reader


@pytest.mark.parametrize("panel", [*ALL_PANELS, "help"])
def test_everything_that_takes_the_keyboard_has_a_name(panel, main):
    main.show_panel(panel)
    if panel == "check":
        main.check.open_example(EXAMPLE)
    kinds = (*INPUTS, QAbstractButton, QPlainTextEdit, QTextBrowser)
    widgets = {widget for kind in kinds for widget in main.window.findChildren(kind) if widget.isVisible()}
    nameless = [
        f"{type(widget).__name__} {widget.objectName()}" for widget in widgets if not spoken_name(widget)
    ]

    assert nameless == []


def test_names_of_inputs_tell_them_apart(main):
    for panel in ALL_PANELS:
        main.show_panel(panel)
    for holder in (main.check.root, *(card for name in PANELS for card in main.window.panel(name).cards)):
        names = [spoken_name(widget) for widget in inputs_of(holder)]
        assert len(set(names)) == len(names), sorted(names)


def test_a_result_is_spoken_with_its_row_and_column(main):
    main.check.open_example(EXAMPLE)

    label = main.check.root.findChild(QLabel, "result:flow_rate:new")

    assert "Flow rate, new" in spoken_name(label)
    assert "0.1425 mL/day" in main.check.root.accessibleDescription()
    assert "2 of 4 read-outs differ" in main.check.root.accessibleDescription()


def spoken_name(widget: QWidget) -> str:
    """What a screen reader says the widget is. For a choice Qt gives what is chosen, and the name beside it."""
    if isinstance(widget, QComboBox):
        return widget.accessibleName()
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""
