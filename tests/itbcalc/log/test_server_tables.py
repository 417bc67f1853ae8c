"""The tables on a server: what they refuse to whatever program, and who may do what with them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from itbcalc.errors import LogUnavailableError
from itbcalc.log.entries import Entry, entry_in, entry_of
from itbcalc.log.postgres import PostgresLog
from itbcalc.log.server_tables import LOCK, STATEMENTS, guards_stand, server_script
from itbcalc.log.statements import row_of
from tests.itbcalc.log.cluster import cluster
from tests.itbcalc.log.logs import contents, draft, entry_id

Connection = psycopg.Connection[Any]


@pytest.fixture
def server_log(tmp_path: Path) -> PostgresLog:
    """A log of five entries on a server."""
    return cluster().log(tmp_path, contents(5))


@pytest.fixture
def workstation(server_log: PostgresLog) -> Iterator[Connection]:
    """Another program, on a workstation that may write into the log."""
    with cluster().room() as connection:
        yield connection


@pytest.fixture
def administrator(server_log: PostgresLog) -> Iterator[Connection]:
    """Whoever looks after the server."""
    with cluster().administrator() as connection:
        yield connection


ROW = "SELECT 6, gen_random_uuid()::text, patient, kind, recorded_at, md5(hash), bytes FROM itbcalc.entry WHERE seq = 5"
COLUMNS = "(seq, entry_id, patient, kind, recorded_at, hash, bytes)"
FORBIDDEN = {
    "update": "UPDATE itbcalc.entry SET patient = 'P-X' WHERE seq = 3",
    "update of nothing": "UPDATE itbcalc.entry SET patient = patient WHERE false",
    "delete": "DELETE FROM itbcalc.entry WHERE seq = 5",
    "truncate": "TRUNCATE itbcalc.entry",
    "drop the table": "DROP TABLE itbcalc.entry",
    "drop the schema": "DROP SCHEMA itbcalc CASCADE",
    "take the triggers off": "ALTER TABLE itbcalc.entry DISABLE TRIGGER ALL",
    "drop a trigger": "DROP TRIGGER entry_next ON itbcalc.entry",
    "another body for a trigger": (
        "CREATE OR REPLACE FUNCTION itbcalc.append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    ),
    "a trigger of its own": (
        "CREATE TRIGGER a BEFORE INSERT ON itbcalc.entry FOR EACH ROW EXECUTE FUNCTION itbcalc.append_only()"
    ),
    "act as a replica": "SET session_replication_role = replica",
    "become the owner": "SET ROLE itbcalc_owner",
    "become an administrator": "ALTER ROLE room_1 SUPERUSER",
    "make another the owner": "GRANT itbcalc_owner TO room_2",
    "say when it was received": "INSERT INTO itbcalc.entry (received_at) SELECT now()",
    "say from whom": "INSERT INTO itbcalc.entry (received_from) VALUES ('room_2')",
    "an entry that is none": f"INSERT INTO itbcalc.entry {COLUMNS} {ROW}",
    "insert or update": f"INSERT INTO itbcalc.entry {COLUMNS} {ROW} ON CONFLICT (seq) DO UPDATE SET patient = 'P-X'",
    "merge": (
        "MERGE INTO itbcalc.entry USING (SELECT 5 AS seq) AS one ON one.seq = entry.seq"
        " WHEN MATCHED THEN UPDATE SET patient = 'P-X'"
    ),
    "lock out the others": "BEGIN; LOCK TABLE itbcalc.entry",
    "lock a row": "SELECT * FROM itbcalc.entry WHERE seq = 3 FOR UPDATE",
    "another id for the log": "UPDATE itbcalc.log SET log_id = md5('')",
    "a second log": "INSERT INTO itbcalc.log (one, log_id, version) VALUES (1, md5(''), 1)",
    "no log": "DELETE FROM itbcalc.log",
    "a table of its own": "CREATE TABLE itbcalc.own (a integer)",
    "a table beside it": "CREATE TABLE public.own (a integer)",
    "an index": "CREATE INDEX own ON itbcalc.entry (kind)",
    "a rule": "CREATE RULE own AS ON INSERT TO itbcalc.entry DO INSTEAD NOTHING",
}


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_workstation_is_refused_what_would_rewrite_the_log(
    server_log: PostgresLog, workstation: Connection, statement: str
) -> None:
    before = list(server_log.written())

    with pytest.raises(psycopg.Error) as refused:
        workstation.execute(statement)

    # Not allowed, not the next entry or not itself (a trigger), twice (a key); never a slip of the test's own.
    assert refused.value.sqlstate in ("42501", "P0001", "23505")
    assert list(server_log.written()) == before
    assert server_log.append(draft(6)).seq == 6


def sixth(server_log: PostgresLog) -> Entry:
    """The entry that may follow."""
    return entry_of(draft(6), server_log.head())


def test_an_entry_that_follows_is_taken_from_whatever_program(
    server_log: PostgresLog, workstation: Connection
) -> None:
    workstation.execute(STATEMENTS.insert, row_of(sixth(server_log)))

    assert server_log.head().count == 6
    assert server_log.verify().whole


WRONG = {
    "another number": lambda row: {**row, "seq": 7},
    "an id that stands there": lambda row: {**row, "entry_id": entry_id(3)},
    "another patient beside it": lambda row: {**row, "patient": "P-X"},
    "another kind beside it": lambda row: {**row, "kind": "entry_voided"},
    "another moment beside it": lambda row: {**row, "recorded_at": "2026-11-25T12:07:00.000000Z"},
    "another hash": lambda row: {**row, "hash": "0" * 64},
    "one byte more": lambda row: {**row, "bytes": row["bytes"] + b" "},
    "no entry at all": lambda row: {**row, "bytes": b"\xff"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_an_entry_that_is_not_what_stands_beside_it_is_refused(
    server_log: PostgresLog, workstation: Connection, wrong: Any
) -> None:
    with pytest.raises(psycopg.Error):
        workstation.execute(STATEMENTS.insert, wrong(row_of(sixth(server_log))))

    assert server_log.head().count == 5


@pytest.mark.parametrize(
    ("old", "new"), [(b'"prev_hash":"', b'"prev_hash":"0'), (b'"log_id":"0', b'"log_id":"1')]
)
def test_an_entry_of_another_chain_is_refused_though_its_hash_is_right(
    server_log: PostgresLog, workstation: Connection, old: bytes, new: bytes
) -> None:
    written = sixth(server_log).written.replace(old, new)
    assert written != sixth(server_log).written

    with pytest.raises(psycopg.errors.RaiseException):
        workstation.execute(STATEMENTS.insert, row_of(entry_in(written, 6)))

    assert server_log.head().count == 5


def test_a_server_says_itself_when_and_from_whom_an_entry_came(
    server_log: PostgresLog, administrator: Connection
) -> None:
    server_log.append(draft(6))

    asked = "SELECT received_from, now() - received_at < interval '1 minute' FROM itbcalc.entry WHERE seq = 6"
    assert administrator.execute(asked).fetchall() == [("room_1 at the server itself", True)]


def test_nobody_is_the_owner_and_a_reader_only_reads(tmp_path: Path, administrator: Connection) -> None:
    administrator.execute("DROP ROLE IF EXISTS desk; CREATE ROLE desk LOGIN IN ROLE itbcalc_reader")
    roles = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'itbcalc_%' AND (rolcanlogin OR rolsuper)"
    read = PostgresLog(cluster().named(tmp_path / "desk.itbserver", "desk"))

    assert administrator.execute(roles).fetchall() == []
    assert read.head().count == 5
    assert read.read_only
    with pytest.raises(LogUnavailableError) as refused:
        read.append(draft(6))
    assert refused.value.reason == "server_not_allowed"
    assert read.head().count == 5


# What an administrator could do to the guards; each is undone with the tables of the next test.
OPENED = {
    "switched off": "ALTER TABLE itbcalc.entry DISABLE TRIGGER entry_kept",
    "not always": "ALTER TABLE itbcalc.entry ENABLE TRIGGER entry_next",
    "taken out": "DROP TRIGGER log_kept ON itbcalc.log",
    "of another body": (
        "CREATE OR REPLACE FUNCTION itbcalc.append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    ),
}


@pytest.mark.parametrize("statement", OPENED.values(), ids=OPENED)
def test_nothing_is_written_where_a_guard_was_opened(
    server_log: PostgresLog, administrator: Connection, statement: str
) -> None:
    assert guards_stand(administrator)
    administrator.execute(statement)

    with pytest.raises(LogUnavailableError) as refused:
        server_log.append(draft(6))

    assert refused.value.reason == "guards_gone"
    assert not guards_stand(administrator)
    assert server_log.head().count == 5


def test_even_an_administrator_who_acts_as_a_replica_meets_the_guards(administrator: Connection) -> None:
    administrator.execute("SET session_replication_role = replica")

    with pytest.raises(psycopg.errors.RaiseException):
        administrator.execute("DELETE FROM itbcalc.entry WHERE seq = 5")


@pytest.mark.parametrize("name", ["Room 1", "room'; DROP", "", "1room", "r" * 64])
def test_a_workstation_has_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # it says the name and nothing else
        server_script([name])
    assert refused.value.args == (name,)


def test_workstations_of_whatever_version_take_the_same_lock() -> None:
    assert LOCK.to_bytes(4, "big") == b"ITBL"
