"""The page of settings as its user sees it, and the dialogs it opens."""

import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QLineEdit, QPushButton

from tests.ui.pages import LEFT, MainPage, child, children, type_text
from ui.clinic.page import SettingsPage as Root


class SettingsPage:
    """The page, reached by the menu."""

    def __init__(self, main: MainPage) -> None:
        child(main.window, QAction, "action:Settings").trigger()
        self.main = main
        self.root = child(main.window, Root, "settingsPanel")
        QApplication.processEvents()  # what was made just now appears with the next layout

    def type_into(self, key: str, text: str) -> None:
        """Types over what stands in a field and goes on with Enter."""
        line = child(self.root, QLineEdit, f"field:setting.{key}")
        line.setFocus()
        line.selectAll()
        type_text(line, text) if text else QTest.keyClick(line, Qt.Key.Key_Delete)
        QTest.keyClick(line, Qt.Key.Key_Return)

    def choose(self, key: str, words: str) -> None:
        """Chooses from a list by the first letters of what it says, as the keyboard does."""
        box = child(self.root, QComboBox, f"field:setting.{key}")
        box.setFocus()
        box.setCurrentIndex(next(n for n in range(box.count()) if box.itemText(n).startswith(words)))

    def text(self, key: str) -> str:
        return child(self.root, QLineEdit, f"field:setting.{key}").text()

    def chosen(self, key: str) -> str:
        return child(self.root, QComboBox, f"field:setting.{key}").currentText()

    def note(self, key: str) -> str:
        """Why what stands in a field was refused."""
        label = child(self.root, QLabel, f"note:{key}")
        return label.text() if label.isVisibleTo(self.root) else ""

    @property
    def problem(self) -> str:
        label = child(self.root, QLabel, "settings:problem")
        return label.text() if label.isVisibleTo(self.root) else ""

    def own(self, kind: str) -> list[str]:
        """What the clinic has of its own of one kind."""
        return [label.text() for label in children(self.root, QLabel, f"own:{kind}:")]

    def can_press(self, name: str) -> bool:
        """Whether a button of the page is there."""
        return child(self.root, QPushButton, name).isVisibleTo(self.root)

    def press(self, name: str) -> None:
        """Presses a button of the page."""
        QTest.mouseClick(child(self.root, QPushButton, name), LEFT)


class OwnProfilePage:
    """The dialog for a pump or catheter of the clinic's own."""

    def __init__(self, main: MainPage) -> None:
        self.root = child(main.window, QDialog, "ownProfile")

    def fill(self, **texts: str) -> None:
        """Types into its fields."""
        for name, text in texts.items():
            line = child(self.root, QLineEdit, f"field:own.{name}")
            line.setFocus()
            line.selectAll()
            type_text(line, text)

    def keep(self) -> None:
        QTest.mouseClick(child(self.root, QPushButton, "keep"), LEFT)
        QApplication.processEvents()

    @property
    def is_open(self) -> bool:
        return shiboken6.isValid(self.root) and self.root.isVisible()

    def note(self, name: str) -> str:
        label = child(self.root, QLabel, f"note:own.{name}")
        return label.text() if label.isVisibleTo(self.root) else ""

    def typed(self, name: str) -> str:
        return child(self.root, QLineEdit, f"field:own.{name}").text()
