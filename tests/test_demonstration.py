"""The log of forty steps: written as the window writes, verified by both programs, also where it was tampered with."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from itbcalc.log.anchors import Anchor, held_against
from itbcalc.log.store import SqliteLog
from itbcalc.resources import resource_path
from itbcalc.visits.history import effective, new_therapy, standings
from itbcalc.visits.observations import score_series
from tests.demonstration import PATIENT, STEPS, write_log

ENTRIES = 95  # 41 steps, 1 of them twice and voided; 40 read-backs, 2 second checks, 10 observations, 1 amendment, 1 void


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demonstration") / "titration.itblog"
    write_log(path)
    return path


@pytest.fixture
def copy(written: Path, tmp_path: Path) -> Path:
    path = tmp_path / "copy.itblog"
    path.write_bytes(written.read_bytes())
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
    return path


def stand_alone(path: Path, *more: str) -> int:
    """The exit status of the verifier that needs nothing but Python."""
    verifier = str(resource_path("verify_log.py"))
    return subprocess.run(
        [sys.executable, "-I", verifier, str(path), *more], stdout=subprocess.DEVNULL, check=False
    ).returncode


def whole(path: Path) -> bool:
    with closing(SqliteLog(path)) as log:
        return log.verify().whole


def changed(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        assert connection.execute(statement, values).rowcount > 0


def test_it_holds_forty_steps_over_two_years_each_read_back(written: Path):
    with closing(SqliteLog(written)) as log:
        found = standings(log.entries(PATIENT))
    steps = [each for each in found if each.is_step and each.holds]

    assert (len(found), len(STEPS), len(steps)) == (ENTRIES, 40, 40)
    assert not any(each.incomplete for each in found)
    doses = [new_therapy(each.entry)["daily_dose"]["exact"] for each in steps]
    assert doses == [dose for _, dose, _, _ in STEPS]
    assert timedelta(days=680) < effective(steps[-1].entry) - effective(steps[0].entry) < timedelta(days=735)
    assert [each.second_check for each in steps if each.second_check] == ["agreed", "agreed"]
    assert sum(each.voided_by is not None for each in found) == 1
    assert sum(each.amended_by is not None for each in found) == 1


def test_its_scores_are_there_to_be_drawn(written: Path):
    with closing(SqliteLog(written)) as log:
        series = {each.name: each for each in score_series(standings(log.entries(PATIENT)))}

    assert {name: len(each.points) for name, each in series.items()} == {
        "Modified Ashworth": 10,
        "Penn spasm frequency": 10,
        "Pain, numeric rating": 10,
        "GAS T-score": 10,
    }
    # at first 4, 4 and 3: ranks 5, 5 and 4, mean 14/3
    assert str(series["Modified Ashworth"].points[0][1]) == "14/3"
    assert [text for _, _, text in series["Penn spasm frequency"].points] == list("4332211110")


def test_both_programs_find_it_whole(written: Path):
    assert whole(written)
    assert stand_alone(written) == 0


@pytest.mark.parametrize("position", [1, 2, 40, ENTRIES - 1])
@pytest.mark.parametrize("attack", ["edit", "remove", "swap"])
def test_both_programs_find_what_was_tampered_with(attack: str, position: int, copy: Path):
    if attack == "edit":
        content = "UPDATE entry SET bytes = CAST(REPLACE(CAST(bytes AS TEXT), 'M. Levi', 'N. Levi') AS BLOB) WHERE seq = ?"
        changed(copy, content, position)
    elif attack == "remove":
        changed(copy, "DELETE FROM entry WHERE seq = ?", position)
    else:
        changed(copy, "UPDATE entry SET seq = -1 WHERE seq = ?", position)
        changed(copy, "UPDATE entry SET seq = ? WHERE seq = ?", position, position + 1)
        changed(copy, "UPDATE entry SET seq = ? WHERE seq = -1", position + 1)

    assert not whole(copy)
    assert stand_alone(copy) == 1


def test_what_is_cut_off_at_the_end_is_found_with_an_anchor_only(written: Path, copy: Path):
    with closing(SqliteLog(written)) as log:
        anchor = Anchor(log.head())
    changed(copy, "DELETE FROM entry WHERE seq > 90")

    assert whole(copy)
    assert stand_alone(copy) == 0
    assert stand_alone(copy, "--anchor", anchor.line) == 1
    with closing(SqliteLog(copy)) as log:
        assert held_against(anchor, log, log.verify()) == "cut_off"
