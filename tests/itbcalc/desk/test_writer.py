"""The window's own writer, with the log removed, replaced and locked under it: what it says was saved is there."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from itbcalc.desk import writer as writing
from itbcalc.desk.writer import LogWriter
from itbcalc.errors import LogError, LogUnavailableError
from itbcalc.log import sqlite_file
from itbcalc.log.store import SqliteLog
from itbcalc.log.waiting import Waits
from itbcalc.quantities.instants import read_instant
from itbcalc.say import refusal_words
from itbcalc.visits.recording import Signature
from tests.itbcalc.log.logs import sqlite_log

NURSE = Signature("A. Nurse")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log of two entries."""
    where = tmp_path / "titration.itblog"
    sqlite_log(where, 2).close()
    return where


@pytest.fixture
def writer(path: Path) -> LogWriter:
    """A window that has written into it once: three entries."""
    made = LogWriter(path, lambda: datetime.now(UTC))
    write(made)
    return made


def write(writer: LogWriter) -> object:
    return writer.operator_changed({}, NURSE)


def count(path: Path) -> int:
    with closing(SqliteLog(path)) as log:
        assert log.verify().whole
        return log.head().count


def removed(path: Path) -> None:
    path.unlink()


def moved(path: Path) -> None:
    path.rename(path.with_name("elsewhere.itblog"))


def replaced(path: Path) -> None:
    other = path.with_name("other.itblog")
    SqliteLog(other, create=True).close()
    other.replace(path)


def older(path: Path) -> None:
    """The same log, as it was before the last entry."""
    other = path.with_name("older.itblog")
    sqlite_log(other, 2).close()
    other.replace(path)


@pytest.mark.parametrize("happens", [removed, moved, replaced, older])
def test_what_happens_to_the_log_in_the_midst_of_writing_is_never_taken_for_saved(
    happens: Callable[[Path], None], writer: LogWriter, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def guarded(_draft: object, _guard: object = None) -> Callable[[object], None]:
        return lambda _log: happens(path)  # when the transaction has begun

    with monkeypatch.context() as once:
        once.setattr(writing, "own_name", guarded)
        with pytest.raises(LogError) as refused:
            write(writer)

    assert "saved" not in refusal_words(refused.value).lower()


@pytest.mark.parametrize(
    ("happens", "words"), [(removed, "there is no log at"), (replaced, "another log lies at")]
)
def test_what_happened_between_two_entries_is_said_and_nothing_is_begun_anew(
    happens: Callable[[Path], None], words: str, writer: LogWriter, path: Path
) -> None:
    happens(path)

    with pytest.raises(LogUnavailableError) as refused:
        write(writer)

    said = refusal_words(refused.value)
    assert words in said or "a log was begun here before, and it is gone" in said
    assert not path.exists() or count(path) == 0


def test_a_log_that_stays_locked_is_said_and_written_when_it_is_free(
    writer: LogWriter, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_file, "BUSY_MS", 50)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LogUnavailableError) as refused:
            write(writer)
        other.execute("ROLLBACK")

    assert "being written by another window" in refusal_words(refused.value)
    assert count(path) == 3
    write(writer)
    assert count(path) == 4


# --- what tells of an earlier entry


@pytest.fixture
def unreached(tmp_path: Path) -> LogWriter:
    """A window whose log is on a server that cannot be reached."""
    path = tmp_path / "titration.itbserver"
    path.write_text('[server]\nhost = "/nowhere"\ndatabase = "d"\nuser = "u"\n', "utf-8")
    step = sqlite_log(tmp_path / "read.itblog", 1).at(1)
    return LogWriter(path, lambda: datetime.now(UTC), {"shown": step}.get)


def test_what_is_told_of_a_step_that_was_read_before_waits(unreached: LogWriter) -> None:
    at = read_instant("2027-03-01 10:00", ZoneInfo("Europe/Berlin"), local_allowed=True)

    told = [
        unreached.read_back("shown", "running", "", NURSE),
        unreached.book_visit("P-0102", at, "", NURSE),
        unreached.end_followup("P-0103", "moved", None, "", NURSE),
    ]
    booked = told[1]
    assert isinstance(booked, Waits)
    told.append(unreached.cancel_visit(booked.draft.entry_id, "ill", NURSE))

    assert unreached.waiting() == told
    kinds = ["read_back_recorded", "visit_booked", "followup_ended", "visit_cancelled"]
    assert [each.draft.kind for each in unreached.waiting()] == kinds
    assert unreached.waiting()[-1].draft.body["of"] == booked.draft.entry_id


@pytest.mark.parametrize("entry_id", ["never read", ""])
def test_what_is_told_of_an_entry_that_was_never_read_is_refused(unreached: LogWriter, entry_id: str) -> None:
    with pytest.raises(LogUnavailableError, match="server_away"):
        unreached.read_back(entry_id, "running", "", NURSE)

    assert unreached.waiting() == []


def test_what_undoes_an_entry_does_not_wait(unreached: LogWriter) -> None:
    with pytest.raises(LogUnavailableError, match="server_away"):
        unreached.void("shown", "mistaken", NURSE)

    assert unreached.waiting() == []
