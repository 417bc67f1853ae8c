"""The SEQUENCE of each event of a calendar file: later whenever the event is another than this workstation wrote last.

A day moves for reasons that no log holds: another lead time, another figure of a pump, another version of the program. So
what was written last is kept beside the log, an event that is another gets the minute of the day as its number, and one
that is the same keeps its own: the same bytes twice, and a later number on whichever workstation it is seen later.
"""

import contextlib
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from itbcalc.safe_files import replace_file

_BEGIN = datetime(2020, 1, 1, tzinfo=UTC)  # of the minutes that are counted: before the first calendar
_DIGITS = 16  # of the digest that tells one wording of an event from another


class CalendarNumbers:
    """What number each event gets; `kept` is what to remember of it, by its UID: the digest of its wording, and its number."""

    def __init__(self, before: Mapping[str, tuple[str, int]], now: datetime) -> None:
        self.kept = dict(before)
        self._now = (now.astimezone(UTC) - _BEGIN) // timedelta(minutes=1)

    def number(self, uid: str, wording: str, least: int) -> int:
        """The number of an event that says this; never below `least`, nor below one that it had."""
        digest = hashlib.sha256(wording.encode()).hexdigest()[:_DIGITS]
        before, number = self.kept.get(uid, ("", -1))
        if before != digest:
            number = max(self._now, least, number + 1)
        self.kept[uid] = digest, number
        return number


def numbers_path(log: Path) -> Path:
    """Where they are kept: beside the log."""
    return log.with_name(f"{log.name}.calendar")


def numbers_of(log: Path, now: datetime) -> CalendarNumbers:
    """Those of the calendar of a log; where none can be read all events count as new, with the latest number."""
    try:
        table = json.loads(numbers_path(log).read_text("ascii"))
        before = {str(uid): (str(digest), int(number)) for uid, (digest, number) in table.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        before = {}
    return CalendarNumbers(before, now)


def keep_numbers(log: Path, numbers: CalendarNumbers) -> None:
    """Keeps them; where that cannot be done the next calendar has later ones."""
    with contextlib.suppress(OSError):
        replace_file(numbers_path(log), json.dumps(numbers.kept, sort_keys=True).encode("ascii"))
