"""A moment typed on the clock of this workstation. No Qt."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from itbcalc.errors import EntryError, FieldEntryError, Problem
from itbcalc.quantities.instants import INSTANT_EXAMPLE, LOCAL_EXAMPLE, Instant, read_instant, read_zone

_NO_CLOCK_CHANGE = ZoneInfo("UTC")


def read_visit(text: str, zone: str, field: str = "at") -> Instant:
    """A moment on the clocks of a time zone, or of this workstation where none is named. Raises FieldEntryError, of `field`."""
    try:
        if zone:
            return read_instant(text.strip(), read_zone(zone), local_allowed=True)
        return read_instant(read_local(text.strip()).isoformat(timespec="minutes"))
    except EntryError as error:
        raise FieldEntryError(field, error) from error


def read_local(text: str) -> datetime:
    """`22 Nov 2026 09:30` on the clock of this workstation, or `2026-11-22T09:30+02:00`. Raises EntryError.

    A time that a change of the clocks skips or runs through twice is refused: only an offset says which is meant.
    """
    try:
        return read_instant(text).moment
    except EntryError as error:
        if error.problem is not Problem.DATE_WITHOUT_OFFSET:
            raise EntryError(error.typed, error.problem, LOCAL_EXAMPLE) from error
    naive = read_instant(text, _NO_CLOCK_CHANGE, local_allowed=True).moment.replace(tzinfo=None)
    moment = naive.astimezone()
    if moment.astimezone(UTC).astimezone().replace(tzinfo=None) != naive:
        raise EntryError(text, Problem.TIME_SKIPPED, INSTANT_EXAMPLE)
    if naive.replace(fold=1).astimezone().utcoffset() != moment.utcoffset():
        raise EntryError(text, Problem.TIME_TWICE, INSTANT_EXAMPLE)
    return moment
