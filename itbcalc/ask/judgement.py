"""What deserves attention in the answer to a quick question, held against the library?

No patient is known here, and mostly no pump: a rule that depends on one is reported as perhaps crossed.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.ask.form import FormRefusedError
from itbcalc.ask.questions import Answer, worst_time
from itbcalc.compute import concentration
from itbcalc.compute.bolus import implanted_length
from itbcalc.compute.concentration import NEEDED_CONCENTRATION
from itbcalc.compute.reservoir import (
    TIME_TO_ALARM,
    TIME_TO_EMPTY,
    dated,
    delivered_ratio_by_reading,
    steady_worst_case,
    time_until_delivered,
    time_without_drug,
    worst_case,
)
from itbcalc.compute.working import Worked
from itbcalc.errors import RefusedError
from itbcalc.judge.findings import Finding, FindingCode, FindingValue, Values
from itbcalc.judge.guardrails import Crossing, Rules, beyond_any_pump
from itbcalc.judge.program_findings import (
    line_findings,
    long_bridge_findings,
    long_prime_findings,
    prime_findings,
)
from itbcalc.judge.refill_findings import (
    Residual,
    reading_error,
    residual_findings,
    run_dry_values,
    two_readings,
    was_empty,
)
from itbcalc.judge.titration_rules import multiplied_finding, size_finding
from itbcalc.library.records import Figure, Grade, Library, LimitQuantity, Pump, Severity
from itbcalc.program import Patient
from itbcalc.quantities.display import shown
from itbcalc.quantities.kinds import (
    DURATION,
    RATIO,
    Duration,
    Ratio,
    as_concentration,
    as_daily_dose,
    as_duration,
    as_flow_rate,
    as_percentage,
    as_ratio,
    as_volume,
    exactly,
)
from itbcalc.quantities.units import Quantity

_DOSE_OPERANDS = ("daily dose", "new dose", "old dose", "bridge dose")
_CONCENTRATION_OPERANDS = ("concentration", "old concentration", "new concentration")
_DILUTED = (10, 100, 1000)  # times: tenfold steps are drawn up without a calculator


class Judgement(Struct, frozen=True):
    """An answer with its findings, and the library they were held against."""

    answer: Answer
    library: Library


def judged(answer: Answer, library: Library) -> Judgement:
    """`answer` with what the library has to say about its results.

    Raises FormRefusedError for a pump the library does not hold, and for a mixture that no vial holds.
    """
    _refuse_what_no_vial_holds(answer, library)
    rules = Rules(library, Patient(), _pump_of(answer, library))
    answer = _run_dry(answer, rules)
    found = (
        *(_bridge_multiplied(finding, rules) for finding in answer.findings),
        *_flow_findings(answer, library),
        *_step_findings(answer, rules),
        *_residual_findings(answer, rules),
        *_refill_limits(answer, rules),
        *_short_reservoir(answer, rules),
        *_pocket_findings(answer, rules),
        *_long_bridge(answer, rules),
        *_line(answer, rules),
        *_dose_findings(answer, rules),
        *_concentration_findings(answer, rules),
        *_bolus_findings(answer, rules),
        *_length_findings(answer, rules),
    )
    judged_answer = _with_worst_case(_with_ratio_by_reading(replace(answer, findings=found), rules), rules)
    return Judgement(_with_dilution_first(judged_answer, rules), library)


def _flow_findings(answer: Answer, library: Library) -> Iterator[Finding]:
    for name in ("flow_rate", "flow_rate_with_patient_boluses", "bridge_flow_rate", "prime_flow_rate"):
        flow = answer.results.get(name)
        finding = beyond_any_pump(library, flow) if isinstance(flow, Quantity) else None
        if finding is not None and (finding.above or name != "prime_flow_rate"):
            yield replace(finding, place=name)
            return


def _operands(answer: Answer, names: Sequence[str]) -> list[Quantity]:
    """What was asked about under one of these names."""
    return [quantity for step in answer.working for name, quantity in step.operands if name in names]


def _dose_findings(answer: Answer, rules: Rules) -> Iterator[Finding]:
    """The highest daily dose asked about or answered, where it lies above what is reported of anyone.

    A drug is not named here: a dose is one of baclofen where a strength of baclofen stands beside it.
    """
    asked = _operands(answer, _DOSE_OPERANDS)
    answered = [answer.results.get(name) for name in ("daily_dose", "daily_dose_with_patient_boluses")]
    doses = [*asked, *(dose for dose in answered if isinstance(dose, Quantity))]
    if not doses:
        return
    dose = max(doses)
    for crossing in rules.crossed(LimitQuantity.DAILY_DOSE, dose)[:1]:
        if crossing.above and crossing.severity >= Severity.WARNING:
            certain = crossing.severity is not Severity.STOP or _is_of_baclofen(answer, rules)
            found = replace(crossing, certain=crossing.certain and certain)
            yield found.finding(FindingCode.DOSE_ABOVE_LIMIT, "dose", {"dose": dose})


def _is_of_baclofen(answer: Answer, rules: Rules) -> bool:
    """Whether a concentration was given, and none is above what baclofen is mixed to."""
    strengths = _operands(answer, _CONCENTRATION_OPERANDS)
    return bool(strengths) and not any(_far_above(strength, rules) for strength in strengths)


def _far_above(strength: Quantity, rules: Rules) -> tuple[Crossing, ...]:
    """The rules crossed, where the concentration is above every one of them."""
    crossed = rules.crossed(LimitQuantity.CONCENTRATION, strength)
    known = rules.applying(LimitQuantity.CONCENTRATION)[0]
    return crossed if len(crossed) == len(known) else ()


def _concentration_findings(answer: Answer, rules: Rules) -> Iterator[Finding]:
    """The highest concentration, where no drug, or at least not baclofen, is mixed to it."""
    strengths = _operands(answer, _CONCENTRATION_OPERANDS)
    if not strengths:
        return
    values: Values = {"concentration": max(strengths)}
    of_any = rules.crossed(LimitQuantity.CONCENTRATION_OF_ANY_DRUG, max(strengths))
    of_baclofen = [replace(crossing, certain=False) for crossing in _far_above(max(strengths), rules)]
    for crossing in (*of_any, *of_baclofen)[:1]:
        yield crossing.finding(FindingCode.CONCENTRATION_ABOVE_LIMIT, "concentration", values)


def _refuse_what_no_vial_holds(answer: Answer, library: Library) -> None:
    """Raises FormRefusedError for a mixture at a fixed flow that is stronger than any vial, where no stock was given for it."""
    step = next((step for step in answer.working if step.name == NEEDED_CONCENTRATION), None)
    vials = [
        strength.concentration.quantity
        for drug in library.drugs.values()
        for strength in drug.marketed
        if drug.covered and strength.pump_fill
    ]
    if step is None or not vials or "stock_volume" in answer.results or step.value <= max(vials):
        return
    said = {"needed": shown(step.value), "strongest": shown(max(vials))}
    dose = shown(dict(step.operands)["daily dose"])
    raise FormRefusedError((RefusedError("dose", dose, "no_vial_so_strong", **said),))


def _bolus_findings(answer: Answer, rules: Rules) -> Iterator[Finding]:
    """A patient bolus against the largest of a screening trial."""
    for bolus in _operands(answer, ("patient bolus",)):
        for crossing in rules.crossed(LimitQuantity.BOLUS_DOSE, bolus)[:1]:
            yield crossing.finding(FindingCode.BOLUS_ABOVE_LIMIT, "patient_bolus", {"bolus": bolus})


def _length_findings(answer: Answer, rules: Rules) -> Iterator[Finding]:
    """The length of a catheter, all segments together."""
    for step in answer.working:
        length = implanted_length(step) if step.name == "catheter volume" else None
        if length is not None:
            for crossing in rules.crossed(LimitQuantity.CATHETER_LENGTH, length)[:1]:
                yield crossing.finding(FindingCode.CATHETER_LENGTH_UNUSUAL, "length", {"length": length})


def _with_dilution_first(answer: Answer, rules: Rules) -> Answer:
    """`answer` with a dilution of the stock beforehand, where less would be needed than can be drawn up."""
    stock = next((step for step in answer.working if step.name == "stock volume"), None)
    crossed = rules.crossed(LimitQuantity.STOCK_VOLUME, stock.value) if stock is not None else ()
    if stock is None or not crossed:
        return answer
    values: dict[str, FindingValue] = {"volume": stock.value}
    results, working = dict(answer.results), answer.working
    volume, strength = dict(stock.operands)["volume"], dict(stock.operands)["stock concentration"]
    times = next(
        (each for each in _DILUTED if not rules.crossed(LimitQuantity.STOCK_VOLUME, stock.value * each)), None
    )
    if times is not None and stock.value * times <= volume:
        diluted = concentration.diluted(as_concentration(strength), times)
        needed = concentration.diluted_stock_volume(as_volume(stock.value), times)
        results |= {"diluted_stock_concentration": diluted.value, "diluted_stock_volume": needed.value}
        values |= {"times": exactly(times, RATIO), "diluted": diluted.value, "needed": needed.value}
        working = (*working, diluted, needed)
    found = crossed[0].finding(FindingCode.STOCK_VOLUME_TOO_SMALL, "stock_volume", values)
    return replace(answer, results=results, working=working, findings=(*answer.findings, found))


def _bridge_multiplied(finding: Finding, rules: Rules) -> Finding:
    """A bridge at another dose than the old one, where that dose is multiplied: one finding, the graver one."""
    if finding.code is not FindingCode.BRIDGE_DOSE_DIFFERS:
        return finding
    current, during = finding.values["old"], finding.values["bridge"]
    assert isinstance(current, Quantity)
    assert isinstance(during, Quantity)
    return multiplied_finding(as_daily_dose(current), as_daily_dose(during), rules, "bridge.dose") or finding


def _long_bridge(answer: Answer, rules: Rules) -> Iterator[Finding]:
    duration = answer.results.get("bridge_duration")
    if isinstance(duration, Quantity):
        yield from long_bridge_findings(as_duration(duration), None, rules, "bridge_duration")


def _line(answer: Answer, rules: Rules) -> Iterator[Finding]:
    """How long nothing reaches the patient, and how much of a prime does."""
    lines = [answer.line] if answer.line is not None else []
    for step in answer.working:
        if step.name == "priming flow rate":
            duration = as_duration(dict(step.operands)["duration"])
            yield from long_prime_findings(duration, lines, rules, "prime_flow_rate")
    if answer.line is not None:
        yield from line_findings([answer.line], "catheter")
        yield from prime_findings([answer.line], rules, "prime_volume")


def _step_findings(answer: Answer, rules: Rules) -> Iterator[Finding]:
    """Each step of a titration is held against the step limits, not the overall change; all are alike.

    With a change of concentration only what is a slip is said.
    """
    if answer.step is None:
        return
    current, new = answer.step
    found = multiplied_finding(current, new, rules, "daily_dose")
    if found is None and answer.line is None and "bridge_duration" not in answer.results:
        found = size_finding(current, new, rules, "daily_dose")
    if found is not None:
        yield found


def _pump_of(answer: Answer, library: Library) -> Pump | None:
    """The pump that was named, or the one of which an accuracy was typed: that is then the one that counts.

    Raises FormRefusedError for one the library does not hold.
    """
    if answer.pump and answer.pump not in library.pumps:
        from itbcalc.program.table_reader import nearest_of  # a question does without it

        known = ", ".join(nearest_of(answer.pump, tuple(sorted(library.pumps))))
        raise FormRefusedError((RefusedError("pump", answer.pump, "unknown_pump", known=known),))
    named = library.pumps.get(answer.pump)
    if answer.accuracy is None:
        return named
    figure = Figure("accuracy", answer.accuracy, shown(answer.accuracy), Grade.CLINIC, (), clinic=True)
    return Pump(id="", name="" if named is None else named.name, accuracy=figure)


def _residual_findings(answer: Answer, rules: Rules) -> Iterator[Finding]:
    residual = _residual_of(answer)
    if residual is not None:
        yield from residual_findings(residual, rules)


def _refill_limits(answer: Answer, rules: Rules) -> Iterator[Finding]:
    """What ends before the reservoir does: the drug's own limit, and the pump's interval where the pump is said."""
    time = answer.results.get("time_to_alarm", answer.results.get("time_to_empty"))
    if not isinstance(time, Quantity) or "expected_volume" in answer.results:
        return
    interval = rules.pump.refill_interval if rules.pump is not None else None
    of_pump: Values = {} if rules.pump is None else {"pump": rules.pump.name}
    if interval is None:
        yield Finding(code=FindingCode.PUMP_INTERVAL_NOT_KNOWN, place="pump", values=of_pump)
    elif time <= interval.quantity:
        values = {**of_pump, "limit": interval.quantity}
        yield Finding(code=FindingCode.PUMP_INTERVAL, place="pump", values=values, figure=interval)
    by_drug = [each.figure for each in rules.crossed(LimitQuantity.REFILL_INTERVAL, time)[:1]]
    by_pump = [interval] if interval is not None and time > interval.quantity else []
    for code, figures in (
        (FindingCode.REFILL_LIMITED_BY_DRUG, by_drug),
        (FindingCode.REFILL_LIMITED_BY_PUMP, by_pump),
    ):
        for figure in figures:
            if figure is not None:
                values = {"alarm": time, "limit": figure.quantity}
                yield Finding(code=code, place="volume", values=values, figure=figure)


def _short_reservoir(answer: Answer, rules: Rules) -> Iterator[Finding]:
    """What can be delivered of what was filled, where less than a day's worth of it can, of the pump that was named."""
    if any(each.code is FindingCode.RESERVOIR_LASTS_LESS_THAN_A_DAY for each in answer.findings):
        return
    residual = rules.pump.residual_volume if rules.pump is not None else None
    flow = answer.results.get("flow_rate_with_patient_boluses", answer.results.get("flow_rate"))
    empty = next((step for step in answer.working if step.name == TIME_TO_EMPTY), None)
    if empty is None or residual is None or not isinstance(flow, Quantity):
        return
    filled = dict(empty.operands)["filled volume"]
    usable = max(filled - residual.quantity, 0 * filled)
    if usable < flow * exactly(1, DURATION):
        time = as_duration(usable / flow)
        values = {"time": time, "filled": filled, "residual": residual.quantity}
        yield Finding(code=FindingCode.RESERVOIR_LASTS_LESS_THAN_A_DAY, place="volume", values=values)


def _pocket_findings(answer: Answer, rules: Rules) -> Iterator[Finding]:
    """Right after a refill: what was injected and is not in the reservoir; without a pump certain only beyond every bound.

    And what was not injected and is there, beyond what two readings may be off.
    """
    missing = answer.results.get("missing_volume")
    if not isinstance(missing, Quantity):
        return
    injected, measured = _operands(answer, ("injected volume", "measured volume"))
    if -missing.magnitude > two_readings(rules):
        values = {"injected": injected, "measured": measured}
        yield Finding(code=FindingCode.MORE_THAN_INJECTED, place="measured", values=values)
    known, _ = rules.applying(LimitQuantity.REFILL_DISCREPANCY)
    crossed = rules.crossed(LimitQuantity.REFILL_DISCREPANCY, missing)
    for crossing in crossed[:1]:
        certain = rules.pump is not None or len(crossed) == len(known)
        values = {"missing": missing, "injected": injected}
        yield replace(crossing, certain=certain).finding(FindingCode.POCKET_FILL, "measured", values)


def _run_dry(answer: Answer, rules: Rules) -> Answer:
    """Of a pump that was empty, and to be so by its program, a day and a time without drug: a ratio would say nothing."""
    below = next((each for each in answer.findings if each.code is FindingCode.EXPECTED_BELOW_ZERO), None)
    times = _dry_times(answer)
    if below is None or times is None:
        return answer
    filled, aspirated = (below.values[name] for name in ("filled", "aspirated"))
    assert isinstance(filled, Quantity)
    assert isinstance(aspirated, Quantity)
    empty, without = times
    values = run_dry_values(as_volume(filled), as_volume(aspirated), empty.value, without.value, rules)
    if "without" not in values:
        values = {**values, "empty": below.values["empty"]}
    found = tuple(replace(each, values=values) if each is below else each for each in answer.findings)
    if "without" not in values:
        return replace(answer, findings=found)
    results = {name: value for name, value in answer.results.items() if name != "delivered_ratio"}
    return replace(
        answer,
        results={**results, "time_to_empty": empty.value, "time_without_drug": without.value},
        working=(*(step for step in answer.working if step.name != "delivered ratio"), empty, without),
        findings=found,
    )


def _dry_times(answer: Answer) -> tuple[Worked[Duration], Worked[Duration]] | None:
    """How long after the fill all that left was to be delivered, and the time since then; None where that is not over."""
    delivered = answer.results.get("delivered_volume")
    expected = next((step for step in answer.working if step.name == "expected volume"), None)
    if expected is None or not isinstance(delivered, Quantity) or delivered.magnitude <= 0:
        return None
    known = dict(expected.operands)
    filled, flow, days = (
        as_volume(known["filled volume"]),
        as_flow_rate(known["flow rate"]),
        as_duration(known["time since the fill"]),
    )
    empty = time_until_delivered(filled, as_volume(filled - delivered), flow)
    return (empty, time_without_drug(days, empty.value)) if days > empty.value else None


def _residual_of(answer: Answer) -> Residual | None:
    """What was drawn off against what should be left; None where that says nothing: it was stopped already."""
    ratio, difference = answer.results.get("delivered_ratio"), answer.results.get("difference")
    expected, delivered = answer.results.get("expected_volume"), answer.results.get("delivered_volume")
    if not (
        isinstance(ratio, Quantity)
        and isinstance(difference, Quantity)
        and isinstance(expected, Quantity)
        and isinstance(delivered, Quantity)
    ):
        return None
    if expected.magnitude < 0 or delivered.magnitude < 0:
        return None
    aspirated = as_volume(expected + difference)
    filled = as_volume(aspirated + delivered)
    times = _dry_times(answer)
    dry = () if times is None else tuple(each.value for each in times)
    return Residual(filled, aspirated, as_volume(expected), as_ratio(ratio), *dry)


def _with_ratio_by_reading(answer: Answer, rules: Rules) -> Answer:
    """`answer` with the least and the highest delivered ratio that the readings of the syringe allow."""
    residual, reading = _residual_of(answer), reading_error(rules)
    if residual is None or reading is None:
        return answer
    least, most = delivered_ratio_by_reading(residual.filled, residual.aspirated, residual.expected, reading)
    if was_empty(residual.aspirated, rules):
        return _with_least_ratio(answer, least)
    results = {**answer.results, "delivered_ratio_most": most.value}
    if least.value.magnitude < 0:
        return replace(answer, results=results, working=(*answer.working, most))
    return replace(
        answer,
        results={**results, "delivered_ratio_least": least.value},
        working=(*answer.working, most, least),
    )


def _with_least_ratio(answer: Answer, least: Worked[Ratio]) -> Answer:
    """`answer` with the least ratio alone: of a reservoir found empty nobody knows how fast it was, or since when."""
    known = {name: value for name, value in answer.results.items() if name != "delivered_ratio"}
    working = tuple(step for step in answer.working if step.name != "delivered ratio")
    return replace(answer, results={**known, "delivered_ratio_least": least.value}, working=(*working, least))


def _with_worst_case(answer: Answer, rules: Rules) -> Answer:
    """`answer` with the shortest times to the alarm and to the residual volume, by the accuracy of the pump that was named.

    Where another accuracy was typed, that one stands.
    """
    steps = {str(step.name): step for step in answer.working}
    alarm, empty, pump = steps.get(TIME_TO_ALARM), steps.get(TIME_TO_EMPTY), rules.pump
    flow = answer.results.get("flow_rate_with_patient_boluses", answer.results.get("flow_rate"))
    if (
        empty is None
        or pump is None
        or not isinstance(flow, Quantity)
        or "time_to_empty" not in answer.results
    ):
        return answer
    typed = next(iter(_operands(answer, ("flow accuracy",))), None)
    known = pump.accuracy.quantity if typed is None and pump.accuracy is not None else typed
    if known is None:
        return answer
    accuracy = as_percentage(known)
    added = dict[str, Worked[Duration]]()
    if alarm is not None and typed is None:
        added["alarm"] = worst_case(alarm, accuracy)
    filled, residual = dict(empty.operands)["filled volume"], pump.residual_volume
    if residual is not None and residual.quantity < filled:
        added["empty"] = steady_worst_case(
            as_volume(filled), as_volume(residual.quantity), as_flow_rate(flow), accuracy
        )
        steps.pop(str(worst_case(empty, accuracy).name), None)  # down to nothing: later than can be delivered
    results = dict(answer.results)
    for name, worst in added.items():
        results |= worst_time(name, worst, answer.start)
    dates = tuple(dated(worst, answer.start) for worst in added.values())
    return replace(answer, results=results, working=(*steps.values(), *dates))
