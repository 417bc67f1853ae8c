"""How much longer than the check itself does it take to find what would explain a difference?

The check recomputes and compares; the search solves for every input of the program, over all read-outs together.
"""

import contextlib
import gc
import io
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from itbcalc.cli.main import run
from itbcalc.judge.check import check, explanations_of
from itbcalc.library.reading import read_library
from itbcalc.program import complete_program, load_toml, read_program
from itbcalc.resources import resource_path

EXAMPLES = ("06-mistyped-concentration.toml", "16-every-hour-for-once-a-day.toml")
COST_LIMIT = 60
LINE_LIMIT = 1.2
MANY, MANY_LIMIT = 200, 1.3
CHECKS = 20  # in a row: one alone is shorter than the clock is fine


def ratio(runs: int = 15) -> float:
    """The search over the check of the same program: the worst median of the examples, in processor time."""
    library = read_library(resource_path())
    worst = 0.0
    for name in EXAMPLES:
        program = complete_program(read_program(load_toml(resource_path("examples", name)), library))
        checked = check(program, library)
        assert explanations_of(checked, library).found
        searches = [_seconds(lambda found=checked: explanations_of(found, library)) for _ in range(runs)]
        checks = [_seconds(lambda read=program: check(read, library)) for _ in range(runs)]
        worst = max(worst, statistics.median(searches) / statistics.median(checks))
    return worst


def of_the_line(turns: int = 60) -> tuple[float, float]:
    """The check of a change with line, prime and bridge, and of the same without: the least processor time of many turns (s).

    They take turns; whatever else the machine does only ever makes a turn longer.
    """
    library = read_library(resource_path())
    table = load_toml(resource_path("examples", "13-aspirated-and-primed.toml"))
    bare = {name: section for name, section in table.items() if name != "line"}
    programs = [complete_program(read_program(each, library)) for each in (table, bare)]
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(turns):
        for program, taken in zip(programs, times, strict=True):
            taken.append(_seconds(lambda read=program: [check(read, library) for _ in range(CHECKS)]))
    with_line, without = (min(taken) / CHECKS for taken in times)
    return with_line, without


def of_many(turns: int = 5) -> tuple[float, float]:
    """One call of `itbcalc check` with many files, and their reading and checks alone: medians in processor time (s)."""
    library = read_library(resource_path())
    text = resource_path("examples", "01-routine-increase.toml").read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder, f"{number}.toml")) for number in range(MANY)]
        for number, file in enumerate(files):
            Path(file).write_text(text.replace("P-0101", f"P-{1000 + number}"), encoding="utf-8")

        def call() -> None:
            with contextlib.redirect_stdout(io.StringIO()):
                assert run(["check", *files]) == 0

        def checks() -> None:
            for file in files:
                check(complete_program(read_program(load_toml(Path(file)), library)), library)

        times = [(_seconds(call), _seconds(checks)) for _ in range(turns)]
    return statistics.median(call for call, _ in times), statistics.median(bare for _, bare in times)


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    begin = time.process_time()
    work()
    return time.process_time() - begin


if __name__ == "__main__":
    with_line, without = of_the_line()
    print(f"check with line and prime over the same without: {with_line / without:.2f}")
    in_one_call, one_by_one = of_many()
    print(f"{MANY} files in one call over their checks: {in_one_call / one_by_one:.2f}")
    print(f"explanations over the check: {ratio():.1f}")
