"""Which slips change more than one number: a mode, a bridge left out, the schedule of before?

Each is a variation of the inputs. What one wrong number leads to is solved for (`wrong_input`); what a slip leads to,
and whether that explains anything, is for `explanations`.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.compute.line import Filling
from itbcalc.compute.profile import profile_of
from itbcalc.compute.schedule import (
    Flex,
    FlexDay,
    PeriodicBolus,
    Schedule,
    SimpleContinuous,
    overlaps,
    scaled,
)
from itbcalc.compute.totals import scheduled_daily_dose
from itbcalc.judge.inputs import StepPlace
from itbcalc.judge.reasons import Reason
from itbcalc.quantities.clock import Weekday
from itbcalc.quantities.kinds import (
    DOSE,
    DURATION,
    VOLUME,
    Concentration,
    DailyDose,
    as_dose,
    as_duration,
    as_volume,
    exactly,
)
from itbcalc.quantities.units import Quantity


class Variation(Struct, frozen=True):
    """The inputs under one slip; `place` is what it concerns, `quantity` the value that is said with it.

    `left_out` is the step that nobody entered, if that is the slip, and `value` the bare number of an input, if that is.
    `untouched` are the read-outs that the slip leaves as they are, although the inputs that stand for it would move them.
    """

    reason: Reason
    inputs: Inputs
    place: str = ""
    quantity: Quantity | None = None
    left_out: StepPlace | None = None
    value: Fraction | None = None
    untouched: tuple[str, ...] = ()


_ONE_HOUR = as_duration(exactly(Fraction(1, 24), DURATION))
_NOTHING = as_volume(exactly(0, VOLUME))
_MG_AND_MCG = (Reason.MG_FOR_MCG, 1000), (Reason.MCG_FOR_MG, Fraction(1, 1000))


def variations(inputs: Inputs, readings: Sequence[Inputs] = ()) -> Iterator[Variation]:
    """The inputs under each slip that no single number tells; `readings` are the same with what else was left open."""
    yield from _of_therapy(inputs)
    if inputs.new_schedule is not None:
        yield from _of_schedule(inputs, inputs.new_schedule)
        yield from _of_steps_left_out(inputs, inputs.new_schedule)
        yield from _of_one_flow(inputs, inputs.new_schedule)
    if inputs.new_patient_bolus is not None:
        yield Variation(Reason.PATIENT_BOLUSES_LEFT_OUT, replace(inputs, new_patient_bolus=None))
    if inputs.current_patient_bolus not in (None, inputs.new_patient_bolus):
        kept = replace(inputs, new_patient_bolus=inputs.current_patient_bolus)
        yield Variation(Reason.PREVIOUS_PATIENT_BOLUSES, kept)
    if inputs.bridge_dose is not None:
        yield Variation(Reason.BRIDGE_LEFT_OUT, replace(inputs, bridge_dose=None))
        yield from _of_one_concentration(inputs)
    yield from _of_volumes(inputs)
    yield from _of_line(inputs)
    for each in (inputs, *readings):
        yield from _of_whole_line(each)


def daily_dose_of(schedule: Schedule | None, concentration: Concentration | None) -> DailyDose | None:
    """The daily dose of a schedule, its mean where the days differ."""
    if isinstance(schedule, SimpleContinuous):
        return schedule.daily_dose
    if schedule is None or concentration is None:
        return None
    return scheduled_daily_dose(schedule, profile_of(schedule, concentration), concentration).value


def _of_therapy(inputs: Inputs) -> Iterator[Variation]:
    """The programmer still holds more than one number of what was, or the two concentrations the other way round."""
    current_concentration, new_concentration = inputs.current_concentration, inputs.new_concentration
    current, new = inputs.current_schedule, inputs.new_schedule
    concentration_changes = (
        current_concentration is not None
        and new_concentration is not None
        and current_concentration != new_concentration
    )
    if concentration_changes:
        swapped = replace(
            inputs, new_concentration=current_concentration, current_concentration=new_concentration
        )
        yield Variation(Reason.CONCENTRATIONS_SWAPPED, swapped)
    if current is None or current == new:
        return
    kept = replace(inputs, new_schedule=current, new_patient_bolus=inputs.current_patient_bolus)
    both_simple = isinstance(current, SimpleContinuous) and isinstance(new, SimpleContinuous)
    if not both_simple or inputs.current_patient_bolus != inputs.new_patient_bolus:
        dose = current.daily_dose if isinstance(current, SimpleContinuous) else None
        yield Variation(Reason.PREVIOUS_DOSE, kept, "new.daily_dose", dose)
    if concentration_changes:
        unchanged = replace(kept, new_concentration=current_concentration, bridge_dose=None)
        yield Variation(Reason.PREVIOUS_THERAPY, unchanged)


def _of_one_concentration(inputs: Inputs) -> Iterator[Variation]:
    """The programmer holds one concentration as current and new: for it nothing changes, so no bridge runs."""
    current, new = inputs.current_concentration, inputs.new_concentration
    if current is None or new is None or current == new:
        return
    without = replace(inputs, bridge_dose=None)
    old, same = replace(without, new_concentration=current), replace(without, current_concentration=new)
    yield Variation(Reason.OLD_CONCENTRATION, old, "new.concentration", value=current.magnitude)
    yield Variation(Reason.NUMBER_ELSEWHERE, same, "current.concentration", value=new.magnitude)


# --- the schedule


Varied = tuple[Reason, Schedule, str, Quantity | None]


def _of_schedule(inputs: Inputs, schedule: Schedule) -> Iterator[Variation]:
    """What can go wrong between an order and the fields of a schedule."""
    for reason, varied, place, quantity in _varied(schedule, inputs.current_schedule):
        yield Variation(reason, replace(inputs, new_schedule=varied), place, quantity)


def _varied(schedule: Schedule, current: Schedule | None) -> Iterator[Varied]:
    if isinstance(schedule, Flex):
        yield from _of_flex(schedule)
        yield from _of_weekdays(schedule)
        yield from _of_current_on_a_day(schedule, current)
    elif isinstance(schedule, PeriodicBolus):
        yield from _of_periodic(schedule)
    if not isinstance(schedule, SimpleContinuous):
        for reason, factor in _MG_AND_MCG:
            yield reason, scaled(schedule, Fraction(factor)), "new", None


def _of_flex(flex: Flex) -> Iterator[Varied]:
    day = flex.every_day
    if len(day.steps) == 1:  # of several, none is the one that was meant once a day
        (step,) = day.steps
        hourly = PeriodicBolus(
            bolus=step.dose,
            duration=min(step.duration, _ONE_HOUR),
            every=_ONE_HOUR,
            first=step.start,
            basal=day.basal,
            replaces_basal=day.replaces_basal,
        )
        yield Reason.EVERY_HOUR_FOR_ONCE_A_DAY, hourly, "new.steps.1", step.dose
    stepped = [(weekday, each) for weekday, each in flex.days() if each.basal is not None and each.steps]
    if stepped:
        yield _other_basal(day), _each_day(flex, _with_the_other_basal), "", None
        if sum(len(each.steps) for _, each in flex.days()) > 1:
            yield Reason.STEPS_LEFT_OUT, _each_day(flex, _without_steps), "", None
    for weekday, each in stepped if flex.differing else ():
        place = "new" if weekday is None else f"new.days.{weekday}"
        yield _other_basal(each), _one_day(flex, weekday, _with_the_other_basal(each)), place, None
    if len(day.steps) > 1:
        for reason, per_day in ((Reason.STEP_DOSE_PER_HOUR, 24), (Reason.STEP_DOSE_PER_DAY, 1)):
            yield reason, _each_day(flex, partial(_doses_per, per_day=per_day)), "new.steps", None


def _of_steps_left_out(inputs: Inputs, schedule: Schedule) -> Iterator[Variation]:
    """A step that was not entered."""
    if not isinstance(schedule, Flex):
        return
    for weekday, day in schedule.days():
        where = "new" if weekday is None else f"new.days.{weekday}"
        for number in range(len(day.steps)):
            left, place = day.steps[:number] + day.steps[number + 1 :], StepPlace(weekday, number + 1)
            varied = replace(inputs, new_schedule=place.with_steps(schedule, left))
            yield Variation(Reason.STEP_LEFT_OUT, varied, f"{where}.steps.{number + 1}", left_out=place)


def _of_one_flow(inputs: Inputs, schedule: Schedule) -> Iterator[Variation]:
    """The dose of the day without its steps: as the programmer lists it, a day of one flow."""
    dose = daily_dose_of(schedule, inputs.new_concentration) if isinstance(schedule, Flex) else None
    if dose is not None:
        varied = replace(inputs, new_schedule=Flex(FlexDay((), dose)))
        yield Variation(Reason.ONE_FLOW, varied, quantity=dose)


def _of_current_on_a_day(flex: Flex, current: Schedule | None) -> Iterator[Varied]:
    """The schedule in force before, left standing on one day of the week."""
    if isinstance(current, SimpleContinuous):
        current = Flex(FlexDay((), current.daily_dose))
    if not isinstance(current, Flex):
        return
    for weekday in Weekday:
        if current.day(weekday) != flex.day(weekday):
            left = _with_days(flex, {**dict(flex.differing), weekday: current.day(weekday)})
            if not overlaps(left):
                yield Reason.PREVIOUS_SCHEDULE_ON_A_DAY, left, f"new.days.{weekday}", None


def _of_weekdays(flex: Flex) -> Iterator[Varied]:
    """What runs on single weekdays was not programmed, or stands on the day beside the one that is meant."""
    for reason, varied, place in _days_moved(flex, dict(flex.differing)):
        if not overlaps(varied):
            yield reason, varied, place, None


def _days_moved(flex: Flex, days: Mapping[Weekday, FlexDay]) -> Iterator[tuple[Reason, Flex, str]]:
    if days:
        yield Reason.DAYS_LEFT_OUT, replace(flex, differing=()), ""
    if len(days) > 1:
        for later in (1, -1):
            shifted = {_so_much_later(weekday, later): day for weekday, day in days.items()}
            yield Reason.DAYS_SHIFTED, _with_days(flex, shifted), ""
        for left_out in days:
            rest = {weekday: day for weekday, day in days.items() if weekday is not left_out}
            yield Reason.DAY_LEFT_OUT, _with_days(flex, rest), f"new.days.{left_out}"
    for weekday in Weekday:
        after = _so_much_later(weekday, 1)
        if flex.day(weekday) != flex.day(after):
            exchanged = {**days, weekday: flex.day(after), after: flex.day(weekday)}
            meant = weekday if weekday in days else after
            yield Reason.WRONG_WEEKDAY, _with_days(flex, exchanged), f"new.days.{meant}"


def _so_much_later(weekday: Weekday, days: int) -> Weekday:
    each = tuple(Weekday)
    return each[(weekday.number + days) % len(each)]


def _with_days(flex: Flex, days: Mapping[Weekday, FlexDay]) -> Flex:
    """The same usual day, with other days that differ."""
    differing = sorted(days.items(), key=lambda pair: pair[0].number)
    return replace(flex, differing=tuple(pair for pair in differing if pair[1] != flex.every_day))


def _of_periodic(periodic: PeriodicBolus) -> Iterator[Varied]:
    if periodic.basal is not None and periodic.basal.magnitude:
        replaces = periodic.replaces_basal
        reason = Reason.BASAL_ADDED_FOR_REPLACED if replaces else Reason.BASAL_REPLACED_FOR_ADDED
        yield reason, replace(periodic, replaces_basal=not replaces), "", None


def _each_day(flex: Flex, change: Callable[[FlexDay], FlexDay]) -> Flex:
    return Flex(change(flex.every_day), tuple((weekday, change(day)) for weekday, day in flex.differing))


def _one_day(flex: Flex, weekday: Weekday | None, day: FlexDay) -> Flex:
    if weekday is None:
        return replace(flex, every_day=day)
    differing = tuple((each, day if each is weekday else held) for each, held in flex.differing)
    return replace(flex, differing=differing)


def _other_basal(day: FlexDay) -> Reason:
    return Reason.BASAL_ADDED_FOR_REPLACED if day.replaces_basal else Reason.BASAL_REPLACED_FOR_ADDED


def _without_steps(day: FlexDay) -> FlexDay:
    return dataclasses.replace(day, steps=())


def _with_the_other_basal(day: FlexDay) -> FlexDay:
    return dataclasses.replace(day, replaces_basal=not day.replaces_basal)


def _doses_per(day: FlexDay, *, per_day: int) -> FlexDay:
    """Each step's dose taken as a dose per hour (24 per day) or per day."""
    steps = (
        dataclasses.replace(
            step, dose=as_dose(exactly(step.dose.magnitude * step.duration.magnitude * per_day, DOSE))
        )
        for step in day.steps
    )
    return dataclasses.replace(day, steps=tuple(steps))


# --- volumes


def _of_volumes(inputs: Inputs) -> Iterator[Variation]:
    """One that was not counted."""
    if inputs.tubing_volume is not None and inputs.catheter_volume is not None:
        yield Variation(Reason.TUBING_LEFT_OUT, replace(inputs, tubing_volume=_NOTHING))
        yield Variation(Reason.CATHETER_LEFT_OUT, replace(inputs, catheter_volume=_NOTHING))
    if inputs.low_alarm is not None and inputs.low_alarm != _NOTHING:
        yield Variation(Reason.ALARM_NOT_SUBTRACTED, replace(inputs, low_alarm=_NOTHING))


def _of_line(inputs: Inputs) -> Iterator[Variation]:
    """The prime did not run."""
    if inputs.prime_volume is not None:
        without = replace(inputs, prime_volume=None, prime_duration=None)
        yield Variation(Reason.PRIME_LEFT_OUT, without)


def _of_whole_line(inputs: Inputs) -> Iterator[Variation]:
    """The bridge is for the whole line although there is less of the old drug in it."""
    calculation = Calculation(inputs)
    left, whole = calculation.old_drug_volume, calculation.dead_volume
    if inputs.bridge_dose is None or left is None or whole is None or inputs.tubing_volume is None:
        return
    more = whole.value.magnitude - left.value.magnitude
    if more and inputs.tubing_holds is Filling.OLD:
        # As much more of the old drug as makes it the volume of the whole line, behind what leaves with the prime.
        tubing = as_volume(exactly(inputs.tubing_volume.magnitude + more, VOLUME))
        yield Variation(
            Reason.WHOLE_LINE_BRIDGED,
            replace(inputs, tubing_volume=tubing),
            untouched=("tubing_volume", "dead_volume"),
        )
