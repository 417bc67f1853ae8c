"""The pictures of the rail, drawn from the lines in `resources/icons`, in the colours of the look."""

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from itbcalc.resources import resource_path

_SIZE = 44  # twice the size shown, for dense screens


def icon(name: str, colour: str) -> QIcon:
    """The icon `name` in `colour`."""
    lines = resource_path("icons", f"{name}.svg").read_text(encoding="utf-8")
    drawn = QPixmap(QSize(_SIZE, _SIZE))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(lines.replace("currentColor", colour).encode())).render(
        painter, QRectF(0, 0, _SIZE, _SIZE)
    )
    painter.end()
    return QIcon(drawn)
