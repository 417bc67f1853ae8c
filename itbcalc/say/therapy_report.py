"""One therapy as JSON, as working and as plain lines, whatever its mode."""

import textwrap
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from itbcalc.compute.schedule import PeriodicBolus, SingleBolus, Stopped
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.totals import Segment, boluses_per_day
from itbcalc.compute.working import Worked
from itbcalc.quantities.clock import Weekday, clock_text
from itbcalc.quantities.display import fraction_text, number_shown, shown, unit_text, with_unit
from itbcalc.quantities.kinds import RATIO, exactly
from itbcalc.quantities.units import Quantity, ureg
from itbcalc.say.catalogue import N_, _, plural
from itbcalc.say.places import WEEKDAY_WORDS

Table = dict[str, Any]
WIDTH = 80  # columns of plain text
_FURTHER = 4  # columns by which the rest of a long line stands in
SCHEDULE_NOW, SCHEDULE_NEW = N_("Schedule now: {mode}"), N_("Schedule new: {mode}")
_BEFORE_HOURS = 15  # columns for when a line begins
_HOURS_IN_LINE = (12, 6, 4, 3, 2, 1)
LONGEST_LIST = 60  # segments of a day in plain text; more are boluses without end


def folded(line: str, further: int | None = None) -> str:
    """A line of plain text as lines of a page; those after the first begin at `further`. No name of a file is broken."""
    begins = len(line) - len(line.lstrip(" ")) + _FURTHER if further is None else further
    parts = textwrap.wrap(
        line, WIDTH, subsequent_indent=" " * begins, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(parts) if len(line) > WIDTH else line


def quantity_json(quantity: Quantity) -> Table:
    """`{exact, unit, text}`."""
    return {"exact": fraction_text(quantity), "unit": unit_text(quantity) or "1", "text": shown(quantity)}


def therapy_json(therapy: TherapyValues) -> Table:
    """Dose, volume and flow of a therapy; of its week and days, where these differ."""
    if therapy.schedule is None or therapy.concentration is None or therapy.dose is None:
        return {}
    results: Table = {
        "mode": str(therapy.schedule.mode),
        "daily_dose": quantity_json(therapy.dose),
        "concentration": quantity_json(therapy.concentration),
    }
    offered: Mapping[str, Worked[Any] | None] = {
        "daily_volume": therapy.daily_volume,
        "flow_rate": therapy.flow_rate,
        "peak_flow_rate": therapy.peak_flow_rate,
        "lowest_flow_rate": therapy.lowest_flow_rate,
        "daily_dose_with_patient_boluses": therapy.dose_with_patient_boluses,
        "first_day_dose": therapy.dose_in_first_day,
        "weekly_dose": therapy.weekly_dose,
        "weekly_volume": therapy.weekly_volume,
    }
    results |= {name: quantity_json(worked.value) for name, worked in offered.items() if worked is not None}
    if isinstance(therapy.schedule, PeriodicBolus):
        results["boluses_per_day"] = quantity_json(exactly(boluses_per_day(therapy.schedule), RATIO))
    if therapy.differs_by_weekday:
        results["days"] = {str(weekday): _day_json(therapy, weekday) for weekday in Weekday}
    return results


def schedule_json(therapy: TherapyValues) -> Table:
    """The same, with the segments of the day and the dose of each hour."""
    results = therapy_json(therapy)
    if not therapy.differs_by_weekday:
        return results | _hours_json(therapy, Weekday.MON)
    days = {name: day | _hours_json(therapy, Weekday(name)) for name, day in results.get("days", {}).items()}
    return results | {"days": days}


def _day_json(therapy: TherapyValues, weekday: Weekday) -> Table:
    """The values of one day from midnight to midnight."""
    dose, segments = therapy.dose_on(weekday), therapy.segments(weekday)
    assert dose is not None
    assert therapy.concentration is not None
    day = ureg.Quantity(1, "day")
    flows = [segment.flow_rate for segment in segments]
    return {
        "daily_dose": quantity_json(dose.value / day),
        "daily_volume": quantity_json(dose.value / therapy.concentration),
        "peak_flow_rate": quantity_json(max(flows)),
        "lowest_flow_rate": quantity_json(min(flows)),
    }


def _hours_json(therapy: TherapyValues, weekday: Weekday) -> Table:
    return {
        "segments": [_segment_json(segment) for segment in therapy.segments(weekday)],
        "hourly_doses": [quantity_json(dose) for dose in therapy.hourly_doses(weekday)],
    }


def _segment_json(segment: Segment) -> Table:
    return {
        "start": segment.start_text,
        "duration": quantity_json(segment.duration),
        "flow_rate": quantity_json(segment.flow_rate),
        "dose": quantity_json(segment.dose),
    }


def therapy_working(therapy: TherapyValues) -> tuple[Worked[Any], ...]:
    """Every step behind the values of a therapy, in their order."""
    days = [therapy.dose_on(weekday) for weekday in Weekday] if therapy.differs_by_weekday else []
    offered: Sequence[Worked[Any] | None] = (
        *days,
        therapy.weekly_dose,
        therapy.daily_dose,
        therapy.dose_with_patient_boluses,
        therapy.dose_in_first_day,
        therapy.flow_rate,
        None if therapy.is_simple else therapy.daily_volume,
        None if therapy.is_simple else therapy.peak_flow_rate,
        None if therapy.is_simple else therapy.lowest_flow_rate,
    )
    return tuple(step for step in offered if step is not None)


# --- plain text


def schedule_lines(therapy: TherapyValues) -> list[str]:
    """The day hour by hour as it runs: one line a segment; one list a day, where the days differ."""
    if therapy.is_simple or therapy.profile is None or isinstance(therapy.schedule, Stopped):
        return []
    if isinstance(therapy.schedule, SingleBolus):
        single = therapy.schedule
        once = "  " + _(
            "once, at the change  {bolus} in {duration}",
            bolus=shown(single.bolus),
            duration=shown(single.duration),
        )
        return [once, *(_day_lines(therapy, Weekday.MON) if therapy.dose and therapy.dose.magnitude else [])]
    if not therapy.differs_by_weekday:
        return _day_lines(therapy, Weekday.MON)
    lines: list[str] = []
    for weekdays in _alike(therapy):
        dose = therapy.dose_on(weekdays[0])
        names = " ".join(WEEKDAY_WORDS[weekday] for weekday in weekdays)
        lines += [f"{names}  {shown(dose.value) if dose else ''}", *_day_lines(therapy, weekdays[0])]
    return lines


def hour_lines(therapy: TherapyValues) -> list[str]:
    """The dose of each hour of the day, twelve in a line where they fit; where the days differ, the listing says enough."""
    if therapy.is_steady or therapy.profile is None or therapy.differs_by_weekday:
        return []
    doses = [number_shown(dose.magnitude) for dose in therapy.hourly_doses()]
    width = max(len(dose) for dose in doses) + 1
    in_line = next(count for count in _HOURS_IN_LINE if count == 1 or _BEFORE_HOURS + count * width <= WIDTH)
    return [
        "",
        _("mcg in each hour of the clock"),
        *(
            "  "
            + _("from {time}", time=clock_text(Fraction(first, 24)))
            + "".join(f"{dose:>{width}}" for dose in doses[first : first + in_line])
            for first in range(0, 24, in_line)
        ),
    ]


def flow_text(therapy: TherapyValues) -> str:
    """The one flow, or from the lowest to the highest."""
    lowest, peak = therapy.lowest_flow_rate, therapy.peak_flow_rate
    if lowest is None or peak is None:
        return ""
    if lowest.value == peak.value:
        return shown(peak.value)
    return _(
        "{lowest} to {highest}", lowest=shown(lowest.value).removesuffix(" mL/day"), highest=shown(peak.value)
    )


def _alike(therapy: TherapyValues) -> list[list[Weekday]]:
    """The weekdays in groups that run the same."""
    groups: dict[tuple[Segment, ...], list[Weekday]] = {}
    for weekday in Weekday:
        groups.setdefault(therapy.segments(weekday), []).append(weekday)
    return list(groups.values())


def _day_lines(therapy: TherapyValues, weekday: Weekday) -> list[str]:
    segments = therapy.segments(weekday)
    lines = [line for segment in segments[:LONGEST_LIST] for line in _segment_lines(segment)]
    more = len(segments) - LONGEST_LIST
    return [*lines, "  " + plural("… and {count} more", "… and {count} more", more)] if more > 0 else lines


def _segment_lines(segment: Segment) -> list[str]:
    """One line; numbers too long for it have a line each."""
    cells = (dose_rate_text(segment), shown(segment.flow_rate), shown(segment.dose))
    name = _("{start} to {end}", start=segment.start_text, end=segment.end_text)
    line = f"  {name:<16} {cells[0]:>16} {cells[1]:>16} {cells[2]:>14}"
    return [line] if len(line) <= WIDTH else [f"  {name}", *(f"    {cell}" for cell in cells)]


def dose_rate_text(segment: Segment) -> str:
    """The dose per hour while it runs: `12.5 mcg/h`."""
    return with_unit(number_shown(segment.dose.magnitude / segment.duration.magnitude / 24), "mcg/h")
