"""An anchor: one line of text, there and back, and refused in words where it is none."""

import base64
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from itbcalc.errors import EntryError, LogUnavailableError, Problem, RefusedError
from itbcalc.log.anchors import (
    Anchor,
    AnchorVerdict,
    anchor_verdict,
    qr_png_data,
    read_anchor,
    read_anchor_file,
    write_anchor,
)
from itbcalc.log.entries import Head
from itbcalc.say import refusal_words
from tests.itbcalc.log.qr_reading import modules_in, read_qr

LOG_ID, HASH, NONE = "0123456789abcdef" * 2, "ab" * 32, "0" * 64
LINE = f"itbcalc-anchor 1 {LOG_ID} 42 {HASH} 2026-11-25T12:00:00.000000Z"  # as docs/log-format.md has it
HEAD = Head(LOG_ID, 42, HASH, "2026-11-25T12:00:00.000000Z")


def test_an_anchor_is_one_line() -> None:
    assert Anchor(HEAD).line == LINE
    assert read_anchor(LINE) == Anchor(HEAD)


def test_an_anchor_of_an_empty_log_can_be_read() -> None:
    line = Anchor(Head(LOG_ID, 0, NONE)).line

    assert "\n" not in line
    found = read_anchor(line).head
    assert (found.log_id, found.count, found.hash) == (LOG_ID, 0, NONE)


@pytest.mark.parametrize("around", [f" {LINE}", f"{LINE}\n", f"\t{LINE}\r\n"])
def test_blanks_around_an_anchor_do_not_matter(around: str) -> None:
    assert read_anchor(around) == Anchor(HEAD)


HEX = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(HEX, st.integers(0, 10**14), HEX, st.datetimes())
def test_there_and_back(log_id: str, count: int, last: str, moment: object) -> None:
    head = Head(log_id[:32], count, last, f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}".rjust(27, "0"))

    assert read_anchor(Anchor(head).line) == Anchor(head)


MALFORMED = {
    "nothing": "",
    "blank": " ",
    "only its name": "itbcalc-anchor 1",
    "a newer version": LINE.replace("anchor 1", "anchor 2"),
    "another program's": LINE.replace("itbcalc", "other"),
    "cut off": LINE[:-20],
    "cut in the hash": LINE[:90],
    "without the time": LINE.rpartition(" ")[0],
    "more behind it": f"{LINE} more",
    "two of them": f"{LINE}\n{LINE}",
    "capitals": LINE.replace(HASH, HASH.upper()),
    "a letter of the hash lost": LINE.replace(HASH, HASH[1:]),
    "a letter O for a zero": LINE.replace(LOG_ID, "O" + LOG_ID[1:]),
    "a negative count": LINE.replace(" 42 ", " -1 "),
    "a count with a zero before it": LINE.replace(" 42 ", " 042 "),
    "a count in other digits": LINE.replace(" 42 ", " ٤٢ "),
    "a huge count": LINE.replace(" 42 ", f" {'9' * 5000} "),
}


@pytest.mark.parametrize("line", [pytest.param(line, id=name) for name, line in MALFORMED.items()])
def test_what_is_no_anchor_is_refused_in_words(line: str) -> None:
    with pytest.raises(EntryError) as refused:
        read_anchor(line)

    assert refused.value.problem is Problem.ANCHOR
    words = refusal_words(refused.value)
    assert "is not an anchor; write the whole line as it was printed: itbcalc-anchor 1 <log id>" in words
    assert len(words) < 300


@pytest.mark.parametrize(
    ("head", "at", "verdict"),
    [
        pytest.param(HEAD, HASH, AnchorVerdict.AGREES, id="the same end"),
        pytest.param(Head(LOG_ID, 50, "cd" * 32), HASH, AnchorVerdict.AGREES, id="the log went on"),
        pytest.param(Head(LOG_ID, 50, "cd" * 32), "ef" * 32, AnchorVerdict.REWRITTEN, id="another entry 42"),
        pytest.param(Head(LOG_ID, 41, HASH), NONE, AnchorVerdict.CUT_OFF, id="one entry less"),
        pytest.param(Head(LOG_ID, 0, NONE), NONE, AnchorVerdict.CUT_OFF, id="empty"),
        pytest.param(Head("f" * 32, 42, HASH), HASH, AnchorVerdict.OTHER_LOG, id="another log"),
    ],
)
def test_what_an_anchor_of_42_entries_says(head: Head, at: str, verdict: AnchorVerdict) -> None:
    assert anchor_verdict(Anchor(HEAD), head, at) is verdict


def test_the_verdicts_keep_their_text() -> None:
    assert [str(each) for each in AnchorVerdict] == ["agrees", "other_log", "cut_off", "rewritten"]


# --- in a file


def test_a_file_holds_the_line_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "log.anchor"

    write_anchor(path, Anchor(HEAD))

    assert path.read_bytes() == f"{LINE}\n".encode("ascii")
    assert [each.name for each in tmp_path.iterdir()] == ["log.anchor"]
    assert read_anchor_file(path) == Anchor(HEAD)


def test_what_stands_there_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "log.anchor"
    path.write_text("an older one", encoding="ascii")

    with pytest.raises(LogUnavailableError) as refused:
        write_anchor(path, Anchor(HEAD))

    assert refused.value.reason == "exists"
    assert path.read_text(encoding="ascii") == "an older one"
    assert [each.name for each in tmp_path.iterdir()] == ["log.anchor"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(LogUnavailableError) as refused:
        write_anchor(tmp_path / "not there" / "log.anchor", Anchor(HEAD))

    assert refused.value.reason == "not_written"


@pytest.mark.parametrize("content", [f"{LINE}\r\n", LINE], ids=["as Windows ends lines", "without an end"])
def test_a_line_saved_by_hand_is_read(content: str, tmp_path: Path) -> None:
    path = tmp_path / "log.anchor"
    path.write_bytes(content.encode("ascii"))

    assert read_anchor_file(path) == Anchor(HEAD)


NO_ANCHOR_FILES = {
    "nothing": (b"", "is not an anchor"),
    "two anchors": (f"{LINE}\n{LINE}\n".encode(), "is not an anchor"),
    "a word more": (f"{LINE} checked\n".encode(), "is not an anchor"),
    "cut off": (LINE[:100].encode(), "is not an anchor"),
    "an export": (b'{"entries":3,"format":1}\n', "is not an anchor"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\xff" * 50, "not UTF-8"),
    "UTF-16": (LINE.encode("utf-16"), "not UTF-8"),
    "a byte order mark": (b"\xef\xbb\xbf" + LINE.encode(), "byte order mark"),
    "a log": (b" " * 5_000_000, "larger than an anchor can be (1,000 bytes)"),
}


@pytest.mark.parametrize(
    ("content", "words"), [pytest.param(*each, id=name) for name, each in NO_ANCHOR_FILES.items()]
)
def test_a_file_with_anything_else_is_refused_in_words(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "log.anchor"
    path.write_bytes(content)

    with pytest.raises((EntryError, RefusedError)) as refused:
        read_anchor_file(path)

    assert words in refusal_words(refused.value)


@pytest.mark.parametrize(
    ("name", "why"), [("not there", "No such file or directory"), (".", "Is a directory")]
)
def test_what_is_no_file_is_refused_in_words(name: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refused:
        read_anchor_file(tmp_path / name)

    assert refusal_words(refused.value).endswith(f" cannot be read: {why}")


# --- as a QR code


def png_dots(data: str) -> list[list[bool]]:
    """The dots of a PNG in black and white as rows, dark is true."""
    raw = base64.b64decode(data.removeprefix("data:image/png;base64,"), validate=True)
    assert raw.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(raw):
        (length,) = struct.unpack_from(">I", raw, at)
        chunks[raw[at + 4 : at + 8]] = raw[at + 8 : at + 8 + length]
        at += length + 12
    width, height, depth, colours = struct.unpack_from(">IIBB", chunks[b"IHDR"])
    assert (depth, colours) == (1, 0)  # one bit a dot, 0 is black
    stride = (width + 7) // 8
    lines = zlib.decompress(chunks[b"IDAT"])
    rows, above = [], bytes(stride)
    for y in range(height):
        filtered, *row = lines[y * (stride + 1) : (y + 1) * (stride + 1)]
        assert filtered in (0, 2)  # as it is, or as the difference from the row above
        above = (
            bytes((each + up) % 256 for each, up in zip(row, above, strict=True)) if filtered else bytes(row)
        )
        rows.append(above)
    return [[not row[x // 8] >> (7 - x % 8) & 1 for x in range(width)] for row in rows]


@pytest.mark.parametrize(
    ("count", "code"),
    [
        pytest.param(0, "8-M", id="an empty log"),
        pytest.param(42, "8-M", id="42 entries"),
        pytest.param(123_456_789_012_345, "9-M", id="as many as there can be"),
    ],
)
def test_the_code_reads_as_the_line(count: int, code: str) -> None:
    anchor = Anchor(Head(LOG_ID, count, HASH, HEAD.recorded_at))

    dots = png_dots(qr_png_data(anchor))

    assert read_qr(modules_in(dots, quiet=4)) == (anchor.line, code)
