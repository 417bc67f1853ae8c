"""Which dose does a schedule give in a day, and at which flow?

`Schedule` is the union of the modes. Simple continuous is the first; the others join it here.
"""

from dataclasses import dataclass
from enum import StrEnum

from itbcalc.quantities.kinds import (
    Concentration,
    DailyDose,
    FlowRate,
    Volume,
    as_daily_dose,
    as_flow_rate,
    as_volume,
)
from itbcalc.quantities.units import ureg
from itbcalc.working import Worked


class InfusionMode(StrEnum):
    """The modes, spelled as in program files (they are in people's files: never rename)."""

    SIMPLE_CONTINUOUS = "simple-continuous"


@dataclass(frozen=True, slots=True)
class SimpleContinuous:
    """One daily dose, delivered at one flow around the clock."""

    daily_dose: DailyDose
    mode: InfusionMode = InfusionMode.SIMPLE_CONTINUOUS


Schedule = SimpleContinuous

_ONE_DAY = ureg.Quantity(1, "day")


def continuous_flow_rate(
    daily_dose: DailyDose, concentration: Concentration, name: str = "flow rate"
) -> Worked[FlowRate]:
    """The flow that delivers `daily_dose` around the clock."""
    return Worked(
        name,
        as_flow_rate(daily_dose / concentration),
        "{daily dose} ÷ {concentration}",
        (("daily dose", daily_dose), ("concentration", concentration)),
    )


def continuous_daily_dose(flow_rate: FlowRate, concentration: Concentration) -> Worked[DailyDose]:
    """The daily dose that a steady flow delivers."""
    return Worked(
        "daily dose",
        as_daily_dose(flow_rate * concentration),
        "{flow rate} × {concentration}",
        (("flow rate", flow_rate), ("concentration", concentration)),
    )


def daily_volume(flow_rate: FlowRate, name: str = "daily volume") -> Worked[Volume]:
    """The volume a steady flow delivers in 24 h."""
    return Worked(
        name,
        as_volume(flow_rate * _ONE_DAY),
        "{flow rate} × {one day}",
        (("flow rate", flow_rate), ("one day", _ONE_DAY)),
    )
