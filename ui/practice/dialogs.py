"""What is asked in practice: before the virtual pump is programmed, after it, and of an instructor."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from itbcalc.desk.asked import AskedFinding
from itbcalc.practice.faults import FaultKind, FoundBy
from ui.dialogs import ask
from ui.practice.fields import Answers
from ui.theme import practise
from ui.widgets.basics import Choice, Field, role_label, set_tone
from ui.widgets.record_dialog import RecordDialog

Then = Callable[[str], None]


class ProgramDialog(RecordDialog):
    """The questions of the real record, and what only matters to a pump that is there: refill and prime. It writes no log."""

    def __init__(
        self,
        parent: QWidget,
        about: str,
        asked: Sequence[AskedFinding],
        program: Callable[[Answers, Then], None],
    ) -> None:
        super().__init__(parent, about, asked, lambda _: None)
        self.setWindowTitle("PRACTICE: program the virtual pump")
        practise(self)
        self._program = program
        self.vial = Field("vial", "strength on the vial")
        self.prime = Field("prime", "priming bolus over")
        self.prime.setPlaceholderText("how long it runs, e.g. 20 min; empty: none")
        form = QFormLayout()
        form.addRow("&Vial", self.vial)
        form.addRow("Pr&ime over", self.prime)
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        words = "PRACTICE. The virtual pump is programmed; the clinical log is not touched."
        layout.insertWidget(0, role_label(words, "mode", name="recordDialog:practice", wrap=True))
        layout.insertLayout(3, form)
        for button in self.buttons.buttons():
            if button.objectName() == "write":
                button.setText("Program")

    def begin(self, trainee: str, vial: str, *, refilled: bool) -> None:
        """What is known before anybody types: who plays, what the fields say of a refill."""
        self.author.setText(trainee or "trainee")
        self.role.setText("trainee")
        for field in (self.author, self.role):
            field.setReadOnly(True)
        self.vial.setText(vial)
        self.refilled.setChecked(refilled)

    def accept(self) -> None:
        """Programs beside the window; closes when that is done, or says why not."""
        if self._names_something():
            return
        self._program(self.answers_given(), self._on_done)

    def answers_given(self) -> Answers:
        """What was answered."""
        refilled = self.refilled.isChecked()
        return Answers(refilled, self.vial.text() if refilled else "", self.prime.text(), self.answered())

    def _on_done(self, problem: str) -> None:
        if problem:
            self._tell(f"Not programmed: {problem}", "refused")
            return
        self.done_writing()


class FaultDialog(QDialog):
    """An instructor says what goes wrong, from when on; it stays open where that is refused."""

    def __init__(self, parent: QWidget, set_fault: Callable[[Mapping[str, Any], Then], None]) -> None:
        super().__init__(parent)
        self.setObjectName("faultDialog")
        self.setWindowTitle("PRACTICE: set a fault")
        practise(self)
        self._set_fault = set_fault
        self.kind = Choice("kind", "what goes wrong", tuple((str(each), each.words) for each in FaultKind))
        self.begins = Field("begins", "begins after")
        self.begins.setText("0 h")
        self.ends = Field("ends", "ends after")
        self.ends.setPlaceholderText("empty: not by itself")
        self.value = Field("value", "how much")
        self.value.setPlaceholderText(
            "kink: part that passes, e.g. 0.3; over-infusion: times the flow, e.g. 1.5 …"
        )
        studies = tuple((str(each), str(each).replace("-", " ")) for each in FoundBy)
        self.found_by = Choice("found_by", "shown by", (("", "as chance has it"), *studies))
        self.problem = role_label("", "note", name="faultDialog:problem", wrap=True)
        set_tone(self.problem, "refused")
        self._lay_out()

    def accept(self) -> None:
        """Sets the fault, or says why not."""
        table: dict[str, Any] = {"kind": self.kind.value(), "begins": self.begins.text().strip()}
        for key, field in (("ends", self.ends), ("found_by", self.found_by)):
            text = field.value() if isinstance(field, Choice) else field.text().strip()
            if text:
                table[key] = text
        if self.value.text().strip():
            table["value"] = _number_or_text(self.value.text().strip())
        self._set_fault(table, self._on_done)

    def _on_done(self, problem: str) -> None:
        if problem:
            self.problem.setText(problem)
            return
        super().accept()

    def _lay_out(self) -> None:
        form = QFormLayout()
        for words, field in (
            ("&What", self.kind),
            ("&Begins in", self.begins),
            ("&Ends in", self.ends),
            ("&How much", self.value),
            ("&Shown by", self.found_by),
        ):
            form.addRow(words, field)
        buttons = QDialogButtonBox()
        buttons.addButton("Set it", QDialogButtonBox.ButtonRole.AcceptRole).setObjectName("setFault")
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(role_label("From now on, and marked in the run.", "quiet", wrap=True))
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(buttons)
        self.setMinimumWidth(460)


def _number_or_text(text: str) -> object:
    """A bare number as files have it; anything else is left for the reader to refuse."""
    from itbcalc.program.toml_file import BareNumber

    whole, _, part = text.partition(".")
    if whole.isascii() and whole.isdigit() and (not part or (part.isascii() and part.isdigit())):
        return BareNumber(text) if part else int(whole)
    return text


def ask_read_back(parent: QWidget, then: Callable[[], None]) -> None:
    """After programming, as in reality: is it asked whether the pump runs?"""
    box = QMessageBox(
        QMessageBox.Icon.Question, "PRACTICE: read back", "The pump was programmed.", parent=parent
    )
    box.setObjectName("practiceReadBack")
    practise(box)
    box.setInformativeText("Read back from the pump whether it runs? It takes five minutes.")
    yes = box.addButton("Read back", QMessageBox.ButtonRole.AcceptRole)
    yes.setObjectName("readBackNow")
    box.addButton("Not now", QMessageBox.ButtonRole.RejectRole).setObjectName("notNow")
    box.setDefaultButton(yes)
    yes.clicked.connect(then)
    box.finished.connect(box.deleteLater)
    box.open()


def ask_to_instruct(parent: QWidget, then: Callable[[], None]) -> None:
    """Asks before anything hidden is shown: the run says ever after that it was."""
    ask(
        parent,
        "practiceInstructor",
        "Show what is hidden?",
        "Concentrations, the true dose at the tip and the faults. The run and its certificate will say "
        "that an instructor looked behind the scenes; that cannot be taken back.",
        yes=("Show it", "showHidden"),
        no="Leave it hidden",
        then=then,
        title="PRACTICE: instructor",
        practised=True,
    )


def ask_to_end(parent: QWidget, left: str, then: Callable[[], None]) -> None:
    """Asks before the debrief tells everything while time is left."""
    ask(
        parent,
        "practiceEnd",
        "End the run here?",
        f"{left}. The debrief tells what was hidden, and what would come counts as not reached.",
        yes=("End it", "endRun"),
        no="Go on playing",
        then=then,
        title="PRACTICE: debrief",
        practised=True,
    )


def ask_to_finish_hunt(parent: QWidget, unanswered: int, then: Callable[[], None]) -> None:
    """Asks before the slips are told while sheets have no answer."""
    sheets = "1 sheet has" if unanswered == 1 else f"{unanswered} sheets have"
    ask(
        parent,
        "practiceHuntEnd",
        "Finish the set?",
        f"{sheets} no answer yet: each counts as one that agrees.",
        yes=("Finish", "finishHunt"),
        no="Go on looking",
        then=then,
        title="PRACTICE: slip hunt",
        practised=True,
    )


def ask_where_to_keep(parent: QWidget, kind: str, proposed: Path, then: Callable[[Path], None]) -> None:
    """Asks where to write a run; opens at the name that is proposed."""
    dialog = QFileDialog(parent, "Save the run", str(proposed.parent), kind)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(proposed.suffix)
    dialog.selectFile(proposed.name)
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    _open(dialog, parent)


def ask_which_runs(
    parent: QWidget, kind: str, folder: str, *, several: bool, then: Callable[[list[Path]], None]
) -> None:
    """Asks for one run file, or several."""
    dialog = QFileDialog(parent, "Open runs" if several else "Open a run", folder, kind)
    dialog.setObjectName("runFiles")
    mode = QFileDialog.FileMode.ExistingFiles if several else QFileDialog.FileMode.ExistingFile
    dialog.setFileMode(mode)
    dialog.filesSelected.connect(lambda names: then([Path(name) for name in names]))
    _open(dialog, parent)


def _open(dialog: QFileDialog, parent: QWidget) -> None:
    """The window behind is active again when the dialog is gone, else no Alt key of it works where nothing manages windows."""
    dialog.finished.connect(dialog.deleteLater)
    dialog.finished.connect(lambda _: parent.window().activateWindow())
    dialog.open()
