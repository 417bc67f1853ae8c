"""Logs as earlier versions of the program wrote them: read, verified, and held against today by what was computed alone."""

from contextlib import closing
from pathlib import Path

import pytest

from itbcalc.log.entries import Entry, EntryKind
from itbcalc.log.store import SqliteLog
from itbcalc.visits.history import standings
from itbcalc.visits.recomputed import checked_again, recomputed
from itbcalc.visits.transfer import read_export
from tests.itbcalc.log.logs import stand_alone_says
from tests.itbcalc.programs import library

OLD_LOGS = Path(__file__).parents[2] / "old_logs"
STORED = sorted(OLD_LOGS.glob("*.itblog"))


def entries_of(path: Path) -> list[Entry]:
    with closing(SqliteLog(path)) as log:
        return list(log.entries())


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_a_stored_log_is_whole_to_both_verifiers(path: Path) -> None:
    with closing(SqliteLog(path)) as log:
        found = log.verify()

    assert found.whole
    assert stand_alone_says(path)[0] == 0
    assert stand_alone_says(path.with_suffix(".itbexport"))[0] == 0
    assert read_export(path.with_suffix(".itbexport"))[0].hash == found.head.hash


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
@pytest.mark.parametrize("kind", EntryKind)
def test_a_stored_log_has_an_entry_of_every_kind(kind: EntryKind, path: Path) -> None:
    assert kind in {entry.kind for entry in entries_of(path)}


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_every_step_of_a_stored_log_comes_out_as_it_was_recorded(path: Path) -> None:
    """A figure of the library that is changed on purpose is named here, with the steps that follow from it."""
    steps = [each.entry for each in standings(entries_of(path)) if each.is_step]

    for step in steps:
        checked = checked_again(step, library())
        assert checked is not None
        assert recomputed(step, checked, library()).same, step.seq
    assert len(steps) > 20
