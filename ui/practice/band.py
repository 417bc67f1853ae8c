"""The band that says PRACTICE, in words and stripes, above everything while a virtual patient is in front."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.practice.notice import NOT_VALIDATED
from ui.theme import Colours, practice_of, practise
from ui.widgets.basics import role_label, set_tone

_STRIPE = 14.0  # pixels, across
_SIDE, _NARROW_SIDE = 150, 24  # pixels that are striped on either side, and where there is little room
_ROOMY = 1200  # pixels of a band that has room for broad sides
_HEIGHT = 34


class PracticeBand(QWidget):
    """Stripes at both ends, PRACTICE between them, and while the pump is programmed what can be done from there."""

    look_requested = Signal()
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("practiceBand")
        self._colours: Colours | None = None
        self._word = role_label("PRACTICE", "practice", name="practiceBand:word")
        self._words = role_label(
            f"Virtual patient. {NOT_VALIDATED}", "plain", name="practiceBand:words", wrap=True
        )
        self._page = role_label("", "plain", name="practiceBand:page", wrap=True)
        self._look = QPushButton("Pro&grammer's page")
        self._look.setObjectName("practiceBand:look")
        self._look.setToolTip("What the programmer shows before it is confirmed (takes five minutes)")
        self._leave = QPushButton("Bac&k to the patient")
        self._leave.setObjectName("practiceBand:leave")
        self._row, self._below = QHBoxLayout(), QHBoxLayout()
        self._lay_out()
        practise(self)
        self._look.clicked.connect(self.look_requested)
        self._leave.clicked.connect(self.left)
        self.hide()

    def show_programming(self, *, programming: bool) -> None:
        """Whether the fields of the check hold a change of the virtual pump."""
        self._look.setVisible(programming)
        self._leave.setVisible(programming)
        self.show_page("")

    def show_page(self, text: str, tone: str = "") -> None:
        """What the programmer shows, to be typed into the check; or why nothing is shown."""
        self._page.setText(text)
        set_tone(self._page, tone)
        self._page.setVisible(bool(text))

    def dress(self, colours: Colours) -> None:
        """Takes on the colours of practice that go with those of the look."""
        self._colours = practice_of(colours)

    def _lay_out(self) -> None:
        row = self._row
        row.setContentsMargins(_SIDE, 0, _SIDE, 0)
        row.setSpacing(0)
        row.addWidget(self._word)
        row.addWidget(self._words, 1)
        row.addSpacing(8)
        row.addWidget(self._look)
        row.addSpacing(8)
        row.addWidget(self._leave)
        below = self._below
        below.setContentsMargins(_SIDE, 0, _SIDE, 0)
        below.addWidget(self._page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 3, 0, 3)
        column.setSpacing(2)
        column.addLayout(row)
        column.addLayout(below)
        self.setMinimumHeight(_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The stripes give way to the words."""
        super().resizeEvent(event)
        side = _SIDE if self.width() >= _ROOMY else _NARROW_SIDE
        for row in (self._row, self._below):
            row.setContentsMargins(side, 0, side, 0)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Slanting stripes, as on a barrier."""
        if self._colours is None:
            return
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colours.card))
        painter.drawRect(self.rect())  # `fillRect` would make every gradient that Qt knows before it answers
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(self._colours.accent))
        height, x = float(self.height()), -float(self.height())
        while x < self.width():
            painter.drawPolygon(
                QPolygonF(
                    [
                        QPointF(x, height),
                        QPointF(x + height, 0),
                        QPointF(x + height + _STRIPE, 0),
                        QPointF(x + _STRIPE, height),
                    ]
                )
            )
            x += 2 * _STRIPE
        painter.end()
