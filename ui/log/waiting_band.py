"""The red band under the header, in every panel, while something that was recorded is not in the log."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from itbcalc.log.waiting import Waits
from itbcalc.say import waiting_words
from ui.widgets.basics import named_button, role_label


class WaitingBand(QFrame):
    """How much waits, and the button that sends it."""

    send_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("waitingBand")
        self.setProperty("role", "finding")
        self.setProperty("severity", "stop")
        self._words = role_label("", "findingtitle", name="waitingBand:words", wrap=True)
        self._send = named_button("Send what waits", "waitingBand:send")
        self._send.setToolTip(
            "Each entry becomes the next one of the log, with its own moment; none is written twice"
        )
        self._send.clicked.connect(self.send_requested)
        row = QHBoxLayout(self)
        row.addWidget(self._words, 1)
        row.addWidget(self._send)
        self.hide()

    def show_waiting(self, waiting: Sequence[Waits]) -> None:
        """Shows itself while something waits."""
        not_known = sum(each.not_known for each in waiting)
        self._words.setText(" ".join(waiting_words(len(waiting) - not_known, not_known)))
        self.setVisible(bool(waiting))

    def show_sending(self, *, sending: bool) -> None:
        """While it is being sent it is not sent again."""
        self._send.setEnabled(not sending)
        self._send.setText("Sending …" if sending else "Send what waits")
