"""How is one key of a hand-written TOML file set, so that everything else in it, comments too, stays as it was written?"""

import re
import tomllib
from collections.abc import Mapping, Sequence

_HEADER = re.compile(r"\s*\[+\s*([^\]]*?)\s*\]")


def with_key(text: str, key: str, value: object | None) -> str:
    """`text` with `key` of its first table set to `value`, or without it where that is None.

    A file that cannot be taken apart by its lines is written anew, without its comments: what it says counts. Raises
    ValueError where `text` is not TOML.
    """
    import tomli_w

    table = tomllib.loads(text)
    wanted = {name: held for name, held in table.items() if name != key}
    if value is not None:
        wanted[key] = value
    lines = text.splitlines(keepends=True)
    begin, end = _span(lines, key)
    before = [*lines[:begin]]
    if value is not None and before and not before[-1].endswith("\n"):
        before.append("\n")
    edited = "".join((*before, "" if value is None else _line(key, value), *lines[end:]))
    try:
        unharmed = tomllib.loads(edited) == wanted
    except ValueError:
        unharmed = False
    return edited if unharmed else tomli_w.dumps(wanted)


def _line(key: str, value: object) -> str:
    import tomli_w

    if not isinstance(value, Mapping):
        return tomli_w.dumps({key: value})
    inside = ", ".join(tomli_w.dumps({name: held}).strip() for name, held in value.items())
    return f"{key} = {{ {inside} }}\n"


def _span(lines: Sequence[str], key: str) -> tuple[int, int]:
    """From which line to which the key stands; where it does not, the place where it would: before the first table."""
    at = 0
    while at < len(lines):
        header = _HEADER.match(lines[at])
        if header is not None:
            return _span_of_table(lines, at, key)
        end = at + 1
        while (read := _read("".join(lines[at:end]))) is None and end < len(lines):
            end += 1
        if read is not None and key in read:
            return at, end
        at = end
    return at, at


def _span_of_table(lines: Sequence[str], first: int, key: str) -> tuple[int, int]:
    headers = [(at, found[1]) for at in range(first, len(lines)) if (found := _HEADER.match(lines[at]))]
    ends = [*(at for at, _ in headers[1:]), len(lines)]
    spans = ((at, end) for (at, name), end in zip(headers, ends, strict=True) if name == key)
    return next(spans, (first, first))


def _read(statement: str) -> dict[str, object] | None:
    try:
        return tomllib.loads(statement)
    except ValueError:
        return None
