"""Where does the log of this workstation lie?"""

import os
from pathlib import Path

import platformdirs

LOG_NAME = "titration.itblog"
BACKUPS = "backups"


def data_folder() -> Path:
    """The user's data folder, or the one that ITBCALC_DATA_DIR names."""
    named = os.environ.get("ITBCALC_DATA_DIR")
    return Path(named) if named else Path(platformdirs.user_data_dir("itbcalc", appauthor=False))


def log_path() -> Path:
    """The log of this workstation."""
    return data_folder() / LOG_NAME
