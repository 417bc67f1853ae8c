"""What is drawn of a run: the course taken and those that were left, as the core computed them, in lanes. No Qt."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import groupby

import numpy as np
from msgspec.structs import replace

from itbcalc.practice.debrief import decision_title
from itbcalc.practice.model import (
    Sedation,
    WithdrawalStage,
    sedation_of,
    withdrawal_stage_of,
)
from itbcalc.practice.moves import MoveKind
from itbcalc.practice.run import GRID, Run, charted_implant
from itbcalc.practice.supply import Supply, supply
from itbcalc.quantities.display import moment_text
from ui.practice.states import CourseLane, CourseMark, Drawing, Floats, HarmBand, Trace

SHORTEST = 1.0  # days that are drawn at least
MOST_LEFT = 3  # courses left that are drawn at once, the last ones
_HOURS = 24
_USUAL = 95  # percent of the time whose dose sets the scale: a bolus of minutes would flatten all else
_HEADROOM = 1.15
_LEFT_STYLE, _HIDDEN_STYLE = "dashed", "dotted"


def drawing_of(run: Run, *, revealed: bool = False, compared: int = -1) -> Drawing:
    """The course of `run` with those that were left, or the one of them that is `compared`.

    What the trainee is shown of the dose is what the programme should bring to the tip; only where it is `revealed`
    stands beside it what really comes, and the concentrations.
    """
    left = run.branches[-MOST_LEFT:] if compared < 0 else run.branches[compared : compared + 1]
    lanes = [_dose_lane(run, left, revealed=revealed), *_effect_lanes(run, left)]
    if revealed:
        lanes += [harm_lane(run), _concentration_lane(run)]
    end = max([float(run.at), SHORTEST, *(float(branch.at) for branch in left)])
    return Drawing(
        lanes=tuple(lanes),
        end=end,
        marks=tuple(_marks(run)),
        clock=partial(_clock, run),
        start=run.moment_at(Fraction(0)),
        legend=tuple(_legend(bool(left), revealed=revealed)),
        caption=f"{run.scenario.title} ({run.scenario.name}), seed {run.seed}",
    )


def _legend(left: bool, *, revealed: bool) -> Iterator[tuple[str, str]]:  # noqa: FBT001  # one of two like parts
    yield "solid", "as played, in the model"
    if left:
        yield _LEFT_STYLE, "the course left"
    if revealed:
        yield _HIDDEN_STYLE, "hidden truth"


def by_programme(run: Run) -> Floats:
    """The dose at the tip (mcg/day) as the programmes mean it, with pump and catheter as in the chart and nothing wrong."""
    pump = supply(charted_implant(run.scenario), run.events, (), run.model_time(run.at) + GRID)
    return dose_at_the_tip(pump, run.course.hours / _HOURS)


def dose_at_the_tip(pump: Supply, days: Floats) -> Floats:
    """What comes into the CSF in each step of five minutes, in mcg/day: the mean over the step, so that no bolus is lost between two."""
    starts = np.array([*(float(each.start) for each in pump.inputs), float(pump.until)])
    rates = np.array([float(each.rate) for each in pump.inputs])
    so_far = np.concatenate([[0.0], np.cumsum(rates * np.diff(starts))])
    amounts = np.interp(days, starts, so_far)
    means = np.diff(amounts) / float(GRID)
    now = Fraction(round(float(days[-1]) / float(GRID))) * GRID
    return np.append(means, float(pump.rate_at(now)))


def _dose_lane(run: Run, left: Sequence[Run], *, revealed: bool) -> CourseLane:
    traces = [_trace(run, "dose at the tip", by_programme(run))]
    traces += [_trace(branch, "left", by_programme(branch), style=_LEFT_STYLE) for branch in left]
    if revealed:
        traces.append(_trace(run, "really at the tip", _really(run), style=_HIDDEN_STYLE))
    words = "Dose at the tip, by the programme"
    return CourseLane(words, "mcg/day", 0.0, _top([trace.values for trace in traces]), tuple(traces))


def _really(run: Run) -> Floats:
    return dose_at_the_tip(run.supply, run.course.hours / _HOURS)


def _effect_lanes(run: Run, left: Sequence[Run]) -> Iterator[CourseLane]:
    for name, unit, key, high in (
        ("Effect on the legs", "%", "relaxed", 100.0),
        ("Ashworth, legs", "", "ashworth", 4.0),
        ("Spasms, Penn", "", "penn", 4.0),
    ):
        factor = 100 if unit == "%" else 1
        traces = [_trace(run, name, getattr(run.course, key) * factor)]
        traces += [
            _trace(branch, "left", getattr(branch.course, key) * factor, style=_LEFT_STYLE) for branch in left
        ]
        yield CourseLane(name, unit, 0.0, high, tuple(traces))


def _concentration_lane(run: Run) -> CourseLane:
    traces = (
        _trace(run, "effect site", run.course.effect_site),
        _trace(run, "CSF", run.course.csf, style=_HIDDEN_STYLE),
    )
    words = "Hidden: effect site, and CSF dotted"
    return CourseLane(words, "ng/mL", 0.0, _top([trace.values for trace in traces]), traces)


def harm_lane(run: Run) -> CourseLane:
    """Sedation and withdrawal of the course taken, stage by stage, from the start of the scenario up to now."""
    sedated = _trace(run, "", run.course.excess).values
    lacking = _trace(run, "", run.course.withdrawal)
    too_much = [sedation_of(float(each)) for each in sedated]
    too_little = [withdrawal_stage_of(float(each)) for each in lacking.values]
    bands = [
        *_bands(run, lacking.days, [(each.rank, each.words) for each in too_much]),
        *_bands(run, lacking.days, [(-each.rank, each.words) for each in too_little]),
    ]
    low, high = 1.0 - len(WithdrawalStage), len(Sedation) - 1.0
    name = "Harm: sedation above the line, withdrawal below"
    return CourseLane(f"{name}{'' if bands else ': none'}", "", low, high, (), tuple(bands))


def _bands(run: Run, days: Floats, stages: Sequence[tuple[int, str]]) -> Iterator[HarmBand]:
    """The stages in bands; the worst one of each episode carries its words."""
    parts = list[HarmBand]()
    for day, (stage, name) in zip(days.tolist(), stages, strict=True):
        if parts and parts[-1].stage == stage:
            parts[-1] = replace(parts[-1], end=day + float(GRID))
        else:
            parts.append(HarmBand(day, day + float(GRID), stage, name))
    for harmed, episode in groupby(parts, key=lambda part: part.stage != 0):
        held = list(episode)
        worst = max(held, key=lambda part: abs(part.stage))
        for part in held if harmed else ():
            told = f"{part.name} from {_clock(run, part.begin)}" if part is worst else ""
            yield replace(part, words=told, episode=(held[0].begin, held[-1].end))


def _trace(run: Run, name: str, values: Floats, *, style: str = "solid") -> Trace:
    """From the start of the scenario up to now: what is hidden before the start is not drawn."""
    course = run.course
    first, last = (course.index_at(run.model_time(time)) for time in (Fraction(0), run.at))
    days = course.hours[first : last + 1] / _HOURS - float(run.scenario.hidden.before)
    return Trace(name, days, values[first : last + 1], style)


def _top(values: Sequence[Floats]) -> float:
    """Where the scale ends, at least at 1: a little above what is usual, or above all where a peak is not far from it."""
    highest = max(float(each.max()) for each in values)
    usual = max(float(np.percentile(each, _USUAL)) for each in values)
    top = highest if highest <= 2 * usual or not usual else 1.4 * usual
    return max(top * _HEADROOM, 1.0)  # what is left after weeks without drug is drawn as nothing


def _marks(run: Run) -> Iterator[CourseMark]:
    for decision in run.decisions:
        shape = "square" if decision.move.kind is MoveKind.PROGRAM else "circle"
        words = f"{decision.number}. {decision_title(decision)}: {' '.join(decision.words)}"
        yield CourseMark(float(decision.at), decision.number, words, shape)


def _clock(run: Run, day: float) -> str:
    return moment_text(run.moment_at(Fraction(round(day * 1440), 1440)))
