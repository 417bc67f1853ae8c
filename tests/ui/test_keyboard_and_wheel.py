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
    QPushButton,
    QTextBrowser,
    QWidget,
)

from itbcalc.desk.fields import PLACES
from tests.ui.keys import CountedKeys
from tests.ui.pages import child, children, turn_wheel, wait_for
from ui.program.rows import VALUE_ROWS
from ui.questions.specs import QUESTIONS

pytestmark = pytest.mark.gui

EXAMPLE = "06-mistyped-concentration.toml"
INPUTS = (QLineEdit, QComboBox, QCheckBox)
SCHEDULED = "21-quieter-weekends.toml"
ALL_PANELS = ("check", "schedule", "questions")
COMMANDS = [question.command for question in QUESTIONS]


def inputs_of(panel: QWidget) -> list[QWidget]:
    return [widget for kind in INPUTS for widget in children(panel, kind, "field:")]


# --- undo


def test_undo_in_a_field_takes_back_what_was_typed_in_the_whole_program(main):
    hand, check = CountedKeys(main), main.check
    check.line("current.daily_dose").setFocus()
    hand.type("460")
    check.line("new.daily_dose").setFocus()
    hand.type("500")

    hand.press("Ctrl+Z", "Ctrl+Z")
    taken_back = check.text_of("current.daily_dose"), check.text_of("new.daily_dose")
    hand.press("Ctrl+Y", "Ctrl+Shift+Z")

    assert taken_back == ("", "")
    assert (check.text_of("current.daily_dose"), check.text_of("new.daily_dose")) == ("460", "500")


# --- the wheel


@pytest.mark.parametrize("focused", [False, True])
def test_the_wheel_over_a_field_or_choice_of_the_check_changes_nothing(focused, main):
    main.check.open_example(EXAMPLE)
    before, answers = main.check.texts, main.check.results
    for place in PLACES:
        widget = main.check.field(place)
        (widget if focused else main.window).setFocus()
        for notches in (-3, 1, 5):
            turn_wheel(widget, notches)

            assert main.check.texts == before, place
    assert main.check.results == answers


@pytest.mark.parametrize("focused", [False, True])
def test_the_wheel_over_the_schedule_changes_nothing(focused, main):
    main.check.open_example(SCHEDULED)
    schedule = main.go_to_schedule()
    before, totals, chosen = schedule.texts, schedule.totals, schedule.strip.chosen()
    canvas = schedule.day.wait_until_drawn()
    for widget in (
        *schedule.root.fields().values(),
        schedule.strip,
        canvas,
        *schedule.root.findChildren(QLabel),
    ):
        (widget if focused else main.window).setFocus()
        for notches in (-3, 1, 5):
            turn_wheel(widget, notches)

    assert not main.owner.program.check_waits
    assert (schedule.texts, schedule.totals, schedule.strip.chosen()) == (before, totals, chosen)


def test_the_wheel_over_a_field_of_a_question_changes_nothing(main):
    panel = "questions"
    main.show_panel(panel)
    fields = inputs_of(main.window.panel(panel))
    for field in fields:
        if isinstance(field, QLineEdit):
            field.setText("5 mL")
        else:
            field.setCurrentIndex(1)
    before = [card.texts() for card in main.window.panel(panel).cards]
    for field in fields:
        for focus in (field, main.window):
            focus.setFocus()
            for notches in (-3, 1, 5):
                turn_wheel(field, notches)

    assert sum(len(texts) for texts in before) == len(fields)
    assert [card.texts() for card in main.window.panel(panel).cards] == before


def test_the_wheel_over_results_and_findings_changes_nothing(main):
    main.check.open_example(EXAMPLE)
    before = main.check.texts
    for label in main.check.root.findChildren(QLabel):
        turn_wheel(label, -2)

    assert main.check.texts == before


# --- where the keyboard goes


# Shown once something was done to the line.
WITH_THE_LINE = {
    "line.tubing",
    "line.catheter",
    "line.prime.volume",
    "line.prime.duration",
    "current.really.concentration",
    "patient.last_increase",
}
OF_FIXED_FLOW = {"system.fixed_flow_rate"}  # shown of such a pump


def test_tab_goes_through_every_input_of_the_check_panel_row_by_row(main):
    main.check.open_other_rows()
    main.check.open_seldom_fields()
    main.press("Alt+P")
    reached = []
    for _ in range(200):
        reached.append(main.keyboard.objectName().removeprefix("field:"))
        if main.tab().objectName() == "field:system.pump":
            break

    absent = {row.programmer for row in VALUE_ROWS if row.comes_and_goes}
    fields = [place for place in reached if place in PLACES]
    screening = {place for place in PLACES if place.startswith("screening.")}  # shown where a therapy begins
    assert sorted(fields) == sorted(set(PLACES) - absent - WITH_THE_LINE - OF_FIXED_FLOW - screening)
    rows = [row for row in VALUE_ROWS if not row.comes_and_goes]
    table = [place for row in rows for place in (row.now, row.new, row.programmer) if place]
    assert [place for place in fields if place in table] == table


def test_tab_goes_from_bolus_to_bolus_of_a_screening_trial_and_on_into_the_table(main):
    """A row is there when it is asked for: it comes where it stands, not behind all that was there before."""
    main.check.open_example("22-first-dose-after-screening.toml")
    main.check.type_into("screening.boluses.3.dose", "75")  # the row of the fourth appears
    main.check.field("screening.boluses.1.dose").setFocus()
    reached = [main.keyboard.objectName()] + [main.tab().objectName() for _ in range(20)]

    keys = ("dose", "at", "effect", "adverse_reaction")
    trial = [f"field:screening.boluses.{number}.{key}" for number in (1, 2, 3, 4) for key in keys]
    assert reached[:16] == trial
    in_the_table = {f"field:{place}" for row in VALUE_ROWS for place in (row.now, row.new, row.programmer)}
    assert in_the_table & {*reached[16:]}


def test_tab_goes_through_every_input_of_a_question(main):
    for command in COMMANDS:
        wanted = inputs_of(main.question(command).root)
        reached = {id(main.tab()) for _ in range(60)}

        assert {id(widget) for widget in wanted} <= reached, command


def test_tab_goes_through_a_schedule_from_the_mode_to_the_programmers_list(main):
    main.check.open_example("18-night-flex.toml")
    schedule = main.go_to_schedule()
    schedule.field("new.mode").setFocus()
    reached = []
    while (place := main.keyboard.objectName().removeprefix("field:")) != "travel" and len(reached) < 100:
        reached.append(place)
        main.tab()

    own = ["new.mode", "new.basal", "new.steps_replace_basal"]
    own += [f"new.steps.{row}.{key}" for row in (1, 2, 3) for key in ("start", "duration", "dose")]
    own += [f"new.patient_bolus.{key}" for key in ("dose", "duration", "lockout", "per_day")]
    own += [
        f"readouts.steps.{row}.{key}"
        for row in (1, 2, 3)
        for key in ("day", "start", "end", "dose_rate", "dose")
    ]
    assert [place for place in reached if place in schedule.root.fields()] == own


def test_tab_goes_from_the_days_to_their_own_steps_and_on_to_the_patient_boluses(main):
    schedule = main.go_to_schedule()
    schedule.choose_mode("flex")
    schedule.add_other_days("sat sun")
    reached = ["new.groups.1.days"]
    while reached[-1] != "new.patient_bolus.dose" and len(reached) < 30:
        reached.append(main.tab().objectName().removeprefix("field:"))

    assert reached[1:4] == [
        "new.groups.1.basal",
        "new.groups.1.steps_replace_basal",
        "new.groups.1.steps.1.start",
    ]
    assert reached[-2:] == ["new.groups.1.steps.3.dose", "new.patient_bolus.dose"]


def test_alt_n_and_alt_r_bring_the_new_therapy_and_the_one_now(main):
    schedule = main.go_to_schedule()
    for keys, shown, hidden in (
        ("Alt+R", "current", "new"),
        ("Alt+N", "new", "current"),
        ("Alt+R", "current", "new"),
    ):
        main.press(keys)

        wait_for(schedule.field(f"{shown}.mode").isVisible)
        assert not schedule.field(f"{hidden}.mode").isVisible()

    main.press("Alt+T")
    assert main.keyboard is schedule.line("travel")


def test_the_arrow_keys_go_from_the_tab_of_every_day_to_that_of_other_days(main):
    main.check.open_example(SCHEDULED)
    schedule = main.go_to_schedule()
    assert schedule.line("new.basal").isVisible()

    child(schedule.root, QPushButton, "tab:new").setFocus()
    main.press("Right")

    assert schedule.line("new.groups.1.basal").isVisible()
    assert not schedule.line("new.basal").isVisible()


def test_shift_tab_goes_back(main):
    main.press("Alt+C")
    first = main.keyboard

    assert main.tab() is not first
    assert main.tab(back=True) is first


def test_each_alt_key_reaches_its_own_field(main):
    main.check.open_other_rows()
    main.check.open_seldom_fields()
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


KEYS = {
    "Ctrl+2": "schedule",
    "Ctrl+3": "questions",
    "Ctrl+4": "refills",
    "Ctrl+5": "log",
    "Ctrl+6": "practice",
    "F1": "help",
    "Ctrl+1": "check",
}


def test_keys_bring_each_panel_to_the_front(main):
    for keys, panel in KEYS.items():
        main.show_panel("help" if panel == "check" else "check")

        main.press(keys)

        assert main.panel == panel


def test_the_rail_brings_each_panel_to_the_front(main):
    for panel in ("schedule", "questions", "help", "check"):
        main.show_panel(panel)

        assert main.panel == panel


def test_a_side_panel_keeps_what_was_typed(main):
    dilute = main.question("dilute")
    dilute.type_into("stock", "2000")
    main.show_panel("check")

    assert main.question("dilute").text_of("stock") == "2000"


# --- for a screen reader


def test_everything_that_takes_the_keyboard_has_a_name(main):
    for panel in (*ALL_PANELS, "help"):
        if panel in ("check", "schedule"):
            main.owner.program.open_example(SCHEDULED if panel == "schedule" else EXAMPLE)
        main.show_panel(panel)
        kinds = (*INPUTS, QAbstractButton, QPlainTextEdit, QTextBrowser)
        widgets = {
            widget for kind in kinds for widget in main.window.findChildren(kind) if widget.isVisible()
        }
        nameless = [
            f"{type(widget).__name__} {widget.objectName()}" for widget in widgets if not spoken_name(widget)
        ]

        assert widgets, panel
        assert nameless == [], panel


def test_names_of_inputs_tell_them_apart(main):
    main.check.open_example(SCHEDULED)
    for panel in ALL_PANELS:
        main.show_panel(panel)
    cards = main.window.panel("questions").cards
    for holder in (main.check.root, main.schedule.root, *cards):
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
