"""What was typed and what follows from it appear together, in one frame, though they are worked out in several turns."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from ui.widgets.in_turn import in_turn


class OneFrame(QObject):
    """Holds back the painting of a window until what follows from a key is shown in it.

    Reading, checking, showing and painting would be one turn in which no other key is answered; painted one by one, a
    digit would stand beside the answer to the one before. Whatever reaches the window from outside meanwhile finds it
    painted.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._watched: list[QObject] = []  # while nothing is painted
        self._show: Callable[[], None] | None = None
        self._is_asked_for = False

    @property
    def is_held(self) -> bool:
        """Whether nothing is painted."""
        return bool(self._watched)

    def hold(self, show: Callable[[], None]) -> None:
        """Nothing is painted until `show` was done, which comes in a turn of its own; what waited before is given up."""
        if not self.is_held:
            self._watched = [*filter(None, (self._window, self._window.windowHandle()))]
            for each in self._watched:
                each.installEventFilter(self)
        self._show = show
        in_turn().add(self, self._show_in_turn, first=True)

    def finish(self) -> None:
        """What waits is shown and painted at once."""
        if self.is_held:
            in_turn().drop(self)
            try:
                self._show_now()
            finally:
                self._let_go()
                QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
                QCoreApplication.sendPostedEvents(self._window, QEvent.Type.UpdateRequest.value)

    def give_up(self) -> None:
        """Other things are shown instead."""
        self._show = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keeps the window from painting; what comes from outside it finds it painted."""
        if watched is not self._window:
            self.finish()
        elif event.type() is QEvent.Type.UpdateRequest:
            self._is_asked_for = True
            return True
        return False

    def _show_in_turn(self) -> None:
        try:
            self._show_now()
        finally:
            in_turn().add(self, self._let_go, first=True)

    def _show_now(self) -> None:
        show, self._show = self._show, None
        if show is not None:
            show()

    def _let_go(self) -> None:
        for each in self._watched:
            each.removeEventFilter(self)
        self._watched = []
        if self._is_asked_for:
            self._is_asked_for = False
            request = QEvent(QEvent.Type.UpdateRequest)
            QCoreApplication.postEvent(self._window, request, Qt.EventPriority.LowEventPriority.value)
