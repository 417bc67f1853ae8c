"""A journey as a clinician would say it, and as a JSON table."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from itbcalc.quantities.display import date_text, moment_text
from itbcalc.say.answer_report import moment_json
from itbcalc.say.catalogue import _, plural
from itbcalc.visits.history import effective
from itbcalc.visits.refill_words import due_line
from itbcalc.visits.state_words import LIMIT_WORDS
from itbcalc.visits.travel import FilledBefore, Travel


def travel_lines(journey: Travel) -> Iterator[str]:
    """Line by line; what is not known is said."""
    yield _away_line(journey)
    if journey.ended is not None:
        entry = journey.ended.entry
        yield _(
            "NOBODY HERE FOLLOWS THIS PATIENT ANY MORE, by entry {number}, since {date}: what follows is of the last step before.",
            number=entry.seq,
            date=date_text(effective(entry)),
        )
    yield due_line(journey.due)
    if journey.due_while_away is None:
        yield _("NOT KNOWN whether the refill is due while away")
    elif journey.due.overdue:
        yield _("THE REFILL IS OVERDUE BEFORE LEAVING")
    elif journey.due_while_away:
        yield _("THE REFILL IS DUE WHILE AWAY")
    elif journey.days_in_hand is None or journey.days_in_hand >= 0:
        yield _("The refill is not due before the return.")
    yield from _in_hand(journey)
    before = journey.filled_before
    if before is None:
        yield _("Not known what a refill before leaving would give.")
    else:
        yield from _if_refilled(before)
        if journey.due_then_too:
            yield _("THE NEXT REFILL IS DUE WHILE AWAY EVEN THEN")
    if journey.pump_clock is not None:
        yield _(
            "The pump keeps the time of its last change: at noon there it shows {time} of {day}.",
            time=journey.pump_clock.strftime("%H:%M"),
            day=date_text(journey.pump_clock),
        )


def _if_refilled(before: FilledBefore) -> Iterator[str]:
    """The dates of a refill on the last clinic day before; the last day for the next one as in the list."""
    yield _(
        "If refilled on {day}, the last clinic day before, as at the last fill: refill by {date} ({limit})",
        day=date_text(before.day),
        date=_day(before.refill_by),
        limit=_("as far as known") if before.limit is None else LIMIT_WORDS[before.limit],
    )
    if before.has_alarm:
        alarm, worst = _day(before.low_alarm), _day(before.empty_worst)
        yield _("  then alarm {alarm}, worst case empty {worst}", alarm=alarm, worst=worst)
    else:
        yield _("  then worst case empty {worst}", worst=_day(before.empty_worst))
    if not before.weekdays_known:
        yield _(
            "  The clinic’s days are not set: a day is taken that is of no weekend, be it Friday and Saturday or Saturday and Sunday."
        )


def _away_line(journey: Travel) -> str:
    """From when to when, and by which clock: where the two were typed with offsets of their own, each has its own."""
    leaves, returns = journey.leaves, journey.returns
    if str(leaves.tzinfo) == str(returns.tzinfo):
        return _(
            "{patient} is away from {leaves} to {returns}, times of {zone}",
            patient=journey.due.patient,
            leaves=moment_text(leaves),
            returns=moment_text(returns),
            zone=leaves.tzinfo,
        )
    return _(
        "{patient} is away from {leaves}, time of {zone}, to {returns}, time of {other}",
        patient=journey.due.patient,
        leaves=moment_text(leaves),
        zone=leaves.tzinfo,
        returns=moment_text(returns),
        other=returns.tzinfo,
    )


def _in_hand(journey: Travel) -> Iterator[str]:
    days = journey.days_in_hand
    if days is None:
        yield _("NOT KNOWN how long the return may fail")
    elif days < 0:
        yield _("THE PUMP IS EMPTY IN THE WORST CASE BEFORE THE RETURN")
    else:
        yield plural(
            "The return may fail for {count} day before the pump is empty in the worst case.",
            "The return may fail for {count} days before the pump is empty in the worst case.",
            days,
        )
    if days is not None and 0 <= days < journey.delay:
        yield plural(
            "IF THE RETURN FAILS FOR {count} DAY, THE PUMP IS EMPTY IN THE WORST CASE",
            "IF THE RETURN FAILS FOR {count} DAYS, THE PUMP IS EMPTY IN THE WORST CASE",
            journey.delay,
        )


def _day(moment: datetime | None) -> str:
    return _("not known") if moment is None else date_text(moment)


def travel_json(journey: Travel) -> dict[str, Any]:
    """By name; null is what is not known."""
    due, before = journey.due, journey.filled_before

    def at(moment: datetime | None) -> dict[str, Any] | None:
        return None if moment is None else moment_json(moment)

    return {
        "patient": due.patient,
        "leaves": at(journey.leaves),
        "returns": at(journey.returns),
        "delay_days": journey.delay,
        "latest_refill_date": at(due.refill_by),
        "empty_date_worst": at(None if due.dates is None else due.dates.empty_worst),
        "due_while_away": journey.due_while_away,
        "days_in_hand": journey.days_in_hand,
        "empty_before_return": journey.too_late,
        "last_clinic_day": None if before is None else before.day.isoformat(),
        "refilled_latest_refill_date": None if before is None else at(before.refill_by),
        "refilled_latest_refill_limit": None if before is None or before.limit is None else str(before.limit),
        "refilled_low_alarm_date": None if before is None else at(before.low_alarm),
        "refilled_empty_date_worst": None if before is None else at(before.empty_worst),
        "pump_clock_at_noon": None
        if journey.pump_clock is None
        else journey.pump_clock.isoformat(timespec="minutes"),
        "followup_ended": None if journey.ended is None else at(effective(journey.ended.entry)),
        "not_known": [due.not_known] if due.not_known else [],
    }
