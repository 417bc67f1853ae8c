"""Copies of the log: made whole, verified before an older one goes, and put back only after a comparison."""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from itbcalc.errors import LogError, LogUnavailableError
from itbcalc.log.chain import Verified, whole_head
from itbcalc.log.entries import Head
from itbcalc.log.folders import key_path
from itbcalc.log.sqlite_file import copy_synced, faults
from itbcalc.log.store import SqliteLog, make_log
from itbcalc.safe_files import name_finished, put_in_place, remove_quietly

# The beginning of the id of its log, which backups of the first versions lack, and when it was made.
_NAME = re.compile(r"itbcalc-log-(?:(?P<log>[0-9a-f]{8})-)?(?P<at>[0-9]{8}T[0-9]{6}Z)\.backup")
_ID_LENGTH = 8
# What SQLite keeps beside a file, and would take for that of the next one of this name.
_BESIDE = ("-journal", "-wal", "-shm")
_STAMP = "%Y%m%dT%H%M%SZ"
# How many are kept: all of the last two days, then one a day, a week, a month.
KEEP_ALL_FOR = timedelta(days=2)
DAILY, WEEKLY, MONTHLY = 12, 10, 9


class Comparison(Struct, frozen=True):
    """A backup beside the log in use: where each ends, and from which entry on they differ (0: one continues the other)."""

    log: Head | None
    backup: Head
    parts_after: int


def make_backup(log: SqliteLog, folder: Path, at: datetime) -> Path:
    """A verified copy of the log in `folder`. Raises LogUnavailableError, LogDamagedError.

    Copied under another name, synced, opened and verified, and only then given its own.
    """
    beginning = log.head().log_id[:_ID_LENGTH]
    path = folder / f"itbcalc-log-{beginning}-{at.astimezone(UTC).strftime(_STAMP)}.backup"
    part = path.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_quietly(part)
        copy_synced(log.path, part)
        copied = whole_head(verify_file(part))
        last = log.at(copied.count)  # others may have written since
        if copied.count and (last is None or last.hash != copied.hash):
            raise LogUnavailableError("backup_differs", str(path))
        put_in_place(part, path)
    except faults() as error:
        raise LogUnavailableError("backup_failed", str(error)) from error
    finally:
        remove_quietly(part)
    return path


def verify_file(path: Path) -> Verified:
    """The log in a file, followed to its end."""
    with contextlib.closing(SqliteLog(path)) as log:
        return log.verify()


def backups_in(folder: Path, log_id: str | None = None) -> list[Path]:
    """The backups in a folder, the newest first: all, or those of one log."""
    found = [path for path in folder.glob("itbcalc-log-*.backup") if _NAME.fullmatch(path.name)]
    if log_id is not None:
        found = [path for path in found if _log_of(path) == log_id[:_ID_LENGTH]]
    return sorted(found, key=lambda path: (made_at(path), path.name), reverse=True)


def superseded(paths: Sequence[Path], now: datetime) -> list[Path]:
    """Which of the backups may go: two days are kept whole, then 12 days, 10 weeks and 9 months with one each."""
    moments = {path: made_at(path) for path in paths}
    kept = {path for path, at in moments.items() if now.astimezone(UTC) - at <= KEEP_ALL_FOR}
    for count, period in ((DAILY, "%Y-%m-%d"), (WEEKLY, "%G-%V"), (MONTHLY, "%Y-%m")):
        newest: dict[str, Path] = {}
        for path in sorted(paths, key=made_at, reverse=True):
            newest.setdefault(moments[path].strftime(period), path)
        kept |= set(list(newest.values())[:count])
    return [path for path in paths if path not in kept]


def thin_out(folder: Path, now: datetime) -> list[Path]:
    """Removes superseded backups, those of each log by themselves, and only while the newest verifies.

    Returns what was removed. One that cannot be removed stays and is tried again the next time.
    """
    of_each: dict[str, list[Path]] = {}
    for path in backups_in(folder):
        of_each.setdefault(_log_of(path), []).append(path)
    return [
        gone
        for log, paths in of_each.items()
        if log and _holds(paths[0])
        for gone in _removed(path for path in superseded(paths, now) if path != paths[0])
    ]


def compare(log: SqliteLog | None, backup: Path, head: Head | None = None) -> Comparison:
    """What putting `backup` back would mean; `head` is where it ends, if somebody verified it already.

    Raises LogDamagedError where the backup is not whole.
    """
    head = head or whole_head(verify_file(backup))
    if log is None:
        return Comparison(None, head, 0)
    with contextlib.closing(SqliteLog(backup)) as other:
        parts = _parts_after(log.written(), other.written())
    return Comparison(log.head(), head, parts)


def restore(backup: Path, path: Path, at: datetime) -> Path | None:
    """Puts a backup in the place of the log at `path`; what stood there is set aside, never overwritten.

    Where `path` is a link, it stays one: the backup is put where it leads.

    Returns where it was set aside, or None where there was nothing. Raises LogUnavailableError, LogDamagedError.
    """
    head, path = whole_head(verify_file(backup)), path.resolve()
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_quietly(part)
        if key_path(path).exists():  # what is put back is encrypted again, a plain backup too
            with contextlib.closing(SqliteLog(backup)) as log:
                make_log(part, head.log_id, log.written())
        else:
            copy_synced(backup, part)
        if whole_head(verify_file(part)) != head:
            raise LogUnavailableError("backup_differs", str(backup))
        aside = _set_aside(path, at) if path.exists() else None
        if aside is None:
            name_finished(part, path)
        else:
            put_in_place(part, path)
    except faults() as error:
        raise LogUnavailableError("not_put_back", str(error)) from error
    finally:
        remove_quietly(part)
    return aside


def _set_aside(path: Path, at: datetime) -> Path:
    """Gives what stands at `path` a name that nothing has, and moves there what SQLite keeps beside it.

    A journal left behind would be taken for that of the file put back, and undo parts of it. The file keeps its old
    name too, where it can have two, so that at no moment there is no log.
    """
    plain = f"{path.name}.aside-{at.astimezone(UTC).strftime(_STAMP)}"
    names = (plain, *(f"{plain}-{number}" for number in range(2, 1000)))
    aside = next(free for name in names if not (free := path.with_name(name)).exists())
    for beside in _BESIDE:
        left = path.with_name(path.name + beside)
        if left.exists():
            left.rename(aside.with_name(aside.name + beside))
    try:
        os.link(path, aside)
    except OSError:  # a file system without links, or a folder in the place of the log
        path.rename(aside)
    return aside


def _removed(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()
            yield path


def _parts_after(first: Iterable[bytes], second: Iterable[bytes]) -> int:
    """The number of the first entry in which they differ; 0 where one continues the other."""
    for number, (ours, theirs) in enumerate(zip(first, second, strict=False), start=1):
        if ours != theirs:
            return number
    return 0


def _holds(path: Path) -> bool:
    try:
        return verify_file(path).whole
    except LogError:
        return False


def _log_of(path: Path) -> str:
    """The beginning of the id of the log that a backup holds; empty where it has an old name and cannot be read."""
    found = _NAME.fullmatch(path.name)
    if found is not None and found["log"]:
        return found["log"]
    try:
        with contextlib.closing(SqliteLog(path)) as log:
            return log.head().log_id[:_ID_LENGTH]
    except LogError:
        return ""


def made_at(path: Path) -> datetime:
    """When a backup was made, by its name."""
    found = _NAME.fullmatch(path.name)
    assert found is not None
    return datetime.strptime(found["at"], _STAMP).replace(tzinfo=UTC)
