"""A step held against the log: the therapy recorded last, a pseudonym that looks like another."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from itbcalc.errors import RefusedError
from itbcalc.judge.check import check
from itbcalc.log.store import MemoryLog
from itbcalc.program import complete_program, load_toml, read_program
from itbcalc.say import refusal_words
from itbcalc.say.log import BEFORE_THE_LAST, IN_PLACE_OF_THE_LAST, OLD_DRUG
from itbcalc.visits.against_log import against_log, differs_from_log, held_against_log, one_slip_apart
from itbcalc.visits.recording import (
    CheckedStep,
    Signature,
    followup_ended_draft,
    keyed,
    messages_of,
    needs_an_answer,
    step_draft,
    void_draft,
)
from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.log.logs import BEGIN, LOG_ID
from tests.itbcalc.programs import changed, example, library, table_of
from tests.itbcalc.visits.histories import PATIENT, at, at_dose, checked_step, history, record

FORGOTTEN = Path(__file__).parents[2] / "cases" / "bridge-forgotten.toml"

NURSE = Signature("M. Levi", "nurse")
LATER = BEGIN + timedelta(days=400)


def step(**changes: str) -> CheckedStep:
    """The first example (320 to 368 mcg/day at 2000 mcg/mL), with other texts at some places."""
    table = load_toml(example("01"))
    for place, text in changes.items():
        section, _, key = place.partition("__")
        table[section][key] = text
    table.pop("readouts")
    return CheckedStep(
        table, check(complete_program(read_program(table, library())), library(), now=BEGIN), library()
    )


def logged(*steps: CheckedStep) -> MemoryLog:
    log = MemoryLog(LOG_ID)
    for each in steps:
        log.append(step_draft(each, {}, NURSE, BEGIN, refilled=False))
    return log


def found(checked: CheckedStep, log: MemoryLog) -> list[tuple[str, str]]:
    return [(message.code, message.detail) for message in against_log(checked.checked, log, LATER, library())]


def test_a_step_that_goes_on_from_the_last_one_fits() -> None:
    assert found(step(), MemoryLog(LOG_ID)) == []
    assert found(step(current__daily_dose="368 mcg/day", new__daily_dose="380 mcg/day"), logged(step())) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"current__daily_dose": "386 mcg/day", "new__daily_dose": "400 mcg/day"},
            "386 mcg/day at 2,000 mcg/mL",
        ),
        ({}, "320 mcg/day at 2,000 mcg/mL"),
    ],
)
def test_another_therapy_than_the_one_recorded_last_is_said(changes: dict[str, str], said: str) -> None:
    ((code, detail),) = found(step(**changes), logged(step()))

    assert code == "differs_from_log"
    assert "Entry 1 of" in detail
    assert "left 368 mcg/day at 2,000 mcg/mL" in detail
    assert f"typed as the therapy now is {said}" in detail


def test_a_step_that_does_not_hold_is_not_the_last_one() -> None:
    log = logged(step(), step(current__daily_dose="368 mcg/day", new__daily_dose="390 mcg/day"))
    wrong = log.at(2)
    assert wrong is not None
    log.append(void_draft(wrong, "recorded for another patient", NURSE, BEGIN))

    assert found(step(current__daily_dose="368 mcg/day", new__daily_dose="380 mcg/day"), log) == []


def test_a_new_pseudonym_that_looks_like_a_known_one_is_asked_about() -> None:
    log = logged(step())

    assert found(step(patient__ref="P-0110"), log) == [
        ("look_alike_pseudonym", "P-0110 has no entry in this log; P-0101, which looks like it, has 1.")
    ]
    assert found(step(patient__ref="P-0277"), log) == []
    assert found(step(patient__ref=""), log) == []


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("P-0142", "P-0124", True),
        ("P-0142", "P-0143", True),
        ("P-0142", "P-142", True),
        ("P-0142", "P-01422", True),
        ("P-0142", "p-0142", False),  # the same but for capitals is none of these slips
        ("P-0142", "P-0142", False),
        ("P-0142", "P-0214", False),
        ("P-0142", "P-0100", False),
        ("P-0142", "", False),
        ("AB", "BA", True),
        ("A", "", True),
    ],
)
def test_one_slip_makes_one_pseudonym_of_the_other(first: str, second: str, alike: bool) -> None:
    assert one_slip_apart(first, second) is alike
    assert one_slip_apart(second, first) is alike


def test_the_command_says_what_does_not_fit_and_records_it(itbcalc: Command) -> None:
    given = ("log add", str(example("01")), "--author", "M. Levi", "--yes-an-example")
    itbcalc(*given)
    ran = itbcalc(*given, "--answer", "step_recorded_before", "the pump was reset in between")

    assert ran.status == 0
    assert ran.out.splitlines()[1].startswith(
        "Caution: The therapy now is not the one recorded last. Entry 1 of"
    )
    assert "differs_from_log" in itbcalc("log show 2 --json").out
    assert "The therapy now is not the one recorded last." in itbcalc("log show 2").out


# --- the line


def forgotten(visit_at: str = "2026-03-02T10:00-06:00", **changes: Any) -> tuple[CheckedStep, MemoryLog]:
    """40 to 50 mg/mL at 8 mg/day, recorded without a bridge at 09:00; and the visit after it."""
    visit = load_toml(FORGOTTEN)
    before = {"reservoir.at": "2026-03-02T09:00-06:00", "current.concentration": "40 mg/mL"}
    log = MemoryLog(LOG_ID)
    record(log, changed(visit, before))
    return checked_step(changed(visit, {"reservoir.at": visit_at, **changes})), log


def test_a_bridge_forgotten_before_is_a_warning_of_the_next_step() -> None:
    """0.3358 mL − 0.16 mL/day × 1 h = 0.329133 mL at 40 mg/mL; ÷ 0.16 mL/day = 2.057083 days, 49 h 22.2 min by itself.

    As a bridge 0.329133 × 40 / 8 = 1.645667 days, 39 h 29.8 min.
    """
    ((code, detail),) = found(*forgotten())

    assert code == "old_drug_still_in_line"
    assert detail == (
        "After entry 1 the line still holds 0.3291 mL at 40,000 mcg/mL. If nothing is done it has left after"
        " 2 days 1 h (49 h 22 min). A bridge for it at 8,000 mcg/day lasts 39 h 30 min."
    )


@pytest.mark.parametrize(
    ("visit_at", "changes"),
    [
        ("2026-03-04T11:23-06:00", {}),  # after 50 h 22.2 min all of it has left
        ("2026-03-02T09:00-06:00", {}),  # of the same moment: it may be the same step
        ("2026-03-02T10:00-06:00", {"line": {"tubing": "new", "catheter": "new"}}),
    ],
)
def test_what_has_left_or_was_taken_out_by_hand_is_no_warning(visit_at: str, changes: dict[str, Any]) -> None:
    told = {code for code, _ in found(*forgotten(visit_at, **changes))}

    assert told <= {"differs_from_log", "worst_case_earlier_by_log"}


def test_an_aspirated_catheter_leaves_the_old_drug_of_the_tubing() -> None:
    """0.1958 mL of catheter are emptied; of the tubing's 0.14 mL the last 1/150 mL are new: 0.13333 mL at 40 mg/mL."""
    line = {"tubing": "old", "catheter": "none", "prime": {"volume": "0.1958 mL"}}

    ((_, detail),) = found(*forgotten(line=line))

    assert detail.startswith("After entry 1 the line still holds 0.1333 mL at 40,000 mcg/mL.")


_ASKED_OF_THE_FIRST = ("concentration_change_without_bridge", "drug_not_covered")
_ASKED_OF_THE_SECOND = ("old_drug_still_in_line", "drug_not_covered")


def test_the_warning_needs_an_answer_and_is_recorded_with_it(itbcalc: Command, tmp_path: Path) -> None:
    first = (
        FORGOTTEN.read_text("utf-8")
        .replace("T10:00", "T09:00")
        .replace('concentration = "50 mg/mL"', 'concentration = "40 mg/mL"', 1)
    )
    before = tmp_path / "before.toml"
    before.write_text(first, "utf-8")
    answers = " ".join(f"--answer {code} forgotten" for code in _ASKED_OF_THE_FIRST)
    assert itbcalc(f"log add {before} --author 'M. Levi' {answers}").err == ""

    refused = itbcalc("log add", str(FORGOTTEN), "--author", "M. Levi")
    assert refused.status == 2
    assert "old_drug_still_in_line" in refused.err
    answers = " ".join(f"--answer {code} 'bridged now'" for code in _ASKED_OF_THE_SECOND)
    assert itbcalc(f"log add --author 'M. Levi' {answers}", str(FORGOTTEN)).err == ""
    assert "Something else is still in the line" in itbcalc("log show 2").out


# --- what only a history can say


def raised(at: str, old: str, new: str) -> CheckedStep:
    return step(
        reservoir__at=at,
        current__daily_dose=f"{old} mcg/day",
        new__daily_dose=f"{new} mcg/day",
        patient__last_change="2023-12-01T09:00-06:00",
    )


@pytest.mark.parametrize(
    ("begun", "dose", "told"),
    [
        ("2024-01-10T09:00-06:00", "351", "warning"),  # 351 - 250 = 101 mcg/day in a year, after 33 months
        ("2024-01-10T09:00-06:00", "350", None),  # 100: no more than tolerance by definition
        (
            "2025-05-10T09:00-05:00",
            "351",
            "caution",
        ),  # 17 months: unless it began before the log, every dose rises then
    ],
)
def test_a_rise_over_a_year_is_held_against_the_doses_of_the_log(
    begun: str, dose: str, told: str | None
) -> None:
    log = MemoryLog(LOG_ID)
    for each in (
        raised(begun, "100", "120"),
        raised("2025-09-30T09:00-05:00", "120", "250"),
        raised("2026-04-06T09:00-05:00", "250", "300"),
    ):
        asked = {
            key: "agreed" for key, message in keyed(messages_of(each)).items() if needs_an_answer(message)
        }
        log.append(step_draft(each, asked, NURSE, BEGIN, refilled=False))

    checked = raised("2026-10-06T10:15-05:00", "300", dose).checked
    said = {each.code: str(each.severity) for each in against_log(checked, log, LATER, library())}

    assert said.get("sudden_large_need") == told
    assert "differs_from_log" not in said


def test_a_first_dose_that_is_typed_says_how_old_the_therapy_is() -> None:
    """The log begins half a year ago with 250 mcg/day, the therapy in 2020: 351 are 101 more within a year."""
    log = logged(raised("2026-04-06T09:00-05:00", "240", "250"))
    begun = {
        "patient__first_dose": "2020-03-02T09:00-06:00",
        "patient__last_change": "2026-04-06T09:00-05:00",
    }
    old = step(
        reservoir__at="2026-10-06T10:15-05:00",
        current__daily_dose="250 mcg/day",
        new__daily_dose="351 mcg/day",
        **begun,
    )

    said = {each.code: str(each.severity) for each in against_log(old.checked, log, LATER, library())}

    assert said["sudden_large_need"] == "warning"


def before_the_last(visit_at: str, **more: Any) -> list[str]:
    """What is said of 380 mcg/day written down after 420 mcg/day of 24 Nov, 09:00, in place of the 400 of 10 Nov."""
    log = history(
        at_dose("400 mcg/day"),
        at_dose("420 mcg/day", "2026-11-24T09:00+01:00", current__daily_dose="400 mcg/day"),
    )
    typed = at_dose("380 mcg/day", visit_at, **{"current__daily_dose": "400 mcg/day", **more})
    said = against_log(checked_step(table_of(typed)).checked, log, at("2026-11-26T09:00+01:00"), library())
    return [
        f"{each.severity}: {each.detail}"
        for each in said
        if each.code in {"differs_from_log", BEFORE_THE_LAST}
    ]


def test_a_step_dated_before_the_one_in_force_is_asked_about_and_goes_on_from_the_one_before_it() -> None:
    """A day typed for another: the log would go on with 420 mcg/day, whatever is saved."""
    assert before_the_last("2026-11-23T09:00+01:00") == [
        "warning: Entry 2 of 24 Nov 2026 09:00 stays in force after it: 420 mcg/day at 500 mcg/mL. Right for a change "
        "that is written down late; otherwise its date or time is mistyped."
    ]


def test_a_step_at_or_after_the_moment_of_the_last_one_is_not() -> None:
    assert before_the_last("2026-11-24T09:00+01:00", current__daily_dose="420 mcg/day") == []
    assert before_the_last("2026-11-24T09:01+01:00", current__daily_dose="420 mcg/day") == []


@pytest.mark.parametrize(
    ("to", "asked"), [("2026-11-09T09:00+01:00", True), ("2026-11-11T09:00+01:00", False)]
)
def test_an_amendment_that_puts_another_step_in_force_is_asked_about(to: str, asked: bool) -> None:
    """Entry 2 of 24 Nov is the one in force; dated before entry 1 of 10 Nov it no longer is."""
    log = history(at_dose("400 mcg/day"), at_dose("420 mcg/day", "2026-11-24T09:00+01:00"))
    amended = log.at(2)
    step = checked_step(table_of(at_dose("420 mcg/day", to)))

    held = held_against_log(step, log, at("2026-11-26T09:00+01:00"), amends=amended)

    assert (BEFORE_THE_LAST in {each.code for each in held.beside}) == asked


@pytest.mark.parametrize(
    ("to", "asked"), [("2026-11-25T09:00+01:00", True), ("2026-11-23T09:00+01:00", False)]
)
def test_an_amendment_that_takes_the_place_of_the_step_in_force_is_asked_about(to: str, asked: bool) -> None:
    """Entry 1 of 10 Nov, dated after entry 2 of 24 Nov, would put its 400 mcg/day in force again."""
    log = history(at_dose("400 mcg/day"), at_dose("420 mcg/day", "2026-11-24T09:00+01:00"))
    step = checked_step(table_of(at_dose("400 mcg/day", to)))

    held = held_against_log(step, log, at("2026-11-26T09:00+01:00"), amends=log.at(1))

    said = [f"{each.severity}: {each.detail}" for each in held.beside if each.code == IN_PLACE_OF_THE_LAST]
    assert said == asked * [
        "warning: Entry 2 of 24 Nov 2026 09:00 would no longer be in force: 420 mcg/day at 500 mcg/mL. Is the new date "
        "or time mistyped?"
    ]


@pytest.mark.parametrize(
    ("visit_at", "says"),
    [
        (
            "2026-11-20T09:00+01:00",
            "This step took effect before that: the patient stays off the list of refills.",
        ),
        ("2026-11-25T09:00+01:00", "With this step the patient is on the list of refills again."),
    ],
)
def test_a_step_of_a_patient_who_was_let_go_is_asked_about(visit_at: str, says: str) -> None:
    """The follow-up ended on 24 Nov: whether the step took effect before that or after, somebody has to mean it."""
    log = history(at_dose("400 mcg/day"))
    ended_at = at("2026-11-24T09:00+01:00")
    log.append(followup_ended_draft(PATIENT, "died", ended_at, NURSE, ended_at))
    step = checked_step(table_of(at_dose("420 mcg/day", visit_at, reservoir__filled=None)))

    found = {
        each.code: each for each in against_log(step.checked, log, at("2026-11-26T09:00+01:00"), library())
    }

    message = found["step_after_followup_ended"]
    assert message.detail == f"So says entry 2, since 24 Nov 2026. {says}"
    assert str(message.severity) == "warning"


def test_a_concentration_put_right_leaves_no_other_drug_in_the_line() -> None:
    """4000 mcg/mL were programmed, 2000 filled: the line holds 2000 throughout, and no bridge is spoken of."""
    strong = {"current__concentration": "4000 mcg/mL", "patient__last_change": None}
    filled = at_dose("958 mcg/day", "2026-09-01T09:00+02:00", new__concentration="4000 mcg/mL", **strong)
    right = at_dose(
        "472 mcg/day",
        "2026-10-31T08:00+01:00",
        current__daily_dose="958 mcg/day",
        new__concentration="2000 mcg/mL",
        **strong,
    )
    log = history(filled)
    codes = [
        {message.code for message in against_log(checked_step(table).checked, log, LATER, library())}
        for table in (
            table_of(
                {**right, "reservoir.filled": "25.63 mL", "current.really": {"concentration": "2000 mcg/mL"}}
            ),
            table_of(
                {**right, "reservoir.filled": "25.63 mL", "current.really": {"concentration": "3000 mcg/mL"}}
            ),
            table_of({**right, "reservoir.filled": "40 mL", "current.concentration": "2000 mcg/mL"}),
        )
    ]
    assert [OLD_DRUG in each for each in codes] == [False, False, True]


def restored(last_change: str, **more: str) -> list[tuple[str, str]]:
    """Raised to 310 on 10 Nov, lowered to 270 on 16 Nov 09:00; restored to 300 at 15:00, last change as it is typed."""
    log = history(
        at_dose("310 mcg/day", current__daily_dose="300 mcg/day"),
        at_dose("270 mcg/day", "2026-11-16T09:00+01:00", current__daily_dose="310 mcg/day"),
    )
    again = at_dose("300 mcg/day", "2026-11-16T15:00+01:00", current__daily_dose="270 mcg/day")
    step = checked_step(table_of({**again, "patient.last_change": last_change, **more}))
    said = against_log(step.checked, log, at("2026-11-16T15:00+01:00"), library())
    return [(str(each.severity), each.detail) for each in said if each.code == "raised_earlier_by_log"]


def test_beside_an_increase_too_soon_after_a_decrease_stands_when_the_log_has_the_dose_raised_last() -> None:
    ((severity, detail),) = restored("2026-11-16T09:00+01:00")

    assert severity == "info"
    assert "Entry 2 lowered the dose; it was last raised on 10 Nov 2026 09:00 (entry 1): " in detail


def test_the_refusal_to_record_it_without_an_answer_says_it_too() -> None:
    log = history(
        at_dose("310 mcg/day", current__daily_dose="300 mcg/day"),
        at_dose("270 mcg/day", "2026-11-16T09:00+01:00", current__daily_dose="310 mcg/day"),
    )
    again = at_dose("300 mcg/day", "2026-11-16T15:00+01:00", current__daily_dose="270 mcg/day")
    now = at("2026-11-16T15:00+01:00")
    step = checked_step(table_of({**again, "patient.last_change": "2026-11-16T09:00+01:00"}))

    with pytest.raises(RefusedError) as refused:
        step_draft(held_against_log(step, log, now), {}, NURSE, now, refilled=False)

    assert "it was last raised on 10 Nov 2026 09:00 (entry 1)" in refusal_words(refused.value)


def test_it_is_not_said_of_a_change_the_log_does_not_hold_or_where_the_last_increase_is_typed() -> None:
    assert restored("2026-11-15T18:00+01:00") == []
    raised = {"patient.last_increase": "2026-11-10T09:00+01:00"}
    assert restored("2026-11-16T09:00+01:00", **raised) == []


def soon_again(
    last_change: str, dose: str = "350 mcg/day", moment: str = "2026-11-16T14:00+01:00"
) -> list[str]:
    """Raised to 310 on 16 Nov 09:00; changed again from 310, last change as it is typed."""
    log = history(at_dose("310 mcg/day", "2026-11-16T09:00+01:00", current__daily_dose="300 mcg/day"))
    again = at_dose(dose, moment, current__daily_dose="310 mcg/day")
    step = checked_step(table_of({**again, "patient.last_change": last_change}))
    said = against_log(step.checked, log, at(moment), library())
    return [f"{each.severity}: {each.title}. {each.detail}" for each in said if "raised_since" in each.code]


def test_an_increase_hours_after_one_that_only_the_log_knows_is_a_stop() -> None:
    """09:00 to 14:00 are 5 h; the label's 24 h are not over until 09:00 of the next day."""
    (said,) = soon_again("2026-09-01T09:00+02:00")

    assert said.startswith("stop: Increase 5 h after the last one. ")
    assert "By the log the dose was raised on 16 Nov 2026 09:00 (entry 1). Allow at least 24 h" in said


def test_what_was_typed_of_it_or_lies_a_day_back_or_is_a_decrease_is_not_said_by_the_log() -> None:
    assert soon_again("2026-11-16T09:00+01:00") == []  # the check has its own stop
    assert soon_again("2026-09-01T09:00+02:00", moment="2026-11-17T09:00+01:00") == []
    assert len(soon_again("2026-09-01T09:00+02:00", moment="2026-11-17T08:59+01:00")) == 1
    assert soon_again("2026-09-01T09:00+02:00", dose="300 mcg/day") == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({}, [], id="as-before"),
        pytest.param({"patient__age_years": 41}, [], id="a-birthday-between"),
        pytest.param({"patient__spasticity_origin": None, "patient__age_years": None}, [], id="not-said-now"),
        pytest.param(
            {"patient__spasticity_origin": "cerebral"}, ["spasticity spinal, now cerebral"], id="origin"
        ),
        pytest.param({"patient__age_years": 39}, ["age 40, now 39"], id="younger"),
        pytest.param({"patient__age_years": 42}, ["age 40, now 42"], id="two-years-in-two-weeks"),
        pytest.param(
            {"patient__age_years": 12, "patient__spasticity_origin": "cerebral"},
            ["spasticity spinal, now cerebral; age 40, now 12"],
            id="both",
        ),
    ],
)
def test_what_cannot_be_true_of_the_patient_of_the_last_step_is_said(
    changes: dict[str, Any], said: list[str]
) -> None:
    """The quiet patient, spinal and 40 years old on 10 Nov, two weeks later."""
    log = history(at_dose("400 mcg/day"))
    typed = at_dose("420 mcg/day", "2026-11-24T09:00+01:00", current__daily_dose="400 mcg/day", **changes)

    found = differs_from_log(
        checked_step(table_of(typed)).checked, log, at("2026-11-26T09:00+01:00"), library()
    )

    details = [each.detail for each in found if each.code == "patient_differs_from_log"]
    assert details == [f"Entry 1: {each}. Is it the same patient, and the right pseudonym?" for each in said]
