"""The virtual patient held against what was published: one row a figure, with the band that its uncertainty leaves.

Run as a script, it prints the table of docs/practice-model.md.
"""

import functools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from msgspec.structs import replace
from scipy.stats import beta, t

from itbcalc.library.records import Origin
from itbcalc.practice.faults import Fault, FaultKind, FoundBy
from itbcalc.practice.model import (
    STEPS_PER_DAY,
    STEPS_PER_HOUR,
    Floats,
    Sedation,
    SimulatedCourse,
    WithdrawalStage,
    sedation_of,
)
from itbcalc.practice.observing import found_by
from itbcalc.practice.parameters import parameter
from itbcalc.practice.patient import draw_patient
from itbcalc.practice.supply import Refilled, bolus_stretch
from itbcalc.quantities.kinds import DURATION, as_duration, exactly
from tests.itbcalc.practice.making import (
    REFERENCE,
    bolus,
    concentration,
    course,
    dose,
    hours,
    programmed,
    run,
    steady,
    treated,
    volume,
)

SEEDS = range(2000)
PEOPLE = [draw_patient(seed, Origin.SPINAL) for seed in range(300)]
BEFORE_TOLERANCE = replace(REFERENCE, tolerance_early=0.0, tolerance_late=0.0)


Band = tuple[float, float]
MODEL, FIT = "given to the model", "given to the fit"


@dataclass(frozen=True, slots=True)
class Row:
    """A published figure, the model's, where the model's may lie, and what that band rests on. `shown` writes a value.

    `given` to the model is a figure from which a parameter was taken: that it comes out shows only that the drawing is right.
    Given to the fit is one of those that six parameters were fitted to together: the fit may miss it, and does miss some.
    """

    what: str
    published: str
    source: str
    model: Callable[[], float]
    band: Band
    rests_on: str
    shown: Callable[[float], str] = "{:.2f}".format
    reproduced: bool = True
    given: str = ""
    remark: str = ""

    def holds(self) -> bool:
        return self.band[0] <= _value(self) <= self.band[1]

    def line(self) -> str:
        low, high = self.band
        if low == high:
            allowed = self.shown(low)
        elif math.isinf(high):
            allowed = f"at least one of {len(PEOPLE)}"
        else:
            allowed = f"{self.shown(low)} to {self.shown(high)}"
        cells = (
            self.what,
            self.published,
            self.source,
            self.shown(_value(self)),
            allowed,
            self.rests_on,
            _yes(self.reproduced),
            "; ".join(filter(None, (self.remark, self.given))),
        )
        return f"| {' | '.join(cells)} |"


@functools.cache
def _value(row: Row) -> float:
    """What the model says: many runs of it, for the band and for the document."""
    return row.model()


# --- bands


def of_a_count(found: int, of: int) -> Band:
    """The exact binomial interval (Clopper and Pearson) of 95 % for `found` of so many people."""
    low = beta.ppf(0.025, found, of - found + 1) if found else 0.0
    high = beta.ppf(0.975, found + 1, of - found) if found < of else 1.0
    return float(low), float(high)


def of_a_mean(mean: float, deviation: float, people: int) -> Band:
    """95 % for a mean with its standard deviation, by Student's t."""
    off = float(t.ppf(0.975, people - 1)) * deviation / math.sqrt(people)
    return mean - off, mean + off


def of_a_difference(mean: float, other: float, p: float, people: tuple[int, int]) -> Band:
    """95 % for the mean of the first of two groups of which only the p of their difference is published.

    From p comes t, from it the common deviation of both groups.
    """
    first, second = people
    deviation = (
        abs(mean - other) / float(t.isf(p / 2, first + second - 2)) / math.sqrt(1 / first + 1 / second)
    )
    return of_a_mean(mean, deviation, first)


def of_a_dose(mean: float, people: int) -> Band:
    """95 % for a mean dose without its deviation, were doses spread as the 30 to 725 mcg/day of 41 people.

    The range of 41 normal numbers is 4.34 deviations long, so that of the logarithm is ln(725/30)/4.34 = 0.734, and a
    deviation sqrt(exp(0.734^2) - 1) = 0.845 of the mean.
    """
    return of_a_mean(mean, 0.845 * mean, people)


def _yes(reproduced: bool) -> str:
    return "yes" if reproduced else "**no**"


def _stage(stages: type[Sedation] | type[WithdrawalStage]) -> Callable[[float], str]:
    return lambda rank: list(stages)[int(rank)].words


RANGE, ROUNDED, OURS = "the published range", "its rounding", "ours: no uncertainty published"
ONCE = (1 / len(PEOPLE), math.inf)
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
    half = made.relaxed.max() / 2
    above = np.flatnonzero(made.relaxed >= half)
    return _crossed(made, half, int(above[-1]) + 1 if going else int(above[0]))


def _crossed(made: SimulatedCourse, level: float, step: int) -> float:
    """When the effect crosses a level between this step and the one before it: a step later may lie inside a band, and it outside."""
    before, after = made.relaxed[step - 1 : step + 1]
    part = (level - before) / (after - before)
    return float(made.hours[step - 1] + part * (made.hours[step] - made.hours[step - 1]))


def half_life_after_a_bolus() -> float:
    made = course(bolus(100))
    early, late = made.at(hours(1)).csf, made.at(hours(4)).csf
    return 3 * math.log(2) / math.log(early / late)


def slowest_steady_csf() -> float:
    """When an infusion has come to 99 % of its steady concentration in whom the CSF clears slowest (hours)."""
    slowest = min(
        (draw_patient(seed, Origin.SPINAL) for seed in SEEDS), key=lambda each: each.elimination_rate
    )
    made = course(steady(100, 8), traits=slowest)
    return float(made.hours[np.flatnonzero(made.csf >= 0.99 * made.csf[-1])[0]])


def infusion(share: float) -> float:
    """When an infusion of 100 mcg/day has come to so much of its steady response (hours)."""
    made = course(steady(100, 4), traits=BEFORE_TOLERANCE)
    level = share * made.relaxed[-1]
    return _crossed(made, level, int(np.flatnonzero(made.relaxed >= level)[0]))


def dose_for_reflex(left: float) -> float:
    """The steady dose (mcg/day) at which so much of the H/M before treatment is left, before any tolerance."""
    doses = range(20, 151)
    return float(np.interp(1 - left, [1 - reflex_at(each) for each in doses], doses))


def concentration_at(mcg_per_day: int) -> float:
    return course(steady(mcg_per_day, 4)).at(Fraction(3)).csf


def reflex_at(mcg_per_day: int) -> float:
    """H/M as a share of the baseline, on the third day, before any tolerance."""
    return 1 - course(steady(mcg_per_day, 4), traits=BEFORE_TOLERANCE).at(Fraction(3)).relaxed


def reflex_after_50(after: int) -> float:
    return 1 - after_50().at(hours(after)).relaxed


def reflex_from_1_to_6_h() -> float:
    return _mean_from_1_to_6_h(1 - after_50().relaxed)


@functools.cache
def reflex_by_pump() -> Floats:
    """H/M from the moment of a bolus on: 50 mcg over 10 min above 62.5 mcg/day, the middle of 25 to 100."""
    over = as_duration(exactly(Fraction(10, 24 * 60), DURATION))
    running = programmed(3, "62.5")
    given = replace(running, before=(bolus_stretch(dose(50), concentration(500), over),))
    made = course(run([programmed(0, "62.5"), given], 5), traits=BEFORE_TOLERANCE)
    return 1 - made.relaxed[3 * STEPS_PER_DAY :]


def reflex_by_pump_after(after: int) -> float:
    """As a share of what it was just before the bolus."""
    return float(reflex_by_pump()[after * STEPS_PER_HOUR] / reflex_by_pump()[0])


def reflex_by_pump_from_1_to_6_h() -> float:
    return _mean_from_1_to_6_h(reflex_by_pump()) / float(reflex_by_pump()[0])


def _mean_from_1_to_6_h(reflex: Floats) -> float:
    return float(reflex[STEPS_PER_HOUR : 6 * STEPS_PER_HOUR + 1].mean())


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


def share_after_a_pocket_fill(within: int) -> float:
    """Drowsy or worse within so many hours of a refill of 20 mL, 14 of them beside the reservoir, on 300 mcg/day."""
    beside = Fault(
        kind=FaultKind.POCKET_FILL, begins=Fraction(1, 2), ends=Fraction(3, 2), value=Fraction(14, 20)
    )
    refill = Refilled(Fraction(1), volume(20), concentration(2000))
    given = run([programmed(0, 300, 2000), refill], 2, [beside], strength=2000)
    made = (course(given, treated(300, 365), each) for each in PEOPLE)
    return _share(one.worst(Fraction(1), 1 + hours(within)).sedation.rank > 0 for one in made)


@functools.cache
def people_stopped(mcg_per_day: int) -> list[int]:
    """The worst stage of withdrawal of each of 300 people, a year before on this dose."""
    given, start = steady(mcg_per_day, 6, programmed(1, 0)), treated(mcg_per_day, 365)
    return [course(given, start, each).worst(Fraction(0), Fraction(5)).withdrawal.rank for each in PEOPLE]


def share_in_withdrawal(mcg_per_day: int, *stages: WithdrawalStage) -> float:
    return _share(rank in {stage.rank for stage in stages} for rank in people_stopped(mcg_per_day))


def share_of_withdrawals(stage: WithdrawalStage) -> float:
    """Of those who come to any, 260 mcg/day stopped."""
    return _share(rank == stage.rank for rank in people_stopped(260) if rank)


def _share(counted: Iterable[object]) -> float:
    held = [bool(each) for each in counted]
    return sum(held) / len(held)


def doses_of_half_effect() -> Floats:
    """Those of 2000 people before any tolerance, mcg/day."""
    drawn = (draw_patient(seed, Origin.SPINAL) for seed in SEEDS)
    return np.array([each.half_effect * each.clearance * 24 / 1000 for each in drawn])


def dose_of_half_effect_after_a_year() -> float:
    """The middle of 2000 people, mcg/day."""
    return float(np.median(doses_of_half_effect())) * need_after_a_year()


def dose_of_half_effect_after_18_months() -> float:
    """The mean of 2000 people, mcg/day."""
    made = course(steady(350, 549))
    grown = made.at(Fraction(548)).half_effect / made.half_effect[0]
    return float(doses_of_half_effect().mean() * grown)


def spread_of_needs() -> float:
    """The highest need over the lowest of 41 people, the middle of 48 such groups."""
    drawn = [draw_patient(seed, Origin.SPINAL) for seed in range(41 * 48)]
    needs = np.array([each.half_effect * each.clearance for each in drawn]).reshape(48, 41)
    return float(np.median(needs.max(axis=1) / needs.min(axis=1)))


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


def need_from_month_12_to_24() -> float:
    made = course(steady(270, 732))
    return made.at(Fraction(731)).half_effect / made.at(Fraction(365)).half_effect


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


def share_found(study: FoundBy) -> float:
    kink = Fault(kind=FaultKind.KINK, begins=Fraction(1), value=Fraction(0))
    return Counter(found_by(kink, seed) for seed in SEEDS)[study] / len(SEEDS)


# --- the table

ONLY_P = "95 % from n and p"
DOSES = "95 % of 22, spread as SKO19"
MEAN = "95 % from n and deviation"
INFUSION = "the infusion comes to half within 4 h: the hump that a bolus needs is too quick for it"
ROWS = (
    Row(
        "half of the highest effect of a bolus, after",
        "0.5 to 1 h (onset)",
        "RXR",
        lambda: half_of_the_highest(going=False),
        (0.5, 1),
        RANGE,
        "{:.2f} h".format,
        remark="by 1 min: the slow path begins with the bolus",
    ),
    Row(
        "peak of the effect after a bolus",
        "about 4 h; 4 to 6 h",
        "RXR, LIOWEB",
        peak_of_a_bolus,
        (4, 6),
        RANGE,
        _HOURS,
        reproduced=False,
        given=FIT,
        remark="a hump that has fallen to 0.23 at 5 h and is over at 12 h is highest before 4 h",
    ),
    Row(
        "half of the highest effect of a bolus, lost after",
        "4 to 8 h (duration)",
        "RXR",
        lambda: half_of_the_highest(going=True),
        (4, 8),
        RANGE,
        _HOURS,
    ),
    Row(
        "half of the effect of an infusion, after",
        "6 to 8 h (onset)",
        "RXR",
        lambda: infusion(0.5),
        (6, 8),
        RANGE,
        _HOURS,
        reproduced=False,
        given=FIT,
        remark=INFUSION,
    ),
    Row(
        "99 % of the effect of an infusion, after",
        "24 to 48 h (most)",
        "RXR",
        lambda: infusion(0.99),
        (24, 48),
        RANGE,
        _HOURS,
        given=FIT,
    ),
    Row(
        "half-life in the CSF after a bolus",
        "1 to 5 h",
        "ODDB-PK",
        half_life_after_a_bolus,
        (1, 5),
        RANGE,
        _HOURS,
    ),
    Row(
        "the same, over the first 4 h",
        "1.51 h",
        "DLIB",
        half_life_after_a_bolus,
        (1.505, 1.515),
        ROUNDED,
        "{:.3f} h".format,
        given=MODEL,
    ),
    Row(
        "CSF on 300 mcg/day, ng/mL",
        "130 to 1240 on 50 to 1200 mcg/day",
        "ODDB-PK",
        lambda: concentration_at(300),
        (130, 1240),
        RANGE,
        _WHOLE,
        remark="ten-fold: no more was published",
    ),
    Row(
        "99 % of the CSF concentration of an infusion, the slowest of 2000",
        "steady within 1 to 2 d",
        "ODDB-PK",
        slowest_steady_csf,
        (0, 48),
        "the published bound",
        _HOURS,
        given=MODEL,
        remark="the label reckons it from the half-life of 1 to 5 h",
    ),
    Row(
        "dose that leaves 0.75 of the H/M, mcg/day",
        "30, mean of 22",
        "STOKIC",
        lambda: dose_for_reflex(0.75),
        of_a_dose(30, 22),
        DOSES,
        _WHOLE,
        given=FIT,
    ),
    Row(
        "dose that leaves 0.50 of the H/M, mcg/day",
        "70, mean of 22",
        "STOKIC",
        lambda: dose_for_reflex(0.5),
        of_a_dose(70, 22),
        DOSES,
        _WHOLE,
        given=FIT,
    ),
    Row(
        "dose that leaves 0.25 of the H/M, mcg/day",
        "110, mean of 22",
        "STOKIC",
        lambda: dose_for_reflex(0.25),
        of_a_dose(110, 22),
        DOSES,
        _WHOLE,
        given=FIT,
    ),
    Row(
        "H/M of baseline on 150 mcg/day",
        "below 0.30 above 150",
        "STOKIC",
        lambda: reflex_at(150),
        (0, 0.3),
        RANGE,
        given=FIT,
    ),
    Row(
        "H/M of baseline 1 h after 50 mcg by puncture",
        "0.23 (-77 %), n = 27",
        "PM22595326",
        lambda: reflex_after_50(1),
        of_a_difference(0.23, 0.37, 0.012, (27, 16)),
        ONLY_P,
        given=FIT,
    ),
    Row(
        "H/M of baseline 1 to 6 h after 50 mcg by puncture",
        "0.09 (-91 %), n = 27",
        "PM22595326",
        reflex_from_1_to_6_h,
        of_a_difference(0.09, 0.18, 0.001, (27, 16)),
        ONLY_P,
        reproduced=False,
        given=FIT,
        remark="0.23 at 1 h and 0.23 at 5 h, both published, leave no such mean",
    ),
    Row(
        "H/M 1 h after 50 mcg by pump, of before",
        "0.37 (-63 %), n = 16",
        "PM22595326",
        lambda: reflex_by_pump_after(1),
        of_a_difference(0.37, 0.23, 0.012, (16, 27)),
        ONLY_P,
        remark="over 10 min, above 62.5 mcg/day, the middle of theirs",
    ),
    Row(
        "H/M 1 to 6 h after 50 mcg by pump, of before",
        "0.18 (-82 %), n = 16",
        "PM22595326",
        reflex_by_pump_from_1_to_6_h,
        of_a_difference(0.18, 0.09, 0.001, (16, 27)),
        ONLY_P,
        remark="the same",
    ),
    Row(
        "H/M at its lowest, a bolus of 50 mcg above 62.5 mcg/day",
        "0.09 (-91 %), n = 27",
        "PM22595326",
        lambda: float(reflex_by_pump().min()),
        of_a_difference(0.09, 0.22, 0.025, (27, 22)),
        ONLY_P,
        remark="of that before treatment",
    ),
    Row(
        "H/M on 112.5 mcg/day evenly",
        "0.22 (-78 %), n = 22",
        "PM22595326",
        lambda: reflex_at("112.5"),
        of_a_difference(0.22, 0.09, 0.025, (22, 27)),
        ONLY_P,
        remark="the same dose as above, of that before treatment",
    ),
    Row(
        "H/M of baseline 5 h after 50 mcg",
        "14 (SD 19) of 62, n = 30",
        "PM16181946",
        lambda: reflex_after_50(5),
        of_a_mean(14 / 62, 19 / 62, 30),
        MEAN,
        given=FIT,
    ),
    Row(
        "Ashworth, 2.4 before, 4 h after 50 mcg",
        "1.5 (SD 0.6), n = 30",
        "PM16181946",
        lambda: ashworth_after_50(4),
        of_a_mean(1.5, 0.6, 30),
        MEAN,
        given=FIT,
    ),
    Row(
        "Ashworth, 2.4 before, 6 h after 50 mcg",
        "1.4 (SD 0.6), n = 30",
        "PM16181946",
        lambda: ashworth_after_50(6),
        of_a_mean(1.4, 0.6, 30),
        MEAN,
        given=FIT,
    ),
    Row(
        "Ashworth, 2.4 before, 12 h after 50 mcg",
        "effect over after 4 to 8 h",
        "RXR",
        lambda: ashworth_after_50(12),
        (2.3, 2.4),
        OURS,
        given=FIT,
    ),
    Row(
        "drowsy or worse after 50 mcg",
        "an overdose in one of 43",
        "OD91",
        lambda: share_after_a_bolus(50, Sedation.DROWSY),
        of_a_count(1, 43),
        "95 % of the count",
        "{:.3f}".format,
    ),
    Row(
        "drowsy or worse after 100 mcg",
        "of 72 screened 8 got no pump",
        "PM22151522",
        lambda: share_after_a_bolus(100, Sedation.DROWSY),
        (0, 8 / 72),
        "at most those without a pump",
    ),
    *(
        Row(
            f"{words} after {mcg} mcg",
            "none told of 72",
            "PM22151522",
            functools.partial(share_after_a_bolus, mcg, stage),
            (0, most),
            "ours, below the 0.05 that 0 of 72 leaves",
            "{:.3f}".format,
        )
        for mcg, words, stage, most in (
            (50, "slow breathing or coma", Sedation.SLOW_BREATHING, 0.02),
            (100, "slow breathing or coma", Sedation.SLOW_BREATHING, 0.02),
            (50, "comatose", Sedation.COMA, 0.0),
            (100, "comatose", Sedation.COMA, 0.0),
        )
    ),
    Row(
        "raised from 300 to 360 mcg/day, drowsy or worse",
        "20 % is a usual step",
        "BOS16",
        lambda: share_when_raised(300, 360, Sedation.DROWSY),
        (0, 0.05),
        OURS,
    ),
    Row(
        "800 mcg/day as for a year before, drowsy or worse",
        "borne, 25 to 800, n = 64",
        "PM22151522",
        lambda: share_when_raised(800, 800, Sedation.DROWSY),
        (0, 0.02),
        OURS,
    ),
    Row(
        "dose for the same effect, after a year",
        "3.2 times: 83 (25 to 200) to 270 (25 to 800) mcg/day, n = 64",
        "PM22151522",
        need_after_a_year,
        (2.64, 3.85),
        "95 % from n and both ranges",
        given=MODEL,
    ),
    Row(
        "the same, month 36 over month 18",
        "steady after 18 months",
        "PM19333246",
        need_from_month_18_to_36,
        (1, 1.1),
        OURS,
    ),
    Row(
        "the same, month 24 over month 12",
        "flat after 12 months, n = 18",
        "AKMAN93",
        need_from_month_12_to_24,
        (1, 1.1),
        OURS,
        reproduced=False,
        remark="another study saw a rise to month 18, a third one to year 8",
    ),
    Row(
        "the same, year 8 over year 1, one who does not go on rising",
        "1.13 to 1.21 (spinal injury)",
        "SKO19",
        lambda: need_of_the_eighth_year(everybody=False),
        (1.13, 1.21),
        RANGE,
    ),
    Row(
        "the same, year 8 over year 1, the mean",
        "1.57 to 1.94 (multiple sclerosis)",
        "SKO19",
        lambda: need_of_the_eighth_year(everybody=True),
        (1.57, 1.94),
        RANGE,
        reproduced=False,
        remark="a disease that goes on is not modelled",
    ),
    Row(
        "dose of half the effect after a year, the middle, mcg/day",
        "168, median of 41",
        "SKO19",
        dose_of_half_effect_after_a_year,
        (127, 223),
        "95 % from n and the range",
        _WHOLE,
    ),
    Row(
        "dose of half the effect after 18 months, the mean, mcg/day",
        "about 350, n = 37",
        "PM19333246",
        dose_of_half_effect_after_18_months,
        of_a_dose(350, 37),
        "95 % of 37, spread as SKO19",
        _WHOLE,
        remark="350 is taken to be their mean, and a dose to be that of half the effect, as in the row above",
    ),
    Row(
        "the highest need over the lowest, of 41",
        "24 (30 to 725 mcg/day)",
        "SKO19",
        spread_of_needs,
        (9.2, 63),
        "95 % of a range of 41",
        _ONE_DECIMAL,
        given=MODEL,
    ),
    Row(
        "share of patients who go on rising",
        "8 of 37",
        "PM19333246",
        share_that_rises,
        of_a_count(8, 37),
        "95 % of the count",
        given=MODEL,
    ),
    Row(
        "their rise in a year, mcg/day",
        "above 100",
        "PM19333246",
        lasting_rise_in_a_year,
        (100, 120),
        "the published bound; above it ours",
        _WHOLE,
        given=MODEL,
    ),
    Row(
        "patients with a clearance of 13 to 80 mL/h",
        "4 people",
        "BF00265844",
        lambda: share_inside("clearance", 13, 80),
        (1, 1),
        RANGE,
        given=MODEL,
    ),
    Row(
        "patients with a volume of 22 to 157 mL",
        "range",
        "ODDB-PK",
        lambda: share_inside("volume", 22, 157),
        (1, 1),
        RANGE,
        given=MODEL,
    ),
    Row(
        "of those in withdrawal the mild, 260 mcg/day stopped",
        "mostly mild, 8 of 39",
        "PM26218954",
        lambda: share_of_withdrawals(WithdrawalStage.MILD),
        (0.5, 1),
        "most of them",
    ),
    Row(
        "of those in withdrawal the severe, 260 mcg/day stopped",
        "3 to 5 %",
        "DROR, NSW",
        lambda: share_of_withdrawals(WithdrawalStage.SEVERE),
        (0.03, 0.05),
        RANGE,
        "{:.3f}".format,
        given=MODEL,
    ),
    Row(
        "260 mcg/day stopped, first 12 h",
        "comes within 1 to 3 days",
        "DROR, NSW",
        lambda: stage_when_stopped(260, 0, 12),
        (0, 0),
        RANGE,
        _WITHDRAWAL,
    ),
    Row(
        "260 mcg/day stopped, the worst",
        "24 to 72 h",
        "DROR, NSW",
        worst_after_a_stop,
        (24, 72),
        RANGE,
        _HOURS,
    ),
    Row(
        "400 mcg/day, 20 % less a day for 6 days",
        "no withdrawal, n = 5",
        "PM30325089",
        lambda: stage_when_weaned(20),
        (0, 0),
        "as published",
        _WITHDRAWAL,
    ),
    Row(
        "400 mcg/day, 50 % less a day for 6 days",
        "no withdrawal, n = 5",
        "PM30325089",
        lambda: stage_when_weaned(50),
        (0, 0),
        "as published",
        _WITHDRAWAL,
    ),
    *(
        Row(
            f"catheter faults found {words}",
            f"{count / 167:.2f} of 167",
            "DVO10",
            functools.partial(share_found, study),
            of_a_count(count, 167),
            "95 % of the count",
            given=MODEL,
        )
        for words, study, count in (
            ("by X-ray", FoundBy.X_RAY, 58),
            ("at the side port", FoundBy.PORT_ASPIRATION, 40),
            ("by dye or CT", FoundBy.DYE_STUDY, 58),
            ("by none of them (indium)", FoundBy.NOTHING, 8),
        )
    ),
)

# Nobody got a pump whom the screening bolus did not help, and whoever is drawn here has one: shown, not counted.
SCREENED = (
    Row(
        "spinal, a point less after 100 mcg",
        "0.97 respond",
        "LIOWEB",
        lambda: share_that_responds(100),
        (0.965, 0.975),
        ROUNDED,
        "{:.3f}".format,
        reproduced=False,
    ),
    Row(
        "cerebral, a point less after 100 mcg",
        "0.94 respond",
        "LIOWEB",
        lambda: share_that_responds(100, Origin.CEREBRAL),
        (0.935, 0.945),
        ROUNDED,
        "{:.3f}".format,
        reproduced=False,
    ),
    Row(
        "spinal, no point less after 100 mcg",
        "28 of 627",
        "DLIB",
        lambda: 1 - share_that_responds(100),
        of_a_count(28, 627),
        "95 % of the count",
        "{:.3f}".format,
        reproduced=False,
        remark="the label's, from memory",
    ),
)

# What was told of one person says that it happens, and not in how many: the model must be able to do it.
CASES = (
    Row(
        "drowsy or weak legs after 25 mcg",
        "one sensitive adult",
        "DLIB",
        lambda: share_with_any_sign(25),
        ONCE,
        "one person",
    ),
    Row(
        "sedated or worse after 280 mcg",
        "overdose",
        "OD91",
        lambda: share_after_a_bolus(280, Sedation.SEDATED),
        ONCE,
        "one person",
    ),
    Row(
        "drowsy or worse 6 h after a restart at 27 mcg/h",
        "overdose after a holiday",
        "OD91",
        lambda: share_restarted(27, 6),
        ONCE,
        "one person",
    ),
    Row(
        "drowsy or worse 6 h after a restart at 55 mcg/h",
        "overdose after a holiday",
        "OD91",
        lambda: share_restarted(55, 6),
        ONCE,
        "one person",
    ),
    Row(
        "300 raised to 800 mcg/day, drowsy or worse",
        "overdose",
        "OD91",
        lambda: share_when_raised(300, 800, Sedation.DROWSY),
        ONCE,
        "one person",
        remark="what was borne before is not told",
    ),
    Row(
        "300 raised to 1920 mcg/day, sedated or worse",
        "overdose",
        "OD91",
        lambda: share_when_raised(300, 1920, Sedation.SEDATED),
        ONCE,
        "one person",
        remark="after a blood patch",
    ),
    Row(
        "300 raised to 2400 mcg/day, sedated or worse",
        "overdose",
        "OD91",
        lambda: share_when_raised(300, 2400, Sedation.SEDATED),
        ONCE,
        "one person",
        remark="what was borne before is not told",
    ),
    Row(
        "810 raised to 1750 mcg/day, sedated or worse",
        "sedated",
        "MDR887016",
        lambda: share_when_raised(810, 1750, Sedation.SEDATED),
        ONCE,
        "one person",
    ),
    Row(
        "350 raised to 770 mcg/day, slow breathing or coma",
        "ventilated",
        "MDR801305",
        lambda: share_when_raised(350, 770, Sedation.SLOW_BREATHING),
        ONCE,
        "one person",
        remark="2.2 times; the dose is ours",
    ),
    Row(
        "250 raised to 1000 mcg/day, comatose",
        "coma",
        "MDR936906",
        lambda: share_when_raised(250, 1000, Sedation.COMA),
        ONCE,
        "one person",
        remark="four times; the dose is ours",
    ),
    Row(
        "14 mL beside the reservoir at a refill, drowsy or worse within 2 h",
        "signs 2 h later",
        "PERR12",
        lambda: share_after_a_pocket_fill(2),
        ONCE,
        "one person",
        remark="of 20 mL; 2000 mcg/mL and the 300 mcg/day of before are ours",
    ),
    Row(
        "discharge on restart, the legs gone after",
        "10 min",
        "SGO10",
        weak_by,
        (0, 10),
        "within it",
        _MINUTES,
        remark="of 2 mL of 2000 mcg/mL; the volume is ours",
    ),
    Row(
        "discharge on restart, an hour later",
        "coma",
        "SGO10",
        lambda: discharged().at(hours(1)).sedation.rank,
        (4, 4),
        "as told",
        _SEDATION,
        remark="the same",
    ),
    Row(
        "discharge on restart, awake again after",
        "17 h",
        "SGO10",
        awake_again,
        (12, 22),
        "ours: one person",
        _HOURS,
        remark="the same",
    ),
    Row(
        "90 mcg/day stopped, any withdrawal",
        "the lowest dose at which it came",
        "PM26218954",
        lambda: share_in_withdrawal(90, *list(WithdrawalStage)[1:]),
        ONCE,
        "one person",
    ),
    Row(
        "420 mcg/day stopped, any withdrawal",
        "the highest dose at which it came",
        "PM26218954",
        lambda: share_in_withdrawal(420, *list(WithdrawalStage)[1:]),
        ONCE,
        "one person",
    ),
    Row(
        "260 mcg/day stopped, severe",
        "one",
        "PM30325089",
        lambda: share_in_withdrawal(260, WithdrawalStage.SEVERE),
        ONCE,
        "one person",
    ),
)

HEAD = (
    "| What | Published | Source | Model | Allowed | Rests on | Reproduced | Remark |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
)


def counted() -> tuple[str, str]:
    """How many are inside, how many of those were given to the model or the fit; what it were with people not drawn."""
    given, fitted, own = ([row for row in ROWS if row.given == what] for what in (MODEL, FIT, ""))
    return (
        f"Inside: {_inside(ROWS)}. Of the figures from which a parameter was taken {_inside(given)}, of those that the fit was given "
        f"{_inside(fitted)}, of those that neither was given {_inside(own)}.",
        f"Counted with the others, it would be {_inside((*ROWS, *SCREENED))}.",
    )


def _inside(rows: Sequence[Row]) -> str:
    held = sum(row.reproduced for row in rows)
    return f"{held} of {len(rows)} ({held / len(rows):.1%})"


def lines(rows: Iterable[Row]) -> Iterator[str]:
    yield from HEAD
    yield from (row.line() for row in rows)


if __name__ == "__main__":
    print(*counted(), *lines(ROWS), "", *lines(SCREENED), "", *lines(CASES), sep="\n")
