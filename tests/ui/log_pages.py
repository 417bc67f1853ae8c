"""The log in the window as its user sees it."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QTableView,
)

from tests.ui.pages import MainPage, PlotPage, child, texts, wait_for
from ui import rail
from ui.log.desk import LogDesk
from ui.log.panel import LogPanel
from ui.log.restoring import RestoreDialog
from ui.log.states import HEADINGS
from ui.log.waiting_band import WaitingBand


class LogPage:
    """The log panel, reached by its button in the rail. What is looked at is read first, however long that takes."""

    def __init__(self, main: MainPage) -> None:
        main.show_panel("log")
        self.main = main
        self._root = child(main.window, LogPanel, "logPanel")
        self._settle()

    @property
    def root(self) -> LogPanel:
        """The panel, once it has read what it was asked for."""
        self._settle()
        return self._root

    # --- what she reads

    @property
    def rows(self) -> list[dict[str, str]]:
        """The entries as they stand in the table, the newest first."""
        table = self.root.table
        return [dict(zip(HEADINGS, cells, strict=True)) for cells in _cells(table)]

    @property
    def columns(self) -> list[str]:
        """The headings that are shown."""
        table = self.root.table
        return [heading for column, heading in enumerate(HEADINGS) if not table.isColumnHidden(column)]

    def struck_through(self, line: int) -> bool:
        """Whether the whole row is struck through."""
        model = self.root.table.model()
        fonts = [model.index(line, column).data(Qt.ItemDataRole.FontRole) for column in range(len(HEADINGS))]
        return all(font.strikeOut() for font in fonts)

    def bold(self, heading: str) -> set[str]:
        """The numbers of the entries whose cell of this column is bold."""
        model, column = self.root.table.model(), HEADINGS.index(heading)
        return {
            row["no."]
            for line, row in enumerate(self.rows)
            if model.index(line, column).data(Qt.ItemDataRole.FontRole).bold()
        }

    def tip(self, line: int, heading: str) -> str:
        """What is said of a cell that the mouse stands on."""
        index = self.root.table.model().index(line, HEADINGS.index(heading))
        return str(index.data(Qt.ItemDataRole.ToolTipRole))

    @property
    def patients(self) -> list[tuple[str, str]]:
        """The list of patients: who, and what is known of the entries."""
        held = self.root.patients.list
        lines = [text.split("\n") for text in texts(held)]
        return [(who, detail) for who, detail in lines]

    @property
    def patient(self) -> str:
        """Who is chosen in the list; nothing where nobody is."""
        held = self.root.patients.list
        return texts(held)[held.currentRow()].partition("\n")[0] if held.currentRow() >= 0 else ""

    @property
    def about(self) -> str:
        return self.root.about.text()

    @property
    def trouble(self) -> str:
        """What is wrong with the log, above everything; nothing where it is not shown."""
        label = self.root.trouble
        return label.text() if label.isVisibleTo(self._root) else ""

    @property
    def whose(self) -> str:
        """Whose log it is, and where."""
        label = self.root.whose
        return label.text() if label.isVisibleTo(self._root) else ""

    @property
    def waiting(self) -> list[str]:
        """What waits, in red, a line an entry; nothing where that is not shown."""
        label = self.root.waiting
        return label.text().split("\n")[1:] if label.isVisibleTo(self._root) else []

    @property
    def entry(self) -> str:
        """The selected entry, whole."""
        return self.root.whole.toPlainText()

    @property
    def selected(self) -> str:
        """The number of the entry selected."""
        line = self.root.table.currentIndex().row()
        return self.rows[line]["no."] if line >= 0 else ""

    @property
    def verdict(self) -> str:
        return self.root.verdict.text()

    @property
    def anchor(self) -> str:
        """What stands in the field of the anchor."""
        return self.root.anchor.text()

    @property
    def dose(self) -> PlotPage:
        """The picture of the dose and the scores."""
        return PlotPage(self.root.dose)

    @property
    def no_dose(self) -> str:
        """What stands in the place of the picture."""
        label = self.root.no_dose
        return label.text() if label.isVisibleTo(self._root) else ""

    @property
    def compared(self) -> list[tuple[str, ...]]:
        """What differs between the two dates."""
        return _cells(self.root.compare.table)

    @property
    def compared_about(self) -> str:
        return self.root.compare.about.text()

    @property
    def compared_dates(self) -> tuple[str, str]:
        return self.root.compare.then.text(), self.root.compare.now.text()

    @property
    def date_problems(self) -> tuple[str, str]:
        """What is said beneath the two dates."""
        return self.root.compare.then_problem.text(), self.root.compare.now_problem.text()

    @property
    def since(self) -> list[tuple[str, ...]]:
        """What was written after the entry selected."""
        return _cells(self.root.since.table)

    @property
    def since_about(self) -> str:
        return self.root.since.about.text()

    @property
    def more(self) -> str:
        """What the button for more entries says; nothing where it is not shown."""
        button = child(self.root, QPushButton, "log:more")
        return button.text() if button.isVisibleTo(self._root) else ""

    # --- what she does

    def select(self, line: int) -> None:
        self.root.table.selectRow(line)

    def select_number(self, number: str) -> None:
        """Selects the entry with this number."""
        self.select([row["no."] for row in self.rows].index(number))

    def search(self, text: str) -> None:
        self.root.patients.search.clear()
        QTest.keyClicks(self.root.patients.search, text)

    def key_in_search(self, key: Qt.Key) -> None:
        QTest.keyClick(self.root.patients.search, key)

    def choose_patient(self, patient: str) -> None:
        """Goes to a patient in the list with the arrow keys."""
        line = [who for who, _ in self.patients].index(patient)
        held = self.root.patients.list
        held.setFocus()
        QTest.keyClick(held, Qt.Key.Key_Home)
        for _ in range(line):
            QTest.keyClick(held, Qt.Key.Key_Down)

    def press(self, name: str) -> None:
        """Clicks one of the panel's buttons, or chooses an entry of its menu."""
        action = self.root.findChild(QAction, f"log:{name}")
        if action is not None:
            action.trigger()
            return
        QTest.mouseClick(child(self.root, QPushButton, f"log:{name}"), Qt.MouseButton.LeftButton)

    def can_press(self, name: str) -> bool:
        return child(self.root, QPushButton, f"log:{name}").isEnabled()

    def compare(self, then: str, now: str) -> None:
        """Types two dates, and Return."""
        pane = self.root.compare
        for field, text in ((pane.then, then), (pane.now, now)):
            field.selectAll()
            QTest.keyClicks(field, text) if text else QTest.keyClick(field, Qt.Key.Key_Delete)
        QTest.keyClick(pane.now, Qt.Key.Key_Return)

    def verify(self, anchor: str = "") -> str:
        """Verifies to the end; returns the verdict."""
        self.root.anchor.setText(anchor)
        self.press("verify")
        wait_for(lambda: child(self._root, QPushButton, "log:verify").text() == "Verify")
        return self.verdict

    def _settle(self) -> None:
        wait_for(lambda: not self._root.reading)


def _cells(table: QTableView) -> list[tuple[str, ...]]:
    model = table.model()
    return [
        tuple(str(model.index(line, column).data()) for column in range(model.columnCount()))
        for line in range(model.rowCount())
    ]


class RestorePage:
    """The dialog that puts a backup in the place of the log."""

    def __init__(self, main: MainPage) -> None:
        QApplication.processEvents()
        self.main = main
        self._root = child(main.window, RestoreDialog, "restoreDialog")
        self._settle()

    @property
    def backups(self) -> list[str]:
        """The backups on offer, the newest first."""
        held = self._root.backups
        return texts(held)

    @property
    def words(self) -> str:
        self._settle()
        return self._root.words.toPlainText()

    @property
    def problem(self) -> str:
        self._settle()
        return self._root.problem.text()

    @property
    def can_put_back(self) -> bool:
        self._settle()
        return self._root.put_back.isEnabled()

    @property
    def can_confirm(self) -> bool:
        self._settle()
        return self._root.confirmation.isEnabled()

    def choose(self, line: int) -> None:
        self._root.backups.setCurrentRow(line)

    def choose_file(self, path: Path) -> None:
        """Another file…, its name, Enter."""
        self._click("other")
        self.main.type_file_name(str(path))

    def compare(self) -> str:
        """Compares to the end; returns the words."""
        self._click("compare")
        return self.words

    def older_key(self) -> QDialog:
        """Older recovery key…: the dialog that asks for it."""
        self._click("olderKey")
        return child(self._root, QDialog, "olderKeyDialog")

    def confirm(self, text: str) -> None:
        self._root.confirmation.clear()
        QTest.keyClicks(self._root.confirmation, text)

    def put_back(self) -> str:
        """Puts it back; returns the words."""
        self._click("putBack")
        return self.words

    def close(self) -> None:
        self._click("close")
        self.main.back_to_the_window()

    def _click(self, name: str) -> None:
        QTest.mouseClick(child(self._root, QPushButton, f"restore:{name}"), Qt.MouseButton.LeftButton)

    def _settle(self) -> None:
        wait_for(lambda: not self._root.busy)


class WaitingBandPage:
    """The red band under the header, in every panel."""

    def __init__(self, main: MainPage) -> None:
        self.main = main

    @property
    def words(self) -> str:
        """What it says; nothing where it is not shown."""
        bands = [each for each in self.main.window.findChildren(WaitingBand) if each.isVisible()]
        return child(bands[0], QLabel, "waitingBand:words").text() if bands else ""

    def send(self) -> str:
        """Sends what waits; what is said of it then."""
        button = child(self.main.window, QPushButton, "waitingBand:send")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        wait_for(button.isEnabled)
        return self.main.dismissed() if self.main.dialog is not None else self.main.message


class AskingPage:
    """One of the dialogs that ask before something is written."""

    def __init__(self, main: MainPage, name: str) -> None:
        QApplication.processEvents()
        shown = [each for each in main.window.findChildren(QDialog, name) if each.isVisible()]
        assert len(shown) == 1, f"{name}: {len(shown)} shown"
        self.root = shown[0]
        self.main, self._name = main, name

    @property
    def about(self) -> str:
        return self.text(f"{self._name}:about")

    @property
    def problem(self) -> str:
        return self.text(f"{self._name}:problem")

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
        """Gives a reason everywhere; `yes` where that very word is asked for."""
        for field in self.root.findChildren(QLineEdit):
            if field.objectName().startswith("field:answer."):
                field.setText("yes" if field.placeholderText() == "type yes" else reason)

    def choose_setting(self, place: str, words: str) -> None:
        """Chooses from the list of a setting."""
        box = child(self.root, QComboBox, f"field:setting.{place}")
        index = box.findText(words)
        assert index >= 0, f"{words!r} is not on offer"
        box.setFocus()
        for _ in range(index - box.currentIndex()):
            QTest.keyClick(box, Qt.Key.Key_Down)

    def choose(self, state: str) -> None:
        child(self.root, QRadioButton, f"state:{state}").click()

    def write(self) -> None:
        """Clicks what records it."""
        QTest.mouseClick(child(self.root, QPushButton, "write"), Qt.MouseButton.LeftButton)
        self.main.back_to_the_window()

    def cancel(self) -> None:
        self.root.reject()
        self.main.back_to_the_window()

    def text(self, name: str) -> str:
        return child(self.root, QObject, name).text()  # type: ignore[attr-defined]  # a label


def desk(main: MainPage) -> LogDesk:
    return main.owner.room(rail.log)


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
