"""Is the step from one daily dose to the next one that the published rules know?"""

from collections.abc import Iterator

from itbcalc.compute.titration_step import dose_change
from itbcalc.judge.findings import Finding, FindingCode, FindingValue, Values
from itbcalc.judge.guardrails import Crossing, Rules
from itbcalc.library.records import LimitQuantity
from itbcalc.quantities.kinds import DailyDose, as_percentage


def step_findings(
    current_dose: DailyDose, new_dose: DailyDose, rules: Rules, place: str
) -> Iterator[Finding]:
    """The findings of one step: its size, or that no rule is known to hold it against."""
    change = dose_change(current_dose, new_dose).value
    values: Values = {"old": current_dose, "new": new_dose, "change": change}
    rising = change.magnitude > 0
    size = size_finding(current_dose, new_dose, rules, place)
    if size is not None:
        yield size
    elif rising and not any(rules.applying(LimitQuantity.DOSE_INCREASE)):
        yield Finding(code=FindingCode.STEP_LIMIT_NOT_KNOWN, place=place, values=values)


def multiplied_finding(
    old: DailyDose, new: DailyDose, rules: Rules, place: str, **said: FindingValue
) -> Finding | None:
    """The step that is a slip whatever the drug: twice the dose and more, or half of it and less.

    Both doses must be above zero. `said` goes into the values of the finding.
    """
    change = dose_change(old, new).value
    values = {"old": old, "new": new, "change": change, **said}
    for crossing in rules.crossed(LimitQuantity.DOSE_MULTIPLE, as_percentage(new / old))[:1]:
        return crossing.finding(FindingCode.DOSE_MULTIPLIED, place, values)
    return None


def size_finding(current_dose: DailyDose, new_dose: DailyDose, rules: Rules, place: str) -> Finding | None:
    """The step against the published steps: the most serious rule it crosses."""
    change = dose_change(current_dose, new_dose).value
    rising = change.magnitude > 0
    size = change if rising else as_percentage(-change)
    quantity = LimitQuantity.DOSE_INCREASE if rising else LimitQuantity.DOSE_DECREASE
    values: Values = {"old": current_dose, "new": new_dose, "change": change}
    crossed = rules.crossed(quantity, size)
    return crossed[0].finding(_step_code(crossed[0], rising=rising), place, values) if crossed else None


def _step_code(crossing: Crossing, *, rising: bool) -> FindingCode:
    if not rising:
        return FindingCode.DOSE_DECREASE_LARGE
    if not crossing.above:
        return FindingCode.DOSE_STEP_BELOW_USUAL
    return FindingCode.DOSE_STEP_ABOVE_LABEL if crossing.certain else FindingCode.DOSE_STEP_MAYBE_ABOVE_LABEL
