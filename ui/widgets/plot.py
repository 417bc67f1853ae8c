"""A picture of courses over time: to be looked at, read off, listened to as a table, copied and saved.

The lines differ by their dashes, not by colour alone. What draws it, and what a table is made of, is loaded when it is first wanted.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ui.states import Picture
from ui.widgets.basics import FittingLabel, role_label
from ui.widgets.in_turn import in_turn

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData
    from PySide6.QtWidgets import QTableWidget

    from ui.widgets.canvas import Canvas


LEAST_HEIGHT = 192  # of the drawing itself, where there is room to scroll
BEHIND_MS = 30  # two frames
FIRST_AFTER_MS = 150  # what draws takes as long to load as the window: the answer is on the screen by then


class PlotCard(QWidget):
    """The picture with its title, what it means, what the cursor reads, and the ways out of it."""

    save_requested = Signal(str, object)  # kind of file (png, svg), and what writes it to a path

    def __init__(
        self,
        name: str,
        title: str,
        *,
        zoomable: bool = False,
        least_height: int = LEAST_HEIGHT,
    ) -> None:
        """`zoomable` ones have buttons and keys to look at a part of the picture.

        `least_height` is that of the drawing: it takes what room there is, and asks for no more than that.
        """
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.picture = Picture()  # what is drawn, or will be as soon as what draws is loaded
        self._canvas: Canvas | None = None
        self._ready: Picture | None = None  # made, and still to be drawn
        self._drawn: Picture | None = None
        self._title = role_label(title, "workingtitle")
        self._about = role_label("", "quiet", name=f"{name}:about", wrap=True)
        self._cursor = FittingLabel("cursor", f"{name}:cursor")
        self._cursor.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)  # it moves nothing
        self._stack = _Stack(least_height)
        self._waiting = QWidget()
        self._table: QTableWidget | None = None  # made when it is first wanted
        self._zoomable = zoomable
        self._zooms = (
            self._button("Zoom in", f"{name}:zoomIn"),
            self._button("Zoom out", f"{name}:zoomOut"),
            self._button("All", f"{name}:zoomAll"),
        )
        for button, keys in zip(self._zooms, ("+", "\N{MINUS SIGN}", "0"), strict=True):
            button.setToolTip(f"In the picture: the key {keys}")
            if not zoomable:
                button.hide()
        self._zooms[2].setAccessibleName("Show the whole picture")
        self._as_table = self._button("Table", f"{name}:asTable")
        self._as_table.setCheckable(True)
        self._as_table.setToolTip("The same as a table, for reading and for screen readers")
        self._copy = self._button("Copy", f"{name}:copy")
        self._copy.setToolTip("Copies the picture, and the table as text")
        self._png = self._button("PNG…", f"{name}:png")
        self._svg = self._button("SVG…", f"{name}:svg")
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(FIRST_AFTER_MS)
        self._shown_of: Callable[[], Picture] | None = None
        self._picture_of: Callable[[], Picture] | None = None  # what is still to be made
        self._lay_out()
        self._connect()

    # --- what other code sees

    def show_picture(self, picture: Picture) -> None:
        """Draws exactly this picture."""
        self._shown_of = self._picture_of = self._ready = None
        if self._take(picture):
            if self._canvas is None:
                self._later.start()  # the answer is on the screen before the picture is
            else:
                self._put()

    def show_behind(self, picture_of: Callable[[], Picture]) -> None:
        """The same, made and drawn when typing lets it: what is typed and its values have the first frames."""
        if picture_of is not self._shown_of:
            self._shown_of = self._picture_of = picture_of
            self.show()  # it has its room at once: nothing moves when it is drawn
            self._cursor.show_lines(("drawn anew …",))
            self.setAccessibleDescription("")
            if self._canvas is not None:  # that of before is not painted once more where the room changes
                self._canvas.setUpdatesEnabled(False)
            self._later.start()

    def _catch_up(self) -> None:
        """Makes and draws what is still to be made or drawn."""
        self._later.stop()
        in_turn().drop(self)
        self._make()
        self._put()

    def _make(self) -> None:
        if self._picture_of is not None:
            self._ready, self._picture_of = self._picture_of(), None

    def _put(self) -> None:
        """Draws what was made, unless that is what is drawn."""
        if self._ready is not None:
            picture, self._ready = self._ready, None
            self._cursor.show_lines(())
            self.setAccessibleDescription(picture.words)
            self._take(picture)
        if self._canvas is not None and self._drawn is not self.picture:
            self._drawn = self.picture
            self._canvas.draw(self.picture)
        if self._canvas is not None:
            self._canvas.setUpdatesEnabled(True)

    def _take(self, picture: Picture) -> bool:
        """What is said beside the drawing; False where nothing has changed."""
        if picture == self.picture:
            return False
        self.picture = picture
        self._about.setText(picture.about)
        self._cursor.show_lines(())
        self.setAccessibleDescription(picture.words)
        self.setVisible(bool(picture.curves))
        if self._as_table.isChecked():
            self._fill_table()
        return True

    @property
    def is_behind(self) -> bool:
        """Whether the picture is still to be drawn."""
        return self._later.isActive() or in_turn().holds(self)

    def redress(self) -> None:
        """Draws anew in the colours of the present look."""
        if self._canvas is not None:
            self._canvas.draw(self.picture, anew=True)

    # --- building

    def _button(self, words: str, name: str) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(name)
        button.setProperty("role", "link")
        return button

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addWidget(self._cursor, 1)
        head.setSpacing(14)
        for button in (*self._zooms, self._as_table, self._copy, self._png, self._svg):
            head.addWidget(button)
        self._stack.addWidget(self._waiting)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 2, 10, 2)
        layout.setSpacing(1)
        layout.addLayout(head)
        layout.addWidget(self._about)
        layout.addWidget(self._stack, 1)
        self.hide()

    def _connect(self) -> None:
        self._later.timeout.connect(lambda: in_turn().add(self, self._make_in_turn))
        self._as_table.toggled.connect(self._on_table_toggled)
        zoom_in, zoom_out, zoom_all = self._zooms
        zoom_in.clicked.connect(self._on_zoom_in)
        zoom_out.clicked.connect(self._on_zoom_out)
        zoom_all.clicked.connect(self._on_zoom_all)
        self._copy.clicked.connect(self.copy)
        self._png.clicked.connect(lambda: self.save_requested.emit("png", self.write_png))
        self._svg.clicked.connect(lambda: self.save_requested.emit("svg", self.write_svg))

    def _make_in_turn(self) -> None:
        """To make it takes half of a frame, and to draw it does."""
        self._make()
        in_turn().add(self, self._draw)

    def _draw(self) -> None:
        self._put()
        self._make_canvas()

    def _make_canvas(self) -> None:
        if self._canvas is not None or not self.picture.curves:
            return
        from ui.widgets.canvas import Canvas

        self._canvas = Canvas(self.accessibleName(), zoomable=self._zoomable)
        self._canvas.setObjectName(f"{self.objectName()}:canvas")
        self._canvas.read.connect(self._on_read)
        self._stack.addWidget(self._canvas)
        self.setTabOrder(self._svg, self._canvas)
        if not self._as_table.isChecked():
            self._stack.setCurrentWidget(self._canvas)
        self._put()
        self._later.setInterval(BEHIND_MS)

    # --- reacting

    def _on_read(self, text: str) -> None:
        self._cursor.show_lines((text,))

    def _on_zoom_in(self) -> None:
        if self._canvas is not None:
            self._canvas.zoom_in()

    def _on_zoom_out(self) -> None:
        if self._canvas is not None:
            self._canvas.zoom_out()

    def _on_zoom_all(self) -> None:
        if self._canvas is not None:
            self._canvas.zoom_to_all()

    def _on_table_toggled(self, checked: bool) -> None:  # noqa: FBT001  # Qt's signal
        self._catch_up()
        self._make_canvas()
        shown = self._fill_table() if checked else self._canvas or self._waiting
        self._stack.setCurrentWidget(shown)

    def _make_table(self) -> "QTableWidget":
        from PySide6.QtWidgets import QTableWidget

        table = QTableWidget()
        table.setObjectName(f"{self.objectName()}:table")
        table.setAccessibleName(f"{self._title.text()}, as a table")
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.verticalHeader().hide()
        self._stack.addWidget(table)
        self.setTabOrder(self._svg, table)
        return table

    def _fill_table(self) -> "QTableWidget":
        from PySide6.QtWidgets import QHeaderView

        from ui.widgets.rows_table import put_text

        picture = self.picture
        table = self._table = self._table or self._make_table()
        table.clear()
        table.setColumnCount(len(picture.headings))
        table.setHorizontalHeaderLabels(list(picture.headings))
        table.setRowCount(len(picture.rows))
        for line, row in enumerate(picture.rows):
            for column, text in enumerate(row):
                put_text(table, line, text, column)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        return table

    def copy(self) -> None:
        """The picture to the clipboard, with the table as text beside it."""
        from ui.widgets.canvas import picture_image

        self._catch_up()
        data = _mime_data()
        lines = [self.picture.headings, *self.picture.rows]
        data.setText("\n".join("\t".join(line) for line in lines))
        data.setImageData(picture_image(self.picture, self.accessibleName()))
        QGuiApplication.clipboard().setMimeData(data)
        self._cursor.show_lines(("copied, with its numbers as text",))

    def write_png(self, path: Path) -> None:
        """Writes the picture as PNG. Raises OSError if nothing arrived."""
        from ui.widgets.canvas import picture_image

        self._catch_up()
        image = picture_image(self.picture, self.accessibleName())
        if not image.save(str(path), "PNG"):  # type: ignore[call-overload]  # the stub wants bytes, Qt refuses them
            raise OSError(f"{path.name} was not written")

    def write_svg(self, path: Path) -> None:
        """Writes the picture as SVG. Raises OSError if it cannot be written."""
        from ui.widgets.canvas import picture_svg

        self._catch_up()
        path.write_bytes(picture_svg(self.picture, self.accessibleName()))


class _Stack(QStackedWidget):
    """Drawing and table: as high as there is room, not as high as they would like to be."""

    def __init__(self, height: int) -> None:
        super().__init__()
        self._height = height
        self.setMinimumHeight(height)

    def sizeHint(self) -> QSize:
        """What it asks for."""
        return QSize(600, self._height)


def _mime_data() -> "QMimeData":
    """An empty one, made by Qt: one made by Python outlives it in the clipboard, and crashes the program at its end."""
    from PySide6.QtGui import QStandardItemModel

    model = QStandardItemModel(1, 1)
    data = model.mimeData([model.index(0, 0)])
    for kind in data.formats():
        data.removeFormat(kind)
    return data
