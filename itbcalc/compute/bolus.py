"""The bolus that fills a system, and the bridge that runs the old drug out of it.

Plug flow: what is in tubing and catheter leaves in order, mixing is not modelled (docs/formulas.md, bridge bolus).
"""

from collections.abc import Sequence
from typing import Any

from itbcalc.compute.working import Worked
from itbcalc.phrases import N_, Phrase
from itbcalc.quantities.kinds import (
    Concentration,
    DailyDose,
    Dose,
    Duration,
    FlowRate,
    Length,
    Volume,
    VolumePerLength,
    as_dose,
    as_duration,
    as_flow_rate,
    as_length,
    as_volume,
)

DEAD_VOLUME = N_("dead volume")
OLD_DRUG_LEFT = N_("old drug left in the line")


def catheter_volume(segments: Sequence[tuple[Length, VolumePerLength]]) -> Worked[Volume]:
    """The volume inside a catheter of one or more segments: length times volume per length, each."""
    numbered = [
        (
            name_of(N_("length"), position, len(segments)),
            length,
            name_of(N_("volume per length"), position, len(segments)),
            per,
        )
        for position, (length, per) in enumerate(segments, start=1)
    ]
    total = as_volume(segments[0][0] * segments[0][1])
    for length, per in segments[1:]:
        total = as_volume(total + length * per)
    return Worked(
        "catheter volume",
        total,
        " + ".join(f"{{{length_name}}} × {{{per_name}}}" for length_name, _, per_name, _ in numbered),
        tuple(pair for ln, length, pn, per in numbered for pair in ((ln, length), (pn, per))),
    )


def implanted_length(catheter: Worked[Any]) -> Length | None:
    """The length of a catheter whose volume was computed from it, all segments together; None where it was given."""
    lengths = [quantity for name, quantity in catheter.operands if name.split(" ")[0] == "length"]
    return as_length(sum(lengths[1:], start=lengths[0])) if lengths else None


def given_catheter_volume(volume: Volume) -> Worked[Volume]:
    """The volume inside a catheter, where it was given as such."""
    return Worked("catheter volume", volume, "{catheter volume}", (("catheter volume", volume),))


def name_of(what: str, position: int, count: int) -> str:
    """`length`, or `length 2` where there are several."""
    return what if count == 1 else Phrase("{what} {number}", what=what, number=str(position))


def dead_volume(tubing_volume: Volume, catheter: Volume) -> Worked[Volume]:
    """What the drug passes between reservoir and catheter tip."""
    return Worked(
        "dead volume",
        as_volume(tubing_volume + catheter),
        "{pump tubing volume} + {catheter volume}",
        (("pump tubing volume", tubing_volume), ("catheter volume", catheter)),
    )


def bridge_flow_rate(bridge_dose: DailyDose, current_concentration: Concentration) -> Worked[FlowRate]:
    """The flow at which the old drug runs out at the bridge dose."""
    return Worked(
        "bridge flow rate",
        as_flow_rate(bridge_dose / current_concentration),
        "{bridge dose} ÷ {old concentration}",
        (("bridge dose", bridge_dose), ("old concentration", current_concentration)),
    )


def bridge_duration(
    volume: Volume,
    current_concentration: Concentration,
    bridge_dose: DailyDose,
    volume_name: str = DEAD_VOLUME,
) -> Worked[Duration]:
    """How long the old drug in the dead volume lasts at the bridge dose."""
    return Worked(
        "bridge duration",
        as_duration(volume * current_concentration / bridge_dose),
        f"{{{volume_name}}} × {{old concentration}} ÷ {{bridge dose}}",
        ((volume_name, volume), ("old concentration", current_concentration), ("bridge dose", bridge_dose)),
        note=_FULL_OF_OLD_DRUG if volume_name == DEAD_VOLUME else _PLUG_FLOW,
    )


_PLUG_FLOW = N_("Plug flow, mixing not modelled.")
_FULL_OF_OLD_DRUG = N_("Plug flow, mixing not modelled. The whole dead volume is taken to hold the old drug.")


def bridge_drug(
    volume: Volume, current_concentration: Concentration, volume_name: str = DEAD_VOLUME
) -> Worked[Dose]:
    """The drug that leaves the tip during the bridge."""
    return Worked(
        "bridge drug",
        as_dose(volume * current_concentration),
        f"{{{volume_name}}} × {{old concentration}}",
        ((volume_name, volume), ("old concentration", current_concentration)),
    )


def bridge_dose_at_new_concentration(
    volume: Volume, new_concentration: Concentration, volume_name: str = DEAD_VOLUME
) -> Worked[Dose]:
    """What a programmer that already counts at the new concentration shows for the same bridge."""
    return Worked(
        "bridge dose shown at the new concentration",
        as_dose(volume * new_concentration),
        f"{{{volume_name}}} × {{new concentration}}",
        ((volume_name, volume), ("new concentration", new_concentration)),
        note="The same volume, counted as if it were the new drug.",
    )


def priming_dose(volume: Volume, concentration: Concentration) -> Worked[Dose]:
    """The drug in the volume that a priming bolus fills."""
    return Worked(
        "priming dose",
        as_dose(volume * concentration),
        "{priming volume} × {concentration}",
        (("priming volume", volume), ("concentration", concentration)),
        note="Plug flow: at the high flow of a priming bolus some drug arrives before its end (not modelled).",
    )


def patient_bolus_volume(dose: Dose, concentration: Concentration) -> Worked[Volume]:
    """The volume that one patient bolus takes from the reservoir."""
    return Worked(
        "volume of a patient bolus",
        as_volume(dose / concentration),
        "{patient bolus} ÷ {concentration}",
        (("patient bolus", dose), ("concentration", concentration)),
    )


def priming_flow_rate(volume: Volume, duration: Duration) -> Worked[FlowRate]:
    """The flow of a priming bolus over its duration."""
    return Worked(
        "priming flow rate",
        as_flow_rate(volume / duration),
        "{priming volume} ÷ {duration}",
        (("priming volume", volume), ("duration", duration)),
    )
