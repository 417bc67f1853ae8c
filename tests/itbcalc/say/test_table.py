"""One table of results, five faces: terminal, paper, visit sheet, window and JSON show the same rows in one order.

Each face is read from what it gives out, so that a row that one of them drops, renames or moves is missed here.
"""

import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.judge.check import Checked
from itbcalc.program.read_outs import SINGLE_READ_OUTS
from itbcalc.say.report import all_messages, check_results, check_text
from itbcalc.say.sheet import check_sheet
from itbcalc.say.table import OTHER_READ_OUTS, ROW_KEYS, ResultRow, figure_keys, printed_rows, result_rows
from tests.itbcalc.programs import NIGHT, NOW, check_example, check_of, example, examples, library
from tests.itbcalc.steps import recorded, sheet_of
from tests.ui.test_check_presenter import example as texts_of_example
from tests.ui.test_check_presenter import state_of
from ui.engine import Engine, load_engine
from ui.program.rows import VALUE_ROWS
from ui.states import CheckState

EVERY_EXAMPLE = pytest.mark.parametrize("path", examples(), ids=lambda path: path.stem)
# What stands in the document for a row whose key is not its own there, or only with the read-outs.
ELSEWHERE = {
    "flow_rate": {"flow_rate", "peak_flow_rate"},
    "label_first_dose": {"label_first_dose_least"},
}
NO_FIGURE = ("prime_volume", "prime_dose")


@pytest.fixture(scope="module")
def engine() -> Engine:
    """The built-in library at a fixed time."""
    return replace(load_engine(), now=lambda: NOW)


def in_terminal(checked: Checked) -> list[str]:
    """The names of the rows in the terminal; lines that belong to the row above are indented."""
    section = next(
        part for part in check_text(checked, library(), working=False).split("\n\n") if "verdict" in part
    )
    return [re.split(r" {2,}", line)[0] for line in section.splitlines() if not line.startswith(" ")]


def on_paper(html: str) -> list[str]:
    """The first cells of the table of results."""
    table = html.split("Recomputed and compared", 1)[1].split("</table>", 1)[0]
    cells = [re.search(r"<td[^>]*>(.*?)</td>", line, re.DOTALL) for line in table.split("<tr>")]
    return [unescape(cell[1]).strip("\N{NO-BREAK SPACE} \n") for cell in cells if cell is not None]


def in_window(state: CheckState, typed: Mapping[str, str]) -> list[str]:
    """The keys of the rows of the panel in which something stands, typed or computed."""
    return [
        row.key
        for row in VALUE_ROWS
        if state.rows[row.key].now
        or state.rows[row.key].new
        or state.rows[row.key].change  # the mode that is chosen first is an empty text
        or any(typed.get(place) for place in (row.now, row.new, row.programmer) if place)
    ]


def in_document(results: Mapping[str, Any]) -> set[str]:
    """Every key of the results under which a value or a read-out stands, wherever it stands."""
    keys = {key for key in results if key not in ("current", "new", "readouts", "alternatives")}
    keys |= set(results["current"]) | set(results["new"])
    for alternative in results.get("alternatives", []):
        keys |= set(alternative)
    for read_out in results["readouts"]:
        keys |= {cell["name"] for cell in read_out.get("cells", [read_out])}
    return keys


def row_of(checked: Checked, key: str) -> ResultRow:
    (row,) = (row for row in result_rows(checked) if row.key == key)
    return row


# --- the faces


@EVERY_EXAMPLE
def test_terminal_paper_and_visit_sheet_have_the_same_rows_in_the_same_order(path: Path) -> None:
    checked = check_example(path)

    terminal = in_terminal(checked)

    assert terminal == [row.words for row in printed_rows(checked)]
    assert on_paper(check_sheet(checked, library(), NOW)) == terminal
    assert on_paper(sheet_of(*recorded(path.stem))) == terminal


@EVERY_EXAMPLE
def test_the_window_has_the_rows_of_the_terminal_and_those_it_only_offers(path: Path, engine: Engine) -> None:
    texts = texts_of_example(path.name)
    state, checked = state_of(texts, engine), check_example(path)

    shown = in_window(state, texts.typed)

    words = {row.key: row.words for row in result_rows(checked)}
    offered = {row.key for row in result_rows(checked) if not row.applies}
    of_rows = re.compile(r"(start|end|duration|dose|dose rate|flow rate) of row \d+")
    terminal = [row for row in in_terminal(checked) if not of_rows.fullmatch(row)]
    assert [words[key] for key in shown if key not in offered] == terminal
    assert ("row" in state.rows["mode"].verdict) is (len(terminal) < len(in_terminal(checked)))


@EVERY_EXAMPLE
def test_every_computed_cell_of_the_window_is_that_of_the_terminal_and_of_paper(
    path: Path, engine: Engine
) -> None:
    state, checked = state_of(texts_of_example(path.name), engine), check_example(path)
    faces = {
        "terminal": " ".join(check_text(checked, library(), working=False).split()),
        "paper": unescape(check_sheet(checked, library(), NOW)),
    }

    panel = {row.key: row for row in VALUE_ROWS}
    for row in printed_rows(checked):
        if row.key not in panel:
            continue
        shown, typed = state.rows[row.key], panel[row.key]
        assert typed.now or shown.now == row.current, row.key
        assert typed.new or shown.new == row.new_text, row.key
        for cell in (shown.now, *shown.new.split(" or ")):
            assert [name for name, face in faces.items() if cell not in face] == [], row.key


@EVERY_EXAMPLE
def test_every_row_has_its_value_in_the_document_and_every_value_has_its_row(path: Path) -> None:
    checked = check_example(path)
    results = check_results(checked)

    found = in_document(results)

    for row in printed_rows(checked):
        if row.compared is None and row.key in {*NO_FIGURE, *results["not_read"]}:
            continue
        assert ELSEWHERE.get(row.key, {row.key}) & found, row.key
    no_figures = ("current", "new", "readouts", "alternatives", "verdict", "not_read")
    figures = [key for key in results if key not in no_figures]
    order = list(dict.fromkeys(figure_keys()))
    assert set(figures) <= set(order)
    assert figures == sorted(figures, key=order.index)
    read = [cell["name"] for each in results["readouts"] for cell in each.get("cells", [each])]
    assert sorted(read) == sorted(row.key for row in result_rows(checked) if row.compared is not None)


def test_the_rows_of_the_panel_are_those_of_the_table_in_its_order_and_words() -> None:
    words = {row.key: row.words for row in result_rows(check_of({}))}

    assert [row.key for row in VALUE_ROWS] == [*ROW_KEYS, *OTHER_READ_OUTS]
    assert {row.key: row.spoken.lower() for row in VALUE_ROWS} == {
        key: text.lower() for key, text in words.items()
    }


def test_every_read_out_has_its_row() -> None:
    rows = {row.programmer: row for row in VALUE_ROWS if row.programmer}

    assert set(rows) == {f"readouts.{name}" for name in SINGLE_READ_OUTS}


def test_a_read_out_that_is_not_always_expected_comes_and_goes() -> None:
    unknown = Calculation(Inputs())
    goes = {name for name, each in SINGLE_READ_OUTS.items() if not each.is_expected(unknown)}

    assert {row.key for row in VALUE_ROWS if row.programmer and row.comes_and_goes} == goes


def test_the_rows_of_the_table_and_of_the_panel_have_the_same_units() -> None:
    units = {row.key: row.unit for row in result_rows(check_of({}))}

    assert {row.key: row.unit for row in VALUE_ROWS} == units


# --- what stands in the rows


def test_the_dose_at_the_tip_without_a_bridge_is_a_row_and_for_how_long() -> None:
    # 300 x 2000 / 500 = 1200 mcg/day; 0.31 x 500 / 300 day = 12 h 24 min
    checked = check_example(example("05"))

    row = row_of(checked, "unbridged_dose")
    lines = check_text(checked, library(), working=False).splitlines()
    line = next(number for number, text in enumerate(lines) if text.startswith("tip without a bridge"))

    assert (row.new, row.change) == (("1,200 mcg/day",), "for 12 h 24 min")
    assert lines[line].split()[-2:] == ["1,200", "mcg/day"]
    assert lines[line + 1].strip() == "for 12 h 24 min"


def test_a_priming_bolus_is_printed_where_the_catheter_was_aspirated_though_nothing_was_read() -> None:
    # the catheter alone: 0.19 mL x 2000 mcg/mL = 380 mcg
    changes = {"new.concentration": "2000 mcg/mL", "bridge": {"aspirated": True}}
    checked = check_of(changes)

    assert row_of(checked, "prime_volume").new == ("0.19 mL",)
    assert row_of(checked, "prime_dose").new == ("380 mcg",)
    assert {"priming volume", "priming dose"} <= set(in_terminal(checked))
    assert {"priming volume", "priming dose"} <= set(on_paper(check_sheet(checked, library(), NOW)))


def test_a_priming_bolus_that_nobody_speaks_of_is_not_printed() -> None:
    # a dose on paper may be programmed: with a bridge, or without a change of concentration, there is none to give
    for changes in ({}, {"new.concentration": "2000 mcg/mL", "bridge.dose": "400 mcg/day"}):
        checked = check_of(changes)

        assert not [row for row in in_terminal(checked) if row.startswith("priming")]
        assert not [row for row in on_paper(check_sheet(checked, library(), NOW)) if "priming" in row]


def test_a_prime_on_the_programmer_that_nobody_ordered_is_answered_with_that() -> None:
    # 0.33 mL of 500 mcg/mL, as much as tubing and catheter hold
    row = row_of(check_of({"readouts.prime_dose": "165 mcg"}), "prime_dose")

    assert row.printed
    assert (row.new, row.change) == (("none ordered",), "")


@pytest.mark.parametrize(
    ("changes", "key", "current", "new"),
    [
        (
            {"new.daily_dose": "3608 mcg/day", "readouts.daily_dose": "216.494 mg/day"},
            "daily_dose",
            "0.4 mg/day",
            "3.608 mg/day",
        ),
        # 400 / 24 and 480 / 24
        (
            {"new.daily_dose": "480 mcg/day", "readouts.daily_dose": "20 mcg/h"},
            "daily_dose",
            "16.67 mcg/h",
            "20 mcg/h",
        ),
        # 0.8 and 0.96 mL/day: x 1000 / 24
        (
            {"new.daily_dose": "480 mcg/day", "readouts.flow_rate": "40.0 uL/h"},
            "flow_rate",
            "33.33 uL/h",
            "40 uL/h",
        ),
        ({"readouts.concentration": "0.5 mg/mL"}, "concentration", "0.5 mg/mL", "0.5 mg/mL"),
        # 460 / 500 mL in a day
        ({"readouts.daily_volume": "0.92 mL/day"}, "daily_volume", "0.8 mL", "0.92 mL/day"),
    ],
)
def test_a_read_out_is_answered_in_its_own_unit(
    changes: dict[str, Any], key: str, current: str, new: str
) -> None:
    checked = check_of(changes)

    row = row_of(checked, key)

    assert (row.current, row.new) == (current, (new,))
    assert new in check_text(checked, library(), working=False)
    assert new in unescape(check_sheet(checked, library(), NOW))


def test_a_difference_is_told_in_the_unit_of_the_programmer() -> None:
    checked = check_of({"new.daily_dose": "3608 mcg/day", "readouts.daily_dose": "216.494 mg/day"})

    (message,) = (
        message for message in all_messages(checked, library()) if message.code == "readout_differs"
    )

    assert "It shows 216.494 mg/day, recomputed is 3.608 mg/day" in message.detail


def test_the_window_answers_in_the_unit_of_the_programmer(engine: Engine) -> None:
    # 500 / 2000 and 550 / 2000 mL/day: x 1000 / 24
    row = state_of(texts_of_example("08-read-out-in-mg.toml"), engine).rows["flow_rate"]

    assert (row.now, row.new) == ("10.42 uL/h", "11.46 uL/h")


def test_a_bridge_read_in_hours_is_answered_in_hours_and_one_in_hours_and_minutes_so() -> None:
    # 0.33 mL / 0.8 mL/day = 9.9 h
    bridged = {"new.concentration": "2000 mcg/mL", "bridge.dose": "400 mcg/day"}

    hours = row_of(check_of({**bridged, "readouts.bridge_duration": "9.9 h"}), "bridge_duration")
    minutes = row_of(check_of({**bridged, "readouts.bridge_duration": "9 h 54 min"}), "bridge_duration")

    assert (hours.new, minutes.new) == (("9.9 h",), ("9 h 54 min",))


# --- what comes first


def test_what_stops_stands_before_the_rows_and_the_rest_behind_the_schedule() -> None:
    changes = {**NIGHT, "readouts.daily_dose": "777 mcg/day", "reservoir.zone": None}
    text = check_text(check_of(changes), library(), working=False)

    places = [
        text.index(words) for words in ("✗ Stop", "What would explain it", "concentration  ", "Schedule new")
    ]
    lesser = [text.index(sign) for sign in ("▲", "●", "○") if sign in text.split("Schedule new")[1]]
    assert places == sorted(places)
    assert lesser
    assert min(lesser) > 0
    assert "✗ Stop" not in text.split("Schedule new")[1]


def test_a_pump_without_an_alarm_has_no_date_of_one() -> None:
    """IsoMed, 0.5 mL/day always."""
    fixed = check_of({"system.pump": "isomed-20-05", "reservoir.filled": "20 mL"})

    of_fixed, of_programmable = (
        {row.key for row in printed_rows(checked)} for checked in (fixed, check_of({}))
    )

    assert of_programmable >= {"low_alarm_date", "low_alarm_date_worst", "empty_date", "latest_refill_date"}
    assert of_fixed >= {"empty_date", "latest_refill_date"}
    assert not of_fixed & {"low_alarm_date", "low_alarm_date_worst"}


def test_the_working_is_that_of_the_rows_each_step_once_though_a_volume_was_left_open() -> None:
    checked = check_example(example("07-two-tubing-volumes"))

    text = check_text(checked, library())
    working = text[text.index("\nWorking\n") :]
    steps = [block.strip() for block in working.split("\n\n")[1:]]

    assert len(steps) == len(set(steps))
    assert sum(step.startswith("bridge duration\n") for step in steps) == len(checked.calculations) == 2
    assert not any(step.startswith("priming dose") for step in steps)  # nobody speaks of a prime
