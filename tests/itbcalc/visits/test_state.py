"""The state from the log: the therapy in force, the line plug by plug, what is left in the reservoir, and what is not known."""

from fractions import Fraction
from pathlib import Path

import pytest
from msgspec.structs import replace

from itbcalc.log.store import MemoryLog
from itbcalc.program import load_toml
from itbcalc.visits.history import standings
from itbcalc.visits.recording import read_back_draft, step_draft, void_draft
from itbcalc.visits.state import state_of
from tests.itbcalc.every_kind import NURSE, answers_to
from tests.itbcalc.log.logs import LOG_ID
from tests.itbcalc.programs import NIGHT, changed, library, table_of
from tests.itbcalc.visits.histories import (
    BEGIN,
    PATIENT,
    amend,
    at,
    at_dose,
    checked_step,
    history,
    plugs,
    record,
    state_at,
)

FORGOTTEN = Path(__file__).parents[2] / "cases" / "bridge-forgotten.toml"
CONCENTRATED = {"new.concentration": "2000 mcg/mL"}


def left(log: MemoryLog, moment: str) -> Fraction:
    """What is expected in the reservoir, in mL."""
    volume = state_at(log, moment).expected_volume
    assert volume is not None
    return Fraction(volume.magnitude)


# --- the bridge that was forgotten


def forgotten() -> MemoryLog:
    """40 to 50 mg/mL at 8 mg/day without a bridge, and the visit an hour later."""
    visit = load_toml(FORGOTTEN)
    log = MemoryLog(LOG_ID)
    record(
        log, changed(visit, {"reservoir.at": "2026-03-02T09:00-06:00", "current.concentration": "40 mg/mL"})
    )
    record(log, visit)
    return log


def test_a_bridge_forgotten_an_hour_ago_is_not_forgotten() -> None:
    """Tubing and catheter hold 0.140 + 89 × 0.0022 = 0.3358 mL. At 8 mg/day and 50 mg/mL flow 0.16 mL/day.

    In an hour 0.16 / 24 = 1/150 mL have left: 0.3358 − 1/150 = 0.329133 mL at 40 mg/mL remain, and what leaves is
    0.16 × 40 = 6.4 mg/day. As a bridge at 8 / 40 = 0.2 mL/day they take 1.645667 days: 39 h 29.8 min.
    """
    state = state_at(forgotten(), "2026-03-02T10:00-06:00", "F")

    rest = Fraction(3358, 10_000) - Fraction(1, 150)
    assert plugs(state) == [(str(rest), "40000"), ("1/150", "50000")]
    assert (round(float(rest), 6), round(float(rest / Fraction(2, 10) * 24 * 60 - 39 * 60), 1)) == (
        0.329133,
        29.8,
    )
    assert state.tip_dose is not None
    assert state.daily_dose is not None
    assert (state.tip_dose.magnitude, state.daily_dose.magnitude) == (6400, 8000)


def test_the_old_drug_has_left_after_50_h_22_min() -> None:
    """0.3358 mL at 0.16 mL/day: 2.09875 days, 50 h 22.2 min."""
    assert plugs(state_at(forgotten(), "2026-03-04T11:22-06:00", "F")) != [("1679/5000", "50000")]
    assert plugs(state_at(forgotten(), "2026-03-04T11:23-06:00", "F")) == [("1679/5000", "50000")]


# --- the line


def test_of_the_first_step_the_line_holds_what_the_step_says() -> None:
    """0.140 mL of tubing and 0.19 mL of catheter, all at 500 mcg/mL."""
    assert plugs(state_at(history(at_dose("460 mcg/day")), BEGIN)) == [("33/100", "500")]


def test_a_bridge_runs_the_old_drug_out() -> None:
    """500 to 2000 mcg/mL with a bridge at 300 mcg/day: 0.6 mL/day for 0.33 × 500 / 300 = 0.55 day.

    After 6 h 0.15 mL are new; after a day 0.33 + 0.45 × 0.15 = 0.3975 mL have left the reservoir.
    """
    log = history(at_dose("300 mcg/day", **CONCENTRATED, bridge={"dose": "300 mcg/day"}))

    during, after = state_at(log, "2026-11-10T15:00+01:00"), state_at(log, "2026-11-11T09:00+01:00")
    assert plugs(during) == [("9/50", "500"), ("3/20", "2000")]
    assert during.tip_dose is not None
    assert during.tip_dose.magnitude == 300
    assert plugs(after) == [("33/100", "2000")]
    assert left(log, "2026-11-11T09:00+01:00") == 40 - Fraction("0.3975")


def test_an_aspirated_catheter_that_was_primed_keeps_the_old_drug_of_the_tubing() -> None:
    """From the tip 0.14 mL at 500, then 0.05 mL of the prime and 0.14 mL of tubing at 2000: 75 mcg/day leave."""
    log = history(
        at_dose(
            "300 mcg/day",
            **CONCENTRATED,
            line={"tubing": "old", "catheter": "none", "prime": {"volume": "0.19 mL"}},
        )
    )

    state = state_at(log, BEGIN)
    assert plugs(state) == [("7/50", "500"), ("19/100", "2000")]
    assert state.tip_dose is not None
    assert state.tip_dose.magnitude == 75
    assert left(log, BEGIN) == 40 - Fraction("0.19")


def test_a_prime_moves_the_line_as_it_runs() -> None:
    """0.2 mL in 20 min: after 10 min 0.1 mL, at 0.2 × 72 = 14.4 mL/day of the old 500 mcg/mL: 7200 mcg/day."""
    log = history(
        at_dose(
            "300 mcg/day",
            **CONCENTRATED,
            line={
                "tubing": "new",
                "catheter": "old",
                "prime": {"volume": "0.2 mL", "duration": "20 min"},
            },
        )
    )

    state = state_at(log, "2026-11-10T09:10+01:00")
    assert plugs(state) == [("9/100", "500"), ("6/25", "2000")]
    assert state.tip_dose is not None
    assert state.tip_dose.magnitude == 7200


def test_a_later_step_takes_the_line_as_the_log_has_it() -> None:
    """Without a bridge 0.15 mL/day; after a day 0.18 mL at 500 are left, and the pump is replaced and purged.

    The catheter's 0.19 mL then hold 0.18 at 500 and 0.01 at 2000, the tubing the new drug.
    """
    log = history(
        at_dose("300 mcg/day", **CONCENTRATED),
        at_dose(
            "300 mcg/day",
            "2026-11-11T09:00+01:00",
            **CONCENTRATED,
            current__concentration="2000 mcg/mL",
            current__daily_dose="300 mcg/day",
            line={"tubing": "new", "catheter": "old"},
        ),
    )

    assert plugs(state_at(log, "2026-11-11T09:00+01:00")) == [("9/50", "500"), ("3/20", "2000")]


def test_a_wrong_concentration_put_right_later_is_what_the_line_held_all_along() -> None:
    """4000 mcg/mL were programmed and 2000 filled: 0.2395 mL/day push out the 500 of before, and 2000 lie behind."""
    log = history(
        at_dose("958 mcg/day", new__concentration="4000 mcg/mL"),
        at_dose(
            "472 mcg/day",
            "2026-11-11T09:00+01:00",
            current__concentration="4000 mcg/mL",
            current__daily_dose="958 mcg/day",
            current__really={"concentration": "2000 mcg/mL"},
            **CONCENTRATED,
        ),
    )

    assert plugs(state_at(log, "2026-11-11T09:00+01:00")) == [("181/2000", "500"), ("479/2000", "2000")]
    assert plugs(state_at(log, "2026-11-14T09:00+01:00")) == [("33/100", "2000")]


def test_where_the_therapy_changed_without_an_entry_the_line_is_not_known_until_it_was_pushed_out() -> None:
    """2000 mcg/mL is what nobody recorded; at 0.15 mL/day the 0.33 mL of the line take 2.2 days."""
    log = history(
        at_dose("460 mcg/day"),
        at_dose(
            "300 mcg/day",
            "2026-11-20T09:00+01:00",
            **CONCENTRATED,
            current__concentration="2000 mcg/mL",
            current__daily_dose="460 mcg/day",
        ),
    )

    state = state_at(log, "2026-11-20T09:00+01:00")
    assert state.line is None
    assert state.tip_dose is None
    assert "line: entry 2 begins from another therapy than entry 1 left" in state.not_known
    assert state_at(log, "2026-11-22T13:47+01:00").line is None
    assert plugs(state_at(log, "2026-11-22T13:48+01:00")) == [("33/100", "2000")]


def test_another_dose_of_the_same_drug_in_between_leaves_the_line_known() -> None:
    log = history(
        at_dose("460 mcg/day"),
        at_dose("500 mcg/day", "2026-11-20T09:00+01:00", current__daily_dose="480 mcg/day"),
    )

    assert plugs(state_at(log, "2026-11-20T09:00+01:00")) == [("33/100", "500")]


def test_an_open_tubing_volume_leaves_the_line_open() -> None:
    """The 40 mL SynchroMed II has two published tubing volumes."""
    log = history(
        at_dose("460 mcg/day", system={"pump": "synchromed-ii-40", "catheter": {"volume": "0.19 mL"}})
    )

    state = state_at(log, BEGIN)
    assert state.line is None
    assert "line: entry 1 leaves the tubing volume open" in state.not_known
    assert state.expected_volume is not None


def test_another_drug_in_the_line_is_not_followed() -> None:
    log = history(at_dose("460 mcg/day", current__drug="morphine"))

    state = state_at(log, BEGIN)
    assert state.line is None
    assert (
        "line: entry 1 changes the drug: how much of the old one is left is not followed" in state.not_known
    )
    assert plugs(state_at(log, "2026-11-11T09:00+01:00")) == [("33/100", "500")]


def test_what_leaves_the_tip_follows_the_schedule_of_the_moment() -> None:
    """Flex: 300 mcg/day, and 140 mcg in 8 h from 22:00 in its place: 420 mcg/day in the night."""
    log = history({**at_dose("460 mcg/day"), **NIGHT})

    doses = [state_at(log, f"2026-11-11T{time}+01:00").tip_dose for time in ("05:59", "06:00", "22:00")]
    assert [dose and dose.magnitude for dose in doses] == [420, 300, 420]


# --- the reservoir


def test_what_is_left_is_counted_through_every_change_since_the_fill() -> None:
    """0.8 mL/day for 10 days, 0.92 for 5, stopped for 2, 0.8 for 1: 40 − 8 − 4.6 − 0.8 = 26.6 mL."""
    log = history(
        at_dose("400 mcg/day"),
        at_dose("460 mcg/day", "2026-11-20T09:00+01:00", reservoir__filled=None),
        {
            **at_dose("460 mcg/day", "2026-11-25T09:00+01:00", reservoir__filled=None),
            "new": {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": "stopped"},
            "current.daily_dose": "460 mcg/day",
        },
        {
            **at_dose("400 mcg/day", "2026-11-27T09:00+01:00", reservoir__filled=None),
            "current": {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": "stopped"},
        },
    )

    assert left(log, "2026-11-25T09:00+01:00") == 40 - 8 - Fraction("4.6")
    assert left(log, "2026-11-27T09:00+01:00") == 40 - 8 - Fraction("4.6")
    assert left(log, "2026-11-28T09:00+01:00") == Fraction("26.6")


def test_a_volume_that_a_step_says_is_the_one_counted_from() -> None:
    """10 days at 0.8 mL/day leave 32 mL; the programmer then showed 31.5, and 0.92 mL leave in a day."""
    log = history(
        at_dose("400 mcg/day"),
        at_dose("460 mcg/day", "2026-11-20T09:00+01:00", reservoir__filled="31.5 mL"),
    )

    assert left(log, "2026-11-21T09:00+01:00") == Fraction("31.5") - Fraction("0.92")


def test_patient_boluses_leave_a_volume_between_two_bounds() -> None:
    """0.8 mL in a day, and up to three boluses of 10 / 500 = 0.02 mL: 39.14 to 39.2 mL."""
    bolus = {"dose": "10 mcg", "duration": "5 min", "lockout": "6 h", "per_day": 3}
    log = history(at_dose("400 mcg/day", new__patient_bolus=bolus))

    state = state_at(log, "2026-11-11T09:00+01:00")
    assert state.expected_volume is None
    assert state.volume_left is not None
    assert (state.volume_left.least.magnitude, state.volume_left.most.magnitude) == (
        Fraction("39.14"),
        Fraction("39.2"),
    )
    assert "expected volume: patient boluses taken or not, from 39.14 mL to 39.2 mL" in state.not_known
    assert plugs(state) == [("33/100", "500")]


def test_patient_boluses_leave_a_line_of_two_drugs_not_known() -> None:
    """At 0.15 mL/day 0.18 mL of the old drug are left after a day; with three boluses of 0.005 mL less."""
    bolus = {"dose": "10 mcg", "duration": "5 min", "lockout": "6 h", "per_day": 3}
    log = history(at_dose("300 mcg/day", **CONCENTRATED, new__patient_bolus=bolus))

    state = state_at(log, "2026-11-11T09:00+01:00")
    assert state.line is None
    assert "line: patient boluses taken or not make a difference" in state.not_known
    assert state.tip_dose is not None  # the old drug is at the tip in either case
    assert state.tip_dose.magnitude == 75
    assert plugs(state_at(log, "2026-11-13T09:00+01:00")) == [("33/100", "2000")]


def test_a_pump_found_stopped_has_delivered_something_between_nothing_and_all() -> None:
    log = history(at_dose("400 mcg/day"))
    step = log.at(1)
    assert step is not None
    log.append(read_back_draft(step, "stopped", "", NURSE, at("2026-11-12T09:00+01:00")))

    state = state_at(log, "2026-11-12T09:00+01:00")
    assert "expected volume: the pump was found stopped, from 38.4 mL to 40 mL" in state.not_known
    assert state.tip_dose is None
    assert plugs(state) == [("33/100", "500")]


def test_a_reservoir_counted_as_empty_holds_nothing_and_tells_nothing_of_the_tip() -> None:
    """40 mL at 0.8 mL/day last 50 days."""
    log = history(at_dose("400 mcg/day"))

    assert state_at(log, "2026-12-30T08:59+01:00").tip_dose is not None
    state = state_at(log, "2026-12-30T09:00+01:00")
    assert left(log, "2027-01-30T09:00+01:00") == 0
    assert state.tip_dose is None
    assert "what leaves the tip: the reservoir is counted as empty" in state.not_known


def test_without_any_volume_nothing_is_guessed() -> None:
    state = state_at(history(at_dose("460 mcg/day", reservoir__filled=None), first_refills=False), BEGIN)

    assert state.expected_volume is None
    assert state.dates is None
    assert state.not_known == (
        "expected volume: no volume of the reservoir is recorded",
        "dates of the reservoir: no volume of the reservoir is recorded",
        "last fill: none is recorded; how long the drug has been in the pump is counted from entry 1",
    )


def test_a_refill_without_its_volume_is_not_counted_on_from_the_one_before() -> None:
    log = history(at_dose("400 mcg/day"))
    record(
        log,
        table_of(at_dose("400 mcg/day", "2026-11-20T09:00+01:00", reservoir__filled=None)),
        refilled=True,
    )

    state = state_at(log, "2026-11-20T09:00+01:00")
    assert "expected volume: entry 2 does not say the volume filled" in state.not_known


# --- dates


def test_the_dates_are_those_of_the_volume_counted_on() -> None:
    """38 mL to the alarm at 2 mL: 0.8 mL/day for 10 days take 8, the other 30 at 0.92 take 32.6087 days; 32 / 0.92 to empty.

    A pump that runs 14.5 % fast all the time has delivered all but 1 mL as 39 / 1.145 = 34.0611 mL are programmed: 26.0611 of
    them at 0.92 mL/day, 28.3273 days.
    """
    log = history(
        at_dose("400 mcg/day"), at_dose("460 mcg/day", "2026-11-20T09:00+01:00", reservoir__filled=None)
    )

    dates = state_at(log, "2026-12-01T09:00+01:00").dates
    assert dates is not None
    assert [each and each.isoformat() for each in (dates.low_alarm, dates.empty, dates.empty_worst)] == [
        "2026-12-22T23:36:31+01:00",
        "2026-12-25T03:46:57+01:00",
        "2026-12-18T16:51:20+01:00",
    ]
    assert (dates.latest_refill.date().isoformat(), dates.limit) == ("2026-12-18", "empty_worst")


def test_stability_counts_from_the_fill_through_later_steps() -> None:
    """At 0.05 mL/day the drug is too old long before the alarm; a step 100 days later moves that date by nothing."""
    first = at_dose("25 mcg/day", current__daily_dose="25 mcg/day")
    later = at_dose("26 mcg/day", "2027-02-18T09:00+01:00", current__daily_dose="25 mcg/day")
    log = history(first, later)

    before, after = (
        state_at(log, "2027-02-17T09:00+01:00").dates,
        state_at(log, "2027-02-18T09:00+01:00").dates,
    )
    assert before is not None
    assert after is not None
    assert (before.limit, after.limit) == ("stability", "stability")
    assert before.latest_refill == after.latest_refill
    assert (before.latest_refill - at(BEGIN)).days == 180  # docs/formulas.md, the latest refill


# --- which steps count


def test_what_was_voided_or_amended_counts_as_it_stands_now() -> None:
    log = history(at_dose("400 mcg/day"), at_dose("440 mcg/day", "2026-11-20T09:00+01:00"))
    first, second = log.at(1), log.at(2)
    assert first is not None
    assert second is not None
    log.append(void_draft(second, "of another patient", NURSE, at("2026-11-20T10:00+01:00")))
    amend(log, first, table_of(at_dose("420 mcg/day")))

    state = state_at(log, "2026-11-21T09:00+01:00")
    assert state.daily_dose is not None
    assert (state.daily_dose.magnitude, state.standing.entry.seq) == (420, 4)
    assert left(log, "2026-11-20T09:00+01:00") == 40 - Fraction("8.4")


def test_what_was_practised_never_counts() -> None:
    log = MemoryLog(f"practice{LOG_ID}")
    step = checked_step(table_of(at_dose("460 mcg/day")))
    draft = step_draft(step, answers_to(step), NURSE, at(), refilled=True)
    log.append(replace(draft, body={**draft.body, "practice": {"run": "1"}}))

    assert state_of(standings(log.entries(PATIENT)), at(), library()) is None


def test_a_step_to_come_is_not_in_force_yet() -> None:
    log = history(at_dose("400 mcg/day"), at_dose("460 mcg/day", "2026-11-20T09:00+01:00"))

    assert state_at(log, "2026-11-20T08:59+01:00").standing.entry.seq == 1
    assert state_at(log, "2026-11-20T09:00+01:00").since == at("2026-11-20T09:00+01:00")
    assert state_of(standings(log.entries(PATIENT)), at("2026-11-10T08:59+01:00"), library()) is None


def test_a_step_that_can_no_longer_be_read_keeps_the_dose_it_recorded() -> None:
    """Its pump is in no library any more."""
    log = history(at_dose("460 mcg/day", system__pump="synchromed-ii-40", system__tubing_volume="0.140 mL"))

    gone = replace(library(), pumps={})
    state = state_of(standings(log.entries(PATIENT)), at(), gone)
    assert state is not None
    assert state.daily_dose is not None
    assert state.daily_dose.magnitude == 460
    assert state.line is None
    assert "expected volume: the program of entry 1 can no longer be read" in state.not_known


@pytest.mark.parametrize("hours", [0, 1, 30, 500])
def test_the_line_never_gains_or_loses_volume(hours: int) -> None:
    log = forgotten()
    moment = at("2026-03-02T09:00-06:00").timestamp() + hours * 3600
    state = state_of(standings(log.entries("F")), at().fromtimestamp(moment, at().tzinfo), library())

    assert state is not None
    assert state.line is not None
    assert sum(Fraction(each.volume.magnitude) for each in state.line) == Fraction("0.3358")
