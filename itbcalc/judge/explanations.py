"""What one thing explains all that the programmer shows otherwise, and what explains only a part of it?

Accepted is only what explains every read-out that differs and upsets none that agrees; what explains a part is a hint,
with what it would contradict.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from itbcalc.compute.calculation import Calculation
from itbcalc.judge.comparing import Compared, shows
from itbcalc.judge.inputs import Input
from itbcalc.judge.plausible import Candidate, Reason, Sheet, candidates, nearest
from itbcalc.judge.slips import Context, SlipCode, distinct, variations
from itbcalc.judge.solving import Interval
from itbcalc.judge.verdicts import Verdict
from itbcalc.judge.wrong_input import AS_A_RULE, Convention, day_counted, values_explaining
from itbcalc.program import ReadOut
from itbcalc.program.read_outs import Value, definition_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One thing that gives the read-outs named in `explains`, and upsets those in `contradicts`.

    Attributes:
        offered: the input that has another value; None of a slip of the whole (a mode, a bridge left out).
        value: the value named, as a bare number of the input.
        within: every value that explains as much.
        reason: why the value named is plausible.
        place: where its number stands on the sheet, if it does.
        code: the slip, where it is one of the whole.
        convention: how the programmer would have to print.
        shows: what each explained read-out would show then, by name.
    """

    offered: Input | None
    value: Fraction | None
    within: Interval
    reason: Reason
    place: str = ""
    code: SlipCode | None = None
    convention: Convention = AS_A_RULE
    explains: tuple[str, ...]
    contradicts: tuple[str, ...] = ()
    shows: tuple[tuple[str, Value], ...] = field(default=())

    def explains_all_of(self, read: "ReadSheet") -> bool:
        """Whether it gives everything that differs, and upsets nothing that agrees."""
        return len(self.explains) == len(read.differing) and not self.contradicts

    @property
    def rests_on_days_alone(self) -> bool:
        """Whether all that it explains are dates: these fit many things."""
        return all(name.endswith("_date") or name == "days_to_alarm" for name in self.explains)


@dataclass(frozen=True, slots=True)
class Explanations:
    """What explains all, the most plausible first; where there is none, hints: what explains a part."""

    found: tuple[Explanation, ...] = ()
    hints: tuple[Explanation, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadSheet:
    """What was read: the read-outs that differ, and those that do not."""

    differing: tuple[Compared, ...]
    others: tuple[Compared, ...]

    @property
    def all(self) -> tuple[ReadOut, ...]:
        """Every read-out, those that differ first."""
        return tuple(each.read_out for each in (*self.differing, *self.others))

    @property
    def holds_days(self) -> bool:
        """Whether dates are among them."""
        return any(read_out.on is not None for read_out in self.all)

    @property
    def names(self) -> tuple[str, ...]:
        """Those that differ, by name."""
        return tuple(each.read_out.name for each in self.differing)


def read_sheet(compared: Sequence[Compared]) -> ReadSheet:
    """`compared`, with what can be held against a value."""
    differing = tuple(each for each in compared if each.verdict is Verdict.MISMATCH)
    others = tuple(each for each in compared if each.verdict is not Verdict.MISMATCH and each.computed)
    return ReadSheet(differing, others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be explained, and by what: the read-outs, the inputs as typed, and what stands beside them."""

    read: ReadSheet
    inputs: Sequence[Input]
    calculation: Calculation
    sheet: Sheet


_CONVENTIONS = (
    AS_A_RULE,
    Convention(whole_days=True),
    Convention(cut_off=True),
    Convention(cut_off=True, whole_days=True),
)


def by_one_input(asked: Asked) -> list[Explanation]:
    """Of each input that alone explains all the most plausible value, and all values that would.

    First as programmers print as a rule; in other ways only while nothing plausible has been found.
    """
    found: list[Explanation] = []
    for convention in _CONVENTIONS:
        if (convention.whole_days and not asked.read.holds_days) or (convention.cut_off and found):
            continue
        known = {each.offered for each in found}
        found += (
            each
            for each in _by_one_input(asked, convention)
            if each.reason is not Reason.NEAREST or each.offered not in known
        )
        if any(each.reason is not Reason.NEAREST for each in found):
            return found
    return found


def _by_one_input(asked: Asked, convention: Convention) -> Iterator[Explanation]:
    for offered in asked.inputs:
        found = values_explaining(offered, asked.read.all, asked.calculation, _values, convention)
        for within in found:
            candidate, shown = _named(offered, within, asked, convention)
            yield Explanation(
                offered=offered,
                value=candidate.value,
                within=within,
                reason=candidate.reason,
                place=candidate.place,
                convention=convention,
                explains=asked.read.names,
                shows=shown,
            )


def _values(read_out: ReadOut, calculation: Calculation) -> Sequence[Value]:
    return definition_of(read_out).values(calculation, read_out)


Shown = tuple[tuple[str, Value], ...]


def _named(offered: Input, within: Interval, asked: Asked, convention: Convention) -> tuple[Candidate, Shown]:
    """The most plausible value that does give everything as printed; else the shortest number that does."""
    seen: set[Fraction] = {offered.value}
    rounded = (Candidate(value, Reason.NEAREST) for value in nearest(within, offered))
    for candidate in (*candidates(offered, asked.sheet), *rounded):
        if candidate.value in seen or candidate.value not in within:
            continue
        seen.add(candidate.value)
        shown = _explained(offered, candidate.value, asked, convention)
        if shown is not None:
            return candidate, shown
    low, high = within.low, within.high
    middle = (low + high) / 2 if low is not None and high is not None else (low or high or Fraction(0))
    return Candidate(middle, Reason.NEAREST), ()


def _explained(offered: Input, value: Fraction, asked: Asked, convention: Convention) -> Shown | None:
    """What each differing read-out shows with this value; None where one is not given, or another upset."""
    varied = offered.put(asked.calculation.inputs, value)
    if varied is None:
        return None
    outcome = outcome_of(asked.calculation.varied(varied), asked.read, convention)
    return outcome.shown if len(outcome.shown) == len(asked.read.differing) and not outcome.upset else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What other inputs give: the differing read-outs as printed, and those that they would upset."""

    shown: Shown
    upset: tuple[str, ...]


def outcome_of(varied: Calculation, read: ReadSheet, convention: Convention = AS_A_RULE) -> Outcome:
    """Which read-outs another calculation gives as printed, and which it upsets."""
    shown = []
    for each in read.differing:
        fitting = _fitting(each.read_out, varied, convention)
        if fitting is not None:
            shown.append((each.read_out.name, fitting))
    upset = tuple(
        each.read_out.name for each in read.others if _fitting(each.read_out, varied, convention) is None
    )
    return Outcome(tuple(shown), upset)


def _fitting(read_out: ReadOut, varied: Calculation, convention: Convention) -> Value | None:
    """What would be printed as `read_out` was; None where nothing would."""
    accepted = {Verdict.MATCH, Verdict.MATCH_TRUNCATED} if convention.cut_off else {Verdict.MATCH}
    for value in _values(read_out, varied):
        if shows(read_out, value) in accepted:
            return value
    counted = day_counted(read_out, varied) if convention.whole_days else None
    return counted if counted is not None and counted == read_out.on else None


def hints(asked: Asked) -> Iterator[Explanation]:
    """What is plausible and explains some of what differs, or all of it against what agrees."""
    for offered in asked.inputs:
        seen: set[Fraction] = {offered.value}
        for candidate in candidates(offered, asked.sheet):
            if candidate.value in seen or candidate.value not in offered.domain:
                continue
            seen.add(candidate.value)
            varied = offered.put(asked.calculation.inputs, candidate.value)
            if varied is None:
                continue
            outcome = outcome_of(asked.calculation.varied(varied), asked.read)
            if outcome.shown:
                yield Explanation(
                    offered=offered,
                    value=candidate.value,
                    within=Interval(candidate.value, candidate.value),
                    reason=candidate.reason,
                    place=candidate.place,
                    explains=tuple(name for name, _ in outcome.shown),
                    contradicts=outcome.upset,
                    shows=outcome.shown,
                )


# --- slips of the whole


_OF_THE_WHOLE = frozenset(
    {
        SlipCode.PREVIOUS_DOSE,
        SlipCode.PREVIOUS_THERAPY,
        SlipCode.CONCENTRATIONS_SWAPPED,
        SlipCode.EVERY_HOUR_FOR_ONCE_A_DAY,
        SlipCode.BASAL_ADDED_FOR_REPLACED,
        SlipCode.BASAL_REPLACED_FOR_ADDED,
        SlipCode.STEP_DOSE_PER_HOUR,
        SlipCode.STEP_DOSE_PER_DAY,
        SlipCode.PREVIOUS_SCHEDULE_ON_A_DAY,
        SlipCode.PATIENT_BOLUSES_LEFT_OUT,
        SlipCode.BRIDGE_LEFT_OUT,
        SlipCode.TUBING_LEFT_OUT,
        SlipCode.CATHETER_LEFT_OUT,
        SlipCode.ALARM_NOT_SUBTRACTED,
    }
)


def by_slips_of_the_whole(asked: Asked, context: Context) -> Iterator[Explanation]:
    """What follows from a slip that no single number tells: a mode, a bridge left out, a schedule of before."""
    calculation = asked.calculation
    for variation in distinct(variations(calculation.inputs, context), calculation.inputs):
        if variation.code not in _OF_THE_WHOLE or variation.place == "new.daily_dose":
            continue
        outcome = outcome_of(calculation.varied(variation.inputs), asked.read)
        if not outcome.shown:
            continue
        yield Explanation(
            offered=None,
            value=None if variation.quantity is None else variation.quantity.magnitude,
            within=Interval(),
            reason=Reason.STRUCTURE,
            place=variation.place,
            code=variation.code,
            explains=tuple(name for name, _ in outcome.shown),
            contradicts=outcome.upset,
            shows=outcome.shown,
        )


_PLAUSIBILITY = {reason: place for place, reason in enumerate(Reason)}


def ranked(explanations: Sequence[Explanation]) -> list[Explanation]:
    """Those that upset least first, then those that explain most, then the most plausible."""
    return sorted(
        explanations,
        key=lambda each: (len(each.contradicts), -len(each.explains), _PLAUSIBILITY[each.reason]),
    )
