"""The drawing inside a picture card, by pyqtgraph. Loaded with the first picture: it takes as long as the window."""

import bisect
import itertools
import math
import textwrap
from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QBuffer, QIODevice, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPalette, QPen, QWheelEvent
from PySide6.QtSvg import QSvgGenerator

from itbcalc.quantities.display import moment_text
from ui.states import Curve, Lane, Picture

SAMPLES = {"solid": "━━━", "dashed": "╍╍╍", "dotted": "┈┈┈"}
_DASHES = {
    "solid": Qt.PenStyle.SolidLine,
    "dashed": Qt.PenStyle.DashLine,
    "dotted": Qt.PenStyle.DotLine,
}
_WIDTHS = {"solid": 2, "dashed": 2, "dotted": 1}
_PRINTED = QSize(1000, 420)
_PRINTED_LINE = 130  # characters
_ORDER = {"solid": 3, "dashed": 2, "dotted": 1}  # the line that counts is on top
_HEADROOM = 1.25  # above the highest level stand the words of the marks
_MOST_LEVELS = 7
_APART = 0.09  # of the height: room for one mark above another
_KEY_STEPS = 96  # of the arrow keys across the picture: quarters of an hour of a day
_SHAPES = {
    "circle": ("o", "●"),
    "square": ("s", "■"),
    "triangle": ("t1", "▲"),
    "diamond": ("d", "◆"),
    "cross": ("x", "✕"),
    "star": ("star", "★"),
    "hexagon": ("h", "⬢"),
}  # as pyqtgraph calls them, and as they stand in the legend
_LANE = 0.36  # of the height of the courses, with the room around it
_LANES_APART = 0.07  # of that height: between the courses and the first lane
_LANE_FILLED = 0.55  # of it: the rest keeps its numbers apart from those of the next
_LANE_PRINTED = 60  # pixels that a printed picture is higher for each lane
_BESIDE_AXIS = 12  # pixels of the tick, and around it
_SHORTEST = 1.0  # days: nearer than that nothing is shown
_NEAR = 0.006  # of the axis: the cursor stands on a sign
_APART_IN_LEGEND = "&nbsp;" * 4  # of many signs: blanks side by side are drawn as one
_DATES = 4  # parts of the axis between two dates


class Canvas(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph ships no types
    """Axes, band, marks, curves as steps, and a cursor that the mouse or the arrow keys move."""

    read = Signal(str)  # what the cursor reads

    def __init__(self, name: str, *, zoomable: bool = False) -> None:
        """`zoomable` ones show a part of the picture when asked to, and their arrow keys go from event to event."""
        super().__init__(background=None, enableMenu=False)
        self._picture = Picture()
        self._zoomable = zoomable
        self._span = (0.0, 1.0)  # what is shown of the picture
        self._x: float | None = None
        self._lines: dict[str, Any] = {}
        self._marks: list[Any] = []
        self._below: list[Any] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setAntialiasing(aa=False)  # steps have no slopes: sharper and quicker without
        self.setFrameShape(pg.PlotWidget.Shape.NoFrame)
        self.setStyleSheet("background: transparent;")
        item = self.plotItem
        item.ctrlMenu.setParent(self)  # made all the same, never shown: alone it would outlive the window
        item.ctrlMenu.hide()
        item.setMouseEnabled(x=False, y=False)
        item.hideButtons()
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._proxy = self.scene().sigMouseMoved.connect(self._on_mouse_moved)

    def sizeHint(self) -> QSize:
        """Room for some levels and their words."""
        return QSize(600, 210)

    # --- drawing

    def draw(self, picture: Picture, *, anew: bool = False) -> None:
        """Draws exactly this picture; `anew` in the colours of another look."""
        before, self._picture = self._picture, picture
        if (picture.begin, picture.end, picture.start) != (before.begin, before.end, before.start):
            self._span = (picture.begin, picture.end)
        if anew or not before.curves:
            self._dress()
        self._draw_curves(picture, dressed=anew)
        if anew or (picture.band, picture.marks) != (before.band, before.marks):
            self._draw_marks(picture)
        if anew or (picture.signs, picture.lanes, picture.curves) != (
            before.signs,
            before.lanes,
            before.curves,
        ):
            self._draw_below(picture)
        if not picture.curves:
            return
        item = self.plotItem
        highest = highest_level(picture)
        item.setYRange(_lowest(picture), highest * _HEADROOM, padding=0)
        ticks = _level_ticks(picture, highest)
        item.getAxis("left").setTicks(ticks)
        if picture.lanes and ticks is not None:
            # By itself the axis finds its width only while it paints: too late for names in a printed picture.
            item.getAxis("left").setWidth(self._width_of(text for _, text in ticks[0]))
        elif before.lanes:
            item.getAxis("left").setWidth(None)
        self._show_span(dated=anew or picture.ticks != before.ticks)
        legend = _legend(picture)
        if anew or legend != _legend(before):
            # Beneath lanes the middle of the axis is not that of the courses: there the legend says the unit.
            item.setLabel("left", "" if picture.lanes else picture.unit)
            apart = _APART_IN_LEGEND if picture.lanes or picture.signs else "     "
            item.setTitle(apart.join(f"{sample} {_escaped(name)}" for sample, name in legend))

    def _draw_curves(self, picture: Picture, *, dressed: bool) -> None:
        """Each line keeps its item, and its item the style: only the numbers change while one types."""
        shown = {curve.style: curve for curve in picture.curves}
        for style in SAMPLES:
            curve, line = shown.get(style), self._lines.get(style)
            if curve is None:
                if line is not None:
                    line.hide()
                continue
            edges = [x for x, _ in curve.points] + [picture.end]
            levels = [y for _, y in curve.points]
            if line is None:
                line = self._lines[style] = self.plotItem.plot(stepMode="center", skipFiniteCheck=True)
                line.setZValue(_ORDER[style])
                dressed = True
            if dressed:
                line.setPen(self._curve_pen(style))
            line.setData(edges, levels, stepMode="center")
            line.show()

    def _draw_marks(self, picture: Picture) -> None:
        for held in self._marks:
            self.plotItem.removeItem(held)
        self._marks = []
        if picture.band is not None:
            brush, pen = self._tint(), self._quiet_pen()
            self._marks.append(pg.LinearRegionItem(picture.band, movable=False, brush=brush, pen=pen))
        for x, words in picture.marks:
            side = 0 if x < (picture.begin + picture.end) / 2 else 1  # the words stand where there is room
            options = {
                "position": 0.98,
                "anchors": [(side, 0), (side, 0)],
                "color": self.palette().color(QPalette.ColorRole.Text),
            }
            line = pg.InfiniteLine(x, angle=90, pen=self._quiet_pen(), label=words, labelOpts=options)
            self._marks.append(line)
        for made in self._marks:
            self.plotItem.addItem(made)

    def _draw_below(self, picture: Picture) -> None:
        """The signs on the courses, and the lanes beneath them."""
        for held in self._below:
            self.plotItem.removeItem(held)
        self._below = []
        text = self.palette().color(QPalette.ColorRole.Text)
        top = highest_level(picture) * _HEADROOM
        heights = {"diamond": top * 0.94}  # others stand at the foot, just above the axis
        for shape in dict.fromkeys(sign.shape for sign in picture.signs):
            shown = [sign for sign in picture.signs if sign.shape == shape]
            scatter = pg.ScatterPlotItem(symbol=_SHAPES[shape][0], size=10, brush=text, pen=pg.mkPen(text))
            scatter.setData(
                x=[sign.x for sign in shown],
                y=[heights.get(shape, top * 0.05)] * len(shown),
                data=[sign.words for sign in shown],
                hoverable=True,
                tip=_tip,
            )
            self._below.append(scatter)
        for number, lane in enumerate(picture.lanes):
            points = [(x, _lane_y(lane, number, y, top)) for x, y in lane.points]
            item = pg.PlotDataItem(
                [x for x, _ in points],
                [y for _, y in points],
                pen=pg.mkPen(self._quiet(), width=1),
                symbol=_SHAPES[lane.shape][0],
                symbolSize=8,
                symbolBrush=text,
                symbolPen=pg.mkPen(text),
                antialias=True,
            )
            self._below.append(item)
        for made in self._below:
            self.plotItem.addItem(made)

    def _show_span(self, *, dated: bool = True) -> None:
        """Shows the part of the picture that is wanted, with dates along it."""
        picture, item = self._picture, self.plotItem
        item.setXRange(*self._span, padding=0)
        if dated:
            whole = self._span == (picture.begin, picture.end)
            ticks = picture.ticks if whole else _span_ticks(picture, *self._span)
            item.getAxis("bottom").setTicks([list(ticks)])

    def _width_of(self, texts: Iterable[str]) -> int:
        """Room for the widest text beside the axis, with its tick."""
        return int(max(self.fontMetrics().horizontalAdvance(text) for text in texts)) + _BESIDE_AXIS

    def _dress(self) -> None:
        palette = self.palette()
        text, quiet = palette.color(QPalette.ColorRole.Text), self._quiet()
        self.plotItem.titleLabel.setAttr("color", text.name())
        self.plotItem.titleLabel.setAttr("size", "9pt")
        self.plotItem.titleLabel.setAttr("justify", "left")
        for side in ("left", "bottom"):
            axis = self.plotItem.getAxis(side)
            axis.setPen(quiet)
            axis.setTextPen(text)
            axis.setTickFont(self.font())
            axis.enableAutoSIPrefix(enable=False)
        self.plotItem.showGrid(y=True, alpha=0.12)

    def _quiet(self) -> QColor:
        return QColor(self.palette().color(QPalette.ColorRole.PlaceholderText))

    def _tint(self) -> QColor:
        colour = QColor(self._quiet())
        colour.setAlpha(45)
        return colour

    def _quiet_pen(self) -> QPen:
        return QPen(pg.mkPen(self._quiet(), width=1, style=Qt.PenStyle.DotLine))

    def _curve_pen(self, style: str) -> QPen:
        role = QPalette.ColorRole.Highlight if style == "solid" else QPalette.ColorRole.Text
        colour = self._quiet() if style == "dotted" else self.palette().color(role)
        return QPen(pg.mkPen(colour, width=_WIDTHS[style], style=_DASHES[style]))

    # --- reading off

    def _on_mouse_moved(self, position: QPointF) -> None:
        if self._picture.curves and self.plotItem.sceneBoundingRect().contains(position):
            self.read_at(self.plotItem.vb.mapSceneToView(position).x())

    def read_at(self, x: float) -> None:
        """Puts the cursor there and says what runs."""
        picture = self._picture
        # The minute that is named: the steps of the keys would add up to just before it.
        whole = round(x * 1440) / 1440
        self._x = min(max(whole, picture.begin), picture.end)
        self._line.setPen(pg.mkPen(self.palette().color(QPalette.ColorRole.Text), width=1))
        if self._line.scene() is None:
            self.plotItem.addItem(self._line, ignoreBounds=True)
        self._line.setPos(self._x)
        values = [f"{curve.name} {value}" for curve in picture.curves if (value := value_at(curve, self._x))]
        values += [f"{lane.name} {value}" for lane in picture.lanes if (value := value_at(lane, self._x))]
        near = _NEAR * (self._span[1] - self._span[0])
        values += [sign.words for sign in picture.signs if abs(sign.x - self._x) <= near]
        self.read.emit(f"{where_text(picture, self._x)}   {' · '.join(values)}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the cursor; Home and End go to the ends. Plus, minus and 0 zoom where one may."""
        picture = self._picture
        here = picture.begin if self._x is None else self._x
        places = {
            Qt.Key.Key_Left: self._before(here),
            Qt.Key.Key_Right: self._after(here),
            Qt.Key.Key_Home: picture.begin,
            Qt.Key.Key_End: picture.end,
        }
        zooms = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,  # the same key without Shift
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_0: self.zoom_to_all,
        }
        if picture.curves and event.key() in places:
            self.read_at(places[Qt.Key(event.key())])
            self._follow_cursor()
            return
        if self._zoomable and event.key() in zooms:
            zooms[Qt.Key(event.key())]()
            return
        super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms with Ctrl, where one may; alone it scrolls what is around."""
        if not self._zoomable or not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        (self.zoom_in if event.angleDelta().y() > 0 else self.zoom_out)()
        event.accept()

    def _before(self, x: float) -> float:
        """Where the key to the left goes: to the event before, or a small step."""
        if not self._zoomable:
            return x - (self._picture.end - self._picture.begin) / _KEY_STEPS
        return max((place for place in _events(self._picture) if place < x), default=self._picture.begin)

    def _after(self, x: float) -> float:
        if not self._zoomable:
            return x + (self._picture.end - self._picture.begin) / _KEY_STEPS
        return min((place for place in _events(self._picture) if place > x), default=self._picture.end)

    # --- nearer and further

    def zoom_in(self) -> None:
        """Shows half of what is shown, about the cursor."""
        self._zoom(0.5)

    def zoom_out(self) -> None:
        """Shows twice of what is shown, at most all of it."""
        self._zoom(2.0)

    def zoom_to_all(self) -> None:
        """Shows the whole picture."""
        self._span = (self._picture.begin, self._picture.end)
        self._show_span()

    @property
    def span(self) -> tuple[float, float]:
        """What is shown of the picture, on its x axis."""
        return self._span

    def _zoom(self, factor: float) -> None:
        begin, end = self._span
        middle = self._x if self._x is not None and begin <= self._x <= end else (begin + end) / 2
        length = max((end - begin) * factor, _SHORTEST)
        self._move_span(middle - (middle - begin) / (end - begin) * length, length)

    def _follow_cursor(self) -> None:
        """Where the cursor has left what is shown, that comes after it."""
        begin, end = self._span
        if self._x is not None and not begin <= self._x <= end:
            self._move_span(self._x - (end - begin) / 2, end - begin)

    def _move_span(self, begin: float, length: float) -> None:
        picture = self._picture
        length = min(length, picture.end - picture.begin)
        begin = min(max(begin, picture.begin), picture.end - length)
        self._span = (begin, begin + length)
        self._show_span()


def picture_image(picture: Picture, name: str) -> QImage:
    """The picture as an image of its own size, whatever room the window leaves it."""
    return QImage(_printed(picture, name).grab().toImage())


def picture_svg(picture: Picture, name: str) -> bytes:
    """The picture as SVG; pyqtgraph's own exporter does not know the paths of our steps."""
    canvas = _printed(picture, name)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(canvas.size())
    generator.setViewBox(canvas.rect())
    generator.setTitle(name)
    painter = QPainter(generator)
    canvas.grab()  # lays it out
    canvas.render(painter)
    painter.end()
    return bytes(buffer.data().data())


def _printed(picture: Picture, name: str) -> Canvas:
    """A canvas that nobody sees, on a plain ground."""
    canvas = Canvas(name)
    canvas.resize(_PRINTED.width(), _PRINTED.height() + _LANE_PRINTED * len(picture.lanes))
    canvas.setBackground(canvas.palette().color(QPalette.ColorRole.Base))
    canvas.setStyleSheet("")
    canvas.draw(picture)
    # Alone, without the window around it, it says what it is and what it assumes.
    item = canvas.plotItem
    item.setTitle(f"{_escaped(name)}<br>{item.titleLabel.text}")
    item.setLabel("bottom", "<br>".join(textwrap.wrap(_escaped(picture.about), _PRINTED_LINE)))
    return canvas


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def highest_level(picture: Picture) -> float:
    """The highest level of all courses; 1 where there is none above 0."""
    return max((y for curve in picture.curves for _, y in curve.points), default=0.0) or 1.0


def _lowest(picture: Picture) -> float:
    """The foot of the picture: 0, or that of the last lane."""
    if not picture.lanes:
        return 0.0
    return -highest_level(picture) * _HEADROOM * (_LANES_APART + _LANE * len(picture.lanes))


def _lane_y(lane: Lane, number: int, value: float, top: float) -> float:
    """Where a value of the lane with this number stands on the axis of the courses, whose height is `top`."""
    part = (value - lane.low) / (lane.high - lane.low) if lane.high > lane.low else 0.5
    foot = _LANE * (number + 1 - (1 - _LANE_FILLED) / 2) + _LANES_APART
    return top * (_LANE * _LANE_FILLED * part - foot)


def _legend(picture: Picture) -> list[tuple[str, str]]:
    """What each line and each sign is, in the order in which they stand."""
    unit = f", {picture.unit}" if picture.lanes and picture.unit else ""
    signs = {sign.shape: sign.name for sign in picture.signs}
    return [
        *((SAMPLES[curve.style], f"{curve.name}{unit}") for curve in picture.curves),
        *((_SHAPES[shape][1], name) for shape, name in signs.items()),
        *((_SHAPES[lane.shape][1], lane.name) for lane in picture.lanes),
    ]


def _events(picture: Picture) -> list[float]:
    """Where something begins, changes or was seen."""
    begun = {x for curve in picture.curves for x, _ in curve.points}
    seen = {x for lane in picture.lanes for x, _ in lane.points}
    return sorted(begun | seen | {sign.x for sign in picture.signs})


def _span_ticks(picture: Picture, begin: float, end: float) -> list[tuple[float, str]]:
    """Dates along a part of the picture; with the time of day where they are less than a day apart."""
    places = [begin + (end - begin) * part / _DATES for part in range(_DATES + 1)]
    texts = [where_text(picture, x) for x in places]
    if picture.start is not None and end - begin >= _DATES:
        texts = [text.rpartition(" ")[0] for text in texts]
    return list(zip(places, texts, strict=True))


def _tip(x: float, y: float, data: str) -> str:  # noqa: ARG001  # pyqtgraph names them so
    """What is said of a sign that the mouse stands on."""
    return data


def _round_step(highest: float) -> float:
    """A distance of 1, 2 or 5 times a power of ten that divides the height into two to five parts."""
    power = 10.0 ** math.floor(math.log10(highest))
    return next(step for step in (power / 5, power / 2, power, 2 * power) if highest / step <= 5)


def _lane_ticks(picture: Picture, highest: float) -> list[tuple[float, str]]:
    """Round levels of the courses, and of each lane its name at its highest value and its lowest value."""
    step = _round_step(highest)
    found = [(number * step, f"{number * step:,.10g}") for number in range(int(highest / step) + 1)]
    for number, lane in enumerate(picture.lanes):
        top = highest * _HEADROOM
        found.append((_lane_y(lane, number, lane.low, top), f"{lane.low:g}"))
        if lane.high > lane.low:
            found.append((_lane_y(lane, number, lane.high, top), f"{lane.name} {lane.high:g}"))
    return found


def _level_ticks(picture: Picture, highest: float) -> list[list[tuple[float, str]]] | None:
    """The levels themselves as marks on the axis, where they are few and apart; None leaves it to the axis."""
    if picture.lanes:
        return [_lane_ticks(picture, highest)]
    levels = sorted({y for curve in picture.curves for _, y in curve.points})
    apart = all(second - first >= _APART * highest for first, second in itertools.pairwise(levels))
    if len(levels) > _MOST_LEVELS or not apart:
        return None
    texts = {
        y: text.partition(" ")[0]
        for curve in picture.curves
        for (_, y), text in zip(curve.points, curve.texts, strict=True)
    }
    return [[(level, texts[level]) for level in levels]]


def value_at(curve: Curve | Lane, x: float) -> str:
    """The text of the level that runs at `x`, or of the value seen last; nothing before the first."""
    number = bisect.bisect_right(curve.points, (x, float("inf"))) - 1
    return curve.texts[number] if number >= 0 else ""


def where_text(picture: Picture, x: float) -> str:
    """What stands at `x` on the axis: a moment, or a time of day."""
    minutes = round(x * 1440)
    if picture.start is not None:
        # By way of UTC, across a change of the clocks too.
        later = picture.start.astimezone(UTC) + timedelta(minutes=minutes)
        return moment_text(later.astimezone(picture.start.tzinfo))
    hours, rest = divmod(minutes, 60)
    return f"{hours:02}:{rest:02}"
