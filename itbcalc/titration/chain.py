"""Does the chain hold? Entry by entry, with progress, and a word for what breaks it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from itbcalc.errors import LogDamagedError, LogTooNewError
from itbcalc.titration.canonical import FORMAT, NO_HASH, entry_hash, read_entry
from itbcalc.titration.entries import Entry, Head

Progress = Callable[[int], bool]  # told the number of entries verified; False stops

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


def verified(written: Iterable[bytes], log_id: str, progress: Progress | None = None) -> Verified:
    """Follows the chain through the canonical bytes of all entries, in order."""
    head, ids = Head(log_id, 0, NO_HASH), set[str]()
    for content in written:
        try:
            entry = following(content, head, ids)
        except LogDamagedError as damage:
            return Verified(head, damage)
        head = Head(log_id, entry.seq, entry.hash, str(entry.content["recorded_at"]))
        if progress is not None and head.count % _EVERY == 0 and not progress(head.count):
            return Verified(head, stopped=True)
    return Verified(head)


def following(content: bytes, head: Head, ids: set[str]) -> Entry:
    """The entry in `content`, which must follow `head`; its id joins `ids`. Raises LogDamagedError, LogTooNewError."""
    position = head.count + 1
    entry = read_entry(content, position)
    if entry.get("format") != FORMAT:
        if isinstance(entry.get("format"), int) and entry["format"] > FORMAT:
            raise LogTooNewError(entry["format"], FORMAT)
        raise LogDamagedError(position, "of no known format")
    expected = (("seq", position), ("log_id", head.log_id), ("prev_hash", head.hash))
    for key, value in expected:
        if entry.get(key) != value or isinstance(entry.get(key), bool):
            raise LogDamagedError(position, _BROKEN[key])
    missing = [key for key in _TEXTS if not isinstance(entry.get(key), str)]
    if missing or not isinstance(entry.get("body"), dict):
        raise LogDamagedError(position, f"without {', '.join(missing) or 'body'}")
    if entry["entry_id"] in ids:
        raise LogDamagedError(position, "the id of an earlier entry again")
    ids.add(entry["entry_id"])
    return Entry(entry, content, entry_hash(content))


_TEXTS = ("entry_id", "kind", "patient", "author", "recorded_at")
_BROKEN = {
    "seq": "not the number that follows",
    "log_id": "of another log",
    "prev_hash": "does not follow the entry before it: one of the two was changed, taken out or put in",
}
