"""Many programs in one table: each row is checked as a file of its own, and what is no table is refused."""

import io
import shlex
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.itbcalc.cli.test_cli import Command
from tests.itbcalc.programs import example

TableFile = Callable[[str], str]


@pytest.fixture
def table_file(tmp_path: Path) -> TableFile:
    def written(text: str) -> str:
        path = tmp_path / "programs.csv"
        path.write_bytes(text.encode())
        return str(path)

    return written


def cells_of(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    for key, held in table.items():
        if isinstance(held, Mapping):
            yield from cells_of(held, f"{above}{key}.")
        else:
            yield f"{above}{key}", str(held).lower() if isinstance(held, bool) else str(held)


def as_table(programs: Mapping[str, Path], separator: str = ",") -> str:
    cells = {name: dict(cells_of(tomllib.loads(path.read_text()))) for name, path in programs.items()}
    keys = list(dict.fromkeys(key for each in cells.values() for key in each))
    rows = [["name", *keys], *([name, *(each.get(key, "") for key in keys)] for name, each in cells.items())]
    return "".join(separator.join(row) + "\r\n" for row in rows)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_row_is_checked_as_its_file_would_be(
    itbcalc: Command, table_file: TableFile, separator: str
) -> None:
    programs = {"Room 1": example("01"), "Room 3": example("05")}

    ran = itbcalc(shlex.join(["audit", table_file("\ufeff" + as_table(programs, separator)), "--json"]))

    alone = [itbcalc(shlex.join(["check", str(path), "--json"])).document for path in programs.values()]
    assert ran.status == 1
    assert ran.results == {
        "programs": 2,
        "agrees": 1,
        "differs": 0,
        "incomplete": 1,  # without a bridge: its duration was not read
        "refused": 0,
        "with_stop": 1,
    }
    assert [each["file"] for each in ran.document["checks"]] == list(programs)
    assert [each["results"] for each in ran.document["checks"]] == [each["results"] for each in alone]
    assert [each["findings"] for each in ran.document["checks"]] == [each["findings"] for each in alone]


def test_the_terminal_names_the_rows_with_a_stop_and_the_sum(itbcalc: Command, table_file: TableFile) -> None:
    ran = itbcalc(shlex.join(["audit", table_file(as_table({"": example("01"), "Room 3": example("05")}))]))

    first, second, last = ran.out.split("\n\n")
    assert first.splitlines()[0] == "programs.csv:2"
    assert "everything needed was read and agrees" in first
    assert second.splitlines()[0] == "Room 3"
    assert "Old drug is left in the line" in second
    assert last.startswith("2 programs: 1 with a stop; ")


def test_what_is_refused_in_a_row_is_said_at_its_line_and_the_others_are_checked(
    itbcalc: Command, table_file: TableFile
) -> None:
    text = as_table({"A": example("01"), "B": example("01"), "C": example("01")})
    head, first, second, third, _ = text.split("\r\n")
    wrong = [row.replace("368 mcg/day", "368") for row in (first, third)]

    ran = itbcalc(shlex.join(["audit", table_file("\n".join([head, wrong[0], second, "", wrong[1]]))]))

    assert ran.status == 2
    assert "programs.csv:2: new.daily_dose: ‘368’ has no unit" in ran.err
    assert "programs.csv:5: new.daily_dose: ‘368’ has no unit" in ran.err
    assert "1 agree, 0 differ, 0 still to be read, 2 not checked" in ran.out


def test_the_table_is_read_from_standard_input(itbcalc: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = as_table({"A": example("01")}).encode()
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw)))

    assert itbcalc("audit - --json").results["agrees"] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no program"),
        ("name,new.daily_dose\n\n,\n", "holds no program"),
        ("name;new.daily_dose,new.mode\nA;1;2", "one of comma, semicolon and tabulator"),
        ("new.mode,new.mode\nflex,flex", "‘new.mode’ heads two columns"),
        ("name,dose\nA,350 mcg/day", "‘dose’ is not a column"),
        ("new.,name\nA,B", "‘new.’ is not a column"),
        ("new.bolus,new.bolus.dose\nA,B", "‘new.bolus’ is not a column"),
        ("new.mode\nflex,350 mcg/day", "‘350 mcg/day’ stands in line 2 behind the last column"),
        ('new.mode\n"flex', "not a table of comma-separated values"),
        ("new.mode\nfl\0ex", "‘fl[U+0000]ex’ is no mode"),
    ],
)
def test_what_is_no_table_of_programs_is_refused(
    itbcalc: Command, table_file: TableFile, text: str, said: str
) -> None:
    ran = itbcalc(shlex.join(["audit", table_file(text)]))

    assert ran.status == 2
    assert said in ran.err


def test_an_unknown_column_is_refused_by_its_name(itbcalc: Command, table_file: TableFile) -> None:
    text = as_table({"A": example("01")}).replace("new.daily_dose", "new.dayly_dose")

    ran = itbcalc(shlex.join(["audit", table_file(text)]))

    assert ran.status == 2
    assert "new.dayly_dose" in ran.err
