"""Does what the programmer shows agree with the recomputed values?

A verdict claims only what was shown. A read-out is compared as it was printed: `0.18` stands for every value that
rounds to it at two decimals. What may stand for several things agrees only if all of them do, and where few digits
are printed it cannot be told. The rows of a schedule are for `comparing_rows`, what would explain a difference is for
`explanations`.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation
from itbcalc.judge.verdicts import Doubt, Verdict
from itbcalc.program import ReadOut
from itbcalc.program.read_out_keys import ReadOutForm
from itbcalc.program.read_outs import Meaning, Other, Value, definition_of
from itbcalc.quantities.clock import TimeOfDay, Weekday
from itbcalc.quantities.display import half_even, half_up
from itbcalc.quantities.entry import Entered
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.units import Quantity

MOST_LEFT_OPEN = Fraction(1, 20)
"""How much of a value the last digit may leave open: 5 %, our own bound."""
SHORTEST_IN_DAYS = int(1 / MOST_LEFT_OPEN)
"""From how many days on a whole day leaves no more of them open: a date, and days counted down, leave one day open."""

CLOCK_OFF = timedelta(minutes=15)
"""How far the pump's clock may be from the moment of the change: it is read during the visit, and runs on. Our own bound."""


class Compared(Struct, frozen=True):
    """A read-out, what was recomputed for it (one value for each reading left open), and the verdict.

    `doubt` says why it cannot be told. `others` are what it fits although its name means something else, and `unread`
    the weekdays of which the dose was not read where it is that of another day. `beyond_inputs` says that it differs
    whatever number was typed: nobody ordered what it shows, or the pump itself runs otherwise. `not_ordered`: nobody did,
    and it is not what it would be either. `of_the_pump`: it is what the pump itself gives, and not what was typed.
    `of_several`: there is no single value, and it is none of those that there are.
    """

    read_out: ReadOut
    computed: tuple[Value, ...]
    verdict: Verdict
    doubt: Doubt | None = None
    others: tuple[Other, ...] = ()
    unread: tuple[Weekday, ...] = ()
    beyond_inputs: bool = False
    not_ordered: bool = False
    of_the_pump: bool = False
    of_several: bool = False

    @property
    def says_only_that_none_runs(self) -> bool:
        """Whether its zero is no number that was rounded: what should stand there would be rounded to it as well."""
        entered = self.read_out.entered
        if entered is None or not says_none_runs(self.read_out):
            return False
        amounts = (each for each in self.computed if isinstance(each, Quantity))
        return any(printed_as(entered, each) is not Verdict.MISMATCH for each in amounts)


def compared(read_out: ReadOut, calculations: Sequence[Calculation]) -> Compared:
    """A read-out that is no row of a schedule. There is one calculation for each reading of what was left open."""
    definition, computed = definition_of(read_out), list[Value]()
    readings = [definition.meant(calculation, read_out) for calculation in calculations]
    for values in readings:
        computed += [value for value in values if value not in computed]
    if not computed or (definition.is_absent(calculations[0]) and says_none(read_out)):
        return _of_nothing(read_out, calculations[0])
    verdict, doubt = told(read_out, computed)
    if verdict is Verdict.MATCH and any(_is_coarse_day(value, calculations[0]) for value in computed):
        verdict, doubt = Verdict.CANNOT_TELL, Doubt.COARSE
    if definition.is_absent(calculations[0]):
        if verdict is not Verdict.MISMATCH:
            return Compared(read_out, (), Verdict.MISMATCH, beyond_inputs=True)
        return Compared(read_out, tuple(computed), verdict, not_ordered=True)
    if doubt is Doubt.ONE_OF_SEVERAL and all(len(_shown(read_out, values)) == 1 for values in readings):
        doubt = Doubt.OPEN_INPUT  # each reading by itself would tell
    others = tuple(
        other
        for other in definition.others(calculations[0])
        if verdict is Verdict.MISMATCH and shows(read_out, other.value) is not Verdict.MISMATCH
    )
    if others:
        verdict, doubt = Verdict.CANNOT_TELL, Doubt.ONE_OF_SEVERAL
    return Compared(read_out, tuple(computed), verdict, doubt, others)


def _of_nothing(read_out: ReadOut, calculation: Calculation) -> Compared:
    """Where nothing is known that should stand there."""
    definition = definition_of(read_out)
    if definition.is_absent(calculation):
        return Compared(read_out, (), Verdict.MATCH if says_none(read_out) else Verdict.MISMATCH)
    several = definition.several(calculation)
    if not several:
        return Compared(read_out, (), Verdict.CANNOT_TELL, Doubt.OPEN_INPUT)
    if all(shows(read_out, value) is Verdict.MISMATCH for value in several):
        return Compared(read_out, several, Verdict.MISMATCH, beyond_inputs=True, of_several=True)
    return Compared(read_out, (), Verdict.CANNOT_TELL, Doubt.ONE_OF_SEVERAL)


def says_none(read_out: ReadOut) -> bool:
    """Whether nothing was shown there, a zero."""
    return read_out.entered is not None and not read_out.entered.quantity.magnitude


def says_none_runs(read_out: ReadOut) -> bool:
    """Whether its zero stands for none at all, and for nothing that was rounded to it."""
    return definition_of(read_out).zero_is_none and says_none(read_out)


def is_false_zero(read_out: ReadOut, computed: Sequence[Value]) -> bool:
    """Whether a zero was shown for what is none: that it may have been rounded to it settles nothing."""
    amounts = [each.magnitude for each in computed if isinstance(each, Quantity)]
    return says_none(read_out) and bool(amounts) and all(amounts)


def told(read_out: ReadOut, computed: Sequence[Value]) -> tuple[Verdict, Doubt | None]:
    """The verdict where it may stand for any of `computed`, and why it cannot be told."""
    each = _shown(read_out, computed)
    if each == {Verdict.MISMATCH}:
        return Verdict.MISMATCH, None
    if Verdict.MISMATCH in each:
        return Verdict.CANNOT_TELL, Doubt.ONE_OF_SEVERAL
    verdict = Verdict.MATCH if each == {Verdict.MATCH} else Verdict.MATCH_TRUNCATED
    if any(is_coarse(read_out, value, verdict) for value in computed):
        return Verdict.CANNOT_TELL, Doubt.COARSE
    return verdict, None


def _shown(read_out: ReadOut, values: Iterable[Value]) -> set[Verdict]:
    return {shows(read_out, value) for value in values}


# --- as printed


def printed_as(entered: Entered, value: Quantity) -> Verdict:
    """Whether `value` prints as `entered`: rounded half up or half even, or cut off, at its last digit."""
    step = entered.resolution.magnitude
    exact, printed = value.magnitude / step, entered.quantity.magnitude / step
    if printed in (half_up(exact), half_even(exact)):
        return Verdict.MATCH
    return Verdict.MATCH_TRUNCATED if printed == exact // 1 else Verdict.MISMATCH


def is_coarse(read_out: ReadOut, value: Value, verdict: Verdict) -> bool:
    """Whether the last printed digit leaves too much of `value` open: half a unit of it, or a whole one if cut off.

    A zero says nothing of what is not zero. Nothing is left open of what is counted, or set in whole minutes; days that
    are counted down leave a whole one open.
    """
    entered, definition = read_out.entered, definition_of(read_out)
    if definition.form is ReadOutForm.WHOLE_DAYS and isinstance(value, Quantity):
        return value.magnitude < SHORTEST_IN_DAYS
    if (
        entered is None
        or not isinstance(value, Quantity)
        or definition.whole_minutes
        or definition.is_counted
    ):
        return False
    step = entered.resolution.magnitude
    left_open = step if verdict is Verdict.MATCH_TRUNCATED else step / 2
    return bool(value.magnitude) and left_open > abs(value.magnitude) * MOST_LEFT_OPEN


def _is_coarse_day(value: Value, calculation: Calculation) -> bool:
    """Whether a day comes so soon after the change that the day alone, which is all that is shown, says little of when."""
    at = calculation.inputs.at
    if at is None or not isinstance(value, date):
        return False
    return (value - at.moment.date()).days < SHORTEST_IN_DAYS


def shows(read_out: ReadOut, value: Value) -> Verdict:
    """Whether `read_out` shows `value`; a date must be the very day, a clock be right within `CLOCK_OFF`."""
    if isinstance(value, Instant):
        off = None if read_out.moment is None else abs(read_out.moment.minute - value.minute)
        return Verdict.MATCH if off is not None and off <= CLOCK_OFF else Verdict.MISMATCH
    if isinstance(value, date):
        return Verdict.MATCH if read_out.on == value else Verdict.MISMATCH
    if isinstance(value, TimeOfDay):
        return Verdict.MATCH if read_out.at_time == value else Verdict.MISMATCH
    if says_none_runs(read_out) and value.magnitude:
        return Verdict.MISMATCH
    return Verdict.MISMATCH if read_out.entered is None else printed_as(read_out.entered, value)


# --- what another read-out settles


def settled(each: Compared, *, days_read: frozenset[Weekday], volume_agrees: bool) -> Compared:
    """A read-out that fits something else than its name means, once others say that this is what it is.

    The dose of one weekday agrees when every other day was read too; the dose with all patient boluses when the
    volume, which is without them, agrees.
    """
    if each.doubt is not Doubt.ONE_OF_SEVERAL or not each.others:
        return each
    verdict, doubt = told(each.read_out, [other.value for other in each.others])
    shown = {other.day for other in each.others if other.meaning is Meaning.OF_A_WEEKDAY}
    unread = tuple(day for day in Weekday if day not in days_read and day not in shown) if shown else ()
    if unread:
        return replace(each, unread=unread)
    return replace(each, verdict=verdict, doubt=doubt) if shown or volume_agrees else each
