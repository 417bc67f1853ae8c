"""A class of runs: who did how well, and which criteria were earned by how many."""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from ui.practice.parts import button, fill, table, titled
from ui.practice.states import Bar, OverviewState
from ui.widgets.basics import ScrollArea, role_label, set_tone

_WIDE = (2, 5)  # columns that share the room: the scenario, and what was missed
_BAR = 9  # pixels, its height
_WHOLE = 1000  # steps of a bar


class BarView(QWidget):
    """A bar for each criterion, with how many earned it in figures."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("practice:bars")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.setSpacing(3)

    def show_bars(self, bars: Sequence[Bar]) -> None:
        """Shows these."""
        self.setAccessibleDescription("; ".join(f"{bar.words}: {bar.text}" for bar in bars))
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for group, held in groupby(bars, key=lambda bar: bar.group):
            self._column.addWidget(role_label(group, "workingtitle"))
            for bar in held:
                self._column.addWidget(_line(bar))
        self._column.addStretch(1)


def _line(bar: Bar) -> QWidget:
    """Words above, their figures at the right, the bar beneath."""
    line = QWidget()
    grid = QGridLayout(line)
    grid.setContentsMargins(0, 0, 0, 4)
    grid.setSpacing(2)
    grid.setColumnStretch(0, 1)
    grid.addWidget(role_label(bar.words, "plain", wrap=True), 0, 0)
    grid.addWidget(role_label(bar.text, "plain"), 0, 1)
    drawn = QProgressBar()
    drawn.setAccessibleName(bar.words)
    drawn.setTextVisible(False)
    drawn.setFixedHeight(_BAR)
    drawn.setMaximum(_WHOLE)
    drawn.setValue(round(bar.share * _WHOLE))
    grid.addWidget(drawn, 1, 0, 1, 2)
    return line


class OverviewPage(QWidget):
    """The table, the bars, and the way to a spreadsheet."""

    csv_requested = Signal()
    list_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.about = role_label("", "title", name="practice:classAbout")
        self.problems = role_label("", "note", name="practice:classProblems", wrap=True)
        set_tone(self.problems, "refused")
        self.summary = role_label("", "plain", name="practice:classSummary", wrap=True)
        self.bars_title = role_label("", "workingtitle", name="practice:barsTitle")
        self.table = table("class", "Results", ("",), 0)
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
        self.summary.setText("\n".join(state.summary))
        self.summary.setVisible(bool(state.summary))
        self.bars_title.setText(state.bars_title)
        self.bars.setAccessibleName(state.bars_title)
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
        layout.addWidget(self.summary)
        layout.addWidget(self.said)
        columns = QHBoxLayout()
        frame, column = titled("Results")
        column.addWidget(self.table, 1)
        columns.addWidget(frame, 7)
        frame, column = titled("")
        column.addWidget(self.bars_title)
        column.addWidget(ScrollArea(self.bars), 1)
        columns.addWidget(frame, 5)
        layout.addLayout(columns, 1)
