"""What leaves the catheter tip, drawn: full line with the bridge, dashed without."""

import itertools

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.states import TipCurve, TipPicture
from ui.widgets.basics import role_label

_LEFT, _RIGHT, _TOP, _BOTTOM = 112, 14, 40, 24
_LEAST_GAP = 15  # between two marks on the axis, so that their texts never overlap


class TipView(QWidget):
    """The picture with its title; hidden where nothing is to be drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("tip")
        self._canvas = _Canvas()
        title = role_label("What leaves the catheter tip", "workingtitle")
        about = role_label("mcg/day over days · plug flow, mixing not modelled", "quiet")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 2)
        layout.setSpacing(0)
        layout.addWidget(title)
        layout.addWidget(about)
        layout.addWidget(self._canvas, 1)
        self.hide()

    def show_picture(self, picture: TipPicture) -> None:
        """Draws exactly this picture."""
        self._canvas.picture = picture
        self._canvas.update()
        self.setAccessibleName("What leaves the catheter tip")
        self.setAccessibleDescription(picture.words)
        self.setToolTip(picture.words)
        self.setVisible(bool(picture.curves))


class _Canvas(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.picture = TipPicture()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(165)

    def sizeHint(self) -> QSize:
        """Room for three levels and two lines of words."""
        return QSize(600, 190)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Axes, marks, then the curves with their words."""
        del event
        if not self.picture.curves:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)
        self._draw_legend(painter)
        self._draw_axes(painter, area)
        for curve in self.picture.curves:
            self._draw_curve(painter, area, curve)
        painter.end()

    def _draw_axes(self, painter: QPainter, area: QRectF) -> None:
        palette = self.palette()
        quiet = palette.color(QPalette.ColorRole.PlaceholderText)
        painter.setPen(QPen(quiet, 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.bottomLeft(), area.topLeft())
        drawn: list[float] = []
        for level, text in reversed(self.picture.levels):
            y = self._y(area, level)
            if all(abs(y - other) >= _LEAST_GAP for other in drawn):
                drawn.append(y)
                box = QRectF(0, y - 9, _LEFT - 8, 18)
                painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        for day in range(int(self.picture.days) + 1):
            x = self._x(area, day)
            words = self.picture.start if not day else f"+{day} d"
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 3))
            painter.drawText(QRectF(x, area.bottom() + 4, 150, 18), Qt.AlignmentFlag.AlignLeft, words)

    def _draw_curve(self, painter: QPainter, area: QRectF, curve: TipCurve) -> None:
        painter.setPen(self._pen(curve))
        points = self._points(area, curve)
        for first, second in itertools.pairwise(points):
            painter.drawLine(first, second)

    def _draw_legend(self, painter: QPainter) -> None:
        """The words of each curve behind a sample of its line, above the picture and never across it."""
        for line, curve in enumerate(self.picture.curves):
            y = 9 + 16 * line
            painter.setPen(self._pen(curve))
            painter.drawLine(QPointF(_LEFT, y), QPointF(_LEFT + 28, y))
            box = QRectF(_LEFT + 36, y - 9, self.width() - _LEFT - 40, 18)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, curve.words)

    def _pen(self, curve: TipCurve) -> QPen:
        accent = self.palette().color(QPalette.ColorRole.Highlight)
        colour = self.palette().color(QPalette.ColorRole.Text) if curve.dashed else accent
        return QPen(colour, 2, Qt.PenStyle.DashLine if curve.dashed else Qt.PenStyle.SolidLine)

    def _points(self, area: QRectF, curve: TipCurve) -> list[QPointF]:
        points: list[QPointF] = []
        for day, dose in curve.steps:
            x, y = self._x(area, day), self._y(area, dose)
            if points:
                points.append(QPointF(x, points[-1].y()))
            points.append(QPointF(x, y))
        return [*points, QPointF(area.right(), points[-1].y())]

    def _x(self, area: QRectF, day: float) -> float:
        return area.left() + area.width() * day / self.picture.days

    def _y(self, area: QRectF, dose: float) -> float:
        highest = max(level for level, _ in self.picture.levels)
        return area.bottom() - area.height() * dose / (highest * 1.05)
