"""Where is room for a step among the others? The rooms were worked by hand; the law tries every seventh minute."""

import random
from fractions import Fraction
from typing import Any

from itbcalc.judge.check import check
from itbcalc.judge.inputs import SolvableInput, typed_inputs
from itbcalc.judge.solving import Interval
from itbcalc.program import complete_program, read_program
from tests.itbcalc.judge.generated import program
from tests.itbcalc.programs import NOW, QUIET, library, new_therapy, step


def offered_by(table: dict[str, Any]) -> dict[str, SolvableInput]:
    typed = complete_program(read_program(table, library()))
    inputs = check(typed, library(), NOW).calculation.inputs
    return {each.place: each for each in typed_inputs(typed, inputs)}


def room(table: dict[str, Any], place: str) -> list[tuple[int, int]]:
    free = offered_by(table)[place].free
    assert free is not None
    return [(int(each.low or 0), int(each.high or 0)) for each in free()]


def night_and_noon(**days: Any) -> dict[str, Any]:
    """22:00 to 04:00, and 12:00 to 13:00."""
    steps = [step("22:00", "6 h", "60 mcg"), step("12:00", "1 h", "20 mcg")]
    return {
        **QUIET,
        **new_therapy("flex", basal="100 mcg/day", steps=steps, steps_replace_basal=True, **days),
    }


def test_a_step_may_begin_wherever_it_runs_over_no_other() -> None:
    # an hour from the end of the night at 4:00 (minute 240) to an hour before 22:00 (1320 - 60)
    assert room(night_and_noon(), "new.steps.2.start") == [(240, 1260)]


def test_a_step_over_midnight_takes_its_own_end_along() -> None:
    # six hours before noon: 0:00 to 6:00; after 13:00 (780): as late as there is, since 23:59 and six hours end before noon
    assert room(night_and_noon(), "new.steps.1.start") == [(0, 360), (780, 1439)]


def test_a_step_may_last_until_the_next_begins() -> None:
    # noon to 22:00: 10 h; 22:00 to noon of the next day: 14 h
    assert room(night_and_noon(), "new.steps.2.duration") == [(1, 600)]
    assert room(night_and_noon(), "new.steps.1.duration") == [(1, 840)]


def test_a_step_of_minutes_and_seconds_leaves_room_from_the_next_whole_minute_on() -> None:
    steps = [step("06:00", "100 s", "1 mcg"), step("12:00", "1 h", "20 mcg")]
    table = {**QUIET, **new_therapy("flex", basal="100 mcg/day", steps=steps, steps_replace_basal=True)}

    # until an hour before 6:00, and after 6:01:40: 6:02 is minute 362
    assert room(table, "new.steps.2.start") == [(0, 300), (362, 1439)]


def test_a_gap_that_is_just_as_long_has_room_at_one_minute() -> None:
    # 7:00 (minute 420) to 8:00 of an hour; of 61 minutes there is none, and none of the others is as long
    steps = [step(f"{hour}:00", "1 h", "5 mcg") for hour in ("06", "08", "09", "10")] + [
        step("12:00", "60 min", "5 mcg")
    ]
    table = {**QUIET, **new_therapy("flex", basal="100 mcg/day", steps=steps, steps_replace_basal=True)}

    # from the end of 11:00 (660) on; before the first from midnight to five (300)
    assert room(table, "new.steps.5.start") == [(0, 300), (420, 420), (660, 1439)]
    table["new"]["steps"][4]["duration"] = "61 min"
    assert room(table, "new.steps.5.start") == [(0, 299), (660, 1439)]


def test_the_day_after_counts_as_it_is() -> None:
    # on Sunday something runs from 2:00 (minute 120) to 3:00: a Saturday night ends by then, the others at noon
    sunday = {"basal": "100 mcg/day", "steps": [step("02:00", "1 h", "20 mcg")], "steps_replace_basal": True}
    table = night_and_noon(days={"sun": sunday})
    # the night as typed would run over that: it begins at 19:00 and lasts 6 h, until 1:00
    table["new"]["steps"][0]["start"] = "19:00"

    assert room(table, "new.steps.1.duration") == [(1, 420)]  # 19:00 to 2:00
    # Sunday's hour: from the end of Saturday's night at 1:00 (60) on; Monday begins with nothing before noon (720 + 1440)
    assert room(table, "new.days.sun.steps.1.start") == [(60, 1439)]


def test_there_is_room_where_the_steps_do_not_run_over_each_other_and_nowhere_else() -> None:
    tried = 0
    for seed in range(14):
        chance = random.Random(seed)  # noqa: S311  # drawn cases, no secret
        reading = read_program(program(chance, chance.choice(["flex", "weekdays"])), library())
        if reading.refusals or reading.missing:
            continue
        inputs = check(reading.program, library(), NOW).calculation.inputs
        for offered in typed_inputs(reading.program, inputs):
            if offered.free is None:
                continue
            free = offered.free()
            for minute in minutes_beside(offered, free):
                is_free = any(Fraction(minute) in part for part in free)
                assert (offered.put(inputs, Fraction(minute)) is not None) == is_free, (seed, offered.place)
                tried += 1
    assert tried > 5_000


def minutes_beside(offered: SolvableInput, free: tuple[Interval, ...]) -> set[int]:
    """Every seventh minute of the domain, and those at each end of what is free."""
    low, high = int(offered.domain.low or 0), int(offered.domain.high or 0)
    ends = {int(end) for part in free for end in (part.low, part.high) if end is not None}
    beside = {end + by for end in ends for by in (-1, 0, 1)}
    return {*range(low, high + 1, 7), *(minute for minute in beside if low <= minute <= high)}
