"""The help: one page with a search, opened at the place one was at, with the help of the field on top."""

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from ui.widgets.basics import Field, named_button, role_label, set_tone


class HelpPage(QWidget):
    """Text to be read, found by its words."""

    first_steps_requested = Signal()
    back_requested = Signal()

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.setObjectName("helpPanel")
        self.text = QTextBrowser()
        self.text.setObjectName("helpText")
        self.text.setAccessibleName("Help")
        self.text.setOpenLinks(False)
        self.text.document().setDocumentMargin(24)
        self.text.setMarkdown(markdown)
        self.search = Field("help.search", "Search the help")
        self.search.setPlaceholderText("search the help; Enter goes on to the next place")
        self._found = role_label("", "note", name="help:found")
        self.field = role_label("", "outcome", name="help:field", wrap=True)
        self.field.setContentsMargins(24, 8, 24, 8)
        self.field.hide()
        self._lay_out()
        self.search.textChanged.connect(self._on_typed)
        self.search.returnPressed.connect(self._on_next)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.search.setFocus)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.back_requested.emit)

    def open_at(self, heading: str, about_field: str) -> None:
        """Scrolls to a heading; `about_field` is the help of the field one was in, empty for none."""
        self.field.setText(about_field)
        self.field.setVisible(bool(about_field))
        self.search.setText("")
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        block = self.text.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and block.text() == heading:
                self.text.setTextCursor(QTextCursor(block))
                top = self.text.document().documentLayout().blockBoundingRect(block).top()
                self.text.verticalScrollBar().setValue(int(top))
                break
            block = block.next()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(24, 8, 24, 0)
        first = named_button("First steps", "help:first")
        first.clicked.connect(self.first_steps_requested)
        back = named_button("Back", "help:back")
        back.setToolTip("To where you were (Esc)")
        back.clicked.connect(self.back_requested)
        row.addWidget(self.search, 1)
        row.addWidget(self._found)
        row.addWidget(back)
        row.addWidget(first)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.field)
        column.addWidget(self.text, 1)

    def _on_typed(self, words: str) -> None:
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        count = len(re.findall(re.escape(words.strip()), self.text.toPlainText(), re.IGNORECASE))
        refused = bool(words.strip()) and not count
        self._found.setText("" if not words.strip() else "not found" if refused else f"{count} found")
        set_tone(self._found, "refused" if refused else "")
        self._on_next()

    def _on_next(self) -> None:
        """The next place; from the last on again to the first."""
        words = self.search.text().strip()
        if words and not self.text.find(words, QTextDocument.FindFlag(0)):
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            self.text.find(words, QTextDocument.FindFlag(0))
