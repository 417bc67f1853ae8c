"""A whole change, prime and bridge included: drug is conserved, and slices of 0.001 mL pushed one by one say the same.

The count in slices knows nothing of plugs, courses and formulas: it keeps a row of numbers and looks what comes out.
"""

from fractions import Fraction
from random import Random

import pytest

from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.compute.line import Filling
from itbcalc.compute.schedule import SimpleContinuous
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    VOLUME,
    as_concentration,
    as_daily_dose,
    as_volume,
    exactly,
)

SLICE = Fraction(1, 1000)  # mL
STRENGTHS = (100, 500, 1000, 2000, 4000)


def change(dice: Random, *, whole_slices: bool) -> Inputs:
    """A change of steady therapies, its volumes in whole slices or not."""

    def volume(least: int, most: int) -> Fraction:
        off = Fraction(0) if whole_slices else Fraction(dice.randrange(97), 97)
        return (dice.randint(least, most) + off) * SLICE

    def dose() -> SimpleContinuous:
        return SimpleContinuous(as_daily_dose(exactly(dice.randint(20, 1200), DAILY_DOSE)))

    old, new = (as_concentration(exactly(dice.choice(STRENGTHS), CONCENTRATION)) for _ in range(2))
    return Inputs(
        current_concentration=old,
        current_schedule=dose(),
        new_concentration=new,
        new_schedule=dose(),
        tubing_volume=as_volume(exactly(volume(1, 250), VOLUME)),
        catheter_volume=as_volume(exactly(volume(1, 250), VOLUME)),
        tubing_holds=dice.choice(list(Filling)),
        catheter_holds=dice.choice(list(Filling)),
        prime_volume=as_volume(exactly(volume(1, 600), VOLUME)) if dice.random() < 0.6 else None,
        bridge_dose=dose().daily_dose if old != new and dice.random() < 0.6 else None,
    )


def strength_in(inputs: Inputs, holds: Filling) -> Fraction:
    assert inputs.current_concentration is not None
    assert inputs.new_concentration is not None
    return {
        Filling.OLD: inputs.current_concentration.magnitude,
        Filling.NEW: inputs.new_concentration.magnitude,
        Filling.NONE: Fraction(0),
    }[holds]


def parts_of(inputs: Inputs) -> tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]:
    """Catheter and tubing, each its volume and its strength."""
    assert inputs.catheter_volume is not None
    assert inputs.tubing_volume is not None
    return (
        (inputs.catheter_volume.magnitude, strength_in(inputs, inputs.catheter_holds)),
        (inputs.tubing_volume.magnitude, strength_in(inputs, inputs.tubing_holds)),
    )


def value(worked: object) -> Fraction:
    """The bare number of a result; 0 where there is none."""
    return Fraction(0) if worked is None else worked.value.magnitude  # type: ignore[attr-defined]  # any quantity


# --- in = out + held


def held_at_the_end(sequence: list[tuple[Fraction, Fraction]], room: Fraction) -> Fraction:
    """The drug in the last `room` mL of everything that was ever in the line, in the order in which it came."""
    drug = Fraction(0)
    for volume, strength in reversed(sequence):
        inside = min(volume, room)
        drug, room = drug + inside * strength, room - inside
    return drug


def conserves(dice: Random) -> None:
    inputs = change(dice, whole_slices=False)
    calculation, until = Calculation(inputs), Fraction(dice.randint(1, 5000), 1000)
    assert inputs.new_concentration is not None
    new, parts = inputs.new_concentration.magnitude, parts_of(inputs)
    prime = Fraction(0) if inputs.prime_volume is None else inputs.prime_volume.magnitude
    outflow = calculation.outflow(until, bridged=calculation.bridge_runs)

    pumped = sum((each.flow * (each.end - each.start) for each in outflow), Fraction(0))
    came = [*parts, (prime, new), (pumped, new)]
    out = value(calculation.prime_drug_delivered) + sum((each.drug for each in outflow), Fraction(0))

    assert outflow[-1].end == until
    assert sum(volume * strength for volume, strength in came) == out + held_at_the_end(
        came, parts[0][0] + parts[1][0]
    )


@pytest.mark.parametrize(
    "changes", [300, pytest.param(10_000, marks=pytest.mark.slow)], ids=["300", "10,000"]
)
def test_through_prime_bridge_and_therapy_no_drug_appears_or_vanishes(changes: int) -> None:
    dice = Random(4711)  # noqa: S311  # no secret: the same changes at every run
    for _ in range(changes):
        conserves(dice)


# --- slice by slice


def agrees_with_slices(dice: Random) -> None:
    inputs = change(dice, whole_slices=True)
    calculation = Calculation(inputs)
    assert inputs.current_concentration is not None
    assert inputs.new_concentration is not None
    old, new = inputs.current_concentration.magnitude, inputs.new_concentration.magnitude
    row = [strength for volume, strength in parts_of(inputs) for _ in range(int(volume / SLICE))]
    dead = len(row)
    prime = 0 if inputs.prime_volume is None else int(inputs.prime_volume.magnitude / SLICE)
    row += [new] * prime
    primed, row = row[:prime], row[prime:]
    left = row.count(old) if old != new else 0

    assert value(calculation.prime_drug_delivered) == sum(primed) * SLICE
    assert value(calculation.old_drug_volume) == left * SLICE

    bridged = left if inputs.bridge_dose is not None else 0
    bridge_flow = Fraction(0) if inputs.bridge_dose is None else inputs.bridge_dose.magnitude / old
    assert isinstance(inputs.new_schedule, SimpleContinuous)
    flow = inputs.new_schedule.daily_dose.magnitude / new
    clock, without, arrived, came = Fraction(0), Fraction(0), Fraction(0), Fraction(0)
    for number, strength in enumerate(row):
        lasts = SLICE / (bridge_flow if number < bridged else flow)
        clock += lasts
        without += lasts if strength == 0 else 0
        came += strength * SLICE
        arrived = clock if strength != new else arrived

    assert len(row) == dead
    assert value(calculation.bridge_duration) == (bridged * SLICE / bridge_flow if bridged else 0)
    if inputs.speaks_of_line:
        assert value(calculation.time_without_drug) == without
    assert value(calculation.arrival) == arrived
    outflow = calculation.outflow(clock, bridged=calculation.bridge_runs)
    assert sum((each.drug for each in outflow), Fraction(0)) == came


@pytest.mark.parametrize("changes", [40, pytest.param(500, marks=pytest.mark.slow)], ids=["40", "500"])
def test_slices_pushed_one_by_one_say_the_same_of_a_whole_change(changes: int) -> None:
    dice = Random(1848)  # noqa: S311  # no secret: the same changes at every run
    for _ in range(changes):
        agrees_with_slices(dice)
