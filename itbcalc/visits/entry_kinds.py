"""What the program knows of each kind of entry, in one definition: its words, its cells, and what may be done with it.

Lists, window, terminal, paper and the table ask here; a kind without one of its halves cannot be made.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum, StrEnum, auto

from msgspec import Struct, field

from itbcalc.log.entries import BACKUP_MADE, Entry
from itbcalc.say.catalogue import N_, _
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
    SECOND_CHECK_ASKED = "second_check_asked"
    FOLLOWUP_ENDED = "followup_ended"
    VISIT_BOOKED = "visit_booked"
    VISIT_CANCELLED = "visit_cancelled"
    ENTRY_AMENDED = "entry_amended"
    ENTRY_VOIDED = "entry_voided"
    OPERATOR_CHANGED = "operator_changed"
    ANCHOR_TAKEN = "anchor_taken"
    BACKUP_MADE = BACKUP_MADE
    LOG_IMPORTED = "log_imported"
    LOG_RESTORED = "log_restored"


class About(Enum):
    """What an entry is about. What is said of a step stands on its sheet."""

    A_PATIENT = auto()
    A_STEP = auto()  # of which `of` in its body is the id
    AN_ENTRY = auto()  # the same
    THE_LOG = auto()


class KindOfEntry(Struct, frozen=True, kw_only=True):
    """The definition of a kind.

    Attributes:
        called: what happened, in a word or two: a template.
        said: what its body adds to them in one line; may be empty.
        lines: what its body adds to the entry shown whole.
        columns: the columns of the table that are its own, each with its cell.
        sometimes: those that only some of its entries fill.
        about: what it is about.
        is_step: whether it changes the dose, the filling or the concentration: it is read back and has a sheet.
        amendment_called: what records it as it should have been: a template; empty where nothing does.
        voidable: whether it can be said not to hold; a void is taken back by recording the thing again.
    """

    called: str
    said: Callable[[Body], str]
    lines: Callable[[Body], Iterator[str]]
    columns: Mapping[str, Callable[[Body], str]]
    sometimes: Mapping[str, Callable[[Body], str]] = field(default_factory=dict)
    about: About
    is_step: bool
    amendment_called: str
    voidable: bool

    @property
    def words(self) -> str:
        """What happened, in a word or two."""
        return _(self.called)

    @property
    def amendment(self) -> str:
        """What records it as it should have been; empty where nothing does."""
        return _(self.amendment_called) if self.amendment_called else ""

    @property
    def amendable(self) -> bool:
        """Whether it can be recorded as it should have been."""
        return bool(self.amendment_called)


_OF_A_REFILL: Mapping[str, Callable[[Body], str]] = {
    "drawn_off_ml": body_words.drawn_off,
    "expected_volume_ml": body_words.expected_volume,
    "delivered_ratio": body_words.delivered,
    "lot": body_words.lot,
    "expiry": body_words.expiry,
}


def _step(
    called: str, amendment_called: str, sometimes: Mapping[str, Callable[[Body], str]] = _OF_A_REFILL
) -> KindOfEntry:
    return KindOfEntry(
        called=called,
        said=body_words.done_to_line,
        lines=body_words.step_lines,
        columns={
            "daily_dose_mcg_per_day": body_words.new_daily_dose,
            "concentration_mcg_per_ml": body_words.new_concentration,
        },
        sometimes=sometimes,
        about=About.A_PATIENT,
        is_step=True,
        amendment_called=amendment_called,
        voidable=True,
    )


def _of_the_log(called: str, said: Callable[[Body], str]) -> KindOfEntry:
    return KindOfEntry(
        called=called,
        said=said,
        lines=body_words.no_lines,
        columns={},
        about=About.THE_LOG,
        is_step=False,
        amendment_called="",
        voidable=False,
    )


_PUT_BACK = N_("{file}, {entries} entries, in the place of {was_entries}")
_COPIED = N_("{file}, {entries} entries")

KINDS: Mapping[str, KindOfEntry] = {
    EntryKind.DOSE_STEP_RECORDED: _step(N_("dose step"), N_("amendment of a dose step"), {}),
    EntryKind.RESERVOIR_REFILLED: _step(N_("refill"), N_("amendment of a refill")),
    EntryKind.CONCENTRATION_CHANGED: _step(
        N_("concentration change"), N_("amendment of a concentration change")
    ),
    EntryKind.READ_BACK_RECORDED: KindOfEntry(
        called=N_("read-back"),
        said=body_words.state,
        lines=body_words.no_lines,
        columns={},
        about=About.A_STEP,
        is_step=False,
        amendment_called="",
        voidable=True,
    ),
    EntryKind.OBSERVATION_RECORDED: KindOfEntry(
        called=N_("observation"),
        said=body_words.observation_words,
        lines=body_words.goal_lines,
        columns={"observed": body_words.observation_words},
        about=About.A_PATIENT,
        is_step=False,
        amendment_called=N_("amendment of an observation"),
        voidable=True,
    ),
    EntryKind.SECOND_CHECK_RECORDED: KindOfEntry(
        called=N_("second check"),
        said=body_words.agreement,
        lines=body_words.typed_again_lines,
        columns={},
        about=About.A_STEP,
        is_step=False,
        amendment_called="",
        voidable=True,
    ),
    EntryKind.SECOND_CHECK_ASKED: KindOfEntry(
        called=N_("second check asked for"),
        said=body_words.order,
        lines=body_words.no_lines,
        columns={},
        about=About.A_PATIENT,
        is_step=False,
        amendment_called="",
        voidable=True,
    ),
    EntryKind.FOLLOWUP_ENDED: KindOfEntry(
        called=N_("follow-up ended"),
        said=body_words.ending,
        lines=body_words.no_lines,
        columns={},
        about=About.A_PATIENT,
        is_step=False,
        amendment_called="",
        voidable=True,
    ),
    EntryKind.VISIT_BOOKED: KindOfEntry(
        called=N_("visit booked"),
        said=body_words.booked_for,
        lines=body_words.no_lines,
        columns={},
        about=About.A_PATIENT,
        is_step=False,
        amendment_called="",
        voidable=True,
    ),
    EntryKind.VISIT_CANCELLED: KindOfEntry(
        called=N_("visit cancelled"),
        said=body_words.reason,
        lines=body_words.no_lines,
        columns={},
        about=About.A_PATIENT,
        is_step=False,
        amendment_called="",
        voidable=True,
    ),
    EntryKind.ENTRY_AMENDED: KindOfEntry(
        called=N_("amendment"),
        said=body_words.reason,
        lines=body_words.change_lines,
        columns={},  # those of what it amends
        about=About.AN_ENTRY,
        is_step=False,
        amendment_called="",
        voidable=True,
    ),
    EntryKind.ENTRY_VOIDED: KindOfEntry(
        called=N_("void"),
        said=body_words.reason,
        lines=body_words.no_lines,
        columns={},
        about=About.AN_ENTRY,
        is_step=False,
        amendment_called="",
        voidable=False,
    ),
    EntryKind.OPERATOR_CHANGED: _of_the_log(N_("operator"), body_words.operator_change),
    EntryKind.ANCHOR_TAKEN: _of_the_log(N_("anchor taken"), body_words.anchored),
    EntryKind.BACKUP_MADE: _of_the_log(N_("backup made"), body_words.filled(_COPIED)),
    EntryKind.LOG_IMPORTED: _of_the_log(N_("log read in"), body_words.filled(_COPIED)),
    EntryKind.LOG_RESTORED: _of_the_log(N_("backup put back"), body_words.filled(_PUT_BACK)),
}


def definition(kind: str) -> KindOfEntry:
    """The definition of a kind; one of a newer program has its name for words, and all that it holds for lines."""
    return KINDS.get(kind) or KindOfEntry(
        called=kind.replace("_", " ").replace("{", "").replace("}", ""),
        said=body_words.done_to_line,
        lines=body_words.all_lines,
        columns={},
        about=About.A_PATIENT,
        is_step=False,
        amendment_called="",
        voidable=True,
    )


def kind_of(entry: Entry) -> str:
    """The kind of an entry; for an amendment the kind of what it amends."""
    kind = entry.kind
    return str(entry.body.get("of_kind", "")) if kind == EntryKind.ENTRY_AMENDED else kind


def is_step(entry: Entry) -> bool:
    """Whether it changed the dose, the filling or the concentration, or amends what did."""
    return definition(kind_of(entry)).is_step
