"""The test report: a requirement is held by tests that ran and passed, and each that did not is named."""

import pytest

from release.safety import Requirement
from release.test_report import Case, cases_of, not_held, report

RUN = """<testsuites><testsuite>
<testcase classname="tests.itbcalc.judge.test_check" name="test_a[1]"/>
<testcase classname="tests.itbcalc.judge.test_check" name="test_a[2-&lt;]"><failure message="x"/></testcase>
<testcase classname="tests.ui.test_look" name="test_b"><skipped message="needs a screen"/></testcase>
<testcase classname="tests.ui.test_look" name="test_c"><error message="no folder"/></testcase>
</testsuite></testsuites>"""


def requirement(*tests):
    return Requirement(id="R01", hazard="H01", must="", tests=tests, residual_risk="")


def test_the_cases_of_a_run_are_read():
    assert cases_of(RUN) == [
        Case("test_check.py::test_a", "passed"),
        Case("test_check.py::test_a", "failed"),
        Case("test_look.py::test_b", "left out", "needs a screen"),
        Case("test_look.py::test_c", "failed"),
    ]


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ([], "R01: test_x.py::test_x did not run"),
        (["left out"], "R01: test_x.py::test_x 1 left out"),
        (["passed", "failed"], "R01: test_x.py::test_x 1 failed, 1 passed"),
        (["passed", "left out"], None),
        (["passed"], None),
    ],
)
def test_a_requirement_whose_test_did_not_run_or_pass_is_named(outcomes, words):
    cases = [Case("test_x.py::test_x", outcome) for outcome in outcomes]

    assert not_held(cases, [requirement("test_x.py::test_x")]) == ([] if words is None else [words])


def test_the_report_tells_seed_versions_and_what_was_left_out():
    text = report(cases_of(RUN), "4711")

    assert "--hypothesis-seed=4711" in text
    assert "| cases | 2 failed, 1 left out, 1 passed |" in text
    assert "- `test_look.py::test_b` (1): needs a screen" in text
    assert "| pytest | " in text
    assert "| pint | " in text
