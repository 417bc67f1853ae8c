"""When does a schedule run by the patient's clock, if the pump keeps its own?

The changes of the clocks are those of the tz database: in Europe at 01:00 UTC, in the United States and Australia at
02:00 by the clock; on Lord Howe by half an hour.
"""

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest

from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.errors import FieldEntryError, RefusedError
from itbcalc.judge.pump_clock import minutes_elsewhere, next_clock_change, times_elsewhere
from itbcalc.program import Program, complete_program, read_program
from tests.itbcalc.programs import NIGHT, QUIET_FLEX, QUIET_PERIODIC, check_of, library, step, table_of

SATURDAY = {"basal": "300 mcg/day", "steps": [step("09:00", "2 h", "50 mcg")], "steps_replace_basal": True}


def moment(text: str, zone: str) -> datetime:
    """A local time, with the offset it has in the zone (the earlier one, where it has two)."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


# zone, from, the moment of the change, by how many minutes everything is later by the patient's clock
CHANGES = {
    "Berlin, forward": ("Europe/Berlin", "2027-01-01T00:00", "2027-03-28T03:00+02:00", 60),
    "Berlin, back": ("Europe/Berlin", "2026-06-01T00:00", "2026-10-25T02:00+01:00", -60),
    "London, forward": ("Europe/London", "2027-01-01T00:00", "2027-03-28T02:00+01:00", 60),
    "New York, forward": ("America/New_York", "2027-01-01T00:00", "2027-03-14T03:00-04:00", 60),
    "New York, back": ("America/New_York", "2026-06-01T00:00", "2026-11-01T01:00-05:00", -60),
    "Jerusalem, forward": ("Asia/Jerusalem", "2027-01-01T00:00", "2027-03-26T03:00+03:00", 60),
    "Sydney, forward in October": ("Australia/Sydney", "2026-06-01T00:00", "2026-10-04T03:00+11:00", 60),
    "Sydney, back in April": ("Australia/Sydney", "2027-01-01T00:00", "2027-04-04T02:00+10:00", -60),
    "Santiago, forward in September": ("America/Santiago", "2026-06-01T00:00", "2026-09-06T01:00-03:00", 60),
    "Lord Howe, forward by half an hour": ("Australia/Lord_Howe", "2026-06-01T00:00", "2026-10-04T02:30+11:00", 30),
    "Lord Howe, back by half an hour": ("Australia/Lord_Howe", "2027-01-01T00:00", "2027-04-04T01:30+10:30", -30),
    "on the very day": ("Europe/Berlin", "2026-10-25T00:30", "2026-10-25T02:00+01:00", -60),
    "a minute before": ("Europe/Berlin", "2027-03-28T01:59", "2027-03-28T03:00+02:00", 60),
}  # fmt: skip


@pytest.mark.parametrize(("zone", "start", "at", "minutes"), CHANGES.values(), ids=CHANGES)
def test_the_next_change_of_the_clocks_is_found_to_the_minute(
    zone: str, start: str, at: str, minutes: int
) -> None:
    begin = moment(start, zone)

    change = next_clock_change(begin, begin + timedelta(days=300))

    assert change is not None
    assert (change.at.isoformat(timespec="minutes"), change.minutes) == (at, minutes)


@pytest.mark.parametrize(
    ("zone", "start", "until"),
    [
        ("Asia/Tokyo", "2026-01-01T00:00", "2027-12-31T00:00"),
        ("Africa/Nairobi", "2026-01-01T00:00", "2027-12-31T00:00"),
        ("America/Phoenix", "2026-01-01T00:00", "2027-12-31T00:00"),
        ("Asia/Kolkata", "2026-01-01T00:00", "2027-12-31T00:00"),
        ("UTC", "2026-01-01T00:00", "2027-12-31T00:00"),
        ("Europe/Berlin", "2026-10-25T03:00", "2027-03-28T00:00"),  # all of a winter
        ("Europe/Berlin", "2027-03-28T03:00", "2027-10-31T00:00"),  # all of a summer
        ("Europe/Berlin", "2027-03-01T00:00", "2027-03-28T01:59"),  # until the minute before
        ("Europe/Berlin", "2027-03-28T12:00", "2027-03-01T12:00"),  # the end before the beginning
    ],
)
def test_where_no_clock_changes_there_is_none(zone: str, start: str, until: str) -> None:
    assert next_clock_change(moment(start, zone), moment(until, zone)) is None


def test_the_first_of_several_changes_is_found() -> None:
    begin = moment("2026-01-01T00:00", "Europe/Berlin")

    change = next_clock_change(begin, begin + timedelta(days=3650))

    assert change is not None
    assert change.at.isoformat() == "2026-03-29T03:00:00+02:00"


class CountedZone(tzinfo):
    """A time zone that counts how often it is asked."""

    def __init__(self, name: str) -> None:
        self.zone = ZoneInfo(name)
        self.asked = 0

    def utcoffset(self, at: datetime | None) -> timedelta | None:
        self.asked += 1
        return self.zone.utcoffset(at)

    def fromutc(self, at: datetime) -> datetime:
        return self.zone.fromutc(at.replace(tzinfo=self.zone)).replace(tzinfo=self)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "UTC"])
def test_a_date_thousands_of_years_ahead_is_not_searched_day_by_day(
    zone: str,
) -> None:
    counted = CountedZone(zone)

    change = next_clock_change(
        datetime(2026, 1, 1, tzinfo=counted), datetime(9999, 1, 1, tzinfo=ZoneInfo(zone))
    )

    assert change is None
    assert 0 < counted.asked < 2000  # there are almost three million days


@pytest.mark.parametrize(
    ("here", "at", "there", "minutes"),
    [
        ("Europe/Berlin", "2026-11-10T09:00", "America/New_York", -360),
        ("Europe/Berlin", "2026-11-10T09:00", "Asia/Tokyo", 480),
        ("Europe/Berlin", "2026-11-10T09:00", "Asia/Kolkata", 270),
        ("Europe/Berlin", "2026-11-10T09:00", "Asia/Kathmandu", 285),
        ("Europe/Berlin", "2026-11-10T09:00", "Europe/Berlin", 0),
        ("Europe/Berlin", "2026-11-10T09:00", "Pacific/Kiritimati", 780),
        (
            "Europe/Berlin",
            "2026-10-28T09:00",
            "America/New_York",
            -300,
        ),  # Europe is back already, New York not yet
        ("Europe/Berlin", "2026-07-01T09:00", "Australia/Lord_Howe", 510),  # +10:30 against +02:00
        ("Australia/Lord_Howe", "2026-12-01T09:00", "Australia/Sydney", 0),  # both +11:00 in their summer
        ("Pacific/Pago_Pago", "2026-07-01T09:00", "Pacific/Kiritimati", 1500),  # a day and an hour ahead
    ],
)
def test_everything_runs_later_by_what_the_other_clock_is_ahead(
    here: str, at: str, there: str, minutes: int
) -> None:
    assert minutes_elsewhere(moment(at, here), ZoneInfo(there)) == minutes


def program_with(changes: dict[str, object]) -> tuple[Program, TherapyValues]:
    program = complete_program(read_program(table_of(changes), library()))
    return program, check_of(changes).calculation.new_therapy


@pytest.mark.parametrize(
    ("changes", "zone", "expected"),
    [
        # 10 Nov 2026 in Berlin, +01:00: New York is 6 h behind, Tokyo 8 h ahead, Kolkata 4.5 h ahead
        (NIGHT, "America/New_York", (("06:00", "00:00"), ("22:00", "16:00"))),
        (NIGHT, "Asia/Tokyo", (("06:00", "14:00"), ("22:00", "06:00"))),
        (NIGHT, "Asia/Kolkata", (("06:00", "10:30"), ("22:00", "02:30"))),
        (NIGHT, "Europe/Berlin", (("06:00", "06:00"), ("22:00", "22:00"))),
        # the flow changes only where it does on some day: at 09:00 and 11:00 on Saturdays
        (
            {**NIGHT, "new.days": {"sat": SATURDAY}},
            "Asia/Tokyo",
            (("06:00", "14:00"), ("09:00", "17:00"), ("11:00", "19:00"), ("22:00", "06:00")),
        ),
        # one flow all day, and boluses that wander through the day
        ({}, "Asia/Tokyo", ()),
        ({**QUIET_PERIODIC, "new.every": "5 h"}, "Asia/Tokyo", ()),
    ],
)
def test_each_time_of_the_schedule_is_shown_by_the_clock_of_a_journey(
    changes: dict[str, object], zone: str, expected: tuple[tuple[str, str], ...]
) -> None:
    assert times_elsewhere(*program_with(changes), zone) == expected


def test_boluses_are_shown_by_the_clock_of_a_journey() -> None:
    times = dict(times_elsewhere(*program_with(QUIET_PERIODIC), "America/New_York"))

    # 06:00, 12:00, 18:00 and midnight, each with its end five minutes later
    assert times["06:00"] == "00:00"
    assert times["12:05"] == "06:05"
    assert times["18:00"] == "12:00"
    assert times["00:00"] == "18:00"


def test_a_time_with_seconds_is_shown_as_the_minute_in_which_it_lies() -> None:
    changes = {**QUIET_FLEX, "new.steps": [step("06:00", "100 s", "60 mcg")]}

    times = dict(times_elsewhere(*program_with(changes), "Asia/Tokyo"))

    assert times == {"06:00": "14:00", "06:01": "14:01"}


@pytest.mark.parametrize("zone", ["Tokyo", "", "Asia/Atlantis", "../etc/passwd", "+09:00"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(FieldEntryError) as caught:
        times_elsewhere(*program_with(NIGHT), zone)

    assert caught.value.field == "elsewhere"
    assert caught.value.entry.typed == zone


def test_without_the_moment_of_the_change_nothing_can_be_said_of_a_journey() -> None:
    reading = read_program({"new": NIGHT["new"]}, library())

    with pytest.raises(RefusedError) as caught:
        times_elsewhere(reading.program, check_of(NIGHT).calculation.new_therapy, "Asia/Tokyo")

    assert (caught.value.field, caught.value.rule) == ("reservoir.at", "missing")
