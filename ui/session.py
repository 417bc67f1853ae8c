"""Who has unlocked the window, and when does it lock by itself?"""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from itbcalc.visits.people import Operator, People

_ACTIVITY = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.InputMethod,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletPress,
        QEvent.Type.TabletMove,
    }
)
_MINUTE_MS = 60_000


class Session(QObject):
    """The operator at the window. Where no operator was ever added nothing locks.

    Nothing of people is loaded before it is needed: a file that is there locks the window, and is read afterwards.
    """

    changed = Signal()  # who works here, whether it is locked, or who may unlock it

    def __init__(self, path: Path, minutes: int, parent: QObject | None = None) -> None:
        """`minutes` without a key or the mouse lock it; `path` is the file of operators."""
        super().__init__(parent)
        self._path = path
        self._people: People | None = None
        self._operators: tuple[Operator, ...] = ()
        self._operator: Operator | None = None
        self._before: Operator | None = None
        self._locked = path.exists()
        self._idle_ms = minutes * _MINUTE_MS
        self._seen = clocks()
        self._watching = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.lock_if_idle)

    # --- what other code sees

    @property
    def people(self) -> "People":
        """The file of operators and identities."""
        if self._people is None:
            from itbcalc.visits.people import People

            self._people = People(self._path)
        return self._people

    @property
    def operators(self) -> "tuple[Operator, ...]":
        """Who may unlock the window, by name."""
        return self._operators

    @property
    def operator(self) -> "Operator | None":
        """Who unlocked the window and signs what is written now; None while it is locked or has no operators."""
        return self._operator

    @property
    def before(self) -> "Operator | None":
        """Who worked here when it was locked last."""
        return self._before

    @property
    def locked(self) -> bool:
        """Whether somebody has to unlock it."""
        return self._locked

    @property
    def has_operators(self) -> bool:
        """Whether it locks at all; before the operators are read, a file that is there counts."""
        return bool(self._operators) or self._locked

    def refresh(self) -> None:
        """Reads who may unlock it. Who is not active any more is locked out. Raises PeopleUnavailableError."""
        found = self.people.operators() if self._path.exists() else []
        self._operators = tuple(each for each in found if each.active)
        if not self._operators:
            self._locked, self._operator = False, None
        elif self._operator is not None:
            self._operator = self._named(self._operator.id)
        if self._operators and self._operator is None:
            self._locked = True
        self._watch()
        self.changed.emit()

    def begin(self, operator: "Operator") -> None:
        """The first operator was added just now, and works here."""
        self._operator = operator
        self.refresh()

    def lock(self) -> None:
        """Locks, where there is somebody who can unlock it."""
        if self._locked or not self._operators:
            return
        self._before, self._operator, self._locked = self._operator, None, True
        self._watch()
        self.changed.emit()

    def unlock(self, operator_id: str, passphrase: str) -> "Operator":
        """Unlocks with the operator's passphrase. Raises RefusedError, PeopleUnavailableError."""
        operator = self.people.check(operator_id, passphrase)
        self._operator, self._locked = operator, False
        self._watch()
        self.changed.emit()
        return operator

    @property
    def minutes_left(self) -> int:
        """In how many minutes it locks by itself, the one that has begun counted whole."""
        return -(-max(self._idle_ms - self._idle_for_ms(), 0) // _MINUTE_MS)

    def set_minutes(self, minutes: int) -> None:
        """How long without a key or the mouse until it locks."""
        self.set_idle_ms(minutes * _MINUTE_MS)

    def set_idle_ms(self, milliseconds: int) -> None:
        """The same in milliseconds."""
        self._idle_ms = milliseconds
        self._watch()

    # --- idle

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys and mouse anywhere in the application; the one that comes too late locks, and does nothing else."""
        if event.type() in _ACTIVITY and self._operator is not None:
            if self._idle_for_ms() >= self._idle_ms:
                self.lock()
                return True
            self._seen = clocks()
        return super().eventFilter(watched, event)

    def _watch(self) -> None:
        """Watches while somebody works here, and only then: it costs a little at every event."""
        app = QApplication.instance()
        assert app is not None
        watching = self._operator is not None
        if watching and not self._watching:
            app.installEventFilter(self)
        if self._watching and not watching:
            app.removeEventFilter(self)
            self._timer.stop()
        self._watching = watching
        if watching:
            self._seen = clocks()
            self._timer.start(self._idle_ms)

    def lock_if_idle(self) -> None:
        """Locks where nobody was here for that long; else looks again when it will be."""
        left = self._idle_ms - self._idle_for_ms()
        if left <= 0:
            self.lock()
        else:
            self._timer.start(left)

    def _idle_for_ms(self) -> int:
        """By two clocks, whichever says more: one stands still while the computer sleeps, the other may be set back."""
        return max(int((now - seen) * 1000) for now, seen in zip(clocks(), self._seen, strict=True))

    def _named(self, operator_id: str) -> "Operator | None":
        return next((each for each in self._operators if each.id == operator_id), None)


def clocks() -> tuple[float, float]:
    """Two clocks, in seconds: one only goes on, the other is the computer's."""
    return time.monotonic(), time.time()
