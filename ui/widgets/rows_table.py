"""Rows of texts as a table: as many as there are, without waiting for them; by keyboard."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

_BESIDE = 10  # pixels beside the text of a cell
_ROW_HEIGHT = 24
_WIDEST = 240  # pixels: a sentence leaves room for the other columns
_FEW_WORDS = 156  # pixels: "second check: all agrees"
_NARROWEST = 60  # pixels: a name is still known by its beginning
_LETTERS = 12  # pixels high: nine columns stand side by side in a window of 1280
_NO_INDEX = QModelIndex()

Index = QModelIndex | QPersistentModelIndex


def put_text(view: QAbstractItemView, line: int, text: str, column: int = 0, *, tip: str = "") -> None:
    """Writes a cell of a list or table that has the line already, through its model.

    An item made in Python belongs to Python and to the view; PySide 6.11 has crashed where such a view was cleared.
    """
    index = view.model().index(line, column)
    view.model().setData(index, text)
    view.model().setData(index, tip or None, Qt.ItemDataRole.ToolTipRole)


class RowsModel(QAbstractTableModel):
    """Rows of texts below headings; to be read only."""

    def __init__(self, headings: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._headings = tuple(headings)
        self._texts: Sequence[Sequence[str]] = ()

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Shows exactly these rows."""
        self.beginResetModel()
        self._texts = rows
        self.endResetModel()

    def columns(self) -> list[set[tuple[str, bool]]]:
        """The texts of each column, its heading among them, and whether each is bold."""
        return [
            {(heading, False), *((row[column], self.is_bold(n, column)) for n, row in enumerate(self._texts))}
            for column, heading in enumerate(self._headings)
        ]

    def is_bold(self, line: int, column: int) -> bool:  # noqa: ARG002  # none of them, here
        """Whether a cell is written in bold."""
        return False

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """How many rows."""
        return 0 if parent.isValid() else len(self._texts)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """How many columns."""
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell; whole as a tool tip too, where its column is too narrow for it."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._texts[index.row()][index.column()]
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """The heading of a column."""
        if role == Qt.ItemDataRole.DisplayRole and orientation is Qt.Orientation.Horizontal:
            return self._headings[section]
        return None


class RowsView(QTableView):
    """Rows by keyboard: Tab leaves it as a field is left, Enter or a double click chooses a row."""

    chosen = Signal()

    def __init__(
        self, name: str, words: str, model: RowsModel, wide: int, gives_way: int | None = None
    ) -> None:
        """`wide` is the column that takes the room that is left; one of names `gives_way` where that is too little."""
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        font = self.font()
        font.setPixelSize(_LETTERS)
        self.setFont(font)
        header = self.horizontalHeader()
        header.setFont(font)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._rows_model, self._wide, self._gives_way = model, wide, gives_way
        self._natural = 0  # width of the column that gives way
        model.modelReset.connect(self._fit)
        self._fit()
        self.doubleClicked.connect(self.chosen)

    def _fit(self) -> None:
        """Every column as wide as its longest text, of all rows, up to a bound: no number is cut. Asked of the texts: a view asks for each cell anew."""
        bold = self.font()
        bold.setBold(True)
        plain, wide = QFontMetrics(self.font()).horizontalAdvance, QFontMetrics(bold).horizontalAdvance
        for column, texts in enumerate(self._rows_model.columns()):
            if column != self._wide:
                widths = [wide(text) if is_bold else plain(text) for text, is_bold in texts]
                self.setColumnWidth(column, min(max(widths) + _BESIDE, _WIDEST))
        if self._gives_way is not None:
            self._natural = self.columnWidth(self._gives_way)
        self.make_room()

    def make_room(self) -> None:
        """The column that gives way is narrower where the wide one would have too little for a few words."""
        if self._gives_way is None:
            return
        fixed = {*range(self._rows_model.columnCount())} - {self._wide, self._gives_way}
        room = self.viewport().width() - sum(map(self.columnWidth, fixed)) - _FEW_WORDS
        self.setColumnWidth(self._gives_way, max(min(self._natural, room), _NARROWEST))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is said of the row chosen takes room from the rows: that row stays in sight."""
        super().resizeEvent(event)
        self.make_room()
        self.scrollTo(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters do not search in here: the search field does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit()
            return
        if event.text().isalnum():
            event.ignore()
            return
        super().keyPressEvent(event)
