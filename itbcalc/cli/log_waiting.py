"""The commands for what was recorded while the server of the log was away."""

from typing import TYPE_CHECKING, Any

from itbcalc.cli.log_shared import (
    STATUS_BAD,
    STATUS_FINE,
    Answer,
    Given,
    entry_json,
    path_of,
    saved,
    seen,
    still_waiting,
)
from itbcalc.say.catalogue import _

if TYPE_CHECKING:
    from itbcalc.log.entries import Draft


def listed(given: Given) -> Answer:
    """A line for each entry that waits, and is not in the log or not known to be."""
    from itbcalc.log.waiting import Waiting
    from itbcalc.visits.sending import waits_line

    found = Waiting(path_of(given)).all()
    lines = [seen(f"{waits_line(each)}  {each.draft.entry_id}") for each in found] or [_("Nothing waits.")]
    results = {"waiting": [{**_json(each.draft), "not_known": each.not_known} for each in found]}
    return results, [*lines, *still_waiting(given)], STATUS_BAD if found else STATUS_FINE


def send(given: Given) -> Answer:
    """Sends what waits; where that ends before the last, it is said what was sent and what still waits."""
    from itbcalc.log.waiting import Waiting
    from itbcalc.say import refusal_words
    from itbcalc.visits.sending import said_beside, send_waiting

    found = send_waiting(path_of(given))
    sent = [{**entry_json(each.entry), "stood_there": each.stood_there} for each, _ in found.sent]
    lines: list[str] = []
    for each, meanwhile in found.sent:
        lines += [] if each.stood_there else saved(each.entry)
        lines += map(seen, said_beside(each, meanwhile))
    if found.trouble is not None:
        lines.append(seen(refusal_words(found.trouble)))
    left = len(Waiting(path_of(given)).all())
    if not lines and not left:
        lines.append(_("Nothing waits."))
    return (
        {"sent": sent, "waiting": left},
        [*lines, *still_waiting(given)],
        STATUS_BAD if left else STATUS_FINE,
    )


def _json(draft: "Draft") -> dict[str, Any]:
    return {
        "entry_id": draft.entry_id,
        "kind": str(draft.kind),
        "patient": draft.patient,
        "author": draft.author,
        "recorded_at": draft.recorded_at.isoformat(),
    }
