"""What may a programmer show, and what should stand there? The one definition of each read-out.

The order is that in which they are named where a key is refused. The words are in `say/places.py`, by name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.listed_rows import ListedRow, listed_rows
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.totals import ONE_DAY
from itbcalc.compute.working import value_of
from itbcalc.program.records import ReadOut, StepRow
from itbcalc.quantities.clock import TimeOfDay
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DOSE,
    DURATION,
    FLOW_RATE,
    VOLUME,
    Kind,
    as_daily_dose,
    as_flow_rate,
    exactly,
)
from itbcalc.quantities.units import Quantity

Value = Quantity | date | TimeOfDay


class ReadOutForm(Enum):
    """What is typed for a read-out: a quantity, a date, a time of day, or the rows of a list."""

    QUANTITY = auto()
    DATE = auto()
    TIME = auto()
    ROWS = auto()


def _nothing(_: Calculation, __: ReadOut) -> tuple[Value | None, ...]:
    return ()


def _never(_: Calculation) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOutDefinition:
    """A read-out: its key in a program file, what is typed for it, and what should stand there.

    Attributes:
        name: its key in a program file; its words are found by it.
        form: what is typed.
        kinds: of a quantity, the kinds in which programmers print it, the usual one first.
        cells: of rows, what each row may hold.
        offered: what should stand there: several values where it may mean several things; None is left out.
        any_will_do: whether one of several values is enough to agree; otherwise it cannot be told.
        is_absent: whether it is known that there is none, so that whatever is shown there differs.
    """

    name: str
    form: ReadOutForm = ReadOutForm.QUANTITY
    kinds: tuple[Kind, ...] = ()
    cells: tuple["ReadOutDefinition", ...] = ()
    offered: Callable[[Calculation, ReadOut], Iterable[Value | None]] = _nothing
    any_will_do: bool = False
    is_absent: Callable[[Calculation], bool] = _never

    def values(self, calculation: Calculation, read_out: ReadOut) -> tuple[Value, ...]:
        """What `read_out` should show; several values where it may mean several things, none where unknown."""
        return tuple(value for value in self.offered(calculation, read_out) if value is not None)

    @property
    def unit(self) -> str:
        """The unit in which it is usually printed; empty for a date or a time."""
        return self.kinds[0].unit_text if self.kinds else ""

    def kind_of(self, read_out: ReadOut) -> Kind:
        """The one of `kinds` in which `read_out` was printed."""
        return next(kind for kind in self.kinds if shown_as(read_out, kind))


def definition_of(read_out: ReadOut) -> ReadOutDefinition:
    """The definition of a read-out, or of a cell of a row."""
    if read_out.row is None:
        return READ_OUTS[read_out.name]
    name = cell_name(read_out)
    return next(cell for cell in READ_OUTS["steps"].cells if cell.name == name)


def cell_name(read_out: ReadOut) -> str:
    """`dose` of `steps.2.dose`."""
    return read_out.name.rsplit(".", 1)[-1]


def shown_as(read_out: ReadOut, kind: Kind) -> bool:
    """Whether the programmer shows it as a quantity of `kind`."""
    entered = read_out.entered
    return entered is not None and entered.quantity.dimensionality == kind.unit.dimensionality


def rows_meant(row: StepRow, therapy: TherapyValues) -> Sequence[ListedRow]:
    """The rows that begin when it begins; where none does, the step whose turn it is."""
    rows = listed_rows(therapy, row.day)
    same = [each for each in rows if row.start in each.cells("start")]
    if same:
        return same
    steps = [each for each in rows if each.is_step] or list(rows)
    return steps[row.number - 1 : row.number]


# --- what should stand there


def _daily_doses(calculation: Calculation, _: ReadOut) -> tuple[Value | None, ...]:
    """The mean, and where the days of the week differ the dose of each: a programmer may show either."""
    therapy = calculation.new_therapy
    days = therapy.day_doses if therapy.differs_by_weekday else ()
    offered = (therapy.dose, *(as_daily_dose(exactly(dose.magnitude, DAILY_DOSE)) for dose in days))
    return tuple({dose.magnitude: dose for dose in offered if dose is not None}.values())


def _daily_volume(calculation: Calculation, read_out: ReadOut) -> tuple[Value | None]:
    """Some programmers print it as a volume, some as a flow."""
    volume = value_of(calculation.new_daily_volume)
    if volume is None or not shown_as(read_out, FLOW_RATE):
        return (volume,)
    return (as_flow_rate(volume / ONE_DAY),)


def _bridge_volume(calculation: Calculation, _: ReadOut) -> tuple[Value | None]:
    return (calculation.bridge_volume,)


def _bridge_dose(calculation: Calculation, read_out: ReadOut) -> tuple[Value | None]:
    """Some programmers print the dose per day, some that of the whole bridge."""
    whole = shown_as(read_out, DOSE)
    return (value_of(calculation.bridge_drug) if whole else calculation.inputs.bridge_dose,)


def _prime_volumes(calculation: Calculation, _: ReadOut) -> tuple[Value | None, ...]:
    programmed = calculation.inputs.prime_volume
    if programmed is not None:
        return (programmed,)
    return _primed(calculation, value_of(calculation.dead_volume), calculation.inputs.catheter_volume)


def _prime_doses(calculation: Calculation, _: ReadOut) -> tuple[Value | None, ...]:
    if calculation.inputs.prime_volume is not None:
        return (value_of(calculation.prime_dose),)
    whole, catheter = calculation.system_priming_dose, calculation.catheter_priming_dose
    return _primed(calculation, value_of(whole), value_of(catheter))


def _primed(
    calculation: Calculation, whole: Value | None, catheter: Value | None
) -> tuple[Value | None, ...]:
    """Where no prime was said, one fills the whole system, or the catheter alone; where it was aspirated, only the catheter."""
    return (catheter,) if calculation.inputs.aspirated else (whole, catheter)


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


def _rows_are_known(calculation: Calculation) -> bool:
    """Whether the whole schedule is known: then a row that has no counterpart in it is one too many."""
    return calculation.new_therapy.profile is not None


# --- the definitions


def _cell(name: str, kind: Kind | None = None) -> ReadOutDefinition:
    """A cell of a row of the schedule: a quantity of `kind`, without one a time of day."""
    return ReadOutDefinition(
        name=name,
        form=ReadOutForm.TIME if kind is None else ReadOutForm.QUANTITY,
        kinds=() if kind is None else (kind,),
        offered=_cells,
        is_absent=_rows_are_known,
    )


_DEFINITIONS = (
    ReadOutDefinition(
        name="concentration", kinds=(CONCENTRATION,), offered=lambda c, _: (c.inputs.new_concentration,)
    ),
    ReadOutDefinition(name="daily_dose", kinds=(DAILY_DOSE,), offered=_daily_doses, any_will_do=True),
    ReadOutDefinition(name="daily_volume", kinds=(VOLUME, FLOW_RATE), offered=_daily_volume),
    ReadOutDefinition(
        name="flow_rate", kinds=(FLOW_RATE,), offered=lambda c, _: (value_of(c.new_flow_rate),)
    ),
    ReadOutDefinition(
        name="bridge_duration",
        kinds=(DURATION,),
        offered=lambda c, _: (value_of(c.bridge_duration),),
        is_absent=_no_bridge_runs,
    ),
    ReadOutDefinition(
        name="bridge_flow_rate",
        kinds=(FLOW_RATE,),
        offered=lambda c, _: (value_of(c.bridge_flow_rate),),
        is_absent=_no_bridge_runs,
    ),
    ReadOutDefinition(
        name="bridge_volume", kinds=(VOLUME,), offered=_bridge_volume, is_absent=_no_bridge_runs
    ),
    ReadOutDefinition(
        name="bridge_drug",
        kinds=(DOSE,),
        offered=lambda c, _: (value_of(c.bridge_drug),),
        is_absent=_no_bridge_runs,
    ),
    ReadOutDefinition(
        name="bridge_dose", kinds=(DAILY_DOSE, DOSE), offered=_bridge_dose, is_absent=_no_bridge_runs
    ),
    ReadOutDefinition(name="prime_volume", kinds=(VOLUME,), offered=_prime_volumes),
    ReadOutDefinition(name="prime_dose", kinds=(DOSE,), offered=_prime_doses),
    ReadOutDefinition(
        name="low_alarm_date", form=ReadOutForm.DATE, offered=lambda c, _: (_day(c.low_alarm_date),)
    ),
    ReadOutDefinition(name="empty_date", form=ReadOutForm.DATE, offered=lambda c, _: (_day(c.empty_date),)),
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
