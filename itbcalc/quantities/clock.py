"""Which time of day does a text name, on the clock that a pump keeps?"""

import re
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from itbcalc.errors import EntryError, Problem
from itbcalc.quantities.entry import plain_text

TIME_EXAMPLE = "22:00"
MINUTES_PER_DAY = 1440

_TIME = re.compile(r"(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9])")


class Weekday(StrEnum):
    """The days of the week, spelled as in program files (they are in people's files: never rename)."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @property
    def number(self) -> int:
        """0 for Monday, 6 for Sunday."""
        return _NUMBERS[self]

    @property
    def words(self) -> str:
        """`Mon`."""
        return self.value.capitalize()


_NUMBERS = {weekday: number for number, weekday in enumerate(Weekday)}


class TimeOfDay(Struct, frozen=True, order=True):
    """A time on a clock of 24 hours, to the minute."""

    minute: int

    @property
    def days(self) -> Fraction:
        """The part of a day that has gone by."""
        return Fraction(self.minute, MINUTES_PER_DAY)

    @property
    def text(self) -> str:
        """`22:00`."""
        hours, minutes = divmod(self.minute, 60)
        return f"{hours:02}:{minutes:02}"

    def later(self, minutes: int) -> "TimeOfDay":
        """The time so many minutes later, past midnight where need be."""
        return TimeOfDay((self.minute + minutes) % MINUTES_PER_DAY)


def read_time_of_day(text: str) -> TimeOfDay:
    """`22:00`, always with two digits on both sides and without am or pm: of two readings none is guessed."""
    found = _TIME.fullmatch(plain_text(text, TIME_EXAMPLE))
    if found is None:
        raise EntryError(text, _why_no_time(text), TIME_EXAMPLE)
    return TimeOfDay(int(found["hour"]) * 60 + int(found["minute"]))


def clock_text(days: Fraction) -> str:
    """A moment of the day as a clock shows it: `22:00`, with seconds where it has any; `24:00` at the end of a day."""
    seconds = days * 86400
    whole = int(seconds // 1)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return (
        f"{hours:02}:{minutes:02}" if not left and seconds == whole else f"{hours:02}:{minutes:02}:{left:02}"
    )


def _why_no_time(text: str) -> Problem:
    trimmed = text.strip(" ").lower()
    if re.search(r"[ap]\.? ?m", trimmed):
        return Problem.TIME_AM_PM
    if re.fullmatch(r"24[:.]?00", trimmed):
        return Problem.TIME_MIDNIGHT
    return Problem.TIME_OF_DAY
