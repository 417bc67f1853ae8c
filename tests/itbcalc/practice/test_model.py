"""The integrator against closed forms and scipy; response, tolerance, withdrawal; the course of a seed for ever."""

import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from scipy.integrate import solve_ivp
from scipy.special import gammainc

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


def traits_with(elimination: float, stage: float, slow: float, share: float) -> PatientTraits:
    return replace(
        REFERENCE,
        clearance=elimination * 60,
        volume=60.0,
        fast_time=stage,
        slow_rate=slow,
        fast_share=share,
    )


# Per hour, hours of a stage, per hour, share of the fast path; a stage as short as a step among them, one path alone.
RATES = [
    (0.459, 1.363, 0.0842, 0.78),
    (0.1, 0.7, 0.3, 0.5),
    (0.3, 3.0, 0.01, 0.9),
    (1.2, 1 / 12, 0.01, 0.3),
    (0.05, 0.2, 2.0, 0.0),
    (0.459, 2.5, 0.0842, 1.0),
]
FIGURES = ("out", "stage", "slow", "share")


def pieces(*rates_per_hour: tuple[str, str]) -> list[Input]:
    """`("1.5", "20")`: until hour 1.5 at 20 mcg/h."""
    made, begin = [], Fraction(0)
    for end, rate in rates_per_hour:
        made.append(Input(begin, Fraction(end) / 24, Fraction(rate) * 24))
        begin = Fraction(end) / 24
    return made


# --- against closed forms


@pytest.mark.parametrize(FIGURES, RATES)
def test_a_bolus_follows_the_closed_form(out, stage, slow, share):
    # All of 50 mcg within a billionth of a second: A0 e^-ke t, and D/CL times the density of both paths,
    # t^2 e^(-t/s) / (2 s^3) and l e^-lt.
    moment = Fraction(1, 10**15)
    given = [Input(Fraction(0), moment, 50 / moment), Input(moment, Fraction(3), Fraction(0))]

    _, csf, effect_site = concentrations(traits_with(out, stage, slow, share), given, STEPS)

    for step in range(1, STEPS + 1):
        time = step / 12
        assert csf[step] == pytest.approx(50 / 60 * 1000 * math.exp(-out * time), rel=1e-9)
        fast = time**2 / (2 * stage**3) * math.exp(-time / stage)
        expected = 50 / (out * 60) * 1000 * (share * fast + (1 - share) * slow * math.exp(-slow * time))
        assert effect_site[step] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(FIGURES, RATES)
def test_a_constant_infusion_follows_the_closed_form(out, stage, slow, share):
    # R/CL (1 - e^-ke t), and R/CL times the distribution of both paths: the gamma distribution of order 3, of scipy.
    steady_state = 10 / (out * 60) * 1000

    _, csf, effect_site = concentrations(traits_with(out, stage, slow, share), pieces(("72", "10")), STEPS)

    for step in range(1, STEPS + 1):
        time = step / 12
        assert csf[step] == pytest.approx(-steady_state * math.expm1(-out * time), rel=1e-9)
        expected = share * gammainc(3, time / stage) - (1 - share) * math.expm1(-slow * time)
        assert effect_site[step] == pytest.approx(steady_state * expected, rel=1e-9)


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
    state, found = np.zeros(5), np.zeros((2, steps + 1))
    out, stage, slow = traits.elimination_rate, traits.fast_time, traits.slow_rate
    for each in inputs:
        begin, end, rate = float(each.start) * 24, float(each.end) * 24, float(each.rate) / 24
        steady = rate / traits.clearance * 1000
        inside = (grid > begin) & (grid <= end)
        solved = solve_ivp(
            lambda _, now, rate=rate, steady=steady: (
                rate - out * now[0],
                (steady - now[1]) / stage,
                (now[1] - now[2]) / stage,
                (now[2] - now[3]) / stage,
                slow * (steady - now[4]),
            ),
            (begin, end),
            state,
            method="DOP853",
            t_eval=np.unique(np.append(grid[inside], end)),
            rtol=1e-10,
            atol=1e-12,
        )
        at = solved.y[:, : inside.sum()]
        found[0, inside] = at[0] / traits.volume * 1000
        found[1, inside] = traits.fast_share * at[3] + (1 - traits.fast_share) * at[4]
        state = solved.y[:, -1]
    return found[0], found[1]


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


@pytest.mark.parametrize(
    ("after", "ng_per_ml"), [(1, 150.3), (2, 262.3), (4, 240.8), (6, 132.2), (8, 62.3), (12, 16.8)]
)
def test_the_effect_site_after_a_bolus_of_50_mcg(after, ng_per_ml):
    # At 2 h, half a minute less as the bolus takes one: 1667 x (0.78 x 3.9667/5.0643 e^-1.4612 + 0.22 x 0.0842 e^-0.1677)
    # = 1667 x (0.14172 + 0.01566) = 262.3.
    assert course(bolus(50)).at(hours(after)).effect_site == pytest.approx(ng_per_ml, abs=0.3)


@pytest.mark.parametrize(("after", "remains"), [(6, 0.277), (12, 0.086), (24, 0.029), (48, 0.004)])
def test_what_remains_after_a_stop(after, remains):
    # At 6 h, x = 6/1.363: 0.78 e^-x (1 + x + x^2/2) + 0.22 e^-0.505 = 0.78 x 0.185 + 0.22 x 0.603 = 0.277.
    made = course(steady(100, 4, programmed(1, 0)), treated(100, 365))

    assert made.at(1 + hours(after)).effect_site / made.effect_site[0] == pytest.approx(remains, abs=0.001)


def test_half_of_the_effect_is_at_the_half_effect_dose():
    # 60.7 mcg/day at 30 mL/h: 60.7 / 24 / 30 x 1000 = 84.3 ng/mL.
    made = course(steady("60.7", 4), traits=replace(REFERENCE, tolerance_early=0.0, tolerance_late=0.0))

    assert made.effect_site[-1] == pytest.approx(84.31, rel=1e-3)
    assert made.relaxed[-1] == pytest.approx(0.5, abs=1e-3)


# --- stages


@pytest.mark.parametrize(
    ("excess", "stage"),
    [(0, Sedation.AWAKE), (0.999, Sedation.AWAKE), (1, Sedation.DROWSY), (1.25, Sedation.SEDATED),
     (1.599, Sedation.SEDATED), (1.6, Sedation.SLOW_BREATHING), (2.4, Sedation.COMA), (50, Sedation.COMA)],
)  # fmt: skip
def test_too_much_comes_in_stages(excess, stage):
    assert sedation_of(excess) is stage


@pytest.mark.parametrize(
    ("withdrawal", "stage"),
    [(0, WithdrawalStage.NONE), (0.329, WithdrawalStage.NONE), (0.33, WithdrawalStage.MILD),
     (0.53, WithdrawalStage.MODERATE), (0.9, WithdrawalStage.SEVERE), (1, WithdrawalStage.SEVERE)],
)  # fmt: skip
def test_too_little_comes_in_stages(withdrawal, stage):
    assert withdrawal_stage_of(withdrawal) is stage


def test_stages_are_in_order():
    assert [stage.rank for stage in Sedation] == [0, 1, 2, 3, 4]
    assert WithdrawalStage.NONE.words == "no withdrawal"
    assert Sedation.SLOW_BREATHING.words == "slow breathing"


def test_a_sensitive_patient_is_sedated_sooner():
    # 180 mcg: the highest, at 2.7 h, is 6000 x 0.1696 = 1018 ng/mL, 0.98 of the 1042 that are borne.
    usual, sensitive = (
        course(bolus(180), traits=replace(REFERENCE, sensitivity=each)) for each in (1.0, 0.7)
    )

    assert usual.worst(Fraction(0), Fraction(1)).sedation is Sedation.AWAKE
    assert sensitive.worst(Fraction(0), Fraction(1)).sedation is Sedation.SEDATED


def test_how_severe_the_spasticity_is_says_nothing_of_how_much_is_borne():
    mild, severe = (course(bolus(280), traits=replace(REFERENCE, half_effect=each)) for each in (40.0, 200.0))

    assert (mild.excess == severe.excess).all()
    assert (mild.relaxed >= severe.relaxed).all()


@pytest.mark.parametrize(
    ("mcg_per_day", "excess"), [(300, 0.4), (750 / 1.8, 5 / 9), (1000, 5 / 9), (3000, 5 / 9)]
)
def test_who_lives_on_a_dose_bears_nearly_twice_of_it(mcg_per_day, excess):
    # 750 mcg/day is borne by everybody, 1.8 times the dose by who is used to it: 300/750, and 1/1.8 from 417 mcg/day on.
    made = course(steady(Fraction(mcg_per_day), 2), treated(Fraction(mcg_per_day), 365))

    assert made.excess[-1] == pytest.approx(excess, rel=1e-3)


def test_after_weeks_without_the_dose_the_habit_is_gone():
    # 1200 mcg/day: 1.8 times are borne; six weeks later, e^-4.2 of it, 750.
    stopped = steady(1200, 45, programmed(1, 0), programmed(43, 1200))
    made = course(stopped, treated(1200, 365))

    assert made.at(Fraction(1)).sedation is Sedation.AWAKE
    assert made.worst(Fraction(43), Fraction(44)).sedation.rank >= Sedation.SEDATED.rank


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

    # Ten years more at an exposure of 416.7 / (416.7 + 84.3): 0.95 x 10 x 0.8317 times 84.31 ng/mL, in years of 365.25 days.
    assert after - before == pytest.approx(0.95 * 3650 / 365.25 * 0.83172 * 84.306, rel=1e-3)


def test_withdrawal_has_a_trait_of_its_own():
    stopped = steady(260, 6, programmed(1, 0))
    robust, prone = (
        course(stopped, treated(260, 365), replace(REFERENCE, withdrawal=each)) for each in (0.5, 2.2)
    )

    assert robust.worst(Fraction(0), Fraction(5)).withdrawal is WithdrawalStage.NONE
    assert prone.worst(Fraction(0), Fraction(5)).withdrawal is WithdrawalStage.SEVERE
    assert (robust.excess == prone.excess).all()


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
    # The highest is at 2.70 h (2 h 40 min of the grid): 9333 x 0.1696 = 1583 ng/mL, 1.52 of the 1042 that are borne.
    made = course(bolus(280))

    assert made.worst(Fraction(0), hours(1)).sedation is Sedation.AWAKE
    assert made.worst(Fraction(0), Fraction(1)).sedation is Sedation.SEDATED
    assert made.worst(Fraction(0), Fraction(1)).sedation_at == Fraction(160, 1440)
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
        before, later = getattr(short, name)[:-1], getattr(long, name)[: len(short.hours) - 1]
        assert before == pytest.approx(later, rel=1e-12, abs=1e-12), name  # summed up in another order


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
    assert cost() <= COST_LIMIT


if __name__ == "__main__":  # writes the courses anew, when the model was changed on purpose
    found = {
        name: rounded(simulate(traits, supplied, treated(150, 100)))
        for name, traits, supplied in stored_runs()
    }
    COURSES.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
