"""How much of the drug acts, and what does it do? CSF and effect site, response, tolerance, withdrawal over time.

A teaching model: floats, in hours and ng/mL. Equations and weaknesses stand in docs/practice-model.md.
"""

import math
from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from itbcalc.practice.parameters import NOT_VALIDATED, parameter
from itbcalc.practice.patient import PatientTraits, concentration_of
from itbcalc.practice.supply import Input, Supply
from itbcalc.quantities.kinds import DailyDose

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STEPS_PER_DAY = 288
STEPS_PER_HOUR = 12
STEP = 1 / STEPS_PER_HOUR
HOURS_PER_YEAR = 24 * 365.25
MOST_POINTS = 4.0  # where the scales end
_NG_PER_MCG = 1000.0
_ROUNDING = 1e-9  # less than this is no fall, but the last digits of a platform
_DIGITS = 9  # and these are what the worst moment is looked for in
_BLOCK = 1024  # steps: 85 hours, in which the quickest of what is filtered falls to a thousandth
_TERMS = 18  # of a series whose argument is at most 1
_ROWS = 11  # nine of a course, two of what follows


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


class Start(Struct, frozen=True):
    """How the patient comes into the run: on a steady daily dose at the tip for so many days, or (None) on nothing."""

    daily_dose: DailyDose | None = None
    treated: Fraction = Fraction(0)


UNTREATED = Start()


class State(Struct, frozen=True, kw_only=True):
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


class Worst(Struct, frozen=True):
    """The worst of each kind over some time, and when it was (days)."""

    sedation: Sedation
    sedation_at: Fraction
    withdrawal: WithdrawalStage
    withdrawal_at: Fraction


class SimulatedCourse(Struct, frozen=True, kw_only=True, eq=False):
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


class _Rows:
    """Arrays over one grid from one block of memory: asked for one by one, the system brings the pages of each anew."""

    def __init__(self, steps: int, rows: int) -> None:
        width = -(-steps // _BLOCK) * _BLOCK + 1  # whole blocks, for what is filtered
        self._free = list(np.empty((rows, width)))
        self._points = steps + 1

    def whole(self) -> Floats:
        """The next one, of whole blocks."""
        return self._free.pop()

    def new(self) -> Floats:
        """The next one, as long as the grid."""
        return self.whole()[: self._points]


def simulate(traits: PatientTraits, supply: Supply, start: Start = UNTREATED) -> SimulatedCourse:
    """The course from the beginning of the run to the last step of five minutes before `supply` ends."""
    steps = int(supply.until * STEPS_PER_DAY)
    rows = _Rows(steps, _ROWS)
    room = rows.whole(), rows.whole()
    rate, csf, effect_site = concentrations(traits, supply.inputs, steps, _steady(traits, start), rows)
    half_effect = _half_effect(traits, effect_site, start, rows.whole(), room)
    relaxed = relaxation(np.divide(effect_site, half_effect, out=rows.new()))
    withdrawal = _withdrawal(traits, effect_site, start, rows.whole(), room)
    return SimulatedCourse(
        rate=rate,
        csf=csf,
        effect_site=effect_site,
        half_effect=half_effect,
        relaxed=relaxed,
        ashworth=ashworth_points(traits.ashworth, relaxed, withdrawal, rows.new()),
        penn=penn_points(traits.penn, relaxed, withdrawal, rows.new()),
        excess=_excess(traits, effect_site, start, rows.whole()),
        withdrawal=withdrawal,
    )


def relaxation(ratio: Floats) -> Floats:
    """The share of the full effect at so many times the concentration of half the effect, into the same array."""
    relaxed = np.power(ratio, parameter("steepness"), out=ratio)
    relaxed += 1
    np.divide(-1, relaxed, out=relaxed)
    relaxed += 1
    return relaxed


def ashworth_points(before: float, relaxed: Floats, withdrawal: Floats, into: Floats | None = None) -> Floats:
    """Ashworth score, 0 to 4 and unrounded: less by the effect, more by withdrawal; the scale ends at 4."""
    return _points(before, ("ashworth_response", "rebound_ashworth"), relaxed, withdrawal, into)


def penn_points(before: float, relaxed: Floats, withdrawal: Floats, into: Floats | None = None) -> Floats:
    """Penn spasm frequency, 0 to 4 and unrounded, in the same way."""
    return _points(before, ("spasm_response", "rebound_penn"), relaxed, withdrawal, into)


def _points(
    before: float, names: tuple[str, str], relaxed: Floats, withdrawal: Floats, into: Floats | None
) -> Floats:
    """Before treatment, less the share that is gone, with the rebound; into one array, for there are many points."""
    response, rebound = (parameter(name) for name in names)
    points = np.multiply(relaxed, -before * response, out=into)
    points += before
    points += rebound * withdrawal
    return np.minimum(points, MOST_POINTS, out=points)


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


# --- CSF and effect site: linear equations, solved exactly from change to change


def concentrations(
    traits: PatientTraits,
    inputs: Sequence[Input],
    steps: int,
    steady: float = 0.0,
    rows: _Rows | None = None,
) -> tuple[Floats, Floats, Floats]:
    """Rate (mcg/h), CSF and effect-site concentration (ng/mL) on the grid of five minutes, `steps` + 1 points each.

    dA/dt = R - ke A, and the effect site by two paths from the same rate R, which is constant piece by piece: three
    stages one after the other, and a slow one beside them. `inputs` cover the time without a gap; `steady` is the
    concentration that all have in the beginning. Nothing is approximated: each point is the closed form over the time
    since its piece began, from what all held then.
    """
    system, counts = _System(traits), _points_in(inputs, steps)
    starts = np.array([float(each.start) * 24 for each in inputs])
    rates = np.array([float(each.rate) / 24 for each in inputs])
    spans = np.diff(starts, append=float(inputs[-1].end) * 24)
    for number in np.flatnonzero(spans < 1).tolist():  # what is short late in a run, to its last digit
        spans[number] = float(inputs[number].end - inputs[number].start) * 24
    held = system.held_at_starts(rates, spans, steady)
    rows = rows or _Rows(steps, 3)
    rate, csf, effect_site = (rows.new() for _ in range(3))
    rate[:] = np.repeat(rates, counts)
    # What a rate that goes on has brought to its steady state is not computed any more.
    np.multiply(rate, system.per_rate, out=csf)
    effect_site[:] = csf
    moving = np.where(rates > 0, np.minimum(counts, int(system.settled * STEPS_PER_HOUR)), counts)
    skipped = np.cumsum(counts - moving) - (counts - moving)
    points = np.arange(moving.sum()) + np.repeat(skipped, moving)
    since = points * STEP
    since -= np.repeat(starts, moving)
    csf[points], effect_site[points] = system.far(since, moving, rates, held)
    near = np.flatnonzero(since < system.near)
    points, piece = points[near], np.searchsorted(np.cumsum(moving), near, side="right")
    csf[points], effect_site[points] = system.exactly(since[near], rates[piece], held[:, piece])
    return rate, csf, effect_site


class _System:
    """The closed forms over a time in hours, elementwise. All is held in ng/mL: the CSF, the three stages, the slow path."""

    def __init__(self, traits: PatientTraits) -> None:
        self._out, self._stage, self._slow = traits.elimination_rate, traits.fast_time, traits.slow_rate
        self.per_rate = _NG_PER_MCG / traits.clearance
        self._fast_share = traits.fast_share
        self.near = traits.fast_time / 4  # below it what comes in is too little to be the rest of a whole
        self.settled = 45 * max(
            traits.fast_time, 1 / self._out, 1 / self._slow
        )  # e^-45 is less than a last digit

    def held_at_starts(self, rates: Floats, spans: Floats, steady: float) -> Floats:
        """What all five hold where each piece begins: one after the other, as each begins where the last one ended."""
        brought = self._brought(spans) * (rates * self.per_rate)
        kept_out, kept, kept_slow = (
            np.exp(-spans * each) for each in (self._out, 1 / self._stage, self._slow)
        )
        now, held = (steady,) * 5, []
        columns = (*brought, kept_out, kept, kept_slow, spans / self._stage)
        for csf, one, two, three, slow, left, stage_left, slow_left, x in zip(
            *(each.tolist() for each in columns), strict=True
        ):
            held.append(now)
            now = (
                now[0] * left + csf,
                now[1] * stage_left + one,
                (now[2] + x * now[1]) * stage_left + two,
                (now[3] + x * (now[2] + x / 2 * now[1])) * stage_left + three,
                now[4] * slow_left + slow,
            )
        return np.array(held).T

    def far(self, since: Floats, counts: Ints, rates: Floats, held: Floats) -> tuple[Floats, Floats]:
        """CSF and effect site as what is still missing to the steady state: exact but for the first of a piece.

        `counts` says how many of the points are of each piece.
        """
        goal = rates * self.per_rate
        csf, one, two, three, slow, everywhere = (np.repeat(each, counts) for each in (*(held - goal), goal))
        x = since / self._stage
        csf *= _left(since * self._out)
        csf += everywhere
        slow *= _left(since * self._slow)
        one *= x
        one /= 2
        one += two
        one *= x
        one += three
        one *= _left(x)
        one -= slow
        one *= self._fast_share
        one += slow
        one += everywhere
        return csf, one

    def exactly(self, since: Floats, rates: Floats, held: Floats) -> tuple[Floats, Floats]:
        """The same from what is left and what came in, of which nothing is subtracted: for the first of a piece."""
        brought = self._brought(since) * (rates * self.per_rate)
        x = since / self._stage
        fast = np.exp(-x) * (held[3] + x * (held[2] + x / 2 * held[1])) + brought[3]
        slow = np.exp(-self._slow * since) * held[4] + brought[4]
        csf = np.exp(-self._out * since) * held[0] + brought[0]
        return csf, self._fast_share * fast + (1 - self._fast_share) * slow

    def _brought(self, time: Floats) -> Floats:
        """What a steady rate has brought all five to, as shares of what it will bring them to."""
        x = time / self._stage
        stages = (_reached(x, stage) for stage in (1, 2, 3))
        return np.array([-np.expm1(-self._out * time), *stages, -np.expm1(-self._slow * time)])


def _left(spans: Floats) -> Floats:
    """exp(-x) into the same array, never below exp(-600): numbers near the smallest there are take a hundred times as long."""
    np.minimum(spans, 600.0, out=spans)
    np.negative(spans, out=spans)
    return np.exp(spans, out=spans)


def _reached(spans: Floats, stage: int) -> Floats:
    """1 - exp(-x) (1 + x + ... + x^(n-1)/(n-1)!), what the nth of the stages has reached of its steady state.

    Up to 1 as exp(-x) x^n/n! (1 + x/(n+1) (1 + x/(n+2) (...))): nothing is subtracted, so that the shortest piece counts
    too.
    """
    short = np.minimum(spans, 1.0)
    series, missing = np.ones_like(spans), np.ones_like(spans)
    for term in range(_TERMS, 0, -1):
        series = 1 + short / (stage + term) * series
    for term in range(stage - 1, 0, -1):
        missing = 1 + spans / term * missing
    soon = np.exp(-short) * short**stage / math.factorial(stage) * series
    return np.where(spans < 1, soon, 1 - np.exp(-spans) * missing)


def _points_in(inputs: Sequence[Input], steps: int) -> Ints:
    """How many points of the grid lie in each piece; a point where one ends is of the next, the last point of the last piece there."""
    # Whole numbers, so that a change at a point of the grid is not put before or after it by a rounding.
    first = [-(-each.start.numerator * STEPS_PER_DAY // each.start.denominator) for each in inputs]
    counts = np.diff(np.minimum([*first, steps + 1], steps + 1))
    counts[-1] += steps + 1 - counts.sum()
    return counts


def _solved(room: Floats, left: float, first: float, weight: float, uneven: int) -> None:
    """x[0] = first, x[n + 1] = left x[n] + weight room[n + 1], in the place of what was put in.

    Within a block, x is a running sum of what was put in, each divided by what will be left of it; the blocks are
    short, so that nothing is divided by nearly nothing. After the first `uneven` blocks the same is put in to the end,
    as in most of a long run. No product of matrices: it would start threads.
    """
    blocks, powers = room[1:].reshape(-1, _BLOCK), left ** np.arange(_BLOCK + 1.0)
    rest, over_a_block, value, carried = blocks[uneven:], float(powers[-1]), first, list[float]()
    blocks = blocks[:uneven]
    blocks *= weight / powers[:-1]
    np.cumsum(blocks, axis=1, out=blocks)
    for last in (blocks[:, -1] * powers[-2]).tolist():
        carried.append(value)
        value = over_a_block * value + last
    blocks += np.multiply(carried, left)[:, np.newaxis]
    blocks *= powers[:-1]
    room[0] = first
    if len(rest):
        goal = weight / (1 - left) * rest[0, 0]
        missing = (value - goal) * over_a_block ** np.arange(len(rest))
        np.multiply.outer(missing, powers[1:], out=rest)
        rest += goal


# --- slower than the drug: tolerance and withdrawal


def _half_effect(
    traits: PatientTraits, effect_site: Floats, start: Start, into: Floats, room: tuple[Floats, Floats]
) -> Floats:
    """The concentration of half the effect, as exposure moves it; exposure itself is seen before any tolerance."""
    exposure = np.add(effect_site, traits.half_effect, out=room[0][: len(effect_site)])
    np.divide(effect_site, exposure, out=exposure)
    grown = _following(exposure, 24 * parameter("tolerance_early_time"), start, into, traits.tolerance_early)
    grown += _following(
        exposure, 24 * parameter("tolerance_late_time"), start, room[1], traits.tolerance_late
    )
    if traits.tolerance_lasting:
        before = exposure[0] * float(start.treated) * 24
        exposed = before + np.concatenate(([0.0], np.cumsum(_means(exposure)))) * STEP
        grown += traits.tolerance_lasting * exposed / HOURS_PER_YEAR
    grown += 1
    grown *= traits.half_effect
    return grown


def _excess(traits: PatientTraits, effect_site: Floats, start: Start, into: Floats) -> Floats:
    """In multiples of what is borne: by somebody unaccustomed, or a multiple of what the patient is used to."""
    multiple = parameter("accustomed_multiple") * traits.sensitivity
    borne = _following(effect_site, 24 * parameter("accustomed_time"), start, into, multiple)
    least = concentration_of(parameter("side_effect_dose")) * traits.sensitivity
    np.maximum(borne, least, out=borne)
    return np.divide(effect_site, borne, out=borne)


def _withdrawal(
    traits: PatientTraits, effect_site: Floats, start: Start, into: Floats, room: tuple[Floats, Floats]
) -> Floats:
    """How far the drug fell below what the body is used to, as it shows some hours later in this patient; 0 to 1."""
    used_to = _following(effect_site, 24 * parameter("habituation_time"), start, room[0])
    fall = np.multiply(used_to, 1 - _ROUNDING, out=room[1][: len(effect_site)])
    fall -= effect_site
    np.maximum(fall, 0.0, out=fall)
    used_to += parameter("withdrawal_reference")
    fall /= used_to
    shows = _filtered(fall, parameter("withdrawal_time"), 0.0, into, traits.withdrawal)
    return np.minimum(shows, 1.0, out=shows)


def _following(followed: Floats, hours: float, start: Start, into: Floats, multiple: float = 1.0) -> Floats:
    """What follows so many times a value with a time constant, after so long on the first one before the run."""
    reached = -math.expm1(-float(start.treated) * 24 / hours)
    return _filtered(followed, hours, float(followed[0]) * reached * multiple, into, multiple)


def _filtered(followed: Floats, hours: float, first: float, into: Floats, multiple: float = 1.0) -> Floats:
    """dx/dt = (multiple followed - x) / hours, by the mean of each step: what is followed moves little in five minutes.

    Into an array of whole blocks, of which as much as was followed is given back.
    """
    left, points = math.exp(-STEP / hours), len(followed)
    np.add(followed[:-1], followed[1:], out=into[1:points])
    into[points:] = into[points - 1]
    changing = np.flatnonzero(followed != followed[-1])
    uneven = -(-(changing[-1] + 1) // _BLOCK) if len(changing) else 0
    _solved(into, left, first, multiple * (1 - left) / 2, uneven)
    return into[:points]


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
