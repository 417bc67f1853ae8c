"""What deserves attention in the answer to a quick question, held against the library?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from itbcalc.findings import Finding, FindingCode
from itbcalc.guardrails import beyond_any_pump, crossings, rules_for
from itbcalc.library.records import Library, Limit, LimitQuantity
from itbcalc.program import Patient
from itbcalc.quantities.kinds import PERCENTAGE, as_percentage, as_volume, exactly
from itbcalc.quantities.units import Quantity
from itbcalc.questions import Answer

_NOBODY = Patient()


@dataclass(frozen=True, slots=True)
class Judgement:
    """An answer with its findings, and the library they were held against."""

    answer: Answer
    library: Library


def judged(answer: Answer, library: Library) -> Judgement:
    """`answer` with what the library has to say about its results.

    No patient is known here: a rule that depends on one is reported as perhaps crossed.
    """
    found = (
        *answer.findings,
        *_flow_findings(answer, library),
        *_step_findings(answer, library),
        *_residual_findings(answer, library),
    )
    return Judgement(replace(answer, findings=found), library)


def _flow_findings(answer: Answer, library: Library) -> Iterator[Finding]:
    for name in ("flow_rate", "flow_rate_with_patient_boluses", "bridge_flow_rate"):
        flow = answer.results.get(name)
        finding = beyond_any_pump(library, flow) if isinstance(flow, Quantity) else None
        if finding is not None:
            yield replace(finding, place=name)
            return


def _step_findings(answer: Answer, library: Library) -> Iterator[Finding]:
    """Each step of a titration is held against the step limits, not the overall change."""
    steps = answer.results.get("steps")
    if not isinstance(steps, tuple):
        return
    step = answer.working[0]
    operands = dict(step.operands)
    old, new = operands.get("old dose", operands.get("daily dose")), steps[0]
    assert old is not None
    change = as_percentage((new - old) / old)
    rising = change.magnitude > 0
    sure, unsure = rules_for(
        library, LimitQuantity.DOSE_INCREASE if rising else LimitQuantity.DOSE_DECREASE, _NOBODY
    )
    size = change if rising else as_percentage(-change)
    for crossing in crossings(size, sure, unsure)[:1]:
        code = FindingCode.DOSE_DECREASE_LARGE
        if rising:
            code = (
                FindingCode.DOSE_STEP_ABOVE_LABEL
                if crossing.certain
                else FindingCode.DOSE_STEP_MAYBE_ABOVE_LABEL
            )
            code = code if crossing.above else FindingCode.DOSE_STEP_BELOW_USUAL
        yield Finding(
            code=code,
            place="daily_dose",
            values={"old": old, "new": new, "change": change, "size": size},
            limit=crossing.limit,
            figure=crossing.figure,
            above=crossing.above,
        )


def _residual_findings(answer: Answer, library: Library) -> Iterator[Finding]:
    ratio, difference = answer.results.get("delivered_ratio"), answer.results.get("difference")
    if not isinstance(ratio, Quantity) or not isinstance(difference, Quantity):
        return
    expected = answer.results["expected_volume"]
    assert isinstance(expected, Quantity)
    if expected.magnitude < 0:
        return
    percent = exactly(Fraction(ratio.magnitude) * 100, PERCENTAGE)
    values = {"ratio": ratio, "expected": expected, "aspirated": as_volume(expected + difference)}
    for crossing in crossings(percent, (), _pump_rules(library, LimitQuantity.DELIVERED_RATIO))[:1]:
        code = FindingCode.DELIVERED_TOO_MUCH if crossing.above else FindingCode.DELIVERED_TOO_LITTLE
        yield Finding(
            code=code,
            place="delivered_ratio",
            values=values,
            limit=crossing.limit,
            figure=crossing.figure,
            above=crossing.above,
        )
    size = as_volume(abs(difference))
    for crossing in crossings(size, (), _pump_rules(library, LimitQuantity.REFILL_DISCREPANCY))[:1]:
        yield Finding(
            code=FindingCode.REFILL_DISCREPANCY,
            place="difference",
            values=values,
            limit=crossing.limit,
            figure=crossing.figure,
            above=True,
        )


def _pump_rules(library: Library, quantity: LimitQuantity) -> tuple[Limit, ...]:
    """The rules of all pumps: which pump it is, is not asked, so none of them is sure."""
    sure, unsure = rules_for(library, quantity, _NOBODY)
    return (*sure, *unsure)
