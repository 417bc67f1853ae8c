"""A scenario written in the window: fields, what the reader says while one types, and its file."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QPlainTextEdit

from itbcalc.library.reading import read_library
from itbcalc.library.records import Library
from itbcalc.practice.run_file import own_scenarios
from itbcalc.practice.scenario_reading import read_scenario
from itbcalc.resources import resource_path
from tests.ui.pages import MainPage, child, type_text, wait_for
from tests.ui.practice_pages import PracticePage
from ui.practice.editor_presenter import EditorPresenter, EditorState
from ui.widgets.basics import Choice


class View:
    """Remembers what it was told to show."""

    def __init__(self) -> None:
        self.state = EditorState()
        self.said = ("", "")

    def show_editor(self, state: EditorState) -> None:
        self.state = state

    def say_of_the_editor(self, words: str, tone: str = "") -> None:
        self.said = (words, tone)

    def fault(self, place: str) -> str:
        return next(each.fault for each in self.state.fields if each.field.place == place)


@pytest.fixture(scope="module")
def library() -> Library:
    return read_library(resource_path())


@pytest.fixture
def view() -> View:
    return View()


@pytest.fixture
def editor(view: View, library: Library) -> EditorPresenter:
    return EditorPresenter(view, library)


def part(view: View, words: str) -> int:
    return next(number for number, row in enumerate(view.state.rows) if words in row)


def test_a_new_one_begins_as_the_template_and_can_be_played_once_it_has_a_title(
    editor: EditorPresenter, view: View
):
    editor.begin()
    assert "still that of the template" in view.fault("title")
    assert view.state.about.startswith(
        "✕ It cannot be played yet, 1 thing is to be put right. What the trainee sees, Title: "
    )

    editor.typed("title", "Ours")

    assert view.state.about == "✓ It can be played."
    assert view.state.rows[0] == "What the trainee sees"
    assert view.state.name == ""


def test_a_slip_is_said_at_its_field_at_its_part_and_as_a_whole(editor: EditorPresenter, view: View):
    editor.begin()
    editor.typed("title", "Ours")
    editor.typed("lasts", "7")

    assert "no unit" in view.fault("lasts")
    assert view.state.rows[0] == "✕ What the trainee sees (1)"
    assert view.state.about.startswith(
        "✕ It cannot be played yet, 1 thing is to be put right. What the trainee sees, Lasts: "
    )
    editor.typed("lasts", "7 day")
    assert view.state.whole
    assert view.fault("lasts") == ""


def test_another_criterion_has_the_fields_of_its_kind_and_says_what_is_missing(
    editor: EditorPresenter, view: View
):
    editor.begin()
    editor.typed("title", "Ours")
    editor.add("criteria")
    places = [each.field.place.rpartition(".")[2] for each in view.state.fields]
    assert places == ["id", "words", "points", "kind", "source", "needs", "harm", "most", "from"]
    assert view.state.can_take_out
    assert not view.state.whole
    editor.typed(view.state.fields[3].field.place, "observed")
    places = [each.field.place.rpartition(".")[2] for each in view.state.fields]
    assert places[6:] == ["what", "when", "from", "within"]
    editor.take_out()
    assert view.state.whole


def test_what_does_not_go_together_is_said_beside_each_of_its_fields(editor: EditorPresenter, view: View):
    editor.begin()
    editor.open_section(part(view, "Pump and therapy"))
    editor.typed("program.system.catheter.length", "50 cm")

    assert "two alternatives" in view.fault("program.system.catheter.length")
    assert "two alternatives" in view.fault("program.system.catheter.volume")
    assert view.fault("program.system.catheter.volume_per_length") == ""
    assert "✕ Pump and therapy (1)" in view.state.rows


def test_it_is_saved_among_the_clinics_own_and_read_again(
    editor: EditorPresenter, view: View, library: Library
):
    editor.begin()
    editor.typed("title", "Ours")
    editor.name_typed("our-first")
    editor.save()
    editor.typed("title", "Ours, again")
    editor.save()

    assert view.said == ("Saved as our-first.toml.", "")
    assert read_scenario(own_scenarios() / "our-first.toml", library).title == "Ours, again"


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "give it a name"), ("Our First", "small letters"), ("kink", "called kink already")],
)
def test_a_name_that_will_not_do_is_refused(editor: EditorPresenter, view: View, name: str, words: str):
    editor.begin()
    editor.name_typed(name)
    editor.save()

    assert words in view.said[0]
    assert view.said[1] == "refused"
    assert not own_scenarios().exists()


def test_what_is_not_whole_is_saved_and_said_so(editor: EditorPresenter, view: View):
    editor.begin()
    editor.typed("title", "")
    editor.name_typed("half")
    editor.save()

    assert view.said[0] == "Saved as half.toml. It cannot be played yet: 1 thing is to be put right."


def test_a_built_in_one_is_copied_and_one_of_ones_own_changed(editor: EditorPresenter, view: View):
    editor.begin("kink")
    assert view.state.name == ""
    assert part(view, "Hidden fault 1: catheter-kink") > 0
    editor.name_typed("our-kink")
    editor.save()
    editor.begin("our-kink")

    assert view.state.name == "our-kink"
    editor.save()
    assert view.said[0] == "Saved as our-kink.toml."


@pytest.mark.gui
def test_in_the_window_a_scenario_is_written_checked_and_offered(main: MainPage):
    practice = PracticePage(main)
    practice.press("write")
    wait_for(lambda: practice.page is practice.root.editor_page)
    lasts = child(practice.page, QLineEdit, "field:lasts")
    lasts.setFocus()
    lasts.selectAll()
    type_text(lasts, "7")
    note = child(practice.page, QLabel, "note:lasts")
    assert note.isVisible()
    assert "no unit" in note.text()
    assert lasts.hasFocus()
    type_text(lasts, " day")
    title = child(practice.page, QLineEdit, "field:title")
    title.selectAll()
    type_text(title, "Ours")
    assert practice.text("editorAbout") == "✓ It can be played."
    child(practice.page, QPlainTextEdit, "field:situation").setPlainText("A woman of 50.")
    parts = child(practice.page, QListWidget, "practice:editorParts")
    parts.setFocus()
    QTest.keyClick(parts, Qt.Key.Key_Down)
    assert child(practice.page, QLineEdit, "field:program.current.daily_dose").text() == "200 mcg/day"
    assert child(practice.page, Choice, "field:program.system.pump").currentText() == "SynchroMed II 40 mL"
    name = child(practice.page, QLineEdit, "field:editor.name")
    type_text(name, "ours")
    practice.press("editorSave")
    assert practice.text("editorSaid") == "Saved as ours.toml."
    practice.press("editorToList")
    wait_for(lambda: "Ours" in [each for each, _ in practice.scenarios])
