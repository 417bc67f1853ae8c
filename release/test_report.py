"""Writes what a whole test run showed: versions, the seed, what was left out, and of each requirement whether its tests ran and passed.

python -m release.test_report RUN.xml SEED > report.md

RUN.xml is what pytest writes with --junitxml. Status 1 where a test that holds a requirement did not run or did not pass: each by name.
"""

import platform
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from dev import CONSTRAINTS, ROOT, pins_of
from release.safety import Requirement, requirements, software_of_others

PASSED, FAILED, LEFT_OUT = "passed", "failed", "left out"


@dataclass(frozen=True, slots=True)
class Case:
    """One case of a test: `test_line.py::test_a_plug`, how it ended, and why it was left out."""

    test: str
    outcome: str
    why: str = ""


def cases_of(run: str) -> list[Case]:
    """Every case in the text of a run that pytest wrote on this machine."""
    return [_case(each) for each in ET.fromstring(run).iter("testcase")]  # noqa: S314  # our own pytest's


def _case(found: ET.Element) -> Case:
    file = found.get("classname", "").rpartition(".")[2]
    test = f"{file}.py::{found.get('name', '').partition('[')[0]}"
    if found.find("failure") is not None or found.find("error") is not None:
        return Case(test, FAILED)
    left_out = found.find("skipped")
    return Case(test, PASSED) if left_out is None else Case(test, LEFT_OUT, left_out.get("message", ""))


def not_held(cases: Iterable[Case], wanted: Iterable[Requirement]) -> list[str]:
    """In words, each test of a requirement that did not run, or did not pass."""
    outcomes = _outcomes(cases)
    return [
        f"{requirement.id}: {test} {_words(outcomes.get(test, Counter()))}"
        for requirement in wanted
        for test in requirement.tests
        if not _is_held(outcomes.get(test, Counter()))
    ]


def _outcomes(cases: Iterable[Case]) -> dict[str, Counter[str]]:
    outcomes: dict[str, Counter[str]] = {}
    for case in cases:
        outcomes.setdefault(case.test, Counter())[case.outcome] += 1
    return outcomes


def _is_held(outcomes: Counter[str]) -> bool:
    return outcomes[PASSED] > 0 and not outcomes[FAILED]


def _words(outcomes: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items())) or "did not run"


def report(cases: Sequence[Case], seed: str) -> str:
    """The report as a page of Markdown."""
    counted = Counter(case.outcome for case in cases)
    outcomes = _outcomes(cases)
    lines = [
        "# Test report",
        "",
        "Made by `python3 dev.py test`. It says what this run showed, on this machine.",
        "",
    ]
    lines += ["| | |", "| --- | --- |"]
    lines += [f"| {name} | {value} |" for name, value in _about(seed).items()]
    lines += [f"| cases | {_words(counted)} |", "", "## Requirements", ""]
    lines += ["| requirement | test | cases |", "| --- | --- | --- |"]
    for requirement in requirements():
        lines += [
            f"| {requirement.id} | `{test}` | {_words(outcomes.get(test, {}))} |"
            for test in requirement.tests
        ]
        if requirement.not_yet:
            lines.append(f"| {requirement.id} | **not yet**: {requirement.not_yet} | |")
    lines += ["", "## What was left out", ""]
    left_out = Counter((case.test, case.why) for case in cases if case.outcome == LEFT_OUT)
    lines += [f"- `{test}` ({number}): {why}" for (test, why), number in sorted(left_out.items())] or [
        "Nothing."
    ]
    lines += ["", "## Software of others", "", "| package | version |", "| --- | --- |"]
    lines += [f"| {name} | {version} |" for name, version in (*software_of_others(), *_tools())]
    return "\n".join(lines) + "\n"


def _about(seed: str) -> dict[str, str]:
    from itbcalc import __version__

    library = tomllib.loads((ROOT / "resources" / "limits" / "all.toml").read_text(encoding="utf-8"))
    return {
        "itbcalc": __version__,
        "commit": _commit(),
        "library of figures": str(library["version"]),
        "Python": platform.python_version(),
        "system": platform.platform(),
        "seed of the drawn tests": f"{seed} (`--hypothesis-seed={seed}` draws the same again); others name theirs themselves",
    }


def _commit() -> str:
    """The commit that was tried, and whether something was changed since."""
    try:
        said = [
            subprocess.run(
                ["git", *what], cwd=ROOT, capture_output=True, text=True, check=True
            ).stdout.strip()
            for what in (["rev-parse", "--short", "HEAD"], ["status", "--porcelain"])
        ]
    except (OSError, subprocess.CalledProcessError):
        return "not known"
    return f"{said[0]}, with changes" if said[1] else said[0]


def _tools() -> list[tuple[str, str]]:
    pins = pins_of(CONSTRAINTS.read_text(encoding="utf-8"), tools=True)
    return [(found[1], found[2]) for pin in pins if (found := re.match(r"([\w.-]+)==([^\s;]+)", pin))]


def main(arguments: Sequence[str]) -> int:
    """Prints the report of a run; what holds no requirement any more goes to standard error."""
    cases = cases_of(Path(arguments[0]).read_text(encoding="utf-8"))
    sys.stdout.write(report(cases, arguments[1]))
    missing = not_held(cases, requirements())
    for each in missing:
        sys.stderr.write(f"not held: {each}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
