"""One append, with a fault at each call to the system in turn: put in by strace, between SQLite and the kernel.

Whatever fails, or if the process is killed there: an entry that was acknowledged stands in the log once, the log is
whole, and what the user was told is true.
"""

import re
import signal
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from itbcalc.errors import EntryAlreadyLoggedError
from itbcalc.log.store import SqliteLog
from itbcalc.say.refusals import LOG_WORDS
from tests.itbcalc.log.logs import draft, entry_id, sqlite_log, stand_alone_says
from tests.itbcalc.log.sweeping import FAULTS, Ended, Point, Sweep, expect_strace, injected

KNOWN = [re.escape(words).replace(re.escape("{detail}"), ".*") for words in LOG_WORDS.values()]


WORK = """
from itbcalc.log.store import SqliteLog
from tests.itbcalc.log.logs import draft
def work(path):
    print("Saved", SqliteLog(path).append(draft(3)).entry_id, flush=True)
"""


@pytest.fixture(scope="module")
def appending(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sweep]:
    expect_strace()
    made = Sweep(tmp_path_factory.mktemp("appending"), lambda path: sqlite_log(path, 2).close(), WORK)
    yield made
    made.close()


def count_of_third(path: Path) -> int:
    """How often the third entry stands in the log, which is whole for both verifiers."""
    with closing(SqliteLog(path)) as log:
        assert log.verify().whole
        ids = [entry.entry_id for entry in log.entries()]
    assert stand_alone_says(path)[0] == 0
    assert ids[:2] == [entry_id(1), entry_id(2)]
    return ids.count(entry_id(3))


def check(appending: Sweep, point: Point, fault: str) -> Ended:
    path, ended, seen = appending.run(*injected(point, fault))

    assert "(INJECTED)" in seen or ended.signal == signal.SIGKILL
    there = count_of_third(path)
    if ended.said.startswith("Saved"):
        assert there == 1
    elif ended.said.startswith("Refused"):
        words = ended.said.removeprefix("Refused ")
        assert any(re.fullmatch(known, words) for known in KNOWN), words
        assert not ("nothing was written" in words and there)
    else:
        assert ended.signal == signal.SIGKILL, "it ended otherwise than in words"
    with closing(SqliteLog(path)) as log, suppress(EntryAlreadyLoggedError):
        log.append(draft(3))  # what somebody does who is told to try again
    assert count_of_third(path) == 1
    return ended


def test_no_fault_at_any_call_to_the_system_makes_what_is_said_untrue(appending: Sweep) -> None:
    points = appending.points()
    assert {point.name for point in points} >= {"openat", "pwrite64", "unlink"}
    assert {point.name for point in points} & {"fsync", "fdatasync"}
    assert len(points) > 20

    ended = {(point, fault): check(appending, point, fault) for point in points for fault in FAULTS}

    assert all(ended[point, "killed"].signal == signal.SIGKILL for point in points)
    refused = [how for how in ended.values() if how.said.startswith("Refused")]
    assert len(refused) > len(points)
