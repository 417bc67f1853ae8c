"""A scenario while it is written in fields: the table it makes, and what the reader of scenarios says of it at each moment."""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Any

import tomli_w
from msgspec import Struct, field
from msgspec.structs import replace

from itbcalc.compute.schedule import InfusionMode
from itbcalc.judge.findings import FindingCode
from itbcalc.library.records import Library, Origin
from itbcalc.practice.criteria import COMMON_KEYS, KEYS, CriterionKind, Harm, OutcomeScale, When, Which
from itbcalc.practice.faults import FaultKind, FoundBy
from itbcalc.practice.scenario_reading import (
    EVENT_KEYS,
    EXPERT_KEYS,
    FAULT_KEYS,
    ScenarioError,
    read_scenario_text,
)
from itbcalc.program import load_toml
from itbcalc.program.therapy_reading import MODE_KEYS, PATIENT_BOLUS_KEYS, STEP_KEYS
from itbcalc.program.toml_file import BareNumber

_WHOLE = re.compile(r"[0-9]+")
_YES, _NO = "yes", "no"


class FieldKind(StrEnum):
    """How the text of a field becomes a value of the file."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    NAMES = "names"  # parted by commas
    LINES = "lines"
    PAIRS = "pairs"  # a line each, `heading: words`
    STEPS = "steps"  # a line each, `start, duration, dose`
    YES_NO = "yes-no"


class DraftField(Struct, frozen=True):
    """A field: its place in the file, `criteria.2.points`, its words, and what is on offer where that is a closed list.

    `names` are what those on offer are called, where that is not what stands in the file.
    """

    place: str
    words: str
    kind: FieldKind = FieldKind.TEXT
    options: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def said(self, option: str) -> str:
        """What one of those on offer is called."""
        return self.names.get(option) or option.replace("-", " ").replace("_", " ")

    def touches(self, place: str) -> bool:
        """Whether a fault at `place` is of this field, of a part of it, or of what it is a part of."""
        return place == self.place or place.startswith(f"{self.place}.") or self.place.startswith(f"{place}.")


class DraftSection(Struct, frozen=True):
    """Fields that belong together. `list_place` and `number` (from 1) where it is one of several, to be taken out."""

    title: str
    fields: tuple[DraftField, ...]
    list_place: str = ""
    number: int = 0

    def holds(self, place: str) -> bool:
        """Whether a fault at `place` belongs here."""
        if self.list_place:
            return place == (own := f"{self.list_place}.{self.number}") or place.startswith(f"{own}.")
        return any(each.touches(place) for each in self.fields)


# What may stand several times: the place of the list, what one of it is called, and how a new one begins.
SEVERAL: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "events": ("Event", {}),
    "hidden.faults": ("Hidden fault", {"kind": str(FaultKind.KINK)}),
    "programmer": ("Trap of the programmer", {"makes": {"new": {}}}),
    "criteria": ("Criterion", {"kind": str(CriterionKind.NO_HARM), "points": 10}),
    "debrief.experts": ("An expert looks at", {}),
}
_TOLD = (
    ("title", "Title", FieldKind.TEXT),
    ("goal", "Goal", FieldKind.LONG),
    ("source", "Sources", FieldKind.NAMES),
    ("starts", "Starts", FieldKind.TEXT),
    ("zone", "Time zone", FieldKind.TEXT),
    ("lasts", "Lasts", FieldKind.TEXT),
    ("seed", "Seed", FieldKind.NUMBER),
    ("situation", "Situation", FieldKind.LONG),
    ("chart", "Chart (heading: words)", FieldKind.PAIRS),
    ("hints", "Hints, a line each", FieldKind.LINES),
)
# A trait that is not left to chance, in its unit.
TRAIT_WORDS: Mapping[str, str] = {
    "clearance": "Clearance from the CSF, mL/h",
    "volume": "Volume of CSF, mL",
    "fast_time": "Fast path to the effect, each of three stages, h",
    "slow_rate": "Slow path to the effect, per h",
    "fast_share": "Share of the fast path, 0 to 1",
    "half_effect": "Half the effect at, ng/mL (less needs less)",
    "ashworth": "Ashworth before treatment, 0 to 4",
    "penn": "Penn before treatment, 0 to 4",
    "pain": "Pain before treatment, 0 to 10",
    "tolerance_early": "Early tolerance, multiples of the half effect",
    "tolerance_late": "Late tolerance, multiples of the half effect",
    "tolerance_lasting": "Lasting tolerance, multiples for each year",
    "sensitivity": "Side effects at, of the usual (less: sooner)",
    "withdrawal": "Withdrawal that shows, of the usual (more: more of it)",
}
_NUMBERS = ("value", "points", "seed")
_GOES_WHEN_EMPTY = ("patient_bolus", "system", "patient")
_YES_NO = (FieldKind.YES_NO, (_YES, _NO))
_STEPS_WORDS = "Steps, a line each: start, duration, dose"
_THERAPY_KINDS: Mapping[str, tuple[FieldKind, tuple[str, ...]]] = {
    "mode": (FieldKind.TEXT, tuple(InfusionMode)),
    "steps": (FieldKind.STEPS, ()),
    "steps_replace_basal": _YES_NO,
    "bolus_replaces_basal": _YES_NO,
    "patient_bolus.per_day": (FieldKind.NUMBER, ()),
}
_BOUNDS = ("least", "most")  # of a score bare numbers, else quantities or stages
_NAMES = ("source", "needs", "what")
_LONG = ("words",)


def sections(table: Mapping[str, Any], library: Library) -> tuple[DraftSection, ...]:
    """All fields of a scenario as it stands, in the order of the file."""
    told = tuple(DraftField(place, words, kind) for place, words, kind in _TOLD)
    return (
        DraftSection("What the trainee sees", told),
        DraftSection("Pump and therapy", _program_fields(table, library)),
        DraftSection("What is hidden", _hidden_fields()),
        DraftSection("The patient, where not left to chance", _trait_fields()),
        *_several(table, "hidden.faults", library),
        *_several(table, "events", library),
        *_several(table, "programmer", library),
        *_several(table, "criteria", library),
        DraftSection("Debrief", (DraftField("debrief.words", "What is said", FieldKind.LONG),)),
        *_several(table, "debrief.experts", library),
    )


def _program_fields(table: Mapping[str, Any], library: Library) -> tuple[DraftField, ...]:
    offered: Mapping[str, tuple[str, ...]] = {
        "system.pump": tuple(sorted(library.pumps)),
        "patient.spasticity_origin": tuple(Origin),
        "patient.jurisdiction": tuple(each.id for each in library.jurisdictions),
    }
    named = {
        "system.pump": {id_: pump.name for id_, pump in library.pumps.items()},
        "patient.jurisdiction": {each.id: each.title for each in library.jurisdictions},
    }
    places = (
        "system.pump",
        "system.tubing_volume",
        "system.catheter.volume",
        "system.catheter.length",
        "system.catheter.volume_per_length",
        "reservoir.filled",
        "reservoir.low_alarm",
        "patient.ref",
        "patient.spasticity_origin",
        "patient.age_years",
        "patient.jurisdiction",
        "patient.last_change",
    )
    fields = tuple(
        DraftField(
            f"program.{place}",
            _words(place.partition(".")[2]),
            FieldKind.NUMBER if place == "patient.age_years" else FieldKind.TEXT,
            offered.get(place, ()),
            named.get(place, {}),
        )
        for place in places
    )
    return (*fields, *_therapy_fields("program.current", value_at(table, "program.current"), library))


def _therapy_fields(place: str, therapy: object, library: Library, mode: str = "") -> Iterator[DraftField]:
    """What its mode takes, and what else stands there, so that a key of another mode can be taken out."""
    held = therapy if isinstance(therapy, Mapping) else {}
    mode = str(held.get("mode", mode))
    of_mode = MODE_KEYS[InfusionMode(mode)] if mode in list(InfusionMode) else ()
    of_bolus = tuple(f"patient_bolus.{key}" for key in PATIENT_BOLUS_KEYS)
    in_parts = ("days", "patient_bolus")  # `days`, and what a programmer held wrongly, only in the file
    keys = ("drug", "concentration", "mode", *(key for key in of_mode if key not in in_parts), *of_bolus)
    for key in (*keys, *(key for key in held if key not in keys and not isinstance(held[key], Mapping))):
        kind, options = _THERAPY_KINDS.get(key, (FieldKind.TEXT, ()))
        offered = tuple(sorted(library.drugs)) if key == "drug" else options
        words = _STEPS_WORDS if kind is FieldKind.STEPS else _words(key)
        named = {id_: drug.name for id_, drug in library.drugs.items()} if key == "drug" else {}
        yield DraftField(f"{place}.{key}", words, kind, offered, named)


def _words(key: str) -> str:
    return key.replace(".", " ").replace("_", " ").capitalize()


def _hidden_fields() -> tuple[DraftField, ...]:
    keys = ("accustomed", "treated", "before", "reservoir", "concentration", "tubing_volume")
    return (
        *(DraftField(f"hidden.{key}", _words(key)) for key in keys),
        DraftField("hidden.line", "Line holds", options=("drug", "csf")),
        DraftField("hidden.average_patient", "Average patient", FieldKind.YES_NO, (_YES, _NO)),
    )


def _trait_fields() -> tuple[DraftField, ...]:
    return tuple(
        DraftField(f"hidden.patient.{key}", words, FieldKind.NUMBER) for key, words in TRAIT_WORDS.items()
    )


def _trap_fields(place: str, trap: object, library: Library) -> Iterator[DraftField]:
    """What is programmed falls into it, and what the programmer makes of that: keys laid over, or a whole therapy."""
    held = trap if isinstance(trap, Mapping) else {}
    yield DraftField(f"{place}.words", "What went wrong", FieldKind.LONG)
    yield DraftField(f"{place}.when_mode", "When this mode is programmed", options=tuple(InfusionMode))
    yield DraftField(f"{place}.until_seen", "Until it is seen", FieldKind.YES_NO, (_YES, _NO))
    yield DraftField(f"{place}.makes.system.tubing_volume", "It makes: tubing volume")
    new = value_at(held, "makes.new")
    for each in _therapy_fields(f"{place}.makes.new", new, library, str(held.get("when_mode", ""))):
        words = f"It makes: {each.words[0].lower()}{each.words[1:]}"
        yield replace(each, words=words)


def _several(table: Mapping[str, Any], place: str, library: Library) -> Iterator[DraftSection]:
    listed = value_at(table, place)
    words, _ = SEVERAL[place]
    for number, each in enumerate(listed if isinstance(listed, list) else [], start=1):
        kind = each.get("kind") if isinstance(each, Mapping) else None
        where = f"{place}.{number}"
        fields = (
            tuple(_trap_fields(where, each, library))
            if place == "programmer"
            else tuple(_field(f"{where}.{key}", kind, library) for key in _keys(place, kind))
        )
        name = next(
            (str(each[key]) for key in ("id", "kind", "at") if isinstance(each, Mapping) and key in each), ""
        )
        yield DraftSection(f"{words} {number}{f': {name}' if name else ''}", fields, place, number)


def _keys(place: str, kind: object) -> tuple[str, ...]:
    if place == "events":
        return EVENT_KEYS
    if place == "hidden.faults":
        return FAULT_KEYS
    if place == "debrief.experts":
        return EXPERT_KEYS
    needed, allowed = KEYS[CriterionKind(str(kind))] if kind in list(CriterionKind) else ((), ())
    return (*COMMON_KEYS, *needed, *allowed)


def _field(place: str, of_kind: object, library: Library) -> DraftField:
    key, of_criterion = place.rpartition(".")[2], place.startswith("criteria.")
    kind = FieldKind.TEXT
    if key in _NUMBERS or (key in _BOUNDS and of_kind == CriterionKind.OUTCOME):
        kind = FieldKind.NUMBER
    elif key in _NAMES:
        kind = FieldKind.NAMES
    elif key in _LONG:
        kind = FieldKind.LONG
    offered: Mapping[str, tuple[str, ...]] = {
        "kind": tuple(CriterionKind) if of_criterion else tuple(FaultKind),
        "found_by": tuple(FoundBy),
        "limit": tuple(each.id for each in library.limits),
        "finding": tuple(FindingCode),
        "of": tuple(Which),
        "when": tuple(When),
        "harm": tuple(Harm),
        "scale": tuple(OutcomeScale),
        "fault": tuple(FaultKind),
    }
    named = {str(each): each.words for each in FaultKind} if key == "fault" or not of_criterion else {}
    return DraftField(place, _words(key), kind, tuple(map(str, offered.get(key, ()))), named)


# --- values


def value_at(table: Mapping[str, Any], place: str) -> Any:  # noqa: ANN401  # of a file
    """What stands at a place, None where nothing does. Items of a list count from 1."""
    held: Any = table
    for key in place.split("."):
        if isinstance(held, list) and key.isdigit() and 0 < int(key) <= len(held):
            held = held[int(key) - 1]
        elif isinstance(held, Mapping) and key in held:
            held = held[key]
        else:
            return None
    return held


def text_at(table: Mapping[str, Any], field: DraftField) -> str:
    """What stands at a field, as it is typed there."""
    value = value_at(table, field.place)
    if value is None:
        return ""
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, list):
        if field.kind is FieldKind.STEPS:
            return "\n".join(_step_text(each) for each in value)
        if field.kind is FieldKind.PAIRS:
            return "\n".join(
                ": ".join(map(str, each)) if isinstance(each, list) else str(each) for each in value
            )
        return ("\n" if field.kind is FieldKind.LINES else ", ").join(map(str, value))
    return str(value).strip("\n")


def with_text(table: Mapping[str, Any], field: DraftField, text: str) -> dict[str, Any]:
    """The table with what was typed into a field; an empty text takes the key out. The one given stays as it is."""
    changed = copy.deepcopy(dict(table))
    *way, last = field.place.split(".")
    value = _value(field.kind, text)
    if value is None and value_at(changed, field.place) is None:
        return changed
    held: Any = changed
    for key in way:
        if isinstance(held, list):
            held = held[int(key) - 1]
            continue
        if not isinstance(held.get(key), dict | list):
            held[key] = {}
        held = held[key]
    if value is None:
        _take_out(changed, way, last)
    else:
        held[last] = value
    return changed


def _take_out(table: dict[str, Any], way: Sequence[str], last: str) -> None:
    """Takes a key out; `patient_bolus` and the like, with nothing left in them, go too."""
    held = value_at(table, ".".join(way)) if way else table
    del held[last]
    if not held and way and way[-1] in _GOES_WHEN_EMPTY:
        _take_out(table, way[:-1], way[-1])


def _value(kind: FieldKind, text: str) -> Any:  # noqa: ANN401  # of a file
    plain = text.strip()
    if not plain:
        return None
    if kind is FieldKind.NAMES:
        return [each.strip() for each in plain.split(",") if each.strip()]
    lines = [each.strip() for each in plain.splitlines() if each.strip()]
    if kind is FieldKind.LINES:
        return lines
    if kind is FieldKind.STEPS:
        return [_step_of(each) for each in lines]
    if kind is FieldKind.PAIRS:
        pairs = (each.partition(":") for each in lines)
        return [[heading.strip(), words.strip()] for heading, _, words in pairs]
    if kind is FieldKind.YES_NO:
        return plain == _YES
    return _number(plain) if kind is FieldKind.NUMBER else plain


def _step_text(step: object) -> str:
    return (
        ", ".join(str(step[key]) for key in STEP_KEYS if key in step)
        if isinstance(step, Mapping)
        else str(step)
    )


def _step_of(line: str) -> dict[str, str]:
    """What of start, duration and dose a line holds; what is missing in it the reader asks for."""
    parts = (each.strip() for each in line.split(",", len(STEP_KEYS) - 1))
    return dict(zip(STEP_KEYS, parts, strict=False))


def _number(text: str) -> int | Decimal | str:
    """A bare number; anything else stays a text, which the reader then refuses at its place."""
    if _WHOLE.fullmatch(text):
        return int(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if number.is_finite() else text


def with_another(table: Mapping[str, Any], place: str) -> dict[str, Any]:
    """The table with one more of a list, at its end."""
    changed = copy.deepcopy(dict(table))
    *way, last = place.split(".")
    held: Any = changed
    for key in way:
        held = held.setdefault(key, {})
    held.setdefault(last, []).append(dict(SEVERAL[place][1]))
    return changed


def without(table: Mapping[str, Any], place: str, number: int) -> dict[str, Any]:
    """The table with one of a list taken out (from 1); a list that is empty then goes too."""
    changed = copy.deepcopy(dict(table))
    *way, last = place.split(".")
    held: Any = changed
    for key in way:
        held = held[key]
    del held[last][number - 1]
    if not held[last]:
        del held[last]
    return changed


# --- the file


def draft_of(path: Path) -> dict[str, Any]:
    """The table of a scenario's file, to be changed. Comments of the file are not in it. Raises RefusedError."""
    return {key: _plain(value) for key, value in load_toml(path).items()}


def draft_text(table: Mapping[str, Any]) -> str:
    """The file of a table."""
    return tomli_w.dumps(table, multiline_strings=True)


def draft_faults(table: Mapping[str, Any], name: str, library: Library) -> tuple[tuple[str, str], ...]:
    """What keeps the scenario from being played, each with its place: the reader's own words."""
    try:
        read_scenario_text(draft_text(table).encode("utf-8"), name, library)
    except ScenarioError as error:
        return error.faults
    return ()


def _plain(value: object) -> Any:  # noqa: ANN401  # of a file
    if isinstance(value, BareNumber):
        return Decimal(value.text)
    if isinstance(value, Mapping):
        return {key: _plain(held) for key, held in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
