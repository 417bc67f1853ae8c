"""Which programs does a table of many hold: one in a row, its columns named as the keys of a program file?"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from itbcalc.errors import RefusedError
from itbcalc.program.toml_file import BareNumber

if TYPE_CHECKING:
    import _csv

NAME = "name"
MAX_TABLE_BYTES = 5_000_000
_SEPARATORS = ",;\t"
_BARE = "patient.age_years"  # the one number that has no unit
_YES_OR_NO = {"true": True, "false": False}


class ProgramRow(Struct, frozen=True):
    """A row: what it is called, the line of the file in which it ends, and the table of its program."""

    name: str
    line: int
    table: Mapping[str, Any]


def program_rows(raw: bytes) -> list[ProgramRow]:
    """The programs in the bytes of a CSV file, the first row of which names the keys.

    A cell is the text that a program file holds; an empty one says nothing, as a key that is left out.
    Raises RefusedError where the file is no such table.
    """
    text = _text_of(raw)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        keys = _keys(next(rows, []))
        found = list(_programs(rows, keys))
    except csv.Error as error:
        raise RefusedError("file", "", "not_csv", detail=str(error)) from error
    if not found:
        raise RefusedError("file", "", "no_rows")
    return found


def _text_of(raw: bytes) -> str:
    if len(raw) > MAX_TABLE_BYTES:
        raise RefusedError("file", f"more than {MAX_TABLE_BYTES:,} bytes", "file_too_large")
    try:
        return raw.decode("utf-8-sig")  # spreadsheets begin with the mark
    except UnicodeDecodeError as error:
        raise RefusedError("file", f"byte {error.start}", "not_utf8") from error


def _separator(text: str) -> str:
    """What stands between the names of the first row: of comma, semicolon and tabulator one only, as no key has any."""
    head = text.partition("\n")[0]
    used = [each for each in _SEPARATORS if each in head]
    if len(used) > 1:
        raise RefusedError("file", head.strip(), "two_separators")
    return used[0] if used else ","


def _keys(head: Sequence[str]) -> tuple[str, ...]:
    keys = tuple(cell.strip() for cell in head)
    for number, key in enumerate(keys):
        if key in keys[:number]:
            raise RefusedError("file", key, "column_twice")
        if key != NAME and not _is_key(key, keys):
            raise RefusedError("file", key, "not_a_column")
    return keys


def _is_key(key: str, keys: Sequence[str]) -> bool:
    """Whether a column names one value, and not a whole table, of a program file."""
    return "." in key and all(key.split(".")) and not any(other.startswith(f"{key}.") for other in keys)


def _programs(rows: "_csv.Reader", keys: Sequence[str]) -> Iterator[ProgramRow]:
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(keys):
            raise RefusedError("file", cells[len(keys)], "cell_without_column", line=str(rows.line_num))
        held = {key: cell.strip() for key, cell in zip(keys, cells, strict=False) if cell.strip()}
        name = held.pop(NAME, "")
        yield ProgramRow(name, rows.line_num, _nested(held))


def _nested(held: Mapping[str, str]) -> Mapping[str, Any]:
    """`new.daily_dose` as the key `daily_dose` of the table `new`."""
    table: dict[str, Any] = {}
    for key, cell in held.items():
        *above, last = key.split(".")
        place = table
        for part in above:
            place = place.setdefault(part, {})
        place[last] = BareNumber(cell) if key == _BARE else _YES_OR_NO.get(cell, cell)
    return table
