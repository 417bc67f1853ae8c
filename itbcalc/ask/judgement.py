"""What deserves attention in the answer to a quick question, held against the library?

No patient and no pump is known here: a rule that depends on one is reported as perhaps crossed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from itbcalc.ask.questions import Answer
from itbcalc.compute.titration_step import dose_change
from itbcalc.judge.findings import Finding, FindingCode, Values
from itbcalc.judge.guardrails import Rules, beyond_any_pump, crossings
from itbcalc.judge.titration_rules import multiplied_findings, size_finding
from itbcalc.library.records import Library, Limit, LimitQuantity, Severity
from itbcalc.program import Patient
from itbcalc.quantities.kinds import Volume, as_percentage, as_volume
from itbcalc.quantities.units import Quantity

_DOSE_OPERANDS = ("daily dose", "new dose", "old dose", "bridge dose")


@dataclass(frozen=True, slots=True)
class Judgement:
    """An answer with its findings, and the library they were held against."""

    answer: Answer
    library: Library


def judged(answer: Answer, library: Library) -> Judgement:
    """`answer` with what the library has to say about its results."""
    rules = Rules(library, Patient())
    found = (
        *answer.findings,
        *_flow_findings(answer, library),
        *_step_findings(answer, rules),
        *_residual_findings(answer, rules),
        *_dose_findings(answer, rules),
    )
    return Judgement(replace(answer, findings=found), library)


def _flow_findings(answer: Answer, library: Library) -> Iterator[Finding]:
    for name in ("flow_rate", "flow_rate_with_patient_boluses", "bridge_flow_rate"):
        flow = answer.results.get(name)
        finding = beyond_any_pump(library, flow) if isinstance(flow, Quantity) else None
        if finding is not None:
            yield replace(finding, place=name)
            return


def _dose_findings(answer: Answer, rules: Rules) -> Iterator[Finding]:
    """The highest daily dose asked about or answered, where it lies above what is reported of anyone."""
    asked = [
        quantity for step in answer.working for name, quantity in step.operands if name in _DOSE_OPERANDS
    ]
    answered = answer.results.get("daily_dose")
    doses = [*asked, answered] if isinstance(answered, Quantity) else asked
    if not doses:
        return
    dose = max(doses)
    for crossing in rules.crossed(LimitQuantity.DAILY_DOSE, dose)[:1]:
        if crossing.above and crossing.severity >= Severity.WARNING:
            yield crossing.finding(FindingCode.DOSE_ABOVE_LIMIT, "dose", {"dose": dose})


def _step_findings(answer: Answer, rules: Rules) -> Iterator[Finding]:
    """Each step of a titration is held against the step limits, not the overall change; all are alike."""
    if answer.step is not None:
        old, new = answer.step
        change = dose_change(old, new).value
        yield from multiplied_findings(old, new, change, "daily_dose")
        finding = size_finding(old, new, change, rules, "daily_dose")
        if finding is not None:
            yield finding


def _residual_findings(answer: Answer, rules: Rules) -> Iterator[Finding]:
    ratio, difference = answer.results.get("delivered_ratio"), answer.results.get("difference")
    expected, delivered = answer.results.get("expected_volume"), answer.results.get("delivered_volume")
    if not (
        isinstance(ratio, Quantity)
        and isinstance(difference, Quantity)
        and isinstance(expected, Quantity)
        and isinstance(delivered, Quantity)
    ):
        return
    if expected.magnitude < 0 or delivered.magnitude < 0:
        return  # stopped already: what follows from such volumes says nothing
    aspirated = as_volume(expected + difference)
    filled = as_volume(aspirated + delivered)
    values: Values = {"ratio": ratio, "expected": expected, "aspirated": aspirated}
    offered = (
        (LimitQuantity.DELIVERED_RATIO, as_percentage(ratio), "delivered_ratio"),
        (LimitQuantity.REFILL_DISCREPANCY, as_volume(abs(difference)), "difference"),
    )
    for quantity, value, place in offered:
        sure, unsure = rules.applying(quantity)
        could_be = [rule for rule in (*sure, *unsure) if _holds(rule, filled)]
        for crossing in crossings(value, could_be)[:1]:  # of which pump it is, nothing else is known
            code = FindingCode.REFILL_DISCREPANCY
            if quantity is LimitQuantity.DELIVERED_RATIO:
                code = FindingCode.DELIVERED_TOO_MUCH if crossing.above else FindingCode.DELIVERED_TOO_LITTLE
            yield crossing.finding(code, place, values)


def _holds(rule: Limit, filled: Volume) -> bool:
    """Whether the rule may be of a pump that holds what was filled."""
    return rule.reservoir_up_to is None or filled <= rule.reservoir_up_to
