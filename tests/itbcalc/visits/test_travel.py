"""A journey, by hand: 1 mL a day from 40 mL on 10 Nov 2026 09:00 in Berlin, accuracy 14.5 %, residual 1 mL.

Empty in the worst case after 39 / 1.145 = 34.0611 days: 14 Dec 10:28; that is the last day for the refill too.
"""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from itbcalc.errors import RefusedError
from itbcalc.library.clinic_days import ClinicDays, public_holidays
from itbcalc.visits.history import standings
from itbcalc.visits.travel import Travel, travel
from itbcalc.visits.travel_words import travel_json, travel_lines
from tests.itbcalc.programs import library
from tests.itbcalc.visits.histories import PATIENT, at, at_dose, history
from tests.itbcalc.visits.test_refills import end

STEADY = at_dose("500 mcg/day", current__daily_dose="500 mcg/day")
LEAVES = "2026-11-30T08:00+01:00"  # a Monday
GERMAN = ClinicDays(holidays=public_holidays()["de"])


def journey(returns: str, *, delay: int = 0, zone: str = "") -> Travel:
    found = travel(
        standings(history(STEADY).entries(PATIENT)),
        at(LEAVES),
        at(returns),
        library(),
        GERMAN,
        zone=ZoneInfo(zone) if zone else None,
        delay=delay,
    )
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("returns", "in_hand", "empty"),
    [
        ("2026-12-14T10:27+01:00", 0, False),  # a minute before the worst case
        ("2026-12-14T10:29+01:00", -1, True),  # a minute after it
        ("2026-12-10T10:00+01:00", 4, False),
    ],
)
def test_a_return_a_minute_after_the_worst_case_is_found_and_a_minute_before_is_not(
    returns: str, in_hand: int, *, empty: bool
) -> None:
    found = journey(returns)

    assert (found.days_in_hand, found.too_late) == (in_hand, empty)
    assert ("THE PUMP IS EMPTY IN THE WORST CASE BEFORE THE RETURN" in travel_lines(found)) is empty


def test_a_journey_of_one_whose_follow_up_ended_says_so_first() -> None:
    log = history(STEADY)
    end(log, PATIENT, "moved", "2026-11-20T12:00+01:00")
    found = travel(
        standings(log.entries(PATIENT)), at(LEAVES), at("2026-12-10T10:00+01:00"), library(), GERMAN
    )

    assert found is not None
    assert list(travel_lines(found))[1] == (
        "NOBODY HERE FOLLOWS THIS PATIENT ANY MORE, by entry 2, since 20 Nov 2026: what follows is of the last step before."
    )
    assert travel_json(found)["followup_ended"]["date"] == "2026-11-20"
    assert not [line for line in travel_lines(journey("2026-12-10T10:00+01:00")) if "NOBODY" in line]
    assert travel_json(journey("2026-12-10T10:00+01:00"))["followup_ended"] is None


def test_a_return_that_fails_longer_than_is_in_hand_is_said() -> None:
    assert journey("2026-12-10T10:00+01:00", delay=4).too_late is False
    found = journey("2026-12-10T10:00+01:00", delay=5)
    assert found.too_late is True
    assert "IF THE RETURN FAILS FOR 5 DAYS, THE PUMP IS EMPTY IN THE WORST CASE" in travel_lines(found)


def test_the_refill_is_due_while_away_from_the_day_after_its_last_day_on() -> None:
    assert journey("2026-12-14T23:00+01:00").due_while_away is False
    assert journey("2026-12-15T00:30+01:00").due_while_away is True


def test_days_by_which_the_return_fails_count_against_the_refill_too() -> None:
    """Back on 10 Dec, the refill by 14 Dec: four days lost are none too many, five are."""
    assert journey("2026-12-10T10:00+01:00", delay=4).due_while_away is False
    found = journey("2026-12-10T10:00+01:00", delay=5)
    assert found.due_while_away is True
    assert not any("is not due before the return" in line for line in travel_lines(found))


def test_a_pump_that_is_empty_before_the_return_is_not_called_not_due() -> None:
    found = journey("2026-12-14T23:00+01:00")  # on the last day, after 10:28

    assert "THE PUMP IS EMPTY IN THE WORST CASE BEFORE THE RETURN" in travel_lines(found)
    assert not any("is not due before the return" in line for line in travel_lines(found))


def test_the_dates_of_a_refill_on_the_last_clinic_day_before_count_from_that_day() -> None:
    """Friday, 27 Nov 09:00: 38 mL to the alarm, 4 Jan 2027; 34.0611 days, 31 Dec."""
    before = journey("2027-01-02T10:00+01:00").filled_before

    assert before is not None
    assert before.day == date(2026, 11, 27)
    assert before.low_alarm is not None
    assert before.empty_worst is not None
    assert (before.low_alarm.date(), before.empty_worst.date()) == (date(2027, 1, 4), date(2026, 12, 31))


SLOW = {
    "system__pump": "synchromed-ii-20",
    "system__tubing_volume": "0.140 mL",
    "current__concentration": "2000 mcg/mL",
    "new__concentration": "2000 mcg/mL",
    "patient__last_change": None,
}


def slow_journey(days: ClinicDays = GERMAN) -> Travel:
    """20 mL on 2 Nov 2026 at 140 mcg/day, 0.07 mL/day; a step to 160 mcg/day on 16 Nov that says 19.02 mL."""
    filled = at_dose("140 mcg/day", "2026-11-02T09:00+01:00", reservoir__filled="20 mL", **SLOW)
    filled["current.daily_dose"] = "140 mcg/day"
    step = at_dose("160 mcg/day", "2026-11-16T09:00+01:00", reservoir__filled="19.02 mL", **SLOW)
    step["current.daily_dose"] = "140 mcg/day"
    found = travel(
        standings(history(filled, step).entries(PATIENT)),
        at(LEAVES),
        at("2027-05-27T08:00+02:00"),
        library(),
        days,
    )
    assert found is not None
    return found


def test_a_refill_before_leaving_keeps_to_how_long_the_drug_may_stay_and_fills_as_at_the_fill() -> None:
    """Friday, 27 Nov, and 180 days: 26 May 2027. 20 mL at 0.08 mL/day: 225 days to the alarm at 2 mL, 10 Jul 2027;
    18.6 / 0.0916 = 203.06 days in the worst case, 18 Jun 2027. Back on 27 May: the next refill is due before.
    """
    found = slow_journey()
    before = found.filled_before

    assert before is not None
    assert before.refill_by is not None
    assert before.low_alarm is not None
    assert before.empty_worst is not None
    assert [each.date().isoformat() for each in (before.refill_by, before.low_alarm, before.empty_worst)] == [
        "2027-05-26",
        "2027-07-10",
        "2027-06-18",
    ]
    told = list(travel_lines(found))
    assert (
        "If refilled on 27 Nov 2026, the last clinic day before, as at the last fill: "
        "refill by 26 May 2027 (how long the drug may stay in the pump)" in told
    )
    assert "  then alarm 10 Jul 2027, worst case empty 18 Jun 2027" in told
    assert "THE NEXT REFILL IS DUE WHILE AWAY EVEN THEN" in told


@pytest.mark.parametrize(("country", "weekday"), [("de", 4), ("us", 4), ("il", 6), (None, 3)])
def test_a_refill_before_leaving_is_on_no_weekend(country: str | None, weekday: int) -> None:
    """Leaving on Monday, 30 Nov: on Friday or, in Israel, on Sunday; nowhere named, on Thursday, and that is said."""
    days = ClinicDays(holidays=public_holidays()[country]) if country else ClinicDays()
    found = slow_journey(days)

    assert found.filled_before is not None
    assert found.filled_before.day.weekday() == weekday
    told = any("The clinic’s days are not set" in line for line in travel_lines(found))
    assert told is (country is None)


def test_the_pump_shows_the_time_of_home_there() -> None:
    """Noon in New York in winter is 17:00 UTC, 18:00 by the clock that the pump was set by."""
    clock = journey("2026-12-10T10:00+01:00", zone="America/New_York").pump_clock

    assert clock is not None
    assert clock.isoformat() == "2026-11-30T18:00:00"


def test_it_is_said_by_which_clock_leaving_and_return_are_meant() -> None:
    assert next(travel_lines(journey("2026-12-10T10:00+01:00"))) == (
        f"{PATIENT} is away from 30 Nov 2026 08:00 to 10 Dec 2026 10:00, times of UTC+01:00"
    )
    assert next(travel_lines(journey("2026-12-10T10:00+09:00"))) == (
        f"{PATIENT} is away from 30 Nov 2026 08:00, time of UTC+01:00, to 10 Dec 2026 10:00, time of UTC+09:00"
    )


def test_a_refill_that_is_overdue_at_leaving_is_not_called_due_while_away() -> None:
    """The last day is 14 Dec; on 16 Dec it is over."""
    found = travel(
        standings(history(STEADY).entries(PATIENT)),
        at("2026-12-16T08:00+01:00"),
        at("2026-12-20T08:00+01:00"),
        library(),
        GERMAN,
        delay=7,
    )
    assert found is not None
    told = list(travel_lines(found))

    assert "THE REFILL IS OVERDUE BEFORE LEAVING" in told
    assert "THE REFILL IS DUE WHILE AWAY" not in told
    assert "THE PUMP IS EMPTY IN THE WORST CASE BEFORE THE RETURN" in told
    assert not any(line.startswith("IF THE RETURN FAILS") for line in told)


def test_a_return_before_leaving_is_refused_and_nobody_without_a_step_travels() -> None:
    with pytest.raises(RefusedError, match="before_leaving"):
        journey(LEAVES)
    assert travel([], at(LEAVES), at("2026-12-10T10:00+01:00"), library(), GERMAN) is None
