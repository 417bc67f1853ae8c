"""What the clinician reads: every finding, slip and refusal has words, few of them, with value, limit and source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import itbcalc
from itbcalc.errors import EntryError, FieldEntryError, LibraryError, Problem, RefusedError, SelfTestError
from itbcalc.judge.findings import FindingCode
from itbcalc.judge.reasons import Reason
from itbcalc.library.records import Severity
from itbcalc.say import Message, by_severity, place_words, refusal_words, setting_text
from itbcalc.say.explanations import REASONS_WITH_WORDS
from itbcalc.say.findings import FINDINGS
from itbcalc.say.refusals import ENTRY_WORDS, REFUSED_WORDS
from itbcalc.say.report import all_messages, finding_messages
from tests.itbcalc.judge.test_neighbours import PROVOKED, TITRATED
from tests.itbcalc.programs import check_example, check_of, examples, library
from tests.itbcalc.test_program import REQUIRED_FIELDS

# An abbreviation with a point is no end of a sentence.
SENTENCE_END = re.compile(r"(?<!\bal)[.?!](?=\s|$)")


def sentences(text: str) -> int:
    return len(SENTENCE_END.findall(text))


def provoked(changes: dict[str, Any], code: str) -> Message:
    found = finding_messages(check_of(changes), library())
    return next(message for message in found if message.code == code)


# --- nothing without words


def test_every_finding_has_words() -> None:
    assert set(FINDINGS) == set(FindingCode)


def test_every_reason_has_words() -> None:
    """But one: a value that is merely the shortest of those that explain has no reason."""
    assert set(REASONS_WITH_WORDS) == set(Reason) - {Reason.NEAREST}


def test_every_problem_of_a_typed_text_has_words() -> None:
    assert set(ENTRY_WORDS) == set(Problem)


def rules_raised() -> Iterator[str]:
    """Every rule that the core raises, from its source: `RefusedError(place, typed, "rule")` and `refuse(...)`.

    A form refuses a field by a rule; a reader of tables a place, the text that stands there, by a rule.
    """
    for path in Path(itbcalc.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            refuse = 2 if path.parent.name in ("program", "practice") else 1
            positions = {"RefusedError": 2, "refuse": refuse, "_contradiction": 1, "choice": 3, "_choice": 3}
            if path.name == "therapy_reading.py":
                positions["_refuse"] = 1
            position = positions.get(name)
            if position is None or len(node.args) <= position:
                continue
            for each in ast.walk(node.args[position]):
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    yield each.value


def test_every_rule_that_refuses_has_words() -> None:
    rules = set(rules_raised())

    assert len(rules) > 25
    assert rules - set(REFUSED_WORDS) == set()


@pytest.mark.parametrize(
    "place", [*REQUIRED_FIELDS, "system.tubing_volume", "system.catheter", "bridge.dose", "file"]
)
def test_a_place_is_called_what_the_clinician_calls_it(place: str) -> None:
    words = place_words(place)

    assert words != place
    assert "_" not in words
    assert "." not in words


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("new.basal", "basal"),
        ("current.basal", "basal now"),
        ("new.every", "interval between boluses"),
        ("new.first", "time of the first bolus"),
        ("new.patient_bolus.lockout", "lockout of the patient bolus"),
        ("new.steps.2.dose", "dose of step 2"),
        ("current.steps.2.dose", "dose of step 2 now"),
        ("new.days.sat.steps.1.start", "start of step 1 on Sat"),
        ("new.days.sat.basal", "basal on Sat"),
        ("new.days.sat", "Sat"),
        ("new.groups.1.steps.2.dose", "dose of step 2 on other days"),
        ("current.groups.1.steps.2.dose", "dose of step 2 on other days now"),
        ("readouts.steps.3.dose_rate", "dose rate of row 3 on the programmer"),
        ("readouts.steps.3", "row 3 on the programmer"),
    ],
)
def test_a_place_in_a_schedule_is_called_by_step_row_and_day(place: str, words: str) -> None:
    assert place_words(place) == words


@pytest.mark.parametrize("problem", Problem)
def test_a_refused_text_is_shown_with_its_reason(problem: Problem) -> None:
    typed = "5 %" if problem is Problem.PERCENT_AS_CONCENTRATION else "5 x"

    words = refusal_words(FieldEntryError("new.daily_dose", EntryError(typed, problem, "350 mcg/day")))

    assert "{" not in words
    assert typed in words or problem is Problem.EMPTY


def test_a_refusal_is_said_even_where_a_value_for_its_words_is_missing() -> None:
    for rule in REFUSED_WORDS:
        words = refusal_words(RefusedError("new.daily_dose", "typed text", rule))

        assert words, rule
        assert "{" not in words, rule


def test_a_refusal_that_nobody_gave_words_is_still_said() -> None:
    assert "strange rule" in refusal_words(RefusedError("new", "x", "strange_rule"))


def test_errors_of_files_and_of_the_self_test_are_said() -> None:
    assert refusal_words(LibraryError("clinic/pumps/own.toml", "no name")) == "clinic/pumps/own.toml: no name"
    assert "B5, B6" in refusal_words(SelfTestError(("B5", "B6")))
    assert "2 reference cases" in refusal_words(SelfTestError(("B5", "B6")))


# --- few words, with value, limit and source


@pytest.mark.parametrize(
    ("code", "changes"), [(row[0], row[2]) for row in PROVOKED], ids=[row[0] for row in PROVOKED]
)
def test_a_finding_has_at_most_two_sentences(code: str, changes: dict[str, Any]) -> None:
    message = provoked(changes, code)

    assert sentences(message.text) <= 2
    assert "{" not in message.text
    assert not message.title.endswith(".")
    assert message.detail.endswith((".", "?"))


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_every_message_of_an_example_has_at_most_two_sentences(path: Path) -> None:
    for message in all_messages(check_example(path), library()):
        assert sentences(message.detail) <= 2, message.text
        assert len(message.text) <= 300, message.text


# code, what its text holds: the value that was found, then the limit it was held against
WITH_LIMIT = [
    ("dose_step_above_label", "+30.0025 %", "steps go up to 30 %"),
    ("dose_step_maybe_above_label", "+15.0025 %", "above 15 %"),
    ("dose_decrease_large", "−20.0025 %", "decreases go up to 20 %"),
    ("increase_too_soon", "a little less than 24 h", "24 h"),
    ("increase_soon_after_first_dose", "a little less than 24 h", "24 h"),
    ("dose_above_limit", "1,000.01 mcg/day", "1,000 mcg/day"),
    ("dose_below_limit", "11.99 mcg/day", "12 mcg/day"),
    ("concentration_above_limit", "2,000.01 mcg/mL", "2,000 mcg/mL"),
    ("concentration_outside_pump_label", "499.99 mcg/mL", "500 mcg/mL"),
    ("flow_rate_above_range", "0.92 mL/day", "0.919 mL/day"),
    ("flow_rate_below_range", "0.92 mL/day", "0.921 mL/day"),
    ("flow_rate_beyond_any_pump", "a little more than 28.8 mL/day", "28.8 mL/day"),
    ("filled_above_capacity", "40.01 mL", "40 mL"),
    ("refill_limited_by_drug", "180 days 1 h", "after 180 days"),
    ("residual_not_usable", "0.99 mL", "1 mL"),
    ("bolus_above_limit", "100.1 mcg", "100 mcg"),
    ("too_many_flex_steps", "14 steps", "13"),
    ("too_many_rates", "14 times a day", "13"),
    ("achievable_dose_differs", "15.5 mcg", "0.002 mL"),
]


@pytest.mark.parametrize(("code", "value", "limit"), WITH_LIMIT)
def test_a_finding_with_a_limit_shows_value_limit_and_source(code: str, value: str, limit: str) -> None:
    messages = [provoked(row[2], code) for row in PROVOKED if row[0] == code]

    assert all(message.source for message in messages)
    assert any(value in message.text and limit in message.text for message in messages)


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        # 400 to 520.0001 mcg/day is 30.000025 %, to 319.9999 is -20.000025 %
        (
            {**TITRATED, "new.daily_dose": "520.0001 mcg/day"},
            "dose_step_above_label",
            "a little more than +30 %",
        ),
        ({"new.daily_dose": "319.9999 mcg/day"}, "dose_decrease_large", "a little more than −20 %"),
        ({"reservoir.filled": "40.00001 mL"}, "filled_above_capacity", "a little more than 40 mL"),
        ({"reservoir.low_alarm": "0.9999999 mL"}, "residual_not_usable", "a little less than 1 mL"),
    ],
)
def test_a_value_that_rounds_to_its_limit_is_said_to_lie_beside_it(
    changes: dict[str, Any], code: str, text: str
) -> None:
    assert text in provoked(changes, code).text


@pytest.mark.parametrize("code", [code for code, *_ in WITH_LIMIT])
def test_a_source_says_how_far_it_can_be_trusted(code: str) -> None:
    changes = next(row[2] for row in PROVOKED if row[0] == code)

    source = provoked(changes, code).source

    assert source.endswith(("seen in print", "secondary source", "unverified", "clinic's own"))


# --- weight


def test_messages_are_ordered_by_weight_and_otherwise_kept() -> None:
    given = [
        Message("a", Severity.INFO, "A", ""),
        Message("b", Severity.STOP, "B", ""),
        Message("c", Severity.INFO, "C", ""),
        Message("d", Severity.WARNING, "D", ""),
    ]

    assert [message.code for message in by_severity(given)] == ["b", "d", "a", "c"]


def test_a_question_ends_in_its_own_mark() -> None:
    asked = Message("a", Severity.CAUTION, "Which tubing volume?", "Both are shown.")
    said = Message("a", Severity.CAUTION, "Nothing changes", "")

    assert asked.text == "Which tubing volume? Both are shown."
    assert said.text == "Nothing changes."


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("simple-continuous", "simple continuous"),
        ("flex", "flex"),
        ("true", "yes"),
        ("false", "no"),
        ("350 mcg/day", "350 mcg/day"),
    ],
)
def test_a_setting_is_read_in_words(kept, read):
    assert setting_text(kept) == read
