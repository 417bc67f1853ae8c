"""Copies of the log: verified before an older one goes, thinned out by the rule, put back without losing anything."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from itbcalc.errors import LogDamagedError, LogUnavailableError
from itbcalc.log import backup as backups
from itbcalc.log.backup import (
    backups_in,
    compare,
    make_backup,
    restore,
    superseded,
    thin_out,
    verify_file,
)
from itbcalc.log.store import SqliteLog
from tests.itbcalc.log.logs import LOG_ID, contents, draft, sqlite_log, stand_alone_says

NOW = datetime(2026, 11, 25, 14, 30, tzinfo=UTC)  # a Wednesday


def named(moment: str, log: str = LOG_ID[:8]) -> str:
    """The name of a backup of a moment written as 2026-11-25 14:30; old ones lack the beginning of the log's id."""
    day, _, clock = moment.partition(" ")
    of_log = f"{log}-" if log else ""
    return f"itbcalc-log-{of_log}{day.replace('-', '')}T{clock.replace(':', '')}00Z.backup"


def damage(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entry_delete")
        connection.execute("DELETE FROM entry WHERE seq = 2")


def written_in(path: Path) -> list[bytes]:
    with closing(SqliteLog(path)) as log:
        return list(log.written())


# --- making one


def test_a_backup_holds_what_the_log_holds(path: Path, tmp_path: Path) -> None:
    log = sqlite_log(path, 6)

    made = make_backup(
        log, tmp_path / "a" / "b", datetime(2026, 11, 25, 16, 30, tzinfo=timezone(timedelta(hours=2)))
    )

    assert made == tmp_path / "a" / "b" / named("2026-11-25 14:30")
    assert verify_file(made).head == log.head()
    assert written_in(made) == contents(6)
    assert [each.name for each in made.parent.iterdir()] == [made.name]


def test_a_backup_refuses_to_be_rewritten_too(path: Path, tmp_path: Path) -> None:
    made = make_backup(sqlite_log(path, 3), tmp_path / "b", NOW)

    with (
        closing(sqlite3.connect(made)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append only"),
    ):
        connection.execute("DELETE FROM entry")


def test_no_backup_is_made_of_a_damaged_log(path: Path, tmp_path: Path) -> None:
    log = sqlite_log(path, 5)
    damage(path)

    with pytest.raises(LogDamagedError) as damaged:
        make_backup(log, tmp_path / "b", NOW)

    assert damaged.value.first_bad_entry == 2
    assert list((tmp_path / "b").iterdir()) == []


def test_what_is_written_while_a_backup_is_made_does_not_spoil_it(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, copy = sqlite_log(path, 5), backups.copy_synced

    def copy_while_another_writes(source: Path, target: Path) -> None:
        copy(source, target)
        log.append(draft(6))

    monkeypatch.setattr(backups, "copy_synced", copy_while_another_writes)

    made = make_backup(log, tmp_path / "b", NOW)

    assert written_in(made) == contents(5)


def test_a_copy_of_another_log_is_no_backup(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, copy = sqlite_log(path, 5), backups.copy_synced
    other = SqliteLog(tmp_path / "other", create=True)
    other.append(draft(1))
    monkeypatch.setattr(backups, "copy_synced", lambda source, target: copy(other.path, target))

    with pytest.raises(LogUnavailableError) as refused:
        make_backup(log, tmp_path / "b", NOW)

    assert refused.value.reason == "backup_differs"
    assert list((tmp_path / "b").iterdir()) == []


def test_a_backup_that_cannot_be_made_is_said(path: Path, tmp_path: Path) -> None:
    log = sqlite_log(path, 1)
    (tmp_path / "file").touch()

    with pytest.raises(LogUnavailableError) as refused:
        make_backup(log, tmp_path / "file", NOW)

    assert refused.value.reason == "backup_failed"


# --- which may go: worked by hand with a calendar


def test_all_of_two_days_stay() -> None:
    moments = [
        "2026-11-25 14:29",
        "2026-11-25 08:00",
        "2026-11-25 07:59",
        "2026-11-24 23:00",
        "2026-11-23 14:30",
    ]

    assert superseded([Path(named(each)) for each in moments], NOW) == []


@pytest.mark.parametrize(("seconds", "goes"), [(0, False), (1, True)])
def test_one_of_just_two_days_stays_beside_a_later_one_of_its_day(seconds: int, goes: bool) -> None:
    older, later = Path(named("2026-11-23 14:30")), Path(named("2026-11-23 14:31"))

    assert superseded([later, older], NOW + timedelta(seconds=seconds)) == ([older] if goes else [])


def test_of_a_day_before_that_the_last_stays() -> None:
    moments = [
        "2026-11-25 08:00",
        "2026-11-23 14:29",
        "2026-11-23 09:00",
        "2026-11-22 12:00",
        "2026-11-22 11:00",
    ]

    gone = superseded([Path(named(each)) for each in moments], NOW)

    assert [path.name for path in gone] == [named("2026-11-23 09:00"), named("2026-11-22 11:00")]


def test_one_a_day_for_four_hundred_days() -> None:
    """A backup at noon of each day from 22 Oct 2025 to 25 Nov 2026 (400 days).

    Of 12 days: 14 to 25 Nov. Of 10 weeks, the last of each, Sundays but for the week that runs: Wed 25, Sun 22, 15,
    8, 1 Nov, 25, 18, 11, 4 Oct, 27 Sep. Of 9 months, the last of each: 25 Nov, 31 Oct, 30 Sep, 31 Aug, 31 Jul,
    30 Jun, 31 May, 30 Apr, 31 Mar.
    """
    noon = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    days = [noon - timedelta(days=back) for back in range(400)]
    paths = [Path(named(f"{day:%Y-%m-%d %H:%M}")) for day in days]

    gone = set(superseded(paths, NOW))

    kept = [f"{day:%m-%d}" for day, path in zip(days, paths, strict=True) if path not in gone]
    of_days = [f"11-{day}" for day in range(25, 13, -1)]
    of_weeks = ["11-08", "11-01", "10-25", "10-18", "10-11", "10-04", "09-27"]  # those not yet among the days
    of_months = ["10-31", "09-30", "08-31", "07-31", "06-30", "05-31", "04-30", "03-31"]
    assert sorted(kept) == sorted({*of_days, *of_weeks, *of_months})
    assert days[len(days) - 1].date().isoformat() == "2025-10-22"


def test_a_week_over_the_end_of_a_year_is_one_week() -> None:
    """Mon 28 Dec 2026 to Sun 3 Jan 2027 is one week: of 31 Dec and 3 Jan the later one stays.

    Five days of one week in October 2027 and one of each month from September back to March are the 12 days, and 8
    weeks and months; with 3 Jan come the 9th week and the 9th month. For 31 Dec no day and no month is left, and its
    week has its backup.
    """
    october = [f"2027-10-{day:02} 12:00" for day in (8, 7, 6, 5, 4)]
    before = [f"2027-{month:02}-15 12:00" for month in range(9, 2, -1)]
    now = datetime(2027, 10, 8, 13, 0, tzinfo=UTC)

    gone = superseded(
        [Path(named(each)) for each in [*october, *before, "2027-01-03 12:00", "2026-12-31 12:00"]], now
    )

    assert gone == [Path(named("2026-12-31 12:00"))]


def test_a_backup_of_the_future_stays() -> None:
    assert superseded([Path(named("2027-03-01 12:00")), Path(named("2026-11-25 12:00"))], NOW) == []


def test_a_few_old_backups_all_stay() -> None:
    """Each the only one of its day: the rule counts backups, not days that passed since."""
    moments = ["2024-01-01 12:00", "2024-05-05 12:00", "2025-02-03 12:00"]

    assert superseded([Path(named(each)) for each in moments], NOW) == []


# --- thinning


def folder_with(path: Path, folder: Path, moments: list[str]) -> SqliteLog:
    log = sqlite_log(path, 3)
    for moment in moments:
        made = make_backup(log, folder, NOW)
        made.rename(folder / named(moment))
    return log


MOMENTS = ["2026-11-25 12:00", "2026-11-20 12:00", "2026-11-20 11:00"]


def test_what_is_superseded_is_removed_and_nothing_else(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "b"
    folder_with(path, folder, MOMENTS)
    (folder / "itbcalc-log-notes.backup").touch()
    (folder / "mine.txt").touch()

    gone = thin_out(folder, NOW)

    assert [each.name for each in gone] == [named("2026-11-20 11:00")]
    assert [each.name for each in backups_in(folder)] == [
        named("2026-11-25 12:00"),
        named("2026-11-20 12:00"),
    ]
    assert (folder / "itbcalc-log-notes.backup").exists()
    assert (folder / "mine.txt").exists()


@pytest.mark.parametrize("fault", ["damaged", "cut off", "empty", "no log"])
def test_nothing_is_removed_while_the_newest_does_not_verify(fault: str, path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "b"
    folder_with(path, folder, MOMENTS)
    newest = folder / named("2026-11-25 12:00")
    if fault == "damaged":
        damage(newest)
    else:
        whole = newest.read_bytes()
        newest.write_bytes({"cut off": whole[:-4096], "empty": b"", "no log": b"x" * 9000}[fault])

    assert thin_out(folder, NOW) == []
    assert len(backups_in(folder)) == 3


def other_log(path: Path, log_id: str = "f" * 32) -> SqliteLog:
    log = SqliteLog(path, create=True, log_id=log_id)
    log.append(draft(1))
    return log


def backups_of(log: SqliteLog, folder: Path, *names: str) -> None:
    for name in names:
        make_backup(log, folder, NOW).rename(folder / name)


def test_the_backups_of_each_log_are_thinned_by_themselves(path: Path, tmp_path: Path) -> None:
    """Of two logs on the same two days: of each the last of the earlier day stays, though the other's is later."""
    folder, other = tmp_path / "b", other_log(tmp_path / "other")
    folder_with(path, folder, MOMENTS)
    backups_of(other, folder, *(named(f"{moment[:-2]}30", "f" * 8) for moment in MOMENTS))

    gone = thin_out(folder, NOW)

    assert sorted(each.name for each in gone) == [
        named("2026-11-20 11:00"),
        named("2026-11-20 11:30", "f" * 8),
    ]
    assert [each.name for each in backups_in(folder, "f" * 32)] == [
        named("2026-11-25 12:30", "f" * 8),
        named("2026-11-20 12:30", "f" * 8),
    ]


def test_a_log_whose_newest_backup_is_damaged_does_not_keep_those_of_another(
    path: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "b"
    folder_with(path, folder, MOMENTS)
    damage(folder / named("2026-11-25 12:00"))
    backups_of(other_log(tmp_path / "other"), folder, *(named(moment, "f" * 8) for moment in MOMENTS))

    assert [each.name for each in thin_out(folder, NOW)] == [named("2026-11-20 11:00", "f" * 8)]


def test_backups_with_an_old_name_are_listed_and_thinned_with_those_of_their_log(
    path: Path, tmp_path: Path
) -> None:
    folder, log = tmp_path / "b", sqlite_log(path, 3)
    old, older = named("2026-11-20 11:00", ""), named("2026-11-20 10:00", "")
    backups_of(log, folder, named("2026-11-25 12:00"), old, older)
    (folder / named("2026-11-20 09:00", "")).write_bytes(b"unreadable")

    assert [each.name for each in backups_in(folder)][1:3] == [old, older]
    assert [each.name for each in backups_in(folder, LOG_ID)] == [named("2026-11-25 12:00"), old, older]
    assert [each.name for each in thin_out(folder, NOW)] == [older]
    assert (folder / named("2026-11-20 09:00", "")).exists()  # of what log it is nobody knows
    assert restore(folder / old, tmp_path / "again", NOW) is None
    assert written_in(tmp_path / "again") == contents(3)


def test_two_logs_backed_up_in_one_second_have_a_backup_each(path: Path, tmp_path: Path) -> None:
    first = make_backup(sqlite_log(path, 3), tmp_path / "b", NOW)
    second = make_backup(other_log(tmp_path / "other"), tmp_path / "b", NOW)

    assert len(written_in(first)) == 3
    assert len(written_in(second)) == 1


def test_the_newest_backup_comes_first_whatever_its_log(tmp_path: Path) -> None:
    names = [
        named("2026-11-25 12:00", "a" * 8),
        named("2026-11-24 12:00", "f" * 8),
        named("2026-11-23 12:00", ""),
        named("2026-11-22 12:00", "0" * 8),
    ]
    for name in names:
        (tmp_path / name).touch()

    assert [path.name for path in backups_in(tmp_path)] == names


def test_an_empty_folder_is_thin_enough(tmp_path: Path) -> None:
    assert thin_out(tmp_path, NOW) == []


# --- putting one back


def test_a_comparison_says_where_both_end_and_where_they_part(path: Path, tmp_path: Path) -> None:
    log = sqlite_log(path, 5)
    made = make_backup(log, tmp_path / "b", NOW)
    log.append(draft(6))
    other = sqlite_log(tmp_path / "other", 3)
    other.append(draft(4, author="somebody else"))

    same_line = compare(log, made)
    parted = compare(other, made)
    alone = compare(None, made)

    assert same_line.log is not None
    assert (same_line.log.count, same_line.backup.count, same_line.parts_after) == (6, 5, 0)
    assert parted.parts_after == 4
    assert (alone.log, alone.backup.count) == (None, 5)


def test_a_damaged_backup_is_neither_compared_nor_put_back(path: Path, tmp_path: Path) -> None:
    log = sqlite_log(path, 5)
    made = make_backup(log, tmp_path / "b", NOW)
    damage(made)
    before = path.read_bytes()

    for work in (lambda: compare(log, made), lambda: restore(made, path, NOW)):
        with pytest.raises(LogDamagedError):
            work()

    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["b", path.name]


def test_what_stood_in_the_place_is_set_aside(path: Path, tmp_path: Path) -> None:
    log = sqlite_log(path, 3)
    made = make_backup(log, tmp_path / "b", NOW)
    damage(path)
    damaged = path.read_bytes()

    aside = restore(made, path, NOW)

    assert aside == tmp_path / f"{path.name}.aside-20261125T143000Z"
    assert aside.read_bytes() == damaged
    assert written_in(path) == contents(3)
    assert SqliteLog(path).append(draft(4)).seq == 4
    assert sorted(each.name for each in tmp_path.iterdir()) == ["b", path.name, aside.name]


def test_two_put_back_in_one_second_set_two_aside(path: Path, tmp_path: Path) -> None:
    log = sqlite_log(path, 3)
    made = make_backup(log, tmp_path / "b", NOW)
    log.append(draft(4))

    first = restore(made, path, NOW)
    second = restore(made, path, NOW)

    assert first is not None
    assert second is not None
    assert second.name == f"{first.name}-2"
    assert (len(written_in(first)), len(written_in(second))) == (4, 3)


def test_where_nothing_stood_nothing_is_set_aside(path: Path, tmp_path: Path) -> None:
    made = make_backup(sqlite_log(path, 3), tmp_path / "b", NOW)

    assert restore(made, tmp_path / "new" / "log", NOW) is None
    assert written_in(tmp_path / "new" / "log") == contents(3)


def test_a_journal_left_behind_does_not_undo_the_log_put_back(path: Path, tmp_path: Path) -> None:
    """A process died while it wrote: beside the damaged file lies the journal that would undo its last step."""
    log = sqlite_log(path, 3)
    made = make_backup(log, tmp_path / "b", NOW)
    journal = path.with_name(f"{path.name}-journal")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("PRAGMA cache_spill = 1")
        connection.execute("BEGIN IMMEDIATE")
        for number in range(4, 300):
            connection.execute(
                "INSERT INTO entry VALUES (?, ?, 'P', 'k', 't', 'h', zeroblob(3000))",
                (number, f"id {number}"),
            )
        hot, torn = journal.read_bytes(), path.read_bytes()
    path.write_bytes(torn)
    journal.write_bytes(hot)
    assert len(hot) > 512

    aside = restore(made, path, NOW)

    assert aside is not None
    assert not journal.exists()
    assert aside.with_name(f"{aside.name}-journal").read_bytes() == hot
    assert written_in(path) == contents(3)
    assert written_in(aside) == contents(3)  # and what was set aside can still be rolled back by SQLite


def test_the_stand_alone_verifier_verifies_what_was_finished_before_a_writer_was_interrupted(
    path: Path, tmp_path: Path
) -> None:
    sqlite_log(path, 3).close()
    journal = path.with_name(f"{path.name}-journal")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        for number in range(4, 300):
            connection.execute(
                "INSERT INTO entry VALUES (?, ?, 'P', 'k', 't', 'h', zeroblob(3000))",
                (number, f"id {number}"),
            )
        hot, torn = journal.read_bytes(), path.read_bytes()
    path.write_bytes(torn)
    journal.write_bytes(hot)

    status, said = stand_alone_says(path)

    assert status == 0
    assert "what it had not finished is left out" in said
    assert "whole: 3 entries" in said
    assert (path.read_bytes(), journal.read_bytes()) == (torn, hot)


def test_a_log_that_is_a_link_is_put_back_where_it_leads(path: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere" / "clinic.itblog"
    real.parent.mkdir()
    made = make_backup(sqlite_log(real, 3), tmp_path / "b", NOW)
    SqliteLog(real).append(draft(4))
    path.symlink_to(real)

    aside = restore(made, path, NOW)

    assert path.is_symlink()
    assert path.resolve() == real
    assert written_in(real) == written_in(path) == contents(3)
    assert aside is not None
    assert (aside.parent, written_in(aside)) == (real.parent, contents(4))


def test_a_folder_in_the_place_of_the_log_is_set_aside(path: Path, tmp_path: Path) -> None:
    made = make_backup(sqlite_log(tmp_path / "other", 3), tmp_path / "b", NOW)
    path.mkdir()
    (path / "note").touch()

    aside = restore(made, path, NOW)

    assert aside is not None
    assert (aside / "note").exists()
    assert written_in(path) == contents(3)


def test_a_backup_that_cannot_be_put_back_changes_nothing(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = sqlite_log(path, 3)
    made = make_backup(log, tmp_path / "b", NOW)
    log.append(draft(4))
    before = path.read_bytes()

    def full(source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backups, "copy_synced", full)
    with pytest.raises(LogUnavailableError) as refused:
        restore(made, path, NOW)

    assert refused.value.reason == "not_put_back"
    assert path.read_bytes() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["b", path.name]
