"""Which one input, had it another value, would give everything that the programmer shows?

Turned round: of each input the values are found that give every read-out as printed, those that agree too. What is
left is an interval of exact numbers; where it is empty, this input alone explains nothing.
"""

import itertools
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from functools import partial

from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.compute.profile import patient_course
from itbcalc.compute.reservoir import whole_days
from itbcalc.compute.schedule import Flex, PatientBolus, PeriodicBolus
from itbcalc.judge.inputs import SolvableInput
from itbcalc.judge.solving import (
    Function,
    Interval,
    WantedWhole,
    doublings,
    quotient_through,
    where,
    where_followed,
    where_whole,
)
from itbcalc.program import ReadOut
from itbcalc.program.read_outs import Value
from itbcalc.quantities.clock import MINUTES_PER_DAY, TimeOfDay
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.units import Quantity

Values = Callable[[ReadOut, Calculation], Sequence[Value]]
"""What a read-out should show; several values where it may stand for several things."""

_LEVELS = {"low_alarm_date": "low_alarm", "empty_date": None, "days_to_alarm": "low_alarm"}


@dataclass(frozen=True, slots=True)
class Convention:
    """How the programmer may print: numbers cut off instead of rounded, days counted whole instead of by the clock."""

    cut_off: bool = False
    whole_days: bool = False


AS_A_RULE = Convention()


@dataclass(frozen=True, slots=True)
class ShownCondition:
    """One read-out as a condition: which interval its value must lie in for it to be printed as it was."""

    read_out: ReadOut
    interval: Interval
    convention: Convention = AS_A_RULE

    @property
    def is_day(self) -> bool:
        """Whether it is the day on which the reservoir comes to a level, or how many days until then.

        That costs more to look at.
        """
        return self.read_out.name in _LEVELS


def shown(read_out: ReadOut, convention: Convention) -> ShownCondition | None:
    """The condition that a read-out makes; None where it makes none that can be solved for.

    A read-out that was rounded down (whole days, the minute of a clock) has a condition of its own here.
    """
    if read_out.name in _LEVELS:
        return ShownCondition(read_out, Interval(), convention)
    if read_out.moment is not None:
        minute = _bare(read_out.moment)
        return ShownCondition(read_out, Interval(minute, minute), convention)
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


def narrowed(
    offered: SolvableInput,
    read_outs: Sequence[ReadOut],
    calculation: Calculation,
    values: Values,
    convention: Convention = AS_A_RULE,
) -> Generator[None, None, tuple[Interval, ...]]:
    """The values of one input that give all of `read_outs` as printed; empty where none does.

    One of `read_outs` is looked at after another, with a pause between two: those that differ first, since they rule
    out most inputs at once.
    """
    offers = (shown(read_out, convention) for read_out in read_outs)
    conditions = sorted((each for each in offers if each is not None), key=lambda each: each.is_day)
    trials = Trials(offered, calculation, values)
    meets = _met_whole if offered.whole else _met
    found: tuple[Interval, ...] = (offered.domain,)
    for condition in conditions:
        found = tuple(_apart(meets(condition, trials, found)))
        yield
        if not found:
            return ()
    return tuple(_whole_parts(found)) if offered.whole else found


class Trials:
    """One input at one value after another: each is computed once, whatever is asked of it."""

    def __init__(self, offered: SolvableInput, calculation: Calculation, values: Values) -> None:
        self.offered = offered
        self.calculation = calculation
        self._values = values
        self._tried: dict[Fraction, Calculation | None] = {}
        self._shown: dict[tuple[str, Fraction], tuple[Fraction | None, ...]] = {}

    @property
    def inputs(self) -> Inputs:
        """The inputs as typed."""
        return self.calculation.inputs

    def at(self, value: Fraction) -> Calculation | None:
        """The calculation with this value; None where there can be none."""
        if value not in self._tried:
            varied = self.offered.put(self.inputs, value)
            self._tried[value] = None if varied is None else self.calculation.varied(varied)
        return self._tried[value]

    def functions(self, read_out: ReadOut) -> list[Function]:
        """All that a read-out may stand for, each as a function of the input."""
        count = len(self._values(read_out, self.calculation))
        return [partial(self._follows, read_out, number) for number in range(count)]

    def _follows(self, read_out: ReadOut, number: int, value: Fraction) -> Fraction | None:
        found = self._shown.get((read_out.name, value))
        if found is None:
            tried = self.at(value)
            found = () if tried is None else tuple(_bare(each) for each in self._values(read_out, tried))
            self._shown[read_out.name, value] = found
        return found[number] if number < len(found) else None


# --- inputs that may have any value


def _met(condition: ShownCondition, trials: Trials, among: Sequence[Interval]) -> Iterator[Interval]:
    offered = trials.offered
    near = offered.value or Fraction(1)
    if not condition.is_day:
        for function in trials.functions(condition.read_out):
            parts = (where(function, condition.interval, offered.domain, near, each) for each in among)
            yield from (each for each in parts if each is not None)
        return
    corners = _bridge_corners(condition, trials)
    for domain in among:
        part: Interval | None = domain
        for function, wanted in _day_functions(condition, trials):
            if part is None:
                break
            if corners is None:
                part = where(function, wanted, offered.domain, near, part)
            else:
                part = where_followed(function, wanted, part, (*doublings(near), *corners))
        yield from () if part is None else (part,)


def _apart(parts: Iterable[Interval]) -> Iterator[Interval]:
    """The parts in order, those that overlap joined."""
    kept: list[Interval] = []
    for part in sorted(parts, key=lambda each: (each.low is not None, each.low or 0)):
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


def _day_functions(condition: ShownCondition, trials: Trials) -> Iterator[tuple[Function, Interval]]:
    """That the level is not reached when the day begins, and is when it ends."""
    yield partial(_beyond_level, condition, trials, 0), Interval(high=Fraction(0))
    yield partial(_beyond_level, condition, trials, 1), Interval(low=Fraction(0))


def _beyond_level(condition: ShownCondition, trials: Trials, days: int, value: Fraction) -> Fraction | None:
    """How much more than what lies above the level has been delivered when a day begins, in mL."""
    tried = trials.at(value)
    if tried is None:
        return None
    available, until = _available(condition.read_out, tried.inputs), _until(condition, tried.inputs, days)
    used = None if until is None else tried.used_by(until)
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
    if len(points) < 3 or points[0][1] == points[1][1]:
        return None
    lasting = quotient_through(points)
    ends = _corners(condition, trials.calculation)
    return [corner for end in ends if (corner := lasting.inverse(end)) is not None]


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


def _met_whole(condition: ShownCondition, trials: Trials, among: Sequence[Interval]) -> Iterator[Interval]:
    offered, name = trials.offered, condition.read_out.name
    if condition.is_day and offered.place in _COUNTED:
        yield from _met_counted(condition, trials, among)
        return
    if condition.is_day:
        for domain in among:
            part: Interval | None = domain
            for function, wanted in _day_functions(condition, trials):
                points = _whole_points(condition, trials)
                part = part and where_followed(function, wanted, part, points, whole=True)
            yield from () if part is None else (part,)
        return
    for function in trials.functions(condition.read_out):
        for domain in among:
            if offered.place == "reservoir.at" and name != "pump_clock":
                value = function(offered.value)  # when it is done changes no dose and no volume
                part = domain if value is not None and value in condition.interval else None
            elif (
                offered.kind is not None and not name.startswith("steps.") and not _differs_by_weekday(trials)
            ):
                part = where(function, condition.interval, offered.domain, offered.value, domain)
            else:
                points = _whole_points(condition, trials)
                part = where_followed(function, condition.interval, domain, points, whole=True)
            yield from () if part is None else (part,)


def _differs_by_weekday(trials: Trials) -> bool:
    """Whether a step that runs past midnight runs into another kind of day."""
    schedule = trials.inputs.new_schedule
    return isinstance(schedule, Flex) and bool(schedule.differing)


def _whole_parts(parts: Sequence[Interval]) -> Iterator[Interval]:
    """The parts from the first to the last whole number in them."""
    for part in parts:
        assert part.low is not None
        assert part.high is not None
        low, high = -(-part.low // 1), part.high // 1
        if low <= high:
            yield Interval(Fraction(low), Fraction(high))


def _whole_points(condition: ShownCondition, trials: Trials) -> Iterator[Fraction]:
    """Where what is delivered may have a corner: an edge of a step or bolus meets the change, the day, or midnight."""
    offered = trials.offered
    yield offered.value
    if offered.place == "reservoir.at":
        yield from (Fraction(minutes) for minutes in range(-_MOMENTS, _MOMENTS, MINUTES_PER_DAY // 2))
        return
    if not offered.is_time_of_day:
        yield from (Fraction(value // 1) for value in doublings(offered.value))
    moved = tuple(_moved_by(offered, trials.inputs))
    for edge in _edges(condition, trials.calculation):
        for corner in _corners_of(offered, edge, moved, trials.inputs):
            yield from (Fraction(corner // 1), Fraction(corner // 1 + 1))


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


_Span = tuple[Fraction, Fraction]


def _moved_by(offered: SolvableInput, inputs: Inputs) -> Iterator[_Span]:
    """When a step begins that the input may move, and how long it lasts, in minutes."""
    if isinstance(inputs.new_schedule, Flex):
        for _, day in inputs.new_schedule.days():
            for step in day.steps:
                start, lasts = Fraction(step.start.minute), _minutes(step.duration)
                if offered.value == (start if offered.is_time_of_day else lasts):
                    yield start, lasts


def _corners_of(
    offered: SolvableInput, edge: Fraction, moved: Sequence[_Span], inputs: Inputs
) -> Iterator[Fraction]:
    """The values of the input at which what it moves begins or ends at `edge`, a minute of the day."""
    schedule, bolus = inputs.new_schedule, inputs.new_patient_bolus
    if offered.place.startswith("new.patient_bolus") and bolus is not None:
        yield from _corners_of_patient_bolus(bolus, inputs)
    elif isinstance(schedule, PeriodicBolus):
        every, lasts = _minutes(schedule.every), _minutes(schedule.duration)
        if offered.is_time_of_day:
            for begin in (edge % every, (edge - lasts) % every):
                yield from (begin + number * every for number in range(int(MINUTES_PER_DAY // every) + 1))
        yield (edge - schedule.first.minute) % every
    elif isinstance(schedule, Flex):
        for start, lasts in moved:
            if offered.is_time_of_day:
                yield from (edge, (edge - lasts) % MINUTES_PER_DAY)
            else:
                yield (edge - start) % MINUTES_PER_DAY


def _corners_of_patient_bolus(bolus: PatientBolus, inputs: Inputs) -> Iterator[Fraction]:
    """Where one bolus more, or the end of one, falls just on a midnight: counted from the change or the bridge's end."""
    if inputs.at is None:
        return
    into = -inputs.at.week_clock * MINUTES_PER_DAY % MINUTES_PER_DAY
    for end in (into, into - bolus.duration.magnitude * MINUTES_PER_DAY):
        yield from (end / number for number in range(1, bolus.per_day + 1))
    yield from (into - number * bolus.spacing * MINUTES_PER_DAY for number in range(bolus.per_day))
    yield Fraction(MINUTES_PER_DAY, bolus.per_day)


def _minutes(duration: Quantity) -> Fraction:
    return Fraction(duration.magnitude) * MINUTES_PER_DAY


_COUNTED = ("new.every", "new.patient_bolus.per_day")  # where each bolus more or less is a corner


def _met_counted(condition: ShownCondition, trials: Trials, among: Sequence[Interval]) -> Iterator[Interval]:
    wanted = [
        WantedWhole(partial(_at_whole, function), interval, partial(_reach, trials))
        for function, interval in _day_functions(condition, trials)
    ]
    for domain in _whole_parts(among):
        assert domain.low is not None
        assert domain.high is not None
        part = where_whole(wanted, int(domain.low), int(domain.high))
        yield from () if part is None else (part,)


def _at_whole(function: Function, number: int) -> Fraction | None:
    return function(Fraction(number))


def _reach(trials: Trials, lower: int, between: int) -> Fraction:
    """At most so much lies between what two numbers `between` each other come to in the life of a filling, in mL."""
    inputs = trials.inputs
    assert inputs.new_concentration is not None
    strength, schedule, bolus = (
        inputs.new_concentration.magnitude,
        inputs.new_schedule,
        inputs.new_patient_bolus,
    )
    if trials.offered.place == "new.every":
        assert isinstance(schedule, PeriodicBolus)
        basal = Fraction(0) if schedule.basal is None else schedule.basal.magnitude / strength
        volume = schedule.bolus.magnitude / strength + basal * schedule.duration.magnitude
        minutes = _LONGEST * MINUTES_PER_DAY
        fewer = minutes * between / (lower * (lower + between)) if between else Fraction(0)
        return (fewer + 3 + Fraction(MINUTES_PER_DAY, lower)) * volume + basal * Fraction(
            between, MINUTES_PER_DAY
        )
    assert bolus is not None
    return _LONGEST * (between + 1) * bolus.dose.magnitude / strength


_LONGEST = Fraction(730)  # days; no filling is meant to last longer


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
