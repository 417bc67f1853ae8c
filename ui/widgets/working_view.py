"""How was this value reached? Always there, selectable, copyable."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ui.states import WorkingText
from ui.widgets.basics import Cover, role_label


class WorkingView(QWidget):
    """The working of the selected row."""

    def __init__(self) -> None:
        super().__init__()
        self._title = role_label("Working", "workingtitle", name="workingTitle", wrap=True)
        self._copy = QPushButton("Copy")
        self._copy.setObjectName("copyWorking")
        self._copy.setProperty("role", "link")
        self._copy.setToolTip("Copies the working of the selected row")
        self._text = QPlainTextEdit()
        self._text.setObjectName("workingText")
        self._text.setAccessibleName("Working of the selected row")
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(12)
        self._text.setFont(font)
        self._origin = role_label("", "note", name="workingOrigin", wrap=True)
        self._lay_out()
        self._cover = Cover(self)
        self._copy.clicked.connect(self.copy)

    def show_working(self, working: WorkingText) -> None:
        """Shows one working; the room it needs follows its lines, up to a limit."""
        self._cover.lay(covered=False)
        self._title.setText(f"Working: {working.title}" if working.title else "Working")
        if self._text.toPlainText() != working.text:
            self._text.setPlainText(working.text)
        self._origin.setText(working.origin)
        self._copy.setEnabled(bool(working.text))

    def wait(self) -> None:
        """What stands there is no longer so; what is so will follow."""
        self._cover.lay(covered=True)

    def copy(self) -> None:
        """Copies title and working."""
        QGuiApplication.clipboard().setText(f"{self._title.text()}\n{self._text.toPlainText()}")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._origin)
        self._text.setMinimumHeight(150)
