"""Programs of every mode as somebody could type them, and what a programmer would show of them: for properties."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.listed_rows import listed_rows
from itbcalc.quantities.clock import Weekday
from itbcalc.quantities.units import Quantity

Table = dict[str, Any]

STRENGTHS = ("500", "1000", "2000", "4000")
MODES = ("simple-continuous", "flex", "weekdays", "periodic-bolus")


def number(chance: random.Random, low: float, high: float, places: int = 0) -> str:
    """A decimal number as it is typed."""
    scaled = chance.randint(int(low * 10**places), int(high * 10**places))
    text = f"{scaled / 10**places:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def lasting(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else ""]
    return " ".join(filter(None, parts))


def program(chance: random.Random, mode: str) -> Table:
    """A whole program: four in ten change the concentration and have a bridge, a quarter has patient boluses."""
    changes = chance.random() < 0.4
    old = chance.choice(STRENGTHS)
    new = chance.choice([each for each in STRENGTHS if each != old]) if changes else old
    catheter = chance.choice(
        [
            {"length": f"{number(chance, 50, 110)} cm", "volume_per_length": "0.0022 mL/cm"},
            {"volume": f"{number(chance, 0.1, 0.3, 3)} mL"},
        ]
    )
    at = datetime(
        2026,
        chance.randint(1, 12),
        chance.randint(1, 28),
        chance.randint(7, 18),
        chance.randint(0, 59),
        tzinfo=ZoneInfo("Europe/London"),
    )
    table: Table = {
        "system": {"pump": "synchromed-ii-40", "tubing_volume": "0.140 mL", "catheter": catheter},
        "reservoir": {
            "filled": f"{number(chance, 15, 40)} mL",
            "low_alarm": "2 mL",
            "at": at.isoformat(timespec="minutes"),
            "zone": "Europe/London",
        },
        "current": therapy(chance, "simple-continuous", old),
        "new": therapy(chance, mode, new),
    }
    if chance.random() < 0.25:
        table["new"]["patient_bolus"] = {
            "dose": f"{number(chance, 2, 20)} mcg",
            "duration": lasting(chance.choice([5, 10])),
            "lockout": lasting(chance.choice([120, 180, 240, 360])),
            "per_day": chance.randint(1, 4),
        }
    if changes:
        table["bridge"] = {"dose": table["current"]["daily_dose"]}
    return table


def primed_program(chance: random.Random, mode: str = "") -> Table:
    """A program in which something was done to the line, and a prime runs."""
    table = program(chance, mode or chance.choice(["simple-continuous", "flex"]))
    volume = chance.choice(["0.1", "0.15", "0.2", "0.25", "0.3", "0.35"])
    prime = {"volume": f"{volume} mL", "duration": "20 min"}
    line = {"tubing": "old", "catheter": chance.choice(["old", "none", "new"]), "prime": prime}
    return {**table, "line": line}


def therapy(chance: random.Random, mode: str, strength: str) -> Table:
    common = {"drug": "baclofen", "concentration": f"{strength} mcg/mL"}
    if mode == "simple-continuous":
        dose = number(chance, 40, 900, chance.choice([0, 0, 1]))
        return {**common, "mode": mode, "daily_dose": f"{dose} mcg/day"}
    if mode == "periodic-bolus":
        return {
            **common,
            "mode": mode,
            "bolus": f"{number(chance, 5, 80)} mcg",
            "duration": lasting(chance.choice([5, 10, 15, 20, 30])),
            "every": lasting(chance.choice([60, 120, 180, 240, 360, 480, 720, 300, 420, 1440, 150])),
            "first": clock(chance.randrange(0, 1440, 15)),
            "basal": f"{number(chance, 20, 300)} mcg/day",
            "bolus_replaces_basal": chance.random() < 0.5,
        }
    replaces = chance.random() < 0.5
    days = chance.sample(["sat", "sun", "wed"], chance.randint(1, 2)) if mode == "weekdays" else []
    found = {**common, "mode": "flex", **flex_day(chance, replaces=replaces)}
    if days:
        found["days"] = {day: flex_day(chance, replaces=replaces) for day in days}
    return found


def flex_day(chance: random.Random, *, replaces: bool) -> Table:
    count = chance.randint(1, 3)
    edges = sorted(chance.sample(range(0, 1440, 15), 2 * count))
    steps = [
        {
            "start": clock(edges[2 * each]),
            "duration": lasting(edges[2 * each + 1] - edges[2 * each]),
            "dose": f"{number(chance, 10, 120)} mcg",
        }
        for each in range(count)
    ]
    return {
        "steps": steps,
        "basal": f"{number(chance, 40, 400)} mcg/day",
        "steps_replace_basal": replaces,
    }


# --- what a programmer shows


def printed(value: Quantity, unit: str, places: int) -> str:
    """Rounded half up at so many decimals."""
    scaled = int(value.magnitude * 10**places + Fraction(1, 2))
    digits = str(scaled).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]} {unit}" if places else f"{digits} {unit}"


def shown_by(calculation: Calculation) -> Table:
    """All that a programmer shows of a program, as it is typed into the read-outs."""
    found: Table = {}
    inputs, steps = calculation.inputs, calculation.new_therapy
    offered: Sequence[tuple[str, Quantity | None, str, int]] = (
        ("concentration", inputs.new_concentration, "mcg/mL", 0),
        ("daily_dose", steps.dose, "mcg/day", 1),
        ("daily_volume", _of(calculation.new_daily_volume), "mL", 3),
        ("flow_rate", _of(calculation.new_flow_rate), "mL/day", 3),
        (
            "bridge_volume",
            None if inputs.bridge_dose is None else _of(calculation.dead_volume),
            "mL",
            3,
        ),
    )
    for name, value, unit, places in offered:
        if value is not None:
            found[name] = printed(value, unit, places)
    bridge = _of(calculation.bridge_duration)
    if bridge is not None:
        found["bridge_duration"] = lasting(int(bridge.magnitude * 1440 + Fraction(1, 2)))
    alarm = calculation.low_alarm_date
    if alarm is not None:
        found["low_alarm_date"] = date(alarm.year, alarm.month, alarm.day).isoformat()
    return found


def _of(worked: Any) -> Quantity | None:
    return None if worked is None else worked.value


def with_prime(calculation: Calculation) -> Table:
    """All that a programmer shows where a prime runs: the bridge is for what is left of the old drug."""
    found = shown_by(calculation)
    found.pop("bridge_volume", None)
    volumes = {"prime_volume": calculation.inputs.prime_volume, "bridge_volume": calculation.bridge_volume}
    shown = {name: printed(each, "mL", 3) for name, each in volumes.items() if each is not None}
    lasts = calculation.inputs.prime_duration
    if lasts is not None:
        shown["prime_duration"] = f"{int(lasts.magnitude * 1440 + Fraction(1, 2))} min"
    return {**found, **shown}


def with_stretches(calculation: Calculation) -> Table:
    """Every stretch of the day, of each where they differ, beside the amounts."""
    differs = calculation.new_therapy.differs_by_weekday
    rows = [row for day in (Weekday if differs else [None]) for row in stretches_of(calculation, day)]
    return {**shown_by(calculation), "steps": rows}


def stretches_of(calculation: Calculation, day: Weekday | None) -> Iterator[Table]:
    for row in listed_rows(calculation.new_therapy, day):
        begin, end = row.start * 1440, (row.start + row.duration) * 1440
        if not row.is_step and begin.denominator == end.denominator == 1:
            number = int(row.dose / row.duration / 24 * 1000 + Fraction(1, 2))
            shown = f"{number // 1000}.{number % 1000:03} mcg/h"
            listed = {"start": clock(int(begin)), "end": clock(int(end) % 1440), "dose_rate": shown}
            yield listed if day is None else {"day": str(day), **listed}
