"""What leaves the catheter tip: by hand, and conserved whatever is pushed through."""

import itertools
from fractions import Fraction

import pytest
from msgspec.structs import replace

from itbcalc.compute.bolus import dead_volume
from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.compute.line import Filling, Line, Outflow, Plug, leaving_the_tip
from itbcalc.compute.profile import Stretch, course_of
from itbcalc.compute.tip import (
    arrival,
    arrival_off,
    deviation,
    unbridged_dose,
    unbridged_duration,
    unbridged_ratio,
)
from itbcalc.quantities.instants import read_instant
from itbcalc.quantities.kinds import (
    DAILY_DOSE,
    VOLUME,
    as_concentration,
    as_daily_dose,
    as_percentage,
    as_volume,
    exactly,
)
from tests.benchmarks.bench_tip import cost, growth
from tests.itbcalc.compute.schedules import a_number, concentration, schedule_of, schedules
from tests.vectors.reading import quantity, vectors


@pytest.mark.parametrize("vector", vectors("bridge"))
def test_without_a_bridge_the_old_drug_leaves_at_the_new_flow(vector):
    old, new = as_concentration(vector["old_concentration"]), as_concentration(vector["new_concentration"])
    new_dose = as_daily_dose(vector["new_dose"])
    dead = dead_volume(as_volume(vector["tubing_volume"]), as_volume(vector["catheter_volume"])).value

    dose, duration = unbridged_dose(new_dose, old, new), unbridged_duration(dead, new, new_dose)

    assert dose.exact == vector.expected["unbridged_dose"]
    assert duration.exact == vector.expected["unbridged_duration"]
    assert unbridged_ratio(old, new).exact == vector.expected["unbridged_ratio"]
    assert "mixing not modelled" in dose.note
    assert "mixing not modelled" in duration.note


# --- plug flow, event by event


def inputs_of(vector) -> Inputs:
    given = vector.given

    def volume(name):
        return as_volume(vector[name])

    def percent(name):
        return as_percentage(vector[name]) if name in given else None

    return Inputs(
        current_concentration=as_concentration(vector["old_concentration"]),
        new_concentration=as_concentration(vector["new_concentration"]),
        new_schedule=schedule_of(given["schedule"]),
        tubing_volume=volume("tubing_volume"),
        catheter_volume=volume("catheter_volume"),
        tubing_volumes=tuple(as_volume(quantity(text)) for text in given.get("tubing_volumes", ())),
        bridge_dose=as_daily_dose(vector["bridge_dose"]) if "bridge_dose" in given else None,
        accuracy=percent("accuracy"),
        accuracy_lower=percent("accuracy_lower"),
        at=read_instant(given["at"]),
    )


@pytest.mark.parametrize("vector", vectors("tip"))
def test_when_the_new_drug_arrives_and_how_far_off_the_dose_is_until_then(vector):
    calculation = Calculation(inputs_of(vector))

    deviation = calculation.tip_deviation

    found = {
        name: None if worked is None else worked.exact
        for name in ("arrival", "arrival_earliest", "arrival_latest")
        for worked in [getattr(calculation, name)]
    }
    found |= {
        name: None if deviation is None else str(getattr(deviation, name))
        for name in ("worst", "lasts", "missing")
    }
    assert {name: found[name] for name in vector.expected} == vector.expected


@pytest.mark.parametrize("vector", vectors("tip"))
def test_the_moments_of_arrival_stand_in_order_and_say_what_they_assume(vector):
    calculation = Calculation(inputs_of(vector))

    times = [
        worked
        for worked in (calculation.arrival_earliest, calculation.arrival, calculation.arrival_latest)
        if worked is not None
    ]

    values = [worked.value.magnitude for worked in times]
    assert values == sorted(values)
    bridged = calculation.inputs.bridge_dose is not None
    assert all("mixing not modelled" in worked.note for worked in times if worked.name != "bridge duration")
    assert bridged or all("without a bridge" in times[1].name for _ in times)


def test_what_was_missing_is_worked_from_what_was_intended_and_what_came():
    """500 to 2000 mcg/mL bridged at half the dose: 360 mcg intended, 180 of the old drug came."""
    vector = next(
        param.values[0] for param in vectors("tip") if param.id == "500-to-2000-bridged-at-half-the-dose"
    )

    missing = Calculation(inputs_of(vector)).tip_missing

    assert missing.exact == "180 mcg"
    assert missing.numbers == "360 mcg − 180 mcg"


FIRST_DAY = Stretch(Fraction(0), Fraction(1), Fraction(1, 2))


def test_what_was_in_the_line_leaves_in_order():
    """Two plugs of 0.1 mL ahead of the new drug, at 0.5 mL a day: a fifth of a day each."""
    contents = [Plug(Fraction(1, 10), Fraction(2000)), Plug(Fraction(1, 10), Fraction(500))]

    left = list(leaving_the_tip(contents, [FIRST_DAY], as_concentration(quantity("1000 mcg/mL"))))

    assert left == [
        Outflow(Fraction(0), Fraction(1, 5), Fraction(1, 2), Fraction(2000)),
        Outflow(Fraction(1, 5), Fraction(2, 5), Fraction(1, 2), Fraction(500)),
        Outflow(Fraction(2, 5), Fraction(1), Fraction(1, 2), Fraction(1000)),
    ]
    assert [each.drug for each in left] == [200, 50, 300]
    assert left[0].dose_rate == 1000


def test_while_nothing_flows_nothing_leaves():
    pause = Stretch(Fraction(1), Fraction(2), Fraction(0))

    left = list(
        leaving_the_tip(
            [Plug(Fraction(1), Fraction(500))], [FIRST_DAY, pause], as_concentration(quantity("500 mcg/mL"))
        )
    )

    assert [(each.flow, each.drug) for each in left] == [(Fraction(1, 2), 250), (0, 0)]


def test_a_line_without_volume_gives_the_new_drug_at_once():
    left = list(
        leaving_the_tip(
            [Plug(Fraction(0), Fraction(2000))], [FIRST_DAY], as_concentration(quantity("500 mcg/mL"))
        )
    )

    assert [each.concentration for each in left] == [500]


def test_a_line_keeps_its_volume_and_joins_what_is_alike():
    line = Line([Plug(Fraction(36, 100), Fraction(500))])

    left = list(line.push(FIRST_DAY, Fraction(500)))

    assert [each.concentration for each in left] == [500]
    assert (line.volume_held, line.drug_held) == (Fraction(36, 100), 180)


def test_nothing_at_all_is_further_off_than_four_times_the_dose():
    strength = as_concentration(quantity("500 mcg/mL"))
    left = [
        Outflow(Fraction(0), Fraction(1), Fraction(1), Fraction(2000)),
        Outflow(Fraction(1), Fraction(3, 2), Fraction(0), Fraction(0)),
    ]

    off = deviation(left, iter([Stretch(Fraction(0), Fraction(2), Fraction(1))]), strength)

    assert (off.worst, off.lasts, off.missing) == (0, Fraction(1, 2), 250 + 500 - 2000)


def test_minutes_of_too_little_do_not_hide_hours_of_too_much():
    # The old 500 mcg/mL runs out at 0.8 mL/day, 400 mcg/day, for 594 min. Intended are 96 mcg/day, and twice 10 min of a
    # bolus of 40 mcg on top: 96 + 40 x 144 = 5856 mcg/day. 400 / 5856 = 25/366 for 20 min, 400 / 96 = 25/6 for 574 min.
    minute, strength = Fraction(1, 1440), as_concentration(quantity("2000 mcg/mL"))
    left = [Outflow(Fraction(0), 594 * minute, Fraction(4, 5), Fraction(500))]
    bounds = [0, 180, 190, 540, 550, 600]
    doses = [96, 5856, 96, 5856, 96]
    intended = (
        Stretch(begin * minute, end * minute, Fraction(dose, 2000))
        for (begin, end), dose in zip(itertools.pairwise(bounds), doses, strict=True)
    )

    off = deviation(left, intended, strength)

    assert (off.worst, off.lasts) == (Fraction(25, 366), 20 * minute)
    assert (off.opposite, off.opposite_lasts) == (Fraction(25, 6), 574 * minute)


def test_off_on_one_side_alone_has_no_opposite():
    left = [Outflow(Fraction(0), Fraction(1), Fraction(1), Fraction(2000))]

    off = deviation(
        left,
        iter([Stretch(Fraction(0), Fraction(2), Fraction(1))]),
        as_concentration(quantity("500 mcg/mL")),
    )

    assert (off.worst, off.opposite) == (4, None)


# --- conserved, whatever is pushed through


def cases(seed: int, count: int):
    """A line of several plugs, and stretches to run through it: with a bridge or without, over some days."""
    for random, schedule in schedules(seed, count):
        strength = concentration(random)
        contents = [
            Plug(a_number(random, 30) / 100, Fraction(random.choice((0, 50, 500, 2000))))
            for _ in range(random.randint(1, 5))
        ]
        before = [Stretch(Fraction(0), a_number(random, 3) / 2, a_number(random, 40) / 100)]
        clock = Fraction(random.randrange(10080), 1440)
        course = course_of(schedule, strength, clock, before if random.random() < 0.5 else [])
        stretches = list(itertools.takewhile(lambda each: each.start < 4, course.stretches_from()))
        yield contents, stretches, strength


def test_drug_is_conserved_exactly_at_every_event_and_the_line_keeps_its_volume():
    """What went in is what came out and what the line holds; thousands of events, none off by anything."""
    events = 0
    for contents, stretches, strength in cases(50, 300):
        line = Line(contents)
        volume, held = line.volume_held, line.drug_held
        came_in = went_out = Fraction(0)

        for stretch in stretches:
            left = list(line.push(stretch, strength.magnitude))

            came_in += stretch.volume * strength.magnitude
            went_out += sum((each.drug for each in left), Fraction(0))
            events += len(left)
            assert held + came_in == went_out + line.drug_held
            assert line.volume_held == volume
            assert [left[0].start, *(each.end for each in left)] == [
                *(each.start for each in left), stretch.end,
            ]  # fmt: skip
            assert all(each.flow == stretch.flow for each in left)
    assert events > 5000


def test_a_stretch_cut_in_two_lets_out_the_same():
    for contents, stretches, strength in cases(51, 100):
        cut = [
            part
            for each in stretches
            for middle in [each.start + each.duration / 3]
            for part in (Stretch(each.start, middle, each.flow), Stretch(middle, each.end, each.flow))
        ]

        whole, parts = (list(leaving_the_tip(contents, each, strength)) for each in (stretches, cut))

        assert joined(whole) == joined(parts)


def joined(outflows):
    """Those of one flow and concentration as one."""
    runs = []
    for each in outflows:
        if runs and (runs[-1].flow, runs[-1].concentration) == (each.flow, each.concentration):
            runs[-1] = replace(runs[-1], end=each.end)
        else:
            runs.append(each)
    return runs


def test_a_plug_cut_in_two_lets_out_the_same():
    for contents, stretches, strength in cases(52, 100):
        halves = [Plug(plug.volume / 2, plug.concentration) for plug in contents for _ in range(2)]

        whole, parts = (list(leaving_the_tip(each, stretches, strength)) for each in (contents, halves))

        assert joined(whole) == joined(parts)


def test_what_is_missing_is_what_was_intended_less_what_came_out():
    for contents, stretches, strength in cases(53, 200):
        intended = [replace(each, flow=each.flow / 2 + Fraction(1, 7)) for each in stretches]
        left = list(leaving_the_tip(contents, stretches, strength))

        off = deviation(left, iter(intended), strength)

        meant = sum((each.volume for each in intended), Fraction(0)) * strength.magnitude
        assert off.missing == meant - sum((each.drug for each in left), Fraction(0))
        assert 0 <= off.lasts <= stretches[-1].end


# --- a whole change, over generated schedules


def changes(seed: int, count: int, *, bridged: bool | None = None):
    for random, schedule in schedules(seed, count):
        old = concentration(random)
        new = concentration(random)
        if old == new:
            continue
        with_bridge = random.random() < 0.5 if bridged is None else bridged
        yield Inputs(
            current_concentration=old,
            new_concentration=new,
            new_schedule=schedule,
            tubing_volume=as_volume(quantity(random.choice(("0.140 mL", "0.199 mL")))),
            catheter_volume=exactly(a_number(random, 30) / 100, VOLUME),
            tubing_volumes=(as_volume(quantity("0.199 mL")), as_volume(quantity("0.140 mL"))),
            bridge_dose=exactly(a_number(random, 900), DAILY_DOSE) if with_bridge else None,
            accuracy=as_percentage(quantity("14.5 %")),
            accuracy_lower=as_percentage(quantity("14.5 %")),
            at=read_instant(f"2026-11-{random.randint(1, 28):02}T{random.randint(0, 23):02}:17+01:00"),
        )


def test_with_a_bridge_the_new_drug_arrives_as_it_ends():
    """Two ways to one moment: the duration of the bridge, and the dead volume followed through what the pump delivers."""
    for inputs in changes(60, 200, bridged=True):
        calculation = Calculation(inputs)

        followed = arrival(calculation.dead_volume.value, [calculation.course(bridged=True)], bridged=True)

        assert followed.value == calculation.arrival.value == calculation.bridge_duration.value


def test_until_the_new_drug_arrives_exactly_the_old_drug_has_left_and_then_only_the_new():
    for inputs in changes(61, 200):
        calculation, bridged = Calculation(inputs), inputs.bridge_dose is not None
        if calculation.arrival is None:
            continue
        time = calculation.arrival.value.magnitude

        left = calculation.outflow(time + 1, bridged=bridged)

        before = [each for each in left if each.start < time]
        assert {each.concentration for each in before if each.flow} == {
            inputs.current_concentration.magnitude
        }
        assert {each.concentration for each in left if each.flow and each.start >= time} <= {
            inputs.new_concentration.magnitude
        }
        drug = calculation.dead_volume.value.magnitude * inputs.current_concentration.magnitude
        assert sum(each.drug for each in before) == drug


def test_the_dose_missing_is_what_the_schedule_means_less_the_old_drug():
    for inputs in changes(62, 200):
        calculation = Calculation(inputs)
        if calculation.tip_deviation is None:
            continue
        intended = calculation.course(bridged=False).volume_by(calculation.arrival.value.magnitude)

        missing = calculation.tip_missing

        meant = intended * inputs.new_concentration.magnitude
        out = calculation.dead_volume.value.magnitude * inputs.current_concentration.magnitude
        assert missing.value.magnitude == calculation.tip_deviation.missing == meant - out


def test_without_a_bridge_the_dose_is_off_by_the_ratio_of_the_concentrations_all_the_time():
    for inputs in changes(63, 200, bridged=False):
        calculation = Calculation(inputs)
        off = calculation.unbridged_deviation
        if off is None:
            continue

        ratio = calculation.unbridged_ratio.value.magnitude

        assert off.worst == ratio
        time = calculation.unbridged_duration.value.magnitude
        flowing = [each for each in calculation.outflow(time, bridged=False) if each.flow]
        assert off.lasts == sum(each.end - each.start for each in flowing)


def test_arrival_is_never_before_its_earliest_nor_after_its_latest():
    for inputs in changes(64, 200):
        calculation = Calculation(inputs)
        if calculation.arrival is None:
            continue

        earliest, latest = calculation.arrival_earliest, calculation.arrival_latest

        assert earliest.value < calculation.arrival.value
        assert latest is None or calculation.arrival.value < latest.value


def test_in_a_line_without_drug_there_is_nothing_old_and_the_new_drug_has_as_far_to_go():
    for inputs in changes(65, 20):
        loose = replace(inputs, bridge_dose=None)
        emptied = Calculation(replace(loose, tubing_holds=Filling.NONE, catheter_holds=Filling.NONE))

        assert not emptied.old_drug_volume.value.magnitude
        full = Calculation(loose).unbridged_duration  # of the same line, full of the old drug
        if full is None:
            assert emptied.arrival is None
        else:
            assert emptied.arrival.value == emptied.time_without_drug.value == full.value


def test_a_year_through_the_tip_takes_its_time_in_proportion():
    """Loose, as this runs beside other tests; `dev.py bench` holds the figures of the year itself."""
    assert cost(days=60, turns=3) < 120
    assert growth(days=10, turns=3) < 24


def test_where_nothing_was_intended_no_multiple_of_it_is_off_and_what_came_was_too_much():
    # half a day at 100 mcg/day into a day without any dose: 50 mcg too much, and no dose to be a multiple of
    came = [Outflow(Fraction(0), Fraction(1, 2), Fraction(1, 20), Fraction(2000))]
    nothing = iter([Stretch(Fraction(0), Fraction(1), Fraction(0))])

    found = deviation(came, nothing, as_concentration(quantity("2000 mcg/mL")))

    assert (found.worst, found.lasts, found.missing, found.opposite) == (1, 0, -50, None)


@pytest.mark.parametrize(
    ("bridged", "numbers"),
    [
        (True, "time in which bridge and schedule deliver 0.36 mL"),
        (False, "time in which the new schedule delivers 0.36 mL"),
    ],
)
def test_the_working_says_whether_a_bridge_brings_the_new_drug_to_the_tip(bridged, numbers):
    schedule = schedule_of({"mode": "simple-continuous", "daily_dose": "360 mcg/day"})
    course = course_of(schedule, as_concentration(quantity("2000 mcg/mL")), Fraction(0))

    arrives = arrival(as_volume(quantity("0.36 mL")), [course], bridged=bridged)

    assert arrives.exact == "2 day"  # 0.36 / 0.18
    assert arrives.numbers == numbers


@pytest.mark.parametrize(
    ("accuracy", "is_earliest"), [("14.5 %", True), ("0.5 %", True), ("-0.5 %", False), ("-14.5 %", False)]
)
def test_a_pump_that_runs_faster_brings_the_drug_at_the_earliest_and_a_slower_one_at_the_latest(
    accuracy, is_earliest
):
    inputs = Inputs(
        new_concentration=as_concentration(quantity("2000 mcg/mL")),
        new_schedule=schedule_of({"mode": "simple-continuous", "daily_dose": "360 mcg/day"}),
    )
    course = Calculation(inputs).course(bridged=False)

    worked = arrival_off(as_volume(quantity("0.36 mL")), [course], as_percentage(quantity(accuracy)))

    assert worked.name.endswith("at the earliest" if is_earliest else "at the latest")
