"""The list of refills as a calendar file (RFC 5545): one all-day event a patient, the same bytes from the same list.

A patient keeps one UID for ever, and SEQUENCE only grows (`calendar_numbers`): a calendar that reads the file again moves the event instead of
adding another. Nobody but the pseudonym stands in it.
"""

import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from icalendar import Alarm, Calendar, Event
from msgspec import Struct

from itbcalc.log.entries import Head
from itbcalc.quantities.display import date_text
from itbcalc.say.catalogue import _
from itbcalc.visits.calendar_numbers import CalendarNumbers, keep_numbers, numbers_of
from itbcalc.visits.refill_words import date_words, delivered_words
from itbcalc.visits.refills import Due, Refills
from itbcalc.visits.state_words import LIMIT_WORDS

_UIDS = uuid.UUID(
    "6c1f4d2e-7d0a-5c3b-9a52-4e0f8b3c1a77"
)  # made once: the UIDs in people's calendars follow from it
_REMINDERS = (timedelta(days=14), timedelta(days=3))  # before the day; ours


def calendar_file(found: Refills, head: Head, log: Path, now: datetime) -> bytes:
    """The calendar of the log at `log`, each event numbered by what was written of it last; that is kept beside the log."""
    numbers = numbers_of(log, now)
    content = refill_calendar(found, head, numbers)
    keep_numbers(log, numbers)
    return content


def refill_calendar(found: Refills, head: Head, numbers: CalendarNumbers) -> bytes:
    """The calendar of a log that ends at `head`; whose day is not known has no event (`Refills.without_a_day`)."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//itbcalc//refills//EN")
    calendar.add("x-wr-calname", _("Pump refills"))
    events = [_due_event(due) for due in found.due if due.refill_by is not None]
    events += [_ended_event(each.due) for each in found.ended if each.due.refill_by is not None]
    events += [_Event(each.patient, each.day, each.revision) for each in found.gone]
    for event in sorted(events, key=lambda each: each.patient):
        calendar.add_component(event.written(head, numbers))
    return bytes(calendar.to_ical())


class _Event(Struct, frozen=True):
    """What a calendar says of a patient; without a description it takes out the event of a calendar that has it."""

    patient: str
    day: date
    revision: int
    description: str = ""

    def written(self, head: Head, numbers: CalendarNumbers) -> Event:
        """The same UID for ever, and a later SEQUENCE than with any other wording before."""
        uid = str(uuid.uuid5(_UIDS, f"{head.log_id}/{self.patient}"))
        wording = f"{self.day.isoformat()} {self.revision} {self.description}"
        event = Event()
        event.add("uid", uid)
        event.add("sequence", numbers.number(uid, wording, self.revision))
        recorded = datetime.fromisoformat(head.recorded_at.replace("Z", "+00:00"))
        event.add("dtstamp", recorded.astimezone(UTC))
        event.add("dtstart", self.day)
        event.add("dtend", self.day + timedelta(days=1))
        event.add("summary", _summary(self.patient))
        event.add("transp", "TRANSPARENT")
        if not self.description:
            event.add("status", "CANCELLED")
            return event
        event.add("description", self.description)
        event.add("status", "CONFIRMED")
        for before in _REMINDERS:
            event.add_component(_reminder(_summary(self.patient), before))
        return event


def _due_event(due: Due) -> _Event:
    assert due.refill_by is not None
    return _Event(due.patient, due.refill_by.date(), due.revision, _description(due))


def _ended_event(due: Due) -> _Event:
    assert due.refill_by is not None
    return _Event(due.patient, due.refill_by.date(), due.revision)


def _summary(patient: str) -> str:
    return _("Refill pump no later than today: {patient}", patient=patient)


def _description(due: Due) -> str:
    """What decides the day, and the other days; not how many are left: that is no longer true tomorrow."""
    assert due.refill_by is not None
    limit = LIMIT_WORDS[due.limit] if due.limit is not None else _("as recorded")
    first = _("Refill by {date} ({limit})", date=date_text(due.refill_by), limit=limit)
    by = _("By entry {number} of the titration log.", number=due.standing.entry.seq)
    fast = () if due.empty_as_delivered is None else (delivered_words(due),)
    return "\n".join([first, *date_words(due), *fast, by])


def _reminder(summary: str, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -before)
    return alarm
