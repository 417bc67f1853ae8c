"""From the first paint to the first answer, and what the window remembers."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QMenu

from itbcalc.desk.program_files import example_path
from tests.ui.pages import MainPage, child
from ui.app import App

pytestmark = pytest.mark.gui

EXAMPLE = "06-mistyped-concentration.toml"


@pytest.fixture
def unloaded(qapp, qtbot, fixed_clock, no_leaks, closing):
    """A window that is not shown yet: nothing is loaded."""
    owner = App(qapp)
    closing.append(owner)
    return MainPage(owner)


def test_the_library_is_loaded_after_the_first_paint(unloaded, qtbot):
    assert not unloaded.owner.engine.loaded
    assert "loading" in unloaded.status

    unloaded.window.show()

    qtbot.waitUntil(lambda: unloaded.owner.engine.loaded)
    assert "self-test passed" in unloaded.status


def test_what_was_typed_before_it_was_loaded_is_answered_then(unloaded, qtbot):
    unloaded.window.show()
    unloaded.check.line("new.daily_dose").setText("460")
    unloaded.check.line("new.concentration").setText("500")
    assert unloaded.check.result("flow_rate") == ""

    qtbot.waitUntil(lambda: unloaded.owner.engine.loaded)

    assert unloaded.check.result("flow_rate") == "0.92 mL/day"


def test_a_file_named_at_the_start_is_opened_as_soon_as_possible(unloaded, qtbot):
    unloaded.owner.open_when_ready(Path(example_path(EXAMPLE)))
    unloaded.window.show()

    qtbot.waitUntil(lambda: unloaded.check.result("flow_rate") != "")

    assert unloaded.check.text_of("patient.ref") == "P-0147"


def test_a_side_panel_asked_for_before_it_was_loaded_answers(unloaded):
    dilute = unloaded.question("dilute")
    for name, text in {"stock": "2000", "target": "500", "volume": "20"}.items():
        dilute.type_into(name, text)

    assert dilute.results


def test_size_panel_and_look_are_remembered(open_window):
    first = open_window()
    first.window.resize(780, 500)
    first.show_panel("questions")
    choose_look(first, "Dark")
    dark = first.owner.house.colours
    first.window.close()

    second = open_window()

    assert (second.window.width(), second.window.height()) == (780, 500)
    assert second.panel == "questions"
    assert second.owner.house.colours == dark


def test_the_look_changes_at_once(main):
    choose_look(main, "Dark")
    dark = QApplication.palette().window().color()

    choose_look(main, "Light")

    assert QApplication.palette().window().color() != dark


def test_a_patient_is_never_remembered(open_window):
    first = open_window()
    first.check.open_example(EXAMPLE)
    first.window.close()

    assert open_window().check.texts == {}


def choose_look(page: MainPage, words: str) -> None:
    menu = next(each for each in page.window.findChildren(QMenu) if each.title() == "Look")
    next(action for action in menu.actions() if action.text() == words).trigger()


def test_the_menu_offers_the_examples(main):
    menu = next(each for each in main.window.findChildren(QMenu) if each.title() == "Examples")
    menu.actions()[5].trigger()

    assert main.check.text_of("patient.ref") == "P-0147"
    assert child(main.window, QMenu, "") is not None
