"""Panes one above the other on one axis of time, by pyqtgraph. Loaded with the first picture: it takes as long as the window."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPaintDevice, QPainter, QPicture, QResizeEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsScene, QSizePolicy

from ui.widgets.above_axes import Legend, MarkWords
from ui.widgets.drawing import SHAPES, Ink
from ui.widgets.plotting import pg

_TITLE_ROW, _LEGEND_ROW, _STRIP_ROW, _FIRST_PANE_ROW = (
    0,
    1,
    2,
    4,
)  # of the layout; names stand above their panes
_BESIDE_PANES = 90  # pixels at most of axis, unit and margins
_BESIDE_AXIS = 12  # pixels of the tick, and around it
_BETWEEN_DATES = 6  # pixels
_BEYOND = 150  # pixels that a date may reach beyond its axis before it is moved
_STEPS = (1 / 24, 1 / 8, 1 / 4, 1 / 2, 1, 2, 7, 14, 28, 91, 182)  # days between two dates
_MOMENT_ROOM, _DATE_ROOM = 118.0, 84.0  # pixels that a moment takes, and a date alone
_GRID = 30  # of 255
_MARGINS = (4, 0, 8, 0)  # pixels: left of a unit, and half of a sign at the right

Specs = tuple[object, object, list[tuple[QRectF, int, str]]]  # of an axis: its line, its ticks, its texts


class Axes(pg.GraphicsLayoutWidget):  # type: ignore[misc]  # pyqtgraph ships no types
    """Panes with their axes, a legend above and dates below. What is drawn into the panes is added by who uses it."""

    legend: Any = None  # pyqtgraph resizes it before it is made

    def __init__(self) -> None:
        super().__init__()
        # There are few items, and they come and go unseen: an index of them would keep some that are gone.
        self.scene().setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.panes: list[Any] = []
        self.lefts: list[Any] = []
        self.names: list[Any] = []
        self.strip: Any = None
        self.mark_words: Any = None
        self.dates: Any = None
        self.setBackground(None)
        self.setFrameShape(self.Shape.NoFrame)
        self.setStyleSheet("background: transparent;")
        self.ci.layout.setContentsMargins(*_MARGINS)
        self.ci.layout.setSpacing(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The legend takes as many lines as it needs then."""
        if self.legend is not None:
            self.legend.fit_into(self._legend_room)
        super().resizeEvent(event)

    # --- building

    def lay_out(self, parts: Sequence[int], *, named: bool = False) -> None:
        """Empty panes, each with its part of the height; `named` ones have a name above, others a faint line at each level."""
        self.clear()
        self.panes, self.lefts, self.names, self.strip = [], [], [], None
        self.legend, self.mark_words = Legend(self.font()), MarkWords(self.font())
        self.addItem(self.legend, row=_LEGEND_ROW, col=1)
        self.addItem(self.mark_words, row=_STRIP_ROW, col=1)
        for row, part in zip(itertools.count(_FIRST_PANE_ROW, 2), parts):
            pane = self.addViewBox(row=row, col=1, enableMenu=False, enableMouse=False)
            left = _Axis("left", linkView=pane)
            self.addItem(left, row=row, col=0)
            for item in (pane, left):
                item.setPreferredHeight(1)  # or all would take as much before their parts count
            self.ci.layout.setRowStretchFactor(row, part)
            left.enableAutoSIPrefix(enable=False)
            # The ends of a scale are said too; of its faint lines those that nobody tells apart are not drawn.
            left.setStyle(hideOverlappingLabels=_BESIDE_AXIS, maxTickLevel=1)
            self.panes.append(pane)
            self.lefts.append(left)
            if not named:
                left.setGrid(_GRID)
            else:
                self.names.append(self._label(row - 1))
        self.dates = _Dates("bottom", linkView=self.panes[-1])
        self.addItem(self.dates, row=_FIRST_PANE_ROW + 2 * len(parts) - 1, col=1)

    def _label(self, row: int) -> pg.LabelItem:
        label = self.addLabel("", row=row, col=1, justify="left", size="9pt")
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        return label

    def add_strip(self, height: int) -> None:
        """A strip above the panes, on the same axis of time; what is drawn there stands at 0. Marks have no words then."""
        self.ci.removeItem(self.mark_words)
        self.strip = strip = self.addViewBox(row=_STRIP_ROW, col=1, enableMenu=False, enableMouse=False)
        strip.setFixedHeight(height)
        strip.setYRange(0, 1, padding=0)
        strip.setFlag(strip.GraphicsItemFlag.ItemClipsChildrenToShape, enabled=False)

    def dress(self, ink: Ink) -> None:
        """Axes and words in these colours."""
        for axis in (*self.lefts, self.dates):
            axis.setPen(ink.quiet)
            axis.setTextPen(ink.text)
            axis.setTickFont(self.font())
        for label in self.names:
            label.setText(label.text, color=ink.text)

    def show_levels(self, number: int, ticks: Iterable[tuple[float, str]] | None) -> None:
        """What stands beside a pane; None leaves it to the axis."""
        self.lefts[number].setTicks(None if ticks is None else [list(ticks)])

    def align(self, texts: Iterable[str]) -> None:
        """Room for the widest of these beside every pane: by itself each axis would find its own width, while it paints."""
        width = max(self.text_width(text) for text in texts) + _BESIDE_AXIS
        for left in self.lefts:
            left.setWidth(width)

    def show_span(self, begin: float, end: float) -> None:
        """What is shown of the time, in every pane."""
        for pane in (*self.panes, self.strip):
            if pane is not None:
                pane.setXRange(begin, end, padding=0)
        self.mark_words.show_span(begin, end)

    def show_dates(self, ticks: Iterable[tuple[float, str]]) -> None:
        """What stands below the last pane."""
        self.dates.setTicks([list(ticks)])

    def dates_for(self, begin: float, end: float, clock: Callable[[float], str]) -> list[tuple[float, str]]:
        """Round dates as many as there is room for; with the time of day where they are less than a day apart."""
        length, width = end - begin, self.inner.width()
        fits = (
            each for each in _STEPS if length / each <= width / (_DATE_ROOM if each >= 1 else _MOMENT_ROOM)
        )
        step = next(fits, length)
        days = [begin + number * step for number in range(int(length / step + 1e-9) + 1)]
        texts = [clock(day) for day in days]
        if step >= 1:
            texts = [text.rpartition(" ")[0] for text in texts]  # the time of the day is the same everywhere
        return list(zip(days, texts, strict=True))

    def show_legend(self, entries: Iterable[tuple[str, str]], ink: Ink) -> None:
        """A sample and what is drawn so, one beside the other; the sample is a style of line, or the shape of a sign."""
        shown = [
            (ink.line(sample) if sample in ink.lines else SHAPES[sample], words) for sample, words in entries
        ]
        self.legend.fit_into(self._legend_room)
        self.legend.show_entries(shown, ink.text)

    def upright(self, x: float, pen: object) -> list[Any]:
        """A line at `x` through all panes."""
        lines = [pg.InfiniteLine(x, angle=90, pen=pen) for _ in self.panes]
        for pane, line in zip(self.panes, lines, strict=True):
            pane.addItem(line, ignoreBounds=True)
        return lines

    @property
    def _legend_room(self) -> float:
        """Right of the axes, whatever stands beside them."""
        return max(float(self.width()) - _BESIDE_PANES, 0.0)

    # --- where things are

    @property
    def inner(self) -> QRectF:
        """The ground of all panes, in pixels. Known once it is laid out."""
        ground = QRectF()
        for pane in self.panes:
            ground = ground.united(pane.mapRectToScene(pane.rect()))
        return ground

    def settle(self) -> None:
        """Lays out what is not on the screen; twice, because the width of an axis is that of its words."""
        for _ in range(2):
            self.ci.layout.activate()
            self.grab(QRect(0, 0, 1, 1))

    def find_room(self) -> None:
        """Each axis takes the width of its words now: found while it is painted, all would be painted again, four times over.

        Twice, because the words that there is room for follow from that.
        """
        if not self.isVisible():
            return
        for _ in range(2):
            self.ci.layout.activate()
            self.scene().prepareForPaint()
            for axis in (*self.lefts, self.dates):
                axis.find_words()

    def text_width(self, text: str) -> int:
        """How many pixels a text takes."""
        return int(self.fontMetrics().horizontalAdvance(text))

    # --- ways out of it

    def on_plain_ground(self, colour: QColor) -> None:
        """A ground of its own, for a picture that is taken away."""
        self.setStyleSheet("")
        self.setBackground(colour)

    def show_title(self, title: str, about: Iterable[str], ink: Ink) -> None:
        """Alone, without the window around it, a picture says what it is, and below what it assumes."""
        if title:
            self._label(_TITLE_ROW).setText(escaped(title), color=ink.text)
        self.dates.setLabel("<br>".join(map(escaped, about)))

    def image(self, fineness: float) -> QImage:
        """The picture as an image of its own size; `fineness` is pixels for each of it."""
        image = QImage(self.size() * fineness, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(fineness)
        self._paint_on(image)
        return image

    def svg(self, name: str) -> bytes:
        """The picture as SVG; pyqtgraph's own exporter does not know the paths of our steps."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(self.size())
        generator.setViewBox(self.rect())
        generator.setTitle(name)
        self._paint_on(generator)
        return bytes(buffer.data().data())

    def _paint_on(self, device: QPaintDevice) -> None:
        self.settle()
        self.grab()  # words take their place when they are painted first
        painter = QPainter(device)
        self.render(painter, QRectF(self.rect()), self.rect())
        painter.end()


class _Axis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph ships no types
    """An axis that keeps what it draws, and draws that: pyqtgraph keeps a recording, and to play one takes longer."""

    picture: Any  # what is drawn; pyqtgraph lets go of it where anything of it has changed

    def find_words(self) -> None:
        """What is drawn, and how much room its words take, where anything of it has changed."""
        if self.picture is None:
            unseen = QPicture()
            painter = QPainter(unseen)
            if self.style["tickFont"]:
                painter.setFont(self.style["tickFont"])
            specs = self.generateDrawSpecs(painter)
            painter.end()
            self.picture = specs or ()

    def paint(self, painter: QPainter, *_: object) -> None:
        self.find_words()
        if self.picture:
            painter.save()
            self.drawPicture(painter, *self.picture)
            painter.restore()


class _Dates(_Axis):
    """Dates along the bottom: at the ends they move inwards rather than being cut off, and none stands on another."""

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)
        self.setStyle(hideOverlappingLabels=_BEYOND)

    def generateDrawSpecs(self, painter: QPainter) -> Specs | None:
        specs = super().generateDrawSpecs(painter)
        if specs is None:
            return None
        axis, ticks, texts = specs
        room = self.mapRectFromItem(self.parentItem(), self.parentItem().rect())
        kept, free_from = [], room.left()
        for place, flags, text in sorted(texts, key=lambda spec: spec[0].left()):
            place.moveLeft(min(max(place.left(), room.left()), room.right() - place.width()))
            if place.left() >= free_from:
                kept.append((place, flags, text))
                free_from = place.right() + _BETWEEN_DATES
        return axis, ticks, kept


def escaped(text: str) -> str:
    """A text as pyqtgraph's labels want it: they are HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;")
