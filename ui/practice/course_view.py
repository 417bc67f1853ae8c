"""The course of a run on the screen: it grows, can be paused, stepped and read off. It draws what the core has computed, no more."""

from time import thread_time
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QBuffer, QElapsedTimer, QIODevice, QLineF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.practice.notice import NOT_VALIDATED
from ui.practice.states import Drawing
from ui.theme import LIGHT, Colours, practice_of
from ui.widgets.drawing import NEAR, place_by_key

if TYPE_CHECKING:
    from ui.practice.course_figure import CourseFigure

FRAME_MS = 16
GROWS_FOR_MS = 4000  # however long the time is that passes
STEPS = 24  # of a growing course, when it is stepped
_PRINTED = QSize(1000, 560)


class CourseView(QWidget):
    """Lanes over time. While it grows: Space pauses, Right goes one step on, End goes to the end."""

    grown = Signal()  # it stands there whole
    moved = Signal(float)  # the day up to which it is drawn
    paused_changed = Signal(bool)
    read = Signal(str)  # what the cursor reads

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(300, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.drawing = Drawing()  # what is shown, once it has grown
        self._colours: Colours = LIGHT
        self._figure: CourseFigure | None = None
        self._pictures: tuple[QPixmap, QPixmap] | None = None  # what does not grow, and the whole
        self._from = self._until = 0.0
        self._to = 0.0
        self._cursor: float | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_tick)
        self._since = QElapsedTimer()
        self.grows_for_ms = GROWS_FOR_MS
        self.painted_ms: list[float] = []  # what each frame took of the processor, while it grew last

    # --- what other code sees

    def show_drawing(self, drawing: Drawing, grows_from: float | None = None) -> None:
        """Draws this; from the day `grows_from` on it grows, or stands there at once."""
        self.drawing = drawing
        self._pictures = None
        self._cursor = None
        self._to = _last_day(drawing)
        self._timer.stop()
        self._until = self._to
        if grows_from is not None and grows_from < self._to and self.grows_for_ms:
            self._from = self._until = grows_from
            self.painted_ms = []
            self._pictures = self._drawn()  # before time begins to pass
            self._go_on()
        self.update()
        if not self.growing:
            self._tell()
            self.grown.emit()

    def dress(self, colours: Colours) -> None:
        """Draws anew in these colours."""
        self._colours = colours
        self._pictures = None
        self.update()

    @property
    def growing(self) -> bool:
        """Whether it is not whole yet, paused or not."""
        return self._until < self._to

    @property
    def paused(self) -> bool:
        """Whether it is growing and stands still."""
        return self.growing and not self._timer.isActive()

    @property
    def until(self) -> float:
        """The day up to which it is drawn."""
        return self._until

    def toggle_paused(self) -> None:
        """Stops it, or lets it go on."""
        if not self.growing:
            return
        if self._timer.isActive():
            self._timer.stop()
        else:
            self._go_on()
        self.paused_changed.emit(self.paused)

    def step(self) -> None:
        """One step on, and stays there."""
        if not self.growing:
            return
        self._timer.stop()
        self._move(self._until + (self._to - self._from) / STEPS)
        if self.growing:
            self.paused_changed.emit(True)  # noqa: FBT003  # Qt's signal

    def skip(self) -> None:
        """To the end at once."""
        if self.growing:
            self._move(self._to)

    def image(self, size: QSize = _PRINTED, *, fineness: int = 1) -> QImage:
        """The whole picture, in light colours, for paper; that it is a model stands in it."""
        from ui.practice.course_figure import CourseFigure

        figure = CourseFigure()
        figure.resize(size)
        notice = (f"PRACTICE. {NOT_VALIDATED}", self.drawing.caption)
        colours = replace(practice_of(LIGHT), card=LIGHT.card)
        figure.draw(self.drawing, colours, fineness=fineness, notice=notice)
        return figure.image(fineness)

    def picture_address(self) -> str:
        """The same, in the fineness of paper, as an address that holds the picture itself, for a page of HTML."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.image(fineness=2).save(buffer, "PNG")  # type: ignore[call-overload]  # the stub wants bytes, Qt refuses them
        return f"data:image/png;base64,{bytes(buffer.data().toBase64().data()).decode('ascii')}"

    # --- growing

    def _go_on(self) -> None:
        self._since.start()
        self._timer.start()

    def _on_tick(self) -> None:
        passed = self._since.restart()
        self._move(self._until + (self._to - self._from) * passed / self.grows_for_ms)

    def _move(self, day: float) -> None:
        self._until = min(day, self._to)
        self.update()
        self.moved.emit(self._until)
        if not self.growing:
            self._timer.stop()
            self._tell()
            self.grown.emit()

    def _tell(self) -> None:
        self.setAccessibleDescription(self._words_at(self._until) if self.drawing.lanes else "")

    # --- painting

    def paintEvent(self, _: QPaintEvent) -> None:
        """One frame: two pictures made beforehand, the second as far as it has grown."""
        begun = thread_time()
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._colours.card))
        if self.drawing.lanes:
            self._paint(painter)
        painter.end()
        if self._timer.isActive():
            self.painted_ms.append((thread_time() - begun) * 1e3)

    def _paint(self, painter: QPainter) -> None:
        frame, whole = self._pictures = self._pictures or self._drawn()
        x, inner = self._x(self._until), self._inner
        painter.drawPixmap(0, 0, frame if self.growing else whole)
        if self.growing:
            painter.save()
            painter.setClipRect(QRectF(0, 0, x, self.height()))
            painter.drawPixmap(0, 0, whole)
            painter.restore()
            painter.setPen(QPen(QColor(self._colours.accent), 1.4))
            painter.drawLine(QLineF(x, inner.top(), x, inner.bottom()))
        if self._cursor is not None:
            x = self._x(self._cursor)
            painter.setPen(QPen(QColor(self._colours.text), 1.4))
            painter.drawLine(QLineF(x, inner.top(), x, inner.bottom()))

    def _drawn(self) -> tuple[QPixmap, QPixmap]:
        """Both pictures, drawn beforehand: a frame is then as quick for a year as for a day."""
        from ui.practice.course_figure import CourseFigure  # what draws is loaded with the first picture

        if self._figure is None:
            self._figure = CourseFigure()
            self._figure.setParent(self)
            self._figure.hide()
        self._figure.resize(self.size())
        self._figure.draw(self.drawing, self._colours, fineness=self.devicePixelRatioF())
        return self._figure.pictures()

    @property
    def _inner(self) -> QRectF:
        return self._figure.inner if self._figure is not None else QRectF(self.rect())

    def _x(self, day: float) -> float:
        """Where a time is."""
        drawing, inner = self.drawing, self._inner
        return inner.left() + (day - drawing.begin) / (drawing.end - drawing.begin) * inner.width()

    def _day(self, x: float) -> float:
        """Which time is there."""
        drawing, inner = self.drawing, self._inner
        return drawing.begin + (x - inner.left()) / inner.width() * (drawing.end - drawing.begin)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The pictures are made anew."""
        super().resizeEvent(event)
        self._pictures = None

    # --- reading off, keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The cursor follows the mouse."""
        if self.drawing.lanes:
            self.read_at(self._day(event.position().x()))

    def read_at(self, day: float) -> None:
        """Puts the cursor there, not beyond what is drawn, and says what was."""
        self._cursor = min(max(day, self.drawing.begin), self._until)
        self.read.emit(self._words_at(self._cursor))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """While it grows: Space, Right, End. Else Left and Right move the cursor, Home and End go to the ends."""
        key = Qt.Key(event.key())
        if self.growing:
            acts = {
                Qt.Key.Key_Space: self.toggle_paused,
                Qt.Key.Key_Right: self.step,
                Qt.Key.Key_End: self.skip,
            }
            if key in acts:
                acts[key]()
                return
        elif self.drawing.lanes:
            here = self._until if self._cursor is None else self._cursor
            place = place_by_key(key, here, self.drawing.begin, self.drawing.end)
            if place is not None:
                self.read_at(place)
                return
        super().keyPressEvent(event)

    def _words_at(self, day: float) -> str:
        parts = [self.drawing.clock(day)]
        for lane in self.drawing.lanes:
            if not lane.traces:
                parts += [band.name for band in lane.bands if band.begin <= day < band.end]
                continue
            trace = lane.traces[0]
            parts.append(f"{trace.name} {trace.value_at(day):,.4g} {lane.unit}".strip())
            parts += [
                f"{other.name} {other.value_at(day):,.4g}"
                for other in lane.traces[1:]
                if other.style == "dotted"
            ]
        near = (self.drawing.end - self.drawing.begin) * NEAR
        parts += [mark.words for mark in self.drawing.marks if abs(mark.at - day) <= near]
        return " · ".join(parts)


def _last_day(drawing: Drawing) -> float:
    """Up to where the course taken goes."""
    return float(drawing.lanes[0].traces[0].days[-1]) if drawing.lanes else 0.0
