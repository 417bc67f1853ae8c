"""Booked visits, and the weeks into which refills fall."""

from datetime import date

import pytest

from itbcalc.errors import RefusedError
from itbcalc.library.clinic_days import ClinicDays, public_holidays
from itbcalc.log.entries import Entry
from itbcalc.log.store import MemoryLog
from itbcalc.quantities.instants import read_instant
from itbcalc.visits.bookings import booking_to_cancel, still_booked
from itbcalc.visits.history import standings
from itbcalc.visits.recording import visit_booked_draft, visit_cancelled_draft, void_draft
from itbcalc.visits.refill_weeks import weeks_of
from itbcalc.visits.refill_words import booking_words, due_line, refills_csv, week_lines
from itbcalc.visits.refills import Due, chosen, due_of, refills
from tests.itbcalc.every_kind import NURSE
from tests.itbcalc.programs import library, table_of
from tests.itbcalc.visits.histories import PATIENT, at, at_dose, history, record

# 500 mcg/day at 500 mcg/mL: 1 mL a day from 40 mL on 10 Nov; accuracy 14.5 %, residual 1 mL: empty in the worst case after
# 39 / 1.145 = 34.06 days, on 14 Dec (a Monday); the alarm at 2 mL on 18 Dec.
STEADY = at_dose("500 mcg/day", current__daily_dose="500 mcg/day")
NOW = "2026-11-20T09:00+01:00"


def booked(log: MemoryLog, moment: str, now: str = NOW) -> Entry:
    return log.append(visit_booked_draft(PATIENT, read_instant(moment), NURSE, at(now)))


def cancelled(log: MemoryLog, booking: Entry, now: str = NOW) -> Entry:
    return log.append(visit_cancelled_draft(booking, "", NURSE, at(now)), still_booked(booking))


def due(log: MemoryLog, moment: str = NOW) -> Due:
    found = due_of(standings(log.entries(PATIENT)), at(moment), library())
    assert found is not None
    return found


def test_the_next_booked_visit_stands_in_the_list_and_goes_when_it_is_cancelled_or_voided() -> None:
    log = history(STEADY)
    assert list(booking_words(due(log))) == ["not booked"]

    second, first = booked(log, "2026-12-10T10:00+01:00"), booked(log, "2026-12-03T10:00+01:00")
    assert list(booking_words(due(log))) == ["booked 3 Dec 2026 10:00"]
    assert "booked 3 Dec 2026 10:00" in due_line(due(log))

    cancelled(log, first)
    assert list(booking_words(due(log))) == ["booked 10 Dec 2026 10:00"]
    log.append(void_draft(second, "typed wrong", NURSE, at(NOW)))
    assert list(booking_words(due(log))) == ["not booked"]


def test_a_visit_after_the_last_day_is_booked_too_late_and_on_it_not() -> None:
    for day, late in (("2026-12-14", False), ("2026-12-15", True)):
        log = history(STEADY)
        booked(log, f"{day}T23:00+01:00")

        assert due(log).booked_too_late is late, day


def test_a_booked_day_that_passed_without_a_step_is_said_until_there_is_one() -> None:
    log = history(STEADY)
    booked(log, "2026-12-03T10:00+01:00")

    assert due(log, "2026-12-03T23:30+01:00").missed is None
    assert list(booking_words(due(log, "2026-12-04T00:30+01:00"))) == [
        "NO STEP SINCE the visit booked for 3 Dec 2026",
        "not booked",
    ]
    record(log, table_of(at_dose("500 mcg/day", "2026-12-05T09:00+01:00", current__daily_dose="500 mcg/day")))
    assert due(log, "2026-12-06T09:00+01:00").missed is None


def test_what_is_not_clear_is_refused() -> None:
    log = history(STEADY)
    with pytest.raises(RefusedError, match="visit_is_over"):
        booked(log, "2026-11-20T08:59+01:00")
    with pytest.raises(RefusedError, match="no_visit_booked"):
        booking_to_cancel(standings(log.entries(PATIENT)), "")
    booked(log, "2026-12-03T10:00+01:00")
    with pytest.raises(RefusedError, match="no_visit_booked"):
        booking_to_cancel(standings(log.entries(PATIENT)), "9")
    first = booked(log, "2026-12-04T10:00+01:00")
    with pytest.raises(RefusedError, match="several_visits_booked"):
        booking_to_cancel(standings(log.entries(PATIENT)), "")
    cancelled(log, first)
    with pytest.raises(RefusedError, match="no_visit_booked"):
        cancelled(log, first)


# --- weeks


CLOSED_WEEK = ClinicDays(
    places={"mon": 1, "thu": 2}, closed=frozenset({date(2026, 12, 17)}), holidays=public_holidays()["de"]
)


def test_weeks_count_what_is_due_and_booked_against_the_places_that_are_open() -> None:
    """Week 51 of 2026 begins on 14 December: Monday 1 place, Thursday the 17th closed; week 49 on 30 November: 3."""
    log = history(STEADY)
    booked(log, "2026-12-03T10:00+01:00")

    weeks = weeks_of([due(log)], at(NOW), CLOSED_WEEK)

    told = {week.number: (week.due, week.booked, week.places, week.too_many) for week in weeks}
    assert told == {
        (2026, 47): (0, 0, 0, False),  # its Friday: Monday and Thursday are over
        (2026, 48): (0, 0, 3, False),
        (2026, 49): (0, 1, 3, False),
        (2026, 50): (0, 0, 3, False),
        (2026, 51): (1, 0, 1, False),
    }
    assert list(week_lines(weeks))[-1] == (
        "  week 51 of 2026, from 14 Dec 2026  1 due  0 booked  1 place  closed 17 Dec 2026"
    )


def test_a_week_is_too_full_by_the_booked_visits_of_some_and_the_refills_of_others_together() -> None:
    """Week 51 has one place: one patient is booked into it, another is due in it and not booked. Each alone would fit."""
    booked_there, due_there = history(STEADY), history(STEADY)
    booked(booked_there, "2026-12-14T10:00+01:00")

    *_, alone = weeks_of([due(booked_there)], at(NOW), CLOSED_WEEK)
    *_, both = weeks_of([due(booked_there), due(due_there)], at(NOW), CLOSED_WEEK)

    assert (alone.due, alone.booked, alone.to_book, alone.too_many) == (1, 1, 0, False)
    assert (both.due, both.booked, both.to_book, both.load, both.too_many) == (2, 1, 1, 2, True)


def test_a_visit_that_is_booked_too_late_leaves_its_patient_to_book() -> None:
    log = history(STEADY)
    booked(log, "2026-12-21T10:00+01:00")

    due_week, late_week = weeks_of([due(log)], at(NOW), CLOSED_WEEK)[-2:]

    assert (due_week.to_book, due_week.booked, late_week.to_book, late_week.booked) == (1, 0, 0, 1)


def test_a_holiday_on_a_day_without_refills_closes_nothing() -> None:
    """26 December 2026 is a Saturday and a holiday in Germany."""
    tuesdays = ClinicDays(places={"tue": 2}, holidays=public_holidays()["de"])

    (week,) = weeks_of(
        [due(history(STEADY), "2026-12-21T09:00+01:00")], at("2026-12-21T09:00+01:00"), tuesdays
    )

    assert (week.closed, week.places) == ((), 2)


def test_what_is_overdue_counts_into_the_week_of_today_and_a_holiday_takes_its_places() -> None:
    """25 December 2026 is a Friday and a holiday in Germany."""
    fridays = ClinicDays(places={"fri": 2}, holidays=public_holidays()["de"])

    (week,) = weeks_of(
        [due(history(STEADY), "2026-12-22T09:00+01:00")], at("2026-12-22T09:00+01:00"), fridays
    )

    assert (week.number, week.due, week.places, week.too_many) == ((2026, 52), 1, 0, True)


def test_a_clinic_that_said_nothing_has_no_places_and_is_never_called_full() -> None:
    (*_, week) = weeks_of([due(history(STEADY))], at(NOW), ClinicDays())

    assert (week.places, week.too_many) == (None, False)


@pytest.mark.parametrize(
    ("country", "day", "name"),
    [
        # from the pages of the governments: opm.gov, gov.uk/bank-holidays, and the German unity treaty
        ("us", date(2026, 11, 26), "Thanksgiving Day"),
        ("uk", date(2026, 12, 28), "Boxing Day (observed)"),
        ("de", date(2026, 10, 3), "German Unity Day"),
    ],
)
def test_public_holidays_are_those_of_the_country(country: str, day: date, name: str) -> None:
    assert public_holidays()[country].days[day] == name


def test_the_last_clinic_day_before_a_day_passes_over_weekends_holidays_and_closed_days() -> None:
    """Before Tuesday, 29 Dec 2026: Monday 28 closed, the weekend, Friday 25 a holiday: Thursday the 24th."""
    days = ClinicDays(closed=frozenset({date(2026, 12, 28)}), holidays=public_holidays()["de"])

    assert days.last_open_before(date(2026, 12, 29)) == date(2026, 12, 24)


# --- filters and the table


def test_filters_leave_out_by_days_and_never_whose_day_is_not_known() -> None:
    log = history(STEADY)
    record(
        log,
        table_of(
            {
                **STEADY,
                "patient.ref": "P-0302",
                "reservoir.low_alarm": "2 mL",
                "reservoir.at": "2026-11-19T09:00+01:00",
            }
        ),
    )
    everybody = refills(log, at(NOW), library())
    unknown = everybody.due[0]
    assert [each.patient for each in everybody.due] == [PATIENT, "P-0302"]

    # 14 Dec is 24 days off
    assert [each.patient for each in chosen(everybody, within=24).due] == [PATIENT]
    assert [each.patient for each in chosen(everybody, within=23).due] == []
    assert [each.patient for each in chosen(everybody, ref="P-0302").due] == ["P-0302"]
    assert chosen(everybody, overdue=True).due == ()
    assert unknown.patient == PATIENT


def test_the_table_holds_the_days_of_the_list() -> None:
    header, row = refills_csv(refills(history(STEADY), at(NOW), library())).splitlines()

    cells = dict(zip(header.split(","), row.split(","), strict=False))
    assert (cells["patient"], cells["refill_by"], cells["days_left"], cells["limit"]) == (
        PATIENT,
        "2026-12-14",
        "24",
        "empty_worst",
    )
