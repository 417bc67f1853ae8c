"""What a screening bolus does to 300 virtual patients: the reflex over a day, and how many of them came to what."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from itbcalc.library.records import Library, Origin
from itbcalc.practice.debrief import source_words
from itbcalc.practice.model import Sedation, SimulatedCourse, sedation_of, simulate
from itbcalc.practice.patient import draw_patient
from itbcalc.practice.supply import Implant, Injected, supply
from itbcalc.quantities.display import decimal_text
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DOSE,
    VOLUME,
    as_concentration,
    as_dose,
    as_volume,
    exactly,
)
from itbcalc.say.therapy_report import folded

PEOPLE = 300
DOSES = (50, 75, 100)  # mcg: the steps of a screening trial
STAGES = (Sedation.DROWSY, Sedation.SEDATED, Sedation.SLOW_BREATHING, Sedation.COMA)
# Of 72 screened 64 were implanted: whatever kept the other 8 from it, no more were put to sleep; none is told to have breathed slowly.
PUBLISHED = {
    Sedation.DROWSY: "at most 11 % (of 72 screened 64 were implanted)",
    Sedation.SEDATED: "",
    Sedation.SLOW_BREATHING: "none told of 72",
    Sedation.COMA: "none told of 72",
}
SOURCE = "PM22151522"  # of what is published, a key of sources.toml
_LOW, _MIDDLE, _HIGH = 10, 50, 90  # per cent of the people
_PUMP = 1  # mL, of whatever is in a pump that stands still


class Response(Struct, frozen=True, eq=False):
    """300 people over the day after one bolus (mcg) by lumbar puncture.

    `reflex` is H/M as a share of the baseline at `hours`: that of the tenth, the middle and the last tenth of the people.
    `came_to` is how many of them came to a stage or worse.
    """

    mcg: int
    hours: NDArray[np.float64]
    reflex: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
    came_to: Mapping[Sedation, int]

    def share(self, stage: Sedation) -> Fraction:
        """Of the people, those who came to a stage or worse."""
        return Fraction(self.came_to[stage], PEOPLE)


def response(mcg: int) -> Response:
    """What one bolus does, with nobody treated before. A teaching model, not validated."""
    courses = list(_screened(mcg))
    reflex = 1 - np.array([each.relaxed for each in courses])
    worst = [sedation_of(float(each.excess.max())).rank for each in courses]
    low, middle, high = np.percentile(reflex, (_LOW, _MIDDLE, _HIGH), axis=0)
    came_to = {stage: sum(rank >= stage.rank for rank in worst) for stage in STAGES}
    return Response(mcg, courses[0].hours, (low, middle, high), came_to)


def response_lines(responses: tuple[Response, ...], library: Library) -> Iterator[str]:
    """The shares beside what is published, a line a stage."""
    yield f"Of {PEOPLE} virtual patients drawn, within a day after one bolus by lumbar puncture:"
    yield f"    {'':28}{''.join(f'{each.mcg} mcg'.rjust(10) for each in responses)}   published"
    for stage in STAGES:
        shares = "".join(f"{decimal_text(100 * each.share(stage), 1)} %".rjust(10) for each in responses)
        yield folded(f"    {_stage_words(stage):28}{shares}   {PUBLISHED[stage]}".rstrip(), 65)
    yield f"Published: {source_words(SOURCE, library)}."


def _stage_words(stage: Sedation) -> str:
    return stage.words if stage is Sedation.COMA else f"{stage.words} or worse"


def _screened(mcg: int) -> Iterator[SimulatedCourse]:
    pump = as_volume(exactly(_PUMP, VOLUME))
    implant = Implant(
        tubing_volume=pump,
        catheter_volume=pump,
        reservoir=pump,
        concentration=as_concentration(exactly(1, CONCENTRATION)),
        low_alarm=pump,
        clock=Fraction(0),
    )
    given = supply(implant, [Injected(Fraction(0), as_dose(exactly(mcg, DOSE)))], [], Fraction(1))
    for seed in range(PEOPLE):
        yield simulate(draw_patient(seed, Origin.SPINAL), given)
