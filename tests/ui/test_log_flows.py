"""The log as a nurse uses it: record, read back, look it up, void, verify."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QRadioButton

from itbcalc.desk.writer import LogWriter
from itbcalc.log.folders import log_path
from tests.ui.log_pages import AskingPage, LogPage, record
from tests.ui.pages import MainPage, child, wait_for
from tests.ui.test_screens import clipped

pytestmark = pytest.mark.gui

SIMPLE = "01-routine-increase.toml"
WEEKENDS = "21-quieter-weekends.toml"
UNBRIDGED = "03-500-to-2000-no-bridge.toml"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def no_backup_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The backup that the window makes by itself is an entry too: here only what somebody does is counted."""
    monkeypatch.setattr(LogWriter, "backup_due", lambda _: False)


def test_the_empty_log_says_what_to_do_and_makes_no_file(main: MainPage):
    log = LogPage(main)

    assert "press Record" in log.about
    assert log.rows == []
    assert not any(log.can_press(name) for name in ("verify", "export", "backUp", "anchor", "void"))
    assert not log_path().exists()


def test_another_concentration_is_named_where_it_is_recorded_and_what_is_asked_is_counted(main: MainPage):
    main.check.open_example("06-mistyped-concentration.toml")
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")

    assert asking.about == "P-0147: 250 mcg/day → 285 mcg/day, 500 mcg/mL → 2,000 mcg/mL"
    # that it is an example, the flow rate and the day of the alarm
    assert len(asking.asked) == 3
    assert asking.text("recordDialog:needed") == "Each of these 3 needs an answer:"


def test_a_checked_step_is_recorded_with_one_key_and_read_back(main: MainPage):
    main.check.open_example(SIMPLE)
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    assert asking.about == "P-0101: 320 mcg/day → 368 mcg/day"
    assert asking.asked == [
        "This is an example, of no patient. Its system, reservoir and moment are those of the example ‘Routine increase’. "
        "What is written in the log stays: type yes if it is to stand there all the same."
    ]
    asking.fill(author="M. Levi", role="nurse")
    asking.write()
    assert asking.problem.startswith("Not saved: ")
    (field,) = (each for each in asking.root.findChildren(QLineEdit) if each.accessibleName() in asking.asked)
    field.setText("agreed with Dr B")  # no reason will do
    asking.write()
    assert asking.problem.startswith("Not saved: only ‘yes’")
    assert not log_path().exists()
    asking.answer_all("yes")
    asking.write()
    assert main.message == "Saved: entry 1 of the log"

    reading = AskingPage(main, "readBackDialog")
    assert reading.about == "Entry 1: read back"
    # 368 / 2000 mL/day
    assert reading.text("readBackDialog:shown") == (
        "P-0101: 368 mcg/day at 2,000 mcg/mL, simple continuous.\nFlow rate 0.184 mL/day."
    )
    reading.choose("running")
    reading.write()

    log = LogPage(main)
    assert [(row["no."], row["what"], row["daily dose"], row["read back"]) for row in log.rows] == [
        ("2", "read-back: running", "", ""),
        ("1", "dose step", "368 mcg/day", "running"),
    ]
    assert {row["patient"] for row in log.rows} == {"P-0101"}
    assert log.about == "2 entries"


def test_the_schedule_of_a_week_is_read_back_day_by_day_and_nothing_of_it_is_cut(main: MainPage):
    """135 mcg in 6 h are 22.5 mcg/h, 300 / 24 = 12.5."""
    record(main, WEEKENDS, state="")
    LogPage(main).press("readBack")
    reading = AskingPage(main, "readBackDialog")

    lines = reading.text("readBackDialog:schedule").splitlines()
    assert lines[0].split() == ["Mon", "Tue", "Wed", "Thu", "Fri", "360", "mcg"]
    assert lines[2].split()[:5] == ["08:00", "to", "14:00", "22.5", "mcg/h"]
    assert lines[4].split() == ["Sat", "Sun", "300", "mcg"]
    assert clipped(reading.root) == []


def test_a_long_refusal_takes_no_room_from_the_fields(main: MainPage):
    """The log of before is gone: where it was, and what can be done, is said in four lines."""
    record(main, SIMPLE)
    log_path().unlink()
    main.press("Ctrl+N")
    main.check.open_example(SIMPLE)
    main.check.paste_into("system.tubing_volume", "0.199")  # no example any more: nothing is asked
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    assert asking.asked == []
    asking.fill(author="M. Levi")
    fields = [each for each in asking.root.findChildren(QLineEdit) if each.isVisible()]
    before = [each.height() for each in fields]

    asking.write()
    QApplication.processEvents()

    assert "it is gone" in asking.problem
    assert [each.height() for each in fields] == before
    assert clipped(asking.root) == []


def test_what_is_recorded_is_what_stands_in_the_fields(main: MainPage):
    main.check.open_example(SIMPLE)
    main.check.paste_into("new.daily_dose", "350")
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    assert asking.about == "P-0101: 320 mcg/day → 350 mcg/day"
    assert asking.asked  # the read-outs are those of 368
    asking.fill(author="M. Levi")
    asking.answer_all("the print-out is of the plan before")
    asking.write()
    AskingPage(main, "readBackDialog").cancel()

    log = LogPage(main)
    assert "new daily dose: 350 mcg/day" in log.entry
    # 350 ÷ 2000 mL/day
    assert "0.175 mL/day  (exactly 7/40)" in log.entry
    assert "answered: the print-out is of the plan before" in log.entry


def test_a_step_that_nobody_read_back_stays_marked_until_it_is_seen_running(main: MainPage):
    record(main, SIMPLE, state="")
    log = LogPage(main)
    assert log.rows[0]["read back"] == "NOT READ BACK"
    assert "1 without a read-back" in log.about

    log.press("readBack")
    reading = AskingPage(main, "readBackDialog")
    assert reading.about == "Entry 1: read back"
    reading.choose("stopped")
    reading.fill(note="seen on the programmer at 10:05")
    reading.write()
    assert log.rows[1]["read back"] == "STOPPED"
    assert "1 without a read-back" in log.about

    log.select(1)
    log.press("readBack")
    reading = AskingPage(main, "readBackDialog")
    reading.choose("running")
    reading.write()
    assert log.rows[2]["read back"] == "running"
    assert log.about == "3 entries"


def test_no_state_of_the_pump_is_chosen_by_habit(main: MainPage):
    """The keyboard is seen from the start, and Enter alone records nothing."""
    record(main, SIMPLE, state="")
    LogPage(main).press("readBack")
    reading = AskingPage(main, "readBackDialog")
    running, stopped, not_read = (
        child(reading.root, QRadioButton, f"state:{key}") for key in ("running", "stopped", "not_read")
    )
    assert main.keyboard is running
    assert not any(button.isChecked() for button in (running, stopped, not_read))

    QTest.keyClick(running, Qt.Key.Key_Return)
    assert reading.root.isVisible()
    assert reading.problem.startswith("Not saved: ")

    reading.root.activateWindow()
    QTest.keySequence(reading.root, "Alt+R")
    wait_for(running.isChecked)
    reading.write()
    assert LogPage(main).rows[1]["read back"] == "running"


def test_the_step_just_recorded_is_the_one_selected_whoever_was_looked_at_before(main: MainPage):
    """Its sheet is printed next: that of another visit would go into the wrong file."""
    record(main, SIMPLE)
    log = LogPage(main)
    assert log.selected == "1"  # the newest step, not its read-back
    log.choose_patient("P-0101")

    record(main, UNBRIDGED)

    log = LogPage(main)
    assert log.selected == "3"
    assert "Patient P-0103" in log.entry


def test_that_nobody_read_back_stands_beside_the_fields_until_somebody_did(main: MainPage):
    record(main, SIMPLE, state="")
    assert main.mode.startswith("Recorded: entry 1, P-0101. NOT READ BACK")

    LogPage(main).press("readBack")
    reading = AskingPage(main, "readBackDialog")
    reading.choose("running")
    reading.write()
    main.show_panel("check")
    assert main.mode == "Recorded: entry 1, P-0101. Read back: running."

    main.press("Ctrl+N")
    assert main.mode == ""


def test_what_is_not_saved_says_what_to_do_in_words(main: MainPage):
    main.check.open_example(UNBRIDGED)
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    asking.fill(author="M. Levi")
    asking.answer_all("yes")
    bridge, _example = asking.asked
    (field,) = (each for each in asking.root.findChildren(QLineEdit) if each.accessibleName() == bridge)
    field.clear()
    asking.write()

    assert asking.problem == "Not saved: say of each why it is done all the same"
    assert main.keyboard is field


def test_a_stop_needs_a_reason_and_nothing_is_written_without(main: MainPage):
    main.check.open_example(UNBRIDGED)
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    bridge, example = asking.asked
    assert "no bridge" in bridge
    assert "example" in example
    asking.fill(author="M. Levi")
    asking.write()

    assert asking.problem.startswith("Not saved: ")
    assert not log_path().exists()


@pytest.mark.parametrize("author", ["", "   ", "M.\x00Levi"])
def test_an_entry_needs_its_author(main: MainPage, author: str):
    main.check.open_example(SIMPLE)
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    asking.fill(author=author)
    asking.answer_all("yes")
    asking.write()

    assert asking.problem.startswith("Not saved: ")
    assert asking.root.isVisible()
    assert not log_path().exists()


def test_a_read_back_is_not_chosen_by_itself(main: MainPage):
    record(main, SIMPLE, state="")
    log = LogPage(main)
    log.press("readBack")
    reading = AskingPage(main, "readBackDialog")
    reading.write()

    assert reading.problem.startswith("Not saved: ")
    assert len(log.rows) == 1


def test_who_wrote_last_is_filled_in_for_the_session(main: MainPage):
    record(main, SIMPLE)
    main.show_panel("check")
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")

    asking.answer_all("the pump was reset in between")
    asking.write()

    AskingPage(main, "readBackDialog").cancel()
    assert LogPage(main).rows[0]["by"] == "M. Levi"


def test_nothing_typed_is_nothing_to_record(main: MainPage):
    main.press("Ctrl+R")

    assert main.message == "Nothing to record yet"
    assert not log_path().exists()


def test_a_field_that_cannot_be_read_keeps_the_step_out_of_the_log(main: MainPage):
    main.check.open_example(SIMPLE)
    main.check.paste_into("new.daily_dose", "35O")
    main.press("Ctrl+R")

    assert "‘35O" in main.message_box.informativeText()
    assert not log_path().exists()


def test_a_voided_entry_stays_struck_through_with_who_and_why(main: MainPage):
    record(main, SIMPLE)
    log = LogPage(main)
    log.select(1)
    log.press("void")
    voiding = AskingPage(main, "voidDialog")
    voiding.write()
    assert voiding.problem.startswith("Not saved: ")
    voiding.fill(reason="typed for another patient", author="Dr B")
    voiding.write()

    assert [row["no."] for row in log.rows] == ["3", "2", "1"]
    assert [log.struck_through(line) for line in range(3)] == [False, False, True]
    log.select(2)
    assert "VOIDED by entry 3, Dr B" in log.entry
    assert "typed for another patient" in log.entry
    assert not log.can_press("void")
    assert not log.can_press("readBack")


def test_one_patient_is_found_by_a_part_of_the_pseudonym(main: MainPage):
    record(main, SIMPLE)
    record(main, UNBRIDGED)
    log = LogPage(main)
    log.search("0103")

    assert {row["patient"] for row in log.rows} == {"P-0103"}
    assert log.about == "2 of 4 entries"


def test_verification_says_what_it_proves_and_what_it_cannot_know(main: MainPage):
    record(main, SIMPLE)
    log = LogPage(main)
    log.press("copyAnchor")
    anchor = QGuiApplication.clipboard().text()
    assert anchor.startswith("itbcalc-anchor 1 ")

    assert "The chain holds: 2 entries" in log.verify()
    assert "cannot be known" in log.verdict
    assert "The anchor agrees" in log.verify(anchor)
    assert "itbcalc-anchor" in log.verify("an anchor of mine")  # refused, with what would be accepted


def test_a_log_that_was_changed_is_found_and_named(main: MainPage):
    record(main, SIMPLE)
    with closing(sqlite3.connect(log_path())) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        (content,) = connection.execute("SELECT bytes FROM entry WHERE seq=1").fetchone()
        connection.execute("UPDATE entry SET bytes=? WHERE seq=1", (content.replace(b"368", b"386"),))
    log = LogPage(main)

    assert "NOT WHOLE" in log.verify()
    assert "entry 1" in log.verdict or "entry 2" in log.verdict


def test_a_backup_and_an_export_are_there_and_verify(main: MainPage, tmp_path: Path):
    record(main, SIMPLE)
    log = LogPage(main)
    log.press("backUp")
    assert log.verdict.startswith("Copied and verified: ")
    backup = Path(log.verdict.removeprefix("Copied and verified: "))
    assert backup.parent == log_path().parent / "backups"

    main.press("Ctrl+5")
    log.press("export")
    target = tmp_path / "all.itbexport"
    main.type_file_name(str(target))
    assert log.verdict == "3 entries written to all.itbexport"  # that the backup was made is the third
    assert json.loads(target.read_bytes().splitlines()[0])["entries"] == 3
    for path in (backup, target, log_path()):
        done = subprocess.run(
            [sys.executable, str(ROOT / "resources" / "verify_log.py"), str(path)],
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, (path.name, done.stdout, done.stderr)


def test_a_file_that_is_no_log_is_said_and_left_alone(main: MainPage):
    log_path().parent.mkdir(parents=True, exist_ok=True)
    log_path().write_text("these are notes of somebody", encoding="utf-8")
    log = LogPage(main)

    assert "not a titration log" in log.trouble
    assert "Restore" in log.trouble
    assert log.rows == []
    assert log_path().read_text(encoding="utf-8") == "these are notes of somebody"
