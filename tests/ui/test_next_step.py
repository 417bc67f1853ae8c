"""The next visit begins where the last one ended: picked in the check, or from a row of the log, and how many keys it takes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from itbcalc.desk.writer import LogWriter
from tests.ui.keys import CountedKeys
from tests.ui.log_pages import AskingPage, LogPage, record
from tests.ui.pages import MainPage, wait_for

pytestmark = pytest.mark.gui

SIMPLE = (
    "01-routine-increase.toml"  # P-0101: 20 mL filled, 368 mcg/day at 2000 mcg/mL since 6 Oct 2026 15:15 UTC
)
# By hand: 368 / 2000 = 0.184 mL/day; until 22 Nov 12:00 UTC 46 days 20 h 45 min = 46.8645833 days, 8.6230833 mL.
LEFT_NOW = "11.376"


@pytest.fixture(autouse=True)
def no_backup_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here only what somebody does is an entry."""
    monkeypatch.setattr(LogWriter, "backup_due", lambda _: False)


@pytest.fixture
def visited(main: MainPage) -> MainPage:
    """P-0101 was here once; the fields are empty again, and who records has signed."""
    main.back_to_the_window()
    record(main, SIMPLE)
    main.press("Ctrl+N")
    return main


def pick(main: MainPage, text: str = "P-0101") -> None:
    """Ctrl+F, the pseudonym, Enter."""
    main.press("Ctrl+F")
    main.write(text)
    QTest.keyClick(main.keyboard, Qt.Key.Key_Return)
    wait_for(lambda: main.check.text_of("reservoir.filled") == LEFT_NOW)


def test_a_patient_picked_in_the_check_fills_what_the_log_knows(visited: MainPage) -> None:
    pick(visited)

    texts = visited.check.texts
    assert texts["current.daily_dose"] == "368"
    assert texts["current.concentration"] == texts["new.concentration"] == "2000"
    assert texts["system.catheter"] == "89 cm × 0.0022 mL/cm"
    assert texts["reservoir.low_alarm"] == "2"
    assert texts["reservoir.at"] == "22 Nov 2026 06:00"  # Chicago, by the clock of the workstation
    assert texts["patient.last_change"] == "6 Oct 2026 10:15"
    assert "new.daily_dose" not in texts
    assert visited.keyboard is visited.check.line("new.daily_dose")
    assert visited.mode.startswith(
        "P-0101, from entry 1 of 6 Oct 2026 10:15, M. Levi: change what is different"
    )


def test_what_comes_from_the_log_says_so_to_eye_and_ear(visited: MainPage) -> None:
    pick(visited)

    now = visited.check.line("current.daily_dose")
    assert visited.check.note("daily_dose") == "now from entry 1"
    assert now.accessibleDescription() == "from entry 1"
    assert visited.check.tone("current.daily_dose") == "logged"
    assert visited.check.note("reservoir.filled") == "expected now, by entry 1"
    assert visited.check.note("reservoir.at") == "by this computer’s clock"
    assert visited.check.field("patient.spasticity_origin").accessibleDescription() == "from entry 1"


def test_a_field_that_is_typed_over_loses_its_mark(visited: MainPage) -> None:
    pick(visited)
    visited.check.type_into("current.daily_dose", "350")

    assert visited.check.note("daily_dose") == ""
    assert visited.check.tone("current.daily_dose") == ""
    assert visited.check.line("current.daily_dose").accessibleDescription() == ""
    assert visited.check.line("current.concentration").accessibleDescription() == "from entry 1"


def test_what_differs_from_the_log_is_found_while_it_is_typed(visited: MainPage) -> None:
    pick(visited)
    visited.check.type_into("current.daily_dose", "350")
    visited.check.type_into("new.daily_dose", "400")

    wait_for(lambda: visited.check.finding("differs_from_log") is not None)
    found = visited.check.finding("differs_from_log")
    assert found is not None
    assert "left 368 mcg/day" in found.detail
    assert "350 mcg/day" in found.detail

    visited.check.type_into("current.daily_dose", "368")
    wait_for(lambda: visited.check.finding("differs_from_log") is None)


def test_a_known_patient_who_was_only_typed_is_offered(visited: MainPage) -> None:
    """Whoever leaves the field with Tab is not filled behind her back."""
    visited.check.type_into("patient.ref", "P-0101")

    wait_for(lambda: visited.check.finding("known_patient") is not None)
    assert "reservoir.filled" not in visited.check.texts
    visited.check.press_act("begin:P-0101")
    wait_for(lambda: visited.check.text_of("reservoir.filled") == LEFT_NOW)
    assert visited.check.finding("known_patient") is None


def test_a_stranger_fills_nothing(visited: MainPage) -> None:
    visited.press("Ctrl+F")
    visited.write("P-0999")
    QTest.keyClick(visited.keyboard, Qt.Key.Key_Return)

    wait_for(lambda: visited.message.startswith("The log holds no step of this patient"))
    assert visited.check.texts == {"patient.ref": "P-0999"}


def test_what_was_typed_is_not_lost_to_the_log(visited: MainPage) -> None:
    visited.check.type_into("new.daily_dose", "410")
    visited.press("Ctrl+F")
    visited.write("P-0101")
    QTest.keyClick(visited.keyboard, Qt.Key.Key_Return)

    wait_for(lambda: visited.dialog is not None)
    visited.close_dialog()
    assert visited.check.text_of("new.daily_dose") == "410"
    assert "current.daily_dose" not in visited.check.texts


def test_enter_on_a_step_of_the_log_begins_the_next_one(visited: MainPage) -> None:
    log = LogPage(visited)
    log.select_number("1")
    QTest.keyClick(log.root.table, Qt.Key.Key_Return)

    wait_for(lambda: visited.check.text_of("reservoir.filled") == LEFT_NOW)
    assert visited.heading == "Check a dose change"


def test_only_a_step_leads_to_the_next_one(visited: MainPage) -> None:
    log = LogPage(visited)
    log.select_number("2")  # the read-back

    assert not log.can_press("nextStep")
    QTest.keyClick(log.root.table, Qt.Key.Key_Return)
    assert visited.heading == "Titration log"


def test_a_routine_step_takes_at_most_35_keys(visited: MainPage) -> None:
    """0.2 mL/day at 400: (11.376 − 2) / 0.2 = 46.88 days after 22 Nov 06:00 in Chicago: 8 Jan 2027, 03:07."""
    keys = CountedKeys(visited)

    keys.press("Ctrl+F")
    keys.type("P-0101")
    keys.press("Return")
    keys.until(LEFT_NOW, "reservoir.filled")
    keys.type("400")
    keys.press("Return")
    keys.type("400")
    keys.press("Return", "Return", "Return")  # flow rate and daily volume need not be read
    keys.type("8 Jan 2027")
    assert visited.check.verdict("low_alarm_date") == "✓ match"
    assert visited.check.verdict("daily_dose") == "✓ match"
    keys.press("Ctrl+R")
    assert AskingPage(visited, "recordDialog").asked == []
    keys.press("Return")
    wait_for(lambda: visited.dialog is not None and visited.dialog.objectName() == "readBackDialog")
    keys.press("Space", "Return")

    assert [row["what"] for row in LogPage(visited).rows[:2]] == ["read-back: running", "dose step"]
    assert keys.told("routine step") <= 35
