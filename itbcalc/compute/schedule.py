"""What was programmed: the modes in which a pump delivers, as records.

Every time of day is on the pump's own clock. `Schedule` is the union of the modes.
"""

import dataclasses
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.quantities.clock import MINUTES_PER_DAY, TimeOfDay, Weekday
from itbcalc.quantities.kinds import (
    DOSE,
    DailyDose,
    Dose,
    Duration,
    FlowRate,
    as_daily_dose,
    as_dose,
    exactly,
)


class InfusionMode(StrEnum):
    """The modes, spelled as in program files (they are in people's files: never rename)."""

    SIMPLE_CONTINUOUS = "simple-continuous"
    FLEX = "flex"
    PERIODIC_BOLUS = "periodic-bolus"
    SINGLE_BOLUS = "single-bolus"
    MINIMUM_RATE = "minimum-rate"
    STOPPED = "stopped"

    @property
    def words(self) -> str:
        """`simple continuous`."""
        return self.value.replace("-", " ")


class SimpleContinuous(Struct, frozen=True):
    """One daily dose, delivered at one flow around the clock."""

    daily_dose: DailyDose
    mode: InfusionMode = InfusionMode.SIMPLE_CONTINUOUS


class BareStep(NamedTuple):
    """The numbers of a step, whole: when it begins (minute), and numerators and denominators of its length (days) and rate (mcg/day)."""

    start: int
    length: int
    length_parts: int
    rate: int
    rate_scale: int


@dataclass(frozen=True)
class FlexStep:
    """A dose delivered evenly over a duration that begins at a time of day; it may run past midnight."""

    start: TimeOfDay
    duration: Duration
    dose: Dose

    @property
    def begins(self) -> Fraction:
        """Its beginning, in days from midnight."""
        return self.start.days

    @cached_property
    def ends(self) -> Fraction:
        """Its end, in days from the midnight before it begins: above 1 where it runs past the next."""
        return self.start.days + self.duration.magnitude

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Of bare numbers, as hashing a quantity takes long, and once: it is looked up among many like it."""
        return hash((self.start, self.duration.magnitude, self.dose.magnitude))

    def runs_on_at(self, minute: int) -> bool:
        """Whether it has not ended so many minutes after the midnight before it begins."""
        lasts = self.duration.magnitude
        return lasts.numerator * MINUTES_PER_DAY > (minute - self.start.minute) * lasts.denominator

    @cached_property
    def rate(self) -> Fraction:
        """Its dose per day while it runs, in mcg/day."""
        return self.dose.magnitude / self.duration.magnitude

    @cached_property
    def bare(self) -> BareStep:
        """Its numbers: a day of hundreds of steps is made anew for every value that is tried in one of them."""
        lasts, rate = self.duration.magnitude, self.rate
        return BareStep(
            self.start.minute, lasts.numerator, lasts.denominator, rate.numerator, rate.denominator
        )


@dataclass(frozen=True)
class FlexDay:
    """What runs on one day: a basal dose per day, and steps that take its place or come on top of it.

    Without a basal nothing runs beside the steps.
    """

    steps: tuple[FlexStep, ...]
    basal: DailyDose | None = None
    replaces_basal: bool = True

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """As that of a step."""
        return hash((self.steps, None if self.basal is None else self.basal.magnitude, self.replaces_basal))

    @cached_property
    def over_midnight(self) -> FlexStep | None:
        """The step that runs into the next day; there is at most one."""
        last = self.in_order[-1] if self.steps else None
        return last if last is not None and last.runs_on_at(MINUTES_PER_DAY) else None

    @cached_property
    def in_order(self) -> tuple[FlexStep, ...]:
        """The steps as they follow one another."""
        return tuple(sorted(self.steps, key=lambda step: step.start.minute))

    @cached_property
    def overlaps_itself(self) -> bool:
        """Whether two of its steps run at once before midnight."""
        return any(step.runs_on_at(after.start.minute) for step, after in itertools.pairwise(self.in_order))


class Flex(Struct, frozen=True):
    """A day of steps, and the weekdays on which another day runs. A step belongs to the day on which it begins."""

    every_day: FlexDay
    differing: tuple[tuple[Weekday, FlexDay], ...] = ()
    mode: InfusionMode = InfusionMode.FLEX

    def day(self, weekday: Weekday) -> FlexDay:
        """What runs on this day of the week."""
        return dict(self.differing).get(weekday, self.every_day)

    def days(self) -> Iterator[tuple[Weekday | None, FlexDay]]:
        """The usual day, under None, and those that differ."""
        yield None, self.every_day
        yield from self.differing


class PeriodicBolus(Struct, frozen=True, kw_only=True):
    """The same bolus again and again: from `first` on, one every `every`; between them the basal, if there is one."""

    bolus: Dose
    duration: Duration
    every: Duration
    first: TimeOfDay
    basal: DailyDose | None = None
    replaces_basal: bool
    mode: InfusionMode = InfusionMode.PERIODIC_BOLUS

    @property
    def divides_the_day(self) -> bool:
        """Whether the boluses come at the same times every day."""
        return (1 / self.every.magnitude).denominator == 1

    def runs_alike_from(self, first: TimeOfDay) -> bool:
        """Whether it is the same schedule where another of its boluses is called the first: every 6 h from 06:00 or 12:00."""
        apart = (first.days - self.first.days) / self.every.magnitude
        return self.divides_the_day and apart.denominator == 1


class SingleBolus(Struct, frozen=True, kw_only=True):
    """One bolus at the moment of the change; the basal runs on, or nothing does."""

    bolus: Dose
    duration: Duration
    basal: DailyDose | None = None
    replaces_basal: bool
    mode: InfusionMode = InfusionMode.SINGLE_BOLUS


class MinimumRate(Struct, frozen=True):
    """The lowest flow the pump can keep up: it keeps the catheter open, it treats nothing."""

    flow_rate: FlowRate
    mode: InfusionMode = InfusionMode.MINIMUM_RATE


class Stopped(Struct, frozen=True):
    """The pump delivers nothing."""

    mode: InfusionMode = InfusionMode.STOPPED


Schedule = SimpleContinuous | Flex | PeriodicBolus | SingleBolus | MinimumRate | Stopped


def scaled(schedule: Schedule, factor: Fraction) -> Schedule:
    """The same schedule with every dose so many times as large; a flow stays what it is."""
    if isinstance(schedule, SimpleContinuous):
        return SimpleContinuous(as_daily_dose(schedule.daily_dose * factor))
    if isinstance(schedule, Flex):
        differing = tuple((weekday, _scaled_day(day, factor)) for weekday, day in schedule.differing)
        return Flex(_scaled_day(schedule.every_day, factor), differing)
    if isinstance(schedule, PeriodicBolus | SingleBolus):
        basal = None if schedule.basal is None else as_daily_dose(schedule.basal * factor)
        return replace(schedule, bolus=as_dose(schedule.bolus * factor), basal=basal)
    return schedule


def overlaps(flex: Flex) -> bool:
    """Whether two steps run at once anywhere in the week, over midnight too."""
    days = [flex.day(weekday) for weekday in Weekday] if flex.differing else [flex.every_day]
    if any(day.overlaps_itself for day in days):
        return True
    return any(
        night.over_midnight is not None
        and bool(day.in_order)
        and night.over_midnight.runs_on_at(day.in_order[0].start.minute + MINUTES_PER_DAY)
        for night, day in itertools.pairwise((days[-1], *days))
    )


def _scaled_day(day: FlexDay, factor: Fraction) -> FlexDay:
    steps = tuple(
        dataclasses.replace(step, dose=as_dose(exactly(step.dose.magnitude * factor, DOSE)))
        for step in day.steps
    )
    basal = None if day.basal is None else as_daily_dose(day.basal * factor)
    return dataclasses.replace(day, steps=steps, basal=basal)


class PatientBolus(Struct, frozen=True):
    """A bolus the patient may call for, on top of everything else.

    `lockout` runs from the beginning of one to the earliest beginning of the next, `per_day` is how many are
    allotted in 24 hours.
    """

    dose: Dose
    duration: Duration
    lockout: Duration
    per_day: int

    @property
    def reachable(self) -> bool:
        """Whether the lockout leaves room for all that are allotted, day after day."""
        return self.lockout.magnitude * self.per_day <= 1

    @property
    def spacing(self) -> Fraction:
        """Days from one to the next where they are called for as soon as they may be.

        Where the lockout leaves no room for all of them, they are spread over the day: all that are allotted
        count, because the pump counts them.
        """
        return self.lockout.magnitude if self.reachable else Fraction(1, self.per_day)
