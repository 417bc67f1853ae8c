"""The certificate of a run: one page of HTML with what was played, what was scored and why, and where its log ends."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape

from itbcalc import __version__
from itbcalc.library.records import Library
from itbcalc.log.chain import whole_head
from itbcalc.practice.debrief import (
    Debrief,
    aside_words,
    debrief,
    score_line,
    source_words,
    weighty,
    worst_words,
)
from itbcalc.practice.parameters import NOT_VALIDATED
from itbcalc.practice.run import Run
from itbcalc.quantities.display import date_text, moment_text
from itbcalc.say.sheet import sheet_page

_STYLE = " .practice { background-color: #fff0c0; font-weight: bold; } td { padding-right: 8pt; }"
PRACTICE_ONLY = "PRACTICE. This run was played with a virtual patient; it says nothing about a real one."


def certificate(
    run: Run, library: Library, printed_at: datetime, picture: str = "", debriefed: int = 0
) -> str:
    """The certificate as HTML, ready for paper; `picture` is the address of one of the course, `data:image/png;…`.

    `debriefed` is how often the debrief had been read before the run went on.

    Raises LogDamagedError where the run's own log does not verify.
    """
    told = debrief(run)
    sections = (
        _head(run, told, printed_at, debriefed),
        _scored(told, library),
        f"<p><img width='650' src='{escape(picture, quote=True)}'></p>" if picture else "",
        _decided(told),
        _afterwards(run, told, library),
        _foot(run, library),
    )
    return sheet_page(sections, _STYLE)


def _head(run: Run, told: Debrief, printed_at: datetime, debriefed: int) -> str:
    scenario = run.scenario
    rows = (
        ("Trainee", run.trainee or "not named"),
        ("Scenario", f"{scenario.title} ({scenario.name})"),
        ("Goal", scenario.goal),
        ("Score", score_line(told.score)),
        ("", aside_words(run, debriefed)),
        ("Played to its end", "yes" if run.over else "no"),
        ("Printed", date_text(printed_at.date())),
    )
    return (
        f"<p class='practice'>{escape(PRACTICE_ONLY)} {escape(NOT_VALIDATED)}</p>"
        f"<h1>Certificate of a practice run</h1>{_table(rows)}"
    )


def _scored(told: Debrief, library: Library) -> str:
    rows = []
    for each in told.score.judged:
        sources = "; ".join(source_words(key, library) for key in each.criterion.source)
        points = f"{each.points} of {each.criterion.points}"
        rows.append((points, f"{each.criterion.words}. {each.reason}", sources))
    return f"<h2>What was scored</h2>{_table(rows)}"


def _decided(told: Debrief) -> str:
    rows = []
    for each in told.decisions:
        found = " ".join(
            f"{message.severity.capitalize()}: {message.title}." for message in weighty(each.found)
        )
        answers = " ".join(f"Reason for {code}: {reason}." for code, reason in each.reasons)
        words = " ".join((*each.words, found, answers)).strip()
        rows.append((str(each.number), moment_text(each.moment), each.title, words))
    return f"<h2>What was decided</h2>{_table(rows)}"


def _afterwards(run: Run, told: Debrief, library: Library) -> str:
    harm = worst_words(run, told.worst)
    experts = "".join(
        f"<p>{escape(each.words)} <span class='q'>"
        f"{escape('; '.join(source_words(key, library) for key in each.source))}</span></p>"
        for each in told.experts
    )
    return (
        f"<h2>What came of it</h2><p>{escape(harm)} {escape(told.note)}</p>"
        f"<h2>What was hidden</h2>{_table(told.truth)}"
        f"<h2>Debrief</h2><p>{escape(told.words)}</p><h2>What an expert would look at</h2>{experts}"
    )


def _foot(run: Run, library: Library) -> str:
    rows = (
        ("Program", f"itbcalc {__version__}"),
        ("Seed", str(run.seed)),
        ("Scenario file", f"SHA-256 {run.scenario.digest}"),
        ("Figures", f"{library.version}, SHA-256 {library.digest}"),
        ("Log of the run", log_words(run)),
    )
    return f"<h2>To be verified by</h2>{_table(rows)}"


def log_words(run: Run) -> str:
    """Where the run's own log ends, once its chain was followed. Raises LogDamagedError where it does not hold."""
    head = whole_head(run.log.verify())
    return f"{head.log_id}: whole, {head.count:,} entries, head {head.hash}"


def _table(rows: Iterable[Iterable[str]]) -> str:
    return f"<table cellpadding='2'>{''.join(_row(row) for row in rows)}</table>"


def _row(cells: Iterable[str]) -> str:
    def made() -> Iterator[str]:
        for cell in cells:
            yield f"<td>{escape(cell)}</td>"

    return f"<tr>{''.join(made())}</tr>"
