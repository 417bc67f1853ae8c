"""What is known of a run at a moment: the course taken, what is hidden, and what it has come to?

A run never changes: a move gives the next one (`play`). Nothing here reads a clock; the time is that of the scenario, from
its start on.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.working import Once
from itbcalc.library.records import Library
from itbcalc.log.entries import Draft
from itbcalc.log.store import MemoryLog
from itbcalc.practice.faults import CATHETER_FAULTS, Fault
from itbcalc.practice.model import SimulatedCourse, Start, simulate
from itbcalc.practice.moves import Move, MoveKind
from itbcalc.practice.observing import Examination, Observed, observe
from itbcalc.practice.patient import PatientTraits, draw_patient, reference_patient
from itbcalc.practice.programming import Programming
from itbcalc.practice.run_log import RunIdentity, run_log
from itbcalc.practice.scenario import Scenario
from itbcalc.practice.supply import Implant, PumpCode, PumpEvent, Supply, supply
from itbcalc.quantities.kinds import CONCENTRATION, DURATION, DailyDose, as_concentration, exactly
from itbcalc.visits.entry_kinds import EntryKind

GRID = Fraction(1, 288)  # days: the five minutes in which the model steps

# Which examinations can show a fault of the catheter, and which one of anything else.
_OF_THE_CATHETER = (Examination.X_RAY, Examination.PORT, Examination.DYE)
_OF_THE_PUMP = (Examination.RESERVOIR, Examination.ROTOR, Examination.PUMP_LOG)
_SAYS_NOTHING = (PumpCode.LOW_RESERVOIR, PumpCode.EMPTY)  # computed by the pump, which runs on
_STANDS = (PumpCode.STOPPED, PumpCode.STALLED)


class Decision(Struct, frozen=True, kw_only=True):
    """One move of the course taken: when (days from the start), what it was, and what came of it in words.

    `ends` is when it was over. What its kind needs is there beside: what was observed and which faults that showed,
    what was programmed, the state that was read back. `entry_id` is that of its entry in the run's log.
    """

    number: int
    at: Fraction
    ends: Fraction
    move: Move
    words: tuple[str, ...]
    observed: Observed | None = None
    shows: tuple[Fault, ...] = ()
    programming: Programming | None = None
    state: str = ""
    entry_id: str = ""

    @property
    def programmed(self) -> Programming | None:
        """What the pump was given; None where it was only looked at, or something else was done."""
        return self.programming if self.move.kind is MoveKind.PROGRAM else None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Run:
    """A run as far as it has gone. `at` is now, in days from the start of the scenario.

    `moves` is all that was ever done, what was taken back among it; `decisions` is the course taken, `earlier` the run
    before each of them; `branches` are the runs as they stood when they were left. `table` is what the programmer
    holds, in the tables of a program file.
    """

    scenario: Scenario
    library: Library
    seed: int
    trainee: str = ""
    scripted: bool = False
    at: Fraction = Fraction(0)
    moves: tuple[Move, ...] = ()
    decisions: tuple[Decision, ...] = ()
    earlier: "tuple[Run, ...]" = dataclasses.field(default=(), repr=False)
    branches: "tuple[Run, ...]" = dataclasses.field(default=(), repr=False)
    events: tuple[PumpEvent, ...] = ()
    faults: tuple[Fault, ...] = ()
    table: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    page_seen: bool = False
    drafts: tuple[Draft, ...] = ()

    # --- time

    @property
    def moment(self) -> datetime:
        """Now, in the patient's calendar."""
        return self.moment_at(self.at)

    def moment_at(self, at: Fraction) -> datetime:
        """A time of the run in the patient's calendar."""
        return self.scenario.starts.after(exactly(at, DURATION))

    @property
    def left(self) -> Fraction:
        """How long the scenario still lasts, in days."""
        return self.scenario.lasts - self.at

    @property
    def over(self) -> bool:
        """Whether it has come to its end."""
        return self.left <= 0

    @property
    def away_until(self) -> Fraction | None:
        """Until when the patient is out of reach, None where he is not."""
        for event in self.scenario.events:
            if event.away_until is not None and event.at <= self.at < event.away_until:
                return event.away_until
        return None

    # --- what was asked for beside the decisions

    @property
    def hints(self) -> tuple[str, ...]:
        """The hints that were asked for: going back does not unsay them."""
        return self.scenario.hints[: self._count(MoveKind.HINT)]

    @property
    def times_back(self) -> int:
        """How often something was taken back."""
        return self._count(MoveKind.BACK)

    @property
    def instructed(self) -> bool:
        """Whether an instructor looked behind the scenes, or set a fault."""
        return bool(self._count(MoveKind.REVEAL) + self._count(MoveKind.FAULT))

    def _count(self, kind: MoveKind) -> int:
        return sum(1 for move in self.moves if move.kind is kind)

    # --- what is hidden

    @cached_property
    def traits(self) -> PatientTraits:
        """The virtual patient."""
        return patient_of(self.scenario, self.seed)

    @cached_property
    def supply(self) -> Supply:
        """What left the tip up to now, in the model's time."""
        return self._supply(self.faults)

    @cached_property
    def course(self) -> SimulatedCourse:
        """What it did to the patient up to now, in the model's time. A teaching model, not validated."""
        return self._course(self.supply)

    def model_time(self, at: Fraction) -> Fraction:
        """A time of the scenario in the model's time, which began earlier by what is hidden before the start."""
        return at + self.scenario.hidden.before

    @property
    def believed(self) -> Fraction:
        """What the pump takes to be in the reservoir, in mL."""
        return self.supply.believed_at(self.model_time(self.at))

    @property
    def running(self) -> bool:
        """Whether the pump runs by its own log: the last that was said of it is not that it stands."""
        now = self.model_time(self.at)
        said = [
            each.code for each in self.supply.pump_log if each.at <= now and each.code not in _SAYS_NOTHING
        ]
        return not said or said[-1] not in _STANDS

    @property
    def dose_in_force(self) -> DailyDose | None:
        """The daily dose that the pump is programmed to; None where that has none."""
        for decision in reversed(self.decisions):
            if decision.programmed is not None:
                return decision.programmed.made.calculation.new_dose
        current = self.scenario.program.current
        assert current is not None
        return TherapyValues(current.schedule, current.concentration, None, "now", Once()).dose

    def look_at(self, what: Examination) -> Observed:
        """What an examination shows now."""
        return observe(what, self.model_time(self.at), self.traits, self.course, self.supply, self.faults)

    def shown_by(self, observed: Observed) -> tuple[Fault, ...]:
        """The faults that an examination has shown: without them it would have come out otherwise."""
        return tuple(
            fault
            for fault in self.faults
            if observed.examination in _shown_in(fault)
            and dict(self._without(fault, observed)) != dict(observed.values)
        )

    def _without(self, fault: Fault, observed: Observed) -> Mapping[str, str]:
        others = tuple(each for each in self.faults if each is not fault)
        pump = self._supply(others)
        course = self._course(pump)
        return observe(observed.examination, observed.at, self.traits, course, pump, others).values

    def _supply(self, faults: Sequence[Fault]) -> Supply:
        until = self.model_time(self.at) + GRID  # what is done now shows in the step that follows
        return supply(implant_of(self.scenario), self.events, faults, until)

    def _course(self, pump: Supply) -> SimulatedCourse:
        hidden = self.scenario.hidden
        return simulate(self.traits, pump, Start(hidden.accustomed, hidden.treated))

    # --- the next one

    def decided(self, before: "Run", move: Move, words: tuple[str, ...], **known: Any) -> "Run":
        """With a decision that led here from `before`."""
        number = len(before.decisions) + 1
        decision = Decision(number=number, at=before.at, ends=self.at, move=move, words=words, **known)
        bare = dataclasses.replace(
            before
        )  # without the course it had worked out: of a year that is megabytes a decision
        return dataclasses.replace(
            self, decisions=(*before.decisions, decision), earlier=(*before.earlier, bare)
        )

    def noted(self, kind: EntryKind, body: Mapping[str, Any]) -> "Run":
        """With an entry for the run's own log, at the moment that it is in the scenario."""
        draft = self.identity.draft(len(self.drafts) + 1, kind, body, self.moment)
        return dataclasses.replace(self, drafts=(*self.drafts, draft))

    @property
    def identity(self) -> RunIdentity:
        """What the run is known by."""
        return RunIdentity(self.scenario, self.seed, self.trainee, self.library, scripted=self.scripted)

    @cached_property
    def log(self) -> MemoryLog:
        """The run's own log, to be verified like any other: what was taken back stands in it, voided."""
        return run_log(self.identity.log_id, self.drafts)


def _shown_in(fault: Fault) -> tuple[Examination, ...]:
    return _OF_THE_CATHETER if fault.kind in CATHETER_FAULTS else _OF_THE_PUMP


def patient_of(scenario: Scenario, seed: int) -> PatientTraits:
    """The virtual patient of a scenario and a seed: another seed than the scenario's own is another patient."""
    origin = scenario.program.patient.origin
    assert origin is not None
    fixed = {name: float(value) for name, value in scenario.hidden.traits.items()}
    if scenario.hidden.average_patient and seed == scenario.seed:
        return replace(reference_patient(origin), seed=seed, **fixed)  # every trait is a float
    return draw_patient(seed, origin, **fixed)


def implant_of(scenario: Scenario) -> Implant:
    """Pump and catheter as they really are at the beginning of the model's time."""
    program, hidden = scenario.program, scenario.hidden
    reservoir, catheter, current = program.reservoir, program.system.catheter_volume, program.current
    tubing = hidden.tubing_volume or program.system.tubing_volume
    assert current is not None
    assert reservoir.filled is not None
    assert reservoir.low_alarm is not None
    assert catheter is not None
    assert tubing is not None
    csf = None if hidden.line_holds_drug else as_concentration(exactly(0, CONCENTRATION))
    return Implant(
        tubing_volume=tubing,
        catheter_volume=catheter.value,
        reservoir=hidden.reservoir or reservoir.filled,
        concentration=hidden.concentration or current.concentration,
        low_alarm=reservoir.low_alarm,
        clock=(scenario.starts.week_clock - hidden.before) % 7,
        in_tubing=csf,
        in_catheter=csf,
        counted=reservoir.filled,
    )


def charted_implant(scenario: Scenario) -> Implant:
    """Pump and catheter as the chart has them; where it does not say the tubing volume, the true one."""
    program, truly = scenario.program, implant_of(scenario)
    assert program.current is not None
    assert program.reservoir.filled is not None
    return replace(
        truly,
        tubing_volume=program.system.tubing_volume or truly.tubing_volume,
        reservoir=program.reservoir.filled,
        concentration=program.current.concentration,
    )
