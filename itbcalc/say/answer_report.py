"""An answer as JSON and as plain text of 80 columns, and what a check has in common with it."""

import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from itbcalc import __version__
from itbcalc.ask.questions import Answer, InUnit, Result
from itbcalc.compute.calculation import HeldInLine
from itbcalc.compute.working import Worked
from itbcalc.judge.findings import Finding
from itbcalc.library.records import Library, Severity
from itbcalc.quantities.clock import TimeOfDay
from itbcalc.quantities.display import date_text, moment_text, shown
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.units import Quantity
from itbcalc.say.answers import result_words
from itbcalc.say.catalogue import _
from itbcalc.say.findings import finding_message, severity_of
from itbcalc.say.message import SEVERITY_SIGNS, SEVERITY_WORDS, Message, by_severity
from itbcalc.say.therapy_report import WIDTH, Table, folded, quantity_json
from itbcalc.say.working import in_words, working_lines

if TYPE_CHECKING:
    from itbcalc.program.read_outs import Value
_BEFORE_A_UNIT = re.compile(r"(?<=[0-9]) (?=[A-Za-z%°µ])")


def document(
    command: str, results: Mapping[str, Any], working: Sequence[Table] = (), findings: Sequence[Table] = ()
) -> Table:
    """The one JSON document of a command."""
    return {
        "itbcalc": __version__,
        "command": command,
        "results": dict(results),
        "working": list(working),
        "findings": list(findings),
    }


def answer_document(command: str, answer: Answer, library: Library) -> Table:
    """The JSON document of a quick question."""
    results = {name: result_json(value) for name, value in answer.results.items()}
    findings = [message_json(finding_message(finding, library)) for finding in answer.findings]
    return document(command, results, working_json(answer.working), findings)


def result_json(value: Result) -> Table | list[Table]:
    """A result as JSON: a quantity, a moment, or a list of quantities or of plugs of a line."""
    if isinstance(value, datetime):
        return moment_json(value)
    if isinstance(value, tuple):
        return [plug_json(each) if isinstance(each, HeldInLine) else quantity_json(each) for each in value]
    if isinstance(value, InUnit):
        return {"exact": str(value.number), "unit": value.unit, "text": value.text}
    return quantity_json(value)


def moment_json(moment: datetime) -> Table:
    """`{date, at, text}`."""
    return {"date": moment.date().isoformat(), "at": moment.isoformat(), "text": date_text(moment)}


def working_json(working: Iterable[Worked[Quantity]]) -> list[Table]:
    """Each step with its formula, the numbers put in and the result, and what is said of it, such as the date."""
    return [
        {
            "name": step.name,
            "formula": step.formula,
            "numbers": step.numbers,
            "result": step.text if step.text == step.exact else f"{step.exact} = {step.text}",
            **({"note": step.note} if step.note else {}),
        }
        for step in map(in_words, working)
    ]


def line_json(line: Sequence[HeldInLine]) -> list[Table]:
    """What lies in a line, from the tip to the pump: `{volume, concentration}` each."""
    return [plug_json(each) for each in line]


def plug_json(held: HeldInLine) -> Table:
    """One plug of a line: `{volume, concentration}`."""
    return {"volume": quantity_json(held.volume), "concentration": quantity_json(held.concentration)}


def message_json(message: Message) -> Table:
    """A finding as JSON."""
    return {
        "code": message.code,
        "severity": str(message.severity),
        "text": message.text,
        "source": message.source,
        "place": message.place,
    }


def has_stop(findings: Iterable[Finding]) -> bool:
    """Whether any finding is a stop."""
    return any(severity_of(finding) is Severity.STOP for finding in findings)


def answer_text(answer: Answer, library: Library) -> str:
    """An answer for the terminal."""
    results = {result_words(name): value for name, value in answer.results.items()}
    width = max(map(len, results))
    lines = [
        folded(f"{words:<{width}}  {_result_text(value)}", width + 2) for words, value in results.items()
    ]
    for step in answer.working:
        lines += ["", *(f"  {line}" for line in step_lines(step))]
    messages = by_severity(finding_message(finding, library) for finding in answer.findings)
    return "\n".join(lines + [f"\n{message_lines(message)}" for message in messages])


def _result_text(value: Result) -> str:
    if isinstance(value, tuple):
        return ", ".join(plug_words(each) if isinstance(each, HeldInLine) else shown(each) for each in value)
    return value.text if isinstance(value, InUnit) else value_text(value)


def value_text(value: "Value") -> str:
    """A recomputed value in words: a quantity, a date, a time, a moment."""
    if isinstance(value, TimeOfDay):
        return value.text
    if isinstance(value, Instant):
        return moment_text(value.moment)
    return date_text(value) if isinstance(value, date) else shown(value)


def plug_words(held: HeldInLine) -> str:
    """`0.14 mL at 500 mcg/mL`, or that it holds no drug."""
    volume = shown(held.volume)
    if not held.concentration.magnitude:
        return _("{volume} without drug", volume=volume)
    return _("{volume} at {concentration}", volume=volume, concentration=shown(held.concentration))


def message_lines(message: Message) -> str:
    """A finding for the terminal: its sign and title, what is said of it, and its source."""
    sign, word = SEVERITY_SIGNS[message.severity], SEVERITY_WORDS[message.severity]
    head = textwrap.wrap(f"{sign} {word}: {message.title}", WIDTH, subsequent_indent="  ")
    body = textwrap.wrap(message.detail, WIDTH, initial_indent="  ", subsequent_indent="  ")
    source = textwrap.wrap(f"[{message.source}]", WIDTH, initial_indent="  ", subsequent_indent="  ")
    return "\n".join([*head, *body, *(source if message.source else [])])


def step_lines(step: Worked[Quantity], width: int = WIDTH - 2) -> list[str]:
    """The lines of a working, long ones continued below the text behind their equal sign."""
    lines: list[str] = []
    for line in working_lines(step):
        indent = line.index("= ") + 2 if "= " in line else 0
        if len(line) <= width:
            lines.append(line)
        else:
            start = line[:indent]
            together = _BEFORE_A_UNIT.sub("\u00a0", line[indent:])  # a number and its unit stay on one line
            wrapped = [part.replace("\u00a0", " ") for part in textwrap.wrap(together, width - indent)]
            lines += [start + wrapped[0], *(" " * indent + more for more in wrapped[1:])]
    return lines
