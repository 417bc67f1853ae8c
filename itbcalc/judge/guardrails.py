"""Does a value lie within the published ranges, for this patient, pump and jurisdiction?

Where origin, age, jurisdiction or first dose was not given, several rules may or may not hold. A value that is beyond a
rule for every patient it could be is surely beyond one; a value beyond a rule for some of them only may be.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.judge.findings import Finding, FindingCode, Values
from itbcalc.library.records import (
    EVERYWHERE,
    Bound,
    Figure,
    Grade,
    Library,
    Limit,
    LimitQuantity,
    Origin,
    Phase,
    Pump,
    Severity,
)
from itbcalc.program import Patient, Program
from itbcalc.quantities.kinds import DURATION, exactly
from itbcalc.quantities.units import Quantity


class Position(StrEnum):
    """Where a value lies to a guardrail."""

    BELOW_POSSIBLE = "below_possible"
    BELOW_USUAL = "below_usual"
    USUAL = "usual"
    ABOVE_USUAL = "above_usual"
    ABOVE_POSSIBLE = "above_possible"


class Crossing(Struct, frozen=True):
    """A value beyond a bound of a rule. `certain` is false where it cannot be said that the rule holds."""

    limit: Limit
    figure: Figure | None
    severity: Severity
    above: bool
    certain: bool = True

    def finding(self, code: FindingCode, place: str, values: Values) -> Finding:
        """The crossing as a finding at `place`."""
        return Finding(
            code=code,
            place=place,
            values=values,
            limit=self.limit,
            figure=self.figure,
            above=self.above,
            certain=self.certain,
        )


class Rules(Struct, frozen=True):
    """The published rules as they are held against one patient and pump; without a pump, those of every pump.

    `phase` is None where it cannot be said whether the dose is still being found.
    """

    library: Library
    patient: Patient
    pump: Pump | None = None
    phase: Phase | None = None

    def applying(self, quantity: LimitQuantity) -> tuple[tuple[Limit, ...], tuple[Limit, ...]]:
        """The rules that hold for sure, and those of which it cannot be said."""
        return rules_for(self.library, quantity, self.patient, self.pump, self.phase)

    def crossed(self, quantity: LimitQuantity, value: Quantity) -> tuple[Crossing, ...]:
        """The rules that `value` crosses, the most serious first, on each side.

        Of the rules that may or may not hold, at most one on each side, where it weighs more than those that do.
        """
        sure, unsure = self.applying(quantity)
        found = crossings(value, sure)
        if not crossings(value, unsure):
            return found
        alike = {tuple(map(id, rules)): rules for rules in self._possible(quantity)}  # most have the same
        possible = [crossings(value, rules) for rules in alike.values()]
        return _by_weight((*found, *_perhaps_crossed(possible, found)))

    def gravest(self, quantity: LimitQuantity, value: Quantity) -> Crossing | None:
        """The most serious of the rules that `value` crosses; None where it crosses none."""
        return next(iter(self.crossed(quantity, value)), None)

    def _possible(self, quantity: LimitQuantity) -> Iterator[tuple[Limit, ...]]:
        """The rules for each patient that this one could be."""
        limits = [limit for limit in self.library.limits if limit.quantity is quantity]
        patient, jurisdictions = self.patient, [known.id for known in self.library.jurisdictions]
        bounds = {age for limit in limits for age in (limit.age_from, limit.age_below) if age is not None}
        for jurisdiction, origin, age, phase in itertools.product(
            [patient.jurisdiction] if patient.jurisdiction is not None else jurisdictions,
            [patient.origin] if patient.origin is not None else list(Origin),
            [patient.age_years] if patient.age_years is not None else [Fraction(age) for age in {0, *bounds}],
            [self.phase] if self.phase is not None else list(Phase),
        ):
            could_be = replace(patient, jurisdiction=jurisdiction, origin=origin, age_years=age)
            yield rules_for(self.library, quantity, could_be, self.pump, phase)[0]


def rules_of(program: Program, library: Library) -> Rules:
    """The rules as they are held against `program`: its patient, its pump, and how long its therapy has run."""
    return Rules(library, program.patient, program.system.pump, phase_of(program, library))


def phase_of(program: Program, library: Library) -> Phase | None:
    """Whether the dose is still being found at the change; None where first dose or change are not known."""
    first, at = program.patient.first_dose, program.reservoir.at
    sure, _ = rules_for(library, LimitQuantity.TIME_IN_TITRATION, program.patient, program.system.pump)
    if first is None or at is None or not sure:
        return None
    since = exactly(first.days_until(at.moment), DURATION)
    being_found = any(classify(rule, since) is Position.BELOW_USUAL for rule in sure)
    return Phase.TITRATION if being_found else Phase.MAINTENANCE


def classify(limit: Limit, value: Quantity) -> Position:
    """Where `value` lies; the bounds themselves belong to the range inside them, unless the rule says otherwise."""
    rail = limit.guardrail

    def beyond(lower: Quantity | None, higher: Quantity | None) -> bool:
        if lower is None or higher is None:
            return False
        return lower < higher or (limit.bounds_outside and lower == higher)

    if beyond(value, rail.absolute_minimum):
        return Position.BELOW_POSSIBLE
    if beyond(rail.absolute_maximum, value):
        return Position.ABOVE_POSSIBLE
    if beyond(value, rail.recommended_minimum):
        return Position.BELOW_USUAL
    if beyond(rail.recommended_maximum, value):
        return Position.ABOVE_USUAL
    return Position.USUAL


def rules_for(
    library: Library,
    quantity: LimitQuantity,
    patient: Patient,
    pump: Pump | None = None,
    phase: Phase | None = None,
) -> tuple[tuple[Limit, ...], tuple[Limit, ...]]:
    """The rules that hold for sure, and those of which it cannot be said."""
    sure: list[Limit] = []
    unsure: list[Limit] = []
    for limit in library.limits:
        if limit.quantity is not quantity or (pump is not None and not limit.applies_to_pump(pump)):
            continue
        everywhere_or_here = limit.jurisdiction in (EVERYWHERE, patient.jurisdiction)
        if not everywhere_or_here and patient.jurisdiction is not None:
            continue
        applies = limit.applies_to(patient.origin, patient.age_years, phase)
        if applies is False:
            continue
        (sure if everywhere_or_here and applies else unsure).append(limit)
    return tuple(sure), tuple(unsure)


def crossings(value: Quantity, rules: Iterable[Limit]) -> tuple[Crossing, ...]:
    """Those of `rules` that `value` crosses, the most serious first."""
    found = (crossing_of(rule, value) for rule in rules)
    return _by_weight(crossing for crossing in found if crossing is not None)


def lighter(severity: Severity) -> Severity:
    """How serious it is to cross a rule that may not hold: never a stop."""
    return {Severity.STOP: Severity.WARNING, Severity.WARNING: Severity.CAUTION}.get(severity, severity)


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


def _perhaps_crossed(possible: Sequence[Sequence[Crossing]], found: Sequence[Crossing]) -> Iterator[Crossing]:
    """On each side what weighs more than `found`, of what each possible patient would cross.

    What every one of them crosses is certain, and as serious as for the least of them. What only some cross is
    not, and weighs less; where it is a mere note it is left out.
    """
    for above in (True, False):
        each = [[crossing for crossing in crossed if crossing.above is above] for crossed in possible]
        heaviest = [crossed[0] for crossed in each if crossed]
        if not heaviest:
            continue
        worst = _by_weight(heaviest)[0]
        offered = replace(worst, severity=lighter(worst.severity), certain=False)
        if len(heaviest) == len(possible):
            least = min(crossing.severity for crossing in heaviest)
            surely = _by_weight(crossing for crossing in heaviest if crossing.severity is least)[0]
            offered = offered if offered.severity > least else surely
        known = [crossing.severity for crossing in found if crossing.above is above]
        if offered.severity > max(known, default=Severity.INFO) or (offered.certain and not known):
            yield offered


def _by_weight(crossed: Iterable[Crossing]) -> tuple[Crossing, ...]:
    """The most serious first; of equals the most trusted, then the one with the widest range."""

    def weight(crossing: Crossing) -> tuple[int, int, Fraction]:
        bound = Fraction(crossing.figure.quantity.magnitude) if crossing.figure is not None else Fraction(0)
        trust = list(Grade).index(crossing.limit.grade)
        return -crossing.severity.rank, trust, -bound if crossing.above else bound

    return tuple(sorted(crossed, key=weight))


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
