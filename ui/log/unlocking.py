"""What is asked about an encrypted log: its passphrase, its recovery key, and a new passphrase."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QPushButton, QVBoxLayout, QWidget

from itbcalc.errors import ItbcalcError, RefusedError
from itbcalc.log.encrypting import unlock, unlock_with_recovery_key
from itbcalc.say import refusal_words
from itbcalc.say.paper import page
from ui.widgets.basics import Field, role_label, set_tone
from ui.widgets.who import PassphraseField

HOW_TO_CHOOSE = "At least 12 characters: some words you will remember."
ENCRYPTING = (
    "Nobody can read the log without its passphrase or its recovery key, you neither. The recovery key is shown once, "
    "afterwards: print it. The plain log and its backups stay until you remove them."
)


class _Secret(QDialog):
    """Fields for secrets, why they were refused, and two buttons. It stays open until it is done."""

    def __init__(self, parent: QWidget, title: str, name: str, verb: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(480)
        self.form = QFormLayout()
        self.problem = role_label("", "problem", name=f"{name}:problem", wrap=True)
        set_tone(self.problem, "refused")
        self.buttons = QDialogButtonBox()
        self.buttons.addButton(verb, QDialogButtonBox.ButtonRole.AcceptRole).setObjectName("write")
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def accept(self) -> None:
        """Does it; stays open with the reason where it is refused."""
        try:
            self.work()
        except ItbcalcError as error:
            self.problem.setText(refusal_words(error))
            return
        super().accept()

    def work(self) -> None:
        """What the button does."""
        raise NotImplementedError

    def finish(self, about: str) -> None:
        """Puts it together."""
        layout = QVBoxLayout(self)
        layout.addWidget(role_label(about, "label", name=f"{self.objectName()}:about", wrap=True))
        layout.addLayout(self.form)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)


class UnlockDialog(_Secret):
    """Asks for the passphrase of an encrypted log; where it is lost, for the recovery key and a new passphrase."""

    def __init__(self, parent: QWidget, path: Path, then: Callable[[], None]) -> None:
        super().__init__(parent, "Unlock the log", "unlockDialog", "Unlock")
        self._path, self._then = path, then
        self.passphrase = PassphraseField("log.passphrase", "passphrase of the log")
        self.recovery = Field("log.recoveryKey", "recovery key")
        self.again = PassphraseField("log.again", "the new passphrase again")
        self.lost = QPushButton("The passphrase is &lost…")
        self.lost.setObjectName("passphraseLost")
        self.lost.clicked.connect(self._ask_recovery_key)
        self.form.addRow("&Passphrase", self.passphrase)
        self.finish("The titration log is encrypted.")
        self.buttons.addButton(self.lost, QDialogButtonBox.ButtonRole.ActionRole)
        self.passphrase.setFocus()

    def work(self) -> None:
        """Unlocks, and goes on with what was wanted."""
        if self.lost.isVisible():
            unlock(self._path, self.passphrase.text())
        else:
            unlock_with_recovery_key(self._path, self.recovery.text(), _same(self.passphrase, self.again))
        self._then()

    def _ask_recovery_key(self) -> None:
        self.lost.hide()
        self.problem.setText(HOW_TO_CHOOSE)
        self.form.insertRow(0, "&Recovery key", self.recovery)
        self.form.labelForField(self.passphrase).setText("&New passphrase")  # type: ignore[attr-defined]  # a label
        self.form.addRow("&Again", self.again)
        self.recovery.setFocus()


class EncryptDialog(_Secret):
    """Asks for the passphrase of a log that is to be encrypted."""

    def __init__(self, parent: QWidget, encrypt: Callable[[str], None]) -> None:
        super().__init__(parent, "Encrypt the log", "encryptDialog", "Encrypt")
        self._encrypt = encrypt
        self.passphrase = PassphraseField("log.passphrase", "new passphrase of the log")
        self.again = PassphraseField("log.again", "the same passphrase again")
        self.form.addRow("&Passphrase", self.passphrase)
        self.form.addRow("&Again", self.again)
        self.finish(f"{ENCRYPTING} {HOW_TO_CHOOSE}")

    def work(self) -> None:
        """Encrypts."""
        self._encrypt(_same(self.passphrase, self.again))


class RecoveryKeyDialog(QDialog):
    """Shows the recovery key this once, to be printed."""

    def __init__(self, parent: QWidget, printed: str, aside: Path, print_it: Callable[[str], None]) -> None:
        super().__init__(parent)
        self.setObjectName("recoveryKeyDialog")
        self.setWindowTitle("Recovery key")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(560)
        key = role_label(_in_lines(printed), "workingtitle", name="recoveryKeyDialog:key", wrap=True)
        key.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
        words = (
            "The log is encrypted. This key opens it when the passphrase is lost; it is shown this once. "
            f"The plain log is kept as {aside.name} beside it, and the backups made before are plain too: remove "
            "them when you have unlocked the encrypted log once."
        )
        buttons = QDialogButtonBox()
        printing = buttons.addButton("&Print…", QDialogButtonBox.ButtonRole.ActionRole)
        printing.setObjectName("printRecoveryKey")
        printing.clicked.connect(lambda: print_it(recovery_page(printed)))
        done = buttons.addButton("It is printed or &written down", QDialogButtonBox.ButtonRole.AcceptRole)
        done.setObjectName("recoveryKeyKept")
        buttons.accepted.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.addWidget(key)
        layout.addWidget(role_label(words, "label", wrap=True))
        layout.addWidget(buttons)

    def reject(self) -> None:
        """Escape does not lose the key: it is shown this once."""


def recovery_page(printed: str) -> str:
    """The page that is locked away."""
    return page("recovery", lines=_in_lines(printed).splitlines())


def _same(first: PassphraseField, second: PassphraseField) -> str:
    if first.text() != second.text():
        raise RefusedError("passphrase", "", "passphrases_differ")
    return first.text()


def _in_lines(printed: str) -> str:
    """Seven groups a line."""
    groups = printed.split("-")
    return "\n".join("-".join(groups[at : at + 7]) for at in range(0, len(groups), 7))
