"""What deserves attention in a program: each part held against the library, the other parts and the calendar?

The findings come in the order of the parts; `itbcalc.say` orders them by weight.
"""

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from msgspec.structs import replace

from itbcalc.compute.bolus import implanted_length
from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.compute.line import Filling
from itbcalc.compute.reservoir import RefillLimit
from itbcalc.compute.schedule import MinimumRate
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.working import Worked, value_of
from itbcalc.judge.comparing import Compared
from itbcalc.judge.dose_history import early_withdrawal_finding
from itbcalc.judge.figures import marketed_strengths, refill_interval, stability_figure, used_figures
from itbcalc.judge.findings import Finding, FindingCode, FindingValue, Values
from itbcalc.judge.guardrails import Crossing, Rules, beyond_any_pump, out_of_range, rules_of
from itbcalc.judge.refill_findings import nothing_drawn_off, was_empty
from itbcalc.judge.schedule_findings import schedule_findings
from itbcalc.judge.titration_rules import (
    beginning_findings,
    high_beginning,
    multiplied_finding,
    size_finding,
    step_findings,
)
from itbcalc.judge.verdicts import Verdict
from itbcalc.library.records import (
    PUMP_FIGURES,
    Drug,
    Library,
    LimitQuantity,
    MarketedStrength,
    Pump,
    PumpKind,
    figures_named,
)
from itbcalc.program import Program, Reservoir
from itbcalc.quantities.clock import Weekday
from itbcalc.quantities.display import date_text, number_shown
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DURATION,
    RATIO,
    VOLUME,
    Concentration,
    DailyDose,
    Dose,
    Duration,
    FlowRate,
    Volume,
    as_concentration,
    as_daily_dose,
    as_dose,
    as_duration,
    as_flow_rate,
    as_percentage,
    as_volume,
    exactly,
)
from itbcalc.quantities.units import Quantity

_FUTURE_ALLOWED = timedelta(days=1)
_SHORTEST_TRIMMED = Fraction(1, 4)  # of the shortest model: 20 cm do not reach from a pump to the spine
_ONE_DAY = exactly(1, DURATION)
_WITHIN = 50  # half a digit that is coarser than 1 % of what is written proves nothing


def program_findings(
    program: Program,
    calculations: Sequence[Calculation],
    read_outs: Sequence[Compared],
    library: Library,
    now: datetime | None,
) -> Iterator[Finding]:
    """Everything found in `program`. `now` is only for saying that the change lies in the future."""
    calculation, *_ = calculations
    rules = rules_of(program, library)
    outside = list(_of_drugs(program, library))
    yield from outside
    yield from _of_another_drug(program, calculations, library)
    of_schedule = list(schedule_findings(program, calculation, rules))
    too_often = any(_stops_as_too_often(finding) for finding in of_schedule)
    yield from (
        finding
        for finding in _of_step(program, calculation, rules, covered=not outside)
        if not (too_often and finding.code is FindingCode.DOSE_MULTIPLIED)
    )
    yield from _of_timing(program, calculation, rules)
    if not outside:
        yield from _of_dose(calculation.new_therapy, rules)
        yield from _of_age(program, rules)
        yield from _of_concentration(program, calculation.inputs.new_concentration, rules)
    elif calculation.inputs.new_concentration is not None:
        yield from _of_any_concentration(calculation.inputs.new_concentration, rules)
    yield from line_findings(calculations, "bridge" if program.line is None else "line")
    yield from _of_bridge(program, calculations, read_outs, rules, covered=not outside)
    yield from _of_mixture(calculation, rules)
    yield from _of_another_drug_left(program, calculation, library)
    yield from _of_what_was_left(program, calculation, rules)
    yield from _of_a_line_not_said(program)
    if outside:
        yield from _of_uncovered_prime(program, calculations, rules)
    else:
        yield from prime_findings(calculations, rules, "line.prime.volume")
    yield from _of_running_prime(program, calculations, rules)
    yield from of_schedule
    if rules.pump is not None:
        yield from _of_flows(program, calculation, rules.pump, library)
    yield from _of_volumes(program, rules.pump)
    yield from _of_times(program, calculation, library)
    yield from _of_moments(program.reservoir, rules, now)
    yield from _of_vial(program)
    yield from _of_withdrawal(program, rules)
    if rules.pump is not None and "system.tubing_volume" not in program.refused:
        yield from _of_tubing(program.system.tubing_volume, rules.pump)
    if program.system.catheter_volume is not None:
        yield from _of_catheter(program.system.catheter_volume, rules)
    yield from _of_figures(program, library)
    if rules.pump is not None and rules.pump.clinic:
        yield from _of_own_figures(rules.pump, library)


# --- the step


def _stops_as_too_often(finding: Finding) -> bool:
    """Whether a schedule that runs too often is stopped: its totals say how many times the dose that is."""
    hourly = finding.code is FindingCode.BOLUSES_VERY_OFTEN and finding.certain
    return hourly or finding.code is FindingCode.SAME_DOSE_EVERY_HOUR


def _of_drugs(program: Program, library: Library) -> Iterator[Finding]:
    """Drugs whose limits are not known here, before or after."""
    used = {
        f"{place}.drug": therapy.drug
        for place, therapy in (("current", program.current), ("new", program.new))
        if therapy is not None
    }
    named = {drug: place for place, drug in used.items() if not library.drugs[drug].covered}
    for drug, place in named.items():
        yield Finding(
            code=FindingCode.DRUG_NOT_COVERED, place=place, values={"drug": library.drugs[drug].name}
        )


def _of_a_new_drug(program: Program, dose: DailyDose, rules: Rules) -> Iterator[Finding]:
    """Whatever was given before: of the new drug this is a first dose."""
    if program.new is None or not rules.library.drugs[program.new.drug].covered:
        return
    for crossing in rules.crossed(LimitQuantity.STARTING_DOSE, dose)[:1]:
        values = {"new": dose}
        yield Finding(
            code=FindingCode.FIRST_DOSE_HIGH, place="new.daily_dose", values=values, figure=crossing.figure
        )


def _of_another_drug(
    program: Program, calculations: Sequence[Calculation], library: Library
) -> Iterator[Finding]:
    if not program.changes_drug or program.current is None or program.new is None:
        return
    values: Values = {
        "old": library.drugs[program.current.drug].name,
        "new": library.drugs[program.new.drug].name,
    }
    left = any(_may_hold_old_drug(each.inputs) for each in calculations)
    code = FindingCode.OTHER_DRUG_IN_LINE if left else FindingCode.DRUG_CHANGES
    yield Finding(code=code, place="new.drug", values=values)


def _may_hold_old_drug(inputs: Inputs) -> bool:
    """Whether what the line held of before is in it after the prime, whatever its concentration."""
    if Filling.OLD not in (inputs.tubing_holds, inputs.catheter_holds):
        return False
    if inputs.prime_volume is None or inputs.catheter_volume is None:
        return True
    if inputs.tubing_holds is not Filling.OLD:
        return inputs.prime_volume < inputs.catheter_volume
    return inputs.tubing_volume is None or inputs.prime_volume < inputs.catheter_volume + inputs.tubing_volume


def _of_step(program: Program, calculation: Calculation, rules: Rules, *, covered: bool) -> Iterator[Finding]:
    current, new = calculation.real_current_dose, calculation.new_dose
    if current is None or new is None:
        return
    if not current.magnitude:
        if new.magnitude:
            yield from beginning_findings(program, calculation, new, rules if covered else None)
        return
    if program.changes_drug:
        yield from _of_a_new_drug(program, new, rules)
        return
    begins = _begins_although_it_runs(program)
    if begins:
        yield from _of_a_contradicted_beginning(program, calculation, rules if covered else None)
    if isinstance(calculation.inputs.new_schedule, MinimumRate):
        return  # its own finding says what it brings
    if new == current and not begins and _nothing_changes(calculation):
        values = {"old": current, "new": new}
        yield Finding(code=FindingCode.NOTHING_CHANGES, place="new.daily_dose", values=values)
    if new.magnitude:  # that the pump would stop is its own finding
        yield from _of_another_dose(program, calculation, rules, covered=covered)


def _of_another_dose(
    program: Program, calculation: Calculation, rules: Rules, *, covered: bool
) -> Iterator[Finding]:
    """The step from one dose to another, both above zero and of the same drug."""
    current, new = calculation.real_current_dose, calculation.new_dose
    assert current is not None
    assert new is not None
    multiplied = _multiplied(program, calculation, rules)
    if multiplied is not None:
        yield multiplied
        return
    with_boluses = _multiplied_by_boluses(calculation, rules)
    if with_boluses is not None:
        yield with_boluses
    elif covered and (new >= current or size_finding(current, new, rules, "new.daily_dose") is None):
        yield from _cut_of_boluses(calculation, rules)
    highest = calculation.new_therapy.highest_day
    assert highest is not None
    if highest > current:  # of days that differ the highest is the step
        new = highest
    if new != current:
        if covered:
            yield from step_findings(current, new, rules, "new.daily_dose")
        yield from _of_equal_numbers(program, new)


def _begins_although_it_runs(program: Program) -> bool:
    """Whether it is said that the therapy begins with the change, by its first dose or a trial, not by a new system alone.

    A system may be replaced in a therapy that runs.
    """
    said = program.patient.first_dose is not None or bool(program.screening)
    return program.is_first_dose and said


def _of_a_contradicted_beginning(
    program: Program, calculation: Calculation, rules: Rules | None
) -> Iterator[Finding]:
    """A first dose where a therapy is entered as running: one of the two is wrong, so both are judged."""
    old, new = calculation.real_current_dose, calculation.new_dose
    assert old is not None
    assert new is not None
    place = "patient.first_dose" if program.patient.first_dose is not None else "screening"
    yield Finding(code=FindingCode.FIRST_DOSE_OF_RUNNING_THERAPY, place=place, values={"old": old})
    if new.magnitude:
        yield from beginning_findings(program, calculation, new, rules)


def _multiplied(program: Program, calculation: Calculation, rules: Rules) -> Finding | None:
    """The day that differs most from what it was, where one is multiplied; without boluses on top."""
    current, new = calculation.current_therapy, calculation.new_therapy
    said: dict[str, FindingValue] = {}
    if _numbers_are_equal(program):
        said["concentration"] = program.entries["new.concentration"].quantity
    if not (current.differs_by_weekday or new.differs_by_weekday):
        assert current.dose is not None
        assert new.dose is not None
        return multiplied_finding(calculation.really(current.dose), new.dose, rules, "new.daily_dose", **said)
    found = [
        multiplied_finding(
            calculation.really(current_dose), dose, rules, "new.daily_dose", **said, day=str(weekday)
        )
        for weekday, current_dose, dose in zip(Weekday, current.doses_by_day, new.doses_by_day, strict=True)
        if current_dose.magnitude and dose.magnitude
    ]
    return _farthest(found)


def _multiplied_by_boluses(calculation: Calculation, rules: Rules) -> Finding | None:
    """The same with every allotted patient bolus and a single bolus, where there are such."""
    current, new = calculation.current_therapy, calculation.new_therapy
    before, after = current.doses_by_day_with_patient_boluses, new.doses_by_day_with_patient_boluses
    place = "new.patient_bolus"
    if new.dose_in_first_day is not None and new.highest_dose is not None:
        after, place = (new.highest_dose,) * len(after), "new.bolus"
    elif current.patient_bolus is None and new.patient_bolus is None:
        return None
    pairs = dict.fromkeys(zip(before, after, strict=True))
    return _farthest(
        [
            multiplied_finding(calculation.really(current_dose), dose, rules, place)
            for current_dose, dose in pairs
            if current_dose.magnitude and dose.magnitude
        ]
    )


def _cut_of_boluses(calculation: Calculation, rules: Rules) -> Iterator[Finding]:
    """A dose that falls with the patient boluses that are taken away: of days that differ the one that falls most."""
    if calculation.current_therapy.patient_bolus is None:
        return
    before = calculation.current_therapy.doses_by_day_with_patient_boluses
    after = calculation.new_therapy.doses_by_day_with_patient_boluses
    pairs = [(calculation.really(old), new) for old, new in zip(before, after, strict=True) if old.magnitude]
    old, new = min(pairs, key=lambda pair: Fraction(pair[1].magnitude) / Fraction(pair[0].magnitude))
    found = size_finding(old, new, rules, "new.patient_bolus") if new < old else None
    if found is not None:
        yield found


def _farthest(found: Sequence[Finding | None]) -> Finding | None:
    """Of several multiplied doses the one that is farthest from what it was."""

    def times(finding: Finding) -> Fraction:
        old, new = finding.values["old"], finding.values["new"]
        assert isinstance(old, Quantity)
        assert isinstance(new, Quantity)
        return Fraction(max(old, new).magnitude) / Fraction(min(old, new).magnitude)

    return max((finding for finding in found if finding is not None), key=times, default=None)


def _of_equal_numbers(program: Program, dose: DailyDose) -> Iterator[Finding]:
    """The number of the concentration in the field of the dose: a known accident, and sometimes a mere chance."""
    if _numbers_are_equal(program):
        values = {"dose": dose, "concentration": program.entries["new.concentration"].quantity}
        yield Finding(code=FindingCode.DOSE_IS_CONCENTRATION, place="new.daily_dose", values=values)


def _numbers_are_equal(program: Program) -> bool:
    """Whether dose and concentration are the same number, as typed or in mcg."""
    dose, strength = program.entries.get("new.daily_dose"), program.entries.get("new.concentration")
    if dose is None or strength is None:
        return False
    as_typed = Fraction(dose.number_text) == Fraction(strength.number_text)
    return as_typed or dose.quantity.magnitude == strength.quantity.magnitude


def _nothing_changes(calculation: Calculation) -> bool:
    inputs = calculation.inputs
    if inputs.current_really is not None or inputs.speaks_of_line:
        return False
    same_schedule = inputs.current_schedule == inputs.new_schedule
    same_boluses = inputs.current_patient_bolus == inputs.new_patient_bolus
    known = calculation.concentration_ratio is not None
    return known and not calculation.concentration_changes and same_schedule and same_boluses


def _of_timing(program: Program, calculation: Calculation, rules: Rules) -> Iterator[Finding]:
    """An increase before the effect of the earlier dose can be judged."""
    at, change = program.reservoir.at, calculation.dose_change
    if at is None or change is None or change.value.magnitude <= 0:
        return
    patient = program.patient
    raised = "patient.last_change" if patient.last_increase is None else "patient.last_increase"
    since = (
        (
            raised,
            patient.last_change if patient.last_increase is None else patient.last_increase,
            LimitQuantity.TIME_BETWEEN_INCREASES,
            FindingCode.INCREASE_TOO_SOON,
        ),
        (
            "patient.first_dose",
            patient.first_dose,
            LimitQuantity.TIME_SINCE_FIRST_DOSE,
            FindingCode.INCREASE_SOON_AFTER_FIRST_DOSE,
        ),
    )
    for place, earlier, quantity, code in since:
        if earlier is not None:
            gap = exactly(earlier.days_until(at.moment), DURATION)
            for crossing in rules.crossed(quantity, gap)[:1]:
                yield crossing.finding(code, place, {"gap": gap})


# --- dose and concentration


def _of_dose(therapy: TherapyValues, rules: Rules) -> Iterator[Finding]:
    """The daily dose, with every allotted patient bolus where it may be too high."""
    dose, highest = therapy.dose, therapy.highest_dose
    if dose is None or highest is None or not dose.magnitude:
        return
    found = [crossing for crossing in rules.crossed(LimitQuantity.DAILY_DOSE, highest) if crossing.above]
    below = [crossing for crossing in rules.crossed(LimitQuantity.DAILY_DOSE, dose) if not crossing.above]
    for crossing in _one_for_each_side([*found, *below]):
        code = FindingCode.DOSE_ABOVE_LIMIT if crossing.above else FindingCode.DOSE_BELOW_LIMIT
        yield crossing.finding(code, "new.daily_dose", {"dose": highest if crossing.above else dose})


def _of_age(program: Program, rules: Rules) -> Iterator[Finding]:
    """Younger than the drug, or the pump, is labelled for: the rule that asks for the most years is named."""
    years = program.patient.age_years
    if years is not None:
        age = exactly(years, RATIO)
        crossed = [crossing for crossing in rules.crossed(LimitQuantity.AGE, age) if crossing.certain]
        for crossing in crossed[-1:]:
            yield crossing.finding(FindingCode.AGE_BELOW_LABEL, "patient.age_years", {"age": age})


def _one_for_each_side(crossed: Sequence[Crossing]) -> list[Crossing]:
    """The most serious crossing on each side: one dose too high needs one finding, not three."""
    sides: dict[bool, Crossing] = {}
    for crossing in crossed:
        sides.setdefault(crossing.above, crossing)
    return list(sides.values())


def _of_concentration(
    program: Program, concentration: Concentration | None, rules: Rules
) -> Iterator[Finding]:
    if concentration is None:
        return
    above = rules.crossed(LimitQuantity.CONCENTRATION, concentration)
    if above:
        values: dict[str, FindingValue] = {"concentration": concentration}
        reported = _reported_above(concentration, rules)
        if reported is not None:
            values["reported"] = reported
        yield above[0].finding(FindingCode.CONCENTRATION_ABOVE_LIMIT, "new.concentration", values)
    else:
        yield from _of_strength(concentration, marketed_strengths(program, rules.library))
    if rules.pump is not None:
        yield from _of_pump_label(concentration, rules.pump)


def _reported_above(concentration: Concentration, rules: Rules) -> Quantity | None:
    """The strongest concentration reported, where it lies above `concentration`."""
    sure, _ = rules.applying(LimitQuantity.CONCENTRATION)
    bounds = [
        rule.guardrail.recommended_maximum for rule in sure if rule.guardrail.recommended_maximum is not None
    ]
    return max((bound for bound in bounds if bound >= concentration), default=None)


def _of_any_concentration(concentration: Concentration, rules: Rules) -> Iterator[Finding]:
    """Of a drug whose strengths are not known here: only what no drug is mixed to."""
    for crossing in rules.crossed(LimitQuantity.CONCENTRATION_OF_ANY_DRUG, concentration)[:1]:
        values = {"concentration": concentration}
        yield crossing.finding(FindingCode.CONCENTRATION_ABOVE_LIMIT, "new.concentration", values)


def _of_strength(concentration: Concentration, marketed: Sequence[MarketedStrength]) -> Iterator[Finding]:
    """Whether a vial of this strength is meant for a pump."""
    same = [strength for strength in marketed if strength.concentration.quantity == concentration]
    if any(strength.pump_fill for strength in same):
        return
    values: dict[str, Concentration | str] = {"concentration": concentration}
    if same:
        code = FindingCode.CONCENTRATION_FOR_SCREENING
    else:
        code = FindingCode.CONCENTRATION_NOT_MARKETED
        fills = {strength.concentration.quantity.magnitude for strength in marketed if strength.pump_fill}
        values["marketed"] = ", ".join(number_shown(fill) for fill in sorted(fills))
    figure = (same or marketed)[0].concentration if marketed else None
    yield Finding(code=code, place="new.concentration", values=values, figure=figure)


def _of_pump_label(concentration: Concentration, pump: Pump) -> Iterator[Finding]:
    low, high = pump.lowest_concentration, pump.highest_concentration
    outside = []
    if low is not None and concentration < low.quantity:
        outside.append((low, False))
    if high is not None and concentration > high.quantity:
        outside.append((high, True))
    for bound, above in outside:
        yield Finding(
            code=FindingCode.CONCENTRATION_OUTSIDE_PUMP_LABEL,
            place="new.concentration",
            values={"concentration": concentration, "pump": pump.name},
            figure=bound,
            above=above,
        )


# --- the change of concentration


def _of_bridge(
    program: Program,
    calculations: Sequence[Calculation],
    read_outs: Sequence[Compared],
    rules: Rules,
    *,
    covered: bool,
) -> Iterator[Finding]:
    bridge = program.bridge
    dose = None if bridge is None else bridge.dose
    calculation, *_ = calculations
    if not any(each.old_drug_is_left for each in calculations):
        if dose is not None and calculation.concentration_changes:
            yield Finding(code=FindingCode.BRIDGE_WITHOUT_OLD_DRUG, place="bridge.dose")
        shown = [
            each.read_out.name
            for each in read_outs
            if each.read_out.name.startswith("bridge_") and each.verdict is Verdict.MISMATCH
        ]
        if shown and calculation.concentration_ratio is not None:
            yield Finding(code=FindingCode.BRIDGE_SHOWN_BUT_NOT_NEEDED, place=f"readouts.{shown[0]}")
    elif rules.pump is not None and rules.pump.kind is PumpKind.CONSTANT_FLOW:
        yield from _of_old_drug_at_fixed_flow(calculations, rules.pump, bridged=dose is not None)
    elif dose is None:
        values = _unbridged_values(calculations)
        yield Finding(code=FindingCode.CHANGE_WITHOUT_BRIDGE, place="bridge", values=values)
    if _may_be_a_correction(program, calculation, rules.pump):
        yield Finding(code=FindingCode.DOES_THE_DRUG_CHANGE, place="current.really.concentration")
    during, before = calculation.inputs.bridge_dose, calculation.real_current_dose
    if during is not None and before is not None:
        yield from _of_bridge_dose(program, calculation, during, before, rules, covered=covered)
    lasting = [
        (each.bridge_duration.value, each.arrival_date)
        for each in calculations
        if each.bridge_runs and each.bridge_duration is not None
    ]
    if lasting:
        duration, until = max(lasting, key=lambda each: Fraction(each[0].magnitude))
        yield from long_bridge_findings(duration, until, rules, "bridge.dose")


def _of_bridge_dose(
    program: Program,
    calculation: Calculation,
    during: DailyDose,
    before: DailyDose,
    rules: Rules,
    *,
    covered: bool,
) -> Iterator[Finding]:
    """What the patient gets while the bridge runs, against what was given until now."""
    if not before.magnitude:
        yield from _of_bridge_from_nothing(program, during, calculation.new_dose, rules, covered=covered)
    elif during != before:
        values = {"bridge": during, "old": before}
        differs = Finding(code=FindingCode.BRIDGE_DOSE_DIFFERS, place="bridge.dose", values=values)
        beyond = covered and not _lies_on_the_way(during, before, calculation.new_dose)
        step = size_finding(before, during, rules, "bridge.dose") if beyond else None
        yield multiplied_finding(before, during, rules, "bridge.dose") or step or differs


def _of_bridge_from_nothing(
    program: Program, during: DailyDose, after: DailyDose | None, rules: Rules, *, covered: bool
) -> Iterator[Finding]:
    """A bridge where no drug was given until now: the therapy begins at its dose, not at the new one."""
    place = "bridge.dose"
    too_high = high_beginning(program, during, rules, place) if covered else None
    if too_high is not None:
        yield too_high
    if after is None or not after.magnitude or during == after:
        return
    values: Values = {"bridge": during, "new": after}
    code = FindingCode.BRIDGE_DOSE_DIFFERS
    crossing = rules.gravest(LimitQuantity.DOSE_MULTIPLE, as_percentage(during / after))
    if crossing is not None and crossing.above:
        yield crossing.finding(code, place, values)
    else:
        yield Finding(code=code, place=place, values=values)


def _lies_on_the_way(during: DailyDose, before: DailyDose, after: DailyDose | None) -> bool:
    """Whether a bridge dose is no further from the old dose than the new one, whose step is judged by itself."""
    return after is not None and sorted((before, during, after))[1] == during


def _may_be_a_correction(program: Program, calculation: Calculation, pump: Pump | None) -> bool:
    """Whether the concentration changes, and nothing says that another drug was filled in: not even a full reservoir."""
    if not calculation.old_drug_is_left or calculation.inputs.speaks_of_line:
        return False
    if calculation.inputs.current_really is not None or program.changes_drug:
        return False
    filled, capacity = program.reservoir.filled, pump.reservoir_volume if pump is not None else None
    full = filled is not None and capacity is not None and filled >= capacity.quantity
    bridged = program.bridge is not None and program.bridge.dose is not None
    fixed = pump is not None and pump.kind is PumpKind.CONSTANT_FLOW
    return not (bridged or fixed) or (program.refill is None and not full)


def long_bridge_findings(
    duration: Duration, until: datetime | None, rules: Rules, place: str
) -> Iterator[Finding]:
    """A bridge of days: so long the dose cannot be changed. `until` is None where its beginning is not known."""
    for crossing in rules.crossed(LimitQuantity.BRIDGE_DURATION, duration)[:1]:
        values: dict[str, FindingValue] = {"duration": duration}
        if until is not None:
            values["until"] = until
        yield crossing.finding(FindingCode.BRIDGE_LONG, place, values)


def _of_old_drug_at_fixed_flow(
    calculations: Sequence[Calculation], pump: Pump, *, bridged: bool
) -> Iterator[Finding]:
    """A pump of fixed flow runs no bridge: the old drug goes on at its own dose until it is out."""
    if bridged:
        values: Values = {"pump": pump.name}
        yield Finding(code=FindingCode.BRIDGE_NOT_OF_PUMP, place="bridge.dose", values=values)
    else:
        values = {**_unbridged_values(calculations), "pump": pump.name}
        yield Finding(code=FindingCode.OLD_DRUG_RUNS_OUT, place="bridge", values=values)


def line_findings(calculations: Sequence[Calculation], place: str) -> Iterator[Finding]:
    """How long nothing reaches the patient, and what a bridge would first push out."""
    first, *_ = calculations
    if first.inputs.aspirated and first.inputs.tubing_holds is Filling.OLD:
        yield Finding(code=FindingCode.SYSTEM_ASPIRATED, place=place)
    times = [each.time_without_drug.value for each in calculations if each.time_without_drug is not None]
    if times and max(times).magnitude:
        values: dict[str, FindingValue] = {"shortest": min(times), "longest": max(times)}
        if (drug := _drug_ahead(first)).magnitude:
            values["ahead"] = drug
        yield Finding(code=FindingCode.TIME_WITHOUT_DRUG, place=place, values=values)
    elif (
        first.inputs.line_known
        and first.line_before is None
        and first.inputs.aspirated
        and first.inputs.prime_volume is None
    ):
        yield Finding(code=FindingCode.TIME_WITHOUT_DRUG, place=place)
    old = first.old_concentration
    if first.bridge_runs and first.primed is not None and old is not None:
        ahead = first.primed.line[0].concentration
        if ahead not in (0, old.magnitude):
            values = {"ahead": as_concentration(exactly(ahead, CONCENTRATION))}
            yield Finding(code=FindingCode.BRIDGE_NOT_AT_THE_TIP, place="bridge.dose", values=values)
    yield from _old_drug_after_bridge(calculations)


def _drug_ahead(calculation: Calculation) -> Volume:
    """What leaves the tip before the stretch without drug does: nothing where that lies at the tip."""
    line = () if calculation.primed is None else calculation.primed.line
    held = itertools.takewhile(lambda plug: plug.concentration, line)
    return as_volume(exactly(sum((plug.volume for plug in held), Fraction(0)), VOLUME))


def _old_drug_after_bridge(calculations: Sequence[Calculation]) -> Iterator[Finding]:
    """What a bridge leaves of the old drug, because something else left first; of what was left open the most."""
    left = [(each.old_drug_after_bridge, each) for each in calculations]
    known = [(volume, each) for volume, each in left if volume is not None and volume.magnitude]
    if not known:
        return
    volume, most = max(known, key=lambda each: Fraction(each[0].magnitude))
    old, flow, dose = most.old_concentration, value_of(most.new_flow_rate), value_of(most.unbridged_dose)
    assert old is not None
    values: dict[str, FindingValue] = {"volume": volume, "drug": as_dose(volume * old)}
    if flow is not None and dose is not None:
        values |= {"dose": dose, "time": as_duration(volume / flow)}
    yield Finding(code=FindingCode.OLD_DRUG_AFTER_BRIDGE, place="bridge.dose", values=values)


def prime_findings(calculations: Sequence[Calculation], rules: Rules, place: str) -> Iterator[Finding]:
    """Drug that reaches the patient in the prime: more than the largest bolus of a screening trial is a stop.

    Where drug lies at the tip nothing had to be primed.
    """
    doses = [
        each.prime_drug_delivered.value for each in calculations if each.prime_drug_delivered is not None
    ]
    if not doses:
        return
    highest = max(doses)
    crossing = rules.gravest(LimitQuantity.BOLUS_DOSE, highest)
    if crossing is not None:
        yield Finding(
            code=FindingCode.PRIME_DELIVERS_BOLUS,
            place=place,
            values={"dose": highest},
            figure=crossing.figure,
        )
        return
    calculation, *_ = calculations
    yield from _prime_of_the_day(highest, calculation.new_dose, rules, place)
    if calculation.primed is not None and calculation.primed.out[0].concentration:
        yield Finding(code=FindingCode.PRIME_OF_FULL_CATHETER, place=place, values={"dose": highest})


def _of_uncovered_prime(
    program: Program, calculations: Sequence[Calculation], rules: Rules
) -> Iterator[Finding]:
    """The same where the drug changes, or is one whose limits are not known: each drug that leaves, by its own measure."""
    delivered = [
        each.prime_drug_delivered.value for each in calculations if each.prime_drug_delivered is not None
    ]
    if not delivered or program.current is None or program.new is None:
        return
    first, *_ = calculations
    if program.changes_drug:
        apart = [both for each in calculations if (both := each.prime_drug_by_drug()) is not None]
        olds, news = zip(*apart, strict=True)
        yield from _of_drug_in_prime(max(olds), program.current.drug, first.real_current_dose, rules)
        yield from _of_drug_in_prime(max(news), program.new.drug, first.new_dose, rules)
    else:
        yield from _of_drug_in_prime(max(delivered), program.new.drug, first.new_dose, rules)


def _of_drug_in_prime(dose: Dose, drug: str, daily: DailyDose | None, rules: Rules) -> Iterator[Finding]:
    """One drug that leaves in the prime: against the largest screening bolus where one is known, else the dose of a day."""
    if not dose.magnitude:
        return
    place, known = "line.prime.volume", rules.library.drugs[drug]
    values: dict[str, FindingValue] = {"dose": dose, "drug": known.name}
    code = FindingCode.PRIME_DELIVERS_BOLUS
    if known.covered and (above := rules.crossed(LimitQuantity.BOLUS_DOSE, dose)):
        yield Finding(code=code, place=place, values=values, figure=above[0].figure)
        return
    if daily is None or not daily.magnitude:
        yield Finding(code=FindingCode.PRIME_OF_FULL_CATHETER, place=place, values={"dose": dose})
        return
    day = daily * _ONE_DAY
    doubled = rules.crossed(LimitQuantity.DOSE_MULTIPLE, as_percentage((day + dose) / day))
    if doubled and not known.covered:
        yield doubled[0].finding(code, place, {**values, "daily": daily})
        return
    yield from _prime_of_the_day(dose, daily, rules, place, drug=known)


def _prime_of_the_day(
    highest: Dose, daily: DailyDose | None, rules: Rules, place: str, drug: Drug | None = None
) -> Iterator[Finding]:
    """What of a prime reaches the patient at once, beside the dose of a day and the largest bolus of a screening trial.

    `drug` is said where it is not the only one.
    """
    if daily is None or not daily.magnitude:
        return
    share = as_percentage(highest / (daily * _ONE_DAY))
    sure, _ = rules.applying(LimitQuantity.BOLUS_DOSE)
    for crossing in rules.crossed(LimitQuantity.BOLUS_OF_DAILY_DOSE, share)[:1]:
        values: dict[str, FindingValue] = {"dose": highest, "daily": daily, "share": share}
        if drug is not None:
            values["drug"] = drug.name
        largest = [figure.quantity for rule in sure for figure in rule.figures]
        if largest and (drug is None or drug.covered):
            values["screening"] = max(largest)
        yield crossing.finding(FindingCode.PRIME_LARGE_FOR_DOSE, place, values)


def _of_running_prime(
    program: Program, calculations: Sequence[Calculation], rules: Rules
) -> Iterator[Finding]:
    """Can this pump run the prime, as fast as it is typed, and what does the patient get while it runs?"""
    prime = program.line.prime if program.line is not None else None
    if prime is None:
        return
    if rules.pump is not None and rules.pump.kind is PumpKind.CONSTANT_FLOW:
        values: Values = {"pump": rules.pump.name}
        yield Finding(code=FindingCode.PRIME_NOT_OF_PUMP, place="line.prime", values=values)
        return
    if prime.duration is not None:
        place = "line.prime.duration"
        yield from _of_fast_prime(program, as_flow_rate(prime.volume / prime.duration), rules, place)
        yield from long_prime_findings(prime.duration, calculations, rules, place)


def _of_fast_prime(program: Program, flow: FlowRate, rules: Rules, place: str) -> Iterator[Finding]:
    """The flow of a prime above what the pump, or any pump, delivers."""
    high = rules.pump.highest_flow_rate if rules.pump is not None else None
    if high is not None and flow <= high.quantity:
        return
    for found in _of_flow(_slowest_prime(program), rules.pump, rules.library, place):
        if found.above:
            yield replace(found, values={"flow": flow})


def _slowest_prime(program: Program) -> FlowRate:
    """The lowest flow that volume and duration of the prime may mean, as finely as they are written: 20 min are up to 20.5."""
    volume, duration = (program.entries[f"line.prime.{name}"] for name in ("volume", "duration"))
    return as_flow_rate(
        (volume.quantity - volume.resolution / 2) / (duration.quantity + duration.resolution / 2)
    )


def long_prime_findings(
    duration: Duration, calculations: Sequence[Calculation], rules: Rules, place: str
) -> Iterator[Finding]:
    """A prime of hours: while it runs the therapy does not, and what lies ahead of the drug comes first."""
    known = [each.time_without_drug_in_prime for each in calculations]
    longest = [
        time for time in known if time is not None and rules.crossed(LimitQuantity.PRIME_DURATION, time)
    ]
    if longest:
        values = {"shortest": min(longest), "longest": max(longest)}
        yield Finding(code=FindingCode.TIME_WITHOUT_DRUG, place=place, values=values)
        return
    for crossing in rules.crossed(LimitQuantity.PRIME_DURATION, duration)[:1]:
        yield crossing.finding(FindingCode.PRIME_LONG, place, {"duration": duration})


def _of_mixture(calculation: Calculation, rules: Rules) -> Iterator[Finding]:
    """What cannot be drawn off mixes with what is filled: said where it makes more than a vial may be off."""
    inputs, mixture, off = calculation.inputs, calculation.reservoir_mixture, calculation.mixture_deviation
    old = calculation.old_concentration
    if mixture is None:
        return
    assert off is not None
    assert inputs.residual_volume is not None
    assert old is not None
    values: Values = {
        "residual": inputs.residual_volume,
        "old": old,
        "mixture": mixture.value,
        "change": off.value,
    }
    for crossing in rules.crossed(LimitQuantity.MIXTURE_DEVIATION, as_percentage(abs(off.value)))[:1]:
        yield crossing.finding(FindingCode.RESERVOIR_MIXES, "reservoir.filled", values)


def _of_a_line_not_said(program: Program) -> Iterator[Finding]:
    """A new system, or a pump implanted since the last change, of which nobody said what its tubing and the catheter hold."""
    if program.line is not None:
        return
    last, implanted = program.patient.last_change, program.system.implanted
    if program.is_first_dose and program.bridge is None:
        yield Finding(code=FindingCode.LINE_NOT_SAID, place="line")
    elif last is not None and implanted is not None and implanted.moment > last.moment:
        values: Values = {"implanted": implanted.moment}
        yield Finding(code=FindingCode.LINE_NOT_SAID, place="line", values=values)


def _of_another_drug_left(program: Program, calculation: Calculation, library: Library) -> Iterator[Finding]:
    """Another drug filled in over what cannot be drawn off: both are in the reservoir, each at its own concentration."""
    inputs, old, new = calculation.inputs, calculation.old_concentration, calculation.inputs.new_concentration
    residual, filled = inputs.residual_volume, inputs.filled
    if not program.changes_drug or program.current is None or program.new is None:
        return
    if not inputs.emptied or not inputs.line_known or inputs.tubing_holds is not Filling.OLD:
        return
    if residual is None or filled is None or old is None or new is None or residual >= filled:
        return
    values: Values = {
        "residual": residual,
        "old": library.drugs[program.current.drug].name,
        "new": library.drugs[program.new.drug].name,
        "of_old": as_concentration(residual * old / filled),
        "of_new": as_concentration((filled - residual) * new / filled),
    }
    yield Finding(code=FindingCode.OTHER_DRUG_IN_RESERVOIR, place="reservoir.filled", values=values)


def _of_what_was_left(program: Program, calculation: Calculation, rules: Rules) -> Iterator[Finding]:
    """Nothing drawn off, as far as a syringe can be read, or no more than always stays: had the reservoir run empty?

    Where another concentration was filled in, it is asked where the old drug is.
    """
    drawn_off = program.refill.drawn_off if program.refill is not None else None
    filled, residual = program.reservoir.filled, calculation.inputs.residual_volume
    if drawn_off is None or filled is None:
        return
    place, nothing = "refill.drawn_off", nothing_drawn_off(program, rules.library)
    if nothing and calculation.concentration_changes and calculation.inputs.current_really is None:
        values: Values = {"drawn": drawn_off, "filled": filled}
        yield Finding(code=FindingCode.OLD_DRUG_NOT_DRAWN_OFF, place=place, values=values)
        return
    ran = calculation.current_dose
    if was_empty(drawn_off, rules) and ran is not None and ran.magnitude:
        values = {"drawn": drawn_off} if residual is None else {"drawn": drawn_off, "residual": residual}
        yield Finding(code=FindingCode.RESERVOIR_WAS_EMPTY, place=place, values=values)


def _unbridged_values(calculations: Sequence[Calculation]) -> Values:
    """The dose at the tip and for how long: the shortest and the longest of what was left open."""
    values: dict[str, Quantity] = {}
    first, *_ = calculations
    dose, ratio = first.unbridged_dose, first.unbridged_ratio
    if dose is not None and ratio is not None:
        values |= {"dose": dose.value, "ratio": ratio.value}
    durations = [c.unbridged_duration.value for c in calculations if c.unbridged_duration is not None]
    if durations:
        values |= {"shortest": min(durations), "longest": max(durations)}
    return values


# --- the system


def _of_flows(program: Program, calculation: Calculation, pump: Pump, library: Library) -> Iterator[Finding]:
    """The highest and the lowest flow against what the pump can run; a flow of nothing is the mode's own finding."""
    therapy = calculation.new_therapy
    peak, lowest = therapy.peak_flow_rate, therapy.lowest_flow_rate
    if (
        peak is None
        or lowest is None
        or not peak.value.magnitude
        or isinstance(therapy.schedule, MinimumRate)
    ):
        return
    place = "new.flow_rate" if therapy.is_simple else "new.peak_flow_rate"
    found = list(_of_flow(peak.value, pump, library, place))
    if not found and lowest.value.magnitude:
        found = list(_of_flow(lowest.value, pump, library, "new.lowest_flow_rate"))
    yield from found
    if therapy.is_simple:
        yield from _of_fixed_flow(program, calculation, peak.value, rules_of(program, library))


def _of_flow(flow: FlowRate, pump: Pump | None, library: Library, place: str) -> Iterator[Finding]:
    low, high = (pump.lowest_flow_rate, pump.highest_flow_rate) if pump is not None else (None, None)
    beyond = beyond_any_pump(library, flow)
    if beyond is not None:
        yield replace(beyond, place=place)
    elif high is not None and flow > high.quantity:
        yield replace(out_of_range(FindingCode.FLOW_RATE_ABOVE_RANGE, flow, high, above=True), place=place)
    elif low is not None and flow < low.quantity:
        yield replace(out_of_range(FindingCode.FLOW_RATE_BELOW_RANGE, flow, low, above=False), place=place)


def _of_fixed_flow(
    program: Program, calculation: Calculation, flow: FlowRate, rules: Rules
) -> Iterator[Finding]:
    """On a pump whose flow is fixed a dose is a mixture: which one, and what the one typed would give."""
    pump = rules.pump
    if (
        pump is None
        or pump.kind is not PumpKind.CONSTANT_FLOW
        or _is_given_by_the_mixture(program, calculation)
    ):
        return
    fixed, published = calculation.inputs.fixed_flow_rate, pump.fixed_flow_rate
    values: dict[str, Quantity | str] = {"flow": flow, "pump": pump.name}
    if fixed is not None:
        values["fixed"] = fixed
    if calculation.needed_concentration is not None and calculation.dose_at_fixed_flow is not None:
        values |= {
            "needed": calculation.needed_concentration.value,
            "delivered": calculation.dose_at_fixed_flow.value,
        }
    figure = published if published is not None and published.quantity == fixed else None
    yield Finding(code=FindingCode.CONSTANT_FLOW_PUMP, place="new.flow_rate", values=values, figure=figure)
    yield from _multiplied_by_mixture(calculation, rules)


def _multiplied_by_mixture(calculation: Calculation, rules: Rules) -> Iterator[Finding]:
    """Where the dose typed is not the one that runs: what runs against what ran until now, and against what was typed."""
    fixed, delivered = calculation.inputs.fixed_flow_rate, value_of(calculation.dose_at_fixed_flow)
    if fixed is None or delivered is None:
        return
    old, ran, typed = calculation.old_concentration, calculation.current_dose, calculation.new_dose
    before = as_daily_dose(fixed * old) if old is not None and ran is not None and ran.magnitude else None
    for dose, place in ((before, "new.concentration"), (typed, "new.flow_rate")):
        found = (
            None if dose is None or not dose.magnitude else multiplied_finding(dose, delivered, rules, place)
        )
        if found is not None:
            yield found
            return


def _is_given_by_the_mixture(program: Program, calculation: Calculation) -> bool:
    """Whether the dose typed is what the mixture gives, or the mixture typed what the dose needs, as finely as it is written."""
    pairs = (
        (program.entries.get("new.daily_dose"), calculation.dose_at_fixed_flow),
        (program.entries.get("new.concentration"), calculation.needed_concentration),
    )
    return any(
        typed is not None
        and needed is not None
        and 2 * abs(typed.quantity - needed.value) <= min(typed.resolution, typed.quantity / _WITHIN)
        for typed, needed in pairs
    )


def _of_tubing(typed: Volume | None, pump: Pump) -> Iterator[Finding]:
    """Which of several known tubing volumes is it, and is it one of them at all?"""
    known = pump.tubing_volume
    if not known or any(figure.quantity == typed for figure in known) or (typed is None and len(known) == 1):
        return
    published = tuple(figure.text for figure in pump.tubing_volume)
    values: dict[str, FindingValue] = {"published": published, "pump": pump.name}
    code = FindingCode.TUBING_VOLUME_NOT_SAID
    if typed is not None:
        code, values = FindingCode.TUBING_VOLUME_NOT_PUBLISHED, {**values, "tubing": typed}
    yield Finding(code=code, place="system.tubing_volume", values=values, figure=pump.tubing_volume[0])


def _of_catheter(catheter: Worked[Volume], rules: Rules) -> Iterator[Finding]:
    """A length that is asked about, or else a volume that no catheter has.

    The models' own volumes are of untrimmed catheters, and only a band.
    """
    length, volume = implanted_length(catheter), catheter.value
    if length is not None and (crossed := rules.crossed(LimitQuantity.CATHETER_LENGTH, length)):
        yield crossed[0].finding(FindingCode.CATHETER_LENGTH_UNUSUAL, "system.catheter", {"length": length})
        return
    models = [
        as_volume(model.length.quantity * model.volume_per_length.quantity)
        for model in rules.library.catheters.values()
        if model.length is not None and model.volume_per_length is not None
    ]
    if not models or min(models) * _SHORTEST_TRIMMED <= volume <= max(models):
        return
    values = {"volume": volume, "smallest": min(models), "largest": max(models)}
    yield Finding(code=FindingCode.CATHETER_VOLUME_UNUSUAL, place="system.catheter", values=values)


def _of_figures(program: Program, library: Library) -> Iterator[Finding]:
    for place, figure in used_figures(program, library):
        if figure.is_unverified:
            values = {"value": figure.quantity}
            yield Finding(code=FindingCode.UNVERIFIED_FIGURE, place=place, values=values, figure=figure)


def _of_own_figures(pump: Pump, library: Library) -> Iterator[Finding]:
    """Figures of a pump of one's own beyond twice the largest, or below half the least, of the built-in models.

    A slip of unit or point is more likely. Within ten times a tubing volume of 1.4 mL for 0.14 mL would be nothing.
    """
    built_in = [model for model in library.pumps.values() if not model.clinic]
    for name in PUMP_FIGURES:
        known = [figure.quantity for model in built_in for figure in figures_named(model, name)]
        for figure in figures_named(pump, name):
            if (
                known
                and figure.quantity.magnitude
                and not min(known) <= figure.quantity * 2 <= max(known) * 4
            ):
                values = {"value": figure.quantity, "least": min(known), "most": max(known)}
                code = FindingCode.OWN_FIGURE_UNUSUAL
                yield Finding(code=code, place="system.pump", values=values, figure=figure)


# --- the reservoir and the calendar


def _of_volumes(program: Program, pump: Pump | None) -> Iterator[Finding]:
    filled, alarm = program.reservoir.filled, program.reservoir.low_alarm
    drawn_off = program.refill.drawn_off if program.refill is not None else None
    capacity = pump.reservoir_volume if pump else None
    residual = pump.residual_volume if pump else None
    for code, place, name, volume in (
        (FindingCode.FILLED_ABOVE_CAPACITY, "reservoir.filled", "filled", filled),
        (FindingCode.DRAWN_OFF_ABOVE_CAPACITY, "refill.drawn_off", "drawn", drawn_off),
    ):
        if volume is not None and capacity is not None and volume > capacity.quantity:
            held: Values = {name: volume, "capacity": capacity.quantity}
            yield Finding(code=code, place=place, values=held, figure=capacity)
    if alarm is not None and residual is not None and alarm < residual.quantity:
        yield Finding(
            code=FindingCode.RESIDUAL_NOT_USABLE,
            place="reservoir.low_alarm",
            values={"alarm": alarm, "residual": residual.quantity},
            figure=residual,
        )


def _of_times(program: Program, calculation: Calculation, library: Library) -> Iterator[Finding]:
    yield from _of_short_times(calculation)
    alarm = calculation.time_to_alarm
    if alarm is None:
        return
    offered = {
        RefillLimit.STABILITY: calculation.inputs.stability_limit,
        RefillLimit.PUMP: calculation.inputs.pump_limit,
    }  # neither of which any alarm tells
    limits = {limit: time for limit, time in offered.items() if time is not None and time < alarm.value}
    limit = min(limits, key=lambda each: limits[each].magnitude, default=None)
    if limit is RefillLimit.STABILITY:
        yield Finding(
            code=FindingCode.REFILL_LIMITED_BY_DRUG,
            place="latest_refill_date",
            values={"alarm": alarm.value, "limit": limits[limit]},
            figure=stability_figure(program, library),
        )
    if limit is RefillLimit.PUMP:
        yield Finding(
            code=FindingCode.REFILL_LIMITED_BY_PUMP,
            place="latest_refill_date",
            values={"alarm": alarm.value, "limit": limits[limit]},
            figure=refill_interval(program),
        )
    pump = program.system.pump
    if pump is not None and pump.refill_interval is not None and refill_interval(program) is None:
        drug = library.drugs[program.new.drug].name if program.new is not None else ""
        named: Values = {"pump": pump.name, "drug": drug}
        yield Finding(code=FindingCode.PUMP_INTERVAL_NOT_KNOWN, place="latest_refill_date", values=named)
    worst = calculation.time_to_empty_worst
    if pump is not None and worst is None:
        yield from _of_unknown_worst_case(pump)
    if program.reservoir.at is not None and calculation.low_alarm_date is None:
        values = {"time": alarm.value}
        yield Finding(code=FindingCode.BEYOND_CALENDAR, place="low_alarm_date", values=values)


def _of_unknown_worst_case(pump: Pump) -> Iterator[Finding]:
    """A latest refill that rests on programmed flow alone, because the pump's accuracy or residual volume is not known."""
    if pump.accuracy is None or pump.residual_volume is None:
        named: Values = {"pump": pump.name}
        yield Finding(code=FindingCode.WORST_CASE_NOT_KNOWN, place="latest_refill_date", values=named)


def _of_short_times(calculation: Calculation) -> Iterator[Finding]:
    """A reservoir that lasts less than a day, to the alarm or until nothing more can be delivered: nothing was filled in."""
    alarm = value_of(calculation.time_to_alarm)
    usable, inputs = calculation.time_to_residual, calculation.inputs
    short: dict[str, FindingValue] | None = None
    if alarm is not None and alarm < _ONE_DAY:
        short = {"time": alarm}
    elif (
        usable is not None
        and usable < _ONE_DAY
        and inputs.filled is not None
        and inputs.residual_volume is not None
    ):
        short = {"time": usable, "filled": inputs.filled, "residual": inputs.residual_volume}
    if short is not None:
        code = FindingCode.RESERVOIR_LASTS_LESS_THAN_A_DAY
        yield Finding(code=code, place="reservoir.filled", values=short)


def _of_withdrawal(program: Program, rules: Rules) -> Iterator[Finding]:
    """Withdrawal before the alarm: at least what was drawn off was left then. A pump of fixed flow has no alarm."""
    refill, alarm = program.refill, program.reservoir.low_alarm
    if refill is None or not refill.withdrawal or refill.drawn_off is None or alarm is None:
        return
    if rules.pump is not None and rules.pump.kind is PumpKind.CONSTANT_FLOW:
        return
    found = early_withdrawal_finding(alarm, refill.drawn_off, rules)
    if found is not None:
        yield found


def _of_vial(program: Program) -> Iterator[Finding]:
    """What is on the vial, against the day on which it is filled in."""
    refill, at = program.refill, program.reservoir.at
    if refill is None or refill.expiry is None or at is None or at.moment.date() <= refill.expiry:
        return
    values = {"expiry": date_text(refill.expiry), "day": date_text(at.moment)}
    yield Finding(code=FindingCode.DRUG_EXPIRED, place="refill.expiry", values=values)


def _of_moments(reservoir: Reservoir, rules: Rules, now: datetime | None) -> Iterator[Finding]:
    at, offset = reservoir.at, reservoir.typed_offset
    if at is None:
        return
    values: dict[str, FindingValue] = {"at": at.moment}
    if not at.zone_named:
        clock = {} if offset is not None else {"clock": rules.library.clinic.zone or ""}
        yield Finding(code=FindingCode.ZONE_NOT_SAID, place="reservoir.zone", values={**values, **clock})
    elif offset is not None and offset != timedelta(0) and offset != at.moment.utcoffset():
        yield Finding(code=FindingCode.OFFSET_NOT_OF_ZONE, place="reservoir.at", values=values)
    if now is None:
        return
    if at.moment.astimezone(UTC) > now + _FUTURE_ALLOWED:
        yield Finding(code=FindingCode.TIME_OF_CHANGE_IN_FUTURE, place="reservoir.at", values=values)
    age = exactly(at.days_until(now), DURATION)
    for crossing in rules.crossed(LimitQuantity.AGE_OF_CHANGE, age)[:1]:
        yield crossing.finding(FindingCode.TIME_OF_CHANGE_LONG_AGO, "reservoir.at", {**values, "age": age})
