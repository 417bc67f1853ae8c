"""What a schedule comes to: worked by hand, and the laws that its sums obey whatever it is."""

from collections.abc import Callable
from fractions import Fraction

import pytest

from itbcalc.compute.profile import profile_of
from itbcalc.compute.schedule import Flex, FlexDay, MinimumRate, PeriodicBolus, Schedule, SimpleContinuous
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.totals import (
    Segment,
    bolus_flow_rate,
    boluses_per_day,
    dose_on,
    hourly_doses,
    scheduled_daily_dose,
    segments_of,
    weekly_dose,
)
from itbcalc.compute.working import Once, Worked
from itbcalc.quantities.clock import Weekday
from itbcalc.quantities.kinds import (
    DOSE,
    FLOW_RATE,
    as_concentration,
    as_daily_dose,
    as_dose,
    as_duration,
    as_flow_rate,
    exactly,
)
from tests.itbcalc.compute.schedules import (
    DAYS,
    concentration,
    patient_bolus_of,
    schedule_of,
    schedules,
    with_days,
)
from tests.vectors.reading import quantity, vectors

GENERATED, PARTS = 10_000, 4  # in parts, so that several cores share them


def therapy_of(vector) -> TherapyValues:
    boluses = vector.given.get("patient_bolus")
    return TherapyValues(
        schedule_of(vector.given["schedule"]),
        as_concentration(vector["concentration"]),
        None if boluses is None else patient_bolus_of(boluses),
        "new",
        Once(),
    )


def exact(therapy: TherapyValues, name: str) -> str | None:
    if name.startswith("hour "):
        return Worked("", therapy.hourly_doses()[int(name[5:])], "", ()).exact
    if name.startswith("dose on "):
        worked = therapy.dose_on(Weekday(name[8:]))
    elif name == "daily_dose" and therapy.dose is not None:
        worked = Worked("", therapy.dose, "", ())
    else:
        worked = getattr(therapy, name)
    return None if worked is None else worked.exact


@pytest.mark.parametrize("vector", vectors("schedules"))
def test_what_a_schedule_comes_to(vector):
    therapy = therapy_of(vector)

    found = {name: exact(therapy, name) for name in vector.expected}

    assert found == vector.expected


# --- the working names what was added up


def test_working_of_a_flex_day_has_its_basal_and_each_step():
    day = {"mode": "flex", "basal": "240 mcg/day", "steps": [["22:00", "8 h", "100 mcg"]]}
    strength = as_concentration(quantity("500 mcg/mL"))
    schedule = schedule_of(day)

    worked = scheduled_daily_dose(schedule, profile_of(schedule, strength), strength)

    assert worked.formula == "(basal × time at basal + step 22:00) ÷ one day"
    assert worked.numbers == "(240 mcg/day × 16 h + 100 mcg) ÷ 1 day"


def test_working_of_a_day_of_the_week_lists_its_segments():
    friday = {"basal": "240 mcg/day", "steps": [["22:00", "8 h", "100 mcg"]]}
    schedule = schedule_of({"mode": "flex", "basal": "240 mcg/day", "steps": [], "days": {"fri": friday}})
    strength = as_concentration(quantity("500 mcg/mL"))

    worked = dose_on(profile_of(schedule, strength), Weekday.SAT, strength)

    assert worked.name == "dose on Sat"
    assert worked.formula == "00:00 to 06:00 + 06:00 to 24:00"
    assert worked.numbers == "75 mcg + 180 mcg"


def test_a_segment_past_midnight_ends_on_the_next_day():
    hour, flow, dose = (
        as_duration(quantity("1 h")),
        as_flow_rate(quantity("1 mL/day")),
        exactly(1, DOSE),
    )

    names = [
        Segment(Fraction(start), hour, flow, as_dose(dose)).name for start in ("47/48", "23/24", "0", "22/24")
    ]

    assert names == ["23:30 to 00:30", "23:00 to 24:00", "00:00 to 01:00", "22:00 to 23:00"]


def test_the_flow_of_a_bolus_counts_the_basal_that_runs_on_below_it():
    dose, hour = as_dose(quantity("50 mcg")), as_duration(quantity("1 h"))
    strength, basal = as_concentration(quantity("500 mcg/mL")), as_daily_dose(quantity("240 mcg/day"))

    alone = bolus_flow_rate(dose, hour, strength, "flow")
    on_top = bolus_flow_rate(dose, hour, strength, "flow", basal)

    assert alone.numbers == "50 mcg ÷ 1 h ÷ 500 mcg/mL"
    assert on_top.numbers == "(240 mcg/day + 50 mcg ÷ 1 h) ÷ 500 mcg/mL"


# --- sums, over generated schedules


def by_the_record(flex: Flex) -> dict[Weekday, Fraction]:
    """The dose of each day, added up from what is programmed: the basal but for the time that steps replace it."""
    doses = {}
    for number, weekday in enumerate(DAYS):
        today, yesterday = flex.day(weekday), flex.day(DAYS[number - 1])
        parts = [
            (Fraction(0), step, today, min(Fraction(1) - step.start.days, step.duration.magnitude))
            for step in today.steps
        ]
        parts += [
            (step.ends - 1, step, yesterday, step.ends - 1) for step in yesterday.steps if step.ends > 1
        ]
        doses[weekday] = sum(
            (step.dose.magnitude * here / step.duration.magnitude for _, step, _, here in parts), Fraction(0)
        )
        replaced = sum((here for _, _, day, here in parts if day.replaces_basal), Fraction(0))
        basal = Fraction(0) if today.basal is None else today.basal.magnitude
        doses[weekday] += basal * (1 - replaced)
    return doses


def dose_per_day(schedule: Schedule, strength: Fraction) -> Fraction | None:
    """The mean by the record, of the modes that are not flex."""
    if isinstance(schedule, SimpleContinuous):
        return schedule.daily_dose.magnitude
    if isinstance(schedule, MinimumRate):
        return schedule.flow_rate.magnitude * strength
    if isinstance(schedule, PeriodicBolus):
        basal = Fraction(0) if schedule.basal is None else schedule.basal.magnitude
        every = schedule.every.magnitude
        beside = every - schedule.duration.magnitude if schedule.replaces_basal else every
        return (basal * beside + schedule.bolus.magnitude) / every
    basal = getattr(schedule, "basal", None)
    return Fraction(0) if basal is None else basal.magnitude


@pytest.mark.parametrize("part", range(PARTS))
def test_segments_add_up_exactly_to_the_dose_of_the_day(part):
    """Ten thousand schedules of every mode in all; where its days differ, on three of them."""
    for random, schedule in schedules(10 + part, GENERATED // PARTS):
        strength = concentration(random)
        profile = profile_of(schedule, strength)
        differs = isinstance(schedule, Flex) and bool(schedule.differing)
        expected = by_the_record(schedule) if isinstance(schedule, Flex) else {}
        for weekday in random.sample(DAYS, 3 if differs else 1):
            segments = segments_of(profile.day(weekday), strength)

            total = sum((segment.dose.magnitude for segment in segments), Fraction(0))

            assert fills_the_day(segments)
            if isinstance(schedule, Flex):
                assert total == expected[weekday]
            elif profile.on_the_clock:
                assert total == dose_per_day(schedule, strength.magnitude)


def fills_the_day(segments) -> bool:
    ends = [segment.start + segment.duration.magnitude for segment in segments]
    return [segment.start for segment in segments] == [Fraction(0), *ends[:-1]] and ends[-1] == 1


def over(count: int, check: Callable[..., None]) -> None:
    for random, schedule in schedules(2, count):
        strength = concentration(random)
        check(schedule, profile_of(schedule, strength), strength)


def test_the_working_of_the_daily_dose_agrees_with_its_profile():
    """Two ways to one figure: the formula of the mode, and the volume of a whole cycle."""

    def check(schedule, profile, strength):
        dose = scheduled_daily_dose(schedule, profile, strength).value

        assert dose.magnitude == profile.daily_volume * strength.magnitude

    over(1000, check)


def test_hours_of_the_day_add_up_exactly_to_its_segments():
    def check(schedule, profile, strength):
        stretches = profile.day(Weekday.FRI)

        hours = [dose.magnitude for dose in hourly_doses(stretches, strength)]

        assert len(hours) == 24
        assert sum(hours) == sum(segment.dose.magnitude for segment in segments_of(stretches, strength))

    over(300, check)


def test_days_add_up_exactly_to_the_week_and_the_mean_is_a_seventh():
    def check(schedule, profile, strength):
        if not isinstance(schedule, Flex):
            return
        days = [dose_on(profile, weekday, strength).value.magnitude for weekday in DAYS]

        week = weekly_dose(profile, strength).value.magnitude

        assert week == sum(days) == sum(by_the_record(schedule).values())
        assert scheduled_daily_dose(schedule, profile, strength).value.magnitude == week / 7

    over(300, check)


def test_a_week_that_says_the_same_day_seven_times_is_that_day():
    def check(schedule, profile, strength):
        if not isinstance(schedule, Flex) or schedule.differing:
            return
        written_out = with_days(schedule, [schedule.every_day] * 7)

        week = profile_of(written_out, strength)

        for weekday in DAYS:
            assert week.day(weekday)[0].flow == profile.day(weekday)[0].flow
            assert dose_on(week, weekday, strength).value == dose_on(profile, weekday, strength).value
        assert week.peak().flow == profile.peak().flow
        assert week.lowest().flow == profile.lowest().flow

    over(300, check)


def test_the_peak_is_never_below_the_mean_nor_the_lowest_above_it():
    def check(schedule, profile, strength):
        assert profile.lowest().flow <= profile.daily_volume <= profile.peak().flow
        assert profile.is_steady == (profile.lowest().flow == profile.peak().flow)

    over(1000, check)


def test_a_day_without_steps_and_basal_delivers_nothing():
    profile = profile_of(Flex(FlexDay(())), as_concentration(quantity("500 mcg/mL")))

    assert profile.volume == 0
    assert exactly(profile.peak().flow, FLOW_RATE) == exactly(0, FLOW_RATE)


@pytest.mark.parametrize(
    ("every", "count"), [("6 h", Fraction(4)), ("5 h", Fraction(24, 5)), ("24 h", Fraction(1))]
)
def test_so_many_boluses_come_in_24_hours(every, count):
    periodic = schedule_of(
        {"mode": "periodic-bolus", "bolus": "10 mcg", "duration": "5 min", "every": every, "first": "06:00"}
    )

    assert boluses_per_day(periodic) == count
