"""The check: units and strengths confused, digits mistyped. Every kind of finding with its neighbour: test_neighbours.

Classes of docs/hazards.md: S3 (digits), S4 (units), S5 (concentrations), S9 (volumes).
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, product
from typing import Any

import pytest

from itbcalc.errors import ItbcalcError
from itbcalc.judge.check import check
from itbcalc.program import read_program
from itbcalc.say.report import check_text, finding_messages
from tests.itbcalc.judge.test_neighbours import BRIDGED, CHANGE, ISOMED, SM2, both, bridged_at, step
from tests.itbcalc.programs import (
    changed,
    check_of,
    check_table,
    document_of,
    library,
    severities,
    table_of,
)
from tests.itbcalc.test_program import REQUIRED_FIELDS

RANK = ("info", "caution", "warning", "stop")


def test_a_correct_step_provokes_nothing_at_all() -> None:
    assert document_of(check_of())["findings"] == []


@pytest.mark.parametrize(
    ("jurisdiction", "strength", "marketed"),
    [
        ("us", "1000 mcg/mL", True),
        ("de", "1000 mcg/mL", False),
        ("uk", "1000 mcg/mL", True),
        (None, "1000 mcg/mL", True),
        ("us", "0.5 mg/mL", True),
        ("de", "2 mg/mL", True),
        ("uk", "500 mcg/mL", True),
        ("us", "400 mcg/mL", False),
        (None, "1500 mcg/mL", False),
    ],
)
def test_a_strength_is_marketed_where_the_patient_is_treated(
    jurisdiction: str | None, strength: str, marketed: bool
) -> None:
    found = severities(check_of({**both(strength), "patient.jurisdiction": jurisdiction}))

    assert ("concentration_not_marketed" not in found) is marketed


def test_without_a_bridge_the_dose_at_the_tip_is_said_and_for_how_long() -> None:
    # 460 x 500 / 2000 = 115 mcg/day, a quarter, for (0.14 + 0.19) x 2000 / 460 = 1.4348 days = 34 h 26 min
    document = document_of(check_of(CHANGE))

    (finding,) = (f for f in document["findings"] if f["code"] == "concentration_change_without_bridge")
    assert "115 mcg/day" in finding["text"]
    assert "25 %" in finding["text"]
    assert "34 h 26 min" in finding["text"]
    assert document["results"]["unbridged_dose"]["exact"] == "115"
    assert document["results"]["unbridged_duration"]["exact"] == "33/23"
    assert document["results"]["unbridged_ratio"]["exact"] == "1/4"


def test_while_the_tubing_volume_is_open_the_shortest_and_the_longest_time_are_said() -> None:
    # dead volume 0.389 or 0.33 mL: 0.389 x 2000 / 460 = 40 h 35 min, 0.33 x 2000 / 460 = 34 h 26 min
    document = document_of(check_of({**SM2, **CHANGE, "system.tubing_volume": None}))

    (finding,) = (f for f in document["findings"] if f["code"] == "concentration_change_without_bridge")
    assert "34 h 26 min to 40 h 35 min" in finding["text"]
    assert "unbridged_duration" not in document["results"]
    assert [each["unbridged_duration"]["exact"] for each in document["results"]["alternatives"]] == [
        "389/230",
        "33/23",
    ]


def test_a_system_said_not_to_be_aspirated_needs_a_bridge() -> None:
    found = severities(check_of({**CHANGE, "bridge.aspirated": False}))

    assert found["concentration_change_without_bridge"] == "stop"


def test_an_aspirated_system_takes_nothing_from_the_reservoir() -> None:
    # 38 / 0.23 = 165.217 days, with or without the catheter's volume
    results = document_of(check_of({**CHANGE, "bridge.aspirated": True}))["results"]

    assert results["time_to_alarm"]["exact"] == "3800/23"
    assert not [name for name in results if name.startswith("bridge_")]


def test_a_bridge_longer_than_the_reservoir_runs_at_the_bridge_flow() -> None:
    # 2.2 mL, alarm at 2 mL: 0.2 mL at 400 / 500 = 0.8 mL/day, for 6 h; the bridge itself takes 0.33 mL
    results = document_of(check_of({**BRIDGED, "reservoir.filled": "2.2 mL"}))["results"]

    assert results["time_to_alarm"]["exact"] == "1/4"


def test_the_latest_refill_is_the_earliest_of_alarm_and_drug() -> None:
    # 35 mL and 37 mL at 0.2 mL/day: 175 and 185 days after 10 Nov 2026 09:00 +01:00; a pump without a worst case
    slow = {**both("2000 mcg/mL"), **step("360", "400"), "system.pump.accuracy": None}

    by_alarm = document_of(check_of({**slow, "reservoir.filled": "37 mL"}))["results"]
    by_drug = document_of(check_of({**slow, "reservoir.filled": "39 mL"}))["results"]

    assert by_alarm["latest_refill_limit"] == "alarm"
    assert by_alarm["latest_refill_date"] == by_alarm["low_alarm_date"]
    assert by_drug["latest_refill_limit"] == "stability"
    assert by_drug["latest_refill_date"]["date"] == "2027-05-09"  # 180 days: 10:00 by the summer clock
    assert by_drug["low_alarm_date"]["date"] == "2027-05-14"


def test_the_worst_case_divides_by_the_accuracy() -> None:
    # 38 / 0.92 = 950/23 days; / 1.145 = 190000/5267
    results = document_of(check_of())["results"]

    assert results["time_to_alarm"]["exact"] == "950/23"
    assert results["time_to_alarm_worst"]["exact"] == "190000/5267"
    assert results["whole_days_to_alarm"]["exact"] == "41"


def test_while_the_catheter_is_not_known_the_end_is_said_in_words() -> None:
    document = document_of(check_of({**CHANGE, "system.catheter": None}))

    (finding,) = (f for f in document["findings"] if f["code"] == "concentration_change_without_bridge")
    assert "115 mcg/day" in finding["text"]
    assert "until the line is clear" in finding["text"]


# --- programs that are still being typed

PARTS = (*REQUIRED_FIELDS, "system", "reservoir", "current", "new", "system.catheter", "bridge.dose")
NEEDED = {  # what each result needs
    "time_to_alarm": {"reservoir.filled", "reservoir.low_alarm", "new.daily_dose", "new.concentration"},
    "low_alarm_date": {"reservoir.at", "reservoir.filled", "reservoir.low_alarm", "new.daily_dose"},
    "empty_date": {"reservoir.at", "reservoir.filled", "new.daily_dose", "new.concentration"},
    "dose_change_percent": {"current.daily_dose", "new.daily_dose"},
    "bridge_duration": {"system.catheter", "current.concentration", "bridge.dose"},
    "bridge_flow_rate": {"current.concentration", "bridge.dose"},
    "unbridged_dose": {"current.concentration", "new.concentration", "new.daily_dose"},
}
SHOWN = {
    "readouts.flow_rate": "0.230 mL/day",
    "readouts.bridge_duration": "9 h 54 min",
    "readouts.low_alarm_date": "2027-04-23",
    "readouts.prime_dose": "660 mcg",
}


@pytest.mark.parametrize(
    "places",
    [*combinations(PARTS, 1), *combinations(PARTS, 2), PARTS],
    ids=lambda places: " ".join(places[:3]),
)
@pytest.mark.parametrize("text", [None, "4OO"], ids=["missing", "mistyped"])
def test_nothing_is_computed_from_what_is_missing_or_refused(
    places: tuple[str, ...], text: str | None
) -> None:
    program = table_of({**BRIDGED, **SHOWN})
    spoiled = changed(program, {place: text for place in places if place.count(".") or text is None})

    reading = read_program(spoiled, library())
    checked = check(reading.program, library())

    results = document_of(checked)["results"]
    assert check_text(checked, library())
    gone = {place for place in places if place.count(".") or text is None}
    for name, needed in NEEDED.items():
        lost = needed & gone or {place.split(".")[0] for place in needed} & gone
        assert not (lost and name in results), (name, gone)
    if not gone:
        return
    verdicts = {read_out["name"]: read_out["verdict"] for read_out in results["readouts"]}
    assert "match_truncated" not in verdicts.values()


def test_while_the_bridge_is_mistyped_the_time_to_the_alarm_stays_open() -> None:
    reading = read_program(table_of({**BRIDGED, "bridge.dose": "4OO"}), library())

    results = document_of(check(reading.program, library()))["results"]

    assert "time_to_alarm" not in results
    assert "low_alarm_date" not in results
    assert results["new"]["flow_rate"]["exact"] == "23/100"


# --- S4: units confused

READ = {
    "readouts.concentration": "500 mcg/mL",
    "readouts.daily_dose": "460 mcg/day",
    "readouts.flow_rate": "0.920 mL/day",
}
READ_BRIDGE = {**BRIDGED, "readouts.bridge_duration": "9 h 54 min", "readouts.flow_rate": "0.230 mL/day"}
UNITS = [
    ("the dose in mg", {**READ, "new.daily_dose": "460 mg/day"}),
    ("the dose in mg, digits in mcg", {**READ, "new.daily_dose": "0.46 mcg/day"}),
    ("the dose in g", {**READ, "new.daily_dose": "460 g/day"}),
    ("the dose in ng", {**READ, "new.daily_dose": "460 ng/day"}),
    ("the daily dose per hour", {**READ, "new.daily_dose": "460 mcg/h"}),
    ("the hourly dose per day", {**READ, "new.daily_dose": "19.17 mcg/day"}),
    ("the dose per minute", {**READ, "new.daily_dose": "460 mcg/min"}),
    ("the dose without its time", {**READ, "new.daily_dose": "460 mcg"}),
    ("the dose as a flow", {**READ, "new.daily_dose": "0.92 mL/day"}),
    ("the concentration in mg", {**READ, "new.concentration": "500 mg/mL"}),
    ("the concentration, digits in mg", {**READ, "new.concentration": "0.5 mcg/mL"}),
    ("the concentration per litre", {**READ, "new.concentration": "500 mcg/L"}),
    ("the concentration in percent", {**READ, "new.concentration": "0.05 %"}),
    ("the concentration in ng", {**READ, "new.concentration": "500 ng/mL"}),
    ("the flow per hour for per day", {**READ, "readouts.flow_rate": "0.920 mL/h"}),
    ("the flow per day for per hour", {**READ, "readouts.flow_rate": "0.0383 mL/day"}),
    ("the flow in uL for mL", {**READ, "readouts.flow_rate": "0.920 uL/day"}),
    ("the flow in mL for uL", {**READ, "readouts.flow_rate": "920 mL/day"}),
    ("the flow in L", {**READ, "readouts.flow_rate": "0.920 L/day"}),
    ("the dose on the screen in mg", {**READ, "readouts.daily_dose": "460 mg/day"}),
    ("the dose on the screen per hour", {**READ, "readouts.daily_dose": "460 mcg/h"}),
    ("the bridge in minutes for hours", {**READ_BRIDGE, "readouts.bridge_duration": "9.9 min"}),
    ("the bridge in seconds for minutes", {**READ_BRIDGE, "readouts.bridge_duration": "594 s"}),
    ("the bridge in hours for minutes", {**READ_BRIDGE, "readouts.bridge_duration": "594 h"}),
    ("the bridge in days for hours", {**READ_BRIDGE, "readouts.bridge_duration": "9.9 day"}),
    ("the bridge one unit down", {**READ_BRIDGE, "readouts.bridge_duration": "9 min 54 s"}),
    ("the bridge dose per hour", {**READ_BRIDGE, "bridge.dose": "400 mcg/h"}),
    ("the bridge dose in mg", {**READ_BRIDGE, "bridge.dose": "400 mg/day"}),
    ("the reservoir in L", {"reservoir.filled": "40 L"}),
    ("the reservoir in uL", {"reservoir.filled": "40 uL"}),
    ("the alarm in L", {"reservoir.low_alarm": "2 L"}),
    ("the alarm in uL", {"reservoir.low_alarm": "2 uL"}),
    ("the tubing in uL", {"system.tubing_volume": "0.140 uL"}),
    ("the catheter in L", {"system.catheter": {"volume": "0.19 L"}}),
    ("the catheter in uL", {"system.catheter": {"volume": "0.19 uL"}}),
    ("the length in mm", {"system.catheter": {"length": "89 mm", "volume_per_length": "0.0022 mL/cm"}}),
    ("the volume per mm", {"system.catheter": {"length": "89 cm", "volume_per_length": "0.0022 mL/mm"}}),
    ("the dose now in mg", {"current.daily_dose": "400 mg/day"}),
    ("the dose now per hour", {"current.daily_dose": "400 mcg/h"}),
    ("the concentration now in mg", {"current.concentration": "500 mg/mL"}),
]


@pytest.mark.parametrize("changes", [changes for _, changes in UNITS], ids=[name for name, _ in UNITS])
def test_a_confused_unit_is_refused_or_flagged(changes: dict[str, Any]) -> None:
    """S4: 40 cases. The same program with the right units provokes nothing."""
    assert is_caught(table_of(changes))


@pytest.mark.parametrize("changes", [READ, READ_BRIDGE])
def test_the_right_units_are_not_flagged(changes: dict[str, Any]) -> None:
    assert not is_caught(table_of(changes))


def is_caught(table: dict[str, Any], already: frozenset[str] = frozenset()) -> bool:
    """Refused, or a read-out differs, or a finding of at least caution that was not there `already`."""
    reading = read_program(table, library())
    if reading.refusals or reading.missing:
        return True
    checked = check_table(table)
    if any(compared.verdict == "mismatch" for compared in checked.read_outs):
        return True
    return bool(serious(severities(checked)) - already)


def serious(found: dict[str, str]) -> set[str]:
    return {code for code, severity in found.items() if RANK.index(severity) >= RANK.index("caution")}


# --- S5: the concentration on the vial, on the screen and in the last entry

STRENGTHS = ("500 mcg/mL", "1000 mcg/mL", "2000 mcg/mL")
DISAGREEING = [case for case in product(STRENGTHS, repeat=3) if len(set(case)) > 1]


@pytest.mark.parametrize(("vial", "screen", "last"), [*DISAGREEING, ("50 mcg/mL",) * 3])
def test_concentrations_that_disagree_are_stopped(vial: str, screen: str, last: str) -> None:
    """S5: 24 triples that disagree, and a vial for screening: 25 cases."""
    checked = check_of(
        {"new.concentration": vial, "readouts.concentration": screen, "current.concentration": last}
    )

    found = severities(checked)

    if vial != screen:
        assert checked.read_outs[0].verdict == "mismatch"
    else:
        code = "concentration_for_screening" if vial == "50 mcg/mL" else "concentration_change_without_bridge"
        assert found[code] == "stop"


@pytest.mark.parametrize("strength", STRENGTHS)
def test_concentrations_that_agree_are_not_flagged(strength: str) -> None:
    checked = check_of({**both(strength), "readouts.concentration": strength})

    assert checked.read_outs[0].verdict == "match"
    assert not {code for code in severities(checked) if code.startswith("concentration")}


@pytest.mark.parametrize(
    "shown", ["1 mg/mL", "0 mg/mL", "0.50 mg/mL", "0.6 mg/mL", "5 mg/mL", "500 mg/mL", "50 mcg/mL"]
)
def test_a_screen_in_mg_that_cannot_tell_strengths_apart_does_not_agree(shown: str) -> None:
    (compared,) = check_of({"readouts.concentration": shown}).read_outs

    assert (compared.verdict == "match") is (shown == "0.50 mg/mL")


# --- S9: volumes that cannot be

CAPACITIES = {
    "synchromed-ii-20": 20,
    "synchromed-ii-40": 40,
    "medstream-20": 20,
    "prometra-ii-40": 40,
    "isomed-35-10": 35,
}


@pytest.mark.parametrize(("pump", "capacity"), CAPACITIES.items())
@pytest.mark.parametrize("above", ["0.01", "0.5", "100"])
def test_more_than_the_reservoir_holds_is_flagged(pump: str, capacity: int, above: str) -> None:
    """S9, with the residual volumes of test_cli."""
    filled = f"{float(capacity) + float(above):g} mL"

    found = severities(check_of({"system.pump": pump, "reservoir.filled": filled}))

    assert found["filled_above_capacity"] == ("warning" if pump == "isomed-35-10" else "stop")


@pytest.mark.parametrize(("pump", "capacity"), CAPACITIES.items())
def test_a_full_reservoir_is_not_flagged(pump: str, capacity: int) -> None:
    found = severities(check_of({"system.pump": pump, "reservoir.filled": f"{capacity} mL"}))

    assert "filled_above_capacity" not in found


# --- S3: digits mistyped


@dataclass(frozen=True, slots=True)
class Case:
    """A correct program with its read-outs as a programmer prints them, and one slip in one typed number."""

    table: dict[str, Any]
    read_outs: dict[str, str]
    place: str
    slip: str
    mistyped: str


TENFOLD = {"x 10": 1, "/ 10": -1, "x 100": 2, "/ 100": -2, "x 1000": 3}
DIGITS = ("dropped", "doubled", "swapped")
PLACES = ("new.daily_dose", "new.concentration")
SLIPS = [(place, slip) for place in PLACES for slip in (*TENFOLD, *DIGITS)]


def generated(count: int) -> Iterator[Case]:
    """Steps as clinics do them: -20 to +30 %, in any jurisdiction, some with another vial and a bridge."""
    chance = random.Random(20_261_122)  # noqa: S311  # reproducible cases, no secret
    made = 0
    while made < count:
        place, slip = SLIPS[made % len(SLIPS)]
        table, read_outs = _correct_program(chance)
        typed = _value_at(table, place)
        number, unit = typed.split(" ", 1)
        mistyped = with_slip(number, slip, chance)
        if mistyped is not None:
            made += 1
            yield Case(table, read_outs, place, slip, f"{mistyped} {unit}")


def _correct_program(chance: random.Random) -> tuple[dict[str, Any], dict[str, str]]:
    jurisdiction = chance.choice(("us", "de", "uk", None))
    strengths = (500, 1000, 2000) if jurisdiction == "us" else (500, 2000)
    old_strength = chance.choice(strengths)
    new_strength = chance.choice(strengths) if chance.random() < 0.3 else old_strength
    current_dose = Fraction(chance.randrange(500, 9000), 10)  # 50.0 to 899.9 mcg/day
    new_dose = Fraction(int(current_dose * chance.randrange(80, 131) / 10), 10)
    decimals = chance.choice((0, 1))
    new_dose = Fraction(round(new_dose * 10**decimals), 10**decimals)
    flow = new_dose / new_strength
    changes: dict[str, Any] = {
        **SM2,
        "patient.jurisdiction": jurisdiction,
        "patient.spasticity_origin": chance.choice(("spinal", "cerebral", None)),
        "patient.age_years": chance.choice((7, 15, 34, 60, None)),
        "current.concentration": f"{old_strength} mcg/mL",
        "new.concentration": f"{new_strength} mcg/mL",
        "current.daily_dose": f"{rounded_text(current_dose, 1)} mcg/day",
        "new.daily_dose": f"{rounded_text(new_dose, decimals)} mcg/day",
    }
    if new_strength != old_strength:
        changes["bridge.dose"] = changes["current.daily_dose"]
    read_outs = {
        "readouts.daily_dose": f"{rounded_text(new_dose, 1)} mcg/day",
        "readouts.flow_rate": f"{rounded_text(flow, 4)} mL/day",
    }
    return table_of(changes), read_outs


def rounded_text(number: Fraction, decimals: int) -> str:
    """Rounded half up, as a programmer prints it."""
    whole = int(number * 10**decimals + Fraction(1, 2))
    return f"{whole // 10**decimals}.{whole % 10**decimals:0{decimals}d}" if decimals else str(whole)


def _value_at(table: dict[str, Any], place: str) -> str:
    section, key = place.split(".")
    return str(table[section][key])


def with_slip(number: str, slip: str, chance: random.Random) -> str | None:
    """`number` with the slip, also where that is no number any more; None where it changes nothing."""
    if slip in TENFOLD:
        meant = Fraction(number) * Fraction(10) ** TENFOLD[slip]
        return _plain(meant)
    places = [place for place, character in enumerate(number) if character.isdigit()]
    at = chance.choice(places)
    if slip == "dropped":
        result = number[:at] + number[at + 1 :]
    elif slip == "doubled":
        result = number[:at] + number[at] + number[at:]
    else:
        beside = places.index(at) + 1
        if beside == len(places):
            return None
        other = places[beside]
        result = number[:at] + number[other] + number[at + 1 : other] + number[at] + number[other + 1 :]
    return None if _is_nothing(result) or _is_too_near(result, number) else result


def _is_nothing(text: str) -> bool:
    return text in ("", ".")


def _is_too_near(result: str, number: str) -> bool:
    """Below the last digit that the programmer prints: `413.5` for `413.55` is no slip to be caught."""
    try:
        return abs(Fraction(result) - Fraction(number)) < Fraction(1, 10)
    except ValueError:
        return False


def _plain(number: Fraction) -> str:
    text = f"{int(number * 10**6):07d}"
    return f"{text[:-6]}.{text[-6:]}".rstrip("0").rstrip(".")


def caught_rates(cases: Iterator[Case]) -> dict[str, tuple[int, int, int]]:
    """For each slip: cases, caught with the programmer's read-outs, caught without any."""
    rates: dict[str, tuple[int, int, int]] = {}
    for case in cases:
        mistyped = changed(case.table, {case.place: case.mistyped})
        before = frozenset(serious(severities(check_table(case.table))))
        alone = is_caught(mistyped, before)
        with_read_outs = is_caught(changed(mistyped, case.read_outs), before)
        count, read, bare = rates.get(case.slip, (0, 0, 0))
        rates[case.slip] = (count + 1, read + with_read_outs, bare + alone)
    return rates


def published(rates: dict[str, tuple[int, int, int]]) -> str:
    lines = [f"{'slip':<10}{'cases':>7}{'with read-outs':>17}{'without':>10}"]
    for slip, (count, read, bare) in rates.items():
        lines.append(f"{slip:<10}{count:>7}{read / count:>16.1%}{bare / count:>11.1%}")
    return "\n".join(lines)


@pytest.mark.parametrize("count", [800, pytest.param(10_000, marks=pytest.mark.slow)], ids=["800", "10,000"])
def test_mistyped_digits_are_caught(count: int) -> None:
    """S3: 800 cases, 10,000 when slow, 100 and 1,250 for each slip.

    With the programmer's read-outs all are caught: 100 %. Without any, all tenfold slips and all dropped and
    doubled digits are; of two digits swapped 73 %, because the rest make a step that is usual.
    """
    rates = caught_rates(generated(count))

    print(f"\n{published(rates)}")
    for slip in TENFOLD:
        cases, read, bare = rates[slip]
        assert (read, bare) == (cases, cases), slip
    for slip in DIGITS:
        cases, read, bare = rates[slip]
        assert read == cases, slip


def test_the_generated_programs_are_correct() -> None:
    for case in list(generated(160)):
        checked = check_table(changed(case.table, case.read_outs))

        assert {str(compared.verdict) for compared in checked.read_outs} == {"match"}
        assert "stop" not in severities(checked).values()


def test_a_program_that_is_refused_is_no_check() -> None:
    with pytest.raises(ItbcalcError):
        check_of({"new.daily_dose": None})


@pytest.mark.parametrize(
    ("dose", "severity", "until"),
    [
        # 0.33 mL x 500 mcg/mL = 165 mcg; the change is at 09:00 on 10 Nov
        ("165", None, ""),
        ("150", "caution", "11 Nov 2026 11:24"),  # 165/150 = 1.1 days
        ("82.5", "caution", "12 Nov 2026 09:00"),  # two days
        ("82.49", "warning", "12 Nov 2026 09:00"),  # 2.00024 days, 20 s more
    ],
)
def test_a_long_bridge_says_until_when_the_dose_cannot_be_changed(
    dose: str, severity: str | None, until: str
) -> None:
    found = [
        message
        for message in finding_messages(check_of(bridged_at(dose)), library())
        if message.code == "bridge_long"
    ]

    assert [str(message.severity) for message in found] == ([severity] if severity else [])
    assert all(f"Until {until} the dose cannot be changed" in message.detail for message in found)
    assert all("a rule of itbcalc's own" in message.source for message in found)


def test_a_pump_of_fixed_flow_is_asked_for_no_bridge() -> None:
    """0.33 mL at the pump's 0.5 mL/day; 460 mcg/day of 2000 mcg/mL would be 0.23."""
    found = severities(check_of({**ISOMED, **CHANGE}))

    assert "concentration_change_without_bridge" not in found
    assert "does_the_drug_change" not in found
    assert found["old_drug_runs_out"] == "info"


@pytest.mark.parametrize(
    ("pump", "age", "whose"),
    [
        (None, 3, "Product text"),
        (None, 4, None),
        ("prometra-20", 11, "Prometra"),
        ("prometra-20", 12, None),
        ("prometra-20", 3, "Prometra"),
        ("synchromed-ii-20", 11, None),
    ],
)
def test_an_age_below_that_of_label_or_pump_is_one_warning(
    pump: str | None, age: int, whose: str | None
) -> None:
    changes: dict[str, Any] = {"patient.age_years": age}
    if pump is not None:
        changes |= {"system.pump": pump, "reservoir.filled": "20 mL"}

    found = [m for m in finding_messages(check_of(changes), library()) if m.code == "age_below_label"]

    assert [message.source.split(" · ")[0] for message in found] == ([whose] if whose else [])


@pytest.mark.parametrize(
    ("strength", "words"),
    [
        ("2500 mcg/mL", "up to 4,000 mcg/mL is reported"),
        ("4000 mcg/mL", "up to 4,000 mcg/mL is reported"),
        ("4000.01 mcg/mL", "above the strongest label and the strongest reported"),
    ],
)
def test_above_the_label_it_is_said_what_is_reported(strength: str, words: str) -> None:
    found = finding_messages(check_of(both(strength)), library())

    (said,) = (message.detail for message in found if message.code == "concentration_above_limit")
    assert words in said


def test_what_a_list_that_nobody_confirmed_does_not_hold_is_not_called_unmarketed() -> None:
    found = finding_messages(check_of(both("750 mcg/mL")), library())

    (said,) = (message for message in found if message.code == "concentration_not_marketed")
    assert said.title == "This concentration is not in the list held here"
    assert "500, 1,000, 2,000 mcg/mL" in said.detail
