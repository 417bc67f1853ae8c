"""Between a run and the fields of the check: what the programmer holds goes into them, what is to be programmed comes out. No Qt."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from itbcalc.desk.program_files import in_local_time
from itbcalc.desk.texts import Texts, texts_of
from itbcalc.errors import RefusedError
from itbcalc.practice.moves import Change
from itbcalc.practice.play import situation_of
from itbcalc.practice.programming import typed_table
from itbcalc.practice.run import Run

FILLED = "reservoir.filled"
OF_THE_MOMENT = ("reservoir.at", FILLED)  # what goes on by itself while time passes
_OF_THE_CHANGE = ("system", "new", "line", "bridge", "readouts")
_REALLY = "current.really"  # what was really in the pump is said with the change
_FIXED = ("current.", "patient.", "reservoir.at", "reservoir.zone")


class Answers(Struct, frozen=True):
    """What is asked before the virtual pump is programmed: a refill, a prime, and reasons by the key of the finding."""

    refilled: bool = False
    vial: str = ""
    prime: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)


def texts_for(run: Run) -> Texts:
    """The fields of the check as they stand before a change of this run: the same therapy, now and new."""
    texts = texts_of(typed_table(situation_of(run), Change()))
    typed = {place: in_local_time(place, text, texts.typed) for place, text in texts.typed.items()}
    return Texts(typed, texts.kept)


def still_in_place(texts: Texts, before: Texts, now: Texts) -> Texts:
    """`texts` after some time has passed: the moment, and the volume where nobody typed another."""
    typed = dict(texts.typed)
    for place in OF_THE_MOMENT:
        if typed.get(place, "") == before.typed.get(place, ""):
            typed[place] = now.typed.get(place, "")
    return Texts(typed, texts.kept)


def refilled_in(texts: Texts, before: Texts) -> bool:
    """Whether another volume than the pump counts stands in the fields: only a refill makes that."""
    return texts.typed.get(FILLED, "") != before.typed.get(FILLED, "")


def change_table(table: Mapping[str, Any], texts: Texts, before: Texts, answers: Answers) -> dict[str, Any]:
    """The change that stands in the fields, as a move is written, without what is done with it.

    `table` is the program file of `texts`, `before` what stood there at first. Raises RefusedError where something was
    changed that is as it is, or a volume without a refill.
    """
    for place in sorted({*texts.typed, *before.typed}):
        typed = texts.typed.get(place, "")
        if (
            place.startswith(_FIXED)
            and not place.startswith(_REALLY)
            and typed != before.typed.get(place, "")
        ):
            raise RefusedError(place, typed, "practice_fixed")
    if refilled_in(texts, before) and not answers.refilled:
        raise RefusedError(FILLED, texts.typed.get(FILLED, ""), "practice_filled")
    made: dict[str, Any] = {name: table[name] for name in _OF_THE_CHANGE if name in table}
    if "really" in table.get("current", {}):
        made["current"] = {"really": table["current"]["really"]}
    reservoir = table.get("reservoir", {})
    if "low_alarm" in reservoir:
        made["reservoir"] = {"low_alarm": reservoir["low_alarm"]}
    if answers.refilled:
        made["refill"] = {"filled": reservoir.get("filled", ""), "vial": answers.vial.strip()}
    if answers.prime.strip():
        made["prime"] = answers.prime.strip()
    if answers.reasons:
        made["reasons"] = dict(answers.reasons)
    return made
