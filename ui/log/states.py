"""What the log panel shows, as data."""

from msgspec import Struct, field

from ui.states import Picture

HEADINGS = (
    "no.",
    "written",
    "patient",
    "what",
    "daily dose",
    "concentration",
    "by",
    "read back",
    "2nd check",
)


class LogRow(Struct, frozen=True):
    """One entry: the cells below `HEADINGS`.

    `struck` says why it does not hold (it stays, struck through), `warned` that its read-back is missing, `differs` that its second
    check does not agree, `note` what else is to be known of it. `is_step`, `amendable` and `voidable` say what can still be done with it.
    """

    entry_id: str
    cells: tuple[str, ...]
    struck: str = ""
    warned: bool = False
    differs: bool = False
    note: str = ""
    is_step: bool = False
    amendable: bool = False
    voidable: bool = False
    patient: str = ""


class PatientRow(Struct, frozen=True):
    """One line of the list of patients: the pseudonym (empty: all patients), and what is known of the entries."""

    patient: str
    detail: str = ""


class LogState(Struct, frozen=True):
    """Everything the log panel shows of what it read.

    `patient` is the one whose entries are shown, empty for all, None while one is still to be chosen. `trouble` is what
    is wrong with the log; where it is not `writable`, nothing may be added. `more` are the words for showing more
    entries, empty where all are shown. `then` and `now` are the moments of the last two steps.
    """

    rows: tuple[LogRow, ...] = ()
    patients: tuple[PatientRow, ...] = ()
    patient: str | None = ""
    about: str = ""
    tone: str = ""
    trouble: str = ""
    writable: bool = True
    exists: bool = False
    more: str = ""
    dose: Picture = field(default_factory=Picture)
    no_dose: str = ""  # why there is no picture, and what to do
    then: str = ""
    now: str = ""
    whose: str = ""
    away: bool = False  # its server: what needs no entry of the log may be recorded all the same, and waits
    waiting: tuple[str, ...] = ()  # a line for each entry that waits, and is not in the log


class ComparedState(Struct, frozen=True):
    """Two dates compared: a problem beside either field, or the rows (field, then, now, change)."""

    about: str = ""
    then_problem: str = ""
    now_problem: str = ""
    rows: tuple[tuple[str, str, str, str], ...] = ()


class SinceState(Struct, frozen=True):
    """What was written after an entry: rows of number, moment and words, the oldest first."""

    about: str = ""
    rows: tuple[tuple[str, str, str], ...] = ()
