"""What this workstation saw last of a log on a server: one that does not hold it any more is an older copy, or another."""

import contextlib
from pathlib import Path

from itbcalc.errors import EntryError, LogUnavailableError
from itbcalc.log.anchors import Anchor, AnchorVerdict, anchor_verdict, read_anchor
from itbcalc.log.canonical import NO_HASH
from itbcalc.log.entries import Head
from itbcalc.log.store import TitrationLog
from itbcalc.safe_files import replace_file


def seen_path(path: Path) -> Path:
    """Where it is kept: beside the connection file, as the line of an anchor."""
    return path.with_name(f"{path.name}.seen")


def expect_seen(path: Path, log: TitrationLog) -> Head:
    """Where the log ends, once it is clear that it holds what was seen last. Raises LogUnavailableError."""
    head, before = log.head(), _last_seen(path)
    if before is not None:
        entry = log.at(before.head.count)
        verdict = anchor_verdict(before, head, NO_HASH if entry is None else entry.hash)
        if verdict is not AnchorVerdict.AGREES:
            raise LogUnavailableError("older_copy", f"{before.head.count:,} entries; {seen_path(path)}")
    if before is None or before.head.hash != head.hash:
        keep_seen(path, head)
    return head


def expect_begun(path: Path) -> None:
    """A log was seen here, and now there is none. Raises LogUnavailableError."""
    before = _last_seen(path)
    if before is not None:
        raise LogUnavailableError("older_copy", f"{before.head.count:,} entries; {seen_path(path)}")


def keep_seen(path: Path, head: Head) -> None:
    """Keeps where the log ends. Raises LogUnavailableError where that cannot be kept."""
    try:
        replace_file(seen_path(path), f"{Anchor(head).line}\n".encode("ascii"))
    except OSError as error:
        raise LogUnavailableError("seen_not_kept", f"{seen_path(path)} ({error.strerror})") from error


def keep_seen_quietly(path: Path, head: Head) -> None:
    """The same after an entry was saved, which is true whether this can be kept or not."""
    with contextlib.suppress(LogUnavailableError):
        keep_seen(path, head)


def _last_seen(path: Path) -> Anchor | None:
    try:
        return read_anchor(seen_path(path).read_text("ascii"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, EntryError) as error:
        raise LogUnavailableError("seen_not_kept", str(seen_path(path))) from error
