"""A date as it is typed in a hurry, in the form in which it is read: only where it can mean one day alone. No Qt."""

import re

from itbcalc.quantities.date_form import DateForm

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# Compiled when a date is first read: the window is painted before.
_WORDED = r"([0-9]{1,2}) ([A-Za-z]+)\.? ([0-9]{4})(.*)"
_FIGURES = r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})(.*)"
_SHORT_HOUR = r"( )([0-9]:[0-9]{2}\b.*)"


_reader: dict[str, DateForm | None] = {"form": None}


def use_date_form(form: DateForm | None) -> None:
    """From now on dates in figures are read as the clinic writes them; None where it has not said how."""
    _reader["form"] = form


def said_plainly(text: str) -> str:
    """`22 November 2026 9:30` and `22.11.2026 09:30` as `22 Nov 2026 09:30`; every other text as it is.

    A date in figures is read only where its numbers can stand in one order alone: 22.11.2026, and never 8.9.2027; unless the
    clinic has said in which order it writes them. Then 11.22.2026 is none where the day stands first.
    """
    trimmed = text.strip(" ")
    worded, figures = re.fullmatch(_WORDED, trimmed), re.fullmatch(_FIGURES, trimmed)
    if worded:
        day, month, year, rest = int(worded[1]), _month_called(worded[2]), worded[3], worded[4]
    elif figures:
        day, month = _the_one_order(int(figures[1]), int(figures[3]))
        year, rest = figures[4], figures[5]
    else:
        return text
    if not month:
        return text
    short = _MONTHS[month - 1][:3]
    with_two_digits = re.sub(_SHORT_HOUR, r"\g<1>0\2", rest)
    return f"{day} {short} {year}{with_two_digits}"


def _month_called(word: str) -> int:
    """1 to 12 for a name of a month, whole or its first three letters; 0 for another word."""
    called = word.capitalize()
    names = (number for number, name in enumerate(_MONTHS, start=1) if called in (name, name[:3]))
    return next(names, 0)


def _the_one_order(first: int, second: int) -> tuple[int, int]:
    """Day and month; a month of 0 where both orders are possible, or none."""
    both = {DateForm.DAY_FIRST: (first, second), DateForm.MONTH_FIRST: (second, first)}
    form = _reader["form"]
    meant = both.values() if form is None else [both[form]] if form in both else []
    orders = {(day, month) for day, month in meant if day <= 31 and month <= 12}
    return orders.pop() if len(orders) == 1 else (first, 0)
