"""The safety file: no hazard without a requirement, no requirement without a test, and nothing claimed."""

import re
from pathlib import Path

import pytest

from release.safety import DOCUMENT, FOLDER, document, requirements, software_of_others

ROOT = Path(__file__).resolve().parents[1]
HAZARDS = (ROOT / "docs" / "hazards.md").read_text(encoding="utf-8")
ROWS = {row[2:5]: row for row in re.findall(r"^\| H\d\d \|.*", HAZARDS, flags=re.MULTILINE)}
ALL = requirements()


@pytest.mark.parametrize("hazard", ROWS)
def test_every_hazard_has_a_requirement(hazard):
    assert hazard in {each.hazard for each in ALL}


@pytest.mark.parametrize("requirement", ALL, ids=lambda each: each.id)
def test_every_requirement_is_held_by_tests_that_exist_or_says_not_yet(requirement):
    assert requirement.hazard in ROWS
    assert requirement.tests or requirement.not_yet
    for named in requirement.tests:
        file, _, test = named.partition("::")
        texts = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob(file)]
        assert any(f"def {test}(" in text for text in texts), named


@pytest.mark.parametrize("requirement", ALL, ids=lambda each: each.id)
def test_no_test_of_a_requirement_is_left_out(requirement):
    """A test that is never run holds nothing; one that needs another system is no proof on this."""
    for named in requirement.tests:
        file, _, test = named.partition("::")
        for path in (ROOT / "tests").rglob(file):
            before = path.read_text(encoding="utf-8").partition(f"def {test}(")[0].rpartition("\n\n\n")[2]
            assert not re.search(r"mark\.(skip|xfail|slow)", before), named


@pytest.mark.parametrize("hazard", ROWS)
def test_requirements_and_hazards_name_the_same_tests(hazard):
    in_table = set(re.findall(r"`(test_\w+\.py::test_\w+)`", ROWS[hazard].rstrip("| ").rpartition("|")[2]))

    assert {test for each in ALL if each.hazard == hazard for test in each.tests} == in_table


@pytest.mark.parametrize("requirement", ALL, ids=lambda each: each.id)
def test_the_risk_that_stays_is_said_in_words(requirement):
    assert len(requirement.residual_risk.split()) > 5


def test_ids_are_given_once():
    ids = [each.id for each in ALL]

    assert ids == sorted(set(ids))


def test_the_document_is_up_to_date():
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "python -m release.safety"


def test_software_of_others_is_what_running_installs():
    names = [name for name, _ in software_of_others()]

    assert {"pint", "numpy", "pyside6-essentials", "sqlcipher3"} <= set(names)
    assert "pytest" not in names


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.name)
def test_nothing_is_claimed_that_nobody_has_granted(path):
    text = path.read_text(encoding="utf-8").lower()

    assert not re.search(r"complian|certifi|conform|approved", text)
