"""What was to be recorded while the server of the log was away: kept here, *not in the log*, until somebody sends it.

Nothing is merged: what is sent becomes the next entry, with the moment and the id that it was given when it was written.
The id keeps it from standing in the log twice, whatever was not known of it before.
"""

import contextlib
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from itbcalc.errors import EntryAlreadyLoggedError, LogUnavailableError
from itbcalc.log.canonical import NO_HASH
from itbcalc.log.entries import Draft, Entry, Head, entry_of
from itbcalc.log.folders import waiting_path
from itbcalc.log.places import is_on_server
from itbcalc.log.sqlite_file import SETTINGS, connect, faults, for_nobody_else, log_error, transaction
from itbcalc.log.store import Connection, TitrationLog

# After these an entry may wait: the server was not reached, or went away before it said what became of the entry.
_AWAY = ("server_away", "not_known")
_TABLE = """CREATE TABLE IF NOT EXISTS waiting (
    number INTEGER NOT NULL PRIMARY KEY,
    entry_id TEXT NOT NULL UNIQUE,
    not_known INTEGER NOT NULL,
    draft TEXT NOT NULL
) STRICT"""
_PUT = "INSERT INTO waiting (entry_id, not_known, draft) VALUES (:entry_id, :not_known, :draft)"
_ALL = "SELECT draft, not_known FROM waiting ORDER BY number"
_TAKE_OUT = "DELETE FROM waiting WHERE entry_id = :entry_id"
_IS_ABSENT = "UPDATE waiting SET not_known = 0 WHERE entry_id = :entry_id"
_NO_LOG = Head("0" * 32, 0, NO_HASH)


class Waits(Struct, frozen=True):
    """An entry that waits. Where `not_known` it may stand in the log all the same: the connection was lost while it was written."""

    draft: Draft
    not_known: bool = False

    @property
    def entry(self) -> Entry:
        """The entry as it will be, but for its place in the log: to be put in words."""
        return entry_of(self.draft, _NO_LOG)


class Sent(Struct, frozen=True):
    """An entry that waited and stands in the log now; `stood_there` where it was found, and not written again."""

    entry: Entry
    stood_there: bool


def waits_here(entry: Entry) -> bool:
    """Whether an entry is one that waits, and has no place in the log yet."""
    return bool(entry.content["log_id"] == _NO_LOG.log_id)


def may_wait(path: Path, error: LogUnavailableError) -> bool:
    """Whether what could not be recorded in the log at `path` may wait: only where its server was away."""
    return is_on_server(path) and error.reason in _AWAY


def put_waiting(path: Path, draft: Draft, error: LogUnavailableError) -> Waits:
    """Keeps what could not be recorded in the log at `path`, where it may wait; else what went wrong is raised.

    Where it cannot be kept either, and nobody knows whether it stands in the log, that is what is raised.
    """
    if not may_wait(path, error):
        raise error
    not_known = error.reason == "not_known"
    try:
        return Waiting(path).put(draft, not_known=not_known)
    except LogUnavailableError as fault:
        raise (error if not_known else fault) from fault


class Waiting:
    """What waits to be sent to the log on a server. Every call may raise LogUnavailableError."""

    def __init__(self, path: Path) -> None:
        """`path` is the connection file; what waits lies beside it, readable by its owner alone."""
        self.path = waiting_path(path)

    def put(self, draft: Draft, *, not_known: bool = False) -> Waits:
        """Keeps an entry that is to be recorded, and reads it back. Raises TypeError for what has no place in one."""
        waits = Waits(draft, not_known)
        entry_of(draft, _NO_LOG)  # what no log would take is refused now, while somebody is there
        with _translated():
            for_nobody_else(self.path)
            with self._connected() as connection:
                with transaction(connection):
                    connection.execute(_TABLE)
                    values = {"entry_id": draft.entry_id, "not_known": not_known, "draft": _text(draft)}
                    connection.execute(_PUT, values)
                connection.execute("COMMIT")
        if waits not in self.all():
            raise LogUnavailableError("not_read_back", draft.entry_id)
        return waits

    def all(self) -> list[Waits]:
        """All that waits, in the order in which it was written."""
        if not self.path.exists() or not self.path.stat().st_size:
            return []
        with _translated(), self._connected() as connection:
            return [
                Waits(_draft(text), bool(not_known))
                for text, not_known in connection.execute(_ALL).fetchall()
            ]

    def look_up(self, log: TitrationLog) -> list[Sent]:
        """Looks for every entry of which it is not known whether it stands in the log: what is found waits no longer.

        Nothing is written into the log. Raises LogError.
        """
        found = []
        for each in self.all():
            entry = log.settled(each.draft.entry_id) if each.not_known else None
            if entry is not None and _tells(entry, each.draft):
                self._change(_TAKE_OUT, entry.entry_id)
                found.append(Sent(entry, stood_there=True))
            elif each.not_known:
                self._change(_IS_ABSENT, each.draft.entry_id)
        return found

    def send(self, log: TitrationLog) -> Iterator[Sent]:
        """Sends one after the other; each waits no longer once it was read back from the log. Raises LogError.

        What raises leaves that entry and those after it waiting: it can be sent again.
        """
        for each in self.all():
            sent = _sent(each.draft, log)
            self._change(_TAKE_OUT, each.draft.entry_id)
            yield sent

    def _change(self, statement: str, entry_id: str) -> None:
        with _translated(), self._connected() as connection:
            with transaction(connection):
                connection.execute(statement, {"entry_id": entry_id})
            connection.execute("COMMIT")

    def _connected(self) -> "contextlib.closing[Connection]":
        return contextlib.closing(connect(self.path, SETTINGS))


def _sent(draft: Draft, log: TitrationLog) -> Sent:
    """The entry in the log: looked for first, for it may be there; written only where it is not."""
    with contextlib.suppress(EntryAlreadyLoggedError):  # another window sends too
        if log.find(draft.entry_id) is None:
            return Sent(log.append(draft), stood_there=False)
    found = log.find(draft.entry_id)
    if found is None or not _tells(found, draft):
        raise EntryAlreadyLoggedError(draft.entry_id)
    return Sent(found, stood_there=True)


def _tells(entry: Entry, draft: Draft) -> bool:
    """Whether an entry is the one that was to be written: the same in all but where it stands in the log."""
    placed = ("log_id", "seq", "prev_hash", "clock_went_back")
    told = entry_of(draft, _NO_LOG).content
    return all(entry.content.get(key) == value for key, value in told.items() if key not in placed)


def _text(draft: Draft) -> str:
    table = asdict(draft) | {"recorded_at": draft.recorded_at.isoformat()}
    return json.dumps({key: dict(value) if key in _TABLES else value for key, value in table.items()})


def _draft(text: str) -> Draft:
    table = json.loads(text)
    return Draft(**{**table, "recorded_at": datetime.fromisoformat(table["recorded_at"])})


_TABLES = ("library", "body")


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except faults() as error:
        raise log_error(error) from error
