"""Seven days side by side: what runs on each, and what it comes to. A day is chosen by click or arrow keys."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.states import DayState
from ui.widgets.drawing import ink_of

_HEAD, _FOOT, _GAP = 18, 18, 6


class WeekStrip(QWidget):
    """The week as drawn; the chosen day has a frame, a day that differs from the usual one a mark."""

    day_chosen = Signal(int)  # 0 for Monday

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("weekStrip")
        self.setAccessibleName("The week")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("Click a day, or use the arrow keys, to see it above")
        self._days: tuple[DayState, ...] = ()
        self._chosen = 0

    def sizeHint(self) -> QSize:
        """One line of small days."""
        return QSize(420, 92)

    def show_days(self, days: tuple[DayState, ...]) -> None:
        """Draws exactly these days; hidden where there are none."""
        self._days = days
        self.setVisible(bool(days))
        self.setAccessibleDescription(", ".join(f"{day.name} {day.dose}" for day in days))
        self.update()

    def chosen(self) -> int:
        """The day that is shown above."""
        return self._chosen

    # --- choosing

    def choose(self, day: int) -> None:
        """Chooses a day, as a click does."""
        if 0 <= day < len(self._days) and day != self._chosen:
            self._chosen = day
            self.update()
            self.day_chosen.emit(day)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses the day below it."""
        if self._days:
            self.choose(int(event.position().x() // (self.width() / len(self._days))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys go from day to day."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps:
            self.choose(self._chosen + steps[Qt.Key(event.key())])
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The frame of the chosen day tells that the keyboard is here."""
        super().focusInEvent(event)
        self.update()

    # --- drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Each day in its own box, all to one scale."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() / max(len(self._days), 1)
        for number, day in enumerate(self._days):
            box = QRectF(number * width + _GAP / 2, 0.5, width - _GAP, self.height() - 1)
            self._draw_day(painter, box, day, chosen=number == self._chosen)
        painter.end()

    def _draw_day(self, painter: QPainter, box: QRectF, day: DayState, *, chosen: bool) -> None:
        ink = ink_of(self.palette(), 1.0)
        text, quiet, accent = ink.text, ink.quiet, ink.lines["solid"]
        painter.setPen(QPen(accent if chosen else quiet, 2 if chosen and self.hasFocus() else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(text)
        name = f"{day.name} ≠" if day.differs else day.name
        painter.drawText(
            QRectF(box.left(), box.top(), box.width(), _HEAD), Qt.AlignmentFlag.AlignCenter, name
        )
        foot = QRectF(box.left(), box.bottom() - _FOOT, box.width(), _FOOT)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, day.dose)
        area = QRectF(
            box.left() + 3, box.top() + _HEAD + 2, box.width() - 6, box.height() - _HEAD - _FOOT - 4
        )
        painter.setPen(QPen(accent, 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(_steps(area, day.levels))


def _steps(area: QRectF, levels: tuple[tuple[float, float], ...]) -> QPolygonF:
    """The levels as steps across the area."""
    points: list[QPointF] = []
    for start, height in levels:
        x, y = area.left() + start * area.width(), area.bottom() - height * area.height()
        if points:
            points.append(QPointF(x, points[-1].y()))
        points.append(QPointF(x, y))
    return QPolygonF([*points, QPointF(area.right(), points[-1].y())]) if points else QPolygonF()
