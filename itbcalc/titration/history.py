"""What became of each entry: voided, read back, or still to be read back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from itbcalc.titration.entries import STEP_KINDS, Entry, EntryKind

_STEPS = tuple(str(kind) for kind in STEP_KINDS)


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry with what later entries say of it. `read_back` is the state seen last, empty where nobody looked."""

    entry: Entry
    voided_by: Entry | None = None
    read_back: str = ""

    @property
    def is_step(self) -> bool:
        """Whether it changed the dose, the filling or the concentration: only steps are read back."""
        return self.entry.kind in _STEPS

    @property
    def incomplete(self) -> bool:
        """A step that holds, and of which nobody has seen that the pump runs."""
        return self.is_step and self.voided_by is None and self.read_back != "running"


def standings(entries: Iterable[Entry]) -> list[Standing]:
    """Every entry, in order, with what became of it. A voided read-back says nothing any more."""
    listed = list(entries)
    voided = {str(entry.body.get("of")): entry for entry in listed if entry.kind == EntryKind.ENTRY_VOIDED}
    states = {
        str(entry.body.get("of")): str(entry.body.get("state", ""))
        for entry in listed
        if entry.kind == EntryKind.READ_BACK_RECORDED and entry.entry_id not in voided
    }
    return [Standing(entry, voided.get(entry.entry_id), states.get(entry.entry_id, "")) for entry in listed]


def voided_ids(entries: Iterable[Entry]) -> set[str]:
    """The ids of the entries that do not hold."""
    return {str(entry.body.get("of")) for entry in entries if entry.kind == EntryKind.ENTRY_VOIDED}


def new_therapy(entry: Entry) -> Mapping[str, Mapping[str, str]]:
    """The computed values of the new therapy of a step, each with `exact`, `unit` and `text`; empty for others."""
    results = entry.body.get("results")
    new = results.get("new") if isinstance(results, Mapping) else None
    if not isinstance(new, Mapping):
        return {}
    return {key: value for key, value in new.items() if isinstance(value, Mapping) and "exact" in value}
