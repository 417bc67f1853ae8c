"""What is asked about an encrypted log: its passphrase, its recovery key, and a new passphrase."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QPushButton, QVBoxLayout, QWidget

from itbcalc.errors import ItbcalcError, RefusedError
from itbcalc.log.encrypting import is_encrypted, read_older, recovery_key_of, unlock, unlock_with_recovery_key
from itbcalc.log.keys import new_key, recovery_key
from itbcalc.log.passphrases import accepted_passphrase
from itbcalc.say import refusal_words
from itbcalc.say.paper import page
from ui.widgets.basics import Field, role_label, set_tone
from ui.widgets.who import PassphraseField

HOW_TO_CHOOSE = "At least 12 characters: some words you will remember."
ENCRYPTING = (
    "Nobody can read the log without its passphrase or its recovery key, you neither. The recovery key is shown next: "
    "print it, and type it back off the paper; only then the log is encrypted."
)
CHANGING = (
    "When somebody leaves who knew the passphrase, the log gets another passphrase and another key. The new recovery key "
    "is shown next: print it, and type it back off the paper; only then the log is changed."
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
        for field in (self.recovery, self.again):  # until they are asked for they stand in no form
            field.setParent(self)
            field.hide()
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
        self.recovery.show()
        self.again.show()
        self.recovery.setFocus()


class OlderKeyDialog(_Secret):
    """Asks for the recovery key that was printed before the log got its present one; a backup of then is read with it."""

    def __init__(self, parent: QWidget, backup: Path, then: Callable[[], None]) -> None:
        super().__init__(parent, "A backup under an older key", "olderKeyDialog", "Read it")
        self._backup, self._then = backup, then
        self.recovery = Field("log.recoveryKey", "older recovery key")
        self.form.addRow("&Recovery key", self.recovery)
        self.finish(
            f"{backup.name} is not opened by the key of the log. Type the recovery key that was printed before the key was "
            "changed. What is put back is encrypted under the key of today."
        )
        self.recovery.setFocus()

    def work(self) -> None:
        """Holds the key, and goes on with what was wanted."""
        read_older(self._backup, self.recovery.text())
        self._then()


class KeyDialog(_Secret):
    """A log gets a key, or another one: a passphrase, then the recovery key, which is typed back off the paper before anything is changed."""

    def __init__(
        self,
        parent: QWidget,
        path: Path,
        put_under: Callable[["KeyDialog"], None],
        print_it: Callable[[str], None],
    ) -> None:
        self.changes = is_encrypted(path)
        title = "Another key for the log" if self.changes else "Encrypt the log"
        super().__init__(parent, title, "encryptDialog", "Next")
        self._path, self._put_under, self._print_it = path, put_under, print_it
        self.key = new_key()
        self.old = PassphraseField("log.oldPassphrase", "passphrase of the log until now")
        self.old.setParent(
            self
        )  # where nothing is changed it stands in no form, and goes with the dialog all the same
        self.old.hide()
        self.passphrase = PassphraseField("log.passphrase", "new passphrase of the log")
        self.again = PassphraseField("log.again", "the same passphrase again")
        self.typed = Field("log.recoveryKey", "recovery key, typed back")
        self.typed.setParent(self)
        self.typed.hide()
        if self.changes:
            self.old.show()
            self.form.addRow("Passphrase until &now", self.old)
        self.form.addRow("New &passphrase" if self.changes else "&Passphrase", self.passphrase)
        self.form.addRow("&Again", self.again)
        self.shown = role_label("", "workingtitle", name="encryptDialog:key", wrap=True)
        self.shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.printing = self.buttons.addButton("&Print…", QDialogButtonBox.ButtonRole.ActionRole)
        self.printing.setObjectName("printRecoveryKey")
        self.printing.clicked.connect(lambda: self._print_it(recovery_page(recovery_key(self.key))))
        self.printing.hide()
        self.finish(f"{CHANGING if self.changes else ENCRYPTING} {HOW_TO_CHOOSE}")

    @property
    def _shows_key(self) -> bool:
        return bool(self.shown.text())

    def accept(self) -> None:
        """First the passphrase, then the key: only with both anything is changed."""
        if self._shows_key:
            super().accept()
            return
        try:
            accepted_passphrase(_same(self.passphrase, self.again))
            if self.changes:
                recovery_key_of(self._path, self.old.text())  # it is wrong, or it is right
        except ItbcalcError as error:
            self.problem.setText(refusal_words(error))
            return
        self._show_key()

    def work(self) -> None:
        """Replaces the log, where what was typed is what was shown."""
        self._put_under(self)

    def _show_key(self) -> None:
        self.problem.setText("")
        self.shown.setText(_in_lines(recovery_key(self.key)))
        for field in (self.old, self.passphrase, self.again):
            field.setEnabled(False)
        self.form.addRow(role_label("Recovery key", "label"), self.shown)
        self.form.addRow("Type it &back", self.typed)
        self.typed.show()
        self.typed.setPlaceholderText("off the paper: print it or write it down first")
        self.printing.show()
        accepting = self.buttons.findChild(QPushButton, "write")
        assert accepting is not None
        accepting.setText("Change the key" if self.changes else "Encrypt")
        self.typed.setFocus()


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
