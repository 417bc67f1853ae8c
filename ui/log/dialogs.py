"""What is asked before something is written into the log."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from itbcalc.errors import ItbcalcError
from itbcalc.titration.recording import Signature
from itbcalc.words import refusal_words
from ui.log.presenter import STATE_WORDS
from ui.log.states import AskedFinding
from ui.widgets.basics import Field, ScrollArea, role_label, set_tone

NO_NAMES = "No names, dates of birth or addresses: what is written stays."


class _Asking(QDialog):
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
        self.problem = role_label("", "note", name=f"{name}:problem", wrap=True)
        set_tone(self.problem, "refused")
        self.buttons = QDialogButtonBox()
        self.buttons.addButton(verb, QDialogButtonBox.ButtonRole.AcceptRole).setObjectName("write")
        self.buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def accept(self) -> None:
        """Writes; stays open with the reason where it is refused or the log cannot be written."""
        try:
            self.write()
        except (ItbcalcError, OSError) as error:
            words = refusal_words(error) if isinstance(error, ItbcalcError) else str(error)
            self.problem.setText(f"Not saved: {words}")
            return
        super().accept()

    def write(self) -> None:
        """What the button does."""
        raise NotImplementedError

    def sign(self, signature: Signature) -> None:
        """Fills in who wrote last."""
        self.author.setText(signature.author)
        self.role.setText(signature.role)

    def signature(self) -> Signature:
        """Who writes, as typed."""
        return Signature(self.author.text(), self.role.text())

    def _who(self, form: QFormLayout) -> None:
        form.addRow("Recorded &by", self.author)
        form.addRow("&As", self.role)


class RecordDialog(_Asking):
    """What will be recorded, and an answer to each finding that needs one."""

    def __init__(
        self,
        parent: QWidget,
        about: str,
        asked: Sequence[AskedFinding],
        write: Callable[[Mapping[str, str], Signature, bool], None],
    ) -> None:
        super().__init__(parent, "Record in the log", "recordDialog", verb="Record")
        self._write = write
        self.answers = {finding.code: Field(f"answer.{finding.code}", finding.text) for finding in asked}
        self.refilled = QCheckBox("The reservoir was &refilled")
        self.refilled.setObjectName("refilled")
        form = QFormLayout()
        self._who(form)
        form.addRow("", self.refilled)
        layout = QVBoxLayout(self)
        layout.addWidget(role_label(about, "workingtitle", name="recordDialog:about", wrap=True))
        layout.addLayout(form)
        if asked:
            layout.addWidget(role_label("Each of these needs a reason:", "label"))
            layout.addWidget(ScrollArea(self._questions(asked)), 1)
            self.setMinimumHeight(360)
        layout.addWidget(role_label(NO_NAMES, "quiet", wrap=True))
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)

    def write(self) -> None:
        """The step, with what was answered."""
        answers = {code: field.text() for code, field in self.answers.items() if field.text().strip()}
        self._write(answers, self.signature(), self.refilled.isChecked())

    def _questions(self, asked: Sequence[AskedFinding]) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        for finding in asked:
            column.addWidget(role_label(f"{finding.severity}: {finding.text}", "label", wrap=True))
            column.addWidget(role_label(finding.source, "quiet", wrap=True))
            field = self.answers[finding.code]
            field.setPlaceholderText("why it is done all the same")
            column.addWidget(field)
        column.addStretch(1)
        return holder


class ReadBackDialog(_Asking):
    """How the pump was found after the update. Nothing is chosen beforehand."""

    def __init__(self, parent: QWidget, about: str, write: Callable[[str, str, Signature], None]) -> None:
        super().__init__(parent, "Read back", "readBackDialog", verb="Record")
        self._write = write
        self._state = ""
        self.note = Field("note", "note")
        form = QFormLayout()
        layout = QVBoxLayout(self)
        layout.addWidget(role_label(about, "workingtitle", name="readBackDialog:about", wrap=True))
        layout.addWidget(role_label("After the update the programmer shows that the pump is", "label"))
        for key, words in (("running", "R&unning"), ("stopped", "&Stopped"), ("not_read", "Not &read")):
            button = QRadioButton(words)
            button.setObjectName(f"state:{key}")
            button.toggled.connect(partial(self._on_toggled, key))
            layout.addWidget(button)
        form.addRow("&Note", self.note)
        self._who(form)
        layout.addLayout(form)
        layout.addWidget(role_label(NO_NAMES, "quiet", wrap=True))
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)

    def write(self) -> None:
        """What was seen."""
        self._write(self._state, self.note.text(), self.signature())

    def _on_toggled(self, state: str, checked: bool) -> None:  # noqa: FBT001  # Qt's signal
        if checked:
            assert state in STATE_WORDS
            self._state = state


class VoidDialog(_Asking):
    """Why an entry does not hold."""

    def __init__(self, parent: QWidget, about: str, write: Callable[[str, Signature], None]) -> None:
        super().__init__(parent, "Void an entry", "voidDialog", verb="Void")
        self._write = write
        self.reason = Field("reason", "why it does not hold")
        form = QFormLayout()
        form.addRow("&Why", self.reason)
        self._who(form)
        layout = QVBoxLayout(self)
        layout.addWidget(role_label(about, "workingtitle", name="voidDialog:about", wrap=True))
        layout.addWidget(role_label("It stays in the log, struck through.", "quiet", wrap=True))
        layout.addLayout(form)
        layout.addWidget(role_label(NO_NAMES, "quiet", wrap=True))
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)

    def write(self) -> None:
        """The void, with its reason."""
        self._write(self.reason.text(), self.signature())
