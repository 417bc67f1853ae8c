"""Verifying a log beside the window, with progress; it may be stopped."""

from pathlib import Path

from PySide6.QtCore import QThread, Signal

from itbcalc.errors import ItbcalcError
from itbcalc.log.anchors import AnchorVerdict, held_against, read_anchor
from itbcalc.log.places import open_log
from itbcalc.say import anchor_words, refusal_words


class Verification(QThread):
    """Follows the chain beside the window; may be stopped."""

    progressed = Signal(int)
    ended = Signal(str, str)  # words, tone
    found = Signal(str)  # what is damaged, in words; empty where the log is whole

    def __init__(self, path: Path, anchor: str) -> None:
        super().__init__()
        self._path, self._anchor = path, anchor

    def run(self) -> None:
        """In the thread: says how it ended, in words."""
        try:
            self.ended.emit(*self._outcome())
        except ItbcalcError as error:
            self.ended.emit(refusal_words(error), "refused")

    def _outcome(self) -> tuple[str, str]:
        anchor = read_anchor(self._anchor) if self._anchor.strip() else None
        log = open_log(self._path)
        try:
            verified = log.verify(self._progress)
            verdict = held_against(anchor, log, verified)
        finally:
            log.close()
        if verified.damage is not None:
            words = refusal_words(verified.damage)
            self.found.emit(words)
            return f"NOT WHOLE: {words}", "refused"
        if verified.stopped:
            count = verified.head.count
            return f"Stopped after {count:,} entries: what follows was not looked at.", "warning"
        self.found.emit("")
        head = verified.head
        whole = f"The chain holds: {head.count:,} entries, head {head.hash[:16]}…"
        fine = verdict in (None, AnchorVerdict.AGREES)
        return f"{whole} {anchor_words(verdict)}", "" if fine else "refused"

    def _progress(self, count: int) -> bool:
        self.progressed.emit(count)
        return not self.isInterruptionRequested()
