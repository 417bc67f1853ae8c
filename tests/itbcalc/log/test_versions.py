"""Logs of other versions: a newer one is read and never written; an older one is brought here whole, or left as it was."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from itbcalc.errors import LogDamagedError, LogError, LogTooNewError, LogUnavailableError
from itbcalc.log import migrations as migrating
from itbcalc.log.keeping import due
from itbcalc.log.migrations import Migration, migrate
from itbcalc.log.sqlite_file import FileIdentity
from itbcalc.log.store import SqliteLog
from itbcalc.say import refusal_words
from tests.itbcalc.log.logs import LOG_ID, contents, draft, entry_id, sqlite_log


def changed(path: Path, *statements: str) -> None:
    """What another program did to the file."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


# --- newer


@pytest.fixture
def newer(path: Path) -> Path:
    """A log of three entries as a newer program left it: another journal, a column and a table more."""
    sqlite_log(path, 3).close()
    changed(
        path,
        "PRAGMA user_version = 7",
        "PRAGMA journal_mode = WAL",
        "ALTER TABLE entry ADD COLUMN more TEXT",
        "CREATE TABLE other (one INTEGER)",
    )
    return path


WORDS = (
    "the log was written by a newer itbcalc (format 7; this one knows 1): it is left as it is; write and verify it"
    " with that one"
)


def test_a_newer_log_can_be_read(newer: Path) -> None:
    with closing(SqliteLog(newer)) as log:
        assert log.read_only
        assert list(log.written()) == contents(3)
        assert [entry.seq for entry in log.entries()] == [1, 2, 3]
        assert [entry.seq for entry in log.entries("P-1")] == [1]
        assert [entry.seq for entry in log.latest(2)] == [3, 2]
        assert [(seen.patient, seen.entries) for seen in log.patients()] == [
            ("P-0", 1),
            ("P-2", 1),
            ("P-1", 1),
        ]
        assert (log.head().log_id, log.head().count) == (LOG_ID, 3)
        found = log.find(entry_id(2))
        assert found is not None
        assert found == log.at(2)
        assert found.body == {"inputs": {"new": {"daily_dose": "302 mcg/day"}}}


@pytest.mark.parametrize("create", [False, True])
def test_nothing_is_written_into_a_newer_log(newer: Path, *, create: bool) -> None:
    before = newer.read_bytes()

    with closing(SqliteLog(newer, create=create)) as log:
        for work in (lambda: log.append(draft(4)), log.verify):
            with pytest.raises(LogTooNewError) as refused:
                work()
            assert refusal_words(refused.value) == WORDS
        list(log.entries())

    assert newer.read_bytes() == before
    assert sorted(each.name for each in newer.parent.iterdir()) == [newer.name]


def test_of_a_newer_log_no_backup_is_due(newer: Path, tmp_path: Path) -> None:
    with closing(SqliteLog(newer)) as log:
        assert not due(log, tmp_path / "backups", datetime(2026, 11, 25, 14, 30, tzinfo=UTC))


def test_an_entry_of_a_newer_format_is_read_by_what_every_entry_has(path: Path) -> None:
    """Its dose is a float and its keys are in another order: no entry of version 1, and none that is refused."""
    sqlite_log(path, 1).close()
    content = (
        '{"seq": 1, "format": 2, "entry_id": "e", "kind": "pump_replaced", "patient": "P-9", "author": "B",'
        ' "recorded_at": "2030-01-01T00:00:00Z", "body": {"dose": 1.5}}'
    )
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entry_update")
        connection.execute("UPDATE entry SET bytes = ?", (content.encode(),))
        connection.execute("PRAGMA user_version = 2")

    (entry,) = SqliteLog(path).entries()

    assert (entry.kind, entry.patient, entry.body["dose"]) == ("pump_replaced", "P-9", 1.5)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff", b'{"seq": 1}', b'{"seq": "1", "entry_id": "e", "kind": "k"}']
)
def test_an_entry_that_cannot_be_read_here_is_said_to_be_newer(content: bytes, path: Path) -> None:
    sqlite_log(path, 1).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entry_update")
        connection.execute("UPDATE entry SET bytes = ?", (content,))
        connection.execute("PRAGMA user_version = 2")

    with pytest.raises(LogTooNewError):
        list(SqliteLog(path).entries())


@pytest.mark.parametrize(
    ("statement", "work"),
    [
        pytest.param("DROP TABLE entry", lambda log: log.head(), id="no such table"),
        pytest.param(
            "ALTER TABLE entry RENAME COLUMN patient TO who", lambda log: log.patients(), id="no such column"
        ),
    ],
)
def test_tables_that_are_others_are_said_to_be_newer(
    statement: str, work: Callable[[SqliteLog], object], path: Path
) -> None:
    sqlite_log(path, 1).close()
    changed(path, statement, "PRAGMA user_version = 2")

    with pytest.raises(LogTooNewError) as refused:
        work(SqliteLog(path))

    assert (refused.value.found, refused.value.known) == (2, 1)


def test_a_log_that_a_newer_program_brought_on_meanwhile_is_not_written(path: Path) -> None:
    log = sqlite_log(path, 2)
    changed(path, "PRAGMA user_version = 2")

    with pytest.raises(LogTooNewError):
        log.append(draft(3))

    assert SqliteLog(path).head().count == 2


# --- older: two made-up versions

STEPS = (
    Migration(2, ("CREATE INDEX entry_of_kind ON entry (kind, seq)", "CREATE TABLE note (text TEXT) STRICT")),
    Migration(3, ("ALTER TABLE entry ADD COLUMN more TEXT", "ALTER TABLE entry DROP COLUMN more")),
)
OPENED = FileIdentity(LOG_ID, 1, guarded=True)


def beside(path: Path) -> list[Path]:
    return [each for each in path.parent.glob(f"*{path.name}*") if each != path]


def test_an_older_log_is_brought_to_the_newest_version_before_it_is_written(path: Path) -> None:
    sqlite_log(path, 5).close()

    with closing(SqliteLog(path, migrations=STEPS)) as log:
        assert [log.append(draft(number)).seq for number in (6, 7)] == [6, 7]
        assert log.verify().whole
        assert list(log.written()) == contents(7)

    assert version_of(path) == 3
    with closing(sqlite3.connect(path)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert {"entry_of_kind", "note", "entry_next"} <= names


def test_reading_changes_no_older_log(path: Path) -> None:
    sqlite_log(path, 5).close()
    before = path.read_bytes()

    with closing(SqliteLog(path, migrations=STEPS)) as log:
        assert log.verify().whole
        assert list(log.written()) == contents(5)
        assert not log.read_only

    assert (path.read_bytes(), beside(path)) == (before, [])


def test_a_copy_of_the_older_log_is_kept_beside_it(path: Path) -> None:
    log = sqlite_log(path, 5)
    head = log.head()

    SqliteLog(path, migrations=STEPS).append(draft(6))

    (copy,) = beside(path)
    assert copy.name == f"{path.name}.version-1-5-{head.hash[:8]}"
    assert version_of(copy) == 1
    assert SqliteLog(copy).verify().head == head


def test_only_what_is_lacking_is_done(path: Path) -> None:
    sqlite_log(path, 2).close()
    SqliteLog(path, migrations=STEPS[:1]).append(draft(3))

    SqliteLog(path, migrations=STEPS).append(draft(4))

    assert version_of(path) == 3
    assert sorted(copy.name.split(".")[-1][:11] for copy in beside(path)) == ["version-1-2", "version-2-3"]


def test_a_log_that_another_window_brought_on_meanwhile_is_written(path: Path) -> None:
    sqlite_log(path, 2).close()
    first, second = SqliteLog(path, migrations=STEPS), SqliteLog(path, migrations=STEPS)

    assert [log.append(draft(number)).seq for number, log in ((3, first), (4, second))] == [3, 4]
    assert len(beside(path)) == 1


def test_a_new_log_is_made_of_the_newest_version_and_brought_nowhere(path: Path) -> None:
    log = SqliteLog(path, create=True, migrations=STEPS)

    assert version_of(path) == 3
    assert log.append(draft(1)).seq == 1
    assert beside(path) == []


def test_a_damaged_log_is_not_brought_on(path: Path) -> None:
    sqlite_log(path, 5).close()
    changed(path, "DROP TRIGGER entry_delete", "DELETE FROM entry WHERE seq = 2")
    before = path.read_bytes()

    with pytest.raises(LogDamagedError) as damaged:
        SqliteLog(path, migrations=STEPS).append(draft(6))

    assert damaged.value.first_bad_entry == 2
    assert (path.read_bytes(), beside(path)) == (before, [])


def test_another_log_put_in_the_place_of_an_older_one_is_not_brought_on(path: Path, tmp_path: Path) -> None:
    sqlite_log(path, 2).close()
    log = SqliteLog(path, migrations=STEPS)
    SqliteLog(tmp_path / "other", create=True, log_id="f" * 32).append(draft(1))
    (tmp_path / "other").replace(path)

    with pytest.raises(LogUnavailableError) as refused:
        log.append(draft(3))

    assert refused.value.reason == "replaced"
    assert (version_of(path), beside(path)) == (1, [])


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        pytest.param("DROP TABLE log", LogDamagedError, id="loses the id"),
        pytest.param("INSERT INTO entry SELECT 6, 'new', patient, kind, recorded_at, hash, bytes FROM entry WHERE seq = 1", LogDamagedError, id="adds an entry"),
        pytest.param("DROP TRIGGER entry_delete; DELETE FROM entry WHERE seq = 5", LogUnavailableError, id="loses the last entry"),
    ],
)  # fmt: skip
def test_a_migration_that_touches_the_entries_is_undone(
    statement: str, error: type[LogError], path: Path
) -> None:
    sqlite_log(path, 5).close()
    before = path.read_bytes()

    with pytest.raises(error) as refused:
        SqliteLog(path, migrations=(Migration(2, tuple(statement.split("; "))),)).append(draft(6))

    assert refusal_words(refused.value)
    assert path.read_bytes() == before


class Failing(sqlite3.Connection):
    """Fails at the statement `at`, counted over all connections; `at` 0 only counts."""

    at = seen = 0
    fail: Callable[[], None]

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        Failing.seen += 1
        if Failing.seen == Failing.at:
            Failing.fail()
        return super().execute(*arguments)


def io_error() -> None:
    raise sqlite3.OperationalError("disk I/O error")


def statements_of_migrating(path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many statements bringing on the log takes; connections fail from here on at `Failing.at`."""
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect(*a, **{"factory": Failing, **k}))
    Failing.at, Failing.seen = 0, 0
    before = path.read_bytes()
    migrate(path, OPENED, STEPS)
    path.write_bytes(before)
    return Failing.seen


def test_a_fault_at_any_statement_leaves_the_old_log(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite_log(path, 3).close()
    old, count = path.read_bytes(), statements_of_migrating(path, monkeypatch)
    Failing.fail = staticmethod(io_error)  # type: ignore[method-assign]

    for number in range(1, count + 1):
        Failing.at, Failing.seen = number, 0
        with pytest.raises(sqlite3.OperationalError):
            migrate(path, OPENED, STEPS)
        Failing.at = 0

        assert path.read_bytes() == old
        assert not any(each.name.endswith((".part", "-journal")) for each in path.parent.iterdir())
    assert count > 20
    assert SqliteLog(path, migrations=STEPS).append(draft(4)).seq == 4  # and then nothing hinders it


# Brings the log on and dies at a statement, as when the task is ended.
DYING = """
import os, sqlite3, sys
from pathlib import Path
from tests.itbcalc.log import test_versions as ours
connect = sqlite3.connect
sqlite3.connect = lambda *a, **k: connect(*a, **{"factory": ours.Failing, **k})
ours.Failing.at, ours.Failing.fail = int(sys.argv[2]), staticmethod(lambda: os._exit(9))
ours.migrate(Path(sys.argv[1]), ours.OPENED, ours.STEPS)
"""


def die_at(path: Path, numbers: range) -> None:
    """At each of these statements: the old log lies there then, with or without a journal to be rolled back."""
    old = path.read_bytes()
    for number in numbers:
        path.write_bytes(old)
        command = [sys.executable, "-c", DYING, str(path), str(number)]
        done = subprocess.run(command, check=False, cwd=Path(__file__).parents[3])

        assert done.returncode == 9
        assert version_of(path) == 1
        with closing(SqliteLog(path, migrations=STEPS)) as log:
            assert list(log.written()) == contents(3)
            assert log.append(draft(4)).seq == 4
        assert version_of(path) == 3


def test_a_process_that_dies_at_a_statement_leaves_the_old_log(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_log(path, 3).close()
    count = statements_of_migrating(path, monkeypatch)

    die_at(path, range(count - 8, count + 1, 4))


@pytest.mark.slow
def test_a_process_that_dies_at_any_statement_leaves_the_old_log(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_log(path, 3).close()
    count = statements_of_migrating(path, monkeypatch)

    die_at(path, range(1, count + 1))


def test_the_migrations_of_the_program_are_numbered_without_a_gap() -> None:
    versions = [migration.version for migration in migrating.MIGRATIONS]

    assert versions == list(range(2, 2 + len(versions)))
