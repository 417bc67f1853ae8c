"""How many refills fall into each week, against the places of the clinic? What is overdue counts into the week of today."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from msgspec import Struct

from itbcalc.library.clinic_days import ClinicDays
from itbcalc.visits.history import effective
from itbcalc.visits.refills import Due

_WEEK = timedelta(days=7)


class WeekOfRefills(Struct, frozen=True):
    """One ISO week: from its Monday, how many refills are due by a day of it, how many visits are booked, and the places.

    `to_book` are those of the due ones for whom no visit is booked in time. `places` are those of the days that are not over;
    None where the clinic has not said how many pumps it refills. `closed` are the working days of the week on which it is
    closed, and `holidays_known` is false where nobody knows the public holidays of that year.
    """

    monday: date
    due: int
    to_book: int
    booked: int
    places: int | None
    closed: tuple[date, ...]
    holidays_known: bool

    @property
    def number(self) -> tuple[int, int]:
        """Year and week of the ISO calendar."""
        year, week, _ = self.monday.isocalendar()
        return year, week

    @property
    def load(self) -> int:
        """How many places are needed: those of the visits that are booked, and of those that are still to be."""
        return self.booked + self.to_book

    @property
    def too_many(self) -> bool:
        """Whether more is needed than there are places."""
        return self.places is not None and self.load > self.places


def weeks_of(due: Iterable[Due], moment: datetime, days: ClinicDays) -> tuple[WeekOfRefills, ...]:
    """Every week from that of the moment to the last one into which a refill or a visit falls; whose day is not known is in none."""
    listed, today = list(due), moment.date()
    this = _monday(today)
    due_in = Counter(
        max(_monday(each.refill_by.date()), this) for each in listed if each.refill_by is not None
    )
    to_book = Counter(
        max(_monday(each.refill_by.date()), this)
        for each in listed
        if each.refill_by is not None and not each.booked_in_time
    )
    booked = Counter(
        _monday(effective(each.booked.entry).date()) for each in listed if each.booked is not None
    )
    last = max([this, *due_in, *booked])
    mondays = [this + number * _WEEK for number in range((last - this) // _WEEK + 1)]
    return tuple(
        WeekOfRefills(
            monday,
            due_in[monday],
            to_book[monday],
            booked[monday],
            days.places_from(max(monday, today), monday + _WEEK),
            tuple(_closed(monday, days)),
            days.holidays_known(monday) and days.holidays_known(monday + timedelta(days=6)),
        )
        for monday in mondays
    )


def _closed(monday: date, days: ClinicDays) -> list[date]:
    each_day = [monday + timedelta(days=number) for number in range(7)]
    return [day for day in each_day if days.closed_because(day) in ("closed", "holiday")]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
