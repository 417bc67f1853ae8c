"""How much slower is the whole check than the same arithmetic in bare fractions?

The twin below does with `Fraction`s and dictionaries what the check does with quantities: every value, every bound,
every read-out compared as printed, every slip tried. It starts, as the check does, from inputs that have been read.
"""

import gc
import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from itbcalc.judge.check import Checked, check
from itbcalc.judge.guardrails import Rules
from itbcalc.judge.verdicts import Verdict
from itbcalc.library.reading import read_library
from itbcalc.library.records import Library, LimitQuantity
from itbcalc.program import Program, read_program_file
from itbcalc.resources import resource_path

EXAMPLE = "06-mistyped-concentration.toml"
VALUES = (
    "current_flow_rate",
    "new_flow_rate",
    "current_daily_volume",
    "new_daily_volume",
    "dose_change",
    "concentration_ratio",
    "dead_volume",
    "bridge_flow_rate",
    "bridge_duration",
    "bridge_drug",
    "bridge_dose_shown_at_new_concentration",
    "unbridged_dose",
    "unbridged_duration",
    "unbridged_ratio",
    "system_priming_dose",
    "catheter_priming_dose",
    "time_to_alarm",
    "time_to_alarm_worst",
    "time_to_empty",
)
DATES = ("low_alarm_date", "low_alarm_date_worst", "empty_date", "latest_refill_date")
LIMITS = {
    LimitQuantity.DOSE_INCREASE: "dose_change",
    LimitQuantity.DOSE_RISE_PER_YEAR: "gained",
    LimitQuantity.TIME_BETWEEN_INCREASES: "since_last_change",
    LimitQuantity.DAILY_DOSE: "new_dose",
    LimitQuantity.CONCENTRATION: "new_concentration",
}
NAMES = {
    "new.concentration": "new_concentration",
    "new.daily_dose": "new_dose",
    "current.concentration": "current_concentration",
    "current.daily_dose": "current_dose",
    "bridge.dose": "bridge_dose",
    "reservoir.filled": "filled",
    "reservoir.low_alarm": "low_alarm",
    "system.tubing_volume": "tubing_volume",
}
SCHEDULES = {"new_dose": "new_schedule", "current_dose": "current_schedule"}

Numbers = dict[str, Fraction | None]


@dataclass(frozen=True)
class Printed:
    """A read-out: the day, or the number with the size of its last digit."""

    name: str
    on: date | None = None
    number: Fraction = Fraction(0)
    step: Fraction = Fraction(1)


@dataclass(frozen=True)
class Bare:
    """The example, as numbers."""

    inputs: Numbers
    at: datetime
    last_change: datetime
    accuracy: Fraction
    longest: tuple[Fraction, ...]
    bounds: tuple[tuple[str, tuple[Fraction | None, ...]], ...]
    flow_range: tuple[Fraction, ...]
    strengths: tuple[Fraction, ...]
    tubing_volumes: tuple[Fraction, ...]
    alarm_volumes: tuple[Fraction, ...]
    capacity: Fraction
    typed: tuple[tuple[str, str], ...]
    printed: tuple[Printed, ...]
    printed_texts: dict[str, str]


# --- the twin


def twin(bare: Bare) -> dict[str, object]:
    """Values, crossed bounds, verdicts and slips by name."""
    values = all_values(bare.inputs, bare.at, bare.accuracy, bare.longest)
    verdicts = {
        printed.name: verdict(printed, shown(printed, bare.inputs, bare.at)) for printed in bare.printed
    }
    differing = [printed for printed in bare.printed if verdicts[printed.name] == "mismatch"]
    agreeing = [printed for printed in bare.printed if verdicts[printed.name] != "mismatch"]
    slips: dict[str, list[tuple[str, object, int, int]]] = {printed.name: [] for printed in differing}
    distinct: dict[tuple[tuple[str, Fraction | None], ...], str] = {}
    for code, changes in variations(bare):
        distinct.setdefault(tuple(changes.items()), code)
    for changes, code in distinct.items():
        varied = {**bare.inputs, **dict(changes)}
        found = [
            (printed, value)
            for printed in differing
            if verdict(printed, value := shown(printed, varied, bare.at)) == "match"
        ]
        if found:
            upset = sum(
                verdict(printed, shown(printed, varied, bare.at)) == "mismatch" for printed in agreeing
            )
            for printed, value in found:
                slips[printed.name].append((code, value, len(found), upset))
    for printed in differing:
        slips[printed.name] += slips_of_counting(printed, values, bare)
        slips[printed.name] += slips_of_reading(printed, bare)
        slips[printed.name].sort(key=lambda slip: (slip[3], -slip[2]))
    return {
        **values,
        "verdicts": verdicts,
        "slips": slips,
        "tried": len(distinct),
        "crossed": crossed(bare, values),
    }


def all_values(
    inputs: Numbers, at: datetime, accuracy: Fraction, longest: tuple[Fraction, ...]
) -> dict[str, object]:
    old_c, old_d = inputs["current_concentration"], inputs["current_dose"]
    new_c, new_d = inputs["new_concentration"], inputs["new_dose"]
    values: dict[str, object] = {}
    values["current_flow_rate"] = values["current_daily_volume"] = old_d / old_c
    values["new_flow_rate"] = values["new_daily_volume"] = new_d / new_c
    values["dose_change"] = (new_d - old_d) / old_d * 100
    values["concentration_ratio"] = new_c / old_c
    dead = inputs["tubing_volume"] + inputs["catheter_volume"]
    values["dead_volume"] = dead
    values["bridge_flow_rate"] = inputs["bridge_dose"] / old_c
    values["bridge_duration"] = dead * old_c / inputs["bridge_dose"]
    values["bridge_drug"] = dead * old_c
    values["bridge_dose_shown_at_new_concentration"] = dead * new_c
    values["unbridged_dose"] = new_d * old_c / new_c
    values["unbridged_duration"] = dead * new_c / new_d
    values["unbridged_ratio"] = old_c / new_c
    values["system_priming_dose"] = dead * new_c
    values["catheter_priming_dose"] = inputs["catheter_volume"] * new_c
    alarm, empty = time_to(inputs, inputs["low_alarm"]), time_to(inputs, Fraction(0))
    worst = alarm / (1 + accuracy / 100)
    values |= {"time_to_alarm": alarm, "time_to_alarm_worst": worst, "time_to_empty": empty}
    values["low_alarm_date"] = moment(at, alarm)
    values["low_alarm_date_worst"] = moment(at, worst)
    values["empty_date"] = moment(at, empty)
    values["latest_refill_date"] = moment(at, min(alarm, *longest))
    return values


def time_to(inputs: Numbers, level: Fraction) -> Fraction | None:
    usable = inputs["filled"] - level
    if usable <= 0:
        return None
    flow = inputs["new_dose"] / inputs["new_concentration"]
    if inputs["bridge_dose"] is None:
        return usable / flow
    dead = inputs["tubing_volume"] + inputs["catheter_volume"]
    if usable <= dead:
        return usable / (inputs["bridge_dose"] / inputs["current_concentration"])
    return dead * inputs["current_concentration"] / inputs["bridge_dose"] + (usable - dead) / flow


def moment(at: datetime, days: Fraction) -> datetime | None:
    try:
        later = at.astimezone(UTC) + timedelta(seconds=int(days * 86400 // 1))
        return later.astimezone(at.tzinfo)
    except OverflowError:
        return None


def shown(printed: Printed, inputs: Numbers, at: datetime) -> Fraction | date | None:
    """What the programmer should show."""
    match printed.name:
        case "daily_dose":
            return inputs["new_dose"]
        case "flow_rate":
            return inputs["new_dose"] / inputs["new_concentration"]
        case "bridge_duration":
            if inputs["bridge_dose"] is None:
                return None
            dead = inputs["tubing_volume"] + inputs["catheter_volume"]
            return dead * inputs["current_concentration"] / inputs["bridge_dose"]
        case "low_alarm_date":
            days = time_to(inputs, inputs["low_alarm"])
            found = None if days is None else moment(at, days)
            return None if found is None else found.date()
    raise ValueError(printed.name)


def verdict(printed: Printed, value: Fraction | date | None) -> str:
    if isinstance(value, date) or value is None:
        return "match" if value is not None and printed.on == value else "mismatch"
    exact, wanted = value / printed.step, printed.number / printed.step
    half_up = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    if wanted in (half_up, round(exact)):
        return "match"
    return "match_truncated" if wanted == exact // 1 else "mismatch"


def crossed(bare: Bare, values: dict[str, object]) -> int:
    """How many bounds lie on the wrong side."""
    held = {
        "dose_change": values["dose_change"],
        "gained": bare.inputs["new_dose"] - bare.inputs["current_dose"],
        "since_last_change": Fraction(int((bare.at - bare.last_change).total_seconds()), 86400),
        "new_dose": bare.inputs["new_dose"],
        "new_concentration": bare.inputs["new_concentration"],
    }
    outside = 0
    for name, (lowest, low, high, highest) in bare.bounds:
        value = held[name]
        outside += lowest is not None and value < lowest
        outside += highest is not None and value > highest
        outside += low is not None and value < low
        outside += high is not None and value > high
    outside += sum(values["new_flow_rate"] < bound for bound in bare.flow_range[:2])
    outside += sum(values["new_flow_rate"] > bound for bound in bare.flow_range[2:])
    return outside


def variations(bare: Bare) -> Iterator[tuple[str, Numbers]]:
    """What each slip changes."""
    yield from therapy_variations(bare)
    yield from volume_variations(bare)
    for name, text in bare.typed:
        for code, number in mistyped(text):
            if number > 0:
                yield code, {name: number}


def therapy_variations(bare: Bare) -> Iterator[tuple[str, Numbers]]:
    inputs = bare.inputs
    old_c, new_c = inputs["current_concentration"], inputs["new_concentration"]
    old_d, new_d, bridge = inputs["current_dose"], inputs["new_dose"], inputs["bridge_dose"]
    if old_c != new_c:
        yield "old_concentration", {"new_concentration": old_c}
        yield "concentrations_swapped", {"new_concentration": old_c, "current_concentration": new_c}
    if old_d != new_d:
        yield "previous_dose", {"new_dose": old_d}
        if old_c != new_c:
            yield "previous_therapy", {"new_dose": old_d, "new_concentration": old_c, "bridge_dose": None}
    for strength in bare.strengths:
        if strength not in (old_c, new_c):
            yield "marketed_concentration", {"new_concentration": strength}
    yield "dose_per_hour_for_per_day", {"new_dose": new_d * 24}
    yield "dose_per_day_for_per_hour", {"new_dose": new_d / 24}
    for name in ("new_dose", "new_concentration"):
        yield "mg_for_mcg", {name: inputs[name] * 1000}
        yield "mcg_for_mg", {name: inputs[name] / 1000}
    yield "bridge_left_out", {"bridge_dose": None}
    for code, dose in (("bridge_at_new_dose", new_d), ("bridge_at_old_dose", old_d)):
        if dose != bridge:
            yield code, {"bridge_dose": dose}


def volume_variations(bare: Bare) -> Iterator[tuple[str, Numbers]]:
    inputs, nothing = bare.inputs, Fraction(0)
    for tubing in bare.tubing_volumes:
        if tubing != inputs["tubing_volume"]:
            yield "other_tubing_volume", {"tubing_volume": tubing}
    yield "tubing_left_out", {"tubing_volume": nothing}
    yield "catheter_left_out", {"catheter_volume": nothing}
    if inputs["low_alarm"]:
        yield "alarm_not_subtracted", {"low_alarm": nothing}
    for alarm in bare.alarm_volumes:
        if alarm != inputs["low_alarm"]:
            yield "other_alarm_volume", {"low_alarm": alarm}
    if bare.capacity != inputs["filled"]:
        yield "filled_to_capacity", {"filled": bare.capacity}


def mistyped(text: str) -> Iterator[tuple[str, Fraction]]:
    for factor in (10, Fraction(1, 10), 100, Fraction(1, 100)):
        yield "decimal_point_moved", Fraction(text) * factor
    digits = [place for place, character in enumerate(text) if character != "."]
    for first, second in itertools.pairwise(digits):
        if text[first] != text[second]:
            swapped = list(text)
            swapped[first], swapped[second] = text[second], text[first]
            if swapped[0] != "0" or swapped[1:2] in ([], ["."]):
                yield "digits_transposed", Fraction("".join(swapped))


def slips_of_counting(
    printed: Printed, values: dict[str, object], bare: Bare
) -> Iterator[tuple[str, object, int, int]]:
    if printed.name == "low_alarm_date":
        day = bare.at.date() + timedelta(days=values["time_to_alarm"] // 1)
        if day == printed.on:
            yield "counts_whole_days", day, 1, 0


def slips_of_reading(printed: Printed, bare: Bare) -> Iterator[tuple[str, object, int, int]]:
    if printed.on is not None:
        return
    text = bare.printed_texts[printed.name]
    value = shown(printed, bare.inputs, bare.at)
    for code, number in mistyped(text):
        moved = {10: 1, Fraction(1, 10): -1, 100: 2, Fraction(1, 100): -2}.get(number / Fraction(text), 0)
        step = printed.step * Fraction(10) ** moved if code == "decimal_point_moved" else printed.step
        if verdict(Printed(printed.name, None, number, min(step, Fraction(1))), value) == "match":
            yield f"read_out_{code}", value, 1, 0


# --- the example as bare numbers


def bare_numbers(program: Program, library: Library) -> Bare:
    checked = check(program, library)
    inputs, pump = checked.calculation.inputs, program.system.pump
    names = (*dict.fromkeys(NAMES.values()), "catheter_volume")
    rules = Rules(library, program.patient, pump)
    bounds = [
        (name, tuple(_number(bound) for bound in _four(limit.guardrail)))
        for quantity, name in LIMITS.items()
        for limit in itertools.chain(*rules.applying(quantity))
    ]
    pumps = library.pumps.values()
    drug = library.drugs[program.new.drug]
    fills = [s for s in drug.strengths(program.patient.jurisdiction) if s.pump_fill]
    return Bare(
        inputs={name: _input(inputs, name) for name in names},
        at=inputs.at.moment,
        last_change=program.patient.last_change.moment,
        accuracy=inputs.accuracy.magnitude,
        longest=(inputs.stability_limit.magnitude, inputs.pump_limit.magnitude),
        bounds=tuple(bounds),
        flow_range=(
            min(p.lowest_flow_rate.quantity.magnitude for p in pumps if p.lowest_flow_rate),
            pump.lowest_flow_rate.quantity.magnitude,
            pump.highest_flow_rate.quantity.magnitude,
            max(p.highest_flow_rate.quantity.magnitude for p in pumps if p.highest_flow_rate),
        ),
        strengths=tuple(dict.fromkeys(s.concentration.quantity.magnitude for s in fills)),
        tubing_volumes=tuple(figure.quantity.magnitude for figure in pump.tubing_volume),
        alarm_volumes=tuple(figure.quantity.magnitude for figure in pump.low_alarm_volume),
        capacity=pump.reservoir_volume.quantity.magnitude,
        typed=tuple(
            (name, program.entries[place].number_text)
            for place, name in NAMES.items()
            if place in program.entries
        ),
        printed=tuple(_printed(read_out) for read_out in program.read_outs),
        printed_texts={r.name: r.entered.number_text for r in program.read_outs if r.entered},
    )


def _input(inputs, name):
    """An input as a number; what the twin calls a dose is a schedule of simple continuous mode."""
    if name in SCHEDULES:
        return getattr(inputs, SCHEDULES[name]).daily_dose.magnitude
    return _number(getattr(inputs, name))


def _number(quantity):
    return None if quantity is None else quantity.magnitude


def _four(rail):
    return rail.absolute_minimum, rail.recommended_minimum, rail.recommended_maximum, rail.absolute_maximum


def _printed(read_out) -> Printed:
    if read_out.on is not None:
        return Printed(read_out.name, on=read_out.on)
    entered = read_out.entered
    return Printed(read_out.name, None, entered.quantity.magnitude, entered.resolution.magnitude)


# --- both sides


def whole_check(program: Program, library: Library) -> Checked:
    """The check with every value that it shows."""
    checked = check(program, library)
    for name in (*VALUES, *DATES):
        getattr(checked.calculation, name)
    return checked


def assert_same(checked: Checked, computed: dict[str, object]) -> None:
    """Both sides came to the same values, verdicts and slips."""
    for name in VALUES:
        assert getattr(checked.calculation, name).value.magnitude == computed[name], name
    for name in DATES:
        assert getattr(checked.calculation, name) == computed[name], name
    for compared in checked.read_outs:
        name = compared.read_out.name
        assert compared.verdict == computed["verdicts"][name], name
        if compared.verdict is Verdict.MISMATCH:
            ours = [
                (s.code, getattr(s.value, "magnitude", s.value), s.explains, s.contradicts)
                for s in compared.slips
            ]
            assert sorted(ours, key=str) == sorted(computed["slips"][name], key=str), name
    assert checked.slips_tried == computed["tried"]


def ratio(runs: int = 15) -> float:
    """The whole check over its twin: medians of interleaved runs, after both agreed."""
    library = read_library(resource_path())
    program = read_program_file(resource_path("examples", EXAMPLE), library)
    bare = bare_numbers(program, library)
    assert_same(whole_check(program, library), twin(bare))
    ours, theirs = [], []
    for _ in range(runs):
        ours.append(_seconds(lambda: whole_check(program, library)))
        theirs.append(_seconds(lambda: twin(bare)))
    return statistics.median(ours) / statistics.median(theirs)


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


if __name__ == "__main__":
    print(f"whole check over bare fractions: {ratio():.1f}")
