"""The debrief: the score with its reasons and sources, the course with the decisions, the truth, what experts look at."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.practice.course_view import CourseView
from ui.practice.parts import button, fill, table, titled
from ui.practice.states import DebriefState
from ui.theme import Colours
from ui.widgets.basics import ScrollArea, role_label, set_tone


class DebriefPage(QWidget):
    """What is said after a run, and the ways to keep it."""

    certificate_requested = Signal()
    save_requested = Signal()
    verify_requested = Signal()
    picture_requested = Signal(str, object)
    back_requested = Signal()
    list_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title = role_label("", "title", name="practice:debriefTitle", wrap=True)
        self.score = role_label("", "title", name="practice:score")
        self.aside = role_label("", "quiet", name="practice:debriefAside", wrap=True)
        self.worst = role_label("", "plain", name="practice:worst", wrap=True)
        self.judged = table("judged", "What was scored", ("", "points", "what, why, and where it stands"), 2)
        self.course = CourseView("practice:debriefCourse")
        self.course.setAccessibleName("Decisions and course")
        self.reading = role_label("", "cursor", name="practice:debriefCursor", wrap=True)
        self.words = role_label("", "plain", name="practice:debriefWords", wrap=True)
        self.experts = role_label("", "plain", name="practice:experts", wrap=True)
        self.truth = role_label("", "plain", name="practice:truth", wrap=True)
        self.decisions = table(
            "decided", "Decisions", ("", "when", "what", "what came of it, what the check found"), 3
        )
        self.kept = role_label("", "quiet", name="practice:kept", wrap=True)
        self.said = role_label("", "note", name="practice:debriefSaid", wrap=True)
        self.certificate = button("&Certificate as PDF…", "certificate", role="primary")
        self.save = button("&Save run…", "saveRun")
        self.verify = button(
            "&Verify the log", "verify", tip="Plays the kept file again and checks its chain"
        )
        self.picture = button("&Picture…", "picture", tip="The course as PNG")
        self.back = button(
            "&Back to the patient", "toPatient", tip="To go back to a decision and try otherwise"
        )
        self.to_list = button("Scenar&ios", "debriefToList")
        self._lay_out()
        self._connect()

    def show_state(self, state: DebriefState) -> None:
        """Shows exactly this state."""
        self.title.setText(state.title)
        self.score.setText(state.score)
        self.aside.setText(state.aside)
        self.worst.setText(state.worst)
        fill(
            self.judged,
            [
                ("✓" if row.earned else "✗", row.points, f"{row.words}. {row.reason}\n{row.sources}")
                for row in state.judged
            ],
        )
        self.course.show_drawing(state.drawing)
        self.words.setText(state.words)
        self.experts.setText("\n".join(f"• {words}\n   {sources}" for words, sources in state.experts))
        self.truth.setText("\n".join(f"{name}: {words}" for name, words in state.truth))
        fill(self.decisions, state.decisions)
        self.kept.setText(state.kept)
        self.say("")

    def say(self, words: str, tone: str = "") -> None:
        """What came of something."""
        self.said.setText(words)
        set_tone(self.said, tone)
        self.said.setVisible(bool(words))

    def set_busy(self, *, busy: bool) -> None:
        """While something is worked out nothing can be asked for."""
        for each in (self.certificate, self.save, self.verify, self.picture, self.back, self.to_list):
            each.setEnabled(not busy)

    def dress(self, colours: Colours) -> None:
        """Takes on the colours of practice."""
        self.course.dress(colours)

    def begin_typing(self) -> None:
        """Where the keyboard goes first."""
        self.certificate.setFocus()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(8)
        columns = QHBoxLayout()
        columns.setSpacing(10)
        columns.addWidget(self._left(), 5)
        columns.addWidget(self._right(), 6)
        layout.addLayout(columns, 1)
        layout.addWidget(self.said)
        row = QHBoxLayout()
        for each in (self.certificate, self.save, self.verify, self.picture):
            row.addWidget(each)
        row.addWidget(self.kept, 1)
        row.addWidget(self.back)
        row.addWidget(self.to_list)
        layout.addLayout(row)

    def _left(self) -> QWidget:
        frame, column = titled("")
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.score)
        column.addLayout(head)
        column.addWidget(self.aside)
        column.addWidget(self.worst)
        column.addWidget(self.judged, 5)
        said = QWidget()
        inner = QVBoxLayout(said)
        inner.setContentsMargins(0, 0, 6, 0)
        for words, label in (
            ("Debrief", self.words),
            ("What an expert would look at", self.experts),
            ("What was hidden", self.truth),
        ):
            inner.addWidget(role_label(words, "workingtitle"))
            inner.addWidget(label)
        inner.addStretch(1)
        column.addWidget(ScrollArea(said), 4)
        return frame

    def _right(self) -> QWidget:
        frame, column = titled("Decisions and course")
        column.addWidget(self.course, 5)
        column.addWidget(self.reading)
        column.addWidget(self.decisions, 3)
        return frame

    def _connect(self) -> None:
        self.certificate.clicked.connect(self.certificate_requested)
        self.save.clicked.connect(self.save_requested)
        self.verify.clicked.connect(self.verify_requested)
        self.picture.clicked.connect(lambda: self.picture_requested.emit("png", self._write_png))
        self.back.clicked.connect(self.back_requested)
        self.to_list.clicked.connect(self.list_requested)
        self.course.read.connect(self.reading.setText)

    def _write_png(self, path: object) -> None:
        """Writes the picture. Raises OSError if nothing arrived."""
        if not self.course.image().save(str(path), "PNG"):  # type: ignore[call-overload]  # the stub wants bytes
            raise OSError(f"{path} was not written")
