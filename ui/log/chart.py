"""The daily dose of one patient over time, and the outcome scores beneath it. No Qt."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from fractions import Fraction

from msgspec import Struct

from itbcalc.quantities.display import date_text, moment_text
from itbcalc.visits.body_words import OUTSIDE_WORDS
from itbcalc.visits.entry_kinds import EntryKind, definition
from itbcalc.visits.history import Standing, current_therapy, effective, new_therapy
from itbcalc.visits.observations import Series, score_series
from itbcalc.visits.refill_visit import RefillSeen
from itbcalc.visits.refill_visit_words import delivered_words
from itbcalc.visits.scales import all_scales
from ui.states import Curve, Lane, Picture, Sign

_SHAPES = (
    "circle",
    "square",
    "cross",
    "star",
    "hexagon",
)  # a triangle is a refill, a diamond a concentration
_BEFORE_THE_FIRST = 0.04  # of the length: the dose that ran until then is seen
_AFTER_THE_LAST = 1.08  # of the length: the last level is seen
_DELIVERED = "delivered %"
_LEAST_PERCENT, _MOST_PERCENT = 60, 140  # drawn at least: beyond the accuracy of any pump that is published
_FARTHEST_PERCENT = Fraction(1000)
_TEN = 10  # a score without fixed ends is drawn between round tens


class _Step(Struct, frozen=True):
    """A step that holds, with its daily dose."""

    at: datetime
    standing: Standing
    exact: Fraction
    text: str


def dose_picture(found: Sequence[Standing], refills: Sequence[RefillSeen] = ()) -> Picture:
    """Daily dose in steps, signs for new concentrations and refills; in lanes what refills told, and outcome scores.

    Of one patient; a refill that told no ratio stands in the table alone.

    What was voided or amended is left out. Empty where there is no step, or nothing before or after it.
    """
    steps = sorted(_steps(found), key=lambda step: (step.at, step.standing.entry.seq))
    series = score_series(found)
    ratios = [each for each in refills if each.visit.ratio is not None]
    moments = [step.at for step in steps] + [at for each in series for at, _, _ in each.points]
    if not steps or min(moments) == max(moments):
        return Picture()
    start, end = min(moments), max(moments)
    length = _days(start, end)
    before = _before(steps[0], -length * _BEFORE_THE_FIRST)
    points = (*before, *((_days(start, step.at), float(step.exact), step.text) for step in steps))
    return Picture(
        curves=(
            Curve("daily dose", tuple((x, y) for x, y, _ in points), tuple(text for _, _, text in points)),
        ),
        begin=-length * _BEFORE_THE_FIRST if before else 0.0,
        end=max(length * _AFTER_THE_LAST, 1.0),
        start=start,
        unit="mcg/day",
        about=_about(steps[0].standing.entry.patient, series),
        ticks=tuple((length * part / 4, date_text(start + (end - start) * part / 4)) for part in range(5)),
        signs=tuple(_signs(steps, start)),
        lanes=(*_delivered(ratios, start), *_lanes(series, start)),
        headings=("date", "daily dose", "what", *(each.name for each in series), *_of_refills(refills)),
        rows_of=lambda: _rows(steps, series, refills),
        words="; ".join(f"{moment_text(step.at)}: {step.text}" for step in steps),
    )


def _steps(found: Sequence[Standing]) -> Iterator[_Step]:
    for each in found:
        dose = new_therapy(each.entry).get("daily_dose")
        if each.is_step and each.holds and dose is not None:
            yield _Step(effective(each.entry), each, Fraction(dose["exact"]), dose["text"])


def _before(step: _Step, begin: float) -> tuple[tuple[float, float, str], ...]:
    """The dose that ran when the first step was made; nothing where it was not said."""
    dose = current_therapy(step.standing.entry).get("daily_dose")
    return () if dose is None else ((begin, float(Fraction(dose["exact"])), f"{dose['text']} before"),)


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


def _delivered(ratios: Sequence[RefillSeen], start: datetime) -> Iterator[Lane]:
    """What was delivered over what was programmed, in percent, at each refill; those outside the accuracy say so."""
    if not ratios:
        return
    values = [_percent(each) for each in ratios]
    yield Lane(
        _DELIVERED,
        tuple((_days(start, each.at), value) for each, value in zip(ratios, values, strict=True)),
        tuple(f"{_told(each)} ({date_text(each.at)})" for each in ratios),
        min(_LEAST_PERCENT, math.floor(min(values) / _TEN) * _TEN),
        max(_MOST_PERCENT, math.ceil(max(values) / _TEN) * _TEN),
        "pentagon",
    )


def _percent(refill: RefillSeen) -> float:
    """For drawing only: what nobody can have measured stands at the edge."""
    assert refill.visit.ratio is not None
    percent = Fraction(refill.visit.ratio.magnitude) * 100
    return float(min(max(percent, Fraction(0)), _FARTHEST_PERCENT))


def _of_refills(refills: Sequence[RefillSeen]) -> tuple[str, ...]:
    """The heading of what refills told, where any did."""
    return (_DELIVERED,) if refills else ()


def _told(refill: RefillSeen) -> str:
    """`delivered 0.84 (0.83 to 0.85) times the programmed volume, LESS than the accuracy of the pump allows`, or why there is no ratio."""
    visit = refill.visit
    dry = "may have run dry" if visit.ran_dry is not None else ""
    parts = (delivered_words(visit), OUTSIDE_WORDS.get(visit.outside, visit.outside), dry, visit.not_known)
    return ", ".join(filter(None, parts))


def _lanes(series: Sequence[Series], start: datetime) -> Iterator[Lane]:
    for each, shape in zip(series, _SHAPES, strict=False):
        yield _lane(each, start, shape)


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


def _rows(
    steps: Sequence[_Step], series: Sequence[Series], refills: Sequence[RefillSeen]
) -> tuple[tuple[str, ...], ...]:
    """The same as a table: one row for each moment, in order."""
    rows: dict[datetime, list[str]] = {}
    blank = ["", "", *("" for _ in (*series, *_of_refills(refills)))]
    for step in steps:
        row = rows.setdefault(step.at, list(blank))
        row[0], row[1] = step.text, definition(step.standing.of_kind).words
    for column, each in enumerate(series, start=2):
        for at, _, text in each.points:
            rows.setdefault(at, list(blank))[column] = text
    for refill in refills:
        rows.setdefault(refill.at, list(blank))[-1] = _told(refill)
    return tuple((moment_text(at), *rows[at]) for at in sorted(rows))
