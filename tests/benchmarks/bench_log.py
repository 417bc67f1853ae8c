"""What does the log cost: an entry on the disk, the whole chain verified, the history of one patient in a long log?

The other sides:

- of an append, which is synced and read back over a second connection: a bare `sqlite3` insert of the same row into a
  table with the same columns and indexes, with the same settings, over a connection of its own as each append has, and
  the row selected over another such connection. Both sync equally often; draft and row are made before. It neither looks
  at the entry before, nor has triggers, nor reads its settings back. Against the same insert *not read back* there is
  no limit, for what is called saved was read back; `opened, appended, closed` is what a window or a command does for
  one entry. Two sides at a time take turns: among more, what two have in common is warmer than what one has alone. All
  in processor time (docs/decisions/0037-what-an-append-costs.md);
- of the chain: json read and written, and SHA-256, over the same bytes from the same file, both in processor time;
- of a history: one with as many entries in a log a thousandth as long.
"""

import hashlib
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from itbcalc.log.canonical import NO_HASH
from itbcalc.log.entries import Draft, Entry, Head, entry_of
from itbcalc.log.folders import LOG_NAME
from itbcalc.log.sqlite_file import READING_SETTINGS, SETTINGS, Settings, row_of
from itbcalc.log.store import SqliteLog, make_log
from itbcalc.visits.entry_kinds import EntryKind

APPEND_LIMIT, VERIFY_LIMIT, HISTORY_LIMIT = 1.4, 1.5, 1.5
VERIFIED, LONG, SHORT = 100_000, 1_000_000, 1_000
HISTORY = 20  # entries of the patient who is looked up
APPEND_TURNS, HISTORY_TURNS = 200, 200
VERIFY_TURNS = 5
LOG_ID = "0" * 32
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
BODY = {"inputs": {"new": {"daily_dose": "350 mcg/day", "concentration": "500 mcg/mL"}}, "note": "x" * 300}


@dataclass(frozen=True)
class Measured:
    """Medians in seconds of both sides, and how many times the other our side takes."""

    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs


def draft(number: int, patient: str = "P") -> Draft:
    return Draft(
        entry_id=f"00000000-0000-4000-8000-{number:012x}",
        kind=EntryKind.DOSE_STEP_RECORDED,
        recorded_at=BEGIN + timedelta(minutes=number),
        author="A. Nurse",
        patient=patient,
        body=BODY,
    )


def chained(count: int) -> Iterator[Entry]:
    """`count` entries, of which the patient X has `HISTORY`, evenly among the others."""
    head = Head(LOG_ID, 0, NO_HASH)
    for number in range(1, count + 1):
        patient = "X" if number % (count // HISTORY) == 0 else f"P-{number % 500}"
        entry = entry_of(draft(number, patient), head)
        yield entry
        head = Head(LOG_ID, number, entry.hash, str(entry.content["recorded_at"]))


def made_log(path: Path, count: int) -> SqliteLog:
    make_log(path, LOG_ID, (entry.written for entry in chained(count)))
    return SqliteLog(path)


def append(folder: Path, turns: int = APPEND_TURNS) -> tuple[Measured, Measured, Measured]:
    """An append over a bare insert that is read back; over one that is not; opened and closed for it, over the first."""
    insert = _bare_insert(folder / "bare", turns)
    read_back = _bare_insert(folder / "read_back", 2 * turns, read_back=True)
    path, drafts = folder / "log", iter([draft(number) for number in range(1, 3 * turns + HISTORY)])
    log = SqliteLog(path, create=True)

    def held() -> None:
        log.append(next(drafts))

    def opened_anew() -> None:
        with closing(SqliteLog(path)) as other:
            other.append(next(drafts))

    pairs = ((held, read_back), (held, insert), (opened_anew, read_back))
    first, second, third = (Measured(*_medians(pair, turns, time.process_time)) for pair in pairs)
    return first, second, third


def _bare_insert(path: Path, turns: int, *, read_back: bool = False) -> Callable[[], None]:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE entry (seq INTEGER PRIMARY KEY, entry_id TEXT UNIQUE, patient TEXT, kind TEXT,"
            " recorded_at TEXT, hash TEXT, bytes BLOB) STRICT"
        )
        connection.execute("CREATE INDEX entry_of_patient ON entry (patient, seq)")
    rows = iter([tuple(row_of(entry).values()) for entry in chained(turns + HISTORY)])

    def connected(settings: Settings) -> closing[sqlite3.Connection]:
        connection = sqlite3.connect(path, isolation_level=None)
        for name, value, _ in settings:
            connection.execute(f"PRAGMA {name} = {value}")
        return closing(connection)

    def insert() -> None:
        row = next(rows)
        with connected(SETTINGS) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            connection.execute("COMMIT")
        if read_back:
            with connected(READING_SETTINGS) as connection:
                found = connection.execute("SELECT bytes FROM entry WHERE entry_id = ?", (row[1],)).fetchone()
            assert found == (row[-1],)

    return insert


def verify(log: SqliteLog, turns: int = VERIFY_TURNS) -> Measured:
    """The chain followed to its end, over json and SHA-256 of the same bytes from the same file."""

    def theirs() -> None:
        with closing(sqlite3.connect(log.path)) as connection:
            for (content,) in connection.execute("SELECT bytes FROM entry ORDER BY seq"):
                entry = json.loads(content)
                json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
                hashlib.sha256(b"\x00" + content).hexdigest()

    def ours() -> None:
        assert log.verify().whole

    return Measured(*_medians((ours, theirs), turns, time.process_time))


def history(long: SqliteLog, short: SqliteLog, turns: int = HISTORY_TURNS) -> Measured:
    """The entries of one patient in a long log, over those of one with as many in a short log."""
    assert len(list(long.entries("X"))) == len(list(short.entries("X"))) == HISTORY
    return Measured(
        *_medians(
            (lambda: list(long.entries("X")), lambda: list(short.entries("X"))), turns, time.process_time
        )
    )


def _medians(
    sides: tuple[Callable[[], object], ...], turns: int, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """The median of each side, which take turns; a first turn warms the caches and does not count."""
    seconds: list[list[float]] = [[] for _ in sides]
    for turn in range(turns + 1):
        for work, taken in zip(sides, seconds, strict=True):
            begin = clock()
            work()
            if turn:
                taken.append(clock() - begin)
    return [statistics.median(taken) for taken in seconds]


@contextmanager
def logs(*, quick: bool = False) -> Iterator[Path]:
    """A folder with a folder `long`, in which lies the long log as a workstation has it, a `short` one, and an `empty`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for kind, count in (("long", LONG // 100 if quick else LONG), ("short", SHORT)):
            (folder / kind).mkdir()
            made_log(folder / kind / LOG_NAME, count)
        (folder / "empty").mkdir()
        yield folder


def figures(folder: Path, *, quick: bool = False) -> Iterator[tuple[str, Measured, float | None]]:
    """Name, figure and limit of each measurement, with the logs in `folder`; the quick ones are for a first look."""
    verified = VERIFIED // 10 if quick else VERIFIED
    held, bare, anew = append(folder)
    yield "log: append : bare insert, read back", held, APPEND_LIMIT
    yield "log: append : bare insert, not read back", bare, None
    yield "log: opened, appended, closed : bare insert, read back", anew, None
    yield (
        f"log: {verified:,} entries verified : json, SHA-256",
        verify(made_log(folder / "verified", verified)),
        VERIFY_LIMIT,
    )
    long, short = (SqliteLog(folder / kind / LOG_NAME) for kind in ("long", "short"))
    yield f"log: history in {long.head().count:,} : in {SHORT:,}", history(long, short), HISTORY_LIMIT


def main() -> int:
    too_much = False
    quick = "--quick" in sys.argv[1:]
    with logs(quick=quick) as folder:
        measured = list(figures(folder, quick=quick))
    for words, found, limit in measured:
        above = limit is not None and found.ratio > limit
        too_much = too_much or above
        print(
            f"{words:<56}{found.ours * 1000:>10.2f} ms{found.theirs * 1000:>10.2f} ms{found.ratio:>8.2f}"
            f"  {'' if limit is None else f'<= {limit:g}'} {'TOO MUCH' if above else ''}".rstrip(),
            flush=True,
        )
    return 1 if too_much else 0


if __name__ == "__main__":
    sys.exit(main())
