"""A whole chain may hold nonsense: every command of the log answers or refuses it, and none ends in a traceback."""

import random
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from itbcalc.log.entries import Draft
from itbcalc.log.store import MemoryLog, SqliteLog
from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.every_kind import BEGIN, write_every_kind

NONSENSE: tuple[Any, ...] = (
    *(None, True, 7, "", "x", [], ["a"], [[]], {}),
    *({"exact": "1/0", "unit": "mcg/day"}, {"exact": "x"}, {"exact": "1", "unit": "parsec"}),
    *({"at": "x"}, {"date": "2026-13-01"}, {"text": 5}, "2026-11-10T09:00"),
)


def spoilt(value: Any, chance: random.Random) -> Any:
    """A body with some of it replaced by nonsense, or left out."""
    if chance.random() < 0.1:
        return chance.choice(NONSENSE)
    if isinstance(value, Mapping):
        return {key: spoilt(held, chance) for key, held in value.items() if chance.random() > 0.05}
    if isinstance(value, list | tuple):
        return [spoilt(held, chance) for held in value]
    return value


@pytest.fixture(scope="module")
def sound() -> MemoryLog:
    log = MemoryLog()
    write_every_kind(log)
    return log


def write_nonsense(path: Path, sound: MemoryLog, chance: random.Random) -> list[str]:
    """A whole log of spoilt entries, some of them about one another; returns its patients."""
    log, ids = SqliteLog(path, create=True), list[str]()
    for entry in chance.sample(list(sound.entries()), 12):
        body = spoilt(entry.body, chance)
        body = body if isinstance(body, dict) else {}
        if ids and "of" in body:
            body["of"] = chance.choice(ids)
        ids.append(str(uuid.UUID(int=len(ids) + 1)))
        log.append(
            Draft(
                entry_id=ids[-1],
                kind=entry.kind,
                recorded_at=BEGIN,
                author="N",
                role="",
                signed="typed",
                workstation="w",
                program="0",
                body=body,
                patient=entry.patient or "P-1",
                effective_at=chance.choice(["", "x", "2026-11-10T09:00", str(entry.content["effective_at"])]),
                library={},
            )
        )
    assert log.verify().whole
    return sorted({entry.patient for entry in log.entries()})


@pytest.mark.parametrize("seed", [1, 2])
def test_no_command_ends_in_a_traceback(
    itbcalc: Command, tmp_path: Path, sound: MemoryLog, seed: int
) -> None:
    path = tmp_path / "nonsense.itblog"
    patients = write_nonsense(path, sound, random.Random(seed))  # noqa: S311  # nonsense, no secret
    away = "--leaves 2026-12-01T08:00Z --returns 2026-12-20T08:00Z"
    lines = ["log list", "refills", "refills --json", f"log export '{tmp_path}/all.csv' --csv"]
    for number in range(1, 13):
        lines += [f"log show {number}", f"log sheet {number} '{tmp_path}/{number}.html'"]
    for patient in patients:
        lines += [
            f"log state {patient}",
            f"log state {patient} --json",
            f"log compare {patient} 2026-11-20 2027-11-20",
            f"log card {patient} '{tmp_path}/{patient}.html'",
            f"refills travel {patient} {away}",
        ]

    for line in lines:
        ran = itbcalc(f"{line} --log '{path}'")

        assert ran.status in (0, 1, 2), (line, ran.err)
