"""What can a trainee do, as one table a move - and what in such a table is refused?"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from itbcalc.errors import RefusedError
from itbcalc.library.records import Library
from itbcalc.practice.faults import Fault
from itbcalc.practice.observing import Examination
from itbcalc.practice.scenario_reading import FAULT_KEYS, read_fault
from itbcalc.practice.table import PracticeReader
from itbcalc.program import load_toml
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DURATION,
    VOLUME,
    Concentration,
    Volume,
    as_concentration,
    as_volume,
)

END = "end"
MOST_MOVES = 2000


class MoveKind(StrEnum):
    """What is done (they are in people's scripts and runs: never rename)."""

    OBSERVE = "observe"
    LOOK = "look"
    PROGRAM = "program"
    READ_BACK = "read_back"
    ADVANCE = "advance"
    REPAIR = "repair"
    HINT = "hint"
    BACK = "back"
    REVEAL = "reveal"
    FAULT = "fault"
    LIST = "list"


_TABLES = ("system", "reservoir", "current", "new", "line", "bridge", "readouts")
_CHANGE_KEYS = (*_TABLES, "refill", "prime")
KEYS: Mapping[MoveKind, tuple[str, ...]] = {
    MoveKind.OBSERVE: ("what",),
    MoveKind.LOOK: _CHANGE_KEYS,
    MoveKind.PROGRAM: (*_CHANGE_KEYS, "reasons"),
    MoveKind.READ_BACK: (),
    MoveKind.ADVANCE: ("by",),
    MoveKind.REPAIR: (),
    MoveKind.HINT: (),
    MoveKind.BACK: ("to",),
    MoveKind.REVEAL: (),
    MoveKind.FAULT: FAULT_KEYS,
    MoveKind.LIST: (),
}


class Refill(Struct, frozen=True):
    """What is filled in: how much, and of which strength by the vial."""

    filled: Volume
    filled_text: str
    vial: Concentration


class Change(Struct, frozen=True, kw_only=True):
    """What is to be programmed, in the tables of a program file, laid over what is in force.

    `prime` is how long a priming bolus through tubing and catheter runs (days), None for none; one of another volume stands
    in the table of the line.
    """

    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    refill: Refill | None = None
    prime: Fraction | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)


class Move(Struct, frozen=True, kw_only=True):
    """One thing done; `table` is how it was written. Of the rest only what its kind needs is there."""

    kind: MoveKind
    table: Mapping[str, Any]
    what: Examination | None = None
    change: Change | None = None
    by: Fraction | None = None
    to: int = 0
    fault: Fault | None = None


def read_script(path: Path, library: Library) -> tuple[Move, ...]:
    """The moves of a script: a TOML file that is a list of `[[move]]`. Raises RefusedError with the place."""
    table = load_toml(path)
    unknown = [key for key in table if key != "move"]
    if unknown:
        raise RefusedError(unknown[0], unknown[0], "unknown_key", known="move")
    return read_moves(table.get("move", []), library)


def read_moves(listed: object, library: Library) -> tuple[Move, ...]:
    """A list of tables as moves. Raises the first refusal, with its place, `move.3.what`."""
    if not isinstance(listed, Sequence) or isinstance(listed, str) or len(listed) > MOST_MOVES:
        raise RefusedError("move", "", "practice_tables")
    return tuple(read_move(each, library, f"move.{number}") for number, each in enumerate(listed, start=1))


def read_move(table: object, library: Library, place: str = "move") -> Move:
    """One table as a move. Raises the first refusal, with its place."""
    if not isinstance(table, Mapping):
        raise RefusedError(place, str(table), "not_a_table")
    reader = PracticeReader(table, library, {})
    move = _read(reader, place)
    if reader.refusals:
        raise reader.refusals[0]
    if reader.missing:
        raise RefusedError(reader.missing[0], "", "missing")
    assert move is not None
    return move


def _read(reader: PracticeReader, place: str) -> Move | None:
    table = reader.table
    name = reader.choice(f"{place}.do", table, list(MoveKind), "practice_choice", required=True)
    if name is None:
        return None
    kind = MoveKind(name)
    reader.refuse_unknown(place, table, ("do", *KEYS[kind]))
    if kind is MoveKind.OBSERVE:
        what = reader.choice(f"{place}.what", table, list(Examination), "practice_choice", required=True)
        return None if what is None else Move(kind=kind, table=table, what=Examination(what))
    if kind is MoveKind.ADVANCE:
        by = None if table.get("by") == END else reader.duration(f"{place}.by", table, required=True)
        return Move(kind=kind, table=table, by=by)
    if kind is MoveKind.BACK:
        return Move(kind=kind, table=table, to=reader.whole(f"{place}.to", table, 1, MOST_MOVES) or 0)
    if kind is MoveKind.FAULT:
        inner = {key: value for key, value in table.items() if key != "do"}
        return Move(kind=kind, table=table, fault=read_fault(reader, place, inner))
    if kind in (MoveKind.LOOK, MoveKind.PROGRAM):
        return Move(kind=kind, table=table, change=_change(reader, place))
    return Move(kind=kind, table=table)


def _change(reader: PracticeReader, place: str) -> Change:
    table = reader.table
    tables = {key: reader.inner(f"{place}.{key}", table, required=False) for key in _TABLES}
    reader.refuse_unknown(f"{place}.reservoir", tables["reservoir"], ("low_alarm",))
    reader.refuse_unknown(f"{place}.current", tables["current"], ("really",))
    reasons = reader.inner(f"{place}.reasons", table, required=False)
    return Change(
        tables={key: held for key, held in tables.items() if key in table},
        refill=_refill(reader, place) if "refill" in table else None,
        prime=_prime(reader, place),
        reasons={key: _reason(reader, f"{place}.reasons.{key}", reason) for key, reason in reasons.items()},
    )


def _reason(reader: PracticeReader, place: str, reason: object) -> str:
    """The reason for a finding; its key may hold the points of a place."""
    return reader.text(place, {place.rpartition(".")[2]: reason}, required=True) or ""


def _refill(reader: PracticeReader, place: str) -> Refill | None:
    inner = reader.inner(f"{place}.refill", reader.table, required=True)
    reader.refuse_unknown(f"{place}.refill", inner, ("filled", "vial"))
    filled = reader.quantity(f"{place}.refill.filled", inner, (VOLUME,), required=True)
    vial = reader.quantity(f"{place}.refill.vial", inner, (CONCENTRATION,), required=True)
    if filled is None or vial is None:
        return None
    return Refill(as_volume(filled), str(inner["filled"]), as_concentration(vial))


def _prime(reader: PracticeReader, place: str) -> Fraction | None:
    quantity = reader.quantity(f"{place}.prime", reader.table, (DURATION,))
    return None if quantity is None else Fraction(quantity.magnitude)
