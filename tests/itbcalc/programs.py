"""One quiet program for the tests of the check, and changes to it in the words of the program file.

The quiet program provokes no finding at all: its pump is the clinic's own with every figure confirmed, its
step lies within every rule. So a test that changes one thing sees what this one thing provokes.

    500 mcg/mL, 400 to 460 mcg/day (+15 %, 0.92 mL/day), 40 mL with the alarm at 2 mL, adult, spinal, us
"""

import functools
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from itbcalc.judge.check import Checked, check
from itbcalc.library.reading import read_library
from itbcalc.library.records import Library
from itbcalc.program import complete_program, load_toml, read_program
from itbcalc.resources import resource_path
from itbcalc.say.report import check_document, finding_messages

Changes = Mapping[str, Any]

NOW = datetime(2026, 11, 12, 12, 0, tzinfo=UTC)
OWN_PUMP = {
    "name": "Clinic's pump",
    "reservoir_volume": "40 mL",
    "tubing_volume": "0.140 mL",
    "residual_volume": "1 mL",
    "lowest_flow_rate": "0.05 mL/day",
    "highest_flow_rate": "24 mL/day",
    "accuracy": "14.5 %",
}
QUIET = {
    "system": {"pump": OWN_PUMP, "catheter": {"volume": "0.19 mL"}},
    "reservoir": {
        "filled": "40 mL",
        "low_alarm": "2 mL",
        "at": "2026-11-10T09:00+01:00",
        "zone": "Europe/Berlin",
    },
    "patient": {
        "spasticity_origin": "spinal",
        "age_years": 40,
        "jurisdiction": "us",
        "last_change": "2026-10-13T10:00+02:00",
    },
    "current": {
        "drug": "baclofen",
        "concentration": "500 mcg/mL",
        "mode": "simple-continuous",
        "daily_dose": "400 mcg/day",
    },
    "new": {
        "drug": "baclofen",
        "concentration": "500 mcg/mL",
        "mode": "simple-continuous",
        "daily_dose": "460 mcg/day",
    },
}


def new_therapy(mode: str, **keys: Any) -> dict[str, Any]:
    """A change of the quiet program to another mode of the new therapy, at 500 mcg/mL."""
    return {"new": {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": mode, **keys}}


def step(start: str, duration: str, dose: str) -> dict[str, str]:
    """A step of a flex day."""
    return {"start": start, "duration": duration, "dose": dose}


# The quiet program in other modes, just as quiet: 400 + 60 = 460 mcg/day each.
QUIET_FLEX = new_therapy(
    "flex", basal="400 mcg/day", steps=[step("06:00", "1 h", "60 mcg")], steps_replace_basal=False
)
QUIET_PERIODIC = new_therapy(
    "periodic-bolus",
    basal="400 mcg/day",
    bolus="15 mcg",
    duration="5 min",
    every="6 h",
    first="06:00",
    bolus_replaces_basal=False,
)
# 300 x 16/24 + 140 = 340 mcg/day: 12.5 mcg/h by day, 17.5 mcg/h from 22:00 to 06:00.
NIGHT = new_therapy(
    "flex", basal="300 mcg/day", steps=[step("22:00", "8 h", "140 mcg")], steps_replace_basal=True
)


@functools.cache
def library() -> Library:
    """The library as it is built in."""
    return read_library(resource_path())


def example(name: str) -> Path:
    """The example whose file name begins with `name`."""
    (path,) = (resource_path() / "examples").glob(f"{name}*.toml")
    return path


def examples() -> list[Path]:
    """All examples, in order."""
    return sorted((resource_path() / "examples").glob("*.toml"))


def table_of(changes: Changes | None = None) -> dict[str, Any]:
    """The quiet program with `changes` by dotted key; a change to None takes the key out."""
    return changed(QUIET, changes or {})


def changed(table: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    """`table` with `changes` by dotted key; in a list the first is number 1, as in `new.steps.1.dose`."""
    result = deepcopy(dict(table))
    for place, value in changes.items():
        *path, last = place.split(".")
        section: Any = result
        for name in path:
            section = section[int(name) - 1] if isinstance(section, list) else section.setdefault(name, {})
        if value is None:
            section.pop(last, None)
        else:
            section[last] = deepcopy(value)
    return result


def check_of(changes: Changes | None = None, now: datetime | None = NOW) -> Checked:
    """The check of the quiet program with `changes`."""
    return check_table(table_of(changes), now)


def check_table(table: Mapping[str, Any], now: datetime | None = NOW) -> Checked:
    """The check of the program in `table`, which must be complete."""
    return check(complete_program(read_program(table, library())), library(), now)


def check_example(path: Path) -> Checked:
    """The check of an example, at the moment of its change."""
    program = complete_program(read_program(load_toml(path), library()))
    assert program.reservoir.at is not None
    return check(program, library(), program.reservoir.at.moment)


def document_of(checked: Checked) -> dict[str, Any]:
    """The JSON document of a check."""
    return check_document(checked, library())


def severities(checked: Checked) -> dict[str, str]:
    """Each finding's code with its severity, but for figures that nobody has seen in print."""
    found = finding_messages(checked, library())
    return {each.code: str(each.severity) for each in found if each.code != "unverified_figure"}
