"""The growing wait after wrong passphrases, kept in a file: a program that is started anew has not forgotten it."""

import contextlib
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from itbcalc.errors import LogUnavailableError, RefusedError
from itbcalc.log.sqlite_file import SETTINGS, connect, faults, for_nobody_else, log_error, transaction
from itbcalc.log.store import Connection

FREE_FAILURES = 5  # in a row; each further one doubles the wait
FIRST_WAIT_S, LONGEST_WAIT_S = 5, 300
_TABLE = """CREATE TABLE IF NOT EXISTS tries (
    who TEXT NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    until REAL NOT NULL
) STRICT"""
_FOUND = "SELECT count, until FROM tries WHERE who = :who"
_KEEP = "INSERT OR REPLACE INTO tries (who, count, until) VALUES (:who, :count, :until)"
_FORGET = "DELETE FROM tries WHERE who = :who"
# Where nothing can be written nobody is kept from working for it: whoever may only read the hash can take it away.
_CANNOT_BE_KEPT = ("read_only", "cannot_open")


class Patience:
    """Wrong passphrases in a row, by whom, and until when nothing more is tried."""

    def __init__(self, beside: Path, clock: Callable[[], float] = time.time) -> None:
        """`beside` is the file that the passphrases open; `clock` tells seconds, the same in every process."""
        self.path = beside.with_name(f"{beside.name}.tries")
        self._clock = clock

    def attempt(self, who: str) -> None:
        """Counts a try as a wrong one, until `succeeded` says otherwise: those of other processes at once are counted too.

        Raises RefusedError while the wait lasts, also for the right passphrase.
        """
        self._change(partial(self._attempt, who))

    def succeeded(self, who: str) -> None:
        """The right passphrase: the row of wrong ones is over."""
        self._change(lambda connection: connection.execute(_FORGET, {"who": who}))

    def _attempt(self, who: str, connection: Connection) -> None:
        now = self._clock()
        count, until = connection.execute(_FOUND, {"who": who}).fetchone() or (0, 0)
        left = min(until - now, LONGEST_WAIT_S)  # a clock that was set back makes nobody wait longer
        if left > 0:
            raise RefusedError("passphrase", "", "passphrase_wait", seconds=str(int(left) + 1))
        over = count + 1 - FREE_FAILURES
        wait = min(FIRST_WAIT_S * 2 ** min(over, 10), LONGEST_WAIT_S) if over >= 0 else 0
        connection.execute(_KEEP, {"who": who, "count": count + 1, "until": now + wait})

    def _change(self, work: Callable[[Connection], object]) -> None:
        """All of a change, or nothing of it. Raises LogUnavailableError."""
        try:
            for_nobody_else(self.path)
            with contextlib.closing(connect(self.path, SETTINGS)) as connection:
                with transaction(connection):
                    connection.execute(_TABLE)
                    work(connection)
                connection.execute("COMMIT")
        except faults() as error:
            ours = log_error(error)
            if not isinstance(ours, LogUnavailableError) or ours.reason not in _CANNOT_BE_KEPT:
                raise ours from error
