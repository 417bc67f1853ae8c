"""What may stand in a file of the library? The shapes of its tables; `reading` gives them meaning."""

import re
from typing import Annotated

from itbcalc.library.records import (
    PUMP_FIGURES,
    Grade,
    LimitQuantity,
    Origin,
    Phase,
    PumpKind,
    Severity,
)
from itbcalc.library.shapes import Shape
from itbcalc.quantities.date_form import DateForm

MAX_WORDS = 400
OLDEST = 120


def _not_id(text: str) -> str:
    fits = re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text)
    return "" if fits else "is not of small letters and digits joined by hyphens"


def _not_rule_id(text: str) -> str:
    fits = re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*", text)
    return "" if fits else "is not of capital letters and digits joined by hyphens"


def _not_jurisdiction_id(text: str) -> str:
    return "" if re.fullmatch(r"[a-z]{2,3}", text) else "is not of two or three small letters"


def _not_words(text: str) -> str:
    if len(text) > MAX_WORDS:
        return f"is longer than {MAX_WORDS} characters"
    return "" if text.strip() else "is blank"


def _not_years(number: int) -> str:
    return "" if 0 <= number <= OLDEST else f"is not between 0 and {OLDEST} years"


Table = dict[str, object]
Id = Annotated[str, _not_id]
RuleId = Annotated[str, _not_rule_id]
JurisdictionId = Annotated[str, _not_jurisdiction_id]
Words = Annotated[str, _not_words]
Years = Annotated[int, _not_years]
_FIGURES_OF_A_PUMP = {
    name: (tuple[Table, ...], ()) if figure.several else (Table | None, None)
    for name, figure in PUMP_FIGURES.items()
}


class FigureTable(Shape):
    """A figure with where it comes from."""

    value: str
    grade: Grade
    source: Words | tuple[Words, ...] = ()
    note: str = ""
    applies: str = ""


class FactTable(Shape):
    """Something worth showing."""

    text: Words
    grade: Grade
    source: Words | tuple[Words, ...] = ()


class SourceTable(Shape):
    """A published page."""

    title: Words
    reference: Words


class PumpTable(Shape, besides=_FIGURES_OF_A_PUMP):
    """A pump model; its figures are those of `PUMP_FIGURES`."""

    id: Id
    name: Words
    kind: PumpKind
    maker: str = ""
    models: tuple[Words, ...] = ()
    refill_interval_with: Id | None = None
    facts: tuple[Table, ...] = ()


class PumpFile(Shape):
    """`pumps/*.toml`."""

    pump: tuple[Table, ...]


class CatheterTable(Shape):
    """A catheter model."""

    id: Id
    name: Words
    maker: str = ""
    models: tuple[Words, ...] = ()
    length: Table | None = None
    volume_per_length: Table | None = None
    note: str = ""


class CatheterFile(Shape):
    """`catheters/*.toml`."""

    catheter: tuple[Table, ...]


class StrengthTable(Shape):
    """A strength on a vial."""

    concentration: Table
    product: Words
    jurisdictions: tuple[JurisdictionId, ...]
    pump_fill: bool
    volumes: tuple[str, ...] = ()


class DrugTable(Shape):
    """A drug."""

    id: Id
    name: Words
    covered: bool
    molar_mass: Table | None = None
    marketed: tuple[Table, ...] = ()
    facts: tuple[Table, ...] = ()


class DrugFile(Shape):
    """`drugs/*.toml`."""

    drug: tuple[Table, ...]


class LimitTable(Shape):
    """A published rule."""

    id: RuleId
    quantity: LimitQuantity
    grade: Grade
    title: Words | None = None
    source: Words | tuple[Words, ...] = ()
    note: str = ""
    absolute_minimum: str | None = None
    recommended_minimum: str | None = None
    recommended_maximum: str | None = None
    absolute_maximum: str | None = None
    severity_below: Severity | None = None
    severity_above: Severity | None = None
    bounds_outside: bool = False
    origin: Origin | None = None
    age_from: Years | None = None
    age_below: Years | None = None
    phase: Phase | None = None
    pumps: tuple[Id, ...] = ()
    pump_kind: PumpKind | None = None
    reservoir_above: str | None = None
    reservoir_up_to: str | None = None


class LimitFile(Shape):
    """`limits/*.toml`."""

    jurisdiction: JurisdictionId
    title: Words
    version: Words
    limit: tuple[Table, ...]


class ConfirmedTable(Shape):
    """A figure the clinic has looked up itself. `replaces` is the text that stood there at the time."""

    figure: Words
    value: str
    by: Words
    on: object  # a TOML date, or a date as text
    reference: Words
    replaces: str | None = None


class ConfirmedFile(Shape):
    """`confirmed.toml`."""

    confirmed: tuple[Table, ...] = ()


class ClinicFile(Shape):
    """`clinic.toml`."""

    name: Words | None = None
    zone: str | None = None
    jurisdiction: JurisdictionId | None = None
    pump: Id | None = None
    catheter: Table | None = None
    low_alarm: str | None = None
    date_form: DateForm | None = None
    refill_lead_time: str | None = None
    refill_places: Table | None = None
    closed: tuple[object, ...] = ()  # TOML dates, or dates as text
    holidays: JurisdictionId | None = None
    phone: Words | None = None
    paper_reviewed_by: Words | None = None
    paper_reviewed_on: object = None  # a TOML date, or a date as text
