"""What may stand in a file of the library? The tables as msgspec checks them; `reading` gives them meaning.

Imported only when files are read: msgspec is not needed for anything else.
"""

from typing import Annotated

import msgspec

from itbcalc.library.records import Grade, LimitQuantity, Origin, PumpKind, Severity

Table = dict[str, object]
Id = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9]+(-[a-z0-9]+)*\Z")]
RuleId = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z0-9]+(-[A-Z0-9]+)*\Z")]
JurisdictionId = Annotated[str, msgspec.Meta(pattern=r"\A[a-z]{2,3}\Z")]
Words = Annotated[str, msgspec.Meta(pattern=r"\S", max_length=400)]
Years = Annotated[int, msgspec.Meta(ge=0, le=120)]


class FileTable(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Any table: unknown keys are refused by name."""


class FigureTable(FileTable):
    """A figure with where it comes from."""

    value: str
    grade: Grade
    source: Words | list[Words] = []
    note: str = ""
    applies: str = ""


class FactTable(FileTable):
    """Something worth showing."""

    text: Words
    grade: Grade
    source: Words | list[Words] = []


class SourceTable(FileTable):
    """A published page."""

    title: Words
    reference: Words


class PumpTable(FileTable):
    """A pump model."""

    id: Id
    name: Words
    kind: PumpKind
    maker: str = ""
    models: list[Words] = []
    reservoir_volume: Table | None = None
    tubing_volume: list[Table] = []
    residual_volume: Table | None = None
    lowest_flow_rate: Table | None = None
    highest_flow_rate: Table | None = None
    minimum_rate: Table | None = None
    fixed_flow_rate: Table | None = None
    accuracy: Table | None = None
    accuracy_lower: Table | None = None
    low_alarm_volume: list[Table] = []
    refill_interval: Table | None = None
    stroke_volume: Table | None = None
    steps_per_day: Table | None = None
    flex_steps_per_day: Table | None = None
    lowest_concentration: Table | None = None
    highest_concentration: Table | None = None
    facts: list[Table] = []


class PumpFile(FileTable):
    """`pumps/*.toml`."""

    pump: list[Table]


class CatheterTable(FileTable):
    """A catheter model."""

    id: Id
    name: Words
    maker: str = ""
    models: list[Words] = []
    length: Table | None = None
    volume_per_length: Table | None = None
    note: str = ""


class CatheterFile(FileTable):
    """`catheters/*.toml`."""

    catheter: list[Table]


class StrengthTable(FileTable):
    """A strength on a vial."""

    concentration: Table
    product: Words
    jurisdictions: list[JurisdictionId]
    pump_fill: bool
    volumes: list[str] = []


class DrugTable(FileTable):
    """A drug."""

    id: Id
    name: Words
    covered: bool
    molar_mass: Table | None = None
    marketed: list[Table] = []


class DrugFile(FileTable):
    """`drugs/*.toml`."""

    drug: list[Table]


class LimitTable(FileTable):
    """A published rule."""

    id: RuleId
    quantity: LimitQuantity
    grade: Grade
    source: Words | list[Words] = []
    note: str = ""
    absolute_minimum: str | None = None
    recommended_minimum: str | None = None
    recommended_maximum: str | None = None
    absolute_maximum: str | None = None
    severity_below: Severity | None = None
    severity_above: Severity | None = None
    origin: Origin | None = None
    age_from: Years | None = None
    age_below: Years | None = None
    pumps: list[Id] = []
    pump_kind: PumpKind | None = None
    reservoir_above: str | None = None
    reservoir_up_to: str | None = None


class LimitFile(FileTable):
    """`limits/*.toml`."""

    jurisdiction: JurisdictionId
    title: Words
    version: Words
    limit: list[Table]


class ConfirmedTable(FileTable):
    """A figure the clinic has looked up itself. `replaces` is the text that stood there at the time."""

    figure: Words
    value: str
    by: Words
    on: object  # a TOML date, or a date as text
    reference: Words
    replaces: str | None = None


class ConfirmedFile(FileTable):
    """`confirmed.toml`."""

    confirmed: list[Table] = []


class ClinicFile(FileTable):
    """`clinic.toml`."""

    name: Words | None = None
    jurisdiction: JurisdictionId | None = None
    refill_lead_time: str | None = None
