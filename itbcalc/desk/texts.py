"""Between the texts of the fields and the table of a program file, both ways. No Qt.

What a file holds and the panel has no field for (a pump of one's own, segments written out) is kept and
written back untouched.
"""

import copy
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from itbcalc.desk.dates import said_plainly
from itbcalc.desk.fields import DATED, PLACES, SCREENING_KEYS, SCREENING_ROWS, SHOWN_UNITS, YES_OR_NO
from itbcalc.desk.schedule_texts import (
    FILE_KEYS,
    SIMPLE,
    THERAPIES,
    row_tables,
    row_typed,
    therapy_table,
    therapy_typed,
)
from itbcalc.errors import EntryError

# What a TOML file may hold at one place.
TableValue = object

FIXED = {"drug": "baclofen", "mode": SIMPLE}  # what the first choice of the fields stands for
NOW = "now"  # the moment of the change, where no other is typed
OWN_PUMP = "of the file"
# What a section holds as a list, each row with fields of its own.
_LISTED = {"readouts": ("steps",), "screening": ("boluses",)}
_SCREENING = "screening.boluses."


class Texts(Struct, frozen=True):
    """The texts of all fields by place, and the table of the file they came from."""

    typed: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, Any] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing has been typed."""
        return not any(text.strip() for text in self.typed.values())


def table_of(texts: Texts, *, with_units: bool = False) -> dict[str, Any]:
    """The table of a program file that holds these texts; `with_units` writes the units that fields show."""
    table: dict[str, Any] = copy.deepcopy({name: dict(section) for name, section in texts.kept.items()})
    for place in PLACES:
        if place.startswith(_SCREENING):
            continue
        text = texts.typed.get(place, "").strip(" ")
        _put(table, place, _value_of(place, text, table, with_units=with_units))
    boluses = _bolus_tables(texts.typed, with_units=with_units)
    if boluses:
        table["screening"] = {**table.get("screening", {}), "boluses": boluses}
    for name in THERAPIES:
        scheduled = therapy_table(texts.typed, name, with_units=with_units)
        if scheduled.get("mode"):
            table.get(name, {}).pop(
                "daily_dose", None
            )  # it is computed there; what was typed waits in its field
        if table.get(name) or scheduled:
            table[name] = {**FIXED, **table.get(name, {}), **scheduled}
    rows = row_tables(texts.typed, with_units=with_units)
    if rows:
        table.setdefault("readouts", {})["steps"] = rows
    return {name: section for name, section in table.items() if section}


def texts_of(table: Mapping[str, Any]) -> Texts:
    """The texts of the fields for a table read from a program file."""
    table = _with_its_line(table)
    typed: dict[str, str] = {}
    for place in PLACES:
        text = _text_of(place, _get(table, place))
        if text:
            typed[place] = text
    typed |= _bolus_typed(_get(table, "screening.boluses"))
    for name in THERAPIES:
        section = table.get(name)
        typed |= therapy_typed(section, name) if isinstance(section, Mapping) else {}
    typed |= row_typed(_get(table, "readouts.steps"))
    sections = {name: section for name, section in table.items() if isinstance(section, Mapping)}
    return Texts(typed, {name: _without_schedule(name, section) for name, section in sections.items()})


def _with_its_line(table: Mapping[str, Any]) -> Mapping[str, Any]:
    """A table that says `aspirated` in the one way in which the fields say it: an emptied catheter behind full tubing.

    Where it says something of the line besides, it stays as it is, and is refused by name.
    """
    if _get(table, "bridge.aspirated") is not True or "line" in table:
        return table
    bridge = {key: value for key, value in table["bridge"].items() if key != "aspirated"}
    without = {name: section for name, section in table.items() if name != "bridge"}
    return {
        **without,
        **({"bridge": bridge} if bridge else {}),
        "line": {"tubing": "old", "catheter": "none"},
    }


def _bolus_tables(typed: Mapping[str, str], *, with_units: bool) -> list[dict[str, TableValue]]:
    """The boluses of the screening trial, up to the last in which something stands: each keeps its number."""
    rows: list[dict[str, TableValue]] = []
    for number in SCREENING_ROWS:
        texts = {key: typed.get(f"{_SCREENING}{number}.{key}", "").strip(" ") for key in SCREENING_KEYS}
        rows.append(
            {
                key: _value_of(f"{_SCREENING}{number}.{key}", text, {}, with_units=with_units)
                for key, text in texts.items()
                if text
            }
        )
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _bolus_typed(boluses: TableValue) -> dict[str, str]:
    """Their texts; a list of another shape has none, and is refused by the reader."""
    if not isinstance(boluses, list):
        return {}
    texts = {
        place: _text_of(place, value)
        for number, bolus in enumerate(boluses, start=1)
        if isinstance(bolus, Mapping)
        for key, value in bolus.items()
        if (place := f"{_SCREENING}{number}.{key}")
    }
    return {place: text for place, text in texts.items() if text}


def _without_schedule(name: str, section: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a section: the fields of the schedule hold all of theirs."""
    held = FILE_KEYS if name in THERAPIES else _LISTED.get(name, ())
    return {key: value for key, value in section.items() if key not in held}


def says_now(texts: Texts) -> bool:
    """Whether the moment of the change is that at which it is checked: no other was typed."""
    return not texts.empty and _is_now(texts.typed.get("reservoir.at", ""))


def with_moment(table: Mapping[str, Any], now: datetime, clinic_zone: str | None) -> dict[str, Any]:
    """The table with `now` as the moment of the change where none was typed.

    Its local time is that of the zone that was typed, else of the clinic's, else of this computer.
    """
    reservoir = table.get("reservoir", {})
    if not _is_now(reservoir.get("at", "")):
        return dict(table)
    from itbcalc.quantities.instants import read_zone  # not above: the window is painted first

    try:
        zone = read_zone(reservoir["zone"]) if "zone" in reservoir else None
    except EntryError:
        zone = None  # it is refused beside its field
    if zone is None and clinic_zone:
        zone = read_zone(clinic_zone)
    at = now.astimezone(zone).isoformat(timespec="minutes")
    return {**table, "reservoir": {**reservoir, "at": at}}


def _is_now(text: str) -> bool:
    return text.strip(" ").lower() in ("", NOW)


def catheter_table(text: str) -> TableValue:
    """`0.19 mL`, `89 cm × 0.0022 mL/cm`, or several of these segments joined by `+`, as in a program file."""
    segments = [_segment(part.strip(" ")) for part in text.split("+")]
    return segments[0] if len(segments) == 1 else segments


def catheter_text(value: TableValue) -> str:
    """The catheter of a program file in one line."""
    segments = value if isinstance(value, list) else [value]
    return " + ".join(_segment_text(segment) for segment in segments if isinstance(segment, Mapping))


def _segment(text: str) -> dict[str, str]:
    parts = re.split(r" ?[×x*] ?", text, maxsplit=1)
    if len(parts) == 1:
        return {"volume": text}
    return {"length": parts[0], "volume_per_length": parts[1]}


def _segment_text(segment: Mapping[str, Any]) -> str:
    if "volume" in segment:
        return str(segment["volume"])
    return f"{segment.get('length', '')} × {segment.get('volume_per_length', '')}"


def _value_of(place: str, text: str, table: Mapping[str, Any], *, with_units: bool) -> TableValue:
    """What stands at `place` in the file; None for nothing."""
    if not text:
        return None
    if place == "system.catheter":
        return catheter_table(text)
    if place == "system.pump" and text == OWN_PUMP and isinstance(_get(table, place), Mapping):
        return _get(table, place)
    if place in DATED:
        return said_plainly(text)
    if place == "patient.age_years":
        return _number_or_text(text)
    if place in YES_OR_NO:
        return {"yes": True, "no": False}.get(text, text)
    if place.endswith(".per_day") and re.fullmatch(r"[1-9][0-9]{0,5}", text):
        return int(text)
    unit = SHOWN_UNITS.get(place)
    if with_units and unit and re.fullmatch(r"[0-9.]+", text):
        return f"{text} {unit}"
    return text


def _number_or_text(text: str) -> TableValue:
    """An age is a bare number in the file; anything else is left for the reader to refuse."""
    if not re.fullmatch(r"(0|[1-9][0-9]{0,2})(\.[0-9]{1,3})?", text):
        return text
    # Here and below, not above: pint comes with it, and the window is painted first.
    from itbcalc.program.toml_file import BareNumber

    return int(text) if "." not in text else BareNumber(text)


def _text_of(place: str, value: TableValue) -> str:
    if value is None:
        return ""
    if place == "system.catheter":
        return catheter_text(value)
    if place == "system.pump" and isinstance(value, Mapping):
        return OWN_PUMP
    if place in YES_OR_NO and isinstance(value, bool):
        return "yes" if value else "no"
    if place.endswith((".mode", ".drug")) and value in FIXED.values():
        return ""  # the first choice: nothing has to be chosen for it
    from itbcalc.program.toml_file import BareNumber

    if isinstance(value, BareNumber):
        return value.text
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    unit = SHOWN_UNITS.get(place)
    return str(value).removesuffix(f" {unit}") if unit else str(value)


def _get(table: Mapping[str, Any], place: str) -> TableValue:
    value: TableValue = table
    for key in place.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def _put(table: dict[str, Any], place: str, value: TableValue) -> None:
    *path, key = place.split(".")
    if value is None:
        _take_out(table, path, key)
        return
    section = table
    for name in path:
        section = section.setdefault(name, {})
    section[key] = value


def _take_out(table: dict[str, Any], path: list[str], key: str) -> None:
    """Takes `key` out of the table at `path`, and tables of a table that are empty then."""
    section = _get(table, ".".join(path))
    if isinstance(section, dict):
        section.pop(key, None)
        if not section and len(path) > 1:
            _take_out(table, path[:-1], path[-1])
