"""Which tests come to a statement of the code, and how long each of them takes: noted once, on the sound code."""

import ast
import functools
from collections import defaultdict
from pathlib import Path

from tests.forking import Seen
from tests.guards import guarding_tests


class Executed:
    """What was noted in a copy of the project.

    Args:
        folder: The copy.
        seen: What each test did.
    """

    def __init__(self, folder: Path, seen: dict[str, Seen]) -> None:
        self.folder = folder
        self.failed = [test for test, did in seen.items() if not did.passed]
        quickest = sorted(seen, key=lambda test: (seen[test].seconds, test))
        self.passed = {test: seen[test].seconds for test in quickest if seen[test].passed}
        """The tests, the quickest first, and the seconds that each took."""
        self._tests: dict[str, set[str]] = defaultdict(set)
        self._guards: dict[str, set[str]] = {}
        for test, did in seen.items():
            for statement in did.statements:
                self._tests[statement].add(test)
                self._tests[statement.partition(":")[0]].add(test)

    def tests_of(self, file: str, line: int) -> dict[str, float]:
        """Returns the tests that can notice a mistake in a line of a file, the quickest first, and their seconds.

        What stands in no statement of a function, or ran in programs that tests start, was noted for no test: there
        every test that came to anything of the file counts, and those that guard it.
        """
        begins = _statements(self.folder / file).get(line)
        tests = self._tests.get(f"{file}:{begins}")
        if tests is None:
            tests = self._tests.get(file, set()) | self._guarding(file)
        return {test: seconds for test, seconds in self.passed.items() if test in tests}

    def _guarding(self, file: str) -> set[str]:
        if file not in self._guards:
            guards = set(guarding_tests(self.folder, [file]))
            self._guards[file] = {test for test in self.passed if test.partition("::")[0] in guards}
        return self._guards[file]


@functools.cache
def _statements(path: Path) -> dict[int, int]:
    """For each line of the functions of a file the line in which the innermost statement around it begins.

    What a function is called with is of the statement that it begins with.
    """
    begins: dict[int, int] = {}

    def look(node: ast.AST, *, inside: bool) -> None:
        for child in ast.iter_child_nodes(node):
            is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            if isinstance(child, ast.stmt) and inside:
                begins.update(
                    dict.fromkeys(range(child.lineno, (child.end_lineno or child.lineno) + 1), child.lineno)
                )
            if is_function:
                lines = range(child.lineno, child.body[0].lineno)
                begins.update(dict.fromkeys(lines, child.body[0].lineno))
            look(child, inside=inside or is_function)

    look(ast.parse(path.read_text(encoding="utf-8")), inside=False)
    return begins
