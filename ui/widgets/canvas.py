"""The drawing inside a picture card: courses as steps, what happened, and lanes of single values beneath."""

import bisect
import itertools
import textwrap
from collections.abc import Callable, Sequence
from datetime import UTC, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QImage, QKeyEvent, QPalette, QWheelEvent

from itbcalc.quantities.display import moment_text
from ui.states import Curve, Lane, Picture
from ui.widgets.axes import Axes
from ui.widgets.drawing import NEAR, SHAPES, ink_of, place_by_key
from ui.widgets.plotting import pg

_PRINTED = QSize(1000, 420)
_PRINTED_LINE = 130  # characters
_ORDER = {"dotted": 1, "dashed": 2, "solid": 3}  # the line that counts is on top
_HEADROOM = 1.16  # above the highest level, which stands whole beside the axis
_SIGNS_ROOM = 1.25  # where signs stand above it
_MOST_LEVELS = 7
_APART = 0.13  # of the height: room for one mark above another
_COURSES_PART, _LANE_PART = 9, 4  # of the height
_LANE_ROOM = 0.4  # of its scale, above and below a lane: its numbers are apart from those of the next
_LANE_PRINTED = 60  # pixels that a printed picture is higher for each lane
_SHORTEST = 1.0  # days: nearer than that nothing is shown


class Canvas(Axes):
    """Axes, band, marks, curves as steps, and a cursor that the mouse or the arrow keys move."""

    read = Signal(str)  # what the cursor reads

    def __init__(self, name: str, *, zoomable: bool = False, fineness: float | None = None) -> None:
        """`zoomable` ones show a part of the picture when asked to, and their arrow keys go from event to event.

        `fineness` is pixels of what it is drawn on for each of it, that of the screen where nothing is said.
        """
        super().__init__()
        self._fineness = self.devicePixelRatioF() if fineness is None else fineness
        self._picture = Picture()
        self._zoomable = zoomable
        self._ink = ink_of(self.palette(), self._fineness)
        self._span = (0.0, 1.0)  # what is shown of the picture
        self._x: float | None = None
        self.lines: dict[str, Any] = {}  # the drawn courses, by their style
        self.marks: list[Any] = []  # the drawn band, and the upright lines with their words
        self._bands: list[Any] = []  # what marks are drawn with, seen or not
        self._uprights: list[Any] = []
        self._below: list[tuple[Any, Any]] = []  # the pane, and what is drawn in it
        self._cursor: list[Any] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.setAntialiasing(aa=False)  # steps have no slopes: sharper and quicker without
        self.scene().sigMouseMoved.connect(self._on_mouse_moved)

    def sizeHint(self) -> QSize:
        """Room for some levels and their words."""
        return QSize(600, 210)

    # --- drawing

    def draw(self, picture: Picture, *, anew: bool = False) -> None:
        """Draws exactly this picture; `anew` in the colours of another look."""
        before, self._picture = self._picture, picture
        if (picture.begin, picture.end, picture.start) != (before.begin, before.end, before.start):
            self._span = (picture.begin, picture.end)
        if len(self.panes) != 1 + len(picture.lanes):
            self._begin(picture)
            before, anew = Picture(), True
        if anew:
            self._ink = ink_of(self.palette(), self._fineness)
            self.dress(self._ink)
        self._draw_curves(picture, dressed=anew)
        if anew or (picture.band, picture.marks) != (before.band, before.marks):
            self._draw_marks(picture, dressed=anew)
        if anew or (picture.signs, picture.lanes, picture.curves) != (
            before.signs,
            before.lanes,
            before.curves,
        ):
            self._draw_below(picture)
        if not picture.curves:
            return
        highest = highest_level(picture)
        self.panes[0].setYRange(0.0, _top(picture), padding=0)
        self.show_levels(0, _level_ticks(picture, highest))
        if picture.lanes:
            self.align(
                [f"{highest:,.0f}", *(text for lane in picture.lanes for _, text in _lane_ticks(lane))]
            )
        self._show_span(dated=anew or picture.ticks != before.ticks)
        legend = _legend(picture)
        if anew or legend != _legend(before):
            # Where lanes lie beneath there is no room beside the courses: the legend says the unit.
            self.lefts[0].setLabel("" if picture.lanes else picture.unit)
            self.show_legend(legend, self._ink)
        self.ci.layout.activate()  # what was asked for before it was on the screen is lost
        self.find_room()

    def _begin(self, picture: Picture) -> None:
        """Empty axes: nothing of what was drawn is left."""
        self.lay_out((_COURSES_PART, *(_LANE_PART for _ in picture.lanes)))
        self.lines, self.marks, self._below, self._cursor = {}, [], [], []
        self._bands, self._uprights = [], []

    def _draw_curves(self, picture: Picture, *, dressed: bool) -> None:
        """Each line keeps its item, and its item the style: only the numbers change while one types."""
        shown, top = {curve.style: curve for curve in picture.curves}, _top(picture)
        for style, order in _ORDER.items():
            curve, line = shown.get(style), self.lines.get(style)
            if curve is None:
                if line is not None:
                    line.hide()
                continue
            edges = [x for x, _ in curve.points] + [picture.end]
            levels = [min(y, top) for _, y in curve.points]
            if line is None:
                line = self.lines[style] = pg.PlotDataItem(stepMode="center", skipFiniteCheck=True)
                line.setZValue(order)
                self.panes[0].addItem(line)
                line.setPen(self._ink.line(style))
            elif dressed:
                line.setPen(self._ink.line(style))
            line.setData(edges, levels, stepMode="center")
            line.show()

    def _draw_marks(self, picture: Picture, *, dressed: bool) -> None:
        """Each keeps its item while one types: to make one takes longer than to move it."""
        if dressed:
            for held in (*self._bands, *self._uprights):
                self.panes[0].removeItem(held)
            self._bands, self._uprights = [], []
        pen, tint = self._ink.helping(), QColor(self._ink.quiet)
        tint.setAlpha(45)
        band = partial(pg.LinearRegionItem, movable=False, brush=tint, pen=pen)
        self.marks = [
            *self._placed(self._bands, [] if picture.band is None else [picture.band], band),
            *self._placed(self._uprights, [x for x, _ in picture.marks], partial(pg.InfiniteLine, pen=pen)),
        ]
        self.mark_words.show_marks(picture.marks, self._ink.text, pen)

    def _placed(self, held: list[Any], places: Sequence[Any], make: Callable[[], Any]) -> list[Any]:
        """One of `held` at each of `places`; more are made where there are too few, and what is too many is hidden."""
        for _ in places[len(held) :]:
            held.append(make())
            self.panes[0].addItem(held[-1])
        for item, place in itertools.zip_longest(held, places):
            item.setVisible(place is not None)
            if place is not None:
                (item.setRegion if isinstance(item, pg.LinearRegionItem) else item.setValue)(place)
        return held[: len(places)]

    def _draw_below(self, picture: Picture) -> None:
        """The signs on the courses, and the lanes beneath them."""
        for pane, held in self._below:
            pane.removeItem(held)
        self._below = []
        text, top = self._ink.text, _top(picture)
        heights = {"diamond": top * 0.94}  # others stand at the foot, just above the axis
        for shape in dict.fromkeys(sign.shape for sign in picture.signs):
            shown = [sign for sign in picture.signs if sign.shape == shape]
            scatter = pg.ScatterPlotItem(symbol=SHAPES[shape], size=10, brush=text, pen=pg.mkPen(text))
            scatter.setData(
                x=[sign.x for sign in shown],
                y=[heights.get(shape, top * 0.05)] * len(shown),
                data=[sign.words for sign in shown],
                hoverable=True,
                tip=_tip,
            )
            self._below.append((self.panes[0], scatter))
        for number, lane in enumerate(picture.lanes, start=1):
            item = pg.PlotDataItem(
                [x for x, _ in lane.points],
                [y for _, y in lane.points],
                pen=self._ink.helping(Qt.PenStyle.SolidLine),
                symbol=SHAPES[lane.shape],
                symbolSize=8,
                symbolBrush=text,
                symbolPen=pg.mkPen(text),
                antialias=True,
            )
            self._below.append((self.panes[number], item))
            room = _LANE_ROOM * ((lane.high - lane.low) or 1.0)
            self.panes[number].setYRange(lane.low - room, lane.high + room, padding=0)
            self.show_levels(number, _lane_ticks(lane))
        for pane, made in self._below:
            pane.addItem(made)

    def _show_span(self, *, dated: bool = True) -> None:
        """Shows the part of the picture that is wanted, with dates along it."""
        picture = self._picture
        self.show_span(*self._span)
        whole = self._span == (picture.begin, picture.end)
        for pane in self.panes:  # a sign at the very edge is whole, what is beyond it is not seen
            pane.setFlag(pane.GraphicsItemFlag.ItemClipsChildrenToShape, not whole)
        if dated:
            self.show_dates(
                picture.ticks if whole else self.dates_for(*self._span, partial(where_text, picture))
            )

    # --- reading off

    def _on_mouse_moved(self, position: QPointF) -> None:
        if self._picture.curves and self.sceneRect().contains(position):
            self.read_at(self.panes[0].mapSceneToView(position).x())

    def read_at(self, x: float) -> None:
        """Puts the cursor there and says what runs."""
        picture = self._picture
        # The minute that is named: the steps of the keys would add up to just before it.
        whole = round(x * 1440) / 1440
        self._x = min(max(whole, picture.begin), picture.end)
        pen = pg.mkPen(self._ink.text, width=1)
        self._cursor = self._cursor or self.upright(self._x, pen)
        for line in self._cursor:
            line.setPen(pen)
            line.setPos(self._x)
        values = [f"{curve.name} {value}" for curve in picture.curves if (value := value_at(curve, self._x))]
        values += [f"{lane.name} {value}" for lane in picture.lanes if (value := value_at(lane, self._x))]
        near = NEAR * (self._span[1] - self._span[0])
        values += [sign.words for sign in picture.signs if abs(sign.x - self._x) <= near]
        self.read.emit(f"{where_text(picture, self._x)}   {' · '.join(values)}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the cursor; Home and End go to the ends. Plus, minus and 0 zoom where one may."""
        zooms = {
            Qt.Key.Key_Plus: self.zoom_in,
            Qt.Key.Key_Equal: self.zoom_in,  # the same key without Shift
            Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_0: self.zoom_to_all,
        }
        place = self._place_by_key(event.key())
        if self._picture.curves and place is not None:
            self.read_at(place)
            self._follow_cursor()
        elif self._zoomable and event.key() in zooms:
            zooms[Qt.Key(event.key())]()
        else:
            super().keyPressEvent(event)

    def _place_by_key(self, key: int) -> float | None:
        """Where a key takes the cursor; in a zoomable picture Left and Right go from event to event."""
        picture = self._picture
        here = picture.begin if self._x is None else self._x
        if self._zoomable and key == Qt.Key.Key_Left:
            return max((place for place in _events(picture) if place < here), default=picture.begin)
        if self._zoomable and key == Qt.Key.Key_Right:
            return min((place for place in _events(picture) if place > here), default=picture.end)
        return place_by_key(key, here, picture.begin, picture.end)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel zooms with Ctrl, where one may; alone it scrolls what is around."""
        if not self._zoomable or not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
            return
        (self.zoom_in if event.angleDelta().y() > 0 else self.zoom_out)()
        event.accept()

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
    """The picture as an image of its own size, whatever room the window leaves it; as fine as the screen."""
    screen = QGuiApplication.primaryScreen()
    return _printed(picture, name, screen.devicePixelRatio()).image(screen.devicePixelRatio())


def picture_svg(picture: Picture, name: str) -> bytes:
    """The picture as SVG."""
    return _printed(picture, name, 1.0).svg(name)


def _printed(picture: Picture, name: str, fineness: float) -> Canvas:
    """A canvas that nobody sees, on a plain ground."""
    canvas = Canvas(name, fineness=fineness)
    canvas.resize(_PRINTED.width(), _PRINTED.height() + _LANE_PRINTED * len(picture.lanes))
    canvas.on_plain_ground(canvas.palette().color(QPalette.ColorRole.Base))
    canvas.draw(picture)
    canvas.show_title(name, textwrap.wrap(picture.about, _PRINTED_LINE), ink_of(canvas.palette(), fineness))
    return canvas


def highest_level(picture: Picture) -> float:
    """The highest level of all courses, up to the ceiling where there is one; 1 where there is none above 0."""
    return max(_levels(picture), default=0.0) or 1.0


def _levels(picture: Picture) -> set[float]:
    return {
        y for curve in picture.curves for _, y in curve.points if not picture.ceiling or y <= picture.ceiling
    }


def _top(picture: Picture) -> float:
    """How far up the scale goes."""
    if picture.ceiling:
        return picture.ceiling
    return highest_level(picture) * (_SIGNS_ROOM if picture.signs else _HEADROOM)


def _legend(picture: Picture) -> list[tuple[str, str]]:
    """What each line and each sign is, in the order in which they stand."""
    unit = f", {picture.unit}" if picture.lanes and picture.unit else ""
    signs = {sign.shape: sign.name for sign in picture.signs}
    return [
        *((curve.style, f"{curve.name}{unit}") for curve in picture.curves),
        *((shape, name) for shape, name in signs.items()),
        *((lane.shape, lane.name) for lane in picture.lanes),
    ]


def _events(picture: Picture) -> list[float]:
    """Where something begins, changes or was seen."""
    begun = {x for curve in picture.curves for x, _ in curve.points}
    seen = {x for lane in picture.lanes for x, _ in lane.points}
    return sorted(begun | seen | {sign.x for sign in picture.signs})


def _tip(x: float, y: float, data: str) -> str:  # noqa: ARG001  # pyqtgraph names them so
    """What is said of a sign that the mouse stands on."""
    return data


def _lane_ticks(lane: Lane) -> list[tuple[float, str]]:
    """The name of a lane at its highest value, and its lowest value."""
    found = [(lane.low, f"{lane.low:g}")]
    return [*found, (lane.high, f"{lane.name} {lane.high:g}")] if lane.high > lane.low else found


def _level_ticks(picture: Picture, highest: float) -> list[tuple[float, str]] | None:
    """The levels themselves as marks on the axis, where they are few and apart; None leaves it to the axis."""
    levels = sorted(_levels(picture))
    apart = all(second - first >= _APART * highest for first, second in itertools.pairwise(levels))
    if picture.lanes or len(levels) > _MOST_LEVELS or not apart:
        return None
    texts = {
        y: text.partition(" ")[0]
        for curve in picture.curves
        for (_, y), text in zip(curve.points, curve.texts, strict=True)
    }
    return [(level, texts[level]) for level in levels]


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
