"""How does a quantity look on screen and paper?

The only place where anything is rounded. Each rounding has a name:

- *exact*: all digits, for typed values read back and for values that end within `SIGNIFICANT` digits;
- *rounded*: half up to `ROUNDED_DIGITS` significant digits, never cutting the whole part;
- *earlier*: durations of two days and more, down to the whole hour, so that nothing looks later than it is.

Numbers follow docs/hazards.md, display: leading zero, no trailing zero, comma from 1,000, mcg in letters.
"""

import functools
from datetime import date, datetime
from fractions import Fraction

from itbcalc.quantities.entry import pint_unit
from itbcalc.quantities.kinds import KINDS
from itbcalc.quantities.units import Quantity, Unit

SIGNIFICANT = 6
ROUNDED_DIGITS = 4
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MINUTES_PER_DAY = 1440
_UNIT_TEXTS = {str(kind.unit): kind.unit_text for kind in KINDS} | {
    "percent": "%",
    "": "",
    "dimensionless": "",
}


def shown(quantity: Quantity) -> str:
    """A result: exact where it ends within six significant digits, otherwise rounded half up to four."""
    return shown_in(unit_text(quantity), Fraction(quantity.magnitude))


def shown_in(unit: str, number: Fraction) -> str:
    """The same of a number in a unit as we write it."""
    return duration_text(number) if unit == "day" else with_unit(number_shown(number), unit)


def shown_change(percentage: Quantity) -> str:
    """A signed percentage: `+14 %`, `−71.5 %`, `0 %` (U+2212 as on paper)."""
    number = Fraction(percentage.magnitude)
    sign = "+" if number > 0 else "\u2212" if number < 0 else ""
    return f"{sign}{number_shown(abs(number))} %"


def exact_text(quantity: Quantity) -> str:
    """A typed value read back, with every digit; a fraction where the decimals do not end.

    A duration is in the largest unit in which they end: a day has no decimals for a minute.
    """
    unit = unit_text(quantity)
    number = Fraction(quantity.magnitude)
    if unit == "day":
        number, unit = _ending_duration(number)
    return with_unit(exact_number(number), unit)


def fraction_text(quantity: Quantity) -> str:
    """The magnitude in lowest terms, `7/40` or a whole number."""
    return str(Fraction(quantity.magnitude))


def unit_text(quantity: Quantity) -> str:
    """The unit as we write it."""
    return _unit_text(quantity.units)


def in_unit(quantity: Quantity, shown_unit: str) -> Fraction:
    """The exact number of `quantity` in a unit as we show it."""
    return Fraction(quantity.to(pint_unit(shown_unit)).magnitude)


def with_unit(number: str, unit: str) -> str:
    """Number, one space, unit."""
    return f"{number} {unit}" if unit else number


def counted_with_unit(number: str, unit: str) -> str:
    """The same in words: of days more than one are `days`."""
    return with_unit(number, "days" if unit == "day" and number != "1" else unit)


def number_shown(number: Fraction) -> str:
    """`number` exact within six significant digits, otherwise half up to four."""
    decimals = ending_decimals(number)
    if (
        decimals is not None
        and len(str(abs(number.numerator * 10**decimals // number.denominator))) <= SIGNIFICANT
    ):
        return decimal_text(number, decimals)
    return decimal_text(number, _decimals_for(number, ROUNDED_DIGITS))


def is_shown_exactly(number: Fraction) -> bool:
    """Whether `number_shown` rounds nothing away."""
    return Fraction(number_shown(number).replace(",", "").replace("\u2212", "-")) == number


def exact_number(number: Fraction) -> str:
    """All decimals where they end, else the fraction in lowest terms."""
    decimals = ending_decimals(number)
    return str(number) if decimals is None else decimal_text(number, decimals)


def decimal_text(number: Fraction, decimals: int) -> str:
    """`number` rounded half up at `decimals`, with commas, without trailing zeros."""
    whole, rest = divmod(half_up(abs(number) * 10**decimals), 10**decimals)
    text = f"{whole:,}"
    if decimals:
        text = f"{text}.{rest:0{decimals}d}".rstrip("0").rstrip(".")
    return f"\u2212{text}" if number < 0 and text != "0" else text


def half_up(number: Fraction) -> int:
    """`number` (not negative) to the nearest whole, halves upwards."""
    return (2 * number.numerator + number.denominator) // (2 * number.denominator)


def half_even(number: Fraction) -> int:
    """`number` to the nearest whole, halves to the even neighbour."""
    return round(number)


def ending_decimals(number: Fraction) -> int | None:
    """How many decimals write `number` exactly, or None where they never end."""
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def duration_text(days: Fraction) -> str:
    """`16 h 7 min` to the nearest minute below two days; above, `264 days 23 h`, down to the whole hour.

    Less than a minute is shown in seconds.

    Rounding down keeps every time to an alarm on the early side.
    """
    if days < 0:
        return f"\u2212{duration_text(-days)}"
    if days >= 2:
        hours = days * 24 // 1
        return f"{hours // 24:,} days {hours % 24} h" if hours % 24 else f"{hours // 24:,} days"
    if days * _MINUTES_PER_DAY < 1:
        return f"{number_shown(days * _MINUTES_PER_DAY * 60)} s"
    hours, minutes = divmod(half_up(days * _MINUTES_PER_DAY), 60)
    parts = ((hours, "h"), (minutes, "min"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


def hours_text(duration: Quantity) -> str:
    """`49 h 36 min`, to the nearest minute, however long: as programmers print the duration of a bridge."""
    days = Fraction(duration.magnitude)
    minutes = half_up(abs(days) * _MINUTES_PER_DAY)
    if minutes < 60:
        return duration_text(days)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes} min" if minutes else f"{hours:,} h"


def days_and_hours_text(duration: Quantity) -> str:
    """A duration in a sentence: from two days on in days and hours, with the hours and minutes of a programmer beside it."""
    return said_with(duration, hours_text(duration))


def said_with(duration: Quantity, as_typed: str) -> str:
    """`2 days 1 h (49 h 36 min)`: a duration from two days on in days and hours, and as it was typed where that differs."""
    said = shown(duration)
    long = abs(Fraction(duration.magnitude)) >= 2
    return f"{said} ({as_typed})" if long and said != as_typed else as_typed


def date_text(day: date) -> str:
    """`4 Mar 2027`: a calendar day, or the local date of an exact instant."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def moment_text(moment: datetime) -> str:
    """`4 Mar 2027 09:12`."""
    return f"{date_text(moment)} {moment:%H:%M}"


@functools.cache  # pint writes a unit out slowly, and there are few
def _unit_text(unit: Unit) -> str:
    name = str(unit)
    return _UNIT_TEXTS[name] if name in _UNIT_TEXTS else name.replace(" ", "").replace("percent", "%")


def _ending_duration(days: Fraction) -> tuple[Fraction, str]:
    """The same duration in the largest unit in which its decimals end; in days where they end in none."""
    for per_day, unit in ((1, "day"), (24, "h"), (1440, "min"), (86400, "s")):
        if ending_decimals(days * per_day) is not None:
            return days * per_day, unit
    return days, "day"


def _decimals_for(number: Fraction, digits: int) -> int:
    """The decimals at which `number` shows `digits` significant digits; 0 for large numbers."""
    scaled, decimals = abs(number), 0
    if scaled >= 1:
        return max(0, digits - len(str(int(scaled))))
    while 0 < scaled < 1:
        scaled, decimals = scaled * 10, decimals + 1
    return decimals + digits - 1
