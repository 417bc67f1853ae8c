"""Work done beside the window, one thing after another; only the answer to what was asked last is given."""

from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QThread

T = TypeVar("T")


class _Job(QThread, Generic[T]):
    """One thing to be done, and what came of it."""

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
            raise self._fault
        self._then(self._found[0])


class Beside(QObject):
    """Begins what is asked when what runs has ended; what nobody waits for any more is dropped."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs: list[_Job[object]] = []  # the one that runs, and the one asked last
        # A thread must not outlive who waits for it; the list does.
        self.destroyed.connect(partial(_wait_for_all, self._jobs))

    @property
    def busy(self) -> bool:
        """Whether somebody waits for an answer."""
        return bool(self._jobs)

    def do(self, work: Callable[[], T], then: Callable[[T], None]) -> None:
        """Does `work` in a thread, then calls `then` with what it returned, here; unless more was asked meanwhile."""
        job = _Job(work, then)
        job.finished.connect(self._on_finished)
        del self._jobs[1:]
        self._jobs.append(job)  # type: ignore[arg-type]  # each job keeps its own kind to itself
        if len(self._jobs) == 1:
            job.start()

    def stop(self) -> None:
        """Drops what was asked, and waits for what runs."""
        _wait_for_all(self._jobs)
        self._jobs.clear()

    def _on_finished(self) -> None:
        if not self._jobs or not self._jobs[0].isFinished():
            return
        done = self._jobs.pop(0)
        if self._jobs:
            self._jobs[0].start()
            return
        done.answer()


def _wait_for_all(jobs: list[_Job[object]]) -> None:
    for job in jobs:
        job.wait()
