"""Until when a pump lasts, by hand: SynchroMed II 7 years from the implant, 90 days from the indicator, planned 6 months ahead."""

import csv
import io
from datetime import date

import pytest

from itbcalc.program import read_program
from itbcalc.visits.history import standings
from itbcalc.visits.pump_life import PumpLife, months_later
from itbcalc.visits.refill_words import life_words, refills_csv
from itbcalc.visits.refills import Due, Refills, due_of
from tests.itbcalc.programs import library, table_of
from tests.itbcalc.visits.histories import PATIENT, at, at_dose, history

SM2 = {"system.pump": "synchromed-ii-40", "system.tubing_volume": "0.140 mL"}
IMPLANTED = "2020-05-12T09:00+02:00"


def due(now: str = "2026-11-12T09:00+01:00", **system: str) -> Due:
    changes = {**at_dose("500 mcg/day"), **SM2, **{f"system.{key}": value for key, value in system.items()}}
    found = due_of(standings(history(changes).entries(PATIENT)), at(now), library())
    assert found is not None
    return found


def life(**system: str) -> PumpLife:
    found = due(**system).life
    assert found is not None
    return found


def test_the_end_is_seven_years_after_the_implant_and_planned_six_months_ahead() -> None:
    found = life(implanted=IMPLANTED)

    assert (found.latest_end, found.plan_from) == (date(2027, 5, 12), date(2026, 11, 12))


def test_the_indicator_ends_it_after_90_days_where_that_is_earlier() -> None:
    """20 Oct 2026 + 90 days: 18 Jan 2027; planned from the day on which it was seen."""
    found = life(implanted=IMPLANTED, eri_seen="2026-10-20T09:00+02:00")

    assert (found.latest_end, found.plan_from) == (date(2027, 1, 18), date(2026, 10, 20))


def test_the_list_says_when_to_plan_and_when_it_is_over() -> None:
    assert list(life_words(due("2026-11-11T09:00+01:00", implanted=IMPLANTED))) == [
        "pump lasts to 12 May 2027 at the latest",
        "plan its replacement from 12 Nov 2026",
    ]
    assert "PLAN ITS REPLACEMENT" in life_words(due("2026-11-12T09:00+01:00", implanted=IMPLANTED))
    assert next(life_words(due("2027-05-13T09:00+02:00", implanted=IMPLANTED))) == (
        "PUMP PAST ITS LIFE since 12 May 2027"
    )
    assert list(life_words(due())) == []


def test_the_table_of_the_list_has_both_days() -> None:
    found = Refills((due(implanted=IMPLANTED, eri_seen="2026-10-20T09:00+02:00"), due()), ())

    first, second = csv.DictReader(io.StringIO(refills_csv(found)))
    assert (first["pump_latest_end"], first["pump_plan_from"]) == ("2027-01-18", "2026-10-20")
    assert (second["pump_latest_end"], second["pump_plan_from"]) == ("", "")


def test_an_indicator_from_before_the_implant_is_refused() -> None:
    table = table_of({**SM2, "system.implanted": IMPLANTED, "system.eri_seen": "2020-05-11T09:00+02:00"})

    assert [refusal.field for refusal in read_program(table, library()).refusals] == ["system.implanted"]


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2020, 2, 29), 84, date(2027, 2, 28)),
        (date(2026, 8, 31), -6, date(2026, 2, 28)),
        (date(2026, 1, 31), -1, date(2025, 12, 31)),
    ],
)
def test_months_end_with_the_last_day_of_a_shorter_one(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
