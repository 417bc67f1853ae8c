"""Which other values may have been typed in the place of one, and why: the most plausible first.

Each is a bare number as the input is solved for (`inputs.SolvableInput`), with the reason that makes it plausible.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from msgspec import Struct

from itbcalc.judge.inputs import SolvableInput
from itbcalc.judge.reasons import PLAUSIBILITY, Reason
from itbcalc.judge.solving import Interval
from itbcalc.quantities.clock import MINUTES_PER_DAY
from itbcalc.quantities.entry import Entered
from itbcalc.quantities.kinds import CONCENTRATION, DAILY_DOSE, DOSE, DURATION, LENGTH, Kind


class Candidate(Struct, frozen=True):
    """A value, why it is plausible, and the place of the sheet where its number stands, if it does."""

    value: Fraction
    reason: Reason
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What else stands on the sheet and in the library: where a value may have come from.

    Attributes:
        entries: every typed quantity under its place.
        previous: what an input was before, by place, as a bare number of its unit.
        known: what else may stand in a place: published figures, the dose of a step taken per hour; by place.
        times: times of day on the sheet by place, in minutes.
    """

    entries: Mapping[str, Entered]
    previous: Mapping[str, Fraction]
    known: Mapping[str, Sequence[Candidate]]
    times: Mapping[str, Fraction]

    @cached_property
    def numbers(self) -> Mapping[Fraction, str]:
        """Every number that was typed, with the first place where it stands."""
        plain = ((place, each) for place, each in self._typed if " " not in each.number_text)
        return _with_first_place((place, Fraction(each.number_text)) for place, each in plain)

    def values_of(self, kind: Kind) -> Mapping[Fraction, str]:
        """Every value of a kind, with the first place where it stands."""
        if kind.name not in self._values:
            alike = ((place, each.quantity) for place, each in self._typed if kind.is_of(each.quantity))
            self._values[kind.name] = _with_first_place((place, each.magnitude) for place, each in alike)
        return self._values[kind.name]

    @cached_property
    def minutes(self) -> Mapping[Fraction, str]:
        """Every time of day, with the first place where it stands."""
        return _with_first_place(self.times.items())

    @property
    def _typed(self) -> Iterator[tuple[str, Entered]]:
        """What was not read from the programmer."""
        return (each for each in self.entries.items() if not each[0].startswith("readouts."))

    @cached_property
    def _values(self) -> dict[str, Mapping[Fraction, str]]:
        """Those that were asked for."""
        return {}


def _with_first_place(each: Iterable[tuple[str, Fraction]]) -> Mapping[Fraction, str]:
    places: dict[Fraction, str] = {}
    for place, value in each:
        places.setdefault(value, place)
    return places


def candidates(offered: SolvableInput, sheet: Sheet) -> list[Candidate]:
    """Every value that may stand in the place of `offered`, the most plausible reason first."""
    found = (
        *_previous(offered, sheet),
        *_units(offered),
        *sheet.known.get(offered.place, ()),
        *_elsewhere(offered, sheet),
        *_digits(offered),
    )
    return sorted(found, key=lambda each: PLAUSIBILITY[each.reason])


def nearest(within: Interval, offered: SolvableInput) -> Iterator[Fraction]:
    """The shortest numbers that lie in an interval, in the unit in which the input was typed, the shortest first."""
    if offered.whole:
        yield from _roundest(within)
        return
    unit = _unit_of(offered)
    low = Fraction(0) if within.low is None else within.low / unit
    for decimals in range(_MOST_DECIMALS):
        step = Fraction(1, 10**decimals)
        first = -(-low // step)
        last = first + 2 if within.high is None else min(within.high / unit // step, first + 2)
        yield from (number * step * unit for number in range(first, last + 1))


_MOST_DECIMALS = 7


def _roundest(within: Interval) -> Iterator[Fraction]:
    """Whole minutes: full hours first, then quarters, tens, fives, and any."""
    assert within.low is not None
    assert within.high is not None
    for step in (MINUTES_PER_DAY, 60, 30, 15, 10, 5, 1):
        first = -(-within.low // step) * step
        if first <= within.high:
            yield Fraction(first)


def _unit_of(offered: SolvableInput) -> Fraction:
    """One of the unit in which it was typed, as a bare number."""
    entered = offered.entered
    if entered is None or " " in entered.number_text or not Fraction(entered.number_text):
        return Fraction(1)
    return Fraction(entered.quantity.magnitude) / Fraction(entered.number_text)


# --- what was before


def _previous(offered: SolvableInput, sheet: Sheet) -> Iterator[Candidate]:
    before = sheet.previous.get(offered.place)
    if before is None:
        return
    yield Candidate(before, _BEFORE.get(offered.place, Reason.PREVIOUS_VALUE))
    if offered.kind is DAILY_DOSE and before != offered.value:
        step = offered.value - before
        yield Candidate(before - step, Reason.DOWN_FOR_UP)
        yield Candidate(abs(step), Reason.STEP_ALONE)
        if before:
            yield Candidate(abs(step) / before * 100, Reason.PERCENT_FOR_AMOUNT)
            yield Candidate(before + abs(step) / before * 100, Reason.PERCENT_FOR_AMOUNT)


_BEFORE = {"new.concentration": Reason.OLD_CONCENTRATION, "new.daily_dose": Reason.PREVIOUS_DOSE}


# --- another unit


_ANY = ((Reason.MG_FOR_MCG, Fraction(1000)), (Reason.MCG_FOR_MG, Fraction(1, 1000)))
_PER_DAY = (
    (Reason.DOSE_PER_HOUR_FOR_PER_DAY, Fraction(24)),
    (Reason.DOSE_PER_DAY_FOR_PER_HOUR, Fraction(1, 24)),
)
_INCH = Fraction(254, 100)
_FACTORS: Mapping[Kind, tuple[tuple[Reason, Fraction], ...]] = {
    DAILY_DOSE: (*_PER_DAY, *_ANY),
    DOSE: _ANY,
    CONCENTRATION: _ANY,
    DURATION: ((Reason.MINUTES_FOR_HOURS, Fraction(1, 60)), (Reason.HOURS_FOR_MINUTES, Fraction(60))),
    LENGTH: ((Reason.CM_FOR_INCHES, 1 / _INCH), (Reason.INCHES_FOR_CM, _INCH)),
}


_OF_INTERVALS = (
    (Reason.INTERVAL_MINUTES_FOR_HOURS, Fraction(1, 60)),
    (Reason.INTERVAL_HOURS_FOR_MINUTES, Fraction(60)),
)


def _units(offered: SolvableInput) -> Iterator[Candidate]:
    if offered.kind is not None:
        factors = _OF_INTERVALS if offered.place == "new.every" else _FACTORS.get(offered.kind, ())
        for reason, factor in factors:
            yield Candidate(offered.value * factor, reason)
    elif offered.is_time_of_day:
        yield Candidate((offered.value + MINUTES_PER_DAY // 2) % MINUTES_PER_DAY, Reason.AM_FOR_PM)


# --- a number that stands elsewhere


def _elsewhere(offered: SolvableInput, sheet: Sheet) -> Iterator[Candidate]:
    """Each once, with the first place where it stands; what stands in the place itself is no other value."""
    if offered.is_time_of_day:
        yield from (Candidate(minute, Reason.ANOTHER_FIELD, place) for minute, place in sheet.minutes.items())
        return
    if offered.kind is None or offered.entered is None:
        return
    factor = Fraction(MINUTES_PER_DAY) if offered.whole else Fraction(1)
    for value, place in sheet.values_of(offered.kind).items():
        yield Candidate(value * factor, Reason.ANOTHER_FIELD, place)
    unit = _unit_of(offered) * factor
    for number, place in sheet.numbers.items():
        yield Candidate(number * unit, Reason.NUMBER_ELSEWHERE, place)


# --- a slip of the fingers


_KEYPAD = {
    "0": "12",
    "1": "024",
    "2": "0135",
    "3": "26",
    "4": "157",
    "5": "2468",
    "6": "359",
    "7": "48",
    "8": "579",
    "9": "68",
}
_ROW = "1234567890"


def _digits(offered: SolvableInput) -> Iterator[Candidate]:
    if offered.is_time_of_day:
        yield from _digits_of_time(offered)
        return
    if offered.place == "reservoir.at":
        yield from _digits_of_moment()
        return
    entered = offered.entered
    if entered is None or " " in entered.number_text:
        return
    unit = _unit_of(offered) * (MINUTES_PER_DAY if offered.whole else 1)
    for reason, number in mistyped(entered.number_text):
        if offered.whole and reason in _OF_A_POINT:
            continue  # the fields for hours and minutes have none
        yield Candidate(Fraction(number) * unit, reason)


_OF_A_POINT = (Reason.DECIMAL_POINT_MOVED, Reason.ZERO_FOR_POINT)


def mistyped(number: str) -> Iterator[tuple[Reason, str]]:
    """The numbers that a slip of the fingers makes of one, each only as somebody could have typed it."""
    for reason, slip in _SLIPS:
        for text in slip(number):
            if text != number and _could_be_typed(text):
                yield reason, text


def _could_be_typed(text: str) -> bool:
    whole, point, rest = text.partition(".")
    well_formed = whole.isdigit() and (rest.isdigit() if point else not rest)
    return well_formed and (whole == "0" or not whole.startswith("0")) and Fraction(text) > 0


def _point_moved(number: str) -> Iterator[str]:
    whole, _, rest = number.partition(".")
    for places in (1, -1, 2, -2):
        digits, point = whole + rest, len(whole) + places
        if point <= 0:
            digits, point = "0" * (1 - point) + digits, 1
        digits = digits.ljust(point, "0")
        left = digits[:point].lstrip("0") or "0"
        yield f"{left}.{digits[point:]}".rstrip(".")


def _swapped(number: str) -> Iterator[str]:
    places = [place for place, character in enumerate(number) if character.isdigit()]
    for first, second in itertools.pairwise(places):
        characters = list(number)
        characters[first], characters[second] = number[second], number[first]
        yield "".join(characters)


def _doubled(number: str) -> Iterator[str]:
    return (number[: place + 1] + number[place:] for place in range(len(number)) if number[place].isdigit())


def _dropped(number: str) -> Iterator[str]:
    return (number[:place] + number[place + 1 :] for place in range(len(number)))


def _neighbours(number: str) -> Iterator[str]:
    for place, digit in enumerate(number):
        if digit.isdigit():
            at = _ROW.index(digit)
            beside = dict.fromkeys((*_ROW[max(at - 1, 0) : at + 2], *_KEYPAD[digit]))
            yield from (number[:place] + other + number[place + 1 :] for other in beside)


def _zero_for_point(number: str) -> Iterable[str]:
    return (number.replace(".", "0"),) if "." in number else ()


_SLIPS: tuple[tuple[Reason, Callable[[str], Iterable[str]]], ...] = (
    (Reason.DECIMAL_POINT_MOVED, _point_moved),
    (Reason.DIGITS_TRANSPOSED, _swapped),
    (Reason.DIGIT_DOUBLED, _doubled),
    (Reason.DIGIT_DROPPED, _dropped),
    (Reason.NEIGHBOURING_KEY, _neighbours),
    (Reason.ZERO_FOR_POINT, _zero_for_point),
)


def _digits_of_time(offered: SolvableInput) -> Iterator[Candidate]:
    """Times as a slip of the fingers makes them: `22:00` for `20:00`."""
    hours, minutes = divmod(int(offered.value), 60)
    digits = f"{hours:02}{minutes:02}"
    for reason, slip in ((Reason.DIGITS_TRANSPOSED, _swapped), (Reason.NEIGHBOURING_KEY, _neighbours)):
        for text in slip(digits):
            hour, minute = int(text[:2]), int(text[2:])
            if text != digits and hour < 24 and minute < 60:
                yield Candidate(Fraction(hour * 60 + minute), reason)


def _digits_of_moment() -> Iterator[Candidate]:
    """A day, ten days, a year beside the right one."""
    for days in (1, -1, 10, -10, 365, -365, 366, -366):
        yield Candidate(Fraction(days * MINUTES_PER_DAY), Reason.ANOTHER_DAY)
