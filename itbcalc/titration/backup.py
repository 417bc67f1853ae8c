"""Copies of the log: made whole, verified before an older one goes, and put back only after a comparison."""

import os
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from itbcalc.errors import LogDamagedError, LogUnavailableError
from itbcalc.titration.chain import Verified, verified
from itbcalc.titration.entries import Head
from itbcalc.titration.store import SqliteLog

_NAME = re.compile(r"itbcalc-log-(?P<at>[0-9]{8}T[0-9]{6}Z)\.backup")
_STAMP = "%Y%m%dT%H%M%SZ"
# How many are kept: all of the last two days, then one a day, a week, a month.
KEEP_ALL_FOR = timedelta(days=2)
DAILY, WEEKLY, MONTHLY = 12, 10, 9


@dataclass(frozen=True, slots=True)
class Comparison:
    """A backup beside the log in use: where each ends, and from which entry on they differ (0: one continues the other)."""

    log: Head | None
    backup: Head
    parts_after: int


def make_backup(log: SqliteLog, folder: Path, at: datetime) -> Path:
    """A verified copy of the log in `folder`. Raises LogUnavailableError, LogDamagedError.

    Copied under another name, synced, opened and verified, and only then given its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"itbcalc-log-{at.astimezone(UTC).strftime(_STAMP)}.backup"
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    try:
        _copy(log.path, part)
        found = verify_file(part)
        if found.damage is not None:
            raise found.damage
        if found.head != log.head():
            raise LogUnavailableError("backup_differs", str(path))
        part.replace(path)
        _sync(folder)
    except (OSError, sqlite3.Error) as error:
        raise LogUnavailableError("backup_failed", str(error)) from error
    finally:
        part.unlink(missing_ok=True)
    return path


def verify_file(path: Path) -> Verified:
    """The log in a file, followed to its end."""
    log = SqliteLog(path)
    try:
        return verified(log.written(), log.head().log_id)
    finally:
        log.close()


def backups_in(folder: Path) -> list[Path]:
    """The backups in a folder, the newest first."""
    found = [path for path in folder.glob("itbcalc-log-*.backup") if _NAME.fullmatch(path.name)]
    return sorted(found, reverse=True)


def superseded(paths: Sequence[Path], now: datetime) -> list[Path]:
    """Which of the backups may go: two days are kept whole, then 12 days, 10 weeks and 9 months with one each."""
    moments = {path: _moment(path) for path in paths}
    kept = {path for path, at in moments.items() if now.astimezone(UTC) - at <= KEEP_ALL_FOR}
    for count, period in ((DAILY, "%Y-%m-%d"), (WEEKLY, "%G-%V"), (MONTHLY, "%Y-%m")):
        newest: dict[str, Path] = {}
        for path in sorted(paths, reverse=True):
            newest.setdefault(moments[path].strftime(period), path)
        kept |= set(list(newest.values())[:count])
    return [path for path in paths if path not in kept]


def thin_out(folder: Path, now: datetime) -> list[Path]:
    """Removes superseded backups, but only while a newer one verifies; returns what was removed."""
    paths = backups_in(folder)
    if not paths or not _holds(paths[0]):
        return []
    gone = [path for path in superseded(paths, now) if path != paths[0]]
    for path in gone:
        path.unlink()
    return gone


def compare(log: SqliteLog | None, backup: Path) -> Comparison:
    """What putting `backup` back would mean. Raises LogDamagedError where the backup is not whole."""
    found = verify_file(backup)
    if found.damage is not None:
        raise found.damage
    if log is None:
        return Comparison(None, found.head, 0)
    other = SqliteLog(backup)
    try:
        parts = _parts_after(log.written(), other.written())
    finally:
        other.close()
    return Comparison(log.head(), found.head, parts)


def restore(backup: Path, path: Path, at: datetime) -> Path | None:
    """Puts a backup in the place of the log at `path`; what stood there is set aside, never overwritten.

    Returns where it was set aside, or None where there was nothing. Raises LogUnavailableError, LogDamagedError.
    """
    found = verify_file(backup)
    if found.damage is not None:
        raise found.damage
    part = path.with_name(f".{path.name}.part")
    aside = (
        path.with_name(f"{path.name}.aside-{at.astimezone(UTC).strftime(_STAMP)}") if path.exists() else None
    )
    try:
        part.unlink(missing_ok=True)
        _copy(backup, part)
        if verify_file(part).head != found.head:
            raise LogUnavailableError("backup_differs", str(backup))
        if aside is not None:
            path.rename(aside)
        part.rename(path)
        _sync(path.parent)
    except (OSError, sqlite3.Error) as error:
        raise LogUnavailableError("backup_failed", str(error)) from error
    finally:
        part.unlink(missing_ok=True)
    return aside


def _parts_after(first: Iterable[bytes], second: Iterable[bytes]) -> int:
    """The number of the first entry in which they differ; 0 where one continues the other."""
    for number, (ours, theirs) in enumerate(zip(first, second, strict=False), start=1):
        if ours != theirs:
            return number
    return 0


def _holds(path: Path) -> bool:
    try:
        return verify_file(path).whole
    except (LogUnavailableError, LogDamagedError):
        return False


def _moment(path: Path) -> datetime:
    found = _NAME.fullmatch(path.name)
    assert found is not None
    return datetime.strptime(found["at"], _STAMP).replace(tzinfo=UTC)


def _copy(source: Path, target: Path) -> None:
    """A consistent copy by SQLite itself, synced to the disk: copying the bytes could catch half a commit."""
    with (
        sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True) as reading,
        sqlite3.connect(target) as writing,
    ):
        reading.backup(writing)
    reading.close()
    writing.close()
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Makes a new name in a folder last; not every system lets a folder be synced."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
