"""When exactly is this? Instants and dates as typed, and the patient's calendar."""

import calendar
import functools
import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from fractions import Fraction
from importlib import resources
from zoneinfo import ZoneInfo

from msgspec import Struct

from itbcalc.errors import EntryError, Problem
from itbcalc.quantities.display import MONTHS
from itbcalc.quantities.units import Quantity

INSTANT_EXAMPLE = "2026-11-22T09:30+02:00"
LOCAL_EXAMPLE = "22 Nov 2026 09:30"
DATE_EXAMPLE = "2027-09-08"

_ISO_DATE = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
_WORD_DATE = r"(?P<day>[0-9]{1,2}) (?P<month>[A-Z][a-z]{2}) (?P<year>[0-9]{4})"
_TIME = r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?"
_OFFSET = r"(?P<offset>Z|[+-][0-9]{2}:[0-9]{2})?"
_NUMERIC_DATE = re.compile(r"[0-9]{1,4}[./-][0-9]{1,2}[./-][0-9]{2,4}.*")


class Instant(Struct, frozen=True):
    """An exact moment in the patient's calendar; `zone_named` is false where only an offset is known."""

    moment: datetime
    zone_named: bool

    def after(self, duration: Quantity) -> datetime:
        """The moment `duration` (in days) later, in the patient's calendar, down to the second before it.

        Raises OverflowError where the calendar ends first.
        """
        seconds = Fraction(duration.magnitude) * 86400 // 1
        later = self.moment.astimezone(UTC) + timedelta(seconds=int(seconds))
        return later.astimezone(self.moment.tzinfo)

    @property
    def minute(self) -> datetime:
        """The minute in which it lies, the same wherever it is read: in UTC."""
        return self.moment.astimezone(UTC).replace(second=0, microsecond=0)

    @property
    def week_clock(self) -> Fraction:
        """Days since Monday midnight on a clock set to the local time of this moment, as a pump's clock is.

        That clock then runs on through every change of the clocks around it.
        """
        local = self.moment
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        return local.weekday() + Fraction(seconds, 86400)

    def days_until(self, other: datetime) -> Fraction:
        """Exact days from this moment to `other`.

        Python subtracts two moments of one zone by their local times, an hour wrong across a clock change:
        the change of the offset is taken out here.
        """
        local_gap = other.replace(tzinfo=None) - self.moment.replace(tzinfo=None)
        gap = local_gap - (_offset_of(other) - _offset_of(self.moment))
        microseconds = (gap.days * 86400 + gap.seconds) * 10**6 + gap.microseconds
        return Fraction(microseconds, 86400 * 10**6)


def read_zone(text: str) -> ZoneInfo:
    """`text` as the name of a time zone, `Asia/Jerusalem`, or `UTC`.

    Bare letters such as `EST` are refused: they stand for a fixed offset and follow no clock change.
    """
    if text not in _zone_names() or ("/" not in text and text != "UTC"):
        raise EntryError(text, Problem.ZONE_UNKNOWN, _zones_near(text))
    return ZoneInfo(text)


def _zones_near(text: str) -> str:
    """Time zones that may be meant: those of a city of this name, else those spelt alike; an example where there is none.

    Never one such as `Etc/GMT+2`, which is two hours behind, not ahead.
    """
    import difflib

    lowered = {name.lower(): name for name in zone_names()}
    typed = text.strip(" ").lower().replace(" ", "_")
    cities = [name for low, name in lowered.items() if low.rpartition("/")[2] == typed]
    near = cities or [lowered[low] for low in difflib.get_close_matches(typed[:60], lowered)]
    return ", ".join(near) or "Asia/Jerusalem"


def zone_names() -> tuple[str, ...]:
    """The names that are read as time zones, in the order of the alphabet."""
    return tuple(sorted(name for name in _zone_names() if "/" in name and not name.startswith("Etc/")))


def read_instant(text: str, zone: ZoneInfo | None = None, *, local_allowed: bool = False) -> Instant:
    """`2026-11-22T09:30+02:00`; with `local_allowed` and a zone also `22 Nov 2026 09:30`.

    The date and time are the patient's. A local time that the clock change skips or runs through twice is
    refused: only an offset can say which one is meant.
    """
    trimmed = text.strip(" ")
    example = LOCAL_EXAMPLE if local_allowed else INSTANT_EXAMPLE
    found = re.fullmatch(f"(?:{_ISO_DATE})[T ]{_TIME}{_OFFSET}", trimmed, flags=re.ASCII)
    if found is None:
        worded = re.fullmatch(f"{_WORD_DATE} {_TIME}{_OFFSET}", trimmed, flags=re.ASCII)
        if worded is not None and not worded["offset"] and not local_allowed:
            raise EntryError(text, Problem.DATE_WITHOUT_OFFSET, example)
        found = worded if local_allowed else None
    if found is None:
        raise EntryError(text, _why_no_instant(trimmed), example)
    part = found.groupdict()
    day = _date(part, text, example)
    try:
        local = datetime(  # noqa: DTZ001  # the zone or offset follows below
            day.year, day.month, day.day, int(part["hour"]), int(part["minute"]), int(part["second"] or 0)
        )
    except ValueError as error:
        raise EntryError(text, Problem.DATE, example) from error
    if part["offset"]:
        return _at_offset(local, part["offset"], zone, text, example)
    if zone is None or not local_allowed:
        raise EntryError(text, Problem.DATE_WITHOUT_OFFSET, INSTANT_EXAMPLE)
    try:
        return _counted(_local_in_zone(local, zone, text), zone)
    except OverflowError as error:
        raise EntryError(text, Problem.DATE, example) from error


def instant_of(moment: datetime, zone: ZoneInfo | None, typed: str) -> Instant:
    """A native date and time of a file; it must carry its offset."""
    if moment.tzinfo is None:
        raise EntryError(typed, Problem.DATE_WITHOUT_OFFSET, INSTANT_EXAMPLE)
    try:
        _refuse_impossible_offset(_offset_of(moment))
        return _counted(moment, zone)
    except (ValueError, OverflowError) as error:
        raise EntryError(typed, Problem.DATE, INSTANT_EXAMPLE) from error


def _counted(moment: datetime, zone: ZoneInfo | None) -> Instant:
    """The moment in the patient's calendar. Raises OverflowError where it is on none in UTC, which all is counted in."""
    moment.astimezone(UTC)
    return Instant(moment.astimezone(zone) if zone else moment, zone_named=zone is not None)


def read_date(text: str) -> date:
    """`2027-09-08` or `8 Sep 2027`; a date in figures that could be read two ways is refused."""
    trimmed = text.strip(" ")
    for pattern in (_ISO_DATE, _WORD_DATE):
        found = re.fullmatch(pattern, trimmed, flags=re.ASCII)
        if found:
            return _date(found.groupdict(), text, DATE_EXAMPLE)
    raise EntryError(text, _why_no_date(trimmed), DATE_EXAMPLE)


def read_expiry(text: str) -> date:
    """The last day of what is on a vial: a date, or a month, `2028-03`, which lasts until its last day."""
    month = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text.strip(" "), flags=re.ASCII)
    if month is None:
        return read_date(text)
    try:
        first = read_date(f"{month[0]}-01")
    except EntryError as error:
        raise EntryError(text, error.problem, DATE_EXAMPLE) from error
    return first.replace(day=calendar.monthrange(first.year, first.month)[1])


def offset_matches_zone(typed_offset: timedelta, instant: Instant) -> bool:
    """Whether the offset written is the one in force in the patient's zone at that moment."""
    return typed_offset in (instant.moment.utcoffset(), timedelta(0))


def _why_no_instant(trimmed: str) -> Problem:
    try:
        read_date(trimmed)
    except EntryError as error:
        return error.problem
    return Problem.DATE_WITHOUT_TIME


def _why_no_date(trimmed: str) -> Problem:
    if not trimmed:
        return Problem.EMPTY
    iso_like = re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", trimmed)
    if _NUMERIC_DATE.fullmatch(trimmed) and not iso_like:
        return Problem.DATE_AMBIGUOUS
    return Problem.DATE


def _date(part: dict[str, str], text: str, example: str) -> date:
    month = part["month"]
    try:
        number = int(month) if month.isdigit() else MONTHS.index(month) + 1
        return date(int(part["year"]), number, int(part["day"]))
    except ValueError as error:
        raise EntryError(text, Problem.DATE, example) from error


def _at_offset(local: datetime, offset: str, zone: ZoneInfo | None, text: str, example: str) -> Instant:
    try:
        moment = local.replace(tzinfo=_offset_zone(offset))
        return _counted(moment, zone)
    except (ValueError, OverflowError) as error:
        raise EntryError(text, Problem.DATE, example) from error


def _offset_zone(offset: str) -> tzinfo:
    if offset == "Z":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    if minutes >= 60:
        raise ValueError(offset)
    size = timedelta(hours=hours, minutes=minutes)
    signed = -size if offset[0] == "-" else size
    _refuse_impossible_offset(signed)
    return timezone(signed)


def _refuse_impossible_offset(offset: timedelta) -> None:
    """No place on Earth is further from UTC than 12 hours behind or 14 ahead."""
    if not timedelta(hours=-12) <= offset <= timedelta(hours=14):
        raise ValueError(offset)


def _offset_of(moment: datetime) -> timedelta:
    offset = moment.utcoffset()
    assert offset is not None
    return offset


@functools.cache
def _zone_names() -> frozenset[str]:
    """The names of the tz database that comes with the program, the same on every system.

    ZoneInfo itself also opens what else lies in the system's folder: `localtime`, `right/UTC` with leap
    seconds, and where files know no case `asia/jerusalem`.
    """
    listed = resources.files("tzdata").joinpath("zones").read_text(encoding="ascii")
    return frozenset(listed.split()) - {"Factory"}


def _local_in_zone(local: datetime, zone: ZoneInfo, text: str) -> datetime:
    first, second = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first
    back = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    problem = Problem.TIME_TWICE if back == local else Problem.TIME_SKIPPED
    meant = first if back == local else first.astimezone(UTC).astimezone(zone)
    raise EntryError(text, problem, meant.isoformat(timespec="minutes"))
