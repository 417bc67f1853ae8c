"""In which order does a clinic write the numbers of a date?"""

from enum import StrEnum


class DateForm(StrEnum):
    """What a date in figures means where both orders are possible. The values stand in files."""

    DAY_FIRST = "day-first"  # 8.9.2027 is 8 Sep 2027
    MONTH_FIRST = "month-first"  # 8/9/2027 is 9 Aug 2027
    ISO = "iso"  # in figures 2027-09-08 alone is read
