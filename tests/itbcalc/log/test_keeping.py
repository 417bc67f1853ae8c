"""When a backup is due, and what is done for one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from itbcalc.errors import LogUnavailableError
from itbcalc.log.backup import backups_in, make_backup, verify_file
from itbcalc.log.entries import Head
from itbcalc.log.keeping import due, keep
from itbcalc.log.store import SqliteLog
from itbcalc.visits.entry_kinds import EntryKind
from tests.itbcalc.log.logs import LOG_ID, draft, sqlite_log

NOW = datetime(2026, 11, 25, 14, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def backup_made(log: SqliteLog, number: int) -> None:
    """The entry that a backup was made, as an automatic one writes it."""
    log.append(draft(number, kind=EntryKind.BACKUP_MADE, patient="", author="itbcalc", body={}))


def test_a_log_without_a_backup_is_due_once_something_was_written(path: Path, folder: Path) -> None:
    log = sqlite_log(path)

    assert not due(log, folder, NOW)
    log.append(draft(1))
    assert due(log, folder, NOW)


@pytest.mark.parametrize(
    ("minutes", "is_due"), [(0, False), (59, False), (60, True), (60 * 24 * 400, True), (-1, True)]
)
def test_a_backup_is_due_an_hour_after_the_last(minutes: int, is_due: bool, path: Path, folder: Path) -> None:
    """And at once where the last one was made in the future, which only a clock that was set back can tell."""
    log = sqlite_log(path, 2)
    make_backup(log, folder, NOW)
    log.append(draft(3))

    assert due(log, folder, NOW + minutes * MINUTE) is is_due


def test_nothing_is_due_when_nothing_was_written_but_that_a_backup_was_made(path: Path, folder: Path) -> None:
    log = sqlite_log(path, 2)
    make_backup(log, folder, NOW)
    later = NOW + timedelta(days=3)

    assert not due(log, folder, later)
    for number in range(3, 120):  # of several windows, say
        backup_made(log, number)
    assert not due(log, folder, later)
    log.append(draft(120))
    backup_made(log, 121)
    assert due(log, folder, later)


def test_of_a_log_that_was_empty_a_backup_is_enough_until_something_is_written(
    path: Path, folder: Path
) -> None:
    log = sqlite_log(path)
    make_backup(log, folder, NOW)
    backup_made(log, 1)
    later = NOW + timedelta(days=3)

    assert not due(log, folder, later)
    log.append(draft(2))
    assert due(log, folder, later)


def test_a_backup_of_another_log_is_none_of_this_one(path: Path, folder: Path, tmp_path: Path) -> None:
    log = sqlite_log(path, 2)
    other = SqliteLog(tmp_path / "other", create=True, log_id="f" * 32)
    other.append(draft(1))
    make_backup(other, folder, NOW)

    assert due(log, folder, NOW)
    assert not due(other, folder, NOW)


def test_a_backup_that_cannot_be_read_does_not_count(path: Path, folder: Path) -> None:
    log = sqlite_log(path, 2)
    make_backup(log, folder, NOW).write_bytes(b"x" * 5000)

    assert due(log, folder, NOW)


def test_a_log_that_parted_from_its_backup_is_due(path: Path, folder: Path, tmp_path: Path) -> None:
    """An older log was put back, and other entries were written: their numbers are those of the backup."""
    make_backup(sqlite_log(path, 5), folder, NOW)
    parted = sqlite_log(tmp_path / "parted", 3)
    later = NOW + timedelta(hours=2)

    assert due(parted, folder, later)
    for number in (4, 5):
        parted.append(draft(number, author="somebody else"))
    assert due(parted, folder, later)


def test_a_backup_is_made_recorded_and_thins_the_others_out(path: Path, folder: Path) -> None:
    log = sqlite_log(path, 2)
    first, second = (make_backup(log, folder, NOW - timedelta(days=9, hours=hour)) for hour in (0, 1))
    told: list[tuple[Path, Head]] = []

    def record(made: Path, head: Head) -> None:
        told.append((made, head))
        backup_made(log, 3)

    kept = keep(log, folder, NOW, record)

    assert kept.path.name == f"itbcalc-log-{LOG_ID[:8]}-20261125T143000Z.backup"
    assert kept.removed == (second,)
    assert backups_in(folder) == [kept.path, first]
    ((made, head),) = told
    assert (made, head) == (kept.path, verify_file(kept.path).head)
    assert (head.count, log.head().count) == (2, 3)
    assert not due(log, folder, NOW + timedelta(days=1))


def test_older_backups_stay_where_the_new_one_could_not_be_recorded(path: Path, folder: Path) -> None:
    log = sqlite_log(path, 2)
    for hour in (0, 1):
        make_backup(log, folder, NOW - timedelta(days=9, hours=hour))

    def record(made: Path, head: Head) -> None:
        raise LogUnavailableError("locked")

    with pytest.raises(LogUnavailableError):
        keep(log, folder, NOW, record)

    assert len(backups_in(folder)) == 3
