"""A second check from afar in the window: asked as a file, answered blind by a colleague, taken into the log."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox, QTableWidget

from itbcalc.desk.writer import LogWriter
from itbcalc.visits.remote_check import read_check
from tests.ui.log_pages import AskingPage, LogPage, desk, record
from tests.ui.pages import MainPage, child, wait_for

pytestmark = pytest.mark.gui

SIMPLE = "01-routine-increase.toml"  # P-0101: 368 mcg/day at 2000 mcg/mL
ORDER = "368 mcg/day, 2000 mcg/mL, simple continuous"


@pytest.fixture(autouse=True)
def no_backup_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here only what somebody does is an entry."""
    monkeypatch.setattr(LogWriter, "backup_due", lambda _: False)


@pytest.fixture
def asked(main: MainPage, tmp_path: Path) -> Path:
    """P-0101 was here once, M. Levi asked about the step, and the question lies in a folder."""
    main.back_to_the_window()
    record(main, SIMPLE)
    log = LogPage(main)
    log.select_number("1")
    log.press("askAfar")
    asking = AskingPage(main, "askAfarDialog")
    assert asking.about == "Entry 1, P-0101: a second check by a colleague elsewhere"
    asking.fill(order=ORDER)
    asking.write()
    path = tmp_path / "ask.itbcheck"
    main.file_dialog.fileSelected.emit(str(path))
    main.file_dialog.close()
    main.back_to_the_window()
    wait_for(path.exists)
    return path


def answer(main: MainPage, question: Path, dose: str = "368", author: str = "R. Cohen") -> AskingPage:
    """The colleague opens the question in a window and types what the prescription says."""
    desk(main).afar.read(question)
    asking = AskingPage(main, "answerAfarDialog")
    asking.choose_setting("new.mode", "simple continuous")
    asking.fill(
        **{"setting.new.concentration": "2000", "setting.new.daily_dose": dose, "author": author},
        role="physician",
    )
    asking.write()
    return asking


def test_the_question_holds_the_prescription_and_is_in_the_log(asked: Path, main: MainPage) -> None:
    assert read_check(asked).content["order"] == ORDER
    assert "368.0" not in asked.read_text()  # what the programmer showed
    assert LogPage(main).rows[0]["what"].startswith("second check asked for")


def test_an_answer_that_agrees_lands_as_the_second_check_with_the_name(asked: Path, main: MainPage) -> None:
    answer(main, asked)
    assert isinstance(main.dialog, QMessageBox)
    assert main.dialog.text() == "The answer is written"
    main.close_dialog()

    desk(main).afar.read(asked.with_name("ask-answer.itbcheck"))
    taking = AskingPage(main, "takeAfarDialog")
    assert "Answer of R. Cohen (physician)" in taking.about
    taking.write()
    assert taking.text("takeAfarDialog:verdict") == "Both are recorded, and agree."
    taking.cancel()

    log = LogPage(main)
    assert [row["2nd check"] for row in log.rows if row["no."] == "1"] == ["agreed"]
    log.select(0)
    assert "R. Cohen" in log.entry


def test_another_dose_typed_afar_is_seen_at_once(asked: Path, main: MainPage) -> None:
    answer(main, asked, dose="386")
    main.close_dialog()
    desk(main).afar.read(asked.with_name("ask-answer.itbcheck"))
    taking = AskingPage(main, "takeAfarDialog")
    taking.write()

    assert "DIFFER" in taking.text("takeAfarDialog:verdict")
    table = child(taking.root, QTableWidget, "takeAfarDialog:table")
    dose = [[table.item(line, n).text() for n in range(4)] for line in range(table.rowCount())]
    assert ["new daily dose", "386 mcg/day", "368 mcg/day", "✗ DIFFERS"] in dose
    taking.cancel()


def test_what_is_no_dose_is_refused_beside_the_colleague(asked: Path, main: MainPage) -> None:
    asking = answer(main, asked, dose="368 mcg/dya")

    assert "368 mcg/dya" in asking.problem
    assert not asked.with_name("ask-answer.itbcheck").exists()
    focused = asking.root.focusWidget()
    assert focused is not None
    assert focused.objectName() == "field:setting.new.daily_dose"
    asking.cancel()


def test_while_it_is_typed_nothing_of_the_log_is_seen_behind_it(asked: Path, main: MainPage) -> None:
    desk(main).afar.read(asked)

    assert not desk(main).panel.isVisible()
    AskingPage(main, "answerAfarDialog").cancel()
    assert desk(main).panel.isVisible()


def test_a_file_that_was_changed_on_its_way_is_refused_by_name(asked: Path, main: MainPage) -> None:
    answer(main, asked, dose="386")
    main.close_dialog()
    answered = asked.with_name("ask-answer.itbcheck")
    answered.write_bytes(answered.read_bytes().replace(b"386", b"368"))
    desk(main).afar.read(answered)

    assert isinstance(main.dialog, QMessageBox)
    assert main.dialog.text() == "ask-answer.itbcheck is not read"
    assert "altered after it was written" in main.dialog.informativeText()
    main.close_dialog()


def test_who_recorded_the_step_cannot_check_it_from_afar(asked: Path, main: MainPage) -> None:
    answer(main, asked, author="M. Levi")
    main.close_dialog()
    desk(main).afar.read(asked.with_name("ask-answer.itbcheck"))
    taking = AskingPage(main, "takeAfarDialog")
    taking.write()

    assert taking.problem.startswith("Not saved: ")
    taking.cancel()


def test_without_a_prescription_nothing_is_asked(main: MainPage) -> None:
    main.back_to_the_window()
    record(main, SIMPLE)
    log = LogPage(main)
    log.select_number("1")
    log.press("askAfar")
    asking = AskingPage(main, "askAfarDialog")
    asking.write()

    assert asking.problem.startswith("Not saved: ")
    asking.cancel()
    assert len(LogPage(main).rows) == 2
