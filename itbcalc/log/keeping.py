"""When is a backup due, and what is done for one: copied, verified, recorded, older ones let go."""

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from msgspec import Struct

from itbcalc.errors import LogError
from itbcalc.log.backup import backups_in, made_at, make_backup, thin_out
from itbcalc.log.entries import BACKUP_MADE, Head
from itbcalc.log.store import SqliteLog

DUE_AFTER = timedelta(hours=1)
_PORTION = 50  # entries looked through at a time, from the end


class Kept(Struct, frozen=True):
    """A backup that was made, and the older ones that were let go for it."""

    path: Path
    removed: tuple[Path, ...]


def due(log: SqliteLog, folder: Path, now: datetime) -> bool:
    """Whether the log holds something that its newest backup does not, and that backup is older than an hour.

    That a backup was made is nothing to make one for. One that was made in the future (the clock was set back) or
    that cannot be read does not count as made. Raises LogError.
    """
    if log.too_new is not None:
        return False
    head = log.head()
    newest = next(iter(backups_in(folder, head.log_id)), None)
    held = None if newest is None else _head_of(newest)
    if newest is None or held is None:
        return _written_after(log, 0)
    if timedelta(0) <= now - made_at(newest) < DUE_AFTER:
        return False
    return not _continues(log, held) or _written_after(log, held.count)


def keep(log: SqliteLog, folder: Path, now: datetime, record: Callable[[Path, Head], object]) -> Kept:
    """Makes a verified backup, lets `record` write that down, and thins the older ones out.

    `record` is told where the backup lies and where it ends. Raises LogUnavailableError, LogDamagedError; what
    `record` raises leaves the backup where it is, and the older ones too.
    """
    path = make_backup(log, folder, now)
    with contextlib.closing(SqliteLog(path)) as backup:
        record(path, backup.head())
    return Kept(path, tuple(thin_out(folder, now)))


def _written_after(log: SqliteLog, seq: int) -> bool:
    """Whether an entry after this number tells more than that a backup was made."""
    before = None
    while portion := log.latest(_PORTION, before=before):
        for entry in portion:
            if entry.seq <= seq:
                return False
            if entry.kind != BACKUP_MADE:
                return True
        before = portion[-1].seq
    return False


def _continues(log: SqliteLog, held: Head) -> bool:
    """Whether the log holds what the backup does: after an older one was put back it may not."""
    last = log.at(held.count)
    return held.count == 0 or (last is not None and last.hash == held.hash)


def _head_of(path: Path) -> Head | None:
    try:
        with contextlib.closing(SqliteLog(path)) as backup:
            return backup.head()
    except LogError:
        return None
