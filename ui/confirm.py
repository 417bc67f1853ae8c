"""Confirming an unverified figure from the manual: a normal act of a clinic."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from itbcalc.errors import ItbcalcError
from itbcalc.library.own import confirm, own_folder
from itbcalc.library.records import Figure
from itbcalc.quantities.display import exact_text
from itbcalc.say import figure_name, refusal_words
from ui.engine_holder import EngineHolder
from ui.widgets.basics import Field, role_label, set_tone


def ask_to_confirm(parent: QWidget, act: str, engine: EngineHolder, done: Callable[[], None]) -> None:
    """Asks for the figure that `act` names (`confirm:` and its address), where there is one; `done` once it is kept."""
    kind, _, address = act.partition(":")
    figure = engine.library.figure(address) if kind == "confirm" else None
    if figure is not None:
        ConfirmDialog(parent, figure, own_folder(), engine.now().date(), done).open()


class ConfirmDialog(QDialog):
    """Asks what the manual says, where, and who looked. Nothing is filled in but the figure's name."""

    def __init__(
        self, parent: QWidget, figure: Figure, folder: Path, today: date, done: Callable[[], None]
    ) -> None:
        super().__init__(parent)
        self.setObjectName("confirmDialog")
        self.setWindowTitle("Confirm a figure")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(460)
        self._figure, self._folder, self._today, self._done = figure, folder, today, done
        self._value = Field("value", "Value in the manual")
        self._by = Field("by", "Confirmed by")
        self._reference = Field("reference", "Manual and page")
        self._reference.setPlaceholderText("implant manual M123456, p. 11")
        self._problem = role_label("", "note", name="confirmProblem", wrap=True)
        set_tone(self._problem, "refused")
        self._lay_out()

    def accept(self) -> None:
        """Writes the confirmation; stays open with the reason where it is refused."""
        try:
            confirm(
                self._figure,
                self._value.text(),
                by=self._by.text(),
                on=self._today,
                reference=self._reference.text(),
                folder=self._folder,
            )
        except ItbcalcError as error:
            self._problem.setText(refusal_words(error))
            return
        except OSError as error:
            self._problem.setText(f"Not saved: {error.strerror or error}")
            return
        self._done()
        super().accept()

    def _lay_out(self) -> None:
        so_far = "Unverified so far" if self._figure.is_unverified else "So far"
        about = f"{figure_name(self._figure)} ({_model(self._figure)})\n{so_far}: {exact_text(self._figure.quantity)}. Type what the manual says."
        form = QFormLayout()
        form.addRow("&Value in the manual", self._value)
        form.addRow("Manual and &page", self._reference)
        form.addRow("Confirmed &by", self._by)
        buttons = QDialogButtonBox()
        buttons.addButton("Confirm", QDialogButtonBox.ButtonRole.AcceptRole).setObjectName("confirm")
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(role_label(about, "quiet", wrap=True))
        layout.addLayout(form)
        layout.addWidget(self._problem)
        layout.addWidget(buttons)


def _model(figure: Figure) -> str:
    """The model a figure belongs to, from its address."""
    return figure.address.split(".")[1]
