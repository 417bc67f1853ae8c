"""What does the schedule panel show for these texts? No Qt.

What follows from the fields alone is shown at every keystroke; verdicts and findings come with the whole check.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Protocol

from msgspec.structs import replace

from itbcalc.compute.listed_rows import ListedRow, listed_rows
from itbcalc.compute.schedule import PeriodicBolus
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.titration_step import dose_change
from itbcalc.compute.totals import Segment, boluses_per_day
from itbcalc.compute.working import Once, Worked, value_of
from itbcalc.desk.schedule_texts import (
    field_place,
    group_numbers,
    is_schedule_place,
    row_numbers,
    weekdays_in,
)
from itbcalc.errors import EntryError
from itbcalc.judge.comparing import Compared
from itbcalc.judge.pump_clock import minutes_elsewhere, times_of_change
from itbcalc.judge.verdicts import Verdict, gravest
from itbcalc.program import ProgramReading, Therapy
from itbcalc.quantities.clock import Weekday, clock_text, read_time_of_day
from itbcalc.quantities.display import number_shown, shown, shown_change
from itbcalc.quantities.instants import Instant, read_zone
from itbcalc.quantities.kinds import DOSE, DailyDose, exactly
from itbcalc.quantities.units import Quantity
from itbcalc.say import VERDICT_WORDS, entry_words
from itbcalc.say.therapy_report import dose_rate_text
from ui.program.assessment import Assessment
from ui.program.check_presenter import NOT_READABLE, TONES, moment_readings, reading_of
from ui.states import Card, Curve, DayState, FieldState, ListedState, Picture, ScheduleState, TableRows

_HOURS_DRAWN = (0, 3, 6, 9, 12, 15, 18, 21, 24)
_DAY_TICKS = tuple((hour / 24, f"{hour:02}:00") for hour in _HOURS_DRAWN)
_OF_SCHEDULE = (
    "new.daily_dose",
    "new.peak_flow_rate",
    "new.lowest_flow_rate",
    "readouts.daily_dose",
    "readouts.daily_volume",
)
_LONGEST_LIST = 12  # boluses named one by one


class ScheduleView(Protocol):
    """What the presenter asks of the panel."""

    def show_state(self, state: ScheduleState) -> None:
        """Shows exactly this state."""


class SchedulePresenter:
    """Shows the schedule as it was read, and what was found of it; `weekday` is the day that is drawn."""

    def __init__(self, view: ScheduleView) -> None:
        self.view = view
        self.weekday = Weekday.MON
        self.travel_zone = ""
        self._found: Assessment | None = None
        self._asked = self.weekday, self.travel_zone
        self._read: tuple[Assessment, ScheduleState] | None = None  # what was read last, and its state

    def show(self, found: Assessment) -> None:
        """What stands in the fields was read, and perhaps checked: without a check no verdict and no finding is shown."""
        self._found = found
        self._show()

    def day_chosen(self, weekday: Weekday) -> None:
        """Another day is to be drawn."""
        self.weekday = weekday
        self._show()

    def zone_typed(self, zone: str) -> None:
        """The patient travels there."""
        self.travel_zone = zone
        self._show()

    def _show(self) -> None:
        found = self._found
        if found is None or found.reading is None:
            self.view.show_state(ScheduleState())
            return
        asked = self.weekday, self.travel_zone
        if self._read is None or self._asked != asked or not _same_reading(self._read[0], found):
            self._asked, self._read = asked, (found, self._state(found, found.reading))
        self.view.show_state(_checked(self._read[1], found))

    def _state(self, found: Assessment, reading: ProgramReading) -> ScheduleState:
        """What follows from reading alone: its check changes nothing of that."""
        program = reading.program
        now, new = _values(program.current, "now"), _values(program.new, "new")
        return ScheduleState(
            fields=_fields(reading, found),
            steps=dict(_steps(found.texts.typed, {"current": now, "new": new})),
            totals=tuple(_totals(now, new)),
            change=_change(now.dose, new.dose),
            day=_day_picture(now, new, self.weekday),
            week=tuple(_week(new)),
            boluses={"current": _boluses_words(now), "new": _boluses_words(new)},
            travel=_travel_words(self.travel_zone, program.reservoir.at, new),
        )


def _same_reading(before: Assessment, found: Assessment) -> bool:
    return before.reading is found.reading and before.texts is found.texts and before.marks is found.marks


def _checked(state: ScheduleState, found: Assessment) -> ScheduleState:
    """The same with what the check says of it, as far as it is made."""
    program = found.program
    new = _values(program.new if program is not None else None, "new")
    return replace(
        state,
        listed=dict(_listed(found, new)),
        cards=tuple(card for card in found.cards if _is_of_schedule(card)),
        waits=found.checked is None and not found.texts.empty,
    )


def _is_of_schedule(card: Card) -> bool:
    """A finding about a schedule, about the dose it adds up to, or about a read-out of either."""
    if card.code == "unverified_figure":
        return False  # it asks for an act in the check panel, and says nothing of this schedule
    return is_schedule_place(card.place) or card.place in _OF_SCHEDULE


def _values(therapy: Therapy | None, which: str) -> TherapyValues:
    if therapy is None:
        return TherapyValues(None, None, None, which, Once())
    return TherapyValues(therapy.schedule, therapy.concentration, therapy.patient_bolus, which, Once())


def _fields(reading: ProgramReading, found: Assessment) -> Mapping[str, FieldState]:
    """How each field was read, or why it was refused; a missing one is named where something else is typed."""
    problems, texts = found.problems, found.texts
    missing = {
        field_place(texts.typed, place)
        for place in reading.missing
        if is_schedule_place(place) or ".days." in place
    }
    readings = reading_of(reading.program.entries, texts.typed) | moment_readings(reading.program, texts)
    return {
        place: FieldState(
            readings.get(place, ""),
            problems.get(place, ""),
            needed=place in missing,
            mark=(mark := found.marks.get(place, "")),
            is_usual=bool(mark) and mark == found.usual_mark,
        )
        for place in {*problems, *readings, *missing, *found.marks}
    }


# --- the steps


def _steps(
    typed: Mapping[str, str], therapies: Mapping[str, TherapyValues]
) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Beside each row of steps until when it runs, and at which dose and flow; only once the schedule is whole."""
    for name, therapy in therapies.items():
        prefixes: list[tuple[str, Weekday | None]] = [(f"{name}.steps", None)]
        for group in group_numbers(typed, name):
            days = weekdays_in(typed.get(f"{name}.groups.{group}.days", ""))
            known = [Weekday(day) for day in days if day in list(Weekday)]
            prefixes += [(f"{name}.groups.{group}.steps", known[0])] if known else []
        for prefix, weekday in prefixes:
            rows = [row for row in listed_rows(therapy, weekday) if row.is_step]
            for number, row in zip(row_numbers(typed, prefix), rows, strict=False):
                yield f"{prefix}.{number}", _beside(row)


def _beside(row: ListedRow) -> tuple[str, str, str]:
    segment = row.segment
    end = clock_text((segment.start + segment.duration.magnitude) % 1)
    return f"until {end}", dose_rate_text(segment), shown(segment.flow_rate)


# --- what it comes to


def _totals(now: TherapyValues, new: TherapyValues) -> Iterator[tuple[str, str, str]]:
    rows: tuple[tuple[str, Quantity | None, Quantity | None], ...] = (
        (_dose_name(now, new), now.dose, new.dose),
        (
            "with all patient boluses",
            value_of(now.dose_with_patient_boluses),
            value_of(new.dose_with_patient_boluses),
        ),
        ("in the first 24 h", value_of(now.dose_in_first_day), value_of(new.dose_in_first_day)),
        ("per week", value_of(now.weekly_dose), value_of(new.weekly_dose)),
        ("volume per day", value_of(now.daily_volume), value_of(new.daily_volume)),
        ("highest flow", value_of(now.peak_flow_rate), value_of(new.peak_flow_rate)),
        ("lowest flow", value_of(now.lowest_flow_rate), value_of(new.lowest_flow_rate)),
    )
    for name, before, after in rows:
        if before is not None or after is not None:
            yield name, _shown(before), _shown(after)


def _dose_name(now: TherapyValues, new: TherapyValues) -> str:
    return "daily dose, mean" if now.differs_by_weekday or new.differs_by_weekday else "daily dose"


def _shown(quantity: Quantity | None) -> str:
    return "" if quantity is None else shown(quantity)


def _change(old: DailyDose | None, new: DailyDose | None) -> str:
    if old is None or new is None or not old.magnitude:
        return ""
    change: Worked[Quantity] = dose_change(old, new)
    return shown_change(change.value)


def _boluses_words(therapy: TherapyValues) -> str:
    """How many boluses come in 24 h, and when."""
    schedule = therapy.schedule
    if not isinstance(schedule, PeriodicBolus):
        return ""
    count = boluses_per_day(schedule)
    words = f"{number_shown(count)} boluses in 24 h"
    if not schedule.divides_the_day or count > _LONGEST_LIST:
        return words
    minutes = schedule.every.magnitude * 1440
    if minutes.denominator != 1:
        return words
    times = sorted(schedule.first.later(int(minutes) * number) for number in range(int(count)))
    return f"{words}: {', '.join(time.text for time in times)}"


def _travel_words(zone_name: str, at: Instant | None, new: TherapyValues) -> str:
    """When the steps run by the clock of where the patient goes."""
    if not zone_name.strip(" ") or new.schedule is None:
        return ""
    try:
        zone = read_zone(zone_name.strip(" "))
    except EntryError as error:
        return entry_words(error)
    if at is None:
        return "the time of the change is needed first"
    minutes = minutes_elsewhere(at.moment, zone)
    pairs = [f"{time.text} is {time.later(minutes).text} there" for time in times_of_change(new)]
    return ", ".join(pairs[:_LONGEST_LIST]) or "the flow is the same all day: nothing shifts"


# --- the pictures


def _day_picture(now: TherapyValues, new: TherapyValues, weekday: Weekday) -> Picture:
    """The day on the pump's clock: the new schedule over the present one, in mcg/h."""
    drawn = [
        (name, style, therapy.segments(weekday))
        for name, style, therapy in (("new", "solid", new), ("now", "dashed", now))
    ]
    curves = tuple(_curve(name, style, segments) for name, style, segments in drawn if segments)
    differs = new.differs_by_weekday or now.differs_by_weekday
    day = f"{weekday.words}, " if differs else ""
    if new.profile is not None and not new.profile.on_the_clock:
        day = "the day of the first bolus, "
    return Picture(
        curves=curves,
        unit="mcg/h",
        about=f"{day}on the pump's clock; the dose per hour while it runs",
        ticks=_DAY_TICKS,
        headings=("hour", *(f"{name}, mcg" for name, _, segments in drawn if segments)),
        rows_of=partial(_hours, [t for t in (new, now) if t.profile is not None], weekday),
        words="; ".join(_spoken(name, segments) for name, _, segments in drawn if segments),
    )


def _curve(name: str, style: str, segments: Sequence[Segment]) -> Curve:
    rates = [segment.dose.magnitude / segment.duration.magnitude / 24 for segment in segments]
    points = tuple((float(segment.start), float(rate)) for segment, rate in zip(segments, rates, strict=True))
    return Curve(name, points, tuple(dose_rate_text(segment) for segment in segments), style)


def _hours(therapies: Sequence[TherapyValues], weekday: Weekday) -> TableRows:
    """The dose of each hour."""
    doses = [therapy.hourly_doses(weekday) for therapy in therapies]
    return tuple(
        (f"{hour:02}:00 to {hour + 1:02}:00", *(number_shown(column[hour].magnitude) for column in doses))
        for hour in range(24)
    )


def _spoken(name: str, segments: Sequence[Segment]) -> str:
    return f"{name}: " + ", ".join(
        f"{segment.name} {dose_rate_text(segment)}" for segment in segments[:_LONGEST_LIST]
    )


def _week(new: TherapyValues) -> Iterator[DayState]:
    """Seven days side by side, drawn to one scale; off the clock, the days until all begins anew."""
    if new.profile is None or new.concentration is None:
        return
    profile, differs = new.profile, new.differs_by_weekday
    weekdays = list(Weekday) if profile.on_the_clock else list(Weekday)[: profile.days_until_repeated]
    day_of = profile.day if profile.on_the_clock else lambda weekday: profile.day_after_first(weekday.number)
    days = [day_of(weekday) for weekday in weekdays]
    highest = max(stretch.flow for day in days for stretch in day) or Fraction(1)
    usual = max(days, key=days.count) if differs else None
    for weekday, day in zip(weekdays, days, strict=True):
        volume = sum((stretch.volume for stretch in day), Fraction(0))
        dose = shown(exactly(volume * new.concentration.magnitude, DOSE))
        levels = tuple((float(stretch.start), float(stretch.flow / highest)) for stretch in day)
        yield DayState(_day_words(weekday, new), dose, levels, differs=usual is not None and day != usual)


def _day_words(weekday: Weekday, new: TherapyValues) -> str:
    """`Monday`; off the clock `day 1`, that of the first bolus."""
    if new.profile is None or new.profile.on_the_clock:
        return weekday.words
    return f"day {weekday.number + 1}"


# --- row against row with the programmer's list


def _listed(found: Assessment, new: TherapyValues) -> Iterator[tuple[int, ListedState]]:
    """Beside each row of the programmer what should stand there, and the gravest verdict of its cells.

    A row of which a cell is refused agrees with nothing: it may be of another day, or begin at another time.
    """
    typed, checked = found.texts.typed, found.checked
    cells = [] if checked is None else [each for each in checked.read_outs if each.read_out.row is not None]
    for position, number in enumerate(row_numbers(typed, "readouts.steps"), start=1):
        own = [
            each for each in cells if each.read_out.row is not None and each.read_out.row.number == position
        ]
        worst = gravest(each.verdict for each in own)
        if worst is not Verdict.MISMATCH and any(
            place.startswith(f"readouts.steps.{number}.") for place in found.problems
        ):
            yield number, ListedState(recomputed="", verdict=NOT_READABLE, tone="refused")
            continue
        yield (
            number,
            ListedState(
                recomputed=_recomputed(typed, number, position, new),
                verdict="" if worst is None else f"{worst.sign} {_verdict_words(worst, own)}",
                tone="" if worst is None else TONES[worst],
            ),
        )


def _verdict_words(worst: Verdict, own: Sequence[Compared]) -> str:
    """A row of which only times were typed matches in its times: that is no word about its dose."""
    times_alone = all(each.read_out.at_time is not None for each in own)
    return "times match" if worst is Verdict.MATCH and times_alone else VERDICT_WORDS[worst]


def _recomputed(typed: Mapping[str, str], number: int, position: int, new: TherapyValues) -> str:
    """What should stand in a row: in that which begins then, on its day; else in the step whose turn it is."""
    start, day = (typed.get(f"readouts.steps.{number}.{key}", "").strip(" ") for key in ("start", "day"))
    weekday = next((each for each in Weekday if each == day.lower()), None)
    if new.is_simple or (day and weekday is None):
        return ""
    rows = listed_rows(new, weekday)
    try:
        begins = read_time_of_day(start)
    except EntryError:
        begins = None
    same = [row for row in rows if begins is not None and row.cell("start") == begins]
    steps = [row for row in rows if row.is_step] or list(rows)
    meant = same or steps[position - 1 : position]
    if not meant:
        return "no such row here" if rows and start else ""
    segment = meant[0].segment
    end = clock_text((segment.start + segment.duration.magnitude) % 1)
    return f"{segment.start_text} to {end}, {dose_rate_text(segment)}, {shown(segment.dose)}"
