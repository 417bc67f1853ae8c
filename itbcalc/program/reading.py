"""Which program does a nested table of texts hold, and what in it is refused or missing?

The window and the file are read by the same function, so that a rule cannot hold in one and not in the other.
Refusals are collected, each with its field.
"""

import difflib
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from itbcalc.bolus import catheter_volume, given_catheter_volume
from itbcalc.errors import EntryError, FieldEntryError, ItbcalcError, Problem, Refusal, RefusedError
from itbcalc.infusion.schedule import InfusionMode, SimpleContinuous
from itbcalc.library.own import own_pump
from itbcalc.library.records import Library, Origin, Pump
from itbcalc.program.records import (
    DATE_READ_OUTS,
    READ_OUT_KINDS,
    READ_OUT_NAMES,
    Bridge,
    Patient,
    Program,
    ReadOut,
    Reservoir,
    System,
    Therapy,
)
from itbcalc.program.toml_file import BareNumber, load_toml
from itbcalc.quantities.entry import Entered, read_number, read_quantity, refuse_zero, visible
from itbcalc.quantities.instants import (
    DATE_EXAMPLE,
    INSTANT_EXAMPLE,
    Instant,
    instant_of,
    read_date,
    read_instant,
    read_zone,
)
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    LENGTH,
    VOLUME,
    VOLUME_PER_LENGTH,
    Concentration,
    Kind,
    Volume,
    as_daily_dose,
    as_length,
    as_volume,
    as_volume_per_length,
)
from itbcalc.quantities.units import Quantity
from itbcalc.working import Worked

_SHORT_LIST = 10  # names that still fit into a refusal
MAX_REF = 100
_LONGEST_INTEGER_BITS = 64
LATER_MODES = ("flex", "periodic-bolus", "patient-bolus", "single-bolus", "minimum-rate", "stopped")

SECTION_KEYS = {
    "system": ("pump", "tubing_volume", "catheter", "implanted"),
    "reservoir": ("filled", "low_alarm", "at", "zone"),
    "patient": ("ref", "spasticity_origin", "age_years", "jurisdiction", "last_change", "first_dose"),
    "bridge": ("dose", "aspirated"),
}
THERAPY_KEYS = ("drug", "concentration", "mode", "daily_dose")
SECTIONS = ("system", "reservoir", "patient", "current", "new", "bridge", "readouts")
REQUIRED = ("system", "reservoir", "current", "new")


@dataclass(frozen=True, slots=True)
class ProgramReading:
    """A program as far as it could be read, what was refused, and what is still missing (places)."""

    program: Program
    refusals: tuple[Refusal, ...]
    missing: tuple[str, ...]


def read_program_file(path: Path, library: Library) -> Program:
    """The program in a TOML file, complete. Raises the first refusal with its place."""
    return complete_program(read_program(load_toml(path), library))


def complete_program(reading: ProgramReading) -> Program:
    """The program, if nothing was refused and nothing required is missing; raises otherwise."""
    if reading.refusals:
        raise reading.refusals[0]
    if reading.missing:
        raise RefusedError(reading.missing[0], "", "missing")
    return reading.program


def read_program(
    table: Mapping[str, Any], library: Library, shown_units: Mapping[str, str] | None = None
) -> ProgramReading:
    """The program in a nested table of texts, as far as it can be read.

    `shown_units` holds, by place, the units that fields of the window show beside themselves: only there may
    the unit be left out.
    """
    return _Reader(table, library, shown_units or {}).read()


class _Reader:
    """Reads one table; `self.refusals` and `self.missing` grow as it goes."""

    def __init__(self, table: Mapping[str, Any], library: Library, shown_units: Mapping[str, str]) -> None:
        self.table = table
        self.shown_units = shown_units
        self.library = library
        self.refusals: list[Refusal] = []
        self.missing: list[str] = []
        self.entries: dict[str, Entered] = {}
        self.zone: ZoneInfo | None = None

    def read(self) -> ProgramReading:
        self._refuse_unknown("", self.table, SECTIONS)
        self.missing += [name for name in REQUIRED if name not in self.table]
        self._read_zone()
        system, reservoir = self._system(self._section("system")), self._reservoir(self._section("reservoir"))
        patient = self._patient(self._section("patient"))
        current, new = self._therapy("current"), self._therapy("new")
        program = Program(
            system=system,
            reservoir=reservoir,
            patient=patient,
            current=current,
            new=new,
            bridge=self._bridge(),
            read_outs=self._read_outs(self._section("readouts")),
            entries=self.entries,
        )
        self._refuse_contradictions(program)
        program = replace(program, refused=frozenset(self._refused_places()))
        return ProgramReading(program, tuple(self.refusals), tuple(self.missing))

    def _read_zone(self) -> None:
        """The patient's time zone, before any moment is read in it."""
        table = self.table.get("reservoir")
        zone = self._text("reservoir.zone", table, required=False) if isinstance(table, Mapping) else None
        if zone is None:
            return
        try:
            self.zone = read_zone(zone)
        except EntryError as error:
            self.refusals.append(FieldEntryError("reservoir.zone", error))

    # --- tables and texts

    def _section(self, name: str) -> Mapping[str, Any]:
        section = self.table.get(name, {})
        if not isinstance(section, Mapping):
            self.refusals.append(RefusedError(name, _as_written(section), "not_a_table"))
            return {}
        if name in SECTION_KEYS:
            self._refuse_unknown(name, section, SECTION_KEYS[name])
        return section

    def _refuse_unknown(self, place: str, table: Mapping[str, Any], known: Iterable[str]) -> None:
        known = tuple(known)
        for key in table:
            if key not in known:
                where = f"{place}.{visible(key)}" if place else visible(key)
                self.refusals.append(RefusedError(where, key, "unknown_key", known=", ".join(known)))

    def _text(self, place: str, table: Mapping[str, Any], *, required: bool) -> str | None:
        """The text at the end of `place`; None where there is none or it is no text."""
        key = place.rsplit(".", 1)[-1]
        if key not in table:
            if required and self.table.get(place.split(".", 1)[0]) is not None:
                self.missing.append(place)
            return None
        value = table[key]
        if not isinstance(value, str):
            self.refusals.append(RefusedError(place, _as_written(value), "not_text"))
            return None
        return value

    def _quantity(
        self,
        place: str,
        table: Mapping[str, Any],
        kinds: tuple[Kind, ...],
        *,
        required: bool = False,
        zero_allowed: bool = False,
    ) -> Quantity | None:
        text = self._text(place, table, required=required)
        if text is None:
            return None
        try:
            entered = _first_kind(text, kinds, self.shown_units.get(place, ""))
            if not zero_allowed:
                refuse_zero(entered, kinds[0])
        except EntryError as error:
            self.refusals.append(FieldEntryError(place, error))
            return None
        self.entries[place] = entered
        return entered.quantity

    def _instant(self, place: str, table: Mapping[str, Any], *, required: bool = False) -> Instant | None:
        key = place.rsplit(".", 1)[-1]
        value = table.get(key)
        try:
            if isinstance(value, datetime):
                return instant_of(value, self.zone, value.isoformat())
            if isinstance(value, date):
                raise EntryError(value.isoformat(), Problem.DATE, INSTANT_EXAMPLE)
            text = self._text(place, table, required=required)
            return (
                None if text is None else read_instant(text, self.zone, local_allowed=self.zone is not None)
            )
        except EntryError as error:
            self.refusals.append(FieldEntryError(place, error))
            return None

    def _choice(
        self, place: str, table: Mapping[str, Any], known: Iterable[str], rule: str, *, required: bool = False
    ) -> str | None:
        text = self._text(place, table, required=required)
        known = tuple(known)
        if text is not None and text not in known:
            self.refusals.append(RefusedError(place, text, rule, known=", ".join(_nearest(text, known))))
            return None
        return text

    # --- sections

    def _system(self, table: Mapping[str, Any]) -> System:
        tubing = self._quantity("system.tubing_volume", table, (VOLUME,))
        return System(
            pump=self._pump(table),
            tubing_volume=as_volume(tubing) if tubing is not None else None,
            catheter_volume=self._catheter(table.get("catheter")),
            implanted=self._instant("system.implanted", table),
        )

    def _pump(self, table: Mapping[str, Any]) -> Pump | None:
        value = table.get("pump")
        if isinstance(value, Mapping):
            try:
                return own_pump(value, "system.pump")
            except (RefusedError, FieldEntryError) as error:
                self.refusals.append(error)
                return None
        name = self._choice("system.pump", table, self.library.pumps, "unknown_pump", required=True)
        return self.library.pumps[name] if name else None

    def _catheter(self, value: object) -> Worked[Volume] | None:
        if value is None:
            return None
        offered: list[object] = value if isinstance(value, list) else [value]
        segments = [segment for segment in offered if isinstance(segment, Mapping)]
        if not segments or len(segments) != len(offered):
            self.refusals.append(RefusedError("system.catheter", _as_written(value), "catheter_shape"))
            return None
        if len(segments) == 1 and "volume" in segments[0]:
            return self._catheter_of_volume(segments[0])
        places = ["system.catheter"]
        if len(segments) > 1:
            places = [f"system.catheter.{number}" for number in range(1, len(segments) + 1)]
        pairs = [self._segment(place, segment) for place, segment in zip(places, segments, strict=True)]
        known = [(as_length(a), as_volume_per_length(b)) for a, b in pairs if a is not None and b is not None]
        return catheter_volume(known) if len(known) == len(segments) else None

    def _catheter_of_volume(self, table: Mapping[str, Any]) -> Worked[Volume] | None:
        if set(table) & {"length", "volume_per_length"}:
            self.refusals.append(RefusedError("system.catheter", _as_written(table), "two_alternatives"))
            return None
        self._refuse_unknown("system.catheter", table, ("volume", "length", "volume_per_length"))
        volume = self._quantity("system.catheter.volume", table, (VOLUME,))
        if volume is None:
            return None
        return given_catheter_volume(as_volume(volume))

    def _segment(self, place: str, table: Mapping[str, Any]) -> tuple[Quantity | None, Quantity | None]:
        self._refuse_unknown(place, table, ("length", "volume_per_length", "volume"))
        if "volume" in table:
            self.refusals.append(RefusedError(place, _as_written(table), "catheter_shape"))
            return None, None
        return (
            self._quantity(f"{place}.length", table, (LENGTH,), required=True),
            self._quantity(f"{place}.volume_per_length", table, (VOLUME_PER_LENGTH,), required=True),
        )

    def _reservoir(self, table: Mapping[str, Any]) -> Reservoir:
        filled = self._quantity("reservoir.filled", table, (VOLUME,), required=True)
        alarm = self._quantity("reservoir.low_alarm", table, (VOLUME,), required=True, zero_allowed=True)
        return Reservoir(
            filled=as_volume(filled) if filled is not None else None,
            low_alarm=as_volume(alarm) if alarm is not None else None,
            at=self._instant("reservoir.at", table, required=True),
            typed_offset=_typed_offset(table.get("at")),
        )

    def _patient(self, table: Mapping[str, Any]) -> Patient:
        origin = self._choice("patient.spasticity_origin", table, [str(o) for o in Origin], "unknown_origin")
        jurisdictions = [jurisdiction.id for jurisdiction in self.library.jurisdictions]
        return Patient(
            ref=self._ref(table),
            origin=Origin(origin) if origin else None,
            age_years=self._age(table.get("age_years")),
            jurisdiction=self._choice("patient.jurisdiction", table, jurisdictions, "unknown_jurisdiction"),
            last_change=self._instant("patient.last_change", table),
            first_dose=self._instant("patient.first_dose", table),
        )

    def _ref(self, table: Mapping[str, Any]) -> str:
        """The pseudonym: it names the patient on screen and paper, so nothing in it may be unseen."""
        text = self._text("patient.ref", table, required=False) or ""
        if len(text) > MAX_REF:
            self.refusals.append(RefusedError("patient.ref", text, "too_long", limit=str(MAX_REF)))
        elif not text.isprintable():
            self.refusals.append(RefusedError("patient.ref", text, "invisible"))
        else:
            return text
        return ""

    def _age(self, value: object) -> Fraction | None:
        if value is None:
            return None
        age = _bare_age(value)
        if age is None or not 0 <= age <= 130:
            self.refusals.append(RefusedError("patient.age_years", _as_written(value), "age"))
            return None
        return age

    def _therapy(self, name: str) -> Therapy | None:
        table = self._section(name)
        if name not in self.table:
            return None
        mode = self._choice(
            f"{name}.mode", table, (*InfusionMode, *LATER_MODES), "unknown_mode", required=True
        )
        if mode in LATER_MODES:
            self.refusals.append(RefusedError(f"{name}.mode", str(mode), "mode_not_computed"))
            return None
        self._refuse_unknown(name, table, THERAPY_KEYS)
        drug = self._choice(f"{name}.drug", table, self.library.drugs, "unknown_drug", required=True)
        concentration = self._quantity(f"{name}.concentration", table, (CONCENTRATION,), required=True)
        dose = self._quantity(f"{name}.daily_dose", table, (DAILY_DOSE,), required=True)
        if drug is None or concentration is None or dose is None or mode is None:
            return None
        return Therapy(drug, Concentration(concentration), SimpleContinuous(as_daily_dose(dose)))

    def _bridge(self) -> Bridge | None:
        table = self._section("bridge")
        if "bridge" not in self.table:
            return None
        aspirated = table.get("aspirated")
        if aspirated is not None and not isinstance(aspirated, bool):
            self.refusals.append(
                RefusedError("bridge.aspirated", _as_written(aspirated), "not_true_or_false")
            )
        if aspirated is True and "dose" in table:
            self.refusals.append(RefusedError("bridge", _as_written(table), "two_alternatives"))
            return None
        dose = self._quantity("bridge.dose", table, (DAILY_DOSE,), required=aspirated is None)
        return Bridge(dose, aspirated is True)

    def _read_outs(self, table: Mapping[str, Any]) -> tuple[ReadOut, ...]:
        self._refuse_unknown("readouts", table, READ_OUT_NAMES)
        found = (self._read_out(name, table) for name in table if name in READ_OUT_NAMES)
        return tuple(read_out for read_out in found if read_out is not None)

    def _read_out(self, name: str, table: Mapping[str, Any]) -> ReadOut | None:
        place = f"readouts.{name}"
        if name not in DATE_READ_OUTS:
            quantity = self._quantity(place, table, READ_OUT_KINDS[name], zero_allowed=True)
            return None if quantity is None else ReadOut(name, table[name], entered=self.entries[place])
        value = table[name]
        if isinstance(value, datetime):
            error = EntryError(value.isoformat(), Problem.DATE, DATE_EXAMPLE)
            self.refusals.append(FieldEntryError(place, error))
            return None
        if isinstance(value, date):
            return ReadOut(name, value.isoformat(), on=value)
        text = self._text(place, table, required=False)
        if text is None:
            return None
        try:
            return ReadOut(name, text, on=read_date(text))
        except EntryError as error:
            self.refusals.append(FieldEntryError(place, error))
            return None

    # --- rules between fields

    def _refuse_contradictions(self, program: Program) -> None:
        reservoir, patient, at = program.reservoir, program.patient, program.reservoir.at
        if (
            reservoir.filled is not None
            and reservoir.low_alarm is not None
            and reservoir.low_alarm >= reservoir.filled
        ):
            self._contradiction("reservoir.low_alarm", "alarm_not_below_filled", other="reservoir.filled")
        therapies_known = program.current is not None and program.new is not None
        if program.bridge is not None and therapies_known and not program.concentration_changes:
            self.refusals.append(RefusedError("bridge", "", "bridge_without_change"))
        if program.bridge is not None and program.bridge.dose is not None:
            self._require_dead_volume(program.system)
        order = (
            ("system.implanted", program.system.implanted),
            ("patient.first_dose", patient.first_dose),
            ("patient.last_change", patient.last_change),
            ("reservoir.at", at),
        )
        known = [(place, instant) for place, instant in order if instant is not None]
        for (place, earlier), (next_place, later) in itertools.pairwise(known):
            if earlier.moment > later.moment:
                self._contradiction(place, "dates_out_of_order", other=next_place)

    def _contradiction(self, place: str, rule: str, *, other: str) -> None:
        self.refusals.append(
            RefusedError(
                place, self._written_at(place), rule, other=other, other_typed=self._written_at(other)
            )
        )

    def _written_at(self, place: str) -> str:
        value: Any = self.table
        for key in place.split("."):
            value = value[key]
        return value if isinstance(value, str) else _as_written(value)

    def _require_dead_volume(self, system: System) -> None:
        tubing_open = system.tubing_volume is None and not (system.pump and system.pump.tubing_volume)
        if system.pump is not None and tubing_open and "system.tubing_volume" not in self._refused_places():
            self.missing.append("system.tubing_volume")
        if system.catheter_volume is None and not any(
            p.startswith("system.catheter") for p in self._refused_places()
        ):
            self.missing.append("system.catheter")

    def _refused_places(self) -> set[str]:
        return {refusal.field for refusal in self.refusals}


def _nearest(text: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Of a long list of names the few that are nearest to `text`; a short list whole."""
    close = difflib.get_close_matches(text.lower().replace(" ", "-"), known, n=4, cutoff=0.5)
    return tuple(close) if close and len(known) > _SHORT_LIST else known


def _first_kind(text: str, kinds: tuple[Kind, ...], shown_unit: str) -> Entered:
    """`text` as the first of `kinds` that takes its unit; the unit shown beside the field is of the first kind."""
    for kind in kinds[:-1]:
        try:
            return read_quantity(text, kind, shown_unit=shown_unit if kind is kinds[0] else "")
        except EntryError:
            continue
    return read_quantity(text, kinds[-1], shown_unit=shown_unit if len(kinds) == 1 else "")


def _typed_offset(value: object) -> timedelta | None:
    """The offset written with a moment, to be held against the patient's zone."""
    if isinstance(value, datetime):
        return value.utcoffset()
    if not isinstance(value, str):
        return None
    try:
        return read_instant(value).moment.utcoffset()
    except ItbcalcError:
        return None


def _bare_age(value: object) -> Fraction | None:
    """An age as a file may hold it: `9`, or `9.5`; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    try:
        return read_number(value.text).value if isinstance(value, BareNumber) else None
    except EntryError:
        return None


def _as_written(value: object) -> str:
    """A value of a TOML file for showing back."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_as_written(held)}" for key, held in value.items()) + " }"
    if isinstance(value, list):
        return f"[{', '.join(_as_written(held) for held in value)}]"
    if isinstance(value, BareNumber):
        return value.text
    if isinstance(value, int) and value.bit_length() > _LONGEST_INTEGER_BITS:
        return hex(value)  # Python refuses to write integers of thousands of digits in decimals
    return str(value)
