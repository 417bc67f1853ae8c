"""The program as it was typed, out of an entry: as a table to be read again, and leaf by leaf to be compared."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from itbcalc.log.entries import Entry
from itbcalc.program.toml_file import BareNumber

BARE_NUMBERS = ("patient.age_years",)  # a program file holds them as numbers, an entry as text


class Changed(Struct, frozen=True):
    """One field that differs: its place in the program, and what stood and stands there (empty: nothing)."""

    field: str
    was: str
    now: str


def table_of(entry: Entry) -> dict[str, Any]:
    """The program of a step, as `read_program` takes it; empty for an entry that holds none."""
    return _copied(typed_in(entry), "")


def typed_in(entry: Entry) -> Mapping[str, Any]:
    """The same as it stands in the log, not copied: for a look at one key."""
    inputs = entry.body.get("inputs")
    return inputs if isinstance(inputs, Mapping) else {}


def leaves(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a table with its place: `new.steps.2.dose`. Lists are counted from 1."""
    for key, value in table.items():
        yield from _leaves_of(value, f"{prefix}.{key}" if prefix else str(key))


def put(table: Mapping[str, Any], place: str, text: str) -> dict[str, Any]:
    """A copy of a table with another text at a place that is there."""
    changed_table: dict[str, Any] = _put(table, place.split("."), text)
    return changed_table


def nested(texts: Mapping[str, str | bool]) -> dict[str, Any]:
    """The table that has these texts as its leaves: the reverse of `leaves`."""
    table: dict[str, Any] = {}
    for place, text in texts.items():
        *keys, last = place.split(".")
        inner = table
        for key in keys:
            inner = inner.setdefault(key, {})
        inner[last] = text
    made: dict[str, Any] = _with_lists(table)
    return made


def _with_lists(value: Any) -> Any:  # noqa: ANN401  # what a table holds
    if not isinstance(value, dict):
        return value
    made = {key: _with_lists(held) for key, held in value.items()}
    return list(made.values()) if all(key.isdigit() for key in made) else made


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Changed, ...]:
    """Every field that differs between two sets of texts by place, in the order in which they stand."""
    places = dict.fromkeys((*before, *after))
    return tuple(
        Changed(place, before.get(place, ""), after.get(place, ""))
        for place in places
        if before.get(place, "") != after.get(place, "")
    )


def _leaves_of(value: object, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield from leaves(value, place)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, held in enumerate(value, start=1):
            yield from _leaves_of(held, f"{place}.{number}")
    elif isinstance(value, bool):
        yield place, "true" if value else "false"
    else:
        yield place, value.text if isinstance(value, BareNumber) else str(value)


def _copied(value: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {key: _copy_of(held, f"{prefix}.{key}" if prefix else key) for key, held in value.items()}


def _copy_of(value: object, place: str) -> object:
    if isinstance(value, Mapping):
        return _copied(value, place)
    if isinstance(value, list):
        return [_copy_of(each, place) for each in value]
    return BareNumber(value) if place in BARE_NUMBERS and isinstance(value, str) else value


def _put(value: Any, keys: Sequence[str], text: str) -> Any:  # noqa: ANN401  # what a table holds
    if not keys:
        return {"true": True, "false": False}.get(text, text) if isinstance(value, bool) else text
    key, *rest = keys
    if isinstance(value, list):
        return [_put(held, rest, text) if n == int(key) else held for n, held in enumerate(value, start=1)]
    return {name: _put(held, rest, text) if name == key else held for name, held in value.items()}
