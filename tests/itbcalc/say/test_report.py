"""A check as text and as JSON: what stands where, and nothing beyond 80 columns.

The golden texts are rewritten by `ITBCALC_REWRITE_GOLDEN=1`, and read as a diff before they are committed.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from itbcalc.say.report import all_messages, check_text
from tests.itbcalc.programs import (
    NIGHT,
    QUIET_FLEX,
    QUIET_PERIODIC,
    check_example,
    check_of,
    document_of,
    example,
    library,
    new_therapy,
)

GOLDEN = Path(__file__).parent / "golden"
REWRITE = "ITBCALC_REWRITE_GOLDEN"


def text_of(changes: dict[str, Any], *, working: bool = False) -> str:
    return check_text(check_of(changes), library(), "program", working=working)


@pytest.mark.parametrize(
    ("name", "working"),
    [
        pytest.param("05-2000-to-500-no-bridge", True, id="05 with the working"),
        pytest.param("06-mistyped-concentration", False, id="06"),
        pytest.param("07-two-tubing-volumes", False, id="07"),
    ],
)
def test_the_terminal_text_of_an_example_is_as_it_was_read(name: str, working: bool) -> None:
    text = check_text(check_example(example(name)), library(), name, working=working) + "\n"

    path = GOLDEN / f"{name}.txt"
    if os.environ.get(REWRITE):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_the_rows_stand_in_the_order_of_the_programmers_last_page() -> None:
    rows = text_of({"new.concentration": "2000 mcg/mL", "bridge.dose": "400 mcg/day"}).splitlines()

    labels = ["concentration", "daily dose", "change", "flow rate", "low-reservoir alarm", "bridge duration"]
    places = [
        next(place for place, row in enumerate(rows) if row.strip().startswith(label)) for label in labels
    ]
    assert places == sorted(places)


def test_a_row_shows_now_new_the_programmer_and_the_verdict() -> None:
    text = text_of({"readouts.flow_rate": "0.820 mL/day"})

    (row,) = (row for row in text.splitlines() if row.startswith("flow rate"))
    assert row.split() == [
        "flow",
        "rate",
        "0.8",
        "mL/day",
        "0.92",
        "mL/day",
        "0.820",
        "mL/day",
        "✗",
        "differs",
    ]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("bridge_duration", "9 h 54 min"),
        ("bridge_volume", "0.33 mL"),
        ("bridge_flow_rate", "0.8 mL/day"),
        ("prime_dose", "165 mcg"),
        ("daily_volume", "0.92 mL"),
        ("empty_date", "2026-12-23"),
    ],
)
def test_every_read_out_has_its_row_also_where_nothing_was_recomputed(name: str, shown: str) -> None:
    text = text_of({"system.catheter": None, f"readouts.{name}": shown})

    rows = text.split("\n\n", maxsplit=2)[1]
    verdicts = [sign for sign in "✓✗?" if sign in rows]
    assert len(verdicts) == 1


def test_what_was_not_read_has_no_verdict() -> None:
    rows = text_of({}).split("\n\n", maxsplit=2)[1]

    assert not set("✓✗?") & set(rows)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"patient.ref": "P" * 100}, id="a long pseudonym"),
        pytest.param({"system.pump.name": "Our own pump of the year 2026, " * 6}, id="a long name of a pump"),
        pytest.param(
            {"readouts.bridge_duration": "1000000 day 23 h 59 min 59.9999999 s"}, id="a long read-out"
        ),
        pytest.param({"current.daily_dose": "123456.789012345 mcg/day"}, id="a long number"),
        pytest.param({"new.daily_dose": "0.000000000001 mcg/day"}, id="a small number"),
        pytest.param({"new.daily_dose": "999999999999999 g/day"}, id="a huge number"),
        pytest.param({"readouts.daily_dose": "123456789012345 mcg/day"}, id="a long dose on the programmer"),
        pytest.param(
            {"system.catheter": {"length": "7 cm", "volume_per_length": "0.0000000000001 mL/cm"}},
            id="a thin catheter",
        ),
    ],
)
def test_nothing_stands_beyond_80_columns(changes: dict[str, Any]) -> None:
    bridged = {"new.concentration": "333.333333333333 mcg/mL", "bridge.dose": "17 mcg/h"}

    text = text_of({**bridged, **changes}, working=True)

    assert max(len(row) for row in text.splitlines()) <= 80


def test_the_text_says_what_the_program_is_not() -> None:
    last = " ".join(text_of({}).split("\n\n")[-2].split())

    assert "does not program a pump" in last
    assert "proposes no dose" in last


def test_a_quiet_check_says_that_there_is_nothing_to_note() -> None:
    assert "Nothing to note." in text_of({})


def test_unverified_figures_are_one_message_in_the_text_and_each_for_itself_in_the_document() -> None:
    checked = check_of({"system.pump": "synchromed-ii-40", "system.tubing_volume": "0.140 mL"})

    told = [message for message in all_messages(checked, library()) if message.code == "unverified_figure"]
    listed = [
        finding for finding in document_of(checked)["findings"] if finding["code"] == "unverified_figure"
    ]

    assert len(told) == 1
    assert len(listed) == 3  # lowest and highest flow rate, residual volume
    assert all("unverified" in finding["source"] for finding in listed)


def test_the_worst_comes_first() -> None:
    found = document_of(
        check_of({"reservoir.filled": "41 mL", "reservoir.zone": None, "new.daily_dose": "521 mcg/day"})
    )["findings"]

    ranks = [("stop", "warning", "caution", "info").index(finding["severity"]) for finding in found]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 3


def test_a_disagreement_comes_before_its_explanation_and_both_before_the_rest() -> None:
    checked = check_example(example("06"))

    codes = [message.code for message in all_messages(checked, library())]

    assert codes[:3] == ["readout_differs", "readout_differs", "slip"]


def test_a_read_out_that_is_cut_off_is_a_note_not_a_stop() -> None:
    # 443.4 / 500 = 0.8868
    checked = check_of({"new.daily_dose": "443.4 mcg/day", "readouts.flow_rate": "0.886 mL/day"})

    (message,) = all_messages(checked, library())

    assert (message.code, str(message.severity)) == ("match_truncated", "info")
    assert "0.8868 mL/day" in message.text


def test_where_no_slip_explains_it_the_text_says_so() -> None:
    # 777 mcg/day at 2000 mcg/mL would be 0.389 mL/day: two things are wrong at once
    shown = {"daily_dose": "777 mcg/day", "concentration": "2000 mcg/mL", "flow_rate": "0.1 mL/day"}
    checked = check_of({f"readouts.{name}": text for name, text in shown.items()})

    messages = all_messages(checked, library())

    assert [message.code for message in messages] == [
        "readout_differs",
        "readout_differs",
        "readout_differs",
        "no_slip",
    ]
    assert "More than one input may be wrong" in messages[-1].text


def test_every_value_has_its_working() -> None:
    document = document_of(check_of({"new.concentration": "2000 mcg/mL", "bridge.dose": "400 mcg/day"}))

    names = {step["name"] for step in document["working"]}
    assert names >= {
        "catheter volume",
        "change",
        "dead volume",
        "bridge duration",
        "bridge flow rate",
        "bridge drug",
        "time to the low-reservoir alarm",
        "time to empty",
    }


def test_the_same_check_gives_the_same_document_twice() -> None:
    assert document_of(check_example(example("06"))) == document_of(check_example(example("06")))


def test_values_that_depend_on_what_was_left_open_stand_under_alternatives_only() -> None:
    open_tubing = {
        "system.pump": "synchromed-ii-40",
        "new.concentration": "2000 mcg/mL",
        "bridge.dose": "400 mcg/day",
    }

    results = document_of(check_of(open_tubing))["results"]

    # dead volume 0.199 + 0.19 or 0.140 + 0.19 mL
    assert [each["dead_volume"]["exact"] for each in results["alternatives"]] == ["389/1000", "33/100"]
    assert "dead_volume" not in results
    assert "time_to_alarm" not in results
    assert results["bridge_flow_rate"]["exact"] == "4/5"
    assert results["unbridged_dose"]["exact"] == "115"


# --- schedules


@pytest.mark.parametrize("name", ["16-every-hour-for-once-a-day", "21-quieter-weekends"])
def test_the_terminal_text_of_a_schedule_is_as_it_was_read(name: str) -> None:
    text = check_text(check_example(example(name)), library(), name, working=False) + "\n"

    path = GOLDEN / f"{name}.txt"
    if os.environ.get(REWRITE):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_a_schedule_stands_below_the_rows_as_it_runs_from_midnight_to_midnight() -> None:
    # 300 mcg/day between, 140 mcg in 8 h from 22:00: 105 mcg until 06:00, 200 mcg by day, 35 mcg until midnight
    text = text_of(NIGHT)

    start = text.index("Schedule new: flex")
    lines = [line.split() for line in text[start:].split("\n\n", maxsplit=1)[0].splitlines()[1:]]
    assert [(line[0], line[2], line[-2]) for line in lines] == [
        ("00:00", "06:00", "105"),
        ("06:00", "22:00", "200"),
        ("22:00", "24:00", "35"),
    ]
    assert "Schedule now" not in text


def test_the_schedule_in_force_stands_beside_the_new_one() -> None:
    text = text_of({**NIGHT, "current": {**QUIET_FLEX["new"]}})

    assert text.index("Schedule now: flex") < text.index("Schedule new: flex")


def test_a_schedule_has_rows_for_its_volume_and_its_flow_from_the_lowest_to_the_highest() -> None:
    # 0.68 mL; 0.6 to 0.84 mL/day; before 400 / 500 = 0.8 mL/day throughout
    rows = {row[:19].strip(): row[19:].split() for row in text_of(NIGHT).splitlines()}

    assert rows["daily volume"] == ["0.8", "mL", "0.68", "mL"]
    assert rows["flow rate"] == ["0.8", "mL/day", "0.6", "to", "0.84", "mL/day"]


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        (NIGHT, {"peak_flow_rate", "lowest_flow_rate"}),
        (QUIET_PERIODIC, {"boluses_per_day"}),
        (
            new_therapy("single-bolus", bolus="25 mcg", duration="10 min", basal="460 mcg/day", bolus_replaces_basal=True),
            {"first_day_dose"},
        ),
        ({**NIGHT, "new.days": {"sat": {"basal": "300 mcg/day", "steps": []}}}, {"weekly_dose", "weekly_volume", "days"}),
        (
            {"new.patient_bolus": {"dose": "10 mcg", "duration": "5 min", "lockout": "6 h", "per_day": 3}},
            {"daily_dose_with_patient_boluses"},
        ),
        (new_therapy("stopped"), {"daily_dose"}),
    ],
    ids=["flex", "periodic", "single", "week", "patient", "stopped"],
)  # fmt: skip
def test_each_mode_has_its_own_values_in_the_document_of_a_check(
    changes: dict[str, Any], keys: set[str]
) -> None:
    new = document_of(check_of(changes))["results"]["new"]

    assert keys | {"mode", "daily_dose", "daily_volume", "concentration"} <= set(new)
    assert ("flow_rate" in new) is (new["mode"] == "simple-continuous")
    assert ("days" in new) is ("days" in keys)


def test_every_value_of_a_schedule_has_its_working() -> None:
    changes = {**NIGHT, "new.days": {"sat": {"basal": "300 mcg/day", "steps": []}}}

    names = {step["name"] for step in document_of(check_of(changes))["working"]}

    assert {
        "dose on Mon", "dose on Sat", "dose per week", "daily dose, new, mean of the week", "daily volume, new",
        "peak flow rate, new", "lowest flow rate, new", "time to the low-reservoir alarm", "time to empty",
    } <= names  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({**NIGHT, "new.steps.1.dose": "123456.789012345 mcg"}, id="a long dose"),
        pytest.param({**NIGHT, "new.steps.1.duration": "7 h 59 min 59.999 s"}, id="a long duration"),
        pytest.param({**NIGHT, "new.basal": "0.000000000001 mcg/day"}, id="a small basal"),
        pytest.param(
            {**QUIET_PERIODIC, "new.every": "1 min", "new.duration": "7 s"}, id="boluses without end"
        ),
        pytest.param({**QUIET_PERIODIC, "new.every": "5 h 7 min"}, id="an interval off the day"),
        pytest.param(
            {**NIGHT, "readouts.steps": [{"start": "22:00", "dose_rate": "123456789012345 mcg/h"}]},
            id="a long cell",
        ),
        pytest.param(
            {**NIGHT, "readouts.steps": [{"start": "22:00", "duration": "999999 h"}]}, id="a long time"
        ),
        pytest.param(
            {**NIGHT, "current": {**QUIET_PERIODIC["new"], "bolus": "0.000001 mcg"}}, id="small boluses now"
        ),
    ],
)
def test_no_line_of_a_schedule_stands_beyond_80_columns(changes: dict[str, Any]) -> None:
    text = text_of(changes, working=True)

    assert max(len(row) for row in text.splitlines()) <= 80


def test_rows_of_the_programmer_stand_with_their_verdicts() -> None:
    rows = [{"start": "22:00", "end": "06:00", "dose": "14.0 mcg"}]

    text = text_of({**NIGHT, "readouts.steps": rows})

    (dose,) = (row for row in text.splitlines() if row.startswith("dose of row 1"))
    assert dose.split()[-2:] == ["✗", "differs"]
    (end,) = (row for row in text.splitlines() if row.startswith("end of row 1"))
    assert end.split()[-2:] == ["✓", "match"]


def test_a_flow_that_changes_through_the_day_has_no_row_of_its_own_but_keeps_its_read_out() -> None:
    text = text_of({**NIGHT, "readouts.flow_rate": "0.68 mL/day"})

    (row,) = (row for row in text.splitlines() if row.startswith("flow rate"))
    assert row.split()[-2:] == ["cannot", "tell"]
