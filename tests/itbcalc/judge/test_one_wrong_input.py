"""A law: whichever single input is altered by whatever amount, its value lies in an interval that is offered for it.

Programs of every mode are drawn, one input of each is altered, and some of what the altered program would show is read
from the programmer. And nothing that is offered upsets a read-out that agrees.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import pytest

from itbcalc.compute.calculation import Calculation
from itbcalc.judge.check import Checked, check, explanations_of
from itbcalc.judge.explanations import Explanations
from itbcalc.judge.inputs import SolvableInput, typed_inputs
from itbcalc.program import complete_program, read_program
from tests.itbcalc.judge.generated import MODES, program, shown_by
from tests.itbcalc.programs import NOW, library

SOME_FACTORS = [F for n in ("2", "1/2", "10", "1/10", "24", "1/24", "1000") for F in (Fraction(n),)]


@dataclass(frozen=True)
class Altered:
    """A check of the program as typed, with what is shown where one input has another value."""

    seed: int
    checked: Checked
    offered: SolvableInput
    value: Fraction


def altered(chance: random.Random, offered: SolvableInput) -> Fraction:
    """Another value of an input: a slip, or any."""
    value = offered.value
    if offered.place == "reservoir.at":
        return Fraction(chance.choice([-1440, 1440, 60, -60, 720, -720, chance.randint(-20000, 20000)]))
    if offered.is_time_of_day:
        return Fraction(chance.randint(0, 1439))
    if offered.place.endswith("per_day"):
        return Fraction(chance.randint(1, 8))
    if offered.whole:
        assert offered.domain.low is not None
        assert offered.domain.high is not None
        drawn = chance.choice([value * 2, value + chance.randint(1, 30), value // 2, value * 60, value // 60])
        return max(offered.domain.low, min(offered.domain.high, Fraction(drawn)))
    return value * chance.choice([*SOME_FACTORS, Fraction(chance.randint(50, 200), 100)])


def drawn(count: int, seed: int) -> Iterator[Altered]:
    """So many programs, evenly by mode, each with one input altered so that a read-out differs."""
    made = 0
    while made < count:
        seed += 1
        chance = random.Random(seed)  # noqa: S311  # reproducible cases, no secret
        table = program(chance, MODES[made % len(MODES)])
        reading = read_program(table, library())
        if reading.refusals or reading.missing:
            continue
        plain = check(reading.program, library(), NOW).calculation
        offered = chance.choice(typed_inputs(reading.program, plain.inputs))
        value = altered(chance, offered)
        put = offered.put(plain.inputs, value) if value in offered.domain else None
        if put is None:
            continue
        shown = shown_by(Calculation(put))
        names = sorted(shown) if chance.random() < 0.5 else chance.sample(sorted(shown), len(shown) // 2)
        table["readouts"] = {name: shown[name] for name in names}
        reading = read_program(table, library())
        if reading.refusals:
            continue
        checked = check(complete_program(reading), library(), NOW)
        if any(each.verdict == "mismatch" for each in checked.read_outs):
            made += 1
            yield Altered(seed, checked, offered, value)


def is_offered(case: Altered, explanations: Explanations) -> bool:
    return any(
        each.offered is not None and each.offered.place == case.offered.place and case.value in each.within
        for each in explanations.found
    )


@pytest.mark.parametrize(
    ("count", "seed"),
    [(60, 20_261_129), *(pytest.param(500, part * 10**6, marks=pytest.mark.slow) for part in range(71, 75))],
)
def test_whichever_input_is_wrong_its_value_lies_in_what_is_offered_for_it(count: int, seed: int) -> None:
    for case in drawn(count, seed):
        explanations = explanations_of(case.checked, library())

        assert is_offered(case, explanations), (case.seed, case.offered.place, float(case.value))
        differing = {each.read_out.name for each in case.checked.read_outs if each.verdict == "mismatch"}
        for each in explanations.found:
            assert set(each.explains) == differing, (case.seed, each)
            assert not each.contradicts, (case.seed, each)
