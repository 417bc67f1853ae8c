"""The list of what deserves attention, the worst first."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.states import Card
from ui.widgets.basics import Cover, role_label, settle, speak


class FindingList(QWidget):
    """Cards from top to bottom; a card may offer one act."""

    act_requested = Signal(str)  # the act a card offers, `confirm:<address of a figure>`

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("findings")
        self._frames: list[_CardFrame] = []
        self._waiting: Sequence[Card] | None = None  # what is to be shown once the values are painted
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self.catch_up)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Shows exactly these cards; those that stand there already are kept, wherever they stand now.

        A card of which only the words are other ones is written anew: to make one takes longer than the values beside it.
        """
        self._later.stop()
        self._waiting = None
        before, free = self._frames, list(self._frames)
        for frame in before:
            frame.cover(covered=False)
        kept = [_taken(free, card) for card in cards]
        frames = [same or self._written(free, card) for same, card in zip(kept, cards, strict=True)]
        for frame in free:
            self._layout.removeWidget(frame)
            frame.hide()
            frame.deleteLater()
        self._frames = frames
        if frames != before:
            self._put_in_order(before)
        others = [frame for frame, same in zip(frames, kept, strict=True) if same is None]
        if self.isVisible() and (others or frames != before):
            settle(self, others)

    def show_behind(self, cards: Sequence[Card]) -> None:
        """The same as soon as what else waits is painted: values come first. What is said no longer is covered until then."""
        free = list(self._frames)
        for card in cards:
            _taken(free, card)
        for frame in self._frames:
            frame.cover(covered=frame in free)
        self._waiting = cards
        self._later.start()

    def catch_up(self) -> None:
        """Shows what still waits."""
        if self._waiting is not None:
            self.show_cards(self._waiting)

    @property
    def is_behind(self) -> bool:
        """Whether cards wait to be shown."""
        return self._waiting is not None

    def _put_in_order(self, before: "Sequence[_CardFrame]") -> None:
        """Laid out once, with all of them: each that is shown by itself lays all of it out, in the room there was."""
        self._layout.setEnabled(False)
        for number, frame in enumerate(self._frames):
            if self._frames[: number + 1] != before[: number + 1]:
                self._layout.insertWidget(number, frame)
                frame.raise_()  # who goes through them by ear or by key meets them in the order in which they stand
                frame.show()
        self._layout.setEnabled(True)

    @property
    def holds_any(self) -> bool:
        """Whether there is any card."""
        return bool(self._frames)

    def focus_first(self) -> None:
        """Brings the gravest into sight, and the keyboard to it."""
        self.catch_up()
        if self._frames:
            self._frames[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _written(self, free: "list[_CardFrame]", card: Card) -> "_CardFrame":
        """One of those that are free, with other words; a new one where none looks like it."""
        frame = next((each for each in free if _looks(each.shown) == _looks(card)), None)
        if frame is None:
            made = _CardFrame(card)
            made.act_requested.connect(self.act_requested)
            return made
        free.remove(frame)
        frame.write(card)
        return frame


def _taken(free: "list[_CardFrame]", card: Card) -> "_CardFrame | None":
    """The one that says just this, and it is free no longer."""
    same = next((each for each in free if each.shown == card), None)
    if same is not None:
        free.remove(same)
    return same


def _looks(card: Card) -> Card:
    """All of a card but its words: which of them there are."""
    return replace(
        card, title="", detail="detail" if card.detail else "", source="source" if card.source else ""
    )


class _CardFrame(QFrame):
    """One card; its words may change, what it looks like does not."""

    act_requested = Signal(str)

    def __init__(self, shown: Card) -> None:
        super().__init__()
        self.shown = shown
        self.setProperty("role", "finding")
        self.setProperty("severity", shown.severity)
        self.setObjectName(f"finding:{shown.code}")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 7, 8, 7)
        layout.setSpacing(2)
        self._labels = [role_label("", "findingtitle", wrap=True)]
        for text, role in ((shown.detail, "findingtext"), (shown.source, "note")):
            if text:
                label = role_label("", role, wrap=True)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                self._labels.append(label)
        for label in self._labels:
            layout.addWidget(label)
        for act, words in shown.acts:
            layout.addLayout(self._act(act, words))
        self._cover = Cover(self)
        self.write(shown)

    def write(self, shown: Card) -> None:
        """Says this; it looks like what stood there before."""
        self.shown = shown
        texts = (f"{shown.sign} {shown.title}", *filter(None, (shown.detail, shown.source)))
        for label, text in zip(self._labels, texts, strict=True):
            if label.text() != text:
                label.setText(text)
        speak(self, f"{shown.word}: {shown.title}. {shown.detail}")

    def cover(self, *, covered: bool) -> None:
        """Hides what it says, as long as that is not what is to be said."""
        self._cover.lay(covered=covered)

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
