"""The commands that read: the entries, one of them, whether the chain holds, where it ends."""

from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from itbcalc.cli.log_shared import (
    STATUS_BAD,
    STATUS_FINE,
    Answer,
    Given,
    entry_json,
    entry_named,
    head_json,
    library_in_use,
    looked_whole,
    not_whole,
    opened,
    progress,
    required,
    seen,
    still_waiting,
)
from itbcalc.say.catalogue import N_, _, plural

if TYPE_CHECKING:
    from itbcalc.log.anchors import Anchor


def listed(given: Given) -> Answer:
    """One line an entry; what was voided or amended is marked."""
    from itbcalc.visits.authors import operators_known
    from itbcalc.visits.entry_words import list_line, only_typed_words
    from itbcalc.visits.history import standings_in_two_passes

    with opened(given) as log:
        warned, status = looked_whole(log)
        marked = bool(operators_known(log))
        lines, entries = list[str](), list[dict[str, Any]]()
        for each in standings_in_two_passes(lambda: log.entries(given["patient"])):
            typed = only_typed_words(each.entry) if marked else ""
            lines.append(seen(f"{list_line(each)}  {typed}".rstrip()))
            entries.append(
                {
                    **entry_json(each.entry),
                    "signed": str(each.entry.content.get("signed", "")),
                    "voided": each.voided_by is not None,
                    "amended": each.amended_by is not None,
                }
            )
        head = log.head()
    lines = [*warned, *(lines or [_("No entries.")])]
    lines += still_waiting(given)
    results = {
        "whole": not warned,
        "entries": entries,
        "head": head_json(head),
    }
    return results, lines, status


def show(given: Given) -> Answer:
    """One entry, whole, with what became of it."""
    from itbcalc.visits.entry_words import entry_text
    from itbcalc.visits.history import standings

    with opened(given) as log:
        (warned, status), entry = looked_whole(log), entry_named(log, given["entry"])
        found = standings(log.entries(entry.patient))
    standing = next(each for each in found if each.entry.seq == entry.seq)
    lines = [*warned, *map(seen, entry_text(standing).split("\n"))]
    results = {"entry": dict(entry.content), "hash": entry.hash, "whole": not warned}
    return results, lines, status


def compare(given: Given) -> Answer:
    """What differs between the therapies of one patient in force at two dates."""
    from itbcalc.errors import RefusedError
    from itbcalc.say.catalogue import _
    from itbcalc.visits.entry_words import SAME_THERAPY, compared_rows, in_force_words, same_step_words
    from itbcalc.visits.history import changed_between, in_force, standings

    patient = required(given, "patient")
    moments = [_moment(given, name) for name in ("first", "second")]
    with opened(given) as log:
        (warned, status), found = looked_whole(log), standings(log.entries(patient))
    steps = [in_force(found, moment) for moment in moments]
    for step, name in zip(steps, ("first", "second"), strict=True):
        if step is None:
            raise RefusedError(name, str(given[name]), "no_step_then", known=patient)
    before, after = (step.entry for step in steps if step is not None)
    changes = changed_between(before, after)
    rows = list(compared_rows(before, after))
    lines = [f"{name}: {in_force_words(step)}" for name, step in (("first", before), ("second", after))]
    lines += [f"{words}: {was} → {now}  {change}".rstrip() for words, was, now, change in rows]
    if before.seq == after.seq:
        lines.append(same_step_words(before))
    elif not rows:
        lines.append(_(SAME_THERAPY))
    results = {
        "first": entry_json(before),
        "second": entry_json(after),
        "changes": [{"field": each.field, "was": each.was, "now": each.now} for each in changes],
    }
    return (
        {**results, "whole": not warned},
        [*warned, *map(seen, lines)],
        status,
    )


def state(given: Given) -> Answer:
    """What the pump of one patient holds and what leaves the tip, now or at a moment."""
    from itbcalc.errors import RefusedError
    from itbcalc.visits.history import standings
    from itbcalc.visits.refill_visit import refills_seen
    from itbcalc.visits.refill_visit_words import refill_history_lines, seen_json
    from itbcalc.visits.state import state_of
    from itbcalc.visits.state_words import state_json, state_lines

    patient, moment = required(given, "ref"), moment_or_now(given)
    with opened(given) as log:
        warned, found = not_whole(log), standings(log.entries(patient))
    library = library_in_use()
    told = state_of(found, moment, library)
    if told is None:
        raise RefusedError("ref", patient, "no_step_by_then", known=patient)
    before = refills_seen(found, library)
    lines = [*warned, *map(seen, state_lines(told)), *map(seen, refill_history_lines(before))]
    lines += still_waiting(given)  # what is said is without it
    results = {**state_json(told), "refills": [seen_json(each) for each in before], "whole": not warned}
    return results, lines, STATUS_BAD if warned else STATUS_FINE


def verify(given: Given) -> Answer:
    """Follows the chain from the first entry to the last, and holds it against an anchor."""
    from itbcalc.log.anchors import AnchorVerdict, held_against
    from itbcalc.say import anchor_words, refusal_words
    from itbcalc.say.log import anchor_reach_words

    anchor = None if given["anchor"] is None else _anchor(given["anchor"])
    with opened(given) as log:
        try:
            found = log.verify(progress)
        except KeyboardInterrupt:  # Ctrl+C
            return {"whole": False, "stopped": True}, [_(_STOPPED)], STATUS_BAD
        verdict = held_against(anchor, log, found)
    results: dict[str, Any] = {"whole": found.whole, "head": head_json(found.head)}
    if found.damage is not None:
        words = refusal_words(found.damage)
        return {**results, "damage": words}, [_("NOT WHOLE: {trouble}", trouble=words)], STATUS_BAD
    lines = [
        plural(
            "whole: {count} entry, head {hash}",
            "whole: {count} entries, head {hash}",
            found.head.count,
            hash=found.head.hash,
        )
    ]
    if verdict is AnchorVerdict.AGREES and anchor is not None:
        lines.append(anchor_reach_words(anchor.head.count, found.head.count))
    lines.append(anchor_words(verdict))
    if verdict is None or anchor is None:
        return results, lines, STATUS_FINE
    status = STATUS_FINE if verdict is AnchorVerdict.AGREES else STATUS_BAD
    return {**results, "anchor": str(verdict), "anchor_reaches": anchor.head.count}, lines, status


_STOPPED = N_("Stopped: of what follows the last number above nothing is known.")


def _anchor(text: str) -> "Anchor":
    """The anchor on the command line, or in the file that is named there."""
    from itbcalc.log.anchors import read_anchor, read_anchor_file

    return (
        read_anchor(text)
        if text.startswith("itbcalc-anchor") or not Path(text).is_file()
        else read_anchor_file(Path(text))
    )


def moment_or_now(given: Given) -> datetime:
    """The moment of `--at`, as `compare` takes it; now where none is given. Raises FieldEntryError."""
    return datetime.now().astimezone() if given["at"] is None else _moment(given, "at")


def _moment(given: Given, name: str) -> datetime:
    """A moment with its offset, or the end of a date on the clock of this workstation. Raises FieldEntryError."""
    from itbcalc.errors import EntryError, FieldEntryError
    from itbcalc.quantities.instants import read_date, read_instant

    text = required(given, name)
    try:
        day = read_date(text)
    except EntryError:
        try:
            return read_instant(text).moment
        except EntryError as error:
            raise FieldEntryError(name, error) from error
    return datetime.combine(day, time.max).astimezone()
