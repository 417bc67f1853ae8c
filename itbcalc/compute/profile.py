"""At which flow does the pump run at each moment? Every mode as stretches of steady flow, exact.

A profile is a cycle of stretches on the pump's clock; a course is what a profile delivers from one moment on. Inside
both, times are in days and flows in mL/day, as bare fractions: there are thousands of them, and they come from
quantities in these units and go back into quantities at their edge.
"""

import bisect
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from itbcalc.compute.schedule import (
    Flex,
    FlexDay,
    MinimumRate,
    PatientBolus,
    PeriodicBolus,
    Schedule,
    SimpleContinuous,
    SingleBolus,
    Stopped,
)
from itbcalc.quantities.clock import Weekday
from itbcalc.quantities.kinds import Concentration

DAY = Fraction(1)
WEEK = Fraction(7)
_NOTHING = Fraction(0)
_HALVINGS = 8


@dataclass(frozen=True, slots=True)
class Stretch:
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


@dataclass(frozen=True, slots=True)
class Profile:
    """Stretches that fill one cycle from its beginning to its end, over and over.

    A cycle of a day begins at midnight, a cycle of a week on Monday, any other with a bolus: `origin` is the time
    of day of its beginning. `on_the_clock` is false where an interval does not divide the day: then the count
    starts at the first `origin` after the change, the boluses wander through the day, and until the first one the
    flow is `until_first`.
    """

    stretches: tuple[Stretch, ...]
    origin: Fraction = _NOTHING
    on_the_clock: bool = True
    until_first: Fraction = _NOTHING

    @property
    def cycle(self) -> Fraction:
        """Its length in days."""
        return self.stretches[-1].end

    @property
    def volume(self) -> Fraction:
        """What one cycle delivers, in mL."""
        return sum((stretch.volume for stretch in self.stretches), _NOTHING)

    @property
    def daily_volume(self) -> Fraction:
        """What it delivers per day, in mL: the mean, where the days differ."""
        return self.volume / self.cycle

    @property
    def is_steady(self) -> bool:
        """Whether the flow never changes."""
        return len({stretch.flow for stretch in self.stretches}) == 1

    @property
    def differs_by_weekday(self) -> bool:
        """Whether it runs from Monday to Sunday; a bolus every seven days does not, it has no weekday of its own."""
        return self.on_the_clock and self.cycle == WEEK

    def peak(self) -> Stretch:
        """The first stretch with the highest flow."""
        return max(self.stretches, key=lambda stretch: stretch.flow)

    def lowest(self) -> Stretch:
        """The first stretch with the lowest flow."""
        return min(self.stretches, key=lambda stretch: stretch.flow)

    def day(self, weekday: Weekday = Weekday.MON) -> tuple[Stretch, ...]:
        """The stretches of one day from midnight to midnight; off the clock, those of the first day's 24 hours."""
        lead = () if self.on_the_clock else _rest_of_cycle(self, _NOTHING, _NOTHING)
        begin = (weekday.number - self.origin) % self.cycle if self.on_the_clock else _NOTHING
        end = begin + DAY
        stretches: list[Stretch] = []
        for stretch in Course(lead, self.stretches).stretches_from(begin):
            if stretch.start >= end:
                return tuple(stretches)
            stretches.append(Stretch(stretch.start - begin, min(stretch.end, end) - begin, stretch.flow))
        raise AssertionError("a course has no end")


class Course:
    """What the pump delivers from a moment on: `lead` once, then `cycle` over and over. Time 0 is that moment."""

    def __init__(self, lead: Sequence[Stretch], cycle: Sequence[Stretch]) -> None:
        self.lead = tuple(lead)
        self.cycle = tuple(cycle)
        self.lead_ends = self.lead[-1].end if self.lead else _NOTHING
        self.cycle_length = self.cycle[-1].end

    @cached_property
    def _lead_volumes(self) -> list[Fraction]:
        return [_NOTHING, *itertools.accumulate(stretch.volume for stretch in self.lead)]

    @cached_property
    def _cycle_volumes(self) -> list[Fraction]:
        return [_NOTHING, *itertools.accumulate(stretch.volume for stretch in self.cycle)]

    @property
    def cycle_volume(self) -> Fraction:
        """What one cycle delivers, in mL."""
        return self._cycle_volumes[-1]

    @property
    def mean_flow(self) -> Fraction:
        """That of the cycle, in mL/day."""
        return self.cycle_volume / self.cycle_length

    def volume_by(self, time: Fraction) -> Fraction:
        """What has been delivered after `time` (days), in mL."""
        if time <= self.lead_ends:
            return _volume_by(self.lead, self._lead_volumes, time)
        cycles, into = divmod(time - self.lead_ends, self.cycle_length)
        delivered = self._lead_volumes[-1] + cycles * self.cycle_volume
        return delivered + _volume_by(self.cycle, self._cycle_volumes, into)

    def stretches_from(self, time: Fraction = _NOTHING) -> Iterator[Stretch]:
        """The stretches from `time` on, without end; the first one begins at `time`."""
        at = time
        for stretch in self.lead[_number_ended(self.lead, time) :]:
            yield Stretch(at, stretch.end, stretch.flow)
            at = stretch.end
        cycles, into = divmod(max(time - self.lead_ends, _NOTHING), self.cycle_length)
        begin = self.lead_ends + cycles * self.cycle_length
        rest = self.cycle[_number_ended(self.cycle, into) :]
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
    strength = concentration.magnitude
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
    profile = profile_of(schedule, concentration)
    begun = before[-1].end if before else _NOTHING
    lead = [*before]
    if isinstance(schedule, SingleBolus):
        bolus = _of_single(schedule, concentration)
        lead.append(bolus.moved(begun))
        begun += bolus.end
    lead += _rest_of_cycle(profile, clock + begun, begun)
    return Course(lead, profile.stretches)


def patient_course(bolus: PatientBolus, concentration: Concentration, begin: Fraction = _NOTHING) -> Course:
    """Every allotted patient bolus, as early as each may come.

    The first at `begin` (days from the change), each further one as soon as the lockout allows, all of them in
    each 24 hours counted from `begin`: the earliest that the reservoir can be used up.
    """
    flow = bolus.dose.magnitude / concentration.magnitude / bolus.duration.magnitude
    starts = [number * bolus.spacing for number in range(bolus.per_day)]
    runs = [(start, start + bolus.duration.magnitude, flow) for start in starts]
    lead = (Stretch(_NOTHING, begin, _NOTHING),) if begin else ()
    return Course(lead, _overlaid(((_NOTHING, DAY, _NOTHING),), runs, DAY, replace=True))


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

    Event by event, but not through every event: only through those around the moment that is looked for.
    """
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


def between(stretches: Sequence[Stretch], begin: Fraction, end: Fraction) -> Iterator[Stretch]:
    """The parts of `stretches` that lie between two times."""
    for stretch in stretches:
        if stretch.end > begin and stretch.start < end:
            yield Stretch(max(stretch.start, begin), min(stretch.end, end), stretch.flow)


def hourly_volumes(stretches: Sequence[Stretch]) -> tuple[Fraction, ...]:
    """What the stretches of one day deliver in each hour of the clock, in mL."""
    hours = ((Fraction(hour, 24), Fraction(hour + 1, 24)) for hour in range(24))
    return tuple(
        sum((part.volume for part in between(stretches, begin, end)), _NOTHING) for begin, end in hours
    )


# --- the modes


_Run = tuple[Fraction, Fraction, Fraction]  # begin, end, flow


def _steady(flow: Fraction) -> Profile:
    return Profile((Stretch(_NOTHING, DAY, flow),))


def _of_flex(flex: Flex, strength: Fraction) -> Profile:
    if not flex.differing:
        basal = [(_NOTHING, DAY, _basal_flow(flex.every_day, strength))]
        runs = _runs(flex.every_day, _NOTHING, strength)
        return Profile(_overlaid(basal, runs, DAY, replace=flex.every_day.replaces_basal))
    days = [(Fraction(weekday.number), flex.day(weekday)) for weekday in Weekday]
    level = [(begin, begin + DAY, _basal_flow(day, strength)) for begin, day in days]
    on_top = [run for begin, day in days if not day.replaces_basal for run in _runs(day, begin, strength)]
    instead = [run for begin, day in days if day.replaces_basal for run in _runs(day, begin, strength)]
    added = _overlaid(level, on_top, WEEK, replace=False)
    ground = [(stretch.start, stretch.end, stretch.flow) for stretch in added]
    return Profile(_overlaid(ground, instead, WEEK, replace=True))


def _basal_flow(day: FlexDay, strength: Fraction) -> Fraction:
    return _NOTHING if day.basal is None else day.basal.magnitude / strength


def _runs(day: FlexDay, begin: Fraction, strength: Fraction) -> list[_Run]:
    """The steps of a day that begins at `begin`."""
    return [
        (begin + step.begins, begin + step.ends, step.dose.magnitude / strength / step.duration.magnitude)
        for step in day.steps
    ]


def _of_periodic(periodic: PeriodicBolus, strength: Fraction) -> Profile:
    basal = _NOTHING if periodic.basal is None else periodic.basal.magnitude / strength
    duration, every = periodic.duration.magnitude, periodic.every.magnitude
    bolus = (_NOTHING, duration, periodic.bolus.magnitude / strength / duration)
    cycle = _overlaid([(_NOTHING, every, basal)], [bolus], every, replace=periodic.replaces_basal)
    return Profile(cycle, periodic.first.days, periodic.divides_the_day, until_first=basal)


def _of_single(single: SingleBolus, concentration: Concentration) -> Stretch:
    """The bolus itself, from time 0."""
    strength, duration = concentration.magnitude, single.duration.magnitude
    flow = single.bolus.magnitude / strength / duration
    if single.basal is not None and not single.replaces_basal:
        flow += single.basal.magnitude / strength
    return Stretch(_NOTHING, duration, flow)


def _overlaid(
    ground: Sequence[_Run], runs: Sequence[_Run], cycle: Fraction, *, replace: bool
) -> tuple[Stretch, ...]:
    """`runs` in place of `ground`, or on top of it; what runs past the end of the cycle goes on at its beginning.

    `ground` fills the cycle in order; no two of `runs` overlap.
    """
    wrapped = sorted(part for run in runs for part in _wrapped(run, cycle))
    edges = sorted({_NOTHING, cycle, *(edge for run in (*ground, *wrapped) for edge in run[:2])})
    stretches = []
    below, above = iter(ground), iter(wrapped)
    level, run = next(below), next(above, None)
    for begin, end in itertools.pairwise(edges):
        while level[1] <= begin:
            level = next(below)
        while run is not None and run[1] <= begin:
            run = next(above, None)
        running = run is not None and run[0] <= begin
        kept = _NOTHING if running and replace else level[2]
        stretches.append(Stretch(begin, end, kept + run[2] if running and run is not None else kept))
    return tuple(stretches)


def _wrapped(run: _Run, cycle: Fraction) -> Iterator[_Run]:
    begin, end, flow = run
    shift = begin // cycle * cycle
    begin, end = begin - shift, end - shift
    yield begin, min(end, cycle), flow
    if end > cycle:
        yield _NOTHING, end - cycle, flow


def _rest_of_cycle(profile: Profile, clock: Fraction, begun: Fraction) -> list[Stretch]:
    """What runs from the moment `begun` until a cycle begins, when the pump's clock shows `clock` then."""
    if profile.on_the_clock:
        into = (clock - profile.origin) % profile.cycle
        rest = between(profile.stretches, into, profile.cycle)
        return [stretch.moved(begun - into) for stretch in rest] if into else []
    wait = (profile.origin - clock) % DAY
    return [Stretch(begun, begun + wait, profile.until_first)] if wait else []


def _number_ended(stretches: Sequence[Stretch], time: Fraction) -> int:
    """How many of `stretches` are over at `time`."""
    return bisect.bisect_right(stretches, time, key=lambda stretch: stretch.end)


def _volume_by(stretches: Sequence[Stretch], volumes: Sequence[Fraction], time: Fraction) -> Fraction:
    number = _number_ended(stretches, time)
    if number == len(stretches):
        return volumes[-1]
    stretch = stretches[number]
    return volumes[number] + max(time - stretch.start, _NOTHING) * stretch.flow
