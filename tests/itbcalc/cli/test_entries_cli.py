"""Second checks, observations, amendments, comparisons, anchors and sheets, as the commands of the log do them."""

import csv
from pathlib import Path
from typing import Any

import pytest

from itbcalc.log.folders import people_path
from itbcalc.log.store import SqliteLog
from itbcalc.program import load_toml
from itbcalc.visits.people import People
from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.log.logs import stand_alone_says
from tests.itbcalc.programs import example

NURSE, OTHER = ("--author", "A. Nurse"), ("--author", "B. Amsel", "--role", "physician")
AGREEING = (
    *("--setting", "new.concentration", "2 mg/mL"),
    *("--setting", "new.mode", "simple-continuous"),
    *("--setting", "new.daily_dose", "368 mcg/day"),
)


@pytest.fixture
def log_file(data_folder: Path, itbcalc: Command) -> Path:
    """The log of this workstation, with one step."""
    assert itbcalc("log add", str(example("01")), *NURSE, "--yes-an-example").status == 0
    return data_folder / "titration.itblog"


def last(path: Path) -> dict[str, Any]:
    log = SqliteLog(path)
    entry = log.at(log.head().count)
    log.close()
    assert entry is not None
    return dict(entry.content)


def of_the_plan_before(*names: str) -> tuple[str, ...]:
    """The same reason behind each of these read-outs, which all differ."""
    reason = "the read-outs are of the plan before"
    return tuple(text for name in names for text in ("--answer", f"readout_differs@readouts.{name}", reason))


def with_dose(folder: Path, dose: str) -> str:
    """The example with another new dose, as a file."""
    text = example("01").read_text(encoding="utf-8")
    assert text.count('daily_dose = "368 mcg/day"') == 1
    path = folder / "corrected.toml"
    path.write_text(text.replace('daily_dose = "368 mcg/day"', f'daily_dose = "{dose}"'), encoding="utf-8")
    assert load_toml(path)
    return str(path)


def test_a_second_check_that_agrees_is_recorded(itbcalc: Command, log_file: Path) -> None:
    ran = itbcalc("log second-check 1", *AGREEING, *OTHER)

    assert ran.status == 0
    assert "new daily dose: agrees (typed 368 mcg/day, recorded 368 mcg/day)" in ran.out.splitlines()
    entry = last(log_file)
    assert (entry["kind"], entry["author"], entry["role"]) == (
        "second_check_recorded",
        "B. Amsel",
        "physician",
    )
    assert entry["body"]["agreed"] is True
    assert "agreed" in itbcalc("log list").out.splitlines()[1]


def test_a_second_check_that_differs_is_recorded_and_says_so(itbcalc: Command, log_file: Path) -> None:
    differing = [text if text != "368 mcg/day" else "386 mcg/day" for text in AGREEING]

    ran = itbcalc("log second-check 1", *differing, *OTHER, "--json")

    assert (ran.status, ran.results["agreed"]) == (1, False)
    assert last(log_file)["body"]["typed"][2] == {
        "field": "new.daily_dose",
        "typed": "386 mcg/day",
        "recorded": "368 mcg/day",
        "verdict": "differs",
    }


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("log second-check 1", *AGREEING, *NURSE), "a second check needs another person"),
        (("log second-check 1", *AGREEING[:6], *OTHER), "new daily dose"),
        (("log second-check 1", *OTHER), "needed"),
        (("log second-check 2", *AGREEING, *OTHER), "not an entry of this log"),
        (("log observe", *NURSE), "needed"),
        (("log observe P-1", *NURSE), "a score, a goal, a side effect or a note is needed"),
        (("log observe P-1 --score pain_nrs 11", *NURSE), "0, 1, 2"),
        (("log observe P-1 --score pain_nrs 3 --at yesterday", *NURSE), "not read as a date"),
        (("log observe P-1 --score pain_nrs 3 --at 2126-11-25T09:00+00:00", *NURSE), "lies in the future"),
        (("log observe P-1 --score pain_nrs 3",), "needed"),
        (("log amend 1", *NURSE), "needed"),
        (("log compare P-0101 2020-01-01 2027-01-01",), "no dose step of P-0101 was in force then"),
        (("log compare P-0101 1.2.2027 2027-01-01",), "read in different orders"),
        (("log compare P-0101",), "needed"),
        (("log sheet 1",), "needed"),
        (("log verify --anchor", "/nowhere/anchor"), "is not an anchor"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(
    line: tuple[str, ...], words: str, itbcalc: Command, log_file: Path
) -> None:
    before = log_file.read_bytes()

    ran = itbcalc(line[0], *line[1:])

    assert ran.status == 2
    assert words in ran.err
    assert log_file.read_bytes() == before


def test_an_observation_is_recorded_with_its_scales(itbcalc: Command, log_file: Path) -> None:
    ran = itbcalc(
        "log observe P-0101",
        *("--score", "penn_spasm_frequency", "2", "--score", "penn_spasm_severity", "1"),
        *("--tone", "left hip adductors", "1+", "--goal", "sit for 2 h", "3", "2", "-1"),
        *("--side-effect", "drowsiness", "mild", "--at", "2026-01-05T09:00+01:00", "--note", "seen at home"),
        *NURSE,
    )

    assert ran.status == 0
    assert ran.out.splitlines()[1] == (
        "Penn 2 · Penn severity 1 · MAS 1+ left hip adductors · GAS 40.0 · mild drowsiness"
    )
    entry = last(log_file)
    assert entry["kind"] == "observation_recorded"
    assert entry["body"]["goals"] == [{"goal": "sit for 2 h", "importance": 3, "difficulty": 2, "score": -1}]
    assert {each["version"] for each in entry["body"]["scales"]} == {"penn-1989", "bohannon-smith-1987"}


def test_an_amended_step_is_marked_and_the_other_holds(
    itbcalc: Command, log_file: Path, tmp_path: Path
) -> None:
    corrected = with_dose(tmp_path, "352 mcg/day")
    refused = itbcalc("log amend 1", corrected, *NURSE, "--reason", "the plan said 352")
    answers = of_the_plan_before("daily_dose", "flow_rate", "low_alarm_date", "empty_date")

    ran = itbcalc("log amend 1", corrected, *NURSE, "--reason", "the plan said 352", *answers)

    assert refused.status == 2  # the read-outs are those of 368
    assert "readout_differs@readouts.flow_rate (" in refused.err
    assert ran.status == 0
    assert "new daily dose: 368 mcg/day → 352 mcg/day" in ran.out.splitlines()
    first, second = itbcalc("log list").out.splitlines()
    assert first.endswith("AMENDED")
    assert "352 mcg/day" in second
    again = itbcalc("log amend 1", corrected, *NURSE, "--reason", "again", *answers)
    assert (again.status, "amend entry 2" in again.err) == (2, True)


def test_of_two_reasons_for_one_finding_none_is_kept_in_silence(
    itbcalc: Command, log_file: Path, tmp_path: Path
) -> None:
    answers = of_the_plan_before("daily_dose", "flow_rate", "low_alarm_date", "empty_date")
    amend = ("log amend 1", with_dose(tmp_path, "352 mcg/day"), *NURSE, "--reason", "the plan said 352")

    ran = itbcalc(*amend, *answers, "--answer", "readout_differs@readouts.flow_rate", "typed anew")

    assert ran.status == 2
    assert "\u2018readout_differs@readouts.flow_rate\u2019: given more than once" in ran.err
    assert len(itbcalc("log list").out.splitlines()) == 1


def test_two_dates_are_compared(itbcalc: Command, log_file: Path) -> None:
    again = ("--answer", "step_recorded_before", "the pump was reset in between")
    itbcalc("log add", str(example("01")), *NURSE, "--yes-an-example", *again)

    ran = itbcalc("log compare P-0101 2027-01-01 2027-06-01 --json")

    assert ran.status == 0
    assert ran.results["changes"] == []
    assert ran.results["first"]["seq"] == ran.results["second"]["seq"] == 2


def test_two_dates_are_compared_by_the_steps_in_force_with_their_doses(
    itbcalc: Command, log_file: Path, tmp_path: Path
) -> None:
    later = tmp_path / "later.toml"
    text = Path(with_dose(tmp_path, "414 mcg/day")).read_text("utf-8").replace("2026-10-06T", "2026-10-20T")
    later.write_text(text, "utf-8")
    answers = of_the_plan_before("daily_dose", "flow_rate", "low_alarm_date", "empty_date")
    assert itbcalc("log add", str(later), *NURSE, *answers).status == 0

    ran = itbcalc("log compare P-0101 2026-10-07 2026-12-01")

    assert ran.status == 0
    # 414 / 368 = 1.125; 414 / 2000 = 0.207 mL/day
    assert ran.out.splitlines()[:4] == [
        "first: entry 1, dose step, takes effect 6 Oct 2026 10:15: 368 mcg/day at 2,000 mcg/mL",
        "second: entry 2, dose step, takes effect 20 Oct 2026 10:15: 414 mcg/day at 2,000 mcg/mL",
        "daily dose: 368 mcg/day → 414 mcg/day  +12.5 %",
        "daily volume: 0.184 mL → 0.207 mL  +12.5 %",
    ]
    assert itbcalc("log compare P-0101 2026-12-01 2026-12-02").out.splitlines()[-1] == (
        "At both moments entry 2 was in force: nothing to compare."
    )


def test_an_anchor_is_saved_recorded_and_held_against_the_log_later(
    itbcalc: Command, log_file: Path, tmp_path: Path
) -> None:
    target = tmp_path / "ward.itbanchor"

    saved = itbcalc("log anchor", str(target))
    again = itbcalc("log anchor", str(target))

    assert saved.status == 0
    line = target.read_text(encoding="utf-8")
    assert line == saved.out.splitlines()[0] + "\n"
    entry = last(log_file)
    assert (entry["kind"], entry["author"], entry["body"]["where"]) == ("anchor_taken", "itbcalc", "file")
    assert (again.status, again.err) == (2, f"there is a file already at {target}: it was left as it is\n")
    assert "The anchor agrees" in itbcalc("log verify --anchor", str(target)).out
    assert stand_alone_says(log_file, line.strip())[0] == 0


def test_the_sheet_of_a_step_is_written_once(itbcalc: Command, log_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "visit.html"

    ran = itbcalc("log sheet 1", str(target))

    page = target.read_text(encoding="utf-8")
    assert (ran.status, ran.out) == (0, f"written to {target}\n")
    assert "P-0101" in page
    assert "368 mcg/day" in page
    assert "NOT READ BACK" in page
    assert itbcalc("log sheet 1", str(target)).status == 2


def test_where_there_are_operators_a_command_signs_with_a_passphrase(
    itbcalc: Command, log_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    People(people_path()).add("M. Levi", "pump nurse", "correct horse battery")
    line = ("log read-back 1 --state running --author",)

    assert "not an operator" in itbcalc(*line, "A. Nurse").err
    assert "ITBCALC_PASSPHRASE" in itbcalc(*line, "M. Levi").err
    monkeypatch.setenv("ITBCALC_PASSPHRASE", "wrong wrong wrong")
    assert "not the passphrase" in itbcalc(*line, "M. Levi").err
    monkeypatch.setenv("ITBCALC_PASSPHRASE", "correct horse battery")
    assert itbcalc(*line, "m. levi").status == 0

    entry = last(log_file)
    assert (entry["author"], entry["role"], entry["signed"]) == ("M. Levi", "pump nurse", "passphrase")


@pytest.mark.parametrize("author", ["itbcalc", "ITBcalc "])
def test_nobody_signs_as_the_program(author: str, itbcalc: Command, log_file: Path) -> None:
    ran = itbcalc("log read-back 1 --state running --author", author)

    assert (ran.status, "by itself" in ran.err) == (2, True)


def test_a_step_needs_a_pseudonym(itbcalc: Command, tmp_path: Path) -> None:
    text = example("01").read_text(encoding="utf-8").replace('ref = "P-0101"\n', "")
    (tmp_path / "nobody.toml").write_text(text, encoding="utf-8")

    ran = itbcalc("log add", str(tmp_path / "nobody.toml"), *NURSE)

    assert (ran.status, "patient" in ran.err) == (2, True)


def test_a_name_in_a_note_is_said(itbcalc: Command, log_file: Path) -> None:
    ran = itbcalc("log read-back 1 --state running --note", "seen by Mrs Anna Miller", *NURSE)

    assert "looks like a person" in ran.out


def test_the_table_says_what_holds(itbcalc: Command, log_file: Path, tmp_path: Path) -> None:
    itbcalc("log read-back 1 --state running", *NURSE)
    itbcalc("log observe P-0101 --score pain_nrs 3", *NURSE)
    itbcalc("log void 1 --reason", "wrong patient", *NURSE)
    out = tmp_path / "table.csv"
    assert itbcalc("log export --csv", str(out)).status == 0

    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["holds"], row["read_back"], row["observed"]) for row in rows] == [
        ("voided", "running", ""),
        ("yes", "", ""),
        ("yes", "", "NRS 3"),
        ("yes", "", ""),
    ]
    assert rows[1]["of"] == rows[0]["entry_id"]


def test_the_day_of_a_refill_in_an_entry_says_that_the_worst_case_is_not_counted(
    itbcalc: Command, log_file: Path
) -> None:
    """The list of refills counts it: a later day without that word beside it would be taken for the day."""
    shown = itbcalc("log show 1").out

    assert "  latest refill date, the worst case not counted: 12 Jan 2027" in shown
    assert "latest refill date:" not in shown
