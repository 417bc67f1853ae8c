"""The state from the log on the command line: its document, its words, what is refused."""

import json
from pathlib import Path

import pytest

from itbcalc.desk.program_files import save_program
from itbcalc.log.store import SqliteLog
from itbcalc.program import load_toml
from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.every_kind import answers_to
from tests.itbcalc.log.logs import LOG_ID
from tests.itbcalc.programs import changed
from tests.itbcalc.visits.histories import PATIENT, checked_step, record
from tests.itbcalc.visits.test_refill_visit import drawing_off, fill

FORGOTTEN = Path(__file__).parents[2] / "cases" / "bridge-forgotten.toml"
AN_HOUR_LATER = ("--at", "2026-03-02T10:00-06:00")


@pytest.fixture
def forgotten(data_folder: Path) -> Path:
    """The log of this workstation: 40 to 50 mg/mL without a bridge, and the visit an hour later."""
    data_folder.mkdir()
    path = data_folder / "titration.itblog"
    log, visit = SqliteLog(path, create=True, log_id=LOG_ID), load_toml(FORGOTTEN)
    before = {"reservoir.at": "2026-03-02T09:00-06:00", "current.concentration": "40 mg/mL"}
    record(log, changed(visit, before), refilled=True)
    record(log, visit)
    return path


@pytest.mark.usefixtures("forgotten")
def test_the_document_names_dose_line_tip_volume_and_dates(itbcalc: Command) -> None:
    """The arithmetic stands in tests/itbcalc/visits/test_state.py; 38 mL at 0.16 mL/day last 237.5 days to the alarm, 40 mL 250 days."""
    ran = itbcalc("log state F --json", *AN_HOUR_LATER)

    document = json.loads(ran.out)
    results = document["results"]
    assert (ran.status, document["command"]) == (0, "log state")
    assert (results["entry"], results["since"]["at"]) == (2, "2026-03-02T10:00:00-06:00")
    assert results["daily_dose"]["exact"] == "8000"
    assert [(each["volume"]["exact"], each["concentration"]["exact"]) for each in results["line"]] == [
        ("4937/15000", "40000"),
        ("1/150", "50000"),
    ]
    assert results["tip_dose"] == {"exact": "6400", "unit": "mcg/day", "text": "6,400 mcg/day"}
    assert results["expected_volume"]["text"] == "40 mL"
    assert results["low_alarm_date"]["at"] == "2026-10-25T23:00:00-05:00"  # summer time meanwhile
    assert results["empty_date"]["at"] == "2026-11-07T10:00:00-06:00"
    assert results["not_known"] == []


@pytest.mark.usefixtures("forgotten")
def test_the_words_are_those_of_a_clinician(itbcalc: Command) -> None:
    ran = itbcalc("log state F", *AN_HOUR_LATER)

    assert ran.out.splitlines() == [
        "F at 2 Mar 2026 10:00",
        "In force since 2 Mar 2026 10:00: 8,000 mcg/day at 50,000 mcg/mL (entry 2, dose step)",
        "NOT READ BACK",
        "In the line, from the tip: 0.3291 mL at 40,000 mcg/mL, 0.006667 mL at 50,000 mcg/mL (plug flow, no mixing)",
        "Leaves the tip now: 6,400 mcg/day",
        "Expected in the reservoir: 40 mL",
        "Low-reservoir alarm: 25 Oct 2026 23:00",
        "Empty: 7 Nov 2026 10:00",
        *ran.out.splitlines()[8:],
    ]
    assert ran.out.splitlines()[-1].startswith("Refill no later than ")


@pytest.mark.usefixtures("forgotten")
def test_without_a_moment_it_is_the_state_now(itbcalc: Command) -> None:
    """Read years later: all is new drug, and the reservoir is counted as empty."""
    results = json.loads(itbcalc("log state F --json").out)["results"]

    assert [each["concentration"]["exact"] for each in results["line"]] == ["50000"]


@pytest.mark.usefixtures("forgotten")
@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("log state", "ref"),
        ("log state NOBODY", "ref"),
        ("log state F --at 2026-03-02T08:59-06:00", "ref"),
        ("log state F --at yesterday", "at"),
    ],
)
def test_what_the_log_does_not_hold_is_refused(itbcalc: Command, line: str, field: str) -> None:
    ran = itbcalc(line, "--json")

    assert ran.status == 2
    assert json.loads(ran.out)["error"]["field"] == field


def test_a_refill_is_told_when_it_is_recorded_and_in_state_and_list(itbcalc: Command, tmp_path: Path) -> None:
    """500 mcg/day at 500 mcg/mL from 40 mL: 20 left after 20 days; 23 drawn off are 17 of 20 delivered, 0.85."""
    program = fill()
    add = "--author 'A. Nurse' --role nurse"
    save_program(tmp_path / "fill.toml", program)
    save_program(tmp_path / "refill.toml", drawing_off("23 mL"))
    answers = [
        word for key, why in answers_to(checked_step(program)).items() for word in ("--answer", key, why)
    ]
    first = itbcalc(f"log add '{tmp_path}/fill.toml' --refilled {add}", *answers)
    assert first.status == 0, first.err

    refused = itbcalc(f"log add '{tmp_path}/refill.toml' {add}", *answers)
    ran = itbcalc(f"log add '{tmp_path}/refill.toml' {add} --answer delivered_too_little asked", *answers)

    assert refused.status == 2
    assert "delivered_too_little" in refused.err
    assert (ran.status, ran.err) == (0, "")
    assert "Delivered: 0.85 (0.825 to 0.875) times the programmed volume" in ran.out
    (told,) = json.loads(itbcalc(f"log state {PATIENT} --json").out)["results"]["refills"]
    assert (told["delivered_ratio"]["exact"], told["outside"], told["fill_entry"]) == ("17/20", "below", 1)
    (due,) = json.loads(itbcalc("refills --json").out)["results"]["refills"]
    assert due["last_refill"] == told
    assert "delivered 0.85 (0.825 to 0.875) times the programmed volume" in itbcalc("refills").out
