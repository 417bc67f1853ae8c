"""What stands above the panes of a picture: what each line and sign is, and the words of what happened."""

import itertools
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from ui.widgets.plotting import draw_symbol, pg

_SAMPLE = 30.0  # pixels of a sample of a line: some dashes of it
_SIGN = 10  # pixels of a sample of a sign, as large as it is drawn
_BESIDE = 5.0  # pixels between a sample and its words
_APART = 18.0  # pixels between two entries
_FROM_LINE = 4.0  # pixels between the words of a mark and its line
_ROOM = 3.0  # pixels around a line of text

Sample = QPen | str  # of a line its pen, of a sign its shape as pyqtgraph calls it


class Legend(pg.GraphicsWidget):  # type: ignore[misc]  # pyqtgraph ships no types
    """Each sample is drawn with the very pen of its line, or as the sign itself; as many lines of them as they need."""

    def __init__(self, font: QFont) -> None:
        super().__init__()
        self.entries: list[tuple[Sample, str]] = []
        self._room = 0.0
        self._font, self._colour = font, QColor()
        self._metrics = QFontMetricsF(font)

    def show_entries(self, entries: Sequence[tuple[Sample, str]], colour: QColor) -> None:
        """Shows exactly these, their words in this colour."""
        self.entries, self._colour = list(entries), colour
        self._fit()
        self.update()

    def fit_into(self, room: float) -> None:
        """What has no room in a line goes on in the next."""
        self._room = room
        self._fit()

    def places(self) -> list[tuple[QPointF, Sample, str]]:
        """Where each entry begins, its sample and its words."""
        found, x, line = [], 0.0, 0
        for sample, words in self.entries:
            width = _width(sample) + _BESIDE + self._metrics.horizontalAdvance(words)
            if x and x + width > self._room:
                x, line = 0.0, line + 1
            found.append((QPointF(x, line * self._line_height), sample, words))
            x += width + _APART
        return found

    def paint(self, painter: QPainter, *_: object) -> None:
        """Sample and words, one entry beside the other."""
        painter.setFont(self._font)
        for place, sample, words in self.places():
            painter.save()
            painter.translate(place + QPointF(0, self._line_height / 2))
            if isinstance(sample, QPen):
                painter.setPen(sample)
                painter.drawLine(QPointF(0, 0), QPointF(_SAMPLE, 0))
            else:
                painter.translate(_SIGN / 2, 0)
                draw_symbol(painter, sample, _SIGN, pg.mkPen(self._colour), pg.mkBrush(self._colour))
            painter.restore()
            painter.setPen(self._colour)
            painter.drawText(place + QPointF(_width(sample) + _BESIDE, _ROOM + self._metrics.ascent()), words)

    @property
    def _line_height(self) -> float:
        return self._metrics.height() + 2 * _ROOM

    def _fit(self) -> None:
        lines = {place.y() for place, _, _ in self.places()}
        self.setFixedHeight(len(lines) * self._line_height)


class MarkWords(pg.GraphicsWidget):  # type: ignore[misc]  # pyqtgraph ships no types
    """The words of upright lines, each beside its own line and never on those of another."""

    def __init__(self, font: QFont) -> None:
        super().__init__()
        self._marks: list[tuple[float, str]] = []
        self._span = (0.0, 1.0)
        self._font, self._colour, self._pen = font, QColor(), QPen()
        self._metrics = QFontMetricsF(font)
        self.setFixedHeight(0)

    def show_marks(self, marks: Sequence[tuple[float, str]], colour: QColor, pen: QPen) -> None:
        """Shows exactly these, each a place on the axis of time and what stands there."""
        self._marks, self._colour, self._pen = sorted(marks), colour, pen
        self.setFixedHeight(self._metrics.height() if marks else 0)
        self.update()

    def show_span(self, begin: float, end: float) -> None:
        """What is shown of the time."""
        self._span = begin, end
        self.update()

    def places(self) -> list[tuple[QRectF, str]]:
        """Where the words stand: right of their line where they fit there, else left of it.

        Left they may reach beside the axis. Where not even so all have room, those that come first are left out.
        """
        begin, end = self._span
        across = self.size().width() / ((end - begin) or 1.0)
        shown = [((x - begin) * across, words) for x, words in self._marks if begin <= x <= end]
        while shown:
            for sides in itertools.product((True, False), repeat=len(shown)):
                rects = [
                    self._beside(x, words, right=right)
                    for (x, words), right in zip(shown, sides, strict=True)
                ]
                if self._fit(rects):
                    return list(zip(rects, (words for _, words in shown), strict=True))
            shown = shown[1:]
        return []

    def paint(self, painter: QPainter, *_: object) -> None:
        """The words, and their lines up to them."""
        begin, end = self._span
        painter.setPen(self._pen)
        for x, __ in self._marks:
            if begin <= x <= end:
                at = (x - begin) / ((end - begin) or 1.0) * self.size().width()
                painter.drawLine(QPointF(at, 0), QPointF(at, self.size().height()))
        painter.setFont(self._font)
        painter.setPen(self._colour)
        for rect, text in self.places():
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, text)

    def boundingRect(self) -> QRectF:
        """Words may reach to the left of the panes."""
        return QRectF(-self.pos().x(), 0.0, self.pos().x() + self.size().width(), self.size().height())

    def _beside(self, x: float, words: str, *, right: bool) -> QRectF:
        width = self._metrics.horizontalAdvance(words) + 1
        left = x + _FROM_LINE if right else x - _FROM_LINE - width
        return QRectF(left, 0.0, width, self._metrics.height())

    def _fit(self, rects: Sequence[QRectF]) -> bool:
        apart = all(one.right() + _FROM_LINE <= two.left() for one, two in itertools.pairwise(rects))
        return apart and rects[0].left() >= -self.pos().x() and rects[-1].right() <= self.size().width()


def _width(sample: Sample) -> float:
    return _SAMPLE if isinstance(sample, QPen) else _SIGN
