"""At which flow does a pump deliver a daily dose around the clock, and the other way round?"""

from itbcalc.compute.working import Worked
from itbcalc.phrases import N_
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

_ONE_DAY = ureg.Quantity(1, "day")


def continuous_flow_rate(
    daily_dose: DailyDose, concentration: Concentration, name: str = N_("flow rate")
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


def daily_volume(flow_rate: FlowRate, name: str = N_("daily volume")) -> Worked[Volume]:
    """The volume a steady flow delivers in 24 h."""
    return Worked(
        name,
        as_volume(flow_rate * _ONE_DAY),
        "{flow rate} × {one day}",
        (("flow rate", flow_rate), ("one day", _ONE_DAY)),
    )
