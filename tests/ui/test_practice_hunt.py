"""The slip hunt: gone through by keys against the clock, kept, and put side by side for a class."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QFileDialog, QLabel, QLineEdit, QListWidget, QWidget

from itbcalc.library.reading import read_library
from itbcalc.library.records import Library
from itbcalc.practice.hunt_score import read_answers
from itbcalc.resources import resource_path
from tests.ui.pages import MainPage, child, type_text, wait_for
from tests.ui.practice_pages import PracticePage
from ui.practice.hunt_presenter import HuntPresenter, hunts_folder
from ui.practice.hunt_states import HuntState
from ui.practice.states import OverviewState

T = TypeVar("T")
BEGUN = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
# Set 1, as its sheets and pages show: 5 counts from 4 mL of alarm, 8 from 20 mL filled, 9 shows 940 for 490, 10 shows 28.2 for 282.
FOUND = {5: "alarm", 8: "volume", 9: "dose", 10: "dose"}


class View:
    """Remembers what it was told to show; works at once."""

    def __init__(self) -> None:
        self.state = HuntState()
        self.clock = ""
        self.overviewed = OverviewState()
        self.problem = ""

    def show_hunt(self, state: HuntState) -> None:
        self.state = state

    def show_hunt_clock(self, words: str) -> None:
        self.clock = words

    def show_overview(self, state: OverviewState) -> None:
        self.overviewed = state

    def say_of_the_hunt(self, words: str) -> None:
        self.problem = words

    def read_beside(
        self, words: str, work: Callable[[Callable[[int, int], bool]], T], then: Callable[[T], None]
    ) -> None:
        assert words
        then(work(lambda *_: True))


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = BEGUN

    def __call__(self) -> datetime:
        return self.moment

    def goes_on(self, **by: float) -> None:
        self.moment += timedelta(**by)


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library(resource_path())


@pytest.fixture
def view() -> View:
    return View()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hunt(view: View, library: Library, clock: Clock) -> Iterator[HuntPresenter]:
    made = HuntPresenter(view, library, clock)
    yield made
    made.leave()


def gone_through(
    hunt: HuntPresenter, trainee: str = "Anna", *, with_program: bool = False, **said: str
) -> None:
    """Every sheet answered: `s5="alarm"` for sheet 5, what is not named agrees."""
    hunt.begin("1", trainee, with_program=with_program)
    for number in range(1, 11):
        hunt.answer(said.get(f"s{number}"))
    hunt.finish()


ALL_FOUND = {f"s{number}": where for number, where in FOUND.items()}


# --- a set


def test_a_sheet_shows_order_and_page_and_nothing_of_a_slip(hunt: HuntPresenter, view: View):
    hunt.begin("1", " Anna ", with_program=False)

    assert view.state.about == "Set 1, without the program's help, Anna"
    assert view.state.clock == "10:00 left"
    assert ("Order", "500 mcg/mL, 175 mcg/day, bridge at 175 mcg/day") in view.state.order
    # (0.14 + 0.17) mL × 2000 / 175 = 3.542857 days: 85 h 1.7 min
    assert ("bridge duration", "85 h 2 min") in view.state.page
    assert view.state.help == ()
    assert view.state.results == ()
    assert [said for _, said in view.state.rows] == [""] * 10


def test_an_answer_opens_the_next_sheet_without_one(hunt: HuntPresenter, view: View):
    hunt.begin("1", "", with_program=False)
    hunt.open_sheet(8)
    hunt.answer("dose")
    hunt.answer(None)

    assert view.state.rows[8] == ("Sheet 9", "Dose")
    assert view.state.rows[9] == ("Sheet 10", "Agrees")
    assert view.state.current == 0


def test_with_help_the_program_says_what_differs(hunt: HuntPresenter, view: View):
    hunt.begin("1", "", with_program=True)
    hunt.open_sheet(9)

    # Ordered 282, shown 28.2
    assert view.state.help[0].startswith("✗ 3 of 4 read-outs differ: daily dose")
    assert any("It shows 28.2 mcg/day, recomputed is 282 mcg/day" in each for each in view.state.help)


def test_at_the_end_each_sheet_says_what_was_planted_and_found(hunt: HuntPresenter, view: View, clock: Clock):
    hunt.begin("1", "Anna", with_program=False)
    hunt.answer("dose")  # sheet 1, for nothing
    for number, where in ((5, "alarm"), (8, ""), (9, "volume")):
        hunt.open_sheet(number - 1)
        hunt.answer(where)
    clock.goes_on(minutes=4, seconds=30)
    hunt.finish()

    outcomes = {row[0]: row[3] for row in view.state.results}
    assert outcomes["1"] == "✕ false alarm"
    assert outcomes["2"] == "right"
    assert outcomes["5"] == "found"
    assert outcomes["8"] == outcomes["9"] == "found, not named rightly"
    assert outcomes["10"] == "✕ missed"
    assert view.state.summary.startswith(
        "Anna, without the program: found 3 of 4 (1 named rightly), 1 false alarm, 4.5 min."
    )


def test_after_ten_minutes_it_is_over_and_what_has_no_answer_agrees(
    hunt: HuntPresenter, view: View, clock: Clock
):
    hunt.begin("1", "", with_program=False)
    clock.goes_on(minutes=9, seconds=59)
    hunt.tick()
    assert view.clock == "0:01 left"
    assert not view.state.over
    clock.goes_on(seconds=2)
    hunt.tick()

    assert view.state.over
    assert "found 0 of 4" in view.state.summary
    assert "10 min." in view.state.summary


def test_what_was_found_is_kept_and_read_again(hunt: HuntPresenter, view: View, library: Library):
    gone_through(hunt, **ALL_FOUND)

    (path,) = hunts_folder().glob("*.toml")
    kept = read_answers(path, library)
    assert path.name in view.state.summary
    assert (kept.trainee, kept.seed, kept.with_program) == ("Anna", 1, False)
    assert kept.minutes == Fraction(1, 10)
    assert {number: where for number, where in kept.marked.items() if where is not None} == FOUND


def test_a_set_that_is_left_is_not_kept(hunt: HuntPresenter):
    hunt.begin("1", "", with_program=False)
    hunt.answer("dose")
    hunt.leave()
    hunt.finish()

    assert not hunts_folder().exists()


@pytest.mark.parametrize("typed", ["", "x", "-1", "2147483648", "1.5"])
def test_a_number_that_is_no_set_is_refused(hunt: HuntPresenter, view: View, typed: str):
    hunt.begin(typed, "", with_program=False)

    assert hunt.hunt is None
    assert "a whole number from 0 to 2,147,483,647" in view.problem


# --- the class


def test_a_class_stands_without_and_with_the_program_side_by_side(hunt: HuntPresenter, view: View):
    gone_through(hunt, "Anna", s5="alarm", s1="dose")
    gone_through(hunt, "Ben", with_program=True, **ALL_FOUND)
    hunt.open_class(sorted(hunts_folder().glob("*.toml")))

    state = view.overviewed
    assert state.about == "Slip hunt: 2 sets"
    # 1 of 4 is 25 %; of 6 sheets without a slip one was marked
    assert state.summary[0].startswith(
        "Without the program, 1 set: found 1 of 4 (25 %; 1 named rightly), 1 false"
    )
    assert state.summary[1].startswith(
        "With the program, 1 set: found 4 of 4 (100 %; 4 named rightly), 0 false"
    )
    assert [(bar.group, bar.text) for bar in state.bars] == [
        ("Without the program", "1 of 4"),
        ("Without the program", "1 of 4"),
        ("Without the program", "5 of 6"),
        ("With the program", "4 of 4"),
        ("With the program", "4 of 4"),
        ("With the program", "6 of 6"),
    ]
    assert {row[1] for row in state.rows} == {"Anna", "Ben"}
    assert hunt.class_csv().count("\r\n") == 3


def test_a_set_done_twice_and_a_foreign_file_are_said(hunt: HuntPresenter, view: View, tmp_path: Path):
    for _ in range(2):
        gone_through(hunt)
    foreign = tmp_path / "shopping.toml"
    foreign.write_text("milk = 2\n", encoding="utf-8")
    hunt.open_class([*sorted(hunts_folder().glob("*.toml")), foreign])

    problems = " ".join(view.overviewed.problems)
    assert "shopping.toml" in problems
    assert "Anna did set 1 twice" in problems


# --- in the window


@pytest.mark.gui
def test_in_the_window_ten_letters_go_through_a_set(main: MainPage, library: Library):
    practice = PracticePage(main)
    number = child(practice.page, QLineEdit, "field:hunt.seed")
    number.clear()
    type_text(number, "1")
    QTest.keyClick(number, Qt.Key.Key_Return)
    wait_for(lambda: practice.page is practice.root.hunt_page)
    letters = {"alarm": Qt.Key.Key_L, "volume": Qt.Key.Key_V, "dose": Qt.Key.Key_D}
    sheets = child(practice.page, QListWidget, "practice:sheets")
    assert sheets.hasFocus()
    for line in range(1, 11):
        QTest.keyClick(sheets, letters.get(FOUND.get(line, ""), Qt.Key.Key_A))
    practice.press("huntFinish")

    assert "found 4 of 4 (4 named rightly), 0 false alarms" in practice.text("huntSummary")
    assert [row[3] for row in practice.rows("huntResults")].count("found") == 4
    (path,) = hunts_folder().glob("*.toml")
    assert read_answers(path, library).marked[5] == "alarm"
    practice.press("huntToList")
    assert practice.page is practice.root.list_page


@pytest.mark.gui
def test_in_the_window_sheets_without_an_answer_are_asked_about(main: MainPage):
    practice = PracticePage(main)
    child(practice.page, QCheckBox, "practice:huntHelped").click()
    practice.press("hunt")
    wait_for(lambda: practice.page is practice.root.hunt_page)
    assert "everything needed was read and agrees" in practice.text("huntHelp")
    told = child(practice.page, QLabel, "practice:huntHelp")
    assert told.alignment() & Qt.AlignmentFlag.AlignTop, (
        "its first word stands under the heading, not in the middle"
    )
    QTest.keyClick(child(practice.page, QWidget, "practice:sheets"), Qt.Key.Key_Down)
    QTest.keyClick(child(practice.page, QWidget, "practice:sheets"), Qt.Key.Key_D)
    practice.press("huntFinish")
    practice.answer("practiceHuntEnd", "finishHunt")
    wait_for(lambda: practice.root.hunt_page.over)

    assert "with the program: found 0 of 4 (0 named rightly), 1 false alarm" in practice.text("huntSummary")
    practice.press("huntClass")
    practice.open_files(list(hunts_folder().glob("*.toml")))
    assert practice.text("classSummary").startswith("With the program, 1 set: found 0 of 4 (0 %")
    assert practice.rows("class")[0][3] == "0 of 4, 0 named rightly"


@pytest.mark.gui
def test_in_the_window_the_class_table_is_asked_for_by_its_key_again_and_again(main: MainPage):
    practice = PracticePage(main)
    assert practice.root.list_page.list.hasFocus()
    for _ in range(2):
        main.press("Alt+T")
        wait_for(lambda: QApplication.activeModalWidget() is not None)
        dialog = child(main.window, QFileDialog, "runFiles")
        dialog.reject()
        wait_for(main.window.isActiveWindow)
        QApplication.sendPostedEvents(dialog, QEvent.Type.DeferredDelete)

        assert practice.root.list_page.list.hasFocus()
