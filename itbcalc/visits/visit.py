"""All that the log holds of one step, and the step checked anew, for its sheet."""

from collections.abc import Sequence

from msgspec import Struct

from itbcalc.errors import RefusedError
from itbcalc.judge.check import Checked
from itbcalc.library.records import Library
from itbcalc.log.entries import Entry
from itbcalc.log.store import TitrationLog
from itbcalc.visits.history import Standing, standings
from itbcalc.visits.recomputed import checked_again


class Visit(Struct, frozen=True):
    """A step with what became of it, every entry of its patient, and the step checked anew from what was typed.

    `checked` is None where the program can no longer be read: its pump is in no library any more.
    """

    step: Standing
    around: Sequence[Standing]
    checked: Checked | None


def visit_of(log: TitrationLog, entry: Entry, library: Library) -> Visit:
    """The visit at which a step was recorded. Raises RefusedError for an entry that is no step, LogError."""
    around = standings(log.entries(entry.patient))
    step = next((each for each in around if each.entry.entry_id == entry.entry_id), None)
    if step is None or not step.is_step:
        raise RefusedError("entry", str(entry.seq), "not_a_step")
    return Visit(step, around, checked_again(entry, library))
