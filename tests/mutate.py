"""Do the tests notice a mistake? Makes small ones in copies of the project, and runs the tests that execute them.

`dev.py mutate` runs it. Nothing is changed in the project's own folder.
"""

import argparse
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
from pathlib import Path

from tests import forking
from tests.executed import Executed
from tests.guards import guarding_tests
from tests.mutants import Mutant, equivalent_mutants, sample

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("itbcalc/compute", "itbcalc/judge", "itbcalc/log")
MUTANTS = 150
WORKERS = 2
SEED = "1"
LONGER = 5
"""How many times longer than without a mistake a test may take before it counts as noticed: an endless loop."""
STARTING_S = 10
"""The processor time that it may take besides; of real time twelve times as much, on a busy machine."""
PASSED = 0
QUICKEST = 40
"""How many tests are run by themselves before the others, because most mistakes need no more."""
LOADED = ("-W", "ignore::pytest.PytestAssertRewriteWarning")
"""pytest warns of each of its plugins that is loaded before it begins."""
NOT_COPIED = shutil.ignore_patterns(".*", "dist", "build", "__pycache__", "*.egg-info")
PYTEST = (
    *("-q", "-m", "not slow and not gui", "--tb=no", "--no-header", "-p", "no:cacheprovider"),
    "--hypothesis-profile=mutants",  # tests/conftest.py: the same examples each time, and none made smaller
)


@dataclass(frozen=True, slots=True)
class Tried:
    """A mutant and what became of it: no test noticed, one failed, or one was ended because it took too long."""

    mutant: Mutant
    killed: bool
    late: bool


class StoppedError(Exception):
    """The copy was stopped while a run was going on in it."""


class Copy:
    """A copy of a project in a folder of its own, in which one mutant after the other lives."""

    def __init__(self, project: Path, folder: Path) -> None:
        self.folder = folder.resolve() / "copy"
        shutil.copytree(project, self.folder, ignore=NOT_COPIED)
        self._variables = {
            **os.environ,
            "PYTHONPATH": str(self.folder),  # before the project's own folder, which is installed
            "QT_QPA_PLATFORM": "offscreen",
            "OPENBLAS_NUM_THREADS": "1",  # a process with threads cannot be forked
        }
        self._tmp = f"--basetemp={self.folder.with_name('tmp')}"
        self._server: subprocess.Popen[str] | None = None
        self._stopped = False

    def record(self, folder: str, tests: list[str]) -> Executed:
        """Runs these tests on the sound code and notes which of them execute what of a folder, in what time."""
        data, report = self.folder.with_name("executed"), self.folder.with_name("report.xml")
        noting = (
            f"--cov={folder}",
            "--cov-context=test",
            f"--cov-config={os.devnull}",
            "--cov-report=",
            f"--junitxml={report}",
        )
        subprocess.run(
            [sys.executable, "-m", "pytest", *PYTEST, self._tmp, *noting, "-n", str(WORKERS), *tests],
            cwd=self.folder,
            env={**self._variables, "COVERAGE_FILE": str(data)},
            stdout=subprocess.DEVNULL,
            check=False,  # those that fail are told and not used
        )
        return Executed(self.folder, data, report)

    def try_out(self, mutant: Mutant, tests: dict[str, float]) -> Tried:
        """Puts the mistake into the copy, runs these tests, of which each takes so long without it, and takes it out."""
        path = self.folder / mutant.file
        sound, state = path.read_bytes(), path.stat()
        path.write_text(mutant.code, encoding="utf-8")
        try:
            status = self.status_of(tests)
        finally:
            path.write_bytes(sound)
            os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))  # what was compiled of it stays good
        return Tried(mutant, status != PASSED, status < 0)

    def status_of(self, tests: dict[str, float]) -> int:
        """Runs these tests up to the first that fails; returns pytest's exit status, below zero where one took too long."""
        in_order = list(tests)
        for part in (in_order[:QUICKEST], in_order[QUICKEST:]):
            status = self._run(part, tests) if part else PASSED
            if status != PASSED:
                return status
        return PASSED

    def _run(self, part: list[str], seconds: dict[str, float]) -> int:
        run = forking.Run(
            (*PYTEST, *LOADED, self._tmp, "-x"),
            {test: LONGER * seconds[test] + STARTING_S for test in part},
            real_s=LONGER * sum(seconds[test] for test in part) + 12 * STARTING_S,
        )
        if self._server is None:
            self._server = subprocess.Popen(
                [sys.executable, "-P", forking.__file__],
                cwd=self.folder,
                env={
                    **self._variables,
                    "PYTHONDONTWRITEBYTECODE": "1",
                },  # keeps nothing compiled of a mistake
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        print(run.json(), file=self._server.stdin, flush=True)
        status = self._server.stdout.readline()
        if not status and self._stopped:
            raise StoppedError
        return int(status)

    def stop(self) -> None:
        """Ends what runs here, and whatever that has started."""
        self._stopped = True
        if self._server is not None:
            with self._server as server:
                server.terminate()
                server.wait()


def try_all(
    copies: list[Copy], mutants: list[tuple[Mutant, dict[str, float]]], told: Callable[[Tried], None]
) -> list[Tried]:
    """Tries each mutant by its tests, one in each copy at a time."""
    waiting: queue.SimpleQueue[tuple[Mutant, dict[str, float]]] = queue.SimpleQueue()
    for mutant in mutants:
        waiting.put(mutant)
    tried: list[Tried] = []

    def work(copy: Copy) -> None:
        while True:
            try:
                one = copy.try_out(*waiting.get_nowait())
            except (queue.Empty, StoppedError):
                return
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
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # no run is left behind
    with tempfile.TemporaryDirectory() as folder:
        copies = [Copy(ROOT, Path(folder, str(number))) for number in range(WORKERS)]
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
    folder, found = (path.parent, [path]) if path.suffix == ".py" else (path, sorted(path.rglob("*.py")))
    files = [file.relative_to(ROOT).as_posix() for file in found]
    mutants = sample(ROOT, files, count, seed)
    if not mutants:
        sys.exit(f"{room}: there is no code in which a mistake could be made")
    begin = time.perf_counter()
    executed = copies[0].record(folder.relative_to(ROOT).as_posix(), guarding_tests(ROOT, files))
    print(
        f"{path.relative_to(ROOT).as_posix()}: {len(mutants)} mutants by seed {seed}, {len(executed.passed)} tests"
    )
    print(f"{time.perf_counter() - begin:.0f} s to see which tests execute which line", flush=True)
    named = sum(file in files for file, *_ in equivalent_mutants())
    print(f"named equivalent in these files, and not among them: {named}", flush=True)
    for test in executed.failed:
        print(f"fails without any mistake, so it is not used: {test}", flush=True)
    sound = Mutant(files[0], 1, "", "", "", "", code=(ROOT / files[0]).read_text(encoding="utf-8"))

    def told(one: Tried) -> None:
        if one.mutant is sound and one.killed:
            print(
                "VOID: without any mistake the tests fail where mutants are tried, or take too long",
                flush=True,
            )
        elif one.mutant is not sound and not one.killed:
            print(f"survived: {one.mutant.words}", flush=True)

    pairs = [(mutant, executed.tests_of(mutant.file, mutant.line)) for mutant in mutants]
    tried = try_all(copies, [(sound, executed.passed), *pairs], told)
    return [one for one in tried if one.mutant is not sound]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
