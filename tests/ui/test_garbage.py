"""Where garbage is collected while a window is open: a widget must fall apart in its own thread."""

import gc
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

import ui.garbage
from tests.ui.pages import MainPage, wait_for
from ui.beside import Beside

pytestmark = pytest.mark.gui


class Ring:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Python is eager to collect, and it is looked often."""
    monkeypatch.setattr(ui.garbage, "LOOKED_EVERY_MS", 10)
    before = gc.get_threshold()
    gc.set_threshold(50, 2, 2)
    yield
    gc.set_threshold(*before)


@pytest.fixture
def collecting_threads() -> Iterator[set[str]]:
    """The names of the threads in which garbage was collected."""
    found = set[str]()

    def noted(phase: str, _: dict[str, int]) -> None:
        if phase == "start":
            found.add("window" if threading.current_thread() is threading.main_thread() else "another")

    gc.callbacks.append(noted)
    yield found
    gc.callbacks.remove(noted)


@pytest.mark.usefixtures("soon")
def test_garbage_is_collected_in_the_thread_of_the_window_alone(
    open_window: Callable[[], MainPage], collecting_threads: set[str]
) -> None:
    main = open_window()
    collecting_threads.clear()
    holder, done, made, rings = QWidget(main.window), list[int](), list[int](), weakref.WeakSet[Ring]()

    def littering() -> int:
        made.append(5_000)
        for _ in range(5_000):
            rings.add(Ring())
        return 5_000

    Beside(holder).do(littering, done.append)
    wait_for(lambda: bool(done))

    def gone() -> bool:
        littering()  # what has grown old goes when enough has come after it
        return len(rings) < sum(made)

    wait_for(gone)

    assert collecting_threads == {"window"}


def test_while_a_window_falls_apart_nothing_is_collected(
    open_window: Callable[[], MainPage], collecting_threads: set[str]
) -> None:
    """Qt holds locks then, and what is collected would wait for them."""
    main = open_window()
    collecting_threads.clear()

    main.owner.findChild(ui.garbage.GarbageCollector).deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    rings = [Ring() for _ in range(5_000)]
    del rings

    assert collecting_threads == set()
