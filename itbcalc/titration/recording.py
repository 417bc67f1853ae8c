"""From a check, or from what was seen, to the draft of an entry: the one way for the commands and the window."""

import platform
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from itbcalc import __version__
from itbcalc.check import Checked
from itbcalc.errors import RefusedError
from itbcalc.library.records import Library, Severity
from itbcalc.program.toml_file import BareNumber
from itbcalc.report import check_results, finding_messages
from itbcalc.titration.canonical import Json
from itbcalc.titration.entries import LONGEST_TEXT, STEP_KINDS, Draft, Entry, EntryKind
from itbcalc.words import Message, compared_message

READ_BACK_STATES = ("running", "stopped", "not_read")


@dataclass(frozen=True, slots=True)
class CheckedStep:
    """A program as typed, what the check found, and the figures it was checked with."""

    table: Mapping[str, Any]
    checked: Checked
    library: Library


@dataclass(frozen=True, slots=True)
class Signature:
    """Who writes an entry, and as what; as typed."""

    author: str = ""
    role: str = ""


def step_draft(
    step: CheckedStep, answers: Mapping[str, str], signature: Signature, at: datetime, *, refilled: bool
) -> Draft:
    """A checked step. `answers` are reasons by the code of the finding.

    Raises RefusedError where a stop or a warning has no answer, or an answer has no finding.
    """
    program = step.checked.program
    change = program.reservoir.at
    return _draft(
        step_kind(step.checked, refilled=refilled),
        step_body(step, answers),
        signature,
        at,
        patient=program.patient.ref,
        effective_at=change.moment.isoformat() if change else "",
        library={"version": step.library.version, "digest": step.library.digest},
    )


def read_back_draft(step: Entry, state: str, note: str, signature: Signature, at: datetime) -> Draft:
    """How the pump was found after a step. Raises RefusedError."""
    if state not in READ_BACK_STATES:
        rule = "unknown_state" if state else "missing"
        raise RefusedError("state", state, rule, known=", ".join(READ_BACK_STATES))
    if step.kind not in [str(kind) for kind in STEP_KINDS]:
        raise RefusedError("entry", str(step.seq), "not_a_step")
    body = {"of": step.entry_id, "state": state, "note": visible_text("note", note)}
    return _draft(EntryKind.READ_BACK_RECORDED, body, signature, at, patient=step.patient)


def void_draft(entry: Entry, reason: str, voided: Iterable[str], signature: Signature, at: datetime) -> Draft:
    """Says that an entry does not hold; `voided` are the ids of those that do not hold already. Raises RefusedError."""
    reason = _needed("reason", reason)
    if entry.entry_id in voided:
        raise RefusedError("entry", str(entry.seq), "voided_already")
    body = {"of": entry.entry_id, "reason": reason}
    return _draft(EntryKind.ENTRY_VOIDED, body, signature, at, patient=entry.patient)


def visible_text(name: str, text: str) -> str:
    """A text that somebody typed, blanks around it trimmed. Raises RefusedError for what cannot be seen, and a long one."""
    if not text.isprintable():
        raise RefusedError(name, text, "invisible")
    if len(text) > LONGEST_TEXT:
        raise RefusedError(name, text, "too_long", limit=str(LONGEST_TEXT))
    return text.strip()


def messages_of(step: CheckedStep) -> list[Message]:
    """All that was found, differing read-outs among it."""
    found = [*finding_messages(step.checked, step.library)]
    compared = (compared_message(each) for each in step.checked.read_outs)
    return found + [message for message in compared if message is not None]


def needing_an_answer(messages: Iterable[Message]) -> list[Message]:
    """What must be answered before a step is recorded: stops, warnings and differences."""
    return [message for message in messages if message.severity in (Severity.STOP, Severity.WARNING)]


def step_kind(checked: Checked, *, refilled: bool) -> EntryKind:
    """What a checked change is: of the concentration, with a refill, or of the dose alone."""
    if checked.program.concentration_changes:
        return EntryKind.CONCENTRATION_CHANGED
    return EntryKind.RESERVOIR_REFILLED if refilled else EntryKind.DOSE_STEP_RECORDED


def step_body(step: CheckedStep, answers: Mapping[str, str]) -> dict[str, Json]:
    """What an entry about a check holds. Raises RefusedError as `step_draft` says."""
    messages = messages_of(step)
    grave = needing_an_answer(messages)
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
        "inputs": _plain(step.table),
        "results": _plain(check_results(step.checked)),
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


def _draft(
    kind: EntryKind, body: Mapping[str, Any], signature: Signature, at: datetime, **known: Any
) -> Draft:
    return Draft(
        entry_id=str(uuid.uuid4()),
        kind=kind,
        recorded_at=at.astimezone(),
        author=_needed("author", signature.author),
        role=visible_text("role", signature.role),
        workstation=platform.node(),
        program=__version__,
        body=body,
        **known,
    )


def _needed(name: str, text: str) -> str:
    text = visible_text(name, text)
    if not text:
        raise RefusedError(name, text, "missing")
    return text


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
