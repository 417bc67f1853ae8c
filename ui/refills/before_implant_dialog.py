"""How many visits a year would a dose mean? Asked before an implant, shown as one page; nothing is written."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from itbcalc.errors import ItbcalcError
from itbcalc.say import refusal_words
from ui.widgets.basics import Choice, Field, role_label, set_tone

Show = Callable[[str, str], None]


class BeforeImplantDialog(QDialog):
    """The daily dose, and where the drug is bought."""

    def __init__(self, parent: QWidget, jurisdictions: Sequence[tuple[str, str]], show: Show) -> None:
        """`show` is given dose and jurisdiction as typed, and raises what is refused."""
        super().__init__(parent)
        self._show = show
        self.setObjectName("beforeImplantDialog")
        self.setWindowTitle("Before an implant")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(520)
        self.dose = Field("dose", "daily dose")
        self.dose.setPlaceholderText("e.g. 350 mcg/day")
        self.where = Choice("jurisdiction", "where the drug is bought", (("", "choose"), *jurisdictions))
        self.problem = role_label("", "problem", name="beforeImplantDialog:problem", wrap=True)
        set_tone(self.problem, "refused")
        self.buttons = QDialogButtonBox()
        self.buttons.addButton("Show", QDialogButtonBox.ButtonRole.AcceptRole).setObjectName("write")
        self.buttons.addButton(QDialogButtonBox.StandardButton.Close)
        self.buttons.accepted.connect(self.show_page)
        self.buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow("&Daily dose", self.dose)
        form.addRow("&Strengths of", self.where)
        layout = QVBoxLayout(self)
        about = "Visits a year for each reservoir and each strength that is marketed"
        layout.addWidget(role_label(about, "workingtitle", wrap=True))
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)

    def show_page(self) -> None:
        """The page, or what was refused."""
        try:
            self._show(self.dose.text(), self.where.value())
        except ItbcalcError as error:
            self.problem.setText(refusal_words(error))
            (self.where if getattr(error, "field", "") == "jurisdiction" else self.dose).setFocus()
            return
        self.problem.setText("")
