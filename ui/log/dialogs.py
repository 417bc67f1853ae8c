"""What is asked before something is written into the log."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from itbcalc.desk.asked import AskedFinding
from itbcalc.visits.body_words import STATE_WORDS
from itbcalc.visits.recording import Signature
from ui.log.asking import Asking
from ui.widgets.basics import Field, ScrollArea, role_label


class RecordDialog(Asking):
    """What will be recorded, and an answer to each finding that needs one; a reason too where it amends an entry."""

    def __init__(
        self,
        parent: QWidget,
        about: str,
        asked: Sequence[AskedFinding],
        write: Callable[["RecordDialog"], None],
        *,
        noted: Sequence[str] = (),
        amends: str = "",
    ) -> None:
        """`noted` is shown and needs no answer: what does not fit the log."""
        title = f"Amend {amends}" if amends else "Record in the log"
        super().__init__(parent, title, "recordDialog", verb="Amend" if amends else "Record")
        self._write = write
        self.answers = {finding.code: Field(f"answer.{finding.code}", finding.text) for finding in asked}
        self.refilled = QCheckBox("The reservoir was &refilled")
        self.refilled.setObjectName("refilled")
        self.reason = Field("reason", "why it is amended")
        form = QFormLayout()
        if amends:
            form.addRow("&Why", self.reason)
        self.who(form)
        if not amends:
            form.addRow("", self.refilled)
        layout = QVBoxLayout(self)
        layout.addWidget(role_label(about, "workingtitle", name="recordDialog:about", wrap=True))
        for words in noted:
            layout.addWidget(role_label(words, "noted", name="recordDialog:noted", wrap=True))
        layout.addLayout(form)
        if asked:
            layout.addWidget(role_label("Each of these needs a reason:", "label"))
            layout.addWidget(ScrollArea(self._questions(asked)), 1)
            self.setMinimumHeight(360)
        self.finish(layout)

    def write(self) -> None:
        """The step, with what was answered."""
        self._write(self)

    def answered(self) -> dict[str, str]:
        """The reasons by the code of the finding."""
        return {code: field.text() for code, field in self.answers.items() if field.text().strip()}

    def free_texts(self) -> Iterable[str]:
        """The reasons."""
        return [self.reason.text(), *(field.text() for field in self.answers.values())]

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


class ReadBackDialog(Asking):
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
        self.who(form)
        layout.addLayout(form)
        self.finish(layout)

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
    """Why an entry does not hold."""

    def __init__(self, parent: QWidget, about: str, write: Callable[[str, Signature], None]) -> None:
        super().__init__(parent, "Void an entry", "voidDialog", verb="Void")
        self._write = write
        self.reason = Field("reason", "why it does not hold")
        form = QFormLayout()
        form.addRow("&Why", self.reason)
        self.who(form)
        layout = QVBoxLayout(self)
        layout.addWidget(role_label(about, "workingtitle", name="voidDialog:about", wrap=True))
        layout.addWidget(role_label("It stays in the log, struck through.", "quiet", wrap=True))
        layout.addLayout(form)
        self.finish(layout)

    def write(self) -> None:
        """The void, with its reason."""
        self._write(self.reason.text(), self.signature())

    def free_texts(self) -> Iterable[str]:
        """The reason."""
        return [self.reason.text()]
