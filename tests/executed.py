"""Which tests enter a function of the code, and how long each of them takes: noted once, on the sound code."""

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
            for name in did.functions:
                self._tests[name].add(test)
                self._tests[name.partition(":")[0]].add(test)

    def tests_of(self, file: str, within: str) -> dict[str, float]:
        """Returns the tests that can notice a mistake in this function of a file, the quickest first, and their seconds.

        What stands in no function, or ran in programs that tests start, was noted for no test: there every test that
        entered anything of the file counts, and those that guard it.
        """
        tests = self._tests.get(f"{file}:{within}")
        if tests is None:
            tests = self._tests.get(file, set()) | self._guarding(file)
        return {test: seconds for test, seconds in self.passed.items() if test in tests}

    def _guarding(self, file: str) -> set[str]:
        if file not in self._guards:
            guards = set(guarding_tests(self.folder, [file]))
            self._guards[file] = {test for test in self.passed if test.partition("::")[0] in guards}
        return self._guards[file]
