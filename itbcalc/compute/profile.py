"""At which flow does the pump run at each moment? Every mode as stretches of steady flow, exact.

A profile is a cycle of stretches on the pump's clock; a course is what a profile delivers from one moment on. At the
edge of both, times are in days and flows in mL/day, as bare fractions. Inside there are thousands of them, so they are
whole numbers over one denominator (`Levels`), which is as exact and many times quicker.
"""

import bisect
import itertools
import math
import operator
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

from msgspec import Struct

from itbcalc.compute.schedule import (
    Flex,
    FlexDay,
    FlexStep,
    MinimumRate,
    PatientBolus,
    PeriodicBolus,
    Schedule,
    SimpleContinuous,
    SingleBolus,
    Stopped,
)
from itbcalc.quantities.clock import MINUTES_PER_DAY, Weekday
from itbcalc.quantities.kinds import Concentration

DAY = Fraction(1)
WEEK = Fraction(7)
_NOTHING = Fraction(0)
_HALVINGS = 8


class Stretch(Struct, frozen=True):
    """From `start` to `end` (days) the pump runs at one `flow` (mL/day)."""

    start: Fraction
    end: Fraction
    flow: Fraction

    @property
    def duration(self) -> Fraction:
        """In days."""
        return self.end - self.start

    @property
    def volume(self) -> Fraction:
        """In mL."""
        return (self.end - self.start) * self.flow

    def moved(self, days: Fraction) -> "Stretch":
        """The same, so many days later."""
        return Stretch(self.start + days, self.end + days, self.flow)


@dataclass(frozen=True)
class Levels:
    """Flows one after another from time 0 on, in whole numbers.

    Each runs until its `end`, of which `parts` make a day; its `flow` is so many of which `scale` make 1 mL/day. Volumes
    are counted in what flows in one part at a flow of one.
    """

    parts: int
    ends: tuple[int, ...]
    scale: int
    flows: tuple[int, ...]

    @classmethod
    def of(cls, stretches: Sequence[Stretch]) -> "Levels":
        """Those of `stretches` that begin at 0 and leave no gap."""
        parts = math.lcm(*(stretch.end.denominator for stretch in stretches))
        scale = math.lcm(*(stretch.flow.denominator for stretch in stretches))
        return cls(
            parts,
            tuple(_whole(stretch.end, parts) for stretch in stretches),
            scale,
            tuple(_whole(stretch.flow, scale) for stretch in stretches),
        )

    @property
    def length(self) -> Fraction:
        """From the first beginning to the last end, in days."""
        return Fraction(self.ends[-1], self.parts) if self.ends else _NOTHING

    @cached_property
    def volume(self) -> Fraction:
        """What all of them deliver, in mL."""
        return Fraction(self._volumes[-1], self.parts * self.scale)

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """The same in days and mL/day."""
        ends = [_NOTHING, *(Fraction(end, self.parts) for end in self.ends)]
        flows = (Fraction(flow, self.scale) for flow in self.flows)
        return tuple(
            Stretch(begin, end, flow)
            for (begin, end), flow in zip(itertools.pairwise(ends), flows, strict=True)
        )

    def stretch(self, number: int) -> Stretch:
        """One of the stretches, counted from 0."""
        begin = self.ends[number - 1] if number else 0
        return Stretch(
            Fraction(begin, self.parts),
            Fraction(self.ends[number], self.parts),
            Fraction(self.flows[number], self.scale),
        )

    def beginning_near(self, minute: int) -> Iterator[int]:
        """The numbers of those that begin less than a minute before or after it; of a day, past midnight too."""
        around = [minute, minute - MINUTES_PER_DAY, minute + MINUTES_PER_DAY]
        for each in around:
            low, high = (each - 1) * self.parts, (each + 1) * self.parts
            if low < 0 < high:
                yield 0
            first = bisect.bisect_right(self.ends, low // MINUTES_PER_DAY)
            last = bisect.bisect_left(self.ends, -(-high // MINUTES_PER_DAY))
            yield from range(first + 1, min(last + 1, len(self.ends)))

    def number_ended(self, time: Fraction) -> int:
        """How many of them are over at `time` (days)."""
        return bisect.bisect_right(self.ends, time.numerator * self.parts // time.denominator)

    def volume_by(self, time: Fraction) -> Fraction:
        """What has been delivered after `time` (days, not below 0), in mL."""
        number = self.number_ended(time)
        if number == len(self.ends):
            return self.volume
        begin = self.ends[number - 1] if number else 0
        into = time.numerator * self.parts - begin * time.denominator
        delivered = self._volumes[number] * time.denominator + into * self.flows[number]
        return Fraction(delivered, time.denominator * self.parts * self.scale)

    def time_of(self, volume: Fraction) -> Fraction:
        """When `volume` (mL, above 0, not above that of them all) is first delivered, in days."""
        wanted = volume * (self.parts * self.scale)
        number = bisect.bisect_left(self._volumes, math.ceil(wanted)) - 1
        begin = self.ends[number - 1] if number else 0
        return (begin + (wanted - self._volumes[number]) / self.flows[number]) / self.parts

    @cached_property
    def _volumes(self) -> list[int]:
        """What has been delivered at each beginning, and at the last end."""
        lengths = map(operator.sub, self.ends, (0, *self.ends))
        return list(itertools.accumulate(map(operator.mul, lengths, self.flows), initial=0))


@dataclass(frozen=True, eq=False)
class Days:
    """Days one after another from time 0 on, each as levels of its own: `doses` in mcg/day, at a `strength` in mcg/mL.

    What is asked of volumes goes through the days that are there already; only where each flow counts are they laid
    end to end.
    """

    doses: tuple[Levels, ...]
    strength: Fraction

    @cached_property
    def levels(self) -> Levels:
        """All of them, as flows."""
        return _divided(_one_after_another(self.doses), self.strength)

    def __eq__(self, other: object) -> bool:
        """Whether the same flows run: more of a stronger drug may be the same."""
        return isinstance(other, Days) and self.levels == other.levels

    def __hash__(self) -> int:
        return hash(self.levels)

    @property
    def length(self) -> Fraction:
        """From the first beginning to the last end, in days."""
        return Fraction(len(self.doses))

    @cached_property
    def volume(self) -> Fraction:
        """What all of them deliver, in mL."""
        return self._doses_by_midnight[-1] / self.strength

    @property
    def volumes(self) -> tuple[Fraction, ...]:
        """What each of them delivers, in mL."""
        return tuple(day.volume / self.strength for day in self.doses)

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The same in days and mL/day."""
        return self.levels.stretches

    def day(self, number: int) -> Levels:
        """One of them as flows, counted from 0."""
        if number not in self._flows:
            self._flows[number] = _divided(self.doses[number], self.strength)
        return self._flows[number]

    @cached_property
    def _flows(self) -> dict[int, Levels]:
        """Those that were asked for."""
        return {}

    def volume_by(self, time: Fraction) -> Fraction:
        """What has been delivered after `time` (days, not below 0), in mL."""
        number = time.numerator // time.denominator
        if number >= len(self.doses):
            return self.volume
        return (self._doses_by_midnight[number] + self.doses[number].volume_by(time - number)) / self.strength

    def time_of(self, volume: Fraction) -> Fraction:
        """When `volume` (mL, above 0, not above that of them all) is first delivered, in days."""
        dose = volume * self.strength
        number = bisect.bisect_left(self._doses_by_midnight, dose) - 1
        return number + self.doses[number].time_of(dose - self._doses_by_midnight[number])

    @cached_property
    def _doses_by_midnight(self) -> list[Fraction]:
        """What has been delivered at each midnight, in mcg."""
        return list(itertools.accumulate((day.volume for day in self.doses), initial=_NOTHING))


Cycle = Levels | Days
"""What runs over and over."""


@dataclass(frozen=True)
class Profile:
    """Stretches that fill one cycle from its beginning to its end, over and over.

    A cycle of a day begins at midnight, a cycle of a week on Monday, any other with a bolus: `origin` is the time
    of day of its beginning. `on_the_clock` is false where an interval does not divide the day: then the count
    starts at the first `origin` after the change, the boluses wander through the day, and until the first one the
    flow is `until_first`.
    """

    runs: Cycle
    origin: Fraction = _NOTHING
    on_the_clock: bool = True
    until_first: Fraction = _NOTHING

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """Those of one cycle."""
        return self.runs.stretches

    @property
    def levels(self) -> Levels:
        """The same in whole numbers."""
        return _as_levels(self.runs)

    @property
    def cycle(self) -> Fraction:
        """Its length in days."""
        return self.runs.length

    @property
    def volume(self) -> Fraction:
        """What one cycle delivers, in mL."""
        return self.runs.volume

    @property
    def daily_volume(self) -> Fraction:
        """What it delivers per day, in mL: the mean, where the days differ."""
        return self.volume / self.cycle

    @property
    def is_steady(self) -> bool:
        """Whether the flow never changes."""
        return len(set(self.levels.flows)) == 1

    @property
    def differs_by_weekday(self) -> bool:
        """Whether it runs from Monday to Sunday; a bolus every seven days does not, it has no weekday of its own."""
        return self.on_the_clock and self.cycle == WEEK

    @property
    def days_until_repeated(self) -> int:
        """Off the clock: after how many days a day is again as the first one was."""
        return self.cycle.numerator

    def peak(self) -> Stretch:
        """The first stretch with the highest flow."""
        flows = self.levels.flows
        return self.levels.stretch(flows.index(max(flows)))

    def lowest(self) -> Stretch:
        """The first stretch with the lowest flow."""
        flows = self.levels.flows
        return self.levels.stretch(flows.index(min(flows)))

    def day(self, weekday: Weekday = Weekday.MON) -> tuple[Stretch, ...]:
        """The stretches of one day from midnight to midnight; off the clock, those of the first day's 24 hours."""
        number = weekday.number if self.differs_by_weekday else 0
        if isinstance(self.runs, Days):
            return self.runs.day(number).stretches
        if number not in self._days:
            course = _from_the_clock(self, Fraction(number))
            self._days[number] = tuple(between(_until(DAY, course.stretches_from()), _NOTHING, DAY))
        return self._days[number]

    def day_after_first(self, number: int) -> tuple[Stretch, ...]:
        """Off the clock: the stretches of the day so many days after that of the first bolus."""
        begin = Fraction(number)
        stretches = _until(begin + DAY, _from_the_clock(self, _NOTHING).stretches_from(begin))
        return tuple(part.moved(-begin) for part in between(stretches, begin, begin + DAY))

    @cached_property
    def day_volumes(self) -> tuple[Fraction, ...]:
        """What each day delivers from midnight to midnight, from Monday on, in mL; of days that are alike, each the same."""
        if self.differs_by_weekday and isinstance(self.runs, Days):
            return self.runs.volumes
        return (_from_the_clock(self, _NOTHING).volume_by(DAY),) * 7

    @cached_property
    def _days(self) -> dict[int, tuple[Stretch, ...]]:
        """Those that were asked for."""
        return {}


class Course:
    """What the pump delivers from a moment on: `lead` once, then the cycle over and over. Time 0 is that moment.

    The first cycle has been running for `into` days when the lead is over.
    """

    def __init__(
        self, lead: Sequence[Stretch], cycle: Sequence[Stretch] | Cycle, into: Fraction = _NOTHING
    ) -> None:
        self._lead = Levels.of(lead)
        self._cycle = cycle if isinstance(cycle, Cycle) else Levels.of(cycle)
        self._into = into
        self._before = self._cycle.volume_by(into) if into else _NOTHING

    @property
    def lead(self) -> tuple[Stretch, ...]:
        """What runs once."""
        return self._lead.stretches

    @property
    def cycle(self) -> tuple[Stretch, ...]:
        """What runs over and over, from its own beginning."""
        return self._cycle.stretches

    @cached_property
    def lead_ends(self) -> Fraction:
        """When the cycle takes over, in days."""
        return self._lead.length

    @cached_property
    def cycle_length(self) -> Fraction:
        """In days."""
        return self._cycle.length

    @cached_property
    def cycle_volume(self) -> Fraction:
        """What one cycle delivers, in mL."""
        return self._cycle.volume

    @property
    def mean_flow(self) -> Fraction:
        """That of the cycle, in mL/day."""
        return self.cycle_volume / self.cycle_length

    @property
    def peak_flow(self) -> Fraction:
        """The highest flow there ever is, in mL/day."""
        return max(
            Fraction(max(levels.flows, default=0), levels.scale)
            for levels in (self._lead, _as_levels(self._cycle))
        )

    def volume_by(self, time: Fraction) -> Fraction:
        """What has been delivered after `time` (days), in mL."""
        if time <= self.lead_ends:
            return self._lead.volume_by(time)
        cycles, into = divmod(time - self.lead_ends + self._into, self.cycle_length)
        return self._lead.volume + cycles * self.cycle_volume + self._cycle.volume_by(into) - self._before

    def time_of(self, volume: Fraction) -> Fraction | None:
        """When `volume` (mL, above zero) is first delivered, in days; None where it never is."""
        if volume <= self._lead.volume:
            return self._lead.time_of(volume)
        if not self.cycle_volume:
            return None
        left = volume - self._lead.volume + self._before
        cycles = math.ceil(left / self.cycle_volume) - 1
        into = self._cycle.time_of(left - cycles * self.cycle_volume)
        return self.lead_ends + cycles * self.cycle_length + into - self._into

    def stretches_from(self, time: Fraction = _NOTHING) -> Iterator[Stretch]:
        """The stretches from `time` on, without end; the first one begins at `time`."""
        at = time
        for stretch in self.lead[self._lead.number_ended(time) :]:
            yield Stretch(at, stretch.end, stretch.flow)
            at = stretch.end
        cycles, into = divmod(max(time - self.lead_ends, _NOTHING) + self._into, self.cycle_length)
        begin = self.lead_ends - self._into + cycles * self.cycle_length
        rest = self.cycle[_as_levels(self._cycle).number_ended(into) :]
        while True:
            for stretch in rest:
                end = begin + stretch.end
                yield Stretch(at, end, stretch.flow)
                at = end
            begin += self.cycle_length
            rest = self.cycle


# --- from a mode to its profile


def profile_of(schedule: Schedule, concentration: Concentration) -> Profile:
    """The flow of `schedule`, day after day or week after week; a single bolus is no part of it."""
    return _profile_of(_Same(schedule), _Same(concentration))


@lru_cache(maxsize=32)  # of one program each value asks for it
def _profile_of(same_schedule: "_Same[Schedule]", same_concentration: "_Same[Concentration]") -> Profile:
    schedule, strength = same_schedule.it, same_concentration.it.magnitude
    if isinstance(schedule, SimpleContinuous):
        return _steady(schedule.daily_dose.magnitude / strength)
    if isinstance(schedule, Flex):
        return _of_flex(schedule, strength)
    if isinstance(schedule, PeriodicBolus):
        return _of_periodic(schedule, strength)
    if isinstance(schedule, SingleBolus):
        return _steady(_NOTHING if schedule.basal is None else schedule.basal.magnitude / strength)
    if isinstance(schedule, MinimumRate):
        return _steady(schedule.flow_rate.magnitude)
    assert isinstance(schedule, Stopped)
    return _steady(_NOTHING)


def course_of(
    schedule: Schedule,
    concentration: Concentration,
    clock: Fraction,
    before: Sequence[Stretch] = (),
) -> Course:
    """What `schedule` delivers from a moment on, after the stretches `before` (a bridge) have run.

    `clock` is the pump's clock at that moment, in days since Monday midnight.
    """
    lead = [*before]
    if isinstance(schedule, SingleBolus):
        begun = before[-1].end if before else _NOTHING
        lead.append(_of_single(schedule, concentration).moved(begun))
    return _from_the_clock(profile_of(schedule, concentration), clock, lead)


def patient_course(bolus: PatientBolus, concentration: Concentration, begin: Fraction = _NOTHING) -> Course:
    """Every allotted patient bolus, as early as each may come.

    The first at `begin` (days from the change), each further one as soon as the lockout allows, all of them in
    each 24 hours counted from `begin`: the earliest that the reservoir can be used up.
    """
    flow = bolus.dose.magnitude / concentration.magnitude / bolus.duration.magnitude
    starts = [number * bolus.spacing for number in range(bolus.per_day)]
    runs = [(start, start + bolus.duration.magnitude, flow) for start in starts]
    lead = (Stretch(_NOTHING, begin, _NOTHING),) if begin else ()
    return Course(lead, _stretches(_filled(runs, _NOTHING, DAY)))


def _from_the_clock(profile: Profile, clock: Fraction, lead: Sequence[Stretch] = ()) -> Course:
    """`lead`, then what runs when the pump's clock showed `clock` (days since Monday midnight) at its beginning."""
    begun = lead[-1].end if lead else _NOTHING
    now = clock + begun
    if profile.on_the_clock:
        return Course(lead, profile.runs, (now - profile.origin) % profile.cycle)
    wait = (profile.origin - now) % DAY
    waiting = (Stretch(begun, begun + wait, profile.until_first),) if wait else ()
    return Course((*lead, *waiting), profile.runs)


# --- over several courses at once


def merged(courses: Sequence[Course], time: Fraction = _NOTHING) -> Iterator[Stretch]:
    """The stretches of all `courses` together from `time` on: flows add up."""
    if len(courses) == 1:
        yield from courses[0].stretches_from(time)
        return
    running = [course.stretches_from(time) for course in courses]
    present = [next(stretches) for stretches in running]
    while True:
        end = min(stretch.end for stretch in present)
        yield Stretch(time, end, sum((stretch.flow for stretch in present), _NOTHING))
        time = end
        present = [
            next(stretches) if stretch.end == end else stretch
            for stretches, stretch in zip(running, present, strict=True)
        ]


def time_to_deliver(courses: Sequence[Course], volume: Fraction) -> Fraction | None:
    """When all `courses` together have delivered `volume` (mL, above zero), in days; None where they never do.

    Of several courses event by event, but not through every event: only through those around the moment that is
    looked for.
    """
    if len(courses) == 1:
        return courses[0].time_of(volume)
    mean = sum((course.mean_flow for course in courses), _NOTHING)
    begin = _shortly_before(courses, volume, mean) if mean else _NOTHING
    leads_end = max(course.lead_ends for course in courses)
    left = volume - _delivered(courses, begin)
    for stretch in merged(courses, begin):
        if stretch.volume >= left:
            return stretch.start + left / stretch.flow
        left -= stretch.volume
        if not mean and stretch.end >= leads_end:
            return None
    raise AssertionError("courses have no end")


def _shortly_before(courses: Sequence[Course], volume: Fraction, mean: Fraction) -> Fraction:
    """A time at which the courses have not delivered `volume` yet, though they soon will have.

    Once its lead is over, a course is less than a cycle ahead of its mean or behind it. Between these two bounds
    the time is halved a few times, which is quicker than to go through all the events there.
    """
    leads_end = max(course.lead_ends for course in courses)
    if _delivered(courses, leads_end) >= volume:
        return _NOTHING
    cycles = sum((course.cycle_volume for course in courses), _NOTHING)
    leads = (course.volume_by(course.lead_ends) - course.lead_ends * course.mean_flow for course in courses)
    by_the_mean = (volume - sum(leads, _NOTHING)) / mean
    begin, end = max(by_the_mean - cycles / mean, leads_end), by_the_mean + cycles / mean
    for _ in range(_HALVINGS):
        middle = (begin + end) / 2
        if _delivered(courses, middle) < volume:
            begin = middle
        else:
            end = middle
    return begin


def _delivered(courses: Sequence[Course], time: Fraction) -> Fraction:
    return sum((course.volume_by(time) for course in courses), _NOTHING)


def _until(time: Fraction, stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    return itertools.takewhile(lambda stretch: stretch.start < time, stretches)


def between(stretches: Iterable[Stretch], begin: Fraction, end: Fraction) -> Iterator[Stretch]:
    """The parts of `stretches` that lie between two times."""
    for stretch in stretches:
        if stretch.end > begin and stretch.start < end:
            yield Stretch(max(stretch.start, begin), min(stretch.end, end), stretch.flow)


def hourly_volumes(stretches: Sequence[Stretch]) -> tuple[Fraction, ...]:
    """What the stretches of one day deliver in each hour of the clock, in mL."""
    levels = Levels.of(stretches)
    by_hour = (levels.volume_by(Fraction(hour, 24)) for hour in range(25))
    return tuple(after - before for before, after in itertools.pairwise(by_hour))


# --- the modes


_It = TypeVar("_It")
_Time = TypeVar("_Time", int, Fraction)
_Flow = TypeVar("_Flow", int, Fraction)


class _Same(Generic[_It]):
    """Stands for a record by its identity: to hash what it holds would take longer than what is kept by it."""

    __slots__ = ("it",)

    def __init__(self, it: _It) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.it is other.it


def _steady(flow: Fraction) -> Profile:
    return Profile(Levels(1, (1,), flow.denominator, (flow.numerator,)))


def _of_flex(flex: Flex, strength: Fraction) -> Profile:
    days = [flex.day(weekday) for weekday in Weekday] if flex.differing else [flex.every_day]
    each = tuple(
        _rates_of_day(_Same(day), _Same(night.over_midnight), replaces_basal=night.replaces_basal)
        for night, day in itertools.pairwise((days[-1], *days))
    )
    return Profile(Days(each, strength))


@lru_cache(
    maxsize=256
)  # another value in one step leaves the other days of the week, and all at another strength
def _rates_of_day(
    same_day: _Same[FlexDay], same_night: _Same[FlexStep | None], *, replaces_basal: bool
) -> Levels:
    """What runs from midnight to midnight, in mcg/day; `same_night` runs into it from the day before."""
    day, night = same_day.it, same_night.it
    steps = [step.bare for step in day.in_order]
    counted = steps if night is None else [night.bare, *steps]
    beside = _NOTHING if day.basal is None else day.basal.magnitude
    parts = math.lcm(MINUTES_PER_DAY, *{step.length_parts for step in counted})
    scale = math.lcm(beside.denominator, *{step.rate_scale for step in counted})
    level, minute = _whole(beside, scale), parts // MINUTES_PER_DAY
    runs = []
    if night is not None:
        kept = 0 if replaces_basal else level
        runs.append((0, _whole(night.ends, parts) - parts, kept + _whole(night.rate, scale)))
    kept = 0 if day.replaces_basal else level
    for start, length, length_parts, rate, rate_scale in steps:
        begin = start * minute
        end = min(begin + length * (parts // length_parts), parts)
        runs.append((begin, end, kept + rate * (scale // rate_scale)))
    ends, rates = zip(*_filled(runs, level, parts), strict=True)
    return Levels(parts, ends, scale, rates)


def _as_levels(cycle: Cycle) -> Levels:
    return cycle.levels if isinstance(cycle, Days) else cycle


def _one_after_another(each: Sequence[Levels]) -> Levels:
    """Days one after another."""
    parts, scale = math.lcm(*(day.parts for day in each)), math.lcm(*(day.scale for day in each))
    ends: list[int] = []
    flows: list[int] = []
    for number, day in enumerate(each):
        longer, more = parts // day.parts, scale // day.scale
        ends += [number * parts + end * longer for end in day.ends]
        flows += [flow * more for flow in day.flows]
    return Levels(parts, tuple(ends), scale, tuple(flows))


def _divided(rates: Levels, strength: Fraction) -> Levels:
    """Doses per day (mcg) as flows at `strength` (mcg/mL), over their least common denominator."""
    common = math.gcd(
        rates.scale * strength.numerator, *(rate * strength.denominator for rate in rates.flows)
    )
    flows = tuple(rate * strength.denominator // common for rate in rates.flows)
    return Levels(rates.parts, rates.ends, rates.scale * strength.numerator // common, flows)


def _of_periodic(periodic: PeriodicBolus, strength: Fraction) -> Profile:
    basal = _NOTHING if periodic.basal is None else periodic.basal.magnitude / strength
    duration = periodic.duration.magnitude
    flow = periodic.bolus.magnitude / strength / duration
    bolus = (_NOTHING, duration, flow if periodic.replaces_basal else basal + flow)
    cycle = _stretches(_filled([bolus], basal, periodic.every.magnitude))
    return Profile(Levels.of(cycle), periodic.first.days, periodic.divides_the_day, until_first=basal)


def _of_single(single: SingleBolus, concentration: Concentration) -> Stretch:
    """The bolus itself, from time 0."""
    strength, duration = concentration.magnitude, single.duration.magnitude
    flow = single.bolus.magnitude / strength / duration
    if single.basal is not None and not single.replaces_basal:
        flow += single.basal.magnitude / strength
    return Stretch(_NOTHING, duration, flow)


def _filled(
    runs: Iterable[tuple[_Time, _Time, _Flow]], beside: _Flow, length: _Time
) -> Iterator[tuple[_Time, _Flow]]:
    """`runs` (begin, end, flow) in order, none over another, and what runs beside them until `length`: ends and flows."""
    at = length - length
    for begin, end, flow in runs:
        if begin > at:
            yield begin, beside
        yield end, flow
        at = end
    if at < length:
        yield length, beside


def _stretches(filled: Iterable[tuple[Fraction, Fraction]]) -> tuple[Stretch, ...]:
    ends, flows = zip(*filled, strict=True)
    return tuple(map(Stretch, (_NOTHING, *ends), ends, flows))


def _whole(number: Fraction, scale: int) -> int:
    """`number` as so many of which `scale` make 1; its denominator divides `scale`."""
    return number.numerator * (scale // number.denominator)
