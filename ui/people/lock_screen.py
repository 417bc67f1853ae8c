"""What covers the window while it is locked: who unlocks it, and what becomes of what somebody else typed."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.widgets.basics import card, role_label
from ui.widgets.who import WhoField

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from itbcalc.visits.people import Operator

_SIGNED_WORDS = (
    "Begin a new check unless you take it over and have looked at every field: what is recorded or printed "
    "from now on is signed by you. What was not saved is lost with a new check."
)
_PRACTISED_WORDS = (
    "Nothing of it is recorded in a log or printed. A check of the real work may have been put aside meanwhile: it comes "
    "back after practice, and what is recorded or printed of it from now on is signed by you. With a new check both "
    "are ended; the run is kept among the runs."
)


class LockScreen(QWidget):
    """Opaque, as large as the window. It shows the names of operators and nothing of any patient."""

    unlocked = Signal(object)  # Operator: the passphrase was right
    keep_chosen = Signal()
    clear_chosen = Signal()

    def __init__(self, window: QWidget, unlock: "Callable[[str, str], Operator]") -> None:
        super().__init__(window)
        self.setObjectName("lockScreen")
        self._window = window
        self.setAutoFillBackground(True)
        self._who = WhoField(unlock)
        self._unlock = QPushButton("Unlock")
        self._note = role_label("", "quiet", name="lock:note", wrap=True)
        self._question = role_label("", "workingtitle", name="lock:question", wrap=True)
        self._keep_words = role_label(_SIGNED_WORDS, "quiet", name="lock:keepWords", wrap=True)
        self._clear = QPushButton("&Begin a new check")
        self._keep = QPushButton("&Keep what is there")
        for button, name in (
            (self._unlock, "unlock"),
            (self._clear, "lock:clear"),
            (self._keep, "lock:keep"),
        ):
            button.setObjectName(name)
            button.setAutoDefault(True)  # Enter presses the one that has the keyboard
        self._pages = QStackedWidget()
        self._pages.addWidget(self._asking())
        self._pages.addWidget(self._keeping())
        self._lay_out()
        self._who.entered.connect(self._on_unlock)
        self._unlock.clicked.connect(self._on_unlock)
        self._keep.clicked.connect(self.keep_chosen)
        self._clear.clicked.connect(self.clear_chosen)
        window.installEventFilter(self)
        self.hide()

    def ask_who(self, operators: "Iterable[Operator]", chosen: str = "") -> None:
        """Covers the window and asks who unlocks it; `chosen` is the id of who worked here last."""
        self._who.offer(operators, chosen)
        self._note.setText("")
        self._pages.setCurrentIndex(0)
        self._fit()
        self.show()
        self.raise_()
        self._who.start()

    def ask_keep(self, now: str, before: str, *, practised: bool = False) -> None:
        """Still covered, asks whether what `before` typed stays; where nobody answers it is not kept.

        `practised`: what is in the fields is for a virtual patient.
        """
        if practised:
            what = f"{before} was practising: what is in the fields is PRACTICE, for a virtual patient."
        else:
            what = f"The check in this window was typed by {before}."
        self._question.setText(f"Unlocked by {now}.\n{what}")
        self._keep_words.setText(_PRACTISED_WORDS if practised else _SIGNED_WORDS)
        self._pages.setCurrentIndex(1)
        self._clear.setFocus()

    def say(self, words: str) -> None:
        """What keeps the window locked, other than a wrong passphrase."""
        self._note.setText(words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Grows with the window."""
        if event.type() is QEvent.Type.Resize and watched is self._window:
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        self.setGeometry(self._window.rect())

    def _on_unlock(self) -> None:
        self._note.setText("")
        operator = self._who.authenticate()
        if operator is not None:
            self.unlocked.emit(operator)

    # --- building

    def _lay_out(self) -> None:
        frame = card()
        frame.setObjectName("lockCard")
        frame.setFixedWidth(420)
        frame.setFrameShape(QFrame.Shape.NoFrame)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(24, 20, 24, 20)
        inside.addWidget(self._pages)
        grid = QGridLayout(self)
        grid.addWidget(frame, 0, 0, Qt.AlignmentFlag.AlignCenter)

    def _asking(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(role_label("itbcalc is locked", "title"))
        column.addWidget(
            role_label(
                "Choose your name and type your passphrase; what was open is still there.", "quiet", wrap=True
            )
        )
        column.addWidget(self._who)
        column.addWidget(self._note)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._unlock)
        column.addLayout(row)
        self._unlock.setProperty("role", "primary")
        return page

    def _keeping(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._question)
        column.addWidget(self._keep_words)
        column.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._keep)
        row.addWidget(self._clear)
        column.addLayout(row)
        self._clear.setProperty("role", "primary")
        return page
