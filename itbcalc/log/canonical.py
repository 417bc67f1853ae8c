"""How is an entry written down, so that there is only one way to do it? As docs/log-format.md says."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sized
from typing import Any

from itbcalc.errors import LogDamagedError

FORMAT = 1
NO_HASH = "0" * 64
LARGEST_ENTRY = 1_000_000  # bytes: a program, its results and findings take some thousands
_DEEPEST = 20
_LARGEST_NUMBER = 2**53

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


def canonical_bytes(entry: Mapping[str, Json]) -> bytes:
    """The one way to write `entry`. Raises TypeError for what has no place in an entry, floats among it."""
    return _as_written(normalised(entry))


def normalised(entry: Mapping[str, Json]) -> dict[str, Json]:
    """`entry` as it reads once it is written: text in normalization form C. Raises TypeError as `canonical_bytes`."""
    return _plain_table(entry, depth=0)


def written_form(entry: Mapping[str, Json]) -> tuple[dict[str, Json], bytes]:
    """`entry` as it reads once it is written, and its canonical bytes. Raises TypeError as `canonical_bytes`."""
    plain = normalised(entry)
    return plain, _as_written(plain)


def entry_hash(content: bytes) -> str:
    """The hash of an entry with these canonical bytes, in hexadecimal."""
    return hashlib.sha256(b"\x00" + content).hexdigest()


def read_entry(content: bytes, position: int) -> dict[str, Any]:
    """The entry in canonical bytes. Raises LogDamagedError where they are not the one way to write it."""
    if len(content) > LARGEST_ENTRY:
        raise LogDamagedError(position, "larger than an entry can be")
    try:
        text = content.decode("utf-8")
        entry, _ = _DECODER.raw_decode(text)  # what stands before or behind it is no canonical form
        same = isinstance(entry, dict) and _is_canonical(entry, text, content)
    except (ValueError, TypeError, RecursionError) as error:
        raise LogDamagedError(position, "not readable as an entry") from error
    if not same:
        raise LogDamagedError(position, "not written in canonical form")
    found: dict[str, Any] = entry
    return found


def _is_canonical(entry: dict[str, Json], text: str, content: bytes) -> bool:
    """Whether `content`, which is `text` and reads as `entry`, is the one way to write it.

    Raises TypeError as `canonical_bytes`. Where the whole is in normalization form C, so is each text in it: quotes
    and what is escaped never join with what follows. Only where it is not, each text is looked at by itself.
    """
    if not (text.isascii() or unicodedata.is_normalized("NFC", text)):
        return canonical_bytes(entry) == content
    if not text.isascii() or text.count("{") + text.count("[") > _DEEPEST:
        _check_depth_and_keys(entry)
    return _as_written(entry) == content


def _check_depth_and_keys(entry: dict[str, Json]) -> None:
    level: list[Any] = [entry]
    for _ in range(_DEEPEST + 1):
        if not all("".join(holder).isascii() for holder in level if holder.__class__ is dict):
            raise TypeError("keys are ASCII text")
        if not any(level):
            return
        level = [
            each
            for holder in level
            for each in (holder.values() if holder.__class__ is dict else holder)
            if each.__class__ is dict or each.__class__ is list
        ]
    raise TypeError("nested more deeply than an entry can be")


def _refuse(text: str) -> Any:  # noqa: ANN401  # json's own signature
    raise ValueError(f"no place in an entry: {text}")


def _whole_number(text: str) -> int:
    number = int(text)
    if abs(number) > _LARGEST_NUMBER:
        raise ValueError("a number this large is written as text")
    return number


_DECODER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse, parse_int=_whole_number)
# What JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False) makes anew at each call;
# nothing that is written holds itself, so that is not looked for.
_ENCODED = json.encoder.c_make_encoder(  # type: ignore[attr-defined]  # missing in the stubs
    markers=None,
    default=None,
    encoder=json.encoder.encode_basestring,
    indent=None,
    key_separator=":",
    item_separator=",",
    sort_keys=True,
    skipkeys=False,
    allow_nan=False,
)


def _as_written(plain: Mapping[str, Json]) -> bytes:
    try:
        return "".join(_ENCODED(plain, 0)).encode("utf-8")
    except UnicodeEncodeError as error:
        raise TypeError("half a character (a lone surrogate) has no place in an entry") from error


def _plain(value: Json, *, depth: int) -> Json:
    if isinstance(value, str):
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return _plain_table(value, depth=depth)
    if isinstance(value, list):
        _expect_room(value, depth)
        return [_plain(each, depth=depth + 1) for each in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST_NUMBER:
            raise TypeError("a number this large is written as text")
        return value
    raise TypeError(f"{type(value).__name__} has no place in an entry")


def _plain_table(table: Mapping[str, Json], *, depth: int) -> dict[str, Json]:
    _expect_room(table, depth)
    if not "".join(table).isascii():  # a key that is no text raises TypeError by itself
        raise TypeError("keys are ASCII text")
    # Most of an entry is plain text in ASCII: it needs no call of its own.
    return {
        key: each if each.__class__ is str and each.isascii() else _plain(each, depth=depth + 1)
        for key, each in table.items()
    }


def _expect_room(holder: Sized, depth: int) -> None:
    if depth >= _DEEPEST and len(holder):
        raise TypeError("nested more deeply than an entry can be")
