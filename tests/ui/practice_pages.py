"""Practice in the window as a trainee sees it."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QWidget,
)

from tests.ui.log_pages import AskingPage
from tests.ui.pages import LEFT, MainPage, child, texts, type_text, wait_for
from ui import rail
from ui.practice.band import PracticeBand
from ui.practice.course_view import CourseView
from ui.practice.desk import PracticeDesk
from ui.practice.panel import PracticePanel
from ui.widgets.basics import Choice

AT_ONCE = "0"


def desk(main: MainPage) -> PracticeDesk:
    return main.owner.room(rail.practice)


class PracticePage:
    """The practice panel, reached by its key. What was asked for is waited for, however long that takes."""

    def __init__(self, main: MainPage) -> None:
        self.main = main
        QApplication.processEvents()  # a window that has just opened gets its keys with its first events
        main.press("Ctrl+6")
        assert main.panel == "practice"
        self._root = child(main.window, PracticePanel, "practicePanel")
        wait_for(lambda: self._root.is_built)
        wait_for(lambda: self._root.list_page.list.count() > 0)

    @property
    def root(self) -> PracticePanel:
        """The panel, once it has done what it was asked for."""
        wait_for(lambda: not self._root.busy)
        return self._root

    @property
    def page(self) -> QWidget:
        """The page in front."""
        return self.root.page

    # --- what she reads

    def text(self, name: str) -> str:
        """What stands on a label, if it is shown."""
        label = child(self.page, QLabel, f"practice:{name}")
        return label.text() if label.isVisibleTo(self.page) else ""

    def rows(self, name: str) -> list[tuple[str, ...]]:
        """A table, line by line."""
        table = child(self.page, QTableWidget, f"practice:{name}")
        cells = [
            [table.item(line, column) for column in range(table.columnCount())]
            for line in range(table.rowCount())
        ]
        return [tuple(item.text() if item is not None else "" for item in row) for row in cells]

    @property
    def scenarios(self) -> list[tuple[str, str]]:
        """The scenarios on offer: the title, and whether it was played."""
        held = self.root.list_page.list
        lines = [text.partition("\n") for text in texts(held)]
        return [(title, played) for title, _, played in lines]

    @property
    def clock(self) -> str:
        return self.text("clock")

    @property
    def decisions(self) -> list[str]:
        """What was done, in order."""
        return [row[2] for row in self.rows("decisions")]

    @property
    def seen(self) -> list[str]:
        """What was seen, the newest first."""
        return [row[1] for row in self.rows("seen")]

    @property
    def course(self) -> CourseView:
        return self.root.play_page.course

    @property
    def drawn(self) -> list[tuple[str, list[str]]]:
        """Each lane of the picture, with the style of each of its lines."""
        return [(lane.name, [trace.style for trace in lane.traces]) for lane in self.course.drawing.lanes]

    @property
    def band(self) -> str:
        """What the band across the window says; nothing where it is not shown."""
        band = child(self.main.window, PracticeBand, "practiceBand")
        if not band.isVisibleTo(self.main.window):
            return ""
        return " ".join(label.text() for label in band.findChildren(QLabel) if label.isVisibleTo(band))

    def can_press(self, name: str) -> bool:
        return child(self.page, QPushButton, f"practice:{name}").isEnabled()

    # --- what she does

    def choose(self, title: str) -> None:
        """Goes to a scenario in the list with the arrow keys."""
        line = [each for each, _ in self.scenarios].index(title)
        held = self.root.list_page.list
        held.setFocus()
        QTest.keyClick(held, Qt.Key.Key_Home)
        for _ in range(line):
            QTest.keyClick(held, Qt.Key.Key_Down)

    def begin(self, title: str, *, seed: str = "", trainee: str = "", pace: str = AT_ONCE) -> None:
        """Chooses a scenario, says who plays, and Return."""
        self.choose(title)
        for name, text in (("seed", seed), ("trainee", trainee)):
            field = child(self.page, QLineEdit, f"field:{name}")
            field.clear()
            type_text(field, text)
        QTest.keyClick(child(self.page, QLineEdit, "field:seed"), Qt.Key.Key_Return)
        if self.page is self.root.play_page:
            self.root.play_page.pace.choose(pace)

    def press(self, name: str) -> None:
        """Clicks a button of the page."""
        QTest.mouseClick(child(self.page, QPushButton, f"practice:{name}"), LEFT)
        wait_for(lambda: not self._root.busy)

    def look_at(self, examination: str) -> None:
        """Orders an examination."""
        child(self.page, Choice, "field:exam").choose(examination)
        self.press("order")

    def let_pass(self, by: str) -> None:
        """Types how long, and Return."""
        field = child(self.page, QLineEdit, "field:by")
        field.clear()
        type_text(field, by)
        QTest.keyClick(field, Qt.Key.Key_Return)
        wait_for(lambda: not self._root.busy)

    def go_back_before(self, number: int) -> None:
        """Chooses a decision in the list, and takes it back."""
        child(self.page, QTableWidget, "practice:decisions").selectRow(number - 1)
        self.press("back")

    def program(self, **typed: str) -> None:
        """Program…, and types into the fields of the real check; dots in places are double underscores."""
        self.press("program")
        assert self.main.panel == "check"
        for place, text in typed.items():
            self.main.check.paste_into(place.replace("__", "."), text)

    def record(self) -> AskingPage:
        """Record, in the check; returns what is asked."""
        self.main.press("Ctrl+R")
        wait_for(lambda: not self._root.busy)
        return AskingPage(self.main, "recordDialog")

    def confirm(self, asking: AskingPage) -> None:
        """Presses the button of the dialog, and waits for what comes of it."""
        asking.write()
        wait_for(lambda: not self._root.busy)

    def answer(self, dialog: str, button: str) -> None:
        """Clicks a button of a question that is open."""
        found = [each for each in self.main.window.findChildren(QDialog, dialog) if each.isVisible()]
        assert len(found) == 1, f"{dialog}: {len(found)} shown"
        QTest.mouseClick(child(found[0], QPushButton, button), LEFT)
        self.main.back_to_the_window()
        wait_for(lambda: not self._root.busy)

    def press_on_band(self, name: str) -> None:
        """Clicks a button of the band."""
        QTest.mouseClick(child(self.main.window, QPushButton, f"practiceBand:{name}"), LEFT)
        wait_for(lambda: not self._root.busy)

    def open_files(self, paths: Sequence[Path]) -> None:
        """What the file dialog gives when these are chosen."""
        dialog = child(self.main.window, QFileDialog, "runFiles")
        dialog.filesSelected.emit([str(path) for path in paths])
        dialog.reject()
        self.main.back_to_the_window()
        wait_for(lambda: not self._root.busy)
