"""What reaches the CSF in a run: by hand for every fault, and conserved whatever happens."""

from fractions import Fraction
from random import Random

import pytest
from msgspec.structs import replace

from itbcalc.compute.line import Plug, leaving_the_tip
from itbcalc.compute.profile import course_of
from itbcalc.compute.schedule import MinimumRate, SingleBolus
from itbcalc.practice.faults import Fault, FaultKind
from itbcalc.practice.supply import (
    Injected,
    Input,
    Interrogated,
    PortAspirated,
    Programmed,
    PumpCode,
    Refilled,
    bolus_stretch,
    bridge_stretch,
    supply,
)
from itbcalc.program.records import Therapy
from itbcalc.quantities.kinds import DURATION, FLOW_RATE, as_duration, as_flow_rate, exactly
from tests.itbcalc.compute.schedules import concentration as a_concentration
from tests.itbcalc.compute.schedules import schedule_of, schedules
from tests.itbcalc.practice.making import (
    concentration,
    daily_dose,
    dose,
    hours,
    implant,
    programmed,
    run,
    volume,
)

DAY = Fraction(1)


def rates(supplied):
    """`(start, end, mcg/day)` of what reaches the CSF."""
    return [(each.start, each.end, each.rate) for each in supplied.inputs]


def fault(kind, begins=0, ends=None, value=None):
    return Fault(
        kind=kind,
        begins=Fraction(begins),
        ends=None if ends is None else Fraction(ends),
        value=None if value is None else Fraction(value),
    )


# --- without a fault


def test_a_steady_dose_reaches_the_csf_from_the_programming_on():
    # 100 mcg/day of 500 mcg/mL is 0.2 mL/day. The line is full of the same.
    supplied = run([programmed(1, 100)], 4)

    assert rates(supplied) == [(0, 1, 0), (1, 4, 100)]
    assert supplied.reservoir_at(Fraction(4)) == Fraction(394, 10)
    assert supplied.balance.to_csf == 300


def test_a_newly_implanted_line_first_gives_csf():
    # The dead volume of 0.35 mL takes 1.75 days at 0.2 mL/day.
    nothing = concentration(0)
    supplied = run([programmed(0, 100)], 4, in_tubing=nothing, in_catheter=nothing)

    assert rates(supplied) == [(0, Fraction(7, 4), 0), (Fraction(7, 4), 4, 100)]


def test_without_a_bridge_the_old_drug_runs_at_the_new_flow():
    # 500 in the line, 2000 in the reservoir, 200 mcg/day: 0.1 mL/day. 0.35 mL takes 3.5 days at 50 mcg/day.
    events = [Refilled(Fraction(0), volume(40), concentration(2000)), programmed(0, 200, strength=2000)]
    supplied = run(events, 5)

    assert rates(supplied) == [(0, Fraction(7, 2), 50), (Fraction(7, 2), 5, 200)]


def test_a_bridge_of_the_true_dead_volume_keeps_the_dose():
    # The old drug at 200 mcg/day: 0.4 mL/day of 500; then 0.1 mL/day of 2000.
    bridge = bridge_stretch(volume("0.35"), concentration(500), daily_dose(200))
    change = programmed(0, 200, strength=2000)
    events = [
        Refilled(Fraction(0), volume(40), concentration(2000)),
        Programmed(change.at, change.therapy, (bridge,)),
    ]
    supplied = run(events, 5)

    assert bridge.end == Fraction(7, 8)
    assert rates(supplied) == [(0, 5, 200)]


def test_a_bridge_too_long_pushes_new_drug_at_its_flow():
    # The programmer took 0.199 mL for the tubing, 0.14 mL are there: 0.059 mL of 2000 mcg/mL leave at 0.4 mL/day,
    # 800 mcg/day for 0.1475 days.
    bridge = bridge_stretch(volume("0.409"), concentration(500), daily_dose(200))
    change = programmed(0, 200, strength=2000)
    events = [
        Refilled(Fraction(0), volume(40), concentration(2000)),
        Programmed(change.at, change.therapy, (bridge,)),
    ]
    supplied = run(events, 3)

    begun = Fraction(7, 8)
    assert rates(supplied) == [
        (0, begun, 200), (begun, begun + Fraction(1475, 10000), 800), (begun + Fraction(1475, 10000), 3, 200)
    ]  # fmt: skip


def test_aspirating_the_catheter_takes_its_drug_and_leaves_csf():
    # 0.21 mL of 500 mcg/mL are 105 mcg; the catheter then takes 1.05 days at 0.2 mL/day. In between the pump is set
    # to the same once more.
    supplied = run([programmed(0, 100), PortAspirated(Fraction(10)), programmed("10.5", 100)], 14)

    ends = Fraction(1105, 100)
    assert supplied.balance.aspirated == 105
    assert rates(supplied) == [(0, 10, 100), (10, ends, 0), (ends, 14, 100)]


def test_a_prime_runs_before_the_schedule():
    # 105 mcg in 30 min fill a catheter of CSF; then the drug is at the tip.
    prime = bolus_stretch(dose(105), concentration(500), as_duration(exactly(Fraction(1, 48), DURATION)))
    change = programmed(0, 100)
    supplied = run([Programmed(change.at, change.therapy, (prime,))], 2, in_catheter=concentration(0))

    assert rates(supplied) == [(0, Fraction(1, 48), 0), (Fraction(1, 48), 2, 100)]


def test_a_puncture_goes_straight_into_the_csf_over_a_minute():
    supplied = run([Injected(hours(1), dose(50))], 1)

    assert rates(supplied) == [
        (0, hours(1), 0), (hours(1), hours(1) + Fraction(1, 1440), 72_000), (hours(1) + Fraction(1, 1440), 1, 0)
    ]  # fmt: skip
    assert supplied.balance.injected == 50


def test_a_programming_takes_the_place_of_the_one_before():
    supplied = run([programmed(0, 100), programmed(1, 150), programmed(2, 0)], 3)

    assert rates(supplied) == [(0, 1, 100), (1, 2, 150), (2, 3, 0)]
    assert [entry.code for entry in supplied.pump_log] == [PumpCode.PROGRAMMED] * 3 + [PumpCode.STOPPED]


def test_a_single_bolus_is_over_and_nothing_follows():
    # 60 mcg in 30 minutes, no basal: 2880 mcg/day for 1/48 day.
    one = SingleBolus(
        bolus=dose(60), duration=as_duration(exactly(Fraction(1, 48), DURATION)), replaces_basal=True
    )
    supplied = run([programmed(1, one)], 2)

    assert rates(supplied) == [(0, 1, 0), (1, Fraction(49, 48), 2880), (Fraction(49, 48), 2, 0)]


def test_a_schedule_runs_by_the_clock_of_the_pump():
    # The run begins on Tuesday at 06:00, a pump clock of 1.25 days; every day from 08:00 on 24 mcg in an hour.
    flex = schedule_of({"mode": "flex", "steps": [["08:00", "1 h", "24 mcg"]]})
    for at in (Fraction(0), hours("1.5")):
        supplied = run([programmed(at, flex)], 2, clock=Fraction(5, 4))

        assert [(start, end) for start, end, rate in rates(supplied) if rate == 576] == [
            (hours(2), hours(3)), (hours(26), hours(27))
        ]  # fmt: skip


def test_what_happens_at_the_end_or_later_is_left_out():
    assert run([programmed(0, 100), programmed(2, 300)], 2) == run([programmed(0, 100)], 2)


# --- reservoir


def test_an_empty_reservoir_gives_nothing():
    # 0.2 mL at 0.2 mL/day: empty after a day, and the line stands still.
    supplied = run([programmed(0, 100)], 3, reservoir="0.2", low_alarm=volume("0.1"))

    assert rates(supplied) == [(0, 1, 100), (1, 3, 0)]
    assert supplied.balance.in_line == 175
    assert supplied.reservoir_at(Fraction(2)) == 0
    assert supplied.believed_at(Fraction(2)) == 0
    assert [(entry.at, entry.code) for entry in supplied.pump_log[1:]] == [
        (Fraction(1, 2), PumpCode.LOW_RESERVOIR), (DAY, PumpCode.EMPTY)
    ]  # fmt: skip


def test_an_alarm_that_comes_at_a_change_is_written_once():
    # 0.4 mL less 0.2 mL in a day, at which the dose is changed; the other 0.2 mL last two days.
    supplied = run([programmed(0, 100), programmed(1, 50)], 3, reservoir="0.4", low_alarm=volume("0.2"))

    assert [(entry.at, entry.code) for entry in supplied.pump_log] == [
        (Fraction(0), PumpCode.PROGRAMMED), (DAY, PumpCode.PROGRAMMED), (DAY, PumpCode.LOW_RESERVOIR),
        (Fraction(3), PumpCode.EMPTY),
    ]  # fmt: skip


def test_a_refill_is_counted_anew_and_what_was_left_is_thrown_away():
    # 40 mL less 2 mL are left after 10 days at 0.2 mL/day: 38 x 500 = 19,000 mcg.
    supplied = run([programmed(0, 100), Refilled(Fraction(10), volume(20), concentration(500))], 15)

    assert supplied.balance.discarded == 19_000
    assert supplied.balance.refilled == 10_000
    assert supplied.reservoir_at(Fraction(15)) == supplied.believed_at(Fraction(15)) == 19


# --- faults, one by one


def test_a_kink_lets_a_part_through_and_the_rest_stays_in_the_reservoir():
    # A quarter of 0.2 mL/day for 4 days: 0.05 mL/day, so 0.6 mL more are left than the pump counts.
    supplied = run([programmed(0, 100)], 6, [fault(FaultKind.KINK, 1, 5, "0.25")])

    assert rates(supplied) == [(0, 1, 100), (1, 5, 25), (5, 6, 100)]
    assert supplied.reservoir_at(Fraction(6)) - supplied.believed_at(Fraction(6)) == Fraction(6, 10)


def test_after_a_disconnection_the_pump_empties_and_nothing_arrives():
    supplied = run([programmed(0, 100)], 6, [fault(FaultKind.DISCONNECTION, 1, 5)])

    assert rates(supplied) == [(0, 1, 100), (1, 5, 0), (5, 6, 100)]
    assert supplied.reservoir_at(Fraction(6)) == supplied.believed_at(Fraction(6))
    assert supplied.balance.lost == 400


def test_an_over_infusion_is_more_volume_and_more_drug_and_no_alarm_tells():
    # One and a half times 0.2 mL/day: 0.6 mL in 2 days are gone after 2 days; the pump counts 0.4.
    supplied = run(
        [programmed(0, 100)],
        4,
        [fault(FaultKind.OVER_INFUSION, 0, None, "1.5")],
        reservoir="0.6",
        low_alarm=volume("0.1"),
    )

    assert rates(supplied) == [(0, 2, 150), (2, 4, 0)]
    assert supplied.believed_at(Fraction(2)) == Fraction(2, 10)
    assert [entry.at for entry in supplied.pump_log if entry.code is PumpCode.EMPTY] == [3]


def test_a_motor_that_stalls_for_a_time_gives_nothing_in_it():
    supplied = run([programmed(0, 100)], 3, [fault(FaultKind.MOTOR_STALL, 1, "1.5")])

    assert rates(supplied) == [(0, 1, 100), (1, Fraction(3, 2), 0), (Fraction(3, 2), 3, 100)]
    assert [(entry.at, entry.code) for entry in supplied.pump_log[1:]] == [
        (DAY, PumpCode.STALLED), (Fraction(3, 2), PumpCode.RUNNING_AGAIN)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "event", [Interrogated(Fraction(2)), programmed(2, 100)], ids=["read out", "programmed"]
)
def test_a_motor_that_stalled_while_an_alarm_sounded_waits_until_somebody_looks(event):
    supplied = run([programmed(0, 100), event], 4, [fault(FaultKind.MOTOR_STALL, 1)])

    assert rates(supplied) == [(0, 1, 100), (1, 2, 0), (2, 4, 100)]


def test_a_motor_that_nobody_looks_at_stays_still():
    supplied = run([programmed(0, 100), Interrogated(DAY / 2)], 4, [fault(FaultKind.MOTOR_STALL, 1)])

    assert rates(supplied) == [(0, 1, 100), (1, 4, 0)]


def test_another_concentration_in_the_vials_gives_another_dose():
    # 2000 mcg/mL where the pump was told 500: 0.2 mL/day of it are 400 mcg/day, once 0.35 mL are through, in 1.75 days.
    events = [programmed(0, 100), Refilled(Fraction(10), volume(20), concentration(500)), programmed(11, 100)]
    supplied = run(events, 15, [fault(FaultKind.WRONG_CONCENTRATION, 0, None, 2000)])

    assert rates(supplied) == [(0, Fraction(47, 4), 100), (Fraction(47, 4), 15, 400)]
    assert supplied.true_concentration_at(Fraction(10)) == 2000
    assert supplied.true_concentration_at(Fraction(9)) == 500


def test_a_pocket_fill_leaves_the_reservoir_emptier_and_brings_its_share_over_hours():
    # Half of 20 mL of 500 mcg/mL go astray: 5000 mcg, a hundredth of it (50 mcg) evenly over 8 hours, 150 mcg/day.
    refill = Refilled(DAY, volume(20), concentration(500))
    supplied = run([programmed(0, 100), refill], 4, [fault(FaultKind.POCKET_FILL, 1, 2, "0.5")])

    assert rates(supplied) == [(0, 1, 100), (1, Fraction(4, 3), 250), (Fraction(4, 3), 4, 100)]
    assert supplied.reservoir_at(DAY) == 10
    assert supplied.believed_at(DAY) == 20
    assert supplied.balance.lost == 4950


def test_a_missed_refill_does_not_happen():
    refill = Refilled(DAY, volume(20), concentration(2000))
    supplied = run([programmed(0, 100), refill], 4, [fault(FaultKind.MISSED_REFILL, "0.5", "1.5")])

    assert supplied.balance.refilled == 0
    assert rates(supplied) == [(0, 4, 100)]


def test_an_interrupted_session_leaves_the_pump_stopped_until_it_is_programmed_again():
    events = [programmed(0, 100), programmed(1, 120), Interrogated(Fraction(2)), programmed(3, 120)]
    supplied = run(events, 4, [fault(FaultKind.INTERRUPTED_SESSION, 1, 2)])

    assert rates(supplied) == [(0, 1, 100), (1, 3, 0), (3, 4, 120)]
    assert (DAY, PumpCode.STOPPED) in [(entry.at, entry.code) for entry in supplied.pump_log]


def test_faults_meet():
    # Over-infusion by half, of which a kink lets half through: three quarters; a stall stops all.
    faults = [
        fault(FaultKind.OVER_INFUSION, 0, None, "1.5"),
        fault(FaultKind.KINK, 1, None, "0.5"),
        fault(FaultKind.MOTOR_STALL, 2, 3),
    ]

    assert rates(run([programmed(0, 100)], 4, faults)) == [(0, 1, 150), (1, 2, 75), (2, 3, 0), (3, 4, 75)]


# --- whatever happens


def test_the_lowest_flow_still_moves_the_line():
    slow = MinimumRate(as_flow_rate(exactly(Fraction(6, 1000), FLOW_RATE)))

    assert rates(run([programmed(0, slow)], 2)) == [(0, 2, 3)]


@pytest.mark.parametrize("seed", range(8))
def test_the_tip_gives_what_the_tip_model_gives(seed):
    for random, schedule in schedules(400 + seed, 10):
        new, clock, days = a_concentration(random), Fraction(random.randint(0, 10_079), 1440), 3
        made = supply(
            implant(clock=clock),
            [
                Refilled(Fraction(0), volume(100_000), new),
                Programmed(Fraction(0), Therapy("baclofen", new, schedule)),
            ],
            [],
            Fraction(days),
        )

        plugs = (Plug(Fraction(35, 100), Fraction(500)),)
        stretches = cut(course_of(schedule, new, clock).stretches_from(), days)
        direct = [Input(out.start, out.end, out.dose_rate) for out in leaving_the_tip(plugs, stretches, new)]

        for time in (Fraction(number, 97) for number in range(97 * days)):
            assert made.rate_at(time) == next(each.rate for each in direct if each.start <= time < each.end)
        assert made.balance.to_csf == sum(each.drug for each in direct)


def test_a_failing_pump_gives_its_volume_at_the_next_programming_that_lets_it_run():
    fault = Fault(kind=FaultKind.DISCHARGE, begins=Fraction(1), value=Fraction(2))

    made = run([programmed(0, 100), programmed(2, 0), programmed(3, 50), programmed(4, 100)], 5, [fault])

    # 0.2 mL/day for two days, then nothing, 0.1 and 0.2 for a day each; 2 mL within five minutes of day 3.
    assert made.reservoir_at(Fraction(3)) == Fraction("39.6")
    assert made.reservoir_at(3 + Fraction(5, 1440)) == Fraction("37.6") - Fraction(1, 10) * Fraction(5, 1440)
    assert made.reservoir_at(Fraction(5) - Fraction(1, 288)) == Fraction("37.3") + Fraction(2, 10) / 288
    assert made.believed_at(Fraction(4)) == Fraction("39.5")
    assert made.rate_at(3 + Fraction(1, 1440)) == 500 * (2 * 288 + Fraction(1, 10))
    assert made.balance.holds


def test_who_never_lets_it_run_again_meets_no_discharge():
    fault = Fault(kind=FaultKind.DISCHARGE, begins=Fraction(1), value=Fraction(2))

    made = run([programmed(0, 100), programmed(2, 0), Interrogated(Fraction(3))], 5, [fault])

    assert made.reservoir_at(Fraction(4)) == Fraction("39.6")


def test_two_pocket_fills_at_once_lose_no_more_than_the_refill():
    faults = [
        Fault(kind=FaultKind.POCKET_FILL, begins=Fraction(0), value=part)
        for part in (Fraction(1), Fraction(3, 7))
    ]

    made = run([programmed(0, 100), Refilled(Fraction(2), volume(10), concentration(500))], 3, faults)

    assert made.reservoir_at(Fraction(2)) == 0
    assert made.balance.holds


def cut(stretches, days):
    for stretch in stretches:
        if stretch.start >= days:
            return
        yield type(stretch)(stretch.start, min(stretch.end, Fraction(days)), stretch.flow)


def a_fault(random: Random, days: int) -> Fault:
    kind = random.choice(list(FaultKind))
    begins = Fraction(random.randint(0, 24 * days), 24)
    ends = random.choice((None, begins + Fraction(random.randint(1, 100), 7)))
    values = {
        FaultKind.KINK: Fraction(random.randint(0, 6), 7),
        FaultKind.POCKET_FILL: Fraction(random.randint(1, 7), 7),
        FaultKind.OVER_INFUSION: Fraction(random.randint(8, 20), 7),
        FaultKind.WRONG_CONCENTRATION: Fraction(random.choice((50, 500, 2000))),
        FaultKind.DISCHARGE: Fraction(random.randint(1, 20), 7),
    }
    return Fault(kind=kind, begins=begins, ends=ends, value=values.get(kind))


def an_event(random: Random, days: int, schedule):
    at = Fraction(random.randint(0, 48 * days), 48)
    strength = a_concentration(random)
    return random.choice(
        (
            Programmed(at, Therapy("baclofen", strength, schedule)),
            Refilled(at, volume(random.randint(1, 20)), strength),
            PortAspirated(at),
            Injected(at, dose(random.randint(1, 100))),
            Interrogated(at),
        )
    )


@pytest.mark.parametrize("seed", range(20))
def test_drug_is_neither_made_nor_lost(seed):
    days = 6
    drawn = list(schedules(900 + seed, 10))
    for random, schedule in drawn:
        events = [
            programmed(0, schedule),
            *(an_event(random, days, schedule) for _ in range(random.randint(0, 6))),
        ]
        faults = [a_fault(random, days) for _ in range(random.randint(0, 4))]

        made = run(events, days, faults, reservoir=random.randint(0, 3))

        assert made.balance.holds
        assert made.inputs[0].start == 0
        assert made.inputs[-1].end == days
        assert all(a.end == b.start for a, b in zip(made.inputs, made.inputs[1:], strict=False))
        assert min(each.rate for each in made.inputs) >= 0
        assert made.balance.to_csf == sum((each.drug for each in made.inputs), Fraction(0))


def test_a_balance_that_does_not_add_up_is_seen():
    made = run([programmed(0, 100)], 2)

    assert made.balance.holds
    assert not replace(made.balance, lost=Fraction(1)).holds
