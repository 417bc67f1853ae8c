"""By how much does a step change the daily dose?"""

from fractions import Fraction

from itbcalc.compute.working import Worked
from itbcalc.phrases import N_
from itbcalc.quantities.kinds import (
    DURATION,
    Concentration,
    DailyDose,
    Dose,
    Percentage,
    Ratio,
    as_daily_dose,
    as_percentage,
    as_ratio,
    exactly,
)


def dose_change(current_dose: DailyDose, new_dose: DailyDose, name: str = N_("change")) -> Worked[Percentage]:
    """The change in percent of the old dose: exact, so that 100 to 130 mcg/day is 30 % and not a hair more."""
    return Worked(
        name,
        as_percentage((new_dose - current_dose) / current_dose),
        "({new dose} − {old dose}) ÷ {old dose}",
        (("new dose", new_dose), ("old dose", current_dose)),
    )


def delivered_daily_dose(
    daily_dose: DailyDose, really: Concentration, programmed: Concentration
) -> Worked[DailyDose]:
    """What was really delivered per day, where the programmer held another concentration than was in the pump."""
    return Worked(
        "daily dose really delivered",
        as_daily_dose(daily_dose * really / programmed),
        "{daily dose programmed} × {concentration really in the pump} ÷ {concentration programmed}",
        (
            ("daily dose programmed", daily_dose),
            ("concentration really in the pump", really),
            ("concentration programmed", programmed),
        ),
    )


def dose_after(daily_dose: DailyDose, change: Percentage) -> Worked[DailyDose]:
    """The daily dose after one change by a percentage."""
    return Worked(
        "daily dose",
        as_daily_dose(daily_dose * (1 + Fraction(change.magnitude) / 100)),
        "{daily dose} × (100 % + {change}) ÷ 100 %",
        (("daily dose", daily_dose), ("change", change)),
    )


def titration_sequence(
    daily_dose: DailyDose, change: Percentage, steps: int
) -> tuple[Worked[DailyDose], ...]:
    """Each dose of `steps` equal percentage changes; nothing is rounded between them."""
    sequence: list[Worked[DailyDose]] = []
    for _ in range(steps):
        worked = dose_after(daily_dose, change)
        sequence.append(worked)
        daily_dose = worked.value
    return tuple(sequence)


def concentration_ratio(old: Concentration, new: Concentration) -> Worked[Ratio]:
    """How many times the old concentration the new one is."""
    return Worked(
        "ratio of concentrations",
        as_ratio(new / old),
        "{new concentration} ÷ {old concentration}",
        (("new concentration", new), ("old concentration", old)),
    )


def first_dose_by_label(screening_bolus: Dose, times: Ratio) -> Worked[DailyDose]:
    """What the label's own arithmetic makes of the effective screening bolus: so many times of it in a day."""
    return Worked(
        "first daily dose by the label",
        as_daily_dose(screening_bolus * times / exactly(1, DURATION)),
        "{screening bolus} × {times} ÷ {one day}",
        (("screening bolus", screening_bolus), ("times", times), ("one day", exactly(1, DURATION))),
        note="A yardstick beside the dose that was typed: no dose is proposed.",
    )
