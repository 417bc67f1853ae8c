"""How do the programmer's read-outs stand to the recomputed values, in words?"""

from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from itbcalc.judge.comparing import Compared
from itbcalc.judge.comparing_rows import ComparedRows, Span
from itbcalc.judge.verdicts import Doubt, Verdict
from itbcalc.judge.whole import ROWS
from itbcalc.library.records import Severity
from itbcalc.program import ReadOut
from itbcalc.program.read_out_keys import ReadOutForm
from itbcalc.program.read_outs import Value, definition_of
from itbcalc.quantities.clock import MINUTES_PER_DAY, clock_text
from itbcalc.quantities.display import (
    counted_with_unit,
    exact_number,
    hours_text,
    in_unit,
    number_shown,
    said_with,
    with_unit,
)
from itbcalc.quantities.entry import Entered
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.kinds import DURATION, exactly
from itbcalc.quantities.units import Quantity
from itbcalc.say.answer_report import value_text
from itbcalc.say.catalogue import N_, Worded, _, plural
from itbcalc.say.message import Message, alternatives
from itbcalc.say.places import DAY_WORDS, days_words, read_out_words

VERDICT_WORDS = Worded(
    {
        Verdict.MATCH: N_("match"),
        Verdict.MATCH_TRUNCATED: N_("match, cut off"),
        Verdict.MISMATCH: N_("differs"),
        Verdict.CANNOT_TELL: N_("cannot tell"),
    }
)


def verdict_words(verdict: Verdict) -> str:
    """A verdict with its sign: `✓ match`."""
    return f"{verdict.sign} {VERDICT_WORDS[verdict]}"


def answer_text(value: Value, entered: Entered | None) -> str:
    """A recomputed value beside what was read (`entered`, if it is a number): in the unit in which it was read.

    A duration read in hours and minutes is answered so, however long it is.
    """
    if entered is None or not isinstance(value, Quantity):
        return value_text(value)
    other_kind = value.dimensionality != entered.quantity.dimensionality
    if other_kind:
        return value_text(value)
    if " " in entered.number_text:
        return hours_text(value)
    return counted_with_unit(number_shown(in_unit(value, entered.unit)), entered.unit)


def computed_text(compared: Compared, value: Value) -> str:
    """A value recomputed for a read-out, for a sentence: in the unit of the read-out, long durations in days as well."""
    text = answer_text(value, compared.read_out.entered)
    if definition_of(compared.read_out).form is ReadOutForm.WHOLE_DAYS:
        return text
    if isinstance(value, Quantity) and value.dimensionality == DURATION.unit.dimensionality:
        return said_with(value, text)
    return text


READ_OUT_DIFFERS = "readout_differs"
_SEVERAL_THINGS = ("days_to_alarm", "patient_bolus.per_day")  # the name of each is a plural
_CODES = {Verdict.MISMATCH: READ_OUT_DIFFERS}


def compared_message(compared: Compared) -> Message | None:
    """The disagreement of one read-out in words; None where it agrees."""
    verdict, name = compared.verdict, read_out_words(compared.read_out.name)
    if verdict.severity is None:
        return None
    title, detail = _words(compared, name)
    place = f"readouts.{compared.read_out.name}"
    return Message(_CODES.get(verdict, str(verdict)), verdict.severity, title, detail, place=place)


def rows_messages(rows: ComparedRows | None) -> Iterator[Message]:
    """What is to be said of the rows of the schedule together: which part was not read, which row stands there twice."""
    if rows is None:
        return
    if rows.doubt is Doubt.PART:
        yield Message(
            str(Verdict.CANNOT_TELL),
            Severity.CAUTION,
            _("Not the whole schedule was read"),
            part_words(rows),
            place=f"readouts.{ROWS}",
        )
    for row, first in rows.repeated:
        name = ".".join((ROWS, str(row)))
        yield Message(
            "row_repeated",
            Severity.INFO,
            _("Row {row} of the programmer is row {first} again", row=row, first=first),
            _("It counts once."),
            place=f"readouts.{name}",
        )


def part_words(rows: ComparedRows) -> str:
    """`2 of 3 rows read; 22:00 to 06:00 not read.`; on which days, where these differ."""
    spans = ", ".join(_span_words(span) for span in rows.unread)
    return plural(
        "{read} of {count} row read; {spans} not read.",
        "{read} of {count} rows read; {spans} not read.",
        rows.rows,
        read=rows.read,
        spans=spans,
    )


def _span_words(span: Span) -> str:
    start, end = clock_text(span.start), clock_text(span.end)
    if not span.days:
        return _("{start} to {end}", start=start, end=end)
    return _("{start} to {end} on {days}", start=start, end=end, days=days_words(span.days))


def _words(compared: Compared, name: str) -> tuple[str, str]:
    """Title and detail of a verdict that is worth a message."""
    printed = compared.read_out.printed
    if compared.of_the_pump:
        return _("The {read_out} is the pump's own, and not that of the dose typed", read_out=name), (
            _mismatch_words(compared)
        )
    if compared.verdict is Verdict.MISMATCH:
        many = compared.read_out.name in _SEVERAL_THINGS
        one = N_("The {read_out} on the programmer differs")
        title = N_("The {read_out} on the programmer differ") if many else one
        return _(title, read_out=name), _mismatch_words(compared)
    if compared.verdict is Verdict.MATCH_TRUNCATED:
        return _("The {read_out} agrees, cut off at its last digit", read_out=name), _(
            "{value} recomputed; the programmer cuts instead of rounding.",
            value=computed_text(compared, compared.computed[0]),
        )
    if compared.read_out.name == "flow_rate" and not compared.computed:
        return _("There is no single flow rate to compare with"), _(
            "The programmer shows {shown}; in this mode the flow may change through the day.", shown=printed
        )
    return _("Cannot tell whether the {read_out} agrees", read_out=name), doubt_words(compared)


def doubt_words(compared: Compared) -> str:
    """Why it cannot be told whether a read-out agrees, and what would tell."""
    printed = compared.read_out.printed
    if compared.doubt is Doubt.COARSE and _is_of_days(compared.read_out):
        return _of_few_days(compared.read_out)
    if compared.doubt is Doubt.COARSE and compared.read_out.entered is not None:
        low, high = stands_for(compared.read_out)
        return _(
            "The programmer shows {shown}, which stands for {low} to {high}: too few digits for {value}.",
            shown=printed,
            low=low,
            high=high,
            value=alternatives(computed_text(compared, value) for value in compared.computed),
        )
    if compared.others:
        return _other_words(compared)
    values = alternatives(computed_text(compared, value) for value in compared.computed)
    if compared.doubt is Doubt.ONE_OF_SEVERAL:
        return _(
            "The programmer shows {shown}; it may stand for {values}, and another read-out has to tell.",
            shown=printed,
            values=values,
        )
    return _(
        "The programmer shows {shown}; with what was left open it is {values}.",
        shown=printed,
        values=values or _("nothing yet"),
    )


def _is_of_days(read_out: ReadOut) -> bool:
    return read_out.on is not None or definition_of(read_out).form is ReadOutForm.WHOLE_DAYS


def _of_few_days(read_out: ReadOut) -> str:
    """What a date, or a count of days, stands for where it comes so soon that a day is much of the time."""
    if read_out.entered is None:
        return _(
            "The programmer shows {shown}, which stands for 00:00 to 24:00 of that day: so soon, a wrong volume or "
            "strength may not show in it.",
            shown=read_out.printed,
        )
    low, high = stands_for(read_out)
    return _(
        "The programmer shows {shown}, which stands for {low} to {high}: so soon, a wrong volume or strength may not "
        "show in it.",
        shown=read_out.printed,
        low=low,
        high=high,
    )


def _other_words(compared: Compared) -> str:
    """That it is something else than its name means: the dose of a weekday, or with all patient boluses."""
    computed = computed_text(compared, compared.computed[0])
    days = tuple(other.day for other in compared.others if other.day is not None)
    if not days:
        return _(
            "This is the dose with all patient boluses; without them it is {value}, and neither its volume nor a "
            "flow was read.",
            value=computed,
        )
    unread = compared.unread
    if len(days) == 1:
        return plural(
            "This is {day}'s dose; {unread} was not read. The mean of the week is {value}.",
            "This is {day}'s dose; {unread} were not read. The mean of the week is {value}.",
            len(unread),
            day=DAY_WORDS[days[0]],
            unread=days_words(unread),
            value=computed,
        )
    return plural(
        "This is the dose of {days}; {unread} was not read. The mean of the week is {value}.",
        "This is the dose of {days}; {unread} were not read. The mean of the week is {value}.",
        len(unread),
        days=days_words(days),
        unread=days_words(unread),
        value=computed,
    )


def stands_for(read_out: ReadOut) -> tuple[str, str]:
    """From where to where the values lie that are printed so, in the unit of the read-out; `read_out` is a number.

    Days that are counted down are never more than are left.
    """
    entered = read_out.entered
    assert entered is not None
    if definition_of(read_out).form is ReadOutForm.WHOLE_DAYS:
        days = int(entered.quantity.magnitude)
        return plural("{count} day", "{count} days", days), plural("{count} day", "{count} days", days + 1)
    half = entered.resolution / 2
    low, high = entered.quantity - half, entered.quantity + half
    lowest = max(low, 0 * low)
    return _bound_text(lowest, entered), _bound_text(high, entered)


def _bound_text(bound: Quantity, entered: Entered) -> str:
    """One end of what a read-out stands for, in its unit; a duration in minutes, with their half."""
    if bound.dimensionality != DURATION.unit.dimensionality:
        return with_unit(exact_number(in_unit(bound, entered.unit)), entered.unit)
    return with_unit(number_shown(Fraction(bound.magnitude) * MINUTES_PER_DAY), "min")


def _mismatch_words(compared: Compared) -> str:
    """What is shown and what is recomputed; how many times it is, where that is twice or more, or half or less."""
    printed = compared.read_out.printed
    if not compared.computed and compared.beyond_inputs:
        return _("It shows {shown}; in this program none was ordered.", shown=printed)
    if compared.not_ordered:
        return _(
            "It shows {shown}; in this program none was ordered, and it would be {values}.",
            shown=printed,
            values=alternatives(computed_text(compared, value) for value in compared.computed),
        )
    if not compared.computed:
        return _("It shows {shown}; in this program there is none.", shown=printed)
    if compared.read_out.moment is not None and isinstance(compared.computed[0], Instant):
        return _clock_words(compared.read_out.moment, compared.computed[0], printed)
    computed, times = computed_text(compared, compared.computed[0]), _times(compared)
    if compared.of_the_pump:
        return _(
            "It shows {shown}, as the pump runs; for the dose typed it would be {computed}.",
            shown=printed,
            computed=computed,
        )
    if compared.of_several:
        template = N_("It shows {shown}; the flow changes from {least} to {most} through the day.")
        least, most = (computed_text(compared, compared.computed[end]) for end in (0, -1))
        return _(template, shown=printed, least=least, most=most)
    if compared.beyond_inputs:
        return _("It shows {shown}; the pump itself gives {computed}.", shown=printed, computed=computed)
    if times is not None and times >= 2:
        return _(
            "It shows {shown}, recomputed is {computed}: {times} times as much.",
            shown=printed,
            computed=computed,
            times=number_shown(times),
        )
    if times is not None and times <= Fraction(1, 2):
        return _(
            "It shows {shown}, recomputed is {computed}: 1/{times} of it.",
            shown=printed,
            computed=computed,
            times=number_shown(1 / times),
        )
    return _("It shows {shown}, recomputed is {computed}.", shown=printed, computed=computed)


def _clock_words(shown: Instant, change: Instant, printed: str) -> str:
    """How far the pump's clock is from the moment of the change."""
    off, at = shown.minute - change.minute, answer_text(change, None)
    days = hours_text(exactly(Fraction(abs(off) // timedelta(minutes=1), MINUTES_PER_DAY), DURATION))
    if off < timedelta():
        return _(
            "It shows {shown}, recomputed is {change}: {off} behind.", shown=printed, change=at, off=days
        )
    return _("It shows {shown}, recomputed is {change}: {off} ahead.", shown=printed, change=at, off=days)


def _times(compared: Compared) -> Fraction | None:
    """How many times the recomputed value the read-out is; None where there is no such ratio."""
    entered, value = compared.read_out.entered, compared.computed[0]
    if entered is None or not isinstance(value, Quantity):
        return None
    if not value.magnitude or not entered.quantity.magnitude:
        return None
    return Fraction(entered.quantity.magnitude) / Fraction(value.magnitude)
