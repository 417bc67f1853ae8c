"""What one keystroke costs: one reading, one check, and one view drawn, whatever was opened before."""

import sys
from collections import Counter
from collections.abc import Callable

import pytest
from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QWidget

from itbcalc.judge.check import check
from itbcalc.library.workstation import Look
from itbcalc.program import read_program
from tests.ui.pages import MainPage, child, children, wait_for, wait_until_painted
from tests.ui.practice_pages import PracticePage
from ui.program import assessment, check_panel, check_presenter
from ui.program.check_panel import CheckPanel
from ui.program.check_presenter import _row_state
from ui.program.desk import LOG_AFTER_MS
from ui.program.schedule_panel import SchedulePanel
from ui.questions.panel import QuestionCard
from ui.theme import colours_for
from ui.widgets.findings import FindingList
from ui.widgets.working_view import WorkingView

pytestmark = pytest.mark.gui

NIGHT = "18-night-flex.toml"
OPENED_BEFORE = [
    (),
    ("schedule",),
    ("schedule", "log"),
    ("schedule", "questions", "log", "practice", "help"),
]


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often anything in the program reads, checks and draws, by name."""
    found: Counter[str] = Counter()

    def counted(name: str, function: Callable) -> Callable:
        def counting(*arguments, **named):
            found[name] += 1
            return function(*arguments, **named)

        return counting

    for function in (read_program, check):
        for module in [each for name, each in sys.modules.items() if name.startswith(("ui.", "itbcalc."))]:
            if vars(module).get(function.__name__) is function:
                monkeypatch.setattr(module, function.__name__, counted(function.__name__, function))
    for view in (CheckPanel, SchedulePanel, QuestionCard):
        monkeypatch.setattr(view, "show_state", counted(view.__name__, view.show_state))
    return found


def with_opened(main: MainPage, panels: tuple[str, ...]) -> None:
    """A night flex in the fields, and panels that were looked at since."""
    main.check.open_example(NIGHT)
    for panel in panels:
        main.show_panel(panel)
    if "practice" in panels:
        PracticePage(main)  # its scenarios are read beside the window


@pytest.mark.parametrize("panels", OPENED_BEFORE)
def test_a_keystroke_in_the_check_is_read_once_checked_once_and_drawn_there_alone(panels, main, counts):
    with_opened(main, panels)
    main.show_panel("check")
    main.check.line("current.daily_dose").setFocus()

    for key in "12":
        counts.clear()
        main.write(key)

        assert counts == {"read_program": 1, "check": 1, "CheckPanel": 1}


@pytest.mark.parametrize("panels", OPENED_BEFORE)
def test_a_keystroke_in_the_schedule_is_read_once_and_drawn_there_alone(panels, main, counts):
    with_opened(main, panels)
    schedule = main.go_to_schedule()
    schedule.line("new.steps.1.dose").setFocus()

    for key in "12":
        main.hold_the_check()
        counts.clear()
        main.write(key)
        assert counts == {"read_program": 1, "SchedulePanel": 1}

        main.wait_for_the_check()
        assert counts == {"read_program": 1, "check": 1, "SchedulePanel": 2}


def test_a_chosen_day_or_a_zone_is_drawn_without_another_reading(main, counts):
    with_opened(main, ("schedule",))
    schedule = main.go_to_schedule()
    counts.clear()

    schedule.travel_to("Asia/Tokyo")

    assert set(counts) == {"SchedulePanel"}
    assert schedule.travel_words


def test_the_other_view_catches_up_when_it_is_shown_and_reads_nothing_anew(main, counts):
    with_opened(main, ("schedule",))
    schedule = main.schedule
    main.show_panel("check")
    main.check.type_into("new.concentration", "1000")
    counts.clear()

    main.show_panel("schedule")

    assert counts == {"SchedulePanel": 1}
    # 260 mcg/day of 1000 mcg/mL
    assert schedule.totals["Volume per day"][1] == "0.26 mL"

    main.show_panel("check")
    main.show_panel("schedule")

    assert counts == {"SchedulePanel": 1}


def cut_words(holder: QWidget) -> list[str]:
    """The words of cards for which there is no room, were they painted now."""
    labels = [label for card in children(holder, QFrame, "finding:") for label in card.findChildren(QLabel)]
    return [each.text() for each in labels if each.height() < each.heightForWidth(each.width())]


def test_no_word_of_a_card_is_cut_when_it_is_painted(main):
    main.check.open_example("06-mistyped-concentration.toml")
    assert main.check.findings
    holder = child(main.check.root, QWidget, "findings")
    main.check.line("new.daily_dose").setFocus()
    main.press("End")

    for key in (
        "Backspace",
        "Backspace",
        "8",
        "5",
    ):  # a tenth of the dose has more cards than the dose, and others
        main.press(key)
        assert cut_words(holder) == []
        assert main.check.findings
        assert cut_words(holder) == []


def test_a_card_of_which_only_the_words_change_is_kept_and_says_the_new_ones(main):
    main.check.open_example("06-mistyped-concentration.toml")
    assert main.check.findings
    holder = child(main.check.root, QWidget, "findings")
    before = next(
        card for card in children(holder, QFrame, "finding:") if "0.1425 mL/day" in card.accessibleName()
    )

    main.check.type_into("new.daily_dose", "280")  # of 2,000 mcg/mL: 0.14 mL/day
    assert main.check.findings

    (after,) = (
        card for card in children(holder, QFrame, "finding:") if "0.14 mL/day" in card.accessibleName()
    )
    assert after is before
    assert any("0.14 mL/day" in label.text() for label in after.findChildren(QLabel))
    assert not any("0.1425" in label.text() for label in after.findChildren(QLabel))


def test_the_working_is_written_once_for_a_key_whatever_is_found_later(main, monkeypatch):
    main.check.open_example("06-mistyped-concentration.toml")
    assert main.check.findings
    assert main.check.working
    main.check.line("new.daily_dose").setFocus()
    main.press("End")
    assert main.check.working
    shown, show = Counter[str](), WorkingView.show_working

    def counting(*arguments):
        shown["working"] += 1
        show(*arguments)

    monkeypatch.setattr(WorkingView, "show_working", counting)

    main.press("Backspace")
    assert main.check.finding("slip") or main.check.finding("no_slip")
    assert main.check.working

    assert shown == {"working": 1}


def test_a_verdict_is_that_of_what_stands_there_whatever_the_log_was_asked_before(main):
    main.check.open_example("06-mistyped-concentration.toml")
    assert main.check.verdicts["flow_rate"] == "✗ differs"
    QTest.qWait(2 * LOG_AFTER_MS)  # the log has been asked what it says of that
    wait_for(lambda: main.owner.program._of_log is not None)  # noqa: SLF001  # nothing of it is seen: no patient is known

    # 285 mcg/day of 2,000 mcg/mL
    for typed, verdict in (("0.1425", "✓ match"), ("0.570", "✗ differs"), ("0.143", "✓ match")):
        main.check.type_into("readouts.flow_rate", typed)
        assert main.check.verdicts["flow_rate"] == verdict
        QTest.qWait(2 * LOG_AFTER_MS)
        assert main.check.verdicts["flow_rate"] == verdict


def test_cards_are_shown_once_for_a_key_with_what_explains_them(main, monkeypatch):
    main.check.open_example("06-mistyped-concentration.toml")
    assert main.check.findings
    main.check.line("new.daily_dose").setFocus()
    main.press("End")
    shown, show = Counter[str](), FindingList.show_cards

    def counting(*arguments):
        shown["cards"] += 1
        show(*arguments)

    monkeypatch.setattr(FindingList, "show_cards", counting)
    monkeypatch.setattr(check_panel, "LOOKED_FOR_MS", 60_000)  # however busy the machine is

    main.press("Backspace")
    assert main.check.finding("no_slip") or main.check.finding("slip")

    assert shown == {"cards": 1}


def test_values_come_before_cards_and_what_a_card_said_before_is_covered_meanwhile(main):
    main.check.open_example("06-mistyped-concentration.toml")
    assert main.check.findings
    holder = child(main.check.root, QWidget, "findings")
    field = main.check.line("new.daily_dose")
    field.setFocus()
    main.press("End")
    old = [card for card in children(holder, QFrame, "finding:") if "0.1425 mL/day" in card.accessibleName()]
    assert old

    QTest.keyClick(field, Qt.Key.Key_Backspace)
    wait_until_painted()

    assert main.check.results["flow_rate:new"] == "0.014 mL/day"  # 28 mcg/day of 2,000 mcg/mL
    covers = [next(each for each in card.findChildren(QFrame) if is_cover(each)) for card in old]
    assert [cover.rect() for cover in covers] == [card.rect() for card in old]
    assert [colours_of(card) for card in old] == [{ground_of(main)}] * len(old)  # nothing of it is seen
    working = child(main.check.root, WorkingView, "")
    assert colours_of(working) == {ground_of(main)}

    assert main.check.findings
    cards = children(holder, QFrame, "finding:")
    assert not any(each.width() for card in cards for each in card.findChildren(QFrame) if is_cover(each))
    assert not any("0.1425 mL/day" in card.accessibleName() for card in cards)


@pytest.mark.parametrize("look", Look)
def test_a_cover_has_the_colour_of_what_it_lies_on(main, look):
    main.owner.settings.set({"look": look})
    main.owner.house.look_chosen.emit()
    main.check.open_example("06-mistyped-concentration.toml")
    working = child(main.check.root, WorkingView, "")

    working.wait()

    assert colours_of(working) == {ground_of(main)}


def colours_of(widget: QWidget) -> set[str]:
    image = widget.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(0, image.height(), 3)}


def ground_of(main: MainPage) -> str:
    return colours_for(main.owner.settings.look()).ground


def is_cover(widget: QWidget) -> bool:
    return widget.property("role") == "cover"


def test_a_row_that_nobody_sees_is_not_written_and_says_what_is_so_once_it_is_opened(main, monkeypatch):
    written: list[str] = []

    def counting(row, *rest):
        written.append(row.key)
        return _row_state(row, *rest)

    main.check.open_example("06-mistyped-concentration.toml")
    monkeypatch.setattr(check_presenter, "_row_state", counting)

    main.check.type_into("new.daily_dose", "1000")

    assert set(written) <= set(main.check.rows)
    assert "bridge_drug" not in main.check.verdicts
    assert main.check.result("empty_date_worst", "new") == ""

    main.check.open_other_rows()

    assert "daily_volume" in written
    assert main.check.result("daily_volume", "new") == "0.5 mL"  # 1,000 mcg of 2,000 mcg/mL


class Paints(QObject):
    """How often it was painted."""

    times = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's own name
        self.times += event.type() is QEvent.Type.Paint
        return False


def test_the_picture_is_painted_once_for_a_keystroke(main):
    main.window.resize(1280, 760)
    main.check.open_example("06-mistyped-concentration.toml")
    canvas = main.tip.wait_until_drawn()
    assert main.check.findings
    field = main.check.line("new.daily_dose")
    field.setFocus()
    main.press("End")
    QTest.qWait(200)
    paints = Paints()
    canvas.viewport().installEventFilter(paints)

    QTest.keyClick(field, Qt.Key.Key_Backspace)  # 28 mcg/day: other levels, and other words beside them
    QTest.qWait(400)

    assert paints.times == 1


def shows_what_it_is(main: MainPage) -> bool:
    """Whether what stands on the screen is what the window would be, were all of it painted now."""
    screen = main.window.screen().grabWindow(main.window.winId())
    pictures = (
        each.toImage().convertToFormat(QImage.Format.Format_RGB32) for each in (screen, main.window.grab())
    )
    on_screen, anew = pictures
    return on_screen == anew


def test_a_row_that_comes_or_goes_leaves_nothing_on_the_screen_that_is_not_there(main):
    main.window.resize(1280, 760)
    main.check.open_example("06-mistyped-concentration.toml")
    main.tip.wait_until_drawn()
    field = main.check.line("reservoir.filled")
    field.setFocus()
    main.press("End")
    rows = len(main.check.rows)

    for key, expected in (
        ("Backspace", rows + 2),
        ("0", rows),
    ):  # 4 mL in the pump is to be read off, and what it alarms at
        main.press(key)
        assert main.check.findings
        QTest.qWait(200)

        assert len(main.check.rows) == expected
        assert shows_what_it_is(main)


def test_the_words_of_a_card_can_be_selected_by_mouse_and_take_no_other_room_then(main):
    main.window.resize(1280, 760)
    main.check.open_example("06-mistyped-concentration.toml")
    assert main.check.findings
    cards = children(child(main.check.root, QWidget, "findings"), QFrame, "finding:")
    slip = next(card for card in cards if card.objectName() == "finding:slip")
    words = next(label for label in slip.findChildren(QLabel) if "agrees" in label.text())
    before = [card.geometry() for card in cards]

    QApplication.sendEvent(slip, QEnterEvent(QPointF(), QPointF(), QPointF()))
    QTest.mouseDClick(words, Qt.MouseButton.LeftButton, pos=QPoint(40, 6))
    QApplication.sendEvent(slip, QEvent(QEvent.Type.Leave))
    QApplication.processEvents()

    assert words.selectedText() in words.text().split()
    assert [card.geometry() for card in cards] == before


def test_the_check_of_a_key_into_the_schedule_is_made_after_the_turn_that_paints_it(main, monkeypatch):
    with_opened(main, ("schedule",))
    field = main.go_to_schedule().line("new.steps.1.dose")
    field.setFocus()
    main.press("End")
    QTest.qWait(200)
    turns, painted, make = Counter[str](), Paints(), assessment.check
    field.installEventFilter(painted)
    dispatcher = QAbstractEventDispatcher.instance()

    def begun():
        turns["before" if not painted.times else "after"] += 1

    def noted(*arguments):
        turns["checks"] += 1
        turns["after, at the check"] = turns["after"]
        return make(*arguments)

    monkeypatch.setattr(assessment, "check", noted)
    main.owner.program.check_later.setInterval(0)  # long over, as where the machine is busy
    dispatcher.awake.connect(begun)

    QTest.keyClick(field, Qt.Key.Key_Backspace)
    main.wait_for_the_check()
    dispatcher.awake.disconnect(begun)

    assert turns["checks"] == 1
    assert turns["after, at the check"] > 0
