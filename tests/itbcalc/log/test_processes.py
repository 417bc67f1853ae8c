"""Several processes, and processes that are killed: nothing acknowledged is lost, nothing stands twice, one chain."""

import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from itbcalc.log.store import SqliteLog
from tests.itbcalc.log.logs import stand_alone_says

# Appends without end, or so many, and prints each entry only when it was acknowledged.
WRITER = """
import sys, uuid
from datetime import datetime
from pathlib import Path
from itbcalc.log.entries import Draft
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.log.store import SqliteLog
log = SqliteLog(Path(sys.argv[1]), create=True)
for _ in range(int(sys.argv[2])):
    entry = log.append(
        Draft(entry_id=str(uuid.uuid4()), kind=EntryKind.DOSE_STEP_RECORDED, recorded_at=datetime.now().astimezone(),
              author="A", patient="P", body={"note": "x" * 3000})
    )
    print(entry.seq, entry.entry_id, flush=True)
"""


def writer(path: Path, count: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(count)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def acknowledged_in(printed: str) -> list[tuple[int, str]]:
    """What was printed to the end of its line."""
    lines = [line for line in printed.splitlines(keepends=True) if line.endswith("\n")]
    return [(int(number), name) for number, name in map(str.split, lines)]


def entries_of(path: Path) -> list[tuple[int, str]]:
    """Number and id of every entry; the log is whole for both verifiers."""
    with closing(SqliteLog(path)) as log:
        assert log.verify().whole
        found = [(entry.seq, entry.entry_id) for entry in log.entries()]
    assert stand_alone_says(path)[0] == 0
    return found


def kill_at_random(path: Path, times: int) -> None:
    choose = random.Random(20261125)  # noqa: S311  # when to kill
    acknowledged: list[tuple[int, str]] = []
    for _ in range(times):
        with writer(path, 10**6) as process:
            assert process.stdout is not None
            first = process.stdout.readline()  # the process is at work
            time.sleep(choose.uniform(0, 0.05))
            process.send_signal(signal.SIGKILL)
            rest, complaints = process.communicate()
        assert complaints == ""
        acknowledged += acknowledged_in(first + rest)

        found = entries_of(path)
        assert set(acknowledged) <= set(found)
        assert len({name for _, name in found}) == len(found)
        assert [number for number, _ in found] == list(range(1, len(found) + 1))
        # Of what was not acknowledged at most the one at work each time can stand there.
        assert len(found) - len(acknowledged) <= times
    assert len(acknowledged) >= times


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_nothing_acknowledged_is_lost_when_the_process_is_killed(path: Path) -> None:
    kill_at_random(path, 10)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_nothing_acknowledged_is_lost_in_a_hundred_kills(path: Path) -> None:
    kill_at_random(path, 100)


def kill_while_making(folder: Path, times: int) -> None:
    """Kills while the program starts and makes the log: there is none, or a whole one."""
    with writer(folder / "measured", 1) as process:
        begin = time.monotonic()
        process.communicate()
        needed = time.monotonic() - begin
    for number in range(times):
        path = folder / f"log {number}"
        with writer(path, 10**6) as process:
            time.sleep(needed * (0.6 + 0.4 * number / times))
            process.send_signal(signal.SIGKILL)
            printed, _ = process.communicate()

        with closing(SqliteLog(path, create=True)) as log:
            assert log.verify().whole
        assert set(acknowledged_in(printed)) <= set(entries_of(path))


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_log_that_is_being_made_when_the_process_is_killed_is_there_or_not(tmp_path: Path) -> None:
    kill_while_making(tmp_path, 4)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_a_log_that_is_being_made_in_forty_kills(tmp_path: Path) -> None:
    kill_while_making(tmp_path, 40)


def several_write(path: Path, processes: int, count: int) -> None:
    running = [writer(path, count) for _ in range(processes)]
    acknowledged = []
    for process in running:
        printed, complaints = process.communicate(timeout=500)
        assert (process.returncode, complaints) == (0, "")
        acknowledged.append(acknowledged_in(printed))

    found = entries_of(path)
    assert [len(each) for each in acknowledged] == [count] * processes
    assert sorted(entry for each in acknowledged for entry in each) == found
    assert [number for number, _ in found] == list(range(1, processes * count + 1))


def test_four_processes_write_one_chain(path: Path) -> None:
    several_write(path, 4, 25)  # and one of them makes the log


@pytest.mark.slow
def test_four_processes_write_one_long_chain(path: Path) -> None:
    several_write(path, 4, 300)


# Writes one entry, unless one of this kind stands there: between the asking and the writing there is time for others.
GUARDED = """
import sys, time, uuid
from datetime import datetime
from pathlib import Path
from itbcalc.log.entries import Draft
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.log.store import SqliteLog
def only_once(log):
    found = list(log.entries())
    time.sleep(0.2)
    if found:
        sys.exit("there is one already")
SqliteLog(Path(sys.argv[1])).append(
    Draft(entry_id=str(uuid.uuid4()), kind=EntryKind.ENTRY_VOIDED, recorded_at=datetime.now().astimezone(), author="A"),
    guard=only_once,
)
"""


def test_what_a_guard_asked_for_stays_so_until_the_entry_stands(path: Path) -> None:
    SqliteLog(path, create=True).close()
    command = [sys.executable, "-c", GUARDED, str(path)]

    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    said = [process.communicate(timeout=60)[1] for process in running]

    assert sorted(process.returncode for process in running) == [0, 1, 1, 1]
    assert sorted(said) == ["", *["there is one already\n"] * 3]
    assert len(entries_of(path)) == 1
