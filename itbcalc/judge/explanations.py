"""What one thing explains all that the programmer shows otherwise, and what explains only a part of it?

Accepted is only what explains every read-out that differs and upsets none that agrees; what explains a part is a hint,
with what it would contradict. It is looked for piece by piece, so that nobody has to wait for the whole.
"""

import itertools
import math
from collections.abc import Container, Iterable, Iterator, Sequence
from fractions import Fraction

from msgspec import Struct, field
from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.compute.schedule import Flex, FlexStep, PeriodicBolus
from itbcalc.compute.totals import ONE_DAY
from itbcalc.compute.working import value_of
from itbcalc.errors import EntryError
from itbcalc.judge.comparing import Compared, printed_as, says_none, shows
from itbcalc.judge.inputs import SolvableInput, StepPlace
from itbcalc.judge.not_ordered import BRIDGE, PATIENT_BOLUS, not_ordered
from itbcalc.judge.plausible import Candidate, Sheet, candidates, mistyped, nearest
from itbcalc.judge.reasons import PLAUSIBILITY, Reason
from itbcalc.judge.slips import Variation, variations
from itbcalc.judge.solving import ANY, Interval, Looking
from itbcalc.judge.verdicts import Doubt, Verdict
from itbcalc.judge.wrong_input import (
    AS_A_RULE,
    AsTyped,
    Convention,
    ShownCondition,
    Trials,
    conditions_of,
    day_counted,
    is_day,
    may_give_without,
    narrowed,
)
from itbcalc.program import ReadOut
from itbcalc.program.read_outs import Value, definition_of, shown_as
from itbcalc.quantities.clock import MINUTES_PER_DAY, Weekday
from itbcalc.quantities.entry import read_quantity
from itbcalc.quantities.kinds import DOSE, DURATION, as_daily_dose, exactly
from itbcalc.quantities.units import Quantity

Shown = tuple[tuple[str, Value], ...]
"""Read-outs by name, each with what would be shown there."""


class Explanation(Struct, frozen=True, kw_only=True):
    """One thing that gives the read-outs named in `explains`, and upsets those in `contradicts`.

    Attributes:
        offered: the input that has another value; None of a slip of the whole (a mode, a bridge left out).
        value: the value named, as a bare number of the input.
        within: every value that explains as much.
        reason: why it is plausible.
        place: where the number of the value stands on the sheet, if it does; what a slip of the whole concerns.
        quantity: of a slip of the whole, the value that is said with it.
        convention: how the programmer would have to print.
        explains: the read-outs that differ and would be shown as they are.
        contradicts: those that agree and would do so no longer.
        shows: what each explained read-out would show then, by name.
    """

    offered: SolvableInput | None = None
    value: Fraction | None = None
    within: Interval = ANY
    reason: Reason
    place: str = ""
    quantity: Quantity | None = None
    convention: Convention = AS_A_RULE
    explains: tuple[str, ...]
    contradicts: tuple[str, ...] = ()
    shows: Shown = field(default=())

    def explains_all_of(self, read: "ReadSheet") -> bool:
        """Whether it gives everything that differs, and upsets nothing that agrees."""
        return len(self.explains) == len(read.names) and not self.contradicts and not read.beyond

    @property
    def rests_on_days_alone(self) -> bool:
        """Whether all that it explains are dates: these fit many things."""
        return all(name.endswith("_date") or name == "days_to_alarm" for name in self.explains)


class Explanations(Struct, frozen=True):
    """What explains all, the most plausible first; where there is none, hints: what explains a part.

    `complete` is False while they are still looked for, and where that was `given_up`.
    """

    found: tuple[Explanation, ...] = ()
    hints: tuple[Explanation, ...] = ()
    complete: bool = True
    given_up: bool = False

    def slips_in(self, name: str) -> Iterator[tuple[Explanation, Value]]:
        """The slips that somebody may have made, each with the value that a read-out shows then."""
        for each in self.found:
            if each.reason is not Reason.NEAREST:
                yield from ((each, value) for shown, value in each.shows if shown == name)


class ReadSheet(Struct, frozen=True):
    """What was read: the read-outs that differ, and those that do not.

    Those `beyond` the inputs differ too, but no value of any input is why: a prime that nobody ordered. Of `several` values
    that may stand there those that differ show none: no value is solved for it, but whatever explains the rest must give it.
    """

    differing: tuple[Compared, ...]
    others: tuple[Compared, ...]
    beyond: tuple[Compared, ...] = ()
    several: tuple[Compared, ...] = ()

    @property
    def all(self) -> tuple[Compared, ...]:
        """Every read-out, those that differ first."""
        return (*self.differing, *self.others)

    @property
    def holds_days(self) -> bool:
        """Whether dates are among them."""
        return any(each.read_out.on is not None for each in self.all)

    @property
    def holds_rows(self) -> bool:
        """Whether cells of rows are among those that differ."""
        return any(each.read_out.row is not None for each in self.differing)

    @property
    def is_only_the_clock(self) -> bool:
        """Whether the pump's clock is all that differs."""
        return all(each.read_out.moment is not None for each in self.differing)

    @property
    def names(self) -> tuple[str, ...]:
        """Those that differ, by name."""
        return tuple(each.read_out.name for each in (*self.differing, *self.several))


def read_sheet(compared: Sequence[Compared]) -> ReadSheet:
    """`compared`, with what can be held against a value.

    Of what may stand for several things nothing follows, nor of a zero that says there is none.
    """
    differing = tuple(
        each for each in compared if each.verdict is Verdict.MISMATCH and not each.beyond_inputs
    )
    beyond = tuple(each for each in compared if each.beyond_inputs and not each.of_several)
    others = tuple(
        each
        for each in compared
        if each.computed
        and (each.verdict in (Verdict.MATCH, Verdict.MATCH_TRUNCATED) or each.doubt is Doubt.COARSE)
    )
    return ReadSheet(differing, others, beyond, tuple(each for each in compared if each.of_several))


class ToExplain(Struct, frozen=True, kw_only=True):
    """What is to be explained, and by what: the read-outs, the inputs as typed, and what stands beside them.

    `readings` are the inputs with what else they may mean where something was left open.
    """

    read: ReadSheet
    inputs: Sequence[SolvableInput]
    calculation: Calculation
    sheet: Sheet
    readings: tuple[Inputs, ...] = ()


class Search:
    """What is looked for piece by piece: each piece is short, and after any of them it may be given up."""

    def __init__(self, read: ReadSheet, asked: Looking[ToExplain]) -> None:
        """`asked` is put together first, where something differs: of a long schedule that takes its time too."""
        self._pieces = _searched(read, asked)

    def piece(self) -> Explanations | None:
        """Looks one piece further: what was found, once that was the last; None until then."""
        try:
            next(self._pieces)
        except StopIteration as end:
            found: Explanations = end.value
            return found
        return None

    def to_the_end(self) -> Explanations:
        """What is found, however long it takes."""
        while (found := self.piece()) is None:
            pass
        return found


Pieces = Looking[list[Explanation]]
_WHOLE_DAYS = Convention(whole_days=True)


def _searched(read: ReadSheet, to_explain: Looking[ToExplain]) -> Looking[Explanations]:
    """What explains everything that differs, the most plausible first; else hints, what explains a part of it."""
    if not read.differing:
        return Explanations()
    asked = yield from to_explain
    typed = AsTyped(asked.calculation, _values)
    others = yield from by_slips_of_the_whole(asked, typed)
    others += yield from by_counting(asked)
    others += by_misreading(asked)
    yield
    found = [each for each in others if each.explains_all_of(asked.read)]
    trials = [Trials(offered, typed) for offered in asked.inputs]
    if not read.beyond:
        found += yield from by_times_of_rows(asked)
        found += yield from by_one_input(asked, trials)
        found += () if found else (yield from by_times_of_boluses(asked))
    others += [] if found else (yield from by_what_nobody_ordered(asked))
    found += () if found else (each for each in others if each.explains_all_of(asked.read))
    partial = [] if found else (yield from hints(asked, trials))
    found += (each for each in partial if each.explains_all_of(asked.read))
    if found:
        hints_beside = tuple(_beside(found, others, asked.read))[:1]
        return Explanations(found=tuple(_each_once(ranked(found))), hints=hints_beside)
    hinting = (each for each in ranked([*others, *partial]) if not _rows_tell_otherwise(each))
    return Explanations(hints=tuple(_one_an_input(hinting))[:_MOST_HINTS])


_MOST_HINTS = 5


def _beside(
    found: Sequence[Explanation], others: Sequence[Explanation], read: ReadSheet
) -> Iterator[Explanation]:
    """Where nothing plausible explains all: the slips that explain all that differs, and upset a day alone."""
    if all(each.reason is Reason.NEAREST for each in found):
        days = {each.read_out.name for each in read.others if is_day(each.read_out)}
        whole = (each for each in ranked(others) if len(each.explains) == len(read.names))
        yield from (each for each in whole if each.offered is None and days.issuperset(each.contradicts))


def _each_once(explanations: Sequence[Explanation]) -> Iterator[Explanation]:
    """Without an input at a value at which it stands there already: with and without what follows from it."""
    seen = set[tuple[str, Fraction | None]]()
    for each in explanations:
        held = ("" if each.offered is None else each.offered.place, each.value)
        if each.offered is None or held not in seen:
            yield each
        seen.add(held)


def _one_an_input(hints: Iterable[Explanation]) -> Iterator[Explanation]:
    """Of each input the first value alone: several that give a part of it are guesses."""
    seen = set[str]()
    for each in hints:
        place = "" if each.offered is None else each.offered.place
        if not place or place not in seen:
            yield each
        seen.add(place)


def _rows_tell_otherwise(hint: Explanation) -> bool:
    """Whether rows that agree show when the steps begin and end: then none of them is missing, moved, or of before."""
    return any(name.startswith("steps.") and name.endswith((".start", ".end")) for name in hint.contradicts)


def ranked(explanations: Sequence[Explanation]) -> list[Explanation]:
    """Those that upset least first, then those that explain most, then the most plausible."""
    return sorted(
        explanations,
        key=lambda each: (len(each.contradicts), -len(each.explains), PLAUSIBILITY[each.reason]),
    )


# --- one input


_CONVENTIONS = (
    AS_A_RULE,
    _WHOLE_DAYS,
    Convention(cut_off=True),
    Convention(cut_off=True, whole_days=True),
)


def by_one_input(asked: ToExplain, trials: Sequence[Trials]) -> Pieces:
    """Of each input that alone explains all the most plausible value, and all values that would.

    First as programmers print as a rule; with days counted whole only while nothing plausible has been found, and with
    numbers cut off only while nothing has.
    """
    found: list[Explanation] = []
    for convention in _CONVENTIONS:
        # The clock alone differs: no day then asks to be counted otherwise.
        counts_days = asked.read.holds_days and not asked.read.is_only_the_clock
        if (convention.whole_days and not counts_days) or (convention.cut_off and found):
            continue
        known = {each.offered for each in found}
        conditions = conditions_of(asked.read.all, convention)
        for tried in trials:
            explanations = yield from _by_input(tried, conditions, asked, convention)
            found += (
                each
                for each in explanations
                if each.reason is not Reason.NEAREST or tried.offered not in known
            )
            yield
        if any(each.reason is not Reason.NEAREST for each in found):
            return found
    return found


def _by_input(
    tried: Trials, conditions: Sequence[ShownCondition], asked: ToExplain, convention: Convention
) -> Pieces:
    offered = tried.offered
    parts = yield from narrowed(tried, conditions)
    found: list[Explanation] = []
    for within in parts:
        named = yield from _named(offered, within, asked, convention)
        found += (
            Explanation(
                offered=offered,
                value=candidate.value,
                within=within,
                reason=candidate.reason,
                place=candidate.place,
                convention=convention,
                explains=asked.read.names,
                shows=shown,
            )
            for candidate, shown in named
            # A clock may be off by itself: no other moment is likelier for it.
            if candidate.reason is not Reason.NEAREST or not asked.read.is_only_the_clock
        )
    tried.forget()
    return found


def _values(read_out: ReadOut, calculation: Calculation) -> Sequence[Value]:
    return definition_of(read_out).values(calculation, read_out)


def _named(
    offered: SolvableInput, within: Interval, asked: ToExplain, convention: Convention
) -> Looking[list[tuple[Candidate, Shown]]]:
    """The most plausible value that does give everything as printed; else the shortest number that does.

    What was left out looks like what is too little to be printed, mg taken for mcg: then both are named.
    """
    named: list[tuple[Candidate, Shown]] = []
    seen: set[Fraction] = {offered.value}
    rounded = (Candidate(value, Reason.NEAREST) for value in nearest(within, offered))
    for candidate in (*candidates(offered, asked.sheet), *rounded):
        if candidate.value in seen or candidate.value not in within:
            continue
        seen.add(candidate.value)
        if named and candidate.reason is not Reason.MCG_FOR_MG:
            continue
        shown = yield from _explained(offered, candidate.value, asked, convention)
        named += () if shown is None else ((candidate, shown),)
        if named and (named[0][0].reason is not Reason.LEFT_OUT or len(named) > 1):
            break
    if named or asked.read.several or within.low is None or within.high is None:
        return named
    # Where two read-outs only touch no short number lies: what is just between two digits is printed as either.
    between = (within.low + within.high) / 2
    shown = yield from _explained(offered, between, asked, convention)
    return [] if shown is None else [(Candidate(between, Reason.NEAREST), shown)]


def _explained(
    offered: SolvableInput, value: Fraction, asked: ToExplain, convention: Convention
) -> Looking[Shown | None]:
    """What each differing read-out shows with this value; None where one is not given, or another upset."""
    varied = offered.put(asked.calculation.inputs, value)
    if varied is None:
        return None
    outcome = yield from outcome_of(asked.calculation.varied(varied), asked.read, convention)
    return outcome.shown if len(outcome.shown) == len(asked.read.names) and not outcome.upset else None


class Outcome(Struct, frozen=True):
    """What other inputs give: the differing read-outs as printed, and those that they would upset."""

    shown: Shown
    upset: tuple[str, ...] = ()

    def explained_by(
        self,
        reason: Reason,
        place: str = "",
        offered: SolvableInput | None = None,
        value: Fraction | None = None,
        quantity: Quantity | None = None,
    ) -> Explanation | None:
        """What gives it, as an explanation; None where none of the differing read-outs is given."""
        if not self.shown:
            return None
        return Explanation(
            offered=offered,
            value=value,
            within=Interval(value, value),
            reason=reason,
            place=place,
            quantity=quantity,
            explains=tuple(name for name, _ in self.shown),
            contradicts=self.upset,
            shows=self.shown,
        )


def _each(found: Explanation | None) -> Iterator[Explanation]:
    if found is not None:
        yield found


def outcome_of(varied: Calculation, read: ReadSheet, convention: Convention = AS_A_RULE) -> Looking[Outcome]:
    """Which read-outs another calculation gives as printed, and which it upsets: where it gives none, nobody asks."""
    shown: list[tuple[str, Value]] = []
    for each in read.differing:
        fitting = _fitting(each, varied, convention, definition_of(each.read_out).several(varied))
        shown += () if fitting is None else ((each.read_out.name, fitting),)
        yield
    for each in read.several if shown else ():
        among = definition_of(each.read_out).several(varied)
        fitting = _fitting(each, varied, convention, among)
        shown += () if fitting is None else ((each.read_out.name, fitting),)
    upset: list[str] = []
    for each in read.others if shown else ():
        if _fitting(each, varied, convention) is None:
            upset.append(each.read_out.name)
        yield
    return Outcome(tuple(shown), tuple(upset))


def _fitting(
    each: Compared, varied: Calculation, convention: Convention, among: Sequence[Value] = ()
) -> Value | None:
    """What would be printed as the read-out was, also what is `among` those of which it may be one; None if nothing."""
    read_out = each.read_out
    if convention.whole_days and read_out.on is not None:
        counted = day_counted(read_out, varied)
        return counted if counted == read_out.on else None
    if read_out.entered is not None and says_none(read_out) and definition_of(read_out).is_absent(varied):
        return read_out.entered.quantity
    accepted = {Verdict.MATCH, Verdict.MATCH_TRUNCATED} if convention.cut_off else {Verdict.MATCH}
    for value in (*_values(read_out, varied), *among):
        if _prints(each, value) in accepted:
            return value
    return None


def _prints(each: Compared, value: Value) -> Verdict:
    """Whether `value` would be printed as the read-out was; as a zero too, where that tells anything."""
    entered, zero_tells = each.read_out.entered, not each.says_only_that_none_runs
    if entered is not None and isinstance(value, Quantity) and says_none(each.read_out) and zero_tells:
        return printed_as(entered, value)
    return shows(each.read_out, value)


_MOVING_DAYS = ("reservoir.", "new.patient_bolus.")
"""What may give a day alone while amounts differ as well: whatever moves amounts would have to give those too."""


def hints(asked: ToExplain, trials: Sequence[Trials]) -> Pieces:
    """What is plausible and explains some of what differs, or all of it against what agrees."""
    found: list[Explanation] = []
    alone = conditions_of(asked.read.differing)
    amounts = [each for each in alone if not each.is_day]
    for tried in trials:
        offered = tried.offered
        parts = list[
            Interval
        ]()  # where it would give one of the read-outs that differ: nothing else need be tried
        for condition in alone if offered.place.startswith(_MOVING_DAYS) or not amounts else amounts:
            parts += yield from narrowed(tried, [condition])
        tried.forget()
        seen: set[Fraction] = {offered.value}
        for candidate in candidates(offered, asked.sheet) if parts else ():
            if candidate.value in seen:
                continue
            seen.add(candidate.value)
            if any(candidate.value in part for part in parts):
                found += _each((yield from _hint(offered, candidate, asked)))
        yield
    return found


def _hint(offered: SolvableInput, candidate: Candidate, asked: ToExplain) -> Looking[Explanation | None]:
    varied = offered.put(asked.calculation.inputs, candidate.value)
    if varied is None:
        return None
    outcome = yield from outcome_of(asked.calculation.varied(varied), asked.read)
    if any(_shows_as_typed(offered, name) for name in outcome.upset):
        return None
    return outcome.explained_by(candidate.reason, candidate.place, offered, candidate.value)


def _shows_as_typed(offered: SolvableInput, upset: str) -> bool:
    """Whether a read-out that agrees shows the input itself: it is held as it was typed, and no hint says otherwise."""
    if offered.in_step is not None:
        return upset.startswith("steps.") and not upset.endswith("_rate")
    if offered.place == "reservoir.at":
        return upset == "pump_clock"
    last_words = "_".join(offered.place.split(".")[-2:])
    return upset in (offered.name, offered.place.removeprefix("new."), last_words)


# --- rows that list every stretch of the day

_MOST_TRIED = 24


def by_times_of_rows(asked: ToExplain) -> Pieces:
    """One step that begins or ends otherwise, where the rows show when.

    Such a step brings other rows than there are now, so that what a row shows is no function of it: but when it would
    begin or end stands in the rows themselves.
    """
    schedule = asked.calculation.inputs.new_schedule
    found: list[Explanation] = []
    if not isinstance(schedule, Flex) or not asked.read.holds_rows:
        return found
    days = {_kind_of_day(each.read_out, schedule) for each in asked.read.differing if each.read_out.row}
    shown, steps = _times_shown(asked.read, days, schedule), list(_steps_seen_on(days, asked.inputs))
    held = {time for _, step in steps for time in _times_of(step)}
    new, missing = shown - held - {Fraction(0)}, held - shown
    moved = [(each, step) for each, step in steps if not missing.isdisjoint(_times_of(step))]
    tries = (
        (each, value) for each, step in moved or steps for value in _values_from(each, step, new or shown)
    )
    for offered, value in itertools.islice(tries, _MOST_TRIED):
        found += _each((yield from _explained_by_value(offered, value, asked)))
    return found


def _explained_by_value(
    offered: SolvableInput, value: Fraction, asked: ToExplain
) -> Looking[Explanation | None]:
    """This one value of an input, where it explains all, and why it is plausible."""
    shows_then = yield from _explained(offered, value, asked, AS_A_RULE)
    if shows_then is None:
        return None
    plausible = (each for each in candidates(offered, asked.sheet) if each.value == value)
    named = next(plausible, Candidate(value, Reason.NEAREST))
    return Outcome(shows_then).explained_by(named.reason, named.place, offered, value)


def by_times_of_boluses(asked: ToExplain) -> Pieces:
    """Boluses that begin at another time, last otherwise or come otherwise often, where the rows show when.

    They bring other rows than there are now, as a step does: when they would begin and how long they last stands in them.
    """
    found: list[Explanation] = []
    if not isinstance(asked.calculation.inputs.new_schedule, PeriodicBolus) or not asked.read.holds_rows:
        return found
    rows = [each.read_out.row for each in asked.read.all if each.read_out.row is not None]
    starts = sorted({Fraction(row.start.minute) for row in rows})
    # Between two boluses stands a row of the basal, or none.
    apart = [
        (after - begin) % MINUTES_PER_DAY
        for places in (1, 2)
        for begin, after in zip(starts, (*starts[places:], *starts[:places]), strict=True)
    ]
    read_outs = [each.read_out for each in asked.read.all]
    lasting = [
        Fraction(each.at_time.minute - each.row.start.minute) % MINUTES_PER_DAY
        for each in read_outs
        if each.at_time is not None and each.row is not None
    ]
    values = {
        "new.first": starts,
        "new.duration": [*lasting, *apart],
        "new.every": [*apart, Fraction(MINUTES_PER_DAY)],
    }
    for offered in asked.inputs:
        tries = [each for each in dict.fromkeys(values.get(offered.place, ())) if each != offered.value]
        for value in tries[:_MOST_TRIED]:
            explained = yield from _explained_by_value(offered, value, asked)
            if explained is not None:
                found.append(explained)
                break
    return found


def _kind_of_day(read_out: ReadOut, flex: Flex) -> Weekday | None:
    """The weekday of which a row is, where that day differs; None of the usual day."""
    day = None if read_out.row is None else read_out.row.day
    return day if day in dict(flex.differing) else None


def _times_shown(read: ReadSheet, days: Container[Weekday | None], flex: Flex) -> set[Fraction]:
    """When the rows of some kinds of day begin and end, in minutes of the day."""
    rows = [each.read_out for each in read.all if each.read_out.row is not None]
    of_days = [each for each in rows if _kind_of_day(each, flex) in days]
    starts = {Fraction(each.row.start.minute) for each in of_days if each.row is not None}
    return starts | {Fraction(each.at_time.minute) for each in of_days if each.at_time is not None}


def _steps_seen_on(
    days: Container[Weekday | None], inputs: Sequence[SolvableInput]
) -> Iterator[tuple[SolvableInput, FlexStep]]:
    """The times of the steps of some kinds of day, then of those that may run on into one of them after midnight."""
    others: list[tuple[SolvableInput, FlexStep]] = []
    for each in inputs:
        if each.step is not None and each.in_step is not None:
            if each.in_step.day in days:
                yield each, each.step
            elif each.step.ends > 1:
                others.append((each, each.step))
    yield from others


def _times_of(step: FlexStep) -> tuple[Fraction, Fraction]:
    start = Fraction(step.start.minute)
    return start, (start + step.duration.magnitude * MINUTES_PER_DAY) % MINUTES_PER_DAY


def _values_from(offered: SolvableInput, step: FlexStep, times: Iterable[Fraction]) -> Iterator[Fraction]:
    """The starts, or durations in minutes, with which a step begins or ends at one of `times` and runs over no other."""
    free = () if offered.free is None else offered.free()
    lasts, day = step.duration.magnitude * MINUTES_PER_DAY, Fraction(MINUTES_PER_DAY)
    if offered.is_time_of_day:
        values = [value for time in sorted(times) for value in (time, (time - lasts) % day)]
    else:  # of a step that lasts all day no row tells when it begins
        values = [day, *((time - step.start.minute) % day for time in sorted(times))]
    for value in dict.fromkeys(values):
        if value != offered.value and any(value in part for part in free):
            yield value


# --- slips of the whole


def by_slips_of_the_whole(asked: ToExplain, typed: AsTyped) -> Pieces:
    """What follows from a slip that no single number tells: a mode, a bridge left out, a schedule of before."""
    calculation = asked.calculation
    schedule = type(calculation.inputs.new_schedule)
    differing = conditions_of(asked.read.differing)
    found: list[Explanation] = []
    for variation in variations(calculation.inputs, asked.readings):
        if type(variation.inputs.new_schedule) is not schedule and asked.read.holds_rows:
            continue  # the rows of another mode are others: that one fits would prove nothing
        yield
        if variation.reason is Reason.PRIME_LEFT_OUT and _shows_prime(asked.read):
            continue
        if variation.left_out is not None and not (
            _would_look_otherwise(variation.left_out, asked)
            and may_give_without(typed, variation.left_out, differing)
        ):
            continue
        found += _each((yield from _by_slip(variation, asked)))
    left_out = next((each for each in found if each.reason is Reason.BRIDGE_LEFT_OUT), None)
    return [each for each in found if left_out is None or not _supposes_more(each, left_out)]


def by_what_nobody_ordered(asked: ToExplain) -> Pieces:
    """Patient boluses or a bridge that only the programmer has: of each the way that explains most.

    As they are shown, whatever the rest says, where nothing here contradicts it: a programmer need not count patient
    boluses, and of a bridge that has nothing to run out nothing is computed.
    """
    calculation = asked.calculation
    ways: dict[Reason, list[Explanation]] = {}
    if calculation.inputs.new_patient_bolus is None:
        reason = Reason.PATIENT_BOLUSES_NOT_ORDERED
        ways[reason] = list(_counted(reason, _as_shown(asked.read, PATIENT_BOLUS)))
    if calculation.inputs.bridge_dose is None and not calculation.old_drug_is_left:
        reason = Reason.BRIDGE_NOT_ORDERED
        ways[reason] = list(_counted(reason, _as_shown(asked.read, BRIDGE)))
    for variation in not_ordered(calculation, [each.read_out for each in asked.read.all]):
        ways.setdefault(variation.reason, []).extend(_each((yield from _by_slip(variation, asked))))
        yield
    return [ranked(each)[0] for each in ways.values() if each]


def _as_shown(read: ReadSheet, what: str) -> Shown:
    """What the programmer shows of a thing of which there is none, by name."""
    return tuple(
        (each.read_out.name, each.read_out.entered.quantity)
        for each in read.differing
        if each.read_out.name.startswith(what) and each.read_out.entered is not None
    )


def _would_look_otherwise(place: StepPlace, asked: ToExplain) -> bool:
    """Whether a step left out differs from a dose of 0: on top of a basal only in the rows, which it no longer cuts."""
    schedule = asked.calculation.inputs.new_schedule
    assert isinstance(schedule, Flex)
    day = place.day_of(schedule)
    return day.replaces_basal or asked.read.holds_rows


def _shows_prime(read: ReadSheet) -> bool:
    """Whether the programmer shows that a prime runs."""
    primes = (each.read_out for each in read.all if each.read_out.name.startswith("prime_"))
    return not all(map(says_none, primes))


def _supposes_more(each: Explanation, left_out: Explanation) -> bool:
    """Whether it supposes a wrong number besides the bridge left out, and explains no more."""
    return (
        each.value is not None and not left_out.contradicts and set(each.explains) <= set(left_out.explains)
    )


def _by_slip(variation: Variation, asked: ToExplain) -> Looking[Explanation | None]:
    """As programmers print as a rule; where that does not explain all and counting whole days does, so."""
    offered, read = None, asked.read
    if variation.value is not None:
        (offered,) = (each for each in asked.inputs if each.place == variation.place)
    said = variation.reason, variation.place, offered, variation.value, variation.quantity
    varied = asked.calculation.varied(variation.inputs)
    outcome = yield from outcome_of(varied, read)
    upset = tuple(name for name in outcome.upset if name not in variation.untouched)
    slip = replace(outcome, upset=upset).explained_by(*said)
    if slip is None or not read.holds_days or slip.explains_all_of(read):
        return slip
    by_days = (yield from outcome_of(varied, read, _WHOLE_DAYS)).explained_by(*said)
    if by_days is None or not by_days.explains_all_of(read):
        return slip
    return replace(by_days, convention=_WHOLE_DAYS)


# --- the programmer counts in another way


def by_counting(asked: ToExplain) -> Pieces:
    """Whole days, days rounded up, or the bridge at the new concentration."""
    calculation, read = asked.calculation, asked.read
    days = yield from outcome_of(calculation, read, _WHOLE_DAYS)
    drug = [each.read_out for each in read.differing if _is_bridge_drug(each.read_out)]
    left = [each.read_out for each in read.differing if each.read_out.name == "days_to_alarm"]
    time = value_of(calculation.time_to_alarm)
    rounded_up = None if time is None else exactly(math.ceil(time.magnitude), DURATION)
    at_new = value_of(calculation.bridge_dose_shown_at_new_concentration)
    return [
        *_counted(Reason.COUNTS_WHOLE_DAYS, days.shown, days.upset),
        *_counted(Reason.ROUNDS_DAYS_UP, _fitted(left, rounded_up)),
        *_counted(Reason.COUNTED_AT_NEW_CONCENTRATION, _fitted(drug, at_new)),
        *_counted(Reason.PATIENT_BOLUSES_LEFT_OUT, *(yield from _without_patient_boluses(asked))),
        *_counted(Reason.FIRST_DAY, _fitted(_named_as(read, "daily_dose"), _first_day(calculation))),
        *_counted(
            Reason.HELD_IN_CATHETER,
            _fitted(_named_as(read, "prime_dose"), value_of(calculation.catheter_drug_after_prime)),
        ),
    ]


def _without_patient_boluses(asked: ToExplain) -> Looking[tuple[Shown, tuple[str, ...]]]:
    """The days, where the programmer counts them without the patient boluses that it does hold."""
    inputs, read = asked.calculation.inputs, asked.read
    if inputs.new_patient_bolus is None or not any(_is_of_patient_bolus(each) for each in read.others):
        return (), ()  # where it need not hold them, they may not have been programmed at all
    days = ReadSheet(tuple(filter(_is_day, read.differing)), tuple(filter(_is_day, read.others)))
    without = asked.calculation.varied(replace(inputs, new_patient_bolus=None))
    outcome = yield from outcome_of(without, days)
    return outcome.shown, outcome.upset


def _is_of_patient_bolus(each: Compared) -> bool:
    return each.read_out.name.startswith("patient_bolus.")


def _is_day(each: Compared) -> bool:
    return is_day(each.read_out)


def _named_as(read: ReadSheet, name: str) -> list[ReadOut]:
    return [each.read_out for each in read.differing if each.read_out.name == name]


def _first_day(calculation: Calculation) -> Value | None:
    """The dose of the 24 hours that begin with a single bolus, where it comes beside the dose of a day."""
    dose = calculation.new_therapy.dose_in_first_day
    return None if dose is None else as_daily_dose(dose.value / ONE_DAY)


def _is_bridge_drug(read_out: ReadOut) -> bool:
    return read_out.name == "bridge_drug" or (read_out.name == "bridge_dose" and shown_as(read_out, DOSE))


def _fitted(read_outs: Sequence[ReadOut], value: Value | None) -> Shown:
    return tuple(
        (each.name, value) for each in read_outs if value is not None and shows(each, value) is Verdict.MATCH
    )


def _counted(reason: Reason, shown: Shown, upset: tuple[str, ...] = ()) -> Iterator[Explanation]:
    return _each(Outcome(shown, upset).explained_by(reason))


# --- the read-out was typed wrongly


_IN_THE_READ_OUT = {
    Reason.DECIMAL_POINT_MOVED: Reason.READ_OUT_DECIMAL_POINT_MOVED,
    Reason.DIGITS_TRANSPOSED: Reason.READ_OUT_DIGITS_TRANSPOSED,
}


def by_misreading(asked: ToExplain) -> Iterator[Explanation]:
    """A read-out itself mistyped: the recomputed value with its point moved or two digits swapped."""
    for compared in asked.read.differing:
        read_out = compared.read_out
        for reason, meant, value in _meant(compared):
            outcome = Outcome(((read_out.name, value),))
            yield from _each(outcome.explained_by(reason, f"readouts.{read_out.name}", quantity=meant))


def _meant(compared: Compared) -> Iterator[tuple[Reason, Quantity, Value]]:
    """What may have been meant by a read-out, and the recomputed value that is printed so."""
    entered = compared.read_out.entered
    if entered is None or " " in entered.number_text:  # a date, or a compound duration
        return
    kind = definition_of(compared.read_out).kind_of(compared.read_out)
    for slip, number in mistyped(entered.number_text):
        reason = _IN_THE_READ_OUT.get(slip)
        if reason is None:
            continue
        try:
            meant = read_quantity(f"{number} {entered.unit}", kind)
        except EntryError:  # nobody could have typed that
            continue
        for value in compared.computed:
            if isinstance(value, Quantity) and printed_as(meant, value) is Verdict.MATCH:
                yield reason, meant.quantity, value
