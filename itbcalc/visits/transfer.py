"""The log as a file for others: whole, to be verified and read in again, or as a table to be read."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from itbcalc.errors import LogDamagedError, LogTooNewError, RefusedError
from itbcalc.log.canonical import FORMAT, Json, canonical_bytes
from itbcalc.log.chain import verified
from itbcalc.log.entries import Entry, Head
from itbcalc.log.store import TitrationLog
from itbcalc.safe_files import read_plain, write_new
from itbcalc.visits.entry_kinds import definition
from itbcalc.visits.history import Standing, standings

CSV_COLUMNS = (
    "seq",
    "recorded_at",
    "effective_at",
    "patient",
    "kind",
    "author",
    "role",
    "daily_dose_mcg_per_day",
    "concentration_mcg_per_ml",
    "holds",
    "read_back",
    "second_check",
    "observed",
    "of",
    "reason",
    "entry_id",
    "hash",
    "drawn_off_ml",
    "expected_volume_ml",
    "delivered_ratio",
    "lot",
    "expiry",
)
LARGEST_EXPORT = 1_000_000_000  # bytes: a log of 20,000 entries has some 100 million
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
_BELOW_ZERO = re.compile(r"-[0-9]+(\.[0-9]+)?")
_LOG_ID, _HASH = re.compile("[0-9a-f]{32}"), re.compile("[0-9a-f]{64}")


def export_lines(head: Head, written: Iterable[bytes]) -> Iterator[bytes]:
    """The export, line by line: what it holds first, then every entry in its canonical bytes."""
    first: dict[str, Json] = {
        "format": FORMAT,
        "log_id": head.log_id,
        "entries": head.count,
        "head": head.hash,
    }
    yield canonical_bytes(first) + b"\n"
    for content in written:
        yield content + b"\n"


def write_export(log: TitrationLog, head: Head, target: Path, *, as_csv: bool) -> None:
    """Writes the log up to `head` into a file where there is none: whole, synced, or not at all.

    Others may write on meanwhile: what is written ends at `head`. Raises LogUnavailableError.
    """
    content = (
        [csv_text(islice(log.entries(), head.count)).encode("utf-8")]
        if as_csv
        else export_lines(head, islice(log.written(), head.count))
    )
    write_new(target, content)


def read_export(path: Path) -> tuple[Head, list[bytes]]:
    """What an export says it holds, and the bytes of its entries.

    Raises RefusedError for what is no export, LogTooNewError, and LogDamagedError where its chain does not hold or
    it is not what its first line says.
    """
    try:
        raw = read_plain(path, LARGEST_EXPORT)
    except OSError as error:
        raise RefusedError("file", str(path), "file_unreadable", detail=error.strerror or "") from error
    if len(raw) > LARGEST_EXPORT:
        raise RefusedError("file", str(path), "export_too_large", limit=f"{LARGEST_EXPORT:,}")
    first, *contents = raw.removesuffix(b"\n").split(b"\n")
    head = _first_line(first)
    found = verified(contents, head.log_id)
    if found.damage is not None:
        raise found.damage
    if (found.head.count, found.head.hash) != (head.count, head.hash):
        raise LogDamagedError(found.head.count, f"the file says {head.count} entries and another end")
    return found.head, contents


def csv_text(entries: Iterable[Entry]) -> str:
    """The entries as a table. What a spreadsheet would take for a formula or a date begins with an apostrophe."""
    return csv_table(CSV_COLUMNS, (_cells(standing) for standing in standings(entries)))


def csv_table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table for a spreadsheet: what it would take for a formula or a date begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _first_line(first: bytes) -> Head:
    try:
        table = json.loads(first.decode("utf-8"))
        version, log_id, count, end = (table[key] for key in ("format", "log_id", "entries", "head"))
        known = type(version) is type(count) is int and _LOG_ID.fullmatch(log_id) and _HASH.fullmatch(end)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise RefusedError("file", "", "not_an_export") from error
    if known and version > FORMAT:
        raise LogTooNewError(version, FORMAT)
    if not known or version != FORMAT:
        raise RefusedError("file", "", "not_an_export")
    return Head(log_id, count, end)


def _cells(standing: Standing) -> Iterator[str]:
    entry, kind = standing.entry, definition(standing.of_kind)
    own = {**kind.columns, **kind.sometimes}
    told = {
        "holds": "voided" if standing.voided_by else "amended" if standing.amended_by else "yes",
        "read_back": standing.read_back,
        "second_check": standing.second_check,
        "of": str(entry.body.get("of", "")),
        "reason": str(entry.body.get("reason", "")),
        "hash": entry.hash,
    }
    for column in CSV_COLUMNS:
        if column in own:
            yield own[column](entry.body)
        else:
            yield told[column] if column in told else str(entry.content.get(column, ""))


def safe_cell(cell: str) -> str:
    """A cell of a table, with an apostrophe before what a spreadsheet would take for a formula, full-width signs too.

    A number below zero stays one: as text a spreadsheet would sort it behind all others, and no filter would find it.
    """
    if _BELOW_ZERO.fullmatch(cell):
        return cell
    first = unicodedata.normalize("NFKC", cell[:1])
    return f"'{cell}" if first.startswith(_FORMULA_STARTS) else cell
