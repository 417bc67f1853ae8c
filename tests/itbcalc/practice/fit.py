"""The six figures of the two paths and of the response, fitted by least squares to thirteen that were published.

Run as a script, it prints them and the table of docs/practice-model.md. Its formulas are its own, not the model's.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares, minimize_scalar
from scipy.special import gammainc

Floats = NDArray[np.float64]
BEGIN = (1.33, 0.1, 0.7, 63.0, 1.65, 0.6)
NAMES = ("fast_time", "slow_rate", "fast_share", "half_effect_dose", "steepness", "ashworth_response")


@dataclass(frozen=True, slots=True)
class Figures:
    """What is fitted: hours of a stage, slow rate per hour, share of the fast path, mcg/day, steepness, share of the score."""

    stage: float
    slow: float
    fast: float
    half: float
    steep: float
    response: float

    def after_50_mcg(self, hours: Floats) -> Floats:
        """As the steady dose that would do the same, mcg/day."""
        hump = hours**2 / (2 * self.stage**3) * np.exp(-hours / self.stage)
        return 1200 * (self.fast * hump + (1 - self.fast) * self.slow * np.exp(-self.slow * hours))

    def of_the_steady_state(self, hours: float) -> float:
        fast, slow = gammainc(3, hours / self.stage), -math.expm1(-self.slow * hours)
        return float(self.fast * fast + (1 - self.fast) * slow)

    def reflex(self, dose: Floats) -> Floats:
        return 1 / (1 + (dose / self.half) ** self.steep)

    def reflex_after(self, hours: float) -> float:
        return float(self.reflex(self.after_50_mcg(np.array(hours))))

    def ashworth_after(self, hours: float) -> float:
        return 2.4 * (1 - self.response * (1 - self.reflex_after(hours)))

    def peak(self) -> float:
        """Hours after the bolus."""
        found = minimize_scalar(
            lambda hours: -float(self.after_50_mcg(np.array(hours))),
            bounds=(self.stage, 3 * self.stage),
            options={"xatol": 1e-9},
        )
        return float(found.x)


@dataclass(frozen=True, slots=True)
class Published:
    """A figure, how far a model may lie from it (which is its weight), and how it is worked out."""

    what: str
    value: float
    within: float
    source: str
    of: Callable[[Figures], float]


PUBLISHED = (
    Published("H/M on 30 mcg/day", 0.75, 0.05, "STOKIC", lambda f: float(f.reflex(np.array(30)))),
    Published("H/M on 70 mcg/day", 0.50, 0.05, "STOKIC", lambda f: float(f.reflex(np.array(70)))),
    Published("H/M on 110 mcg/day", 0.25, 0.05, "STOKIC", lambda f: float(f.reflex(np.array(110)))),
    Published("H/M on 150 mcg/day", 0.15, 0.10, "STOKIC", lambda f: float(f.reflex(np.array(150)))),
    Published("H/M 1 h after 50 mcg", 0.23, 0.05, "PM22595326", lambda f: f.reflex_after(1)),
    Published(
        "H/M 1 to 6 h after 50 mcg",
        0.09,
        0.05,
        "PM22595326",
        lambda f: float(f.reflex(f.after_50_mcg(np.linspace(1, 6, 61))).mean()),
    ),
    Published("H/M 5 h after 50 mcg", 14 / 62, 0.05, "PM16181946", lambda f: f.reflex_after(5)),
    Published("Ashworth 4 h after 50 mcg", 1.5, 0.15, "PM16181946", lambda f: f.ashworth_after(4)),
    Published("Ashworth 6 h after 50 mcg", 1.4, 0.15, "PM16181946", lambda f: f.ashworth_after(6)),
    Published("Ashworth 12 h after 50 mcg", 2.35, 0.05, "RXR", lambda f: f.ashworth_after(12)),
    Published("peak after a bolus, h", 4, 1, "RXR, LIOWEB", Figures.peak),
    Published("infusion at 6 h, of its steady state", 0.5, 0.2, "RXR", lambda f: f.of_the_steady_state(6)),
    Published(
        "infusion at 24 h, of its steady state", 0.95, 0.05, "RXR", lambda f: f.of_the_steady_state(24)
    ),
)


def misses(figures: Figures) -> list[float]:
    """How far each of the thirteen is missed, in what it may be off."""
    return [(each.of(figures) - each.value) / each.within for each in PUBLISHED]


def sum_of_squares(figures: Figures) -> float:
    return sum(miss**2 for miss in misses(figures))


def fitted() -> Figures:
    """The six with the least sum of squares near those to begin with.

    From differences to both sides and to the last digit: the valley is flat, and a rougher search ends elsewhere on
    another processor.
    """
    found = least_squares(
        lambda six: misses(Figures(*map(float, six))),
        BEGIN,
        jac="3-point",
        bounds=([0.3, 0.01, 0.1, 20, 0.8, 0.2], [4, 0.5, 0.99, 200, 4, 1]),
        x_scale=BEGIN,
        ftol=1e-14,
        xtol=1e-14,
        gtol=1e-14,
    )
    return Figures(*map(float, found.x))


HEAD = (
    "| Figure | Published | Weighed by | Source | The model's figures |",
    "| --- | --- | --- | --- | --- |",
)


def lines(figures: Figures) -> Iterator[str]:
    """The table with what these figures make of each."""
    yield from HEAD
    for each in PUBLISHED:
        cells = (
            each.what,
            f"{each.value:.2f}",
            f"{each.within:.2f}",
            each.source,
            f"{each.of(figures):.2f}",
        )
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    best = fitted()
    print(dict(zip(NAMES, astuple(best), strict=True)), sum_of_squares(best))
    print("\n".join(lines(best)))
