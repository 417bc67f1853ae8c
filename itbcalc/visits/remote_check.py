"""A second check from afar: a question in a small file, typed blind by a colleague in another itbcalc, and taken back.

The question holds the prescription as it was written and the places to type, never what the first person typed nor any
result. Question and answer are in the canonical form of the log, each with its own hash, so that a changed byte is found. Who
holds the file can write an answer: the name in it is typed, as it is beside the pump (docs/log-format.md).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct

from itbcalc import __version__
from itbcalc.errors import LogDamagedError, RefusedError
from itbcalc.library.records import Library
from itbcalc.log.canonical import Json, canonical_bytes, entry_hash, read_entry
from itbcalc.log.entries import Draft, Entry
from itbcalc.safe_files import read_plain, write_new
from itbcalc.visits.entry_body import moment_in
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.history import Standing, standings, still_holds
from itbcalc.visits.recording import Signature, asked_check_draft, second_check_draft, visible_text
from itbcalc.visits.second_check import readable, settings_of

FORMAT, QUESTION, ANSWER = 1, "question", "answer"
LARGEST_FILE = 100_000  # bytes
OLDEST = timedelta(days=14)  # ours: an answer to an older question is of another day's prescription
_QUESTION_KEYS = {"itbcalc_second_check", "is", "log_id", "entry_id", "entry_hash", "number", "patient", "order", "settings", "asked_at", "asked_by", "program"}  # fmt: skip
_ANSWER_KEYS = {"itbcalc_second_check", "is", "question", "typed", "answered_at", "answered_by", "role", "note", "program"}  # fmt: skip


class SecondCheckFile(Struct, frozen=True):
    """A question or an answer, as it was read: whole, of this format, and unchanged since it was written."""

    content: Mapping[str, Any]

    @property
    def question(self) -> Mapping[str, Any]:
        """The question itself, or the one that is answered."""
        return self.content if self.content["is"] == QUESTION else self.content["question"]

    @property
    def question_hash(self) -> str:
        """Of the question: what the log that asked knows it by."""
        return _hash(self.question)


def question_of(step: Entry, order: str, signature: Signature, at: datetime) -> tuple[SecondCheckFile, Draft]:
    """The question about a step, and the draft of the entry that it was asked. `order` is the prescription as written.

    Raises RefusedError.
    """
    order = visible_text("order", order)
    if not order:
        raise RefusedError("order", order, "missing")
    content: dict[str, Json] = {
        "itbcalc_second_check": FORMAT,
        "is": QUESTION,
        "log_id": str(step.content["log_id"]),
        "entry_id": step.entry_id,
        "entry_hash": step.hash,
        "number": step.seq,
        "patient": step.patient,
        "order": order,
        "settings": list(settings_of(step)),
        "asked_at": at.isoformat(timespec="seconds"),
        "asked_by": signature.author,
        "program": __version__,
    }
    asked = SecondCheckFile(content)
    return asked, asked_check_draft(step, asked.question_hash, order, signature, at)


def answer_to(  # what an answer is made of
    asked: SecondCheckFile,
    typed: Mapping[str, str],
    signature: Signature,
    at: datetime,
    *,
    library: Library,
    note: str = "",
) -> SecondCheckFile:
    """The answer of a colleague, who typed each setting without seeing what the first typed.

    Raises RefusedError, FieldEntryError: for a setting left out, and for a text that is none of its kind.
    """
    if asked.content["is"] != QUESTION:
        raise RefusedError("file", "", "not_a_question")
    places: Sequence[str] = asked.question["settings"]
    for place in places:
        if not typed.get(place, "").strip():
            raise RefusedError(place, "", "missing")
    unknown = [place for place in typed if place not in places]
    if unknown:
        raise RefusedError(unknown[0], typed[unknown[0]], "not_a_setting", known=", ".join(places))
    readable({place: visible_text(place, typed[place]) for place in places}, library)
    author = visible_text("author", signature.author)
    if not author:
        raise RefusedError("author", author, "missing")
    return SecondCheckFile(
        {
            "itbcalc_second_check": FORMAT,
            "is": ANSWER,
            "question": dict(asked.question),
            "typed": {place: visible_text(place, typed[place]) for place in places},
            "answered_at": at.isoformat(timespec="seconds"),
            "answered_by": author,
            "role": visible_text("role", signature.role),
            "note": visible_text("note", note),
            "program": __version__,
        }
    )


def taken_draft(
    answered: SecondCheckFile,
    log_id: str,
    entries: Sequence[Entry],
    taken_by: str,
    at: datetime,
    *,
    library: Library,
) -> tuple[Entry, Draft]:
    """The step that an answer is about, and the draft of its second check. `entries` are those of the patient it names.

    Raises RefusedError: for a question instead of an answer; of another log; never asked, altered, or answered before; of a step
    that was changed since; too old; by the author of the step.
    """
    if answered.content["is"] != ANSWER:
        raise RefusedError("file", "", "not_an_answer")
    question, number = answered.question, str(answered.question["number"])
    if question["log_id"] != log_id:
        raise RefusedError("file", number, "answer_of_another_log")
    found = standings(entries)
    asked = _asked(found, answered.question_hash)
    if asked is None:
        raise RefusedError("file", number, "answer_never_asked")
    if any(
        _question_in(each.entry) == answered.question_hash and each.holds for each in found if _is_check(each)
    ):
        raise RefusedError("file", number, "answered_already")
    step = next((each.entry for each in found if each.entry.entry_id == question["entry_id"]), None)
    if step is None or step.hash != question["entry_hash"]:
        raise RefusedError("file", number, "answer_of_another_step")
    still_holds(step, entries)
    answered_at = moment_in(answered.content["answered_at"])
    asked_at = moment_in(question["asked_at"])
    if answered_at is None or asked_at is None or answered_at < asked_at or answered_at > at:
        raise RefusedError("file", number, "answer_at_no_such_time")
    if at - asked_at > OLDEST:
        raise RefusedError("file", number, "answer_too_old", limit=str(OLDEST.days))
    signature = Signature(str(answered.content["answered_by"]), str(answered.content["role"]))
    remote: dict[str, Json] = {
        "question": answered.question_hash,
        "answered_at": str(answered.content["answered_at"]),
        "program": str(answered.content["program"]),
        "taken_by": taken_by,
    }
    note = str(answered.content["note"])
    draft = second_check_draft(
        step, answered.content["typed"], signature, at, library=library, note=note, remote=remote
    )
    return step, draft


# --- files


def write_check(path: Path, check: SecondCheckFile) -> None:
    """Writes a question or an answer into a new file, its hash in the last line. Raises LogUnavailableError."""
    content = canonical_bytes(check.content)
    write_new(path, [content, b"\n", entry_hash(content).encode("ascii"), b"\n"])


def read_check(path: Path) -> SecondCheckFile:
    """A question or an answer. Raises RefusedError for what is none, of a newer program, of none, cut off, or altered."""
    try:
        raw = read_plain(path, LARGEST_FILE)
    except OSError as error:
        raise RefusedError("file", str(path), "file_unreadable", detail=error.strerror or "") from error
    if len(raw) > LARGEST_FILE:
        raise RefusedError("file", path.name, "check_file_too_large", limit=f"{LARGEST_FILE:,}")
    lines = raw.replace(
        b"\r\n", b"\n"
    )  # a mail program may end lines so; no text in the file holds a line's end
    content, _, last = lines.removesuffix(b"\n").rpartition(b"\n")
    try:
        table = read_entry(content, 1)
    except LogDamagedError as error:
        raise RefusedError("file", path.name, "not_a_second_check") from error
    version = table.get("itbcalc_second_check")
    if type(version) is not int:
        raise RefusedError("file", path.name, "not_a_second_check")
    if version != FORMAT:
        raise RefusedError("file", path.name, "check_of_newer_program")
    if last != entry_hash(content).encode("ascii"):
        raise RefusedError("file", path.name, "check_altered")
    if not _is_well_formed(table):
        raise RefusedError("file", path.name, "not_a_second_check")
    check = SecondCheckFile(table)
    if not all(str(each["program"]).strip() for each in (check.content, check.question)):
        raise RefusedError("program", "", "check_without_version")
    return check


def _is_well_formed(table: Mapping[str, Any]) -> bool:
    if table.get("is") == QUESTION:
        return _is_question(table)
    typed = table.get("typed")
    return (
        table.get("is") == ANSWER
        and set(table) == _ANSWER_KEYS
        and isinstance(table["question"], Mapping)
        and _is_question(table["question"])
        and isinstance(typed, Mapping)
        and all(isinstance(text, str) for text in typed.values())
        and all(
            isinstance(table[key], str)
            for key in _ANSWER_KEYS - {"itbcalc_second_check", "question", "typed"}
        )
    )


def _is_question(table: Mapping[str, Any]) -> bool:
    texts = _QUESTION_KEYS - {"itbcalc_second_check", "number", "settings"}
    return (
        set(table) == _QUESTION_KEYS
        and table["is"] == QUESTION
        and type(table["number"]) is int
        and isinstance(table["settings"], list)
        and all(isinstance(each, str) for each in table["settings"])
        and all(isinstance(table[key], str) for key in texts)
    )


def _hash(content: Mapping[str, Any]) -> str:
    return entry_hash(canonical_bytes(content))


def _asked(found: Sequence[Standing], question_hash: str) -> Standing | None:
    return next(
        (
            each
            for each in found
            if each.entry.kind == EntryKind.SECOND_CHECK_ASKED
            and each.holds
            and each.entry.body.get("question") == question_hash
        ),
        None,
    )


def _is_check(standing: Standing) -> bool:
    return standing.entry.kind == EntryKind.SECOND_CHECK_RECORDED


def _question_in(entry: Entry) -> str:
    remote = entry.body.get("remote")
    return str(remote.get("question", "")) if isinstance(remote, Mapping) else ""
