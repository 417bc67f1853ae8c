"""The entries as a table, the newest first; as many as there are, without waiting for them."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from ui.log.states import HEADINGS, LogRow
from ui.widgets.rows_table import Index, RowsModel, RowsView


class EntryModel(RowsModel):
    """The entries: what does not hold is struck through, and what is wrong with its read-back or second check is bold."""

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

    def lines(self) -> dict[str, int]:
        """The line of each entry."""
        return {row.entry_id: line for line, row in enumerate(self._rows)}

    def newest_step(self) -> int:
        """The line of the newest step that holds; the first where there is none."""
        return next((line for line, row in enumerate(self._rows) if row.is_step), 0)

    def is_bold(self, line: int, column: int) -> bool:
        """A read-back that is missing, a second check that does not agree."""
        row = self._rows[line]
        return {"read back": row.warned, "2nd check": row.differs}.get(HEADINGS[column], False)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A cell, how it is written, and what is to be known of its entry."""
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setStrikeOut(bool(row.struck))
            font.setBold(self.is_bold(index.row(), index.column()))
            return font
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(filter(None, (row.cells[index.column()], row.struck, row.note)))
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return row.struck or None
        return super().data(index, role)


class EntryTable(RowsView):
    """The entries, one of them selected."""

    row_selected = Signal()

    def __init__(self, parent: QWidget) -> None:
        self.entries = EntryModel(parent)
        self._wanted = ""
        super().__init__(
            "log:table",
            "entries of the log, the newest first",
            self.entries,
            HEADINGS.index("what"),
            gives_way=HEADINGS.index("by"),
        )
        self.selectionModel().currentRowChanged.connect(self.row_selected)

    def show_entries(self, rows: Sequence[LogRow], *, one_patient: bool) -> None:
        """Shows exactly these entries; the one selected before stays so where it is still there."""
        row = self.selected_row()
        blocker = QSignalBlocker(self.selectionModel())  # whoever shows them knows which one is selected
        self.entries.show_entries(rows)
        self.setColumnHidden(HEADINGS.index("patient"), one_patient)
        self.make_room()
        self.setVisible(bool(rows))
        if rows:
            self.selectRow(self._line_to_select(row))
        blocker.unblock()

    def bring(self, entry_id: str) -> None:
        """An entry that was just written is selected once it is shown."""
        self._wanted = entry_id

    def _line_to_select(self, before: LogRow | None) -> int:
        """Of the entry just written; else of the one selected before; at first of the newest step, of which most can be done."""
        lines = self.entries.lines()
        if self._wanted in lines:
            wanted, self._wanted = self._wanted, ""
            return lines[wanted]
        if before is not None:
            return lines.get(before.entry_id, 0)
        return self.entries.newest_step()

    def selected_row(self) -> LogRow | None:
        """The entry selected."""
        return self.entries.row(self.currentIndex().row())
