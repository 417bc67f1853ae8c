"""How does a check grow with the length of a schedule? In processor time, so that a busy machine counts for nothing.

The other side is the same check of a schedule with one step a day, where every day is the same.
"""

import gc
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from itbcalc.judge.check import check, search_of
from itbcalc.judge.explanations import Search
from itbcalc.library.reading import read_library
from itbcalc.library.records import Library
from itbcalc.program import Program, complete_program, read_program
from itbcalc.quantities.clock import MINUTES_PER_DAY, TimeOfDay, Weekday
from itbcalc.resources import resource_path

DIFFERING = {"daily_dose": "777.7 mcg/day", "low_alarm_date": "2026-06-15", "daily_volume": "0.777 mL"}
SIZES = ((13, 2), (13, 7), (96, 1), (288, 1))
"""Steps a day, and kinds of day in the week."""
EXPLAINED = ((13, 1, False), (13, 7, False), (288, 1, False), (13, 7, True), (288, 1, True))
"""Those in which what would explain the differences is looked for, with and without rows of the day; nothing does."""
CHECK_LIMIT = 3
SEARCH_LIMIT = 60
SLICE_LIMIT_MS = 16


def program(steps: int, kinds: int, library: Library, *, differs: bool, rows: bool = False) -> Program:
    """A change of concentration to a flex schedule; with three read-outs that differ, or without any.

    With `rows` each step of the usual day was read too, and one of them differs.
    """
    typed = table(steps, kinds, differs=differs)
    if rows:
        read = [{name: each[name] for name in ("start", "dose")} for each in typed["new"]["steps"]]
        read[steps // 2]["dose"] = "999 mcg"
        typed["readouts"] = {**typed["readouts"], "steps": read}
    return complete_program(read_program(typed, library))


def table(steps: int, kinds: int, *, differs: bool) -> dict[str, Any]:
    """The same as it stands in a program file."""
    days = list(Weekday)[: kinds - 1]
    return {
        "system": {
            "pump": "synchromed-ii-40",
            "tubing_volume": "0.140 mL",
            "catheter": {"volume": "0.2 mL"},
        },
        "reservoir": {
            "filled": "38 mL",
            "low_alarm": "2 mL",
            "at": "2026-03-04T09:30+00:00",
            "zone": "Europe/London",
        },
        "current": {
            "drug": "baclofen",
            "concentration": "500 mcg/mL",
            "mode": "simple-continuous",
            "daily_dose": "150 mcg/day",
        },
        "new": {
            "drug": "baclofen",
            "concentration": "2000 mcg/mL",
            "mode": "flex",
            **_day(steps, 0),
            "days": {str(day): _day(steps, number) for number, day in enumerate(days, start=1)},
        },
        "bridge": {"dose": "150 mcg/day"},
        "readouts": DIFFERING if differs else {},
    }


def processor_seconds(steps: int, kinds: int, *, differs: bool, turns: int = 3) -> float:
    """What a check takes, at the median; a first one warms the caches and does not count."""
    library = read_library(resource_path())
    typed = program(steps, kinds, library, differs=differs)
    taken = []
    for turn in range(turns + 1):
        gc.collect()
        begin = time.process_time()
        check(typed, library)
        if turn:
            taken.append(time.process_time() - begin)
    return statistics.median(taken)


@dataclass(frozen=True)
class SearchCost:
    """What it takes to look for what explains three differences: all of it, its longest piece, and a bare check, in s."""

    whole: float
    longest_piece: float
    bare_check: float


def search(steps: int, kinds: int, *, rows: bool = False, turns: int = 3) -> SearchCost:
    """Each at the median, in turn, so that a busy machine slows both; of the pieces the longest of each turn counts."""
    library = read_library(resource_path())
    checked = check(program(steps, kinds, library, differs=True, rows=rows), library)
    wholes, longest, bare = [], [], []
    for turn in range(turns + 1):
        gc.collect()
        pieces = list(_pieces(search_of(checked, library)))
        if turn:
            wholes.append(sum(pieces))
            longest.append(max(pieces))
            bare += [processor_seconds(steps, kinds, differs=False, turns=1) for _ in range(3)]
    return SearchCost(statistics.median(wholes), statistics.median(longest), statistics.median(bare))


def _pieces(looking: Search) -> Iterator[float]:
    """The processor time of each piece."""
    while True:
        begin = time.process_time()
        found = looking.piece()
        yield time.process_time() - begin
        if found is not None:
            return


def _day(steps: int, more: int) -> dict[str, Any]:
    """Steps that begin at even distances, with a pause after each where there is room for one."""
    apart = MINUTES_PER_DAY // steps
    lasts = apart - 5 if apart > 5 else apart
    each = [
        {
            "start": TimeOfDay(number * apart).text,
            "duration": f"{lasts} min",
            "dose": f"{7 + (3 * number + more) % 11} mcg",
        }
        for number in range(steps)
    ]
    return {"steps": each, "basal": f"{100 + more} mcg/day", "steps_replace_basal": True}


if __name__ == "__main__":
    for steps, kinds, rows in EXPLAINED:
        taken = search(steps, kinds, rows=rows)
        print(
            f"{steps} steps, {kinds} kinds of day{', rows read' if rows else ''}: "
            f"search {taken.whole / taken.bare_check:.0f} x a bare check, "
            f"longest piece {taken.longest_piece * 1000:.1f} ms"
        )
    for wanted in ((1, 1), (1, 7), *SIZES):
        found = (processor_seconds(*wanted, differs=differs) * 1000 for differs in (False, True))
        print("{} steps, {} kinds of day: {:.1f} ms, three differing {:.1f} ms".format(*wanted, *found))
