"""What does the log cost: an entry on the disk, the whole chain verified, the history of one patient in a long log?

The other sides: a bare `sqlite3` insert with the same settings, also over a connection of its own; json and SHA-256 over
the same bytes; the same history in a log a hundredth as long.
"""

import hashlib
import itertools
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from itbcalc.titration.entries import Draft, EntryKind
from itbcalc.titration.store import _SETTINGS, MemoryLog, SqliteLog, make_log

APPEND_LIMIT, VERIFY_LIMIT, HISTORY_LIMIT = 1.5, 2.0, 3.0
LONG, SHORT = 100_000, 1_000
HISTORY = 20  # entries of the patient who is looked up
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
BODY = {"inputs": {"new": {"daily_dose": "350 mcg/day", "concentration": "500 mcg/mL"}}, "note": "x" * 300}


def draft(number: int, patient: str = "P") -> Draft:
    return Draft(
        entry_id=f"00000000-0000-4000-8000-{number:012x}",
        kind=EntryKind.DOSE_STEP_RECORDED,
        recorded_at=BEGIN + timedelta(minutes=number),
        author="A. Nurse",
        patient=patient,
        body=BODY,
    )


def long_log(path: Path, count: int) -> SqliteLog:
    """A log of `count` entries, of which the patient X has `HISTORY`, evenly among the others."""
    memory = MemoryLog("0" * 32)
    memory.find = lambda name: None  # type: ignore[method-assign]  # the ids are new; looking through all takes hours
    for number in range(1, count + 1):
        memory.append(draft(number, "X" if number % (count // HISTORY) == 0 else f"P-{number % 500}"))
    make_log(path, "0" * 32, memory.written())
    return SqliteLog(path)


def append(folder: Path, turns: int = 300) -> float:
    """An append, synced and read back, over a bare insert that is synced."""
    log = SqliteLog(folder / "log", create=True)
    bare = folder / "bare"
    with closing(sqlite3.connect(bare)) as connection:
        connection.execute(
            "CREATE TABLE entry (seq INTEGER PRIMARY KEY, entry_id TEXT UNIQUE, bytes BLOB) STRICT"
        )
    content = json.dumps(BODY).encode() * 2
    numbers = itertools.count(1)

    def theirs() -> None:
        number = next(numbers)
        with closing(sqlite3.connect(bare, isolation_level=None)) as connection:
            for name, value, _ in _SETTINGS:
                connection.execute(f"PRAGMA {name} = {value}")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO entry VALUES (?, ?, ?)", (number, f"id {number}", content))
            connection.execute("COMMIT")

    ours_numbers = itertools.count(1)
    return _ratio(lambda: log.append(draft(next(ours_numbers))), theirs, turns)


def verify(log: SqliteLog, turns: int = 3) -> float:
    """The chain followed to its end, over json and SHA-256 of the same bytes from the same file."""

    def theirs() -> None:
        with closing(sqlite3.connect(log.path)) as connection:
            for (content,) in connection.execute("SELECT bytes FROM entry ORDER BY seq"):
                entry = json.loads(content)
                json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
                hashlib.sha256(b"\x00" + content).hexdigest()

    def ours() -> None:
        assert log.verify().whole

    return _ratio(ours, theirs, turns)


def history(long: SqliteLog, short: SqliteLog, turns: int = 50) -> float:
    """The entries of one patient in a long log, over those of one with as many in a short log."""
    assert len(list(long.entries("X"))) == len(list(short.entries("X"))) == HISTORY
    return _ratio(lambda: list(long.entries("X")), lambda: list(short.entries("X")), turns)


def _ratio(ours: Callable[[], object], theirs: Callable[[], object], turns: int) -> float:
    seconds: tuple[list[float], list[float]] = ([], [])
    for turn in range(turns + 1):
        for work, taken in zip((ours, theirs), seconds, strict=True):
            begin = time.perf_counter()
            work()
            if turn:
                taken.append(time.perf_counter() - begin)
    medians = [statistics.median(taken) for taken in seconds]
    print(f"  ours {medians[0] * 1000:.2f} ms, other side {medians[1] * 1000:.2f} ms")
    return medians[0] / medians[1]


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        long, short = long_log(folder / "long", LONG), long_log(folder / "short", SHORT)
        figures = (
            ("append : bare insert", append(folder), APPEND_LIMIT),
            ("verify : json and SHA-256", verify(long), VERIFY_LIMIT),
            ("history in 10^5 : in 10^3", history(long, short), HISTORY_LIMIT),
        )
    for words, figure, limit in figures:
        print(f"{words:<38}{figure:>10.2f}  <= {limit:g} {'TOO MUCH' if figure > limit else 'ok'}")
    return 1 if any(figure > limit for _, figure, limit in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
