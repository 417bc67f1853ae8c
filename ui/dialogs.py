"""What asks or tells in a window of its own. Loaded when one of them is first wanted."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from ui.theme import practise


def ask_which(parent: QWidget, kind: str, folder: str, then: Callable[[Path], None], title: str) -> None:
    """Asks for a file to open."""
    dialog = QFileDialog(parent, title, folder, kind)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    _open(dialog, then)


def ask_where(
    parent: QWidget,
    title: str,
    folder: str,
    *,
    kind: str,
    suffix: str,
    then: Callable[[Path], None],
    name: str = "",
) -> None:
    """Asks where to write a file; `name` is proposed."""
    dialog = QFileDialog(parent, title, folder, kind)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.selectFile(name)
    _open(dialog, then)


def ask(
    parent: QWidget,
    name: str,
    question: str,
    words: str,
    *,
    yes: tuple[str, str],
    no: str,
    then: Callable[[], object],
    title: str = "itbcalc",
    practised: bool = False,
) -> None:
    """Asks before something that cannot be taken back; `then` only after a plain yes, and Escape is no.

    `yes` is what the button says, and what it is called for whoever looks for it; `practised`: of practice, not of a patient.
    """
    box = QMessageBox(QMessageBox.Icon.Question, title, question, parent=parent)
    box.setObjectName(name)
    practise(box, practised=practised)
    box.setInformativeText(words)
    back = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    go = box.addButton(yes[0], QMessageBox.ButtonRole.DestructiveRole)
    go.setObjectName(yes[1])
    box.setDefaultButton(back)
    box.setEscapeButton(back)
    go.clicked.connect(then)
    box.finished.connect(box.deleteLater)
    box.open()


def ask_to_discard(parent: QWidget, then: Callable[[], None]) -> None:
    """Asks whether typed values that are in no file may be given up; `then` only if so."""
    ask(
        parent,
        "discard",
        "What you typed is not saved.",
        "Go back to save it as a program file, or give it up.",
        yes=("Give it up", "giveUp"),
        no="Go back",
        then=then,
    )


def tell(parent: QWidget, title: str, why: str) -> None:
    """Says what did not work, and why."""
    box = QMessageBox(QMessageBox.Icon.Warning, "itbcalc", title, QMessageBox.StandardButton.Ok, parent)
    box.setObjectName("message")
    box.setInformativeText(why)
    box.finished.connect(box.deleteLater)
    box.open()


def crash_box(parent: QWidget, report: str) -> QMessageBox:
    """Says that the program made an error of its own; what happened can be copied."""
    box = QMessageBox(
        QMessageBox.Icon.Critical,
        "itbcalc",
        "itbcalc made an error of its own.",
        QMessageBox.StandardButton.Close,
        parent,
    )
    box.setObjectName("crash")
    box.setInformativeText("Nothing shown can be relied on. Your typed values are still in the fields.")
    box.setDetailedText(report)
    return box


def _open(dialog: QFileDialog, then: Callable[[Path], None]) -> None:
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
