"""Every read-out is whole: its definition, its words, its place in the docs and in these tests. What is forgotten is named."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from itbcalc.judge.verdicts import Verdict, gravest
from itbcalc.program.read_outs import READ_OUTS, ReadOutDefinition, ReadOutForm
from itbcalc.say import READ_OUT_WORDS, VERDICT_WORDS, read_out_words
from itbcalc.say.table import ResultRow
from tests.itbcalc.judge.bridged import BRIDGED
from tests.itbcalc.programs import check_of, document_of

DOCS = Path(__file__).parents[3] / "docs"
ONE_BY_ONE = [name for name, each in READ_OUTS.items() if each.form is not ReadOutForm.ROWS]

# What a programmer shows of the quiet program with a bridge: 500 to 2000 mcg/mL, 400 mcg/day, then 460, dead volume
# 0.33 mL, 40 mL with the alarm at 2 mL from 10 Nov 2026 09:00. Worked in tests/itbcalc/judge/bridged.py; 0.33 x 2000
# = 660 mcg fill the whole system; to emptiness it is 0.4125 + 39.67 / 0.23 = 172.89 days.
SHOWN = {
    "concentration": "2000 mcg/mL",
    "daily_dose": "460 mcg/day",
    "daily_volume": "0.230 mL",
    "flow_rate": "0.230 mL/day",
    "bridge_duration": "9 h 54 min",
    "bridge_flow_rate": "0.800 mL/day",
    "bridge_volume": "0.330 mL",
    "bridge_drug": "165 mcg",
    "bridge_dose": "400 mcg/day",
    "prime_volume": "0.330 mL",
    "prime_dose": "660 mcg",
    "low_alarm_date": "2027-04-23",
    "empty_date": "2027-05-02",
}
# Whether tubing and catheter are primed, or the catheter alone, is not said.
OPEN = {"prime_volume", "prime_dose"}


def test_every_read_out_has_words_and_every_word_is_of_a_read_out() -> None:
    assert set(READ_OUT_WORDS) == set(ONE_BY_ONE)


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
    assert set(SHOWN) == set(ONE_BY_ONE)


@pytest.mark.parametrize("name", SHOWN)
def test_a_read_out_of_a_program_agrees_with_what_it_comes_to(name: str) -> None:
    (found,) = document_of(check_of({**BRIDGED, f"readouts.{name}": SHOWN[name]}))["results"]["readouts"]

    assert (found["name"], found["shown"]) == (name, SHOWN[name])
    assert found["verdict"] == ("cannot_tell" if name in OPEN else "match")


def with_cells(definitions: Iterable[ReadOutDefinition]) -> list[ReadOutDefinition]:
    return [each for definition in definitions for each in (definition, *definition.cells)]


@pytest.mark.parametrize("definition", with_cells(READ_OUTS.values()), ids=lambda each: str(each.name))
def test_a_definition_says_what_is_typed(definition: ReadOutDefinition) -> None:
    assert bool(definition.kinds) == (definition.form is ReadOutForm.QUANTITY)
    assert bool(definition.cells) == (definition.form is ReadOutForm.ROWS)


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
