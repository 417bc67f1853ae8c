"""A law: what is offered for an input reaches from the first value that gives what is shown to the last.

Programs with a bridge are drawn, one input of each is altered, and the day of the alarm that the altered program would show
is read, alone or beside amounts. Just inside both ends of what is offered for any input that day comes out, just outside it
does not: each time the program is computed anew with the value put in.
"""

import random
from collections.abc import Iterator
from fractions import Fraction

import pytest

from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.judge.check import check, explanations_of
from itbcalc.judge.explanations import Explanation
from itbcalc.judge.inputs import SolvableInput, typed_inputs
from itbcalc.judge.wrong_input import AS_A_RULE
from itbcalc.program import complete_program, read_program
from tests.itbcalc.judge.generated import MODES, Table, program, shown_by
from tests.itbcalc.judge.test_one_wrong_input import altered
from tests.itbcalc.programs import NOW, library

A_HAIR = Fraction(1, 10**9)  # of the value
A_LITTLE = Fraction(1, 10**6)


def day_of_another_value(seed: int, place: str) -> Table | None:
    """A program drawn by `seed` with the day of the alarm that another value of an input would give; None where none is."""
    chance = random.Random(seed)  # noqa: S311  # reproducible cases, no secret
    table = program(chance, MODES[seed % len(MODES)])
    reading = read_program(table, library())
    if reading.refusals or reading.missing:
        return None
    inputs = check(reading.program, library(), NOW).calculation.inputs
    offered = [each for each in typed_inputs(reading.program, inputs) if each.place.startswith(place)]
    if not offered:
        return None
    wrong = chance.choice(offered)
    value = altered(chance, wrong)
    put = wrong.put(inputs, value) if value in wrong.domain else None
    shown = {} if put is None else shown_by(Calculation(put))
    if "low_alarm_date" not in shown:
        return None
    beside = {"daily_dose"} if seed % 3 == 0 else set()
    return {
        **table,
        "readouts": {name: text for name, text in shown.items() if name in {"low_alarm_date", *beside}},
    }


def ends(explanation: Explanation, offered: SolvableInput) -> Iterator[tuple[Fraction, bool]]:
    """Values just inside and just outside what is offered, and whether they are inside: where a slip may still lead."""
    within, domain, slips = explanation.within, offered.domain, (offered.value / 1000, offered.value * 1000)
    inside, outside = (0, 1) if offered.whole else (A_HAIR, A_LITTLE)
    if within.low == within.high:
        return
    for end, inwards in ((within.low, 1), (within.high, -1)):
        if end is None or end in (domain.low, domain.high):
            continue
        if offered.whole or slips[0] < end < slips[1]:
            by = inwards * (1 if offered.whole else end)
            yield end + inside * by, True
            yield end - outside * by, False


def gives(inputs: Inputs, offered: SolvableInput, value: Fraction, read: Table) -> bool:
    put = offered.put(inputs, value) if value in offered.domain else None
    shown = {} if put is None else shown_by(Calculation(put))
    return all(shown.get(name) == text for name, text in read.items())


@pytest.mark.parametrize(
    ("place", "seed"),
    [
        *(("system", seed) for seed in (1, 13, 25)),
        *(("bridge", seed) for seed in (21, 39)),
        ("current.concentration", 8),
        *(("new.every", seed) for seed in (7, 19, 35, 43)),
        *(("new.duration", seed) for seed in (7, 43)),
        *(("new.steps", seed) for seed in (1, 5, 10, 26)),
        *(("new.patient_bolus", seed) for seed in (5, 14, 17)),
    ],
)
def test_just_inside_what_is_offered_the_day_comes_out_and_just_outside_it_does_not(
    place: str, seed: int
) -> None:
    table = day_of_another_value(seed, place)
    assert table is not None
    checked = check(complete_program(read_program(table, library())), library(), NOW)
    tried = 0
    for each in explanations_of(checked, library()).found:
        assert each.value is None or each.value in each.within
        if each.offered is not None and each.convention == AS_A_RULE:
            for value, is_inside in ends(each, each.offered):
                said = gives(checked.calculation.inputs, each.offered, value, table["readouts"])
                assert said == is_inside, (each.offered.place, float(value))
                tried += 1
    assert tried > 10
