"""Which store keeps a log, and where it lies in words for people: no server is asked here."""

import subprocess
import sys
from pathlib import Path

import pytest

from itbcalc.errors import LogUnavailableError, RefusedError
from itbcalc.log.places import begin_log, in_file, mark_of, open_log, place_of
from itbcalc.log.store import MemoryLog
from tests.itbcalc.log.logs import LOG_ID, draft, sqlite_log

SERVER = '[server]\nhost = "/run/nobody"\ndatabase = "clinic"\nuser = "room_1"\n'


def test_a_file_lies_where_its_path_says(tmp_path: Path) -> None:
    assert place_of(tmp_path / "titration.itblog") == str(tmp_path / "titration.itblog")


@pytest.mark.parametrize(
    ("text", "place"), [(SERVER, "clinic on /run/nobody"), ("[server", None), (None, None)]
)
def test_a_log_on_a_server_lies_in_its_database_and_else_where_its_file_does(
    text: str | None, place: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "titration.itbserver"
    if text is not None:
        path.write_text(text, encoding="utf-8")

    assert place_of(path) == (place or str(path))


def test_a_file_that_was_written_into_has_another_mark(tmp_path: Path) -> None:
    path = tmp_path / "titration.itblog"
    log = sqlite_log(path, 1)
    before = mark_of(path)

    assert mark_of(path) == before
    log.append(draft(2))
    assert mark_of(path) != before


def test_a_server_that_cannot_be_reached_has_the_mark_of_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "titration.itbserver"
    missing = mark_of(path)
    path.write_text("[server", encoding="utf-8")

    assert mark_of(path) != missing


def test_what_speaks_to_a_server_is_loaded_when_one_is_asked_and_not_before() -> None:
    loaded = "import sys, itbcalc.log.places, itbcalc.log.server; sys.exit('psycopg' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0


def test_a_log_is_begun_where_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "titration.itblog"
    begin_log(path, LOG_ID, [])

    assert open_log(path).head().count == 0
    with pytest.raises(RefusedError) as refused:
        begin_log(path, LOG_ID, [])
    assert refused.value.rule == "log_exists"


def test_only_what_lies_in_a_file_is_copied_as_one(tmp_path: Path) -> None:
    path = tmp_path / "titration.itblog"
    log = sqlite_log(path)

    assert in_file(log, path) is log
    with pytest.raises(RefusedError) as refused:
        in_file(MemoryLog(LOG_ID), path)
    assert refused.value.rule == "on_a_server"


def test_what_is_not_there_is_not_begun_by_opening_it(tmp_path: Path) -> None:
    path = tmp_path / "titration.itblog"

    with pytest.raises(LogUnavailableError):
        open_log(path)

    assert not path.exists()


def test_a_log_is_begun_in_folders_that_are_not_there_yet(tmp_path: Path) -> None:
    path = tmp_path / "clinic" / "room 1" / "titration.itblog"

    assert open_log(path, create=True).append(draft(1)).seq == 1
    assert path.exists()


@pytest.mark.parametrize("character", ["\x7f", "\x01", "\x85"])
def test_no_entry_holds_a_control_character(character: str) -> None:
    log = MemoryLog(LOG_ID)

    with pytest.raises(LogUnavailableError) as refused:
        log.append(draft(1, body={"note": f"a{character}b"}))

    assert (refused.value.reason, refused.value.detail) == ("control_character", f"U+{ord(character):04X}")
