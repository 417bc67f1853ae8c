"""What is to be known before an entry is voided: that with it the last step of a patient goes, and what stays booked."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from itbcalc.log.entries import PRACTICE, Entry
from itbcalc.quantities.display import moment_text
from itbcalc.say.catalogue import _
from itbcalc.visits.bookings import next_visit
from itbcalc.visits.history import Standing, effective


def lost_by_voiding(entry: Entry, found: Sequence[Standing], moment: datetime) -> Iterator[str]:
    """Sentence by sentence, by the standings of all entries of its patient before it is voided; nothing where a step stays."""
    steps = [each for each in found if each.is_step and PRACTICE not in each.entry.body]
    if entry.entry_id not in {each.entry.entry_id for each in steps}:
        return
    if any(_stays(each, entry) for each in steps):
        return
    yield _("With it no step of {patient} holds any more: not on the list of refills.", patient=entry.patient)
    booked = next_visit(found, moment)
    if booked is not None:
        yield _(
            "The visit of {moment} stays booked: void entry {number} too if nobody comes.",
            moment=moment_text(effective(booked.entry)),
            number=booked.entry.seq,
        )


def _stays(step: Standing, entry: Entry) -> bool:
    """Whether a step holds once the entry is voided: what a voided amendment amended holds again."""
    amended = step.amended_by is not None and step.amended_by.entry_id != entry.entry_id
    return step.entry.entry_id != entry.entry_id and step.voided_by is None and not amended
