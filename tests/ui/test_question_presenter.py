"""The quick questions' presenter, without a window."""

from collections.abc import Mapping

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from itbcalc.ask.selftest import SelfTest
from tests.ui.nasty import NASTY, named
from tests.ui.views import RecordingQuestionView
from ui.engine import Engine
from ui.questions import specs
from ui.questions.presenter import QuestionPresenter
from ui.states import QuestionState

QUESTIONS = {question.command: question for question in specs.QUESTIONS}
FIELDS = [
    (command, ask.name)
    for command, question in QUESTIONS.items()
    for ask in question.asks
    if not ask.name.startswith("drug_")  # any word may be the name of a drug
]
# One full set of texts for each question, and the first result it gives, worked by hand.
FILLED: Mapping[str, tuple[Mapping[str, str], str]] = {
    "refill": (
        {
            "volume": "40",
            "alarm": "2",
            "dose": "380",
            "concentration": "2000",
            "patient_bolus": "10 mcg",
            "patient_boluses_per_day": "3",
            "accuracy": "14.5",
            "zone": "Asia/Jerusalem",
            "from": "22 Nov 2026 09:30",
        },
        "0.19 mL/day",  # 380 / 2000
    ),
    "residual": (
        {"filled": "20", "aspirated": "4.2", "days": "60", "dose": "500", "concentration": "2000"},
        "5 mL",  # 20 - 60 x 500 / 2000
    ),
    "pocket": ({"injected": "40", "measured": "37.9"}, "2.1 mL"),
    "convert": ({"quantity": "4.68 mmol/L", "to": "mcg/mL", "molar_mass": "213.66 g/mol"}, "999.9 mcg/mL"),
    "dilute": ({"stock": "2000", "target": "500", "volume": "20"}, "5 mL"),
    "mix": (
        {
            "volume_1": "2",
            "concentration_1": "500",
            "volume_2": "18",
            "concentration_2": "2000",
            "volume_3": "5 mL",
            "concentration_3": "0",
        },
        "25 mL",
    ),
    "constant-flow": (
        {"dose": "300", "flow_rate": "0.5", "stock": "2000", "volume": "20"},
        "600 mcg/mL",  # 300 / 0.5
    ),
    "titrate": ({"dose": "100", "percent": "15", "steps": "1"}, "115 mcg/day"),
    "bridge": (
        {
            "old_concentration": "500",
            "new_concentration": "2000",
            "old_dose": "250",
            "new_dose": "285",
            "bridge_dose": "250",
            "tubing_volume": "0.140",
            "catheter_volume": "0.196",
        },
        "0.336 mL",
    ),
    "prime": (
        {"tubing_volume": "0.140", "catheter_volume": "0.196", "concentration": "500", "duration": "20 min"},
        "0.336 mL",
    ),
    "catheter": (
        {"length_1": "50", "volume_per_length_1": "0.002", "length_2": "10", "volume_per_length_2": "0.003"},
        "0.13 mL",
    ),
}
# The other of two alternatives: typed alone, in place of those it stands for.
INSTEAD: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("refill", "flow_rate"): ("dose", "concentration", "patient_bolus", "patient_boluses_per_day"),
    ("residual", "flow_rate"): ("dose", "concentration"),
    ("titrate", "to"): ("percent", "steps"),
    ("bridge", "dead_volume"): ("tubing_volume", "catheter_volume"),
    ("prime", "dead_volume"): ("tubing_volume", "catheter_volume"),
}
# A percentage may be negative; a unit is no number, so that only some texts are nasty there.
READ_THERE = {("titrate", "percent"): ("-5", "\N{MINUS SIGN}5")}


def state_of(command: str, texts: Mapping[str, str], engine: Engine) -> QuestionState:
    """The state computed from scratch."""
    view = RecordingQuestionView()
    QuestionPresenter(view, QUESTIONS[command], engine).texts_changed(texts)
    return view.last


def texts_with(command: str, name: str, text: str) -> dict[str, str]:
    """The full set with another text in one field; what it is an alternative to is left out."""
    left_out = INSTEAD.get((command, name), ())
    texts = {key: value for key, value in FILLED[command][0].items() if key not in left_out}
    return {**texts, name: text}


def words_of(state: QuestionState) -> str:
    problems = [field.problem for field in state.fields.values()]
    return "\n".join((*problems, *(f"{card.title} {card.detail}" for card in state.cards)))


def test_every_question_of_the_panels_is_tested_here():
    assert set(FILLED) == set(QUESTIONS)


@pytest.mark.parametrize("command", FILLED)
def test_a_full_set_of_texts_is_answered_with_its_working(command, engine):
    texts, first = FILLED[command]

    state = state_of(command, texts, engine)

    assert state.results[0][1] == first
    assert state.working.text
    assert not any(field.problem for field in state.fields.values())


@pytest.mark.parametrize("command", FILLED)
def test_an_answer_copied_is_an_answer_shown(command, engine):
    for _, shown, copied in state_of(command, FILLED[command][0], engine).results:
        assert copied.replace(",", "").startswith(shown.replace(",", "")), (shown, copied)


@pytest.mark.parametrize("command", FILLED)
def test_nothing_typed_is_the_empty_state(command, engine):
    assert state_of(command, {}, engine) == QuestionState()
    assert state_of(command, {FILLED[command][0].copy().popitem()[0]: " "}, engine) == QuestionState()


@pytest.mark.parametrize("command", FILLED)
def test_while_something_is_missing_nothing_is_called_wrong(command, engine):
    texts: dict[str, str] = {}
    for name, text in FILLED[command][0].items():
        texts[name] = text

        state = state_of(command, texts, engine)

        assert not any(state.fields[typed].problem for typed in texts if typed in state.fields), texts
        assert bool(state.results) or bool(state.fields), texts


@pytest.mark.parametrize(("command", "name"), FIELDS)
def test_a_malformed_field_is_refused_by_name_beside_it_and_nothing_is_answered(command, name, engine):
    for nasty in NASTY:
        if nasty in READ_THERE.get((command, name), ()):
            continue

        state = state_of(command, texts_with(command, name, nasty), engine)

        assert state.results == (), nasty
        assert state.working.text == "", nasty
        assert name in state.fields, nasty
        assert state.fields[name].problem, nasty
        assert named(nasty) in words_of(state), nasty


# A pump is chosen from a list; one that is not in the library is refused with the answer, not before.
@pytest.mark.parametrize(("command", "name"), [each for each in FIELDS if each[1] != "pump"])
def test_a_malformed_field_is_refused_also_alone(command, name, engine):
    for nasty in NASTY:
        if nasty in READ_THERE.get((command, name), ()):
            continue

        state = state_of(command, {name: nasty}, engine)

        assert state.results == (), nasty
        assert state.fields[name].problem, nasty


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), command=st.sampled_from(sorted(FILLED)))
def test_a_state_depends_on_the_texts_alone_and_not_on_what_was_typed_before(data, command, engine):
    view = RecordingQuestionView()
    presenter = QuestionPresenter(view, QUESTIONS[command], engine)
    texts = dict(FILLED[command][0])
    names = st.sampled_from([ask.name for ask in QUESTIONS[command].asks])
    values = st.sampled_from(["", "5", "0", "0.2 mL", "10 mcg", "mcg/mL", *NASTY])
    for name, text in data.draw(st.lists(st.tuples(names, values), max_size=8)):
        texts[name] = text
        presenter.texts_changed(texts)
    presenter.texts_changed(texts)

    assert view.last == state_of(command, texts, engine)


@pytest.mark.parametrize("command", FILLED)
def test_after_a_failed_self_test_nothing_is_answered(command, engine):
    failed = replace(engine, self_test=SelfTest(90, ("flow-100-at-500",)))

    assert state_of(command, FILLED[command][0], failed) == QuestionState()


def test_no_field_is_asked_twice():
    for question in QUESTIONS.values():
        assert len({ask.name for ask in question.asks}) == len(question.asks), question.title


def test_of_two_drugs_each_has_its_row_and_the_drug_of_every_part_is_needed(engine):
    """20,000 mcg and 100,000 mcg in 20 mL."""
    parts = {"volume_1": "10", "concentration_1": "2000", "volume_2": "10", "concentration_2": "10 mg/mL"}
    named = {**parts, "drug_1": "baclofen", "drug_2": "morphine"}

    results = {name: shown for name, shown, _ in state_of("mix", named, engine).results}

    assert results["concentration of baclofen"] == "1,000 mcg/mL"
    assert results["concentration of morphine"] == "5,000 mcg/mL"
    assert state_of("mix", {**parts, "drug_1": "baclofen"}, engine).fields["drug_2"].reading == "needed"
    assert state_of("mix", {**named, "drug_2": "5 %"}, engine).fields["drug_2"].problem
