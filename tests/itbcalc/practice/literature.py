"""The virtual patient held against what was published: one row a figure, with the band that its weakness leaves.

Run as a script, it prints the table of docs/practice-model.md.
"""

import functools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from itbcalc.library.records import Origin
from itbcalc.practice.faults import Fault, FaultKind, FoundBy
from itbcalc.practice.model import Sedation, SimulatedCourse, WithdrawalStage, sedation_of
from itbcalc.practice.observing import found_by
from itbcalc.practice.parameters import parameter
from itbcalc.practice.patient import draw_patient
from tests.itbcalc.practice.making import (
    REFERENCE,
    bolus,
    course,
    hours,
    programmed,
    run,
    steady,
    treated,
)

SEEDS = range(2000)
PEOPLE = [draw_patient(seed, Origin.SPINAL) for seed in range(300)]
BEFORE_TOLERANCE = replace(REFERENCE, tolerance_early=0.0, tolerance_late=0.0)


@dataclass(frozen=True, slots=True)
class Row:
    """A published figure, the model's, and where the model's may lie. `shown` writes a value for the table."""

    what: str
    published: str
    source: str
    model: Callable[[], float]
    low: float
    high: float
    shown: Callable[[float], str] = "{:.2f}".format
    reproduced: bool = True
    remark: str = ""

    def line(self) -> str:
        value = self.model()
        band = (
            self.shown(self.low)
            if self.low == self.high
            else f"{self.shown(self.low)} to {self.shown(self.high)}"
        )
        cells = (
            self.what,
            self.published,
            self.source,
            self.shown(value),
            band,
            _yes(self.reproduced),
            self.remark,
        )
        return f"| {' | '.join(cells)} |"


def _yes(reproduced: bool) -> str:
    return "yes" if reproduced else "**no**"


def _stage(stages: type[Sedation] | type[WithdrawalStage]) -> Callable[[float], str]:
    return lambda rank: list(stages)[int(rank)].words


_HOURS = "{:.1f} h".format
_WHOLE = "{:.0f}".format
_MINUTES = "{:.0f} min".format
_ONE_DECIMAL = "{:.1f}".format
_SEDATION, _WITHDRAWAL = _stage(Sedation), _stage(WithdrawalStage)


# --- what the model says


def after_50() -> SimulatedCourse:
    return course(bolus(50), traits=BEFORE_TOLERANCE)


def peak_of_a_bolus() -> float:
    made = after_50()
    return float(made.hours[made.effect_site.argmax()])


def half_of_the_highest(*, going: bool) -> float:
    """When half of the highest effect of 50 mcg is reached, or, `going`, lost again (hours)."""
    made = after_50()
    above = np.flatnonzero(made.relaxed >= made.relaxed.max() / 2)
    return float(made.hours[above[-1 if going else 0]])


def half_life_after_a_bolus() -> float:
    made = course(bolus(100))
    early, late = made.at(hours(1)).csf, made.at(hours(4)).csf
    return 3 * math.log(2) / math.log(early / late)


def of_the_steady_state(after: int) -> float:
    made = course(steady(100, 3))
    return made.at(hours(after)).effect_site / (100 / 24 / 30 * 1000)


def concentration_at(mcg_per_day: int) -> float:
    return course(steady(mcg_per_day, 4)).at(Fraction(3)).csf


def reflex_at(mcg_per_day: int) -> float:
    """H/M as a share of the baseline, on the third day, before any tolerance."""
    return 1 - course(steady(mcg_per_day, 4), traits=BEFORE_TOLERANCE).at(Fraction(3)).relaxed


def reflex_after_50(after: int) -> float:
    return 1 - after_50().at(hours(after)).relaxed


def reflex_from_1_to_6_h() -> float:
    made = after_50()
    return 1 - float(made.relaxed[12 : 6 * 12 + 1].mean())


def ashworth_after_50(after: int) -> float:
    return after_50().at(hours(after)).ashworth


@functools.cache
def screened(mcg: int) -> list[SimulatedCourse]:
    """A day after one bolus, in 300 people drawn."""
    given = bolus(mcg, 1)
    return [course(given, traits=each) for each in PEOPLE]


def share_that_responds(mcg: int, origin: Origin = Origin.SPINAL) -> float:
    """By a point of the Ashworth or the Penn score, at the best moment."""
    people = PEOPLE if origin is Origin.SPINAL else [draw_patient(each.seed, origin) for each in PEOPLE]
    made = [course(bolus(mcg, 1), traits=each) for each in people]
    return _share(
        one.ashworth.min() <= each.ashworth - 1 or one.penn.min() <= each.penn - 1
        for one, each in zip(made, people, strict=True)
    )


def share_with_any_sign(mcg: int) -> float:
    """Drowsy, or with weak legs."""
    weak = parameter("weak_above")
    return _share(one.excess.max() >= 1 or one.relaxed.max() >= weak for one in screened(mcg))


def share_after_a_bolus(mcg: int, stage: Sedation) -> float:
    return _share(sedation_of(float(made.excess.max())).rank >= stage.rank for made in screened(mcg))


def share_when_raised(before: int, after: int, stage: Sedation) -> float:
    """Two days on another dose, after a year on the one before."""
    given, start = steady(after, 3), treated(before, 365)
    ranks = (course(given, start, each).worst(Fraction(0), Fraction(2)).sedation.rank for each in PEOPLE)
    return _share(rank >= stage.rank for rank in ranks)


def share_restarted(mcg_per_hour: int, after: int) -> float:
    """Drowsy or worse so many hours after a restart, weeks after the last dose."""
    given = steady(24 * mcg_per_hour, 1)
    return _share(course(given, traits=each).at(hours(after)).sedation.rank > 0 for each in PEOPLE)


@functools.cache
def people_stopped(mcg_per_day: int) -> list[int]:
    """The worst stage of withdrawal of each of 300 people, a year before on this dose."""
    given, start = steady(mcg_per_day, 6, programmed(1, 0)), treated(mcg_per_day, 365)
    return [course(given, start, each).worst(Fraction(0), Fraction(5)).withdrawal.rank for each in PEOPLE]


def share_in_withdrawal(mcg_per_day: int, *stages: WithdrawalStage) -> float:
    return _share(rank in {stage.rank for stage in stages} for rank in people_stopped(mcg_per_day))


def severe_of_all_withdrawals() -> float:
    ranks = [rank for rank in people_stopped(260) if rank]
    return _share(rank == WithdrawalStage.SEVERE.rank for rank in ranks)


def _share(counted: Iterable[object]) -> float:
    held = [bool(each) for each in counted]
    return sum(held) / len(held)


def dose_of_half_effect_after_a_year() -> float:
    """The middle of 2000 people, mcg/day."""
    grown = need_after_a_year()
    needs = sorted(
        each.half_effect * each.clearance * 24 / 1000 * grown
        for each in (draw_patient(seed, Origin.SPINAL) for seed in SEEDS)
    )
    return needs[len(needs) // 2]


def spread_of_needs() -> float:
    """The 40th over the 2nd of 41, as it were."""
    drawn = (draw_patient(seed, Origin.SPINAL) for seed in SEEDS)
    needs = sorted(each.half_effect * each.clearance for each in drawn)
    return needs[int(len(needs) * 0.976)] / needs[int(len(needs) * 0.024)]


def need_of_the_eighth_year(*, everybody: bool) -> float:
    """The dose for the same effect over that of the first year; `everybody`: the mean, with the share that goes on rising."""
    usual, rising = (
        course(steady(270, 2922), traits=replace(REFERENCE, tolerance_lasting=lasting)).half_effect
        for lasting in (0.0, parameter("tolerance_lasting"))
    )
    year = 365 * 288
    share = parameter("tolerance_lasting_share") if everybody else 0.0
    return float((1 - share) * usual[-1] / usual[year] + share * rising[-1] / rising[year])


@functools.cache
def discharged() -> SimulatedCourse:
    """2 mL of 2000 mcg/mL at once on the restart at 180 mcg/day, in somebody of whose habit nothing is left."""
    fault = Fault(kind=FaultKind.DISCHARGE, begins=Fraction(0), value=Fraction(2))
    return course(run([programmed(0, 180, 2000)], 2, [fault], strength=2000))


def weak_by() -> float:
    made = discharged()
    return float(made.hours[np.flatnonzero(made.relaxed >= parameter("weak_above"))[0]] * 60)


def awake_again() -> float:
    made = discharged()
    return float(made.hours[np.flatnonzero(made.excess >= parameter("drowsy_above"))[-1]])


def need_after_a_year() -> float:
    made = course(steady(270, 366))
    return float(made.half_effect[-1] / made.half_effect[0])


def need_from_month_18_to_36() -> float:
    made = course(steady(350, 1096))
    return made.at(Fraction(1095)).half_effect / made.at(Fraction(548)).half_effect


def lasting_rise_in_a_year() -> float:
    """How much more a day holds twice the half-effect concentration, in the fourth year of one who rises."""
    rising = replace(REFERENCE, tolerance_lasting=parameter("tolerance_lasting"))
    made = course(steady(400, 1462), traits=rising)
    more = made.at(Fraction(1461)).half_effect - made.at(Fraction(1096)).half_effect
    return 2 * more * 24 * 30 / 1000


def share_that_rises() -> float:
    return sum(draw_patient(seed, Origin.SPINAL).tolerance_lasting > 0 for seed in SEEDS) / len(SEEDS)


def share_inside(trait: str, low: float, high: float) -> float:
    drawn = (draw_patient(seed, Origin.SPINAL) for seed in SEEDS)
    return sum(low <= getattr(each, trait) <= high for each in drawn) / len(SEEDS)


def stopped(mcg_per_day: int) -> SimulatedCourse:
    """Stopped after a day, when a year had gone before."""
    return course(steady(mcg_per_day, 8, programmed(1, 0)), treated(mcg_per_day, 365))


def stage_when_stopped(mcg_per_day: int, begin: int, end: int) -> float:
    return stopped(mcg_per_day).worst(1 + hours(begin), 1 + hours(end)).withdrawal.rank


def worst_after_a_stop() -> float:
    return float((stopped(260).worst(Fraction(1), Fraction(8)).withdrawal_at - 1) * 24)


def stage_when_weaned(percent: int) -> float:
    """400 mcg/day less by so much every day for six days, then stopped."""
    falling = [Fraction(400) * Fraction(100 - percent, 100) ** day for day in range(1, 7)]
    changes = [programmed(day, each) for day, each in enumerate(falling, start=1)]
    made = course(steady(400, 12, *changes, programmed(7, 0)), treated(400, 365))
    return made.worst(Fraction(0), Fraction(11)).withdrawal.rank


def sedation_after_a_bolus(mcg: int) -> float:
    return course(bolus(mcg)).worst(Fraction(0), Fraction(1)).sedation.rank


def share_found(study: FoundBy) -> float:
    kink = Fault(kind=FaultKind.KINK, begins=Fraction(1), value=Fraction(0))
    return Counter(found_by(kink, seed) for seed in SEEDS)[study] / len(SEEDS)


# --- the table

ROWS = (
    Row(
        "half of the highest effect of a bolus, after",
        "0.5 to 1 h (onset)",
        "RXR",
        lambda: half_of_the_highest(going=False),
        0.5,
        1,
        _HOURS,
    ),
    Row(
        "peak of the effect after a bolus",
        "about 4 h; 4 to 6 h",
        "RXR, LIOWEB",
        peak_of_a_bolus,
        4,
        6,
        _HOURS,
        reproduced=False,
        remark="a hump that has fallen to 0.23 at 5 h and is over at 12 h is highest before 4 h",
    ),
    Row(
        "half of the highest effect of a bolus, lost after",
        "4 to 8 h (duration)",
        "RXR",
        lambda: half_of_the_highest(going=True),
        4,
        8.5,
        _HOURS,
    ),
    Row("half-life in the CSF after a bolus", "1 to 5 h", "ODDB-PK", half_life_after_a_bolus, 1, 5, _HOURS),
    Row(
        "the same, over the first 4 h",
        "1.51 h",
        "DLIB",
        half_life_after_a_bolus,
        1.4,
        1.6,
        _HOURS,
        remark="the label's, from memory",
    ),
    Row(
        "infusion, of the steady state at 24 h",
        "most at 24 to 48 h",
        "RXR",
        lambda: of_the_steady_state(24),
        0.9,
        1,
    ),
    Row(
        "infusion, of the steady state at 48 h",
        "most at 24 to 48 h",
        "RXR",
        lambda: of_the_steady_state(48),
        0.99,
        1,
    ),
    Row(
        "CSF on 300 mcg/day, ng/mL",
        "130 to 1240 on 50 to 1200 mcg/day",
        "ODDB-PK",
        lambda: concentration_at(300),
        130,
        1240,
        _WHOLE,
    ),
    Row("H/M of baseline on 30 mcg/day", "0.75", "STOKIC", lambda: reflex_at(30), 0.7, 0.8),
    Row(
        "H/M of baseline on 70 mcg/day",
        "0.50",
        "STOKIC",
        lambda: reflex_at(70),
        0.45,
        0.55,
        reproduced=False,
        remark="bolus and infusion pull at one curve",
    ),
    Row("H/M of baseline on 110 mcg/day", "0.25", "STOKIC", lambda: reflex_at(110), 0.2, 0.3),
    Row("H/M of baseline on 150 mcg/day", "flat above 150", "STOKIC", lambda: reflex_at(150), 0, 0.25),
    Row(
        "H/M of baseline 1 h after 50 mcg by puncture",
        "0.23 (-77 %)",
        "PM22595326",
        lambda: reflex_after_50(1),
        0.18,
        0.28,
    ),
    Row(
        "H/M of baseline 1 to 6 h after 50 mcg by puncture",
        "0.09 (-91 %)",
        "PM22595326",
        reflex_from_1_to_6_h,
        0.04,
        0.14,
        reproduced=False,
        remark="0.23 at 1 h and 0.23 at 5 h, both published, leave no such mean",
    ),
    Row(
        "H/M of baseline 1 to 6 h after 50 mcg by pump",
        "0.18 (-82 %)",
        "PM22595326",
        reflex_from_1_to_6_h,
        0.13,
        0.23,
    ),
    Row(
        "H/M of baseline 1 h after 50 mcg by pump",
        "0.37 (-63 %)",
        "PM22595326",
        lambda: reflex_after_50(1),
        0.32,
        0.42,
        reproduced=False,
        remark="the model knows no difference between puncture and pump",
    ),
    Row(
        "H/M of baseline 5 h after 50 mcg",
        "0.23 (14 of 62)",
        "PM16181946",
        lambda: reflex_after_50(5),
        0.18,
        0.28,
    ),
    Row(
        "Ashworth, 2.4 before, 4 h after 50 mcg",
        "1.5",
        "PM16181946",
        lambda: ashworth_after_50(4),
        1.35,
        1.65,
    ),
    Row(
        "Ashworth, 2.4 before, 6 h after 50 mcg",
        "1.4",
        "PM16181946",
        lambda: ashworth_after_50(6),
        1.25,
        1.55,
        reproduced=False,
        remark="the reflex is coming back by then, the tone was not",
    ),
    Row(
        "Ashworth, 2.4 before, 12 h after 50 mcg",
        "effect over after 4 to 8 h",
        "RXR",
        lambda: ashworth_after_50(12),
        2.3,
        2.4,
    ),
    Row(
        "spinal, a point less after 100 mcg",
        "0.97 respond",
        "LIOWEB",
        lambda: share_that_responds(100),
        0.9,
        1,
    ),
    Row(
        "cerebral, a point less after 100 mcg",
        "0.94 respond",
        "LIOWEB",
        lambda: share_that_responds(100, Origin.CEREBRAL),
        0.85,
        1,
    ),
    Row(
        "spinal, no point less after 100 mcg",
        "28 of 627",
        "DLIB",
        lambda: 1 - share_that_responds(100),
        0,
        0.1,
        remark="the label's, from memory",
    ),
    Row(
        "drowsy or worse after 50 mcg",
        "of 72 screened 64 were implanted",
        "PM22151522",
        lambda: share_after_a_bolus(50, Sedation.DROWSY),
        0,
        0.11,
    ),
    Row(
        "drowsy or worse after 75 mcg",
        "of 72 screened 64 were implanted",
        "PM22151522",
        lambda: share_after_a_bolus(75, Sedation.DROWSY),
        0,
        0.11,
    ),
    Row(
        "drowsy or worse after 100 mcg",
        "of 72 screened 64 were implanted",
        "PM22151522",
        lambda: share_after_a_bolus(100, Sedation.DROWSY),
        0,
        0.11,
    ),
    Row(
        "slow breathing or coma after 50 mcg",
        "none told of 72",
        "PM22151522",
        lambda: share_after_a_bolus(50, Sedation.SLOW_BREATHING),
        0,
        0.02,
    ),
    Row(
        "slow breathing or coma after 75 mcg",
        "none told of 72",
        "PM22151522",
        lambda: share_after_a_bolus(75, Sedation.SLOW_BREATHING),
        0,
        0.02,
    ),
    Row(
        "slow breathing or coma after 100 mcg",
        "none told of 72",
        "PM22151522",
        lambda: share_after_a_bolus(100, Sedation.SLOW_BREATHING),
        0,
        0.02,
    ),
    Row(
        "comatose after 100 mcg",
        "none told of 72",
        "PM22151522",
        lambda: share_after_a_bolus(100, Sedation.COMA),
        0,
        0,
    ),
    Row(
        "drowsy or weak legs after 25 mcg",
        "one sensitive adult",
        "DLIB",
        lambda: share_with_any_sign(25),
        0.002,
        0.2,
    ),
    Row(
        "sedated or worse after 280 mcg",
        "overdose in one",
        "OD91",
        lambda: share_after_a_bolus(280, Sedation.SEDATED),
        0.1,
        1,
    ),
    Row(
        "drowsy or worse 6 h after a restart at 27 mcg/h",
        "overdose in one of 43",
        "OD91",
        lambda: share_restarted(27, 6),
        0.02,
        0.5,
    ),
    Row(
        "drowsy or worse 6 h after a restart at 55 mcg/h",
        "overdose in one of 43",
        "OD91",
        lambda: share_restarted(55, 6),
        0.2,
        1,
    ),
    Row(
        "300 raised to 800 mcg/day, drowsy or worse",
        "overdose in one",
        "OD91",
        lambda: share_when_raised(300, 800, Sedation.DROWSY),
        0.02,
        1,
        remark="what was borne before is not told",
    ),
    Row(
        "300 raised to 1920 mcg/day, sedated or worse",
        "overdose in one",
        "OD91",
        lambda: share_when_raised(300, 1920, Sedation.SEDATED),
        0.1,
        1,
        remark="after a blood patch",
    ),
    Row(
        "810 raised to 1750 mcg/day, sedated or worse",
        "sedated",
        "MDR887016",
        lambda: share_when_raised(810, 1750, Sedation.SEDATED),
        0.1,
        1,
    ),
    Row(
        "350 raised to 770 mcg/day, slow breathing or coma",
        "ventilated",
        "MDR801305",
        lambda: share_when_raised(350, 770, Sedation.SLOW_BREATHING),
        0.02,
        1,
        remark="2.2 times; the dose is ours",
    ),
    Row(
        "250 raised to 1000 mcg/day, comatose",
        "coma",
        "MDR936906",
        lambda: share_when_raised(250, 1000, Sedation.COMA),
        0.02,
        1,
    ),
    Row(
        "raised from 300 to 360 mcg/day, drowsy or worse",
        "20 % is a usual step",
        "BOS16",
        lambda: share_when_raised(300, 360, Sedation.DROWSY),
        0,
        0.05,
    ),
    Row(
        "800 mcg/day as for a year before, drowsy or worse",
        "borne, 25 to 800",
        "PM22151522",
        lambda: share_when_raised(800, 800, Sedation.DROWSY),
        0,
        0.02,
    ),
    Row(
        "discharge on restart, the legs gone after",
        "10 min",
        "SGO10",
        weak_by,
        5,
        15,
        _MINUTES,
        remark="of 2 mL of 2000 mcg/mL; the volume is ours",
    ),
    Row(
        "discharge on restart, an hour later",
        "coma",
        "SGO10",
        lambda: discharged().at(hours(1)).sedation.rank,
        4,
        4,
        _SEDATION,
    ),
    Row("discharge on restart, awake again after", "17 h", "SGO10", awake_again, 12, 22, _HOURS),
    Row(
        "dose for the same effect, after a year",
        "3.2 times (83 to 270 mcg/day)",
        "PM22151522",
        need_after_a_year,
        2.9,
        3.5,
    ),
    Row(
        "the same, month 36 over month 18",
        "steady after 18 months",
        "PM19333246",
        need_from_month_18_to_36,
        1,
        1.1,
    ),
    Row(
        "the same, year 8 over year 1, one who does not go on rising",
        "1.13 to 1.21 (spinal injury)",
        "SKO19",
        lambda: need_of_the_eighth_year(everybody=False),
        1.05,
        1.3,
    ),
    Row(
        "the same, year 8 over year 1, the mean",
        "1.57 to 1.94 (multiple sclerosis)",
        "SKO19",
        lambda: need_of_the_eighth_year(everybody=True),
        1.5,
        2,
        reproduced=False,
        remark="a disease that goes on is not modelled",
    ),
    Row(
        "dose of half the effect after a year, the middle, mcg/day",
        "168",
        "SKO19",
        dose_of_half_effect_after_a_year,
        134,
        202,
        _WHOLE,
    ),
    Row(
        "the highest need over the lowest, of 41",
        "24 (30 to 725 mcg/day)",
        "SKO19",
        spread_of_needs,
        12,
        36,
        _ONE_DECIMAL,
    ),
    Row("share of patients who go on rising", "8 of 37", "PM19333246", share_that_rises, 0.19, 0.25),
    Row("their rise in a year, mcg/day", "above 100", "PM19333246", lasting_rise_in_a_year, 100, 120, _WHOLE),
    Row(
        "patients with a clearance of 13 to 80 mL/h",
        "4 people",
        "BF00265844",
        lambda: share_inside("clearance", 13, 80),
        1,
        1,
    ),
    Row(
        "patients with a volume of 22 to 157 mL",
        "range",
        "ODDB-PK",
        lambda: share_inside("volume", 22, 157),
        1,
        1,
    ),
    Row(
        "260 mcg/day stopped, mild at worst",
        "mostly mild",
        "PM26218954",
        lambda: share_in_withdrawal(260, WithdrawalStage.MILD),
        0.4,
        0.6,
    ),
    Row(
        "of those in withdrawal the severe, 260 mcg/day stopped",
        "3 to 5 %",
        "DROR, NSW",
        severe_of_all_withdrawals,
        0.02,
        0.08,
    ),
    Row(
        "90 mcg/day stopped, any withdrawal",
        "seen from 90 mcg/day on",
        "PM26218954",
        lambda: share_in_withdrawal(90, *list(WithdrawalStage)[1:]),
        0.02,
        0.5,
    ),
    Row(
        "420 mcg/day stopped, any withdrawal",
        "seen up to 420 mcg/day",
        "PM26218954",
        lambda: share_in_withdrawal(420, *list(WithdrawalStage)[1:]),
        0.5,
        1,
    ),
    Row(
        "260 mcg/day stopped, severe",
        "one",
        "PM30325089",
        lambda: share_in_withdrawal(260, WithdrawalStage.SEVERE),
        0.01,
        0.1,
    ),
    Row(
        "260 mcg/day stopped, first 12 h",
        "comes within 1 to 3 days",
        "DROR, NSW",
        lambda: stage_when_stopped(260, 0, 12),
        0,
        0,
        _WITHDRAWAL,
    ),
    Row("260 mcg/day stopped, the worst", "24 to 72 h", "DROR, NSW", worst_after_a_stop, 24, 72, _HOURS),
    Row(
        "400 mcg/day, 20 % less a day for 6 days",
        "no withdrawal",
        "PM30325089",
        lambda: stage_when_weaned(20),
        0,
        0,
        _WITHDRAWAL,
    ),
    Row(
        "400 mcg/day, 50 % less a day for 6 days",
        "no withdrawal",
        "PM30325089",
        lambda: stage_when_weaned(50),
        0,
        0,
        _WITHDRAWAL,
    ),
    Row("catheter faults found by X-ray", "0.35", "DVO10", lambda: share_found(FoundBy.X_RAY), 0.32, 0.38),
    Row(
        "catheter faults found at the side port",
        "0.24",
        "DVO10",
        lambda: share_found(FoundBy.PORT_ASPIRATION),
        0.21,
        0.27,
    ),
    Row(
        "catheter faults found by dye or CT",
        "0.35",
        "DVO10",
        lambda: share_found(FoundBy.DYE_STUDY),
        0.32,
        0.38,
    ),
    Row(
        "catheter faults found by none of them",
        "0.05 (by indium)",
        "DVO10",
        lambda: share_found(FoundBy.NOTHING),
        0.03,
        0.09,
    ),
)

HEAD = (
    "| What | Published | Source | Model | Allowed | Reproduced | Remark |",
    "| --- | --- | --- | --- | --- | --- | --- |",
)


def lines() -> Iterator[str]:
    yield from HEAD
    yield from (row.line() for row in ROWS)


if __name__ == "__main__":
    print("\n".join(lines()))
