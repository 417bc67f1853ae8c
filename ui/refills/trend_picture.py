"""What the pump delivered, refill by refill, against its accuracy. The arrow keys go from refill to refill and read each."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.refills.states import TrendPoint, TrendState
from ui.theme import Colours

_LEFT, _RIGHT, _TOP, _FOOT = 62, 44, 10, 18  # pixels around the drawing
_ROOM = 4.0  # percent above and below what is drawn
_HALF = 3.5  # pixels of a point


class TrendPicture(QWidget):
    """A few points: there before anything else that draws is loaded."""

    read = Signal(str)  # the refill the cursor stands on, in words

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("refills:trend")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.state = TrendState()
        self._colours: Colours | None = None
        self._chosen = -1

    def sizeHint(self) -> QSize:
        """Room for the accuracy and what lies beyond it."""
        return QSize(420, 104)

    def minimumSizeHint(self) -> QSize:
        """Less than that nobody could read."""
        return QSize(200, 84)

    def show_trend(self, state: TrendState) -> None:
        """Draws exactly this, with the cursor on the last refill."""
        self.state = state
        self._chosen = len(state.points) - 1
        self.setAccessibleName(state.title)
        self.setAccessibleDescription("; ".join(point.words for point in state.points))
        self.setToolTip("Left and Right, or a click, go from refill to refill")
        self.update()
        self._tell()

    @property
    def holds_any(self) -> bool:
        """Whether there is anything to draw."""
        return bool(self.state.points)

    def dress(self, colours: Colours) -> None:
        """Draws in the colours of the look."""
        self._colours = colours
        self.update()

    # --- the cursor

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From refill to refill."""
        last = len(self.state.points) - 1
        places = {
            Qt.Key.Key_Left: self._chosen - 1,
            Qt.Key.Key_Right: self._chosen + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if event.key() not in places:
            super().keyPressEvent(event)
            return
        self._choose(min(max(places[Qt.Key(event.key())], 0), last))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The refill nearest to the click."""
        points, x = self.state.points, event.position().x()
        if points:
            self._choose(min(range(len(points)), key=lambda number: abs(self._x(points[number]) - x)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The frame of the chosen refill tells that the keyboard is here."""
        super().focusInEvent(event)
        self.update()

    def _choose(self, number: int) -> None:
        if number != self._chosen:
            self._chosen = number
            self.update()
            self._tell()

    def _tell(self) -> None:
        points = self.state.points
        self.read.emit(points[self._chosen].words if points else "")

    # --- drawing

    def _x(self, point: TrendPoint) -> float:
        return _LEFT + point.x * (self.width() - _LEFT - _RIGHT)

    def _y(self, percent: float) -> float:
        low, high = self._ends()
        area = self.height() - _TOP - _FOOT
        return _TOP + (high - percent) / (high - low) * area

    def _ends(self) -> tuple[float, float]:
        shown = [100.0, *(each for each in (self.state.lowest, self.state.highest) if each is not None)]
        for point in self.state.points:
            shown += [point.percent, *(point.interval or ())]
        return min(shown) - _ROOM, max(shown) + _ROOM

    def paintEvent(self, event: QPaintEvent) -> None:
        """Band, line of 100 %, intervals, points, dates."""
        del event
        if not self.state.points or self._colours is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._draw_accuracy(painter, self._colours)
        points = self.state.points
        painter.setPen(QPen(QColor(self._colours.accent), 1.6))
        painter.drawPolyline(QPolygonF([QPointF(self._x(each), self._y(each.percent)) for each in points]))
        for number, point in enumerate(points):
            self._draw_point(painter, self._colours, point, chosen=number == self._chosen)
        self._write_dates(painter, self._colours)
        painter.end()

    def _draw_accuracy(self, painter: QPainter, colours: Colours) -> None:
        width = self.width() - _LEFT - _RIGHT + 2 * _ROOM
        lowest, highest = self.state.lowest, self.state.highest
        if lowest is not None and highest is not None:
            band = QRectF(_LEFT - _ROOM, self._y(highest), width, self._y(lowest) - self._y(highest))
            painter.fillRect(band, QColor(colours.selected))
        painter.setPen(QPen(QColor(colours.quiet), 1))
        y = self._y(100)
        painter.drawLine(QPointF(_LEFT - _ROOM, y), QPointF(_LEFT - _ROOM + width, y))
        for percent in (100.0, lowest, highest):
            if percent is not None:
                box = QRectF(0, self._y(percent) - 8, _LEFT - 8, 16)
                painter.drawText(
                    box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{percent:g} %"
                )

    def _draw_point(self, painter: QPainter, colours: Colours, point: TrendPoint, *, chosen: bool) -> None:
        """Beyond the accuracy it is a triangle: not told by colour alone."""
        here = QPointF(self._x(point), self._y(point.percent))
        ink = QColor(colours.warning if point.outside else colours.accent)
        painter.setPen(QPen(ink, 1.2))
        if point.interval is not None:
            low, high = (self._y(percent) for percent in point.interval)
            painter.drawLine(QPointF(here.x(), low), QPointF(here.x(), high))
        painter.setBrush(ink)
        if point.outside:
            half = _HALF + 1.5
            painter.drawPolygon(
                QPolygonF([here + QPointF(0, -half), here + QPointF(half, half), here + QPointF(-half, half)])
            )
        else:
            painter.drawEllipse(here, _HALF, _HALF)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if chosen and self.hasFocus():
            painter.drawEllipse(here, 3 * _HALF, 3 * _HALF)

    def _write_dates(self, painter: QPainter, colours: Colours) -> None:
        points = self.state.points
        painter.setPen(QColor(colours.quiet))
        foot = QRectF(_LEFT - _ROOM, self.height() - _FOOT, self.width() - _LEFT + _ROOM, _FOOT)
        painter.drawText(foot, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.state.first)
        if len(points) > 1:
            painter.drawText(
                foot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.state.last
            )
        last = points[-1]
        painter.setPen(QColor(colours.warning if last.outside else colours.text))
        beside = QRectF(self._x(last) + 8, self._y(last.percent) - 8, _RIGHT - 4, 16)
        painter.drawText(beside, Qt.AlignmentFlag.AlignLeft, last.label)
