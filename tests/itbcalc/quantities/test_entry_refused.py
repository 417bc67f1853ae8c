"""Is every bad input refused, for the right reason, in words that show it and name what is accepted?

The classes N1 and N3 to N15 are those of docs/hazards.md, bad input.
"""

import time
from contextlib import suppress
from typing import NamedTuple

import pytest

from itbcalc.errors import EntryError, Problem
from itbcalc.quantities.entry import (
    read_count,
    read_number,
    read_quantity,
    read_unit,
    refuse_zero,
)
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DOSE,
    DURATION,
    FLOW_RATE,
    LENGTH,
    MOLAR_CONCENTRATION,
    MOLAR_MASS,
    PERCENTAGE,
    VOLUME,
    VOLUME_PER_LENGTH,
    Kind,
)


class Bad(NamedTuple):
    """A text, why it is refused, how the words show it (as typed, unless said) and the unit they name."""

    text: str
    problem: Problem
    shown: str | None = None
    hint: str = ""
    kind: Kind = DAILY_DOSE


P = Problem

N1_EMPTY = [
    Bad("", P.EMPTY, ""),
    Bad(" ", P.EMPTY, ""),
    Bad("   ", P.EMPTY, ""),
    Bad(" " * 60, P.EMPTY, ""),
    Bad("\t", P.INVISIBLE, "[U+0009]"),
    Bad(" \t ", P.INVISIBLE, " [U+0009] "),
    Bad("\n", P.INVISIBLE, "[U+000A]"),
    Bad("\r\n", P.INVISIBLE, "[U+000D][U+000A]"),
    Bad("\u00a0", P.INVISIBLE, "[U+00A0]"),
    Bad("\u3000", P.INVISIBLE, "[U+3000]"),
    Bad("\u200b", P.INVISIBLE, "[U+200B]"),
    Bad("\u2003 ", P.INVISIBLE, "[U+2003] "),
]

N3_TEXT = [
    Bad("abc", P.NO_NUMBER),
    Bad("mcg/day", P.NO_NUMBER),
    Bad("twelve mcg/day", P.NO_NUMBER),
    Bad("same", P.NO_NUMBER),
    Bad("see chart", P.NO_NUMBER),
    Bad("n/a", P.NO_NUMBER),
    Bad("#N/A", P.NO_NUMBER),
    Bad("?", P.NO_NUMBER),
    Bad("??? mcg/day", P.NO_NUMBER),
    Bad("None", P.NO_NUMBER),
    Bad("true", P.NO_NUMBER),
    Bad("infusion", P.NO_NUMBER),
    Bad("nil", P.NO_NUMBER),
    Bad("O mcg/day", P.NO_NUMBER),
    Bad("{typed}", P.NO_NUMBER),
    Bad("%s %d", P.NO_NUMBER),
    Bad("l00 mcg/day", P.UNIT_BEFORE_NUMBER),
    Bad("about 350 mcg/day", P.UNIT_BEFORE_NUMBER),
    Bad("=A1+1", P.UNIT_BEFORE_NUMBER),
    Bad("<350 mcg/day", P.UNIT_BEFORE_NUMBER),
    Bad("(350) mcg/day", P.UNIT_BEFORE_NUMBER),
    Bad("35O mcg/day", P.UNIT_UNKNOWN, hint="mcg/day"),
    Bad("3S0 mcg/day", P.UNIT_UNKNOWN, hint="mcg/day"),
    Bad("350 please", P.UNIT_UNKNOWN),
]

N4_POINTS = [
    Bad("1.2.3", P.SEVERAL_POINTS),
    Bad("1.2.3 mcg/day", P.SEVERAL_POINTS),
    Bad("1..2 mcg/day", P.SEVERAL_POINTS),
    Bad("0..5 mcg/day", P.SEVERAL_POINTS),
    Bad("..5", P.SEVERAL_POINTS),
    Bad("..", P.SEVERAL_POINTS),
    Bad("...", P.SEVERAL_POINTS),
    Bad(". .", P.SEVERAL_POINTS),
    Bad("5..", P.SEVERAL_POINTS),
    Bad("5.. mcg/day", P.SEVERAL_POINTS),
    Bad("1.2. mcg/day", P.SEVERAL_POINTS),
    Bad("1.2.", P.SEVERAL_POINTS),
    Bad(".1.2", P.SEVERAL_POINTS),
    Bad(".5.", P.SEVERAL_POINTS),
    Bad("0.1.0 mcg/day", P.SEVERAL_POINTS),
    Bad("1.000.000 mcg/day", P.SEVERAL_POINTS),
    Bad("0.1.2 mL", P.SEVERAL_POINTS, kind=VOLUME),
    Bad("16 h 7.5.1 min", P.SEVERAL_POINTS, kind=DURATION),
    Bad(".", P.MALFORMED_NUMBER),
    Bad(". mcg/day", P.MALFORMED_NUMBER),
    Bad(". 5 mcg/day", P.MALFORMED_NUMBER),
    Bad("1 .5 mcg/day", P.MALFORMED_NUMBER),
    Bad("1. 5 mcg/day", P.GROUPING),
]

N5_NAKED = [
    Bad(".5", P.NAKED_POINT),
    Bad(".5 mcg/day", P.NAKED_POINT),
    Bad(".5mcg/day", P.NAKED_POINT),
    Bad(".05 mcg/day", P.NAKED_POINT),
    Bad(".0 mcg/day", P.NAKED_POINT),
    Bad(" .5 mcg/day ", P.NAKED_POINT),
    Bad(".170 mL", P.NAKED_POINT, kind=VOLUME),
    Bad(".175 mL/day", P.NAKED_POINT, kind=FLOW_RATE),
    Bad(".25 mg/mL", P.NAKED_POINT, kind=CONCENTRATION),
    Bad(".5 h", P.NAKED_POINT, kind=DURATION),
    Bad(".5 %", P.NAKED_POINT, kind=PERCENTAGE),
    Bad("5.", P.TRAILING_POINT),
    Bad("5. mcg/day", P.TRAILING_POINT),
    Bad("5.mcg/day", P.TRAILING_POINT),
    Bad("0. mcg/day", P.TRAILING_POINT),
    Bad("350. mcg/day", P.TRAILING_POINT),
    Bad("350.  mcg/day", P.SEVERAL_SPACES),
    Bad("40. mL", P.TRAILING_POINT, kind=VOLUME),
    Bad("89. cm", P.TRAILING_POINT, kind=LENGTH),
    Bad("16. h 7 min", P.TRAILING_POINT, kind=DURATION),
    Bad("16 h 7. min", P.TRAILING_POINT, kind=DURATION),
    Bad("16 h .5 min", P.COMPOUND, kind=DURATION),
]

N6_SIGNS = [
    Bad("-5 mcg/day", P.SIGN),
    Bad("+5 mcg/day", P.SIGN),
    Bad("-0 mcg/day", P.SIGN),
    Bad("+0 mcg/day", P.SIGN),
    Bad("-0.0 mcg/day", P.SIGN),
    Bad("- 5 mcg/day", P.SIGN),
    Bad("--5 mcg/day", P.SIGN),
    Bad("+-5 mcg/day", P.SIGN),
    Bad("\u22125 mcg/day", P.SIGN),  # minus sign
    Bad("\u2212 5 mcg/day", P.SIGN),
    Bad("\u20135 mcg/day", P.SIGN),  # en dash
    Bad("\u20145 mcg/day", P.SIGN),  # em dash
    Bad("\u20105 mcg/day", P.SIGN),  # hyphen
    Bad("\u20115 mcg/day", P.SIGN),  # non-breaking hyphen
    Bad("\uff0d5 mcg/day", P.SIGN),  # full-width
    Bad("\uff0b5 mcg/day", P.SIGN),
    Bad("\ufe635 mcg/day", P.SIGN),  # small hyphen-minus
    Bad("\u00b15 mcg/day", P.SIGN),
    Bad("-", P.SIGN),
    Bad("-.5 mcg/day", P.SIGN),
    Bad("5- mcg/day", P.MALFORMED_NUMBER),
    Bad("5 - mcg/day", P.MALFORMED_NUMBER),
    Bad("5+ mcg/day", P.MALFORMED_NUMBER),
    Bad("5-10 mcg/day", P.MALFORMED_NUMBER),
    Bad("5\u201310 mcg/day", P.MALFORMED_NUMBER),
    Bad("-5 mL", P.SIGN, kind=VOLUME),
    Bad("-16 h 7 min", P.SIGN, kind=DURATION),
    Bad("16 h -7 min", P.COMPOUND, kind=DURATION),
]

N7_EXPONENTS = [
    Bad("1e3 mcg/day", P.EXPONENT),
    Bad("1E3 mcg/day", P.EXPONENT),
    Bad("1e3", P.EXPONENT),
    Bad("3.5e2 mcg/day", P.EXPONENT),
    Bad("1e+3 mcg/day", P.EXPONENT),
    Bad("1.5e-3 mcg/day", P.EXPONENT),
    Bad("1 e3 mcg/day", P.EXPONENT),
    Bad("1e 3 mcg/day", P.EXPONENT),
    Bad("10^3 mcg/day", P.EXPONENT),
    Bad("1x10^3 mcg/day", P.EXPONENT),
    Bad("1 x 10^3 mcg/day", P.EXPONENT),
    Bad("1\u00d710^3 mcg/day", P.EXPONENT),
    Bad("1*10 mcg/day", P.EXPONENT),
    Bad("2**3 mcg/day", P.MALFORMED_NUMBER),
]

N8_NOT_FINITE = [
    Bad("nan", P.NOT_FINITE),
    Bad("NaN mcg/day", P.NOT_FINITE),
    Bad("NAN", P.NOT_FINITE),
    Bad("sNaN", P.NOT_FINITE),
    Bad("NaN123", P.NOT_FINITE),
    Bad("-nan", P.NOT_FINITE),
    Bad("inf", P.NOT_FINITE),
    Bad("Inf mcg/day", P.NOT_FINITE),
    Bad("Infinity", P.NOT_FINITE),
    Bad("-inf mcg/day", P.NOT_FINITE),
    Bad("+infinity mcg/day", P.NOT_FINITE),
    Bad("\u221e mcg/day", P.NOT_FINITE),
]

# Each number as people of that locale write it.
N9_LOCALES = [
    # English: grouping by comma
    Bad("1,234 mcg/day", P.COMMA),
    Bad("1,234.5 mcg/day", P.COMMA),
    Bad("1,000", P.COMMA),
    Bad("12,345,678 mcg/day", P.COMMA),
    Bad("1, 234 mcg/day", P.GROUPING),
    Bad("1 ,234 mcg/day", P.MALFORMED_NUMBER),
    # German: decimal comma, grouping by point
    Bad("0,5 mcg/day", P.COMMA),
    Bad("3,5 mcg/day", P.COMMA),
    Bad("1.234,5 mcg/day", P.COMMA),
    Bad("1.234.567,8 mcg/day", P.COMMA),
    Bad("1.234.567 mcg/day", P.SEVERAL_POINTS),
    Bad(",5 mcg/day", P.COMMA),
    # French: decimal comma, grouping by a blank, often a narrow one
    Bad("1 234 mcg/day", P.GROUPING),
    Bad("1 234,5 mcg/day", P.GROUPING),
    Bad("1\u00a0234,5 mcg/day", P.INVISIBLE, "1[U+00A0]234,5 mcg/day"),
    Bad("1\u202f234,5 mcg/day", P.INVISIBLE, "1[U+202F]234,5 mcg/day"),
    Bad("1\u2009234 mcg/day", P.INVISIBLE, "1[U+2009]234 mcg/day"),
    Bad("12 345 678 mcg/day", P.GROUPING),
    # Swiss: grouping by apostrophe
    Bad("1'234 mcg/day", P.GROUPING),
    Bad("1'234.5 mcg/day", P.GROUPING),
    Bad("1\u2019234 mcg/day", P.GROUPING),
    Bad("1\u2019234.5 mcg/day", P.GROUPING),
    Bad("1\u00b4234 mcg/day", P.GROUPING),
    Bad("1`234 mcg/day", P.GROUPING),
    # Indian: groups of two
    Bad("1,23,456 mcg/day", P.COMMA),
    Bad("12,34,567 mcg/day", P.COMMA),
    Bad("1,23,456.5 mcg/day", P.COMMA),
    Bad("1,00,000 mcg/day", P.COMMA),
    Bad("1,5,0 mcg/day", P.COMMA),
    Bad("1,,5 mcg/day", P.COMMA),
    # Arabic, Persian, Chinese and raised points
    Bad("1\u066b5 mcg/day", P.MALFORMED_NUMBER),
    Bad("1\u066c234 mcg/day", P.GROUPING),
    Bad("\u0661\u066b\u0665 mcg/day", P.NOT_ASCII_DIGIT),
    Bad("1\uff0c5 mcg/day", P.MALFORMED_NUMBER),
    Bad("1\uff0e5 mcg/day", P.MALFORMED_NUMBER),
    Bad("1\u00b75 mcg/day", P.MALFORMED_NUMBER),
    Bad("1:5 mcg/day", P.MALFORMED_NUMBER),
    Bad("1;5 mcg/day", P.MALFORMED_NUMBER),
    Bad("350, mcg/day", P.COMMA),
    Bad("16,5 h", P.COMMA, kind=DURATION),
    Bad("16 h 7,5 min", P.COMMA, kind=DURATION),
    Bad("1,5 mg/mL", P.COMMA, kind=CONCENTRATION),
]

N10_OTHER_DIGITS = [
    Bad("\uff15 mcg/day", P.NOT_ASCII_DIGIT),  # full-width 5
    Bad("\uff13\uff15\uff10 mcg/day", P.NOT_ASCII_DIGIT),
    Bad("35\uff10 mcg/day", P.NOT_ASCII_DIGIT),
    Bad("\uff0e5 mcg/day", P.UNIT_BEFORE_NUMBER),
    Bad("\u0663\u0665\u0660 mcg/day", P.NOT_ASCII_DIGIT),  # Arabic-Indic 350
    Bad("3\u0665 mcg/day", P.NOT_ASCII_DIGIT),
    Bad("\u06f3\u06f5\u06f0 mcg/day", P.NOT_ASCII_DIGIT),  # Persian
    Bad("\u0969\u096b\u0966 mcg/day", P.NOT_ASCII_DIGIT),  # Devanagari
    Bad("\u09e9\u09eb\u09e6 mcg/day", P.NOT_ASCII_DIGIT),  # Bengali
    Bad("\u0e53\u0e55\u0e50 mcg/day", P.NOT_ASCII_DIGIT),  # Thai
    Bad("\U0001d7d3 mcg/day", P.NOT_ASCII_DIGIT),  # mathematical bold 5
    Bad("\U0001d7fb mcg/day", P.NOT_ASCII_DIGIT),  # mathematical monospace 5
    Bad("\u4e94 mcg/day", P.NOT_ASCII_DIGIT),  # Chinese 5
    Bad("\u4e09\u767e mcg/day", P.NOT_ASCII_DIGIT),
    Bad("\u00bd mcg/day", P.NOT_ASCII_DIGIT),
    Bad("1\u00bd mcg/day", P.NOT_ASCII_DIGIT),
    Bad("1 \u00bd mcg/day", P.NOT_ASCII_DIGIT),
    Bad("\u00bc mg", P.NOT_ASCII_DIGIT, kind=DOSE),
    Bad("\u2153 mg", P.NOT_ASCII_DIGIT, kind=DOSE),
    Bad("0.5\u00b2 mcg/day", P.NOT_ASCII_DIGIT),
    Bad("10\u00b3 mcg/day", P.NOT_ASCII_DIGIT),
    Bad("5\u2070 mcg/day", P.NOT_ASCII_DIGIT),
    Bad("5\u2080 mcg/day", P.NOT_ASCII_DIGIT),
    Bad("\u2466 mcg/day", P.NOT_ASCII_DIGIT),  # circled 7
    Bad("\u2162 mcg/day", P.NOT_ASCII_DIGIT),  # roman numeral three
    Bad("XII mcg/day", P.NO_NUMBER),
    Bad("IV mcg/day", P.NO_NUMBER),
    Bad("1/2 mcg/day", P.FRACTION),
    Bad("1 / 2 mcg/day", P.FRACTION),
    Bad("1\u20442 mcg/day", P.FRACTION),
    Bad("3 1/2 mcg/day", P.GROUPING),
    Bad("350 mcg/\uff12\uff14 h", P.NOT_ASCII_DIGIT),
    Bad("16 h \u0667 min", P.NOT_ASCII_DIGIT, kind=DURATION),
]

N11_PROGRAMMERS = [
    Bad("1_000 mcg/day", P.GROUPING),
    Bad("1__0 mcg/day", P.GROUPING),
    Bad("1_ mcg/day", P.GROUPING),
    Bad("_1 mcg/day", P.UNIT_BEFORE_NUMBER),
    Bad("0x10 mcg/day", P.MALFORMED_NUMBER),
    Bad("0X1F", P.MALFORMED_NUMBER),
    Bad("0b11 mcg/day", P.MALFORMED_NUMBER),
    Bad("0o17 mcg/day", P.MALFORMED_NUMBER),
    Bad("&H10 mcg/day", P.UNIT_BEFORE_NUMBER),
    Bad("$10 mcg/day", P.UNIT_BEFORE_NUMBER),
    Bad("007 mcg/day", P.LEADING_ZERO),
    Bad("00 mcg/day", P.LEADING_ZERO),
    Bad("00.5 mcg/day", P.LEADING_ZERO),
    Bad("0350 mcg/day", P.LEADING_ZERO),
    Bad("010", P.LEADING_ZERO),
    Bad("01.5 mL", P.LEADING_ZERO, kind=VOLUME),
    Bad("16 h 07 min", P.LEADING_ZERO, kind=DURATION),
    Bad("1+1 mcg/day", P.MALFORMED_NUMBER),
    Bad("2*3 mcg/day", P.MALFORMED_NUMBER),
    Bad("1L mcg/day", P.UNIT_UNKNOWN, hint="mcg/day"),
]

N12_INVISIBLE = [
    Bad(f"35{character}0 mcg/day", P.INVISIBLE, f"35[U+{ord(character):04X}]0 mcg/day")
    for character in (
        "\u200b\u200c\u200d\u2060\ufeff"  # zero width, byte order mark
        "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # writing direction
        "\u00ad\u034f\u115f\u3164\uffa0\u2800\ufe0f\U000e0101"  # soft hyphen, fillers, variation selectors
        "\x00\x08\x1b\x7f\x85\u2028\u2029"  # control characters, separators
        "\t\n\r\v\f"
        "\ud800\udfff\ue000\ufff9"  # half a surrogate pair, private use, annotation
    )
] + [
    Bad("350 mcg/day\n", P.INVISIBLE, "350 mcg/day[U+000A]"),
    Bad("\ufeff350 mcg/day", P.INVISIBLE, "[U+FEFF]350 mcg/day"),
    Bad("350\tmcg/day", P.INVISIBLE, "350[U+0009]mcg/day"),
    Bad("350\u00a0mcg/day", P.INVISIBLE, "350[U+00A0]mcg/day"),
    Bad("350 mcg/\u200bday", P.INVISIBLE, "350 mcg/[U+200B]day"),
    Bad("350 mcg/day\x00", P.INVISIBLE, "350 mcg/day[U+0000]"),
    Bad("16 h\n7 min", P.INVISIBLE, "16 h[U+000A]7 min", kind=DURATION),
]

N13_UNITS = [
    # before, inside, doubled
    Bad("mcg/day 350", P.UNIT_BEFORE_NUMBER),
    Bad("mcg350/day", P.UNIT_BEFORE_NUMBER),
    Bad("3mcg50/day", P.UNIT_UNKNOWN, hint="mcg/day"),
    Bad("350 mcg mcg/day", P.UNIT_UNKNOWN, hint="mcg/day"),
    Bad("350 mcg/day mcg/day", P.UNIT_UNKNOWN),
    Bad("350 mcg/day/day", P.UNIT_UNKNOWN, hint="mcg/day"),
    Bad("5 mg 3 mg", P.UNIT_UNKNOWN, kind=DOSE),
    Bad("350  mcg/day", P.SEVERAL_SPACES),
    Bad("350 mcg/24  h", P.SEVERAL_SPACES),
    Bad("350 mcg / day", P.UNIT_UNKNOWN, hint="mcg/day"),
    Bad("350 mcg /day", P.UNIT_UNKNOWN, hint="mcg/day"),
    Bad("350 mcg day", P.UNIT_UNKNOWN),
    Bad("350 mcg//day", P.UNIT_UNKNOWN, hint="mcg/day"),
    Bad("350 mcg/", P.UNIT_UNKNOWN),
    Bad("350 /day", P.UNIT_UNKNOWN),
    Bad("350 mcg/day.", P.UNIT_UNKNOWN, hint="mcg/day"),
    # another case
    Bad("350 MCG/DAY", P.UNIT_UNKNOWN, hint="mcg/day"),
    Bad("350 Mcg/day", P.UNIT_UNKNOWN, hint="mcg/day"),
    Bad("350 MG/day", P.UNIT_UNKNOWN, hint="mg/day"),
    Bad("350 UG/day", P.UNIT_UNKNOWN, hint="mcg/day"),
    Bad("350 mcg/Day", P.UNIT_UNKNOWN, hint="mcg/day"),
    Bad("350 mcg/D", P.UNIT_UNKNOWN, hint="mcg/day"),
    Bad("5 MG", P.UNIT_UNKNOWN, hint="mg", kind=DOSE),
    Bad("5 Mg", P.UNIT_UNKNOWN, hint="mg", kind=DOSE),
    Bad("5 G", P.UNIT_UNKNOWN, hint="g", kind=DOSE),
    Bad("40 ML", P.UNIT_UNKNOWN, hint="mL", kind=VOLUME),
    Bad("40 Ml", P.UNIT_UNKNOWN, hint="mL", kind=VOLUME),
    Bad("40 ul", P.UNIT_UNKNOWN, hint="uL", kind=VOLUME),
    Bad("1 l", P.UNIT_UNKNOWN, hint="L", kind=VOLUME),
    Bad("16 H", P.UNIT_UNKNOWN, hint="h", kind=DURATION),
    Bad("5 Min", P.UNIT_UNKNOWN, hint="min", kind=DURATION),
    Bad("89 CM", P.UNIT_UNKNOWN, hint="cm", kind=LENGTH),
    Bad("500 MCG/ML", P.UNIT_UNKNOWN, hint="mcg/mL", kind=CONCENTRATION),
    Bad("2 mg/ML", P.UNIT_UNKNOWN, hint="mg/mL", kind=CONCENTRATION),
    Bad("2 g/l", P.UNIT_UNKNOWN, hint="g/L", kind=CONCENTRATION),
    Bad("2 mmol/l", P.UNIT_UNKNOWN, hint="mmol/L", kind=MOLAR_CONCENTRATION),
    Bad("2 MM", P.UNIT_UNKNOWN, hint="mmol/L", kind=MOLAR_CONCENTRATION),
    # other names
    Bad("40 cc", P.UNIT_UNKNOWN, hint="mL", kind=VOLUME),
    Bad("2 mg/cc", P.UNIT_UNKNOWN, hint="mg/mL", kind=CONCENTRATION),
    Bad("50 U", P.UNIT_UNKNOWN, hint="mcg", kind=DOSE),
    Bad("50 micrograms", P.UNIT_UNKNOWN, hint="mcg", kind=DOSE),
    Bad("16 hr", P.UNIT_UNKNOWN, hint="h", kind=DURATION),
    Bad("16 hours", P.UNIT_UNKNOWN, hint="h", kind=DURATION),
    Bad("2 days", P.UNIT_UNKNOWN, hint="day", kind=DURATION),
    Bad("5 sec", P.UNIT_UNKNOWN, hint="s", kind=DURATION),
    Bad("350 mcg/hr", P.UNIT_UNKNOWN, hint="mcg/h"),
    Bad("350 mcg per day", P.UNIT_UNKNOWN, hint="mcg/day"),
    Bad("350 mcg/24 hr", P.UNIT_UNKNOWN, hint="mcg/day"),
    Bad("15 percent", P.UNIT_UNKNOWN, hint="%", kind=PERCENTAGE),
    Bad("15 %%", P.UNIT_UNKNOWN, hint="%", kind=PERCENTAGE),
    Bad("0.0022 ml/CM", P.UNIT_UNKNOWN, hint="mL/cm", kind=VOLUME_PER_LENGTH),
    Bad("213.66 g/Mol", P.UNIT_UNKNOWN, kind=MOLAR_MASS),
    Bad("350 bananas", P.UNIT_UNKNOWN),
    Bad("350 \U0001f489", P.UNIT_UNKNOWN),
    # a unit of another kind
    Bad("350 mcg", P.UNIT_OF_ANOTHER_KIND),
    Bad("350 mcg/mL", P.UNIT_OF_ANOTHER_KIND),
    Bad("350 mL/day", P.UNIT_OF_ANOTHER_KIND),
    Bad("350 day", P.UNIT_OF_ANOTHER_KIND),
    Bad("350 %", P.UNIT_OF_ANOTHER_KIND),
    Bad("350 day/mcg", P.UNIT_OF_ANOTHER_KIND),
    Bad("500 mcg/day", P.UNIT_OF_ANOTHER_KIND, kind=CONCENTRATION),
    Bad("2 mmol/L", P.UNIT_OF_ANOTHER_KIND, kind=CONCENTRATION),
    Bad("40 mg", P.UNIT_OF_ANOTHER_KIND, kind=VOLUME),
    Bad("89 mL", P.UNIT_OF_ANOTHER_KIND, kind=LENGTH),
    Bad("15 mcg/mcg", P.UNIT_OF_ANOTHER_KIND, kind=PERCENTAGE),
    Bad("213 g/mol", P.UNIT_UNKNOWN),
    Bad("16 h 7 mcg", P.UNIT_OF_ANOTHER_KIND, kind=DURATION),
    # a missing one
    Bad("350", P.UNIT_MISSING),
    Bad("0.5 ", P.UNIT_MISSING),
    Bad("16 h 7", P.COMPOUND, kind=DURATION),
]

DURATIONS = [
    Bad("16 h 75 min", P.COMPOUND, kind=DURATION),
    Bad("16 h 60 min", P.COMPOUND, kind=DURATION),
    Bad("1 day 24 h", P.COMPOUND, kind=DURATION),
    Bad("3 min 60 s", P.COMPOUND, kind=DURATION),
    Bad("1 day 1440 min", P.COMPOUND, kind=DURATION),
    Bad("7 min 16 h", P.COMPOUND, kind=DURATION),
    Bad("16 h 16 h", P.COMPOUND, kind=DURATION),
    Bad("1 d 1 day", P.COMPOUND, kind=DURATION),
    Bad("16 h 7 min 7 min", P.COMPOUND, kind=DURATION),
    Bad("1.5 h 7 min", P.COMPOUND, kind=DURATION),
    Bad("16.0 h 7 min", P.COMPOUND, kind=DURATION),
    Bad("16h7min", P.COMPOUND, kind=DURATION),
    Bad("16 h, 7 min", P.COMPOUND, kind=DURATION),
    Bad("16 h and 7 min", P.COMPOUND, kind=DURATION),
    Bad("16 h  7 min", P.SEVERAL_SPACES, kind=DURATION),
    Bad("16 h 7  min", P.SEVERAL_SPACES, kind=DURATION),
    Bad("16:07", P.MALFORMED_NUMBER, kind=DURATION),
    Bad("16 hr 7 min", P.UNIT_UNKNOWN, hint="h", kind=DURATION),
    Bad("16 h 7 mins", P.UNIT_UNKNOWN, hint="min", kind=DURATION),
    Bad("2 days 3 h", P.UNIT_UNKNOWN, hint="day", kind=DURATION),
    Bad("1 week", P.UNIT_UNKNOWN, kind=DURATION),
]

N15_TOO_FINE = [
    Bad("0.1234567890123456 mcg/day", P.TOO_MANY_DIGITS),
    Bad("1.000000000000000 mcg/day", P.TOO_MANY_DIGITS),
    Bad("0.000000000000001 mcg/day", P.TOO_MANY_DIGITS),
    Bad("1234567890123456 mcg/day", P.TOO_MANY_DIGITS),
    Bad("1000000000000000 mcg/day", P.TOO_MANY_DIGITS),
    Bad("123456789.1234567 mcg/day", P.TOO_MANY_DIGITS),
    Bad("350.1415926535897 mcg/day", P.TOO_MANY_DIGITS),
    Bad("3.141592653589793 mL", P.TOO_MANY_DIGITS, kind=VOLUME),
    Bad("0.30000000000000004 mL", P.TOO_MANY_DIGITS, kind=VOLUME),  # a float printed
    Bad("0.6666666666666666 mL/day", P.TOO_MANY_DIGITS, kind=FLOW_RATE),
    Bad("0.17500000000000002 mL/day", P.TOO_MANY_DIGITS, kind=FLOW_RATE),
    Bad("0.0000000000000000000000001 mL/day", P.TOO_MANY_DIGITS, kind=FLOW_RATE),
    Bad("499.9999999999999 mcg/mL", P.TOO_MANY_DIGITS, kind=CONCENTRATION),
    Bad("500.0000000000000 mcg/mL", P.TOO_MANY_DIGITS, kind=CONCENTRATION),
    Bad("89.00000000000000 cm", P.TOO_MANY_DIGITS, kind=LENGTH),
    Bad("0.002200000000000000 mL/cm", P.TOO_MANY_DIGITS, kind=VOLUME_PER_LENGTH),
    Bad("16.11666666666666667 h", P.TOO_MANY_DIGITS, kind=DURATION),
    Bad("16 h 7.00000000000000000 min", P.TOO_MANY_DIGITS, kind=DURATION),
    Bad("33.33333333333333 %", P.TOO_MANY_DIGITS, kind=PERCENTAGE),
    Bad("50.00000000000001 mcg", P.TOO_MANY_DIGITS, kind=DOSE),
    Bad("9" * 40 + " mcg/day", P.TOO_MANY_DIGITS, "9" * 40 + "\u2026 (48 characters)"),
]

CLASSES = {
    "N1": (N1_EMPTY, 10),
    "N3": (N3_TEXT, 20),
    "N4": (N4_POINTS, 20),
    "N5": (N5_NAKED, 20),
    "N6": (N6_SIGNS, 20),
    "N7": (N7_EXPONENTS, 10),
    "N8": (N8_NOT_FINITE, 10),
    "N9": (N9_LOCALES, 36),
    "N10": (N10_OTHER_DIGITS, 30),
    "N11": (N11_PROGRAMMERS, 15),
    "N12": (N12_INVISIBLE, 25),
    "N13": (N13_UNITS, 25),
    "N15": (N15_TOO_FINE, 20),
    "durations": (DURATIONS, 20),
}


def cases(*names):
    return [
        pytest.param(bad, id=f"{name} {bad.text!a:.50}")
        for name in names or CLASSES
        for bad in CLASSES[name][0]
    ]


@pytest.mark.parametrize("bad", cases())
def test_a_bad_text_is_refused_shown_and_answered_with_what_is_accepted(bad, refusal_of):
    refusal = refusal_of(lambda: read_quantity(bad.text, bad.kind))

    assert refusal.problem is bad.problem
    assert refusal.typed == bad.text
    if bad.shown != "":
        assert f"\u2018{bad.shown or bad.text}\u2019" in refusal.words
    assert refusal.hint == bad.hint
    assert refusal.says_what_is_accepted, refusal.words


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda text: read_quantity(text, DAILY_DOSE, shown_unit="mcg/day"), id="dose"),
        pytest.param(lambda text: read_quantity(text, DURATION, shown_unit="h"), id="duration"),
        pytest.param(lambda text: read_quantity(text, VOLUME, shown_unit="mL"), id="volume"),
        pytest.param(lambda text: read_quantity(text, PERCENTAGE, shown_unit="%"), id="percentage"),
        pytest.param(read_number, id="number"),
        pytest.param(read_count, id="count"),
    ],
)
def test_a_bad_number_is_refused_in_every_kind_of_field(read):
    names = ("N1", "N3", "N4", "N5", "N6", "N7", "N8", "N9", "N10", "N11", "N12", "N15")
    accepted = []
    for bad in (bad for name in names for bad in CLASSES[name][0]):
        with suppress(EntryError):
            read(bad.text)
            accepted.append(bad.text)

    assert accepted == []


@pytest.mark.parametrize(("name", "least"), [(name, least) for name, (_, least) in CLASSES.items()])
def test_each_class_has_the_cases_promised_and_none_twice(name, least):
    texts = [bad.text for bad in CLASSES[name][0]]

    assert len(set(texts)) == len(texts) >= least


# --- N14: length

N14_LONG = [
    pytest.param("1" * 61, id="61 digits"),
    pytest.param("1" * 100, id="100 digits"),
    pytest.param("9" * 400, id="400 digits, more than a float holds"),
    pytest.param("0." + "0" * 400 + "1 mcg/day", id="400 decimals"),
    pytest.param("350 mcg/day" + " " * 1000, id="10^3 blanks behind"),
    pytest.param("x" * 10**4, id="10^4 letters"),
    pytest.param("." * 10**5, id="10^5 points"),
    pytest.param("7" * 10**6, id="10^6 digits"),
    pytest.param(" " * 10**6, id="10^6 blanks"),
    pytest.param("\x00" * 10**6, id="10^6 NUL"),
    pytest.param("16 h " * 200_000, id="10^6 characters of parts"),
    pytest.param("\ud800" * 10**5, id="10^5 surrogates"),
]


@pytest.mark.parametrize("text", N14_LONG)
def test_endless_text_is_refused_at_once_and_cut_in_the_words(text, refusal_of):
    before = time.perf_counter()

    refusals = [
        refusal_of(lambda kind=kind: read_quantity(text, kind, shown_unit=kind.unit_text))
        for kind in (DAILY_DOSE, DURATION, PERCENTAGE)
    ]

    assert time.perf_counter() - before < 0.5
    assert {refusal.problem for refusal in refusals} == {P.TOO_LONG}
    for refusal in refusals:
        assert f"\u2026 ({len(text):,} characters)" in refusal.words
        assert len(refusal.words) < 500
        assert refusal.says_what_is_accepted


def test_sixty_characters_are_still_read():
    entered = read_quantity("350 mcg/day".rjust(60), DAILY_DOSE)

    assert entered.quantity.magnitude == 350


# --- the other refusals


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        pytest.param("2 %", "20 mg/mL", id="2 % is 20 mg/mL"),
        pytest.param("0.05 %", "0.5 mg/mL", id="0.05 % is 0.5 mg/mL"),
        pytest.param(" 0.2%", "2 mg/mL", id="0.2 % is 2 mg/mL"),
    ],
)
def test_a_concentration_in_percent_is_refused_with_its_reading(text, reading, refusal_of):
    refusal = refusal_of(lambda: read_quantity(text, CONCENTRATION))

    assert refusal.problem is P.PERCENT_AS_CONCENTRATION
    assert f" {reading}" in refusal.words


@pytest.mark.parametrize("text", ["0 mcg/day", "0.0 mcg/day", "0.000 mg/day", "0 ng/h"])
def test_zero_is_refused_where_it_has_no_meaning(text, refusal_of):
    refusal = refusal_of(lambda: refuse_zero(read_quantity(text, DAILY_DOSE), DAILY_DOSE))

    assert refusal.problem is P.ZERO
    assert text in refusal.words


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("3.0", P.NOT_WHOLE),
        ("2.5", P.NOT_WHOLE),
        ("3 days", P.UNIT_UNKNOWN),
        ("3 %", P.UNIT_UNKNOWN),
        ("-3", P.SIGN),
        ("03", P.LEADING_ZERO),
    ],
)
def test_a_count_is_a_bare_whole_number(text, problem, refusal_of):
    refusal = refusal_of(lambda: read_count(text))

    assert refusal.problem is problem
    assert f"\u2018{text}\u2019" in refusal.words
    assert refusal.says_what_is_accepted


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("+-5 %", P.SIGN),
        ("+0 %", P.SIGN),
        ("-0 %", P.SIGN),
        ("-0.00 %", P.SIGN),
        ("--5 %", P.SIGN),
        ("\u22120 %", P.SIGN),
        ("\u20135 %", P.SIGN),  # a dash
        ("-.5 %", P.NAKED_POINT),
        ("-5. %", P.TRAILING_POINT),
        ("-05 %", P.LEADING_ZERO),
        ("-5,5 %", P.COMMA),
        ("-inf", P.NOT_FINITE),
    ],
)
def test_a_change_may_be_negative_but_not_malformed(text, problem, refusal_of):
    refusal = refusal_of(lambda: read_quantity(text, PERCENTAGE, shown_unit="%", signed=True))

    assert refusal.problem is problem


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        pytest.param("MG", "mg", id="MG"),
        pytest.param("ML", "mL", id="ML"),
        pytest.param("Mcg", "mcg", id="Mcg"),
        pytest.param("cc", "mL", id="cc"),
        pytest.param("U", "mcg", id="U"),
        pytest.param("hr", "h", id="hr"),
        pytest.param("mcg/hr", "mcg/h", id="mcg per hr"),
        pytest.param("MG/ML", "mg/mL", id="MG/ML"),
        pytest.param("mg/cc", "mg/mL", id="mg/cc"),
        pytest.param("percent", "%", id="percent"),
        pytest.param("mcg/ml/day", "mcg/day", id="two slashes: never three units"),
    ],
)
def test_an_unknown_unit_to_convert_to_is_refused_with_the_nearest(text, nearest, refusal_of):
    refusal = refusal_of(lambda: read_unit(text))

    assert refusal.problem is P.UNIT_UNKNOWN
    assert refusal.hint == nearest
    assert f"\u2018{text}\u2019" in refusal.words
    assert refusal.words.endswith(nearest)


@pytest.mark.parametrize("bad", [pytest.param(bad, id=bad.text) for bad in N13_UNITS if bad.hint])
def test_the_nearest_unit_would_itself_be_accepted_in_the_same_field(bad):
    entered = read_quantity(f"5 {bad.hint}", bad.kind)

    assert entered.unit == bad.hint


# --- lengths in inches, strengths of vials


@pytest.mark.parametrize(
    ("text", "centimetres"),
    [
        ("26.5 in", "67.31 cm"),  # 26.5 x 2.54
        ("26.5in", "67.31 cm"),
        ("26.5 inches", "67.31 cm"),
        ("35 inch", "88.9 cm"),
        ("1 In.", "2.54 cm"),
        ('26.5"', "67.31 cm"),
        ("100 in", "254 cm"),
        ("0.01 in", "0.0254 cm"),
    ],
)
def test_a_length_in_inches_is_refused_with_its_centimetres(text, centimetres, refusal_of):
    refusal = refusal_of(lambda: read_quantity(text, LENGTH))

    assert (refusal.problem, refusal.hint) == (Problem.INCHES, centimetres)
    assert centimetres in refusal.words


@pytest.mark.parametrize(
    ("text", "kind", "problem"),
    [
        ("10 mg/0 mL", CONCENTRATION, Problem.ZERO),
        ("10 mg/5,0 mL", CONCENTRATION, Problem.COMMA),
        ("10 mg/05 mL", CONCENTRATION, Problem.LEADING_ZERO),
        ("10 mg/5. mL", CONCENTRATION, Problem.TRAILING_POINT),
        ("10 mg/5 cc", CONCENTRATION, Problem.UNIT_UNKNOWN),
        ("10 mg/5", CONCENTRATION, Problem.UNIT_UNKNOWN),
        ("10 mg per 5 mL", CONCENTRATION, Problem.UNIT_UNKNOWN),
        ("10 mg/5 h", CONCENTRATION, Problem.UNIT_OF_ANOTHER_KIND),
        ("10 mg/5 mL", DOSE, Problem.UNIT_UNKNOWN),
        ("700 mcg/2 day", DAILY_DOSE, Problem.UNIT_UNKNOWN),
        ("10 mL/5 cm", VOLUME_PER_LENGTH, Problem.UNIT_UNKNOWN),
    ],
)
def test_a_number_below_is_never_left_out_of_what_is_proposed(text, kind, problem, refusal_of):
    """The nearest unit without that number would be another strength: 10 mg/mL for 10 mg in 5 mL."""
    refusal = refusal_of(lambda: read_quantity(text, kind))

    assert refusal.problem is problem
    assert "/" not in refusal.hint


def test_no_unit_with_a_number_in_it_is_near_to_another():
    with pytest.raises(EntryError) as raised:
        read_unit("mg/5 mL")

    assert raised.value.hint == ""
