"""A patient goes on a journey: is the pump due while away, and how much is in hand when the return fails?"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.reservoir import RefillLimit
from itbcalc.errors import RefusedError
from itbcalc.library.clinic_days import ClinicDays
from itbcalc.library.records import Library
from itbcalc.quantities.display import moment_text
from itbcalc.quantities.instants import Instant
from itbcalc.visits.following import Followed, FollowedStep, NotKnownError
from itbcalc.visits.history import Standing, effective
from itbcalc.visits.refill_visit import followed_as_measured
from itbcalc.visits.refills import Due, due_of, ended_by

_NOON = 12  # o'clock there: what does the pump show?


class FilledBefore(Struct, frozen=True, kw_only=True):
    """The dates if the pump is filled as at the last fill, with the same therapy, on the last clinic day before leaving.

    `refill_by` is the last day for the next refill, as in the list, and `limit` what decides it. `weekdays_known`: whether
    the clinic has said on which days it refills pumps.
    """

    day: date
    low_alarm: datetime | None
    empty_worst: datetime | None
    refill_by: datetime | None
    limit: RefillLimit | None
    has_alarm: bool = True
    weekdays_known: bool = True


class Travel(Struct, frozen=True, kw_only=True):
    """What a journey means for the pump; None is not known.

    Attributes:
        due: by when the pump must be refilled, as of leaving.
        due_while_away: whether the last day for the refill is over by the return, that failing for `delay` days.
        days_in_hand: whole days from the return to emptiness in the worst case: so long the return may fail; below zero where
            the pump is empty before.
        delay: the days that the return is taken to fail.
        filled_before: the dates if it is refilled before leaving, and `due_then_too` whether the next refill is due before
            the return even so.
        pump_clock: what the pump shows at noon there, where the zone was named.
        ended: what says that nobody here follows the patient any more, by then.
    """

    leaves: datetime
    returns: datetime
    delay: int
    due: Due
    due_while_away: bool | None
    days_in_hand: int | None
    filled_before: FilledBefore | None
    pump_clock: datetime | None
    ended: Standing | None = None

    @property
    def due_then_too(self) -> bool:
        """Whether, refilled before leaving, the last day for the next refill is over by the return all the same."""
        by = None if self.filled_before is None else self.filled_before.refill_by
        return by is not None and _is_over(by, self.returns, self.delay)

    @property
    def too_late(self) -> bool | None:
        """Whether the pump is empty in the worst case before the patient is back, the return failing for `delay` days."""
        return None if self.days_in_hand is None else self.days_in_hand < self.delay


def travel(  # what a journey is made of
    found: Sequence[Standing],
    leaves: datetime,
    returns: datetime,
    library: Library,
    days: ClinicDays,
    *,
    zone: ZoneInfo | None = None,
    delay: int = 0,
) -> Travel | None:
    """The journey of one patient, by the standings of all that patient's entries; None where the log holds no step.

    Raises RefusedError where the return is before leaving.
    """
    if returns <= leaves:
        raise RefusedError("returns", moment_text(returns), "before_leaving", known=moment_text(leaves))
    due = due_of(found, leaves, library)
    if due is None:
        return None
    worst = None if due.dates is None else due.dates.empty_worst
    in_hand = (
        None if worst is None else (worst.astimezone(UTC) - returns.astimezone(UTC)) // timedelta(days=1)
    )
    followed = _followed(found, leaves, library)
    step = None if followed is None else followed.step
    return Travel(
        leaves=leaves,
        returns=returns,
        delay=delay,
        due=due,
        due_while_away=None if due.refill_by is None else _is_over(due.refill_by, returns, delay),
        days_in_hand=in_hand,
        filled_before=None if followed is None else _filled_before(followed, leaves, days),
        pump_clock=None if step is None or zone is None else _pump_clock(step, leaves, zone),
        ended=ended_by(found, leaves),
    )


def _is_over(refill_by: datetime, returns: datetime, delay: int) -> bool:
    """Whether the last day for a refill is over by the return, that failing for `delay` days."""
    return refill_by.date() < returns.astimezone(refill_by.tzinfo).date() + timedelta(days=delay)


def _followed(found: Sequence[Standing], moment: datetime, library: Library) -> Followed | None:
    """The steps up to a moment; None before the first, and where the one in force can no longer be read."""
    followed = followed_as_measured(found, moment, library)
    if followed.in_force is None:
        return None
    with suppress(NotKnownError):
        _readable = followed.step
        return followed
    return None


def _filled_before(followed: Followed, leaves: datetime, days: ClinicDays) -> FilledBefore | None:
    """Filled with as much as at the last fill; nothing else is changed, so there is no bridge and no prime."""
    step = followed.step
    zone = step.inputs.at.moment.tzinfo if step.inputs.at is not None else None
    day = days.last_open_before(leaves.astimezone(zone).date())
    try:
        filled = followed.known_fill().inputs.filled
    except NotKnownError:
        return None
    if step.inputs.at is None or day is None:
        return None
    begin = datetime.combine(day, step.inputs.at.moment.time(), tzinfo=zone)
    inputs = replace(
        step.inputs,
        filled=filled,
        by_log=None if filled is None else followed.filled_anew(filled, begin),
        at=Instant(begin, zone_named=step.inputs.at.zone_named),
        current_concentration=step.inputs.new_concentration,
        current_schedule=step.inputs.new_schedule,
        current_really=None,
        bridge_dose=None,
        prime_volume=None,
        prime_duration=None,
    )
    again = Calculation(inputs)
    has_alarm, latest = not inputs.constant_flow, again.time_to_latest_refill
    return FilledBefore(
        day=day,
        low_alarm=again.low_alarm_date if has_alarm else None,
        empty_worst=again.empty_date_worst,
        refill_by=again.latest_refill_date,
        limit=None if latest is None else latest[0],
        has_alarm=has_alarm,
        weekdays_known=days.weekdays_known,
    )


def _pump_clock(step: FollowedStep, leaves: datetime, zone: ZoneInfo) -> datetime:
    """What the pump, set by the clock at the last change, shows at noon of the day of leaving there."""
    noon = datetime.combine(leaves.astimezone(zone).date(), datetime.min.time(), tzinfo=zone).replace(
        hour=_NOON
    )
    set_by = effective(step.standing.entry).utcoffset() or timedelta(0)
    return (noon.astimezone(UTC) + set_by).replace(tzinfo=None)
