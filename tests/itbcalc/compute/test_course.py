"""What a pump delivers from a moment on: by hand, against the brute force, and what changes nothing or only one way."""

import dataclasses
import itertools
from fractions import Fraction
from random import Random

import pytest
from msgspec.structs import replace

from itbcalc.compute.line import Plug, leaving_the_tip
from itbcalc.compute.profile import (
    Course,
    Stretch,
    course_of,
    hourly_volumes,
    merged,
    patient_course,
    profile_of,
    time_to_deliver,
)
from itbcalc.compute.schedule import (
    Flex,
    FlexDay,
    FlexStep,
    PeriodicBolus,
    SimpleContinuous,
    SingleBolus,
    scaled,
)
from itbcalc.quantities.clock import TimeOfDay
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    Concentration,
    as_concentration,
    as_daily_dose,
    as_dose,
    exactly,
)
from tests.itbcalc.compute.minute_by_minute import Bridge, around, drug_out, flows, highest
from tests.itbcalc.compute.schedules import (
    DAYS,
    a_number,
    concentration,
    flex,
    minutes,
    patient_bolus,
    patient_bolus_of,
    periodic,
    schedule_of,
    schedules,
    week_clock,
    with_days,
)
from tests.vectors.reading import quantity

STRENGTH = as_concentration(quantity("500 mcg/mL"))
NOTHING = Fraction(0)
A_MINUTE = Fraction(1, 1440)


def course(clock, before=(), **given):
    return course_of(schedule_of(given), STRENGTH, week_clock(clock), before)


def listed(course, count):
    """The first stretches in hours and mL/day, as one would write them down."""
    return [
        (str(each.start * 24), str(each.end * 24), str(each.flow))
        for each in itertools.islice(course.stretches_from(), count)
    ]


def joined(stretches, until):
    """Stretches of one flow as one, until a time: what was delivered, however it was said."""
    runs = []
    for stretch in stretches:
        if stretch.start >= until:
            return runs
        end = min(stretch.end, until)
        if runs and runs[-1].flow == stretch.flow:
            runs[-1] = Stretch(runs[-1].start, end, stretch.flow)
        else:
            runs.append(Stretch(stretch.start, end, stretch.flow))
    raise AssertionError("a course has no end")


# --- by hand

BOLUS = {"mode": "periodic-bolus", "bolus": "100 mcg", "duration": "30 min", "first": "08:00"}


def test_a_schedule_goes_on_from_the_clock_of_the_change():
    """From Tue 21:00 an hour of basal, the night, the day: 240 / 500 = 12/25 and 300 / 500 = 3/5."""
    night = course("tue 21:00", mode="flex", basal="240 mcg/day", steps=[["22:00", "8 h", "100 mcg"]])

    first = listed(night, 4)

    assert first == [("0", "1", "12/25"), ("1", "3", "3/5"), ("3", "9", "3/5"), ("9", "25", "12/25")]


def test_a_change_in_the_middle_of_a_step_runs_the_rest_of_it():
    night = course("wed 05:00", mode="flex", basal="240 mcg/day", steps=[["22:00", "8 h", "100 mcg"]])

    assert listed(night, 2) == [("0", "1", "3/5"), ("1", "17", "12/25")]


def test_a_week_goes_on_from_its_day():
    """Fri 23:00: an hour and six more of the step, then Saturday's own basal, 120 / 500 = 6/25."""
    week = course(
        "fri 23:00",
        mode="flex",
        basal="240 mcg/day",
        steps=[],
        days={
            "fri": {"basal": "240 mcg/day", "steps": [["22:00", "8 h", "100 mcg"]]},
            "sat": {"basal": "120 mcg/day", "steps": []},
        },
    )

    found = joined(week.stretches_from(), Fraction(2))

    assert [(str(each.end * 24), str(each.flow)) for each in found] == [
        ("7", "3/5"), ("25", "6/25"), ("48", "12/25"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("clock", "wait"),
    [
        pytest.param("mon 07:00", 1, id="an-hour-before"),
        pytest.param("mon 08:00", 0, id="at-the-very-time"),
        pytest.param("mon 08:01", Fraction(1439, 60), id="a-minute-after-waits-a-day"),
        pytest.param("sun 20:00", 12, id="over-the-end-of-the-week"),
    ],
)
@pytest.mark.parametrize("every", ["5 h", "48 h"])
def test_an_interval_that_does_not_divide_the_day_waits_for_its_first(clock, wait, every):
    wandering = course(clock, every=every, basal="96 mcg/day", **BOLUS)

    begins = next(each.start for each in wandering.stretches_from() if each.flow > 1)
    second = [each.start for each in itertools.islice(wandering.stretches_from(), 8) if each.flow > 1][1]

    assert begins * 24 == wait
    assert (second - begins) * 24 == int(every.split()[0])


@pytest.mark.parametrize(
    ("clock", "wait"),
    [
        pytest.param("mon 07:00", 1, id="before-the-first"),
        pytest.param("mon 09:00", 5, id="the-next-of-the-day"),
        pytest.param("mon 23:00", 1, id="the-one-at-midnight"),
    ],
)
def test_an_interval_that_divides_the_day_keeps_its_times(clock, wait):
    """Every six hours from 8:00: 8:00, 14:00, 20:00, 2:00."""
    times = course(clock, every="6 h", **BOLUS)

    begins = next(each.start for each in times.stretches_from() if each.flow)

    assert begins * 24 == (3 if clock == "mon 23:00" else wait)


def test_the_bridge_runs_first_and_the_schedule_by_the_clock_after_it():
    bridge = Stretch(NOTHING, Fraction(13, 24), Fraction(9, 25))

    night = course(
        "tue 09:00", [bridge], mode="flex", basal="240 mcg/day", steps=[["22:00", "8 h", "100 mcg"]]
    )

    assert listed(night, 4) == [
        ("0", "13", "9/25"),
        ("13", "15", "3/5"),
        ("15", "21", "3/5"),
        ("21", "37", "12/25"),
    ]


def test_boluses_that_are_counted_from_the_first_wait_for_it_after_the_bridge():
    """The bridge from 7:00 to 19:00 runs over the first 8:00: the boluses begin on the next."""
    bridge = Stretch(NOTHING, Fraction(12, 24), Fraction(9, 25))

    wandering = course("mon 07:00", [bridge], every="5 h", **BOLUS)

    assert listed(wandering, 3) == [("0", "12", "9/25"), ("12", "25", "0"), ("25", "51/2", "48/5")]


@pytest.mark.parametrize(
    ("replaces", "flow"),
    [pytest.param(True, "12/5", id="in-place"), pytest.param(False, "72/25", id="on-top")],
)
def test_a_single_bolus_comes_at_the_change_and_never_again(replaces, flow):
    """Hand arithmetic: 50 mcg in 1 h is 1200 a day, 12/5; with the basal 12/5 + 12/25 = 72/25."""
    single = course(
        "mon 12:00",
        mode="single-bolus",
        basal="240 mcg/day",
        replaces=replaces,
        bolus="50 mcg",
        duration="1 h",
    )

    runs = joined(single.stretches_from(), Fraction(400))

    assert [(str(each.end * 24), str(each.flow)) for each in runs] == [("1", flow), ("9600", "12/25")]


PATIENT = {"dose": "15 mcg", "duration": "5 min", "lockout": "6 h", "per_day": 3}


def test_patient_boluses_come_as_early_as_they_may():
    """The first at once, the second and third six hours apart, the fourth when 24 h are over."""
    allotted = patient_course(patient_bolus_of(PATIENT), STRENGTH)

    starts = [each.start * 24 for each in itertools.islice(allotted.stretches_from(), 14) if each.flow]

    assert starts[:6] == [0, 6, 12, 24, 30, 36]


def test_patient_boluses_begin_when_the_bridge_is_over():
    allotted = patient_course(patient_bolus_of(PATIENT), STRENGTH, Fraction(1, 2))

    starts = [each.start * 24 for each in itertools.islice(allotted.stretches_from(), 9) if each.flow]

    assert starts[:4] == [12, 18, 24, 36]


def test_where_the_lockout_leaves_no_room_all_that_are_allotted_count():
    """Three a day 12 h apart: there is room for two; spread over the day, 8 h apart, all three of 0.03 mL."""
    crowded = patient_course(patient_bolus_of({**PATIENT, "lockout": "12 h"}), STRENGTH)

    starts = [each.start * 24 for each in itertools.islice(crowded.stretches_from(), 8) if each.flow]

    assert starts == [0, 8, 16, 24]
    assert crowded.cycle_volume == Fraction(9, 100)


def test_a_volume_is_delivered_when_the_last_of_it_flows_and_not_when_the_pause_ends():
    """0.2 mL a day between 8:00 and 10:00: 1 mL is delivered at 10:00 of the fifth day."""
    pauses = course("mon 00:00", mode="flex", steps=[["08:00", "2 h", "100 mcg"]])

    assert time_to_deliver([pauses], Fraction(1)) == 4 + Fraction(10, 24)
    assert time_to_deliver([pauses], Fraction(1) + Fraction(1, 1000)) > 5 + Fraction(8, 24)


def test_what_never_flows_is_never_delivered():
    stopped = course("mon 00:00", mode="stopped")
    once = course("mon 00:00", mode="single-bolus", bolus="50 mcg", duration="1 h")

    assert time_to_deliver([stopped], Fraction(1, 1000)) is None
    assert time_to_deliver([once], Fraction(1, 10)) == Fraction(1, 24)
    assert time_to_deliver([once], Fraction(1001, 10000)) is None
    assert time_to_deliver([stopped, once], Fraction(1, 20)) == Fraction(1, 48)


# --- a course as such, over generated schedules


def drawn(random: Random, schedule, *, bridged: bool | None = None, clock: Fraction | None = None):
    """A course, with a bridge or without, and the concentration."""
    strength = concentration(random)
    if bridged is None:
        bridged = random.random() < 0.5
    before = [Stretch(NOTHING, a_number(random, 5) / 2, a_number(random, 40) / 100)] if bridged else []
    at = Fraction(random.randrange(10080), 1440) if clock is None else clock
    return course_of(schedule, strength, at, before), strength


def test_the_volume_by_a_time_is_the_volume_of_its_stretches():
    for random, schedule in schedules(20, 400):
        found, _ = drawn(random, schedule)
        time = Fraction(random.randrange(1, 20 * 997), 997)

        volume = found.volume_by(time)

        assert volume == sum((each.volume for each in joined(found.stretches_from(), time)), NOTHING)
        assert found.volume_by(NOTHING) == 0


def test_stretches_from_a_time_are_the_same_as_from_the_beginning():
    for random, schedule in schedules(21, 400):
        found, _ = drawn(random, schedule)
        edges = [each.end for each in itertools.islice(found.stretches_from(), 40)]
        time = random.choice((random.choice(edges), Fraction(random.randrange(1, 9970), 997)))

        later = joined(found.stretches_from(time), time + 3)

        assert later[0].start == time
        earlier = [
            Stretch(max(each.start, time), each.end, each.flow)
            for each in joined(found.stretches_from(), time + 3)
            if each.end > time
        ]
        assert later == earlier


def test_a_volume_is_first_delivered_at_the_time_that_is_found():
    """Then exactly that volume is delivered, and the moment before a little less."""
    for random, schedule in schedules(22, 600):
        found, strength = drawn(random, schedule)
        courses = [found]
        if random.random() < 0.5:
            courses.append(patient_course(patient_bolus(random), strength, found.lead_ends))
        volume = a_number(random, 4000) / 100

        time = time_to_deliver(courses, volume)

        if time is None:
            assert all(each.cycle_volume == 0 for each in courses)
            assert sum(each.volume_by(each.lead_ends) for each in courses) < volume
        else:
            assert sum(each.volume_by(time) for each in courses) == volume
            assert sum(each.volume_by(time - time / 10**9) for each in courses) < volume


def test_several_courses_at_once_add_up():
    for random, schedule in schedules(23, 200):
        one, strength = drawn(random, schedule)
        other = patient_course(patient_bolus(random), strength, one.lead_ends)
        time = Fraction(random.randrange(1, 2000), 997)

        together = joined(merged([one, other]), time)

        assert sum((each.volume for each in together), NOTHING) == one.volume_by(time) + other.volume_by(time)


# --- what changes nothing, and what only one way


def test_a_step_cut_in_two_changes_nothing():
    for random, schedule in schedules(30, 400, whole_minutes=True):
        if not isinstance(schedule, Flex):
            continue
        cut = Flex(
            cut_in_two(random, schedule.every_day),
            tuple((day, cut_in_two(random, each)) for day, each in schedule.differing),
        )
        strength, clock = concentration(random), Fraction(random.randrange(10080), 1440)

        one, other = (course_of(each, strength, clock) for each in (schedule, cut))

        assert joined(one.stretches_from(), Fraction(9)) == joined(other.stretches_from(), Fraction(9))
        assert time_to_deliver([one], Fraction(7)) == time_to_deliver([other], Fraction(7))


def cut_in_two(random: Random, day: FlexDay) -> FlexDay:
    """Each step as two that follow each other, each with its share; those that would begin on the next day as they are."""
    steps = []
    for step in day.steps:
        length = int(step.duration.magnitude * 1440)
        first = random.randrange(length)
        if not first or step.start.minute + first >= 1440:
            steps.append(step)
            continue
        share = Fraction(first, length)
        second = TimeOfDay(step.start.minute + first)
        steps.append(FlexStep(step.start, minutes(first), as_dose(step.dose * share)))
        steps.append(FlexStep(second, minutes(length - first), as_dose(step.dose * (1 - share))))
    return dataclasses.replace(day, steps=tuple(steps))


def test_a_week_shifted_by_a_day_gives_the_result_shifted_by_a_day():
    for random, schedule in schedules(31, 300):
        strength, clock = concentration(random), Fraction(random.randrange(10080), 1440)
        shifted = schedule
        if isinstance(schedule, Flex):
            days = [schedule.day(day) for day in DAYS]
            shifted = with_days(schedule, [days[-1], *days[:-1]])

        one = course_of(schedule, strength, clock)
        other = course_of(shifted, strength, clock + 1)

        assert joined(one.stretches_from(), Fraction(8)) == joined(other.stretches_from(), Fraction(8))
        assert time_to_deliver([one], Fraction(9)) == time_to_deliver([other], Fraction(9))


def test_everything_later_by_the_clock_is_the_same_from_the_change_on():
    """Boluses an hour later, with the change an hour later: nothing is noticed."""
    for seed in range(200):
        random = Random(seed)  # noqa: S311  # drawn cases, no secret
        schedule, strength = periodic(random), concentration(random)
        clock, later = Fraction(random.randrange(10080), 1440), random.randrange(1440)
        moved = replace(schedule, first=schedule.first.later(later))

        one = course_of(schedule, strength, clock)
        other = course_of(moved, strength, clock + later * A_MINUTE)

        assert joined(one.stretches_from(), Fraction(5)) == joined(other.stretches_from(), Fraction(5))


def test_dose_and_concentration_scaled_together_leave_the_flow_and_the_alarm():
    for random, schedule in schedules(32, 300):
        strength, clock = concentration(random), Fraction(random.randrange(10080), 1440)
        factor, boluses = a_number(random, 20) / 7, patient_bolus(random)
        stronger = Concentration(exactly(strength.magnitude * factor, CONCENTRATION))
        more = replace(boluses, dose=as_dose(boluses.dose * factor))

        one = [course_of(schedule, strength, clock), patient_course(boluses, strength)]
        other = [course_of(scaled(schedule, factor), stronger, clock), patient_course(more, stronger)]

        if "flow_rate" not in dir(schedule):  # a minimum rate is a flow: it has no dose to be scaled
            assert profile_of(schedule, strength) == profile_of(scaled(schedule, factor), stronger)
        assert joined(merged(one), Fraction(4)) == joined(merged(other), Fraction(4))
        assert time_to_deliver(one, Fraction(18)) == time_to_deliver(other, Fraction(18))


def test_patient_boluses_never_make_the_alarm_later():
    for random, schedule in schedules(33, 300):
        found, strength = drawn(random, schedule)
        allotted = patient_course(patient_bolus(random), strength, found.lead_ends)
        volume = a_number(random, 2000) / 100

        without, with_them = time_to_deliver([found], volume), time_to_deliver([found, allotted], volume)

        assert with_them is not None
        assert without is None or with_them <= without


def test_one_more_allotted_bolus_never_makes_the_alarm_later():
    for random, schedule in schedules(34, 200):
        found, strength = drawn(random, schedule, bridged=False)
        boluses = patient_bolus(random)
        if not replace(boluses, per_day=boluses.per_day + 1).reachable:
            continue
        volume = a_number(random, 2000) / 100

        fewer, more = (
            time_to_deliver([found, patient_course(replace(boluses, per_day=count), strength)], volume)
            for count in (boluses.per_day, boluses.per_day + 1)
        )

        assert more <= fewer


def test_more_basal_never_makes_the_alarm_later():
    for random, schedule in schedules(35, 400):
        clock, strength = Fraction(random.randrange(10080), 1440), concentration(random)
        volume = a_number(random, 2000) / 100

        times = [
            time_to_deliver([course_of(each, strength, clock)], volume)
            for each in (schedule, with_more_basal(random, schedule))
        ]

        assert times[0] is None or (times[1] is not None and times[1] <= times[0])


def with_more_basal(random: Random, schedule):
    more = exactly(a_number(random, 100), DAILY_DOSE)

    def raised(basal):
        return as_daily_dose(more if basal is None else basal + more)

    if isinstance(schedule, SimpleContinuous):
        return SimpleContinuous(raised(schedule.daily_dose))
    if isinstance(schedule, Flex):
        days = (
            (day, dataclasses.replace(each, basal=raised(each.basal))) for day, each in schedule.differing
        )
        every_day = dataclasses.replace(schedule.every_day, basal=raised(schedule.every_day.basal))
        return Flex(every_day, tuple(days))
    if isinstance(schedule, PeriodicBolus | SingleBolus):
        return replace(schedule, basal=raised(schedule.basal))
    return schedule


def test_a_faster_pump_reaches_every_volume_earlier():
    """Within its accuracy: less need be programmed to reach the level."""
    for random, schedule in schedules(36, 200):
        found, _ = drawn(random, schedule)
        volume = a_number(random, 2000) / 100

        time, fast = (time_to_deliver([found], volume / factor) for factor in (1, Fraction(229, 200)))

        assert time is None or (fast is not None and fast < time)


# --- against the brute force

CASES, PARTS = 500, 4
TIP_MINUTES = 1000


@pytest.mark.parametrize("part", range(PARTS))
def test_the_brute_force_minute_by_minute_comes_to_the_same(part):
    """500 cases in all: the volume by any time, the time to the alarm, the hours of a day, the drug out of the tip.

    Where something begins or ends within a minute the brute force is off by what flows in a minute, else by nothing.
    """
    for random, schedule in schedules(100 + part, CASES // PARTS, whole_minutes=True):
        strength = concentration(random)
        clock, count = random.randrange(10080), random.randint(1, 3 * 1440)
        boluses = patient_bolus(random) if random.random() < 0.4 else None
        before, bridge = drawn_bridge(random)
        ours = [course_of(schedule, strength, clock * A_MINUTE, before)]
        if boluses is not None:
            ours.append(patient_course(boluses, strength, before[-1].end if before else NOTHING))

        each_minute = flows(
            schedule, float(strength.magnitude), clock, count, bridge=bridge, patient_bolus=boluses
        )

        step = 0.0
        if bridge is not None or (boluses is not None and (boluses.spacing * 1440).denominator != 1):
            step = (
                highest(schedule, float(strength.magnitude), boluses) + (bridge.flow if bridge else 0)
            ) / 1440
        step += 1e-9 * (1 + sum(each_minute))
        by_minute = [0.0, *itertools.accumulate(flow / 1440 for flow in each_minute)]
        assert_same_volume(random, ours, by_minute, step)
        assert_same_alarm(random, ours, by_minute, step)
        assert_same_hours(random, schedule, strength)
        assert_same_drug_out(random, ours, each_minute[:TIP_MINUTES], step, float(strength.magnitude))


def drawn_bridge(random: Random):
    """None, one of whole minutes, or one that ends within a minute."""
    kind = random.randrange(4)
    if kind < 2:
        return [], None
    length = a_number(random, 2000) / (1440 if kind == 2 else 1441)
    flow = a_number(random, 60) / 100
    return [Stretch(NOTHING, length, flow)], Bridge(float(length * 1440), float(flow))


def assert_same_volume(random, ours, by_minute, step):
    for _ in range(3):
        time = Fraction(random.randrange(len(by_minute) * 7 - 7), 7 * 1440)
        volume = float(sum(each.volume_by(time) for each in ours))
        low, high = around(by_minute, float(time * 1440))
        assert low - step <= volume <= high + step


def assert_same_alarm(random, ours, by_minute, step):
    """The moment is within a minute of that by brute force, for a volume off by no more than its step error."""
    usable = by_minute[-1] * random.uniform(0.05, 0.95)
    if usable <= 3 * step:
        return
    time = float(time_to_deliver(ours, Fraction(usable)) * 1440)
    earliest = next(minute for minute, volume in enumerate(by_minute) if volume >= usable - step) - 1
    latest = next(
        (minute for minute, volume in enumerate(by_minute) if volume >= usable + step), len(by_minute)
    )
    assert earliest <= time <= latest


def assert_same_hours(random, schedule, strength):
    if isinstance(schedule, SingleBolus):
        return  # it is no part of the hours of a day
    weekday = random.choice(DAYS)
    profile = profile_of(schedule, strength)
    begins = weekday.number * 1440 if profile.on_the_clock else 0
    of_the_day = flows(schedule, float(strength.magnitude), begins, 1440)
    for hour, volume in enumerate(hourly_volumes(profile.day(weekday))):
        by_minute = sum(of_the_day[60 * hour : 60 * hour + 60]) / 1440
        assert float(volume) == pytest.approx(by_minute, rel=1e-9, abs=1e-12)


def assert_same_drug_out(random, ours, each_minute, step, strength):
    dead, old = a_number(random, 40) / 100, random.choice((50, 500, 2000, 4000))
    until = Fraction(len(each_minute), 1440)
    cut = [
        Stretch(each.start, min(each.end, until), each.flow)
        for each in itertools.takewhile(lambda each: each.start < until, merged(ours))
    ]
    new = Concentration(exactly(Fraction(strength).limit_denominator(1000), CONCENTRATION))

    out = sum(outflow.drug for outflow in leaving_the_tip([Plug(dead, Fraction(old))], cut, new))

    by_plugs = drug_out([(float(dead), float(old))], each_minute, strength)
    assert float(out) == pytest.approx(by_plugs, rel=1e-7, abs=step * max(old, strength))


def test_the_brute_force_sees_a_difference():
    """It would not do to hold everything against something that agrees with anything."""
    random = Random(5)  # noqa: S311  # drawn cases, no secret
    schedule = flex(random, weekdays=False, whole_minutes=True)
    while not schedule.every_day.steps:
        schedule = flex(random, weekdays=False, whole_minutes=True)
    ours = Course((), profile_of(schedule, STRENGTH).stretches)
    other = dataclasses.replace(schedule.every_day, replaces_basal=not schedule.every_day.replaces_basal)
    if other.basal is None:
        other = dataclasses.replace(other, basal=as_daily_dose(quantity("1 mcg/day")), replaces_basal=False)

    by_minute = sum(flows(Flex(other), 500.0, 0, 1440)) / 1440

    assert float(ours.volume_by(Fraction(1))) != pytest.approx(by_minute, rel=1e-6)
