"""What a key changes is worked out in several turns, and no answer to what stood there before is painted beside it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QExposeEvent, QGuiApplication, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from tests.ui.pages import MainPage, child, wait_for
from ui.widgets.one_frame import OneFrame

pytestmark = pytest.mark.gui

PLACE = "new.daily_dose"
# Of 2,000 mcg/mL: the flow in mL/day, by the daily dose in mcg/day.
FLOWS = {"285": "0.1425 mL/day", "28": "0.014 mL/day", "2": "0.001 mL/day", "289": "0.1445 mL/day"}


class Painted(QObject):
    """What stood in the field and beside it, each time one of them was painted."""

    def __init__(self, main: MainPage) -> None:
        super().__init__(main.window)
        self.field = main.check.line(PLACE)
        self.flow = child(main.check.root, QLabel, "result:flow_rate:new")
        self.seen: list[tuple[str, str]] = []
        for each in (self.field, self.flow):
            each.installEventFilter(self)

    @property
    def last(self) -> str:
        """What was painted last in the field."""
        return self.seen[-1][0] if self.seen else ""

    @property
    def is_of_one_piece(self) -> bool:
        """Whether each dose was painted with its own flow alone."""
        return all(flow == FLOWS[typed] for typed, flow in self.seen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's own name
        if event.type() is QEvent.Type.Paint:
            self.seen.append((self.field.text(), self.flow.text()))
        return False


@pytest.fixture
def painted(main) -> Painted:
    """A dose in the fields, the keyboard behind its last digit."""
    main.check.open_example("06-mistyped-concentration.toml")
    assert main.check.findings
    field = main.check.line(PLACE)
    field.setFocus()
    main.press("End")
    QTest.qWait(200)
    return Painted(main)


def is_held(main: MainPage) -> bool:
    return child(main.window, OneFrame, "").is_held


def turns_until(condition: Callable[[], bool]) -> int:
    """Turns of the event loop."""
    for taken in range(1000):
        if condition():
            return taken
        QApplication.processEvents()
    raise AssertionError("it did not come about")


def test_a_digit_and_what_follows_from_it_are_painted_together_after_several_turns(main, painted):
    before = painted.flow.text()

    QTest.keyClick(painted.field, Qt.Key.Key_Backspace)

    assert (before, painted.flow.text()) == (FLOWS["285"], FLOWS["285"])  # that is for the next turn
    assert turns_until(lambda: painted.last == "28") > 2
    QTest.qWait(50)
    assert painted.is_of_one_piece


def test_verdict_and_header_are_those_of_the_digit_they_are_painted_with(main, painted):
    main.check.type_into("readouts.flow_rate", "0.014")
    painted.field.setFocus()
    painted.field.end(False)
    QTest.qWait(50)
    answers = {"285": ("✗ differs", main.whole)}
    header = PaintedHeader(main, painted)

    QTest.keyClick(painted.field, Qt.Key.Key_Backspace)
    QTest.qWait(100)
    answers["28"] = ("✓ match", main.whole)

    assert answers["28"][1] != answers["285"][1]
    assert header.seen[-1][0] == "28"
    assert all(answers[typed] == said for typed, said in header.seen)


class PaintedHeader(QObject):
    """What stood in the field, in the verdict and in the header, each time field or header was painted."""

    def __init__(self, main: MainPage, painted: Painted) -> None:
        super().__init__(main.window)
        self.main, self.field = main, painted.field
        self.seen: list[tuple[str, tuple[str, str]]] = []
        for each in (self.field, child(main.window, QLabel, "whole")):
            each.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's own name
        if event.type() is QEvent.Type.Paint:
            self.seen.append((self.field.text(), (self.main.check.verdict("flow_rate"), self.main.whole)))
        return False


@pytest.mark.parametrize("turns", range(6))
def test_a_key_that_comes_meanwhile_is_answered_by_itself(turns, main, painted):
    window = main.window.windowHandle()

    QTest.keyClick(painted.field, Qt.Key.Key_Backspace)
    for _ in range(turns):
        QApplication.processEvents()
    QTest.keyClick(window, Qt.Key.Key_9)
    turns_until(lambda: not is_held(main))
    QTest.qWait(50)

    assert painted.last == "289"
    assert painted.is_of_one_piece


@pytest.mark.parametrize("turns", range(4))
def test_a_window_that_is_uncovered_meanwhile_shows_what_follows_from_the_key(turns, main, painted):
    window = main.window.windowHandle()

    QTest.keyClick(painted.field, Qt.Key.Key_Backspace)
    for _ in range(turns):
        QApplication.processEvents()
    QApplication.sendEvent(window, QExposeEvent(QRegion(QRect(0, 0, window.width(), window.height()))))

    assert painted.last == "28"
    assert painted.is_of_one_piece


def test_keys_in_one_turn_are_painted_once_with_what_follows_from_the_last(main, painted):
    for _ in range(2):
        QTest.keyClick(painted.field, Qt.Key.Key_Backspace)
    QTest.qWait(50)

    assert painted.last == "2"
    assert painted.is_of_one_piece
    assert "28" not in [typed for typed, _ in painted.seen]


def test_what_is_copied_right_after_a_key_is_of_what_stands_there(main, painted):
    main.check.select_row("flow_rate")
    QTest.keyClick(painted.field, Qt.Key.Key_Backspace)
    main.owner.program.copy_result()
    assert QGuiApplication.clipboard().text() == FLOWS["28"]

    QTest.keyClick(painted.field, Qt.Key.Key_Backspace)
    main.owner.program.copy_summary()
    assert FLOWS["2"] in QGuiApplication.clipboard().text()


def test_where_it_was_shown_at_once_it_is_looked_for_what_would_explain_it(main, painted):
    QTest.keyClick(painted.field, Qt.Key.Key_Backspace)
    main.owner.program.found()

    assert main.is_looking
    wait_for(lambda: not main.is_looking)
    assert main.check.finding("slip") or main.check.finding("no_slip")


def test_a_check_that_fails_leaves_no_window_that_is_not_painted(main, painted, monkeypatch, qtbot):
    def failing(*_arguments):
        raise ValueError

    with qtbot.captureExceptions() as failed:
        with monkeypatch.context() as broken:
            broken.setattr(main.owner.program.views, "show", failing)
            QTest.keyClick(painted.field, Qt.Key.Key_Backspace)
            turns_until(lambda: bool(failed))
        turns_until(lambda: not is_held(main))

    assert len(failed) == 1
