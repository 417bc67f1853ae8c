"""Which dose can a pump that works in strokes deliver, beside the one asked for?"""

from fractions import Fraction

from itbcalc.compute.working import Worked
from itbcalc.quantities.kinds import (
    DAILY_DOSE,
    DOSE,
    Concentration,
    DailyDose,
    Dose,
    Volume,
    as_daily_dose,
    as_dose,
    exactly,
)
from itbcalc.quantities.units import ureg


def nearest_strokes(strokes: Fraction) -> int:
    """The nearest whole number of strokes; of two equally near the lower, so that no stroke is added."""
    return -int((1 - 2 * strokes) // 2)


def achievable_daily_dose(
    daily_dose: DailyDose, concentration: Concentration, stroke: Volume
) -> Worked[DailyDose]:
    """The daily dose in whole strokes a day."""
    wanted = daily_dose.magnitude / concentration.magnitude / stroke.magnitude
    count = Fraction(nearest_strokes(wanted))
    dose = exactly(count * stroke.magnitude * concentration.magnitude, DAILY_DOSE)
    return Worked(
        "achievable dose",
        as_daily_dose(dose),
        "{strokes per day} × {stroke volume} × {concentration}",
        (
            ("strokes per day", ureg.Quantity(count, "1/day")),
            ("stroke volume", stroke),
            ("concentration", concentration),
        ),
        note="In whole strokes, the nearest number; halves down.",
    )


def achievable_bolus(bolus: Dose, concentration: Concentration, stroke: Volume) -> Worked[Dose]:
    """One bolus in whole strokes."""
    count = Fraction(nearest_strokes(bolus.magnitude / concentration.magnitude / stroke.magnitude))
    return Worked(
        "achievable bolus",
        as_dose(exactly(count * stroke.magnitude * concentration.magnitude, DOSE)),
        "{strokes} × {stroke volume} × {concentration}",
        (("strokes", ureg.Quantity(count, "")), ("stroke volume", stroke), ("concentration", concentration)),
        note="In whole strokes, the nearest number; halves down.",
    )
