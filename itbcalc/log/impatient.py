"""A connection that is given up once its server says nothing any more: it may take what is asked, and freeze.

Neither libpq nor the network notices that: the server's machine still answers for it.
"""

from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen

SILENT_FOR_S = 20.0  # longer than anybody waits for the lock of the log

T = TypeVar("T")


class ImpatientConnection(psycopg.Connection[Any]):
    """As psycopg's; a statement of which nothing is heard for `SILENT_FOR_S` raises psycopg.OperationalError."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """What comes of the generator of a statement. Raises psycopg's errors."""
        return super().wait(_given_up_in_time(gen), interval, timeout)


def _given_up_in_time(gen: PQGen[T]) -> PQGen[T]:
    """The same generator; it is told from time to time that nothing came, and then for how long is looked at."""
    heard = monotonic()
    try:
        wanted = next(gen)
        while True:
            ready = yield wanted
            if ready:
                heard = monotonic()
            elif monotonic() - heard > SILENT_FOR_S:
                raise psycopg.OperationalError(f"the server has been silent for {SILENT_FOR_S:g} seconds")
            wanted = gen.send(ready)
    except StopIteration as ended:
        result: T = ended.value
        return result
