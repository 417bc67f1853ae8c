"""Does the chain hold? Entry by entry, with progress, and a word for what breaks it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from itbcalc.errors import LogDamagedError
from itbcalc.titration.canonical import FORMAT, NO_HASH
from itbcalc.titration.entries import Entry, Head, entry_in

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
    head, ids = Head(log_id, 0, NO_HASH), set[str]()
    for content, beside in stored:
        try:
            entry = following(content, head, ids)
            agree(entry, beside)
        except LogDamagedError as damage:
            return Verified(head, damage)
        head = Head(log_id, entry.seq, entry.hash, str(entry.content["recorded_at"]))
        if progress is not None and head.count % _EVERY == 0 and not progress(head.count):
            return Verified(head, stopped=True)
    return Verified(head)


def following(content: bytes, head: Head, ids: set[str]) -> Entry:
    """The entry in `content`, which must follow `head`; its id joins `ids`. Raises LogDamagedError."""
    position = head.count + 1
    entry = entry_in(content, position)
    expected = (("format", FORMAT), ("seq", position), ("log_id", head.log_id), ("prev_hash", head.hash))
    for key, value in expected:
        found = entry.content.get(key)
        if found != value or isinstance(found, bool):
            raise LogDamagedError(position, _BROKEN[key])
    if entry.entry_id in ids:
        raise LogDamagedError(position, "the id of an earlier entry again")
    ids.add(entry.entry_id)
    return entry


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
