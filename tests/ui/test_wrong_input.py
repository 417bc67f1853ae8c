"""Wrong input in every field of the window: refused by name where it stands, nothing answered, nothing broken."""

import pytest
from PySide6.QtWidgets import QComboBox, QLineEdit

from itbcalc.desk.fields import PLACES, YES_OR_NO
from itbcalc.desk.texts import Texts
from tests.ui.nasty import COUNTS, named, nasty_for
from tests.ui.reading import check_expected, check_reading, question_expected, question_reading
from tests.ui.test_check_presenter import state_of as check_state
from tests.ui.test_question_presenter import FIELDS, FILLED, READ_THERE, texts_with
from tests.ui.test_question_presenter import state_of as question_state
from ui.program.rows import VALUE_ROWS

pytestmark = pytest.mark.gui

CHOICES = (
    "patient.spasticity_origin",
    "patient.jurisdiction",
    "current.drug",
    "new.drug",
    "current.mode",
    "new.mode",
    "line.tubing",
    "line.catheter",
    *YES_OR_NO,
)  # nothing can be typed there
FREE_TEXT = ("patient.ref", "refill.lot")
TYPED_PLACES = [place for place in PLACES if place not in (*CHOICES, *FREE_TEXT)]
NEXT_FIELD = "new.daily_dose"
BRIDGED = "02-500-to-2000-bridged.toml"


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("part", range(4))
def test_wrong_input_in_the_check_panel_is_refused_where_it_stands(part, count, main, engine):
    main.check.open_example(BRIDGED)
    texts, typed = dict(main.owner.program.texts.typed), main.check.texts
    for place in TYPED_PLACES[part::4]:
        for nasty in nasty_for(PLACES.index(place), count):
            main.check.paste_into(place, nasty)
            main.check.go_to(NEXT_FIELD)  # what may be half of a name is no name once she goes on

            assert main.check.text_of(place) == nasty
            assert main.check.tone(place) == "refused", (place, nasty)
            assert named(nasty) in main.check.all_that_is_read, (place, nasty)
            expected = check_expected(check_state(Texts({**texts, place: nasty}), engine))
            assert check_reading(main.check, list(PLACES)) == expected, (place, nasty)
        main.check.paste_into(place, typed.get(place, "5"))
        if place not in typed:
            main.check.type_into(place, "")
    assert main.check.texts == typed


def test_a_refused_read_out_neither_matches_nor_differs(main):
    main.check.open_example(BRIDGED)
    for row in VALUE_ROWS:
        if row.programmer:
            main.check.paste_into(row.programmer, "0,5")

            assert main.check.verdict(row.key) == "✗ not readable"
            assert "‘0,5’" in main.check.note(row.key)


def test_a_choice_takes_no_typed_text(main):
    main.check.open_example(BRIDGED)
    for place in CHOICES:
        box = main.check.field(place)
        assert isinstance(box, QComboBox)
        assert not box.isEditable()


def test_a_pseudonym_may_be_any_text_that_can_be_seen(main):
    for text in ("P-0147", "0,5", "\N{FULLWIDTH DIGIT FIVE}", "nan", "<b>x</b>", "&amp;"):
        main.check.paste_into("patient.ref", text)

        assert main.check.tone("patient.ref") == ""

    main.check.paste_into("patient.ref", "P-0147\N{RIGHT-TO-LEFT OVERRIDE}")
    assert main.check.tone("patient.ref") == "refused"


@pytest.mark.parametrize("count", COUNTS)
def test_wrong_input_in_a_question_is_refused_where_it_stands(count, main, engine):
    for command in FILLED:
        page = main.question(command)
        typed = [name for of, name in FIELDS if of == command and isinstance(page.field(name), QLineEdit)]
        for position, name in enumerate(typed):
            for nasty in nasty_for(position, count):
                if nasty in READ_THERE.get((command, name), ()):
                    continue
                texts = texts_with(command, name, nasty)
                page.clear()
                for each, text in texts.items():
                    page.paste_into(each, text)

                assert page.tone(name) == "refused", (command, name, nasty)
                assert named(nasty) in page.note(name), (command, name, nasty)
                assert page.results == {}, (command, name, nasty)
                assert page.working == "", (command, name, nasty)
                assert question_reading(page) == question_expected(question_state(command, texts, engine))


def test_a_question_answers_as_soon_as_it_can_and_forgets_when_cleared(main):
    for command, (texts, first) in FILLED.items():
        page = main.question(command)
        assert page.asks_for_input, command

        for name, text in texts.items():
            page.type_into(name, text)
        assert next(iter(page.results.values())) == first, command
        assert page.working
        assert not page.asks_for_input

        page.clear()
        assert page.results == {}, command
        assert page.working == ""
        assert page.asks_for_input


def test_an_answer_is_copied_with_its_unit(main):
    page = main.question("dilute")
    for name, text in FILLED["dilute"][0].items():
        page.type_into(name, text)

    for name, shown in page.results.items():
        assert page.copied(name) == shown.replace(",", "")
