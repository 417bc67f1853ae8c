"""Runs pytest again and again, each time in a fresh child of one process that has the libraries loaded already.

`tests/mutate.py` starts it in a copy of the project. None of the project is loaded here, so each child reads it anew,
with whatever mistake stands in it then. A line in, as JSON, is what one run is to be; a line out is its exit status.
"""

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
from dataclasses import asdict, dataclass

import pytest

LIBRARIES = (
    *("hypothesis", "numpy", "pint", "click", "jinja2", "tomli_w", "icalendar", "segno"),
    *(
        "PySide6.QtTest",
        "PySide6.QtWidgets",
        "pytestqt.plugin",
        "xdist",
        "pytest_cov.plugin",
        "_hypothesis_pytestplugin",
    ),
    *("psycopg", "apsw", "argon2", "cryptography.hazmat.primitives.ciphers.aead", "sqlcipher3"),
)
MEMORY = 4 * 1024**3
"""How many bytes a run may take before it fails: an endless loop may gather something."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of pytest.

    Attributes:
        options: Its command line without the tests.
        tests: The tests in the order in which they are to run, and the processor time that each may take, in seconds.
        real_s: The time that all of them may take.
    """

    options: tuple[str, ...]
    tests: dict[str, float]
    real_s: float

    def json(self) -> str:
        return json.dumps(asdict(self))


class Limits:
    """Ends the process where a test takes longer than it may."""

    def __init__(self, run: Run) -> None:
        self.run = run
        signal.setitimer(signal.ITIMER_REAL, run.real_s)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        signal.setitimer(signal.ITIMER_PROF, self.run.tests[nodeid])


def status_of(run: Run) -> int:
    """Returns pytest's exit status of a run in a child; below zero where a signal ended it."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.setsid()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        sys.exit(pytest.main([*run.options, *run.tests], plugins=[Limits(run)]))
    try:
        _, status = os.waitpid(child, 0)
    finally:  # when this process is asked to end, too
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # and the programs that it started and left
    return os.waitstatus_to_exitcode(status)


def main() -> None:
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    for library in LIBRARIES:
        with contextlib.suppress(ImportError):  # not every one is on every machine
            importlib.import_module(library)
    for line in sys.stdin:
        print(status_of(Run(**json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
