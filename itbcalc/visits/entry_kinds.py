"""What the program knows of each kind of entry, in one definition: its words, its cells, and what may be done with it.

Lists, window, terminal, paper and the table ask here; a kind without one of its halves cannot be made.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from itbcalc.log.entries import BACKUP_MADE, Entry
from itbcalc.visits import body_words
from itbcalc.visits.body_words import Body


class EntryKind(StrEnum):
    """What an entry tells, in the past tense (they are in people's logs: never rename)."""

    DOSE_STEP_RECORDED = "dose_step_recorded"
    RESERVOIR_REFILLED = "reservoir_refilled"
    CONCENTRATION_CHANGED = "concentration_changed"
    READ_BACK_RECORDED = "read_back_recorded"
    OBSERVATION_RECORDED = "observation_recorded"
    SECOND_CHECK_RECORDED = "second_check_recorded"
    ENTRY_AMENDED = "entry_amended"
    ENTRY_VOIDED = "entry_voided"
    OPERATOR_CHANGED = "operator_changed"
    ANCHOR_TAKEN = "anchor_taken"
    BACKUP_MADE = BACKUP_MADE
    LOG_IMPORTED = "log_imported"


class About(Enum):
    """What an entry is about. What is said of a step stands on its sheet."""

    A_PATIENT = auto()
    A_STEP = auto()  # of which `of` in its body is the id
    AN_ENTRY = auto()  # the same
    THE_LOG = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfEntry:
    """The definition of a kind.

    Attributes:
        words: what happened, in a word or two.
        said: what its body adds to them in one line; may be empty.
        lines: what its body adds to the entry shown whole.
        columns: the columns of the table that are its own, each with its cell.
        about: what it is about.
        is_step: whether it changes the dose, the filling or the concentration: it is read back and has a sheet.
        amendment: what records it as it should have been, in words; empty where nothing does.
        voidable: whether it can be said not to hold; a void is taken back by recording the thing again.
    """

    words: str
    said: Callable[[Body], str]
    lines: Callable[[Body], Iterator[str]]
    columns: Mapping[str, Callable[[Body], str]]
    about: About
    is_step: bool
    amendment: str
    voidable: bool

    @property
    def amendable(self) -> bool:
        """Whether it can be recorded as it should have been."""
        return bool(self.amendment)


def _step(words: str, amendment: str) -> KindOfEntry:
    return KindOfEntry(
        words=words,
        said=body_words.nothing,
        lines=body_words.step_lines,
        columns={
            "daily_dose_mcg_per_day": body_words.new_daily_dose,
            "concentration_mcg_per_ml": body_words.new_concentration,
        },
        about=About.A_PATIENT,
        is_step=True,
        amendment=amendment,
        voidable=True,
    )


def _of_the_log(words: str, said: Callable[[Body], str]) -> KindOfEntry:
    return KindOfEntry(
        words=words,
        said=said,
        lines=body_words.no_lines,
        columns={},
        about=About.THE_LOG,
        is_step=False,
        amendment="",
        voidable=False,
    )


_COPIED = "{file}, {entries} entries"

KINDS: Mapping[str, KindOfEntry] = {
    EntryKind.DOSE_STEP_RECORDED: _step("dose step", "amendment of a dose step"),
    EntryKind.RESERVOIR_REFILLED: _step("refill", "amendment of a refill"),
    EntryKind.CONCENTRATION_CHANGED: _step("concentration change", "amendment of a concentration change"),
    EntryKind.READ_BACK_RECORDED: KindOfEntry(
        words="read-back",
        said=body_words.state,
        lines=body_words.no_lines,
        columns={},
        about=About.A_STEP,
        is_step=False,
        amendment="",
        voidable=True,
    ),
    EntryKind.OBSERVATION_RECORDED: KindOfEntry(
        words="observation",
        said=body_words.observation_words,
        lines=body_words.goal_lines,
        columns={"observed": body_words.observation_words},
        about=About.A_PATIENT,
        is_step=False,
        amendment="amendment of an observation",
        voidable=True,
    ),
    EntryKind.SECOND_CHECK_RECORDED: KindOfEntry(
        words="second check",
        said=body_words.agreement,
        lines=body_words.typed_again_lines,
        columns={},
        about=About.A_STEP,
        is_step=False,
        amendment="",
        voidable=True,
    ),
    EntryKind.ENTRY_AMENDED: KindOfEntry(
        words="amendment",
        said=body_words.reason,
        lines=body_words.change_lines,
        columns={},  # those of what it amends
        about=About.AN_ENTRY,
        is_step=False,
        amendment="",
        voidable=True,
    ),
    EntryKind.ENTRY_VOIDED: KindOfEntry(
        words="void",
        said=body_words.reason,
        lines=body_words.no_lines,
        columns={},
        about=About.AN_ENTRY,
        is_step=False,
        amendment="",
        voidable=False,
    ),
    EntryKind.OPERATOR_CHANGED: _of_the_log("operator", body_words.operator_change),
    EntryKind.ANCHOR_TAKEN: _of_the_log("anchor taken", body_words.anchored),
    EntryKind.BACKUP_MADE: _of_the_log("backup made", body_words.filled(_COPIED)),
    EntryKind.LOG_IMPORTED: _of_the_log("log read in", body_words.filled(_COPIED)),
}


def definition(kind: str) -> KindOfEntry:
    """The definition of a kind; one of a newer program has its name for words, and all that it holds for lines."""
    return KINDS.get(kind) or KindOfEntry(
        words=kind.replace("_", " "),
        said=body_words.nothing,
        lines=body_words.all_lines,
        columns={},
        about=About.A_PATIENT,
        is_step=False,
        amendment="",
        voidable=True,
    )


def kind_of(entry: Entry) -> str:
    """The kind of an entry; for an amendment the kind of what it amends."""
    return str(entry.body.get("of_kind", "")) if entry.kind == EntryKind.ENTRY_AMENDED else entry.kind


def is_step(entry: Entry) -> bool:
    """Whether it changed the dose, the filling or the concentration, or amends what did."""
    return definition(kind_of(entry)).is_step
