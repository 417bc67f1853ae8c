"""What is kept beside the entries for looking them up, and the file itself: changed, taken away, put in by somebody else."""

import re
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from itbcalc.errors import EntryAlreadyLoggedError, LogDamagedError, LogError, LogUnavailableError
from itbcalc.log import cipher
from itbcalc.log.backup import make_backup, restore
from itbcalc.log.encrypting import encrypt_log
from itbcalc.log.sqlite_file import TRIGGERS
from itbcalc.log.store import SqliteLog
from itbcalc.say import refusal_words
from tests.itbcalc.log.logs import draft, sqlite_log, stand_alone_says

NOW = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)


def words_of(error: pytest.ExceptionInfo[LogError]) -> str:
    return refusal_words(error.value)


@pytest.fixture
def log(path: Path) -> SqliteLog:
    """Six entries of P-1, P-2 and P-0 in turn."""
    return sqlite_log(path, 6)


def index_changed(path: Path) -> None:
    """In the index of patients, and nowhere else, P-2 becomes P-7: no trigger sees it."""
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'entry_of_patient'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(path.read_bytes())
    page = slice((root - 1) * size, root * size)
    changed = bytes(content[page]).replace(b"P-2", b"P-7")
    assert changed != bytes(content[page])
    content[page] = changed
    path.write_bytes(content)


def test_an_index_that_gives_entries_to_another_patient_is_found_by_both_programs(
    log: SqliteLog, path: Path
) -> None:
    index_changed(path)

    found = log.verify()
    assert not found.whole
    assert found.damage is not None
    assert found.damage.first_bad_entry in (2, 5)  # those of P-2
    status, words = stand_alone_says(path)
    assert (status, words.startswith("NOT WHOLE: entry")) == (1, True)
    with pytest.raises(LogError):
        make_backup(log, path.parent / "backups", NOW)


def test_no_entry_is_shown_under_another_patient(log: SqliteLog, path: Path) -> None:
    index_changed(path)

    for look in (lambda: list(log.entries("P-7")), lambda: log.latest(5, "P-7")):
        with pytest.raises(LogDamagedError) as refused:
            look()
        assert "another patient" in words_of(refused)


def test_looking_through_the_indexes_can_be_stopped(path: Path) -> None:
    told: list[int] = []

    with closing(
        sqlite_log(path, 450)
    ) as log:  # fewer than are followed between two questions along the chain
        stopped = log.verify(lambda count: bool(told.append(count)))
        assert log.verify(lambda _: True).whole

    assert told == [450]
    assert (stopped.stopped, stopped.whole, stopped.damage) == (True, False, None)


def test_a_log_without_its_guards_is_read_and_not_written(log: SqliteLog, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER entry_update")
    before = log.head()

    with pytest.raises(LogError) as refused:
        log.append(draft(7))

    assert "guards" in words_of(refused)
    assert log.head() == before
    assert len(list(log.entries("P-1"))) == 2


def test_a_weaker_guard_is_no_guard(log: SqliteLog, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TRIGGER entry_delete")
        connection.execute("CREATE TRIGGER entry_delete BEFORE DELETE ON entry BEGIN SELECT 1; END")

    with pytest.raises(LogError) as refused:
        log.append(draft(7))
    assert "guards" in words_of(refused)


def test_a_log_that_is_gone_is_not_begun_anew_beside_its_backups(log: SqliteLog, path: Path) -> None:
    make_backup(log, path.parent / "backups", NOW)
    path.rename(path.with_name("elsewhere"))

    with pytest.raises(LogError) as refused:
        SqliteLog(path, create=True)

    assert "put one back" in words_of(refused)
    assert not path.exists()


def test_log_and_backup_are_for_this_user_alone(log: SqliteLog, path: Path) -> None:
    backup = make_backup(log, path.parent / "backups", NOW)

    assert [stat.S_IMODE(each.stat().st_mode) for each in (path, backup)] == [0o600, 0o600]


def test_a_plain_backup_put_back_over_an_encrypted_log_is_encrypted(log: SqliteLog, path: Path) -> None:
    plain = make_backup(log, path.parent / "backups", NOW)
    try:
        encrypt_log(path, "correct horse battery", NOW)
        restore(plain, path, NOW)

        assert not path.read_bytes().startswith(b"SQLite format 3")
        with closing(SqliteLog(path)) as put_back:
            assert put_back.verify().whole
            assert put_back.head().count == 6
    finally:
        cipher.let_go()


def test_the_stand_alone_verifier_says_what_to_do_with_an_encrypted_log(log: SqliteLog, path: Path) -> None:
    try:
        encrypt_log(path, "correct horse battery", NOW)
    finally:
        cipher.let_go()

    status, words = stand_alone_says(path)

    assert status == 2
    assert re.search("encrypted log is exported first", words)


@pytest.mark.parametrize(
    "change",
    [
        "bytes = CAST(replace(CAST(bytes AS TEXT), 'A. Nurse', 'B. Nurse') AS BLOB)",
        "patient = 'P-2'",
        "hash = upper(hash)",
    ],
)
def test_what_was_written_last_is_looked_at_again_before_the_next_follows_it(path: Path, change: str) -> None:
    """By the one that wrote it too: somebody may have changed it between the two."""
    with closing(sqlite_log(path, 0)) as log:
        log.append(draft(1))
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("DROP TRIGGER entry_update")
            assert connection.execute(f"UPDATE entry SET {change}").rowcount == 1  # noqa: S608  # of this test
            connection.execute(next(each for each in TRIGGERS if "entry_update" in each))

        with pytest.raises(LogDamagedError):
            log.append(draft(2))

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM entry").fetchone() == (1,)


def test_what_the_file_refuses_for_another_reason_is_not_said_to_be_there_already(path: Path) -> None:
    with closing(sqlite_log(path, 1)) as log:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(
                "CREATE TRIGGER closed BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'closed'); END"
            )
        with pytest.raises(LogUnavailableError) as refused:
            log.append(draft(2))
        assert refused.value.reason == "refused"
        with pytest.raises(EntryAlreadyLoggedError):
            log.append(draft(1))
