"""Is this file plain UTF-8 TOML of a sensible size and shape, and what table does it hold?"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from itbcalc.errors import RefusedError

MAX_FILE_BYTES = 100_000
MAX_DEPTH = 10  # tables in lists in tables; a program needs five
MAX_POINTS_IN_LINE = 100  # a dotted key of thousands of parts would keep the TOML reader busy for minutes


@dataclass(frozen=True, slots=True)
class BareNumber:
    """A number with a point or an exponent in a TOML file, as written: only an age may be one."""

    text: str


def load_toml(path: Path) -> dict[str, Any]:
    """The table of a TOML file; refuses what is not plain UTF-8 TOML of a sensible size."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise RefusedError("file", str(path), "file_unreadable", detail=error.strerror or "") from error
    return parse_toml(raw)


def parse_toml(raw: bytes) -> dict[str, Any]:
    """The table in the bytes of a TOML file."""
    if len(raw) > MAX_FILE_BYTES:
        raise RefusedError("file", f"{len(raw):,} bytes", "file_too_large")
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise RefusedError("file", "byte order mark", "byte_order_mark")
    if any(line.count(b".") > MAX_POINTS_IN_LINE for line in raw.split(b"\n")):
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
