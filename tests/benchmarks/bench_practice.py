"""What does a simulated year of the virtual patient cost, at steps of five minutes?

The other side is one numpy pass over the same grid: an exponential at each point, and their running sum. Ours goes all
the way: what leaves the tip, exactly, from the programming; then CSF, effect site, tolerance, response and withdrawal.
"""

from fractions import Fraction

import numpy as np

from itbcalc.compute.schedule import Flex, FlexDay, FlexStep, Schedule, SimpleContinuous
from itbcalc.library.records import Origin
from itbcalc.practice.model import STEPS_PER_DAY, SimulatedCourse, simulate
from itbcalc.practice.patient import draw_patient
from itbcalc.practice.supply import Implant, Programmed, Supply, supply
from itbcalc.program.records import Therapy
from itbcalc.quantities.clock import TimeOfDay
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DOSE,
    DURATION,
    VOLUME,
    as_concentration,
    as_daily_dose,
    as_dose,
    as_duration,
    as_volume,
    exactly,
)
from tests.benchmarks.in_turn import ratio

YEAR = 365
COST_LIMIT = 14
STRENGTH = as_concentration(exactly(2000, CONCENTRATION))
STEADY = SimpleContinuous(as_daily_dose(exactly(300, DAILY_DOSE)))
TRAITS = draw_patient(1, Origin.SPINAL)


def night_flex() -> Schedule:
    """More at night, thirds of a mcg among it, at times that are no step of the grid."""
    length = as_duration(exactly(Fraction(8, 24), DURATION))
    steps = (
        FlexStep(TimeOfDay(22 * 60 + 1), length, as_dose(exactly(Fraction(400, 3), DOSE))),
        FlexStep(
            TimeOfDay(12 * 60 + 2),
            as_duration(exactly(Fraction(1, 24), DURATION)),
            as_dose(exactly(20, DOSE)),
        ),
    )
    return Flex(FlexDay(steps, as_daily_dose(exactly(200, DAILY_DOSE))))


def supplied(schedule: Schedule, days: int) -> Supply:
    implant = Implant(
        tubing_volume=as_volume(exactly(Fraction(14, 100), VOLUME)),
        catheter_volume=as_volume(exactly(Fraction(2, 10), VOLUME)),
        reservoir=as_volume(exactly(100, VOLUME)),
        concentration=STRENGTH,
        low_alarm=as_volume(exactly(2, VOLUME)),
        clock=Fraction(0),
    )
    return supply(
        implant, [Programmed(Fraction(0), Therapy("baclofen", STRENGTH, schedule))], [], Fraction(days)
    )


def a_run(schedule: Schedule, days: int) -> SimulatedCourse:
    return simulate(TRAITS, supplied(schedule, days))


def one_pass(grid: np.ndarray) -> np.ndarray:
    return np.cumsum(np.exp(grid))


def cost(schedule: Schedule = STEADY, days: int = YEAR, turns: int = 21) -> float:
    """A whole run over one pass over its grid: the least of interleaved turns."""
    grid = -np.arange(days * STEPS_PER_DAY + 1) / (days * STEPS_PER_DAY)
    return ratio(lambda: a_run(schedule, days), lambda: one_pass(grid), turns)


def cost_of_the_model(schedule: Schedule, days: int = YEAR, turns: int = 21) -> float:
    """The same without what leaves the tip, which is exact and is followed event by event."""
    grid = -np.arange(days * STEPS_PER_DAY + 1) / (days * STEPS_PER_DAY)
    made = supplied(schedule, days)
    return ratio(lambda: simulate(TRAITS, made), lambda: one_pass(grid), turns)


if __name__ == "__main__":
    print(f"a steady year, tip and patient, over one numpy pass: {cost():.1f} (limit {COST_LIMIT})")
    print(f"the patient alone over one numpy pass: {cost_of_the_model(STEADY):.1f} (limit {COST_LIMIT})")
    print(f"the patient alone, three changes of flow a day and more: {cost_of_the_model(night_flex()):.1f}")
    print(f"the same with the tip: {cost(night_flex()):.1f} (no limit: 1 800 exact stretches)")
