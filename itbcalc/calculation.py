"""All values of a dose change, from one flat set of inputs.

`Inputs` holds what the values depend on and nothing else, so that a slip is one `replace` away. A value is
None where one of its inputs is missing. Each is computed when it is first asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any, TypeVar, overload

from itbcalc.bolus import (
    bridge_dose_at_new_concentration,
    bridge_drug,
    bridge_duration,
    bridge_flow_rate,
    dead_volume,
    priming_dose,
)
from itbcalc.infusion.schedule import continuous_flow_rate, daily_volume
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.kinds import (
    Concentration,
    DailyDose,
    Dose,
    Duration,
    FlowRate,
    Percentage,
    Ratio,
    Volume,
)
from itbcalc.quantities.units import Quantity
from itbcalc.reservoir import (
    BridgeUse,
    RefillLimit,
    latest_refill,
    moment_after,
    time_to_level,
    worst_case,
)
from itbcalc.tip import unbridged_dose, unbridged_duration, unbridged_ratio
from itbcalc.titration_step import concentration_ratio, dose_change
from itbcalc.working import Worked

A = TypeVar("A", bound=Quantity)
B = TypeVar("B", bound=Quantity)
C = TypeVar("C", bound=Quantity)
Q = TypeVar("Q", bound=Quantity)

_flow_rate_now = partial(continuous_flow_rate, name="flow rate, now")
_flow_rate_new = partial(continuous_flow_rate, name="flow rate, new")
_daily_volume_now = partial(daily_volume, name="daily volume, now")
_daily_volume_new = partial(daily_volume, name="daily volume, new")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What the values of one dose change depend on.

    `bridge_dose` is None where no bridge runs, `bridge_known` is False where it cannot be said whether one runs
    and how: what depends on it is not known then. `stability_limit` is how long the drug may stay in the
    reservoir, `pump_limit` the pump's own refill interval, `lead_time` what the clinic wants in hand.
    """

    old_concentration: Concentration | None = None
    old_dose: DailyDose | None = None
    new_concentration: Concentration | None = None
    new_dose: DailyDose | None = None
    tubing_volume: Volume | None = None
    catheter_volume: Volume | None = None
    bridge_dose: DailyDose | None = None
    bridge_known: bool = True
    filled: Volume | None = None
    low_alarm: Volume | None = None
    at: Instant | None = None
    accuracy: Percentage | None = None
    stability_limit: Duration | None = None
    pump_limit: Duration | None = None
    lead_time: Duration | None = None


class Calculation:
    """The values that follow from `inputs`."""

    def __init__(self, inputs: Inputs, apply: "_Once | None" = None) -> None:
        self.inputs = inputs
        self._apply = apply or _Once()

    def varied(self, inputs: Inputs) -> "Calculation":
        """The values that follow from other inputs; what these share with the present ones is not recomputed."""
        return Calculation(inputs, self._apply)

    # --- the two therapies

    @cached_property
    def old_flow_rate(self) -> Worked[FlowRate] | None:
        """Flow of the therapy in force."""
        return self._apply(_flow_rate_now, self.inputs.old_dose, self.inputs.old_concentration)

    @cached_property
    def new_flow_rate(self) -> Worked[FlowRate] | None:
        """Flow of the new therapy."""
        return self._apply(_flow_rate_new, self.inputs.new_dose, self.inputs.new_concentration)

    @cached_property
    def old_daily_volume(self) -> Worked[Volume] | None:
        """Volume in 24 h of the therapy in force."""
        return self._apply(_daily_volume_now, _value(self.old_flow_rate))

    @cached_property
    def new_daily_volume(self) -> Worked[Volume] | None:
        """Volume in 24 h of the new therapy."""
        return self._apply(_daily_volume_new, _value(self.new_flow_rate))

    @cached_property
    def dose_change(self) -> Worked[Percentage] | None:
        """Change of the daily dose."""
        return self._apply(dose_change, self.inputs.old_dose, self.inputs.new_dose)

    @cached_property
    def concentration_ratio(self) -> Worked[Ratio] | None:
        """New over old concentration."""
        return self._apply(concentration_ratio, self.inputs.old_concentration, self.inputs.new_concentration)

    @property
    def concentration_changes(self) -> bool:
        """Whether both concentrations are known and differ."""
        return self.concentration_ratio is not None and self.concentration_ratio.value.magnitude != 1

    # --- what lies between reservoir and tip

    @cached_property
    def dead_volume(self) -> Worked[Volume] | None:
        """Tubing and catheter."""
        return self._apply(dead_volume, self.inputs.tubing_volume, self.inputs.catheter_volume)

    @cached_property
    def bridge_flow_rate(self) -> Worked[FlowRate] | None:
        """Flow during the bridge."""
        return self._apply(bridge_flow_rate, self.inputs.bridge_dose, self.inputs.old_concentration)

    @cached_property
    def bridge_duration(self) -> Worked[Duration] | None:
        """Length of the bridge."""
        return self._apply(
            bridge_duration, self._bridge_volume, self.inputs.old_concentration, self.inputs.bridge_dose
        )

    @cached_property
    def bridge_drug(self) -> Worked[Dose] | None:
        """Drug delivered during the bridge."""
        return self._apply(bridge_drug, self._bridge_volume, self.inputs.old_concentration)

    @cached_property
    def bridge_dose_shown_at_new_concentration(self) -> Worked[Dose] | None:
        """The same bridge counted at the new concentration."""
        return self._apply(
            bridge_dose_at_new_concentration, self._bridge_volume, self.inputs.new_concentration
        )

    @cached_property
    def unbridged_dose(self) -> Worked[DailyDose] | None:
        """Dose at the tip if the old drug simply runs on."""
        if not self.concentration_changes:
            return None
        return self._apply(
            unbridged_dose,
            self.inputs.new_dose,
            self.inputs.old_concentration,
            self.inputs.new_concentration,
        )

    @cached_property
    def unbridged_duration(self) -> Worked[Duration] | None:
        """How long the old drug would run on."""
        if not self.concentration_changes:
            return None
        return self._apply(
            unbridged_duration,
            _value(self.dead_volume),
            self.inputs.new_concentration,
            self.inputs.new_dose,
        )

    @cached_property
    def unbridged_ratio(self) -> Worked[Ratio] | None:
        """Dose at the tip without a bridge over the new dose."""
        if not self.concentration_changes:
            return None
        return self._apply(unbridged_ratio, self.inputs.old_concentration, self.inputs.new_concentration)

    # --- priming, of the whole system or of the catheter alone

    @cached_property
    def system_priming_dose(self) -> Worked[Dose] | None:
        """Drug that fills tubing and catheter."""
        return self._apply(priming_dose, _value(self.dead_volume), self.inputs.new_concentration)

    @cached_property
    def catheter_priming_dose(self) -> Worked[Dose] | None:
        """Drug that fills the catheter alone."""
        return self._apply(priming_dose, self.inputs.catheter_volume, self.inputs.new_concentration)

    # --- the reservoir

    @cached_property
    def time_to_alarm(self) -> Worked[Duration] | None:
        """Until the low-reservoir alarm."""
        return None if self.inputs.low_alarm is None else self._time_to(self.inputs.low_alarm)

    @cached_property
    def time_to_empty(self) -> Worked[Duration] | None:
        """Until the volume as the programmer counts it is used up: zero, not the residual volume."""
        return self._time_to(None)

    @cached_property
    def time_to_alarm_worst(self) -> Worked[Duration] | None:
        """Until the alarm if the pump runs as fast as its specification allows."""
        if self.time_to_alarm is None or self.inputs.accuracy is None:
            return None
        return worst_case(self.time_to_alarm, self.inputs.accuracy)

    @cached_property
    def low_alarm_date(self) -> datetime | None:
        """The moment of the alarm."""
        return self._moment(self.time_to_alarm)

    @cached_property
    def empty_date(self) -> datetime | None:
        """The moment nothing is left."""
        return self._moment(self.time_to_empty)

    @cached_property
    def low_alarm_date_worst(self) -> datetime | None:
        """The moment of the alarm in the worst case."""
        return self._moment(self.time_to_alarm_worst)

    @cached_property
    def time_to_latest_refill(self) -> tuple[RefillLimit, Worked[Duration]] | None:
        """What sets the latest refill, and when that is, less the clinic's lead time."""
        times = {
            RefillLimit.ALARM: _value(self.time_to_alarm),
            RefillLimit.DRUG: self.inputs.stability_limit,
            RefillLimit.PUMP: self.inputs.pump_limit,
        }
        if times[RefillLimit.ALARM] is None:
            return None
        known = {limit: time for limit, time in times.items() if time is not None}
        return latest_refill(known, self.inputs.lead_time)

    @cached_property
    def latest_refill_date(self) -> datetime | None:
        """The last day for the refill."""
        return self._moment(self.time_to_latest_refill[1]) if self.time_to_latest_refill else None

    @property
    def _bridge_volume(self) -> Volume | None:
        """The dead volume, where a bridge runs through it."""
        return None if self.inputs.bridge_dose is None else _value(self.dead_volume)

    @cached_property
    def _bridge_use(self) -> BridgeUse | None:
        if self._bridge_volume is None or self.bridge_flow_rate is None or self.bridge_duration is None:
            return None
        return BridgeUse(self.bridge_flow_rate.value, self.bridge_duration.value, self._bridge_volume)

    def _time_to(self, level: Volume | None) -> Worked[Duration] | None:
        filled = self.inputs.filled
        if filled is None or self.new_flow_rate is None or (level is not None and level >= filled):
            return None
        if not self.inputs.bridge_known:
            return None
        if self.inputs.bridge_dose is not None and self._bridge_use is None:
            return None
        return time_to_level(filled, level, self.new_flow_rate.value, self._bridge_use)

    def _moment(self, time: Worked[Duration] | None) -> datetime | None:
        if time is None or self.inputs.at is None:
            return None
        return moment_after(self.inputs.at, time.value)


def _value(worked: Worked[Q] | None) -> Q | None:
    return None if worked is None else worked.value


class _Once:
    """Applies a formula to its operands; None where one of them is missing.

    The same formula is applied to the same operands once: a slip varies one input and leaves the others, so
    most of its values are there already. Operands are told apart by identity, which is quick and enough: they
    never change, and they are kept here with the result.
    """

    def __init__(self) -> None:
        self._results: dict[tuple[object, ...], tuple[tuple[object, ...], Any]] = {}

    @overload
    def __call__(self, formula: Callable[[A], Worked[Q]], a: A | None, /) -> Worked[Q] | None: ...

    @overload
    def __call__(
        self, formula: Callable[[A, B], Worked[Q]], a: A | None, b: B | None, /
    ) -> Worked[Q] | None: ...

    @overload
    def __call__(
        self, formula: Callable[[A, B, C], Worked[Q]], a: A | None, b: B | None, c: C | None, /
    ) -> Worked[Q] | None: ...

    def __call__(self, formula: Callable[..., Worked[Q]], *operands: Quantity | None) -> Worked[Q] | None:
        for operand in operands:
            if operand is None:
                return None
        key = (formula, *map(id, operands))
        if key not in self._results:
            self._results[key] = (operands, formula(*operands))
        result: Worked[Q] = self._results[key][1]
        return result
