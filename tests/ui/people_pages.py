"""The lock and the dialogs about people as their users see them."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTextEdit,
    QWidget,
)

from itbcalc.log.folders import people_path
from itbcalc.visits.people import People
from tests.ui.pages import FieldsPage, MainPage, child
from ui.people.lock_screen import LockScreen

LEFT = Qt.MouseButton.LeftButton
LEVI, COHEN = "M. Levi · pump nurse", "S. Cohen · physician"
WORDS = {LEVI: "correct horse battery", COHEN: "staple of another kind"}


def add_operators() -> None:
    """M. Levi and S. Cohen, as they were added some day before."""
    people = People(people_path())
    levi = people.add("M. Levi", "pump nurse", WORDS[LEVI]).operator
    people.add("S. Cohen", "physician", WORDS[COHEN], acting=levi)


def words_in_sight() -> str:
    """Everything written in whatever is visible of the whole application, titles of windows among it."""
    return "\n".join(
        text for widget in QApplication.allWidgets() if widget.isVisible() for text in _texts(widget)
    )


def _texts(widget: QWidget) -> list[str]:
    found = [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
    if widget.isWindow():
        found.append(widget.windowTitle())
    if isinstance(widget, QLabel | QLineEdit | QAbstractButton):
        found.append(widget.text())
    if isinstance(widget, QPlainTextEdit | QTextEdit):
        found.append(widget.toPlainText())
    if isinstance(widget, QComboBox):
        found += [widget.itemText(index) for index in range(widget.count())]
    if isinstance(widget, QTableWidget):
        items = [
            widget.item(line, column)
            for line in range(widget.rowCount())
            for column in range(widget.columnCount())
        ]
        found += [item.text() for item in items if item is not None]
    return found


class LockPage:
    """What covers the window."""

    def __init__(self, main: MainPage) -> None:
        self._main = main
        self.root = child(main.window, LockScreen, "lockScreen")

    # --- what she does

    def unlock(self, who: str, passphrase: str | None = None) -> None:
        """Chooses a name, types the passphrase (the right one, if none is given) and Enter."""
        self.choose(who)
        self.type_passphrase(WORDS[who] if passphrase is None else passphrase)
        QTest.keyClick(self.passphrase, Qt.Key.Key_Return)
        self._main.back_to_the_window()

    def choose(self, who: str) -> None:
        """Goes to a name with the arrow keys."""
        box = child(self.root, QComboBox, "field:who")
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(box.findText(who)):
            QTest.keyClick(box, Qt.Key.Key_Down)

    def type_passphrase(self, text: str) -> None:
        """Types it, without Enter."""
        self.passphrase.setFocus()
        QTest.keyClicks(self.passphrase, text)

    def press(self, name: str) -> None:
        """Clicks a button: `unlock`, `lock:keep`, `lock:clear`."""
        QTest.mouseClick(child(self.root, QPushButton, name), LEFT)
        self._main.back_to_the_window()

    # --- what she reads

    @property
    def passphrase(self) -> QLineEdit:
        return child(self.root, QLineEdit, "field:passphrase")

    @property
    def covers(self) -> bool:
        """Whether it lies over all of the window, and nothing else of it is in sight."""
        inside = self._main.window.centralWidget()
        return (
            self.root.isVisible() and self.root.rect() == self._main.window.rect() and not inside.isVisible()
        )

    @property
    def names(self) -> list[str]:
        box = child(self.root, QComboBox, "field:who")
        return [box.itemText(index) for index in range(box.count())][1:]

    @property
    def chosen(self) -> str:
        return child(self.root, QComboBox, "field:who").currentText()

    @property
    def problem(self) -> str:
        return child(self.root, QLabel, "who:problem").text()

    @property
    def note(self) -> str:
        return child(self.root, QLabel, "lock:note").text()

    @property
    def question(self) -> str:
        """What is asked about the check of somebody else; empty where nothing is."""
        label = child(self.root, QLabel, "lock:question")
        return label.text() if label.isVisible() else ""


class OperatorsPage:
    """The list of operators, reached through the menu."""

    def __init__(self, main: MainPage) -> None:
        main.action("Operators").trigger()
        QApplication.processEvents()
        self._main = main
        self.root = child(main.window, QDialog, "operatorsDialog")

    def press(self, name: str, dialog: str) -> "PeopleDialogPage":
        """Clicks one of its buttons; returns the dialog that opens."""
        QTest.mouseClick(child(self.root, QPushButton, f"operators:{name}"), LEFT)
        QApplication.processEvents()
        return PeopleDialogPage(child(self.root, QDialog, dialog))

    def ask_to_deactivate(self) -> None:
        """Clicks Deactivate; what it asks is not answered yet."""
        QTest.mouseClick(child(self.root, QPushButton, "operators:deactivate"), LEFT)

    def can_press(self, name: str) -> bool:
        return child(self.root, QPushButton, f"operators:{name}").isEnabled()

    def select(self, line: int) -> None:
        child(self.root, QTableWidget, "operators:table").selectRow(line)

    def set_minutes(self, text: str) -> None:
        """Types after how many minutes it locks, and Enter."""
        field = child(self.root, QLineEdit, "field:minutes")
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def close(self) -> None:
        QTest.keyClick(self.root, Qt.Key.Key_Escape)
        self._main.back_to_the_window()

    @property
    def rows(self) -> list[tuple[str, ...]]:
        table = child(self.root, QTableWidget, "operators:table")
        return [
            tuple(table.item(line, column).text() for column in range(table.columnCount()))
            for line in range(table.rowCount())
        ]

    @property
    def about(self) -> str:
        return child(self.root, QLabel, "operators:about").text()

    @property
    def said(self) -> str:
        return child(self.root, QLabel, "operators:said").text()

    @property
    def minutes(self) -> str:
        return child(self.root, QLineEdit, "field:minutes").text()

    @property
    def minutes_note(self) -> str:
        return child(self.root, QLabel, "note:minutes").text()


class PeopleDialogPage(FieldsPage):
    """One of the dialogs that ask about an operator, an identity, or who somebody is."""

    root: QDialog

    def fill(self, **texts: str) -> None:
        """Types into fields, chooses in choices."""
        for place, text in texts.items():
            if isinstance(self.field(place), QComboBox):
                self.choose(place, text)
            else:
                self.type_into(place, text)

    def write(self) -> None:
        """Clicks what does it."""
        QTest.mouseClick(child(self.root, QPushButton, "write"), LEFT)
        QApplication.processEvents()

    def note(self, place: str) -> str:
        """What stands below a field."""
        return child(self.root, QLabel, f"note:{place}").text()

    def ask_to_erase(self) -> None:
        """Clicks Erase; what it asks is not answered yet."""
        QTest.mouseClick(child(self.root, QPushButton, "erase"), LEFT)

    def confirm(self, question: str, *, go: bool) -> None:
        """Answers the question that is asked before something final."""
        answer(self.root, question, go=go)

    @property
    def about(self) -> str:
        return child(self.root, QLabel, f"{self.root.objectName()}:about").text()

    @property
    def problem(self) -> str:
        return child(self.root, QLabel, f"{self.root.objectName()}:problem").text()


def answer(parent: QWidget, question: str, *, go: bool) -> None:
    """Answers a message box: goes on, or back by Escape."""
    shown = [each for each in parent.findChildren(QMessageBox, question) if each.isVisible()]
    assert len(shown) == 1, f"{question}: {len(shown)} shown"
    box = shown[0]
    if go:
        QTest.mouseClick(child(box, QPushButton, "confirm"), LEFT)
    else:
        QTest.keyClick(box, Qt.Key.Key_Escape)
    QApplication.processEvents()
