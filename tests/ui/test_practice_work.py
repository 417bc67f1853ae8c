"""What takes long in practice runs beside the window, says so, and can be given up."""

import threading

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QProgressBar, QPushButton

import ui.practice.presenter
from tests.ui.pages import LEFT, MainPage, child, wait_for
from tests.ui.practice_pages import PracticePage, desk

pytestmark = pytest.mark.gui

KINK = "Rising need after two good years"
TICK_MS = 5


@pytest.fixture
def practice(main: MainPage) -> PracticePage:
    made = PracticePage(main)
    made.begin(KINK)
    return made


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """The core takes until this is set."""
    let_go, real = threading.Event(), ui.practice.presenter.moved

    def slow(*arguments: object) -> object:
        assert let_go.wait(40)
        return real(*arguments)  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(ui.practice.presenter, "moved", slow)
    return let_go


def test_the_window_goes_on_while_the_core_works_and_says_what_it_does(
    practice: PracticePage, held: threading.Event
):
    presenter = desk(practice.main).presenter
    assert presenter is not None
    ticks: list[None] = []
    timer = QTimer()
    timer.setInterval(TICK_MS)
    timer.timeout.connect(lambda: ticks.append(None))
    timer.start()
    presenter.advance("1 day")
    bar = child(practice.main.window, QProgressBar, "practice:progress")
    wait_for(bar.isVisible)
    assert not child(practice.main.window, QPushButton, "practice:program").isEnabled()
    wait_for(lambda: len(ticks) > 50)  # by its own clock, however busy the machine is
    timer.stop()

    assert bar.isVisible()
    held.set()
    assert practice.clock == "7 Jul 2026 09:00"
    assert not bar.isVisible()
    assert practice.can_press("program")


def test_what_is_given_up_leaves_the_run_as_it_was(practice: PracticePage, held: threading.Event):
    presenter = desk(practice.main).presenter
    assert presenter is not None
    before = presenter.run
    presenter.advance("1 day")
    cancel = child(practice.main.window, QPushButton, "practice:cancel")
    wait_for(cancel.isVisible)
    QTest.mouseClick(cancel, LEFT)
    assert not cancel.isVisible()
    held.set()

    assert practice.clock == "6 Jul 2026 09:00"
    assert presenter.run is before
    assert practice.can_press("program")


def test_a_run_is_worked_on_once_at_a_time(practice: PracticePage, held: threading.Event):
    presenter = desk(practice.main).presenter
    assert presenter is not None
    presenter.advance("1 day")
    presenter.advance("1 day")  # pressed twice before the first is done
    held.set()

    assert practice.clock == "7 Jul 2026 09:00"
    assert practice.decisions == ["Let time pass. 24 h pass."]


def test_closing_the_window_waits_for_what_runs(practice: PracticePage, held: threading.Event):
    presenter = desk(practice.main).presenter
    assert presenter is not None
    presenter.advance("1 day")
    held.set()

    assert practice.main.window.close()
