"""Where the log is kept: in memory, or in a file of SQLite that refuses to be rewritten.

SQLAlchemy Core, so that PostgreSQL can join; the file is one of SQLite with a rollback journal that is synced to the
disk, journal and folder (docs/hazards.md, durability).
"""

import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from itbcalc.errors import (
    EntryAlreadyLoggedError,
    LogDamagedError,
    LogError,
    LogTooNewError,
    LogUnavailableError,
)
from itbcalc.titration.canonical import FORMAT, NO_HASH, entry_hash, read_entry
from itbcalc.titration.entries import Draft, Entry, Head, entry_of

APPLICATION_ID = 1230258764  # "ITBL"
BUSY_MS = 5000

_METADATA = sa.MetaData()
ENTRIES = sa.Table(
    "entry",
    _METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("entry_id", sa.Text, nullable=False, unique=True),
    sa.Column("patient", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("recorded_at", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("bytes", sa.LargeBinary, nullable=False),
    sqlite_strict=True,
)
sa.Index("entry_of_patient", ENTRIES.c.patient, ENTRIES.c.seq)
LOG = sa.Table(
    "log",
    _METADATA,
    sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("log_id", sa.Text, nullable=False),
    sqlite_strict=True,
)

# What the file itself refuses, from whatever program it is opened with.
_TRIGGERS = (
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
# Each is set and read back on every connection; a log whose settings did not take is not written.
_SETTINGS: tuple[tuple[str, str, object], ...] = (
    ("journal_mode", "DELETE", "delete"),
    ("synchronous", "EXTRA", 3),
    ("foreign_keys", "ON", 1),
    ("recursive_triggers", "ON", 1),
    ("cell_size_check", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("mmap_size", "0", 0),
    ("busy_timeout", str(BUSY_MS), BUSY_MS),
)


class TitrationLog(Protocol):
    """What every log can do, wherever it is kept."""

    def append(self, draft: Draft) -> Entry:
        """Writes an entry and reads it back; only then returns it. Raises LogError."""

    def head(self) -> Head:
        """Where the log ends."""

    def written(self, *, start: int = 1) -> Iterator[bytes]:
        """The canonical bytes of all entries from number `start` on, in order."""

    def entries(self, patient: str | None = None) -> Iterator[Entry]:
        """All entries, or those of one patient, in order."""

    def find(self, entry_id: str) -> Entry | None:
        """The entry with this id."""

    def close(self) -> None:
        """Lets go of what is held."""


class MemoryLog:
    """A log for practice and tests: it lasts as long as the program."""

    def __init__(self, log_id: str | None = None) -> None:
        self._log_id = log_id or secrets.token_hex(16)
        self._entries: list[Entry] = []

    def append(self, draft: Draft) -> Entry:
        """Writes an entry."""
        if self.find(draft.entry_id) is not None:
            raise EntryAlreadyLoggedError(draft.entry_id)
        entry = entry_of(draft, self.head())
        self._entries.append(entry)
        return entry

    def head(self) -> Head:
        """Where the log ends."""
        if not self._entries:
            return Head(self._log_id, 0, NO_HASH)
        last = self._entries[-1]
        return Head(self._log_id, last.seq, last.hash, str(last.content["recorded_at"]))

    def written(self, *, start: int = 1) -> Iterator[bytes]:
        """The canonical bytes of all entries."""
        return iter([entry.written for entry in self._entries[start - 1 :]])

    def entries(self, patient: str | None = None) -> Iterator[Entry]:
        """All entries, or those of one patient."""
        return iter([entry for entry in self._entries if patient in (None, entry.patient)])

    def find(self, entry_id: str) -> Entry | None:
        """The entry with this id."""
        return next((entry for entry in self._entries if entry.entry_id == entry_id), None)

    def close(self) -> None:
        """Nothing is held."""


class SqliteLog:
    """A log in a file. `read_only` where it may be read and not written: `why` says which."""

    def __init__(self, path: Path, *, create: bool = False, log_id: str | None = None) -> None:
        """Opens the log at `path`; makes it where there is none and `create` says so, with `log_id` if one is given.

        Raises LogUnavailableError, LogTooNewError, LogDamagedError.
        """
        self.path = path
        if not path.exists() and not create:
            raise LogUnavailableError("missing", str(path))
        self._engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(path)), poolclass=sa.NullPool, isolation_level="AUTOCOMMIT"
        )
        sa.event.listen(self._engine, "connect", _set_up)
        try:
            if not path.exists() or not path.stat().st_size:
                self._make(log_id or secrets.token_hex(16))
            self._log_id = self._identify()
        except (sa.exc.DBAPIError, sqlite3.Error, OSError) as error:
            self.close()
            raise _ours(error) from error

    def append(self, draft: Draft) -> Entry:
        """Writes an entry, syncs it to the disk and reads it back over another connection; only then returns it."""
        try:
            entry = self._write(draft)
        except (sa.exc.DBAPIError, sqlite3.Error, OSError) as error:
            return self._found_after(draft, error)
        return self._read_back(entry)

    def head(self) -> Head:
        """Where the log ends."""
        with self._reading() as connection:
            return self._head(connection)

    def written(self, *, start: int = 1) -> Iterator[bytes]:
        """The canonical bytes of all entries, in order, in portions: a log may be long."""
        query = sa.select(ENTRIES.c.bytes).where(ENTRIES.c.seq >= start).order_by(ENTRIES.c.seq)
        with self._reading() as connection:
            for row in connection.execution_options(yield_per=500).execute(query):
                yield bytes(row.bytes)

    def entries(self, patient: str | None = None) -> Iterator[Entry]:
        """All entries, or those of one patient, in order."""
        query = sa.select(ENTRIES.c.seq, ENTRIES.c.bytes).order_by(ENTRIES.c.seq)
        if patient is not None:
            query = query.where(ENTRIES.c.patient == patient)
        with self._reading() as connection:
            for row in connection.execution_options(yield_per=500).execute(query):
                yield _entry(row.seq, bytes(row.bytes))

    def find(self, entry_id: str) -> Entry | None:
        """The entry with this id."""
        query = sa.select(ENTRIES.c.seq, ENTRIES.c.bytes).where(ENTRIES.c.entry_id == entry_id)
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _entry(row.seq, bytes(row.bytes))

    def adopt(self, written: Iterable[bytes]) -> None:
        """Takes over the verified entries of an export into a log that has none, all or nothing. Raises LogError."""
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    rows = [_row(_entry(seq, content)) for seq, content in enumerate(written, start=1)]
                    if rows:
                        connection.execute(sa.insert(ENTRIES), rows)
                    connection.exec_driver_sql("COMMIT")
                except BaseException:
                    _roll_back(connection)
                    raise
        except (sa.exc.DBAPIError, sqlite3.Error, OSError) as error:
            raise _ours(error) from error

    def close(self) -> None:
        """Lets go of the file."""
        self._engine.dispose()

    # --- writing

    def _write(self, draft: Draft) -> Entry:
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                if connection.execute(
                    sa.select(ENTRIES.c.seq).where(ENTRIES.c.entry_id == draft.entry_id)
                ).first():
                    raise EntryAlreadyLoggedError(draft.entry_id)
                entry = entry_of(draft, self._head(connection))
                connection.execute(sa.insert(ENTRIES), [_row(entry)])
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise
        return entry

    def _read_back(self, entry: Entry) -> Entry:
        found = self.find(entry.entry_id)
        if found is None or found.written != entry.written:
            raise LogUnavailableError("not_read_back", entry.entry_id)
        return found

    def _found_after(self, draft: Draft, error: Exception) -> Entry:
        """After a fault: a commit may report failure though the entry is there. It is looked for, never written twice."""
        try:
            found = self.find(draft.entry_id)
        except LogError:
            found = None
        if found is None:
            raise _ours(error) from error
        return found

    # --- the file

    def _make(self, log_id: str) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                if not _tables(connection):
                    _METADATA.create_all(connection, checkfirst=False)
                    for trigger in _TRIGGERS:
                        connection.exec_driver_sql(trigger)
                    connection.execute(sa.insert(LOG), [{"one": 1, "log_id": log_id}])
                    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
                    connection.exec_driver_sql(f"PRAGMA user_version = {FORMAT}")
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise

    def _identify(self) -> str:
        """The id of the log, once it is clear that the file is one, and of a format that is known."""
        with self._engine.connect() as connection:
            application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
            version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if application != APPLICATION_ID:
                raise LogUnavailableError("not_a_log", str(self.path))
            if version > FORMAT:
                raise LogTooNewError(version, FORMAT)
            if version != FORMAT or not {"entry", "log"} <= _tables(connection):
                raise LogDamagedError(1, "the tables of a log are not there")
            log_id = connection.execute(sa.select(LOG.c.log_id)).scalar_one_or_none()
        if log_id is None:
            raise LogDamagedError(1, "the log has no id")
        return str(log_id)

    def _head(self, connection: sa.Connection) -> Head:
        last = connection.execute(
            sa.select(ENTRIES.c.seq, ENTRIES.c.hash, ENTRIES.c.recorded_at)
            .order_by(ENTRIES.c.seq.desc())
            .limit(1)
        ).first()
        if last is None:
            return Head(self._log_id, 0, NO_HASH)
        return Head(self._log_id, last.seq, last.hash, last.recorded_at)

    def _reading(self) -> "_Reading":
        return _Reading(self._engine)


class _Reading:
    """A connection for reading; the database's errors leave as ours."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._connection: sa.Connection | None = None

    def __enter__(self) -> sa.Connection:
        try:
            self._connection = self._engine.connect()
        except (sa.exc.DBAPIError, sqlite3.Error, OSError) as error:
            raise _ours(error) from error
        return self._connection

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if self._connection is not None:
            self._connection.close()
        if isinstance(error, sa.exc.DBAPIError | sqlite3.Error | OSError):
            raise _ours(error) from error


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "entry_id": entry.entry_id,
        "patient": entry.patient,
        "kind": entry.kind,
        "recorded_at": entry.content["recorded_at"],
        "hash": entry.hash,
        "bytes": entry.written,
    }


def _entry(seq: int, written: bytes) -> Entry:
    return Entry(read_entry(written, seq), written, entry_hash(written))


def _tables(connection: sa.Connection) -> set[str]:
    return {
        row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
    }


def _roll_back(connection: sa.Connection) -> None:
    """Ends what was begun, where it is still open; a fault that ended it already is told by itself."""
    try:
        connection.exec_driver_sql("ROLLBACK")
    except sa.exc.DBAPIError:
        return


def _set_up(connection: sqlite3.Connection, _: object) -> None:
    """Sets what makes a commit last, and refuses a connection on which it did not take."""
    cursor = connection.cursor()
    for name, value, expected in _SETTINGS:
        cursor.execute(f"PRAGMA {name} = {value}")
        found = cursor.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != expected:
            raise LogUnavailableError("settings_did_not_take", f"{name} is {found}, not {expected}")
    cursor.close()


_REASONS = (
    ("locked", "locked"),
    ("disk is full", "full"),
    ("readonly", "read_only"),
    ("read-only", "read_only"),
    ("unable to open", "cannot_open"),
    ("not a database", "not_a_log"),
    ("malformed", "malformed"),
    ("disk i/o", "disk_error"),
    ("append only", "refused"),
    ("not the next entry", "refused"),
)


def _ours(error: Exception) -> LogError:
    """The database's error as one of ours: the one place where they are translated."""
    if isinstance(error, LogError):
        return error
    cause = getattr(error, "orig", None)
    if isinstance(cause, LogError):
        return cause
    text = str(cause or error)
    reason = next((ours for words, ours in _REASONS if words in text.lower()), "unknown")
    if isinstance(error, OSError) and reason == "unknown":
        reason = "disk_error"
    return LogUnavailableError(reason, text)
