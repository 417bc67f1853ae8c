"""The quick questions: what they answer, and what they refuse, field by field."""

from datetime import datetime
from fractions import Fraction

import pytest

from itbcalc.ask.form import Form, FormRefusedError
from itbcalc.ask.questions import MAX_BOLUSES_PER_DAY, MAX_STEPS, QUESTIONS, InUnit, catheter, mix
from itbcalc.errors import FieldEntryError
from itbcalc.judge.findings import FindingCode
from itbcalc.quantities.display import shown
from itbcalc.say import refusal_words
from tests.vectors.reading import quantity

# One accepted set of inputs for each way of asking; the tables below change one thing at a time.
ACCEPTED = {
    "flow-rate": {"dose": "350 mcg/day", "concentration": "2000 mcg/mL"},
    "daily-dose": {"flow_rate": "0.2 mL/day", "concentration": "500 mcg/mL"},
    "constant-flow": {"dose": "150 mcg/day", "flow_rate": "0.3 mL/day"},
    "refill": {"volume": "40 mL", "alarm": "2 mL", "flow_rate": "0.5 mL/day"},
    "refill by dose": {
        "volume": "40 mL",
        "alarm": "2 mL",
        "dose": "250 mcg/day",
        "concentration": "500 mcg/mL",
    },
    "residual": {"filled": "20 mL", "aspirated": "2 mL", "days": "90", "flow_rate": "0.2 mL/day"},
    "residual by dose": {
        "filled": "20 mL",
        "aspirated": "2 mL",
        "days": "90",
        "dose": "100 mcg/day",
        "concentration": "500 mcg/mL",
    },
    "pocket": {"injected": "40 mL", "measured": "39 mL"},
    "bridge": {
        "old_concentration": "500 mcg/mL",
        "new_concentration": "2000 mcg/mL",
        "old_dose": "250 mcg/day",
        "new_dose": "260 mcg/day",
        "dead_volume": "0.3358 mL",
    },
    "bridge by parts": {
        "old_concentration": "500 mcg/mL",
        "new_concentration": "2000 mcg/mL",
        "old_dose": "250 mcg/day",
        "new_dose": "260 mcg/day",
        "tubing_volume": "0.140 mL",
        "catheter_volume": "0.1958 mL",
    },
    "prime": {"dead_volume": "0.3358 mL", "concentration": "2000 mcg/mL"},
    "prime by parts": {
        "tubing_volume": "0.140 mL",
        "catheter_volume": "0.1958 mL",
        "concentration": "2 mg/mL",
    },
    "convert": {"quantity": "350 mcg/day", "to": "mg/day"},
    "convert to molar": {"quantity": "500 mcg/mL", "to": "mmol/L", "molar_mass": "213.66 g/mol"},
    "dilute": {"stock": "2000 mcg/mL", "target": "500 mcg/mL", "volume": "20 mL"},
    "titrate": {"dose": "100 mcg/day", "percent": "15"},
    "titrate to": {"dose": "100 mcg/day", "to": "130 mcg/day"},
}


def answer(way, **changes):
    """The answer to an accepted set of inputs with changes; None takes an input away."""
    inputs = {key: text for key, text in {**ACCEPTED[way], **changes}.items() if text is not None}
    return QUESTIONS[way.split(" ")[0]](Form(inputs))


def refusals(ask, *arguments, **changes):
    """Which fields are refused, each with its rule or problem."""
    with pytest.raises(FormRefusedError) as refused:
        ask(*arguments, **changes)
    for refusal in refused.value.refusals:
        words = refusal_words(refusal)
        assert words.strip(" ‘’:"), refusal
        assert "{" not in words
    return [
        (refusal.field, str(refusal.entry.problem if isinstance(refusal, FieldEntryError) else refusal.rule))
        for refusal in refused.value.refusals
    ]


@pytest.mark.parametrize("way", ACCEPTED)
def test_what_the_tables_start_from_is_accepted(way):
    assert answer(way).results


# --- missing


REQUIRED = [
    (way, field)
    for way, inputs in ACCEPTED.items()
    for field in inputs
    if (way, field) not in {("refill", "alarm"), ("refill by dose", "alarm")}
]
# A missing field that belongs to alternatives is refused under the first of them; its rule says which there are.
FIRST_OF_ALTERNATIVES = {
    ("refill", "flow_rate"): ("flow_rate", "one_of"),
    ("residual", "flow_rate"): ("flow_rate", "one_of"),
    ("bridge", "dead_volume"): ("dead_volume", "one_of"),
    ("prime", "dead_volume"): ("dead_volume", "one_of"),
    ("titrate", "percent"): ("percent", "one_of"),
    ("titrate to", "to"): ("percent", "one_of"),
    ("convert to molar", "molar_mass"): ("molar_mass", "needs_molar_mass"),
}


@pytest.mark.parametrize(("way", "field"), REQUIRED)
def test_a_missing_field_is_named(way, field):
    expected = FIRST_OF_ALTERNATIVES.get((way, field), (field, "missing"))

    assert refusals(answer, way, **{field: None}) == [expected]


@pytest.mark.parametrize("blank", ["", "   "])
@pytest.mark.parametrize(("way", "field"), REQUIRED)
def test_a_blank_field_is_named(way, field, blank):
    expected = FIRST_OF_ALTERNATIVES.get((way, field), (field, "empty"))
    expected = (field, "missing") if way.startswith("convert") and field in ("quantity", "to") else expected
    expected = (field, "empty") if field == "molar_mass" else expected

    assert expected in refusals(answer, way, **{field: blank})


@pytest.mark.parametrize("way", ACCEPTED)
def test_nothing_given_at_all_names_a_field_of_the_question(way):
    refused = refusals(answer, way, **dict.fromkeys(ACCEPTED[way]))

    assert refused
    assert all(rule in ("missing", "one_of") for _, rule in refused)


@pytest.mark.parametrize(
    ("way", "one", "other"),
    [
        (way, one, other)
        for way, inputs in ACCEPTED.items()
        for one in inputs
        for other in inputs
        if one < other and "alarm" not in (one, other)
    ],
)
def test_two_missing_fields_are_both_or_their_alternatives_named(way, one, other):
    refused = refusals(answer, way, **{one: None, other: None})

    asked = {one, other, *(FIRST_OF_ALTERNATIVES.get((way, field), ("", ""))[0] for field in (one, other))}
    parts = {"dose": "flow_rate", "concentration": "flow_rate", "tubing_volume": "dead_volume"}
    assert {field for field, _ in refused} <= asked | {parts.get(one, one), parts.get(other, other)}


# --- rules between fields, zeros, units and numbers


REFUSED = [
    # two alternatives at once: the second one typed is named
    ("refill", {"dose": "250 mcg/day", "concentration": "500 mcg/mL"}, [("dose", "two_alternatives")]),
    ("refill", {"dose": "250 mcg/day"}, [("dose", "two_alternatives")]),
    ("refill", {"concentration": "500 mcg/mL"}, [("concentration", "two_alternatives")]),
    ("residual", {"dose": "100 mcg/day", "concentration": "500 mcg/mL"}, [("dose", "two_alternatives")]),
    ("residual", {"concentration": "500 mcg/mL"}, [("concentration", "two_alternatives")]),
    (
        "bridge",
        {"tubing_volume": "0.14 mL", "catheter_volume": "0.2 mL"},
        [("tubing_volume", "two_alternatives")],
    ),
    ("bridge", {"catheter_volume": "0.2 mL"}, [("catheter_volume", "two_alternatives")]),
    (
        "prime",
        {"tubing_volume": "0.14 mL", "catheter_volume": "0.2 mL"},
        [("tubing_volume", "two_alternatives")],
    ),
    ("prime", {"catheter_volume": "0.2 mL"}, [("catheter_volume", "two_alternatives")]),
    ("titrate", {"to": "130 mcg/day"}, [("to", "two_alternatives")]),
    # zero where it has no meaning
    ("flow-rate", {"dose": "0 mcg/day"}, [("dose", "zero")]),
    ("flow-rate", {"concentration": "0 mcg/mL"}, [("concentration", "zero")]),
    ("flow-rate", {"dose": "0.000 mcg/day"}, [("dose", "zero")]),
    ("daily-dose", {"flow_rate": "0 mL/day"}, [("flow_rate", "zero")]),
    ("refill", {"volume": "0 mL"}, [("volume", "zero")]),
    ("refill", {"flow_rate": "0 mL/day"}, [("flow_rate", "zero")]),
    ("refill", {"accuracy": "0 %"}, [("accuracy", "zero")]),
    ("residual", {"filled": "0 mL"}, [("filled", "zero")]),
    ("residual", {"days": "0"}, [("days", "zero")]),
    ("residual", {"days": "0.0"}, [("days", "zero")]),
    ("bridge", {"bridge_dose": "0 mcg/day"}, [("bridge_dose", "zero")]),
    ("bridge", {"dead_volume": "0 mL"}, [("dead_volume", "zero")]),
    ("bridge by parts", {"tubing_volume": "0 mL"}, [("tubing_volume", "zero")]),
    ("bridge by parts", {"catheter_volume": "0 mL"}, [("catheter_volume", "zero")]),
    ("prime", {"duration": "0 min"}, [("duration", "zero")]),
    ("convert", {"quantity": "0 mcg/day"}, [("quantity", "zero")]),
    ("convert to molar", {"molar_mass": "0 g/mol"}, [("molar_mass", "zero")]),
    # 150 / 0.3 = 500 mcg/mL is needed
    ("constant-flow", {"stock": "2000 mcg/mL"}, [("volume", "missing")]),
    ("constant-flow", {"volume": "20 mL"}, [("stock", "missing")]),
    ("constant-flow", {"stock": "499.9 mcg/mL", "volume": "20 mL"}, [("stock", "target_above_stock")]),
    ("constant-flow", {"stock": "0 mcg/mL", "volume": "20 mL"}, [("stock", "zero")]),
    ("constant-flow", {"flow_rate": "0 mL/day"}, [("flow_rate", "zero")]),
    ("constant-flow", {"flow_rate": "0.3 mL"}, [("flow_rate", "unit_of_another_kind")]),
    ("dilute", {"target": "0 mcg/mL"}, [("target", "zero")]),
    ("dilute", {"volume": "0 mL"}, [("volume", "zero")]),
    ("titrate", {"percent": "0"}, [("percent", "zero")]),
    ("titrate to", {"to": "0 mcg/day"}, [("to", "zero")]),
    # the alarm
    ("refill", {"alarm": "40 mL"}, [("alarm", "alarm_not_below_filled")]),
    ("refill", {"alarm": "40.1 mL"}, [("alarm", "alarm_not_below_filled")]),
    ("refill", {"alarm": "40000 uL"}, [("alarm", "alarm_not_below_filled")]),
    ("refill", {"alarm": "0.04 L"}, [("alarm", "alarm_not_below_filled")]),
    # diluting upwards
    ("dilute", {"target": "2000.1 mcg/mL"}, [("target", "target_above_stock")]),
    ("dilute", {"target": "2.001 mg/mL"}, [("target", "target_above_stock")]),
    ("dilute", {"stock": "499.9 mcg/mL"}, [("target", "target_above_stock")]),
    # what the line holds is said of tubing and catheter apart, and of both
    ("bridge by parts", {"tubing": "old"}, [("catheter", "missing")]),
    ("bridge by parts", {"catheter": "none"}, [("tubing", "missing")]),
    (
        "bridge by parts",
        {"tubing": "empty", "catheter": "Old"},
        [("tubing", "unknown_filling"), ("catheter", "unknown_filling")],
    ),
    (
        "bridge",
        {"prime_volume": "0.19 mL"},
        [("dead_volume", "line_in_parts"), ("tubing_volume", "missing"), ("catheter_volume", "missing")],
    ),
    ("bridge by parts", {"prime_volume": "0 mL"}, [("prime_volume", "zero")]),
    ("prime by parts", {"tubing": "old", "catheter": "none"}, [("old_concentration", "missing")]),
    ("prime by parts", {"old_concentration": "500 mcg/mL"}, [("old_concentration", "together")]),
    # a bridge without a change
    ("bridge", {"new_concentration": "500 mcg/mL"}, [("new_concentration", "bridge_without_change")]),
    ("bridge", {"new_concentration": "0.5 mg/mL"}, [("new_concentration", "bridge_without_change")]),
    # titration
    ("titrate", {"percent": "-100"}, [("percent", "change_below_zero")]),
    ("titrate", {"percent": "-100.1"}, [("percent", "change_below_zero")]),
    ("titrate", {"percent": "-250 %"}, [("percent", "change_below_zero")]),
    ("titrate", {"percent": "15 mcg"}, [("percent", "unit_of_another_kind")]),
    ("titrate", {"steps": "0"}, [("steps", "out_of_range")]),
    ("titrate", {"steps": f"{MAX_STEPS + 1}"}, [("steps", "out_of_range")]),
    ("titrate", {"steps": "999999999999999"}, [("steps", "out_of_range")]),
    ("titrate", {"steps": "2.5"}, [("steps", "not_whole")]),
    ("titrate", {"steps": "-2"}, [("steps", "sign")]),
    ("titrate", {"steps": "two"}, [("steps", "no_number")]),
    ("titrate", {"steps": ""}, [("steps", "empty")]),
    ("titrate to", {"steps": "2"}, [("steps", "together")]),
    # patient boluses
    ("refill", {"patient_bolus": "0.02 mL"}, [("patient_boluses_per_day", "missing")]),
    ("refill", {"patient_boluses_per_day": "3"}, [("patient_bolus", "missing")]),
    ("refill by dose", {"patient_bolus": "10 mcg"}, [("patient_boluses_per_day", "missing")]),
    (
        "refill",
        {"patient_bolus": "10 mcg", "patient_boluses_per_day": "3"},
        [("patient_bolus", "unit_of_another_kind")],
    ),
    (
        "refill by dose",
        {"patient_bolus": "0.02 mL", "patient_boluses_per_day": "3"},
        [("patient_bolus", "unit_of_another_kind")],
    ),
    ("refill", {"patient_bolus": "0 mL", "patient_boluses_per_day": "3"}, [("patient_bolus", "zero")]),
    (
        "refill",
        {"patient_bolus": "0.02 mL", "patient_boluses_per_day": "0"},
        [("patient_boluses_per_day", "out_of_range")],
    ),
    (
        "refill",
        {"patient_bolus": "0.02 mL", "patient_boluses_per_day": f"{MAX_BOLUSES_PER_DAY + 1}"},
        [("patient_boluses_per_day", "out_of_range")],
    ),
    (
        "refill",
        {"patient_bolus": "0.02 mL", "patient_boluses_per_day": "3 /day"},
        [("patient_boluses_per_day", "unit_unknown")],
    ),
    # units
    ("flow-rate", {"dose": "350"}, [("dose", "unit_missing")]),
    ("flow-rate", {"dose": "350 mcg"}, [("dose", "unit_of_another_kind")]),
    ("flow-rate", {"dose": "350 mcg/mL"}, [("dose", "unit_of_another_kind")]),
    ("flow-rate", {"dose": "350 MCG/day"}, [("dose", "unit_unknown")]),
    ("flow-rate", {"concentration": "2000 mcg"}, [("concentration", "unit_of_another_kind")]),
    ("flow-rate", {"concentration": "0.2 %"}, [("concentration", "percent_as_concentration")]),
    ("flow-rate", {"concentration": "2 mmol/L"}, [("concentration", "unit_of_another_kind")]),
    ("daily-dose", {"flow_rate": "0.2 mL"}, [("flow_rate", "unit_of_another_kind")]),
    ("daily-dose", {"flow_rate": "100 mcg/day"}, [("flow_rate", "unit_of_another_kind")]),
    ("refill", {"volume": "40 cc"}, [("volume", "unit_unknown")]),
    ("refill", {"volume": "40 ML"}, [("volume", "unit_unknown")]),
    ("refill", {"accuracy": "14.5"}, [("accuracy", "unit_missing")]),
    ("refill", {"accuracy": "-14.5 %"}, [("accuracy", "sign")]),
    ("residual", {"days": "90 day"}, [("days", "unit_unknown")]),
    ("residual", {"days": "-90"}, [("days", "sign")]),
    ("prime", {"duration": "20 minutes"}, [("duration", "unit_unknown")]),
    ("prime", {"duration": "16 h 75 min"}, [("duration", "compound")]),
    # numbers
    ("flow-rate", {"dose": ".5 mcg/day"}, [("dose", "naked_point")]),
    ("flow-rate", {"dose": "0,5 mcg/day"}, [("dose", "comma")]),
    ("flow-rate", {"dose": "1,000 mcg/day"}, [("dose", "comma")]),
    ("flow-rate", {"dose": "1e3 mcg/day"}, [("dose", "exponent")]),
    ("flow-rate", {"dose": "-5 mcg/day"}, [("dose", "sign")]),
    ("flow-rate", {"dose": "nan mcg/day"}, [("dose", "not_finite")]),
    ("flow-rate", {"dose": "٣٥٠ mcg/day"}, [("dose", "not_ascii_digit")]),
    ("flow-rate", {"dose": "350 mcg/day\n"}, [("dose", "invisible")]),
    ("flow-rate", {"dose": "1234567890123456 mcg/day"}, [("dose", "too_many_digits")]),
    ("residual", {"days": "1/2"}, [("days", "fraction")]),
    # the start
    ("refill", {"zone": "Asia/Jerusalem"}, [("from", "missing")]),
    ("refill", {"from": "2026-11-22T09:30"}, [("from", "date_without_offset")]),
    ("refill", {"from": "22.11.2026"}, [("from", "date_ambiguous")]),
    ("refill", {"from": "22 Nov 2026 09:30"}, [("from", "date_without_offset")]),
    ("refill", {"from": "2026-02-30T09:30+02:00"}, [("from", "date")]),
    (
        "refill",
        {"from": "2026-11-22T09:30+02:00", "zone": "Israel Standard Time"},
        [("zone", "zone_unknown")],
    ),
    ("refill", {"from": "2026-11-22T09:30+02:00", "zone": "../etc/passwd"}, [("zone", "zone_unknown")]),
    ("refill", {"from": "2026-03-29T02:30", "zone": "Europe/Berlin"}, [("from", "time_skipped")]),
    ("refill", {"from": "2026-10-25T02:30", "zone": "Europe/Berlin"}, [("from", "time_twice")]),
    # converting
    ("convert", {"to": "mcg/mL"}, [("to", "cannot_convert")]),
    ("convert", {"to": "mL"}, [("to", "cannot_convert")]),
    ("convert", {"to": "%"}, [("to", "cannot_convert")]),
    ("convert", {"to": "mcg/mg"}, [("to", "cannot_convert")]),
    ("convert", {"to": "hr"}, [("to", "unit_unknown")]),
    ("convert", {"to": "350 mg/day"}, [("to", "unit_unknown")]),
    ("convert", {"molar_mass": "213.66 g/mol"}, [("molar_mass", "not_used")]),
    ("convert", {"quantity": "500 mcg/mL", "to": "mmol/L"}, [("molar_mass", "needs_molar_mass")]),
    ("convert", {"quantity": "0.05 %", "to": "mmol/L"}, [("molar_mass", "needs_molar_mass")]),
    ("convert", {"quantity": "2 mmol/L", "to": "%"}, [("molar_mass", "needs_molar_mass")]),
    (
        "convert",
        {"quantity": "0.05 %", "to": "mg/mL", "molar_mass": "213.66 g/mol"},
        [("molar_mass", "not_used")],
    ),
    ("convert", {"quantity": "-350 mcg/day"}, [("quantity", "sign")]),
    ("convert", {"quantity": "350"}, [("quantity", "unit_missing")]),
    ("convert to molar", {"molar_mass": "213.66"}, [("molar_mass", "unit_missing")]),
    ("convert to molar", {"molar_mass": "213.66 mg"}, [("molar_mass", "unit_of_another_kind")]),
    # several at once
    (
        "flow-rate",
        {"dose": "0 mcg/day", "concentration": None},
        [("dose", "zero"), ("concentration", "missing")],
    ),
    (
        "titrate",
        {"percent": "-100", "steps": "0"},
        [("steps", "out_of_range"), ("percent", "change_below_zero")],
    ),
    (
        "bridge",
        {"old_dose": "1e3 mcg/day", "new_dose": "x"},
        [("old_dose", "exponent"), ("new_dose", "no_number")],
    ),
]


@pytest.mark.parametrize(
    ("way", "changes", "expected"),
    [
        pytest.param(
            way, changes, expected, id=f"{way}: {', '.join(f'{k}={v}' for k, v in changes.items())}"[:90]
        )
        for way, changes, expected in REFUSED
    ],
)
def test_refused_with_the_field_named(way, changes, expected):
    assert refusals(answer, way, **changes) == expected


def test_the_table_is_long_enough():
    assert len(REFUSED) >= 60


def test_all_refusals_of_a_form_are_collected():
    """A clinician corrects all fields at once, not one after the other."""
    refused = refusals(
        answer,
        "bridge",
        old_concentration="500",
        new_concentration=".5 mg/mL",
        old_dose=None,
        new_dose="0 mcg/day",
    )

    assert refused == [
        ("old_concentration", "unit_missing"),
        ("new_concentration", "naked_point"),
        ("old_dose", "missing"),
        ("new_dose", "zero"),
    ]


# --- catheter and mixture take lists


@pytest.mark.parametrize(
    ("lengths", "volumes", "expected"),
    [
        ([], [], [("length", "missing")]),
        ([], ["0.0022 mL/cm"], [("length", "missing"), ("volume_per_length", "pairs")]),
        (["89 cm"], [], [("volume_per_length", "pairs")]),
        (["89 cm", "10 cm"], ["0.0022 mL/cm"], [("volume_per_length", "pairs")]),
        (["89 cm"], ["0.0022 mL/cm", "0.0026 mL/cm"], [("volume_per_length", "pairs")]),
        (["89"], ["0.0022 mL/cm"], [("length", "unit_missing")]),
        (["89 mL"], ["0.0022 mL/cm"], [("length", "unit_of_another_kind")]),
        (["0 cm"], ["0.0022 mL/cm"], [("length", "zero")]),
        (["89 cm"], ["0 mL/cm"], [("volume_per_length", "zero")]),
        (["89 cm"], ["0.19 mL"], [("volume_per_length", "unit_of_another_kind")]),
        (["89 cm", ""], ["0.0022 mL/cm", "0.0026 mL/cm"], [("length", "empty")]),
        (["89 in"], ["0.0022 mL/cm"], [("length", "inches")]),
    ],
)
def test_catheter_refused_with_the_field_named(lengths, volumes, expected):
    assert refusals(catheter, Form({}), lengths, volumes) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], [("part", "missing")]),
        ([("0 mL", "500 mcg/mL")], [("part", "zero")]),
        ([("2 mL", "500")], [("part", "unit_missing")]),
        ([("500 mcg/mL", "2 mL")], [("part", "unit_of_another_kind"), ("part", "unit_of_another_kind")]),
        ([("2 mL", "500 mcg/mL"), ("x", "2 mg/mL")], [("part", "no_number")]),
        ([("2 mL", "-500 mcg/mL")], [("part", "sign")]),
        ([("", "")], [("part", "empty"), ("part", "empty")]),
    ],
)
def test_mixture_refused_with_the_field_named(parts, expected):
    assert refusals(mix, Form({}), parts) == expected


# --- unit slips stay visible


@pytest.mark.parametrize(
    ("way", "changes", "shown_in_working"),
    [
        pytest.param("flow-rate", {"dose": "60 mcg/h"}, "1,440 mcg/day", id="per-hour-shown-per-day"),
        pytest.param("flow-rate", {"dose": "350 mg/day"}, "350,000 mcg/day", id="mg-for-mcg"),
        pytest.param("flow-rate", {"dose": "0.35 mg/day"}, "350 mcg/day", id="mg-meant"),
        pytest.param("flow-rate", {"dose": "1 mcg/min"}, "1,440 mcg/day", id="per-minute"),
        pytest.param("flow-rate", {"dose": "350 ng/day"}, "0.35 mcg/day", id="ng-for-mcg"),
        pytest.param("flow-rate", {"concentration": "2 mcg/mL"}, "2 mcg/mL", id="mcg-for-mg"),
        pytest.param("flow-rate", {"concentration": "2 g/L"}, "2,000 mcg/mL", id="g-per-L"),
        pytest.param("daily-dose", {"flow_rate": "0.2 mL/h"}, "4.8 mL/day", id="mL/h-for-mL/day"),
        pytest.param("daily-dose", {"flow_rate": "0.2 uL/day"}, "0.0002 mL/day", id="uL-for-mL"),
        pytest.param("refill by dose", {"dose": "60 mcg/h"}, "1,440 mcg/day", id="refill-per-hour"),
        pytest.param("residual by dose", {"dose": "60 mcg/h"}, "1,440 mcg/day", id="residual-per-hour"),
        pytest.param("bridge", {"old_dose": "10 mcg/h"}, "240 mcg/day", id="bridge-per-hour"),
        pytest.param("bridge", {"new_dose": "10 mcg/h"}, "240 mcg/day", id="new-dose-per-hour"),
        pytest.param("bridge", {"dead_volume": "0.3358 L"}, "335.8 mL", id="L-for-mL"),
        pytest.param("titrate", {"dose": "10 mcg/h"}, "240 mcg/day", id="titrate-per-hour"),
        pytest.param("titrate to", {"to": "60 mcg/h"}, "1,440 mcg/day", id="titrate-to-per-hour"),
    ],
)
def test_a_unit_slip_is_visible_in_the_working(way, changes, shown_in_working):
    """Hand arithmetic: 60 x 24 = 1440; 350 x 1000; 1 x 1440; 350 / 1000; 0.2 x 24 = 4.8; 10 x 24 = 240."""
    numbers = " | ".join(worked.numbers for worked in answer(way, **changes).working)

    assert shown_in_working in numbers


def test_a_dose_per_hour_comes_back_per_day():
    """60 mcg once a day against 60 mcg per hour (ISMP): 60 x 24 = 1440."""
    results = answer("titrate to", dose="60 mcg/day", to="60 mcg/h").results

    assert shown(results["daily_dose"]) == "1,440 mcg/day"
    assert shown(results["dose_change_percent"]) == "2,300 %"


# --- what is answered, and how it is found


def test_titration_steps_run_from_the_first_to_the_last():
    results = answer("titrate", percent="10", steps="3").results

    assert [shown(step) for step in results["steps"]] == ["110 mcg/day", "121 mcg/day", "133.1 mcg/day"]
    assert results["daily_dose"] == results["steps"][-1]


def test_a_hundred_steps_are_the_most():
    assert len(answer("titrate", percent="1", steps=f"{MAX_STEPS}").results["steps"]) == MAX_STEPS


@pytest.mark.parametrize("percent", ["15", "15 %", "15%", " 15 "])
def test_percent_needs_no_sign_for_percent(percent):
    assert shown(answer("titrate", percent=percent).results["daily_dose"]) == "115 mcg/day"


def test_a_dose_can_fall_by_almost_all():
    assert shown(answer("titrate", percent="-99.9").results["daily_dose"]) == "0.1 mcg/day"


def test_the_bridge_keeps_the_old_dose_and_says_so():
    answered = answer("bridge")

    assert answered.results["bridge_dose"] == quantity("250 mcg/day")
    assert [(found.code, found.place) for found in answered.findings] == [
        (FindingCode.BRIDGE_DOSE_ASSUMED, "bridge_dose")
    ]
    assert answered.findings[0].values["old"] == quantity("250 mcg/day")


def test_another_bridge_dose_is_named_beside_the_old_one():
    found = answer("bridge", bridge_dose="200 mcg/day").findings

    assert [finding.code for finding in found] == [FindingCode.BRIDGE_DOSE_DIFFERS]
    assert dict(found[0].values) == {"bridge": quantity("200 mcg/day"), "old": quantity("250 mcg/day")}


def test_a_bridge_at_the_old_dose_needs_no_word():
    assert answer("bridge", bridge_dose="0.25 mg/day").findings == ()


def test_dead_volume_given_or_added_up_is_the_same():
    given, added = answer("bridge").results, answer("bridge by parts").results

    assert given == added


def test_without_an_alarm_there_is_no_time_to_it():
    results = answer("refill", alarm=None, accuracy="10 %", **{"from": "2026-11-22T09:30+02:00"}).results

    assert not [name for name in results if "alarm" in name]
    assert {"time_to_empty", "time_to_empty_worst", "empty_date"} <= set(results)


def test_without_an_accuracy_there_is_no_worst_case():
    assert not [name for name in answer("refill").results if "worst" in name]


def test_without_a_start_there_is_no_date():
    assert not [value for value in answer("refill").results.values() if isinstance(value, datetime)]


def test_flow_rate_alone_knows_no_dose():
    results = answer("refill", patient_bolus="0.02 mL", patient_boluses_per_day="3").results

    assert "daily_dose_with_patient_boluses" not in results
    assert shown(results["flow_rate_with_patient_boluses"]) == "0.56 mL/day"


def test_the_most_boluses_are_counted():
    results = answer("refill", patient_bolus="1 uL", patient_boluses_per_day=f"{MAX_BOLUSES_PER_DAY}").results

    assert shown(results["flow_rate_with_patient_boluses"]) == "1.5 mL/day"


def test_patient_boluses_do_not_change_the_programmed_flow():
    with_boluses = answer("refill by dose", patient_bolus="10 mcg", patient_boluses_per_day="3").results

    assert with_boluses["flow_rate"] == answer("refill by dose").results["flow_rate"]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"volume": "2.5 mL"}, [], id="a-day-exactly"),
        pytest.param(
            {"volume": "2.499 mL"}, [FindingCode.RESERVOIR_LASTS_LESS_THAN_A_DAY], id="less-than-a-day"
        ),
        pytest.param(
            {"volume": "0.49 mL", "alarm": None}, [FindingCode.RESERVOIR_LASTS_LESS_THAN_A_DAY], id="to-empty"
        ),
        pytest.param({"from": "2026-11-22T09:30+02:00"}, [FindingCode.ZONE_NOT_SAID], id="offset-alone"),
        pytest.param({"from": "2026-11-22T09:30+02:00", "zone": "Asia/Jerusalem"}, [], id="zone"),
        pytest.param({"from": "22 Nov 2026 09:30", "zone": "Asia/Jerusalem"}, [], id="local-time"),
        pytest.param(
            {"from": "2026-11-22T09:30+02:00", "zone": "Asia/Jerusalem", "flow_rate": "0.000001 mL/day"},
            [FindingCode.BEYOND_CALENDAR],
            id="beyond-the-calendar",
        ),
    ],
)
def test_findings_of_a_refill(changes, codes):
    assert [found.code for found in answer("refill", **changes).findings] == codes


def test_local_time_is_read_in_the_zone():
    typed = answer("refill", **{"from": "22 Nov 2026 09:30", "zone": "Asia/Jerusalem"}).results
    instant = answer("refill", **{"from": "2026-11-22T09:30+02:00", "zone": "Asia/Jerusalem"}).results

    assert typed == instant


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        pytest.param({}, [], id="as-expected"),
        pytest.param({"aspirated": "20 mL"}, [], id="nothing-left-the-reservoir"),
        pytest.param(
            {"aspirated": "20.1 mL"}, [FindingCode.ASPIRATED_ABOVE_FILLED], id="more-than-was-filled"
        ),
        pytest.param({"days": "100"}, [], id="empty-on-the-day"),
        pytest.param({"days": "100.1"}, [FindingCode.EXPECTED_BELOW_ZERO], id="ran-dry"),
        pytest.param(
            {"days": "100.1", "aspirated": "21 mL"},
            [FindingCode.ASPIRATED_ABOVE_FILLED, FindingCode.EXPECTED_BELOW_ZERO],
            id="both",
        ),
    ],
)
def test_findings_of_a_residual(changes, codes):
    assert [found.code for found in answer("residual", **changes).findings] == codes


@pytest.mark.parametrize(
    ("text", "unit", "exact", "as_shown"),
    [
        ("350 mcg/day", "mg/day", "7/20", "0.35 mg/day"),
        ("350 mcg/day", "mcg/h", "175/12", "14.58 mcg/h"),
        ("16 h 7 min", "min", "967", "967 min"),
        ("1 day", "s", "86400", "86,400 s"),
        ("0.2 %", "mcg/mL", "2000", "2,000 mcg/mL"),
        ("2000 mcg/mL", "%", "1/5", "0.2 %"),
        ("15 %", "%", "15", "15 %"),
        ("0.14 mL", "uL", "140", "140 uL"),
        ("89 cm", "mm", "890", "890 mm"),
        ("0.0022 mL/cm", "uL/mm", "11/50", "0.22 uL/mm"),
        ("1 mmol/L", "uM", "1000", "1,000 umol/L"),
        ("1 mg/mL", "µg/mL", "1000", "1,000 mcg/mL"),
    ],
)
def test_converting(text, unit, exact, as_shown):
    """Hand arithmetic: 350/1000; 350/24 = 14.583; 16 x 60 + 7; 24 x 3600; 0.2 x 10 mg/mL; 0.0022 mL in 10 mm."""
    converted = answer("convert", quantity=text, to=unit).results["converted"]

    assert isinstance(converted, InUnit)
    assert converted.number == Fraction(exact)
    assert converted.text == as_shown


@pytest.mark.parametrize(
    ("stock", "of_stock", "diluent"),
    [
        # 150 / 0.3 = 500 mcg/mL; of 20 mL a quarter, then all of it
        ("2000 mcg/mL", "5 mL", "15 mL"),
        ("500 mcg/mL", "20 mL", "0 mL"),
    ],
)
def test_the_mixture_of_a_fixed_flow_is_made_up_from_a_stock(stock, of_stock, diluent):
    made = answer("constant-flow", stock=stock, volume="20 mL").results

    assert [shown(made[name]) for name in ("concentration", "stock_volume", "diluent_volume", "drug")] == [
        "500 mcg/mL",
        of_stock,
        diluent,
        "10,000 mcg",
    ]


def test_every_question_of_texts_alone_is_in_the_list():
    assert set(QUESTIONS) == {way.split(" ")[0] for way in ACCEPTED}


# --- in the window a field may show its unit


def test_a_field_that_shows_its_unit_may_leave_it_out():
    form = Form({"dose": "350", "concentration": "2000"}, {"dose": "mcg/day", "concentration": "mcg/mL"})

    assert shown(QUESTIONS["flow-rate"](form).results["flow_rate"]) == "0.175 mL/day"


def test_a_typed_unit_counts_before_the_shown_one():
    form = Form(
        {"dose": "0.35 mg/day", "concentration": "2000"}, {"dose": "mcg/day", "concentration": "mcg/mL"}
    )

    assert shown(QUESTIONS["flow-rate"](form).results["flow_rate"]) == "0.175 mL/day"


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_in_the_window_a_blank_field_is_a_missing_one(blank):
    form = Form({"dose": blank, "concentration": "2000"}, {"dose": "mcg/day", "concentration": "mcg/mL"})

    assert refusals(QUESTIONS["flow-rate"], form) == [("dose", "missing")]


def test_in_the_window_a_blank_field_that_is_not_needed_is_none():
    form = Form(
        {"volume": "40", "alarm": " ", "flow_rate": "0.5", "accuracy": ""},
        {"volume": "mL", "alarm": "mL", "flow_rate": "mL/day", "accuracy": "%"},
    )

    assert set(QUESTIONS["refill"](form).results) == {"flow_rate", "time_to_empty"}
