"""Are the settings of a step what a second person reads off the prescription, without seeing what the first typed?"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from itbcalc.compute.schedule import InfusionMode
from itbcalc.errors import FieldEntryError, RefusedError
from itbcalc.library.records import Library
from itbcalc.log.entries import Entry
from itbcalc.program import read_program
from itbcalc.visits.typed import leaves, nested, put, table_of

AGREES, DIFFERS = "agrees", "differs"
_SETTINGS = ("new", "bridge")  # the tables of a program that are programmed
_KNOWN_BEFORE = ("new.drug",)  # what nobody sets on the programmer
# As a prescription is read; in an entry the keys stand by their letters.
_ORDER = (
    *("new", "bridge", "concentration", "mode", "daily_dose", "basal", "bolus", "every", "first"),
    *("days", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("steps", "start", "duration", "dose", "lockout", "per_day", "steps_replace_basal"),
    *("bolus_replaces_basal", "patient_bolus", "aspirated"),
)


class ComparedSetting(Struct, frozen=True):
    """One setting: its place in the program, what the second person typed, what was recorded, and whether they agree."""

    field: str
    typed: str
    recorded: str
    verdict: str


def settings_of(step: Entry) -> dict[str, str]:
    """What a second person has to type of a step, by place, with what was recorded."""
    table = table_of(step)
    chosen = {name: table[name] for name in _SETTINGS if isinstance(table.get(name), Mapping)}
    found = {place: text for place, text in leaves(chosen) if place not in _KNOWN_BEFORE}
    return dict(sorted(found.items(), key=lambda setting: _read_order(setting[0])))


def _read_order(place: str) -> list[int]:
    """Where a setting stands on a prescription; rows of a list by their numbers."""
    parts = place.split(".")
    return [
        int(part) if part.isdigit() else _ORDER.index(part) if part in _ORDER else len(_ORDER)
        for part in parts
    ]


def choices_of(place: str, recorded: str) -> tuple[str, ...]:
    """What a setting may be that is chosen from a list; empty for one that is typed."""
    if recorded in ("true", "false"):
        return "yes", "no"
    return tuple(mode.words for mode in InfusionMode) if place.endswith(".mode") else ()


def compared_settings(step: Entry, typed: Mapping[str, str], library: Library) -> tuple[ComparedSetting, ...]:
    """Each setting of a step as typed and as recorded; quantities agree where they are equal, in whatever unit.

    Raises RefusedError, FieldEntryError for a field left out and for a text that is none of its kind.
    """
    recorded = settings_of(step)
    unknown = [place for place in typed if place not in recorded]
    if unknown:
        raise RefusedError(unknown[0], typed[unknown[0]], "not_a_setting", known=", ".join(recorded))
    for place in recorded:
        if not typed.get(place, "").strip():
            raise RefusedError(place, "", "missing")
    table = table_of(step)
    return tuple(
        ComparedSetting(place, typed[place], text, _verdict(table, place, typed[place], library))
        for place, text in recorded.items()
    )


def readable(typed: Mapping[str, str], library: Library) -> None:
    """Raises FieldEntryError, RefusedError for the first setting that is none of its kind, whatever was recorded."""
    for place, text in typed.items():
        _one_of(choices_of(place, ""), place, text)
    table = nested({place: _in_a_file(text) for place, text in typed.items()})
    for refusal in read_program(table, library).refusals:
        if isinstance(refusal, FieldEntryError) and refusal.field in typed:
            raise refusal


def _in_a_file(text: str) -> str | bool:
    """A mode or a yes as a program file has it; any other text as it is."""
    keys: dict[str, str | bool] = {_words(mode.words): str(mode) for mode in InfusionMode}
    return {**keys, "true": True, "false": False}.get(_words(text), text)


def _one_of(choices: Sequence[str], place: str, typed: str) -> None:
    if choices and _words(typed) not in map(_words, choices):
        raise RefusedError(place, typed, "unknown_key", known=", ".join(choices))


def _verdict(table: Mapping[str, Any], place: str, typed: str, library: Library) -> str:
    """One field at a time: what the others hold must not refuse it."""
    second = read_program(put(table, place, typed.strip()), library)
    refused = [refusal for refusal in second.refusals if refusal.field == place]
    first = read_program(table, library).program.entries.get(place)
    entered = second.program.entries.get(place)
    if first is not None and entered is None and refused:
        raise refused[0]
    for refusal in refused:
        if isinstance(
            refusal, FieldEntryError
        ):  # no program could hold it; what the others contradict differs
            raise refusal
    recorded = dict(leaves(table))[place]
    _one_of(choices_of(place, recorded), place, typed)
    if first is None or entered is None:
        return AGREES if _words(typed) == _words(recorded) else DIFFERS
    return AGREES if entered.quantity == first.quantity else DIFFERS


def _words(text: str) -> str:
    """A mode, a time or a yes as it is compared: `Simple continuous` is `simple-continuous`, `yes` is `true`."""
    plain = " ".join(text.casefold().replace("-", " ").split())
    return {"yes": "true", "no": "false"}.get(plain, plain)
