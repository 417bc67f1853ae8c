"""Is the step from one daily dose to the next, or from none, one that the published rules know?"""

from collections.abc import Iterator

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.titration_step import dose_change
from itbcalc.judge.findings import Finding, FindingCode, FindingValue, Values
from itbcalc.judge.guardrails import Crossing, Rules
from itbcalc.judge.screening import first_dose_findings
from itbcalc.library.records import LimitQuantity
from itbcalc.program import Program
from itbcalc.quantities.kinds import DURATION, DailyDose, Duration, as_duration, as_percentage, exactly


def step_findings(
    current_dose: DailyDose, new_dose: DailyDose, rules: Rules, place: str
) -> Iterator[Finding]:
    """The findings of one step: its size, or that no rule is known to hold it against."""
    change = dose_change(current_dose, new_dose).value
    values: Values = {"old": current_dose, "new": new_dose, "change": change}
    size = size_finding(current_dose, new_dose, rules, place)
    if size is not None:
        yield size
    elif new_dose > current_dose and not any(rules.applying(LimitQuantity.DOSE_INCREASE)):
        yield Finding(code=FindingCode.STEP_LIMIT_NOT_KNOWN, place=place, values=values)


def beginning_findings(
    program: Program, calculation: Calculation, new_dose: DailyDose, rules: Rules | None
) -> Iterator[Finding]:
    """The findings of a dose after none: a first dose, or a restart after a stop; without `rules` no dose is judged."""
    place = "new.daily_dose"
    values: dict[str, FindingValue] = {"new": new_dose}
    too_high = None if rules is None else high_beginning(program, new_dose, rules, place)
    if not program.is_first_dose:
        yield too_high or Finding(code=FindingCode.RESTART_AFTER_STOP, place=place, values=values)
        return
    if rules is None:
        yield Finding(code=FindingCode.FIRST_DOSE, place=place, values=values)
    else:
        yield from first_dose_findings(program, calculation, new_dose, rules)
    if too_high is not None:
        yield too_high


def high_beginning(program: Program, dose: DailyDose, rules: Rules, place: str) -> Finding | None:
    """A dose after none above the highest starting dose reported; after a short stop none is too high."""
    values: dict[str, FindingValue] = {"new": dose}
    crossing = rules.gravest(LimitQuantity.STARTING_DOSE, dose)
    if crossing is None:
        return None
    if program.is_first_dose:
        code = FindingCode.FIRST_DOSE_HIGH
        return Finding(code=code, place=place, values=values, figure=crossing.figure)
    stopped = _stopped_for(program)
    if stopped is not None and not rules.crossed(LimitQuantity.TIME_STOPPED, stopped):
        return None
    if stopped is not None:
        values["stopped"] = stopped
    return crossing.finding(FindingCode.RESTART_ABOVE_STARTING_DOSE, place, values)


def _stopped_for(program: Program) -> Duration | None:
    """How long the pump has stood, where the last change is said: the one that stopped it."""
    last, at = program.patient.last_change, program.reservoir.at
    if last is None or at is None:
        return None
    return as_duration(exactly(last.days_until(at.moment), DURATION))


def multiplied_finding(
    current_dose: DailyDose, new_dose: DailyDose, rules: Rules, place: str, **said: FindingValue
) -> Finding | None:
    """The step that is a slip whatever the drug: twice the dose and more, or half of it and less.

    Both doses must be above zero. `said` goes into the values of the finding.
    """
    change = dose_change(current_dose, new_dose).value
    values = {"old": current_dose, "new": new_dose, "change": change, **said}
    crossing = rules.gravest(LimitQuantity.DOSE_MULTIPLE, as_percentage(new_dose / current_dose))
    return None if crossing is None else crossing.finding(FindingCode.DOSE_MULTIPLIED, place, values)


def size_finding(current_dose: DailyDose, new_dose: DailyDose, rules: Rules, place: str) -> Finding | None:
    """The step against the published steps: the most serious rule it crosses."""
    change = dose_change(current_dose, new_dose).value
    rising = new_dose > current_dose
    size = change if rising else as_percentage(-change)
    quantity = LimitQuantity.DOSE_INCREASE if rising else LimitQuantity.DOSE_DECREASE
    values: Values = {"old": current_dose, "new": new_dose, "change": change}
    crossing = rules.gravest(quantity, size)
    return None if crossing is None else crossing.finding(_step_code(crossing, rising=rising), place, values)


def _step_code(crossing: Crossing, *, rising: bool) -> FindingCode:
    if not rising:
        return FindingCode.DOSE_DECREASE_LARGE
    if not crossing.above:
        return FindingCode.DOSE_STEP_BELOW_USUAL
    return FindingCode.DOSE_STEP_ABOVE_LABEL if crossing.certain else FindingCode.DOSE_STEP_MAYBE_ABOVE_LABEL
