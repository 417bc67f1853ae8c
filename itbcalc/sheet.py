"""A check on paper: one plain page of HTML with inputs, results, findings, working and room for signatures."""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Any

from itbcalc import __version__
from itbcalc.check import Checked
from itbcalc.library.records import Library
from itbcalc.quantities.display import date_text, exact_text, moment_text, shown, shown_change
from itbcalc.report import NOT_A_PROGRAMMER, all_messages, check_working
from itbcalc.words import (
    READ_OUT_WORDS,
    SEVERITY_SIGNS,
    SEVERITY_WORDS,
    VERDICT_SIGNS,
    VERDICT_WORDS,
    place_words,
    value_text,
)

_STYLE = """
body { font-family: sans-serif; font-size: 9pt; color: #000; }
h1 { font-size: 14pt; margin: 0 0 2pt 0; } h2 { font-size: 10pt; margin: 8pt 0 2pt 0; }
table { border-collapse: collapse; } td, th { padding: 1pt 8pt 1pt 0; text-align: left; }
td.n, th.n { text-align: right; } p { margin: 1pt 0; } pre { font-size: 7.5pt; margin: 2pt 0; }
.q { color: #444; } .b { font-weight: bold; }
"""


def check_sheet(checked: Checked, library: Library, printed_at: datetime) -> str:
    """The sheet of a check."""
    sections = (
        _head(checked, printed_at),
        _inputs(checked),
        _results(checked),
        _read_outs(checked),
        _findings(checked, library),
        _working(checked),
        _foot(library),
    )
    return f"<html><head><style>{_STYLE}</style></head><body>{''.join(sections)}</body></html>"


def _head(checked: Checked, printed_at: datetime) -> str:
    patient = checked.program.patient
    about = " · ".join(
        part for part in (patient.ref, str(patient.origin or ""), patient.jurisdiction or "") if part
    )
    return (
        f"<h1>Check of a dose change</h1><p class='q'>{escape(about)} · printed {moment_text(printed_at)}</p>"
    )


def _inputs(checked: Checked) -> str:
    program = checked.program
    rows = [(place_words("system.pump"), program.system.pump.name)] if program.system.pump else []
    rows += [
        (place_words(place), _as_typed(entry.text, exact_text(entry.quantity)))
        for place, entry in program.entries.items()
        if not place.startswith("readouts.")
    ]
    moments = (("reservoir.at", program.reservoir.at), ("patient.last_change", program.patient.last_change))
    rows += [
        (place_words(place), moment_text(instant.moment)) for place, instant in moments if instant is not None
    ]
    return f"<h2>Typed</h2>{_table(rows)}"


def _as_typed(typed: str, read: str) -> str:
    typed = typed.strip(" ")
    return typed if typed == read.replace(",", "") else f"{typed} (read as {read})"


def _results(checked: Checked) -> str:
    rows: list[tuple[str, str]] = []
    for position, c in enumerate(checked.calculations):
        offered: list[tuple[str, Any]] = [
            ("change of the dose", shown_change(c.dose_change.value) if c.dose_change else None),
            ("flow rate now", c.old_flow_rate),
            ("flow rate new", c.new_flow_rate),
            ("dead volume", c.dead_volume),
            ("bridge duration", c.bridge_duration),
            ("bridge drug", c.bridge_drug),
            ("tip without a bridge", c.unbridged_dose),
            ("for", c.unbridged_duration),
            ("low-reservoir alarm", c.low_alarm_date),
            ("low-reservoir alarm, worst case", c.low_alarm_date_worst),
            ("empty", c.empty_date),
            ("refill no later than", c.latest_refill_date),
        ]
        if len(checked.calculations) > 1 and c.inputs.tubing_volume is not None:
            rows.append(("with a tubing volume of", shown(c.inputs.tubing_volume)))
        rows += [
            (name, _text(value))
            for name, value in offered
            if value is not None and (not position or "flow" not in name)
        ]
    return f"<h2>Recomputed</h2>{_table(rows)}"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return date_text(value) if isinstance(value, datetime) else str(value.text)


def _read_outs(checked: Checked) -> str:
    if not checked.read_outs:
        return "<h2>Programmer</h2><p>No value of the programmer was typed.</p>"
    lines = "".join(
        f"<tr><td>{escape(READ_OUT_WORDS[c.read_out.name])}</td><td class='n'>{escape(c.read_out.shown)}</td>"
        f"<td class='n'>{escape(' or '.join(value_text(v) for v in c.computed))}</td>"
        f"<td class='b'>{VERDICT_SIGNS[c.verdict]} {VERDICT_WORDS[c.verdict]}</td></tr>"
        for c in checked.read_outs
    )
    head = "<tr><th></th><th class='n'>programmer</th><th class='n'>recomputed</th><th>verdict</th></tr>"
    return f"<h2>Programmer</h2><table>{head}{lines}</table>"


def _findings(checked: Checked, library: Library) -> str:
    messages = all_messages(checked, library)
    lines = "".join(
        f"<p><span class='b'>{SEVERITY_SIGNS[m.severity]} {SEVERITY_WORDS[m.severity]}: {escape(m.title)}.</span> "
        f"{escape(m.detail)} <span class='q'>{escape(m.source)}</span></p>"
        for m in messages
    )
    return f"<h2>Findings</h2>{lines or '<p>Nothing to note.</p>'}"


def _working(checked: Checked) -> str:
    steps = "\n\n".join("\n".join(step.lines()) for step in check_working(checked))
    return f"<h2>Working</h2><pre>{escape(steps)}</pre>"


def _foot(library: Library) -> str:
    versions = f"itbcalc {__version__} · library {library.version} · {library.digest[:12]}"
    return (
        f"<p class='q'>{escape(NOT_A_PROGRAMMER)}</p><p class='q'>{escape(versions)}</p>"
        "<p>&nbsp;</p><p>Checked by ______________________ &nbsp; Second person ______________________</p>"
    )


def _table(rows: Iterable[tuple[str, str]]) -> str:
    lines = "".join(
        f"<tr><td class='q'>{escape(name)}</td><td>{escape(text)}</td></tr>" for name, text in rows
    )
    return f"<table>{lines}</table>"
