"""How did a class do: one line a run, and each criterion over all runs, as a table and to be drawn?"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from itbcalc.practice.run_file import Replayed
from itbcalc.practice.score import Score, score

COLUMNS = (
    "scenario",
    "trainee",
    "seed",
    "itbcalc",
    "points",
    "possible",
    "percent",
    "hints",
    "taken_back",
    "instructed",
    "over",
    "worst_sedation",
    "worst_withdrawal",
    "missed",
)
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run of the overview."""

    replayed: Replayed
    score: Score

    @property
    def label(self) -> str:
        """Who played what."""
        run = self.replayed.run
        return f"{run.trainee or 'not named'}, {run.scenario.name}"


@dataclass(frozen=True, slots=True)
class CriterionBar:
    """A criterion of a scenario over all its runs: by how many of them its points were earned."""

    scenario: str
    criterion: str
    words: str
    earned: int
    runs: int

    @property
    def share(self) -> Fraction:
        """From 0 to 1."""
        return Fraction(self.earned, self.runs)


@dataclass(frozen=True, slots=True)
class Overview:
    """The runs of a class, and what is drawn of them: `bars` in the order of scenarios and criteria."""

    lines: tuple[RunLine, ...]
    bars: tuple[CriterionBar, ...]


def overview(runs: Sequence[Replayed]) -> Overview:
    """The overview of several runs, of one scenario or of several."""
    lines = tuple(RunLine(each, score(each.run)) for each in runs)
    return Overview(lines, tuple(_bars(lines)))


def _bars(lines: Sequence[RunLine]) -> list[CriterionBar]:
    names = dict.fromkeys(line.replayed.run.scenario.name for line in lines)
    bars = []
    for name in names:
        scores = [line.score for line in lines if line.replayed.run.scenario.name == name]
        for number, first in enumerate(scores[0].judged):
            earned = sum(each.judged[number].earned for each in scores)
            bars.append(CriterionBar(name, first.criterion.id, first.criterion.words, earned, len(scores)))
    return bars


def csv_text(found: Overview) -> str:
    """One line a run. What a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in found.lines:
        writer.writerow([_safe(cell) for cell in _cells(line)])
    return out.getvalue()


def _cells(line: RunLine) -> list[str]:
    run, held = line.replayed.run, line.score
    worst = run.course.worst(run.model_time(Fraction(0)), run.model_time(run.at))
    return [
        run.scenario.name,
        run.trainee,
        str(run.seed),
        line.replayed.version,
        str(held.points),
        str(held.possible),
        f"{float(held.percent):.1f}",
        str(len(run.hints)),
        str(run.times_back),
        "yes" if run.instructed else "no",
        "yes" if run.over else "no",
        str(worst.sedation),
        str(worst.withdrawal),
        " ".join(each.criterion.id for each in held.judged if not each.earned),
    ]


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
