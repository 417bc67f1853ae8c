"""The picture of a run: its lanes one above the other, with decisions, harm, and peaks beyond the scale."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPixmap, QTransform

from ui.practice.states import CourseLane, CourseMark, Drawing, HarmBand, Trace
from ui.theme import LIGHT, Colours
from ui.widgets.axes import Axes, escaped
from ui.widgets.drawing import BROAD, HAIR, Ink
from ui.widgets.plotting import pg

_ABOVE, _BELOW = 0.04, 0.02  # of a lane's scale, beyond its ends
_SIGN_ROOM = 24  # pixels above the lanes, for the numbers of the decisions
_BETWEEN_SIGNS = 17.0  # pixels: nearer than that they would stand on one another
_TURNS = 8.0  # times the height of its lane that a line may go up and down to be drawn with a broad pen
_LAYERS = {"dashed": 1, "solid": 2, "dotted": 3}  # what was left lies beneath, the hidden truth on top
_SMALL = 10  # pixels of the figures on signs and peaks
_PEAK_ROOM = 16.0  # pixels after the figure of a peak


class CourseFigure(Axes):
    """Draws a run for one size: how close signs and dates may stand depends on it."""

    def __init__(self) -> None:
        super().__init__()
        self._drawing = Drawing()
        self.lines: list[Any] = []  # of all lanes, in order
        self._taken: list[Any] = []  # what grows: the course taken with its decisions
        self._colours: Colours = LIGHT
        self._ink = ink_of_practice(LIGHT, 1.0)
        self._small = QFont(self.font())
        self._small.setPixelSize(_SMALL)

    def draw(
        self, drawing: Drawing, colours: Colours, *, fineness: float = 1.0, notice: Sequence[str] = ()
    ) -> None:
        """Draws exactly this, for the size that it has.

        `fineness` is pixels of the screen or paper for each of it; `notice` stands below a picture that is taken away.
        """
        self._drawing, self.lines, self._taken = drawing, [], []
        self._colours, self._ink = colours, ink_of_practice(colours, fineness)
        self.on_plain_ground(QColor(colours.card))
        self.lay_out([1] * len(drawing.lanes), named=True)
        self.add_strip(_SIGN_ROOM)
        self.dress(self._ink)
        self.show_legend(drawing.legend, self._ink)
        self.show_span(drawing.begin, drawing.end)
        self._scale()
        if notice:
            self.show_title("", notice, self._ink)
        self.settle()
        self._draw_dates()
        for number, lane in enumerate(drawing.lanes):
            self._draw_lane(number, lane)
        for marks in self._together():
            self._draw_marks(marks)

    def pictures(self) -> tuple[QPixmap, QPixmap]:
        """All that does not grow, and the whole."""
        whole = self.grab()
        for item in self._taken:
            item.hide()
        frame = self.grab()
        for item in self._taken:
            item.show()
        return frame, whole

    # --- axes

    def _scale(self) -> None:
        ticks = [_ticks(lane) for lane in self._drawing.lanes]
        for number, lane in enumerate(self._drawing.lanes):
            length = lane.high - lane.low
            self.panes[number].setYRange(lane.low - _BELOW * length, lane.high + _ABOVE * length, padding=0)
            self.show_levels(number, ticks[number])
            foot = lane.low if lane.traces else 0.0
            self.panes[number].addItem(pg.InfiniteLine(foot, angle=0, pen=pg.mkPen(self._colours.border)))
            name = f"{lane.name} ({lane.unit})" if lane.unit else lane.name
            self.names[number].setText(escaped(f"{name}{_beyond(lane)}"))
        self.align(text for texts in ticks for _, text in texts)

    def _draw_dates(self) -> None:
        dates = self.dates_for(self._drawing.begin, self._drawing.end, self._drawing.clock)
        self.show_dates(dates)
        for day, _ in dates:
            self.upright(day, pg.mkPen(self._colours.border, style=Qt.PenStyle.DotLine))

    # --- lanes

    def _draw_lane(self, number: int, lane: CourseLane) -> None:
        for trace in lane.traces:
            self.lines.append(self._line(trace, lane))
            self._add(number, [self.lines[-1], *self._cuts(trace, lane)], taken=trace.style != "dashed")
        if not lane.traces:
            self._add(number, self._harm(number, lane), taken=True)

    def _add(self, number: int, items: list[Any], *, taken: bool) -> None:
        for item in items:
            self.panes[number].addItem(item, ignoreBounds=True)
        if taken:
            self._taken += items

    def _line(self, trace: Trace, lane: CourseLane) -> object:
        """A line as the screen can show it: where it is dense the lowest and the highest value of each column, so that no peak is lost."""
        restless = np.abs(np.diff(trace.values)).sum() > _TURNS * (lane.high - lane.low)
        # A dense line loses what does not fill a column at its end: it stands still there for a column more.
        more = len(trace.days) // max(int(self.inner.width()), 1)
        line = pg.PlotDataItem(
            np.pad(trace.days, (0, more), "edge"),
            np.pad(trace.values, (0, more), "edge"),
            # A broad or a smooth pen would take seconds for a line that goes up and down all year.
            pen=self._ink.line(trace.style, HAIR if restless and trace.style != "solid" else BROAD),
            antialias=not restless,
            autoDownsample=True,
            autoDownsampleFactor=1.0,
            downsampleMethod="peak",
            skipFiniteCheck=True,
        )
        line.setZValue(_LAYERS[trace.style])
        return line

    def _cuts(self, trace: Trace, lane: CourseLane) -> Iterator[object]:
        """An arrow at the top of the lane and the value, where a peak goes beyond the scale."""
        colour, free_from = self._ink.lines[trace.style], self._drawing.begin
        for day, value in peaks_beyond(trace, lane.high):
            if day < free_from:
                continue  # the one before stands there
            yield pg.ScatterPlotItem([day], [lane.high], symbol="t1", size=8, brush=colour, pen=None)
            text = f"{value:,.0f}"
            width = self._days_of(QFontMetricsF(self._small).horizontalAdvance(text) + _PEAK_ROOM)
            words = pg.TextItem(
                text, color=colour, anchor=(0 if day + width < self._drawing.end else 1, 0.25)
            )
            words.setFont(self._small)
            words.setPos(day, lane.high)
            yield words
            free_from = day + width

    def _harm(self, number: int, lane: CourseLane) -> list[Any]:
        """Harm as blocks on a line, the higher the worse: filled for sedation, hatched for withdrawal, with its words."""
        stop = QColor(self._colours.stop)
        hatched = QBrush(stop, Qt.BrushStyle.BDiagPattern)
        across, up = self.panes[number].viewPixelSize()
        hatched.setTransform(QTransform.fromScale(across, -up))  # a pattern would grow with the scale
        items: list[Any] = []
        for band in lane.bands:
            end = max(band.end, band.begin + self._days_of(2))
            brush = QBrush(stop) if band.stage > 0 else hatched
            items.append(
                pg.BarGraphItem(
                    x0=[band.begin], x1=[end], y0=[0], y1=[band.stage], brush=brush, pen=pg.mkPen(stop)
                )
            )
        return items + [self._harm_words(band, lane) for band in lane.bands if band.words]

    def _harm_words(self, band: HarmBand, lane: CourseLane) -> object:
        """Beside the episode where there is room, else on it; on a ground of their own they stay readable there."""
        drawing, stop = self._drawing, QColor(self._colours.stop)
        below = band.stage < 0
        words = pg.TextItem(
            band.words, color=stop, border=pg.mkPen(stop), fill=QColor(self._colours.card), anchor=(0, below)
        )
        begin, end = band.episode
        width, apart = self._days_of(words.boundingRect().width()), self._days_of(5)
        places = (end + apart, begin - width - apart, drawing.begin)
        at = next(x for x in places if drawing.begin <= x <= drawing.end - width or x is places[-1])
        words.setPos(at, lane.low if below else lane.high)
        return words

    # --- decisions

    def _together(self) -> list[list[CourseMark]]:
        """The decisions in groups that would stand on one another."""
        groups: list[list[CourseMark]] = []
        near = self._days_of(_BETWEEN_SIGNS)
        for mark in self._drawing.marks:
            if groups and mark.at - groups[-1][-1].at < near:
                groups[-1].append(mark)
            else:
                groups.append([mark])
        return groups

    def _draw_marks(self, marks: list[CourseMark]) -> None:
        """Decisions: a line through all lanes where each is, and their numbers in one sign above; filled where one programs."""
        c, first, last = self._colours, marks[0], marks[-1]
        for mark in marks:
            self._taken += self.upright(mark.at, pg.mkPen(c.border))
        programs = any(mark.shape == "square" for mark in marks)
        sign = pg.TextItem(
            str(first.number) if first is last else f"{first.number}\N{EN DASH}{last.number}",
            color=c.on_accent if programs else c.text,
            border=pg.mkPen(c.accent),
            fill=QColor(c.accent if programs else c.card),
            anchor=(0, 1),
        )
        sign.setFont(self._small)
        sign.setPos(first.at - self._days_of(_BETWEEN_SIGNS / 2), 0)
        self.strip.addItem(sign, ignoreBounds=True)
        self._taken.append(sign)

    def _days_of(self, pixels: float) -> float:
        """How long so many pixels are."""
        return (self._drawing.end - self._drawing.begin) * pixels / max(self.inner.width(), 1.0)


def ink_of_practice(colours: Colours, fineness: float) -> Ink:
    """The course taken has the accent, what was left is quiet, and the hidden truth is red."""
    named = {"solid": colours.accent, "dashed": colours.quiet, "dotted": colours.stop}
    lines = {style: QColor(colour) for style, colour in named.items()}
    return Ink(QColor(colours.text), QColor(colours.quiet), lines, fineness)


def peaks_beyond(trace: Trace, high: float) -> list[tuple[float, float]]:
    """When and how high a line is at its highest, each time that it goes beyond the scale."""
    beyond = np.concatenate([[False], trace.values > high, [False]])
    turns = np.flatnonzero(np.diff(beyond.astype(int))).reshape(-1, 2)
    tops = [int(first) + int(trace.values[first:last].argmax()) for first, last in turns]
    return [(float(trace.days[top]), float(trace.values[top])) for top in tops]


def _ticks(lane: CourseLane) -> list[tuple[float, str]]:
    """The foot of the scale and a value near its top; stages have words, no figures."""
    values = (lane.low, _round_down(lane)) if lane.traces else ()
    return [(value, f"{value:,.4g}") for value in values]


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
