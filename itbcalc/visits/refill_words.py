"""The list of refills as it is read, and as a JSON table."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from itbcalc.log.entries import Head
from itbcalc.quantities.display import date_text, moment_text
from itbcalc.say.answer_report import moment_json
from itbcalc.say.catalogue import _, plural
from itbcalc.visits.entry_words import mark_words, therapy_words, what_happened, written_moment_text
from itbcalc.visits.history import Standing, effective, new_therapy
from itbcalc.visits.refill_visit_words import delivered_words as delivered_by_refill
from itbcalc.visits.refill_visit_words import seen_json
from itbcalc.visits.refill_weeks import WeekOfRefills
from itbcalc.visits.refills import Due, Ended, Gone, Refills
from itbcalc.visits.state_words import LIMIT_WORDS
from itbcalc.visits.transfer import csv_table


def refill_lines(found: Refills, where: str, head: Head, moment: datetime) -> Iterator[str]:
    """One line a patient, overdue first; then whose follow-up has ended."""
    yield _("Refills at {moment}, by the log {where}", moment=moment_text(moment), where=where)
    if head.count:
        yield plural(
            "{count} entry, the last written {written}",
            "{count} entries, the last written {written}",
            head.count,
            written=written_moment_text(head.recorded_at),
        )
    if not found.due:
        yield _("Nobody is due by this log.")
    yield from map(due_line, found.due)
    yield from map(without_a_step_line, found.without_a_step)
    yield from map(ended_line, found.ended)


def ended_line(ended: Ended) -> str:
    """Of a patient whom nobody here follows any more; with the visit that is still booked."""
    booked, entry = ended.due.booked, ended.standing.entry
    what, date = what_happened(entry), date_text(effective(entry))
    if booked is None:
        return _("{patient}  {what}  {date}", patient=ended.patient, what=what, date=date)
    return _(
        "{patient}  {what}  {date}  A VISIT IS STILL BOOKED for {moment}: cancel entry {booked} if nobody comes.",
        patient=ended.patient,
        what=what,
        date=date,
        moment=moment_text(effective(booked.entry)),
        booked=booked.entry.seq,
    )


def without_a_step_line(gone: Gone) -> str:
    """Of a patient of whom every step was voided: is not on the list, but nobody said that this is meant."""
    if gone.booked is None:
        return _(
            "{patient}  NO STEP HOLDS ANY MORE: the last was voided by entry {number}. Not on the list until one is recorded.",
            patient=gone.patient,
            number=gone.voided_by,
        )
    return _(
        "{patient}  NO STEP HOLDS ANY MORE: the last was voided by entry {number}. A visit is booked for {moment}: "
        "void entry {booked} too if nobody comes.",
        patient=gone.patient,
        number=gone.voided_by,
        moment=moment_text(effective(gone.booked.entry)),
        booked=gone.booked.entry.seq,
    )


def left_out_line(everybody: Refills, found: Refills) -> str:
    """How many of those who are due the list leaves out."""
    return plural(
        "{count} more who is due is left out of this list.",
        "{count} more who are due are left out of this list.",
        len(everybody.due) - len(found.due),
    )


def week_lines(weeks: Sequence[WeekOfRefills]) -> Iterator[str]:
    """The weeks into which refills or visits fall, against the places of the clinic."""
    told = [week for week in weeks if week.due or week.booked]
    if told:
        yield _("By week, everybody counted; what is overdue counts into this week")
    yield from (_("  {week}", week=week_line(week)) for week in told)


def week_line(week: WeekOfRefills) -> str:
    """`week 52 of 2026, from 21 Dec 2026  4 due  3 of them to book  1 booked  4 places  closed 25 Dec 2026`."""
    year, number = week.number
    parts = (
        _("week {number} of {year}, from {date}", number=number, year=year, date=date_text(week.monday)),
        plural("{count} due", "{count} due", week.due),
        plural("{count} of them to book", "{count} of them to book", week.to_book) if week.to_book else "",
        plural("{count} booked", "{count} booked", week.booked),
        "" if week.places is None else plural("{count} place", "{count} places", week.places),
        _("TOO MANY") if week.too_many else "",
        _("closed {days}", days=", ".join(map(date_text, week.closed))) if week.closed else "",
        "" if week.holidays_known else _("public holidays of that year are not known"),
    )
    return "  ".join(filter(None, parts))


def week_json(week: WeekOfRefills) -> dict[str, Any]:
    """One week by name; null is what the clinic has not said."""
    year, number = week.number
    return {
        "year": year,
        "week": number,
        "monday": week.monday.isoformat(),
        "due": week.due,
        "to_book": week.to_book,
        "booked": week.booked,
        "places": week.places,
        "too_many": week.too_many,
        "closed": [day.isoformat() for day in week.closed],
        "holidays_known": week.holidays_known,
    }


CSV_COLUMNS = (
    "patient",
    "refill_by",
    "days_left",
    "limit",
    "alarm",
    "empty_worst",
    "therapy",
    "delivered",
    "booked",
    "read_back",
    "pump_latest_end",
    "pump_plan_from",
    "entry",
    "not_known",
    "empty_as_delivered",
)


def refills_csv(found: Refills) -> str:
    """The list as a table, in its order; what a spreadsheet would take for a formula begins with an apostrophe."""
    return csv_table(CSV_COLUMNS, map(_csv_cells, found.due))


def _csv_cells(due: Due) -> tuple[str, ...]:
    dates = due.dates
    return (
        due.patient,
        _iso_day(due.refill_by),
        "" if due.days_left is None else str(due.days_left),
        "" if due.limit is None else str(due.limit),
        _iso_day(None if dates is None else dates.low_alarm),
        _iso_day(None if dates is None else dates.empty_worst),
        therapy_words(new_therapy(due.standing.entry)),
        delivered_words(due),
        "" if due.booked is None else effective(due.booked.entry).isoformat(timespec="minutes"),
        due.standing.read_back,
        *_life_days(due),
        str(due.standing.entry.seq),
        due.not_known,
        _iso_day(due.empty_as_delivered),
    )


def _life_days(due: Due) -> tuple[str, str]:
    """Until when the pump lasts at the latest, and from when its replacement is to be planned."""
    life = due.life
    days = (None, None) if life is None else (life.latest_end, life.plan_from)
    latest, plan = ("" if day is None else day.isoformat() for day in days)
    return latest, plan


def _iso_day(moment: datetime | None) -> str:
    return "" if moment is None else moment.date().isoformat()


def due_line(due: Due) -> str:
    """`P-0301  OVERDUE by 3 days  refill by 18 Dec 2026 (…)  alarm 22 Dec 2026  …`."""
    parts = (
        due.patient,
        days_words(due),
        _refill_by_words(due),
        *date_words(due),
        therapy_words(new_therapy(due.standing.entry)),
        delivered_words(due),
        *booking_words(due),
        *life_words(due),
        mark_words(due.standing),
    )
    return "  ".join(filter(None, parts))


def days_words(due: Due) -> str:
    """`OVERDUE by 3 days`, `today`, `12 days left`."""
    days = due.days_left
    if days is None:
        return _("NOT KNOWN: {reason}", reason=due.not_known)
    if days < 0:
        return plural("OVERDUE by {count} day", "OVERDUE by {count} days", -days)
    return plural("{count} day left", "{count} days left", days) if days else _("TODAY")


def _refill_by_words(due: Due) -> str:
    if due.refill_by is None:
        return ""
    day = date_text(due.refill_by)
    if due.limit is None:
        return _("refill by {date} as recorded: {reason}", date=day, reason=due.not_known)
    return _("refill by {date} ({limit})", date=day, limit=LIMIT_WORDS[due.limit])


def delivered_words(due: Due) -> str:
    """`delivered 0.98 (0.96 to 1.01) times the programmed volume`, at the last refill; empty where that is not known.

    Where the pump is empty before its day if it goes on so, that day.
    """
    words = "" if due.last_refill is None else delivered_by_refill(due.last_refill.visit)
    if not words or due.empty_as_delivered is None:
        return words
    return _(
        "{delivered}: AT THAT RATE EMPTY ON {date}", delivered=words, date=date_text(due.empty_as_delivered)
    )


def booking_words(due: Due) -> Iterator[str]:
    """Whether a visit is booked, in time, and whether the last one took place."""
    if due.missed is not None:
        yield _("NO STEP SINCE the visit booked for {date}", date=date_text(effective(due.missed.entry)))
    if due.booked is None:
        yield _("not booked")
    elif due.booked_too_late:
        yield _("TOO LATE, booked {moment}", moment=moment_text(effective(due.booked.entry)))
    else:
        yield _("booked {moment}", moment=moment_text(effective(due.booked.entry)))


def life_words(due: Due) -> Iterator[str]:
    """Until when the pump lasts at the latest, and whether its replacement is to be planned; nothing where it is not known."""
    life, day = due.life, due.moment.date()
    if life is None:
        return
    if life.latest_end is not None:
        end = date_text(life.latest_end)
        yield (
            _("PUMP PAST ITS LIFE since {date}", date=end)
            if life.over(day)
            else _("pump lasts to {date} at the latest", date=end)
        )
    if life.to_be_planned(day):
        yield _("PLAN ITS REPLACEMENT")
    elif life.plan_from is not None:
        yield _("plan its replacement from {date}", date=date_text(life.plan_from))


def date_words(due: Due) -> Iterator[str]:
    """The day of the alarm, of a pump without one that of emptiness; and of that in the worst case, where they are known."""
    if due.dates is None:
        return
    if due.dates.low_alarm is not None:
        yield _("alarm {date}", date=date_text(due.dates.low_alarm))
    elif not due.dates.has_alarm and due.dates.empty is not None:
        yield _("empty on {date}", date=date_text(due.dates.empty))
    if due.dates.empty_worst is not None:
        yield _("worst case empty {date}", date=date_text(due.dates.empty_worst))


def refills_json(found: Refills, head: Head, moment: datetime) -> dict[str, Any]:
    """Both lists, and of which log they are."""
    return {
        "at": moment_json(moment),
        "log": {"log_id": head.log_id, "entries": head.count, "last_written": head.recorded_at},
        "refills": [_due_json(each) for each in found.due],
        "ended": [
            {
                "patient": each.patient,
                "entry": each.standing.entry.seq,
                "reason": str(each.standing.entry.body.get("reason", "")),
                "at": moment_json(effective(each.standing.entry)),
                **_booked_json(each.due.booked),
            }
            for each in found.ended
        ],
        "without_a_step": [
            {
                "patient": each.patient,
                "voided_by": each.voided_by,
                **_booked_json(each.booked),
            }
            for each in found.without_a_step
        ],
    }


def _booked_json(booked: Standing | None) -> dict[str, Any]:
    return {
        "booked": None if booked is None else moment_json(effective(booked.entry)),
        "booked_entry": None if booked is None else booked.entry.seq,
    }


def _due_json(due: Due) -> dict[str, Any]:
    entry, dates = due.standing.entry, due.dates
    moments = {
        "latest_refill_date": due.refill_by,
        "low_alarm_date": None if dates is None else dates.low_alarm,
        "empty_date": None if dates is None else dates.empty,
        "empty_date_worst": None if dates is None else dates.empty_worst,
        "empty_date_as_delivered": due.empty_as_delivered,
    }
    therapy = new_therapy(entry)
    return {
        "patient": due.patient,
        "entry": entry.seq,
        "since": moment_json(effective(entry)),
        "days_left": due.days_left,
        "overdue": due.overdue,
        "latest_refill_limit": None if due.limit is None else str(due.limit),
        **{name: None if at is None else moment_json(at) for name, at in moments.items()},
        "daily_dose": therapy.get("daily_dose"),
        "concentration": therapy.get("concentration"),
        "therapy": therapy_words(therapy),
        "last_refill": None if due.last_refill is None else seen_json(due.last_refill),
        **_booked_json(due.booked),
        "booked_too_late": due.booked_too_late,
        "missed": None if due.missed is None else moment_json(effective(due.missed.entry)),
        "pump_latest_end": None
        if due.life is None or due.life.latest_end is None
        else due.life.latest_end.isoformat(),
        "pump_plan_from": None
        if due.life is None or due.life.plan_from is None
        else due.life.plan_from.isoformat(),
        "read_back": due.standing.read_back,
        "not_known": [due.not_known] if due.not_known else [],
    }
