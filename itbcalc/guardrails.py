"""Does a value lie within the published ranges, for this patient, pump and jurisdiction?

Where origin, age or jurisdiction was not given, several rules may or may not hold. A value beyond all of
them is beyond the one that holds; a value beyond some of them only may be.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from itbcalc.findings import Finding, FindingCode, Values
from itbcalc.library.records import Bound, Figure, Library, Limit, LimitQuantity, Pump, Severity
from itbcalc.program import Patient
from itbcalc.quantities.units import Quantity


class Position(StrEnum):
    """Where a value lies to a guardrail."""

    BELOW_POSSIBLE = "below_possible"
    BELOW_USUAL = "below_usual"
    USUAL = "usual"
    ABOVE_USUAL = "above_usual"
    ABOVE_POSSIBLE = "above_possible"


@dataclass(frozen=True, slots=True)
class Crossing:
    """A value beyond a bound of a rule. `certain` is false where it cannot be said that the rule holds."""

    limit: Limit
    figure: Figure | None
    severity: Severity
    above: bool
    certain: bool = True

    def finding(self, code: FindingCode, place: str, values: Values) -> Finding:
        """The crossing as a finding at `place`."""
        return Finding(
            code=code, place=place, values=values, limit=self.limit, figure=self.figure, above=self.above
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """The published rules as they are held against one patient and pump; without a pump, those of every pump."""

    library: Library
    patient: Patient
    pump: Pump | None = None

    def applying(self, quantity: LimitQuantity) -> tuple[tuple[Limit, ...], tuple[Limit, ...]]:
        """The rules that hold for sure, and those of which it cannot be said."""
        return rules_for(self.library, quantity, self.patient, self.pump)

    def crossed(self, quantity: LimitQuantity, value: Quantity) -> tuple[Crossing, ...]:
        """The rules that `value` crosses, the most serious first."""
        return crossings(value, *self.applying(quantity))


def classify(limit: Limit, value: Quantity) -> Position:
    """Where `value` lies; the bounds themselves belong to the range inside them."""
    rail = limit.guardrail
    if rail.absolute_minimum is not None and value < rail.absolute_minimum:
        return Position.BELOW_POSSIBLE
    if rail.absolute_maximum is not None and value > rail.absolute_maximum:
        return Position.ABOVE_POSSIBLE
    if rail.recommended_minimum is not None and value < rail.recommended_minimum:
        return Position.BELOW_USUAL
    if rail.recommended_maximum is not None and value > rail.recommended_maximum:
        return Position.ABOVE_USUAL
    return Position.USUAL


def rules_for(
    library: Library, quantity: LimitQuantity, patient: Patient, pump: Pump | None = None
) -> tuple[tuple[Limit, ...], tuple[Limit, ...]]:
    """The rules that hold for sure, and those of which it cannot be said."""
    sure: list[Limit] = []
    unsure: list[Limit] = []
    for limit in library.limits:
        if limit.quantity is not quantity or (pump is not None and not limit.applies_to_pump(pump)):
            continue
        everywhere_or_here = limit.jurisdiction in ("all", patient.jurisdiction)
        if not everywhere_or_here and patient.jurisdiction is not None:
            continue
        applies = limit.applies_to(patient.origin, patient.age_years)
        if applies is False:
            continue
        (sure if everywhere_or_here and applies else unsure).append(limit)
    return tuple(sure), tuple(unsure)


def crossings(value: Quantity, sure: Sequence[Limit], unsure: Sequence[Limit] = ()) -> tuple[Crossing, ...]:
    """The rules that `value` crosses, the most serious first.

    Of rules that may or may not hold, one crossing is reported: certain if all of them are crossed on that
    side, otherwise uncertain.
    """
    found = [crossing for limit in sure if (crossing := crossing_of(limit, value)) is not None]
    if not found:
        perhaps = [crossing_of(limit, value) for limit in unsure]
        crossed = [crossing for crossing in perhaps if crossing is not None]
        if crossed:
            worst = max(crossed, key=lambda crossing: crossing.severity.rank)
            certain = len(crossed) == len(perhaps) and not sure
            found = [Crossing(worst.limit, worst.figure, worst.severity, worst.above, certain)]
    return tuple(sorted(found, key=lambda crossing: -crossing.severity.rank))


def crossing_of(limit: Limit, value: Quantity) -> Crossing | None:
    """How `value` crosses `limit`, or None where it lies within or the rule attaches nothing to it."""
    position = classify(limit, value)
    if position is Position.USUAL:
        return None
    above = position in (Position.ABOVE_USUAL, Position.ABOVE_POSSIBLE)
    if position in (Position.ABOVE_POSSIBLE, Position.BELOW_POSSIBLE):
        bound = Bound.ABSOLUTE_MAXIMUM if above else Bound.ABSOLUTE_MINIMUM
        return Crossing(limit, limit.figure(bound), Severity.STOP, above)
    severity = limit.severity_above if above else limit.severity_below
    if severity is None:
        return None
    bound = Bound.RECOMMENDED_MAXIMUM if above else Bound.RECOMMENDED_MINIMUM
    return Crossing(limit, limit.figure(bound), severity, above)


def beyond_any_pump(library: Library, flow: Quantity) -> Finding | None:
    """A flow that no pump of the library can deliver: a unit or a digit is wrong."""
    pumps = library.pumps.values()
    highs = [pump.highest_flow_rate for pump in pumps if pump.highest_flow_rate is not None]
    lows = [pump.lowest_flow_rate for pump in pumps if pump.lowest_flow_rate is not None]
    highest = max(highs, key=lambda figure: figure.quantity.magnitude, default=None)
    lowest = min(lows, key=lambda figure: figure.quantity.magnitude, default=None)
    if highest is not None and flow > highest.quantity:
        return out_of_range(FindingCode.FLOW_RATE_BEYOND_ANY_PUMP, flow, highest, above=True)
    if lowest is not None and flow < lowest.quantity:
        return out_of_range(FindingCode.FLOW_RATE_BEYOND_ANY_PUMP, flow, lowest, above=False)
    return None


def out_of_range(code: FindingCode, flow: Quantity, bound: Figure, *, above: bool) -> Finding:
    """A flow beyond one end of a range."""
    return Finding(
        code=code,
        place="new.flow_rate",
        values={"flow": flow},
        figure=bound,
        above=above,
    )
