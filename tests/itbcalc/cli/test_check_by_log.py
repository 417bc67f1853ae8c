"""`itbcalc check FILE --log PATH`: one file held against the log of its patient, before anything is recorded."""

import json
from pathlib import Path

import pytest

from itbcalc.log.store import make_log
from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.programs import example
from tests.itbcalc.visits.histories import history
from tests.itbcalc.visits.test_running_fast import filled_in_september

STEP = """
[system]
pump = "synchromed-ii-20"
tubing_volume = "0.140 mL"
catheter = { volume = "0.19 mL" }
[reservoir]
filled = "5.8 mL"
low_alarm = "2 mL"
at = "2026-11-30T11:00+01:00"
zone = "Europe/Berlin"
[patient]
ref = "P-0301"
spasticity_origin = "spinal"
age_years = 40
jurisdiction = "us"
[current]
drug = "baclofen"
concentration = "2000 mcg/mL"
mode = "simple-continuous"
daily_dose = "400 mcg/day"
[new]
drug = "baclofen"
concentration = "2000 mcg/mL"
mode = "simple-continuous"
daily_dose = "440 mcg/day"
"""


@pytest.fixture
def step(tmp_path: Path) -> Path:
    path = tmp_path / "step.toml"
    path.write_text(STEP, encoding="utf-8")
    return path


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """The log of a patient whose pump was filled on 20 Sep 2026."""
    log, path = history(filled_in_september()), tmp_path / "filled.itblog"
    make_log(path, log.log_id, (entry.written for entry in log.entries()))
    return path


def test_the_dates_are_those_of_the_log(itbcalc: Command, step: Path, filled: Path) -> None:
    """By hand in visits/test_one_day.py: 9 Dec 14:51; by the 5.8 mL typed alone the alarm of 17 Dec."""
    bare = json.loads(itbcalc("check", str(step), "--json").out)
    ran = itbcalc("check", str(step), "--log", str(filled), "--json")
    held = json.loads(ran.out)

    assert bare["results"]["latest_refill_date"]["date"] == "2026-12-17"
    assert ran.status == 0
    assert held["results"]["latest_refill_date"]["at"].startswith("2026-12-09T14:51")
    assert held["results"]["empty_date_worst"]["date"] == "2026-12-09"
    assert held["results"]["latest_refill_limit"] == "empty_worst"
    assert "worst_case_earlier_by_log" in {each["code"] for each in held["findings"]}

    text = itbcalc("check", str(step), "--log", str(filled), "--working").out
    assert "Counted by the log from 20 Sep 2026 08:30 on" in " ".join(text.split())
    assert text.startswith("● Caution: By the log refill no later than 9 Dec 2026")
    assert "flow +14.5 % since 20 Sep 2026" in text


def test_a_log_that_is_not_there_and_several_files_are_refused(
    itbcalc: Command, step: Path, filled: Path, tmp_path: Path
) -> None:
    missing = itbcalc("check", str(step), "--log", str(tmp_path / "none.itblog"))
    assert (missing.status, "there is no log at" in missing.err) == (2, True)
    several = itbcalc("check", str(step), str(example("01")), "--log", str(filled))
    assert (several.status, "one file at a time" in several.err) == (2, True)
