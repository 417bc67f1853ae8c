"""The first page, the tour, and the help: at the place one is at, found by its words, the same as in the guide."""

import tomllib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTextBrowser,
)

from itbcalc.library.workstation import Look
from tests.ui.pages import LEFT, child, type_text
from tests.ui.test_accessible import heard
from tests.ui.test_first_look import SCREENS, at, cut, labels_on
from ui import rail
from ui.guide.desk import HEADINGS
from ui.guide.tour import STEPS
from ui.guide.welcome import SENTENCES

pytestmark = pytest.mark.gui


def in_sight(text: QTextBrowser) -> str:
    """The first line that is seen of the help."""
    return text.cursorForPosition(text.viewport().rect().topLeft()).block().text()


# --- the first page


def test_the_first_page_is_shown_once_on_a_workstation(main, config_folder):
    main.owner.welcome_if_new()

    assert main.panel == "welcome"
    said = [label.text() for label in main.window.findChildren(QLabel) if label.isVisible()]
    assert len(SENTENCES) == 3
    assert set(SENTENCES) <= set(said)
    kept = tomllib.loads((config_folder / "workstation.toml").read_text(encoding="utf-8"))
    assert kept == {"introduced": True}
    main.show_panel("check")
    main.owner.welcome_if_new()
    assert main.panel == "check"


@pytest.mark.parametrize(
    ("button", "panel"),
    [("check", "check"), ("practice", "practice"), ("settings", "settings"), ("help", "help")],
)
def test_the_first_page_leads_everywhere(main, button, panel):
    main.window.show_panel("welcome")

    QTest.mouseClick(child(main.window, QPushButton, f"begin:{button}"), LEFT)

    assert main.panel == panel


def test_the_first_page_opens_an_example_and_the_help_leads_back_to_it(main):
    main.press("F1")
    QTest.mouseClick(child(main.window, QPushButton, "help:first"), LEFT)
    assert main.panel == "welcome"

    QTest.mouseClick(child(main.window, QPushButton, "begin:example"), LEFT)

    assert main.panel == "check"
    assert main.check.verdict("flow_rate") == "✗ differs"


# --- the tour


def tour_of(main) -> QDialog:
    main.window.show_panel("welcome")
    QTest.keyClick(child(main.window, QPushButton, "begin:tour"), Qt.Key.Key_Return)
    return child(main.window, QDialog, "tour")


def test_the_tour_goes_step_by_step_by_the_keyboard_and_says_what_is_true(main):
    tour = tour_of(main)
    words = child(tour, QLabel, "tour:words")
    seen = []
    for number in range(len(STEPS)):
        seen.append(words.text())
        assert child(tour, QLabel, "tour:where").text() == f"{number + 1} of {len(STEPS)}"
        if number + 1 < len(STEPS):
            QTest.keyClick(tour, Qt.Key.Key_Return)
    assert len(set(seen)) == len(STEPS)
    assert any("0.1425" in each and "0.570" in each for each in seen)
    assert main.check.result("flow_rate") == "0.1425 mL/day"
    assert main.check.text_of("readouts.flow_rate") == "0.570"

    QTest.keyClick(tour, Qt.Key.Key_Return)

    assert not tour.isVisible()


def test_each_step_of_the_tour_marks_the_field_it_speaks_of_and_its_end_leaves_none(main):
    tour = tour_of(main)
    for _, place in STEPS:
        assert marked(main) == [place]
        QTest.keyClick(tour, Qt.Key.Key_Return)

    assert marked(main) == []


def marked(main) -> list[str]:
    """The fields round which a broad line is drawn, in the accent of the look: of three pixels, that of the keyboard has two."""
    accent = main.owner.house.colours.accent
    images = {place: main.check.field(place).grab().toImage() for _, place in STEPS}
    return [
        place for place, image in images.items() if image.pixelColor(2, image.height() // 2).name() == accent
    ]


@pytest.mark.parametrize("steps", range(3))
def test_escape_leaves_the_tour_at_any_step(main, steps):
    tour = tour_of(main)
    for _ in range(steps):
        QTest.keyClick(tour, Qt.Key.Key_Return)

    QTest.keyClick(tour, Qt.Key.Key_Escape)

    assert not tour.isVisible()
    assert main.panel == "check"


# --- the help


@pytest.mark.parametrize("panel", [name for name in rail.PANELS if name not in ("help", "welcome")])
def test_f1_opens_the_help_at_the_place_one_is_at(main, panel):
    main.window.show_panel(panel)
    main.window.show_panel("help")
    QApplication.processEvents()

    text = child(main.window, QTextBrowser, "helpText")
    assert HEADINGS[panel] in text.toPlainText().splitlines()
    bar = text.verticalScrollBar()
    assert in_sight(text) == HEADINGS[panel] or bar.value() == bar.maximum()


def test_f1_in_a_field_says_what_the_field_is_for(main):
    at(main, 1280, 800)
    main.check.line("reservoir.low_alarm").setFocus()

    main.press("F1")

    said = child(main.window, QLabel, "help:field")
    assert said.text() == (
        "Low-reservoir alarm volume: Volume at which the pump's low-reservoir alarm sounds, in mL, as it is programmed: "
        "‘2’. It is not what is drawn off at the refill, and not what always stays in the reservoir."
    )
    main.show_panel("practice")  # in its list, which is no field
    main.press("F1")
    assert not said.isVisible()


def test_the_help_is_searched(main):
    at(main, 1280, 800)
    main.press("F1")
    search = child(main.window, QLineEdit, "field:help.search")
    text, found = child(main.window, QTextBrowser, "helpText"), child(main.window, QLabel, "help:found")
    assert main.keyboard is search

    type_text(search, "anchor")
    assert found.text().endswith("found")
    assert text.textCursor().selectedText().lower() == "anchor"
    first = text.textCursor().position()
    QTest.keyClick(search, Qt.Key.Key_Return)
    assert text.textCursor().position() != first or found.text() == "1 found"
    type_text(search, "xyz")

    assert found.text() == "not found"


@pytest.mark.parametrize("panel", ["check", "schedule", "questions", "settings", "refills", "log"])
def test_escape_leads_back_from_the_help_to_the_field(panel, main):
    main.window.show_panel(panel)
    field = next(
        each
        for each in main.window.panel(panel).findChildren(QLineEdit)
        if each.isVisible() and each.isEnabled()
    )
    field.setFocus()
    main.press("F1")
    assert main.panel == "help"

    QTest.keyClick(main.keyboard, Qt.Key.Key_Escape)

    assert main.panel == panel
    assert main.keyboard is field


def test_the_search_finds_the_words_of_a_field(main):
    main.press("F1")
    search, found = (
        child(main.window, QLineEdit, "field:help.search"),
        child(main.window, QLabel, "help:found"),
    )

    for words in ("elective replacement", "implant card", "That of the box less what was cut off"):
        type_text(search, words)
        assert found.text()[0].isdigit(), words
        search.clear()


# --- how they fit and are heard


@pytest.mark.parametrize("look", [Look.LIGHT, Look.DARK, Look.CONTRAST_DARK])
def test_nothing_is_clipped(look, main):
    main.window.look_requested.emit(look)
    for panel in ("welcome", "help"):
        main.window.show_panel(panel)
        for size in SCREENS:
            at(main, *size)
            root = main.window.panel(panel)
            for scroll in root.findChildren(QScrollArea):
                assert scroll.horizontalScrollBar().maximum() == 0, size
            assert [words for label in labels_on(main.window) if (words := cut(label))] == [], size


def test_every_button_and_field_is_heard(main):
    for panel in ("welcome", "help"):
        main.window.show_panel(panel)
        root = main.window.panel(panel)
        for kind in (QAbstractButton, QLineEdit, QTextBrowser):
            assert all(heard(each).strip() for each in root.findChildren(kind) if each.isVisible())
    assert rail.PANELS["welcome"].key == "Shift+F1"
