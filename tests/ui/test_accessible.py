"""What a screen reader hears: every value with what it is, every verdict, finding and picture, and a new stop by itself."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QComboBox, QFrame, QLabel, QLineEdit, QWidget

from tests.ui.pages import child, children, wait_for
from tests.ui.test_screens import PANELS
from ui.program.rows import VALUE_ROWS

pytestmark = pytest.mark.gui

DIFFERS = "06-mistyped-concentration.toml"
WEEKENDS = "21-quieter-weekends.toml"
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


def test_in_no_panel_anything_takes_the_keyboard_without_a_name_or_is_named_by_what_stands_in_it(main):
    main.check.open_example(WEEKENDS)
    main.check.open_other_rows()
    main.check.open_seldom_fields()
    for panel in PANELS:
        main.window.show_panel(panel)
        QApplication.processEvents()
        found = stops_in(main.window)
        assert len(found) > 5, panel
        nameless = [
            f"{type(each).__name__} {each.objectName()}"
            for each in found
            if name_of(each) in ("", value_of(each))
        ]

        assert nameless == [], panel


def test_every_list_has_a_label_beside_it(main):
    """On Linux Qt tells a screen reader what a list is by its label alone."""
    main.check.open_example(WEEKENDS)
    for panel in PANELS:
        main.window.show_panel(panel)
        labelled = [label.buddy() for label in main.window.findChildren(QLabel)]
        for box in main.window.panel(panel).findChildren(QComboBox):
            assert box in labelled, (panel, box.objectName())


def test_a_row_is_one_stop_where_nothing_is_typed_and_else_its_fields_alone(main):
    main.check.open_example(BRIDGED)
    main.check.open_other_rows()
    main.check.field("system.pump").setFocus()
    reached = [main.tab().objectName() for _ in range(120)]
    stops = reached[: reached.index("field:system.pump")]
    typed = {row.key: [f"field:{place}" for place in row.places] for row in VALUE_ROWS}

    assert len(stops) == len(set(stops))
    for row in main.check.rows:
        computed = [stop for stop in stops if stop.startswith(f"result:{row}:")]
        fields = [stop for stop in stops if stop in typed[row]]
        assert len(computed) == (0 if fields else 1), row


def test_rows_that_were_made_late_are_heard_and_reached_in_their_order(main):
    main.check.root.make_fields_of(("readouts.dead_volume", "readouts.prime_dose", "readouts.bridge_volume"))
    main.check.open_example(BRIDGED)
    main.check.open_other_rows()

    names = [each.objectName() for each in child(main.check.root, QWidget, "checkTable").children()]
    heard = [name.removeprefix("verdict:") for name in names if name.startswith("verdict:")]
    assert heard == [row.key for row in VALUE_ROWS if row.key in heard]
    main.check.field("system.pump").setFocus()
    reached = [main.tab().objectName().removeprefix("field:") for _ in range(120)]
    typed = [place for row in VALUE_ROWS for place in row.places]
    stops = [place for place in reached[: reached.index("system.pump")] if place in typed]
    assert stops == [place for place in typed if place in stops]
    assert {"readouts.dead_volume", "readouts.bridge_volume"} <= set(stops)


def test_a_field_that_is_made_while_nothing_can_be_typed_cannot_be_typed_into_either(main):
    late = ("bridge.dose", "new.drug", "line.prime.volume", "screening.boluses.1.dose")
    main.check.root.set_read_only(read_only=True)

    assert not any(main.check.field(place).isEnabled() for place in late)
    main.check.root.set_read_only(read_only=False)
    assert all(main.check.field(place).isEnabled() for place in late)


def test_what_is_offered_beside_a_field_is_not_taken_either_while_nothing_can_be_typed(main):
    main.check.type_into("system.pump", "SynchroMed II 40 mL")
    main.check.line("new.daily_dose").setFocus()
    main.check.root.set_read_only(read_only=True)
    main.check.take("system.tubing_volume", "0.199")
    assert main.check.text_of("system.tubing_volume") == ""

    main.check.root.set_read_only(read_only=False)
    main.check.take("system.tubing_volume", "0.199")
    assert main.check.text_of("system.tubing_volume") == "0.199"


def stops_in(window: QWidget) -> list[QWidget]:
    """What the keyboard comes to."""
    return [
        each
        for each in window.findChildren(QWidget)
        if each.isVisible() and each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        if each.focusProxy() is None
    ]


def name_of(widget: QWidget) -> str:
    if isinstance(widget, QComboBox):  # Qt gives its value away as its name on Linux: there its label counts
        return widget.accessibleName()
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name).strip() if interface is not None else ""


def value_of(widget: QWidget) -> str:
    if isinstance(widget, QLineEdit):
        return widget.text()
    return widget.currentText() if isinstance(widget, QComboBox) else ""


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
