#!/usr/bin/env python3
"""Verifies a titration log of itbcalc, without itbcalc: written from docs/log-format.md, with the standard library alone.

    python3 verify_log.py LOG [--anchor "itbcalc-anchor 1 ..."]

LOG is a log file (SQLite, opened for reading only) or an export. Exit status 0 where it is whole (and agrees with the
anchor), 1 where it is not, 2 where it cannot be read as a log.
"""

import argparse
import hashlib
import json
import re
import shutil
import sqlite3
import sys
import tempfile
import unicodedata
from contextlib import closing, contextmanager
from pathlib import Path

FORMAT, APPLICATION_ID, ZEROS = 1, 1230258764, "0" * 64
DEEPEST, LARGEST = 20, 1_000_000
ANCHOR = re.compile("itbcalc-anchor 1 ([0-9a-f]{32}) (0|[1-9][0-9]{0,14}) ([0-9a-f]{64}) [0-9TZ:.-]{20,32}")
COLUMNS = ("seq", "entry_id", "patient", "kind", "recorded_at")
TEXTS = ("entry_id", "kind", "patient", "author", "recorded_at")


class BrokenError(Exception):
    """The chain does not hold."""


def refuse(text):
    raise ValueError(f"{text} has no place in an entry")


def plain(value, depth=0):
    """The value with its text in normalization form C; refuses what the format has no place for."""
    if depth > DEEPEST:
        return refuse("so deep a nesting")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else refuse("so large a number")
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [plain(each, depth + 1) for each in value]
    if isinstance(value, dict) and all(key.isascii() for key in value):
        return {key: plain(each, depth + 1) for key, each in value.items()}
    return refuse(type(value).__name__)


def canonical(entry):
    """The one way to write an entry."""
    text = json.dumps(
        plain(entry), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode("utf-8")


def verify(contents, log_id):
    """Follows the chain; returns the hashes of all entries in order. Raises BrokenError with the number of the entry."""
    hashes, ids = [ZEROS], set()
    for number, (content, columns) in enumerate(contents, start=1):
        try:
            if len(content) > LARGEST:
                refuse("so large an entry")
            entry = json.loads(content.decode("utf-8"), parse_float=refuse, parse_constant=refuse)
            same = isinstance(entry, dict) and canonical(entry) == content
        except (ValueError, RecursionError, AttributeError) as error:
            raise BrokenError(f"entry {number}: not readable as an entry ({error})") from error
        wanted = {"format": FORMAT, "seq": number, "log_id": log_id, "prev_hash": hashes[-1]}
        if not same:
            raise BrokenError(f"entry {number}: not written in canonical form")
        wrong = [key for key, value in wanted.items() if entry.get(key) != value or entry.get(key) is True]
        if wrong:
            raise BrokenError(f"entry {number}: {wrong[0]} is not what follows the entry before it")
        texts = all(isinstance(entry.get(key), str) for key in TEXTS)
        if not texts or not isinstance(entry.get("body"), dict):
            raise BrokenError(f"entry {number}: something every entry has is missing")
        if entry["entry_id"] in ids:
            raise BrokenError(f"entry {number}: the id of an earlier entry again")
        ids.add(entry["entry_id"])
        hashes.append(hashlib.sha256(b"\x00" + content).hexdigest())
        if columns is not None and columns != [*(entry[key] for key in COLUMNS), hashes[-1]]:
            raise BrokenError(f"entry {number}: the columns beside it do not agree with it")
    return hashes


@contextmanager
def finished(path):
    """The log; where a writer was interrupted, a copy in which SQLite takes back what it had not finished."""
    journal = path.with_name(f"{path.name}-journal")
    if not journal.exists() or not journal.stat().st_size:
        yield path
        return
    print(f"A writer was interrupted, or is at work ({journal.name}): what it had not finished is left out.")
    with tempfile.TemporaryDirectory() as folder:
        copy, _ = (Path(shutil.copy(each, folder)) for each in (path, journal))
        with closing(sqlite3.connect(copy)) as connection:
            connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        yield copy


def reading(path):
    """A connection that only reads, and is closed in the end."""
    return closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True))


def from_database(connection):
    """The id of the log and the bytes of its entries; compares the columns beside them."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise ValueError("not a titration log")
    if connection.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
        raise ValueError("of another format than version 1")
    ((log_id,),) = connection.execute("SELECT log_id FROM log").fetchall()
    rows = connection.execute(f"SELECT {', '.join(COLUMNS)}, hash, bytes FROM entry ORDER BY seq")  # noqa: S608
    return log_id, ((blob if isinstance(blob, bytes) else b"", columns) for *columns, blob in rows), None


def check_indexes(connection):
    """Raises BrokenError where an index does not say what the table does: a patient would be given another's entries."""
    ((found,),) = connection.execute("PRAGMA integrity_check(1)").fetchall()
    if found != "ok":
        row = re.search(r"row (\d+)", str(found))
        raise BrokenError(
            f"entry {row[1] if row else 1}: what is kept beside it for searching is wrong ({found})"
        )


def from_export(path):
    """The same from an export; its first line says how many entries there are, and where they end."""
    first, *lines = path.read_bytes().removesuffix(b"\n").split(b"\n")
    head = json.loads(first.decode("utf-8"))
    if not isinstance(head, dict) or head.get("format") is True or head.get("format") != FORMAT:
        raise ValueError("not an export of version 1")
    log_id, count, end = head["log_id"], head["entries"], head["head"]
    hexadecimal = re.fullmatch("[0-9a-f]{32}", log_id) and re.fullmatch("[0-9a-f]{64}", end)
    if type(count) is not int or not hexadecimal:
        raise ValueError("not an export of version 1")
    return log_id, ((line, None) for line in lines), (count, end)


def main():
    parser = argparse.ArgumentParser(description="Verifies a titration log of itbcalc.")
    parser.add_argument("log", type=Path)
    parser.add_argument("--anchor", help="the line of an anchor")
    arguments = parser.parse_args()
    try:
        with arguments.log.open("rb") as file:
            is_database = file.read(16) == b"SQLite format 3\x00"
            if not is_database and not (file.seek(0) or file.read(1)) == b"{":
                raise ValueError("neither a log nor an export; an encrypted log is exported first")
        if is_database:
            with finished(arguments.log) as log, reading(log) as connection:
                log_id, contents, said = from_database(connection)
                hashes = verify(contents, log_id)
                check_indexes(connection)
        else:
            log_id, contents, said = from_export(arguments.log)
            hashes = verify(contents, log_id)
        count = len(hashes) - 1
        if said is not None and said != (count, hashes[-1]):
            raise BrokenError(f"the export says {said[0]} entries; it holds {count}, or ends otherwise")
        if arguments.anchor is not None:
            check_anchor(arguments.anchor, log_id, hashes)
    except BrokenError as broken:
        print(f"NOT WHOLE: {broken}")
        return 1
    except (OSError, sqlite3.Error, ValueError, KeyError, TypeError, RecursionError) as error:
        print(f"cannot be read as a log: {error}")
        return 2
    print(f"whole: {count} entries of log {log_id}, head {hashes[-1]}")
    if arguments.anchor is None:
        print(
            "Without an anchor it cannot be known whether entries were cut off at the end, or all was written anew."
        )
    return 0


def check_anchor(line, log_id, hashes):
    """Raises BrokenError where the log does not hold what it held when the anchor was taken."""
    found = ANCHOR.fullmatch(" ".join(line.split()))
    if found is None:
        raise ValueError("what was given is not an anchor of version 1")
    anchored_id, count, head = found.groups()
    if anchored_id != log_id:
        raise BrokenError("the anchor is of another log")
    if int(count) >= len(hashes):
        raise BrokenError(
            f"entries are missing at the end: the anchor counts {count}, the log {len(hashes) - 1}"
        )
    if hashes[int(count)] != head:
        raise BrokenError(f"entry {count} or one before it is not what it was when the anchor was taken")


if __name__ == "__main__":
    sys.exit(main())
