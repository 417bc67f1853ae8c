"""Where does the clinic keep its own profiles?"""

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
