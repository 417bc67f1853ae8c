"""How the window asks: what may be typed, pasted and chosen in its fields, and what is said back."""

import tomllib

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from itbcalc.library.workstation import Look
from tests.ui.pages import LEFT, child
from ui.program.rows import SELDOM_FIELDS, SYSTEM_FIELDS

pytestmark = pytest.mark.gui

DIFFERS = "06-mistyped-concentration.toml"
BRIDGED = "04-2000-to-500-bridged.toml"


def test_a_moment_is_read_in_every_form_that_means_one_moment_alone(main):
    main.check.type_into("reservoir.zone", "Asia/Jerusalem")
    said = "22 Nov 2026 09:30"
    for typed in (said, "22 November 2026 9:30", "22.11.2026 9:30", "2026-11-22T09:30+02:00"):
        main.check.type_into("reservoir.at", typed)

        assert main.check.tone("reservoir.at") == "", typed
        assert main.check.note("reservoir.at") == ("" if typed == said else f"= {said}"), typed


def test_a_date_of_the_programmer_is_said_back_and_compared(main):
    main.check.open_example(DIFFERS)

    main.check.type_into("readouts.low_alarm_date", "14. 8. 2027")
    assert main.check.tone("readouts.low_alarm_date") == "refused"

    main.check.type_into("readouts.low_alarm_date", "8/14/2027")

    assert main.check.verdict("low_alarm_date") == "✓ match"  # 14 Aug 2027, by hand in the example
    assert "programmer = 14 Aug 2027" in main.check.note("low_alarm_date")


def test_a_date_that_can_be_read_two_ways_is_still_refused(main):
    main.check.open_example(DIFFERS)

    main.check.type_into("readouts.low_alarm_date", "8/9/2027")

    assert main.check.tone("readouts.low_alarm_date") == "refused"


def test_the_example_of_a_field_is_accepted_there(main):
    main.check.open_example(DIFFERS)
    for field in (each for line in (*SYSTEM_FIELDS, *SELDOM_FIELDS) for each in line if each.example):
        before = main.check.text_of(field.place)

        main.check.type_into(field.place, field.example)
        main.check.go_to("current.daily_dose")

        assert main.check.tone(field.place) == "", field.place
        if before:
            main.check.paste_into(field.place, before)
        else:
            main.check.type_into(field.place, "")


def test_a_pasted_value_loses_the_end_of_its_line(main):
    for end in ("\n", "\r\n", "\n\n"):
        main.check.paste_into("new.daily_dose", f"285{end}")

        assert main.check.text_of("new.daily_dose") == "285"

    main.check.paste_into("new.daily_dose", "28\n5")
    assert main.check.tone("new.daily_dose") == "refused"


def test_a_click_that_comes_back_to_a_field_selects_what_stands_there(main):
    main.check.type_into("new.daily_dose", "285")
    main.check.go_to("new.concentration")

    QTest.mouseClick(main.check.line("new.daily_dose"), LEFT)
    main.write("300")

    assert main.check.text_of("new.daily_dose") == "300"


def test_a_second_click_sets_the_cursor_and_keeps_what_stands_there(main):
    main.check.type_into("new.daily_dose", "285")
    field = main.check.line("new.daily_dose")
    QTest.mouseClick(field, LEFT)
    QTest.mouseClick(field, LEFT)

    assert not field.hasSelectedText()


def test_a_name_half_typed_is_no_stop_until_she_goes_on(main):
    main.check.open_example(DIFFERS)

    main.check.type_into("system.pump", "Synchro")

    assert main.check.tone("system.pump") == ""
    assert not main.check.finding("refused")

    main.check.go_to("system.tubing_volume")

    assert main.check.tone("system.pump") == "refused"
    assert main.check.finding("refused")


def test_a_name_that_no_pump_has_is_refused_at_once(main):
    main.check.type_into("system.pump", "Xyz")

    assert main.check.tone("system.pump") == "refused"


def test_a_pump_half_typed_is_not_recorded_as_none(main):
    main.check.open_example(DIFFERS)
    main.check.type_into("system.pump", "Synchro")

    main.press("Ctrl+R")

    assert main.check.tone("system.pump") == "refused"


def test_an_unknown_zone_is_answered_with_the_names_near_to_it(main):
    for typed, near in (
        ("Europe/Berln", "Europe/Berlin"),
        ("new york", "America/New_York"),
    ):
        main.check.type_into("reservoir.zone", typed)
        main.check.go_to("new.daily_dose")

        assert near in main.check.note("reservoir.zone"), typed


def test_a_part_that_one_name_alone_holds_is_that_name_once_she_goes_on(main):
    for place, typed, name in (
        ("reservoir.zone", "jerusalem", "Asia/Jerusalem"),
        ("system.pump", "synchromed ii 40", "SynchroMed II 40 mL"),
    ):
        main.check.type_into(place, typed)
        main.check.go_to("new.daily_dose")

        assert main.check.text_of(place) == name
        assert main.check.tone(place) == ""


def test_of_several_pumps_that_hold_what_was_typed_none_is_taken_and_each_is_named(main):
    """`ii 40` stands in three names; to name one of them alone would be a hint to the wrong pump."""
    main.check.type_into("system.pump", "ii 40")
    main.check.go_to("new.daily_dose")

    assert main.check.text_of("system.pump") == "ii 40"
    for name in ("SynchroMed II 40 mL", "SynchroMed III 40 mL", "Prometra II 40 mL"):
        assert name in main.check.note("system.pump")


def test_a_name_no_pump_has_is_not_answered_with_all_of_them(main):
    main.check.type_into("system.pump", "Xyz")

    assert len(main.check.note("system.pump")) < 120  # a line, not a page


def test_a_catheter_of_which_only_the_length_is_typed_says_what_else_is_needed(main):
    main.check.type_into("system.catheter", "90 cm")

    assert "89 cm × 0.0022 mL/cm" in main.check.note("system.catheter")


def test_enter_goes_from_the_last_field_of_the_table_to_one_that_is_still_open_above(main):
    main.check.open_example(DIFFERS)  # the concentration was not read
    last = main.check.line("readouts.bridge_duration")
    last.setFocus()
    QTest.keyClick(last, Qt.Key.Key_Return)

    assert main.keyboard is main.check.line("readouts.concentration")


def test_a_zone_is_completed_while_it_is_typed(main):
    main.check.type_into("reservoir.zone", "jerus")

    completer = main.check.line("reservoir.zone").completer()
    assert completer.currentCompletion() == "Asia/Jerusalem"
    assert main.check.tone("reservoir.zone") == ""


@pytest.mark.parametrize("panel", ["check", "schedule", "settings"])
def test_a_list_shows_all_that_can_be_chosen(main, panel):
    main.window.show_panel(panel)
    for box in main.window.panel(panel).findChildren(QComboBox):
        if not box.isVisible() or not box.isEnabled():
            continue
        box.setFocus()  # as a click does it
        QTest.qWait(1)
        box.showPopup()
        QTest.qWait(1)
        entries, last = box.view(), box.model().index(box.count() - 1, 0)
        assert entries.visualRect(last).bottom() < entries.viewport().height(), box.objectName()
        assert entries.sizeHintForColumn(0) <= entries.viewport().width(), box.objectName()
        box.hidePopup()


def test_the_entry_that_has_the_keyboard_is_seen_in_every_look(main):
    box = child(main.window, QComboBox, "field:new.mode")
    for look in Look:
        main.owner.settings.set({"look": look})
        main.owner.house.look_chosen.emit()
        box.setFocus()
        box.showPopup()
        QTest.qWait(1)
        entries = box.view()
        picture = entries.viewport().grab().toImage()
        marked, other = (
            picture.pixel(entries.visualRect(box.model().index(row, 0)).center() + QPoint(0, 8))
            for row in (box.currentIndex(), box.currentIndex() + 1)
        )
        assert marked != other, look
        box.hidePopup()


def test_the_summary_is_plain_text_with_step_verdict_and_findings(main):
    main.check.open_example(DIFFERS)

    main.press("Ctrl+Shift+S")
    copied = QGuiApplication.clipboard().text()

    assert "285 mcg/day" in copied
    assert "2 of 4 read-outs differ" in copied
    assert "differs" in copied
    assert "--working" not in copied  # that is said in the terminal
    assert main.message == "Copied the check as text"


def test_the_summary_names_what_could_not_be_read(main):
    main.check.open_example(BRIDGED)
    main.check.type_into("patient.age_years", "5,8")

    main.press("Ctrl+Shift+S")

    assert "Not read or missing: age" in QGuiApplication.clipboard().text()


# --- now


def test_the_moment_of_the_change_is_now_until_another_is_typed(main):
    """NOW is 22 Nov 2026 12:00 UTC: 14:00 in Jerusalem. 38 mL at 0.5 mL/day: 76 days later, 6 Feb 2027."""
    for place, text in {
        "system.pump": "SynchroMed II 40 mL",
        "reservoir.filled": "40",
        "reservoir.low_alarm": "2",
        "reservoir.zone": "Asia/Jerusalem",
        "current.concentration": "500",
        "new.concentration": "500",
        "current.daily_dose": "250",
        "new.daily_dose": "250",
    }.items():
        main.check.type_into(place, text)

    field = main.check.line("reservoir.at")
    assert field.text() == ""
    assert field.placeholderText() == "now, 22 Nov 14:00"
    assert field.accessibleDescription() == "now, 22 Nov 14:00"
    assert main.check.result("low_alarm_date") == "6 Feb 2027"
    assert "time of the change" not in str(main.check.finding("incomplete"))

    main.check.type_into("reservoir.at", "23 Nov 2026 14:00")
    assert main.check.result("low_alarm_date") == "7 Feb 2027"

    main.check.type_into("reservoir.zone", "")
    main.check.type_into("reservoir.at", "2026-11-23T14:00+02:00")
    assert "Dates keep the offset as typed (+02:00)" in main.check.finding("zone_not_said").detail

    main.check.type_into("reservoir.at", "now")
    said = main.check.finding("zone_not_said").detail
    assert "Now is by the computer's time zone (" in said
    assert "as typed" not in said

    main.check.type_into("reservoir.zone", "Asia/Jerusalem")
    assert main.check.note("reservoir.at") == "= 22 Nov 2026 14:00"
    assert main.check.result("low_alarm_date") == "6 Feb 2027"


def test_a_file_keeps_the_moment_it_was_saved_at(main, tmp_path):
    main.check.open_example(DIFFERS)
    kept = main.check.text_of("reservoir.at")
    assert kept == "22 Nov 2026 09:30"
    main.check.type_into("reservoir.at", "")

    main.press("Ctrl+S")
    main.type_file_name(str(tmp_path / "now.toml"))
    main.press("Ctrl+N")
    main.press("Ctrl+O")
    main.type_file_name(str(tmp_path / "now.toml"))

    assert main.check.text_of("reservoir.at") == "22 Nov 2026 14:00"


# --- what is published


def test_both_published_tubing_volumes_stand_there_to_be_clicked(main):
    """A SynchroMed II has 0.140 or 0.199 mL: none is taken for the other."""
    main.check.open_example("07-two-tubing-volumes.toml")
    main.check.type_into("system.tubing_volume", "")
    assert main.check.offers("system.tubing_volume") == ["0.14", "0.199"]

    main.check.take("system.tubing_volume", "0.199")

    assert main.check.text_of("system.tubing_volume") == "0.199"
    assert main.keyboard is main.check.line("system.tubing_volume")
    assert main.check.offers("system.tubing_volume") == ["0.14"]

    main.check.type_into("system.pump", "Prometra II 20 mL")
    assert main.check.offers("system.tubing_volume") == []


def test_another_drug_of_the_library_can_be_chosen(main, tmp_path):
    main.check.open_example("01-routine-increase.toml")
    main.check.open_seldom_fields()
    offered = main.check.field("new.drug")
    assert isinstance(offered, QComboBox)
    assert {offered.itemText(row) for row in range(offered.count())} >= {"Baclofen", "Morphine", "Ziconotide"}

    for place in ("current.drug", "new.drug"):
        main.check.choose(place, "morphine")

    assert main.check.therapy == "Morphine, simple continuous"
    assert main.check.finding("drug_not_covered") is not None
    main.press("Ctrl+S")
    main.type_file_name(str(tmp_path / "morphine.toml"))
    assert tomllib.loads((tmp_path / "morphine.toml").read_text())["new"]["drug"] == "morphine"

    main.check.choose("new.drug", "")
    assert main.check.therapy == "Baclofen, simple continuous"
