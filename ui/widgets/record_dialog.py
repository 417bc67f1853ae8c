"""What is asked before a step is recorded, or a virtual pump is programmed."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtWidgets import QCheckBox, QFormLayout, QVBoxLayout, QWidget

from itbcalc.desk.asked import AskedFinding
from itbcalc.library.records import Severity
from itbcalc.say import SEVERITY_WORDS
from ui.widgets.asking import Asking
from ui.widgets.basics import Field, ScrollArea, role_label, set_tone


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
        refilled: bool = False,
    ) -> None:
        """`noted` is shown and needs no answer: what does not fit the log. `refilled`: the check says it already."""
        title = f"Amend {amends}" if amends else "Record in the log"
        super().__init__(parent, title, "recordDialog", verb="Amend" if amends else "Record")
        self._write = write
        self.answers = {
            finding.key: Field(f"answer.{finding.key}", finding.text) for finding in asked if not finding.tick
        }
        self.ticks = {finding.key: (_tick(finding), finding.ticked) for finding in asked if finding.tick}
        self._words = {finding.key: finding.word for finding in asked if finding.word}
        self.refilled = QCheckBox("The reservoir was &refilled")
        self.refilled.setObjectName("refilled")
        self.refilled.setChecked(refilled)
        self.refilled.setEnabled(not refilled)
        self.reason = Field("reason", "why it is amended")
        self.reason.setParent(
            self
        )  # where nothing is amended it stands in no form, and goes with the dialog all the same
        self.reason.setVisible(bool(amends))
        form = QFormLayout()
        if amends:
            form.addRow("&Why", self.reason)
        self.who(form)
        if not amends:
            form.addRow("", self.refilled)
        layout = QVBoxLayout(self)
        layout.addWidget(role_label(about, "workingtitle", name="recordDialog:about", wrap=True))
        asked_about = {finding.text for finding in asked}
        for words in (each for each in noted if each not in asked_about):
            layout.addWidget(role_label(words, "noted", name="recordDialog:noted", wrap=True))
        layout.addLayout(form)
        if asked:
            needed = (
                "This needs an answer:" if len(asked) == 1 else f"Each of these {len(asked)} needs an answer:"
            )
            layout.addWidget(role_label(needed, "label", name="recordDialog:needed"))
            layout.addWidget(ScrollArea(self._questions(asked)), 1)
            self.setMinimumHeight(360)
        self.finish(layout)

    def accept(self) -> None:
        """Writes; not where a word is asked for and something else, a reason too, was typed."""
        for key, word in self._words.items():
            if self.answers[key].text().strip().casefold() != word.casefold():
                self._tell(f"Not saved: only ‘{word}’, typed where that is asked, records it", "refused")
                self.answers[key].setFocus()
                return
        open_ones = [field for field in self.answers.values() if not field.text().strip()]
        if open_ones:
            self._tell("Not saved: say of each why it is done all the same", "refused")
            open_ones[0].setFocus()
            return
        super().accept()

    def write(self) -> None:
        """The step, with what was answered."""
        self._write(self)

    def answered(self) -> dict[str, str]:
        """The reasons by the key of the finding."""
        typed = {key: field.text() for key, field in self.answers.items() if field.text().strip()}
        return typed | {key: answer for key, (tick, answer) in self.ticks.items() if tick.isChecked()}

    def free_texts(self) -> Iterable[str]:
        """The reasons."""
        return [self.reason.text(), *(field.text() for field in self.answers.values())]

    def _questions(self, asked: Sequence[AskedFinding]) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        for finding in asked:
            words = role_label(f"{finding.severity}: {finding.text}", "problem", wrap=True)
            set_tone(words, "" if finding.severity == SEVERITY_WORDS[Severity.STOP] else "warning")
            column.addWidget(words)
            if finding.source:
                column.addWidget(role_label(finding.source, "quiet", wrap=True))
            if finding.tick:
                column.addWidget(self.ticks[finding.key][0])
                continue
            field = self.answers[finding.key]
            field.setPlaceholderText(
                f"type {finding.word}" if finding.word else "why it is done all the same"
            )
            column.addWidget(field)
        column.addStretch(1)
        return holder


def _tick(finding: AskedFinding) -> QCheckBox:
    tick = QCheckBox(finding.tick)
    tick.setObjectName(f"tick:{finding.key}")
    tick.setAccessibleDescription(finding.text)
    return tick
