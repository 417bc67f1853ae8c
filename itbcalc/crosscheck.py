"""Does what the programmer shows agree with the recomputed values, and if not: which slip would explain it?

A read-out is compared as it was printed: `0.18` stands for every value that rounds to it at two decimals.
A slip is a variation of the inputs (or of how the programmer counts) that reproduces a differing read-out
exactly as printed. Slips are named; the clinician decides.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from itbcalc.calculation import Calculation, Inputs
from itbcalc.errors import EntryError
from itbcalc.program import READ_OUT_KINDS, Program, ReadOut
from itbcalc.quantities.display import half_even, half_up
from itbcalc.quantities.entry import Entered, read_quantity
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DOSE,
    FLOW_RATE,
    VOLUME,
    Concentration,
    Kind,
    Volume,
    as_concentration,
    as_daily_dose,
    as_volume,
    exactly,
)
from itbcalc.quantities.units import Quantity
from itbcalc.reservoir import whole_days

Value = Quantity | date


class Verdict(StrEnum):
    """How a read-out stands to the recomputed value. The values stand in the JSON output."""

    MATCH = "match"
    MATCH_TRUNCATED = "match_truncated"
    MISMATCH = "mismatch"
    CANNOT_TELL = "cannot_tell"


class SlipCode(StrEnum):
    """The slips tried, the most plausible first. The values stand in the JSON output."""

    OLD_CONCENTRATION = "old_concentration"
    PREVIOUS_DOSE = "previous_dose"
    PREVIOUS_THERAPY = "previous_therapy"
    CONCENTRATIONS_SWAPPED = "concentrations_swapped"
    MARKETED_CONCENTRATION = "marketed_concentration"
    DOSE_PER_HOUR_FOR_PER_DAY = "dose_per_hour_for_per_day"
    DOSE_PER_DAY_FOR_PER_HOUR = "dose_per_day_for_per_hour"
    MG_FOR_MCG = "mg_for_mcg"
    MCG_FOR_MG = "mcg_for_mg"
    BRIDGE_LEFT_OUT = "bridge_left_out"
    BRIDGE_AT_NEW_DOSE = "bridge_at_new_dose"
    BRIDGE_AT_OLD_DOSE = "bridge_at_old_dose"
    COUNTED_AT_NEW_CONCENTRATION = "counted_at_new_concentration"
    OTHER_TUBING_VOLUME = "other_tubing_volume"
    TUBING_LEFT_OUT = "tubing_left_out"
    CATHETER_LEFT_OUT = "catheter_left_out"
    ALARM_NOT_SUBTRACTED = "alarm_not_subtracted"
    OTHER_ALARM_VOLUME = "other_alarm_volume"
    FILLED_TO_CAPACITY = "filled_to_capacity"
    COUNTS_WHOLE_DAYS = "counts_whole_days"
    DECIMAL_POINT_MOVED = "decimal_point_moved"
    DIGITS_TRANSPOSED = "digits_transposed"
    READ_OUT_DECIMAL_POINT_MOVED = "read_out_decimal_point_moved"
    READ_OUT_DIGITS_TRANSPOSED = "read_out_digits_transposed"


@dataclass(frozen=True, slots=True)
class Variation:
    """The inputs under one slip; `place` is the input it concerns, `quantity` the value it would have."""

    code: SlipCode
    inputs: Inputs
    place: str = ""
    quantity: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip that reproduces a read-out, and the value it gives.

    `explains` counts the differing read-outs it reproduces, `contradicts` the agreeing ones it would upset.
    """

    code: SlipCode
    value: Value
    place: str = ""
    quantity: Quantity | None = None
    explains: int = 1
    contradicts: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """A read-out, what was recomputed for it (one value for each reading left open), and the verdict."""

    read_out: ReadOut
    computed: tuple[Value, ...]
    verdict: Verdict
    slips: tuple[Slip, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the slips draw on besides the inputs: figures of the library and the digits as typed."""

    strengths: tuple[Concentration, ...] = ()
    tubing_volumes: tuple[Volume, ...] = ()
    alarm_volumes: tuple[Volume, ...] = ()
    capacity: Volume | None = None
    typed: tuple[tuple[str, str, Kind, Entered], ...] = ()


# The typed inputs in which digits may be swapped or the point moved: place, input, kind.
TYPED_INPUTS = (
    ("new.concentration", "new_concentration", CONCENTRATION),
    ("new.daily_dose", "new_dose", DAILY_DOSE),
    ("current.concentration", "old_concentration", CONCENTRATION),
    ("current.daily_dose", "old_dose", DAILY_DOSE),
    ("bridge.dose", "bridge_dose", DAILY_DOSE),
    ("reservoir.filled", "filled", VOLUME),
    ("reservoir.low_alarm", "low_alarm", VOLUME),
    ("system.tubing_volume", "tubing_volume", VOLUME),
    ("system.catheter.volume", "catheter_volume", VOLUME),
)


def typed_inputs(program: Program) -> tuple[tuple[str, str, Kind, Entered], ...]:
    """The entries of `program` that a slip of the fingers may have changed."""
    return tuple(
        (place, name, kind, program.entries[place])
        for place, name, kind in TYPED_INPUTS
        if place in program.entries
    )


def printed_as(entered: Entered, value: Quantity) -> Verdict:
    """Whether `value` prints as `entered`: rounded half up or half even, or cut off, at its last digit."""
    step = Fraction(entered.resolution.magnitude)
    exact, printed = Fraction(value.magnitude) / step, Fraction(entered.quantity.magnitude) / step
    if printed in (half_up(exact), half_even(exact)):
        return Verdict.MATCH
    return Verdict.MATCH_TRUNCATED if printed == exact // 1 else Verdict.MISMATCH


def shows(read_out: ReadOut, value: Value) -> Verdict:
    """Whether `read_out` shows `value`; a date must be the very day."""
    if isinstance(value, date):
        return Verdict.MATCH if read_out.on == value else Verdict.MISMATCH
    return Verdict.MISMATCH if read_out.entered is None else printed_as(read_out.entered, value)


def values_for(read_out: ReadOut, calculation: Calculation, *, aspirated: bool) -> tuple[Value, ...]:
    """What `read_out` should show; several values where it may mean several things, none where unknown."""
    name = read_out.name
    if name in ("prime_volume", "prime_dose"):
        return _priming_values(name, calculation, aspirated=aspirated)
    reader = _READERS[name]
    value = reader(calculation, read_out)
    return () if value is None else (value,)


def cross_check(
    read_outs: Sequence[ReadOut], calculations: Sequence[Calculation], context: Context, *, aspirated: bool
) -> tuple[tuple[Compared, ...], int]:
    """Every read-out with its verdict and slips, and how many slips were tried.

    There is one calculation for each reading of what was left open.
    """
    verdicts = [_compared(read_out, calculations, aspirated=aspirated) for read_out in read_outs]
    if all(compared.verdict is not Verdict.MISMATCH for compared in verdicts):
        return tuple(verdicts), 0
    tried = _distinct(variations(calculations[0].inputs, context))
    found = _slips_found(verdicts, tried, calculations[0], aspirated=aspirated)
    with_slips = tuple(
        replace(compared, slips=_ranked(found.get(compared.read_out.name, [])))
        if compared.verdict is Verdict.MISMATCH
        else compared
        for compared in verdicts
    )
    return with_slips, len(tried)


def best_slip(read_outs: Sequence[Compared]) -> tuple[Compared, Slip] | None:
    """The slip that upsets least and explains most, with the first read-out it explains."""
    offered = [(compared, slip) for compared in read_outs for slip in compared.slips]
    return min(offered, key=lambda pair: _rank(pair[1]), default=None)


def variations(inputs: Inputs, context: Context) -> Iterator[Variation]:
    """The inputs under each plausible slip, the most plausible first."""
    yield from _therapy_variations(inputs, context)
    yield from _bridge_variations(inputs, context)
    yield from _reservoir_variations(inputs, context)
    for place, name, kind, entered in context.typed:
        for code, text in _mistyped(entered.number_text):
            yield from _retyped(inputs, code, place, name, kind, text, entered)


# --- the value behind each read-out


def _quantity_of(worked: object) -> Quantity | None:
    return None if worked is None else worked.value  # type: ignore[attr-defined,no-any-return]  # any Worked


def _date_of(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _daily_volume_value(calculation: Calculation, read_out: ReadOut) -> Value | None:
    as_flow = read_out.entered is not None and _is_of(read_out.entered, FLOW_RATE)
    return _quantity_of(calculation.new_flow_rate if as_flow else calculation.new_daily_volume)


def _bridge_dose_value(calculation: Calculation, read_out: ReadOut) -> Value | None:
    if read_out.entered is not None and _is_of(read_out.entered, DOSE):
        return _quantity_of(calculation.bridge_drug)
    return calculation.inputs.bridge_dose


def _bridge_volume_value(calculation: Calculation, _: ReadOut) -> Value | None:
    return None if calculation.inputs.bridge_dose is None else _quantity_of(calculation.dead_volume)


_READERS: dict[str, Callable[[Calculation, ReadOut], Value | None]] = {
    "concentration": lambda c, _: c.inputs.new_concentration,
    "daily_dose": lambda c, _: c.inputs.new_dose,
    "daily_volume": _daily_volume_value,
    "flow_rate": lambda c, _: _quantity_of(c.new_flow_rate),
    "bridge_duration": lambda c, _: _quantity_of(c.bridge_duration),
    "bridge_flow_rate": lambda c, _: _quantity_of(c.bridge_flow_rate),
    "bridge_volume": _bridge_volume_value,
    "bridge_drug": lambda c, _: _quantity_of(c.bridge_drug),
    "bridge_dose": _bridge_dose_value,
    "low_alarm_date": lambda c, _: _date_of(c.low_alarm_date),
    "empty_date": lambda c, _: _date_of(c.empty_date),
}


def _is_of(entered: Entered, kind: Kind) -> bool:
    return bool(entered.quantity.dimensionality == kind.unit.dimensionality)


def _priming_values(name: str, calculation: Calculation, *, aspirated: bool) -> tuple[Value, ...]:
    """Of the whole system, or of the catheter alone; only the catheter's where it was aspirated."""
    if name == "prime_volume":
        whole, alone = _quantity_of(calculation.dead_volume), calculation.inputs.catheter_volume
    else:
        whole, alone = (
            _quantity_of(calculation.system_priming_dose),
            _quantity_of(calculation.catheter_priming_dose),
        )
    offered = (alone,) if aspirated else (whole, alone)
    return tuple(value for value in offered if value is not None)


def _compared(read_out: ReadOut, calculations: Sequence[Calculation], *, aspirated: bool) -> Compared:
    computed: list[Value] = []
    for calculation in calculations:
        values = values_for(read_out, calculation, aspirated=aspirated)
        computed += [value for value in values if value not in computed]
    return Compared(read_out, tuple(computed), _verdict(read_out, computed, calculations[0].inputs))


def _verdict(read_out: ReadOut, computed: Sequence[Value], inputs: Inputs) -> Verdict:
    if not computed:
        no_bridge = read_out.name.startswith("bridge_") and inputs.bridge_dose is None
        return Verdict.MISMATCH if no_bridge else Verdict.CANNOT_TELL
    each = {shows(read_out, value) for value in computed}
    if Verdict.MISMATCH not in each:
        return Verdict.MATCH if each == {Verdict.MATCH} else Verdict.MATCH_TRUNCATED
    return Verdict.MISMATCH if each == {Verdict.MISMATCH} else Verdict.CANNOT_TELL


# --- slips of the inputs


def _therapy_variations(inputs: Inputs, context: Context) -> Iterator[Variation]:
    old_c, new_c, old_d, new_d = (
        inputs.old_concentration,
        inputs.new_concentration,
        inputs.old_dose,
        inputs.new_dose,
    )
    if old_c is not None and new_c is not None and old_c != new_c:
        yield Variation(
            SlipCode.OLD_CONCENTRATION, replace(inputs, new_concentration=old_c), "new.concentration", old_c
        )
        swapped = replace(inputs, new_concentration=old_c, old_concentration=new_c)
        yield Variation(SlipCode.CONCENTRATIONS_SWAPPED, swapped)
    if old_d is not None and old_d != new_d:
        yield Variation(SlipCode.PREVIOUS_DOSE, replace(inputs, new_dose=old_d), "new.daily_dose", old_d)
        if old_c is not None and old_c != new_c:
            unchanged = replace(inputs, new_dose=old_d, new_concentration=old_c, bridge_dose=None)
            yield Variation(SlipCode.PREVIOUS_THERAPY, unchanged)
    for strength in context.strengths:
        if strength not in (old_c, new_c):
            yield Variation(
                SlipCode.MARKETED_CONCENTRATION,
                replace(inputs, new_concentration=strength),
                "new.concentration",
                strength,
            )
    if new_d is not None:
        for code, factor in _UNIT_SLIPS:
            dose = as_daily_dose(new_d * factor)
            yield Variation(code, replace(inputs, new_dose=dose), "new.daily_dose", dose)
    if new_c is not None:
        for code, factor in _UNIT_SLIPS[2:]:
            concentration = as_concentration(new_c * factor)
            varied = replace(inputs, new_concentration=concentration)
            yield Variation(code, varied, "new.concentration", concentration)


_UNIT_SLIPS = (
    (SlipCode.DOSE_PER_HOUR_FOR_PER_DAY, 24),
    (SlipCode.DOSE_PER_DAY_FOR_PER_HOUR, Fraction(1, 24)),
    (SlipCode.MG_FOR_MCG, 1000),
    (SlipCode.MCG_FOR_MG, Fraction(1, 1000)),
)


def _bridge_variations(inputs: Inputs, context: Context) -> Iterator[Variation]:
    if inputs.bridge_dose is not None:
        yield Variation(SlipCode.BRIDGE_LEFT_OUT, replace(inputs, bridge_dose=None))
        for code, dose in (
            (SlipCode.BRIDGE_AT_NEW_DOSE, inputs.new_dose),
            (SlipCode.BRIDGE_AT_OLD_DOSE, inputs.old_dose),
        ):
            if dose is not None and dose != inputs.bridge_dose:
                yield Variation(code, replace(inputs, bridge_dose=dose), "bridge.dose", dose)
    for tubing in context.tubing_volumes:
        if tubing != inputs.tubing_volume:
            varied = replace(inputs, tubing_volume=tubing)
            yield Variation(SlipCode.OTHER_TUBING_VOLUME, varied, "system.tubing_volume", tubing)
    nothing = as_volume(exactly(0, VOLUME))
    if inputs.tubing_volume is not None and inputs.catheter_volume is not None:
        yield Variation(SlipCode.TUBING_LEFT_OUT, replace(inputs, tubing_volume=nothing))
        yield Variation(SlipCode.CATHETER_LEFT_OUT, replace(inputs, catheter_volume=nothing))


def _reservoir_variations(inputs: Inputs, context: Context) -> Iterator[Variation]:
    nothing = as_volume(exactly(0, VOLUME))
    if inputs.low_alarm is not None and inputs.low_alarm != nothing:
        yield Variation(SlipCode.ALARM_NOT_SUBTRACTED, replace(inputs, low_alarm=nothing))
    for alarm in context.alarm_volumes:
        if alarm != inputs.low_alarm:
            varied = replace(inputs, low_alarm=alarm)
            yield Variation(SlipCode.OTHER_ALARM_VOLUME, varied, "reservoir.low_alarm", alarm)
    if context.capacity is not None and context.capacity != inputs.filled:
        varied = replace(inputs, filled=context.capacity)
        yield Variation(SlipCode.FILLED_TO_CAPACITY, varied, "reservoir.filled", context.capacity)


def _retyped(
    inputs: Inputs, code: SlipCode, place: str, name: str, kind: Kind, number: str, entered: Entered
) -> Iterator[Variation]:
    try:
        quantity = read_quantity(f"{number} {entered.unit}", kind).quantity
    except EntryError:
        return
    if quantity.magnitude > 0:
        yield Variation(code, replace(inputs, **{name: quantity}), place, quantity)


def _mistyped(number: str) -> Iterator[tuple[SlipCode, str]]:
    """The number with its point moved, and with each two neighbouring digits swapped."""
    for places in (1, -1, 2, -2):
        yield SlipCode.DECIMAL_POINT_MOVED, _point_moved(number, places)
    places_of_digits = [place for place, character in enumerate(number) if character.isdigit()]
    for first, second in zip(places_of_digits, places_of_digits[1:], strict=False):
        if number[first] != number[second]:
            swapped = list(number)
            swapped[first], swapped[second] = number[second], number[first]
            yield SlipCode.DIGITS_TRANSPOSED, "".join(swapped)


def _point_moved(number: str, places: int) -> str:
    whole, _, rest = number.partition(".")
    digits, point = whole + rest, len(whole) + places
    if point <= 0:
        digits, point = "0" * (1 - point) + digits, 1
    digits = digits.ljust(point, "0")
    left = digits[:point].lstrip("0") or "0"
    return f"{left}.{digits[point:]}" if digits[point:] else left


# --- which of them reproduce the read-outs


def _distinct(offered: Iterator[Variation]) -> list[Variation]:
    """One variation for each set of inputs: the most plausible of those that lead to it."""
    kept: dict[tuple[Fraction | None, ...], Variation] = {}
    for variation in offered:
        kept.setdefault(_magnitudes(variation.inputs), variation)
    return list(kept.values())


def _magnitudes(inputs: Inputs) -> tuple[Fraction | None, ...]:
    """What a slip can vary, as bare numbers: hashing pint's quantities is slow."""
    varied = (
        inputs.old_concentration,
        inputs.old_dose,
        inputs.new_concentration,
        inputs.new_dose,
        inputs.tubing_volume,
        inputs.catheter_volume,
        inputs.bridge_dose,
        inputs.filled,
        inputs.low_alarm,
    )
    return tuple(None if quantity is None else Fraction(quantity.magnitude) for quantity in varied)


def _slips_found(
    verdicts: Sequence[Compared], tried: Sequence[Variation], as_typed: Calculation, *, aspirated: bool
) -> dict[str, list[Slip]]:
    differing = [compared.read_out for compared in verdicts if compared.verdict is Verdict.MISMATCH]
    agreeing = [
        compared for compared in verdicts if compared.verdict in (Verdict.MATCH, Verdict.MATCH_TRUNCATED)
    ]
    found: dict[str, list[Slip]] = {}
    for variation in tried:
        calculation = Calculation(variation.inputs)
        reproduced = [
            (read_out, value)
            for read_out in differing
            for value in values_for(read_out, calculation, aspirated=aspirated)
            if shows(read_out, value) is Verdict.MATCH
        ]
        if not reproduced:
            continue
        upset = sum(_is_upset(compared, calculation, aspirated=aspirated) for compared in agreeing)
        for read_out, value in reproduced:
            slip = Slip(variation.code, value, variation.place, variation.quantity, len(reproduced), upset)
            found.setdefault(read_out.name, []).append(slip)
    for compared in verdicts:
        if compared.verdict is Verdict.MISMATCH:
            of_this = found.setdefault(compared.read_out.name, [])
            of_this.extend(_slips_of_counting(compared.read_out, as_typed))
            of_this.extend(_slips_of_reading(compared))
    return found


def _is_upset(compared: Compared, calculation: Calculation, *, aspirated: bool) -> bool:
    values = values_for(compared.read_out, calculation, aspirated=aspirated)
    return all(shows(compared.read_out, value) is Verdict.MISMATCH for value in values)


def _slips_of_counting(read_out: ReadOut, calculation: Calculation) -> Iterator[Slip]:
    """The programmer counts in another way: whole days, or the bridge at the new concentration."""
    counted: list[tuple[SlipCode, Value | None]] = []
    times = {"low_alarm_date": calculation.time_to_alarm, "empty_date": calculation.time_to_empty}
    time, start = times.get(read_out.name), calculation.inputs.at
    if time is not None and start is not None and read_out.on is not None:
        counted.append(
            (SlipCode.COUNTS_WHOLE_DAYS, _date_in_whole_days(start.moment.date(), whole_days(time.value)))
        )
    of_bridge = read_out.name == "bridge_drug" or (
        read_out.name == "bridge_dose" and read_out.entered is not None and _is_of(read_out.entered, DOSE)
    )
    if of_bridge:
        shown = _quantity_of(calculation.bridge_dose_shown_at_new_concentration)
        counted.append((SlipCode.COUNTED_AT_NEW_CONCENTRATION, shown))
    for code, value in counted:
        if value is not None and shows(read_out, value) is Verdict.MATCH:
            yield Slip(code, value)


def _date_in_whole_days(start: date, days: int) -> date | None:
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return None


def _slips_of_reading(compared: Compared) -> Iterator[Slip]:
    """The read-out itself mistyped: the recomputed value with its point moved or two digits swapped."""
    entered = compared.read_out.entered
    if entered is None or " " in entered.number_text:
        return
    codes = {
        SlipCode.DECIMAL_POINT_MOVED: SlipCode.READ_OUT_DECIMAL_POINT_MOVED,
        SlipCode.DIGITS_TRANSPOSED: SlipCode.READ_OUT_DIGITS_TRANSPOSED,
    }
    kind = next(kind for kind in READ_OUT_KINDS[compared.read_out.name] if _is_of(entered, kind))
    for code, number in _mistyped(entered.number_text):
        try:
            meant = read_quantity(f"{number} {entered.unit}", kind)
        except EntryError:
            continue
        for value in compared.computed:
            if not isinstance(value, date) and printed_as(meant, value) is Verdict.MATCH:
                yield Slip(codes[code], value, f"readouts.{compared.read_out.name}", meant.quantity)


_PLAUSIBILITY = {code: place for place, code in enumerate(SlipCode)}


def _rank(slip: Slip) -> tuple[int, int, int]:
    """Those that upset nothing first, then those that explain most, then the most plausible."""
    return slip.contradicts, -slip.explains, _PLAUSIBILITY[slip.code]


def _ranked(slips: Sequence[Slip]) -> tuple[Slip, ...]:
    return tuple(sorted(slips, key=_rank))
