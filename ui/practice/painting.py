"""Draws the courses of a run: lanes one above the other on one axis of time, for the screen and for paper."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from ui.practice.sampling import columns_of
from ui.practice.states import CourseLane, CourseMark, Drawing, Floats, HarmBand, Trace
from ui.theme import Colours

_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 14.0, 44.0, 22.0
_BETWEEN = 20.0  # pixels above each lane, for its name
_DASHES = {
    "solid": Qt.PenStyle.SolidLine,
    "dashed": Qt.PenStyle.DashLine,
    "dotted": Qt.PenStyle.DotLine,
}
_WIDTHS = {"solid": 2.0, "dashed": 1.4, "dotted": 1.6}
_GAPS = {
    "solid": (1, 0),
    "dashed": (7, 4),
    "dotted": (2, 2),
}  # columns of a dense line that are drawn, and left out
_SHORT_SPAN = 3.0  # pixels
_TURNS = 8.0  # times the height of its lane that a line may go up and down to be drawn with a broad pen
_SAMPLE = 26.0  # pixels of a line in the legend
_STEPS = (1 / 24, 1 / 8, 1 / 4, 1 / 2, 1, 2, 7, 14, 28, 91, 182)  # days between two dates
_MOMENT_ROOM, _DATE_ROOM = 118.0, 84.0  # pixels that a moment takes, and a date alone
_MARK = 7.5  # pixels, half of it


@dataclass(frozen=True, slots=True)
class Plan:
    """Where in a rectangle the lanes and the times of a drawing are."""

    drawing: Drawing
    area: QRectF

    @property
    def inner(self) -> QRectF:
        """The ground of all lanes."""
        return self.area.adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)

    def x(self, day: float) -> float:
        """Where a time is."""
        drawing, inner = self.drawing, self.inner
        return inner.left() + (day - drawing.begin) / (drawing.end - drawing.begin) * inner.width()

    def day(self, x: float) -> float:
        """Which time is there."""
        drawing, inner = self.drawing, self.inner
        return drawing.begin + (x - inner.left()) / inner.width() * (drawing.end - drawing.begin)

    def lane(self, number: int) -> QRectF:
        """The ground of one lane, beneath its name."""
        inner, count = self.inner, len(self.drawing.lanes)
        height = inner.height() / count
        return QRectF(
            inner.left(), inner.top() + number * height + _BETWEEN, inner.width(), height - _BETWEEN
        )

    def y(self, number: int, value: float) -> float:
        """Where a value of a lane is."""
        lane, ground = self.drawing.lanes[number], self.lane(number)
        return ground.bottom() - (value - lane.low) / (lane.high - lane.low) * ground.height()

    def points(self, number: int, days: Floats, values: Floats) -> tuple[Floats, Floats]:
        """Where the points of a line are; what is beyond the scale stands at its edge."""
        lane, ground, drawing = self.drawing.lanes[number], self.lane(number), self.drawing
        parts = np.clip((values - lane.low) / (lane.high - lane.low), -0.02, 1.04)
        along = (days - drawing.begin) / (drawing.end - drawing.begin)
        return ground.left() + along * ground.width(), ground.bottom() - parts * ground.height()


def paint_frame(painter: QPainter, plan: Plan, colours: Colours) -> None:
    """Names, scales, dates, decisions, and the courses that were left: all that does not grow."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_dates(painter, plan, colours)
    for number, lane in enumerate(plan.drawing.lanes):
        _paint_scale(painter, plan, number, lane, colours)
        for trace in lane.traces:
            if trace.style == "dashed":
                _paint_trace(painter, plan, number, trace, colours)
    _paint_legend(painter, plan, colours)


def paint_courses(painter: QPainter, plan: Plan, colours: Colours) -> None:
    """The course taken with its decisions, whole."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for number, lane in enumerate(plan.drawing.lanes):
        for trace in lane.traces:
            if trace.style != "dashed":
                _paint_trace(painter, plan, number, trace, colours)
        if not lane.traces:
            _paint_harm(painter, plan, number, colours)
    for marks in _together(plan):
        _paint_marks(painter, plan, marks, colours)


def _paint_scale(painter: QPainter, plan: Plan, number: int, lane: CourseLane, colours: Colours) -> None:
    ground = plan.lane(number)
    painter.setPen(QPen(QColor(colours.border), 1))
    painter.drawLine(ground.bottomLeft(), ground.bottomRight())
    painter.drawLine(ground.topLeft(), ground.bottomLeft())
    painter.setPen(QColor(colours.text))
    name = f"{lane.name} ({lane.unit})" if lane.unit else lane.name
    painter.drawText(QPointF(ground.left() + 4, ground.top() - 5), f"{name}{_beyond(lane)}")
    painter.setPen(QColor(colours.quiet))
    if not lane.traces:
        return  # stages have words, no figures
    for value in (lane.low, _round_down(lane)):
        place = QRectF(plan.area.left(), plan.y(number, value) - 8, _LEFT - 6, 16)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{value:,.4g}")


def _round_down(lane: CourseLane) -> float:
    """A value near the top of the scale that is quickly read."""
    if lane.high <= 100 and float(lane.high).is_integer():
        return lane.high
    power = 10.0 ** (len(str(int(lane.high))) - 1) if lane.high >= 1 else 0.01
    return max(power * int(lane.high / power * 2) / 2, lane.low)


def _beyond(lane: CourseLane) -> str:
    """Says how high a peak goes that is cut off."""
    highest = max((float(trace.values.max()) for trace in lane.traces), default=lane.high)
    return f" · peak {highest:,.0f}, cut off" if highest > lane.high else ""


def _paint_trace(painter: QPainter, plan: Plan, number: int, trace: Trace, colours: Colours) -> None:
    drawing, columns = plan.drawing, max(int(plan.inner.width()), 1)
    days, lows, highs = columns_of(trace.days, trace.values, drawing.begin, drawing.end, columns)
    _paint_cut(painter, plan, number, trace, colours)
    x, top = plan.points(number, days, highs)
    _, bottom = plan.points(number, days, lows)
    restless = _way(top, bottom) > _TURNS * plan.lane(number).height()
    if restless and lows is not highs:
        _paint_columns(painter, trace.style, (x, top, bottom), colours)
        return
    points = QPolygonF(list(map(QPointF, x.repeat(2).tolist(), _in_turn(top, bottom).tolist())))
    _paint_points(painter, points, _pen(trace.style, colours), restless=restless)


def _paint_cut(painter: QPainter, plan: Plan, number: int, trace: Trace, colours: Colours) -> None:
    """An arrow at the top of the lane and the value, where a peak goes beyond the scale."""
    ground, font = plan.lane(number), painter.font()
    small = QFont(font)
    small.setPixelSize(10)
    painter.setFont(small)
    colour, free_from = _pen(trace.style, colours).color(), ground.left()
    for day, value in _peaks(trace, plan.drawing.lanes[number].high):
        x = plan.x(day)
        if x < free_from:
            continue  # the one before stands there
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x - 4, ground.top() + 3),
                    QPointF(x, ground.top() - 4),
                    QPointF(x + 4, ground.top() + 3),
                ]
            )
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(colour)
        text = f"{value:,.0f}"
        width = QFontMetricsF(small).horizontalAdvance(text)
        left = x + 7 if x + 7 + width < ground.right() else x - 7 - width
        painter.drawText(QPointF(left, ground.top() + 8), text)
        free_from = x + width + 16
    painter.setFont(font)


def _peaks(trace: Trace, high: float) -> list[tuple[float, float]]:
    """When and how high a line is at its highest, each time that it goes beyond the scale."""
    beyond = np.concatenate([[False], trace.values > high, [False]])
    turns = np.flatnonzero(np.diff(beyond.astype(int))).reshape(-1, 2)
    tops = [int(first) + int(trace.values[first:last].argmax()) for first, last in turns]
    return [(float(trace.days[top]), float(trace.values[top])) for top in tops]


def _paint_harm(painter: QPainter, plan: Plan, number: int, colours: Colours) -> None:
    """Harm as blocks on a line, the higher the worse: filled for sedation, hatched for withdrawal, with its words."""
    ground, middle = plan.lane(number), plan.y(number, 0.0)
    painter.setPen(QPen(QColor(colours.border), 1))
    painter.drawLine(QPointF(ground.left(), middle), QPointF(ground.right(), middle))
    bands = plan.drawing.lanes[number].bands
    for band in bands:
        left, right = plan.x(band.begin), max(plan.x(band.end), plan.x(band.begin) + 2)
        style = Qt.BrushStyle.SolidPattern if band.stage > 0 else Qt.BrushStyle.BDiagPattern
        edge = plan.y(number, band.stage)
        block = QRectF(QPointF(left, min(edge, middle)), QPointF(right, max(edge, middle)))
        painter.fillRect(block, QBrush(QColor(colours.stop), style))
        if band.stage < 0:
            painter.setPen(QPen(QColor(colours.stop), 1))
            painter.drawRect(block)
    for band in bands:
        if band.words:
            _paint_harm_words(painter, plan, number, band, colours)


def _paint_harm_words(painter: QPainter, plan: Plan, number: int, band: HarmBand, colours: Colours) -> None:
    """Beside the episode where there is room, else on it; on a ground of their own they stay readable there."""
    ground, metrics = plan.lane(number), QFontMetricsF(painter.font())
    width, height = metrics.horizontalAdvance(band.words) + 8, metrics.height()
    begin, end = (plan.x(day) for day in band.episode)
    places = (end + 5, begin - width - 5, ground.left())
    left = next(x for x in places if ground.left() <= x <= ground.right() - width or x is places[-1])
    top = ground.top() if band.stage > 0 else ground.bottom() - height
    place = QRectF(left, top, width, height)
    painter.fillRect(place, QColor(colours.card))
    painter.setPen(QColor(colours.stop))
    painter.drawRect(place)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, band.words)


def _way(top: Floats, bottom: Floats) -> float:
    """How far a line goes up and down in all, in pixels."""
    return float(np.abs(np.diff(top)).sum() + (bottom - top).sum())


def _in_turn(top: Floats, bottom: Floats) -> Floats:
    """The heights of a line from span to span: a short one as its middle twice, a long one from top to bottom."""
    middle, long = (top + bottom) / 2, bottom - top > _SHORT_SPAN
    return np.stack([np.where(long, top, middle), np.where(long, bottom, middle)], axis=1).ravel()


def _paint_points(painter: QPainter, points: QPolygonF, pen: QPen, *, restless: bool) -> None:
    """A line from point to point. One that goes up and down often is drawn twice as a hair: a broad pen would take seconds."""
    if not restless:
        painter.setPen(pen)
        painter.drawPolyline(points)
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(QPen(pen.color(), 1, pen.style()))
    painter.drawPolyline(points)
    painter.drawPolyline(points.translated(0, 1))
    painter.restore()


def _paint_columns(
    painter: QPainter, style: str, spans: tuple[Floats, Floats, Floats], colours: Colours
) -> None:
    """A dense line as upright spans, some left out where it is dashed: to stroke its turns would take seconds for a year."""
    on, off = _GAPS[style]
    upright = spans[2] - spans[1] > _SHORT_SPAN  # a jump is never left out
    shown = upright | (np.arange(len(spans[0])) % (on + off) < on)
    x, top, bottom = (each[shown].round().tolist() for each in spans)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(QPen(_pen(style, colours).color(), 1))
    painter.drawLines(
        [QLineF(at, high - 1, at, low + 1) for at, high, low in zip(x, top, bottom, strict=True)]
    )
    painter.restore()


def _pen(style: str, colours: Colours) -> QPen:
    colour = {"solid": colours.accent, "dashed": colours.quiet, "dotted": colours.stop}[style]
    return QPen(QColor(colour), _WIDTHS[style], _DASHES[style])


def _together(plan: Plan) -> list[list[CourseMark]]:
    """The decisions in groups that would stand on one another."""
    groups: list[list[CourseMark]] = []
    for mark in plan.drawing.marks:
        if groups and plan.x(mark.at) - plan.x(groups[-1][-1].at) < 2 * _MARK + 2:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return groups


def _paint_marks(painter: QPainter, plan: Plan, marks: list[CourseMark], colours: Colours) -> None:
    """Decisions: a line through all lanes where each is, and their numbers in one sign above; filled where one programs."""
    inner = plan.inner
    painter.setPen(QPen(QColor(colours.border), 1))
    for mark in marks:
        x = plan.x(mark.at)
        painter.drawLine(QPointF(x, inner.top()), QPointF(x, inner.bottom()))
    first, last = marks[0], marks[-1]
    text = str(first.number) if first is last else f"{first.number}\N{EN DASH}{last.number}"
    font, programs = painter.font(), any(mark.shape == "square" for mark in marks)
    small = QFont(font)
    small.setPixelSize(10)
    painter.setFont(small)
    width = max(2 * _MARK, QFontMetricsF(small).horizontalAdvance(text) + 8)
    sign = QRectF(plan.x(first.at) - _MARK, inner.top() - 2 * _MARK - 1, width, 2 * _MARK)
    painter.setPen(QPen(QColor(colours.accent), 1.2))
    painter.setBrush(QColor(colours.accent if programs else colours.card))
    if programs:
        painter.drawRect(sign)
    else:
        painter.drawRoundedRect(sign, _MARK, _MARK)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QColor(colours.on_accent if programs else colours.text))
    painter.drawText(sign, Qt.AlignmentFlag.AlignCenter, text)
    painter.setFont(font)


def _paint_dates(painter: QPainter, plan: Plan, colours: Colours) -> None:
    drawing, inner = plan.drawing, plan.inner
    length = drawing.end - drawing.begin
    step = next(
        (
            each
            for each in _STEPS
            if length / each <= inner.width() / (_DATE_ROOM if each >= 1 else _MOMENT_ROOM)
        ),
        length,
    )
    count, free_from = int(length / step + 1e-9), plan.area.left()
    for number in range(count + 1):
        day = drawing.begin + number * step
        x = plan.x(day)
        painter.setPen(QPen(QColor(colours.border), 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, inner.top()), QPointF(x, inner.bottom()))
        text = drawing.clock(day)
        if step >= 1:
            text = text.rpartition(" ")[0]  # the time of the day is the same everywhere
        width = QFontMetricsF(painter.font()).horizontalAdvance(text)
        left = min(max(x - width / 2, plan.area.left()), plan.area.right() - width)
        if left < free_from:
            continue  # the one before stands there
        free_from = left + width + 6
        painter.setPen(QColor(colours.quiet))
        painter.drawText(QPointF(left, inner.bottom() + 15), text)


def _paint_legend(painter: QPainter, plan: Plan, colours: Colours) -> None:
    x, y = plan.inner.left(), plan.area.top() + 12
    metrics = QFontMetricsF(painter.font())
    for style, words in plan.drawing.legend:
        painter.setPen(_pen(style, colours))
        painter.drawLine(QPointF(x, y - 4), QPointF(x + _SAMPLE, y - 4))
        painter.setPen(QColor(colours.text))
        painter.drawText(QPointF(x + _SAMPLE + 6, y), words)
        x += _SAMPLE + 6 + metrics.horizontalAdvance(words) + 22
