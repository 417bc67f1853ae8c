"""The file of SQLite: what it refuses from whatever program, how it is set, and what is never put in its place."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from itbcalc.errors import LogDamagedError, LogUnavailableError
from itbcalc.log import sqlite_file, store
from itbcalc.log.sqlite_file import STATEMENTS, TRIGGERS
from itbcalc.log.store import SqliteLog, make_log
from tests.itbcalc.log.logs import LOG_ID, contents, draft, entry_id, filled, sqlite_log


@pytest.fixture
def stranger(path: Path) -> Iterator[sqlite3.Connection]:
    """Another program's plain connection to a log of five entries."""
    sqlite_log(path, 5).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


ROW = "patient, kind, recorded_at, hash, bytes FROM entry WHERE seq = 5"
REFUSED = {
    "update": "UPDATE entry SET patient = 'P-X' WHERE seq = 3",
    "update to the same": "UPDATE entry SET patient = patient",
    "delete": "DELETE FROM entry WHERE seq = 3",
    "delete the last": "DELETE FROM entry WHERE seq = 5",
    "delete all": "DELETE FROM entry",
    "replace": f"INSERT OR REPLACE INTO entry SELECT 5, entry_id, {ROW}",
    "replace by the id": f"INSERT OR REPLACE INTO entry SELECT 6, entry_id, {ROW}",
    "replace statement": f"REPLACE INTO entry SELECT 3, 'new', {ROW}",
    "update or replace": "UPDATE OR REPLACE entry SET seq = 3 WHERE seq = 4",
    "upsert": f"INSERT INTO entry SELECT 5, entry_id, {ROW} ON CONFLICT DO UPDATE SET patient = 'P-X'",
    "a gap": f"INSERT INTO entry SELECT 7, 'new', {ROW}",
    "a number again": f"INSERT INTO entry SELECT 5, 'new', {ROW}",
    "a number before the first": f"INSERT INTO entry SELECT 0, 'new', {ROW}",
    "no number": f"INSERT INTO entry SELECT NULL, 'new', {ROW}",
    "an id again": f"INSERT INTO entry SELECT 6, entry_id, {ROW}",
    "an id again, or ignored": f"INSERT OR ABORT INTO entry SELECT 6, entry_id, {ROW}",
    "the id of the log": "UPDATE log SET log_id = 'other'",
    "the id of the log taken out": "DELETE FROM log",
    "a second id of the log": "INSERT INTO log VALUES (2, 'other')",
    "the id of the log replaced": "INSERT OR REPLACE INTO log VALUES (1, 'other')",
}


@pytest.mark.parametrize("recursive", ["OFF", "ON"])
@pytest.mark.parametrize("statement", REFUSED)
def test_the_file_refuses_to_be_rewritten_by_another_program(
    statement: str, recursive: str, stranger: sqlite3.Connection, path: Path
) -> None:
    stranger.execute(f"PRAGMA recursive_triggers = {recursive}")

    with pytest.raises(sqlite3.IntegrityError, match=r"append only|not the next entry"):
        stranger.execute(REFUSED[statement])

    log = SqliteLog(path)
    assert list(log.written()) == contents(5)
    assert log.verify().whole


def test_the_next_entry_is_what_the_file_admits(stranger: sqlite3.Connection) -> None:
    stranger.execute(f"INSERT INTO entry SELECT 6, 'new', {ROW}")

    assert stranger.execute("SELECT count(*) FROM entry").fetchone() == (6,)


def test_types_are_strict(stranger: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="cannot store"):
        stranger.execute("INSERT INTO entry VALUES (6, 'new', 'P', 'k', 't', 'h', 'text for bytes')")


def test_a_file_says_what_it_is(stranger: sqlite3.Connection, path: Path) -> None:
    assert path.read_bytes()[68:72] == b"ITBL"  # where SQLite keeps the application id
    assert stranger.execute("PRAGMA user_version").fetchone() == (1,)
    assert stranger.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    columns = [row[1] for row in stranger.execute("PRAGMA table_info(entry)")]
    assert columns == ["seq", "entry_id", "patient", "kind", "recorded_at", "hash", "bytes"]


READING = {"cell_size_check": 1, "trusted_schema": 0, "mmap_size": 0, "busy_timeout": 5000}
WRITING = {
    **READING,
    "journal_mode": "delete",
    "synchronous": 3,
    "foreign_keys": 1,
    "recursive_triggers": 1,
}


def test_every_connection_is_set_as_it_must_be(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What writes, to last; what only reads, not to be harmed by a damaged file."""
    log, connect = sqlite_log(path), sqlite3.connect
    closed: list[dict[str, object]] = []

    class Connection(sqlite3.Connection):
        def close(self) -> None:
            closed.append({name: self.execute(f"PRAGMA {name}").fetchone()[0] for name in WRITING})
            super().close()

    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **{"factory": Connection, **k}))

    for number in (1, 2):
        log.append(draft(number))
    writing, *_ = closed
    read_back = closed[1]
    log.head()
    list(log.entries())

    assert len(closed) == 6
    assert writing == closed[2] == WRITING
    for reading in (read_back, *closed[3:]):
        assert {name: reading[name] for name in READING} == READING


def test_a_setting_that_does_not_take_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = sqlite_log(path, 1)
    monkeypatch.setattr(
        store, "SETTINGS", (*store.SETTINGS, ("page_size", "512", 512))
    )  # that of a log is fixed

    with pytest.raises(LogUnavailableError) as refused:
        log.append(draft(2))

    assert refused.value.reason == "settings_did_not_take"
    monkeypatch.undo()
    assert log.head().count == 1


def test_a_log_of_another_journal_mode_is_set_back(path: Path) -> None:
    sqlite_log(path, 2).close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)

    log = SqliteLog(path)
    log.append(draft(3))

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    assert log.verify().whole


@pytest.mark.parametrize(
    "query",
    ["of_patient", "latest", "latest_of_patient", "patients", "seen", "with_id", "at", "last"],
)
def test_what_is_looked_up_is_found_without_reading_all_entries(query: str, path: Path) -> None:
    sqlite_log(path, 3).close()
    values = {"patient": "P-1", "before": 9, "count": 2, "value": 1}

    with closing(sqlite3.connect(path)) as connection:
        plan = [
            row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {getattr(STATEMENTS, query)}", values)
        ]

    scanned = [step for step in plan if step.startswith("SCAN entry")]
    assert plan
    assert scanned == (["SCAN entry"] if query == "last" else [])  # from the end, and only one
    assert not any("TEMP B-TREE" in step for step in plan)


# --- making one


def test_a_log_is_made_whole_or_not_at_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    triggers = (*sqlite_file.TRIGGERS, "CREATE TRIGGER broken")
    monkeypatch.setattr(sqlite_file, "TRIGGERS", triggers)

    with pytest.raises(LogUnavailableError):
        SqliteLog(path, create=True)

    assert list(path.parent.iterdir()) == []


def test_a_new_log_leaves_nothing_beside_it(path: Path) -> None:
    sqlite_log(path, 3).close()

    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_log_is_opened_again_with_its_id_and_entries(path: Path) -> None:
    sqlite_log(path, 3).close()

    again = SqliteLog(path, create=True, log_id="f" * 32)

    assert again.head().log_id == LOG_ID
    assert again.append(draft(4)).seq == 4


def test_each_log_has_an_id_of_its_own(tmp_path: Path) -> None:
    ids = {SqliteLog(tmp_path / name, create=True).head().log_id for name in ("a", "b", "c")}

    assert len(ids) == 3
    assert all(len(each) == 32 and int(each, 16) >= 0 for each in ids)


def test_a_log_is_not_made_over_a_file(path: Path) -> None:
    path.write_bytes(b"somebody's")

    with pytest.raises(LogUnavailableError) as refused:
        make_log(path)

    assert refused.value.reason == "exists"
    assert path.read_bytes() == b"somebody's"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["with ? mark", "with # and %20", "ü (2).itblog", " blanks "])
def test_any_file_name_will_do(name: str, tmp_path: Path) -> None:
    log = sqlite_log(tmp_path / name, 2)

    assert [each.name for each in tmp_path.iterdir()] == [name]
    assert log.verify().head.count == 2


# --- what is not a log, or not one any more


@pytest.mark.parametrize("create", [False, True])
def test_an_empty_file_is_left_as_it_is(path: Path, *, create: bool) -> None:
    path.touch()

    with pytest.raises(LogUnavailableError) as refused:
        SqliteLog(path, create=create)

    assert refused.value.reason == "empty"
    assert path.stat().st_size == 0


def test_a_missing_log_is_not_made_by_reading(path: Path) -> None:
    with pytest.raises(LogUnavailableError) as refused:
        SqliteLog(path)

    assert refused.value.reason == "missing"
    assert not path.exists()


def test_a_log_taken_away_while_it_is_open_is_missed_and_not_made_anew(path: Path) -> None:
    log = sqlite_log(path, 2)
    path.rename(path.with_name("elsewhere"))

    for work in (log.head, lambda: log.append(draft(3))):
        with pytest.raises(LogUnavailableError) as refused:
            work()
        assert refused.value.reason == "missing"

    assert not path.exists()


def test_another_log_put_in_its_place_is_not_written_to(path: Path, tmp_path: Path) -> None:
    log = sqlite_log(path, 2)
    other = SqliteLog(tmp_path / "other", create=True, log_id="f" * 32)
    filled(other, 4)
    (tmp_path / "other").replace(path)

    with pytest.raises(LogUnavailableError) as refused:
        log.append(draft(9))

    assert refused.value.reason == "replaced"
    found = SqliteLog(path).verify()
    assert found.whole
    assert (found.head.log_id, found.head.count) == ("f" * 32, 4)


def test_nothing_is_written_behind_a_last_entry_that_was_changed(path: Path) -> None:
    log = sqlite_log(path, 3)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entry_update")
        connection.execute("UPDATE entry SET hash = ? WHERE seq = 3", ("0" * 64,))
        connection.execute(TRIGGERS[0])  # put back, as whoever did it would

    with pytest.raises(LogDamagedError) as damaged:
        log.append(draft(4))

    assert damaged.value.first_bad_entry == 3
    assert log.find(entry_id(4)) is None


@pytest.mark.parametrize("change", ["DROP TABLE entry", "DELETE FROM log"])
def test_without_its_tables_or_its_id_a_log_is_damaged_from_the_first_entry_on(
    change: str, path: Path
) -> None:
    sqlite_log(path, 3).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(change)

    with pytest.raises(LogDamagedError) as damaged:
        SqliteLog(path)

    assert damaged.value.first_bad_entry == 1


@pytest.mark.parametrize("content", ["{}", "[]", '{"seq":2}', '{"seq":"2"}'])
def test_a_row_that_is_no_entry_is_said_to_be_damaged(content: str, path: Path) -> None:
    log = sqlite_log(path, 3)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entry_update")
        connection.execute("UPDATE entry SET bytes = ? WHERE seq = 2", (content.encode(),))

    for work in (lambda: list(log.entries()), lambda: log.find(entry_id(2)), lambda: log.at(2)):
        with pytest.raises(LogDamagedError) as damaged:
            work()
        assert damaged.value.first_bad_entry == 2


def test_what_a_log_is_begun_with_is_looked_at_before_there_is_one(path: Path) -> None:
    with pytest.raises(LogDamagedError) as damage:
        make_log(path, LOG_ID, [*contents(1), b"{}"])

    assert damage.value.first_bad_entry == 2
    assert list(path.parent.glob("*itblog*")) == []
