"""Two moments of a patient's therapy side by side, and what was written since an entry. No Qt."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from itbcalc.errors import EntryError, ItbcalcError, RefusedError
from itbcalc.log.entries import Entry
from itbcalc.quantities.display import moment_text
from itbcalc.quantities.instants import read_date, read_instant
from itbcalc.say import refusal_words
from itbcalc.say.catalogue import _
from itbcalc.visits.entry_kinds import definition
from itbcalc.visits.entry_words import (
    SAME_THERAPY,
    compared_rows,
    dose_words,
    same_step_words,
    what_happened,
    written_text,
)
from itbcalc.visits.history import Standing, effective, in_force
from ui.log.states import ComparedState, SinceState

_ANY_CLOCK = ZoneInfo("UTC")  # one that skips no time: the offset is taken off again
_EVER = datetime.max.replace(tzinfo=UTC)


def last_two(found: Sequence[Standing]) -> tuple[str, str]:
    """The moments of the last step that holds and of the one before it, as they are typed; empty where there are none."""
    steps = sorted((each.entry for each in found if each.is_step and each.holds), key=_order)
    moments = [moment_text(effective(entry)) for entry in steps[-2:]]
    return (moments[0], moments[1]) if len(moments) == 2 else ("", "")


def compared(found: Sequence[Standing], then_text: str, now_text: str) -> ComparedState:
    """What the steps in force at two moments differ in; a problem beside the field that cannot be read, or finds none."""
    then, then_problem = _step_at(found, then_text)
    now, now_problem = _step_at(found, now_text)
    if then is None or now is None:
        return ComparedState(then_problem=then_problem, now_problem=now_problem)
    if then.entry_id == now.entry_id:
        return ComparedState(same_step_words(now))
    rows = tuple(compared_rows(then, now))
    steps = ("step", _moment_words(then), _moment_words(now), "")
    about = f"In force then: {_step_words(then)}; now: {_step_words(now)}."
    if not rows:
        return ComparedState(f"{about} {_(SAME_THERAPY)}")
    return ComparedState(about, rows=(steps, *rows))


def written_since(found: Sequence[Standing], entry: Entry) -> SinceState:
    """Everything written after an entry for its patient, the oldest first."""
    whose = f" of {entry.patient}" if entry.patient else ""
    later = [each for each in found if each.entry.seq > entry.seq and each.entry.patient == entry.patient]
    count = f"{len(later):,} {'entry' if len(later) == 1 else 'entries'}" if later else "nothing"
    about = f"After entry {entry.seq}{whose} ({what_happened(entry)}, {written_text(entry)}): {count}"
    rows = (
        (str(each.entry.seq), written_text(each.entry), _with_dose(each))
        for each in sorted(later, key=lambda each: each.entry.seq)
    )
    return SinceState(about, tuple(rows))


def _with_dose(standing: Standing) -> str:
    words = ", ".join(filter(None, (what_happened(standing.entry), dose_words(standing.entry))))
    return words if standing.holds else f"{words} (does not hold any more)"


def _step_words(entry: Entry) -> str:
    return f"{definition(entry.kind).words} {entry.seq}"


def _moment_words(entry: Entry) -> str:
    return f"entry {entry.seq}, {moment_text(effective(entry))}"


def _order(entry: Entry) -> tuple[datetime, int]:
    return effective(entry), entry.seq


def _step_at(found: Sequence[Standing], text: str) -> tuple[Entry | None, str]:
    """The step in force at what is typed, or why there is none."""
    try:
        moment = read_moment(text)
        # On the patient's clock, as the list shows it: each step with the offset it was written with.
        begun = [each for each in found if effective(each.entry).replace(tzinfo=None) <= moment]
        standing = in_force(begun, _EVER)
        if standing is None:
            patient = found[0].entry.patient if found else ""
            raise RefusedError("date", text, "no_step_then", known=patient)
    except ItbcalcError as error:
        return None, refusal_words(error)
    return standing.entry, ""


def read_moment(text: str) -> datetime:
    """A date, `22 Nov 2026` (to its end), or a moment, `22 Nov 2026 09:30`, on the patient's clock. Raises EntryError.

    It has no offset: an offset that was typed only says which clock is meant.
    """
    if ":" not in text:
        return datetime.combine(read_date(text), time.max)
    try:
        moment = read_instant(text).moment
    except EntryError:
        moment = read_instant(text, _ANY_CLOCK, local_allowed=True).moment
    return moment.replace(
        tzinfo=None, second=59, microsecond=999_999
    )  # to the end of the minute that is shown
