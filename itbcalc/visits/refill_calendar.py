"""The list of refills as a calendar file (RFC 5545): one all-day event a patient, the same bytes from the same log.

A patient keeps one UID for ever, and SEQUENCE only grows: a calendar that reads the file again moves the event instead of
adding another. Nobody but the pseudonym stands in it.
"""

import uuid
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from itbcalc.log.entries import Head
from itbcalc.quantities.display import date_text
from itbcalc.say.catalogue import _
from itbcalc.visits.refill_words import date_words
from itbcalc.visits.refills import Due, Refills
from itbcalc.visits.state_words import LIMIT_WORDS

_UIDS = uuid.UUID(
    "6c1f4d2e-7d0a-5c3b-9a52-4e0f8b3c1a77"
)  # made once: the UIDs in people's calendars follow from it
_REMINDERS = (timedelta(days=14), timedelta(days=3))  # before the day; ours


def refill_calendar(found: Refills, head: Head) -> bytes:
    """The calendar of a log that ends at `head`; whose day is not known has no event (`Refills.without_a_day`)."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//itbcalc//refills//EN")
    calendar.add("x-wr-calname", _("Pump refills"))
    dated = [(each, False) for each in found.due] + [(each.due, True) for each in found.ended]
    for due, ended in sorted(dated, key=lambda each: each[0].patient):
        if due.refill_by is not None:
            calendar.add_component(_event(due, head, ended=ended))
    return bytes(calendar.to_ical())


def _event(due: Due, head: Head, *, ended: bool) -> Event:
    event, refill_by = Event(), due.refill_by
    assert refill_by is not None
    day = refill_by.date()
    summary = _("Refill pump no later than today: {patient}", patient=due.patient)
    event.add("uid", str(uuid.uuid5(_UIDS, f"{head.log_id}/{due.patient}")))
    event.add("sequence", due.revision)
    event.add("dtstamp", datetime.fromisoformat(head.recorded_at.replace("Z", "+00:00")).astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", summary)
    event.add("description", _description(due))
    event.add("status", "CANCELLED" if ended else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    if not ended:
        for before in _REMINDERS:
            event.add_component(_reminder(summary, before))
    return event


def _description(due: Due) -> str:
    """What decides the day, and the other days; not how many are left: that is no longer true tomorrow."""
    assert due.refill_by is not None
    limit = LIMIT_WORDS[due.limit] if due.limit is not None else _("as recorded")
    first = _("Refill by {date} ({limit})", date=date_text(due.refill_by), limit=limit)
    by = _("By entry {number} of the titration log.", number=due.standing.entry.seq)
    return "\n".join([first, *date_words(due), by])


def _reminder(summary: str, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -before)
    return alarm
