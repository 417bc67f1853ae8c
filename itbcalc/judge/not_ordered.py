"""What runs on the programmer though nobody ordered it? The inputs with just that in them, as the programmer shows it."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.schedule import PatientBolus
from itbcalc.compute.working import value_of
from itbcalc.judge.reasons import Reason
from itbcalc.judge.slips import Variation
from itbcalc.program import ReadOut
from itbcalc.quantities.kinds import (
    DAILY_DOSE,
    DURATION,
    FLOW_RATE,
    DailyDose,
    Kind,
    as_daily_dose,
    as_dose,
    as_duration,
)
from itbcalc.quantities.units import Quantity

PATIENT_BOLUS, BRIDGE = "patient_bolus.", "bridge_"


def not_ordered(calculation: Calculation, read_outs: Sequence[ReadOut]) -> Iterator[Variation]:
    """The inputs with patient boluses, or with a bridge, that only the programmer has.

    Patient boluses only where every number of them was read. A bridge only where old drug is left for it: at the dose of
    before, at the new one, or at the one that follows from what is shown of it.
    """
    shown = {
        each.name: each.entered.quantity
        for each in read_outs
        if each.entered is not None and each.entered.quantity.magnitude
    }
    inputs = calculation.inputs
    bolus = _patient_bolus(shown) if inputs.new_patient_bolus is None else None
    if bolus is not None:
        varied = replace(inputs, new_patient_bolus=bolus)
        yield Variation(Reason.PATIENT_BOLUSES_NOT_ORDERED, varied, quantity=bolus.dose)
    if inputs.bridge_dose is None and calculation.old_drug_is_left and any(map(_is_of_bridge, shown)):
        for dose in dict.fromkeys(_bridge_doses(calculation, shown)):
            varied = replace(inputs, bridge_dose=dose)
            yield Variation(Reason.BRIDGE_NOT_ORDERED, varied)


def _is_of_bridge(name: str) -> bool:
    return name.startswith(BRIDGE)


def _patient_bolus(shown: Mapping[str, Quantity]) -> PatientBolus | None:
    names = ("dose", "duration", "lockout", "per_day")
    parts = [shown.get(f"{PATIENT_BOLUS}{name}") for name in names]
    if None in parts:
        return None
    dose, duration, lockout, per_day = (part for part in parts if part is not None)
    return PatientBolus(as_dose(dose), as_duration(duration), as_duration(lockout), int(per_day.magnitude))


def _bridge_doses(calculation: Calculation, shown: Mapping[str, Quantity]) -> Iterator[DailyDose]:
    """Which daily dose the bridge may run at; only amounts above zero."""
    for known in (calculation.real_current_dose, calculation.new_dose):
        if known is not None and known.magnitude:
            yield known
    dose = _of_kind(DAILY_DOSE, shown.get("bridge_dose"))
    flow = _of_kind(FLOW_RATE, shown.get("bridge_flow_rate"))
    duration = _of_kind(DURATION, shown.get("bridge_duration"))
    old = calculation.old_concentration
    if dose is not None:
        yield as_daily_dose(dose)
    if flow is not None and old is not None:
        yield as_daily_dose(flow * old)
    if duration is not None and calculation.new_dose is not None:
        bridged = calculation.varied(replace(calculation.inputs, bridge_dose=calculation.new_dose))
        drug = value_of(bridged.bridge_drug)
        if drug is not None:
            yield as_daily_dose(drug / duration)


def _of_kind(kind: Kind, shown: Quantity | None) -> Quantity | None:
    return shown if shown is not None and shown.dimensionality == kind.unit.dimensionality else None
