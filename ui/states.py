"""What the panels show, as immutable states. No Qt: presenters make them, panels show them whole."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct, field

TableRows = tuple[tuple[str, ...], ...]
_STILL_TO_BE_MADE = ("rows_of", "tip_of")


class Seen(Struct, frozen=True, eq=False):
    """Two are the same where what is seen of them is; by what the rest is made once it is wanted does not count."""

    def __eq__(self, other: object) -> bool:
        names = (name for name in self.__struct_fields__ if name not in _STILL_TO_BE_MADE)
        return type(other) is type(self) and all(
            getattr(self, name) == getattr(other, name) for name in names
        )

    def __ne__(self, other: object) -> bool:
        return not self == other  # a Struct has one of its own, which does not ask the other

    __hash__ = None  # type: ignore[assignment]  # what is seen need not have one


class Card(Struct, frozen=True):
    """One finding, ready to be shown. `acts` are (act, words) pairs the card offers."""

    code: str
    severity: str
    sign: str
    word: str
    title: str
    detail: str
    source: str = ""
    place: str = ""
    acts: tuple[tuple[str, str], ...] = ()


class WorkingText(Struct, frozen=True):
    """The working of one value, and where its numbers come from."""

    title: str = ""
    text: str = ""
    origin: str = ""


class FieldState(Struct, frozen=True):
    """What stands beside a field: how it was read, or why it was refused, and where its text comes from if nobody typed it."""

    reading: str = ""
    problem: str = ""
    needed: bool = False  # nothing stands there yet, but something must
    mark: str = ""
    is_usual: bool = False  # its mark is that of most fields: the line above them says it for all

    @property
    def beside(self) -> str:
        """How the text was read, and where it comes from."""
        return " · ".join(filter(None, (self.reading, "" if self.is_usual else self.mark)))

    @property
    def tone(self) -> str:
        """How the field is marked: what is only still missing is no fault."""
        return "refused" if self.problem else "logged" if self.mark else ""


class RowState(Struct, frozen=True):
    """One row: computed values as shown and as copied, the change, the verdict and its tone."""

    now: str = ""
    new: str = ""
    change: str = ""
    verdict: str = ""
    tone: str = ""
    copy_text: str = ""


class Curve(Struct, frozen=True):
    """One course, for drawing only: (x, y) where each level begins, and the text of each level as shown.

    `style` (solid, dashed, dotted) tells it from the others without colour.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    texts: Sequence[str]
    style: str = "solid"


class Sign(Struct, frozen=True):
    """Something that happened at x, drawn as a sign of its own `shape`.

    `name` is what the shape stands for, `words` what happened, for those who look closer.
    """

    x: float
    shape: str
    name: str
    words: str


class Lane(Struct, frozen=True):
    """Single values over time, beneath the courses, on a scale of their own from `low` to `high`.

    `shape` tells them from those of other lanes without colour; `texts` are the values as shown.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    texts: tuple[str, ...]
    low: float
    high: float
    shape: str = "circle"


class Picture(Seen, frozen=True, eq=False):
    """Courses over time. The x axis is in days from `start`, or in days from midnight where there is none.

    `band`, `marks` and `signs` stand at x; `lanes` lie beneath, on the same axis; `headings` and what `rows_of` returns
    are the same as a table, `words` the same in a sentence. Levels above a `ceiling`, where there is one, run out at the top.
    """

    curves: tuple[Curve, ...] = ()
    begin: float = 0.0
    end: float = 1.0
    start: datetime | None = None
    unit: str = ""
    about: str = ""
    ticks: tuple[tuple[float, str], ...] = ()
    band: tuple[float, float] | None = None
    marks: tuple[tuple[float, str], ...] = ()
    headings: tuple[str, ...] = ()
    rows_of: Callable[[], TableRows] = tuple
    words: str = ""
    signs: tuple[Sign, ...] = ()
    lanes: tuple[Lane, ...] = ()
    ceiling: float = 0.0

    @property
    def rows(self) -> TableRows:
        """The same as a table, written out when somebody wants it."""
        return self.rows_of()


class PlugState(Struct, frozen=True):
    """What lies in a part of the line: its share of the line, from 0 to 1, in words, and `old`, `new` or `none`."""

    share: float
    words: str
    holds: str


class CheckState(Seen, frozen=True, eq=False):
    """Everything the check panel shows.

    `there`: the rows that have anything to say. `needed`: those that stand in the table without being asked for.
    """

    fields: Mapping[str, FieldState] = field(default_factory=dict)
    rows: Mapping[str, RowState] = field(default_factory=dict)
    there: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    dead_volume: str = ""
    bridge_hint: str = ""
    cards: tuple[Card, ...] = ()
    workings: Mapping[str, WorkingText] = field(default_factory=dict)
    tip_of: Callable[[], Picture] | None = None  # made once it is drawn
    empty: bool = True
    summary: str = ""
    therapy: str = ""
    line: tuple[PlugState, ...] = ()  # from the pump to the tip, after the prime where one is given
    tubing_share: float = 0.0  # of the pump tubing in the line
    fixed_flow: bool = False  # of the pump: then its own flow is asked for
    begins: bool = False  # a therapy: then the screening trial is asked for
    too_soon: bool = False  # an increase after the last change, which may have been none
    now: str = ""  # what stands in the field of the moment while none is typed
    offers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # texts to be clicked, by field


class QuestionState(Struct, frozen=True):
    """Everything a side panel shows: per field a reading or a problem, the results, findings, working."""

    fields: Mapping[str, FieldState] = field(default_factory=dict)
    results: tuple[tuple[str, str, str], ...] = ()  # (name in words, value as shown, value as copied)
    cards: tuple[Card, ...] = ()
    working: WorkingText = field(default_factory=WorkingText)


class DayState(Struct, frozen=True):
    """One day of the week strip: its name, its dose, its course for drawing, and whether it is the one shown."""

    name: str
    dose: str
    levels: tuple[tuple[float, float], ...] = ()  # (part of the day, part of the highest level)
    differs: bool = False


class ListedState(Struct, frozen=True):
    """One row of the programmer's list: what it should show, the verdict and its tone."""

    recomputed: str = ""
    verdict: str = ""
    tone: str = ""


class ScheduleState(Struct, frozen=True):
    """Everything the schedule panel shows. Steps are known by the place of their row, `new.steps.1`."""

    fields: Mapping[str, FieldState] = field(default_factory=dict)
    steps: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)  # until, per hour, flow
    totals: tuple[tuple[str, str, str], ...] = ()  # (name, now, new)
    change: str = ""
    day: Picture = field(default_factory=Picture)
    week: tuple[DayState, ...] = ()
    listed: Mapping[int, ListedState] = field(default_factory=dict)
    cards: tuple[Card, ...] = ()
    boluses: Mapping[str, str] = field(default_factory=dict)  # by therapy: how many in 24 h, and when
    waits: bool = False  # for the check: what was found before is not so any longer
    travel: str = ""
