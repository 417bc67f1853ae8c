"""Reads one text as a field would, and hands back what the user is told."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from itbcalc.errors import EntryError, Problem
from itbcalc.say import refusal_words

# Where the words name no accepted example, this is how they say what would be accepted.
SAID_WITHOUT_EXAMPLE = {
    Problem.NAKED_POINT: "as in 0.5",
    Problem.TRAILING_POINT: "write a digit after the point, or leave the point out",
    Problem.EXPONENT: "write the number out",
    Problem.COMMA: "use a point for decimals and no grouping",
    Problem.GROUPING: "write the digits together",
    Problem.FRACTION: "write decimals",
    Problem.NOT_ASCII_DIGIT: "plain digits 0 to 9",
    Problem.TOO_MANY_DIGITS: "15 digits",
    Problem.ZERO: "zero has no meaning here",
    Problem.PERCENT_AS_CONCENTRATION: "mg/mL",
    Problem.SEVERAL_SPACES: "one space at most",
    Problem.COMPOUND: "as in 16 h 7 min",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the user is told about a refused text."""

    problem: Problem
    words: str
    hint: str
    accepted: str
    typed: str

    @property
    def says_what_is_accepted(self) -> bool:
        if self.hint and self.problem is Problem.UNIT_UNKNOWN:
            return self.words.endswith(f" {self.hint}")
        if self.problem is Problem.TIME_SKIPPED:
            return "go forward" in self.words
        return SAID_WITHOUT_EXAMPLE.get(self.problem, self.accepted) in self.words


RefusalOf = Callable[[Callable[[], object]], Refusal]


@pytest.fixture(scope="session")
def refusal_of() -> RefusalOf:
    """Runs a reader that must refuse, and nothing but refuse."""

    def run(read: Callable[[], object]) -> Refusal:
        with pytest.raises(EntryError) as caught:
            read()
        error = caught.value
        return Refusal(error.problem, refusal_words(error), error.hint, error.accepted, error.typed)

    return run
