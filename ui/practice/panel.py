"""The practice panel: a page for the scenarios, one for the run, one for the debrief, one for a class; the work goes on beside them."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.beside import Beside
from ui.theme import Colours, practice_of, practise
from ui.widgets.basics import ScrollArea, role_label

if TYPE_CHECKING:
    from ui.practice.debrief_page import DebriefPage
    from ui.practice.editor_page import EditorPage
    from ui.practice.editor_presenter import EditorState
    from ui.practice.hunt_page import HuntPage
    from ui.practice.hunt_states import HuntState
    from ui.practice.list_page import ListPage
    from ui.practice.overview_page import OverviewPage
    from ui.practice.play_page import PlayPage
    from ui.practice.states import DebriefState, ListState, OverviewState, PlayState

    Page = ListPage | PlayPage | DebriefPage | OverviewPage | HuntPage | EditorPage

T = TypeVar("T")
P = TypeVar("P", bound=QWidget)
LATE_AFTER_MS = 150  # sooner than that nobody needs to be told


class _Stop:
    """Whether what is worked out is still wanted."""

    def __init__(self) -> None:
        self.wanted = False
        self.counted = False  # it says how far it is, and can stop on the way


class PracticePanel(QWidget):
    """Empty until `build`: what its pages are made of takes a while to load, and is loaded beside the window."""

    seen = Signal()  # once, after the first paint
    built = Signal()
    made = Signal(object)  # a page, when it is first made
    progressed = Signal(int, int)

    def __init__(self, parent: QWidget, colours: Colours) -> None:
        super().__init__(parent)
        self.setObjectName("practicePanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._colours = colours
        self._painted = False
        self._beside = Beside(self)
        self._stop = _Stop()
        self._dressed: list[PlayPage | DebriefPage] = []  # the pages that draw in colours of their own
        self._working_pages: list[PlayPage | DebriefPage | OverviewPage] = []  # that stand still meanwhile
        self._waiting = role_label("Reading the scenarios …", "quiet", name="practice:waiting")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._waiting)
        self._working = QLabel()
        self._working.setObjectName("practice:working")
        self._bar = QProgressBar()
        self._bar.setObjectName("practice:progress")
        self._bar.setMaximumHeight(14)
        self._cancel = QPushButton("Cancel")
        self._cancel.setObjectName("practice:cancel")
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(LATE_AFTER_MS)
        self._lay_out()
        self._late.timeout.connect(self._on_late)
        self._cancel.clicked.connect(self.cancel)
        self.progressed.connect(self._on_progressed)
        practise(self)

    # --- what other code sees

    def build(self) -> None:
        """Makes the page of scenarios; each other one is made when it is first shown. What they need has been imported."""
        assert self.list_page is not None
        self.built.emit()

    @cached_property
    def list_page(self) -> "ListPage":
        """The scenarios."""
        from ui.practice.list_page import ListPage

        return self._added(ListPage())

    @cached_property
    def play_page(self) -> "PlayPage":
        """The run."""
        from ui.practice.play_page import PlayPage

        page = PlayPage()
        self._dressed.append(page)
        self._working_pages.append(page)
        page.fit(self.width())
        return self._added(page)

    @cached_property
    def debrief_page(self) -> "DebriefPage":
        """What is said after a run."""
        from ui.practice.debrief_page import DebriefPage

        page = DebriefPage()
        self._dressed.append(page)
        self._working_pages.append(page)
        return self._added(page)

    @cached_property
    def overview_page(self) -> "OverviewPage":
        """A class."""
        from ui.practice.overview_page import OverviewPage

        page = OverviewPage()
        self._working_pages.append(page)
        return self._added(page)

    @cached_property
    def hunt_page(self) -> "HuntPage":
        """The slip hunt."""
        from ui.practice.hunt_page import HuntPage

        return self._added(HuntPage())

    @cached_property
    def editor_page(self) -> "EditorPage":
        """A scenario being written."""
        from ui.practice.editor_page import EditorPage

        return self._added(EditorPage())

    def _added(self, page: P) -> P:
        """A page that has just been made, in its place and in its colours; whoever serves it hears of it."""
        self._stack.addWidget(page)
        for each in self._dressed:
            if each is page:
                each.dress(practice_of(self._colours))
        self.made.emit(page)
        return page

    def refuse(self) -> None:
        """Nothing is played in a copy that cannot be relied on."""
        self._waiting.setText(
            "Nothing is played: nothing shown here can be relied on. See the line at the top."
        )
        self._stack.setCurrentWidget(self._waiting)

    @property
    def is_built(self) -> bool:
        """Whether there are pages."""
        return "list_page" in vars(self)

    @property
    def busy(self) -> bool:
        """Whether something is worked out."""
        return self._beside.busy

    def show_list(self, state: "ListState") -> None:
        """Shows the scenarios."""
        self.list_page.show_state(state)
        self._bring(self.list_page)

    def show_play(self, state: "PlayState", grows_from: float | None) -> None:
        """Shows the run; its course grows from that day on, or stands there at once."""
        self._bring(self.play_page)
        self.play_page.show_state(state, grows_from)

    def show_debrief(self, state: "DebriefState") -> None:
        """Shows what is said after a run."""
        self.debrief_page.show_state(state)
        self._bring(self.debrief_page)

    def show_overview(self, state: "OverviewState") -> None:
        """Shows several runs."""
        self.overview_page.show_state(state)
        self._bring(self.overview_page)

    def show_hunt(self, state: "HuntState") -> None:
        """Shows a set of the slip hunt, or what came of it."""
        self.hunt_page.show_state(state)
        self._bring(self.hunt_page)

    def show_hunt_clock(self, words: str) -> None:
        """Shows how much time is left for the set."""
        self.hunt_page.show_clock(words)

    def show_editor(self, state: "EditorState") -> None:
        """Shows a scenario being written."""
        if self.page is not self.editor_page:
            self.editor_page.begin_anew()
        self.editor_page.show_state(state)
        self._bring(self.editor_page)

    def say_of_the_editor(self, words: str, tone: str = "") -> None:
        """Says what came of saving the scenario being written."""
        self.editor_page.say(words, tone)

    def say_of_the_hunt(self, words: str) -> None:
        """Says beside its button why no set was begun."""
        self.list_page.hunt_problem.setText(words)

    @property
    def page(self) -> QWidget | None:
        """The page in front."""
        return self._stack.currentWidget()

    def say(self, words: str, tone: str = "") -> None:
        """Says what came of something, on the page in front."""
        for page in self._working_pages:
            if page is self.page:
                page.say(words, tone)
                return
        self.list_page.problem.setText(words)

    def read_beside(
        self, words: str, work: Callable[[Callable[[int, int], bool]], T], then: Callable[[T], None]
    ) -> None:
        """Does `work` in a thread; says `words` where it takes long. `work` may say how far it is, and hears whether to stop."""
        stop = self._stop = _Stop()
        self._working.setText(f"{words} …")
        self._bar.setRange(0, 0)

        def report(done: int, total: int) -> bool:
            stop.counted = True
            self.progressed.emit(done, total)
            return not stop.wanted

        def shown(found: T) -> None:
            self._end_working()
            if not stop.wanted or stop.counted:
                then(found)

        self._late.start()
        self._beside.do(lambda: work(report), shown)

    def cancel(self) -> None:
        """Gives up what is worked out: the run stays as it was. What counts its way stops there and shows what it has."""
        self._stop.wanted = True
        if not self._stop.counted:
            self._end_working()

    def stop(self) -> None:
        """Ends what still runs."""
        self._stop.wanted = True
        self._late.stop()
        self._beside.stop()
        if "play_page" in vars(self):
            self.play_page.course.skip()
        if "hunt_page" in vars(self):
            self.hunt_page.stop()

    def redress(self, colours: Colours) -> None:
        """Takes on the colours of practice that go with those of the look."""
        self._colours = colours
        for page in self._dressed:
            page.dress(practice_of(colours))

    # --- inside

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The run has as many columns as there is room for."""
        super().resizeEvent(event)
        if "play_page" in vars(self):
            self.play_page.fit(event.size().width())

    def paintEvent(self, event: QPaintEvent) -> None:
        """What takes a while begins when it has been seen that it does."""
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.seen.emit)

    def _lay_out(self) -> None:
        self._work = QWidget()
        row = QHBoxLayout(self._work)
        row.setContentsMargins(12, 8, 12, 0)
        row.addWidget(self._working)
        row.addWidget(self._bar, 1)
        row.addWidget(self._cancel)
        self._work.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._work)
        layout.addWidget(ScrollArea(self._stack), 1)  # the pages are larger than a small window

    def _bring(self, page: "Page") -> None:
        if self.page is not page:
            self._stack.setCurrentWidget(page)
            page.begin_typing()

    def _on_late(self) -> None:
        self._work.show()
        for page in self._working_pages:
            page.set_busy(busy=True)

    def _on_progressed(self, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def _end_working(self) -> None:
        self._late.stop()
        self._work.hide()
        for page in self._working_pages:
            page.set_busy(busy=False)
