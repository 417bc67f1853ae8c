"""Does every number look as the display rules ask, and is nothing shown later or larger than it is?

The rules are those of docs/hazards.md, display. Texts are written by hand.
"""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from itbcalc.quantities.display import (
    date_text,
    decimal_text,
    duration_text,
    ending_decimals,
    exact_number,
    exact_text,
    fraction_text,
    half_even,
    half_up,
    is_shown_exactly,
    moment_text,
    number_shown,
    shown,
    shown_change,
    unit_text,
)
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DOSE,
    DURATION,
    FLOW_RATE,
    KINDS,
    MOLAR_CONCENTRATION,
    PERCENTAGE,
    RATIO,
    VOLUME,
    VOLUME_PER_LENGTH,
    exactly,
)
from itbcalc.quantities.units import ureg


@pytest.mark.parametrize(
    ("kind", "number", "text"),
    [
        pytest.param(VOLUME, "1", "1 mL", id="no trailing zero: 1, never 1.0"),
        pytest.param(VOLUME, "10", "10 mL", id="the zeros of ten stay"),
        pytest.param(VOLUME, "100", "100 mL", id="the zeros of a hundred stay"),
        pytest.param(VOLUME, "17/100", "0.17 mL", id="0.17, never 0.170"),
        pytest.param(VOLUME, "1/2", "0.5 mL", id="a leading zero: 0.5, never .5"),
        pytest.param(VOLUME, "0", "0 mL", id="zero"),
        pytest.param(DAILY_DOSE, "999", "999 mcg/day", id="no comma below a thousand"),
        pytest.param(DAILY_DOSE, "1000", "1,000 mcg/day", id="a comma from a thousand"),
        pytest.param(CONCENTRATION, "2000", "2,000 mcg/mL", id="mcg/mL with a comma"),
        pytest.param(DOSE, "1234567", "1,234,567 mcg", id="two commas"),
        pytest.param(DOSE, "1000000", "1,000,000 mcg", id="a million"),
        pytest.param(DOSE, "2469/2", "1,234.5 mcg", id="comma and point"),
        pytest.param(FLOW_RATE, "7/40", "0.175 mL/day", id="exact"),
        pytest.param(FLOW_RATE, "1/3", "0.3333 mL/day", id="a third: four digits"),
        pytest.param(FLOW_RATE, "2/3", "0.6667 mL/day", id="two thirds: up"),
        pytest.param(FLOW_RATE, "1/300", "0.003333 mL/day", id="four digits after the zeros"),
        pytest.param(FLOW_RATE, "100/3", "33.33 mL/day", id="four digits in all"),
        pytest.param(DAILY_DOSE, "1000000/3", "333,333 mcg/day", id="the whole part is never cut"),
        pytest.param(DAILY_DOSE, "12345678/10", "1,234,568 mcg/day", id="seven whole digits, rounded to one"),
        pytest.param(FLOW_RATE, "123456/1000000", "0.123456 mL/day", id="six digits are shown exactly"),
        pytest.param(FLOW_RATE, "1234565/10000000", "0.1235 mL/day", id="seven are not"),
        pytest.param(FLOW_RATE, "9999999/10000000", "1 mL/day", id="rounding up leaves no zeros"),
        pytest.param(FLOW_RATE, "11/5000000", "0.0000022 mL/day", id="small, without an exponent"),
        pytest.param(FLOW_RATE, "20000500001/100000000000", "0.2 mL/day", id="a zero behind is dropped"),
        pytest.param(FLOW_RATE, "12344999/100000000", "0.1234 mL/day", id="below the half: down"),
        pytest.param(FLOW_RATE, "12345000001/100000000000", "0.1235 mL/day", id="above the half: up"),
        pytest.param(VOLUME_PER_LENGTH, "11/5000", "0.0022 mL/cm", id="mL/cm"),
        pytest.param(MOLAR_CONCENTRATION, "2340", "2,340 umol/L", id="umol/L in letters"),
        pytest.param(PERCENTAGE, "15", "15 %", id="a space before the percent sign"),
        pytest.param(RATIO, "1/4", "0.25", id="a ratio has no unit and no blank"),
        pytest.param(VOLUME, "-3/2", "\u22121.5 mL", id="below zero: a real minus"),
        pytest.param(VOLUME, "-1/3", "\u22120.3333 mL", id="below zero, rounded"),
    ],
)
def test_a_result_looks_as_the_rules_ask(kind, number, text):
    assert shown(exactly(Fraction(number), kind)) == text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_no_unit_is_one_of_the_dangerous_ways_to_write_it(kind):
    unit = unit_text(exactly(1, kind))

    assert unit == kind.unit_text.replace("percent", "%")
    for dangerous in ("\u00b5", "\u03bc", "cc", "ug", "U", "IU", "QD", ".", " "):
        assert dangerous not in unit


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("mg/mL", "mg/mL"),
        ("mL/h", "mL/h"),
        ("mcg/h", "mcg/h"),
        ("mg", "mg"),
        ("min", "min"),
        ("percent", "%"),
        ("", ""),
    ],
)
def test_any_other_unit_of_ours_is_written_the_same_way(unit, text):
    assert unit_text(ureg.Quantity(Fraction(1), unit)) == text


@pytest.mark.parametrize(
    ("percent", "text"),
    [
        ("14", "+14 %"),
        ("0", "0 %"),
        ("-143/2", "\u221271.5 %"),
        ("1/3", "+0.3333 %"),
        ("-100/3", "\u221233.33 %"),
        ("1250", "+1,250 %"),
    ],
)
def test_a_change_shows_its_sign(percent, text):
    assert shown_change(exactly(Fraction(percent), PERCENTAGE)) == text


@pytest.mark.parametrize(
    ("days", "text"),
    [
        pytest.param("967/1440", "16 h 7 min", id="hours and minutes"),
        pytest.param("2/3", "16 h", id="whole hours"),
        pytest.param("1/144", "10 min", id="minutes alone"),
        pytest.param("1", "24 h", id="one day is still in hours"),
        pytest.param("2879/1440", "47 h 59 min", id="the last minute below two days"),
        pytest.param("2", "2 days", id="two days"),
        pytest.param("2881/1440", "2 days", id="above: the minute is dropped"),
        pytest.param("2939/1440", "2 days", id="59 minutes are dropped: never later"),
        pytest.param("49/24", "2 days 1 h", id="a whole hour is kept"),
        pytest.param("6359/24", "264 days 23 h", id="264 days 23 h"),
        pytest.param("9540000001/36000000", "265 days", id="just over"),
        pytest.param("9539999999/36000000", "264 days 23 h", id="just under: not rounded up"),
        pytest.param("1600/7", "228 days 13 h", id="228.57 days"),
        pytest.param("1234", "1,234 days", id="a comma"),
        pytest.param("0", "0 s", id="nothing"),
        pytest.param("1/2880", "30 s", id="half a minute is not a minute"),
        pytest.param("59/86400", "59 s", id="the last second below a minute"),
        pytest.param("1/1440", "1 min", id="a minute"),
        pytest.param("89/86400", "1 min", id="89 seconds: the nearest minute"),
        pytest.param("90/86400", "2 min", id="half a minute goes up"),
        pytest.param("1/172800", "0.5 s", id="half a second"),
        pytest.param("-967/1440", "\u221216 h 7 min", id="before"),
        pytest.param("-6359/24", "\u2212264 days 23 h", id="long before"),
    ],
)
def test_a_duration_is_written_in_days_hours_and_minutes(days, text):
    assert duration_text(Fraction(days)) == text
    assert shown(exactly(Fraction(days), DURATION)) == text


@pytest.mark.parametrize(
    ("kind", "number", "text"),
    [
        pytest.param(FLOW_RATE, "1/3", "1/3 mL/day", id="decimals that never end: the fraction"),
        pytest.param(DAILY_DOSE, "1", "1 mcg/day", id="whole"),
        pytest.param(VOLUME, "123456789/1000000000", "0.123456789 mL", id="every decimal"),
        pytest.param(DURATION, "1/7", "1/7 day", id="a duration that ends in no unit"),
        pytest.param(DURATION, "1/3", "8 h", id="a duration that ends in hours"),
    ],
)
def test_an_exact_text_leaves_nothing_out(kind, number, text):
    assert exact_text(exactly(Fraction(number), kind)) == text


@pytest.mark.parametrize(
    ("number", "text"), [("14/80", "7/40"), ("350", "350"), ("0", "0"), ("-1/2", "-1/2")]
)
def test_a_fraction_is_in_lowest_terms(number, text):
    assert fraction_text(exactly(Fraction(number), VOLUME)) == text


@pytest.mark.parametrize(
    ("number", "exactly_shown"),
    [
        ("1/8", True),
        ("1234", True),
        ("1/3", False),
        ("1234567/10", False),
        ("-5/2", True),
        ("1000000000", True),
    ],
)
def test_what_was_rounded_is_known(number, exactly_shown):
    assert is_shown_exactly(Fraction(number)) is exactly_shown


# Half cases, as a table of rounding would have them.
@pytest.mark.parametrize(
    ("number", "up", "even"),
    [
        ("0", 0, 0),
        ("1/2", 1, 0),
        ("3/2", 2, 2),
        ("5/2", 3, 2),
        ("7/2", 4, 4),
        ("249/100", 2, 2),
        ("251/100", 3, 3),
    ],
)
def test_halves_go_up_or_to_the_even_neighbour(number, up, even):
    assert half_up(Fraction(number)) == up
    assert half_even(Fraction(number)) == even


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        ("2675/1000", 2, "2.68"),  # a float shows 2.67
        ("1/4", 1, "0.3"),
        ("1005/1000", 2, "1.01"),  # a float shows 1.0
        ("999/1000", 2, "1"),
        ("-1/4", 1, "\u22120.3"),
        ("-1/1000", 2, "0"),  # no minus before a zero
        ("12345", 0, "12,345"),
    ],
)
def test_a_decimal_is_rounded_half_up_from_the_exact_value(number, decimals, text):
    assert decimal_text(Fraction(number), decimals) == text


@pytest.mark.parametrize(
    ("number", "decimals"),
    [("5", 0), ("1/2", 1), ("1/8", 3), ("1/40", 3), ("1/3", None), ("1/60", None), ("0", 0)],
)
def test_how_many_decimals_write_a_number(number, decimals):
    assert ending_decimals(Fraction(number)) == decimals


def test_number_shown_and_exact_number_agree_where_nothing_is_rounded():
    assert number_shown(Fraction(7, 40)) == exact_number(Fraction(7, 40)) == "0.175"


@pytest.mark.parametrize("month", range(1, 13))
def test_a_month_is_written_in_letters(month):
    moment = datetime(2026, month, 9, 8, 5, 59, tzinfo=UTC)

    name = "JanFebMarAprMayJunJulAugSepOctNovDec"[3 * month - 3 : 3 * month]
    assert date_text(moment) == f"9 {name} 2026"
    assert moment_text(moment) == f"9 {name} 2026 08:05"
