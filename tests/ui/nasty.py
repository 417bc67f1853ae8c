"""Texts that no number field takes, and one of the wrong kind for each place of the window."""

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
# Shown by its code point where it is named: nobody can see it.
AS_SHOWN = {"5\N{ZERO WIDTH SPACE}": "5[U+200B]"}


def named(typed: str) -> str:
    """How a refusal names the typed text."""
    return AS_SHOWN.get(typed, typed)
