"""The program file: what is read, what is refused, and at which place.

Classes of docs/hazards.md: N2 (required fields missing), S8 (dates), F3 (encodings), F5 (the shapes of TOML).
"""

from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest

from itbcalc.errors import FieldEntryError, ItbcalcError, RefusedError
from itbcalc.library.records import Origin
from itbcalc.program import Program, complete_program, load_toml, parse_toml, read_program
from itbcalc.say import refusal_words, typed_of
from tests.itbcalc.programs import QUIET, changed, examples, library, table_of

PROGRAM = """\
[system]
pump = "synchromed-ii-40"
tubing_volume = "0.140 mL"
catheter = { length = "89 cm", volume_per_length = "0.0022 mL/cm" }

[reservoir]
filled = "40 mL"
low_alarm = "2 mL"
at = "2026-11-22T09:30+02:00"
zone = "Asia/Jerusalem"

[patient]
ref = "P-0147"
spasticity_origin = "spinal"
age_years = 34
jurisdiction = "us"
last_change = "2026-11-08T10:00+02:00"

[current]
drug = "baclofen"
concentration = "500 mcg/mL"
mode = "simple-continuous"
daily_dose = "250 mcg/day"

[new]
drug = "baclofen"
concentration = "2000 mcg/mL"
mode = "simple-continuous"
daily_dose = "285 mcg/day"

[bridge]
dose = "250 mcg/day"

[readouts]
daily_dose = "285 mcg/day"
low_alarm_date = "2027-08-14"
"""


def read(table: dict[str, Any]) -> Program:
    return complete_program(read_program(table, library()))


def refusal_in(table: dict[str, Any]) -> tuple[str, str, str]:
    """The place, the text as typed and the reason of the first refusal."""
    return _refusal(lambda: read(table))


def refusal_of_file(raw: bytes | str) -> tuple[str, str, str]:
    content = raw.encode() if isinstance(raw, str) else raw
    return _refusal(lambda: read(parse_toml(content)))


def _refusal(act: Any) -> tuple[str, str, str]:
    with pytest.raises(ItbcalcError) as caught:
        act()
    error = caught.value
    assert isinstance(error, RefusedError | FieldEntryError)
    return error.field, typed_of(error), refusal_words(error)


# --- what is read


def test_a_program_file_is_read_exactly() -> None:
    program = read(parse_toml(PROGRAM.encode()))

    assert program.system.pump is not None
    assert program.system.pump.name == "SynchroMed II 40 mL"
    assert program.system.tubing_volume is not None
    assert program.system.tubing_volume.magnitude == Fraction(14, 100)
    assert program.system.catheter_volume is not None
    assert program.system.catheter_volume.value.magnitude == Fraction(1958, 10000)  # 89 x 0.0022
    assert program.reservoir.filled is not None
    assert program.reservoir.filled.magnitude == 40
    assert program.reservoir.at is not None
    assert program.reservoir.at.moment.isoformat() == "2026-11-22T09:30:00+02:00"
    assert program.reservoir.at.zone_named
    assert program.patient.ref == "P-0147"
    assert program.patient.origin is Origin.SPINAL
    assert program.patient.age_years == 34
    assert program.concentration_changes
    assert program.bridge is not None
    assert not program.bridge.aspirated
    assert [read_out.name for read_out in program.read_outs] == ["daily_dose", "low_alarm_date"]
    assert program.read_outs[1].on == date(2027, 8, 14)


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_every_example_is_a_complete_program(path: Any) -> None:
    assert read(load_toml(path)).new is not None


@pytest.mark.parametrize(
    ("catheter", "volume"),
    [
        pytest.param({"volume": "0.19 mL"}, "19/100", id="volume"),
        pytest.param({"volume": "190 uL"}, "19/100", id="volume in uL"),
        pytest.param(
            {"length": "890 mm", "volume_per_length": "0.0022 mL/cm"}, "979/5000", id="length in mm"
        ),
        pytest.param(
            [
                {"length": "66 cm", "volume_per_length": "0.0022 mL/cm"},  # 0.1452
                {"length": "23 cm", "volume_per_length": "0.003 mL/cm"},  # 0.069
            ],
            "1071/5000",  # 0.2142
            id="two segments",
        ),
    ],
)
def test_a_catheter_is_a_volume_or_lengths(catheter: Any, volume: str) -> None:
    program = read(table_of({"system.catheter": catheter}))

    assert program.system.catheter_volume is not None
    assert program.system.catheter_volume.value.magnitude == Fraction(volume)


@pytest.mark.parametrize(
    ("place", "typed", "shown"),
    [
        ("new.daily_dose", "0.46 mg/day", "460"),
        ("new.daily_dose", "19.5 mcg/h", "468"),
        ("new.daily_dose", "468 ug/24 h", "468"),
        ("new.daily_dose", "468 µg/24h", "468"),
        ("new.daily_dose", "468 mcg/d", "468"),
        ("new.concentration", "0.5 mg/mL", "500"),
        ("new.concentration", "0.5 g/L", "500"),
        ("current.daily_dose", "400.000 mcg/day", "400"),
        ("reservoir.filled", "0.04 L", "40"),
        ("reservoir.filled", "40 ml", "40"),
        ("reservoir.low_alarm", "0 mL", "0"),
        ("reservoir.low_alarm", "2000 uL", "2"),
    ],
)
def test_a_quantity_is_converted_exactly_to_its_own_unit(place: str, typed: str, shown: str) -> None:
    program = read(table_of({place: typed}))

    assert program.entries[place].quantity.magnitude == Fraction(shown)
    assert program.entries[place].text == typed


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-22T09:30+02:00",
        "2026-11-22T07:30Z",
        "2026-11-22 09:30+02:00",
        "2026-11-22T09:30:00+02:00",
        "2026-11-22T08:30+01:00",
    ],
)
def test_an_instant_is_the_same_however_its_offset_is_written(typed: str) -> None:
    program = read(table_of({"reservoir.at": typed, "reservoir.zone": "Asia/Jerusalem"}))

    assert program.reservoir.at is not None
    assert program.reservoir.at.moment.isoformat() == "2026-11-22T09:30:00+02:00"


def test_native_dates_of_the_file_are_accepted() -> None:
    text = PROGRAM.replace('"2026-11-22T09:30+02:00"', "2026-11-22T09:30:00+02:00")

    program = read(parse_toml(text.replace('"2027-08-14"', "2027-08-14").encode()))

    assert program.reservoir.at is not None
    assert program.reservoir.at.moment.isoformat() == "2026-11-22T09:30:00+02:00"
    assert program.read_outs[1].on == date(2027, 8, 14)


def test_without_a_zone_the_offset_is_kept() -> None:
    program = read(table_of({"reservoir.zone": None}))

    assert program.reservoir.at is not None
    assert not program.reservoir.at.zone_named
    assert program.reservoir.at.moment.utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize("age", [0, 9, 17, 130])
def test_an_age_is_a_bare_number(age: int) -> None:
    assert read(table_of({"patient.age_years": age})).patient.age_years == age


def test_an_age_may_have_decimals() -> None:
    text = PROGRAM.replace("age_years = 34", "age_years = 9.5")

    assert read(parse_toml(text.encode())).patient.age_years == Fraction(19, 2)


def test_a_pump_of_ones_own_is_read_with_its_figures() -> None:
    pump = {
        "name": "Trial pump",
        "reservoir_volume": "18 mL",
        "tubing_volume": "0.1 mL",
        "stroke_volume": "0.002 mL",
        "steps_per_day": 24,
    }

    program = read(table_of({"system.pump": pump, "reservoir.filled": "18 mL"}))

    assert program.system.pump is not None
    assert program.system.pump.name == "Trial pump"
    assert program.system.pump.tubing_volume[0].quantity.magnitude == Fraction(1, 10)


# --- N2: required fields

REQUIRED_FIELDS = (
    "system.pump",
    "reservoir.filled",
    "reservoir.low_alarm",
    "reservoir.at",
    "current.drug",
    "current.concentration",
    "current.mode",
    "current.daily_dose",
    "new.drug",
    "new.concentration",
    "new.mode",
    "new.daily_dose",
)
REQUIRED_SECTIONS = ("system", "reservoir", "current", "new")
MISSING = [
    *combinations(REQUIRED_FIELDS, 1),
    *combinations(REQUIRED_FIELDS, 2),
    *combinations(REQUIRED_SECTIONS, 1),
    *combinations(REQUIRED_SECTIONS, 2),
]


@pytest.mark.parametrize("places", MISSING, ids=" ".join)
def test_a_required_field_that_is_missing_is_refused_with_its_place(places: tuple[str, ...]) -> None:
    """N2: 12 fields and 4 sections alone, 66 pairs of fields and 6 of sections: 88 cases.

    What belongs to a mode is asked for once the mode is said: a dose is not missing where there may be none.
    """
    table = table_of(dict.fromkeys(places))

    reading = read_program(table, library())

    assert not reading.refusals
    unread = {f"{place.removesuffix('.mode')}.daily_dose" for place in places if place.endswith(".mode")}
    assert set(reading.missing) == set(places) - unread
    field, typed, reason = refusal_in(table)
    assert field in places
    assert typed == ""
    assert "needed" in reason


def test_nothing_clinical_has_a_default() -> None:
    reading = read_program({name: {} for name in REQUIRED_SECTIONS}, library())

    assert set(reading.missing) == set(REQUIRED_FIELDS) - {"current.daily_dose", "new.daily_dose"}
    assert reading.program.new is None
    assert reading.program.reservoir.low_alarm is None


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        pytest.param({"system.catheter": None}, "system.catheter", id="no catheter"),
        pytest.param(
            {"system.pump": "prometra-20", "reservoir.filled": "20 mL"},
            "system.tubing_volume",
            id="no tubing",
        ),
        pytest.param({"bridge.dose": None}, "bridge.dose", id="no bridge dose"),
        pytest.param(
            {"system.catheter": {"length": "89 cm"}},
            "system.catheter.volume_per_length",
            id="no volume per length",
        ),
        pytest.param(
            {"system.catheter": {"volume_per_length": "0.0022 mL/cm"}},
            "system.catheter.length",
            id="no length",
        ),
    ],
)
def test_a_bridge_needs_its_dose_and_the_whole_dead_volume(changes: dict[str, Any], missing: str) -> None:
    bridged = changed(QUIET, {"new.concentration": "2000 mcg/mL", "bridge.dose": "400 mcg/day"})

    field, _, reason = refusal_in(changed(bridged, changes))

    assert field == missing
    assert "needed" in reason


def test_an_empty_text_says_what_belongs_there() -> None:
    field, typed, reason = refusal_in(table_of({"new.daily_dose": ""}))

    assert (field, typed) == ("new.daily_dose", "")
    assert "mcg/day" in reason


# --- refused: what is not known, contradicts itself or is no value


@pytest.mark.parametrize(
    ("changes", "place", "typed"),
    [
        ({"sytem": {}}, "sytem", "sytem"),
        ({"system.pmup": "x"}, "system.pmup", "pmup"),
        ({"system.catheter": {"volume": "0.19 mL", "lenght": "1 cm"}}, "system.catheter.lenght", "lenght"),
        ({"reservoir.alarm": "2 mL"}, "reservoir.alarm", "alarm"),
        ({"patient.name": "x"}, "patient.name", "name"),
        ({"current.dose": "400 mcg/day"}, "current.dose", "dose"),
        ({"new.dailydose": "400 mcg/day"}, "new.dailydose", "dailydose"),
        ({"readouts.alarm_date": "2027-01-01"}, "readouts.alarm_date", "alarm_date"),
        ({"readouts.patient": "x"}, "readouts.patient", "patient"),
        ({"new.daily_dose ": "400 mcg/day"}, "new.daily_dose ", "daily_dose "),
        ({"new.patient_bolus": {"dosis": "10 mcg"}}, "new.patient_bolus.dosis", "dosis"),
    ],
)
def test_an_unknown_key_is_refused_by_name(changes: dict[str, Any], place: str, typed: str) -> None:
    field, shown, reason = refusal_in(table_of(changes))

    assert (field, shown) == (place, typed)
    assert "accepted: " in reason


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"system.pump": "synchromed-ii"}, "synchromed-ii-40"),
        ({"system.pump": "SynchroMed-II-40"}, "synchromed-ii-40"),
        ({"system.pump": ""}, "synchromed-ii-40"),
        ({"current.drug": "Baclofen"}, "baclofen"),
        ({"new.drug": "baclofene"}, "baclofen"),
        ({"new.mode": "continuous"}, "simple-continuous"),
        ({"new.mode": ""}, "simple-continuous"),
        ({"patient.spasticity_origin": "brain"}, "cerebral"),
        ({"patient.jurisdiction": "ch"}, "us"),
        ({"patient.jurisdiction": "US"}, "us"),
        ({"patient.jurisdiction": "all"}, "us"),
    ],
)
def test_what_is_not_in_the_library_is_refused_and_what_is_known_is_named(
    changes: dict[str, Any], named: str
) -> None:
    ((place, typed),) = changes.items()

    field, shown, reason = refusal_in(table_of(changes))

    assert (field, shown) == (place, typed)
    assert named in reason


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        pytest.param(
            {"reservoir.low_alarm": "40 mL"}, "reservoir.low_alarm", id="alarm at the filled volume"
        ),
        pytest.param({"reservoir.low_alarm": "40.01 mL"}, "reservoir.low_alarm", id="alarm above it"),
        pytest.param({"reservoir.low_alarm": "40000 uL"}, "reservoir.low_alarm", id="alarm at it in uL"),
        pytest.param({"bridge": {"dose": "400 mcg/day"}}, "bridge", id="bridge without a change"),
        pytest.param(
            {"new.concentration": "0.5 mg/mL", "bridge": {"dose": "400 mcg/day"}},
            "bridge",
            id="bridge with the same concentration in mg",
        ),
        pytest.param(
            {"new.concentration": "2000 mcg/mL", "bridge": {"dose": "400 mcg/day", "aspirated": True}},
            "bridge",
            id="bridge and aspirated",
        ),
        pytest.param(
            {"system.catheter": {"volume": "0.19 mL", "length": "89 cm"}},
            "system.catheter",
            id="two catheters",
        ),
        pytest.param({"system.catheter": []}, "system.catheter", id="no segment"),
        pytest.param(
            {"system.catheter": [{"volume": "0.1 mL"}, {"volume": "0.1 mL"}]},
            "system.catheter.1",
            id="segments as volumes",
        ),
        pytest.param({"system.catheter": {"volume": "0 mL"}}, "system.catheter.volume", id="no volume"),
        pytest.param({"readouts.low_alarm_date": 20_270_814}, "readouts.low_alarm_date", id="date as number"),
        pytest.param({"system.catheter": "0.19 mL"}, "system.catheter", id="catheter as text"),
        pytest.param({"system.catheter": ["0.19 mL"]}, "system.catheter", id="segment as text"),
    ],
)
def test_what_contradicts_itself_is_refused(changes: dict[str, Any], place: str) -> None:
    field, _, reason = refusal_in(table_of(changes))

    assert field == place
    assert reason


def test_an_alarm_just_below_the_filled_volume_is_read() -> None:
    assert read(table_of({"reservoir.low_alarm": "39.99 mL"})).reservoir.low_alarm is not None


def test_a_refused_alarm_shows_both_texts_as_typed() -> None:
    _, typed, reason = refusal_in(table_of({"reservoir.low_alarm": "45000 uL"}))

    assert typed == "45000 uL"
    assert "45000 uL" in reason
    assert "40 mL" in reason


@pytest.mark.parametrize("mode", ["flex", "periodic-bolus", "single-bolus", "minimum-rate", "stopped"])
def test_every_mode_is_read_and_what_belongs_to_another_is_named(mode: str) -> None:
    field, typed, reason = refusal_in(table_of({"new.mode": mode}))

    assert (field, typed) == ("new.daily_dose", "daily_dose")
    assert "simple continuous" in reason


@pytest.mark.parametrize("mode", ["Flex", "flex mode", "bolus", "periodic bolus", "minimum", "off", "stop"])
def test_what_is_no_mode_is_refused_and_the_modes_are_named(mode: str) -> None:
    field, typed, reason = refusal_in(table_of({"new.mode": mode}))

    assert (field, typed) == ("new.mode", mode)
    assert "flex, periodic-bolus, single-bolus, minimum-rate, stopped" in reason


QUANTITY_PLACES = {
    "system.tubing_volume": "0.140 mL",
    "reservoir.filled": "40 mL",
    "reservoir.low_alarm": "2 mL",
    "current.concentration": "500 mcg/mL",
    "current.daily_dose": "400 mcg/day",
    "new.concentration": "500 mcg/mL",
    "new.daily_dose": "460 mcg/day",
    "readouts.daily_dose": "460 mcg/day",
    "readouts.flow_rate": "0.92 mL/day",
}


@pytest.mark.parametrize(
    "typed", ["", " ", "4,5 mL", "1e3 mL", "-1 mL", "1", "40 cc", "40 mL mL", "40\u00a0mL"]
)
@pytest.mark.parametrize("place", QUANTITY_PLACES)
def test_malformed_text_is_refused_wherever_a_quantity_belongs(place: str, typed: str) -> None:
    field, shown, reason = refusal_in(table_of({place: typed}))

    assert (field, shown) == (place, typed)
    assert reason


@pytest.mark.parametrize(
    "place",
    [
        place
        for place in QUANTITY_PLACES
        if place not in ("reservoir.low_alarm", "system.tubing_volume") and "readouts" not in place
    ],
)
def test_zero_is_refused_where_it_has_no_meaning(place: str) -> None:
    typed = "0 " + QUANTITY_PLACES[place].split(" ")[1]

    field, shown, reason = refusal_in(table_of({place: typed}))

    assert (field, shown) == (place, typed)
    assert "zero" in reason


# Every read-out with a value it takes and one of another kind that it does not.
READ_OUTS = {
    "concentration": (["500 mcg/mL", "0.5 mg/mL"], "500 mcg/day"),
    "daily_dose": (["460 mcg/day", "0.46 mg/day", "19.17 mcg/h", "0 mcg/day"], "460 mcg"),
    "daily_volume": (["0.92 mL", "0.92 mL/day"], "0.92 mcg"),
    "flow_rate": (["0.92 mL/day", "0.038 mL/h", "38.3 uL/h"], "0.92 mL"),
    "bridge_duration": (["16 h 7 min", "967 min", "0.67 day"], "16 mL"),
    "bridge_flow_rate": (["0.5 mL/day"], "0.5 mL"),
    "bridge_volume": (["0.336 mL"], "0.336 mL/day"),
    "bridge_drug": (["167.9 mcg", "0.168 mg"], "167.9 mcg/day"),
    "bridge_dose": (["250 mcg/day", "167.9 mcg"], "250 mL"),
    "prime_volume": (["0.336 mL"], "0.336 mcg"),
    "prime_dose": (["671.6 mcg"], "671.6 mcg/mL"),
    "low_alarm_date": (["2027-08-14", "14 Aug 2027"], "14.08.2027"),
    "empty_date": (["2027-08-28", "28 Aug 2027"], "08/28/2027"),
    "days_to_alarm": (["164", "164 day", "164 d"], "164 h"),
    "filled": (["40 mL", "40000 uL"], "40 cm"),
    "low_alarm": (["2 mL", "0 mL"], "2 mcg"),
    "pump_clock": (["2026-11-22T09:30+02:00", "22 Nov 2026 09:30"], "22/11/2026 09:30"),
    "tubing_volume": (["0.140 mL"], "0.140 cm"),
    "catheter_length": (["89 cm", "890 mm"], "89 mL"),
    "catheter_volume": (["0.196 mL"], "0.196 mL/cm"),
    "dead_volume": (["0.336 mL"], "0.336 mL/day"),
    "basal": (["240 mcg/day", "10 mcg/h"], "240 mcg"),
    "bolus": (["15 mcg", "0.015 mg"], "15 mcg/day"),
    "bolus_duration": (["5 min", "300 s"], "5 mcg"),
    "every": (["6 h", "1 day"], "6 mL"),
    "first": (["06:00"], "6 am"),
    "patient_bolus.dose": (["10 mcg"], "10 mL"),
    "patient_bolus.duration": (["10 min"], "10 mcg"),
    "patient_bolus.lockout": (["4 h"], "4"),
    "patient_bolus.per_day": (["3", "0"], "3 day"),
    "days.sun.daily_dose": (["150.0 mcg/day"], "150 mcg"),
    "days.sun.daily_volume": (["0.300 mL", "0.300 mL/day"], "0.3 mcg"),
}


@pytest.mark.parametrize(
    ("name", "shown"), [(name, text) for name, (good, _) in READ_OUTS.items() for text in good]
)
def test_a_read_out_is_kept_as_the_programmer_shows_it(name: str, shown: str) -> None:
    (read_out,) = read(table_of({f"readouts.{name}": shown})).read_outs

    assert (read_out.name, read_out.shown) == (name, shown)


@pytest.mark.parametrize(("name", "shown"), [(name, bad) for name, (_, bad) in READ_OUTS.items()])
def test_a_read_out_of_another_kind_is_refused(name: str, shown: str) -> None:
    field, typed, reason = refusal_in(table_of({f"readouts.{name}": shown}))

    assert (field, typed) == (f"readouts.{name}", shown)
    assert reason


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"name": None}, "system.pump.name"),
        ({"reservoir_volume": None}, "system.pump.reservoir_volume"),
        ({"tubing_volume": None}, "system.pump.tubing_volume"),
        ({"flow": "1 mL/day"}, "system.pump.flow"),
        ({"reservoir_volume": 40}, "system.pump.reservoir_volume"),
        ({"reservoir_volume": "40"}, "system.pump.reservoir_volume"),
        ({"accuracy": "14,5 %"}, "system.pump.accuracy"),
        ({"lowest_flow_rate": "25 mL/day"}, "system.pump.lowest_flow_rate"),
        ({"name": "Pump\u200b"}, "system.pump.name"),
    ],
)
def test_a_pump_of_ones_own_is_checked_as_strictly(changes: dict[str, Any], place: str) -> None:
    field, _, reason = refusal_in(table_of({f"system.pump.{key}": value for key, value in changes.items()}))

    assert field == place
    assert reason


@pytest.mark.parametrize(
    "ref", ["P\u0000", "P\u202e1", "P\n1", "P\t1", "P\u200b1", "\ufeffP", "P\u00a01", "P" * 101]
)
def test_a_pseudonym_holds_nothing_that_cannot_be_seen(ref: str) -> None:
    field, typed, reason = refusal_in(table_of({"patient.ref": ref}))

    assert (field, typed) == ("patient.ref", ref)
    assert reason.isprintable()


def test_every_refused_field_is_named_not_only_the_first() -> None:
    table = table_of({"new.daily_dose": "460", "reservoir.filled": "40 cc", "patient.age_years": 131})

    reading = read_program(table, library())

    assert {refusal.field for refusal in reading.refusals} == {
        "new.daily_dose",
        "reservoir.filled",
        "patient.age_years",
    }


# --- S8: dates

MOMENTS = {
    "system.implanted": "2026-09-01T08:00+02:00",
    "patient.first_dose": "2026-09-02T08:00+02:00",
    "patient.last_increase": "2026-10-06T10:00+02:00",
    "patient.last_change": "2026-10-13T10:00+02:00",
    "reservoir.at": "2026-11-10T09:00+01:00",
}


IN_ORDER = [
    (earlier, later)
    for earlier, later in combinations(MOMENTS, 2)
    if earlier != "system.implanted" or later == "reservoir.at"
]


@pytest.mark.parametrize(("earlier", "later"), IN_ORDER)
def test_moments_out_of_order_are_refused(earlier: str, later: str) -> None:
    """S8: first dose, last increase, last change, this change: each pair the wrong way round; and the implant with the last."""
    table = table_of({"patient.last_change": None, earlier: MOMENTS[later], later: MOMENTS[earlier]})

    field, typed, reason = refusal_in(table)

    assert field == earlier
    assert typed == MOMENTS[later]
    assert MOMENTS[earlier] in reason


@pytest.mark.parametrize("place", ["patient.first_dose", "patient.last_increase", "patient.last_change"])
def test_a_pump_that_was_replaced_is_implanted_after_what_the_one_before_gave(place: str) -> None:
    replaced = {
        "system.implanted": "2026-11-10T08:00+01:00",
        "patient.last_change": None,
        place: MOMENTS[place],
    }

    assert read(table_of(replaced)).system.implanted is not None


@pytest.mark.parametrize(("earlier", "later"), list(combinations(MOMENTS, 2)))
def test_moments_at_the_same_instant_are_in_order(earlier: str, later: str) -> None:
    at = "2026-11-10T09:00+01:00"
    same = {earlier: at, later: at, "reservoir.at": at}

    assert read(table_of({"patient.last_change": None, **same})).reservoir.at is not None


def test_order_is_that_of_the_instants_not_of_the_digits() -> None:
    # 08:30 +02:00 is 06:30 UTC; 07:00 +00:00 is half an hour later
    earlier, later = "2026-11-10T08:30+02:00", "2026-11-10T07:00+00:00"

    assert read(table_of({"patient.last_change": earlier, "reservoir.at": later})).reservoir.at is not None
    assert (
        refusal_in(table_of({"patient.last_change": later, "reservoir.at": earlier}))[0]
        == "patient.last_change"
    )


@pytest.mark.parametrize(
    ("place", "typed"),
    [
        ("reservoir.at", "2026-11-10T09:00"),  # zone given: see below
        ("reservoir.at", "2026-02-29T09:00+01:00"),
        ("reservoir.at", "2026-11-31T09:00+01:00"),
        ("reservoir.at", "2026-13-10T09:00+01:00"),
        ("reservoir.at", "2026-11-10T24:00+01:00"),
        ("reservoir.at", "2026-11-10T09:60+01:00"),
        ("reservoir.at", "2026-11-10T9:00+01:00"),
        ("reservoir.at", "2026-11-10T09:00+01"),
        ("reservoir.at", "2026-11-10T09:00+15:00"),
        ("reservoir.at", "2026-11-10T09:00+01:60"),
        ("reservoir.at", "26-11-10T09:00+01:00"),
        ("reservoir.at", "10.11.2026 09:00"),
        ("reservoir.at", "11/10/2026 09:00"),
        ("reservoir.at", "2026-11-10"),
        ("reservoir.at", "0000-11-10T09:00+01:00"),
        ("reservoir.at", "yesterday"),
        ("reservoir.at", ""),
        ("reservoir.at", "2026-11-10T09:00+01:00\n"),
        ("reservoir.at", "２026-11-10T09:00+01:00"),
        ("patient.last_change", "2026-10-13"),
        ("patient.last_change", "13 Oct 2026"),
        ("patient.first_dose", "2027-02-29T08:00+02:00"),
        ("system.implanted", "2026-09-00T08:00+02:00"),
        ("readouts.low_alarm_date", "2027-02-29"),
        ("readouts.low_alarm_date", "2027-8-14"),
        ("readouts.low_alarm_date", "08-14-2027"),
        ("readouts.low_alarm_date", "14/08/27"),
        ("readouts.low_alarm_date", "14 August 2027"),
        ("readouts.low_alarm_date", "Aug 2027"),
        ("readouts.empty_date", ""),
    ],
)
def test_what_is_no_date_is_refused(place: str, typed: str) -> None:
    """S8; an instant of a file carries its offset where no zone is named."""
    field, shown, reason = refusal_in(table_of({"reservoir.zone": None, place: typed}))

    assert (field, shown) == (place, typed)
    assert reason


@pytest.mark.parametrize(
    ("zone", "typed", "problem"),
    [
        ("Europe/Berlin", "2026-03-29T02:30", "forward"),
        ("America/New_York", "2026-03-08T02:30", "forward"),
        ("Europe/Berlin", "2026-10-25T02:30", "twice"),
        ("America/New_York", "2026-11-01T01:30", "twice"),
    ],
)
def test_a_local_time_that_the_clocks_skip_or_repeat_is_refused(zone: str, typed: str, problem: str) -> None:
    """S8."""
    table = table_of({"patient.last_change": None, "reservoir.zone": zone, "reservoir.at": typed})

    field, shown, reason = refusal_in(table)

    assert (field, shown) == ("reservoir.at", typed)
    assert problem in reason


@pytest.mark.parametrize(
    ("typed", "utc"),
    [("2026-10-25T02:30+02:00", "00:30"), ("2026-10-25T02:30+01:00", "01:30")],
)
def test_an_offset_says_which_of_two_equal_local_times_is_meant(typed: str, utc: str) -> None:
    program = read(table_of({"reservoir.at": typed}))

    assert program.reservoir.at is not None
    moment = program.reservoir.at.moment
    assert f"{(moment - moment.utcoffset()):%H:%M}" == utc  # type: ignore[operator]


@pytest.mark.parametrize(
    "zone", ["Berlin", "CET+1", "Europe/Atlantis", "", "../etc/passwd", "Europe/Berlin "]
)
def test_an_unknown_zone_is_refused(zone: str) -> None:
    field, typed, reason = refusal_in(table_of({"reservoir.zone": zone}))

    assert (field, typed) == ("reservoir.zone", zone)
    assert reason


def test_one_unknown_zone_is_one_refusal_and_no_moment_is_read_meanwhile() -> None:
    typed = {"reservoir.at": "22 Nov 2026 09:30", "patient.last_change": "8 Nov 2026 10:00"}

    reading = read_program(table_of({**typed, "reservoir.zone": "Jerusalm"}), library())

    assert [refusal.field for refusal in reading.refusals] == ["reservoir.zone"]
    assert reading.program.refused >= {"reservoir.zone", *typed}
    assert reading.program.reservoir.at is None


def test_a_leap_day_is_a_day() -> None:
    program = read(
        table_of({"reservoir.at": "2028-02-29T09:00+01:00", "readouts.low_alarm_date": "2028-02-29"})
    )

    assert program.read_outs[0].on == date(2028, 2, 29)


# --- F3: bytes

GOOD = PROGRAM.encode()


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"\xef\xbb\xbf" + GOOD, id="UTF-8 with a byte order mark"),
        pytest.param(PROGRAM.encode("utf-16"), id="UTF-16"),
        pytest.param(PROGRAM.encode("utf-16-le"), id="UTF-16 LE without a mark"),
        pytest.param(PROGRAM.encode("utf-16-be"), id="UTF-16 BE without a mark"),
        pytest.param(PROGRAM.encode("utf-32"), id="UTF-32"),
        pytest.param(PROGRAM.encode("utf-7").replace(b"P-0147", b"P+AOk-"), id="UTF-7"),
        pytest.param(PROGRAM.replace("P-0147", "Pé").encode("latin-1"), id="Latin-1"),
        pytest.param(PROGRAM.replace("P-0147", "Pж").encode("cp1251"), id="Windows-1251"),
        pytest.param(PROGRAM.replace("P-0147", "P患").encode("shift_jis"), id="Shift JIS"),
        pytest.param(PROGRAM.replace("P-0147", "Pé").encode("cp1252")[:-1], id="Windows-1252"),
        pytest.param(GOOD.replace(b"P-0147", b"P\xc0\x80"), id="overlong NUL"),
        pytest.param(GOOD.replace(b"P-0147", b"P\xed\xa0\x80"), id="surrogate"),
        pytest.param(GOOD.replace(b"P-0147", b"P\xff"), id="byte 255"),
        pytest.param(GOOD[:-3] + b"\xc3", id="cut inside a character"),
        pytest.param(GOOD.replace(b"P-0147", b"P\x00"), id="NUL in a text"),
        pytest.param(GOOD + b"\x00", id="NUL at the end"),
        pytest.param(b"\x00" + GOOD, id="NUL at the start"),
        pytest.param(GOOD.replace(b"P-0147", b"P\x1b[2J"), id="escape sequence"),
        pytest.param(GOOD.replace(b"\n", b"\r"), id="carriage returns alone"),
        pytest.param(GOOD.replace(b"P-0147", b"P\r47"), id="carriage return in a text"),
        pytest.param(GOOD.replace(b"P-0147", b"P\n47"), id="newline in a text"),
        pytest.param(GOOD.replace(b"P-0147", "P\u202e47".encode()), id="writing direction mark"),
        pytest.param(GOOD.replace(b"[system]", "\ufeff[system]".encode()), id="byte order mark inside"),
        pytest.param(GOOD.replace(b"daily_dose", "daily\u00addose".encode()), id="soft hyphen in a key"),
        pytest.param(b"PK\x03\x04" + GOOD, id="an archive"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + GOOD, id="a picture"),
    ],
)
def test_what_is_not_plain_utf8_is_refused(raw: bytes) -> None:
    """F3: 26 cases."""
    _, _, reason = refusal_of_file(raw)

    assert reason
    assert reason.isprintable()


def test_a_byte_order_mark_is_named() -> None:
    field, _, reason = refusal_of_file(b"\xef\xbb\xbf" + GOOD)

    assert field == "file"
    assert "byte order mark" in reason


def test_windows_newlines_are_read_like_others() -> None:
    program = read(parse_toml(GOOD.replace(b"\n", b"\r\n")))

    assert program.patient.ref == "P-0147"


# --- F5: the shapes of TOML


def with_age(text: str) -> str:
    return PROGRAM.replace("age_years = 34", f"age_years = {text}")


def with_dose(text: str) -> str:
    return PROGRAM.replace('daily_dose = "285 mcg/day"\n\n[bridge]', f"daily_dose = {text}\n\n[bridge]")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param(PROGRAM + '\n[new]\ndrug = "x"\n', "file", id="a table twice"),
        pytest.param(with_age("34\nage_years = 9"), "file", id="a key twice"),
        pytest.param(
            with_dose('"285 mcg/day"\n"daily_dose" = "300 mcg/day"'), "file", id="twice, once quoted"
        ),
        pytest.param("new.mode = 'flex'\n" + PROGRAM, "file", id="a table opened twice"),
        pytest.param(PROGRAM + "[[new]]\n", "file", id="table and list of one name"),
        pytest.param("x = " + "[" * 40_000 + "]" * 40_000, "file", id="lists 40,000 deep"),
        pytest.param("x = " + "[" * 100_000 + "]" * 100_000, "file", id="lists 100,000 deep"),
        pytest.param("x = " + "{a=" * 20_000 + "1" + "}" * 20_000, "file", id="tables 20,000 deep"),
        pytest.param("x" + ".a" * 40_000 + " = 1", "file", id="a key of 40,000 parts"),
        pytest.param("[x" + ".a" * 40_000 + "]", "file", id="a table name of 40,000 parts"),
        pytest.param("patient.ref" + ".a" * 60 + " = 1", "file", id="a key of 60 parts"),
        pytest.param("x = [[[[[[[[[[[[1]]]]]]]]]]]]", "file", id="lists 12 deep"),
        pytest.param(with_age("nan"), "patient.age_years", id="nan"),
        pytest.param(with_age("-nan"), "patient.age_years", id="minus nan"),
        pytest.param(with_age("inf"), "patient.age_years", id="inf"),
        pytest.param(with_age("-inf"), "patient.age_years", id="minus inf"),
        pytest.param(with_age("1e999999999"), "patient.age_years", id="a number of 10^9 digits"),
        pytest.param(with_age("1e-999999999"), "patient.age_years", id="a number with 10^9 decimals"),
        pytest.param(with_age("3.4e1"), "patient.age_years", id="exponent"),
        pytest.param(with_age("9" * 5000), "file", id="5,000 digits"),
        pytest.param(with_age("9" * 4000), "patient.age_years", id="4,000 digits"),
        pytest.param(with_age("0x" + "f" * 60_000), "patient.age_years", id="60,000 hexadecimal digits"),
        pytest.param(with_age("-1"), "patient.age_years", id="a negative age"),
        pytest.param(with_age("131"), "patient.age_years", id="an age of 131"),
        pytest.param(with_age("130.5"), "patient.age_years", id="an age of 130.5"),
        pytest.param(with_age("true"), "patient.age_years", id="true for a number"),
        pytest.param(with_age('"34"'), "patient.age_years", id="text for a number"),
        pytest.param(with_age("[34]"), "patient.age_years", id="list for a number"),
        pytest.param(with_dose("285"), "new.daily_dose", id="whole number for a quantity"),
        pytest.param(with_dose("285.0"), "new.daily_dose", id="number for a quantity"),
        pytest.param(with_dose("1e999999999"), "new.daily_dose", id="a bomb for a quantity"),
        pytest.param(with_dose("true"), "new.daily_dose", id="true for a quantity"),
        pytest.param(with_dose("2026-11-22"), "new.daily_dose", id="date for a quantity"),
        pytest.param(with_dose('["285 mcg/day"]'), "new.daily_dose", id="list for a quantity"),
        pytest.param(with_dose('{ value = "285 mcg/day" }'), "new.daily_dose", id="table for a quantity"),
        pytest.param(with_dose('"""\n285 mcg/day\n"""'), "new.daily_dose", id="a text of two lines"),
        pytest.param('system = "x"', "system", id="text for a table"),
        pytest.param("new = [1, 2]", "new", id="list for a table"),
        pytest.param("readouts = 3", "readouts", id="number for a table"),
        pytest.param(
            PROGRAM.replace('"2026-11-22T09:30+02:00"', "2026-11-22"), "reservoir.at", id="a bare date"
        ),
        pytest.param(
            PROGRAM.replace('"2026-11-22T09:30+02:00"', "2026-11-22T09:30:00"), "reservoir.at", id="no offset"
        ),
        pytest.param(
            PROGRAM.replace('"2027-08-14"', "2027-08-14T09:30:00Z"),
            "readouts.low_alarm_date",
            id="no bare date",
        ),
        pytest.param(
            PROGRAM.replace('dose = "250 mcg/day"\n\n[readouts]', 'aspirated = "yes"\n[readouts]'),
            "bridge.aspirated",
            id="text for true",
        ),
        pytest.param(
            PROGRAM.replace('pump = "synchromed-ii-40"', "pump = 8637"), "system.pump", id="pump number"
        ),
        pytest.param(
            PROGRAM.replace('zone = "Asia/Jerusalem"', "zone = 2"), "reservoir.zone", id="zone number"
        ),
        pytest.param("", "system", id="an empty file"),
        pytest.param("# nothing\n", "system", id="a comment alone"),
        pytest.param("{}", "file", id="JSON"),
        pytest.param("new: 1", "file", id="YAML"),
        pytest.param("#" + "x" * 200_000, "file", id="200 kB"),
        pytest.param(f'"{"k" * 90_000}" = 1', "", id="a key of 90,000 letters"),
        pytest.param('"\\u001b[2J" = 1', "", id="an escape sequence as key"),
    ],
)
def test_a_file_of_the_wrong_shape_is_refused_at_its_place(text: str, place: str) -> None:
    """F5, for TOML: 51 cases."""
    field, _, reason = refusal_of_file(text)

    if place:
        assert field == place
    assert len(field) <= 100
    assert field.isprintable()
    assert reason.isprintable()
    assert len(reason) <= 400


def test_a_number_where_text_belongs_is_shown_as_it_was_written() -> None:
    assert refusal_of_file(with_dose("285.0"))[1] == "285.0"
    assert refusal_of_file(with_dose("1e3"))[1] == "1e3"


def test_a_file_that_is_not_there_is_named(tmp_path: Any) -> None:
    missing = tmp_path / "missing.toml"

    with pytest.raises(RefusedError) as caught:
        load_toml(missing)

    assert caught.value.field == "file"
    assert str(missing) in caught.value.typed


def test_a_folder_is_no_file(tmp_path: Any) -> None:
    with pytest.raises(RefusedError):
        load_toml(tmp_path)
