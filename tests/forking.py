"""Runs tests on code with a mistake in it, each time in a fork of one process that has collected all of them.

`tests/mutate.py` starts it in a copy of the project, with pytest's arguments. A line in, as JSON, is what one run is to
be; a line out is what became of it. So nothing is loaded or collected again for a mistake: the functions of the fork get
its code. Where it stands outside of functions, or where what ran while the tests were collected has it in it, the answer
is that it has to be read from the file, by a new process.
"""

import ast
import builtins
import contextlib
import cProfile
import gc
import importlib
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import TextIO

import pytest

MEMORY = 4 * 1024**3
"""How many bytes a run may take before it fails: an endless loop may gather something."""
STANDSTILL_S = 120
"""How long a run may stand still before it is ended: it waits for what never comes. A busy machine only makes it slow."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of tests.

    Attributes:
        tests: The tests in the order in which they are to run, and the processor time that each may take, in seconds.
        file: The file with the mistake, its path in the project; empty for none.
        sound: The whole file without it.
        code: The whole file with it.
        noting: The folder of which is noted what each test executes; empty for none. Then no failure ends the run.
    """

    tests: dict[str, float]
    file: str = ""
    sound: str = ""
    code: str = ""
    noting: str = ""

    def json(self) -> str:
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class Seen:
    """What a test did: whether it passed, how many seconds it took, as on a quiet machine, and the statements of the folder that it came to.

    A statement is `file:line`, where it begins.
    """

    passed: bool
    seconds: float
    statements: list[str]


@dataclass(slots=True)
class Outcome:
    """What became of a run.

    Attributes:
        failed: The test that failed; empty for none.
        late: Whether it was ended because a test took too long.
        unmade: Whether the mistake has to be read from the file.
        seen: What each test did, where it was to be noted.
    """

    failed: str = ""
    late: bool = False
    unmade: bool = False
    seen: dict[str, Seen] = field(default_factory=dict)


class UnmadeError(Exception):
    """The mistake cannot be put into functions that are there."""


def named(code: CodeType) -> str:
    """Returns `file:Class.function` for a code: that around it, for one without a name of its own."""
    inside = code.co_qualname.replace("<locals>.", "")
    return f"{os.path.relpath(code.co_filename)}:{inside.partition('.<')[0]}"


def put(run: Run, functions: Iterable[FunctionType]) -> set[str]:
    """Gives functions that are there the code of the mistake, and returns their names.

    Raises:
        UnmadeError: None of them has it: what it changes ran when the file was loaded.
    """
    path = str(Path(run.file).resolve())
    sound, mistaken = (compile(text, path, "exec", dont_inherit=True) for text in (run.sound, run.code))
    if not _same_outside(sound, mistaken):
        raise UnmadeError
    before, after = ({_key(code): code for code in _codes(whole)} for whole in (sound, mistaken))
    given = set()
    for function in functions:
        key = _key(function.__code__)
        if key in before and before[key] != after.get(key):
            if function.__code__ != before[key] or key not in after:
                raise UnmadeError
            function.__code__ = after[key]
            given.add(named(function.__code__))
    if not given:
        raise UnmadeError
    return given


CAME_TO = "__came_to__"


def with_marks(tree: ast.Module, name: str) -> ast.Module:
    """Puts before each statement inside of functions a call that says `name:line` of it."""
    for function in [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]:
        for block in _blocks(function):
            block[:] = [each for statement in block for each in (_mark(statement, name), statement)]
    return tree


def _blocks(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[list[ast.stmt]]:
    """Every list of statements of a function, but for those of functions and classes within it."""
    waiting: list[ast.AST] = [function]
    while waiting:
        node = waiting.pop()
        for _, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                yield value
            waiting += [
                each
                for each in (value if isinstance(value, list) else [])
                if isinstance(each, ast.stmt | ast.ExceptHandler | ast.match_case)
                and not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            ]


def _mark(statement: ast.stmt, name: str) -> ast.stmt:
    call = ast.parse(f"{CAME_TO}({f'{name}:{statement.lineno}'!r})").body[0]
    for node in ast.walk(call):
        ast.copy_location(node, statement)
    return call


def _key(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _same_outside(one: CodeType, other: CodeType) -> bool:
    """Whether two files, or two classes, differ in nothing but their functions."""
    if (one.co_code, one.co_names, len(one.co_consts)) != (
        other.co_code,
        other.co_names,
        len(other.co_consts),
    ):
        return False
    for mine, theirs in zip(one.co_consts, other.co_consts, strict=True):
        if isinstance(mine, CodeType):
            is_class = not mine.co_flags & 1  # only functions have their names at fixed places
            if is_class and not _same_outside(mine, theirs):
                return False
        elif type(mine) is not type(theirs) or mine != theirs:
            return False
    return True


class Warm:
    """The plugin that stands in the place of pytest's own loop over the tests: each run in a fork."""

    def __init__(self, requests: TextIO, answers: TextIO, collecting: cProfile.Profile) -> None:
        self.requests, self.answers, self._collecting = requests, answers, collecting
        self.failed = ""
        self.came_to: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = report.nodeid

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self._collecting.disable()
        _begin_what_is_shared()
        self.functions = _functions_there()
        self.items = {} if session.testsfailed else {item.nodeid: item for item in session.items}
        print(json.dumps(list(self.items)), file=self.answers, flush=True)
        for line in self.requests:
            print(json.dumps(asdict(self._in_fork(Run(**json.loads(line))))), file=self.answers, flush=True)
        return True

    def _in_fork(self, run: Run) -> Outcome:
        out, into = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(out)
            try:
                outcome = self._outcome(run)
                with os.fdopen(into, "w") as told:
                    json.dump(asdict(outcome), told)
            finally:
                os._exit(0)  # what was begun for all of them is ended by this one's parent
        os.close(into)
        try:
            with os.fdopen(out) as told:
                text = _read_while_it_goes_on(child, told)
        finally:  # when this process is asked to end, too
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)  # and the programs that it started and left
            os.waitpid(child, 0)
        if not text:
            return Outcome(late=True)
        return Outcome(**json.loads(text))

    def _outcome(self, run: Run) -> Outcome:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        if run.noting:
            self._begin_noting(run.noting)
        try:
            given = put(run, self.functions) if run.code else set()
        except UnmadeError:
            return Outcome(unmade=True)
        outcome = self._ran(run)
        if not outcome.failed and given & _entered(self._collecting, Path(run.file).parent):
            return Outcome(unmade=True)  # what it gave then, without the mistake, may still stand somewhere
        return outcome

    def _begin_noting(self, folder: str) -> None:
        """Has each statement of the folder say that it is come to: a profile of everything would take as long again."""
        setattr(builtins, CAME_TO, self.came_to.add)
        saying: dict[tuple[str, str, int], CodeType] = {}
        for path in sorted(Path(folder).resolve().rglob("*.py")):
            name = os.path.relpath(path)
            with contextlib.suppress(ImportError):  # what only a test would load would not say it
                importlib.import_module(
                    name.removesuffix(".py").replace(os.sep, ".").removesuffix(".__init__")
                )
            tree = ast.parse(path.read_text(encoding="utf-8"))
            code = compile(with_marks(tree, name), str(path), "exec", dont_inherit=True)
            saying |= {_key(each): each for each in _codes(code)}
        for function in _functions_there():
            code = saying.get(_key(function.__code__))
            if code is not None and code.co_freevars == function.__code__.co_freevars:
                function.__code__ = code

    def _ran(self, run: Run) -> Outcome:
        outcome = Outcome()
        items = [self.items[test] for test in run.tests]
        for item, following in zip(items, [*items[1:], None], strict=True):
            signal.setitimer(signal.ITIMER_PROF, run.tests[item.nodeid])
            self.failed, begin = "", _quiet_s()
            self.came_to.clear()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if run.noting:
                seconds = _quiet_s() - begin
                outcome.seen[item.nodeid] = Seen(not self.failed, seconds, sorted(self.came_to))
            elif self.failed:
                outcome.failed = self.failed
                break
        return outcome


def _entered(profile: cProfile.Profile, folder: str | Path) -> set[str]:
    inside = str(Path(folder).resolve()) + os.sep
    codes = (entry.code for entry in profile.getstats())
    return {
        named(code)
        for code in codes
        if isinstance(code, CodeType) and f"{code.co_filename}{os.sep}".startswith(inside)
    }


def _quiet_s() -> float:
    """The time that has gone by, less that in which this process waited for a core: as long as on a quiet machine.

    A test that sleeps, or waits for a server, takes its time too.
    """
    waited_ns = Path("/proc/thread-self/schedstat").read_text(encoding="ascii").split()[1]
    return time.monotonic() - int(waited_ns) / 1e9


def _read_while_it_goes_on(child: int, told: TextIO) -> str:
    """Reads what a child tells at its end; ends it where it does nothing any more."""
    ended = signal.signal(signal.SIGALRM, lambda *_: _end_if_still(child, state))
    state = {"work": -1, "since": time.monotonic()}
    signal.setitimer(signal.ITIMER_REAL, 5, 5)
    try:
        return told.read()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, ended)


def _end_if_still(child: int, state: dict[str, float]) -> None:
    values = Path(f"/proc/{child}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    work = sum(int(value) for value in values[11:15])  # its own, and that of the programs that it started
    if work != state["work"]:
        state |= {"work": work, "since": time.monotonic()}
    elif time.monotonic() - state["since"] > STANDSTILL_S:
        os.killpg(child, signal.SIGKILL)


def _functions_there() -> list[FunctionType]:
    """Every function of the project that this process holds; what is there by then stays, and is not looked through again."""
    gc.unfreeze()
    project = f"{Path.cwd()}{os.sep}"
    found = [each for each in gc.get_objects() if isinstance(each, FunctionType)]
    gc.freeze()
    return [each for each in found if each.__code__.co_filename.startswith(project)]


def _begin_what_is_shared() -> None:
    """A server that the tests share is begun once, not in each fork."""
    shared = sys.modules.get("tests.itbcalc.log.cluster")
    if shared is not None:
        with contextlib.suppress(pytest.skip.Exception):
            shared.cluster()


def main(arguments: list[str]) -> None:
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    requests, answers = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    collecting = cProfile.Profile(builtins=False)
    collecting.enable()
    sys.exit(pytest.main(arguments, plugins=[Warm(requests, answers, collecting)]))


if __name__ == "__main__":
    main(sys.argv[1:])
