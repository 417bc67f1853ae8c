"""One patient carries one day for the refill: check, sheet, entry, list, state, calendar, table, card and letter say the log's."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from itbcalc.judge.check import Checked
from itbcalc.log.entries import Entry, entry_in
from itbcalc.log.store import MemoryLog
from itbcalc.say.table import result_row
from itbcalc.visits.against_log import held_against_log
from itbcalc.visits.calendar_numbers import CalendarNumbers
from itbcalc.visits.entry_body import results_of
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.history import standings
from itbcalc.visits.patient_paper import CARD, LETTER, patient_paper
from itbcalc.visits.recomputed import checked_again, recomputed
from itbcalc.visits.recording import CheckedStep, step_draft
from itbcalc.visits.refill_calendar import refill_calendar
from itbcalc.visits.refill_words import refills_csv
from itbcalc.visits.refills import refills
from itbcalc.visits.transfer import read_export
from tests.itbcalc.every_kind import NURSE, answers_to
from tests.itbcalc.log.logs import LOG_ID, entry_id
from tests.itbcalc.programs import library, table_of
from tests.itbcalc.steps import said, sheet_of
from tests.itbcalc.visits.histories import PATIENT, at, at_dose, checked_step, history, state_at
from tests.itbcalc.visits.test_running_fast import (
    FILLED,
    SMALL,
    STEP,
    STRONG,
    filled_in_september,
    raised_in_november,
)

DAY = "9 Dec 2026"
OLD_LOGS = Path(__file__).parents[2] / "old_logs"


def by_hand() -> datetime:
    """20 mL on 20 Sep 08:30; 0.2 mL/day for 71 days 3.5 h; then 0.22 mL/day; 14.5 % fast throughout; 1.4 mL cannot be delivered."""
    fast = Fraction("1.145")
    left = 20 - fast * Fraction("0.2") * (71 + Fraction(7, 48))
    days = (left - Fraction("1.4")) / (Fraction("0.22") * fast)
    minutes = int(days * 1440)
    assert (minutes // 1440, minutes % 1440) == (9, 3 * 60 + 51)
    return at("2026-12-09T14:51+01:00")


def held(log: MemoryLog, volume: str = "5.8 mL", **more: Any) -> CheckedStep:
    """As a programmer rounds the count of 5.771 mL."""
    return held_against_log(checked_step(table_of(raised_in_november(volume, **more))), log, at(STEP))


def recorded(log: MemoryLog, step: CheckedStep, *, refilled: bool = False) -> Entry:
    draft = step_draft(step, answers_to(step), NURSE, at(STEP), refilled=refilled)
    return log.append(replace(draft, entry_id=entry_id(log.head().count + 1)))


def to_the_minute(moment: datetime | None) -> datetime:
    assert moment is not None
    return moment.replace(second=0, microsecond=0)


def rows(checked: Checked) -> dict[str, tuple[str, str]]:
    found = (result_row(key, checked) for key in ("empty_date_worst", "latest_refill_date"))
    return {row.key: (row.new_text, row.change) for row in found}


def test_everywhere_the_day_is_the_one_counted_from_the_last_fill() -> None:
    log = history(filled_in_september())
    step = held(log)
    assert rows(step.shown) == {
        "empty_date_worst": (DAY, "flow +14.5 % since 20 Sep 2026"),
        "latest_refill_date": (DAY, "9 days 3 h, worst case"),
    }
    assert to_the_minute(step.shown.calculation.latest_refill_date) == by_hand()
    working = result_row("latest_refill_date", step.shown).working[0]
    assert (
        "Counted by the log from 20 Sep 2026 08:30 on; the volume is counted since 20 Sep 2026 08:30"
        in working.note
    )

    entry = recorded(log, step)
    said(log, EntryKind.READ_BACK_RECORDED, entry, state="running", note="")
    assert set(days_told(log, entry)) == {by_hand().date()}

    sheet = " ".join(re.sub("<[^>]*>", " ", sheet_of(log, entry)).split())
    assert f"refill no later than {DAY}" in sheet
    assert f"empty, worst case {DAY}" in sheet
    for kind in (CARD, LETTER):
        assert f"Refill by {DAY}" in re.sub(
            "<[^>]*>", "", patient_paper(kind, standings(log.entries(PATIENT)), library(), at(STEP))
        )


def days_told(log: MemoryLog, entry: Entry) -> Iterator[Any]:
    """Of the entry, the list, the table, the state and the calendar."""
    results = results_of(entry.body)
    yield from (
        datetime.fromisoformat(results[key]["at"]).date() for key in ("refill_by", "empty_date_worst")
    )
    everybody = refills(log, at(STEP), library())
    (due,) = everybody.due
    assert to_the_minute(due.refill_by) == by_hand()
    yield due.refill_by.date() if due.refill_by else None
    (row,) = csv.DictReader(io.StringIO(refills_csv(everybody)))
    yield datetime.fromisoformat(row["refill_by"]).date()
    dates = state_at(log, STEP).dates
    yield dates.latest_refill.date() if dates else None
    calendar = refill_calendar(everybody, log.head(), CalendarNumbers({}, datetime(2026, 1, 1, tzinfo=UTC)))
    (day,) = re.findall(rb"DTSTART;VALUE=DATE:(\d{8})", calendar)
    yield datetime.strptime(day.decode(), "%Y%m%d").date()  # noqa: DTZ007  # a day of the calendar


def test_what_was_recorded_comes_out_again() -> None:
    """Also after the log has learnt something else of the time before: the entry holds what was known."""
    log = history(filled_in_september())
    entry = recorded(log, held(log))
    assert entry.body["body_format"] == 3
    again = checked_again(entry, library())
    assert again is not None
    assert recomputed(entry, again, library()).same


def test_a_stored_step_of_format_3_comes_out_as_it_was_recorded() -> None:
    """Written once, on the day on which the format was made: 3.708 mL of it may be left (35593/9600), by hand above."""
    _head, written = read_export(OLD_LOGS / "body-3.itbexport")
    entry = entry_in(written[1], 2)
    again = checked_again(entry, library())

    assert again is not None
    assert recomputed(entry, again, library()).same
    assert set(entry.body["reservoir_by_log"]) == {"filled_at", "known_at", "left", "accuracy"}
    assert entry.body["reservoir_by_log"]["left"] == {"exact": "35593/9600", "unit": "mL"}
    assert to_the_minute(again.calculation.latest_refill_date) == by_hand()


def test_what_is_recorded_as_a_refill_is_counted_from_what_was_typed() -> None:
    """20 mL, less 1.4, at 0.2519 mL/day: 73.84 days from 30 Nov, 12 Feb; nothing of the fill before is in it."""
    log = history(filled_in_september())
    step = held(log, "20 mL")
    assert rows(step.shown)["latest_refill_date"][0] == "12 Feb 2027"
    entry = recorded(log, step, refilled=True)
    assert entry.body["body_format"] == 1
    assert "worst_case_earlier_by_log" not in {each["code"] for each in entry.body["findings"]}
    (due,) = refills(log, at(STEP), library()).due
    assert due.refill_by is not None
    assert due.refill_by.date().isoformat() == "2027-02-12"


def test_a_bare_check_claims_no_more_than_was_shown() -> None:
    """Nothing says since when the volume is known: 5.8 mL less 1.4 at 0.2519 mL/day are 17.47 days, 17 Dec, from here on."""
    bare = checked_step(table_of(raised_in_november("5.8 mL"))).checked
    assert rows(bare)["empty_date_worst"] == ("17 Dec 2026", "flow +14.5 % from here on")
    refill = checked_step(table_of(raised_in_november("20 mL", refill={"drawn_off": "5.5 mL"}))).checked
    assert rows(refill)["empty_date_worst"][1] == "flow +14.5 %"


def test_the_interval_of_the_drug_counts_from_the_fill() -> None:
    """0.02 mL/day: after 71 days 3.5 h of the 180 of the drug 108 days 20.5 h are left, until 19 Mar 2027 07:30."""
    slow = {"new__daily_dose": "40 mcg/day"}
    log = history({**filled_in_september(), "new.daily_dose": "40 mcg/day"})
    step = held(log, "18.577 mL", current__daily_dose="40 mcg/day", **slow)
    assert rows(step.shown)["latest_refill_date"] == ("19 Mar 2027", "108 days 20 h, drug limit")
    recorded(log, step)
    (due,) = refills(log, at(STEP), library()).due
    assert due.refill_by is not None
    assert due.refill_by.isoformat(timespec="minutes") == "2027-03-19T07:30+01:00"


def test_a_worst_case_that_is_over_is_said_as_it_was() -> None:
    """At 0.2 × 1.145 mL/day 18.6 mL are gone after 81 days 5 h 20.7 min, from 20 Sep 08:30+02:00: on 10 Dec 12:50+01:00."""
    moment = "2026-12-14T08:30+01:00"
    log = history(filled_in_september())
    table = table_of(raised_in_november("2.8 mL", reservoir__at=moment))
    step = held_against_log(checked_step(table), log, at(moment))
    assert to_the_minute(step.shown.calculation.empty_date_worst) == at("2026-12-10T12:50+01:00")
    recorded(log, step)
    (due,) = refills(log, at(moment), library()).due
    assert due.refill_by == step.shown.calculation.latest_refill_date
    assert rows(step.shown)["latest_refill_date"] == ("10 Dec 2026", "over for 3 days 19 h, worst case")


def test_a_worst_case_that_is_there_is_said_as_now() -> None:
    """3 mL of the 5.771 counted are believed, less 2.063 that a fast pump may have delivered: no more than the 1.4 mL that stay."""
    step = held(history(filled_in_september()), "3 mL")
    assert rows(step.shown)["latest_refill_date"] == ("30 Nov 2026", "now, worst case")


def test_what_was_only_practised_is_no_fill() -> None:
    """Not even in a log of practice: the check is as if there was none."""
    log = MemoryLog(f"practice{LOG_ID}")
    draft = step_draft(
        filled := checked_step(table_of(filled_in_september())),
        answers_to(filled),
        NURSE,
        at(FILLED),
        refilled=True,
    )
    log.append(replace(draft, entry_id=entry_id(1), body={**draft.body, "practice": {"run": "1"}}))
    assert held(log).shown.calculation.inputs.by_log is None


NO_ACCURACY = {"system__pump": "synchromed-iii-20"}


def test_a_volume_left_standing_makes_no_day_later_where_no_accuracy_is_published_either() -> None:
    """20 mL less 0.2 mL/day for 71 days 3.5 h are 5.771; less the 2 mL of the alarm at 0.22 mL/day 17 days 3 h 21 min: 17 Dec 14:21.

    By the 20 mL left standing in the field it was 20 Feb, eight weeks after all has been delivered.
    """
    left = 20 - Fraction("0.2") * (71 + Fraction(7, 48))
    minutes = int((left - 2) / Fraction("0.22") * 1440)
    assert (minutes // 1440, minutes % 1440) == (17, 3 * 60 + 21)
    log = history(at_dose("400 mcg/day", FILLED, **{**SMALL, **STRONG, **NO_ACCURACY}))
    step = held(log, "20 mL", **NO_ACCURACY)
    as_dose_step = step.of_kind(EntryKind.DOSE_STEP_RECORDED).checked

    assert rows(as_dose_step)["latest_refill_date"] == ("17 Dec 2026", "17 days 3 h, by the log's count")
    entry = recorded(log, step)
    assert results_of(entry.body)["refill_by"]["at"].startswith("2026-12-17T14:21")
    (due,) = refills(log, at(STEP), library()).due
    assert to_the_minute(due.refill_by) == at("2026-12-17T14:21+01:00")
    again = checked_again(entry, library())
    assert again is not None
    assert recomputed(entry, again, library()).same


def test_a_volume_read_a_little_above_the_count_is_taken_as_typed() -> None:
    """6 mL are within two readings of 5.771: less 2, at 0.22 mL/day, 18 days 4 h 21 min, 18 Dec 15:21."""
    log = history(at_dose("400 mcg/day", FILLED, **{**SMALL, **STRONG, **NO_ACCURACY}))
    recorded(log, held(log, "6 mL", **NO_ACCURACY))
    (due,) = refills(log, at(STEP), library()).due
    assert to_the_minute(due.refill_by) == at("2026-12-18T15:21+01:00")


def refilled(log: MemoryLog, drawn_off: str, moment: str = STEP, **more: Any) -> Entry:
    """440 mcg/day from a refill on at which so much was drawn off, recorded as the window does it."""
    table = table_of(
        raised_in_november("20 mL", refill={"drawn_off": drawn_off}, reservoir__at=moment, **more)
    )
    return recorded(log, held_against_log(checked_step(table), log, at(moment)), refilled=True)


def test_a_pump_found_faster_than_its_accuracy_has_its_day_as_measured_everywhere() -> None:
    """17.5 mL left it where 14.229 were programmed, 1.2299 times: 18.6 / (0.22 × 1.2299) = 68 days 17 h 50 min, 7 Feb 04:50.

    By the 14.5 % of the data sheet all said 12 Feb, and the list beside it that the pump is dry on the 7th.
    """
    ratio = Fraction("17.5") / (Fraction("0.2") * (71 + Fraction(7, 48)))
    minutes = int(Fraction("18.6") / (Fraction("0.22") * ratio) * 1440)
    assert (minutes // 1440, minutes % 1440) == (68, 17 * 60 + 50)
    log = history(filled_in_september())
    entry = refilled(log, "2.5 mL")

    assert results_of(entry.body)["refill_by"]["at"].startswith("2027-02-07T04:50")
    (due,) = refills(log, at(STEP), library()).due
    assert to_the_minute(due.refill_by) == at("2027-02-07T04:50+01:00")
    assert due.empty_as_delivered is None
    again = checked_again(entry, library())
    assert again is not None
    assert rows(again)["empty_date_worst"] == ("7 Feb 2027", "flow +22.99 % as measured")
    assert recomputed(entry, again, library()).same


def test_what_the_reading_of_the_syringes_explains_makes_no_pump_faster() -> None:
    """Two days after a fill 19.3 mL of 19.6: 1.75 times, and 0.3 mL of the 0.5 by which two readings may lie apart. 73.84 days, 14.5 %."""
    log = history(filled_in_september())
    refilled(log, "19.3 mL", "2026-09-22T08:30+02:00")
    (due,) = refills(log, at("2026-09-22T08:30+02:00"), library()).due
    assert due.refill_by is not None
    assert due.refill_by.date().isoformat() == "2026-12-05"


def test_another_pump_of_the_same_model_is_not_as_fast_as_the_one_before() -> None:
    """It was taken out at this refill: 18.6 / 0.2519 = 73.84 days, 12 Feb."""
    log = history(filled_in_september())
    refilled(log, "2.5 mL", line={"tubing": "new", "catheter": "old"})
    (due,) = refills(log, at(STEP), library()).due
    assert due.refill_by is not None
    assert due.refill_by.date().isoformat() == "2027-02-12"


def test_the_accuracy_of_one_pump_is_not_that_of_the_model_that_replaces_it() -> None:
    """20 mL less the 2 of the alarm at 0.22 mL/day: 81 days 19 h. Nothing is published of how fast the new pump may run."""
    new = {**NO_ACCURACY, "line": {"tubing": "new", "catheter": "old"}}
    log = history(filled_in_september())
    step = held(log, "20 mL", **new).of_kind(EntryKind.DOSE_STEP_RECORDED).checked
    assert rows(step) == {
        "empty_date_worst": ("", ""),
        "latest_refill_date": ("20 Feb 2027", "the alarm, 81 days 19 h"),
    }
    alarm = result_row("low_alarm_date_worst", step)
    assert (alarm.new_text, alarm.change) == ("", "")


def test_a_row_without_a_day_claims_nothing() -> None:
    bare = checked_step(table_of(raised_in_november(None))).checked
    assert rows(bare)["empty_date_worst"] == ("", "")


def test_a_refill_that_cannot_be_counted_makes_a_fast_pump_no_slower() -> None:
    """Found 1.2299 times as fast, as above; of the next refill a step of another volume lets nothing be said: again 68 days 17 h 50 min.

    From 9 Jan 11:00 that is 19 Mar 04:50; by 14.5 % it would be 24 Mar.
    """
    log = history(filled_in_september())
    refilled(log, "2.5 mL")
    faster = {"current__daily_dose": "440 mcg/day"}
    recorded(log, held(log, "15 mL", reservoir__at="2026-12-10T11:00+01:00", **faster))
    refilled(log, "8 mL", "2027-01-09T11:00+01:00", **faster)
    (due,) = refills(log, at("2027-01-09T11:00+01:00"), library()).due
    assert due.last_refill is not None
    assert due.last_refill.visit.ratio is None
    assert to_the_minute(due.refill_by) == at("2027-03-19T04:50+01:00")


FIXED = {"system__pump": "isomed-20-05", "reservoir__filled": "20 mL", **STRONG}


def fixed(moment: str, **more: Any) -> dict[str, Any]:
    return at_dose("1000 mcg/day", moment, **{**FIXED, "current__daily_dose": "1000 mcg/day", **more})


def test_of_a_fixed_flow_pump_the_volume_to_be_left_is_counted_at_its_true_flow() -> None:
    """10 mL in 15 days, 2/3 mL/day: 18 mL in 27 days, 1 Nov 07:30. At 0.5 mL/day it would be 10 Nov, and nothing is left on the 4th."""
    log = history(fixed(FILLED))
    moment = "2026-10-05T08:30+02:00"
    table = table_of(fixed(moment, refill={"drawn_off": "10 mL"}))
    step = held_against_log(checked_step(table), log, at(moment))
    assert rows(step.shown)["latest_refill_date"] == ("1 Nov 2026", "27 days, 2 mL left")
    recorded(log, step, refilled=True)
    (due,) = refills(log, at(moment), library()).due
    assert to_the_minute(due.refill_by) == at("2026-11-01T07:30+01:00")


def test_of_a_fixed_flow_pump_with_a_volume_left_standing_what_is_left_is_said_to_be_little() -> None:
    """36.5 days at 0.5 mL/day leave 1.75 mL of the 20, where 2 were to be left: 20 mL left standing in the field change nothing."""
    log = history(fixed(FILLED))
    moment = "2026-10-26T19:30+01:00"
    step = held_against_log(checked_step(table_of(fixed(moment))), log, at(moment))
    as_dose_step = step.of_kind(EntryKind.DOSE_STEP_RECORDED).checked
    assert rows(as_dose_step)["latest_refill_date"] == ("26 Oct 2026", "now, no more than is to be left")


def test_a_new_pump_is_filled_though_nobody_ticked_that_it_was() -> None:
    """20 mL in the new pump: 18.6 of them at 0.22 mL/day, 14.5 % fast, last 73 days 20 h 7 min from 30 Nov 11:00 on."""
    days = Fraction("18.6") / (Fraction("0.22") * Fraction("1.145"))
    assert int(days * 1440) == (73 * 24 + 20) * 60 + 7
    log = history(filled_in_september())

    step = held(log, "20 mL", line__tubing="new", line__catheter="old")
    entry = recorded(log, step)

    assert entry.kind == EntryKind.RESERVOIR_REFILLED
    expected = at("2027-02-12T07:07+01:00")
    assert to_the_minute(step.shown.calculation.latest_refill_date) == expected
    (due,) = refills(log, at(STEP), library()).due
    assert to_the_minute(due.refill_by) == expected
