"""Which slips of the hand or the eye are tried, when the programmer shows something else than recomputed?

A slip is a variation of the inputs. What it leads to, and whether that explains anything, is for `crosscheck`.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any

from itbcalc.calculation import Inputs
from itbcalc.errors import EntryError
from itbcalc.program import Program
from itbcalc.quantities.entry import Entered, read_quantity
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
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
class TypedInput:
    """An input as it was typed: `name` is its name in `Inputs`."""

    place: str
    name: str
    kind: Kind
    entered: Entered


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the slips draw on besides the inputs: figures of the library and the digits as typed."""

    strengths: tuple[Concentration, ...] = ()
    tubing_volumes: tuple[Volume, ...] = ()
    alarm_volumes: tuple[Volume, ...] = ()
    capacity: Volume | None = None
    typed: tuple[TypedInput, ...] = ()


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
_NOTHING = as_volume(exactly(0, VOLUME))
_PER_HOUR = (SlipCode.DOSE_PER_HOUR_FOR_PER_DAY, 24), (SlipCode.DOSE_PER_DAY_FOR_PER_HOUR, Fraction(1, 24))
_MG_AND_MCG = (SlipCode.MG_FOR_MCG, 1000), (SlipCode.MCG_FOR_MG, Fraction(1, 1000))


def typed_inputs(program: Program) -> tuple[TypedInput, ...]:
    """The entries of `program` that a slip of the fingers may have changed."""
    return tuple(
        TypedInput(place, name, kind, program.entries[place])
        for place, name, kind in TYPED_INPUTS
        if place in program.entries
    )


def variations(inputs: Inputs, context: Context) -> Iterator[Variation]:
    """The inputs under each plausible slip, the most plausible first."""
    yield from _of_therapy(inputs, context)
    yield from _of_units(inputs)
    yield from _of_bridge(inputs)
    yield from _of_dead_volume(inputs, context)
    yield from _of_reservoir(inputs, context)
    for typed in context.typed:
        yield from _of_digits(inputs, typed)


def distinct(offered: Iterator[Variation], inputs: Inputs) -> list[Variation]:
    """One variation for each change of `inputs`: the most plausible of those that lead to it."""
    kept: dict[tuple[tuple[str, Fraction | None], ...], Variation] = {}
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
    old_c, new_c = inputs.old_concentration, inputs.new_concentration
    old_d, new_d = inputs.old_dose, inputs.new_dose
    concentration_changes = old_c is not None and new_c is not None and old_c != new_c
    if concentration_changes:
        kept = replace(inputs, new_concentration=old_c)
        yield Variation(SlipCode.OLD_CONCENTRATION, kept, "new.concentration", old_c)
        swapped = replace(inputs, new_concentration=old_c, old_concentration=new_c)
        yield Variation(SlipCode.CONCENTRATIONS_SWAPPED, swapped)
    if old_d is not None and old_d != new_d:
        kept = replace(inputs, new_dose=old_d)
        yield Variation(SlipCode.PREVIOUS_DOSE, kept, "new.daily_dose", old_d)
        if concentration_changes:
            unchanged = replace(kept, new_concentration=old_c, bridge_dose=None)
            yield Variation(SlipCode.PREVIOUS_THERAPY, unchanged)
    for strength in context.strengths:
        if strength not in (old_c, new_c):
            other = replace(inputs, new_concentration=strength)
            yield Variation(SlipCode.MARKETED_CONCENTRATION, other, "new.concentration", strength)


def _of_units(inputs: Inputs) -> Iterator[Variation]:
    """Per hour for per day, mg for mcg."""
    if inputs.new_dose is not None:
        for code, factor in (*_PER_HOUR, *_MG_AND_MCG):
            dose = as_daily_dose(inputs.new_dose * factor)
            yield Variation(code, replace(inputs, new_dose=dose), "new.daily_dose", dose)
    if inputs.new_concentration is not None:
        for code, factor in _MG_AND_MCG:
            concentration = as_concentration(inputs.new_concentration * factor)
            varied = replace(inputs, new_concentration=concentration)
            yield Variation(code, varied, "new.concentration", concentration)


def _of_bridge(inputs: Inputs) -> Iterator[Variation]:
    if inputs.bridge_dose is None:
        return
    yield Variation(SlipCode.BRIDGE_LEFT_OUT, replace(inputs, bridge_dose=None))
    for code, dose in (
        (SlipCode.BRIDGE_AT_NEW_DOSE, inputs.new_dose),
        (SlipCode.BRIDGE_AT_OLD_DOSE, inputs.old_dose),
    ):
        if dose is not None and dose != inputs.bridge_dose:
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
            changed: dict[str, Any] = {typed.name: quantity}
            yield Variation(code, replace(inputs, **changed), typed.place, quantity)


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


def _change(inputs: Inputs, varied: Inputs) -> tuple[tuple[str, Fraction | None], ...]:
    """What `varied` has other than `inputs`. As bare numbers, because hashing pint's quantities is slow."""
    changed = []
    for name in _VARIED:
        before, after = getattr(inputs, name), getattr(varied, name)
        if after is not before:
            changed.append((name, None if after is None else after.magnitude))
    return tuple(changed)


_VARIED = tuple(name for _, name, _ in TYPED_INPUTS)
