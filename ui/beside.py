"""Work done beside the window, one thing after another; only the answer to what was asked last is given."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractEventDispatcher, QEventLoop, QObject, QThread, Signal

T = TypeVar("T")
Going = Callable[[str], bool]  # told how far it is, in words; false stops
MOST_WAITED_S = 0.02
SLICE_S = 0.005  # shorter than that nobody needs to be let go first
TOLD_EVERY_S = 0.1


class _Courtesy(QObject):
    """While the window has something to do, what runs beside it waits: both share one interpreter.

    Without it each call that the window makes while it paints may cost a turn of the other thread.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._went_on = time.monotonic()
        self._rests = threading.Event()
        self._rests.set()
        dispatcher = QAbstractEventDispatcher.instance()
        if dispatcher is not None:
            dispatcher.awake.connect(self._rests.clear)
            dispatcher.aboutToBlock.connect(self._rests.set)

    def give_way(self) -> None:
        """In the thread, between two slices of work; not for long: a window that never rests must not stop it."""
        if time.monotonic() - self._went_on > SLICE_S:
            self._rests.wait(MOST_WAITED_S)
            self._went_on = time.monotonic()


class _Job(QThread, Generic[T]):
    """One thing to be done, and what came of it."""

    told = Signal(str)

    def __init__(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        super().__init__()
        self._work, self._then = work, then
        self._found: list[T] = []
        self._fault: Exception | None = None

    def run(self) -> None:
        """In the thread."""
        try:
            self._found.append(self._work())
        except Exception as fault:  # noqa: BLE001  # it is raised again where the window hears of it
            self._fault = fault

    def answer(self) -> None:
        """Beside the window no longer: gives what was found, or raises what went wrong."""
        if self._fault is not None:
            fault, self._fault = self._fault, None
            try:
                raise fault
            finally:
                del fault  # it knows who asked, and would keep it alive
        self._then(self._found[0])


def waited_for(work: Callable[[], T]) -> T:
    """Does `work` in a thread, while the window goes on being painted and takes no keys; returns or raises as it did."""
    loop, found = QEventLoop(), list[T]()
    job = _Job(work, found.append)
    job.finished.connect(loop.quit)
    job.start()
    loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
    job.wait()
    job.answer()
    return found[0]


class Beside(QObject):
    """Begins what is asked when what runs has ended; what nobody waits for any more is dropped."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs: list[_Job[object]] = []  # the one that runs, and the one asked last
        # A thread must not outlive who waits for it; the list does.
        self.destroyed.connect(partial(_end_all, self._jobs))

    @property
    def busy(self) -> bool:
        """Whether somebody waits for an answer."""
        return bool(self._jobs)

    def do(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Does `work` in a thread, then calls `then` with what it returned, here; unless more was asked meanwhile."""
        self._begin(_Job(work, then))

    def do_long(
        self, work: Callable[[Going], T], then: Callable[[T], None], tell: Callable[[str], None]
    ) -> None:
        """The same of work in slices, which gives way to the window, tells how far it is, and ends sooner when it is stopped."""
        courtesy, told = _Courtesy(self), 0.0

        def going(words: str) -> bool:
            nonlocal told
            courtesy.give_way()
            if time.monotonic() - told > TOLD_EVERY_S:
                told = time.monotonic()
                job.told.emit(words)
            return not job.isInterruptionRequested()

        job = _Job(lambda: work(going), then)
        job.told.connect(tell)
        job.finished.connect(courtesy.deleteLater)
        self._begin(job)

    def interrupt(self) -> None:
        """Work in slices ends at the next one, and gives what it has."""
        for job in self._jobs:
            job.requestInterruption()

    def _begin(self, job: _Job[T]) -> None:
        job.finished.connect(self._on_finished)
        self.interrupt()
        del self._jobs[1:]
        self._jobs.append(job)  # type: ignore[arg-type]  # each job keeps its own kind to itself
        if len(self._jobs) == 1:
            job.start()

    def stop(self) -> None:
        """Drops what was asked, and waits for what runs."""
        _end_all(self._jobs)
        self._jobs.clear()

    def _on_finished(self) -> None:
        if not self._jobs or not self._jobs[0].isFinished():
            return
        done = self._jobs.pop(0)
        if self._jobs:
            self._jobs[0].start()
            return
        done.answer()


def _end_all(jobs: list[_Job[object]]) -> None:
    for job in jobs:
        job.requestInterruption()
        job.wait()
