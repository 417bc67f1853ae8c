"""Every kind of finding with a pair of neighbours: what just provokes it, and what just does not.

One registry, `PAIRS`, and a test that fails by name for a kind of finding without a pair, and for a rule of the library that
no case crosses. The figures beside the pairs are by hand.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from itbcalc.ask.form import Form
from itbcalc.ask.judgement import judged
from itbcalc.ask.questions import QUESTIONS, mix
from itbcalc.judge.check import check
from itbcalc.judge.dose_history import DoseInForce, ScoreSeen, increases_without_effect, yearly_rise_findings
from itbcalc.judge.findings import Finding, FindingCode
from itbcalc.judge.guardrails import Rules
from itbcalc.library.records import Guardrail, Library, Severity
from itbcalc.program import Patient, complete_program, read_program
from itbcalc.say import finding_message
from tests.itbcalc.judge.test_dose_history import history, scores
from tests.itbcalc.judge.test_guardrails import HARD, SOFT, cases
from tests.itbcalc.judge.test_schedule_findings import PROVOKED_BY_A_SCHEDULE
from tests.itbcalc.programs import NOW, check_of, library, new_therapy, table_of
from tests.itbcalc.visits.test_refill_visit import DAY_40, drawing_off, log_filled, pump_by_hand, told, visit

Found = Sequence[Finding]


# --- of a program


def both(concentration: str) -> dict[str, Any]:
    return {"current.concentration": concentration, "new.concentration": concentration}


def step(old: str, new: str) -> dict[str, Any]:
    return {"current.daily_dose": f"{old} mcg/day", "new.daily_dose": f"{new} mcg/day"}


def first_dose(text: str) -> dict[str, Any]:
    return {"patient.last_change": None, "patient.first_dose": text}


def primed(volume: str) -> dict[str, Any]:
    """The emptied catheter of 0.19 mL, primed with so much."""
    return {"line": {**PRIMED_CATHETER, "prime": {"volume": volume}}}


def primed_in(duration: str, catheter: str = "none") -> dict[str, Any]:
    """The same catheter, emptied or still full of the drug, primed with all of its volume in so much time."""
    prime = {"volume": "0.1900 mL", "duration": duration}
    return {"line": {"tubing": "old", "catheter": catheter.replace("full", "old"), "prime": prime}}


def catheter(length: str) -> dict[str, Any]:
    return {"system.catheter": {"length": length, "volume_per_length": "0.0022 mL/cm"}}


TITRATED = {"patient.first_dose": "2026-10-01T09:00+02:00"}  # 40 days before the change
PROMETRA = {"system.pump": "prometra-20", "reservoir.filled": "20 mL"}
CHANGE = {"new.concentration": "2000 mcg/mL"}
BRIDGED = {**CHANGE, "bridge.dose": "400 mcg/day"}
PRIMED_CATHETER = {"tubing": "old", "catheter": "none", "prime": {"volume": "0.19 mL"}}
MIXED = {"current.concentration": "2000 mcg/mL", "bridge.dose": "400 mcg/day"}
WRONG_MIXTURE = {"current.concentration": "600 mcg/mL", "current.really": {"concentration": "500 mcg/mL"}}
SM2 = {"system.pump": "synchromed-ii-40", "system.tubing_volume": "0.140 mL"}
ISOMED = {"system.pump": "isomed-20-05", "reservoir.filled": "20 mL"}  # 0.5 mL/day, always
STOPPED = {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": "stopped"}


def begun(new: str, *boluses: tuple[str, str, str]) -> dict[str, Any]:
    """A therapy that begins after a screening trial: dose, moment and effect of each bolus."""
    given = [{"dose": dose, "at": at, "effect": effect} for dose, at, effect in boluses]
    return {
        "current": STOPPED,
        **first_dose("2026-11-10T09:00+01:00"),
        "new.daily_dose": f"{new} mcg/day",
        "screening": {"boluses": given},
    }


def bridged_at(dose: str) -> dict[str, Any]:
    """From 500 to 2000 mcg/mL at one dose, bridged at it."""
    return {**CHANGE, **step(dose, dose), "bridge.dose": f"{dose} mcg/day"}


def implanted_after_the_change(moment: str) -> dict[str, Any]:
    """The last change was on 1 Oct 2026 09:00."""
    return {"patient.last_change": "2026-10-01T09:00+02:00", "system.implanted": moment}


def restarted_through(bridge: str) -> dict[str, Any]:
    """At 200 mcg/day of 2000 mcg/mL after three days without drug, with 500 mcg/mL in the line that is bridged."""
    return {
        "current": STOPPED,
        "patient.last_change": "2026-11-07T09:00+01:00",
        **CHANGE,
        "new.daily_dose": "200 mcg/day",
        "bridge.dose": f"{bridge} mcg/day",
    }


DAY_BEFORE = "2026-11-09T09:00+01:00"
WORKED = ("50 mcg", DAY_BEFORE, "6 h")


def four_hours_of(dose: str) -> dict[str, Any]:
    """400 mcg/day as before, now with a step: 300 x 20/24 = 250 mcg a day beside it."""
    steps = [{"start": "10:00", "duration": "4 h", "dose": f"{dose} mcg"}]
    return new_therapy("flex", basal="300 mcg/day", steps=steps, steps_replace_basal=True)


def hour_of(dose: str) -> dict[str, Any]:
    """60 mcg/day as before, of which so many mcg come in one hour: less than 60 in all."""
    steps = [
        {"start": "10:00", "duration": "1 h", "dose": f"{dose} mcg"},
        {"start": "11:00", "duration": "23 h", "dose": "27 mcg"},
    ]
    return {**new_therapy("flex", basal="0 mcg/day", steps=steps), "current.daily_dose": "60 mcg/day"}


def boluses_removed(dose: str) -> dict[str, Any]:
    """300 mcg/day as before, without the three patient boluses of it that were allotted until now."""
    bolus = {"dose": f"{dose} mcg", "duration": "30 min", "lockout": "4 h", "per_day": 3}
    return {**step("300", "300"), "current.patient_bolus": bolus}


PROVOKED = [  # code, severity, what provokes it, what just does not
    (
        "dose_step_above_label",
        "warning",
        {**TITRATED, **step("400", "520.01")},
        {**TITRATED, **step("400", "520")},
    ),
    (
        "dose_step_maybe_above_label",
        "caution",
        {"patient.spasticity_origin": None, **step("400", "460.01")},
        {"patient.spasticity_origin": None, **step("400", "460")},
    ),
    ("dose_decrease_large", "warning", step("400", "319.99"), step("400", "320")),
    # 250 + 170 = 420 mcg/day, a steady flow of which gives 70 in 4 h: 100 more, as the largest screening bolus
    ("strong_step", "warning", four_hours_of("170.01"), four_hours_of("170")),
    # 250 + 290 = 540 mcg/day, 90 in 4 h: 200 more, half of the 400 mcg/day until now
    ("strong_step", "stop", four_hours_of("290.01"), four_hours_of("290")),
    # 60 mcg/day, 2.5 in an hour: in one step of it half of 60 more are 32.5
    ("strong_step", "warning", hour_of("32.51"), hour_of("32.5")),
    # the same, 2.5 in an hour: a quarter of 60 more are 17.5
    ("bolus_large_for_dose", "warning", hour_of("17.51"), hour_of("17.5")),
    # 300 + 3 x 25 = 375 mcg/day with all boluses until now, 300 without any: a fifth less
    ("dose_decrease_large", "warning", boluses_removed("25.01"), boluses_removed("25")),
    # 300 + 3 x 100 = 600: a half
    ("dose_multiplied", "stop", boluses_removed("100"), boluses_removed("99.99")),
    (  # 400 x 1.3 while the bridge runs, 400 before and after
        "dose_step_above_label",
        "warning",
        {**TITRATED, **CHANGE, **step("400", "400"), "bridge.dose": "520.01 mcg/day"},
        {**TITRATED, **CHANGE, **step("400", "400"), "bridge.dose": "520 mcg/day"},
    ),
    (
        "dose_decrease_large",
        "warning",
        {**TITRATED, **CHANGE, **step("400", "400"), "bridge.dose": "319.99 mcg/day"},
        {**TITRATED, **CHANGE, **step("400", "400"), "bridge.dose": "320 mcg/day"},
    ),
    (  # the step itself is judged, not the bridge on the way to it
        "bridge_dose_differs",
        "caution",
        {**TITRATED, **CHANGE, **step("400", "600"), "bridge.dose": "600 mcg/day"},
        {**TITRATED, **CHANGE, **step("400", "600"), "bridge.dose": "600.01 mcg/day"},
    ),
    (  # nothing for three days, then 200 mcg/day: the bridge before it is what the patient begins with
        "restart_above_starting_dose",
        "stop",
        restarted_through("200.01"),
        restarted_through("200"),
    ),
    ("bridge_dose_differs", "stop", restarted_through("400"), restarted_through("200")),
    ("bridge_dose_differs", "caution", restarted_through("399.99"), restarted_through("200")),
    (  # the therapy begins at 09:00, and 400 mcg/day are said to have run until then
        "first_dose_of_running_therapy",
        "warning",
        first_dose("2026-11-10T09:00:00+01:00"),
        first_dose("2026-11-10T08:59:59+01:00"),
    ),
    (
        "first_dose_high",
        "warning",
        {**first_dose("2026-11-10T09:00:00+01:00"), **step("200.01", "200.01")},
        {**first_dose("2026-11-10T09:00:00+01:00"), **step("200", "200")},
    ),
    (  # as far as one reading of a syringe may be off
        "old_drug_not_drawn_off",
        "warning",
        {**BRIDGED, "refill": {"drawn_off": "0.25 mL"}},
        {**BRIDGED, "refill": {"drawn_off": "0.26 mL"}},
    ),
    (  # the same drug, no figure of what stays in the reservoir
        "reservoir_was_empty",
        "warning",
        {"system.pump.residual_volume": None, "refill": {"drawn_off": "0.25 mL"}},
        {"system.pump.residual_volume": None, "refill": {"drawn_off": "0.26 mL"}},
    ),
    (  # 1.4 mL always stay in it, and one reading may be 0.25 mL off
        "reservoir_was_empty",
        "warning",
        {**SM2, "refill": {"drawn_off": "1.65 mL"}},
        {**SM2, "refill": {"drawn_off": "1.66 mL"}},
    ),
    (
        "other_drug_in_reservoir",
        "warning",
        {**SM2, "current.drug": "morphine"},
        {**SM2, "current.drug": "morphine", "line": {"tubing": "new", "catheter": "old"}},
    ),
    ("dose_multiplied", "stop", step("40", "80"), step("40", "79.99")),
    (
        "dose_is_concentration",
        "info",
        step("450", "500"),
        step("450", "500.01"),
    ),
    (
        "increase_too_soon",
        "stop",
        {"patient.last_change": "2026-11-09T09:00:01+01:00"},
        {"patient.last_change": "2026-11-09T09:00:00+01:00"},
    ),
    (
        "increase_soon_after_first_dose",
        "warning",
        first_dose("2026-11-09T09:00:01+01:00"),
        first_dose("2026-11-09T09:00:00+01:00"),
    ),
    ("nothing_changes", "info", step("400", "400"), step("400", "400.01")),
    (
        "dose_above_limit",
        "warning",
        {**TITRATED, **step("1000.01", "1000.01")},
        {**TITRATED, **step("1000", "1000")},
    ),
    (
        "dose_below_limit",
        "warning",
        {**TITRATED, **step("11.99", "11.99")},
        {**TITRATED, **step("12", "12")},
    ),
    ("concentration_above_limit", "warning", both("2000.01 mcg/mL"), both("2000 mcg/mL")),
    ("concentration_not_marketed", "warning", both("999.99 mcg/mL"), both("1000 mcg/mL")),
    ("concentration_for_screening", "stop", both("50 mcg/mL"), both("50.01 mcg/mL")),
    (
        "concentration_outside_pump_label",
        "warning",
        {**PROMETRA, **both("499.99 mcg/mL")},
        {**PROMETRA, **both("500 mcg/mL")},
    ),
    (  # tubing and catheter hold 0.33 mL of the other drug, at the same number of mcg/mL
        "other_drug_in_line",
        "stop",
        {"current.drug": "morphine", "line": {"prime": {"volume": "0.3299 mL"}}},
        {"current.drug": "morphine", "line": {"prime": {"volume": "0.33 mL"}}},
    ),
    (
        "drug_changes",
        "warning",
        {"current.drug": "morphine", "line": {"prime": {"volume": "0.33 mL"}}},
        {"line": {"prime": {"volume": "0.33 mL"}}},
    ),
    (  # 0.29 - 0.19 = 0.1 mL at 500 mcg/mL leave, 50 mcg: a quarter of 200 mcg/day
        "prime_large_for_dose",
        "warning",
        {**step("190", "200"), **primed("0.2901 mL")},
        {**step("190", "200"), **primed("0.29 mL")},
    ),
    ("prime_long", "warning", primed_in("121 min", "full"), primed_in("120 min", "full")),
    ("time_without_drug", "stop", primed_in("121 min"), primed_in("120 min")),
    (  # 0.1900 mL may be 0.18995, 11 min up to 11.5: 23.8 mL/day; 10 min up to 10.5: 26.1
        "flow_rate_above_range",
        "warning",
        {"system.pump.highest_flow_rate": "23.7 mL/day", **primed_in("11 min")},
        {"system.pump.highest_flow_rate": "23.8 mL/day", **primed_in("11 min")},
    ),
    (  # the fastest of the library has 28.8 mL/day: 0.18995 in 9.5 min
        "flow_rate_beyond_any_pump",
        "warning",
        {"system.pump.highest_flow_rate": None, **primed_in("8 min")},
        {"system.pump.highest_flow_rate": None, **primed_in("9 min")},
    ),
    (
        "prime_not_of_pump",
        "stop",
        {**ISOMED, "system.tubing_volume": "0.14 mL", **primed("0.19 mL")},
        {**ISOMED, "system.tubing_volume": "0.14 mL", "line": {"tubing": "old", "catheter": "new"}},
    ),
    (
        "prime_of_full_catheter",
        "warning",
        {"line": {"prime": {"volume": "0.19 mL"}}},
        primed("0.19 mL"),
    ),
    ("line_not_said", "caution", begun("100", WORKED), {**begun("100", WORKED), **primed("0.19 mL")}),
    ("drug_not_covered", "warning", {"new.drug": "ziconotide"}, {"new.drug": "baclofen"}),
    ("concentration_change_without_bridge", "stop", CHANGE, BRIDGED),
    (
        "bridge_dose_differs",
        "caution",
        {**BRIDGED, "bridge.dose": "400.01 mcg/day"},
        {**BRIDGED, "bridge.dose": "0.4 mg/day"},
    ),
    ("does_the_drug_change", "info", CHANGE, {**CHANGE, "bridge.aspirated": True}),
    (  # a reservoir that is full was filled
        "does_the_drug_change",
        "info",
        {**BRIDGED, "reservoir.filled": "39.99 mL"},
        {**BRIDGED, "reservoir.filled": "40 mL"},
    ),
    (
        "does_the_drug_change",
        "info",
        {**BRIDGED, "reservoir.filled": "20 mL"},
        {**BRIDGED, "reservoir.filled": "20 mL", "refill": {"drawn_off": "1 mL"}},
    ),
    ("system_aspirated", "info", {**CHANGE, "bridge.aspirated": True}, BRIDGED),
    (  # what is not primed goes ahead of the old drug in the bridge, and leaves as much of it behind
        "old_drug_after_bridge",
        "warning",
        {**BRIDGED, **primed("0.1899 mL")},
        {**BRIDGED, **primed("0.19 mL")},
    ),
    ("time_without_drug", "stop", primed("0.1899 mL"), primed("0.19 mL")),
    (  # 0.33 - 0.19 = 0.14 mL at 500 mcg/mL leave: 70 mcg; with 0.06 mL more 100 mcg, the largest screening bolus
        "prime_delivers_bolus",
        "stop",
        {"line": {**PRIMED_CATHETER, "prime": {"volume": "0.391 mL"}}},
        {"line": {**PRIMED_CATHETER, "prime": {"volume": "0.39 mL"}}},
    ),
    (
        "bridge_without_old_drug",
        "warning",
        {**BRIDGED, "line": {"prime": {"volume": "0.33 mL"}}},
        {**BRIDGED, "line": {"prime": {"volume": "0.329 mL"}}},
    ),
    (
        "bridge_not_at_the_tip",
        "stop",
        {**BRIDGED, "line": {"tubing": "old", "catheter": "new"}},
        {**BRIDGED, "line": {"tubing": "new", "catheter": "old"}},
    ),
    (  # 400 x 500 / 600 = 333 1/3 mcg/day really, of which 666 2/3 is twice
        "dose_multiplied",
        "stop",
        {**WRONG_MIXTURE, "new.daily_dose": "667 mcg/day"},
        {**WRONG_MIXTURE, "new.daily_dose": "666 mcg/day"},
    ),
    (
        "bridge_shown_but_not_needed",
        "warning",
        {"readouts.bridge_duration": "9 h 54 min"},
        {**BRIDGED, "readouts.bridge_duration": "9 h 54 min"},
    ),
    (
        "flow_rate_above_range",  # 460 / 500 = 0.92 mL/day
        "warning",
        {"system.pump.highest_flow_rate": "0.919 mL/day"},
        {"system.pump.highest_flow_rate": "0.92 mL/day"},
    ),
    (
        "flow_rate_below_range",
        "warning",
        {"system.pump.lowest_flow_rate": "0.921 mL/day"},
        {"system.pump.lowest_flow_rate": "0.92 mL/day"},
    ),
    ("flow_rate_beyond_any_pump", "warning", step("14400.01", "14400.01"), step("14400", "14400")),
    (
        "constant_flow_pump",
        "warning",
        {**ISOMED, **step("240", "250.26")},  # needs 500.52 mcg/mL; 500 is written for up to 500.5
        {**ISOMED, **step("240", "250.25")},
    ),
    ("tubing_volume_not_said", "caution", {**SM2, "system.tubing_volume": None}, SM2),
    ("tubing_volume_not_published", "caution", {**SM2, "system.tubing_volume": "0.150 mL"}, SM2),
    ("catheter_length_unusual", "caution", catheter("39.99 cm"), catheter("40 cm")),
    (
        "catheter_volume_unusual",  # 140 cm x 0.0022 = 0.308 mL is the largest of the library
        "caution",
        {"system.catheter": {"volume": "0.309 mL"}},
        {"system.catheter": {"volume": "0.308 mL"}},
    ),
    ("unverified_figure", "info", SM2, {}),
    ("worst_case_not_known", "info", {"system.pump.residual_volume": None}, {}),
    (  # after the last change another pump was implanted; with the line said nothing need be assumed
        "line_not_said",
        "caution",
        implanted_after_the_change("2026-10-01T09:00:01+02:00"),
        implanted_after_the_change("2026-10-01T09:00:00+02:00"),
    ),
    (
        "line_not_said",
        "caution",
        implanted_after_the_change("2026-11-09T09:00+01:00"),
        {
            **implanted_after_the_change("2026-11-09T09:00+01:00"),
            "line": {"tubing": "new", "catheter": "old"},
        },
    ),
    ("worst_case_not_known", "info", {"system.pump.accuracy": None}, {}),
    (  # the largest reservoir of the library has 60 mL
        "own_figure_unusual",
        "caution",
        {"system.pump.reservoir_volume": "120.1 mL"},
        {"system.pump.reservoir_volume": "120 mL"},
    ),
    ("filled_above_capacity", "stop", {"reservoir.filled": "40.01 mL"}, {"reservoir.filled": "40 mL"}),
    (
        "reservoir_lasts_less_than_a_day",
        "stop",
        {"reservoir.filled": "2.919 mL"},
        {"reservoir.filled": "2.92 mL"},
    ),
    (  # 1 mL always stays in it; the alarm stands below that
        "reservoir_lasts_less_than_a_day",
        "stop",
        {"reservoir.low_alarm": "0.5 mL", "reservoir.filled": "1.919 mL"},
        {"reservoir.low_alarm": "0.5 mL", "reservoir.filled": "1.92 mL"},
    ),
    (
        "drawn_off_above_capacity",
        "stop",
        {"refill": {"drawn_off": "40.01 mL"}},
        {"refill": {"drawn_off": "40 mL"}},
    ),
    (
        "refill_limited_by_drug",  # 400 / 2000 = 0.2 mL/day: 36 mL are 180 days
        "caution",
        {**both("2000 mcg/mL"), **step("360", "400"), "reservoir.filled": "38.01 mL"},
        {**both("2000 mcg/mL"), **step("360", "400"), "reservoir.filled": "38 mL"},
    ),
    ("residual_not_usable", "caution", {"reservoir.low_alarm": "0.99 mL"}, {"reservoir.low_alarm": "1 mL"}),
    ("zone_not_said", "info", {"reservoir.zone": None}, {}),
    (
        "offset_not_of_zone",
        "caution",
        {"reservoir.at": "2026-11-10T09:00+02:00"},
        {"reservoir.at": "2026-11-10T08:00Z"},
    ),
    (
        "time_of_change_in_future",  # the tests' clock: 2026-11-12T12:00 UTC
        "caution",
        {"reservoir.at": "2026-11-13T13:00:01+01:00"},
        {"reservoir.at": "2026-11-13T13:00:00+01:00"},
    ),
    (
        "time_of_change_long_ago",  # the same clock, less seven days
        "caution",
        {"patient.last_change": None, "reservoir.at": "2026-11-05T12:59:59+01:00"},
        {"patient.last_change": None, "reservoir.at": "2026-11-05T13:00:00+01:00"},
    ),
    (  # until the year 10000 it is 2,912,129 days: 38 mL in them are 0.0065244362 mcg/day of 500 mcg/mL
        "beyond_calendar",
        "caution",
        step("0.0065", "0.0065244"),
        step("0.0065", "0.0065245"),
    ),
    (  # of 2000 in 500 mcg/mL: 0.67 x 1500 / (40 x 500) = 5.025 %, 0.66 are 4.95 %
        "reservoir_mixes",
        "info",
        {**MIXED, "system.pump.residual_volume": "0.67 mL"},
        {**MIXED, "system.pump.residual_volume": "0.66 mL"},
    ),
    (  # 2.67 x 1500 / (40 x 500) = 20.025 %, 2.66 are 19.95 %
        "reservoir_mixes",
        "warning",
        {**MIXED, "system.pump.residual_volume": "2.67 mL"},
        {**MIXED, "system.pump.residual_volume": "2.66 mL"},
    ),
    (  # 6.67 x 1500 / (40 x 500) = 50.025 %, 6.66 are 49.95 %
        "reservoir_mixes",
        "stop",
        {**MIXED, "system.pump.residual_volume": "6.67 mL"},
        {**MIXED, "system.pump.residual_volume": "6.66 mL"},
    ),
    ("age_below_label", "warning", {"patient.age_years": 3}, {"patient.age_years": 4}),
    # 0.33 mL x 500 / dose: one day at 165 mcg/day, two at 82.5
    ("bridge_long", "caution", bridged_at("164.99"), bridged_at("165")),
    ("bridge_long", "warning", bridged_at("82.49"), bridged_at("82.5")),
    (
        "old_drug_runs_out",
        "info",
        {**ISOMED, **CHANGE},
        {**SM2, **CHANGE},
    ),
    (
        "bridge_not_of_pump",
        "stop",
        {**ISOMED, **BRIDGED, "system.tubing_volume": "0.14 mL"},
        {**SM2, **BRIDGED},
    ),
    (
        "drug_expired",  # the change is of 10 Nov 2026
        "warning",
        {"refill": {"expiry": "2026-11-09"}},
        {"refill": {"expiry": "2026-11-10"}},
    ),
    (  # more was left than the 2 mL at which the alarm stands
        "alarm_after_early_withdrawal",
        "info",
        {"refill": {"drawn_off": "2.01 mL", "withdrawal": True}},
        {"refill": {"drawn_off": "2 mL", "withdrawal": True}},
    ),
    # 50 mcg, whose effect lasted 6 of the label's 8 h: twice of it
    ("first_dose_by_label", "info", begun("100", WORKED), begun("100.01", WORKED)),
    ("first_dose_above_label", "warning", begun("100.01", WORKED), begun("100", WORKED)),
    (
        "screening_without_effect",
        "warning",
        begun("100", ("50 mcg", DAY_BEFORE, "0 h")),
        begun("100", ("50 mcg", DAY_BEFORE, "1 min")),
    ),
    (
        "screening_boluses_close",
        "caution",
        begun("100", ("25 mcg", "2026-11-08T09:00:01+01:00", "0 h"), WORKED),
        begun("100", ("25 mcg", "2026-11-08T09:00:00+01:00", "0 h"), WORKED),
    ),
    (  # the therapy begins at 09:00
        "screening_still_works",
        "warning",
        begun("100", ("50 mcg", "2026-11-10T03:00:01+01:00", "6 h")),
        begun("100", ("50 mcg", "2026-11-10T03:00:00+01:00", "6 h")),
    ),
    (  # how long it works was not said: within the 8 h of the label it may
        "screening_still_works",
        "caution",
        {
            **begun("100", WORKED),
            "screening": {"boluses": [{"dose": "50 mcg", "at": "2026-11-10T01:00:01+01:00"}]},
        },
        {
            **begun("100", WORKED),
            "screening": {"boluses": [{"dose": "50 mcg", "at": "2026-11-10T01:00:00+01:00"}]},
        },
    ),
    *PROVOKED_BY_A_SCHEDULE,
]


# --- elsewhere


def asked(command: str) -> Callable[[dict[str, str]], Found]:
    """The quick question with these inputs."""
    return lambda inputs: judged(QUESTIONS[command](Form(inputs)), library()).answer.findings


def mixed(drugs: list[str]) -> Found:
    """Two parts, each of its drug."""
    parts = [("10 mL", "500 mcg/mL"), ("10 mL", "1 mg/mL")]
    return judged(mix(Form({}), parts, drugs), library()).answer.findings


def risen(doses: list[DoseInForce]) -> Found:
    return list(yearly_rise_findings(doses, doses[0].since, Rules(library(), Patient())))


def not_better(scored: list[ScoreSeen]) -> Found:
    """200 to 460 mcg/day in five months, in three increases."""
    doses = history((0, "200"), (30, "260"), (90, "350"), (150, "460"))
    return list(increases_without_effect(doses, scored, Rules(library(), Patient())))


def by(ours: Callable[[], Library]) -> Callable[[dict[str, Any]], Found]:
    """A program held against another library."""

    def found(changes: dict[str, Any]) -> Found:
        program = complete_program(read_program(table_of(changes), ours()))
        return check(program, ours(), NOW).findings

    return found


def with_a_smallest_step() -> Library:
    """A clinic's own rule: steps of 30 % and more."""
    (rule,) = (limit for limit in library().limits if limit.id == "TIT-DE")
    smallest = replace(
        rule,
        jurisdiction="all",
        guardrail=Guardrail(recommended_minimum=rule.guardrail.recommended_maximum),
        figures=(replace(rule.figures[0], address="limits.de.TIT-DE.recommended_minimum"),),
        severity_above=None,
        severity_below=Severity.INFO,
    )
    return replace(library(), limits=(smallest,))


def refilled_again(drawn_off: str) -> Found:
    """At the refill before 23 mL were drawn off, 20 expected: less than programmed."""
    log = log_filled()
    visit(log, drawing_off("23 mL"))
    return told(log, drawing_off(drawn_off, DAY_40)).findings


def on_a_pump_for_every_drug(changes: dict[str, Any]) -> Found:
    """The check with a SynchroMed II whose interval is known whatever drug is in it."""
    known = library()
    pump = replace(known.pumps["synchromed-ii-40"], refill_interval_with="")
    other = replace(known, pumps={**known.pumps, pump.id: pump})
    return check(complete_program(read_program(table_of(changes), other)), other, NOW).findings


def refilled_by_hand(accuracy: str | None) -> Callable[[str], Found]:
    """At a refill of a pump that is typed by hand: 40 mL filled, 1 mL a day, 20 expected after 20 days."""
    typed = {"system.pump": pump_by_hand(accuracy)}
    return lambda drawn_off: told(log_filled(**typed), drawing_off(drawn_off, **typed)).findings


# SynchroMed II, 40 mL at 0.2 mL/day for 100 days: 20 mL programmed, 85.5 to 114.5 % of them 17.1 to 22.9 mL
RESIDUAL = {"filled": "40 mL", "days": "100", "flow_rate": "0.2 mL/day", "pump": "synchromed-ii-40"}
LASTING = {"volume": "36 mL", "flow_rate": "0.2 mL/day", "pump": "synchromed-ii-40"}
PRIMING = {"dead_volume": "0.36 mL", "concentration": "500 mcg/mL"}
BRIDGE = {
    "old_concentration": "500 mcg/mL",
    "new_concentration": "2000 mcg/mL",
    "old_dose": "300 mcg/day",
    "new_dose": "330 mcg/day",
    "dead_volume": "0.33 mL",
}
DILUTED = {"stock": "2000 mcg/mL", "target": "20 mcg/mL"}  # a hundredth of the volume
POCKET = {"injected": "20 mL", "pump": "synchromed-ii-20"}  # 1 mL is usual

ELSEWHERE: list[tuple[str, str, Callable[[Any], Found], Any, Any]] = [
    # code, severity, where it is said, what provokes it, what just does not
    (
        "dose_step_below_usual",
        "info",
        by(with_a_smallest_step),
        step("400", "519.99"),
        step("400", "520"),
    ),
    ("bridge_dose_assumed", "caution", asked("bridge"), BRIDGE, {**BRIDGE, "bridge_dose": "300 mcg/day"}),
    (
        "aspirated_above_filled",
        "stop",
        asked("residual"),
        {**RESIDUAL, "aspirated": "40.01 mL"},
        {**RESIDUAL, "aspirated": "40 mL"},
    ),
    (
        "expected_below_zero",
        "stop",
        asked("residual"),
        {**RESIDUAL, "days": "200.1", "aspirated": "0 mL"},
        {**RESIDUAL, "days": "200", "aspirated": "0 mL"},
    ),
    (  # 40 - 0.2 x 197.45 = 0.51 mL should be left: beyond two readings of 0.25
        "found_empty",
        "warning",
        asked("residual"),
        {**RESIDUAL, "days": "197.45", "aspirated": "0 mL"},
        {**RESIDUAL, "days": "197.5", "aspirated": "0 mL"},
    ),
    (
        "refill_limited_by_pump",
        "caution",
        on_a_pump_for_every_drug,
        {
            **SM2,
            **both("2000 mcg/mL"),
            "current.drug": "morphine",
            "new.drug": "morphine",
            **step("360", "400"),
            "reservoir.filled": "38.01 mL",
        },
        {
            **SM2,
            **both("2000 mcg/mL"),
            "current.drug": "morphine",
            "new.drug": "morphine",
            **step("360", "400"),
            "reservoir.filled": "38 mL",
        },
    ),
    (  # 1.4 mL always stay, one reading of 0.25 mL may be nothing; 5 mL should be left: 38.35 of 35 are 1.096, within the accuracy
        "found_empty",
        "warning",
        asked("residual"),
        {**RESIDUAL, "days": "175", "aspirated": "1.65 mL"},
        {**RESIDUAL, "days": "175", "aspirated": "1.66 mL"},
    ),
    (
        "delivered_too_much",
        "warning",
        asked("residual"),
        {**RESIDUAL, "aspirated": "17.09 mL"},
        {**RESIDUAL, "aspirated": "17.1 mL"},
    ),
    (
        "delivered_too_little",
        "warning",
        asked("residual"),
        {**RESIDUAL, "aspirated": "22.91 mL"},
        {**RESIDUAL, "aspirated": "22.9 mL"},
    ),
    (  # beyond one half and two it is a stop: 40 and 10 of 20 mL
        "delivered_too_much",
        "stop",
        asked("residual"),
        {**RESIDUAL, "filled": "60 mL", "aspirated": "19.99 mL"},
        {**RESIDUAL, "filled": "60 mL", "aspirated": "20 mL"},
    ),
    (
        "delivered_too_little",
        "stop",
        asked("residual"),
        {**RESIDUAL, "aspirated": "30.01 mL"},
        {**RESIDUAL, "aspirated": "30 mL"},
    ),
    # A pump typed by hand, ± 10 %, and one of which no accuracy is known, of 20 mL
    ("delivered_too_little", "warning", refilled_by_hand("10 %"), "22.01 mL", "22 mL"),
    ("delivered_too_much", "warning", refilled_by_hand("10 %"), "17.99 mL", "18 mL"),
    ("delivered_too_little", "stop", refilled_by_hand("10 %"), "30.01 mL", "30 mL"),
    ("accuracy_not_known", "caution", refilled_by_hand(None), "20.51 mL", "20.5 mL"),
    # 20 mL in 20 days, twice: 85.5 % of them are 17.1, which leaves 22.9
    ("delivered_outside_twice", "caution", refilled_again, "22.91 mL", "22.9 mL"),
    # 36 mL at 0.2 mL/day last the 180 days of the SynchroMed II
    (  # 1.4 mL always stay in it: 1.6 - 1.4 = 0.2 mL are a day
        "reservoir_lasts_less_than_a_day",
        "stop",
        asked("refill"),
        {**LASTING, "volume": "1.599 mL"},
        {**LASTING, "volume": "1.6 mL"},
    ),
    (  # 28.8 mL/day is the fastest of the library
        "flow_rate_beyond_any_pump",
        "warning",
        asked("prime"),
        {**PRIMING, "duration": "17.9 min"},
        {**PRIMING, "duration": "18 min"},
    ),
    (
        "prime_long",
        "warning",
        asked("prime"),
        {**PRIMING, "duration": "121 min"},
        {**PRIMING, "duration": "2 h"},
    ),
    ("pump_interval", "info", asked("refill"), LASTING, {**LASTING, "volume": "36.01 mL"}),
    ("pump_interval_not_known", "info", asked("refill"), {**LASTING, "pump": ""}, LASTING),
    (
        "stock_volume_too_small",
        "warning",
        asked("dilute"),
        {**DILUTED, "volume": "9.99 mL"},
        {**DILUTED, "volume": "10 mL"},
    ),
    (
        "pocket_fill",
        "warning",
        asked("pocket"),
        {**POCKET, "measured": "18.99 mL"},
        {**POCKET, "measured": "19 mL"},
    ),
    (  # each of two readings may be 0.25 mL off
        "more_than_injected",
        "warning",
        asked("pocket"),
        {**POCKET, "measured": "20.51 mL"},
        {**POCKET, "measured": "20.5 mL"},
    ),
    ("drugs_mixed", "caution", mixed, ["baclofen", "morphine"], ["baclofen", "baclofen"]),
    (  # 100 mcg/day more within a year, after 18 months
        "sudden_large_need",
        "warning",
        risen,
        history((0, "100"), (300, "300"), (900, "400.01")),
        history((0, "100"), (300, "300"), (900, "400")),
    ),
    (
        "increases_without_effect",
        "warning",
        not_better,
        scores((0, "ashworth", 3), (150, "ashworth", 3)),
        scores((0, "ashworth", 3), (150, "ashworth", 2)),
    ),
    (
        "step_limit_not_known",
        "caution",
        by(lambda: replace(library(), limits=())),
        step("400", "400.01"),
        step("400", "400"),
    ),
]
# What the program says of itself: no rule, and no limit to be just beyond.
OF_THE_PROGRAM_ITSELF = {
    "self_test_failed",  # test_selftest
    "own_profile_refused",  # test_own
}


def of_a_program(changes: dict[str, Any]) -> Found:
    return check_of(changes).findings


# Beyond a second bound it is graver: at that bound it is what it was.
AT_A_GRAVER_BOUND = {
    ("strong_step", "stop"): "warning",
    ("bolus_above_limit", "stop"): "warning",
    ("reservoir_mixes", "warning"): "info",
    ("reservoir_mixes", "stop"): "warning",
    ("bridge_long", "warning"): "caution",
    ("delivered_too_much", "stop"): "warning",
    ("delivered_too_little", "stop"): "warning",
}
PAIRS = [
    *((code, severity, of_a_program, provoking, beside) for code, severity, provoking, beside in PROVOKED),
    *ELSEWHERE,
]


def said(found: Found) -> dict[str, str]:
    """The codes, each with its severity."""
    messages = [finding_message(each, library()) for each in found]
    return {message.code: str(message.severity) for message in messages}


def test_every_kind_of_finding_has_its_pair_of_neighbours() -> None:
    without = {str(code) for code in FindingCode} - {code for code, *_ in PAIRS} - OF_THE_PROGRAM_ITSELF

    assert without == set()


@pytest.mark.parametrize(
    ("code", "severity", "found", "provoking", "beside"), PAIRS, ids=[p[0] for p in PAIRS]
)
def test_a_finding_is_given_where_it_belongs_and_not_just_beside_it(
    code: str, severity: str, found: Callable[[Any], Found], provoking: Any, beside: Any
) -> None:
    assert said(found(provoking)).get(code) == severity
    assert said(found(beside)).get(code) == AT_A_GRAVER_BOUND.get((code, severity))


# --- every rule of the library


def ten_boluses(dose: str) -> dict[str, Any]:
    """Ten patient boluses of it may be called for in a day of 460 mcg."""
    return {"new.patient_bolus": {"dose": dose, "duration": "5 min", "lockout": "2 h", "per_day": 10}}


OF_A_PUMP = {"filled": "20 mL", "days": "100", "flow_rate": "0.1 mL/day"}  # 10 mL programmed
MORPHINE = {"current.drug": "morphine", "new.drug": "morphine"}
# Rules that a graver or a wider one mostly stands before: where it is said, what is just beyond, what just is not.
RULES: dict[str, tuple[Callable[[Any], Found], Any, Any]] = {
    "CONC-COMP": (of_a_program, both("4000.01 mcg/mL"), both("4000 mcg/mL")),
    "OWN-CONC": (of_a_program, {**MORPHINE, **both("100.01 mg/mL")}, {**MORPHINE, **both("100 mg/mL")}),
    "AGE-PROMETRA": (
        of_a_program,
        {**PROMETRA, "patient.age_years": 11},
        {**PROMETRA, "patient.age_years": 12},
    ),
    "OWN-BOLUSES": (of_a_program, ten_boluses("46 mcg"), ten_boluses("45.99 mcg")),
    "REF-180": (  # 36 mL at 0.2 mL/day
        asked("refill"),
        {"volume": "36.01 mL", "flow_rate": "0.2 mL/day"},
        {"volume": "36 mL", "flow_rate": "0.2 mL/day"},
    ),
    "REF-DISC-40": (
        asked("pocket"),
        {"injected": "40 mL", "pump": "synchromed-ii-40", "measured": "37.99 mL"},
        {"injected": "40 mL", "pump": "synchromed-ii-40", "measured": "38 mL"},
    ),
    "REF-RATIO-PRO": (
        asked("residual"),
        {**OF_A_PUMP, "pump": "prometra-20", "aspirated": "8.49 mL"},
        {**OF_A_PUMP, "pump": "prometra-20", "aspirated": "8.5 mL"},
    ),
    "REF-RATIO-MED": (
        asked("residual"),
        {**OF_A_PUMP, "pump": "medstream-20", "aspirated": "8.99 mL"},
        {**OF_A_PUMP, "pump": "medstream-20", "aspirated": "9 mL"},
    ),
}
# Rules that no finding names: others are held with their help.
HELD_BY_OTHERS = {
    "OWN-TITRATION": "whether a step is one of titration: test_guardrails",
    "DRIFT-FROM": "from when on a year is looked at: test_dose_history",
    "OWN-READING": "within it the residual is silent: test_judgement",
    "START-1X-DE": "twice or once the screening bolus: test_screening",
    "START-1X-UK": "the same",
    "OWN-STOPPED": "from when on a dose is a starting dose: test_beginning",
}


def rules_named(found: Found) -> set[str]:
    """The rules that findings name, or whose bound they show."""
    figures = (each.figure.address.split(".") for each in found if each.figure is not None)
    shown = {address[2] for address in figures if address[0] == "limits"}
    return shown | {each.limit.id for each in found if each.limit is not None}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_named_beyond_its_bound_and_not_at_it(rule: str) -> None:
    found, beyond, at = RULES[rule]

    assert rule in rules_named(found(beyond))
    assert rule not in rules_named(found(at))


def test_every_rule_of_the_library_is_crossed_by_a_case() -> None:
    bounds = {param.id: param.values[0] for param in cases(HARD + SOFT) if param.values[2]}
    programs = [changes for name, changes in bounds.items() if not name.startswith(("capacity", "a day at"))]
    programs += [provoking for _, _, provoking, _ in PROVOKED]
    named = set(RULES).union(*(rules_named(of_a_program(changes)) for changes in programs))
    named = named.union(*(rules_named(found(provoking)) for _, _, found, provoking, _ in ELSEWHERE))

    assert {limit.id for limit in library().limits} - named == set(HELD_BY_OTHERS)
