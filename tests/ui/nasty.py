"""Texts that no number field takes, and one of the wrong kind for each place of the window."""

from collections.abc import Sequence

import pytest

# Refused wherever a number is read, whatever its unit: one of each way of going wrong.
NASTY = (
    ".5",  # naked point
    "5.",  # trailing point
    "0,5",  # decimal comma
    "1,000",  # grouping
    "1e3",  # exponent
    "-5",  # sign
    "\N{MINUS SIGN}5",
    "\N{FULLWIDTH DIGIT FIVE}",
    "\N{VULGAR FRACTION ONE HALF}",
    "nan",
    "5 kg",  # a unit of nothing here
    "5\N{ZERO WIDTH SPACE}",
    "1.2.3",
    "007",
    "five",
    "1 000",
)
# How many a field in the quick round, turning, so that each text meets every kind of field; the slow one tries all.
COUNTS = [2, pytest.param(len(NASTY), marks=pytest.mark.slow)]
# Shown by its code point where it is named: nobody can see it.
AS_SHOWN = {"5\N{ZERO WIDTH SPACE}": "5[U+200B]"}


def nasty_for(position: int, count: int, offered: Sequence[str] = NASTY) -> list[str]:
    """So many of them for the field at this position."""
    return [offered[(position * count + n) % len(offered)] for n in range(min(count, len(offered)))]


def named(typed: str) -> str:
    """How a refusal names the typed text."""
    return AS_SHOWN.get(typed, typed)
