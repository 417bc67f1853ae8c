"""From a check to the entry that records it: inputs as typed, results exact, findings with what was answered."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from itbcalc.check import Checked
from itbcalc.errors import RefusedError
from itbcalc.library.records import Library, Severity
from itbcalc.program.toml_file import BareNumber
from itbcalc.report import check_results, finding_messages
from itbcalc.titration.canonical import Json
from itbcalc.titration.entries import LONGEST_TEXT, EntryKind
from itbcalc.words import compared_message


def step_kind(checked: Checked, *, refilled: bool) -> EntryKind:
    """What a checked change is: of the concentration, with a refill, or of the dose alone."""
    if checked.program.concentration_changes:
        return EntryKind.CONCENTRATION_CHANGED
    return EntryKind.RESERVOIR_REFILLED if refilled else EntryKind.DOSE_STEP_RECORDED


def step_body(
    table: Mapping[str, Any], checked: Checked, library: Library, answers: Mapping[str, str]
) -> dict[str, Json]:
    """What an entry about this check holds. `answers` are reasons by the code of the finding.

    Raises RefusedError where a stop or a warning has no answer, or an answer has no finding.
    """
    messages = [*finding_messages(checked, library)]
    messages += [message for each in checked.read_outs if (message := compared_message(each)) is not None]
    grave = [message for message in messages if message.severity in (Severity.STOP, Severity.WARNING)]
    unanswered = sorted({message.code for message in grave} - set(answers))
    if unanswered:
        raise RefusedError("answer", "", "unanswered", known=", ".join(unanswered))
    unasked = sorted(set(answers) - {message.code for message in messages})
    if unasked:
        raise RefusedError(
            "answer", unasked[0], "no_such_finding", known=", ".join(sorted({m.code for m in messages}))
        )
    for code, reason in answers.items():
        if not reason.strip() or len(reason) > LONGEST_TEXT or not reason.isprintable():
            raise RefusedError("answer", f"{code} {reason}".strip(), "reason", limit=str(LONGEST_TEXT))
    return {
        "inputs": _plain(table),
        "results": _plain(check_results(checked)),
        "findings": [
            {
                "code": message.code,
                "severity": str(message.severity),
                "place": message.place,
                "text": message.text,
                "source": message.source,
                "answer": answers.get(message.code, ""),
            }
            for message in messages
        ],
    }


def _plain(value: object) -> Json:
    """A value of a program file or a result as an entry may hold it: numbers that are not whole as they were written."""
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
