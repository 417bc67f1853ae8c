"""What a prime is itself: its flow, its time, its drug beside a day's dose. And a reservoir in which next to nothing can be used.

SynchroMed II 40 mL, unless said: up to 24 mL/day, 1.4 mL always stay in it; tubing 0.140 mL, catheter 89 cm x 0.0022 = 0.1958 mL.
"""

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from itbcalc.program import load_toml
from itbcalc.say import Message
from itbcalc.say.report import finding_messages
from itbcalc.say.table import printed_rows
from tests.itbcalc.programs import NOW, check_of, check_table, library

CASES = Path(__file__).parents[2] / "cases"

PUMP = {
    "system.pump": "synchromed-ii-40",
    "system.tubing_volume": "0.140 mL",
    "system.catheter": {"length": "89 cm", "volume_per_length": "0.0022 mL/cm"},
}


def said(changes: dict[str, Any]) -> dict[str, Message]:
    """What is said of the quiet program on this pump with `changes`, by kind."""
    return {each.code: each for each in finding_messages(check_of({**PUMP, **changes}), library())}


def dose(text: str) -> dict[str, Any]:
    return {"current.daily_dose": text, "new.daily_dose": text}


def primed(volume: str, duration: str, catheter: str = "none") -> dict[str, Any]:
    return {
        "line": {"tubing": "old", "catheter": catheter, "prime": {"volume": volume, "duration": duration}}
    }


# --- its flow, as that of any flow of the pump


def test_a_prime_of_one_second_is_above_what_a_pump_delivers() -> None:
    # 0.1958 mL x 86,400 = 16,917.12 mL/day
    found = said(primed("0.1958 mL", "1 s"))["flow_rate_beyond_any_pump"]

    assert found.severity == "warning"
    assert found.title == "The prime flows faster than the pump can"
    assert "16,917 mL/day" in found.detail
    assert found.place == "line.prime.duration"


@pytest.mark.parametrize(
    ("volume", "duration"),
    [
        ("0.33 mL", "20 min"),  # 23.76 mL/day
        ("0.3358 mL", "20 min"),  # at 24 mL/day it takes 20 min 9 s, which a programmer may show as 20 min
        ("0.1958 mL", "12 min"),  # 23.5
    ],
)
def test_a_prime_as_programmers_run_it_is_passed_over(volume: str, duration: str) -> None:
    found = said(primed(volume, duration))

    assert not {code for code in found if code.startswith(("flow_rate", "prime_long", "time_without"))}


def test_a_prime_over_twenty_hours_keeps_the_drug_from_the_patient() -> None:
    """The emptied catheter holds all of the 0.1958 mL that leave in it."""
    found = said(primed("0.1958 mL", "20 h"))["time_without_drug"]

    assert found.severity == "stop"
    assert found.title == "Nothing reaches the patient while the prime runs"
    assert "For 20 h of it" in found.detail


def test_of_a_longer_prime_only_what_holds_no_drug_is_time_without() -> None:
    """0.1958 of 0.3916 mL hold none: half of 10 h."""
    assert (
        "For 5 h of it"
        in said({**dose("2000 mcg/day"), **primed("0.3916 mL", "10 h")})["time_without_drug"].detail
    )


def test_a_prime_of_a_full_catheter_over_hours_is_long_but_no_time_without_drug() -> None:
    found = said(primed("0.1958 mL", "20 h", catheter="old"))

    assert found["prime_long"].title == "The prime lasts 20 h"
    assert "time_without_drug" not in found


def test_a_pump_of_fixed_flow_runs_no_prime() -> None:
    isomed = {"system.pump": "isomed-20-05", "reservoir.filled": "20 mL", "reservoir.low_alarm": "0 mL"}

    found = said({**isomed, **primed("0.1958 mL", "20 min")})

    assert found["prime_not_of_pump"].severity == "stop"
    assert not {code for code in found if code.startswith("flow_rate_beyond")}


# --- its drug, beside the dose of a day


def test_a_prime_that_gives_a_child_more_than_a_days_dose_is_warned_of() -> None:
    # 0.39 - 0.1958 = 0.1942 mL x 500 = 97.1 mcg; 97.1 / 60 = 161.8 %; the largest screening bolus is 100 mcg
    child = {"patient.spasticity_origin": "cerebral", "patient.age_years": 4}

    found = said({**child, **dose("60 mcg/day"), **primed("0.39 mL", "24 min")})["prime_large_for_dose"]

    assert found.severity == "warning"
    for words in ("97.1 mcg", "161.8 %", "60 mcg/day", "100 mcg"):
        assert words in found.detail
    assert "a rule of itbcalc's own" in found.source


def test_above_the_largest_screening_bolus_the_stop_is_enough() -> None:
    # 0.1962 mL more than the catheter x 500 = 98.1 mcg; 0.2042 are 102.1
    found = said({**dose("60 mcg/day"), **primed("0.4 mL", "24 min")})

    assert found["prime_delivers_bolus"].severity == "stop"
    assert "prime_large_for_dose" not in found


MORPHINE = {"drug": "morphine", "mode": "simple-continuous", "concentration": "10 mg/mL"}
OF_MORPHINE = {
    "current": {**MORPHINE, "daily_dose": "2 mg/day"},
    "new": {**MORPHINE, "daily_dose": "2 mg/day"},
}


@pytest.mark.parametrize(
    ("volume", "found", "severity"),
    [
        pytest.param("0.2458 mL", None, None, id="500 mcg, a quarter"),
        pytest.param("0.2459 mL", "prime_large_for_dose", "warning", id="501 mcg"),
        pytest.param("0.3957 mL", "prime_large_for_dose", "warning", id="1,999 mcg"),
        pytest.param("0.3958 mL", "prime_delivers_bolus", "stop", id="2,000 mcg, another day's dose"),
    ],
)
def test_a_prime_of_a_drug_without_limits_is_held_against_its_day(
    volume: str, found: str | None, severity: str | None
) -> None:
    # the emptied catheter of 0.1958 mL takes as much; what is beyond leaves at 10 mg/mL, beside 2 mg/day
    messages = said({**OF_MORPHINE, **primed(volume, "30 min")})

    assert {code: messages[code].severity for code in messages if code in _OF_A_PRIME} == (
        {} if found is None else {found: severity}
    )


_OF_A_PRIME = {"prime_delivers_bolus", "prime_large_for_dose", "prime_of_full_catheter"}


def test_morphine_that_a_prime_pushes_out_is_a_bolus_although_baclofen_follows() -> None:
    # tubing and catheter, 0.3358 mL x 10 mg/mL = 3.358 mg, beside 2 mg a day; of the baclofen nothing leaves
    changes = {"current": {**MORPHINE, "daily_dose": "2 mg/day"}, **dose_of_baclofen("100 mcg/day")}

    found = said({**changes, **primed("0.3358 mL", "20 min", catheter="old")})["prime_delivers_bolus"]

    assert found.severity == "stop"
    assert "3,358 mcg of Morphine" in found.detail
    assert "2,000 mcg/day" in found.detail


@pytest.mark.parametrize(
    ("volume", "stops"), [("0.0500 mL", False), ("0.0501 mL", True)]
)  # x 2000 = 100 and 100.2 mcg of baclofen
def test_baclofen_that_a_prime_pushes_out_is_a_bolus_although_morphine_follows(
    volume: str, stops: bool
) -> None:
    baclofen = {"drug": "baclofen", "mode": "simple-continuous", "concentration": "2000 mcg/mL"}
    changes = {
        "current": {**baclofen, "daily_dose": "600 mcg/day"},
        "new": {**MORPHINE, "daily_dose": "1 mg/day"},
    }

    found = said({**changes, **primed(volume, "20 min", catheter="old")})

    assert ("prime_delivers_bolus" in found) is stops
    assert not stops or "100.2 mcg of Baclofen" in found["prime_delivers_bolus"].detail


def test_of_two_drugs_in_the_reservoir_each_has_its_own_concentration() -> None:
    # 1.4 mL x 10 mg/mL / 40 mL = 350 mcg/mL of morphine; 38.6 x 2000 / 40 = 1,930 of baclofen
    changes = {"current": {**MORPHINE, "daily_dose": "2 mg/day"}, **dose_of_baclofen("100 mcg/day")}
    checked = check_of({**PUMP, **changes})

    found = said(changes)["other_drug_in_reservoir"]

    assert "350 mcg/mL of Morphine and 1,930 mcg/mL of Baclofen" in found.detail
    assert checked.calculation.reservoir_mixture is None


def dose_of_baclofen(text: str) -> dict[str, Any]:
    return {"new.concentration": "2000 mcg/mL", "new.daily_dose": text}


# --- a reservoir in which nothing can be used


def test_less_than_what_always_stays_in_the_reservoir_is_nothing() -> None:
    found = said({**dose("300 mcg/day"), "reservoir.filled": "1.2 mL", "reservoir.low_alarm": "0.5 mL"})

    assert found["reservoir_lasts_less_than_a_day"].severity == "stop"
    assert found["reservoir_lasts_less_than_a_day"].title == "Nothing in the reservoir can be delivered"


def test_a_tenth_of_a_millilitre_that_can_be_used_lasts_hours() -> None:
    # 310 mcg/day of 2000 mcg/mL are 0.155 mL/day: 0.1 mL in 15 h 29 min
    at_2000 = {"current.concentration": "2000 mcg/mL", "new.concentration": "2000 mcg/mL"}
    small = {"reservoir.filled": "1.5 mL", "reservoir.low_alarm": "0.5 mL"}

    found = said({**at_2000, **dose("310 mcg/day"), **small})["reservoir_lasts_less_than_a_day"]

    assert found.severity == "stop"
    assert "15 h 29 min" in found.detail
    assert "1.4 mL" in found.detail


def test_more_drawn_off_than_the_reservoir_holds_is_a_stop() -> None:
    found = said({"refill": {"drawn_off": "300 mL"}})["drawn_off_above_capacity"]

    assert found.severity == "stop"
    assert "300 mL out of a reservoir of 40 mL" in found.detail


# --- another concentration, and nothing was filled


def test_another_concentration_in_a_reservoir_that_nobody_filled_asks_whether_the_drug_changes() -> None:
    change = {"new.concentration": "2000 mcg/mL", "bridge.dose": "400 mcg/day", "reservoir.filled": "23.4 mL"}

    assert said(change)["does_the_drug_change"].place == "current.really.concentration"
    assert "does_the_drug_change" not in said({**change, "refill": {"drawn_off": "3 mL"}})
    assert "does_the_drug_change" not in said({"reservoir.filled": "23.4 mL"})


@pytest.mark.parametrize(
    ("drawn_off", "row"),
    [
        ("0 mL", (("not known",), "nothing drawn off")),
        ("0.25 mL", (("not known",), "nothing drawn off")),  # as much as one reading may be off
        # emptied but for the 1 mL that stays in this pump: (1 x 500 + 39 x 2000) / 40
        ("0.26 mL", (("1,962.5 mcg/mL",), "−1.875 %")),
    ],
)
def test_into_what_nobody_drew_off_nobody_knows_the_mixture(drawn_off: str, row: object) -> None:
    change = {
        "new.concentration": "2000 mcg/mL",
        "bridge.dose": "400 mcg/day",
        "refill": {"drawn_off": drawn_off},
    }
    rows = {each.key: each for each in printed_rows(check_of(change))}

    assert (rows["reservoir_mixture"].new, rows["reservoir_mixture"].change) == row


def test_the_refill_interval_known_with_baclofen_is_not_said_of_another_drug() -> None:
    # 8 mg/day of 50 mg/mL are 0.16 mL/day: 38 / 0.16 = 237.5 days to the alarm, (40 - 1.4) / 0.16 / 1.145 = 210.699
    # until a fast pump is empty; the 180 days were found with baclofen
    checked = check_table(load_toml(CASES / "bridge-forgotten.toml"), NOW)
    limit, time = checked.calculation.time_to_latest_refill or (None, None)

    assert limit == "empty_worst"
    assert time is not None
    assert time.value.magnitude == Fraction("38.6") / Fraction("0.16") / Fraction("1.145")
    found = {each.code: each for each in finding_messages(checked, library())}
    assert "with Morphine" in found["pump_interval_not_known"].detail
    assert not any("baclofen" in each.source for each in found.values())


# --- a screening bolus that still works


BOLUSES = [
    {"dose": "50 mcg", "at": "2026-11-08T09:00+01:00", "effect": "2 h"},
    {"dose": "75 mcg", "at": "2026-11-10T07:30+01:00", "effect": "13 h"},
]


def test_a_therapy_that_begins_while_the_screening_bolus_works_is_told_so() -> None:
    """75 mcg at 07:30, 13 h of effect, and the therapy begins at 09:00."""
    begun = {"screening": {"boluses": BOLUSES}, "patient.last_change": None, "patient.jurisdiction": "uk"}
    stopped = {"current": {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": "stopped"}}

    found = said({**begun, **stopped, **dose("75 mcg/day"), "current.daily_dose": None})[
        "screening_still_works"
    ]

    assert found.severity == "warning"
    assert found.place == "screening.boluses.2.effect"
    assert "75 mcg were given 1 h 30 min before" in found.detail
