"""The calendar file of refills: read back by its library and by a reader of its own, stable over exports."""

import re
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import ics
import pytest
from icalendar import Calendar
from msgspec.structs import replace

from itbcalc.library.records import Library
from itbcalc.log.store import MemoryLog
from itbcalc.quantities.instants import read_instant
from itbcalc.quantities.kinds import DURATION, as_duration, exactly
from itbcalc.visits.calendar_numbers import CalendarNumbers, numbers_path
from itbcalc.visits.recording import followup_ended_draft, visit_booked_draft, void_draft
from itbcalc.visits.refill_calendar import calendar_file, refill_calendar
from itbcalc.visits.refills import refills
from tests.itbcalc.every_kind import NURSE
from tests.itbcalc.log.logs import LOG_ID
from tests.itbcalc.programs import Changes, library, table_of
from tests.itbcalc.visits.histories import BEGIN, amend, at, at_dose, history, record


def of(patient: str, dose: str, begin: str = BEGIN) -> Changes:
    return {**at_dose(dose, begin), "patient.ref": patient}


EARLY = at("2020-01-01T00:00+00:00")  # no minute is counted: each number is that of the entry


def written(log: MemoryLog, moment: str = "2026-11-25T12:00+01:00") -> bytes:
    """The calendar as somebody writes it who has written none before."""
    return refill_calendar(refills(log, at(moment), library()), log.head(), CalendarNumbers({}, EARLY))


def plain_events(content: bytes) -> list[dict[str, str]]:
    """The events, read without the library: lines unfolded, names without their parameters; reminders apart."""
    text = content.decode("utf-8").replace("\r\n ", "")
    blocks = re.findall(r"BEGIN:VEVENT\r\n(.*?)(?:BEGIN:VALARM.*?)?END:VEVENT", text, flags=re.DOTALL)
    return [
        {
            name.partition(";")[0]: value
            for name, _, value in (line.partition(":") for line in block.splitlines())
        }
        for block in blocks
    ]


def test_each_patient_is_an_all_day_event_on_the_last_day_for_the_refill() -> None:
    """The days of tests/itbcalc/visits/test_refills.py: 21 Nov and 22 Dec."""
    content = written(history(of("A", "400 mcg/day"), of("B", "1600 mcg/day")))

    events = Calendar.from_ical(content).walk("VEVENT")
    assert [each["DTSTART"].dt for each in events] == [date(2026, 12, 22), date(2026, 11, 21)]
    assert [each["DTEND"].dt - each["DTSTART"].dt for each in events] == [timedelta(days=1)] * 2
    assert [len(each.walk("VALARM")) for each in events] == [2, 2]
    assert [(each["DTSTART"], each["SEQUENCE"], each["STATUS"]) for each in plain_events(content)] == [
        ("20261222", "1", "CONFIRMED"),
        ("20261121", "2", "CONFIRMED"),
    ]
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_the_same_log_gives_the_same_bytes_whenever_it_is_written() -> None:
    log = history(of("A", "400 mcg/day"), of("B", "1600 mcg/day"))

    assert written(log) == written(log, "2027-03-01T08:00-05:00")


def test_an_amendment_moves_the_event_and_its_void_moves_it_back_later() -> None:
    """0.8 mL/day to 22 Dec; 1.6 mL/day, 39 / 1.6 / 1.145 = 21.288 days, to 1 Dec."""
    log = history(of("A", "400 mcg/day"))
    before = plain_events(written(log))
    first = log.at(1)
    assert first is not None
    amended = amend(log, first, table_of(of("A", "800 mcg/day")))
    during = plain_events(written(log))
    log.append(void_draft(amended, "the first was right", NURSE, at()))
    after = plain_events(written(log))

    found = [(each["DTSTART"], each["SEQUENCE"]) for (each,) in (before, during, after)]
    assert found == [("20261222", "1"), ("20261201", "2"), ("20261222", "3")]
    assert len({each["UID"] for (each,) in (before, during, after)}) == 1


def test_an_ended_follow_up_is_cancelled_under_its_uid() -> None:
    log = history(of("A", "400 mcg/day"))
    (before,) = plain_events(written(log))
    log.append(followup_ended_draft("A", "died", at(), NURSE, at()))

    (after,) = plain_events(written(log))
    assert (after["UID"], after["STATUS"], int(after["SEQUENCE"])) == (before["UID"], "CANCELLED", 2)


def test_a_patient_whose_every_step_was_voided_is_cancelled_and_comes_back_with_a_step() -> None:
    """Recorded for the wrong pseudonym: nothing of it may stay in a calendar that has the event.

    Its day is the recorded one: the alarm in the worst case, (40 − 2) / 0.8 / 1.145 = 41.48 days, 21 Dec.
    """
    log = history(of("A", "400 mcg/day"), of("B", "1600 mcg/day"))
    before = {each["UID"]: each for each in plain_events(written(log))}
    wrong = log.at(1)
    assert wrong is not None
    log.append(void_draft(wrong, "another patient", NURSE, at()))

    cancelled, other = plain_events(written(log))
    assert (cancelled["STATUS"], cancelled["DTSTART"], cancelled["SEQUENCE"]) == (
        "CANCELLED",
        "20261221",
        "3",
    )
    assert other == before[other["UID"]] | {"DTSTAMP": other["DTSTAMP"]}
    assert cancelled["UID"] in before

    record(log, table_of(of("A", "800 mcg/day")))
    again = plain_events(written(log))[0]
    assert (again["UID"], again["STATUS"], again["SEQUENCE"]) == (cancelled["UID"], "CONFIRMED", "4")


def test_who_never_had_a_step_is_not_in_it() -> None:
    log = MemoryLog(LOG_ID)
    log.append(visit_booked_draft("A", read_instant("2026-12-01T09:00+01:00"), NURSE, at()))

    assert plain_events(written(log)) == []


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York", "UTC"])
def test_no_date_shifts_in_any_zone(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Days, not moments: B is due at 00:27 in Berlin, still the day before in New York. On a computer of any zone."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        content = written(history(of("B", "1600 mcg/day")), "2026-11-20T18:00-05:00")
        (event,) = ics.Calendar(content.decode("utf-8")).events
    finally:
        monkeypatch.undo()
        time.tzset()

    assert b"DTSTART;VALUE=DATE:20261121" in content
    assert (event.all_day, event.begin.date()) == (True, date(2026, 11, 21))


def test_a_second_reader_sees_the_same_events_and_the_list_the_same_days() -> None:
    """The other library shares no code with the one that writes; days, patients and reminders of both, and of the list."""
    log = history(of("A", "400 mcg/day"), of("B", "1600 mcg/day"), of("C", "800 mcg/day"))
    log.append(followup_ended_draft("C", "moved", at(), NURSE, at()))
    content = written(log)

    events = sorted(ics.Calendar(content.decode("utf-8")).events, key=lambda event: event.name)
    first = [
        (each["UID"], each["DTSTART"].dt, each["SUMMARY"])
        for each in Calendar.from_ical(content).walk("VEVENT")
    ]
    assert sorted(first) == sorted((each.uid, each.begin.date(), each.name) for each in events)
    assert [each.status for each in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert all(each.all_day and each.duration == timedelta(days=1) for each in events)
    assert [sorted(alarm.trigger for alarm in each.alarms) for each in events] == [
        [timedelta(days=-14), timedelta(days=-3)],
        [timedelta(days=-14), timedelta(days=-3)],
        [],
    ]
    listed = refills(log, at("2026-11-25T12:00+01:00"), library())
    assert {due.refill_by.date() for due in listed.due if due.refill_by} == {
        each.begin.date() for each in events if each.status == "CONFIRMED"
    }


def test_who_has_no_day_is_not_in_it_and_is_named() -> None:
    log = history({**of("C", "800 mcg/day"), "reservoir.filled": None})

    assert plain_events(written(log)) == []
    assert [due.patient for due in refills(log, at(), library()).without_a_day] == ["C"]


def with_lead(days: int) -> Library:
    return replace(
        library(), clinic=replace(library().clinic, refill_lead_time=as_duration(exactly(days, DURATION)))
    )


def test_another_lead_time_moves_the_event_with_a_later_number_and_the_same_list_is_the_same_bytes(
    tmp_path: Path,
) -> None:
    """22 Dec less 7, 10, and 7 days again; of what is the same the bytes are the same, whenever it is written."""
    log, path = history(of("A", "400 mcg/day")), tmp_path / "log.db"
    now, seen, contents = at("2026-11-25T12:00+01:00"), [], []
    for minute, days in enumerate((7, 7, 10, 7)):
        found = refills(log, at("2026-11-25T12:00+01:00"), with_lead(days))
        contents.append(calendar_file(found, log.head(), path, now + timedelta(minutes=minute)))
        (event,) = plain_events(contents[-1])
        seen.append((event["DTSTART"], int(event["SEQUENCE"]), event["UID"]))

    assert [day for day, _, _ in seen] == ["20261215", "20261215", "20261212", "20261215"]
    assert contents[0] == contents[1]
    assert seen[1][1] < seen[2][1] < seen[3][1]
    assert len({uid for _, _, uid in seen}) == 1


def test_numbers_grow_within_a_minute_and_without_what_was_kept(tmp_path: Path) -> None:
    """Another workstation, or one that lost its file, counts by the clock: later than what was written before."""
    log, path, now = history(of("A", "400 mcg/day")), tmp_path / "log.db", at("2026-11-25T12:00+01:00")

    def number(days: int, when: datetime) -> int:
        found = refills(log, at("2026-11-25T12:00+01:00"), with_lead(days))
        (event,) = plain_events(calendar_file(found, log.head(), path, when))
        return int(event["SEQUENCE"])

    first, second = number(7, now), number(8, now)
    assert second == first + 1
    numbers_path(path).write_text("{", encoding="ascii")
    assert number(9, now + timedelta(minutes=5)) > second
    numbers_path(path).unlink()
    assert number(9, now + timedelta(minutes=10)) > second
