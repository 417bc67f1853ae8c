"""What does the library know of pumps, catheters, drugs and limits?

Records only; `reading` fills them from the files. Every figure carries where it comes from and how far
that can be trusted. A figure that is not known is `None` or an empty tuple, never a guess.
"""

import itertools
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum, StrEnum
from fractions import Fraction
from typing import Annotated

from msgspec import Struct, field
from msgspec.structs import fields, replace

from itbcalc.library.clinic_days import ClinicDays
from itbcalc.phrases import N_
from itbcalc.quantities.date_form import DateForm
from itbcalc.quantities.kinds import CONCENTRATION, DURATION, FLOW_RATE, PERCENTAGE, RATIO, VOLUME, Kind
from itbcalc.quantities.units import Quantity

EVERYWHERE = "all"
COUNT = RATIO  # a figure of this kind is a bare whole number


class Grade(StrEnum):
    """How far a figure can be trusted. The values stand in files."""

    SEEN = "seen"  # read on a page of a maker, a regulator or a reviewed journal
    CLINIC = "clinic"  # the clinic's own figure, or one it has confirmed
    OWN = "own"  # a rule of this program, derived from accidents: no label gives it
    SECONDARY = "secondary"  # read on another page: hospital, compendium, news
    UNVERIFIED = "unverified"  # no page was read

    @property
    def can_stop(self) -> bool:
        """Whether a limit of this grade may refuse by itself."""
        return self in (Grade.SEEN, Grade.CLINIC, Grade.OWN)


class Severity(StrEnum):
    """How serious it is to cross a limit; compares by seriousness. The values stand in files and logs."""

    INFO = "info"
    CAUTION = "caution"
    WARNING = "warning"
    STOP = "stop"

    @property
    def rank(self) -> int:
        """0 for info, 3 for stop."""
        return list(Severity).index(self)

    def __lt__(self, other: str) -> bool:
        return self.rank < Severity(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Severity(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Severity(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Severity(other).rank


class PumpKind(StrEnum):
    """How a pump sets its flow. The values stand in files."""

    PROGRAMMABLE = "programmable"
    CONSTANT_FLOW = "constant-flow"


class Origin(StrEnum):
    """Where the spasticity comes from. The values stand in files."""

    SPINAL = "spinal"
    CEREBRAL = "cerebral"


class Phase(StrEnum):
    """Whether the dose is still being found, or kept and adjusted. The values stand in files."""

    TITRATION = "titration"
    MAINTENANCE = "maintenance"


class LimitQuantity(StrEnum):
    """What a limit bounds. The values stand in files."""

    DOSE_INCREASE = "dose_increase"  # percentage of the dose in force
    DOSE_DECREASE = "dose_decrease"  # percentage of the dose in force
    DOSE_MULTIPLE = "dose_multiple"  # percentage: the new dose of the dose in force
    TIME_BETWEEN_INCREASES = "time_between_increases"  # duration
    TIME_SINCE_FIRST_DOSE = "time_since_first_dose"  # duration before an increase
    TIME_IN_TITRATION = (
        "time_in_titration"  # duration from the first dose on: below it the dose is being found
    )
    TIME_STOPPED = "time_stopped"  # duration without therapy before a restart
    SCREENING_EFFECT = "screening_effect"  # how long the effect of a screening bolus was seen
    TIME_BETWEEN_SCREENING = "time_between_screening"  # duration from one screening bolus to the next
    STARTING_DOSE = "starting_dose"  # daily dose, of a first dose and of a restart after a stop
    DAILY_DOSE = "daily_dose"  # daily dose
    BOLUS_DOSE = "bolus_dose"  # dose of one bolus
    PATIENT_BOLUSES = "patient_boluses"  # percentage: all that are allotted of the day's dose without them
    STEP_DURATION = "step_duration"  # duration of a step of a flex day
    LOCKOUT = "lockout"  # duration
    CONCENTRATION = "concentration"  # concentration
    CONCENTRATION_OF_ANY_DRUG = "concentration_of_any_drug"  # concentration, where the drug is not covered
    MIXTURE_DEVIATION = "mixture_deviation"  # percentage, to either side: old drug left in the reservoir
    STOCK_VOLUME = "stock_volume"  # volume of stock to be drawn up
    AGE = "age"  # years, a bare number
    BRIDGE_DURATION = "bridge_duration"  # duration
    PRIME_DURATION = "prime_duration"  # duration
    BOLUS_OF_DAILY_DOSE = (
        "bolus_of_daily_dose"  # percentage: a bolus, or what of a prime arrives, of the daily dose
    )
    STEP_OF_DAILY_DOSE = "step_of_daily_dose"  # percentage: what a step gives beyond a steady flow
    TIME_WITHOUT_FLOW = "time_without_flow"  # duration in which a schedule delivers nothing
    CATHETER_LENGTH = "catheter_length"  # implanted length
    AGE_OF_CHANGE = "age_of_change"  # duration from the moment of the change until now
    REFILL_INTERVAL = "refill_interval"  # duration
    REFILL_DISCREPANCY = "refill_discrepancy"  # volume, right after a refill: injected less fill level
    READING_ERROR = "reading_error"  # volume, of one reading of a syringe
    DELIVERED_RATIO = "delivered_ratio"  # percentage: delivered of expected
    TIME_UNTIL_STEADY = "time_until_steady"  # duration from the first dose on in which every dose rises
    INCREASES_WITHOUT_EFFECT = "increases_without_effect"  # a count
    LOW_ALARM = "low_alarm"  # volume, after a withdrawal before the alarm
    DOSE_RISE_PER_YEAR = "dose_rise_per_year"  # daily dose gained within a year


class Bound(StrEnum):
    """One end of a guardrail, from the lowest to the highest. The values stand in files."""

    ABSOLUTE_MINIMUM = "absolute_minimum"
    RECOMMENDED_MINIMUM = "recommended_minimum"
    RECOMMENDED_MAXIMUM = "recommended_maximum"
    ABSOLUTE_MAXIMUM = "absolute_maximum"


class Source(Struct, frozen=True):
    """A published page, or the clinic's own words for where its figure stands."""

    key: str
    title: str
    reference: str


class Figure(Struct, frozen=True):
    """One figure with its origin.

    `address` names its place in the library (`pumps.synchromed-ii-40.tubing_volume.0`), `text` is the value
    as the file has it, `sources` are keys of `Library.sources`, or the clinic's own words where `clinic`.
    A count is a bare number. `applies` says where a model has several values which one this is.
    """

    address: str
    quantity: Quantity
    text: str
    grade: Grade
    sources: tuple[str, ...]
    note: str = ""
    applies: str = ""
    clinic: bool = False

    @property
    def is_unverified(self) -> bool:
        """Whether nobody has seen this figure in print: to be shown as such wherever it is used."""
        return self.grade is Grade.UNVERIFIED


class Fact(Struct, frozen=True):
    """Something worth showing that is not computed with."""

    text: str
    grade: Grade
    sources: tuple[str, ...]


class Typed(Enum):
    """Whether a figure is typed of a pump that is described in a program file."""

    NOT = "not"
    IF_KNOWN = "if known"
    ALWAYS = "always"


class PumpFigure(Struct, frozen=True):
    """What a figure of a pump is. Its name is its key in files; its words are a template of the catalogue.

    `below` names the figure of the same pump that it must lie below. `name` and `several`, whether a model may have more
    than one, are those of the field of `Pump` that holds it.
    """

    words: str
    kind: Kind
    below: str = ""
    typed: Typed = Typed.NOT
    zero_allowed: bool = False
    name: str = ""
    several: bool = False


class Pump(Struct, frozen=True, kw_only=True):
    """A pump model. `id` is empty for a pump described in a program file.

    Each figure is defined here, at its field, and nowhere else. `accuracy` is how far above the programmed flow the
    maker's specification goes, `accuracy_lower` how far below where that is another figure or another grade, both as positive
    percentages. `minimum_rate` is not a therapeutic rate. `refill_interval_with` is the drug with which the refill interval
    is known; empty where it holds for each.
    """

    id: str
    name: str
    maker: str = ""
    models: tuple[str, ...] = ()
    kind: PumpKind = PumpKind.PROGRAMMABLE
    reservoir_volume: Annotated[
        Figure | None, PumpFigure(N_("Reservoir volume"), VOLUME, typed=Typed.ALWAYS)
    ] = None
    tubing_volume: Annotated[
        tuple[Figure, ...],
        PumpFigure(N_("Tubing volume"), VOLUME, below="reservoir_volume", typed=Typed.ALWAYS),
    ] = ()
    residual_volume: Annotated[
        Figure | None,
        PumpFigure(
            N_("Residual volume"), VOLUME, below="reservoir_volume", typed=Typed.IF_KNOWN, zero_allowed=True
        ),
    ] = None
    lowest_flow_rate: Annotated[
        Figure | None,
        PumpFigure(N_("Lowest flow rate"), FLOW_RATE, below="highest_flow_rate", typed=Typed.IF_KNOWN),
    ] = None
    highest_flow_rate: Annotated[
        Figure | None, PumpFigure(N_("Highest flow rate"), FLOW_RATE, typed=Typed.IF_KNOWN)
    ] = None
    minimum_rate: Annotated[
        Figure | None, PumpFigure(N_("Minimum rate"), FLOW_RATE, below="lowest_flow_rate")
    ] = None
    fixed_flow_rate: Annotated[Figure | None, PumpFigure(N_("Fixed flow rate"), FLOW_RATE)] = None
    accuracy: Annotated[Figure | None, PumpFigure(N_("Accuracy"), PERCENTAGE, typed=Typed.IF_KNOWN)] = None
    accuracy_lower: Annotated[Figure | None, PumpFigure(N_("Accuracy lower"), PERCENTAGE)] = None
    low_alarm_volume: Annotated[
        tuple[Figure, ...], PumpFigure(N_("Low alarm volume"), VOLUME, below="reservoir_volume")
    ] = ()
    refill_interval: Annotated[Figure | None, PumpFigure(N_("Refill interval"), DURATION)] = None
    life_years: Annotated[Figure | None, PumpFigure(N_("Years it lasts at most"), COUNT)] = None
    end_after_eri: Annotated[
        Figure | None, PumpFigure(N_("End after the replacement indicator"), DURATION)
    ] = None
    plan_ahead_months: Annotated[
        Figure | None, PumpFigure(N_("Months to plan the replacement ahead"), COUNT)
    ] = None
    stroke_volume: Annotated[Figure | None, PumpFigure(N_("Stroke volume"), VOLUME, typed=Typed.IF_KNOWN)] = (
        None
    )
    steps_per_day: Annotated[Figure | None, PumpFigure(N_("Steps per day"), COUNT, typed=Typed.IF_KNOWN)] = (
        None
    )
    flex_steps_per_day: Annotated[Figure | None, PumpFigure(N_("Flex steps per day"), COUNT)] = None
    lowest_concentration: Annotated[
        Figure | None, PumpFigure(N_("Lowest concentration"), CONCENTRATION, below="highest_concentration")
    ] = None
    highest_concentration: Annotated[
        Figure | None, PumpFigure(N_("Highest concentration"), CONCENTRATION)
    ] = None
    refill_interval_with: str = ""
    facts: tuple[Fact, ...] = ()
    clinic: bool = False

    def refill_interval_of(self, drug: str) -> Figure | None:
        """The refill interval with this drug (its id); None where it is not known."""
        return self.refill_interval if self.refill_interval_with in ("", drug) else None

    def figures(self) -> Iterator[Figure]:
        """Every figure that is known of this model."""
        for name in PUMP_FIGURES:
            yield from figures_named(self, name)


def figures_named(record: object, name: str) -> tuple[Figure, ...]:
    """What a pump or a catheter has of one figure: none, one or several."""
    held = getattr(record, name)
    return held if isinstance(held, tuple) else () if held is None else (held,)


PUMP_FIGURES: Mapping[str, PumpFigure] = {
    held.name: replace(defined, name=held.name, several=held.default == ())
    for held in fields(Pump)
    for defined in getattr(held.type, "__metadata__", ())
}


class Catheter(Struct, frozen=True, kw_only=True):
    """A catheter model. `length` is untrimmed: a bound for plausibility, not the implanted length."""

    id: str
    name: str
    maker: str = ""
    models: tuple[str, ...] = ()
    length: Figure | None = None
    volume_per_length: Figure | None = None
    note: str = ""
    clinic: bool = False

    def figures(self) -> Iterator[Figure]:
        """Every figure that is known of this model."""
        yield from (figure for figure in (self.length, self.volume_per_length) if figure is not None)


class MarketedStrength(Struct, frozen=True, kw_only=True):
    """A strength as it stands on a vial. `pump_fill` is false for what only belongs in a syringe."""

    concentration: Figure
    product: str
    jurisdictions: tuple[str, ...]
    pump_fill: bool
    volumes: tuple[Quantity, ...] = ()


class Drug(Struct, frozen=True, kw_only=True):
    """A drug that pumps are filled with. `covered` is true where the limits and strengths are its own."""

    id: str
    name: str
    covered: bool
    molar_mass: Figure | None = None
    marketed: tuple[MarketedStrength, ...] = ()
    facts: tuple[Fact, ...] = ()
    clinic: bool = False

    def strengths(self, jurisdiction: str | None = None) -> tuple[MarketedStrength, ...]:
        """The strengths marketed in `jurisdiction`; everywhere where it is not given."""
        if jurisdiction is None:
            return self.marketed
        return tuple(strength for strength in self.marketed if jurisdiction in strength.jurisdictions)

    def figures(self) -> Iterator[Figure]:
        """Every figure that is known of this drug."""
        if self.molar_mass is not None:
            yield self.molar_mass
        yield from (strength.concentration for strength in self.marketed)


class Guardrail(Struct, frozen=True, kw_only=True):
    """The range that is usual inside the range that is possible; a missing end is open.

    Bounds belong to the range, unless the rule says otherwise: exactly 30 % is within a maximum of 30 %.
    """

    absolute_minimum: Quantity | None = None
    recommended_minimum: Quantity | None = None
    recommended_maximum: Quantity | None = None
    absolute_maximum: Quantity | None = None

    def __post_init__(self) -> None:
        """Refuses with ValueError bounds that are not in order."""
        known = [value for value in (getattr(self, bound) for bound in Bound) if value is not None]
        if any(lower > higher for lower, higher in itertools.pairwise(known)):
            raise ValueError("bounds are not in order")


class Limit(Struct, frozen=True, kw_only=True):
    """A published rule: what it bounds, for whom, where, and how serious it is to cross it.

    `severity_below` and `severity_above` are for crossing a recommended bound; crossing an absolute bound is
    always a stop. `bounds_outside` is true where exactly a bound is beyond it already. `title` is that of the rule set, or
    the rule's own where it is no label; `version` is that of the set. `figures` are the bounds with their
    addresses, so that each can be confirmed; `grade` is the weakest of theirs.

    Ages are in years: from `age_from` on, and below `age_below`. The expert panel gives a narrower step for
    children without an age; the stricter reading is taken, so a child is below 18.
    """

    id: str
    jurisdiction: str
    title: str
    version: str
    quantity: LimitQuantity
    guardrail: Guardrail
    figures: tuple[Figure, ...]
    grade: Grade
    sources: tuple[str, ...]
    severity_below: Severity | None = None
    severity_above: Severity | None = None
    bounds_outside: bool = False
    origin: Origin | None = None
    age_from: int | None = None
    age_below: int | None = None
    phase: Phase | None = None
    pumps: tuple[str, ...] = ()
    pump_kind: PumpKind | None = None
    reservoir_above: Quantity | None = None
    reservoir_up_to: Quantity | None = None
    note: str = ""
    clinic: bool = False

    def applies_to(
        self, origin: str | None, age_years: Fraction | None, phase: str | None = None
    ) -> bool | None:
        """Whether the rule is for this patient; None where it cannot be said for want of origin, age or phase."""
        answers = (
            None if self.origin is not None and origin is None else self.origin in (None, origin),
            None if self.phase is not None and phase is None else self.phase in (None, phase),
            _within_ages(age_years, self.age_from, self.age_below),
        )
        if False in answers:
            return False
        return None if None in answers else True

    def applies_to_pump(self, pump: Pump) -> bool:
        """Whether the rule is for this pump; a condition on a figure that is not known does not hold."""
        if self.pumps and pump.id not in self.pumps:
            return False
        if self.pump_kind not in (None, pump.kind):
            return False
        if self.reservoir_above is None and self.reservoir_up_to is None:
            return True
        if pump.reservoir_volume is None:
            return False
        volume = pump.reservoir_volume.quantity
        above = self.reservoir_above is None or volume > self.reservoir_above
        return above and (self.reservoir_up_to is None or bool(volume <= self.reservoir_up_to))

    def figure(self, bound: Bound) -> Figure | None:
        """The bound as a figure."""
        return next((figure for figure in self.figures if figure.address.endswith(f".{bound}")), None)


class Jurisdiction(Struct, frozen=True):
    """A rule set one can choose: `us`, its title (`US label`) and its version (`2026-11`)."""

    id: str
    title: str
    version: str


class ClinicSettings(Struct, frozen=True, kw_only=True):
    """What a clinic has settled for itself; None where it has not.

    `refill_lead_time` (days) is how long before the latest refill day it wants the patient back; `days` are those on which
    it refills. `zone`, `jurisdiction`, `pump` (an id of the library), `catheter` (as in a program file) and `low_alarm` are what
    is usual there: they are offered beside an empty field and never stand for one. `phone` stands on the papers for patients, and who has reviewed what these say, and when.
    """

    name: str | None = None
    zone: str | None = None
    jurisdiction: str | None = None
    pump: str | None = None
    catheter: Mapping[str, str] = field(default_factory=dict)
    low_alarm: Quantity | None = None
    date_form: DateForm | None = None
    refill_lead_time: Quantity | None = None
    days: ClinicDays = field(default_factory=ClinicDays)
    phone: str | None = None
    paper_reviewed_by: str | None = None
    paper_reviewed_on: date | None = None


class Library(Struct, frozen=True, kw_only=True):
    """Everything known, built in and of the clinic's own.

    `version` is that of the rules that hold everywhere; `digest` is the SHA-256 of all files read, so that a
    log entry can say exactly which figures it was computed with.
    """

    pumps: Mapping[str, Pump]
    catheters: Mapping[str, Catheter]
    drugs: Mapping[str, Drug]
    limits: tuple[Limit, ...]
    sources: Mapping[str, Source]
    jurisdictions: tuple[Jurisdiction, ...]
    version: str
    digest: str
    clinic: ClinicSettings = field(default_factory=ClinicSettings)

    def figures(self) -> Iterator[Figure]:
        """Every figure of the library."""
        for held in (self.pumps, self.catheters, self.drugs):
            for record in held.values():
                yield from record.figures()
        for limit in self.limits:
            yield from limit.figures

    def figure(self, address: str) -> Figure | None:
        """The figure at `address`."""
        return next((figure for figure in self.figures() if figure.address == address), None)


def _within_ages(age_years: Fraction | None, age_from: int | None, age_below: int | None) -> bool | None:
    """Whether an age lies in the range; None where a range is asked for and no age is given."""
    if age_from is None and age_below is None:
        return True
    if age_years is None:
        return None
    return (age_from is None or age_years >= age_from) and (age_below is None or age_years < age_below)
