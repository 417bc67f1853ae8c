"""A fresh window for each test, on the one application; what a test leaves behind fails it."""

import gc
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import shiboken6
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import ui.engine
from itbcalc.log import keys, passphrases
from tests.ui.pages import MainPage
from ui.app import App
from ui.engine import Engine, load_engine

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The application is dressed as the program dresses it."""
    return ["itbcalc", "-style", "Fusion"]


@pytest.fixture(scope="session")
def engine() -> Engine:
    """The built-in library at a fixed time, for presenters without a window."""
    return replace(load_engine(), now=lambda: NOW)


@pytest.fixture
def fixed_clock(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window's clock stands still, and it is tested once."""
    load = ui.engine.load_engine
    monkeypatch.setattr(ui.engine, "run_self_test", lambda: engine.self_test)
    monkeypatch.setattr(ui.engine, "load_engine", lambda: replace(load(), now=lambda: NOW))


@pytest.fixture(autouse=True)
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """How dear a guess has to be is tried where passphrases are kept (`tests/itbcalc`), not at every unlocking."""
    monkeypatch.setattr(passphrases, "PASSES", 1)
    monkeypatch.setattr(passphrases, "MEMORY_KIB", 64)
    monkeypatch.setattr(keys, "PASSES", 1)
    monkeypatch.setattr(keys, "MEMORY_KIB", 19_456)  # less is refused when it is read


@pytest.fixture
def no_leaks(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails where a window, a timer or a thread outlives the test."""
    timers: list[QTimer] = []
    start = QTimer.start

    def recorded(timer: QTimer, *arguments: int) -> None:
        timers.append(timer)
        start(timer, *arguments)

    monkeypatch.setattr(QTimer, "start", recorded)
    before, threads = set(qapp.topLevelWidgets()), set(threading.enumerate())
    yield
    left = [name_of(widget) for widget in qapp.topLevelWidgets() if widget not in before]
    assert not left, f"still there: {left}"
    assert not [timer for timer in timers if shiboken6.isValid(timer) and timer.isActive()]
    assert not set(threading.enumerate()) - threads


@pytest.fixture
def closing(qapp: QApplication, config_folder: Path, no_leaks: None) -> Iterator[list[App]]:
    """What stands here is taken apart at the end of the test."""
    owners: list[App] = []
    yield owners
    for owner in owners:
        owner.window.hide()
        owner.window.deleteLater()
        owner.deleteLater()
    owners.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.enable()  # the window had switched it off; not before all of it is gone
    qapp.setStyleSheet("")  # the next window grows undressed, as the first one did: twice as fast


@pytest.fixture
def open_window(
    qapp: QApplication, qtbot: QtBot, fixed_clock: None, closing: list[App]
) -> Callable[[], MainPage]:
    """Opens the window as the program does, with everything loaded."""

    def opening() -> MainPage:
        owner = App(qapp)
        closing.append(owner)
        owner.window.show()
        qtbot.waitActive(owner.window)
        owner.load()
        return MainPage(owner)

    return opening


@pytest.fixture
def main(open_window: Callable[[], MainPage]) -> MainPage:
    """The window, loaded and empty."""
    return open_window()


def name_of(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()}"
