"""A law: whichever rows of a list were read, exactly the rest of the day is unread.

Every choice of rows of small lists is read, alone and with the doses that settle the basal. What is left is counted hour by
hour in a week of 168, from the list itself.
"""

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pytest

from itbcalc.judge.comparing_rows import ComparedRows, Span
from itbcalc.judge.whole import compare
from itbcalc.program.records import StepRow
from itbcalc.quantities.clock import Weekday
from tests.itbcalc.programs import check_of, step

WEEK = tuple(Weekday)
Hours = frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Stretch:
    """A row of the list, in whole hours and mcg an hour; one of a step shows dose and duration, others rate and end."""

    start: int
    hours: int
    rate: int
    is_step: bool

    def row(self, day: str) -> dict[str, str]:
        begins = {"start": f"{self.start:02}:00", **({"day": day} if day else {})}
        if self.is_step:
            return {**begins, "duration": f"{self.hours} h", "dose": f"{self.hours * self.rate}.0 mcg"}
        return {
            **begins,
            "end": f"{(self.start + self.hours) % 24:02}:00",
            "dose_rate": f"{self.rate}.000 mcg/h",
        }


@dataclass(frozen=True)
class Listed:
    """A program and the list of each kind of day: the weekdays of which it is, and its rows; "" is every day.

    `settling` are read-outs beside the rows, by name: what they show, and of which kinds of day they settle the basal;
    `mean` is the daily dose, which settles it where no more than one kind is left.
    """

    new: Mapping[str, Any]
    kinds: Mapping[str, tuple[Sequence[str], Sequence[Stretch]]]
    mean: str
    settling: Mapping[str, tuple[str, Sequence[str]]] = field(default_factory=dict)


NIGHT_AND_MORNING = Listed(
    {
        "mode": "flex",
        "basal": "120 mcg/day",
        "steps": [step("22:00", "4 h", "60 mcg"), step("06:00", "2 h", "20 mcg")],
        "steps_replace_basal": True,
    },
    {
        "": (
            [str(day) for day in WEEK],
            [
                Stretch(0, 2, 15, is_step=True),
                Stretch(2, 4, 5, is_step=False),
                Stretch(6, 2, 10, is_step=True),
                Stretch(8, 14, 5, is_step=False),
                Stretch(22, 2, 15, is_step=True),
            ],
        )
    },
    "170.0 mcg/day",  # 4 x 15 + 2 x 10 + 18 x 5
    {"basal": ("120.0 mcg/day", [""])},
)
WEEKEND = Listed(
    {
        "mode": "flex",
        "basal": "120 mcg/day",
        "steps": [step("06:00", "2 h", "20 mcg")],
        "steps_replace_basal": True,
        "days": {
            "sat": {
                "basal": "240 mcg/day",
                "steps": [step("09:00", "3 h", "60 mcg")],
                "steps_replace_basal": True,
            },
            "sun": {
                "basal": "192 mcg/day",
                "steps": [step("06:00", "2 h", "20 mcg")],
                "steps_replace_basal": True,
            },
        },
    },
    {
        "tue": (
            ["mon", "tue", "wed", "thu", "fri"],
            [
                Stretch(0, 6, 5, is_step=False),
                Stretch(6, 2, 10, is_step=True),
                Stretch(8, 16, 5, is_step=False),
            ],
        ),
        "sat": (["sat"], [Stretch(0, 9, 10, is_step=False), Stretch(9, 3, 20, is_step=True), Stretch(12, 12, 10, is_step=False)]),
        "sun": (["sun"], [Stretch(0, 6, 8, is_step=False), Stretch(6, 2, 10, is_step=True)]),
    },
    "159.4 mcg/day",  # (5 x 130 + 270 + 196) / 7
    {"days.sat.daily_dose": ("270.0 mcg/day", ["sat"])},
)  # fmt: skip
BOLUSES = Listed(
    {
        "mode": "periodic-bolus",
        "basal": "120 mcg/day",
        "bolus": "30 mcg",
        "duration": "2 h",
        "every": "8 h",
        "first": "06:00",
        "bolus_replaces_basal": True,
    },
    {
        "": (
            [str(day) for day in WEEK],
            [
                Stretch(0, 6, 5, is_step=False),
                Stretch(6, 2, 15, is_step=True),
                Stretch(8, 6, 5, is_step=False),
                Stretch(14, 2, 15, is_step=True),
                Stretch(16, 6, 5, is_step=False),
                Stretch(22, 2, 15, is_step=True),
            ],
        )
    },
    "180.0 mcg/day",  # 6 x 15 + 18 x 5
)
Chosen = frozenset[tuple[str, Stretch]]


def choices(listed: Listed) -> Iterator[Chosen]:
    every = [(day, each) for day, (_, rows) in listed.kinds.items() for each in rows]
    for count in range(1, len(every) + 1):
        for number, each in enumerate(itertools.combinations(every, count)):
            if number % len(listed.kinds) == 0:  # of a week a third is enough
                yield frozenset(each)


class Read:
    """A program with all rows of its lists read, and all that may stand beside them: to choose from."""

    def __init__(self, listed: Listed) -> None:
        shown: dict[str, Any] = {
            "steps": [each.row(day) for day, (_, rows) in listed.kinds.items() for each in rows]
        }
        for name, text in beside_of(listed).items():
            inside = shown
            *path, last = name.split(".")
            for each in path:
                inside = inside.setdefault(each, {})
            inside[last] = text
        new = {"drug": "baclofen", "concentration": "500 mcg/mL", **listed.new}
        checked = check_of({"new": new, "readouts": shown})
        self._calculations, self._read_outs = checked.calculations, checked.program.read_outs

    def compared(self, chosen: Chosen, beside: Collection[str]) -> ComparedRows:
        begin = {(day, each.start) for day, each in chosen}
        read = [
            each
            for each in self._read_outs
            if (each.name in beside if each.row is None else _begins(each.row) in begin)
        ]
        rows = compare(read, self._calculations).rows
        assert rows is not None
        return rows


def _begins(row: StepRow) -> tuple[str, int]:
    return "" if row.day is None else str(row.day), row.start.minute // 60


def beside_of(listed: Listed) -> dict[str, str]:
    return {"daily_dose": listed.mean, **{name: text for name, (text, _) in listed.settling.items()}}


def left(listed: Listed, chosen: Chosen, beside: Sequence[str]) -> dict[tuple[str, ...], dict[int, bool]]:
    """Of each kind of day that is not read to the end the hours that are left, and whether a step runs in each."""
    hours = {
        day: {
            hour: any(each.is_step and each.start <= hour < each.start + each.hours for each in rows)
            for hour in range(24)
            if not any(
                whose == day and each.start <= hour < each.start + each.hours for whose, each in chosen
            )
        }
        for day, (_, rows) in listed.kinds.items()
    }
    settled = {day for name in beside if name in listed.settling for day in listed.settling[name][1]}
    open_basals = [day for day, each in hours.items() if day not in settled and not all(each.values())]
    if "daily_dose" in beside and len(open_basals) == 1:
        open_basals = []
    return {
        tuple(listed.kinds[day][0]): {
            hour: is_step for hour, is_step in each.items() if is_step or day in open_basals
        }
        for day, each in hours.items()
    }


def hours_of(span: Span) -> list[int]:
    begin, end = (int(each * 24) for each in (span.start, span.end))
    assert (Fraction(begin, 24), Fraction(end, 24)) == (span.start, span.end)
    return [*range(begin, end)] if begin < end else [*range(begin, 24), *range(end)]


def shows_own_day(listed: Listed, chosen: Chosen) -> set[str]:
    """The weekdays with a row for each other kind of day that does not stand in the list of that."""
    seen = set()
    for day in listed.kinds:
        own = [each for whose, each in chosen if whose == day]
        others = [rows for name, (_, rows) in listed.kinds.items() if name != day]
        if day and own and all(any(each not in rows for each in own) for rows in others):
            seen.add(day)
    return seen


def besides(listed: Listed) -> Iterator[tuple[str, ...]]:
    names = beside_of(listed)
    for count in range(len(names) + 1):
        yield from itertools.combinations(names, count)


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param(NIGHT_AND_MORNING, id="night-and-morning"),
        pytest.param(WEEKEND, id="weekend"),
        pytest.param(BOLUSES, id="boluses"),
    ],
)
def test_whichever_rows_were_read_the_rest_of_the_day_is_unread(listed: Listed) -> None:
    read = Read(listed)
    for chosen, beside in itertools.product(choices(listed), besides(listed)):
        rows, expected = read.compared(chosen, beside), left(listed, chosen, beside)
        words = sorted((day, each.start) for day, each in chosen), beside

        assert rows.read == len(chosen), words
        assert (rows.verdict, rows.doubt) == (
            ("cannot_tell", "part") if any(expected.values()) else ("match", None)
        ), words
        found: dict[tuple[str, ...], dict[int, bool]] = {days: {} for days in expected}
        for span in rows.unread:
            days, hours = tuple(map(str, span.days)) or tuple(map(str, WEEK)), hours_of(span)
            runs = {expected[days].get(hour) for hour in hours}
            assert len(runs) == 1, words  # a step, or the basal
            assert not found[days].keys() & set(hours), words
            beyond = (hours[0] - 1) % 24, (hours[-1] + 1) % 24
            assert len(hours) == 24 or not {expected[days].get(hour) for hour in beyond} & runs, words
            found[days] |= dict.fromkeys(hours, runs.pop() is True)
        assert found == expected, words
        seen = shows_own_day(listed, chosen)
        assert {str(day) for day in rows.days} == (
            seen if len(listed.kinds) > 1 else set(map(str, rows.days))
        ), words
