"""A visit on paper: the step with its working, what was found and answered, who signed, and where the log ends."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from itbcalc import __version__
from itbcalc.compute.schedule import InfusionMode
from itbcalc.errors import RefusedError
from itbcalc.judge.check import Checked
from itbcalc.judge.verdicts import Verdict
from itbcalc.library.records import Library, Severity
from itbcalc.log.anchors import Anchor, qr_png_data
from itbcalc.log.entries import Entry
from itbcalc.quantities.display import moment_text
from itbcalc.say import (
    ANCHOR_PROOF,
    place_words,
    read_out_words,
    setting_text,
    verdict_words,
    whole_words,
)
from itbcalc.say.catalogue import _
from itbcalc.say.log import EMPTY_EARLIER
from itbcalc.say.paper import page
from itbcalc.say.sheet import (
    Row,
    check_rows,
    patient_words,
    running_schedules,
    system_values,
    working_pairs,
)
from itbcalc.say.table import ResultRow, figure_keys, figure_words, printed_rows
from itbcalc.visits.body_words import refill_rows
from itbcalc.visits.entry_body import LATEST_REFILL, REFILL_BY, by_log_in, read_outs_in, results_of
from itbcalc.visits.entry_kinds import EntryKind, definition
from itbcalc.visits.entry_words import pump_words
from itbcalc.visits.history import Standing
from itbcalc.visits.recomputed import Recomputed, figures_in, recomputed, value_in
from itbcalc.visits.typed import Changed, leaves

_QR_SIZE = 118  # of 96 to the inch: 31 mm, so that a module is half a millimetre
_SLIPS_SHOWN = 3
_SHORT = 8  # characters of an id that a person compares

# The recorded figures stand in the order of the check; what is not among them follows as it stands in the entry.
_ORDER = tuple(figure_keys())


class _Signed(Struct, frozen=True):
    """By whom an entry was written, when and where, in words."""

    written: str
    who: str
    by_passphrase: bool
    where: str


class _Change(Struct, frozen=True):
    """What stood and what stands under these words (empty: nothing)."""

    was: str
    now: str
    words: str = ""


class _Named(Struct, frozen=True):
    """An entry as the sheet names it; an amendment with what it changed."""

    seq: int
    short_id: str
    hash: str
    signed: _Signed
    reason: str
    changes: list[_Change]


class _TypedAgain(Struct, frozen=True):
    """One field of a second check."""

    words: str
    typed: str
    recorded: str
    agrees: bool


class _Said(Struct, frozen=True, kw_only=True):
    """A read-back or a second check: what it comes to, its number, by whom, and which entry voided it."""

    gist: str
    seq: int
    signed: _Signed
    note: str
    voided_by: _Named | None
    typed: list[_TypedAgain] = field(default_factory=list)


class _Found(Struct, frozen=True):
    """A recorded finding, what would explain it, and what was answered."""

    severity: Severity
    text: str
    source: str
    answer: str
    explanations: list[str]


def visit_sheet(  # noqa: PLR0917  # what a sheet is made of
    step: Standing,
    around: Sequence[Standing],
    checked: Checked | None,
    library: Library,
    anchor: Anchor,
    printed_at: datetime,
) -> str:
    """The page of a recorded step: what a nurse needs first, the working last.

    `around` holds the entries of the log, or those of the patient. `checked` is the program of the step checked anew
    with `library` (`recomputed.checked_again`); None where it cannot be read any more. Every figure is the recorded
    one; where today gives another, both stand on the sheet. `anchor` is where the log ends now.

    Raises RefusedError for an entry that is no step, or that holds what no version of this program wrote.
    """
    entry = step.entry
    if not step.is_step:
        raise RefusedError("entry", str(entry.seq), "not_a_step")
    assert anchor.head.log_id == entry.content["log_id"], "an anchor of another log"
    assert anchor.head.count >= entry.seq, "an anchor from before the entry"
    try:
        return _sheet(step, around, checked, library, anchor, printed_at)
    except (KeyError, ValueError, TypeError, AttributeError, ArithmeticError) as error:
        # A whole chain may hold nonsense that no version of this program wrote: it is refused by the number of its entry.
        raise RefusedError("entry", str(entry.seq), "entry_holds_nonsense") from error


def _sheet(  # noqa: PLR0917  # what a sheet is made of
    step: Standing,
    around: Sequence[Standing],
    checked: Checked | None,
    library: Library,
    anchor: Anchor,
    printed_at: datetime,
) -> str:
    entry = step.entry
    found = None if checked is None else recomputed(entry, checked, library)
    findings, notes = _findings(entry)
    return page(
        "visit",
        **_who_and_when(step, checked),
        **_doses(step),
        **_corrections(step, around),
        code=qr_png_data(anchor),
        code_size=_QR_SIZE,
        today=found,
        figures_changed=[] if found is None else [_change(each) for each in found.figures],
        made_then=_made_then(entry),
        made_today=_made_with(__version__, library.version, library.digest),
        read_back=step.read_back == "running",
        read_backs=[_read_back(each) for each in _read_backs(step, around)],
        second_checks=[_second_check(each) for each in _second_checks(step, around)],
        whole="" if checked is None else whole_words(checked),
        findings=findings,
        notes=notes,
        refill=list(refill_rows(entry.body)),
        **_figures(entry, checked, found),
        anchor=anchor,
        anchor_proof=_(ANCHOR_PROOF),
        log_short_id=anchor.head.log_id[:_SHORT],
        printed=printed_at,
        working=() if checked is None else working_pairs(_worked_rows(checked)),
    )


def sheet_foot(step: Standing) -> str:
    """What stands at the foot of every page, so that a page alone is still somebody's."""
    content = step.entry.content
    gone = _("VOIDED") if step.voided_by else _("AMENDED") if step.amended_by else ""
    words = _(
        "{patient} · entry {number} ({entry_id}) of log {log_id}",
        patient=step.entry.patient or _("no patient"),
        number=step.entry.seq,
        entry_id=step.entry.entry_id[:_SHORT],
        log_id=str(content["log_id"])[:_SHORT],
    )
    return f"{gone} · {words}" if gone else words


# --- what it is


def _who_and_when(step: Standing, checked: Checked | None) -> dict[str, object]:
    entry = step.entry
    effective = str(entry.content.get("effective_at", ""))
    return {
        "step": _named(entry),
        "patient": entry.patient,
        "kind": _kind(step),
        "effective": _with_offset(datetime.fromisoformat(effective)) if effective else "",
        "about": "" if checked is None else patient_words(checked),
        "clock_went_back": bool(entry.content.get("clock_went_back")),
        "holds": step.holds,
    }


def _kind(step: Standing) -> str:
    """What it is called: by what was done to pump and catheter, where something was."""
    kind = definition(step.of_kind)
    done = kind.said(step.entry.body)
    return _("{done} ({kind})", done=done, kind=kind.words) if done else kind.words


def _named(entry: Entry) -> _Named:
    return _Named(
        entry.seq,
        entry.entry_id[:_SHORT],
        entry.hash,
        _signed(entry),
        str(entry.body.get("reason", "")),
        [
            _change(Changed(str(each["field"]), str(each["was"] or ""), str(each["now"] or "")))
            for each in entry.body.get("changes", [])
        ],
    )


def _named_if(entry: Entry | None) -> _Named | None:
    return None if entry is None else _named(entry)


def _change(changed: Changed) -> _Change:
    return _Change(changed.was, changed.now, _figure_words(changed.field))


def _signed(entry: Entry) -> _Signed:
    content = entry.content
    who = ", ".join(part for part in (str(content["author"]), str(content.get("role", ""))) if part)
    by_passphrase = content.get("signed") == "passphrase"
    return _Signed(_written(entry), who, by_passphrase, str(content.get("workstation", "")))


def _written(entry: Entry) -> str:
    """When an entry was written, on the clock of the workstation that wrote it."""
    moment = datetime.fromisoformat(str(entry.content["recorded_at"]).replace("Z", "+00:00"))
    offset = datetime.fromisoformat(f"2000-01-01T00:00{entry.content['offset']}").tzinfo
    return _with_offset(moment.astimezone(offset))


def _with_offset(moment: datetime) -> str:
    text = moment.strftime("%z")
    return f"{moment_text(moment)} ({text[:3].replace('-', chr(0x2212))}:{text[3:5]})"


def _corrections(step: Standing, around: Sequence[Standing]) -> dict[str, object]:
    """By what it does not hold, and which entry it amends."""
    amends = ""
    if step.entry.kind == EntryKind.ENTRY_AMENDED:
        of = step.entry.body.get("of")
        amends = next((str(each.entry.seq) for each in around if each.entry.entry_id == of), "?")
    return {
        "voided_by": _named_if(step.voided_by),
        "amended_by": _named_if(step.amended_by),
        "amends": amends,
    }


# --- the dose


def _doses(step: Standing) -> dict[str, object]:
    """Old and new, as recorded."""
    results = _results(step.entry)
    old, new = results.get("current", {}), results.get("new", {})
    return {
        "dose": _Change(_text(old, "daily_dose"), _text(new, "daily_dose")),
        "mean_of_week": "days" in new,
        "dose_change": _signed_change(results.get("dose_change_percent")),
        "concentration": _Change(_text(old, "concentration"), _text(new, "concentration")),
        "mode": _Change(_mode(old), _mode(new)),
    }


def _signed_change(value: Any) -> str:  # noqa: ANN401  # what a log holds
    """`+15 %`: signed, which the recorded text is only where the dose falls; nothing where it stays."""
    if not isinstance(value, Mapping):
        return ""
    change = Fraction(str(value["exact"]))
    return f"{'+' if change > 0 else ''}{value['text']}" if change else ""


def _mode(therapy: Mapping[str, Any]) -> str:
    name = str(therapy.get("mode", ""))
    return InfusionMode(name).words if name in set(InfusionMode) else name


def _text(therapy: Mapping[str, Any], name: str) -> str:
    value = therapy.get(name)
    return str(value.get("text", "")) if isinstance(value, Mapping) else ""


# --- what later entries say of it


def _read_backs(step: Standing, around: Sequence[Standing]) -> list[Standing]:
    meant = {step.entry.entry_id, *_amended_before(step.entry, around)}
    return _said_of(meant, EntryKind.READ_BACK_RECORDED, around)


def _second_checks(step: Standing, around: Sequence[Standing]) -> list[Standing]:
    return _said_of({step.entry.entry_id}, EntryKind.SECOND_CHECK_RECORDED, around)


def _read_back(standing: Standing) -> _Said:
    state = str(standing.entry.body.get("state", ""))
    return _said(standing, pump_words(state))


def _second_check(standing: Standing) -> _Said:
    body = standing.entry.body
    typed = [
        _TypedAgain(
            _figure_words(str(each.get("field", ""))),
            setting_text(str(each.get("typed", ""))),
            setting_text(str(each.get("recorded", ""))),
            each.get("verdict") == "agrees",
        )
        for each in body.get("typed", [])
    ]
    return replace(
        _said(standing, _("all agrees") if body.get("agreed") is True else _("IT DIFFERS")), typed=typed
    )


def _said(standing: Standing, gist: str) -> _Said:
    entry = standing.entry
    return _Said(
        gist=gist,
        seq=entry.seq,
        signed=_signed(entry),
        note=str(entry.body.get("note", "")),
        voided_by=_named_if(standing.voided_by),
    )


def _said_of(meant: set[str], kind: EntryKind, around: Sequence[Standing]) -> list[Standing]:
    return [each for each in around if each.entry.kind == kind and str(each.entry.body.get("of")) in meant]


def _amended_before(entry: Entry, around: Sequence[Standing]) -> Iterator[str]:
    """The ids of what an amendment amends, back to the first: the pump that was seen is the same."""
    by_id = {each.entry.entry_id: each.entry for each in around}
    while entry.kind == EntryKind.ENTRY_AMENDED and str(entry.body.get("of")) in by_id:
        entry = by_id[str(entry.body["of"])]
        yield entry.entry_id


# --- what was found


def _worked_rows(checked: Checked) -> list[ResultRow]:
    """The rows whose working the sheet has room for: what is printed. The volume of a day at one flow is that flow."""
    steady = checked.calculation.current_therapy.is_steady and checked.calculation.new_therapy.is_steady
    return [row for row in printed_rows(checked) if not (steady and row.key == "daily_volume")]


def _findings(entry: Entry) -> tuple[list[_Found], list[str]]:
    """As recorded, with what was answered, the worst first; beside them the texts of mere notes."""
    recorded: Sequence[Mapping[str, str]] = entry.body.get("findings", [])
    slips = {f"readouts.{each.get('name', '')}": _slip_texts(each) for each in read_outs_in(_results(entry))}
    found = [
        _Found(
            Severity(each["severity"]),
            each["text"],
            each["source"],
            each["answer"],
            slips.get(each["place"], []),
        )
        for each in recorded
    ]
    grave = [each for each in found if _is_grave(each)]
    return sorted(grave, key=_gravity), [each.text for each in found if not _is_grave(each)]


def _is_grave(found: _Found) -> bool:
    return found.severity is not Severity.INFO or bool(found.answer)


def _gravity(found: _Found) -> int:
    return -found.severity.rank


def _slip_texts(read_out: Mapping[str, Any]) -> list[str]:
    """What would explain that a read-out differs, the most plausible first; as it was found then."""
    return [str(slip["text"]) for slip in read_out.get("slips", [])][:_SLIPS_SHOWN]


# --- the figures


def _figures(entry: Entry, checked: Checked | None, found: Recomputed | None) -> dict[str, object]:
    """The recorded figures. Where all come out as recorded, they are those of the check, shown as the check shows them."""
    if checked is not None and found is not None and not found.figures:
        return {
            "as_checked": True,
            "rows": _marked_rows(entry, checked),
            "schedules": running_schedules(checked),
            "values": system_values(checked),
        }
    return {"as_checked": False, "rows": _recorded_rows(_results(entry)), "values": _as_typed(entry)}


def _marked_rows(entry: Entry, checked: Checked) -> list[Row]:
    """The rows of the check; before format 3 it knew nothing of what the pump may have delivered too much since the fill."""
    rows, found = check_rows(checked), entry.body.get("findings", [])
    if by_log_in(entry.body) is not None or not any(each["code"] == EMPTY_EARLIER for each in found):
        return rows
    later = {figure_words(key) for key in ("empty_date_worst", "latest_refill_date")}
    return [
        replace(row, change=_("EARLIER by the log: see the findings")) if row.label in later else row
        for row in rows
    ]


def _recorded_rows(results: Mapping[str, Any]) -> list[Row]:
    """The recorded figures as rows: therapies beside each other, then the rest, each with its read-out."""
    figures, read_outs = figures_in(results), {str(each.get("name")): each for each in read_outs_in(results)}
    rows: dict[str, tuple[str, list[str]]] = {}
    for place, text in figures.items():
        if place.startswith("readouts."):
            continue
        section, _dot, rest = place.partition(".")
        name = (
            rest
            if section in ("current", "new")
            else rest.partition(".")[2]
            if section == "alternatives"
            else place
        )
        now, new = rows.setdefault(name, ("", []))
        rows[name] = (text, new) if section == "current" else (now, [*new, text])
    rows |= {
        name: ("", [value_in(each.get("computed"))]) for name, each in read_outs.items() if name not in rows
    }
    return [
        _recorded_row(name, *rows[name], read_outs.get(name)) for name in sorted(rows, key=_place_in_order)
    ]


def _recorded_row(name: str, now: str, new: Sequence[str], read_out: Mapping[str, Any] | None) -> Row:
    shown = "" if read_out is None else str(read_out.get("shown", ""))
    verdict = "" if read_out is None else _verdict(str(read_out.get("verdict", "")))
    new_text = " or ".join(dict.fromkeys(new))
    return Row(_name_words(name), now, new_text, programmer=shown, verdict=verdict)


def _place_in_order(name: str) -> int:
    """The rest keeps its order: sorting is stable."""
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def _verdict(text: str) -> str:
    verdict = next((each for each in Verdict if each == text), None)
    return text if verdict is None else verdict_words(verdict)


def _as_typed(entry: Entry) -> list[tuple[str, str]]:
    return [
        (_figure_words(place), text)
        for place, text in leaves(entry.body.get("inputs", {}))
        if not place.startswith("readouts.")
    ]


def _figure_words(place: str) -> str:
    """A place of the program or of the results in words: `new flow rate`, `flow rate now`, `dose of step 2`."""
    section, _dot, name = place.partition(".")
    if not name:
        return _name_words(place)
    if section in ("results", "alternatives"):
        return _figure_words(name if section == "results" else name.partition(".")[2])
    words = place_words(place)
    if words != name.replace("_", " ").replace(".", " "):
        return words
    if section == "new":
        return _("new {what}", what=_name_words(name))
    return _("{what} now", what=_name_words(name)) if section == "current" else words


def _name_words(name: str) -> str:
    if name.startswith("steps."):
        return read_out_words(name)
    if name == LATEST_REFILL:
        return _("refill no later than, the worst case not counted")
    if name == REFILL_BY:
        return figure_words("latest_refill_date")
    return figure_words(name)


# --- with what it was made


def _made_then(entry: Entry) -> str:
    library = entry.content.get("library", {})
    return _made_with(
        str(entry.content.get("program", "") or "?"),
        str(library.get("version", "?")),
        str(library.get("digest", "")),
    )


def _made_with(program: str, version: str, digest: str) -> str:
    return _(
        "itbcalc {program}, library {version} {digest}", program=program, version=version, digest=digest[:12]
    ).rstrip()


def _results(entry: Entry) -> Mapping[str, Any]:
    return results_of(entry.body)
