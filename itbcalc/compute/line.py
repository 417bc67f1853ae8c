"""What lies between reservoir and tip, and what leaves when something is pushed in at the pump?

Plug flow, no mixing: what is in pump tubing and catheter leaves in order, first in, first out, and what flows in at the
pump pushes out as much at the tip. One list of plugs, from the tip to the pump, serves tip, prime, bridge and arrival.
Inside it times are in days, volumes in mL, concentrations in mcg/mL and drug in mcg, as bare fractions
(docs/formulas.md, the line).
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from itbcalc.compute.profile import Course, Stretch, time_to_deliver
from itbcalc.phrases import N_
from itbcalc.quantities.kinds import Concentration

PLUG_FLOW = N_("Plug flow, mixing not modelled.")
PLUG_FLOW_FROM_TIP = N_("Plug flow, mixing not modelled. From the tip on.")
PLUG_FLOW_FOLLOWED = N_("Plug flow, mixing not modelled. Followed event by event on the pump's clock.")
_NOTHING = Fraction(0)


class Filling(StrEnum):
    """What a part of the line holds at the change: the drug of before, the new one, or no drug (water, saline, CSF)."""

    OLD = "old"
    NEW = "new"
    NONE = "none"


class Plug(Struct, frozen=True):
    """Liquid of one concentration (mcg/mL) in a line: how much of it (mL). A concentration of 0 is no drug."""

    volume: Fraction
    concentration: Fraction

    @property
    def drug(self) -> Fraction:
        """In mcg."""
        return self.volume * self.concentration


class Outflow(Struct, frozen=True):
    """What leaves the tip from `start` to `end` (days): at which flow (mL/day), of which concentration (mcg/mL)."""

    start: Fraction
    end: Fraction
    flow: Fraction
    concentration: Fraction

    @property
    def dose_rate(self) -> Fraction:
        """In mcg/day."""
        return self.flow * self.concentration

    @property
    def drug(self) -> Fraction:
        """In mcg."""
        return (self.end - self.start) * self.flow * self.concentration


class Line:
    """Tubing and catheter, from the tip to the pump; neighbouring plugs of one concentration are one."""

    def __init__(self, contents: Iterable[Plug]) -> None:
        self._plugs: deque[Plug] = deque()
        for plug in contents:
            self._take_in(plug)

    @property
    def plugs(self) -> tuple[Plug, ...]:
        """What lies in it now, from the tip to the pump."""
        return tuple(self._plugs)

    @property
    def drug_held(self) -> Fraction:
        """The drug inside, in mcg."""
        return sum((plug.drug for plug in self._plugs), _NOTHING)

    @property
    def volume_held(self) -> Fraction:
        """The liquid inside, in mL: it never changes."""
        return sum((plug.volume for plug in self._plugs), _NOTHING)

    def take(self, plug: Plug) -> tuple[Plug, ...]:
        """What leaves at the tip, in order, when `plug` is pushed in at the pump: as much as goes in."""
        self._take_in(plug)
        left, out = plug.volume, list[Plug]()
        while left:
            first = self._plugs.popleft()
            if first.volume > left:
                self._plugs.appendleft(Plug(first.volume - left, first.concentration))
                first = Plug(left, first.concentration)
            out.append(first)
            left -= first.volume
        return tuple(out)

    def push(self, stretch: Stretch, concentration: Fraction) -> Iterator[Outflow]:
        """What leaves while the pump runs through `stretch` and takes liquid of `concentration` from the reservoir."""
        begin = stretch.start
        for plug in self.take(Plug(stretch.volume, concentration)):
            end = begin + plug.volume / stretch.flow
            yield Outflow(begin, end, stretch.flow, plug.concentration)
            begin = end
        if begin < stretch.end:
            yield Outflow(begin, stretch.end, _NOTHING, _NOTHING)

    def _take_in(self, plug: Plug) -> None:
        if self._plugs and self._plugs[-1].concentration == plug.concentration:
            last = self._plugs.pop()
            plug = Plug(last.volume + plug.volume, plug.concentration)
        if plug.volume:
            self._plugs.append(plug)


def leaving_the_tip(
    contents: Iterable[Plug], stretches: Iterable[Stretch], concentration: Concentration
) -> Iterator[Outflow]:
    """What leaves the tip, event by event, while the pump runs through `stretches` with `concentration` inside."""
    line = Line(contents)
    for stretch in stretches:
        yield from line.push(stretch, concentration.magnitude)


# --- a prime, and what it leaves to be bridged


class Primed(Struct, frozen=True):
    """A prime: what left at the tip in it, in order, and what the line then holds, from the tip to the pump."""

    out: tuple[Plug, ...]
    line: tuple[Plug, ...]

    @property
    def drug_delivered(self) -> Fraction:
        """What of the prime was drug to the patient, in mcg: not what the programmer counts for it."""
        return sum((plug.drug for plug in self.out), _NOTHING)


def primed(contents: Iterable[Plug], prime: Plug) -> Primed:
    """What a prime does to a line: `prime` is its volume and what it takes from the reservoir; none where it has no volume."""
    line = Line(contents)
    out = line.take(prime)
    return Primed(out, line.plugs)


def volume_of(plugs: Iterable[Plug], concentration: Fraction) -> Fraction:
    """How much of them (mL) is of this concentration, wherever it lies: 0 for what holds no drug."""
    return sum((plug.volume for plug in plugs if plug.concentration == concentration), _NOTHING)


def cut(plugs: Iterable[Plug], begin: Fraction, end: Fraction) -> Iterator[Plug]:
    """What lies between two volumes, counted from the tip (mL)."""
    at = _NOTHING
    for plug in plugs:
        first, last = max(at, begin), min(at + plug.volume, end)
        if last > first:
            yield Plug(last - first, plug.concentration)
        at += plug.volume


def volume_before_last(plugs: Iterable[Plug], wanted: Callable[[Plug], bool]) -> Fraction:
    """What must leave (mL) until the last plug that is `wanted` has left; 0 where none is."""
    passed, until = _NOTHING, _NOTHING
    for plug in plugs:
        passed += plug.volume
        if wanted(plug):
            until = passed
    return until


def time_leaving(
    plugs: Sequence[Plug], courses: Sequence[Course], concentration: Fraction
) -> Fraction | None:
    """How long (days) liquid of this concentration is what leaves the tip, while the pump runs through `courses`.

    Pauses in between count. None where it never leaves as a whole.
    """
    passed, lasts = _NOTHING, _NOTHING
    for plug in plugs:
        if plug.concentration == concentration:
            begins, ends = _time_to(courses, passed), _time_to(courses, passed + plug.volume)
            if begins is None or ends is None:
                return None
            lasts += ends - begins
        passed += plug.volume
    return lasts


def _time_to(courses: Sequence[Course], volume: Fraction) -> Fraction | None:
    return time_to_deliver(courses, volume) if volume else _NOTHING
