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
    still_waiting,
)
from itbcalc.say.catalogue import _

if TYPE_CHECKING:
    from datetime import datetime

    from itbcalc.library.records import Library
    from itbcalc.log.entries import Head
    from itbcalc.log.store import TitrationLog
    from itbcalc.visits.refills import Refills


def refills(given: Given) -> Answer:
    """Everybody with a step, overdue first, and whose follow-up has ended; with `travel` the journey of one patient, with `before-implant` the visits a year."""
    from itbcalc.errors import RefusedError

    if given["what"] == "travel":
        return _travel(given)
    if given["what"] == "before-implant":
        return _before_implant(given)
    if given["what"] is not None:
        raise RefusedError("what", str(given["what"]), "no_such_list")
    return _listed(given)


def _travel(given: Given) -> Answer:
    """Whether the pump is due while the patient is away, and how long the return may fail."""
    from itbcalc.errors import EntryError, FieldEntryError, RefusedError
    from itbcalc.quantities.entry import read_whole_days
    from itbcalc.quantities.instants import read_instant, read_zone
    from itbcalc.visits.history import standings
    from itbcalc.visits.travel import travel
    from itbcalc.visits.travel_words import travel_json, travel_lines

    patient, library, field = required(given, "patient"), library_in_use(), "zone"
    try:
        zone = None if given["zone"] is None else read_zone(given["zone"])
        field = "leaves"
        leaves = read_instant(required(given, "leaves"), zone, local_allowed=zone is not None).moment
        field = "returns"
        returns = read_instant(required(given, "returns"), zone, local_allowed=zone is not None).moment
        field = "delay"
        delay = 0 if given["delay"] is None else int(read_whole_days(given["delay"]).quantity.magnitude)
    except EntryError as error:
        raise FieldEntryError(field, error) from error
    with opened(given) as log:
        warned, found = not_whole(log), standings(log.entries(patient))
    journey = travel(found, leaves, returns, library, library.clinic.days, zone=zone, delay=delay)
    if journey is None:
        raise RefusedError("patient", patient, "no_step_of", known=patient)
    lines = [*warned, *map(seen, travel_lines(journey))]
    ended = journey.ended is not None
    bad = bool(warned) or ended or journey.too_late is not False or journey.due_while_away is not False
    return {**travel_json(journey), "whole": not warned}, lines, STATUS_BAD if bad else STATUS_FINE


def _before_implant(given: Given) -> Answer:
    """How many visits a year a dose would mean, for each reservoir and each strength; nothing of the log is read."""
    from datetime import datetime

    from itbcalc.safe_files import write_new
    from itbcalc.visits.before_implant_words import (
        before_implant_json,
        before_implant_lines,
        before_implant_page,
        read_before_implant,
    )

    library, where = library_in_use(), str(given["jurisdiction"] or "")
    dose, rows = read_before_implant(required(given, "dose"), where, library)
    lines, results = list(before_implant_lines(dose, rows)), {"visits_a_year": before_implant_json(rows)}
    if given["html"] is not None:
        target = required(given, "html")
        sheet = before_implant_page(dose, rows, where, datetime.now().astimezone())
        write_new(Path(target), [sheet.encode("utf-8")])
        lines.append(_("written to {file}", file=target))
    return results, lines, STATUS_FINE


def _listed(given: Given) -> Answer:
    from itbcalc.log.places import place_of
    from itbcalc.visits.refill_weeks import weeks_of
    from itbcalc.visits.refill_words import (
        left_out_line,
        refill_lines,
        refills_json,
        week_json,
        week_lines,
    )
    from itbcalc.visits.whose import plain_copy

    moment, library = moment_or_now(given), library_in_use()
    with opened(given) as log:
        warned, everybody = _read(log, moment, library)
        head, is_damaged = log.head(), bool(warned) and log.too_new is None
    found = _filtered(everybody, given)
    weeks = weeks_of(everybody.due, moment, library.clinic.days)
    lines = [*warned, *map(seen, refill_lines(found, place_of(path_of(given)), head, moment))]
    if found is not everybody:
        lines.append(left_out_line(everybody, found))
    lines += week_lines(weeks)
    results = {
        **refills_json(found, head, moment),
        "left_out": len(everybody.due) - len(found.due),
        "weeks": [week_json(week) for week in weeks],
        "whole": not warned,
    }
    if given["csv"] is not None:
        target = required(given, "csv")
        lines += _table_written(found, target)
        results["csv"] = target
    if given["calendar"] is not None and is_damaged:
        lines.append(_("No calendar file was written: a log that is not whole must move nobody's day."))
    elif given["calendar"] is not None:
        target = required(given, "calendar")
        lines += _calendar_written(everybody, head, target, path_of(given))
        results["calendar"] = target
    if given["csv"] is not None or given["calendar"] is not None:
        lines += plain_copy(path_of(given))
    lines += still_waiting(given)
    return results, lines, STATUS_BAD if warned else STATUS_FINE


def _read(log: "TitrationLog", moment: "datetime", library: "Library") -> tuple[list[str], "Refills"]:
    """What is to be said first of a log that is not whole, and everybody; a log that is whole is read once. Raises LogError."""
    from itbcalc.visits.refill_list import RefillList
    from itbcalc.visits.refills import refills as due_in

    held = RefillList()
    warned = not_whole(log, held.take)
    if warned:
        return warned, due_in(log, moment, library)
    found = held.refills(moment, library, lambda *_: True)
    assert found is not None
    return [], found


def _filtered(everybody: "Refills", given: Given) -> "Refills":
    """Those that the options ask for; who is left out is counted."""
    from itbcalc.errors import EntryError, FieldEntryError
    from itbcalc.quantities.entry import read_whole_days
    from itbcalc.visits.refills import chosen

    within = None
    if given["due_within"] is not None:
        try:
            within = int(read_whole_days(given["due_within"]).quantity.magnitude)
        except EntryError as error:
            raise FieldEntryError("due-within", error) from error
    ref = "" if given["ref"] is None else required(given, "ref")
    if within is None and not ref and not given["overdue"]:
        return everybody
    return chosen(everybody, ref=ref, within=within, overdue=given["overdue"])


def _table_written(found: "Refills", target: str) -> list[str]:
    from itbcalc.safe_files import write_new
    from itbcalc.visits.refill_words import refills_csv

    write_new(Path(target), [refills_csv(found).encode("utf-8")])
    return [_("written to {file}", file=target)]


def _calendar_written(found: "Refills", head: "Head", target: str, log: Path) -> list[str]:
    """Writes the calendar file; says who is not in it."""
    from datetime import UTC, datetime

    from itbcalc.safe_files import write_new
    from itbcalc.visits.refill_calendar import calendar_file

    write_new(Path(target), [calendar_file(found, head, log, datetime.now(UTC))])
    missing = ", ".join(due.patient for due in found.without_a_day)
    return [
        _("written to {file}", file=target),
        *([_("Not in it, the day is not known: {patients}", patients=missing)] if missing else []),
    ]
