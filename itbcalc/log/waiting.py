"""What was to be recorded while the server of the log was away: kept here, *not in the log*, until somebody sends it.

Nothing is merged: what is sent becomes the next entry, with the moment and the id that it was given when it was written.
The id keeps it from standing in the log twice, whatever was not known of it before.
"""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from itbcalc.errors import EntryAlreadyLoggedError, LogUnavailableError
from itbcalc.log.canonical import NO_HASH
from itbcalc.log.entries import Draft, Entry, Head, entry_of
from itbcalc.log.places import is_on_server
from itbcalc.log.sqlite_file import FAULTS, SETTINGS, connect, for_nobody_else, log_error, transaction
from itbcalc.log.store import Connection, TitrationLog

# After these an entry may wait: the server was not reached, or went away before it said what became of the entry.
_AWAY = ("server_away", "not_known")
_TABLE = """CREATE TABLE IF NOT EXISTS waiting (
    number INTEGER NOT NULL PRIMARY KEY,
    entry_id TEXT NOT NULL UNIQUE,
    draft TEXT NOT NULL
) STRICT"""
_ALL = "SELECT draft FROM waiting ORDER BY number"
_NO_LOG = Head("0" * 32, 0, NO_HASH)


@dataclass(frozen=True, slots=True)
class Sent:
    """An entry that waited and stands in the log now; `stood_there` where it was found, and not written again."""

    entry: Entry
    stood_there: bool


def may_wait(path: Path, error: LogUnavailableError) -> bool:
    """Whether what could not be recorded in the log at `path` may wait: only where its server was away."""
    return is_on_server(path) and error.reason in _AWAY


class Waiting:
    """What waits to be sent to the log on a server. Every call may raise LogUnavailableError."""

    def __init__(self, path: Path) -> None:
        """`path` is the connection file; what waits lies beside it, readable by its owner alone."""
        self.path = path.with_name(f"{path.name}.waiting")

    def put(self, draft: Draft) -> None:
        """Keeps an entry that is to be recorded, and reads it back. Raises TypeError for what has no place in one."""
        entry_of(draft, _NO_LOG)  # what no log would take is refused now, while somebody is there
        with _translated():
            for_nobody_else(self.path)
            with self._connected() as connection:
                with transaction(connection):
                    connection.execute(_TABLE)
                    connection.execute(
                        "INSERT INTO waiting (entry_id, draft) VALUES (:entry_id, :draft)",
                        {"entry_id": draft.entry_id, "draft": _text(draft)},
                    )
                connection.execute("COMMIT")
        if draft not in self.drafts():
            raise LogUnavailableError("not_read_back", draft.entry_id)

    def drafts(self) -> list[Draft]:
        """All that waits, in the order in which it was written."""
        if not self.path.exists() or not self.path.stat().st_size:
            return []
        with _translated(), self._connected() as connection:
            return [_draft(text) for (text,) in connection.execute(_ALL).fetchall()]

    def send(self, log: TitrationLog) -> Iterator[Sent]:
        """Sends one after the other; each waits no longer once it was read back from the log. Raises LogError.

        What raises leaves that entry and those after it waiting: it can be sent again.
        """
        for draft in self.drafts():
            sent = _sent(draft, log)
            self._take_out(draft.entry_id)
            yield sent

    def _take_out(self, entry_id: str) -> None:
        with _translated(), self._connected() as connection:
            with transaction(connection):
                connection.execute("DELETE FROM waiting WHERE entry_id = :entry_id", {"entry_id": entry_id})
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
    table: dict[str, Any] = {each.name: getattr(draft, each.name) for each in fields(draft)}
    table["recorded_at"] = draft.recorded_at.isoformat()
    return json.dumps({key: dict(value) if key in _TABLES else value for key, value in table.items()})


def _draft(text: str) -> Draft:
    table = json.loads(text)
    return Draft(**{**table, "recorded_at": datetime.fromisoformat(table["recorded_at"])})


_TABLES = ("library", "body")


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FAULTS as error:
        raise log_error(error) from error
