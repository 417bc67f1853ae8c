"""Reads a QR code out of its modules, as ISO/IEC 18004 says, without the library that drew it.

Versions 8 and 9 at level M, undamaged, in byte mode: what an anchor takes.
"""

from collections.abc import Iterator, Sequence

Modules = Sequence[Sequence[bool]]  # rows from above, dark is true

_LEVELS = {0b01: "L", 0b00: "M", 0b11: "Q", 0b10: "H"}
_ALIGNMENT = {8: (6, 24, 42), 9: (6, 26, 46)}  # table E.1
_BLOCKS = {
    (8, "M"): (38, 38, 39, 39),
    (9, "M"): (36, 36, 36, 37, 37),
}  # table 9: data codewords of each block
_MASKS = (
    lambda r, c: (r + c) % 2,
    lambda r, c: r % 2,
    lambda r, c: c % 3,
    lambda r, c: (r + c) % 3,
    lambda r, c: (r // 2 + c // 3) % 2,
    lambda r, c: r * c % 2 + r * c % 3,
    lambda r, c: (r * c % 2 + r * c % 3) % 2,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2,
)


def read_qr(modules: Modules) -> tuple[str, str]:
    """The text of a code, and its version with its error level: `8-M`."""
    size = len(modules)
    version = (size - 17) // 4
    level, mask = _format_of(modules)
    bits = [modules[r][c] ^ (_MASKS[mask](r, c) == 0) for r, c in _data_places(size, version)]
    codewords = [_number(bits[at : at + 8]) for at in range(0, len(bits) - 7, 8)]
    data = _in_order(codewords, _BLOCKS[version, level])
    stream = [bool(word >> shift & 1) for word in data for shift in range(7, -1, -1)]
    assert _number(stream[:4]) == 0b0100, "not in byte mode"
    length = _number(stream[4:12])
    raw = bytes(_number(stream[12 + 8 * at : 20 + 8 * at]) for at in range(length))
    return raw.decode("ascii"), f"{version}-{level}"


def modules_in(dark: Modules, quiet: int) -> Modules:
    """The modules of a code drawn in dots, with a quiet zone of so many modules around it."""
    first = next(at for at, row in enumerate(dark) if any(row))
    left = dark[first].index(True)
    finder = dark[first][left:].index(False) // 7  # dots a module: a finder pattern is seven wide
    assert first == left == quiet * finder
    size = (len(dark) - 2 * first) // finder
    middle = [first + finder * at + finder // 2 for at in range(size)]
    return [[dark[y][x] for x in middle] for y in middle]


def _format_of(modules: Modules) -> tuple[str, int]:
    places = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]
    found = _number([modules[r][c] for r, c in places]) ^ 0b101010000010010
    return _LEVELS[found >> 13], found >> 10 & 0b111


def _data_places(size: int, version: int) -> Iterator[tuple[int, int]]:
    """Row and column of each bit, in pairs of columns from the right, up and down in turn."""
    columns = [c for c in range(size - 1, 0, -2) if c > 6] + [5, 3, 1]
    for turn, right in enumerate(columns):
        rows = range(size) if turn % 2 else range(size - 1, -1, -1)
        yield from ((r, c) for r in rows for c in (right, right - 1) if not _is_pattern(r, c, size, version))


def _is_pattern(r: int, c: int, size: int, version: int) -> bool:
    if r == 6 or c == 6 or (r < 9 and c < 9) or (r < 9 and c >= size - 8) or (r >= size - 8 and c < 9):
        return True
    if (r < 6 and c >= size - 11) or (c < 6 and r >= size - 11):  # the version, from 7 on
        return True
    centres = _ALIGNMENT[version]
    corners = ((centres[0], centres[-1]), (centres[-1], centres[0]), (centres[0], centres[0]))
    return any(abs(r - y) <= 2 and abs(c - x) <= 2 for y in centres for x in centres if (y, x) not in corners)


def _in_order(codewords: Sequence[int], lengths: Sequence[int]) -> list[int]:
    """The data codewords block after block: they are written in turn, one of each block."""
    turns = [
        (turn, block)
        for turn in range(max(lengths))
        for block in range(len(lengths))
        if turn < lengths[block]
    ]
    placed = dict(zip(turns, codewords, strict=False))
    return [placed[turn, block] for block, length in enumerate(lengths) for turn in range(length)]


def _number(bits: Sequence[bool]) -> int:
    return int("".join("1" if bit else "0" for bit in bits), 2)
