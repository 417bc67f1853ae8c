"""All that the log holds of one step, and the step checked anew, for its sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from itbcalc.check import Checked, check
from itbcalc.errors import RefusedError
from itbcalc.library.records import Library
from itbcalc.program import complete_program, read_program
from itbcalc.titration.entries import Entry
from itbcalc.titration.history import Standing, standings
from itbcalc.titration.store import TitrationLog
from itbcalc.titration.typed import table_of


@dataclass(frozen=True, slots=True)
class Visit:
    """A step with what became of it, every entry of its patient, and the step checked anew from what was typed."""

    step: Standing
    around: Sequence[Standing]
    checked: Checked


def visit_of(log: TitrationLog, entry: Entry, library: Library) -> Visit:
    """The visit at which a step was recorded. Raises RefusedError for an entry that is no step, LogError."""
    around = standings(log.entries(entry.patient))
    step = next((each for each in around if each.entry.entry_id == entry.entry_id), None)
    if step is None or not step.is_step:
        raise RefusedError("entry", str(entry.seq), "not_a_step")
    program = complete_program(read_program(table_of(entry), library))
    written = datetime.fromisoformat(str(entry.content["recorded_at"]).replace("Z", "+00:00"))
    return Visit(step, around, check(program, library, now=written))
