"""Which one input, had it another value, would give everything that the programmer shows?

Turned round: of each input the values are found that give every read-out as printed, those that agree too. What is
left is an interval of exact numbers; where it is empty, this input alone explains nothing.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property, partial, reduce
from weakref import proxy

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.compute.profile import patient_course
from itbcalc.compute.reservoir import whole_days
from itbcalc.compute.schedule import PeriodicBolus
from itbcalc.judge.comparing import CLOCK_OFF, Compared
from itbcalc.judge.inputs import SolvableInput, StepPlace
from itbcalc.judge.one_step import OneStep, Shown, StepByStep
from itbcalc.judge.solving import (
    FollowedFunction,
    Function,
    Interval,
    Looking,
    StraightLine,
    Wanted,
    doublings,
    quotient_through,
    where_followed,
    where_tried,
)
from itbcalc.program import ReadOut
from itbcalc.program.read_outs import Value, definition_of
from itbcalc.quantities.clock import MINUTES_PER_DAY, TimeOfDay
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.units import Quantity

Values = Callable[[ReadOut, Calculation], Sequence[Value]]
"""What a read-out should show; several values where it may stand for several things."""

_LEVELS = {"low_alarm_date": "low_alarm", "empty_date": None, "days_to_alarm": "low_alarm"}


class Convention(Struct, frozen=True):
    """How the programmer may print: numbers cut off instead of rounded, days counted whole instead of by the clock."""

    cut_off: bool = False
    whole_days: bool = False


AS_A_RULE = Convention()


class ShownCondition(Struct, frozen=True):
    """One read-out as a condition: which interval its value must lie in for it to be printed as it was."""

    read_out: ReadOut
    interval: Interval
    convention: Convention = AS_A_RULE

    @property
    def name(self) -> str:
        """The read-out, and what of the convention counts for it."""
        counts = self.convention.whole_days if self.is_day else self.convention.cut_off
        return f"{self.read_out.name}, {counts}"

    @property
    def is_of_row(self) -> bool:
        """Whether it is a cell of a row of the schedule: which row is meant may change with the input."""
        return self.read_out.row is not None

    @property
    def is_day(self) -> bool:
        """Whether it is the day on which the reservoir comes to a level, or how many days until then.

        That costs more to look at.
        """
        return is_day(self.read_out)


def is_day(read_out: ReadOut) -> bool:
    """Whether a read-out is the day on which the reservoir comes to a level, or how many days until then."""
    return read_out.name in _LEVELS


def shown(compared: Compared, convention: Convention = AS_A_RULE) -> ShownCondition | None:
    """The condition that a read-out makes; None where it makes none that can be solved for.

    A read-out that was rounded down (whole days, the minute of a clock) has a condition of its own here.
    """
    read_out = compared.read_out
    if read_out.name in _LEVELS:
        return ShownCondition(read_out, Interval(), convention)
    if read_out.moment is not None:
        earliest, latest = (
            replace(read_out.moment, moment=read_out.moment.minute + off) for off in (-CLOCK_OFF, CLOCK_OFF)
        )
        return ShownCondition(read_out, Interval(_bare(earliest), _bare(latest)), convention)
    if compared.says_only_that_none_runs:
        return ShownCondition(read_out, Interval(high=Fraction(0)), convention)
    if read_out.entered is not None:
        printed, step = read_out.entered.quantity.magnitude, read_out.entered.resolution.magnitude
        rounded = Interval(printed - step / 2, printed + step / 2)
        return ShownCondition(
            read_out, Interval(printed, printed + step) if convention.cut_off else rounded, convention
        )
    if read_out.at_time is not None:
        minute = _bare(read_out.at_time)
        return ShownCondition(read_out, Interval(minute, minute), convention)
    return None


Parts = tuple[Interval, ...]


def conditions_of(read: Sequence[Compared], convention: Convention = AS_A_RULE) -> list[ShownCondition]:
    """What read-outs say of an input, in the order in which it is best looked at.

    Those that differ first, since they rule out most inputs at once; rows cost more than single amounts, days most.
    """
    offers = (shown(each, convention) for each in read)
    return sorted(
        (each for each in offers if each is not None), key=lambda each: (each.is_day, each.is_of_row)
    )


def narrowed(trials: "Trials", conditions: Sequence[ShownCondition]) -> Looking[Parts]:
    """The values of one input that meet all of `conditions`; empty where none does."""
    found = yield from trials.meeting(conditions)
    return _whole_parts(found) if trials.offered.whole else found


def bare_values(values: Values, read_out: ReadOut, calculation: Calculation) -> Shown:
    """What a read-out may stand for with `calculation`, as bare numbers."""
    return tuple(map(_bare, values(read_out, calculation)))


class AsTyped:
    """The calculation as typed, and what it shows: the same for all inputs, so it is asked for once."""

    def __init__(self, calculation: Calculation, values: Values) -> None:
        self.calculation = calculation
        self.values = values
        self._shown: dict[str, tuple[Fraction | None, ...]] = {}
        self._used: dict[Fraction, Fraction | None] = {}

    @cached_property
    def steps(self) -> StepByStep:
        """The steps of the schedule, each by itself."""
        return StepByStep(self.calculation, partial(bare_values, self.values))

    def bare(self, read_out: ReadOut, calculation: Calculation) -> Shown:
        """What a read-out may stand for with `calculation`, as bare numbers."""
        return bare_values(self.values, read_out, calculation)

    def shown(self, read_out: ReadOut) -> tuple[Fraction | None, ...]:
        """What a read-out may stand for, as bare numbers."""
        if read_out.name not in self._shown:
            self._shown[read_out.name] = self.bare(read_out, self.calculation)
        return self._shown[read_out.name]

    def used_by(self, time: Fraction) -> Fraction | None:
        """What has left the reservoir by then."""
        if time not in self._used:
            self._used[time] = self.calculation.used_by(time)
        return self._used[time]


class Trials:
    """One input at one value after another: each is computed once, whatever is asked of it.

    What was asked is kept, the calculations are not: of a long schedule there would be thousands.
    """

    def __init__(self, offered: SolvableInput, typed: AsTyped) -> None:
        self.offered = offered
        self._typed = typed
        self._tried: dict[Fraction, Calculation | None] = {offered.value: typed.calculation}
        self._shown: dict[tuple[str, Fraction], tuple[Fraction | None, ...]] = {}
        # They do not keep it: a ring does not go by itself, and the window stands still while rings are looked for.
        self._curves: dict[str, Sequence[FollowedFunction]] = {}
        self._days: dict[tuple[str, int], FollowedFunction] = {}
        self._corners: dict[str, Sequence[Fraction]] = {}
        self._met: dict[tuple[str, ...], Parts] = {}

    @property
    def calculation(self) -> Calculation:
        """That of the inputs as typed."""
        return self._typed.calculation

    @property
    def inputs(self) -> Inputs:
        """The inputs as typed."""
        return self.calculation.inputs

    @cached_property
    def parts(self) -> Parts:
        """Where the value of the input may lie."""
        return (self.offered.domain,) if self.offered.free is None else self.offered.free()

    def forget(self) -> None:
        """Lets go of all calculations but the one as typed."""
        self._tried = {self.offered.value: self.calculation}

    def at(self, value: Fraction) -> Calculation | None:
        """The calculation with this value; None where there can be none."""
        if value not in self._tried:
            varied = self.offered.put(self.inputs, value)
            self._tried[value] = None if varied is None else self.calculation.varied(varied)
        return self._tried[value]

    def inputs_at(self, value: Fraction) -> Inputs | None:
        """The inputs with this value, apart from the schedule where it is a number of a step."""
        if self.offered.in_step is not None:
            return self.inputs
        tried = self.at(value)
        return None if tried is None else tried.inputs

    def meeting(self, conditions: Sequence[ShownCondition]) -> Looking[Parts]:
        """Where all of `conditions` are met."""
        meets = _met_whole if self.offered.whole else _met
        among, met = self.parts, tuple[str, ...]()
        for condition in conditions:
            met = (*met, condition.name)
            if met not in self._met:
                self._met[met] = tuple(_apart((yield from meets(condition, self, among))))
            among = self._met[met]
            if not among:
                break
        return among

    def curves(self, condition: ShownCondition) -> Sequence[FollowedFunction]:
        """All that a read-out may stand for, each as a function of the input."""
        read_out = condition.read_out
        if read_out.name not in self._curves:
            count = len(self._typed.shown(read_out))
            if self.offered.place == PRIME:  # with less of it a bridge may run where none does now
                count = max(count, 1)
            each = (partial(Trials._follows, proxy(self), read_out, number) for number in range(count))
            self._curves[read_out.name] = [self._curve(condition, function) for function in each]
        return self._curves[read_out.name]

    def lines(self, condition: ShownCondition, among: Interval) -> list[StraightLine] | None:
        """The same, where each is known to be a straight line of a number of a step; None where that is not known."""
        step, name, at = self.step, self.offered.name, self.offered.value
        if step is None or condition.is_day:
            return None
        typed = self._typed.shown(condition.read_out)
        if condition.is_of_row:
            is_far = not step.may_reach(condition.read_out, name, among)
            slopes: Shown | None = (Fraction(0),) * len(typed) if is_far else None
        else:
            slopes = step.each_more(condition.read_out, name, among)
        if slopes is None:
            return None
        pairs = zip(typed, slopes, strict=True)
        return [StraightLine(y, slope, at) for y, slope in pairs if y is not None and slope is not None]

    def beyond_level(self, condition: ShownCondition, days: int) -> FollowedFunction:
        """How much more than what lies above the level has been delivered when a day begins, in mL."""
        key = condition.name, days
        if key not in self._days:
            self._days[key] = self._curve(
                condition, partial(Trials._beyond_level, proxy(self), condition, days)
            )
        return self._days[key]

    def _beyond_level(self, condition: ShownCondition, days: int, value: Fraction) -> Fraction | None:
        inputs = self.inputs_at(value)
        if inputs is None:
            return None
        return _beyond_level(condition, inputs, days, partial(self.used_by, value=value))

    def used_by(self, time: Fraction, value: Fraction) -> Fraction | None:
        """What has left the reservoir `time` days after the change, in mL; None while it cannot be said."""
        if value == self.offered.value or self.changes_no_flow:
            return self._typed.used_by(time)
        step = self.step
        if step is not None:
            return _sum(self._typed.used_by(time), step.more_used(time, self.offered.name, value))
        tried = self.at(value)
        return None if tried is None else tried.used_by(time)

    @property
    def changes_no_flow(self) -> bool:
        """Whether the pump delivers the same whatever the value: a steady flow knows no time of day."""
        return self.offered.place == "reservoir.at" and self.calculation.new_therapy.is_steady

    @cached_property
    def step(self) -> OneStep | None:
        """The step of which the input is a number."""
        return None if self.offered.in_step is None else self._typed.steps.step(self.offered.in_step)

    def corners(self, condition: ShownCondition) -> Sequence[Fraction]:
        """Of an input in whole minutes: where what is shown may have a corner."""
        if condition.name not in self._corners:
            self._corners[condition.name] = tuple(_whole_points(condition, self))
        return self._corners[condition.name]

    def is_straight(self, condition: ShownCondition) -> bool:
        """Whether what is shown is a straight line of the input, wherever it may lie.

        It is of every dose, and of how long a step lasts while its end meets nothing.
        """
        offered = self.offered
        if offered.step is None or offered.is_time_of_day or condition.is_of_row:
            return offered.is_linear
        (room,) = self.parts
        assert room.low is not None
        assert room.high is not None
        return not any(room.low < each < room.high for each in self.corners(condition))

    def _curve(self, condition: ShownCondition, function: Function) -> FollowedFunction:
        offered = self.offered
        is_line = self.is_straight(condition)
        return FollowedFunction(function, offered.domain, offered.value or Fraction(1), is_line=is_line)

    def _follows(self, read_out: ReadOut, number: int, value: Fraction) -> Fraction | None:
        found = self._shown.get((read_out.name, value))
        if found is None:
            found = self._shown[read_out.name, value] = self._shown_at(read_out, value)
        value_there = found[number] if number < len(found) else None
        if value_there is None and self.offered.place == PRIME:
            tried = self.at(value)
            # Once the prime has pushed all old drug out, a bridge has nothing to run out.
            return Fraction(0) if tried is not None and definition_of(read_out).is_absent(tried) else None
        return value_there

    def _shown_at(self, read_out: ReadOut, value: Fraction) -> Shown:
        """What a read-out stands for with this value; nothing where there can be none."""
        step, name = self.step, self.offered.name
        if step is None or (
            read_out.row is not None and step.may_reach(read_out, name, Interval(value, value))
        ):
            tried = self.at(value)
            return () if tried is None else self._typed.bare(read_out, tried)
        typed = self._typed.shown(read_out)
        if read_out.row is not None:
            return typed
        return step.shown(read_out, typed, name, value)


def may_give_without(typed: AsTyped, place: StepPlace, conditions: Sequence[ShownCondition]) -> bool:
    """Whether one of `conditions`, none of which is met, may be where one step was left out: if not, that explains nothing."""
    step = typed.steps.step(place)
    return any(_may_give(typed, step, condition) for condition in conditions)


def _may_give(typed: AsTyped, step: OneStep, condition: ShownCondition) -> bool:
    read_out = condition.read_out
    if condition.is_of_row:
        return step.meets(read_out)
    if not condition.is_day:
        values = step.shown_without(read_out, typed.shown(read_out))
        return any(each is not None and each in condition.interval for each in values)
    return _may_give_day(typed, step, condition)


def _may_give_day(typed: AsTyped, step: OneStep, condition: ShownCondition) -> bool:
    def used_without(time: Fraction) -> Fraction | None:
        return _sum(typed.used_by(time), step.less_used(time))

    inputs = typed.calculation.inputs
    begins, ends = (_beyond_level(condition, inputs, days, used_without) for days in (0, 1))
    return begins is not None and ends is not None and begins <= 0 <= ends


# --- inputs that may have any value


def _met(condition: ShownCondition, trials: Trials, among: Parts) -> Looking[list[Interval]]:
    met: list[Interval] = []
    if not condition.is_day:
        for domain in among:
            met += yield from _met_amount(condition, trials, domain)
        return met
    near = trials.offered.value or Fraction(1)
    corners = _bridge_corners(condition, trials)
    for domain in among:
        part: Interval | None = domain
        for curve, wanted in _day_curves(condition, trials):
            if part is None:
                break
            if trials.offered.place == PRIME:
                part = yield from where_followed(curve, wanted, part, _line_corners(trials.inputs))
            elif corners is None:
                part = yield from curve.where(wanted, part)
            else:
                part = yield from where_followed(curve, wanted, part, (*doublings(near), *corners))
        met += () if part is None else (part,)
    return met


def _met_amount(condition: ShownCondition, trials: Trials, among: Interval) -> Looking[list[Interval]]:
    wanted, lines = condition.interval, trials.lines(condition, among)
    if lines is not None:
        return _where_lines(lines, wanted, among)
    met: list[Interval] = []
    for curve in trials.curves(condition):
        if trials.offered.place == PRIME:
            part = yield from where_followed(curve, wanted, among, _line_corners(trials.inputs))
        else:
            part = yield from curve.where(wanted, among)
        met += () if part is None else (part,)
    return met


def _where_lines(lines: Sequence[StraightLine], wanted: Interval, among: Interval) -> list[Interval]:
    return [part for line in lines if (part := line.within(wanted, among)) is not None]


def _sum(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other


def _apart(parts: Iterable[Interval]) -> Iterator[Interval]:
    """The parts in order, those that overlap joined."""
    kept: list[Interval] = []
    for part in sorted(parts, key=lambda each: (each.low is not None, each.low)):
        if kept and part.intersected(kept[-1]) is not None:
            kept[-1] = kept[-1].joined(part)
        else:
            kept.append(part)
    yield from kept


def _bare(value: Value) -> Fraction | None:
    if isinstance(value, TimeOfDay):
        return Fraction(value.minute)
    if isinstance(value, Instant):
        return Fraction(int(value.minute.timestamp()), 60)
    return value.magnitude if isinstance(value, Quantity) else None


# --- the day on which a level is reached


def _day_curves(condition: ShownCondition, trials: Trials) -> Iterator[tuple[FollowedFunction, Interval]]:
    """That the level is not reached when the day begins, and is when it ends."""
    yield trials.beyond_level(condition, 0), Interval(high=Fraction(0))
    yield trials.beyond_level(condition, 1), Interval(low=Fraction(0))


def _beyond_level(condition: ShownCondition, inputs: Inputs, days: int, used_by: Function) -> Fraction | None:
    """How much more than what lies above the level has been delivered when a day begins, in mL."""
    available, until = _available(condition.read_out, inputs), _until(condition, inputs, days)
    used = None if until is None else used_by(until)
    return None if used is None or available is None else used - available


def _available(read_out: ReadOut, inputs: Inputs) -> Fraction | None:
    if inputs.filled is None:
        return None
    if _LEVELS[read_out.name] is None:
        return inputs.filled.magnitude
    return None if inputs.low_alarm is None else inputs.filled.magnitude - inputs.low_alarm.magnitude


def _until(condition: ShownCondition, inputs: Inputs, days: int) -> Fraction | None:
    """How long after the change the day that was printed begins, or the day after it; in days."""
    if condition.read_out.entered is not None:
        return Fraction(condition.read_out.entered.quantity.magnitude) + days
    if inputs.at is None or condition.read_out.on is None:
        return None
    if condition.convention.whole_days:
        return Fraction((condition.read_out.on - inputs.at.moment.date()).days + days)
    try:
        day = condition.read_out.on + timedelta(days=days)
    except OverflowError:
        return None
    return inputs.at.days_until(datetime.combine(day, time.min, inputs.at.moment.tzinfo))


def _bridge_corners(condition: ShownCondition, trials: Trials) -> list[Fraction] | None:
    """Where the bridge would end just as the schedule changes its flow: there what is delivered has its corners.

    None where the input does not change how long the bridge runs.
    """
    offered = trials.offered
    if not offered.place.startswith(_OF_THE_BRIDGE):
        return None
    near = offered.value or Fraction(1)
    points = []
    for value in (near, near * 2, near * 3):
        tried = trials.at(value)
        if tried is not None and tried.bridge_duration is not None:
            points.append((value, tried.bridge_duration.value.magnitude))
    if len(points) < 3:
        return None
    lasting = quotient_through(points)
    ends = _corners(condition, trials.calculation)
    return [corner for end in ends if (corner := lasting.inverse(end)) is not None]


PRIME = "line.prime.volume"


def _line_corners(inputs: Inputs) -> Iterator[Fraction]:
    """Where a prime has filled the catheter, and where tubing too: no old drug is left then.

    What is delivered only grows with the prime, but for those it has no corner that matters.
    """
    if inputs.catheter_volume is not None and inputs.tubing_volume is not None:
        yield inputs.catheter_volume.magnitude
        yield inputs.catheter_volume.magnitude + inputs.tubing_volume.magnitude


_OF_THE_BRIDGE = ("system.", "current.concentration", "bridge.dose")


def _corners(condition: ShownCondition, calculation: Calculation) -> Iterator[Fraction]:
    """How long a bridge lasts that ends where a flow changes, in days: of the schedule, or of the patient boluses."""
    inputs, course = calculation.inputs, calculation.course(bridged=False)
    if inputs.at is None or course is None:
        return
    yield from (each.end for each in itertools.islice(course.stretches_from(), _CORNERS))
    bolus, strength = inputs.new_patient_bolus, inputs.new_concentration
    for days in (0, 1):
        until = _until(condition, inputs, days)
        if until is None:
            continue
        yield until
        if bolus is not None and strength is not None:
            taken = patient_course(bolus, strength).stretches_from(max(until - _LONG_BRIDGE, Fraction(0)))
            for each in taken:
                if each.start >= until:
                    break
                yield until - each.start


_CORNERS = 48
_LONG_BRIDGE = Fraction(4)  # days


# --- inputs in whole minutes, and counts


def _met_whole(condition: ShownCondition, trials: Trials, among: Parts) -> Looking[list[Interval]]:
    if condition.is_day and trials.offered.place in _COUNTED:
        return (yield from _met_counted(condition, trials, among))
    met: list[Interval] = []
    for domain in among:
        lines = trials.lines(condition, domain)
        if lines is not None:
            met += _where_lines(lines, condition.interval, domain)
            continue
        most = _most_moved(condition, trials, domain)
        if condition.is_day:
            part: Interval | None = domain
            for curve, wanted in _day_curves(condition, trials):
                if part is not None:
                    part = yield from _where_whole_minutes(curve, wanted, part, condition, trials, most=most)
            met += () if part is None else (part,)
            continue
        for curve in trials.curves(condition):
            part = yield from _where_whole_minutes(
                curve, condition.interval, domain, condition, trials, most=most
            )
            met += () if part is None else (part,)
    return met


def _where_whole_minutes(
    curve: FollowedFunction,
    wanted: Interval,
    among: Interval,
    condition: ShownCondition,
    trials: Trials,
    *,
    most: Fraction | None,
) -> Looking[Interval | None]:
    """Where a function lies as wanted; `most` is how far it may at most lie from its value as typed, if that is known."""
    offered = trials.offered
    if most is not None:
        typed = curve(offered.value)
        missed = wanted.missed_by(typed)
        if typed is None or missed is None or missed > most:
            return None
        if typed - most in wanted and typed + most in wanted:
            return among
    if offered.step is not None and not offered.is_time_of_day and trials.is_straight(condition):
        return (yield from curve.where(wanted, among))
    return (yield from where_followed(curve, wanted, among, trials.corners(condition), whole=True))


def _most_moved(condition: ShownCondition, trials: Trials, among: Interval) -> Fraction | None:
    """How far a read-out may at most lie from its value as typed, wherever in `among` the input lies; None where unknown.

    When a step begins changes no dose and no volume of a day as long as it ends on it. Of what has left the reservoir by a
    moment it changes the run that the change or the bridge cuts off, and the run of that moment; how long it lasts changes
    each run, by no more than what is delivered in it, or in its place.
    """
    offered, step = trials.offered, trials.step
    if step is None or condition.is_of_row:
        return None
    assert among.high is not None
    if offered.is_time_of_day:
        if max(among.high, offered.value) + step.lasts > MINUTES_PER_DAY:
            return None
        return step.most_in_one_run(step.lasts) * 2 if condition.is_day else Fraction(0)
    until = _until(condition, trials.inputs, 1) if condition.is_day else None
    return None if until is None else step.most_in_one_run(max(among.high, step.lasts)) * (until + 2)


def _whole_parts(parts: Sequence[Interval]) -> Parts:
    """The parts from the first to the last whole number in them."""
    return tuple(whole for part in parts if (whole := part.whole) is not None)


def _whole_points(condition: ShownCondition, trials: Trials) -> Iterator[Fraction]:
    """Where what is delivered may have a corner: an edge of a step or bolus meets the change, the day, or midnight."""
    offered = trials.offered
    if offered.step is None or offered.is_time_of_day:
        yield offered.value
    if offered.place == "reservoir.at":
        if condition.is_day and trials.changes_no_flow:
            return  # the later the change, the less has flowed by a day
        yield from (Fraction(minutes) for minutes in range(-_MOMENTS, _MOMENTS, MINUTES_PER_DAY // 2))
        return
    if not offered.is_time_of_day and offered.step is None:
        yield from (Fraction(value // 1) for value in doublings(offered.value))
    if offered.place.startswith("new.patient_bolus"):
        return  # the longer one lasts, or the later the next may follow, the less has flowed by a day
    schedule = trials.inputs.new_schedule
    if offered.place == "new.every" and isinstance(schedule, PeriodicBolus):
        yield Fraction(_minutes(schedule.duration) // 1)
    for edge in _edges(condition, trials.calculation):
        for corner in _corners_of(offered, edge, trials.inputs):
            # One minute earlier too: a bolus at the very minute of the change is given, one before it is not.
            yield from map(Fraction, range(math.ceil(corner) - 1, math.floor(corner) + 2))


_MOMENTS = 7 * MINUTES_PER_DAY


def _edges(condition: ShownCondition, calculation: Calculation) -> set[Fraction]:
    """The minutes of the day at which something begins or ends beside the input itself: change, bridge, days, midnight."""
    inputs = calculation.inputs
    if inputs.at is None or not condition.is_day:
        return {Fraction(0)}
    begins = inputs.at.week_clock
    moments = [begins]
    if calculation.bridge_duration is not None:
        moments.append(begins + calculation.bridge_duration.value.magnitude)
    for days in (0, 1):
        until = _until(condition, inputs, days)
        if until is not None:
            moments.append(begins + until)
    return {Fraction(0), *(moment * MINUTES_PER_DAY % MINUTES_PER_DAY for moment in moments)}


def _corners_of(offered: SolvableInput, edge: Fraction, inputs: Inputs) -> Iterator[Fraction]:
    """The values of the input at which what it moves begins or ends at `edge`, a minute of the day."""
    schedule = inputs.new_schedule
    if isinstance(schedule, PeriodicBolus):
        every, lasts = _minutes(schedule.every), _minutes(schedule.duration)
        if offered.is_time_of_day:
            for begin in (edge % every, (edge - lasts) % every):
                yield from (begin + number * every for number in range(int(MINUTES_PER_DAY // every) + 1))
        yield (edge - schedule.first.minute) % every
    elif offered.step is not None and offered.is_time_of_day:
        yield from (edge, (edge - _minutes(offered.step.duration)) % MINUTES_PER_DAY)
    elif offered.step is not None:
        yield (edge - offered.step.start.minute) % MINUTES_PER_DAY


def _minutes(duration: Quantity) -> Fraction:
    return Fraction(duration.magnitude) * MINUTES_PER_DAY


_COUNTED = ("new.every", "new.patient_bolus.per_day")  # where each bolus more or less is a corner


def _met_counted(condition: ShownCondition, trials: Trials, among: Parts) -> Looking[list[Interval]]:
    wanted = list(_day_curves(condition, trials))
    met: list[Interval] = []
    for domain in _whole_parts(among):
        assert domain.low is not None
        assert domain.high is not None
        numbers: Sequence[int] = range(int(domain.low), int(domain.high) + 1)
        parts: list[Interval | None] = []
        if trials.offered.place == "new.every":
            parts.append((yield from _where_wandering(wanted, domain, trials)))
            numbers = [number for number in numbers if not MINUTES_PER_DAY % number]
        parts.append((yield from where_tried(wanted, numbers)))
        found = [part for part in parts if part is not None]
        met += [reduce(Interval.joined, found)] if found else []
    return met


def _where_wandering(wanted: Sequence[Wanted], among: Interval, trials: Trials) -> Looking[Interval | None]:
    """The intervals that do not divide the day: the longer they are, the later each bolus comes but the first.

    So by any moment there is only less, or where the basal is higher only more. Up to the duration of a bolus it is the
    same of its flow.
    """
    schedule = trials.inputs.new_schedule
    assert isinstance(schedule, PeriodicBolus)
    lasts = Fraction(math.floor(_minutes(schedule.duration)))
    found: Interval | None = among
    for function, interval in wanted:
        if found is not None:
            wanders = partial(_wandering, function)
            found = yield from where_followed(wanders, interval, found, (lasts, lasts + 1), whole=True)
    if found is None or found.low is None or found.high is None:
        return None
    numbers = range(int(found.low), int(found.high) + 1)
    wandering = [
        *itertools.islice(_that_wander(numbers), 1),
        *itertools.islice(_that_wander(reversed(numbers)), 1),
    ]
    return Interval(*wandering) if wandering else None


def _that_wander(numbers: Iterable[int]) -> Iterator[Fraction]:
    return (Fraction(number) for number in numbers if MINUTES_PER_DAY % number)


def _wandering(function: Function, minutes: Fraction) -> Fraction | None:
    """What boluses come to that do not divide the day: those that do, a hair further apart."""
    return function(minutes if MINUTES_PER_DAY % minutes else minutes + _A_HAIR)


_A_HAIR = Fraction("1/1441")  # of a minute: so much more than any number of them divides no day


def day_counted(read_out: ReadOut, calculation: Calculation) -> date | None:
    """The day on which a level is reached, as a programmer has it that counts whole days from the change."""
    times = {"low_alarm_date": calculation.time_to_alarm, "empty_date": calculation.time_to_empty}
    lasts, at = times.get(read_out.name), calculation.inputs.at
    if lasts is None or at is None:
        return None
    try:
        return at.moment.date() + timedelta(days=whole_days(lasts.value))
    except OverflowError:
        return None
