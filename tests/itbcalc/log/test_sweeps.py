"""What else writes beside the log: what waits, what is sent, an older log brought on. A fault at each call to the system in turn.

Whatever fails, or if the process is killed there: what was acknowledged is there once, and what the user was told is true.
"""

import signal
from contextlib import closing
from pathlib import Path

import pytest

from itbcalc.log.migrations import Migration
from itbcalc.log.store import SqliteLog
from itbcalc.log.waiting import Waiting
from tests.itbcalc.log.logs import draft, entry_id, sqlite_log, stand_alone_says
from tests.itbcalc.log.sweeping import FAULTS, Ended, Sweep, expect_strace, injected

TABLES = (
    Migration(2, ("CREATE INDEX entry_of_kind ON entry (kind, seq)", "CREATE TABLE note (text TEXT) STRICT")),
)


def server(path: Path) -> Path:
    return path.with_name("titration.itbserver")


def begin_waiting(path: Path) -> None:
    """Two entries in the log, one that waits of which nobody knows that it stands there, and one that does not."""
    sqlite_log(path, 2).close()
    Waiting(server(path)).put(draft(2), not_known=True)
    Waiting(server(path)).put(draft(3))


def check_put(path: Path, ended: Ended) -> None:
    waiting = Waiting(server(path))
    there = [each.draft.entry_id for each in waiting.all()]
    assert there[:2] == [entry_id(2), entry_id(3)]
    assert entry_id(4) in there or ended.said != "Saved"
    assert not (entry_id(4) in there and "nothing was written" in ended.said)
    if entry_id(4) not in there:
        waiting.put(draft(4))  # what somebody does who is told to try again
    assert [each.draft for each in waiting.all()] == [draft(2), draft(3), draft(4)]


def check_sent(path: Path, ended: Ended) -> None:
    """Sent again, each stands in the log once, whatever became of the first time."""
    with closing(SqliteLog(path)) as log:
        waiting = Waiting(server(path))
        for each in waiting.all():
            assert each.draft in (draft(2), draft(3))
        assert ended.said != "Saved" or not waiting.all()
        waits = {each.draft.entry_id for each in waiting.all()}
        assert waits | {entry.entry_id for entry in log.entries()} == {entry_id(1), entry_id(2), entry_id(3)}
        list(waiting.send(log))
        assert waiting.all() == []
        assert [entry.entry_id for entry in log.entries()] == [entry_id(1), entry_id(2), entry_id(3)]
        assert log.verify().whole


def check_brought_on(path: Path, ended: Ended) -> None:
    """It is of the one version or of the other, whole, and what was acknowledged is in it."""
    with closing(SqliteLog(path, migrations=TABLES)) as log:
        assert log.verify().whole
        there = [entry.entry_id for entry in log.entries()]
        assert there in ([entry_id(1), entry_id(2)], [entry_id(1), entry_id(2), entry_id(3)])
        assert len(there) == 3 or ended.said != "Saved"
        if len(there) == 2:
            log.append(draft(3))
        assert log.head().count == 3
    for copy in path.parent.glob("*.version-1-*"):
        if not copy.name.endswith((".part", "-journal")):
            assert stand_alone_says(copy)[0] == 0


def check_written(path: Path, ended: Ended) -> None:
    with closing(SqliteLog(path)) as log:
        assert log.verify().whole
        there = [entry.entry_id for entry in log.entries()]
    assert there[:2] == [entry_id(1), entry_id(2)]
    assert len(there) == 3 or (len(there) == 2 and ended.said != "Saved")
    assert not (len(there) == 3 and "nothing was written" in ended.said)
    assert stand_alone_says(path)[0] == 0


def begin_putting_back(path: Path) -> None:
    """A log of three entries, and a backup that ends with the second."""
    sqlite_log(path, 3).close()
    sqlite_log(path.with_name("older.backup"), 2).close()


def check_put_back(path: Path, ended: Ended) -> None:
    """There is a log, whole, and all that was acknowledged is in it or in what was set aside."""
    asides = [each for each in path.parent.glob("*.aside-*") if not each.name.endswith("-journal")]
    with closing(SqliteLog(path)) as log:
        assert log.verify().whole
        there = [(entry.seq, entry.kind) for entry in log.entries()]
    restored = (3, "log_restored")
    is_as_it_was = len(there) == 3 and restored not in there
    if not is_as_it_was:
        (aside,) = asides
        with closing(SqliteLog(aside)) as log:
            assert log.verify().whole
            assert [entry.entry_id for entry in log.entries()] == [entry_id(1), entry_id(2), entry_id(3)]
        assert there[2:] in ([], [restored])
    assert restored in there or ended.said != "Saved"
    assert stand_alone_says(path)[0] == 0


BEGIN = """
from datetime import UTC, datetime
from itbcalc.desk.writer import LogWriter
from itbcalc.visits.recording import Signature
from itbcalc.log.migrations import Migration
from itbcalc.log.store import SqliteLog
from itbcalc.log.waiting import Waiting
from tests.itbcalc.log.logs import draft
from itbcalc.visits.putting_back import put_back
from tests.itbcalc.log.test_sweeps import TABLES, server
def put_it_back(path):
    _, not_recorded = put_back(path.with_name("older.backup"), path, datetime.now(UTC))
    if not_recorded is not None:
        raise not_recorded
def work(path):
    {work}
    print("Saved", flush=True)
"""
SWEPT = {
    "window": (
        lambda path: sqlite_log(path, 2).close(),
        "LogWriter(path, lambda: datetime.now(UTC)).operator_changed({}, Signature('A. Nurse'))",
        check_written,
    ),
    "waiting": (begin_waiting, "Waiting(server(path)).put(draft(4))", check_put),
    "sent": (begin_waiting, "list(Waiting(server(path)).send(SqliteLog(path)))", check_sent),
    "brought on": (
        lambda path: sqlite_log(path, 2).close(),
        "SqliteLog(path, migrations=TABLES).append(draft(3))",
        check_brought_on,
    ),
    "put back": (begin_putting_back, "put_it_back(path)", check_put_back),
}


@pytest.mark.parametrize("what", SWEPT)
@pytest.mark.parametrize("each", [40, pytest.param(1, marks=pytest.mark.slow)])
def test_no_fault_anywhere_makes_what_is_said_untrue(what: str, each: int, tmp_path: Path) -> None:
    expect_strace()
    begin, work, check = SWEPT[what]
    sweep = Sweep(tmp_path, begin, BEGIN.format(work=work))
    try:
        points = sweep.points()
        assert len(points) > 20
        swept = [(point, fault) for point in points for fault in FAULTS][::each]
        for point, fault in swept:
            path, ended, seen = sweep.run(*injected(point, fault))
            assert "(INJECTED)" in seen or ended.signal == signal.SIGKILL
            assert ended.said == "Saved" or ended.said.startswith("Refused") or ended.signal == signal.SIGKILL
            check(path, ended)
        print(what, len(points), "calls,", len(swept), "faults")
    finally:
        sweep.close()
