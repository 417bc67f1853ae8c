"""What the window remembers by itself, and what is set for this workstation. Never a patient's data, never a typed value."""

import os
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from itbcalc.library.folders import own_folder
from itbcalc.library.workstation import (
    LONGEST_LOCK_MINUTES,
    WORKSTATION_FILE,
    Look,
    Workstation,
    keep_on_workstation,
    read_workstation,
)

RECENT_FILES = 8


class Settings:
    """Place, panel and files opened last in an INI file; what somebody has set in a TOML file beside the clinic's own."""

    def __init__(self) -> None:
        folder = os.environ.get("ITBCALC_CONFIG_DIR")
        if folder:
            self._store = QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat)
        else:
            self._store = QSettings(
                QSettings.Format.IniFormat, QSettings.Scope.UserScope, "itbcalc", "window"
            )
        self.workstation: Workstation = read_workstation(own_folder())
        self.at_start: Workstation = self.workstation

    @property
    def waits_for_a_start(self) -> bool:
        """Whether something is set that holds only once the window is opened anew."""
        here, then = self.workstation, self.at_start
        return (here.text_size, here.language) != (then.text_size, then.language)

    def path(self) -> Path:
        """The file in which it remembers by itself."""
        return Path(self._store.fileName())

    def workstation_path(self) -> Path:
        """The file of what is set for this workstation."""
        return own_folder() / WORKSTATION_FILE

    def set(self, changes: Mapping[str, str | int | bool]) -> None:
        """Keeps what is set for this workstation. Raises OSError."""
        keep_on_workstation(own_folder(), changes)
        self.workstation = read_workstation(own_folder())

    def look(self) -> Look:
        """The look chosen, or the system's."""
        return self.workstation.look

    def geometry(self) -> QByteArray | None:
        """Where the window stood, or None the first time."""
        value = self._store.value("geometry")
        return value if isinstance(value, QByteArray) else None

    def set_geometry(self, geometry: QByteArray) -> None:
        """Remembers where the window stands."""
        self._store.setValue("geometry", geometry)

    def panel(self) -> str:
        """The panel shown last."""
        return str(self._store.value("panel", "check"))

    def set_panel(self, panel: str) -> None:
        """Remembers the panel."""
        self._store.setValue("panel", panel)

    def write_all(self) -> None:
        """What is remembered is on the disk afterwards."""
        self._store.sync()

    def recent(self) -> list[Path]:
        """The files opened last that still exist."""
        stored = self._store.value("recent", [])
        paths = [stored] if isinstance(stored, str) else list(stored) if isinstance(stored, list) else []
        return [Path(path) for path in paths if Path(path).is_file()][:RECENT_FILES]

    def add_recent(self, path: Path) -> None:
        """Puts a file first among those opened last."""
        paths = [path.resolve(), *(other for other in self.recent() if other.resolve() != path.resolve())]
        self._store.setValue("recent", [str(each) for each in paths[:RECENT_FILES]])

    def forget_recent(self) -> None:
        """Empties the list of files."""
        self._store.setValue("recent", [])

    def lock_minutes(self) -> int:
        """After how many minutes without a key or the mouse the window locks; never not at all."""
        return self.workstation.lock_minutes

    def set_lock_minutes(self, typed: str) -> int:
        """Keeps it as typed and returns it. Raises RefusedError where it is no whole number from 1 to 30, and OSError."""
        minutes = _minutes(typed.strip())
        if minutes is None:
            from itbcalc.errors import RefusedError

            raise RefusedError("minutes", typed, "out_of_range", known=str(LONGEST_LOCK_MINUTES))
        self.set({"lock_minutes": minutes})
        return minutes


def _minutes(text: str) -> int | None:
    """A whole number of minutes that can be, or None."""
    plain = text.isascii() and text.isdigit() and len(text) <= 2
    return int(text) if plain and 1 <= int(text) <= LONGEST_LOCK_MINUTES else None
