"""What single rows of a programmer's list show, and what of the day they leave unread, by hand.

The law over every choice of rows stands in `test_rows_that_were_read.py`; here is one program after the other, small enough to be
seen at once. 500 mcg/mL throughout.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from itbcalc.judge.comparing import Compared
from itbcalc.judge.comparing_rows import ComparedRows
from itbcalc.judge.whole import compare
from itbcalc.quantities.clock import TimeOfDay, Weekday
from tests.itbcalc.programs import check_of, step

ALL = ""


def flex(
    basal: str, *steps: Mapping[str, str], on_top: bool = False, **days: Mapping[str, Any]
) -> dict[str, Any]:
    said = {"steps_replace_basal": not on_top} if steps else {}
    return {
        "mode": "flex",
        "basal": f"{basal} mcg/day",
        "steps": list(steps),
        **said,
        **({"days": days} if days else {}),
    }


def day(basal: str, *steps: Mapping[str, str]) -> dict[str, Any]:
    said = {"steps_replace_basal": True} if steps else {}
    return {"basal": f"{basal} mcg/day", "steps": list(steps), **said}


def row(start: str, **cells: str) -> dict[str, str]:
    return {"start": start, **cells}


def rows_of(
    new: Mapping[str, Any], read: Sequence[Mapping[str, str]], beside: Mapping[str, Any]
) -> tuple[ComparedRows, Mapping[str, Compared]]:
    therapy = {"drug": "baclofen", "concentration": "500 mcg/mL", **new}
    checked = check_of({"new": therapy, "readouts": {"steps": list(read), **beside}})
    found = compare(checked.program.read_outs, checked.calculations)
    assert found.rows is not None
    return found.rows, {each.read_out.name: each for each in found.read_outs}


def clock(time: Any) -> str:
    return TimeOfDay(int(time * 1440) % 1440).text


def unread(rows: ComparedRows) -> list[tuple[str, str, str]]:
    """What is left of each kind of day: from, until, and on which weekdays where they differ."""
    return [(clock(each.start), clock(each.end), " ".join(map(str, each.days))) for each in rows.unread]


# 12 mcg/h from 22:00 to 02:00, 5 otherwise: 48 + 100
NIGHT = flex("120", step("22:00", "4 h", "48 mcg"))
# 10 mcg/h from 06:00 to 08:00 and from 20:00 to midnight, 5 otherwise
TWO = flex("120", step("06:00", "2 h", "20 mcg"), step("20:00", "4 h", "40 mcg"))
# every 8 h from 06:00 on 30 mcg in 2 h, 5 mcg/h between
PERIODIC = {
    "mode": "periodic-bolus", "basal": "120 mcg/day", "bolus": "30 mcg", "duration": "2 h", "every": "8 h", "first": "06:00", "bolus_replaces_basal": True,
}  # fmt: skip
# 10 mcg/h on Saturday from 22:00 until 02:00 of Sunday; else 5
SATURDAY_NIGHT = flex("120", sat=day("120", step("22:00", "4 h", "40 mcg")))
# on weekdays 10 mcg/h from 06:00 to 08:00; at the weekend the basal alone
WEEKEND = flex("120", step("06:00", "2 h", "20 mcg"), sat=day("120"), sun=day("120"))

MOST = "mon tue wed thu fri"
READ: list[tuple[str, dict[str, Any], list[dict[str, str]], dict[str, Any], tuple[str, str | None, int, list[tuple[str, str, str]]]]] = [
    # --- what makes a row read
    ("dose and duration", NIGHT, [row("22:00", dose="48.0 mcg", duration="4 h")], {}, ("cannot_tell", "part", 1, [("02:00", "22:00", ALL)])),
    ("dose and end", NIGHT, [row("22:00", dose="48.0 mcg", end="02:00")], {}, ("cannot_tell", "part", 1, [("02:00", "22:00", ALL)])),
    ("dose and rate", NIGHT, [row("22:00", dose="48.0 mcg", dose_rate="12.00 mcg/h")], {}, ("cannot_tell", "part", 1, [("02:00", "22:00", ALL)])),
    ("dose and flow", NIGHT, [row("22:00", dose="48.0 mcg", flow_rate="0.576 mL/day")], {}, ("cannot_tell", "part", 1, [("02:00", "22:00", ALL)])),
    ("rate and end", NIGHT, [row("22:00", dose_rate="12.00 mcg/h", end="02:00")], {}, ("cannot_tell", "part", 1, [("02:00", "22:00", ALL)])),
    ("the dose alone", NIGHT, [row("22:00", dose="48.0 mcg")], {}, ("cannot_tell", "part", 0, [("02:00", "22:00", ALL), ("22:00", "02:00", ALL)])),
    ("the rate alone", NIGHT, [row("22:00", dose_rate="12.00 mcg/h")], {}, ("cannot_tell", "part", 0, [("02:00", "22:00", ALL), ("22:00", "02:00", ALL)])),
    ("the end alone", NIGHT, [row("22:00", end="02:00")], {}, ("cannot_tell", "part", 0, [("02:00", "22:00", ALL), ("22:00", "02:00", ALL)])),
    # --- or the row that follows it
    ("doses one after the other", NIGHT, [row("22:00", dose="48.0 mcg"), row("02:00", dose="100.0 mcg")], {}, ("match", None, 2, [])),
    ("rates one after the other", NIGHT, [row("02:00", dose_rate="5.00 mcg/h"), row("22:00", dose_rate="12.00 mcg/h")], {}, ("match", None, 2, [])),
    ("one of which differs", NIGHT, [row("22:00", dose="48.0 mcg"), row("02:00", dose="90.0 mcg")], {}, ("mismatch", None, 1, [("02:00", "22:00", ALL)])),
    ("none follows it", TWO, [row("06:00", dose="20.0 mcg"), row("20:00", dose="40.0 mcg")], {}, ("cannot_tell", "part", 0, [("00:00", "06:00", ALL), ("06:00", "08:00", ALL), ("08:00", "20:00", ALL), ("20:00", "00:00", ALL)])),
    ("up to midnight", TWO, [row("20:00", dose="40.0 mcg"), row("00:00", dose="30.0 mcg", end="06:00")], {}, ("cannot_tell", "part", 2, [("06:00", "08:00", ALL), ("08:00", "20:00", ALL)])),
    # --- what settles the rest
    ("with the basal", TWO, [row("06:00", dose="20.0 mcg", end="08:00"), row("20:00", dose="40.0 mcg", end="00:00")], {"basal": "120 mcg/day"}, ("match", None, 2, [])),
    ("with the daily dose", TWO, [row("06:00", dose="20.0 mcg", end="08:00"), row("20:00", dose="40.0 mcg", end="00:00")], {"daily_dose": "150.0 mcg/day"}, ("match", None, 2, [])),
    ("but not of a step", TWO, [row("06:00", dose="20.0 mcg", end="08:00")], {"daily_dose": "150.0 mcg/day"}, ("cannot_tell", "part", 1, [("20:00", "00:00", ALL)])),
    ("nor by another dose", TWO, [row("06:00", dose="20.0 mcg", end="08:00"), row("20:00", dose="40.0 mcg", end="00:00")], {"daily_dose": "149.0 mcg/day"}, ("cannot_tell", "part", 2, [("00:00", "06:00", ALL), ("08:00", "20:00", ALL)])),
    ("a bolus that nobody read", PERIODIC, [row("06:00", dose="30.0 mcg", end="08:00"), row("14:00", dose="30.0 mcg", end="16:00")], {"daily_dose": "180.0 mcg/day"}, ("cannot_tell", "part", 2, [("22:00", "00:00", ALL)])),
    ("all boluses", PERIODIC, [row("06:00", dose="30.0 mcg", end="08:00"), row("14:00", dose="30.0 mcg", end="16:00"), row("22:00", dose="30.0 mcg", end="00:00")], {"daily_dose": "180.0 mcg/day"}, ("match", None, 3, [])),
    # --- the turn of the day, and of the week
    ("a night of Saturday", SATURDAY_NIGHT, [{"day": "sat", **row("22:00", dose="40.0 mcg", duration="4 h")}], {}, ("cannot_tell", "part", 1, [("00:00", "00:00", "mon tue wed thu fri"), ("00:00", "22:00", "sat"), ("02:00", "00:00", "sun")])),
    ("a usual day, which Sunday is not", SATURDAY_NIGHT, [row("00:00", dose="120.0 mcg", end="00:00")], {}, ("cannot_tell", "part", 1, [("00:00", "02:00", "sun"), ("00:00", "22:00", "sat"), ("02:00", "00:00", "sun"), ("22:00", "00:00", "sat")])),
    ("the steps of the working days", WEEKEND, [row("06:00", dose="20.0 mcg", end="08:00")], {}, ("cannot_tell", "part", 1, [("00:00", "00:00", "sat sun"), ("08:00", "06:00", MOST)])),
    ("with the basal, which all days have", WEEKEND, [row("06:00", dose="20.0 mcg", end="08:00")], {"basal": "120 mcg/day"}, ("match", None, 1, [])),
    ("with the dose of one kind of day", WEEKEND, [row("06:00", dose="20.0 mcg", end="08:00")], {"days": {"tue": {"daily_dose": "130.0 mcg/day"}}}, ("cannot_tell", "part", 1, [("00:00", "00:00", "sat sun")])),
    ("and the mean for the other", WEEKEND, [row("06:00", dose="20.0 mcg", end="08:00")], {"daily_dose": "127.14 mcg/day", "days": {"tue": {"daily_volume": "0.2600 mL"}}}, ("match", None, 1, [])),
    ("the mean is no news of two", WEEKEND, [row("06:00", dose="20.0 mcg", end="08:00")], {"daily_dose": "127.14 mcg/day"}, ("cannot_tell", "part", 1, [("00:00", "00:00", "sat sun"), ("08:00", "06:00", MOST)])),
    # --- a row of the usual day shows nothing of a day into which another night runs: of Sunday, until 02:00
    ("a usual morning", SATURDAY_NIGHT, [row("02:00", dose="110.0 mcg", end="00:00")], {}, ("mismatch", None, 0, [("00:00", "00:00", MOST), ("00:00", "22:00", "sat"), ("00:00", "02:00", "sun"), ("02:00", "00:00", "sun"), ("22:00", "00:00", "sat")])),
    # --- the same row again counts once
    ("twice the same", NIGHT, [row("22:00", dose="48.0 mcg", duration="4 h"), row("22:00", dose="48.0 mcg", duration="4 h")], {}, ("cannot_tell", "part", 1, [("02:00", "22:00", ALL)])),
]  # fmt: skip


@pytest.mark.parametrize(
    ("new", "read", "beside", "expected"), [each[1:] for each in READ], ids=[each[0] for each in READ]
)
def test_what_rows_show_and_what_they_leave_unread(
    new: dict[str, Any],
    read: list[dict[str, str]],
    beside: dict[str, Any],
    expected: tuple[str, str | None, int, list[tuple[str, str, str]]],
) -> None:
    rows, _ = rows_of(new, read, beside)

    verdict, doubt, count, left = expected
    assert (
        str(rows.verdict),
        None if rows.doubt is None else str(rows.doubt),
        rows.read,
        sorted(unread(rows)),
    ) == (
        verdict,
        doubt,
        count,
        sorted(left),
    )


# --- which dose a row shows: that of the step, or all that runs


def on_top(basal: str, dose: str, **keys: Any) -> dict[str, Any]:
    """A step of an hour at 06:00, on top of a basal; alone it is `dose`, with the basal of the hour so much more."""
    return {**flex(basal, step("06:00", "1 h", f"{dose} mcg"), on_top=True), **keys}


def saturday(basal: str) -> dict[str, Any]:
    return {"days": {"sat": {"basal": f"{basal} mcg/day", "steps": []}}}


SIXTY = on_top("24", "60")  # and 1 mcg in the hour: 61; 84 a day
SHOWN: list[tuple[str, dict[str, Any], dict[str, str], dict[str, Any], str, tuple[str, str | None]]] = [
    ("that of the step alone", SIXTY, {"dose": "60.0 mcg"}, {}, "dose", ("cannot_tell", "one_of_several")),
    ("all that runs", SIXTY, {"dose": "61.0 mcg"}, {}, "dose", ("cannot_tell", "one_of_several")),
    ("neither", SIXTY, {"dose": "62.0 mcg"}, {}, "dose", ("mismatch", None)),
    # the dose of the day settles which, where 1 mcg more or less would show in it: from 83.5 on rounded, below 85 cut off
    ("by the dose of the day", SIXTY, {"dose": "61.0 mcg"}, {"daily_dose": "84 mcg/day"}, "dose", ("match", None)),
    ("by its volume", SIXTY, {"dose": "61.0 mcg"}, {"daily_volume": "0.1680 mL"}, "dose", ("match", None)),
    ("by its mean flow", SIXTY, {"dose": "60.0 mcg"}, {"daily_volume": "0.1680 mL/day"}, "dose", ("match", None)),
    ("by a volume in which it would not show", SIXTY, {"dose": "61.0 mcg"}, {"daily_volume": "0.17 mL"}, "dose", ("cannot_tell", "one_of_several")),
    ("by a mean flow in which it would not show", SIXTY, {"dose": "61.0 mcg"}, {"daily_volume": "0.17 mL/day"}, "dose", ("cannot_tell", "one_of_several")),
    ("by a dose in which it would not show", on_top("23.76", "60.24"), {"dose": "61.2 mcg"}, {"daily_dose": "84 mcg/day"}, "dose", ("cannot_tell", "one_of_several")),
    ("by a dose that differs", SIXTY, {"dose": "61.0 mcg"}, {"daily_dose": "86 mcg/day"}, "dose", ("cannot_tell", "one_of_several")),
    # where the days differ it may be on one day alone: a seventh of it has to show. 7.5 / 7 is more than 1, 6.5 / 7 is less
    ("by the mean of a week", on_top("180", "60", **saturday("240")), {"dose": "67.5 mcg"}, {"daily_dose": "240 mcg/day"}, "dose", ("match", None)),
    ("by a mean in which it would not show", on_top("156", "60", **saturday("216")), {"dose": "66.5 mcg"}, {"daily_dose": "216 mcg/day"}, "dose", ("cannot_tell", "one_of_several")),
    # a rate of the same row: 0.9 more are 68.4 in the hour, 0.9 less 66.6, which is 67 rounded
    ("by its rate", on_top("21.6", "66.6"), {"dose": "67.5 mcg", "dose_rate": "67.5 mcg/h"}, {}, "dose", ("match", None)),
    ("by a rate in which less would not show", on_top("21.6", "66.6"), {"dose": "67.5 mcg", "dose_rate": "67 mcg/h"}, {}, "dose", ("cannot_tell", "one_of_several")),
    # 67.2: 66.3 would be 66 cut off or rounded, 68.1 is not; 68 is neither of 67.2 nor of 66.3
    ("by a rate in which either would", on_top("21.6", "66.3"), {"dose": "67.2 mcg", "dose_rate": "67 mcg/h"}, {}, "dose", ("match", None)),
    ("by its flow", on_top("21.6", "66.6"), {"dose": "67.5 mcg", "flow_rate": "3.240 mL/day"}, {}, "dose", ("match", None)),
    ("by its end it does not", SIXTY, {"dose": "61.0 mcg", "end": "07:00"}, {}, "dose", ("cannot_tell", "one_of_several")),
    ("by a rate that differs", SIXTY, {"dose": "61.0 mcg", "dose_rate": "70.0 mcg/h"}, {}, "dose", ("cannot_tell", "one_of_several")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("new", "cells", "beside", "cell", "expected"),
    [each[1:] for each in SHOWN],
    ids=[each[0] for each in SHOWN],
)
def test_which_dose_a_row_shows_is_told_where_another_read_out_settles_it(
    new: dict[str, Any],
    cells: dict[str, str],
    beside: dict[str, Any],
    cell: str,
    expected: tuple[str, str | None],
) -> None:
    _, shown = rows_of(new, [row("06:00", **cells)], beside)

    (found,) = (each for name, each in shown.items() if name.startswith("steps") and name.endswith(cell))
    assert (str(found.verdict), None if found.doubt is None else str(found.doubt)) == expected


# --- which weekday a row shows


@pytest.mark.parametrize(
    ("read", "days"),
    [
        (
            [{"day": "sat", **row("00:00", dose="120.0 mcg", end="00:00")}],
            "sat",
        ),  # no day with the step runs so
        ([{"day": "sun", **row("00:00", dose="30.0 mcg", end="06:00")}], ""),  # which it does not
        ([{"day": "mon", **row("06:00", dose="20.0 mcg", end="08:00")}], "mon"),
        (
            [{"day": "mon", **row("00:00", dose="30.0 mcg", end="06:00")}],
            "mon",
        ),  # the weekend has no row that ends then
        ([row("06:00", dose="20.0 mcg", end="08:00")], ""),  # of no day by name
    ],
)
def test_a_row_of_a_weekday_shows_that_it_runs_as_its_kind_of_day(
    read: list[dict[str, str]], days: str
) -> None:
    rows, _ = rows_of(WEEKEND, read, {})

    assert " ".join(str(each) for each in Weekday if each in rows.days) == days
