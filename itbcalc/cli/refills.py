"""The command `itbcalc refills`: by when whose pump must be refilled, by what the log holds."""

from pathlib import Path
from typing import TYPE_CHECKING

from itbcalc.cli.log_reading import moment_or_now
from itbcalc.cli.log_shared import (
    STATUS_BAD,
    STATUS_FINE,
    Answer,
    Given,
    library_in_use,
    not_whole,
    opened,
    path_of,
    required,
    seen,
)

if TYPE_CHECKING:
    from itbcalc.log.entries import Head
    from itbcalc.visits.refills import Refills


def refills(given: Given) -> Answer:
    """Everybody with a step, overdue first; and whose follow-up has ended."""
    from itbcalc.visits.refill_words import refill_lines, refills_json
    from itbcalc.visits.refills import refills as due_in

    moment = moment_or_now(given)
    with opened(given) as log:
        warned = not_whole(log)
        found, head = due_in(log, moment, library_in_use()), log.head()
    lines = [*warned, *map(seen, refill_lines(found, str(path_of(given)), head, moment))]
    results = {**refills_json(found, head, moment), "whole": not warned}
    if given["calendar"] is not None:
        target = required(given, "calendar")
        lines += _calendar_written(found, head, target)
        results["calendar"] = target
    return results, lines, STATUS_BAD if warned else STATUS_FINE


def _calendar_written(found: "Refills", head: "Head", target: str) -> list[str]:
    """Writes the calendar file; says who is not in it."""
    from itbcalc.safe_files import write_new
    from itbcalc.visits.refill_calendar import refill_calendar, without_a_day

    write_new(Path(target), [refill_calendar(found, head)])
    missing = ", ".join(due.patient for due in without_a_day(found))
    return [f"written to {target}", *([f"Not in it, the day is not known: {missing}"] if missing else [])]
