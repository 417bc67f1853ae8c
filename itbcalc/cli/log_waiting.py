"""The commands for what was recorded while the server of the log was away."""

from typing import TYPE_CHECKING, Any

from itbcalc.cli.log_shared import (
    STATUS_BAD,
    STATUS_FINE,
    Answer,
    Given,
    entry_json,
    opened,
    path_of,
    saved,
    seen,
    still_waiting,
)

if TYPE_CHECKING:
    from itbcalc.log.entries import Draft, Entry
    from itbcalc.log.store import TitrationLog


def listed(given: Given) -> Answer:
    """A line for each entry that waits, and is not in the log."""
    from itbcalc.log.waiting import Waiting

    drafts = Waiting(path_of(given)).drafts()
    lines = [seen(_line(draft)) for draft in drafts] or ["Nothing waits."]
    results = {"waiting": [_json(draft) for draft in drafts]}
    return results, [*lines, *still_waiting(given)], STATUS_BAD if drafts else STATUS_FINE


def send(given: Given) -> Answer:
    """Sends what waits; where that ends before the last, it is said what was sent and what still waits."""
    from itbcalc.errors import LogError
    from itbcalc.log.waiting import Waiting
    from itbcalc.say import refusal_words

    sent: list[dict[str, Any]] = []
    lines: list[str] = []
    waiting = Waiting(path_of(given))
    if not waiting.drafts():
        return {"sent": sent, "waiting": 0}, ["Nothing waits."], STATUS_FINE
    try:
        with opened(given, create=True) as log:
            for each in waiting.send(log):
                sent.append({**entry_json(each.entry), "stood_there": each.stood_there})
                lines += [_FOUND.format(seq=each.entry.seq)] if each.stood_there else saved(each.entry)
                lines += [seen(line) for line in _meanwhile(log, each.entry)]
    except LogError as error:
        lines.append(seen(refusal_words(error)))
    left = len(waiting.drafts())
    return (
        {"sent": sent, "waiting": left},
        [*lines, *still_waiting(given)],
        STATUS_BAD if left else STATUS_FINE,
    )


def _meanwhile(log: "TitrationLog", entry: "Entry") -> list[str]:
    """What was written of the same patient while this entry waited: whoever did could not know of it."""
    if not entry.patient:
        return []
    numbers = [
        str(each.seq)
        for each in log.latest(_LOOKED_AT, entry.patient, before=entry.seq)
        if str(each.content["recorded_at"]) > str(entry.content["recorded_at"])
    ]
    return [_MEANWHILE.format(patient=entry.patient, numbers=", ".join(reversed(numbers)))] if numbers else []


def _line(draft: "Draft") -> str:
    from itbcalc.quantities.display import moment_text

    return f"{moment_text(draft.recorded_at)}  {draft.patient}  {draft.kind.replace('_', ' ')}  {draft.author}  {draft.entry_id}"


def _json(draft: "Draft") -> dict[str, Any]:
    return {
        "entry_id": draft.entry_id,
        "kind": str(draft.kind),
        "patient": draft.patient,
        "author": draft.author,
        "recorded_at": draft.recorded_at.isoformat(),
    }


_LOOKED_AT = 20
_FOUND = "It stood in the log already, and was not written again: entry {seq}"
_MEANWHILE = "While it waited others wrote of {patient}: entry {numbers}. They did not see it; look at both."
