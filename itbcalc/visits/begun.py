"""Which logs were begun at this workstation? One that vanished is not silently begun anew: a share that is not there, a file moved.

Remembered apart from the log, in the folder of the settings: a line a log, its path.
"""

import contextlib
from pathlib import Path

from itbcalc.errors import LogUnavailableError
from itbcalc.library.folders import own_folder
from itbcalc.safe_files import make_folder, replace_file

BEGUN_FILE = "begun-logs.txt"


def expect_not_vanished(path: Path) -> None:
    """Refuses to begin a log where one was begun before and is gone. Raises LogUnavailableError."""
    if not path.exists() and _name(path) in _begun():
        raise LogUnavailableError("vanished_begun", f"{path} ({own_folder() / BEGUN_FILE})")


def remember_begun(path: Path) -> None:
    """Remembers that a log lies here; where that cannot be written nothing is remembered, and nothing fails."""
    begun = _begun()
    if _name(path) in begun:
        return
    with contextlib.suppress(OSError):
        make_folder(own_folder())
        replace_file(
            own_folder() / BEGUN_FILE, "".join(f"{each}\n" for each in (*begun, _name(path))).encode()
        )


def _begun() -> list[str]:
    try:
        return (own_folder() / BEGUN_FILE).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _name(path: Path) -> str:
    return str(path.absolute())
