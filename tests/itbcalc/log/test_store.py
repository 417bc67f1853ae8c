"""How a log is begun and opened, what it is said to be where it cannot be, and how much of it is given at a time."""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from itbcalc.errors import LogUnavailableError
from itbcalc.log import store
from itbcalc.log.entries import Head, entry_of
from itbcalc.log.store import MemoryLog, SqliteLog, TitrationLog, make_log
from tests.itbcalc.log.logs import LOG_ID, contents, draft

LARGEST_NUMBER = 2**63 - 1  # that SQLite keeps, https://sqlite.org/datatype3.html


def reason_of(path: Path, *, create: bool = False) -> str:
    """Why the log cannot be opened; empty where it can be."""
    try:
        SqliteLog(path, create=create)
    except LogUnavailableError as error:
        return error.reason
    return ""


def in_memory(patients: int) -> TitrationLog:
    log = MemoryLog(LOG_ID)
    for number in range(1, patients + 1):
        log.append(draft(number, patient=f"P-{number:03}"))
    return log


def in_file(path: Path, patients: int) -> TitrationLog:
    make_log(path, LOG_ID, in_memory(patients).written())
    return SqliteLog(path)


@pytest.mark.parametrize("kept", ["memory", "file"])
def test_of_many_patients_the_last_two_hundred_are_given_unless_more_are_asked_for(
    kept: str, path: Path
) -> None:
    log = in_memory(203) if kept == "memory" else in_file(path, 203)

    assert [each.patient for each in log.patients()] == [f"P-{number:03}" for number in range(203, 3, -1)]
    assert len(log.patients(limit=202)) == 202
    assert [(each.patient, each.entries, each.last_seq) for each in log.patients("p-20", limit=2)] == [
        ("P-203", 1, 203),
        ("P-202", 1, 202),
    ]


@pytest.mark.parametrize("kept", ["memory", "file"])
def test_an_entry_is_found_by_its_number_and_no_other_number_is_one(kept: str, path: Path) -> None:
    log = in_memory(3) if kept == "memory" else in_file(path, 3)

    found = [log.at(number) for number in (1, 2, 3)]
    assert [entry.seq for entry in found if entry is not None] == [1, 2, 3]
    assert [log.at(number) for number in (-1, 0, 4, LARGEST_NUMBER, LARGEST_NUMBER + 1)] == [None] * 5
    assert [len(list(log.written(start=start))) for start in (1, 2, 3, 4)] == [3, 2, 1, 0]


@pytest.mark.parametrize("kept", ["memory", "file"])
def test_the_latest_entries_are_given_from_the_newest_on(kept: str, path: Path) -> None:
    log = in_memory(5) if kept == "memory" else in_file(path, 5)

    assert [entry.seq for entry in log.latest(3)] == [5, 4, 3]
    assert [entry.seq for entry in log.latest(9, before=3)] == [2, 1]
    assert [entry.seq for entry in log.latest(9, patient="P-002")] == [2]
    assert log.latest(9, patient="P-002", before=2) == []


def test_a_log_can_be_written_unless_it_or_its_folder_may_not(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_log(path, LOG_ID, contents(1))
    log, asked = SqliteLog(path), os.access

    assert not MemoryLog(LOG_ID).read_only
    assert not log.read_only
    for refused in (path, path.parent):

        def may(where: Path, *args: int, refused: Path = refused, **given: bool) -> bool:
            return where != refused and asked(where, *args, **given)

        monkeypatch.setattr("os.access", may)
        assert log.read_only


def test_whoever_waits_for_a_log_to_be_verified_is_asked_and_can_stop_it(path: Path) -> None:
    log, told = in_file(path, 600), list[int]()

    def asked(count: int) -> bool:
        told.append(count)
        return True

    assert log.verify(asked).whole
    assert told[0] == 500
    assert log.verify(lambda _: False).stopped
    assert log.verify().whole


def test_while_the_indexes_are_looked_through_it_can_be_stopped_too(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = in_file(path, 20)  # too few entries to be asked before
    monkeypatch.setattr(store, "_STEPS_BETWEEN", 1)

    stopped = log.verify(lambda _: False)

    assert (stopped.stopped, stopped.whole, stopped.head.count) == (True, False, 20)
    assert log.verify(lambda _: True).whole
    assert log.verify().whole


def test_a_log_has_an_id_of_its_own(tmp_path: Path) -> None:
    ids = [
        MemoryLog().log_id,
        MemoryLog().log_id,
        *(SqliteLog(tmp_path / name, create=True).log_id for name in "ab"),
    ]

    assert len(set(ids)) == 4
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in ids)  # as docs/log-format.md says


def test_a_log_that_is_gone_is_not_begun_anew_beside_its_backups(tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    path = tmp_path / "titration.itblog"
    assert reason_of(path, create=True) == ""
    path.unlink()
    (tmp_path / "backups" / "one.backup").touch()

    assert reason_of(path, create=True) == "vanished"
    assert not path.exists()
    assert reason_of(tmp_path / "another.itblog", create=True) == ""  # it has no backups there


def test_what_is_no_log_is_said_in_its_own_words(tmp_path: Path) -> None:
    path = tmp_path / "titration.itblog"
    assert reason_of(path) == "missing"
    path.touch()
    assert reason_of(path) == reason_of(path, create=True) == "empty"
    path.write_bytes(b"some text, and longer than the head of a file of SQLite: " * 3)
    assert reason_of(path) == "not_a_log"
    path.unlink()
    path.mkdir()
    assert reason_of(path) == "cannot_open"
    path.rmdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE entry (seq INTEGER)")
    assert reason_of(path) == "not_a_log"


def test_a_log_that_goes_while_it_is_open_is_said_to_be_missing(path: Path) -> None:
    make_log(path, LOG_ID, contents(1))
    log = SqliteLog(path)
    path.unlink()

    for work in (log.head, lambda: log.append(draft(2)), log.verify):
        with pytest.raises(LogUnavailableError) as refused:
            work()
        assert refused.value.reason == "missing"
    assert not path.exists()

    path.mkdir()
    with pytest.raises(LogUnavailableError) as refused:
        log.head()
    assert refused.value.reason == "cannot_open"


def test_no_log_is_made_where_something_stands_or_nothing_can(tmp_path: Path) -> None:
    path = tmp_path / "titration.itblog"
    make_log(path, LOG_ID, contents(1))
    before = path.read_bytes()

    with pytest.raises(LogUnavailableError) as refused:
        make_log(path)
    assert (refused.value.reason, path.read_bytes()) == ("exists", before)
    with pytest.raises(LogUnavailableError):
        make_log(path / "in a file" / "titration.itblog")
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_an_append_looks_at_the_entry_before_and_the_verifying_at_all(path: Path) -> None:
    """A long log would take long; an earlier entry that was changed is found when it is verified."""
    make_log(path, LOG_ID, contents(3))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        ((kept,),) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'entry_update'"
        ).fetchall()
        connection.execute("DROP TRIGGER entry_update")
        connection.execute("UPDATE entry SET patient = 'P-9' WHERE seq = 1")
        connection.execute(kept)
    log = SqliteLog(path)

    assert log.append(draft(4)).seq == 4
    damage = log.verify().damage
    assert damage is not None
    assert (damage.first_bad_entry, damage.what) == (1, "its column patient is not what the entry holds")


def test_entries_follow_one_another_in_a_log_that_is_held_and_in_one_that_is_opened_anew(path: Path) -> None:
    """Held, the entry before is known from its writing; another workstation's is not."""
    held, other = SqliteLog(path, create=True, log_id=LOG_ID), SqliteLog(path)
    written = [log.append(draft(number)) for number, log in enumerate((held, held, other, held), start=1)]

    expected, head = [], Head(LOG_ID, 0, "0" * 64)
    for number in range(1, 5):
        entry = entry_of(draft(number), head)
        head = Head(LOG_ID, number, entry.hash, str(entry.content["recorded_at"]))
        expected.append(entry.written)
    assert [entry.written for entry in written] == list(held.written()) == expected
    assert held.verify().whole
