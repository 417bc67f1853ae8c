"""The log as it is written in the window: second checks, observations, amendments, names in texts, encryption."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QDialog, QLabel, QLineEdit, QPushButton, QTableWidget

from itbcalc.desk.writer import LogWriter
from itbcalc.errors import RefusedError
from itbcalc.log import cipher
from itbcalc.log.backup import make_backup
from itbcalc.log.encrypting import change_key, unlock
from itbcalc.log.folders import BACKUPS, key_path, log_path
from itbcalc.log.store import SqliteLog
from itbcalc.visits.recording import Signature, read_back_draft
from tests.ui.log_pages import AskingPage, LogPage, RestorePage, record
from tests.ui.pages import MainPage, child, wait_for
from ui import rail, watching

pytestmark = pytest.mark.gui

SIMPLE = "01-routine-increase.toml"
NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
FIRST, SECOND, WRONG = "correct horse battery", "a new one, longer", "wrong, wrong, wrong"


@pytest.fixture(autouse=True)
def no_backup_by_itself(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The backup that the window makes by itself is an entry too: here only what somebody does is counted."""
    monkeypatch.setattr(LogWriter, "backup_due", lambda _: False)
    yield
    cipher.let_go()


def entries() -> list[dict[str, Any]]:
    with closing(SqliteLog(log_path())) as log:
        return [dict(entry.content) for entry in log.entries()]


def shown(main: MainPage, name: str) -> QDialog:
    QApplication.processEvents()
    found = [each for each in main.window.findChildren(QDialog, name) if each.isVisible()]
    assert len(found) == 1
    return found[0]


def typed(dialog: QDialog, **texts: str) -> None:
    """Types into fields by their place; a double underscore stands for a point, `_s_` for a blank."""
    for name, text in texts.items():
        place = name.replace("__", ".").replace("_s_", " ")
        field = child(dialog, QObject, f"field:{place}")
        field.selectAll()  # type: ignore[attr-defined]  # a Field
        QTest.keyClicks(field, text)  # type: ignore[call-overload]  # a Field


# --- second check


def second_check(main: MainPage) -> AskingPage:
    record(main, SIMPLE)
    log = LogPage(main)
    log.select(1)
    log.press("secondCheck")
    return AskingPage(main, "secondCheckDialog")


def test_a_second_person_types_blind_and_sees_afterwards_that_both_agree(main: MainPage):
    asking = second_check(main)
    panel = child(main.window, QObject, "logPanel")
    assert not panel.isVisible()  # type: ignore[attr-defined]  # nothing recorded can be seen
    visible = [
        text
        for each in asking.root.findChildren(QObject)
        if callable(text := getattr(each, "text", None)) and "368" in str(text())
    ]
    assert visible == []

    asking.fill(author="B. Amsel", role="physician")
    typed(asking.root, setting__new__concentration="2 mg/mL", setting__new__daily_dose="368")
    asking.choose_setting("new.mode", "simple continuous")
    asking.write()

    assert asking.text("secondCheckDialog:verdict") == "Both are recorded, and agree."
    table = child(asking.root, QTableWidget, "secondCheckDialog:table")
    assert [table.item(2, column).text() for column in range(4)] == [
        "new daily dose",
        "368 mcg/day",
        "368 mcg/day",
        "✓ agrees",
    ]
    asking.cancel()
    assert panel.isVisible()  # type: ignore[attr-defined]
    assert LogPage(main).rows[2]["2nd check"] == "agreed"


def test_the_times_of_a_step_say_how_they_are_typed(main: MainPage):
    record(main, "18-night-flex.toml")
    log = LogPage(main)
    log.select(1)
    log.press("secondCheck")
    asking = AskingPage(main, "secondCheckDialog")

    told = {
        key: child(asking.root, QLineEdit, f"field:setting.new.steps.1.{key}")
        for key in ("start", "duration")
    }

    assert {key: field.placeholderText() for key, field in told.items()} == {
        "start": "e.g. 22:00",
        "duration": "e.g. 8 h",
    }


def test_a_difference_is_recorded_and_cannot_be_overlooked(main: MainPage):
    asking = second_check(main)
    asking.fill(author="B. Amsel")
    typed(asking.root, setting__new__concentration="2000", setting__new__daily_dose="386 mcg/day")
    asking.choose_setting("new.mode", "simple continuous")
    asking.write()

    assert "DIFFER" in asking.text("secondCheckDialog:verdict")
    asking.cancel()
    log = LogPage(main)
    assert "differs" in log.rows[2]["2nd check"].casefold()
    assert log.bold("2nd check") == {"1"}
    assert entries()[-1]["body"]["agreed"] is False


@pytest.mark.parametrize(
    ("author", "dose", "words"),
    [
        ("M. Levi", "368 mcg/day", "another person"),
        ("", "368 mcg/day", "needed"),
        ("B. Amsel", "", "needed"),
        ("B. Amsel", "368 mL", "does not belong"),
        ("B. Amsel", "3,68 mg/day", "comma"),
    ],
)
def test_a_second_check_that_is_none_is_refused_and_stays_open(
    author: str, dose: str, words: str, main: MainPage
):
    asking = second_check(main)
    asking.fill(author=author)
    typed(asking.root, setting__new__concentration="2 mg/mL", setting__new__daily_dose=dose)
    asking.choose_setting("new.mode", "simple continuous")
    asking.write()

    assert asking.problem.startswith("Not saved: ")
    assert words in asking.problem
    assert asking.root.isVisible()
    assert len(entries()) == 2


# --- observations


def test_an_observation_is_typed_read_back_and_listed(main: MainPage):
    record(main, SIMPLE)
    log = LogPage(main)
    log.press("observe")
    asking = AskingPage(main, "observationDialog")
    typed(asking.root, score__penn_spasm_frequency="2", score__penn_spasm_severity="1", score__pain_nrs="4")
    typed(asking.root, tone__left_s_hip_s_adductors="1+")
    typed(asking.root, goal__1="sit for 2 h", importance__1="3", difficulty__1="2", reached__1="1")
    asking.fill(patient="P-0101", note="seen before physiotherapy")
    assert "GAS T-score 60.0" in asking.text("observationDialog:gas")
    asking.write()

    entry = entries()[-1]
    assert entry["kind"] == "observation_recorded"
    assert [each["value"] for each in entry["body"]["scales"]] == ["1+", "2", "1", "4"]
    what = LogPage(main).rows[0]["what"]
    assert "MAS 1+ left hip adductors · Penn 2 · Penn severity 1 · NRS 4 · GAS 60.0" in what


def test_goals_of_the_last_visit_stand_there_to_be_scored(main: MainPage):
    record(main, SIMPLE)
    log = LogPage(main)
    log.press("observe")
    asking = AskingPage(main, "observationDialog")
    asking.fill(patient="P-0101")
    typed(asking.root, goal__1="sit for 2 h", importance__1="3", difficulty__1="2", reached__1="-1")
    asking.write()
    log.choose_patient("P-0101")
    log.press("observe")

    again = AskingPage(main, "observationDialog")

    texts = [
        child(again.root, QObject, f"field:{name}.1").text() for name in ("goal", "importance", "reached")
    ]  # type: ignore[attr-defined]
    assert texts == ["sit for 2 h", "3", ""]
    typed(again.root, score__pain_nrs="3")
    again.write()
    assert entries()[-1]["body"]["goals"] == []  # not scored: not recorded


NO_OBSERVATIONS: list[tuple[dict[str, str], str]] = [
    ({}, "a score, a goal, a side effect or a note is needed"),
    ({"score__pain_nrs": "11"}, "its values are 0, 1, 2"),
    ({"score__penn_spasm_frequency": "often"}, "its values are 0, 1, 2, 3, 4"),
    ({"score__penn_spasm_severity": "2"}, "only with a spasm frequency above 0"),
    ({"tone__left_s_hip_s_adductors": "1.5"}, "0, 1, 1+, 2, 3, 4"),
    ({"goal__1": "sit for 2 h"}, "0, 1, 2, 3"),
    ({"reached__1": "1"}, "what the goal is"),
    ({"score__pain_nrs": "3", "observed_at": "yesterday"}, "22 Nov 2026 09:30"),
    ({"score__pain_nrs": "3", "observed_at": "1 Jan 2099 09:00"}, "future"),
    ({"score__pain_nrs": "3", "patient": " "}, "needed"),
]


def test_what_is_no_observation_is_refused(main: MainPage):
    record(main, SIMPLE)
    log = LogPage(main)
    for fields, words in NO_OBSERVATIONS:
        log.press("observe")
        asking = AskingPage(main, "observationDialog")
        asking.fill(patient="P-0101")
        typed(asking.root, **fields)
        asking.write()

        assert words in asking.problem, fields
        assert asking.root.isVisible()
        assert len(entries()) == 2
        asking.cancel()


# --- amendments


def test_a_step_is_amended_in_the_fields_of_the_check(main: MainPage):
    record(main, SIMPLE)
    log = LogPage(main)
    log.select(1)
    log.press("amend")
    assert main.panel == "check"
    assert "Amending entry 1 of P-0101" in main.mode
    assert main.check.text_of("new.daily_dose") == "368"

    main.check.paste_into("new.daily_dose", "352 mcg/day")
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    asking.fill(author="M. Levi", reason="the plan said 352")
    asking.answer_all("read-outs of the plan before")
    asking.write()

    assert main.mode == ""
    kinds = [entry["kind"] for entry in entries()]
    assert kinds == ["dose_step_recorded", "read_back_recorded", "entry_amended"]
    log = LogPage(main)
    assert log.struck_through(2)
    assert log.rows[0]["daily dose"] == "352 mcg/day"
    assert log.rows[0]["read back"] == "running"


def test_an_amendment_is_left_by_a_new_check(main: MainPage):
    record(main, SIMPLE)
    log = LogPage(main)
    log.select(1)
    log.press("amend")
    main.press("Ctrl+N")
    QApplication.processEvents()  # the examples are laid out anew

    assert main.mode == ""
    record(main, SIMPLE)
    assert [entry["kind"] for entry in entries()].count("entry_amended") == 0


def test_a_reason_is_needed_and_something_must_differ(main: MainPage):
    record(main, SIMPLE)
    log = LogPage(main)
    log.select(1)
    log.press("amend")
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    asking.fill(author="M. Levi", reason="just so")
    asking.write()

    assert "nothing to amend" in asking.problem
    assert len(entries()) == 2


# --- sheet and identity


def test_the_visit_sheet_is_written_as_pdf_and_its_anchor_recorded(main: MainPage, tmp_path: Path):
    record(main, SIMPLE)
    log = LogPage(main)
    log.select(1)
    log.press("saveSheet")
    main.type_file_name(str(tmp_path / "visit.pdf"))

    assert log.verdict == "Written visit.pdf"
    assert (tmp_path / "visit.pdf").read_bytes().startswith(b"%PDF-")
    entry = entries()[-1]
    assert (entry["kind"], entry["body"]["where"], entry["author"]) == ("anchor_taken", "sheet", "M. Levi")


def test_whom_a_patient_of_the_log_is_can_be_kept_behind_a_lock_only(
    main: MainPage, monkeypatch: pytest.MonkeyPatch
):
    main.trigger("Identity")
    assert "choose a patient in the log" in main.message
    record(main, SIMPLE)
    LogPage(main).select(0)
    asked: list[str] = []
    monkeypatch.setattr(main.owner.people, "ask_identity", asked.append)

    main.trigger("Identity")

    assert asked == ["P-0101"]


def test_a_first_observation_needs_no_step(main: MainPage):
    log = LogPage(main)
    log.press("observe")
    asking = AskingPage(main, "observationDialog")
    asking.fill(patient="P-0200", author="M. Levi")
    typed(asking.root, score__pain_nrs="4")
    asking.write()

    assert [entry["patient"] for entry in entries()] == ["P-0200"]


# --- backups


def test_a_backup_is_made_by_itself_once_an_hour_and_recorded(
    main: MainPage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.undo()  # here it may
    record(main, SIMPLE)
    desk = main.owner.room(rail.log)
    for _ in range(2):
        desk.back_up_if_due()
        wait_for(lambda: not desk.is_backing_up)

    (made,) = (log_path().parent / "backups").iterdir()
    assert [entry["kind"] for entry in entries()].count("backup_made") == 1
    with closing(SqliteLog(made)) as backup:
        assert backup.verify().whole
        assert backup.head().count == 2


# --- others


def test_what_another_process_writes_is_shown_without_being_asked_for(
    main: MainPage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(watching, "LOOK_EVERY_MS", 50)
    record(main, SIMPLE)
    log = LogPage(main)
    assert len(log.rows) == 2

    with closing(SqliteLog(log_path())) as other:
        other.append(read_back_draft(next(other.entries()), "stopped", "", Signature("B. Amsel"), NOW))

    wait_for(lambda: len(log.rows) == 3)
    assert log.rows[0]["by"] == "B. Amsel"


def test_a_log_that_was_taken_away_is_not_begun_anew(main: MainPage):
    record(main, SIMPLE)
    log_path().rename(log_path().with_name("elsewhere"))
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    asking.fill(author="M. Levi")
    asking.answer_all("agreed")
    asking.write()

    assert "a log was begun here before, and it is gone" in asking.problem
    assert not log_path().exists()


def test_another_log_in_its_place_is_not_written_into(main: MainPage):
    record(main, SIMPLE)
    log_path().unlink()
    SqliteLog(log_path(), create=True).close()
    main.press("Ctrl+R")

    box = main.message_box
    assert "another log lies at" in box.text() + box.informativeText()
    box.reject()
    assert entries() == []


# --- names


def test_a_name_in_a_text_is_asked_about_once(main: MainPage):
    record(main, SIMPLE)
    log = LogPage(main)
    log.select(1)
    log.press("readBack")
    asking = AskingPage(main, "readBackDialog")
    asking.choose("running")
    asking.fill(note="seen by Mrs Anna Miller at 09:40")
    asking.write()

    assert "looks like a person" in asking.problem
    assert "Miller" in asking.problem
    assert len(entries()) == 2
    asking.write()
    assert len(entries()) == 3


# --- encryption


def press_write(dialog: QDialog) -> None:
    QTest.mouseClick(child(dialog, QPushButton, "write"), Qt.MouseButton.LeftButton)


def key_shown(dialog: QDialog) -> str:
    return child(dialog, QLabel, "encryptDialog:key").text().replace("\n", "-")


def encrypt(main: MainPage) -> str:
    """Encrypts the log; returns the recovery key that was shown."""
    main.trigger("Encrypt the log")
    dialog = shown(main, "encryptDialog")
    typed(dialog, log__passphrase=FIRST, log__again=FIRST)
    press_write(dialog)
    key = key_shown(dialog)
    typed(dialog, log__recoveryKey=key)
    press_write(dialog)
    assert "The plain log is kept as" in main.dismissed()
    return key


def test_the_recovery_key_is_typed_back_before_the_log_is_encrypted(main: MainPage):
    record(main, SIMPLE)
    before = log_path().read_bytes()
    main.trigger("Encrypt the log")
    dialog = shown(main, "encryptDialog")
    typed(dialog, log__passphrase=FIRST, log__again=FIRST)
    press_write(dialog)
    key = key_shown(dialog)

    for text in ("", key[:-1], key[:-1] + ("A" if key[-1] != "A" else "B")):
        typed(dialog, log__recoveryKey=text)
        press_write(dialog)
        assert "recovery key" in child(dialog, QLabel, "encryptDialog:problem").text()
        assert log_path().read_bytes() == before

    typed(dialog, log__recoveryKey=key.lower())
    press_write(dialog)
    assert log_path().read_bytes() != before
    main.dismissed()


def test_a_log_gets_another_key_when_somebody_leaves(main: MainPage):
    record(main, SIMPLE)
    older = encrypt(main)
    log = LogPage(main)
    main.trigger("Encrypt the log")
    dialog = shown(main, "encryptDialog")
    assert dialog.windowTitle() == "Another key for the log"
    typed(dialog, log__oldPassphrase=WRONG, log__passphrase=SECOND, log__again=SECOND)
    press_write(dialog)
    assert "not the passphrase" in child(dialog, QLabel, "encryptDialog:problem").text()
    typed(dialog, log__oldPassphrase=FIRST)
    press_write(dialog)
    key = key_shown(dialog)
    typed(dialog, log__recoveryKey=key)
    press_write(dialog)

    assert key != older
    assert "opened by the older key alone" in main.dismissed()
    assert len(log.rows) == 2
    cipher.let_go()
    with pytest.raises(RefusedError):
        unlock(log_path(), FIRST)
    unlock(log_path(), SECOND)
    assert len(entries()) == 2


def test_a_backup_made_before_the_key_was_changed_is_put_back_by_its_recovery_key(main: MainPage):
    record(main, SIMPLE)
    older = encrypt(main)
    with closing(SqliteLog(log_path())) as log:
        make_backup(log, log_path().parent / BACKUPS, NOW)
    change_key(log_path(), FIRST, SECOND, NOW)
    cipher.let_go()
    unlock(log_path(), SECOND)  # as it is on the next day: nobody holds the older key any more
    page = LogPage(main)
    page.press("restore")
    restoring = RestorePage(main)

    assert "press Older recovery key" in restoring.compare()
    assert not restoring.can_confirm
    dialog = restoring.older_key()
    typed(dialog, log__recoveryKey=older[:-1])
    press_write(dialog)
    assert "recovery key" in child(dialog, QLabel, "olderKeyDialog:problem").text()
    typed(dialog, log__recoveryKey=older)
    press_write(dialog)
    assert "The backup is whole: 2 entries" in restoring.words
    restoring.confirm("restore")
    assert "The backup is now the log" in restoring.put_back()
    restoring.close()

    cipher.let_go()
    unlock(log_path(), SECOND)
    assert len(entries()) == 3  # a step, that it was seen running, that it was put back


def test_an_encrypted_log_asks_for_its_passphrase(main: MainPage):
    record(main, SIMPLE)
    encrypt(main)
    assert key_path(log_path()).exists()
    assert not log_path().read_bytes().startswith(b"SQLite format 3")
    cipher.let_go()

    log = LogPage(main)
    dialog = shown(main, "unlockDialog")
    assert log.rows == []
    typed(dialog, log__passphrase=WRONG)
    QTest.mouseClick(child(dialog, QPushButton, "write"), Qt.MouseButton.LeftButton)
    assert "not the passphrase" in child(dialog, QObject, "unlockDialog:problem").text()  # type: ignore[attr-defined]
    typed(dialog, log__passphrase=FIRST)
    QTest.mouseClick(child(dialog, QPushButton, "write"), Qt.MouseButton.LeftButton)

    assert [row["no."] for row in log.rows] == ["2", "1"]


def test_a_lost_passphrase_is_replaced_by_the_recovery_key(main: MainPage):
    record(main, SIMPLE)
    key = encrypt(main)
    cipher.let_go()

    log = LogPage(main)
    dialog = shown(main, "unlockDialog")
    QTest.mouseClick(child(dialog, QPushButton, "passphraseLost"), Qt.MouseButton.LeftButton)
    typed(dialog, log__recoveryKey=key, log__passphrase=SECOND, log__again=SECOND)
    QTest.mouseClick(child(dialog, QPushButton, "write"), Qt.MouseButton.LeftButton)

    assert len(log.rows) == 2


@pytest.mark.parametrize(("first", "second"), [("short", "short"), (FIRST, SECOND), ("", "")])
def test_an_unfit_passphrase_leaves_the_log_plain(first: str, second: str, main: MainPage):
    record(main, SIMPLE)
    main.trigger("Encrypt the log")
    dialog = shown(main, "encryptDialog")
    typed(dialog, log__passphrase=first, log__again=second)
    QTest.mouseClick(child(dialog, QPushButton, "write"), Qt.MouseButton.LeftButton)

    assert dialog.isVisible()
    assert child(dialog, QObject, "encryptDialog:problem").text()  # type: ignore[attr-defined]
    assert log_path().read_bytes().startswith(b"SQLite format 3")
    assert Path(log_path()).exists()


# --- what is asked once more


def test_the_same_step_recorded_twice_needs_a_reason(main: MainPage) -> None:
    record(main, SIMPLE)
    main.check.open_example(SIMPLE)
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    asking.fill(author="M. Levi", role="nurse")
    asking.write()

    assert asking.problem.startswith("Not saved")
    assert any(words.startswith("Is this step in the log already?") for words in asking.asked)
    asking.answer_all("the pump was reset in between")
    asking.write()
    assert [each["kind"] for each in entries()].count("dose_step_recorded") == 2


def test_a_name_as_pseudonym_of_a_step_is_ticked(main: MainPage) -> None:
    main.check.open_example(SIMPLE)
    main.check.type_into("patient.ref", "Maria Gonzales")
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    asking.fill(author="M. Levi", role="nurse")
    asking.answer_all("agreed with Dr B")
    asking.write()
    assert "Is this a pseudonym?" in asking.problem

    (tick,) = [each for each in asking.root.findChildren(QCheckBox) if each.objectName().startswith("tick:")]
    tick.click()
    asking.write()
    (entry,) = entries()
    answers = [
        each["answer"] for each in entry["body"]["findings"] if each["code"] == "pseudonym_like_a_name"
    ]
    assert answers == ["confirmed to be the pseudonym"]


def test_a_name_as_pseudonym_of_an_observation_is_ticked(main: MainPage) -> None:
    record(main, SIMPLE)
    log = LogPage(main)
    log.press("observe")
    asking = AskingPage(main, "observationDialog")
    asking.fill(author="M. Levi", patient="Maria Gonzales", **{"score.pain_nrs": "3"})
    asking.write()
    assert "‘Maria Gonzales’ looks like a name" in asking.problem
    assert len(entries()) == 2

    child(asking.root, QCheckBox, "tick:pseudonym").click()
    asking.write()
    assert [each["patient"] for each in entries()][2:] == ["Maria Gonzales"]
