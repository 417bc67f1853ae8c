"""The bundled examples: each says what it is, and the check says what the example says it does.

The exact values were worked by hand from the numbers in each file; most stand in its comment.
"""

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from itbcalc.judge.check import explanations_of
from itbcalc.say import Message
from itbcalc.say.report import all_messages
from tests.itbcalc.programs import check_example, document_of, example, examples, library, severities

EXAMPLES = pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
WARNINGS_PER_STEP = Fraction(1, 5)


def kind_of(path: Path) -> str:
    found = re.search(r"^# kind: (correct|fault)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert found is not None
    return found[1]


CORRECT = [path for path in examples() if kind_of(path) == "correct"]
FAULTS = [path for path in examples() if kind_of(path) == "fault"]


def test_there_are_at_least_ten_and_the_mistyped_concentration_is_among_them() -> None:
    names = [path.stem for path in examples()]

    assert len(names) >= 10
    assert "06-mistyped-concentration" in names
    assert len(CORRECT) >= 5
    assert len(FAULTS) >= 3


@EXAMPLES
def test_an_example_says_its_situation_what_the_check_says_and_which_kind_it_is(path: Path) -> None:
    first, second, third, *_ = path.read_text(encoding="utf-8").splitlines()

    assert re.fullmatch(r"# [A-Z].*\.", first)
    assert re.fullmatch(r"# The check .*\.", second)
    assert third == f"# kind: {kind_of(path)}"
    assert max(len(line) for line in path.read_text(encoding="utf-8").splitlines()) <= 120


# What each example must lead to: the verdicts of its read-outs, and every finding but the unverified figures.
EXPECTED: dict[str, tuple[set[str], set[str]]] = {
    "01": ({"match"}, set()),
    "02": ({"match"}, {"refill_limited_by_drug"}),
    "03": (
        {"match"},
        {
            "concentration_change_without_bridge",
            "does_the_drug_change",
            "refill_limited_by_drug",
        },
    ),
    "04": ({"match"}, {"bridge_long", "reservoir_mixes"}),
    "05": (
        {"match"},
        {"concentration_change_without_bridge", "does_the_drug_change", "reservoir_mixes"},
    ),
    "06": ({"match", "mismatch"}, {"refill_limited_by_drug"}),
    "07": ({"match", "cannot_tell"}, {"tubing_volume_not_said", "refill_limited_by_drug"}),
    "08": ({"match"}, set()),
    "09": ({"match"}, set()),
    "10": ({"match"}, set()),
    "11": ({"match"}, set()),
    "12": ({"match"}, {"worst_case_not_known"}),  # neither its accuracy nor its residual volume is held
    "13": ({"match"}, {"system_aspirated"}),
    "14": (
        {"match", "mismatch"},
        {
            "dose_multiplied",
            "flow_rate_beyond_any_pump",
            "refill_limited_by_drug",
        },
    ),
    "15": ({"match"}, {"increase_too_soon"}),
    "16": ({"match", "mismatch"}, set()),
    "17": ({"match", "mismatch"}, {"clock_changes", "refill_limited_by_drug"}),
    "18": ({"match"}, set()),
    "19": ({"match"}, set()),
    "20": ({"match"}, {"patient_boluses_counted"}),
    "21": ({"match"}, {"week_differs"}),
    "22": ({"match"}, {"first_dose_by_label"}),
}


@EXAMPLES
def test_the_check_of_an_example_finds_what_it_should_and_nothing_else(path: Path) -> None:
    verdicts, codes = EXPECTED[path.stem[:2]]

    checked = check_example(path)

    assert {str(compared.verdict) for compared in checked.read_outs} == verdicts
    assert severities(checked).keys() == codes


def test_a_dose_per_hour_is_named_where_it_was_typed_as_per_day() -> None:
    checked = check_example(example("14"))

    differing = [compared for compared in checked.read_outs if compared.verdict == "mismatch"]

    assert len(differing) == 2
    assert explanations_of(checked, library()).found[0].reason == "dose_per_hour_for_per_day"


@pytest.mark.parametrize(
    ("name", "code", "intended", "programmed", "times"),
    [
        # 200 + 60 = 260, every hour 200 + 24 x 60 = 1640 mcg/day: 1640/260 = 6.3077
        ("16", "every_hour_for_once_a_day", "260 mcg/day", "1640 mcg/day", "6.308"),
        # 100 + 4 x 40 = 260, every 6 min 100 + 240 x 40 = 9700 mcg/day: 9700/260 = 37.3077
        ("17", "interval_minutes_for_hours", "260 mcg/day", "9700 mcg/day", "37.31"),
    ],
)
def test_a_schedule_that_runs_too_often_is_named_with_both_totals(
    name: str, code: str, intended: str, programmed: str, times: str
) -> None:
    checked = check_example(example(name))

    differing = [compared for compared in checked.read_outs if compared.verdict == "mismatch"]
    said = next(message for message in all_messages(checked, library()) if message.code == "readout_differs")

    assert differing
    assert explanations_of(checked, library()).found[0].reason == code
    assert programmed in said.text
    assert intended in said.text
    assert f"{times} times as much" in said.text


# --- the alert budget


def messages(path: Path) -> list[Message]:
    return all_messages(check_example(path), library())


@pytest.mark.parametrize("path", CORRECT, ids=lambda path: path.stem)
def test_a_correct_step_is_never_stopped(path: Path) -> None:
    assert "stop" not in {str(message.severity) for message in messages(path)}


@pytest.mark.parametrize("path", FAULTS, ids=lambda path: path.stem)
def test_a_fault_is_always_stopped(path: Path) -> None:
    assert "stop" in {str(message.severity) for message in messages(path)}


def test_correct_steps_warn_at_most_once_in_five() -> None:
    warnings = [m.text for path in CORRECT for m in messages(path) if str(m.severity) == "warning"]

    assert Fraction(len(warnings), len(CORRECT)) <= WARNINGS_PER_STEP, warnings


def test_correct_steps_say_little_at_all() -> None:
    """Three messages each at most on average, notes among them: what is said is read."""
    assert max(len(messages(path)) for path in CORRECT) <= 5
    assert sum(len(messages(path)) for path in CORRECT) / len(CORRECT) <= 3


# --- exact values, by hand


def exact(document: dict[str, Any], *names: str) -> dict[str, str]:
    return {name: document["results"][name]["exact"] for name in names}


def test_the_values_of_the_mistyped_concentration_are_exact() -> None:
    document = document_of(check_example(example("06")))

    # flows 250/500 and 285/2000 mL/day
    assert document["results"]["current"]["flow_rate"]["exact"] == "1/2"
    assert document["results"]["new"]["flow_rate"]["exact"] == "57/400"
    assert document["results"]["new"]["daily_volume"]["exact"] == "57/400"
    assert document["results"]["new"]["daily_dose"]["exact"] == "285"
    assert document["results"]["dose_change_percent"] == {"exact": "14", "unit": "%", "text": "14 %"}
    assert exact(
        document,
        "dead_volume",
        "bridge_duration",
        "bridge_flow_rate",
        "bridge_drug",
        "bridge_volume",
        "bridge_dose",
        "bridge_dose_shown_at_new_concentration",
        "unbridged_dose",
        "unbridged_duration",
        "unbridged_ratio",
        "time_to_alarm",
        "time_to_alarm_worst",
        "time_to_empty",
        "whole_days_to_alarm",
        "tubing_volume",
        "concentration_ratio",
    ) == {
        "dead_volume": "1679/5000",  # 0.14 + 89 x 0.0022 = 0.3358 mL
        "bridge_duration": "1679/2500",  # 0.3358 x 500 / 250 = 0.6716 day
        "bridge_flow_rate": "1/2",
        "bridge_drug": "1679/10",  # 0.3358 x 500 = 167.9 mcg
        "bridge_volume": "1679/5000",
        "bridge_dose": "250",
        "bridge_dose_shown_at_new_concentration": "3358/5",  # 0.3358 x 2000 = 671.6 mcg
        "unbridged_dose": "285/4",  # 285 x 500 / 2000 = 71.25 mcg/day
        "unbridged_duration": "3358/1425",  # 0.3358 x 2000 / 285 = 671.6 / 285 days
        "unbridged_ratio": "1/4",
        # 0.6716 + 37.6642 / 0.1425 = (0.095703 + 37.6642) / 0.1425 = 37.759903 / 0.1425
        "time_to_alarm": "37759903/142500",
        # / 1.145: 37.759903 / 0.1631625 = 377599030 / 1631625, both divided by 5
        "time_to_alarm_worst": "75519806/326325",
        # (0.095703 + 39.6642) / 0.1425 = 39.759903 / 0.1425, both divided by 3 (times 10^6)
        "time_to_empty": "13253301/47500",
        "whole_days_to_alarm": "264",
        "tubing_volume": "7/50",
        "concentration_ratio": "4",
    }


def test_the_dates_of_the_mistyped_concentration_are_exact() -> None:
    results = document_of(check_example(example("06")))["results"]

    # 264.98177543... days: 264 d 23 h 33 min 45.4 s after 22 Nov 09:30 +02:00, by the summer clock (+03:00)
    assert results["low_alarm_date"] == {
        "date": "2027-08-14",
        "at": "2027-08-14T10:03:45+03:00",
        "text": "14 Aug 2027",
    }
    # 279.01686315... days: 279 d 0 h 24 min 16.9 s
    assert results["empty_date"] == {
        "date": "2027-08-28",
        "at": "2027-08-28T10:54:16+03:00",
        "text": "28 Aug 2027",
    }
    # 180 days: 21 May 2027
    assert results["latest_refill_date"] == {
        "date": "2027-05-21",
        "at": "2027-05-21T10:30:00+03:00",
        "text": "21 May 2027",
    }
    assert results["latest_refill_limit"] == "stability"


def test_the_slips_of_the_mistyped_concentration_give_exact_values() -> None:
    flow, alarm = (
        each
        for each in document_of(check_example(example("06")))["results"]["readouts"]
        if each["verdict"] == "mismatch"
    )

    assert flow["slips"][0] == {
        "code": "old_concentration",
        "text": "With 500 mcg/mL as new concentration (you typed 2,000 mcg/mL), all that it shows agrees. "
        "It is the old concentration.",
        "value": {"exact": "57/100", "unit": "mL/day", "text": "0.57 mL/day"},  # 285 / 500
    }
    assert alarm["slips"][0]["code"] == "old_concentration"
    assert alarm["slips"][0]["value"] == {"date": "2027-01-28", "text": "28 Jan 2027"}


def test_the_values_of_going_back_to_500_are_exact() -> None:
    bridged = document_of(check_example(example("04")))
    unbridged = document_of(check_example(example("05")))

    assert exact(
        bridged, "dead_volume", "bridge_duration", "bridge_flow_rate", "bridge_drug", "time_to_alarm"
    ) == {
        "dead_volume": "31/100",
        "bridge_duration": "31/15",  # 0.31 x 2000 / 300
        "bridge_flow_rate": "3/20",  # 300 / 2000
        "bridge_drug": "620",
        "time_to_alarm": "3893/60",  # 31/15 + 37.69 / 0.6 = 124/60 + 3769/60
    }
    assert exact(unbridged, "unbridged_dose", "unbridged_duration", "unbridged_ratio", "time_to_alarm") == {
        "unbridged_dose": "1200",
        "unbridged_duration": "31/60",  # 0.31 x 500 / 300
        "unbridged_ratio": "4",
        "time_to_alarm": "190/3",  # 38 / 0.6
    }
    assert bridged["results"]["low_alarm_date"]["at"] == "2026-12-17T10:12:00+00:00"
    assert unbridged["results"]["low_alarm_date"]["at"] == "2026-12-15T21:00:00+00:00"
    assert "bridge_duration" not in unbridged["results"]


@pytest.mark.parametrize(
    ("name", "flow", "change", "alarm", "at"),
    [
        ("01", "23/125", "15", "2250/23", "2027-01-12T05:04:33-06:00"),
        ("08", "11/40", "10", "720/11", "2027-01-07T00:24:32+01:00"),
        ("09", "33/100", "10", "600/11", "2026-12-13T23:25:27-05:00"),
        ("10", "51/200", "-15", "7600/51", "2027-03-25T10:28:14+01:00"),
        ("11", "12/25", "100/11", "75/2", "2026-11-26T23:20:00+01:00"),
        ("12", "11/25", "10", "425/11", "2026-12-21T06:56:21-08:00"),
        ("13", "9/40", "0", "335129/2000", "2027-04-26T23:42:52-05:00"),
    ],
)
def test_flow_change_and_alarm_of_an_example_are_exact(
    name: str, flow: str, change: str, alarm: str, at: str
) -> None:
    results = document_of(check_example(example(name)))["results"]

    assert results["new"]["flow_rate"]["exact"] == flow
    assert results["dose_change_percent"]["exact"] == change
    assert results["time_to_alarm"]["exact"] == alarm
    assert results["low_alarm_date"]["at"] == at


@pytest.mark.parametrize(
    ("name", "dose", "change", "alarm", "at"),
    [
        # 200 + 60; 30/230; 38 mL: from 09:00 15 h at 0.4 mL/day = 0.25 mL, 72 days of 0.52 = 37.44 mL until
        # 22 Jan 00:00; of 0.31 mL 6 h take 0.1, the step of an hour 3.28/24 = 0.13667;
        # 0.07333 left at 07:00, at 0.4 mL/day 4.4 h: 11:24. 72 + (15 + 7 + 4.4)/24 = 73.1 days.
        ("16", "260", "300/23", "731/10", "2027-01-22T11:24:00-05:00"),
        # 13 h + 2 h until midnight, 72 days, 6 h + 5 h: 73 days and 2 h
        ("18", "260", "25/3", "877/12", "2027-01-22T11:00:00-05:00"),
        # 59 days; 0.24 mL: 0.08 + 0.08 through 6 h, then 0.08 mL at 0.08 x 144 + 0.32 = 11.84 mL/day = 1/148 day:
        # 59 + 1/4 + 1/148 = 59 + 38/148
        ("19", "320", "0", "4385/74", "2027-01-21T18:09:43+01:00"),
        # 50 days; 0.41 / 0.66 = 41/66 day
        ("20", "330", "10", "3341/66", "2027-01-12T14:54:32+01:00"),
        # 7 weeks and 6 days and 8 h
        ("21", "2400/7", "100/7", "166/3", "2027-01-17T08:00:00+01:00"),
    ],
)
def test_dose_change_and_alarm_of_a_schedule_are_exact(
    name: str, dose: str, change: str, alarm: str, at: str
) -> None:
    results = document_of(check_example(example(name)))["results"]

    assert results["new"]["daily_dose"]["exact"] == dose
    assert results["dose_change_percent"]["exact"] == change
    assert results["time_to_alarm"]["exact"] == alarm
    assert results["low_alarm_date"]["at"] == at


def test_the_values_of_a_first_dose_are_exact() -> None:
    """18 min + (20 - 2 - 0.1958) / 0.2 day = 1/80 + 89.021 = 178067/2000 days; twice 50 mcg."""
    results = document_of(check_example(example("22")))["results"]

    assert results["time_to_alarm"]["exact"] == "178067/2000"
    assert results["label_first_dose_most"]["exact"] == "100"
    assert results["prime_drug_delivered"]["exact"] == "0"
    assert "dose_change_percent" not in results


def test_both_readings_of_the_two_tubing_volumes_are_given() -> None:
    results = document_of(check_example(example("07")))["results"]

    assert [
        (each["tubing_volume"]["exact"], each["bridge_duration"]["exact"]) for each in results["alternatives"]
    ] == [
        ("199/1000", "389/720"),
        ("7/50", "11/24"),
    ]
    assert "bridge_duration" not in results
