"""How did a class do: one line a run, and each criterion over all runs, as a table and to be drawn?"""

import csv
import io
from collections.abc import Iterator, Sequence
from fractions import Fraction

from msgspec import Struct

from itbcalc.practice.likeness import course_taken
from itbcalc.practice.parameters import NOT_VALIDATED
from itbcalc.practice.run_file import Replayed
from itbcalc.practice.score import Score, score
from itbcalc.visits.authors import same_name
from itbcalc.visits.transfer import safe_cell

COLUMNS = (
    "note",
    "file",
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
    "debriefed",
    "over",
    "worst_sedation",
    "worst_withdrawal",
    "missed",
)


class RunLine(Struct, frozen=True):
    """One run of the overview."""

    replayed: Replayed
    score: Score

    @property
    def label(self) -> str:
        """Who played what."""
        run = self.replayed.run
        return f"{_trainee(self)}, {run.scenario.name}"

    @property
    def file(self) -> str:
        """The name of its file."""
        return self.replayed.file or "no file"


class CriterionBar(Struct, frozen=True):
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


class Overview(Struct, frozen=True):
    """The runs of a class, and what is drawn of them: `bars` in the order of scenarios and criteria.

    `remarks` say which of them are one run in two files or under two names, and which another version of the program wrote.
    """

    lines: tuple[RunLine, ...]
    bars: tuple[CriterionBar, ...]
    remarks: tuple[str, ...] = ()
    note: str = NOT_VALIDATED


def overview(runs: Sequence[Replayed]) -> Overview:
    """The overview of several runs, of one scenario or of several."""
    lines = tuple(RunLine(each, score(each.run)) for each in runs)
    remarks = [*_alike(lines), *_of_the_file(lines)]
    return Overview(lines, tuple(_bars(lines)), tuple(remarks))


def _alike(lines: Sequence[RunLine]) -> Iterator[str]:
    """The same decisions about the same patient: one run copied, or one played under two names.

    Reasons, hints and how a quantity was written make no difference.
    """
    known = dict[tuple[object, ...], list[RunLine]]()
    for line in lines:
        run = line.replayed.run
        earlier = known.setdefault((run.scenario.digest, run.seed, course_taken(run)), [])
        own = [each for each in earlier if same_name(each.replayed.run.trainee, run.trainee)]
        if own:
            yield f"{line.file} is the same run as {own[0].file}: it counts twice here."
        elif earlier and run.decisions:
            first = earlier[0]
            yield f"{line.file} and {first.file} hold the same moves under two names: {_trainee(line)} and {_trainee(first)}."
        earlier.append(line)


def _trainee(line: RunLine) -> str:
    return line.replayed.run.trainee or "not named"


def _of_the_file(lines: Sequence[RunLine]) -> list[str]:
    """What is to be said of a file itself: another version wrote it, or it alone holds the scenario."""
    told = [(line.file, line.replayed) for line in lines]
    versions = [f"{file}: {run.about_version}" for file, run in told if run.about_version]
    return versions + [f"{file}: {run.about_scenario}" for file, run in told if run.about_scenario]


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
    """One line a run, what it is worth on each. What a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in found.lines:
        writer.writerow([safe_cell(cell) for cell in _cells(line)])
    return out.getvalue()


def _cells(line: RunLine) -> list[str]:
    run, held = line.replayed.run, line.score
    worst = run.course.worst(run.model_time(Fraction(0)), run.model_time(run.at))
    return [
        NOT_VALIDATED,
        line.file,
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
        str(line.replayed.debriefed),
        "yes" if run.over else "no",
        str(worst.sedation),
        str(worst.withdrawal),
        " ".join(each.criterion.id for each in held.judged if not each.earned),
    ]
