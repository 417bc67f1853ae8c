"""A pump or catheter of the clinic's own: its figures, where they stand, who looked. Nothing is filled in but what was kept."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from itbcalc.desk.own_profiles import FIGURES_OF, REQUIRED_OF, unit_of
from itbcalc.errors import FieldEntryError, ItbcalcError, LibraryError, RefusedError
from itbcalc.say import refusal_words
from itbcalc.say.findings import FIGURE_WORDS
from ui.widgets.basics import Field, ScrollArea, role_label, set_tone

_TITLES = {"pump": "A pump of the clinic's own", "catheter": "A catheter of the clinic's own"}
_ABOUT = "Type what the manual of the very model says. What is not known stays empty; nothing is copied from a sister model."
Keep = Callable[[Mapping[str, str]], object]


class OwnProfileDialog(QDialog):
    """Stays open until it is kept; what is refused is said below its field."""

    def __init__(self, parent: QWidget, kind: str, texts: Mapping[str, str], keep: Keep) -> None:
        """`keep` takes the texts by figure, with `name`, `reference` and `by`. May raise ItbcalcError."""
        super().__init__(parent)
        self.setObjectName("ownProfile")
        self.setWindowTitle(_TITLES[kind])
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._keep = keep
        self._kind = kind
        self.fields: dict[str, Field] = {}
        self._notes: dict[str, QLabel] = {}
        self._problem = role_label("", "problem", name="ownProfile:problem", wrap=True)
        set_tone(self._problem, "refused")
        self._lay_out()
        for name, text in texts.items():
            self.fields[name].setText(text)

    def accept(self) -> None:
        """Keeps it; stays open with the reason where it is refused."""
        self._say("", "")
        try:
            self._keep({name: field.text() for name, field in self.fields.items()})
        except ItbcalcError as error:
            self._say(_field_of(error), refusal_words(error))
            return
        super().accept()

    def _say(self, refused: str, words: str) -> None:
        """Below the field that was refused; what belongs to none stands above the buttons."""
        for name, note in self._notes.items():
            at = name == refused
            note.setText(words if at else "")
            note.setVisible(at)
            set_tone(self.fields[name], "refused" if at else "")
            self.fields[name].setAccessibleDescription(words if at else "")
        self._problem.setText("" if refused in self._notes else words)
        if refused in self.fields:
            self.fields[refused].setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        body = QWidget()
        grid = QGridLayout(body)
        grid.setColumnStretch(1, 1)
        self._add(grid, "name", "Name")
        for name in FIGURES_OF[self._kind]:
            self._add(grid, name, FIGURE_WORDS[name])
        self._add(grid, "reference", "Manual and page")
        self._add(grid, "by", "Looked up by")
        self.fields["reference"].setPlaceholderText("e.g. implant manual M123456, p. 11")
        buttons = QDialogButtonBox()
        buttons.addButton("Keep", QDialogButtonBox.ButtonRole.AcceptRole).setObjectName("keep")
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(role_label(_ABOUT, "quiet", wrap=True))
        column.addWidget(ScrollArea(body), 1)
        column.addWidget(self._problem)
        column.addWidget(buttons)
        self.resize(520, 470 if self._kind == "pump" else 320)

    def _add(self, grid: QGridLayout, name: str, words: str) -> None:
        needed = name in (*REQUIRED_OF[self._kind], "reference", "by")
        unit = unit_of(self._kind, name)
        field = self.fields[name] = Field(f"own.{name}", f"{words} {unit}".strip(), unit=unit)
        if not needed:
            field.setPlaceholderText("if known")
        label = role_label(words, "label")
        label.setBuddy(field)
        note = self._notes[name] = role_label("", "note", name=f"note:own.{name}", wrap=True)
        set_tone(note, "refused")
        note.hide()
        row = grid.rowCount()
        grid.addWidget(label, row, 0)
        grid.addWidget(field, row, 1)
        grid.addWidget(note, row + 1, 0, 1, 2)


def _field_of(error: ItbcalcError) -> str:
    """The figure that was refused; empty where it is none."""
    if isinstance(error, RefusedError | FieldEntryError):
        return error.field.rpartition(".")[2]
    return error.where.rpartition(": ")[2] if isinstance(error, LibraryError) else ""
