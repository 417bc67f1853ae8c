"""What every dialog of the log shares: who signs, what was refused, and a word about names in free text."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from itbcalc.errors import ItbcalcError
from itbcalc.say import refusal_words
from itbcalc.visits.privacy import suspected
from itbcalc.visits.recording import Signature
from ui.widgets.basics import Field, role_label, set_tone

NO_NAMES = "No names, dates of birth or addresses: what is written stays."
AGAIN = "What is written stays. Take it out, or press the button again to write it all the same."


class Asking(QDialog):
    """Fields, a line for what was refused, and two buttons. It stays open until what it asks for is written."""

    def __init__(self, parent: QWidget, title: str, name: str, *, verb: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(520)
        self.author = Field("author", "recorded by")
        self.role = Field("role", "as what")
        self.role.setPlaceholderText("nurse, physician …")
        self.problem = role_label("", "problem", name=f"{name}:problem", wrap=True)
        set_tone(self.problem, "refused")
        self.buttons = QDialogButtonBox()
        self.buttons.addButton(verb, QDialogButtonBox.ButtonRole.AcceptRole).setObjectName("write")
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._signed = "typed"
        self._warned_of: tuple[str, ...] = ()
        self.known_names: tuple[str, ...] = ()  # of patients, where this workstation knows them

    def accept(self) -> None:
        """Writes; stays open with the reason where it is refused or the log cannot be written."""
        if self._names_something():
            return
        try:
            self.write()
        except (ItbcalcError, OSError) as error:
            words = refusal_words(error) if isinstance(error, ItbcalcError) else str(error)
            self._tell(f"Not saved: {words}", "refused")
            self.refused(error)
            return
        self.done_writing()

    def done_writing(self) -> None:
        """After it was written the dialog goes."""
        super().accept()

    def write(self) -> None:
        """What the button does."""
        raise NotImplementedError

    def refused(self, error: Exception) -> None:
        """May bring the keyboard to the field that was refused."""

    def free_texts(self) -> Iterable[str]:
        """What was typed in words, to be looked through for names."""
        return ()

    def sign(self, signature: Signature) -> None:
        """Fills in who writes; an operator who unlocked with a passphrase is not typed over."""
        self.author.setText(signature.author)
        self.role.setText(signature.role)
        self._signed = signature.signed
        for field in (self.author, self.role):
            field.setReadOnly(signature.signed == "passphrase")

    def signature(self) -> Signature:
        """Who writes."""
        return Signature(self.author.text(), self.role.text(), self._signed)

    def who(self, form: QFormLayout) -> None:
        """Adds the fields that say who writes."""
        form.addRow("Recorded &by", self.author)
        form.addRow("&As", self.role)

    def finish(self, layout: QVBoxLayout) -> None:
        """Adds what stands at the foot of every such dialog."""
        layout.addWidget(role_label(NO_NAMES, "quiet", wrap=True))
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)

    def _names_something(self) -> bool:
        """Warns once of what looks like a name; the same text pressed again is meant."""
        found = suspected(" \n ".join(self.free_texts()), self.known_names)
        if not found or found == self._warned_of:
            return False
        self._warned_of = found
        self._tell(
            f"This looks like a person: {', '.join(f'‘{piece}’' for piece in found)}. {AGAIN}", "warning"
        )
        return True

    def _tell(self, words: str, tone: str) -> None:
        self.problem.setText(words)
        set_tone(self.problem, tone)
        self._make_room()

    def _make_room(self) -> None:
        """What is said takes no room from the fields: of lines that are broken a dialog does not know beforehand."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))
