import json
import time
from fractions import Fraction

import pytest

from itbcalc.ask.questions import QUESTIONS
from itbcalc.ask.selftest import SelfTest, require, run_self_test
from itbcalc.errors import SelfTestError
from itbcalc.resources import resource_path

COMMANDS = {*QUESTIONS, "catheter", "mix"}
CASES = json.loads(resource_path("reference_cases.json").read_text("utf-8"))["cases"]


@pytest.fixture
def spoiled(tmp_path):
    """Writes a document as a file of reference cases, and runs the self-test over it."""

    def run(document):
        path = tmp_path / "reference_cases.json"
        text = document if isinstance(document, str) else json.dumps(document)
        path.write_text(text, encoding="utf-8")
        return run_self_test(path)

    return run


def test_every_reference_case_is_reproduced():
    result = run_self_test()

    assert result.failed == ()
    assert result.passed
    assert result.cases == len(CASES) >= 58


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_a_question_recomputes_the_cases_of_its_own_command(command):
    own = [case for case in CASES if case["command"] == command]

    result = run_self_test(command=command)

    assert result.passed
    assert result.cases == len(own) >= 1


def test_a_case_of_its_own_command_that_differs_fails_a_question(tmp_path):
    path = tmp_path / "reference_cases.json"
    spoiled = [
        {**case, "expected": dict.fromkeys(case["expected"], "1/7")}
        for case in CASES
        if case["command"] == "flow-rate"
    ]
    path.write_text(json.dumps({"cases": spoiled}), encoding="utf-8")

    assert not run_self_test(path, command="flow-rate").passed
    assert not run_self_test(path, command="daily-dose").passed  # no case at all


def test_self_test_is_over_before_anyone_notices():
    run_self_test()

    begun = time.perf_counter()
    run_self_test()

    assert time.perf_counter() - begun < 0.5  # 25 to 45 ms as measured; a slow machine is allowed its time


def test_every_command_has_reference_cases():
    assert {case["command"] for case in CASES} == COMMANDS


def test_every_reference_case_says_where_its_values_come_from():
    for case in CASES:
        assert set(case) == {"id", "source", "command", "inputs", "expected"}, case["id"]
        assert case["expected"], case["id"]
        assert "and arithmetic" in case["source"], case["id"]


def test_no_two_reference_cases_share_a_name():
    names = [case["id"] for case in CASES]

    assert len(set(names)) == len(names)


def with_one_digit_changed(text):
    """`7/40` -> `8/40`: the first digit one higher, 9 becoming 8."""
    position = next(place for place, character in enumerate(text) if character.isdigit())
    digit = int(text[position])
    return f"{text[:position]}{digit + 1 if digit < 9 else 8}{text[position + 1 :]}"


def test_one_changed_digit_in_any_expected_value_is_found_and_named(spoiled):
    for case, name, value in ((each, *named) for each in CASES for named in each["expected"].items()):
        changed = [with_one_digit_changed(value[0]), *value[1:]] if isinstance(value, list) else None
        expected = case["expected"] | {name: changed or with_one_digit_changed(value)}

        result = spoiled({"cases": [CASES[0], case | {"expected": expected}]})

        assert result == SelfTest(2, (case["id"],)), (case["id"], name)


def test_expected_values_are_in_lowest_terms():
    """Otherwise a right value would be called wrong."""
    values = [value for case in CASES for value in case["expected"].values()]
    listed = [text for value in values for text in (value if isinstance(value, list) else [value])]
    texts = [
        number for text in listed for number in text.split(" at ")
    ]  # a plug: its volume at its concentration

    assert [text for text in texts if "T" not in text and str(Fraction(text)) != text] == []


def test_one_changed_digit_in_an_input_is_found(spoiled):
    case = CASES[0] | {"inputs": CASES[0]["inputs"] | {"dose": "101 mcg/day"}}

    assert spoiled({"cases": [case]}).failed == (case["id"],)


def test_all_that_differ_are_named_in_their_order(spoiled):
    wrong = [case | {"expected": {"flow_rate": "0"}} for case in CASES[:3]]

    result = spoiled({"cases": [wrong[0], CASES[3], wrong[1], wrong[2]]})

    assert result.failed == tuple(case["id"] for case in CASES[:3])
    assert not result.passed


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"command": "no-such-command"}, id="unknown-command"),
        pytest.param({"command": "residual"}, id="inputs-of-another-command"),
        pytest.param({"inputs": {}}, id="no-inputs"),
        pytest.param({"inputs": None}, id="null-inputs"),
        pytest.param({"inputs": {"dose": "0 mcg/day", "concentration": "500 mcg/mL"}}, id="refused-input"),
        pytest.param({"inputs": {"dose": 100, "concentration": "500 mcg/mL"}}, id="number-for-text"),
        pytest.param({"expected": {}}, id="nothing-expected"),
        pytest.param({"expected": None}, id="null-expected"),
        pytest.param({"expected": {"no_such_result": "1/5"}}, id="unknown-result"),
        pytest.param({"expected": {"no_such_result": ""}}, id="unknown-result-expected-empty"),
        pytest.param({"expected": {"flow_rate": "0.2"}}, id="decimal-for-fraction"),
        pytest.param({"expected": {"flow_rate": None}}, id="null-value"),
    ],
)
def test_a_damaged_case_counts_as_failed_and_is_named(change, spoiled):
    result = spoiled({"cases": [CASES[0] | change, CASES[1]]})

    assert result == SelfTest(2, (CASES[0]["id"],))


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("", id="empty-file"),
        pytest.param("{", id="cut-off"),
        pytest.param("[]", id="a-list"),
        pytest.param("null", id="null"),
        pytest.param("{}", id="no-cases"),
        pytest.param('{"cases": 3}', id="cases-no-list"),
        pytest.param('{"cases": [3]}', id="case-no-table"),
        pytest.param('{"cases": [{"command": "mix"}]}', id="case-without-id"),
    ],
)
def test_a_file_that_cannot_be_read_does_not_pass_and_says_so(document, spoiled):
    result = spoiled(document)

    assert not result.passed
    assert result.cases == 0
    assert "not readable" in result.failed[0]


def test_a_file_that_is_not_there_does_not_pass_and_says_so(tmp_path):
    result = run_self_test(tmp_path / "gone.json")

    assert not result.passed
    assert "gone.json" in result.failed[0]


def test_a_file_in_another_encoding_does_not_pass(tmp_path):
    path = tmp_path / "cases.json"
    path.write_bytes(b"\xff\xfe{\x00}\x00")

    assert not run_self_test(path).passed


def test_a_file_without_a_single_case_does_not_pass_and_says_so(spoiled):
    assert spoiled({"cases": []}) == SelfTest(0, ("no reference cases",))


def test_what_failed_is_raised_with_its_names():
    require(SelfTest(3, ()))

    with pytest.raises(SelfTestError) as refused:
        require(SelfTest(3, ("flow-100-at-500",)))

    assert refused.value.failed == ("flow-100-at-500",)


def test_a_single_case_is_enough(spoiled):
    assert spoiled({"cases": [CASES[0]]}).passed


def test_no_cases_at_all_is_no_pass():
    assert not SelfTest(0, ()).passed
    with pytest.raises(SelfTestError):
        require(SelfTest(0, ()))
