"""Did the reservoir deliver what it should have, by what was drawn off at the refill?"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.reservoir import delivered_ratio_by_reading
from itbcalc.judge.figures import accuracy_below
from itbcalc.judge.findings import Finding, FindingCode, FindingValue
from itbcalc.judge.guardrails import Rules, crossings, rules_of
from itbcalc.library.records import Bound, Figure, Library, Limit, LimitQuantity, Pump, Severity
from itbcalc.program import Program
from itbcalc.quantities.display import shown
from itbcalc.quantities.kinds import (
    PERCENTAGE,
    Duration,
    Percentage,
    Ratio,
    Volume,
    as_percentage,
    as_volume,
    exactly,
)
from itbcalc.quantities.units import Quantity

_PLACE = "delivered_ratio"


class Residual(Struct, frozen=True):
    """What was drawn off against what should have been left; `ratio` is delivered over programmed, above zero.

    `dry_after` is how long after the fill all that left was to be delivered, and `without_drug` the time since then; None
    where that is not over, or not known.
    """

    filled: Volume
    aspirated: Volume
    expected: Volume
    ratio: Ratio
    dry_after: Duration | None = None
    without_drug: Duration | None = None


def was_empty(aspirated: Volume, rules: Rules) -> bool:
    """Whether nothing was left that can be pumped, as far as a syringe can be read.

    Then the pump may have run dry, nobody knows since when, and a ratio is the least.
    """
    stays, reading = stays_in_pump(rules), reading_error(rules)
    stays = stays if reading is None or stays is None else as_volume(stays + reading)
    highest = reading if stays is None else stays
    return not aspirated.magnitude if highest is None else bool(aspirated <= highest)


def stays_in_pump(rules: Rules) -> Volume | None:
    """The residual volume, which cannot be pumped; None where the pump, or that of it, is not known."""
    pump = rules.pump
    return None if pump is None or pump.residual_volume is None else as_volume(pump.residual_volume.quantity)


def run_dry_values(
    filled: Volume, aspirated: Volume, empty: Duration, without: Duration, rules: Rules
) -> Mapping[str, FindingValue]:
    """Of a reservoir that was to be empty `empty` after the fill; how long `without` drug only where it was found so."""
    values: dict[str, FindingValue] = {"filled": filled, "aspirated": aspirated, "empty": empty}
    if was_empty(aspirated, rules):
        values["without"] = without
    return values | _staying(aspirated, rules)


def _staying(aspirated: Volume, rules: Rules) -> dict[str, FindingValue]:
    """The residual volume, where it is known and more was drawn off than may be none."""
    stays, reading = stays_in_pump(rules), reading_error(rules)
    is_nothing = not aspirated.magnitude or (reading is not None and aspirated <= reading)
    return {} if stays is None or is_nothing else {"residual": stays}


def residual_findings(residual: Residual, rules: Rules) -> Iterator[Finding]:
    """What the volume drawn off tells: of a reservoir found empty above all that, with the accuracy it is beyond at least."""
    found = list(_by_accuracy(residual, rules))
    left_over = residual.aspirated.magnitude - residual.expected.magnitude
    if not was_empty(residual.aspirated, rules) or abs(left_over) <= two_readings(rules):
        yield from found
        return
    values = {
        **_values(residual, ()),
        **_staying(residual.aspirated, rules),
        "ratio": _least_ratio(residual, rules),
    }
    if left_over > 0 and residual.dry_after is not None and residual.without_drug is not None:
        values |= {"empty": residual.dry_after, "without": residual.without_drug}
    empty = Finding(code=FindingCode.FOUND_EMPTY, place=_PLACE, values=values, above=left_over < 0)
    yield replace(found[0], code=empty.code, values={**found[0].values, **values}) if found else empty


def _least_ratio(residual: Residual, rules: Rules) -> Ratio:
    reading, volumes = reading_error(rules), (residual.filled, residual.aspirated, residual.expected)
    return residual.ratio if reading is None else delivered_ratio_by_reading(*volumes, reading)[0].value


def _by_accuracy(residual: Residual, rules: Rules) -> Iterator[Finding]:
    """The ratio against the accuracy of the pump, and against one half and two; nothing within the reading error.

    A pump of which no rule speaks is held against the accuracy that is its own; where that is not known either, it is said.
    Where the pump is not known, what is beyond the accuracy of every one that is published is certain, what is beyond some
    of them is not.
    """
    if abs(residual.aspirated.magnitude - residual.expected.magnitude) <= two_readings(rules):
        return
    sure, _ = rules.applying(LimitQuantity.DELIVERED_RATIO)
    ratio = as_percentage(residual.ratio)
    grave = [crossing for crossing in crossings(ratio, sure) if crossing.severity is Severity.STOP]
    accuracies = [rule for rule in sure if not _may_stop(rule)]
    beyond = list(crossings(ratio, accuracies))
    pump = rules.pump if not accuracies else None
    if pump is not None and not grave:
        yield from _by_own_accuracy(residual, pump)
    for crossing in [*grave, *beyond][:1]:
        known = _on_side(accuracies, above=crossing.above) or _of_pump(pump, above=crossing.above)
        certain = bool(grave) or rules.pump is not None or len(beyond) == len(known)
        code, values = _code(above=crossing.above), _values(residual, known)
        yield replace(crossing, certain=certain).finding(code, _PLACE, values)


def accepted_ratios(rules: Rules) -> tuple[Percentage | None, Percentage | None]:
    """The lowest and the highest ratio within the accuracy of the pump; None where it, or the pump, is not known."""
    if rules.pump is None:
        return None, None
    sure, _ = rules.applying(LimitQuantity.DELIVERED_RATIO)
    accuracies = [rule for rule in sure if not _may_stop(rule)]
    return (
        _accepted(accuracies, rules.pump, above=False),
        _accepted(accuracies, rules.pump, above=True),
    )


def _accepted(accuracies: Sequence[Limit], pump: Pump, *, above: bool) -> Percentage | None:
    bound = Bound.RECOMMENDED_MAXIMUM if above else Bound.RECOMMENDED_MINIMUM
    published = [figure.quantity for rule in accuracies if (figure := rule.figure(bound)) is not None]
    if published:
        return as_percentage(min(published) if above else max(published))
    own = None if accuracies else _own_accuracy(pump, above=above)
    return None if own is None else as_percentage(_allowed(own, above=above))


def _by_own_accuracy(residual: Residual, pump: Pump) -> Iterator[Finding]:
    """The ratio against the accuracy that was typed of this pump or stands in its profile."""
    above = residual.ratio.magnitude > 1
    figure = _own_accuracy(pump, above=above)
    if figure is None:
        values = {**_values(residual, ()), "pump": pump.name}
        yield Finding(code=FindingCode.ACCURACY_NOT_KNOWN, place=_PLACE, values=values, above=above)
        return
    ratio, bound = as_percentage(residual.ratio), _allowed(figure, above=above)
    if (ratio > bound) if above else (ratio < bound):
        values = _values(residual, _of_pump(pump, above=above))
        source = figure if figure.sources else None  # typed for this question alone
        yield Finding(code=_code(above=above), place=_PLACE, values=values, figure=source, above=above)


def _values(residual: Residual, accuracy: Sequence[str]) -> dict[str, FindingValue]:
    values: dict[str, FindingValue] = {
        "ratio": residual.ratio,
        "expected": residual.expected,
        "aspirated": residual.aspirated,
    }
    return values | ({"accuracy": ", ".join(accuracy)} if accuracy else {})


def _code(*, above: bool) -> FindingCode:
    return FindingCode.DELIVERED_TOO_MUCH if above else FindingCode.DELIVERED_TOO_LITTLE


def _own_accuracy(pump: Pump, *, above: bool) -> Figure | None:
    return pump.accuracy if above else accuracy_below(pump)


def _allowed(accuracy: Figure, *, above: bool) -> Quantity:
    """The ratio that is still within an accuracy: 114.5 % or 85.5 % of one of 14.5 %."""
    whole = exactly(100, PERCENTAGE)
    return whole + accuracy.quantity if above else whole - accuracy.quantity


def _of_pump(pump: Pump | None, *, above: bool) -> list[str]:
    """The same as `_on_side`, of a pump's own accuracy."""
    figure = None if pump is None else _own_accuracy(pump, above=above)
    if pump is None or figure is None:
        return []
    bound = shown(_allowed(figure, above=above))
    return [f"{bound} ({pump.name})" if pump.name else bound]


def reading_error(rules: Rules) -> Volume | None:
    """How far one reading of a syringe may be off."""
    sure, _ = rules.applying(LimitQuantity.READING_ERROR)
    figures = [figure for rule in sure for figure in rule.figures]
    return as_volume(figures[0].quantity) if figures else None


def nothing_drawn_off(program: Program, library: Library) -> bool:
    """Whether it is said what was drawn off at the refill, and that is nothing, as far as a syringe can be read."""
    drawn_off = program.refill.drawn_off if program.refill is not None else None
    if drawn_off is None:
        return False
    error = reading_error(rules_of(program, library))
    return error is not None and drawn_off <= error


def two_readings(rules: Rules) -> Fraction:
    """How far two readings of a volume may lie apart and still be of the same one, in mL; nothing where no error is known."""
    reading = reading_error(rules)
    return Fraction(0) if reading is None else 2 * Fraction(reading.magnitude)


def _may_stop(rule: Limit) -> bool:
    return rule.guardrail.absolute_minimum is not None or rule.guardrail.absolute_maximum is not None


def _on_side(rules: Sequence[Limit], *, above: bool) -> list[str]:
    """What is published of the accuracy on one side, each with whose it is: `114.5 % (SynchroMed II)`."""
    bound = Bound.RECOMMENDED_MAXIMUM if above else Bound.RECOMMENDED_MINIMUM
    figures = [(rule, rule.figure(bound)) for rule in rules]
    return [f"{figure.text} ({rule.title})" for rule, figure in figures if figure is not None]
