"""Where the log is kept: in memory, or in a file of SQLite that refuses to be rewritten.

The file has a rollback journal that is synced to the disk, journal and folder (docs/hazards.md, durability).
"""

import abc
import contextlib
import os
import secrets
import sqlite3
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct

from itbcalc.errors import (
    EntryAlreadyLoggedError,
    LogDamagedError,
    LogError,
    LogTooNewError,
    LogUnavailableError,
)
from itbcalc.log.canonical import NO_HASH
from itbcalc.log.chain import Progress, Seen, Verified, agree, newer_entry, verified, verified_table
from itbcalc.log.entries import Draft, Entry, Head, entry_in, entry_of
from itbcalc.log.folders import BACKUPS, LOG_NAME
from itbcalc.log.migrations import MIGRATIONS, Migration, migrate, newest_version
from itbcalc.log.sqlite_file import (
    READING_SETTINGS,
    SETTINGS,
    STATEMENTS,
    FileIdentity,
    connect,
    faults,
    fill,
    for_nobody_else,
    identify,
    index_fault,
    lacks_something,
    log_error,
    refused_to,
    roll_back,
    transaction,
)
from itbcalc.log.statements import Statements, blob, row_of, stored
from itbcalc.safe_files import name_finished, remove_quietly, sync_folder


class PatientSeen(Struct, frozen=True):
    """A patient of the log: the pseudonym, how many entries, and number and moment of the last."""

    patient: str
    entries: int
    last_seq: int
    last_at: str


Guard = Callable[["TitrationLog"], None]
Connection = Any  # of whichever database: they share `execute`, and no type


class TitrationLog(Protocol):
    """What every log can do, wherever it is kept."""

    @property
    def read_only(self) -> bool:
        """Whether nothing can be written: it is of a newer format, or may not be written here."""

    @property
    def log_id(self) -> str:
        """The id of the log."""

    @property
    def too_new(self) -> LogTooNewError | None:
        """What is to be said of a log of a newer version; None where it is not."""

    def append(self, draft: Draft, guard: Guard | None = None) -> Entry:
        """Writes an entry and reads it back; only then returns it. Raises LogError.

        `guard` is asked before, when nobody else can write any more: what it raises leaves the log as it is.
        """

    def head(self) -> Head:
        """Where the log ends."""

    def written(self, *, start: int = 1) -> Iterator[bytes]:
        """The canonical bytes of all entries from number `start` on, in order."""

    def entries(self, patient: str | None = None) -> Iterator[Entry]:
        """All entries, or those of one patient, in order."""

    def latest(self, count: int, patient: str | None = None, before: int | None = None) -> list[Entry]:
        """At most `count` entries, the newest first: of one patient, and with numbers below `before`, where these are given."""

    def patients(self, text: str = "", limit: int = 200) -> list[PatientSeen]:
        """The patients whose pseudonym holds `text`, in capitals or not; whoever was written of last comes first."""

    def find(self, entry_id: str) -> Entry | None:
        """The entry with this id."""

    def settled(self, entry_id: str) -> Entry | None:
        """The same, once nothing that somebody began to write can still arrive: what is not found then is not there."""

    def at(self, seq: int) -> Entry | None:
        """The entry with this number."""

    def verify(self, progress: Progress | None = None, seen: Seen | None = None) -> Verified:
        """Follows the chain from the first entry to the last, with all that is kept beside it.

        `seen` is given each entry that was verified: whoever reads them all reads them once.
        """

    def close(self) -> None:
        """Lets go of what is held."""


class MemoryLog:
    """A log for practice and tests: it lasts as long as the program."""

    def __init__(self, log_id: str | None = None) -> None:
        self.log_id = log_id or secrets.token_hex(16)
        self.too_new: LogTooNewError | None = None
        self._entries: list[Entry] = []
        self._by_id: dict[str, Entry] = {}

    def append(self, draft: Draft, guard: Guard | None = None) -> Entry:
        """Writes an entry."""
        if guard is not None:
            guard(self)
        if draft.entry_id in self._by_id:
            raise EntryAlreadyLoggedError(draft.entry_id)
        entry = entry_of(draft, self.head())
        self._entries.append(entry)
        self._by_id[entry.entry_id] = entry
        return entry

    def head(self) -> Head:
        """Where the log ends."""
        if not self._entries:
            return Head(self.log_id, 0, NO_HASH)
        last = self._entries[-1]
        return Head(self.log_id, last.seq, last.hash, str(last.content["recorded_at"]))

    def written(self, *, start: int = 1) -> Iterator[bytes]:
        """The canonical bytes of all entries."""
        return iter([entry.written for entry in self._entries[start - 1 :]])

    def entries(self, patient: str | None = None) -> Iterator[Entry]:
        """All entries, or those of one patient."""
        wanted = None if patient is None else _nfc(patient)
        return iter([entry for entry in self._entries if wanted in (None, entry.patient)])

    @property
    def read_only(self) -> bool:
        """It can always be written."""
        return False

    def latest(self, count: int, patient: str | None = None, before: int | None = None) -> list[Entry]:
        """The newest entries, the newest first."""
        found = [entry for entry in self.entries(patient) if before is None or entry.seq < before]
        return found[::-1][:count]

    def patients(self, text: str = "", limit: int = 200) -> list[PatientSeen]:
        """The patients whose pseudonym holds `text`."""
        seen: dict[str, PatientSeen] = {}
        for entry in self._entries:
            known = seen.get(entry.patient)
            count = 1 if known is None else known.entries + 1
            moment = str(entry.content["recorded_at"])
            seen[entry.patient] = PatientSeen(entry.patient, count, entry.seq, moment)
        found = [each for each in seen.values() if each.patient and _holds(each.patient, text)]
        return sorted(found, key=lambda each: -each.last_seq)[:limit]

    def find(self, entry_id: str) -> Entry | None:
        """The entry with this id."""
        return self._by_id.get(entry_id)

    def settled(self, entry_id: str) -> Entry | None:
        """The same: nothing is ever on its way."""
        return self.find(entry_id)

    def at(self, seq: int) -> Entry | None:
        """The entry with this number."""
        return self._entries[seq - 1] if 0 < seq <= len(self._entries) else None

    def verify(self, progress: Progress | None = None, seen: Seen | None = None) -> Verified:
        """Follows the chain."""
        return verified(self.written(), self.log_id, progress, seen)

    def close(self) -> None:
        """Nothing is held."""


class TableLog(abc.ABC):
    """A log in a table, wherever the table is. Every call has a connection of its own, so that nothing is held between two."""

    statements: Statements
    _too_new: LogTooNewError | None = None

    @property
    @abc.abstractmethod
    def log_id(self) -> str:
        """The id of the log."""

    @property
    def too_new(self) -> LogTooNewError | None:
        """What is to be said of a log of a newer version; None where it is not."""
        return self._too_new

    def head(self) -> Head:
        """Where the log ends."""
        with self._reading() as connection:
            return self._head(connection)

    def written(self, *, start: int = 1) -> Iterator[bytes]:
        """The canonical bytes of all entries, in order, as they are read: a log may be long."""
        with self._reading() as connection:
            for _, content in self._streamed(connection, self.statements.from_number, start=start):
                yield blob(content)

    def entries(self, patient: str | None = None) -> Iterator[Entry]:
        """All entries, or those of one patient, in order."""
        with self._reading() as connection:
            if patient is None:
                yield from map(self._entry, self._streamed(connection, self.statements.from_number, start=0))
                return
            wanted = _nfc(patient)
            for row in self._streamed(connection, self.statements.of_patient, patient=wanted):
                yield self._of(wanted, row)

    def latest(self, count: int, patient: str | None = None, before: int | None = None) -> list[Entry]:
        """The newest entries, the newest first."""
        values = {"count": count, "before": _LARGEST if before is None else before}
        with self._reading() as connection:
            if patient is None:
                return [self._entry(row) for row in connection.execute(self.statements.latest, values)]
            wanted = _nfc(patient)
            rows = connection.execute(self.statements.latest_of_patient, {**values, "patient": wanted})
            return [self._of(wanted, row) for row in rows]

    def patients(self, text: str = "", limit: int = 200) -> list[PatientSeen]:
        """The patients whose pseudonym holds `text`, from the columns beside the entries: quick in a long log."""
        with self._reading() as connection:
            found = [row for row in connection.execute(self.statements.patients) if _holds(row[0], text)]
            found.sort(key=lambda row: -row[1])
            return [
                PatientSeen(
                    patient, *connection.execute(self.statements.seen, {"patient": patient}).fetchone()
                )
                for patient, _ in found[:limit]
            ]

    def find(self, entry_id: str) -> Entry | None:
        """The entry with this id."""
        return self._one(self.statements.with_id, entry_id)

    def settled(self, entry_id: str) -> Entry | None:
        """The same: what a process that was killed had begun in a file ended with it."""
        return self.find(entry_id)

    def at(self, seq: int) -> Entry | None:
        """The entry with this number."""
        return self._one(self.statements.at, seq) if 0 < seq <= _LARGEST else None

    def close(self) -> None:  # noqa: B027  # that there is nothing to do is what is meant
        """Nothing is held between two calls."""

    @abc.abstractmethod
    def _reading(self) -> contextlib.AbstractContextManager[Connection]:
        """A connection that only reads; the database's errors leave as ours."""

    def _streamed(self, connection: Connection, query: str, **values: object) -> Iterator[Any]:
        """Rows as they come: a log may be long."""
        return iter(connection.execute(query, values))

    def _one(self, query: str, value: str | int) -> Entry | None:
        with self._reading() as connection:
            row = connection.execute(query, {"value": value}).fetchone()
        return None if row is None else self._entry(row)

    def _of(self, patient: str, row: tuple[int, object]) -> Entry:
        """An entry found by its patient: it must be his, whatever the column or the index says."""
        entry = self._entry(row)
        if entry.patient != patient:
            raise LogDamagedError(entry.seq, "it is found under another patient than its own")
        return entry

    def _entry(self, row: tuple[int, object]) -> Entry:
        seq, content = row
        if self._too_new is not None:
            return newer_entry(blob(content), self._too_new)
        return entry_in(blob(content), seq)

    def _head(self, connection: Connection) -> Head:
        """From the last entry itself: what stands beside it must agree. Raises LogDamagedError."""
        last = connection.execute(self.statements.last).fetchone()
        if last is None:
            return Head(self.log_id, 0, NO_HASH)
        content, beside = stored(last)
        entry = self._entry((last[0], content))
        if self._too_new is None:
            agree(entry, beside)
        return Head(self.log_id, entry.seq, entry.hash, str(entry.content["recorded_at"]))


class SqliteLog(TableLog):
    """A log in a file. Every call has a connection of its own, so that the file is held only while it is used.

    One of a newer version is read as far as it can be: LogTooNewError says where it cannot, and that nothing is
    written into it. One of an older version is read as it is, and brought to the newest before the first entry is
    written into it: reading changes no file.
    """

    statements = STATEMENTS

    def __init__(
        self,
        path: Path,
        *,
        create: bool = False,
        log_id: str | None = None,
        migrations: Sequence[Migration] = MIGRATIONS,
    ) -> None:
        """Opens the log at `path`; makes it where there is nothing and `create` says so, with `log_id` if one is given.

        Raises LogUnavailableError, LogTooNewError, LogDamagedError.
        """
        self.path = path
        self._migrations = migrations
        self._known = newest_version(migrations)
        self._read_back: Entry | None = None  # what was written last
        with self._translated():
            if create and not path.exists():
                if path.name == LOG_NAME and any((path.parent / BACKUPS).glob("*.backup")):
                    raise LogUnavailableError("vanished", str(path))
                with contextlib.suppress(_MadeMeanwhileError):
                    make_log(path, log_id, version=self._known)
            if not path.exists():
                raise LogUnavailableError("missing", str(path))
            if path.is_file() and not path.stat().st_size:
                raise LogUnavailableError("empty", str(path))
            with contextlib.closing(connect(path, READING_SETTINGS)) as connection:
                self._identity = identify(connection, path, self._known)
        if self._identity.version > self._known:
            self._too_new = LogTooNewError(self._identity.version, self._known)

    def append(self, draft: Draft, guard: Guard | None = None) -> Entry:
        """Writes an entry, syncs it to the disk and reads it back over another connection; only then returns it."""
        if self._too_new is not None:
            raise self._too_new
        if self._identity.version < self._known:
            with self._translated():
                self._identity = migrate(self.path, self._identity, self._migrations)
        entry, fault = self._write(draft, guard)
        found = self._looked_for(entry, after_fault=fault is not None)
        if found is None and fault is not None:
            raise self._ours(fault) from fault
        if found != entry.written:
            raise LogUnavailableError("not_read_back", entry.entry_id)
        self._read_back = entry
        return entry

    @property
    def log_id(self) -> str:
        """The id of the log."""
        return self._identity.log_id

    @property
    def read_only(self) -> bool:
        """Whether it is of a newer version, or the file or its folder, in which the journal is made, may not be written."""
        return self._too_new is not None or not all(map(_may_write, (self.path, self.path.parent)))

    def verify(self, progress: Progress | None = None, seen: Seen | None = None) -> Verified:
        """Follows the chain from the first row to the last, and holds what is beside each entry against it.

        Columns and indexes: what is looked up by them would else be another patient's.
        """
        if self._too_new is not None:
            raise self._too_new
        with self._reading() as connection:
            rows = map(stored, connection.execute(STATEMENTS.all_rows))
            found = verified_table(rows, self._identity.log_id, progress, seen)
            if not found.whole:
                return found
            fault = None
            with _stoppable(connection, found.head.count, progress) as stopped:
                fault = index_fault(connection)
            return Verified(found.head, fault, stopped=bool(stopped))

    def _entry(self, row: tuple[int, object]) -> Entry:
        """What was read back and stands there still, byte by byte, is not taken apart again."""
        last = self._read_back
        return last if last is not None and row == (last.seq, last.written) else super()._entry(row)

    # --- writing

    def _write(self, draft: Draft, guard: Guard | None) -> tuple[Entry, Exception | None]:
        """What was written, and what the database said if it reported the commit as failed."""
        try:
            with contextlib.closing(connect(self.path, SETTINGS)) as connection:
                with transaction(connection):
                    self._expect_the_same(identify(connection, self.path, self._known))
                    if guard is not None:
                        guard(self)
                    entry = entry_of(draft, self._head(connection))
                    self._insert(connection, entry)
                try:
                    connection.execute("COMMIT")
                except faults() as fault:
                    roll_back(connection)
                    return entry, fault
        except faults() as error:
            raise self._ours(error) from error
        return entry, None

    def _expect_the_same(self, found: FileIdentity) -> None:
        """Raises LogError where another log lies in the file than the one that was opened, or it is newer by now."""
        if found.version > self._known:
            raise LogTooNewError(found.version, self._known)
        if (found.log_id, found.version) != (self._identity.log_id, self._identity.version):
            raise LogUnavailableError("replaced", str(self.path))
        if not found.guarded:
            raise LogUnavailableError("guards_gone", str(self.path))

    def _insert(self, connection: sqlite3.Connection, entry: Entry) -> None:
        try:
            connection.execute(STATEMENTS.insert, row_of(entry))
        except faults() as fault:
            if (
                refused_to(fault)
                and connection.execute(STATEMENTS.with_id, {"value": entry.entry_id}).fetchone()
            ):
                raise EntryAlreadyLoggedError(entry.entry_id) from None
            raise

    def _looked_for(self, entry: Entry, *, after_fault: bool) -> bytes | None:
        """Reads the bytes of the entry back, over another connection: a commit may report failure though the entry is there.

        It is looked for, never written twice. Where it cannot be looked for, nobody knows: that is said, not guessed.
        """
        try:
            with contextlib.closing(connect(self.path, READING_SETTINGS)) as connection:
                row = connection.execute(STATEMENTS.with_id, {"value": entry.entry_id}).fetchone()
            if after_fault and row is not None:
                sync_folder(self.path.parent)  # what may have failed is making the end of the journal last
        except faults(LogError) as error:
            raise LogUnavailableError("not_read_back", f"{entry.entry_id} ({self._ours(error)})") from error
        return None if row is None else blob(row[1])

    # --- reading

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that only reads; the database's errors leave as ours."""
        with self._translated(), contextlib.closing(connect(self.path, READING_SETTINGS)) as connection:
            yield connection

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except faults() as error:
            raise self._ours(error) from error

    def _ours(self, error: Exception) -> LogError:
        ours = log_error(error)
        if isinstance(ours, LogUnavailableError):
            if ours.reason == "cannot_open" and not self.path.exists():
                return LogUnavailableError("missing", str(self.path))
            if self._too_new is not None and lacks_something(error):
                return self._too_new  # it has other tables or columns
        return ours


def make_log(
    path: Path,
    log_id: str | None = None,
    written: Iterable[bytes] = (),
    *,
    version: int = newest_version(MIGRATIONS),
) -> None:
    """Makes a log at `path`, where nothing may stand: with `written`, verified entries, whole or not at all.

    It is made under another name and given its own when it is finished. Raises LogUnavailableError.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for_nobody_else(part)
        with contextlib.closing(connect(part, SETTINGS, mode="rwc")) as connection:
            with transaction(connection):
                fill(connection, log_id or secrets.token_hex(16), written, version)
            connection.execute("COMMIT")
        name_finished(part, path)
    except FileExistsError as error:
        raise _MadeMeanwhileError("exists", str(path)) from error
    except faults() as error:
        raise log_error(error) from error
    finally:
        remove_quietly(part)


@contextlib.contextmanager
def _stoppable(connection: sqlite3.Connection, count: int, progress: Progress | None) -> Iterator[list[bool]]:
    """While SQLite looks through its indexes: asks `progress` now and then; what is yielded is filled if it stops."""
    stopped: list[bool] = []
    asking = None if progress is None else lambda: 0 if progress(count) else 1
    connection.set_progress_handler(asking, _STEPS_BETWEEN)
    try:
        yield stopped
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorname", "") != "SQLITE_INTERRUPT":
            raise
        stopped.append(True)
    finally:
        connection.set_progress_handler(None, 0)


class _MadeMeanwhileError(LogUnavailableError):
    """Something stands where a log was to be made."""


_LARGEST = 2**63 - 1  # number that a table holds
_STEPS_BETWEEN = 10_000  # of SQLite, between two questions whether to stop


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _holds(patient: str, text: str) -> bool:
    return _nfc(text).casefold() in patient.casefold()


def _may_write(place: Path) -> bool:
    return os.access(place, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
