"""A log on PostgreSQL: one for all workstations of a clinic, behind the same contract as the file.

The server refuses rewriting by rights and triggers (`server_tables.py`); what it holds is the chain, byte for byte.
"""

import contextlib
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from itbcalc.errors import (
    EntryAlreadyLoggedError,
    LogError,
    LogTooNewError,
    LogUnavailableError,
    RefusedError,
)
from itbcalc.log.chain import Progress, Seen, Verified, verified_table
from itbcalc.log.entries import Draft, Entry, Head, entry_in, entry_of
from itbcalc.log.seen import expect_begun, expect_seen, keep_seen_quietly
from itbcalc.log.server import (
    LOCK_WAIT_MS,
    Server,
    connected,
    driver,
    read_server_file,
    server_error,
    translated,
)
from itbcalc.log.server_tables import LOCK, STATEMENTS, VERSION, guards_stand, identify, lasting
from itbcalc.log.statements import blob, row_of, stored
from itbcalc.log.store import Connection, Guard, TableLog

_BEGIN = "INSERT INTO itbcalc.log (one, log_id, version) VALUES (1, %(log_id)s, %(version)s)"
_ROWS_AT_ONCE = 200


class PostgresLog(TableLog):
    """A log on a server. Every call has a connection of its own: between two of them nothing is held there.

    One of a newer version is read as far as it can be, and not written into.
    """

    statements = STATEMENTS

    def __init__(self, path: Path, *, create: bool = False, log_id: str | None = None) -> None:
        """Opens the log on the server that the connection file at `path` names.

        Begins it where the administrator's tables are still empty and `create` says so. Raises LogUnavailableError,
        LogTooNewError, LogDamagedError.
        """
        self.path = path
        self.server = read_server_file(path)
        found = self._identity()
        if found is None:
            expect_begun(path)
            if not create:
                raise LogUnavailableError("missing", self.server.place)
            with contextlib.suppress(RefusedError):  # another workstation was faster
                begin(self.server, log_id or secrets.token_hex(16), [])
            found = self._identity()
        assert found is not None  # a log that was begun stays
        self._log_id, version = found
        if version > VERSION:
            self._too_new = LogTooNewError(version, VERSION)
        expect_seen(path, self)

    def append(self, draft: Draft, guard: Guard | None = None) -> Entry:
        """Writes an entry, has the server keep it on its disk, and reads it back over another connection."""
        if self._too_new is not None:
            raise self._too_new
        entry, fault = self._write(draft, guard)
        found = self._looked_for(entry)
        if found is None and fault is not None:
            raise server_error(fault) from fault
        if found != entry.written:
            raise LogUnavailableError("not_read_back", entry.entry_id)
        recorded_at = str(entry.content["recorded_at"])
        keep_seen_quietly(self.path, Head(self._log_id, entry.seq, entry.hash, recorded_at))
        return entry

    @property
    def log_id(self) -> str:
        """The id of the log."""
        return self._log_id

    @property
    def read_only(self) -> bool:
        """Whether it is of a newer version, or this workstation may only read."""
        if self._too_new is not None:
            return True
        with self._reading() as connection:
            ((may,),) = connection.execute(
                "SELECT has_column_privilege('itbcalc.entry', 'bytes', 'INSERT')"
            ).fetchall()
        return not may

    def settled(self, entry_id: str) -> Entry | None:
        """The entry with this id, looked for by whoever holds the lock: no commit of anybody is still on its way."""
        with _locked(self.server) as connection:
            row = connection.execute(self.statements.with_id, {"value": entry_id}).fetchone()
        return None if row is None else self._entry(row)

    def verify(self, progress: Progress | None = None, seen: Seen | None = None) -> Verified:
        """Follows the chain from the first row to the last, and holds what is beside each entry against it."""
        if self._too_new is not None:
            raise self._too_new
        with self._reading() as connection:
            rows = map(stored, self._streamed(connection, self.statements.all_rows))
            return verified_table(rows, self._log_id, progress, seen)

    def _identity(self) -> tuple[str, int] | None:
        with self._reading() as connection:
            return identify(connection)

    def _write(self, draft: Draft, guard: Guard | None) -> tuple[Entry, Exception | None]:
        """What was written, and what was said if the commit was reported as failed, or nothing came back."""
        with _writing(self.server) as connection:
            if identify(connection) != (self._log_id, VERSION):
                raise LogUnavailableError("replaced", str(self.path))
            if guard is not None:
                guard(self)
            if connection.execute(self.statements.with_id, {"value": draft.entry_id}).fetchone():
                raise EntryAlreadyLoggedError(draft.entry_id)
            entry = entry_of(draft, self._head(connection))
            connection.execute(self.statements.insert, row_of(entry))
            try:
                connection.commit()
            except driver().Error as fault:
                return entry, fault
        return entry, None

    def _looked_for(self, entry: Entry) -> bytes | None:
        """Reads the bytes of the entry back, over another connection: a commit may report failure though the entry is there.

        Whoever holds the lock knows that no commit of anybody is still on its way. Where that cannot be had, nobody
        knows: that is said, not guessed.
        """
        try:
            with _locked(self.server) as connection:
                row = connection.execute(self.statements.with_id, {"value": entry.entry_id}).fetchone()
        except LogError as error:
            raise LogUnavailableError("not_known", f"{entry.entry_id} ({error})") from error
        return None if row is None else blob(row[1])

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A connection that only reads; the driver's errors leave as ours."""
        with translated(), connected(self.server, writing=False) as connection:
            yield connection

    def _streamed(self, connection: Connection, query: str, **values: object) -> Iterator[Any]:
        """Rows as the server sends them: never all of a long log at once."""
        with connection.cursor("itbcalc") as cursor:
            cursor.itersize = _ROWS_AT_ONCE
            try:
                for row in cursor.execute(query, values):  # noqa: UP028  # `yield from` would close the cursor first
                    yield row
            finally:
                connection.close()  # first: a server that has gone would not let the cursor be closed


def begin(server: Server, log_id: str, written: Iterable[bytes]) -> None:
    """Begins a log in the administrator's empty tables, with `written`, verified entries: with all of them, or not at all.

    Raises RefusedError where a log was begun in them already, LogUnavailableError, LogDamagedError.
    """
    rows = (row_of(entry_in(content, seq)) for seq, content in enumerate(written, start=1))
    with _writing(server) as connection:
        if identify(connection) is not None:
            raise RefusedError("log", server.place, "log_exists")
        connection.execute(_BEGIN, {"log_id": log_id, "version": VERSION})
        with connection.cursor() as cursor:
            cursor.executemany(STATEMENTS.insert, rows)
        connection.commit()


def last_hash(server: Server) -> str:
    """The hash of the last entry, whatever stands before it: over one connection, to see cheaply whether somebody wrote.

    Raises LogUnavailableError.
    """
    with translated(), connected(server, writing=False) as connection:
        row = connection.execute(STATEMENTS.last).fetchone()
    return "" if row is None else str(stored(row)[1]["hash"])


@contextlib.contextmanager
def _writing(server: Server) -> Iterator[Connection]:
    """The one connection that writes now, in a transaction that it has to commit itself; what lasts and guards is there."""
    with _locked(server) as connection:
        lasting(connection)
        if not guards_stand(connection):
            raise LogUnavailableError("guards_gone", server.host)
        yield connection


@contextlib.contextmanager
def _locked(server: Server) -> Iterator[Connection]:
    """A connection that holds the lock of the log: whatever others were writing has ended, and nobody begins."""
    with translated(), connected(server, writing=True) as connection:
        connection.execute(f"SET LOCAL lock_timeout = {LOCK_WAIT_MS}")
        connection.execute("SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": LOCK})
        yield connection
