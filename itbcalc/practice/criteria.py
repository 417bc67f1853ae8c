"""What can be scored, and what must be said of each kind? The closed list, and its reading."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from itbcalc.errors import EntryError
from itbcalc.judge.findings import FindingCode
from itbcalc.practice.faults import FaultKind
from itbcalc.practice.model import Sedation, WithdrawalStage
from itbcalc.practice.observing import Examination
from itbcalc.practice.table import PracticeReader
from itbcalc.program.reading import SECTION_KEYS
from itbcalc.program.table_reader import as_written
from itbcalc.program.therapy_reading import COMMON_KEYS as THERAPY_KEYS
from itbcalc.program.therapy_reading import MODE_KEYS
from itbcalc.quantities.entry import read_quantity
from itbcalc.quantities.kinds import CONCENTRATION, DAILY_DOSE, KINDS, VOLUME
from itbcalc.quantities.units import Quantity

MOST_POINTS = 100
END = "end"


class CriterionKind(StrEnum):
    """What a criterion looks at (they are in people's scenarios: never rename)."""

    STEP_WITHIN = "step_within"
    NO_FINDING = "no_finding"
    NO_STOP_OVERRIDDEN = "no_stop_overridden"
    DOSE_BETWEEN = "dose_between"
    DOSE_AT_END = "dose_at_end"
    TYPED = "typed"
    BRIDGED = "bridged"
    READ_BACK = "read_back"
    PAGE_COMPARED = "page_compared"
    REFILLED = "refilled"
    NOT_REFILLED = "not_refilled"
    LISTED = "listed"
    REFILL_AFTER = "refill_after"
    PRIMED = "primed"
    OBSERVED = "observed"
    FAULT_FOUND = "fault_found"
    REPAIRED = "repaired"
    OUTCOME = "outcome"
    NO_HARM = "no_harm"


class Which(StrEnum):
    """Of which programmings a criterion speaks."""

    FIRST = "first"
    LAST = "last"
    ALL = "all"


class When(StrEnum):
    """When an observation counts: before the first programming, after each one, or at any time."""

    BEFORE = "before"
    AFTER = "after"
    ANY = "any"


class Harm(StrEnum):
    """The two ways in which a dose harms."""

    OVERDOSE = "overdose"
    WITHDRAWAL = "withdrawal"


class OutcomeScale(StrEnum):
    """What an outcome is measured on: the mean of the legs from 0 to 4, the frequency of spasms from 0 to 4."""

    ASHWORTH = "ashworth"
    PENN = "penn"


class Criterion(Struct, frozen=True, kw_only=True):
    """One thing that earns points. `given` holds what its kind needs, as read, by the keys of `KEYS`.

    `needs` are the ids of criteria before it, without which this one is worth nothing: who refilled nothing has
    avoided no overdose by the refill.
    """

    id: str
    words: str
    points: int
    kind: CriterionKind
    source: tuple[str, ...]
    needs: tuple[str, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)


COMMON_KEYS = ("id", "words", "points", "kind", "source", "needs")
# The fields that a trainee can type: those of a program file, the therapy's of every mode.
PLACES = frozenset(
    (
        "current.really.concentration",
        *(f"{name}.{key}" for name in ("system", "reservoir", "bridge") for key in SECTION_KEYS[name]),
        *(f"new.{key}" for key in THERAPY_KEYS),
        *(f"new.{key}" for keys in MODE_KEYS.values() for key in keys),
    )
)
# Kind -> (keys that must be there, keys that may be there).
KEYS: Mapping[CriterionKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    CriterionKind.STEP_WITHIN: (("limit",), ()),
    CriterionKind.NO_FINDING: (("finding",), ()),
    CriterionKind.NO_STOP_OVERRIDDEN: ((), ()),
    CriterionKind.DOSE_BETWEEN: (("of", "least", "most"), ()),
    CriterionKind.DOSE_AT_END: (("least", "most"), ()),
    CriterionKind.TYPED: (("of", "place", "text"), ()),
    CriterionKind.BRIDGED: ((), ()),
    CriterionKind.READ_BACK: (("within",), ()),
    CriterionKind.PAGE_COMPARED: ((), ()),
    CriterionKind.REFILLED: (("by",), ("vial",)),
    CriterionKind.NOT_REFILLED: ((), ()),
    CriterionKind.LISTED: (("by",), ()),
    CriterionKind.REFILL_AFTER: (("at",), ()),
    CriterionKind.PRIMED: (("by", "least", "most"), ()),
    CriterionKind.OBSERVED: (("what", "when"), ("from", "within")),
    CriterionKind.FAULT_FOUND: (("fault", "by"), ()),
    CriterionKind.REPAIRED: (("by",), ()),
    CriterionKind.OUTCOME: (("scale", "at", "least", "most"), ()),
    CriterionKind.NO_HARM: (("harm", "most"), ("from",)),
}


def read_criterion(reader: PracticeReader, place: str, table: Mapping[str, Any]) -> Criterion | None:
    """The criterion in `table`; None where anything in it is refused or missing, which `reader` then holds."""
    name = reader.choice(f"{place}.kind", table, list(CriterionKind), "practice_choice", required=True)
    if name is None:
        return None
    kind = CriterionKind(name)
    needed, allowed = KEYS[kind]
    reader.refuse_unknown(place, table, (*COMMON_KEYS, *needed, *allowed))
    before = reader.faults
    given: dict[str, Any] = {key: _read(reader, f"{place}.{key}", table, kind) for key in needed}
    given |= {key: _read(reader, f"{place}.{key}", table, kind) for key in allowed if key in table}
    identity, words = reader.name(f"{place}.id", table), reader.words(f"{place}.words", table)
    points = reader.whole(f"{place}.points", table, 1, MOST_POINTS)
    source = reader.sources(f"{place}.source", table)
    needs = reader.texts(f"{place}.needs", table, required=False)
    least, most = given.get("least"), given.get("most")
    if least is not None and most is not None and least > most:
        reader.refuse(f"{place}.least", as_written(table["least"]), "practice_order")
    if reader.faults > before or identity is None or words is None or points is None:
        return None
    return Criterion(
        id=identity, words=words, points=points, kind=kind, source=source, needs=needs, given=given
    )


def _read(reader: PracticeReader, place: str, table: Mapping[str, Any], kind: CriterionKind) -> object:
    key = place.rsplit(".", 1)[-1]
    if key in ("least", "most"):
        return _read_bound(reader, place, table, kind)
    return _READERS[key](reader, place, table)


def _read_bound(reader: PracticeReader, place: str, table: Mapping[str, Any], kind: CriterionKind) -> object:
    if kind in (CriterionKind.DOSE_BETWEEN, CriterionKind.DOSE_AT_END):
        return reader.quantity(place, table, (DAILY_DOSE,), required=True, zero_allowed=True)
    if kind is CriterionKind.PRIMED:
        return reader.quantity(place, table, (VOLUME,), required=True)
    if kind is CriterionKind.OUTCOME:
        return reader.number(place, table)
    worst = WithdrawalStage if table.get("harm") == Harm.WITHDRAWAL else Sedation
    name = reader.choice(place, table, list(worst), "practice_choice", required=True)
    return None if name is None else worst(name)


def _limit(reader: PracticeReader, place: str, table: Mapping[str, Any]) -> str | None:
    known = [limit.id for limit in reader.library.limits]
    return reader.choice(place, table, known, "practice_choice", required=True)


def _one_of(members: type[StrEnum]) -> Callable[[PracticeReader, str, Mapping[str, Any]], object]:
    def read(reader: PracticeReader, place: str, table: Mapping[str, Any]) -> object:
        name = reader.choice(place, table, list(members), "practice_choice", required=True)
        return None if name is None else members(name)

    return read


def _examinations(
    reader: PracticeReader, place: str, table: Mapping[str, Any]
) -> tuple[Examination, ...] | None:
    named = reader.texts(place, table)
    for name in named:
        if name not in list(Examination):
            reader.refuse(place, name, "practice_choice", known=", ".join(Examination))
            return None
    return tuple(Examination(name) for name in named)


def _duration(reader: PracticeReader, place: str, table: Mapping[str, Any]) -> object:
    return reader.duration(place, table, required=True)


def _end_or_duration(reader: PracticeReader, place: str, table: Mapping[str, Any]) -> object:
    return None if table.get("at") == END else reader.duration(place, table, required=True)


def _place(reader: PracticeReader, place: str, table: Mapping[str, Any]) -> str | None:
    """A field of the program file, `system.tubing_volume`."""
    text = reader.text(place, table, required=True)
    if text is not None and text not in PLACES:
        reader.refuse(place, text, "practice_place")
    return text


def _vial(reader: PracticeReader, place: str, table: Mapping[str, Any]) -> object:
    return reader.quantity(place, table, (CONCENTRATION,), required=True)


def _typed_text(reader: PracticeReader, place: str, table: Mapping[str, Any]) -> "WantedValue | None":
    text = reader.text(place, table, required=True)
    return None if text is None else wanted(text)


_READERS: Mapping[str, Callable[[PracticeReader, str, Mapping[str, Any]], object]] = {
    "limit": _limit,
    "finding": _one_of(FindingCode),
    "of": _one_of(Which),
    "when": _one_of(When),
    "harm": _one_of(Harm),
    "scale": _one_of(OutcomeScale),
    "fault": _one_of(FaultKind),
    "what": _examinations,
    "from": _duration,
    "within": _duration,
    "by": _duration,
    "at": _end_or_duration,
    "place": _place,
    "vial": _vial,
    "text": _typed_text,
}


class WantedValue(Struct, frozen=True):
    """What a field is to hold: its quantity where it is one, else its words."""

    text: str
    quantity: Quantity | None


def wanted(text: str) -> WantedValue:
    """`text` as a quantity of whatever kind its unit says, or as words."""
    for kind in KINDS:
        try:
            return WantedValue(text, read_quantity(text, kind).quantity)
        except EntryError:
            continue
    return WantedValue(text, None)
