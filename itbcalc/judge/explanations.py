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
from itbcalc.judge.wrong_input import values_explaining
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
        shows: what each explained read-out would show then, by name.
    """

    offered: Input | None
    value: Fraction | None
    within: Interval
    reason: Reason
    place: str = ""
    code: SlipCode | None = None
    explains: tuple[str, ...]
    contradicts: tuple[str, ...] = ()
    shows: tuple[tuple[str, Value], ...] = field(default=())

    def explains_all_of(self, read: "ReadSheet") -> bool:
        """Whether it gives everything that differs, and upsets nothing that agrees."""
        return len(self.explains) == len(read.differing) and not self.contradicts

    @property
    def rests_on_days_alone(self) -> bool:
        """Whether all that it explains are dates: these fit many things."""
        return all(name.endswith("_date") for name in self.explains)


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
    def names(self) -> tuple[str, ...]:
        """Those that differ, by name."""
        return tuple(each.read_out.name for each in self.differing)


def read_sheet(compared: Sequence[Compared]) -> ReadSheet:
    """`compared`, with what can be held against a value."""
    differing = tuple(each for each in compared if each.verdict is Verdict.MISMATCH)
    others = tuple(each for each in compared if each.verdict is not Verdict.MISMATCH and each.computed)
    return ReadSheet(differing, others)


def by_one_input(
    read: ReadSheet, inputs: Sequence[Input], calculation: Calculation, sheet: Sheet
) -> Iterator[Explanation]:
    """For each input that alone explains all: the most plausible value, and all values that would."""
    for offered in inputs:
        for within in values_explaining(offered, read.all, calculation, _values):
            candidate, shown = _named(offered, within, read, calculation, sheet)
            yield Explanation(
                offered=offered,
                value=candidate.value,
                within=within,
                reason=candidate.reason,
                place=candidate.place,
                explains=read.names,
                shows=shown,
            )


def _values(read_out: ReadOut, calculation: Calculation) -> Sequence[Value]:
    return definition_of(read_out).values(calculation, read_out)


Shown = tuple[tuple[str, Value], ...]


def _named(
    offered: Input, within: Interval, read: ReadSheet, calculation: Calculation, sheet: Sheet
) -> tuple[Candidate, Shown]:
    """The most plausible value that does give everything as printed; else the shortest number that does."""
    seen: set[Fraction] = {offered.value}
    rounded = (Candidate(value, Reason.NEAREST) for value in nearest(within, offered))
    for candidate in (*candidates(offered, sheet), *rounded):
        if candidate.value in seen or candidate.value not in within:
            continue
        seen.add(candidate.value)
        shown = _explained(offered, candidate.value, read, calculation)
        if shown is not None:
            return candidate, shown
    low, high = within.low, within.high
    middle = (low + high) / 2 if low is not None and high is not None else (low or high or Fraction(0))
    return Candidate(middle, Reason.NEAREST), ()


def _explained(offered: Input, value: Fraction, read: ReadSheet, calculation: Calculation) -> Shown | None:
    """What each differing read-out shows with this value; None where one is not given, or another upset."""
    varied = offered.put(calculation.inputs, value)
    if varied is None:
        return None
    outcome = outcome_of(calculation.varied(varied), read)
    return outcome.shown if len(outcome.shown) == len(read.differing) and not outcome.upset else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What other inputs give: the differing read-outs as printed, and those that they would upset."""

    shown: Shown
    upset: tuple[str, ...]


def outcome_of(varied: Calculation, read: ReadSheet) -> Outcome:
    """Which read-outs another calculation gives as printed, and which it upsets."""
    shown = []
    for each in read.differing:
        fitting = [
            v for v in _values(each.read_out, varied) if shows(each.read_out, v) is not Verdict.MISMATCH
        ]
        if fitting:
            shown.append((each.read_out.name, fitting[0]))
    upset = tuple(
        each.read_out.name
        for each in read.others
        if all(shows(each.read_out, value) is Verdict.MISMATCH for value in _values(each.read_out, varied))
    )
    return Outcome(tuple(shown), upset)


def hints(
    read: ReadSheet, inputs: Sequence[Input], calculation: Calculation, sheet: Sheet
) -> Iterator[Explanation]:
    """What is plausible and explains some of what differs, or all of it against what agrees."""
    for offered in inputs:
        seen: set[Fraction] = {offered.value}
        for candidate in candidates(offered, sheet):
            if candidate.value in seen or candidate.value not in offered.domain:
                continue
            seen.add(candidate.value)
            varied = offered.put(calculation.inputs, candidate.value)
            if varied is None:
                continue
            outcome = outcome_of(calculation.varied(varied), read)
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


def by_slips_of_the_whole(
    read: ReadSheet, calculation: Calculation, context: Context
) -> Iterator[Explanation]:
    """What follows from a slip that no single number tells: a mode, a bridge left out, a schedule of before."""
    for variation in distinct(variations(calculation.inputs, context), calculation.inputs):
        if variation.code not in _OF_THE_WHOLE or variation.place == "new.daily_dose":
            continue
        outcome = outcome_of(calculation.varied(variation.inputs), read)
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
