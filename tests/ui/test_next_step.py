"""The next visit begins where the last one ended: picked in the check, or from a row of the log, and how many keys it takes."""

from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLineEdit, QWidget

from itbcalc.desk.writer import LogWriter
from itbcalc.log.folders import log_path
from itbcalc.log.store import SqliteLog
from itbcalc.visits.second_check import settings_of
from tests.ui.keys import CountedKeys
from tests.ui.log_pages import AskingPage, LogPage, desk, record
from tests.ui.pages import MainPage, child, wait_for

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
    assert visited.check.note("daily_dose") == ""  # the line on top says it for all of them
    assert "A broken border marks what is from it" in visited.mode
    assert now.accessibleDescription() == "from entry 1"
    assert visited.check.tone("current.daily_dose") == "logged"
    assert visited.check.note("reservoir.filled") == "Reservoir after refill: expected now, by entry 1"
    assert visited.check.note("reservoir.at").endswith("by this computer’s clock")
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


def test_a_part_of_a_pseudonym_is_answered_with_those_that_hold_it(visited: MainPage) -> None:
    visited.press("Ctrl+F")
    visited.write("101")
    QTest.keyClick(visited.keyboard, Qt.Key.Key_Return)

    wait_for(lambda: visited.message.startswith("The log holds no ‘101’, but P-0101"))
    assert visited.check.texts == {"patient.ref": "101"}


def test_a_patient_who_was_only_named_is_not_said_to_have_another_therapy(visited: MainPage) -> None:
    visited.check.type_into("patient.ref", "P-0101")

    wait_for(lambda: visited.check.finding("known_patient") is not None)
    assert not any("typed as the therapy now" in found.detail for found in visited.check.findings)


def test_the_pseudonym_of_the_patient_before_is_typed_over(visited: MainPage) -> None:
    visited.press("Ctrl+F")
    visited.write("P-0102")

    visited.press("Ctrl+F")
    visited.write("P-0999")

    assert visited.check.text_of("patient.ref") == "P-0999"


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
    assert visited.heading == "Check"


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
    keys.press("Return", "Return")  # the flow rate need not be read
    keys.type("8 Jan 2027")
    wait_for(lambda: visited.check.verdict("low_alarm_date") == "✓ match")  # once the log has answered
    assert visited.check.verdict("daily_dose") == "✓ match"
    keys.press("Ctrl+R")
    assert AskingPage(visited, "recordDialog").asked == []
    keys.press("Return")
    wait_for(lambda: visited.dialog is not None and visited.dialog.objectName() == "readBackDialog")
    keys.press("Space", "Return")

    assert [row["what"] for row in LogPage(visited).rows[:2]] == ["read-back: running", "dose step"]
    assert keys.told("routine step") <= 35


def test_a_routine_step_typed_from_nothing_takes_at_most_90_keys(main: MainPage) -> None:
    """368 mcg/day of 2000 mcg/mL: 0.184 mL/day; (20 − 2) / 0.184 = 97.83 days after 22 Nov 12:00 UTC: 28 Feb 2027, 07:49."""
    main.back_to_the_window()
    keys = CountedKeys(main)

    keys.press("Alt+P")
    keys.type("sy")
    keys.press("Down", "Return", "Tab")
    keys.type("0.140")
    keys.press("Tab")
    keys.type("0.1958 mL")
    keys.press("Tab")
    keys.type("P-0201")
    keys.press("Alt+R")
    keys.type("20")
    keys.press("Tab")
    keys.type("2")
    keys.press("Alt+C")
    keys.type("2000")
    keys.press("Tab")
    keys.type("2000")
    keys.press("Alt+D")
    keys.type("320")
    keys.press("Tab")
    keys.type("368")
    keys.press("Return")
    keys.type("368")
    keys.press("Return")
    keys.type("0.184")
    keys.press("Return")
    keys.type("28 Feb 2027")
    wait_for(lambda: main.check.verdict("low_alarm_date") == "✓ match")
    assert main.check.verdict("daily_dose") == main.check.verdict("flow_rate") == "✓ match"
    keys.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    assert asking.asked == []
    keys.type("N. Urse")
    keys.press("Return")
    wait_for(lambda: main.dialog is not None and main.dialog.objectName() == "readBackDialog")
    keys.press("Space", "Return")

    assert [row["what"] for row in LogPage(main).rows[:2]] == ["read-back: running", "dose step"]
    assert keys.told("routine step from nothing") <= 90


def go_on_to(keys: CountedKeys, name: str, key: str = "Tab") -> None:
    """Key after key until the keyboard is there: each counts."""
    for _ in range(200):
        if keys.main.keyboard.objectName() == name:
            return
        keys.press(key)
    raise AssertionError(f"{name}: not reached by {key}")


def test_a_flex_with_quiet_weekends_is_typed_read_and_recorded_with_counted_keys(visited: MainPage) -> None:
    """Days of 368 × 18/24 + 120 = 396 mcg, weekends of 368: (5 × 396 + 2 × 368) / 7 = 388 mcg/day, of 2000 mcg/mL.

    From Sunday 22 Nov 06:00 in Chicago 11.376 − 2 mL last: 0.138 on Sunday, six weeks of 1.358, five days of 0.198, and
    0.1 / 0.184 of a day: Saturday 9 Jan 2027, 13:02. The basal is 368 / 24 = 15.33 mcg/h.
    """
    keys = CountedKeys(visited)
    keys.press("Ctrl+F")
    keys.type("P-0101")
    keys.press("Return")
    keys.until(LEFT_NOW, "reservoir.filled")

    keys.press("Ctrl+2", "Alt+N")
    go_on_to(keys, "field:new.mode")
    keys.type("flex")
    go_on_to(keys, "field:new.basal")
    keys.type("368")
    keys.press("Tab")
    keys.type("take")  # its place
    for text in ("08:00", "6 h", "120"):
        keys.press("Tab")
        keys.type(text)
    keys.press(*("Shift+Tab",) * 5, "Space")  # other days
    keys.type("sat sun")
    keys.press("Tab")
    keys.type("368")
    go_on_to(keys, "field:readouts.steps.1.day")
    for text in ("mon", "08:00", "14:00", "", "120", "sat", "00:00", "00:00", "15.33 mcg/h"):
        keys.type(text)
        keys.press("Tab")

    keys.press("Ctrl+1")
    shown = {
        "daily_dose": "388",
        "low_alarm_date": "9 Jan 2027",
        "pump_clock": "22 Nov 2026 6:00",
        **{f"days.{day}.daily_dose": "396" for day in ("tue", "wed", "thu", "fri")},
        "days.sun.daily_dose": "368",
    }
    go_on_to(keys, "field:readouts.daily_dose")
    for name, text in shown.items():
        go_on_to(keys, f"field:readouts.{name}", "Return")
        keys.type(text)
    wait_for(lambda: visited.whole.startswith("✓ everything needed was read and agrees"))
    keys.press("Ctrl+R")
    assert AskingPage(visited, "recordDialog").asked == []
    keys.press("Return")
    wait_for(lambda: visited.dialog is not None and visited.dialog.objectName() == "readBackDialog")
    keys.press("Space", "Return")

    assert [row["what"] for row in LogPage(visited).rows[:2]] == ["read-back: running", "dose step"]
    assert keys.told("flex with quiet weekends") <= 190


# --- the refill visit


@pytest.fixture
def filled(main: MainPage) -> MainPage:
    """P-0101 was here once, for a refill of 20 mL."""
    main.back_to_the_window()
    main.check.open_example(SIMPLE)
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    asking.fill(author="M. Levi", role="nurse")
    child(asking.root, QCheckBox, "refilled").click()
    asking.answer_all("yes")
    asking.write()
    AskingPage(main, "readBackDialog").cancel()
    main.press("Ctrl+N")
    return main


def refill(main: MainPage, drawn_off: str) -> None:
    """A refill of P-0101 at the same dose, typed into the check that begins from the log."""
    pick(main)
    main.check.type_into("new.daily_dose", "368")
    main.check.type_into("reservoir.filled", "20")
    main.check.type_into("refill.drawn_off", drawn_off)
    wait_for(lambda: main.check.finding("refill_told") is not None)


def test_what_was_drawn_off_is_held_against_what_should_have_been_left(filled: MainPage) -> None:
    """20 − 8.6230833 = 11.3769 mL expected; 11.3 drawn off: (20 − 11.3) / 8.6230833 = 1.0089.

    Each of two readings may be 0.25 mL off: 8.2 / 8.6231 = 0.9509 to 9.2 / 8.6231 = 1.0669.
    """
    refill(filled, "11.3")

    assert (
        filled.check.note("refill.drawn_off")
        == "Drawn off: expected 11.38 mL, delivered 1.009 (0.9509 to 1.067) times the programmed volume"
    )
    told = filled.check.finding("refill_told")
    assert told is not None
    assert "Drawn off: 11.3 mL" in told.detail
    assert "Expected: 11.38 mL, counted from entry 1 (20 mL filled)" in told.detail
    assert filled.check.finding("delivered_too_little") is None


def test_much_left_says_what_it_may_mean(filled: MainPage) -> None:
    """15 mL drawn off: 5 / 8.6231 = 0.58 of what was programmed, beyond the 14.5 % of the pump."""
    refill(filled, "15")

    found = filled.check.finding("delivered_too_little")
    assert found is not None
    assert found.severity == "warning"


def test_a_refill_is_recorded_with_what_was_drawn_off_and_is_on_its_sheet(filled: MainPage) -> None:
    refill(filled, "11.3")
    filled.check.type_into("refill.lot", "B4711")
    filled.check.type_into("refill.expiry", "2028-03")
    filled.press("Ctrl+R")
    asking = AskingPage(filled, "recordDialog")
    assert child(asking.root, QCheckBox, "refilled").isChecked()
    asking.answer_all("agreed with Dr B")
    asking.write()
    AskingPage(filled, "readBackDialog").cancel()

    log = LogPage(filled)
    assert log.rows[0]["what"].startswith("refill")
    log.select(0)
    assert "volume drawn off" in log.entry
    assert "B4711" in log.entry
    sheet, _ = desk(filled).sheet(log.root.selected())
    assert "11.3 mL" in sheet
    assert "1.009" in sheet
    log.choose_patient("P-0101")
    log.dose.press_table()
    assert log.dose.headings[-1] == "delivered %"
    assert log.dose.rows[-1][-1] == "delivered 1.009 (0.9509 to 1.067) times the programmed volume"


def test_a_refill_takes_few_keys(filled: MainPage) -> None:
    """Drawn off 11.3, filled 20 mL: (20 − 2) / 0.184 = 97.826 days after 22 Nov 06:00: 28 Feb 2027, 01:49."""
    keys = CountedKeys(filled)

    keys.press("Ctrl+F")
    keys.type("P-0101")
    keys.press("Return")
    keys.until(LEFT_NOW, "reservoir.filled")
    keys.type("368")
    keys.press("Return")
    keys.type("368")
    keys.press("Return", "Return")
    keys.type("28 Feb 2027")
    keys.press("Alt+R")
    keys.press("Ctrl+A")
    keys.type("20")
    keys.press("Alt+W")
    keys.type("11.3")
    assert filled.check.verdict("low_alarm_date") == "✓ match"
    keys.press("Ctrl+R")
    assert AskingPage(filled, "recordDialog").asked == []
    keys.press("Return")
    wait_for(lambda: filled.dialog is not None and filled.dialog.objectName() == "readBackDialog")
    keys.press("Space", "Return")

    assert LogPage(filled).rows[1]["what"].startswith("refill")
    assert keys.told("refill") <= 50


def test_a_bridge_takes_few_keys(visited: MainPage) -> None:
    """2000 to 500 mcg/mL at 368 mcg/day, 20 mL filled, a bridge at 368: tubing and catheter hold 0.140 + 0.1958 = 0.3358 mL.

    The bridge: 0.3358 × 2000 / 368 = 1.825 days, 43 h 48 min, at 0.184 mL/day. Then 368 / 500 = 0.736 mL/day:
    1.825 + (18 − 0.3358) / 0.736 = 25.8253 days after 22 Nov 06:00: 18 Dec 01:48.
    """
    keys = CountedKeys(visited)

    keys.press("Ctrl+F")
    keys.type("P-0101")
    keys.press("Return")
    keys.until(LEFT_NOW, "reservoir.filled")
    keys.type("368")
    keys.press("Return")
    keys.type("368")
    keys.press("Alt+R", "Ctrl+A")
    keys.type("20")
    keys.press("Alt+C", "Tab", "Ctrl+A")
    keys.type("500")
    keys.press("Return")
    keys.type("500")
    keys.press("Return", "Return")
    keys.type("18 Dec 2026")
    keys.press("Alt+B")
    keys.type("368")
    keys.press("Return", "Return")
    keys.type("43 h 48 min")
    assert visited.check.verdict("bridge_duration") == "✓ match"
    assert visited.check.verdict("low_alarm_date") == "✓ match"
    keys.press("Ctrl+R")
    AskingPage(visited, "recordDialog").answer_all(
        "agreed with Dr B"
    )  # what is asked of such a change is no key of the check
    keys.press("Return")
    wait_for(lambda: visited.dialog is not None and visited.dialog.objectName() == "readBackDialog")
    keys.press("Space", "Return")

    assert LogPage(visited).rows[1]["what"].startswith("concentration")
    assert keys.told("bridge") <= 75


def test_an_observation_takes_few_keys(visited: MainPage) -> None:
    keys = CountedKeys(visited)

    keys.press("Ctrl+5")
    log = LogPage(visited)
    wait_for(lambda: len(log.rows) == 2)
    keys.press("Alt+O")
    wait_for(lambda: visited.dialog is not None)
    keys.press("Alt+N")
    keys.type("looser, sleeps well")
    keys.press("Return")

    assert LogPage(visited).rows[0]["what"].startswith("observation")
    assert keys.told("observation") <= 30


def test_a_second_check_takes_few_keys(visited: MainPage) -> None:
    keys = CountedKeys(visited)

    keys.press("Ctrl+5")
    log = LogPage(visited)

    def step_is_selected() -> bool:
        if not log.can_press("secondCheck"):
            visited.press("Down")  # the list may have been read anew in between
        return log.can_press("secondCheck")

    wait_for(lambda: len(log.rows) == 2)
    keys.press("Down")
    wait_for(step_is_selected)
    keys.press("Alt+H")
    wait_for(lambda: visited.dialog is not None)
    with closing(SqliteLog(log_path())) as held:
        settings = settings_of(next(held.entries("P-0101")))
    dialog = AskingPage(visited, "secondCheckDialog").root
    for place, text in settings.items():
        field = child(dialog, QWidget, f"field:setting.{place}")
        while QApplication.focusWidget() is not field:
            keys.press("Tab")
        keys.type(text[:4] if place.endswith(".mode") else text)  # a list goes to what begins with it
    for name, text in (("author", "B. Amsel"), ("role", "physician")):
        field = child(dialog, QLineEdit, f"field:{name}")
        while QApplication.focusWidget() is not field:
            keys.press("Tab")
        keys.press("Ctrl+A")
        keys.type(text)
    keys.press("Return")

    assert [row["2nd check"] for row in LogPage(visited).rows if row["no."] == "1"] == ["agreed"]
    assert keys.told("second check") <= 120
