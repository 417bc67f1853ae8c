"""Is every accepted form read exactly, in its kind's own unit?

The expected values are written by hand, as fractions: mcg/day, mcg, mcg/mL, mL/day, mL, days, cm, mL/cm, %, umol/L.
"""

from fractions import Fraction

import pytest

from itbcalc.quantities.display import exact_text
from itbcalc.quantities.entry import (
    nearest_unit,
    read_count,
    read_number,
    read_quantity,
    read_unit,
    refuse_zero,
    visible,
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
)

# text, kind, exact value in the kind's unit, the unit as shown
SPELLINGS = [
    ("50 ng", DOSE, "1/20", "ng"),
    ("50 mcg", DOSE, "50", "mcg"),
    ("50 ug", DOSE, "50", "mcg"),
    ("50 \u00b5g", DOSE, "50", "mcg"),  # micro sign
    ("50 \u03bcg", DOSE, "50", "mcg"),  # Greek mu
    ("50 mg", DOSE, "50000", "mg"),
    ("2 g", DOSE, "2000000", "g"),
    ("140 uL", VOLUME, "7/50", "uL"),
    ("140 \u00b5L", VOLUME, "7/50", "uL"),
    ("140 \u03bcL", VOLUME, "7/50", "uL"),
    ("40 mL", VOLUME, "40", "mL"),
    ("40 ml", VOLUME, "40", "mL"),
    ("0.04 L", VOLUME, "40", "L"),
    ("864 s", DURATION, "1/100", "s"),
    ("36 min", DURATION, "1/40", "min"),
    ("8 h", DURATION, "1/3", "h"),
    ("3 day", DURATION, "3", "day"),
    ("3 d", DURATION, "3", "day"),
    ("15 %", PERCENTAGE, "15", "%"),
    ("15%", PERCENTAGE, "15", "%"),
    ("2.34 mmol/L", MOLAR_CONCENTRATION, "2340", "mmol/L"),
    ("2.34 mM", MOLAR_CONCENTRATION, "2340", "mmol/L"),
    ("2340 umol/L", MOLAR_CONCENTRATION, "2340", "umol/L"),
    ("2340 uM", MOLAR_CONCENTRATION, "2340", "umol/L"),
    ("2340 \u00b5mol/L", MOLAR_CONCENTRATION, "2340", "umol/L"),
    ("2340 \u03bcM", MOLAR_CONCENTRATION, "2340", "umol/L"),
    ("89 cm", LENGTH, "89", "cm"),
    ("890 mm", LENGTH, "89", "mm"),
    ("213.66 g/mol", MOLAR_MASS, "10683/50", "g/mol"),
]

QUOTIENTS = [
    ("350 mcg/day", DAILY_DOSE, "350", "mcg/day"),
    ("350 mcg/d", DAILY_DOSE, "350", "mcg/day"),
    ("350 ug/day", DAILY_DOSE, "350", "mcg/day"),
    ("350 \u00b5g/d", DAILY_DOSE, "350", "mcg/day"),
    ("350 mcg/24 h", DAILY_DOSE, "350", "mcg/day"),
    ("350 mcg/24h", DAILY_DOSE, "350", "mcg/day"),
    ("350mcg/24h", DAILY_DOSE, "350", "mcg/day"),
    ("0.35 mg/24 h", DAILY_DOSE, "350", "mg/day"),
    ("0.35 mg/day", DAILY_DOSE, "350", "mg/day"),
    ("350000 ng/day", DAILY_DOSE, "350", "ng/day"),
    ("0.00035 g/day", DAILY_DOSE, "350", "g/day"),
    ("10 mcg/h", DAILY_DOSE, "240", "mcg/h"),
    ("12.5 mcg/h", DAILY_DOSE, "300", "mcg/h"),
    ("0.25 mcg/min", DAILY_DOSE, "360", "mcg/min"),
    ("2 ng/s", DAILY_DOSE, "864/5", "ng/s"),
    ("0.175 mL/day", FLOW_RATE, "7/40", "mL/day"),
    ("0.175 ml/24 h", FLOW_RATE, "7/40", "mL/day"),
    ("175 uL/day", FLOW_RATE, "7/40", "uL/day"),
    ("0.01 mL/h", FLOW_RATE, "6/25", "mL/h"),
    ("1 \u00b5L/min", FLOW_RATE, "36/25", "uL/min"),
    ("500 mcg/mL", CONCENTRATION, "500", "mcg/mL"),
    ("500 mcg/ml", CONCENTRATION, "500", "mcg/mL"),
    ("0.5 mg/mL", CONCENTRATION, "500", "mg/mL"),
    ("500 mg/L", CONCENTRATION, "500", "mg/L"),
    ("0.5 g/L", CONCENTRATION, "500", "g/L"),
    ("0.5 mcg/uL", CONCENTRATION, "500", "mcg/uL"),
    ("500 ng/uL", CONCENTRATION, "500", "ng/uL"),
    ("2 ng/mL", CONCENTRATION, "1/500", "ng/mL"),
    ("0.0022 mL/cm", VOLUME_PER_LENGTH, "11/5000", "mL/cm"),
    ("2.2 uL/cm", VOLUME_PER_LENGTH, "11/5000", "uL/cm"),
    ("0.00022 mL/mm", VOLUME_PER_LENGTH, "11/5000", "mL/mm"),
]

COMPOUND = [
    ("16 h 7 min", DURATION, "967/1440", "min"),
    ("16h 7min", DURATION, "967/1440", "min"),
    ("16 h 59 min", DURATION, "1019/1440", "min"),
    ("16 h 0 min", DURATION, "2/3", "min"),
    ("0 h 7 min", DURATION, "7/1440", "min"),
    ("3 day 6 h", DURATION, "13/4", "h"),
    ("3 d 23 h", DURATION, "95/24", "h"),
    ("1 day 1439 min", DURATION, "2879/1440", "min"),
    ("1 min 30 s", DURATION, "1/960", "s"),
    ("59 min 59 s", DURATION, "3599/86400", "s"),
    ("1 d 2 h 3 min 4 s", DURATION, "93784/86400", "s"),
    ("1 d 2 h 3 min 4.5 s", DURATION, "6947/6400", "s"),
    ("16 h 7.5 min", DURATION, "43/64", "min"),
    ("264 d 23 h", DURATION, "6359/24", "h"),
    (" 16 h 7 min  ", DURATION, "967/1440", "min"),
]

NUMBERS = [
    ("0 mL", VOLUME, "0", "mL"),
    ("0.0 mL", VOLUME, "0", "mL"),
    ("0.5 mL", VOLUME, "1/2", "mL"),
    ("0.1 mL", VOLUME, "1/10", "mL"),  # no float is exactly a tenth
    ("10 mL", VOLUME, "10", "mL"),
    ("100.05 mL", VOLUME, "2001/20", "mL"),
    ("  350 mcg/day", DAILY_DOSE, "350", "mcg/day"),
    ("350 mcg/day   ", DAILY_DOSE, "350", "mcg/day"),
    ("350mcg/day", DAILY_DOSE, "350", "mcg/day"),
    ("1.500 mg", DOSE, "1500", "mg"),
    ("123456789012345 mcg", DOSE, "123456789012345", "mcg"),  # fifteen digits
    ("0.12345678901234 mcg", DOSE, "6172839450617/50000000000000", "mcg"),
    ("999999999999.999 mcg", DOSE, "999999999999999/1000", "mcg"),
]

VIALS = [  # as their labels print it
    ("10 mg/5 mL", CONCENTRATION, "2000", "mg/mL"),
    ("10mg/5mL", CONCENTRATION, "2000", "mg/mL"),
    ("10 mg / 5 mL", CONCENTRATION, "2000", "mg/mL"),
    ("40000 mcg/20 mL", CONCENTRATION, "2000", "mcg/mL"),
    ("10 mg/20 ml", CONCENTRATION, "500", "mg/mL"),
    ("0.05 mg/1 mL", CONCENTRATION, "50", "mg/mL"),
    ("1 mg/0.5 mL", CONCENTRATION, "2000", "mg/mL"),
    ("500 mcg/1000 uL", CONCENTRATION, "500", "mcg/uL"),
]
ACCEPTED = [*SPELLINGS, *QUOTIENTS, *COMPOUND, *NUMBERS, *VIALS]


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"), ACCEPTED, ids=[f"{text!a}" for text, *_ in ACCEPTED]
)
def test_an_accepted_text_is_read_exactly(text, kind, value, unit):
    entered = read_quantity(text, kind)

    assert entered.quantity.magnitude == Fraction(value)
    assert type(entered.quantity.magnitude) is Fraction
    assert entered.quantity.units == kind.unit
    assert entered.unit == unit
    assert entered.text == text


@pytest.mark.parametrize(
    ("text", "kind", "number", "decimals", "step"),
    [
        pytest.param("0.170 mL/day", FLOW_RATE, "0.170", 3, "1/1000", id="a trailing zero says a thousandth"),
        pytest.param("0.17 mL/day", FLOW_RATE, "0.17", 2, "1/100", id="a hundredth"),
        pytest.param("350.0 mcg/day", DAILY_DOSE, "350.0", 1, "1/10", id="a tenth"),
        pytest.param("350 mcg/day", DAILY_DOSE, "350", 0, "1", id="whole"),
        pytest.param("0.350 mg/day", DAILY_DOSE, "0.350", 3, "1", id="a thousandth of a mg is a mcg"),
        pytest.param("10 mcg/h", DAILY_DOSE, "10", 0, "24", id="one mcg/h is 24 mcg/day"),
        pytest.param("10.0 mcg/h", DAILY_DOSE, "10.0", 1, "12/5", id="a tenth of a mcg/h"),
        pytest.param("140 uL", VOLUME, "140", 0, "1/1000", id="one uL"),
        pytest.param("16 h 7 min", DURATION, "16 h 7 min", 0, "1/1440", id="the last part: one minute"),
        pytest.param(" 16 h 7.0 min ", DURATION, "16 h 7.0 min", 1, "1/14400", id="a tenth of a minute"),
        pytest.param("16.12 h", DURATION, "16.12", 2, "1/2400", id="a hundredth of an hour"),
    ],
)
def test_how_finely_it_was_written_is_kept(text, kind, number, decimals, step):
    entered = read_quantity(text, kind)

    assert entered.number_text == number
    assert entered.decimals == decimals
    assert entered.resolution.magnitude == Fraction(step)
    assert entered.resolution.units == kind.unit


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        pytest.param("0.170 mL", VOLUME, "0.17 mL", id="no trailing zero"),
        pytest.param("350.0 mcg/day", DAILY_DOSE, "350 mcg/day", id="no point left over"),
        pytest.param("1500 mcg/day", DAILY_DOSE, "1,500 mcg/day", id="comma from a thousand"),
        pytest.param("1.5 mg", DOSE, "1,500 mcg", id="mg as mcg"),
        pytest.param("10 mcg/h", DAILY_DOSE, "240 mcg/day", id="per hour shown per day"),
        pytest.param("0.35 mg/24 h", DAILY_DOSE, "350 mcg/day", id="per 24 h"),
        pytest.param("50 \u00b5g", DOSE, "50 mcg", id="mcg in letters"),
        pytest.param("0.123456789 mL", VOLUME, "0.123456789 mL", id="every digit"),
        pytest.param("92.5 day", DURATION, "92.5 day", id="days that end"),
        pytest.param("12 h", DURATION, "0.5 day", id="hours that are half a day"),
        pytest.param("8 h", DURATION, "8 h", id="a third of a day is written in hours"),
        pytest.param("16 h 7 min", DURATION, "967 min", id="a duration whose decimals end in minutes"),
        pytest.param("10 min", DURATION, "10 min", id="minutes"),
        pytest.param("1 min 1 s", DURATION, "61 s", id="seconds"),
    ],
)
def test_a_typed_value_is_read_back_with_every_digit(text, kind, shown):
    entered = read_quantity(text, kind)

    assert exact_text(entered.quantity) == shown


# --- a unit left out, percentages, bare numbers


@pytest.mark.parametrize(
    ("text", "shown_unit", "kind", "value"),
    [
        ("350", "mcg/day", DAILY_DOSE, "350"),
        ("350 ", "mcg/day", DAILY_DOSE, "350"),
        ("0.35", "mg/day", DAILY_DOSE, "350"),
        ("0.35 mg/day", "mcg/day", DAILY_DOSE, "350"),  # what is typed wins over what the field shows
        ("40", "mL", VOLUME, "40"),
        ("16", "h", DURATION, "2/3"),
        ("16 h 7 min", "day", DURATION, "967/1440"),
    ],
)
def test_a_unit_left_out_is_the_one_the_field_shows(text, shown_unit, kind, value):
    entered = read_quantity(text, kind, shown_unit=shown_unit)

    assert entered.quantity.magnitude == Fraction(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("15", "15"),
        ("15 %", "15"),
        ("15%", "15"),
        ("-15", "-15"),
        ("-15 %", "-15"),
        ("-0.5 %", "-1/2"),
        ("+15", "15"),
        ("+15 %", "15"),
        ("\u221271.5 %", "-143/2"),  # as a change is shown
        ("0", "0"),
    ],
)
def test_a_change_is_read_with_its_sign_with_or_without_percent(text, value):
    entered = read_quantity(text, PERCENTAGE, shown_unit="%", signed=True)

    assert entered.quantity.magnitude == Fraction(value)
    assert entered.unit == "%"


@pytest.mark.parametrize(("text", "value"), [("92.5", "185/2"), ("0", "0"), ("3", "3"), (" 14.0 ", "14")])
def test_a_bare_number_is_read_exactly(text, value):
    assert read_number(text).value == Fraction(value)


@pytest.mark.parametrize(("text", "count"), [("0", 0), ("3", 3), (" 12 ", 12), ("999", 999)])
def test_a_count_is_read(text, count):
    assert read_count(text) == count


def test_what_is_not_zero_passes_where_zero_has_no_meaning():
    entered = read_quantity("0.000001 mcg/day", DAILY_DOSE)

    assert refuse_zero(entered, DAILY_DOSE) is entered


# --- the closed list


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("ng", "ng"),
        ("mcg", "mcg"),
        ("ug", "mcg"),
        ("\u00b5g", "mcg"),
        ("\u03bcg", "mcg"),
        ("mg", "mg"),
        ("g", "g"),
        ("uL", "uL"),
        ("\u00b5L", "uL"),
        ("mL", "mL"),
        ("ml", "mL"),
        ("L", "L"),
        ("s", "s"),
        ("min", "min"),
        ("h", "h"),
        ("day", "day"),
        ("d", "day"),
        ("%", "%"),
        ("mmol/L", "mmol/L"),
        ("mM", "mmol/L"),
        ("umol/L", "umol/L"),
        ("uM", "umol/L"),
        ("cm", "cm"),
        ("mm", "mm"),
        ("mcg/24 h", "mcg/day"),
        ("mL/24h", "mL/day"),
        ("\u00b5g/ml", "mcg/mL"),
        (" mcg/d ", "mcg/day"),
    ],
)
def test_a_unit_of_the_closed_list_is_shown_in_one_spelling(typed, shown):
    assert read_unit(typed) == shown


@pytest.mark.parametrize("text", ["", "xyz", "\U0001f489", "//", "/", "24 h"])
def test_where_no_unit_is_near_none_is_named(text):
    assert nearest_unit(text) == ""


def test_invisible_characters_are_shown_by_their_code_and_blanks_as_they_are():
    shown = visible(" 5\u200b\t mg\ud800")

    assert shown == " 5[U+200B][U+0009] mg[U+D800]"


def test_long_text_is_cut_and_counted():
    shown = visible("x" * 1234)

    assert shown == "x" * 40 + "\u2026 (1,234 characters)"


def test_a_strength_as_on_a_vial_is_known_as_that_and_one_of_its_digits_counts_for_its_volume():
    vial, usual = read_quantity("10 mg/5 mL", CONCENTRATION), read_quantity("2 mg/mL", CONCENTRATION)

    assert (vial.of_a_vial, usual.of_a_vial) == (True, False)
    assert vial.resolution.magnitude == 200  # 1 mg in 5 mL
