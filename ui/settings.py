"""What the window remembers: place and size, look, files opened last. Never a patient's data, never a typed value."""

import os
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from ui.theme import Look

RECENT_FILES = 8


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
