"""Scenarios: what is built in is whole and sourced, and what is wrong in a file is named with its place."""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from itbcalc.errors import RefusedError
from itbcalc.practice.criteria import KEYS, CriterionKind
from itbcalc.practice.faults import FaultKind
from itbcalc.practice.scenario_reading import (
    DEBRIEF_KEYS,
    EVENT_KEYS,
    FAULT_KEYS,
    HIDDEN_KEYS,
    PROGRAMMER_KEYS,
    TOP_KEYS,
    ScenarioError,
    read_scenario,
    read_scenario_named,
    scenario_paths,
)
from itbcalc.practice.score import JUDGES
from itbcalc.resources import resource_path
from itbcalc.say import refusal_words
from tests.itbcalc.practice.playing import NAMES, library, scenario, table_of, written

GUIDE = (Path(__file__).parents[3] / "docs" / "scenario-guide.md").read_text(encoding="utf-8")

# What the issue asks for: every situation, and what of the file makes it that.
ASKED_FOR = (
    "first-dose",
    "adult-spinal",
    "cerebral-child",
    "night-spasms",
    "bridge-up",
    "bridge-down",
    "every-hour",
    "minutes-hours",
    "kink",
    "nineteen-left",
    "stopped-update",
    "withdrawal-260",
    "tubing-volume",
    "flies-home",
    "long-stop",
    "first-dose-long",
    "aspirated",
    "pocket-fill",
    "low-ratio",
    "second-check",
    "guest-from-abroad",
    "wrong-concentration",
)


def faults_of(path):
    with pytest.raises(ScenarioError) as raised:
        read_scenario(path, library())
    return dict(raised.value.faults)


def test_every_situation_asked_for_is_there():
    assert sorted(NAMES) == sorted(ASKED_FOR)


@pytest.mark.parametrize("name", NAMES)
def test_a_built_in_scenario_is_whole_and_says_where_it_comes_from(name):
    found = scenario(name)

    assert found.title
    assert found.goal
    assert found.debrief
    assert found.experts
    assert found.hints
    assert found.points == 100
    keys = {*found.source, *(key for each in (*found.criteria, *found.experts) for key in each.source)}
    assert keys <= set(library().sources)
    assert all(criterion.source for criterion in found.criteria)


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_begins_with_a_line_that_says_what_it_is(name):
    assert scenario_paths()[name].read_text(encoding="utf-8").startswith("# ")


def test_every_kind_of_criterion_has_its_keys_and_its_judge():
    assert set(KEYS) == set(JUDGES) == set(CriterionKind)


def test_every_kind_of_criterion_and_of_fault_stands_in_the_guide():
    for name in (*CriterionKind, *FaultKind):
        assert f"| `{name}` |" in GUIDE


def test_the_scenario_of_the_guide_loads(tmp_path):
    (shown,) = re.findall(r"```toml\n(.*?)```", GUIDE, flags=re.DOTALL)
    path = tmp_path / "pocket-fill.toml"
    path.write_text(shown, encoding="utf-8")

    found = read_scenario(path, library())

    assert found.hidden.faults[0].kind is FaultKind.POCKET_FILL
    assert found.points == 100


def test_the_template_loads_as_it_is(tmp_path):
    path = tmp_path / "my-own.toml"
    path.write_bytes(resource_path("practice", "template.toml").read_bytes())

    assert read_scenario(path, library()).points == 100


def test_every_line_that_the_template_offers_in_a_comment_may_be_used(tmp_path):
    template = resource_path("practice", "template.toml").read_text(encoding="utf-8")
    offered = re.sub(r"^# (?=\w+ = |\[\[)", "", template, flags=re.MULTILINE)
    path = tmp_path / "all.toml"
    path.write_text(offered, encoding="utf-8")

    found = read_scenario(path, library())

    assert found.hidden.before == 5
    assert found.hidden.line_holds_drug is False
    assert found.events[0].away_until == 5
    assert found.hidden.faults[0].value == Fraction(3, 10)


def test_lines_of_a_text_are_joined_and_an_empty_one_parts_paragraphs(tmp_path):
    table = table_of("kink")
    table["situation"] = "one\n  two\n\nthree"

    assert read_scenario(written(tmp_path, table), library()).situation == "one two\n\nthree"


def change(table, place, value):
    *path, last = place.split(".")
    for key in path:
        table = table[int(key) - 1] if isinstance(table, list) else table[key]
    if value is None:
        del table[last]
    else:
        table[last] = value


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("title", None, "is needed"),
        ("title", "  ", "nothing to read"),
        ("titel", "A title", "not known here"),
        ("title", "a\u200bb", "cannot be seen"),
        ("situation", "x" * 4001, "longer than 4000"),
        ("goal", 7, "write it as text"),
        ("zone", None, "is needed"),
        ("seed", None, "is needed"),
        ("program", "none", "a table is needed"),
        ("program.system.pump", "tricumed-ip", "is not known"),
        ("hidden", None, "is needed"),
        ("hidden.patient", {"penn": -1}, "no sign"),
        ("hidden.average_patient", "yes", "true or false"),
        ("criteria", [], "is needed"),
        ("criteria", "none", "a list of tables"),
        ("criteria.1.id", "My Criterion", "small letters"),
        ("criteria.1.words", None, "is needed"),
        ("debrief.experts", [], "is needed"),
        ("source", ["NOWHERE"], "no key of sources.toml"),
        ("source", [], "one at least"),
        ("seed", "seven", "a whole number"),
        ("seed", 1.5, "a whole number"),
        ("zone", "New York", "not a known time zone"),
        ("starts", "2026-03-02", "no time of day"),
        ("lasts", "21 hours", "unit is not accepted"),
        ("lasts", "3 year", "unit is not accepted"),
        ("lasts", "800 day", "up to 731 days"),
        ("chart", [["only one"]], "a list of pairs"),
        ("hints", "one text", "a list of texts"),
        ("program.system.pump", "synchromed-9", "not in the library"),
        ("program.system.catheter", None, "is needed"),
        ("program.reservoir.filled", "25", "has no unit"),
        ("program.reservoir.filled", None, "is needed"),
        ("program.reservoir.low_alarm", None, "is needed"),
        ("program.system.catheter", "long", "give a volume"),
        ("program.system.catheter", {"length": "89 cm"}, "is needed"),
        ("program.reservoir.at", "2026-03-02T09:00-05:00", "the moment is that of the run"),
        ("program.patient.age_years", None, "is needed"),
        ("program.patient.spasticity_origin", None, "is needed"),
        ("program.current.daily_dose", "250 mcg", "does not belong here"),
        ("program.new", {}, "not known here"),
        ("hidden.accustomed", None, "is needed"),
        ("hidden.accustomed", "250 mcg", "does not belong here"),
        ("hidden.treated", None, "is needed"),
        ("hidden.line", "water", "drug, csf"),
        ("hidden.patient", {"size": 1}, "not known here"),
        ("hidden.patient", {"penn": "3"}, "a bare number"),
        ("hidden.faults.1.kind", "kink", "catheter-kink"),
        ("hidden.faults.1.value", 1.5, "catheter kink"),
        ("hidden.faults.1.begins", None, "is needed"),
        ("criteria.1.source", None, "is needed"),
        ("criteria.1.source", ["HEARSAY"], "what no source carries is not scored"),
        ("criteria.1.points", 0, "from 1 to 100"),
        ("criteria.1.kind", "style", "is not accepted"),
        ("criteria.1.by", None, "is needed"),
        ("criteria.1.by", "30 day", "‘30 day’ comes after the end"),
        ("criteria.4.from", "30 day", "‘30 day’ comes after the end"),
        ("hidden.patient", {"ashworth": 9}, "9 is beyond the end of the scale, which is 4"),
        ("hidden.patient", {"penn": 4.5}, "4.5 is beyond the end of the scale, which is 4"),
        ("hidden.patient", {"pain": 11}, "11 is beyond the end of the scale, which is 10"),
        ("hidden.faults.1.begins", "90 day", "‘90 day’ comes after the end"),
        ("hidden.reservoir", "50 mL", "more than the reservoir of this pump holds: 40 mL"),
        ("program.reservoir.filled", "50 mL", "more than"),
        ("starts", "2026-07-06T09:00+03:00", "not in force in America/New_York"),
        ("criteria.1.within", "1 h", "not known here"),
        ("criteria.1.fault", "motor-stall", "not among the hidden faults"),
        ("criteria.3.least", "900 mcg/day", "above the most"),
        ("criteria.4.most", "tired", "is not accepted"),
        ("debrief.words", None, "is needed"),
        ("debrief.experts.1.source", [], "one at least"),
    ],
)
def test_a_fault_is_named_with_its_place(tmp_path, place, value, words):
    table = table_of("kink")
    change(table, place, value)

    faults = faults_of(written(tmp_path, table))

    named = {
        "hidden.patient": tuple(f"hidden.patient.{key}" for key in ("size", "ashworth", "penn", "pain")),
        "program": ("program",),
        "program.system.catheter": ("program.system.catheter", "program.system.catheter.volume_per_length"),
        "hidden.faults.1.value": ("hidden.faults.1.value",),
    }.get(place, (place,))
    # Without these, others cannot be read either.
    assert len(faults) == 1 or place in ("zone", "starts", "program", "hidden", "criteria")
    (reason,) = [why for at, why in faults.items() if at in named]
    assert re.search(words, reason)


@pytest.mark.parametrize("trait", [{"ashworth": 4}, {"penn": 4}, {"pain": 10}, {"ashworth": 0}])
def test_the_ends_of_a_scale_are_on_it(tmp_path, trait):
    table = table_of("kink")
    table["hidden"]["patient"] = trait

    assert read_scenario(written(tmp_path, table), library()).hidden.traits


@pytest.mark.parametrize("starts", ["2026-07-06T09:00-04:00", "2026-07-06T13:00Z"])
def test_the_offset_of_the_zone_and_universal_time_are_accepted(tmp_path, starts):
    table = table_of("kink")
    table["starts"] = starts

    assert read_scenario(written(tmp_path, table), library()).starts.moment.hour == 9


def test_a_look_within_longer_than_the_run_is_refused(tmp_path):
    table = table_of("long-stop")
    watched = next(each for each in table["criteria"] if each["id"] == "watched")
    watched["within"] = "400 day"

    assert faults_of(written(tmp_path, table)) == {
        "criteria.4.within": "‘400 day’ comes after the end of the scenario"
    }


def test_what_comes_after_the_end_is_named_as_it_was_typed(tmp_path):
    table = table_of("flies-home")
    table["events"] = [{"at": "70 day", "words": "too late"}]

    assert faults_of(written(tmp_path, table)) == {
        "events.1.at": "‘70 day’ comes after the end of the scenario"
    }


def test_all_faults_are_named_at_once(tmp_path):
    table = table_of("kink")
    del table["title"]
    table["criteria"][1]["source"] = ["HEARSAY"]
    table["hidden"]["line"] = "water"

    assert set(faults_of(written(tmp_path, table))) == {"title", "criteria.2.source", "hidden.line"}


def test_a_criterion_is_not_named_twice(tmp_path):
    table = table_of("kink")
    table["criteria"][1]["id"] = table["criteria"][0]["id"]

    assert "used already" in faults_of(written(tmp_path, table))["criteria"]


@pytest.mark.parametrize(
    ("makes", "place", "words"),
    [
        ({"new": {"evry": "6 min"}}, "programmer.1.makes.new.evry", "not known here"),
        (
            {"new": {"daily_dose": "1 mcg/day"}},
            "programmer.1.makes.new.daily_dose",
            "belongs to another mode",
        ),
        ({"new": {"every": "a while"}}, "programmer.1.makes.new.every", "has no number"),
        ({"system": {"tubing_volume": "0.14"}}, "programmer.1.makes.system.tubing_volume", "no unit"),
        ({"current": {}}, "programmer.1.makes.current", "not known here"),
        ({"system": {"pump": "x"}}, "programmer.1.makes.system.pump", "not known here"),
        (
            {"new": {"mode": "simple-continuous", "drug": "baclofen", "concentration": "500 mcg/mL"}},
            "programmer.1.makes.new.daily_dose",
            "is needed",
        ),
    ],
)
def test_what_the_programmer_makes_is_checked_too(tmp_path, makes, place, words):
    table = table_of("minutes-hours")
    table["programmer"][0]["makes"] = makes

    assert words in faults_of(written(tmp_path, table))[place]


def test_of_which_mode_a_single_key_is_must_be_said(tmp_path):
    table = table_of("minutes-hours")
    del table["programmer"][0]["when_mode"]

    assert "say when_mode" in faults_of(written(tmp_path, table))["programmer.1.makes.new"]


@pytest.mark.parametrize(
    ("event", "place"),
    [
        ({"at": "70 day", "words": "too late"}, "events.1.at"),
        ({"at": "60 day", "words": "at the end"}, "events.1.at"),
        ({"at": "5 day", "words": "x", "away_until": "4 day"}, "events.1.away_until"),
        ({"at": "5 day", "words": "x", "away_until": "5 day"}, "events.1.away_until"),
    ],
)
def test_an_event_comes_before_the_end_and_nobody_is_back_before_leaving(tmp_path, event, place):
    table = table_of("flies-home")
    table["events"] = [event]

    assert set(faults_of(written(tmp_path, table))) == {place}


def test_a_pump_with_two_tubing_volumes_needs_the_true_one(tmp_path):
    table = table_of("tubing-volume")
    del table["hidden"]["tubing_volume"]

    assert set(faults_of(written(tmp_path, table))) == {"hidden.tubing_volume"}


@pytest.mark.parametrize(
    ("text", "words"),
    [("title = ", "not valid TOML"), ("\ufefftitle = 1", "byte order mark")],
)
def test_what_is_no_toml_is_refused_by_the_file(tmp_path, text, words):
    path = tmp_path / "no-toml.toml"
    path.write_text(text, encoding="utf-8")

    assert words in faults_of(path)["file"]


def test_the_name_of_a_file_is_plain(tmp_path):
    path = written(tmp_path, table_of("kink"), "My Scenario")

    assert "small letters" in faults_of(path)["file"]


def test_a_scenario_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(RefusedError) as raised:
        read_scenario_named("kinks", library())

    assert "flies-home, guest-from-abroad, kink" in refusal_words(raised.value)


def test_a_scenario_of_ones_own_does_not_hide_a_built_in_one(tmp_path):
    table = table_of("kink")
    table["title"] = "another"
    written(tmp_path, table, "kink")
    written(tmp_path, table, "kink-of-mine")

    assert read_scenario_named("kink", library(), tmp_path).title == scenario("kink").title
    assert read_scenario_named("kink-of-mine", library(), tmp_path).title == "another"


def test_a_scenario_error_says_file_place_and_reason(tmp_path):
    table = table_of("kink")
    del table["goal"]
    path = written(tmp_path, table)

    with pytest.raises(ScenarioError) as raised:
        read_scenario(path, library())

    assert refusal_words(raised.value) == "changed.toml: goal: is needed"


def test_the_digest_is_of_the_file(tmp_path):
    first = read_scenario(written(tmp_path, table_of("kink")), library())
    table = table_of("kink")
    table["seed"] = 7
    second = read_scenario(written(tmp_path, table), library())

    assert first.digest != second.digest
    assert re.fullmatch("[0-9a-f]{64}", first.digest)


@pytest.mark.parametrize(
    "key",
    sorted({*TOP_KEYS, *HIDDEN_KEYS, *FAULT_KEYS, *EVENT_KEYS, *PROGRAMMER_KEYS, *DEBRIEF_KEYS}),
)
def test_every_line_of_a_scenario_stands_in_the_guide(key):
    assert re.search(rf"`\[*{key}[`.\]\s]|`\[\[hidden\.{key}", GUIDE)


@pytest.mark.parametrize(
    ("criterion", "place", "words"),
    [
        ({"kind": "observed", "what": ["smell"], "when": "any"}, "what", "tone, spasms"),
        ({"kind": "observed", "what": "tone", "when": "any"}, "what", "a list of texts"),
        ({"kind": "observed", "when": "any"}, "what", "is needed"),
        ({"kind": "observed", "what": ["tone"], "when": "later"}, "when", "before, after, any"),
        ({"kind": "typed", "of": "last", "place": "patient.ref", "text": "x"}, "place", "no field"),
        ({"kind": "typed", "of": "all", "place": "new.mode"}, "text", "is needed"),
        ({"kind": "step_within", "limit": "TIT-ADULT"}, "limit", "TIT-ADULT-SP"),
        ({"kind": "no_finding", "finding": "bad_style"}, "finding", "not accepted"),
        (
            {"kind": "outcome", "scale": "ashworth", "at": "end", "least": 1, "most": "2"},
            "most",
            "a bare number",
        ),
        ({"kind": "outcome", "scale": "ashworth", "at": "end", "most": 2}, "least", "is needed"),
        ({"kind": "no_harm", "harm": "overdose", "most": "mild"}, "most", "awake, drowsy"),
        ({"kind": "no_harm", "harm": "withdrawal", "most": "awake"}, "most", "none, mild"),
        ({"kind": "refilled", "by": "2 week"}, "by", "not accepted"),
        ({"kind": "refilled", "by": "1 day", "vial": "2000 mcg"}, "vial", "does not belong here"),
        ({"kind": "primed", "by": "1 h", "least": "0.3 mL"}, "most", "is needed"),
        ({"kind": "typed", "of": "last", "place": "new.dayly", "text": "x"}, "place", "no field"),
        ({"kind": "typed", "of": "last", "place": "system.pumps", "text": "x"}, "place", "no field"),
        ({"kind": "bridged", "needs": ["later"]}, "needs", "no criterion before this one"),
        ({"kind": "bridged", "needs": ["c"]}, "needs", "no criterion before this one"),
    ],
)
def test_what_a_kind_of_criterion_needs_is_checked(tmp_path, criterion, place, words):
    table = table_of("kink")
    common = {"id": "c", "words": "w", "points": 1, "source": ["BOS16"]}
    table["criteria"] = [*table["criteria"], {**common, **criterion}]

    faults = faults_of(written(tmp_path, table))

    assert list(faults) == [f"criteria.6.{place}"]
    assert words in faults[f"criteria.6.{place}"]


@pytest.mark.parametrize(
    "event", [{"words": "no time"}, {"at": "1 day"}, {"at": "1 day", "words": "x", "who": "y"}]
)
def test_an_event_has_a_time_and_words_and_nothing_else(tmp_path, event):
    table = table_of("flies-home")
    table["events"] = [event]

    (place,) = faults_of(written(tmp_path, table))

    assert place in ("events.1.at", "events.1.words", "events.1.who")


def test_a_programmer_that_makes_something_says_what(tmp_path):
    table = table_of("minutes-hours")
    del table["programmer"][0]["words"]

    assert set(faults_of(written(tmp_path, table))) == {"programmer.1.words"}


def test_a_file_that_is_not_there_is_said_to_be_that(tmp_path):
    assert set(faults_of(tmp_path / "nothing.toml")) == {"file"}


def test_a_hint_that_nobody_can_read_is_refused(tmp_path):
    table = table_of("kink")
    table["hints"] = ["Look at the reservoir.", "\x00"]

    assert "cannot be seen" in faults_of(written(tmp_path, table))["hints"]
