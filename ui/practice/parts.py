"""Small parts that the pages of practice share."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QVBoxLayout,
)

from ui.widgets.basics import card, role_label
from ui.widgets.rows_table import put_text

_TOP_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


def button(words: str, name: str, *, role: str = "", tip: str = "") -> QPushButton:
    """A button with a name, to be found by."""
    made = QPushButton(words)
    made.setObjectName(f"practice:{name}")
    if role:
        made.setProperty("role", role)
    made.setToolTip(tip)
    made.setAutoDefault(True)  # Return presses what has the keyboard
    return made


def table(name: str, accessible_name: str, headings: Sequence[str], stretched: int) -> QTableWidget:
    """A table that is read and chosen from, line by line; the column `stretched` takes the room there is."""
    made = QTableWidget(0, len(headings))
    made.setObjectName(f"practice:{name}")
    made.setAccessibleName(accessible_name)
    made.setHorizontalHeaderLabels(list(headings))
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    made.setTabKeyNavigation(False)
    made.setWordWrap(True)
    made.verticalHeader().hide()
    made.setShowGrid(False)
    made.setFrameShape(QFrame.Shape.NoFrame)
    header = made.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(stretched, QHeaderView.ResizeMode.Stretch)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    made.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    return made


def fill(held: QTableWidget, rows: Sequence[Sequence[str]]) -> None:
    """Puts these rows into the table; a cell that is cut off says all of it where the mouse stands."""
    held.setRowCount(len(rows))
    for line, row in enumerate(rows):
        for column, text in enumerate(row):
            put_text(held, line, text, column, tip=text)
            held.model().setData(
                held.model().index(line, column), _TOP_LEFT, Qt.ItemDataRole.TextAlignmentRole
            )


def titled(title: str) -> tuple[QFrame, QVBoxLayout]:
    """A card with a title; what belongs into it goes into the column."""
    frame = card()
    column = QVBoxLayout(frame)
    column.setContentsMargins(10, 8, 10, 8)
    column.setSpacing(4)
    if title:
        column.addWidget(role_label(title, "workingtitle"))
    return frame, column
