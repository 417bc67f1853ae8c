"""A class of runs: who did how well, and which criteria were earned by how many."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.practice.parts import button, fill, table, titled
from ui.practice.states import Bar, OverviewState
from ui.theme import LIGHT, Colours
from ui.widgets.basics import ScrollArea, role_label, set_tone

_WIDE = (2, 5)  # columns that share the room: the scenario, and what was missed
_LINE = 34  # pixels of a bar with its words
_GROUP = 26  # and of the name of a scenario


class BarView(QWidget):
    """A bar for each criterion, with how many earned it in figures."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("practice:bars")
        self.setAccessibleName("How many earned each criterion")
        self._bars: Sequence[Bar] = ()
        self._colours: Colours = LIGHT

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Draws these."""
        self._bars = bars
        self.setAccessibleDescription("; ".join(f"{bar.words}: {bar.text}" for bar in bars))
        self.setToolTip("\n".join(f"{bar.text}: {bar.words}" for bar in bars))
        groups = len({bar.group for bar in bars})
        self.setMinimumHeight(len(bars) * _LINE + groups * _GROUP + 8)
        self.update()

    def dress(self, colours: Colours) -> None:
        """Draws in these colours."""
        self._colours = colours
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the words."""
        return QSize(420, max(self.minimumHeight(), 120))

    def paintEvent(self, _: QPaintEvent) -> None:
        """Words above, the bar beneath, its figures at the right."""
        painter, c = QPainter(self), self._colours
        y, group, width = 0.0, "", float(self.width())
        for bar in self._bars:
            if bar.group != group:
                group = bar.group
                painter.setPen(QColor(c.accent))
                painter.drawText(QRectF(0, y + 6, width, 18), Qt.AlignmentFlag.AlignLeft, group)
                y += _GROUP
            painter.setPen(QColor(c.text))
            words = painter.fontMetrics().elidedText(bar.words, Qt.TextElideMode.ElideRight, int(width - 70))
            painter.drawText(QRectF(0, y, width - 66, 16), Qt.AlignmentFlag.AlignLeft, words)
            painter.drawText(QRectF(width - 64, y, 64, 16), Qt.AlignmentFlag.AlignRight, bar.text)
            painter.fillRect(QRectF(0, y + 18, width, 9), QColor(c.selected))
            painter.fillRect(QRectF(0, y + 18, width * bar.share, 9), QColor(c.accent))
            y += _LINE
        painter.end()


class OverviewPage(QWidget):
    """The table, the bars, and the way to a spreadsheet."""

    csv_requested = Signal()
    list_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.about = role_label("", "title", name="practice:classAbout")
        self.problems = role_label("", "note", name="practice:classProblems", wrap=True)
        set_tone(self.problems, "refused")
        self.table = table("class", "Runs", ("",), 0)
        self.bars = BarView()
        self.said = role_label("", "note", name="practice:classSaid", wrap=True)
        self.csv = button("Save as &CSV…", "csv", role="primary")
        self.to_list = button("Scenar&ios", "classToList")
        self._lay_out()
        self.csv.clicked.connect(self.csv_requested)
        self.to_list.clicked.connect(self.list_requested)

    def show_state(self, state: OverviewState) -> None:
        """Shows exactly this state."""
        self.about.setText(state.about)
        self.problems.setText("\n".join(state.problems))
        self.problems.setVisible(bool(state.problems))
        self.table.setColumnCount(len(state.headings))
        self.table.setHorizontalHeaderLabels(list(state.headings))
        header = self.table.horizontalHeader()
        for column in range(len(state.headings)):
            wide = column in _WIDE
            header.setSectionResizeMode(
                column, header.ResizeMode.Stretch if wide else header.ResizeMode.ResizeToContents
            )
        fill(self.table, state.rows)
        self.bars.show_bars(state.bars)
        self.csv.setEnabled(bool(state.rows))
        self.say("")

    def say(self, words: str, tone: str = "") -> None:
        """What came of something."""
        self.said.setText(words)
        set_tone(self.said, tone)
        self.said.setVisible(bool(words))

    def set_busy(self, *, busy: bool) -> None:
        """While something is worked out nothing can be asked for."""
        for each in (self.csv, self.to_list):
            each.setEnabled(not busy)

    def dress(self, colours: Colours) -> None:
        """Takes on the colours of practice."""
        self.bars.dress(colours)

    def begin_typing(self) -> None:
        """Where the keyboard goes first."""
        self.csv.setFocus()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        head = QHBoxLayout()
        head.addWidget(self.about, 1)
        head.addWidget(self.csv)
        head.addWidget(self.to_list)
        layout.addLayout(head)
        layout.addWidget(self.problems)
        layout.addWidget(self.said)
        columns = QHBoxLayout()
        frame, column = titled("Runs")
        column.addWidget(self.table, 1)
        columns.addWidget(frame, 7)
        frame, column = titled("How many earned each criterion")
        column.addWidget(ScrollArea(self.bars), 1)
        columns.addWidget(frame, 5)
        layout.addLayout(columns, 1)
