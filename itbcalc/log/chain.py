"""Does the chain hold? Entry by entry, with progress, and a word for what breaks it."""

import json
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from itbcalc.errors import LogDamagedError, LogTooNewError
from itbcalc.log.canonical import FORMAT, NO_HASH, entry_hash
from itbcalc.log.entries import Entry, Head, entry_in

Progress = Callable[[int], bool]  # told the number of entries verified; False stops
Seen = Callable[[Entry], None]  # given each entry that was verified
Stored = tuple[bytes, Mapping[str, object]]  # canonical bytes, and what a table repeats beside them

_EVERY = 500  # entries between two words of progress
_NOTHING: Mapping[str, object] = {}


class Verified(Struct, frozen=True):
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


class Chain:
    """A chain followed entry by entry; it can be gone on from where it was followed to."""

    def __init__(self, log_id: str) -> None:
        self._log_id, self._count, self._hash, self._recorded_at = log_id, 0, NO_HASH, ""
        self._ids: set[str] = set()

    @property
    def head(self) -> Head:
        """Where it was followed to."""
        return Head(self._log_id, self._count, self._hash, self._recorded_at)

    def follow(self, content: bytes, beside: Mapping[str, object] = _NOTHING) -> Entry:
        """The entry in `content`, which must be the next; what stands beside it must say what is in it. Raises LogDamagedError."""
        position = self._count + 1
        entry = entry_in(content, position)
        found = entry.content
        expected = (FORMAT, position, self._log_id, self._hash)
        values = tuple(map(found.get, _FOLLOWS))
        if values != expected or values[0] is True:  # which equals 1
            broken = next(
                key
                for key, value, wanted in zip(_FOLLOWS, values, expected, strict=True)
                if value != wanted or value is True
            )
            raise LogDamagedError(position, _BROKEN[broken])
        entry_id = found["entry_id"]
        if entry_id in self._ids:
            raise LogDamagedError(position, "the id of an earlier entry again")
        agree(entry, beside)
        self._ids.add(entry_id)
        self._count, self._hash, self._recorded_at = position, entry.hash, found["recorded_at"]
        return entry


def verified(
    written: Iterable[bytes], log_id: str, progress: Progress | None = None, seen: Seen | None = None
) -> Verified:
    """Follows the chain through the canonical bytes of all entries, in order; `seen` is given each that was verified."""
    return verified_table(((content, _NOTHING) for content in written), log_id, progress, seen)


def verified_table(
    stored: Iterable[Stored], log_id: str, progress: Progress | None = None, seen: Seen | None = None
) -> Verified:
    """The same through a table; what stands beside each entry must say what is in it."""
    chain = Chain(log_id)
    for count, (content, beside) in enumerate(stored, start=1):
        try:
            entry = chain.follow(content, beside)
        except LogDamagedError as damage:
            return Verified(chain.head, damage)
        if seen is not None:
            seen(entry)
        if progress is not None and count % _EVERY == 0 and not progress(count):
            return Verified(chain.head, stopped=True)
    return Verified(chain.head)


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
    held = {**entry.content, "hash": entry.hash}
    if not beside.items() <= held.items():
        wrong = next(key for key, value in beside.items() if value != held[key])
        raise LogDamagedError(entry.seq, f"its column {wrong} is not what the entry holds")


_FOLLOWS = ("format", "seq", "log_id", "prev_hash")
_BROKEN = {
    "format": "of another format than the log",
    "seq": "not the number that follows",
    "log_id": "of another log",
    "prev_hash": "does not follow the entry before it: one of the two was changed, taken out or put in",
}
