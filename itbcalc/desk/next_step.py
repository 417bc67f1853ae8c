"""Where the next visit begins: the fields of a check, filled from the last step of the log that holds. No Qt."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from msgspec import Struct

from itbcalc.compute.schedule import InfusionMode
from itbcalc.desk.fields import MOMENTS
from itbcalc.desk.texts import Texts, texts_of
from itbcalc.errors import EntryError
from itbcalc.library.records import Library
from itbcalc.quantities.display import decimal_text, exact_number, moment_text, shown
from itbcalc.quantities.instants import read_instant, read_zone
from itbcalc.quantities.kinds import Volume
from itbcalc.say.catalogue import _
from itbcalc.visits.following import Followed
from itbcalc.visits.history import Standing, effective, last_change, last_raise
from itbcalc.visits.refills import ended_by
from itbcalc.visits.state import PumpState, state_of
from itbcalc.visits.typed import table_of

_OF_THE_PATIENT = ("ref", "spasticity_origin", "jurisdiction", "first_dose")
_AN_AGE_HOLDS = timedelta(days=365)
_VOLUME_PLACES = 3  # decimals of a volume that was counted on; cut, so that no date becomes later by it


class NextStep(Struct, frozen=True):
    """What the fields hold as the next visit begins, and which of it comes from where.

    `marks` are the words beside a field, by its place, and the text they are about: a field that was typed over has none.
    `about` says it in a sentence, with what the log does not know.
    """

    patient: str
    entry: int
    texts: Texts
    marks: Mapping[str, tuple[str, str]]
    about: str

    @property
    def usual_mark(self) -> str:
        """The words beside most of them: `about` says them once for all."""
        return _("from entry {number}", number=self.entry)

    def marks_of(self, typed: Mapping[str, str]) -> dict[str, str]:
        """The words beside each field that still holds what the log says."""
        return {place: words for place, (text, words) in self.marks.items() if typed.get(place, "") == text}


def next_step(found: Sequence[Standing], moment: datetime, library: Library) -> NextStep | None:
    """The next visit of a patient at `moment`, by the standings of all that patient's entries; None before the first step."""
    moment = moment.replace(second=0, microsecond=0)
    state = state_of(found, moment, library)
    if state is None:
        return None
    last, steps = state.standing, Followed(found, moment, library).steps
    held = [each for each in steps if effective(each.entry) <= moment]
    table = table_of(last.entry)
    texts = texts_of(_without_nothing(_next_table(table, held, moment)))
    zone = texts.typed.get("reservoir.zone", "")
    typed = {place: _in_zone(text, zone) if place in MOMENTS else text for place, text in texts.typed.items()}
    of_log = _("from entry {number}", number=last.entry.seq)
    marks = {place: (text, of_log) for place, text in typed.items()}
    changed = last_change(held)
    if "patient.last_change" in typed and changed is not None:
        number = changed.entry.seq
        marks["patient.last_change"] = (typed["patient.last_change"], _("from entry {number}", number=number))
    raised = last_raise(held)
    if raised is not None:
        number = raised.entry.seq
        marks["patient.last_increase"] = (
            typed["patient.last_increase"],
            _("from entry {number}", number=number),
        )
    typed["reservoir.at"] = _local(moment, zone)
    marks["reservoir.at"] = (typed["reservoir.at"], _("by this computer’s clock"))
    typed |= _volume_texts(state)
    if state.volume_left is not None:
        marks["reservoir.filled"] = (typed.get("reservoir.filled", ""), _volume_words(state))
    return NextStep(
        last.entry.patient, last.entry.seq, Texts(typed, texts.kept), marks, _about(found, state, moment)
    )


def _next_table(table: Mapping[str, Any], held: Sequence[Standing], moment: datetime) -> dict[str, Any]:
    """The program that begins where this one ended: its therapy is the one now, the new dose is still to be said.

    A schedule and patient boluses go on until they are changed: left out of the new therapy they would silently be taken
    away. So does what the reservoir holds.
    """
    left, patient, reservoir = (_section(table, name) for name in ("new", "patient", "reservoir"))
    changed, last = last_change(held), held[-1]
    again = {key: patient.get(key) for key in _OF_THE_PATIENT}
    if moment - effective(last.entry) <= _AN_AGE_HOLDS:
        again["age_years"] = patient.get("age_years")
    again["last_change"] = (
        patient.get("last_change") if changed is None else effective(changed.entry).isoformat()
    )
    raised = last_raise(held)
    if raised is not None:
        again["last_increase"] = effective(raised.entry).isoformat()
    return {
        "system": _section(table, "system"),
        "patient": again,
        "reservoir": {key: reservoir.get(key) for key in ("low_alarm", "zone")},
        "current": _goes_on(left),
        "new": {key: value for key, value in _goes_on(left).items() if key != "daily_dose"},
    }


def _goes_on(therapy: Mapping[str, Any]) -> dict[str, Any]:
    """A therapy as it goes on; what runs after a single bolus has ended is still to be said."""
    if therapy.get("mode") == InfusionMode.SINGLE_BOLUS:
        return {key: therapy.get(key) for key in ("drug", "concentration")}
    return dict(therapy)


def _volume_texts(state: PumpState) -> dict[str, str]:
    """What is expected in the reservoir; nothing where it is counted as empty: a volume of zero is no volume to check with."""
    volume = state.expected_volume
    return {} if volume is None or not volume.magnitude else {"reservoir.filled": _cut(volume)}


def _volume_words(state: PumpState) -> str:
    """What is expected in the reservoir; bounds, where it lies between two."""
    left, number = state.volume_left, state.standing.entry.seq
    assert left is not None
    if state.expected_volume is not None and not state.expected_volume.magnitude:
        return _("counted as empty, by entry {number}", number=number)
    if state.expected_volume is not None:
        return _("expected now, by entry {number}", number=number)
    return _("expected now: {least} to {most}", least=shown(left.least), most=shown(left.most))


def _cut(volume: Volume) -> str:
    number = Fraction(volume.magnitude)
    cut = Fraction(int(number * 10**_VOLUME_PLACES), 10**_VOLUME_PLACES)
    return decimal_text(cut, _VOLUME_PLACES).replace(",", "") if cut else exact_number(Fraction(0))


def _local(moment: datetime, zone: str) -> str:
    """A moment in the patient's time; with its offset where the log names no time zone."""
    try:
        return moment_text(moment.astimezone(read_zone(zone)))
    except EntryError:
        return moment.astimezone().isoformat(timespec="minutes")


def _in_zone(text: str, zone: str) -> str:
    """A moment of the log in the patient's time; what cannot be read is shown as it is, and refused there."""
    try:
        return _local(read_instant(text, read_zone(zone), local_allowed=True).moment, zone)
    except EntryError:
        return text


def _about(found: Sequence[Standing], state: PumpState, moment: datetime) -> str:
    entry = state.standing.entry
    said = _(
        "{patient}, from entry {number} of {since}, {author}: change what is different today. A broken border marks what is from it.",
        patient=entry.patient,
        number=entry.seq,
        since=moment_text(state.since),
        author=str(entry.content["author"]),
    )
    return " ".join(filter(None, (said, *_beside(found, state, moment))))


def _beside(found: Sequence[Standing], state: PumpState, moment: datetime) -> Iterable[str]:
    """What has to be known of where it begins."""
    if ended_by(found, moment) is not None:
        yield _("The log says that nobody here follows this patient any more.")
    later = [each.entry for each in found if each.is_step and each.holds and effective(each.entry) > moment]
    if later:
        numbers = ", ".join(str(entry.seq) for entry in later)
        yield _("The log already holds a step of a later time: entry {numbers}.", numbers=numbers)
    if state.standing.incomplete:
        yield _("Nobody has recorded that the pump was seen running after it.")
    if state.not_known:
        yield _("Not known: {what}.", what="; ".join(state.not_known))


def _section(table: Mapping[str, Any], name: str) -> dict[str, Any]:
    section = table.get(name)
    return dict(section) if isinstance(section, Mapping) else {}


def _without_nothing(table: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Without what is not there."""
    return {
        name: {key: value for key, value in section.items() if value is not None}
        for name, section in table.items()
    }
