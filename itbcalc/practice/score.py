"""What is a run worth: each criterion held against what was decided, found and what came of it?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from itbcalc.crosscheck import Verdict
from itbcalc.library.records import Severity
from itbcalc.practice.criteria import Criterion, CriterionKind, Harm, Scale, When, Which, as_any_quantity
from itbcalc.practice.model import Sedation, WithdrawalStage
from itbcalc.practice.moves import MoveKind
from itbcalc.practice.programming import Programming
from itbcalc.practice.run import Decision, Run
from itbcalc.quantities.display import duration_text, moment_text, shown
from itbcalc.quantities.units import Quantity

_DECIMALS = 1  # of a simulated score: more would be believed


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion and what became of it: whether its points were earned, why, and at which decisions."""

    criterion: Criterion
    earned: bool
    reason: str
    decisions: tuple[int, ...] = ()

    @property
    def points(self) -> int:
        """Those earned."""
        return self.criterion.points if self.earned else 0


@dataclass(frozen=True, slots=True)
class Score:
    """Every criterion of a run, judged."""

    judged: tuple[Judged, ...]

    @property
    def points(self) -> int:
        """Those earned."""
        return sum(each.points for each in self.judged)

    @property
    def possible(self) -> int:
        """All there are."""
        return sum(each.criterion.points for each in self.judged)

    @property
    def percent(self) -> Fraction:
        """Earned of all, exact."""
        return Fraction(100 * self.points, self.possible)


_Verdict = tuple[bool, str, Sequence[Decision]]


def score(run: Run) -> Score:
    """The score of the course taken.

    Hints and what was taken back are counted and shown, not scored: no source says what they are worth.
    """
    return Score(tuple(_judged(run, criterion) for criterion in run.scenario.criteria))


def _judged(run: Run, criterion: Criterion) -> Judged:
    earned, reason, decisions = JUDGES[criterion.kind](run, criterion)
    return Judged(criterion, earned, reason, tuple(decision.number for decision in decisions))


# --- the programmings


def programmings(run: Run) -> list[tuple[Decision, Programming]]:
    """What the pump was programmed to, in order."""
    return [(each, each.programmed) for each in run.decisions if each.programmed is not None]


_NOTHING_PROGRAMMED: _Verdict = (False, "Nothing was programmed.", ())


def _chosen(run: Run, criterion: Criterion) -> list[tuple[Decision, Programming]]:
    done, which = programmings(run), criterion.given["of"]
    return {Which.FIRST: done[:1], Which.LAST: done[-1:], Which.ALL: done}[which]


def _step_within(run: Run, criterion: Criterion) -> _Verdict:
    done = programmings(run)
    over = [
        decision
        for decision, made in done
        if any(
            each.limit and each.limit.id == criterion.given["limit"] and each.above
            for each in made.checked.findings
        )
    ]
    if not done:
        return _NOTHING_PROGRAMMED
    if over:
        return False, f"Above the limit {criterion.given['limit']}: {_doses(over)}.", over
    return True, f"Every step stayed within {criterion.given['limit']}.", ()


def _no_finding(run: Run, criterion: Criterion) -> _Verdict:
    code = criterion.given["finding"]
    done = programmings(run)
    found = [decision for decision, made in done if code in {each.code for each in made.checked.findings}]
    if not done:
        return _NOTHING_PROGRAMMED
    words = str(code).replace("_", " ")
    return (
        (False, f"Programmed in spite of the finding: {words}.", found)
        if found
        else (True, f"Never found: {words}.", ())
    )


def _no_stop_overridden(run: Run, _: Criterion) -> _Verdict:
    done = programmings(run)
    over = [decision for decision, made in done if _stops(made)]
    if not done:
        return _NOTHING_PROGRAMMED
    if over:
        titles = "; ".join(dict.fromkeys(title for _, made in done for title in _stops(made)))
        return False, f"Programmed over a stop: {titles}.", over
    return True, "No stop stood when the pump was programmed.", ()


def _stops(made: Programming) -> list[str]:
    return [message.title for message in made.messages if message.severity is Severity.STOP]


def _dose_between(run: Run, criterion: Criterion) -> _Verdict:
    chosen = _chosen(run, criterion)
    least, most = criterion.given["least"], criterion.given["most"]
    if not chosen:
        return _NOTHING_PROGRAMMED
    outside = [
        decision for decision, made in chosen if not _within(made.made.calculation.new_dose, least, most)
    ]
    span = shown(least) if least == most else f"{shown(least)} to {shown(most)}"
    doses = _doses([decision for decision, _ in chosen])
    return not outside, f"Given: {doses}; meant: {span}.", outside or [decision for decision, _ in chosen]


def _within(dose: Quantity | None, least: Quantity, most: Quantity) -> bool:
    return dose is not None and bool(least <= dose <= most)


def _dose_at_end(run: Run, criterion: Criterion) -> _Verdict:
    """The dose in force at the end, whoever set it."""
    least, most, dose = criterion.given["least"], criterion.given["most"], run.dose_in_force
    done = [decision for decision, _ in programmings(run)]
    told = "stopped" if dose is None else shown(dose)
    return (
        _within(dose, least, most),
        f"In force at the end: {told}; meant: {shown(least)} to {shown(most)}.",
        done[-1:],
    )


def _typed(run: Run, criterion: Criterion) -> _Verdict:
    chosen, place, text = _chosen(run, criterion), criterion.given["place"], criterion.given["text"]
    if not chosen:
        return _NOTHING_PROGRAMMED
    other = [decision for decision, made in chosen if not _says(made, place, text)]
    where = place.rpartition(".")[2].replace("_", " ")
    return not other, f"{where} {'was' if not other else 'was not'} {text}.", other


def _says(made: Programming, place: str, text: str) -> bool:
    """Whether a field was typed so: by its quantity where it is one, else by its text."""
    entered, wanted = made.checked.program.entries.get(place), as_any_quantity(text)
    if entered is not None and wanted is not None:
        return bool(entered.quantity.units == wanted.quantity.units and entered.quantity == wanted.quantity)
    table, _, key = place.partition(".")
    return bool(made.step.table.get(table, {}).get(key) == text)


def _bridged(run: Run, _: Criterion) -> _Verdict:
    changes = [
        (decision, made) for decision, made in programmings(run) if made.checked.program.concentration_changes
    ]
    if not changes:
        return False, "The concentration was never changed.", ()
    without = [decision for decision, made in changes if made.checked.program.bridge is None]
    if without:
        return False, "The concentration was changed without a bridge.", without
    return True, "The old drug was run out by a bridge, or aspirated.", [decision for decision, _ in changes]


def _page_compared(run: Run, _: Criterion) -> _Verdict:
    done = programmings(run)
    if not done:
        return _NOTHING_PROGRAMMED
    unread = [decision for decision, made in done if not _compared(made)]
    if unread:
        return False, "The daily dose on the programmer was not held against the one meant.", unread
    return True, "The programmer's own daily dose was typed into the check, and agreed.", ()


def _compared(made: Programming) -> bool:
    """Whether what the programmer shows was typed as it shows it, and nothing of it was found to differ."""
    typed = made.checked.program.read_outs
    shown_dose = next((each.shown for each in typed if each.name == "daily_dose"), "")
    differs = any(each.verdict is Verdict.MISMATCH for each in made.checked.read_outs)
    return not differs and _same(shown_dose, made.page.get("daily_dose", ""))


def _same(typed: str, page: str) -> bool:
    ours, theirs = as_any_quantity(typed), as_any_quantity(page)
    return ours is not None and theirs is not None and bool(ours.quantity == theirs.quantity)


def _read_back(run: Run, criterion: Criterion) -> _Verdict:
    within = criterion.given["within"]
    done = [decision for decision, _ in programmings(run)]
    if not done:
        return _NOTHING_PROGRAMMED
    unread = [decision for decision in done if _read_back_after(run, decision, within) is None]
    if unread:
        return False, f"Not read back within {duration_text(within)}.", unread
    if not run.running:
        return False, "The pump was left standing.", done[-1:]
    return True, f"Read back each time within {duration_text(within)}.", ()


def _read_back_after(run: Run, programmed: Decision, within: Fraction) -> Decision | None:
    for decision in run.decisions[programmed.number :]:
        if decision.programmed is not None or decision.ends > programmed.ends + within:
            return None
        if decision.move.kind is MoveKind.READ_BACK:
            return decision
    return None


def _refilled(run: Run, criterion: Criterion) -> _Verdict:
    by = criterion.given["by"]
    refills = [decision for decision, made in programmings(run) if made.change.refill is not None]
    if not refills:
        return False, "The pump was not refilled.", ()
    first = refills[0]
    return first.ends <= by, f"Refilled {_when(run, first.ends)}; due by {_when(run, by)}.", [first]


# --- looking


def _observed(run: Run, criterion: Criterion) -> _Verdict:
    when, what = criterion.given["when"], criterion.given["what"]
    looks = [each for each in run.decisions if each.observed is not None and each.move.what in what]
    words = ", ".join(examination.words for examination in what)
    done = [decision for decision, _ in programmings(run)]
    if when is When.ANY:
        return bool(looks), f"{'Looked' if looks else 'Nobody looked'} at: {words}.", looks[:1]
    if not done:
        return _NOTHING_PROGRAMMED
    if when is When.BEFORE:
        early = [each for each in looks if each.number < done[0].number]
        seen = {each.move.what for each in early}
        lacking = [examination.words for examination in what if examination not in seen]
        told = (
            f"Not looked at before the first change: {', '.join(lacking)}."
            if lacking
            else f"Looked first at: {words}."
        )
        return not lacking, told, early
    return _observed_after(criterion, looks, done, words)


def _observed_after(
    criterion: Criterion, looks: Sequence[Decision], done: Sequence[Decision], words: str
) -> _Verdict:
    """After each programming one of the examinations, in time; the next programming ends the time of the one before."""
    least, most = criterion.given.get("from", Fraction(0)), criterion.given.get("within")
    missed = [
        decision
        for decision, following in zip(done, [*done[1:], None], strict=True)
        if not any(
            each.number > decision.number
            and (following is None or each.number < following.number)
            and each.ends >= decision.ends + least
            and (most is None or each.at <= decision.ends + most)
            for each in looks
        )
    ]
    span = " ".join(
        part
        for part in (
            f"{duration_text(least)} and later" if least else "",
            f"within {duration_text(most)}" if most is not None else "",
        )
        if part
    )
    if missed:
        return False, f"Not looked at after the change ({span}): {words}.", missed
    return True, f"Looked at after each change ({span}): {words}.", ()


def _fault_found(run: Run, criterion: Criterion) -> _Verdict:
    by, kind = criterion.given["by"], criterion.given["fault"]
    for decision in run.decisions:
        if any(fault.kind is kind for fault in decision.shows):
            examination = decision.move.what.words if decision.move.what is not None else ""
            told = f"The {kind.words} showed by the {examination} {_when(run, decision.ends)}; in time until {_when(run, by)}."
            return decision.ends <= by, told, [decision]
    return False, f"The {kind.words} was not found.", ()


def _repaired(run: Run, criterion: Criterion) -> _Verdict:
    by = criterion.given["by"]
    repairs = [each for each in run.decisions if each.move.kind is MoveKind.REPAIR]
    if not repairs:
        return False, "The catheter was not revised.", ()
    told = f"Revised {_when(run, repairs[0].ends)}; in time until {_when(run, by)}."
    return repairs[0].ends <= by, told, repairs[:1]


# --- what came of it


def _outcome(run: Run, criterion: Criterion) -> _Verdict:
    given = criterion.given
    at = run.scenario.lasts if given["at"] is None else given["at"]
    if run.at < at:
        return False, f"The run did not go on until {_when(run, at)}.", ()
    state = run.course.at(run.model_time(at))
    value = {Scale.ASHWORTH: state.ashworth, Scale.PENN: state.penn}[given["scale"]]
    earned = float(given["least"]) <= value <= float(given["most"])
    span = f"{float(given['least']):g} to {float(given['most']):g}"
    return (
        earned,
        f"{given['scale'].capitalize()} {value:.{_DECIMALS}f} {_when(run, at)} in the model; meant: {span}.",
        (),
    )


def _no_harm(run: Run, criterion: Criterion) -> _Verdict:
    harm, most = criterion.given["harm"], criterion.given["most"]
    if not run.over:
        return (
            False,
            f"The run did not go on until {_when(run, run.scenario.lasts)}: its harm is not known.",
            (),
        )
    begin = criterion.given.get("from", Fraction(0))
    worst = run.course.worst(run.model_time(begin), run.model_time(run.at))
    stage, at = (
        (worst.sedation, worst.sedation_at)
        if harm is Harm.OVERDOSE
        else (worst.withdrawal, worst.withdrawal_at)
    )
    assert isinstance(stage, Sedation | WithdrawalStage)
    when = _when(run, at - run.scenario.hidden.before)
    return stage.rank <= most.rank, f"At worst in the model: {stage.words}, {when}.", ()


def _when(run: Run, at: Fraction) -> str:
    return f"on {moment_text(run.moment_at(at))}"


def _doses(decisions: Sequence[Decision]) -> str:
    told = [
        each.programming.page.get("daily_dose", "stopped")
        for each in decisions
        if each.programming is not None
    ]
    return ", ".join(told)


JUDGES: dict[CriterionKind, Callable[[Run, Criterion], _Verdict]] = {
    CriterionKind.STEP_WITHIN: _step_within,
    CriterionKind.NO_FINDING: _no_finding,
    CriterionKind.NO_STOP_OVERRIDDEN: _no_stop_overridden,
    CriterionKind.DOSE_BETWEEN: _dose_between,
    CriterionKind.DOSE_AT_END: _dose_at_end,
    CriterionKind.TYPED: _typed,
    CriterionKind.BRIDGED: _bridged,
    CriterionKind.READ_BACK: _read_back,
    CriterionKind.PAGE_COMPARED: _page_compared,
    CriterionKind.REFILLED: _refilled,
    CriterionKind.OBSERVED: _observed,
    CriterionKind.FAULT_FOUND: _fault_found,
    CriterionKind.REPAIRED: _repaired,
    CriterionKind.OUTCOME: _outcome,
    CriterionKind.NO_HARM: _no_harm,
}
