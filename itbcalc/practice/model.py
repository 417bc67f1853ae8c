"""How much of the drug acts, and what does it do? CSF and effect site, response, tolerance, withdrawal over time.

A teaching model: floats, in hours and ng/mL. Equations and weaknesses stand in docs/practice-model.md.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from itbcalc.practice.parameters import NOT_VALIDATED, parameter
from itbcalc.practice.patient import PatientTraits, concentration_of
from itbcalc.practice.supply import Input, Supply
from itbcalc.quantities.kinds import DailyDose

Floats = NDArray[np.float64]
STEPS_PER_DAY = 288
STEPS_PER_HOUR = 12
STEP = 1 / STEPS_PER_HOUR
HOURS_PER_YEAR = 24 * 365.25
MOST_POINTS = 4.0  # where the scales end
_NG_PER_MCG = 1000.0
_ROUNDING = 1e-9  # less than this is no fall, but the last digits of a platform
_DIGITS = 9  # and these are what the worst moment is looked for in
_BLOCK = 128
_TERMS = 18  # of a series whose argument is at most a step over a stage


class Sedation(StrEnum):
    """Too much, stage by stage."""

    AWAKE = "awake"
    DROWSY = "drowsy"
    SEDATED = "sedated"
    SLOW_BREATHING = "slow-breathing"
    COMA = "coma"

    @property
    def rank(self) -> int:
        """0 for awake, and higher the worse it is."""
        return list(Sedation).index(self)

    @property
    def words(self) -> str:
        """`slow breathing`."""
        return self.value.replace("-", " ")


class WithdrawalStage(StrEnum):
    """Too little too suddenly, stage by stage."""

    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"

    @property
    def rank(self) -> int:
        """0 for none, and higher the worse it is."""
        return list(WithdrawalStage).index(self)

    @property
    def words(self) -> str:
        """`no withdrawal`, `mild withdrawal`."""
        return f"{'no' if self is WithdrawalStage.NONE else self.value} withdrawal"


@dataclass(frozen=True, slots=True)
class Start:
    """How the patient comes into the run: on a steady daily dose at the tip for so many days, or (None) on nothing."""

    daily_dose: DailyDose | None = None
    treated: Fraction = Fraction(0)


UNTREATED = Start()


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One moment of a course, in the units of `SimulatedCourse`, with the stages in words."""

    hours: float
    rate: float
    csf: float
    effect_site: float
    half_effect: float
    relaxed: float
    ashworth: float
    penn: float
    excess: float
    withdrawal: float
    sedation: Sedation
    withdrawal_stage: WithdrawalStage


@dataclass(frozen=True, slots=True)
class Worst:
    """The worst of each kind over some time, and when it was (days)."""

    sedation: Sedation
    sedation_at: Fraction
    withdrawal: WithdrawalStage
    withdrawal_at: Fraction


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedCourse:
    """What happens in the patient, every five minutes from the beginning of a run on; arrays of one length.

    `rate` mcg/h into the CSF from this moment on, `csf` and `effect_site` ng/mL, `half_effect` the concentration of half
    the effect with the tolerance of this moment, `relaxed` 0 to 1 the share of the full effect on the legs, `ashworth`
    the legs' mean (0 to 4, unrounded), `penn` 0 to 4, `excess` the effect-site concentration in multiples of
    what this patient bears, `withdrawal` 0 to 1. Simulated: `note` stands wherever they stand.
    """

    rate: Floats
    csf: Floats
    effect_site: Floats
    half_effect: Floats
    relaxed: Floats
    ashworth: Floats
    penn: Floats
    excess: Floats
    withdrawal: Floats
    note: str = field(default=NOT_VALIDATED)

    @property
    def hours(self) -> Floats:
        """When each moment is, from the beginning of the run."""
        return np.arange(len(self.rate)) / STEPS_PER_HOUR

    def index_at(self, days: Fraction) -> int:
        """The last step that is not after `days`; a time outside the course is an error of ours."""
        index = int(days * STEPS_PER_DAY)
        assert 0 <= index < len(self.rate)
        return index

    def at(self, days: Fraction) -> State:
        """The moment, at the last step that is not after it."""
        index = self.index_at(days)
        excess, withdrawal = float(self.excess[index]), float(self.withdrawal[index])
        return State(
            hours=index / STEPS_PER_HOUR,
            rate=float(self.rate[index]),
            csf=float(self.csf[index]),
            effect_site=float(self.effect_site[index]),
            half_effect=float(self.half_effect[index]),
            relaxed=float(self.relaxed[index]),
            ashworth=float(self.ashworth[index]),
            penn=float(self.penn[index]),
            excess=excess,
            withdrawal=withdrawal,
            sedation=sedation_of(excess),
            withdrawal_stage=withdrawal_stage_of(withdrawal),
        )

    def worst(self, begin: Fraction, end: Fraction) -> Worst:
        """Between two times, both within; the first moment of the highest value."""
        first, last = self.index_at(begin), self.index_at(end)
        sedation_at = first + int(np.argmax(np.round(self.excess[first : last + 1], _DIGITS)))
        withdrawal_at = first + int(np.argmax(np.round(self.withdrawal[first : last + 1], _DIGITS)))
        return Worst(
            sedation_of(float(self.excess[sedation_at])),
            Fraction(sedation_at, STEPS_PER_DAY),
            withdrawal_stage_of(float(self.withdrawal[withdrawal_at])),
            Fraction(withdrawal_at, STEPS_PER_DAY),
        )


def simulate(traits: PatientTraits, supply: Supply, start: Start = UNTREATED) -> SimulatedCourse:
    """The course from the beginning of the run to the last step of five minutes before `supply` ends."""
    steps = int(supply.until * STEPS_PER_DAY)
    rate, csf, effect_site = concentrations(traits, supply.inputs, steps, _steady(traits, start))
    half_effect = _half_effect(traits, effect_site, start)
    relaxed = relaxation(effect_site / half_effect)
    withdrawal = _withdrawal(traits, effect_site, start)
    return SimulatedCourse(
        rate=rate,
        csf=csf,
        effect_site=effect_site,
        half_effect=half_effect,
        relaxed=relaxed,
        ashworth=ashworth_points(traits.ashworth, relaxed, withdrawal),
        penn=penn_points(traits.penn, relaxed, withdrawal),
        excess=_excess(traits, effect_site, start),
        withdrawal=withdrawal,
    )


def relaxation(ratio: Floats) -> Floats:
    """The share of the full effect at so many times the concentration of half the effect."""
    relaxed = ratio ** parameter("steepness")
    relaxed += 1
    np.divide(-1, relaxed, out=relaxed)
    relaxed += 1
    return relaxed


def ashworth_points(before: float, relaxed: Floats, withdrawal: Floats) -> Floats:
    """Ashworth score, 0 to 4 and unrounded: less by the effect, more by withdrawal; the scale ends at 4."""
    return _points(
        before, parameter("ashworth_response") * relaxed, parameter("rebound_ashworth") * withdrawal
    )


def penn_points(before: float, relaxed: Floats, withdrawal: Floats) -> Floats:
    """Penn spasm frequency, 0 to 4 and unrounded, in the same way."""
    return _points(before, parameter("spasm_response") * relaxed, parameter("rebound_penn") * withdrawal)


def _points(before: float, gone: Floats, rebound: Floats) -> Floats:
    """Before treatment, less the share that is gone, with the rebound; into one array, for there are many points."""
    gone *= -before
    gone += before
    gone += rebound
    return np.minimum(gone, MOST_POINTS, out=gone)


def sedation_of(excess: float) -> Sedation:
    """The stage that a multiple of what the patient bears brings."""
    bounds = ("drowsy_above", "sedated_above", "slow_breathing_above", "coma_above")
    return list(Sedation)[_passed(excess, bounds)]


def withdrawal_stage_of(withdrawal: float) -> WithdrawalStage:
    """The stage of a withdrawal of this size."""
    bounds = ("withdrawal_mild_above", "withdrawal_moderate_above", "withdrawal_severe_above")
    return list(WithdrawalStage)[_passed(withdrawal, bounds)]


def _passed(value: float, bounds: Sequence[str]) -> int:
    return sum(value >= parameter(bound) for bound in bounds)


# --- CSF and effect site: linear equations, solved exactly from step to step


def concentrations(
    traits: PatientTraits, inputs: Sequence[Input], steps: int, steady: float = 0.0
) -> tuple[Floats, Floats, Floats]:
    """Rate (mcg/h), CSF and effect-site concentration (ng/mL) on the grid of five minutes, `steps` + 1 points each.

    dA/dt = R - ke A, and the effect site by two paths from the same rate R, which is constant piece by piece: three
    stages one after the other, and a slow one beside them. `inputs` cover the time without a gap; `steady` is the
    concentration that all have in the beginning. No step is approximated: within a step, each piece of the rate has its
    closed form.
    """
    system = _System(traits)
    starts = np.array([float(each.start) * 24 for each in inputs])
    rates = np.array([float(each.rate) / 24 for each in inputs])
    rate = _on_the_grid(inputs, rates, steps)
    filters = [_Filter(steps) for _ in range(5)]
    for each, brought in zip(filters, system.brought(STEP), strict=True):
        np.multiply(rate[:-1], float(brought), out=each.forcing)
    _split_steps(system, inputs, starts, rates, [each.forcing for each in filters])
    in_csf, first, second, third, slow = filters
    amount = in_csf.solved(system.amount_left(STEP), steady * traits.volume / _NG_PER_MCG)
    left = np.exp(-STEP / traits.fast_time)
    passed_on = left * STEP / traits.fast_time
    one = first.solved(left, steady)
    second.forcing += np.multiply(one[:-1], passed_on, out=(room := np.empty(steps)))
    two = second.solved(left, steady)
    one *= STEP / traits.fast_time / 2
    one += two  # what the third stage gets of both within a step, but for `passed_on`
    third.forcing += np.multiply(one[:-1], passed_on, out=room)
    effect_site = third.solved(left, steady)
    effect_site *= traits.fast_share
    slowly = slow.solved(system.slow_left(STEP), steady)
    slowly *= 1 - traits.fast_share
    effect_site += slowly
    amount *= _NG_PER_MCG / traits.volume
    return rate, amount, effect_site


class _System:
    """The closed forms over a time in hours, elementwise."""

    def __init__(self, traits: PatientTraits) -> None:
        self._out, self._stage, self._slow = traits.elimination_rate, traits.fast_time, traits.slow_rate
        self._per_rate = _NG_PER_MCG / traits.clearance

    def amount_left(self, time: Floats | float) -> Floats:
        """Of the amount in the CSF, which share is still there."""
        return np.exp(np.multiply(-self._out, time))

    def slow_left(self, time: Floats | float) -> Floats:
        """The same of the slow path."""
        return np.exp(np.multiply(-self._slow, time))

    def brought(self, time: Floats | float) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """What 1 mcg/h leaves in the CSF (mcg), in the three stages and in the slow path (ng/mL)."""
        amount = -np.expm1(np.multiply(-self._out, time)) / self._out
        slow = -np.expm1(np.multiply(-self._slow, time)) * self._per_rate
        spans = np.divide(time, self._stage)
        one, two, three = (_reached(spans, stage) * self._per_rate for stage in (1, 2, 3))
        return amount, one, two, three, slow

    def left(self, held: tuple[Floats, Floats, Floats, Floats, Floats], time: Floats) -> tuple[Floats, ...]:
        """What becomes of what they held after a time in which nothing comes in."""
        amount, one, two, three, slow = held
        spans = time / self._stage
        kept = np.exp(-spans)
        return (
            amount * self.amount_left(time),
            kept * one,
            kept * (two + spans * one),
            kept * (three + spans * two + spans**2 / 2 * one),
            slow * self.slow_left(time),
        )


def _reached(spans: Floats, stage: int) -> Floats:
    """1 - exp(-x) (1 + x + ... + x^(n-1)/(n-1)!), what the nth of the stages has reached of its steady state.

    As exp(-x) x^n/n! (1 + x/(n+1) (1 + x/(n+2) (...))): nothing is subtracted, so that the shortest piece counts too.
    A step is short against a stage; the terms are enough up to a stage as short as a step.
    """
    series = np.ones_like(spans)
    for term in range(_TERMS, 0, -1):
        series = 1 + spans / (stage + term) * series
    return np.exp(-spans) * spans**stage / math.factorial(stage) * series


def _on_the_grid(inputs: Sequence[Input], rates: Floats, steps: int) -> Floats:
    """The rate that runs at each point of the grid; at the last point, the one before it."""
    # Whole numbers, so that a change at a point of the grid is not put before or after it by a rounding.
    first = [-(-each.start.numerator * STEPS_PER_DAY // each.start.denominator) for each in inputs]
    counts = np.diff(np.minimum([*first, steps + 1], steps + 1))
    counts[-1] += steps + 1 - counts.sum()
    return np.repeat(rates, counts)


def _split_steps(
    system: _System, inputs: Sequence[Input], starts: Floats, rates: Floats, forcing: Sequence[Floats]
) -> None:
    """Puts what comes in during the steps in which the rate changes anew into `forcing`, piece by piece."""
    inside = np.array([STEPS_PER_DAY % each.start.denominator != 0 for each in inputs])
    edges = starts[inside]
    split = np.unique(np.floor(edges * STEPS_PER_HOUR).astype(np.int64))
    split = split[split < len(forcing[0])]
    bounds = np.unique(np.concatenate((split / STEPS_PER_HOUR, (split + 1) / STEPS_PER_HOUR, edges)))
    begin, end = bounds[:-1], bounds[1:]
    middle = (begin + end) / 2
    step = np.floor(middle * STEPS_PER_HOUR).astype(np.int64)
    kept = np.isin(step, split)
    begin, end, middle, step = begin[kept], end[kept], middle[kept], step[kept]
    rate = rates[np.searchsorted(starts, middle, side="right") - 1]
    held = system.brought(end - begin)
    at_the_end = system.left(held, (step + 1) / STEPS_PER_HOUR - end)
    for target, brought in zip(forcing, at_the_end, strict=True):
        target[split] = 0.0
        np.add.at(target, step, rate * brought)


class _Filter:
    """x[0] = first, x[n + 1] = left x[n] + forcing[n], in one array for both: `forcing` is filled, then `solved`.

    Within a block, x is a running sum of what was put in, each divided by what will be left of it; the blocks are
    short, so that nothing is divided by nearly nothing. No product of matrices: it would start threads.
    """

    def __init__(self, steps: int) -> None:
        self._room = np.empty(-(-steps // _BLOCK) * _BLOCK + 1)
        self._room[steps + 1 :] = 0.0
        self.forcing = self._room[1 : steps + 1]

    def solved(self, left: float | Floats, first: float, weight: float = 1.0) -> Floats:
        """x, of what was filled in, weighted; `forcing` is gone then."""
        blocks = self._room[1:].reshape(-1, _BLOCK)
        powers = float(left) ** np.arange(_BLOCK + 1)
        blocks *= weight / powers[:-1]
        np.cumsum(blocks, axis=1, out=blocks)
        carried, over_a_block, value = [], float(powers[-1]), first
        for last in (blocks[:, -1] * powers[-2]).tolist():
            carried.append(value)
            value = over_a_block * value + last
        blocks += np.multiply(carried, float(left))[:, np.newaxis]
        blocks *= powers[:-1]
        self._room[0] = first
        return self._room[: len(self.forcing) + 1]


# --- slower than the drug: tolerance and withdrawal


def _half_effect(traits: PatientTraits, effect_site: Floats, start: Start) -> Floats:
    """The concentration of half the effect, as exposure moves it; exposure itself is seen before any tolerance."""
    exposure = effect_site + traits.half_effect
    np.divide(effect_site, exposure, out=exposure)
    early = _following(exposure, 24 * parameter("tolerance_early_time"), exposure[0], start)
    late = _following(exposure, 24 * parameter("tolerance_late_time"), exposure[0], start)
    early *= traits.tolerance_early
    late *= traits.tolerance_late
    grown = np.add(early, late, out=early)
    if traits.tolerance_lasting:
        before = exposure[0] * float(start.treated) * 24
        exposed = before + np.concatenate(([0.0], np.cumsum(_means(exposure)))) * STEP
        grown += traits.tolerance_lasting * exposed / HOURS_PER_YEAR
    grown += 1
    grown *= traits.half_effect
    return grown


def _excess(traits: PatientTraits, effect_site: Floats, start: Start) -> Floats:
    """In multiples of what is borne: by somebody unaccustomed, or a multiple of what the patient is used to."""
    hours = 24 * parameter("accustomed_time")
    borne = _following(effect_site, hours, effect_site[0], start)
    borne *= parameter("accustomed_multiple")
    np.maximum(borne, concentration_of(parameter("side_effect_dose")), out=borne)
    borne *= traits.sensitivity
    return np.divide(effect_site, borne, out=borne)


def _withdrawal(traits: PatientTraits, effect_site: Floats, start: Start) -> Floats:
    """How far the drug fell below what the body is used to, as it shows some hours later in this patient; 0 to 1."""
    used_to = _following(effect_site, 24 * parameter("habituation_time"), effect_site[0], start)
    fall = used_to * (1 - _ROUNDING)
    fall -= effect_site
    np.maximum(fall, 0.0, out=fall)
    used_to += parameter("withdrawal_reference")
    fall /= used_to
    fall *= traits.withdrawal
    shows = _filtered(fall, parameter("withdrawal_time"), 0.0)
    return np.minimum(shows, 1.0, out=shows)


def _following(followed: Floats, hours: float, steady: float, start: Start) -> Floats:
    """What follows with a time constant, after so long on a steady value before the run."""
    reached = -np.expm1(-float(start.treated) * 24 / hours)
    return _filtered(followed, hours, float(steady * reached))


def _filtered(followed: Floats, hours: float, first: float) -> Floats:
    """dx/dt = (followed - x) / hours, with the mean of each step: what is followed moves little in five minutes."""
    left, following = np.exp(-STEP / hours), _Filter(len(followed) - 1)
    np.add(followed[:-1], followed[1:], out=following.forcing)
    return following.solved(left, first, float(1 - left) / 2)


def _means(values: Floats) -> Floats:
    """The mean of each step."""
    means = values[:-1] + values[1:]
    means /= 2
    return means


def _steady(traits: PatientTraits, start: Start) -> float:
    """The concentration (ng/mL) in CSF and effect site on the steady dose before the run."""
    if start.daily_dose is None:
        return 0.0
    return float(start.daily_dose.magnitude) / 24 / traits.clearance * _NG_PER_MCG
