"""The refill visit: drawn off against expected, counted from the last fill through every step since, by hand arithmetic."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from msgspec.structs import replace

from itbcalc.judge.findings import FindingCode
from itbcalc.log.entries import Entry
from itbcalc.log.store import MemoryLog
from itbcalc.program import read_program
from itbcalc.say import Message, finding_message
from itbcalc.visits.against_log import held_against_log
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.entry_words import entry_text
from itbcalc.visits.history import standings
from itbcalc.visits.recording import (
    CheckedStep,
    amended_step_draft,
    needs_an_answer,
    read_back_draft,
    step_draft,
    void_draft,
)
from itbcalc.visits.refill_visit import RefillVisit, ratio_words, refill_visit, refills_seen
from itbcalc.visits.refill_visit_words import refill_visit_lines
from itbcalc.visits.transfer import csv_text
from tests.itbcalc.every_kind import NURSE, answers_to
from tests.itbcalc.log.logs import LOG_ID, entry_id
from tests.itbcalc.programs import library, table_of
from tests.itbcalc.visits.histories import PATIENT, at, at_dose, checked_step, record

# 500 mcg/day at 500 mcg/mL: 1 mL a day from 40 mL. Accuracy of the pump: 85.5 % to 114.5 %.
PUMP = {"system.pump": "synchromed-ii-40", "system.tubing_volume": "0.140 mL"}
FILLED = "2026-11-10T09:00+01:00"
DAY_10, DAY_20, DAY_40, DAY_50 = (
    "2026-11-20T09:00+01:00",
    "2026-11-30T09:00+01:00",
    "2026-12-20T09:00+01:00",
    "2026-12-30T09:00+01:00",
)
STEADY = {"current.daily_dose": "500 mcg/day"}


def fill(begin: str = FILLED, dose: str = "500 mcg/day", **more: Any) -> dict[str, Any]:
    """A program of 1 mL a day."""
    return table_of({**PUMP, **STEADY, **at_dose(dose, begin, **more)})


def drawing_off(volume: str, begin: str = DAY_20, dose: str = "500 mcg/day", **more: Any) -> dict[str, Any]:
    """A refill at which this volume was drawn off."""
    return fill(begin, dose, **{"refill.drawn_off": volume}, **more)


def log_filled(**more: Any) -> MemoryLog:
    """A log of one patient, filled with 40 mL."""
    log = MemoryLog(LOG_ID)
    record(log, fill(**more), refilled=True)
    return log


def held(log: MemoryLog, table: dict[str, Any]) -> CheckedStep:
    """A program held against the log at the moment at which it takes effect."""
    return held_against_log(checked_step(table), log, at(str(table["reservoir"]["at"])))


def visit(log: MemoryLog, table: dict[str, Any]) -> Entry:
    """Records a refill as window and command do."""
    step = held(log, table)
    draft = step_draft(step, answers_to(step), NURSE, at(str(table["reservoir"]["at"])), refilled=False)
    return log.append(replace(draft, entry_id=entry_id(log.head().count + 1)))


def told(log: MemoryLog, table: dict[str, Any]) -> RefillVisit:
    """What a refill tells."""
    found = held(log, table).refill
    assert found is not None
    return found


def numbers(seen: RefillVisit) -> dict[str, Fraction | None]:
    """Expected, difference, ratio and its interval."""
    values = {
        "expected": seen.expected,
        "difference": seen.difference,
        "ratio": seen.ratio,
        "least": seen.ratio_least,
        "most": seen.ratio_most,
    }
    return {name: None if value is None else Fraction(value.magnitude) for name, value in values.items()}


def codes(seen: RefillVisit) -> list[FindingCode]:
    return [finding.code for finding in seen.findings]


# --- counted by hand


def test_what_was_drawn_off_is_held_against_what_should_have_been_left() -> None:
    """20 days at 1 mL: 20 mL left. 20.4 drawn off: 19.6 of 20 delivered; ± 2 × 0.25 mL of reading."""
    seen = told(log_filled(), drawing_off("20.4 mL"))

    assert numbers(seen) == {
        "expected": 20,
        "difference": Fraction(4, 10),
        "ratio": Fraction(98, 100),
        "least": Fraction(191, 200),
        "most": Fraction(201, 200),
    }
    assert (seen.fill_number, codes(seen), seen.outside, seen.not_known) == (1, [], "", "")


def test_the_count_goes_from_the_fill_through_every_step_since() -> None:
    """10 days at 1 mL and 10 at 600/500 = 1.2 mL: 22 mL delivered, 18 left. 18 drawn off: 22 of 22.

    From the last step alone it would be 12 mL of 12, and an error of before would weigh as an error since.
    """
    log = log_filled()
    record(log, fill(DAY_10, "600 mcg/day", reservoir__filled="30 mL"))

    seen = told(log, drawing_off("18 mL", current__daily_dose="600 mcg/day"))

    assert numbers(seen) | {"least": None, "most": None} == {
        "expected": 18,
        "difference": 0,
        "ratio": 1,
        "least": None,
        "most": None,
    }


def test_a_step_that_says_another_volume_than_the_one_counted_ends_the_count() -> None:
    """30 mL are counted on day 10. Two readings of 0.25 mL apart is nothing; further apart something else was done."""
    for said, known in (("30.5 mL", True), ("29.5 mL", True), ("30.6 mL", False), ("40 mL", False)):
        log = log_filled()
        record(log, fill(DAY_10, reservoir__filled=said))

        seen = told(log, drawing_off("20 mL"))

        assert (seen.ratio is not None) is known, said
        if not known:
            assert seen.not_known == f"entry 2 says {said} in the reservoir, where 30 mL is counted"


@pytest.mark.parametrize(
    ("drawn", "code", "outside"),
    [
        # 20 delivered by programme; 85.5 % are 17.1, 114.5 % are 22.9
        ("22.9 mL", None, ""),
        ("23 mL", FindingCode.DELIVERED_TOO_LITTLE, "below"),
        ("17.1 mL", None, ""),
        ("17 mL", FindingCode.DELIVERED_TOO_MUCH, "above"),
    ],
)
def test_beyond_the_accuracy_of_the_pump_it_is_said_what_it_may_mean(
    drawn: str, code: FindingCode | None, outside: str
) -> None:
    seen = told(log_filled(), drawing_off(drawn))

    assert codes(seen) == ([] if code is None else [code])
    assert seen.outside == outside


def pump_by_hand(accuracy: str | None) -> dict[str, str]:
    """A pump that no library holds, as a program describes it."""
    known = {"name": "Clinic's pump", "reservoir_volume": "40 mL", "tubing_volume": "0.14 mL"}
    return known if accuracy is None else {**known, "accuracy": accuracy}


def test_a_pump_typed_by_hand_is_held_against_its_own_accuracy_and_names_it() -> None:
    """26.4 of 40 mL left after 20 mL programmed: 13.6/20 = 0.68; ± 10 % allows 90 %."""
    typed = {"system.pump": pump_by_hand("10 %")}
    table = drawing_off("26.4 mL", **typed)
    seen = told(log_filled(**typed), table)

    (message,) = [each for each in messages_of(seen) if each.code == "delivered_too_little"]
    assert seen.outside == "below"
    assert str(message.severity) == "warning"
    assert (
        "0.68 times the programmed volume, where the accuracy allows down to 90 % (Clinic's pump)"
        in message.text
    )
    assert message.source == "the pump as this program describes it · clinic's own"


def test_where_no_accuracy_is_known_the_refill_says_so_and_counts_as_neither_side() -> None:
    """The same 0.68, of a pump of which nobody said how exact it is; nothing is borrowed from another maker."""
    typed = {"system.pump": pump_by_hand(None)}
    seen = told(log_filled(**typed), drawing_off("26.4 mL", **typed))

    (message,) = messages_of(seen)
    assert (message.code, str(message.severity), seen.outside) == ("accuracy_not_known", "caution", "")
    assert "0.68 times the programmed volume" in message.text
    assert "a stall" in message.text


FIXED = {"system.pump": "isomed-35-10", "system.tubing_volume": "0.1 mL", "reservoir.filled": "35 mL"}


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        # 35 mL, 20 days at 1 mL/day: 15 expected; 35 - 13 = 22 in 20 days, and of a pump found empty nobody knows since when
        ("15 mL", "True flow since the fill: 1 mL/day"),
        ("13 mL", "True flow since the fill: 1.1 mL/day"),
        ("0 mL", None),
    ],
)
def test_the_true_flow_of_a_pump_of_fixed_flow_is_recomputed_at_each_refill(
    drawn: str, said: str | None
) -> None:
    seen = told(log_filled(**FIXED), drawing_off(drawn, **FIXED))
    lines = [line for line in refill_visit_lines(seen) if line.startswith("True flow")]

    assert lines == ([] if said is None else [said])

    log = log_filled(**FIXED)
    visit(log, drawing_off(drawn, **FIXED))
    (again,) = refills_seen(standings(log.entries()), library())
    assert again.visit.true_flow == seen.true_flow


def test_the_mean_flow_of_a_pump_that_is_programmed_is_not_called_its_true_one() -> None:
    assert told(log_filled(), drawing_off("15 mL")).true_flow is None


def messages_of(seen: RefillVisit) -> list[Message]:
    return [finding_message(each, library()) for each in seen.findings]


def test_a_pump_that_ran_dry_has_a_day_and_a_time_without_drug_and_no_ratio() -> None:
    """40 mL at 1 mL a day are empty on day 40, 20 Dec; found on day 50."""
    seen = told(log_filled(), drawing_off("0 mL", DAY_50))

    assert seen.ratio is None
    assert seen.ran_dry is not None
    assert seen.ran_dry.date() == date(2026, 12, 20)
    assert seen.without_drug is not None
    assert Fraction(seen.without_drug.magnitude) == 10
    assert codes(seen) == [FindingCode.EXPECTED_BELOW_ZERO]


def test_a_pump_found_empty_before_it_should_be_has_no_day_and_only_a_least_ratio() -> None:
    """20 of 40 mL should be left on day 20; nothing is: at least (40 - 0.5) / 20 = 1.975 times, and who knows since when."""
    log = log_filled()
    seen = told(log, drawing_off("0 mL"))

    assert (seen.ratio, seen.ratio_most, seen.ran_dry) == (None, None, None)
    assert ratio_words(seen) == "at least 1.975"
    assert codes(seen) == [FindingCode.FOUND_EMPTY]
    assert seen.outside == "above"
    visit(log, drawing_off("0 mL"))
    (again,) = refills_seen(standings(log.entries()), library())
    assert ratio_words(again.visit) == "at least 1.975"


def test_a_few_drops_that_are_drawn_off_are_no_residual_volume() -> None:
    """To 0.25 mL a syringe is read: that may be nothing. Beside more it is said that 1.4 mL cannot be pumped."""
    said = {
        drawn: "residual" in told(log_filled(), drawing_off(drawn)).findings[0].values
        for drawn in ("0 mL", "0.25 mL", "0.26 mL")
    }

    assert said == {"0 mL": False, "0.25 mL": False, "0.26 mL": True}


def test_a_pump_at_its_residual_volume_may_have_run_dry() -> None:
    """40 mL at 1 mL a day, of which 1.4 cannot be pumped: dry after 38.6 days, 18 Dec; found on day 50, 11.4 days later."""
    seen = told(log_filled(), drawing_off("1.4 mL", DAY_50))

    assert seen.ran_dry is not None
    assert seen.ran_dry.date() == date(2026, 12, 18)
    assert seen.without_drug is not None
    assert Fraction(seen.without_drug.magnitude) == Fraction(114, 10)
    (message,) = messages_of(seen)
    assert message.title == "The reservoir may have run dry"
    assert "on day 38, 11 days 9 h without drug" in message.detail
    (soon,) = messages_of(told(log_filled(), drawing_off("1.4 mL")))
    assert soon.title == "The reservoir may have run dry too soon"
    assert "At least 1.905 times" in soon.detail  # (38.6 − 0.5) / 20


def test_more_drawn_off_than_filled_stops() -> None:
    assert codes(told(log_filled(), drawing_off("41 mL"))) == [FindingCode.ASPIRATED_ABOVE_FILLED]


BOLUSES = {"new.patient_bolus": {"dose": "50 mcg", "duration": "5 min", "lockout": "6 h", "per_day": 4}}


def test_patient_boluses_taken_or_not_make_an_interval_and_what_lies_beyond_both_is_found() -> None:
    """4 × 50 / 500 = 0.4 mL a day: 20 to 28 mL delivered in 20 days, 12 to 20 left.

    16 drawn off: 24 delivered, 24/20 = 1.2 without boluses, within them nothing: 24/28. 23.1 drawn off: 16.9 of 20 at most,
    0.845, is too little either way. Interval of the last: (16.9 − 0.5)/28 to (16.9 + 0.5)/20.
    """
    log = MemoryLog(LOG_ID)
    record(
        log,
        {**fill(), "new": {**fill()["new"], "patient_bolus": BOLUSES["new.patient_bolus"]}},
        refilled=True,
    )

    between, beyond = (told(log, drawing_off(volume)) for volume in ("16 mL", "23.1 mL"))

    assert (between.expected, between.ratio, codes(between)) == (None, None, [])
    assert codes(beyond) == [FindingCode.DELIVERED_TOO_LITTLE]
    assert beyond.ratio_least is not None
    assert beyond.ratio_most is not None
    assert (Fraction(beyond.ratio_least.magnitude), Fraction(beyond.ratio_most.magnitude)) == (
        Fraction(164, 280),
        Fraction(174, 200),
    )


# --- what is not known


def test_nothing_is_guessed_where_the_log_cannot_count() -> None:
    unfilled, other_dose, other_pump = MemoryLog(LOG_ID), log_filled(), log_filled()
    record(unfilled, fill())
    record(other_dose, fill(DAY_10, current__daily_dose="450 mcg/day"))
    without_moment = drawing_off("20 mL")
    del without_moment["reservoir"]["at"]

    reasons = [
        told(unfilled, drawing_off("20 mL")).not_known,
        told(MemoryLog(LOG_ID), drawing_off("20 mL")).not_known,
        told(other_dose, drawing_off("20 mL")).not_known,
        told(other_pump, drawing_off("20 mL", system__pump="synchromed-ii-20")).not_known,
        refill_of(without_moment).not_known,
    ]

    assert reasons == [
        "no fill is recorded",
        "no fill is recorded",
        "entry 2 begins from another therapy than entry 1 left",
        "the pump is another one than that of entry 1",
        "the time of the change is not typed",
    ]


def refill_of(table: dict[str, Any]) -> RefillVisit:
    seen = refill_visit(read_program(table, library()).program, [], library())
    assert seen is not None
    return seen


def test_a_program_without_a_volume_drawn_off_has_no_refill_visit() -> None:
    assert held(log_filled(), fill(DAY_20)).refill is None
    assert held(log_filled(), fill(DAY_20, refill__lot="A1")).refill is None


# --- recorded


def test_a_refill_is_recorded_with_what_it_told_and_read_again_as_it_was() -> None:
    log = log_filled()
    entry = visit(log, drawing_off("23 mL", refill__lot="B 4711", refill__expiry="2028-03"))

    assert entry.kind == EntryKind.RESERVOIR_REFILLED
    assert entry.body["body_format"] == 2
    assert entry.body["refill"]["delivered_ratio"] == {"exact": "17/20", "unit": "1"}
    assert entry.body["refill"]["outside"] == "below"
    assert ("delivered_too_little", "discussed with Dr Levi") in [
        (each["code"], each["answer"]) for each in entry.body["findings"]
    ]
    (seen,) = refills_seen(standings(log.entries(PATIENT)), library())
    assert replace(seen.visit, findings=()) == replace(told(log_filled(), drawing_off("23 mL")), findings=())
    assert "B 4711" in entry_text(seen.standing)
    header, _, row = (line.split(",") for line in csv_text(log.entries()).splitlines())
    cells = dict(zip(header, row, strict=True))
    assert [
        cells[name] for name in ("drawn_off_ml", "expected_volume_ml", "delivered_ratio", "lot", "expiry")
    ] == [
        "23",
        "20",
        "'17/20",
        "B 4711",
        "2028-03",
    ]


def test_a_warning_about_the_refill_needs_an_answer_before_it_is_recorded() -> None:
    step = held(log_filled(), drawing_off("23 mL"))

    assert [message.code for message in step.beside if needs_an_answer(message)] == ["delivered_too_little"]


def test_twice_in_a_row_on_one_side_is_a_caution_and_on_two_sides_not() -> None:
    log = log_filled()
    visit(log, drawing_off("23 mL"))

    again, other_side, within = (
        told(log, drawing_off(volume, DAY_40)) for volume in ("23 mL", "17 mL", "20 mL")
    )

    assert codes(again) == [FindingCode.DELIVERED_TOO_LITTLE, FindingCode.DELIVERED_OUTSIDE_TWICE]
    assert codes(other_side) == [FindingCode.DELIVERED_TOO_MUCH]
    assert codes(within) == []


def test_an_earlier_entry_that_is_amended_or_voided_later_changes_what_the_refill_told() -> None:
    """The fill was 30 mL, not 40: 10 were left, 13 less 3: 30 − 13 = 17 of 20. Voided, no fill is known."""
    log = log_filled()
    visit(log, drawing_off("13 mL"))
    first = next(iter(log.entries(PATIENT)))
    step = checked_step(fill(reservoir__filled="30 mL"))
    amended = log.append(
        amended_step_draft(first, step, NURSE, at(DAY_40), answers=answers_to(step), reason="typed wrong")
    )
    (after,) = refills_seen(standings(log.entries(PATIENT)), library())
    assert after.visit.ratio is not None
    assert Fraction(after.visit.ratio.magnitude) == Fraction(17, 20)

    log.append(void_draft(amended, "not hers", NURSE, at(DAY_40)))
    log.append(void_draft(first, "not hers", NURSE, at(DAY_40)))
    (gone,) = refills_seen(standings(log.entries(PATIENT)), library())
    assert (gone.visit.ratio, gone.visit.not_known) == (None, "no fill is recorded")


def test_its_own_read_back_changes_nothing_and_that_of_the_fill_before_does() -> None:
    log = log_filled()
    refill = visit(log, drawing_off("20 mL"))
    log.append(read_back_draft(refill, "stopped", "", NURSE, at(DAY_20)))
    (seen,) = refills_seen(standings(log.entries(PATIENT)), library())
    assert seen.visit.ratio is not None

    first = next(iter(log.entries(PATIENT)))
    log.append(read_back_draft(first, "stopped", "", NURSE, at(DAY_20)))
    (seen,) = refills_seen(standings(log.entries(PATIENT)), library())
    assert seen.visit.ratio is None
    assert seen.visit.ratio_most is None


def test_an_amended_refill_is_counted_without_its_own_earlier_wording() -> None:
    log = log_filled()
    refill = visit(log, drawing_off("20 mL", DAY_10))

    again = held_against_log(checked_step(drawing_off("20 mL")), log, at(DAY_20), amends=refill)

    assert again.refill is not None
    assert again.refill.fill_number == 1
    assert again.refill.expected is not None
    assert Fraction(again.refill.expected.magnitude) == 20


def test_a_sheet_does_not_say_otherwise_of_what_only_the_log_could_tell() -> None:
    from itbcalc.visits.recomputed import checked_again, recomputed

    log = log_filled()
    entry = visit(log, drawing_off("23 mL"))
    checked = checked_again(entry, library())
    assert checked is not None

    assert recomputed(entry, checked, library()).same


# --- the vial


def messages(table: dict[str, Any]) -> list[Message]:
    from itbcalc.visits.recording import messages_of

    return messages_of(checked_step(table))


@pytest.mark.parametrize(
    ("expiry", "expired"),
    [
        ("2026-11-09", True),
        ("2026-11-10", False),
        ("2026-11", False),
        ("2026-10", True),
        (date(2026, 11, 9), True),
    ],
)
def test_a_drug_that_has_expired_is_warned_of_and_a_month_lasts_until_its_last_day(
    expiry: str | date, *, expired: bool
) -> None:
    found = [message.code for message in messages(fill(refill__expiry=expiry))]

    assert ("drug_expired" in found) is expired


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("drawn_off", "20"),
        ("drawn_off", "-1 mL"),
        ("expiry", "03/04/28"),
        ("expiry", "2028-13"),
        ("lot", "A\n1"),
        ("batch", "1"),
    ],
)
def test_what_cannot_be_read_of_a_refill_is_refused_by_its_name(key: str, value: str) -> None:
    reading = read_program(fill(**{f"refill__{key}": value}), library())

    assert [refusal.field for refusal in reading.refusals] == [f"refill.{key}"]


def test_the_lines_of_a_refill_say_volume_difference_and_ratio() -> None:
    assert list(refill_visit_lines(told(log_filled(), drawing_off("20.4 mL")))) == [
        "Drawn off: 20.4 mL",
        "Expected: 20 mL, counted from entry 1 (40 mL filled)",
        "Difference: 0.4 mL more than expected",
        "Delivered: 0.98 (0.955 to 1.005) times the programmed volume",
    ]
