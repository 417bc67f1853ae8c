"""The list of refills: everybody with a step, overdue first, until a step or the end of the follow-up says otherwise."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from itbcalc.errors import RefusedError
from itbcalc.log.entries import Draft, Entry
from itbcalc.log.store import MemoryLog, TitrationLog
from itbcalc.quantities.instants import read_instant
from itbcalc.visits.entry_kinds import EntryKind, kind_of
from itbcalc.visits.history import standings
from itbcalc.visits.recording import followup_ended_draft, step_draft, visit_booked_draft, void_draft
from itbcalc.visits.refill_table import refill_cells
from itbcalc.visits.refill_words import (
    due_line,
    ended_line,
    refill_lines,
    refills_json,
    without_a_step_line,
)
from itbcalc.visits.refills import Refills, refills
from itbcalc.visits.state import state_of
from itbcalc.visits.state_words import state_lines
from itbcalc.visits.voiding import lost_by_voiding
from tests.itbcalc.every_kind import NURSE, answers_to
from tests.itbcalc.log.logs import LOG_ID, draft, entry_id
from tests.itbcalc.programs import Changes, library, table_of
from tests.itbcalc.visits.histories import BEGIN, amend, at, at_dose, checked_step, history, record


def of(patient: str, dose: str, begin: str = BEGIN) -> Changes:
    """A step of the quiet program of a patient."""
    return {**at_dose(dose, begin), "patient.ref": patient}


def found_at(log: TitrationLog, moment: str) -> Refills:
    return refills(log, at(moment), library())


def end(log: TitrationLog, patient: str, reason: str, ended_at: str) -> None:
    log.append(followup_ended_draft(patient, reason, at(ended_at), NURSE, at(ended_at)))


def test_everybody_is_listed_by_the_day_overdue_first() -> None:
    """40 mL, all but 1 mL, at 1.145 times the flow: at 0.8 mL/day in 42.576 days, at 1.6 in 21.288, at 3.2 in 10.644.

    From 10 Nov 09:00: 22 Dec, 1 Dec and 21 Nov 00:27; on 25 Nov the last is 4 days over, 6 and 27 days are left to the others.
    """
    log = history(of("A", "400 mcg/day"), of("B", "1600 mcg/day"), of("C", "800 mcg/day"))

    due = found_at(log, "2026-11-25T12:00+01:00").due
    assert [(each.patient, each.days_left, each.overdue) for each in due] == [
        ("B", -4, True),
        ("C", 6, False),
        ("A", 27, False),
    ]
    assert {each.limit for each in due} == {"empty_worst"}


# A pump of fixed flow, 1 mL/day: 35 mL from 10 Nov 2026 09:00 last until 15 Dec, down to 2 mL until 13 Dec
FIXED = {
    "system.pump": "isomed-35-10",
    "system.tubing_volume": "0.1 mL",
    "reservoir.filled": "35 mL",
    "current.daily_dose": "500 mcg/day",
}


@pytest.mark.parametrize(("to_be_left", "refill_by"), [("0 mL", "15 Dec 2026"), ("2 mL", "13 Dec 2026")])
def test_a_pump_without_an_alarm_has_none_in_list_and_state(to_be_left: str, refill_by: str) -> None:
    log = history({**of("A", "500 mcg/day"), **FIXED, "reservoir.low_alarm": to_be_left})

    (due,) = found_at(log, "2026-11-25T12:00+01:00").due
    state = state_of(standings(log.entries("A")), at("2026-11-25T12:00+01:00"), library())
    assert state is not None
    lines = [due_line(due), *state_lines(state)]

    assert f"refill by {refill_by} (" in lines[0]
    assert "empty on 15 Dec 2026" in lines[0]
    assert any(line.startswith(f"Refill no later than {refill_by}") for line in lines)
    assert not [line for line in lines if "alarm" in line.lower()]
    assert due.limit == "empty"


def test_the_day_itself_is_not_overdue_and_the_next_one_is() -> None:
    log = history(of("B", "1600 mcg/day"))

    assert [
        found_at(log, moment).due[0].overdue
        for moment in ("2026-11-21T23:59+01:00", "2026-11-22T00:00+01:00", "2036-11-21T00:00+01:00")
    ] == [False, True, True]


def test_a_day_is_one_of_the_patients_calendar() -> None:
    """At 23:30 UTC on 21 Nov it is the 22nd in Berlin."""
    log = history(of("B", "1600 mcg/day"))

    assert found_at(log, "2026-11-21T22:30+00:00").due[0].days_left == 0
    assert found_at(log, "2026-11-21T23:30+00:00").due[0].days_left == -1


def test_a_line_says_all_that_is_needed() -> None:
    """The alarm: 38 mL at 3.2 mL/day, 11.875 days."""
    (due,) = found_at(history(of("B", "1600 mcg/day")), "2026-11-25T12:00+01:00").due

    assert due_line(due) == (
        "B  OVERDUE by 4 days  refill by 21 Nov 2026 (empty in the worst case)  alarm 22 Nov 2026"
        "  worst case empty 21 Nov 2026  1,600 mcg/day at 500 mcg/mL  not booked  NOT READ BACK"
    )


def test_a_date_that_is_not_known_stands_behind_the_overdue_with_its_reason() -> None:
    log = history(
        of("A", "400 mcg/day"), of("B", "1600 mcg/day"), {**of("C", "800 mcg/day"), "reservoir.filled": None}
    )

    due = found_at(log, "2026-11-25T12:00+01:00").due
    assert [each.patient for each in due] == ["B", "C", "A"]
    assert due[1].refill_by is None
    assert "NOT KNOWN: no volume of the reservoir is recorded" in due_line(due[1])


def test_a_step_that_can_no_longer_be_read_keeps_the_earliest_day_it_recorded() -> None:
    """0.8 mL/day from 40 mL, ±14.5 %: the alarm at 2 mL on 27 Dec, in the worst case on 21 Dec; empty then on 22 Dec."""
    own = {"system.pump": "synchromed-ii-40", "system.tubing_volume": "0.140 mL"}
    log = history({**of("A", "400 mcg/day"), **own})

    (due,) = refills(log, at(), replace(library(), pumps={})).due
    assert due.refill_by is not None
    assert due.refill_by.date() == date(2026, 12, 21)
    assert "as recorded: the program of entry 1 can no longer be read" in due_line(due)


def test_a_patient_whose_first_step_is_still_to_come_is_listed() -> None:
    due = found_at(history(of("A", "400 mcg/day")), "2026-11-01T09:00+01:00").due

    assert [(each.patient, each.days_left) for each in due] == [("A", 51)]  # 22 Dec


def test_the_end_of_the_follow_up_takes_off_the_list_until_it_is_voided_or_a_step_follows() -> None:
    log = history(of("A", "400 mcg/day"))
    end(log, "A", "moved", "2026-11-12T09:00+01:00")
    told = log.at(2)
    assert told is not None

    assert [each.patient for each in found_at(log, "2026-11-12T08:59+01:00").due] == ["A"]
    found = found_at(log, "2027-11-12T09:00+01:00")
    assert (found.due, [each.standing.entry.seq for each in found.ended]) == ((), [2])

    record(log, table_of(of("A", "420 mcg/day", "2026-12-01T09:00+01:00")))
    assert [each.patient for each in found_at(log, "2027-11-12T09:00+01:00").due] == ["A"]

    log = history(of("A", "400 mcg/day"))
    end(log, "A", "died", "2026-11-12T09:00+01:00")
    log.append(void_draft(log.at(2) or told, "another patient", NURSE, at("2026-11-12T10:00+01:00")))
    assert [each.patient for each in found_at(log, "2027-11-12T09:00+01:00").due] == ["A"]


@pytest.mark.parametrize(("reason", "rule"), [("", "missing"), ("bored", "unknown_state")])
def test_a_follow_up_ends_for_a_known_reason(reason: str, rule: str) -> None:
    with pytest.raises(RefusedError) as refused:
        followup_ended_draft("A", reason, None, NURSE, at())

    assert refused.value.rule == rule


def test_a_follow_up_does_not_end_in_the_future() -> None:
    with pytest.raises(RefusedError) as refused:
        followup_ended_draft("A", "died", at() + timedelta(minutes=1), NURSE, at())

    assert refused.value.rule == "in_the_future"


# --- nobody with a step is ever missing


@cache
def prepared(dose: str) -> Draft:
    step = checked_step(table_of(at_dose(dose)))
    return step_draft(step, answers_to(step), NURSE, at(), refilled=dose == "400 mcg/day")


Act = Callable[[TitrationLog, str, datetime], None]


def _step(dose: str) -> Act:
    def act(log: TitrationLog, patient: str, moment: datetime) -> None:
        made = prepared(dose)
        body = {**made.body, "inputs": {**made.body["inputs"]}}
        body["inputs"]["reservoir"] = {**body["inputs"]["reservoir"], "at": moment.isoformat()}
        body["inputs"]["patient"] = {**body["inputs"]["patient"], "ref": patient}
        log.append(
            replace(
                made,
                entry_id=entry_id(log.head().count + 1),
                patient=patient,
                body=body,
                effective_at=moment.isoformat(),
            )
        )

    return act


def _ends(log: TitrationLog, patient: str, moment: datetime) -> None:
    log.append(followup_ended_draft(patient, "moved", moment, NURSE, moment))


def _voids(log: TitrationLog, patient: str, moment: datetime) -> None:
    """Voids the last entry of the patient, if that can be done."""
    of_patient = [each for each in log.entries(patient) if each.kind != EntryKind.ENTRY_VOIDED]
    if of_patient:
        log.append(void_draft(of_patient[-1], "for the test", NURSE, moment))


def _unread(log: TitrationLog, patient: str, moment: datetime) -> None:
    """A step whose pump is in no library any more."""
    made = prepared("400 mcg/day")
    log.append(
        replace(
            made,
            entry_id=entry_id(log.head().count + 1),
            patient=patient,
            body={**made.body, "inputs": {**made.body["inputs"], "system": {"pump": "gone"}}},
            effective_at=moment.isoformat(),
        )
    )


def _amends(log: TitrationLog, patient: str, moment: datetime) -> None:
    """Amends the last step of the patient that holds."""
    steps = [each.entry for each in standings(log.entries(patient)) if each.is_step and each.holds]
    if steps:
        made = prepared("1600 mcg/day")
        log.append(
            replace(
                made,
                kind=EntryKind.ENTRY_AMENDED,
                entry_id=entry_id(log.head().count + 1),
                patient=patient,
                body={
                    **made.body,
                    "of": steps[-1].entry_id,
                    "of_kind": kind_of(steps[-1]),
                    "reason": "typed wrong",
                },
                effective_at=moment.isoformat(),
            )
        )


ACTS = (_step("400 mcg/day"), _step("1600 mcg/day"), _ends, _voids, _unread, _amends)


@given(
    st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from("ABC"), st.integers(0, 60)), max_size=12),
    st.integers(-5, 400),
)
def test_nobody_with_a_step_is_ever_missing(acts: list[tuple[Act, str, int]], day: int) -> None:
    log = MemoryLog(LOG_ID)
    for act, patient, days in acts:
        act(log, patient, at() + timedelta(days=days))

    found = refills(log, at() + timedelta(days=day), library())
    listed = sorted([each.patient for each in found.due] + [each.patient for each in found.ended])
    with_a_step = {each.entry.patient for each in standings(log.entries()) if each.is_step and each.holds}
    assert listed == sorted(with_a_step)
    ever = {each.entry.patient for each in standings(log.entries()) if each.is_step}
    assert {each.patient for each in found.gone} == ever - with_a_step
    said = "\n".join(refill_lines(found, "log", log.head(), at()))
    let_go = {each.patient for each in found.gone if each.ended and each.booked is None}
    assert all((f"\n{patient}  " in said) is (patient not in let_go) for patient in ever)
    assert [each.overdue for each in found.due] == sorted((each.overdue for each in found.due), reverse=True)


def voided_with_a_visit() -> MemoryLog:
    """The only step, a visit booked for 1 Dec, and the step voided."""
    log = history(of("A", "400 mcg/day"))
    log.append(visit_booked_draft("A", read_instant("2026-12-01T09:00+01:00"), NURSE, at()))
    first = log.at(1)
    assert first is not None
    log.append(void_draft(first, "another patient", NURSE, at()))
    return log


def test_who_has_no_step_any_more_is_said_with_the_visit_that_stays_booked() -> None:
    found = found_at(voided_with_a_visit(), "2026-11-25T12:00+01:00")

    assert (found.due, found.ended) == ((), ())
    assert [without_a_step_line(each) for each in found.without_a_step] == [
        "A  NO STEP HOLDS ANY MORE: the last was voided by entry 3. A visit is booked for 1 Dec 2026 09:00: "
        "void entry 2 too if nobody comes."
    ]


def test_who_has_no_step_any_more_is_said_until_the_follow_up_ends_and_no_visit_is_booked() -> None:
    log = voided_with_a_visit()
    assert found_at(log, "2026-12-02T12:00+01:00").without_a_step[0].booked is None
    end(log, "A", "moved", "2026-11-26T12:00+01:00")

    assert [each.patient for each in found_at(log, "2026-11-30T12:00+01:00").without_a_step] == ["A"]
    assert found_at(log, "2026-12-02T12:00+01:00").without_a_step == ()


def test_who_is_followed_no_more_is_said_with_the_visit_that_stays_booked() -> None:
    log = history(of("A", "400 mcg/day"))
    log.append(visit_booked_draft("A", read_instant("2026-12-01T09:00+01:00"), NURSE, at()))
    end(log, "A", "moved", "2026-11-26T12:00+01:00")
    found = found_at(log, "2026-11-27T12:00+01:00")

    (ended,) = found.ended_but_booked
    assert ended_line(ended).endswith(
        "26 Nov 2026  A VISIT IS STILL BOOKED for 1 Dec 2026 09:00: cancel entry 2 if nobody comes."
    )
    assert ended_line(ended) in list(refill_lines(found, "here", log.head(), at("2026-11-27T12:00+01:00")))
    assert refills_json(found, log.head(), at())["ended"][0]["booked_entry"] == 2
    assert found_at(log, "2026-12-02T12:00+01:00").ended_but_booked == ()


def test_a_reservoir_of_which_all_was_to_be_delivered_may_have_run_dry() -> None:
    """0.8 mL/day for 60 days are 48 of 40 mL; 0.5 mL were drawn off, and 1 mL cannot be delivered: nobody saw it dry."""
    log = history(of("A", "400 mcg/day"))
    again = {**of("A", "400 mcg/day", "2027-01-09T09:00+01:00"), "current.daily_dose": "400 mcg/day"}
    entry = record(log, table_of({**again, "refill.drawn_off": "0.5 mL"}), refilled=True)
    (due,) = found_at(log, "2027-01-09T10:00+01:00").due

    assert due.last_refill is not None
    assert due.last_refill.standing.entry.seq == entry.seq
    assert due.last_refill.visit.ran_dry is not None
    assert "▲ may have run dry" in refill_cells(due)
    assert "▲ ran dry" not in refill_cells(due)


def test_what_goes_with_the_only_step_is_said_before_it_is_voided() -> None:
    log = history(of("A", "400 mcg/day"))
    log.append(visit_booked_draft("A", read_instant("2026-12-01T09:00+01:00"), NURSE, at()))
    first = log.at(1)
    assert first is not None

    def lost(entry: Entry) -> str:
        return " ".join(lost_by_voiding(entry, standings(log.entries("A")), at("2026-11-25T12:00+01:00")))

    assert lost(first) == (
        "With it no step of A holds any more: not on the list of refills. "
        "The visit of 1 Dec 2026 09:00 stays booked: void entry 2 too if nobody comes."
    )
    amended = amend(log, first, table_of(of("A", "800 mcg/day")))
    assert lost(amended) == ""  # what it amended holds again
    record(log, table_of(of("A", "420 mcg/day", "2026-11-20T09:00+01:00")))
    assert lost(first) == ""


@pytest.mark.parametrize("effective_at", ["", "2026-12-01", "nonsense", "2026-12-01T00:00+01:00"])
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"inputs": 3},
        {"inputs": {"new": {"daily_dose": "1e9"}}},
        {"results": {"latest_refill_date": 3, "new": 4}},
        {"body_format": 1, "results": {"latest_refill_date": {"at": "x"}}},
        {"body_format": 1, "results": {"new": {"daily_dose": {"exact": "1/0", "unit": "mcg/day"}}}},
        {"body_format": 1, "results": {"new": {"daily_dose": {"exact": "x"}}}},
    ],
)
def test_nonsense_of_one_patient_hides_nobody(body: dict[str, Any], effective_at: str) -> None:
    """A chain may be whole and hold what this program never writes."""
    log = history(of("A", "400 mcg/day"))
    log.append(draft(2, patient="N", body=body, effective_at=effective_at))

    found = found_at(log, "2026-12-02T09:00+01:00")
    state = state_of(standings(log.entries("N")), at("2026-12-02T09:00+01:00"), library())
    assert [each.patient for each in found.due] == ["N", "A"]
    assert [due_line(each).partition("  ")[0] for each in found.due] == ["N", "A"]
    assert state is not None
    assert state.expected_volume is None
    assert list(state_lines(state))


SECOND_FILL = "2026-11-30T09:00+01:00"


def filled_twice(drawn_off: str, *, first: Changes | None = None, **second: str) -> MemoryLog:
    """Filled on 10 Nov, and again 20 days later."""
    more = first or {}
    log = history({**of("A", "400 mcg/day"), **more})
    named = {place.replace("__", "."): text for place, text in second.items()}
    again = {**of("A", "400 mcg/day", SECOND_FILL), "current.daily_dose": "400 mcg/day", **more, **named}
    record(log, table_of({**again, "refill.drawn_off": drawn_off}), refilled=True)
    return log


def the_one_due(log: TitrationLog, moment: str) -> tuple[str, str]:
    """The day of the refill, and when the pump is empty before it at the rate of the last one."""
    (due,) = found_at(log, moment).due
    assert due.refill_by is not None
    empty = "" if due.empty_as_delivered is None else due.empty_as_delivered.isoformat(timespec="minutes")
    assert ("AT THAT RATE EMPTY ON" in due_line(due)) is bool(empty)
    assert refill_cells(due)[-1].startswith("▲ dry") is bool(empty)
    return due.refill_by.date().isoformat(), empty


def test_of_a_pump_that_was_faster_than_its_accuracy_the_day_is_as_it_delivered() -> None:
    """16 mL programmed, 40 − 19.2 = 20.8 left: 1.3 times. 39 / (1.3 × 0.8) = 37.5 days from 30 Nov 09:00; by 14.5 % it would be 42.58.

    17 of 16 mL is within 14.5 %: that counts then.
    """
    assert the_one_due(filled_twice("19.2 mL"), SECOND_FILL) == ("2027-01-06", "")
    assert the_one_due(filled_twice("23 mL"), SECOND_FILL) == ("2027-01-11", "")


def test_it_is_counted_on_through_a_later_step() -> None:
    """10 days at 1.3 × 0.8 took 10.4 mL; (39 − 10.4) / (1.3 × 1.6) = 13.75 days from 10 Dec 09:00."""
    log = filled_twice("19.2 mL")
    step = {**of("A", "800 mcg/day", "2026-12-10T09:00+01:00"), "current.daily_dose": "400 mcg/day"}
    record(log, table_of({**step, "reservoir.filled": "32 mL"}))

    assert the_one_due(log, "2026-12-10T09:00+01:00") == ("2026-12-24", "")


def test_a_pump_of_fixed_flow_without_accuracy_is_counted_at_its_true_flow() -> None:
    """24 mL in 20 days are 1.2 mL/day: all but the 2 mL that are to be left last 33 / 1.2 = 27.5 days. By 1 mL/day until 2 Jan.

    It is the same day once 1.2 mL/day is typed as the flow of this pump.
    """
    fixed = {"system.pump": "isomed-35-10", "system.tubing_volume": "0.1 mL", "reservoir.filled": "35 mL"}
    log = filled_twice("11 mL", first=fixed)
    assert the_one_due(log, SECOND_FILL) == ("2026-12-27", "")

    typed = filled_twice("11 mL", first=fixed, system__fixed_flow_rate="1.2 mL/day")
    assert the_one_due(typed, SECOND_FILL) == ("2026-12-27", "")


def test_another_pump_is_not_taken_for_as_fast() -> None:
    log = filled_twice("19.2 mL")
    new = {**of("A", "400 mcg/day", "2026-12-10T09:00+01:00"), "current.daily_dose": "400 mcg/day"}
    record(
        log,
        table_of({**new, "system.pump": "synchromed-ii-40", "system.tubing_volume": "0.140 mL"}),
        refilled=True,
    )

    assert the_one_due(log, "2026-12-10T09:00+01:00")[1] == ""
