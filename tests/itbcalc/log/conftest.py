"""What the tests of the log share: a data folder of their own, a log in each place it can be kept, the command line."""

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from itbcalc.cli.main import run
from itbcalc.log import cipher
from itbcalc.log.store import MemoryLog, SqliteLog, TitrationLog, make_log
from tests.itbcalc.cli.test_cli import Command, Ran
from tests.itbcalc.log.cluster import cluster
from tests.itbcalc.log.logs import LOG_ID, contents, filled


def in_file(path: Path, written: Sequence[bytes]) -> SqliteLog:
    """A log in a file."""
    make_log(path, LOG_ID, written)
    return SqliteLog(path)


def encrypted(path: Path, written: Sequence[bytes]) -> SqliteLog:
    """A log that is encrypted, with its key held."""
    cipher.hold(bytes(range(32)))
    return in_file(path, written)


# Where a log can be kept, by name, with the entries it has; another place joins with a line here and has to pass the
# same tests.
STORES: Mapping[str, Callable[[Path, Sequence[bytes]], TitrationLog]] = {
    "memory": lambda folder, written: filled(MemoryLog(LOG_ID), len(written)),
    "encrypted": lambda folder, written: encrypted(folder / "titration.itblog", written),
    "sqlite": lambda folder, written: in_file(folder / "titration.itblog", written),
    "postgres": lambda folder, written: cluster().log(folder, written),
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
    opened = STORES[request.param](tmp_path, [])
    yield opened
    opened.close()
    cipher.let_go()


@pytest.fixture(params=STORES)
def long_log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TitrationLog]:
    """A log of 501 entries, in each place it can be kept."""
    opened = STORES[request.param](tmp_path, contents(501))
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
