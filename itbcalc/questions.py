"""The quick questions, each from typed texts to an answer with its working.

The command line and the side panels of the window call the same functions. Field names are those of the
command line, with `_` for `-`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from itbcalc import bolus, concentration, reservoir, tip, titration_step
from itbcalc.errors import EntryError, FieldEntryError, RefusedError
from itbcalc.findings import Finding, FindingCode
from itbcalc.form import Form
from itbcalc.infusion.schedule import continuous_daily_dose, continuous_flow_rate
from itbcalc.quantities.display import in_unit, number_shown, with_unit
from itbcalc.quantities.entry import Entered, read_quantity, read_unit
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
    Kind,
    as_concentration,
    as_daily_dose,
    as_dose,
    as_duration,
    as_flow_rate,
    as_length,
    as_molar_concentration,
    as_molar_mass,
    as_percentage,
    as_volume,
    as_volume_per_length,
    exactly,
)
from itbcalc.quantities.units import Quantity
from itbcalc.working import Worked

MAX_STEPS = 100
MAX_BOLUSES_PER_DAY = 1000


@dataclass(frozen=True, slots=True)
class InUnit:
    """A quantity to be shown in a unit asked for, instead of its kind's own."""

    number: Fraction
    unit: str

    @property
    def text(self) -> str:
        """As shown."""
        return with_unit(number_shown(self.number), self.unit)


Result = Quantity | InUnit | datetime | tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Results by name, the working of each step, and what was found."""

    results: Mapping[str, Result]
    working: tuple[Worked[Any], ...]
    findings: tuple[Finding, ...] = ()


def flow_rate(form: Form) -> Answer:
    """Flow rate of a daily dose at a concentration."""
    dose, strength = form.quantity("dose", DAILY_DOSE), form.quantity("concentration", CONCENTRATION)
    form.finish()
    worked = continuous_flow_rate(as_daily_dose(dose), as_concentration(strength))
    return Answer({"flow_rate": worked.value}, (worked,))


def daily_dose(form: Form) -> Answer:
    """Daily dose of a flow rate at a concentration."""
    flow, strength = form.quantity("flow_rate", FLOW_RATE), form.quantity("concentration", CONCENTRATION)
    form.finish()
    worked = continuous_daily_dose(as_flow_rate(flow), as_concentration(strength))
    return Answer({"daily_dose": worked.value, "flow_rate": flow}, (worked,))


def refill(form: Form) -> Answer:
    """Time and date of alarm and emptiness."""
    filled = form.quantity("volume", VOLUME)
    alarm = form.quantity("alarm", VOLUME, required=False, zero_allowed=True)
    flow, strength, working = _flow_of(form)
    bolus_volume, boluses, bolus_working = _patient_boluses(form, strength)
    accuracy = form.quantity("accuracy", PERCENTAGE, required=False)
    start = _start(form)
    if filled is not None and alarm is not None and alarm >= filled:
        form.refuse(
            "alarm", "alarm_not_below_filled", other="volume", other_typed=form.texts.get("volume") or ""
        )
    form.finish()
    working += bolus_working
    total = as_flow_rate(flow)
    results: dict[str, Result] = {"flow_rate": total}
    if bolus_volume is not None and boluses is not None:
        with_boluses = reservoir.flow_with_boluses(total, as_volume(bolus_volume), boluses)
        total, working = with_boluses.value, (*working, with_boluses)
        results["flow_rate_with_patient_boluses"] = total
        if strength is not None:
            dose = continuous_daily_dose(total, as_concentration(strength))
            results["daily_dose_with_patient_boluses"] = dose.value
    levels = [("empty", None)] if alarm is None else [("alarm", as_volume(alarm)), ("empty", None)]
    for name, level in levels:
        time = reservoir.time_to_level(as_volume(filled), level, total)
        working = (*working, time)
        results[f"time_to_{name}"] = time.value
        if name == "alarm":
            results["whole_days_to_alarm"] = exactly(reservoir.whole_days(time.value), DURATION)
        if accuracy is not None:
            worst = reservoir.worst_case(time, as_percentage(accuracy))
            working = (*working, worst)
            results[f"time_to_{name}_worst"] = worst.value
        moment = reservoir.moment_after(start, time.value) if start is not None else None
        if moment is not None:
            results["low_alarm_date" if name == "alarm" else "empty_date"] = moment
    return Answer(results, working, tuple(_refill_findings(results, start)))


def _refill_findings(results: Mapping[str, Result], start: Instant | None) -> list[Finding]:
    found = []
    first = results.get("time_to_alarm", results["time_to_empty"])
    assert isinstance(first, Quantity)
    if first < exactly(1, DURATION):
        found.append(
            Finding(code=FindingCode.RESERVOIR_LASTS_LESS_THAN_A_DAY, place="volume", values={"time": first})
        )
    if start is not None and not start.zone_named:
        found.append(Finding(code=FindingCode.ZONE_NOT_SAID, place="from", values={"at": start.moment}))
    if start is not None and "empty_date" not in results:
        found.append(Finding(code=FindingCode.BEYOND_CALENDAR, place="from", values={"time": first}))
    return found


def residual(form: Form) -> Answer:
    """Aspirated against expected volume at a refill."""
    filled = form.quantity("filled", VOLUME)
    aspirated = form.quantity("aspirated", VOLUME, zero_allowed=True)
    days = form.days("days")
    flow, _, working = _flow_of(form)
    form.finish()
    filled, aspirated = as_volume(filled), as_volume(aspirated)
    expected = reservoir.expected_volume(filled, as_flow_rate(flow), as_duration(days))
    difference = reservoir.residual_difference(aspirated, expected.value)
    delivered = reservoir.delivered_volume(filled, aspirated)
    ratio = reservoir.delivered_ratio(filled, aspirated, expected.value)
    found = []
    if aspirated > filled:
        values: dict[str, Quantity | datetime | str] = {"aspirated": aspirated, "filled": filled}
        found.append(Finding(code=FindingCode.ASPIRATED_ABOVE_FILLED, place="aspirated", values=values))
    if expected.value.magnitude < 0:
        used = as_volume(filled - expected.value)
        found.append(
            Finding(
                code=FindingCode.EXPECTED_BELOW_ZERO, place="days", values={"used": used, "filled": filled}
            )
        )
    return Answer(
        {
            "expected_volume": expected.value,
            "difference": difference.value,
            "delivered_volume": delivered.value,
            "delivered_ratio": ratio.value,
        },
        (*working, expected, difference, delivered, ratio),
        tuple(found),
    )


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
    form.finish()
    worked = bolus.catheter_volume([(as_length(a), as_volume_per_length(b)) for a, b in pairs])
    return Answer({"catheter_volume": worked.value}, (worked,))


def bridge(form: Form) -> Answer:
    """The bridge after a change of concentration, and what the tip receives without it."""
    old_c, new_c = (
        form.quantity("old_concentration", CONCENTRATION),
        form.quantity("new_concentration", CONCENTRATION),
    )
    old_d, new_d = form.quantity("old_dose", DAILY_DOSE), form.quantity("new_dose", DAILY_DOSE)
    bridge_d = form.quantity("bridge_dose", DAILY_DOSE, required=False)
    dead, working = _dead_volume_of(form)
    if old_c is not None and new_c is not None and old_c == new_c:
        form.refuse("new_concentration", "bridge_without_change")
    form.finish()
    old_c, new_c, new_d = as_concentration(old_c), as_concentration(new_c), as_daily_dose(new_d)
    assumed = bridge_d is None
    dose = as_daily_dose(old_d if assumed else bridge_d)
    steps = {
        "bridge_duration": bolus.bridge_duration(dead, old_c, dose),
        "bridge_flow_rate": bolus.bridge_flow_rate(dose, old_c),
        "bridge_drug": bolus.bridge_drug(dead, old_c),
        "bridge_dose_shown_at_new_concentration": bolus.bridge_dose_at_new_concentration(dead, new_c),
        "unbridged_dose": tip.unbridged_dose(new_d, old_c, new_c),
        "unbridged_duration": tip.unbridged_duration(dead, new_c, new_d),
        "unbridged_ratio": tip.unbridged_ratio(old_c, new_c),
    }
    found: tuple[Finding, ...] = ()
    if assumed:
        found = (Finding(code=FindingCode.BRIDGE_DOSE_ASSUMED, place="bridge_dose", values={"old": dose}),)
    elif dose != old_d:
        values: dict[str, Quantity | datetime | str] = {"bridge": dose, "old": as_daily_dose(old_d)}
        found = (Finding(code=FindingCode.BRIDGE_DOSE_DIFFERS, place="bridge_dose", values=values),)
    results = {"dead_volume": dead, "bridge_dose": dose} | {
        name: worked.value for name, worked in steps.items()
    }
    return Answer(results, (*working, *steps.values()), found)


def prime(form: Form) -> Answer:
    """The volume and drug of a priming bolus."""
    strength = form.quantity("concentration", CONCENTRATION)
    duration = form.quantity("duration", DURATION, required=False)
    volume, working = _dead_volume_of(form)
    form.finish()
    dose = bolus.priming_dose(volume, as_concentration(strength))
    results: dict[str, Result] = {"prime_volume": volume, "prime_dose": dose.value}
    working = (*working, dose)
    if duration is not None:
        flow = bolus.priming_flow_rate(volume, as_duration(duration))
        results["prime_flow_rate"], working = flow.value, (*working, flow)
    return Answer(results, working)


def convert(form: Form) -> Answer:
    """A quantity in another unit, through percent w/v or molar mass where the unit asks for it."""
    entered, target = _typed_quantity(form), _target_unit(form)
    molar_mass = form.quantity("molar_mass", MOLAR_MASS, required=False)
    form.finish()
    assert entered is not None and target is not None
    kind = _kind_of(entered)
    target_kind = _kind_of_unit(target)
    steps: list[Worked[Any]] = []
    quantity = entered.quantity
    if kind is not target_kind:
        quantity, steps, used_mass = _across(form, quantity, kind, target_kind, molar_mass, target)
    else:
        used_mass = False
    if molar_mass is not None and not used_mass:
        form.refuse("molar_mass", "not_used")
        form.finish()
    number = quantity.magnitude if target == "%" else in_unit(quantity, target)
    return Answer({"converted": InUnit(Fraction(number), target)}, tuple(steps))


def dilute(form: Form) -> Answer:
    """How much stock and diluent make a volume at a target concentration."""
    stock, target = form.quantity("stock", CONCENTRATION), form.quantity("target", CONCENTRATION)
    volume = form.quantity("volume", VOLUME)
    if stock is not None and target is not None and target > stock:
        form.refuse("target", "target_above_stock")
    form.finish()
    stock, target, volume = as_concentration(stock), as_concentration(target), as_volume(volume)
    of_stock = concentration.stock_volume(stock, target, volume)
    of_diluent = concentration.diluent_volume(volume, of_stock.value)
    drug = concentration.drug_in(volume, target)
    return Answer(
        {"stock_volume": of_stock.value, "diluent_volume": of_diluent.value, "drug": drug.value},
        (of_stock, of_diluent, drug),
    )


def mix(form: Form, parts: Sequence[tuple[str, str]]) -> Answer:
    """Volume, drug and concentration of several parts together; a part without drug has 0 mcg/mL."""
    if not parts:
        form.refuse("part", "missing")
    read = [
        (form.read("part", volume, VOLUME), form.read("part", strength, CONCENTRATION, zero_allowed=True))
        for volume, strength in parts
    ]
    form.finish()
    known = [(as_volume(volume), as_concentration(strength)) for volume, strength in read]
    volume, drug = concentration.mixed_volume(known), concentration.mixed_drug(known)
    mixed = concentration.mixed_concentration(known)
    return Answer(
        {"volume": volume.value, "concentration": mixed.value, "drug": drug.value}, (volume, drug, mixed)
    )


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
    form.finish()
    start = as_daily_dose(dose)
    if target is not None:
        change = titration_step.dose_change(start, as_daily_dose(target))
        results: dict[str, Result] = {
            "daily_dose": target,
            "steps": (target,),
            "dose_change_percent": change.value,
        }
        return Answer(results, (change,))
    sequence = titration_step.titration_sequence(start, as_percentage(percent), steps or 1)
    overall = titration_step.dose_change(start, sequence[-1].value)
    results = {
        "daily_dose": sequence[-1].value,
        "steps": tuple(worked.value for worked in sequence),
        "dose_change_percent": overall.value,
    }
    return Answer(results, (*sequence, overall))


def _flow_of(form: Form) -> tuple[Quantity | None, Quantity | None, tuple[Worked[Any], ...]]:
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


def _patient_boluses(
    form: Form, strength: Quantity | None
) -> tuple[Quantity | None, int | None, tuple[Worked[Any], ...]]:
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
    volume = as_volume(as_dose(dose) / strength)
    worked = Worked(
        "volume of a patient bolus",
        volume,
        "{patient bolus} ÷ {concentration}",
        (("patient bolus", dose), ("concentration", strength)),
    )
    return volume, count, (worked,)


def _start(form: Form) -> Instant | None:
    if not form.has("from"):
        return None
    field = "zone"
    try:
        zone = read_zone(form.texts["zone"] or "") if form.has("zone") else None
        field = "from"
        return read_instant(form.texts["from"] or "", zone, local_allowed=zone is not None)
    except EntryError as error:
        form.refusals.append(FieldEntryError(field, error))
        return None


def _dead_volume_of(form: Form) -> tuple[Any, tuple[Worked[Any], ...]]:
    """The dead volume, given or of tubing and catheter."""
    way = form.one_of(("dead_volume",), ("tubing_volume", "catheter_volume"))
    if way == 0:
        return form.quantity("dead_volume", VOLUME), ()
    if way is None:
        return None, ()
    tubing, cath = form.quantity("tubing_volume", VOLUME), form.quantity("catheter_volume", VOLUME)
    if tubing is None or cath is None:
        return None, ()
    worked = bolus.dead_volume(as_volume(tubing), as_volume(cath))
    return worked.value, (worked,)


_CONVERTIBLE = tuple(kind for kind in KINDS if kind is not RATIO)


def _typed_quantity(form: Form) -> Entered | None:
    """The quantity to convert, of whichever kind its unit says."""
    if not form.has("quantity"):
        form.refuse("quantity", "missing")
        return None
    text = form.texts["quantity"] or ""
    errors: list[EntryError] = []
    for kind in (CONCENTRATION, *_CONVERTIBLE):
        try:
            entered = read_quantity(text, kind)
        except EntryError as error:
            errors.append(error)
            continue
        if entered.quantity.magnitude == 0:
            form.refuse("quantity", "zero")
            return None
        return entered
    form.refusals.append(FieldEntryError("quantity", errors[0]))
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


def _kind_of(entered: Entered) -> Kind:
    return _kind_of_unit(entered.unit)


def _kind_of_unit(unit: str) -> Kind | None:
    if unit == "%":
        return PERCENTAGE
    try:
        entered = next(kind for kind in _CONVERTIBLE if kind is not PERCENTAGE and _reads(f"1 {unit}", kind))
    except StopIteration:
        return None
    return entered


def _reads(text: str, kind: Kind) -> bool:
    try:
        read_quantity(text, kind)
    except EntryError:
        return False
    return True


def _across(
    form: Form, quantity: Quantity, kind: Kind, target: Kind | None, molar_mass: Quantity | None, unit: str
) -> tuple[Quantity, list[Worked[Any]], bool]:
    """Between percent, mass and molar concentrations; anything else cannot be converted."""
    family = (PERCENTAGE, CONCENTRATION, MOLAR_CONCENTRATION)
    if kind not in family or target not in family:
        form.refusals.append(
            RefusedError("to", form.texts.get("quantity") or "", "cannot_convert", known=unit)
        )
        form.finish()
    needs_mass = MOLAR_CONCENTRATION in (kind, target)
    if needs_mass and molar_mass is None:
        form.refuse("molar_mass", "needs_molar_mass")
        form.finish()
    steps: list[Worked[Any]] = []
    if kind is PERCENTAGE:
        steps.append(concentration.concentration_of_percent(as_percentage(quantity)))
    elif kind is MOLAR_CONCENTRATION:
        steps.append(
            concentration.concentration_of_molar(as_molar_concentration(quantity), as_molar_mass(molar_mass))
        )
    middle = as_concentration(steps[-1].value if steps else quantity)
    if target is PERCENTAGE:
        steps.append(concentration.percent_of_concentration(middle))
    elif target is MOLAR_CONCENTRATION:
        steps.append(concentration.molar_of_concentration(middle, as_molar_mass(molar_mass)))
    return steps[-1].value, steps, needs_mass


# Questions that take nothing but single texts; the others take lists besides.
QUESTIONS: Mapping[str, Callable[[Form], Answer]] = {
    "flow-rate": flow_rate,
    "daily-dose": daily_dose,
    "refill": refill,
    "residual": residual,
    "bridge": bridge,
    "prime": prime,
    "convert": convert,
    "dilute": dilute,
    "titrate": titrate,
}
