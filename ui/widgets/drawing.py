"""What all pictures share: how lines look, in which colours, and how the keys go along the axis. Nothing is drawn here."""

from collections.abc import Mapping

from msgspec import Struct
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette, QPen

SHAPES = {
    "circle": "o",
    "square": "s",
    "triangle": "t1",
    "diamond": "d",
    "cross": "x",
    "star": "star",
    "hexagon": "h",
    "pentagon": "p",
}  # of signs, as pyqtgraph calls them
NEAR = 0.006  # of the axis: the cursor stands on a sign
KEY_STEPS = 96  # of the arrow keys across a picture: quarters of an hour of a day
_DASHES = {
    "solid": Qt.PenStyle.SolidLine,
    "dashed": Qt.PenStyle.DashLine,
    "dotted": Qt.PenStyle.DotLine,
}
BROAD, HAIR = 2.0, 1.0  # pixels


class Ink(Struct, frozen=True):
    """The colours of a picture: its words, its axes and helping lines, and each style of line.

    `fineness` is how many pixels of the screen a pixel of the picture has.
    """

    text: QColor
    quiet: QColor
    lines: Mapping[str, QColor]
    fineness: float = 1.0

    def line(self, style: str, width: float = BROAD) -> QPen:
        """What draws a line of this style. Lines differ by their dashes, not by colour alone."""
        pen = QPen(self.lines[style], width * self.fineness, _DASHES[style])
        pen.setCosmetic(True)
        return pen

    def helping(self, dashes: Qt.PenStyle = Qt.PenStyle.DotLine) -> QPen:
        """What draws a line that is no course: an axis, a mark, a level."""
        pen = QPen(self.quiet, HAIR * self.fineness, dashes)
        pen.setCosmetic(True)
        return pen


def ink_of(palette: QPalette, fineness: float) -> Ink:
    """The colours of the present look: the line that counts has the accent, what is meant is quiet."""
    text, quiet = palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.PlaceholderText)
    accent = palette.color(QPalette.ColorRole.Highlight)
    return Ink(text, quiet, {"solid": accent, "dashed": text, "dotted": quiet}, fineness)


def place_by_key(key: int, here: float, begin: float, end: float) -> float | None:
    """Where the cursor goes from `here`: Left and Right a small step, Home and End to the ends; None for other keys."""
    step = (end - begin) / KEY_STEPS
    places = {
        Qt.Key.Key_Left: here - step,
        Qt.Key.Key_Right: here + step,
        Qt.Key.Key_Home: begin,
        Qt.Key.Key_End: end,
    }
    return places.get(Qt.Key(key))
