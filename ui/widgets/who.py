"""Asks who somebody is, and for their passphrase."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from ui.widgets.basics import Choice, Field, role_label, set_tone

if TYPE_CHECKING:
    from itbcalc.visits.people import Operator

NOBODY = ("", "choose your name")


class PassphraseField(Field):
    """A passphrase, shown as dots, never completed or remembered."""

    def __init__(self, place: str, accessible_name: str) -> None:
        super().__init__(place, accessible_name)
        self.setEchoMode(QLineEdit.EchoMode.Password)

    def show_text(self, shown: bool) -> None:  # noqa: FBT001  # a check box's signal
        """Letters instead of dots, for whoever cannot find the mistake."""
        self.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)


class WhoField(QWidget):
    """A choice of operators, a passphrase, and beside them why it was refused.

    `check(operator id, passphrase)` answers with the operator: `Session.unlock` for whoever takes over the window,
    `People.check` for a second person who only signs.
    """

    entered = Signal()  # Enter in the passphrase

    def __init__(self, check: "Callable[[str, str], Operator]") -> None:
        super().__init__()
        self._check = check
        self.who = Choice("who", "your name", (NOBODY,))
        self.passphrase = PassphraseField("passphrase", "passphrase")
        self._show = QCheckBox("Sho&w it")
        self._show.setObjectName("showPassphrase")
        self._problem = role_label("", "note", name="who:problem", wrap=True)
        self._problem.setMinimumHeight(32)
        set_tone(self._problem, "refused")
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow("Wh&o", self.who)
        form.addRow("&Passphrase", self.passphrase)
        form.addRow("", self._show)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(form)
        column.addWidget(self._problem)
        self._show.toggled.connect(self.passphrase.show_text)
        self.passphrase.returnPressed.connect(self.entered)

    def offer(self, operators: "Iterable[Operator]", chosen: str = "") -> None:
        """Who may answer; `chosen` is an id. One alone is chosen beforehand."""
        options = [(each.id, f"{each.name} · {each.role}") for each in operators]
        held = chosen or self.who.value() or (options[0][0] if len(options) == 1 else "")
        self.who.offer((NOBODY, *options))
        self.who.choose(held if held in dict(options) else "")

    def start(self) -> None:
        """Empties what was typed and brings the keyboard to what is asked next."""
        self.passphrase.clear()
        self._show.setChecked(False)
        self.say("")
        (self.passphrase if self.who.value() else self.who).setFocus()

    def authenticate(self) -> "Operator | None":
        """The operator whose passphrase was typed; None, with the reason beside the field, where it is not theirs.

        The passphrase does not stay in the field either way.
        """
        from itbcalc.errors import PeopleUnavailableError, RefusedError
        from itbcalc.say import refusal_words

        typed = self.passphrase.text()
        self.passphrase.clear()
        if not self.who.value():
            self.say("Choose your name first.")
            self.who.setFocus()
            return None
        try:
            return self._check(self.who.value(), typed)
        except (RefusedError, PeopleUnavailableError) as error:
            self.say(refusal_words(error))
            self.passphrase.setFocus()
            return None

    def say(self, words: str) -> None:
        """Why it was refused, below the fields."""
        self._problem.setText(words[:1].upper() + words[1:])
        set_tone(self.passphrase, "refused" if words else "")
