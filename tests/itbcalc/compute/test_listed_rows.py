"""The rows that a programmer lists of a schedule, worked by hand: steps and boluses whole, then what runs between them."""

from fractions import Fraction

import pytest

from itbcalc.compute.listed_rows import ListedRow, listed_day, listed_rows, usual_day_by_itself
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.working import Once
from itbcalc.quantities.clock import TimeOfDay
from itbcalc.quantities.kinds import as_concentration
from tests.itbcalc.compute.schedules import schedule_of
from tests.vectors.reading import quantity

# 20 mcg in 10 minutes, and in them 48 / 144 = 1/3 mcg of the basal beside it
BOLUS = {
    "mode": "periodic-bolus",
    "basal": "48 mcg/day",
    "bolus": "20 mcg",
    "duration": "10 min",
    "replaces": False,
}
NIGHT = {"mode": "flex", "basal": "240 mcg/day", "steps": [["22:00", "8 h", "100 mcg"]]}


def therapy_of(schedule) -> TherapyValues:
    return TherapyValues(
        schedule_of(schedule), as_concentration(quantity("2000 mcg/mL")), None, "new", Once()
    )


def rows_of(schedule) -> tuple[ListedRow, ...]:
    return listed_rows(therapy_of(schedule))


@pytest.mark.parametrize(
    ("every", "first", "hours"),
    [
        pytest.param("6 h", "07:00", [1, 7, 13, 19], id="on-the-clock-all-of-the-day"),
        pytest.param("5 h", "07:00", [7, 12, 17, 22], id="off-the-clock-from-the-first-on"),
    ],
)
def test_boluses_are_listed_from_the_first_of_the_day(every, first, hours):
    whole = [row for row in rows_of({**BOLUS, "every": every, "first": first}) if row.is_step]

    assert [row.start * 24 for row in whole] == hours
    assert {(row.duration * 1440, row.dose, row.alone) for row in whole} == {(10, Fraction(61, 3), 20)}


@pytest.mark.parametrize(
    ("every", "whole", "stretches"),
    [
        pytest.param("1 min", 1440, 2880, id="every-minute"),
        pytest.param("30 s", 0, 0, id="more-often-than-any-row-could-show"),
    ],
)
def test_a_bolus_a_minute_is_the_most_that_can_be_listed(every, whole, stretches):
    rows = rows_of({**BOLUS, "duration": "15 s", "every": every, "first": "00:00"})

    assert [sum(row.is_step for row in rows), sum(not row.is_step for row in rows)] == [whole, stretches]


def test_a_step_over_midnight_is_listed_whole_and_then_cut_there():
    """6 of 8 hours of 100 mcg are 75; 16 h of the basal 160; the two hours before midnight 25."""
    listed = [(row.start * 24, row.duration * 24, row.dose, row.is_step) for row in rows_of(NIGHT)]

    assert listed == [(22, 8, 100, True), (0, 6, 75, False), (6, 16, 160, False), (22, 2, 25, False)]


@pytest.mark.parametrize(("seconds", "shown"), [(3600, [60]), (3630, [60, 61]), (86_370, [1439, 0])], ids=str)
def test_of_a_time_with_seconds_either_minute_may_be_shown(seconds, shown):
    row = ListedRow(Fraction(seconds, 86_400), Fraction(1, 24), Fraction(10), Fraction(2000), is_step=True)

    assert row.cells("start") == tuple(TimeOfDay(minute) for minute in shown)


def test_a_dose_is_listed_with_the_basal_and_without_where_they_differ():
    row = ListedRow(
        Fraction(0), Fraction(1, 24), Fraction(10), Fraction(2000), is_step=True, alone=Fraction(9)
    )

    assert [cell.magnitude for cell in row.cells("dose")] == [10, 9]
    assert [cell.magnitude for cell in row.cells("flow_rate")] == [Fraction(12, 100)]  # 10 x 24 / 2000
    assert [cell.magnitude for cell in row.cells("dose_rate")] == [240]


WEEKEND = {"sat": {"basal": "480 mcg/day", "steps": []}}


@pytest.mark.parametrize(
    ("usual", "stretches"),
    [
        pytest.param([], [(0, 24, 240)], id="no-steps"),
        pytest.param([["22:00", "8 h", "100 mcg"]], [(0, 6, 75), (6, 16, 160), (22, 2, 25)], id="a-night"),
        pytest.param(  # it ends just as the first begins
            [["22:00", "8 h", "100 mcg"], ["06:00", "16 h", "32 mcg"]],
            [(0, 6, 75), (6, 16, 32), (22, 2, 25)],
            id="a-night-up-to-the-first-step",
        ),
        pytest.param([["22:00", "8 h", "100 mcg"], ["05:59", "1 h", "10 mcg"]], None, id="into-itself"),
    ],
)
def test_the_usual_day_is_listed_as_if_it_ran_all_week_unless_it_would_run_into_itself(usual, stretches):
    schedule = {"mode": "flex", "basal": "240 mcg/day", "steps": usual, "days": WEEKEND}

    day = usual_day_by_itself(therapy_of(schedule))

    listed = day and [(row.start * 24, row.duration * 24, row.dose) for row in day.rows if not row.is_step]
    assert listed == stretches
    assert usual_day_by_itself(therapy_of({**schedule, "days": {}})) is None


def test_the_day_that_is_listed_without_a_name_is_one_that_runs_as_most_do():
    # 240 mcg/day but for Mondays and Tuesdays
    schedule = {"mode": "flex", "basal": "240 mcg/day", "steps": [["06:00", "1 h", "30 mcg"]]}
    monday = {"basal": "480 mcg/day", "steps": [["08:00", "2 h", "50 mcg"]]}

    rows = rows_of({**schedule, "days": {"mon": monday, "tue": monday}})

    assert [(row.start * 24, row.duration * 24, row.dose) for row in rows if row.is_step] == [(6, 1, 30)]


def test_what_runs_over_midnight_may_be_listed_as_one_row_or_up_to_there():
    # 10 mcg/h from 7:00 to midnight, and to 6:00
    schedule = {"mode": "flex", "basal": "240 mcg/day", "steps": [["06:00", "1 h", "30 mcg"]]}

    rows = listed_day(therapy_of(schedule)).beginning(TimeOfDay(7 * 60))

    assert [(row.duration * 24, row.dose) for row in rows] == [(17, 170), (23, 230)]


def test_what_ends_before_midnight_is_not_listed_over_it():
    # 10 mcg/h from 7:00 to noon, and from 13:00 to 6:00
    steps = [["06:00", "1 h", "30 mcg"], ["12:00", "1 h", "30 mcg"]]
    day = listed_day(therapy_of({"mode": "flex", "basal": "240 mcg/day", "steps": steps}))

    listed = {
        hour: [(row.duration * 24, row.dose) for row in day.beginning(TimeOfDay(hour * 60))]
        for hour in (0, 7, 13)
    }
    assert listed == {0: [(6, 60)], 7: [(5, 50)], 13: [(11, 110), (17, 170)]}


def test_the_usual_day_is_one_that_is_followed_by_one_like_it():
    # but for Tuesdays 10 mcg/h from 7:00 on, over midnight to 6:00
    steps = [["06:00", "1 h", "30 mcg"]]
    tuesday = {"basal": "480 mcg/day", "steps": steps}
    schedule = {"mode": "flex", "basal": "240 mcg/day", "steps": steps, "days": {"tue": tuesday}}

    rows = listed_day(therapy_of(schedule)).beginning(TimeOfDay(7 * 60))

    assert [(row.duration * 24, row.dose) for row in rows] == [(17, 170), (23, 230)]


def test_a_bolus_in_the_place_of_the_basal_is_listed_alone():
    rows = rows_of({**BOLUS, "replaces": True, "every": "6 h", "first": "07:00"})

    assert {(row.dose, row.alone) for row in rows if row.is_step} == {(20, 20)}


def test_what_runs_otherwise_after_midnight_is_another_row():
    # 15 mcg/h from 20:00 to midnight, then 10 mcg/h to 6:00
    steps = [["06:00", "1 h", "30 mcg"], ["20:00", "4 h", "60 mcg"]]
    day = listed_day(therapy_of({"mode": "flex", "basal": "240 mcg/day", "steps": steps}))

    assert {(row.duration * 24, row.dose) for row in day.beginning(TimeOfDay(20 * 60))} == {(4, 60)}


@pytest.mark.parametrize(
    ("every", "first", "alike"),
    [
        ("6 h", "12:00", True),
        ("6 h", "00:00", True),
        ("6 h", "13:00", False),
        ("6 h", "09:00", False),
        ("5 h", "11:00", False),  # no bolus of the next day comes at the same time
    ],
)
def test_boluses_run_alike_from_another_of_their_times(every, first, alike):
    periodic = schedule_of({**BOLUS, "every": every, "first": "06:00"})
    hours, minutes = map(int, first.split(":"))

    assert periodic.runs_alike_from(TimeOfDay(hours * 60 + minutes)) is alike


def test_steps_have_their_number_and_boluses_where_there_are_none():
    steps = [["06:00", "1 h", "30 mcg"], ["20:00", "4 h", "60 mcg"]]
    day = listed_day(therapy_of({"mode": "flex", "basal": "240 mcg/day", "steps": steps}))
    boluses = listed_day(therapy_of({**BOLUS, "every": "6 h", "first": "07:00"}))

    assert [[row.dose for row in day.numbered(number)] for number in (1, 2, 3)] == [[30], [60], []]
    assert [[row.start * 24 for row in boluses.numbered(number)] for number in (1, 4)] == [[1], [19]]
