"""Schedules for the tests: written out as in the vectors, or drawn at random, always the same for the same seed."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

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
from itbcalc.quantities.clock import TimeOfDay, Weekday
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DOSE,
    DURATION,
    FLOW_RATE,
    Concentration,
    DailyDose,
    Dose,
    Duration,
    FlowRate,
    as_daily_dose,
    as_dose,
    as_duration,
    as_flow_rate,
    exactly,
)
from tests.vectors.reading import quantity

MINUTES_PER_DAY = 1440
DAYS = list(Weekday)


# --- as written in a vector


def schedule_of(given: Mapping[str, Any]) -> Schedule:
    """`{"mode": "flex", "basal": "240 mcg/day", "steps": [["22:00", "8 h", "100 mcg"]], "replaces": true}`."""
    basal = as_daily_dose(quantity(given["basal"])) if "basal" in given else None
    match given["mode"]:
        case "simple-continuous":
            return SimpleContinuous(as_daily_dose(quantity(given["daily_dose"])))
        case "flex":
            days = ((Weekday(name), flex_day_of(day)) for name, day in given.get("days", {}).items())
            return Flex(flex_day_of(given), tuple(days))
        case "periodic-bolus":
            return PeriodicBolus(
                bolus=as_dose(quantity(given["bolus"])),
                duration=as_duration(quantity(given["duration"])),
                every=as_duration(quantity(given["every"])),
                first=time_of_day(given["first"]),
                basal=basal,
                replaces_basal=given.get("replaces", True),
            )
        case "single-bolus":
            return SingleBolus(
                bolus=as_dose(quantity(given["bolus"])),
                duration=as_duration(quantity(given["duration"])),
                basal=basal,
                replaces_basal=given.get("replaces", True),
            )
        case "minimum-rate":
            return MinimumRate(as_flow_rate(quantity(given["flow_rate"])))
        case "stopped":
            return Stopped()
    raise ValueError(given["mode"])


def flex_day_of(given: Mapping[str, Any]) -> FlexDay:
    steps = (
        FlexStep(time_of_day(start), as_duration(quantity(duration)), as_dose(quantity(dose)))
        for start, duration, dose in given["steps"]
    )
    basal = as_daily_dose(quantity(given["basal"])) if "basal" in given else None
    return FlexDay(tuple(steps), basal, given.get("replaces", True))


def patient_bolus_of(given: Mapping[str, Any]) -> PatientBolus:
    return PatientBolus(
        as_dose(quantity(given["dose"])),
        as_duration(quantity(given["duration"])),
        as_duration(quantity(given["lockout"])),
        given["per_day"],
    )


def time_of_day(text: str) -> TimeOfDay:
    hours, minutes = text.split(":")
    return TimeOfDay(int(hours) * 60 + int(minutes))


def week_clock(text: str) -> Fraction:
    """`tue 09:00` in days since Monday midnight."""
    day, time = text.split(" ")
    return DAYS.index(Weekday(day)) + Fraction(time_of_day(time).minute, MINUTES_PER_DAY)


# --- drawn at random


def daily_dose(random: Random, largest: int = 1500) -> DailyDose:
    return DailyDose(exactly(a_number(random, largest), DAILY_DOSE))


def dose(random: Random, largest: int = 300) -> Dose:
    return Dose(exactly(a_number(random, largest), DOSE))


def concentration(random: Random) -> Concentration:
    return Concentration(exactly(random.choice((50, 500, 1000, 2000, Fraction(1000, 3))), CONCENTRATION))


def minutes(number: int | Fraction) -> Duration:
    return Duration(exactly(Fraction(number, MINUTES_PER_DAY), DURATION))


def a_number(random: Random, largest: int) -> Fraction:
    """Above zero; sometimes one that no decimal ends."""
    parts = random.choice((1, 1, 1, 2, 3, 7))
    return Fraction(random.randint(1, largest * parts), parts)


def flex_day(random: Random, begins: int, most: int, *, whole_minutes: bool = False) -> FlexDay:
    """A day whose steps begin on it, and end within 24 h of the minute `begins`, which may be past midnight."""
    count = random.randint(0, most)
    edges = sorted(random.sample(range(begins, begins + MINUTES_PER_DAY + 1), 2 * count))
    steps = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if begin < MINUTES_PER_DAY:
            part = 1 if whole_minutes else random.choice((1, 1, Fraction(2, 3)))
            steps.append(FlexStep(TimeOfDay(begin), minutes((end - begin) * Fraction(part)), dose(random)))
    random.shuffle(steps)
    basal = random.choice((None, daily_dose(random), daily_dose(random)))
    return FlexDay(tuple(steps), basal, random.choice((True, False)))


def flex(random: Random, *, weekdays: bool | None = None, whole_minutes: bool = False) -> Flex:
    """The same every day, or with days that differ; steps never overlap, over midnight neither."""
    begins, most = (
        random.choice((0, random.randint(0, MINUTES_PER_DAY - 1))),
        random.choice((1, 1, 2, 2, 3, 13)),
    )
    differs = random.random() < 0.2 if weekdays is None else weekdays
    names = sorted(random.sample(DAYS, random.randint(1, 7)), key=DAYS.index) if differs else []
    days = [(day, flex_day(random, begins, most, whole_minutes=whole_minutes)) for day in names]
    return Flex(flex_day(random, begins, most, whole_minutes=whole_minutes), tuple(days))


def periodic(random: Random, *, on_the_clock: bool | None = None) -> PeriodicBolus:
    divides = random.random() < 0.5 if on_the_clock is None else on_the_clock
    every = random.choice((60, 120, 180, 240, 360, 480, 720, 1440) if divides else (50, 300, 420, 1000, 2880))
    return PeriodicBolus(
        bolus=dose(random, 60),
        duration=minutes(random.choice((1, 5, every // 2, every))),
        every=minutes(every),
        first=TimeOfDay(random.randint(0, MINUTES_PER_DAY - 1)),
        basal=random.choice((None, daily_dose(random))),
        replaces_basal=random.choice((True, False)),
    )


def single(random: Random) -> SingleBolus:
    return SingleBolus(
        bolus=dose(random),
        duration=minutes(random.choice((1, 30, 1440))),
        basal=random.choice((None, daily_dose(random))),
        replaces_basal=random.choice((True, False)),
    )


def any_schedule(random: Random, *, whole_minutes: bool = False) -> Schedule:
    """Of any mode, flex most often."""
    kind = random.randint(0, 9)
    if kind < 5:
        return flex(random, whole_minutes=whole_minutes)
    if kind < 8:
        return periodic(random)
    return random.choice(
        (
            single(random),
            SimpleContinuous(daily_dose(random)),
            MinimumRate(FlowRate(exactly(Fraction(random.randint(1, 50), 1000), FLOW_RATE))),
            Stopped(),
        )
    )


def patient_bolus(random: Random) -> PatientBolus:
    """Sometimes with a lockout that leaves no room for all that are allotted."""
    per_day = random.randint(1, 12)
    duration = random.randint(1, min(30, MINUTES_PER_DAY // per_day))
    lockout = random.randint(max(duration, 30), 300)
    return PatientBolus(dose(random, 20), minutes(duration), minutes(lockout), per_day)


def schedules(seed: int, count: int, *, whole_minutes: bool = False) -> Iterator[tuple[Random, Schedule]]:
    """`count` of them, each with the random numbers that go on from it."""
    for number in range(count):
        random = Random(seed * 1_000_003 + number)  # noqa: S311  # drawn cases, no secret
        yield random, any_schedule(random, whole_minutes=whole_minutes)


# --- changed


def with_days(each: Flex, days: Sequence[FlexDay]) -> Flex:
    """The same schedule as seven days that are all said."""
    return Flex(each.every_day, tuple(zip(DAYS, days, strict=True)))
