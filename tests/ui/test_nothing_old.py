"""Where another check begins, or another log lies there, nothing of the one before stands anywhere."""

import pytest
from PySide6.QtWidgets import QLabel

from tests.ui.log_pages import AskingPage, record
from tests.ui.pages import children, wait_for

pytestmark = pytest.mark.gui

PRIMED = "13-aspirated-and-primed.toml"
SIMPLE = "01-routine-increase.toml"


def test_a_new_check_begins_empty_everywhere(main):
    main.check.open_example(PRIMED)
    main.check.open_other_rows()
    main.check.select_row("prime_dose")
    assert "priming" in main.check.working_title.lower()

    main.press("Ctrl+N")

    assert main.whole == ""
    assert main.check.findings == []
    assert main.check.working == ""
    assert "pump_clock" not in main.check.rows
    assert [chip.text() for chip in children(main.window, QLabel, "chip") if chip.text()] == []
    assert main.message == "Cleared. Ctrl+Z brings it back."


def test_another_check_is_read_from_its_own_flow_rate(main):
    main.check.open_example(PRIMED)
    main.check.open_other_rows()
    main.check.select_row("prime_dose")

    main.window.example_requested.emit(SIMPLE)

    assert "flow rate" in main.check.working_title.lower()
    assert "pump_clock" not in main.check.rows


def test_what_is_recorded_is_not_called_unsaved(main):
    main.check.open_example(SIMPLE)
    main.check.type_into("new.daily_dose", "360")
    main.check.type_into("readouts.daily_dose", "360")
    assert not main.owner.program.nothing_to_lose
    main.check.type_into("new.daily_dose", "368")
    main.check.type_into("readouts.daily_dose", "368.00")
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    asking.answer_all("as ordered")
    asking.fill(author="M. Levi", role="nurse")
    asking.write()
    AskingPage(main, "readBackDialog").cancel()

    main.window.example_requested.emit(PRIMED)

    assert main.dialog is None
    assert main.check.text_of("patient.ref") == "P-0113"


def test_after_a_backup_was_put_back_nothing_is_marked_as_of_the_log_before(main):
    record(main, SIMPLE)
    main.owner.program.begin_from_log("P-0101")
    wait_for(lambda: "by this computer" in main.check.note("reservoir.at"))

    main.owner.house.log_replaced.emit()

    assert "by this computer" not in main.check.note("reservoir.at")
