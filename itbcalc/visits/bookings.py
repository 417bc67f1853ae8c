"""Which visit of a patient is booked, and which one came and nobody was seen?"""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from itbcalc.errors import RefusedError
from itbcalc.log.entries import Entry
from itbcalc.log.store import TitrationLog
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.history import Standing, effective, standings


def booked_visits(found: Sequence[Standing]) -> list[Standing]:
    """The visits of one patient that were booked and not cancelled, the earliest first."""
    cancelled = {
        str(each.entry.body.get("of"))
        for each in found
        if each.entry.kind == EntryKind.VISIT_CANCELLED and each.holds
    }
    booked = [
        each
        for each in found
        if each.entry.kind == EntryKind.VISIT_BOOKED and each.holds and each.entry.entry_id not in cancelled
    ]
    return sorted(booked, key=lambda each: (effective(each.entry), each.entry.seq))


def next_visit(found: Sequence[Standing], moment: datetime) -> Standing | None:
    """The next visit that is booked, of the day of the moment too."""
    return next((each for each in booked_visits(found) if not _is_over(each, moment)), None)


def missed_visit(found: Sequence[Standing], moment: datetime) -> Standing | None:
    """The last booked visit whose day is over and since when the log holds no step: was the patient seen?"""
    over = [each for each in booked_visits(found) if _is_over(each, moment)]
    if not over:
        return None
    day = effective(over[-1].entry).date()
    seen = any(
        each.is_step and each.holds and _day_of(each.entry, like=over[-1].entry) >= day for each in found
    )
    return None if seen else over[-1]


def booking_to_cancel(found: Sequence[Standing], number: str) -> Entry:
    """The booked visit with this number, or the only one there is. Raises RefusedError where that is not clear."""
    booked = booked_visits(found)
    named = [each.entry for each in booked if number in ("", str(each.entry.seq))]
    if not named:
        raise RefusedError("entry", number, "no_visit_booked")
    if len(named) > 1:
        known = ", ".join(str(entry.seq) for entry in named)
        raise RefusedError("entry", number, "several_visits_booked", known=known)
    return named[0]


def still_booked(entry: Entry) -> Callable[[TitrationLog], None]:
    """A guard for `append`: refuses where the visit was cancelled or voided meanwhile, in the same transaction."""

    def refuse(log: TitrationLog) -> None:
        booking_to_cancel(standings(log.entries(entry.patient)), str(entry.seq))

    return refuse


def _is_over(booked: Standing, moment: datetime) -> bool:
    """Whether the day of the visit is over, in its own calendar."""
    at = effective(booked.entry)
    return at.date() < moment.astimezone(at.tzinfo).date()


def _day_of(entry: Entry, *, like: Entry) -> date:
    return effective(entry).astimezone(effective(like).tzinfo).date()
