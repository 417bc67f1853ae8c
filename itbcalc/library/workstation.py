"""How does the program look and speak on this workstation? Settings of one machine, apart from those of the clinic.

They are read before anything is painted, so they need no more than this file. Nothing clinical stands here: what is
computed does not depend on it, and it is no part of the library.
"""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

WORKSTATION_FILE = "workstation.toml"
LOCK_MINUTES, LONGEST_LOCK_MINUTES = 5, 30  # without a key or the mouse
TEXT_SIZES = (100, 115, 130, 150, 175, 200)  # percent


class Look(StrEnum):
    """How the window looks. The values stand in files."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"
    CONTRAST_DARK = "contrast-dark"


class Workstation(Struct, frozen=True, kw_only=True):
    """What is set, or what holds where nothing is; `refused` names what stands in the file and was not accepted."""

    look: Look = Look.SYSTEM
    text_size: int = 100
    language: str = ""
    lock_minutes: int = LOCK_MINUTES
    introduced: bool = False  # whether the first page was seen
    refused: str = ""


def read_workstation(folder: Path) -> Workstation:
    """What is set in the file of `folder`. What is not accepted there counts as not set, and is named."""
    path = folder / WORKSTATION_FILE
    if not path.exists():
        return Workstation()
    import tomllib

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return Workstation(refused=f"{WORKSTATION_FILE}: {error}")
    accepted = {key: value for key, value in table.items() if is_accepted(key, value)}
    refused = ", ".join(f"{key} = {table[key]!r}" for key in table if key not in accepted)
    known: dict[str, object] = {**accepted, "refused": f"{WORKSTATION_FILE}: {refused}" if refused else ""}
    if "look" in known:
        known["look"] = Look(str(known["look"]))
    return Workstation(**known)  # type: ignore[arg-type]  # each was held against its kind above


def is_accepted(key: str, value: object) -> bool:
    """Whether `value` may stand under `key`."""
    if key == "look":
        return value in list(Look)
    if key == "text_size":
        return type(value) is int and value in TEXT_SIZES
    if key == "lock_minutes":
        return type(value) is int and 1 <= value <= LONGEST_LOCK_MINUTES
    if key == "introduced":
        return isinstance(value, bool)
    return key == "language" and isinstance(value, str)


def keep_on_workstation(folder: Path, changes: Mapping[str, str | int | bool]) -> None:
    """Writes these settings, whole or not at all; everything else in the file stays. Raises OSError.

    A file that is no TOML is left alone and refused with OSError: somebody has written it.
    """
    from itbcalc.library.toml_edit import with_key
    from itbcalc.safe_files import replace_file

    path = folder / WORKSTATION_FILE
    folder.mkdir(parents=True, exist_ok=True)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    try:
        for key, value in changes.items():
            assert is_accepted(key, value), f"{key} = {value!r}"
            text = with_key(text, key, value)
    except ValueError as error:
        raise OSError(0, f"{WORKSTATION_FILE}: {error}") from error
    replace_file(path, text.encode())
