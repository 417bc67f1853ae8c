"""From when to when is a patient away, and what does that mean for the pump? Nothing is written."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from itbcalc.desk.journey import JourneyShown, JourneyTyped
from itbcalc.errors import ItbcalcError
from itbcalc.say import refusal_words
from ui.widgets.basics import Field, role_label, set_tone

Ask = Callable[[str, JourneyTyped], JourneyShown]


class JourneyDialog(QDialog):
    """Four fields, and what they mean below them once it is asked for."""

    def __init__(self, parent: QWidget, patient: str, zone: str, ask: Ask) -> None:
        """`zone` is the patient's time zone at home; empty where the log names none: then it is that of this computer."""
        super().__init__(parent)
        self._patient, self._zone, self._ask = patient, zone, ask
        self.setObjectName("journeyDialog")
        self.setWindowTitle("A journey")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(640)
        self.leaves = Field("leaves", "when the patient leaves")
        self.leaves.setPlaceholderText("e.g. 20 Dec 2026 10:00")
        self.returns = Field("returns", "when the patient is back")
        self.returns.setPlaceholderText("e.g. 9 Jan 2027 18:00")
        self.there = Field("zone", "time zone there")
        self.there.setPlaceholderText("may be left empty, e.g. Asia/Tokyo")
        self.delay = Field("delay", "days by which the return may fail")
        self.delay.setPlaceholderText("may be left empty, e.g. 7")
        self.found = role_label("", "verdict", name="journeyDialog:found", wrap=True)
        self.found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.buttons = QDialogButtonBox()
        self.buttons.addButton("Show", QDialogButtonBox.ButtonRole.AcceptRole).setObjectName("write")
        self.buttons.addButton(QDialogButtonBox.StandardButton.Close)
        self.buttons.accepted.connect(self.show_found)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()

    def show_found(self) -> None:
        """What the journey means; or, in its place, what was refused."""
        typed = JourneyTyped(
            self._zone, self.leaves.text(), self.returns.text(), self.there.text(), self.delay.text()
        )
        try:
            shown = self._ask(self._patient, typed)
        except ItbcalcError as error:
            self._tell(refusal_words(error), "refused")
            self._go_to(str(getattr(error, "field", "")))
            return
        self._tell("\n".join(shown.lines), "differs" if shown.bad else "")

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow("&Leaves", self.leaves)
        form.addRow("&Returns", self.returns)
        form.addRow("Time &zone there", self.there)
        form.addRow("Return may fail for (&days)", self.delay)
        about = f"{self._patient}: away from home, times of {self._zone or 'this computer'}"
        layout = QVBoxLayout(self)
        layout.addWidget(role_label(about, "workingtitle", name="journeyDialog:about", wrap=True))
        layout.addLayout(form)
        layout.addWidget(self.found)
        layout.addWidget(role_label("Nothing of this is written into the log.", "quiet", wrap=True))
        layout.addWidget(self.buttons)

    def _go_to(self, field: str) -> None:
        fields = {"leaves": self.leaves, "returns": self.returns, "zone": self.there, "delay": self.delay}
        if field in fields:
            fields[field].setFocus()

    def _tell(self, words: str, tone: str) -> None:
        self.found.setText(words)
        set_tone(self.found, tone)
        self.adjustSize()
