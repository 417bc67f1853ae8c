"""What should stand in a row of the schedule as the programmer lists it?

Programmers list the steps, or all stretches of the day; a step over midnight whole, or cut there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from itbcalc.infusion.schedule import Flex
from itbcalc.infusion.totals import Segment
from itbcalc.program import ReadOut, StepRow
from itbcalc.quantities.clock import MINUTES_PER_DAY, TimeOfDay, Weekday
from itbcalc.quantities.kinds import (
    DAILY_DOSE,
    DOSE,
    DURATION,
    FLOW_RATE,
    as_dose,
    as_duration,
    as_flow_rate,
    exactly,
)
from itbcalc.quantities.units import Quantity
from itbcalc.therapy_values import TherapyValues

Cell = Quantity | TimeOfDay


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One row of our own: a step, or a stretch between steps."""

    segment: Segment
    is_step: bool

    def cell(self, name: str) -> Cell | None:
        """What should stand under `name`; None where a time has seconds, which no row shows."""
        if name in ("start", "end"):
            days = self.segment.start + (self.segment.duration.magnitude if name == "end" else 0)
            minutes = days * MINUTES_PER_DAY
            return TimeOfDay(int(minutes) % MINUTES_PER_DAY) if minutes.denominator == 1 else None
        if name == "duration":
            return self.segment.duration
        if name == "dose":
            return self.segment.dose
        if name == "flow_rate":
            return self.segment.flow_rate
        assert name == "dose_rate"
        return exactly(self.segment.dose.magnitude / self.segment.duration.magnitude, DAILY_DOSE)


def row_values(read_out: ReadOut, row: StepRow, therapy: TherapyValues) -> tuple[Cell, ...]:
    """What `read_out` should show: one value for each way in which its row may be listed."""
    name = read_out.name.rsplit(".", 1)[-1]
    cells = (listed.cell(name) for listed in _rows_meant(row, therapy))
    return tuple(cell for cell in cells if cell is not None)


def listed_rows(therapy: TherapyValues, weekday: Weekday | None = None) -> tuple[ListedRow, ...]:
    """The steps of one day whole, then what runs between them from midnight to midnight."""
    return (*_whole_steps(therapy, weekday), *_stretches(therapy, weekday or Weekday.MON))


def _rows_meant(row: StepRow, therapy: TherapyValues) -> Sequence[ListedRow]:
    """The rows that begin when it begins; where none does, the step whose turn it is."""
    rows = listed_rows(therapy, row.day)
    same = [each for each in rows if each.cell("start") == row.start]
    if same:
        return same
    steps = [each for each in rows if each.is_step] or list(rows)
    return steps[row.number - 1 : row.number]


def _whole_steps(therapy: TherapyValues, weekday: Weekday | None) -> Iterator[ListedRow]:
    schedule = therapy.schedule
    if not isinstance(schedule, Flex) or therapy.concentration is None:
        return
    day = schedule.every_day if weekday is None else schedule.day(weekday)
    for step in day.steps:
        dose = step.dose.magnitude
        if day.basal is not None and not day.replaces_basal:
            dose += day.basal.magnitude * step.duration.magnitude
        yield ListedRow(_segment(therapy, step.start.days, step.duration.magnitude, dose), is_step=True)


def _stretches(therapy: TherapyValues, weekday: Weekday) -> Iterator[ListedRow]:
    if therapy.profile is None or therapy.profile.cycle * MINUTES_PER_DAY < 1:
        return
    for segment in therapy.segments(weekday):
        yield ListedRow(segment, is_step=False)


def _segment(therapy: TherapyValues, start: Fraction, duration: Fraction, dose: Fraction) -> Segment:
    assert therapy.concentration is not None
    return Segment(
        start,
        as_duration(exactly(duration, DURATION)),
        as_flow_rate(exactly(dose / duration / therapy.concentration.magnitude, FLOW_RATE)),
        as_dose(exactly(dose, DOSE)),
    )
