"""Which program does a nested table of texts hold, and what in it is refused or missing?

The window and the file are read by the same function, so that a rule cannot hold in one and not in the other.
Refusals are collected, each with its field.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from msgspec.structs import replace

from itbcalc.compute.bolus import catheter_volume, given_catheter_volume
from itbcalc.compute.line import Filling
from itbcalc.compute.working import Worked
from itbcalc.errors import EntryError, FieldEntryError, ItbcalcError, Problem, Refusal, RefusedError
from itbcalc.library.own import own_pump
from itbcalc.library.records import Library, Origin, Pump, PumpKind
from itbcalc.program.read_out_keys import ReadOutForm
from itbcalc.program.read_outs import READ_OUTS, ReadOutDefinition
from itbcalc.program.records import (
    Bridge,
    FillingUp,
    LineAtChange,
    Patient,
    Prime,
    Program,
    ReadOut,
    Reservoir,
    ScreeningBolus,
    StepRow,
    System,
)
from itbcalc.program.table_reader import ReadPart, TableReader, as_written
from itbcalc.program.therapy_reading import read_therapy
from itbcalc.program.toml_file import BareNumber
from itbcalc.quantities.clock import MINUTES_PER_DAY, Weekday
from itbcalc.quantities.entry import read_counted, read_number, read_whole_days, visible
from itbcalc.quantities.instants import Instant, read_expiry, read_instant, read_zone
from itbcalc.quantities.kinds import (
    DAILY_DOSE,
    DOSE,
    DURATION,
    FLOW_RATE,
    LENGTH,
    VOLUME,
    VOLUME_PER_LENGTH,
    Length,
    Volume,
    as_dose,
    as_duration,
    as_flow_rate,
    as_length,
    as_volume,
    as_volume_per_length,
    exactly,
)
from itbcalc.quantities.units import Quantity

MAX_REF = 100

_ONE_MINUTE = exactly(Fraction(1, MINUTES_PER_DAY), DURATION)

SECTION_KEYS = {
    "system": ("pump", "tubing_volume", "catheter", "fixed_flow_rate", "implanted", "eri_seen"),
    "reservoir": ("filled", "low_alarm", "at", "zone"),
    "patient": (
        "ref",
        "spasticity_origin",
        "age_years",
        "jurisdiction",
        "last_increase",
        "last_change",
        "first_dose",
    ),
    "screening": ("boluses",),
    "line": ("tubing", "catheter", "prime"),
    "bridge": ("dose", "aspirated"),
    "refill": ("drawn_off", "withdrawal", "lot", "expiry"),
}
SECTIONS = (
    "system",
    "reservoir",
    "patient",
    "screening",
    "current",
    "new",
    "line",
    "bridge",
    "refill",
    "readouts",
)
SCREENING_KEYS = ("dose", "at", "effect", "adverse_reaction")
MOST_SCREENING_BOLUSES = 8  # a published trial has three
REQUIRED = ("system", "reservoir", "current", "new")


@dataclass(frozen=True, slots=True)
class ProgramReading:
    """A program as far as it could be read, what was refused, and what is still missing (places)."""

    program: Program
    refusals: tuple[Refusal, ...]
    missing: tuple[str, ...]
    parts: Mapping[str, ReadPart] = field(default_factory=dict, repr=False, compare=False)

    @property
    def faults(self) -> tuple[Refusal, ...]:
        """Everything that keeps the program from being complete: what was refused, then what is missing, as refusals."""
        return (*self.refusals, *(RefusedError(place, "", "missing") for place in self.missing))


def read_schedule(table: Mapping[str, Any], library: Library) -> ProgramReading:
    """The program in a nested table; or one that holds the `[new]` table alone, with or without its name."""
    if not set(table) & set(SECTIONS):
        table = {"new": table}
    if set(table) != {"new"}:
        return read_program(table, library)
    reader = _Reader(table, library, {})
    program = Program(new=read_therapy(reader, "new", None), entries=reader.entries)
    return ProgramReading(program, tuple(reader.refusals), tuple(reader.missing))


def complete_program(reading: ProgramReading) -> Program:
    """The program, if nothing was refused and nothing required is missing; raises otherwise."""
    if reading.faults:
        raise reading.faults[0]
    return reading.program


def read_program(
    table: Mapping[str, Any],
    library: Library,
    shown_units: Mapping[str, str] | None = None,
    before: ProgramReading | None = None,
) -> ProgramReading:
    """The program in a nested table of texts, as far as it can be read.

    `shown_units` holds, by place, the units that fields of the window show beside themselves: only there may
    the unit be left out. What of a schedule stands there as it did `before`, with the same library and units, is not
    read again: a long one takes its time.
    """
    return _Reader(table, library, shown_units or {}, {} if before is None else before.parts).read()


class _Reader(TableReader):
    """Reads a whole program."""

    def read(self) -> ProgramReading:
        self.refuse_unknown("", self.table, SECTIONS)
        self.missing += [name for name in REQUIRED if name not in self.table]
        self._read_zone()
        system, reservoir = (
            self._system(self.section("system", SECTION_KEYS["system"])),
            self._reservoir(self.section("reservoir", SECTION_KEYS["reservoir"])),
        )
        patient = self._patient(self.section("patient", SECTION_KEYS["patient"]))
        current, new = read_therapy(self, "current", system.pump), read_therapy(self, "new", system.pump)
        program = Program(
            system=system,
            reservoir=reservoir,
            patient=patient,
            screening=self._screening(self.section("screening", SECTION_KEYS["screening"])),
            current=current,
            new=new,
            line=self._line(),
            bridge=self._bridge(),
            refill=self._refill(),
            read_outs=self._read_outs(self.section("readouts")),
            entries=self.entries,
        )
        self._refuse_contradictions(program)
        program = replace(program, refused=frozenset(self.refused_places()))
        return ProgramReading(program, self._refusals_to_say(), tuple(self.missing), self.parts)

    def _refusals_to_say(self) -> tuple[Refusal, ...]:
        """Without those that one refused zone makes of every moment: the moments are not read, and nothing is wrong with them."""
        if "reservoir.zone" not in self.refused_places():
            return tuple(self.refusals)
        return tuple(each for each in self.refusals if not _lacks_only_its_zone(each))

    def _read_zone(self) -> None:
        """The patient's time zone, before any moment is read in it."""
        table = self.table.get("reservoir")
        zone = self.text("reservoir.zone", table, required=False) if isinstance(table, Mapping) else None
        if zone is None:
            return
        try:
            self.zone = read_zone(zone)
        except EntryError as error:
            self.refusals.append(FieldEntryError("reservoir.zone", error))

    # --- sections

    def _system(self, table: Mapping[str, Any]) -> System:
        tubing = self.quantity("system.tubing_volume", table, (VOLUME,), zero_allowed=True)
        pump, catheter = self._pump(table), self._catheter(table.get("catheter"))
        flow = self.quantity("system.fixed_flow_rate", table, (FLOW_RATE,))
        if flow is not None and pump is not None and pump.kind is not PumpKind.CONSTANT_FLOW:
            self.refuse("system.fixed_flow_rate", table["fixed_flow_rate"], "flow_not_fixed", pump=pump.name)
        return System(
            pump=pump,
            tubing_volume=as_volume(tubing) if tubing is not None else None,
            catheter_length=None if catheter is None else self._catheter_length(),
            catheter_volume=catheter,
            fixed_flow_rate=None if flow is None else as_flow_rate(flow),
            implanted=self.instant("system.implanted", table),
            eri_seen=self.instant("system.eri_seen", table),
        )

    def _pump(self, table: Mapping[str, Any]) -> Pump | None:
        value = table.get("pump")
        if isinstance(value, Mapping):
            try:
                return own_pump(value, "system.pump")
            except (RefusedError, FieldEntryError) as error:
                self.refusals.append(error)
                return None
        name = self.choice("system.pump", table, self.library.pumps, "unknown_pump", required=True)
        return self.library.pumps[name] if name else None

    def _catheter(self, value: object) -> Worked[Volume] | None:
        if value is None:
            return None
        offered: list[object] = value if isinstance(value, list) else [value]
        segments = [segment for segment in offered if isinstance(segment, Mapping)]
        if not segments or len(segments) != len(offered):
            self.refusals.append(RefusedError("system.catheter", as_written(value), "catheter_shape"))
            return None
        if len(segments) == 1 and "volume" in segments[0]:
            return self._catheter_of_volume(segments[0])
        places = ["system.catheter"]
        if len(segments) > 1:
            places = [f"system.catheter.{number}" for number in range(1, len(segments) + 1)]
        pairs = [self._segment(place, segment) for place, segment in zip(places, segments, strict=True)]
        known = [(as_length(a), as_volume_per_length(b)) for a, b in pairs if a is not None and b is not None]
        return catheter_volume(known) if len(known) == len(segments) else None

    def _catheter_length(self) -> Length | None:
        """Of all segments together; None where only the volume was given."""
        lengths = [
            entered.quantity
            for place, entered in self.entries.items()
            if place.startswith("system.catheter") and place.endswith(".length")
        ]
        return as_length(sum(lengths[1:], start=lengths[0])) if lengths else None

    def _catheter_of_volume(self, table: Mapping[str, Any]) -> Worked[Volume] | None:
        if set(table) & {"length", "volume_per_length"}:
            self.refusals.append(RefusedError("system.catheter", as_written(table), "two_alternatives"))
            return None
        self.refuse_unknown("system.catheter", table, ("volume", "length", "volume_per_length"))
        volume = self.quantity("system.catheter.volume", table, (VOLUME,))
        if volume is None:
            return None
        return given_catheter_volume(as_volume(volume))

    def _segment(self, place: str, table: Mapping[str, Any]) -> tuple[Quantity | None, Quantity | None]:
        self.refuse_unknown(place, table, ("length", "volume_per_length", "volume"))
        if "volume" in table:
            self.refusals.append(RefusedError(place, as_written(table), "catheter_shape"))
            return None, None
        return (
            self.quantity(f"{place}.length", table, (LENGTH,), required=True),
            self.quantity(f"{place}.volume_per_length", table, (VOLUME_PER_LENGTH,), required=True),
        )

    def _reservoir(self, table: Mapping[str, Any]) -> Reservoir:
        filled = self.quantity("reservoir.filled", table, (VOLUME,), required=True)
        alarm = self.quantity("reservoir.low_alarm", table, (VOLUME,), required=True, zero_allowed=True)
        return Reservoir(
            filled=as_volume(filled) if filled is not None else None,
            low_alarm=as_volume(alarm) if alarm is not None else None,
            at=self.instant("reservoir.at", table, required=True),
            typed_offset=_typed_offset(table.get("at")),
        )

    def _patient(self, table: Mapping[str, Any]) -> Patient:
        origin = self.choice("patient.spasticity_origin", table, [str(o) for o in Origin], "unknown_origin")
        jurisdictions = [jurisdiction.id for jurisdiction in self.library.jurisdictions]
        return Patient(
            ref=self._ref(table),
            origin=Origin(origin) if origin else None,
            age_years=self._age(table.get("age_years")),
            jurisdiction=self.choice("patient.jurisdiction", table, jurisdictions, "unknown_jurisdiction"),
            last_increase=self.instant("patient.last_increase", table),
            last_change=self.instant("patient.last_change", table),
            first_dose=self.instant("patient.first_dose", table),
        )

    def _ref(self, table: Mapping[str, Any]) -> str:
        """The pseudonym: it names the patient on screen and paper, so nothing in it may be unseen."""
        return self._seen_text("patient.ref", table)

    def _seen_text(self, place: str, table: Mapping[str, Any]) -> str:
        """A short text, all of which can be seen; empty where there is none."""
        text = self.text(place, table, required=False) or ""
        if len(text) > MAX_REF:
            self.refuse(place, text, "too_long", limit=str(MAX_REF))
        elif not text.isprintable():
            self.refuse(place, text, "invisible")
        else:
            return text
        return ""

    def _age(self, value: object) -> Fraction | None:
        if value is None:
            return None
        age = _bare_age(value)
        if age is None or not 0 <= age <= 130:
            self.refusals.append(RefusedError("patient.age_years", as_written(value), "age"))
            return None
        return age

    def _screening(self, table: Mapping[str, Any]) -> tuple[ScreeningBolus, ...]:
        """The boluses of the screening trial, in the order in which they are listed; none while one cannot be read."""
        listed = table.get("boluses", [])
        if not isinstance(listed, list) or not all(isinstance(bolus, Mapping) for bolus in listed):
            self.refuse("screening.boluses", as_written(listed), "boluses_shape")
            return ()
        if len(listed) > MOST_SCREENING_BOLUSES:
            self.refuse(
                "screening.boluses", str(len(listed)), "too_many_boluses", limit=str(MOST_SCREENING_BOLUSES)
            )
            return ()
        read = [
            self._screening_bolus(f"screening.boluses.{number}", each)
            for number, each in enumerate(listed, start=1)
        ]
        known = tuple(bolus for bolus in read if bolus is not None)
        return known if len(known) == len(listed) else ()

    def _screening_bolus(self, place: str, table: Mapping[str, Any]) -> ScreeningBolus | None:
        self.refuse_unknown(place, table, SCREENING_KEYS)
        dose = self.quantity(f"{place}.dose", table, (DOSE,), required=True)
        at = self.instant(f"{place}.at", table, required=True)
        effect = self.quantity(f"{place}.effect", table, (DURATION,), zero_allowed=True)
        adverse = self.yes_or_no(f"{place}.adverse_reaction", table)
        if dose is None or at is None:
            return None
        return ScreeningBolus(
            as_dose(dose), at, None if effect is None else as_duration(effect), adverse is True
        )

    def _line(self) -> LineAtChange | None:
        """What tubing and catheter hold: both are said, or neither, and then both hold the drug of before."""
        table = self.section("line", SECTION_KEYS["line"])
        if "line" not in self.table:
            return None
        said = {"tubing", "catheter"} & set(table)
        tubing, catheter = (
            self.choice(f"line.{part}", table, list(Filling), "unknown_filling", required=bool(said))
            for part in ("tubing", "catheter")
        )
        return LineAtChange(
            Filling(tubing) if tubing in list(Filling) else Filling.OLD,
            Filling(catheter) if catheter in list(Filling) else Filling.OLD,
            self._prime(table),
        )

    def _prime(self, line: Mapping[str, Any]) -> Prime | None:
        if "prime" not in line:
            return None
        table = line["prime"]
        if not isinstance(table, Mapping):
            self.refuse("line.prime", as_written(table), "not_a_table")
            return None
        self.refuse_unknown("line.prime", table, ("volume", "duration"))
        volume = self.quantity("line.prime.volume", table, (VOLUME,), required=True)
        duration = self.quantity("line.prime.duration", table, (DURATION,))
        if volume is None:
            return None
        return Prime(as_volume(volume), None if duration is None else as_duration(duration))

    def _bridge(self) -> Bridge | None:
        table = self.section("bridge", SECTION_KEYS["bridge"])
        if "bridge" not in self.table:
            return None
        aspirated = self.yes_or_no("bridge.aspirated", table)
        if aspirated is True and "dose" in table:
            self.refusals.append(RefusedError("bridge", as_written(table), "two_alternatives"))
            return None
        dose = self.quantity("bridge.dose", table, (DAILY_DOSE,), required="aspirated" not in table)
        return Bridge(dose, aspirated is True)

    def _refill(self) -> FillingUp | None:
        table = self.section("refill", SECTION_KEYS["refill"])
        if "refill" not in self.table:
            return None
        drawn = self.quantity("refill.drawn_off", table, (VOLUME,), zero_allowed=True)
        return FillingUp(
            drawn_off=None if drawn is None else as_volume(drawn),
            withdrawal=self.yes_or_no("refill.withdrawal", table) is True,
            lot=self._seen_text("refill.lot", table),
            expiry=self.day("refill.expiry", table, read_expiry),
        )

    def _read_outs(self, table: Mapping[str, Any]) -> tuple[ReadOut, ...]:
        """What the programmer shows, in the order in which it was typed; the rows of its lists last."""
        self.refuse_unknown("readouts", table, READ_OUTS)
        definitions = [READ_OUTS[name] for name in table if name in READ_OUTS]
        in_order = sorted(definitions, key=lambda each: each.form is ReadOutForm.ROWS)
        found = itertools.chain.from_iterable(self._of_form(each, table) for each in in_order)
        return tuple(read_out for read_out in found if read_out is not None)

    def _of_form(self, definition: ReadOutDefinition, table: Mapping[str, Any]) -> Iterable[ReadOut | None]:
        """What stands under one key of the table: a read-out, or several."""
        if definition.form is ReadOutForm.ROWS:
            return self._rows(definition, table)
        if definition.form is ReadOutForm.TABLE:
            return self._cells_of(definition, definition.name, table[definition.name])
        if definition.form is ReadOutForm.WEEK:
            return self._week(definition, table[definition.name])
        return (self._read_out(definition, definition.name, table),)

    def _week(self, listed: ReadOutDefinition, days: object) -> Iterator[ReadOut | None]:
        """What is shown of single weekdays: a table for each."""
        if not isinstance(days, Mapping):
            self.refuse(f"readouts.{listed.name}", as_written(days), "not_a_table")
            return
        for key, day in days.items():
            if key in list(Weekday):
                yield from self._cells_of(listed, f"{listed.name}.{key}", day)
            else:
                place = f"readouts.{listed.name}.{visible(key)}"
                self.refuse(place, key, "unknown_weekday", known=", ".join(Weekday))

    def _cells_of(self, definition: ReadOutDefinition, name: str, table: object) -> Iterator[ReadOut | None]:
        """What stands in a table of read-outs, any of its cells."""
        if not isinstance(table, Mapping):
            self.refuse(f"readouts.{name}", as_written(table), "not_a_table")
            return
        cells = {cell.name: cell for cell in definition.cells}
        self.refuse_unknown(f"readouts.{name}", table, cells)
        for key in table:
            if key in cells:
                yield self._read_out(cells[key], f"{name}.{key}", table)

    def _rows(self, listed: ReadOutDefinition, table: Mapping[str, Any]) -> Iterator[ReadOut | None]:
        """The rows of the schedule as the programmer lists them, cell by cell."""
        rows = table[listed.name]
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            self.refuse(f"readouts.{listed.name}", as_written(rows), "rows_shape")
            return
        for number, row in enumerate(rows, start=1):
            name = f"{listed.name}.{number}"
            place = f"readouts.{name}"
            self.refuse_unknown(place, row, ("day", *(cell.name for cell in listed.cells)))
            start = self.time_of_day(f"{place}.start", row, required=True)
            self.choice(f"{place}.day", row, list(Weekday), "unknown_weekday")
            if start is None:
                continue
            day = Weekday(row["day"]) if row.get("day") in list(Weekday) else None
            which = StepRow(number, start, day)
            for cell in listed.cells:
                if cell.name in row:
                    yield self._read_out(cell, f"{name}.{cell.name}", row, which)

    def _read_out(
        self, definition: ReadOutDefinition, name: str, table: Mapping[str, Any], row: StepRow | None = None
    ) -> ReadOut | None:
        """The read-out `name` as it stands in `table`; None where it cannot be read."""
        place, typed = f"readouts.{name}", table[definition.name]
        if definition.form is ReadOutForm.DATE:
            return self._date_shown(name, table)
        if definition.form is ReadOutForm.MOMENT:
            moment = self.moment_shown(place, table)
            return None if moment is None else ReadOut(name, as_written(typed), moment=moment)
        if definition.form is ReadOutForm.TIME:
            time = self.time_of_day(place, table)
            return None if time is None else ReadOut(name, typed, at_time=time, row=row)
        if definition.is_counted:
            read = read_whole_days if definition.form is ReadOutForm.WHOLE_DAYS else read_counted
            entered = self.whole_number(place, table, read)
            return None if entered is None else ReadOut(name, entered.text, entered=entered)
        quantity = self.quantity(place, table, definition.kinds, zero_allowed=True)
        if quantity is None:
            return None
        entered = self.entries[place]
        if definition.whole_minutes:
            entered = replace(entered, resolution=min(entered.resolution, _ONE_MINUTE))
        return ReadOut(name, typed, entered=entered, row=row)

    def _date_shown(self, name: str, table: Mapping[str, Any]) -> ReadOut | None:
        day = self.day(f"readouts.{name}", table)
        return None if day is None else ReadOut(name, as_written(table[name]), on=day)

    # --- rules between fields

    def _refuse_contradictions(self, program: Program) -> None:
        reservoir, patient, at = program.reservoir, program.patient, program.reservoir.at
        if (
            reservoir.filled is not None
            and reservoir.low_alarm is not None
            and reservoir.low_alarm >= reservoir.filled
        ):
            self._contradiction("reservoir.low_alarm", "alarm_not_below_filled", other="reservoir.filled")
        self._refuse_bridge(program, therapies_known=program.current is not None and program.new is not None)
        bridged = program.bridge is not None and (program.bridge.dose is not None or program.bridge.aspirated)
        if bridged or program.line is not None:
            self._require_dead_volume(program.system)
        prime = program.line.prime if program.line is not None else None
        if prime is not None and reservoir.filled is not None and prime.volume >= reservoir.filled:
            self._contradiction("line.prime.volume", "prime_not_below_filled", other="reservoir.filled")
        order = (
            ("patient.first_dose", patient.first_dose),
            ("patient.last_increase", patient.last_increase),
            ("patient.last_change", patient.last_change),
            ("reservoir.at", at),
        )
        implanted, eri_seen = program.system.implanted, program.system.eri_seen
        in_time = [
            ("system.implanted", implanted),
            ("reservoir.at", at),
        ]  # a pump may be another than the first
        self._refuse_order([(place, instant) for place, instant in in_time if instant is not None])
        if implanted is not None and eri_seen is not None and implanted.moment > eri_seen.moment:
            self._contradiction("system.implanted", "dates_out_of_order", other="system.eri_seen")
        self._refuse_order([(place, instant) for place, instant in order if instant is not None])
        given = [
            (f"screening.boluses.{number}.at", bolus.at)
            for number, bolus in enumerate(program.screening, start=1)
        ]
        begins = [(place, instant) for place, instant in (order[0], order[-1]) if instant is not None]
        self._refuse_order([*given, *begins[:1]])

    def _refuse_order(self, known: Sequence[tuple[str, Instant]]) -> None:
        """Refuses each moment that lies after the next one."""
        for (place, earlier), (next_place, later) in itertools.pairwise(known):
            if earlier.moment > later.moment:
                self._contradiction(place, "dates_out_of_order", other=next_place)

    def _refuse_bridge(self, program: Program, *, therapies_known: bool) -> None:
        """A bridge needs a change of concentration, and old drug that is left; aspirated may be said without."""
        bridge, line = program.bridge, program.line
        if bridge is None:
            return
        if bridge.aspirated:
            if line is not None:
                self.refuse("bridge.aspirated", "true", "aspirated_beside_line")
            return
        if therapies_known and not program.concentration_changes:
            corrected = program.current is not None and program.current.really is not None
            self.refuse("bridge", "", "bridge_of_a_correction" if corrected else "bridge_without_change")
        elif line is not None and Filling.OLD not in (line.tubing, line.catheter):
            self.refuse("bridge", "", "bridge_without_old_drug")

    def _contradiction(self, place: str, rule: str, *, other: str) -> None:
        self.refusals.append(
            RefusedError(
                place, self._written_at(place), rule, other=other, other_typed=self._written_at(other)
            )
        )

    def _written_at(self, place: str) -> str:
        value: Any = self.table
        for key in place.split("."):
            value = value[int(key) - 1] if isinstance(value, list) else value[key]
        return value if isinstance(value, str) else as_written(value)

    def _require_dead_volume(self, system: System) -> None:
        tubing_open = system.tubing_volume is None and not (system.pump and system.pump.tubing_volume)
        if system.pump is not None and tubing_open and "system.tubing_volume" not in self.refused_places():
            self.missing.append("system.tubing_volume")
        if system.catheter_volume is None and not any(
            p.startswith("system.catheter") for p in self.refused_places()
        ):
            self.missing.append("system.catheter")


def _lacks_only_its_zone(refusal: Refusal) -> bool:
    return isinstance(refusal, FieldEntryError) and refusal.entry.problem is Problem.DATE_WITHOUT_OFFSET


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
