"""Which scenario does a TOML file hold - and what in it is refused, with the place of each fault?"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from itbcalc.compute.schedule import InfusionMode
from itbcalc.errors import EntryError, FieldEntryError, LibraryError, Refusal, RefusedError
from itbcalc.library.records import Library
from itbcalc.practice.criteria import Criterion, CriterionKind, read_criterion
from itbcalc.practice.faults import Fault, FaultKind, FoundBy
from itbcalc.practice.patient import PatientTraits
from itbcalc.practice.scenario import ChartRow, Expert, Hidden, ProgrammerFault, Scenario, ScenarioEvent
from itbcalc.practice.table import PracticeReader, is_name
from itbcalc.program import Program, parse_toml, read_program
from itbcalc.program.table_reader import as_written
from itbcalc.program.toml_file import MAX_FILE_BYTES
from itbcalc.quantities.display import shown
from itbcalc.quantities.instants import Instant, offset_matches_zone, read_zone
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    VOLUME,
    DailyDose,
    as_concentration,
    as_daily_dose,
    as_volume,
)
from itbcalc.resources import resource_path
from itbcalc.safe_files import read_plain
from itbcalc.say import refusal_words

ENDING = ".toml"
LONGEST_RUN = Fraction(731)  # days, the hidden time before among them: a course of five-minute steps
MOST_SEED = 10**9
NOBODY = "none"
# The ends of the scales: Ashworth and Penn to 4, the numeric rating of pain to 10.
MOST_OF_TRAIT = {"ashworth": 4, "penn": 4, "pain": 10}
TRAITS = tuple(name for name in PatientTraits.__struct_fields__ if name not in ("seed", "origin"))

TOP_KEYS = (
    "title",
    "goal",
    "source",
    "starts",
    "zone",
    "lasts",
    "seed",
    "situation",
    "chart",
    "hints",
    "program",
    "hidden",
    "events",
    "programmer",
    "criteria",
    "debrief",
)
PROGRAM_KEYS = ("system", "reservoir", "patient", "current")
HIDDEN_KEYS = (
    "accustomed",
    "treated",
    "before",
    "line",
    "reservoir",
    "concentration",
    "tubing_volume",
    "average_patient",
    "patient",
    "faults",
)
FAULT_KEYS = ("kind", "begins", "ends", "value", "found_by")
EVENT_KEYS = ("at", "words", "away_until")
PROGRAMMER_KEYS = ("when_mode", "until_seen", "words", "makes")
DEBRIEF_KEYS = ("words", "experts")
EXPERT_KEYS = ("words", "source")


class ScenarioError(LibraryError):
    """A scenario cannot be used: `.faults` holds each fault as its place and what is wrong there."""

    def __init__(self, where: str, faults: Sequence[tuple[str, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__(where, "; ".join(f"{place}: {reason}" for place, reason in self.faults))


# --- finding them


def built_in_folder() -> Path:
    """Where the scenarios that come with the program lie."""
    return resource_path() / "practice" / "scenarios"


def scenario_paths(own: Path | None = None) -> dict[str, Path]:
    """Every scenario by its name, in the order of names; one in the folder `own` does not hide a built-in one."""
    folders = [folder for folder in (own, built_in_folder()) if folder is not None]
    found = {path.stem: path for folder in folders for path in folder.glob(f"*{ENDING}")}
    return dict(sorted(found.items()))


def read_scenario_named(name: str, library: Library, own: Path | None = None) -> Scenario:
    """The scenario of this name, or the one in the file of this path. Raises RefusedError, ScenarioError."""
    known = scenario_paths(own)
    path = known.get(name) or (Path(name) if name.endswith(ENDING) else None)
    if path is None:
        raise RefusedError("scenario", name, "practice_scenario", known=", ".join(known))
    return read_scenario(path, library)


def read_scenario(path: Path, library: Library) -> Scenario:
    """The scenario in a file. Raises ScenarioError with every fault and its place."""
    try:
        raw = read_plain(path, MAX_FILE_BYTES)
    except OSError as error:
        raise ScenarioError(path.name, [("file", error.strerror or "cannot be read")]) from error
    except RefusedError as error:
        raise ScenarioError(path.name, [(error.field, refusal_words(error))]) from error
    return read_scenario_text(raw, path.stem, library)


def read_scenario_text(raw: bytes, name: str, library: Library) -> Scenario:
    """The scenario of that name that `raw` holds, as it would stand in its file. Raises ScenarioError."""
    file = f"{name}{ENDING}"
    try:
        table = parse_toml(raw)
    except RefusedError as error:
        raise ScenarioError(file, [(error.field, refusal_words(error))]) from error
    if not is_name(name):
        reason = "the name of the file is small letters, digits and single hyphens"
        raise ScenarioError(file, [("file", reason)])
    return _ScenarioReader(table, library, {}).scenario(Path(file), raw)


class _ScenarioReader(PracticeReader):
    """Reads a whole scenario."""

    def scenario(self, path: Path, raw: bytes) -> Scenario:
        """The scenario; raises ScenarioError."""
        self.refuse_unknown("", self.table, TOP_KEYS)
        self._read_zone()
        title, goal = self.words("title", self.table), self.words("goal", self.table)
        situation = self.words("situation", self.table)
        source = self.sources("source", self.table)
        seed = self.whole("seed", self.table, 0, MOST_SEED)
        starts = self.instant("starts", self.table, required=True)
        lasts = self.duration("lasts", self.table, required=True)
        chart, hints = self._chart(), self.texts("hints", self.table, required=False)
        program_table, program = self._program(starts)
        hidden = self._hidden(program)
        happening = [self._event(*each) for each in self.tables("events", self.table)]
        events = tuple(each for each in happening if each is not None)
        read = [self._programmer(*each, program_table) for each in self.tables("programmer", self.table)]
        programmer = tuple(each for each in read if each is not None)
        criteria = self._criteria()
        debrief, experts = self._debrief()
        self._refuse_contradictions(lasts, hidden, happening, criteria)
        self._refuse_offset(starts)
        self._refuse_volumes(program, hidden)
        self._raise(path.name)
        # Nothing was refused and nothing is missing: what mypy cannot see.
        assert title is not None
        assert goal is not None
        assert situation is not None
        assert seed is not None
        assert starts is not None
        assert lasts is not None
        assert program is not None
        assert hidden is not None
        assert debrief is not None
        return Scenario(
            name=path.stem,
            title=title,
            goal=goal,
            source=source,
            starts=starts,
            zone=str(self.zone),
            lasts=lasts,
            seed=seed,
            situation=situation,
            chart=chart,
            hints=hints,
            table=program_table,
            program=program,
            hidden=hidden,
            events=tuple(sorted(events, key=lambda event: event.at)),
            programmer=programmer,
            criteria=criteria,
            debrief=debrief,
            experts=experts,
            text=raw.decode("utf-8"),
            digest=hashlib.sha256(raw).hexdigest(),
        )

    def _raise(self, where: str) -> None:
        faults = [(refusal.field, refusal_words(refusal)) for refusal in self.refusals]
        faults += [(place, "is needed") for place in self.missing]
        if faults:
            raise ScenarioError(where, faults)

    def _read_zone(self) -> None:
        zone = self.text("zone", self.table, required=True)
        if zone is None:
            return
        try:
            self.zone = read_zone(zone)
        except EntryError as error:
            self.refusals.append(FieldEntryError("zone", error))

    def _chart(self) -> tuple[ChartRow, ...]:
        rows = self.table.get("chart", [])
        shaped = isinstance(rows, list) and all(
            isinstance(row, list) and len(row) == 2 and all(isinstance(cell, str) and cell for cell in row)
            for row in rows
        )
        if not shaped:
            self.refuse("chart", as_written(rows), "practice_chart")
            return ()
        return tuple(ChartRow(*row) for row in rows)

    # --- the programme in force

    def _program(self, starts: Instant | None) -> tuple[dict[str, Any], Program | None]:
        """The tables of a program file at the start, and what they hold; the therapy in force stands for the new one."""
        given = self.inner("program", self.table, required=True)
        self.refuse_unknown("program", given, PROGRAM_KEYS)
        table = {key: given[key] for key in PROGRAM_KEYS if isinstance(given.get(key), Mapping)}
        self.missing += [f"program.{key}" for key in PROGRAM_KEYS if key not in table]
        if starts is None or self.zone is None or len(table) < len(PROGRAM_KEYS):
            return {}, None
        moment = {"at": starts.moment.isoformat(), "zone": str(self.zone)}
        self._refuse_moment(table["reservoir"])
        whole = {**table, "reservoir": {**table["reservoir"], **moment}, "new": table["current"]}
        reading = read_program(whole, self.library)
        for refusal in reading.refusals:
            if not refusal.field.startswith("new"):  # the same as `current`
                self.refusals.append(_moved(refusal, "program"))
        self.missing += [f"program.{place}" for place in reading.missing if not place.startswith("new")]
        program = reading.program
        if program.system.catheter_volume is None and "catheter" not in table["system"]:
            self.missing.append("program.system.catheter")
        if program.system.pump is not None and program.system.pump.reservoir_volume is None:
            self.refuse("program.system.pump", as_written(table["system"].get("pump")), "practice_pump")
        patient = program.patient
        for key, value in (("spasticity_origin", patient.origin), ("age_years", patient.age_years)):
            if value is None and key not in table["patient"]:  # the virtual patient is drawn by them
                self.missing.append(f"program.patient.{key}")
        return table, program if program.current is not None else None

    def _refuse_moment(self, reservoir: Mapping[str, Any]) -> None:
        for key in ("at", "zone"):
            if key in reservoir:
                self.refuse(f"program.reservoir.{key}", as_written(reservoir[key]), "practice_moment")

    # --- what is hidden

    def _hidden(self, program: Program | None) -> Hidden | None:
        table = self.inner("hidden", self.table, required=True)
        self.refuse_unknown("hidden", table, HIDDEN_KEYS)
        accustomed = self._accustomed(table)
        treated = self.duration("hidden.treated", table, required=True)
        before = self.duration("hidden.before", table, required=False) or Fraction(0)
        line = self.choice("hidden.line", table, ("drug", "csf"), "practice_choice")
        volumes = {
            key: self.quantity(f"hidden.{key}", table, (VOLUME,)) for key in ("reservoir", "tubing_volume")
        }
        concentration = self.quantity("hidden.concentration", table, (CONCENTRATION,))
        tubing = volumes["tubing_volume"]
        if tubing is None and program is not None and program.system.tubing_volume is None:
            self.missing.append("hidden.tubing_volume")
        faults = [self._fault(*each) for each in self.tables("hidden.faults", table)]
        return (
            None
            if treated is None
            else Hidden(
                accustomed=accustomed,
                treated=treated,
                before=before,
                line_holds_drug=line != "csf",
                reservoir=None if volumes["reservoir"] is None else as_volume(volumes["reservoir"]),
                concentration=None if concentration is None else as_concentration(concentration),
                tubing_volume=None if tubing is None else as_volume(tubing),
                average_patient=self.yes_or_no("hidden.average_patient", table) or False,
                traits=self._traits(self.inner("hidden.patient", table, required=False)),
                faults=tuple(fault for fault in faults if fault is not None),
            )
        )

    def _accustomed(self, table: Mapping[str, Any]) -> DailyDose | None:
        if table.get("accustomed") == NOBODY:
            return None
        dose = self.quantity("hidden.accustomed", table, (DAILY_DOSE,), required=True)
        return None if dose is None else as_daily_dose(dose)

    def _traits(self, table: Mapping[str, Any]) -> dict[str, Fraction]:
        self.refuse_unknown("hidden.patient", table, TRAITS)
        numbers = {key: self.number(f"hidden.patient.{key}", table) for key in table}
        found = {key: number for key, number in numbers.items() if number is not None}
        for key, most in MOST_OF_TRAIT.items():
            if key in found and found[key] > most:
                self.refuse(f"hidden.patient.{key}", as_written(table[key]), "practice_scale", most=str(most))
        return found

    def _fault(self, place: str, table: Mapping[str, Any]) -> Fault | None:
        self.refuse_unknown(place, table, FAULT_KEYS)
        before = self.faults
        fault = read_fault(self, place, table)
        return fault if before == self.faults else None

    # --- what happens, and what the programmer makes of it

    def _event(self, place: str, table: Mapping[str, Any]) -> ScenarioEvent | None:
        self.refuse_unknown(place, table, EVENT_KEYS)
        at = self.duration(f"{place}.at", table, required=True)
        words = self.words(f"{place}.words", table)
        away = self.duration(f"{place}.away_until", table, required=False)
        if at is None or words is None:
            return None
        if away is not None and away <= at:
            self.refuse(f"{place}.away_until", as_written(table["away_until"]), "practice_away")
        return ScenarioEvent(at=at, words=words, away_until=away)

    def _programmer(
        self, place: str, table: Mapping[str, Any], program_table: Mapping[str, Any]
    ) -> ProgrammerFault | None:
        self.refuse_unknown(place, table, PROGRAMMER_KEYS)
        words = self.words(f"{place}.words", table)
        makes = self.inner(f"{place}.makes", table, required=True)
        self.refuse_unknown(f"{place}.makes", makes, ("system", "new"))
        system = self.inner(f"{place}.makes.system", makes, required=False)
        self.refuse_unknown(f"{place}.makes.system", system, ("tubing_volume",))
        self.quantity(f"{place}.makes.system.tubing_volume", system, (VOLUME,))
        mode = self.choice(f"{place}.when_mode", table, list(InfusionMode), "practice_choice")
        self._check_new(
            f"{place}.makes", self.inner(f"{place}.makes.new", makes, required=False), mode, program_table
        )
        until_seen = self.yes_or_no(f"{place}.until_seen", table) or False
        if words is None:
            return None
        return ProgrammerFault(words=words, makes=makes, when_mode=mode or "", until_seen=until_seen)

    def _check_new(
        self, place: str, new: Mapping[str, Any], mode: str | None, program_table: Mapping[str, Any]
    ) -> None:
        """A whole therapy is read as one; single keys, of which no more is needed, as in the mode that they are laid over."""
        if not new:
            return
        if "mode" not in new and mode is None:
            self.refuse(f"{place}.new", ", ".join(new), "practice_when_mode")
            return
        whole = new if "mode" in new else {**new, "mode": mode}
        reading = read_program({**program_table, "new": whole}, self.library)
        self.refusals += [_moved(each, place) for each in reading.refusals if each.field.startswith("new")]
        if "mode" in new:
            self.missing += [f"{place}.{each}" for each in reading.missing if each.startswith("new")]

    # --- what is scored, and what is said afterwards

    def _criteria(self) -> tuple[Criterion, ...]:
        if not self.table.get("criteria"):
            self.missing.append("criteria")
        read = [read_criterion(self, *each) for each in self.tables("criteria", self.table)]
        criteria = tuple(criterion for criterion in read if criterion is not None)
        seen: set[str] = set()
        for number, criterion in enumerate(criteria, start=1):
            if criterion.id in seen:
                self.refuse("criteria", criterion.id, "practice_twice")
            unknown = [each for each in criterion.needs if each not in seen]
            if unknown and len(criteria) == len(read):  # else the one meant may be the one that was refused
                self.refuse(f"criteria.{number}.needs", ", ".join(unknown), "practice_needs")
            seen.add(criterion.id)
        return criteria

    def _debrief(self) -> tuple[str | None, tuple[Expert, ...]]:
        table = self.inner("debrief", self.table, required=True)
        self.refuse_unknown("debrief", table, DEBRIEF_KEYS)
        experts = [self._expert(*each) for each in self.tables("debrief.experts", table)]
        if not experts:
            self.missing.append("debrief.experts")
        return self.words("debrief.words", table), tuple(each for each in experts if each is not None)

    def _expert(self, place: str, table: Mapping[str, Any]) -> Expert | None:
        self.refuse_unknown(place, table, EXPERT_KEYS)
        words, source = self.words(f"{place}.words", table), self.sources(f"{place}.source", table)
        return None if words is None else Expert(words, source)

    # --- between the parts

    def _refuse_contradictions(
        self,
        lasts: Fraction | None,
        hidden: Hidden | None,
        events: Sequence[ScenarioEvent | None],
        criteria: Sequence[Criterion],
    ) -> None:
        """Only once each part is right by itself: else one fault would be told as two."""
        if self.faults or lasts is None or hidden is None:
            return
        if not 0 < lasts + hidden.before <= LONGEST_RUN or not lasts:
            self.refuse("lasts", as_written(self.table["lasts"]), "practice_lasts", most=str(LONGEST_RUN))
        for number, event in enumerate(events, start=1):
            if event is not None and event.at >= lasts:
                self.refuse(
                    f"events.{number}.at", self.table["events"][number - 1]["at"], "practice_after_end"
                )
        for number, hidden_fault in enumerate(hidden.faults, start=1):
            if hidden_fault.begins >= lasts + hidden.before:
                typed = self.table["hidden"]["faults"][number - 1]["begins"]
                self.refuse(f"hidden.faults.{number}.begins", typed, "practice_after_end")
        for number, criterion in enumerate(criteria, start=1):
            for key in ("by", "at", "from", "within"):
                time = criterion.given.get(key)
                if isinstance(time, Fraction) and time > lasts:
                    typed = self.table["criteria"][number - 1][key]
                    self.refuse(f"criteria.{number}.{key}", typed, "practice_after_end")
            fault = criterion.given.get("fault")
            hidden_kinds = {each.kind for each in hidden.faults}
            if criterion.kind is CriterionKind.FAULT_FOUND and fault not in hidden_kinds:
                self.refuse(f"criteria.{number}.fault", str(fault), "practice_no_such_fault")

    def _refuse_offset(self, starts: Instant | None) -> None:
        """An offset that is not in force in the zone then: one of the two is a slip."""
        typed = self.table.get("starts")
        if starts is None or self.zone is None:
            return
        offset = re.search(r"([+-])([0-9]{2}):([0-9]{2})$", as_written(typed))
        if offset is None:
            return
        sign, hours, minutes = offset.groups()
        written = timedelta(hours=int(hours), minutes=int(minutes)) * (1 if sign == "+" else -1)
        if not offset_matches_zone(written, starts):
            self.refuse("starts", as_written(typed), "practice_offset", zone=str(self.zone))

    def _refuse_volumes(self, program: Program | None, hidden: Hidden | None) -> None:
        """No reservoir holds more than the pump's."""
        pump = None if program is None else program.system.pump
        if program is None or pump is None or pump.reservoir_volume is None:
            return
        most = pump.reservoir_volume.quantity
        there = {
            "program.reservoir.filled": program.reservoir.filled,
            "hidden.reservoir": None if hidden is None else hidden.reservoir,
        }
        for place, volume in there.items():
            if volume is not None and volume > most:
                self.refuse(place, shown(volume), "practice_too_full", most=shown(most))


def read_fault(reader: PracticeReader, place: str, table: Mapping[str, Any]) -> Fault | None:
    """A hidden fault; None where anything in it is refused or missing, which `reader` then holds."""
    kind = reader.choice(f"{place}.kind", table, list(FaultKind), "practice_choice", required=True)
    begins = reader.duration(f"{place}.begins", table, required=True)
    ends = reader.duration(f"{place}.ends", table, required=False)
    found_by = reader.choice(f"{place}.found_by", table, list(FoundBy), "practice_choice")
    value = reader.number(f"{place}.value", table) if "value" in table else None
    if kind is None or begins is None:
        return None
    try:
        return Fault(
            kind=FaultKind(kind),
            begins=begins,
            ends=ends,
            value=value,
            found_by=None if found_by is None else FoundBy(found_by),
        )
    except RefusedError as error:
        reader.refusals.append(_moved(error, place))
        return None


def _moved(refusal: Refusal, under: str) -> Refusal:
    """The same refusal, its place inside the table `under`."""
    place = f"{under}.{refusal.field}"
    if isinstance(refusal, FieldEntryError):
        return FieldEntryError(place, refusal.entry)
    return RefusedError(place, refusal.typed, refusal.rule, **refusal.values)
