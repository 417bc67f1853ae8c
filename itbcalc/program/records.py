"""What is about to be programmed, and what does the programmer show? The records.

What could be read stands here; what is missing or was refused is None (docs/decisions/0004).
"""

from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct, field

from itbcalc.compute.line import Filling
from itbcalc.compute.schedule import PatientBolus, Schedule
from itbcalc.compute.working import Worked
from itbcalc.library.records import Origin, Pump
from itbcalc.quantities.clock import TimeOfDay, Weekday
from itbcalc.quantities.display import counted_with_unit, date_text, moment_text
from itbcalc.quantities.entry import Entered
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.kinds import Concentration, Dose, Duration, FlowRate, Length, Volume
from itbcalc.quantities.units import Quantity


class System(Struct, frozen=True, kw_only=True):
    """Pump and catheter. The catheter's volume comes with its working; its length is that of all segments.

    `fixed_flow_rate` is the one of this very pump, by its implant card or by what it delivered, where its flow is fixed.
    `eri_seen` is when the pump's replacement indicator was first seen.
    """

    pump: Pump | None = None
    tubing_volume: Volume | None = None
    catheter_length: Length | None = None
    catheter_volume: Worked[Volume] | None = None
    fixed_flow_rate: FlowRate | None = None
    implanted: Instant | None = None
    eri_seen: Instant | None = None


class Reservoir(Struct, frozen=True, kw_only=True):
    """Volumes after the refill and the moment of the change, in the patient's calendar."""

    filled: Volume | None = None
    low_alarm: Volume | None = None
    at: Instant | None = None
    typed_offset: timedelta | None = None


class Patient(Struct, frozen=True, kw_only=True):
    """What the titration rules ask for; a pseudonym at most.

    `last_increase` is when the dose was last raised, where that was not the last change.
    """

    ref: str = ""
    origin: Origin | None = None
    age_years: Fraction | None = None
    jurisdiction: str | None = None
    last_increase: Instant | None = None
    last_change: Instant | None = None
    first_dose: Instant | None = None


class ScreeningBolus(Struct, frozen=True):
    """One bolus of the trial before the pump. `effect` is how long it was seen: none where zero, not said where None."""

    dose: Dose
    at: Instant
    effect: Duration | None = None
    adverse_reaction: bool = False

    @property
    def may_have_worked(self) -> bool:
        """Whether it is not said that it had no effect."""
        return self.effect is None or bool(self.effect.magnitude)


class Therapy(Struct, frozen=True):
    """A drug at a concentration, delivered by a schedule; on top of it boluses the patient may call for.

    `really` is what was in the reservoir, where the programmer held another concentration.
    """

    drug: str
    concentration: Concentration
    schedule: Schedule
    patient_bolus: PatientBolus | None = None
    really: Concentration | None = None

    @property
    def held(self) -> Concentration:
        """The concentration that was really in the reservoir."""
        return self.concentration if self.really is None else self.really


class Prime(Struct, frozen=True):
    """The priming bolus that is programmed; its duration where that was said."""

    volume: Volume
    duration: Duration | None = None


class LineAtChange(Struct, frozen=True):
    """What pump tubing and catheter hold at the change, and the prime that runs then."""

    tubing: Filling = Filling.OLD
    catheter: Filling = Filling.OLD
    prime: Prime | None = None


class FillingUp(Struct, frozen=True, kw_only=True):
    """What was done at the reservoir: what was drawn off before it was filled, and what is on the vial that was filled in.

    `withdrawal` says that the patient was in withdrawal before it, the alarm still silent; `expiry` is the last day on which
    that drug may be used.
    """

    drawn_off: Volume | None = None
    withdrawal: bool = False
    lot: str = ""
    expiry: date | None = None


class Bridge(Struct, frozen=True):
    """How the old drug in the line is dealt with: run out at `dose`, or aspirated from the catheter, or (neither) not."""

    dose: Quantity | None
    aspirated: bool


class StepRow(Struct, frozen=True):
    """Which row of the schedule, as the programmer lists it: its number, when it begins, on which day if said."""

    number: int
    start: TimeOfDay
    day: Weekday | None = None


class ReadOut(Struct, frozen=True):
    """One value as the programmer shows it: exactly one of `entered`, `on`, `at_time` and `moment` is there.

    `row` is the row of the schedule it stands in, where it stands in one.
    """

    name: str
    shown: str
    entered: Entered | None = None
    on: date | None = None
    at_time: TimeOfDay | None = None
    moment: Instant | None = None
    row: StepRow | None = None

    @property
    def printed(self) -> str:
        """The read-out as we write it: a date in words, a number with its unit also where the field shows it."""
        if self.on is not None:
            return date_text(self.on)
        if self.moment is not None:
            return moment_text(self.moment.moment)
        if self.entered is None or not self.shown.strip(" ").replace(".", "").isdigit():
            return self.shown.strip(" ")
        return counted_with_unit(self.shown.strip(" "), self.entered.unit)


class Program(Struct, frozen=True, kw_only=True):
    """Everything a check needs. `entries` holds each typed quantity under its place, `new.daily_dose`.

    `refused` names the places where something stands that cannot be used: while it is being corrected, nothing
    may be computed as if the field were empty. `primes_whole_line`: a prime through tubing and catheter runs of which no
    volume was said, as practice may order one.
    """

    system: System = field(default_factory=System)
    reservoir: Reservoir = field(default_factory=Reservoir)
    patient: Patient = field(default_factory=Patient)
    screening: tuple[ScreeningBolus, ...] = ()
    current: Therapy | None = None
    new: Therapy | None = None
    line: LineAtChange | None = None
    bridge: Bridge | None = None
    refill: FillingUp | None = None
    read_outs: tuple[ReadOut, ...] = ()
    entries: Mapping[str, Entered] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    primes_whole_line: bool = False

    @property
    def concentration_changes(self) -> bool:
        """Whether the concentration really in the pump and the new one are known and differ."""
        if self.current is None or self.new is None:
            return False
        return bool(self.current.held != self.new.concentration)

    @property
    def fills_reservoir(self) -> bool:
        """Whether it says itself that the reservoir is filled: at a refill, with another concentration, or in a new pump."""
        is_new_pump = self.line_at_change.tubing is not Filling.OLD
        return self.refill is not None or self.concentration_changes or is_new_pump

    @property
    def changes_drug(self) -> bool:
        """Whether both drugs are known and differ."""
        return self.current is not None and self.new is not None and self.current.drug != self.new.drug

    @property
    def effective_bolus(self) -> ScreeningBolus | None:
        """The last bolus of the screening trial that is not said to have had no effect: with it the trial ended."""
        return next((bolus for bolus in reversed(self.screening) if bolus.may_have_worked), None)

    @property
    def is_first_dose(self) -> bool:
        """Whether the therapy begins with the change: it is said so, or the system is new, or a trial went before it.

        What was changed before speaks against the last two.
        """
        first, at, line = self.patient.first_dose, self.reservoir.at, self.line
        if first is not None:
            return at is not None and first.moment == at.moment
        holds_old = line is None or Filling.OLD in (line.tubing, line.catheter)
        return (not holds_old or bool(self.screening)) and self.patient.last_change is None

    @property
    def line_at_change(self) -> LineAtChange:
        """What was said of the line; an aspirated catheter holds no drug, and the tubing behind it what it held."""
        if self.line is not None:
            return self.line
        aspirated = self.bridge is not None and self.bridge.aspirated
        return LineAtChange(catheter=Filling.NONE if aspirated else Filling.OLD)

    @property
    def tubing_volume_open(self) -> bool:
        """Whether nothing was said about the tubing volume, so that the published ones stand in."""
        return self.system.tubing_volume is None and "system.tubing_volume" not in self.refused
