"""A monkey at the keyboard: random keys, clicks and wheels, and at the end nothing is stale, nothing broke.

`Failure: Qt messages` and exceptions in slots fail a test through pytest-qt.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QWidget

from itbcalc.desk.fields import PLACES
from itbcalc.desk.schedule_texts import is_schedule_place
from itbcalc.desk.texts import Texts
from itbcalc.quantities.clock import Weekday
from tests.ui.nasty import NASTY
from tests.ui.pages import CheckPage, MainPage, child, send_key, turn_wheel
from tests.ui.reading import (
    check_expected,
    check_reading,
    question_expected,
    question_reading,
    schedule_expected,
    schedule_reading,
)
from tests.ui.test_check_presenter import EXAMPLES
from tests.ui.test_check_presenter import state_of as check_state
from tests.ui.test_question_presenter import QUESTIONS
from tests.ui.test_question_presenter import state_of as question_state
from tests.ui.test_schedule_presenter import state_of as schedule_state

pytestmark = pytest.mark.gui

DIGITS = "0123456789.0005"
LETTERS = "mcgLhday/ %eE,-+_xnairdz"
STRANGE = "\N{FULLWIDTH DIGIT FIVE}\N{MICRO SIGN}\N{MULTIPLICATION SIGN}\N{MINUS SIGN}\N{VULGAR FRACTION ONE HALF}\N{ZERO WIDTH SPACE}"
READABLE = (
    "500",
    "2000",
    "0.14",
    "0.35 mg/day",
    "16 h 7 min",
    "8 Sep 2027",
    "40 mL",
    "Europe/Berlin",
    "spinal",
    "22:00",
    "06:00",
    "8 h",
    "40 mcg",
    "sat sun",
)
MOVES = (Qt.Key.Key_Tab, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_Up, Qt.Key.Key_Down)
ERASERS = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
OTHERS = (Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_PageDown, Qt.Key.Key_F5)
COMMANDS = (
    "Ctrl+Z", "Ctrl+Y", "Ctrl+A", "Ctrl+X", "Ctrl+C", "Ctrl+V", "Ctrl+Shift+C", "Ctrl+1", "Ctrl+2", "Ctrl+3",
    "Ctrl+4", "Ctrl+5", "Ctrl+Delete", "Alt+N", "Alt+R", "F1", "Alt+Down", "Alt+Up", "Alt+C", "Alt+D", "Alt+B", "Alt+P", "Alt+T",
)  # fmt: skip
RARE_COMMANDS = ("Ctrl+N", "Ctrl+O", "Ctrl+S", "Ctrl+P", "Ctrl+Shift+P")
PANELS_PLAYED = ("check", "check", "check", "schedule", "schedule", "schedule", *["questions"] * 3)
BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton)


@dataclass
class Monkey:
    """Does one thing after another; `done` says what, for the report of a failure."""

    main: MainPage
    dice: random.Random
    done: list[str] = field(default_factory=list)

    def play(self, events: int) -> None:
        """So many events."""
        acts: list[tuple[int, Callable[[], str]]] = [
            (34, self._type),
            (12, self._paste),
            (10, self._erase),
            (12, self._move),
            (6, self._other_key),
            (12, self._click),
            (12, self._wheel),
            (2, self._command),
        ]
        weights = [weight for weight, _ in acts]
        waiter = QTimer()
        waiter.timeout.connect(self._answer_what_waits)
        waiter.start(20)
        for count in range(events):
            ((_, act),) = self.dice.choices(acts, weights)
            self.done.append(act())
            if count % 20 == 0:
                self._settle()
            if count % 100 == 0:
                self.main.show_panel(self.dice.choice(PANELS_PLAYED))
            if count % 500 == 250:
                self._rarely()
        self._settle()
        waiter.stop()

    # --- what it does

    def _type(self) -> str:
        character = self.dice.choice(self.dice.choice((DIGITS, DIGITS, LETTERS, STRANGE)))
        if character.isascii():
            QTest.keyClicks(self._target(), character)
        else:
            send_key(self._target(), Qt.Key.Key_unknown, character)
        return f"types {character!r}"

    def _paste(self) -> str:
        text = self.dice.choice((*NASTY, *READABLE, *READABLE))
        line = self._some_field()
        QGuiApplication.clipboard().setText(text)
        line.setFocus()
        for key in (Qt.Key.Key_A, Qt.Key.Key_V):
            QTest.keyClick(line, key, Qt.KeyboardModifier.ControlModifier)
        return f"pastes {text!r} into {line.objectName()}"

    def _erase(self) -> str:
        key = self.dice.choice(ERASERS)
        QTest.keyClick(self._target(), key)
        return f"presses {key.name}"

    def _move(self) -> str:
        key = self.dice.choice(MOVES)
        QTest.keyClick(self._target(), key)
        return f"presses {key.name}"

    def _other_key(self) -> str:
        key = self.dice.choice(OTHERS)
        QTest.keyClick(self._target(), key)
        return f"presses {key.name}"

    def _command(self) -> str:
        keys = self.dice.choice(COMMANDS)
        self.main.press(keys)
        return f"presses {keys}"

    def _click(self) -> str:
        widget = self._some_widget()
        button = self.dice.choices(BUTTONS, (8, 1, 1))[0]
        at = QPoint(self.dice.randrange(max(widget.width(), 1)), self.dice.randrange(max(widget.height(), 1)))
        words = f"clicks {type(widget).__name__} {widget.objectName()}"
        QTest.mouseClick(widget, button, pos=at)
        return words

    def _wheel(self) -> str:
        widget = self._some_widget()
        before = self._texts()
        turn_wheel(widget, self.dice.choice((-5, -1, 1, 5)))
        assert self._texts() == before
        return f"turns the wheel over {widget.objectName()}"

    def _rarely(self) -> None:
        """Opens an example, changes the look, or calls a command that asks something."""
        self.done.append("rarely")
        if self.dice.random() < 0.5:
            self.main.owner.program.open_example(self.dice.choice(EXAMPLES))
        else:
            self.main.press(self.dice.choice(RARE_COMMANDS))
        self.main.window.resize(self.dice.choice((640, 800, 1280)), self.dice.choice((400, 760)))
        self._settle()

    def _texts(self) -> Texts:
        return self.main.owner.program.texts

    # --- where it does it

    def _target(self) -> QWidget:
        return self.main.keyboard

    def _some_field(self) -> QLineEdit:
        panel = self.main.window.panel(self.main.panel)
        fields = [each for each in panel.findChildren(QLineEdit) if each.isEnabled() and each.isVisible()]
        return self.dice.choice(fields) if fields else self.main.check.line("new.daily_dose")

    def _some_widget(self) -> QWidget:
        central = self.main.window.centralWidget()
        at = QPoint(self.dice.randrange(central.width()), self.dice.randrange(central.height()))
        return central.childAt(at) or central

    def _answer_what_waits(self) -> None:
        """A menu or a dialog may wait for an answer in a loop of its own."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            dialog.reject()

    def _settle(self) -> None:
        """Lets everything be painted, and closes what was opened."""
        QApplication.processEvents()
        for dialog in self.main.window.findChildren(QDialog):
            if dialog.isVisible():
                QTest.keyClick(dialog, Qt.Key.Key_Escape)
        self._answer_what_waits()
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # as the running program does
        self.main.window.activateWindow()


def assert_nothing_stale(main: MainPage) -> None:
    """What is shown is what follows from the texts, computed from scratch."""
    engine = main.owner.engine.engine
    main.wait_for_the_check()
    texts = main.owner.program.texts
    main.show_panel("check")
    page = CheckPage(main.owner.program.views.check_panel)
    state = check_state(texts, engine)
    assert check_reading(page, list(PLACES)) == check_expected(state)
    assert child(main.window, QLabel, "banner").isHidden()
    selected = page.working
    assert selected in {"", *(working.text for working in state.workings.values())}
    schedule = main.go_to_schedule()
    assert {
        place: text for place, text in texts.typed.items() if is_schedule_place(place)
    } == schedule.root.typed()
    weekday = list(Weekday)[schedule.strip.chosen()]
    expected = schedule_state(texts, engine, weekday=weekday, zone=schedule.text_of("travel"))
    assert schedule_reading(schedule) == schedule_expected(schedule, expected)
    for command, question in QUESTIONS.items():
        card = main.question(command)
        answer = question_expected(question_state(command, card.root.texts(), engine))
        assert question_reading(card) == answer, question.title


def play(main: MainPage, seed: int, events: int) -> None:
    monkey = Monkey(main, random.Random(seed))  # noqa: S311  # it must do the same again
    try:
        monkey.play(events)
        assert_nothing_stale(main)
    except BaseException:
        print(f"seed {seed}, event {len(monkey.done)}:", *monkey.done[-40:], sep="\n  ")
        raise


@pytest.mark.parametrize(
    ("seed", "name"),
    [(0, ""), (1, "02-500-to-2000-bridged.toml"), (2, "18-night-flex.toml"), (3, "21-quieter-weekends.toml")],
)
def test_a_short_monkey_breaks_nothing_and_leaves_nothing_stale(seed, name, main):
    if name:
        main.check.open_example(name)

    play(main, seed, 600)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_a_long_monkey_breaks_nothing_and_leaves_nothing_stale(seed, main):
    main.check.open_example(EXAMPLES[seed % len(EXAMPLES)])

    play(main, seed, 10_000)
