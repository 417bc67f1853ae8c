"""Which therapy do the tables `[current]` and `[new]` hold: drug, concentration, mode and all that belongs to it?

Every mode has its own keys; what belongs to another mode is refused, and so is a schedule that contradicts itself.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from msgspec import Struct

from itbcalc.compute.schedule import (
    Flex,
    FlexDay,
    FlexStep,
    InfusionMode,
    MinimumRate,
    PatientBolus,
    PeriodicBolus,
    Schedule,
    SimpleContinuous,
    SingleBolus,
    Stopped,
)
from itbcalc.errors import EntryError, FieldEntryError
from itbcalc.library.records import Pump
from itbcalc.program.records import Therapy
from itbcalc.program.table_reader import TableReader, as_written
from itbcalc.quantities.clock import Weekday, clock_text
from itbcalc.quantities.display import exact_number
from itbcalc.quantities.entry import read_count
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DOSE,
    DURATION,
    FLOW_RATE,
    Concentration,
    Kind,
    as_daily_dose,
    as_dose,
    as_duration,
    as_flow_rate,
)
from itbcalc.quantities.units import Quantity

COMMON_KEYS = ("drug", "concentration", "mode", "patient_bolus")
MODE_KEYS: Mapping[InfusionMode, tuple[str, ...]] = {
    InfusionMode.SIMPLE_CONTINUOUS: ("daily_dose",),
    InfusionMode.FLEX: ("basal", "steps", "steps_replace_basal", "days"),
    InfusionMode.PERIODIC_BOLUS: ("basal", "bolus", "duration", "every", "first", "bolus_replaces_basal"),
    InfusionMode.SINGLE_BOLUS: ("basal", "bolus", "duration", "bolus_replaces_basal"),
    InfusionMode.MINIMUM_RATE: ("flow_rate",),
    InfusionMode.STOPPED: (),
}
DAY_KEYS = ("basal", "steps", "steps_replace_basal")
STEP_KEYS = ("start", "duration", "dose")
PATIENT_BOLUS_KEYS = ("dose", "duration", "lockout", "per_day")
MAX_STEPS_PER_DAY = 288
MAX_BOLUSES_PER_DAY = 1000

_DAY = Fraction(1)
_SHORTEST_INTERVAL = Fraction(1, 1440)


def read_therapy(reader: TableReader, name: str, pump: Pump | None) -> Therapy | None:
    """The therapy under `name`; None where anything in it is refused or missing."""
    if name not in reader.table:
        return None
    table = reader.section(name)
    mode = reader.choice(f"{name}.mode", table, list(InfusionMode), "unknown_mode", required=True)
    drug = reader.choice(f"{name}.drug", table, reader.library.drugs, "unknown_drug", required=True)
    concentration = reader.quantity(f"{name}.concentration", table, (CONCENTRATION,), required=True)
    if mode is None:
        return None
    before = len(reader.refusals) + len(reader.missing)
    origin = {key: value for key, value in table.items() if key not in ("drug", "concentration")}, pump
    therapies = _Therapies(reader, name, table, pump)
    schedule = reader.part(name, origin, lambda: therapies.schedule(InfusionMode(mode)))
    bolus, really = _patient_bolus(reader, name, table), _really(reader, name, table)
    complete = before == len(reader.refusals) + len(reader.missing)
    if drug is None or concentration is None or schedule is None or not complete:
        return None
    return Therapy(drug, Concentration(concentration), schedule, bolus, really)


def _really(reader: TableReader, name: str, table: Mapping[str, Any]) -> Concentration | None:
    """What was really in the reservoir, where the programmer held another concentration; only of the therapy in force."""
    if name != "current" or "really" not in table:
        return None
    place, held = f"{name}.really", table["really"]
    if not isinstance(held, Mapping):
        reader.refuse(place, as_written(held), "not_a_table")
        return None
    reader.refuse_unknown(place, held, ("concentration",))
    concentration = reader.quantity(f"{place}.concentration", held, (CONCENTRATION,), required=True)
    return None if concentration is None else Concentration(concentration)


class _Therapies(Struct, frozen=True):
    """Reads what is programmed in the table at `name`."""

    reader: TableReader
    name: str
    table: Mapping[str, Any]
    pump: Pump | None

    def schedule(self, mode: InfusionMode) -> Schedule | None:
        """The schedule, as far as it is whole."""
        self._refuse_other_keys(mode)
        readers: Mapping[InfusionMode, Callable[[], Schedule | None]] = {
            InfusionMode.SIMPLE_CONTINUOUS: self._simple_continuous,
            InfusionMode.FLEX: self._flex,
            InfusionMode.PERIODIC_BOLUS: self._periodic_bolus,
            InfusionMode.SINGLE_BOLUS: self._single_bolus,
            InfusionMode.MINIMUM_RATE: self._minimum_rate,
            InfusionMode.STOPPED: Stopped,
        }
        return readers[mode]()

    def _refuse_other_keys(self, mode: InfusionMode) -> None:
        known = (*COMMON_KEYS, *(("really",) if self.name == "current" else ()), *MODE_KEYS[mode])
        if mode is InfusionMode.STOPPED and "patient_bolus" in self.table:
            self._refuse("patient_bolus", "bolus_of_a_stopped_pump")
        for key in self.table:
            owners = [owner for owner, keys in MODE_KEYS.items() if key in keys]
            if key in known:
                continue
            if owners:
                words = ", ".join(owner.words for owner in owners)
                self.reader.refuse(f"{self.name}.{key}", key, "key_of_other_mode", known=words)
            else:
                self.reader.refuse_unknown(self.name, {key: None}, known)

    def _simple_continuous(self) -> SimpleContinuous | None:
        dose = self._quantity("daily_dose", DAILY_DOSE)
        return None if dose is None else SimpleContinuous(as_daily_dose(dose))

    # --- flex

    def _flex(self) -> Flex | None:
        every_day = self._flex_day(self.name, self.table)
        days = self.table.get("days", {})
        if not isinstance(days, Mapping):
            self.reader.refuse(f"{self.name}.days", as_written(days), "not_a_table")
            return None
        differing: list[tuple[Weekday, FlexDay]] = []
        for key, day in days.items():
            place = f"{self.name}.days.{key}"
            if key not in list(Weekday):
                self.reader.refuse(place, key, "unknown_weekday", known=", ".join(Weekday))
            elif not isinstance(day, Mapping):
                self.reader.refuse(place, as_written(day), "not_a_table")
            else:
                self.reader.refuse_unknown(place, day, DAY_KEYS)
                read = self._flex_day(place, day)
                differing += [] if read is None else [(Weekday(key), read)]
        if every_day is None or len(differing) != len(days):
            return None
        flex = Flex(every_day, tuple(sorted(differing, key=lambda pair: pair[0].number)))
        if not any(flex.day(weekday).steps for weekday in Weekday):
            self.reader.refuse(f"{self.name}.steps", "", "no_steps")
            return None
        return flex if self._said_past_midnight(flex) and self._holds_together(flex) else None

    def _flex_day(self, place: str, table: Mapping[str, Any]) -> FlexDay | None:
        basal = self.reader.quantity(f"{place}.basal", table, (DAILY_DOSE,), zero_allowed=True)
        replaces = self._replaces(place, table, "steps_replace_basal", basal, needed=bool(table.get("steps")))
        offered = table.get("steps")
        if offered is None:
            self.reader.missing.append(f"{place}.steps")
            return None
        if not isinstance(offered, list) or not all(isinstance(step, Mapping) for step in offered):
            self.reader.refuse(f"{place}.steps", as_written(offered), "steps_shape")
            return None
        if len(offered) > MAX_STEPS_PER_DAY:
            self.reader.refuse(
                f"{place}.steps", f"{len(offered):,}", "too_many_steps", known=str(MAX_STEPS_PER_DAY)
            )
            return None
        steps = [
            self.reader.part(where, step, partial(self._step, where, step))
            for number, step in enumerate(offered, start=1)
            for where in (f"{place}.steps.{number}",)
        ]
        read = tuple(step for step in steps if step is not None)
        if len(read) != len(offered) or replaces is None or not self._fits_into_a_day(place, read):
            return None
        return FlexDay(read, None if basal is None else as_daily_dose(basal), replaces)

    def _step(self, place: str, table: Mapping[str, Any]) -> FlexStep | None:
        self.reader.refuse_unknown(place, table, STEP_KEYS)
        start = self.reader.time_of_day(f"{place}.start", table, required=True)
        duration = self.reader.quantity(f"{place}.duration", table, (DURATION,), required=True)
        dose = self.reader.quantity(f"{place}.dose", table, (DOSE,), required=True)
        if duration is not None and duration.magnitude > _DAY:
            self.reader.refuse(f"{place}.duration", str(table["duration"]), "longer_than_a_day")
            return None
        if start is None or duration is None or dose is None:
            return None
        return FlexStep(start, as_duration(duration), as_dose(dose))

    def _fits_into_a_day(self, place: str, steps: Sequence[FlexStep]) -> bool:
        total = sum((step.duration.magnitude for step in steps), Fraction(0))
        if total <= _DAY:
            return True
        self.reader.refuse(f"{place}.steps", f"{exact_number(total * 24)} h", "steps_exceed_day")
        return False

    def _said_past_midnight(self, flex: Flex) -> bool:
        """Whether it is said what a step does to the basal of the day after, where its own day has none."""
        fine = True
        for place, day, following in self._days_and_next(flex):
            runs_on = any(step.ends > _DAY for step in day.steps)
            basal_after = any(after.basal is not None and after.basal.magnitude for after in following)
            if runs_on and basal_after and not self._says_what_steps_do(place):
                self.reader.missing.append(f"{place}.steps_replace_basal")
                fine = False
        return fine

    def _days_and_next(self, flex: Flex) -> Iterator[tuple[str, FlexDay, list[FlexDay]]]:
        """Each day as it is written, with the days that may follow it."""
        for written, day in flex.days():
            begins = [
                weekday
                for weekday in Weekday
                if weekday == written or (written is None and weekday not in dict(flex.differing))
            ]
            place = self.name if written is None else f"{self.name}.days.{written}"
            yield place, day, [flex.day(list(Weekday)[(weekday.number + 1) % 7]) for weekday in begins]

    def _says_what_steps_do(self, place: str) -> bool:
        """Whether it stands at `place`, or is looked for already because the day has a basal of its own."""
        table = self.table if place == self.name else self.table["days"][place.rsplit(".", 1)[1]]
        return "steps_replace_basal" in table

    def _holds_together(self, flex: Flex) -> bool:
        """No two steps at once, and nothing left unsaid between them, all through the week."""
        week = (
            list(Weekday) if flex.differing else [Weekday.MON]
        )  # where all days are alike, one follows itself
        runs = sorted(_runs_of(week, self.name, flex), key=lambda run: run.begin)
        first, whole = runs[0], len(week)
        after = [*runs[1:], _Run(first.begin + whole, first.end + whole, first.place, first.step)]
        fine = True
        for run, following in zip(runs, after, strict=True):
            if run.end > following.begin:
                self._refuse_overlap(run, following)
                return False
        unsaid = [weekday for weekday in Weekday if flex.day(weekday).basal is None]
        for run, following in zip(runs, after, strict=True):
            gap = _first_unsaid(run.end, following.begin, unsaid)
            if gap is not None:
                times = f"{clock_text(gap[0] % 1)} to {clock_text(gap[1] % 1 or _DAY)}"
                if flex.differing:
                    times = f"{list(Weekday)[int(gap[0]) % 7].words} {times}"
                self.reader.refuse(f"{self._place_on(gap[0], flex)}.basal", times, "gap_without_basal")
                fine = False
                break
        return fine

    def _place_on(self, time: Fraction, flex: Flex) -> str:
        """Where the day is written on which `time` lies: its own table, or the usual one."""
        weekday = list(Weekday)[int(time) % 7]
        return f"{self.name}.days.{weekday}" if weekday in dict(flex.differing) else self.name

    def _refuse_overlap(self, run: "_Run", following: "_Run") -> None:
        at_midnight = following.begin % 1 == 0 and run.end > following.begin and run.end >= following.end
        twice = at_midnight and run.begin % 1 != 0
        self.reader.refuse(
            f"{following.place}.start",
            following.step.start.text,
            "step_said_twice" if twice else "steps_overlap",
            earlier=run.step.start.text,
            end=clock_text(run.end % 1),
        )

    # --- boluses

    def _periodic_bolus(self) -> PeriodicBolus | None:
        bolus, duration = self._quantity("bolus", DOSE), self._quantity("duration", DURATION)
        every = self._quantity("every", DURATION)
        first = self.reader.time_of_day(f"{self.name}.first", self.table, required=True)
        basal, replaces = self._basal_beside_bolus()
        if duration is not None and every is not None and duration > every:
            self._refuse("duration", "bolus_longer_than_interval", other=str(self.table["every"]))
            return None
        if every is not None and every.magnitude < _SHORTEST_INTERVAL:
            self._refuse("every", "interval_too_short")
            return None
        if bolus is None or duration is None or every is None or first is None or replaces is None:
            return None
        return PeriodicBolus(
            bolus=as_dose(bolus),
            duration=as_duration(duration),
            every=as_duration(every),
            first=first,
            basal=None if basal is None else as_daily_dose(basal),
            replaces_basal=replaces,
        )

    def _single_bolus(self) -> SingleBolus | None:
        bolus, duration = self._quantity("bolus", DOSE), self._quantity("duration", DURATION)
        basal, replaces = self._basal_beside_bolus()
        if duration is not None and duration.magnitude > _DAY:
            self._refuse("duration", "longer_than_a_day")
            return None
        if bolus is None or duration is None or replaces is None:
            return None
        return SingleBolus(
            bolus=as_dose(bolus),
            duration=as_duration(duration),
            basal=None if basal is None else as_daily_dose(basal),
            replaces_basal=replaces,
        )

    def _basal_beside_bolus(self) -> tuple[Quantity | None, bool | None]:
        basal = self.reader.quantity(f"{self.name}.basal", self.table, (DAILY_DOSE,), zero_allowed=True)
        return basal, self._replaces(self.name, self.table, "bolus_replaces_basal", basal, needed=True)

    def _replaces(
        self, place: str, table: Mapping[str, Any], key: str, basal: Quantity | None, *, needed: bool
    ) -> bool | None:
        """Whether the basal gives way; it has to be said where there is one. None where it is missing."""
        said = self.reader.yes_or_no(f"{place}.{key}", table)
        if said is None and needed and basal is not None and basal.magnitude:
            if key not in table:
                self.reader.missing.append(f"{place}.{key}")
            return None
        return True if said is None else said

    def _minimum_rate(self) -> MinimumRate | None:
        published = self.pump.minimum_rate if self.pump is not None else None
        flow = self.reader.quantity(
            f"{self.name}.flow_rate", self.table, (FLOW_RATE,), required=published is None
        )
        if flow is None and published is not None and "flow_rate" not in self.table:
            flow = published.quantity
        return None if flow is None else MinimumRate(as_flow_rate(flow))

    def _quantity(self, key: str, kind: Kind) -> Quantity | None:
        return self.reader.quantity(f"{self.name}.{key}", self.table, (kind,), required=True)

    def _refuse(self, key: str, rule: str, **values: str) -> None:
        self.reader.refuse(f"{self.name}.{key}", str(self.table[key]), rule, **values)


def _patient_bolus(reader: TableReader, name: str, therapy: Mapping[str, Any]) -> PatientBolus | None:
    table, place = therapy.get("patient_bolus"), f"{name}.patient_bolus"
    if table is None:
        return None
    if not isinstance(table, Mapping):
        reader.refuse(place, as_written(table), "not_a_table")
        return None
    reader.refuse_unknown(place, table, PATIENT_BOLUS_KEYS)
    dose = reader.quantity(f"{place}.dose", table, (DOSE,), required=True)
    duration = reader.quantity(f"{place}.duration", table, (DURATION,), required=True)
    lockout = reader.quantity(f"{place}.lockout", table, (DURATION,), required=True)
    per_day = _count(reader, f"{place}.per_day", table)
    if duration is not None and lockout is not None and lockout < duration:
        reader.refuse(
            f"{place}.lockout",
            str(table["lockout"]),
            "lockout_shorter_than_bolus",
            other=str(table["duration"]),
        )
        return None
    if duration is not None and per_day is not None and duration.magnitude * per_day > _DAY:
        reader.refuse(f"{place}.per_day", str(table["per_day"]), "boluses_exceed_day")
        return None
    if dose is None or duration is None or lockout is None or per_day is None:
        return None
    return PatientBolus(as_dose(dose), as_duration(duration), as_duration(lockout), per_day)


def _count(reader: TableReader, place: str, table: Mapping[str, Any]) -> int | None:
    """A whole number, bare as files have it or as the text that was typed."""
    value = table.get("per_day")
    if value is None:
        reader.missing.append(place)
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        count = value
    else:
        try:
            count = read_count(as_written(value))
        except EntryError as error:
            reader.refusals.append(FieldEntryError(place, error))
            return None
    if not 1 <= count <= MAX_BOLUSES_PER_DAY:
        reader.refuse(place, as_written(value), "out_of_range", known=f"{MAX_BOLUSES_PER_DAY:,}")
        return None
    return count


class _Run(Struct, frozen=True):
    """A step in the week, from Monday midnight."""

    begin: Fraction
    end: Fraction
    place: str
    step: FlexStep


def _runs_of(week: Sequence[Weekday], name: str, flex: Flex) -> Iterator[_Run]:
    differing = dict(flex.differing)
    for weekday in week:
        place = f"{name}.days.{weekday}" if weekday in differing else name
        for number, step in enumerate(flex.day(weekday).steps, start=1):
            day = Fraction(weekday.number)
            yield _Run(day + step.begins, day + step.ends, f"{place}.steps.{number}", step)


def _first_unsaid(
    begin: Fraction, end: Fraction, unsaid: Sequence[Weekday]
) -> tuple[Fraction, Fraction] | None:
    """The first part of a gap that lies on a day without a basal."""
    edges = [begin, *(Fraction(day) for day in range(int(begin) + 1, int(end) + 1) if begin < day < end), end]
    for start, stop in itertools.pairwise(edges):
        if start < stop and list(Weekday)[int(start) % 7] in unsaid:
            return start, stop
    return None
