"""The visits a year before an implant: as lines, as a JSON list and as one page."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from itbcalc.ask.before_implant import (
    EMPTY_AT_ONCE,
    NOT_KNOWN,
    TOO_FAST,
    TOO_SLOW,
    VisitsAYear,
    visits_a_year,
)
from itbcalc.errors import EntryError, FieldEntryError, RefusedError
from itbcalc.library.records import Library
from itbcalc.quantities.display import shown
from itbcalc.quantities.entry import read_quantity, refuse_zero
from itbcalc.quantities.kinds import DAILY_DOSE, DailyDose, as_daily_dose
from itbcalc.say.catalogue import N_, Worded, _
from itbcalc.say.paper import page
from itbcalc.say.therapy_report import folded
from itbcalc.visits.state_words import LIMIT_WORDS

WHY_NOT_WORDS = Worded(
    {
        TOO_SLOW: N_("not possible: slower than the pump can"),
        TOO_FAST: N_("not possible: faster than the pump can"),
        NOT_KNOWN: N_("not known: its residual volume or its accuracy is not published"),
        EMPTY_AT_ONCE: N_("not possible: less than a day"),
    }
)
_HEADINGS = (
    N_("Pump"),
    N_("Strength"),
    N_("Flow"),
    N_("Refill at the latest"),
    N_("Visits a year"),
    N_("What limits it"),
)
_HOW = N_(
    "Filled to the volume of its reservoir, the same dose around the clock, at the pump's upper accuracy; where several alarm volumes"
    " are published the largest counts. A bridge, boluses and a dose that rises make it more. Pumps of earlier years are among them:"
    " whether one is still sold is not known here; ask its maker."
)


def read_before_implant(
    dose: str, jurisdiction: str, library: Library, shown_unit: str = ""
) -> tuple[DailyDose, tuple[VisitsAYear, ...]]:
    """The dose as typed, and every pump with every strength. Raises FieldEntryError, RefusedError beside the field."""
    try:
        entered = refuse_zero(read_quantity(dose, DAILY_DOSE, shown_unit=shown_unit), DAILY_DOSE)
    except EntryError as error:
        raise FieldEntryError("dose", error) from error
    known = [each.id for each in library.jurisdictions]
    if jurisdiction not in known:
        rule = "unknown_jurisdiction" if jurisdiction else "missing"
        raise RefusedError("jurisdiction", jurisdiction, rule, known=", ".join(known))
    daily = as_daily_dose(entered.quantity)
    return daily, visits_a_year(daily, jurisdiction, library)


def before_implant_lines(dose: DailyDose, rows: Sequence[VisitsAYear]) -> Iterator[str]:
    """A line for each pump and strength."""
    yield _("Visits a year at {dose}", dose=shown(dose))
    for row in rows:
        yield folded("  ".join(filter(None, _cells(row))))
    yield folded(_(_HOW), 0)


def before_implant_json(rows: Sequence[VisitsAYear]) -> list[dict[str, Any]]:
    """By name; null is what cannot be, or is not known, and `why_not` says which."""
    return [
        {
            "pump": row.pump.id,
            "concentration": shown(row.concentration),
            "flow_rate": shown(row.flow),
            "days": row.days,
            "visits_a_year": row.visits,
            "limit": None if row.limit is None else str(row.limit),
            "why_not": row.why_not,
        }
        for row in rows
    ]


def before_implant_page(
    dose: DailyDose, rows: Sequence[VisitsAYear], where: str, printed_at: datetime
) -> str:
    """The same on one page; `where` is the jurisdiction in words."""
    return page(
        "before_implant",
        printed=printed_at,
        dose=shown(dose),
        where=where,
        headings=tuple(_(heading) for heading in _HEADINGS),
        rows=[_cells(row) for row in rows],
        how=_(_HOW),
    )


def _cells(row: VisitsAYear) -> tuple[str, ...]:
    begin = (row.pump.name, shown(row.concentration), shown(row.flow))
    if row.days is None or row.limit is None:
        return *begin, "", "", WHY_NOT_WORDS[row.why_not]
    every = _("every {days} days", days=row.days)
    visits = _("{visits} visits a year", visits=row.visits)
    return *begin, every, visits, LIMIT_WORDS[row.limit]
