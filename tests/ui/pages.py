"""The window in the clinician's words: methods are what she does, properties what she reads.

Everything goes through real input (keys, clicks, the clipboard) and is found by type and objectName. A page
asserts that what it looks for exists, and nothing else.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QAction,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QToolButton,
    QWidget,
)

from itbcalc.desk.fields import PLACES
from itbcalc.desk.schedule_texts import ROW_KEYS, STEP_KEYS
from ui.app import App
from ui.program.check_panel import CheckPanel
from ui.program.desk import CHECK_AFTER_MS
from ui.program.rows import VALUE_ROWS
from ui.program.schedule_panel import SchedulePanel
from ui.questions.panel import QuestionCard, QuestionPanel
from ui.widgets.findings import FindingList
from ui.widgets.in_turn import in_turn
from ui.widgets.one_frame import OneFrame
from ui.widgets.plot import PlotCard
from ui.widgets.week_strip import WeekStrip
from ui.widgets.working_view import WorkingView

W = TypeVar("W", bound=QWidget)
LEFT = Qt.MouseButton.LeftButton
A_DAY_MS = 86_400_000
LONG_ENOUGH_S = 40  # for what comes by itself; it is waited for, never slept over


def child(parent: QWidget, kind: type[W], name: str) -> W:
    """The child of this type and name, which must be there."""
    found = parent.findChild(kind, name)
    assert found is not None, f"there is no {kind.__name__} named {name!r} in {parent.objectName()!r}"
    return found


def children(parent: QWidget, kind: type[W], beginning: str) -> list[W]:
    """The children of this type whose name begins so, as far as they are shown in the parent."""
    QApplication.processEvents()  # what is new appears with the next layout
    return [
        each
        for each in parent.findChildren(kind)
        if each.objectName().startswith(beginning) and each.isVisibleTo(parent)
    ]


def texts(held: QListWidget) -> list[str]:
    """What stands on the lines of a list."""
    return [held.model().index(line, 0).data() for line in range(held.count())]


def send_key(widget: QWidget, key: Qt.Key | int, text: str = "") -> None:
    """One key, for characters that QTest has no key for."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, int(key), Qt.KeyboardModifier.NoModifier, text))


def wait_for(condition: Callable[[], bool]) -> None:
    """Lets the program go on until this is so."""
    until = time.monotonic() + LONG_ENOUGH_S
    while not condition():
        assert time.monotonic() < until, "it did not come about"
        QTest.qWait(2)


def type_text(widget: QWidget, text: str) -> None:
    """Types key by key, each after what follows from the one before is painted."""
    for character in text:
        if character.isascii():
            QTest.keyClicks(widget, character)
        else:
            send_key(widget, Qt.Key.Key_unknown, character)
        wait_until_painted()


def wait_until_painted() -> None:
    """Until what follows from a key is on the screen, and nothing else: what comes from outside the window has it painted."""
    for window in QApplication.topLevelWidgets():
        for frame in window.findChildren(OneFrame):
            frame.finish()


def turn_wheel(widget: QWidget, notches: int) -> None:
    """Turns the wheel over the middle of a widget."""
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        QPointF(widget.mapToGlobal(middle.toPoint())),
        QPoint(0, 0),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


@dataclass(frozen=True)
class Finding:
    """One card as read."""

    code: str
    severity: str
    title: str
    detail: str
    source: str


def findings_in(parent: QWidget) -> list[Finding]:
    """The cards from top to bottom, once nothing is looked for any more."""
    holder = child(parent, QWidget, "findings")
    behind = isinstance(holder, FindingList)
    wait_for(lambda: not (behind and holder.is_behind) and not children(holder, QFrame, "finding:looking"))
    return [_read_finding(card) for card in cards_in(holder)]


def wait_until_written(root: QWidget) -> None:
    """Until the working waits for its turn no longer."""
    views = root.findChildren(WorkingView)
    QApplication.processEvents()
    wait_for(lambda: not any(in_turn().holds(each) for each in views))


def cards_in(holder: QWidget) -> list[QFrame]:
    """Those that can be read, from top to bottom."""
    return [
        card
        for card in children(holder, QFrame, "finding:")
        if not any(each.property("role") == "cover" and each.width() for each in card.findChildren(QFrame))
    ]


def _read_finding(card: QFrame) -> Finding:
    texts: dict[str, str] = {}
    for label in card.findChildren(QLabel):
        texts.setdefault(str(label.property("role")), label.text())
    return Finding(
        card.objectName().removeprefix("finding:"),
        str(card.property("severity")),
        texts.get("findingtitle", ""),
        texts.get("findingtext", ""),
        texts.get("note", ""),
    )


class FieldsPage:
    """What pages with typed fields share. `root` holds the fields."""

    def __init__(self, root: QWidget) -> None:
        self.root = root

    def field(self, place: str) -> QLineEdit | QComboBox | QCheckBox:
        """The field or choice of a place."""
        name = f"field:{place}"
        for kind in (QLineEdit, QComboBox, QCheckBox):
            found = self.root.findChild(kind, name)
            if found is not None:
                return found
        raise AssertionError(f"there is no field {name!r} in {self.root.objectName()!r}")

    def line(self, place: str) -> QLineEdit:
        """The line edit of a place."""
        return child(self.root, QLineEdit, f"field:{place}")

    def type_into(self, place: str, text: str) -> None:
        """Clicks into the field, marks what stands there and types over it, key by key."""
        line = self.line(place)
        self._mark(line)
        type_text(line, text) if text else QTest.keyClick(line, Qt.Key.Key_Delete)
        wait_until_painted()

    def paste_into(self, place: str, text: str) -> None:
        """Clicks into the field, marks what stands there and pastes over it."""
        line = self.line(place)
        self._mark(line)
        QGuiApplication.clipboard().setText(text)
        QTest.keyClick(line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        wait_until_painted()

    def go_to(self, place: str) -> None:
        """The keyboard goes to a field: what was typed before is meant as it stands."""
        self.line(place).setFocus()
        wait_until_painted()

    def _mark(self, line: QLineEdit) -> None:
        QTest.mouseClick(line, LEFT)
        QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)

    def choose(self, place: str, value: str) -> None:
        """Opens the choice and goes to the entry with the arrow keys."""
        box = child(self.root, QComboBox, f"field:{place}")
        index = box.findData(value)
        assert index >= 0, f"{value!r} is not on offer at {place}"
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(index):
            QTest.keyClick(box, Qt.Key.Key_Down)
        wait_until_painted()

    def shows_field(self, place: str) -> bool:
        """Whether the field of a place is there and seen."""
        return any(each.isVisible() for each in self.root.findChildren(QWidget, f"field:{place}"))

    def text_of(self, place: str) -> str:
        """What stands in the field."""
        widget = self.field(place)
        if isinstance(widget, QCheckBox):
            return "yes" if widget.isChecked() else ""
        return str(widget.currentData() or "") if isinstance(widget, QComboBox) else widget.text()

    def tone(self, place: str) -> str:
        """How the field is marked: `refused`, `differs` or not at all."""
        return str(self.field(place).property("tone") or "")

    @property
    def findings(self) -> list[Finding]:
        """What deserves attention, from top to bottom."""
        return findings_in(self.root)

    @property
    def codes_now(self) -> list[str]:
        """The findings that stand there at this moment: `looking` while what would explain it is looked for."""
        holder = child(self.root, QWidget, "findings")
        cards = cards_in(holder)
        return [card.objectName().removeprefix("finding:") for card in cards]

    def finding(self, code: str) -> Finding | None:
        """The first finding of this code."""
        return next((found for found in self.findings if found.code == code), None)

    def offers(self, place: str) -> list[str]:
        """What can be clicked into a field."""
        row = child(self.root, QWidget, f"offers:{place}")
        return [button.text() for button in children(row, QPushButton, "offer:") if button.isVisible()]

    def take(self, place: str, text: str) -> None:
        """Clicks one of them."""
        QTest.mouseClick(
            child(child(self.root, QWidget, f"offers:{place}"), QPushButton, f"offer:{text}"), LEFT
        )
        wait_until_painted()

    @property
    def working(self) -> str:
        """The working that is shown, once the values are painted."""
        wait_until_written(self.root)
        return child(self.root, QPlainTextEdit, "workingText").toPlainText()


class CheckPage(FieldsPage):
    """The check panel. What is made when it is first needed, and was not, says nothing."""

    root: CheckPanel

    def field(self, place: str) -> QLineEdit | QComboBox | QCheckBox:
        """The field or choice of a place, seen or not, as if it were asked for."""
        self.root.make_fields_of({place: ""})
        return super().field(place)

    def line(self, place: str) -> QLineEdit:
        """The line edit of a place."""
        self.root.make_fields_of({place: ""})
        return super().line(place)

    def say_what_was_done(self, key: str) -> None:
        """Presses what was done to the line: `aspirated`, `system`, with the space bar."""
        button = child(self.root, QPushButton, f"line:{key}")
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Space)
        wait_until_painted()

    @property
    def line_words(self) -> str:
        """What the window says of the line, from the pump to the tip."""
        return child(self.root, QLabel, "lineWords").text().replace("\N{NO-BREAK SPACE}", " ")

    def open_example(self, name: str) -> None:
        """Clicks the example on the empty panel."""
        QTest.mouseClick(child(self.root, QPushButton, f"example:{name}"), LEFT)

    def type_into(self, place: str, text: str) -> None:
        """Opens what is not needed here, where the field is there, and types over what stands in it."""
        self._bring(f"field:{place}")
        super().type_into(place, text)

    def paste_into(self, place: str, text: str) -> None:
        """The same, pasted."""
        self._bring(f"field:{place}")
        super().paste_into(place, text)

    def choose(self, place: str, value: str) -> None:
        """The same, chosen."""
        self._bring(f"field:{place}")
        super().choose(place, value)

    def open_other_rows(self) -> None:
        """Clicks the line of what this change does not need; again, and it closes."""
        QTest.mouseClick(child(self.root, QPushButton, "otherRows"), LEFT)

    def open_all_rows(self) -> None:
        """The line of what this change does not need is open, wherever the keyboard is."""
        child(self.root, QPushButton, "otherRows").setChecked(True)

    def open_seldom_fields(self) -> None:
        """Clicks `more` beside the system."""
        QTest.mouseClick(child(self.root, QPushButton, "seldomFields"), LEFT)

    @property
    def therapy(self) -> str:
        """Drug and mode, as the table says them."""
        return child(self.root, QLabel, "therapy").text()

    @property
    def words_of_the_other_rows(self) -> str:
        """What the line says that opens them."""
        return child(self.root, QPushButton, "otherRows").text()

    @property
    def rows(self) -> list[str]:
        """The rows in the table, from top to bottom."""
        return [row.key for row in VALUE_ROWS if self._shows(f"verdict:{row.key}")]

    def _shows(self, name: str) -> bool:
        widget = self.root.findChild(QWidget, name)
        return widget is not None and widget.isVisibleTo(self.root)

    def _bring(self, name: str) -> None:
        """What stands behind a line that opens."""
        for opening in ("otherRows", "seldomFields"):
            if self._shows(name):
                return
            opener = child(self.root, QPushButton, opening)
            if not opener.isChecked() and opener.isVisibleTo(self.root):
                QTest.mouseClick(opener, LEFT)

    def _said_by(self, name: str) -> str:
        label = self.root.findChild(QLabel, name)
        return "" if label is None else label.text()

    def select_row(self, row: str) -> None:
        """Clicks the computed value of a row."""
        self._bring(f"result:{row}:new")
        QTest.mouseClick(child(self.root, QLabel, f"result:{row}:new"), LEFT)

    def press_act(self, beginning: str) -> None:
        """Clicks the link a finding offers."""
        buttons = children(self.root, QPushButton, f"act:{beginning}")
        assert buttons, f"no finding offers {beginning!r}"
        QTest.mouseClick(buttons[0], LEFT)

    @property
    def offered_acts(self) -> list[str]:
        """What the findings offer."""
        return [
            button.objectName().removeprefix("act:") for button in children(self.root, QPushButton, "act:")
        ]

    @property
    def texts(self) -> Mapping[str, str]:
        """What stands in the fields, by place; empty ones left out. The pump is written with its name."""
        found = {place: self.text_of(place) for place in PLACES}
        return {place: text for place, text in found.items() if text}

    @property
    def offers_examples(self) -> bool:
        """Whether the empty state with the examples is shown."""
        return not child(self.root, QWidget, "examples").isHidden()

    @property
    def examples(self) -> list[str]:
        """The examples on offer."""
        return [b.objectName().removeprefix("example:") for b in children(self.root, QPushButton, "example:")]

    def result(self, row: str, which: str = "new") -> str:
        """A computed value."""
        return self._said_by(f"result:{row}:{which}")

    @property
    def results(self) -> Mapping[str, str]:
        """All computed values that are shown, by `row:column`."""
        labels = [label for label in self.root.findChildren(QLabel) if label.property("role") == "result"]
        return {label.objectName().removeprefix("result:"): label.text() for label in labels if label.text()}

    def change(self, row: str) -> str:
        """What stands in the change column."""
        return self._said_by(f"change:{row}")

    @property
    def changes(self) -> Mapping[str, str]:
        """The change column, by row; empty ones left out."""
        labels = [
            label for label in self.root.findChildren(QLabel) if label.objectName().startswith("change:")
        ]
        return {label.objectName().removeprefix("change:"): label.text() for label in labels if label.text()}

    def verdict(self, row: str) -> str:
        """The verdict of a row, with its sign."""
        return self._said_by(f"verdict:{row}")

    @property
    def verdicts(self) -> Mapping[str, str]:
        """All verdicts, by row; empty ones left out."""
        found = {row.key: self.verdict(row.key) for row in VALUE_ROWS}
        return {key: text for key, text in found.items() if text}

    def note(self, key: str) -> str:
        """The note beside a field (`system.pump`) or below a row (`concentration`); empty where there is none."""
        label = self.root.findChild(QLabel, f"note:{key}")
        return label.text() if label is not None and label.isVisibleTo(self.root) else ""

    @property
    def notes(self) -> Mapping[str, str]:
        """All notes."""
        labels = children(self.root, QLabel, "note:")
        return {label.objectName().removeprefix("note:"): label.text() for label in labels}

    @property
    def dead_volume(self) -> str:
        """Tubing and catheter."""
        self.root.make_fields_of(("new.drug",))  # it stands beside it
        return child(self.root, QLabel, "result:bridge_volume").text()

    @property
    def working_title(self) -> str:
        """What the working is of, once the values are painted."""
        wait_until_written(self.root)
        return child(self.root, QLabel, "workingTitle").text()

    @property
    def working_origin(self) -> str:
        """Where the numbers of the working come from, once the values are painted."""
        wait_until_written(self.root)
        return child(self.root, QLabel, "workingOrigin").text()

    @property
    def all_that_is_read(self) -> str:
        """Every word on the panel that explains something: notes, verdicts, findings."""
        cards = [f"{found.title} {found.detail}" for found in self.findings]
        return "\n".join((*self.notes.values(), *self.verdicts.values(), *cards))


class PlotPage:
    """A picture, as it is read with the keyboard, as a table, or aloud."""

    def __init__(self, root: PlotCard) -> None:
        self.root = root

    def wait_until_drawn(self) -> QWidget:
        """What draws is loaded behind the first answer; returns where the keyboard moves the cursor."""
        name = f"{self.root.objectName()}:canvas"
        wait_for(lambda: self.root.findChild(QWidget, name) is not None and not self.root.is_behind)
        canvas = child(self.root, QWidget, name)
        QApplication.processEvents()
        return canvas

    def _catch_up(self) -> None:
        wait_for(lambda: not self.root.is_behind)

    def go(self, *keys: Qt.Key) -> str:
        """Moves the cursor by key; returns what it reads then."""
        canvas = self.wait_until_drawn()
        canvas.setFocus()
        for key in keys:
            QTest.keyClick(canvas, key)
        return self.cursor

    @property
    def legend(self) -> dict[str, object]:
        """What stands above the picture: what is drawn so, and the pen of its sample or the shape of its sign."""
        return {words: sample for sample, words in self.wait_until_drawn().legend.entries}

    def press_table(self) -> None:
        """Clicks Table, for the table or back to the picture."""
        self._click("asTable")

    def press_copy(self) -> None:
        """Clicks Copy."""
        self._click("copy")

    def press_save(self, kind: str) -> None:
        """Clicks PNG… or SVG…."""
        self._click(kind)

    def _click(self, name: str) -> None:
        QTest.mouseClick(child(self.root, QPushButton, f"{self.root.objectName()}:{name}"), LEFT)

    @property
    def shown(self) -> bool:
        """Whether there is a picture, once it has caught up."""
        self._catch_up()
        return not self.root.isHidden()

    @property
    def cursor(self) -> str:
        """What the cursor reads."""
        return child(self.root, QLabel, f"{self.root.objectName()}:cursor").accessibleName()

    @property
    def about(self) -> str:
        """What the picture means and assumes."""
        self._catch_up()
        return child(self.root, QLabel, f"{self.root.objectName()}:about").text()

    @property
    def words(self) -> str:
        """The picture for those who listen to it."""
        self._catch_up()
        return self.root.accessibleDescription()

    @property
    def headings(self) -> list[str]:
        """The columns of the table."""
        table = self._table
        items = [table.horizontalHeaderItem(column) for column in range(table.columnCount())]
        return [item.text() for item in items if item is not None]

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The rows of the table, once it is asked for."""
        table = self._table
        found = []
        for line in range(table.rowCount()):
            items = [table.item(line, column) for column in range(table.columnCount())]
            found.append(tuple(item.text() for item in items if item is not None))
        return found

    @property
    def shows_table(self) -> bool:
        """Whether the table stands in the place of the picture."""
        return self._table.isVisibleTo(self.root)

    @property
    def _table(self) -> QTableWidget:
        return child(self.root, QTableWidget, f"{self.root.objectName()}:table")


class SchedulePage(FieldsPage):
    """The schedule panel. `which` is the therapy, `new` or `current`; `group` counts the other days."""

    root: SchedulePanel

    # --- what she does

    def show_therapy(self, which: str) -> None:
        """Clicks 'New therapy' or 'Therapy now'."""
        QTest.mouseClick(child(self.root, QPushButton, f"which:{which}"), LEFT)

    def choose_mode(self, mode: str, which: str = "new") -> None:
        """Chooses the mode."""
        self.choose(f"{which}.mode", mode)

    def type_basal(self, text: str, which: str = "new", group: int = 0) -> None:
        """Types the basal."""
        self.type_into(f"{_of_days(which, group)}.basal", text)

    def say_steps(self, choice: str, which: str = "new", group: int = 0) -> None:
        """Says how the steps meet the basal: `replace`, `add`, or nothing."""
        self.choose(f"{_of_days(which, group)}.steps_replace_basal", choice)

    def type_step(self, number: int, *texts: str, which: str = "new", group: int = 0) -> None:
        """Types a row of steps: when it starts, how long it lasts, its dose."""
        for key, text in zip(STEP_KEYS, texts, strict=True):
            self.type_into(f"{_of_days(which, group)}.steps.{number}.{key}", text)

    def type_patient_bolus(self, *texts: str, which: str = "new") -> None:
        """Types dose, duration, lockout and how many in 24 h."""
        for key, text in zip(("dose", "duration", "lockout", "per_day"), texts, strict=True):
            self.type_into(f"{which}.patient_bolus.{key}", text)

    def add_other_days(self, days: str, which: str = "new") -> None:
        """Clicks 'Other days…' and types which, where the keyboard is then."""
        QTest.mouseClick(child(self.root, QPushButton, f"moreDays:{which}"), LEFT)
        widget = QApplication.focusWidget()
        assert isinstance(widget, QLineEdit)
        type_text(widget, days)

    def show_days(self, group: int, which: str = "new") -> None:
        """Clicks the tab of the other days, or of every day."""
        QTest.mouseClick(child(self.root, QPushButton, f"tab:{_of_days(which, group)}"), LEFT)

    def take_out_row(self, number: int, which: str = "new") -> None:
        """Ctrl+Delete in a row of steps."""
        line = self.line(f"{which}.steps.{number}.start")
        line.setFocus()
        QTest.keyClick(line, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)

    def type_listed(self, number: int, **texts: str) -> None:
        """Types a row as the programmer prints it: day, start, end, dose_rate, dose."""
        for key, text in texts.items():
            assert key in ROW_KEYS, key
            self.type_into(f"readouts.steps.{number}.{key}", text)

    def choose_day(self, day: int) -> None:
        """Clicks a day of the week, 0 for Monday."""
        strip = self.strip
        width = strip.width() / 7
        QTest.mouseClick(strip, LEFT, pos=QPoint(int(width * (day + 0.5)), strip.height() // 2))

    def travel_to(self, zone: str) -> None:
        """Types where the patient goes."""
        self.type_into("travel", zone)

    # --- what she reads

    @property
    def strip(self) -> WeekStrip:
        """The week."""
        return child(self.root, WeekStrip, "weekStrip")

    @property
    def day(self) -> PlotPage:
        """The picture of the day."""
        return PlotPage(child(self.root, PlotCard, "day"))

    @property
    def texts(self) -> Mapping[str, str]:
        """What stands in the fields, by place; empty ones left out."""
        return {place: text for place in self.root.fields() if (text := self.text_of(place))}

    @property
    def totals(self) -> Mapping[str, tuple[str, str]]:
        """What it comes to, by name: now and new."""
        names = children(self.root, QLabel, "totalName:")
        lines = [(label.text(), label.objectName().partition(":")[2]) for label in names]
        return {
            name: (
                child(self.root, QLabel, f"totalNow:{line}").text(),
                child(self.root, QLabel, f"result:total:{line}").text(),
            )
            for name, line in lines
        }

    @property
    def change(self) -> str:
        """By how much the dose changes."""
        return child(self.root, QLabel, "scheduleChange").text()

    def beside(self, number: int, which: str = "new", group: int = 0) -> tuple[str, ...]:
        """What stands beside a row of steps: until when, at which dose per hour, at which flow."""
        beginning = f"beside:{_of_days(which, group)}.steps.{number}:"
        return tuple(child(self.root, QLabel, f"{beginning}{column}").text() for column in (4, 5, 6))

    @property
    def all_beside(self) -> Mapping[str, tuple[str, ...]]:
        """What stands beside any row of steps, in front or not."""
        found: dict[str, tuple[str, ...]] = {}
        for label in self.root.findChildren(QLabel):
            _, _, rest = label.objectName().partition("beside:")
            if rest and label.text():
                place = rest.rpartition(":")[0]
                found[place] = (*found.get(place, ()), label.text())
        return found

    @property
    def all_listed(self) -> Mapping[int, tuple[str, str]]:
        """What stands beside any row of the programmer."""
        labels = [
            label for label in self.root.findChildren(QLabel) if label.objectName().startswith("listed:")
        ]
        found = {number: self.listed(number) for number in range(1, len(labels) + 1)}
        return {number: texts for number, texts in found.items() if any(texts)}

    def rows_shown(self, which: str = "new", group: int = 0) -> int:
        """How many rows of steps there are to type into."""
        beginning = f"field:{_of_days(which, group)}.steps."
        return len(
            [f for f in children(self.root, QLineEdit, beginning) if f.objectName().endswith(".start")]
        )

    def note(self, place: str) -> str:
        """What stands below the field, or below its row."""
        row = place.rpartition(".")[0]
        for name in (f"note:{place}", f"note:{row}"):
            label = self.root.findChild(QLabel, name)
            if label is not None:
                return label.text() if label.isVisibleTo(self.root) else ""
        raise AssertionError(f"there is no note for {place!r}")

    @property
    def notes(self) -> Mapping[str, str]:
        """All notes, by what they stand below."""
        labels = children(self.root, QLabel, "note:")
        return {label.objectName().removeprefix("note:"): label.text() for label in labels}

    def boluses(self, which: str = "new") -> str:
        """How many boluses come in 24 h, and when."""
        return child(self.root, QLabel, f"boluses:{which}").text()

    def listed(self, number: int) -> tuple[str, str]:
        """Beside a row of the programmer: what it should show, and the verdict."""
        recomputed = child(self.root, QLabel, f"listed:{number}").text()
        return recomputed, child(self.root, QLabel, f"listedVerdict:{number}").text()

    @property
    def travel_words(self) -> str:
        """When the steps come by the clock over there."""
        return child(self.root, QLabel, "travelWords").text()

    @property
    def week(self) -> str:
        """The week for those who listen to it; nothing where none is drawn."""
        return "" if self.strip.isHidden() else self.strip.accessibleDescription()

    @property
    def nothing_drawn(self) -> str:
        """What is said where no day can be drawn yet."""
        label = child(self.root, QLabel, "nothingDrawn")
        return "" if label.isHidden() else label.text()

    @property
    def findings(self) -> list[Finding]:
        """The grave ones above the picture, then the lesser below it."""
        holders = [child(self.root, FindingList, name) for name in ("findings", "lesserFindings")]
        wait_for(lambda: not any(each.is_behind for each in holders))
        return [_read_finding(card) for holder in holders for card in cards_in(holder)]

    @property
    def all_that_is_read(self) -> str:
        """Every word that explains something."""
        return "\n".join((*self.notes.values(), *(f"{f.title} {f.detail}" for f in self.findings)))


def _of_days(which: str, group: int) -> str:
    return f"{which}.groups.{group}" if group else which


class QuestionPage(FieldsPage):
    """One quick question on a side panel."""

    root: QuestionCard

    def clear(self) -> None:
        """Clicks Clear."""
        QTest.mouseClick(child(self.root, QPushButton, "clear"), LEFT)

    @property
    def results(self) -> Mapping[str, str]:
        """The answer, by name."""
        return {
            label.objectName().removeprefix("result:"): label.text()
            for label in children(self.root, QLabel, "result:")
        }

    def copied(self, name: str) -> str:
        """Clicks a result and copies it."""
        label = next((each for each in children(self.root, QLabel, f"result:{name}")), None)
        assert label is not None, f"there is no result {name!r}"
        QTest.mouseClick(label, LEFT)
        QTest.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        return QGuiApplication.clipboard().text()

    def note(self, name: str) -> str:
        """What stands below a field."""
        return child(self.root, QLabel, f"note:{name}").text()

    @property
    def asks_for_input(self) -> bool:
        """Whether the line 'the answer appears here' is shown."""
        return not child(self.root, QLabel, "noAnswer").isHidden()

    @property
    def all_that_is_read(self) -> str:
        """Every word that explains something."""
        notes = [label.text() for label in children(self.root, QLabel, "note:")]
        cards = [f"{found.title} {found.detail}" for found in self.findings]
        return "\n".join((*notes, *cards))


class MainPage:
    """The whole window. `owner` is the App, for what has no widget: files by path, the clock."""

    def __init__(self, owner: App) -> None:
        self.owner = owner
        self.window = owner.window
        self.check = CheckPage(owner.program.views.check_panel)

    @property
    def tip(self) -> PlotPage:
        """What leaves the catheter tip, on the check panel."""
        return PlotPage(child(self.check.root, PlotCard, "tip"))

    # --- what she does

    def press(self, keys: str) -> None:
        """Presses keys where the keyboard is now: `Ctrl+Z`, `Tab`."""
        QTest.keySequence(self.keyboard, QKeySequence(keys))
        wait_until_painted()

    def tab(self, *, back: bool = False) -> QWidget:
        """Tab (or Shift+Tab); returns where the keyboard is then."""
        if back:
            QTest.keyClick(self.keyboard, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        else:
            QTest.keyClick(self.keyboard, Qt.Key.Key_Tab)
        return self.keyboard

    def write(self, text: str) -> None:
        """Types where the keyboard is now."""
        type_text(self.keyboard, text)

    @property
    def heading(self) -> str:
        """What stands above the panel in front."""
        return child(self.window, QLabel, "panelTitle").text()

    def show_panel(self, name: str) -> None:
        """Clicks a panel in the rail."""
        QTest.mouseClick(child(self.window, QToolButton, f"rail:{name}"), LEFT)

    @property
    def schedule(self) -> SchedulePage:
        """The schedule panel, which must have been shown once."""
        panel = self.owner.program.views.schedule_panel
        assert panel is not None, "the schedule has not been shown"
        return SchedulePage(panel)

    def go_to_schedule(self) -> SchedulePage:
        """Goes to the schedule panel."""
        self.show_panel("schedule")
        return self.schedule

    def hold_the_check(self) -> None:
        """From now on the check of the schedule waits: what stands there at a keystroke can be read in peace."""
        self.owner.program.check_later.setInterval(A_DAY_MS)

    def wait_for_the_check(self) -> None:
        """What is typed in the schedule is checked as soon as its picture is painted."""
        if self.owner.program.check_later.interval() == A_DAY_MS:
            self.owner.program.check_later.setInterval(CHECK_AFTER_MS)  # counted from now on
        QApplication.processEvents()
        wait_for(lambda: not self.owner.program.check_waits)

    @property
    def is_looking(self) -> bool:
        """Whether the window still looks for what would explain a difference."""
        return self.owner.program.is_looking

    def question(self, command: str) -> QuestionPage:
        """Goes to the questions and chooses one in their list; returns it."""
        self.show_panel("questions")
        panel = self.window.panel("questions")
        assert isinstance(panel, QuestionPanel)
        panel.choose(command)
        return QuestionPage(child(self.window, QuestionCard, f"question:{command}"))

    def choose_question(self, words: str) -> None:
        """Clicks a question in the list beside it."""
        listed = child(self.window, QListWidget, "questionList")
        item = next(iter(listed.findItems(f"   {words}", Qt.MatchFlag.MatchExactly)))
        QTest.mouseClick(listed.viewport(), LEFT, pos=listed.visualItemRect(item).center())
        QApplication.processEvents()

    def trigger(self, words: str) -> None:
        """Chooses an entry of the menu by its words."""
        child(self.window, QAction, f"action:{words}").trigger()
        QApplication.processEvents()

    @property
    def mode(self) -> str:
        """What the fields are for just now, where it is not a plain check."""
        label = child(self.window, QLabel, "mode")
        return label.text() if label.isVisible() else ""

    def click(self, button: str) -> None:
        """Clicks a button of the header by its words."""
        QTest.mouseClick(child(self.window, QPushButton, f"button:{button}"), LEFT)

    def count_in_the_header(self) -> None:
        """Clicks the count of findings."""
        QTest.mouseClick(child(self.window, QPushButton, "summary"), LEFT)
        QApplication.processEvents()

    def choose_recent(self, name: str) -> None:
        """Chooses a file from the list of recent ones."""
        action = next((each for each in self._recent_menu.actions() if each.text() == name), None)
        assert action is not None, f"{name!r} is not among the recent files"
        action.trigger()

    def give_up(self) -> None:
        """Clicks 'Give it up' where the window asks whether what was typed may be lost."""
        QTest.mouseClick(child(self.message_box, QPushButton, "giveUp"), LEFT)
        self.back_to_the_window()

    def close_dialog(self) -> None:
        """Escape in the dialog that is open."""
        dialog = self.dialog
        assert dialog is not None, "no dialog is open"
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        self.back_to_the_window()

    def back_to_the_window(self) -> None:
        """What the desk does when a dialog is closed, and the offscreen platform does not."""
        if self.dialog is None:
            self.window.activateWindow()
        QApplication.processEvents()

    def type_file_name(self, name: str) -> None:
        """Types a path into the file dialog that is open, and Enter."""
        dialog = self.file_dialog
        child(dialog, QLineEdit, "fileNameEdit").setText(name)  # typed, it would open the completer's popup
        buttons = child(dialog, QDialogButtonBox, "buttonBox").buttons()
        accept = next(b for b in buttons if b.text().replace("&", "") in ("Open", "Save"))
        QTest.mouseClick(accept, LEFT)
        self.back_to_the_window()

    # --- what she reads

    @property
    def keyboard(self) -> QWidget:
        """The widget that has the keyboard."""
        widget = QApplication.focusWidget()
        return widget if widget is not None else self.window

    @property
    def panel(self) -> str:
        """The panel in front."""
        return self.window.current_panel()

    @property
    def title(self) -> str:
        """The title of the window, as the desk shows it."""
        return self.window.windowTitle()

    @property
    def banner(self) -> str:
        """The line across the top; empty where none is shown."""
        label = child(self.window, QLabel, "banner")
        return "" if label.isHidden() else label.text()

    @property
    def notice(self) -> str:
        """What the program is not."""
        return child(self.window, QLabel, "notice").text()

    @property
    def status(self) -> str:
        """Versions and self-test, at the foot."""
        return child(self.window, QLabel, "footStatus").text()

    @property
    def message(self) -> str:
        """What just happened, at the foot."""
        return child(self.window, QLabel, "footMessage").text()

    @property
    def chips(self) -> list[str]:
        """Who it is about, in the header."""
        return [label.text() for label in children(self.window, QLabel, "chip")]

    @property
    def asks_to_discard(self) -> bool:
        """Whether the window asks if what was typed may be lost."""
        return self.dialog is not None and self.dialog.objectName() == "discard"

    @property
    def summary(self) -> str:
        """How many findings of which weight, in the header."""
        return child(self.window, QPushButton, "summary").text()

    @property
    def whole(self) -> str:
        """What all read-outs come to, in the header: all of it, and not only what there is room for."""
        label = child(self.window, QLabel, "whole")
        return label.accessibleName() if label.isVisible() else ""

    @property
    def recent(self) -> list[str]:
        """The recent files on offer."""
        return [action.text() for action in self._recent_menu.actions()]

    @property
    def dialog(self) -> QDialog | None:
        """The dialog in front, if any."""
        open_ones = [each for each in self.window.findChildren(QDialog) if each.isVisible()]
        return open_ones[-1] if open_ones else None

    @property
    def file_dialog(self) -> QFileDialog:
        """The file dialog, which must be open."""
        assert isinstance(self.dialog, QFileDialog), f"no file dialog is open, but {self.dialog}"
        return self.dialog

    def dismissed(self) -> str:
        """What the message that is open says; it is open no longer."""
        box = self.message_box
        said = "\n".join(filter(None, (box.text(), box.informativeText())))
        box.reject()
        self.back_to_the_window()
        return said

    @property
    def message_box(self) -> QMessageBox:
        """The message box, which must be open."""
        assert isinstance(self.dialog, QMessageBox), f"no message is open, but {self.dialog}"
        return self.dialog

    def action(self, words: str) -> QAction:
        """A command by its words."""
        found = self.window.findChild(QAction, f"action:{words}")
        assert found is not None, f"there is no command {words!r}"
        return found

    @property
    def _recent_menu(self) -> QMenu:
        menu = next((each for each in self.window.findChildren(QMenu) if each.title() == "Open recent"), None)
        assert menu is not None, "there is no list of recent files"
        return menu


class ConfirmPage:
    """The dialog in which the clinic confirms a figure."""

    def __init__(self, main: MainPage) -> None:
        self.dialog = child(main.window, QDialog, "confirmDialog")

    def fill(self, *, value: str = "", reference: str = "", by: str = "") -> None:
        """Types what the manual says, where, and who looked."""
        for name, text in (("value", value), ("reference", reference), ("by", by)):
            line = child(self.dialog, QLineEdit, f"field:{name}")
            line.setFocus()
            QTest.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
            QTest.keyClick(line, Qt.Key.Key_Delete)
            type_text(line, text)

    def confirm(self) -> None:
        """Clicks Confirm."""
        QTest.mouseClick(child(self.dialog, QPushButton, "confirm"), LEFT)

    @property
    def typed(self) -> Mapping[str, str]:
        """What stands in the fields."""
        names = ("value", "reference", "by")
        return {name: child(self.dialog, QLineEdit, f"field:{name}").text() for name in names}

    @property
    def about(self) -> str:
        """Every word of the dialog."""
        return "\n".join(label.text() for label in self.dialog.findChildren(QLabel))

    @property
    def problem(self) -> str:
        """Why it was refused."""
        return child(self.dialog, QLabel, "confirmProblem").text()

    @property
    def is_open(self) -> bool:
        """Whether the dialog is still there."""
        return self.dialog.isVisible()


def config_files(folder: Path) -> Mapping[str, bytes]:
    """Everything in a folder, by name."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
