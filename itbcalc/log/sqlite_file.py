"""The file of SQLite in which a log is kept: its tables, how a connection is set to last, what its errors mean.

Tables and statements are plain text in SQLite's words. Another database is another store behind the same contract
(`TitrationLog`), with statements of its own: docs/decisions/0023-statements-as-text.md.
"""

import contextlib
import errno
import functools
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from itbcalc.errors import LogDamagedError, LogError, LogTooNewError, LogUnavailableError
from itbcalc.log import cipher
from itbcalc.log.entries import entry_in
from itbcalc.log.statements import row_of, statements
from itbcalc.safe_files import make_private

APPLICATION_ID = 1230258764  # "ITBL"
FIRST_VERSION = 1  # of the tables; each migration makes the next
BUSY_MS = 5000

TABLES = (
    """CREATE TABLE entry (
    seq INTEGER NOT NULL PRIMARY KEY,
    entry_id TEXT NOT NULL UNIQUE,
    patient TEXT NOT NULL,
    kind TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    hash TEXT NOT NULL,
    bytes BLOB NOT NULL
) STRICT""",
    "CREATE INDEX entry_of_patient ON entry (patient, seq)",
    """CREATE TABLE log (
    one INTEGER NOT NULL PRIMARY KEY,
    log_id TEXT NOT NULL
) STRICT""",
)

# What the file itself refuses, from whatever program it is opened with.
TRIGGERS = (
    "CREATE TRIGGER entry_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'append only'); END",
    "CREATE TRIGGER entry_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'append only'); END",
    "CREATE TRIGGER log_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'append only'); END",
    "CREATE TRIGGER log_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'append only'); END",
    """CREATE TRIGGER log_once BEFORE INSERT ON log WHEN EXISTS (SELECT 1 FROM log)
    BEGIN SELECT RAISE(ABORT, 'append only'); END""",
    """CREATE TRIGGER entry_next BEFORE INSERT ON entry
    WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM entry)
    OR EXISTS (SELECT 1 FROM entry WHERE entry_id = NEW.entry_id)
    BEGIN SELECT RAISE(ABORT, 'not the next entry'); END""",
)
_TABLE_NAMES = {"table entry", "table log"}
_GUARDS = {(f"trigger {sql.split()[2]}", sql) for sql in TRIGGERS}
Settings = tuple[tuple[str, str, object], ...]
# Each is set and read back on every connection; a log whose settings did not take is not used. How long a lock is
# waited for is set when the connection is made. What only reads needs those that keep a damaged file from doing harm;
READING_SETTINGS: Settings = (
    ("cell_size_check", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("mmap_size", "0", 0),
)
# what writes, besides, those that make a commit last and let the triggers see all. The first is kept in the file.
SETTINGS: Settings = (
    ("journal_mode", "DELETE", "delete"),
    ("synchronous", "EXTRA", 3),
    ("foreign_keys", "ON", 1),
    ("recursive_triggers", "ON", 1),
    *READING_SETTINGS,
)


def faults(*ours: type[Exception]) -> tuple[type[Exception], ...]:
    """What a library or the system raises, and `ours`; asked for when something was raised: what was not loaded until then raised nothing."""
    # Python's sqlite3 cannot always read SQLite's own words about a damaged file: hence the last.
    return (*ours, *cipher.errors(), OSError, UnicodeDecodeError)


class FileIdentity(Struct, frozen=True):
    """Which log lies in a file, of which version its tables are, and whether the triggers that refuse rewriting are all there."""

    log_id: str
    version: int
    guarded: bool


STATEMENTS = statements("entry", lambda name: f":{name}")


# --- connections


def connect(path: Path, settings: Settings, *, mode: str = "rw") -> sqlite3.Connection:
    """A connection with `settings`; `mode` is "rw", which never makes a file, or "rwc".

    Raises LogUnavailableError where a setting did not take, and `faults()`.
    """
    connection: sqlite3.Connection = cipher.opened(path, mode=mode, timeout=BUSY_MS / 1000)
    try:
        script, questions = _as_statements(settings)
        connection.executescript(script)
        for question, expected in questions:
            found = connection.execute(question).fetchone()
            if found != expected:
                raise LogUnavailableError("settings_did_not_take", f"{question}: {found}, not {expected}")
    except BaseException:
        connection.close()
        raise
    return connection


@functools.lru_cache(maxsize=8)  # asked for at each connection
def _as_statements(settings: Settings) -> tuple[str, tuple[tuple[str, tuple[object]], ...]]:
    """What sets them all, and for each what reads it back and the row that is expected."""
    script = "".join(f"PRAGMA {name} = {value};" for name, value, _ in settings)
    return script, tuple((f"PRAGMA {name}", (expected,)) for name, _, expected in settings)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Begins one that writes; whoever asked commits it. What goes wrong before that leaves nothing behind."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        roll_back(connection)
        raise


def roll_back(connection: sqlite3.Connection) -> None:
    """Ends what was begun, where it is still open; a fault that ended it already is told by itself."""
    with contextlib.suppress(*cipher.errors()):
        connection.execute("ROLLBACK")


def for_nobody_else(path: Path) -> None:
    """Makes an empty file that nobody else may read: what SQLite makes beside it takes after it."""
    make_private(path)


def copy_synced(source: Path, target: Path) -> None:
    """A consistent copy by SQLite itself, synced to the disk: copying the bytes could catch half a commit."""
    for_nobody_else(target)
    reading, writing = cipher.opened_copy(source, target)
    with contextlib.closing(reading), contextlib.closing(writing):
        reading.backup(writing)
    with target.open("rb") as file:
        os.fsync(file.fileno())


# --- what lies in a file


def fill(connection: sqlite3.Connection, log_id: str, written: Iterable[bytes], version: int) -> None:
    """Makes the tables of a log, and inserts `written`, the canonical bytes of verified entries in order."""
    for statement in (*TABLES, *TRIGGERS):
        connection.execute(statement)
    connection.execute("INSERT INTO log (one, log_id) VALUES (1, :log_id)", {"log_id": log_id})
    rows = (row_of(entry_in(content, seq)) for seq, content in enumerate(written, start=1))
    connection.executemany(STATEMENTS.insert, rows)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {version}")


def identify(connection: sqlite3.Connection, path: Path, known: int) -> FileIdentity:
    """Which log it is, once it is clear that the file is one. One of a newer version than `known` has an id too.

    Raises LogUnavailableError, LogDamagedError; LogTooNewError where a newer one keeps its entries otherwise.
    """
    ((application,),) = connection.execute("PRAGMA application_id").fetchall()
    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
    if application != APPLICATION_ID:
        raise LogUnavailableError("not_a_log", str(path))
    made = dict(connection.execute("SELECT type || ' ' || name, sql FROM sqlite_master").fetchall())
    whole = version >= FIRST_VERSION and made.keys() >= _TABLE_NAMES
    if not whole and version > known:
        raise LogTooNewError(version, known)
    if not whole:
        raise LogDamagedError(1, "the tables of a log are not there")
    ids = connection.execute("SELECT log_id FROM log").fetchall()
    if len(ids) != 1:
        raise LogDamagedError(1, "the log has no id, or more than one")
    return FileIdentity(str(ids[0][0]), version, guarded=made.items() >= _GUARDS)


def index_fault(connection: sqlite3.Connection) -> LogDamagedError | None:
    """Whether SQLite's own look at the file finds an index that does not say what the table does, or worse."""
    ((found,),) = connection.execute("PRAGMA integrity_check(1)").fetchall()
    if found == "ok":
        return None
    row = re.search(r"row (\d+)", str(found))
    return LogDamagedError(
        int(row[1]) if row else 1, f"what is kept beside it for searching is wrong ({found})"
    )


# --- errors


def log_error(error: Exception) -> LogError:
    """The database's error as one of ours: the one place where they are translated."""
    if isinstance(error, LogError):
        return error
    if isinstance(error, OSError):
        return LogUnavailableError(REASON_OF_ERRNO.get(error.errno or 0, "disk_error"), str(error))
    if isinstance(error, UnicodeDecodeError):
        return LogUnavailableError("malformed", "its text cannot be read")
    name = _name(error)
    reason = next((ours for theirs, ours in REASONS if name.startswith(theirs)), "unknown")
    return LogUnavailableError(reason, str(error))


def refused_to(error: Exception) -> bool:
    """Whether the file refused what was to be written, by a trigger or a constraint."""
    return _name(error).startswith("SQLITE_CONSTRAINT")


def lacks_something(error: Exception) -> bool:
    """Whether a statement asked for a table or column that is not there."""
    return _name(error) == "SQLITE_ERROR"


def _name(error: Exception) -> str:
    return str(getattr(error, "sqlite_errorname", ""))


REASONS = (
    ("SQLITE_BUSY", "locked"),
    ("SQLITE_LOCKED", "locked"),
    ("SQLITE_FULL", "full"),
    ("SQLITE_READONLY", "read_only"),
    ("SQLITE_PERM", "read_only"),
    ("SQLITE_CANTOPEN", "cannot_open"),
    ("SQLITE_NOTADB", "not_a_log"),
    ("SQLITE_CORRUPT", "malformed"),
    ("SQLITE_IOERR", "disk_error"),
    ("SQLITE_CONSTRAINT", "refused"),
)
REASON_OF_ERRNO = {
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
    errno.EROFS: "read_only",
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
}
