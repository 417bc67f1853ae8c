"""The commands that write an entry: a step, how the pump was found, a second check, what was seen, corrections."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from itbcalc.cli.log_reading import moment_or_now
from itbcalc.cli.log_shared import (
    STATUS_BAD,
    STATUS_FINE,
    Answer,
    Given,
    append,
    append_after,
    append_new,
    entry_json,
    entry_named,
    entry_or_waiting,
    expect_a_step,
    library_in_use,
    looked_whole,
    named_in,
    opened,
    path_of,
    required,
    saved,
    seen,
    signature_of,
    table_checked,
    visible_option,
)
from itbcalc.say.catalogue import N_, _

if TYPE_CHECKING:
    from itbcalc.visits.recording import CheckedStep


def add(given: Given) -> Answer:
    """Checks a program file, holds it against the log, and records the step."""
    from itbcalc.log.places import is_on_server
    from itbcalc.say import SEVERITY_WORDS
    from itbcalc.say.log import EXAMPLE
    from itbcalc.visits.against_log import held_or_said
    from itbcalc.visits.recording import step_draft

    opener = opened(given, create=is_on_server(path_of(given)))  # there it may not be begun yet
    step = held_or_said(table_checked(given), path_of(given), _now(), opener)
    answers = {**_ticked(step, given), **_answers(given)}
    draft = step_draft(step, answers, signature_of(given), _now(), refilled=given["refilled"])
    results, written, status = append_new(given, draft)
    beside = [
        message for message in step.beside if message.code != EXAMPLE
    ]  # no more to be said: it was meant
    noted = [f"{SEVERITY_WORDS[message.severity]}: {message.text}" for message in beside]
    told, lines = _refill_told(step)
    return {**results, **told}, [*written, *map(seen, (*lines, *noted)), _(_NOT_COMPLETE)], status


def _answers(given: Given) -> dict[str, str]:
    """The reasons by what they are for. Raises RefusedError for one that is given twice: which of them is to stand?"""
    from itbcalc.errors import RefusedError

    answers: dict[str, str] = {}
    for code, reason in given["answer"]:
        if code in answers:
            raise RefusedError("answer", code, "given_twice")
        answers[code] = reason
    return answers


def _ticked(step: "CheckedStep", given: Given) -> dict[str, str]:
    """The answers that `--yes-a-pseudonym` and `--yes-an-example` are."""
    from itbcalc.say.catalogue import _
    from itbcalc.say.log import EXAMPLE, OF_A_PSEUDONYM, PSEUDONYM_CONFIRMED

    asked = {message.code for message in step.beside}
    meant = (
        *(OF_A_PSEUDONYM if given["yes_a_pseudonym"] else ()),
        *((EXAMPLE,) if given["yes_an_example"] else ()),
    )
    words = {EXAMPLE: _("yes, an example")}
    return {code: words.get(code, _(PSEUDONYM_CONFIRMED)) for code in meant if code in asked}


def _expect_a_pseudonym(given: Given, patient: str) -> None:
    """Refuses a new pseudonym that looks like a name or like another one, unless the command says it is meant."""
    from itbcalc.errors import LogUnavailableError, RefusedError
    from itbcalc.log.waiting import may_wait
    from itbcalc.visits.against_log import pseudonym_in_doubt

    if given["yes_a_pseudonym"]:
        return
    doubts = pseudonym_in_doubt(patient, None)
    if path_of(given).exists():
        try:
            with opened(given) as log:
                doubts = pseudonym_in_doubt(patient, log)
        except LogUnavailableError as error:
            if not may_wait(path_of(given), error):
                raise
    if doubts:
        raise RefusedError("patient", patient, "pseudonym_in_doubt", known=doubts[0].text)


def _refill_told(step: "CheckedStep") -> tuple[dict[str, Any], list[str]]:
    """What a refill tells, for the document and as lines; nothing where nothing was drawn off."""
    from itbcalc.visits.refill_visit_words import refill_visit_json, refill_visit_lines

    if step.refill is None:
        return {}, []
    return {"refill": refill_visit_json(step.refill)}, list(refill_visit_lines(step.refill))


def read_back(given: Given) -> Answer:
    """Records what the programmer showed of the pump after the update."""
    from itbcalc.visits.history import not_voided
    from itbcalc.visits.recording import read_back_draft

    step = entry_or_waiting(given)
    state, note = given["state"] or "", visible_option(given, "note")
    draft = read_back_draft(step, state, note, signature_of(given), _now())
    results, written, status = append_after(given, step, draft, not_voided(step))
    running = given["state"] == "running"
    warned = [] if running else [_("The step is not complete: the pump was not seen running.")]
    return results, [*written, *warned, *named_in(note)], status if running else STATUS_BAD


def void(given: Given) -> Answer:
    """Says that an entry does not hold; it stays in the log."""
    from itbcalc.visits.history import not_voided, standings
    from itbcalc.visits.recording import void_draft
    from itbcalc.visits.voiding import lost_by_voiding

    reason = required(given, "reason")
    with opened(given) as log:
        named = entry_named(log, given["entry"])
        lost = list(lost_by_voiding(named, standings(log.entries(named.patient)), _now()))
    draft = void_draft(named, reason, signature_of(given), _now())
    entry = append(given, draft, not_voided(named))
    return entry_json(entry), [*saved(entry), *map(seen, lost), *named_in(reason)], STATUS_FINE


def second_check(given: Given) -> Answer:
    """Records the settings of a step as another person typed them; says which agree."""
    from itbcalc.visits.history import holds
    from itbcalc.visits.recording import second_check_draft

    step = entry_or_waiting(given)
    draft = second_check_draft(
        step,
        dict(given["setting"]),
        signature_of(given),
        _now(),
        library=library_in_use(),
        note=visible_option(given, "note"),
    )
    results, written, status = append_after(given, step, draft, holds(step))
    typed, agreed = draft.body["typed"], draft.body["agreed"]
    lines = [_typed_line(each) for each in typed]
    results = {**results, "agreed": agreed, "typed": typed}
    return results, [*written, *map(seen, lines)], status if agreed else STATUS_BAD


def observe(given: Given) -> Answer:
    """Records what was seen of a patient."""
    from itbcalc.errors import EntryError, FieldEntryError
    from itbcalc.quantities.instants import read_instant
    from itbcalc.visits.body_words import observation_words
    from itbcalc.visits.observations import Goal, Observation, Scored, SideEffect
    from itbcalc.visits.recording import observation_draft

    observation = Observation(
        scored=[
            *(Scored(scale, value) for scale, value in given["score"]),
            *(Scored("modified_ashworth", grade, muscles) for muscles, grade in given["tone"]),
        ],
        goals=[Goal(*texts) for texts in given["goal"]],
        side_effects=[SideEffect(*texts) for texts in given["side_effect"]],
        note=visible_option(given, "note"),
    )
    try:
        seen_at = read_instant(given["at"]).moment if given["at"] else None
    except EntryError as error:
        raise FieldEntryError("at", error) from error
    patient = required(given, "patient")
    _expect_a_pseudonym(given, patient)
    draft = observation_draft(patient, observation, seen_at, signature_of(given), _now())
    results, written, status = append_new(given, draft)
    texts = (observation.note, *(goal.goal for goal in observation.goals))
    lines = [*written, seen(observation_words(draft.body)), *map(seen, named_in(*texts))]
    if status != STATUS_FINE:
        return results, lines, status
    with opened(given) as log:
        warned, status = looked_whole(log)
    return {**results, "whole": not warned}, [*lines, *warned], status


def end_followup(given: Given) -> Answer:
    """Records that nobody here follows a patient any more: the list of refills lets go of the patient."""
    from itbcalc.visits.recording import followup_ended_draft

    patient, note = required(given, "patient"), visible_option(given, "note")
    ended_at = None if given["at"] is None else moment_or_now(given)
    expect_a_step(given, "patient")
    draft = followup_ended_draft(
        patient, given["reason"] or "", ended_at, signature_of(given), _now(), note=note
    )
    results, written, status = append_new(given, draft)
    return results, [*written, *map(seen, named_in(note))], status


def book(given: Given) -> Answer:
    """Records that a visit for a refill is booked."""
    from itbcalc.errors import EntryError, FieldEntryError
    from itbcalc.log.waiting import Waits
    from itbcalc.quantities.instants import read_instant, read_zone
    from itbcalc.visits.entry_words import what_happened
    from itbcalc.visits.recording import visit_booked_draft

    patient, note, at = required(given, "ref"), visible_option(given, "note"), required(given, "at")
    try:
        zone = None if given["zone"] is None else read_zone(given["zone"])
    except EntryError as error:
        raise FieldEntryError("zone", error) from error
    try:
        visit_at = read_instant(at, zone, local_allowed=zone is not None)
    except EntryError as error:
        raise FieldEntryError("at", error) from error
    expect_a_step(given, "ref")
    draft = visit_booked_draft(patient, visit_at, signature_of(given), _now(), note=note)
    results, written, status = append_new(given, draft)
    return results, [*written, seen(what_happened(Waits(draft).entry)), *map(seen, named_in(note))], status


def cancel_visit(given: Given) -> Answer:
    """Records that a booked visit does not take place."""
    from itbcalc.visits.bookings import booking_to_cancel, still_booked
    from itbcalc.visits.history import standings
    from itbcalc.visits.recording import visit_cancelled_draft

    patient, reason = required(given, "ref"), visible_option(given, "reason")
    with opened(given) as log:
        booked = booking_to_cancel(standings(log.entries(patient)), given["entry"] or "")
    draft = visit_cancelled_draft(booked, reason, signature_of(given), _now())
    results, written, status = append_after(given, booked, draft, still_booked(booked))
    return results, [*written, *map(seen, named_in(reason))], status


def ask_second_check(given: Given) -> Answer:
    """Writes the question to a colleague into a file, and records that it was asked."""
    from itbcalc.visits.history import holds
    from itbcalc.visits.remote_check import question_of, write_check

    order, target = required(given, "order"), Path(required(given, "out"))
    with opened(given) as log:
        step = entry_named(log, given["entry"])
    asked, draft = question_of(step, order, signature_of(given), _now())
    write_check(target, asked)
    entry = append(given, draft, holds(step))
    lines = [*saved(entry), _("written to {file}", file=target), *map(seen, named_in(order))]
    return {**entry_json(entry), "file": str(target)}, lines, STATUS_FINE


def answer_second_check(given: Given) -> Answer:
    """Types the settings of a prescription blind, into a file for whoever asked; without settings says what is asked."""
    from itbcalc.say import place_words
    from itbcalc.visits.recording import Signature
    from itbcalc.visits.remote_check import answer_to, read_check, write_check

    asked = read_check(Path(required(given, "file")))
    question = asked.question
    lines = [
        _(
            "Asked by {person} of {patient}, entry {number}: {order}",
            person=question["asked_by"],
            patient=question["patient"],
            number=question["number"],
            order=question["order"],
        ),
        *(f"  --setting {place}  ({place_words(place)})" for place in question["settings"]),
    ]
    results = {"question": dict(question), "file": None}
    if not given["setting"]:
        return results, [*map(seen, lines), _(_TYPE_EACH)], STATUS_FINE
    target = Path(required(given, "out"))
    signature = Signature(required(given, "author"), visible_option(given, "role"))
    note = visible_option(given, "note")
    answered = answer_to(
        asked, dict(given["setting"]), signature, _now(), library=library_in_use(), note=note
    )
    write_check(target, answered)
    return {**results, "file": str(target)}, [_("written to {file}", file=target)], STATUS_FINE


def take_second_check(given: Given) -> Answer:
    """Holds a colleague's answer against the step and records it as the second check."""
    from itbcalc.visits.history import holds
    from itbcalc.visits.remote_check import read_check, taken_draft

    answered, taken_by = read_check(Path(required(given, "file"))), signature_of(given).author
    with opened(given) as log:
        entries = list(log.entries(str(answered.question["patient"])))
        step, draft = taken_draft(answered, log.log_id, entries, taken_by, _now(), library=library_in_use())
        entry = log.append(draft, holds(step))
    lines = [_typed_line(each) for each in entry.body["typed"]]
    results = {**entry_json(entry), "agreed": entry.body["agreed"], "typed": entry.body["typed"]}
    return results, [*saved(entry), *map(seen, lines)], STATUS_FINE if entry.body["agreed"] else STATUS_BAD


_TYPE_EACH = N_("Type each from the prescription (--setting PLACE TEXT), with --out and --author.")


def _typed_line(each: Mapping[str, Any]) -> str:
    """What was typed for one setting beside what is recorded."""
    from itbcalc.say import place_words

    return _(
        "{place}: {verdict} (typed {typed}, recorded {recorded})",
        place=place_words(each["field"]),
        verdict=each["verdict"],
        typed=each["typed"],
        recorded=each["recorded"],
    )


def amend(given: Given) -> Answer:
    """Checks the corrected program of a step, and records it in the place of the old one."""
    from itbcalc.say import place_words
    from itbcalc.visits.against_log import held_against_log
    from itbcalc.visits.history import holds
    from itbcalc.visits.recording import amended_step_draft

    reason = required(given, "reason")
    step = table_checked(given)
    with opened(given) as log:
        named = entry_named(log, given["entry"])
        step = held_against_log(step, log, _now(), amends=named)
    draft = amended_step_draft(
        named, step, signature_of(given), _now(), answers=_answers(given), reason=reason
    )
    entry = append(given, draft, holds(named))
    lines = [
        f"{place_words(each['field'])}: {each['was'] or '–'} → {each['now'] or '–'}"
        for each in entry.body["changes"]
    ]
    return entry_json(entry), [*saved(entry), *map(seen, lines)], STATUS_FINE


_NOT_COMPLETE = N_("Not complete yet: read back that the pump runs (itbcalc log read-back).")


def _now() -> datetime:
    return datetime.now().astimezone()
