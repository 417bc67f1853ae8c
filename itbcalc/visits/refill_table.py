"""The list of refills as a table: one definition of its columns for the window, paper and a file for a spreadsheet."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from itbcalc.log.entries import Head
from itbcalc.quantities.display import date_text
from itbcalc.say.catalogue import N_, _, plural
from itbcalc.say.paper import page
from itbcalc.visits.entry_words import mark_words, pump_words, therapy_words, written_moment_text
from itbcalc.visits.history import new_therapy
from itbcalc.visits.refill_visit import ratio_words
from itbcalc.visits.refill_words import days_words
from itbcalc.visits.refills import Due, Refills
from itbcalc.visits.state_words import LIMIT_WORDS
from itbcalc.visits.transfer import safe_cell

_AS_RECORDED = N_("as recorded: {reason}")
_OF_THIS_LOG = N_("A list of this log only: a patient whose steps are not recorded in it is not on it.")


@dataclass(frozen=True, slots=True)
class RefillColumn:
    """A column: its key in files, its heading, its cell in words; `day` is the day behind it, where it is one."""

    key: str
    heading: str
    words: Callable[[Due], str]
    day: Callable[[Due], datetime | None] | None = None

    def cell(self, due: Due) -> str:
        """As it is read."""
        if self.day is None:
            return self.words(due)
        day = self.day(due)
        return self.words(due) if day is None else date_text(day)

    def plain(self, due: Due) -> str:
        """As a spreadsheet reads it: a day by year, month and day."""
        day = None if self.day is None else self.day(due)
        return self.cell(due) if day is None else day.date().isoformat()


def _nothing(_: Due) -> str:
    return ""


def _refill_by_unknown(_due: Due) -> str:
    return _("not known")


def _low_alarm(due: Due) -> datetime | None:
    return None if due.dates is None else due.dates.low_alarm


def _empty_worst(due: Due) -> datetime | None:
    return None if due.dates is None else due.dates.empty_worst


def _limit(due: Due) -> str:
    if due.limit is not None:
        return LIMIT_WORDS[due.limit]
    return due.not_known if due.refill_by is None else _(_AS_RECORDED, reason=due.not_known)


def _delivered(due: Due) -> str:
    """Over what was programmed, at the last refill; outside the accuracy of the pump with a sign."""
    if due.last_refill is None:
        return _("not measured")
    visit = due.last_refill.visit
    ratio = ratio_words(visit)
    if visit.ran_dry is not None:
        return _("▲ ran dry")
    return _("▲ {ratio}", ratio=ratio) if ratio and visit.outside else ratio or _("not known")


def _read_back(due: Due) -> str:
    return mark_words(due.standing) or pump_words(due.standing.read_back)


COLUMNS: Sequence[RefillColumn] = (
    RefillColumn("patient", N_("Patient"), lambda due: due.patient),
    RefillColumn("refill_by", N_("Refill by"), _refill_by_unknown, lambda due: due.refill_by),
    RefillColumn("days_left", N_("Days left"), lambda due: "" if due.days_left is None else days_words(due)),
    RefillColumn("limit", N_("What limits it"), _limit),
    RefillColumn("low_alarm", N_("Alarm"), _nothing, _low_alarm),
    RefillColumn("empty_worst", N_("Worst case empty"), _nothing, _empty_worst),
    RefillColumn(
        "therapy", N_("Therapy in force"), lambda due: therapy_words(new_therapy(due.standing.entry))
    ),
    RefillColumn("delivered", N_("Last fill: delivered"), _delivered),
    RefillColumn("read_back", N_("Read back"), _read_back),
)


def headings() -> tuple[str, ...]:
    """What stands above the columns."""
    return tuple(_(column.heading) for column in COLUMNS)


def refill_cells(due: Due) -> tuple[str, ...]:
    """One patient, column by column."""
    return tuple(column.cell(due) for column in COLUMNS)


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


def refill_csv(due: Sequence[Due]) -> str:
    """The list for a spreadsheet. What one would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.key for column in COLUMNS])
    for each in due:
        writer.writerow([safe_cell(column.plain(each)) for column in COLUMNS])
    return out.getvalue()


def refill_sheet(due: Sequence[Due], found: Refills, where: str, head: Head, printed_at: datetime) -> str:
    """The list on paper; `due` are the rows that are shown of all that were `found`."""
    return page(
        "refills",
        printed=printed_at,
        whose=whose_log(where, head),
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
