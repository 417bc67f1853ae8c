"""What does the pump of a patient hold, and what leaves the catheter tip at a moment, by what the log tells?"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.calculation import HeldInLine
from itbcalc.compute.line import Plug
from itbcalc.library.records import Library
from itbcalc.quantities.display import shown
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    VOLUME,
    DailyDose,
    Volume,
    as_concentration,
    as_daily_dose,
    as_volume,
    exactly,
)
from itbcalc.say.catalogue import N_, _
from itbcalc.visits.entry_body import exact_in
from itbcalc.visits.following import Dates, Followed, NotKnownError
from itbcalc.visits.history import Standing, effective, new_therapy
from itbcalc.visits.refill_visit import followed_as_measured

Told = TypeVar("Told")

_WHAT_AND_WHY = N_("{what}: {reason}")
_NO_FILL = N_(
    "last fill: none is recorded; how long the drug has been in the pump is counted from entry {number}"
)
_FILL_NOT_READ = N_(
    "last fill: it cannot be read, or says no volume; what the pump may have delivered too much is counted from entry {number}"
)
_TAKEN_OR_NOT = N_("patient boluses taken or not, from {least} to {most}")
_STOPPED_OR_NOT = N_("the pump was found stopped, from {least} to {most}")


class VolumeLeft(Struct, frozen=True):
    """What is expected in the reservoir: `least` where every allotted patient bolus was taken, `most` where none was."""

    least: Volume
    most: Volume


class PumpState(Struct, frozen=True, kw_only=True):
    """What the log tells of a patient's pump at a moment; None is not known, and `not_known` says what, and why.

    `standing` is the step in force, which took effect at `since`. `line` lies from the tip to the pump; `tip_dose` is what
    leaves the tip at the moment, per day. The dates count every allotted patient bolus.
    """

    standing: Standing
    moment: datetime
    since: datetime
    daily_dose: DailyDose | None
    line: tuple[HeldInLine, ...] | None
    tip_dose: DailyDose | None
    volume_left: VolumeLeft | None
    dates: Dates | None
    not_known: tuple[str, ...]

    @property
    def expected_volume(self) -> Volume | None:
        """What is expected in the reservoir; None where it lies between two bounds."""
        left = self.volume_left
        return left.most if left is not None and left.least == left.most else None


def state_of(found: Sequence[Standing], moment: datetime, library: Library) -> PumpState | None:
    """The state of one patient at `moment`, by the standings of all that patient's entries; None before the first step."""
    followed = followed_as_measured(found, moment, library)
    standing = followed.in_force
    if standing is None:
        return None
    not_known: list[str] = []

    def told(what: str, tell: Callable[[], Told]) -> Told | None:
        try:
            return tell()
        except NotKnownError as unknown:
            not_known.append(_(_WHAT_AND_WHY, what=what, reason=unknown.reason))
            return None

    state = PumpState(
        standing=standing,
        moment=moment,
        since=effective(standing.entry),
        daily_dose=told(_("daily dose"), lambda: _daily_dose(followed, standing)),
        line=told(_("line"), lambda: held_in_line(followed.line())),
        tip_dose=told(_("what leaves the tip"), lambda: _tip_dose(followed)),
        volume_left=told(_("expected volume"), lambda: _volume_left(followed)),
        dates=told(_("dates of the reservoir"), followed.dates),
        not_known=(),
    )
    return replace(state, not_known=(*not_known, *_said_beside(state, followed)))


def held_in_line(plugs: Iterable[Plug]) -> tuple[HeldInLine, ...]:
    """A line as it is shown."""
    return tuple(
        HeldInLine(
            as_volume(exactly(plug.volume, VOLUME)),
            as_concentration(exactly(plug.concentration, CONCENTRATION)),
        )
        for plug in plugs
    )


def _daily_dose(followed: Followed, standing: Standing) -> DailyDose:
    """As programmed; of a step that can no longer be read, as it was recorded. Raises NotKnownError."""
    try:
        dose = followed.step.calculation.new_dose
    except NotKnownError:
        recorded = new_therapy(standing.entry).get("daily_dose", {})
        exact = exact_in(recorded)
        if exact is None or recorded.get("unit") != DAILY_DOSE.unit_text:
            raise
        dose = as_daily_dose(exactly(exact, DAILY_DOSE))
    assert dose is not None
    return dose


def _tip_dose(followed: Followed) -> DailyDose:
    return as_daily_dose(exactly(followed.tip_dose_rate(), DAILY_DOSE))


def _volume_left(followed: Followed) -> VolumeLeft:
    left = followed.volume_left()
    return VolumeLeft(*(as_volume(exactly(each, VOLUME)) for each in (left.least, left.most)))


def _said_beside(state: PumpState, followed: Followed) -> list[str]:
    """What is not known of what is given: bounds instead of a volume, and no fill to count from."""
    said = []
    left = state.volume_left
    if left is not None and left.least != left.most:
        why = _STOPPED_OR_NOT if followed.step.found_stopped else _TAKEN_OR_NOT
        reason = _(why, least=shown(left.least), most=shown(left.most))
        said.append(_(_WHAT_AND_WHY, what=_("expected volume"), reason=reason))
    if not followed.fill_recorded:
        said.append(_(_NO_FILL, number=followed.steps[0].entry.seq))
    elif state.dates is not None and not (begin := followed.known_fill()).fills:
        said.append(_(_FILL_NOT_READ, number=begin.number))
    return said
