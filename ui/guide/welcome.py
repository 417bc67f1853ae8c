"""The first page: what it is, in three sentences, and where one may begin."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.widgets.basics import ScrollArea, named_button, role_label

SENTENCES = (
    "itbcalc is a second opinion for the moment before an intrathecal baclofen pump is reprogrammed.",
    "You type the change and what the programmer shows; it recomputes everything, shows its working, and names the slip "
    "that would explain a difference.",
    "It never talks to a pump and proposes no dose: the maker's manual and your own judgement decide.",
)
BEGINNINGS = (
    ("tour", "A short tour", "six steps through an example; Esc leaves it at any of them"),
    ("example", "Open an example", "a mistyped concentration, and what gives it away; more in the menu"),
    ("check", "A new check", "an empty page: type the therapy now and new"),
    ("practice", "Practice", "virtual patients who cannot be hurt"),
    ("settings", "Settings", "what is usual in your clinic, look and size"),
    ("help", "Help", "F1 opens it at the place you are at"),
)


class WelcomePage(QWidget):
    """Sentences and buttons."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("welcomePanel")
        body = QWidget()
        body.setMaximumWidth(680)
        column = QVBoxLayout(body)
        column.setContentsMargins(28, 20, 28, 20)
        column.setSpacing(10)
        for sentence in SENTENCES:
            column.addWidget(role_label(sentence, "outcome", wrap=True))
        self.buttons: list[QPushButton] = []
        for name, words, about in BEGINNINGS:
            row = QHBoxLayout()
            button = named_button(words, f"begin:{name}")
            button.setMinimumWidth(160)
            button.setAccessibleDescription(about)
            button.clicked.connect(lambda _=False, chosen=name: self.chosen.emit(chosen))
            self.buttons.append(button)
            row.addWidget(button)
            row.addWidget(role_label(about, "quiet", wrap=True), 1)
            column.addLayout(row)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ScrollArea(body))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the keyboard, as the space bar does."""
        pressed = [button for button in self.buttons if button.hasFocus()]
        if pressed and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            pressed[0].click()
            return
        super().keyPressEvent(event)

    def focus_first(self) -> None:
        """The keyboard goes to the first thing one may do."""
        self.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)
