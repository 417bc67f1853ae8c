"""Which tests execute a line of the code, and how long each of them takes: recorded once, on the sound code.

coverage.py notes for each line the test in which it ran. What runs on import, or in programs that tests start, it notes
for no test: there every test that executes anything of the file counts, and those that guard it.
"""

import ast
import contextlib
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from coverage.numbits import nums_to_numbits, register_sqlite_functions

from tests.guards import guarding_tests


class Executed:
    """What was recorded in a copy of the project.

    Args:
        folder: The copy.
        data: What coverage.py wrote.
        report: What pytest wrote of the same run, as JUnit does.
    """

    def __init__(self, folder: Path, data: Path, report: Path) -> None:
        self.folder = folder
        self.failed: list[str] = []
        seconds: dict[str, float] = {}
        for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314  # pytest wrote it just now
            test = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
            seconds[test] = seconds.get(test, 0) + float(case.get("time", 0))
            if case.find("failure") is not None or case.find("error") is not None:
                self.failed.append(test)
        quickest = sorted(seconds, key=lambda test: (seconds[test], test))
        self.passed = {test: seconds[test] for test in quickest if test not in self.failed}
        """The tests, the quickest first, and the seconds that each took."""
        self._data = data

    def tests_of(self, file: str, line: int) -> dict[str, float]:
        """Returns the tests that can notice a mistake in this line of a file, the quickest first, and their seconds."""
        code = (self.folder / file).read_text(encoding="utf-8")
        tests = self._tests_in(file, statement_lines(code, line))
        if not tests or "" in tests:
            guards = set(guarding_tests(self.folder, [file]))
            tests = {test for test in self.passed if test.partition("::")[0] in guards}
            tests |= self._tests_in(file, range(1, code.count("\n") + 1))
        return {test: seconds for test, seconds in self.passed.items() if test in tests}

    def _tests_in(self, file: str, lines: Iterable[int]) -> set[str]:
        """Returns the tests in which one of these lines ran; "" where one ran in none."""
        with contextlib.closing(sqlite3.connect(self._data)) as recorded:
            register_sqlite_functions(recorded)
            found = recorded.execute(_RAN, [str(self.folder / file), nums_to_numbits(lines)])
            return {context.rpartition("|")[0] for (context,) in found}


_RAN = """SELECT context FROM line_bits
    JOIN context ON context.id = context_id JOIN file ON file.id = file_id
    WHERE path = ? AND numbits_any_intersection(numbits, ?)"""


def statement_lines(code: str, line: int) -> Iterable[int]:
    """Returns the lines of the statement around a line, or of its head where others stand in it.

    Python counts what runs by the lines on which parts of a statement begin.
    """
    around = range(line, line + 1)
    for node in ast.walk(ast.parse(code)):  # from outside to inside
        if isinstance(node, ast.stmt):
            inside: list[ast.stmt] = getattr(node, "body", [])
            lines = range(node.lineno, inside[0].lineno if inside else (node.end_lineno or node.lineno) + 1)
            if line in lines:
                around = lines
    return around
