"""Do two runs hold the same decisions, however they were written down?"""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec.structs import astuple

from itbcalc.errors import EntryError
from itbcalc.practice.moves import MoveKind
from itbcalc.practice.run import Decision, Run
from itbcalc.program.toml_file import BareNumber
from itbcalc.quantities.entry import read_quantity
from itbcalc.quantities.kinds import KINDS

Part = str | Fraction | tuple["Part", ...]


def course_taken(run: Run) -> Part:
    """The decisions that stand, in what they are: quantities exactly, words without case, no reasons, no hints.

    Two runs with the same are the same play. What was taken back does not count, nor how a quantity was written. Waiting
    shows in when the rest was done and when the run ends, so that one wait cut in two is the same.
    """
    acted = (each for each in run.decisions if each.move.kind is not MoveKind.ADVANCE)
    return (*map(_decision, acted), run.at)


def _decision(decision: Decision) -> Part:
    move, made = decision.move, decision.programming
    what = "" if move.what is None else str(move.what)
    fault = "" if move.fault is None else repr(astuple(move.fault))
    change: Part = ()
    if made is not None:
        refill = made.change.refill
        filled = () if refill is None else (refill.filled.magnitude, refill.vial.magnitude)
        primed = () if made.change.prime is None else (made.change.prime,)
        change = (_part(made.step.table), filled, primed)
    return (str(move.kind), what, decision.at, decision.ends, fault, change)


def _part(value: object) -> Part:
    """What stands in a table: its keys in their order, its quantities in the unit of their kind."""
    if isinstance(value, Mapping):
        return tuple((str(key), _part(value[key])) for key in sorted(value, key=str))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_part(each) for each in value)
    text = value.text if isinstance(value, BareNumber) else str(value)
    return _quantity(text) or " ".join(text.casefold().split())


def _quantity(text: str) -> Part | None:
    for kind in KINDS:
        try:
            return kind.name, Fraction(read_quantity(text, kind).quantity.magnitude)
        except EntryError:
            continue
    return None
