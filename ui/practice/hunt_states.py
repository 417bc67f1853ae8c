"""What the slip hunt shows, as data, and how a set is gone through. No Qt."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction

from msgspec import Struct, field
from msgspec.structs import replace

from itbcalc.library.records import Library
from itbcalc.practice.hunt import SHEETS, Place, SlipSheet
from itbcalc.practice.hunt_score import (
    MINUTES,
    ClassLine,
    HuntScore,
    SheetAnswers,
    class_lines,
    hunt_remarks,
)
from ui.practice.states import Bar, OverviewState

UNSURE = ""  # there is a slip, and it was not said where
_TENTHS = 10
_SECONDS = 60


class HuntAnswer(Struct, frozen=True):
    """What may be said of a sheet: by which key, in which words, and as what it is kept; None is that all agrees."""

    key: str
    words: str
    where: str | None


ANSWERS = (
    HuntAnswer("A", "Agrees", None),
    HuntAnswer("D", "Dose", Place.DOSE),
    HuntAnswer("C", "Concentration", Place.CONCENTRATION),
    HuntAnswer("B", "Bridge", Place.BRIDGE),
    HuntAnswer("T", "Tubing", Place.TUBING),
    HuntAnswer("L", "Alarm volume", Place.ALARM),
    HuntAnswer("V", "Volume filled", Place.VOLUME),
    HuntAnswer("S", "Wrong, not sure where", UNSURE),
)


class Hunt(Struct, frozen=True):
    """A set while it is gone through: what was said of which sheet, and which one lies open (from 0)."""

    sheets: tuple[SlipSheet, ...]
    seed: int
    trainee: str
    with_program: bool
    begun: datetime
    said: Mapping[int, str | None] = field(default_factory=dict)
    current: int = 0

    @property
    def sheet(self) -> SlipSheet:
        """The one that lies open."""
        return self.sheets[self.current]

    @property
    def open_sheets(self) -> int:
        """Of how many nothing was said."""
        return SHEETS - len(self.said)

    def answered(self, where: str | None) -> "Hunt":
        """With an answer for the open sheet; the next one without an answer lies open then."""
        said = {**self.said, self.sheet.number: where}
        order = [*range(self.current + 1, SHEETS), *range(self.current + 1)]
        following = next((each for each in order if self.sheets[each].number not in said), self.current)
        return replace(self, said=said, current=following)

    def answers(self, minutes: Fraction) -> SheetAnswers:
        """What is kept; a sheet of which nothing was said counts as one that agrees."""
        marked = {sheet.number: self.said.get(sheet.number) for sheet in self.sheets}
        return SheetAnswers(self.trainee, self.seed, self.with_program, minutes, marked)

    def minutes_at(self, now: datetime) -> Fraction:
        """How long it took up to now: tenths of a minute, at least one and no more than there are."""
        tenths = round((now - self.begun).total_seconds() * _TENTHS / _SECONDS)
        return Fraction(min(max(tenths, 1), MINUTES * _TENTHS), _TENTHS)

    def seconds_left(self, now: datetime) -> int:
        """Until the time is over."""
        return max(MINUTES * _SECONDS - int((now - self.begun).total_seconds()), 0)


class HuntState(Struct, frozen=True):
    """Everything that the page shows. `rows` are the sheets with what was said of each; `results` are there at the end."""

    about: str = ""
    clock: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    current: int = 0
    order: tuple[tuple[str, str], ...] = ()
    page: tuple[tuple[str, str], ...] = ()
    help: tuple[str, ...] = ()
    with_program: bool = False
    over: bool = False
    summary: str = ""
    results: tuple[tuple[str, str, str, str], ...] = ()


def clock_words(seconds: int) -> str:
    """`9:41 left`."""
    return f"{seconds // _SECONDS}:{seconds % _SECONDS:02} left"


def hunting_state(hunt: Hunt, now: datetime, library: Library) -> HuntState:
    """The set while it is gone through: nothing on it tells where the slips are."""
    sheet = hunt.sheet
    return HuntState(
        about=_about(hunt),
        clock=clock_words(hunt.seconds_left(now)),
        rows=tuple((f"Sheet {each.number}", _said_words(hunt, each)) for each in hunt.sheets),
        current=hunt.current,
        order=sheet.order_rows(library),
        page=sheet.page_rows,
        help=sheet.help_words(library) if hunt.with_program else (),
        with_program=hunt.with_program,
    )


def result_state(hunt: Hunt, found: HuntScore, kept: str) -> HuntState:
    """What was planted, what was said, and what that makes; `kept` says where it was kept."""
    return HuntState(
        about=_about(hunt),
        with_program=hunt.with_program,
        over=True,
        summary=f"{found.words}. {kept}",
        results=tuple(
            (
                str(sheet.number),
                "nothing" if sheet.slip is None else f"{sheet.slip.words} ({sheet.slip.place})",
                _said_words(hunt, sheet) or "no answer: agrees",
                _outcome(sheet, found),
            )
            for sheet in hunt.sheets
        ),
    )


def _about(hunt: Hunt) -> str:
    who = f", {hunt.trainee}" if hunt.trainee else ""
    return f"Set {hunt.seed}, {'with' if hunt.with_program else 'without'} the program's help{who}"


def _said_words(hunt: Hunt, sheet: SlipSheet) -> str:
    if sheet.number not in hunt.said:
        return ""
    where = hunt.said[sheet.number]
    return next(each.words for each in ANSWERS if each.where == where)


def _outcome(sheet: SlipSheet, found: HuntScore) -> str:
    where = found.answers.marked[sheet.number]
    if sheet.slip is None:
        return "right" if where is None else "✕ false alarm"
    if where is None:
        return "✕ missed"
    return "found" if where == sheet.slip.place else "found, not named rightly"


# --- the class

CLASS_HEADINGS = ("file", "trainee", "set", "found", "false alarms, minutes", "missed")


def class_state(scores: Sequence[HuntScore], problems: tuple[str, ...]) -> OverviewState:
    """The sets of a class: a line each, and without and with the program side by side."""
    summed = class_lines(scores)
    return OverviewState(
        about=f"Slip hunt: {len(scores)} set{'' if len(scores) == 1 else 's'}",
        problems=(*problems, *hunt_remarks(scores)),
        summary=tuple(f"{each.words}." for each in summed),
        headings=CLASS_HEADINGS,
        rows=tuple(_class_row(each) for each in scores),
        bars_title="Without and with the program",
        bars=tuple(bar for each in summed for bar in _bars(each)),
    )


def _class_row(found: HuntScore) -> tuple[str, ...]:
    answers = found.answers
    help_words = "with" if answers.with_program else "without"
    late = "" if found.in_time else ", too late"
    return (
        answers.file,
        answers.trainee or "not named",
        f"{answers.seed}, {help_words}",
        f"{len(found.hits)} of {found.slips}, {found.named} named rightly",
        f"{len(found.false_alarms)}, {found.minutes_text} min{late}",
        "; ".join(f"{sheet.number} {sheet.slip.words}" for sheet in found.misses if sheet.slip) or "nothing",
    )


def _bars(line: ClassLine) -> tuple[Bar, ...]:
    group = f"{'With' if line.with_program else 'Without'} the program"
    told = (
        ("Slips found", line.hits, line.slips),
        ("Slips named at their place", line.named, line.slips),
        ("Sheets without a slip left alone", line.clean - line.false_alarms, line.clean),
    )
    return tuple(Bar(group, words, part / whole, f"{part} of {whole}") for words, part, whole in told)
