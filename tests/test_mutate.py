"""What `dev.py mutate` makes of a mistake: which tests it runs, and what it counts as noticed."""

import os
import threading
import time

import pytest

from tests import mutate
from tests.mutants import mutants_of
from tests.mutate import Copy, StoppedError, Tried, noted, try_all

CODE = """
def doubled(volume):
    return volume * 2


def emptied(volume):
    while volume > 0:
        volume -= 1
    return volume


def unseen(volume):
    return volume + 1


def read_once():
    return 3


STRENGTH = read_once()
DENSITY = 1
"""
TESTS = """
import time

from reservoir import DENSITY, STRENGTH, doubled, emptied


def test_doubling_at_leisure():
    time.sleep(0.2)
    assert doubled(3) == 6


def test_doubling():
    assert doubled(2) == 4


def test_emptying():
    assert emptied(1) == 0


def test_strength():
    assert STRENGTH == 3


def test_density():
    assert DENSITY == 1


def test_that_fails():
    assert doubled(1) == 1
"""
CONFTEST = """
from hypothesis import settings

settings.register_profile("mutants")
"""


@pytest.fixture
def copy(tmp_path):
    project = tmp_path / "project"
    for name, text in {
        "reservoir.py": CODE,
        "pytest.ini": "[pytest]\npythonpath = .\nmarkers =\n    slow\n    gui\nfilterwarnings = error\n",
        "tests/test_reservoir.py": TESTS,
        "tests/conftest.py": CONFTEST,
    }.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")
    made = Copy(project, tmp_path / "place")
    yield made
    made.stop()


def line_of(text):
    return next(number for number, line in enumerate(CODE.splitlines(), 1) if text in line)


@pytest.mark.slow
def test_a_mistake_is_tried_by_the_tests_that_execute_it(copy, monkeypatch):
    monkeypatch.setattr(mutate, "STARTING_S", 0.5)
    executed = noted([copy], ".", ["tests/test_reservoir.py"])
    tests = "tests/test_reservoir.py::"

    assert executed.failed == [f"{tests}test_that_fails"]
    assert list(executed.tests_of("reservoir.py", line_of("return volume * 2"))) == [
        f"{tests}test_doubling",
        f"{tests}test_doubling_at_leisure",
    ]
    assert list(executed.tests_of("reservoir.py", line_of("while volume > 0:"))) == [f"{tests}test_emptying"]

    noticed, late, unseen = (
        next(each for each in mutants_of(copy.folder, "reservoir.py", name) if each.after == after)
        for name, after in (
            ("doubled", "return volume / 2"),
            ("emptied", "volume -= 0"),
            ("unseen", "return volume - 1"),
        )
    )
    pairs = [(each, executed.tests_of(each.file, each.line)) for each in (noticed, late, unseen)]
    loaded = [
        next(each for each in mutants_of(copy.folder, "reservoir.py", name) if each.after == after)
        for name, after in (("read_once", "return 4"), ("", "DENSITY = 2"))
    ]
    pairs += [(each, executed.passed) for each in loaded]
    tried = try_all([copy], pairs, lambda one: None)

    assert tried == [
        Tried(noticed, True, False),
        Tried(late, True, True),
        Tried(unseen, False, False),
        *(Tried(each, True, False) for each in loaded),
    ]
    assert (copy.folder / "reservoir.py").read_text(encoding="utf-8") == CODE


@pytest.mark.slow
def test_a_test_that_fails_without_the_mistake_too_notices_nothing(copy):
    executed = noted([copy], ".", ["tests/test_reservoir.py"])
    unseen = next(each for each in mutants_of(copy.folder, "reservoir.py", "unseen"))

    tried = copy.try_out(unseen, {"tests/test_reservoir.py::test_that_fails": 1, **executed.passed})

    assert tried == Tried(unseen, False, False)


@pytest.mark.slow
def test_nothing_runs_on_after_a_run_was_broken_off(copy):
    (copy.folder / "tests/test_reservoir.py").write_text(
        "import os, pathlib, time\n\n\ndef test_waiting():\n"
        "    pathlib.Path('told').write_text(str(os.getpid()))\n    time.sleep(600)\n",
        encoding="utf-8",
    )
    waiting = "tests/test_reservoir.py::test_waiting"
    copy.collect([waiting])
    told = copy.folder / "told"

    def stop_once_told() -> None:
        while not (told.exists() and told.read_text(encoding="utf-8")):
            time.sleep(0.05)
        copy.stop()

    stopping = threading.Thread(target=stop_once_told)
    stopping.start()
    with pytest.raises(StoppedError):
        copy.note(".", [waiting])
    stopping.join()

    deadline = time.monotonic() + 10
    while is_running(int(told.read_text(encoding="utf-8"))):
        assert time.monotonic() < deadline
        time.sleep(0.05)  # until it is buried


def is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
