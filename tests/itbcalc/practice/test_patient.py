"""Patients: the same for the same seed, as different as the sources say, and never outside what was measured."""

import math
import statistics

import pytest
from msgspec.structs import fields

from itbcalc.library.records import Origin
from itbcalc.practice.patient import draw_patient, normal, reference_patient, uniform

SEEDS = range(2000)
DRAWN = [draw_patient(seed, Origin.SPINAL) for seed in SEEDS]


def test_the_reference_patient_has_the_figures_of_the_sources():
    # Volume 30 x 1.51 / ln 2 = 65.35 mL; half effect 60.7 / 24 / 30 x 1000 = 84.31 ng/mL.
    reference = reference_patient(Origin.SPINAL)

    assert reference.clearance == 30
    assert reference.volume == pytest.approx(65.354, abs=1e-3)
    assert reference.elimination_rate == pytest.approx(0.459, abs=1e-3)
    assert reference.csf_half_life == pytest.approx(1.51, rel=1e-8)
    assert reference.half_effect == pytest.approx(84.306, abs=1e-3)
    assert reference_patient(Origin.CEREBRAL).penn < reference.penn


def test_a_draw_is_stored_for_ever():
    # printf 7/clearance/0 | sha256sum begins with 5ad4ffc399aa37e9; its first 53 bits: any language can repeat it.
    assert uniform(7, "clearance", 0) == int("5ad4ffc399aa37e9", 16) // 2**11 / 2**53 + 2**-54
    # By tables of the normal distribution: 0.3548 of the way from 0.0358 to 0.9827 is 0.3718, -0.327 spreads of 0.464.
    assert draw_patient(7, Origin.SPINAL).clearance == pytest.approx(25.77, abs=0.02)
    assert normal(7, "clearance", 0) == pytest.approx(-0.3723, abs=1e-3)


def test_every_seed_is_another_patient_and_one_seed_is_one():
    assert draw_patient(3, Origin.CEREBRAL) == draw_patient(3, Origin.CEREBRAL)
    assert len({each.half_effect for each in DRAWN}) == len(SEEDS)


def test_what_is_asked_before_changes_nothing():
    first = uniform(5, "pain")
    for number in range(10):
        uniform(5, "other", number)

    assert uniform(5, "pain") == first


def test_a_trait_that_a_scenario_sets_leaves_the_others_alone():
    usual, sensitive = draw_patient(11, Origin.SPINAL), draw_patient(11, Origin.SPINAL, sensitivity=0.5)

    assert sensitive.sensitivity == 0.5
    assert {f.name for f in fields(usual) if getattr(usual, f.name) != getattr(sensitive, f.name)} == {
        "sensitivity"
    }


def test_what_is_no_trait_is_refused():
    with pytest.raises(TypeError):
        draw_patient(1, Origin.SPINAL, strength=2.0)


@pytest.mark.parametrize(
    ("trait", "low", "high"),
    [
        ("clearance", 13, 80),
        ("csf_half_life", 0.9, 5),
        ("volume", 22, 157),
        ("ashworth", 0, 4),
        ("penn", 0, 4),
        ("pain", 0, 10),
    ],
)
def test_no_patient_lies_outside_what_was_measured(trait, low, high):
    found = [getattr(each, trait) for each in DRAWN]

    assert min(found) >= low * (1 - 1e-8)
    assert max(found) <= high * (1 + 1e-8)
    assert max(found) > min(found)


def test_bounds_cut_the_draw_and_pile_nobody_up_at_them():
    assert max(sum(each.volume == bound for each in DRAWN) for bound in (22.0, 157.0)) == 0
    assert len({each.clearance for each in DRAWN}) == len(SEEDS)


@pytest.mark.parametrize(
    ("trait", "median", "spread"),
    [
        ("half_effect", 84.306, 0.55),
        ("fast_time", 1.363, 0.15),
        ("tolerance_late", 2.7, 0.3),
        ("sensitivity", 1, 0.2),
        ("withdrawal", 1, 0.35),
    ],
)
def test_what_is_not_cut_is_log_normal_as_stated(trait, median, spread):
    # Of 2000 draws the mean of the logarithm is known to 1.2 % of a spread at one standard error: four of them.
    logarithms = [math.log(getattr(each, trait) / median) / spread for each in DRAWN]

    assert statistics.mean(logarithms) == pytest.approx(0, abs=0.09)
    assert statistics.stdev(logarithms) == pytest.approx(1, abs=0.07)


def test_the_doses_that_patients_need_spread_as_was_seen():
    # 30 to 725 mcg/day in 41 people: a ratio of 24 between the ends. The 1st of 41 stands at 2.4 %.
    needs = sorted(each.half_effect * each.clearance for each in DRAWN)

    assert 12 < needs[int(0.976 * 2000)] / needs[int(0.024 * 2000)] < 36


def test_numbers_are_uniform():
    drawn = sorted(uniform(seed, "any") for seed in SEEDS)

    assert max(abs(number - (place + 0.5) / 2000) for place, number in enumerate(drawn)) < 0.04
    assert 0 < drawn[0] < drawn[-1] < 1
