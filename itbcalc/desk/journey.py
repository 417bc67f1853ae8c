"""A journey as it is typed in the window, and what it means for the pump. No Qt."""

from collections.abc import Sequence

from msgspec import Struct

from itbcalc.desk.dates import said_plainly
from itbcalc.desk.local_time import read_visit
from itbcalc.errors import EntryError, FieldEntryError, RefusedError
from itbcalc.library.records import Library
from itbcalc.quantities.entry import read_whole_days
from itbcalc.quantities.instants import read_zone
from itbcalc.visits.history import Standing
from itbcalc.visits.travel import travel
from itbcalc.visits.travel_words import travel_lines


class JourneyTyped(Struct, frozen=True):
    """What was typed: leaving and return on the clocks of `home`, the zone there, and how many days the return may fail.

    `home` is empty where the log names no zone: then it is that of this computer. `there` and `delay` may be empty.
    """

    home: str
    leaves: str
    returns: str
    there: str = ""
    delay: str = ""


class JourneyShown(Struct, frozen=True):
    """What it means, line by line, and whether something of it must not be passed over."""

    lines: tuple[str, ...]
    bad: bool


def journey_of(found: Sequence[Standing], typed: JourneyTyped, library: Library) -> JourneyShown:
    """What a journey of a patient means, by the standings of all that patient's entries.

    Raises FieldEntryError beside the field, RefusedError for a return before leaving and a patient without a step.
    """
    leaves = read_visit(said_plainly(typed.leaves), typed.home, "leaves").moment
    returns = read_visit(said_plainly(typed.returns), typed.home, "returns").moment
    field = "zone"
    try:
        there = read_zone(typed.there.strip()) if typed.there.strip() else None
        field = "delay"
        delay = int(read_whole_days(typed.delay).quantity.magnitude) if typed.delay.strip() else 0
    except EntryError as error:
        raise FieldEntryError(field, error) from error
    journey = travel(found, leaves, returns, library, library.clinic.days, zone=there, delay=delay)
    if journey is None:
        raise RefusedError("ref", "", "no_step_by_then", known="")
    ended = journey.ended is not None
    bad = ended or journey.too_late is not False or journey.due_while_away is not False
    return JourneyShown(tuple(travel_lines(journey)), bad)
