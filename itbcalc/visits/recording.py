"""From a check, or from what was seen, to the draft of an entry: the one way for the commands and the window."""

import platform
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from itbcalc import __version__
from itbcalc.errors import RefusedError
from itbcalc.judge.check import Checked, explanations_of
from itbcalc.judge.findings import FindingCode
from itbcalc.library.records import Library, Severity
from itbcalc.log.canonical import Json
from itbcalc.log.entries import LONGEST_TEXT, TYPED, Draft, Entry, Head
from itbcalc.quantities.display import moment_text
from itbcalc.quantities.instants import Instant
from itbcalc.say import Message
from itbcalc.say.log import EMPTY_EARLIER, RAISED_EARLIER
from itbcalc.say.report import finding_messages, read_out_messages
from itbcalc.visits import entry_body
from itbcalc.visits.authors import PROGRAM, same_name
from itbcalc.visits.entry_kinds import About, EntryKind, definition, is_step, kind_of
from itbcalc.visits.observations import Observation, observation_body
from itbcalc.visits.refill_visit import RefillVisit, refill_body
from itbcalc.visits.second_check import AGREES, compared_settings
from itbcalc.visits.typed import Changed, changed, leaves, table_of

READ_BACK_STATES = ("running", "stopped", "not_read")
FOLLOWUP_ENDINGS = ("moved", "explanted", "died", "other_clinic")  # they are in people's logs: never rename


class CheckedStep(Struct, frozen=True):
    """A program as typed, what the check found, the figures it was checked with, and what the log says beside it.

    `refill` is what was drawn off and what it tells. `as_refill` is the check where the step fills the reservoir, although its
    program does not say so; None where that makes no difference, and `looks_filled` where more is in it than can be left
    (`against_log.held_against_log` fills all in).
    """

    table: Mapping[str, Any]
    checked: Checked
    library: Library
    beside: tuple[Message, ...] = ()
    refill: RefillVisit | None = None
    as_refill: Checked | None = None
    looks_filled: bool = False

    @property
    def shown(self) -> Checked:
        """The check as long as nobody has said whether the reservoir was filled."""
        return self.as_refill if self.as_refill is not None and self.looks_filled else self.checked

    def of_kind(self, kind: EntryKind) -> "CheckedStep":
        """The same as it is recorded: what fills the reservoir is not counted from the fill before it."""
        if self.as_refill is None or kind is not EntryKind.RESERVOIR_REFILLED:
            return self
        beside = tuple(each for each in self.beside if each.code != EMPTY_EARLIER)
        return replace(self, checked=self.as_refill, beside=beside, as_refill=None)


class Signature(Struct, frozen=True):
    """Who writes an entry, and as what. `signed` is `passphrase` where an operator unlocked with one, else `typed`."""

    author: str = ""
    role: str = ""
    signed: str = TYPED


FIRST_PUMPS = 1984  # no observation of an implanted baclofen pump is older (Penn and Kroin 1984)
BY_ITSELF = Signature(PROGRAM, "program")  # what the program writes without being asked


def step_draft(
    step: CheckedStep, answers: Mapping[str, str], signature: Signature, at: datetime, *, refilled: bool
) -> Draft:
    """A checked step. `answers` are reasons by the key of the finding (`keyed`), or by its code where that is enough.

    Raises RefusedError where a stop or a warning has no answer, or an answer has no finding.
    """
    program = step.checked.program
    change, kind = program.reservoir.at, step_kind(step.checked, refilled=refilled)
    _needed("patient.ref", program.patient.ref)
    return _draft(
        kind,
        step_body(step.of_kind(kind), answers),
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
    _may_be_told(EntryKind.READ_BACK_RECORDED, step)
    body = {"of": step.entry_id, "state": state, "note": visible_text("note", note)}
    return _draft(EntryKind.READ_BACK_RECORDED, body, signature, at, patient=step.patient)


def second_check_draft(
    step: Entry,
    typed: Mapping[str, str],
    signature: Signature,
    at: datetime,
    *,
    library: Library,
    note: str = "",
    remote: Mapping[str, Json] | None = None,
) -> Draft:
    """The settings of a step as a second person typed them, without seeing the first, and where the two differ.

    `remote` is of a check from afar (`remote_check`): to which question, when it was answered, by which version, who took it.

    Raises RefusedError: for the author of the step, for a field left out, for what cannot be read.
    """
    _may_be_told(EntryKind.SECOND_CHECK_RECORDED, step)
    if same_name(signature.author, str(step.content["author"])):
        raise RefusedError("author", signature.author, "same_person")
    compared = compared_settings(step, typed, library)
    body: dict[str, Any] = {
        "of": step.entry_id,
        "typed": [
            {"field": each.field, "typed": each.typed, "recorded": each.recorded, "verdict": each.verdict}
            for each in compared
        ],
        "agreed": all(each.verdict == AGREES for each in compared),
        "note": visible_text("note", note),
    }
    if remote is not None:
        body["remote"] = dict(remote)
    return _draft(EntryKind.SECOND_CHECK_RECORDED, body, signature, at, patient=step.patient)


def asked_check_draft(step: Entry, question: str, order: str, signature: Signature, at: datetime) -> Draft:
    """That a second check of a step was asked for from afar: the hash of the question, and the prescription in it."""
    _must_be_a_step(step)
    body = {"of": step.entry_id, "question": question, "order": order}
    return _draft(EntryKind.SECOND_CHECK_ASKED, body, signature, at, patient=step.patient)


def observation_draft(
    patient: str, observation: Observation, seen_at: datetime | None, signature: Signature, at: datetime
) -> Draft:
    """What was seen of a patient, and when (None: now). Raises RefusedError."""
    if seen_at is not None and seen_at > at:
        raise RefusedError("observed_at", moment_text(seen_at), "in_the_future")
    if seen_at is not None and seen_at.year < FIRST_PUMPS:
        raise RefusedError("observed_at", moment_text(seen_at), "before_pumps", known=str(FIRST_PUMPS))
    for number, goal in enumerate(observation.goals, start=1):
        visible_text(f"goals.{number}.goal", goal.goal)
    visible_text("note", observation.note)
    return _draft(
        EntryKind.OBSERVATION_RECORDED,
        observation_body(observation),
        signature,
        at,
        patient=_needed("patient", patient),
        effective_at=(seen_at or at).astimezone().isoformat(timespec="minutes"),
    )


def followup_ended_draft(
    patient: str,
    reason: str,
    ended_at: datetime | None,
    signature: Signature,
    at: datetime,
    *,
    note: str = "",
) -> Draft:
    """That nobody here follows a patient any more, why, and since when (None: now). Raises RefusedError."""
    if reason not in FOLLOWUP_ENDINGS:
        rule = "unknown_state" if reason else "missing"
        raise RefusedError("reason", reason, rule, known=", ".join(FOLLOWUP_ENDINGS))
    if ended_at is not None and ended_at > at:
        raise RefusedError("at", moment_text(ended_at), "in_the_future")
    return _draft(
        EntryKind.FOLLOWUP_ENDED,
        {"reason": reason, "note": visible_text("note", note)},
        signature,
        at,
        patient=_needed("patient", patient),
        effective_at=(ended_at or at).isoformat(timespec="seconds"),
    )


def visit_booked_draft(
    patient: str, visit_at: Instant, signature: Signature, at: datetime, *, note: str = ""
) -> Draft:
    """That a visit for a refill is booked, in the patient's calendar. Raises RefusedError for one that is over."""
    if visit_at.moment < at:
        raise RefusedError("at", moment_text(visit_at.moment), "visit_is_over")
    return _draft(
        EntryKind.VISIT_BOOKED,
        {"at": visit_at.moment.isoformat(timespec="minutes"), "note": visible_text("note", note)},
        signature,
        at,
        patient=_needed("patient", patient),
        effective_at=visit_at.moment.isoformat(timespec="seconds"),
    )


def visit_cancelled_draft(booked: Entry, reason: str, signature: Signature, at: datetime) -> Draft:
    """That a booked visit does not take place; why may be left out. Raises RefusedError for an entry that books none."""
    if booked.kind != EntryKind.VISIT_BOOKED:
        raise RefusedError("entry", str(booked.seq), "not_a_booking")
    body = {"of": booked.entry_id, "reason": visible_text("reason", reason)}
    return _draft(EntryKind.VISIT_CANCELLED, body, signature, at, patient=booked.patient)


def amended_step_draft(
    entry: Entry,
    step: CheckedStep,
    signature: Signature,
    at: datetime,
    *,
    answers: Mapping[str, str],
    reason: str,
) -> Draft:
    """A recorded step as it should have been: checked anew, with what changed and why. Raises RefusedError."""
    _must_be_a_step(entry)
    program = step.checked.program
    if program.patient.ref != entry.patient:
        raise RefusedError("patient", program.patient.ref, "other_patient", known=entry.patient)
    kind = step_kind(step.checked, refilled=kind_of(entry) == EntryKind.RESERVOIR_REFILLED)
    body: dict[str, Json] = {"of_kind": str(kind), **step_body(step.of_kind(kind), answers)}
    changes = changed(dict(leaves(table_of(entry))), dict(leaves(step.table)))
    change = program.reservoir.at
    return _draft(
        EntryKind.ENTRY_AMENDED,
        _amendment(entry, changes, reason) | body,
        signature,
        at,
        patient=entry.patient,
        effective_at=change.moment.isoformat() if change else "",
        library={"version": step.library.version, "digest": step.library.digest},
    )


def amended_observation_draft(
    entry: Entry, observation: Observation, signature: Signature, at: datetime, *, reason: str
) -> Draft:
    """A recorded observation as it should have been. Raises RefusedError."""
    if kind_of(entry) != EntryKind.OBSERVATION_RECORDED:
        raise RefusedError("entry", str(entry.seq), "not_an_observation")
    visible_text("note", observation.note)
    body = observation_body(observation)
    kept = {key: entry.body.get(key) for key in body}
    changes = changed(dict(leaves(kept)), dict(leaves(body)))
    return _draft(
        EntryKind.ENTRY_AMENDED,
        {**_amendment(entry, changes, reason), "of_kind": str(EntryKind.OBSERVATION_RECORDED), **body},
        signature,
        at,
        patient=entry.patient,
        effective_at=str(entry.content["effective_at"]),
    )


def operator_draft(body: Mapping[str, Json], signature: Signature, at: datetime) -> Draft:
    """That an operator was added or changed: `body` as `People` returns it, never a passphrase."""
    return _draft(EntryKind.OPERATOR_CHANGED, body, signature, at)


def anchor_draft(head: Head, where: str, signature: Signature, at: datetime) -> Draft:
    """That an anchor left the program, as a `file` or on a `sheet`."""
    body = {"count": head.count, "head": head.hash, "where": where}
    return _draft(EntryKind.ANCHOR_TAKEN, body, signature, at)


def backup_draft(name: str, head: Head, at: datetime, signature: Signature = BY_ITSELF) -> Draft:
    """That a verified backup was made: the name of its file, and where it ends."""
    body = {"file": name, "entries": head.count, "head": head.hash}
    return _draft(EntryKind.BACKUP_MADE, body, signature, at)


def import_draft(name: str, head: Head, at: datetime, signature: Signature = BY_ITSELF) -> Draft:
    """That what stands before was read in from an export: the name of its file, and where it ended."""
    body = {"file": name, "entries": head.count, "head": head.hash}
    return _draft(EntryKind.LOG_IMPORTED, body, signature, at)


def restore_draft(
    name: str, head: Head, was: Head | None, at: datetime, signature: Signature = BY_ITSELF
) -> Draft:
    """That a backup was put back: the name of its file, where it ends, and where the log ended before (None: not known)."""
    body: dict[str, Json] = {"file": name, "entries": head.count, "head": head.hash}
    body |= (
        {"was_entries": "?", "was_head": ""}
        if was is None
        else {"was_entries": was.count, "was_head": was.hash}
    )
    return _draft(EntryKind.LOG_RESTORED, body, signature, at)


def void_draft(entry: Entry, reason: str, signature: Signature, at: datetime) -> Draft:
    """Says that an entry does not hold; whether it does not already is for `not_voided`. Raises RefusedError."""
    reason = _needed("reason", reason)
    if not definition(entry.kind).voidable:
        raise RefusedError("entry", str(entry.seq), "cannot_be_voided")
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
    """All that was found, differing read-outs and what does not fit the log among it."""
    found = [*finding_messages(step.checked, step.library), *step.beside]
    return found + read_out_messages(step.checked)


def needing_an_answer(messages: Iterable[Message]) -> list[Message]:
    """What must be answered before a step is recorded: stops, warnings and differences."""
    return [message for message in messages if needs_an_answer(message)]


def needs_an_answer(message: Message) -> bool:
    """Whether a step is recorded only with a reason behind this finding."""
    return message.severity in (Severity.STOP, Severity.WARNING)


def keyed(messages: Iterable[Message]) -> dict[str, Message]:
    """Each finding under its key, `dose_above_limit@new.daily_dose`: code and place; a second one there ends in `#2`."""
    found: dict[str, Message] = {}
    for message in messages:
        key = f"{message.code}@{message.place}"
        number = sum(each == key or each.startswith(f"{key}#") for each in found) + 1
        found[key if number == 1 else f"{key}#{number}"] = message
    return found


def step_kind(checked: Checked, *, refilled: bool) -> EntryKind:
    """What a checked change is: of the concentration, with a refill (or where its program says one, or a new pump), or of the dose alone."""
    if checked.program.concentration_changes:
        return EntryKind.CONCENTRATION_CHANGED
    refilled = refilled or checked.program.fills_reservoir
    return EntryKind.RESERVOIR_REFILLED if refilled else EntryKind.DOSE_STEP_RECORDED


def step_body(step: CheckedStep, answers: Mapping[str, str]) -> dict[str, Json]:
    """What an entry about a check holds. Raises RefusedError as `step_draft` says."""
    found = keyed(messages_of(step))
    reasons: dict[str, str] = {}
    for given, reason in answers.items():
        if not reason.strip() or len(reason) > LONGEST_TEXT or not reason.isprintable():
            raise RefusedError("answer", f"{given} {reason}".strip(), "reason", limit=str(LONGEST_TEXT))
        keys = _answered_by(given, found)
        if not reasons.keys().isdisjoint(keys):
            raise RefusedError("answer", given, "given_twice")
        reasons |= dict.fromkeys(keys, reason)
    unanswered = [key for key, message in found.items() if needs_an_answer(message) and key not in reasons]
    if unanswered:
        known = "; ".join(f"{_shortest(key, found)} ({found[key].title})" for key in unanswered)
        asked = {found[key].code for key in unanswered}
        easing = [
            each.text
            for each in step.beside
            if each.code == RAISED_EARLIER and FindingCode.INCREASE_TOO_SOON in asked
        ]
        raise RefusedError("answer", "", "unanswered", known=". ".join((known, *easing)))
    answered = [(message, reasons.get(key, "")) for key, message in found.items()]
    explanations = explanations_of(step.checked, step.library)
    body = entry_body.step_body(step.checked, step.table, answered, explanations)
    if step.refill is None:
        return body
    by_log = step.checked.calculation.inputs.by_log is not None
    written = entry_body.BY_LOG if by_log else entry_body.WITH_REFILL
    return {**body, "body_format": written, "refill": refill_body(step.refill)}


def _answered_by(given: str, found: Mapping[str, Message]) -> list[str]:
    """The keys of the findings that an answer to `given`, a key or a code alone, is for. Raises RefusedError.

    A reason stands only behind the stop it was typed for: a code that several stops share tells none of them.
    """
    if given in found:
        return [given]
    same = [
        key for key, message in found.items() if given in (message.code, entry_body.written_code(message))
    ]
    if not same:
        known = ", ".join(dict.fromkeys(_shortest(key, found) for key in sorted(found)))
        raise RefusedError("answer", given, "no_such_finding", known=known)
    if len(same) > 1 and any(found[key].severity is Severity.STOP for key in same):
        raise RefusedError("answer", given, "shared_code", known=", ".join(same))
    return same


def _shortest(key: str, found: Mapping[str, Message]) -> str:
    """How a finding can be named in an answer: by its code alone, where no other has it."""
    code = found[key].code
    return code if sum(message.code == code for message in found.values()) == 1 else key


def _may_be_told(kind: EntryKind, of: Entry) -> None:
    """Refuses to write of an entry what is only written of a step. Raises RefusedError."""
    if definition(kind).about is About.A_STEP:
        _must_be_a_step(of)


def _must_be_a_step(entry: Entry) -> None:
    if not is_step(entry):
        raise RefusedError("entry", str(entry.seq), "not_a_step")


def _amendment(entry: Entry, changes: Sequence[Changed], reason: str) -> dict[str, Json]:
    """Which entry is amended, why, and what differs."""
    if not changes:
        raise RefusedError("entry", str(entry.seq), "nothing_amended")
    return {
        "of": entry.entry_id,
        "reason": _needed("reason", reason),
        "changes": [{"field": each.field, "was": each.was, "now": each.now} for each in changes],
    }


def _draft(
    kind: EntryKind, body: Mapping[str, Any], signature: Signature, at: datetime, **known: Any
) -> Draft:
    author = _needed("author", signature.author)
    if signature is not BY_ITSELF and same_name(author, BY_ITSELF.author):
        raise RefusedError("author", author, "reserved_name")
    return Draft(
        entry_id=str(uuid.uuid4()),
        kind=kind,
        recorded_at=at.astimezone(),
        author=author,
        role=visible_text("role", signature.role),
        signed=signature.signed,
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
