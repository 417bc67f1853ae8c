"""Whose pump must be refilled by when? A view of the log and no second record: everybody with a step, overdue first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.reservoir import RefillLimit
from itbcalc.library.records import Library
from itbcalc.log.entries import PRACTICE
from itbcalc.log.store import TitrationLog
from itbcalc.visits.bookings import missed_visit, next_visit
from itbcalc.visits.entry_body import LATEST_REFILL, REFILL_BY, moment_in, results_of
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.following import Dates, Followed, NotKnownError
from itbcalc.visits.history import Standing, effective, standings
from itbcalc.visits.pump_life import PumpLife, life_of
from itbcalc.visits.refill_visit import RefillSeen, followed_as_measured, last_refill_seen, measured_at

_EVERYBODY = 10**9  # the log lists so many patients at most


class Due(Struct, frozen=True):
    """A patient whose pump must be refilled.

    `dates` are those of the therapy in force, counted on through later steps, as of `moment`; None is not known, and
    `not_known` says why. Then `recorded` is the latest refill as it was recorded, if it was. `revision` is the number of
    the last entry that says anything of steps or of the end of the follow-up: it only grows. `last_refill` is the last
    one at which something was drawn off, `booked` the next visit that is booked, `missed` the last one whose day is over
    without a step since. `life` is until when the pump lasts.
    `empty_as_delivered` is when the pump is empty if it goes on as fast as before the last refill, where that is before the day of the refill.
    """

    standing: Standing
    moment: datetime
    revision: int
    dates: Dates | None
    not_known: str = ""
    recorded: datetime | None = None
    last_refill: RefillSeen | None = None
    booked: Standing | None = None
    missed: Standing | None = None
    life: PumpLife | None = None
    empty_as_delivered: datetime | None = None

    @property
    def booked_too_late(self) -> bool:
        """Whether the next booked visit is of a day after the last one for the refill."""
        if self.booked is None or self.refill_by is None:
            return False
        return effective(self.booked.entry).astimezone(self.refill_by.tzinfo).date() > self.refill_by.date()

    @property
    def booked_in_time(self) -> bool:
        """Whether a visit is booked, and not after the last day."""
        return self.booked is not None and not self.booked_too_late

    @property
    def patient(self) -> str:
        """The pseudonym."""
        return self.standing.entry.patient

    @property
    def refill_by(self) -> datetime | None:
        """The last day for the refill, in the patient's calendar; None is not known."""
        return self.recorded if self.dates is None else self.dates.latest_refill

    @property
    def limit(self) -> RefillLimit | None:
        """What decides it, where that is known."""
        return None if self.dates is None else self.dates.limit

    @property
    def days_left(self) -> int | None:
        """Days of the patient's calendar from the moment's to that day: 0 on the day itself, below 0 from the next on."""
        if self.refill_by is None:
            return None
        return (self.refill_by.date() - self.moment.astimezone(self.refill_by.tzinfo).date()).days

    @property
    def overdue(self) -> bool:
        """Whether that day is over."""
        return self.days_left is not None and self.days_left < 0

    @property
    def _urgency(self) -> tuple[int, float, str]:
        """Overdue first, then what is not known, then the others; among them the earliest."""
        if self.refill_by is None:
            return 1, 0, self.patient
        return 0 if self.overdue else 2, self.refill_by.timestamp(), self.patient


class Ended(Struct, frozen=True):
    """A patient whom nobody here follows any more: what says so, and what would have been due."""

    standing: Standing
    due: Due

    @property
    def patient(self) -> str:
        """The pseudonym."""
        return self.due.patient


class Gone(Struct, frozen=True):
    """A patient of whom no step holds any more: on no list, but a calendar that was written before still has the day.

    `day` is that of the refill as the last of the steps recorded it, or that step's own; `revision` and `booked` as in
    `Due`. `voided_by` is the last entry that took a step away; `ended`: somebody said that nobody here follows the patient.
    """

    patient: str
    day: date
    revision: int
    voided_by: int
    booked: Standing | None = None
    ended: bool = False


class OfPatient(Struct, frozen=True):
    """What the log says of one patient: what is due, what ended the follow-up, or that no step holds any more."""

    due: Due | None
    ended: Standing | None = None
    gone: Gone | None = None


class Refills(Struct, frozen=True):
    """Everybody of whom the log holds a step: who is due, the most urgent first, and whose follow-up has ended.

    `gone` are those of whom every step was voided: `without_a_step` those of them whom nobody has let go.
    """

    due: tuple[Due, ...]
    ended: tuple[Ended, ...]
    gone: tuple[Gone, ...] = ()

    @property
    def without_a_step(self) -> tuple[Gone, ...]:
        """Of whom no step holds any more, and the follow-up has not ended, or a visit is still booked."""
        return tuple(each for each in self.gone if each.booked is not None or not each.ended)

    @property
    def ended_but_booked(self) -> tuple[Ended, ...]:
        """Whose follow-up has ended, and a visit is still booked."""
        return tuple(each for each in self.ended if each.due.booked is not None)

    @property
    def without_a_day(self) -> tuple[Due, ...]:
        """Who is due, nobody knows when: a calendar has no event of them."""
        return tuple(due for due in self.due if due.refill_by is None)


def refills(log: TitrationLog, moment: datetime, library: Library) -> Refills:
    """Who must be refilled by when, as of `moment`. Raises LogError."""
    patients = (standings(log.entries(seen.patient)) for seen in log.patients(limit=_EVERYBODY))
    return listed(of_patient(found, moment, library) for found in patients)


def of_patient(found: Sequence[Standing], moment: datetime, library: Library) -> OfPatient:
    """What the standings of all entries of one patient say."""
    due = due_of(found, moment, library)
    return (
        OfPatient(None, gone=_gone(found, moment)) if due is None else OfPatient(due, ended_by(found, moment))
    )


def listed(everybody: Iterable[OfPatient]) -> Refills:
    """The list of patients."""
    due: list[Due] = []
    ended: list[Ended] = []
    gone: list[Gone] = []
    for each in everybody:
        if each.gone is not None:
            gone.append(each.gone)
        elif each.due is not None and each.ended is None:
            due.append(each.due)
        elif each.due is not None and each.ended is not None:
            ended.append(Ended(each.ended, each.due))
    return Refills(
        tuple(sorted(due, key=lambda each: each._urgency)),  # noqa: SLF001  # of its own record
        tuple(sorted(ended, key=lambda each: each.patient)),
        tuple(sorted(gone, key=lambda each: each.patient)),
    )


def chosen(everybody: Refills, *, ref: str = "", within: int | None = None, overdue: bool = False) -> Refills:
    """Those of one pseudonym, due within so many days, or overdue; whose day is not known, or whose steps were voided, is never left out for a day."""

    def wanted(due: Due) -> bool:
        days = due.days_left
        return (
            ref in ("", due.patient)
            and (within is None or days is None or days <= within)
            and (not overdue or days is None or due.overdue)
        )

    ended = tuple(each for each in everybody.ended if ref in ("", each.patient))
    gone = tuple(each for each in everybody.gone if ref in ("", each.patient))
    return Refills(tuple(filter(wanted, everybody.due)), () if overdue or within is not None else ended, gone)


def ended_by(found: Sequence[Standing], moment: datetime) -> Standing | None:
    """What ended the follow-up of a patient by `moment`; None where a step came after it, also one that is still to come.

    `found` are the standings of all entries of that patient.
    """
    told = [
        each
        for each in found
        if each.holds
        and (each.is_step or (each.of_kind == EntryKind.FOLLOWUP_ENDED and effective(each.entry) <= moment))
    ]
    last = max(told, key=lambda each: (effective(each.entry), each.entry.seq), default=None)
    return None if last is None or last.is_step else last


def due_of(found: Sequence[Standing], moment: datetime, library: Library) -> Due | None:
    """By when one patient must be refilled; None where the log holds no step. Before the first step as of that step."""
    followed = followed_as_measured(found, moment, library)
    if not followed.steps:
        return None
    if followed.in_force is None:
        followed = followed_as_measured(found, effective(followed.steps[0].entry), library)
    standing, revision = followed.in_force, _revision(found)
    assert standing is not None
    try:
        life = life_of(followed.step.program.system)
    except NotKnownError:
        life = None
    due = Due(
        standing,
        moment,
        revision,
        None,
        last_refill=last_refill_seen(found, library),
        booked=next_visit(found, moment),
        missed=missed_visit(found, moment),
        life=life,
    )
    try:
        due = replace(due, dates=followed.dates())
        return replace(due, empty_as_delivered=_empty_before_its_day(due, followed))
    except NotKnownError as unknown:
        return replace(due, not_known=unknown.reason, recorded=_recorded(standing))


def _empty_before_its_day(due: Due, followed: Followed) -> datetime | None:
    """A pump that delivered more than its accuracy allows, or of which none is published, may be empty before its day."""
    measured, day = measured_at(due.last_refill), due.refill_by
    if measured is None or day is None:
        return None
    if due.dates is not None and due.dates.empty_worst is not None and followed.allows(measured):
        return None  # the worst case is not later, and the day not after it
    empty = followed.empty_if_delivered(measured)
    return None if empty is None or empty.date() >= day.date() else empty


def _gone(found: Sequence[Standing], moment: datetime) -> Gone | None:
    """Of a patient without a step that holds; None where there never was one."""
    steps = [each for each in found if each.is_step and PRACTICE not in each.entry.body]
    if not steps:
        return None
    last = max(steps, key=lambda each: each.entry.seq)
    day = (_recorded(last) or effective(last.entry)).date()
    return Gone(
        last.entry.patient,
        day,
        _revision(found),
        max(each.voided_by.seq for each in steps if each.voided_by is not None),
        next_visit(found, moment),
        ended=ended_by(found, moment) is not None,
    )


def _revision(found: Sequence[Standing]) -> int:
    """The number of the last entry that may have moved a date: a step, an end, or what amends or voids one."""
    return max(
        each.entry.seq
        for each in found
        if each.is_step
        or each.of_kind == EntryKind.FOLLOWUP_ENDED
        or each.entry.kind in (EntryKind.ENTRY_AMENDED, EntryKind.ENTRY_VOIDED)
    )


def _recorded(standing: Standing) -> datetime | None:
    """The latest refill as the step recorded it; earlier where the alarm may sound before that in the worst case.

    Format 1 of a body has no worst case of emptiness: a day without it would be later than the pump may last.
    """
    results = results_of(standing.entry.body)
    recorded = [results.get(key) for key in (REFILL_BY, LATEST_REFILL, "low_alarm_date_worst")]
    moments = [moment_in(each.get("at")) for each in recorded if isinstance(each, Mapping)]
    return min((each for each in moments if each is not None), default=None)
