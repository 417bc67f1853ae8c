"""The list of refills as a calendar file (RFC 5545): one all-day event a patient, the same bytes from the same log.

A patient keeps one UID for ever, and SEQUENCE only grows: a calendar that reads the file again moves the event instead of
adding another. Nobody but the pseudonym stands in it.
"""

import uuid
from datetime import UTC, date, datetime, timedelta

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
    events = {due.patient: _due_event(due, head) for due in found.due if due.refill_by is not None}
    events |= {each.patient: _ended_event(each.due, head) for each in found.ended if each.due.refill_by}
    events |= {each.patient: _cancelled(each.patient, each.day, each.revision, head) for each in found.gone}
    for patient in sorted(events):
        calendar.add_component(events[patient])
    return bytes(calendar.to_ical())


def _due_event(due: Due, head: Head) -> Event:
    assert due.refill_by is not None
    event = _event(due.patient, due.refill_by.date(), due.revision, head)
    event.add("description", _description(due))
    event.add("status", "CONFIRMED")
    for before in _REMINDERS:
        event.add_component(_reminder(_summary(due.patient), before))
    return event


def _ended_event(due: Due, head: Head) -> Event:
    assert due.refill_by is not None
    return _cancelled(due.patient, due.refill_by.date(), due.revision, head)


def _cancelled(patient: str, day: date, revision: int, head: Head) -> Event:
    """Takes the event out of a calendar that has it: the same UID, a later SEQUENCE."""
    event = _event(patient, day, revision, head)
    event.add("status", "CANCELLED")
    return event


def _event(patient: str, day: date, revision: int, head: Head) -> Event:
    event = Event()
    event.add("uid", str(uuid.uuid5(_UIDS, f"{head.log_id}/{patient}")))
    event.add("sequence", revision)
    event.add("dtstamp", datetime.fromisoformat(head.recorded_at.replace("Z", "+00:00")).astimezone(UTC))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", _summary(patient))
    event.add("transp", "TRANSPARENT")
    return event


def _summary(patient: str) -> str:
    return _("Refill pump no later than today: {patient}", patient=patient)


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
