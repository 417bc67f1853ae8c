"""What a workstation finds of its server, beside what `log server check` says of what an administrator spoiled."""

from pathlib import Path

import pytest

from itbcalc.errors import LogDamagedError
from itbcalc.log.postgres import begin
from itbcalc.log.server import Server, read_server_file
from itbcalc.log.server_check import Looked, looked_at
from tests.itbcalc.log.cluster import cluster
from tests.itbcalc.log.logs import LOG_ID, contents


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """One with the tables of an administrator, in which no log was begun."""
    return read_server_file(cluster().empty(tmp_path / "titration.itbserver"))


def found(server: Server) -> dict[str, Looked]:
    return {each.name: each for each in looked_at(server)}


def begun(version: int) -> None:
    with cluster().administrator() as administrator:
        administrator.execute(
            "INSERT INTO itbcalc.log (one, log_id, version) VALUES (1, %s, %s)", [LOG_ID, version]
        )


def test_before_a_log_is_begun_all_is_as_it_should_be(server: Server) -> None:
    looked = found(server)

    assert [each.name for each in looked.values() if not each.fine] == []
    assert looked["version"].detail == "1"
    assert looked["reached"].detail.startswith(f"{server.place}, PostgreSQL ")
    assert (looked["encrypted"].detail, looked["lasting"].detail, looked["alone"].detail) == ("", "", "")


@pytest.mark.parametrize(("version", "fine"), [(1, True), (2, False)])
def test_tables_of_a_newer_program_are_said(version: int, fine: bool, server: Server) -> None:
    begun(version)

    assert found(server)["version"] == Looked("version", fine, str(version))


def test_what_a_log_is_begun_with_is_looked_at_before_anything_is_written(server: Server) -> None:
    with pytest.raises(LogDamagedError) as damage:
        begin(server, LOG_ID, [*contents(1), b"{}"])

    assert damage.value.first_bad_entry == 2
    assert found(server)["version"].detail == "1"
    begin(server, LOG_ID, contents(2))
