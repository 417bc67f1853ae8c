"""Where does the clinic keep its own profiles, and does it have any?"""

import os
from pathlib import Path

CONFIG_VARIABLE = "ITBCALC_CONFIG_DIR"
CLINIC_FILE = "clinic.toml"
CONFIRMED_FILE = "confirmed.toml"
FOLDERS = ("pumps", "catheters", "drugs", "limits")


def own_folder() -> Path:
    """Where this clinic keeps its own profiles and settings."""
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_config_dir("itbcalc", appauthor=False))


def has_own_profiles(own: Path) -> bool:
    """Whether anything in the clinic's folder may belong to the library, right or wrong."""
    return any((own / name).exists() for name in (*FOLDERS, CLINIC_FILE, CONFIRMED_FILE))
