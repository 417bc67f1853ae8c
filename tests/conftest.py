"""What holds for every test: no window appears on the desk, and nobody's own settings are read or written."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, settings

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
def nothing_of_this_account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is made for several tests at once keeps out of the folders of whoever runs them."""
    folder = tmp_path_factory.mktemp("session")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ITBCALC_CONFIG_DIR", str(folder))
        patch.setenv("ITBCALC_DATA_DIR", str(folder / "data"))
        yield


@pytest.fixture(autouse=True)
def config_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's own folder for settings, profiles and data: fresh and empty for each test."""
    folder = tmp_path_factory.mktemp("config")
    monkeypatch.setenv("ITBCALC_CONFIG_DIR", str(folder))
    monkeypatch.setenv("ITBCALC_DATA_DIR", str(folder / "data"))
    return folder
