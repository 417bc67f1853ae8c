"""The body of a checked step in the log: formats 1 to 3, written out by name from exact values; and older ones read as they are.

They are frozen: what `docs/log-format.md` says of them never changes, whatever the command line prints and however a
finding is worded. Another key or another unit makes another format, and a stored log beside the others in `tests/old_logs`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.reservoir import ByLog, RefillLimit, moment_after, whole_days
from itbcalc.compute.schedule import PeriodicBolus
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.tip import Deviation
from itbcalc.compute.totals import boluses_per_day
from itbcalc.compute.working import Worked
from itbcalc.judge.check import Checked
from itbcalc.judge.comparing import Compared
from itbcalc.judge.explanations import Explanation, Explanations
from itbcalc.log.canonical import Json
from itbcalc.program.read_outs import Value
from itbcalc.program.toml_file import BareNumber
from itbcalc.quantities.clock import TimeOfDay, Weekday
from itbcalc.quantities.display import date_text, in_unit, shown_in, unit_text
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.kinds import (
    DURATION,
    PERCENTAGE,
    VOLUME,
    as_duration,
    as_percentage,
    as_volume,
    exactly,
)
from itbcalc.quantities.units import Quantity, ureg
from itbcalc.say import Message
from itbcalc.say.explanations import explanation_words
from itbcalc.say.report import NO_EXPLANATIONS

BODY_FORMAT = 1
WITH_REFILL = 2  # the same, and what the refill told
BY_LOG = 3  # the same, the dates counted from what the log knew of the reservoir

Table = dict[str, Json]
Offered = Quantity | Worked[Any] | Fraction | int | None


def step_body(
    checked: Checked,
    table: Mapping[str, Any],
    answered: Sequence[tuple[Message, str]],
    explanations: Explanations,
) -> Table:
    """The body of a step: the program as typed, what was recomputed, and each finding with the answer to it.

    `explanations` are what would explain a difference; their sentences are kept as they were read.
    """
    by_log = checked.calculation.inputs.by_log
    return {
        "body_format": BODY_FORMAT if by_log is None else BY_LOG,
        "inputs": _plain(table),
        "results": step_results(checked, explanations),
        "findings": [_finding(message, answer) for message, answer in answered],
        **({} if by_log is None else {"reservoir_by_log": _by_log_body(by_log)}),
    }


def step_results(checked: Checked, explanations: Explanations = NO_EXPLANATIONS) -> Table:
    """What was recomputed, by name; what depends on what was left open stands in `alternatives`, once for each reading."""
    first = checked.calculation
    values = [_values(calculation) for calculation in checked.calculations]
    common = {
        name: value for name, value in values[0].items() if all(other.get(name) == value for other in values)
    }
    results: Table = {
        "current": _therapy(first.current_therapy),
        "new": _therapy(first.new_therapy),
        **given({"dose_change_percent": valued("%", first.dose_change)}),
        **common,
        "readouts": [_compared(compared, checked, explanations) for compared in checked.read_outs],
    }
    if len(values) > 1:
        results["alternatives"] = [
            {name: value for name, value in each.items() if name not in common} for each in values
        ]
    return results


def results_today(checked: Checked) -> Mapping[str, Any]:
    """What was recomputed, as `results_of` reads it from an entry written now."""
    return results_of({"body_format": BODY_FORMAT, "results": step_results(checked)})


# --- read again


def results_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was recomputed, each value with its words as `text`; empty for an entry that holds none.

    Entries from before format 1 hold words of their own, and keep them.
    """
    return {name: _read(body, value) for name, value in _results(body).items()}


def therapy_of(body: Mapping[str, Any], which: str) -> Mapping[str, Any]:
    """The `current` or the `new` therapy of it alone: quick, where hundreds of entries are listed."""
    therapy = _results(body).get(which)
    return _read(body, therapy) if isinstance(therapy, Mapping) else {}


def refill_in(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a refill told, each value with its words as `text`; empty where nothing was drawn off."""
    refill = body.get("refill")
    return _with_words(refill) if isinstance(refill, Mapping) else {}


def by_log_in(body: Mapping[str, Any]) -> ByLog | None:
    """What the log knew of the reservoir when a step was recorded; None where nothing was written of it."""
    held = body.get("reservoir_by_log")
    if not isinstance(held, Mapping):
        return None
    filled_at, known_at = moment_in(held.get("filled_at")), moment_in(held.get("known_at"))
    if filled_at is None or known_at is None:
        return None
    left, accuracy, over = (
        exact_in(each) if isinstance(each := held.get(name), Mapping) else None
        for name in ("left", "accuracy", "over")
    )
    return ByLog(
        filled_at=filled_at,
        known_at=known_at,
        left=None if left is None else as_volume(exactly(left, VOLUME)),
        accuracy=None if accuracy is None else as_percentage(exactly(accuracy, PERCENTAGE)),
        measured=held.get("measured") is True,
        over=None if over is None else as_duration(exactly(over, DURATION)),
    )


def _results(body: Mapping[str, Any]) -> Mapping[str, Any]:
    results = body.get("results")
    return results if isinstance(results, Mapping) else {}


def _read(body: Mapping[str, Any], value: Any) -> Any:  # noqa: ANN401  # what a log holds
    return _with_words(value) if "body_format" in body else value


def read_outs_in(results: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The read-outs of the results; in entries from before format 1 those of the schedule stand in one, cell by cell."""
    for read_out in results.get("readouts", []):
        yield from read_out.get("cells", [read_out])


def moment_in(text: object) -> datetime | None:
    """The moment in a text of the log, with its offset; None for what is none: a whole chain may hold nonsense."""
    try:
        moment = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment


def exact_in(value: Mapping[str, Any]) -> Fraction | None:
    """The exact number of a value; None for what is no number."""
    try:
        return Fraction(str(value.get("exact")))
    except (ValueError, ZeroDivisionError):
        return None


def _with_words(value: Any) -> Any:  # noqa: ANN401  # what a log holds
    if isinstance(value, list):
        return [_with_words(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    try:
        return _in_words(value)
    except (ValueError, ZeroDivisionError, KeyError):  # no such value is written by this program
        return {**value, "text": "?"}


def _in_words(value: Mapping[str, Any]) -> dict[str, Any]:
    """Raises ValueError, ZeroDivisionError, KeyError for what is no value."""
    if "exact" in value:
        unit = "" if value["unit"] == "1" else str(value["unit"])
        return {**value, "text": shown_in(unit, Fraction(str(value["exact"])))}
    if "at" in value:
        return {**value, "text": date_text(datetime.fromisoformat(str(value["at"])))}
    if "date" in value:
        return {**value, "text": date_text(date.fromisoformat(str(value["date"])))}
    if "time" in value:
        return {**value, "text": value["time"]}
    return {key: _with_words(held) for key, held in value.items()}


# --- written


def _therapy(therapy: TherapyValues) -> Table:
    """Dose, volume and flow of a therapy; of each day of its week, where these differ."""
    schedule, concentration = therapy.schedule, therapy.concentration
    if schedule is None or concentration is None or therapy.dose is None:
        return {}
    return given(
        {
            "mode": str(schedule.mode),
            "daily_dose": valued("mcg/day", therapy.dose),
            "concentration": valued("mcg/mL", concentration),
            "daily_volume": valued("mL", therapy.daily_volume),
            "flow_rate": valued("mL/day", therapy.flow_rate),
            "peak_flow_rate": valued("mL/day", therapy.peak_flow_rate),
            "lowest_flow_rate": valued("mL/day", therapy.lowest_flow_rate),
            "daily_dose_with_patient_boluses": valued("mcg/day", therapy.dose_with_patient_boluses),
            "first_day_dose": valued("mcg", therapy.dose_in_first_day),
            "weekly_dose": valued("mcg", therapy.weekly_dose),
            "weekly_volume": valued("mL", therapy.weekly_volume),
            "boluses_per_day": valued("1", boluses_per_day(schedule))
            if isinstance(schedule, PeriodicBolus)
            else None,
            "days": {str(day): _day(therapy, day) for day in Weekday} if therapy.differs_by_weekday else None,
        }
    )


def _day(therapy: TherapyValues, weekday: Weekday) -> Table:
    """One day from midnight to midnight."""
    dose, flows = therapy.dose_on(weekday), [part.flow_rate for part in therapy.segments(weekday)]
    assert dose is not None
    assert therapy.concentration is not None
    return given(
        {
            "daily_dose": valued("mcg/day", dose.value / ureg.Quantity(1, "day")),
            "daily_volume": valued("mL", dose.value / therapy.concentration),
            "peak_flow_rate": valued("mL/day", max(flows)),
            "lowest_flow_rate": valued("mL/day", min(flows)),
        }
    )


def _by_log_body(log: ByLog) -> Table:
    return given(
        {
            "filled_at": log.filled_at.isoformat(),
            "known_at": log.known_at.isoformat(),
            "left": valued("mL", log.left),
            "accuracy": valued("%", log.accuracy),
            "measured": True if log.measured else None,
            "over": valued("day", log.over),
        }
    )


def _values(calculation: Calculation) -> Table:
    """What follows from the change, beside the two therapies."""
    inputs, alarm = calculation.inputs, calculation.time_to_alarm
    return given(
        {
            "tubing_volume": valued("mL", inputs.tubing_volume),
            "concentration_ratio": valued("1", calculation.concentration_ratio),
            "dead_volume": valued("mL", calculation.dead_volume),
            "bridge_duration": valued("day", calculation.bridge_duration),
            "bridge_flow_rate": valued("mL/day", calculation.bridge_flow_rate),
            "bridge_drug": valued("mcg", calculation.bridge_drug),
            "bridge_dose_shown_at_new_concentration": valued(
                "mcg", calculation.bridge_dose_shown_at_new_concentration
            ),
            "bridge_dose": valued("mcg/day", inputs.bridge_dose),
            "bridge_volume": valued("mL", calculation.bridge_volume),
            "unbridged_dose": valued("mcg/day", calculation.unbridged_dose),
            "unbridged_duration": valued("day", calculation.unbridged_duration),
            "unbridged_ratio": valued("1", calculation.unbridged_ratio),
            "time_to_arrival": valued("day", calculation.arrival),
            "arrival_date": dated(calculation.arrival_date),
            "arrival_date_earliest": dated(calculation.arrival_date_earliest),
            "arrival_date_latest": dated(calculation.arrival_date_latest),
            "tip_missing": valued("mcg", calculation.tip_missing),
            **_tip(calculation.tip_deviation),
            "achievable_dose": valued("mcg/day", calculation.achievable_dose),
            "achievable_bolus": valued("mcg", calculation.achievable_bolus),
            "needed_concentration": valued("mcg/mL", calculation.needed_concentration),
            "dose_at_fixed_flow": valued("mcg/day", calculation.dose_at_fixed_flow),
            "time_to_alarm": valued("day", alarm),
            "time_to_alarm_worst": valued("day", calculation.time_to_alarm_worst),
            "time_to_empty": valued("day", calculation.time_to_empty),
            "whole_days_to_alarm": None if alarm is None else valued("day", whole_days(alarm.value)),
            "low_alarm_date": dated(calculation.low_alarm_date),
            "low_alarm_date_worst": dated(calculation.low_alarm_date_worst),
            "empty_date": dated(calculation.empty_date),
            **(_latest_refill(calculation) if inputs.by_log is None else _refill_by(calculation)),
        }
    )


LATEST_REFILL = "latest_refill_date"  # in a body, as format 1 has it: later than that of the list where the worst case limits it
REFILL_BY = "refill_by"  # the day of the list, in format 3
# Format 1 knows three limits of the latest refill, by these codes; the worst case of emptiness is none of them.
_LIMITS_OF_FORMAT_1: Mapping[RefillLimit, str] = {
    RefillLimit.ALARM: "alarm",
    RefillLimit.EMPTY: "alarm",
    RefillLimit.STABILITY: "drug",
    RefillLimit.PUMP: "pump",
}


def _latest_refill(calculation: Calculation) -> Table:
    """What sets the latest refill as format 1 has it, and when that is."""
    latest, at = calculation.latest_refill_of(tuple(_LIMITS_OF_FORMAT_1)), calculation.inputs.at
    if latest is None:
        return {}
    limit, time = latest
    date = None if at is None else moment_after(at, time.value)
    return {LATEST_REFILL: dated(date), "latest_refill_limit": _LIMITS_OF_FORMAT_1[limit]}


def _refill_by(calculation: Calculation) -> Table:
    """The day of the list of refills, and the worst case that may limit it."""
    latest = calculation.time_to_latest_refill
    return {
        "time_to_empty_worst": valued("day", calculation.time_to_empty_worst),
        "empty_date_worst": dated(calculation.empty_date_worst),
        REFILL_BY: dated(calculation.latest_refill_date),
        "refill_by_limit": None if latest is None else str(latest[0]),
    }


def _tip(off: Deviation | None) -> Table:
    """How far the dose at the tip is off, and on the other side where it is off on both."""
    if off is None:
        return {}
    worst: Table = {"tip_worst_ratio": valued("1", off.worst), "tip_worst_duration": valued("day", off.lasts)}
    if off.opposite is None:
        return worst
    return {
        **worst,
        "tip_opposite_ratio": valued("1", off.opposite),
        "tip_opposite_duration": valued("day", off.opposite_lasts),
    }


def _compared(compared: Compared, checked: Checked, explanations: Explanations) -> Table:
    """A read-out; `computed` is empty where there is nothing to compare with, and holds several where that is open."""
    name = compared.read_out.name
    dates = [date_of(each) for each in checked.calculations] if (date_of := _DATES_READ_OUT.get(name)) else []
    moments = {moment.date(): moment for moment in reversed(dates) if moment is not None}
    return {
        "name": name,
        "shown": compared.read_out.shown,
        "computed": [_value(value, moments) for value in compared.computed],
        "verdict": str(compared.verdict),
        "slips": [_slip(slip, value, checked) for slip, value in explanations.slips_in(name)],
    }


# The dates that a programmer shows, of which the moment is known.
_DATES_READ_OUT: Mapping[str, Callable[[Calculation], datetime | None]] = {
    "low_alarm_date": lambda calculation: calculation.low_alarm_date,
    "empty_date": lambda calculation: calculation.empty_date,
}


def _slip(slip: Explanation, value: Value, checked: Checked) -> Table:
    """With the sentence as it was read: a record for people, held against nothing."""
    return {
        "code": str(slip.reason),
        "value": _value(value, {}),
        "text": explanation_words(slip, checked),
    }


def written_code(message: Message) -> str:
    """The code of a finding as format 1 has it: a read-out that differs is a `mismatch` there."""
    return _CODES_OF_FORMAT_1.get(message.code, message.code)


_CODES_OF_FORMAT_1 = {"readout_differs": "mismatch"}


def _finding(message: Message, answer: str) -> Table:
    """With the sentence as it was read and answered: a record for people, held against nothing."""
    return {
        "code": written_code(message),
        "severity": str(message.severity),
        "place": message.place,
        "text": message.text,
        "source": message.source,
        "answer": answer,
    }


def valued(unit: str, offered: Offered) -> Table | None:
    """`{exact, unit}` of what there is: the fraction in lowest terms, in this unit. A bare number is of this unit."""
    value = offered.value if isinstance(offered, Worked) else offered
    if value is None:
        return None
    exact = Fraction(value) if isinstance(value, int | Fraction) else in_unit(value, unit)
    return {"exact": str(exact), "unit": unit}


def _value(value: Value, moments: Mapping[date, datetime]) -> Json:
    """A value beside a read-out: a quantity in its own unit, a time, or a day, with its moment where that is known."""
    if isinstance(value, TimeOfDay):
        return {"time": value.text}
    if isinstance(value, Instant):
        return dated(value.moment)
    if isinstance(value, date):
        return dated(moments.get(value)) or {"date": value.isoformat()}
    return valued(unit_text(value) or "1", value)


def dated(moment: datetime | None) -> Table | None:
    """`{at}`: a moment with its offset."""
    return None if moment is None else {"at": moment.isoformat()}


def given(offered: Mapping[str, Json]) -> Table:
    """What is there of what was offered."""
    return {name: value for name, value in offered.items() if value is not None}


def _plain(value: object) -> Json:
    """A value of a program file as an entry may hold it: numbers that are not whole as they were written."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, BareNumber):
        return value.text
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    raise TypeError(f"{type(value).__name__} has no place in an entry")
