"""A scenario written in fields: every built-in one goes into them and comes out the same, and a slip is said at its place."""

import pytest

from itbcalc.practice.criteria import CriterionKind
from itbcalc.practice.scenario_draft import (
    TRAIT_WORDS,
    DraftField,
    FieldKind,
    draft_faults,
    draft_of,
    draft_text,
    sections,
    text_at,
    value_at,
    with_another,
    with_text,
    without,
)
from itbcalc.practice.scenario_reading import TRAITS, read_scenario, read_scenario_text, scenario_paths
from itbcalc.resources import resource_path
from tests.itbcalc.practice.playing import NAMES, library

TEMPLATE = resource_path("practice", "template.toml")


def field(place, table):
    fields = [each for section in sections(table, library()) for each in section.fields]
    return next(each for each in fields if each.place == place)


def typed(table, **texts):
    for place, text in texts.items():
        table = with_text(table, field(place.replace("__", "."), table), text)
    return table


@pytest.mark.parametrize("name", NAMES)
def test_a_built_in_scenario_goes_through_the_fields_unchanged(name):
    path = scenario_paths()[name]
    table = draft_of(path)
    for section in sections(table, library()):
        for each in section.fields:
            table = with_text(table, each, text_at(table, each))

    again, before = (
        read_scenario_text(draft_text(table).encode(), name, library()),
        read_scenario(path, library()),
    )
    for what in (
        "title",
        "chart",
        "hints",
        "hidden",
        "events",
        "criteria",
        "debrief",
        "experts",
        "program",
        "programmer",
        "lasts",
    ):
        assert getattr(again, what) == getattr(before, what), what


def leaves(held, place=""):
    """Each place at which something stands, and a list of steps as one."""
    if isinstance(held, dict):
        for key, value in held.items():
            yield from leaves(value, f"{place}.{key}" if place else key)
    elif isinstance(held, list) and held and isinstance(held[0], dict) and not place.endswith(".steps"):
        for number, value in enumerate(held, start=1):
            yield from leaves(value, f"{place}.{number}")
    else:
        yield place


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_a_built_in_scenario_is_without_a_field(name):
    table = draft_of(scenario_paths()[name])
    shown = {each.place for section in sections(table, library()) for each in section.fields}

    assert set(leaves(table)) <= shown


def test_every_trait_of_the_patient_has_a_field():
    assert set(TRAIT_WORDS) == set(TRAITS)
    table = with_text(draft_of(TEMPLATE), field("hidden.patient.ashworth", draft_of(TEMPLATE)), "4.5")

    assert "4" in dict(draft_faults(table, "mine", library()))["hidden.patient.ashworth"]
    assert "patient" not in with_text(table, field("hidden.patient.ashworth", table), "")["hidden"]


def test_a_flex_therapy_is_typed_step_by_step_and_a_slip_in_it_is_said():
    table = typed(draft_of(TEMPLATE), program__current__mode="flex", program__current__daily_dose="")
    table = typed(
        table,
        program__current__basal="100 mcg/day",
        program__current__steps_replace_basal="yes",
        program__current__steps="22:00, 8 h, 62.5 mcg",
    )

    assert draft_faults(table, "mine", library()) == ()
    assert value_at(table, "program.current.steps") == [
        {"start": "22:00", "duration": "8 h", "dose": "62.5 mcg"}
    ]
    slip = typed(table, program__current__steps="22:00, 8 h")
    assert "needed" in dict(draft_faults(slip, "mine", library()))["program.current.steps.1.dose"]


def test_a_key_of_the_mode_before_is_said_and_can_be_taken_out():
    table = typed(draft_of(TEMPLATE), program__current__mode="stopped")
    assert "program.current.daily_dose" in dict(draft_faults(table, "mine", library()))

    assert draft_faults(typed(table, program__current__daily_dose=""), "mine", library()) == ()


def test_a_trap_of_the_programmer_is_written_in_fields():
    table = with_another(draft_of(TEMPLATE), "programmer")
    assert "needed" in dict(draft_faults(table, "mine", library()))["programmer.1.words"]
    for place, text in (
        ("words", "A zero was typed twice."),
        ("when_mode", "simple-continuous"),
        ("until_seen", "yes"),
        ("makes.new.daily_dose", "2000 mcg/day"),
    ):
        table = with_text(table, field(f"programmer.1.{place}", table), text)

    (trap,) = read_scenario_text(draft_text(table).encode(), "mine", library()).programmer
    assert (trap.words, trap.until_seen) == ("A zero was typed twice.", True)
    assert trap.makes == {"new": {"daily_dose": "2000 mcg/day"}}


def test_every_criterion_has_the_fields_of_its_kind():
    table = with_another(draft_of(TEMPLATE), "criteria")
    number = len(table["criteria"])
    for kind in CriterionKind:
        changed = with_text(table, DraftField(f"criteria.{number}.kind", "Kind"), kind)
        faults = dict(draft_faults(changed, "mine", library()))
        shown = {each.place for section in sections(changed, library()) for each in section.fields}

        assert {place for place in faults if place.startswith(f"criteria.{number}.")} <= shown, kind


@pytest.mark.parametrize(
    ("place", "text", "words"),
    [
        ("criteria.1.points", "many", "a whole number"),
        ("criteria.1.source", "BOS61", "no key of sources.toml"),
        ("lasts", "7", "no unit"),
        ("program.current.daily_dose", "200", "no unit"),
        ("seed", "-1", "a whole number"),
        ("zone", "Utopia", "Utopia"),
        ("title", "", "needed"),
    ],
)
def test_a_slip_is_said_at_its_field_in_the_words_of_the_reader(place, text, words):
    table = draft_of(TEMPLATE)
    assert draft_faults(table, "mine", library()) == ()
    faults = dict(draft_faults(with_text(table, field(place, table), text), "mine", library()))

    assert words in faults[place]


def test_a_fault_belongs_to_its_section_alone():
    table = draft_of(TEMPLATE)
    (held,) = [each for each in sections(table, library()) if each.holds("criteria.1.points")]

    assert (held.list_place, held.number) == ("criteria", 1)
    assert not held.holds("criteria.10.points")


def test_one_more_and_one_less_of_a_list():
    table = draft_of(TEMPLATE)
    count = len(table["criteria"])
    more = with_another(table, "criteria")

    assert len(more["criteria"]) == count + 1
    assert without(more, "criteria", count + 1) == table
    with_fault = with_another(table, "hidden.faults")
    assert value_at(with_fault, "hidden.faults.1.kind") == "catheter-kink"
    assert "faults" not in without(with_fault, "hidden.faults", 1)["hidden"]


def test_typing_leaves_the_table_before_as_it_was():
    table = draft_of(TEMPLATE)
    changed = typed(table, hidden__before="2 day", title="Mine")

    assert (table["title"], value_at(table, "hidden.before")) == ("A title", None)
    assert (changed["title"], value_at(changed, "hidden.before")) == ("Mine", "2 day")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (FieldKind.PAIRS, "Pump: 40 mL\nVials: 500: 2000", [["Pump", "40 mL"], ["Vials", "500: 2000"]]),
        (FieldKind.LINES, "one\n\n two ", ["one", "two"]),
        (FieldKind.NAMES, "BOS16, ISMP,", ["BOS16", "ISMP"]),
        (FieldKind.NUMBER, "12", 12),
        (FieldKind.NUMBER, "nan", "nan"),
        (FieldKind.YES_NO, "yes", True),
    ],
)
def test_a_text_becomes_the_value_of_its_kind(kind, text, value):
    assert with_text({}, DraftField("x", "X", kind), text) == {"x": value}
