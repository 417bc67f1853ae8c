"""How fast and how large is itbcalc? As ratios to something known, both sides in one run; `dev.py bench` starts this.

The two sides of a ratio take turns and each counts with its median, so that a busy machine slows both. Exit status 1
where a figure is above its limit. `--quick` takes 3 turns instead of 11: for a first look, not for a verdict.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import bench_check
import bench_log
import bench_practice
import bench_refills
import bench_schedule
import bench_tip

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUNDLE = ROOT / "dist" / "itbcalc"
FLOW_RATE = ("-m", "itbcalc", "flow-rate", "--dose", "350 mcg/day", "--concentration", "2000 mcg/mL")
TURNS, QUICK_TURNS = 11, 3
LONGEST_KEYSTROKE = 0.100
ONE_FRAME_MS = 16.7  # at 60 Hz
NOT_MEASURED = "not measured"
NAMES_WIDTH = 56
STOOD_STILL = "long log opened, a patient chosen: window stood still (longest)"
SCHEDULE_KEYSTROKE = "schedule: keystroke until the day is painted (longest)"


@dataclass(frozen=True)
class Row:
    """One line of the table. Without a limit it is for information; without a figure it could not be measured."""

    name: str
    ours: str
    against: str
    figure: float | None = None
    limit: float | None = None
    unit: str = ""

    @property
    def too_much(self):
        return self.figure is not None and self.limit is not None and self.figure > self.limit

    def line(self):
        figure = "" if self.figure is None else f"{self.figure:.2f}{self.unit}"
        limit = "" if self.limit is None else f"<= {self.limit:g}{self.unit}"
        verdict = "" if self.limit is None or self.figure is None else "TOO MUCH" if self.too_much else "ok"
        return f"{self.name:<{NAMES_WIDTH}}{self.ours:>13}{self.against:>13}{figure:>10}  {limit:<12}{verdict}".rstrip()


# --- measuring


def take_turns(turns, sides):
    """What each side measured in each of its turns, by its name; a first turn warms the caches and does not count."""
    measured = {name: [] for name in sides}
    for turn in range(turns + 1):
        for name, measure in sides.items():
            found = measure()
            if turn:
                measured[name].append(found)
    return measured


def seconds_of(arguments: Sequence[str], variables: Mapping[str, str]):
    """How long the whole process of Python with these arguments takes."""
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=variables, stdout=subprocess.DEVNULL, check=True
    )
    return time.perf_counter() - begin


def window_figures(what: str, variables: Mapping[str, str]):
    """What `windows.py` prints; it counts from here, before its process exists."""
    command = [sys.executable, str(HERE / "windows.py"), what, repr(time.time())]
    done = subprocess.run(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def variables_for_children(configuration: str):
    """The environment of a clinic without profiles of its own, whose Python keeps its bytecode, without a display."""
    variables = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return variables | {"QT_QPA_PLATFORM": "offscreen", "ITBCALC_CONFIG_DIR": configuration}


# --- the table


def window_rows(turns, variables):
    names = ("empty", "shown", "answer")
    measured = take_turns(turns, {name: lambda name=name: window_figures(name, variables) for name in names})
    seconds = {name: statistics.median(each["seconds"] for each in measured[name]) for name in names}
    yield ratio_in_ms("window shown : empty Qt window", seconds["shown"], seconds["empty"], 2.0)
    yield ratio_in_ms("first answer : empty Qt window", seconds["answer"], seconds["empty"], 4.0)
    peaks = {name: [each["peak"] for each in measured[name]] for name in names}
    if None in peaks["empty"]:
        yield Row("memory : empty Qt window", NOT_MEASURED, NOT_MEASURED, None, 2.5)
    else:
        ours, theirs = statistics.median(peaks["answer"]) / 1e6, statistics.median(peaks["empty"]) / 1e6
        yield Row("memory : empty Qt window", f"{ours:.0f} MB", f"{theirs:.0f} MB", ours / theirs, 2.5)
    typed = window_figures("keystroke", variables)["keystrokes"]
    longest = f"{max(typed) * 1000:.0f} ms"
    median = statistics.median(typed) * 1000
    yield Row("keystroke until painted (longest)", longest, "", median, LONGEST_KEYSTROKE * 1000, " ms")
    typed = window_figures("schedule", variables)["keystrokes"]
    longest, median = f"{max(typed) * 1000:.0f} ms", statistics.median(typed) * 1000
    yield Row(SCHEDULE_KEYSTROKE, longest, "", median, ONE_FRAME_MS, " ms")


def command_row(turns, variables):
    measured = take_turns(
        turns,
        {
            "ours": lambda: seconds_of(FLOW_RATE, variables),
            "pint": lambda: seconds_of(("-c", "import pint"), variables),
        },
    )
    ours, theirs = statistics.median(measured["ours"]), statistics.median(measured["pint"])
    return ratio_in_ms("itbcalc flow-rate : import pint", ours, theirs, 1.3)


def check_row(turns):
    return Row("explanations : the check", "", "", bench_check.ratio(turns), bench_check.COST_LIMIT)


def line_row(turns):
    """The check of a change with line, prime and bridge over the same without line and prime; in processor time."""
    with_line, without = bench_check.of_the_line(max(turns, 31))  # a few milliseconds each: many turns
    return ratio_in_ms("check with line and prime : without", with_line, without, bench_check.LINE_LIMIT)


def schedule_rows(turns):
    """Of long schedules, over one step a day; in processor time."""
    for differs, said in ((False, "check"), (True, "check, three differ")):
        one = bench_schedule.processor_seconds(1, 1, differs=differs, turns=turns)
        for steps, kinds in bench_schedule.SIZES:
            ours = bench_schedule.processor_seconds(steps, kinds, differs=differs, turns=turns)
            name = f"{said}: {steps} steps, days of {kinds} kind(s) : one step"
            yield ratio_in_ms(name, ours, one, None)
    one, many = (bench_schedule.processor_seconds(steps, 7, differs=True, turns=turns) for steps in (1, 13))
    name = "check, three differ, days of 7 kinds: 13 steps : one step"
    yield ratio_in_ms(name, many, one, bench_schedule.CHECK_LIMIT)
    for steps, kinds in bench_schedule.EXPLAINED:
        taken = bench_schedule.search(steps, kinds, turns=turns)
        said = f"explanations, none found: {steps} steps, days of {kinds} kind(s)"
        yield ratio_in_ms(f"{said} : check", taken.whole, taken.bare_check, bench_schedule.SEARCH_LIMIT)
        longest = taken.longest_piece * 1000
        yield Row(
            "  longest piece of it", f"{longest:.1f} ms", "", longest, bench_schedule.SLICE_LIMIT_MS, " ms"
        )


def tip_rows(turns):
    yield Row("a year through the tip : bare loop", "", "", bench_tip.cost(turns=turns), bench_tip.COST_LIMIT)
    yield Row(
        "10 times the events : the events", "", "", bench_tip.growth(turns=turns), bench_tip.GROWTH_LIMIT
    )


def practice_row(turns):
    cost = bench_practice.cost(turns=turns)
    return Row("practice: a simulated year : one numpy pass", "", "", cost, bench_practice.COST_LIMIT)


def log_rows(turns, variables, *, quick):
    with bench_log.logs(quick=quick) as folder:
        for name, found, limit in bench_log.figures(folder, quick=quick):
            yield Row(
                name, f"{found.ours * 1000:.2f} ms", f"{found.theirs * 1000:.2f} ms", found.ratio, limit
            )
        with_log = {kind: variables | {"ITBCALC_DATA_DIR": str(folder / kind)} for kind in ("long", "empty")}
        measured = take_turns(
            turns, {kind: lambda kind=kind: window_figures("shown", with_log[kind]) for kind in with_log}
        )
        long, empty = (
            statistics.median(each["seconds"] for each in measured[kind]) for kind in ("long", "empty")
        )
        yield ratio_in_ms("window shown with the long log : without a log", long, empty, 1.1)
        stood = window_figures("log", with_log["long"])["stood_still"] * 1000
        yield Row(STOOD_STILL, f"{stood:.0f} ms", "", stood, LONGEST_KEYSTROKE * 1000, " ms")


def refills_rows(variables, *, quick):
    """Of 20,100 entries of 300 patients; a tenth of both for a first look."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "titration.itblog"
        bench_refills.made_store(path, bench_refills.PATIENTS // (10 if quick else 1))
        for name, found, limit in bench_refills.figures(path):
            yield ratio_in_ms(name, found.ours, found.theirs, limit)
        figures = window_figures("refills", variables | {"ITBCALC_DATA_DIR": folder})
        for words, key in (("longest", "stood_still"), ("its own processor time", "stood_still_busy")):
            stood = figures[key] * 1000
            name = f"refills read and gone through: window stood still ({words})"
            yield Row(name, f"{stood:.0f} ms", "", stood, LONGEST_KEYSTROKE * 1000, " ms")


def ratio_in_ms(name, ours, theirs, limit):
    return Row(name, f"{ours * 1000:.0f} ms", f"{theirs * 1000:.0f} ms", ours / theirs, limit)


def bundle_row():
    if not BUNDLE.exists():
        return Row("bundle", "not built", "")
    files = [path for path in BUNDLE.rglob("*") if path.is_file() and not path.is_symlink()]
    return Row("bundle", f"{sum(path.stat().st_size for path in files) / 1e6:.0f} MB", "")


def main(arguments):
    if unknown := set(arguments) - {"--quick"}:
        print(f"unknown: {' '.join(sorted(unknown))}; known is --quick")
        return 2
    turns = QUICK_TURNS if arguments else TURNS
    print(f"{'':<{NAMES_WIDTH}}{'itbcalc':>13}{'other side':>13}{'ratio':>10}  limit", flush=True)
    rows = []
    with tempfile.TemporaryDirectory() as configuration:
        variables = variables_for_children(configuration)

        def all_rows():
            yield command_row(turns, variables)
            yield from window_rows(turns, variables)
            yield check_row(turns)
            yield line_row(turns)
            yield from schedule_rows(turns)
            yield from tip_rows(turns)
            yield practice_row(turns)
            yield from log_rows(turns, variables, quick=bool(arguments))
            yield from refills_rows(variables, quick=bool(arguments))
            yield bundle_row()

        for row in all_rows():
            print(row.line(), flush=True)
            rows.append(row)
    print(f"medians of {turns} turns" + (", too few for a verdict" if arguments else ""))
    return 1 if any(row.too_much for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
