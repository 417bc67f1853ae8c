"""At which values of one input does a function of it come out as wanted? Intervals of exact fractions.

Nearly every value of a check is a quotient of two linear functions of any one input. Three values fix such a function
and a fourth proves that it is one, unless three lie on a straight line already; then the interval is exact. Where it is none (a bridge that ends within a step),
the function is followed from crossing to crossing and each crossing halved until a quotient through three values of it
meets the crossing exactly.
"""

import itertools
import math
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TypeVar

from msgspec import Struct

Function = Callable[[Fraction], Fraction | None]
"""A value that follows from one input; None where it cannot be said."""

T = TypeVar("T")
Looking = Generator[None, None, T]
"""What is found piece by piece: after each piece whoever looks may pause, or give up."""


def found_by(looking: Looking[T]) -> T:
    """What is found, without a pause."""
    while True:
        try:
            next(looking)
        except StopIteration as end:
            found: T = end.value
            return found


_FACTORS = tuple(map(Fraction, ("1", "9/8", "6/7", "8/7", "3/4", "1/3", "3")))
_DOUBLINGS = 14
_HALVINGS = 60


class Interval(Struct, frozen=True):
    """All values from `low` to `high`, both included; None where there is no end."""

    low: Fraction | None = None
    high: Fraction | None = None

    def __contains__(self, value: Fraction) -> bool:
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)

    def intersected(self, other: "Interval") -> "Interval | None":
        """What lies in both; None where nothing does."""
        lows = [end for end in (self.low, other.low) if end is not None]
        highs = [end for end in (self.high, other.high) if end is not None]
        low, high = max(lows, default=None), min(highs, default=None)
        return None if low is not None and high is not None and low > high else Interval(low, high)

    def missed_by(self, value: Fraction | None) -> Fraction | None:
        """How far outside `value` lies, 0 inside; None where there is no value."""
        if value is None:
            return None
        below = self.low - value if self.low is not None else Fraction(0)
        above = value - self.high if self.high is not None else Fraction(0)
        return max(below, above, Fraction(0))

    @property
    def whole(self) -> "Interval | None":
        """From the first whole number in it to the last; None where there is none."""
        low = None if self.low is None else Fraction(math.ceil(self.low))
        high = None if self.high is None else Fraction(math.floor(self.high))
        return None if low is not None and high is not None and low > high else Interval(low, high)

    def joined(self, other: "Interval") -> "Interval":
        """From the lower to the higher end of both."""
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Interval(low, high)


ANY = Interval()

Wanted = tuple[Function, Interval]
"""A function, and where it has to lie."""


class StraightLine(Struct, frozen=True):
    """y + slope · (x - at)."""

    y: Fraction
    slope: Fraction
    at: Fraction

    def within(self, wanted: Interval, among: Interval) -> Interval | None:
        """The values of `among` at which it lies in `wanted`; None where there is none."""
        if not self.slope:
            return among if self.y in wanted else None
        ends = [
            None if end is None else self.at + (end - self.y) / self.slope
            for end in (wanted.low, wanted.high)
        ]
        low, high = ends if self.slope > 0 else reversed(ends)
        return among.intersected(Interval(low, high))


class Quotient(Struct, frozen=True):
    """(a + b·x) ÷ (c + d·x)."""

    a: Fraction
    b: Fraction
    c: Fraction
    d: Fraction

    def __call__(self, x: Fraction) -> Fraction | None:
        """Its value; None at its pole."""
        below = self.c + self.d * x
        return (self.a + self.b * x) / below if below else None

    def inverse(self, y: Fraction) -> Fraction | None:
        """Where it is `y`; None where it nowhere is, or everywhere."""
        below = self.b - self.d * y
        return (self.c * y - self.a) / below if below else None


def quotient_through(points: Sequence[tuple[Fraction, Fraction]]) -> Quotient:
    """The one quotient of linear functions through three points."""
    (x0, y0), (x1, y1), (x2, y2) = points
    determinant = (x2 - x0) * (y1 - y0) - (x1 - x0) * (y2 - y0)
    if not determinant:
        return _line_through(points[0], points[1])
    first, second = x1 * y1 - x0 * y0, x2 * y2 - x0 * y0
    b = (second * (y1 - y0) - first * (y2 - y0)) / determinant
    c = ((x1 - x0) * second - (x2 - x0) * first) / determinant
    return Quotient(x0 * y0 + c * y0 - b * x0, b, c, Fraction(1))


class Known(Struct, frozen=True):
    """A function that is a quotient, and one value at which it is known: it may have a pole beyond that."""

    quotient: Quotient
    at: Fraction

    def within(self, wanted: Interval, among: Interval) -> Interval | None:
        """The values of `among` at which it lies in `wanted`, on its side of the pole; None where there is none."""
        return _where_quotient(self.quotient, wanted, among, self.at)


def known_as_quotient(
    function: Function, domain: Interval, near: Fraction, *, is_line: bool
) -> Looking[Known | None]:
    """`function` as the quotient that its values at and around `near` show it to be; None where they show none.

    Values are taken from `domain` alone, where the function is known. Of what is known to be a straight line two are
    enough.
    """
    points: list[tuple[Fraction, Fraction]] = []
    for factor in _FACTORS:
        x = near * factor
        if x not in domain:
            continue
        y = function(x)
        yield
        if y is None:
            continue
        points.append((x, y))
        if len(points) == 2 and is_line:
            return Known(_line_through(*points), near)
        if len(points) == 3 and not _is_open(points):
            return Known(_line_through(*points[:2]), near)
        if len(points) == 3 and len({y for _, y in points}) < 3:
            return None  # neither a line nor a quotient comes to the same value twice
        if len(points) == 4:
            fitted = quotient_through(points[:3])
            return Known(fitted, points[0][0]) if fitted(x) == y else None
    return None


def _line_through(begin: tuple[Fraction, Fraction], end: tuple[Fraction, Fraction]) -> Quotient:
    slope = (end[1] - begin[1]) / (end[0] - begin[0])
    return Quotient(begin[1] - slope * begin[0], slope, Fraction(1), Fraction(0))


def _is_open(points: Sequence[tuple[Fraction, Fraction]]) -> bool:
    """Whether three points lie on no straight line."""
    (x0, y0), (x1, y1), (x2, y2) = points
    return (x2 - x0) * (y1 - y0) != (x1 - x0) * (y2 - y0)


class FollowedFunction:
    """A function of one input: what it comes to, and what it is found to be, is found out once.

    It is known in `domain`; `near` is a value of the domain, or at least of the order of magnitude of its values.
    """

    def __init__(
        self, function: Function, domain: Interval, near: Fraction, *, is_line: bool = False
    ) -> None:
        self._function = function
        self._domain = domain
        self._near = near
        self._is_line = is_line
        self._values: dict[Fraction, Fraction | None] = {}
        self._known: Known | None = None
        self._is_looked_at = False

    def __call__(self, x: Fraction) -> Fraction | None:
        """Its value; None where it cannot be said."""
        if x not in self._values:
            self._values[x] = self._function(x)
        return self._values[x]

    def where(self, wanted: Interval, among: Interval | None = None) -> Looking[Interval | None]:
        """The values from the first to the last at which it lies in `wanted`; None where there is none.

        Looked for in `among`; without it, in all of its domain.
        """
        among = among or self._domain
        if not self._is_looked_at:
            self._known = yield from known_as_quotient(self, self._domain, self._near, is_line=self._is_line)
            self._is_looked_at = True
        if self._known is not None:
            return self._known.within(wanted, among)
        return (yield from where_followed(self, wanted, among, doublings(self._near)))


def _where_quotient(fitted: Quotient, wanted: Interval, domain: Interval, known: Fraction) -> Interval | None:
    """The same, of a quotient, on the side of its pole on which `known` lies."""
    side = fitted.c + fitted.d * known  # above zero or below it: what it is multiplied with is above
    found = domain.intersected(_half_line(side * fitted.c, side * fitted.d))
    if wanted.low is not None and found is not None:
        a, b = fitted.a - wanted.low * fitted.c, fitted.b - wanted.low * fitted.d
        found = _cut(found, side * a, side * b)
    if wanted.high is not None and found is not None:
        a, b = wanted.high * fitted.c - fitted.a, wanted.high * fitted.d - fitted.b
        found = _cut(found, side * a, side * b)
    return found


def _cut(interval: Interval, a: Fraction, b: Fraction) -> Interval | None:
    """Where a + b·x is not below zero."""
    if not b:
        return interval if a >= 0 else None
    return interval.intersected(_half_line(a, b))


def _half_line(a: Fraction, b: Fraction) -> Interval:
    """The same of all numbers; with b = 0 it is taken to hold."""
    if not b:
        return Interval()
    return Interval(low=-a / b) if b > 0 else Interval(high=-a / b)


# --- what is no quotient


def where_followed(
    function: Function, wanted: Interval, among: Interval, points: Iterable[Fraction], *, whole: bool = False
) -> Looking[Interval | None]:
    """The same of a function made of pieces, each of which only rises or only falls: followed from point to point.

    `points` hold every corner of the function. With `whole` only whole numbers count, and every point is one.
    """
    inside = among.whole if whole else among
    if inside is None:
        return None
    offered = sorted({point for point in (*points, *_ends(inside)) if point in inside})
    known: list[tuple[Fraction, Fraction]] = []
    for x in offered:
        y = function(x)
        known += () if y is None else ((x, y),)
        yield
    found: Interval | None = None
    if len(known) == 1 and known[0][1] in wanted:
        found = Interval(known[0][0], known[0][0])
    for begin, end in itertools.pairwise(known):
        part = yield from _within(function, wanted, begin, end, whole=whole)
        if part is not None:
            found = part if found is None else found.joined(part)
    return found


def doublings(near: Fraction) -> Iterator[Fraction]:
    """Values of every order of magnitude that a slip may lead to."""
    return (near * Fraction(2) ** power for power in range(-_DOUBLINGS, _DOUBLINGS + 1))


def _ends(domain: Interval) -> set[Fraction]:
    return {end for end in (domain.low, domain.high) if end is not None}


def _within(
    function: Function,
    wanted: Interval,
    begin: tuple[Fraction, Fraction],
    end: tuple[Fraction, Fraction],
    *,
    whole: bool,
) -> Looking[Interval | None]:
    """The part between two points, between which the function rises or falls, in which it lies in `wanted`."""
    (x0, y0), (x1, y1) = begin, end
    values = Interval(min(y0, y1), max(y0, y1)).intersected(wanted)
    if values is None:
        return None
    rising = y0 <= y1
    enters, leaves = (values.low, values.high) if rising else (values.high, values.low)
    assert enters is not None
    assert leaves is not None
    crossing = _whole_crossing if whole else _crossing
    low = x0 if y0 in wanted else (yield from crossing(function, enters, begin, end))
    high = x1 if y1 in wanted else (yield from crossing(function, leaves, end, begin))
    return Interval(low, high) if low <= high else None


def _crossing(
    function: Function, level: Fraction, outside: tuple[Fraction, Fraction], inside: tuple[Fraction, Fraction]
) -> Looking[Fraction]:
    """Where the function comes to `level` between two points: exactly, or a hair before, nearer than anybody types."""
    between = Interval(min(outside[0], inside[0]), max(outside[0], inside[0]))
    for _ in range(_HALVINGS):
        x = (outside[0] + inside[0]) / 2
        y = function(x)
        yield
        if y is None or y == level:
            return x
        guess = quotient_through((outside, (x, y), inside)).inverse(level)
        if guess is not None and guess in between and function(guess) == level:
            return guess
        if (y < level) == (outside[1] < level):
            outside = (x, y)
        else:
            inside = (x, y)
    return outside[0]


def _whole_crossing(
    function: Function, level: Fraction, outside: tuple[Fraction, Fraction], inside: tuple[Fraction, Fraction]
) -> Looking[Fraction]:
    """The first whole number, from a point outside towards one inside, at which the function has come to `level`."""
    far, near = outside[0], inside[0]
    while abs(near - far) > 1:
        x = Fraction((near + far) // 2)
        y = function(x)
        yield
        if y is not None and (y == level or (y < level) != (outside[1] < level)):
            near = x
        else:
            far = x
    return near


# --- whole numbers, one by one


def where_tried(wanted: Sequence[Wanted], numbers: Sequence[int]) -> Looking[Interval | None]:
    """From the first to the last of some numbers, in order, at which all of `wanted` hold; None where there is none."""
    first = yield from _first_that_holds(wanted, numbers)
    last = None if first is None else (yield from _first_that_holds(wanted, tuple(reversed(numbers))))
    return None if first is None else Interval(first, last)


def _first_that_holds(wanted: Sequence[Wanted], numbers: Sequence[int]) -> Looking[Fraction | None]:
    for number in map(Fraction, numbers):
        yield
        if all(interval.missed_by(function(number)) == 0 for function, interval in wanted):
            return number
    return None
