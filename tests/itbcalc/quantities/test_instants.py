"""Is a date read as what it says or refused, and is a duration exact across the clock changes?

Local times are computed by hand from the published changes of 2026 and 2027: Berlin 29 March 02:00 and 25 October 03:00,
New York 8 March 02:00 and 1 November 02:00, Jerusalem 27 March 02:00 and 25 October 02:00. The refusals are class S8 of
docs/hazards.md as far as a text alone can decide.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from importlib import resources

import pytest

from itbcalc.errors import EntryError, Problem
from itbcalc.quantities.display import date_text, moment_text
from itbcalc.quantities.instants import (
    Instant,
    instant_of,
    offset_matches_zone,
    read_date,
    read_instant,
    read_zone,
)
from itbcalc.quantities.kinds import DURATION, exactly

BERLIN, NEW_YORK, JERUSALEM = "Europe/Berlin", "America/New_York", "Asia/Jerusalem"

P = Problem


# --- refused instants

REFUSED = [
    # days the calendar does not have
    ("2027-02-29T09:30+02:00", P.DATE),
    ("2100-02-29T09:30+02:00", P.DATE),
    ("1900-02-29T09:30+02:00", P.DATE),
    ("2028-02-30T09:30+02:00", P.DATE),
    ("2027-04-31T09:30+02:00", P.DATE),
    ("2027-13-01T09:30+02:00", P.DATE),
    ("2027-00-10T09:30+02:00", P.DATE),
    ("2027-01-00T09:30+02:00", P.DATE),
    ("2027-01-32T09:30+02:00", P.DATE),
    ("0000-01-01T09:30+02:00", P.DATE),
    ("10000-01-01T09:30+02:00", P.DATE),
    ("29 Feb 2027 09:30", P.DATE),
    ("31 Jun 2027 09:30", P.DATE),
    ("0 Jan 2027 09:30", P.DATE),
    # times the day does not have
    ("2026-11-22T24:00+02:00", P.DATE),
    ("2026-11-22T09:60+02:00", P.DATE),
    ("2026-11-22T09:30:60+02:00", P.DATE),
    ("2026-11-22T9:30+02:00", P.DATE),
    ("2026-11-22T09:30 pm+02:00", P.DATE),
    ("2026-11-22", P.DATE_WITHOUT_TIME),
    ("22 Nov 2026", P.DATE_WITHOUT_TIME),
    ("09:30", P.DATE),
    # offsets no place has, or written in another way
    ("2026-11-22T09:30+15:00", P.DATE),
    ("2026-11-22T09:30+14:01", P.DATE),
    ("2026-11-22T09:30-12:01", P.DATE),
    ("2026-11-22T09:30-13:00", P.DATE),
    ("2026-11-22T09:30+02:60", P.DATE),
    ("2026-11-22T09:30+0200", P.DATE),
    ("2026-11-22T09:30+2", P.DATE),
    ("2026-11-22T09:30 CET", P.DATE),
    ("2026-11-22t09:30z", P.DATE),
    ("2026-11-22T09:30\u221202:00", P.DATE),
    # figures that can be read two ways, two-digit years, the wrong order
    ("08/09/2027 09:30", P.DATE_AMBIGUOUS),
    ("8/9/27 09:30", P.DATE_AMBIGUOUS),
    ("08.09.2027 09:30", P.DATE_AMBIGUOUS),
    ("08-09-2027 09:30", P.DATE_AMBIGUOUS),
    ("26-11-22T09:30+02:00", P.DATE_AMBIGUOUS),
    ("12/31/2027 09:30", P.DATE_AMBIGUOUS),
    ("22 Nov 26 09:30", P.DATE),
    ("Nov 22 2026 09:30", P.DATE),
    ("2026 Nov 22 09:30", P.DATE),
    ("2026-22-11T09:30+02:00", P.DATE),
    ("09:30 22 Nov 2026", P.DATE),
    # month names in another case, length or language
    ("22 nov 2026 09:30", P.DATE),
    ("22 NOV 2026 09:30", P.DATE),
    ("22 November 2026 09:30", P.DATE),
    ("22 Nov. 2026 09:30", P.DATE),
    ("22 Mai 2026 09:30", P.DATE),
    ("22 Mrz 2026 09:30", P.DATE),
    # other digits, blanks and characters
    ("\uff12\uff10\uff12\uff16-11-22T09:30+02:00", P.DATE),
    ("\u0662\u0660\u0662\u0666-11-22T09:30+02:00", P.DATE),
    ("2026-11-22T09:30+02:00\n", P.DATE),
    ("2026-11-22\u00a009:30", P.DATE),
    ("22  Nov 2026 09:30", P.DATE),
    ("tomorrow", P.DATE),
    ("", P.EMPTY),
    ("   ", P.EMPTY),
    ("9" * 10**6, P.DATE),
]


@pytest.mark.parametrize(("text", "problem"), REFUSED, ids=[f"{text!a:.40}" for text, _ in REFUSED])
def test_what_is_no_moment_is_refused_and_shown(text, problem, refusal_of):
    zone = read_zone(JERUSALEM)

    refusal = refusal_of(lambda: read_instant(text, zone, local_allowed=True))

    assert refusal.problem is problem
    assert refusal.typed == text
    assert refusal.says_what_is_accepted
    if text.strip() and text.isprintable() and len(text) <= 40:
        assert f"\u2018{text}\u2019" in refusal.words


def test_class_s8_has_its_cases():
    assert len({text for text, _ in REFUSED}) == len(REFUSED) >= 40


@pytest.mark.parametrize(
    ("zone", "text", "problem", "example"),
    [
        pytest.param(BERLIN, "2026-03-29T02:30", P.TIME_SKIPPED, "2026-03-29T03:30+02:00", id="Berlin skips"),
        pytest.param(
            BERLIN, "29 Mar 2026 02:00", P.TIME_SKIPPED, "2026-03-29T03:00+02:00", id="first skipped"
        ),
        pytest.param(
            BERLIN, "29 Mar 2026 02:59", P.TIME_SKIPPED, "2026-03-29T03:59+02:00", id="last skipped"
        ),
        pytest.param(BERLIN, "2026-10-25T02:30", P.TIME_TWICE, "2026-10-25T02:30+02:00", id="Berlin twice"),
        pytest.param(
            NEW_YORK, "2026-03-08T02:30", P.TIME_SKIPPED, "2026-03-08T03:30-04:00", id="New York skips"
        ),
        pytest.param(
            NEW_YORK, "1 Nov 2026 01:30", P.TIME_TWICE, "2026-11-01T01:30-04:00", id="New York twice"
        ),
        pytest.param(
            JERUSALEM, "27 Mar 2026 02:15", P.TIME_SKIPPED, "2026-03-27T03:15+03:00", id="Jerusalem skips"
        ),
        pytest.param(
            JERUSALEM, "2026-10-25T01:00", P.TIME_TWICE, "2026-10-25T01:00+03:00", id="Jerusalem twice"
        ),
    ],
)
def test_a_local_time_that_is_skipped_or_doubled_is_refused_with_a_real_offset(
    zone, text, problem, example, refusal_of
):
    refusal = refusal_of(lambda: read_instant(text, read_zone(zone), local_allowed=True))

    assert refusal.problem is problem
    assert refusal.accepted == example
    assert refusal.says_what_is_accepted
    assert read_instant(example, read_zone(zone)).zone_named


@pytest.mark.parametrize(
    ("zone", "text", "utc"),
    [
        pytest.param(BERLIN, "29 Mar 2026 01:59", "2026-03-29T00:59", id="the last minute before the gap"),
        pytest.param(BERLIN, "29 Mar 2026 03:00", "2026-03-29T01:00", id="the first after it"),
        pytest.param(BERLIN, "25 Oct 2026 01:59", "2026-10-24T23:59", id="the last that happens once"),
        pytest.param(BERLIN, "25 Oct 2026 03:00", "2026-10-25T02:00", id="once again"),
        pytest.param(NEW_YORK, "1 Nov 2026 02:00", "2026-11-01T07:00", id="New York after the doubled hour"),
        pytest.param(
            JERUSALEM, "25 Oct 2026 02:00", "2026-10-25T00:00", id="Jerusalem after the doubled hour"
        ),
        pytest.param("Asia/Kolkata", "22 Nov 2026 09:30", "2026-11-22T04:00", id="half an hour's offset"),
        pytest.param("Asia/Kathmandu", "22 Nov 2026 09:30", "2026-11-22T03:45", id="three quarters"),
        pytest.param("UTC", "22 Nov 2026 09:30", "2026-11-22T09:30", id="UTC"),
    ],
)
def test_a_local_time_that_happens_once_is_read(zone, text, utc):
    instant = read_instant(text, read_zone(zone), local_allowed=True)

    assert instant.moment.astimezone(UTC) == datetime.fromisoformat(f"{utc}+00:00")
    assert instant.zone_named


@pytest.mark.parametrize(
    ("offset", "utc"),
    [
        pytest.param("+02:00", "2026-10-25T00:30", id="the first time, in summer"),
        pytest.param("+01:00", "2026-10-25T01:30", id="the second time, in winter"),
    ],
)
def test_an_offset_says_which_of_the_doubled_times_is_meant(offset, utc):
    instant = read_instant(f"2026-10-25T02:30{offset}", read_zone(BERLIN))

    assert instant.moment.astimezone(UTC) == datetime.fromisoformat(f"{utc}+00:00")
    assert moment_text(instant.moment) == "25 Oct 2026 02:30"


# --- accepted


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-22T09:30+02:00", "2026-11-22T07:30:00"),
        ("2026-11-22 09:30+02:00", "2026-11-22T07:30:00"),
        ("2026-11-22T09:30:59+02:00", "2026-11-22T07:30:59"),
        ("2026-11-22T09:30Z", "2026-11-22T09:30:00"),
        ("2026-11-22T09:30-05:00", "2026-11-22T14:30:00"),
        ("2026-11-22T23:30-12:00", "2026-11-23T11:30:00"),
        ("2026-11-22T01:30+14:00", "2026-11-21T11:30:00"),
        ("2026-11-22T09:30+05:45", "2026-11-22T03:45:00"),
        ("  2026-11-22T09:30+02:00 ", "2026-11-22T07:30:00"),
        ("2028-02-29T12:00+00:00", "2028-02-29T12:00:00"),  # leap days
        ("2000-02-29T12:00Z", "2000-02-29T12:00:00"),
        ("2026-12-31T23:59:59Z", "2026-12-31T23:59:59"),
    ],
)
def test_a_moment_with_its_offset_is_read_exactly(text, utc):
    instant = read_instant(text)

    assert instant.moment.astimezone(UTC).isoformat() == f"{utc}+00:00"
    assert not instant.zone_named


def test_a_moment_is_shown_in_the_patients_zone():
    instant = read_instant("2026-11-22T23:30Z", read_zone(JERUSALEM))

    assert moment_text(instant.moment) == "23 Nov 2026 01:30"
    assert date_text(instant.moment) == "23 Nov 2026"


@pytest.mark.parametrize(
    ("text", "zone", "local_allowed"),
    [
        pytest.param("2026-11-22T09:30", None, False, id="neither zone nor offset"),
        pytest.param("2026-11-22T09:30", None, True, id="no zone to be local in"),
        pytest.param("2026-11-22T09:30", JERUSALEM, False, id="a place where the offset is always written"),
        pytest.param("22 Nov 2026 09:30", None, True, id="in words without a zone"),
    ],
)
def test_a_moment_without_offset_is_refused_where_nothing_says_which(text, zone, local_allowed, refusal_of):
    patient_zone = None if zone is None else read_zone(zone)

    refusal = refusal_of(lambda: read_instant(text, patient_zone, local_allowed=local_allowed))

    assert refusal.problem is P.DATE_WITHOUT_OFFSET
    assert "2026-11-22T09:30+02:00" in refusal.words


@pytest.mark.parametrize("text", ["22 Nov 2026", "2026-11-22"])
def test_a_day_that_exists_is_told_that_its_time_is_missing_not_that_it_does_not_exist(text, refusal_of):
    refusal = refusal_of(lambda: read_instant(text, read_zone(JERUSALEM), local_allowed=True))

    assert refusal.problem is P.DATE_WITHOUT_TIME
    assert refusal.words == f"‘{text}’ has no time of day; write it in the form 22 Nov 2026 09:30"
    assert refusal_of(lambda: read_instant("31 Nov 2026", None)).problem is P.DATE


def test_a_date_in_words_is_refused_in_a_file_even_with_a_zone():
    with pytest.raises(EntryError):
        read_instant("22 Nov 2026 09:30", read_zone(JERUSALEM))


# --- dates alone


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-09-08", date(2027, 9, 8)),
        ("8 Sep 2027", date(2027, 9, 8)),
        ("08 Sep 2027", date(2027, 9, 8)),
        (" 8 Sep 2027 ", date(2027, 9, 8)),
        ("29 Feb 2028", date(2028, 2, 29)),
        ("2024-02-29", date(2024, 2, 29)),
        ("31 Dec 9999", date(9999, 12, 31)),
    ],
)
def test_a_date_is_read(text, day):
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("08/09/2027", P.DATE_AMBIGUOUS),
        ("8.9.2027", P.DATE_AMBIGUOUS),
        ("09-08-27", P.DATE_AMBIGUOUS),
        ("2027-02-29", P.DATE),
        ("29 Feb 2027", P.DATE),
        ("8 sep 2027", P.DATE),
        ("8 Sept 2027", P.DATE),
        ("Sep 8 2027", P.DATE),
        ("8 Sep 27", P.DATE),
        ("2027-09", P.DATE),
        ("20270908", P.DATE),
        ("2027-09-08T09:30", P.DATE),
        ("2027-09-08\n", P.DATE),
        ("\u0662\u0660\u0662\u0667-09-08", P.DATE),
        ("0 Sep 2027", P.DATE),
        ("", P.EMPTY),
    ],
)
def test_what_is_no_date_is_refused(text, problem, refusal_of):
    refusal = refusal_of(lambda: read_date(text))

    assert refusal.problem is problem
    assert refusal.says_what_is_accepted


# --- native dates of a file


def test_a_native_moment_of_a_file_is_taken_into_the_patients_zone():
    native = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)

    instant = instant_of(native, read_zone(JERUSALEM), "2026-11-22T07:30:00Z")

    assert moment_text(instant.moment) == "22 Nov 2026 09:30"
    assert instant.zone_named


@pytest.mark.parametrize(
    ("native", "problem"),
    [
        pytest.param(datetime(2026, 11, 22, 9, 30), P.DATE_WITHOUT_OFFSET, id="no offset"),  # noqa: DTZ001
        pytest.param(datetime(9999, 12, 31, 23, 59, tzinfo=UTC), P.DATE, id="the calendar ends in the zone"),
        pytest.param(
            datetime(2026, 11, 22, 9, 30, tzinfo=timezone(timedelta(hours=23))),
            P.DATE,
            id="an offset no place has",
        ),
    ],
)
def test_a_native_moment_that_cannot_stand_is_refused(native, problem, refusal_of):
    refusal = refusal_of(lambda: instant_of(native, read_zone(JERUSALEM), native.isoformat()))

    assert refusal.problem is problem
    assert native.isoformat() in refusal.words


@pytest.mark.parametrize(
    ("text", "hours", "matches"),
    [
        pytest.param("2026-07-01T09:30+03:00", 3, True, id="summer in Jerusalem"),
        pytest.param("2026-12-01T09:30+02:00", 2, True, id="winter"),
        pytest.param("2026-12-01T09:30+03:00", 3, False, id="the summer's offset in winter"),
        pytest.param("2026-12-01T09:30Z", 0, True, id="UTC is never wrong"),
    ],
)
def test_an_offset_that_is_not_the_zones_is_noticed(text, hours, matches):
    instant = read_instant(text, read_zone(JERUSALEM))

    assert offset_matches_zone(timedelta(hours=hours), instant) is matches


# --- zones


@pytest.mark.parametrize("name", ["Asia/Jerusalem", "America/Argentina/Buenos_Aires", "UTC", "Etc/GMT+5"])
def test_a_time_zone_is_known_by_its_name(name):
    assert read_zone(name).key == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "EST",  # a fixed offset that follows no clock change
        "EST5EDT",
        "Israel",
        "asia/jerusalem",
        "Asia/jerusalem",
        "Asia/Jerusalem ",
        "Asia/Jerusalem\n",
        "Asia/Jerusalem\x00",
        "Asia",
        "Asia/",
        "/Asia/Jerusalem",
        "../etc/passwd",
        "Asia/../Asia/Jerusalem",
        "right/UTC",
        "posix/UTC",
        "posixrules",
        "localtime",
        "Factory",
        "leapseconds",
        "zone.tab",
        "IST",
        "CEST",
        "+02:00",
        "Jerusalem",
        "\ud800",
        "A" * 10**6,
    ],
    ids=lambda name: f"{name!a:.40}",
)
def test_what_is_no_zone_by_name_is_refused(name, refusal_of):
    refusal = refusal_of(lambda: read_zone(name))

    assert refusal.problem is P.ZONE_UNKNOWN
    assert re.search(r"write it as [A-Z][A-Za-z_]+/[A-Z]", refusal.words)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("asia/jerusalem", "Asia/Jerusalem"),
        ("Asia/Jeruslem", "Asia/Jerusalem"),
        ("Europe/Zuerich", "Europe/Zurich"),
        ("xyz", "Asia/Jerusalem"),
    ],
)
def test_a_zone_near_to_what_was_typed_is_named(typed, near, refusal_of):
    refusal = refusal_of(lambda: read_zone(typed))

    assert f"write it as {near}" in refusal.words


def test_every_zone_of_the_package_can_be_opened():
    listed = resources.files("tzdata").joinpath("zones").read_text(encoding="ascii").split()

    assert len(listed) > 400
    for name in {name for name in listed if "/" in name} | {"UTC"}:
        assert read_zone(name).key == name


# --- durations across the clock changes


@pytest.mark.parametrize(
    ("zone", "start", "hours", "later"),
    [
        pytest.param(BERLIN, "28 Mar 2026 12:00", 24, "29 Mar 2026 13:00", id="Berlin, a day of 23 hours"),
        pytest.param(BERLIN, "29 Mar 2026 01:30", 1, "29 Mar 2026 03:30", id="Berlin, over the gap"),
        pytest.param(BERLIN, "24 Oct 2026 12:00", 24, "25 Oct 2026 11:00", id="Berlin, a day of 25 hours"),
        pytest.param(BERLIN, "25 Oct 2026 01:30", 1, "25 Oct 2026 02:30", id="Berlin, into the doubled hour"),
        pytest.param(
            BERLIN, "25 Oct 2026 01:30", 2, "25 Oct 2026 02:30", id="Berlin, the doubled hour again"
        ),
        pytest.param(BERLIN, "25 Oct 2026 01:30", 3, "25 Oct 2026 03:30", id="Berlin, out of it"),
        pytest.param(BERLIN, "22 Nov 2026 09:30", 180 * 24, "21 May 2027 10:30", id="Berlin, half a year"),
        pytest.param(
            BERLIN,
            "1 Jul 2026 00:30",
            180 * 24,
            "27 Dec 2026 23:30",
            id="Berlin, another date than local days",
        ),
        pytest.param(NEW_YORK, "7 Mar 2026 12:00", 24, "8 Mar 2026 13:00", id="New York, spring"),
        pytest.param(NEW_YORK, "31 Oct 2026 12:00", 24, "1 Nov 2026 11:00", id="New York, autumn"),
        pytest.param(
            NEW_YORK, "1 Nov 2026 00:30", 25, "2 Nov 2026 00:30", id="New York, 25 hours to the same time"
        ),
        pytest.param(JERUSALEM, "26 Mar 2026 12:00", 24, "27 Mar 2026 13:00", id="Jerusalem, spring"),
        pytest.param(JERUSALEM, "24 Oct 2026 12:00", 24, "25 Oct 2026 11:00", id="Jerusalem, autumn"),
        pytest.param(
            JERUSALEM, "25 Oct 2026 00:00", 25, "26 Oct 2026 00:00", id="Jerusalem, midnight to midnight"
        ),
        pytest.param("UTC", "28 Feb 2028 12:00", 24, "29 Feb 2028 12:00", id="into the leap day"),
        pytest.param("UTC", "28 Feb 2027 12:00", 24, "1 Mar 2027 12:00", id="no leap day"),
        pytest.param("UTC", "31 Dec 2026 23:00", 1, "1 Jan 2027 00:00", id="the new year"),
    ],
)
def test_hours_are_counted_and_the_clock_is_read_afterwards(zone, start, hours, later):
    instant = read_instant(start, read_zone(zone), local_allowed=True)

    moment = instant.after(exactly(Fraction(hours, 24), DURATION))

    assert moment_text(moment) == later
    assert instant.days_until(moment) == Fraction(hours, 24)


@pytest.mark.parametrize(
    ("zone", "first", "second", "hours"),
    [
        pytest.param(
            BERLIN, "2026-03-28T12:00+01:00", "2026-03-29T12:00+02:00", 23, id="Berlin, noon to noon, spring"
        ),
        pytest.param(BERLIN, "2026-10-24T12:00+02:00", "2026-10-25T12:00+01:00", 25, id="Berlin, autumn"),
        pytest.param(BERLIN, "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00", 1, id="the doubled hour"),
        pytest.param(NEW_YORK, "2026-03-07T12:00-05:00", "2026-03-08T12:00-04:00", 23, id="New York, spring"),
        pytest.param(NEW_YORK, "2026-10-31T12:00-04:00", "2026-11-01T12:00-05:00", 25, id="New York, autumn"),
        pytest.param(
            JERUSALEM, "2026-03-26T12:00+02:00", "2026-03-27T12:00+03:00", 23, id="Jerusalem, spring"
        ),
        pytest.param(
            JERUSALEM, "2026-10-24T12:00+03:00", "2026-10-25T12:00+02:00", 25, id="Jerusalem, autumn"
        ),
        pytest.param(None, "2026-03-28T12:00+01:00", "2026-03-29T12:00+02:00", 23, id="offsets only"),
        pytest.param(BERLIN, "2026-03-29T12:00+02:00", "2026-03-28T12:00+01:00", -23, id="backwards"),
    ],
)
def test_the_time_between_two_moments_is_what_elapsed_not_what_the_clock_shows(zone, first, second, hours):
    patient_zone = None if zone is None else read_zone(zone)
    start, end = read_instant(first, patient_zone), read_instant(second, patient_zone)

    days = start.days_until(end.moment)

    assert days == Fraction(hours, 24)


def test_a_moment_is_found_to_the_second_before_it():
    start = read_instant("2026-11-22T00:00Z")

    moment = start.after(exactly(Fraction(1, 7), DURATION))  # 12342 6/7 seconds

    assert moment.isoformat() == "2026-11-22T03:25:42+00:00"


# --- the end of the calendar


def test_the_last_day_of_the_calendar_is_reached():
    start = read_instant("9999-12-30T23:00Z")

    moment = start.after(exactly(1, DURATION))

    assert moment_text(moment) == "31 Dec 9999 23:00"


@pytest.mark.parametrize(
    ("text", "zone", "days"),
    [
        pytest.param("9999-12-31T23:00Z", None, Fraction(1, 24), id="one hour too far"),
        pytest.param(
            "9999-12-31T12:00+14:00", "Pacific/Kiritimati", Fraction(1, 2), id="the zone's day ends earlier"
        ),
        pytest.param("2026-11-22T09:30Z", None, Fraction(10**7), id="27 thousand years"),
        pytest.param("2026-11-22T09:30Z", None, Fraction(10**30), id="a hair's flow"),
    ],
)
def test_beyond_the_calendar_is_an_overflow_and_nothing_else(text, zone, days):
    start = read_instant(text, None if zone is None else read_zone(zone))

    with pytest.raises(OverflowError):
        start.after(exactly(days, DURATION))


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("9999-12-31T23:30Z", JERUSALEM),
        ("0001-01-01T00:30Z", NEW_YORK),
        ("0001-01-01T00:30+14:00", NEW_YORK),
        ("9999-12-31T23:30-12:00", JERUSALEM),
        pytest.param("9999-12-31T23:00-05:00", None, id="in UTC the calendar is over"),
        pytest.param("0001-01-01T00:00+02:00", None, id="in UTC it has not begun"),
    ],
)
def test_a_moment_outside_the_calendar_is_refused(text, zone):
    with pytest.raises(EntryError) as caught:
        read_instant(text, None if zone is None else read_zone(zone))

    assert caught.value.problem is P.DATE


def test_the_time_between_the_ends_of_the_calendar_is_exact():
    first = Instant(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), zone_named=False)
    last = datetime(9999, 12, 31, tzinfo=timezone(timedelta(hours=-12)))

    days = first.days_until(last)

    assert days == Fraction(3652058 * 24 + 26, 24)
