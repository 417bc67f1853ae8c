"""What the window remembers: place and size, look, files opened last. Never a patient's data, never a typed value."""

import os
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from ui.theme import Look

RECENT_FILES = 8
LOCK_MINUTES, LONGEST_LOCK_MINUTES = 5, 30  # without a key or the mouse


class Settings:
    """A thin reader and writer over an INI file in the configuration folder."""

    def __init__(self) -> None:
        folder = os.environ.get("ITBCALC_CONFIG_DIR")
        if folder:
            self._store = QSettings(str(Path(folder) / "window.ini"), QSettings.Format.IniFormat)
        else:
            self._store = QSettings(
                QSettings.Format.IniFormat, QSettings.Scope.UserScope, "itbcalc", "window"
            )

    def path(self) -> Path:
        """The file it is kept in."""
        return Path(self._store.fileName())

    def look(self) -> Look:
        """The look chosen, or the system's."""
        stored = str(self._store.value("look", Look.SYSTEM))
        return Look(stored) if stored in list(Look) else Look.SYSTEM

    def set_look(self, look: Look) -> None:
        """Remembers the look."""
        self._store.setValue("look", str(look))

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
        return _minutes(str(self._store.value("lock_minutes", ""))) or LOCK_MINUTES

    def set_lock_minutes(self, typed: str) -> int:
        """Remembers it as typed and returns it. Raises RefusedError where it is no whole number from 1 to 30."""
        minutes = _minutes(typed.strip())
        if minutes is None:
            from itbcalc.errors import RefusedError

            raise RefusedError("minutes", typed, "out_of_range", known=str(LONGEST_LOCK_MINUTES))
        self._store.setValue("lock_minutes", minutes)
        return minutes


def _minutes(text: str) -> int | None:
    """A whole number of minutes that can be, or None."""
    plain = text.isascii() and text.isdigit() and len(text) <= 2
    return int(text) if plain and 1 <= int(text) <= LONGEST_LOCK_MINUTES else None
