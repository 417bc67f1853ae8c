"""What does the patient receive at the catheter tip after a change of concentration without a bridge?

Plug flow: the old drug in the dead volume leaves first, at the new flow rate; mixing is not modelled.
"""

from itbcalc.quantities.kinds import (
    Concentration,
    DailyDose,
    Duration,
    Ratio,
    Volume,
    as_daily_dose,
    as_duration,
    as_ratio,
)
from itbcalc.working import Worked


def unbridged_dose(
    new_dose: DailyDose, old_concentration: Concentration, new_concentration: Concentration
) -> Worked[DailyDose]:
    """The daily dose at the tip while the old drug runs out at the new flow rate."""
    return Worked(
        "dose at the tip without a bridge",
        as_daily_dose(new_dose * old_concentration / new_concentration),
        "{new dose} × {old concentration} ÷ {new concentration}",
        (
            ("new dose", new_dose),
            ("old concentration", old_concentration),
            ("new concentration", new_concentration),
        ),
        note="Plug flow, mixing not modelled.",
    )


def unbridged_duration(
    dead: Volume, new_concentration: Concentration, new_dose: DailyDose
) -> Worked[Duration]:
    """How long the old drug in the dead volume lasts at the new flow rate."""
    return Worked(
        "time until the new drug arrives without a bridge",
        as_duration(dead * new_concentration / new_dose),
        "{dead volume} × {new concentration} ÷ {new dose}",
        (("dead volume", dead), ("new concentration", new_concentration), ("new dose", new_dose)),
        note="Plug flow, mixing not modelled.",
    )


def unbridged_ratio(old_concentration: Concentration, new_concentration: Concentration) -> Worked[Ratio]:
    """How many times the new dose the tip receives without a bridge."""
    return Worked(
        "without a bridge, times the new dose",
        as_ratio(old_concentration / new_concentration),
        "{old concentration} ÷ {new concentration}",
        (("old concentration", old_concentration), ("new concentration", new_concentration)),
    )
