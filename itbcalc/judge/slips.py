"""Which slips of the hand or the eye are tried, when the programmer shows something else than recomputed?

A slip is a variation of the inputs. What it leads to, and whether that explains anything, is for `explaining`.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from functools import partial

from itbcalc.compute.calculation import Inputs
from itbcalc.compute.profile import profile_of
from itbcalc.compute.schedule import (
    Flex,
    FlexDay,
    FlexStep,
    PeriodicBolus,
    Schedule,
    SimpleContinuous,
    overlaps,
    scaled,
)
from itbcalc.compute.totals import ONE_DAY, scheduled_daily_dose
from itbcalc.errors import EntryError
from itbcalc.quantities.clock import Weekday
from itbcalc.quantities.entry import Entered, read_quantity
from itbcalc.quantities.kinds import (
    DURATION,
    VOLUME,
    Concentration,
    DailyDose,
    Kind,
    Volume,
    as_concentration,
    as_daily_dose,
    as_dose,
    as_duration,
    as_volume,
    exactly,
)
from itbcalc.quantities.units import Quantity


class SlipCode(StrEnum):
    """The slips tried, the most plausible first. The values stand in the JSON output."""

    OLD_CONCENTRATION = "old_concentration"
    PREVIOUS_DOSE = "previous_dose"
    PREVIOUS_THERAPY = "previous_therapy"
    CONCENTRATIONS_SWAPPED = "concentrations_swapped"
    MARKETED_CONCENTRATION = "marketed_concentration"
    EVERY_HOUR_FOR_ONCE_A_DAY = "every_hour_for_once_a_day"
    ONCE_A_DAY_FOR_EVERY_INTERVAL = "once_a_day_for_every_interval"
    INTERVAL_MINUTES_FOR_HOURS = "interval_minutes_for_hours"
    INTERVAL_HOURS_FOR_MINUTES = "interval_hours_for_minutes"
    BASAL_ADDED_FOR_REPLACED = "basal_added_for_replaced"
    BASAL_REPLACED_FOR_ADDED = "basal_replaced_for_added"
    STEP_DOSE_PER_HOUR = "step_dose_per_hour"
    STEP_DOSE_PER_DAY = "step_dose_per_day"
    AM_FOR_PM = "am_for_pm"
    PREVIOUS_SCHEDULE_ON_A_DAY = "previous_schedule_on_a_day"
    PATIENT_BOLUSES_LEFT_OUT = "patient_boluses_left_out"
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
class TypedInput:
    """An input as it was typed; `put` returns the inputs with another value in its place."""

    place: str
    kind: Kind
    entered: Entered
    put: Callable[[Inputs, Quantity], Inputs]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the slips draw on besides the inputs: figures of the library and the digits as typed."""

    strengths: tuple[Concentration, ...] = ()
    tubing_volumes: tuple[Volume, ...] = ()
    alarm_volumes: tuple[Volume, ...] = ()
    capacity: Volume | None = None
    typed: tuple[TypedInput, ...] = ()


_HALF_A_DAY = 720  # minutes
_ONE_HOUR = as_duration(exactly(Fraction(1, 24), DURATION))
_NOTHING = as_volume(exactly(0, VOLUME))
_PER_HOUR = (SlipCode.DOSE_PER_HOUR_FOR_PER_DAY, 24), (SlipCode.DOSE_PER_DAY_FOR_PER_HOUR, Fraction(1, 24))
_MG_AND_MCG = (SlipCode.MG_FOR_MCG, 1000), (SlipCode.MCG_FOR_MG, Fraction(1, 1000))


def variations(inputs: Inputs, context: Context) -> Iterator[Variation]:
    """The inputs under each plausible slip, the most plausible first."""
    yield from _of_therapy(inputs, context)
    if inputs.new_schedule is not None:
        yield from _of_schedule(inputs, inputs.new_schedule)
    yield from _of_units(inputs)
    yield from _of_bridge(inputs)
    yield from _of_dead_volume(inputs, context)
    yield from _of_reservoir(inputs, context)
    for typed in context.typed:
        yield from _of_digits(inputs, typed)


def distinct(offered: Iterator[Variation], inputs: Inputs) -> list[Variation]:
    """One variation for each change of `inputs`: the most plausible of those that lead to it."""
    kept: dict[tuple[tuple[str, object], ...], Variation] = {}
    for variation in offered:
        kept.setdefault(_change(inputs, variation.inputs), variation)
    return list(kept.values())


def mistyped(number: str) -> Iterator[tuple[SlipCode, str]]:
    """The number with its point moved, and with each two neighbouring digits swapped."""
    for places in (1, -1, 2, -2):
        yield SlipCode.DECIMAL_POINT_MOVED, _point_moved(number, places)
    places_of_digits = [place for place, character in enumerate(number) if character.isdigit()]
    for first, second in itertools.pairwise(places_of_digits):
        characters = list(number)
        characters[first], characters[second] = number[second], number[first]
        swapped = "".join(characters)
        if swapped != number and not _starts_with_a_zero_too_many(swapped):
            yield SlipCode.DIGITS_TRANSPOSED, swapped


def _of_therapy(inputs: Inputs, context: Context) -> Iterator[Variation]:
    """The programmer still holds what was, or a strength that is not in the pump."""
    old_c, new_c = inputs.current_concentration, inputs.new_concentration
    old, new = inputs.current_schedule, inputs.new_schedule
    concentration_changes = old_c is not None and new_c is not None and old_c != new_c
    if concentration_changes:
        kept = replace(inputs, new_concentration=old_c)
        yield Variation(SlipCode.OLD_CONCENTRATION, kept, "new.concentration", old_c)
        swapped = replace(inputs, new_concentration=old_c, current_concentration=new_c)
        yield Variation(SlipCode.CONCENTRATIONS_SWAPPED, swapped)
    if old is not None and old != new:
        kept = replace(inputs, new_schedule=old, new_patient_bolus=inputs.current_patient_bolus)
        current_dose = old.daily_dose if isinstance(old, SimpleContinuous) else None
        yield Variation(SlipCode.PREVIOUS_DOSE, kept, "new.daily_dose", current_dose)
        if concentration_changes:
            unchanged = replace(kept, new_concentration=old_c, bridge_dose=None)
            yield Variation(SlipCode.PREVIOUS_THERAPY, unchanged)
    for strength in context.strengths:
        if strength not in (old_c, new_c):
            other = replace(inputs, new_concentration=strength)
            yield Variation(SlipCode.MARKETED_CONCENTRATION, other, "new.concentration", strength)


# --- the schedule


def _of_schedule(inputs: Inputs, schedule: Schedule) -> Iterator[Variation]:
    """What can go wrong between an order and the fields of a schedule."""
    offered: Iterator[tuple[SlipCode, Schedule, str, Quantity | None]] = iter(())
    if isinstance(schedule, Flex):
        offered = itertools.chain(_of_flex(schedule), _of_old_on_a_day(schedule, inputs.current_schedule))
    elif isinstance(schedule, PeriodicBolus):
        offered = _of_periodic(schedule)
    for code, varied, place, quantity in offered:
        yield Variation(code, replace(inputs, new_schedule=varied), place, quantity)
    if inputs.new_patient_bolus is not None:
        yield Variation(SlipCode.PATIENT_BOLUSES_LEFT_OUT, replace(inputs, new_patient_bolus=None))


def _of_flex(flex: Flex) -> Iterator[tuple[SlipCode, Schedule, str, Quantity | None]]:
    day = flex.every_day
    for step in day.steps:
        if len(day.steps) == 1:  # of several, none is the one that was meant once a day
            hourly = PeriodicBolus(
                bolus=step.dose,
                duration=min(step.duration, _ONE_HOUR),
                every=_ONE_HOUR,
                first=step.start,
                basal=day.basal,
                replaces_basal=day.replaces_basal,
            )
            yield SlipCode.EVERY_HOUR_FOR_ONCE_A_DAY, hourly, "new.steps.1", step.dose
    if any(each.basal is not None and each.steps for _, each in flex.days()):
        code = SlipCode.BASAL_ADDED_FOR_REPLACED if day.replaces_basal else SlipCode.BASAL_REPLACED_FOR_ADDED
        yield (
            code,
            _each_day(flex, lambda each: replace(each, replaces_basal=not each.replaces_basal)),
            "",
            None,
        )
    for code, per_day in ((SlipCode.STEP_DOSE_PER_HOUR, 24), (SlipCode.STEP_DOSE_PER_DAY, 1)):
        for number, step in enumerate(day.steps, start=1):
            dose = as_dose(step.dose * (step.duration.magnitude * per_day))
            varied = _with_step(flex, number, replace(step, dose=dose))
            yield code, varied, f"new.steps.{number}.dose", dose
        if len(day.steps) > 1:
            yield code, _each_day(flex, partial(_doses_per, per_day=per_day)), "new.steps", None
    for number, step in enumerate(day.steps, start=1):
        moved = _with_step(flex, number, replace(step, start=step.start.later(_HALF_A_DAY)))
        if not overlaps(moved):
            yield SlipCode.AM_FOR_PM, moved, f"new.steps.{number}.start", None


def _of_old_on_a_day(
    flex: Flex, old: Schedule | None
) -> Iterator[tuple[SlipCode, Schedule, str, Quantity | None]]:
    """The schedule in force before, left standing on one day of the week."""
    if isinstance(old, SimpleContinuous):
        old = Flex(FlexDay((), old.daily_dose))
    if not isinstance(old, Flex):
        return
    for weekday in Weekday:
        if old.day(weekday) != flex.day(weekday):
            days = {**dict(flex.differing), weekday: old.day(weekday)}
            left = Flex(flex.every_day, tuple(sorted(days.items(), key=lambda pair: pair[0].number)))
            if not overlaps(left):
                yield SlipCode.PREVIOUS_SCHEDULE_ON_A_DAY, left, f"new.days.{weekday}", None


def _of_periodic(periodic: PeriodicBolus) -> Iterator[tuple[SlipCode, Schedule, str, Quantity | None]]:
    every = periodic.every
    for code, interval in (
        (SlipCode.INTERVAL_MINUTES_FOR_HOURS, every / 60),
        (SlipCode.INTERVAL_HOURS_FOR_MINUTES, every * 60),
        (SlipCode.EVERY_HOUR_FOR_ONCE_A_DAY, _ONE_HOUR),
        (SlipCode.ONCE_A_DAY_FOR_EVERY_INTERVAL, ONE_DAY),
    ):
        other = as_duration(interval)
        if other.magnitude != every.magnitude:
            shorter = min(periodic.duration, other)
            yield code, replace(periodic, every=other, duration=shorter), "new.every", other
    if periodic.basal is not None and periodic.basal.magnitude:
        replaces = periodic.replaces_basal
        code = SlipCode.BASAL_ADDED_FOR_REPLACED if replaces else SlipCode.BASAL_REPLACED_FOR_ADDED
        yield code, replace(periodic, replaces_basal=not replaces), "", None
    moved = replace(periodic, first=periodic.first.later(_HALF_A_DAY))
    yield SlipCode.AM_FOR_PM, moved, "new.first", None


def _each_day(flex: Flex, change: Callable[[FlexDay], FlexDay]) -> Flex:
    return Flex(change(flex.every_day), tuple((weekday, change(day)) for weekday, day in flex.differing))


def _doses_per(day: FlexDay, *, per_day: int) -> FlexDay:
    """Each step's dose taken as a dose per hour (24 per day) or per day."""
    steps = (
        replace(step, dose=as_dose(step.dose * (step.duration.magnitude * per_day))) for step in day.steps
    )
    return replace(day, steps=tuple(steps))


def _with_step(flex: Flex, number: int, step: FlexStep) -> Flex:
    """The usual day with another step in the place of one."""
    steps = list(flex.every_day.steps)
    steps[number - 1] = step
    return replace(flex, every_day=replace(flex.every_day, steps=tuple(steps)))


def _of_units(inputs: Inputs) -> Iterator[Variation]:
    """Per hour for per day, mg for mcg."""
    new = inputs.new_schedule
    if isinstance(new, SimpleContinuous):
        for code, factor in (*_PER_HOUR, *_MG_AND_MCG):
            dose = as_daily_dose(new.daily_dose * factor)
            varied = replace(inputs, new_schedule=SimpleContinuous(dose))
            yield Variation(code, varied, "new.daily_dose", dose)
    elif new is not None:
        for code, factor in _MG_AND_MCG:
            yield Variation(code, replace(inputs, new_schedule=scaled(new, Fraction(factor))), "new")
    if inputs.new_concentration is not None:
        for code, factor in _MG_AND_MCG:
            concentration = as_concentration(inputs.new_concentration * factor)
            varied = replace(inputs, new_concentration=concentration)
            yield Variation(code, varied, "new.concentration", concentration)


def daily_dose_of(schedule: Schedule | None, concentration: Concentration | None) -> DailyDose | None:
    """The daily dose of a schedule, its mean where the days differ."""
    if isinstance(schedule, SimpleContinuous):
        return schedule.daily_dose
    if schedule is None or concentration is None:
        return None
    return scheduled_daily_dose(schedule, profile_of(schedule, concentration), concentration).value


def _of_bridge(inputs: Inputs) -> Iterator[Variation]:
    if inputs.bridge_dose is None:
        return
    yield Variation(SlipCode.BRIDGE_LEFT_OUT, replace(inputs, bridge_dose=None))
    for code, dose in (
        (SlipCode.BRIDGE_AT_NEW_DOSE, daily_dose_of(inputs.new_schedule, inputs.new_concentration)),
        (SlipCode.BRIDGE_AT_OLD_DOSE, daily_dose_of(inputs.current_schedule, inputs.current_concentration)),
    ):
        if dose is not None and dose.magnitude and dose != inputs.bridge_dose:
            yield Variation(code, replace(inputs, bridge_dose=dose), "bridge.dose", dose)


def _of_dead_volume(inputs: Inputs, context: Context) -> Iterator[Variation]:
    for tubing in context.tubing_volumes:
        if tubing != inputs.tubing_volume:
            varied = replace(inputs, tubing_volume=tubing)
            yield Variation(SlipCode.OTHER_TUBING_VOLUME, varied, "system.tubing_volume", tubing)
    if inputs.tubing_volume is not None and inputs.catheter_volume is not None:
        yield Variation(SlipCode.TUBING_LEFT_OUT, replace(inputs, tubing_volume=_NOTHING))
        yield Variation(SlipCode.CATHETER_LEFT_OUT, replace(inputs, catheter_volume=_NOTHING))


def _of_reservoir(inputs: Inputs, context: Context) -> Iterator[Variation]:
    if inputs.low_alarm is not None and inputs.low_alarm != _NOTHING:
        yield Variation(SlipCode.ALARM_NOT_SUBTRACTED, replace(inputs, low_alarm=_NOTHING))
    for alarm in context.alarm_volumes:
        if alarm != inputs.low_alarm:
            varied = replace(inputs, low_alarm=alarm)
            yield Variation(SlipCode.OTHER_ALARM_VOLUME, varied, "reservoir.low_alarm", alarm)
    if context.capacity is not None and context.capacity != inputs.filled:
        varied = replace(inputs, filled=context.capacity)
        yield Variation(SlipCode.FILLED_TO_CAPACITY, varied, "reservoir.filled", context.capacity)


def _starts_with_a_zero_too_many(number: str) -> bool:
    return number[0] == "0" and number[1:2].isdigit()


def _of_digits(inputs: Inputs, typed: TypedInput) -> Iterator[Variation]:
    """Another number before the same unit: the value changes in proportion."""
    as_typed = Fraction(typed.entered.number_text)
    for code, number in mistyped(typed.entered.number_text):
        if Fraction(number) > 0:
            value = typed.entered.quantity.magnitude * Fraction(number) / as_typed
            quantity = exactly(value, typed.kind)
            yield Variation(code, typed.put(inputs, quantity), typed.place, quantity)


def as_if_typed(number: str, entered: Entered, kind: Kind) -> Entered | None:
    """`entered` with another number before the same unit; None where that could not have been typed."""
    try:
        return read_quantity(f"{number} {entered.unit}", kind)
    except EntryError:
        return None


def _point_moved(number: str, places: int) -> str:
    whole, _, rest = number.partition(".")
    digits, point = whole + rest, len(whole) + places
    if point <= 0:
        digits, point = "0" * (1 - point) + digits, 1
    digits = digits.ljust(point, "0")
    left = digits[:point].lstrip("0") or "0"
    return f"{left}.{digits[point:]}" if digits[point:] else left


def _change(inputs: Inputs, varied: Inputs) -> tuple[tuple[str, object], ...]:
    """What `varied` has other than `inputs`. As bare numbers, because hashing pint's quantities is slow."""
    changed: list[tuple[str, object]] = []
    for name in _VARIED:
        before, after = getattr(inputs, name), getattr(varied, name)
        if after is not before:
            changed.append((name, _bare(after)))
    return tuple(changed)


def _bare(value: Quantity | Schedule | None) -> object:
    if isinstance(value, SimpleContinuous):
        return value.daily_dose.magnitude
    return value.magnitude if isinstance(value, Quantity) else value


_VARIED = (
    "new_concentration",
    "new_schedule",
    "new_patient_bolus",
    "current_concentration",
    "current_schedule",
    "bridge_dose",
    "filled",
    "low_alarm",
    "tubing_volume",
    "catheter_volume",
)
