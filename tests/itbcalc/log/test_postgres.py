"""A log on a server: how it is begun and named, what a workstation remembers of it, what is true when the server is away."""

import errno
import gc
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from itbcalc.errors import LogTooNewError, LogUnavailableError, RefusedError
from itbcalc.log import impatient, postgres, seen
from itbcalc.log.places import mark_of, open_log
from itbcalc.log.postgres import PostgresLog, begin
from itbcalc.log.seen import seen_path
from itbcalc.log.server import connected, read_server_file
from itbcalc.log.store import SqliteLog, make_log
from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.log.cluster import Cluster, cluster, new_cluster
from tests.itbcalc.log.logs import LOG_ID, contents, draft, filled, stand_alone_says

NURSE = ("--author", "A. Nurse")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A connection file, for tables in which no log was begun."""
    return cluster().empty(tmp_path / "titration.itbserver")


@pytest.fixture
def server_log(tmp_path: Path) -> PostgresLog:
    """A log of five entries on a server."""
    return cluster().log(tmp_path, contents(5))


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[Cluster]:
    """A server that may be stopped."""
    made = new_cluster()
    yield made
    made.end()


def reason_of(work: Any) -> str:
    with pytest.raises(LogUnavailableError) as refused:
        work()
    return refused.value.reason


# --- begun and named


def test_a_log_is_begun_once_and_by_whoever_is_first(file: Path) -> None:
    assert reason_of(lambda: PostgresLog(file)) == "missing"

    first = PostgresLog(file, create=True)
    second = PostgresLog(cluster().named(file.with_name("other.itbserver"), "room_2"), create=True)

    assert first.log_id == second.log_id
    with pytest.raises(RefusedError) as refused:
        begin(read_server_file(file), LOG_ID, [])
    assert refused.value.rule == "log_exists"
    assert second.append(draft(1)).seq == 1
    assert first.append(draft(2)).seq == 2


def test_a_database_without_tables_is_no_log(file: Path) -> None:
    with cluster().administrator() as administrator:
        administrator.execute("DROP SCHEMA itbcalc CASCADE")

    assert reason_of(lambda: PostgresLog(file, create=True)) == "server_without_log"


def test_entries_that_break_the_chain_begin_no_log(file: Path) -> None:
    first, _, third = contents(3)

    with pytest.raises(LogUnavailableError):
        begin(read_server_file(file), LOG_ID, [first, third])

    assert reason_of(lambda: PostgresLog(file)) == "missing"


def test_the_log_of_a_workstation_is_the_one_its_connection_file_names(
    data_folder: Path, itbcalc: Command
) -> None:
    data_folder.mkdir()
    cluster().log(data_folder, contents(5))

    ran = itbcalc("log verify")

    assert ran.status == 0
    assert ran.out.startswith("whole: 5 entries")


# --- what was seen last


def test_an_older_copy_that_was_put_back_is_refused(server_log: PostgresLog) -> None:
    server_log.append(draft(6))

    with cluster().administrator() as administrator:
        administrator.execute("ALTER TABLE itbcalc.entry DISABLE TRIGGER entry_kept")
        administrator.execute("DELETE FROM itbcalc.entry WHERE seq = 6")
        administrator.execute("ALTER TABLE itbcalc.entry ENABLE ALWAYS TRIGGER entry_kept")

    assert reason_of(lambda: PostgresLog(server_log.path)) == "older_copy"


def test_another_log_in_its_place_is_refused_until_somebody_says_that_it_is_meant(
    server_log: PostgresLog, tmp_path: Path
) -> None:
    cluster().empty(server_log.path)
    assert reason_of(lambda: PostgresLog(server_log.path, create=True)) == "older_copy"
    begin(read_server_file(server_log.path), LOG_ID[::-1], [])
    assert reason_of(lambda: PostgresLog(server_log.path)) == "older_copy"
    assert reason_of(lambda: server_log.append(draft(6))) == "replaced"

    seen_path(server_log.path).unlink()

    assert PostgresLog(server_log.path).head().log_id == LOG_ID[::-1]


def test_an_entry_is_saved_though_it_cannot_be_kept_that_it_was_seen(
    server_log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(seen, "replace_file", full)

    assert server_log.append(draft(6)).seq == 6
    assert reason_of(lambda: PostgresLog(server_log.path)) == "seen_not_kept"


def test_its_mark_is_another_as_soon_as_another_workstation_has_written(
    server_log: PostgresLog, tmp_path: Path
) -> None:
    before = mark_of(server_log.path)
    assert mark_of(server_log.path) == before

    with closing(PostgresLog(cluster().named(tmp_path / "other.itbserver", "room_2"))) as other:
        other.append(draft(6))

    assert mark_of(server_log.path) != before


def test_a_log_of_a_newer_program_is_not_written(file: Path) -> None:
    with cluster().administrator() as administrator:
        begun = "INSERT INTO itbcalc.log (one, log_id, version) VALUES (1, %s, 2)"
        administrator.execute(begun, [LOG_ID])

    log = PostgresLog(file)

    assert log.read_only
    with pytest.raises(LogTooNewError):
        log.append(draft(1))


def test_what_others_wrote_is_no_older_copy(server_log: PostgresLog, tmp_path: Path) -> None:
    with closing(PostgresLog(cluster().named(tmp_path / "other.itbserver", "room_2"))) as other:
        filled_by_other = other.append(draft(6))

    assert PostgresLog(server_log.path).head().hash == filled_by_other.hash
    assert filled_by_other.hash in seen_path(server_log.path).read_text()


# --- when the server is away


def test_a_server_that_is_away_is_said_to_be(own_cluster: Cluster, tmp_path: Path) -> None:
    log = own_cluster.log(tmp_path)
    own_cluster.stop()

    assert reason_of(lambda: log.append(draft(1))) == "server_away"
    assert reason_of(log.head) == "server_away"
    assert reason_of(lambda: PostgresLog(log.path)) == "server_away"

    own_cluster.start()
    assert log.append(draft(1)).seq == 1


def test_a_lock_that_is_not_given_back_is_waited_for_only_so_long(
    server_log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "LOCK_WAIT_MS", 50)

    with cluster().room() as busy:
        busy.execute("SELECT pg_advisory_lock(1230258764)")
        assert reason_of(lambda: server_log.append(draft(6))) == "locked"

    assert server_log.append(draft(6)).seq == 6


class Cut:
    """A connection of the driver that is cut off by the server at its commit: before it is carried out, or after."""

    def __init__(self, real: Any, *, carried_out: bool, then: Any = lambda: None) -> None:
        self._real, self._carried_out, self._then = real, carried_out, then

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def commit(self) -> None:
        if self._carried_out:
            self._real.commit()
        with cluster().administrator() as administrator:
            administrator.execute("SELECT pg_terminate_backend(%s)", (self._real.info.backend_pid,))
        self._then()
        raise psycopg.OperationalError("server closed the connection unexpectedly")


@pytest.mark.parametrize("carried_out", [True, False])
def test_after_a_lost_connection_the_entry_is_looked_for_and_never_written_twice(
    server_log: PostgresLog, monkeypatch: pytest.MonkeyPatch, carried_out: bool
) -> None:
    real = postgres.connected

    def cut(server: Any, *, writing: bool) -> Any:
        monkeypatch.setattr(postgres, "connected", real)  # once
        return closing(Cut(real(server, writing=writing).thing, carried_out=carried_out))

    monkeypatch.setattr(postgres, "connected", cut)

    if carried_out:
        assert server_log.append(draft(6)).seq == 6
    else:
        assert reason_of(lambda: server_log.append(draft(6))) == "server_away"

    assert [entry.seq for entry in server_log.entries()] == [1, 2, 3, 4, 5, *([6] if carried_out else [])]


def test_where_it_cannot_be_looked_for_it_is_said_that_it_is_not_known(
    server_log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = postgres.connected
    asked: list[bool] = []

    def cut(server: Any, *, writing: bool) -> Any:
        asked.append(writing)
        if len(asked) > 1:
            raise psycopg.OperationalError("connection refused")
        return closing(Cut(real(server, writing=writing).thing, carried_out=True))

    with monkeypatch.context() as once:
        once.setattr(postgres, "connected", cut)
        assert reason_of(lambda: server_log.append(draft(6))) == "not_known"

    assert server_log.head().count == 6


def test_a_server_that_freezes_in_mid_work_is_given_up(
    server_log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impatient, "SILENT_FOR_S", 0.5)
    sleepy = (
        "CREATE FUNCTION itbcalc.sleep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(3); RETURN NEW; END';"
        " CREATE TRIGGER a_sleep BEFORE INSERT ON itbcalc.entry FOR EACH ROW EXECUTE FUNCTION itbcalc.sleep();"
    )
    with cluster().administrator() as administrator:
        administrator.execute(sleepy)
        began = time.monotonic()

        assert reason_of(lambda: server_log.append(draft(6))) == "server_away"

        assert time.monotonic() - began < 10
        administrator.execute("DROP TRIGGER a_sleep ON itbcalc.entry; DROP FUNCTION itbcalc.sleep()")
    assert server_log.settled(draft(6).entry_id) is None
    assert server_log.append(draft(6)).seq == 6


def test_who_reads_gives_up_too_where_nothing_comes(
    server_log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impatient, "SILENT_FOR_S", 0.5)
    with cluster().administrator() as administrator, administrator.transaction():
        administrator.execute(
            "LOCK TABLE itbcalc.entry IN ACCESS EXCLUSIVE MODE"
        )  # as a repair of the table does

        assert reason_of(lambda: list(server_log.entries())) == "server_away"

    assert len(list(server_log.entries())) == 5


def test_a_reading_that_is_left_when_the_server_has_gone_leaves_nothing_open(
    server_log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_ROWS_AT_ONCE", 1)
    reading = server_log.entries()
    next(reading)
    with cluster().administrator() as administrator:
        administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'room_1'"
        )

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        reading.close()
        del reading
        gc.collect()

    assert [str(each.message) for each in told] == []
    assert len(list(server_log.entries())) == 5


def test_what_takes_long_and_says_so_is_waited_for(
    server_log: PostgresLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impatient, "SILENT_FOR_S", 0.5)
    with connected(read_server_file(server_log.path), writing=False) as connection:
        began = time.monotonic()
        connection.execute(
            "DO $$BEGIN FOR n IN 1..5 LOOP RAISE NOTICE '%', n; PERFORM pg_sleep(0.2); END LOOP; END$$"
        )
        assert time.monotonic() - began > 0.9


# --- from a file to a server and back


def test_a_log_goes_from_a_file_to_a_server_and_back(tmp_path: Path, file: Path, itbcalc: Command) -> None:
    make_log(tmp_path / "first.itblog", LOG_ID, contents(7))

    def ran(words: str) -> dict[str, Any]:
        done = itbcalc(f"log {words}", "--json")
        assert done.status == 0, done.err
        return done.results

    out = ran(f"export {tmp_path / 'one'} --log {tmp_path / 'first.itblog'}")["head"]
    ran(f"import {tmp_path / 'one'} --log {file} --author 'A. Nurse'")
    there = open_log(file)
    assert there.at(7).hash == out["hash"]
    assert there.head().count == 8  # and that it was read in
    again = ran(f"export {tmp_path / 'two'} --log {file}")["head"]
    ran(f"import {tmp_path / 'two'} --log {tmp_path / 'second.itblog'} --author 'A. Nurse'")

    back = SqliteLog(tmp_path / "second.itblog")
    assert back.at(8).hash == again["hash"] == there.head().hash
    assert list(back.written())[:8] == list(there.written())
    for export in ("one", "two"):
        assert stand_alone_says(tmp_path / export)[0] == 0
    assert itbcalc(f"log import {tmp_path / 'one'} --log {file}", *NURSE).status == 2  # there is one already


@pytest.mark.parametrize("command", ["backup", "restore x --yes", "encrypt", "passphrase"])
def test_what_is_done_with_files_is_refused_for_a_server(
    server_log: PostgresLog, itbcalc: Command, tmp_path: Path, command: str
) -> None:
    ran = itbcalc(f"log {command} --log {server_log.path}")

    assert ran.status == 2
    assert "lies on a server" in ran.err


# --- for the administrator


def test_the_server_is_made_by_the_statements_that_are_printed(
    own_cluster: Cluster, tmp_path: Path, itbcalc: Command
) -> None:
    printed = itbcalc("log server init --workstation room_1").out
    (tmp_path / "init.sql").write_text(printed, encoding="utf-8")
    with own_cluster.administrator() as administrator:
        administrator.execute("CREATE DATABASE clinic")

    psql = own_cluster.programs / "psql"
    subprocess.run(
        [
            psql,
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            own_cluster.folder,
            "-U",
            "postgres",
            "-d",
            "clinic",
            "-f",
            tmp_path / "init.sql",
        ],
        check=True,
    )

    path = own_cluster.named(tmp_path / "titration.itbserver", database="clinic")
    filled(PostgresLog(path, create=True), 2)
    ran = itbcalc(f"log server check --log {path}")
    assert (ran.status, [line for line in ran.out.splitlines() if not line.startswith("ok ")]) == (0, [])
    with own_cluster.administrator() as administrator:
        administrator.execute("DROP DATABASE clinic WITH (FORCE)")


def test_the_server_is_made_by_an_administrator_who_needs_no_password(file: Path, itbcalc: Command) -> None:
    with cluster().administrator() as administrator:
        administrator.execute("DROP SCHEMA itbcalc CASCADE")
    words = f"host={cluster().folder} user=postgres dbname=postgres"

    ran = itbcalc(f"log server init --apply '{words}'")

    assert ran.status == 0
    before = itbcalc(f"log server check --log {file}", "--json")
    assert [each["name"] for each in before.results["checks"] if not each["fine"]] == []  # a log may begin
    assert PostgresLog(file, create=True).append(draft(1)).seq == 1
    assert (
        "already exists" in itbcalc(f"log server init --apply '{words}'").err
    )  # the server refuses it twice
    assert itbcalc("log server init --apply 'host=x password=secret'").status == 2
    assert "secret" not in itbcalc("log server init --apply 'host=x password=secret'").err


# What an administrator may have done, and what is found of it.
SPOILED = {
    "ALTER TABLE itbcalc.entry DISABLE TRIGGER entry_kept": {"guards"},
    "GRANT UPDATE ON itbcalc.entry TO room_1": {"may_not_change", "alone"},
    "GRANT UPDATE (patient) ON itbcalc.entry TO room_1": {"may_not_change"},
    "GRANT INSERT (received_at) ON itbcalc.entry TO room_1": {"may_not_change"},
    "GRANT DELETE ON itbcalc.entry TO room_2": {"alone"},
    "GRANT itbcalc_owner TO room_1": {"may_not_change", "no_administrator", "alone"},
    "ALTER TABLE itbcalc.entry OWNER TO room_2": {"owner_without_login", "alone"},
    "REVOKE INSERT (bytes) ON itbcalc.entry FROM itbcalc_writer": {"may_write"},
}


@pytest.mark.parametrize("statement", SPOILED)
def test_what_is_not_as_it_should_be_is_said(
    server_log: PostgresLog, itbcalc: Command, statement: str
) -> None:
    with cluster().administrator() as administrator:
        administrator.execute(statement)

        ran = itbcalc(f"log server check --log {server_log.path}", "--json")

        administrator.execute("REVOKE itbcalc_owner FROM room_1")
    assert ran.status == 1
    assert {each["name"] for each in ran.results["checks"] if not each["fine"]} == SPOILED[statement]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("log server", "init"),
        ("log server make", "init"),
        ("log server init --workstation 'Room 1'", "Room 1"),
        ("log server check --log somewhere.itblog", "no connection file"),
        ("log server init --apply 'nonsense words'", "postgresql:///itbcalc"),
    ],
)
def test_what_is_asked_of_a_server_has_to_be_said(itbcalc: Command, line: str, said: str) -> None:
    ran = itbcalc(line)

    assert ran.status == 2
    assert said in ran.err
