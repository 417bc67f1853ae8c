"""A law: what one step changes by itself it changes among all others, whatever its dose, length or beginning becomes."""

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.schedule import Flex
from itbcalc.judge.check import check
from itbcalc.judge.inputs import SolvableInput, StepPlace, typed_inputs
from itbcalc.judge.one_step import Shown, StepByStep
from itbcalc.judge.solving import Interval
from itbcalc.program import ReadOut, complete_program, read_program
from itbcalc.program.read_outs import definition_of
from itbcalc.quantities.clock import TimeOfDay, Weekday
from itbcalc.quantities.units import Quantity
from tests.itbcalc.judge.generated import clock, lasting, program
from tests.itbcalc.programs import NOW, library, step, table_of

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


# --- the same by hand, at the ends of a day and of a row

SMALL = {
    "drug": "baclofen",
    "concentration": "500 mcg/mL",
    "mode": "flex",
    "basal": "240 mcg/day",
    "steps": [step("06:00", "2 h", "40 mcg"), step("20:00", "4 h", "80 mcg")],  # the second ends at midnight
    "steps_replace_basal": True,
    "days": {
        "sat": {
            "basal": "480 mcg/day",
            "steps": [step("22:00", "4 h", "100 mcg")],
            "steps_replace_basal": True,
        }
    },
}
WITHOUT_BASAL = {name: SMALL[name] for name in ("drug", "concentration", "mode")}
MORNING, EVENING, SATURDAY = StepPlace(None, 1), StepPlace(None, 2), StepPlace(Weekday.SAT, 1)
SHOWN_OF_SMALL = {
    "daily_dose": "1.0 mcg/day",
    "days": {"sat": {"daily_dose": "1.0 mcg/day"}, "mon": {"daily_dose": "1.0 mcg/day"}},
    "steps": [{"start": "06:00", "dose": "1.00 mcg"}, {"start": "12:00", "dose": "1.00 mcg"}],
}


def small(**keys: Any) -> tuple[Calculation, StepByStep, dict[str, ReadOut]]:
    """The small program with changes to it, its steps, and its read-outs by name; of rows the minute at which they begin."""
    new = {**SMALL, **keys} if "steps" not in keys else {**WITHOUT_BASAL, **keys}
    table = table_of({"new": new, "readouts": SHOWN_OF_SMALL})
    typed = complete_program(read_program(table, library()))
    calculation = check(typed, library(), NOW).calculation
    read = {each.name if each.row is None else str(each.row.start.minute): each for each in typed.read_outs}
    return calculation, StepByStep(calculation, shown), read


MONDAY = "days.mon.daily_dose"


@pytest.mark.parametrize(
    ("place", "name", "longest", "more"),
    [
        (MORNING, "dose", None, (Fraction(1),)),  # each mcg is one
        (EVENING, "dose", None, (Fraction(1),)),
        (MORNING, "duration", 1080, (Fraction(-1, 6),)),  # each minute takes 240 / 1440 mcg of the basal away
        (MORNING, "duration", 1081, None),  # it would end on the next day
        (EVENING, "duration", 240, (Fraction(-1, 6),)),
        (EVENING, "duration", 241, None),
        (MORNING, "duration", None, None),  # it may last for ever
        (MORNING, "start", 600, None),
        (SATURDAY, "dose", None, None),  # it ends on Sunday
        (SATURDAY, "duration", 60, None),
    ],
)
def test_each_mcg_and_each_minute_more_of_a_step_that_ends_on_its_day_counts_alike(
    place: StepPlace, name: str, longest: int | None, more: Shown | None
) -> None:
    _, steps, read = small()
    among = Interval(Fraction(1), None if longest is None else Fraction(longest))

    assert steps.step(place).each_more(read[MONDAY], name, among) == more


@pytest.mark.parametrize(
    ("place", "name", "value", "monday", "saturday"),
    [
        # Monday: 240 x 18/24 + 40 + 80 = 300; Saturday: 480 x 22/24 + 50 of the 100 that run until 02:00 = 490
        (MORNING, "dose", 41, 301, 490),
        (MORNING, "duration", 180, 290, 490),
        (MORNING, "start", 0, 300, 490),
        (MORNING, "start", 1080, 300, 490),
        (EVENING, "duration", 120, 320, 490),
        (EVENING, "start", 1199, 300, 490),
        (SATURDAY, "dose", 200, 300, 540),
        (SATURDAY, "duration", 120, 300, 540),  # 440 + 100, all of it on Saturday
        (SATURDAY, "start", 1200, 300, 500),  # 480 x 20/24 + 100
    ],
)
def test_what_is_shown_with_another_number_in_a_step(
    place: StepPlace, name: str, value: int, monday: int, saturday: int
) -> None:
    calculation, steps, read = small()

    for read_out, expected in ((read[MONDAY], monday), (read["days.sat.daily_dose"], saturday)):
        typed = shown(read_out, calculation)
        assert steps.step(place).shown(read_out, typed, name, Fraction(value)) == (expected,)


@pytest.mark.parametrize(
    ("place", "monday", "saturday"),
    [
        (MORNING, 280, 490),
        (EVENING, 260, 490),
        (SATURDAY, 300, 480),
    ],  # the basal runs in its place: 20, 40, 40 mcg
)
def test_what_is_shown_without_a_step(place: StepPlace, monday: int, saturday: int) -> None:
    calculation, steps, read = small()

    for read_out, expected in ((read[MONDAY], monday), (read["days.sat.daily_dose"], saturday)):
        assert steps.step(place).shown_without(read_out, shown(read_out, calculation)) == (expected,)


@pytest.mark.parametrize(
    ("row", "place", "name", "among", "reached"),
    [
        # the row of 06:00 to 08:00, minutes 360 to 480, and one beside it
        ("360", MORNING, "dose", (1, 9), True),
        ("360", EVENING, "dose", (1, 9), False),
        ("360", EVENING, "duration", (1, 598), False),  # from 20:00 to 05:58
        ("360", EVENING, "duration", (1, 599), True),
        ("360", EVENING, "duration", (1, None), True),
        ("360", EVENING, "start", (0, 118), False),  # 240 minutes until 05:58
        ("360", EVENING, "start", (0, 119), True),
        ("360", EVENING, "start", (481, 900), True),
        ("360", EVENING, "start", (482, 900), False),
        ("360", EVENING, "start", (None, 900), True),
        ("360", EVENING, "start", (482, None), True),
        # no row begins at 12:00, minute 720: it may be that, or the second step, minutes 1200 to 1440
        ("720", EVENING, "dose", (1, 9), True),
        ("720", MORNING, "dose", (1, 9), False),
        ("720", MORNING, "start", (200, 598), False),  # 120 minutes until 11:58
        ("720", MORNING, "start", (200, 599), True),
        ("720", MORNING, "start", (721, 800), True),
        ("720", MORNING, "start", (722, 1078), False),  # until 19:58
        ("720", MORNING, "start", (722, 1079), True),
        ("720", MORNING, "start", (1, 300), True),  # a minute after midnight
        ("720", MORNING, "start", (2, 300), False),
        ("720", MORNING, "duration", (1, 358), False),
        ("720", MORNING, "duration", (1, 359), True),
    ],
)
def test_a_row_is_reached_by_what_may_run_within_it_or_just_beside_it(
    row: str, place: StepPlace, name: str, among: tuple[int | None, int | None], reached: bool
) -> None:
    _, steps, read = small(days={})
    low, high = (None if each is None else Fraction(each) for each in among)

    assert steps.step(place).may_reach(read[row], name, Interval(low, high)) is reached


@pytest.mark.parametrize(
    ("keys", "most"),
    [
        ({}, Fraction(80, 500)),  # 40 mcg, and 120 minutes of the highest basal, 480 mcg/day: 40
        ({"days": {}}, Fraction(60, 500)),
        (
            {
                "days": {},
                "steps": [step("06:00", "2 h", "40 mcg"), step("08:00", "22 h", "80 mcg")],
            },
            Fraction(40, 500),
        ),
    ],
)
def test_the_most_that_one_run_of_a_step_takes_from_the_reservoir(
    keys: dict[str, Any], most: Fraction
) -> None:
    _, steps, _ = small(**keys)

    assert steps.step(MORNING).most_in_one_run(Fraction(120)) == most
