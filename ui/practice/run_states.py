"""What is read of scenarios, runs and moves for the window; done beside it, where it may take its time. No Qt."""

import textwrap
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

from msgspec import Struct

from itbcalc.errors import FieldEntryError, ItbcalcError, LogError, RefusedError
from itbcalc.library.records import Library
from itbcalc.practice.certificate import log_words
from itbcalc.practice.debrief import (
    aside_words,
    debrief,
    decision_title,
    score_line,
    source_words,
    truth,
    weighty,
    worst_words,
)
from itbcalc.practice.moves import MoveKind, read_move
from itbcalc.practice.observing import Examination, duration_of
from itbcalc.practice.overview import Overview
from itbcalc.practice.play import LOOKING, begin, do
from itbcalc.practice.run import Decision, Run
from itbcalc.practice.run_file import (
    hidden_by_built_in,
    own_scenarios,
    read_header,
    read_run,
    refuse_unfinished,
    runs_folder,
    unfinished_words,
    write_run,
)
from itbcalc.practice.scenario_reading import (
    MOST_SEED,
    ScenarioError,
    read_scenario,
    read_scenario_named,
    scenario_paths,
)
from itbcalc.quantities.display import duration_text, moment_text, shown
from itbcalc.say import place_words, refusal_words
from ui.practice.course import drawing_of
from ui.practice.states import (
    Bar,
    DebriefState,
    DecisionRow,
    JudgedRow,
    ListState,
    OverviewState,
    PlayState,
    ScenarioRow,
    ToneState,
)

RUN_ENDING = ".itbrun"
_SEEN_SHORT = 60  # characters of a finding in the list of decisions
ABOUT = (
    "Practice is for learning on a patient who cannot be hurt: you get a situation, look, program the pump in the same "
    "check as at work, let hours or weeks pass, see what happens and learn why. The patient is a model. Nothing of "
    "it reaches the clinical log."
)


class Shown(Struct, frozen=True):
    """What of a run is looked at: the hidden state too, and which of the courses that were left (-1: the last ones).

    `debriefed` is how often its debrief had been read before it went on.
    """

    revealed: bool = False
    compared: int = -1
    debriefed: int = 0


class Played(Struct, frozen=True):
    """A run, how it is shown, and from when on (days) its course is to be drawn growing, None for at once."""

    run: Run
    state: PlayState
    grows_from: float | None = None


class Refused(Struct, frozen=True):
    """What was not done, and why, in words; `field` is what is to be typed otherwise."""

    words: str
    field: str = ""


# --- the list


def read_list(library: Library) -> ListState:
    """Every scenario there is, with the best score of the runs that were kept."""
    best = _best_scores()
    rows = []
    for name, path in scenario_paths(own_scenarios()).items():
        try:
            scenario = read_scenario(path, library)
        except ScenarioError as error:
            faults = "; ".join(f"{place}: {reason}" for place, reason in error.faults)
            rows.append(ScenarioRow(name, name, "", fault=f"Cannot be used. {faults}"))
            continue
        unfinished = unfinished_words(scenario.title)
        if unfinished:
            rows.append(ScenarioRow(name, name, "", fault=f"Not finished. {unfinished}"))
            continue
        rows.append(ScenarioRow(name, scenario.title, scenario.goal, best.get(name, "")))
    rows += [
        ScenarioRow(path.name, path.name, "", fault=f"{why[:1].upper()}{why[1:]}.")
        for path, why in hidden_by_built_in().items()
    ]
    return ListState(tuple(rows), ABOUT)


def _best_scores() -> dict[str, str]:
    """By scenario: the best percentage, and of how many runs to the end. Where an instructor helped it is not counted."""
    found: dict[str, list[Fraction]] = {}
    for path in sorted(runs_folder().glob(f"*{RUN_ENDING}")):
        try:
            header = read_header(path)
        except ItbcalcError:
            continue  # a foreign file in this folder is not the trainee's trouble
        if header.over and not header.instructed:
            found.setdefault(header.scenario, []).append(header.percent)
    return {name: _best_words(scores) for name, scores in found.items()}


def _best_words(scores: list[Fraction]) -> str:
    return f"best {float(max(scores)):.0f} %, played {len(scores)}×"


def read_seed(text: str) -> int | None:
    """The seed typed; None where nothing was. Raises RefusedError."""
    plain = text.strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and int(plain) <= MOST_SEED):
        raise RefusedError("seed", plain, "practice_seed", most=f"{MOST_SEED:,}")
    return int(plain)


# --- a run


def begun(name: str, seed_text: str, trainee: str, library: Library) -> Played | Refused:
    """A scenario at its start, as typed."""
    try:
        scenario = read_scenario_named(name, library, own_scenarios())
        refuse_unfinished(scenario)
        run = begin(scenario, library, read_seed(seed_text), trainee.strip())
    except (ScenarioError, RefusedError) as error:
        return refused(error)
    return looked_at(run, Shown())


def moved(run: Run, table: Mapping[str, Any], library: Library, shown_: Shown) -> Played | Refused:
    """The run after a move as it is written in a script."""
    try:
        after = do(run, read_move(table, library))
    except ItbcalcError as error:
        return refused(error)
    grows = float(run.at) if after.at > run.at else None
    return looked_at(after, shown_, grows)


def looked_at(run: Run, shown_: Shown, grows_from: float | None = None) -> Played:
    """The run as it is shown."""
    return Played(run, play_state(run, shown_), grows_from)


def refused(error: ItbcalcError) -> Refused:
    """Why something was not done, in words."""
    if isinstance(error, RefusedError | FieldEntryError):
        field = error.field.removeprefix("move.")
        plain = field in ("do", "to", "by", "seed", "scenario", "move", "file", "log", "answer", "answers")
        where = "" if plain else f"{place_words(field).capitalize()}: "
        return Refused(where + refusal_words(error), field)
    if isinstance(error, ScenarioError | LogError):
        return Refused(str(error))
    return Refused(refusal_words(error))


def play_state(run: Run, shown_: Shown) -> PlayState:
    """Everything the page shows of a run."""
    scenario, away = run.scenario, run.away_until
    note = ""
    if run.over:
        note = "The scenario is over. Look at the debrief, or go back to a decision and try otherwise."
    elif away is not None:
        note = f"The patient is out of reach until {moment_text(run.moment_at(away))}: only time can pass."
    return PlayState(
        title=scenario.title,
        goal=scenario.goal,
        situation=" ".join(scenario.situation.split()),
        chart=tuple((row.label, row.words) for row in scenario.chart),
        in_force=_in_force(run),
        clock=moment_text(run.moment),
        left="" if run.over else f"{duration_text(run.left)} left",
        note=note,
        seen=tuple(_seen(run)),
        tone=_tone(run),
        decisions=tuple(_decision_row(run, decision) for decision in run.decisions),
        branches=tuple(_branch_words(branch, number) for number, branch in enumerate(run.branches, start=1)),
        compared=shown_.compared,
        hints=run.hints,
        hints_left=len(scenario.hints) - len(run.hints),
        aside=f"{aside_words(run, shown_.debriefed)} Seed {run.seed}.",
        can_act=not run.over and away is None,
        can_advance=not run.over,
        next_event=not run.over,
        instructed=run.instructed,
        revealed=shown_.revealed,
        hidden=tuple(truth(run)) if shown_.revealed else (),
        examinations=(
            *((str(each), _examination_words(each)) for each in Examination),
            (MoveKind.LIST.value, f"List of refills ({duration_text(LOOKING)})"),
        ),
        drawing=drawing_of(run, revealed=shown_.revealed, compared=shown_.compared),
    )


def until_next_event(run: Run) -> str:
    """How long it is until something happens that the scenario brings, or until its end, as a duration is typed."""
    times = [event.at for event in run.scenario.events]
    times += [event.away_until for event in run.scenario.events if event.away_until is not None]
    coming = [time for time in times if run.at < time < run.scenario.lasts]
    if not coming:
        return "end"
    minutes = (min(coming) - run.at) * 1440
    return f"{-(-minutes.numerator // minutes.denominator)} min"


def _in_force(run: Run) -> str:
    current, dose = run.table["current"], run.dose_in_force
    told = "stopped" if dose is None or not dose.magnitude else shown(dose)
    mode = str(current["mode"]).replace("-", " ")
    return f"Programmed: {told}, {current['concentration']}{'' if told == mode else f', {mode}'}"


def _seen(run: Run) -> Iterator[tuple[str, str, str]]:
    for decision in reversed(run.decisions):
        if decision.observed is not None:
            examination, words = decision.observed.examination, "; ".join(decision.words)
            if examination is Examination.TONE:
                words = "in the table below"
            yield _short_moment(run, decision.ends), examination.words, words


def _tone(run: Run) -> ToneState:
    """The groups a row each, left beside right; with what was there at the look before."""
    looks = [each for each in run.decisions if _examined(each) is Examination.TONE]
    if not looks:
        return ToneState()
    last, before = looks[-1], looks[-2] if len(looks) > 1 else None
    words = f"Tone, {_short_moment(run, last.ends)}"
    if before is not None:
        words = f"Tone, {_short_moment(run, before.ends)} → {_short_moment(run, last.ends)}"
    now, then = (_values(each) for each in (last, before))
    cells = {name: f"{then[name]} → {value}" if name in then else value for name, value in now.items()}
    groups = dict.fromkeys(name.partition(" ")[2] for name in cells)
    return ToneState(
        words, tuple((group, cells[f"left {group}"], cells[f"right {group}"]) for group in groups)
    )


def _examined(decision: Decision) -> Examination | None:
    return None if decision.observed is None else decision.observed.examination


def _values(decision: Decision | None) -> Mapping[str, str]:
    return {} if decision is None or decision.observed is None else decision.observed.values


def _decision_row(run: Run, decision: Decision) -> DecisionRow:
    words = " ".join(decision.words)
    if decision.observed is not None or decision.programmed is not decision.programming:
        words = textwrap.shorten(
            words, _SEEN_SHORT, placeholder=" …"
        )  # what was seen stands in full elsewhere
    return DecisionRow(decision.number, _short_moment(run, decision.at), decision_title(decision), words)


def _short_moment(run: Run, at: Fraction) -> str:
    """Without the year, which the clock says: `6 Jul 09:20`."""
    day, month, _, time = moment_text(run.moment_at(at)).split(" ")
    return f"{day} {month} {time}"


def _branch_words(branch: Run, number: int) -> str:
    doses = [
        each.programmed.page.get("daily_dose", "stopped")
        for each in branch.decisions
        if each.programmed is not None
    ]
    what = ", ".join(doses) or "nothing programmed"
    return f"{number}. {what}, left {moment_text(branch.moment)}"


def _examination_words(what: Examination) -> str:
    return f"{what.words[:1].upper()}{what.words[1:]} ({duration_text(duration_of(what))})"


# --- afterwards


def debrief_state(run: Run, library: Library, kept: str, debriefed: int = 0) -> DebriefState:
    """What is said after a run; `kept` says where it was kept, `debriefed` how often this was read before it went on."""
    told = debrief(run)
    return DebriefState(
        title=run.scenario.title,
        score=score_line(told.score),
        aside=aside_words(run, debriefed),
        worst=worst_words(run, told.worst),
        judged=tuple(
            JudgedRow(
                each.earned,
                f"{each.points} of {each.criterion.points}",
                each.criterion.words,
                each.reason,
                "; ".join(source_words(key, library) for key in each.criterion.source),
            )
            for each in told.score.judged
        ),
        decisions=tuple(
            (
                str(each.number),
                moment_text(each.moment),
                each.title,
                " ".join((*each.words, *(f"{message.title}." for message in weighty(each.found)))),
            )
            for each in told.decisions
        ),
        truth=told.truth,
        words=" ".join(told.words.split()),
        experts=tuple(
            (each.words, "; ".join(source_words(key, library) for key in each.source))
            for each in told.experts
        ),
        kept=kept,
        drawing=drawing_of(run, revealed=True),
    )


def keep_run(run: Run, debriefed: int = 0) -> Path:
    """Writes the run among those kept, under a name of its own. Raises LogError, OSError."""
    runs_folder().mkdir(parents=True, exist_ok=True)
    while True:
        path = proposed_path(run)
        if not path.exists():
            write_run(run, path, debriefed)
            return path


def proposed_path(run: Run) -> Path:
    """The first name for this run in the folder of runs that no file has."""
    names = (runs_folder() / f"{run.scenario.name}-{run.seed}-{number}{RUN_ENDING}" for number in count(1))
    return next(path for path in names if not path.exists())


def verdict_of(run: Run, path: Path | None, library: Library) -> str:
    """What comes of verifying the run's own log, in words. Raises ItbcalcError where it does not hold."""
    if path is None:
        return f"The run's own log is {log_words(run)}."
    found = read_run(path, library, own_scenarios())
    outcome = f"{path.name} was played again. {found.about_version}"
    if not found.about_version:
        outcome = f"{path.name} was played again and comes out the same."
    return " ".join(filter(None, (outcome, found.about_scenario, f"Its log is {log_words(found.run)}.")))


def overview_state(found: Overview, problems: tuple[str, ...]) -> OverviewState:
    """Several runs as a table and as bars."""
    rows = []
    for line in found.lines:
        run = line.replayed.run
        missed = [each.criterion.words for each in line.score.judged if not each.earned]
        asked = f"{len(run.hints)} / {run.times_back} / {line.replayed.debriefed}"
        percent = f"{float(line.score.percent):.0f} %{', instructor' if run.instructed else ''}"
        rows.append(
            (
                line.file,
                run.trainee or "not named",
                run.scenario.title,
                percent,
                asked,
                "; ".join(missed) or "nothing",
            )
        )
    titles = {line.replayed.run.scenario.name: line.replayed.run.scenario.title for line in found.lines}
    return OverviewState(
        about=f"{len(rows)} runs of {len(titles)} scenarios",
        problems=(*problems, *found.remarks),
        headings=("file", "trainee", "scenario", "score", "hints / back / debrief", "missed"),
        rows=tuple(rows),
        bars=tuple(
            Bar(titles[bar.scenario], bar.words, float(bar.share), f"{bar.earned} of {bar.runs}")
            for bar in found.bars
        ),
    )
