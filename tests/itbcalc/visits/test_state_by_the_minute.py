"""The volume expected in the reservoir, and the line, against a count minute by minute over histories made at random.

The count knows nothing of profiles and courses: each minute it looks at the clock and at what is programmed. All is exact.
"""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from itertools import pairwise
from random import Random  # the same histories at every run
from typing import Any

import pytest

from itbcalc.log.store import MemoryLog
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.history import standings
from itbcalc.visits.state import PumpState, state_of
from tests.itbcalc.log.logs import LOG_ID, draft
from tests.itbcalc.programs import QUIET, library
from tests.itbcalc.visits.histories import PATIENT, plugs

HISTORIES = 300
MINUTE = Fraction(1, 1440)  # day
DEAD = Fraction("0.33")
ZONE = timezone(timedelta(hours=1))
BEGIN = datetime(2026, 11, 10, 9, 0, tzinfo=ZONE)

Table = dict[str, Any]


# --- histories


def therapy(dice: Random, strength: int) -> Table:
    """One of the modes, every edge on a whole minute."""
    mode = dice.choice(("simple-continuous", "flex", "periodic-bolus", "stopped"))
    made: Table = {"drug": "baclofen", "concentration": f"{strength} mcg/mL", "mode": mode}
    if mode == "simple-continuous":
        made["daily_dose"] = f"{dice.randint(50, 900)} mcg/day"
    elif mode == "flex":
        made |= {
            "basal": f"{dice.randint(48, 300)} mcg/day",
            "steps": [
                {"start": "06:15", "duration": f"{dice.randint(61, 300)} min", "dose": "37 mcg"},
                {"start": "22:00", "duration": f"{dice.randint(61, 480)} min", "dose": "60 mcg"},
            ],
            "steps_replace_basal": dice.random() < 0.5,
        }
    elif mode == "periodic-bolus":
        made |= {
            "basal": "96 mcg/day",
            "bolus": f"{dice.randint(10, 40)} mcg",
            "duration": f"{dice.randint(2, 30)} min",
            "every": f"{dice.choice((2, 3, 4, 6, 8, 12))} h",
            "first": f"{dice.randint(0, 23):02}:{dice.randint(0, 59):02}",
            "bolus_replaces_basal": dice.random() < 0.5,
        }
    return made


def history(dice: Random) -> list[tuple[datetime, Table, EntryKind]]:
    """One to four steps: when, program, kind. Concentrations change with and without a bridge; some steps say no volume."""
    at, steps, strength = BEGIN, list[tuple[datetime, Table, EntryKind]](), 500
    current = {**QUIET["current"]}  # type: ignore[dict-item]  # a table of the quiet program
    for number in range(dice.randint(1, 4)):
        old, strength = strength, dice.choice((strength, 500, 2000))
        new = therapy(dice, strength)
        table = deepcopy(QUIET) | {"current": current, "new": new}
        table["reservoir"] = {
            **table["reservoir"],
            "at": at.isoformat(),
            "zone": "Africa/Lagos",
        }  # +01:00 always
        kind = EntryKind.DOSE_STEP_RECORDED
        if strength != old:
            kind = EntryKind.CONCENTRATION_CHANGED
            if dice.random() < 0.6:
                table["bridge"] = {"dose": f"{dice.randint(100, 500)} mcg/day"}
        elif dice.random() < 0.3:
            duration = {"duration": "20 min"} if dice.random() < 0.5 else {}
            table["line"] = {"prime": {"volume": "0.19 mL", **duration}}
        if kind is EntryKind.DOSE_STEP_RECORDED and number and dice.random() < 0.6:
            del table["reservoir"]["filled"]
        if "bridge" not in table and "line" not in table and new["mode"] != "stopped" and dice.random() < 0.3:
            new["patient_bolus"] = {"dose": "10 mcg", "duration": "5 min", "lockout": "4 h", "per_day": 3}
        steps.append((at, table, kind))
        current = {key: value for key, value in new.items() if key != "patient_bolus"}
        at += timedelta(minutes=dice.randint(1, 3 * 1440))
    return steps


def logged(steps: list[tuple[datetime, Table, EntryKind]]) -> MemoryLog:
    log = MemoryLog(LOG_ID)
    for number, (at, table, kind) in enumerate(steps, start=1):
        log.append(
            draft(number, kind=kind, patient=PATIENT, effective_at=at.isoformat(), body={"inputs": table})
        )
    return log


# --- minute by minute


def number(text: str) -> Fraction:
    return Fraction(text.split(maxsplit=1)[0])


def minutes(text: str) -> int:
    value, unit = text.split()
    return int(value) * (60 if unit == "h" else 1)


def minute_of(text: str) -> int:
    hours, rest = text.split(":")
    return int(hours) * 60 + int(rest)


def dose_rate(new: Mapping[str, Any], clock: int) -> Fraction:
    """What is programmed for a minute of the day, in mcg/day."""
    basal = number(new.get("basal", "0 mcg/day"))
    if new["mode"] == "simple-continuous":
        return number(new["daily_dose"])
    if new["mode"] == "flex":
        for step in new["steps"]:
            lasts = minutes(step["duration"])
            if (clock - minute_of(step["start"])) % 1440 < lasts:
                rate = number(step["dose"]) / (lasts * MINUTE)
                return rate if new["steps_replace_basal"] else rate + basal
        return basal
    if new["mode"] == "periodic-bolus":
        lasts = minutes(new["duration"])
        if (clock - minute_of(new["first"])) % minutes(new["every"]) < lasts:
            rate = number(new["bolus"]) / (lasts * MINUTE)
            return rate if new["bolus_replaces_basal"] else rate + basal
        return basal
    return Fraction(0)


def delivered(at: datetime, table: Table, end: datetime, *, all_boluses: bool) -> Fraction:
    """What leaves the reservoir from a step to the next, in mL, minute by minute: prime, bridge, schedule, boluses."""
    new, strength = table["new"], number(table["new"]["concentration"])
    prime = table.get("line", {}).get("prime", {})
    primes = 20 if "duration" in prime else 0
    bridge_flow, bridged = Fraction(0), Fraction(0)
    if "bridge" in table:
        bridge_flow = number(table["bridge"]["dose"]) / number(table["current"]["concentration"])
        bridged = DEAD / bridge_flow
    volume = number(prime["volume"]) if prime and not primes else Fraction(0)
    times, boluses = [0] * 1440, 0  # how often each minute of the day came, and a minute with a patient bolus
    for count in range(int((end - at) / timedelta(minutes=1))):
        clock = (at.hour * 60 + at.minute + count) % 1440
        in_bridge = min(max(bridged - (count - primes) * MINUTE, Fraction(0)), MINUTE) if bridged else 0
        if count < primes:
            volume += number(prime["volume"]) / primes
        elif in_bridge:
            volume += in_bridge * bridge_flow + (MINUTE - in_bridge) * dose_rate(new, clock) / strength
            bridged = bridged if in_bridge == MINUTE else Fraction(0)
        else:
            times[clock] += 1
        boluses += count % 1440 < 3 * 240 and count % 240 < 5
    for clock, came in enumerate(times):
        volume += came * MINUTE * dose_rate(new, clock) / strength if came else 0
    bolus = new.get("patient_bolus")
    return volume + boluses * number(bolus["dose"]) / strength / 5 if bolus and all_boluses else volume


def counted(
    steps: list[tuple[datetime, Table, EntryKind]], until: datetime, *, all_boluses: bool
) -> tuple[Fraction, list[tuple[Fraction, Fraction]]]:
    """What is left in the reservoir, and the line from the tip to the pump, each minute counted."""
    left = Fraction(0)
    tape = [(DEAD, number(steps[0][1]["current"]["concentration"]))]
    ends = [*(at for at, _, _ in steps[1:]), until]
    for (at, table, _), end in zip(steps, ends, strict=True):
        left = number(table["reservoir"]["filled"]) if "filled" in table["reservoir"] else left
        pushed = delivered(at, table, end, all_boluses=all_boluses)
        left -= pushed
        tape.append((pushed, number(table["new"]["concentration"])))
    return left, tail(tape, DEAD)


def tail(tape: list[tuple[Fraction, Fraction]], length: Fraction) -> list[tuple[Fraction, Fraction]]:
    """The last `length` of what went in, neighbours of one concentration as one."""
    line: list[tuple[Fraction, Fraction]] = []
    for volume, strength in reversed(tape):
        part = min(volume, length)
        length -= part
        if part and line and line[0][1] == strength:
            line[0] = (line[0][0] + part, strength)
        elif part:
            line.insert(0, (part, strength))
    return line


# --- both


def state_of_history(log: MemoryLog, moment: datetime) -> PumpState:
    state = state_of(standings(log.entries(PATIENT)), moment, library())
    assert state is not None
    return state


@pytest.mark.parametrize(
    "tenth", [0, *(pytest.param(tenth, marks=pytest.mark.slow) for tenth in range(1, 10))]
)
def test_volume_and_line_are_those_of_a_count_minute_by_minute(tenth: int) -> None:
    for seed in range(tenth * HISTORIES // 10, (tenth + 1) * HISTORIES // 10):
        dice = Random(seed)  # noqa: S311
        steps = history(dice)
        until = steps[-1][0] + timedelta(minutes=dice.randint(0, 3 * 1440))

        state = state_of_history(logged(steps), until)

        most, line = counted(steps, until, all_boluses=False)
        least, other_line = counted(steps, until, all_boluses=True)
        assert state.volume_left is not None, (seed, state.not_known)
        assert (state.volume_left.least.magnitude, state.volume_left.most.magnitude) == (least, most), seed
        if line == other_line:
            assert plugs(state) == [(str(volume), str(strength)) for volume, strength in line], seed
        else:
            assert state.line is None, seed


def test_the_histories_hold_what_they_are_made_for() -> None:
    """Bridges, primes, patient boluses, steps that say no volume, and lines of two drugs are all among them."""
    made = [history(Random(seed)) for seed in range(HISTORIES)]  # noqa: S311
    tables = [table for steps in made for _, table, _ in steps]

    assert sum("bridge" in table for table in tables) > 50
    assert sum("line" in table for table in tables) > 50
    assert sum("patient_bolus" in table["new"] for table in tables) > 50
    assert sum("filled" not in table["reservoir"] for table in tables) > 50
    assert any(
        later - earlier < timedelta(hours=6)
        for steps in made
        for (earlier, _, _), (later, _, _) in pairwise(steps)
    )
