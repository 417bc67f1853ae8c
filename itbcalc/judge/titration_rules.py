"""Is the step from one daily dose to the next one that the published rules know?"""

from collections.abc import Iterator

from itbcalc.judge.findings import Finding, FindingCode, Values
from itbcalc.judge.guardrails import Crossing, Rules
from itbcalc.library.records import LimitQuantity
from itbcalc.quantities.kinds import DailyDose, Percentage, as_daily_dose, as_percentage

# A step to five times the dose or a fifth of it is a slip of the point or the unit, not a titration: the point moved
# by one in a dose that was meant to change by up to 50 % ends between 5 and 15 times.
# Derived from the accident with 24 times the dose (docs/hazards.md, H02), not from a label.
_MULTIPLIED = 5


def step_findings(
    current_dose: DailyDose, new_dose: DailyDose, change: Percentage, rules: Rules, place: str
) -> Iterator[Finding]:
    """The findings of one step: its size, and whether the need grows more than tolerance explains."""
    values: Values = {"old": current_dose, "new": new_dose, "change": change}
    rising = change.magnitude > 0
    yield from multiplied_findings(current_dose, new_dose, change, place)
    size = size_finding(current_dose, new_dose, change, rules, place)
    if size is not None:
        yield size
    elif rising and not any(rules.applying(LimitQuantity.DOSE_INCREASE)):
        yield Finding(code=FindingCode.STEP_LIMIT_NOT_KNOWN, place=place, values=values)
    if rising:
        gained = as_daily_dose(new_dose - current_dose)
        for crossing in rules.crossed(LimitQuantity.DOSE_RISE_PER_YEAR, gained)[:1]:
            yield crossing.finding(FindingCode.SUDDEN_LARGE_NEED, place, {**values, "gained": gained})


def multiplied_findings(
    current_dose: DailyDose, new_dose: DailyDose, change: Percentage, place: str
) -> Iterator[Finding]:
    """The step that no drug and no rule knows: five times the dose and more, or a fifth of it and less."""
    if new_dose >= _MULTIPLIED * current_dose or current_dose >= _MULTIPLIED * new_dose:
        values: Values = {"old": current_dose, "new": new_dose, "change": change}
        yield Finding(
            code=FindingCode.DOSE_MULTIPLIED, place=place, values=values, above=new_dose > current_dose
        )


def size_finding(
    current_dose: DailyDose, new_dose: DailyDose, change: Percentage, rules: Rules, place: str
) -> Finding | None:
    """The step against the labelled steps: the most serious rule it crosses."""
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
