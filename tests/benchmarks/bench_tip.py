"""What does it cost to follow 48 events a day through the tip, and does it grow as the events do?

The other side is the least that could be done: a bare loop that adds up the volume of the same events as `Fraction`s.
Ours goes all the way from the schedule: its stretches by the clock, the plugs of the line, what leaves the tip, and how
far that is from the dose intended.
"""

import itertools
from fractions import Fraction

from itbcalc.compute.line import Plug, leaving_the_tip
from itbcalc.compute.profile import Course, course_of
from itbcalc.compute.schedule import Flex, FlexDay, FlexStep
from itbcalc.compute.tip import Deviation, deviation
from itbcalc.quantities.clock import TimeOfDay
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DOSE,
    DURATION,
    as_concentration,
    as_dose,
    as_duration,
    exactly,
)
from tests.benchmarks.in_turn import ratio

EVENTS_PER_DAY = 48
YEAR = 365
COST_LIMIT, GROWTH_LIMIT = 60, 12
NEW = as_concentration(exactly(500, CONCENTRATION))
IN_THE_LINE = (Plug(Fraction(36, 100), Fraction(2000)),)


def half_hours() -> Course:
    """Another dose every half hour, thirds of a mcg among them, from 8:10 of a Wednesday on."""
    length = as_duration(exactly(Fraction(1, EVENTS_PER_DAY), DURATION))
    steps = [
        FlexStep(TimeOfDay(30 * number), length, as_dose(exactly(Fraction(10 + number % 7, 3), DOSE)))
        for number in range(EVENTS_PER_DAY)
    ]
    return course_of(Flex(FlexDay(tuple(steps))), NEW, 2 + Fraction(490, 1440))


def through_the_tip(course: Course, days: int) -> Deviation:
    stretches = itertools.takewhile(lambda stretch: stretch.start < days, course.stretches_from())
    return deviation(leaving_the_tip(IN_THE_LINE, stretches, NEW), course.stretches_from(), NEW)


def bare_loop(events: list[tuple[Fraction, Fraction, Fraction]]) -> Fraction:
    total = Fraction(0)
    for start, end, flow in events:
        total += (end - start) * flow
    return total


def events_of(course: Course, days: int) -> list[tuple[Fraction, Fraction, Fraction]]:
    stretches = itertools.takewhile(lambda stretch: stretch.start < days, course.stretches_from())
    return [(stretch.start, stretch.end, stretch.flow) for stretch in stretches]


def cost(days: int = YEAR, turns: int = 11) -> float:
    """The way through the tip over the bare loop: medians of interleaved turns."""
    course = half_hours()
    events = events_of(course, days)
    assert len(events) >= days * EVENTS_PER_DAY
    return ratio(lambda: through_the_tip(course, days), lambda: bare_loop(events), turns)


def growth(days: int = YEAR // 10, turns: int = 11) -> float:
    """Ten times the events over the events."""
    course = half_hours()
    return ratio(lambda: through_the_tip(course, 10 * days), lambda: through_the_tip(course, days), turns)


if __name__ == "__main__":
    print(f"a year through the tip over a bare loop: {cost():.1f} (limit {COST_LIMIT})")
    print(f"ten times the events over the events: {growth():.1f} (limit {GROWTH_LIMIT})")
