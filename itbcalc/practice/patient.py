"""Who is the virtual patient? Traits drawn from stated distributions, the same for the same seed everywhere."""

import hashlib
import math
from statistics import NormalDist

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.library.records import Origin
from itbcalc.practice.parameters import Parameter, all_parameters, parameter

_NORMAL = NormalDist()
_DIGITS = 9  # a platform's logarithm may differ in its last digit; a trait must not


class PatientTraits(Struct, frozen=True, kw_only=True):
    """What makes this patient differ from another. A child has no traits of its own: see the weaknesses.

    `clearance` mL/h, `volume` mL; `fast_time` the hours of each of the three stages of the fast path to the effect site,
    `slow_rate` that of the slow path per hour, `fast_share` what of the drug acts by the fast one; `half_effect` the
    effect-site concentration (ng/mL) of half the effect before any tolerance: how severe the spasticity is; `ashworth`,
    `penn` and `pain` before treatment, in points; `tolerance_early`, `tolerance_late` multiples of `half_effect` that full
    exposure adds, `tolerance_lasting` the same for each year; `sensitivity` the multiple at which side effects come, of
    that at which they usually do, however severe the spasticity; `withdrawal` how much of it shows, of what usually does.
    """

    seed: int
    origin: Origin
    clearance: float
    volume: float
    fast_time: float
    slow_rate: float
    fast_share: float
    half_effect: float
    ashworth: float
    penn: float
    pain: float
    tolerance_early: float
    tolerance_late: float
    tolerance_lasting: float
    sensitivity: float
    withdrawal: float

    @property
    def elimination_rate(self) -> float:
        """From the CSF, per hour."""
        return self.clearance / self.volume

    @property
    def csf_half_life(self) -> float:
        """In hours."""
        return math.log(2) / self.elimination_rate


def reference_patient(origin: Origin) -> PatientTraits:
    """The patient in the middle of every distribution; the documents hold this one against the literature."""
    clearance = parameter("clearance")
    return PatientTraits(
        seed=0,
        origin=origin,
        clearance=clearance,
        volume=_rounded(clearance * parameter("csf_half_life") / math.log(2)),
        fast_time=parameter("fast_time"),
        slow_rate=parameter("slow_rate"),
        fast_share=parameter("fast_share"),
        half_effect=concentration_of(parameter("half_effect_dose")),
        ashworth=parameter(f"ashworth_{origin}"),
        penn=parameter(f"penn_{origin}"),
        pain=parameter("pain"),
        tolerance_early=parameter("tolerance_early"),
        tolerance_late=parameter("tolerance_late"),
        tolerance_lasting=0.0,
        sensitivity=parameter("sensitivity"),
        withdrawal=parameter("withdrawal"),
    )


def draw_patient(seed: int, origin: Origin, **fixed: float) -> PatientTraits:
    """The patient of this seed: each trait from its own draw, so that a new trait leaves the others alone.

    `fixed` are traits that are not left to chance. Raises TypeError for one that is not a trait.
    """
    clearance, volume = _kinetics(seed)
    drawn = replace(
        reference_patient(origin),
        seed=seed,
        clearance=clearance,
        volume=volume,
        fast_time=_log_normal(seed, "fast_time"),
        half_effect=concentration_of(_log_normal(seed, "half_effect_dose")),
        ashworth=_score(seed, f"ashworth_{origin}"),
        penn=_score(seed, f"penn_{origin}"),
        pain=_score(seed, "pain", highest=10.0),
        tolerance_late=_log_normal(seed, "tolerance_late"),
        tolerance_lasting=_lasting(seed),
        sensitivity=_log_normal(seed, "sensitivity"),
        withdrawal=_log_normal(seed, "withdrawal"),
    )
    return replace(drawn, **fixed)  # every trait that can be fixed is a float


def concentration_of(daily_dose: float) -> float:
    """The steady concentration (ng/mL) of a daily dose (mcg/day) at the usual clearance."""
    return _rounded(daily_dose / 24 / parameter("clearance") * 1000)


def uniform(seed: int, *what: object) -> float:
    """A number between 0 and 1 that belongs to this seed and this question, on every platform and for ever.

    From SHA-256 and not from a running generator: the answer does not depend on what was asked before, so that
    going back to a decision and trying otherwise changes nothing else.
    """
    text = "/".join(str(part) for part in (seed, *what))
    bits = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 11
    return (bits + 0.5) / 2**53


def normal(seed: int, *what: object) -> float:
    """The same, from the standard normal distribution."""
    return _NORMAL.inv_cdf(uniform(seed, *what))


def _kinetics(seed: int) -> tuple[float, float]:
    """Clearance and volume, drawn again until the volume is one that was measured."""
    attempt = 0
    while True:
        clearance = _log_normal(seed, "clearance", attempt)
        volume = _rounded(clearance * _log_normal(seed, "csf_half_life", attempt) / math.log(2))
        if parameter("smallest_volume") <= volume <= parameter("largest_volume"):
            return clearance, volume
        attempt += 1


def _log_normal(seed: int, name: str, attempt: int = 0) -> float:
    """Log-normal around the value, cut where the parameter has bounds: not moved to them, never drawn beyond."""
    drawn = all_parameters()[name]
    below, above = (_NORMAL.cdf(spreads) for spreads in drawn.bounds_in_spreads)
    share = uniform(seed, name, attempt)
    spreads = _NORMAL.inv_cdf(below + share * (above - below))
    return _rounded(float(drawn.value) * math.exp(drawn.deviation * spreads))


def _score(seed: int, name: str, highest: float = 4.0) -> float:
    """Normal around the value, within the scale: cut as above."""
    drawn: Parameter = all_parameters()[name]
    bounds = NormalDist(float(drawn.value), drawn.deviation)
    below, above = bounds.cdf(0.0), bounds.cdf(highest)
    return _rounded(bounds.inv_cdf(below + uniform(seed, name) * (above - below)))


def _lasting(seed: int) -> float:
    return (
        parameter("tolerance_lasting")
        if uniform(seed, "tolerance_lasting") < parameter("tolerance_lasting_share")
        else 0.0
    )


def _rounded(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}")
