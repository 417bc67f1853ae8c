"""The drawing inside a picture card, by pyqtgraph. Loaded with the first picture: it takes as long as the window."""

import bisect
import itertools
import textwrap
from datetime import UTC, timedelta
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QBuffer, QIODevice, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPalette, QPen
from PySide6.QtSvg import QSvgGenerator

from itbcalc.quantities.display import moment_text
from ui.states import Curve, Picture

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


class Canvas(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph ships no types
    """Axes, band, marks, curves as steps, and a cursor that the mouse or the arrow keys move."""

    read = Signal(str)  # what the cursor reads

    def __init__(self, name: str) -> None:
        super().__init__(background=None, enableMenu=False)
        self._picture = Picture()
        self._x: float | None = None
        self._lines: dict[str, Any] = {}
        self._marks: list[Any] = []
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
        if anew or not before.curves:
            self._dress()
        self._draw_curves(picture, dressed=anew)
        if anew or (picture.band, picture.marks) != (before.band, before.marks):
            self._draw_marks(picture)
        if not picture.curves:
            return
        item = self.plotItem
        highest = max(y for curve in picture.curves for _, y in curve.points) or 1.0
        item.setXRange(picture.begin, picture.end, padding=0)
        item.setYRange(0, highest * _HEADROOM, padding=0)
        item.getAxis("left").setTicks(_level_ticks(picture, highest))
        if anew or picture.ticks != before.ticks:
            item.getAxis("bottom").setTicks([list(picture.ticks)])
        legend = [(curve.style, curve.name) for curve in picture.curves]
        if anew or legend != [(curve.style, curve.name) for curve in before.curves]:
            item.setLabel("left", picture.unit)
            item.setTitle("     ".join(f"{SAMPLES[style]} {_escaped(name)}" for style, name in legend))

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
        self.read.emit(f"{where_text(picture, self._x)}   {' · '.join(values)}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right move the cursor; Home and End go to the ends."""
        picture = self._picture
        step = (picture.end - picture.begin) / _KEY_STEPS
        here = picture.begin if self._x is None else self._x
        places = {
            Qt.Key.Key_Left: here - step,
            Qt.Key.Key_Right: here + step,
            Qt.Key.Key_Home: picture.begin,
            Qt.Key.Key_End: picture.end,
        }
        if picture.curves and event.key() in places:
            self.read_at(places[Qt.Key(event.key())])
            return
        super().keyPressEvent(event)


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
    canvas.resize(_PRINTED)
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


def _level_ticks(picture: Picture, highest: float) -> list[list[tuple[float, str]]] | None:
    """The levels themselves as marks on the axis, where they are few and apart; None leaves it to the axis."""
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


def value_at(curve: Curve, x: float) -> str:
    """The text of the level that runs at `x`; nothing before the first."""
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
