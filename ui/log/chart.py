"""The daily dose of one patient over time, and the outcome scores beneath it. No Qt."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from itbcalc.quantities.display import date_text, moment_text
from itbcalc.visits.entry_kinds import EntryKind, definition
from itbcalc.visits.history import Standing, effective, new_therapy
from itbcalc.visits.observations import Series, score_series
from itbcalc.visits.scales import all_scales
from ui.states import Curve, Lane, Picture, Sign

_SHAPES = (
    "circle",
    "square",
    "cross",
    "star",
    "hexagon",
)  # a triangle is a refill, a diamond a concentration
_AFTER_THE_LAST = 1.08  # of the length: the last level is seen
_TEN = 10  # a score without fixed ends is drawn between round tens


@dataclass(frozen=True, slots=True)
class _Step:
    """A step that holds, with its daily dose."""

    at: datetime
    standing: Standing
    exact: Fraction
    text: str


def dose_picture(found: Sequence[Standing]) -> Picture:
    """Daily dose in steps, signs for new concentrations and refills, outcome scores in lanes; of one patient.

    What was voided or amended is left out. Empty where there is no step, or nothing before or after it.
    """
    steps = sorted(_steps(found), key=lambda step: (step.at, step.standing.entry.seq))
    series = score_series(found)
    moments = [step.at for step in steps] + [at for each in series for at, _, _ in each.points]
    if not steps or min(moments) == max(moments):
        return Picture()
    start, end = min(moments), max(moments)
    length = _days(start, end)
    texts = tuple(step.text for step in steps)
    points = tuple((_days(start, step.at), float(step.exact)) for step in steps)
    return Picture(
        curves=(Curve("daily dose", points, texts),),
        end=max(length * _AFTER_THE_LAST, 1.0),
        start=start,
        unit="mcg/day",
        about=_about(steps[0].standing.entry.patient, series),
        ticks=tuple((length * part / 4, date_text(start + (end - start) * part / 4)) for part in range(5)),
        signs=tuple(_signs(steps, start)),
        lanes=tuple(_lane(each, start, shape) for each, shape in zip(series, _SHAPES, strict=False)),
        headings=("date", "daily dose", "what", *(each.name for each in series)),
        rows_of=lambda: _rows(steps, series),
        words="; ".join(f"{moment_text(step.at)}: {step.text}" for step in steps),
    )


def _steps(found: Sequence[Standing]) -> Iterator[_Step]:
    for each in found:
        dose = new_therapy(each.entry).get("daily_dose")
        if each.is_step and each.holds and dose is not None:
            yield _Step(effective(each.entry), each, Fraction(dose["exact"]), dose["text"])


def _days(start: datetime, at: datetime) -> float:
    """Days from the start, to the whole minute that the cursor names."""
    return round((at - start).total_seconds() / 60) / 1440


def _about(patient: str, series: Sequence[Series]) -> str:
    scores = "; ".join(f"{_short_name(each)} {each.coding}" for each in series)
    return f"{patient}: each step that holds" + (f" · {scores}" if scores else "")


def _signs(steps: Sequence[_Step], start: datetime) -> Iterator[Sign]:
    """New concentrations and refills, each with its date: the cursor may stand somewhat beside one."""
    for step in steps:
        x, day = _days(start, step.at), date_text(step.at)
        if step.standing.of_kind == EntryKind.CONCENTRATION_CHANGED:
            strength = new_therapy(step.standing.entry).get("concentration", {}).get("text", "")
            yield Sign(x, "diamond", "concentration changed", f"concentration {strength} from {day}")
        elif step.standing.of_kind == EntryKind.RESERVOIR_REFILLED:
            yield Sign(x, "triangle", "refilled", f"refilled {day}")


def _lane(series: Series, start: datetime, shape: str) -> Lane:
    low, high = _ends(series)
    return Lane(
        _short_name(series),
        tuple((_days(start, at), float(value)) for at, value, _ in series.points),
        tuple(f"{text} ({date_text(at)})" for at, _, text in series.points),
        low,
        high,
        shape,
    )


def _ends(series: Series) -> tuple[float, float]:
    """The lowest and the highest value of the scale; of a score without such ends, the tens around what was seen."""
    scale = next((each for each in all_scales().scales.values() if each.name == series.name), None)
    if scale is not None:
        ranks = [value.rank for value in scale.values]
        return min(ranks), max(ranks)
    values = [value for _, value, _ in series.points]
    low, high = math.floor(min(values) / _TEN) * _TEN, math.ceil(max(values) / _TEN) * _TEN
    return low, max(high, low + _TEN)


def _short_name(series: Series) -> str:
    short = {scale.name: scale.short for scale in all_scales().scales.values()}
    return short.get(series.name, series.name.removesuffix("-score"))


def _rows(steps: Sequence[_Step], series: Sequence[Series]) -> tuple[tuple[str, ...], ...]:
    """The same as a table: one row for each moment, in order."""
    rows: dict[datetime, list[str]] = {}
    blank = ["", "", *("" for _ in series)]
    for step in steps:
        row = rows.setdefault(step.at, list(blank))
        row[0], row[1] = step.text, definition(step.standing.of_kind).words
    for column, each in enumerate(series, start=2):
        for at, _, text in each.points:
            rows.setdefault(at, list(blank))[column] = text
    return tuple((moment_text(at), *rows[at]) for at in sorted(rows))
