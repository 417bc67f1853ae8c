"""What only the history of a patient can say: a rise over a year, increases that changed nothing, withdrawal before the alarm.

Whoever has the history (the log) hands it over as plain records, in the order of time.
"""

import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.judge.findings import Finding, FindingCode
from itbcalc.judge.guardrails import Rules
from itbcalc.library.records import LimitQuantity
from itbcalc.quantities.kinds import DURATION, RATIO, DailyDose, Volume, as_daily_dose, as_duration, exactly

_YEAR = timedelta(days=365)


class DoseInForce(Struct, frozen=True):
    """A daily dose and the moment from which it was in force."""

    since: datetime
    dose: DailyDose


class ScoreSeen(Struct, frozen=True):
    """What was scored on one scale; a higher value is a worse state."""

    at: datetime
    scale: str
    value: Fraction


def yearly_rise_findings(
    history: Sequence[DoseInForce], begun: datetime | None, rules: Rules
) -> Iterator[Finding]:
    """The rise within the year before the last dose, in a therapy that is past the time in which every dose rises.

    `begun` is when the therapy began. Where that is not known it was before the history, and what may count as tolerance is not
    certain until the history alone is past that time. Of a history of less than a year all of it counts.
    """
    if not history:
        return
    first, last = history[0], history[-1]
    certain = _is_past_the_rise(first.since if begun is None else begun, last, rules)
    if begun is not None and not certain:
        return
    before = [each for each in history if each.since <= last.since - _YEAR] or [first]
    gained = as_daily_dose(last.dose - before[-1].dose)
    values = {"old": before[-1].dose, "new": last.dose, "gained": gained}
    for crossing in rules.crossed(LimitQuantity.DOSE_RISE_PER_YEAR, gained)[:1]:
        sure = crossing.certain and certain
        yield replace(crossing, certain=sure).finding(FindingCode.SUDDEN_LARGE_NEED, "new.daily_dose", values)


def _is_past_the_rise(begun: datetime, last: DoseInForce, rules: Rules) -> bool:
    """Whether the doses are steady by then: every one rises for a time after the first."""
    since = as_duration(exactly(_days(last.since - begun), DURATION))
    return bool(rules.crossed(LimitQuantity.TIME_UNTIL_STEADY, since))


def increases_without_effect(
    history: Sequence[DoseInForce], scores: Sequence[ScoreSeen], rules: Rules
) -> Iterator[Finding]:
    """Several increases within a year, and no scale is better than before the first of them."""
    if not history:
        return
    recent = [
        (before, after)
        for before, after in itertools.pairwise(history)
        if after.since > history[-1].since - _YEAR
    ]
    raised = [(before, after) for before, after in recent if after.dose > before.dose]
    if not raised or not _unchanged(scores, raised[0][1].since, raised[-1][1].since):
        return
    values = {
        "count": exactly(len(raised), RATIO),
        "old": raised[0][0].dose,
        "new": raised[-1][1].dose,
    }
    for crossing in rules.crossed(LimitQuantity.INCREASES_WITHOUT_EFFECT, values["count"])[:1]:
        yield crossing.finding(FindingCode.INCREASES_WITHOUT_EFFECT, "new.daily_dose", values)


def early_withdrawal_finding(low_alarm: Volume, left_at_withdrawal: Volume, rules: Rules) -> Finding | None:
    """Withdrawal has come with more left than the alarm stands at: that a higher alarm has helped."""
    if left_at_withdrawal <= low_alarm:
        return None
    values = {"alarm": low_alarm, "left": left_at_withdrawal}
    crossing = rules.gravest(LimitQuantity.LOW_ALARM, low_alarm)
    if crossing is None:
        return None
    return crossing.finding(FindingCode.ALARM_AFTER_EARLY_WITHDRAWAL, "reservoir.low_alarm", values)


def _unchanged(scores: Sequence[ScoreSeen], first: datetime, last: datetime) -> bool:
    """Whether a scale was scored before the first and after the last increase, and none of those became better."""
    pairs = []
    for scale in {score.scale for score in scores}:
        before = [score for score in scores if score.scale == scale and score.at <= first]
        after = [score for score in scores if score.scale == scale and score.at >= last]
        if before and after:
            pairs.append((before[-1].value, after[-1].value))
    return bool(pairs) and all(now >= then for then, now in pairs)


def _days(time: timedelta) -> Fraction:
    return Fraction(time // timedelta(microseconds=1), 86_400_000_000)
