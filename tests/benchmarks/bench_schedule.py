"""How does a check grow with the length of a schedule? In processor time, so that a busy machine counts for nothing.

The other side is the same check of a schedule with one step a day, where every day is the same.
"""

import gc
import statistics
import time
from typing import Any

from itbcalc.judge.check import check
from itbcalc.library.reading import read_library
from itbcalc.library.records import Library
from itbcalc.program import Program, read_program
from itbcalc.quantities.clock import MINUTES_PER_DAY, TimeOfDay, Weekday
from itbcalc.resources import resource_path

DIFFERING = {"daily_dose": "777.7 mcg/day", "low_alarm_date": "2026-06-15", "daily_volume": "0.777 mL"}
SIZES = ((13, 2), (13, 7), (96, 1), (288, 1))
"""Steps a day, and kinds of day in the week."""


def program(steps: int, kinds: int, library: Library, *, differs: bool) -> Program:
    """A change of concentration to a flex schedule; with three read-outs that differ, or without any."""
    days = list(Weekday)[: kinds - 1]
    table: dict[str, Any] = {
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
    return read_program(table, library)


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
    for wanted in ((1, 1), *SIZES):
        found = (processor_seconds(*wanted, differs=differs) * 1000 for differs in (False, True))
        print("{} steps, {} kinds of day: {:.1f} ms, three differing {:.1f} ms".format(*wanted, *found))
