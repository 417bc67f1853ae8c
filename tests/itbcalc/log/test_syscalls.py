"""One append, with a fault at each call to the system in turn: put in by strace, between SQLite and the kernel.

Whatever fails, or if the process is killed there: an entry that was acknowledged stands in the log once, the log is
whole, and what the user was told is true.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from itbcalc.errors import EntryAlreadyLoggedError
from itbcalc.log.store import SqliteLog
from itbcalc.say.refusals import LOG_WORDS
from tests.itbcalc.log.logs import draft, entry_id, sqlite_log, stand_alone_says

# Forks a child for each line, a folder, that it reads. The child says that it is there, waits until it may go (and
# strace holds it), appends the third entry, and says how that ended. All is imported before: a child takes a moment.
PARENT = """
import ctypes, os, sys, time
from pathlib import Path
from itbcalc.errors import LogError
from itbcalc.log.store import SqliteLog
from itbcalc.say import refusal_words
from tests.itbcalc.log.logs import draft

def child(folder):
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)  # anybody of this user may trace it
    print("child", os.getpid(), flush=True)
    while not (folder / "go").exists():
        time.sleep(0.001)
    try:
        print("Saved", SqliteLog(folder / "log" / "titration.itblog").append(draft(3)).entry_id, flush=True)
    except LogError as error:
        print("Refused", refusal_words(error), flush=True)

for line in sys.stdin:
    pid = os.fork()
    if pid == 0:
        try:
            child(Path(line.rstrip("\\n")))
        finally:
            os._exit(0)
    print("ended", os.waitpid(pid, 0)[1], flush=True)
"""
CALLS = "openat,write,pwrite64,fsync,fdatasync,unlink,unlinkat,rename,renameat,renameat2,link,ftruncate"
FAULTS = {
    "EIO": "error=EIO:when={n}",
    "ENOSPC": "error=ENOSPC:when={n}",
    "EIO, and ever after": "error=EIO:when={n}+",
    "ENOSPC, and ever after": "error=ENOSPC:when={n}+",
    "killed": "signal=KILL:when={n}",
}
KNOWN = [re.escape(words).replace(re.escape("{detail}"), ".*") for words in LOG_WORDS.values()]


@dataclass(frozen=True)
class Point:
    """A call to the system that concerns the log: the `number`-th of its `name` in an append."""

    name: str
    number: int


@dataclass(frozen=True)
class Ended:
    """How an append ended: what was said, and the signal that killed it."""

    said: str
    signal: int


class Appending:
    """Lets a child append under strace, to a new log of two entries each time."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0
        self._first = folder / "first"
        sqlite_log(self._first, 2).close()
        self._parent = subprocess.Popen(
            [sys.executable, "-c", PARENT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )

    def close(self) -> None:
        assert self._parent.stdin is not None
        self._parent.stdin.close()
        self._parent.wait(timeout=30)
        assert self._parent.stdout is not None
        self._parent.stdout.close()

    def run(self, *arguments: str) -> tuple[Path, Ended, str]:
        """Where the log lies, how it ended, and what strace saw."""
        self._count += 1
        folder = self._folder / str(self._count)
        path, seen = folder / "log" / "titration.itblog", folder / "seen"
        path.parent.mkdir(parents=True)
        shutil.copyfile(self._first, path)
        assert self._parent.stdin is not None
        self._parent.stdin.write(f"{folder}\n")
        self._parent.stdin.flush()
        pid = self._line().split()[1]
        command = ["strace", "-y", "-o", str(seen), "-p", pid, "-e", f"trace={CALLS}", *arguments]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr is not None
            attached = strace.stderr.readline()
            (folder / "go").touch()
            said, ended = "", self._line()
            while not ended.startswith("ended"):
                said, ended = ended, self._line()
            strace.stderr.read()
        assert "attached" in attached, attached
        status = int(ended.split()[1])
        return path, Ended(said, os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0), seen.read_text()

    def _line(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline().rstrip("\n")


@pytest.fixture(scope="module")
def appending(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appending]:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    if subprocess.run(["strace", "-o", os.devnull, "true"], check=False, capture_output=True).returncode:
        pytest.skip("strace may not trace here")
    made = Appending(tmp_path_factory.mktemp("appending"))
    yield made
    made.close()


def points_of(appending: Appending) -> list[Point]:
    """Every call that concerns the folder of the log, in an append to which nothing happens."""
    path, ended, seen = appending.run()
    assert ended.said == f"Saved {entry_id(3)}"
    found, counted = [], dict[str, int]()
    for line in seen.splitlines():
        name = line.partition("(")[0]
        counted[name] = counted.get(name, 0) + 1
        if str(path.parent) in line:
            found.append(Point(name, counted[name]))
    return found


def count_of_third(path: Path) -> int:
    """How often the third entry stands in the log, which is whole for both verifiers."""
    with closing(SqliteLog(path)) as log:
        assert log.verify().whole
        ids = [entry.entry_id for entry in log.entries()]
    assert stand_alone_says(path)[0] == 0
    assert ids[:2] == [entry_id(1), entry_id(2)]
    return ids.count(entry_id(3))


def check(appending: Appending, point: Point, fault: str) -> Ended:
    inject = f"inject={point.name}:{FAULTS[fault].format(n=point.number)}"
    path, ended, seen = appending.run("-e", inject)

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


def test_no_fault_at_any_call_to_the_system_makes_what_is_said_untrue(appending: Appending) -> None:
    points = points_of(appending)
    assert {point.name for point in points} >= {"openat", "pwrite64", "unlink"}
    assert {point.name for point in points} & {"fsync", "fdatasync"}
    assert len(points) > 20

    ended = {(point, fault): check(appending, point, fault) for point in points for fault in FAULTS}

    assert all(ended[point, "killed"].signal == signal.SIGKILL for point in points)
    refused = [how for how in ended.values() if how.said.startswith("Refused")]
    assert len(refused) > len(points)
