"""Does the chain hold? Entry by entry, with progress, and a word for what breaks it."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from itbcalc.errors import LogDamagedError, LogTooNewError
from itbcalc.log.canonical import FORMAT, NO_HASH, entry_hash
from itbcalc.log.entries import Entry, Head, entry_in

Progress = Callable[[int], bool]  # told the number of entries verified; False stops
Stored = tuple[bytes, Mapping[str, object]]  # canonical bytes, and what a table repeats beside them

_EVERY = 500  # entries between two words of progress


@dataclass(frozen=True, slots=True)
class Verified:
    """How far a log was verified, and what broke it: `damage` is None where it is whole.

    `stopped` is true where somebody stopped it before the end: what follows was not looked at.
    """

    head: Head
    damage: LogDamagedError | None = None
    stopped: bool = False

    @property
    def whole(self) -> bool:
        """Whether every entry was verified and none was found wrong."""
        return self.damage is None and not self.stopped


def whole_head(found: Verified) -> Head:
    """Where a log ends, once it is clear that it is whole. Raises LogDamagedError."""
    if found.damage is not None:
        raise found.damage
    return found.head


def verified(written: Iterable[bytes], log_id: str, progress: Progress | None = None) -> Verified:
    """Follows the chain through the canonical bytes of all entries, in order."""
    return verified_table(((content, {}) for content in written), log_id, progress)


def verified_table(stored: Iterable[Stored], log_id: str, progress: Progress | None = None) -> Verified:
    """Follows the chain through a table, in order; what stands beside each entry must say what is in it."""
    last: Entry | None = None
    ids: set[str] = set()
    for count, (content, beside) in enumerate(stored, start=1):
        try:
            entry = _following(content, count, log_id, NO_HASH if last is None else last.hash, ids)
            agree(entry, beside)
        except LogDamagedError as damage:
            return Verified(_head(log_id, last), damage)
        last = entry
        if progress is not None and count % _EVERY == 0 and not progress(count):
            return Verified(_head(log_id, last), stopped=True)
    return Verified(_head(log_id, last))


def _head(log_id: str, last: Entry | None) -> Head:
    if last is None:
        return Head(log_id, 0, NO_HASH)
    return Head(log_id, last.seq, last.hash, str(last.content["recorded_at"]))


def _following(content: bytes, position: int, log_id: str, prev_hash: str, ids: set[str]) -> Entry:
    """The entry in `content`, which must be the next; its id joins `ids`. Raises LogDamagedError."""
    entry = entry_in(content, position)
    found = entry.content
    for key, expected in (
        ("format", FORMAT),
        ("seq", position),
        ("log_id", log_id),
        ("prev_hash", prev_hash),
    ):
        value = found.get(key)
        if value != expected or value is True:
            raise LogDamagedError(position, _BROKEN[key])
    entry_id = found["entry_id"]
    if entry_id in ids:
        raise LogDamagedError(position, "the id of an earlier entry again")
    ids.add(entry_id)
    return entry


def newer_entry(content: bytes, too_new: LogTooNewError) -> Entry:
    """An entry of a newer version, as far as it has what every entry has; its chain is not looked at. Raises `too_new`."""
    try:
        table = json.loads(content)
        missing = any(not isinstance(table.get(key), kind) for key, kind in _GENERIC.items())
    except (ValueError, AttributeError, RecursionError) as error:
        raise too_new from error
    if missing:
        raise too_new
    return Entry(table, content, entry_hash(content))


_GENERIC: Mapping[str, type] = {
    "seq": int,
    "entry_id": str,
    "kind": str,
    "patient": str,
    "author": str,
    "recorded_at": str,
    "body": dict,
}


def agree(entry: Entry, beside: Mapping[str, object]) -> None:
    """Holds what a table repeats beside an entry against the entry. Raises LogDamagedError."""
    for key, value in beside.items():
        if value != (entry.hash if key == "hash" else entry.content[key]):
            raise LogDamagedError(entry.seq, f"its column {key} is not what the entry holds")


_BROKEN = {
    "format": "of another format than the log",
    "seq": "not the number that follows",
    "log_id": "of another log",
    "prev_hash": "does not follow the entry before it: one of the two was changed, taken out or put in",
}
