"""What is asked before something is written into the log."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QFormLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from itbcalc.visits.body_words import STATE_WORDS
from itbcalc.visits.read_back_words import ToBeShown
from itbcalc.visits.recording import Signature
from ui.widgets.asking import Asking
from ui.widgets.basics import Field, ScrollArea, role_label

_ANYTHING_ELSE = "Where it shows anything else, cancel: type what it shows into the check."
_MOST_LINES = 14  # of a schedule; beyond, it is scrolled


def _schedule_view(lines: Sequence[str]) -> QWidget:
    """The rows of the day, in letters of one width."""
    label = role_label("\n".join(lines), "schedule", name="readBackDialog:schedule")
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(12)
    label.setFont(font)
    if len(lines) <= _MOST_LINES:
        return label
    area = ScrollArea(label)
    area.setAccessibleName("Schedule that the programmer must show")
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the arrow keys scroll it
    area.setMinimumSize(label.sizeHint().width() + 16, label.fontMetrics().lineSpacing() * _MOST_LINES)
    return area


class ReadBackDialog(Asking):
    """How the pump was found after the update. Nothing is chosen beforehand."""

    def __init__(
        self, parent: QWidget, about: str, must_show: ToBeShown, write: Callable[[str, str, Signature], None]
    ) -> None:
        """`must_show`: what is held against the programmer."""
        super().__init__(parent, "Read back", "readBackDialog", verb="Record")
        self._write = write
        self._state = ""
        self.note = Field("note", "note")
        form = QFormLayout()
        layout = QVBoxLayout(self)
        layout.addWidget(role_label(about, "workingtitle", name="readBackDialog:about", wrap=True))
        layout.addWidget(role_label("After the update the programmer must show", "label"))
        sentences = "\n".join(must_show.sentences)
        layout.addWidget(role_label(sentences, "workingtitle", name="readBackDialog:shown", wrap=True))
        if must_show.schedule:
            layout.addWidget(_schedule_view(must_show.schedule), 1)
        layout.addWidget(role_label(_ANYTHING_ELSE, "quiet", wrap=True))
        layout.addWidget(role_label("It shows that the pump is", "label"))
        for key, words in (("running", "&Running"), ("stopped", "&Stopped"), ("not_read", "Not rea&d")):
            button = QRadioButton(words)
            button.setObjectName(f"state:{key}")
            button.toggled.connect(partial(self._on_toggled, key))
            layout.addWidget(button)
            if key == "running":
                button.setFocus(Qt.FocusReason.TabFocusReason)  # seen from the start; it chooses nothing
        form.addRow("&Note", self.note)
        self.who(form)
        layout.addLayout(form)
        self.finish(layout)

    def accept(self) -> None:
        """Writes, once something is chosen."""
        if self._state:
            super().accept()
        else:
            self._tell(
                "Not saved: choose how the programmer shows the pump: running, stopped or not read", "refused"
            )

    def write(self) -> None:
        """What was seen."""
        self._write(self._state, self.note.text(), self.signature())

    def free_texts(self) -> Iterable[str]:
        """The note."""
        return [self.note.text()]

    def _on_toggled(self, state: str, checked: bool) -> None:  # noqa: FBT001  # Qt's signal
        if checked:
            assert state in STATE_WORDS
            self._state = state


class VoidDialog(Asking):
    """Why an entry does not hold; `lost` is what goes with it."""

    def __init__(
        self, parent: QWidget, about: str, lost: str, write: Callable[[str, Signature], None]
    ) -> None:
        super().__init__(parent, "Void an entry", "voidDialog", verb="Void")
        self._write = write
        self.reason = Field("reason", "why it does not hold")
        form = QFormLayout()
        form.addRow("&Why", self.reason)
        self.who(form)
        layout = QVBoxLayout(self)
        layout.addWidget(role_label(about, "workingtitle", name="voidDialog:about", wrap=True))
        layout.addWidget(role_label("It stays in the log, struck through.", "quiet", wrap=True))
        if lost:
            layout.addWidget(role_label(lost, "noted", name="voidDialog:lost", wrap=True))
        layout.addLayout(form)
        self.finish(layout)

    def write(self) -> None:
        """The void, with its reason."""
        self._write(self.reason.text(), self.signature())

    def free_texts(self) -> Iterable[str]:
        """The reason."""
        return [self.reason.text()]
