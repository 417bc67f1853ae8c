"""What one look at the log finds: patients, entries, the picture; beside the window, so no Qt."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from itbcalc.errors import ItbcalcError, LogDamagedError, LogError, LogUnavailableError
from itbcalc.library.records import Library
from itbcalc.log.entries import Entry
from itbcalc.log.places import open_log
from itbcalc.log.store import PatientSeen, TitrationLog
from itbcalc.log.waiting import Waiting, may_wait
from itbcalc.quantities.display import date_text
from itbcalc.say import refusal_words
from itbcalc.say.catalogue import _
from itbcalc.visits.entry_kinds import definition
from itbcalc.visits.entry_words import CLOCK_WENT_BACK, cell_words, said_of
from itbcalc.visits.history import Standing, standings
from itbcalc.visits.refill_visit import refills_seen
from itbcalc.visits.sending import waits_line
from itbcalc.visits.whose import whose_words
from ui.log.chart import dose_picture
from ui.log.compare import last_two
from ui.log.states import LogRow, LogState, PatientRow
from ui.states import Picture

OF_ALL = 500  # entries of all patients shown at once, and how many more at a time
OF_ONE = 1000  # of one patient: years of visits
MOST_PATIENTS = 200  # listed at once; a longer list is searched

_NO_LOG = (
    "No entries yet. Check a dose change, then press Record: the step is written down here, with what was computed "
    "and what you answered, and nobody can change it quietly."
)
_AWAY = "The server of the log cannot be reached. What you record now waits here, and is not in the log until it is sent."
_CHOOSE = "Choose a patient on the left to see the daily dose and the scores over time."
_TOO_FEW = (
    "The picture begins with the second step or the first observation: Record after a check, or Observe…"
)
_SPOILED = (
    "not_a_log",
    "malformed",
    "empty",
)  # reasons for which a log cannot be opened that do not pass by themselves


class Wanted(Struct, frozen=True):
    """What is to be read: patients whose pseudonym holds `text`, and the entries of `patient`.

    `patient` is empty for those of all; None lets the text decide: one patient that it finds, or that it names whole.
    `more` is how many times more entries were asked for.
    """

    text: str = ""
    patient: str | None = ""
    more: int = 0


class Read(Struct, frozen=True):
    """What was found: the state to be shown, and each entry of it with what became of it, the oldest first."""

    state: LogState
    found: Sequence[Standing] = ()
    by_id: dict[str, Standing] = field(default_factory=dict)


def read_log(path: Path, wanted: Wanted, library: Library) -> Read:
    """Reads what is wanted; what is wrong with the log is said in the state, not raised."""
    if not path.exists():
        return Read(LogState(about=_NO_LOG))
    read = _read_at(path, wanted, library)
    try:
        waiting = tuple(waits_line(each) for each in Waiting(path).all())
    except LogUnavailableError as error:
        waiting = (refusal_words(error),)
    return replace(read, state=replace(read.state, whose=whose_words(path), waiting=waiting))


def _read_at(path: Path, wanted: Wanted, library: Library) -> Read:
    try:
        with closing(open_log(path)) as log:
            return _read(log, wanted, library)
    except ItbcalcError as error:
        if (
            getattr(error, "reason", "") == "missing"
        ):  # on a server: its tables are there, and nobody wrote yet
            return Read(LogState(about=_NO_LOG))
        away = isinstance(error, LogUnavailableError) and may_wait(path, error)
        return Read(LogState(trouble=_AWAY if away else _trouble(error), writable=False, away=away))


def _read(log: TitrationLog, wanted: Wanted, library: Library) -> Read:
    trouble = _why_read_only(log)
    listed: list[PatientSeen] = []
    try:
        listed = [seen for seen in log.patients(wanted.text, MOST_PATIENTS + 1) if seen.patient]
    except LogError as error:
        trouble = _in_part(error)
    patient = _patient_of(wanted, listed)
    count = (OF_ONE if patient else OF_ALL) * (wanted.more + 1)
    try:
        total: int | None = log.head().count
        entries = [] if patient is None else log.latest(count + 1, patient or None)
    except LogError as error:
        trouble = _in_part(error)
        entries = [] if patient is None else list(_readable(log, count + 1, patient or None))
        total = None
    found = standings(reversed(entries[:count]))
    has_more = len(entries) > count
    picture = dose_picture(found, refills_seen(found, library)) if patient else Picture()
    if picture.curves and has_more:
        picture = replace(picture, about=f"of the newest {count:,} entries: {picture.about}")
    then, now = last_two(found) if patient else ("", "")
    state = LogState(
        rows=tuple(_row(each) for each in reversed(found)),
        patients=tuple(_patient_rows(wanted, listed)),
        patient=patient,
        about=_about(wanted, listed, patient, found, total),
        tone="warning" if any(each.incomplete for each in found) else "",
        trouble=trouble,
        writable=not trouble,
        exists=True,
        more=f"Show {OF_ONE if patient else OF_ALL:,} more" if has_more else "",
        dose=picture,
        no_dose=_no_dose(patient, found) if not picture.curves else "",
        then=then,
        now=now,
    )
    return Read(state, found, {each.entry.entry_id: each for each in found})


def _trouble(error: ItbcalcError) -> str:
    """Why the log cannot be opened; and what to do, where waiting does not help."""
    words = _sentence(refusal_words(error))
    spoiled = isinstance(error, LogDamagedError) or getattr(error, "reason", "") in _SPOILED
    return f"{words} It is left as it is; Restore… puts a backup in its place." if spoiled else words


def _in_part(error: LogError) -> str:
    """What is wrong with a log of which parts can be read."""
    return f"{_sentence(refusal_words(error))} What can still be read is shown; nothing can be added."


def _why_read_only(log: TitrationLog) -> str:
    """Why nothing can be added; nothing where something can."""
    if log.too_new is not None:
        return _in_part(log.too_new)
    return "This log may not be written here: it can only be read." if log.read_only else ""


def _patient_of(wanted: Wanted, listed: Sequence[PatientSeen]) -> str | None:
    """Whose entries are shown: the one chosen, or the only one that the text can mean; None where that is open."""
    if wanted.patient is not None:
        return wanted.patient
    if not wanted.text:
        return ""
    named = [seen for seen in listed if seen.patient.casefold() == wanted.text.casefold()]
    meant = named or listed
    return meant[0].patient if len(meant) == 1 else None


def _patient_rows(wanted: Wanted, listed: Sequence[PatientSeen]) -> Iterator[PatientRow]:
    if not wanted.text:
        more = len(listed) > MOST_PATIENTS
        yield PatientRow("", f"{MOST_PATIENTS} are listed: search" if more else "newest first")
    for seen in listed[:MOST_PATIENTS]:
        last = date_text(datetime.fromisoformat(seen.last_at.replace("Z", "+00:00")).astimezone())
        yield PatientRow(seen.patient, f"{_entries(seen.entries)} · {last}")


def _about(
    wanted: Wanted,
    listed: Sequence[PatientSeen],
    patient: str | None,
    found: Sequence[Standing],
    total: int | None,
) -> str:
    """How many entries are shown, of how many; `total` is None where nobody can say."""
    if patient is None and not listed:
        return f"No patient’s pseudonym holds ‘{wanted.text}’."
    if patient is None:
        number = f"more than {MOST_PATIENTS}" if len(listed) > MOST_PATIENTS else f"{len(listed)}"
        return f"{number} patients: type more, or choose one with the arrow keys"
    if total is None:
        about = f"{_entries(len(found))} that can be read"
    else:
        about = (f"{len(found):,} of " if len(found) != total else "") + _entries(total)
    waiting = sum(each.incomplete for each in found)
    return about + (f" · {waiting} without a read-back that the pump runs" if waiting else "")


def _no_dose(patient: str | None, found: Sequence[Standing]) -> str:
    """What is to be done to get a picture."""
    if patient:
        return _TOO_FEW
    return _CHOOSE if found else ""


def _row(standing: Standing) -> LogRow:
    entry, struck = standing.entry, said_of(standing)
    note = _(CLOCK_WENT_BACK) if entry.content.get("clock_went_back") else ""
    return LogRow(
        entry.entry_id,
        cell_words(standing),
        struck,
        warned=standing.incomplete,
        differs=standing.second_check == "differs",
        note=note,
        is_step=standing.is_step and not struck,
        amendable=definition(standing.of_kind).amendable and not struck,
        voidable=standing.voided_by is None and definition(entry.kind).voidable,
        patient=entry.patient,
    )


def _readable(log: TitrationLog, count: int, patient: str | None) -> Iterator[Entry]:
    """The newest entries that can be read of a log with damage, the newest first; at most `count` steps back."""
    before: int | None = None
    for _step in range(count):
        try:
            found = log.latest(1, patient, before)
            at = found[0].seq if found else 0
        except LogDamagedError as damage:
            found, at = [], damage.first_bad_entry
        except LogError:  # the file itself: beyond this nothing can be read
            return
        yield from found
        # Whatever number somebody wrote into an entry: it goes back.
        before = at if before is None else min(at, before - 1)
        if before <= 1:
            return


def _entries(count: int) -> str:
    return f"{count:,} {'entry' if count == 1 else 'entries'}"


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}".rstrip(".") + "."
