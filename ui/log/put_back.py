"""What putting a backup in the place of the log would mean, in words: what would be lost. No Qt."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from itbcalc.errors import LogError
from itbcalc.log.backup import Comparison, backups_in, compare, made_at
from itbcalc.log.chain import Progress, whole_head
from itbcalc.log.cipher import is_of_another_key
from itbcalc.log.entries import Entry, Head
from itbcalc.log.folders import BACKUPS, key_path
from itbcalc.log.store import SqliteLog
from itbcalc.quantities.display import date_text, moment_text
from itbcalc.say import refusal_words
from itbcalc.visits.entry_words import dose_words, what_happened, written_text

_PLAIN = b"SQLite format 3\0"
MOST_NAMED = 200  # entries that would be lost are named; of more, their number is said


class BackupSeen(Struct, frozen=True):
    """A backup on offer: where it is, and when it was made with how many entries, in words."""

    path: Path
    words: str


class BackupCompared(Struct, frozen=True):
    """What came of comparing: the words; may be put back (it was followed to its end, whole); an older key may open it."""

    words: str
    usable: bool
    of_another_key: bool = False


def backups_of(path: Path) -> list[BackupSeen]:
    """The backups of the log at `path`, the newest first."""
    return [
        BackupSeen(backup, _backup_words(backup)) for backup in backups_in(path.parent / BACKUPS)
    ]  # of any log: the one in use may be lost


def compared_with_log(path: Path, backup: Path, progress: Progress) -> BackupCompared:
    """Verifies a backup and says what putting it in the place of the log at `path` would mean."""
    try:
        with closing(SqliteLog(backup)) as log:
            found = log.verify(progress)
        if found.stopped:
            count = found.head.count
            return BackupCompared(
                f"Stopped after {count:,} entries of the backup: nothing is known of it.", usable=False
            )
        head = whole_head(found)
    except LogError as error:
        return _not_read(backup, error)
    whole = f"The backup is whole: {_entries(head.count)}{_until(head)}."
    if key_path(path).exists() and _is_plain(backup):
        whole += "\nIt is not encrypted itself; what is put back is encrypted again."
    if not path.exists():
        return BackupCompared(f"{whole}\nThere is no log now: nothing is lost.", usable=True)
    try:
        with closing(SqliteLog(path)) as log:
            lines = list(_lines(log, compare(log, backup, head)))
    except LogError as error:
        lines = [
            f"The present log cannot be read to its end: {refusal_words(error)}.",
            "What it holds beyond the backup is not known. It is set aside, not overwritten.",
        ]
    return BackupCompared("\n".join([whole, *lines]), usable=True)


def _not_read(backup: Path, error: LogError) -> BackupCompared:
    if not is_of_another_key(backup):
        return BackupCompared(f"This backup cannot be put back: {refusal_words(error)}.", usable=False)
    words = (
        "The key of this log does not open this file. A backup made before the key was changed is opened by the recovery key "
        "printed then: press Older recovery key."
    )
    return BackupCompared(words, usable=False, of_another_key=True)


def _is_plain(backup: Path) -> bool:
    """Whether a file can be read without a key: an encrypted one does not begin as SQLite's do."""
    with backup.open("rb") as file:
        return file.read(len(_PLAIN)) == _PLAIN


def _backup_words(backup: Path) -> str:
    try:
        with closing(SqliteLog(backup)) as log:
            count = _entries(log.head().count)
    except LogError as error:
        count = refusal_words(error)
    return f"{moment_text(made_at(backup).astimezone())} · {count}"


def _lines(log: SqliteLog, comparison: Comparison) -> Iterator[str]:
    assert comparison.log is not None
    present, backup, parts = comparison.log, comparison.backup, comparison.parts_after
    if parts:
        whose = "It is a backup of another log." if present.log_id != backup.log_id else ""
        yield f"The two differ from entry {parts:,} on. {whose}".rstrip()
        yield from _lost(log, present, parts)
        gained = backup.count - parts + 1
        yield f"In their place come {_entries(gained)} of the backup."
    elif present.count > backup.count:
        yield from _lost(log, present, backup.count + 1)
    elif backup.count > present.count:
        yield f"The backup goes on where the log ends: {_entries(backup.count - present.count)} come back, nothing is lost."
    else:
        yield "It holds the same entries as the present log: nothing is lost, and nothing is gained."


def _lost(log: SqliteLog, present: Head, first: int) -> Iterator[str]:
    count = present.count - first + 1
    yield f"No longer in the log, only in the file set aside: {_entries(count)}"
    for seq in range(first, min(present.count, first + MOST_NAMED - 1) + 1):
        entry = log.at(seq)
        if entry is not None:
            yield f"  {_entry_words(entry)}"
    if count > MOST_NAMED:
        yield f"  … and {count - MOST_NAMED:,} more"


def _entry_words(entry: Entry) -> str:
    parts = (f"{entry.seq}", written_text(entry), entry.patient, what_happened(entry), dose_words(entry))
    return " · ".join(part for part in parts if part)


def _until(head: Head) -> str:
    if not head.count:
        return ""
    return f", the last of {date_text(datetime.fromisoformat(head.recorded_at.replace('Z', '+00:00')))}"


def _entries(count: int) -> str:
    return f"{count:,} {'entry' if count == 1 else 'entries'}"
