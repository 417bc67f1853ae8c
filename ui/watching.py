"""Whether somebody else wrote into the log: looked at every few seconds, and of a server beside the window."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from itbcalc.log.places import is_on_server, mark_of
from ui.beside import Beside

LOOK_EVERY_MS = 3_000
_NOT_LOOKED_YET = object()


class Watch(QObject):
    """Tells when the log is another one than before, as long as somebody `wants` to know."""

    changed = Signal()

    def __init__(self, parent: QObject, path: Path, wants: Callable[[], bool]) -> None:
        super().__init__(parent)
        self._path, self._wants = path, wants
        self._mark: object = None
        self._beside = Beside(self)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    @property
    def looks(self) -> bool:
        """Whether it looks."""
        return self._timer.isActive()

    def begin(self) -> None:
        """From now on; before whoever asks reads the log, so that nothing is missed between the two."""
        self._mark = _NOT_LOOKED_YET if is_on_server(self._path) else mark_of(self._path)
        self._timer.start()

    def stop(self) -> None:
        """Looks no more."""
        self._timer.stop()
        self._beside.stop()

    def _look(self) -> None:
        if not self._wants():
            self._timer.stop()
        elif not is_on_server(self._path):
            self._on_mark(mark_of(self._path))
        elif not self._beside.busy:
            self._beside.do(partial(mark_of, self._path), self._on_mark)

    def _on_mark(self, mark: object) -> None:
        if mark != self._mark:
            self._mark = mark
            self.changed.emit()
