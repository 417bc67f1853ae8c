"""A visit on paper: the step with its working, what was found and answered, who signed, and where the log ends."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from html import escape
from typing import Any

from itbcalc import __version__
from itbcalc.compute.schedule import InfusionMode
from itbcalc.errors import RefusedError
from itbcalc.judge.check import Checked
from itbcalc.judge.verdicts import Verdict
from itbcalc.library.records import Library, Severity
from itbcalc.log.anchors import Anchor, qr_png_data
from itbcalc.log.entries import Entry, EntryKind
from itbcalc.quantities.display import moment_text
from itbcalc.say import (
    ANCHOR_PROOF,
    READ_OUT_WORDS,
    SEVERITY_SIGNS,
    SEVERITY_WORDS,
    place_words,
    read_out_words,
    verdict_words,
)
from itbcalc.say.report import NOT_A_PROGRAMMER
from itbcalc.say.sheet import (
    SIGNATURES,
    Row,
    check_rows,
    patient_words,
    rows_section,
    schedules_section,
    sheet_page,
    system_section,
    working_section,
)
from itbcalc.visits.history import Standing
from itbcalc.visits.recomputed import Recomputed, figures_in, read_outs_in, recomputed, value_in
from itbcalc.visits.typed import leaves

# Qt makes a heading larger than its size says, unless it is told `medium`, and knows margins in px alone.
_STYLE = """
h1 { margin-top: 0px; margin-bottom: 2px; }
h2 { font-size: medium; margin-top: 5px; margin-bottom: 1px; }
.dose { font-size: 15pt; margin-top: 3px; } .big { font-size: 10pt; }
.line { font-family: monospace; font-size: 6.5pt; } .small { font-size: 6.5pt; color: #444; }
"""
_QR_SIZE = 118  # of 96 to the inch: 31 mm, so that a module is half a millimetre
_SLIPS_SHOWN = 3
_SHORT = 8  # characters of an id that a person compares

_STEP_WORDS = {
    EntryKind.DOSE_STEP_RECORDED: "dose step",
    EntryKind.RESERVOIR_REFILLED: "refill",
    EntryKind.CONCENTRATION_CHANGED: "concentration change",
}
_STATE_WORDS = {"running": "pump running", "stopped": "pump STOPPED", "not_read": "pump not read"}
_FIGURE_WORDS = {
    **READ_OUT_WORDS,
    "latest_refill_date": "refill no later than",
    "low_alarm_date_worst": "alarm, worst case",
    "arrival_date": "new drug at the tip",
    "dose_change_percent": "change of the daily dose",
    "unbridged_dose": "tip without a bridge",
}
# The recorded figures in the order of the check; the others follow as they stand in the entry.
_FIRST = (
    "concentration",
    "daily_dose",
    "mode",
    "flow_rate",
    "daily_volume",
    "dose_change_percent",
    "bridge_dose",
    "bridge_duration",
    "bridge_flow_rate",
    "bridge_volume",
    "bridge_drug",
    "low_alarm_date",
    "low_alarm_date_worst",
    "empty_date",
    "latest_refill_date",
)


def visit_sheet(  # noqa: PLR0917  # what a sheet is made of
    step: Standing,
    around: Sequence[Standing],
    checked: Checked | None,
    library: Library,
    anchor: Anchor,
    printed_at: datetime,
) -> str:
    """The sheet of a recorded step, as HTML: what a nurse needs first, the working last.

    `around` holds the entries of the log, or those of the patient. `checked` is the program of the step checked anew
    with `library` (`recomputed.checked_again`); None where it cannot be read any more. Every figure is the recorded
    one; where today gives another, both stand on the sheet. `anchor` is where the log ends now.

    Raises RefusedError for an entry that is no step.
    """
    entry = step.entry
    if not step.is_step:
        raise RefusedError("entry", str(entry.seq), "not_a_step")
    assert anchor.head.log_id == entry.content["log_id"], "an anchor of another log"
    assert anchor.head.count >= entry.seq, "an anchor from before the entry"
    found = None if checked is None else recomputed(entry, checked, library)
    sections = (
        _top(step, checked, anchor),
        _corrections(step, around),
        _otherwise(entry, found, library),
        _read_backs(step, around),
        _second_checks(step, around),
        _findings(entry),
        *_figures(entry, checked, found),
        SIGNATURES,
        _end(entry, library, anchor, printed_at),
        *_working(checked, found),
    )
    return sheet_page(sections, _STYLE)


def sheet_foot(step: Standing) -> str:
    """What stands at the foot of every page, so that a page alone is still somebody's."""
    content = step.entry.content
    gone = "VOIDED · " if step.voided_by else "AMENDED · " if step.amended_by else ""
    return (
        f"{gone}{step.entry.patient or 'no patient'} · entry {step.entry.seq} ({step.entry.entry_id[:_SHORT]}) "
        f"of log {str(content['log_id'])[:_SHORT]}"
    )


# --- what it is


def _top(step: Standing, checked: Checked | None, anchor: Anchor) -> str:
    """Who, what and which dose; the anchor's code beside it, where it is never cut by the end of a page."""
    code = f"<img src='{qr_png_data(anchor)}' width='{_QR_SIZE}' height='{_QR_SIZE}'>"
    return (
        f"<table width='100%' cellspacing='0'><tr><td>{_head(step, checked)}{_dose(step)}</td>"
        f"<td width='{_QR_SIZE}' align='right'>{code}</td></tr></table>"
    )


def _head(step: Standing, checked: Checked | None) -> str:
    entry = step.entry
    effective = str(entry.content.get("effective_at", ""))
    when = f", takes effect <b>{_with_offset(datetime.fromisoformat(effective))}</b>" if effective else ""
    clock = "<p><b>The clock stood before that of the entry before.</b></p>"
    return (
        f"<h1>Visit sheet · {escape(entry.patient or 'no patient named')}</h1>"
        f"<p>Entry {entry.seq} ({entry.entry_id[:_SHORT]}): {_kind(step)}{when}</p>"
        f"<p class='q'>{escape(patient_words(checked)) if checked is not None else ''}</p>"
        f"<p class='q'>Written {_by(entry)}</p>{clock if entry.content.get('clock_went_back') else ''}"
    )


def _kind(step: Standing) -> str:
    words = _STEP_WORDS[EntryKind(step.of_kind)]
    amends = step.entry.kind == EntryKind.ENTRY_AMENDED
    return f"{words}, as amended" if amends else words


def _by(entry: Entry) -> str:
    """`25 Nov 2026 14:00 (+02:00) by A. Nurse, nurse, by passphrase, on ward-3`, escaped."""
    content = entry.content
    known = "signed by passphrase" if content.get("signed") == "passphrase" else "name typed, no passphrase"
    who = ", ".join(part for part in (str(content["author"]), str(content.get("role", ""))) if part)
    where = str(content.get("workstation", ""))
    return escape(f"{_written(entry)} by {who} ({known})" + (f" on {where}" if where else ""))


def _written(entry: Entry) -> str:
    """When an entry was written, on the clock of the workstation that wrote it."""
    moment = datetime.fromisoformat(str(entry.content["recorded_at"]).replace("Z", "+00:00"))
    offset = datetime.fromisoformat(f"2000-01-01T00:00{entry.content['offset']}").tzinfo
    return _with_offset(moment.astimezone(offset))


def _with_offset(moment: datetime) -> str:
    text = moment.strftime("%z")
    return f"{moment_text(moment)} ({text[:3].replace('-', chr(0x2212))}:{text[3:5]})"


def _corrections(step: Standing, around: Sequence[Standing]) -> str:
    """That it does not hold, by whom and why; and what an amendment changed."""
    lines = []
    if step.voided_by is not None:
        lines.append(_gone("VOIDED", step.voided_by))
    if step.amended_by is not None:
        lines.append(_gone("AMENDED", step.amended_by))
        lines += _changes(step.amended_by)
    if step.entry.kind == EntryKind.ENTRY_AMENDED:
        amended = next(
            (each.entry.seq for each in around if each.entry.entry_id == step.entry.body.get("of")), "?"
        )
        reason = escape(str(step.entry.body.get("reason", "")))
        lines.append(f"<p><b>Amends entry {amended}:</b> {reason}</p>")
        lines += _changes(step.entry)
    return "".join(lines)


def _gone(word: str, by: Entry) -> str:
    reason = escape(str(by.body.get("reason", "")))
    return (
        f"<p class='big'><b>{word} by entry {by.seq}: THIS STEP DOES NOT HOLD.</b> {reason} ({_by(by)})</p>"
    )


def _changes(amendment: Entry) -> list[str]:
    return [
        f"<p>{escape(_figure_words(str(each['field'])))}: <s>{escape(str(each['was'] or '–'))}</s> → "
        f"<b>{escape(str(each['now'] or '–'))}</b></p>"
        for each in amendment.body.get("changes", [])
    ]


# --- the dose


def _dose(step: Standing) -> str:
    """Old and new, as recorded; struck through where it does not hold."""
    results = _results(step.entry)
    old, new = results.get("current", {}), results.get("new", {})
    dose = _from_to(_text(old, "daily_dose"), _text(new, "daily_dose")) or "no daily dose"
    if "days" in new:
        dose += " (mean of the week)"
    changed = _change(results.get("dose_change_percent"))
    at = (
        _from_to(_text(old, "concentration"), _text(new, "concentration")),
        _from_to(_mode(old), _mode(new)),
    )
    struck = "{}" if step.holds else "<s>{}</s>"
    return (
        f"<p class='dose'>{struck.format(f'{dose} &nbsp; {escape(changed)}')}</p>"
        f"<p class='big'>{struck.format(' · '.join(filter(None, at)))}</p>"
    )


def _from_to(old: str, new: str) -> str:
    """`<b>320 mcg/day → 368 mcg/day</b>`; what stays the same is said once, and not in bold."""
    if old == new:
        return f"{escape(new)}, unchanged" if new else ""
    return f"<b>{escape(' → '.join(filter(None, (old, new))))}</b>"


def _change(value: Any) -> str:  # noqa: ANN401  # what a log holds
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


def _read_backs(step: Standing, around: Sequence[Standing]) -> str:
    meant = {step.entry.entry_id, *_amended_before(step.entry, around)}
    lines = [_read_back(each) for each in _said_of(meant, EntryKind.READ_BACK_RECORDED, around)]
    if step.read_back != "running":
        lines.append("<p><b>NOT READ BACK: nobody has written that the pump was seen running.</b></p>")
    return f"<h2>Read back</h2>{''.join(lines)}"


def _read_back(said: Standing) -> str:
    state, note = str(said.entry.body.get("state", "")), str(said.entry.body.get("note", ""))
    words = f"<b>{escape(_STATE_WORDS.get(state, state))}</b>, entry {said.entry.seq}, {_by(said.entry)}"
    return _struck_where_voided(said, words + (f": {escape(note)}" if note else ""))


def _second_checks(step: Standing, around: Sequence[Standing]) -> str:
    said = _said_of({step.entry.entry_id}, EntryKind.SECOND_CHECK_RECORDED, around)
    lines = "".join(_second_check(each) for each in said)
    return f"<h2>Second check</h2>{lines or '<p>None written.</p>'}"


def _second_check(said: Standing) -> str:
    body = said.entry.body
    word = "all agrees" if body.get("agreed") is True else "IT DIFFERS"
    note = str(body.get("note", ""))
    head = f"<b>{word}</b>, entry {said.entry.seq}, {_by(said.entry)}" + (f": {escape(note)}" if note else "")
    rows = "".join(_typed_row(each) for each in body.get("typed", []))
    heads = "".join(f"<th align='left'>{words}</th>" for words in ("", "typed", "recorded", ""))
    table = f"<table cellpadding='1' cellspacing='0'><tr>{heads}</tr>{rows}</table>" if rows else ""
    return _struck_where_voided(said, head) + table


def _typed_row(each: Mapping[str, Any]) -> str:
    agrees = each.get("verdict") == "agrees"
    cells = (
        ("q", _figure_words(str(each.get("field", "")))),
        ("b", str(each.get("typed", "")) or "–"),
        ("", str(each.get("recorded", "")) or "–"),
        ("" if agrees else "b", "✓ agrees" if agrees else "✗ DIFFERS"),
    )
    return "<tr>" + "".join(f"<td class='{c}'>{escape(text)}&nbsp;&nbsp;</td>" for c, text in cells) + "</tr>"


def _said_of(meant: set[str], kind: EntryKind, around: Sequence[Standing]) -> list[Standing]:
    return [each for each in around if each.entry.kind == kind and str(each.entry.body.get("of")) in meant]


def _amended_before(entry: Entry, around: Sequence[Standing]) -> Iterator[str]:
    """The ids of what an amendment amends, back to the first: the pump that was seen is the same."""
    by_id = {each.entry.entry_id: each.entry for each in around}
    while entry.kind == EntryKind.ENTRY_AMENDED and str(entry.body.get("of")) in by_id:
        entry = by_id[str(entry.body["of"])]
        yield entry.entry_id


def _struck_where_voided(said: Standing, words: str) -> str:
    by = said.voided_by
    if by is None:
        return f"<p>{words}</p>"
    reason = escape(str(by.body.get("reason", "")))
    return f"<p><s>{words}</s> <b>VOIDED by entry {by.seq}:</b> {reason} ({_by(by)})</p>"


# --- what was found


def _findings(entry: Entry) -> str:
    """As recorded, with what was answered, the worst first; mere notes together."""
    found: Sequence[Mapping[str, str]] = entry.body.get("findings", [])
    grave = [each for each in found if each["severity"] != Severity.INFO or each["answer"]]
    slips = {f"readouts.{each.get('name', '')}": _slip_words(each) for each in read_outs_in(_results(entry))}
    lines = [_finding(each, slips.get(each["place"], "")) for each in sorted(grave, key=_gravity)]
    notes = [escape(each["text"]) for each in found if each not in grave]
    if notes:
        sign, word = SEVERITY_SIGNS[Severity.INFO], SEVERITY_WORDS[Severity.INFO]
        lines.append(f"<p class='q'>{sign} {word}{'s' if len(notes) > 1 else ''}: {' '.join(notes)}</p>")
    return f"<h2>Findings and answers</h2>{''.join(lines) or '<p>Nothing to note.</p>'}"


def _gravity(finding: Mapping[str, str]) -> int:
    return -Severity(finding["severity"]).rank


def _slip_words(read_out: Mapping[str, Any]) -> str:
    """What would explain that a read-out differs, the most plausible first; as it was found then."""
    texts = [str(slip["text"]) for slip in read_out.get("slips", [])]
    return f" What would explain it: {' Or: '.join(texts[:_SLIPS_SHOWN])}" if texts else ""


def _finding(finding: Mapping[str, str], explained: str) -> str:
    severity = Severity(finding["severity"])
    answer = f" <b>Answered:</b> {escape(finding['answer'])}" if finding["answer"] else ""
    return (
        f"<p><b>{SEVERITY_SIGNS[severity]} {SEVERITY_WORDS[severity]}:</b> {escape(finding['text'] + explained)} "
        f"<span class='q'>{escape(finding['source'])}</span>{answer}</p>"
    )


# --- the figures


def _otherwise(entry: Entry, found: Recomputed | None, library: Library) -> str:
    """What comes out otherwise today, figure by figure."""
    if found is not None and found.same:
        return ""
    if found is None:
        return (
            "<p><b>Not recomputed: this program cannot be read with the figures of today (pump or drug is not in "
            "them). All figures are as recorded, and the working is left out.</b></p>"
        )
    lines = [
        f"<p>{escape(_figure_words(each.field))}: recorded <b>{escape(each.was or 'nothing')}</b>, "
        f"today {escape(each.now or 'nothing')}</p>"
        for each in found.figures
    ]
    lines += [f"<p>Found then, not today: {escape(text)}</p>" for text in found.findings_then]
    lines += [f"<p>Found today, not then: {escape(text)}</p>" for text in found.findings_now]
    then, now = _versions(entry), f"itbcalc {__version__}, library {library.version} {library.digest[:12]}"
    return (
        f"<h2>Recomputed today, this comes out otherwise</h2><p class='q'>Then {escape(then)}; today {escape(now)}. "
        f"The figures below are those recorded.</p>{''.join(lines)}"
    )


def _figures(entry: Entry, checked: Checked | None, found: Recomputed | None) -> tuple[str, ...]:
    """The recorded figures. Where all come out as recorded, they are those of the check, shown as the check shows them."""
    if checked is not None and found is not None and not found.figures:
        return (
            rows_section("Recomputed and compared", check_rows(checked), tight=True),
            schedules_section(checked),
            system_section(checked),
        )
    return (rows_section("As recorded", _recorded_rows(_results(entry)), tight=True), _as_typed(entry))


def _working(checked: Checked | None, found: Recomputed | None) -> tuple[str, ...]:
    if checked is None or found is None:
        return ()
    if found.figures:
        return (
            working_section(
                checked, "Working as of today, not as recorded: it leads to the figures of today"
            ),
        )
    return (working_section(checked),)


def _recorded_rows(results: Mapping[str, Any]) -> list[Row]:
    """The recorded figures as rows: therapies beside each other, then the rest, each with its read-out."""
    figures, read_outs = figures_in(results), {str(each.get("name")): each for each in read_outs_in(results)}
    rows: dict[str, tuple[str, list[str]]] = {}
    for place, text in figures.items():
        if place.startswith("readouts."):
            continue
        section, _, rest = place.partition(".")
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
    return Row(_name_words(name), now, " or ".join(dict.fromkeys(new)), shown, verdict)


def _place_in_order(name: str) -> int:
    """The rest keeps its order: sorting is stable."""
    return _FIRST.index(name) if name in _FIRST else len(_FIRST)


def _verdict(text: str) -> str:
    verdict = next((each for each in Verdict if each == text), None)
    return text if verdict is None else verdict_words(verdict)


def _as_typed(entry: Entry) -> str:
    words = " · ".join(
        f"{escape(_figure_words(place))}: <b>{escape(text)}</b>"
        for place, text in leaves(entry.body.get("inputs", {}))
        if not place.startswith("readouts.")
    )
    return f"<h2>As typed</h2><p>{words}</p>"


def _figure_words(place: str) -> str:
    """A place of the program or of the results in words: `new flow rate`, `flow rate now`, `dose of step 2`."""
    section, _, name = place.partition(".")
    if not name:
        return _name_words(place)
    if section in ("results", "alternatives"):
        return _figure_words(name if section == "results" else name.partition(".")[2])
    words = place_words(place)
    if words != name.replace("_", " ").replace(".", " "):
        return words
    return {"new": f"new {_name_words(name)}", "current": f"{_name_words(name)} now"}.get(section, words)


def _name_words(name: str) -> str:
    if name.startswith("steps."):
        return read_out_words(name)
    return _FIGURE_WORDS.get(name) or name.replace("_", " ").replace(".", " ")


# --- where the log ends


def _end(entry: Entry, library: Library, anchor: Anchor, printed_at: datetime) -> str:
    head = anchor.head
    words = f"Log {head.log_id[:_SHORT]}, {head.count:,} {'entry' if head.count == 1 else 'entries'}."
    foot = (
        f"Recorded with {_versions(entry)}; printed {moment_text(printed_at)} with itbcalc {__version__}, "
        f"library {library.version} {library.digest[:12]}. Hash of this entry {entry.hash[:16]}…"
    )
    return (
        f"<h2>Anchor of the log, the same as the code on the first page</h2>"
        f"<p class='line'>{escape(anchor.line)}</p><p>{escape(f'{words} {ANCHOR_PROOF}')}</p>"
        f"<p class='small'>{escape(NOT_A_PROGRAMMER)} {escape(foot)}</p>"
    )


def _versions(entry: Entry) -> str:
    library = entry.content.get("library", {})
    return (
        f"itbcalc {entry.content.get('program', '') or '?'}, library {library.get('version', '?')} "
        f"{str(library.get('digest', ''))[:12]}".rstrip()
    )


def _results(entry: Entry) -> Mapping[str, Any]:
    results = entry.body.get("results")
    return results if isinstance(results, Mapping) else {}
