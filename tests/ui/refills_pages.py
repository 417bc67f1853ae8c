"""The panel of refills as its user sees it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton

from tests.ui.pages import MainPage, child, type_text, wait_for
from ui.refills.panel import RefillsPanel


class RefillsPage:
    """The panel, reached by its button in the rail, once it has read the log."""

    def __init__(self, main: MainPage) -> None:
        main.show_panel("refills")
        self.main = main
        self._root = child(main.window, RefillsPanel, "refillsPanel")

    @property
    def root(self) -> RefillsPanel:
        wait_for(lambda: not self._root.reading)
        return self._root

    @property
    def headings(self) -> list[str]:
        model = self.root.table.model()
        return [
            str(model.headerData(column, Qt.Orientation.Horizontal)) for column in range(model.columnCount())
        ]

    @property
    def rows(self) -> list[dict[str, str]]:
        """The patients as they stand in the table."""
        model = self.root.table.model()
        return [
            {heading: str(model.index(line, n).data()) for n, heading in enumerate(self.headings)}
            for line in range(model.rowCount())
        ]

    @property
    def patients(self) -> list[str]:
        return [row["Patient"] for row in self.rows]

    def spoken(self, line: int) -> str:
        """What a screen reader hears of a row."""
        return str(self.root.table.model().index(line, 0).data(Qt.ItemDataRole.AccessibleDescriptionRole))

    @property
    def whose(self) -> str:
        return self.root.whose.text()

    @property
    def counts(self) -> str:
        return self.root.counts.text()

    @property
    def note(self) -> str:
        """What else is to be known of the patient selected."""
        return self.root.note.text()

    @property
    def weeks(self) -> list[str]:
        """What is heard of the bars, a week each; nothing where none are drawn."""
        bars = self.root.bars
        return bars.accessibleDescription().split("; ") if bars.isVisibleTo(self._root) else []

    @property
    def trend(self) -> list[str]:
        """What is heard of the picture, a refill each; nothing where none is drawn."""
        picture = self.root.trend
        return picture.accessibleDescription().split("; ") if picture.isVisibleTo(self._root) else []

    @property
    def empty(self) -> str:
        label = self.root.empty
        return label.text() if label.isVisibleTo(self._root) else ""

    @property
    def without_a_step(self) -> str:
        label = self.root.without_a_step
        return label.text() if label.isVisibleTo(self._root) else ""

    @property
    def trouble(self) -> str:
        label = self.root.trouble
        return label.text() if label.isVisibleTo(self._root) else ""

    def select(self, patient: str) -> None:
        self.root.table.selectRow(self.patients.index(patient))

    def search(self, text: str) -> None:
        self.root.search.clear()
        type_text(self.root.search, text)

    def show_only(self, value: str) -> None:
        box = child(self.root, QComboBox, "field:refills.filter")
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(box.findData(value)):
            QTest.keyClick(box, Qt.Key.Key_Down)

    def key(self, key: Qt.Key, *, control: bool = False) -> None:
        """A key in the table."""
        held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        self.root.table.setFocus()
        QTest.keyClick(self.root.table, key, held)

    def press(self, name: str) -> None:
        QTest.mouseClick(child(self.root, QPushButton, f"refills:{name}"), Qt.MouseButton.LeftButton)

    def can_press(self, name: str) -> bool:
        return child(self.root, QPushButton, f"refills:{name}").isEnabled()
