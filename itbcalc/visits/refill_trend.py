"""What the pump delivered, refill by refill, against its accuracy; and what the last refill may mean."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from msgspec import Struct

from itbcalc.errors import ItbcalcError
from itbcalc.judge.guardrails import rules_of
from itbcalc.judge.refill_findings import accepted_ratios
from itbcalc.library.records import Library
from itbcalc.program import Program, read_program
from itbcalc.quantities.kinds import Ratio
from itbcalc.say.findings import finding_message
from itbcalc.say.message import Message
from itbcalc.visits.history import Standing
from itbcalc.visits.refill_visit import RefillSeen, refill_visit, refills_seen
from itbcalc.visits.typed import table_of


class Delivered(Struct, frozen=True):
    """One refill that told a ratio, in percent of what was programmed; the interval where it is known whole.

    `outside` is `above` or `below` where it lies beyond the accuracy of the pump, `seen` the refill itself.
    """

    at: datetime
    percent: Fraction
    interval: tuple[Fraction, Fraction] | None
    outside: str
    seen: RefillSeen


class Trend(Struct, frozen=True):
    """The refills of the pump a patient has now, the earliest first; the accuracy in percent, None where none is known."""

    refills: tuple[Delivered, ...]
    lowest: Fraction | None = None
    highest: Fraction | None = None
    told: tuple[Message, ...] = ()  # of the last refill


def trend_of(found: Sequence[Standing], library: Library) -> Trend:
    """Of one patient by the standings of all entries; empty where no refill told a ratio."""
    seen = refills_seen(found, library)
    if not seen:
        return Trend(())
    pump = _pump_typed(seen[-1])
    shown = tuple(
        _delivered(each, ratio)
        for each in seen
        if (ratio := each.visit.ratio) is not None and _pump_typed(each) == pump
    )
    program = _program_of(seen[-1], library)
    if program is None:
        return Trend(shown)
    lowest, highest = accepted_ratios(rules_of(program, library))
    told = refill_visit(program, found, library, instead_of=seen[-1].standing.entry.entry_id)
    return Trend(
        shown,
        None if lowest is None else Fraction(lowest.magnitude),
        None if highest is None else Fraction(highest.magnitude),
        () if told is None else tuple(finding_message(each, library) for each in told.findings),
    )


def _delivered(seen: RefillSeen, ratio: Ratio) -> Delivered:
    visit = seen.visit
    ends = (visit.ratio_least, visit.ratio_most)
    interval = None if ends[0] is None or ends[1] is None else (_percent(ends[0]), _percent(ends[1]))
    return Delivered(seen.at, _percent(ratio), interval, visit.outside, seen)


def _percent(ratio: Ratio) -> Fraction:
    return Fraction(ratio.magnitude) * 100


def _pump_typed(seen: RefillSeen) -> object:
    system = table_of(seen.standing.entry).get("system")
    return system.get("pump") if isinstance(system, dict) else None


def _program_of(seen: RefillSeen, library: Library) -> Program | None:
    """The program as the entry holds it; None where it can no longer be read."""
    try:
        return read_program(table_of(seen.standing.entry), library).program
    except ItbcalcError:
        return None
