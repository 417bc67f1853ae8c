"""What happened: drafts that are to be written, and entries that are."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct, field

from itbcalc.errors import LogDamagedError, LogUnavailableError
from itbcalc.log.canonical import (
    FORMAT,
    LARGEST_ENTRY,
    Json,
    entry_hash,
    read_entry,
    written_form,
)

LONGEST_TEXT = 500  # characters of a name, a note or a reason
PRACTICE = "practice"  # in the body of what was only practised, and at the beginning of the id of a log of it
TYPED = "typed"  # how an author is known whose name was only typed
BACKUP_MADE = "backup_made"  # the one kind that the log itself looks for


class Draft(Struct, frozen=True, kw_only=True):
    """What is to be written. `entry_id` is made before the writing, so that the entry can be looked for after a fault."""

    entry_id: str
    kind: str  # what happened, in the past tense; what kinds there are is not the log's to know
    recorded_at: datetime  # with its local offset
    author: str
    role: str = ""
    signed: str = TYPED  # how the author is known: a name that was typed, or one unlocked by its passphrase
    workstation: str = ""
    patient: str = ""
    zone: str = ""
    effective_at: str = ""
    program: str = ""
    library: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)


class Entry(Struct, frozen=True):
    """An entry as it stands in the log: its content, its canonical bytes and their hash."""

    content: Mapping[str, Any]
    written: bytes
    hash: str

    @property
    def seq(self) -> int:
        """Its number, from 1."""
        return int(self.content["seq"])

    @property
    def entry_id(self) -> str:
        """Its id."""
        return str(self.content["entry_id"])

    @property
    def kind(self) -> str:
        """What it tells; a kind of a newer program is its name."""
        return str(self.content["kind"])

    @property
    def patient(self) -> str:
        """The pseudonym, or nothing."""
        return str(self.content["patient"])

    @property
    def body(self) -> Mapping[str, Any]:
        """What the kind needs."""
        body: Mapping[str, Any] = self.content["body"]
        return body


class Head(Struct, frozen=True):
    """Where a log ends: its id, how many entries, the hash of the last, and when that was written."""

    log_id: str
    count: int
    hash: str
    recorded_at: str = ""


def entry_of(draft: Draft, head: Head) -> Entry:
    """The entry that follows `head`.

    Raises LogUnavailableError where it is larger than an entry can be or holds a control character, TypeError for
    what has no place in one.
    """
    if draft.recorded_at.utcoffset() is None:
        raise TypeError("the moment of an entry has its offset from UTC")
    if (PRACTICE in draft.body) is not head.log_id.startswith(PRACTICE):
        raise LogUnavailableError("practice", draft.entry_id)
    moment = draft.recorded_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    content: dict[str, Json] = {
        "format": FORMAT,
        "log_id": head.log_id,
        "seq": head.count + 1,
        "entry_id": draft.entry_id,
        "prev_hash": head.hash,
        "kind": str(draft.kind),
        "patient": draft.patient,
        "author": draft.author,
        "role": draft.role,
        "signed": draft.signed,
        "workstation": draft.workstation,
        "recorded_at": moment,
        "offset": _offset(draft.recorded_at),
        "zone": draft.zone,
        "clock_went_back": moment < head.recorded_at,
        "effective_at": draft.effective_at,
        "program": draft.program,
        "library": dict(draft.library),
        "body": dict(draft.body),
    }
    plain, written = written_form(content)
    if len(written) > LARGEST_ENTRY:
        raise LogUnavailableError("too_large", f"{len(written):,} bytes")
    if b"\\" in written or b"\x7f" in written or not written.isascii():  # else there can be none
        _refuse_control_characters(plain)
    return Entry(plain, written, entry_hash(written))


def _refuse_control_characters(value: Json) -> None:
    """None of them is ever typed on purpose, and not every database can keep them. Raises LogUnavailableError."""
    if isinstance(value, str):
        found = _CONTROL.search(value)
        if found is not None:
            raise LogUnavailableError("control_character", f"U+{ord(found[0]):04X}")
    elif isinstance(value, dict):
        for key, each in value.items():
            _refuse_control_characters(key)
            _refuse_control_characters(each)
    elif isinstance(value, list):
        for each in value:
            _refuse_control_characters(each)


def entry_in(written: bytes, position: int) -> Entry:
    """The entry in canonical bytes, with all that every entry has. Raises LogDamagedError with `position`."""
    content = read_entry(written, position)
    if [*map(type, map(content.get, _GENERAL))] != _CLASSES:
        missing = [key for key, kind in _GENERAL.items() if content.get(key).__class__ is not kind]
        raise LogDamagedError(position, f"without {', '.join(missing)}")
    return Entry(content, written, entry_hash(written))


def entry_again(written: bytes) -> Entry:
    """The entry in bytes that were read as one before and have been held since: they are not looked at again."""
    return Entry(json.loads(written), written, entry_hash(written))


_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_GENERAL = {  # what every entry has
    "entry_id": str,
    "kind": str,
    "patient": str,
    "author": str,
    "recorded_at": str,
    "seq": int,
    "body": dict,
}
_CLASSES = [*_GENERAL.values()]


def _offset(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")[16:22]
