"""What happened and why: the decisions with what was found, the truth, what experts look at."""

import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime
from fractions import Fraction

import numpy as np
from msgspec import Struct

from itbcalc.library.records import Library, Severity
from itbcalc.practice.faults import Fault, FaultKind
from itbcalc.practice.model import Worst
from itbcalc.practice.moves import MoveKind
from itbcalc.practice.parameters import NOT_VALIDATED
from itbcalc.practice.run import Decision, Run
from itbcalc.practice.scenario import Expert
from itbcalc.practice.score import MOST_AFTER_HARM, Score, score
from itbcalc.practice.supply import discharges
from itbcalc.quantities.display import duration_text, moment_text, shown
from itbcalc.quantities.kinds import CONCENTRATION, VOLUME, exactly
from itbcalc.say import SEVERITY_WORDS, Message
from itbcalc.say.therapy_report import WIDTH

_MOVE_WORDS = {
    MoveKind.OBSERVE: "Observed",
    MoveKind.LOOK: "Looked at the programmer's page",
    MoveKind.PROGRAM: "Programmed",
    MoveKind.READ_BACK: "Read back",
    MoveKind.ADVANCE: "Let time pass",
    MoveKind.LIST: "Looked at the list of refills",
    MoveKind.REPAIR: "Had the catheter revised",
}
_HOURS = 24
_TRAIT_DIGITS = 3


# --- in words


class Told(Struct, frozen=True):
    """A decision in words: its moment, what it was, what came of it, what the check had found, the reasons given."""

    number: int
    moment: datetime
    title: str
    words: tuple[str, ...]
    found: tuple[Message, ...]
    reasons: tuple[tuple[str, str], ...]


class Debrief(Struct, frozen=True):
    """Everything that is said after a run. `truth` is what was hidden, as pairs of a heading and its words."""

    score: Score
    decisions: tuple[Told, ...]
    worst: Worst
    truth: tuple[tuple[str, str], ...]
    words: str
    experts: tuple[Expert, ...]
    note: str = NOT_VALIDATED


def debrief(run: Run) -> Debrief:
    """The debrief of a run, of as much of it as was played."""
    scenario = run.scenario
    return Debrief(
        score=score(run),
        decisions=tuple(_told(run, decision) for decision in run.decisions),
        worst=run.course.worst(run.model_time(Fraction(0)), run.model_time(run.at)),
        truth=tuple(truth(run)),
        words=scenario.debrief,
        experts=scenario.experts,
    )


def decision_title(decision: Decision) -> str:
    """What was done, in a few words."""
    words, what = _MOVE_WORDS[decision.move.kind], decision.move.what
    return words if what is None else f"{words}: {what.words}"


def findings_of(decision: Decision) -> tuple[Message, ...]:
    """What the check had found of the change that was programmed or looked at."""
    return () if decision.programming is None else decision.programming.messages


def _told(run: Run, decision: Decision) -> Told:
    reasons = () if decision.move.change is None else tuple(decision.move.change.reasons.items())
    return Told(
        number=decision.number,
        moment=run.moment_at(decision.at),
        title=decision_title(decision),
        words=decision.words,
        found=findings_of(decision),
        reasons=reasons,
    )


def truth(run: Run) -> Iterator[tuple[str, str]]:
    """What was hidden: pump, catheter, programmer and patient as they really are now."""
    now, pump = run.model_time(run.at), run.supply
    yield "In the reservoir", shown(exactly(pump.reservoir_at(now), VOLUME))
    yield "By the pump's count", shown(exactly(pump.believed_at(now), VOLUME))
    yield "Concentration in the reservoir", shown(exactly(pump.true_concentration_at(now), CONCENTRATION))
    yield "The pump", _pump_words(run)
    for fault in run.faults:
        yield fault.kind.words.capitalize(), _fault_words(run, fault)
    for each in run.scenario.programmer:
        yield "The programmer", each.words
    accustomed = run.scenario.hidden.accustomed
    yield "Lived on", "nothing" if accustomed is None else shown(accustomed)
    traits = run.traits
    yield "Before treatment", f"Ashworth {traits.ashworth:.1f}, Penn {traits.penn:.1f}"
    half = np.format_float_positional(traits.half_effect, _TRAIT_DIGITS, fractional=False, trim="-")
    yield "Half the effect at", f"{half} ng/mL, before any tolerance"
    yield "Side effects come at", f"{traits.sensitivity:.2f} of what is usually tolerated"
    yield "Withdrawal shows", f"{traits.withdrawal:.2f} times as much as usually"


def _pump_words(run: Run) -> str:
    """What it does by its own log, and whether it can be relied on."""
    state = "runs" if run.running else "stands still"
    unreliable = any(fault.kind is FaultKind.DISCHARGE for fault in run.faults)
    return f"{state}; it is not to be trusted" if unreliable else state


def _fault_words(run: Run, fault: Fault) -> str:
    begins = _since_start(run, fault.begins)
    ends = "" if fault.ends is None else f", until {_since_start(run, fault.ends)}"
    return f"from {begins}{ends}{_discharge_words(run, fault)}"


def _discharge_words(run: Run, fault: Fault) -> str:
    """Whether what comes on a restart came; nothing for another fault."""
    if fault.kind is not FaultKind.DISCHARGE:
        return ""
    assert fault.value is not None
    volume = shown(exactly(fault.value, VOLUME))
    if discharges((fault,), run.events):
        return f": {volume} came at once when the pump was started"
    return f": {volume} would have come at once; the pump was not started"


def _since_start(run: Run, time: Fraction) -> str:
    """A time of the model in words, by the start of the scenario."""
    days = time - run.scenario.hidden.before
    if not days:
        return "the start"
    return f"{duration_text(abs(days))} {'after' if days > 0 else 'before'} the start"


# --- as plain text


def debrief_text(run: Run, library: Library, debriefed: int = 0) -> str:
    """The debrief as plain text; `debriefed` is how often it had been read before the run went on."""
    told = debrief(run)
    blocks = (_scored(run, told, debriefed), _decided(told), _hidden(told), _said(told, library))
    return "\n\n".join("\n".join(block) for block in blocks)


def _scored(run: Run, told: Debrief, debriefed: int) -> Iterator[str]:
    yield run.scenario.title
    yield from _folded(f"Goal: {run.scenario.goal}")
    yield told.note
    yield ""
    yield score_line(told.score)
    for each in told.score.judged:
        sources = ", ".join(each.criterion.source)
        points = f"{each.points:>3} of {each.criterion.points}"
        yield from _folded(f"{points:<10} {each.criterion.words} [{sources}]", 2, 13)
        yield from _folded(each.reason, 13)
    yield from _folded(worst_words(run, told.worst), 2)
    yield from _folded(aside_words(run, debriefed), 2)


def _decided(told: Debrief) -> Iterator[str]:
    yield "What was decided"
    for decision in told.decisions:
        yield f"  {decision.number:>2}  {moment_text(decision.moment)}  {decision.title}"
        for words in decision.words:
            yield from _folded(words, 6)
        for message in weighty(decision.found):
            yield from _folded(f"{SEVERITY_WORDS[message.severity]}: {message.text}", 6)
        for code, reason in decision.reasons:
            yield from _folded(f"reason for {code}: {reason}", 6)


def _hidden(told: Debrief) -> Iterator[str]:
    yield "What was hidden"
    for name, words in told.truth:
        yield from _folded(f"{name}: {words}", 2)


def _said(told: Debrief, library: Library) -> Iterator[str]:
    yield from _folded(told.words)
    yield ""
    yield "What an expert would look at"
    for expert in told.experts:
        yield from _folded(expert.words, 2)
        for key in expert.source:
            yield from _folded(source_words(key, library), 6)


def _folded(text: str, indent: int = 0, further: int | None = None) -> list[str]:
    """`text` in lines of a page; those after the first begin at `further`."""
    later = " " * (indent if further is None else further)
    return textwrap.wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=later)


def weighty(found: Iterable[Message]) -> list[Message]:
    """What deserves a word in a debrief: not what is merely noted, such as figures that are unverified."""
    return [message for message in found if message.severity is not Severity.INFO]


def score_line(found: Score) -> str:
    """The score in one line, with what limits it."""
    limited = f": at most {MOST_AFTER_HARM} % after serious harm" if found.harmed else ""
    return f"{found.points} of {found.possible} points, {float(found.percent):.0f} %{limited}"


def worst_words(run: Run, worst: Worst) -> str:
    """The worst that came of it; of a run that was ended early, that it is only the worst up to there."""
    harm = f"{worst.sedation.words}; {worst.withdrawal.words}"
    if run.over:
        return f"At worst, in the model: {harm}."
    ended = f"Ended early, with {duration_text(run.left)} left."
    return f"{ended} At worst up to there, in the model: {harm}; what would have come is not known."


def aside_words(run: Run, debriefed: int = 0) -> str:
    """What is counted and not scored; `debriefed` is how often the debrief was read before the run went on."""
    hints, back = len(run.hints), run.times_back
    parts = [f"hints: {hints}", f"taken back: {back}"]
    if run.instructed:
        parts.append("an instructor looked behind the scenes")
    if run.scripted:
        parts.append("played by a script")
    if debriefed:
        parts.append(f"debrief read before going on: {debriefed}")
    return f"Counted, not scored: {', '.join(parts)}."


def source_words(key: str, library: Library) -> str:
    """A source by its key and title."""
    return f"{key}: {library.sources[key].title}"
