"""The quick questions, each from typed texts to an answer with its working.

The command line and the side panels of the window call the same functions. Field names are those of the
command line, with `_` for `-`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.ask.form import Form
from itbcalc.compute import bolus, concentration, reservoir, tip, titration_step
from itbcalc.compute.calculation import Calculation, HeldInLine, Inputs
from itbcalc.compute.continuous import continuous_daily_dose, continuous_flow_rate
from itbcalc.compute.line import Filling
from itbcalc.compute.schedule import SimpleContinuous
from itbcalc.compute.working import Worked
from itbcalc.errors import EntryError, FieldEntryError, RefusedError
from itbcalc.judge.findings import Finding, FindingCode, Values
from itbcalc.quantities.display import in_unit, number_shown, unit_text, with_unit
from itbcalc.quantities.entry import Entered, pint_unit, read_quantity, read_unit
from itbcalc.quantities.instants import Instant, read_instant, read_zone
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DOSE,
    DURATION,
    FLOW_RATE,
    KINDS,
    LENGTH,
    MOLAR_CONCENTRATION,
    MOLAR_MASS,
    PERCENTAGE,
    RATIO,
    VOLUME,
    VOLUME_PER_LENGTH,
    Concentration,
    DailyDose,
    Duration,
    Kind,
    Percentage,
    Volume,
    as_concentration,
    as_daily_dose,
    as_dose,
    as_duration,
    as_flow_rate,
    as_length,
    as_molar_mass,
    as_percentage,
    as_volume,
    as_volume_per_length,
    exactly,
)
from itbcalc.quantities.units import Quantity

MAX_STEPS = 100
MAX_BOLUSES_PER_DAY = 1000


class InUnit(Struct, frozen=True):
    """A quantity to be shown in a unit asked for, instead of its kind's own."""

    number: Fraction
    unit: str

    @property
    def text(self) -> str:
        """As shown."""
        return with_unit(number_shown(self.number), self.unit)


Result = Quantity | InUnit | datetime | tuple[Quantity, ...] | tuple[HeldInLine, ...]
Steps = tuple[Worked[Quantity], ...]


class Answer(Struct, frozen=True):
    """Results by name, the working of each step, and what was found.

    `step` is the (first) step from one daily dose to the next, of a titration or with a change of concentration; `pump` the
    id of the model, where one was named, and `accuracy` what was typed of how far it may be off; `line` what was computed of tubing and catheter, where it was said what they hold;
    `start` from when on the times of a reservoir are counted.
    """

    results: Mapping[str, Result]
    working: Steps
    findings: tuple[Finding, ...] = ()
    step: tuple[DailyDose, DailyDose] | None = None
    pump: str = ""
    accuracy: Percentage | None = None
    line: Calculation | None = None
    start: Instant | None = None


# --- flow and dose


def flow_rate(form: Form) -> Answer:
    """Flow rate of a daily dose at a concentration."""
    dose, strength = form.known(
        form.quantity("dose", DAILY_DOSE), form.quantity("concentration", CONCENTRATION)
    )
    worked = continuous_flow_rate(as_daily_dose(dose), as_concentration(strength))
    return Answer({"flow_rate": worked.value}, (worked,))


def daily_dose(form: Form) -> Answer:
    """Daily dose of a flow rate at a concentration."""
    flow, strength = form.known(
        form.quantity("flow_rate", FLOW_RATE), form.quantity("concentration", CONCENTRATION)
    )
    worked = continuous_daily_dose(as_flow_rate(flow), as_concentration(strength))
    return Answer({"daily_dose": worked.value, "flow_rate": flow}, (worked,))


def constant_flow(form: Form) -> Answer:
    """The mixture with which a pump of fixed flow gives a daily dose, and how it is made up from a stock."""
    dose, flow = form.quantity("dose", DAILY_DOSE), form.quantity("flow_rate", FLOW_RATE)
    stock = form.quantity("stock", CONCENTRATION, required=form.has("volume"))
    volume = form.quantity("volume", VOLUME, required=form.has("stock"))
    dose, flow = form.known(dose, flow)
    needed = concentration.concentration_for_dose(as_daily_dose(dose), as_flow_rate(flow))
    results: dict[str, Result] = {"concentration": needed.value}
    if stock is None or volume is None:
        return Answer(results, (needed,))
    if needed.value > stock:
        form.refuse("stock", "target_above_stock")
        form.finish()
    strength, filling = as_concentration(stock), as_volume(volume)
    of_stock = concentration.stock_volume(strength, needed.value, filling)
    diluent = concentration.diluent_volume(filling, of_stock.value)
    drug = concentration.drug_in(filling, needed.value)
    results |= {"stock_volume": of_stock.value, "diluent_volume": diluent.value, "drug": drug.value}
    return Answer(results, (needed, of_stock, diluent, drug))


def titrate(form: Form) -> Answer:
    """A daily dose after one or several percentage steps, or the change to another dose."""
    dose = form.quantity("dose", DAILY_DOSE)
    way = form.one_of(("percent",), ("to",))
    percent = form.quantity("percent", PERCENTAGE, signed=True) if way == 0 else None
    target = form.quantity("to", DAILY_DOSE) if way == 1 else None
    steps = form.count("steps", largest=MAX_STEPS)
    if way == 1 and form.has("steps"):
        form.refuse("steps", "together", known="percent")
    if percent is not None and percent.magnitude <= -100:
        form.refuse("percent", "change_below_zero")
    dose, by_or_to = form.known(dose, percent if way == 0 else target)
    start = as_daily_dose(dose)
    if way == 1:
        working: Steps = ()
        doses = [as_daily_dose(by_or_to)]
    else:
        sequence = titration_step.titration_sequence(start, as_percentage(by_or_to), steps or 1)
        working = sequence
        doses = [worked.value for worked in sequence]
    overall = titration_step.dose_change(start, doses[-1])
    results: dict[str, Result] = {
        "daily_dose": doses[-1],
        "steps": tuple(doses),
        "dose_change_percent": overall.value,
    }
    return Answer(results, (*working, overall), step=(start, doses[0]))


# --- the reservoir


def refill(form: Form) -> Answer:
    """Time and date of alarm and emptiness."""
    volume = form.quantity("volume", VOLUME)
    alarm = form.quantity("alarm", VOLUME, required=False, zero_allowed=True)
    flow, strength, working = _flow_of(form)
    bolus_volume, boluses, bolus_working = _patient_boluses(form, strength)
    accuracy = form.quantity("accuracy", PERCENTAGE, required=False)
    start = _start(form)
    if volume is not None and alarm is not None and alarm >= volume:
        form.refuse(
            "alarm", "alarm_not_below_filled", other="volume", other_typed=form.texts.get("volume") or ""
        )
    volume, flow = form.known(volume, flow)
    total = as_flow_rate(flow)
    results: dict[str, Result] = {"flow_rate": total}
    working += bolus_working
    if bolus_volume is not None and boluses is not None:
        with_boluses = reservoir.flow_with_boluses(total, as_volume(bolus_volume), boluses)
        total, working = with_boluses.value, (*working, with_boluses)
        results["flow_rate_with_patient_boluses"] = total
        if strength is not None:
            dose = continuous_daily_dose(total, as_concentration(strength))
            results["daily_dose_with_patient_boluses"] = dose.value
            working = (*working, dose)
    for level in [None] if alarm is None else [as_volume(alarm), None]:
        time = reservoir.time_to_level(as_volume(volume), level, total)
        worst = reservoir.worst_case(time, as_percentage(accuracy)) if accuracy is not None else None
        results |= _times("empty" if level is None else "alarm", time, worst, start)
        times = [time] if worst is None else [time, worst]
        working = (*working, *(reservoir.dated(each, start) for each in times))
    pump = (form.texts.get("pump") or "").strip(" ")
    return Answer(results, working, tuple(_refill_findings(results, start)), pump=pump, start=start)


def _times(
    name: str, time: Worked[Duration], worst: Worked[Duration] | None, start: Instant | None
) -> dict[str, Result]:
    """The results for one level: when it is reached, at the latest and at the earliest."""
    results: dict[str, Result] = {f"time_to_{name}": time.value}
    if name == "alarm":
        results["whole_days_to_alarm"] = exactly(reservoir.whole_days(time.value), DURATION)
    results |= _dated(name, time, start)
    return results if worst is None else results | worst_time(name, worst, start)


def worst_time(name: str, worst: Worked[Duration], start: Instant | None) -> dict[str, Result]:
    """The results for the earliest that the alarm (`alarm`), or emptiness (`empty`), may come."""
    return {f"time_to_{name}_worst": worst.value, **_dated(name, worst, start, "_worst")}


def _dated(name: str, time: Worked[Duration], start: Instant | None, suffix: str = "") -> dict[str, Result]:
    moment = reservoir.moment_after(start, time.value) if start is not None else None
    date = "low_alarm_date" if name == "alarm" else "empty_date"
    return {} if moment is None else {f"{date}{suffix}": moment}


def _refill_findings(results: Mapping[str, Result], start: Instant | None) -> Iterator[Finding]:
    first = results.get("time_to_alarm", results["time_to_empty"])
    assert isinstance(first, Quantity)
    if first < exactly(1, DURATION):
        values = {"time": first}
        yield Finding(code=FindingCode.RESERVOIR_LASTS_LESS_THAN_A_DAY, place="volume", values=values)
    if start is not None and not start.zone_named:
        yield Finding(code=FindingCode.ZONE_NOT_SAID, place="from", values={"at": start.moment})
    if start is not None and "empty_date" not in results:
        yield Finding(code=FindingCode.BEYOND_CALENDAR, place="from", values={"time": first})


def residual(form: Form) -> Answer:
    """Aspirated against expected volume at a refill."""
    volume = form.quantity("filled", VOLUME)
    drawn = form.quantity("aspirated", VOLUME, zero_allowed=True)
    days = form.days("days")
    accuracy = form.quantity("accuracy", PERCENTAGE, required=False)
    flow, _, working = _flow_of(form)
    volume, drawn, days, flow = form.known(volume, drawn, days, flow)
    filled, aspirated = as_volume(volume), as_volume(drawn)
    expected = reservoir.expected_volume(filled, as_flow_rate(flow), as_duration(days))
    difference = reservoir.residual_difference(aspirated, expected.value)
    delivered = reservoir.delivered_volume(filled, aspirated)
    results: dict[str, Result] = {
        "expected_volume": expected.value,
        "difference": difference.value,
        "delivered_volume": delivered.value,
    }
    working += (expected, difference, delivered)
    if aspirated.magnitude and aspirated <= filled:
        mean = reservoir.delivered_flow_rate(delivered.value, as_duration(days))
        results["delivered_flow_rate"] = mean.value
        working = (*working, mean)
    found: list[Finding] = []
    if aspirated > filled:
        values: Values = {"aspirated": aspirated, "filled": filled}
        found.append(Finding(code=FindingCode.ASPIRATED_ABOVE_FILLED, place="aspirated", values=values))
    if expected.value.magnitude < 0:
        until_empty = reservoir.time_to_level(filled, None, as_flow_rate(flow))
        values = {"filled": filled, "aspirated": aspirated, "empty": until_empty.value}
        found.append(Finding(code=FindingCode.EXPECTED_BELOW_ZERO, place="days", values=values))
    ratio = reservoir.delivered_ratio(filled, aspirated, expected.value)
    pump = (form.texts.get("pump") or "").strip(" ")
    return Answer(
        {**results, "delivered_ratio": ratio.value},
        (*working, ratio),
        tuple(found),
        pump=pump,
        accuracy=None if accuracy is None else as_percentage(accuracy),
    )


def pocket(form: Form) -> Answer:
    """What was injected at a refill against what is found in the reservoir right after it."""
    into, level = (
        form.quantity("injected", VOLUME),
        form.quantity("measured", VOLUME, zero_allowed=True),
    )
    into, level = form.known(into, level)
    missing = reservoir.fill_discrepancy(as_volume(into), as_volume(level))
    pump = (form.texts.get("pump") or "").strip(" ")
    return Answer({"missing_volume": missing.value}, (missing,), pump=pump)


# --- catheter, bridge and priming


def catheter(form: Form, lengths: Sequence[str], volumes_per_length: Sequence[str]) -> Answer:
    """Volume inside a catheter of one or more segments."""
    if not lengths:
        form.refuse("length", "missing")
    if len(lengths) != len(volumes_per_length):
        form.refuse("volume_per_length", "pairs", known="--length")
    form.finish()
    pairs = [
        (form.read("length", length, LENGTH), form.read("volume_per_length", per, VOLUME_PER_LENGTH))
        for length, per in zip(lengths, volumes_per_length, strict=True)
    ]
    segments = [form.known(length, per) for length, per in pairs]
    worked = bolus.catheter_volume([(as_length(a), as_volume_per_length(b)) for a, b in segments])
    return Answer({"catheter_volume": worked.value}, (worked,))


def bridge(form: Form) -> Answer:
    """The bridge after a change of concentration, and what the tip receives without it."""
    current, new = (
        form.quantity("old_concentration", CONCENTRATION),
        form.quantity("new_concentration", CONCENTRATION),
    )
    current_dose, new_dose = form.quantity("old_dose", DAILY_DOSE), form.quantity("new_dose", DAILY_DOSE)
    given_dose = form.quantity("bridge_dose", DAILY_DOSE, required=False)
    if current is not None and new is not None and current == new:
        form.refuse("new_concentration", "bridge_without_change")
    if _says_what_the_line_holds(form):
        line = _line_of(form)
        current, new, current_dose, new_dose = form.known(current, new, current_dose, new_dose)
        change = replace(
            line,
            current_concentration=as_concentration(current),
            current_schedule=SimpleContinuous(as_daily_dose(current_dose)),
            new_concentration=as_concentration(new),
            new_schedule=SimpleContinuous(as_daily_dose(new_dose)),
            bridge_dose=as_daily_dose(current_dose if given_dose is None else given_dose),
        )
        return _bridge_of_what_is_left(
            change, as_daily_dose(current_dose), as_daily_dose(new_dose), given_dose
        )
    dead, working = _dead_volume_of(form)
    current, new, current_dose, new_dose, dead = form.known(current, new, current_dose, new_dose, dead)
    current_concentration, new_concentration = as_concentration(current), as_concentration(new)
    before, after, dead_volume = as_daily_dose(current_dose), as_daily_dose(new_dose), as_volume(dead)
    dose = before if given_dose is None else as_daily_dose(given_dose)
    steps: dict[str, Worked[Quantity]] = {
        "bridge_duration": bolus.bridge_duration(dead_volume, current_concentration, dose),
        "bridge_flow_rate": bolus.bridge_flow_rate(dose, current_concentration),
        "bridge_drug": bolus.bridge_drug(dead_volume, current_concentration),
        "bridge_dose_shown_at_new_concentration": bolus.bridge_dose_at_new_concentration(
            dead_volume, new_concentration
        ),
        "unbridged_dose": tip.unbridged_dose(after, current_concentration, new_concentration),
        "unbridged_duration": tip.unbridged_duration(dead_volume, new_concentration, after),
        "unbridged_ratio": tip.unbridged_ratio(current_concentration, new_concentration),
    }
    found = tuple(_bridge_dose_findings(given_dose, before))
    results: dict[str, Result] = {"dead_volume": dead_volume, "bridge_dose": dose}
    results |= {name: worked.value for name, worked in steps.items()}
    return Answer(results, (*working, *steps.values()), found, step=(before, after))


def _bridge_dose_findings(given: Quantity | None, current: DailyDose) -> Iterator[Finding]:
    """That the old dose is kept during the bridge, or that another was given."""
    if given is None:
        yield Finding(code=FindingCode.BRIDGE_DOSE_ASSUMED, place="bridge_dose", values={"old": current})
    elif given != current:
        values = {"bridge": given, "old": current}
        yield Finding(code=FindingCode.BRIDGE_DOSE_DIFFERS, place="bridge_dose", values=values)


def _bridge_of_what_is_left(
    change: Inputs, current: DailyDose, new: DailyDose, given: Quantity | None
) -> Answer:
    """The same where it was said what tubing and catheter hold: the bridge is for what is left of the old drug."""
    calculation = Calculation(change)
    steps = _line_steps(calculation) | {
        "time_without_drug": calculation.time_without_drug,
        "bridge_duration": calculation.bridge_duration,
        "bridge_flow_rate": calculation.bridge_flow_rate,
        "bridge_drug": calculation.bridge_drug,
        "bridge_dose_shown_at_new_concentration": calculation.bridge_dose_shown_at_new_concentration,
        "unbridged_dose": calculation.unbridged_dose,
        "unbridged_duration": calculation.unbridged_duration,
        "unbridged_ratio": calculation.unbridged_ratio,
    }
    known = {name: worked for name, worked in steps.items() if worked is not None}
    results = _line_results(calculation, known)
    found: tuple[Finding, ...] = ()
    if calculation.bridge_runs and change.bridge_dose is not None:
        results["bridge_dose"] = change.bridge_dose
        found = tuple(_bridge_dose_findings(given, current))
    elif given is not None:
        found = (Finding(code=FindingCode.BRIDGE_WITHOUT_OLD_DRUG, place="bridge_dose"),)
    return Answer(results, tuple(known.values()), found, step=(current, new), line=calculation)


def prime(form: Form) -> Answer:
    """The volume and drug of a priming bolus; where it was said what the line holds, what of it reaches the patient."""
    strength = form.quantity("concentration", CONCENTRATION)
    duration = form.quantity("duration", DURATION, required=False)
    if _says_what_the_line_holds(form):
        return _prime_of_line(form, strength, duration)
    if form.has("old_concentration"):
        form.refuse("old_concentration", "together", known="tubing, catheter")
    dead, working = _dead_volume_of(form)
    strength, dead = form.known(strength, dead)
    volume = as_volume(dead)
    dose = bolus.priming_dose(volume, as_concentration(strength))
    results: dict[str, Result] = {"prime_volume": volume, "prime_dose": dose.value}
    if duration is None:
        return Answer(results, (*working, dose))
    flow = bolus.priming_flow_rate(volume, as_duration(duration))
    return Answer({**results, "prime_flow_rate": flow.value}, (*working, dose, flow))


def _prime_of_line(form: Form, strength: Quantity | None, duration: Quantity | None) -> Answer:
    """A prime of the volume that was said, or else until no part without drug is left, into what tubing and catheter hold."""
    line = _line_of(form)
    holds_old = Filling.OLD in (line.tubing_holds, line.catheter_holds)
    current = form.quantity("old_concentration", CONCENTRATION, required=holds_old)
    (new,) = form.known(strength)
    change = replace(
        line,
        current_concentration=as_concentration(new if current is None else current),
        new_concentration=as_concentration(new),
        prime_volume=Calculation(line).volume_to_prime if line.prime_volume is None else line.prime_volume,
        prime_duration=None if duration is None else as_duration(duration),
    )
    calculation = Calculation(change)
    steps = _line_steps(calculation)
    if duration is not None and change.prime_volume is not None:
        steps["prime_flow_rate"] = bolus.priming_flow_rate(change.prime_volume, as_duration(duration))
    known = {name: worked for name, worked in steps.items() if worked is not None}
    return Answer(_line_results(calculation, known), tuple(known.values()), line=calculation)


# --- concentrations


def convert(form: Form) -> Answer:
    """A quantity in another unit, through percent w/v or molar mass where the unit asks for it."""
    entered, target = _typed_quantity(form), _target_unit(form)
    molar_mass = form.quantity("molar_mass", MOLAR_MASS, required=False)
    form.finish()
    assert entered is not None, "what is required and missing is refused"
    assert target is not None, "what is required and missing is refused"
    kind, target_kind = _kind_of_unit(entered.unit), _kind_of_unit(target)
    changes = kind is not target_kind
    if changes and (
        kind not in concentration.WAYS_OF_WRITING or target_kind not in concentration.WAYS_OF_WRITING
    ):
        form.refusals.append(RefusedError("to", entered.text, "cannot_convert", known=target))
    needs_molar_mass = changes and MOLAR_CONCENTRATION in (kind, target_kind)
    if needs_molar_mass and molar_mass is None:
        form.refuse("molar_mass", "needs_molar_mass")
    if molar_mass is not None and not needs_molar_mass:
        form.refuse("molar_mass", "not_used")
    form.finish()
    steps: Steps = ()
    if kind is not None and target_kind is not None and changes:
        mass = as_molar_mass(molar_mass) if molar_mass is not None else None
        steps = concentration.conversion(entered.quantity, kind, target_kind, mass)
    quantity = steps[-1].value if steps else entered.quantity
    unit = unit_text(quantity) if steps else entered.unit
    if not steps or unit != target:
        steps = (*steps, concentration.in_another_unit(quantity, unit, target))
    return Answer({"converted": InUnit(in_unit(quantity, target), target)}, steps)


def dilute(form: Form) -> Answer:
    """How much stock and diluent make a volume at a target concentration."""
    of_stock, wanted = form.quantity("stock", CONCENTRATION), form.quantity("target", CONCENTRATION)
    total = form.quantity("volume", VOLUME)
    if of_stock is not None and wanted is not None and wanted > of_stock:
        form.refuse("target", "target_above_stock")
    of_stock, wanted, total = form.known(of_stock, wanted, total)
    stock, target, volume = as_concentration(of_stock), as_concentration(wanted), as_volume(total)
    stock_volume = concentration.stock_volume(stock, target, volume)
    diluent_volume = concentration.diluent_volume(volume, stock_volume.value)
    drug = concentration.drug_in(volume, target)
    results = {
        "stock_volume": stock_volume.value,
        "diluent_volume": diluent_volume.value,
        "drug": drug.value,
    }
    return Answer(results, (stock_volume, diluent_volume, drug))


def mix(form: Form, parts: Sequence[tuple[str, str]], drugs: Sequence[str] = ()) -> Answer:
    """Volume, drug and concentration of several parts together; a part without drug has 0 mcg/mL.

    `drugs` names the drug of each part; of several drugs each has its own concentration.
    """
    if not parts:
        form.refuse("part", "missing")
    if drugs and len(drugs) != len(parts):
        form.refuse("drug", "pairs", known="--part")
    read = [
        (form.read("part", volume, VOLUME), form.read("part", strength, CONCENTRATION, zero_allowed=True))
        for volume, strength in parts
    ]
    names = [read_drug(form, "drug", text) for text in drugs]
    form.finish()
    pairs = [form.known(volume, strength) for volume, strength in read]
    known = [(as_volume(volume), as_concentration(strength)) for volume, strength in pairs]
    volume = concentration.mixed_volume(known)
    held = dict.fromkeys(
        name for name, (_, strength) in zip(names, known, strict=False) if strength.magnitude
    )
    if len(held) > 1:
        return _mixed_drugs(tuple(held), names, known)
    drug, mixed = concentration.mixed_drug(known), concentration.mixed_concentration(known)
    results = {"volume": volume.value, "concentration": mixed.value, "drug": drug.value}
    return Answer(results, (volume, drug, mixed))


def _mixed_drugs(
    held: Sequence[str], names: Sequence[str], parts: Sequence[tuple[Volume, Concentration]]
) -> Answer:
    """Each of several drugs by itself: what there is of it, and its concentration in the whole."""
    volume = concentration.mixed_volume(parts)
    results: dict[str, Result] = {"volume": volume.value}
    working: Steps = (volume,)
    for name in held:
        amount, strength = concentration.mixed_drug_of(name, names, parts)
        results |= {f"concentration_{name}": strength.value, f"drug_{name}": amount.value}
        working += (amount, strength)
    values = {"drugs": ", ".join(held)}
    return Answer(results, working, (Finding(code=FindingCode.DRUGS_MIXED, place="drug", values=values),))


def read_drug(form: Form, field: str, text: str) -> str:
    """The name of a drug, in small letters; refused where it is none."""
    name = text.strip(" ").lower()
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", name):
        form.refusals.append(RefusedError(field, text, "drug_name"))
    return name


# --- what several questions ask for


def _flow_of(form: Form) -> tuple[Quantity | None, Quantity | None, Steps]:
    """The flow rate, given or from dose and concentration; with the concentration where it is given."""
    way = form.one_of(("flow_rate",), ("dose", "concentration"))
    if way == 0:
        return form.quantity("flow_rate", FLOW_RATE), None, ()
    if way is None:
        return None, None, ()
    dose, strength = form.quantity("dose", DAILY_DOSE), form.quantity("concentration", CONCENTRATION)
    if dose is None or strength is None:
        return None, strength, ()
    worked = continuous_flow_rate(as_daily_dose(dose), as_concentration(strength))
    return worked.value, strength, (worked,)


def _patient_boluses(form: Form, strength: Quantity | None) -> tuple[Quantity | None, int | None, Steps]:
    """Volume and allotted number of patient boluses: a dose beside a dose, a volume beside a flow rate."""
    for one, other in (
        ("patient_bolus", "patient_boluses_per_day"),
        ("patient_boluses_per_day", "patient_bolus"),
    ):
        if form.has(one) and not form.has(other):
            form.refuse(other, "missing")
    count = form.count("patient_boluses_per_day", largest=MAX_BOLUSES_PER_DAY)
    if form.has("flow_rate"):
        return form.quantity("patient_bolus", VOLUME, required=False), count, ()
    dose = form.quantity("patient_bolus", DOSE, required=False)
    if dose is None or strength is None:
        return None, count, ()
    worked = bolus.patient_bolus_volume(as_dose(dose), as_concentration(strength))
    return worked.value, count, (worked,)


def _dead_volume_of(form: Form) -> tuple[Quantity | None, Steps]:
    """The dead volume, given or of tubing and catheter."""
    way = form.one_of(("dead_volume",), ("tubing_volume", "catheter_volume"))
    if way == 0:
        return form.quantity("dead_volume", VOLUME), ()
    if way is None:
        return None, ()
    tubing, inside = form.quantity("tubing_volume", VOLUME), form.quantity("catheter_volume", VOLUME)
    if tubing is None or inside is None:
        return None, ()
    worked = bolus.dead_volume(as_volume(tubing), as_volume(inside))
    return worked.value, (worked,)


def _says_what_the_line_holds(form: Form) -> bool:
    return any(form.has(field) for field in ("tubing", "catheter", "prime_volume"))


def _line_of(form: Form) -> Inputs:
    """What tubing and catheter hold, and the prime; what is said of one must be said of the other, as in a program file."""
    if form.has("dead_volume"):
        form.refuse("dead_volume", "line_in_parts")
    tubing, inside = form.quantity("tubing_volume", VOLUME), form.quantity("catheter_volume", VOLUME)
    said = form.has("tubing") or form.has("catheter")
    tubing_holds = form.choice("tubing", tuple(Filling), "unknown_filling", required=said)
    catheter_holds = form.choice("catheter", tuple(Filling), "unknown_filling", required=said)
    prime_volume = form.quantity("prime_volume", VOLUME, required=False)
    return Inputs(
        tubing_volume=None if tubing is None else as_volume(tubing),
        catheter_volume=None if inside is None else as_volume(inside),
        tubing_holds=Filling(tubing_holds or Filling.OLD),
        catheter_holds=Filling(catheter_holds or Filling.OLD),
        prime_volume=None if prime_volume is None else as_volume(prime_volume),
    )


def _line_steps(calculation: Calculation) -> dict[str, Worked[Any] | None]:
    """What is computed of the line before anything flows in it, by name."""
    return {
        "dead_volume": calculation.dead_volume,
        "prime_dose": calculation.prime_dose,
        "prime_drug_delivered": calculation.prime_drug_delivered,
        "old_drug_volume": calculation.old_drug_volume,
    }


def _line_results(calculation: Calculation, known: Mapping[str, Worked[Any]]) -> dict[str, Result]:
    """The results of the steps, with what needs none: the volume of the prime, and what then lies in the line."""
    results: dict[str, Result] = {name: worked.value for name, worked in known.items()}
    if calculation.inputs.prime_volume is not None:
        results["prime_volume"] = calculation.inputs.prime_volume
    if calculation.line_after_prime is not None:
        results["line_after_prime"] = calculation.line_after_prime
    return results


def _start(form: Form) -> Instant | None:
    field = "zone"
    try:
        zone = read_zone(form.texts["zone"] or "") if form.has("zone") else None
        if not form.has("from"):
            if zone is not None:
                form.refuse("from", "missing")
            return None
        field = "from"
        return read_instant(form.texts["from"] or "", zone, local_allowed=zone is not None)
    except EntryError as error:
        form.refusals.append(FieldEntryError(field, error))
        return None


# --- any quantity, any unit


# Percentages and ratios have the same dimension, and only `%` is ever typed.
_CONVERTIBLE = tuple(kind for kind in KINDS if kind not in (PERCENTAGE, RATIO))


def _typed_quantity(form: Form) -> Entered | None:
    """The quantity to convert, of whichever kind its unit says."""
    if not form.has("quantity"):
        form.refuse("quantity", "missing")
        return None
    text = form.texts["quantity"] or ""
    errors: list[EntryError] = []
    # First the only one that may have several parts: of each other the unit nearest to those would be looked for.
    for kind in (DURATION, CONCENTRATION, PERCENTAGE, *_CONVERTIBLE):
        try:
            entered = read_quantity(text, kind)
        except EntryError as error:
            errors.append(error)
            continue
        if entered.quantity.magnitude == 0:
            form.refuse("quantity", "zero")
            return None
        return entered
    _, *in_turn = errors
    named = next((error for error in in_turn if error.hint), in_turn[0])
    form.refusals.append(FieldEntryError("quantity", named))
    return None


def _target_unit(form: Form) -> str | None:
    if not form.has("to"):
        form.refuse("to", "missing")
        return None
    try:
        return read_unit(form.texts["to"] or "")
    except EntryError as error:
        form.refusals.append(FieldEntryError("to", error))
        return None


def _kind_of_unit(unit: str) -> Kind | None:
    """What a quantity in `unit` is; None for a unit of no kind, such as mcg/mg."""
    if unit == "%":
        return PERCENTAGE
    dimensionality = pint_unit(unit).dimensionality
    return next((kind for kind in _CONVERTIBLE if kind.unit.dimensionality == dimensionality), None)


# Questions that take nothing but single texts; the others take lists besides.
QUESTIONS: Mapping[str, Callable[[Form], Answer]] = {
    "flow-rate": flow_rate,
    "daily-dose": daily_dose,
    "constant-flow": constant_flow,
    "refill": refill,
    "residual": residual,
    "pocket": pocket,
    "bridge": bridge,
    "prime": prime,
    "convert": convert,
    "dilute": dilute,
    "titrate": titrate,
}
