"""The integrator against closed forms and scipy; response, tolerance, withdrawal; the course of a seed for ever."""

import json
import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from itbcalc.library.records import Origin
from itbcalc.practice.faults import Fault, FaultKind
from itbcalc.practice.model import (
    Sedation,
    SimulatedCourse,
    WithdrawalStage,
    concentrations,
    sedation_of,
    simulate,
    withdrawal_stage_of,
)
from itbcalc.practice.parameters import NOT_VALIDATED
from itbcalc.practice.patient import PatientTraits, draw_patient
from itbcalc.practice.supply import Input, Refilled, supply
from tests.benchmarks.bench_practice import COST_LIMIT, cost
from tests.itbcalc.compute.schedules import schedules
from tests.itbcalc.practice.making import (
    REFERENCE,
    bolus,
    concentration,
    course,
    hours,
    implant,
    programmed,
    run,
    steady,
    treated,
    volume,
)

COURSES = Path(__file__).with_name("courses.json")
STEPS = 3 * 288


def traits_with(elimination: float, effect: float) -> PatientTraits:
    return replace(REFERENCE, clearance=elimination * 60, volume=60.0, effect_rate=effect)


RATES = [
    (0.459, 0.1167),
    (0.1, 0.7),
    (0.3, 0.3),
    (0.3, 0.3 + 1e-12),
    (0.3, 0.3 - 1e-7),
    (0.3, 0.2999),
    (1.2, 0.01),
]


def pieces(*rates_per_hour: tuple[str, str]) -> list[Input]:
    """`("1.5", "20")`: until hour 1.5 at 20 mcg/h."""
    made, begin = [], Fraction(0)
    for end, rate in rates_per_hour:
        made.append(Input(begin, Fraction(end) / 24, Fraction(rate) * 24))
        begin = Fraction(end) / 24
    return made


# --- against closed forms


@pytest.mark.parametrize(("out", "to"), RATES)
def test_a_bolus_follows_the_closed_form(out, to):
    # All of 50 mcg within a billionth of a second: A0 e^-ke t, and ke0 A0/V (e^-ke t - e^-ke0 t) / (ke0 - ke).
    moment = Fraction(1, 10**15)
    given = [Input(Fraction(0), moment, 50 / moment), Input(moment, Fraction(3), Fraction(0))]

    _, csf, effect_site = concentrations(traits_with(out, to), given, STEPS)

    for step in range(1, STEPS + 1):
        time = step / 12
        assert csf[step] == pytest.approx(50 / 60 * 1000 * math.exp(-out * time), rel=1e-9)
        assert effect_site[step] == pytest.approx(50 / 60 * 1000 * to * overlap(out, to, time), rel=1e-9)


@pytest.mark.parametrize(("out", "to"), RATES)
def test_a_constant_infusion_follows_the_closed_form(out, to):
    # R/CL (1 - e^-ke t), and R/CL (1 - e^-ke0 t - ke0 (e^-ke t - e^-ke0 t) / (ke0 - ke)).
    steady_state = 10 / (out * 60) * 1000

    _, csf, effect_site = concentrations(traits_with(out, to), pieces(("72", "10")), STEPS)

    for step in range(1, STEPS + 1):
        time = step / 12
        assert csf[step] == pytest.approx(-steady_state * math.expm1(-out * time), rel=1e-9)
        expected = steady_state * (-math.expm1(-to * time) - to * overlap(out, to, time))
        assert effect_site[step] == pytest.approx(expected, rel=1e-9)


def overlap(out: float, to: float, time: float) -> float:
    """(e^-ke t - e^-ke0 t) / (ke0 - ke) as its series: t e^-m t (1 + (d t)^2/24 + ...), m the mean, d the difference."""
    mean, half = (out + to) / 2, (to - out) / 2 * time
    ratio = math.sinh(half) / half if abs(half) > 1e-4 else 1 + half**2 / 6
    return time * math.exp(-mean * time) * ratio


def test_a_steady_state_stays():
    given = pieces(("72", "12.5"))
    expected = 12.5 / 30 * 1000

    _, csf, effect_site = concentrations(REFERENCE, given, STEPS, expected)

    assert csf == pytest.approx(np.full(STEPS + 1, expected), rel=1e-12)
    assert effect_site == pytest.approx(np.full(STEPS + 1, expected), rel=1e-12)


def test_a_rate_cut_into_pieces_between_the_steps_changes_nothing():
    # The same infusion, once in one piece, once cut at times that are no step of five minutes, several within one.
    cut = pieces(("1/7", "10"), ("1/6", "10"), ("0.17", "10"), ("0.171", "10"), ("5.013", "10"), ("72", "10"))

    for one, other in zip(
        concentrations(REFERENCE, pieces(("72", "10")), STEPS),
        concentrations(REFERENCE, cut, STEPS),
        strict=True,
    ):
        assert one == pytest.approx(other, rel=1e-12)


def test_two_inputs_bring_the_sum_of_what_each_brings():
    first = pieces(("0.3", "0"), ("2.71", "40"), ("72", "5"))
    second = pieces(("0.3", "7"), ("2.71", "0"), ("72", "1"))
    both = [Input(a.start, a.end, a.rate + b.rate) for a, b in zip(first, second, strict=True)]

    apart = [concentrations(REFERENCE, each, STEPS)[2] for each in (first, second)]

    assert concentrations(REFERENCE, both, STEPS)[2] == pytest.approx(apart[0] + apart[1], rel=1e-12)


def test_a_change_at_a_step_counts_from_that_step_on():
    rate, _, _ = concentrations(REFERENCE, pieces(("1/3", "1"), ("0.35", "2"), ("1", "3")), 12)

    assert rate.tolist() == [1, 1, 1, 1, 2, 3, 3, 3, 3, 3, 3, 3, 3]


# --- against scipy


def by_scipy(traits: PatientTraits, inputs, steps: int):
    """Piece by piece, so that the solver never steps over a change of the rate; at the points of the grid."""
    grid = np.arange(steps + 1) / 12
    state, found = np.zeros(2), np.zeros((2, steps + 1))
    out, to = traits.elimination_rate, traits.effect_rate
    per_amount = to / traits.volume * 1000
    for each in inputs:
        begin, end, rate = float(each.start) * 24, float(each.end) * 24, float(each.rate) / 24
        inside = (grid > begin) & (grid <= end)
        solved = solve_ivp(
            lambda _, now, rate=rate: (rate - out * now[0], per_amount * now[0] - to * now[1]),
            (begin, end),
            state,
            method="DOP853",
            t_eval=np.unique(np.append(grid[inside], end)),
            rtol=1e-10,
            atol=1e-12,
        )
        found[:, inside] = solved.y[:, : inside.sum()]
        state = solved.y[:, -1]
    return found[0] / traits.volume * 1000, found[1]


@pytest.mark.parametrize("seed", range(20))
def test_the_integrator_agrees_with_scipy_on_random_schedules(seed):
    days = 1
    for number, (random, schedule) in enumerate(schedules(7000 + seed, 10)):
        traits = draw_patient(random.randint(0, 10**6), random.choice(list(Origin)))
        given = run([programmed(0, schedule)], days, reservoir=1000).inputs

        _, csf, effect_site = concentrations(traits, given, 288 * days)
        expected_csf, expected_effect = by_scipy(traits, given, 288 * days)

        assert csf == pytest.approx(expected_csf, rel=1e-6, abs=1e-6), number
        assert effect_site == pytest.approx(expected_effect, rel=1e-6, abs=1e-6), number


# --- figures derived from the parameters by hand


@pytest.mark.parametrize(("after", "ng_per_ml"), [(1, 67), (2, 102), (4, 122), (6, 113), (8, 96), (12, 63)])
def test_the_effect_site_after_a_bolus_of_50_mcg(after, ng_per_ml):
    assert course(bolus(50)).at(hours(after)).effect_site == pytest.approx(ng_per_ml, abs=0.6)


@pytest.mark.parametrize(("after", "remains"), [(6, 0.64), (12, 0.33), (24, 0.08), (48, 0.005)])
def test_what_remains_after_a_stop(after, remains):
    # Half a percent: three and a half half-lives of the effect site before.
    made = course(steady(100, 4, programmed(1, 0)), treated(100, 365))

    assert made.at(1 + hours(after)).effect_site / made.effect_site[0] == pytest.approx(remains, abs=0.006)


def test_half_of_the_effect_is_at_the_half_effect_dose():
    # 63 mcg/day at 30 mL/h: 63 / 24 / 30 x 1000 = 87.5 ng/mL.
    made = course(steady(63, 4), traits=replace(REFERENCE, tolerance_early=0.0, tolerance_late=0.0))

    assert made.effect_site[-1] == pytest.approx(87.5, rel=1e-3)
    assert made.relaxed[-1] == pytest.approx(0.5, abs=1e-3)


# --- stages


@pytest.mark.parametrize(
    ("excess", "stage"),
    [(0, Sedation.AWAKE), (2.999, Sedation.AWAKE), (3, Sedation.DROWSY), (4.5, Sedation.SEDATED),
     (6.499, Sedation.SEDATED), (6.5, Sedation.SLOW_BREATHING), (9, Sedation.COMA), (50, Sedation.COMA)],
)  # fmt: skip
def test_too_much_comes_in_stages(excess, stage):
    assert sedation_of(excess) is stage


@pytest.mark.parametrize(
    ("withdrawal", "stage"),
    [(0, WithdrawalStage.NONE), (0.299, WithdrawalStage.NONE), (0.3, WithdrawalStage.MILD),
     (0.335, WithdrawalStage.MODERATE), (0.37, WithdrawalStage.SEVERE), (1, WithdrawalStage.SEVERE)],
)  # fmt: skip
def test_too_little_comes_in_stages(withdrawal, stage):
    assert withdrawal_stage_of(withdrawal) is stage


def test_stages_are_in_order():
    assert [stage.rank for stage in Sedation] == [0, 1, 2, 3, 4]
    assert WithdrawalStage.NONE.words == "no withdrawal"
    assert Sedation.SLOW_BREATHING.words == "slow breathing"


def test_a_sensitive_patient_is_sedated_sooner():
    usual, sensitive = (
        course(bolus(150), traits=replace(REFERENCE, sensitivity=each)) for each in (1.0, 0.7)
    )

    assert usual.worst(Fraction(0), Fraction(1)).sedation is Sedation.DROWSY
    assert sensitive.worst(Fraction(0), Fraction(1)).sedation is Sedation.SEDATED


# --- tolerance and withdrawal


def test_without_drug_nothing_happens():
    made = course(run([], 3))

    assert made.effect_site.max() == 0
    assert made.withdrawal.max() == 0
    assert set(made.half_effect.tolist()) == {REFERENCE.half_effect}
    assert set(made.ashworth.tolist()) == {REFERENCE.ashworth}


def test_the_half_effect_rises_with_exposure_and_falls_after_a_stop():
    made = course(steady(300, 100, programmed(60, 0)))

    assert made.half_effect[0] == REFERENCE.half_effect
    assert np.all(np.diff(made.half_effect[: 60 * 288]) > 0)
    assert made.at(Fraction(75)).half_effect < made.at(Fraction(60)).half_effect


def test_who_was_treated_for_long_begins_where_treatment_has_led():
    # A year on 300 mcg/day, then the run; or the year as part of the run.
    long_before = course(steady(300, 10), treated(300, 365))
    in_the_run = course(steady(300, 375), treated(300, 0))

    assert long_before.half_effect[-1] == pytest.approx(in_the_run.half_effect[-1], rel=1e-6)
    assert long_before.withdrawal.max() == 0


def test_a_lasting_rise_goes_on_where_the_others_are_steady():
    rising = replace(REFERENCE, tolerance_lasting=0.95)
    before, after = (
        course(steady(300, 2), treated(300, days), rising).half_effect[-1] for days in (3650, 7300)
    )

    # Ten years more at an exposure of 416.7 / (416.7 + 87.5): 0.95 x 10 x 0.8264 times 87.5 ng/mL, in years of 365.25 days.
    assert after - before == pytest.approx(0.95 * 3650 / 365.25 * 0.82645 * 87.5, rel=1e-3)


def test_a_small_decrease_brings_no_withdrawal():
    made = course(steady(400, 6, programmed(1, 320)), treated(400, 365))

    assert made.worst(Fraction(0), Fraction(5)).withdrawal is WithdrawalStage.NONE


def test_withdrawal_passes_and_tone_comes_back_above_and_then_to_what_it_was():
    made = course(steady(400, 40, programmed(1, 0)), treated(400, 365))

    assert made.ashworth.max() > REFERENCE.ashworth + 0.5
    assert made.ashworth[-1] == pytest.approx(REFERENCE.ashworth, abs=0.01)
    assert made.at(Fraction(39)).withdrawal_stage is WithdrawalStage.NONE


def test_scores_end_where_their_scales_end():
    made = course(
        steady(800, 6, programmed(1, 0)), treated(800, 365), replace(REFERENCE, ashworth=4.0, penn=4.0)
    )

    assert made.ashworth.max() == 4
    assert made.penn.max() == 4


# --- reading a course


def test_a_moment_is_the_last_step_before_it():
    made = course(steady(100, 1))

    assert made.index_at(Fraction(0)) == 0
    assert made.index_at(Fraction(299, 60 * 24 * 60)) == 0  # a second before five minutes
    assert made.index_at(Fraction(5, 1440)) == 1
    assert len(made.hours) == 289
    assert made.at(Fraction(1)).hours == 24
    assert made.at(Fraction(1, 2)).rate == pytest.approx(100 / 24)


def test_a_time_outside_the_course_is_an_error_of_ours():
    with pytest.raises(AssertionError):
        course(steady(100, 1)).at(Fraction(2))


def test_the_worst_is_looked_for_between_two_times_only():
    made = course(bolus(280))

    assert made.worst(Fraction(0), hours(1)).sedation is Sedation.DROWSY
    assert made.worst(Fraction(0), Fraction(1)).sedation is Sedation.SLOW_BREATHING
    assert made.worst(Fraction(0), Fraction(1)).sedation_at == hours(4)
    assert made.worst(hours(20), Fraction(1)).sedation_at == hours(20)


def test_going_on_changes_nothing_of_what_was():
    stall = Fault(kind=FaultKind.MOTOR_STALL, begins=Fraction(3))
    events = [
        programmed(0, 300),
        programmed(Fraction(3, 2), 150),
        Refilled(Fraction(9), volume(20), concentration(2000)),
    ]
    short, long = (course(run(events, days, [stall]), treated(300, 50)) for days in (5, 14))

    for name in ("rate", "csf", "effect_site", "half_effect", "ashworth", "excess", "withdrawal"):
        assert np.array_equal(getattr(short, name)[:-1], getattr(long, name)[: len(short.hours) - 1]), name


def test_what_the_model_is_not_stands_with_every_course():
    assert course(steady(100, 1)).note == NOT_VALIDATED


# --- the same for ever


def stored_runs():
    """Patients and runs of every kind; changed only together with the courses stored for them."""
    kinked = Fault(kind=FaultKind.KINK, begins=Fraction(20), ends=Fraction(23), value=Fraction(1, 5))
    runs = {
        "steady": run([programmed(0, 150)], 30),
        "kink": run([programmed(0, 300)], 30, [kinked]),
        "other concentration": run(
            [Refilled(Fraction(0), volume(40), concentration(2000)), programmed(1, 200, 2000)], 30
        ),
    }
    for number, (_, schedule) in enumerate(schedules(51, 3)):
        runs[f"drawn {number}"] = supply(implant(reservoir=1000), [programmed(0, schedule)], [], Fraction(30))
    for seed, (name, supplied) in enumerate(runs.items(), start=5):  # the volume of 10 is drawn twice
        for origin in Origin:
            yield f"{name}, {origin}, seed {seed}", draw_patient(seed, origin), supplied


def rounded(made: SimulatedCourse) -> dict[str, list[str]]:
    """Every two days, to six digits and nine decimals: what a platform's own mathematics may change lies far beyond."""
    names = ("csf", "effect_site", "half_effect", "relaxed", "ashworth", "penn", "excess", "withdrawal")
    return {
        name: [f"{round(number, 9):.6g}" for number in getattr(made, name)[288 :: 2 * 288].tolist()]
        for name in names
    }


@pytest.mark.parametrize(
    ("name", "traits", "supplied"),
    list(stored_runs()),
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_the_same_seed_gives_the_same_course_on_every_platform(name, traits, supplied):
    stored = json.loads(COURSES.read_text(encoding="utf-8"))[name]

    assert rounded(simulate(traits, supplied, treated(150, 100))) == stored


def test_a_course_of_another_seed_is_another():
    given = steady(150, 3)

    assert rounded(simulate(draw_patient(1, Origin.SPINAL), given)) != rounded(
        simulate(draw_patient(2, Origin.SPINAL), given)
    )


# --- cost


@pytest.mark.slow
def test_a_year_costs_a_few_passes_over_its_grid():
    assert cost(turns=11) <= COST_LIMIT


if __name__ == "__main__":  # writes the courses anew, when the model was changed on purpose
    found = {
        name: rounded(simulate(traits, supplied, treated(150, 100)))
        for name, traits, supplied in stored_runs()
    }
    COURSES.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
