"""The practice panel: a page for the scenarios, one for the run, one for the debrief, one for a class; the work goes on beside them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
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
from ui.theme import Colours, practice_of, practice_sheet
from ui.widgets.basics import ScrollArea, role_label

if TYPE_CHECKING:
    from ui.practice.debrief_page import DebriefPage
    from ui.practice.hunt_page import HuntPage
    from ui.practice.hunt_states import HuntState
    from ui.practice.list_page import ListPage
    from ui.practice.overview_page import OverviewPage
    from ui.practice.play_page import PlayPage
    from ui.practice.states import DebriefState, ListState, OverviewState, PlayState

    Page = ListPage | PlayPage | DebriefPage | OverviewPage | HuntPage

T = TypeVar("T")
LATE_AFTER_MS = 150  # sooner than that nobody needs to be told


class _Stop:
    """Whether what is worked out is still wanted."""

    def __init__(self) -> None:
        self.wanted = False
        self.counted = False  # it says how far it is, and can stop on the way


class PracticePanel(QWidget):
    """Empty until `build`: what its pages are made of takes a while to load, and is loaded beside the window."""

    built = Signal()
    progressed = Signal(int, int)

    def __init__(self, parent: QWidget, colours: Colours) -> None:
        super().__init__(parent)
        self.setObjectName("practicePanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._colours = colours
        self._beside = Beside(self)
        self._stop = _Stop()
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
        self.setStyleSheet(practice_sheet(colours))

    # --- what other code sees

    def build(self) -> None:
        """Makes the pages. What they need has been imported."""
        from ui.practice.debrief_page import DebriefPage
        from ui.practice.hunt_page import HuntPage
        from ui.practice.list_page import ListPage
        from ui.practice.overview_page import OverviewPage
        from ui.practice.play_page import PlayPage

        self.list_page, self.play_page = ListPage(), PlayPage()
        self.debrief_page, self.overview_page, self.hunt_page = DebriefPage(), OverviewPage(), HuntPage()
        for page in self._pages():
            self._stack.addWidget(page)
        self.redress(self._colours)
        self.built.emit()

    def refuse(self) -> None:
        """Nothing is played in a copy that cannot be relied on."""
        self._waiting.setText(
            "Nothing is played: nothing shown here can be relied on. See the line at the top."
        )
        self._stack.setCurrentWidget(self._waiting)

    @property
    def is_built(self) -> bool:
        """Whether there are pages."""
        return hasattr(self, "list_page")

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

    def say_of_the_hunt(self, words: str) -> None:
        """Says beside its button why no set was begun."""
        self.list_page.hunt_problem.setText(words)

    @property
    def page(self) -> QWidget | None:
        """The page in front."""
        return self._stack.currentWidget()

    def say(self, words: str, tone: str = "") -> None:
        """Says what came of something, on the page in front."""
        page = self.page
        if page is self.play_page:
            self.play_page.say(words, tone)
        elif page is self.debrief_page:
            self.debrief_page.say(words, tone)
        elif page is self.overview_page:
            self.overview_page.say(words, tone)
        else:
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
        if self.is_built:
            self.play_page.course.skip()
            self.hunt_page.stop()

    def redress(self, colours: Colours) -> None:
        """Takes on the colours of practice that go with those of the look."""
        self._colours = colours
        self.setStyleSheet(practice_sheet(colours))
        if self.is_built:
            for page in (self.play_page, self.debrief_page):
                page.dress(practice_of(colours))

    # --- inside

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

    def _pages(self) -> "tuple[Page, ...]":
        return (self.list_page, self.play_page, self.debrief_page, self.overview_page, self.hunt_page)

    def _bring(self, page: "Page") -> None:
        if self.page is not page:
            self._stack.setCurrentWidget(page)
            page.begin_typing()

    def _on_late(self) -> None:
        self._work.show()
        if self.is_built:
            for page in (self.play_page, self.debrief_page, self.overview_page):
                page.set_busy(busy=True)

    def _on_progressed(self, done: int, total: int) -> None:
        self._bar.setRange(0, total)
        self._bar.setValue(done)

    def _end_working(self) -> None:
        self._late.stop()
        self._work.hide()
        if self.is_built:
            for page in (self.play_page, self.debrief_page, self.overview_page):
                page.set_busy(busy=False)
