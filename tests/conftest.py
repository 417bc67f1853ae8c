"""What holds for every test: no window appears on the desk, and nobody's own settings are read or written."""

import functools
import gc
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, settings

import itbcalc.ask.selftest
import itbcalc.library.own
import itbcalc.library.reading
from itbcalc.ask.selftest import SelfTest
from itbcalc.library.records import Library
from itbcalc.resources import resource_path

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt

# For `dev.py mutate`: the same examples each time, none remembered, and none made smaller once it fails.
settings.register_profile(
    "mutants", phases=(Phase.explicit, Phase.generate), derandomize=True, database=None, deadline=None
)


def pytest_collection_finish() -> None:
    """All that was loaded and collected stays: to look through it for rubbish again and again costs as much as the tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Iterator[Path]]:
    """Names of new folders. What is made for several tests at once keeps out of those of whoever runs them, too.

    Not `mktemp` for each: it looks through all that are there, so that ten thousand tests wait for it ten thousand times
    longer.
    """
    folder = tmp_path_factory.mktemp("session")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ITBCALC_CONFIG_DIR", str(folder))
        patch.setenv("ITBCALC_DATA_DIR", str(folder / "data"))
        yield (folder / f"config{number}" for number in itertools.count())


def has_no_files(own: Path) -> bool:
    """Whether the clinic's folder is not there, or holds nothing but the log's."""
    return not own.exists() or (own.is_dir() and {each.name for each in own.iterdir()} <= {"data"})


@pytest.fixture(scope="session", autouse=True)
def begun_once() -> Iterator[None]:
    """Commands that run in this process share what each start reads and tests anew: the built-in library, the self-test.

    With files of the clinic's own, and from any other folder, it is read each time. That a start does both is tried with processes
    (`test_main.py`); reading and self-test themselves are imported by their tests before this.
    """
    read, tested, built_in = (
        itbcalc.library.reading.read_library,
        itbcalc.ask.selftest.run_self_test,
        resource_path(),
    )
    shared = functools.cache(lambda: read(built_in))
    shared_tested = functools.cache(lambda command: tested(command=command))

    def read_library(folder: Path, own: Path | None = None, **instead: object) -> Library:
        unchanged = folder == built_in and not instead and (own is None or has_no_files(own))
        return shared() if unchanged else read(folder, own, **instead)

    def run_self_test(path: Path | None = None, *, command: str = "") -> SelfTest:
        return tested(path, command=command) if path else shared_tested(command)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(itbcalc.library.own, "read_library", read_library)
        patch.setattr(itbcalc.library.reading, "read_library", read_library)
        patch.setattr(itbcalc.ask.selftest, "run_self_test", run_self_test)
        yield


@pytest.fixture(autouse=True)
def config_folder(folders: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's own folder for settings, profiles and data: fresh and empty for each test."""
    folder = next(folders)
    folder.mkdir()
    monkeypatch.setenv("ITBCALC_CONFIG_DIR", str(folder))
    monkeypatch.setenv("ITBCALC_DATA_DIR", str(folder / "data"))
    return folder
