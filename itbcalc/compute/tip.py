"""What leaves the catheter tip after a change, and when?

Plug flow: what is in tubing and catheter leaves in order, at the flow of the pump; mixing is not modelled. Inside the
line times are in days, volumes in mL and drug in mcg, as bare fractions (docs/formulas.md, the tip).
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from msgspec import Struct

from itbcalc.compute.bolus import DEAD_VOLUME
from itbcalc.compute.line import PLUG_FLOW, PLUG_FLOW_FOLLOWED, Outflow
from itbcalc.compute.profile import Course, Stretch, time_to_deliver
from itbcalc.compute.working import Worked
from itbcalc.phrases import N_
from itbcalc.quantities.kinds import (
    DURATION,
    Concentration,
    DailyDose,
    Duration,
    Percentage,
    Ratio,
    Volume,
    as_daily_dose,
    as_duration,
    as_ratio,
    exactly,
)

_NOTHING = Fraction(0)


class Deviation(Struct, frozen=True):
    """How far the dose at the tip was from the intended one, over a time.

    `worst` is the multiple of the intended dose furthest from 1 (0: nothing came), `lasts` how long it held in
    all, `missing` what was intended and did not come (mcg; below zero: too much came). `opposite` is the multiple
    furthest off on the other side of 1: minutes of too little would hide hours of too much. All exact.
    """

    worst: Fraction
    lasts: Fraction
    missing: Fraction
    opposite: Fraction | None = None
    opposite_lasts: Fraction = _NOTHING


def deviation(
    delivered: Iterable[Outflow], intended: Iterator[Stretch], concentration: Concentration
) -> Deviation:
    """`delivered`, held against what `intended` would bring if the new drug were at the tip from the beginning."""
    held: dict[Fraction, Fraction] = {}
    missing = _NOTHING
    meant = next(intended)
    for outflow in delivered:
        begin = outflow.start
        while begin < outflow.end:
            while meant.end <= begin:
                meant = next(intended)
            end = min(outflow.end, meant.end)
            rate = meant.flow * concentration.magnitude
            if rate:
                multiple = outflow.dose_rate / rate
                held[multiple] = held.get(multiple, _NOTHING) + end - begin
            missing += (rate - outflow.dose_rate) * (end - begin)
            begin = end
    worst = max(held, key=_distance_from_one, default=Fraction(1))
    others = [multiple for multiple in held if (multiple - 1) * (worst - 1) < 0]
    opposite = max(others, key=_distance_from_one, default=None)
    lasts = _NOTHING if opposite is None else held[opposite]
    return Deviation(worst, held.get(worst, _NOTHING), missing, opposite, lasts)


def _distance_from_one(multiple: Fraction) -> tuple[bool, Fraction]:
    """Nothing at all is further off than any multiple; a quarter is as far off as four times."""
    return multiple == 0, max(multiple, 1 / multiple) if multiple else _NOTHING


def arrival(dead: Volume, courses: Sequence[Course], *, bridged: bool) -> Worked[Duration] | None:
    """When the new drug reaches the tip: when the pump has delivered the dead volume; None where it never does."""
    time = time_to_deliver(courses, dead.magnitude) if dead.magnitude else _NOTHING
    if time is None:
        return None
    name, template = (
        (N_("time until the new drug arrives"), N_("time in which bridge and schedule deliver {dead volume}"))
        if bridged
        else (
            N_("time until the new drug arrives without a bridge"),
            N_("time in which the new schedule delivers {dead volume}"),
        )
    )
    return Worked(
        name,
        as_duration(exactly(time, DURATION)),
        template,
        (("dead volume", dead),),
        note=PLUG_FLOW_FOLLOWED,
    )


def arrival_off(dead: Volume, courses: Sequence[Course], accuracy: Percentage) -> Worked[Duration] | None:
    """The same, where the pump runs faster (or, with a negative `accuracy`, slower) than programmed."""
    factor = 1 + accuracy.magnitude / 100
    time = time_to_deliver(courses, dead.magnitude / factor) if dead.magnitude else _NOTHING
    if time is None:
        return None
    earliest, latest = (
        N_("time until the new drug arrives, at the earliest"),
        N_("time until the new drug arrives, at the latest"),
    )
    return Worked(
        earliest if accuracy.magnitude > 0 else latest,
        as_duration(exactly(time, DURATION)),
        "time in which the pump as programmed delivers {dead volume} ÷ (100 % + {flow accuracy}) × 100 %",
        (("dead volume", dead), ("flow accuracy", accuracy)),
        note=PLUG_FLOW,
    )


def unbridged_dose(
    new_dose: DailyDose, current_concentration: Concentration, new_concentration: Concentration
) -> Worked[DailyDose]:
    """The daily dose at the tip while the old drug runs out at the new flow rate."""
    return Worked(
        "dose at the tip without a bridge",
        as_daily_dose(new_dose * current_concentration / new_concentration),
        "{new dose} × {old concentration} ÷ {new concentration}",
        (
            ("new dose", new_dose),
            ("old concentration", current_concentration),
            ("new concentration", new_concentration),
        ),
        note=PLUG_FLOW,
    )


def unbridged_duration(
    volume: Volume, new_concentration: Concentration, new_dose: DailyDose, volume_name: str = DEAD_VOLUME
) -> Worked[Duration]:
    """How long the old drug in the dead volume, or what is left of it, lasts at the new flow rate."""
    return Worked(
        "time until the new drug arrives without a bridge",
        as_duration(volume * new_concentration / new_dose),
        f"{{{volume_name}}} × {{new concentration}} ÷ {{new dose}}",
        ((volume_name, volume), ("new concentration", new_concentration), ("new dose", new_dose)),
        note=PLUG_FLOW,
    )


def unbridged_ratio(current_concentration: Concentration, new_concentration: Concentration) -> Worked[Ratio]:
    """How many times the new dose the tip receives without a bridge."""
    return Worked(
        "without a bridge, times the new dose",
        as_ratio(current_concentration / new_concentration),
        "{old concentration} ÷ {new concentration}",
        (("old concentration", current_concentration), ("new concentration", new_concentration)),
    )
