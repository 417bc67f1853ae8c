"""When is the reservoir at its alarm, when is it empty, and did it deliver what it should have?

Levels are of the volume as the programmer counts it. What cannot be drawn off (the residual volume of the
model) is stated beside the result, not hidden in it.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.profile import Course, time_to_deliver
from itbcalc.compute.working import Worked
from itbcalc.phrases import N_, Phrase
from itbcalc.quantities.display import moment_text, shown
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.kinds import (
    DURATION,
    Duration,
    FlowRate,
    Percentage,
    Ratio,
    Volume,
    as_duration,
    as_flow_rate,
    as_ratio,
    as_volume,
    exactly,
)
from itbcalc.quantities.units import Quantity, ureg

TIME_TO_EMPTY, TIME_TO_ALARM = N_("time to empty"), N_("time to the low-reservoir alarm")
WORST_CASE = N_("{what}, worst case")
FILLED, RESIDUAL, ALARM_VOLUME = N_("filled volume"), N_("residual volume"), N_("low-reservoir alarm volume")


class BridgeUse(Struct, frozen=True):
    """What a bridge takes from the reservoir: its flow, for its duration, its whole volume."""

    flow_rate: FlowRate
    duration: Duration
    volume: Volume


class PrimeUse(Struct, frozen=True):
    """What a prime takes from the reservoir, before all else: its volume, in its duration.

    Where no duration was said it takes no time, and whatever follows is counted from its end.
    """

    volume: Volume
    duration: Duration | None = None

    @property
    def days(self) -> Fraction:
        """How long it runs."""
        return Fraction(0) if self.duration is None else self.duration.magnitude


class ByLog(Struct, frozen=True, kw_only=True):
    """What only the log knows of the reservoir at a change: what is typed between two fills was counted, not measured.

    From `filled_at` on, the last fill or the first step where none is recorded, the drug's stability and the pump's interval count. `left` is what may be left at the change where ever
    since `known_at`, when its volume was known, `accuracy` more than programmed was delivered; None where that is not known.
    `measured`: no accuracy is published, and so much was found at the last refill. `over` is since when no more than the
    residual volume may be left, in days from the change, never above zero; None where more is left. Without an accuracy `left` is
    what is counted, where more is typed although nothing was filled.
    """

    filled_at: datetime
    known_at: datetime
    left: Volume | None = None
    accuracy: Percentage | None = None
    measured: bool = False
    over: Duration | None = None

    @property
    def only_counted(self) -> Volume | None:
        """What is left as programmed, where more is typed and no accuracy is known; None otherwise."""
        return self.left if self.accuracy is None else None


LEFT_BY_LOG = N_("volume that may be left by the log")


def time_to_take(volume: Fraction, courses: Sequence[Course], prime: PrimeUse | None) -> Fraction | None:
    """When prime and `courses`, which begin as it ends, have taken `volume` (mL, above zero) from the reservoir, in days.

    None where they never do.
    """
    if prime is None:
        return time_to_deliver(courses, volume)
    if volume <= prime.volume.magnitude:
        return prime.days * volume / prime.volume.magnitude
    time = time_to_deliver(courses, volume - prime.volume.magnitude)
    return None if time is None else prime.days + time


def taken_by(time: Fraction, courses: Sequence[Course], prime: PrimeUse | None) -> Fraction:
    """What prime and `courses`, which begin as it ends, have taken from the reservoir after `time` (days), in mL."""
    taken, since = Fraction(0), max(time, Fraction(0))
    if prime is not None:
        if since < prime.days:
            return prime.volume.magnitude * since / prime.days
        taken, since = prime.volume.magnitude, since - prime.days
    return taken + sum((course.volume_by(since) for course in courses), Fraction(0))


def flow_with_boluses(flow_rate: FlowRate, bolus_volume: Volume, boluses_per_day: int) -> Worked[FlowRate]:
    """The flow with every allotted patient bolus taken, as the low-reservoir count must assume."""
    count = ureg.Quantity(boluses_per_day, "1/day")
    return Worked(
        "flow rate with all patient boluses",
        as_flow_rate(flow_rate + bolus_volume * count),
        "{flow rate} + {volume of a patient bolus} × {boluses per day}",
        (("flow rate", flow_rate), ("volume of a patient bolus", bolus_volume), ("boluses per day", count)),
    )


def time_to_level(
    filled: Volume, level: Volume | None, flow_rate: FlowRate, bridge: BridgeUse | None = None
) -> Worked[Duration]:
    """How long until `level` (None: until empty) is reached, through the bridge where there is one.

    `filled` must lie above `level`.
    """
    usable = filled if level is None else as_volume(filled - level)
    start = "{filled volume}" if level is None else "{filled volume} − {low-reservoir alarm volume}"
    operands = (
        [("filled volume", filled)]
        if level is None
        else [("filled volume", filled), ("low-reservoir alarm volume", level)]
    )
    name = TIME_TO_EMPTY if level is None else TIME_TO_ALARM
    if bridge is not None and usable > bridge.volume:
        return Worked(
            name,
            as_duration(bridge.duration + (usable - bridge.volume) / flow_rate),
            f"{{bridge duration}} + ({start} − {{bridge volume}}) ÷ {{flow rate}}",
            (
                ("bridge duration", bridge.duration),
                *operands,
                ("bridge volume", bridge.volume),
                ("flow rate", flow_rate),
            ),
        )
    flow_name, flow = (
        (N_("flow rate"), flow_rate) if bridge is None else (N_("bridge flow rate"), bridge.flow_rate)
    )
    start = start if level is None else f"({start})"
    return Worked(
        name, as_duration(usable / flow), f"{start} ÷ {{{flow_name}}}", (*operands, (flow_name, flow))
    )


def time_to_level_followed(
    filled: Volume,
    level: Volume | None,
    courses: Sequence[Course],
    bridge: BridgeUse | None = None,
    prime: PrimeUse | None = None,
) -> Worked[Duration] | None:
    """The same through a schedule, event by event, and not by its mean; None where it delivers nothing more.

    `courses` begin with the bridge, where there is one, as the prime ends; every allotted patient bolus is among them.
    """
    usable = filled if level is None else as_volume(filled - level)
    time = time_to_take(usable.magnitude, courses, prime)
    if time is None:
        return None
    name, start = TIME_TO_EMPTY, "{filled volume}"
    operands: list[tuple[str, Quantity]] = [("filled volume", filled)]
    if level is not None:
        name, start = TIME_TO_ALARM, "{filled volume} − {low-reservoir alarm volume}"
        operands.append(("low-reservoir alarm volume", level))
    if prime is not None:
        operands.append(("prime volume", prime.volume))
    if bridge is not None:
        operands.append(("bridge duration", bridge.duration))
    return Worked(
        name,
        as_duration(exactly(time, DURATION)),
        _time_in_which(start, prime, bridge),
        tuple(operands),
        note=_followed(prime),
    )


def _time_in_which(volume: str, prime: PrimeUse | None, bridge: BridgeUse | None) -> Phrase:
    """What is followed, with `volume` as a formula."""
    if prime is None and bridge is None:
        return Phrase("time in which the schedule delivers {volume}", volume=volume)
    if bridge is None:
        words = N_("time in which the prime of {prime} and then the schedule deliver {volume}")
        return Phrase(words, prime="{prime volume}", volume=volume)
    if prime is None:
        words = N_("time in which the bridge of {bridge} and then the schedule deliver {volume}")
        return Phrase(words, bridge="{bridge duration}", volume=volume)
    words = N_(
        "time in which the prime of {prime}, the bridge of {bridge} and then the schedule deliver {volume}"
    )
    return Phrase(words, prime="{prime volume}", bridge="{bridge duration}", volume=volume)


def _followed(prime: PrimeUse | None) -> str:
    if prime is None or prime.duration is not None:
        return N_("Followed event by event on the pump's clock, not by the mean.")
    return N_(
        "Followed event by event on the pump's clock, not by the mean. Counted from the end of the prime, whose duration was not given."
    )


def worst_case_followed(
    filled: Volume,
    level: Volume,
    courses: Sequence[Course],
    accuracy: Percentage,
    *,
    bridge: BridgeUse | None = None,
    prime: PrimeUse | None = None,
    name: str = TIME_TO_ALARM,
    level_name: str = ALARM_VOLUME,
    filled_name: str = FILLED,
) -> Worked[Duration] | None:
    """The shortest time through prime, bridge and schedule: as all of it runs faster, less need be programmed to reach the level.

    Prime and bridge last as long as programmed, whatever leaves in them. `level_name` says which level it is: the alarm's, or
    the residual volume; `filled_name` whether what is there was filled or counted.
    """
    usable = as_volume(filled - level)
    programmed = as_volume(usable / (1 + accuracy.magnitude / 100))
    time = time_to_take(programmed.magnitude, courses, prime)
    if time is None:
        return None
    before: list[tuple[str, Quantity]] = []
    if prime is not None:
        before.append(("prime volume", prime.volume))
    if bridge is not None:
        before.append(("bridge duration", bridge.duration))
    volume = f"({{{filled_name}}} − {{{level_name}}}) ÷ (100 % + {{flow accuracy}}) × 100 %"
    return Worked(
        Phrase(WORST_CASE, what=name),
        as_duration(exactly(time, DURATION)),
        _time_in_which(volume, prime, bridge),
        (*before, (filled_name, filled), (level_name, level), ("flow accuracy", accuracy)),
        note=_followed(prime),
    )


def worst_case(time: Worked[Quantity], accuracy: Percentage) -> Worked[Duration]:
    """The shortest time of one flow within the pump's accuracy: it runs faster by that much."""
    return Worked(
        Phrase(WORST_CASE, what=time.name),
        as_duration(time.value / (1 + accuracy.magnitude / 100)),
        f"{{{time.name}}} ÷ (100 % + {{flow accuracy}}) × 100 %",
        ((time.name, time.value), ("flow accuracy", accuracy)),
    )


def steady_worst_case(
    filled: Volume,
    level: Volume,
    flow_rate: FlowRate,
    accuracy: Percentage,
    *,
    name: str = TIME_TO_EMPTY,
    level_name: str = RESIDUAL,
    filled_name: str = FILLED,
) -> Worked[Duration]:
    """The shortest time to a level at one flow all the time."""
    return Worked(
        Phrase(WORST_CASE, what=name),
        as_duration((filled - level) / flow_rate / (1 + accuracy.magnitude / 100)),
        f"({{{filled_name}}} − {{{level_name}}}) ÷ {{flow rate}} ÷ (100 % + {{flow accuracy}}) × 100 %",
        ((filled_name, filled), (level_name, level), ("flow rate", flow_rate), ("flow accuracy", accuracy)),
    )


def over_by_log(over: Duration, left: Volume) -> Worked[Duration]:
    """That no more than the residual volume may be left since a moment, by the log: in days from the change, never above zero."""
    return Worked(
        Phrase(WORST_CASE, what=TIME_TO_EMPTY),
        over,
        "{over by the log}",
        (("over by the log", over), (LEFT_BY_LOG, left)),
    )


def counted_by_log(time: Worked[Duration], log: ByLog, start: datetime) -> Worked[Duration]:
    """`time` from `start` on, with what it is counted from, where only the log knows that."""
    since = Phrase(N_("Counted by the log from {filled} on."), filled=moment_text(log.filled_at))
    if log.left is not None and log.accuracy is not None and log.known_at < start:
        words = N_(
            "Counted by the log from {filled} on; the volume is counted since {known}, not measured, and {faster} more may have been "
            "delivered than programmed: {left} may be left."
        )
        since = Phrase(
            words,
            filled=moment_text(log.filled_at),
            known=moment_text(log.known_at),
            faster=shown(log.accuracy),
            left=shown(log.left),
        )
    elif log.only_counted is not None:
        words = N_(
            "Counted by the log from {filled} on; no refill is recorded since, and {left} is what is left by its count."
        )
        since = Phrase(words, filled=moment_text(log.filled_at), left=shown(log.only_counted))
    return replace(
        time, note=Phrase("{note} {counted}", note=time.note, counted=since) if time.note else since
    )


class RefillLimit(StrEnum):
    """What sets the latest refill day. `EMPTY` stands for `ALARM` where a pump has none: as much left as was to be left."""

    ALARM = "alarm"
    EMPTY = "empty"
    EMPTY_WORST = "empty_worst"
    STABILITY = "stability"
    PUMP = "pump"


_LIMIT_NAMES = {
    RefillLimit.ALARM: TIME_TO_ALARM,
    RefillLimit.EMPTY: N_("time until no more than is to be left"),
    RefillLimit.EMPTY_WORST: N_("time to empty, worst case"),
    RefillLimit.STABILITY: N_("longest time in the pump"),
    RefillLimit.PUMP: N_("refill interval of the pump"),
}


def latest_refill(
    times: Mapping[RefillLimit, Duration], lead_time: Duration | None
) -> tuple[RefillLimit, Worked[Duration]]:
    """What comes first, and when that is; less the lead time, where the clinic wants one in hand."""
    limit = min(times, key=lambda each: times[each].magnitude)
    names = ", ".join(f"{{{_LIMIT_NAMES[each]}}}" for each in times)
    template: str = Phrase("earliest of {times}", times=names) if len(times) > 1 else names
    operands = tuple((_LIMIT_NAMES[each], time) for each, time in times.items())
    latest = times[limit]
    if lead_time is not None:
        latest = as_duration(latest - lead_time)
        template = Phrase("{time}, less {lead}", time=template, lead="{lead time}")
        operands = (*operands, ("lead time", lead_time))
    return limit, Worked("time to the latest refill", latest, template, operands)


def whole_days(time: Duration) -> int:
    """Rounds down: a date counted in whole days is never later than the event."""
    return math.floor(time.magnitude)


def moment_after(start: Instant, time: Duration) -> datetime | None:
    """The moment in the patient's calendar, or None where the calendar ends first."""
    try:
        return start.after(time)
    except OverflowError:
        return None


def dated(time: Worked[Duration], start: Instant | None) -> Worked[Duration]:
    """`time` with the moment at which it is over, where it is known from when it is counted."""
    moment = None if start is None else moment_after(start, time.value)
    if start is None or moment is None:
        return time
    counted = Phrase("From {start} on: {over}.", start=moment_text(start.moment), over=moment_text(moment))
    return replace(
        time, note=Phrase("{note} {counted}", note=time.note, counted=counted) if time.note else counted
    )


def expected_volume(filled: Volume, flow_rate: FlowRate, days: Duration) -> Worked[Volume]:
    """What should be left after `days`; below zero where the reservoir must have run dry."""
    return Worked(
        "expected volume",
        as_volume(filled - flow_rate * days),
        "{filled volume} − {flow rate} × {time since the fill}",
        (("filled volume", filled), ("flow rate", flow_rate), ("time since the fill", days)),
    )


def time_until_delivered(filled: Volume, aspirated: Volume, flow_rate: FlowRate) -> Worked[Duration]:
    """How long all that left the reservoir lasts at the programmed flow: of a pump that was found empty, until it was."""
    if not aspirated.magnitude:
        return time_to_level(filled, None, flow_rate)
    return Worked(
        TIME_TO_EMPTY,
        as_duration((filled - aspirated) / flow_rate),
        "({filled volume} − {aspirated volume}) ÷ {flow rate}",
        (("filled volume", filled), ("aspirated volume", aspirated), ("flow rate", flow_rate)),
    )


def time_without_drug(days: Duration, until_empty: Duration) -> Worked[Duration]:
    """How long nothing was delivered, where the reservoir was empty before the `days` were over."""
    return Worked(
        "time without drug",
        as_duration(days - until_empty),
        "{time since the fill} − {time to empty}",
        (("time since the fill", days), ("time to empty", until_empty)),
    )


def residual_difference(aspirated: Volume, expected: Volume) -> Worked[Volume]:
    """Aspirated less expected: positive means too little was delivered."""
    return Worked(
        "difference",
        as_volume(aspirated - expected),
        "{aspirated volume} − {expected volume}",
        (("aspirated volume", aspirated), ("expected volume", expected)),
    )


def delivered_flow_rate(delivered: Volume, elapsed: Duration) -> Worked[FlowRate]:
    """The mean flow since the fill, by what left the reservoir: the true one of a pump of fixed flow."""
    return Worked(
        "mean flow rate since the fill",
        as_flow_rate(delivered / elapsed),
        "{delivered volume} ÷ {time since the fill}",
        (("delivered volume", delivered), ("time since the fill", elapsed)),
    )


def fill_discrepancy(injected: Volume, measured: Volume) -> Worked[Volume]:
    """Right after a refill: what was injected less what is found in the reservoir; positive means that some is elsewhere."""
    return Worked(
        "missing volume",
        as_volume(injected - measured),
        "{injected volume} − {measured volume}",
        (("injected volume", injected), ("measured volume", measured)),
    )


def delivered_volume(filled: Volume, aspirated: Volume) -> Worked[Volume]:
    """What left the reservoir."""
    return Worked(
        "delivered volume",
        as_volume(filled - aspirated),
        "{filled volume} − {aspirated volume}",
        (("filled volume", filled), ("aspirated volume", aspirated)),
    )


def delivered_ratio(filled: Volume, aspirated: Volume, expected: Volume) -> Worked[Ratio]:
    """Delivered over what should have been delivered: above 1 is over-delivery."""
    return Worked(
        "delivered ratio",
        as_ratio((filled - aspirated) / (filled - expected)),
        "({filled volume} − {aspirated volume}) ÷ ({filled volume} − {expected volume})",
        (("filled volume", filled), ("aspirated volume", aspirated), ("expected volume", expected)),
    )


def delivered_ratio_by_reading(
    filled: Volume, aspirated: Volume, expected: Volume, reading: Volume
) -> tuple[Worked[Ratio], Worked[Ratio]]:
    """The least and the highest delivered ratio, where each of the two volumes may have been misread by `reading`."""
    operands = (
        ("filled volume", filled),
        ("aspirated volume", aspirated),
        ("reading error", reading),
        ("expected volume", expected),
    )
    least_template, most_template = (
        "({filled volume} − {aspirated volume} − 2 × {reading error}) ÷ ({filled volume} − {expected volume})",
        "({filled volume} − {aspirated volume} + 2 × {reading error}) ÷ ({filled volume} − {expected volume})",
    )
    least, most = (
        as_ratio((filled - aspirated + error) / (filled - expected)) for error in (-2 * reading, 2 * reading)
    )
    return (
        Worked("delivered ratio, at least", least, least_template, operands),
        Worked("delivered ratio, at most", most, most_template, operands),
    )
