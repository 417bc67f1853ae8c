"""What is a scenario? The records: what the trainee sees, what is hidden, what is scored, what is said afterwards."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from msgspec import Struct, field

from itbcalc.practice.criteria import Criterion
from itbcalc.practice.faults import Fault
from itbcalc.program import Program
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.kinds import Concentration, DailyDose, Volume


class ChartRow(Struct, frozen=True):
    """One line of the patient's chart."""

    label: str
    words: str


class ScenarioEvent(Struct, frozen=True, kw_only=True):
    """What happens at a time (days from the start) without the trainee; until `away_until` the patient is out of reach."""

    at: Fraction
    words: str
    away_until: Fraction | None = None


class ProgrammerFault(Struct, frozen=True, kw_only=True):
    """What the programmer makes of a programme: `makes` is laid over what was typed, in the tables of a program file.

    It touches programmes of `when_mode` alone, where that is said; with `until_seen` only until somebody has looked
    at the programmer's page.
    """

    words: str
    makes: Mapping[str, Any]
    when_mode: str = ""
    until_seen: bool = False


class Hidden(Struct, frozen=True, kw_only=True):
    """What is true and not said. `before` is how long the model has run when the trainee comes in.

    `accustomed` is the dose the patient has lived on, None for somebody never treated, or not any more; the
    volume, the concentration and the tubing are those really there, None where the chart is right. Faults count
    their time from the beginning of `before`.
    """

    accustomed: DailyDose | None
    treated: Fraction
    before: Fraction = Fraction(0)
    line_holds_drug: bool = True
    reservoir: Volume | None = None
    concentration: Concentration | None = None
    tubing_volume: Volume | None = None
    average_patient: bool = False
    traits: Mapping[str, Fraction] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()


class Expert(Struct, frozen=True):
    """What somebody with experience would look at, and where it stands."""

    words: str
    source: tuple[str, ...]


class Scenario(Struct, frozen=True, kw_only=True):
    """A situation to be played. Times are in days from the start; `text` is what its file holds, `digest` the SHA-256 of that."""

    name: str
    title: str
    goal: str
    source: tuple[str, ...]
    starts: Instant
    zone: str
    lasts: Fraction
    seed: int
    situation: str
    chart: tuple[ChartRow, ...]
    hints: tuple[str, ...]
    table: Mapping[str, Any]
    program: Program
    hidden: Hidden
    events: tuple[ScenarioEvent, ...]
    programmer: tuple[ProgrammerFault, ...]
    criteria: tuple[Criterion, ...]
    debrief: str
    experts: tuple[Expert, ...]
    text: str
    digest: str

    @property
    def points(self) -> int:
        """How many can be earned."""
        return sum(criterion.points for criterion in self.criteria)
