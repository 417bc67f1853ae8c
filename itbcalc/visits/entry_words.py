"""An entry of the log in words: in one line, and whole. No Qt."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from itbcalc.log.entries import Entry
from itbcalc.quantities.display import moment_text
from itbcalc.say import place_words
from itbcalc.visits.entry_body import results_of
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.history import Standing, effective, new_therapy
from itbcalc.visits.observations import observation_words
from itbcalc.visits.typed import leaves

KIND_WORDS: Mapping[str, str] = {
    EntryKind.DOSE_STEP_RECORDED: "dose step",
    EntryKind.RESERVOIR_REFILLED: "refill",
    EntryKind.CONCENTRATION_CHANGED: "concentration change",
    EntryKind.READ_BACK_RECORDED: "read-back",
    EntryKind.OBSERVATION_RECORDED: "observation",
    EntryKind.SECOND_CHECK_RECORDED: "second check",
    EntryKind.ENTRY_AMENDED: "amendment",
    EntryKind.ENTRY_VOIDED: "void",
    EntryKind.OPERATOR_CHANGED: "operator",
    EntryKind.ANCHOR_TAKEN: "anchor taken",
    EntryKind.BACKUP_MADE: "backup made",
    EntryKind.LOG_IMPORTED: "log read in",
}
STATE_WORDS = {"running": "running", "stopped": "STOPPED", "not_read": "not read"}
CHECK_WORDS = {"agreed": "agreed", "differs": "DIFFERS"}
_OPERATOR_WORDS = {
    "added": "added",
    "name": "has another name",
    "role": "has another role",
    "passphrase": "has another passphrase",
    "deactivated": "may write no longer",
}
NOT_READ_BACK = "NOT READ BACK"


def kind_words(kind: str) -> str:
    """What happened, in a word or two; a kind of a newer program by its name."""
    return KIND_WORDS.get(kind, kind.replace("_", " "))


def what_happened(entry: Entry) -> str:
    """An entry in one line: `read-back: running`, `MAS 2 left hip adductors · GAS 56.2`."""
    words = kind_words(entry.kind)
    if entry.kind == EntryKind.ENTRY_AMENDED:
        words = f"{words} of a {kind_words(str(entry.body.get('of_kind', '')))}"
    said = _said(entry)
    return f"{words}: {said}" if said else words


def written_text(entry: Entry) -> str:
    """When it was written, on the clock of the workstation that wrote it."""
    moment = datetime.fromisoformat(str(entry.content["recorded_at"]).replace("Z", "+00:00"))
    offset = datetime.fromisoformat(f"2000-01-01T00:00{entry.content.get('offset') or '+00:00'}").tzinfo
    return moment_text(moment.astimezone(offset))


def entry_text(standing: Standing) -> str:
    """An entry whole, to be read."""
    return "\n".join(_entry_lines(standing))


def said_of(standing: Standing) -> str:
    """Why an entry does not hold: by whom, when, and the reason; nothing for one that does."""
    for words, by in (("VOIDED", standing.voided_by), ("AMENDED", standing.amended_by)):
        if by is not None:
            who = f"{by.content['author']}, {written_text(by)}"
            return f"{words} by entry {by.seq}, {who}: {by.body.get('reason', '')}"
    return ""


def _said(entry: Entry) -> str:
    body = entry.body
    if entry.kind == EntryKind.OBSERVATION_RECORDED:
        return observation_words(body)
    if entry.kind == EntryKind.SECOND_CHECK_RECORDED:
        return CHECK_WORDS["agreed" if body.get("agreed") is True else "differs"]
    if entry.kind == EntryKind.OPERATOR_CHANGED:
        operator = body.get("operator")
        name = operator.get("name", "") if isinstance(operator, Mapping) else ""
        change = str(body.get("change", ""))
        return f"{name} {_OPERATOR_WORDS.get(change, change)}".strip()
    if entry.kind in (EntryKind.BACKUP_MADE, EntryKind.LOG_IMPORTED):
        return f"{body.get('file', '')}, {body.get('entries', '?')} entries"
    if entry.kind == EntryKind.ANCHOR_TAKEN:
        return f"{body.get('count', '?')} entries, on a {body.get('where', '')}".removesuffix(", on a ")
    said = str(body.get("state") or body.get("reason") or "")
    return STATE_WORDS.get(said, said)


def _entry_lines(standing: Standing) -> Iterator[str]:
    entry = standing.entry
    content = entry.content
    yield f"Entry {entry.seq}: {what_happened(entry)}"
    if not standing.holds:
        yield said_of(standing)
    yield f"Patient {entry.patient or '—'}"
    role = f", {content['role']}" if content.get("role") else ""
    how = " (unlocked by passphrase)" if content.get("signed") == "passphrase" else ""
    where = content.get("workstation") or "an unnamed workstation"
    yield f"Written {written_text(entry)} by {content['author']}{role}{how} on {where}"
    if content.get("clock_went_back"):
        yield "The clock stood before that of the entry before."
    if content.get("effective_at"):
        seen = standing.of_kind == EntryKind.OBSERVATION_RECORDED
        yield f"{'Seen' if seen else 'Takes effect'} {moment_text(effective(entry))}"
    if standing.is_step:
        yield f"Read back: {STATE_WORDS.get(standing.read_back, NOT_READ_BACK)}"
        yield f"Second check: {CHECK_WORDS.get(standing.second_check, 'none')}"
    note = str(entry.body.get("note", ""))
    if note:
        yield f"Note: {note}"
    yield from _change_lines(entry)
    yield from _typed_again_lines(entry)
    yield from _observation_lines(entry)
    yield from _step_lines(entry)
    yield ""
    library = content.get("library", {}).get("version", "")
    yield f"itbcalc {content.get('program', '')}" + (f" · library {library}" if library else "")
    yield f"id {entry.entry_id}"
    yield f"hash {entry.hash}"


def _change_lines(entry: Entry) -> Iterator[str]:
    changes = _tables(entry.body.get("changes"))
    if changes:
        yield from ("", "Amended")
    for change in changes:
        was, now = (str(change.get(key, "")) or "nothing" for key in ("was", "now"))
        yield f"  {place_words(str(change.get('field', '')))}: {was} → {now}"


def _typed_again_lines(entry: Entry) -> Iterator[str]:
    typed = _tables(entry.body.get("typed"))
    if typed:
        yield from ("", "Typed again by a second person")
    for each in typed:
        same = "agrees" if each.get("verdict") == "agrees" else f"DIFFERS from {each.get('recorded', '')}"
        yield f"  {place_words(str(each.get('field', '')))}: {each.get('typed', '')}  {same}"


def _observation_lines(entry: Entry) -> Iterator[str]:
    goals = _tables(entry.body.get("goals"))
    if goals:
        yield from ("", "Goals")
    for goal in goals:
        weight = f"importance {goal.get('importance')}, difficulty {goal.get('difficulty')}"
        yield f"  {goal.get('goal', '')}: {goal.get('score')}  ({weight})"


def _step_lines(entry: Entry) -> Iterator[str]:
    inputs, results = entry.body.get("inputs"), results_of(entry.body)
    if isinstance(inputs, Mapping):
        yield from ("", "As typed")
        yield from (f"  {place_words(place)}: {text}" for place, text in leaves(inputs))
    if results:
        yield from ("", "Recomputed")
        yield from (f"  {name}: {text}" for name, text in _results(results, ""))
    findings = _tables(entry.body.get("findings"))
    if findings:
        yield from ("", "Findings")
    for finding in findings:
        source = f" [{finding['source']}]" if finding.get("source") else ""
        yield f"  {str(finding.get('severity', '')).upper()}  {finding.get('text', '')}{source}"
        if finding.get("answer"):
            yield f"      answered: {finding['answer']}"


def _results(results: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    """The values with their exact fractions; lists stand in the export."""
    for key, value in results.items():
        name = f"{prefix}{key.replace('_', ' ')}"
        if not isinstance(value, Mapping):
            continue
        if "text" in value:
            exact = value.get("exact", "")
            yield name, f"{value['text']}  (exactly {exact})" if "/" in str(exact) else str(value["text"])
        else:
            yield from _results(value, f"{name}, ")


def _tables(listed: object) -> Sequence[Mapping[str, Any]]:
    return [each for each in listed if isinstance(each, Mapping)] if isinstance(listed, list) else []


def cell_words(standing: Standing) -> tuple[str, ...]:
    """What stands in the row of an entry, below `HEADINGS`."""
    entry, new = standing.entry, new_therapy(standing.entry)
    read_back = STATE_WORDS.get(standing.read_back, "")
    if standing.incomplete and not read_back:
        read_back = NOT_READ_BACK
    return (
        str(entry.seq),
        written_text(entry),
        entry.patient,
        what_happened(entry),
        new.get("daily_dose", {}).get("text", ""),
        new.get("concentration", {}).get("text", ""),
        str(entry.content["author"]),
        read_back,
        CHECK_WORDS.get(standing.second_check, ""),
    )
