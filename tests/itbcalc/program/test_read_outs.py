"""Every read-out is whole: its definition, its words, its place in the docs and in these tests. What is forgotten is named."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.judge.verdicts import Verdict, gravest
from itbcalc.program import read_program
from itbcalc.program.read_out_keys import READ_OUT_KEYS, ReadOutForm
from itbcalc.program.read_outs import READ_OUTS, SINGLE_READ_OUTS, ReadOutDefinition
from itbcalc.say import READ_OUT_WORDS, VERDICT_WORDS, read_out_words, refusal_words, typed_of
from itbcalc.say.report import check_text
from itbcalc.say.table import ResultRow
from tests.itbcalc.judge.bridged import BRIDGED
from tests.itbcalc.programs import (
    QUIET_PERIODIC,
    check_of,
    document_of,
    library,
    new_therapy,
    step,
    table_of,
)

DOCS = Path(__file__).parents[3] / "docs"

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

# The bridged program again, its 0.19 mL of catheter as a length: 95 x 0.002 mL.
OF_95_CM = {**BRIDGED, "system.catheter": {"length": "95 cm", "volume_per_length": "0.002 mL/cm"}}

# What a programmer shows of the quiet program with a bridge: 500 to 2000 mcg/mL, 400 mcg/day, then 460, dead volume
# 0.33 mL, 40 mL with the alarm at 2 mL from 10 Nov 2026 09:00. Worked in tests/itbcalc/judge/bridged.py; 0.33 x 2000
# = 660 mcg fill the whole system; to emptiness it is 0.4125 + 39.67 / 0.23 = 172.89 days,
# to the alarm 164.195: 164 whole days.
OF_A_BRIDGE = {
    "concentration": "2000 mcg/mL",
    "daily_dose": "460 mcg/day",
    "daily_volume": "0.230 mL",
    "flow_rate": "0.230 mL/day",
    "bridge_duration": "9 h 54 min",
    "bridge_flow_rate": "0.800 mL/day",
    "bridge_volume": "0.330 mL",
    "bridge_drug": "165 mcg",
    "bridge_dose": "400 mcg/day",
    "low_alarm_date": "2027-04-23",
    "empty_date": "2027-05-02",
    "days_to_alarm": "164 day",
    "filled": "40.0 mL",
    "low_alarm": "2.0 mL",
    "pump_clock": "10 Nov 2026 09:00",
    "tubing_volume": "0.140 mL",
    "catheter_length": "95.0 cm",
    "catheter_volume": "0.190 mL",
    "dead_volume": "0.330 mL",
}
# 0.330 mL of 500 mcg/mL fill the emptied line: 165 mcg.
PRIMED = {
    "line": {"tubing": "none", "catheter": "none", "prime": {"volume": "0.330 mL", "duration": "20 min"}}
}
OF_A_PRIME = {"prime_volume": "0.330 mL", "prime_dose": "165.0 mcg", "prime_duration": "20 min"}
# Boluses of the mode itself, and such as the patient may call for, as they are typed.
OF_BOLUSES = {
    "basal": "400.0 mcg/day",
    "bolus": "15.0 mcg",
    "bolus_duration": "5 min",
    "every": "6 h",
    "first": "06:00",
    "patient_bolus.dose": "10.0 mcg",
    "patient_bolus.duration": "10 min",
    "patient_bolus.lockout": "4 h",
    "patient_bolus.per_day": "3",
}
BOLUSES = {
    **QUIET_PERIODIC,
    "new.patient_bolus": {"dose": "10 mcg", "duration": "10 min", "lockout": "4 h", "per_day": 3},
}
# At 500 mcg/mL; on weekdays 240 x 18/24 + 120 = 300 mcg = 0.6 mL; on Sunday 120 x 18/24 + 60 = 150 mcg = 0.3 mL.
WEEK = new_therapy(
    "flex",
    basal="240 mcg/day",
    steps=[step("12:00", "6 h", "120 mcg")],
    steps_replace_basal=True,
    days={
        "sun": {
            "basal": "120 mcg/day",
            "steps": [step("12:00", "6 h", "60 mcg")],
            "steps_replace_basal": True,
        }
    },
)
OF_THE_WEEK = {
    f"days.{day}.{name}": text
    for day in WEEKDAYS
    for name, text in (
        ("daily_dose", "150.0 mcg/day" if day == "sun" else "300.0 mcg/day"),
        ("daily_volume", "0.300 mL/day" if day == "sun" else "0.600 mL"),
    )
}
SHOWN = {
    **{name: (OF_95_CM, text) for name, text in OF_A_BRIDGE.items()},
    **{name: (PRIMED, text) for name, text in OF_A_PRIME.items()},
    **{name: (BOLUSES, text) for name, text in OF_BOLUSES.items()},
    **{name: (WEEK, text) for name, text in OF_THE_WEEK.items()},
}


def test_every_read_out_has_words_and_every_word_is_of_a_read_out() -> None:
    with_words = {name for name in SINGLE_READ_OUTS if not name.startswith("days.")}
    assert set(READ_OUT_WORDS) == {*with_words, "steps"}
    assert read_out_words("days.sun.daily_volume") == "daily volume on Sun"
    assert len({read_out_words(name) for name in SINGLE_READ_OUTS}) == len(SINGLE_READ_OUTS)


def test_the_field_of_a_read_out_shows_the_unit_in_which_it_is_printed() -> None:
    printed = {name: SINGLE_READ_OUTS[name].unit for name in READ_OUT_KEYS}

    assert {name: key.unit for name, key in READ_OUT_KEYS.items()} == printed


def test_every_read_out_is_in_the_docs() -> None:
    text = (DOCS / "program-file.md").read_text(encoding="utf-8")
    section = re.split(r"^## ", text.split("## `[readouts]`", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    named = {
        key
        for line in re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
        for key in re.findall(r"`(\w+)`", line)
    }
    cells = {cell.name for each in READ_OUTS.values() for cell in each.cells}

    assert named == {*READ_OUTS, *cells, "day"}


def test_every_read_out_is_tried_here() -> None:
    assert set(SHOWN) == set(SINGLE_READ_OUTS)


@pytest.mark.parametrize("name", SHOWN)
def test_a_read_out_of_a_program_agrees_with_what_it_comes_to(name: str) -> None:
    program, shown = SHOWN[name]
    (found,) = document_of(check_of({**program, f"readouts.{name}": shown}))["results"]["readouts"]

    assert (found["name"], found["shown"]) == (name, shown)
    assert found["verdict"] == "match"


# What the programmer shows once one thing was typed there otherwise; `bolus` and the like of a program without any.
OTHERWISE = [
    (OF_95_CM, "filled", "18 mL"),
    (OF_95_CM, "filled", "0 mL"),
    (OF_95_CM, "low_alarm", "1.0 mL"),
    (OF_95_CM, "days_to_alarm", "163"),
    (OF_95_CM, "days_to_alarm", "165 day"),
    (OF_95_CM, "pump_clock", "10 Nov 2026 21:00"),
    (OF_95_CM, "pump_clock", "2026-11-10T09:00+02:00"),
    (OF_95_CM, "pump_clock", "10 Nov 2025 09:00"),
    (OF_95_CM, "tubing_volume", "0.199 mL"),
    (OF_95_CM, "catheter_length", "37.4 cm"),
    (OF_95_CM, "catheter_volume", "0.220 mL"),
    (OF_95_CM, "dead_volume", "0.19 mL"),
    (OF_95_CM, "basal", "400 mcg/day"),
    (OF_95_CM, "bolus", "15 mcg"),
    (OF_95_CM, "bolus_duration", "5 min"),
    (OF_95_CM, "every", "6 h"),
    (OF_95_CM, "first", "06:00"),
    (OF_95_CM, "patient_bolus.per_day", "3"),
    (BOLUSES, "basal", "460 mcg/day"),
    (BOLUSES, "bolus", "51 mcg"),
    (BOLUSES, "bolus_duration", "5 h"),
    (BOLUSES, "every", "6 min"),
    (BOLUSES, "first", "18:15"),
    (BOLUSES, "patient_bolus.dose", "100 mcg"),
    (BOLUSES, "patient_bolus.duration", "1 min"),
    (BOLUSES, "patient_bolus.lockout", "4 min"),
    (BOLUSES, "patient_bolus.per_day", "4"),
    (BOLUSES, "patient_bolus.per_day", "0"),
    (WEEK, "days.sun.daily_dose", "300 mcg/day"),
    (WEEK, "days.sat.daily_dose", "150 mcg/day"),
    (WEEK, "days.sun.daily_volume", "0.600 mL"),
]


@pytest.mark.parametrize(("program", "name", "shown"), OTHERWISE, ids=[f"{n} {s}" for _, n, s in OTHERWISE])
def test_a_read_out_of_another_program_differs(program: dict[str, Any], name: str, shown: str) -> None:
    checked = check_of({**program, f"readouts.{name}": shown})

    (found,) = document_of(checked)["results"]["readouts"]
    assert found["verdict"] == "mismatch"
    assert read_out_words(name) in check_text(checked, library())


def test_the_basal_in_simple_continuous_mode_is_the_daily_dose() -> None:
    (found,) = document_of(check_of({"readouts.basal": "460 mcg/day"}))["results"]["readouts"]

    assert (found["verdict"], found["computed"]["text"]) == ("match", "460 mcg/day")


def test_of_a_catheter_of_segments_the_length_is_that_of_all_together() -> None:
    segments = [
        {"length": "66 cm", "volume_per_length": "0.0022 mL/cm"},
        {"length": "23 cm", "volume_per_length": "0.0022 mL/cm"},
    ]
    changes = {"system.catheter": segments, "readouts.catheter_length": "89 cm"}

    (found,) = document_of(check_of(changes))["results"]["readouts"]
    assert (found["verdict"], found["computed"]["text"]) == ("match", "89 cm")


def test_the_length_of_a_catheter_given_by_its_volume_cannot_be_told() -> None:
    (found,) = document_of(check_of({"readouts.catheter_length": "95 cm"}))["results"]["readouts"]

    assert (found["verdict"], found["computed"]) == ("cannot_tell", None)


def test_a_tubing_volume_that_was_left_open_is_told_by_nothing_that_is_shown_of_it() -> None:
    changes = {"system.pump": "synchromed-ii-20", "readouts.tubing_volume": "0.140 mL"}

    (found,) = document_of(check_of(changes))["results"]["readouts"]
    open_too = len(library().pumps["synchromed-ii-20"].tubing_volume) > 1
    assert found["verdict"] == ("cannot_tell" if open_too else "match")


def test_boluses_that_wander_through_the_days_have_no_dose_of_a_weekday() -> None:
    # every 7 h does not divide the day
    changes = {**QUIET_PERIODIC, "new.every": "7 h", "readouts.days.sun.daily_dose": "460 mcg/day"}

    (found,) = document_of(check_of(changes))["results"]["readouts"]
    assert (found["verdict"], found["computed"]) == ("cannot_tell", None)


def test_where_every_day_is_alike_a_weekday_has_the_daily_dose() -> None:
    (found,) = document_of(check_of({"readouts.days.wed.daily_dose": "460 mcg/day"}))["results"]["readouts"]

    assert (found["verdict"], found["computed"]["text"]) == ("match", "460 mcg/day")


# --- how they are typed


@pytest.mark.parametrize(
    "shown",
    [
        "10 Nov 2026 09:00",
        "2026-11-10 09:00",
        "2026-11-10T09:00+01:00",
        "2026-11-10T08:00Z",
        datetime(2026, 11, 10, 9, 0),  # noqa: DTZ001  # a local date and time of TOML
        datetime(2026, 11, 10, 8, 0, tzinfo=UTC),
    ],
)
def test_a_pump_s_clock_is_read_with_its_offset_or_in_the_patient_s_zone(shown: object) -> None:
    (found,) = document_of(check_of({"readouts.pump_clock": shown}))["results"]["readouts"]

    assert found["verdict"] == "match"
    assert found["computed"] == {
        "date": "2026-11-10",
        "at": "2026-11-10T09:00:00+01:00",
        "text": "10 Nov 2026 09:00",
    }


# It is read during the visit and runs on: a quarter of an hour is the bound. `09:00:40` is read as 09:00.
@pytest.mark.parametrize(
    ("clock", "verdict"),
    [("09:00", "match"), ("09:15", "match"), ("09:16", "mismatch"), ("08:44", "mismatch")],
)
def test_a_pump_s_clock_may_be_off_as_long_as_a_visit_lasts(clock: str, verdict: str) -> None:
    changes = {"reservoir.at": "2026-11-10T09:00:40+01:00", "readouts.pump_clock": f"10 Nov 2026 {clock}"}

    (found,) = document_of(check_of(changes))["results"]["readouts"]
    assert found["verdict"] == verdict


@pytest.mark.parametrize("shown", [164, "164", "164 day", "164 d"])
def test_whole_days_are_typed_with_their_unit_or_bare(shown: object) -> None:
    (found,) = document_of(check_of({**OF_95_CM, "readouts.days_to_alarm": shown}))["results"]["readouts"]

    assert (found["verdict"], found["shown"], found["computed"]["text"]) == ("match", str(shown), "164 days")


@pytest.mark.parametrize("shown", [3, "3"])
def test_a_count_is_typed_bare(shown: object) -> None:
    changes = {**BOLUSES, "readouts.patient_bolus": {"per_day": shown}}

    (found,) = document_of(check_of(changes))["results"]["readouts"]
    assert (found["verdict"], found["shown"], found["computed"]["text"]) == ("match", "3", "3")


# Per field letters, another unit, a sign, a date that can be read two ways, and what has no place there at all.
REFUSED = [
    *((name, bad) for name in ("filled", "low_alarm", "tubing_volume", "catheter_volume", "dead_volume")
      for bad in ("full", "40 mcg", "40", "-40 mL", "40,0 mL", 40)),
    *(("catheter_length", bad) for bad in ("long", "95 mL", "95", "-95 cm", 95)),
    *(("basal", bad) for bad in ("none", "400 mcg", "400 mL/day", "-400 mcg/day", "400")),
    *((name, bad) for name in ("bolus", "patient_bolus.dose") for bad in ("big", "15 mcg/day", "-15 mcg", "15", 15)),
    *((name, bad) for name in ("bolus_duration", "every", "patient_bolus.duration", "patient_bolus.lockout")
      for bad in ("often", "5 mL", "-5 min", "5", "1 h 75 min", 5)),
    *(("first", bad) for bad in ("early", "6 am", "24:00", "6:00", "-06:00", 6)),
    *(("patient_bolus.per_day", bad) for bad in ("three", "3.5", "3 mcg", "-3", True, "1,000")),
    *(("days_to_alarm", bad) for bad in ("soon", "164.5", "164.0 day", "3936 h", "164 d 4 h", "-164", "164 mL", True)),
    *(("pump_clock", bad) for bad in ("now", "10/11/2026 09:00", "10 Nov 2026", "09:00", "-10 Nov 2026 09:00",
                                      "2026-11-10T25:00", date(2026, 11, 10), 2026)),
    *((f"days.sun.{name}", bad) for name in ("daily_dose", "daily_volume") for bad in ("more", "460 mcg", "-1 mL", 460)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "bad"), REFUSED, ids=[f"{name} {bad}" for name, bad in REFUSED])
def test_what_cannot_be_read_is_refused_beside_its_field(name: str, bad: object) -> None:
    reading = read_program(table_of({f"readouts.{name}": bad}), library())

    (refusal,) = reading.refusals
    assert refusal.field == f"readouts.{name}"
    assert typed_of(refusal) in (str(bad), str(bad).lower())
    assert refusal_words(refusal)
    assert reading.program.read_outs == ()


def test_without_a_zone_the_pump_s_clock_needs_its_offset() -> None:
    changes = {"reservoir.zone": None, "readouts.pump_clock": "2026-11-10 09:00"}

    (refusal,) = read_program(table_of(changes), library()).refusals
    assert refusal.field == "readouts.pump_clock"
    assert "offset" in refusal_words(refusal)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        (
            {"readouts.patient_bolus": {"dose": "10 mcg", "interval": "4 h"}},
            "readouts.patient_bolus.interval",
        ),
        ({"readouts.patient_bolus": "10 mcg"}, "readouts.patient_bolus"),
        ({"readouts.days": {"sun": {"dose": "150 mcg/day"}}}, "readouts.days.sun.dose"),
        ({"readouts.days": {"sunday": {"daily_dose": "150 mcg/day"}}}, "readouts.days.sunday"),
        ({"readouts.days": {"sun": "150 mcg/day"}}, "readouts.days.sun"),
        ({"readouts.days": ["150 mcg/day"]}, "readouts.days"),
    ],
)
def test_what_has_no_place_in_a_table_is_refused_by_name(changes: dict[str, Any], field: str) -> None:
    (refusal,) = read_program(table_of(changes), library()).refusals

    assert refusal.field == field
    assert refusal_words(refusal)


@pytest.mark.parametrize("changes", [{"readouts.patient_bolus": {}}, {"readouts.days": {"sun": {}}}])
def test_a_table_in_which_nothing_stands_shows_nothing(changes: dict[str, Any]) -> None:
    reading = read_program(table_of(changes), library())

    assert (reading.refusals, reading.program.read_outs) == ((), ())


# --- where the window asks for them


def expected_of(changes: dict[str, Any]) -> set[str]:
    """Of the read-outs that are not always asked for, those that are at this change."""
    never = Calculation(Inputs())
    calculation = check_of(changes).calculation
    return {
        name
        for name, each in SINGLE_READ_OUTS.items()
        if each.is_expected(calculation) and not each.is_expected(never)
    }


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, set()),
        (QUIET_PERIODIC, {"basal", "bolus", "bolus_duration", "every", "first"}),
        (BOLUSES, set(OF_BOLUSES)),
        (WEEK, {"basal", *OF_THE_WEEK}),
        (
            new_therapy("single-bolus", bolus="20 mcg", duration="10 min"),
            {"basal", "bolus", "bolus_duration"},
        ),
    ],
)
def test_a_read_out_is_asked_for_where_the_mode_has_it(changes: dict[str, Any], asked: set[str]) -> None:
    assert expected_of(changes) == asked


# --- definitions


def with_cells(definitions: Iterable[ReadOutDefinition]) -> list[ReadOutDefinition]:
    return [each for definition in definitions for each in (definition, *definition.cells)]


@pytest.mark.parametrize("definition", with_cells(READ_OUTS.values()), ids=lambda each: str(each.name))
def test_a_definition_says_what_is_typed(definition: ReadOutDefinition) -> None:
    assert bool(definition.kinds) == (definition.form is ReadOutForm.QUANTITY or definition.is_counted)
    assert bool(definition.cells) == (
        definition.form in (ReadOutForm.ROWS, ReadOutForm.TABLE, ReadOutForm.WEEK)
    )


def test_a_cell_of_a_row_has_words() -> None:
    cells = [cell.name for cell in READ_OUTS["steps"].cells]

    assert [read_out_words(f"steps.2.{name}") for name in cells] == [
        "start of row 2",
        "end of row 2",
        "duration of row 2",
        "dose of row 2",
        "dose rate of row 2",
        "flow rate of row 2",
    ]


# --- verdicts


def test_every_verdict_has_words_for_a_read_out_and_for_rows() -> None:
    assert set(VERDICT_WORDS) == set(Verdict)
    of_rows = [ResultRow(key="mode", words="mode", judged=each).verdict for each in Verdict]
    assert of_rows == ["✓ rows match", "✓ rows match, cut off", "? rows: cannot tell", "✗ rows differ"]


def test_a_verdict_is_graver_the_less_it_agrees() -> None:
    assert [str(each) for each in Verdict] == ["match", "match_truncated", "cannot_tell", "mismatch"]
    assert gravest([Verdict.CANNOT_TELL, Verdict.MATCH, Verdict.MATCH_TRUNCATED]) is Verdict.CANNOT_TELL
    assert gravest([]) is None


def test_only_a_difference_stops() -> None:
    assert [each for each in Verdict if each.stops] == [Verdict.MISMATCH]
