"""What is a run worth: each criterion held against what was decided, found and what came of it?"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from itbcalc.judge.findings import Finding, FindingCode
from itbcalc.judge.verdicts import Verdict
from itbcalc.library.records import Severity
from itbcalc.practice.criteria import (
    Criterion,
    CriterionKind,
    Harm,
    OutcomeScale,
    WantedValue,
    When,
    Which,
)
from itbcalc.practice.model import Sedation, WithdrawalStage
from itbcalc.practice.moves import MoveKind
from itbcalc.practice.programming import Programming
from itbcalc.practice.run import Decision, Run
from itbcalc.quantities.display import duration_text, moment_text, shown
from itbcalc.quantities.units import Quantity

_DECIMALS = 1  # of a simulated score: more would be believed
_MOST_TOLD = 3  # decisions in the reason of one criterion
# Per cent: what is left to a run in which the patient came to serious harm. Chosen for teaching: below any pass mark.
MOST_AFTER_HARM = Fraction(40)
_SERIOUS: Mapping[Harm, Sedation | WithdrawalStage] = {
    Harm.OVERDOSE: Sedation.SLOW_BREATHING,
    Harm.WITHDRAWAL: WithdrawalStage.SEVERE,
}


class Judged(Struct, frozen=True):
    """A criterion and what became of it: whether its points were earned, why, and at which decisions.

    `serious`: it speaks of a harm that limits the whole run.
    """

    criterion: Criterion
    earned: bool
    reason: str
    decisions: tuple[int, ...] = ()
    serious: bool = False

    @property
    def points(self) -> int:
        """Those earned."""
        return self.criterion.points if self.earned else 0


class Score(Struct, frozen=True):
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
    def harmed(self) -> bool:
        """Whether the patient came to serious harm: then the run is worth at most `MOST_AFTER_HARM`."""
        return any(each.serious for each in self.judged)

    @property
    def percent(self) -> Fraction:
        """Earned of all, exact; after serious harm no more than `MOST_AFTER_HARM`."""
        earned = Fraction(100 * self.points, self.possible)
        return min(earned, MOST_AFTER_HARM) if self.harmed else earned


_Verdict = tuple[bool, str, Sequence[Decision]]


def score(run: Run) -> Score:
    """The score of the course taken.

    Hints and what was taken back are counted and shown, not scored: no source says what they are worth.
    """
    judged: dict[str, Judged] = {}
    for criterion in run.scenario.criteria:
        lacking = [judged[each].criterion for each in criterion.needs if not judged[each].earned]
        judged[criterion.id] = _judged(run, criterion, lacking)
    return Score(tuple(judged.values()))


def _judged(run: Run, criterion: Criterion, lacking: Sequence[Criterion]) -> Judged:
    earned, reason, decisions = JUDGES[criterion.kind](run, criterion)
    serious = not earned and criterion.kind is CriterionKind.NO_HARM and _is_serious(run, criterion)
    if not earned and decisions:
        reason = f"{reason} {decisions_words(run, decisions)}"
    if serious:
        reason = (
            f"{reason} Serious harm: whatever else was earned, the run is worth at most {MOST_AFTER_HARM} %."
        )
    if earned and lacking:
        words = "; ".join(each.words for each in lacking)
        reason = f"{reason} It earns nothing without: {words}."
    numbers = tuple(decision.number for decision in decisions)
    return Judged(criterion, earned and not lacking, reason, numbers, serious)


def decisions_words(run: Run, decisions: Sequence[Decision]) -> str:
    """Each by number, moment and what was done, `Decision 3, 4 Mar 2026 09:15: programmed 1500 mcg/day`."""
    told = [
        f"Decision {each.number}, {moment_text(run.moment_at(each.at))}: {_done_words(each)}."
        for each in decisions[:_MOST_TOLD]
    ]
    further = len(decisions) - _MOST_TOLD
    return " ".join([*told, f"And {further} more."] if further > 0 else told)


def _done_words(decision: Decision) -> str:
    if decision.move.kind is MoveKind.REPAIR:
        return "the catheter was revised"
    if decision.programmed is None:
        return "looked"
    dose, refill = decision.programmed.page.get("daily_dose", "stopped"), decision.programmed.change.refill
    filled = "" if refill is None else f", filled {refill.filled_text} of {shown(refill.vial)}"
    return f"programmed {dose}{filled}"


# --- the programmings


def programmings(run: Run) -> list[tuple[Decision, Programming]]:
    """What the pump was programmed to, in order."""
    return [(each, each.programmed) for each in run.decisions if each.programmed is not None]


_NOTHING_PROGRAMMED: _Verdict = (False, "Nothing was programmed.", ())
_NOTHING_CHANGED: _Verdict = (False, "No dose was changed: there is nothing to be judged.", ())


def _dose_changes(done: Sequence[tuple[Decision, Programming]]) -> bool:
    """Whether any programming gave another daily dose than the one before it."""
    return any(made.made.calculation.current_dose != made.made.calculation.new_dose for _, made in done)


def _chosen(run: Run, criterion: Criterion) -> list[tuple[Decision, Programming]]:
    done, which = programmings(run), criterion.given["of"]
    return {Which.FIRST: done[:1], Which.LAST: done[-1:], Which.ALL: done}[which]


def _is_step_above(finding: Finding, limit: str) -> bool:
    """Whether a step went beyond the limit; one that is multiplied is beyond any, and said alone."""
    named = finding.limit is not None and finding.limit.id == limit
    return finding.above and (named or finding.code is FindingCode.DOSE_MULTIPLIED)


def _step_within(run: Run, criterion: Criterion) -> _Verdict:
    done = programmings(run)
    over = [
        decision
        for decision, made in done
        if any(_is_step_above(each, criterion.given["limit"]) for each in made.checked.findings)
    ]
    if not done:
        return _NOTHING_PROGRAMMED
    if not _dose_changes(done):
        return _NOTHING_CHANGED
    if over:
        return False, f"Above {_limit_words(run, criterion)}: {_doses(over)}.", over
    return True, f"Every step stayed within {_limit_words(run, criterion)}.", ()


def _limit_words(run: Run, criterion: Criterion) -> str:
    """`the step of 30 % (Expert panel)`."""
    limit = next(each for each in run.library.limits if each.id == criterion.given["limit"])
    most = limit.guardrail.recommended_maximum
    bound = f"the step of {shown(most)}" if most is not None else "the step"
    return f"{bound} ({limit.title})"


def _no_finding(run: Run, criterion: Criterion) -> _Verdict:
    code = criterion.given["finding"]
    done = programmings(run)
    found = [decision for decision, made in done if code in {each.code for each in made.checked.findings}]
    if not done:
        return _NOTHING_PROGRAMMED
    if not found and not _dose_changes(done):
        return _NOTHING_CHANGED
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
    chosen, place, held = _chosen(run, criterion), criterion.given["place"], criterion.given["text"]
    if not chosen:
        return _NOTHING_PROGRAMMED
    other = [decision for decision, made in chosen if not _says(made, place, held)]
    where = place.rpartition(".")[2].replace("_", " ")
    return not other, f"{where} {'was' if not other else 'was not'} {held.text}.", other


def _says(made: Programming, place: str, held: WantedValue) -> bool:
    """Whether the pump was given a field so: by its quantity where it is one, else by its words."""
    entered = made.made.program.entries.get(place)
    if entered is not None and held.quantity is not None:
        return _equal(entered.quantity, held.quantity)
    table, _, key = place.partition(".")
    return bool(made.made_table.get(table, {}).get(key) == held.text)


def _equal(one: Quantity, other: Quantity) -> bool:
    """Of one kind, and the same to the last digit: each kind has one unit here."""
    return bool(one.dimensionality == other.dimensionality and one == other)


def _bridged(run: Run, _: Criterion) -> _Verdict:
    changes = [
        (decision, made) for decision, made in programmings(run) if made.checked.program.concentration_changes
    ]
    if not changes:
        return False, "The concentration was never changed.", ()
    without = [decision for decision, made in changes if _runs_on(made)]
    if without:
        return False, "The concentration was changed without a bridge.", without
    other = [decision for decision, made in changes if not _vial_fits(made)]
    if other:
        return False, f"The bridge was reckoned for another drug than was filled in: {_vials(other)}.", other
    return True, "The old drug was run out by a bridge, or aspirated.", [decision for decision, _ in changes]


def _runs_on(made: Programming) -> bool:
    """Whether old drug is left in the line, and nothing was done about it."""
    return made.checked.program.bridge is None and made.checked.calculation.old_drug_is_left


def _page_compared(run: Run, _: Criterion) -> _Verdict:
    done = programmings(run)
    if not done:
        return _NOTHING_PROGRAMMED
    unread = [decision for decision, made in done if not _compared(made)]
    if unread:
        return False, "The daily dose on the programmer was not held against the one meant.", unread
    unseen = [decision for decision, _ in done if not _looked_before(run, decision)]
    if unseen:
        return False, "A daily dose was typed, but nobody looked at the programmer's page.", unseen
    return True, "The programmer's own daily dose was typed into the check, and agreed.", ()


def _looked_before(run: Run, programmed: Decision) -> bool:
    """Whether the programmer's page was looked at between the programming before this one and this one."""
    for decision in reversed(run.decisions[: programmed.number - 1]):
        if decision.programmed is not None:
            return False
        if decision.move.kind is MoveKind.LOOK:
            return True
    return False


def _compared(made: Programming) -> bool:
    """Whether what the programmer shows was typed as it shows it, and nothing of it was found to differ."""
    typed = next((each.entered for each in made.checked.program.read_outs if each.name == "daily_dose"), None)
    stands = made.printed.get("daily_dose")
    differs = any(each.verdict is Verdict.MISMATCH for each in made.checked.read_outs)
    return not differs and typed is not None and stands is not None and _equal(typed.quantity, stands)


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


def _not_refilled(run: Run, _: Criterion) -> _Verdict:
    filled = [decision for decision, made in programmings(run) if made.change.refill is not None]
    return not filled, f"The pump was {'filled' if filled else 'not filled'}.", filled


def _refilled(run: Run, criterion: Criterion) -> _Verdict:
    by = criterion.given["by"]
    refills = [decision for decision, made in programmings(run) if made.change.refill is not None]
    if not refills:
        return False, "The pump was not refilled.", ()
    other = [each for each in refills if not _vial_is(each, criterion.given.get("vial"))]
    if other:
        return False, f"Refilled from another vial than belongs to it: {_vials(other)}.", other
    first = refills[0]
    return first.ends <= by, f"Refilled {_when(run, first.ends)}; due by {_moment(run, by)}.", [first]


def _vial_is(refilled: Decision, wanted: Quantity | None) -> bool:
    """Whether the vial was the one that the pump was programmed for, and the one `wanted`."""
    made = refilled.programmed
    assert made is not None
    assert made.change.refill is not None
    return _vial_fits(made) and (wanted is None or bool(made.change.refill.vial == wanted))


def _vial_fits(made: Programming) -> bool:
    """Whether what was filled in, by the vial, has the concentration that the pump was programmed to."""
    new, refill = made.made.program.new, made.change.refill
    return refill is None or (new is not None and bool(refill.vial == new.concentration))


def _vials(refills: Sequence[Decision]) -> str:
    """What was filled in, and what the pump was programmed to."""
    told = [
        f"{shown(made.change.refill.vial)} filled, {made.page.get('concentration', 'nothing')} programmed"
        for made in (each.programmed for each in refills)
        if made is not None and made.change.refill is not None
    ]
    return "; ".join(told)


def _listed(run: Run, criterion: Criterion) -> _Verdict:
    by = criterion.given["by"]
    looks = [each for each in run.decisions if each.move.kind is MoveKind.LIST]
    if not looks:
        return False, "Nobody looked at the list of refills.", ()
    told = f"The list of refills was looked at {_when(run, looks[0].ends)}; in time until {_moment(run, by)}."
    return looks[0].ends <= by, told, looks[:1]


def _refill_after(run: Run, criterion: Criterion) -> _Verdict:
    """Whether what was programmed last need not be refilled before a time."""
    done, at = programmings(run), criterion.given["at"]
    if not done:
        return _NOTHING_PROGRAMMED
    decision, made = done[-1]
    date = made.made.calculation.latest_refill_date
    wanted = run.moment_at(run.scenario.lasts if at is None else at)
    if date is None:
        return False, "When it must be refilled next is not known.", [decision]
    told = f"To be refilled next by {moment_text(date)}; meant: not before {moment_text(wanted)}."
    return date >= wanted, told, [decision]


def _primed(run: Run, criterion: Criterion) -> _Verdict:
    """A prime of a volume between the two, begun by then, and no faster than the pump can run."""
    given = criterion.given
    primes = [(decision, made, made.prime) for decision, made in programmings(run) if made.prime is not None]
    if not primes:
        return False, "The new system was not primed.", ()
    decision, made, prime = primes[0]
    volume = prime.volume
    assert prime.duration is not None  # a prime is refused without it
    takes = prime.duration.magnitude
    span = f"{shown(given['least'])} to {shown(given['most'])} by {_moment(run, given['by'])}"
    told = f"Primed with {shown(volume)} {_when(run, decision.at)}; meant: {span}."
    if not (given["least"] <= volume <= given["most"] and decision.ends <= given["by"]):
        return False, told, [decision]
    if len(primes) > 1:
        return False, "Primed more than once.", [each for each, _, _ in primes]
    pump = made.made.program.system.pump
    highest = None if pump is None else pump.highest_flow_rate
    if highest is not None and volume.magnitude / takes > highest.quantity.magnitude:
        fast = f"{shown(volume)} in {duration_text(takes)}: no pump of this kind runs so fast."
        return False, fast, [decision]
    return True, told, [decision]


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
            told = f"The {kind.words} showed by the {examination} {_when(run, decision.ends)}; in time until {_moment(run, by)}."
            return decision.ends <= by, told, [decision]
    return False, f"The {kind.words} was not found.", ()


def _repaired(run: Run, criterion: Criterion) -> _Verdict:
    by = criterion.given["by"]
    repairs = [each for each in run.decisions if each.move.kind is MoveKind.REPAIR]
    if not repairs:
        return False, "The catheter was not revised.", ()
    told = f"Revised {_when(run, repairs[0].ends)}; in time until {_moment(run, by)}."
    return repairs[0].ends <= by, told, repairs[:1]


# --- what came of it


def _outcome(run: Run, criterion: Criterion) -> _Verdict:
    given = criterion.given
    at = run.scenario.lasts if given["at"] is None else given["at"]
    if run.at < at:
        return False, f"The run did not go on until {_moment(run, at)}.", ()
    state = run.course.at(run.model_time(at))
    value = {OutcomeScale.ASHWORTH: state.ashworth, OutcomeScale.PENN: state.penn}[given["scale"]]
    earned = float(given["least"]) <= value <= float(given["most"])
    span = f"{float(given['least']):g} to {float(given['most']):g}"
    return (
        earned,
        f"{given['scale'].capitalize()} {value:.{_DECIMALS}f} {_when(run, at)} in the model; meant: {span}.",
        (),
    )


def _no_harm(run: Run, criterion: Criterion) -> _Verdict:
    stage, at = _worst_of(run, criterion)
    fine = stage.rank <= _still_fine(run, criterion)
    told = f"At worst in the model: {stage.words}, {_when(run, at)}."
    if fine and not run.over:
        end = _moment(run, run.scenario.lasts)
        return False, f"The run did not go on until {end}: what harm comes later is not known.", ()
    return fine, told, () if fine else _acts_before(run, at)


def _worst_of(run: Run, criterion: Criterion) -> tuple[Sedation | WithdrawalStage, Fraction]:
    """The worst stage of the harm in the time that counts, and when (days from the start)."""
    begin = min(criterion.given.get("from", Fraction(0)), run.at)
    worst = run.course.worst(run.model_time(begin), run.model_time(run.at))
    before = run.scenario.hidden.before
    if criterion.given["harm"] is Harm.OVERDOSE:
        return worst.sedation, worst.sedation_at - before
    return worst.withdrawal, worst.withdrawal_at - before


def _still_fine(run: Run, criterion: Criterion) -> int:
    """The worst rank that is no harm done: a patient who came drowsy was not made drowsy by the trainee.

    Withdrawal that was there at the start is what the trainee is to end, by the time that the criterion says.
    """
    most: int = criterion.given["most"].rank
    if criterion.given["harm"] is Harm.WITHDRAWAL:
        return most
    return max(most, run.course.at(run.model_time(Fraction(0))).sedation.rank)


def _is_serious(run: Run, criterion: Criterion) -> bool:
    """Whether the harm of a criterion that was lost limits the whole run."""
    stage, _ = _worst_of(run, criterion)
    serious = _SERIOUS[criterion.given["harm"]].rank
    return stage.rank >= max(serious, _still_fine(run, criterion) + 1)


def _acts_before(run: Run, at: Fraction) -> list[Decision]:
    """The last programming or repair before a time: what was in force when the harm came."""
    acts = [
        each
        for each in run.decisions
        if each.at <= at and (each.programmed is not None or each.move.kind is MoveKind.REPAIR)
    ]
    return acts[-1:]


def _when(run: Run, at: Fraction) -> str:
    return f"on {_moment(run, at)}"


def _moment(run: Run, at: Fraction) -> str:
    return moment_text(run.moment_at(at))


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
    CriterionKind.NOT_REFILLED: _not_refilled,
    CriterionKind.LISTED: _listed,
    CriterionKind.REFILL_AFTER: _refill_after,
    CriterionKind.PRIMED: _primed,
    CriterionKind.OBSERVED: _observed,
    CriterionKind.FAULT_FOUND: _fault_found,
    CriterionKind.REPAIRED: _repaired,
    CriterionKind.OUTCOME: _outcome,
    CriterionKind.NO_HARM: _no_harm,
}
