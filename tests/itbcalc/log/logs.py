"""Entries and logs for the tests of the log, the same at every run; and the stand-alone verifier as a module."""

import contextlib
import importlib.util
import io
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import ModuleType
from typing import Any

from itbcalc.errors import LogDamagedError, LogError, RefusedError
from itbcalc.log.canonical import NO_HASH, canonical_bytes
from itbcalc.log.entries import Draft, Entry, Head, entry_in, entry_of
from itbcalc.log.store import MemoryLog, SqliteLog, TitrationLog
from itbcalc.resources import resource_path
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.transfer import export_lines, read_export

LOG_ID = "0123456789abcdef0123456789abcdef"
BEGIN = datetime(2026, 11, 25, 14, 0, tzinfo=timezone(timedelta(hours=2)))  # 12:00 UTC
VERIFIER = resource_path() / "verify_log.py"


def entry_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def draft(number: int = 1, **changes: Any) -> Draft:
    """The step number `number`: a minute after the one before, of one of three patients in turn."""
    given: dict[str, Any] = {
        "entry_id": entry_id(number),
        "kind": EntryKind.DOSE_STEP_RECORDED,
        "recorded_at": BEGIN + timedelta(minutes=number),
        "author": "A. Nurse",
        "patient": f"P-{number % 3}",
        "body": {"inputs": {"new": {"daily_dose": f"{300 + number} mcg/day"}}},
    }
    return Draft(**{**given, **changes})


def older_entry(**changes: Any) -> Entry:
    """The first entry of a log as a program before 0.3.0 could write it: with control characters, say, refused today."""
    content = {**entry_of(draft(), Head(LOG_ID, 0, NO_HASH)).content, **changes}
    return entry_in(canonical_bytes(content), 1)


def filled(log: TitrationLog, count: int) -> TitrationLog:
    """`log` with steps 1 to `count`."""
    for number in range(1, count + 1):
        log.append(draft(number))
    return log


def contents(count: int) -> list[bytes]:
    """The canonical bytes of a whole log of `count` entries."""
    return list(filled(MemoryLog(LOG_ID), count).written())


def sqlite_log(path: Path, count: int = 0) -> SqliteLog:
    """A log in a file with `count` entries."""
    log = SqliteLog(path, create=True, log_id=LOG_ID)
    filled(log, count)
    return log


def write_export(path: Path, log: TitrationLog) -> Path:
    """The export of `log` as a file."""
    path.write_bytes(b"".join(export_lines(log.head(), log.written())))
    return path


# --- the stand-alone verifier


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_log", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


stand_alone = _loaded()


def stand_alone_break(written: Iterable[bytes], log_id: str = LOG_ID) -> int | None:
    """The number of the entry at which the stand-alone verifier finds the chain broken."""
    try:
        stand_alone.verify(((content, None) for content in written), log_id)
    except stand_alone.BrokenError as broken:
        return number_in(str(broken))
    return None


def number_in(words: str) -> int:
    """The number in "entry 12: ..."."""
    return int(words.partition("entry ")[2].partition(":")[0])


def stand_alone_says(path: Path, anchor: str | None = None) -> tuple[int, str]:
    """The exit status of the stand-alone verifier, and its words."""
    arguments = ["verify_log.py", str(path), *(("--anchor", anchor) if anchor is not None else ())]
    out, before = io.StringIO(), sys.argv
    sys.argv = arguments
    try:
        with contextlib.redirect_stdout(out):
            status = stand_alone.main()
    finally:
        sys.argv = before
    return status, out.getvalue()


def ours_of_file(path: Path) -> int:
    """0 where we find the log in a file whole, 1 where not, 2 where it cannot be read as a log."""
    try:
        log = SqliteLog(path)
    except LogError:
        return 2
    try:
        return 0 if log.verify().whole else 1
    except LogError:
        return 2
    finally:
        log.close()


def ours_of_export(path: Path) -> int:
    """The same of an export."""
    try:
        read_export(path)
    except LogDamagedError:
        return 1
    except (LogError, RefusedError):
        return 2
    return 0
