"""The results of a quick question in words, the same in window and terminal."""

from itbcalc.say.catalogue import N_, Worded, _

RESULT_WORDS = Worded(
    {
        "bridge_dose": N_("bridge dose"),
        "bridge_dose_shown_at_new_concentration": N_("the same bridge counted at the new concentration"),
        "bridge_drug": N_("bridge drug"),
        "bridge_duration": N_("bridge duration"),
        "bridge_flow_rate": N_("bridge flow rate"),
        "catheter_volume": N_("catheter volume"),
        "concentration": N_("concentration"),
        "converted": N_("is"),
        "daily_dose": N_("daily dose"),
        "daily_dose_with_patient_boluses": N_("daily dose with all patient boluses"),
        "dead_volume": N_("dead volume"),
        "delivered_flow_rate": N_("mean flow rate since the fill"),
        "delivered_ratio": N_("delivered, times the programmed volume"),
        "delivered_ratio_least": N_("delivered, times the programmed volume, at least"),
        "delivered_ratio_most": N_("delivered, times the programmed volume, at most"),
        "delivered_volume": N_("delivered volume"),
        "difference": N_("aspirated less expected"),
        "diluent_volume": N_("diluent volume"),
        "diluted_stock_concentration": N_("concentration of the diluted stock"),
        "diluted_stock_volume": N_("volume of the diluted stock"),
        "dose_change_percent": N_("change of the dose"),
        "drug": N_("drug"),
        "empty_date": N_("empty"),
        "empty_date_worst": N_("empty, worst case"),
        "expected_volume": N_("expected in the reservoir"),
        "flow_rate": N_("flow rate"),
        "flow_rate_with_patient_boluses": N_("flow rate with all patient boluses"),
        "line_after_prime": N_("line, from the tip"),
        "low_alarm_date": N_("low-reservoir alarm"),
        "low_alarm_date_worst": N_("low-reservoir alarm, worst case"),
        "missing_volume": N_("injected and not in the reservoir"),
        "old_drug_volume": N_("old drug left in the line"),
        "prime_dose": N_("priming dose"),
        "prime_drug_delivered": N_("priming, drug to the patient"),
        "prime_flow_rate": N_("priming flow rate"),
        "prime_volume": N_("priming volume"),
        "steps": N_("steps"),
        "stock_volume": N_("stock volume"),
        "time_to_alarm": N_("time to the low-reservoir alarm"),
        "time_to_alarm_worst": N_("time to the alarm, worst case"),
        "time_to_empty": N_("time to empty"),
        "time_to_empty_worst": N_("time to empty, worst case"),
        "time_without_drug": N_("time without drug"),
        "unbridged_dose": N_("without a bridge, dose at the tip"),
        "unbridged_duration": N_("without a bridge, for"),
        "unbridged_ratio": N_("without a bridge, times the new dose"),
        "volume": N_("volume"),
        "whole_days_to_alarm": N_("whole days to the alarm"),
    }
)


def result_words(name: str) -> str:
    """What a result is called; of several drugs mixed each by its own name."""
    what, _underscore, drug = name.partition("_")
    if name in RESULT_WORDS or what not in ("concentration", "drug"):
        return RESULT_WORDS.get(name) or name.replace("_", " ")
    return _("concentration of {name}", name=drug) if what == "concentration" else drug
