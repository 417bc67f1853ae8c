"""One cycle of steady stretches, from each of the modes."""

import dataclasses
import itertools
from fractions import Fraction

import pytest
from msgspec.structs import replace

from itbcalc.compute.profile import Stretch, between, hourly_volumes, profile_of
from itbcalc.compute.schedule import Flex, overlaps
from itbcalc.compute.totals import scheduled_daily_dose
from itbcalc.quantities.clock import TimeOfDay, Weekday
from itbcalc.quantities.kinds import as_concentration
from tests.itbcalc.compute.schedules import DAYS, concentration, flex_day_of, schedule_of, schedules
from tests.vectors.reading import quantity

STRENGTH = as_concentration(quantity("500 mcg/mL"))
NIGHT = {"basal": "240 mcg/day", "steps": [["22:00", "8 h", "100 mcg"]]}


def profile(**given):
    return profile_of(schedule_of(given), STRENGTH)


def listed(stretches):
    """Hours and mL/day, as one would write them down."""
    return [(str(each.start * 24), str(each.end * 24), str(each.flow)) for each in stretches]


def test_a_steady_dose_is_one_stretch():
    steady = profile(mode="simple-continuous", daily_dose="100 mcg/day")

    assert listed(steady.stretches) == [("0", "24", "1/5")]
    assert steady.is_steady


def test_a_step_over_midnight_goes_on_at_the_beginning_of_the_day():
    """Hand arithmetic: 100 mcg in 8 h is 300 a day, 3/5 mL; beside it 240 / 500 = 12/25."""
    night = profile(mode="flex", **NIGHT)

    assert listed(night.stretches) == [("0", "6", "3/5"), ("6", "22", "12/25"), ("22", "24", "3/5")]


def test_a_step_on_top_adds_its_flow():
    """Hand arithmetic: 12/25 + 3/5 = 27/25."""
    night = profile(mode="flex", replaces=False, **NIGHT)

    assert listed(night.stretches) == [("0", "6", "27/25"), ("6", "22", "12/25"), ("22", "24", "27/25")]


def test_a_step_that_ends_at_midnight_ends_there():
    evening = profile(mode="flex", basal="240 mcg/day", steps=[["18:00", "6 h", "75 mcg"]])

    assert listed(evening.stretches) == [("0", "18", "12/25"), ("18", "24", "3/5")]


def test_steps_meet_without_anything_between_them():
    full = profile(mode="flex", steps=[["20:00", "12 h", "60 mcg"], ["08:00", "12 h", "30 mcg"]])

    assert listed(full.stretches) == [("0", "8", "6/25"), ("8", "20", "3/25"), ("20", "24", "6/25")]


def test_a_step_of_a_whole_day_that_begins_at_noon_is_all_there_is():
    whole = profile(mode="flex", basal="900 mcg/day", steps=[["12:00", "24 h", "100 mcg"]])

    assert {stretch.flow for stretch in whole.stretches} == {Fraction(1, 5)}
    assert whole.is_steady


def test_without_a_basal_nothing_runs_beside_the_steps():
    alone = profile(mode="flex", steps=[["08:00", "2 h", "100 mcg"]])

    assert listed(alone.stretches) == [("0", "8", "0"), ("8", "10", "12/5"), ("10", "24", "0")]


def test_a_night_runs_into_a_day_that_is_another():
    """Friday's step goes on in place of Saturday's own basal."""
    week = profile(
        mode="flex",
        basal="240 mcg/day",
        steps=[],
        days={"fri": NIGHT, "sat": {"basal": "120 mcg/day", "steps": []}},
    )

    assert week.differs_by_weekday
    assert listed(week.day(Weekday.FRI)) == [("0", "22", "12/25"), ("22", "24", "3/5")]
    assert listed(week.day(Weekday.SAT)) == [("0", "6", "3/5"), ("6", "24", "6/25")]
    assert listed(week.day(Weekday.SUN)) == [("0", "24", "12/25")]


def test_the_night_of_sunday_runs_into_monday():
    week = profile(mode="flex", basal="240 mcg/day", steps=[], days={"sun": NIGHT})

    assert listed(week.day(Weekday.MON)) == [("0", "6", "3/5"), ("6", "24", "12/25")]
    assert listed(week.day(Weekday.SUN)) == [("0", "22", "12/25"), ("22", "24", "3/5")]


def test_of_two_nights_one_may_come_on_top_and_the_other_in_place():
    """Hand arithmetic: Fri night on top 12/25 + 3/5 = 27/25 until Sat 6:00; Sat night in place 3/5."""
    on_top, in_place = {**NIGHT, "replaces": False}, {**NIGHT, "replaces": True}

    week = profile(mode="flex", basal="240 mcg/day", steps=[], days={"fri": on_top, "sat": in_place})

    assert listed(week.day(Weekday.SAT)) == [("0", "6", "27/25"), ("6", "22", "12/25"), ("22", "24", "3/5")]
    assert listed(week.day(Weekday.SUN)) == [("0", "6", "3/5"), ("6", "24", "12/25")]


BOLUS = {"mode": "periodic-bolus", "bolus": "100 mcg", "duration": "30 min", "first": "08:00"}


def test_a_bolus_that_divides_the_day_comes_at_its_times():
    twice = profile(every="12 h", **BOLUS)

    assert twice.on_the_clock
    assert listed(twice.day()) == [
        ("0", "8", "0"), ("8", "17/2", "48/5"), ("17/2", "20", "0"), ("20", "41/2", "48/5"), ("41/2", "24", "0"),
    ]  # fmt: skip


def test_a_bolus_that_does_not_divide_the_day_begins_with_the_first():
    """Of its first day: 8:00, 13:00, 18:00, 23:00."""
    wandering = profile(every="5 h", **BOLUS)

    assert not wandering.on_the_clock
    assert [str(each.start * 24) for each in wandering.day() if each.flow] == ["8", "13", "18", "23"]


@pytest.mark.parametrize("every", ["168 h", "7 day", "336 h"])
def test_a_bolus_every_week_or_two_has_no_weekday_of_its_own(every):
    rare = profile(every=every, basal="96 mcg/day", **BOLUS)

    assert not rare.on_the_clock
    assert not rare.differs_by_weekday


def test_until_the_first_bolus_the_basal_runs_even_if_boluses_leave_it_no_room():
    """A bolus as long as its interval: the day begins with the basal, 96 / 500 = 24/125."""
    endless = profile(
        mode="periodic-bolus", basal="96 mcg/day", bolus="50 mcg", duration="5 h", every="5 h", first="08:00"
    )

    assert listed(endless.day())[0] == ("0", "8", "24/125")


def test_a_single_bolus_is_no_part_of_the_days():
    single = profile(mode="single-bolus", basal="240 mcg/day", bolus="50 mcg", duration="1 h")

    assert listed(single.stretches) == [("0", "24", "12/25")]


@pytest.mark.parametrize(
    ("given", "flow"),
    [
        pytest.param({"mode": "minimum-rate", "flow_rate": "0.006 mL/day"}, "3/500", id="minimum-rate"),
        pytest.param({"mode": "stopped"}, "0", id="stopped"),
        pytest.param({"mode": "single-bolus", "bolus": "5 mcg", "duration": "1 h"}, "0", id="single-bolus"),
    ],
)
def test_modes_without_steps_are_steady(given, flow):
    assert listed(profile(**given).stretches) == [("0", "24", flow)]


def test_peak_and_lowest_are_the_first_of_their_kind():
    night = profile(mode="flex", **NIGHT)

    assert night.peak() == Stretch(Fraction(0), Fraction(6, 24), Fraction(3, 5))
    assert night.lowest() == Stretch(Fraction(6, 24), Fraction(22, 24), Fraction(12, 25))


def test_hours_and_parts_of_a_day():
    """Hand arithmetic: half of the hour from 8:00 is at 48/5 mL/day: 48/5 / 48 = 1/5 mL."""
    day = profile(every="24 h", **BOLUS).day()

    hours = hourly_volumes(day)

    assert hours[8] == Fraction(1, 5)
    assert sum(hours) == Fraction(1, 5)
    assert listed(between(day, Fraction(1, 3), Fraction(3, 8))) == [("8", "17/2", "48/5"), ("17/2", "9", "0")]


# --- laws, over generated schedules


def test_stretches_fill_the_cycle_and_none_is_empty_or_negative():
    for random, schedule in schedules(3, 1000):
        found = profile_of(schedule, concentration(random))

        ends = [stretch.end for stretch in found.stretches]

        assert [stretch.start for stretch in found.stretches] == [Fraction(0), *ends[:-1]]
        assert all(stretch.duration > 0 and stretch.flow >= 0 for stretch in found.stretches)


def test_the_days_of_a_cycle_are_the_cycle():
    """Seven days one after the other deliver what the week does; one day, where all are alike, what a day does."""
    for random, schedule in schedules(4, 300):
        found = profile_of(schedule, concentration(random))
        if not found.on_the_clock:
            continue

        days = [sum(stretch.volume for stretch in found.day(weekday)) for weekday in DAYS]

        assert sum(days) == 7 * found.daily_volume
        assert found.differs_by_weekday or len(set(days)) == 1


# --- over generated schedules


def test_the_sum_of_the_stretches_of_a_day_is_its_volume():
    for _, schedule in schedules(40, 400):
        found = profile_of(schedule, STRENGTH)

        volumes = [sum((each.volume for each in found.day(weekday)), Fraction(0)) for weekday in DAYS]

        assert list(found.day_volumes) == volumes


def test_a_day_is_filled_from_midnight_to_midnight():
    for random, schedule in schedules(41, 400):
        day = profile_of(schedule, STRENGTH).day(random.choice(DAYS))

        assert (day[0].start, day[-1].end) == (0, 1)
        assert all(each.end == after.start for each, after in itertools.pairwise(day))
        assert all(each.duration > 0 for each in day)


def test_the_profile_comes_to_the_daily_dose_as_it_is_worked_out():
    """Basal and steps, or boluses, added up as on paper: what the profile delivers in a day, at its strength."""
    for random, schedule in schedules(42, 2000):
        strength = concentration(random)
        found = profile_of(schedule, strength)

        worked = scheduled_daily_dose(schedule, found, strength)

        assert worked.value.magnitude == found.daily_volume * strength.magnitude


def test_steps_overlap_where_a_minute_of_the_week_has_two():
    """A step moved anywhere, against each minute of the week painted."""
    seen = set()
    for random, schedule in schedules(43, 200, whole_minutes=True):
        if not isinstance(schedule, Flex) or not schedule.every_day.steps:
            continue
        first, *others = schedule.every_day.steps
        moved = dataclasses.replace(first, start=TimeOfDay(random.randrange(1440)))
        trial = replace(schedule, every_day=dataclasses.replace(schedule.every_day, steps=(moved, *others)))

        assert overlaps(trial) == (most_at_once(trial) > 1)
        seen.add(overlaps(trial))
    assert seen == {True, False}


def test_a_usual_day_that_no_weekday_has_overlaps_nothing():
    twice = flex_day_of({"steps": [["08:00", "2 h", "10 mcg"], ["09:00", "2 h", "10 mcg"]]})
    once = flex_day_of({"steps": [["08:00", "2 h", "10 mcg"]]})

    assert not overlaps(Flex(twice, tuple((weekday, once) for weekday in DAYS)))
    assert overlaps(Flex(twice, tuple((weekday, once) for weekday in DAYS[1:])))


def most_at_once(each: Flex) -> int:
    week = [0] * 10080
    for number, weekday in enumerate(DAYS):
        for step in each.day(weekday).steps:
            begin = number * 1440 + step.start.minute
            for minute in range(begin, begin + int(step.duration.magnitude * 1440)):
                week[minute % 10080] += 1
    return max(week)


@pytest.mark.parametrize(
    ("night", "morning", "overlap"),
    [("sun", "mon", True), ("mon", "tue", True), ("sun", "tue", False), ("mon", "mon", False)],
)
def test_a_night_overlaps_the_first_step_of_the_day_after_it_sunday_that_of_monday(night, morning, overlap):
    """Ten hours from 22:00 on end at 08:00, where the next day has a step at 06:00."""
    steps = {night: [["22:00", "10 h", "100 mcg"]]}
    steps[morning] = [["06:00", "1 h", "10 mcg"], *steps.get(morning, [])]
    days = {day: {"basal": "240 mcg/day", "steps": each} for day, each in steps.items()}

    week = schedule_of({"mode": "flex", "basal": "240 mcg/day", "steps": [], "days": days})

    assert overlaps(week) is overlap
