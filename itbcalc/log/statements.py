"""The statements by which entries are read and written: one text for every database that speaks SQL.

What differs between two is how a value is named in a statement, and what the table is called. What makes a log last and
refuse rewriting is each database's own: `sqlite_file.py`, `server_tables.py`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from itbcalc.log.chain import Stored
from itbcalc.log.entries import Entry

COLUMNS_BESIDE = ("seq", "entry_id", "patient", "kind", "recorded_at", "hash")  # what stands before the bytes
_COLUMNS = (*COLUMNS_BESIDE, "bytes")


class Statements(Struct, frozen=True):
    """Everything that is asked of the table of entries, in the words of one database."""

    insert: str
    all_rows: str
    last: str
    from_number: str
    of_patient: str
    latest: str
    latest_of_patient: str
    with_id: str
    at: str
    patients: str
    seen: str


def statements(table: str, named: Callable[[str], str]) -> Statements:
    """The statements over `table`; `named` says how a value is named in them."""
    columns, values = ", ".join(_COLUMNS), ", ".join(map(named, _COLUMNS))
    rows = f"SELECT {columns} FROM {table}"  # noqa: S608  # names of ours
    read = f"SELECT seq, bytes FROM {table}"  # noqa: S608  # here and below: names of ours, values are passed apart
    newest, patient = f"ORDER BY seq DESC LIMIT {named('count')}", f"patient = {named('patient')}"
    return Statements(
        insert=f"INSERT INTO {table} ({columns}) VALUES ({values})",  # noqa: S608
        all_rows=f"{rows} ORDER BY seq",
        last=f"{rows} ORDER BY seq DESC LIMIT 1",
        from_number=f"{read} WHERE seq >= {named('start')} ORDER BY seq",
        of_patient=f"{read} WHERE {patient} ORDER BY seq",
        latest=f"{read} WHERE seq < {named('before')} {newest}",
        latest_of_patient=f"{read} WHERE seq < {named('before')} AND {patient} {newest}",
        with_id=f"{read} WHERE entry_id = {named('value')}",
        at=f"{read} WHERE seq = {named('value')}",
        # From each patient of the index straight to the next: a step a patient, not one an entry.
        patients=f"""
            WITH RECURSIVE each(patient) AS (
                SELECT MIN(patient) FROM {table} WHERE patient > ''
                UNION ALL
                SELECT (SELECT MIN(patient) FROM {table} WHERE patient > each.patient) FROM each
                WHERE patient IS NOT NULL
            )
            SELECT patient, (SELECT MAX(seq) FROM {table} AS entry WHERE entry.patient = each.patient)
            FROM each WHERE patient IS NOT NULL""",  # noqa: S608
        seen=f"""
            SELECT (SELECT COUNT(*) FROM {table} WHERE {patient}), seq, recorded_at FROM {table} WHERE {patient}
            ORDER BY seq DESC LIMIT 1""",  # noqa: S608
    )


def row_of(entry: Entry) -> dict[str, Any]:
    """An entry as a row of the table."""
    return {
        "seq": entry.seq,
        "entry_id": entry.entry_id,
        "patient": entry.patient,
        "kind": entry.kind,
        "recorded_at": entry.content["recorded_at"],
        "hash": entry.hash,
        "bytes": entry.written,
    }


def stored(row: Sequence[Any]) -> Stored:
    """A row of the table, whatever somebody made of its columns: the bytes, and what stands beside them."""
    *columns, content = row
    return blob(content), dict(zip(COLUMNS_BESIDE, columns, strict=True))


def blob(content: object) -> bytes:
    """The bytes of an entry; what is none can only have been put there by somebody else, and is read as nothing."""
    return content if isinstance(content, bytes) else b""
