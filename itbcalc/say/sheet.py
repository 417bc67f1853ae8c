"""A check on paper: one plain page of HTML with inputs, results, findings, working and room for signatures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from itbcalc import __version__
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
    SEVERITY_SIGNS,
    SEVERITY_WORDS,
    computed_text,
    place_words,
    read_out_words,
    value_text,
    verdict_words,
)
from itbcalc.say.report import NOT_A_PROGRAMMER, all_messages, check_working, step_lines
from itbcalc.say.therapy_report import flow_text, schedule_lines

_STYLE = """
body { font-family: sans-serif; font-size: 8.5pt; color: #000; }
h1 { font-size: 13pt; } h2 { font-size: 9.5pt; margin-top: 7pt; margin-bottom: 1pt; }
p { margin-top: 1pt; margin-bottom: 1pt; } pre { font-size: 6.5pt; margin: 0; }
.q { color: #444; } .b { font-weight: bold; }
"""
_HEADINGS = (
    ("", "left"),
    ("now", "right"),
    ("new", "right"),
    ("programmer shows", "right"),
    ("verdict", "left"),
)
_WORKING_WIDTH = 60

# What the rows of the programmer come to, all together.
_ROWS_WORDS = {
    Verdict.MATCH: "rows match",
    Verdict.MATCH_TRUNCATED: "rows match, cut off",
    Verdict.MISMATCH: "rows differ",
    Verdict.CANNOT_TELL: "rows: cannot tell",
}

Shown = Quantity | Worked[Any] | datetime | str | None

SIGNATURES = (
    "<p>&nbsp;</p><p>Checked by ______________________ &nbsp; Second person ______________________ &nbsp; "
    "Pump running, read back at ____________</p>"
)


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
    sections = (
        _head(checked, printed_at, unread),
        _findings(checked, library),
        rows_section("Recomputed and compared", check_rows(checked)),
        schedules_section(checked),
        system_section(checked),
        _foot(library),
        working_section(checked),
    )
    return sheet_page(sections)


def sheet_page(sections: Iterable[str], style: str = "") -> str:
    """The sections as one document; `style` is added to that of every sheet."""
    return f"<html><head><style>{_STYLE}{style}</style></head><body>{''.join(sections)}</body></html>"


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


def _head(checked: Checked, printed_at: datetime, unread: Sequence[str]) -> str:
    about = [checked.program.patient.ref, patient_words(checked), f"printed {moment_text(printed_at)}"]
    line = " · ".join(part for part in about if part)
    warned = (
        f"<p class='b'>INCOMPLETE, not given or not readable: {escape(', '.join(unread))}.</p>"
        if unread
        else ""
    )
    return f"<h1>Check of a dose change</h1><p class='q'>{escape(line)}</p>{warned}"


def _findings(checked: Checked, library: Library) -> str:
    lines = "".join(
        f"<p><span class='b'>{SEVERITY_SIGNS[m.severity]} {SEVERITY_WORDS[m.severity]}: "
        f"{escape(m.title)}.</span> {escape(m.detail)} "
        f"<span class='q'>{escape(m.source)}</span></p>"
        for m in all_messages(checked, library)
    )
    return f"<h2>Findings</h2>{lines or '<p>Nothing to note.</p>'}"


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


def rows_section(heading: str, rows: Iterable[Row], *, tight: bool = False) -> str:
    """The table of these rows under its heading; `tight` leaves room between the columns only."""
    padding, gap = (0, "&nbsp;&nbsp;") if tight else (3, "")
    head = "".join(f"<th align='{side}'>{words}{gap}</th>" for words, side in _HEADINGS)
    lines = "".join(_row_line(row, gap) for row in rows)
    table = f"<table cellpadding='{padding}' cellspacing='0'><tr>{head}</tr>{lines}</table>"
    return f"<h2>{escape(heading)}</h2>{table}"


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


def schedules_section(checked: Checked) -> str:
    """The day as it runs, now and new, for modes that have one."""
    first = checked.calculation
    parts = []
    for name, therapy in (("now", first.old_therapy), ("new", first.new_therapy)):
        lines = schedule_lines(therapy)
        if lines:
            parts.append(
                f"<h2>Schedule {name}: {escape(_mode(therapy))}</h2><pre>{escape(chr(10).join(lines))}</pre>"
            )
    return "".join(parts)


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


def _row_line(row: Row, gap: str) -> str:
    cells = (
        ("left", row.label, "q"),
        ("right", row.now, ""),
        ("right", row.new, "b"),
        ("right", row.programmer, ""),
        ("left", row.verdict, "b"),
    )
    return (
        "<tr>" + "".join(f"<td align='{a}' class='{c}'>{escape(t)}{gap}</td>" for a, t, c in cells) + "</tr>"
    )


def _shown(value: Shown) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return value_text(value.value if isinstance(value, Worked) else value)


def system_section(checked: Checked) -> str:
    """Pump, catheter, reservoir and moments, as typed."""
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
    words = " · ".join(f"{escape(name)}: <b>{escape(text)}</b>" for name, text in rows)
    return f"<h2>System and reservoir</h2><p>{words}</p>"


def working_section(checked: Checked, heading: str = "Working") -> str:
    """Every step, in two columns."""
    blocks = ["\n".join(step_lines(step, _WORKING_WIDTH)) for step in check_working(checked)]
    lengths = [block.count("\n") + 2 for block in blocks]
    half = next((n for n in range(1, len(blocks) + 1) if 2 * sum(lengths[:n]) >= sum(lengths)), len(blocks))
    columns = "".join(
        f"<td width='50%'><pre>{escape(chr(10).join(block + chr(10) for block in part))}</pre></td>"
        for part in (blocks[:half], blocks[half:])
    )
    return f"<h2>{escape(heading)}</h2><table width='100%' cellpadding='2'><tr>{columns}</tr></table>"


def _foot(library: Library) -> str:
    versions = f"itbcalc {__version__} · library {library.version} · {library.digest[:12]}"
    return f"<p class='q'>{escape(NOT_A_PROGRAMMER)} {escape(versions)}</p>{SIGNATURES}"
