"""The command line as scripts see it: results, documents, exit status and refusals of every command.

Expected values were worked by hand; the fractions stand beside the texts that lead to them.
"""

import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from itbcalc import __version__
from itbcalc.cli.main import run
from itbcalc.say.answers import RESULT_WORDS
from tests.itbcalc.programs import example, examples

DATE_KEYS = ("low_alarm_date", "low_alarm_date_worst", "empty_date", "latest_refill_date")


@dataclass(frozen=True, slots=True)
class Ran:
    """What one command left behind."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on standard output."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found

    @property
    def results(self) -> dict[str, Any]:
        return dict(self.document["results"])

    @property
    def codes(self) -> dict[str, str]:
        return {finding["code"]: finding["severity"] for finding in self.document["findings"]}


Command = Callable[..., Ran]


@pytest.fixture
def itbcalc(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command line; `itbcalc(line, "--json")` adds arguments."""

    def command(line: str, *more: str) -> Ran:
        status = run([*shlex.split(line), *more])
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return command


# --- results of every command: command line, results by name (exact, unit)

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "flow rate": (
        'flow-rate --dose "350 mcg/day" --concentration "2000 mcg/mL"',
        {"flow_rate": ("7/40", "mL/day")},
    ),
    "flow rate of a dose in mg": (
        'flow-rate --dose "0.1 mg/day" --concentration "0.5 mg/mL"',
        {"flow_rate": ("1/5", "mL/day")},
    ),
    "flow rate of a dose per hour": (  # 10 x 24 / 500
        'flow-rate --dose "10 mcg/h" --concentration "500 mcg/mL"',
        {"flow_rate": ("12/25", "mL/day")},
    ),
    "daily dose": (  # 0.175 x 2000
        'daily-dose --flow-rate "0.175 mL/day" --concentration "2000 mcg/mL"',
        {"daily_dose": ("350", "mcg/day")},
    ),
    "daily dose of a flow per hour": (  # 0.01 x 24 x 500
        'daily-dose --flow-rate "10 uL/h" --concentration "500 mcg/mL"',
        {"daily_dose": ("120", "mcg/day")},
    ),
    "refill without alarm": (  # 20 / (80 / 300) = 75 days exactly
        'refill --volume "20 mL" --dose "80 mcg/day" --concentration "300 mcg/mL"',
        {"time_to_empty": ("75", "day")},
    ),
    "refill": (  # 18 / 0.2667 = 67.5; / 1.145 = 13500/229
        'refill --volume "20 mL" --alarm "2 mL" --dose "80 mcg/day" --concentration "300 mcg/mL" --accuracy "14.5 %"',
        {
            "time_to_alarm": ("135/2", "day"),
            "whole_days_to_alarm": ("67", "day"),
            "time_to_empty": ("75", "day"),
            "time_to_alarm_worst": ("13500/229", "day"),
            "time_to_empty_worst": ("15000/229", "day"),
        },
    ),
    "refill with an alarm at 0 mL": (
        'refill --volume "20 mL" --alarm "0 mL" --flow-rate "0.2 mL/day"',
        {"time_to_alarm": ("100", "day"), "time_to_empty": ("100", "day")},
    ),
    "refill with patient boluses of a dose": (  # 0.2 + 3 x 10 / 500 = 0.26 mL/day; 18 / 0.26 = 900/13
        'refill --volume "20 mL" --alarm "2 mL" --dose "100 mcg/day" --concentration "500 mcg/mL" '
        '--patient-bolus "10 mcg" --patient-boluses-per-day 3',
        {
            "time_to_alarm": ("900/13", "day"),
            "time_to_empty": ("1000/13", "day"),
            "daily_dose_with_patient_boluses": ("130", "mcg/day"),
        },
    ),
    "refill with patient boluses of a volume": (  # 0.2 + 3 x 0.02 = 0.26 mL/day
        'refill --volume "20 mL" --alarm "2 mL" --flow-rate "0.2 mL/day" '
        '--patient-bolus "0.02 mL" --patient-boluses-per-day 3',
        {"time_to_alarm": ("900/13", "day"), "time_to_empty": ("1000/13", "day")},
    ),
    "residual": (  # 20 - 0.2 x 92 = 1.6; 2 - 1.6 = 0.4; 18 / 18.4 = 45/46
        'residual --filled "20 mL" --aspirated "2 mL" --days 92 --flow-rate "0.2 mL/day"',
        {
            "expected_volume": ("8/5", "mL"),
            "difference": ("2/5", "mL"),
            "delivered_volume": ("18", "mL"),
            "delivered_ratio": ("45/46", "1"),
        },
    ),
    "residual of half a day": (  # 100 / 500 = 0.2 mL/day; 10.5 days: 2.1 mL
        'residual --filled "20 mL" --aspirated "17.9 mL" --days 10.5 --dose "100 mcg/day" --concentration "500 mcg/mL"',
        {"expected_volume": ("179/10", "mL"), "difference": ("0", "mL"), "delivered_ratio": ("1", "1")},
    ),
    "catheter": (
        'catheter --length "89 cm" --volume-per-length "0.0022 mL/cm"',
        {"catheter_volume": ("979/5000", "mL")},
    ),
    "catheter of two segments": (  # 0.1452 + 0.069
        'catheter --length "66 cm" --volume-per-length "0.0022 mL/cm" --length "23 cm" --volume-per-length "0.003 mL/cm"',
        {"catheter_volume": ("1071/5000", "mL")},
    ),
    "bridge": (
        'bridge --old-concentration "500 mcg/mL" --new-concentration "2000 mcg/mL" --old-dose "250 mcg/day" '
        '--new-dose "285 mcg/day" --bridge-dose "250 mcg/day" --tubing-volume "0.140 mL" --catheter-volume "0.1958 mL"',
        {
            "dead_volume": ("1679/5000", "mL"),
            "bridge_duration": ("1679/2500", "day"),
            "bridge_flow_rate": ("1/2", "mL/day"),
            "bridge_drug": ("1679/10", "mcg"),
            "bridge_dose_shown_at_new_concentration": ("3358/5", "mcg"),
            "unbridged_dose": ("285/4", "mcg/day"),
            "unbridged_duration": ("3358/1425", "day"),
            "unbridged_ratio": ("1/4", "1"),
        },
    ),
    "bridge back to 500": (  # 0.31 x 2000 / 300 = 31/15; 300 x 4 = 1200
        'bridge --old-concentration "2000 mcg/mL" --new-concentration "500 mcg/mL" --old-dose "300 mcg/day" '
        '--new-dose "300 mcg/day" --dead-volume "0.31 mL"',
        {
            "dead_volume": ("31/100", "mL"),
            "bridge_duration": ("31/15", "day"),
            "bridge_flow_rate": ("3/20", "mL/day"),
            "unbridged_dose": ("1200", "mcg/day"),
            "unbridged_ratio": ("4", "1"),
        },
    ),
    "prime": (  # 0.3358 x 500; 0.3358 mL in 20 min = 24.1776 mL/day
        'prime --dead-volume "0.3358 mL" --concentration "500 mcg/mL" --duration "20 min"',
        {
            "prime_volume": ("1679/5000", "mL"),
            "prime_dose": ("1679/10", "mcg"),
            "prime_flow_rate": ("15111/625", "mL/day"),
        },
    ),
    "prime without duration": (
        'prime --tubing-volume "0.14 mL" --catheter-volume "0.19 mL" --concentration "2 mg/mL"',
        {"prime_volume": ("33/100", "mL"), "prime_dose": ("660", "mcg")},
    ),
    "convert": ('convert "2 mg/mL" --to mcg/mL', {"converted": ("2000", "mcg/mL")}),
    "convert a daily dose": ('convert "350 mcg/day" --to mg/h', {"converted": ("7/480", "mg/h")}),
    "convert percent": ('convert "0.05 %" --to mcg/mL', {"converted": ("500", "mcg/mL")}),
    "convert to percent": ('convert "2000 mcg/mL" --to %', {"converted": ("1/5", "%")}),
    "convert molar": (  # 2.34 mmol/L x 213.66 g/mol = 499.9644 mg/L
        'convert "2.34 mmol/L" --to mg/mL --molar-mass "213.66 g/mol"',
        {"converted": ("1249911/2500000", "mg/mL")},
    ),
    "convert to molar": (  # 500 mg/L / 213.66 g/mol
        'convert "500 mcg/mL" --to mmol/L --molar-mass "213.66 g/mol"',
        {"converted": ("25000/10683", "mmol/L")},
    ),
    "dilute": (
        'dilute --stock "2000 mcg/mL" --target "500 mcg/mL" --volume "20 mL"',
        {"stock_volume": ("5", "mL"), "diluent_volume": ("15", "mL"), "drug": ("10000", "mcg")},
    ),
    "mix": (  # (10 x 2000 + 30 x 500) / 40
        'mix --part "10 mL" "2000 mcg/mL" --part "30 mL" "500 mcg/mL"',
        {"volume": ("40", "mL"), "concentration": ("875", "mcg/mL"), "drug": ("35000", "mcg")},
    ),
    "mix with diluent": (
        'mix --part "10 mL" "2000 mcg/mL" --part "30 mL" "0 mcg/mL"',
        {"volume": ("40", "mL"), "concentration": ("500", "mcg/mL"), "drug": ("20000", "mcg")},
    ),
    "titrate": (
        'titrate --dose "100 mcg/day" --percent 15',
        {
            "daily_dose": ("115", "mcg/day"),
            "steps": [("115", "mcg/day")],
            "dose_change_percent": ("15", "%"),
        },
    ),
    "titrate in steps": (  # 115, 132.25, 152.0875
        'titrate --dose "100 mcg/day" --percent "15 %" --steps 3',
        {
            "daily_dose": ("12167/80", "mcg/day"),
            "steps": [("115", "mcg/day"), ("529/4", "mcg/day"), ("12167/80", "mcg/day")],
            "dose_change_percent": ("4167/80", "%"),
        },
    ),
    "titrate down": (
        'titrate --dose "100 mcg/day" --percent -20',
        {"daily_dose": ("80", "mcg/day"), "dose_change_percent": ("-20", "%")},
    ),
    "titrate to a dose": (
        'titrate --dose "100 mcg/day" --to "130 mcg/day"',
        {"daily_dose": ("130", "mcg/day"), "dose_change_percent": ("30", "%")},
    ),
}
COMMANDS = (
    "flow-rate",
    "daily-dose",
    "refill",
    "residual",
    "catheter",
    "bridge",
    "prime",
    "convert",
    "dilute",
    "mix",
    "titrate",
)


def exact_of(value: Any) -> Any:
    return [exact_of(each) for each in value] if isinstance(value, list) else (value["exact"], value["unit"])


@pytest.mark.parametrize(("line", "expected"), CASES.values(), ids=CASES)
def test_a_command_answers_exactly(itbcalc: Command, line: str, expected: dict[str, Any]) -> None:
    ran = itbcalc(line, "--json")

    assert ran.status == 0
    assert ran.err == ""
    assert {name: exact_of(ran.results[name]) for name in expected} == expected


def test_every_command_is_tried() -> None:
    assert {shlex.split(line)[0] for line, _ in CASES.values()} == set(COMMANDS)


@pytest.mark.parametrize("line", [line for line, _ in CASES.values()], ids=CASES)
def test_a_document_has_the_agreed_shape(itbcalc: Command, line: str) -> None:
    document = itbcalc(line, "--json").document

    assert list(document) == ["itbcalc", "command", "results", "working", "findings"]
    assert document["itbcalc"] == __version__
    assert document["command"] == shlex.split(line)[0]
    for step in document["working"]:
        assert list(step)[:4] == ["name", "formula", "numbers", "result"]
        assert set(list(step)[4:]) <= {"note"}
        assert all(step.values())
    for finding in document["findings"]:
        assert {"code", "severity", "text", "source"} <= finding.keys()
        assert finding["severity"] in ("stop", "warning", "caution", "info")
    assert_shapes(document["results"])


def assert_shapes(results: Any) -> None:
    """Every value is `{exact, unit, text}`, `{date, at, text}`, `{time, text}`, or a list or table of such."""
    if isinstance(results, list):
        for each in results:
            assert_shapes(each)
    elif isinstance(results, dict) and "text" in results:
        assert list(results) in (["exact", "unit", "text"], ["date", "at", "text"], ["time", "text"])
        assert all(isinstance(value, str) and value for value in results.values())
    elif isinstance(results, dict):
        for each in results.values():
            assert_shapes(each)
    else:
        pytest.fail(f"neither quantity nor date: {results!r}")


def test_every_result_of_a_quick_question_has_its_words(itbcalc: Command) -> None:
    answers = [itbcalc(line, "--json").document for line, _ in CASES.values()]
    names = {name for answer in answers for name in answer["results"]}

    of_drugs = {name for name in names if name.startswith(("concentration_", "drug_"))}
    assert len(names) > 30
    assert names - of_drugs - set(RESULT_WORDS) == set()


@pytest.mark.parametrize("line", [line for line, _ in CASES.values()], ids=CASES)
def test_the_plain_answer_fits_80_columns_and_shows_the_same(itbcalc: Command, line: str) -> None:
    plain, document = itbcalc(line), itbcalc(line, "--json")

    assert plain.status == document.status
    assert max(len(row) for row in plain.out.splitlines()) <= 80
    first = next(iter(document.results.values()))
    shown = first[0]["text"] if isinstance(first, list) else first["text"]
    assert shown in plain.out


def test_an_exact_value_is_a_fraction_in_lowest_terms_or_a_whole_number(itbcalc: Command) -> None:
    third = itbcalc('flow-rate --dose "100 mcg/day" --concentration "300 mcg/mL"', "--json").results[
        "flow_rate"
    ]
    whole = itbcalc('flow-rate --dose "600 mcg/day" --concentration "300 mcg/mL"', "--json").results[
        "flow_rate"
    ]

    assert third == {"exact": "1/3", "unit": "mL/day", "text": "0.3333 mL/day"}
    assert whole == {"exact": "2", "unit": "mL/day", "text": "2 mL/day"}


# --- dates


@pytest.mark.parametrize(
    ("start", "zone", "alarm", "empty"),
    [
        # 18 / 0.48 = 37.5 days, 20 / 0.48 = 41 2/3 days
        (
            "2026-10-20T12:20+02:00",
            "Europe/Berlin",  # the clocks go back on 25 Oct
            "2026-11-26T23:20:00+01:00",
            "2026-12-01T03:20:00+01:00",
        ),
        ("2026-10-20T12:20+02:00", None, "2026-11-27T00:20:00+02:00", "2026-12-01T04:20:00+02:00"),
        ("2028-02-20T00:00+00:00", "Europe/London", "2028-03-28T13:00:00+01:00", "2028-04-01T17:00:00+01:00"),
        ("2026-11-24T12:00Z", None, "2027-01-01T00:00:00+00:00", "2027-01-05T04:00:00+00:00"),
        # one second before midnight, by the exact instant
        ("2026-11-24T11:59:59Z", None, "2026-12-31T23:59:59+00:00", "2027-01-05T03:59:59+00:00"),
    ],
)
def test_a_date_is_that_of_the_exact_instant_in_the_patients_calendar(
    itbcalc: Command, start: str, zone: str | None, alarm: str, empty: str
) -> None:
    line = f'refill --volume "20 mL" --alarm "2 mL" --flow-rate "0.48 mL/day" --from {start}'

    results = itbcalc(line, *(["--zone", zone] if zone else []), "--json").results

    assert results["low_alarm_date"]["at"] == alarm
    assert results["low_alarm_date"]["date"] == alarm[:10]
    assert results["empty_date"]["at"] == empty
    assert_shapes(results)


def test_every_allotted_bolus_counts_in_the_dates(itbcalc: Command) -> None:
    # 0.2 + 3 x 0.02 = 0.26 mL/day: 900/13 = 69.2308 days, 69 d 5 h 32 min 18 s after 1 Mar 00:00
    line = (
        'refill --volume "20 mL" --alarm "2 mL" --flow-rate "0.2 mL/day" --from 2027-03-01T00:00Z '
        '--patient-bolus "0.02 mL" --patient-boluses-per-day 3'
    )

    assert itbcalc(line, "--json").results["low_alarm_date"]["at"] == "2027-05-09T05:32:18+00:00"


def test_blanks_around_a_typed_quantity_are_trimmed(itbcalc: Command) -> None:
    line = 'flow-rate --dose "  350 mcg/day " --concentration " 2000 mcg/mL"'

    assert itbcalc(line, "--json").results["flow_rate"]["exact"] == "7/40"


@pytest.mark.parametrize("blank", ["\t", "\n", "\u00a0", "\u200b", "\ufeff"])
def test_other_white_space_is_refused_and_shown_by_its_code(itbcalc: Command, blank: str) -> None:
    line = shlex.join(["flow-rate", "--dose", f"350 mcg/day{blank}", "--concentration", "2000 mcg/mL"])

    error = itbcalc(line, "--json").document["error"]

    assert error["typed"] == f"350 mcg/day{blank}"
    assert f"U+{ord(blank):04X}" in error["reason"]


def test_a_start_without_a_zone_is_said(itbcalc: Command) -> None:
    line = 'refill --volume "20 mL" --flow-rate "0.48 mL/day" --from 2026-10-20T12:20+02:00'

    assert itbcalc(line, "--json").codes["zone_not_said"] == "info"
    assert "zone_not_said" not in itbcalc(line, "--zone", "Europe/Berlin", "--json").codes


def test_without_an_alarm_there_is_no_time_to_it(itbcalc: Command) -> None:
    results = itbcalc('refill --volume "20 mL" --flow-rate "0.2 mL/day"', "--json").results

    assert not [name for name in results if "alarm" in name]


# --- findings and exit status of the quick questions


@pytest.mark.parametrize(
    ("line", "code", "severity", "status"),
    [
        (
            'bridge --old-concentration "500 mcg/mL" --new-concentration "2000 mcg/mL" --old-dose "250 mcg/day" '
            '--new-dose "285 mcg/day" --dead-volume "0.3358 mL"',
            "bridge_dose_assumed",
            "caution",
            0,
        ),
        (
            'bridge --old-concentration "500 mcg/mL" --new-concentration "2000 mcg/mL" --old-dose "250 mcg/day" '
            '--new-dose "285 mcg/day" --dead-volume "0.3358 mL" --bridge-dose "285 mcg/day"',
            "bridge_dose_differs",
            "caution",
            0,
        ),
        (
            'flow-rate --dose "350 mg/day" --concentration "500 mcg/mL"',
            "flow_rate_beyond_any_pump",
            "warning",
            1,  # 350,000 mcg/day: the dose stops
        ),
        (
            'flow-rate --dose "1 mcg/day" --concentration "500 mcg/mL"',
            "flow_rate_beyond_any_pump",
            "warning",
            0,
        ),
        (
            'daily-dose --flow-rate "40 mL/day" --concentration "500 mcg/mL"',
            "flow_rate_beyond_any_pump",
            "warning",
            1,  # 20,000 mcg/day: the dose stops
        ),
        (
            'refill --volume "20 mL" --alarm "19.9 mL" --flow-rate "0.2 mL/day"',
            "reservoir_lasts_less_than_a_day",
            "stop",
            1,
        ),
        (
            'refill --volume "20 mL" --flow-rate "0.000001 mL/day" --from 2026-10-20T12:20Z',
            "beyond_calendar",
            "caution",
            0,
        ),
        ('titrate --dose "100 mcg/day" --percent 41', "dose_step_above_label", "warning", 0),
        ('titrate --dose "100 mcg/day" --percent 16', "dose_step_maybe_above_label", "caution", 0),
        ('titrate --dose "100 mcg/day" --percent -51', "dose_multiplied", "stop", 1),
        ('titrate --dose "100 mcg/day" --percent 20 --steps 4', "dose_step_maybe_above_label", "caution", 0),
    ],
)
def test_a_quick_question_is_answered_with_what_it_should_alarm(
    itbcalc: Command, line: str, code: str, severity: str, status: int
) -> None:
    ran = itbcalc(line, "--json")

    assert ran.codes[code] == severity
    assert ran.status == status
    assert itbcalc(line).status == status


@pytest.mark.parametrize(
    "line",
    [
        'titrate --dose "100 mcg/day" --percent 15',
        'titrate --dose "100 mcg/day" --percent 12 --steps 5',
        'titrate --dose "100 mcg/day" --percent -20',
        'flow-rate --dose "24 mcg/day" --concentration "500 mcg/mL"',  # 0.048 mL/day, the lowest of any pump
    ],
)
def test_a_usual_answer_comes_without_findings(itbcalc: Command, line: str) -> None:
    ran = itbcalc(line, "--json")

    assert (ran.status, ran.codes) == (0, {})


def test_a_usual_refill_says_of_the_pump_s_interval_only(itbcalc: Command) -> None:
    """A day exactly to the alarm; 180 days is the interval of the SynchroMed II."""
    line = 'refill --volume "20 mL" --alarm "19.8 mL" --flow-rate "0.2 mL/day"'
    without, named = itbcalc(line, "--json"), itbcalc(line, "--pump", "synchromed-ii-20", "--json")

    assert (without.status, without.codes) == (0, {"pump_interval_not_known": "info"})
    assert (named.status, named.codes) == (0, {"pump_interval": "info"})


def residual(filled: str, aspirated: str, days: str, flow: str) -> str:
    return f'residual --filled "{filled}" --aspirated "{aspirated}" --days {days} --flow-rate "{flow}"'


@pytest.mark.parametrize(
    ("filled", "aspirated", "days", "flow", "codes"),
    [
        # S9: aspirated against filled
        ("40 mL", "40.01 mL", "30", "0.2 mL/day", {"aspirated_above_filled": "stop"}),
        ("40 mL", "41 mL", "30", "0.2 mL/day", {"aspirated_above_filled": "stop"}),
        ("20 mL", "25 mL", "92", "0.2 mL/day", {"aspirated_above_filled": "stop"}),
        ("20 mL", "200 mL", "92", "0.2 mL/day", {"aspirated_above_filled": "stop"}),
        ("20 mL", "20000 mL", "92", "0.2 mL/day", {"aspirated_above_filled": "stop"}),
        ("18 mL", "0.02 L", "30", "0.2 mL/day", {"aspirated_above_filled": "stop"}),
        # the reservoir must have run dry: 20 / 0.2 = 100 days
        ("20 mL", "0 mL", "100.1", "0.2 mL/day", {"expected_below_zero": "stop"}),
        ("20 mL", "0 mL", "101", "0.2 mL/day", {"expected_below_zero": "stop"}),
        ("20 mL", "1 mL", "365", "0.2 mL/day", {"expected_below_zero": "stop"}),
        ("20 mL", "1 mL", "92", "0.2 mL/h", {"expected_below_zero": "stop"}),
        ("20 uL", "1.6 uL", "92", "0.2 mL/day", {"expected_below_zero": "stop"}),
        # delivered 20 - 1.6 = 18.4 mL in 92 days as programmed; all but a hair as expected
        ("20 mL", "1.6 mL", "92", "0.2 mL/day", {}),
        # at most 10 % beside, MedStream's accuracy, the narrowest: 1.84 mL of 18.4
        ("20 mL", "3.44 mL", "92", "0.2 mL/day", {}),
        ("20 mL", "3.45 mL", "92", "0.2 mL/day", {"delivered_too_little": "caution"}),
        ("20 mL", "0 mL", "92", "0.2 mL/day", {"found_empty": "warning"}),
        # 40 - 0.4 x 90 = 4 mL expected, 36 mL delivered: 85 % are 30.6 mL, Prometra's study, the widest
        ("40 mL", "7.6 mL", "90", "0.4 mL/day", {}),
        ("40 mL", "9.4 mL", "90", "0.4 mL/day", {"delivered_too_little": "caution"}),
        ("40 mL", "9.41 mL", "90", "0.4 mL/day", {"delivered_too_little": "warning"}),
        # 2 mL in 10 days: 0.5 mL beside is within two readings of 0.25 mL
        ("20 mL", "17.5 mL", "10", "0.2 mL/day", {}),
        ("20 mL", "17.49 mL", "10", "0.2 mL/day", {"delivered_too_much": "warning"}),
        ("20 mL", "18.5 mL", "10", "0.2 mL/day", {}),
        ("20 mL", "18.51 mL", "10", "0.2 mL/day", {"delivered_too_little": "warning"}),
        # below one half, above two
        ("20 mL", "10.8 mL", "92", "0.2 mL/day", {"delivered_too_little": "warning"}),
        ("20 mL", "10.81 mL", "92", "0.2 mL/day", {"delivered_too_little": "stop"}),
        ("20 mL", "20 mL", "92", "0.2 mL/day", {"delivered_too_little": "stop"}),
        ("20 mL", "0 mL", "50", "0.2 mL/day", {"found_empty": "warning"}),
        ("20 mL", "0 mL", "49", "0.2 mL/day", {"found_empty": "stop"}),
    ],
)
def test_found_against_expected_volume(  # noqa: PLR0917  # a row of a table
    itbcalc: Command, filled: str, aspirated: str, days: str, flow: str, codes: dict[str, str]
) -> None:
    """S9: 27 cases; with the filled volumes above capacity of test_check 42."""
    ran = itbcalc(residual(filled, aspirated, days, flow), "--json")

    assert ran.codes == codes
    assert ran.status == (1 if "stop" in codes.values() else 0)


# --- refused: status 2, the reason on standard error, the document on standard output

REFUSED: list[tuple[str, str, str]] = [  # command line, field, text as typed
    # a missing option
    ("flow-rate", "dose", ""),
    ('flow-rate --dose "350 mcg/day"', "concentration", ""),
    ('daily-dose --concentration "500 mcg/mL"', "flow_rate", ""),
    ('refill --flow-rate "0.2 mL/day"', "volume", ""),
    ('refill --volume "20 mL"', "flow_rate", ""),
    ('refill --volume "20 mL" --dose "80 mcg/day"', "concentration", ""),
    (
        'refill --volume "20 mL" --flow-rate "0.2 mL/day" --patient-bolus "0.1 mL"',
        "patient_boluses_per_day",
        "",
    ),
    ('refill --volume "20 mL" --flow-rate "0.2 mL/day" --patient-boluses-per-day 3', "patient_bolus", ""),
    ('residual --filled "20 mL" --aspirated "2 mL" --flow-rate "0.2 mL/day"', "days", ""),
    ('residual --filled "20 mL" --days 30 --flow-rate "0.2 mL/day"', "aspirated", ""),
    ("catheter", "length", ""),
    ('catheter --length "89 cm"', "volume_per_length", ""),
    ('prime --concentration "500 mcg/mL"', "dead_volume", ""),
    ('prime --dead-volume "0.3 mL"', "concentration", ""),
    ("convert --to mg", "quantity", ""),
    ('convert "350 mcg"', "to", ""),
    ('dilute --stock "2000 mcg/mL" --target "500 mcg/mL"', "volume", ""),
    ("mix", "part", ""),
    ('titrate --dose "100 mcg/day"', "percent", ""),
    ("titrate --percent 15", "dose", ""),
    # malformed text, shown as it was typed
    ('flow-rate --dose ".5 mcg/day" --concentration "500 mcg/mL"', "dose", ".5 mcg/day"),
    ('flow-rate --dose "350" --concentration "500 mcg/mL"', "dose", "350"),
    ('flow-rate --dose "" --concentration "500 mcg/mL"', "dose", ""),
    ('flow-rate --dose "1,000 mcg/day" --concentration "500 mcg/mL"', "dose", "1,000 mcg/day"),
    ('flow-rate --dose "350 mcg/day" --concentration "0.05 %"', "concentration", "0.05 %"),
    ('flow-rate --dose "350 MCG/day" --concentration "500 mcg/mL"', "dose", "350 MCG/day"),
    ('flow-rate --dose "-350 mcg/day" --concentration "500 mcg/mL"', "dose", "-350 mcg/day"),
    ('flow-rate --dose "350 mcg" --concentration "500 mcg/mL"', "dose", "350 mcg"),
    # zero where it has no meaning
    ('flow-rate --dose "0 mcg/day" --concentration "500 mcg/mL"', "dose", "0 mcg/day"),
    ('flow-rate --dose "350 mcg/day" --concentration "0 mcg/mL"', "concentration", "0 mcg/mL"),
    ('daily-dose --flow-rate "0.0 mL/day" --concentration "500 mcg/mL"', "flow_rate", "0.0 mL/day"),
    ('refill --volume "0 mL" --flow-rate "0.2 mL/day"', "volume", "0 mL"),
    (residual("20 mL", "2 mL", "0", "0.2 mL/day"), "days", "0"),
    ('dilute --stock "2000 mcg/mL" --target "0 mcg/mL" --volume "20 mL"', "target", "0 mcg/mL"),
    ('mix --part "0 mL" "500 mcg/mL"', "part", "0 mL"),
    ('prime --dead-volume "0 mL" --concentration "500 mcg/mL"', "dead_volume", "0 mL"),
    # bare numbers, counts, percentages
    (residual("20 mL", "2 mL", '"30 day"', "0.2 mL/day"), "days", "30 day"),
    (residual("20 mL", "2 mL", "1e2", "0.2 mL/day"), "days", "1e2"),
    ('titrate --dose "100 mcg/day" --percent 15 --steps 0', "steps", "0"),
    ('titrate --dose "100 mcg/day" --percent 15 --steps 2.5', "steps", "2.5"),
    ('titrate --dose "100 mcg/day" --percent 15 --steps 1000000', "steps", "1000000"),
    ('titrate --dose "100 mcg/day" --percent 15 --steps -1', "steps", "-1"),
    ('titrate --dose "100 mcg/day" --percent -100', "percent", "-100"),
    ('titrate --dose "100 mcg/day" --percent 0', "percent", "0"),
    ('refill --volume "20 mL" --flow-rate "0.2 mL/day" --accuracy "-5 %"', "accuracy", "-5 %"),
    ('refill --volume "20 mL" --flow-rate "0.2 mL/day" --accuracy "0 %"', "accuracy", "0 %"),
    ('refill --volume "20 mL" --flow-rate "0.2 mL/day" --accuracy 14.5', "accuracy", "14.5"),
    # two alternatives at once
    (
        'refill --volume "20 mL" --flow-rate "0.2 mL/day" --dose "80 mcg/day" --concentration "300 mcg/mL"',
        "dose",
        "80 mcg/day",
    ),
    (
        'prime --dead-volume "0.3 mL" --tubing-volume "0.14 mL" --catheter-volume "0.19 mL" --concentration "500 mcg/mL"',
        "tubing_volume",
        "0.14 mL",
    ),
    ('titrate --dose "100 mcg/day" --percent 15 --to "115 mcg/day"', "to", "115 mcg/day"),
    ('titrate --dose "100 mcg/day" --to "115 mcg/day" --steps 3', "steps", "3"),
    # contradictions
    ('refill --volume "20 mL" --alarm "20 mL" --flow-rate "0.2 mL/day"', "alarm", "20 mL"),
    ('refill --volume "20 mL" --alarm "21 mL" --flow-rate "0.2 mL/day"', "alarm", "21 mL"),
    ('dilute --stock "500 mcg/mL" --target "2000 mcg/mL" --volume "20 mL"', "target", "2000 mcg/mL"),
    (
        'bridge --old-concentration "500 mcg/mL" --new-concentration "0.5 mg/mL" --old-dose "250 mcg/day" '
        '--new-dose "285 mcg/day" --dead-volume "0.3358 mL"',
        "new_concentration",
        "0.5 mg/mL",
    ),
    # the wrong kind of bolus: a volume beside a dose, a dose beside a flow rate
    (
        'refill --volume "20 mL" --dose "80 mcg/day" --concentration "300 mcg/mL" --patient-bolus "0.1 mL" '
        "--patient-boluses-per-day 3",
        "patient_bolus",
        "0.1 mL",
    ),
    (
        'refill --volume "20 mL" --flow-rate "0.2 mL/day" --patient-bolus "10 mcg" --patient-boluses-per-day 3',
        "patient_bolus",
        "10 mcg",
    ),
    # moments
    ('refill --volume "20 mL" --flow-rate "0.2 mL/day" --from 2026-11-22', "from", "2026-11-22"),
    ('refill --volume "20 mL" --flow-rate "0.2 mL/day" --from 22.11.2026', "from", "22.11.2026"),
    ('refill --volume "20 mL" --flow-rate "0.2 mL/day" --from 2026-11-22T09:30', "from", "2026-11-22T09:30"),
    (
        'refill --volume "20 mL" --flow-rate "0.2 mL/day" --from 2026-11-22T09:30Z --zone Berlin',
        "zone",
        "Berlin",
    ),
    # conversions that are none
    ('convert "350 mcg" --to mL', "to", "350 mcg"),
    ('convert "350 mcg" --to cc', "to", "cc"),
    ('convert "350 cc" --to mL', "quantity", "350 cc"),
    ('convert "0 mcg" --to mg', "quantity", "0 mcg"),
    ('convert "2.34 mmol/L" --to mg/mL', "molar_mass", ""),
    ('convert "2 mg/mL" --to mcg/mL --molar-mass "213.66 g/mol"', "molar_mass", "213.66 g/mol"),
    ('convert "2.34 mmol/L" --to mg/mL --molar-mass "213.66 mg"', "molar_mass", "213.66 mg"),
    # the command line itself
    ('flow-rate --dose "350 mcg/day" --concentration "500 mcg/mL" --speed 3', "speed", "--speed"),
    ('flow-rate --dose --concentration "500 mcg/mL"', "dose", ""),
    ('flow-rate --dose "350 mcg/day" --dose "35 mcg/day" --concentration "500 mcg/mL"', "dose", "35 mcg/day"),
    ('flow-rate --dose "350 mcg/day" --concentration "500 mcg/mL" extra', "", "extra"),
    ("flowrate", "", ""),
    ("check", "file", ""),
    ("check missing.toml", "file", "missing.toml"),
    ("schedule", "file", ""),
    ("schedule missing.toml", "file", "missing.toml"),
]


@pytest.mark.parametrize(("line", "field", "typed"), REFUSED)
def test_refused_input_is_named_with_the_reason(itbcalc: Command, line: str, field: str, typed: str) -> None:
    ran, plain = itbcalc(line, "--json"), itbcalc(line)

    assert (ran.status, plain.status) == (2, 2)
    assert next(iter(ran.document)) == "error"
    error = ran.document["error"]
    assert list(error) == ["field", "typed", "reason"]
    assert (error["field"], error["typed"]) == (field, typed)
    assert error["reason"]
    assert error["reason"] in ran.err
    assert error["reason"] in plain.err
    assert field in plain.err
    assert plain.out == ""
    assert "Traceback" not in plain.err


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_an_option_without_its_text_is_refused(itbcalc: Command, more: list[str]) -> None:
    ran = itbcalc("flow-rate --dose", *more)

    assert ran.status == 2
    assert "dose" in ran.err
    if more:
        assert ran.document["error"]["field"] == "dose"


REQUIRED_OPTIONS = {
    "flow-rate": {"dose": "350 mcg/day", "concentration": "500 mcg/mL"},
    "daily-dose": {"flow-rate": "0.2 mL/day", "concentration": "500 mcg/mL"},
    "residual": {"filled": "20 mL", "aspirated": "2 mL", "days": "30", "flow-rate": "0.2 mL/day"},
    "bridge": {
        "old-concentration": "500 mcg/mL",
        "new-concentration": "2000 mcg/mL",
        "old-dose": "250 mcg/day",
        "new-dose": "285 mcg/day",
        "dead-volume": "0.3358 mL",
    },
    "dilute": {"stock": "2000 mcg/mL", "target": "500 mcg/mL", "volume": "20 mL"},
}
LEFT_OUT = [(command, option) for command, options in REQUIRED_OPTIONS.items() for option in options]


@pytest.mark.parametrize(("command", "left_out"), LEFT_OUT)
def test_no_option_has_a_default(itbcalc: Command, command: str, left_out: str) -> None:
    given = {name: text for name, text in REQUIRED_OPTIONS[command].items() if name != left_out}
    line = shlex.join([command, *(part for name, text in given.items() for part in (f"--{name}", text))])

    error = itbcalc(line, "--json").document["error"]

    assert (error["field"], error["typed"]) == (left_out.replace("-", "_"), "")


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("20 cc", "mL"),
        ("20 ML", "mL"),
        ("20 milliliters", "mL"),
        ("20 Ml", "mL"),
        ("20 l", "L"),
    ],
)
def test_the_nearest_accepted_unit_is_named(itbcalc: Command, typed: str, nearest: str) -> None:
    reason = itbcalc(f'refill --volume "{typed}" --flow-rate "0.2 mL/day"', "--json").document["error"][
        "reason"
    ]

    assert typed in reason
    assert nearest in reason.replace(typed, "")


def test_a_percentage_as_concentration_is_refused_with_its_reading(itbcalc: Command) -> None:
    line = 'flow-rate --dose "350 mcg/day" --concentration "0.05 %"'

    assert "0.5 mg/mL" in itbcalc(line, "--json").document["error"]["reason"]


def test_a_dose_per_hour_is_shown_back_per_day(itbcalc: Command) -> None:
    document = itbcalc('flow-rate --dose "10 mcg/h" --concentration "500 mcg/mL"', "--json").document

    assert document["working"][0]["numbers"] == "240 mcg/day ÷ 500 mcg/mL"


def test_the_working_puts_the_numbers_in(itbcalc: Command) -> None:
    document = itbcalc('flow-rate --dose "350 mcg/day" --concentration "2000 mcg/mL"', "--json").document

    assert document["working"] == [
        {
            "name": "flow rate",
            "formula": "daily dose ÷ concentration",
            "numbers": "350 mcg/day ÷ 2,000 mcg/mL",
            "result": "7/40 mL/day = 0.175 mL/day",
        }
    ]


def test_nothing_is_rounded_between_the_steps(itbcalc: Command) -> None:
    # 100 x 1.1^5 = 161.051
    ran = itbcalc('titrate --dose "100 mcg/day" --percent 10 --steps 5', "--json")

    assert ran.results["daily_dose"]["exact"] == "161051/1000"
    assert len(ran.results["steps"]) == 5


# --- check

CHECK_KEYS = {
    "current",
    "new",
    "dose_change_percent",
    "bridge_duration",
    "bridge_flow_rate",
    "bridge_drug",
    "bridge_dose",
    "bridge_volume",
    "bridge_dose_shown_at_new_concentration",
    "unbridged_dose",
    "unbridged_duration",
    "unbridged_ratio",
    "time_to_alarm",
    "low_alarm_date",
    "empty_date",
    "latest_refill_date",
    "readouts",
}
THERAPY_KEYS = {"daily_dose", "daily_volume", "flow_rate", "peak_flow_rate", "lowest_flow_rate"}


def test_a_check_has_every_agreed_result(itbcalc: Command) -> None:
    ran = itbcalc(shlex.join(["check", str(example("06"))]), "--json")

    assert ran.document["command"] == "check"
    assert ran.results.keys() >= CHECK_KEYS
    assert ran.results["current"].keys() >= THERAPY_KEYS
    assert ran.results["new"].keys() >= THERAPY_KEYS
    no_values = {"readouts", "latest_refill_limit", "verdict", "not_read", "explanations", "hints"}
    values = {name: value for name, value in ran.results.items() if name not in no_values}
    assert [values[therapy].pop("mode") for therapy in ("current", "new")] == ["simple-continuous"] * 2
    assert_shapes(values)


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_read_outs_have_the_agreed_shape(itbcalc: Command, path: Path) -> None:
    for read_out in itbcalc(shlex.join(["check", str(path)]), "--json").results["readouts"]:
        cells = ["cells"] if read_out["name"] == "steps" else []
        told = read_out["verdict"] != "cannot_tell"
        reason = [] if told else ["reason"]
        assert list(read_out) == ["name", "shown", "computed", "verdict", *reason, "slips", *cells]
        assert told or read_out["reason"] in ("open_input", "coarse", "one_of_several", "part")
        assert read_out["verdict"] in ("match", "match_truncated", "mismatch", "cannot_tell")
        assert_shapes(read_out["computed"])
        for slip in read_out["slips"]:
            assert list(slip) == ["code", "text", "value"]
            assert slip["value"]["text"]


STATUS = dict.fromkeys(("03", "05", "06", "14", "15", "16", "17"), 1)


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_the_status_is_1_for_a_stop_or_a_mismatch_and_0_else(itbcalc: Command, path: Path) -> None:
    line = shlex.join(["check", str(path)])

    assert itbcalc(line).status == STATUS.get(path.stem[:2], 0)
    assert itbcalc(line, "--json").status == STATUS.get(path.stem[:2], 0)


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_the_terminal_text_fits_80_columns(itbcalc: Command, path: Path) -> None:
    for more in ([], ["--working"]):
        out = itbcalc(shlex.join(["check", str(path)]), *more).out

        assert max(len(row) for row in out.splitlines()) <= 80


def test_the_working_is_shown_on_demand(itbcalc: Command) -> None:
    line = shlex.join(["check", str(example("06"))])

    assert "250 mcg/day ÷ 500 mcg/mL" not in itbcalc(line).out
    assert "250 mcg/day ÷ 500 mcg/mL" in itbcalc(line, "--working").out


def test_the_slip_is_named_in_the_terminal(itbcalc: Command) -> None:
    out = " ".join(itbcalc(shlex.join(["check", str(example("06"))])).out.split())

    assert "With 500 mcg/mL as new concentration" in out
    assert "It is the old concentration." in out


def test_a_refused_program_file_is_named_with_its_place(itbcalc: Command, tmp_path: Path) -> None:
    path = tmp_path / "program.toml"
    text = example("01").read_text(encoding="utf-8").replace('"368 mcg/day"', '"368 MCG/day"')
    path.write_text(text, encoding="utf-8")

    ran = itbcalc(shlex.join(["check", str(path)]), "--json")

    assert ran.status == 2
    assert ran.document["error"]["field"] == "new.daily_dose"
    assert ran.document["error"]["typed"] == "368 MCG/day"
    assert "mcg/day" in ran.document["error"]["reason"]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('filled = "20 mL"\n', "", "reservoir.filled"),
        ("[patient]", "[patients]", "patients"),
        ('pump = "synchromed-ii-20"', 'pump = "synchromed-9"', "system.pump"),
        ('low_alarm = "2 mL"', 'low_alarm = "20 mL"', "reservoir.low_alarm"),
        ("age_years = 51", "age_years = 1e99999999", "patient.age_years"),
        ("[system]", "\ufeff[system]", "file"),
    ],
)
def test_a_refused_program_ends_with_status_2(
    itbcalc: Command, tmp_path: Path, old: str, new: str, field: str
) -> None:
    path = tmp_path / "program.toml"
    text = example("01").read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")

    ran = itbcalc(shlex.join(["check", str(path)]), "--json")

    assert ran.status == 2
    assert ran.document["error"]["field"] == field


def test_a_folder_is_refused(itbcalc: Command, tmp_path: Path) -> None:
    assert itbcalc(shlex.join(["check", str(tmp_path)]), "--json").document["error"]["field"] == "file"


# --- what the program says of itself


def test_the_self_test_counts_its_cases(itbcalc: Command) -> None:
    ran = itbcalc("self-test", "--json")

    assert ran.status == 0
    assert ran.results["passed"] is True
    assert ran.results["cases"] >= 50
    assert ran.results["failed"] == []
    assert str(ran.results["cases"]) in itbcalc("self-test").out


@pytest.mark.parametrize("line", ["self-test", 'flow-rate --dose "350 mcg/day" --concentration "500 mcg/mL"'])
def test_a_failed_self_test_is_said_and_ends_with_status_1(
    itbcalc: Command, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    from itbcalc.ask.selftest import SelfTest

    monkeypatch.setattr("itbcalc.ask.selftest.run_self_test", lambda **_: SelfTest(90, ("B5", "B6")))

    ran = itbcalc(line, "--json")

    assert ran.status == 1
    assert "B5" in ran.err
    if line != "self-test":
        assert ran.codes == {"self_test_failed": "stop"}


def test_a_failed_self_test_is_said_beside_a_check(itbcalc: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    from itbcalc.ask.selftest import SelfTest

    monkeypatch.setattr("itbcalc.ask.selftest.run_self_test", lambda **_: SelfTest(90, ("B5",)))

    ran = itbcalc(shlex.join(["check", str(example("01"))]), "--json")

    assert ran.status == 1
    assert next(iter(ran.codes.items())) == ("self_test_failed", "stop")


def test_a_refused_profile_is_said_and_left_out(itbcalc: Command, config_folder: Path) -> None:
    (config_folder / "pumps").mkdir()
    (config_folder / "pumps" / "own.toml").write_text("[[pump]]\nid = 3\n", encoding="utf-8")

    ran = itbcalc('flow-rate --dose "350 mcg/day" --concentration "500 mcg/mL"', "--json")

    assert ran.status == 0
    assert ran.codes == {"own_profile_refused": "caution"}
    assert "profile not read" in ran.err


def test_a_pump_of_the_clinics_own_is_known(itbcalc: Command, config_folder: Path, tmp_path: Path) -> None:
    (config_folder / "pumps").mkdir()
    (config_folder / "pumps" / "own.toml").write_text(
        '[[pump]]\nid = "ours-20"\nname = "Ours 20 mL"\nkind = "programmable"\n'
        'reservoir_volume = { value = "20 mL", grade = "clinic", source = "implant manual, p. 3" }\n',
        encoding="utf-8",
    )
    path = tmp_path / "program.toml"
    text = example("01").read_text(encoding="utf-8").replace("synchromed-ii-20", "ours-20")
    path.write_text(text, encoding="utf-8")

    ran = itbcalc(shlex.join(["check", str(path)]))

    assert ran.err == ""
    assert "Ours 20 mL" in ran.out


def test_the_version_and_the_help_are_printed(itbcalc: Command) -> None:
    assert itbcalc("--version").out.strip() == __version__
    overview = itbcalc("--help").out
    assert all(command in overview for command in (*COMMANDS, "check", "self-test"))


@pytest.mark.parametrize("command", [*COMMANDS, "check", "self-test"])
def test_every_command_has_its_help_and_json(itbcalc: Command, command: str) -> None:
    ran = itbcalc(f"{command} --help")

    assert ran.status == 0
    assert "--json" in ran.out


# --- schedule

NIGHT_FILE = """\
drug = "baclofen"
concentration = "500 mcg/mL"
mode = "flex"
basal = "300 mcg/day"
steps = [ { start = "22:00", duration = "8 h", dose = "140 mcg" } ]
steps_replace_basal = true
"""
SEGMENT_KEYS = ["start", "duration", "flow_rate", "dose"]


@pytest.fixture
def file_of(tmp_path: Path) -> Callable[[str], str]:
    """Writes a file and gives its path as the command line has it."""

    def write(text: str) -> str:
        path = tmp_path / "schedule.toml"
        path.write_text(text, encoding="utf-8")
        return shlex.quote(str(path))

    return write


def exact_values(results: dict[str, Any], *names: str) -> dict[str, str]:
    return {name: results[name]["exact"] for name in names}


@pytest.mark.parametrize(
    "text", [NIGHT_FILE, f"[new]\n{NIGHT_FILE}"], ids=["the table alone", "with its name"]
)
def test_a_schedule_has_every_agreed_result(
    itbcalc: Command, file_of: Callable[[str], str], text: str
) -> None:
    # 300 x 16/24 + 140 = 340 mcg/day = 0.68 mL/day; by day 300/500 = 0.6, at night 140 x 3/500 = 0.84 mL/day
    ran = itbcalc(f"schedule {file_of(text)}", "--json")

    results = ran.results
    assert ran.status == 0
    assert ran.document["command"] == "schedule"
    assert results["mode"] == "flex"
    assert exact_values(results, "daily_dose", "daily_volume", "peak_flow_rate", "lowest_flow_rate") == {
        "daily_dose": "340",
        "daily_volume": "17/25",
        "peak_flow_rate": "21/25",
        "lowest_flow_rate": "3/5",
    }
    assert "flow_rate" not in results
    assert [list(segment) for segment in results["segments"]] == [SEGMENT_KEYS] * 3
    rows = [
        (each["start"], each["duration"]["exact"], each["flow_rate"]["exact"], each["dose"]["exact"])
        for each in results["segments"]
    ]
    assert rows == [
        ("00:00", "1/4", "21/25", "105"),  # 6 h of 17.5 mcg/h
        ("06:00", "2/3", "3/5", "200"),
        ("22:00", "1/12", "21/25", "35"),
    ]
    assert [each["exact"] for each in results["hourly_doses"]] == [
        *["35/2"] * 6,
        *["25/2"] * 16,
        *["35/2"] * 2,
    ]


def test_the_working_of_a_schedule_puts_its_steps_in(itbcalc: Command, file_of: Callable[[str], str]) -> None:
    document = itbcalc(f"schedule {file_of(NIGHT_FILE)}", "--json").document

    (dose,) = (step for step in document["working"] if step["name"] == "daily dose, new")
    assert dose["numbers"] == "(300 mcg/day × 16 h + 140 mcg) ÷ 1 day"
    assert dose["result"] == "340 mcg/day"


WEEK = f"""\
{NIGHT_FILE}
[new.days.sat]
basal = "300 mcg/day"
steps = []

[new.days.sun]
basal = "240 mcg/day"
steps = [ {{ start = "08:00", duration = "2 h", dose = "40 mcg" }} ]
steps_replace_basal = true
"""


def test_where_the_week_differs_each_day_stands_for_itself(
    itbcalc: Command, file_of: Callable[[str], str]
) -> None:
    results = itbcalc(f"schedule {file_of(f'[new]{chr(10)}{WEEK}')}", "--json").results

    # the step of Friday runs until Saturday 06:00. Monday has none from Sunday: 300 x 22/24 + 2 x 17.5 = 310;
    # Tuesday to Friday 340; Saturday 105 + 300 x 18/24 = 330; Sunday 240 x 22/24 + 40 = 260
    days = results["days"]
    assert list(days) == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert [day["daily_dose"]["exact"] for day in days.values()] == [
        "310",
        "340",
        "340",
        "340",
        "340",
        "330",
        "260",
    ]
    # 310 + 4 x 340 + 330 + 260 = 2260; / 500 = 4.52; / 7
    assert exact_values(results, "weekly_dose", "weekly_volume", "daily_dose") == {
        "weekly_dose": "2260",
        "weekly_volume": "113/25",
        "daily_dose": "2260/7",
    }
    assert "segments" not in results
    for day in days.values():
        assert {
            "daily_dose",
            "daily_volume",
            "peak_flow_rate",
            "lowest_flow_rate",
            "segments",
            "hourly_doses",
        } <= set(day)
        assert len(day["hourly_doses"]) == 24
        assert [list(segment) for segment in day["segments"]] == [SEGMENT_KEYS] * len(day["segments"])
    # Sunday: 40 mcg in 2 h, 40 x 12 / 500 = 0.96 mL/day; 240 / 500
    assert exact_values(days["sun"], "peak_flow_rate", "lowest_flow_rate", "daily_volume") == {
        "peak_flow_rate": "24/25",
        "lowest_flow_rate": "12/25",
        "daily_volume": "13/25",
    }
    assert [segment["start"] for segment in days["sat"]["segments"]] == ["00:00", "06:00"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (  # 400 + 4 x 15 = 460; (15 x 288 + 400) / 500 = 9.44 mL/day in a bolus of 5 min
            ['mode = "periodic-bolus"', 'basal = "400 mcg/day"', 'bolus = "15 mcg"', 'duration = "5 min"',
             'every = "6 h"', 'first = "06:00"', "bolus_replaces_basal = false"],
            {"daily_dose": "460", "daily_volume": "23/25", "peak_flow_rate": "236/25", "lowest_flow_rate": "4/5",
             "boluses_per_day": "4"},
        ),
        (  # 15 x 24 / 5 = 72
            ['mode = "periodic-bolus"', 'basal = "0 mcg/day"', 'bolus = "15 mcg"', 'duration = "5 min"',
             'every = "5 h"', 'first = "06:00"'],
            {"daily_dose": "72", "daily_volume": "18/125", "boluses_per_day": "24/5", "lowest_flow_rate": "0"},
        ),
        (  # 460 + 25; 25 x 144 / 500 + 0.92 = 8.12
            ['mode = "single-bolus"', 'basal = "460 mcg/day"', 'bolus = "25 mcg"', 'duration = "10 min"',
             "bolus_replaces_basal = false"],
            {"daily_dose": "460", "first_day_dose": "485", "peak_flow_rate": "203/25", "lowest_flow_rate": "23/25"},
        ),
        (
            ['mode = "simple-continuous"', 'daily_dose = "460 mcg/day"'],
            {"daily_dose": "460", "flow_rate": "23/25", "peak_flow_rate": "23/25", "lowest_flow_rate": "23/25"},
        ),
        (  # 460 + 3 x 10
            ['mode = "simple-continuous"', 'daily_dose = "460 mcg/day"',
             'patient_bolus = { dose = "10 mcg", duration = "5 min", lockout = "6 h", per_day = 3 }'],
            {"daily_dose": "460", "daily_dose_with_patient_boluses": "490"},
        ),
        (
            ['mode = "minimum-rate"', 'flow_rate = "0.05 mL/day"'],
            {"daily_dose": "25", "daily_volume": "1/20", "peak_flow_rate": "1/20", "lowest_flow_rate": "1/20"},
        ),
        (['mode = "stopped"'], {"daily_dose": "0", "daily_volume": "0", "peak_flow_rate": "0"}),
    ],
    ids=["periodic", "off the day", "single", "simple", "patient", "minimum rate", "stopped"],
)  # fmt: skip
def test_every_mode_has_its_totals(
    itbcalc: Command, file_of: Callable[[str], str], lines: list[str], expected: dict[str, str]
) -> None:
    text = "\n".join(['drug = "baclofen"', 'concentration = "500 mcg/mL"', *lines])

    results = itbcalc(f"schedule {file_of(text)}", "--json").results

    assert exact_values(results, *expected) == expected


def test_a_program_file_gives_the_schedule_of_its_new_therapy(itbcalc: Command) -> None:
    # 200 + 160 with four boluses of 40 over 10 min: (160 + 40 x 144) / 500 = 11.84 mL/day
    results = itbcalc(shlex.join(["schedule", str(example("19"))]), "--json").results

    assert exact_values(results, "daily_dose", "peak_flow_rate", "lowest_flow_rate") == {
        "daily_dose": "320",
        "peak_flow_rate": "296/25",
        "lowest_flow_rate": "8/25",
    }
    assert len(results["segments"]) == 8  # four boluses, the first at midnight, and what follows each
    assert "readouts" not in results


@pytest.mark.parametrize(
    ("zone", "expected"),
    [  # in New York at the change, 10 Nov: Tokyo 14 h ahead, Kolkata 10.5 h
        ("Asia/Tokyo", [("06:00", "20:00"), ("22:00", "12:00")]),
        ("Asia/Kolkata", [("06:00", "16:30"), ("22:00", "08:30")]),
        ("America/New_York", [("06:00", "06:00"), ("22:00", "22:00")]),
    ],
)
def test_a_journey_is_shown_beside_the_clock_of_the_pump(
    itbcalc: Command, zone: str, expected: list[tuple[str, str]]
) -> None:
    line = shlex.join(["schedule", str(example("18")), "--elsewhere", zone])

    ran, plain = itbcalc(line, "--json"), itbcalc(line)

    assert ran.results["elsewhere"] == [{"pump": here, "patient": there} for here, there in expected]
    for here, there in expected:
        assert f"{here} on the pump is {there} in {zone}" in plain.out


@pytest.mark.parametrize(
    ("lines", "status", "codes"),
    [
        (['mode = "stopped"'], 1, {"pump_would_stop": "stop"}),
        (['mode = "minimum-rate"', 'flow_rate = "0.05 mL/day"'], 1, {"minimum_rate_treats_nothing": "stop"}),
        (  # 24 x 60 = 1440 mcg/day with nothing before to compare with
            ['mode = "periodic-bolus"', 'bolus = "60 mcg"', 'duration = "5 min"', 'every = "1 h"', 'first = "06:00"',
             'basal = "0 mcg/day"'],
            1, {"boluses_very_often": "stop"},
        ),
        (['mode = "simple-continuous"', 'daily_dose = "1000.01 mcg/day"'], 0, {"dose_above_limit": "warning"}),
        (['mode = "simple-continuous"', 'daily_dose = "460 mcg/day"'], 0, {}),
    ],
    ids=["stopped", "minimum rate", "every hour", "high", "usual"],
)  # fmt: skip
def test_the_status_of_a_schedule_is_1_for_a_stop_in_it_and_0_else(
    itbcalc: Command, file_of: Callable[[str], str], lines: list[str], status: int, codes: dict[str, str]
) -> None:
    text = "\n".join(['drug = "baclofen"', 'concentration = "500 mcg/mL"', *lines])
    line = f"schedule {file_of(text)}"

    ran = itbcalc(line, "--json")

    assert (ran.status, itbcalc(line).status) == (status, status)
    assert codes.items() <= ran.codes.items()


def test_a_read_out_that_differs_is_no_matter_of_the_schedule(itbcalc: Command) -> None:
    line = str(example("16"))

    assert itbcalc(shlex.join(["check", line])).status == 1
    assert itbcalc(shlex.join(["schedule", line])).status == 0


@pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
def test_the_schedule_of_every_example_fits_80_columns(itbcalc: Command, path: Path) -> None:
    for more in ([], ["--working"]):
        out = itbcalc(shlex.join(["schedule", str(path)]), *more).out

        assert max(len(row) for row in out.splitlines()) <= 80


@pytest.mark.parametrize(
    ("basal", "in_line"),
    [("240 mcg/day", 12), ("230.1 mcg/day", 6), ("0.000000000001 mcg/day", 3)],
)
def test_the_hours_of_a_day_stand_in_lines_of_80_columns(
    itbcalc: Command, file_of: Callable[[str], str], basal: str, in_line: int
) -> None:
    out = itbcalc(f"schedule {file_of(NIGHT_FILE.replace('300 mcg/day', basal))}").out

    lines = [line for line in out.splitlines() if line.startswith("  from ")]
    assert [line[7:12] for line in lines] == [f"{hour:02}:00" for hour in range(0, 24, in_line)]
    assert max(len(row) for row in out.splitlines()) <= 80


def test_a_day_of_boluses_without_end_is_cut_in_the_plain_text_and_whole_in_json(
    itbcalc: Command, file_of: Callable[[str], str]
) -> None:
    text = """\
drug = "baclofen"
concentration = "500 mcg/mL"
mode = "periodic-bolus"
bolus = "1 mcg"
duration = "5 s"
every = "1 min"
first = "00:00"
"""
    line = f"schedule {file_of(text)}"

    plain, whole = itbcalc(line), itbcalc(line, "--json")

    assert "… and 2,820 more" in plain.out  # 2 x 1440 - 60
    assert len(whole.results["segments"]) == 2880


@pytest.mark.parametrize(
    ("text", "field", "typed"),
    [
        ("", "new.mode", ""),
        (NIGHT_FILE.replace("22:00", "10 pm"), "new.steps.1.start", "10 pm"),
        (NIGHT_FILE.replace('"8 h"', '"25 h"'), "new.steps.1.duration", "25 h"),
        (NIGHT_FILE.replace('"140 mcg"', '"140"'), "new.steps.1.dose", "140"),
        (NIGHT_FILE.replace('basal = "300 mcg/day"\n', ""), "new.basal", "06:00 to 22:00"),
        (NIGHT_FILE.replace("steps_replace_basal = true\n", ""), "new.steps_replace_basal", ""),
        (NIGHT_FILE.replace("flex", "flexible"), "new.mode", "flexible"),
        (NIGHT_FILE + 'bolus = "20 mcg"\n', "new.bolus", "bolus"),
        (f"[current]\n{NIGHT_FILE}", "system", ""),
        ("mode = ", "file", ""),
    ],
)
def test_a_refused_schedule_is_named_with_its_place(
    itbcalc: Command, file_of: Callable[[str], str], text: str, field: str, typed: str
) -> None:
    line = f"schedule {file_of(text)}"

    ran, plain = itbcalc(line, "--json"), itbcalc(line)

    assert (ran.status, plain.status) == (2, 2)
    assert (ran.document["error"]["field"], ran.document["error"]["typed"]) == (field, typed)
    assert field in plain.err
    assert plain.out == ""


@pytest.mark.parametrize(
    ("more", "field", "typed"),
    [
        (["--elsewhere", "Tokyo"], "elsewhere", "Tokyo"),
        (["--elsewhere", ""], "elsewhere", ""),
        (["--elsewhere", "Asia/Tokyo"], "reservoir.at", ""),  # the new therapy alone has no moment
        (["--nowhere", "Asia/Tokyo"], "nowhere", "--nowhere"),
        (["--elsewhere"], "elsewhere", ""),
    ],
)
def test_a_refused_journey_is_named(
    itbcalc: Command, file_of: Callable[[str], str], more: list[str], field: str, typed: str
) -> None:
    ran = itbcalc(f"schedule {file_of(NIGHT_FILE)}", "--json", *more)

    assert ran.status == 2
    assert (ran.document["error"]["field"], ran.document["error"]["typed"]) == (field, typed)


def test_a_failed_self_test_is_said_beside_a_schedule(
    itbcalc: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    from itbcalc.ask.selftest import SelfTest

    monkeypatch.setattr("itbcalc.ask.selftest.run_self_test", lambda **_: SelfTest(90, ("B5",)))

    ran = itbcalc(shlex.join(["schedule", str(example("18"))]), "--json")

    assert ran.status == 1
    assert ran.codes["self_test_failed"] == "stop"


# --- an option with nothing behind it


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ('refill --volume "40 mL" --alarm "2 mL" --flow-rate "0.2 mL/day" --from ""', "from"),
        ('refill --volume "40 mL" --alarm " " --flow-rate "0.2 mL/day"', "alarm"),
        ('refill --volume "40 mL" --flow-rate "0.2 mL/day" --alarm=', "alarm"),
        ('convert "2 mg/mL" --to ""', "to"),
        ('schedule x.toml --elsewhere ""', "elsewhere"),
        ('log list --patient ""', "patient"),
        (
            'refill --volume "40 mL" --flow-rate "0.2 mL/day" --patient-boluses-per-day ""',
            "patient_boluses_per_day",
        ),
    ],
)
def test_an_option_given_empty_is_refused_not_taken_as_left_out(
    itbcalc: Command, line: str, field: str
) -> None:
    ran = itbcalc(line, "--json")

    assert ran.status == 2
    assert ran.document["error"]["field"] == field
    assert ran.document["error"]["typed"].strip() == ""
    assert "leave the option out" in ran.err


# --- every result has its working

# The same quantity in another unit: by one amount in both units, worked by hand.
CONVERTED = [
    ('"2 mg/mL" --to mcg/mL', "2 mg/mL ÷ 1 mg/mL × 1,000 mcg/mL", "2000 mcg/mL = 2,000 mcg/mL"),
    ('"350 mcg/day" --to mg/h', "350 mcg/day ÷ 24,000 mcg/day × 1 mg/h", "7/480 mg/h = 0.01458 mg/h"),
    ('"16 h 7 min" --to h', "967 min ÷ 60 min × 1 h", "967/60 h = 16.12 h"),
    ('"2 day" --to h', "2 day ÷ 1 day × 24 h", "48 h"),
    ('"5 mL" --to mL', "5 mL ÷ 1 mL × 1 mL", "5 mL"),
    ('"0.05 %" --to mg/mL', "500 mcg/mL ÷ 1,000 mcg/mL × 1 mg/mL", "1/2 mg/mL = 0.5 mg/mL"),
]


@pytest.mark.parametrize(("asked", "numbers", "result"), CONVERTED)
def test_a_conversion_shows_its_working(itbcalc: Command, asked: str, numbers: str, result: str) -> None:
    step = itbcalc(f"convert {asked}", "--json").document["working"][-1]

    assert (step["name"], step["numbers"], step["result"]) == ("converted", numbers, result)


# --- when the program itself fails


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A check that fails for a reason of its own; the folder in which this program keeps its data."""

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("a figure of ours is missing")

    monkeypatch.setattr("itbcalc.judge.check.check", fails)
    monkeypatch.setenv("ITBCALC_DATA_DIR", str(tmp_path))
    return tmp_path


def test_an_error_of_our_own_is_a_line_with_the_place_of_the_report(itbcalc: Command, broken: Path) -> None:
    ran = itbcalc(shlex.join(["check", str(example("01"))]))

    (report,) = broken.glob("failures/*.txt")
    assert (ran.status, ran.out) == (3, "")
    assert ran.err.splitlines() == [
        f"itbcalc made an error of its own; nothing was computed. The report lies at {report}"
    ]
    text = report.read_text(encoding="utf-8")
    assert text.startswith(f"itbcalc {__version__}, Python ")
    assert "Traceback" in text
    assert "RuntimeError: a figure of ours is missing" in text


def test_an_error_of_our_own_is_an_error_in_the_document(itbcalc: Command, broken: Path) -> None:
    ran = itbcalc(shlex.join(["check", str(example("01"))]), "--json")

    (report,) = broken.glob("failures/*.txt")
    assert ran.status == 3
    assert set(ran.document) == {"error"}
    assert str(report) in ran.document["error"]["reason"]


def test_where_no_report_can_be_written_that_is_said(itbcalc: Command, broken: Path) -> None:
    (broken / "failures").write_text("no folder", encoding="utf-8")

    ran = itbcalc(shlex.join(["check", str(example("01"))]))

    assert ran.status == 3
    assert "no report could be written" in ran.err
    assert "Traceback" not in ran.err
