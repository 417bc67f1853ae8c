"""An entry of the log in words, the same in the window, on the terminal and on paper: in one line, in cells, and whole."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from itbcalc.log.entries import Entry
from itbcalc.quantities.display import moment_text, shown_change
from itbcalc.quantities.kinds import PERCENTAGE, exactly
from itbcalc.say import place_words
from itbcalc.say.catalogue import N_, _
from itbcalc.visits.authors import only_typed
from itbcalc.visits.body_words import CHECK_WORDS, STATE_WORDS
from itbcalc.visits.entry_body import exact_in
from itbcalc.visits.entry_kinds import EntryKind, definition, kind_of
from itbcalc.visits.history import Standing, changed_between, effective, new_therapy

NOT_READ_BACK = N_("NOT READ BACK")
SAME_THERAPY = N_("They set the same therapy.")
CLOCK_WENT_BACK = N_(
    "Its moment is before that of the entry before: it waited for the server, or the clock was set back."
)

_ONE_LINE = N_("{what}: {said}")
_NO_LONGER_HOLDS = N_("{state} by entry {number}, {author}, {moment}: {reason}")
_PUMP = N_("pump {state}")
_THERAPY = N_("{dose} at {concentration}")
_IN_FORCE_AT_BOTH = N_("At both moments entry {number} was in force: nothing to compare.")
_IN_FORCE = N_("entry {number}, {what}, takes effect {moment}: {therapy}")


def what_happened(entry: Entry) -> str:
    """An entry in one line: `read-back: running`, `MAS 2 left hip adductors · GAS 56.2`."""
    kind = definition(entry.kind)
    words, said = kind.words, kind.said(entry.body)
    if entry.kind == EntryKind.ENTRY_AMENDED:
        words = definition(kind_of(entry)).amendment or words
    return _(_ONE_LINE, what=words, said=said) if said else words


def dose_words(entry: Entry) -> str:
    """The new daily dose of a step, `368 mcg/day`; empty for others."""
    return new_therapy(entry).get("daily_dose", {}).get("text", "")


def therapy_words(therapy: Mapping[str, Mapping[str, str]]) -> str:
    """A therapy by its computed values: `368 mcg/day at 2,000 mcg/mL`."""
    dose, concentration = (therapy.get(name, {}).get("text", "?") for name in ("daily_dose", "concentration"))
    return _(_THERAPY, dose=dose, concentration=concentration)


def pump_words(state: str) -> str:
    """How the pump was found: `pump running`."""
    return _(_PUMP, state=STATE_WORDS[state]) if state in STATE_WORDS else state


def written_text(entry: Entry) -> str:
    """When it was written, on the clock of the workstation that wrote it."""
    moment = datetime.fromisoformat(str(entry.content["recorded_at"]).replace("Z", "+00:00"))
    offset = datetime.fromisoformat(f"2000-01-01T00:00{entry.content.get('offset') or '+00:00'}").tzinfo
    return moment_text(moment.astimezone(offset))


def written_moment_text(recorded_at: str) -> str:
    """A moment at which something was written, as the log keeps it, on the clock of this workstation."""
    return moment_text(datetime.fromisoformat(recorded_at.replace("Z", "+00:00")).astimezone())


def only_typed_words(entry: Entry) -> str:
    """That the author's name was only typed; nothing where a passphrase stands for it, or the program wrote by itself."""
    if not only_typed(entry):
        return ""
    return _("signed only by a typed name: {author}", author=str(entry.content["author"]))


def list_line(standing: Standing) -> str:
    """An entry in one line of a list, with what became of it: `1  25 Nov 2026 14:00  P-0101  dose step  368 mcg/day`."""
    entry = standing.entry
    parts = (
        f"{entry.seq:>6}",
        f"{written_text(entry):>17}",
        entry.patient,
        what_happened(entry),
        dose_words(entry),
        mark_words(standing),
    )
    return "  ".join(filter(None, parts))


def mark_words(standing: Standing) -> str:
    """What is to be seen first of an entry: that it does not hold, or that nobody saw the pump run."""
    if not standing.holds:
        return _state_words(standing)[0]
    if not standing.incomplete:
        return ""
    return pump_words(standing.read_back) if standing.read_back == "stopped" else _(NOT_READ_BACK)


def said_of(standing: Standing) -> str:
    """Why an entry does not hold: by whom, when, and the reason; nothing for one that does."""
    state, by = _state_words(standing)
    if by is None:
        return ""
    return _(
        _NO_LONGER_HOLDS,
        state=state,
        number=by.seq,
        author=by.content["author"],
        moment=written_text(by),
        reason=by.body.get("reason", ""),
    )


def cell_words(standing: Standing) -> tuple[str, ...]:
    """What stands in the row of an entry: number, written, patient, what, dose, concentration, by, read back, second check."""
    entry, new = standing.entry, new_therapy(standing.entry)
    read_back = STATE_WORDS.get(standing.read_back, "")
    if standing.incomplete and not read_back:
        read_back = _(NOT_READ_BACK)
    return (
        str(entry.seq),
        written_text(entry),
        entry.patient,
        what_happened(entry),
        new.get("daily_dose", {}).get("text", ""),
        new.get("concentration", {}).get("text", ""),
        str(entry.content["author"]),
        read_back,
        CHECK_WORDS.get(standing.second_check, ""),
    )


def entry_text(standing: Standing) -> str:
    """An entry whole, to be read."""
    return "\n".join(_entry_lines(standing))


def in_force_words(entry: Entry) -> str:
    """A step whose therapy is compared: which, of when, and the therapy."""
    return _(
        _IN_FORCE,
        number=entry.seq,
        what=definition(kind_of(entry)).words,
        moment=moment_text(effective(entry)),
        therapy=therapy_words(new_therapy(entry)),
    )


def same_step_words(entry: Entry) -> str:
    """That one step was in force at both moments."""
    return _(_IN_FORCE_AT_BOTH, number=entry.seq)


def compared_rows(before: Entry, after: Entry) -> Iterator[tuple[str, str, str, str]]:
    """What differs between the therapies of two steps, the daily dose first: what, was, is, change in percent."""
    found = changed_between(before, after)
    for each in sorted(found, key=lambda change: _name(change.field) != "daily_dose"):
        name = _name(each.field)
        words = place_words(f"new.{name}").removeprefix("new ")
        yield words, each.was or "—", each.now or "—", _change(before, after, name)


def _name(field: str) -> str:
    """`daily_dose` of `new.daily_dose` and of `results.new.daily_dose`."""
    return field.removeprefix("results.").removeprefix("new.")


def _change(before: Entry, after: Entry, name: str) -> str:
    """The change in percent of what it was; nothing where there is no such change."""
    was, is_now = new_therapy(before).get(name, {}), new_therapy(after).get(name, {})
    before_it, after_it = exact_in(was), exact_in(is_now)
    if not before_it or after_it is None or was.get("unit") != is_now.get("unit"):
        return ""
    return shown_change(exactly((after_it / before_it - 1) * 100, PERCENTAGE))


def _state_words(standing: Standing) -> tuple[str, Entry | None]:
    """Whether it was voided or amended, and by which entry."""
    if standing.voided_by is not None:
        return _("VOIDED"), standing.voided_by
    return (_("AMENDED"), standing.amended_by) if standing.amended_by is not None else ("", None)


def _entry_lines(standing: Standing) -> Iterator[str]:
    entry = standing.entry
    content = entry.content
    yield _("Entry {number}: {what}", number=entry.seq, what=what_happened(entry))
    if not standing.holds:
        yield said_of(standing)
    yield _("Patient {patient}", patient=entry.patient or "—")
    yield _written_line(entry)
    if content.get("clock_went_back"):
        yield _(CLOCK_WENT_BACK)
    if content.get("effective_at"):
        words = _SEEN if standing.of_kind == EntryKind.OBSERVATION_RECORDED else _TAKES_EFFECT
        yield _(words, moment=moment_text(effective(entry)))
    if standing.is_step:
        yield _("Read back: {state}", state=STATE_WORDS.get(standing.read_back) or _(NOT_READ_BACK))
        yield _("Second check: {state}", state=CHECK_WORDS.get(standing.second_check) or _("none"))
    note = str(entry.body.get("note", ""))
    if note:
        yield _("Note: {note}", note=note)
    yield from definition(entry.kind).lines(entry.body)
    if standing.of_kind != entry.kind:
        yield from definition(standing.of_kind).lines(entry.body)
    yield ""
    library = content.get("library", {}).get("version", "")
    version = content.get("program", "")
    if library:
        yield _("itbcalc {version} · library {library}", version=version, library=library)
    else:
        yield _("itbcalc {version}", version=version)
    yield _("id {id}", id=entry.entry_id)
    yield _("hash {hash}", hash=entry.hash)


_SEEN, _TAKES_EFFECT = N_("Seen {moment}"), N_("Takes effect {moment}")


def _written_line(entry: Entry) -> str:
    content = entry.content
    by = content["author"]
    if content.get("role"):
        by = _("{author}, {role}", author=by, role=content["role"])
    if content.get("signed") == "passphrase":
        by = _("{author} (unlocked by passphrase)", author=by)
    return _(
        "Written {moment} by {author} on {where}",
        moment=written_text(entry),
        author=by,
        where=content.get("workstation") or _("an unnamed workstation"),
    )
