"""Which inputs may the programmer hold another value of, and what follows from another value there?

Every input is a bare number while it is solved for: mcg, mL, cm and their quotients, or whole minutes where times,
durations and moments are meant. `put` gives the inputs with another number in its place.
"""

import dataclasses
import itertools
import math
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from fractions import Fraction
from functools import cache, partial
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.calculation import Inputs
from itbcalc.compute.schedule import (
    Flex,
    FlexDay,
    FlexStep,
    MinimumRate,
    PeriodicBolus,
    SimpleContinuous,
    SingleBolus,
    overlaps,
)
from itbcalc.judge.solving import Interval
from itbcalc.program import Program
from itbcalc.quantities.clock import MINUTES_PER_DAY, TimeOfDay, Weekday
from itbcalc.quantities.entry import Entered
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DOSE,
    DURATION,
    FLOW_RATE,
    LENGTH,
    VOLUME,
    VOLUME_PER_LENGTH,
    Duration,
    Kind,
    as_daily_dose,
    as_dose,
    as_duration,
    as_flow_rate,
    as_length,
    as_volume,
    exactly,
)

Put = Callable[[Inputs, Fraction], Inputs | None]
"""The inputs with another value; None where such a program cannot be."""

_LEAST_PRIME = Fraction(1, 1000)  # mL; none at all is no volume of a prime
_POSITIVE = Interval(low=Fraction(0))
_DAY = Interval(Fraction(0), Fraction(MINUTES_PER_DAY - 1))
_LONGEST_INTERVAL = 60 * MINUTES_PER_DAY  # minutes; no programmer offers more
_MOST_BOLUSES = 96  # in 24 hours: one each quarter of an hour
_WIDEST_MOMENT = 400 * MINUTES_PER_DAY  # minutes to either side: a wrong year, and a little more


class StepPlace(Struct, frozen=True):
    """Where a step of the schedule stands: its day, None for the usual one, and its number there, from 1."""

    day: Weekday | None
    number: int

    def day_of(self, flex: Flex) -> FlexDay:
        """The day of `flex` in which it stands."""
        return flex.every_day if self.day is None else flex.day(self.day)

    def with_steps(self, flex: Flex, steps: tuple[FlexStep, ...]) -> Flex:
        """`flex` with these steps in that day."""
        changed = dataclasses.replace(self.day_of(flex), steps=steps)
        if self.day is None:
            return replace(flex, every_day=changed)
        differing = tuple((each, changed if each is self.day else held) for each, held in flex.differing)
        return replace(flex, differing=differing)


class SolvableInput(Struct, frozen=True):
    """An input as it was typed: its place, its value as a bare number, and where it may lie.

    `kind` is None for times of day, moments and counts. Those and durations are solved for in whole minutes or whole
    numbers, everything else continuously. `is_linear`: whatever is shown is a straight line of it. `step` is the step of the schedule whose time it is, and `free` are the
    parts of the domain in which that step runs over no other: reckoned when they are asked for. `in_step` is where the step
    stands of which it is a number.
    """

    place: str
    kind: Kind | None
    value: Fraction
    put: Put
    domain: Interval = _POSITIVE
    entered: Entered | None = None
    whole: bool = False
    is_time_of_day: bool = False
    is_linear: bool = False
    step: FlexStep | None = None
    free: Callable[[], tuple[Interval, ...]] | None = None
    in_step: StepPlace | None = None

    @property
    def name(self) -> str:
        """The last word of its place."""
        return self.place.rpartition(".")[2]


def typed_inputs(program: Program, inputs: Inputs) -> tuple[SolvableInput, ...]:
    """Every input of `program` that was typed, in the order of the program file."""
    return tuple(inputs_in_turn(program, inputs))


def inputs_in_turn(program: Program, inputs: Inputs) -> Iterator[SolvableInput]:
    """The same one by one: of a long schedule all of them take a while."""
    yield from _of_system(program)
    yield from _of_reservoir(program, inputs)
    yield from _plain(program, "current.concentration", "current_concentration", CONCENTRATION)
    yield from _plain(program, "new.concentration", "new_concentration", CONCENTRATION)
    yield from _of_schedule(program)
    yield from _of_patient_bolus(program)
    yield from _of_prime(program, inputs)
    if inputs.bridge_dose is not None:
        yield from _plain(program, "bridge.dose", "bridge_dose", DAILY_DOSE)


# --- values that stand in the inputs as they were typed


def _plain(program: Program, place: str, name: str, kind: Kind) -> Iterator[SolvableInput]:
    entered = program.entries.get(place)
    if entered is not None:
        yield SolvableInput(
            place,
            kind,
            entered.quantity.magnitude,
            partial(_put_plain, name=name, kind=kind),
            entered=entered,
        )


def _put_plain(inputs: Inputs, value: Fraction, *, name: str, kind: Kind) -> Inputs | None:
    if value < 0 or (not value and kind is not VOLUME):
        return None
    changed: dict[str, Any] = {name: exactly(value, kind)}
    return replace(inputs, **changed)


def _of_system(program: Program) -> Iterator[SolvableInput]:
    yield from _plain(program, "system.tubing_volume", "tubing_volume", VOLUME)
    yield from _plain(program, "system.catheter.volume", "catheter_volume", VOLUME)
    for place, entered in program.entries.items():
        if not place.startswith("system.catheter") or place.endswith(".volume"):
            continue
        segment, _, name = place.rpartition(".")
        other = program.entries.get(f"{segment}.{_OTHER_HALF[name]}")
        if other is not None:
            kind = LENGTH if name == "length" else VOLUME_PER_LENGTH
            put = partial(
                _put_segment,
                typed=entered.quantity.magnitude,
                other=other.quantity.magnitude,
                is_length=name == "length",
            )
            yield SolvableInput(place, kind, entered.quantity.magnitude, put, entered=entered)


_OTHER_HALF = {"length": "volume_per_length", "volume_per_length": "length"}


def _put_segment(
    inputs: Inputs, value: Fraction, *, typed: Fraction, other: Fraction, is_length: bool
) -> Inputs | None:
    """Another length, or another volume per length, of one segment."""
    if inputs.catheter_volume is None or inputs.catheter_length is None or value < 0:
        return None
    volume = inputs.catheter_volume.magnitude + (value - typed) * other
    varied = replace(inputs, catheter_volume=as_volume(exactly(volume, VOLUME)))
    if not is_length:
        return varied
    length = inputs.catheter_length.magnitude + value - typed
    return replace(varied, catheter_length=as_length(exactly(length, LENGTH)))


def _of_prime(program: Program, inputs: Inputs) -> Iterator[SolvableInput]:
    """A prime leaves the reservoir: it is less than what was filled."""
    if inputs.filled is not None:
        domain = Interval(_LEAST_PRIME, inputs.filled.magnitude)
        for each in _plain(program, "line.prime.volume", "prime_volume", VOLUME):
            yield replace(each, domain=domain)
    if inputs.prime_duration is not None:
        yield from _known(_in_minutes(program, "line.prime.duration", _put_prime_duration, MINUTES_PER_DAY))


def _put_prime_duration(inputs: Inputs, minutes: Fraction) -> Inputs | None:
    return replace(inputs, prime_duration=_duration_of(minutes)) if minutes > 0 else None


def _of_reservoir(program: Program, inputs: Inputs) -> Iterator[SolvableInput]:
    pump = program.system.pump
    for filled in _plain(program, "reservoir.filled", "filled", VOLUME):
        held = None if pump is None else pump.reservoir_volume
        most = filled.value if held is None else max(filled.value, held.quantity.magnitude)
        yield filled if held is None else replace(filled, domain=Interval(Fraction(0), Fraction(most)))
    yield from _plain(program, "reservoir.low_alarm", "low_alarm", VOLUME)
    if inputs.at is not None:
        domain = Interval(Fraction(-_WIDEST_MOMENT), Fraction(_WIDEST_MOMENT))
        yield SolvableInput("reservoir.at", None, Fraction(0), _put_moment, domain, whole=True)


def _put_moment(inputs: Inputs, minutes: Fraction) -> Inputs | None:
    """The change so many minutes later, on the clock on the wall."""
    if inputs.at is None:
        return None
    try:
        moment = inputs.at.moment + timedelta(minutes=int(minutes))
    except OverflowError:
        return None
    return replace(inputs, at=Instant(moment, inputs.at.zone_named))


# --- the new schedule


_IN_A_STEP = re.compile(
    r"new\.(?:days\.(?P<day>[a-z]{3})\.)?steps\.(?P<number>[0-9]+)\.(?P<name>dose|duration)"
)
_BASAL = re.compile(r"new\.(?:days\.(?P<day>[a-z]{3})\.)?basal")


def _of_schedule(program: Program) -> Iterator[SolvableInput]:
    schedule = program.new.schedule if program.new is not None else None
    entries = program.entries
    if isinstance(schedule, SimpleContinuous) and "new.daily_dose" in entries:
        yield _continuous(program, "new.daily_dose", DAILY_DOSE, _put_daily_dose)
    elif isinstance(schedule, MinimumRate) and "new.flow_rate" in entries:
        yield _continuous(program, "new.flow_rate", FLOW_RATE, _put_flow_rate)
    elif isinstance(schedule, PeriodicBolus | SingleBolus):
        yield from _of_bolus(program, schedule)
    elif isinstance(schedule, Flex):
        yield from _of_flex(program, schedule)


def _continuous(program: Program, place: str, kind: Kind, put: Put) -> SolvableInput:
    """A dose, or a flow: whatever is shown of the new therapy is a straight line of each."""
    entered = program.entries[place]
    return SolvableInput(place, kind, entered.quantity.magnitude, put, entered=entered, is_linear=True)


def _in_minutes(program: Program, place: str, put: Put, longest: int) -> SolvableInput | None:
    """A duration that was typed in whole minutes; one with seconds is no slip of the fields of a programmer."""
    entered = program.entries[place]
    minutes = Fraction(entered.quantity.magnitude) * MINUTES_PER_DAY
    if minutes.denominator != 1:
        return None
    return SolvableInput(
        place, DURATION, minutes, put, Interval(Fraction(1), Fraction(longest)), entered, whole=True
    )


def _put_daily_dose(inputs: Inputs, value: Fraction) -> Inputs | None:
    if value <= 0:
        return None
    return replace(inputs, new_schedule=SimpleContinuous(as_daily_dose(exactly(value, DAILY_DOSE))))


def _put_flow_rate(inputs: Inputs, value: Fraction) -> Inputs | None:
    return (
        replace(inputs, new_schedule=MinimumRate(as_flow_rate(exactly(value, FLOW_RATE))))
        if value > 0
        else None
    )


def _of_bolus(program: Program, schedule: PeriodicBolus | SingleBolus) -> Iterator[SolvableInput]:
    entries = program.entries
    if "new.bolus" in entries:
        yield _continuous(program, "new.bolus", DOSE, partial(_put_in_bolus, name="bolus"))
    if "new.basal" in entries:
        yield _continuous(program, "new.basal", DAILY_DOSE, partial(_put_in_bolus, name="basal"))
    if "new.duration" in entries:
        longest = MINUTES_PER_DAY
        if isinstance(schedule, PeriodicBolus):
            longest = int(schedule.every.magnitude * MINUTES_PER_DAY)
        yield from _known(
            _in_minutes(program, "new.duration", partial(_put_in_bolus, name="duration"), longest)
        )
    if isinstance(schedule, PeriodicBolus):
        if "new.every" in entries:
            put = partial(_put_in_bolus, name="every")
            yield from _known(_in_minutes(program, "new.every", put, _LONGEST_INTERVAL))
        first = Fraction(schedule.first.minute)
        yield SolvableInput("new.first", None, first, _put_first, _DAY, whole=True, is_time_of_day=True)


def _known(offered: SolvableInput | None) -> Iterator[SolvableInput]:
    if offered is not None:
        yield offered


def _put_in_bolus(inputs: Inputs, value: Fraction, *, name: str) -> Inputs | None:
    """A bolus longer than the interval cannot be programmed."""
    schedule = inputs.new_schedule
    assert isinstance(schedule, PeriodicBolus | SingleBolus)
    if value < 0 or (not value and name in ("duration", "every")):
        return None
    quantity = _IN_A_BOLUS[name](value)
    changed: dict[str, Any] = {name: quantity}
    if name == "every":
        assert isinstance(schedule, PeriodicBolus)
        if quantity < schedule.duration:
            changed["duration"] = quantity
    return replace(inputs, new_schedule=replace(schedule, **changed))


def _duration_of(minutes: Fraction) -> Duration:
    return as_duration(exactly(minutes / MINUTES_PER_DAY, DURATION))


_IN_A_BOLUS: dict[str, Callable[[Fraction], Any]] = {
    "bolus": lambda value: as_dose(exactly(value, DOSE)),
    "basal": lambda value: as_daily_dose(exactly(value, DAILY_DOSE)),
    "duration": _duration_of,
    "every": _duration_of,
}


def _put_first(inputs: Inputs, value: Fraction) -> Inputs | None:
    schedule = inputs.new_schedule
    assert isinstance(schedule, PeriodicBolus)
    return replace(inputs, new_schedule=replace(schedule, first=TimeOfDay(int(value) % MINUTES_PER_DAY)))


# --- steps


def _of_flex(program: Program, flex: Flex) -> Iterator[SolvableInput]:
    timetables = {weekday: cache(partial(_Timetable, flex, weekday)) for weekday, _ in flex.days()}
    for place in program.entries:
        basal, step = _BASAL.fullmatch(place), _IN_A_STEP.fullmatch(place)
        if basal is not None:
            yield _continuous(program, place, DAILY_DOSE, partial(_put_basal, day=basal["day"]))
        elif step is not None:
            number, weekday = int(step["number"]), None if step["day"] is None else Weekday(step["day"])
            in_step = StepPlace(weekday, number)
            put = partial(put_in_step, place=in_step, name=step["name"])
            if step["name"] == "dose":
                yield replace(_continuous(program, place, DOSE, put), in_step=in_step)
                continue
            for lasting in _known(_in_minutes(program, place, put, MINUTES_PER_DAY)):
                held = in_step.day_of(flex).steps[number - 1]
                free = partial(_free_durations, timetables[weekday], number)
                yield replace(lasting, step=held, free=free, in_step=in_step)
    for weekday, day in flex.days():
        where = "new" if weekday is None else f"new.days.{weekday}"
        for number, each in enumerate(day.steps, start=1):
            in_step = StepPlace(weekday, number)
            yield SolvableInput(
                f"{where}.steps.{number}.start",
                None,
                Fraction(each.start.minute),
                partial(put_in_step, place=in_step, name="start"),
                _DAY,
                whole=True,
                is_time_of_day=True,
                step=each,
                free=partial(_free_starts, timetables[weekday], number),
                in_step=in_step,
            )


class _Taken(NamedTuple):
    """When a step runs, in minutes from a midnight; `number` where it is one of the day that begins there."""

    begin: int
    end: int | Fraction
    number: int


class _Timetable:
    """When the steps of a kind of day run, and those of the days beside it: where is room for one of them?

    Where such days follow one another a step is there the day before and the day after too, and moves along: of the
    step `moving` these are left out. It makes a difference for the first and the last step of a day alone.
    """

    def __init__(self, flex: Flex, weekday: Weekday | None, moving: int | None = None) -> None:
        days = [flex.day(each) for each in Weekday]
        day = flex.every_day if weekday is None else flex.day(weekday)
        own = [number for number, each in enumerate(days) if each is day]
        beside = {
            (later, id(days[(number + later) % 7])): days[(number + later) % 7]
            for number in own
            for later in (-1, 1)
        }
        taken = [_runs(step, 0, number) for number, step in enumerate(day.steps, start=1)]
        for (later, _), other in beside.items():
            each = enumerate(other.steps, start=1)
            taken += (_runs(step, later) for number, step in each if other is not day or number != moving)
        self._of = flex, weekday
        edges = (*day.in_order[:1], *day.in_order[-1:])
        self._edges = {number for number, step in enumerate(day.steps, start=1) if step in edges}
        self._taken = sorted(taken)
        self._places = {each.number: place for place, each in enumerate(self._taken) if each.number}
        self._begins = [*(each.begin for each in self._taken), 3 * MINUTES_PER_DAY]
        # Of all that have begun before each, from midnight on:
        self._ends: list[int | Fraction] = [0]
        for taking in self._taken:
            self._ends.append(max(self._ends[-1], taking.end))
        gaps = zip(self._ends, self._begins, itertools.count())
        self._gaps = sorted((end - begin, place) for end, begin, place in gaps if end < begin)

    def moving(self, number: int) -> "_Timetable":
        """The same where a step moves."""
        return _Timetable(*self._of, moving=number) if number in self._edges else self

    def starts(self, number: int) -> tuple[Interval, ...]:
        """The minutes at which a step may begin and run over no other."""
        place = self._places[number]
        own = self._taken[place]
        last = min(self._begins[place + 1] - (own.end - own.begin), MINUTES_PER_DAY - 1)
        free = [(self._ends[place], last)]
        for lacking, gap in self._gaps:  # the widest first
            if lacking + own.end - own.begin > 0:
                break
            if gap not in (place, place + 1):
                low, high = self._ends[gap], self._begins[gap] - (own.end - own.begin)
                free.append((low, min(high, MINUTES_PER_DAY - 1)))
        whole = ((Fraction(math.ceil(low)), Fraction(math.floor(high))) for low, high in sorted(free))
        return tuple(Interval(low, high) for low, high in whole if low <= high)

    def durations(self, number: int) -> tuple[Interval, ...]:
        """How many minutes a step may last and run over no other."""
        place = self._places[number]
        room = min(self._begins[place + 1] - self._begins[place], MINUTES_PER_DAY)
        return (Interval(Fraction(1), Fraction(room)),)


def _free_starts(timetable: Callable[[], _Timetable], number: int) -> tuple[Interval, ...]:
    return timetable().moving(number).starts(number)


def _free_durations(timetable: Callable[[], _Timetable], number: int) -> tuple[Interval, ...]:
    return timetable().moving(number).durations(number)


def _runs(step: FlexStep, days_later: int, number: int = 0) -> _Taken:
    begin, lasts = step.start.minute + days_later * MINUTES_PER_DAY, step.duration.magnitude * MINUTES_PER_DAY
    return _Taken(begin, begin + (lasts.numerator if lasts.denominator == 1 else lasts), number)


def _put_basal(inputs: Inputs, value: Fraction, *, day: str | None) -> Inputs | None:
    basal = as_daily_dose(exactly(value, DAILY_DOSE))
    return None if value < 0 else _with_day(inputs, day, lambda held: dataclasses.replace(held, basal=basal))


def put_in_step(inputs: Inputs, value: Fraction, *, place: StepPlace, name: str) -> Inputs | None:
    """The inputs with another dose, duration or start of a step; None where it would run over another."""
    if value < 0 or (not value and name == "duration"):
        return None
    flex = inputs.new_schedule
    assert isinstance(flex, Flex)
    steps = list(place.day_of(flex).steps)
    steps[place.number - 1] = _with_in_step(steps[place.number - 1], name, value)
    varied = place.with_steps(flex, tuple(steps))
    return None if name != "dose" and overlaps(varied) else replace(inputs, new_schedule=varied)


def _with_in_step(step: FlexStep, name: str, value: Fraction) -> FlexStep:
    if name == "dose":
        return dataclasses.replace(step, dose=as_dose(exactly(value, DOSE)))
    if name == "duration":
        return dataclasses.replace(step, duration=_duration_of(value))
    return dataclasses.replace(step, start=TimeOfDay(int(value) % MINUTES_PER_DAY))


def _with_day(inputs: Inputs, day: str | None, change: Callable[[FlexDay], FlexDay]) -> Inputs:
    flex = inputs.new_schedule
    assert isinstance(flex, Flex)
    if day is None:
        return replace(inputs, new_schedule=replace(flex, every_day=change(flex.every_day)))
    weekday = Weekday(day)
    differing = tuple((each, change(held) if each is weekday else held) for each, held in flex.differing)
    return replace(inputs, new_schedule=replace(flex, differing=differing))


# --- patient boluses


def _of_patient_bolus(program: Program) -> Iterator[SolvableInput]:
    bolus = program.new.patient_bolus if program.new is not None else None
    if bolus is None:
        return
    entries = program.entries
    if "new.patient_bolus.dose" in entries:
        yield _continuous(
            program, "new.patient_bolus.dose", DOSE, partial(_put_in_patient_bolus, name="dose")
        )
    # One is over before the next begins.
    room = {
        "duration": Interval(Fraction(1), Fraction(math.floor(bolus.spacing * MINUTES_PER_DAY))),
        "lockout": Interval(
            Fraction(math.ceil(bolus.duration.magnitude * MINUTES_PER_DAY)), Fraction(MINUTES_PER_DAY)
        ),
    }
    for name, domain in room.items():
        place = f"new.patient_bolus.{name}"
        if place in entries:
            put = partial(_put_in_patient_bolus, name=name)
            for each in _known(_in_minutes(program, place, put, MINUTES_PER_DAY)):
                yield replace(each, domain=domain)
    domain = Interval(Fraction(1), Fraction(_MOST_BOLUSES))
    put = partial(_put_in_patient_bolus, name="per_day")
    yield SolvableInput("new.patient_bolus.per_day", None, Fraction(bolus.per_day), put, domain, whole=True)


def _put_in_patient_bolus(inputs: Inputs, value: Fraction, *, name: str) -> Inputs | None:
    bolus = inputs.new_patient_bolus
    if bolus is None or value <= 0:
        return None
    made: dict[str, Callable[[Fraction], Any]] = {
        "dose": lambda each: as_dose(exactly(each, DOSE)),
        "duration": _duration_of,
        "lockout": _duration_of,
        "per_day": int,
    }
    changed: dict[str, Any] = {name: made[name](value)}
    varied = replace(bolus, **changed)
    if varied.duration.magnitude > varied.spacing:
        return None  # one would begin before the one before it is over
    return replace(inputs, new_patient_bolus=varied)
