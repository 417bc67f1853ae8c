"""The list of refills as a table: one definition of its columns for the window and for paper."""

from collections.abc import Callable, Sequence
from datetime import datetime
from fractions import Fraction

from msgspec import Struct

from itbcalc.compute.reservoir import RefillLimit
from itbcalc.log.entries import Head
from itbcalc.quantities.display import date_text, decimal_text
from itbcalc.say.catalogue import N_, Worded, _, plural
from itbcalc.say.paper import page
from itbcalc.visits.body_words import STATE_WORDS
from itbcalc.visits.entry_words import mark_words, therapy_words, written_moment_text
from itbcalc.visits.history import new_therapy
from itbcalc.visits.refill_words import booking_words, days_words
from itbcalc.visits.refills import Due, Refills

SOON = 14  # days in which a visit should be booked; ours
_AS_RECORDED = N_("as recorded: {reason}")
# As the columns beside it are headed; `LIMIT_WORDS` have more words than the column has room.
_LIMITS = Worded(
    {
        RefillLimit.ALARM: N_("alarm"),
        RefillLimit.EMPTY: N_("empty"),
        RefillLimit.EMPTY_WORST: N_("worst case"),
        RefillLimit.STABILITY: N_("drug too old"),
        RefillLimit.PUMP: N_("pump's interval"),
    }
)
_OF_THIS_LOG = N_("A list of this log only: a patient whose steps are not recorded in it is not on it.")


class RefillColumn(Struct, frozen=True):
    """A column: its heading, its cell in words, and whether that is to be seen at once."""

    heading: str
    cell: Callable[[Due], str]
    stands_out: Callable[[Due], bool] = lambda _: False


def _day(moment: datetime | None) -> str:
    return "" if moment is None else date_text(moment)


def _refill_by(due: Due) -> str:
    return _day(due.refill_by) or _("not known")


def _days_left(due: Due) -> str:
    return "" if due.days_left is None else days_words(due)


def _low_alarm(due: Due) -> str:
    if due.dates is None:
        return ""
    return _day(due.dates.low_alarm) if due.dates.has_alarm else _("none")


def _empty_worst(due: Due) -> str:
    return "" if due.dates is None else _day(due.dates.empty_worst)


def _therapy(due: Due) -> str:
    return therapy_words(new_therapy(due.standing.entry))


def _visit(due: Due) -> str:
    return ", ".join(booking_words(due))


def _limit(due: Due) -> str:
    """What decides the day; of a pump that is empty before it if it goes on as fast as before its last refill, that day."""
    if due.empty_as_delivered is not None:
        return _("▲ dry {date}", date=date_text(due.empty_as_delivered))
    if due.limit is not None:
        return _LIMITS[due.limit]
    return due.not_known if due.refill_by is None else _(_AS_RECORDED, reason=due.not_known)


def _delivered(due: Due) -> str:
    """Over what was programmed, at the last refill, to the whole percent; outside the accuracy of the pump with a sign."""
    if due.last_refill is None:
        return "–"
    visit = due.last_refill.visit
    if visit.ran_dry is not None:
        return _("▲ may have run dry")
    if visit.ratio is None and visit.ratio_most is None and visit.ratio_least is not None:
        least = decimal_text(Fraction(visit.ratio_least.magnitude) * 100, 0)
        return (
            _("▲ at least {percent} %", percent=least)
            if visit.outside
            else _("at least {percent} %", percent=least)
        )
    if visit.ratio is None:
        return _("not known")
    percent = decimal_text(Fraction(visit.ratio.magnitude) * 100, 0)
    return _("▲ {percent} %", percent=percent) if visit.outside else _("{percent} %", percent=percent)


def _pump(due: Due) -> str:
    """Whether it was seen to run, and whether its replacement is to be planned."""
    state = due.standing.read_back
    seen = mark_words(due.standing) or STATE_WORDS.get(state, state)
    life, day = due.life, due.moment.date()
    if life is not None and life.over(day):
        return _("{seen} ▲ past its life", seen=seen)
    return _("{seen} ▲ replace", seen=seen) if life is not None and life.to_be_planned(day) else seen


def _to_book(due: Due) -> bool:
    """Whether a visit is booked too late, did not take place, or is to be booked soon."""
    days = due.days_left
    is_soon = days is not None and days <= SOON
    return due.booked_too_late or due.missed is not None or (is_soon and due.booked is None)


def _is_dry_before(due: Due) -> bool:
    """Whether the pump is empty before its day if it goes on as fast as before its last refill."""
    return due.empty_as_delivered is not None


# What is needed at once stands first; what limits the day takes the room that is left.
COLUMNS: Sequence[RefillColumn] = (
    RefillColumn(N_("Patient"), lambda due: due.patient),
    RefillColumn(N_("Refill by"), _refill_by),
    RefillColumn(N_("Days left"), _days_left),
    RefillColumn(N_("Visit"), _visit, _to_book),
    RefillColumn(N_("Alarm"), _low_alarm),
    RefillColumn(N_("Worst case"), _empty_worst),
    RefillColumn(N_("Therapy in force"), _therapy),
    RefillColumn(N_("Delivered"), _delivered, _is_dry_before),
    RefillColumn(N_("Pump"), _pump, lambda due: due.standing.incomplete),
    RefillColumn(N_("Limited by"), _limit, _is_dry_before),
)


VISIT_COLUMN = [column.cell for column in COLUMNS].index(_visit)
"""Its words are the longest, and the first of them tell the most: where there is too little room they may be cut."""


def headings() -> tuple[str, ...]:
    """What stands above the columns."""
    return tuple(_(column.heading) for column in COLUMNS)


def refill_cells(due: Due) -> tuple[str, ...]:
    """One patient, column by column."""
    return tuple(column.cell(due) for column in COLUMNS)


def cells_that_stand_out(due: Due) -> frozenset[int]:
    """The columns of a patient that are to be seen at once, by their number."""
    return frozenset(number for number, column in enumerate(COLUMNS) if column.stands_out(due))


def whose_log(where: str, head: Head) -> str:
    """Which log a list is of, and when it was written last."""
    if not head.count:
        return _("{where}: nothing is written in it yet", where=where)
    return plural(
        "{where}: {count} entry, the last written {written}",
        "{where}: {count} entries, the last written {written}",
        head.count,
        where=where,
        written=written_moment_text(head.recorded_at),
    )


def of_this_log() -> str:
    """What a list of this log cannot know."""
    return _(_OF_THIS_LOG)


def refill_sheet(due: Sequence[Due], found: Refills, whose: str, printed_at: datetime, trouble: str) -> str:
    """The list on paper; `due` are the rows that are shown of all that were `found`, in the log that is `whose`.

    In `trouble` stands why it cannot be relied on; empty where it can.
    """
    return page(
        "refills",
        printed=printed_at,
        whose=whose,
        trouble=trouble,
        shown=_shown_words(due, found),
        headings=headings(),
        rows=[(each.overdue, refill_cells(each)) for each in due],
        of_this_log=of_this_log(),
    )


def _shown_words(due: Sequence[Due], found: Refills) -> str:
    """That a list was filtered must be seen on it."""
    if len(due) == len(found.due):
        return ""
    return _("{count} of {all} patients: the list was filtered", count=len(due), all=len(found.due))
