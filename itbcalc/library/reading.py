"""How do the files of the library become records - and what in them is refused, by name?

Nothing is repaired or skipped. A library is read whole or not at all.
"""

import functools
import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from itbcalc.errors import EntryError, LibraryError, Problem
from itbcalc.library import files
from itbcalc.library.clinic_days import WEEKDAYS, ClinicDays, public_holidays
from itbcalc.library.folders import CLINIC_FILE, CONFIRMED_FILE
from itbcalc.library.records import (
    COUNT,
    EVERYWHERE,
    PUMP_FIGURES,
    Bound,
    Catheter,
    ClinicSettings,
    Drug,
    Fact,
    Figure,
    Grade,
    Guardrail,
    Jurisdiction,
    Library,
    Limit,
    LimitQuantity,
    MarketedStrength,
    Pump,
    PumpKind,
    Severity,
    Source,
)
from itbcalc.library.shapes import Shape, WrongShapeError, shown
from itbcalc.look_alikes import shape_of_name
from itbcalc.quantities.entry import Entered, read_count, read_quantity, refuse_zero, visible
from itbcalc.quantities.instants import read_date, read_zone
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DOSE,
    DURATION,
    LENGTH,
    MOLAR_MASS,
    PERCENTAGE,
    VOLUME,
    VOLUME_PER_LENGTH,
    Kind,
    exactly,
)
from itbcalc.quantities.units import Quantity
from itbcalc.safe_files import read_plain

MAX_BYTES = 1_000_000
MOST_PLACES = 1000  # for refills on a weekday
CATHETER_KINDS: Mapping[str, Kind] = {
    "volume": VOLUME,
    "length": LENGTH,
    "volume_per_length": VOLUME_PER_LENGTH,
}
LIMIT_KINDS: Mapping[LimitQuantity, Kind] = {
    LimitQuantity.DOSE_INCREASE: PERCENTAGE,
    LimitQuantity.DOSE_DECREASE: PERCENTAGE,
    LimitQuantity.DOSE_MULTIPLE: PERCENTAGE,
    LimitQuantity.TIME_BETWEEN_INCREASES: DURATION,
    LimitQuantity.TIME_SINCE_FIRST_DOSE: DURATION,
    LimitQuantity.TIME_IN_TITRATION: DURATION,
    LimitQuantity.TIME_STOPPED: DURATION,
    LimitQuantity.SCREENING_EFFECT: DURATION,
    LimitQuantity.TIME_BETWEEN_SCREENING: DURATION,
    LimitQuantity.STARTING_DOSE: DAILY_DOSE,
    LimitQuantity.DAILY_DOSE: DAILY_DOSE,
    LimitQuantity.BOLUS_DOSE: DOSE,
    LimitQuantity.PATIENT_BOLUSES: PERCENTAGE,
    LimitQuantity.STEP_DURATION: DURATION,
    LimitQuantity.LOCKOUT: DURATION,
    LimitQuantity.CONCENTRATION: CONCENTRATION,
    LimitQuantity.CONCENTRATION_OF_ANY_DRUG: CONCENTRATION,
    LimitQuantity.MIXTURE_DEVIATION: PERCENTAGE,
    LimitQuantity.STOCK_VOLUME: VOLUME,
    LimitQuantity.AGE: COUNT,
    LimitQuantity.BRIDGE_DURATION: DURATION,
    LimitQuantity.PRIME_DURATION: DURATION,
    LimitQuantity.BOLUS_OF_DAILY_DOSE: PERCENTAGE,
    LimitQuantity.STEP_OF_DAILY_DOSE: PERCENTAGE,
    LimitQuantity.TIME_WITHOUT_FLOW: DURATION,
    LimitQuantity.CATHETER_LENGTH: LENGTH,
    LimitQuantity.AGE_OF_CHANGE: DURATION,
    LimitQuantity.REFILL_INTERVAL: DURATION,
    LimitQuantity.REFILL_DISCREPANCY: VOLUME,
    LimitQuantity.READING_ERROR: VOLUME,
    LimitQuantity.DELIVERED_RATIO: PERCENTAGE,
    LimitQuantity.TIME_UNTIL_STEADY: DURATION,
    LimitQuantity.INCREASES_WITHOUT_EFFECT: COUNT,
    LimitQuantity.LOW_ALARM: VOLUME,
    LimitQuantity.DOSE_RISE_PER_YEAR: DAILY_DOSE,
}
_WEAKEST_FIRST = (Grade.UNVERIFIED, Grade.SECONDARY, Grade.OWN, Grade.CLINIC, Grade.SEEN)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")

S = TypeVar("S", bound=Shape)
RawTable = Mapping[str, object]


class Confirmation(Struct, frozen=True):
    """One row of `confirmed.toml`: the clinic has looked this figure up and answers for it."""

    address: str
    value: str
    by: str
    on: date
    reference: str
    replaces: str | None


def read_library(
    folder: Path, own: Path | None = None, *, instead: Mapping[str, Path] = MappingProxyType({})
) -> Library:
    """The library in `folder`, with the clinic's own profiles in `own` where there are any.

    `instead` names files that are read in the place of those in `own`, by their names there (`confirmed.toml`,
    `pumps/own.toml`): so what is to be written is tried before it counts. Raises LibraryError with the file, the record and
    the field.
    """
    return _Reading(folder, own, instead).library()


def figure_quantity(text: str, kind: Kind, figure: str) -> Quantity:
    """The text of a figure as its quantity; zero only where `figure` may be zero.

    Raises EntryError with the reason and an accepted example.
    """
    if kind is COUNT:
        count = read_count(text)
        if count == 0:
            raise EntryError(text, Problem.ZERO, "3")
        return exactly(count, COUNT)
    entered = _entered(text, kind)
    if not (figure in PUMP_FIGURES and PUMP_FIGURES[figure].zero_allowed):
        refuse_zero(entered, kind)
    return entered.quantity


@functools.lru_cache(maxsize=256)
def _entered(text: str, kind: Kind) -> Entered:
    """Most figures stand in several places: 20 mL is read once."""
    return read_quantity(text, kind)


def first_disorder(known: Mapping[str, Any]) -> tuple[str, Figure, str, Figure] | None:
    """The first figure of a pump that is not below what it must be below: its name, it, the other's name, it."""
    for lower in PUMP_FIGURES.values():
        above = known.get(lower.below)
        below = known.get(lower.name) or ()
        for figure in below if isinstance(below, tuple) else (below,):
            if above is not None and figure.quantity >= above.quantity:
                return lower.name, figure, lower.below, above
    return None


class _Place(Struct, frozen=True):
    """A place in the files, for the error that may have to name it; `own` where the clinic wrote it."""

    words: tuple[str, ...]
    own: bool = False

    def at(self, *words: str) -> "_Place":
        return _Place((*self.words, *words), self.own)

    def refuse(self, reason: str) -> NoReturn:
        raise LibraryError(": ".join(self.words), reason)


class _LimitSet(Struct, frozen=True):
    """A file of limits, before its rules are read."""

    place: _Place
    header: files.LimitFile


class _Reading(Struct):
    """One reading of all files. What is known so far is kept here, so that the next file can be held to it."""

    folder: Path
    own: Path | None
    instead: Mapping[str, Path]
    digest: Any = field(default_factory=hashlib.sha256)
    sources: dict[str, Source] = field(default_factory=dict)
    jurisdictions: dict[str, Jurisdiction] = field(default_factory=dict)
    confirmations: dict[str, list[Confirmation]] = field(default_factory=dict)
    applied: set[str] = field(default_factory=set)
    pumps: dict[str, Pump] = field(default_factory=dict)
    used_ids: dict[str, tuple[str, ...]] = field(default_factory=dict)
    built_in_names: set[str] = field(default_factory=set)
    used_rules: dict[str, dict[str, str]] = field(default_factory=dict)

    def library(self) -> Library:
        """Reads in the order in which files refer to each other."""
        self._read_sources()
        self._read_confirmations()
        limit_sets = [
            _LimitSet(place, _checked(document, files.LimitFile, place))
            for place, document in self._documents("limits")
        ]
        self._read_jurisdictions(limit_sets)
        for place, table in self._tables("pumps", "pump", files.PumpFile):
            pump = self._pump(_checked(table, files.PumpTable, place), place)
            self._refuse_name("pumps", pump.name, place)
            self.pumps[pump.id] = pump
        catheters = [
            self._catheter(_checked(table, files.CatheterTable, place), place)
            for place, table in self._tables("catheters", "catheter", files.CatheterFile)
        ]
        drugs = [
            self._drug(_checked(table, files.DrugTable, place), place)
            for place, table in self._tables("drugs", "drug", files.DrugFile)
        ]
        limits = tuple(limit for limit_set in limit_sets for limit in self._limits(limit_set))
        clinic = self._clinic()
        self._refuse_unapplied()
        return Library(
            pumps=self.pumps,
            catheters={catheter.id: catheter for catheter in catheters},
            drugs={drug.id: drug for drug in drugs},
            limits=limits,
            sources=self.sources,
            jurisdictions=tuple(known for known in self.jurisdictions.values() if known.id != EVERYWHERE),
            version=self.jurisdictions[EVERYWHERE].version,
            digest=self.digest.hexdigest(),
            clinic=clinic,
        )

    # Files

    def _documents(self, kind: str) -> Iterable[tuple[_Place, dict[str, Any]]]:
        """The files of one folder, built-in ones first, in the order of their names."""
        built_in = _toml_files(self.folder / kind)
        if not built_in:
            _Place((kind,)).refuse("no file")
        for path in built_in:
            yield self._document(path, f"{kind}/{path.name}", own=False)
        own = {f"{kind}/{path.name}": path for path in _toml_files(self.own / kind)} if self.own else {}
        own |= {name: path for name, path in self.instead.items() if name.startswith(f"{kind}/")}
        for name, path in sorted(own.items()):
            yield self._document(path, f"clinic/{name}", own=True)

    def _tables(self, kind: str, key: str, shape: type[Any]) -> Iterable[tuple[_Place, RawTable]]:
        """The records of one folder, each with its id in the place, no id twice."""
        for place, document in self._documents(kind):
            tables: tuple[RawTable, ...] = getattr(_checked(document, shape, place), key)
            for number, table in enumerate(tables, start=1):
                given = table.get("id")
                named = place.at(f"{key} {_name(given, number)}")
                if isinstance(given, str):
                    self._refuse_used(f"{kind} {given}", named)
                yield named, table

    def _document(self, path: Path, name: str, *, own: bool) -> tuple[_Place, dict[str, Any]]:
        place = _Place((name,), own)
        content = _content(path, place)
        self.digest.update(f"{name}\0{len(content)}\0".encode())
        self.digest.update(content)
        return place, _toml(content, place)

    def _own_document(self, name: str) -> tuple[_Place, dict[str, Any]] | None:
        """A file that only a clinic has; None where it has none."""
        path = self.instead.get(name, self.own / name if self.own else None)
        if path is None or not path.exists():
            return None
        return self._document(path, f"clinic/{name}", own=True)

    def _read_sources(self) -> None:
        place, document = self._document(self.folder / "sources.toml", "sources.toml", own=False)
        for key, table in document.items():
            source = _checked(table, files.SourceTable, place.at(key))
            self.sources[key] = Source(key, source.title, source.reference)

    def _read_jurisdictions(self, limit_sets: Iterable[_LimitSet]) -> None:
        """Built-in rule sets one a jurisdiction; the clinic may add rules to one, or a jurisdiction."""
        for limit_set in limit_sets:
            header, place = limit_set.header, limit_set.place
            if header.jurisdiction not in self.jurisdictions:
                self.jurisdictions[header.jurisdiction] = Jurisdiction(
                    header.jurisdiction, header.title, header.version
                )
            elif not place.own:
                place.at("jurisdiction").refuse(f"{header.jurisdiction!r} has a file already")
        if EVERYWHERE not in self.jurisdictions:
            _Place(("limits",)).refuse(f"no file for jurisdiction {EVERYWHERE!r}")

    def _read_confirmations(self) -> None:
        found = self._own_document(CONFIRMED_FILE)
        if found is None:
            return
        place, document = found
        for number, table in enumerate(_checked(document, files.ConfirmedFile, place).confirmed, start=1):
            named = place.at(f"confirmed {_name(table.get('figure'), number)}")
            row = _checked(table, files.ConfirmedTable, named)
            on = _date(row.on, named.at("on"))
            confirmation = Confirmation(row.figure, row.value, row.by, on, row.reference, row.replaces)
            self.confirmations.setdefault(row.figure, []).append(confirmation)

    def _clinic(self) -> ClinicSettings:
        found = self._own_document(CLINIC_FILE)
        if found is None:
            return ClinicSettings()
        place, document = found
        settings = _checked(document, files.ClinicFile, place)
        if settings.jurisdiction is not None:
            self._refuse_unknown_jurisdiction(settings.jurisdiction, place.at("jurisdiction"))
        if settings.pump is not None and settings.pump not in self.pumps:
            place.at("pump").refuse(f"no pump {settings.pump!r}")
        return ClinicSettings(
            name=settings.name,
            zone=_zone(settings.zone, place.at("zone")),
            jurisdiction=settings.jurisdiction,
            pump=settings.pump,
            catheter=_usual_catheter(settings.catheter, place.at("catheter")),
            low_alarm=_optional(settings.low_alarm, VOLUME, place.at("low_alarm")),
            date_form=settings.date_form,
            refill_lead_time=_optional(settings.refill_lead_time, DURATION, place.at("refill_lead_time")),
            days=_clinic_days(settings, place),
            phone=settings.phone,
            paper_reviewed_by=settings.paper_reviewed_by,
            paper_reviewed_on=None
            if settings.paper_reviewed_on is None
            else _date(settings.paper_reviewed_on, place.at("paper_reviewed_on")),
        )

    # Records

    def _pump(self, table: files.PumpTable, place: _Place) -> Pump:
        address = f"pumps.{table.id}"
        known: dict[str, Any] = {}
        for name, figure in PUMP_FIGURES.items():
            held = getattr(table, name)
            if figure.several:
                known[name] = self._figure_list(held, figure.kind, f"{address}.{name}", place.at(name))
            else:
                known[name] = self._optional_figure(held, figure.kind, address, place.at(name))
        _refuse_disorder(known, place)
        if table.kind is PumpKind.PROGRAMMABLE and known["fixed_flow_rate"]:
            place.at("fixed_flow_rate").refuse("only a constant-flow pump has one")
        return Pump(
            id=table.id,
            name=table.name,
            maker=table.maker,
            models=table.models,
            kind=table.kind,
            refill_interval_with=table.refill_interval_with or "",
            facts=tuple(self._fact(held, place.at("facts", str(n))) for n, held in enumerate(table.facts)),
            clinic=place.own,
            **known,
        )

    def _catheter(self, table: files.CatheterTable, place: _Place) -> Catheter:
        self._refuse_name("catheters", table.name, place)
        address = f"catheters.{table.id}"
        return Catheter(
            id=table.id,
            name=table.name,
            maker=table.maker,
            models=table.models,
            length=self._optional_figure(table.length, LENGTH, address, place.at("length")),
            volume_per_length=self._optional_figure(
                table.volume_per_length, VOLUME_PER_LENGTH, address, place.at("volume_per_length")
            ),
            note=table.note,
            clinic=place.own,
        )

    def _drug(self, table: files.DrugTable, place: _Place) -> Drug:
        self._refuse_name("drugs", table.name, place)
        address = f"drugs.{table.id}"
        return Drug(
            id=table.id,
            name=table.name,
            covered=table.covered,
            molar_mass=self._optional_figure(table.molar_mass, MOLAR_MASS, address, place.at("molar_mass")),
            marketed=tuple(
                self._strength(held, f"{address}.marketed.{n}", place.at("marketed", str(n)))
                for n, held in enumerate(table.marketed)
            ),
            facts=tuple(self._fact(held, place.at("facts", str(n))) for n, held in enumerate(table.facts)),
            clinic=place.own,
        )

    def _strength(self, raw: RawTable, address: str, place: _Place) -> MarketedStrength:
        table = _checked(raw, files.StrengthTable, place)
        for jurisdiction in table.jurisdictions:
            self._refuse_unknown_jurisdiction(jurisdiction, place.at("jurisdictions"))
        return MarketedStrength(
            concentration=self._figure(
                table.concentration, CONCENTRATION, f"{address}.concentration", place.at("concentration")
            ),
            product=table.product,
            jurisdictions=table.jurisdictions,
            pump_fill=table.pump_fill,
            volumes=tuple(_quantity(text, VOLUME, place.at("volumes")) for text in table.volumes),
        )

    def _limits(self, limit_set: _LimitSet) -> Iterable[Limit]:
        for number, raw in enumerate(limit_set.header.limit, start=1):
            place = limit_set.place.at(f"limit {_name(raw.get('id'), number)}")
            table = _checked(raw, files.LimitTable, place)
            self._refuse_used_rule(table.id, limit_set, place)
            yield self._limit(table, limit_set, place)

    def _limit(self, table: files.LimitTable, limit_set: _LimitSet, place: _Place) -> Limit:
        header = limit_set.header
        _refuse_severities(table, place)
        _refuse_ages(table, place)
        for pump in table.pumps:
            if pump not in self.pumps:
                place.at("pumps").refuse(f"no pump {pump!r}")
        figures = tuple(
            self._bound(table, bound, f"limits.{header.jurisdiction}.{table.id}.{bound}", place.at(bound))
            for bound in Bound
            if getattr(table, bound) is not None
        )
        if not figures:
            place.refuse("no bound")
        return Limit(
            id=table.id,
            jurisdiction=header.jurisdiction,
            title=table.title or header.title,
            version=header.version,
            quantity=table.quantity,
            guardrail=_guardrail(figures, place),
            figures=figures,
            grade=min((figure.grade for figure in figures), key=_WEAKEST_FIRST.index),
            sources=tuple(dict.fromkeys(key for figure in figures for key in figure.sources)),
            severity_below=table.severity_below,
            severity_above=table.severity_above,
            bounds_outside=table.bounds_outside,
            origin=table.origin,
            age_from=table.age_from,
            age_below=table.age_below,
            phase=table.phase,
            pumps=table.pumps,
            pump_kind=table.pump_kind,
            reservoir_above=_optional(table.reservoir_above, VOLUME, place.at("reservoir_above")),
            reservoir_up_to=_optional(table.reservoir_up_to, VOLUME, place.at("reservoir_up_to")),
            note=table.note,
            clinic=place.own,
        )

    def _bound(self, table: files.LimitTable, bound: Bound, address: str, place: _Place) -> Figure:
        """A bound has the grade and the source of its rule."""
        figure = Figure(
            address=address,
            quantity=_quantity(getattr(table, bound), LIMIT_KINDS[table.quantity], place),
            text=getattr(table, bound),
            grade=table.grade,
            sources=self._known_sources(table.source, table.grade, place),
            note=table.note,
            clinic=table.grade is Grade.CLINIC,
        )
        return self._as_confirmed(figure, LIMIT_KINDS[table.quantity], place)

    # Figures

    def _figure_list(
        self, held: Iterable[RawTable], kind: Kind, address: str, place: _Place
    ) -> tuple[Figure, ...]:
        return tuple(
            self._figure(raw, kind, f"{address}.{n}", place.at(str(n))) for n, raw in enumerate(held)
        )

    def _optional_figure(self, raw: RawTable | None, kind: Kind, record: str, place: _Place) -> Figure | None:
        return None if raw is None else self._figure(raw, kind, f"{record}.{place.words[-1]}", place)

    def _figure(self, raw: RawTable, kind: Kind, address: str, place: _Place) -> Figure:
        table = _checked(raw, files.FigureTable, place)
        figure = Figure(
            address=address,
            quantity=_quantity(table.value, kind, place),
            text=table.value,
            grade=table.grade,
            sources=self._known_sources(table.source, table.grade, place),
            note=table.note,
            applies=table.applies,
            clinic=table.grade is Grade.CLINIC,
        )
        return self._as_confirmed(figure, kind, place)

    def _fact(self, raw: RawTable, place: _Place) -> Fact:
        table = _checked(raw, files.FactTable, place)
        return Fact(table.text, table.grade, self._known_sources(table.source, table.grade, place))

    def _known_sources(self, source: str | tuple[str, ...], grade: Grade, place: _Place) -> tuple[str, ...]:
        """The sources of a figure: keys that resolve, or the clinic's own words where the grade is its own.

        What a clinic writes is the clinic's: it cannot say of its own files that they were seen in print here.
        """
        if place.own and grade in (Grade.SEEN, Grade.OWN):
            place.at("grade").refuse(
                f"{grade} is for figures that are built in; what you have looked up has the grade clinic"
            )
        place = place.at("source")
        found = (source,) if isinstance(source, str) else source
        if not found and grade not in (Grade.UNVERIFIED, Grade.OWN):
            place.refuse(f"a figure of grade {grade} needs one")
        if grade is Grade.CLINIC:
            if not place.own:
                place.refuse("grade clinic belongs to the clinic's own files")
            return found
        for key in found:
            if key not in self.sources:
                place.refuse(f"no source {key!r}")
        return found

    def _as_confirmed(self, figure: Figure, kind: Kind, place: _Place) -> Figure:
        """The figure as the clinic has confirmed it, the last confirmation counting."""
        for row in self.confirmations.get(figure.address, ()):
            self.applied.add(figure.address)
            own_place = _Place((f"clinic/{CONFIRMED_FILE}", f"confirmed {figure.address}"), own=True)
            if row.replaces not in (None, figure.text):
                own_place.at("replaces").refuse(f"{row.replaces!r} stood here, now {figure.text!r} does")
            figure = replace(
                figure,
                quantity=_quantity(row.value, kind, own_place.at("value"), figure=place.words[-1]),
                text=row.value,
                grade=Grade.CLINIC,
                sources=(row.reference,),
                note=_confirmation_note(figure, row),
                clinic=True,
            )
        return figure

    # What is refused across records

    def _refuse_used(self, identity: str, named: _Place) -> None:
        first = self.used_ids.setdefault(identity, named.words)
        if first is not named.words:
            named.at("id").refuse(f"is used already, in {first[0]}")

    def _refuse_name(self, kind: str, name: str, place: _Place) -> None:
        """A clinic's own record is not to be taken for a built-in one, nor for its eye: those are read first."""
        bare = f"{kind} {''.join(filter(str.isalnum, shape_of_name(name)))}"
        if not place.own:
            self.built_in_names.add(bare)
        elif bare in self.built_in_names:
            place.at("name").refuse(f"{name!r} is the name of a built-in one; give yours another")

    def _refuse_used_rule(self, rule: str, limit_set: _LimitSet, place: _Place) -> None:
        """A rule may stand in several jurisdictions, but no two of one name may hold at once."""
        here = limit_set.header.jurisdiction
        for jurisdiction, file in self.used_rules.setdefault(rule, {}).items():
            if here == jurisdiction or EVERYWHERE in (here, jurisdiction):
                place.at("id").refuse(f"is used already, in {file}")
        self.used_rules[rule][here] = place.words[0]

    def _refuse_unknown_jurisdiction(self, jurisdiction: str, place: _Place) -> None:
        if jurisdiction not in self.jurisdictions or jurisdiction == EVERYWHERE:
            place.refuse(f"no jurisdiction {jurisdiction!r}")

    def _refuse_unapplied(self) -> None:
        for address in self.confirmations:
            if address not in self.applied:
                _Place((f"clinic/{CONFIRMED_FILE}", f"confirmed {address}")).refuse("there is no such figure")


def _toml_files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in (folder.iterdir() if folder.is_dir() else ())
        if path.suffix.lower() == ".toml" and not path.name.startswith(".")
    )


def _content(path: Path, place: _Place) -> bytes:
    """The bytes of a file, with the line ends of every system read alike."""
    try:
        content = read_plain(path, MAX_BYTES)
    except OSError as error:
        place.refuse(f"cannot be read: {error.strerror}")
    if len(content) > MAX_BYTES:
        place.refuse(f"is larger than {MAX_BYTES:,} bytes")
    if content.startswith(_BYTE_ORDER_MARKS):
        place.refuse("starts with a byte order mark; save it as plain UTF-8")
    return content.replace(b"\r\n", b"\n")


def _toml(content: bytes, place: _Place) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(content.decode())
    except UnicodeDecodeError:
        place.refuse("is not UTF-8 text")
    except (ValueError, RecursionError) as error:
        place.refuse(f"is not TOML: {error}")


def _name(given: object, number: int) -> str:
    """What an error calls a record: its id where it has one, else its place in the file."""
    return visible(given) if isinstance(given, str) else f"no. {number}"


def _checked(table: object, shape: type[S], place: _Place) -> S:
    try:
        return shape(table)
    except WrongShapeError as error:
        place.at(*error.path).refuse(error.reason)


def _quantity(text: str, kind: Kind, place: _Place, *, figure: str = "") -> Quantity:
    try:
        return figure_quantity(text, kind, figure or place.words[-1])
    except EntryError as error:
        place.refuse(f"{error.problem}: {error.typed!r}, accepted is {error.accepted!r}")


def _optional(text: str | None, kind: Kind, place: _Place) -> Quantity | None:
    return None if text is None else _quantity(text, kind, place)


def _date(value: object, place: _Place) -> date:
    """A native date of the file, or a date as text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        place.refuse(f"is not a date: {shown(value)}")
    try:
        return read_date(value)
    except EntryError as error:
        place.refuse(f"{error.problem}: {error.typed!r}, accepted is {error.accepted!r}")


def _zone(text: str | None, place: _Place) -> str | None:
    try:
        return None if text is None else str(read_zone(text))
    except EntryError as error:
        place.refuse(f"{error.problem}: {error.typed!r}, accepted is {error.accepted!r}")


def _usual_catheter(table: RawTable | None, place: _Place) -> Mapping[str, str]:
    """The catheter that is usual in the clinic, each quantity as text: a volume, or a length and the volume of each length."""
    if table is None:
        return {}
    if sorted(table) not in (["volume"], ["length", "volume_per_length"]):
        place.refuse("is neither { volume } nor { length, volume_per_length }")
    texts = {key: text for key, text in table.items() if isinstance(text, str)}
    for key in table:
        if key not in texts:
            place.at(key).refuse(f"is not text: {shown(table[key])}")
        _quantity(texts[key], CATHETER_KINDS[key], place.at(key))
    return texts


def _clinic_days(settings: files.ClinicFile, place: _Place) -> ClinicDays:
    """The days on which pumps are refilled, as the clinic's file says."""
    known = public_holidays()
    if settings.holidays is not None and settings.holidays not in known:
        place.at("holidays").refuse(f"{settings.holidays!r} is none of {', '.join(known)}")
    places: dict[str, int] = {}
    for day, number in (settings.refill_places or {}).items():
        here = place.at("refill_places", day)
        if day not in WEEKDAYS:
            here.refuse(f"is none of {', '.join(WEEKDAYS)}")
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= MOST_PLACES:
            here.refuse(f"is not a number of places from 0 to {MOST_PLACES}: {shown(number)}")
        places[day] = number
    return ClinicDays(
        places=places,
        closed=frozenset(_date(day, place.at("closed")) for day in settings.closed),
        holidays=None if settings.holidays is None else known[settings.holidays],
    )


def _confirmation_note(replaced: Figure, row: Confirmation) -> str:
    said = f"confirmed by {row.by} on {row.on.isoformat()}; replaces {replaced.text} ({replaced.grade})"
    return f"{said}. {replaced.note}" if replaced.note else said


def _guardrail(figures: Iterable[Figure], place: _Place) -> Guardrail:
    bounds = {figure.address.rsplit(".", 1)[-1]: figure.quantity for figure in figures}
    try:
        return Guardrail(**bounds)
    except ValueError as error:
        place.refuse(str(error))


def _refuse_disorder(known: Mapping[str, Any], place: _Place) -> None:
    found = first_disorder(known)
    if found is not None:
        lower, figure, higher, above = found
        place.at(lower).refuse(f"{figure.text} is not below {higher} {above.text}")


def _refuse_severities(table: files.LimitTable, place: _Place) -> None:
    """Each recommended bound has its severity and each severity its bound; a stop needs a grade that bears it."""
    for bound, severity in (
        (Bound.RECOMMENDED_MINIMUM, "severity_below"),
        (Bound.RECOMMENDED_MAXIMUM, "severity_above"),
    ):
        if (getattr(table, bound) is None) != (getattr(table, severity) is None):
            place.at(severity).refuse(f"{bound} and {severity} belong together")
        if getattr(table, severity) is Severity.STOP and not table.grade.can_stop:
            place.at(severity).refuse(f"a limit of grade {table.grade} may not stop by itself")
    for bound in (Bound.ABSOLUTE_MINIMUM, Bound.ABSOLUTE_MAXIMUM):
        if getattr(table, bound) is not None and not table.grade.can_stop:
            place.at(bound).refuse(f"a limit of grade {table.grade} may not stop by itself")


def _refuse_ages(table: files.LimitTable, place: _Place) -> None:
    if table.age_from is not None and table.age_below is not None and table.age_from >= table.age_below:
        place.at("age_from").refuse(f"{table.age_from} is not below age_below {table.age_below}")
