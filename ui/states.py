"""What the panels show, as immutable states. No Qt: presenters make them, panels show them whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Card:
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


@dataclass(frozen=True, slots=True)
class WorkingText:
    """The working of one value, and where its numbers come from."""

    title: str = ""
    text: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class FieldState:
    """What stands beside a field: how it was read, or why it was refused."""

    reading: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RowState:
    """One row: computed values as shown and as copied, the change, the verdict and its tone."""

    now: str = ""
    new: str = ""
    change: str = ""
    verdict: str = ""
    tone: str = ""
    copy_text: str = ""


@dataclass(frozen=True, slots=True)
class TipCurve:
    """One course of the dose at the tip, for drawing only: (day, mcg/day) steps, and what it is in words."""

    steps: tuple[tuple[float, float], ...]
    words: str
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class TipPicture:
    """What leaves the catheter tip after a change of concentration. `levels` are (mcg/day, text) marks."""

    curves: tuple[TipCurve, ...] = ()
    levels: tuple[tuple[float, str], ...] = ()
    days: float = 0.0
    start: str = ""

    @property
    def words(self) -> str:
        """The picture for those who listen to it."""
        return "; ".join(curve.words for curve in self.curves)


@dataclass(frozen=True, slots=True)
class CheckState:
    """Everything the check panel shows."""

    fields: Mapping[str, FieldState] = field(default_factory=dict)
    rows: Mapping[str, RowState] = field(default_factory=dict)
    dead_volume: str = ""
    since_last_change: str = ""
    bridge_hint: str = ""
    cards: tuple[Card, ...] = ()
    workings: Mapping[str, WorkingText] = field(default_factory=dict)
    tip: TipPicture = field(default_factory=TipPicture)
    empty: bool = True
    summary: str = ""
    counts: str = ""
    counts_tone: str = ""
    therapy: str = ""


@dataclass(frozen=True, slots=True)
class QuestionState:
    """Everything a side panel shows: per field a reading or a problem, the results, findings, working."""

    fields: Mapping[str, FieldState] = field(default_factory=dict)
    results: tuple[tuple[str, str, str], ...] = ()  # (name in words, value as shown, value as copied)
    cards: tuple[Card, ...] = ()
    working: WorkingText = field(default_factory=WorkingText)
