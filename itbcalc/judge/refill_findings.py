"""Did the reservoir deliver what it should have, by what was drawn off at the refill?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from itbcalc.judge.findings import Finding, FindingCode, FindingValue
from itbcalc.judge.guardrails import Rules, crossings
from itbcalc.library.records import Bound, Limit, LimitQuantity, Severity
from itbcalc.quantities.kinds import Ratio, Volume, as_percentage, as_volume


@dataclass(frozen=True, slots=True)
class Residual:
    """What was drawn off against what should have been left; `ratio` is delivered over programmed, above zero."""

    filled: Volume
    aspirated: Volume
    expected: Volume
    ratio: Ratio


def residual_findings(residual: Residual, rules: Rules) -> Iterator[Finding]:
    """The ratio against the accuracy of the pump, and against one half and two; nothing within the reading error.

    Where the pump is not known, what is beyond the accuracy of every one that is published is certain, what is beyond some
    of them is not.
    """
    reading = reading_error(rules)
    difference = as_volume(abs(residual.aspirated - residual.expected))
    if reading is not None and difference <= 2 * reading:
        return
    sure, _ = rules.applying(LimitQuantity.DELIVERED_RATIO)
    ratio = as_percentage(residual.ratio)
    grave = [crossing for crossing in crossings(ratio, sure) if crossing.severity is Severity.STOP]
    accuracies = [rule for rule in sure if not _may_stop(rule)]
    beyond = list(crossings(ratio, accuracies))
    for crossing in [*grave, *beyond][:1]:
        known = _on_side(accuracies, above=crossing.above)
        certain = bool(grave) or rules.pump is not None or len(beyond) == len(known)
        values: dict[str, FindingValue] = {
            "ratio": residual.ratio,
            "expected": residual.expected,
            "aspirated": residual.aspirated,
        }
        if known:
            values["accuracy"] = ", ".join(known)
        code = FindingCode.DELIVERED_TOO_MUCH if crossing.above else FindingCode.DELIVERED_TOO_LITTLE
        yield replace(crossing, certain=certain).finding(code, "delivered_ratio", values)


def reading_error(rules: Rules) -> Volume | None:
    """How far one reading of a syringe may be off."""
    sure, _ = rules.applying(LimitQuantity.READING_ERROR)
    figures = [figure for rule in sure for figure in rule.figures]
    return as_volume(figures[0].quantity) if figures else None


def _may_stop(rule: Limit) -> bool:
    return rule.guardrail.absolute_minimum is not None or rule.guardrail.absolute_maximum is not None


def _on_side(rules: Sequence[Limit], *, above: bool) -> list[str]:
    """What is published of the accuracy on one side, each with whose it is: `114.5 % (SynchroMed II)`."""
    bound = Bound.RECOMMENDED_MAXIMUM if above else Bound.RECOMMENDED_MINIMUM
    figures = [(rule, rule.figure(bound)) for rule in rules]
    return [f"{figure.text} ({rule.title})" for rule, figure in figures if figure is not None]
