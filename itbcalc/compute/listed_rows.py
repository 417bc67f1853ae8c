"""Which rows does a schedule have where it is listed?

Programmers list the steps, or all stretches of the day; a step over midnight whole, or cut there.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.profile import Course, Days, Levels
from itbcalc.compute.schedule import Flex, FlexDay, FlexStep, PeriodicBolus
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.totals import Segment
from itbcalc.compute.working import Once
from itbcalc.quantities.clock import MINUTES_PER_DAY, TimeOfDay, Weekday
from itbcalc.quantities.kinds import (
    DAILY_DOSE,
    DOSE,
    DURATION,
    FLOW_RATE,
    as_dose,
    as_duration,
    as_flow_rate,
    exactly,
)
from itbcalc.quantities.units import Quantity

Cell = Quantity | TimeOfDay


class ListedRow(Struct, frozen=True):
    """One row of our own, a step or a stretch between steps: days, mcg and mcg/mL, bare until a cell is asked for.

    `dose` is all that flows while it runs, the basal included where it runs on; `alone` is the step or bolus without
    the basal. Rates are always those of all that flows.
    """

    start: Fraction
    duration: Fraction
    dose: Fraction
    strength: Fraction
    is_step: bool
    alone: Fraction | None = None

    @property
    def doses_differ(self) -> bool:
        """Whether some programmers list another dose than others: what was typed, or what runs."""
        return self.alone is not None and self.alone != self.dose

    @property
    def segment(self) -> Segment:
        """The row with its quantities."""
        return Segment(
            self.start,
            as_duration(exactly(self.duration, DURATION)),
            as_flow_rate(exactly(self.dose / self.duration / self.strength, FLOW_RATE)),
            as_dose(exactly(self.dose, DOSE)),
        )

    def cells(self, name: str) -> tuple[Cell, ...]:
        """What may stand under `name`: of a time with seconds, which no row shows, the minutes beside it."""
        cell = self.cell(name)
        if name == "dose" and cell is not None and self.alone is not None and self.doses_differ:
            return cell, as_dose(exactly(self.alone, DOSE))
        if cell is not None:
            return (cell,)
        minute = int(self._time(name) * MINUTES_PER_DAY)
        return TimeOfDay(minute % MINUTES_PER_DAY), TimeOfDay((minute + 1) % MINUTES_PER_DAY)

    def cell(self, name: str) -> Cell | None:
        """What should stand under `name`; None where a time has seconds, which no row shows."""
        if name in ("start", "end"):
            minutes = self._time(name) * MINUTES_PER_DAY
            return TimeOfDay(int(minutes) % MINUTES_PER_DAY) if minutes.denominator == 1 else None
        if name == "dose_rate":
            return exactly(self.dose / self.duration, DAILY_DOSE)
        segment = self.segment
        by_name: dict[str, Cell] = {
            "duration": segment.duration,
            "dose": segment.dose,
            "flow_rate": segment.flow_rate,
        }
        return by_name[name]

    def _time(self, name: str) -> Fraction:
        """Its start or end, in days from midnight."""
        return self.start + self.duration if name == "end" else self.start


def listed_rows(therapy: TherapyValues, weekday: Weekday | None = None) -> tuple[ListedRow, ...]:
    """The steps or boluses of one day whole, then what runs between them from midnight to midnight."""
    return listed_day(therapy, weekday).rows


@lru_cache(maxsize=16)  # each row of a programmer has several cells
def listed_day(therapy: TherapyValues, weekday: Weekday | None = None) -> "ListedDay":
    """The rows of one day; of that which runs as most do, where none is named."""
    return ListedDay(therapy, weekday)


class ListedDay:
    """The rows of one day: there may be hundreds, and each is made only where it is asked for."""

    def __init__(self, therapy: TherapyValues, weekday: Weekday | None) -> None:
        self._therapy = therapy
        self._weekday = weekday or _usual_day(therapy)
        self._typed: Sequence[FlexStep] = ()
        self._beginning: dict[int, list[ListedRow]] = {}
        if isinstance(therapy.schedule, Flex) and therapy.concentration is not None:
            day = therapy.schedule.every_day if weekday is None else therapy.schedule.day(weekday)
            self._typed = day.steps

    @cached_property
    def rows(self) -> tuple[ListedRow, ...]:
        """Steps or boluses whole, then what runs between them from midnight to midnight."""
        levels = self._levels
        stretches = () if levels is None else self._stretches(levels, range(len(levels.ends)))
        return (*map(self._step, self._typed), *self._boluses, *stretches)

    def beginning(self, at: TimeOfDay) -> list[ListedRow]:
        """Those that may be shown to begin at that minute."""
        if at.minute not in self._beginning:  # each of its cells asks for them
            self._beginning[at.minute] = self._those_beginning(at)
        return self._beginning[at.minute]

    def _those_beginning(self, at: TimeOfDay) -> list[ListedRow]:
        minute, levels = at.minute, self._levels
        rows = [self._step(step) for step in self._typed if step.start.minute == minute]
        stretches = () if levels is None else tuple(self._stretches(levels, levels.beginning_near(minute)))
        whole = (over for each in stretches for over in self._over_midnight(each))
        return rows + [row for row in (*self._boluses, *stretches, *whole) if at in row.cells("start")]

    def _over_midnight(self, row: ListedRow) -> Iterator[ListedRow]:
        """A stretch that runs up to midnight and on, as one row."""
        each = tuple(Weekday)
        levels = self._levels_of(each[(self._weekday.number + 1) % len(each)])
        if levels is None or not row.start or row.start + row.duration != 1:
            return
        (after,) = self._stretches(levels, (0,))
        if after.dose * row.duration == row.dose * after.duration and after.duration <= row.start:
            yield replace(row, duration=row.duration + after.duration, dose=row.dose + after.dose)

    def numbered(self, number: int) -> Sequence[ListedRow]:
        """The step whose turn it is, from 1 on; where there are no steps, the row."""
        steps = [self._step(step) for step in self._typed[number - 1 : number]]
        return steps if self._typed else (self._boluses or self.rows)[number - 1 : number]

    def _step(self, step: FlexStep) -> ListedRow:
        profile, concentration = self._therapy.profile, self._therapy.concentration
        assert profile is not None
        assert concentration is not None
        duration, strength = step.duration.magnitude, concentration.magnitude
        course = Course((), profile.runs, (self._weekday.number + step.begins) % profile.cycle)
        whole = course.volume_by(duration) * strength
        return ListedRow(step.begins, duration, whole, strength, is_step=True, alone=step.dose.magnitude)

    @cached_property
    def _boluses(self) -> tuple[ListedRow, ...]:
        return tuple(_whole_boluses(self._therapy))

    @cached_property
    def _levels(self) -> Levels | None:
        return self._levels_of(self._weekday)

    def _levels_of(self, weekday: Weekday) -> Levels | None:
        """What runs from midnight to midnight: of days of steps in mcg/day, else in mL/day."""
        profile = self._therapy.profile
        if profile is None or profile.cycle * MINUTES_PER_DAY < 1:
            return None
        if isinstance(profile.runs, Days):
            return profile.runs.doses[weekday.number if profile.differs_by_weekday else 0]
        return Levels.of(profile.day(weekday))

    def _stretches(self, levels: Levels, numbers: Iterable[int]) -> Iterator[ListedRow]:
        profile, concentration = self._therapy.profile, self._therapy.concentration
        assert profile is not None
        assert concentration is not None
        strength = concentration.magnitude
        of_one = Fraction(1) if isinstance(profile.runs, Days) else strength
        for stretch in map(levels.stretch, numbers):
            dose = stretch.volume * of_one
            yield ListedRow(stretch.start, stretch.duration, dose, strength, is_step=False)


@lru_cache(maxsize=4)
def usual_day_by_itself(therapy: TherapyValues) -> ListedDay | None:
    """The usual day as if it ran all week: so it is listed where other days differ. None where none do.

    Its night ends in itself then, and no other day's runs into it.
    """
    schedule = therapy.schedule
    if not isinstance(schedule, Flex) or not schedule.differing or _runs_into_itself(schedule.every_day):
        return None
    alone = TherapyValues(replace(schedule, differing=()), therapy.concentration, None, therapy.which, Once())
    return listed_day(alone)


def _runs_into_itself(day: FlexDay) -> bool:
    """Whether its last step would still run when its first begins: it is never followed by a day like it."""
    if not day.steps:
        return False
    ends = max(step.begins + step.duration.magnitude for step in day.steps)
    return bool(ends > 1 + min(step.begins for step in day.steps))


def _whole_boluses(therapy: TherapyValues) -> Iterator[ListedRow]:
    """The boluses that begin on one day; off the clock, those of the first day's 24 hours."""
    periodic = therapy.schedule
    if not isinstance(periodic, PeriodicBolus) or therapy.concentration is None:
        return
    duration, every = periodic.duration.magnitude, periodic.every.magnitude
    if every * MINUTES_PER_DAY < 1:
        return
    runs_on = periodic.basal is not None and not periodic.replaces_basal
    beside = periodic.basal.magnitude * duration if periodic.basal is not None and runs_on else Fraction(0)
    bolus, strength = periodic.bolus.magnitude, therapy.concentration.magnitude
    start = periodic.first.days % every if periodic.divides_the_day else periodic.first.days
    while start < 1:
        yield ListedRow(start, duration, bolus + beside, strength, is_step=True, alone=bolus)
        start += every


def _usual_day(therapy: TherapyValues) -> Weekday:
    """A day that runs as most do, and that is followed by one like it where there is such a day."""
    differing = dict(therapy.schedule.differing) if isinstance(therapy.schedule, Flex) else {}
    usual = [weekday for weekday in Weekday if weekday not in differing] or [Weekday.MON]
    following = [(*Weekday,)[(weekday.number + 1) % 7] for weekday in usual]
    return next(
        (day for day, after in zip(usual, following, strict=True) if after not in differing), usual[0]
    )
