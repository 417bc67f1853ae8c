"""What holds for every test: no window appears on the desk, and nobody's own settings are read or written."""

import os
from pathlib import Path

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before anything imports Qt


@pytest.fixture(autouse=True)
def config_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's own folder for settings, profiles and data: fresh and empty for each test."""
    folder = tmp_path_factory.mktemp("config")
    monkeypatch.setenv("ITBCALC_CONFIG_DIR", str(folder))
    monkeypatch.setenv("ITBCALC_DATA_DIR", str(folder / "data"))
    return folder
