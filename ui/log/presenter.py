"""Between the log and its panel: which entries, in which words, and what became of a wish to write. No Qt."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

from itbcalc.errors import ItbcalcError
from itbcalc.quantities.display import date_text, moment_text
from itbcalc.titration.entries import Entry, EntryKind
from itbcalc.titration.history import Standing, new_therapy, standings
from itbcalc.titration.store import SqliteLog
from itbcalc.words import place_words, refusal_words
from ui.log.states import LogRow, LogState
from ui.states import Curve, Picture

KIND_WORDS = {
    "log_created": "log created",
    "dose_step_recorded": "dose step",
    "reservoir_refilled": "refill",
    "concentration_changed": "concentration change",
    "read_back_recorded": "read-back",
    "entry_voided": "void",
}
STATE_WORDS = {"running": "running", "stopped": "STOPPED", "not_read": "not read"}


class LogView(Protocol):
    """What the presenter asks of the panel."""

    def show_state(self, state: LogState) -> None:
        """Shows exactly this state."""


class LogPresenter:
    """Reads the log anew for every look at it: another window may have written meanwhile."""

    def __init__(self, view: LogView, path: Path, now: Callable[[], datetime]) -> None:
        self.view = view
        self.path = path
        self.now = now
        self._patient = ""
        self._standings: dict[str, Standing] = {}

    # --- reading

    def refresh(self) -> None:
        """Shows the log as it is now."""
        try:
            self._show()
        except ItbcalcError as error:
            self._standings = {}
            self.view.show_state(LogState(about=refusal_words(error), tone="refused"))

    def patient_typed(self, text: str) -> None:
        """Shows the entries of the patients whose pseudonym holds this text."""
        self._patient = text.strip()
        self.refresh()

    def entry_text(self, entry_id: str) -> str:
        """One entry, whole, to be read."""
        standing = self._standings.get(entry_id)
        return "" if standing is None else "\n".join(_entry_lines(standing))

    def number_of(self, entry_id: str) -> str:
        """The number of an entry that is shown."""
        standing = self._standings.get(entry_id)
        return "" if standing is None else str(standing.entry.seq)

    def _show(self) -> None:
        if not self.path.exists():
            self.view.show_state(LogState(about=_NO_LOG))
            return
        with self._opened() as log:
            found = standings(log.entries())
        self._standings = {standing.entry.entry_id: standing for standing in found}
        wanted = self._patient.casefold()
        chosen = [each for each in found if wanted in each.entry.patient.casefold()]
        patients = tuple(sorted({each.entry.patient for each in found if each.entry.patient}))
        waiting = sum(each.incomplete for each in chosen)
        entries = "entry" if len(found) == 1 else "entries"
        part = f"{len(chosen):,} of " if self._patient else ""
        about = f"{part}{len(found):,} {entries}"
        if waiting:
            about += f" · {waiting} without a read-back that the pump runs"
        self.view.show_state(
            LogState(
                rows=tuple(_row(each) for each in reversed(chosen)),
                patients=patients,
                about=about,
                tone="warning" if waiting else "",
                dose=_dose_picture(chosen),
            )
        )

    @contextmanager
    def _opened(self) -> Iterator[SqliteLog]:
        log = SqliteLog(self.path)
        try:
            yield log
        finally:
            log.close()


_NO_LOG = (
    "No entries yet. Check a dose change, then press Record: the step is written down here, with what was computed "
    "and what you answered, and nobody can change it quietly."
)


# --- words of an entry


def _row(standing: Standing) -> LogRow:
    entry, new = standing.entry, new_therapy(standing.entry)
    read_back = STATE_WORDS.get(standing.read_back, "")
    if standing.incomplete and not read_back:
        read_back = "NOT READ BACK"
    cells = (
        str(entry.seq),
        _written(entry),
        entry.patient,
        _what(entry),
        new.get("daily_dose", {}).get("text", ""),
        new.get("concentration", {}).get("text", ""),
        str(entry.content["author"]),
        read_back,
    )
    voided = standing.voided_by is not None
    return LogRow(entry.entry_id, cells, voided, warned=standing.incomplete, is_step=standing.is_step)


def _what(entry: Entry) -> str:
    words = KIND_WORDS.get(entry.kind, entry.kind.replace("_", " "))
    said = str(entry.body.get("state") or entry.body.get("reason") or "")
    return f"{words}: {STATE_WORDS.get(said, said)}" if said else words


def _written(entry: Entry) -> str:
    """When it was written, on the clock of the workstation that wrote it."""
    moment = datetime.fromisoformat(str(entry.content["recorded_at"]).replace("Z", "+00:00"))
    offset = datetime.fromisoformat(f"2000-01-01T00:00{entry.content['offset']}").tzinfo
    return moment_text(moment.astimezone(offset))


def _entry_lines(standing: Standing) -> Iterator[str]:
    entry = standing.entry
    content = entry.content
    yield f"Entry {entry.seq}: {_what(entry)}"
    if standing.voided_by is not None:
        by = standing.voided_by
        yield f"VOIDED by entry {by.seq}, {by.content['author']}, {_written(by)}: {by.body.get('reason', '')}"
    yield f"Patient {entry.patient or '—'}"
    role = f", {content['role']}" if content["role"] else ""
    yield f"Written {_written(entry)} by {content['author']}{role} on {content['workstation'] or 'an unnamed workstation'}"
    if content["clock_went_back"]:
        yield "The clock stood before that of the entry before."
    if content["effective_at"]:
        yield f"Takes effect {moment_text(datetime.fromisoformat(str(content['effective_at'])))}"
    if standing.is_step:
        yield f"Read back: {STATE_WORDS.get(standing.read_back, 'NOT READ BACK')}"
    note = str(entry.body.get("note", ""))
    if note:
        yield f"Note: {note}"
    yield from _step_lines(entry)
    yield ""
    library = content["library"].get("version", "")
    yield f"itbcalc {content['program']}" + (f" · library {library}" if library else "")
    yield f"id {entry.entry_id}"
    yield f"hash {entry.hash}"


def _step_lines(entry: Entry) -> Iterator[str]:
    inputs, results = entry.body.get("inputs"), entry.body.get("results")
    if isinstance(inputs, Mapping):
        yield from ("", "As typed")
        yield from (f"  {place_words(place)}: {text}" for place, text in _leaves(inputs, ""))
    if isinstance(results, Mapping):
        yield from ("", "Recomputed")
        yield from (f"  {name}: {text}" for name, text in _results(results, ""))
    findings = entry.body.get("findings", [])
    if findings:
        yield from ("", "Findings")
    for finding in findings:
        yield f"  {finding['severity'].upper()}  {finding['text']} [{finding['source']}]"
        if finding["answer"]:
            yield f"      answered: {finding['answer']}"


def _leaves(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        place = f"{prefix}.{key}" if prefix else key
        if isinstance(value, Mapping):
            yield from _leaves(value, place)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            for number, held in enumerate(value, start=1):
                if isinstance(held, Mapping):
                    yield from _leaves(held, f"{place}.{number}")
                else:
                    yield f"{place}.{number}", str(held)
        else:
            yield place, str(value)


def _results(results: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    """The values with their exact fractions; lists stand in the export."""
    for key, value in results.items():
        name = f"{prefix}{key.replace('_', ' ')}"
        if not isinstance(value, Mapping):
            continue
        if "text" in value:
            exact = value.get("exact", "")
            yield name, f"{value['text']}  (exactly {exact})" if "/" in str(exact) else str(value["text"])
        else:
            yield from _results(value, f"{name}, ")


# --- the dose over time


def _dose_picture(chosen: Sequence[Standing]) -> Picture:
    """The daily dose of one patient over time, in steps; nothing for several patients, or for one step alone."""
    if len({each.entry.patient for each in chosen}) != 1:
        return Picture()
    held = [each.entry for each in chosen if each.is_step and each.voided_by is None]
    timed = [(_effective(entry), entry) for entry in held if "daily_dose" in new_therapy(entry)]
    steps = sorted(timed, key=lambda step: step[0])
    if len(steps) < 2:
        return Picture()
    start, end = steps[0][0], steps[-1][0]
    points = tuple(
        ((at - start).total_seconds() / 86400, float(Fraction(new_therapy(entry)["daily_dose"]["exact"])))
        for at, entry in steps
    )
    texts = tuple(new_therapy(entry)["daily_dose"]["text"] for _, entry in steps)
    length = (end - start).total_seconds() / 86400
    marks = tuple(
        (x, new_therapy(entry)["concentration"]["text"])
        for (x, _), (_, entry) in zip(points, steps, strict=True)
        if entry.kind == EntryKind.CONCENTRATION_CHANGED and "concentration" in new_therapy(entry)
    )
    rows = tuple((moment_text(at), text) for (at, _), text in zip(steps, texts, strict=True))
    return Picture(
        curves=(Curve("daily dose", points, texts),),
        end=max(length * 1.08, 1.0),
        start=start,
        unit="mcg/day",
        about=f"daily dose of {chosen[0].entry.patient}, step by step; a mark where the concentration changed",
        ticks=tuple((length * part / 4, date_text(start + (end - start) * part / 4)) for part in range(5)),
        marks=marks,
        headings=("from", "daily dose"),
        rows_of=lambda: rows,
        words="; ".join(f"{when}: {text}" for when, text in rows),
    )


def _effective(entry: Entry) -> datetime:
    """When a step took effect; when it was written, where that was not said."""
    text = str(entry.content["effective_at"] or entry.content["recorded_at"])
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
