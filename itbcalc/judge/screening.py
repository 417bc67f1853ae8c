"""Which first dose does the label's own arithmetic give after a screening trial, and was the trial as it is published?"""

import itertools
from collections.abc import Iterator

from itbcalc.compute.calculation import Calculation
from itbcalc.judge.findings import Finding, FindingCode, FindingValue
from itbcalc.judge.guardrails import Rules, crossing_of, rules_of
from itbcalc.library.records import Figure, Library, Limit, LimitQuantity
from itbcalc.program import Program
from itbcalc.program.records import ScreeningBolus
from itbcalc.quantities.kinds import DURATION, DailyDose, as_duration, exactly

TWICE, ONCE = 2, 1


def label_multiples(program: Program, library: Library) -> tuple[int, ...]:
    """How many times the effective bolus the label takes, the least first; several where it cannot be said.

    Twice; once after an adverse reaction, or where the effect lasted longer than the hours of the label. Where these are
    not known of the jurisdiction, or none is said, those of every label count.
    """
    bolus = program.effective_bolus
    if bolus is None:
        return ()
    if bolus.adverse_reaction:
        return (ONCE,)
    if bolus.effect is None:
        return (ONCE, TWICE)
    lasted = {crossing_of(rule, bolus.effect) is not None for rule in _hours_of_labels(program, library)}
    return tuple(sorted(ONCE if longer else TWICE for longer in lasted))


def _hours_of_labels(program: Program, library: Library) -> tuple[Limit, ...]:
    sure, unsure = rules_of(program, library).applying(LimitQuantity.SCREENING_EFFECT)
    of_any = tuple(rule for rule in library.limits if rule.quantity is LimitQuantity.SCREENING_EFFECT)
    return sure or unsure or of_any


def first_dose_findings(
    program: Program, calculation: Calculation, new_dose: DailyDose, rules: Rules
) -> Iterator[Finding]:
    """A first dose beside the label's own arithmetic, and what of the screening trial speaks against that."""
    place = "new.daily_dose"
    values: dict[str, FindingValue] = {"new": new_dose}
    by_label = [worked.value for worked in calculation.label_first_doses]
    bolus = program.effective_bolus
    if bolus is None or not by_label:
        code = FindingCode.SCREENING_WITHOUT_EFFECT if program.screening else FindingCode.FIRST_DOSE
        yield Finding(code=code, place=place, values=values)
    else:
        values |= {"bolus": bolus.dose, "least": by_label[0], "most": by_label[-1]}
        above = new_dose > by_label[-1]
        code = FindingCode.FIRST_DOSE_ABOVE_LABEL if above else FindingCode.FIRST_DOSE_BY_LABEL
        yield Finding(code=code, place=place, values=values, figure=_figure_of_label(program, rules.library))
    for number, given in enumerate(program.screening, start=1):
        for crossing in rules.crossed(LimitQuantity.BOLUS_DOSE, given.dose)[:1]:
            yield crossing.finding(
                FindingCode.BOLUS_ABOVE_LIMIT, f"screening.boluses.{number}.dose", {"bolus": given.dose}
            )
    yield from _too_close(program.screening, rules)
    yield from _still_working(program, rules)


def _still_working(program: Program, rules: Rules) -> Iterator[Finding]:
    """Boluses of the trial whose effect is not over as the therapy begins; where it was not said, within the hours of the label."""
    at = program.reservoir.at
    if at is None:
        return
    for number, given in enumerate(program.screening, start=1):
        since = exactly(given.at.days_until(at.moment), DURATION)
        place = f"screening.boluses.{number}.effect"
        values: dict[str, FindingValue] = {"bolus": given.dose, "since": since}
        if given.effect is not None:
            if since < given.effect:
                values["effect"] = given.effect
                yield Finding(code=FindingCode.SCREENING_STILL_WORKS, place=place, values=values)
        elif any(
            since < figure.quantity
            for rule in _hours_of_labels(program, rules.library)
            for figure in rule.figures
        ):
            yield Finding(code=FindingCode.SCREENING_STILL_WORKS, place=place, values=values, certain=False)


def _figure_of_label(program: Program, library: Library) -> Figure | None:
    """The hours of the label: of the patient's jurisdiction, or the first of those that may be meant."""
    figures = [figure for rule in _hours_of_labels(program, library) for figure in rule.figures]
    return figures[0] if figures else None


def _too_close(screening: tuple[ScreeningBolus, ...], rules: Rules) -> Iterator[Finding]:
    for number, (earlier, later) in enumerate(itertools.pairwise(screening), start=2):
        gap = as_duration(exactly(earlier.at.days_until(later.at.moment), DURATION))
        for crossing in rules.crossed(LimitQuantity.TIME_BETWEEN_SCREENING, gap)[:1]:
            yield crossing.finding(
                FindingCode.SCREENING_BOLUSES_CLOSE, f"screening.boluses.{number}.at", {"gap": gap}
            )
