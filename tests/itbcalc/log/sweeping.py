"""Something that is done to a log, with a fault at each call to the system in turn: put in by strace, between SQLite and the kernel."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

# Forks a child for each line, a folder, that it reads. The child says that it is there, waits until it may go (and
# strace holds it), does its work, and says how that ended. All is imported before: a child takes a moment.
PARENT = """
import ctypes, os, sys, time
from pathlib import Path
from itbcalc.errors import LogError, RefusedError
from itbcalc.say import refusal_words

exec(sys.argv[1])  # makes `work`

def child(folder):
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)  # anybody of this user may trace it
    print("child", os.getpid(), flush=True)
    while not (folder / "go").exists():
        time.sleep(0.001)
    try:
        work(folder / "log" / "titration.itblog")
    except (LogError, RefusedError) as error:
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


@dataclass(frozen=True)
class Point:
    """A call to the system that concerns the log: the `number`-th of its `name` in the work."""

    name: str
    number: int


@dataclass(frozen=True)
class Ended:
    """How it ended: what was said last, all that was said, and the signal that killed it."""

    said: str
    signal: int
    all_said: tuple[str, ...] = ()


class Sweep:
    """Lets a child do its work under strace, each time in a folder that `begin` filled."""

    def __init__(self, folder: Path, begin: Callable[[Path], None], work: str) -> None:
        """`begin` is given where the log lies; `work` are statements that define a function of that name and path."""
        self._folder, self._count = folder, 0
        self._first = folder / "first"
        self._first.mkdir()
        begin(self._first / "titration.itblog")
        self._parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, work],
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
        shutil.copytree(self._first, path.parent)
        assert self._parent.stdin is not None
        self._parent.stdin.write(f"{folder}\n")
        self._parent.stdin.flush()
        pid = self._line().split()[1]
        command = ["strace", "-y", "-o", str(seen), "-p", pid, "-e", f"trace={CALLS}", *arguments]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
            assert strace.stderr is not None
            attached = strace.stderr.readline()
            (folder / "go").touch()
            lines = [self._line()]
            while not lines[-1].startswith("ended"):
                lines.append(self._line())
            *said, ended = lines
            strace.stderr.read()
        assert "attached" in attached, attached
        status = int(ended.split()[1])
        return (
            path,
            Ended(
                said[-1] if said else "", os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, tuple(said)
            ),
            seen.read_text(),
        )

    def _line(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline().rstrip("\n")

    def points(self) -> list[Point]:
        """Every call that concerns the folder of the log, where nothing happens to the work."""
        path, ended, seen = self.run()
        assert not ended.signal
        assert not ended.said.startswith("Refused"), ended.said
        found, counted = [], dict[str, int]()
        for line in seen.splitlines():
            name = line.partition("(")[0]
            counted[name] = counted.get(name, 0) + 1
            if str(path.parent) in line:
                found.append(Point(name, counted[name]))
        return found


def expect_strace() -> None:
    """Skips the test where nothing can be traced."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    if subprocess.run(["strace", "-o", os.devnull, "true"], check=False, capture_output=True).returncode:
        pytest.skip("strace may not trace here")


def injected(point: Point, fault: str) -> tuple[str, str]:
    """What strace is told, so that this fault happens at this point."""
    return "-e", f"inject={point.name}:{FAULTS[fault].format(n=point.number)}"
