"""Ten patients whom nobody had looked at when the scenarios were finished: each scenario by its two scripts, once.

Run as a script, it prints the table of docs/practice-model.md. Nothing is tuned to what comes out.
"""

import hashlib
from collections.abc import Iterator
from fractions import Fraction

from itbcalc.practice.model import Sedation, WithdrawalStage
from itbcalc.practice.moves import read_script
from itbcalc.practice.play import play
from itbcalc.practice.run import Run
from itbcalc.practice.scenario_reading import MOST_SEED
from itbcalc.practice.score import score
from tests.itbcalc.practice.playing import NAMES, SCRIPTS, library, start

SENTENCE = "Ten patients whom nobody has looked at before the scenarios were finished, 29 November 2026"
SEEDS = tuple(
    int.from_bytes(hashlib.sha256(f"{SENTENCE}/{number}".encode()).digest()[:8]) % MOST_SEED
    for number in range(1, 11)
)
HEAD = (
    "| Scenario | Good script, % | of ten 90 % or more | Bad script, % | of ten harmed by it |",
    "| --- | --- | --- | --- | --- |",
)


def lines() -> Iterator[str]:
    yield from HEAD
    for name in NAMES:
        good, bad = ([_played(name, kind, seed) for seed in SEEDS] for kind in ("good", "bad"))
        known = [score(run).percent for run in good]
        mistaken = [score(run).percent for run in bad]
        well = sum(each >= 90 for each in known)
        yield f"| {name} | {_span(known)} | {well} | {_span(mistaken)} | {sum(map(_harmed, bad))} |"


def _played(name: str, kind: str, seed: int) -> Run:
    return play(start(name, seed=seed), read_script(SCRIPTS / f"{name}-{kind}.toml", library()))


def _span(percents: list[Fraction]) -> str:
    low, high = (f"{float(each):.0f}" for each in (min(percents), max(percents)))
    return low if low == high else f"{low} to {high}"


def _harmed(run: Run) -> bool:
    worst = run.course.worst(run.model_time(Fraction(0)), run.model_time(run.at))
    return worst.sedation is not Sedation.AWAKE or worst.withdrawal is not WithdrawalStage.NONE


if __name__ == "__main__":
    print("\n".join(lines()))
