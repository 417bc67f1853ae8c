"""A check on paper: one plain page with inputs, results, findings, working and room for signatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.working import Worked
from itbcalc.judge.check import Checked
from itbcalc.judge.comparing import Compared
from itbcalc.judge.verdicts import Verdict, gravest
from itbcalc.library.records import Library
from itbcalc.quantities.display import exact_text, moment_text, number_shown, shown_change
from itbcalc.quantities.units import Quantity
from itbcalc.say import (
    READ_OUT_WORDS,
    computed_text,
    place_words,
    read_out_words,
    value_text,
    verdict_words,
)
from itbcalc.say.paper import page
from itbcalc.say.report import all_messages, check_working, step_lines
from itbcalc.say.therapy_report import flow_text, schedule_lines

_WORKING_WIDTH = 60

# What the rows of the programmer come to, all together.
_ROWS_WORDS = {
    Verdict.MATCH: "rows match",
    Verdict.MATCH_TRUNCATED: "rows match, cut off",
    Verdict.MISMATCH: "rows differ",
    Verdict.CANNOT_TELL: "rows: cannot tell",
}

Shown = Quantity | Worked[Any] | datetime | str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what it is of, now, new, what the programmer shows, and the verdict; in words."""

    label: str
    now: str = ""
    new: str = ""
    programmer: str = ""
    verdict: str = ""


def check_sheet(checked: Checked, library: Library, printed_at: datetime, unread: Sequence[str] = ()) -> str:
    """The sheet of a check: what matters first, the working last, room for two signatures.

    `unread` names what was not given or not readable: a sheet of half a check says so at its head.
    """
    return page(
        "check",
        ref=checked.program.patient.ref,
        patient=patient_words(checked),
        printed=printed_at,
        unread=unread,
        messages=all_messages(checked, library),
        rows=check_rows(checked),
        schedules=running_schedules(checked),
        system=system_values(checked),
        library=library,
        working=working_columns(checked),
    )


def rows_verdict(checked: Checked) -> Verdict | None:
    """The gravest verdict of a cell of the programmer's rows; None where none was read."""
    return gravest(each.verdict for each in checked.read_outs if each.read_out.row is not None)


def rows_words(verdict: Verdict) -> str:
    """`✓ rows match`: what stands for all rows in that of the mode."""
    return f"{verdict.sign} {_ROWS_WORDS[verdict]}"


def patient_words(checked: Checked) -> str:
    """`51 years · spinal · US rules · times of America/Chicago`, as far as it is known."""
    patient, at = checked.program.patient, checked.program.reservoir.at
    about = [
        f"{number_shown(patient.age_years)} years" if patient.age_years is not None else "",
        str(patient.origin or ""),
        f"{patient.jurisdiction.upper()} rules" if patient.jurisdiction else "",
        f"times of {at.moment.tzinfo}" if at is not None and at.zone_named else "",
    ]
    return " · ".join(part for part in about if part)


def check_rows(checked: Checked) -> list[Row]:
    """The rows of the check panel: now, new, programmer, verdict."""
    inputs, first = checked.calculation.inputs, checked.calculation
    each = checked.calculations
    rows: list[tuple[str, str, list[Shown]]] = [
        ("concentration", _shown(inputs.old_concentration), [inputs.new_concentration]),
        ("daily_dose", _shown(first.old_dose), [first.new_dose]),
        ("change", "", [shown_change(first.dose_change.value) if first.dose_change else None]),
        ("mode", _mode(first.old_therapy), [_mode(first.new_therapy)]),
        ("flow_rate", flow_text(first.old_therapy), [flow_text(first.new_therapy) or None]),
        *_with_boluses(first),
        ("daily_volume", _shown(first.old_daily_volume), [first.new_daily_volume]),
        ("bridge_dose", "", [inputs.bridge_dose]),
        ("bridge_duration", "", [c.bridge_duration for c in each]),
        ("bridge_flow_rate", "", [first.bridge_flow_rate]),
        ("bridge_volume", "", [c.dead_volume if c.bridge_duration else None for c in each]),
        ("bridge_drug", "", [c.bridge_drug for c in each]),
        ("tip without a bridge", "", [first.unbridged_dose]),
        ("for", "", [c.unbridged_duration for c in each]),
        ("new drug at the tip", "", [_moment(c.arrival_date) for c in each]),
        ("at the earliest, at the latest", "", [_arrival_range(checked)]),
        ("prime_volume", "", []),
        ("prime_dose", "", []),
        ("low_alarm_date", "", [c.low_alarm_date for c in each]),
        ("alarm, worst case", "", [c.low_alarm_date_worst for c in each]),
        ("empty_date", "", [c.empty_date for c in each]),
        ("refill no later than", "", [c.latest_refill_date for c in each]),
    ]
    rows += [(c.read_out.name, "", []) for c in checked.read_outs if c.read_out.row is not None]
    compared = {c.read_out.name: c for c in checked.read_outs}
    listed = rows_verdict(checked)
    made = (
        _row(name, now, new, compared.get(name), rows_words(listed) if listed and name == "mode" else "")
        for name, now, new in rows
    )
    return [row for row in made if row is not None]


def _mode(therapy: TherapyValues) -> str:
    return therapy.schedule.mode.words if therapy.schedule is not None else ""


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment_text(moment)


def _arrival_range(checked: Checked) -> str | None:
    """Between when and when the new drug is at the tip; without a pump, whose accuracy widens it, it is not said."""
    first = checked.calculation
    earliest, latest = first.arrival_date_earliest, first.arrival_date_latest
    if checked.program.system.pump is None or earliest is None or latest is None:
        return None
    return f"{moment_text(earliest)}, {moment_text(latest)}"


def _with_boluses(calculation: Calculation) -> list[tuple[str, str, list[Shown]]]:
    """The dose with all patient boluses, where there are any."""
    old, new = calculation.old_therapy, calculation.new_therapy
    if old.patient_bolus is None and new.patient_bolus is None:
        return []
    return [
        ("with all patient boluses", _shown(old.dose_with_patient_boluses), [new.dose_with_patient_boluses]),
    ]


def running_schedules(checked: Checked) -> list[tuple[str, str, list[str]]]:
    """The day as it runs, now and new, for modes that have one: which of them, its mode, its lines."""
    first = checked.calculation
    therapies = (("now", first.old_therapy), ("new", first.new_therapy))
    found = ((name, _mode(therapy), schedule_lines(therapy)) for name, therapy in therapies)
    return [(name, mode, lines) for name, mode, lines in found if lines]


def _row(name: str, now: str, new: list[Shown], compared: Compared | None, of_rows: str = "") -> Row | None:
    """One row; none where nothing is known and nothing was read. `of_rows` stands for the programmer's list."""
    texts = list(dict.fromkeys(_shown(value) for value in new if value is not None))
    if compared is not None and not texts:
        texts = [computed_text(compared, value) for value in compared.computed]
    if not texts and not now and compared is None:
        return None
    label = read_out_words(name) if name.startswith("steps.") else READ_OUT_WORDS.get(name, name)
    printed = compared.read_out.printed if compared else ""
    verdict = verdict_words(compared.verdict) if compared else of_rows
    return Row(label, now, " or ".join(texts), printed, verdict)


def _shown(value: Shown) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return value_text(value.value if isinstance(value, Worked) else value)


def system_values(checked: Checked) -> list[tuple[str, str]]:
    """Pump, catheter, reservoir and moments with their names, as typed."""
    program = checked.program
    rows = [(place_words("system.pump"), program.system.pump.name)] if program.system.pump else []
    rows += [
        (place_words(place), exact_text(entry.quantity))
        for place, entry in program.entries.items()
        if place.startswith(("system.", "reservoir."))
    ]
    moments = (
        ("reservoir.at", program.reservoir.at),
        ("patient.last_change", program.patient.last_change),
        ("patient.first_dose", program.patient.first_dose),
    )
    rows += [
        (place_words(place), moment_text(instant.moment)) for place, instant in moments if instant is not None
    ]
    return rows


def working_columns(checked: Checked) -> tuple[list[str], list[str]]:
    """Every step, in two columns of about the same length."""
    steps = ["\n".join(step_lines(step, _WORKING_WIDTH)) for step in check_working(checked)]
    lengths = [step.count("\n") + 2 for step in steps]
    half = next((n for n in range(1, len(steps) + 1) if 2 * sum(lengths[:n]) >= sum(lengths)), len(steps))
    return steps[:half], steps[half:]
