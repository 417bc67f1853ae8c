"""Beside which field a finding stands, and with which numbers; and its other bounds, at which nothing is said.

The first bound of each kind of finding stands in `test_neighbours.py`. Everything was worked by hand, in the comment beside it,
from the quiet program: 500 mcg/mL, 400 to 460 mcg/day, 40 mL, tubing 0.14 and catheter 0.19 mL.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest
from msgspec.structs import replace

from itbcalc.errors import FieldEntryError, RefusedError
from itbcalc.judge.check import check
from itbcalc.judge.dose_history import increases_without_effect, yearly_rise_findings
from itbcalc.judge.findings import Finding, FindingValue
from itbcalc.judge.guardrails import Rules
from itbcalc.judge.titration_rules import multiplied_finding, size_finding, step_findings
from itbcalc.library.records import Guardrail, Library, Limit, LimitQuantity, Origin, Severity
from itbcalc.program import Patient, read_program
from itbcalc.quantities.display import shown
from itbcalc.quantities.units import Quantity
from itbcalc.say.report import finding_messages
from tests.itbcalc.judge.test_dose_history import FIVE_MONTHS, dose, history, on, scores
from tests.itbcalc.judge.test_neighbours import (
    BRIDGED,
    CHANGE,
    ISOMED,
    MORPHINE,
    PROMETRA,
    PROVOKED,
    SM2,
    STOPPED,
    TITRATED,
    WORKED,
    begun,
    boluses_removed,
    both,
    catheter,
    first_dose,
    primed,
    primed_in,
    step,
    with_a_smallest_step,
)
from tests.itbcalc.programs import NOW, QUIET_FLEX, changed, library, new_therapy, table_of
from tests.itbcalc.programs import step as run

Said = tuple[str, str, Mapping[str, str]]


def found(changes: Mapping[str, Any], known: Library | None = None) -> Sequence[Finding]:
    """What is found of the quiet program with changes, which may be half typed."""
    known = known or library()
    program = read_program(table_of(changes), known).program
    return [each for each in check(program, known, NOW).findings if each.code != "unverified_figure"]


def text(value: FindingValue) -> str:
    return shown(value) if isinstance(value, Quantity) else str(value)


def said(changes: Mapping[str, Any], code: str, known: Library | None = None) -> list[Said]:
    """Each finding of a kind: its place and its values as they are shown."""
    return [
        (each.code, each.place, {name: text(value) for name, value in each.values.items()})
        for each in found(changes, known)
        if each.code == code
    ]


ISO = {**ISOMED, "reservoir.low_alarm": "0 mL"}
BOLUSES = {"dose": "100 mcg", "duration": "30 min", "lockout": "4 h", "per_day": 3}
ASPIRATED_AND_FILLED = {"tubing": "old", "catheter": "none"}
FAST = {"system.pump.highest_flow_rate": "60 mL/day"}  # twice as fast as any pump of the library


def dated(day: str) -> dict[str, Any]:
    return {"reservoir.at": day, "patient.last_change": None}


def weekdays(basal: str, others: str, days: Sequence[str]) -> dict[str, Any]:
    """So much on most days, another basal on some; a step of an hour that gives what the basal would."""

    def day(dose: str) -> dict[str, Any]:
        if dose == "0":
            return {"basal": "0 mcg/day", "steps": []}
        return {
            "basal": f"{dose} mcg/day",
            "steps": [run("06:00", "24 min", f"{int(dose) // 60} mcg")],
            "steps_replace_basal": True,
        }

    return {**day(basal), "days": {each: day(others) for each in days}}


def flex(basal: str, others: str, *days: str) -> dict[str, Any]:
    return {
        "drug": "baclofen",
        "concentration": "500 mcg/mL",
        "mode": "flex",
        **weekdays(basal, others, days),
    }


def single(bolus: str, basal: str) -> dict[str, Any]:
    return new_therapy(
        "single-bolus",
        bolus=f"{bolus} mcg",
        duration="10 min",
        basal=f"{basal} mcg/day",
        bolus_replaces_basal=False,
    )


def fast_prime(volume: str, duration: str) -> dict[str, Any]:
    return {"line": {**ASPIRATED_AND_FILLED, "prime": {"volume": volume, "duration": duration}}}


SAID: list[tuple[dict[str, Any], str, str, dict[str, str]]] = [
    # --- the step
    (  # a dose that rises, with its boluses taken away: 300 + 3 x 100 = 600 until now, 420 with none
        {**TITRATED, **step("300", "420"), "current.patient_bolus": BOLUSES},
        "dose_decrease_large",
        "new.patient_bolus",
        {"old": "600 mcg/day", "new": "420 mcg/day", "change": "−30 %"},
    ),
    (
        {**TITRATED, **step("300", "420"), "current.patient_bolus": BOLUSES},
        "dose_step_above_label",
        "new.daily_dose",
        {"old": "300 mcg/day", "new": "420 mcg/day", "change": "40 %"},
    ),
    (  # the highest day is what every day was, the week is less: (3 x 420 + 4 x 240) / 7 = 2220/7, of 420: -24.49 %
        {"current.daily_dose": "420 mcg/day", "new": flex("240", "420", "fri", "sat", "sun")},
        "dose_decrease_large",
        "new.daily_dose",
        {"old": "420 mcg/day", "new": "317.1 mcg/day", "change": "−24.49 %"},
    ),
    (  # 100 % above what it was, and the number of the concentration
        step("250", "500"),
        "dose_multiplied",
        "new.daily_dose",
        {"old": "250 mcg/day", "new": "500 mcg/day", "change": "100 %", "concentration": "500 mcg/mL"},
    ),
    (
        step("240", "480"),
        "dose_multiplied",
        "new.daily_dose",
        {"old": "240 mcg/day", "new": "480 mcg/day", "change": "100 %"},
    ),
    (  # Monday twice what it was, Sunday a third
        {"current": flex("240", "360", "sun"), "new": {**flex("240", "120", "sun"),
            "days": weekdays("240", "120", ["sun"])["days"] | weekdays("240", "480", ["mon"])["days"]}},
        "dose_multiplied",
        "new.daily_dose",
        {"old": "360 mcg/day", "new": "120 mcg/day", "change": "−66.67 %", "day": "sun"},
    ),
    (  # 60 + 60 on top in the first day
        {"current.daily_dose": "60 mcg/day", **single("60", "60")},
        "dose_multiplied",
        "new.bolus",
        {"old": "60 mcg/day", "new": "120 mcg/day", "change": "100 %"},
    ),
    (  # said of the trial as of the moment
        {"patient.last_change": None, "screening": begun("100", WORKED)["screening"]},
        "first_dose_of_running_therapy",
        "screening",
        {"old": "400 mcg/day"},
    ),
    (
        first_dose("2026-11-10T09:00+01:00"),
        "first_dose_of_running_therapy",
        "patient.first_dose",
        {"old": "400 mcg/day"},
    ),
    (  # the same number in other units: 0.5 mg/day are 500 mcg/day
        {"current.daily_dose": "450 mcg/day", "new.daily_dose": "0.5 mg/day"},
        "dose_is_concentration",
        "new.daily_dose",
        {"dose": "500 mcg/day", "concentration": "500 mcg/mL"},
    ),
    (  # and the same number as typed: 460 mcg/day in 460 mg/mL
        {"new.concentration": "460 mg/mL"},
        "dose_is_concentration",
        "new.daily_dose",
        {"dose": "460 mcg/day", "concentration": "460,000 mcg/mL"},
    ),
    (
        {"patient.last_change": "2026-11-10T08:30+01:00", "patient.last_increase": "2026-11-10T08:00+01:00"},
        "increase_too_soon",
        "patient.last_increase",
        {"gap": "1 h"},
    ),
    (  # 0.5 %: any increase counts
        {**step("400", "402"), "patient.last_change": "2026-11-10T08:00+01:00"},
        "increase_too_soon",
        "patient.last_change",
        {"gap": "1 h"},
    ),
    # --- the drug, the patient, the concentration
    (
        {"current.drug": "morphine", "line": {"tubing": "new", "catheter": "old", "prime": {"volume": "0.1899 mL"}}},
        "other_drug_in_line",
        "new.drug",
        {"old": "Morphine", "new": "Baclofen"},
    ),
    (
        {"current.drug": "morphine", "line": {"tubing": "new", "catheter": "old", "prime": {"volume": "0.19 mL"}}},
        "drug_changes",
        "new.drug",
        {"old": "Morphine", "new": "Baclofen"},
    ),
    (
        {"current.drug": "morphine", "line": {"tubing": "new", "catheter": "new"}},
        "drug_changes",
        "new.drug",
        {"old": "Morphine", "new": "Baclofen"},
    ),
    (  # the catheter, or the tubing, is not known: nobody knows whether the prime is enough
        {"current.drug": "morphine", "system.catheter": None, "line": {"prime": {"volume": "0.33 mL"}}},
        "other_drug_in_line",
        "new.drug",
        {"old": "Morphine", "new": "Baclofen"},
    ),
    (
        {"current.drug": "morphine", "system.pump.tubing_volume": None, "line": {"prime": {"volume": "0.33 mL"}}},
        "other_drug_in_line",
        "new.drug",
        {"old": "Morphine", "new": "Baclofen"},
    ),
    ({"current.drug": "morphine"}, "other_drug_in_line", "new.drug", {"old": "Morphine", "new": "Baclofen"}),
    ({"current.drug": "morphine", **step("200", "200.01")}, "first_dose_high", "new.daily_dose", {"new": "200.01 mcg/day"}),
    ({"current.drug": "morphine"}, "drug_not_covered", "current.drug", {"drug": "Morphine"}),
    (  # of the pump and of the drug the rule that asks for more years
        {**PROMETRA, "patient.age_years": 3},
        "age_below_label",
        "patient.age_years",
        {"age": "3"},
    ),
    (
        both("4000 mcg/mL"),
        "concentration_above_limit",
        "new.concentration",
        {"concentration": "4,000 mcg/mL", "reported": "4,000 mcg/mL"},
    ),
    (
        both("4000.01 mcg/mL"),
        "concentration_above_limit",
        "new.concentration",
        {"concentration": "4,000.01 mcg/mL"},
    ),
    (
        both("501 mcg/mL"),
        "concentration_not_marketed",
        "new.concentration",
        {"concentration": "501 mcg/mL", "marketed": "500, 1,000, 2,000"},
    ),
    (
        both("50 mcg/mL"),
        "concentration_for_screening",
        "new.concentration",
        {"concentration": "50 mcg/mL"},
    ),
    (
        {**PROMETRA, **both("2000.01 mcg/mL")},
        "concentration_outside_pump_label",
        "new.concentration",
        {"concentration": "2,000.01 mcg/mL", "pump": "Prometra 20 mL"},
    ),
    # --- the bridge
    ({**CHANGE, "bridge.aspirated": True}, "system_aspirated", "bridge", {}),
    ({**CHANGE, "line": ASPIRATED_AND_FILLED}, "system_aspirated", "line", {}),
    (  # 19.5 % of 400 more on the way to no change, in steps no rule knows
        {**BRIDGED, **step("400", "400"), "bridge.dose": "478 mcg/day"},
        "bridge_dose_differs",
        "bridge.dose",
        {"bridge": "478 mcg/day", "old": "400 mcg/day"},
    ),
    (  # 0.19 mL of the catheter are empty: 0.14 of them, as much as the tubing holds, in the bridge at 0.8 mL/day, the
        # rest at 0.23: 0.175 + 0.05 / 0.23 = 0.3924 days
        {**BRIDGED, "line": ASPIRATED_AND_FILLED},
        "time_without_drug",
        "line",
        {"shortest": "9 h 25 min", "longest": "9 h 25 min"},
    ),
    (  # nobody said of which catheter
        {"system.catheter": None, "line": ASPIRATED_AND_FILLED},
        "time_without_drug",
        "line",
        {},
    ),
    (  # 2000 mcg/mL in the catheter go ahead of the old drug, whose dose the bridge runs at
        {**BRIDGED, "line": {"tubing": "old", "catheter": "new"}},
        "bridge_not_at_the_tip",
        "bridge.dose",
        {"ahead": "2,000 mcg/mL"},
    ),
    (  # 0.199 or 0.14 of tubing: (0.199 + 0.19) x 500 / 160 = 1.215625 days, the longer
        {**SM2, "system.tubing_volume": None, **CHANGE, **step("160", "160"), "bridge.dose": "160 mcg/day"},
        "bridge_long",
        "bridge.dose",
        {"duration": "29 h 11 min", "until": "2026-11-11 14:10:30+01:00"},
    ),
    # --- the prime
    (  # 0.2 mL may be 0.15, 10.00 min up to 10.005: 21.59 mL/day
        {"system.pump.highest_flow_rate": "21.58 mL/day", **fast_prime("0.2 mL", "10.00 min")},
        "flow_rate_above_range",
        "line.prime.duration",
        {"flow": "28.8 mL/day"},
    ),
    (  # 0.50 mL in 12 min are 60 mL/day, no less than 0.495 in 12.5 min = 57
        {"system.pump.highest_flow_rate": "59.99 mL/day", **fast_prime("0.50 mL", "12 min")},
        "flow_rate_beyond_any_pump",
        "line.prime.duration",
        {"flow": "60 mL/day"},
    ),
    (  # 0.1901 mL of 0.19 in the line that held drug at the tip
        {"line": {"prime": {"volume": "0.19 mL"}}},
        "prime_of_full_catheter",
        "line.prime.volume",
        {"dose": "95 mcg"},
    ),
    (  # 0.2902 - 0.19 = 0.1002 mL x 500 = 50.1 mcg of 200
        {**step("190", "200"), **primed("0.2902 mL")},
        "prime_large_for_dose",
        "line.prime.volume",
        {"dose": "50.1 mcg", "daily": "200 mcg/day", "share": "25.05 %", "screening": "100 mcg"},
    ),
    (  # 0.2 mL of morphine, of whose bolus nothing is known: 100 mcg beside 300
        {**MORPHINE, **step("300", "300"), "line": {"prime": {"volume": "0.2 mL"}}},
        "prime_large_for_dose",
        "line.prime.volume",
        {"dose": "100 mcg", "daily": "300 mcg/day", "share": "33.33 %", "drug": "Morphine"},
    ),
    (  # as much as a day: twice
        {**MORPHINE, **step("100", "100"), "line": {"prime": {"volume": "0.2 mL"}}},
        "prime_delivers_bolus",
        "line.prime.volume",
        {"dose": "100 mcg", "drug": "Morphine", "daily": "100 mcg/day"},
    ),
    (  # no dose runs with which it could be compared
        {**MORPHINE, "new": {**STOPPED, "drug": "morphine"}, "line": {"prime": {"volume": "0.2 mL"}}},
        "prime_of_full_catheter",
        "line.prime.volume",
        {"dose": "100 mcg"},
    ),
    (  # baclofen leaves, morphine comes: 0.2 mL x 500 = 100 mcg, as a screening bolus, of 300 mcg/day
        {**step("300", "300"), "new.drug": "morphine", "line": {"prime": {"volume": "0.2 mL"}}},
        "prime_large_for_dose",
        "line.prime.volume",
        {"dose": "100 mcg", "daily": "300 mcg/day", "share": "33.33 %", "screening": "100 mcg", "drug": "Baclofen"},
    ),
    (  # even twice the dose of the day is no stop below the largest screening bolus
        {**step("100", "100"), "new.drug": "morphine", "line": {"prime": {"volume": "0.2 mL"}}},
        "prime_large_for_dose",
        "line.prime.volume",
        {"dose": "100 mcg", "daily": "100 mcg/day", "share": "100 %", "screening": "100 mcg", "drug": "Baclofen"},
    ),
    # --- the pump
    (  # 500 to 1500 mcg/mL at 0.5 mL/day: 250 ran, 750 will
        {**ISO, **step("250", "250"), "new.concentration": "1500 mcg/mL"},
        "dose_multiplied",
        "new.concentration",
        {"old": "250 mcg/day", "new": "750 mcg/day", "change": "200 %"},
    ),
    (  # 750 mcg/mL: 375, half as much again as the 250 that ran, but twice the 180 typed
        {**ISO, **step("250", "180"), "new.concentration": "750 mcg/mL"},
        "dose_multiplied",
        "new.flow_rate",
        {"old": "180 mcg/day", "new": "375 mcg/day", "change": "108.3 %"},
    ),
    (  # nothing ran: only what was typed can be compared
        {**ISO, "current": STOPPED, "new.daily_dose": "180 mcg/day", "new.concentration": "750 mcg/mL"},
        "dose_multiplied",
        "new.flow_rate",
        {"old": "180 mcg/day", "new": "375 mcg/day", "change": "108.3 %"},
    ),
    (  # 30 mcg/day need 60 mcg/mL; what is written of 30 may be 0.3 off, half of 2 %
        {**ISO, **step("30", "30"), **both("60.602 mcg/mL")},
        "constant_flow_pump",
        "new.flow_rate",
        {"flow": "0.495 mL/day", "pump": "IsoMed 20 mL, 0.5 mL/day", "fixed": "0.5 mL/day", "needed": "60 mcg/mL", "delivered": "30.301 mcg/day"},
    ),
    (
        {"system.pump.highest_flow_rate": "0.91 mL/day"},
        "flow_rate_above_range",
        "new.flow_rate",
        {"flow": "0.92 mL/day"},
    ),
    (
        {"system.catheter": {"volume": "0.04476 mL"}},  # a quarter of 81.4 cm x 0.0022 mL/cm
        "catheter_volume_unusual",
        "system.catheter",
        {"volume": "0.04476 mL", "smallest": "0.17908 mL", "largest": "0.308 mL"},
    ),
    (catheter("120.1 cm"), "catheter_length_unusual", "system.catheter", {"length": "120.1 cm"}),
    (  # the smallest of the library has 10 mL
        {"system.pump.reservoir_volume": "4.99 mL", "system.pump.residual_volume": None, "reservoir.filled": None},
        "own_figure_unusual",
        "system.pump",
        {"value": "4.99 mL", "least": "10 mL", "most": "60 mL"},
    ),
    # --- reservoir and calendar
    (
        {"reservoir.filled": "2.5 mL"},  # (2.5 - 2) / 0.92 day
        "reservoir_lasts_less_than_a_day",
        "reservoir.filled",
        {"time": "13 h 3 min"},
    ),
    (  # an hour to the alarm, and to the residual volume: the alarm is said
        {"reservoir.filled": "1.2 mL", "reservoir.low_alarm": "1.1 mL"},
        "reservoir_lasts_less_than_a_day",
        "reservoir.filled",
        {"time": "2 h 37 min"},
    ),
    (
        {"refill": {"drawn_off": "2.5 mL", "withdrawal": True}},
        "alarm_after_early_withdrawal",
        "reservoir.low_alarm",
        {"alarm": "2 mL", "left": "2.5 mL"},
    ),
    (
        {"system.pump": None, "refill": {"drawn_off": "2.5 mL", "withdrawal": True}},
        "alarm_after_early_withdrawal",
        "reservoir.low_alarm",
        {"alarm": "2 mL", "left": "2.5 mL"},
    ),
    (
        {"refill": {"expiry": "2026-11-09"}},
        "drug_expired",
        "refill.expiry",
        {"expiry": "9 Nov 2026", "day": "10 Nov 2026"},
    ),
    ({"reservoir.zone": None}, "zone_not_said", "reservoir.zone", {"at": "2026-11-10 09:00:00+01:00"}),
]  # fmt: skip

SILENT: list[tuple[dict[str, Any], str]] = [
    # --- the step
    (step("300", "300") | {"current.patient_bolus": BOLUSES, "new.patient_bolus": BOLUSES}, "dose_decrease_large"),
    ({**MORPHINE, **boluses_removed("25.01")}, "dose_decrease_large"),  # of its steps nothing is known
    ({"current": STOPPED, "new": STOPPED}, "restart_after_stop"),
    ({**first_dose("2026-11-10T09:00+01:00"), "new": STOPPED}, "first_dose"),
    ({**first_dose("2026-11-10T09:00+01:00"), **step("400", "400")}, "nothing_changes"),
    ({**step("400", "400"), "current.really": {"concentration": "510 mcg/mL"}}, "nothing_changes"),
    ({**step("400", "400"), "line": {"tubing": "old", "catheter": "new"}}, "nothing_changes"),
    ({**step("400", "400"), "new.concentration": "1000 mcg/mL"}, "nothing_changes"),
    ({**step("400", "400"), "current.concentration": None}, "nothing_changes"),
    ({**step("400", "400"), "new.patient_bolus": BOLUSES}, "nothing_changes"),
    ({"current.daily_dose": "460 mcg/day", **QUIET_FLEX}, "nothing_changes"),
    ({"current": flex("240", "0", "sun"), "new": flex("240", "60", "sun")}, "dose_multiplied"),  # nothing until now
    ({"current": flex("240", "60", "sun"), "new": flex("240", "0", "sun")}, "dose_multiplied"),
    ({"current.daily_dose": "60 mcg/day", **single("59.99", "60")}, "dose_multiplied"),
    ({"current": flex("240", "240", "sun"), **single("0.1", "240")}, "dose_multiplied"),
    ({**step("400", "400"), "patient.last_change": "2026-11-10T08:00+01:00"}, "increase_too_soon"),
    ({**step("400", "399"), "patient.last_change": "2026-11-10T08:00+01:00"}, "increase_too_soon"),
    (  # the last change was a decrease
        {"patient.last_change": "2026-11-10T08:00+01:00", "patient.last_increase": "2026-10-13T10:00+02:00"},
        "increase_too_soon",
    ),
    # --- the drug, the concentration
    ({"current.drug": "morphine", "line": {"tubing": "new", "catheter": "new"}}, "other_drug_in_line"),
    ({"current.drug": "morphine", **step("200", "200")}, "first_dose_high"),
    ({"new.drug": "morphine", **step("200", "201")}, "first_dose_high"),  # of morphine none is known
    (both("500 mcg/mL"), "concentration_not_marketed"),
    ({**PROMETRA, **both("2000 mcg/mL")}, "concentration_outside_pump_label"),
    ({**PROMETRA, **both("500 mcg/mL")}, "concentration_outside_pump_label"),
    # --- the bridge
    (BRIDGED, "bridge_dose_differs"),
    ({"readouts.flow_rate": "0.500 mL/day"}, "bridge_shown_but_not_needed"),  # it is of no bridge
    ({}, "does_the_drug_change"),
    ({"new.concentration": None, "readouts.bridge_duration": "9 h 54 min"}, "bridge_shown_but_not_needed"),
    ({**BRIDGED, "line": ASPIRATED_AND_FILLED}, "bridge_not_at_the_tip"),  # nothing lies ahead: that is said
    ({**BRIDGED, "line": {"tubing": "old", "catheter": "old"}}, "bridge_not_at_the_tip"),
    ({"line": {"tubing": "old", "catheter": "new"}}, "time_without_drug"),
    ({"system.catheter": None, "line": {"tubing": "old", "catheter": "old"}}, "time_without_drug"),
    ({"system.catheter": None, **primed("0.19 mL")}, "time_without_drug"),
    ({**CHANGE, "current.drug": "morphine"}, "does_the_drug_change"),  # it is said that it does
    ({"new.concentration": "600 mcg/mL", "current.really": {"concentration": "510 mcg/mL"}}, "does_the_drug_change"),
    # --- the prime
    ({"system.pump.highest_flow_rate": "21.59 mL/day", **fast_prime("0.2 mL", "10.00 min")}, "flow_rate_above_range"),
    ({**FAST, **fast_prime("0.50 mL", "12 min")}, "flow_rate_beyond_any_pump"),  # its own pump runs so
    ({"system.pump.lowest_flow_rate": "2 mL/day", **primed_in("3 h"), **step("1000", "1000")}, "flow_rate_below_range"),
    ({**ISO, "system.tubing_volume": "0.14 mL", **primed_in("3 h")}, "prime_long"),  # it runs none
    ({**step("300", "300"), "new.drug": "morphine", "line": {"prime": {"volume": "0.2 mL"}}}, "prime_delivers_bolus"),
    ({**MORPHINE, **step("401", "401"), "line": {"prime": {"volume": "0.2 mL"}}}, "prime_large_for_dose"),
    ({**primed("0.29 mL"), "new": STOPPED}, "prime_large_for_dose"),
    ({**primed("0.29 mL"), "new.daily_dose": None}, "prime_large_for_dose"),
    ({**MORPHINE, **primed("0.29 mL"), "new.daily_dose": None}, "prime_large_for_dose"),
    ({**MORPHINE, "line": {"tubing": "new", "catheter": "none", "prime": {"volume": "0.19 mL"}}}, "prime_of_full_catheter"),
    # --- the reservoir
    ({**SM2, "current.drug": "morphine", "reservoir.filled": "1.4 mL", "reservoir.low_alarm": "1 mL"}, "other_drug_in_reservoir"),  # what always stays
    ({**SM2, "current.drug": "morphine", "line": {"tubing": "new", "catheter": "old"}}, "other_drug_in_reservoir"),
    (SM2, "other_drug_in_reservoir"),
    ({**SM2, "current.drug": "morphine", "refill": {"drawn_off": "0 mL"}}, "other_drug_in_reservoir"),  # nobody emptied it
    ({**SM2, "current.drug": "morphine", "current.concentration": None}, "other_drug_in_reservoir"),
    ({**SM2, "current.drug": "morphine", "reservoir.filled": None}, "other_drug_in_reservoir"),
    ({"current.drug": "morphine", "system.pump.residual_volume": None}, "other_drug_in_reservoir"),
    ({"current": STOPPED, "system.pump.residual_volume": None, "refill": {"drawn_off": "0 mL"}}, "reservoir_was_empty"),
    ({**ISOMED, "refill": {"drawn_off": "2.5 mL", "withdrawal": True}}, "alarm_after_early_withdrawal"),
    ({"refill": {"drawn_off": "2.5 mL", "withdrawal": False}}, "alarm_after_early_withdrawal"),
    ({"reservoir.low_alarm": None, "refill": {"drawn_off": "2.5 mL", "withdrawal": True}}, "alarm_after_early_withdrawal"),
    ({"reservoir.at": None, "refill": {"expiry": "2026-11-09"}}, "drug_expired"),
    ({"reservoir.at": None, **step("0.0065", "0.0065244")}, "beyond_calendar"),
    # --- the pump
    ({**ISO, **step("30", "30"), **both("60.6 mcg/mL")}, "constant_flow_pump"),
    ({**ISO, **step("30", "30"), **both("59.4 mcg/mL")}, "constant_flow_pump"),
    ({"system.catheter": {"volume": "0.04477 mL"}}, "catheter_volume_unusual"),
    (catheter("120 cm"), "catheter_length_unusual"),
    ({"system.pump.reservoir_volume": "5 mL", "system.pump.residual_volume": None, "reservoir.filled": None}, "own_figure_unusual"),
    ({"system.pump.residual_volume": "0 mL"}, "own_figure_unusual"),
    ({"system.pump.lowest_flow_rate": "0.91 mL/day", "new": STOPPED}, "flow_rate_below_range"),
    (  # for hours it delivers nothing, which is its own finding
        {"system.pump.lowest_flow_rate": "0.05 mL/day", "new": {**new_therapy("flex", basal="0 mcg/day", steps=[run("06:00", "8 h", "400 mcg")])["new"], "steps_replace_basal": True}},
        "flow_rate_below_range",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "code", "place", "values"), SAID, ids=[each[1] for each in SAID])
def test_a_finding_stands_beside_its_field_with_its_numbers(
    changes: dict[str, Any], code: str, place: str, values: dict[str, str]
) -> None:
    assert said(changes, code) == [(code, place, values)]


@pytest.mark.parametrize(("changes", "code"), SILENT, ids=[each[1] for each in SILENT])
def test_at_its_other_bounds_nothing_is_said(changes: dict[str, Any], code: str) -> None:
    refused = read_program(table_of(changes), library()).refusals

    assert said(changes, code) == []
    assert {each.rule for each in refused if isinstance(each, RefusedError)} <= {"missing"}
    assert not any(isinstance(each, FieldEntryError) for each in refused)


# --- by which figure

BY_FIGURE: list[tuple[dict[str, Any], str, str, bool]] = [
    # of the drug and of the pump the one that asks for more years
    ({**PROMETRA, "patient.age_years": 3}, "age_below_label", "limits.all.AGE-PROMETRA.recommended_minimum", False),
    ({"patient.age_years": 3}, "age_below_label", "limits.all.AGE-MIN.recommended_minimum", False),
    (both("50 mcg/mL"), "concentration_for_screening", "drugs.baclofen.marketed.0.concentration", True),
    (both("501 mcg/mL"), "concentration_not_marketed", "drugs.baclofen.marketed.0.concentration", True),
    ({**PROMETRA, **both("2001 mcg/mL")}, "concentration_outside_pump_label", "pumps.prometra-20.highest_concentration", True),
    ({**PROMETRA, **both("499 mcg/mL")}, "concentration_outside_pump_label", "pumps.prometra-20.lowest_concentration", False),
    (both("3000 mcg/mL"), "concentration_above_limit", "limits.all.CONC-MAX.recommended_maximum", True),
    (both("4001 mcg/mL"), "concentration_above_limit", "limits.all.CONC-COMP.recommended_maximum", True),
    ({**SM2, "system.tubing_volume": "0.150 mL"}, "tubing_volume_not_published", "pumps.synchromed-ii-40.tubing_volume.0", True),
    (catheter("120.1 cm"), "catheter_length_unusual", "limits.all.OWN-CATHETER.recommended_maximum", True),
    (catheter("39.9 cm"), "catheter_length_unusual", "limits.all.OWN-CATHETER.recommended_minimum", False),
    ({**ISO, **step("240", "250.26")}, "constant_flow_pump", "pumps.isomed-20-05.fixed_flow_rate", True),
    (primed("0.391 mL"), "prime_delivers_bolus", "limits.all.SCR-MAX.recommended_maximum", True),
    ({"system.pump.highest_flow_rate": "0.919 mL/day"}, "flow_rate_above_range", "system.pump.highest_flow_rate", True),
    ({"system.pump.lowest_flow_rate": "0.921 mL/day"}, "flow_rate_below_range", "system.pump.lowest_flow_rate", False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code", "address", "above"), BY_FIGURE, ids=[f"{each[1]} {each[2]}" for each in BY_FIGURE]
)
def test_a_finding_names_the_figure_that_it_is_held_against(
    changes: dict[str, Any], code: str, address: str, above: bool
) -> None:
    (finding,) = (each for each in found(changes) if each.code == code)

    assert finding.figure is not None
    assert (finding.figure.address, finding.above) == (address, above)


# --- of several rules


def with_milder_rules() -> Library:
    """Behind each rule one with the same bounds that is no more than a note; but of ages, where the highest bound counts."""
    known = library()
    noted = tuple(_noted(rule) for rule in known.limits if rule.quantity is not LimitQuantity.AGE)
    return replace(known, limits=(*known.limits, *noted))


def _noted(rule: Limit) -> Limit:
    rail = rule.guardrail
    return replace(
        rule,
        id=f"{rule.id}-NOTED",
        guardrail=Guardrail(
            recommended_minimum=rail.absolute_minimum or rail.recommended_minimum,
            recommended_maximum=rail.absolute_maximum or rail.recommended_maximum,
        ),
        figures=tuple(
            replace(each, address=each.address.replace("absolute", "recommended")) for each in rule.figures
        ),
        severity_below=Severity.INFO,
        severity_above=Severity.INFO,
    )


MILDER = with_milder_rules()
GRAVEST = [(each[0], each[2]) for each in PROVOKED] + [(code, changes) for changes, code, *_ in SAID]


@pytest.mark.parametrize(("code", "changes"), GRAVEST, ids=[each[0] for each in GRAVEST])
def test_of_several_rules_that_are_crossed_the_gravest_is_named_once(
    code: str, changes: dict[str, Any]
) -> None:
    alone = [each for each in found(changes) if each.code == code]

    assert [each for each in found(changes, MILDER) if each.code == code] == alone


# --- half typed


def leaves(table: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """Each place at which something is typed, but for what stands in lists."""
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{before}{name}.")
        else:
            yield f"{before}{name}"


OF_AN_EMPTY_FIELD = {
    "zone_not_said",
    "tubing_volume_not_said",
    "nothing_between_boluses",
    "unverified_figure",
}


@pytest.mark.parametrize("changes", [each[2] for each in PROVOKED], ids=[each[0] for each in PROVOKED])
def test_beside_a_field_that_is_empty_or_mistyped_stands_at_most_that_it_is_empty(
    changes: dict[str, Any],
) -> None:
    table = table_of(changes)
    for place in leaves(table):
        for typed in (None, "4OO"):
            program = read_program(changed(table, {place: typed}), library()).program
            checked = check(program, library(), NOW)
            beside = {str(each.code) for each in checked.findings if each.place == place}
            assert beside <= OF_AN_EMPTY_FIELD, place
            assert all(message.title for message in finding_messages(checked, library()))


# --- of a library that knows less, or a clinic that has said more


@pytest.mark.parametrize("unknown", ["length", "volume_per_length"])
def test_a_catheter_of_which_not_all_is_known_tells_nothing_of_the_volumes_there_are(unknown: str) -> None:
    # 140 cm x 0.0022 mL/cm = 0.308 mL is the largest that is known
    (model, *_) = library().catheters.values()
    other = replace(model, id="other", **{unknown: None})
    known = replace(library(), catheters={**library().catheters, "other": other})

    assert said({"system.catheter": {"volume": "0.308 mL"}}, "catheter_volume_unusual", known) == []
    assert len(said({"system.catheter": {"volume": "0.309 mL"}}, "catheter_volume_unusual", known)) == 1


@pytest.mark.parametrize(("changes", "is_asked"), [({}, False), (both("250 mcg/mL"), False), (BRIDGED, True)])
def test_how_much_slower_a_pump_may_run_counts_where_new_drug_has_to_arrive(
    changes: dict[str, Any], is_asked: bool
) -> None:
    program = read_program(table_of({**changes, **SM2}), library()).program

    findings = check(program, library(), NOW).findings

    unverified = {each.place for each in findings if each.code == "unverified_figure"}
    assert "new.flow_rate" in unverified
    assert ("arrival" in unverified) is is_asked


@pytest.mark.parametrize(("zone", "clock"), [("Europe/Berlin", "Europe/Berlin"), (None, "")])
def test_a_moment_to_which_the_offset_was_added_is_said_by_the_clock_it_was_taken_from(
    zone: str | None, clock: str
) -> None:
    known = replace(library(), clinic=replace(library().clinic, zone=zone))
    program = read_program(table_of({"reservoir.zone": None}), known).program
    without = replace(program, reservoir=replace(program.reservoir, typed_offset=None))

    (finding,) = (each for each in check(without, known, NOW).findings if each.code == "zone_not_said")

    assert finding.values["clock"] == clock


@pytest.mark.parametrize(
    "found_by",
    [
        pytest.param(
            lambda rules: yearly_rise_findings(history((0, "100"), (900, "300")), on(0), rules), id="a year"
        ),
        pytest.param(lambda rules: increases_without_effect(FIVE_MONTHS, NO_BETTER, rules), id="no effect"),
        pytest.param(lambda rules: size_findings(rules, "400", "600"), id="a step up"),
        pytest.param(lambda rules: size_findings(rules, "400", "300"), id="a step down"),
        pytest.param(lambda rules: multiplied_findings(rules, "400", "900"), id="multiplied"),
    ],
)
def test_of_several_rules_of_a_dose_the_gravest_is_named_once(
    found_by: Callable[[Rules], Iterable[Finding]],
) -> None:
    patient = Patient(origin=Origin.SPINAL, age_years=Fraction(40), jurisdiction="us")

    assert list(found_by(Rules(MILDER, patient))) == list(found_by(Rules(library(), patient)))


def size_findings(rules: Rules, old: str, new: str) -> Sequence[Finding]:
    finding = size_finding(dose(old), dose(new), rules, "new.daily_dose")
    return [] if finding is None else [finding]


def multiplied_findings(rules: Rules, old: str, new: str) -> Sequence[Finding]:
    finding = multiplied_finding(dose(old), dose(new), rules, "new.daily_dose")
    return [] if finding is None else [finding]


NO_BETTER = scores((0, "ashworth", 3), (150, "ashworth", 3))


def test_a_dose_that_stays_is_no_step_whatever_steps_are_usual() -> None:
    """Also by a rule that asks for steps of 30 % and more, and where no rule is known."""
    for known in (with_a_smallest_step(), replace(library(), limits=())):
        assert list(step_findings(dose("400"), dose("400"), Rules(known, Patient()), "new.daily_dose")) == []
