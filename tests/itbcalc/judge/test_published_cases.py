"""Eighteen published cases, typed as they were: what must be said of each, and what must not.

The arithmetic stands beside each case. The two of the log (8, 12) are asked of the rules for a history.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from itbcalc.ask.form import Form
from itbcalc.ask.judgement import judged
from itbcalc.ask.questions import QUESTIONS
from itbcalc.judge.check import explanations_of
from itbcalc.judge.dose_history import (
    DoseInForce,
    ScoreSeen,
    early_withdrawal_finding,
    increases_without_effect,
)
from itbcalc.judge.guardrails import Rules
from itbcalc.program import Patient
from itbcalc.quantities.kinds import DAILY_DOSE, VOLUME, as_daily_dose, as_volume, exactly
from itbcalc.say import Message, finding_message
from itbcalc.say.report import finding_messages
from tests.itbcalc.programs import check_example, check_of, document_of, example, library, new_therapy, step

STOPPED = {"drug": "baclofen", "concentration": "500 mcg/mL", "mode": "stopped"}
MAINTENANCE = {"patient.first_dose": "2016-05-03T14:00+02:00"}
CEREBRAL = {"patient.spasticity_origin": "cerebral"}
ASPIRATED = {"line": {"tubing": "old", "catheter": "none"}}


def doses(old: str, new: str) -> dict[str, Any]:
    return {"current.daily_dose": f"{old} mcg/day", "new.daily_dose": f"{new} mcg/day"}


def concentrations(old: str, new: str) -> dict[str, Any]:
    return {"current.concentration": f"{old} mcg/mL", "new.concentration": f"{new} mcg/mL"}


@dataclass(frozen=True)
class Case:
    """A program with what must be found (code, severity, words in it), results, and codes that must not be found.

    Nothing else may be a warning or a stop.
    """

    changes: dict[str, Any]
    found: tuple[tuple[str, str, str], ...] = ()
    results: dict[str, str] = field(default_factory=dict)
    silent: tuple[str, ...] = ()


TABLE = Path(__file__).parents[3] / "docs" / "published-cases.md"
WITHDRAWN = {"refill": {"drawn_off": "2.7 mL", "withdrawal": True}}  # the alarm stands at 2 mL
NO_STEP = ("dose_step_above_label", "dose_step_maybe_above_label", "dose_step_below_usual")
IN_A_CHECK = {
    "4: restart at 27 mcg/h after a holiday": Case(  # x 24
        {"current": STOPPED, "new.daily_dose": "648 mcg/day"},
        (("restart_above_starting_dose", "stop", "200 mcg/day"),),
    ),
    "4: restart at 55 mcg/h after a holiday": Case(
        {"current": STOPPED, "new.daily_dose": "1320 mcg/day"},
        (
            ("restart_above_starting_dose", "stop", "28 days"),
            ("dose_above_limit", "warning", "1,000 mcg/day"),
        ),
    ),
    "5: first dose of 100 mcg/day after 2 x 50 mcg": Case(
        {
            "current": STOPPED,
            "patient.last_change": None,
            "patient.first_dose": "2026-11-10T09:00+01:00",
            "new.daily_dose": "100 mcg/day",
        },
        (("first_dose", "info", "screening bolus"),),
        silent=("restart_after_stop", "restart_above_starting_dose", "first_dose_high"),
    ),
    "5: the same, with the boluses typed": Case(  # 2 x 50 = 100 mcg/day
        {
            "current": STOPPED,
            "patient.last_change": None,
            "patient.first_dose": "2026-11-10T09:00+01:00",
            "new.daily_dose": "100 mcg/day",
            "screening": {
                "boluses": [
                    {"dose": "50 mcg", "at": f"2026-11-0{day}T09:00+01:00", "effect": "6 h"} for day in (7, 8)
                ]
            },
        },
        (("first_dose_by_label", "info", "100 mcg/day, twice the screening bolus of 50 mcg"),),
        {"label_first_dose_least": "100", "label_first_dose_most": "100"},
        silent=("restart_after_stop", "restart_above_starting_dose", "first_dose_above_label"),
    ),
    "6: 260 mcg/day stopped": Case(
        {"current.daily_dose": "260 mcg/day", **new_therapy("stopped")},
        (("pump_would_stop", "stop", "withdrawal"),),
    ),
    "7: 800 to 400 mcg/day at once, exactly half": Case(
        doses("800", "400"),
        (("dose_multiplied", "stop", "2 times"), ("dose_multiplied", "stop", "watch for withdrawal")),
    ),
    "7: a little less than that": Case(
        doses("800", "401"), (("dose_decrease_large", "warning", "20 %"),), silent=("dose_multiplied",)
    ),
    "10: +35 % spinal in maintenance": Case({**MAINTENANCE, **doses("400", "540")}, silent=NO_STEP),
    "10: +20 % cerebral in maintenance": Case(
        {**MAINTENANCE, **CEREBRAL, **doses("400", "480")}, silent=NO_STEP
    ),
    "11: MS, 600 to 720 mcg/day after ten years": Case(
        {**MAINTENANCE, **doses("600", "720")}, silent=(*NO_STEP, "sudden_large_need")
    ),
    "13: dye study, the same drug, not primed": Case(
        # 0.19 mL at 300 / 500 = 0.6 mL/day: 0.19 / 0.6 = 19/60 day = 7 h 36 min
        {**ASPIRATED, **doses("300", "300")},
        (("time_without_drug", "stop", "7 h 36 min"),),
        {"time_without_drug": "19/60"},
    ),
    "13: the same, primed": Case(
        {**doses("300", "300"), "line": {**ASPIRATED["line"], "prime": {"volume": "0.19 mL"}}},
        silent=("time_without_drug",),
    ),
    "14: 500 to 2000 after aspiration, primed and bridged": Case(
        # 0.14 x 500 + 0.05 x 2000 = 170 mcg in the catheter; 0.14 x 500 / 300 = 7/30 day = 5 h 36 min
        {
            **doses("300", "300"),
            **concentrations("500", "2000"),
            "line": {**ASPIRATED["line"], "prime": {"volume": "0.19 mL"}},
            "bridge.dose": "300 mcg/day",
        },
        results={"bridge_duration": "7/30", "prime_dose": "380", "catheter_drug_after_prime": "170"},
        silent=("time_without_drug", "concentration_change_without_bridge", "bridge_long"),
    ),
    "15: child, 2000 to 500 at 150 mcg/day": Case(
        # 0.33 x 2000 / 150 = 4.4 days = 4 days 9 h 36 min
        {
            "patient.age_years": 8,
            **CEREBRAL,
            **doses("150", "150"),
            **concentrations("2000", "500"),
            "bridge.dose": "150 mcg/day",
        },
        (("bridge_long", "warning", "14 Nov 2026 18:36"),),
        {"bridge_duration": "22/5"},
    ),
    "16: night spasms, 12 over 10 mcg/h": Case(
        # 240 mcg/day are 10 mcg/h; 8 h x 12 = 96 mcg: 160 + 96 = 256 mcg/day, +6.67 %
        {
            "current.daily_dose": "240 mcg/day",
            **new_therapy(
                "flex", basal="240 mcg/day", steps=[step("22:00", "8 h", "96 mcg")], steps_replace_basal=True
            ),
        },
        results={"dose_change_percent": "20/3"},
        silent=(*NO_STEP, "dose_below_limit"),
    ),
    "17: 76 mcg four times over a basal": Case(
        # 4 x 76 + 96 = 400 mcg/day
        new_therapy(
            "periodic-bolus",
            basal="96 mcg/day",
            bolus="76 mcg",
            duration="30 min",
            every="6 h",
            first="06:00",
            bolus_replaces_basal=False,
        ),
        results={"dose_change_percent": "0"},
        silent=("bolus_above_limit", "boluses_very_often", *NO_STEP),
    ),
    "18: pump replaced, catheter kept full of 500": Case(
        # 0.19 x 500 / 300 = 19/60 day = 7 h 36 min
        {
            **doses("300", "300"),
            **concentrations("500", "2000"),
            "line": {"tubing": "new", "catheter": "old"},
            "bridge.dose": "300 mcg/day",
        },
        results={"bridge_duration": "19/60", "bridge_volume": "19/100"},
        silent=("concentration_change_without_bridge", "reservoir_mixes"),
    ),
}


@pytest.mark.parametrize("case", IN_A_CHECK.values(), ids=IN_A_CHECK)
def test_a_published_case_typed_as_a_program_is_answered(case: Case) -> None:
    checked = check_of(case.changes)
    results = document_of(checked)["results"]
    messages = [each for each in finding_messages(checked, library()) if each.code != "unverified_figure"]

    for code, severity, words in case.found:
        (said,) = (message for message in messages if message.code == code)
        assert said.severity == severity
        assert words in said.text
    assert {name: results[name]["exact"] for name in case.results} == case.results
    assert not {message.code for message in messages} & set(case.silent)
    grave = {message.code for message in messages if message.severity >= "warning"}
    assert grave <= {code for code, *_ in case.found}


RESIDUALS = [
    pytest.param(
        {
            "filled": "20 mL",
            "aspirated": "19 mL",
            "days": "30",
            "dose": "180 mcg/day",
            "concentration": "500 mcg/mL",
        },
        "synchromed-ii-20",
        ("delivered_too_little", "stop"),
        ("do not restart the pump before the cause is known", "85.5 % (SynchroMed II)"),
        id="1: a girl, 19 of 20 mL left",  # 1 of 0.36 x 30 = 10.8 mL
    ),
    pytest.param(
        {"filled": "40 mL", "aspirated": "10 mL", "days": "30", "flow_rate": "0.2 mL/day"},
        "synchromed-ii-40",
        ("delivered_too_much", "stop"),
        ("think of a pocket fill or a leak first",),
        id="2: a pocket fill",  # 34 mL expected: 30 of 6 mL
    ),
    pytest.param(
        {"filled": "40 mL", "aspirated": "2 mL", "days": "100", "flow_rate": "0.2992 mL/day"},
        "synchromed-ii-40",
        ("delivered_too_much", "warning"),
        ("1.27 times", "114.5 % (SynchroMed II)"),
        id="3: over-infusion of 127 %",  # 38 of 29.92 mL
    ),
]


@pytest.mark.parametrize(("typed", "pump", "found", "words"), RESIDUALS)
def test_a_published_residual_is_answered(
    typed: dict[str, str], pump: str, found: tuple[str, str], words: tuple[str, ...]
) -> None:
    answer = judged(QUESTIONS["residual"](Form({**typed, "pump": pump})), library()).answer

    (said,) = (finding_message(finding, library()) for finding in answer.findings)
    assert (said.code, str(said.severity)) == found
    assert all(each in said.text for each in words)
    assert "Prometra" not in said.text


HOURLY = new_therapy(
    "flex",
    basal="200 mcg/day",
    steps=[step(f"{hour:02}:00", "30 min", "60 mcg") for hour in range(24)],
    steps_replace_basal=False,
)


def test_9_60_mcg_every_hour_typed_as_a_schedule_is_stopped() -> None:
    """200 + 24 x 60 = 1640 mcg/day; once a day 260."""
    found = {each.title: each for each in finding_messages(check_of(HOURLY), library())}

    assert found["60 mcg every hour, all day"].severity == "stop"
    assert "1,640 mcg/day" in found["60 mcg every hour, all day"].detail


def test_9_60_mcg_every_hour_is_stopped_and_the_slip_named() -> None:
    """200 + 60 = 260 mcg/day; every hour 200 + 24 x 60 = 1640 mcg/day on the programmer."""
    checked = check_example(example("16"))

    found = {each["code"]: each["severity"] for each in document_of(checked)["findings"]}
    assert found["readout_differs"] == "stop"
    assert explanations_of(checked, library()).found[0].reason == "every_hour_for_once_a_day"


# --- of the log


def said(finding: Any) -> Message:
    return finding_message(finding, library())


def test_8_an_alarm_at_2_ml_after_an_early_withdrawal_notes_that_4_ml_has_helped() -> None:
    alarm, left = (as_volume(exactly(Fraction(each), VOLUME)) for each in ("2", "2.7"))

    message = said(early_withdrawal_finding(alarm, left, Rules(library(), Patient())))

    assert message.severity == "info"
    assert "21 of 88 patients" in message.detail


def test_12_200_to_460_mcg_a_day_in_five_months_without_better_scores_is_the_catheter() -> None:
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    history = [
        DoseInForce(begun + timedelta(days=days), as_daily_dose(exactly(Fraction(dose), DAILY_DOSE)))
        for days, dose in ((0, 200), (50, 260), (100, 350), (150, 460))
    ]
    scores = [ScoreSeen(begun + timedelta(days=days), "ashworth", Fraction(3)) for days in (0, 150)]

    (finding,) = increases_without_effect(history, scores, Rules(library(), Patient()))

    assert said(finding).severity == "warning"
    assert "think of the catheter" in said(finding).title


# --- the table of them


def test_the_table_of_the_documents_has_each_case_and_says_what_is_said() -> None:
    """The titles in italics are those of what is found; the rest of a cell is in other words."""
    rows = re.findall(r"^\| (\d+) \|.*\| (.*) \|$", TABLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    checks = [*(case.changes for case in IN_A_CHECK.values()), HOURLY, WITHDRAWN]
    said = {each.title for changes in checks for each in finding_messages(check_of(changes), library())}
    for param in RESIDUALS:
        typed, pump, *_ = param.values
        answer = judged(QUESTIONS["residual"](Form({**typed, "pump": pump})), library()).answer
        said |= {finding_message(finding, library()).title for finding in answer.findings}
    said |= {"3 increases within a year without a better score: think of the catheter", "below usual"}

    assert [int(number) for number, _ in rows] == list(range(1, 19))
    assert {title for _, answer in rows for title in re.findall(r"\*([^*]+)\*", answer)} <= said
