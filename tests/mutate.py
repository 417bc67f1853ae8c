"""Do the tests notice a mistake? Makes small ones in copies of the project, and runs what guards each file.

`dev.py mutate` runs it. Nothing is changed in the project's own folder.
"""

import argparse
import compileall
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path
from xml.etree import ElementTree

from tests.guards import guarding_tests
from tests.mutants import Mutant, sample

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("itbcalc/compute", "itbcalc/judge", "itbcalc/log")
MUTANTS = 150
WORKERS = 2
SEED = "1"
LONGER = 3
"""How many times longer than without a mistake the tests may take before it counts as noticed: an endless loop."""
STARTING_S = 20
"""What starting pytest may take besides, on a busy machine."""
SURVIVED = 0
NO_TEST_RAN = 5
NOT_COPIED = shutil.ignore_patterns(".*", "dist", "build", "__pycache__", "*.egg-info")
PYTEST = ("-x", "-q", "-m", "not slow and not gui", "--tb=no", "--no-header", "-p", "no:cacheprovider")
HYPOTHESIS = (
    "--hypothesis-profile=mutants",
)  # tests/conftest.py: the same examples each time, and none made smaller


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutant and what became of it: no test noticed, one failed, or they were ended because they took too long."""

    mutant: Mutant
    killed: bool
    late: bool
    seconds: float


class Copy:
    """A copy of the project in a folder of its own, in which one mutant after the other lives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "itbcalc"
        shutil.copytree(ROOT, self.folder, ignore=NOT_COPIED)
        compileall.compile_dir(self.folder, quiet=2)
        self.pytest: subprocess.Popen[bytes] | None = None

    def run(self, tests: list[str], *more: str, limit: float | None = None) -> int | None:
        """Runs these tests; returns pytest's exit status, or None where it was ended because it took too long."""
        variables = {
            **os.environ,
            "PYTHONPATH": str(self.folder),  # before the project's own folder, which is installed
            "PYTHONDONTWRITEBYTECODE": "1",  # a mistake of the same length in the same second would go unseen
            "QT_QPA_PLATFORM": "offscreen",
        }
        command = [sys.executable, "-m", "pytest", *PYTEST, *HYPOTHESIS, *more, *tests]
        silent = subprocess.DEVNULL
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env=variables,
            stdin=silent,
            stdout=silent,
            stderr=silent,
            start_new_session=True,
        ) as self.pytest:
            try:
                return self.pytest.wait(limit)
            except subprocess.TimeoutExpired:
                self.stop()
                return None

    def stop(self) -> None:
        """Ends the tests that run here, with the programs that they started."""
        if self.pytest is not None and self.pytest.poll() is None:
            os.killpg(self.pytest.pid, signal.SIGKILL)

    def try_out(self, mutant: Mutant, tests: list[str], limit: float) -> Tried:
        """Puts the mistake into the copy, runs the tests, and takes it out again."""
        path = self.folder / mutant.file
        sound = path.read_bytes()
        Path(cache_from_source(str(path))).unlink(missing_ok=True)
        begin = time.perf_counter()
        path.write_text(mutant.code, encoding="utf-8")
        try:
            status = self.run(tests, limit=limit)
        finally:
            path.write_bytes(sound)
        killed = status not in (SURVIVED, NO_TEST_RAN)
        return Tried(mutant, killed, status is None, time.perf_counter() - begin)


def seconds_by_file(copy: Copy, tests: list[str]) -> dict[str, float]:
    """Runs the tests on the sound code and returns how long those of each file take.

    A file whose tests do not pass guards nothing; that ends the run.
    """
    report = copy.folder / "report.xml"
    status = copy.run(tests, f"--junitxml={report}")
    cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314  # pytest wrote it just now
    if status != 0:
        failed = [f"{case.get('classname')} {case.get('name')}" for case in cases if len(case)]
        sys.exit(f"A mistake can only be noticed by tests that pass without one: {', '.join(failed)}")
    seconds = dict.fromkeys(tests, 0.0)
    names = {test.removesuffix(".py").replace("/", "."): test for test in tests}
    for case in cases:
        where = case.get("classname", "")
        name = next(name for name in names if where == name or where.startswith(f"{name}."))
        seconds[names[name]] += float(case.get("time", 0))
    return seconds


def try_all(copies: list[Copy], mutants: list[Mutant], told: Callable[[Tried], None]) -> list[Tried]:
    """Tries every mutant, one in each copy at a time."""
    guards = {file: guarding_tests(ROOT, [file]) for file in {mutant.file for mutant in mutants}}
    every = sorted({test for tests in guards.values() for test in tests})
    seconds = seconds_by_file(copies[0], every)
    waiting: queue.SimpleQueue[Mutant] = queue.SimpleQueue()
    for mutant in mutants:
        waiting.put(mutant)
    tried: list[Tried] = []

    def work(copy: Copy) -> None:
        while True:
            try:
                mutant = waiting.get_nowait()
            except queue.Empty:
                return
            tests = sorted(guards[mutant.file], key=seconds.__getitem__)  # the quick ones may be enough
            limit = LONGER * sum(seconds[test] for test in tests) + STARTING_S
            one = copy.try_out(mutant, tests, limit)
            tried.append(one)
            told(one)

    workers = [threading.Thread(target=work, args=(copy,), daemon=True) for copy in copies]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return tried


def table(tried: list[Tried]) -> list[str]:
    """Returns the score of each file and of all of them, as lines."""
    lines = [f"{'file':<42}{'mutants':>9}{'noticed':>9}{'by time':>9}{'score':>8}"]
    by_file = {
        file: [one for one in tried if one.mutant.file == file] for file in {one.mutant.file for one in tried}
    }
    for name, those in [*sorted(by_file.items()), ("all", tried)]:
        noticed, late = sum(one.killed for one in those), sum(one.late for one in those)
        lines.append(f"{name:<42}{len(those):>9}{noticed:>9}{late:>9}{noticed / len(those):>8.0%}")
    return lines


def main(arguments: list[str]) -> int:
    """Tries mutants of each room and prints those that no test noticed, and the score."""
    parser = argparse.ArgumentParser(prog="dev.py mutate", description=__doc__)
    parser.add_argument(
        "rooms", nargs="*", default=ROOMS, metavar="ROOM", help="a folder or file of the code"
    )
    parser.add_argument("--mutants", type=int, default=MUTANTS, help="how many a room")
    parser.add_argument("--seed", default=SEED, help="another seed, other mutants")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        copies = [Copy(Path(folder, str(number))) for number in range(WORKERS)]
        try:
            for room in asked.rooms:
                begin = time.perf_counter()
                tried = try_room(copies, room, asked.mutants, asked.seed)
                took = time.perf_counter() - begin
                print("\n".join(table(tried)))
                print(f"{took / 60:.0f} min, {took / len(tried):.1f} s a mutant\n", flush=True)
        finally:
            for copy in copies:
                copy.stop()
    return 0


def try_room(copies: list[Copy], room: str, count: int, seed: str) -> list[Tried]:
    """Tries the sample of one room; tells each survivor as soon as it is known."""
    path = ROOT / room
    if not path.exists():
        path = ROOT / "itbcalc" / room
    files = [path] if path.suffix == ".py" else sorted(path.rglob("*.py"))
    mutants = sample(ROOT, [file.relative_to(ROOT).as_posix() for file in files], count, seed)
    if not mutants:
        sys.exit(f"{room}: there is no code in which a mistake could be made")
    print(f"{path.relative_to(ROOT).as_posix()}: {len(mutants)} mutants", flush=True)

    def told(one: Tried) -> None:
        if not one.killed:
            print(f"survived: {one.mutant.words}", flush=True)

    return try_all(copies, mutants, told)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
