"""What holds for every text and every number, found by hypothesis rather than by us."""

import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from itbcalc.errors import EntryError, Problem
from itbcalc.quantities.display import (
    duration_text,
    exact_text,
    half_even,
    half_up,
    in_unit,
    is_shown_exactly,
    number_shown,
    shown,
    shown_change,
)
from itbcalc.quantities.entry import (
    nearest_unit,
    read_count,
    read_number,
    read_quantity,
    read_unit,
    visible,
)
from itbcalc.quantities.instants import read_date, read_instant, read_zone
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DOSE,
    DURATION,
    FLOW_RATE,
    KINDS,
    LENGTH,
    MOLAR_CONCENTRATION,
    PERCENTAGE,
    VOLUME,
    VOLUME_PER_LENGTH,
    exactly,
)
from itbcalc.quantities.units import ureg
from itbcalc.say import refusal_words

SETTINGS = settings(
    deadline=None,
    derandomize=True,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
)

# The contract's spellings, typed here once more.
MASSES = ["ng", "mcg", "ug", "\u00b5g", "\u03bcg", "mg", "g"]
VOLUMES = ["uL", "\u00b5L", "\u03bcL", "mL", "ml", "L"]
TIMES = ["s", "min", "h", "day", "d"]
LENGTHS = ["cm", "mm"]
MOLAR = ["mmol/L", "mM", "umol/L", "uM", "\u00b5mol/L", "\u03bcmol/L", "\u00b5M", "\u03bcM"]
PER_DAY = ["24 h", "24h"]
UNITS_OF = {
    DOSE: MASSES,
    VOLUME: VOLUMES,
    DURATION: TIMES,
    LENGTH: LENGTHS,
    PERCENTAGE: ["%"],
    MOLAR_CONCENTRATION: MOLAR,
    DAILY_DOSE: [f"{a}/{b}" for a, b in product(MASSES, TIMES + PER_DAY)],
    FLOW_RATE: [f"{a}/{b}" for a, b in product(VOLUMES, TIMES + PER_DAY)],
    CONCENTRATION: [f"{a}/{b}" for a, b in product(MASSES, VOLUMES)],
    VOLUME_PER_LENGTH: [f"{a}/{b}" for a, b in product(VOLUMES, LENGTHS)],
}
SINGLE = MASSES + VOLUMES + TIMES + LENGTHS
ACCEPTED_UNITS = {"%", "g/mol", *MOLAR, *SINGLE} | {f"{a}/{b}" for a, b in product(SINGLE, SINGLE + PER_DAY)}

ANY_CHARACTER = st.characters()  # half surrogate pairs and control characters among them
NASTY = st.sampled_from("0123456789.,-+eE_'/% \u00b5\u2212\u200b\u00a0\ufeff\u0665\u00bd\uff11\ud800\n\t\x00")


@st.composite
def numbers(draw):
    """A number as the grammar has it, of at most fifteen digits."""
    whole = draw(st.one_of(st.just("0"), st.from_regex(r"[1-9][0-9]{0,8}", fullmatch=True)))
    decimals = draw(st.one_of(st.just(""), st.from_regex(r"\.[0-9]{1,6}", fullmatch=True)))
    return whole + decimals


@st.composite
def typed(draw):
    """An accepted text with its kind."""
    kind = draw(st.sampled_from(list(UNITS_OF)))
    unit = draw(st.sampled_from(UNITS_OF[kind]))
    blanks = st.sampled_from(["", " ", "   "])
    space = draw(st.sampled_from(["", " "]))
    return f"{draw(blanks)}{draw(numbers())}{space}{unit}{draw(blanks)}", kind


@st.composite
def spoiled(draw):
    """An accepted text with one to three characters put in, taken out or doubled."""
    text, kind = draw(typed())
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(text)))
        put_in = draw(st.one_of(NASTY, ANY_CHARACTER, st.just("")))
        taken_out = draw(st.integers(0, 1))
        text = text[:place] + put_in + text[place + taken_out :]
    return text, kind


def all_readers(text):
    zone = read_zone("Europe/Berlin")
    yield from (lambda kind=kind: read_quantity(text, kind, shown_unit=kind.unit_text) for kind in KINDS)
    yield from (lambda kind=kind: read_quantity(text, kind, signed=True) for kind in (DURATION, PERCENTAGE))
    yield lambda: read_quantity(text, PERCENTAGE, shown_unit="%", signed=True)
    yield lambda: read_number(text, signed=True)
    yield lambda: read_count(text)
    yield lambda: read_unit(text)
    yield lambda: read_zone(text)
    yield lambda: read_date(text)
    yield lambda: read_instant(text)
    yield lambda: read_instant(text, zone, local_allowed=True)


def read_or_refuse(text):
    """Every reader, on `text`: read or refused in words that can be shown, nothing else."""
    for read in all_readers(text):
        refused = _refusal(read)
        if refused is not None:
            words = refusal_words(refused)
            assert words.isprintable()
            assert len(words) < 600
            assert refused.typed == text


def _refusal(read):
    try:
        read()
    except EntryError as error:
        return error
    return None


# --- any text is read or refused


@SETTINGS
@given(st.text(ANY_CHARACTER, max_size=80))
@example("")
@example("\ud800")
@example("{}{0}%s")
@example("9999-12-31T23:59-12:00")
@example("0001-01-01T00:00+14:00")
@example("31 Dec 9999 23:59")
@example("1 Jan 0001 00:00")
def test_any_text_is_read_or_refused(text):
    read_or_refuse(text)


@SETTINGS
@given(spoiled())
def test_any_accepted_text_spoiled_is_read_or_refused(case):
    text, _ = case

    read_or_refuse(text)


@SETTINGS
@given(st.text(st.sampled_from("0123456789-:+TZ. JanFebDec/"), max_size=28))
def test_anything_like_a_date_is_read_or_refused(text):
    read_or_refuse(text)


@pytest.mark.parametrize(
    "text", ["\x00", "\ud800", "9", "1 ", "1.", "h1", "\u202e", "/", "%"], ids=lambda text: f"{text!a}"
)
def test_a_million_characters_are_refused_by_every_reader(text):
    read_or_refuse(text * (10**6 // len(text)))


# --- accepted text


@SETTINGS
@given(typed())
@example(("0.000001 ng/s", DAILY_DOSE))
@example(("999999999.999999 g", DOSE))
@example(("0.1 s", DURATION))
def test_the_text_read_back_gives_the_same_exact_value_when_typed_again(case):
    text, kind = case
    quantity = read_quantity(text, kind).quantity

    again = exact_text(quantity).replace(",", "")

    assume(sum(character.isdigit() for character in again) <= 15)
    assert read_quantity(again, kind).quantity == quantity


@SETTINGS
@given(typed())
def test_a_number_is_worth_what_python_says_of_its_decimal(case):
    text, kind = case
    number = re.match(" *([0-9.]+)", text).group(1)

    entered = read_quantity(text, kind)

    assert in_unit(entered.quantity, entered.unit) == Fraction(Decimal(number))
    assert entered.decimals == len(number.partition(".")[2])


@SETTINGS
@given(st.integers(0, 400), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_a_compound_duration_is_the_sum_of_its_parts(days, hours, minutes, seconds):
    text = f"{days} day {hours} h {minutes} min {seconds} s"

    entered = read_quantity(text, DURATION)

    assert entered.quantity.magnitude * 86400 == ((days * 24 + hours) * 60 + minutes) * 60 + seconds


@SETTINGS
@given(typed(), st.sampled_from(["+", "-", "\u2212", ".", ",", "0", "_", "'"]))
def test_nothing_may_stand_before_the_number(case, before):
    text, kind = case
    assume(not (before == "0" and text.strip()[1:2] in ("", ".")))
    assume(not (before == "0" and text.strip()[0] == "0"))

    with pytest.raises(EntryError):
        read_quantity(before + text.strip(), kind)


# --- units


@SETTINGS
@given(st.sampled_from(sorted(ACCEPTED_UNITS)), st.data())
def test_a_unit_in_another_case_is_refused_and_none_but_an_accepted_one_is_named(unit, data):
    places = [place for place, letter in enumerate(unit) if letter.swapcase() != letter]
    assume(places)
    swapped = data.draw(st.sets(st.sampled_from(places), min_size=1))
    text = "".join(letter.swapcase() if place in swapped else letter for place, letter in enumerate(unit))
    assume(text not in ACCEPTED_UNITS)

    refuse_unit(text)


@SETTINGS
@given(st.sampled_from(sorted(ACCEPTED_UNITS)), st.integers(0, 8), st.one_of(NASTY, ANY_CHARACTER))
def test_a_unit_with_anything_put_into_it_is_refused(unit, place, garbage):
    text = unit[:place] + garbage + unit[place:]
    assume(text.strip(" ") not in ACCEPTED_UNITS)

    refuse_unit(text)


@SETTINGS
@given(st.text(st.sampled_from("mcgunLldayhrsi/% MGUIuk\u00b524"), max_size=10))
def test_a_unit_of_no_list_is_refused(text):
    assume(text.strip(" ") not in ACCEPTED_UNITS)

    refuse_unit(text)


def refuse_unit(text):
    with pytest.raises(EntryError):
        read_unit(text)
    for kind in KINDS:
        with pytest.raises(EntryError) as caught:
            read_quantity(f"5 {text}", kind)
        assert caught.value.hint in ACCEPTED_UNITS | {""} or caught.value.problem is Problem.INCHES
    assert nearest_unit(text) in ACCEPTED_UNITS | {""}


@SETTINGS
@given(st.sampled_from(list(UNITS_OF)), st.fractions(max_denominator=10**6), st.data())
def test_units_convert_there_and_back_exactly(kind, number, data):
    here, there = (read_unit(data.draw(st.sampled_from(UNITS_OF[kind]))) for _ in range(2))
    quantity = ureg.Quantity(number, _pint(here))

    back = ureg.Quantity(in_unit(quantity, there), _pint(there))

    assert in_unit(back, here) == number
    assert kind(back).magnitude == kind(quantity).magnitude


def _pint(unit):
    return unit.replace("%", "percent")


@SETTINGS
@given(st.sampled_from(KINDS), st.floats())
def test_there_is_no_float(kind, number):
    with pytest.raises(TypeError):
        kind(ureg.Quantity(number, kind.unit))


# --- numbers as shown

# Enough digits for every number drawn here.
EXACT = Context(prec=200)
positive = st.fractions(min_value=Fraction(1, 10**7), max_value=10**10, max_denominator=10**7)
decimals_that_end = st.builds(
    lambda digits, places: Fraction(digits, 10**places), st.integers(0, 10**12), st.integers(0, 9)
)


def _decimal(number):
    return EXACT.divide(Decimal(number.numerator), Decimal(number.denominator))


@SETTINGS
@given(st.one_of(positive, decimals_that_end))
@example(Fraction(99995, 10**5))
@example(Fraction(999949999, 10**9))
@example(Fraction(9999999))
@example(Fraction(123456789, 100))
def test_a_number_is_shown_within_half_a_step_and_written_as_the_rules_ask(number):
    text = number_shown(number)

    first_digit = _decimal(number).adjusted() if number else 0
    step = min(Fraction(1), Fraction(10) ** (first_digit - 3))
    assert abs(Fraction(text.replace(",", "")) - number) <= step / 2
    assert re.fullmatch(r"(0|[1-9][0-9]{0,2}(,[0-9]{3})*)(\.[0-9]*[1-9])?", text)


@SETTINGS
@given(decimals_that_end)
def test_six_digits_are_shown_exactly(number):
    digits = str(_decimal(number).normalize(EXACT).as_tuple().digits)
    whole = len(str(int(number)))
    ends = -_decimal(number).normalize(EXACT).as_tuple().exponent
    assume(number and len(re.findall("[0-9]", digits)) + max(0, -ends) <= 6 and whole <= 6)

    assert Fraction(number_shown(number).replace(",", "")) == number
    assert is_shown_exactly(number)


@SETTINGS
@given(st.one_of(positive, decimals_that_end), st.integers(0, 8))
def test_rounding_agrees_with_the_decimal_module(number, places):
    scaled = number * 10**places
    as_decimal = _decimal(scaled)
    assume(Fraction(as_decimal) == scaled or abs(as_decimal % 1 - Decimal("0.5")) > Decimal("1e-50"))

    assert half_up(scaled) == int(as_decimal.quantize(Decimal(1), ROUND_HALF_UP, EXACT))
    assert half_even(scaled) == int(as_decimal.quantize(Decimal(1), ROUND_HALF_EVEN, EXACT))


@SETTINGS
@given(st.integers(0, 10**12))
def test_halves_agree_with_the_decimal_module(whole):
    half = Decimal(whole) + Decimal("0.5")

    assert half_up(Fraction(half)) == int(half.quantize(Decimal(1), ROUND_HALF_UP, EXACT))
    assert half_even(Fraction(half)) == int(half.quantize(Decimal(1), ROUND_HALF_EVEN, EXACT))


@SETTINGS
@given(positive, st.sampled_from(KINDS))
def test_below_zero_differs_by_the_minus_alone(number, kind):
    assert shown(exactly(-number, kind)) == f"\u2212{shown(exactly(number, kind))}"


@SETTINGS
@given(st.one_of(positive, decimals_that_end))
def test_a_change_always_carries_its_sign(number):
    assume(number)
    up, down = (shown_change(exactly(change, PERCENTAGE)) for change in (number, -number))

    assert up[0] == "+"
    assert down == f"\u2212{up[1:]}"


# --- durations as shown


def _minutes_shown(text):
    sizes = {"days": 1440, "h": 60, "min": 1}
    parts = text.replace(",", "").split(" ")
    return sum(int(number) * sizes[unit] for number, unit in zip(parts[::2], parts[1::2], strict=True))


@SETTINGS
@given(st.fractions(min_value=2, max_value=10**6, max_denominator=10**6))
@example(Fraction(2))
@example(Fraction(3) - Fraction(1, 10**6))
def test_above_two_days_a_duration_never_looks_longer_than_it_is(days):
    minutes = _minutes_shown(duration_text(days))

    assert minutes % 60 == 0
    assert minutes <= days * 1440 < minutes + 60


@SETTINGS
@given(st.fractions(min_value=Fraction(1, 1440), max_value=2, max_denominator=10**6))
def test_below_two_days_a_duration_is_shown_within_half_a_minute(days):
    assume(days < 2)
    text = duration_text(days)

    assert abs(_minutes_shown(text) - days * 1440) <= Fraction(1, 2)
    assert not re.search(r"\b(6[0-9]|[7-9][0-9]) min", text)
    assert not re.search(r"\b0 (h|min)", text)


@SETTINGS
@given(st.fractions(min_value=0, max_value=Fraction(1, 1440), max_denominator=10**7))
def test_less_than_a_minute_is_shown_in_seconds(days):
    assume(days < Fraction(1, 1440))
    number, unit = duration_text(days).split(" ")

    assert unit == "s"
    assert abs(Fraction(number) - days * 86400) <= Fraction(1, 200)


# --- words


@SETTINGS
@given(st.text(ANY_CHARACTER, max_size=200))
def test_what_was_typed_can_always_be_shown_on_one_line(text):
    shown_text = visible(text)

    assert shown_text.isprintable()
    assert shown_text.encode("utf-8").decode("utf-8") == shown_text


@SETTINGS
@given(
    st.text(ANY_CHARACTER, max_size=61),
    st.sampled_from(
        sorted(set(Problem) - {Problem.PERCENT_AS_CONCENTRATION})
    ),  # it is raised for read numbers only
)
def test_every_problem_has_words_for_every_text(text, problem):
    words = refusal_words(EntryError(text, problem, "350 mcg/day", "mcg"))

    assert words.isprintable()
    assert words[0] != " "
