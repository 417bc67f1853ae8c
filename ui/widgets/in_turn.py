"""What may wait until what was typed is answered and painted: one piece in a turn of the event loop."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid


class InTurn(QObject):
    """Takes what waits one after another, each in a turn of its own, and what it changed is painted before the next.

    Timers of their own would come due together: all that they do, and the painting of it, would be one turn in which
    no key is answered.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[int, Callable[[], None]] = {}  # by who waits, which may be gone meanwhile
        self._known: set[int] = set()
        self._paints = False  # this turn is for painting
        self._beat = QTimer(self)
        self._beat.setInterval(0)
        self._beat.timeout.connect(self._take_one)

    def add(self, owner: QObject, work: Callable[[], None], *, first: bool = False) -> None:
        """Does `work` as soon as it is its turn, or before all that waits; whatever else `owner` waited for is given up."""
        who = id(owner)
        if who not in self._known:
            self._known.add(who)
            owner.destroyed.connect(lambda: self._forget(who))
        self._waiting.pop(who, None)
        self._waiting = {who: work, **self._waiting} if first else {**self._waiting, who: work}
        self._paints = self._paints or first  # whatever was typed meanwhile comes before it
        if not self._beat.isActive():
            self._paints = True
            self._beat.start()

    def drop(self, owner: QObject) -> None:
        """What `owner` waited for is not done."""
        self._waiting.pop(id(owner), None)

    def holds(self, owner: QObject) -> bool:
        """Whether `owner` waits."""
        return id(owner) in self._waiting

    def _forget(self, who: int) -> None:
        self._known.discard(who)
        self._waiting.pop(who, None)
        if not self._waiting and isValid(self._beat):  # at the end of the program it may be gone before
            self._beat.stop()

    def _take_one(self) -> None:
        if self._paints:
            self._paints = False
            return
        if not self._waiting:
            self._beat.stop()
            return
        self._paints = True
        self._waiting.pop(next(iter(self._waiting)))()


_made: list[InTurn] = []


def in_turn() -> InTurn:
    """The one of this program: there is one event loop."""
    if not _made:
        _made.append(InTurn())
    return _made[0]
