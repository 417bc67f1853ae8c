"""When is a backup due, and what is done for one: copied, verified, recorded, older ones let go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from itbcalc.titration.backup import backups_in, made_at, make_backup, thin_out, verify_file
from itbcalc.titration.chain import whole_head
from itbcalc.titration.entries import EntryKind, Head
from itbcalc.titration.store import SqliteLog

DUE_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup that was made, and the older ones that were let go for it."""

    path: Path
    removed: tuple[Path, ...]


def due(log: SqliteLog, folder: Path, now: datetime) -> bool:
    """Whether something was written that the newest backup, older than an hour, cannot hold. Raises LogError."""
    last = next((entry for entry in log.latest(2) if entry.kind != EntryKind.BACKUP_MADE), None)
    if last is None:
        return False
    moments = [made_at(path) for path in backups_in(folder)]
    if not moments:
        return True
    written = datetime.fromisoformat(str(last.content["recorded_at"]).replace("Z", "+00:00"))
    return now - moments[0] >= DUE_AFTER and written >= moments[0]


def keep(
    log: SqliteLog, folder: Path, now: datetime, record: Callable[[Path, Head], object]
) -> Kept:
    """Makes a verified backup, lets `record` write that down, and thins the older ones out.

    Raises LogUnavailableError, LogDamagedError; what `record` raises leaves the backup where it is.
    """
    path = make_backup(log, folder, now)
    record(path, whole_head(verify_file(path)))
    return Kept(path, tuple(thin_out(folder, now)))
