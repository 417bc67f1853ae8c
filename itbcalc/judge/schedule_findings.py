"""What deserves attention in the mode, the schedule and the boluses of the new therapy?"""

import bisect
import dataclasses
import itertools
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.profile import WEEK
from itbcalc.compute.schedule import (
    Flex,
    FlexDay,
    FlexStep,
    MinimumRate,
    PatientBolus,
    PeriodicBolus,
    SimpleContinuous,
    SingleBolus,
)
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.totals import ONE_DAY, boluses_per_day, flex_daily_dose, periodic_daily_dose
from itbcalc.compute.working import Worked
from itbcalc.judge.findings import Finding, FindingCode, FindingValue, Values
from itbcalc.judge.guardrails import Crossing, Rules
from itbcalc.judge.pump_clock import next_clock_change
from itbcalc.judge.titration_rules import multiplied_finding
from itbcalc.library.records import LimitQuantity, Pump, PumpKind
from itbcalc.program import Program
from itbcalc.quantities.clock import MINUTES_PER_DAY, TimeOfDay, Weekday
from itbcalc.quantities.kinds import (
    DOSE,
    DURATION,
    RATIO,
    DailyDose,
    Dose,
    Duration,
    as_daily_dose,
    as_dose,
    as_percentage,
    exactly,
)
from itbcalc.quantities.units import Quantity

# The same dose every hour, and a daily dose that doubles with it or is above what is reported, is the accident
# of 24 times the dose (docs/hazards.md, H02): ours to stop, no label gives a limit.
_HOURLY = exactly(Fraction(1, 24), DURATION)
# A bolus is at its peak after about four hours (Gablofen and Lioresal labels): what comes within them acts together.
_OF_A_BOLUS = Fraction(4, 24)
_AN_HOUR = Fraction(1, 24)
_HOURS = 24


def schedule_findings(program: Program, calculation: Calculation, rules: Rules) -> Iterator[Finding]:
    """Everything found in the new schedule and in the boluses on top of it."""
    therapy = calculation.new_therapy
    if therapy.schedule is None:
        return
    if rules.pump is not None:
        yield from _of_pump(therapy, rules.pump)
        yield from _of_strokes(calculation, rules.pump)
    if isinstance(therapy.schedule, PeriodicBolus):
        yield from _of_periodic(calculation, therapy.schedule, rules)
    yield from _of_every_hour(program, calculation, rules)
    if therapy.differs_by_weekday:
        yield from _of_week(therapy)
    yield from _of_boluses(calculation, rules)
    yield from _of_short_steps(calculation, rules)
    strong = tuple(_of_strong_steps(calculation, rules))
    yield from strong or _of_steps_like_a_bolus(calculation, rules)
    yield from _of_pauses(therapy, rules)
    yield from _of_mode(therapy)
    yield from _of_patient_bolus(therapy, rules)
    yield from _of_clock(program, calculation)


def _of_pump(therapy: TherapyValues, pump: Pump) -> Iterator[Finding]:
    """What the pump can do at all: modes, and steps in a day."""
    schedule = therapy.schedule
    assert schedule is not None
    if pump.kind is PumpKind.CONSTANT_FLOW and not isinstance(schedule, SimpleContinuous):
        values: Values = {"mode": str(schedule.mode), "pump": pump.name}
        yield Finding(code=FindingCode.MODE_NOT_OF_PUMP, place="new.mode", values=values)
    figure = pump.flex_steps_per_day or pump.steps_per_day
    if figure is None or not isinstance(schedule, Flex):
        return
    limit = figure.quantity.magnitude
    steps = max(len(day.steps) for _, day in schedule.days())
    rates = max(_changes(therapy, weekday) for weekday in Weekday)
    if steps > limit:
        values = {"steps": _count(steps), "pump": pump.name}
        yield Finding(code=FindingCode.TOO_MANY_FLEX_STEPS, place="new.steps", values=values, figure=figure)
    elif rates > limit:
        values = {"rates": _count(rates), "pump": pump.name}
        yield Finding(code=FindingCode.TOO_MANY_RATES, place="new.steps", values=values, figure=figure)


def _changes(therapy: TherapyValues, weekday: Weekday) -> int:
    """How often the flow changes in a day; at midnight only where it is another than the evening before."""
    assert therapy.profile is not None
    before = Weekday((*Weekday,)[weekday.number - 1])
    flows = [
        therapy.profile.day(before)[-1].flow,
        *(stretch.flow for stretch in therapy.profile.day(weekday)),
    ]
    return sum(first != second for first, second in itertools.pairwise(flows))


def _count(number: int) -> Quantity:
    return exactly(number, RATIO)


def _of_strokes(calculation: Calculation, pump: Pump) -> Iterator[Finding]:
    """Where the pump works in strokes: a bolus, or a daily dose, that is no whole number of them."""
    schedule = calculation.inputs.new_schedule
    place = "new.daily_dose"
    wanted: Quantity | None = calculation.new_dose
    achievable: Worked[Any] | None = calculation.achievable_dose
    if isinstance(schedule, PeriodicBolus | SingleBolus):
        place, wanted, achievable = "new.bolus", schedule.bolus, calculation.achievable_bolus
    if wanted is not None and achievable is not None and achievable.value != wanted:
        values: Values = {"asked": wanted, "achievable": achievable.value, "pump": pump.name}
        code = FindingCode.ACHIEVABLE_DOSE_DIFFERS
        yield Finding(code=code, place=place, values=values, figure=pump.stroke_volume)


def _of_periodic(calculation: Calculation, periodic: PeriodicBolus, rules: Rules) -> Iterator[Finding]:
    dose, old = calculation.new_dose, calculation.current_dose
    assert dose is not None or calculation.inputs.new_concentration is None
    if dose is None:
        return
    if periodic.every <= _HOURLY:
        grave = old is None or _too_much(calculation, dose, rules)
        values: dict[str, FindingValue] = {
            "bolus": periodic.bolus,
            "every": periodic.every,
            "count": exactly(boluses_per_day(periodic), RATIO),
            "dose": dose,
            "once": _once_a_day(periodic),
        }
        yield Finding(code=FindingCode.BOLUSES_VERY_OFTEN, place="new.every", values=values, certain=grave)
    days = periodic.every.magnitude
    if days > 1 and days.denominator == 1:
        values = {
            "days": exactly(days, RATIO),
            "first": periodic.first.text,
            "bolus": periodic.bolus,
            "dose": dose,
        }
        if periodic.basal is not None and periodic.basal.magnitude:
            values["basal"] = periodic.basal
        yield Finding(code=FindingCode.BOLUS_NOT_EVERY_DAY, place="new.every", values=values)
    elif not periodic.divides_the_day:
        values = {"every": periodic.every, "dose": dose}
        yield Finding(code=FindingCode.INTERVAL_OFF_THE_DAY, place="new.every", values=values)
    if periodic.basal is None and periodic.duration < periodic.every:
        yield Finding(code=FindingCode.NOTHING_BETWEEN_BOLUSES, place="new.basal")


def _of_every_hour(program: Program, calculation: Calculation, rules: Rules) -> Iterator[Finding]:
    """The same accident in steps that fill the day alike, or in a dose typed per hour."""
    for place, each, dose, once in _hourly_doses(program, calculation):
        if _too_much(calculation, dose, rules):
            values: Values = {"each": each, "dose": dose, "once": once}
            yield Finding(code=FindingCode.SAME_DOSE_EVERY_HOUR, place=place, values=values)
            return


def _hourly_doses(
    program: Program, calculation: Calculation
) -> Iterator[tuple[str, Dose, DailyDose, DailyDose]]:
    """Where the same dose comes every hour: its place, the dose, what it makes in a day, and what once would make."""
    schedule = calculation.new_therapy.schedule
    entered = program.entries.get("new.daily_dose")
    if isinstance(schedule, Flex):
        for _, day in schedule.days():
            if len(day.steps) >= _HOURS and len({step.dose.magnitude for step in day.steps}) == 1:
                first, *_ = day.steps
                once = flex_daily_dose(dataclasses.replace(day, steps=(first,)))
                yield "new.steps", first.dose, flex_daily_dose(day).value, once.value
    elif isinstance(schedule, SimpleContinuous) and entered is not None and entered.unit.endswith("/h"):
        dose = schedule.daily_dose
        yield "new.daily_dose", as_dose(dose * _HOURLY), dose, as_daily_dose(dose / _HOURS)


def _too_much(calculation: Calculation, dose: DailyDose, rules: Rules) -> bool:
    """Twice the present dose or more, or above what is reported."""
    old = calculation.current_dose
    if old is not None and not old.magnitude:
        return True
    multiplied = None if old is None else multiplied_finding(old, dose, rules, "new.daily_dose")
    return (multiplied is not None and multiplied.above) or any(
        crossing.above for crossing in rules.crossed(LimitQuantity.DAILY_DOSE, dose)
    )


def _once_a_day(periodic: PeriodicBolus) -> DailyDose:
    """The daily dose if the bolus came once a day."""
    return periodic_daily_dose(replace(periodic, every=ONE_DAY)).value


def _of_week(therapy: TherapyValues) -> Iterator[Finding]:
    assert therapy.profile is not None
    if all(therapy.profile.day(weekday) == therapy.profile.day() for weekday in Weekday):
        return  # a day was written that runs as the others do
    doses, mean = therapy.day_doses, therapy.dose
    assert mean is not None
    values: Values = {"mean": mean, "lowest": min(doses), "highest": max(doses)}
    yield Finding(code=FindingCode.WEEK_DIFFERS, place="new.days", values=values)


def _of_boluses(calculation: Calculation, rules: Rules) -> Iterator[Finding]:
    """A bolus larger than any that is published, the largest of a screening trial, or than a good part of a day's dose.

    What runs slower than the basal is no bolus.
    """
    therapy = calculation.new_therapy
    schedule = therapy.schedule
    boluses: list[tuple[str, Dose, Duration, DailyDose | None]] = []
    if isinstance(schedule, PeriodicBolus | SingleBolus):
        boluses.append(("new.bolus", schedule.bolus, schedule.duration, schedule.basal))
    if therapy.patient_bolus is not None:
        patient = therapy.patient_bolus
        boluses.append(("new.patient_bolus.dose", patient.dose, patient.duration, therapy.dose))
    for place, bolus, duration, basal in boluses:
        if basal is not None and as_daily_dose(bolus / duration) <= basal:
            continue
        large = rules.crossed(LimitQuantity.BOLUS_DOSE, bolus)[:1]
        if large:
            yield _large_bolus(calculation, rules, large[0], place, {"bolus": bolus}, duration=duration)
        else:
            yield from _large_for_dose(calculation, rules, place, bolus, duration)


def _large_bolus(
    calculation: Calculation, rules: Rules, large: Crossing, place: str, values: Values, *, duration: Duration
) -> Finding:
    """A bolus above the largest of a screening trial: graver where it is much of the day's dose too, as a prime is.

    A schedule that goes on as it was is what the patient is used to.
    """
    bolus, goes_on = values["bolus"], _goes_on(calculation, place)
    assert isinstance(bolus, Quantity)
    much = _much_of_a_day(calculation, rules, as_dose(bolus), duration)
    if much is None or goes_on or not large.certain:
        return large.finding(FindingCode.BOLUS_ABOVE_LIMIT, place, values)
    code, (_, said) = FindingCode.BOLUS_ABOVE_LIMIT, much
    return Finding(code=code, place=place, values={**values, **said}, figure=large.figure)


def _large_for_dose(
    calculation: Calculation, rules: Rules, place: str, bolus: Dose, duration: Duration
) -> Iterator[Finding]:
    much = _much_of_a_day(calculation, rules, bolus, duration)
    if much is not None:
        crossing, said = much
        yield crossing.finding(FindingCode.BOLUS_LARGE_FOR_DOSE, place, {"bolus": bolus, **said})


def _much_of_a_day(
    calculation: Calculation, rules: Rules, bolus: Dose, duration: Duration
) -> tuple[Crossing, dict[str, FindingValue]] | None:
    """How a bolus at once is more of the dose the patient is used to than the rule allows; None where it is not."""
    daily = _accustomed(calculation)
    if daily is None or duration.magnitude > _OF_A_BOLUS:
        return None
    share = as_percentage(bolus / (daily * ONE_DAY))
    crossing = rules.gravest(LimitQuantity.BOLUS_OF_DAILY_DOSE, share)
    return None if crossing is None else (crossing, {"share": share, "daily": daily})


def _accustomed(calculation: Calculation) -> DailyDose | None:
    """The daily dose until now; where there was none, or it is not known, the new one. None where that is nothing too."""
    known = (calculation.real_current_dose, calculation.new_therapy.dose)
    return next((dose for dose in known if dose is not None and dose.magnitude), None)


def _goes_on(calculation: Calculation, place: str) -> bool:
    """Whether the boluses at a place came until now just as they will."""
    inputs = calculation.inputs
    if inputs.current_concentration != inputs.new_concentration or inputs.current_really is not None:
        return False
    if place.startswith("new.patient_bolus"):
        return inputs.current_patient_bolus == inputs.new_patient_bolus
    same = inputs.current_schedule == inputs.new_schedule
    return same and not isinstance(inputs.new_schedule, SingleBolus)


def _of_pauses(therapy: TherapyValues, rules: Rules) -> Iterator[Finding]:
    """The longest time in which a schedule that delivers something delivers nothing."""
    schedule = therapy.schedule
    if therapy.profile is None or therapy.delivers_nothing:
        return
    if isinstance(schedule, PeriodicBolus) and schedule.basal is None:
        return  # what runs between its boluses is asked about
    levels = therapy.profile.levels
    pause = longest = 0
    runs = [end - begin for begin, end in itertools.pairwise((0, *levels.ends))]
    for run, flow in [
        *zip(runs, levels.flows, strict=True)
    ] * 2:  # twice: one may run over the turn of the week
        pause = 0 if flow else pause + run
        longest = max(longest, pause)
    hours = exactly(Fraction(longest, levels.parts), DURATION)
    for crossing in rules.crossed(LimitQuantity.TIME_WITHOUT_FLOW, hours)[:1]:
        yield crossing.finding(FindingCode.NOTHING_FOR_HOURS, "new.basal", {"hours": hours})


def _of_short_steps(calculation: Calculation, rules: Rules) -> Iterator[Finding]:
    """A step of minutes is a bolus, and perhaps one of hours: of several the largest is named."""
    schedule = calculation.new_therapy.schedule
    if not isinstance(schedule, Flex):
        return
    crossed = cache(lambda days: rules.crossed(LimitQuantity.STEP_DURATION, exactly(days, DURATION)))
    short = [
        (f"{place}.steps.{number}.duration", step, crossing[0])
        for place, day in _days_with_places(schedule)
        for number, step in enumerate(day.steps, start=1)
        if (crossing := crossed(step.duration.magnitude)) and not _is_slower_than_basal(step, day)
    ]
    if not short:
        return
    place, step, too_short = max(short, key=lambda each: each[1].dose.magnitude)
    large = rules.crossed(LimitQuantity.BOLUS_DOSE, step.dose)
    values: Values = {"bolus": step.dose, "duration": step.duration, "start": step.start.text}
    if large:
        yield _large_bolus(calculation, rules, large[0], place, values, duration=step.duration)
    else:
        yield too_short.finding(FindingCode.STEP_BELOW_AN_HOUR, place, values)


def _of_strong_steps(calculation: Calculation, rules: Rules) -> Iterator[Finding]:
    """What a flex gives within the hours of a bolus beyond a steady flow of its dose: as much as a bolus of that size.

    Of the present dose and the new one the higher is the steady flow: that a dose is raised is judged by itself. Steps that
    follow one another count together; what begins with a step of minutes is its own finding.
    """
    therapy, before = calculation.new_therapy, calculation.real_current_dose
    if not isinstance(therapy.schedule, Flex) or therapy.dose is None or before is None:
        return
    steady = Fraction(max(therapy.dose, before).magnitude) * _OF_A_BOLUS
    peak = max(
        (step.rate + _beside(day) for _, day in _days_with_places(therapy.schedule) for step in day.steps),
        default=steady,
    )
    beyond = peak * _OF_A_BOLUS - steady
    daily = _accustomed(calculation)
    if daily is None or not any(_large_beyond(beyond, daily, rules)):
        return
    most = _most_at_once(therapy, steady / _OF_A_BOLUS)
    if most is None:
        return
    dose, start, span = most
    more = dose - steady / _OF_A_BOLUS * span
    large, much = _large_beyond(more, daily, rules)
    for crossing in (large or much)[:1]:
        place, step = _running_from(therapy.schedule, start)
        if step is not None and rules.crossed(LimitQuantity.STEP_DURATION, step.duration):
            return
        begins = TimeOfDay(int(start % 1 * MINUTES_PER_DAY)) if step is None else step.start
        values: Values = {
            "dose": as_dose(exactly(dose, DOSE)),
            "hours": exactly(span, DURATION),
            "start": begins.text,
            "more": as_dose(exactly(more, DOSE)),
        }
        if large and much and not _goes_on(calculation, place):
            yield Finding(code=FindingCode.STRONG_STEP, place=place, values=values, figure=crossing.figure)
        else:
            yield crossing.finding(FindingCode.STRONG_STEP, place, {**values, "daily": daily})


def _of_steps_like_a_bolus(calculation: Calculation, rules: Rules) -> Iterator[Finding]:
    """A step of an hour that gives as much of a day's dose beyond a steady flow as is warned of in a bolus; the largest."""
    therapy, before = calculation.new_therapy, calculation.real_current_dose
    if not isinstance(therapy.schedule, Flex) or therapy.dose is None or before is None:
        return
    steady = Fraction(max(therapy.dose, before).magnitude)
    beyond = [
        (
            (step.rate + (0 if day.replaces_basal else _beside(day)) - steady) * step.duration.magnitude,
            f"{place}.steps.{number}",
            step,
        )
        for place, day in _days_with_places(therapy.schedule)
        for number, step in enumerate(day.steps, start=1)
        if step.duration.magnitude <= _AN_HOUR
        and not rules.crossed(LimitQuantity.STEP_DURATION, step.duration)
    ]
    if not beyond:
        return
    more, place, step = max(beyond, key=lambda each: each[0])
    much = _much_of_a_day(calculation, rules, as_dose(exactly(more, DOSE)), step.duration)
    if much is not None:
        crossing, said = much
        values = {"bolus": as_dose(exactly(more, DOSE)), "start": step.start.text, **said}
        yield crossing.finding(FindingCode.BOLUS_LARGE_FOR_DOSE, place, {**values, "duration": step.duration})


def _large_beyond(
    more: Fraction, daily: DailyDose, rules: Rules
) -> tuple[tuple[Crossing, ...], tuple[Crossing, ...]]:
    """Whether so many mcg beyond a steady flow are more than the largest screening bolus, and than a part of a day's dose."""
    share = as_percentage(exactly(more / Fraction(daily.magnitude), RATIO))
    large = rules.crossed(LimitQuantity.BOLUS_DOSE, exactly(more, DOSE))
    return large, rules.crossed(LimitQuantity.STEP_OF_DAILY_DOSE, share)


def _beside(day: FlexDay) -> Fraction:
    """The basal that may run on under a step, in mcg/day."""
    return Fraction(0) if day.basal is None else Fraction(day.basal.magnitude)


def _most_at_once(therapy: TherapyValues, steady: Fraction) -> tuple[Fraction, Fraction, Fraction] | None:
    """The most that is delivered in any hours as long as a bolus lasts (mcg), when in the week it begins and how long (days).

    Of these hours no more is said than from the first to the last flow above a steady one (mcg/day); None where there is none.
    """
    assert therapy.profile is not None
    assert therapy.concentration is not None
    levels = therapy.profile.levels
    hours, ends, cycle = _OF_A_BOLUS * levels.parts, levels.ends, levels.ends[-1]
    runs = zip((0, *ends), ends, levels.flows, strict=False)
    delivered = [0, *itertools.accumulate((end - begin) * flow for begin, end, flow in runs)]

    def until(time: Fraction) -> Fraction:
        cycles, into = divmod(time, cycle)
        number = bisect.bisect_left(ends, into)
        since = into - (ends[number - 1] if number else 0)
        return cycles * delivered[-1] + delivered[number] + since * levels.flows[number]

    edges = {Fraction(edge) for edge in (0, *ends)}
    begins = edges | {edge - hours for edge in edges if edge >= hours}
    _, earliest = max((until(begin + hours) - until(begin), -begin) for begin in begins)
    start, strength = -earliest, Fraction(therapy.concentration.magnitude)
    within = {edge + turn for edge in edges for turn in (0, cycle) if start < edge + turn < start + hours}
    pieces = itertools.pairwise(sorted({start, *within, start + hours}))
    least = steady / strength * levels.scale
    strong = [piece for piece in pieces if until(piece[1]) - until(piece[0]) > least * (piece[1] - piece[0])]
    if not strong:
        return None
    begin, end = strong[0][0], strong[-1][1]
    dose = (until(end) - until(begin)) / (levels.parts * levels.scale) * strength
    return dose, begin % cycle / levels.parts, (end - begin) / levels.parts


def _running_from(flex: Flex, time: Fraction) -> tuple[str, FlexStep | None]:
    """The strongest step that runs within the hours from a time of the week on (days), with its place; else the basal."""
    running = []
    for weekday in Weekday:
        place, runs = _place_of(flex, weekday), flex.day(weekday)
        for number, step in enumerate(runs.steps, start=1):
            if runs.replaces_basal and _is_slower_than_basal(step, runs):
                continue
            begin = weekday.number + step.start.days
            if (begin - time) % WEEK < _OF_A_BOLUS or (time - begin) % WEEK < step.duration.magnitude:
                running.append((f"{place}.steps.{number}.dose", step))
    strongest = max(running, key=lambda each: each[1].rate, default=None)
    return strongest or (f"{_place_of(flex, (*Weekday,)[int(time)])}.basal", None)


def _place_of(flex: Flex, weekday: Weekday) -> str:
    """Where what runs on a weekday is typed."""
    return f"new.days.{weekday}" if weekday in dict(flex.differing) else "new"


def _days_with_places(flex: Flex) -> Iterator[tuple[str, FlexDay]]:
    for weekday, day in flex.days():
        yield ("new" if weekday is None else f"new.days.{weekday}"), day


def _is_slower_than_basal(step: FlexStep, day: FlexDay) -> bool:
    # As bare numbers, which are of one unit each: in a long schedule there are hundreds.
    return day.basal is not None and step.dose.magnitude / step.duration.magnitude <= day.basal.magnitude


def _of_mode(therapy: TherapyValues) -> Iterator[Finding]:
    schedule = therapy.schedule
    if isinstance(schedule, SingleBolus) and therapy.dose_in_first_day is not None:
        values: Values = {"bolus": schedule.bolus, "first": therapy.dose_in_first_day.value}
        yield Finding(code=FindingCode.SINGLE_BOLUS_COUNTED, place="new.bolus", values=values)
    if isinstance(schedule, MinimumRate) and therapy.dose is not None:
        values = {"flow": schedule.flow_rate, "dose": therapy.dose}
        yield Finding(code=FindingCode.MINIMUM_RATE_TREATS_NOTHING, place="new.mode", values=values)
    if therapy.delivers_nothing:
        yield Finding(code=FindingCode.PUMP_WOULD_STOP, place="new.mode")


def _of_patient_bolus(therapy: TherapyValues, rules: Rules) -> Iterator[Finding]:
    bolus, total = therapy.patient_bolus, therapy.dose_with_patient_boluses
    if bolus is None or total is None:
        return
    values: dict[str, FindingValue] = {
        "count": _count(bolus.per_day),
        "bolus": bolus.dose,
        "total": total.value,
        "lockout": exactly(bolus.spacing, DURATION),
    }
    yield Finding(code=FindingCode.PATIENT_BOLUSES_COUNTED, place="new.patient_bolus", values=values)
    if not bolus.reachable:
        fit = exactly(1 / bolus.lockout.magnitude, RATIO)
        yield Finding(
            code=FindingCode.PATIENT_BOLUSES_NOT_REACHABLE,
            place="new.patient_bolus.per_day",
            values={**values, "fit": fit, "lockout": bolus.lockout},
        )
    for crossing in rules.crossed(LimitQuantity.LOCKOUT, bolus.lockout)[:1]:
        place = "new.patient_bolus.lockout"
        yield crossing.finding(FindingCode.LOCKOUT_BELOW_AN_HOUR, place, {**values, "lockout": bolus.lockout})
    assert therapy.dose is not None
    together = _together(bolus, therapy.dose, rules)
    if together is not None and not rules.crossed(LimitQuantity.BOLUS_DOSE, bolus.dose):
        yield together


def _together(bolus: PatientBolus, daily_dose: DailyDose, rules: Rules) -> Finding | None:
    """What the boluses can come to: two, one lockout apart, or all of a day against the dose of the day."""
    place = "new.patient_bolus"
    values: dict[str, FindingValue] = {
        "bolus": bolus.dose,
        "count": _count(bolus.per_day),
        "lockout": exactly(bolus.spacing, DURATION),
    }
    two = as_dose(2 * bolus.dose)
    if bolus.per_day > 1:
        crossing = rules.gravest(LimitQuantity.BOLUS_DOSE, two)
        if crossing is not None:
            values |= {"two": two}
            return crossing.finding(FindingCode.PATIENT_BOLUSES_TOGETHER, place, values)
    all_of_them = as_dose(bolus.per_day * bolus.dose)
    if daily_dose.magnitude:
        share = as_percentage(all_of_them / (daily_dose * ONE_DAY))
        crossing = rules.gravest(LimitQuantity.PATIENT_BOLUSES, share)
        if crossing is not None:
            values |= {"all": all_of_them, "dose": daily_dose}
            return crossing.finding(FindingCode.PATIENT_BOLUSES_TOGETHER, place, values)
    return None


def _of_clock(program: Program, calculation: Calculation) -> Iterator[Finding]:
    """The patient's clocks change before the next refill, and the pump's does not."""
    at, until = program.reservoir.at, calculation.latest_refill_date
    schedule = calculation.inputs.new_schedule
    if at is None or until is None or not at.zone_named or not isinstance(schedule, Flex | PeriodicBolus):
        return
    change = next_clock_change(at.moment, until)
    if change is None or calculation.new_therapy.is_steady:
        return
    first = schedule.first if isinstance(schedule, PeriodicBolus) else _first_step(schedule)
    values: Values = {
        "at": change.at,
        "pump": first.text,
        "patient": first.later(change.minutes).text,
    }
    yield Finding(code=FindingCode.CLOCK_CHANGES, place="new.mode", values=values, above=change.minutes > 0)


def _first_step(flex: Flex) -> TimeOfDay:
    return next(step.start for _, day in flex.days() for step in day.steps)
