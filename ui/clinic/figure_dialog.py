"""Which figure of the library has the clinic looked up?"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from ui.widgets.basics import NameField, role_label, set_tone


class WhichFigureDialog(QDialog):
    """A figure by its name, completed while it is typed; `then` asks what the manual says of it."""

    def __init__(
        self, parent: QWidget, figures: Sequence[tuple[str, str]], then: Callable[[str], None]
    ) -> None:
        super().__init__(parent)
        self.setObjectName("whichFigure")
        self.setWindowTitle("Confirm a figure")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(520)
        self._known = {address for address, _ in figures}
        self._then = then
        self.field = NameField("figure", "Model and figure")
        self.field.setPlaceholderText("type a model or a figure; unverified ones stand first")
        self.field.offer(figures)
        self._problem = role_label("", "problem", name="whichFigure:problem", wrap=True)
        set_tone(self._problem, "refused")
        label = role_label("Model and &figure", "label")
        label.setTextFormat(Qt.TextFormat.AutoText)
        label.setBuddy(self.field)
        buttons = QDialogButtonBox()
        buttons.addButton("Go on", QDialogButtonBox.ButtonRole.AcceptRole).setObjectName("goOn")
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (label, self.field, self._problem, buttons):
            column.addWidget(widget)

    def accept(self) -> None:
        """Goes on with the figure that is named."""
        self.field.finish()
        address = self.field.value()
        if address not in self._known:
            self._problem.setText("Choose one of the figures that are offered while you type.")
            return
        super().accept()
        self._then(address)
