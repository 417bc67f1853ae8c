"""What may a programmer show, and what should stand there? The one definition of each read-out.

The order is that in which they are named where a key is refused. What each is called,
and the unit of its field, is in `read_out_keys.py`, by name.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum, auto
from fractions import Fraction

from msgspec import Struct

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.listed_rows import ListedRow, listed_day, usual_day_by_itself
from itbcalc.compute.reservoir import whole_days
from itbcalc.compute.schedule import Flex, PatientBolus, PeriodicBolus, Schedule, SingleBolus
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.totals import ONE_DAY
from itbcalc.compute.working import value_of
from itbcalc.program.read_out_keys import READ_OUT_KEYS, ReadOutForm
from itbcalc.program.records import ReadOut, StepRow
from itbcalc.quantities.clock import TimeOfDay, Weekday
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DOSE,
    DURATION,
    FLOW_RATE,
    LENGTH,
    RATIO,
    VOLUME,
    DailyDose,
    Kind,
    as_daily_dose,
    as_flow_rate,
    as_volume,
    exactly,
)
from itbcalc.quantities.units import Quantity

Value = Quantity | date | TimeOfDay | Instant


class Meaning(Enum):
    """What a programmer may show under a name that means something else."""

    OF_A_WEEKDAY = auto()
    WITH_PATIENT_BOLUSES = auto()


class Other(Struct, frozen=True):
    """What may stand in the place of what a name means; `day` is the weekday of which it is."""

    meaning: Meaning
    value: Value
    day: Weekday | None = None


def _nothing(_: Calculation, __: ReadOut) -> tuple[Value | None, ...]:
    return ()


def _no_others(_: Calculation) -> tuple[Other, ...]:
    return ()


def _no_several(_: Calculation) -> tuple[Value, ...]:
    return ()


def _never(_: Calculation) -> bool:
    return False


def _always(_: Calculation) -> bool:
    return True


class ReadOutDefinition(Struct, frozen=True, kw_only=True):
    """A read-out: its key in a program file, what is typed for it, and what should stand there.

    Attributes:
        name: its key in a program file; its words are found by it.
        form: what is typed.
        kinds: of a quantity, the kinds in which programmers print it, the usual one first.
        cells: of rows and tables, what each may hold.
        offered: what should stand there: several values where it may mean several things; None is left out.
        others: what may be shown there although the name means something else: then it cannot be told.
        whole_minutes: whether it is set in whole minutes, so that nothing was rounded where it is printed: `8 h` is
            no more and no less.
        is_absent: whether it is known that there is none, so that whatever is shown there differs. Where something is
            offered all the same, that is what it would be: a prime that nobody ordered.
        zero_is_none: whether a zero says that there is none, however few its digits: `0 mL` of a prime.
        several: of what it is one where there is no single value; nothing where there is, or it is not known.
        is_expected: whether a programmer shows it at such a change; the window asks for it then.
    """

    name: str
    form: ReadOutForm = ReadOutForm.QUANTITY
    kinds: tuple[Kind, ...] = ()
    cells: tuple["ReadOutDefinition", ...] = ()
    offered: Callable[[Calculation, ReadOut], Iterable[Value | None]] = _nothing
    others: Callable[[Calculation], Iterable[Other]] = _no_others
    whole_minutes: bool = False
    is_absent: Callable[[Calculation], bool] = _never
    zero_is_none: bool = False
    several: Callable[[Calculation], tuple[Value, ...]] = _no_several
    is_expected: Callable[[Calculation], bool] = _always

    def meant(self, calculation: Calculation, read_out: ReadOut) -> tuple[Value, ...]:
        """What `read_out` should show; several values where its name means several things, none where unknown."""
        return tuple(value for value in self.offered(calculation, read_out) if value is not None)

    def values(self, calculation: Calculation, read_out: ReadOut) -> tuple[Value, ...]:
        """What `read_out` may show: what its name means, then what may stand in its place."""
        others = (other.value for other in self.others(calculation))
        return (*self.meant(calculation, read_out), *others)

    @property
    def unit(self) -> str:
        """The unit in which it is usually printed; empty for a date or a time, and for a duration, which says its own."""
        if not self.kinds or (self.kinds[0] is DURATION and not self.is_counted):
            return ""
        return self.kinds[0].unit_text

    @property
    def is_counted(self) -> bool:
        """Whether it is a whole number, of which nothing was rounded away."""
        return self.form in (ReadOutForm.COUNT, ReadOutForm.WHOLE_DAYS)

    def kind_of(self, read_out: ReadOut) -> Kind:
        """The one of `kinds` in which `read_out` was printed."""
        return next(kind for kind in self.kinds if shown_as(read_out, kind))


def definition_of(read_out: ReadOut) -> ReadOutDefinition:
    """The definition of a read-out, or of a cell of a row or table."""
    whole = READ_OUTS[read_out.name.partition(".")[0]]
    name = cell_name(read_out)
    return next((cell for cell in whole.cells if cell.name == name), whole)


def cell_name(read_out: ReadOut) -> str:
    """`dose` of `steps.2.dose`, and of `patient_bolus.dose`."""
    return read_out.name.rsplit(".", 1)[-1]


def shown_as(read_out: ReadOut, kind: Kind) -> bool:
    """Whether the programmer shows it as a quantity of `kind`."""
    entered = read_out.entered
    return entered is not None and entered.quantity.dimensionality == kind.unit.dimensionality


def rows_meant(row: StepRow, therapy: TherapyValues) -> Sequence[ListedRow]:
    """The rows that begin when it begins; where none does, the step whose turn it is.

    Without its day a row may be one of the usual day as it is listed by itself.
    """
    day = listed_day(therapy, row.day)
    same = day.beginning(row.start)
    by_itself = None if row.day is not None else usual_day_by_itself(therapy)
    if by_itself is not None:
        same = list(dict.fromkeys((*same, *by_itself.beginning(row.start))))
    return _different(same) if same else day.numbered(row.number)


def _different(rows: Sequence[ListedRow]) -> Sequence[ListedRow]:
    """The rows without those stretches of the day that are a step as it is listed whole."""
    steps = {(each.duration, each.dose) for each in rows if each.is_step}
    return [each for each in rows if each.is_step or (each.duration, each.dose) not in steps]


# --- what should stand there


def _other_daily_doses(calculation: Calculation) -> Iterator[Other]:
    """Where the days of the week differ the dose of each, and the dose with every patient bolus."""
    therapy = calculation.new_therapy
    if therapy.differs_by_weekday:
        for weekday, dose in zip(Weekday, therapy.day_doses, strict=True):
            yield Other(Meaning.OF_A_WEEKDAY, as_daily_dose(exactly(dose.magnitude, DAILY_DOSE)), weekday)
    if therapy.dose_with_patient_boluses is not None:
        yield Other(Meaning.WITH_PATIENT_BOLUSES, therapy.dose_with_patient_boluses.value)


def _daily_volume(calculation: Calculation, read_out: ReadOut) -> tuple[Value | None]:
    flow, volume = calculation.flow_to_be_shown, value_of(calculation.new_daily_volume)
    return (_volume_or_flow(volume if flow is None else as_volume(flow * ONE_DAY), read_out),)


def _flow_rates(calculation: Calculation) -> tuple[Value, ...]:
    """Where the flow changes through the day each that runs, the least first, and the mean of the day."""
    therapy, mean = calculation.new_therapy, value_of(calculation.new_daily_volume)
    if calculation.flow_to_be_shown is not None or therapy.profile is None or mean is None:
        return ()
    levels = therapy.profile.levels
    running = {Fraction(flow, levels.scale) for flow in levels.flows}
    return tuple(as_flow_rate(exactly(flow, FLOW_RATE)) for flow in sorted({*running, mean.magnitude}))


def at_fixed_flow(calculation: Calculation, read_out: ReadOut) -> Value | None:
    """What a pump of fixed flow gives, whatever dose was typed; None where that is not known, or no such read-out."""
    flow = calculation.inputs.fixed_flow_rate
    if flow is None:
        return None
    given = {
        "daily_dose": value_of(calculation.dose_at_fixed_flow),
        "flow_rate": flow,
        "daily_volume": _volume_or_flow(as_volume(flow * ONE_DAY), read_out),
    }
    return given.get(read_out.name)


def _volume_or_flow(volume: Quantity | None, read_out: ReadOut) -> Quantity | None:
    """A volume in 24 h: some programmers print it as a volume, some as a flow."""
    if volume is None or not shown_as(read_out, FLOW_RATE):
        return volume
    return as_flow_rate(volume / ONE_DAY)


def _basals(calculation: Calculation, _: ReadOut) -> tuple[Value | None, ...]:
    """What runs beside steps and boluses: the mean of the week, and where its days differ that of each.

    Where nothing comes on top of it, it is the daily dose.
    """
    therapy = calculation.new_therapy
    schedule = therapy.schedule
    if isinstance(schedule, PeriodicBolus | SingleBolus):
        return (_or_none_runs(schedule.basal),)
    if not isinstance(schedule, Flex):
        return (therapy.dose,)
    days = [Fraction(_or_none_runs(schedule.day(weekday).basal).magnitude) for weekday in Weekday]
    mean = sum(days, Fraction(0)) / len(days)
    return tuple(as_daily_dose(exactly(dose, DAILY_DOSE)) for dose in dict.fromkeys((mean, *days)))


def _or_none_runs(basal: DailyDose | None) -> DailyDose:
    return as_daily_dose(exactly(0, DAILY_DOSE)) if basal is None else basal


def _of_bolus(
    reader: Callable[[PeriodicBolus | SingleBolus], Value],
) -> Callable[[Calculation, ReadOut], tuple[Value | None]]:
    """Of the bolus that the mode itself gives."""

    def offered(calculation: Calculation, _: ReadOut) -> tuple[Value | None]:
        schedule = calculation.inputs.new_schedule
        return (reader(schedule) if isinstance(schedule, PeriodicBolus | SingleBolus) else None,)

    return offered


def _of_periodic_bolus(
    reader: Callable[[PeriodicBolus], Value],
) -> Callable[[Calculation, ReadOut], tuple[Value | None]]:
    def offered(calculation: Calculation, _: ReadOut) -> tuple[Value | None]:
        schedule = calculation.inputs.new_schedule
        return (reader(schedule) if isinstance(schedule, PeriodicBolus) else None,)

    return offered


def _first_bolus(calculation: Calculation, read_out: ReadOut) -> tuple[Value | None]:
    """When the first one comes; where any of the day's may be called the first, the one that is."""
    schedule, shown_first = calculation.inputs.new_schedule, read_out.at_time
    if not isinstance(schedule, PeriodicBolus):
        return (None,)
    alike = shown_first is not None and schedule.runs_alike_from(shown_first)
    return (shown_first if alike else schedule.first,)


def _of_patient_bolus(
    reader: Callable[[PatientBolus], Value],
) -> Callable[[Calculation, ReadOut], tuple[Value | None]]:
    def offered(calculation: Calculation, _: ReadOut) -> tuple[Value | None]:
        bolus = calculation.inputs.new_patient_bolus
        return (None if bolus is None else reader(bolus),)

    return offered


def _patient_boluses_per_day(calculation: Calculation, _: ReadOut) -> tuple[Value | None]:
    """How many are allotted: none, where there are no patient boluses any more."""
    bolus = calculation.inputs.new_patient_bolus
    if bolus is not None:
        return (exactly(bolus.per_day, RATIO),)
    return (exactly(0, RATIO) if calculation.inputs.new_schedule is not None else None,)


def _days_to_alarm(calculation: Calculation, _: ReadOut) -> tuple[Value | None]:
    """Whole days gone by when the alarm comes: never later than it."""
    time = value_of(calculation.time_to_alarm)
    return (None if time is None else exactly(whole_days(time), DURATION),)


def _dose_of_a_day(calculation: Calculation, read_out: ReadOut) -> tuple[Value | None]:
    return (_dose_on(_weekday(read_out), calculation.new_therapy),)


def _volume_of_a_day(calculation: Calculation, read_out: ReadOut) -> tuple[Value | None]:
    therapy = calculation.new_therapy
    dose = _dose_on(_weekday(read_out), therapy)
    if dose is None or therapy.concentration is None:
        return (None,)
    return (_volume_or_flow(as_volume(dose * ONE_DAY / therapy.concentration), read_out),)


def _dose_on(weekday: Weekday, therapy: TherapyValues) -> DailyDose | None:
    """From midnight to midnight; None where boluses wander through the days."""
    if therapy.profile is None or not therapy.profile.on_the_clock:
        return None
    return (
        as_daily_dose(therapy.day_doses[weekday.number] / ONE_DAY)
        if therapy.differs_by_weekday
        else therapy.dose
    )


def _weekday(read_out: ReadOut) -> Weekday:
    """`sun` of `days.sun.daily_dose`."""
    return Weekday(read_out.name.split(".")[1])


def _bridge_volume(calculation: Calculation, _: ReadOut) -> tuple[Value | None]:
    return (calculation.bridge_volume,)


def _bridge_dose(calculation: Calculation, read_out: ReadOut) -> tuple[Value | None]:
    """Some programmers print the dose per day, some that of the whole bridge."""
    whole = shown_as(read_out, DOSE)
    return (value_of(calculation.bridge_drug) if whole else calculation.inputs.bridge_dose,)


def _prime_volumes(calculation: Calculation, _: ReadOut) -> tuple[Value | None, ...]:
    programmed = calculation.inputs.prime_volume
    return (programmed,) if programmed is not None else _to_prime(calculation, calculation.volume_to_prime)


def _prime_doses(calculation: Calculation, _: ReadOut) -> tuple[Value | None, ...]:
    if calculation.inputs.prime_volume is not None:
        return (value_of(calculation.prime_dose),)
    return _to_prime(calculation, value_of(calculation.dose_to_prime))


def _to_prime(calculation: Calculation, value: Value | None) -> tuple[Value | None, ...]:
    """Where no prime was said, what one would be."""
    return (value,) if calculation.inputs.line_known else ()


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _cells(calculation: Calculation, read_out: ReadOut) -> tuple[Value | None, ...]:
    """One value for each way in which the row may be listed."""
    assert read_out.row is not None
    name, rows = cell_name(read_out), rows_meant(read_out.row, calculation.new_therapy)
    return tuple(value for listed in rows for value in listed.cells(name))


# --- where there is none


def _no_bridge_runs(calculation: Calculation) -> bool:
    """Whether both therapies are known, and no bridge stands between them."""
    inputs, therapies_known = calculation.inputs, calculation.concentration_ratio is not None
    return therapies_known and inputs.bridge_known and not calculation.bridge_runs


def _no_prime_runs(calculation: Calculation) -> bool:
    """Whether what is done to the line is known, and no prime is among it."""
    inputs = calculation.inputs
    return inputs.line_known and inputs.prime_volume is None and not inputs.primes_whole_line


def _rows_are_known(calculation: Calculation) -> bool:
    """Whether the whole schedule is known: then a row that has no counterpart in it is one too many."""
    return calculation.new_therapy.profile is not None


def _schedule_without(*modes: type[Schedule]) -> Callable[[Calculation], bool]:
    """Whether the new schedule is known, and of none of `modes`."""

    def is_absent(calculation: Calculation) -> bool:
        schedule = calculation.inputs.new_schedule
        return schedule is not None and not isinstance(schedule, modes)

    return is_absent


def _no_patient_bolus(calculation: Calculation) -> bool:
    return calculation.inputs.new_schedule is not None and calculation.inputs.new_patient_bolus is None


# --- where it is expected


def _schedule_of(*modes: type[Schedule]) -> Callable[[Calculation], bool]:
    """Whether the new schedule is of one of `modes`."""
    return lambda calculation: isinstance(calculation.inputs.new_schedule, modes)


def _has_patient_bolus(calculation: Calculation) -> bool:
    return calculation.inputs.new_patient_bolus is not None


def _patient_bolus_counts(calculation: Calculation) -> bool:
    """There are patient boluses, or there were: then it must be seen that none are left."""
    return _has_patient_bolus(calculation) or calculation.inputs.current_patient_bolus is not None


def _days_differ(calculation: Calculation) -> bool:
    """They do, or did: then it must be seen that no day of its own is left."""
    new, current = calculation.new_therapy, calculation.current_therapy
    return new.differs_by_weekday or (isinstance(new.schedule, Flex) and current.differs_by_weekday)


# --- the definitions

_BOLUS_MODES = (PeriodicBolus, SingleBolus)


def _cell(name: str, kind: Kind | None = None) -> ReadOutDefinition:
    """A cell of a row of the schedule: a quantity of `kind`, without one a time of day."""
    return ReadOutDefinition(
        name=name,
        form=ReadOutForm.TIME if kind is None else ReadOutForm.QUANTITY,
        kinds=() if kind is None else (kind,),
        offered=_cells,
        whole_minutes=kind is DURATION,
        is_absent=_rows_are_known,
    )


def _cell_of_patient_bolus(
    name: str, kind: Kind, reader: Callable[[PatientBolus], Value]
) -> ReadOutDefinition:
    """A number of the patient bolus: a quantity of `kind`."""
    return ReadOutDefinition(
        name=name,
        kinds=(kind,),
        offered=_of_patient_bolus(reader),
        whole_minutes=kind is DURATION,
        is_absent=_no_patient_bolus,
        is_expected=_has_patient_bolus,
    )


_DEFINITIONS = (
    ReadOutDefinition(
        name="concentration", kinds=(CONCENTRATION,), offered=lambda c, _: (c.inputs.new_concentration,)
    ),
    ReadOutDefinition(
        name="daily_dose",
        kinds=(DAILY_DOSE,),
        offered=lambda c, _: (c.new_dose,),
        others=_other_daily_doses,
    ),
    ReadOutDefinition(name="daily_volume", kinds=(VOLUME, FLOW_RATE), offered=_daily_volume),
    ReadOutDefinition(
        name="flow_rate",
        kinds=(FLOW_RATE,),
        offered=lambda c, _: (c.flow_to_be_shown,),
        several=_flow_rates,
    ),
    ReadOutDefinition(
        name="bridge_duration",
        kinds=(DURATION,),
        offered=lambda c, _: (value_of(c.bridge_duration),),
        is_absent=_no_bridge_runs,
        zero_is_none=True,
    ),
    ReadOutDefinition(
        name="bridge_flow_rate",
        kinds=(FLOW_RATE,),
        offered=lambda c, _: (value_of(c.bridge_flow_rate),),
        is_absent=_no_bridge_runs,
        zero_is_none=True,
    ),
    ReadOutDefinition(
        name="bridge_volume",
        kinds=(VOLUME,),
        offered=_bridge_volume,
        is_absent=_no_bridge_runs,
        zero_is_none=True,
    ),
    ReadOutDefinition(
        name="bridge_drug",
        kinds=(DOSE,),
        offered=lambda c, _: (value_of(c.bridge_drug),),
        is_absent=_no_bridge_runs,
        zero_is_none=True,
    ),
    ReadOutDefinition(
        name="bridge_dose",
        kinds=(DAILY_DOSE, DOSE),
        offered=_bridge_dose,
        is_absent=_no_bridge_runs,
        zero_is_none=True,
    ),
    ReadOutDefinition(
        name="prime_volume",
        kinds=(VOLUME,),
        offered=_prime_volumes,
        is_absent=_no_prime_runs,
        zero_is_none=True,
    ),
    ReadOutDefinition(
        name="prime_dose", kinds=(DOSE,), offered=_prime_doses, is_absent=_no_prime_runs, zero_is_none=True
    ),
    ReadOutDefinition(
        name="prime_duration",
        kinds=(DURATION,),
        offered=lambda c, _: (c.inputs.prime_duration,),
        is_absent=_no_prime_runs,
        zero_is_none=True,
        is_expected=lambda c: c.inputs.prime_duration is not None,
    ),
    ReadOutDefinition(
        name="low_alarm_date",
        form=READ_OUT_KEYS["low_alarm_date"].form,
        offered=lambda c, _: (_day(c.low_alarm_date),),
    ),
    ReadOutDefinition(
        name="empty_date", form=READ_OUT_KEYS["empty_date"].form, offered=lambda c, _: (_day(c.empty_date),)
    ),
    ReadOutDefinition(
        name="days_to_alarm", form=ReadOutForm.WHOLE_DAYS, kinds=(DURATION,), offered=_days_to_alarm
    ),
    ReadOutDefinition(name="filled", kinds=(VOLUME,), offered=lambda c, _: (c.inputs.filled,)),
    ReadOutDefinition(name="low_alarm", kinds=(VOLUME,), offered=lambda c, _: (c.inputs.low_alarm,)),
    ReadOutDefinition(
        name="pump_clock", form=READ_OUT_KEYS["pump_clock"].form, offered=lambda c, _: (c.inputs.at,)
    ),
    ReadOutDefinition(name="tubing_volume", kinds=(VOLUME,), offered=lambda c, _: (c.inputs.tubing_volume,)),
    ReadOutDefinition(
        name="catheter_length", kinds=(LENGTH,), offered=lambda c, _: (c.inputs.catheter_length,)
    ),
    ReadOutDefinition(
        name="catheter_volume", kinds=(VOLUME,), offered=lambda c, _: (c.inputs.catheter_volume,)
    ),
    ReadOutDefinition(name="dead_volume", kinds=(VOLUME,), offered=lambda c, _: (value_of(c.dead_volume),)),
    ReadOutDefinition(
        name="basal",
        kinds=(DAILY_DOSE,),
        offered=_basals,
        is_expected=_schedule_of(Flex, *_BOLUS_MODES),
    ),
    ReadOutDefinition(
        name="bolus",
        kinds=(DOSE,),
        offered=_of_bolus(lambda schedule: schedule.bolus),
        is_absent=_schedule_without(*_BOLUS_MODES),
        is_expected=_schedule_of(*_BOLUS_MODES),
    ),
    ReadOutDefinition(
        name="bolus_duration",
        kinds=(DURATION,),
        offered=_of_bolus(lambda schedule: schedule.duration),
        whole_minutes=True,
        is_absent=_schedule_without(*_BOLUS_MODES),
        is_expected=_schedule_of(*_BOLUS_MODES),
    ),
    ReadOutDefinition(
        name="every",
        kinds=(DURATION,),
        offered=_of_periodic_bolus(lambda schedule: schedule.every),
        whole_minutes=True,
        is_absent=_schedule_without(PeriodicBolus),
        is_expected=_schedule_of(PeriodicBolus),
    ),
    ReadOutDefinition(
        name="first",
        form=ReadOutForm.TIME,
        offered=_first_bolus,
        is_absent=_schedule_without(PeriodicBolus),
        is_expected=_schedule_of(PeriodicBolus),
    ),
    ReadOutDefinition(
        name="patient_bolus",
        form=ReadOutForm.TABLE,
        cells=(
            _cell_of_patient_bolus("dose", DOSE, lambda bolus: bolus.dose),
            _cell_of_patient_bolus("duration", DURATION, lambda bolus: bolus.duration),
            _cell_of_patient_bolus("lockout", DURATION, lambda bolus: bolus.lockout),
            ReadOutDefinition(
                name="per_day",
                form=ReadOutForm.COUNT,
                kinds=(RATIO,),
                offered=_patient_boluses_per_day,
                is_expected=_patient_bolus_counts,
            ),
        ),
    ),
    ReadOutDefinition(
        name="days",
        form=ReadOutForm.WEEK,
        cells=(
            ReadOutDefinition(
                name="daily_dose", kinds=(DAILY_DOSE,), offered=_dose_of_a_day, is_expected=_days_differ
            ),
            ReadOutDefinition(
                name="daily_volume",
                kinds=(VOLUME, FLOW_RATE),
                offered=_volume_of_a_day,
                is_expected=_days_differ,
            ),
        ),
    ),
    ReadOutDefinition(
        name="steps",
        form=ReadOutForm.ROWS,
        cells=(
            _cell("start"),
            _cell("end"),
            _cell("duration", DURATION),
            _cell("dose", DOSE),
            _cell("dose_rate", DAILY_DOSE),
            _cell("flow_rate", FLOW_RATE),
        ),
    ),
)
READ_OUTS: Mapping[str, ReadOutDefinition] = {each.name: each for each in _DEFINITIONS}


def _alone() -> Iterator[tuple[str, ReadOutDefinition]]:
    for each in _DEFINITIONS:
        if each.form is ReadOutForm.TABLE:
            yield from ((f"{each.name}.{cell.name}", cell) for cell in each.cells)
        elif each.form is ReadOutForm.WEEK:
            yield from (
                (f"{each.name}.{weekday}.{cell.name}", cell) for weekday in Weekday for cell in each.cells
            )
        elif each.form is not ReadOutForm.ROWS:
            yield each.name, each


SINGLE_READ_OUTS: Mapping[str, ReadOutDefinition] = dict(_alone())
"""Every read-out that is one value, under its whole name: those in tables too, the cells of rows not."""
