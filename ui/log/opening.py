"""How the window opens the log to write: a server may be silent for seconds, and the window must not stand still."""

import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer

from itbcalc.errors import LogUnavailableError
from itbcalc.log import server
from itbcalc.log.places import is_on_server, open_log
from itbcalc.log.store import TitrationLog
from itbcalc.log.waiting import may_wait
from ui.beside import waited_for

_ASKING = "Asking the server of the log …"
_SAID_AFTER_MS = 300
_NOT_ASKED_AGAIN_S = 15.0  # what is recorded in one go is not held up at each of its questions


class Opening:
    """Opens the log as `open_log` does; one on a server beside the window."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """`say` is told that the server is asked."""
        self._say = say
        self._silent: tuple[float, str, str] | None = None  # until when, and what was said

    def __call__(self, path: Path, *, create: bool = False) -> TitrationLog:
        """The log. Where the server was silent just now that is said again, without waiting for it. Raises as `open_log`."""
        if not is_on_server(path) or threading.get_ident() != threading.main_thread().ident:
            return open_log(path, create=create)
        began = time.monotonic()
        if self._silent is not None and began < self._silent[0]:
            raise LogUnavailableError(*self._silent[1:])
        self._silent = None
        asking = QTimer()
        asking.setSingleShot(True)
        asking.timeout.connect(lambda: self._say(_ASKING))
        asking.start(_SAID_AFTER_MS)
        try:
            return waited_for(partial(open_log, path, create=create))
        except LogUnavailableError as error:
            now = time.monotonic()
            if may_wait(path, error) and now - began >= server.ANSWER_WITHIN_S:  # who refuses does so at once
                self._silent = (now + _NOT_ASKED_AGAIN_S, error.reason, error.detail)
            raise
        finally:
            if not asking.isActive():
                self._say("")
            asking.stop()
