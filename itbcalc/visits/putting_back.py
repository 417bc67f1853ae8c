"""A backup is put back, and the log that is there then says so: with where it ends, and where the log before it ended."""

from contextlib import closing
from datetime import datetime
from pathlib import Path

from itbcalc.errors import LogError
from itbcalc.log.backup import restore
from itbcalc.log.entries import Head
from itbcalc.log.store import SqliteLog
from itbcalc.visits.recording import BY_ITSELF, Signature, restore_draft


def put_back(
    backup: Path, path: Path, at: datetime, signature: Signature = BY_ITSELF
) -> tuple[Path | None, LogError | None]:
    """Puts a backup in the place of the log; returns where what was there is kept, and why it could not be written down.

    Raises LogUnavailableError, LogDamagedError where it is not put back.
    """
    was = _head_of(path)
    aside = restore(backup, path, at)
    try:
        with closing(SqliteLog(path)) as log:
            log.append(restore_draft(backup.name, log.head(), was, at, signature))
    except LogError as error:
        return aside, error
    return aside, None


def _head_of(path: Path) -> Head | None:
    """Where a log ends; None where there is none, or it cannot be read."""
    if not path.is_file():
        return None
    try:
        with closing(SqliteLog(path)) as log:
            return log.head()
    except LogError:
        return None
