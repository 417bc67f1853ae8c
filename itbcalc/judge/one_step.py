"""What does one step of a schedule contribute by itself, whatever the others do?

Flows add up: what another dose, length or beginning of a step changes where it is the only one, it changes among three
hundred others as well. So of a long schedule the one step is computed anew, and the rest of the day is not. While a step
ends on its own day, the amounts of that day do not even depend on when it begins: each mcg and each minute more of any of
its steps changes them alike.
"""

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cached_property
from weakref import WeakValueDictionary

from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.listed_rows import listed_day
from itbcalc.compute.schedule import Flex, FlexStep
from itbcalc.judge.inputs import StepPlace, put_in_step
from itbcalc.judge.solving import Interval
from itbcalc.program import ReadOut
from itbcalc.quantities.clock import MINUTES_PER_DAY, Weekday

Shown = tuple[Fraction | None, ...]
"""What a read-out may stand for, as bare numbers."""


class OneStep:
    """One step of the schedule: what it changes of what is shown, and of what is used up, with other numbers in it."""

    def __init__(self, steps: "StepByStep", place: StepPlace) -> None:
        self._steps = steps
        self._place = place
        self._step = place.day_of(steps.flex).steps[place.number - 1]
        self._shown: dict[str, Shown] = {}
        self._used: dict[Fraction, Fraction | None] = {}

    # --- amounts, and what leaves the reservoir

    def shown(self, read_out: ReadOut, typed: Shown, name: str, value: Fraction) -> Shown:
        """What a read-out that is no row shows where its dose, duration or start is `value`; nothing where it cannot be.

        `typed` is what it shows as typed.
        """
        if not self._ends_on_its_day(name, value):
            return _sums(typed, self._more_shown(read_out, self._with(name, value)))
        if name == "start":
            return typed
        more = value - self._number(name)
        each_more = self._each_more(read_out, name)
        return _sums(typed, [None if each is None else each * more for each in each_more])

    def each_more(self, read_out: ReadOut, name: str, among: Interval) -> Shown | None:
        """How much more a read-out that is no row shows for each mcg or minute more.

        None unless it ends on its own day wherever in `among` the number lies.
        """
        longest = among.high if name == "duration" else self._number(name)
        if name == "start" or longest is None or not self._ends_on_its_day(name, longest):
            return None
        return self._each_more(read_out, name)

    def shown_without(self, read_out: ReadOut, typed: Shown) -> Shown:
        """The same where it is left out, and the basal runs in its place."""
        if not self._ends_on_its_day("start", self._number("start")):
            return _sums(typed, self._more_shown(read_out, self._steps.without))
        pairs = zip(self._each_more(read_out, "dose"), self._each_more(read_out, "duration"), strict=True)
        dose, lasts = self._number("dose"), self.lasts
        return _sums(
            typed,
            [
                None if mcg is None or minute is None else -mcg * dose - minute * lasts
                for mcg, minute in pairs
            ],
        )

    def most_in_one_run(self, longest: Fraction) -> Fraction:
        """At most so much is delivered in one run of it, or in its place, in mL; `longest` is how long it may last, in minutes."""
        strength = self._steps.strength
        most: Fraction = self._step.dose.magnitude + self._steps.highest_basal * longest / MINUTES_PER_DAY
        return most / strength

    def more_used(self, time: Fraction, name: str, value: Fraction) -> Fraction | None:
        """How much more has left the reservoir `time` days after the change where one of its numbers is `value`, in mL."""
        return self._more_used(time, self._with(name, value))

    def less_used(self, time: Fraction) -> Fraction | None:
        """The same where it is left out: below zero, unless the basal brings more."""
        return self._more_used(time, self._steps.without)

    def _more_shown(self, read_out: ReadOut, tried: Calculation | None) -> Shown:
        if tried is None:
            return ()
        if read_out.name not in self._shown:
            self._shown[read_out.name] = self._steps.shown(read_out, self._typed)
        pairs = zip(self._shown[read_out.name], self._steps.shown(read_out, tried), strict=True)
        return tuple(None if was is None or now is None else now - was for was, now in pairs)

    def _more_used(self, time: Fraction, tried: Calculation | None) -> Fraction | None:
        if time not in self._used:
            self._used[time] = self._typed.used_by(time)
        was, now = self._used[time], None if tried is None else tried.used_by(time)
        return None if was is None or now is None else now - was

    def _each_more(self, read_out: ReadOut, name: str) -> Shown:
        """How much more is shown for each mcg, or each minute, of any step that ends on this day."""
        known, key = self._steps.each_more, (self._place.day, name, read_out.name)
        if key not in known:
            was = self._number(name)
            now = was / 2
            more = self._more_shown(read_out, self._with(name, now))
            known[key] = tuple(None if each is None else each / (now - was) for each in more)
        return known[key]

    @cached_property
    def lasts(self) -> Fraction:
        """In minutes."""
        return self._step.duration.magnitude * MINUTES_PER_DAY

    def _number(self, name: str) -> Fraction:
        """One of its numbers, as it is solved for: mcg, or minutes."""
        if name == "dose":
            return self._step.dose.magnitude
        if name == "duration":
            return self.lasts
        return Fraction(self._step.start.minute)

    def _ends_on_its_day(self, name: str, value: Fraction) -> bool:
        """Whether it does with this value, and as typed."""
        if self._ends > MINUTES_PER_DAY:
            return False
        if name == "duration":
            return self._step.start.minute + value <= MINUTES_PER_DAY
        return name != "start" or value + self.lasts <= MINUTES_PER_DAY

    @cached_property
    def _typed(self) -> Calculation:
        return self._steps.with_step(self._place, self._step)

    def _with(self, name: str, value: Fraction) -> Calculation | None:
        """The calculation with this step alone, another value in it; None where there can be none."""
        varied = put_in_step(self._typed.inputs, value, place=replace(self._place, number=1), name=name)
        return None if varied is None else self._typed.varied(varied)

    # --- rows

    def may_reach(self, read_out: ReadOut, name: str, among: Interval) -> bool:
        """Whether a row that was read may be listed otherwise where one of its numbers lies in `among`."""
        starts, longest = Interval(self._number("start"), self._number("start")), among.high
        if name != "duration":
            starts, longest = among if name == "start" else starts, self.lasts
        if longest is None or starts.low is None or starts.high is None or self.meets(read_out):
            return True
        return self._steps.is_met(read_out, math.floor(starts.low), math.ceil(starts.high + longest))

    def meets(self, read_out: ReadOut) -> bool:
        """Whether it runs, begins or ends within a row that was read, or just beside it."""
        return self._steps.is_met(read_out, self._step.start.minute, self._ends)

    @cached_property
    def _ends(self) -> int:
        """Its end, in whole minutes from the midnight before it begins, rounded up."""
        return math.ceil(self._step.ends * MINUTES_PER_DAY)


def _sums(typed: Shown, more: Sequence[Fraction | None]) -> Shown:
    """How much is shown with so much more; nothing where there is nothing."""
    pairs = zip(typed, more, strict=True) if more else ()
    return tuple(None if one is None or other is None else one + other for one, other in pairs)


class StepByStep:
    """The steps of a schedule, each by itself. `shown` says what a read-out may stand for with a calculation."""

    def __init__(self, calculation: Calculation, shown: Callable[[ReadOut, Calculation], Shown]) -> None:
        flex = calculation.inputs.new_schedule
        assert isinstance(flex, Flex)
        self.flex = flex
        self.shown = shown
        self.each_more: dict[tuple[Weekday | None, str, str], Shown] = {}
        self._whole = calculation
        # Who asks for one keeps it: it knows the others, and a ring would not go by itself.
        self._each = WeakValueDictionary[StepPlace, OneStep]()
        self._spans: dict[str, tuple[tuple[int, int], ...]] = {}

    def step(self, place: StepPlace) -> OneStep:
        """One of them."""
        one = self._each.get(place)
        if one is None:
            one = self._each[place] = OneStep(self, place)
        return one

    @cached_property
    def strength(self) -> Fraction:
        """The new concentration, in mcg/mL."""
        concentration = self._whole.inputs.new_concentration
        assert concentration is not None
        return concentration.magnitude

    @cached_property
    def highest_basal(self) -> Fraction:
        """That of the days, in mcg/day."""
        return max(Fraction(0) if day.basal is None else day.basal.magnitude for _, day in self.flex.days())

    @cached_property
    def without(self) -> Calculation:
        """The calculation of the basal alone."""
        return self._whole.varied(replace(self._whole.inputs, new_schedule=self._bare))

    def with_step(self, place: StepPlace, step: FlexStep) -> Calculation:
        """That of the basal and one step."""
        return self._whole.varied(
            replace(self._whole.inputs, new_schedule=place.with_steps(self._bare, (step,)))
        )

    @cached_property
    def _bare(self) -> Flex:
        """The same days, each with its basal alone."""
        days = tuple((weekday, dataclasses.replace(day, steps=())) for weekday, day in self.flex.differing)
        return Flex(dataclasses.replace(self.flex.every_day, steps=()), days)

    def is_met(self, read_out: ReadOut, begin: int, end: int) -> bool:
        """Whether what runs from `begin` to `end` (minutes of a day) meets a row that was read, on whatever day."""
        if read_out.name not in self._spans:
            self._spans[read_out.name] = tuple(self._spans_of(read_out))
        spans, days = self._spans[read_out.name], (-MINUTES_PER_DAY, 0, MINUTES_PER_DAY)
        return any(begin + each <= last and end + each >= first for first, last in spans for each in days)

    def _spans_of(self, read_out: ReadOut) -> Iterator[tuple[int, int]]:
        """From when to when rows run that it may be, and when it begins itself; in minutes, one more to either side."""
        row = read_out.row
        assert row is not None
        day = listed_day(self._whole.new_therapy, row.day)
        yield row.start.minute - 1, row.start.minute + 1
        for each in day.beginning(row.start) or day.numbered(row.number):
            begin, end = each.start * MINUTES_PER_DAY, (each.start + each.duration) * MINUTES_PER_DAY
            yield math.floor(begin) - 1, math.ceil(end) + 1
