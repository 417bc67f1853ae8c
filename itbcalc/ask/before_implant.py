"""Before an implant: how many visits a year would a daily dose mean, for each reservoir and each strength that is marketed?

A patient who lives abroad or far away chooses by it. Counted as for a pump that is full: filled to its volume, delivering the same
dose around the clock, refilled at the earliest of the alarm, emptiness in the worst case, the drug's stability and the pump's
own interval, less the clinic's lead time.
"""

from collections.abc import Iterator
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.continuous import continuous_flow_rate
from itbcalc.compute.reservoir import RefillLimit, latest_refill, time_to_level, whole_days, worst_case
from itbcalc.judge.guardrails import Rules
from itbcalc.library.records import Library, LimitQuantity, Pump, PumpKind
from itbcalc.program import Patient
from itbcalc.quantities.kinds import (
    Concentration,
    DailyDose,
    Duration,
    FlowRate,
    as_concentration,
    as_duration,
    as_percentage,
    as_volume,
)

DAYS_OF_A_YEAR = 365
TOO_SLOW, TOO_FAST, NOT_KNOWN, EMPTY_AT_ONCE = "too_slow", "too_fast", "not_known", "empty_at_once"


class VisitsAYear(Struct, frozen=True, kw_only=True):
    """One pump with one strength: every so many whole days at the latest, so many visits a year, and what decides.

    Where it cannot be, or cannot be known, `why_not` says so as a code, and days and visits are None.
    """

    pump: Pump
    concentration: Concentration
    flow: FlowRate
    days: int | None = None
    visits: int | None = None
    limit: RefillLimit | None = None
    why_not: str = ""


def visits_a_year(dose: DailyDose, jurisdiction: str, library: Library) -> tuple[VisitsAYear, ...]:
    """For every programmable pump whose reservoir is known, with every strength of baclofen marketed there to fill pumps."""
    strengths = {
        as_concentration(marketed.concentration.quantity)
        for marketed in library.drugs["baclofen"].strengths(jurisdiction)
        if marketed.pump_fill
    }
    pumps = [pump for pump in library.pumps.values() if pump.kind is PumpKind.PROGRAMMABLE]
    return tuple(
        _of(pump, strength, dose, jurisdiction, library)
        for pump in pumps
        if pump.reservoir_volume is not None
        for strength in sorted(strengths, key=lambda each: each.magnitude)
    )


def _of(
    pump: Pump, strength: Concentration, dose: DailyDose, jurisdiction: str, library: Library
) -> VisitsAYear:
    flow = continuous_flow_rate(dose, strength).value
    row = VisitsAYear(pump=pump, concentration=strength, flow=flow)
    if pump.lowest_flow_rate is not None and flow < pump.lowest_flow_rate.quantity:
        return replace(row, why_not=TOO_SLOW)
    if pump.highest_flow_rate is not None and flow > pump.highest_flow_rate.quantity:
        return replace(row, why_not=TOO_FAST)
    times = dict(_times(pump, flow, jurisdiction, library))
    if RefillLimit.EMPTY_WORST not in times:  # nobody may travel by the other limits alone
        return replace(row, why_not=NOT_KNOWN)
    lead = library.clinic.refill_lead_time
    limit, latest = latest_refill(times, None if lead is None else as_duration(lead))
    days = whole_days(latest.value)
    if days < 1:
        return replace(row, why_not=EMPTY_AT_ONCE)
    return replace(row, days=days, visits=-(-DAYS_OF_A_YEAR // days), limit=limit)


def _times(
    pump: Pump, flow: FlowRate, jurisdiction: str, library: Library
) -> Iterator[tuple[RefillLimit, Duration]]:
    """What is known of this pump; of several published alarm volumes the earliest alarm counts."""
    assert pump.reservoir_volume is not None
    full = as_volume(pump.reservoir_volume.quantity)
    alarms = [as_volume(figure.quantity) for figure in pump.low_alarm_volume]
    if alarms:
        yield RefillLimit.ALARM, time_to_level(full, max(alarms), flow).value
    if pump.residual_volume is not None and pump.accuracy is not None:
        residual = as_volume(pump.residual_volume.quantity)
        time = time_to_level(full, residual if residual.magnitude else None, flow)
        yield RefillLimit.EMPTY_WORST, worst_case(time, as_percentage(pump.accuracy.quantity)).value
    sure, _ = Rules(library, Patient(jurisdiction=jurisdiction), pump).applying(LimitQuantity.REFILL_INTERVAL)
    kept = [figure.quantity for limit in sure for figure in limit.figures]
    if kept:
        yield RefillLimit.STABILITY, as_duration(min(kept, key=lambda each: Fraction(each.magnitude)))
    if pump.refill_interval is not None:
        yield RefillLimit.PUMP, as_duration(pump.refill_interval.quantity)
