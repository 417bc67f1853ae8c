"""Which fields a schedule has, which unit each shows, and how they stand in a program file. No Qt.

A place is that of the program file, `new.steps.1.dose`, except where the panel shows several weekdays as one
group: `new.groups.1.days` holds their names, `new.groups.1.steps.1.dose` what runs on each of them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

THERAPIES = ("current", "new")
MODES = (
    ("", "simple continuous"),
    ("flex", "flex"),
    ("periodic-bolus", "periodic bolus"),
    ("single-bolus", "single bolus"),
    ("minimum-rate", "minimum rate"),
    ("stopped", "stopped"),
)
SIMPLE = "simple-continuous"
REPLACES = (("", "not said"), ("replace", "take its place"), ("add", "come on top of it"))
STEP_KEYS = ("start", "duration", "dose")
STEP_EXAMPLES = {"start": "22:00", "duration": "8 h"}
BOLUS_KEYS = ("bolus", "duration", "every", "first")
PATIENT_KEYS = ("dose", "duration", "lockout", "per_day")
ROW_KEYS = ("day", "start", "end", "dose_rate", "dose")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Everything of a therapy that the panel holds, as it stands in a file.
FILE_KEYS = (
    *("mode", "basal", "steps", "steps_replace_basal", "days"),
    *("bolus", "duration", "every", "first", "bolus_replaces_basal", "flow_rate", "patient_bolus"),
)
_OF_MODE: Mapping[str, tuple[str, ...]] = {
    "periodic-bolus": BOLUS_KEYS,
    "single-bolus": ("bolus", "duration"),
    "minimum-rate": ("flow_rate",),
}
_UNITS = (  # by a pattern, compiled when it is first asked for
    (r"readouts\.steps\.\d+\.dose_rate", "mcg/h"),
    (r"(?:new|current|readouts)\..*\bdose|(?:new|current)\.bolus", "mcg"),
    (r"(?:new|current)\.(?:.*\.)?basal", "mcg/day"),
    (r"(?:new|current)\.flow_rate", "mL/day"),
)

Typed = Mapping[str, str]


def unit_at(place: str) -> str:
    """The unit that the field at `place` shows beside itself; a time always says its own."""
    if place in ("new.daily_dose", "current.daily_dose"):
        return "mcg/day"
    return next((unit for pattern, unit in _UNITS if re.fullmatch(pattern, place)), "")


def is_schedule_place(place: str) -> bool:
    """Whether the schedule panel holds this place."""
    table, _, rest = place.partition(".")
    if table == "readouts":
        return rest.startswith("steps.")
    return table in THERAPIES and rest.partition(".")[0] in (*FILE_KEYS, "groups")


# --- to the program file


def therapy_table(typed: Typed, name: str, *, with_units: bool = False) -> dict[str, Any]:
    """What the fields of one therapy hold, as its table in a program file: only what belongs to its mode."""
    own = {
        place.removeprefix(f"{name}."): text.strip(" ")
        for place, text in typed.items()
        if place.startswith(f"{name}.")
    }
    own = {place: text for place, text in own.items() if text}
    mode = own.get("mode", "")
    table: dict[str, Any] = {"mode": mode} if mode else {}

    def value(place: str) -> str:
        return _with_unit(own[place], f"{name}.{place}") if with_units else own[place]

    if mode == "flex":
        days = _days_table(own, value)
        day = _day_table(own, value)
        if not days and not day["steps"]:
            del day["steps"]  # not typed yet, which is no fault; beside other days it means: none on this one
        table |= day
        table |= {"days": days} if days else {}
    for key in _OF_MODE.get(mode, ()):
        if key in own:
            table[key] = value(key)
    if mode in ("periodic-bolus", "single-bolus"):
        table |= {"basal": value("basal")} if "basal" in own else {}
        table |= _said("bolus_replaces_basal", own.get("bolus_replaces_basal", ""))
    patient = {key: value(f"patient_bolus.{key}") for key in PATIENT_KEYS if f"patient_bolus.{key}" in own}
    if patient:
        table["patient_bolus"] = _with_count(patient)
    return table


def row_tables(typed: Typed, *, with_units: bool = False) -> list[dict[str, str]]:
    """The programmer's rows, as `readouts.steps` in a program file; empty rows are left out."""
    rows: list[dict[str, str]] = []
    for number in row_numbers(typed, "readouts.steps"):
        places = {key: f"readouts.steps.{number}.{key}" for key in ROW_KEYS}
        row = {
            key: typed[place].strip(" ") for key, place in places.items() if typed.get(place, "").strip(" ")
        }
        if "day" in row:
            row["day"] = row["day"].lower()
        rows.append({k: _with_unit(text, places[k]) for k, text in row.items()} if with_units else row)
    return rows


def row_numbers(typed: Typed, prefix: str) -> list[int]:
    """The rows under `prefix` (`new.steps`) in which something is typed."""
    return sorted({number for number, key in _numbered(typed, f"{prefix}.") if "." not in key})


def group_numbers(typed: Typed, name: str) -> list[int]:
    """The groups of weekdays of a therapy in which something is typed."""
    return sorted({number for number, _ in _numbered(typed, f"{name}.groups.")})


def _numbered(typed: Typed, prefix: str) -> Iterator[tuple[int, str]]:
    """The number behind `prefix`, and what stands behind that, of each place in which something is typed."""
    for place, text in typed.items():
        if place.startswith(prefix) and text.strip(" "):
            number, _, key = place[len(prefix) :].partition(".")
            if number.isdecimal() and key:
                yield int(number), key


def weekdays_in(text: str) -> list[str]:
    """`sat sun`, `Sat, Sun` or `mon-fri` as weekdays; what is none stays as it was typed."""
    days: list[str] = []
    for part in re.split(r"[\s,]+", text.strip().lower()):
        first, dash, last = part.partition("-")
        if dash and first in WEEKDAYS and last in WEEKDAYS and WEEKDAYS.index(first) < WEEKDAYS.index(last):
            days += WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last) + 1]
        else:
            days.append(part)
    return [f"{day} twice" if day in days[:position] else day for position, day in enumerate(days)]


def field_place(typed: Typed, place: str) -> str:
    """The field behind a place of the program file: rows left empty are counted, weekdays stand in their group."""
    table, _, rest = place.partition(".")
    prefix = f"{table}."
    if table in THERAPIES and rest.startswith("days."):
        found = _in_group(typed, table, rest.removeprefix("days."))
        if found is None:
            return place
        group, inside = found
        prefix, rest = f"{table}.groups.{group}.", inside or "days"
    step = re.fullmatch(r"steps\.(\d+)(\..+)?", rest)
    if step is not None:
        numbers = row_numbers(typed, f"{prefix}steps")
        number = int(step[1])
        shown = numbers[number - 1] if number <= len(numbers) else number
        return f"{prefix}steps.{shown}{step[2] or '.start'}"
    whole = {"steps": "steps.1.start", "patient_bolus": "patient_bolus.dose"}
    return f"{prefix}{whole.get(rest, rest)}"


def _in_group(typed: Typed, name: str, inside: str) -> tuple[int, str] | None:
    """The group that `sat.steps.1` is in, and the rest of the place; a day may be any text, even with points in it."""
    given = {group: typed.get(f"{name}.groups.{group}.days", "") for group in group_numbers(typed, name)}
    for group, days in _group_days(given).items():
        for day in days:
            if inside == day or inside.startswith(f"{day}."):
                return group, inside.removeprefix(day).removeprefix(".")
    return None


def _group_days(given: Mapping[int, str]) -> dict[int, list[str]]:
    """The weekdays that were `given` for each group as keys of the file: those of a group before are said to be twice."""
    before: list[str] = []
    days: dict[int, list[str]] = {}
    for group, text in sorted(given.items()):
        days[group] = [f"{day} twice" if day in before else day for day in weekdays_in(text or "?")]
        before += weekdays_in(text)
    return days


def _days_table(own: Typed, value: Callable[[str], str]) -> dict[str, Any]:
    groups: dict[int, dict[str, str]] = {}
    for number, key in _numbered(own, "groups."):
        groups.setdefault(number, {})[key] = own[f"groups.{number}.{key}"]
    tables = {
        group: _day_table(inside, lambda place, group=group: value(f"groups.{group}.{place}"))  # type: ignore[misc]
        for group, inside in groups.items()
    }
    days = _group_days({group: inside.get("days", "") for group, inside in groups.items()})
    return {day: tables[group] for group, named in days.items() for day in named}


def _day_table(own: Typed, value: Callable[[str], str]) -> dict[str, Any]:
    """Basal, steps and how they go together, of every day or of one group."""
    table: dict[str, Any] = {}
    if "basal" in own:
        table["basal"] = value("basal")
    table["steps"] = [
        {key: value(place) for key in STEP_KEYS if (place := f"steps.{number}.{key}") in own}
        for number in row_numbers(own, "steps")
    ]
    return table | _said("steps_replace_basal", own.get("steps_replace_basal", ""))


def _said(key: str, choice: str) -> dict[str, Any]:
    return {key: {"replace": True, "add": False}.get(choice, choice)} if choice else {}


def _with_count(patient: dict[str, str]) -> dict[str, Any]:
    count = patient.get("per_day", "")
    return {**patient, "per_day": int(count)} if re.fullmatch(r"[1-9][0-9]{0,5}", count) else dict(patient)


def _with_unit(text: str, place: str) -> str:
    unit = unit_at(place)
    return f"{text} {unit}" if unit and re.fullmatch(r"[0-9.]+", text) else text


# --- from the program file


def therapy_typed(table: Mapping[str, Any], name: str) -> dict[str, str]:
    """The texts of the fields of one therapy, from its table in a program file."""
    found = dict(_therapy_texts(table))
    found["mode"] = "" if table.get("mode") == SIMPLE else str(table.get("mode", ""))
    typed = {f"{name}.{place}": text for place, text in found.items() if text}
    return {place: _without_unit(text, place) for place, text in typed.items()}


def row_typed(rows: object) -> dict[str, str]:
    """The texts of the programmer's rows."""
    if not isinstance(rows, list):
        return {}
    texts = {
        f"readouts.steps.{number}.{key}": str(text)
        for number, row in enumerate(rows, start=1)
        if isinstance(row, Mapping)
        for key, text in row.items()
    }
    return {place: _without_unit(text, place) for place, text in texts.items()}


def _therapy_texts(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _day_texts(table, "")
    for key in (*BOLUS_KEYS, "flow_rate"):
        yield key, _text(table.get(key))
    yield "bolus_replaces_basal", _choice(table.get("bolus_replaces_basal"))
    patient = table.get("patient_bolus")
    if isinstance(patient, Mapping):
        yield from ((f"patient_bolus.{key}", _text(patient.get(key))) for key in PATIENT_KEYS)
    days = table.get("days")
    if isinstance(days, Mapping):
        for number, (names, day) in enumerate(_alike(days), start=1):
            yield f"groups.{number}.days", " ".join(names)
            yield from _day_texts(day, f"groups.{number}.")


def _day_texts(day: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    yield f"{prefix}basal", _text(day.get("basal"))
    yield f"{prefix}steps_replace_basal", _choice(day.get("steps_replace_basal"))
    steps = day.get("steps")
    for number, step in enumerate(steps if isinstance(steps, list) else (), start=1):
        if isinstance(step, Mapping):
            yield from ((f"{prefix}steps.{number}.{key}", _text(step.get(key))) for key in STEP_KEYS)


def _alike(days: Mapping[str, Any]) -> list[tuple[list[str], Mapping[str, Any]]]:
    """The days in groups that run the same."""
    groups: list[tuple[list[str], Mapping[str, Any]]] = []
    for name, day in days.items():
        if not isinstance(day, Mapping):
            continue
        same = next((names for names, held in groups if held == day), None)
        if same is None:
            groups.append(([name], day))
        else:
            same.append(name)
    return groups


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _choice(value: object) -> str:
    return {True: "replace", False: "add"}.get(value, "") if isinstance(value, bool) else ""


def _without_unit(text: str, place: str) -> str:
    unit = unit_at(place)
    return text.removesuffix(f" {unit}") if unit else text
