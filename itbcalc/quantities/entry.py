"""What does this typed text mean, exactly - or why is it refused?

Text never reaches pint's parser: the number has a grammar of its own, the unit is one of a closed list.
Nothing is repaired, cut, rounded or guessed.
"""

import functools
import re
import unicodedata
from fractions import Fraction

from msgspec import Struct

from itbcalc.errors import EntryError, Problem
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DURATION,
    LENGTH,
    MOLAR_CONCENTRATION,
    MOLAR_MASS,
    PERCENTAGE,
    RATIO,
    Kind,
    exactly,
)
from itbcalc.quantities.units import CENTIMETRES_OF_AN_INCH, Quantity, Unit, ureg

MAX_DIGITS = 15
MAX_CHARACTERS = 60

# As typed -> as shown. Both micro signs exist on keyboards.
UNIT_SPELLINGS = {
    "ng": "ng",
    "mcg": "mcg",
    "ug": "mcg",
    "\u00b5g": "mcg",
    "\u03bcg": "mcg",
    "mg": "mg",
    "g": "g",
    "uL": "uL",
    "\u00b5L": "uL",
    "\u03bcL": "uL",
    "mL": "mL",
    "ml": "mL",
    "L": "L",
    "s": "s",
    "min": "min",
    "h": "h",
    "day": "day",
    "d": "day",
    "cm": "cm",
    "mm": "mm",
}
WHOLE_UNITS = {
    "%": "%",
    "mmol/L": "mmol/L",
    "mM": "mmol/L",
    "umol/L": "umol/L",
    "\u00b5mol/L": "umol/L",
    "\u03bcmol/L": "umol/L",
    "uM": "umol/L",
    "\u00b5M": "umol/L",
    "\u03bcM": "umol/L",
}
_SPELLINGS = UNIT_SPELLINGS | WHOLE_UNITS
PINT_NAMES = {"%": "percent"}
DURATION_UNITS = ("day", "h", "min", "s")

# What people write out of habit, and what is accepted in its place.
NEAREST = {
    "cc": "mL",
    "ccm": "mL",
    "ccs": "mL",
    "cm3": "mL",
    "mls": "mL",
    "milliliter": "mL",
    "milliliters": "mL",
    "millilitre": "mL",
    "millilitres": "mL",
    "mcl": "uL",
    "microliter": "uL",
    "microliters": "uL",
    "microlitre": "uL",
    "microlitres": "uL",
    "liter": "L",
    "liters": "L",
    "litre": "L",
    "litres": "L",
    "hr": "h",
    "hrs": "h",
    "hour": "h",
    "hours": "h",
    "24 hr": "day",
    "24hr": "day",
    "24 hrs": "day",
    "24hrs": "day",
    "24 hour": "day",
    "24 hours": "day",
    "minute": "min",
    "minutes": "min",
    "mins": "min",
    "m": "min",
    "days": "day",
    "sec": "s",
    "secs": "s",
    "second": "s",
    "seconds": "s",
    "mgs": "mg",
    "milligram": "mg",
    "milligrams": "mg",
    "gram": "g",
    "grams": "g",
    "microgram": "mcg",
    "micrograms": "mcg",
    "mcgs": "mcg",
    "gamma": "mcg",
    "u": "mcg",
    "iu": "mcg",
    "percent": "%",
    "per cent": "%",
    "pct": "%",
}

_NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_LEADING_NUMBER = re.compile(r"[0-9][0-9.,'_]*|[.,][0-9][0-9.,'_]*")

# What continues a number instead of being its unit, and the problem it is.
_GOING_ON = (
    (re.compile(r" ?[eE] ?[+-]?[0-9]"), Problem.EXPONENT),  # 1e3
    (re.compile(r" ?[x\u00d7*\u00b7\u22c5] ?10(?![0-9])"), Problem.EXPONENT),  # 1x10^3
    (re.compile(r" ?\^"), Problem.EXPONENT),  # 10^3
    (re.compile(r" [0-9]"), Problem.GROUPING),  # 1 000
    (re.compile(r"[\u2019\u2018\u02bc\u00b4`\u066c][0-9]"), Problem.GROUPING),  # 1’000
    (re.compile(r" ?[/\u2044\u2215\u00f7] ?[0-9]"), Problem.FRACTION),  # 1/2
    (
        re.compile(r" ?[+*=<>~#$&()\[\]-]|[^\w\s%/] ?[0-9]| [.,]"),
        Problem.MALFORMED_NUMBER,
    ),  # 5-, 5:30, 1·5, 1 .5
)
_HEX = re.compile(r"[xXoObB][0-9A-Fa-f]")

_INCHES = ("in", "inch", "inches", '"', "\u2033", "\u201d")
_SIGNS_OF_A_CHANGE = "+-\u2212"  # as a change is shown, and as a keyboard has it
_NUMBER_BELOW = re.compile(r"(?:/|\bper\b) ?(?!24(?![0-9.,]))[0-9]")
_PER_VOLUME = re.compile(r"([^/ ]+) ?/ ?([0-9][0-9.,'_]*) ?([A-Za-z\u00b5\u03bc]+)")  # mg/5 mL

# Letters and marks without a glyph, beside the control and format characters that Unicode calls so.
_WITHOUT_GLYPH = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0") | {
    chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}


class TypedNumber(Struct, frozen=True):
    """A number as typed: its exact value and how many decimals were written."""

    text: str
    value: Fraction
    decimals: int


class Entered(Struct, frozen=True):
    """A quantity as typed: the text, the exact quantity in its kind's unit, and how it was written.

    `unit` is the unit as we show it (the last part's, for a compound duration; without the volume of a vial, `mg/mL` of
    `10 mg/5 mL`), `resolution` the size of one step of the last digit written: `0.18 mL/day` has a resolution of 0.01 mL/day.
    `of_a_vial` is true where a concentration was typed as a vial is labelled.
    """

    text: str
    quantity: Quantity
    number_text: str
    unit: str
    decimals: int
    resolution: Quantity
    of_a_vial: bool = False


@functools.lru_cache(
    maxsize=512
)  # of a program all but one value stand there as they did before the last key
def read_quantity(text: str, kind: Kind, *, shown_unit: str = "", signed: bool = False) -> Entered:
    """`text` as a quantity of `kind`.

    `shown_unit` is the unit a field shows beside itself: only then may the unit be left out.
    Zero is read; whether it has a meaning is the caller's rule (`refuse_zero`).
    Raises EntryError with the reason and an accepted example.
    """
    example = kind.example
    trimmed = plain_text(text, example)
    parts = _compound_parts(trimmed) if kind is DURATION else None
    if parts:
        return _compound_duration(text, trimmed, parts, example)
    number_text, unit_text = _split(trimmed, text, example)
    number = _number(number_text, text, example, signed=signed)
    if not unit_text:
        if not shown_unit:
            raise EntryError(text, Problem.UNIT_MISSING, example)
        unit_text = shown_unit
    if kind is LENGTH and unit_text.lower().rstrip(".") in _INCHES:
        raise EntryError(text, Problem.INCHES, example, hint=_in_centimetres(number))
    typed_unit = unit_text
    per, unit_text = _per_volume(unit_text, text, kind)
    unit_shown, _ = _unit(unit_text, text, kind)
    size = _size(unit_shown, kind) / per
    return Entered(
        text=text,
        quantity=ureg.Quantity(number.value * size, kind.unit),
        number_text=number.text,
        unit=unit_shown,
        decimals=number.decimals,
        resolution=ureg.Quantity(Fraction(1, 10**number.decimals) * size, kind.unit),
        of_a_vial=unit_text != typed_unit,
    )


def read_count(text: str, *, example: str = "3") -> int:
    """`text` as a whole number without a unit."""
    number = read_number(text, example=example)
    if number.decimals:
        raise EntryError(text, Problem.NOT_WHOLE, example)
    return int(number.value)


def read_counted(text: str) -> Entered:
    """`text` as a whole number without a unit, as a quantity: `3`."""
    count = read_count(text)
    return Entered(
        text=text,
        quantity=exactly(count, RATIO),
        number_text=text.strip(" "),
        unit="",
        decimals=0,
        resolution=exactly(1, RATIO),
    )


def read_whole_days(text: str) -> Entered:
    """`text` as a whole number of days, `188` or `188 day`: no part of a day, and no other unit."""
    example = "188 day"
    try:
        entered = read_quantity(text, DURATION, shown_unit="day")
    except EntryError as error:
        raise EntryError(text, error.problem, example, error.hint) from error
    if entered.unit != "day":
        raise EntryError(text, Problem.UNIT_OF_ANOTHER_KIND, example)
    if entered.decimals:
        raise EntryError(text, Problem.NOT_WHOLE, example)
    return entered


def read_number(text: str, *, example: str = "3", signed: bool = False) -> TypedNumber:
    """`text` as a bare number; a unit behind it is refused."""
    trimmed = plain_text(text, example)
    number_text, unit_text = _split(trimmed, text, example)
    if unit_text:
        raise EntryError(text, Problem.UNIT_UNKNOWN, example)
    return _number(number_text, text, example, signed=signed)


def refuse_zero(entered: Entered, kind: Kind) -> Entered:
    """`entered`, unless it is zero: for places where zero has no meaning."""
    if entered.quantity.magnitude == 0:
        raise EntryError(entered.text, Problem.ZERO, kind.example)
    return entered


def read_unit(text: str) -> str:
    """`text` as one of the closed list of units, as we show it (for `convert --to`)."""
    trimmed = plain_text(text, "mcg/mL")
    shown = _unit_shown(trimmed)
    if shown is None:
        raise EntryError(text, Problem.UNIT_UNKNOWN, "mcg/mL", hint=nearest_unit(trimmed))
    return shown


@functools.lru_cache(maxsize=512)
def pint_unit(shown: str) -> Unit:
    """The unit behind a unit as we show it."""
    return ureg.Unit(PINT_NAMES.get(shown, shown))


def nearest_unit(text: str, kind: Kind | None = None) -> str:
    """The accepted unit (of `kind`, if given) nearest to `text`, or nothing.

    None is near where a number stands below: `mg per 5 mL` is not `mg/mL`.
    """
    if _NUMBER_BELOW.search(text):
        return ""
    guesses = _meant(text) + _quotients_meant(text) + _alike(text)
    return next((guess for guess in guesses if _may_stand(guess, kind)), "")


def visible(text: str, limit: int = 40) -> str:
    """`text` for showing in a message: invisible characters by their code, long text cut and counted."""
    shown = "".join(f"[U+{ord(c):04X}]" if _is_invisible(c) else c for c in text[:limit])
    return shown if len(text) <= limit else f"{shown}… ({len(text):,} characters)"


def _meant(text: str) -> tuple[str, ...]:
    """Accepted units for which `text` is another name, or the same letters in another case, as we show them."""
    lowered = text.lower().rstrip(".")
    by_habit = (NEAREST[lowered],) if lowered in NEAREST else ()
    return by_habit + tuple(shown for spelling, shown in _SPELLINGS.items() if spelling.lower() == lowered)


@functools.lru_cache(maxsize=512)
def _alike(text: str) -> tuple[str, ...]:
    """Accepted units that look like `text`, the most alike first."""
    import difflib

    return tuple(_SPELLINGS[like] for like in difflib.get_close_matches(text.lower(), _SPELLINGS, n=3))


def _quotients_meant(text: str) -> tuple[str, ...]:
    """Units in place of both sides of `text` where it is a quotient; not all of them are accepted."""
    above, slash, below = text.replace(" per ", "/").partition("/")
    if not slash:
        return ()
    tops, bottoms = (_meant(part) + _alike(part) for part in (above.strip(" "), below.strip(" ")))
    return tuple(f"{top}/{bottom}" for top in tops for bottom in bottoms)


def _may_stand(shown: str, kind: Kind | None) -> bool:
    """Whether `shown` is accepted, and where a quantity of `kind` belongs."""
    if _unit_shown(shown) is None:
        return False
    return kind is None or _fits(shown, kind)


def _fits(shown: str, kind: Kind) -> bool:
    same_dimension = pint_unit(shown).dimensionality == kind.unit.dimensionality
    return same_dimension and (shown == "%") == (kind is PERCENTAGE)


def _is_invisible(character: str) -> bool:
    if character == " ":
        return False
    invisible = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}
    return unicodedata.category(character) in invisible or character in _WITHOUT_GLYPH


def _is_sign(character: str) -> bool:
    """Plus, minus and every dash that may be meant as one."""
    return character in "+-\u00b1\u2212\u2213\u207a\u207b\u208a\u208b\u2795\u2796\ufb29\ufe62\uff0b" or (
        unicodedata.category(character) == "Pd"
    )


def _is_other_number(character: str) -> bool:
    """Digits of other scripts, fractions, superscripts, roman numerals: numbers, but not 0 to 9."""
    return not character.isascii() and unicodedata.numeric(character, None) is not None


def plain_text(text: str, example: str) -> str:
    """`text` without the blanks around it; refused if empty, too long or holding what cannot be seen."""
    if len(text) > MAX_CHARACTERS:
        raise EntryError(text, Problem.TOO_LONG, example)
    if any(_is_invisible(c) for c in text):
        raise EntryError(text, Problem.INVISIBLE, example)
    trimmed = text.strip(" ")
    if not trimmed:
        raise EntryError(text, Problem.EMPTY, example)
    return trimmed


def _split(trimmed: str, text: str, example: str) -> tuple[str, str]:
    """The number and the unit of `trimmed`, split at the first character that belongs to no number."""
    sign = trimmed[0] if _is_sign(trimmed[0]) else ""
    body = trimmed[len(sign) :]
    match = _LEADING_NUMBER.match(body)
    if match is None:
        raise EntryError(text, _why_no_number(body, sign=sign), example)
    number, rest = match.group(), body[match.end() :]
    _refuse_number_going_on(number, rest, text, example)
    if rest.startswith("  "):
        raise EntryError(text, Problem.SEVERAL_SPACES, example)
    return sign + number, rest.removeprefix(" ")


def _why_no_number(body: str, *, sign: str) -> Problem:
    if re.match(r" ?(?:[sq]?nan|inf(?:inity)?(?![a-z])|\u221e)", body, flags=re.IGNORECASE):
        return Problem.NOT_FINITE
    if sign:
        return Problem.SIGN
    if re.match(r"\. ?\.", body):
        return Problem.SEVERAL_POINTS
    if body.startswith((".", ",")):
        return Problem.MALFORMED_NUMBER
    if any(_is_other_number(c) for c in body):
        return Problem.NOT_ASCII_DIGIT
    return Problem.UNIT_BEFORE_NUMBER if re.search("[0-9]", body) else Problem.NO_NUMBER


def _refuse_number_going_on(number: str, rest: str, text: str, example: str) -> None:
    """Refuses what continues a number instead of being its unit: `1e3`, `1 000`, `0x10`, `1/2`, `1½`."""
    if number == "0" and _HEX.match(rest):
        raise EntryError(text, Problem.MALFORMED_NUMBER, example)
    for pattern, problem in _GOING_ON:
        if pattern.match(rest):
            raise EntryError(text, problem, example)
    if any(_is_other_number(c) for c in rest):
        raise EntryError(text, Problem.NOT_ASCII_DIGIT, example)


def _number(number_text: str, text: str, example: str, *, signed: bool) -> TypedNumber:
    body, sign = number_text, ""
    if body[0] not in "0123456789.,":
        if not (signed and body[0] in _SIGNS_OF_A_CHANGE):
            raise EntryError(text, Problem.SIGN, example)
        sign, body = body[0], body[1:]
    if not _NUMBER.fullmatch(body):
        raise EntryError(text, _why_malformed(body), example)
    digits = body.replace(".", "")
    if len(digits) > MAX_DIGITS:
        raise EntryError(text, Problem.TOO_MANY_DIGITS, example)
    _, _, decimals = body.partition(".")
    value = Fraction(int(digits), 10 ** len(decimals))
    if sign and value == 0:
        raise EntryError(text, Problem.SIGN, example)
    return TypedNumber(number_text, value if sign in ("", "+") else -value, len(decimals))


def _why_malformed(body: str) -> Problem:
    reasons = (
        ("," in body, Problem.COMMA),
        ("'" in body or "_" in body, Problem.GROUPING),
        (body.count(".") > 1, Problem.SEVERAL_POINTS),
        (body.startswith("."), Problem.NAKED_POINT),
        (body.endswith("."), Problem.TRAILING_POINT),
        (body.startswith("0"), Problem.LEADING_ZERO),
    )
    return next((problem for holds, problem in reasons if holds), Problem.MALFORMED_NUMBER)


def _unit(unit_text: str, text: str, kind: Kind) -> tuple[str, Unit]:
    shown = _unit_shown(unit_text)
    if shown is None or (shown == "g/mol" and kind is not MOLAR_MASS):
        raise EntryError(text, *_why_no_unit(unit_text, kind))
    if shown == "%" and kind in (CONCENTRATION, MOLAR_CONCENTRATION):
        raise EntryError(text, Problem.PERCENT_AS_CONCENTRATION, kind.example)
    if not _fits(shown, kind):
        raise EntryError(text, Problem.UNIT_OF_ANOTHER_KIND, kind.example)
    return shown, pint_unit(shown)


def _why_no_unit(unit_text: str, kind: Kind) -> tuple[Problem, str, str]:
    """The problem, the example and the nearest accepted unit."""
    near = nearest_unit(unit_text, kind)
    if "  " in unit_text and not near:
        return Problem.SEVERAL_SPACES, kind.example, ""
    if kind is DURATION and re.search("[0-9]", unit_text):
        return Problem.COMPOUND, kind.example, ""
    return Problem.UNIT_UNKNOWN, kind.example, near


@functools.cache
def _size(shown: str, kind: Kind) -> Fraction:
    """How many of the canonical unit of `kind` one of this unit is."""
    return kind(ureg.Quantity(Fraction(1), pint_unit(shown))).magnitude


@functools.lru_cache(maxsize=512)
def _unit_shown(unit_text: str) -> str | None:
    """The unit as we show it, or None where it is not of the closed list."""
    if unit_text == "g/mol":
        return "g/mol"
    if unit_text in WHOLE_UNITS:
        return WHOLE_UNITS[unit_text]
    if unit_text in UNIT_SPELLINGS:
        return UNIT_SPELLINGS[unit_text]
    above, slash, below = unit_text.partition("/")
    if not slash or above not in UNIT_SPELLINGS:
        return None
    if below in ("24 h", "24h"):
        below = "day"
    if below not in UNIT_SPELLINGS:
        return None
    return f"{UNIT_SPELLINGS[above]}/{UNIT_SPELLINGS[below]}"


def _per_volume(unit_text: str, text: str, kind: Kind) -> tuple[Fraction, str]:
    """`mg/5 mL`, as a vial is labelled, as the number 5 and the unit `mg/mL`; any other unit as it is, with 1."""
    vial = _PER_VOLUME.fullmatch(unit_text) if kind is CONCENTRATION else None
    if vial is None:
        return Fraction(1), unit_text
    above, number_text, below = vial.groups()
    if _unit_shown(f"{above}/{below}") is None:
        return Fraction(1), unit_text
    volume = _number(number_text, text, kind.example, signed=False)
    if not volume.value:
        raise EntryError(text, Problem.ZERO, kind.example)
    return volume.value, f"{above}/{below}"


def _in_centimetres(inches: TypedNumber) -> str:
    """`67.31 cm` for 26.5 inches, exactly."""
    digits = inches.decimals + 2
    number = f"{int(inches.value * CENTIMETRES_OF_AN_INCH * 10**digits):0{digits + 1}d}"
    return f"{number[:-digits]}.{number[-digits:]}".rstrip("0").rstrip(".") + " cm"


def _compound_parts(trimmed: str) -> list[tuple[str, str]] | None:
    """The (number, unit) parts of a compound duration, or None where there is but one part."""
    found = re.findall(r"([0-9][0-9.,]*) ?([A-Za-z]+)(?: |\Z)", trimmed)
    rebuilt = re.fullmatch(r"(?:[0-9][0-9.,]* ?[A-Za-z]+(?: |\Z)){2,}", trimmed)
    return found if rebuilt else None


def _compound_duration(text: str, trimmed: str, parts: list[tuple[str, str]], example: str) -> Entered:
    """`16 h 7 min`: units in falling order, each smaller part below the next unit, decimals only in the last."""
    numbers = [_number(number, text, example, signed=False) for number, _ in parts]
    units = [_unit(unit, text, DURATION) for _, unit in parts]
    places = [DURATION_UNITS.index(shown) for shown, _ in units]
    sizes = [DURATION(ureg.Quantity(Fraction(1), unit)) for _, unit in units]
    amounts = [number.value * size for number, size in zip(numbers, sizes, strict=True)]
    too_large = any(amount >= above for amount, above in zip(amounts[1:], sizes, strict=False))
    if sorted(set(places)) != places or any(n.decimals for n in numbers[:-1]) or too_large:
        raise EntryError(text, Problem.COMPOUND, example)
    last = numbers[-1]
    shown, unit = units[-1]
    return Entered(
        text=text,
        quantity=DURATION(sum(amounts[1:], start=amounts[0])),
        number_text=trimmed,
        unit=shown,
        decimals=last.decimals,
        resolution=DURATION(ureg.Quantity(Fraction(1, 10**last.decimals), unit)),
    )
