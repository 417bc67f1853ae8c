"""What a pump delivers, minute by minute, straight from what is programmed: the brute force that the tests hold against.

It shares nothing with the program but the records: no profile, no course, no line. Flows are in mL/day, as floats.
"""

import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from itbcalc.compute.schedule import (
    Flex,
    FlexDay,
    MinimumRate,
    PatientBolus,
    PeriodicBolus,
    Schedule,
    SimpleContinuous,
    SingleBolus,
)
from itbcalc.quantities.clock import Weekday

DAY = 1440
WEEK = 7 * DAY


@dataclass(frozen=True)
class Bridge:
    """What runs first: for so many minutes, which need not be whole, at one flow."""

    minutes: float
    flow: float


def flows(
    schedule: Schedule,
    strength: float,
    clock: int,
    count: int,
    *,
    bridge: Bridge | None = None,
    patient_bolus: PatientBolus | None = None,
) -> list[float]:
    """The flow in each of `count` minutes from the change on, when the pump's clock is `clock` minutes into its week."""
    over = 0.0 if bridge is None else bridge.minutes
    scheduled = _scheduled(schedule, strength, clock, over)
    boluses = _patient_boluses(patient_bolus, strength, over)
    return [
        bridge.flow if bridge is not None and minute < over else scheduled(minute) + boluses(minute)
        for minute in range(count)
    ]


def highest(schedule: Schedule, strength: float, patient_bolus: PatientBolus | None = None) -> float:
    """A flow that is never exceeded."""
    boluses = [0.0 if patient_bolus is None else _rate(patient_bolus.dose, patient_bolus.duration)]
    if isinstance(schedule, Flex):
        days = [day for _, day in schedule.days()]
        boluses.append(max(_basal(day) for day in days))
        boluses += [max((_rate(s.dose, s.duration) for day in days for s in day.steps), default=0.0)]
    elif isinstance(schedule, PeriodicBolus | SingleBolus):
        boluses += [_basal(schedule), _rate(schedule.bolus, schedule.duration)]
    else:
        boluses.append(_steady(schedule, strength) * strength)
    return sum(boluses) / strength


def _scheduled(schedule, strength, clock, over):
    if isinstance(schedule, Flex):
        week = _week(schedule, strength)
        return lambda minute: week[(clock + minute) % WEEK]
    if isinstance(schedule, PeriodicBolus):
        return _periodic(schedule, strength, clock, over)
    if isinstance(schedule, SingleBolus):
        basal = _basal(schedule) / strength
        bolus = _rate(schedule.bolus, schedule.duration) / strength
        bolus += 0 if schedule.replaces_basal else basal
        end = over + _minutes(schedule.duration)
        return lambda minute: bolus if minute < end else basal
    steady = _steady(schedule, strength)
    return lambda minute: steady


def _week(flex, strength):
    """Every minute of the week painted: basal, then what comes on top, then what takes its place."""
    week = [_basal(flex.day(weekday)) / strength for weekday in Weekday for _ in range(DAY)]
    for replaces in (False, True):
        for number, weekday in enumerate(Weekday):
            day = flex.day(weekday)
            for step in day.steps if day.replaces_basal is replaces else ():
                begin = number * DAY + step.start.minute
                rate = _rate(step.dose, step.duration) / strength
                for minute in range(begin, begin + _minutes(step.duration)):
                    week[minute % WEEK] = rate if replaces else week[minute % WEEK] + rate
    return week


def _periodic(periodic, strength, clock, over):
    """At the times of the day that the interval leads to; where it leads to none, counted from the first."""
    basal, every = _basal(periodic) / strength, _minutes(periodic.every)
    bolus = _rate(periodic.bolus, periodic.duration) / strength + (0 if periodic.replaces_basal else basal)
    duration = _minutes(periodic.duration)
    first = periodic.first.minute - clock
    if DAY % every:
        while first < over:
            first += DAY
        while first >= over + DAY:
            first -= DAY
        return lambda minute: bolus if minute >= first and (minute - first) % every < duration else basal
    return lambda minute: bolus if (minute - first) % every < duration else basal


def _patient_boluses(bolus, strength, over):
    if bolus is None:
        return lambda minute: 0.0
    rate, duration = _rate(bolus.dose, bolus.duration) / strength, _minutes(bolus.duration)
    lockout = _minutes(bolus.lockout)
    apart = lockout if lockout * bolus.per_day <= DAY else DAY / bolus.per_day

    def running(minute):
        into = (minute - over) % DAY
        number = min(int(into / apart + 1e-9), bolus.per_day - 1)
        return rate if into - number * apart < duration - 1e-9 else 0.0

    return running


def _basal(day: FlexDay | PeriodicBolus | SingleBolus) -> float:
    return 0.0 if day.basal is None else float(day.basal.magnitude)


def _steady(schedule, strength):
    if isinstance(schedule, SimpleContinuous):
        return float(schedule.daily_dose.magnitude) / strength
    return float(schedule.flow_rate.magnitude) if isinstance(schedule, MinimumRate) else 0.0


def _rate(dose, duration) -> float:
    """In mcg/day."""
    return float(dose.magnitude) / float(duration.magnitude)


def _minutes(duration) -> int:
    number = duration.magnitude * DAY
    assert number.denominator == 1, "the brute force knows whole minutes only"
    return int(number)


# --- what leaves the tip


def drug_out(
    dead: Sequence[tuple[float, float]], taken: Iterable[float], concentration: float, plugs: int = 50
) -> float:
    """The drug that leaves in all, when each minute pushes in what flows in it; `dead` is (volume, concentration)."""
    line = deque([volume / plugs, held] for volume, held in dead for _ in range(plugs))
    out = 0.0
    for flow in taken:
        pushed = flow / DAY
        if pushed <= 0:
            continue
        line.append([pushed, concentration])
        while pushed > 0 and line:
            first = line[0]
            leaves = min(first[0], pushed)
            out += leaves * first[1]
            pushed -= leaves
            first[0] -= leaves
            if first[0] <= 0:
                line.popleft()
    return out


def around(sums: Sequence[float], minute: float) -> tuple[float, float]:
    """What was delivered by the whole minute before and the whole minute after."""
    return sums[math.floor(minute)], sums[math.ceil(minute)]
