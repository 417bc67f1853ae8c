"""Is this file plain UTF-8 TOML of a sensible size and shape, and what table does it hold?"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from itbcalc.errors import RefusedError
from itbcalc.safe_files import read_plain

MAX_FILE_BYTES = 100_000
MAX_DEPTH = 10  # tables in lists in tables; a program needs five
# A dotted key of thousands of parts would keep the TOML reader busy for minutes.
_LONG_KEY = re.compile(rb"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){100}""")


class BareNumber(Struct, frozen=True):
    """A number with a point or an exponent in a TOML file, as written: only an age may be one."""

    text: str


def load_toml(path: Path) -> dict[str, Any]:
    """The table of a TOML file; refuses what is not plain UTF-8 TOML of a sensible size."""
    return parse_toml(read_file(path))


def read_file(path: Path, most: int = MAX_FILE_BYTES) -> bytes:
    """The bytes of a program file, or of another of `most` bytes, and one more than it may have. Refuses what cannot be read or is no plain file."""
    try:
        return read_plain(path, most)
    except OSError as error:
        raise RefusedError("file", str(path), "file_unreadable", detail=error.strerror or "") from error


def parse_toml(raw: bytes) -> dict[str, Any]:
    """The table in the bytes of a TOML file."""
    if len(raw) > MAX_FILE_BYTES:
        raise RefusedError("file", f"more than {MAX_FILE_BYTES:,} bytes", "file_too_large")
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise RefusedError("file", "byte order mark", "byte_order_mark")
    if _LONG_KEY.search(raw):
        raise RefusedError("file", "", "too_deep")
    try:
        table = tomllib.loads(raw.decode("utf-8"), parse_float=BareNumber)
    except UnicodeDecodeError as error:
        raise RefusedError("file", f"byte {error.start}", "not_utf8") from error
    except RecursionError as error:
        raise RefusedError("file", "", "too_deep") from error
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise RefusedError("file", "", "not_toml", detail=str(error)) from error
    _refuse_too_deep(table)
    return table


def _refuse_too_deep(table: Mapping[str, Any]) -> None:
    level: list[object] = [table]
    for _ in range(MAX_DEPTH):
        level = [held for container in level for held in _containers_in(container)]
        if not level:
            return
    raise RefusedError("file", "", "too_deep")


def _containers_in(container: object) -> list[object]:
    held: Iterable[object] = ()
    if isinstance(container, Mapping):
        held = container.values()
    elif isinstance(container, list):
        held = container
    return [value for value in held if isinstance(value, Mapping | list)]
