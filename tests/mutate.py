"""Do the tests notice a mistake? Makes small ones in copies of the project, and runs the tests that execute them.

`dev.py mutate` runs it. Nothing is changed in the project's own folder.
"""

import argparse
import itertools
import json
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
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests import forking
from tests.executed import Executed
from tests.forking import Outcome, Run, Seen
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
"""The processor time that it may take besides. Never real time: on a busy machine nothing else would be noticed."""
NOTING_S = 600
"""The processor time of a test while it is noted what it comes to."""
WORK_S = 30
"""The seconds of the tests of a mistake, together: slower ones are not asked, so a score is noticed at least."""
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
    """A process was stopped while a run was going on in it."""


class Server:
    """A process that has collected tests in a folder, and runs them in forks of itself."""

    def __init__(self, folder: Path, tests: list[str]) -> None:
        """Begins to collect these; `ready` waits for it."""
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-P",
                forking.__file__,
                *PYTEST,
                *LOADED,
                f"--basetemp={folder.with_name('tmp')}",
                *tests,
            ],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": str(folder),  # before the project's own folder, which is installed
                "QT_QPA_PLATFORM": "offscreen",
                "OPENBLAS_NUM_THREADS": "1",  # a process with threads cannot be forked
                "PYTHONDONTWRITEBYTECODE": "1",  # keeps nothing compiled of a mistake
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._tests: list[str] | None = None

    def ready(self) -> list[str]:
        """Returns the tests that were collected; none where they could not be."""
        if self._tests is None:
            assert self._process.stdout is not None
            line = self._process.stdout.readline()
            self._tests = json.loads(line) if line.startswith("[") else []
        return self._tests

    def outcome(self, run: Run) -> Outcome:
        """Makes one run.

        Raises:
            StoppedError: The process was ended meanwhile.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.ready()
        try:
            print(run.json(), file=self._process.stdin, flush=True)
            line = self._process.stdout.readline()
        except (BrokenPipeError, ValueError) as error:
            raise StoppedError from error
        if not line:
            raise StoppedError
        return Outcome(**json.loads(line))

    def stop(self) -> None:
        """Ends it, and whatever it has started."""
        with self._process as process:
            process.terminate()
            process.wait()


class Copy:
    """A copy of a project in a folder of its own, in which one mutant after the other lives."""

    def __init__(self, project: Path, folder: Path) -> None:
        self.folder = folder.resolve() / "copy"
        shutil.copytree(project, self.folder, ignore=NOT_COPIED)
        self._servers: list[Server] = []
        self._stopped = False

    def collect(self, tests: list[str]) -> Server:
        """Begins to collect tests, in place of those before."""
        self._end_servers()
        return self._served(tests)

    def _served(self, tests: list[str]) -> Server:
        self._servers.append(Server(self.folder, tests))
        return self._servers[-1]

    def note(self, folder: str, tests: list[str]) -> dict[str, Seen]:
        """Runs tests on the sound code and notes to which statements of a folder they come, and in what time."""
        outcome = self._servers[0].outcome(Run(dict.fromkeys(tests, NOTING_S), noting=folder))
        return {test: Seen(**did) for test, did in outcome.seen.items()}

    def try_out(self, mutant: Mutant, tests: dict[str, float]) -> Tried:
        """Puts the mistake into the copy, runs these tests, of which each takes so long without it, and takes it out.

        A test that fails without the mistake as well noticed nothing: the others are run again.
        """
        limits = {test: LONGER * seconds + STARTING_S for test, seconds in tests.items()}
        while True:
            outcome = self._outcome(mutant, limits)
            if outcome.failed not in limits or not self._fails_without(outcome.failed, limits):
                return Tried(mutant, bool(outcome.failed) or outcome.late, outcome.late)
            del limits[outcome.failed]

    def _outcome(self, mutant: Mutant, limits: dict[str, float]) -> Outcome:
        path = self.folder / mutant.file
        sound, state = path.read_bytes(), path.stat()
        path.write_text(mutant.code, encoding="utf-8")  # for the programs that tests start, too
        try:
            outcome = self._servers[0].outcome(Run(limits, mutant.file, sound.decode(), mutant.code))
            return self._read_anew(limits) if outcome.unmade else outcome
        finally:
            path.write_bytes(sound)
            os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))  # what was compiled of it stays good

    def _fails_without(self, test: str, limits: dict[str, float]) -> bool:
        outcome = self._servers[0].outcome(Run({test: limits[test]}))
        return bool(outcome.failed) or outcome.late

    def _read_anew(self, limits: dict[str, float]) -> Outcome:
        """Makes the run in a new process, which reads the file; where nothing can be collected any more it has failed."""
        server = self._served(list(dict.fromkeys(test.partition("::")[0] for test in limits)))
        found = server.ready()
        if self._stopped:
            raise StoppedError
        if not found:
            outcome = Outcome(failed="collecting")
        else:
            outcome = server.outcome(Run({test: limits[test] for test in limits if test in found}))
        server.stop()
        self._servers.remove(server)
        return outcome

    def stop(self) -> None:
        """Ends what runs here, and whatever that has started."""
        self._stopped = True
        self._end_servers()

    def _end_servers(self) -> None:
        for server in self._servers:
            server.stop()
        self._servers.clear()


def noted(copies: list[Copy], folder: str, files: list[str]) -> Executed:
    """Collects tests in every copy, and notes what they come to: every copy a part of them."""
    servers = [copy.collect(files) for copy in copies]
    found, *_ = [server.ready() for server in servers]
    if not found:
        sys.exit(f"the tests of {folder} cannot be collected: dev.py test {folder}")
    parts = [found[number :: len(copies)] for number in range(len(copies))]
    with ThreadPoolExecutor() as at_once:
        seen = at_once.map(lambda copy, tests: copy.note(folder, tests), copies, parts)
    return Executed(copies[0].folder, {test: did for part in seen for test, did in part.items()})


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
    parser.add_argument(
        "--work", type=float, default=WORK_S, metavar="S", help="seconds of work of the tests of a mistake"
    )
    parser.add_argument("--workers", type=int, default=WORKERS, help="how many at a time")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # no run is left behind
    with tempfile.TemporaryDirectory() as folder:
        copies = [Copy(ROOT, Path(folder, str(number))) for number in range(asked.workers)]
        try:
            for room in asked.rooms:
                begin = time.perf_counter()
                tried = try_room(copies, room, asked.mutants, asked.seed, asked.work)
                took = time.perf_counter() - begin
                print("\n".join(table(tried)))
                print(f"{took / 60:.0f} min, {took / len(tried):.1f} s a mutant\n", flush=True)
        finally:
            for copy in copies:
                copy.stop()
    return 0


def within(work: float, tests: dict[str, float]) -> dict[str, float]:
    """The first of these tests that take no longer than `work` seconds together; at least one."""
    until = itertools.accumulate(tests.values())
    count = sum(seconds <= work for seconds in until)
    return dict(itertools.islice(tests.items(), max(count, 1)))


def try_room(copies: list[Copy], room: str, count: int, seed: str, work: float) -> list[Tried]:
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
    executed = noted(copies, folder.relative_to(ROOT).as_posix(), guarding_tests(ROOT, files))
    print(
        f"{path.relative_to(ROOT).as_posix()}: {len(mutants)} mutants by seed {seed}, {len(executed.passed)} tests"
    )
    print(f"{time.perf_counter() - begin:.0f} s to see which tests come to which statement", flush=True)
    named = sum(file in files for file, *_ in equivalent_mutants())
    print(f"named equivalent in these files, and not among them: {named}", flush=True)
    for test in executed.failed:
        print(f"fails without any mistake, so it is not used: {test}", flush=True)
    sound = Mutant(files[0], 1, "", "", "", "", code=(ROOT / files[0]).read_text(encoding="utf-8"))

    done = itertools.count(0)

    def told(one: Tried) -> None:
        if (number := next(done)) and number % 10 == 0:
            print(f"{number} of {len(mutants)}, {(time.perf_counter() - begin) / 60:.0f} min", flush=True)
        if one.mutant is sound and one.killed:
            print(
                "VOID: without any mistake the tests fail where mutants are tried, or take too long",
                flush=True,
            )
        elif one.mutant is not sound and not one.killed:
            print(f"survived: {one.mutant.words}", flush=True)

    pairs = [(mutant, within(work, executed.tests_of(mutant.file, mutant.line))) for mutant in mutants]
    tried = try_all(copies, [(sound, within(work, executed.passed)), *pairs], told)
    return [one for one in tried if one.mutant is not sound]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
