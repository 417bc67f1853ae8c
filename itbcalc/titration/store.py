"""Where the log is kept: in memory, or in a file of SQLite that refuses to be rewritten.

SQLAlchemy Core, so that PostgreSQL can join; the file is one of SQLite with a rollback journal that is synced to the
disk, journal and folder (docs/hazards.md, durability).
"""

import contextlib
import errno
import os
import secrets
import sqlite3
import unicodedata
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
from itbcalc.titration.canonical import FORMAT, NO_HASH
from itbcalc.titration.chain import Progress, Stored, Verified, agree, verified, verified_table
from itbcalc.titration.entries import Draft, Entry, Head, entry_in, entry_of

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
# Each is set and read back on every connection; a log whose settings did not take is not written. How long a lock
# is waited for is set when the connection is made.
_SETTINGS: tuple[tuple[str, str, object], ...] = (
    ("journal_mode", "DELETE", "delete"),
    ("synchronous", "EXTRA", 3),
    ("foreign_keys", "ON", 1),
    ("recursive_triggers", "ON", 1),
    ("cell_size_check", "ON", 1),
    ("trusted_schema", "OFF", 0),
    ("mmap_size", "0", 0),
)
# Python's sqlite3 cannot always read SQLite's own words about a damaged file: hence the last.
_FAULTS = (sa.exc.DBAPIError, sqlite3.Error, OSError, UnicodeDecodeError)


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

    def at(self, seq: int) -> Entry | None:
        """The entry with this number."""

    def verify(self, progress: Progress | None = None) -> Verified:
        """Follows the chain from the first entry to the last, with all that is kept beside it."""

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
        wanted = None if patient is None else _nfc(patient)
        return iter([entry for entry in self._entries if wanted in (None, entry.patient)])

    def find(self, entry_id: str) -> Entry | None:
        """The entry with this id."""
        return next((entry for entry in self._entries if entry.entry_id == entry_id), None)

    def at(self, seq: int) -> Entry | None:
        """The entry with this number."""
        return self._entries[seq - 1] if 0 < seq <= len(self._entries) else None

    def verify(self, progress: Progress | None = None) -> Verified:
        """Follows the chain."""
        return verified(self.written(), self._log_id, progress)

    def close(self) -> None:
        """Nothing is held."""


class SqliteLog:
    """A log in a file. Every call has a connection of its own, so that the file is held only while it is used."""

    def __init__(self, path: Path, *, create: bool = False, log_id: str | None = None) -> None:
        """Opens the log at `path`; makes it where there is nothing and `create` says so, with `log_id` if one is given.

        Raises LogUnavailableError, LogTooNewError, LogDamagedError.
        """
        self.path = path
        self._engine = _engine(path, "rw")
        with self._translated():
            if create and not path.exists():
                with contextlib.suppress(_MadeMeanwhileError):
                    make_log(path, log_id)
            if not path.exists():
                raise LogUnavailableError("missing", str(path))
            if path.is_file() and not path.stat().st_size:
                raise LogUnavailableError("empty", str(path))
            with self._engine.connect() as connection:
                self._log_id = _identify(connection, path)

    def append(self, draft: Draft) -> Entry:
        """Writes an entry, syncs it to the disk and reads it back over another connection; only then returns it."""
        entry, fault = self._write(draft)
        found = self._looked_for(entry, after_fault=fault is not None)
        if found is None and fault is not None:
            raise self._ours(fault) from fault
        if found is None or found.written != entry.written:
            raise LogUnavailableError("not_read_back", entry.entry_id)
        return found

    def head(self) -> Head:
        """Where the log ends."""
        with self._reading() as connection:
            return self._head(connection)

    def written(self, *, start: int = 1) -> Iterator[bytes]:
        """The canonical bytes of all entries, in order, in portions: a log may be long."""
        query = sa.select(ENTRIES.c.bytes).where(ENTRIES.c.seq >= start).order_by(ENTRIES.c.seq)
        with self._reading() as connection:
            for row in connection.execution_options(yield_per=_PORTION).execute(query):
                yield _blob(row.bytes)

    def entries(self, patient: str | None = None) -> Iterator[Entry]:
        """All entries, or those of one patient, in order."""
        query = _ENTRY.order_by(ENTRIES.c.seq)
        if patient is not None:
            query = query.where(ENTRIES.c.patient == _nfc(patient))
        with self._reading() as connection:
            for row in connection.execution_options(yield_per=_PORTION).execute(query):
                yield entry_in(_blob(row.bytes), row.seq)

    def find(self, entry_id: str) -> Entry | None:
        """The entry with this id."""
        return self._one(ENTRIES.c.entry_id == entry_id)

    def at(self, seq: int) -> Entry | None:
        """The entry with this number."""
        return self._one(ENTRIES.c.seq == seq) if 0 < seq < 2**63 else None

    def verify(self, progress: Progress | None = None) -> Verified:
        """Follows the chain from the first row to the last, and holds the columns beside each entry against it."""
        with self._reading() as connection:
            rows = connection.execution_options(yield_per=_PORTION).execute(
                sa.select(ENTRIES).order_by(ENTRIES.c.seq)
            )
            return verified_table(map(_stored, rows), self._log_id, progress)

    def close(self) -> None:
        """Lets go of the file."""
        self._engine.dispose()

    # --- writing

    def _write(self, draft: Draft) -> tuple[Entry, Exception | None]:
        """What was written, and what the database said if it reported the commit as failed."""
        with self._translated(), self._engine.connect() as connection:
            with _transaction(connection):
                if _identify(connection, self.path) != self._log_id:
                    raise LogUnavailableError("replaced", str(self.path))
                if connection.execute(
                    sa.select(ENTRIES.c.seq).where(ENTRIES.c.entry_id == draft.entry_id)
                ).first():
                    raise EntryAlreadyLoggedError(draft.entry_id)
                entry = entry_of(draft, self._head(connection))
                connection.execute(sa.insert(ENTRIES), [_row(entry)])
            try:
                connection.exec_driver_sql("COMMIT")
            except _FAULTS as fault:
                _roll_back(connection)
                return entry, fault
        return entry, None

    def _looked_for(self, entry: Entry, *, after_fault: bool) -> Entry | None:
        """Reads the entry back, over another connection: a commit may report failure though the entry is there.

        It is looked for, never written twice. Where it cannot be looked for, nobody knows: that is said, not guessed.
        """
        try:
            found = self.find(entry.entry_id)
            if after_fault and found is not None:
                sync_folder(self.path.parent)  # what may have failed is making the end of the journal last
        except (LogError, *_FAULTS) as error:
            raise LogUnavailableError("not_read_back", f"{entry.entry_id} ({error})") from error
        return found

    # --- reading

    def _one(self, which: sa.ColumnElement[bool]) -> Entry | None:
        with self._reading() as connection:
            row = connection.execute(_ENTRY.where(which)).first()
        return None if row is None else entry_in(_blob(row.bytes), row.seq)

    def _head(self, connection: sa.Connection) -> Head:
        """From the last entry itself: what stands beside it must agree. Raises LogDamagedError."""
        last = connection.execute(sa.select(ENTRIES).order_by(ENTRIES.c.seq.desc()).limit(1)).first()
        if last is None:
            return Head(self._log_id, 0, NO_HASH)
        content, beside = _stored(last)
        entry = entry_in(content, last.seq)
        agree(entry, beside)
        return Head(self._log_id, entry.seq, entry.hash, str(entry.content["recorded_at"]))

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """A connection for reading; the database's errors leave as ours."""
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except _FAULTS as error:
            raise self._ours(error) from error

    def _ours(self, error: Exception) -> LogError:
        ours = log_error(error)
        if isinstance(ours, LogUnavailableError) and ours.reason == "cannot_open" and not self.path.exists():
            return LogUnavailableError("missing", str(self.path))
        return ours


def make_log(path: Path, log_id: str | None = None, written: Iterable[bytes] = ()) -> None:
    """Makes a log at `path`, where nothing may stand: with `written`, verified entries, whole or not at all.

    It is made under another name and given its own when it is finished. Raises LogUnavailableError.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    engine = _engine(part, "rwc")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with engine.connect() as connection:
            with _transaction(connection):
                _fill(connection, log_id or secrets.token_hex(16), written)
            connection.exec_driver_sql("COMMIT")
        name_finished(part, path)
    except FileExistsError as error:
        raise _MadeMeanwhileError("exists", str(path)) from error
    except _FAULTS as error:
        raise log_error(error) from error
    finally:
        engine.dispose()
        remove_quietly(part)


class _MadeMeanwhileError(LogUnavailableError):
    """Something stands where a log was to be made."""


def name_finished(part: Path, path: Path) -> None:
    """Gives a finished file its name, where nothing may stand. Raises FileExistsError, OSError."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path)) from None
        part.rename(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes a new name in a folder last; not every system lets a folder be synced."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_quietly(part: Path) -> None:
    """Removes what was half made, with SQLite's own file beside it; what cannot be removed harms nothing."""
    for left in (part, part.with_name(f"{part.name}-journal")):
        with contextlib.suppress(OSError):
            left.unlink()


def log_error(error: Exception) -> LogError:
    """The database's error as one of ours: the one place where they are translated."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, LogError):
        return cause
    if isinstance(cause, OSError):
        return LogUnavailableError(_REASON_OF_ERRNO.get(cause.errno or 0, "disk_error"), str(cause))
    if isinstance(cause, UnicodeDecodeError):
        return LogUnavailableError("malformed", "its text cannot be read")
    name = getattr(cause, "sqlite_errorname", "")
    reason = next((ours for theirs, ours in _REASONS if name.startswith(theirs)), "unknown")
    return LogUnavailableError(reason, str(cause))


_REASONS = (
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
_REASON_OF_ERRNO = {
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
    errno.EROFS: "read_only",
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
}
_PORTION = 500  # rows fetched at a time
_ENTRY = sa.select(ENTRIES.c.seq, ENTRIES.c.bytes)


def _fill(connection: sa.Connection, log_id: str, written: Iterable[bytes]) -> None:
    _METADATA.create_all(connection, checkfirst=False)
    for trigger in _TRIGGERS:
        connection.exec_driver_sql(trigger)
    connection.execute(sa.insert(LOG), [{"one": 1, "log_id": log_id}])
    rows = [_row(entry_in(content, seq)) for seq, content in enumerate(written, start=1)]
    if rows:
        connection.execute(sa.insert(ENTRIES), rows)
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {FORMAT}")


def _identify(connection: sa.Connection, path: Path) -> str:
    """The id of the log, once it is clear that the file is one, and of a format that is known."""
    application = connection.exec_driver_sql("PRAGMA application_id").scalar_one()
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if application != APPLICATION_ID:
        raise LogUnavailableError("not_a_log", str(path))
    if version > FORMAT:
        raise LogTooNewError(version, FORMAT)
    tables = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars()
    if version != FORMAT or not {"entry", "log"} <= set(tables):
        raise LogDamagedError(1, "the tables of a log are not there")
    ids = connection.execute(sa.select(LOG.c.log_id)).scalars().all()
    if len(ids) != 1:
        raise LogDamagedError(1, "the log has no id, or more than one")
    return str(ids[0])


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


def _stored(row: Any) -> Stored:  # noqa: ANN401  # a row of ENTRIES, whatever somebody made of its columns
    *columns, content = row
    return _blob(content), dict(zip(_COLUMNS, columns, strict=True))


_COLUMNS = tuple(column.name for column in ENTRIES.c)[:-1]


def _blob(content: object) -> bytes:
    """The bytes of an entry; what is none can only have been put there by somebody else, and is read as nothing."""
    return content if isinstance(content, bytes) else b""


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@contextlib.contextmanager
def _transaction(connection: sa.Connection) -> Iterator[None]:
    """Begins one that writes; whoever asked commits it. What goes wrong before that leaves nothing behind."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: sa.Connection) -> None:
    """Ends what was begun, where it is still open; a fault that ended it already is told by itself."""
    with contextlib.suppress(sa.exc.DBAPIError):
        connection.exec_driver_sql("ROLLBACK")


def _engine(path: Path, mode: str) -> sa.Engine:
    """`mode` is "rw", which never makes a file, or "rwc"."""

    def connected() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=BUSY_MS / 1000, isolation_level=None
        )
        try:
            _set_up(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    return sa.create_engine(
        "sqlite://", creator=connected, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT"
    )


def _set_up(connection: sqlite3.Connection) -> None:
    """Sets what makes a commit last, and refuses a connection on which it did not take."""
    for name, value, expected in _SETTINGS:
        connection.execute(f"PRAGMA {name} = {value}")
        found = connection.execute(f"PRAGMA {name}").fetchone()
        if found is None or found[0] != expected:
            raise LogUnavailableError("settings_did_not_take", f"{name} is {found}, not {expected}")
