"""The list of what deserves attention, the worst first."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.states import Card
from ui.widgets.basics import Cover, role_label, settle, speak
from ui.widgets.in_turn import in_turn

_MOST_SPARE = 12


class FindingList(QWidget):
    """Cards from top to bottom; a card may offer one act."""

    act_requested = Signal(str)  # the act a card offers, `confirm:<address of a figure>`

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("findings")
        self._frames: list[_CardFrame] = []
        self._spare: list[
            _CardFrame
        ] = []  # out of sight, to be written anew: to make one takes longer than the values
        self._waiting: Sequence[Card] | None = None  # what is to be shown once the values are painted
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._wait_for_turn)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Shows exactly these cards; those that stand there already are kept, wherever they stand now.

        A card of which only the words are other ones is written anew: to make one takes longer than the values beside it.
        """
        self._later.stop()
        in_turn().drop(self)
        self._waiting = None
        before, free = self._frames, list(self._frames)
        for frame in before:
            frame.cover(covered=False)
        kept = [_taken(free, card) for card in cards]
        meant = [same or self._written(free, card, _meant) for same, card in zip(kept, cards, strict=True)]
        frames = [
            frame or self._written(free, card, _looks) or self._made(card)
            for frame, card in zip(meant, cards, strict=True)
        ]
        for frame in free:
            self._put_away(frame)
        self._frames = frames
        if frames != before:
            self._put_in_order(before)
        others = [frame for frame, same in zip(frames, kept, strict=True) if same is None]
        if self.isVisible() and (others or frames != before):
            settle(self, others)

    def show_behind(self, cards: Sequence[Card], patience_ms: int = 0) -> None:
        """The same as soon as what else waits is painted: values come first. What is said no longer is covered until then.

        Where other cards will soon be there it has so much patience: to show some for a moment takes as long as to show
        those that stay.
        """
        free = list(self._frames)
        for card in cards:
            _taken(free, card)
        for frame in self._frames:
            frame.cover(covered=frame in free)
        self._waiting = cards
        in_turn().drop(self)
        self._later.start(patience_ms) if patience_ms else self._wait_for_turn()

    def hold(self) -> None:
        """Nothing of what stands there is so any longer, and it is not known yet what is; it keeps its room."""
        self._later.stop()
        in_turn().drop(self)
        self._waiting = None
        for frame in self._frames:
            frame.cover(covered=True)

    def _wait_for_turn(self) -> None:
        self._later.stop()
        in_turn().add(self, self.catch_up)

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

    def _written(
        self, free: "list[_CardFrame]", card: Card, alike: Callable[[Card], object]
    ) -> "_CardFrame | None":
        """One of those that are free or spare and are alike, with other words."""
        for offered in (free, self._spare):
            frame = next((each for each in offered if alike(each.shown) == alike(card)), None)
            if frame is not None:
                offered.remove(frame)
                frame.write(card)
                return frame
        return None

    def _made(self, card: Card) -> "_CardFrame":
        made = _CardFrame(card)
        made.act_requested.connect(self.act_requested)
        return made

    def _put_away(self, frame: "_CardFrame") -> None:
        self._layout.removeWidget(frame)
        frame.hide()
        if len(self._spare) < _MOST_SPARE:
            frame.setObjectName("spare")
            self._spare.append(frame)
        else:
            frame.deleteLater()


def _taken(free: "list[_CardFrame]", card: Card) -> "_CardFrame | None":
    """The one that says just this, and it is free no longer."""
    same = next((each for each in free if each.shown == card), None)
    if same is not None:
        free.remove(same)
    return same


def _looks(card: Card) -> tuple[str, bool, bool, tuple[tuple[str, str], ...]]:
    """All of a card but its words: which of them there are, and what it offers."""
    return card.severity, bool(card.detail), bool(card.source), card.acts


def _meant(card: Card) -> object:
    """The same thing, found of the same place."""
    return card.code, card.place, _looks(card)


class _CardFrame(QFrame):
    """One card; its words may change, what it looks like does not."""

    act_requested = Signal(str)

    def __init__(self, shown: Card) -> None:
        super().__init__()
        self.shown = shown
        self.setProperty("role", "finding")
        self.setProperty("severity", shown.severity)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 7, 8, 7)
        layout.setSpacing(2)
        self._labels = [role_label("", "findingtitle", wrap=True)]
        texts = ((shown.detail, "findingtext"), (shown.source, "note"))
        self._labels += [role_label("", role, wrap=True) for text, role in texts if text]
        for label in self._labels:
            layout.addWidget(label)
        for act, words in shown.acts:
            layout.addLayout(self._act(act, words))
        self._cover = Cover(self)
        self.write(shown)

    def write(self, shown: Card) -> None:
        """Says this; it looks like what stood there before."""
        self.shown = shown
        self.setObjectName(f"finding:{shown.code}")
        texts = (f"{shown.sign} {shown.title}", *filter(None, (shown.detail, shown.source)))
        for label, text in zip(self._labels, texts, strict=True):
            if label.text() != text:
                label.setText(text)
        speak(self, f"{shown.word}: {shown.title}. {shown.detail}")

    def cover(self, *, covered: bool) -> None:
        """Hides what it says, as long as that is not what is to be said."""
        self._cover.lay(covered=covered)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Its words can be selected as soon as the mouse is there: those that can be take twice as long to lay out."""
        super().enterEvent(event)
        for label in self._labels[1:]:
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def leaveEvent(self, event: QEvent) -> None:
        """They are plain words again, unless some are selected."""
        super().leaveEvent(event)
        for label in self._labels[1:]:
            if not label.hasSelectedText():
                label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)

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
