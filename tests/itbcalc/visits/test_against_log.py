"""A step held against the log: the therapy recorded last, a pseudonym that looks like another."""

from datetime import timedelta

import pytest

from itbcalc.judge.check import check
from itbcalc.log.store import MemoryLog
from itbcalc.program import complete_program, load_toml, read_program
from itbcalc.visits.against_log import against_log, one_slip_apart
from itbcalc.visits.recording import CheckedStep, Signature, step_draft, void_draft
from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.log.logs import BEGIN, LOG_ID
from tests.itbcalc.programs import example, library

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
    return [(message.code, message.detail) for message in against_log(checked.checked, log, LATER)]


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
    for _ in range(2):
        ran = itbcalc("log add", str(example("01")), "--author", "M. Levi")

    assert ran.status == 0
    assert ran.out.splitlines()[1].startswith(
        "Caution: The therapy now is not the one recorded last. Entry 1 of"
    )
    assert "differs_from_log" in itbcalc("log show 2 --json").out
    assert "The therapy now is not the one recorded last." in itbcalc("log show 2").out
