"""Which values does the program being typed have at present, so that a question may be asked about them? No Qt."""

from collections.abc import Mapping

from itbcalc.desk.texts import Texts
from itbcalc.judge.check import Checked
from itbcalc.quantities.display import shown
from itbcalc.quantities.units import Quantity

AS_TYPED = ("reservoir.at", "reservoir.zone")


def present_values(checked: Checked, texts: Texts) -> Mapping[str, str]:
    """By place, each as it can be typed again, with its unit: what was read, and flows, doses and volumes that follow of it.

    A value that is not known, or has several readings, is left out.
    """
    calculation, typed = checked.calculation, checked.program.entries
    computed = {
        "current.daily_dose": calculation.current_therapy.daily_dose,
        "new.daily_dose": calculation.new_therapy.daily_dose,
        "current.flow_rate": calculation.current_flow_rate,
        "new.flow_rate": calculation.new_flow_rate,
        "dead_volume": calculation.dead_volume if len(checked.calculations) == 1 else None,
    }
    values: dict[str, Quantity] = {
        place: value.value for place, value in computed.items() if value is not None
    }
    if calculation.inputs.catheter_volume is not None:
        values["catheter_volume"] = calculation.inputs.catheter_volume
    values |= {place: entry.quantity for place, entry in typed.items()}
    as_typed = {place: text for place in AS_TYPED if (text := texts.typed.get(place, "").strip(" "))}
    return {place: shown(value).replace(",", "") for place, value in values.items()} | as_typed
