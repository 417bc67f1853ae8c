"""Garbage is collected in the thread of the window alone, between two events.

Python collects in whichever thread runs when it is time; a widget that falls apart in another thread than its own takes
the program down.
"""

import gc

from PySide6.QtCore import QObject, QTimer

LOOKED_EVERY_MS = 1000


class GarbageCollector(QObject):
    """Collects by Python's own thresholds, for as long as it lives; then Python does so by itself again."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self.destroyed.connect(gc.enable)
        self._timer = QTimer(self)
        self._timer.timeout.connect(_collect)
        self._timer.start(LOOKED_EVERY_MS)


def _collect() -> None:
    """The oldest generation of which the count is over its threshold, and with it all younger ones."""
    over = [
        number
        for number, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
        if count > most
    ]
    if over:
        gc.collect(over[-1])
