"""Visits a week against the places of the clinic: a bar a week, booked below, still to book above it."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.refills.states import WeekBar
from ui.theme import Colours

_LABEL = 16  # pixels below the bars, for the Monday; as many above, for the number
_BAR_PART = 0.46  # of the width of a week
_LEAST_SCALE = 3  # visits: one alone does not fill the height


class WeekBars(QWidget):
    """Nothing is chosen here: it shows where there is room."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("refills:weekBars")
        self.setAccessibleName("Visits a week")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._weeks: tuple[WeekBar, ...] = ()
        self._colours: Colours | None = None

    def sizeHint(self) -> QSize:
        """One line of bars."""
        return QSize(600, 96)

    def show_weeks(self, weeks: tuple[WeekBar, ...]) -> None:
        """Draws exactly these weeks."""
        self._weeks = weeks
        self.setAccessibleDescription("; ".join(week.words for week in weeks))
        self.update()

    @property
    def holds_any(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self._weeks)

    def dress(self, colours: Colours) -> None:
        """Draws in the colours of the look."""
        self._colours = colours
        self.update()

    def event(self, event: QEvent) -> bool:
        """What a week holds, where the mouse rests on it."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._weeks:
            number = int(event.pos().x() // (self.width() / len(self._weeks)))
            QToolTip.showText(event.globalPos(), self._weeks[min(number, len(self._weeks) - 1)].words, self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """All weeks to one scale."""
        del event
        if not self._weeks or self._colours is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = max([_LEAST_SCALE, *(max(w.booked + w.to_book, w.places or 0) for w in self._weeks)])
        width = self.width() / len(self._weeks)
        for number, week in enumerate(self._weeks):
            cell = QRectF(number * width, _LABEL, width, self.height() - 2 * _LABEL)
            self._draw_week(painter, cell, week, cell.height() / most)
        painter.end()

    def _draw_week(self, painter: QPainter, cell: QRectF, week: WeekBar, unit: float) -> None:
        assert self._colours is not None
        if week.closed:
            painter.fillRect(cell.adjusted(3, 0, -3, 0), QColor(self._colours.rail))
        painter.setPen(QPen(QColor(self._colours.border), 1))
        painter.drawLine(cell.bottomLeft(), cell.bottomRight())
        ink = QColor(self._colours.warning if week.too_many else self._colours.accent)
        _draw_bar(painter, cell, week, unit, ink)
        if week.places is not None:
            y = cell.bottom() - week.places * unit
            painter.setPen(QPen(QColor(self._colours.warning), 1.2, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(cell.left(), y), QPointF(cell.right(), y))
        self._write(painter, cell, week, unit)

    def _write(self, painter: QPainter, cell: QRectF, week: WeekBar, unit: float) -> None:
        """The number above the bar, the Monday below it."""
        assert self._colours is not None
        load = week.booked + week.to_book
        loud = QColor(self._colours.warning if week.too_many else self._colours.text)
        if load:
            painter.setPen(loud)
            above = QRectF(cell.left(), cell.bottom() - load * unit - _LABEL, cell.width(), _LABEL)
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, f"▲ {load}" if week.too_many else str(load))
        painter.setPen(loud if week.too_many else QColor(self._colours.quiet))
        below = QRectF(cell.left(), cell.bottom(), cell.width(), _LABEL)
        begins = f"{week.begins} · closed" if week.closed else week.begins
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, begins)


def _draw_bar(painter: QPainter, cell: QRectF, week: WeekBar, unit: float, ink: QColor) -> None:
    """What is booked is full, what is still to be booked is hatched: they differ without colour too."""
    side = cell.width() * (1 - _BAR_PART) / 2
    foot = QRectF(cell.left() + side, cell.bottom(), cell.width() - 2 * side, 0)
    booked = foot.adjusted(0, -week.booked * unit, 0, 0)
    painter.fillRect(booked, ink)
    if week.to_book:
        painter.setPen(QPen(ink, 1.4))
        painter.setBrush(QBrush(ink, Qt.BrushStyle.BDiagPattern))
        painter.drawRect(booked.adjusted(0.7, -week.to_book * unit, -0.7, -booked.height()))
