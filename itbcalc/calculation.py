"""All values of a dose change, from one flat set of inputs.

`Inputs` holds what the values depend on and nothing else, so that a slip is one `replace` away. A value is
None where one of its inputs is missing. Each is computed when it is first asked for.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

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
    as_duration,
    as_volume,
)
from itbcalc.reservoir import BridgeUse, moment_after, time_to_level, worst_case
from itbcalc.tip import unbridged_dose, unbridged_duration, unbridged_ratio
from itbcalc.titration_step import concentration_ratio, dose_change
from itbcalc.working import Worked


class RefillLimit(StrEnum):
    """What sets the latest refill day."""

    ALARM = "alarm"
    DRUG = "drug"
    PUMP = "pump"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What the values of one dose change depend on.

    `bridge_dose` is None where no bridge runs. `stability_limit` is how long the drug may stay in the
    reservoir, `pump_limit` the pump's own refill interval, `lead_time` what the clinic wants in hand.
    """

    old_concentration: Concentration | None = None
    old_dose: DailyDose | None = None
    new_concentration: Concentration | None = None
    new_dose: DailyDose | None = None
    tubing_volume: Volume | None = None
    catheter_volume: Volume | None = None
    bridge_dose: DailyDose | None = None
    filled: Volume | None = None
    low_alarm: Volume | None = None
    at: Instant | None = None
    accuracy: Percentage | None = None
    stability_limit: Duration | None = None
    pump_limit: Duration | None = None
    lead_time: Duration | None = None


class Calculation:
    """The values that follow from `inputs`."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs

    # --- the two therapies

    @cached_property
    def old_flow_rate(self) -> Worked[FlowRate] | None:
        """Flow of the therapy in force."""
        return _flow(self.inputs.old_dose, self.inputs.old_concentration)

    @cached_property
    def new_flow_rate(self) -> Worked[FlowRate] | None:
        """Flow of the new therapy."""
        return _flow(self.inputs.new_dose, self.inputs.new_concentration)

    @cached_property
    def old_daily_volume(self) -> Worked[Volume] | None:
        """Volume in 24 h of the therapy in force."""
        return daily_volume(self.old_flow_rate.value) if self.old_flow_rate else None

    @cached_property
    def new_daily_volume(self) -> Worked[Volume] | None:
        """Volume in 24 h of the new therapy."""
        return daily_volume(self.new_flow_rate.value) if self.new_flow_rate else None

    @cached_property
    def dose_change(self) -> Worked[Percentage] | None:
        """Change of the daily dose."""
        old, new = self.inputs.old_dose, self.inputs.new_dose
        return dose_change(old, new) if old is not None and new is not None else None

    @cached_property
    def concentration_ratio(self) -> Worked[Ratio] | None:
        """New over old concentration."""
        old, new = self.inputs.old_concentration, self.inputs.new_concentration
        return concentration_ratio(old, new) if old is not None and new is not None else None

    @property
    def concentration_changes(self) -> bool:
        """Whether both concentrations are known and differ."""
        return self.concentration_ratio is not None and self.concentration_ratio.value.magnitude != 1

    # --- what lies between reservoir and tip

    @cached_property
    def dead_volume(self) -> Worked[Volume] | None:
        """Tubing and catheter."""
        tubing, catheter = self.inputs.tubing_volume, self.inputs.catheter_volume
        return dead_volume(tubing, catheter) if tubing is not None and catheter is not None else None

    @cached_property
    def bridge_flow_rate(self) -> Worked[FlowRate] | None:
        """Flow during the bridge."""
        old, dose = self.inputs.old_concentration, self.inputs.bridge_dose
        return bridge_flow_rate(dose, old) if old is not None and dose is not None else None

    @cached_property
    def bridge_duration(self) -> Worked[Duration] | None:
        """Length of the bridge."""
        old, dose = self.inputs.old_concentration, self.inputs.bridge_dose
        if self.dead_volume is None or old is None or dose is None:
            return None
        return bridge_duration(self.dead_volume.value, old, dose)

    @cached_property
    def bridge_drug(self) -> Worked[Dose] | None:
        """Drug delivered during the bridge."""
        old = self.inputs.old_concentration
        if self.dead_volume is None or old is None or self.inputs.bridge_dose is None:
            return None
        return bridge_drug(self.dead_volume.value, old)

    @cached_property
    def bridge_dose_shown_at_new_concentration(self) -> Worked[Dose] | None:
        """The same bridge counted at the new concentration."""
        new = self.inputs.new_concentration
        if self.dead_volume is None or new is None or self.inputs.bridge_dose is None:
            return None
        return bridge_dose_at_new_concentration(self.dead_volume.value, new)

    @cached_property
    def unbridged_dose(self) -> Worked[DailyDose] | None:
        """Dose at the tip if the old drug simply runs on."""
        old, new, dose = self.inputs.old_concentration, self.inputs.new_concentration, self.inputs.new_dose
        if not self.concentration_changes or old is None or new is None or dose is None:
            return None
        return unbridged_dose(dose, old, new)

    @cached_property
    def unbridged_duration(self) -> Worked[Duration] | None:
        """How long the old drug would run on."""
        new, dose = self.inputs.new_concentration, self.inputs.new_dose
        if not self.concentration_changes or self.dead_volume is None or new is None or dose is None:
            return None
        return unbridged_duration(self.dead_volume.value, new, dose)

    @cached_property
    def unbridged_ratio(self) -> Worked[Ratio] | None:
        """Dose at the tip without a bridge over the new dose."""
        old, new = self.inputs.old_concentration, self.inputs.new_concentration
        if not self.concentration_changes or old is None or new is None:
            return None
        return unbridged_ratio(old, new)

    # --- priming, of the whole system or of the catheter alone

    @cached_property
    def system_priming_dose(self) -> Worked[Dose] | None:
        """Drug that fills tubing and catheter."""
        new = self.inputs.new_concentration
        return priming_dose(self.dead_volume.value, new) if self.dead_volume and new is not None else None

    @cached_property
    def catheter_priming_dose(self) -> Worked[Dose] | None:
        """Drug that fills the catheter alone."""
        catheter, new = self.inputs.catheter_volume, self.inputs.new_concentration
        return priming_dose(catheter, new) if catheter is not None and new is not None else None

    # --- the reservoir

    @cached_property
    def time_to_alarm(self) -> Worked[Duration] | None:
        """Until the low-reservoir alarm."""
        return None if self.inputs.low_alarm is None else self._time_to(self.inputs.low_alarm)

    @cached_property
    def time_to_empty(self) -> Worked[Duration] | None:
        """Until nothing is left."""
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
        """The earliest of alarm, drug stability and the pump's own interval, less the clinic's lead time."""
        if self.time_to_alarm is None:
            return None
        offered = [(RefillLimit.ALARM, "time to the low-reservoir alarm", self.time_to_alarm.value)]
        if self.inputs.stability_limit is not None:
            offered.append((RefillLimit.DRUG, "longest time in the pump", self.inputs.stability_limit))
        if self.inputs.pump_limit is not None:
            offered.append((RefillLimit.PUMP, "refill interval of the pump", self.inputs.pump_limit))
        limit, _, earliest = min(offered, key=lambda offer: offer[2].magnitude)
        names = ", ".join(f"{{{name}}}" for _, name, _ in offered)
        operands = tuple((name, time) for _, name, time in offered)
        template = f"earliest of {names}" if len(offered) > 1 else names
        if self.inputs.lead_time is not None:
            earliest = as_duration(earliest - self.inputs.lead_time)
            template, operands = (
                f"{template}, less {{lead time}}",
                (*operands, ("lead time", self.inputs.lead_time)),
            )
        return limit, Worked("time to the latest refill", earliest, template, operands)

    @cached_property
    def latest_refill_date(self) -> datetime | None:
        """The last day for the refill."""
        return self._moment(self.time_to_latest_refill[1]) if self.time_to_latest_refill else None

    def _time_to(self, level: Volume | None) -> Worked[Duration] | None:
        filled = self.inputs.filled
        if filled is None or self.new_flow_rate is None or (level is not None and level >= filled):
            return None
        if self.inputs.bridge_dose is not None and self._bridge_use is None:
            return None
        return time_to_level(filled, level, self.new_flow_rate.value, self._bridge_use)

    @cached_property
    def _bridge_use(self) -> BridgeUse | None:
        if self.bridge_flow_rate is None or self.bridge_duration is None or self.dead_volume is None:
            return None
        return BridgeUse(
            self.bridge_flow_rate.value, self.bridge_duration.value, as_volume(self.dead_volume.value)
        )

    def _moment(self, time: Worked[Duration] | None) -> datetime | None:
        return (
            moment_after(self.inputs.at, time.value)
            if time is not None and self.inputs.at is not None
            else None
        )


def _flow(dose: DailyDose | None, concentration: Concentration | None) -> Worked[FlowRate] | None:
    return (
        continuous_flow_rate(dose, concentration) if dose is not None and concentration is not None else None
    )
