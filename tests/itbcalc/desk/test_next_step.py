"""The next visit begins where the last one in the log ended: which fields are filled, with what, and where it is said to come from."""

from itbcalc.desk.next_step import NextStep, next_step
from itbcalc.log.store import MemoryLog
from itbcalc.visits.history import standings
from itbcalc.visits.recording import followup_ended_draft, void_draft
from tests.itbcalc.every_kind import NURSE
from tests.itbcalc.programs import NIGHT, library, table_of
from tests.itbcalc.visits.histories import BEGIN, PATIENT, at, at_dose, history, record

A_WEEK_LATER = "2026-11-17T09:00+01:00"


def begun(log: MemoryLog, moment: str = A_WEEK_LATER) -> NextStep:
    found = next_step(standings(log.entries(PATIENT)), at(moment), library())
    assert found is not None
    return found


def test_the_therapy_that_was_new_is_the_one_now() -> None:
    """The new dose stays open: only a clinician can say it."""
    found = begun(history(at_dose("300 mcg/day")))

    typed = found.texts.typed
    assert (typed["current.concentration"], typed["current.daily_dose"]) == ("500", "300")
    assert typed["new.concentration"] == "500"
    assert "new.daily_dose" not in typed
    assert not [place for place in typed if place.startswith(("readouts.", "bridge.", "line."))]


def test_the_volume_expected_now_is_filled_in() -> None:
    """40 mL filled, 300 / 500 = 0.6 mL/day for 7 days: 40 − 4.2 = 35.8 mL."""
    found = begun(history(at_dose("300 mcg/day")))

    assert found.texts.typed["reservoir.filled"] == "35.8"
    assert found.marks["reservoir.filled"][1] == "expected now, by entry 1"


def test_after_a_decrease_the_last_increase_is_filled_in_too() -> None:
    """Raised on 10 Nov, lowered on 16 Nov: to restore the dose on 17 Nov is no increase too soon."""
    lowered = at_dose("270 mcg/day", "2026-11-16T09:00+01:00", current__daily_dose="310 mcg/day")
    raised = at_dose("310 mcg/day", current__daily_dose="300 mcg/day")

    found = begun(history(raised, lowered))

    assert found.texts.typed["patient.last_increase"] == "10 Nov 2026 09:00"
    assert found.marks["patient.last_increase"][1] == "from entry 1"
    assert found.texts.typed["patient.last_change"] == "16 Nov 2026 09:00"
    assert "patient.last_increase" not in begun(history(raised)).texts.typed


def test_a_volume_is_cut_and_never_rounded_up() -> None:
    """310 / 500 = 0.62 mL/day; after 100 minutes 0.62 × 100/1440 = 0.0430556: 39.956944 mL, cut to 39.956."""
    found = begun(history(at_dose("310 mcg/day")), "2026-11-10T10:40+01:00")

    assert found.texts.typed["reservoir.filled"] == "39.956"


def test_a_reservoir_counted_as_empty_is_said_and_no_zero_is_filled_in() -> None:
    found = begun(history(at_dose("300 mcg/day")), "2028-11-10T09:00+01:00")

    assert "reservoir.filled" not in found.texts.typed
    assert found.marks["reservoir.filled"] == ("", "counted as empty, by entry 1")


def test_patient_boluses_taken_or_not_leave_the_volume_open() -> None:
    """Whether 2 boluses a day of 10 mcg were taken, nobody wrote down: 7 days × 20 / 500 = 0.28 mL between them."""
    bolus = {"dose": "10 mcg", "duration": "10 min", "lockout": "4 h", "per_day": 2}
    found = begun(history(at_dose("300 mcg/day", new__patient_bolus=bolus)))

    assert "reservoir.filled" not in found.texts.typed
    text, words = found.marks["reservoir.filled"]
    assert (text, words) == ("", "expected now: 35.52 mL to 35.8 mL")
    assert found.texts.typed["new.patient_bolus.dose"] == "10"  # it goes on until somebody takes it away


def test_a_schedule_goes_on_until_it_is_changed() -> None:
    """Left out of the new therapy it would be taken for simple continuous, and agree with the same daily dose."""
    found = begun(history(at_dose("300 mcg/day", **NIGHT)))

    typed = found.texts.typed
    steps = {place.removeprefix("new."): text for place, text in typed.items() if place.startswith("new.")}
    now = {
        place.removeprefix("current."): text for place, text in typed.items() if place.startswith("current.")
    }
    assert steps["mode"] == "flex"
    assert steps == now


def test_what_was_voided_is_not_where_it_begins() -> None:
    log = history(at_dose("300 mcg/day"))
    wrong = record(log, table_of(at_dose("330 mcg/day", "2026-11-12T09:00+01:00")))
    log.append(void_draft(wrong, "typed for another patient", NURSE, at("2026-11-12T10:00+01:00")))

    found = begun(log)
    assert (found.entry, found.texts.typed["current.daily_dose"]) == (1, "300")


def test_the_last_change_is_the_last_step_that_changed_the_therapy() -> None:
    """A refill at the same dose is none: the days between two increases do not begin anew with it."""
    log = history(at_dose("300 mcg/day"))
    refill = at_dose("300 mcg/day", "2026-11-14T09:00+01:00", current__daily_dose="300 mcg/day")
    record(log, table_of(refill), refilled=True)

    found = begun(log)
    assert found.texts.typed["patient.last_change"] == "10 Nov 2026 09:00"
    assert found.marks["patient.last_change"][1] == "from entry 1"
    assert found.entry == 2


def test_an_age_of_years_ago_is_asked_anew() -> None:
    log = history(at_dose("300 mcg/day", patient__age_years=17))

    assert begun(log).texts.typed["patient.age_years"] == "17"
    assert "patient.age_years" not in begun(log, "2027-11-10T10:00+01:00").texts.typed


def test_a_field_that_was_typed_over_has_no_mark() -> None:
    found = begun(history(at_dose("300 mcg/day")))

    typed = {**found.texts.typed, "current.daily_dose": "310"}
    assert found.marks_of(found.texts.typed)["current.daily_dose"] == "from entry 1"
    assert "current.daily_dose" not in found.marks_of(typed)


def test_where_it_begins_is_said_with_what_has_to_be_known() -> None:
    log = history(at_dose("300 mcg/day"))
    log.append(followup_ended_draft(PATIENT, "moved", at(A_WEEK_LATER), NURSE, at(A_WEEK_LATER)))

    assert begun(log).about.startswith(
        f"{PATIENT}, from entry 1 of 10 Nov 2026 09:00, {NURSE.author}: change what is different today. "
        "A broken border marks what is from it. "
        "The log says that nobody here follows this patient any more. "
        "Nobody has recorded that the pump was seen running after it."
    )


def test_a_step_of_a_later_time_is_named() -> None:
    log = history(at_dose("300 mcg/day"), at_dose("330 mcg/day", "2026-11-20T09:00+01:00"))

    found = begun(log)
    assert found.entry == 1
    assert "The log already holds a step of a later time: entry 2." in found.about


def test_nothing_begins_before_the_first_step() -> None:
    log = history(at_dose("300 mcg/day"))

    assert next_step(standings(log.entries(PATIENT)), at("2026-11-10T08:59+01:00"), library()) is None
    assert next_step([], at(BEGIN), library()) is None
