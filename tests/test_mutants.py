"""The mistakes that `dev.py mutate` makes: which, which not, and always the same."""

import ast
import tomllib
from pathlib import Path

import pytest

from tests.mutants import EQUIVALENT_MUTANTS, mutants_of, sample

ROOT = Path(__file__).parents[1]
LISTED = tomllib.loads(EQUIVALENT_MUTANTS.read_text(encoding="utf-8")).get("equivalent", [])

DECORATED = """
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Reservoir:
    volume: int | None = None

    @cached_property
    def is_full(self) -> bool:
        assert self.volume is not None
        return self.volume >= 20


def drug(volume: int, *, strength: int) -> int:
    return volume * strength


class Catheter(Struct, frozen=True, kw_only=True):
    length: int | None = None
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "reservoir.py").write_text(DECORATED, encoding="utf-8")
    return tmp_path


def test_mistakes_are_made_in_decorated_functions_too(project):
    found = mutants_of(project, "reservoir.py", "Reservoir.is_full")

    assert {(mutant.before, mutant.after) for mutant in found} == {
        ("return self.volume >= 20", "return self.volume > 20"),
        ("return self.volume >= 20", "return self.volume < 20"),
        ("return self.volume >= 20", "return self.volume >= 21"),
        ("return self.volume >= 20", "return self.volume >= 19"),
    }


def test_the_star_before_a_name_and_the_types_are_no_signs_to_mistake(project):
    assert [mutant.after for mutant in mutants_of(project, "reservoir.py", "drug")] == [
        "return volume / strength"
    ]
    assert mutants_of(project, "reservoir.py", "Reservoir") == []  # neither `frozen=True` nor `int | None`
    assert mutants_of(project, "reservoir.py", "Catheter") == []


def test_a_mutant_is_the_whole_file_with_one_mistake(project):
    (mutant,) = mutants_of(project, "reservoir.py", "drug")

    assert mutant.code == DECORATED.replace("volume * strength", "volume / strength")
    assert mutant.words.startswith("reservoir.py:17 ReplaceBinaryOperator_Mul_Div")


def test_a_sample_is_the_same_again_and_another_with_another_seed(project):
    first, again, other = (sample(project, ["reservoir.py"], 2, seed) for seed in ("1", "1", "2"))

    assert first == again
    assert len(first) == 2
    assert first != other


def test_a_line_more_above_changes_nothing_in_the_sample(project):
    before = sample(project, ["reservoir.py"], 3, "1")
    (project / "reservoir.py").write_text(f"import math\n{DECORATED}", encoding="utf-8")

    after = sample(project, ["reservoir.py"], 3, "1")

    assert [mutant.identity for mutant in after] == [mutant.identity for mutant in before]
    assert [mutant.line for mutant in after] == [mutant.line + 1 for mutant in before]


def test_there_are_no_more_mutants_than_mistakes_to_make(project):
    assert len(sample(project, ["reservoir.py"], 100, "1")) == 5


def test_a_mutant_that_is_listed_as_equivalent_can_still_be_made_and_says_why():
    for file, within in {(listed["file"], listed["within"]) for listed in LISTED}:
        listed = [each for each in LISTED if (each["file"], each["within"]) == (file, within)]
        made = {
            mutant.identity for mutant in mutants_of(ROOT, file, within, [each["before"] for each in listed])
        }

        assert {(file, within, each["before"], each["after"]) for each in listed} <= made
        assert all(each["why"] for each in listed)


def test_every_mutant_can_be_read_by_python(project):
    for mutant in sample(project, ["reservoir.py"], 100, "1"):
        ast.parse(mutant.code)
