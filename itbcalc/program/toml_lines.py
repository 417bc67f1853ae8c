"""In which line of a program file does a place stand? TOML's reader does not say; the line is only shown, never relied on."""

import re
from collections.abc import Iterator, Sequence

from itbcalc.errors import Refusal, RefusedError

_TABLE = re.compile(r"\s*\[{1,2}([^\[\]]+)\]{1,2}\s*(?:#.*)?")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_TEXT = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'|#.*""")
_AT_LINE = re.compile(r"at line (\d+)")

Path = tuple[str, ...]


def line_of(text: str, refusal: Refusal) -> int | None:
    """The line in which what was refused stands, or the table in which it is missing; None where neither is there."""
    if isinstance(refusal, RefusedError) and refusal.rule == "not_toml":
        said = _AT_LINE.search(refusal.values["detail"])
        return int(said.group(1)) if said else None
    place = tuple(refusal.field.split("."))
    lines = text.splitlines()
    begins = list(_places(lines))
    known = [(path, number) for path, number in begins if path and path == place[: len(path)]]
    if not known:
        return None
    path, number = max(known, key=lambda each: len(each[0]))
    ends = next((other for _, other in begins if other > number), len(lines) + 1)
    return _line_within(lines[number - 1 : ends - 1], place[len(path) :]) + number


def _places(lines: Sequence[str]) -> Iterator[tuple[Path, int]]:
    """Each table and key that begins a line, with its place and the number of the line."""
    table: Path = ()
    for number, line in enumerate(lines, start=1):
        header, key = _TABLE.fullmatch(line), _KEY.match(line)
        if header:
            table = _parts(header.group(1))
            yield table, number
        elif key:
            yield (*table, *_parts(key.group(1))), number


def _parts(written: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(written))


def _line_within(lines: Sequence[str], rest: Path) -> int:
    """Which of the lines of one value holds its part `rest`, counted from 0: `2.dose` is `dose` in its second table."""
    bare = [_TEXT.sub("", line) for line in lines]
    found = 0
    if rest and rest[0].isdigit():
        seen = 0
        for offset, line in enumerate(bare):
            seen += line.count("{")
            if seen >= int(rest[0]):
                found, rest = offset, rest[1:]
                break
    if rest:
        named = re.compile(rf"(?<![\w-]){re.escape(rest[-1])}\s*=")
        found = next((n for n, line in enumerate(bare[found:], start=found) if named.search(line)), found)
    return found
