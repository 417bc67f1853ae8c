"""A long log: the list of refills is read beside the window, which goes on answering."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtTest import QTest

from itbcalc.log.folders import log_path
from itbcalc.log.store import MemoryLog, make_log
from itbcalc.visits.history import effective
from itbcalc.visits.recording import read_back_draft, step_draft
from tests.itbcalc.every_kind import NURSE, answers_to
from tests.itbcalc.log.logs import LOG_ID, entry_id
from tests.itbcalc.programs import table_of
from tests.itbcalc.visits.histories import at_dose, checked_step
from tests.ui.pages import MainPage
from tests.ui.refills_pages import RefillsPage

pytestmark = [pytest.mark.gui, pytest.mark.slow]

PATIENTS, EACH = 300, 67  # 20,100 entries
STILL_MS = 100


@pytest.fixture
def long_log(config_folder: Path) -> None:
    """Every patient has a refill and its read-back 33 times over two years, and one read-back more."""
    step = checked_step(table_of(at_dose("460 mcg/day")))
    draft = step_draft(step, answers_to(step), NURSE, step.checked.program.reservoir.at.moment, refilled=True)
    log = MemoryLog(LOG_ID)
    for patient in (f"P-{number:04}" for number in range(PATIENTS)):
        for number in range(EACH // 2):
            at = draft.recorded_at - timedelta(days=22 * (EACH // 2 - number))
            told = replace(
                draft,
                patient=patient,
                recorded_at=at,
                effective_at=at.isoformat(),
                entry_id=entry_id(log.head().count + 1),
            )
            entry = log.append(told)
            seen = read_back_draft(entry, "running", "", NURSE, at)
            log.append(replace(seen, entry_id=entry_id(log.head().count + 1)))
        seen = read_back_draft(entry, "running", "", NURSE, effective(entry))
        log.append(replace(seen, entry_id=entry_id(log.head().count + 1)))
    assert log.head().count == PATIENTS * EACH
    make_log(log_path(), LOG_ID, log.written())


def test_the_window_is_never_still_while_a_long_log_is_read(long_log: None, main: MainPage) -> None:
    since, longest = QElapsedTimer(), [0]
    beat = QTimer(main.window)
    beat.timeout.connect(lambda: longest.append(since.restart()))
    main.owner.refills()  # what is loaded once is not the list
    beat.start(0)
    since.start()

    page = RefillsPage(main)
    panel = page._root  # noqa: SLF001  # to look without waiting
    while panel.reading:
        QTest.qWait(1)
    QTest.qWait(50)
    beat.stop()

    print(f"{len(page.rows)} patients, longest stillness {max(longest)} ms")  # a figure
    assert len(page.rows) == PATIENTS
    assert max(longest) < STILL_MS
