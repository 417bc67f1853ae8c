"""What the tests of the log share: a data folder of their own, a log in each place it can be kept, the command line."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from itbcalc.cli.main import run
from itbcalc.log import cipher
from itbcalc.log.store import MemoryLog, SqliteLog, TitrationLog
from tests.itbcalc.cli.test_cli import Command, Ran
from tests.itbcalc.log.logs import LOG_ID


def encrypted(path: Path) -> SqliteLog:
    """A log that is encrypted, with its key held."""
    cipher.hold(bytes(range(32)))
    return SqliteLog(path, create=True, log_id=LOG_ID)


# Where a log can be kept, by name; another place joins with a line here and has to pass the same tests.
STORES = {
    "memory": lambda folder: MemoryLog(LOG_ID),
    "encrypted": lambda folder: encrypted(folder / "titration.itblog"),
    "sqlite": lambda folder: SqliteLog(folder / "titration.itblog", create=True, log_id=LOG_ID),
}


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the log of this workstation lies."""
    folder = tmp_path / "data"
    monkeypatch.setenv("ITBCALC_DATA_DIR", str(folder))
    return folder


@pytest.fixture(params=STORES)
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TitrationLog]:
    """An empty log, in each place it can be kept."""
    opened = STORES[request.param](tmp_path)
    yield opened
    opened.close()
    cipher.let_go()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a test has its log."""
    return tmp_path / "titration.itblog"


@pytest.fixture
def itbcalc(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command line; `itbcalc(line, "--json")` adds arguments."""

    def command(line: str, *more: str) -> Ran:
        status = run([*shlex.split(line), *more])
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return command
