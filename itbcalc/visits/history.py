"""What became of each entry: voided, amended, checked by a second person, read back, or still to be read back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from itbcalc.errors import RefusedError
from itbcalc.log.entries import Entry
from itbcalc.visits.entry_body import moment_in, therapy_of
from itbcalc.visits.entry_kinds import EntryKind, is_step, kind_of
from itbcalc.visits.typed import Changed, changed, leaves, table_of

if TYPE_CHECKING:
    from itbcalc.log.store import TitrationLog


class Standing(Struct, frozen=True):
    """An entry with what later entries say of it.

    `read_back` is the state seen last, empty where nobody looked; `second_check` is `agreed`, `differs`, or empty.
    """

    entry: Entry
    voided_by: Entry | None = None
    amended_by: Entry | None = None
    read_back: str = ""
    second_check: str = ""

    @property
    def of_kind(self) -> str:
        """Its kind; for an amendment the kind of what it amends."""
        return kind_of(self.entry)

    @property
    def is_step(self) -> bool:
        """Whether it changed the dose, the filling or the concentration: only steps are read back."""
        return is_step(self.entry)

    @property
    def holds(self) -> bool:
        """Whether it was neither voided nor amended."""
        return self.voided_by is None and self.amended_by is None

    @property
    def incomplete(self) -> bool:
        """A step that holds, and of which nobody has seen that the pump runs."""
        return self.is_step and self.holds and self.read_back != "running"


def standings(entries: Iterable[Entry]) -> list[Standing]:
    """Every entry, in order, with what became of it.

    What was voided says nothing any more: a voided amendment lets the entry it amended hold again. A read-back is of the
    pump, whichever wording of the step it names; a second check is of the settings of the one entry.
    """
    listed = list(entries)
    return list(standings_in_two_passes(lambda: listed))


def standings_in_two_passes(read: Callable[[], Iterable[Entry]]) -> Iterator[Standing]:
    """The same of a long log: it is read twice, and only what says something of other entries is kept."""
    kept = [entry for entry in read() if entry.kind in _SAYING]
    voided = {_of(entry): entry for entry in kept if entry.kind == EntryKind.ENTRY_VOIDED}
    said = [entry for entry in kept if entry.entry_id not in voided]
    amended = {_of(entry): entry for entry in said if entry.kind == EntryKind.ENTRY_AMENDED}
    first = _first_wordings(kept)
    read_back: dict[str, str] = {}
    checked: dict[str, str] = {}
    for entry in said:
        if entry.kind == EntryKind.READ_BACK_RECORDED:
            read_back[first.get(_of(entry), _of(entry))] = str(entry.body.get("state", ""))
        elif entry.kind == EntryKind.SECOND_CHECK_RECORDED:
            checked[_of(entry)] = "agreed" if entry.body.get("agreed") is True else "differs"
    del kept, said
    for entry in read():
        yield Standing(
            entry,
            voided.get(entry.entry_id),
            amended.get(entry.entry_id),
            read_back.get(first.get(entry.entry_id, entry.entry_id), ""),
            checked.get(entry.entry_id, ""),
        )


_SAYING = frozenset(
    {
        EntryKind.ENTRY_VOIDED,
        EntryKind.ENTRY_AMENDED,
        EntryKind.READ_BACK_RECORDED,
        EntryKind.SECOND_CHECK_RECORDED,
    }
)


def _first_wordings(entries: Iterable[Entry]) -> dict[str, str]:
    """By the id of each amendment, the id of the entry that was amended first."""
    first: dict[str, str] = {}
    for entry in entries:
        if entry.kind == EntryKind.ENTRY_AMENDED:
            first[entry.entry_id] = first.get(_of(entry), _of(entry))
    return first


def voided_ids(entries: Iterable[Entry]) -> set[str]:
    """The ids of the entries that do not hold."""
    return {_of(entry) for entry in entries if entry.kind == EntryKind.ENTRY_VOIDED}


def still_holds(entry: Entry, entries: Iterable[Entry]) -> None:
    """Refuses an entry that was voided or amended already; `entries` are those of its patient. Raises RefusedError."""
    standing = next((each for each in standings(entries) if each.entry.entry_id == entry.entry_id), None)
    if standing is not None and standing.voided_by is not None:
        raise RefusedError("entry", str(entry.seq), "voided_already")
    if standing is not None and standing.amended_by is not None:
        raise RefusedError("entry", str(entry.seq), "amended_already", known=str(standing.amended_by.seq))


def holds(entry: Entry) -> Callable[["TitrationLog"], None]:
    """A guard for `append`: refuses where the entry was voided or amended meanwhile, in the same transaction."""
    return lambda log: still_holds(entry, log.entries(entry.patient))


def not_voided(entry: Entry) -> Callable[["TitrationLog"], None]:
    """A guard for `append`: refuses where the entry was voided meanwhile. What was amended may still be voided."""

    def refuse(log: "TitrationLog") -> None:
        if entry.entry_id in voided_ids(log.entries(entry.patient)):
            raise RefusedError("entry", str(entry.seq), "voided_already")

    return refuse


def effective(entry: Entry) -> datetime:
    """When what an entry tells took effect; when it was written, where that was not said or is no moment."""
    said = moment_in(entry.content.get("effective_at"))
    return said or datetime.fromisoformat(str(entry.content["recorded_at"]).replace("Z", "+00:00"))


def in_force(found: Sequence[Standing], moment: datetime) -> Standing | None:
    """The step that holds and took effect last, at or before `moment`; of one patient's entries."""
    steps = [each for each in found if each.is_step and each.holds and effective(each.entry) <= moment]
    return max(steps, key=lambda each: (effective(each.entry), each.entry.seq), default=None)


def changed_between(before: Entry, after: Entry) -> tuple[Changed, ...]:
    """What differs between the new therapies of two steps: as typed (`new.…`), then as recomputed (`results.new.…`).

    What was typed in both is not told a second time as recomputed.
    """
    typed = _typed_therapy(before), _typed_therapy(after)
    twice = {f"results.{place}" for place in typed[0] if place in typed[1]}
    computed = changed(_computed_therapy(before), _computed_therapy(after))
    return *changed(*typed), *(each for each in computed if each.field not in twice)


def new_therapy(entry: Entry) -> Mapping[str, Mapping[str, str]]:
    """The computed values of the new therapy of a step, each with `exact`, `unit` and `text`; empty for others."""
    return _computed(entry, "new")


def current_therapy(entry: Entry) -> Mapping[str, Mapping[str, str]]:
    """The same of the therapy that ran until a step."""
    return _computed(entry, "current")


def _computed(entry: Entry, which: str) -> Mapping[str, Mapping[str, str]]:
    therapy = therapy_of(entry.body, which)
    return {key: value for key, value in therapy.items() if isinstance(value, Mapping) and "exact" in value}


def _of(entry: Entry) -> str:
    return str(entry.body.get("of"))


def _typed_therapy(entry: Entry) -> dict[str, str]:
    inputs = entry.body.get("inputs")
    new = inputs.get("new") if isinstance(inputs, Mapping) else None
    return dict(leaves(new, "new")) if isinstance(new, Mapping) else {}


def _computed_therapy(entry: Entry) -> dict[str, str]:
    return {f"results.new.{key}": str(value.get("text", "")) for key, value in new_therapy(entry).items()}


# --- what the steps did to the dose


def last_change(held: Sequence[Standing]) -> Standing | None:
    """The last step that changed what the patient gets; None where the log holds refills alone."""
    return next((each for each in reversed(held) if _changes_therapy(table_of(each.entry))), None)


def last_raise(held: Sequence[Standing]) -> Standing | None:
    """Where the last change lowered the dose: the step that raised it last, from which on the hours between increases count.

    None where the last change was none, or no earlier step of the log raised the dose.
    """
    changed = last_change(held)
    if changed is None or not _rises(changed) < 0:
        return None
    return last_increase(held)


def last_increase(held: Sequence[Standing]) -> Standing | None:
    """The last step that raised the daily dose; None where no step of the log did."""
    return next((each for each in reversed(held) if _rises(each) > 0), None)


def _rises(step: Standing) -> Fraction:
    """By how much a step changed the daily dose; nothing where one of the two is not known."""
    doses = (current_therapy(step.entry).get("daily_dose"), new_therapy(step.entry).get("daily_dose"))
    before, after = (None if dose is None else Fraction(dose["exact"]) for dose in doses)
    return Fraction(0) if before is None or after is None else after - before


def _changes_therapy(table: Mapping[str, Any]) -> bool:
    return bool(table.get("current", {}) != table.get("new", {}))
