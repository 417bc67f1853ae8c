"""The command `itbcalc refills`: by when whose pump must be refilled, by what the log holds."""

from itbcalc.cli.log_reading import moment_or_now
from itbcalc.cli.log_shared import STATUS_FINE, Answer, Given, library_in_use, opened, path_of, seen


def refills(given: Given) -> Answer:
    """Everybody with a step, overdue first; and whose follow-up has ended."""
    from itbcalc.visits.refill_words import refill_lines, refills_json
    from itbcalc.visits.refills import refills as due_in

    moment = moment_or_now(given)
    with opened(given) as log:
        found, head = due_in(log, moment, library_in_use()), log.head()
    lines = [seen(line) for line in refill_lines(found, str(path_of(given)), head, moment)]
    return refills_json(found, head, moment), lines, STATUS_FINE
