"""An anchor: where a log ended at a moment, kept where nobody who rewrites the log can reach it."""

import re
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from itbcalc.errors import EntryError, Problem, RefusedError
from itbcalc.log.canonical import NO_HASH
from itbcalc.log.chain import Verified
from itbcalc.log.entries import Head
from itbcalc.log.store import TitrationLog
from itbcalc.safe_files import read_plain, write_new

ANCHOR_EXAMPLE = "itbcalc-anchor 1 <log id> <count> <head> <time>"
LARGEST_FILE = 1000  # bytes: an anchor has some 150
_LINE = re.compile(
    r"itbcalc-anchor 1 (?P<log_id>[0-9a-f]{32}) (?P<count>0|[1-9][0-9]{0,14}) (?P<hash>[0-9a-f]{64}) (?P<at>[0-9TZ:.-]{20,32})"
)


class AnchorVerdict(StrEnum):
    """What an anchor says of a log. The values stand in the JSON output."""

    AGREES = "agrees"
    OTHER_LOG = "other_log"
    CUT_OFF = "cut_off"
    REWRITTEN = "rewritten"


class Anchor(Struct, frozen=True):
    """One line of text: the log, how many entries it had, the hash of the last, and when."""

    head: Head

    @property
    def line(self) -> str:
        """As it is printed, drawn as a QR code and saved."""
        head = self.head
        return f"itbcalc-anchor 1 {head.log_id} {head.count} {head.hash} {head.recorded_at or '0000-00-00T00:00:00Z'}"


def read_anchor(text: str) -> Anchor:
    """The anchor in a text, as it was printed: also over two lines. Raises EntryError."""
    found = _LINE.fullmatch(" ".join(text.split()))
    if found is None:
        raise EntryError(text, Problem.ANCHOR, ANCHOR_EXAMPLE)
    return Anchor(Head(found["log_id"], int(found["count"]), found["hash"], found["at"]))


def held_against(anchor: Anchor | None, log: TitrationLog, found: Verified) -> AnchorVerdict | None:
    """What an anchor says of a log that was verified; None without one, or where the log is not whole."""
    if anchor is None or not found.whole:
        return None
    entry = log.at(anchor.head.count)
    return anchor_verdict(anchor, found.head, NO_HASH if entry is None else entry.hash)


def anchor_verdict(anchor: Anchor, head: Head, hash_at_count: str) -> AnchorVerdict:
    """`hash_at_count` is the hash of the log's entry with the anchor's number (64 zeros for none)."""
    if anchor.head.log_id != head.log_id:
        return AnchorVerdict.OTHER_LOG
    if anchor.head.count > head.count:
        return AnchorVerdict.CUT_OFF
    return AnchorVerdict.AGREES if anchor.head.hash == hash_at_count else AnchorVerdict.REWRITTEN


# --- on other media


def write_anchor(path: Path, anchor: Anchor) -> None:
    """Writes the line into a file where there is none: whole, synced, or not at all. Raises LogUnavailableError."""
    write_new(path, [f"{anchor.line}\n".encode("ascii")])


def read_anchor_file(path: Path) -> Anchor:
    """The anchor in a file that holds nothing else.

    Raises RefusedError where the file cannot be read, is too large or no plain text, EntryError for another text.
    """
    try:
        raw = read_plain(path, LARGEST_FILE)
    except OSError as error:
        raise RefusedError(
            "file", str(path), "file_unreadable", detail=error.strerror or str(error)
        ) from error
    if len(raw) > LARGEST_FILE:
        raise RefusedError("file", path.name, "anchor_file_too_large", limit=f"{LARGEST_FILE:,}")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise RefusedError("file", path.name, "byte_order_mark")
    try:
        return read_anchor(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RefusedError("file", path.name, "not_utf8") from error


def qr_png_data(anchor: Anchor) -> str:
    """The line as a QR code: a PNG as `data:` address, four pixels a module, with its quiet zone of four modules.

    Error level M at least: a fold or a stain of a seventh of the code is made good.
    """
    import segno

    return str(segno.make_qr(anchor.line, error="m").png_data_uri(scale=4, border=4))
