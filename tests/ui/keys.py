"""Counts the keys that a task takes: each is sent to whatever has the keyboard, as a hand would."""

from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.pages import MainPage, type_text, wait_for


class CountedKeys:
    """A hand on the keyboard. A key held down with another, `Ctrl+R`, is one."""

    def __init__(self, main: MainPage) -> None:
        self.main = main
        self.pressed: list[str] = []

    def type(self, text: str) -> None:
        """Types, character by character, into the field that has the keyboard."""
        type_text(self._target, text)
        self.pressed.extend(text)

    def press(self, *keys: str) -> None:
        """Presses keys one after another: `Tab`, `Ctrl+R`, `Return`."""
        for key in keys:
            (combination,) = QKeySequence(key)
            QTest.keyClick(self._target, combination.key(), combination.keyboardModifiers())
            self.pressed.append(key)

    def until(self, text: str, place: str) -> None:
        """Waits, with the hand still, until a field of the check holds a text."""
        wait_for(lambda: self.main.check.text_of(place) == text)

    def told(self, task: str) -> int:
        """Prints the keys of a task; returns how many."""
        print(f"{task}: {len(self.pressed)} keys: {' '.join(self.pressed)}")  # asked for
        return len(self.pressed)

    @property
    def _target(self) -> QWidget:
        QApplication.processEvents()
        if self.main.dialog is None and QApplication.activePopupWidget() is None:
            self.main.back_to_the_window()
        return QApplication.activePopupWidget() or QApplication.focusWidget() or self.main.window
