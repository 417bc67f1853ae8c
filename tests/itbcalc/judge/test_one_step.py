"""A law: what one step changes by itself it changes among all others, whatever its dose, length or beginning becomes."""

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.schedule import Flex
from itbcalc.judge.check import check
from itbcalc.judge.inputs import SolvableInput, typed_inputs
from itbcalc.judge.one_step import Shown, StepByStep
from itbcalc.judge.solving import Interval
from itbcalc.program import ReadOut, complete_program, read_program
from itbcalc.program.read_outs import definition_of
from itbcalc.quantities.clock import TimeOfDay
from itbcalc.quantities.units import Quantity
from tests.itbcalc.judge.generated import clock, lasting, program
from tests.itbcalc.programs import NOW, library

READ = {
    "daily_dose": "1.0 mcg/day",
    "daily_volume": "1.000 mL",
    "basal": "1.0 mcg/day",
    "concentration": "1 mcg/mL",
    "days": {"sat": {"daily_dose": "1.0 mcg/day"}, "mon": {"daily_volume": "1.000 mL"}},
}
SEEDS = [*range(6), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 60))]
TIMES = [Fraction(each) for each in ("0.01", "0.7", "1", "3.3", "11.123", "200.5")]


def shown(read_out: ReadOut, calculation: Calculation) -> Shown:
    values = definition_of(read_out).values(calculation, read_out)
    return tuple(
        Fraction(value.minute) if isinstance(value, TimeOfDay) else value.magnitude
        for value in values
        if isinstance(value, Quantity | TimeOfDay)
    )


def changed(
    chance: random.Random,
) -> Iterator[tuple[Calculation, SolvableInput, Fraction, tuple[ReadOut, ...]]]:
    """Each number of a step of a program, with another value in its place, and rows that were read beside it."""
    table = program(chance, chance.choice(["flex", "weekdays"]))
    begin = chance.randrange(0, 1440, 15)
    table["new"]["steps"][-1] |= {"duration": lasting(chance.randrange(15, 600, 15))}  # over midnight too
    starts = [each["start"] for each in table["new"]["steps"]]
    table["readouts"] = {
        **READ,
        "steps": [{"start": at, "dose": "1.00 mcg"} for at in (*starts, clock(begin))],
    }
    reading = read_program(table, library())
    if reading.refusals:
        return
    typed = complete_program(reading)
    calculation = check(typed, library(), NOW).calculation
    for offered in typed_inputs(typed, calculation.inputs):
        if offered.in_step is not None:
            value = (
                Fraction(chance.randrange(1, 1440)) if offered.whole else offered.value * chance.randint(0, 9)
            )
            yield calculation, offered, value, typed.read_outs


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_step_changes_by_itself_it_changes_among_all_others(seed: int) -> None:
    for calculation, offered, value, read_outs in changed(random.Random(seed)):  # noqa: S311  # reproducible cases
        put = offered.put(calculation.inputs, value)
        if put is None or offered.in_step is None:
            continue
        whole, name = calculation.varied(put), offered.name
        step = StepByStep(calculation, shown).step(offered.in_step)
        for each in read_outs:
            typed = shown(each, calculation)
            if each.row is None:
                assert step.shown(each, typed, name, value) == shown(each, whole), (
                    offered.place,
                    value,
                    each.name,
                )
            elif not step.may_reach(each, name, Interval(value, value)):
                assert shown(each, whole) == typed, (offered.place, value, each.name)
        for time in TIMES:
            used, before = whole.used_by(time), calculation.used_by(time)
            assert used is not None
            assert before is not None
            assert step.more_used(time, name, value) == used - before


@pytest.mark.parametrize("seed", SEEDS)
def test_a_step_left_out_is_missing_by_what_it_contributes(seed: int) -> None:
    for calculation, offered, _, read_outs in changed(random.Random(seed)):  # noqa: S311  # reproducible cases
        flex, place = calculation.inputs.new_schedule, offered.in_step
        assert isinstance(flex, Flex)
        assert place is not None
        steps = place.day_of(flex).steps
        left = place.with_steps(flex, steps[: place.number - 1] + steps[place.number :])
        whole = calculation.varied(replace(calculation.inputs, new_schedule=left))
        step = StepByStep(calculation, shown).step(place)
        for each in read_outs:
            typed = shown(each, calculation)
            if each.row is None:
                assert step.shown_without(each, typed) == shown(each, whole), (place, each.name)
            elif not step.meets(each):
                assert shown(each, whole) == typed, (place, each.name)
        for time in TIMES:
            used, before, less = whole.used_by(time), calculation.used_by(time), step.less_used(time)
            assert (used, before) != (None, None)
            assert less == (used or 0) - (before or 0)
            assert abs(less) <= step.most_in_one_run(step.lasts) * (time + 2)
