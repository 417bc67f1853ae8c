"""A check as text and as JSON: what stands where, and nothing beyond 80 columns.

The golden texts are rewritten by `ITBCALC_REWRITE_GOLDEN=1`, and read as a diff before they are committed.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from itbcalc.report import all_messages, check_text
from tests.itbcalc.programs import check_example, check_of, document_of, example, library

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

    labels = ["concentration", "daily dose", "change", "flow rate", "bridge duration", "low-reservoir alarm"]
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
    last = " ".join(text_of({}).split("\n\n")[-1].split())

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

    assert codes[:3] == ["mismatch", "mismatch", "slip"]


def test_a_read_out_that_is_cut_off_is_a_note_not_a_stop() -> None:
    # 443.4 / 500 = 0.8868
    checked = check_of({"new.daily_dose": "443.4 mcg/day", "readouts.flow_rate": "0.886 mL/day"})

    (message,) = all_messages(checked, library())

    assert (message.code, str(message.severity)) == ("match_truncated", "info")
    assert "0.8868 mL/day" in message.text


def test_where_no_slip_explains_it_the_text_says_so() -> None:
    checked = check_of({"readouts.daily_dose": "777 mcg/day"})

    messages = all_messages(checked, library())

    assert [message.code for message in messages] == ["mismatch", "no_slip"]


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
