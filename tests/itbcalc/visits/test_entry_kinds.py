"""A kind of entry is whole: each has its words, its line, its cells, its place on paper and in the documents."""

import csv
import io
import re
from pathlib import Path

import pytest

from itbcalc.errors import RefusedError
from itbcalc.log.anchors import Anchor
from itbcalc.log.entries import Entry
from itbcalc.log.store import MemoryLog
from itbcalc.visits import recording
from itbcalc.visits.entry_kinds import KINDS, About, EntryKind, definition
from itbcalc.visits.entry_words import entry_text, list_line, what_happened
from itbcalc.visits.history import Standing, standings
from itbcalc.visits.recording import void_draft
from itbcalc.visits.transfer import CSV_COLUMNS, csv_text
from itbcalc.visits.visit import visit_of
from itbcalc.visits.visit_sheet import visit_sheet
from tests.itbcalc.every_kind import BEGIN, NURSE, write_every_kind
from tests.itbcalc.log.logs import LOG_ID
from tests.itbcalc.programs import library

ROOT = Path(__file__).parents[3]
FORMAT = (ROOT / "docs" / "log-format.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def every_kind() -> MemoryLog:
    """A log with an entry of every kind."""
    log = MemoryLog(LOG_ID)
    write_every_kind(log)
    return log


def of_kind(log: MemoryLog, kind: str) -> list[Standing]:
    return [each for each in standings(log.entries()) if each.entry.kind == kind]


def test_every_definition_is_of_a_kind() -> None:
    assert set(KINDS) <= set(EntryKind)


@pytest.mark.parametrize("kind", EntryKind)
def test_a_kind_has_a_definition_with_words_of_its_own(kind: EntryKind) -> None:
    assert kind in KINDS, f"KINDS has no definition of {kind}"
    assert [each for each in KINDS if KINDS[each].words == KINDS[kind].words] == [kind]


@pytest.mark.parametrize("kind", EntryKind)
def test_a_kind_can_be_written(kind: EntryKind, every_kind: MemoryLog) -> None:
    assert of_kind(every_kind, kind), f"tests/itbcalc/every_kind.py writes no {kind}"


@pytest.mark.parametrize("draft", [name for name in vars(recording) if name.endswith("_draft")])
def test_a_draft_is_written_by_a_command_or_in_the_window(draft: str) -> None:
    code = [*(ROOT / "itbcalc").rglob("*.py"), *(ROOT / "ui").rglob("*.py")]
    users = [
        path
        for path in code
        if path.name != "recording.py" and re.search(rf"\b{draft}\(", path.read_text(encoding="utf-8"))
    ]

    assert users, f"nothing in itbcalc/ or ui/ calls {draft}"


@pytest.mark.parametrize("kind", EntryKind)
def test_a_kind_is_in_the_format_of_the_log(kind: EntryKind) -> None:
    assert re.search(rf"^\|[^|]*`{kind}`", FORMAT, re.MULTILINE), (
        f"docs/log-format.md has no line of `{kind}`"
    )


@pytest.mark.parametrize("kind", EntryKind)
def test_the_columns_of_a_kind_stand_in_the_table_and_hold_something(
    kind: EntryKind, every_kind: MemoryLog
) -> None:
    rows = list(csv.DictReader(io.StringIO(csv_text(every_kind.entries()), newline="")))

    assert set(KINDS[kind].columns) <= set(CSV_COLUMNS)
    for column in KINDS[kind].columns:
        assert all(row[column] for row in rows if row["kind"] == kind)
    assert set(KINDS[kind].sometimes) <= set(CSV_COLUMNS)
    for column in KINDS[kind].sometimes:
        assert any(row[column] for row in rows if row["kind"] == kind)


@pytest.mark.parametrize("kind", EntryKind)
def test_an_entry_of_a_kind_is_said_in_a_line_and_whole(kind: EntryKind, every_kind: MemoryLog) -> None:
    for standing in of_kind(every_kind, kind):
        line = what_happened(standing.entry)

        assert line.startswith(KINDS[kind].words)
        assert line in list_line(standing)
        assert entry_text(standing).startswith(f"Entry {standing.entry.seq}: {line}\n")
        assert kind not in entry_text(standing)


@pytest.mark.parametrize("kind", [kind for kind in EntryKind if definition(kind).is_step])
def test_a_step_has_a_sheet_of_its_own(kind: EntryKind, every_kind: MemoryLog) -> None:
    assert KINDS[kind].words in sheet_of(every_kind, of_kind(every_kind, kind)[0].entry)


@pytest.mark.parametrize(
    "kind", [kind for kind in EntryKind if definition(kind).about in (About.A_STEP, About.AN_ENTRY)]
)
def test_what_is_said_of_a_step_stands_on_its_sheet(kind: EntryKind, every_kind: MemoryLog) -> None:
    told = [each.entry for each in of_kind(every_kind, kind)]
    steps = {each.entry.entry_id: each.entry for each in standings(every_kind.entries()) if each.is_step}
    said_of_steps = [entry for entry in told if entry.body["of"] in steps]

    assert said_of_steps
    for entry in said_of_steps:
        assert f"entry {entry.seq}" in sheet_of(every_kind, steps[entry.body["of"]])


@pytest.mark.parametrize("kind", [kind for kind in EntryKind if not definition(kind).voidable])
def test_what_cannot_be_voided_is_refused(kind: EntryKind, every_kind: MemoryLog) -> None:
    with pytest.raises(RefusedError) as refused:
        void_draft(of_kind(every_kind, kind)[0].entry, "for this test", NURSE, BEGIN)

    assert refused.value.rule == "cannot_be_voided"


@pytest.mark.parametrize("kind", [kind for kind in EntryKind if definition(kind).amendable])
def test_what_can_be_amended_says_so_in_words_of_its_own(kind: EntryKind) -> None:
    assert KINDS[kind].amendment.startswith("amendment of a")
    assert KINDS[kind].amendment.endswith(KINDS[kind].words)


def test_a_kind_of_a_newer_program_has_its_name_and_all_that_it_holds(every_kind: MemoryLog) -> None:
    newer = definition("something_newer")

    assert newer.words == "something newer"
    assert list(newer.lines({"pump": {"model": "X"}})) == ["", "  pump.model: X"]
    assert not newer.amendable


def sheet_of(log: MemoryLog, step: Entry) -> str:
    """The sheet of a step."""
    visit = visit_of(log, step, library())
    return visit_sheet(visit.step, visit.around, visit.checked, library(), Anchor(log.head()), BEGIN)
