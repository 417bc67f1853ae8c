"""The certificate of a run: one page with what was played, what was scored and why, and where its log ends."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

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
from itbcalc.quantities.display import moment_text
from itbcalc.say.catalogue import N_
from itbcalc.say.paper import page

_PRINTED = re.compile(r"(<td>Printed</td>\s*<td>)[^<]*(</td>)")
_PICTURE = re.compile(r'<p><img width="650" src="[^"]*"></p>')
PRACTICE_ONLY = N_("PRACTICE. This run was played with a virtual patient; it says nothing about a real one.")


def certificate(
    run: Run, library: Library, printed_at: datetime, picture: str = "", debriefed: int = 0
) -> str:
    """The certificate, ready for paper; `picture` is the address of one of the course, `data:image/png;…`.

    `debriefed` is how often the debrief had been read before the run went on.

    Raises LogDamagedError where the run's own log does not verify.
    """
    told = debrief(run)
    return page(
        "certificate",
        practice_only=PRACTICE_ONLY,
        not_validated=NOT_VALIDATED,
        run=run,
        told=told,
        score=score_line(told.score),
        aside=aside_words(run, debriefed),
        printed=printed_at.date(),
        scored=list(_scored(told, library)),
        picture=picture,
        decided=list(_decided(told)),
        harm=worst_words(run, told.worst),
        experts=[(each.words, _sources(each.source, library)) for each in told.experts],
        library=library,
        log=log_words(run),
    )


def is_certificate_of(printed: str, run: Run, library: Library, debriefed: int = 0) -> bool:
    """Whether a certificate is, word for word, what comes out of this run; its date and its picture are left aside.

    Raises LogDamagedError as `certificate` does.
    """
    ours = certificate(run, library, datetime(2000, 1, 1, tzinfo=UTC), debriefed=debriefed)
    return _bare(printed) == _bare(ours)


def _bare(printed: str) -> str:
    return " ".join(_PRINTED.sub(r"\1\2", _PICTURE.sub("", printed)).split())


def _scored(told: Debrief, library: Library) -> Iterator[tuple[str, str, str]]:
    """Points, what they are for and why, and its sources."""
    for each in told.score.judged:
        points = f"{each.points} of {each.criterion.points}"
        yield points, f"{each.criterion.words}. {each.reason}", _sources(each.criterion.source, library)


def _decided(told: Debrief) -> Iterator[tuple[str, str, str, str]]:
    """Number, moment, what it was, and its words with what was found and answered."""
    for each in told.decisions:
        found = " ".join(
            f"{message.severity.capitalize()}: {message.title}." for message in weighty(each.found)
        )
        answers = " ".join(f"Reason for {code}: {reason}." for code, reason in each.reasons)
        words = " ".join((*each.words, found, answers)).strip()
        yield str(each.number), moment_text(each.moment), each.title, words


def _sources(keys: Iterable[str], library: Library) -> str:
    return "; ".join(source_words(key, library) for key in keys)


def log_words(run: Run) -> str:
    """Where the run's own log ends, once its chain was followed. Raises LogDamagedError where it does not hold."""
    head = whole_head(run.log.verify())
    return f"{head.log_id}: whole, {head.count:,} entries, head {head.hash}"
