"""What waited for the server of the log: sent, and what others wrote of the same patient meanwhile."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from itbcalc.errors import LogError
from itbcalc.log.entries import Entry
from itbcalc.log.places import open_log
from itbcalc.log.store import TitrationLog
from itbcalc.log.waiting import Sent, Waiting, Waits
from itbcalc.say import Message, found_words, meanwhile_words
from itbcalc.say.catalogue import N_, _
from itbcalc.say.log import waiting_message
from itbcalc.visits.entry_words import what_happened, written_text

_LOOKED_AT = 20
_LINE = N_("{written}  {patient}  {what}  by {author}")
_LINE_NOT_KNOWN = N_("{written}  {patient}  {what}  by {author}  (not known)")


class Sending(Struct, frozen=True):
    """What came of it: each entry that stands in the log now, with the numbers of what others wrote of its patient meanwhile.

    `trouble` is why it ended before the last; what was not sent still waits.
    """

    sent: tuple[tuple[Sent, tuple[int, ...]], ...]
    trouble: LogError | None = None


def send_waiting(path: Path) -> Sending:
    """Sends what waits for the log at `path`, one after the other. Raises LogError where it cannot be told what waits."""
    waiting, sent = Waiting(path), list[tuple[Sent, tuple[int, ...]]]()
    if not waiting.all():
        return Sending(())
    try:
        log = open_log(path, create=True)
        for each in waiting.send(log):
            sent.append((each, ()))
            sent[-1] = (each, _meanwhile(log, each.entry))
    except LogError as error:
        return Sending(tuple(sent), error)
    return Sending(tuple(sent))


def waiting_of(path: Path, patient: str) -> tuple[Message, ...]:
    """That entries of a patient wait for the log at `path`, which knows nothing of them. Raises LogUnavailableError."""
    count = sum(each.draft.patient == patient for each in Waiting(path).all()) if patient else 0
    return (waiting_message(patient, count),) if count else ()


def waits_line(waits: Waits) -> str:
    """An entry that waits, in one line."""
    entry = waits.entry
    return _(
        _LINE_NOT_KNOWN if waits.not_known else _LINE,
        written=written_text(entry),
        patient=entry.patient,
        what=what_happened(entry),
        author=str(entry.content["author"]),
    )


def said_beside(sent: Sent, meanwhile: tuple[int, ...]) -> Iterator[str]:
    """What is to be known of an entry that was sent, beside its number."""
    if sent.stood_there:
        yield found_words(sent.entry.seq)
    if meanwhile:
        yield meanwhile_words(sent.entry.patient, ", ".join(map(str, meanwhile)))


def _meanwhile(log: TitrationLog, entry: Entry) -> tuple[int, ...]:
    """What was written of the same patient while this entry waited: whoever did could not know of it."""
    if not entry.patient:
        return ()
    before = log.latest(_LOOKED_AT, entry.patient, before=entry.seq)
    moment = str(entry.content["recorded_at"])
    return tuple(each.seq for each in reversed(before) if str(each.content["recorded_at"]) > moment)
