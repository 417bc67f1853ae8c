"""The log in the window as its user sees it."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QRadioButton

from tests.ui.pages import MainPage, child, wait_for
from ui.log.desk import LogDesk
from ui.log.panel import LogPanel
from ui.log.states import HEADINGS


class LogPage:
    """The log panel, reached by its button in the rail."""

    def __init__(self, main: MainPage) -> None:
        main.show_panel("log")
        self.root = child(main.window, LogPanel, "logPanel")

    @property
    def rows(self) -> list[dict[str, str]]:
        """The entries as they stand in the table, the newest first."""
        table = self.root.table
        return [
            {
                heading: table.item(line, column).text() if table.item(line, column) else ""
                for column, heading in enumerate(HEADINGS)
            }
            for line in range(table.rowCount())
        ]

    def struck_through(self, line: int) -> bool:
        """Whether the whole row is struck through."""
        table = self.root.table
        return all(table.item(line, column).font().strikeOut() for column in range(table.columnCount()))

    @property
    def about(self) -> str:
        return self.root.about.text()

    @property
    def entry(self) -> str:
        """The selected entry, whole."""
        return self.root.whole.toPlainText()

    @property
    def verdict(self) -> str:
        return self.root.verdict.text()

    def select(self, line: int) -> None:
        self.root.table.selectRow(line)

    def search(self, text: str) -> None:
        self.root.search.clear()
        QTest.keyClicks(self.root.search, text)

    def press(self, name: str) -> None:
        """Clicks one of the panel's buttons."""
        QTest.mouseClick(child(self.root, QPushButton, f"log:{name}"), Qt.MouseButton.LeftButton)

    def can_press(self, name: str) -> bool:
        return child(self.root, QPushButton, f"log:{name}").isEnabled()

    def verify(self, anchor: str = "") -> str:
        """Verifies to the end; returns the verdict."""
        self.root.anchor.setText(anchor)
        self.press("verify")
        wait_for(lambda: child(self.root, QPushButton, "log:verify").text() == "Verify")
        return self.verdict


class AskingPage:
    """One of the dialogs that ask before something is written."""

    def __init__(self, main: MainPage, name: str) -> None:
        QApplication.processEvents()
        shown = [each for each in main.window.findChildren(QDialog, name) if each.isVisible()]
        assert len(shown) == 1, f"{name}: {len(shown)} shown"
        self.root = shown[0]
        self._main, self._name = main, name

    @property
    def about(self) -> str:
        return self._text(f"{self._name}:about")

    @property
    def problem(self) -> str:
        return self._text(f"{self._name}:problem")

    @property
    def asked(self) -> list[str]:
        """What needs an answer, by what the fields are called to a screen reader."""
        found = self.root.findChildren(QObject)
        return [w.accessibleName() for w in found if w.objectName().startswith("field:answer.")]  # type: ignore[attr-defined]

    def fill(self, **texts: str) -> None:
        for name, text in texts.items():
            field = child(self.root, QObject, f"field:{name}")
            field.setText(text)  # type: ignore[attr-defined]  # a Field

    def answer_all(self, reason: str) -> None:
        for field in self.root.findChildren(QObject):
            if field.objectName().startswith("field:answer."):
                field.setText(reason)  # type: ignore[attr-defined]  # a Field

    def choose(self, state: str) -> None:
        child(self.root, QRadioButton, f"state:{state}").click()

    def write(self) -> None:
        """Clicks what records it."""
        QTest.mouseClick(child(self.root, QPushButton, "write"), Qt.MouseButton.LeftButton)
        self._main._back_to_the_window()

    def cancel(self) -> None:
        self.root.reject()
        self._main._back_to_the_window()

    def _text(self, name: str) -> str:
        return child(self.root, QObject, name).text()  # type: ignore[attr-defined]  # a label


def desk(main: MainPage) -> LogDesk:
    found = main.owner._log_desk
    assert found is not None
    return found


def record(main: MainPage, example: str, *, state: str = "running") -> None:
    """Opens an example, records it as M. Levi, and reads back."""
    main.check.open_example(example)
    main.press("Ctrl+R")
    asking = AskingPage(main, "recordDialog")
    asking.fill(author="M. Levi", role="nurse")
    asking.answer_all("agreed with Dr B")
    asking.write()
    reading = AskingPage(main, "readBackDialog")
    if not state:
        reading.cancel()
        return
    reading.choose(state)
    reading.write()
