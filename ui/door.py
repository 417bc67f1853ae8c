"""The one door for messages, questions about files, and pictures that are written from any panel."""

from collections.abc import Callable, Mapping
from pathlib import Path

from ui.main_window import MainWindow
from ui.settings import Settings

PICTURE_FILES = {"png": "Picture (*.png)", "svg": "Drawing (*.svg)"}
Then = Callable[[Path], None]


class Door:
    """Tells and asks on behalf of every room of the window."""

    def __init__(self, window: MainWindow, settings: Settings) -> None:
        self._window, self._settings = window, settings

    def tell(self, title: str, why: str) -> None:
        """Says what did not work, and why."""
        from ui.dialogs import tell

        tell(self._window, title, why)

    def ask_which(self, kind: str, then: Then, title: str = "Open a program file") -> None:
        """Asks for a file to open."""
        from ui.dialogs import ask_which

        ask_which(self._window, kind, self._folder(), then, title)

    def ask_where(self, title: str, kind: str, suffix: str, then: Then, name: str = "") -> None:
        """Asks where to write a file; `name` is proposed."""
        from ui.dialogs import ask_where

        ask_where(self._window, title, self._folder(), kind=kind, suffix=suffix, then=then, name=name)

    def ask_to_discard(self, then: Callable[[], None]) -> None:
        """Asks whether typed values that are in no file may be given up; `then` only if so."""
        from ui.dialogs import ask_to_discard

        ask_to_discard(self._window, then)

    def save_picture(self, kind: str, write: Then) -> None:
        """Asks where a picture goes, and has it written there."""
        self.ask_where(
            "Save the picture",
            PICTURE_FILES[kind],
            f".{kind}",
            lambda path: self.write_picture(path, write),
            f"picture.{kind}",
        )

    def set_here(self, changes: Mapping[str, str | int | bool]) -> bool:
        """Keeps what is set for this workstation; says why where it cannot be kept."""
        try:
            self._settings.set(changes)
        except OSError as error:
            self.tell("Not kept", f"{self._settings.workstation_path()}: {error.strerror or error}")
            return False
        return True

    def write_picture(self, path: Path, write: Then) -> None:
        """Has a picture written, and says so once it is there."""
        try:
            write(path)
        except OSError as error:
            self.tell(f"{path.name} was not written", error.strerror or str(error))
            return
        self._window.say(f"Saved {path.name}")

    def _folder(self) -> str:
        recent = self._settings.recent()
        return str(recent[0].parent) if recent else str(Path.home())
