"""When does a schedule run by the patient's clock, if the pump keeps its own?

A pump's clock is set with the programming and runs on: it follows neither summer time nor a journey.
"""

from datetime import UTC, datetime, timedelta, tzinfo

from msgspec import Struct

from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.errors import EntryError, FieldEntryError, RefusedError
from itbcalc.program import Program
from itbcalc.quantities.clock import MINUTES_PER_DAY, TimeOfDay, Weekday
from itbcalc.quantities.instants import read_zone

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_LOOKED_AHEAD = timedelta(days=800)  # a zone that changes its clocks does so within a year


class ClockChange(Struct, frozen=True):
    """The clocks around the patient change at `at`; everything then runs `minutes` later by them (below zero: earlier)."""

    at: datetime
    minutes: int


def next_clock_change(start: datetime, until: datetime) -> ClockChange | None:
    """The first change of the clocks in the zone of `start`, before `until`."""
    early = start.astimezone(UTC)
    end = min(until.astimezone(UTC), early + _LOOKED_AHEAD)
    zone = start.tzinfo
    while early < end:
        late = min(early + _DAY, end)
        minutes = _minutes_between(early, late, zone)
        if minutes:
            while late - early > _MINUTE:
                middle = early + (late - early) / 2
                early, late = (early, middle) if _minutes_between(early, middle, zone) else (middle, late)
            at = late.replace(second=0, microsecond=0)
            return ClockChange(at.astimezone(zone), minutes)
        early = late
    return None


def times_elsewhere(program: Program, therapy: TherapyValues, zone_name: str) -> tuple[tuple[str, str], ...]:
    """Each time at which the flow changes, on the pump's clock and on that of another zone.

    Raises FieldEntryError for a zone that is not known, RefusedError where the moment of the change is not.
    """
    try:
        zone = read_zone(zone_name)
    except EntryError as error:
        raise FieldEntryError("elsewhere", error) from error
    if program.reservoir.at is None:
        raise RefusedError("reservoir.at", "", "missing")
    minutes = minutes_elsewhere(program.reservoir.at.moment, zone)
    return tuple((time.text, time.later(minutes).text) for time in times_of_change(therapy))


def times_of_change(therapy: TherapyValues) -> tuple[TimeOfDay, ...]:
    """Each time of day at which the flow changes on any day of the week, to the minute; none where it is steady."""
    if therapy.profile is None or therapy.is_steady or not therapy.profile.on_the_clock:
        return ()
    days = [therapy.profile.day(weekday) for weekday in Weekday]
    week = [(stretch.start, stretch.flow) for day in days for stretch in day]
    changes = {
        start for (_, before), (start, flow) in zip([week[-1], *week], week, strict=False) if before != flow
    }
    return tuple(TimeOfDay(int(start * MINUTES_PER_DAY)) for start in sorted(changes))


def minutes_elsewhere(at: datetime, zone: tzinfo) -> int:
    """How much later by the clock of another zone everything runs; below zero: earlier."""
    here, there = at.utcoffset(), at.astimezone(zone).utcoffset()
    assert here is not None
    assert there is not None
    return int((there - here).total_seconds() // 60)


def _minutes_between(early: datetime, late: datetime, zone: tzinfo | None) -> int:
    before, after = early.astimezone(zone).utcoffset(), late.astimezone(zone).utcoffset()
    assert before is not None
    assert after is not None
    return int((after - before).total_seconds() // 60)
