"""How fast and how large is itbcalc? As ratios to something known, both sides in one run; `dev.py bench` starts this.

What counts is processor time, of one thread for linear algebra, so that a busy machine does not change the answer; only
what waits for the disk is by the clock. The two sides of a ratio take turns and each counts with its median. A row that
cannot be measured says so, and the others are measured still. Exit status 1 where one failed or is above its limit.
`--quick` takes 3 turns instead of 11: for a first look, not for a verdict. Names of groups (`command window`) measure these alone.
"""

import json
import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before numpy is read
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
import tomli_w

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
FLOW_RATE = ("-m", "itbcalc", "flow-rate", "--dose", "350 mcg/day", "--concentration", "2000 mcg/mL")
TURNS, QUICK_TURNS = 11, 3
SHOWN_LIMIT, ANSWER_LIMIT, MEMORY_LIMIT = 1.8, 3.3, 2.3
COMMAND_LIMIT = 1.1
STOOD_STILL_MS = 100
ONE_FRAME_MS = 16.7  # at 60 Hz
KEYSTROKE_MS = 40
ENTRY_MS = 50
MEMORY = "memory at rest, with the picture : empty Qt window"
NOT_MEASURED = "not measured"
NAMES_WIDTH = 56
STOOD_STILL = "long log opened, a patient chosen: window stood still (longest)"
TURN = "turn after a key"
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
    failed: bool = False

    @property
    def too_much(self):
        return self.failed or (
            self.figure is not None and self.limit is not None and self.figure > self.limit
        )

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
    """The processor time of the whole process of Python with these arguments; by the clock where the system tells no other."""
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=variables, stdout=subprocess.DEVNULL
    )
    if hasattr(os, "wait4"):
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        taken = used.ru_utime + used.ru_stime
    else:
        process.wait()
        taken = time.perf_counter() - begin
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return taken


def window_figures(what: str, variables: Mapping[str, str], *more: str):
    """What `windows.py` prints."""
    command = [sys.executable, str(HERE / "windows.py"), what, *more]
    done = subprocess.run(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def variables_for_children(configuration: str):
    """The environment of a clinic without profiles of its own, whose Python keeps its bytecode, on a screen of 1280 x 800."""
    screen = Path(configuration, "screen.json")
    screen.write_text(
        json.dumps({"screens": [{"name": "screen", "x": 0, "y": 0, "width": 1280, "height": 800}]})
    )
    variables = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return variables | {
        "QT_QPA_PLATFORM": f"offscreen:configfile={screen}",
        "ITBCALC_CONFIG_DIR": configuration,
        "OPENBLAS_NUM_THREADS": "1",
    }


# --- the table


def window_rows(turns, variables):
    names = ("empty", "shown", "answer")
    measured = take_turns(turns, {name: lambda name=name: window_figures(name, variables) for name in names})
    seconds = {name: statistics.median(each["seconds"] for each in measured[name]) for name in names}
    yield ratio_in_ms("window shown : empty Qt window", seconds["shown"], seconds["empty"], SHOWN_LIMIT)
    yield ratio_in_ms("first answer : empty Qt window", seconds["answer"], seconds["empty"], ANSWER_LIMIT)
    held = {name: [each["memory"] for each in measured[name]] for name in ("empty", "answer")}
    if None in held["empty"]:
        yield Row(MEMORY, NOT_MEASURED, NOT_MEASURED, None, MEMORY_LIMIT)
    else:
        ours, theirs = statistics.median(held["answer"]) / 1e6, statistics.median(held["empty"]) / 1e6
        yield Row(MEMORY, f"{ours:.0f} MB", f"{theirs:.0f} MB", ours / theirs, MEMORY_LIMIT)


def keystroke_rows(variables):
    typed = window_figures("keystroke", variables)
    yield in_median("keystroke until its values are painted (longest)", typed["values"], ONE_FRAME_MS)
    yield in_median("keystroke and all that follows (longest)", typed["keystrokes"], KEYSTROKE_MS)
    typed = window_figures("schedule", variables)["keystrokes"]
    yield in_median(SCHEDULE_KEYSTROKE, typed, ONE_FRAME_MS)
    with tempfile.TemporaryDirectory() as folder:
        for name, program in programs_typed_into(Path(folder)):
            turns = window_figures("turns", variables, str(program))["turns"]
            yield in_median(f"{TURN}, {name} (longest)", turns, ONE_FRAME_MS)


def programs_typed_into(folder):
    """Programs from short to long, each with its name; those that no example shows are written to `folder`."""
    for beginning, name in (("06", "one dose a day"), ("18", "a step at night")):
        yield name, next(ROOT.glob(f"resources/examples/{beginning}-*.toml"))
    for steps, kinds in ((24, 1), (13, 7)):
        path = folder / f"{steps}-{kinds}.toml"
        path.write_text(tomli_w.dumps(bench_schedule.table(steps, kinds, differs=True)), encoding="utf-8")
        yield f"{steps} steps, days of {kinds} kind(s)", path


def entry_row(turns, variables):
    entered = [window_figures("practice", variables)["entered"] for _ in range(turns)]
    return in_median("practice entered (longest)", entered, ENTRY_MS)


def in_median(name, seconds, limit_ms):
    """The longest for information, the median against the limit."""
    median = statistics.median(seconds) * 1000
    return Row(name, f"{max(seconds) * 1000:.0f} ms", "", median, limit_ms, " ms")


def command_row(turns, variables):
    measured = take_turns(
        turns,
        {
            "ours": lambda: seconds_of(FLOW_RATE, variables),
            "pint": lambda: seconds_of(("-c", "import pint"), variables),
        },
    )
    ours, theirs = statistics.median(measured["ours"]), statistics.median(measured["pint"])
    return ratio_in_ms("itbcalc flow-rate : import pint", ours, theirs, COMMAND_LIMIT)


def check_row(turns):
    return Row("explanations : the check", "", "", bench_check.ratio(turns), bench_check.COST_LIMIT)


def many_row(turns):
    """200 files in one call over the checks themselves; in processor time."""
    call, checks = bench_check.of_many(turns)
    return ratio_in_ms("itbcalc check of 200 files : their checks", call, checks, bench_check.MANY_LIMIT)


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
    for steps, kinds, rows in bench_schedule.EXPLAINED:
        taken = bench_schedule.search(steps, kinds, rows=rows, turns=turns)
        said = f"explanations, none found: {steps} steps, days of {kinds} kind(s){', rows read' * rows}"
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
    cost = bench_practice.cost(turns=max(turns, 21))
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
        stood = window_figures("log", with_log["long"])["stood_still_busy"] * 1000
        yield Row(STOOD_STILL, f"{stood:.0f} ms", "", stood, STOOD_STILL_MS, " ms")


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
            yield Row(name, f"{stood:.0f} ms", "", stood, STOOD_STILL_MS, " ms")


def ratio_in_ms(name, ours, theirs, limit):
    return Row(name, f"{ours * 1000:.0f} ms", f"{theirs * 1000:.0f} ms", ours / theirs, limit)


def bundle_row():
    built = [path for path in ROOT.glob("dist/itbcalc-*") if path.is_dir()]
    if not built:
        return Row("bundle", "not built", "")
    files = [path for path in max(built).rglob("*") if path.is_file() and not path.is_symlink()]
    return Row("bundle", f"{sum(path.stat().st_size for path in files) / 1e6:.0f} MB", "")


def shown(name, group):
    """The rows of a group, each printed as soon as it is there; where one cannot be measured, that."""
    rows = []
    try:
        for row in group():
            print(row.line(), flush=True)
            rows.append(row)
    except Exception as error:  # noqa: BLE001  # whatever it is: the other groups are measured still
        rows.append(Row(f"{name}: {type(error).__name__}", "failed", "", failed=True))
        print(rows[-1].line(), flush=True)
        print(error, file=sys.stderr)
    return rows


def groups_of(turns, variables, *, quick):
    """What makes each group of rows, by the name under which it can be asked for."""
    return {
        "command": lambda: [command_row(turns, variables)],
        "window": lambda: window_rows(turns, variables),
        "keystroke": lambda: keystroke_rows(variables),
        "entered": lambda: [entry_row(turns, variables)],
        "check": lambda: [check_row(turns), line_row(turns), many_row(turns)],
        "schedule": lambda: schedule_rows(turns),
        "tip": lambda: tip_rows(turns),
        "practice": lambda: [practice_row(turns)],
        "log": lambda: log_rows(turns, variables, quick=quick),
        "refills": lambda: refills_rows(variables, quick=quick),
        "bundle": lambda: [bundle_row()],
    }


def main(arguments):
    quick, asked = "--quick" in arguments, [each for each in arguments if each != "--quick"]
    turns = QUICK_TURNS if quick else TURNS
    rows = []
    with tempfile.TemporaryDirectory() as configuration:
        groups = groups_of(turns, variables_for_children(configuration), quick=quick)
        if unknown := set(asked) - set(groups):
            print(f"unknown: {' '.join(sorted(unknown))}; known is --quick, and {', '.join(groups)}")
            return 2
        print(f"{'':<{NAMES_WIDTH}}{'itbcalc':>13}{'other side':>13}{'ratio':>10}  limit", flush=True)
        for name in asked or groups:
            rows += shown(name, groups[name])
    print(f"medians of {turns} turns" + (", too few for a verdict" if quick else ""))
    return 1 if any(row.too_much for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
