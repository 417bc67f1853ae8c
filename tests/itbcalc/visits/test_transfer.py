"""The log as a file for others: nothing is lost, nothing that does not verify is read in, no cell is a formula."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from itbcalc.errors import LogDamagedError, LogTooNewError, LogUnavailableError, RefusedError
from itbcalc.log.entries import Entry
from itbcalc.log.store import MemoryLog, SqliteLog, TitrationLog, make_log
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.transfer import CSV_COLUMNS, csv_text, export_lines, read_export
from tests.itbcalc.log.logs import LOG_ID, draft, filled, older_entry, write_export


def test_an_export_is_a_first_line_and_the_entries(log: TitrationLog) -> None:
    log.append(draft(1))
    log.append(draft(2, body={"note": "two\u2028lines"}))

    first, *lines = b"".join(export_lines(log.head(), log.written())).split(b"\n")

    assert first.decode() == (
        f'{{"entries":2,"format":1,"head":"{log.head().hash}","log_id":"0123456789abcdef0123456789abcdef"}}'
    )
    assert lines == [*log.written(), b""]


@pytest.mark.parametrize("count", [0, 1, 7])
def test_nothing_is_lost_from_a_log_to_an_export_and_back(
    log: TitrationLog, count: int, tmp_path: Path
) -> None:
    for number in range(1, count + 1):
        log.append(
            draft(number, author="J. Müller", body={"note": "ü\u2028", "list": [1, None, {"a": True}]})
        )
    file = write_export(tmp_path / "export", log)

    head, contents = read_export(file)
    make_log(tmp_path / "again", head.log_id, contents)

    again = SqliteLog(tmp_path / "again")
    assert list(again.written()) == list(log.written())
    assert again.head() == log.head() == head
    assert list(again.entries()) == list(log.entries())
    assert write_export(tmp_path / "export again", again).read_bytes() == file.read_bytes()
    assert again.append(draft(count + 1)).seq == count + 1
    assert again.verify().whole


REFUSED: dict[str, tuple[Any, type[Exception]]] = {
    "a line taken out": (lambda lines: [*lines[:2], *lines[3:]], LogDamagedError),
    "the last line taken out": (lambda lines: lines[:-1], LogDamagedError),
    "all lines taken out": (lambda lines: lines[:1], LogDamagedError),
    "two lines swapped": (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], LogDamagedError),
    "a letter changed": (
        lambda lines: [*lines[:3], lines[3].replace(b"Nurse", b"nurse"), *lines[4:]],
        LogDamagedError,
    ),
    "a blank line": (lambda lines: [*lines, b""], LogDamagedError),
    "line ends of another system": (lambda lines: [line + b"\r" for line in lines], LogDamagedError),
    "another count": (lambda lines: [lines[0].replace(b":5,", b":6,"), *lines[1:]], LogDamagedError),
    "another log's first line": (
        lambda lines: [lines[0].replace(b"0123", b"3210"), *lines[1:]],
        LogDamagedError,
    ),
    "no first line": (lambda lines: lines[1:], RefusedError),
    "nothing": (lambda lines: [], RefusedError),
    "a newer format": (
        lambda lines: [lines[0].replace(b'"format":1', b'"format":2'), *lines[1:]],
        LogTooNewError,
    ),
    "a table": (lambda lines: [b"seq;dose", b"1;300"], RefusedError),
    "another JSON": (lambda lines: [b'{"itbcalc":"0.1.0","results":{}}'], RefusedError),
}


@pytest.mark.parametrize("change", REFUSED)
def test_what_does_not_verify_is_refused(change: str, tmp_path: Path) -> None:
    file = write_export(tmp_path / "export", filled(MemoryLog(LOG_ID), 5))
    work, error = REFUSED[change]
    lines = file.read_bytes().removesuffix(b"\n").split(b"\n")
    file.write_bytes(b"".join(line + b"\n" for line in work(lines)))

    with pytest.raises(error):
        read_export(file)


def test_a_missing_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        read_export(tmp_path / "nothing")

    assert refused.value.rule == "file_unreadable"


def test_entries_that_are_none_leave_no_log(path: Path) -> None:
    contents = list(filled(MemoryLog(LOG_ID), 3).written())

    for wrong in ([*contents, b"{}"], [*contents, contents[2]], [contents[1]]):
        with pytest.raises((LogDamagedError, LogUnavailableError)):
            make_log(path, LOG_ID, wrong)
        assert list(path.parent.iterdir()) == []


# --- as a table


def rows_of(entries: Iterable[Entry]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_text(entries), newline="")))


def step(dose: str, concentration: str) -> dict[str, Any]:
    return {"results": {"new": {"daily_dose": {"exact": dose}, "concentration": {"exact": concentration}}}}


def test_a_table_has_a_line_for_each_entry(log: TitrationLog) -> None:
    log.append(
        draft(1, patient="P-1", role="nurse", effective_at="2026-11-25T14:00+02:00", body=step("460", "500"))
    )
    log.append(
        draft(
            2,
            kind=EntryKind.ENTRY_VOIDED,
            body={"of": draft(1).entry_id, "reason": 'wrong "patient", ward 3\u2028bed 2'},
        )
    )

    first, second = rows_of(log.entries())

    assert tuple(first) == CSV_COLUMNS
    assert (first["seq"], first["kind"], first["patient"]) == ("1", "dose_step_recorded", "P-1")
    assert (first["daily_dose_mcg_per_day"], first["concentration_mcg_per_ml"]) == ("460", "500")
    assert first["effective_at"] == "2026-11-25T14:00+02:00"
    assert (second["of"], second["reason"]) == (draft(1).entry_id, 'wrong "patient", ward 3\u2028bed 2')
    assert second["daily_dose_mcg_per_day"] == ""


FULL_WIDTH = ["\uff1d", "\uff0b", "\uff0d", "\uff20"]  # = + - @ as keyboards of East Asia type them


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", *FULL_WIDTH])
def test_no_cell_is_a_formula(start: str) -> None:
    text = f"{start}HYPERLINK('http://a.b')"
    entry = older_entry(author=text, patient=text, role=text, body={"reason": text, "of": text})

    (row,) = rows_of([entry])

    for column in ("author", "patient", "role", "reason", "of"):
        assert row[column] == f"'{text}"


def test_a_fraction_is_no_date_in_a_spreadsheet() -> None:
    log = MemoryLog(LOG_ID)
    log.append(draft(1, body=step("7/40", "1000/3")))

    (row,) = rows_of(log.entries())

    assert (row["daily_dose_mcg_per_day"], row["concentration_mcg_per_ml"]) == ("'7/40", "'1000/3")


@pytest.mark.parametrize(
    "results",
    [None, [], "text", {"new": None}, {"new": {"daily_dose": "300"}}, {"new": {"daily_dose": None}}],
)
def test_an_entry_of_another_shape_is_a_line_all_the_same(results: Any) -> None:
    log = MemoryLog(LOG_ID)
    log.append(draft(1, body={"results": results}))

    (row,) = rows_of(log.entries())

    assert row["daily_dose_mcg_per_day"] == ""
    assert json.loads(next(log.written()))["body"] == {"results": results}
