"""The list of what deserves attention, the worst first."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.states import Card
from ui.widgets.basics import role_label


class FindingList(QWidget):
    """Cards from top to bottom; a card may offer one act."""

    act_requested = Signal(str)  # the act a card offers, `confirm:<address of a figure>`

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("findings")
        self._frames: list[tuple[Card, QFrame]] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Shows exactly these cards; those that stand there already are kept, wherever they stand now."""
        before, kept = self._frames, list(self._frames)
        self._frames = []
        for card in cards:
            same = next((pair for pair in kept if pair[0] == card), None)
            if same is not None:
                kept.remove(same)
            self._frames.append(same or (card, self._card(card)))
        for _, frame in kept:
            self._layout.removeWidget(frame)
            frame.hide()
            frame.deleteLater()
        for number, pair in enumerate(self._frames):
            if self._frames[: number + 1] != before[: number + 1]:
                self._layout.insertWidget(number, pair[1])
                pair[
                    1
                ].raise_()  # who goes through them by ear or by key meets them in the order in which they stand

    @property
    def holds_any(self) -> bool:
        """Whether there is any card."""
        return bool(self._frames)

    def focus_first(self) -> None:
        """Brings the gravest into sight, and the keyboard to it."""
        if self._frames:
            self._frames[0][1].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _card(self, shown: Card) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "finding")
        frame.setProperty("severity", shown.severity)
        frame.setObjectName(f"finding:{shown.code}")
        frame.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        frame.setAccessibleName(f"{shown.word}: {shown.title}. {shown.detail}")
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(10, 7, 8, 7)
        layout.setSpacing(2)
        title = role_label(f"{shown.sign} {shown.title}", "findingtitle", wrap=True)
        layout.addWidget(title)
        for text, role in ((shown.detail, "findingtext"), (shown.source, "note")):
            if text:
                label = role_label(text, role, wrap=True)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                layout.addWidget(label)
        for act, words in shown.acts:
            layout.addLayout(self._act(act, words))
        return frame

    def _act(self, act: str, words: str) -> QHBoxLayout:
        button = QPushButton(words)
        button.setProperty("role", "link")
        button.setObjectName(f"act:{act}")
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: self.act_requested.emit(act))
        row = QHBoxLayout()
        row.addWidget(button)
        row.addStretch(1)
        return row
