"""Garbage is collected in the thread of the window alone, between two events.

Python collects in whichever thread runs, wherever it happens to be: a widget that falls apart in another thread than its
own takes the program down, and one that does so while Qt takes another apart waits for ever for a lock of its own.
"""

import gc

from PySide6.QtCore import QObject, QTimer

LOOKED_EVERY_MS = 1000


class GarbageCollector(QObject):
    """Collects by Python's own thresholds, for as long as it lives. Python by itself collects no more, until it is told to."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
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
