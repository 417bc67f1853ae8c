"""What the pages of practice show, as data. No Qt."""

import dataclasses
from collections.abc import Callable
from datetime import datetime

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Trace(Struct, frozen=True, eq=False):
    """One line of a lane, with its values at `days` from the start; `style` tells it from others without colour."""

    name: str
    days: Floats
    values: Floats
    style: str = "solid"

    def value_at(self, day: float) -> float:
        """The value that holds at a time: that of the last step before it."""
        number = int(np.searchsorted(self.days, day, side="right")) - 1
        return float(self.values[min(max(number, 0), len(self.values) - 1)])


class HarmBand(Struct, frozen=True):
    """How long (days from the start) the model patient was at one stage of harm: above the line of a lane too much, below too little.

    `words` stand at the worst stage of an episode and say which, and from when on; elsewhere they are empty.
    """

    begin: float
    end: float
    stage: int  # above 0: sedation, below 0: withdrawal; the further from 0 the worse
    name: str
    words: str = ""
    episode: tuple[float, float] = (0.0, 0.0)  # from its first stage to its last


class CourseLane(Struct, frozen=True, eq=False):
    """Lines on one scale, from `low` to `high`; the first is the course taken. A lane of harm has `bands` and no line."""

    name: str
    unit: str
    low: float
    high: float
    traces: tuple[Trace, ...]
    bands: tuple[HarmBand, ...] = ()


class CourseMark(Struct, frozen=True):
    """A decision on the axis of time: its number, and what it was."""

    at: float
    number: int
    words: str
    shape: str = "circle"  # a square: the pump was programmed


class Drawing(Struct, frozen=True, eq=False):
    """The courses of a run from `begin` to `end` (days from the start). `clock` says when a time of it is."""

    lanes: tuple[CourseLane, ...] = ()
    begin: float = 0.0
    end: float = 1.0
    marks: tuple[CourseMark, ...] = ()
    clock: Callable[[float], str] = str
    start: datetime | None = None
    legend: tuple[tuple[str, str], ...] = ()  # (style, what is drawn so)
    caption: str = ""  # what is played, for a picture that is taken away


class ScenarioRow(Struct, frozen=True):
    """A scenario on offer. `fault` is why it cannot be used, empty where it can."""

    name: str
    title: str
    goal: str
    best: str = ""
    fault: str = ""


class ListState(Struct, frozen=True):
    """The scenarios on offer; `problem` is what is wrong with the seed."""

    rows: tuple[ScenarioRow, ...] = ()
    about: str = ""
    problem: str = ""


class DecisionRow(Struct, frozen=True):
    """A decision of the course taken, as it stands in the list."""

    number: int
    when: str
    what: str
    consequence: str


class ToneState(Struct, frozen=True):
    """Tone by muscle group, as it was looked at last: `rows` are group, left and right; `words` say when, and when before."""

    words: str = ""
    rows: tuple[tuple[str, str, str], ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class PlayState:
    """Everything that is known of a run while it is played.

    `seen` are the examinations (when, what, how it came out), tone in a table of its own, `hidden` what an instructor sees. `branches` name the
    courses that were left. `can_act` is whether anything can be done to the patient, `can_advance` whether time is left.
    """

    title: str = ""
    goal: str = ""
    situation: str = ""
    chart: tuple[tuple[str, str], ...] = ()
    in_force: str = ""
    clock: str = ""
    left: str = ""
    note: str = ""
    seen: tuple[tuple[str, str, str], ...] = ()
    tone: ToneState = dataclasses.field(default_factory=ToneState)
    decisions: tuple[DecisionRow, ...] = ()
    branches: tuple[str, ...] = ()
    compared: int = -1  # which of them is drawn beside the course taken; -1: every one
    hints: tuple[str, ...] = ()
    hints_left: int = 0
    aside: str = ""
    can_act: bool = False
    can_advance: bool = False
    next_event: bool = False
    instructed: bool = False
    revealed: bool = False
    hidden: tuple[tuple[str, str], ...] = ()
    examinations: tuple[tuple[str, str], ...] = ()
    drawing: Drawing = dataclasses.field(default_factory=Drawing, compare=False)


class JudgedRow(Struct, frozen=True):
    """A criterion of the score: its points, what it was, why, and where that stands."""

    earned: bool
    points: str
    words: str
    reason: str
    sources: str


@dataclasses.dataclass(frozen=True, slots=True)
class DebriefState:
    """What is said after a run."""

    title: str = ""
    score: str = ""
    aside: str = ""
    worst: str = ""
    judged: tuple[JudgedRow, ...] = ()
    decisions: tuple[tuple[str, str, str, str], ...] = ()  # number, when, what, what came of it and was found
    truth: tuple[tuple[str, str], ...] = ()
    words: str = ""
    experts: tuple[tuple[str, str], ...] = ()  # words, sources
    kept: str = ""
    drawing: Drawing = dataclasses.field(default_factory=Drawing, compare=False)


class Bar(Struct, frozen=True):
    """One bar of the class: whose it is, how long (0 to 1), and the same as text."""

    group: str
    words: str
    share: float
    text: str


class OverviewState(Struct, frozen=True):
    """Several runs: a table, and how many earned each criterion; `summary` is what is to be read first."""

    about: str = ""
    problems: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    bars_title: str = "How many earned each criterion"
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    bars: tuple[Bar, ...] = ()
