"""The entries as a table, the newest first; as many as there are, without waiting for them."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSignalBlocker,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ui.log.states import HEADINGS, LogRow

_LOOKED_AT = 60  # rows whose texts decide how wide a column is
_ROW_HEIGHT = 24
_LETTERS = 12  # pixels high: nine columns stand side by side in a window of 1280
_NO_INDEX = QModelIndex()

Index = QModelIndex | QPersistentModelIndex


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


class EntryModel(RowsModel):
    """The entries: what does not hold is struck through, and a read-back that is missing is bold."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(HEADINGS, parent)
        self._rows: Sequence[LogRow] = ()

    def show_entries(self, rows: Sequence[LogRow]) -> None:
        """Shows exactly these entries."""
        self._rows = rows
        self.show_rows([row.cells for row in rows])

    def row(self, line: int) -> LogRow | None:
        """The entry in a line."""
        return self._rows[line] if 0 <= line < len(self._rows) else None

    def line_of(self, entry_id: str) -> int:
        """The line of an entry; the first where it is not there."""
        return next((line for line, row in enumerate(self._rows) if row.entry_id == entry_id), 0)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell, how it is written, and what is to be known of its entry."""
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setStrikeOut(bool(row.struck))
            font.setBold(row.warned and HEADINGS[index.column()] == "read back")
            return font
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (row.cells[index.column()], row.struck, row.note)))
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return row.struck or None
        return super().data(index, role)


class RowsView(QTableView):
    """Rows by keyboard: Tab leaves it as a field is left."""

    def __init__(self, name: str, words: str, model: RowsModel, wide: int) -> None:
        """`wide` is the column that takes the room that is left."""
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
        header.setResizeContentsPrecision(_LOOKED_AT)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters do not search in here: the search field does."""
        if event.text().isalnum():
            event.ignore()
            return
        super().keyPressEvent(event)


class EntryTable(RowsView):
    """The entries, one of them selected."""

    row_selected = Signal()

    def __init__(self, parent: QWidget) -> None:
        self.entries = EntryModel(parent)
        super().__init__(
            "log:table", "entries of the log, the newest first", self.entries, HEADINGS.index("what")
        )
        self.selectionModel().currentRowChanged.connect(self.row_selected)

    def show_entries(self, rows: Sequence[LogRow], *, one_patient: bool) -> None:
        """Shows exactly these entries; the one selected before stays so where it is still there."""
        row = self.selected_row()
        blocker = QSignalBlocker(self.selectionModel())  # whoever shows them knows which one is selected
        self.entries.show_entries(rows)
        self.setColumnHidden(HEADINGS.index("patient"), one_patient)
        self.setVisible(bool(rows))
        if rows:
            line = self.entries.line_of(row.entry_id) if row is not None else 0
            self.selectRow(line)
        blocker.unblock()

    def selected_row(self) -> LogRow | None:
        """The entry selected."""
        return self.entries.row(self.currentIndex().row())
