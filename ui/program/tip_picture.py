"""What leaves the catheter tip around the change, as a picture. No Qt.

The only floats of the check panel: they are drawn, never computed with.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import partial
from typing import overload

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.profile import Course, Stretch, course_of
from itbcalc.compute.tip import Deviation
from itbcalc.judge.check import Checked
from itbcalc.quantities.clock import clock_text
from itbcalc.quantities.display import duration_text, moment_text, shown
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DURATION,
    RATIO,
    Concentration,
    Percentage,
    Volume,
    exactly,
)
from ui.states import Curve, Picture

Level = tuple[Fraction, Fraction, Fraction]  # from when (days from the change), dose rate (mcg/day), mcg/mL

_BEHIND = Fraction(8, 7)  # how much is drawn behind the last event
_BEFORE = Fraction(1, 12)  # and before the change
_APART = 10  # of the picture: marks closer than that are one
_A_DAY = Fraction(1)
_NO_TIME = Fraction(0)
_SHORTEST = Fraction(1, 4)  # of the minutes of a prime alone nobody would see what they come to
_AT_ONCE = 3  # times the highest other level: what a prime pushes out so fast runs out of the picture
_LONGEST = Fraction(60)  # a drug that takes longer to arrive is said in words
_MOST_EVENTS = 800  # of which each takes its time: thirty days of a pump's most steps
_MOST_ROWS = 400
_TICKS = tuple(Fraction(hours, 24) for hours in (3, 6, 12, 24, 48, 168, 336))
_MOST_TICKS = 9


def tip_picture_of(checked: Checked) -> Callable[[], Picture] | None:
    """What makes the picture of the tip; None where there is none: a therapy, the line or the pump's clock is not known, or the drug changes."""
    calculation, program = checked.calculation, checked.program
    if program.current is not None and program.new is not None and program.current.drug != program.new.drug:
        return None
    inputs = calculation.inputs
    if not inputs.line_known or (inputs.speaks_of_line and calculation.line_before is None):
        return None
    end, intended = _end(calculation), calculation.course(bridged=False)
    old, new = inputs.current_concentration, inputs.new_concentration
    if end is None or intended is None or old is None or new is None:
        return None
    if _comes_later(calculation) and calculation.dead_volume is None:
        return None
    if calculation.takes_ages(end, bridged=False, most=_MOST_EVENTS):
        return None
    return partial(_tip_picture, checked, end, intended, new)


def _tip_picture(checked: Checked, end: Fraction, intended: Course, new: Concentration) -> Picture:
    """Dose at the tip before and after the change."""
    calculation = checked.calculation
    before = _before(calculation, end * _BEFORE)
    courses: list[tuple[str, str, list[Level]]] = []
    if calculation.concentration_changes:
        if calculation.inputs.bridge_dose is not None:
            courses.append(("with the bridge", "solid", before + _leaving(calculation, end, bridged=True)))
        loose = before + _leaving(calculation, end, bridged=False)
        courses.append(("without a bridge", "dashed" if courses else "solid", loose))
        courses.append(("intended", "dotted", before + _meant(calculation, end, intended, new)))
    else:
        meant = before + _meant(calculation, end, intended, new)
        later = _comes_later(calculation)
        courses.append(
            ("at the tip", "solid", before + _leaving(calculation, end, bridged=False) if later else meant)
        )
        if later:
            courses.append(("intended", "dotted", meant))
    if not all(levels for _, _, levels in courses):
        return Picture()
    return _picture(checked, courses, end)


def _comes_later(calculation: Calculation) -> bool:
    """Whether the line holds something else than what the new therapy takes from the reservoir."""
    arrival = calculation.arrival if calculation.inputs.speaks_of_line else None
    return calculation.concentration_changes or (arrival is not None and bool(arrival.value.magnitude))


def _end(calculation: Calculation) -> Fraction | None:
    """How far it is drawn: past the last arrival, or a day or week where nothing has to arrive."""
    times = (calculation.arrival_latest, calculation.unbridged_duration, calculation.arrival)
    known = [time.value.magnitude for time in times if time is not None]
    if not _comes_later(calculation):
        return 7 * _A_DAY if calculation.new_therapy.differs_by_weekday else _A_DAY
    if not known or max(known) > _LONGEST:
        return None
    return max(max(known) * _BEHIND, _SHORTEST)


def _before(calculation: Calculation, span: Fraction) -> list[Level]:
    """What left the tip before the change: at the flow as programmed, of what was really in the pump."""
    schedule, strength = calculation.inputs.current_schedule, calculation.inputs.current_concentration
    really = calculation.old_concentration
    if schedule is None or strength is None or really is None or calculation.inputs.held:
        return []  # nor is it known where the log has something else in the line
    at = calculation.inputs.at
    if at is None and not calculation.current_therapy.is_steady:
        return []
    clock = (at.week_clock if at is not None else Fraction(0)) - span
    course = course_of(schedule, strength, clock % 7)
    stretches = itertools.takewhile(lambda stretch: stretch.start < span, course.stretches_from())
    return _levels((stretch.moved(-span) for stretch in stretches), really)


def _leaving(calculation: Calculation, end: Fraction, *, bridged: bool) -> list[Level]:
    """What leaves the tip from the change on: in the prime first, where it takes time."""
    primed, prime_ends = calculation.prime_outflow, _prime_ends(calculation)
    levels = [(each.start, each.dose_rate, each.concentration) for each in primed if each.start < end]
    outflow = calculation.outflow(max(end - prime_ends, _NO_TIME), bridged=bridged)
    return levels + [(prime_ends + each.start, each.dose_rate, each.concentration) for each in outflow]


def _meant(calculation: Calculation, end: Fraction, intended: Course, new: Concentration) -> list[Level]:
    """What should leave the tip: the new therapy as soon as no prime runs."""
    begins = _prime_ends(calculation)
    stretches = itertools.takewhile(lambda stretch: begins + stretch.start < end, intended.stretches_from())
    return _levels((stretch.moved(begins) for stretch in stretches), new)


def _prime_ends(calculation: Calculation) -> Fraction:
    """When the prime is over, from the change on."""
    return max((each.end for each in calculation.prime_outflow), default=_NO_TIME)


def _levels(stretches: Iterable[Stretch], strength: Concentration) -> list[Level]:
    c = strength.magnitude
    return [(stretch.start, stretch.flow * c, c) for stretch in stretches]


# --- in words


def _picture(checked: Checked, courses: Sequence[tuple[str, str, list[Level]]], end: Fraction) -> Picture:
    calculation, at = checked.calculation, checked.program.reservoir.at
    begin, ceiling = min(levels[0][0] for _, _, levels in courses), _ceiling(calculation, courses)
    curves = tuple(
        Curve(name, _points(levels), _Texts(tuple(levels)), style) for name, style, levels in courses
    )
    earliest, latest = calculation.arrival_earliest, calculation.arrival_latest
    band = None
    if earliest is not None and latest is not None:
        band = (float(earliest.value.magnitude), float(latest.value.magnitude))
    return Picture(
        curves=curves,
        begin=float(begin),
        end=float(end),
        start=at.moment if at is not None else None,
        unit="mcg/day",
        about=_about(checked, cut_off=bool(ceiling)),
        ticks=_ticks(begin, end, at),
        band=band,
        marks=tuple(_marks(calculation, at, begin, end)),
        headings=("from", *(name for name, _, _ in courses)),
        rows_of=partial(_rows, [levels for _, _, levels in courses], at),
        words=_words(calculation),
        ceiling=ceiling,
    )


def _marks(
    calculation: Calculation, at: Instant | None, begin: Fraction, end: Fraction
) -> Iterator[tuple[float, str]]:
    """The change and when the drug arrives; one mark where the two lie so close that their words would."""
    arrives = calculation.arrival if _comes_later(calculation) else None
    change = ["change"] if begin < 0 else []
    if arrives is None:
        yield from ((0.0, words) for words in change)
        return
    another = calculation.concentration_changes or calculation.inputs.held
    what, when = "new drug" if another else "drug", arrives.value.magnitude
    arrival = f"{what} arrives {_when_text(when, at)}"
    if change and when * _APART < end - begin:
        yield 0.0, f"change, {arrival}"
        return
    yield from ((0.0, words) for words in change)
    yield float(when), arrival


def _ceiling(calculation: Calculation, courses: Sequence[tuple[str, str, list[Level]]]) -> float:
    """Where the prime would make everything else a line at the foot: above the highest of the rest. 0 where it does not."""
    ends = _prime_ends(calculation)
    rest = max(
        (rate for *_, levels in courses for when, rate, _ in levels if not 0 <= when < ends), default=_NO_TIME
    )
    fastest = max((each.dose_rate for each in calculation.prime_outflow), default=_NO_TIME)
    return float(rest * _AT_ONCE) if rest and fastest > rest * _AT_ONCE else 0.0


def _points(levels: Sequence[Level]) -> tuple[tuple[float, float], ...]:
    return tuple((float(when), float(rate)) for when, rate, _ in levels)


@dataclass(frozen=True, slots=True)
class _Texts(Sequence[str]):
    """Each level in words, once somebody reads it off."""

    levels: tuple[Level, ...]

    def __len__(self) -> int:
        return len(self.levels)

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> tuple[str, ...]: ...

    def __getitem__(self, number: int | slice) -> str | tuple[str, ...]:
        if isinstance(number, slice):
            return tuple(_level_text(level) for level in self.levels[number])
        return _level_text(self.levels[number])


def _level_text(level: Level) -> str:
    _, rate, strength = level
    dose = shown(exactly(rate, DAILY_DOSE))
    return f"{dose} ({shown(exactly(strength, CONCENTRATION))})" if strength else dose


def _about(checked: Checked, *, cut_off: bool) -> str:
    """The assumption, wherever it is shown, and what the band stands for."""
    inputs = checked.calculation.inputs
    parts = ["plug flow, mixing not modelled"]
    if inputs.new_patient_bolus is not None:
        parts.append("without patient boluses")
    if checked.calculation.concentration_changes and checked.calculation.arrival_earliest is not None:
        words = _tubing_words((*inputs.tubing_volumes, inputs.tubing_volume))
        parts.append(f"band: tubing {words}{_flow_words(inputs.accuracy, inputs.accuracy_lower)}")
    primed = checked.calculation.prime_drug_delivered
    if primed is not None and primed.value.magnitude:
        parts.append(
            f"{shown(primed.value)} leave the tip in the prime{', above what is drawn' if cut_off else ''}"
        )
    off, missing = checked.calculation.tip_deviation, checked.calculation.tip_missing
    if off is not None and off.worst != 1:
        parts.append(f"furthest off: {_off_words(off)}")
    if missing is not None and missing.value.magnitude:
        more = "too little" if missing.value.magnitude > 0 else "too much"
        parts.append(f"until then {shown(abs(missing.value))} {more}")
    if not _comes_later(checked.calculation):
        parts.append("the drug stays the same: a new dose leaves the tip at once")
    return " · ".join(parts)


def _flow_words(upper: Percentage | None, lower: Percentage | None) -> str:
    if upper is not None and upper == lower:
        return f", flow ±{shown(upper)}"
    above = f", flow +{shown(upper)}" if upper is not None else ""
    return above + (f" −{shown(lower)}" if lower is not None else "")


def _tubing_words(volumes: Sequence[Volume | None]) -> str:
    """`0.14 mL to 0.199 mL`, or the one there is."""
    known = sorted((volume for volume in volumes if volume is not None), key=lambda volume: volume.magnitude)
    return " to ".join(dict.fromkeys(shown(volume) for volume in (known[0], known[-1])))


def _words(calculation: Calculation) -> str:
    """The picture for those who listen to it."""
    parts = []
    for name, deviation in (
        ("as programmed", calculation.tip_deviation),
        ("without a bridge", calculation.unbridged_deviation),
    ):
        if deviation is not None:
            parts.append(f"{name}: furthest off is {_off_words(deviation)}")
    if calculation.arrival_date is not None:
        parts.append(f"the new drug is at the tip {moment_text(calculation.arrival_date)}")
    return "; ".join(parts)


def _off_words(off: Deviation) -> str:
    """`4 times the intended dose for 12 h`; where it was off on the other side too, that after it."""
    times = f"{shown(exactly(off.worst, RATIO))} times the intended dose" if off.worst else "no drug at all"
    words = f"{times} for {duration_text(off.lasts)}"
    if off.opposite is None:
        return words
    return f"{words}, and {shown(exactly(off.opposite, RATIO))} times for {duration_text(off.opposite_lasts)}"


def _ticks(begin: Fraction, end: Fraction, at: Instant | None) -> tuple[tuple[float, str], ...]:
    """Midnights with their date, between them hours where there is room, the first with its date too.

    Where no moment is known: how long after the change.
    """
    span = end - begin
    step = next((step for step in _TICKS if span / step <= _MOST_TICKS), _TICKS[-1])
    clock = at.week_clock % 1 if at is not None else Fraction(0)
    first = ((clock + begin) // step + 1) * step - clock
    whens = [first + number * step for number in range(int((end - first) // step) + 1)]
    if at is None:
        return tuple(
            (float(when), f"+{duration_text(when)}" if when else "change") for when in whens if when >= 0
        )
    return tuple((float(when), _tick_text(when, at, dated=not number)) for number, when in enumerate(whens))


def _tick_text(when: Fraction, at: Instant, *, dated: bool) -> str:
    clock = (at.week_clock + when) % 1
    day = moment_text(at.moment + timedelta(days=float(when))).rsplit(" ", 2)[0]
    return day if not clock else f"{day} {clock_text(clock)}" if dated else clock_text(clock)


def _rows(courses: Sequence[Sequence[Level]], at: Instant | None) -> tuple[tuple[str, ...], ...]:
    """One row for each moment at which anything changes."""
    whens = sorted({when for levels in courses for when, _, _ in levels})[:_MOST_ROWS]
    rows = [(_when_text(when, at), *(_at(levels, when) for levels in courses)) for when in whens]
    return tuple(
        row
        for before, row in zip([None, *rows], rows, strict=False)
        if before is None or before[1:] != row[1:]
    )


def _at(levels: Sequence[Level], when: Fraction) -> str:
    running = [level for level in levels if level[0] <= when]
    return _level_text(running[-1]) if running else ""


def _when_text(when: Fraction, at: Instant | None) -> str:
    if at is not None and when >= 0:
        return moment_text(at.after(exactly(when, DURATION)))
    sign = "−" if when < 0 else "+"
    return f"{sign}{duration_text(abs(when)) if when else '0 min'}"
