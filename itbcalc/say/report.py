"""A check as JSON tables and as plain text of 80 columns."""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.judge.check import Checked, explanations_of
from itbcalc.judge.comparing import Compared
from itbcalc.judge.comparing_rows import ComparedRows
from itbcalc.judge.explanations import Explanation, Explanations
from itbcalc.judge.inputs import SolvableInput
from itbcalc.judge.verdicts import Doubt
from itbcalc.library.records import Library, Severity
from itbcalc.program import Program
from itbcalc.program.read_outs import Value
from itbcalc.quantities.clock import TimeOfDay
from itbcalc.quantities.instants import Instant
from itbcalc.say import (
    Message,
    by_severity,
    compared_message,
    finding_message,
    folded,
    rows_messages,
    whole_line,
)
from itbcalc.say.answer_report import (
    document,
    line_json,
    message_json,
    message_lines,
    moment_json,
    step_lines,
    value_text,
    working_json,
)
from itbcalc.say.catalogue import N_, _
from itbcalc.say.explanations import (
    EXPLANATIONS,
    explanation_words,
    explanations_message,
    hint_words,
    input_text,
    input_value,
)
from itbcalc.say.places import MODE_WORDS, ORIGIN_WORDS
from itbcalc.say.table import UNCHANGED, Figure, printed_rows, result_rows, working_steps
from itbcalc.say.therapy_report import (
    SCHEDULE_NEW,
    SCHEDULE_NOW,
    WIDTH,
    Table,
    hour_lines,
    quantity_json,
    schedule_json,
    schedule_lines,
    therapy_json,
    therapy_working,
)

NOT_A_PROGRAMMER = N_(
    "Independent check beside the vendor's programmer. It does not program a pump and proposes no dose."
)

# --- JSON


def check_document(
    checked: Checked, library: Library, file: str = "", explanations: Explanations | None = None
) -> Table:
    """The JSON document of a check, with what was checked: its file, pump, pseudonym and moment, and the figures used.

    What would explain a difference is looked for where it is not given.
    """
    program = checked.program
    explanations = explanations or explanations_of(checked, library)
    findings = [message_json(each) for each in by_severity(_messages(checked, library, explanations))]
    results = {**check_results(checked, explanations), **explanations_json(explanations, checked)}
    made = document("check", results, working_json(working_steps(result_rows(checked))), findings)
    return made | {
        "file": file,
        "pump": program.system.pump.id if program.system.pump else None,
        "ref": program.patient.ref,
        "at": program.reservoir.at.moment.isoformat() if program.reservoir.at else None,
        "library": {"version": library.version, "digest": library.digest},
    }


def schedule_document(checked: Checked, library: Library) -> Table:
    """The JSON document of the new schedule alone."""
    therapy = checked.calculation.new_therapy
    findings = [message_json(message) for message in schedule_messages(checked, library)]
    return document("schedule", schedule_json(therapy), working_json(therapy_working(therapy)), findings)


def schedule_messages(checked: Checked, library: Library) -> list[Message]:
    """What a check has to say of the new therapy, the worst first."""
    found = finding_messages(checked, library)
    return folded([message for message in found if message.place.partition(".")[0] == "new"])


NO_EXPLANATIONS = Explanations()


def check_results(checked: Checked, explanations: Explanations = NO_EXPLANATIONS) -> Table:
    """The values of a check by name; its read-outs with the slips of `explanations`.

    A value that depends on what was left open stands in `alternatives` only, once for each reading.
    """
    first = checked.calculation
    results: Table = {
        "current": therapy_json(first.current_therapy) | _delivered_json(first),
        "new": therapy_json(first.new_therapy),
    }
    rows = result_rows(checked)
    values = [
        {key: _figure_json(figure) for row in rows for key, figure in row.figures_of(reading).items()}
        for reading in range(len(checked.calculations))
    ]
    common = {
        name: value for name, value in values[0].items() if all(other.get(name) == value for other in values)
    }
    results |= common
    if len(values) > 1:
        results["alternatives"] = [
            {name: value for name, value in each.items() if name not in common} for each in values
        ]
    plain = [compared for compared in checked.read_outs if compared.read_out.row is None]
    results["readouts"] = [_compared_json(compared, checked, explanations) for compared in plain]
    listed = [compared for compared in checked.read_outs if compared.read_out.row is not None]
    if checked.rows is not None:
        results["readouts"].append(_steps_json(listed, checked.rows, checked, explanations))
    results["verdict"] = str(checked.whole.verdict)
    results["not_read"] = list(checked.whole.not_read)
    return results


def _delivered_json(calculation: Calculation) -> Table:
    """What was really delivered, where that is another dose than was programmed."""
    delivered = calculation.delivered_dose
    return {} if delivered is None else {"delivered_daily_dose": quantity_json(delivered.value)}


def _figure_json(figure: Figure) -> Table | list[Table] | str:
    if isinstance(figure, str):
        return figure
    if isinstance(figure, tuple):
        return line_json(figure)
    return moment_json(figure) if isinstance(figure, datetime) else quantity_json(figure)


def _compared_json(compared: Compared, checked: Checked, explanations: Explanations) -> Table:
    """A read-out; `computed` is one value, a list where several are left open, or null where there is none."""
    name = compared.read_out.name
    dated = bool(compared.computed) and isinstance(compared.computed[0], date)
    moments = [getattr(calculation, name) for calculation in checked.calculations] if dated else []
    computed = [_value_json(value, moments) for value in compared.computed]
    return {
        "name": name,
        "shown": compared.read_out.shown,
        "computed": computed if len(computed) > 1 else next(iter(computed), None),
        "verdict": str(compared.verdict),
        **_reason_json(compared.doubt),
        "slips": [
            {
                "code": str(slip.reason),
                "text": explanation_words(slip, checked),
                "value": _value_json(value),
            }
            for slip, value in explanations.slips_in(name)
        ],
    }


def _reason_json(doubt: Doubt | None) -> Table:
    """Why it cannot be told; nothing where it can."""
    return {} if doubt is None else {"reason": str(doubt)}


def explanations_json(explanations: Explanations, checked: Checked) -> Table:
    """What would explain all that differs, the most plausible first, and hints that explain a part."""
    return {
        "explanations": [
            _explanation_json(each, checked, explanation_words(each, checked)) for each in explanations.found
        ],
        "hints": [
            _explanation_json(each, checked, hint_words(each, checked))
            | {"contradicts": list(each.contradicts)}
            for each in explanations.hints
        ],
    }


def _explanation_json(explanation: Explanation, checked: Checked, text: str) -> Table:
    offered = explanation.offered
    table: Table = {
        "input": explanation.place or str(explanation.reason) if offered is None else offered.place,
        "typed": None,
        "value": None,
        "from": None,
        "to": None,
        "kind": str(explanation.reason.kind),
        "code": str(explanation.reason),
        "text": text,
        "explains": list(explanation.explains),
    }
    if offered is not None:
        ends = {"typed": offered.value, "value": explanation.value}
        ends |= {"from": explanation.within.low, "to": explanation.within.high}
        table |= {name: _input_json(offered, value, checked) for name, value in ends.items()}
    return table


def _input_json(offered: SolvableInput, value: Fraction | None, checked: Checked) -> Table | None:
    if value is None:
        return None
    quantity = input_value(offered, value)
    if quantity is not None:
        return quantity_json(quantity)
    return {"exact": str(value), "unit": "", "text": input_text(offered, value, checked)}


def _steps_json(
    listed: Sequence[Compared], rows: ComparedRows, checked: Checked, explanations: Explanations
) -> Table:
    """The rows of the schedule as one read-out, each cell beneath it."""
    cells = [_compared_json(compared, checked, explanations) for compared in listed]
    slips = {slip["code"]: slip for cell in cells for slip in cell["slips"]}
    return {
        "name": "steps",
        "shown": "; ".join(f"{cell['name'].removeprefix('steps.')} {cell['shown']}" for cell in cells),
        "computed": [cell["computed"] for cell in cells],
        "verdict": str(rows.verdict),
        **_reason_json(rows.doubt),
        "slips": list(slips.values()),
        "cells": cells,
    }


def _value_json(value: Value, moments: Sequence[datetime] = ()) -> Table:
    """A quantity, or a day; with its moment where that is known, which for a slip it is not."""
    if isinstance(value, TimeOfDay):
        return {"time": value.text, "text": value.text}
    if isinstance(value, Instant):
        return {**moment_json(value.moment), "text": value_text(value)}
    if not isinstance(value, date):
        return quantity_json(value)
    known = [moment for moment in moments if moment.date() == value]
    return moment_json(known[0]) if known else {"date": value.isoformat(), "text": value_text(value)}


# --- what a check has to say, in order


def finding_messages(checked: Checked, library: Library) -> list[Message]:
    """The findings of a check in words, the worst first."""
    return by_severity(finding_message(finding, library) for finding in checked.findings)


def all_messages(
    checked: Checked, library: Library, explanations: Explanations | None = None
) -> list[Message]:
    """The worst first: stops, disagreements with what would explain them, then the rest, unverified ones as one.

    What would explain them is looked for where it is not given.
    """
    return folded(_messages(checked, library, explanations or explanations_of(checked, library)))


def _messages(checked: Checked, library: Library, explanations: Explanations) -> list[Message]:
    """The same, each unverified figure by itself."""
    disagreements = read_out_messages(checked)
    explanation = explanations_message(explanations, checked)
    stops = [m for m in disagreements if m.severity is Severity.STOP]
    rest = [m for m in disagreements if m.severity is not Severity.STOP]
    explained = [explanation] if explanation else []
    found = finding_messages(checked, library)
    found_stops = [message for message in found if message.severity is Severity.STOP]
    found_rest = [message for message in found if message.severity is not Severity.STOP]
    return [*found_stops, *stops, *explained, *by_severity([*rest, *found_rest])]


def read_out_messages(checked: Checked) -> list[Message]:
    """What is to be said of the read-outs, those of a schedule's rows together at the end."""
    each = (compared_message(compared) for compared in checked.read_outs)
    return [*(message for message in each if message is not None), *rows_messages(checked.rows)]


# --- plain text


def check_text(
    checked: Checked,
    library: Library,
    title: str = "",
    *,
    working: bool = True,
    explanations: Explanations | None = None,
) -> str:
    """A check for the terminal: what stops, rows, schedules, the other findings, and on demand the working.

    What would explain a difference is looked for where it is not given.
    """
    sections = _found_sections(checked, library, title, explanations)
    if working:
        steps = "\n\n".join(
            "\n".join(f"  {line}" for line in step_lines(step))
            for step in working_steps(result_rows(checked))
        )
        sections.append("\n\n".join((_("Working"), steps)))
    else:
        sections.append(_("How each value was reached: add --working."))
    sections += _last_sections(checked)
    return "\n\n".join(sections)


def summary_text(checked: Checked, library: Library, unread: Sequence[str]) -> str:
    """A check for the patient's record: what was checked, what was found, and the fields that could not be read."""
    sections = _found_sections(checked, library, "")
    if unread:
        sections.insert(1, _("Not read or missing: {fields}.", fields=", ".join(unread)))
    sections += _last_sections(checked)
    return "\n\n".join(sections)


def _found_sections(
    checked: Checked, library: Library, title: str, explanations: Explanations | None = None
) -> list[str]:
    messages = all_messages(checked, library, explanations)
    return [
        _head(checked.program, title),
        *(message_lines(message) for message in messages if _comes_first(message)),
        "\n".join(_row_lines(checked)),
        *_schedule_sections(checked.calculation),
        *_other_messages(messages),
    ]


def _last_sections(checked: Checked) -> list[str]:
    return ["\n".join(textwrap.wrap(_(NOT_A_PROGRAMMER), WIDTH)), whole_line(checked, WIDTH)]


def _comes_first(message: Message) -> bool:
    """Whether nothing may stand before it: a stop, and what would explain that read-outs differ."""
    return message.severity is Severity.STOP or message.code in EXPLANATIONS


def _other_messages(messages: Sequence[Message]) -> list[str]:
    """What stands below the values; that there is nothing to note only where nothing stands above them either."""
    if not messages:
        return [_("Nothing to note.")]
    return [message_lines(message) for message in messages if not _comes_first(message)]


def _schedule_sections(calculation: Calculation) -> Iterator[str]:
    for title, therapy in (
        (SCHEDULE_NOW, calculation.current_therapy),
        (SCHEDULE_NEW, calculation.new_therapy),
    ):
        lines = schedule_lines(therapy)
        if lines and therapy.schedule is not None:
            yield "\n".join([_(title, mode=MODE_WORDS[therapy.schedule.mode]), *lines])


def schedule_text(therapy: TherapyValues, messages: Sequence[Message], *, working: bool) -> str:
    """One schedule for the terminal: what stops, totals, the day as it runs, other findings, on demand the working."""
    results = [
        (name, value["text"])
        for name, value in schedule_json(therapy).items()
        if isinstance(value, dict) and "text" in value
    ]
    width = max((len(name) for name, text in results), default=0)
    sections = [
        *(message_lines(message) for message in messages if _comes_first(message)),
        "\n".join(f"{name.replace('_', ' '):<{width}}  {text}" for name, text in results),
        "\n".join([*schedule_lines(therapy), *hour_lines(therapy)]),
        *_other_messages(messages),
    ]
    if working:
        steps = ("\n".join(f"  {line}" for line in step_lines(step)) for step in therapy_working(therapy))
        sections.append("\n\n".join((_("Working"), *steps)))
    return "\n\n".join(section for section in sections if section)


def _head(program: Program, title: str) -> str:
    pump, patient = program.system.pump, program.patient
    parts = (patient.ref, pump.name if pump else "", ORIGIN_WORDS[patient.origin] if patient.origin else "")
    who = " · ".join(part for part in parts if part)
    lines = (f"itbcalc check  {title}".rstrip(), who)
    return "\n".join(part for line in lines for part in textwrap.wrap(line, WIDTH, drop_whitespace=False))


# Where the columns of the terminal end, as far as their cells fit into them.
_CURRENT_ENDS, _NEW_ENDS, _PROGRAMMER_ENDS = 33, 50, 65
_GAP = "  "


def _row_lines(checked: Checked) -> list[str]:
    """The results as a table: what is said beside a value, and its alternatives, stand in lines below it."""
    lines = [_line("", _("now"), _("new"), _("programmer"), _("verdict"))]
    for row in printed_rows(checked):
        first, *others = row.new or ("",)
        lines += _with_verdict(row.words, row.current, first, row.programmer, row.verdict)
        lines += [_line("  " + _("or"), "", other) for other in others]
        if row.change and row.change != _(UNCHANGED):
            label = "  " + _("change") if row.current and row.change.endswith("%") else ""
            lines.append(label + row.change.rjust(_NEW_ENDS - len(label)))
    return lines


def _with_verdict(words: str, current: str, new: str, programmer: str, verdict: str) -> list[str]:
    """One line; the read-out and its verdict have their own where there is no room."""
    line = _line(words, current, new, programmer, verdict)
    if len(line) <= WIDTH:
        return [line]
    return [_line(words, current, new), f"{programmer}{_GAP}{verdict}".rjust(WIDTH)]


def _line(words: str, current: str, new: str, programmer: str = "", verdict: str = "") -> str:
    """The cells in their columns; a long one moves its neighbours as far as it must, to the left first."""
    line, current_ends = words, min(_CURRENT_ENDS, _NEW_ENDS - len(_GAP) - len(new))
    for cell, ends in ((current, current_ends), (new, _NEW_ENDS), (programmer, _PROGRAMMER_ENDS)):
        line += f"{_GAP}{cell}".rjust(ends - len(line))
    return f"{line}{_GAP}{verdict}".rstrip()
