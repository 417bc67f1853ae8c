"""Until when does the pump last at the latest, and from when on is its replacement to be planned?

Counted in calendar years from the implant, and from the day on which the replacement indicator (ERI) was seen, where the figures of
the model are published; None is not known.
"""

import calendar
from datetime import date, timedelta

from msgspec import Struct

from itbcalc.program import System


class PumpLife(Struct, frozen=True, kw_only=True):
    """The days of a pump; `latest_end` is the earlier of the two ends that are known."""

    implanted: date | None
    eri_seen: date | None
    latest_end: date | None
    plan_from: date | None

    def to_be_planned(self, day: date) -> bool:
        """Whether the replacement is to be planned on a day."""
        return self.plan_from is not None and day >= self.plan_from

    def over(self, day: date) -> bool:
        """Whether the pump may have ended by a day."""
        return self.latest_end is not None and day > self.latest_end


def life_of(system: System) -> PumpLife | None:
    """The days of the pump of a system; None where neither implant nor replacement indicator is recorded."""
    implanted = None if system.implanted is None else system.implanted.moment.date()
    eri_seen = None if system.eri_seen is None else system.eri_seen.moment.date()
    pump = system.pump
    if pump is None or (implanted is None and eri_seen is None):
        return None
    ends: list[date] = []
    plans: list[date] = [] if eri_seen is None else [eri_seen]
    if implanted is not None and pump.life_years is not None:
        end = months_later(implanted, 12 * int(pump.life_years.quantity.magnitude))
        ends.append(end)
        if pump.plan_ahead_months is not None:
            plans.append(months_later(end, -int(pump.plan_ahead_months.quantity.magnitude)))
    if eri_seen is not None and pump.end_after_eri is not None:
        ends.append(eri_seen + timedelta(days=int(pump.end_after_eri.quantity.magnitude)))
    return PumpLife(
        implanted=implanted,
        eri_seen=eri_seen,
        latest_end=min(ends, default=None),
        plan_from=min(plans, default=None),
    )


def months_later(day: date, months: int) -> date:
    """The same day so many months later; the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
