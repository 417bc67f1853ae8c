"""Does what the programmer shows agree with the recomputed values, and if not: which slip would explain it?

A read-out is compared as it was printed: `0.18` stands for every value that rounds to it at two decimals.
A slip explains a differing read-out where it reproduces it exactly as printed. Slips are named; the clinician
decides.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import partial

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.reservoir import whole_days
from itbcalc.compute.totals import ONE_DAY
from itbcalc.compute.working import Worked, value_of
from itbcalc.judge.schedule_rows import ListedRow, cell_name, row_values, rows_meant
from itbcalc.judge.slips import Context, SlipCode, Variation, as_if_typed, distinct, mistyped, variations
from itbcalc.program import READ_OUT_KINDS, STEP_READ_OUT_KINDS, ReadOut, StepRow
from itbcalc.quantities.clock import TimeOfDay
from itbcalc.quantities.display import half_even, half_up
from itbcalc.quantities.entry import Entered
from itbcalc.quantities.kinds import DOSE, FLOW_RATE, Kind, as_daily_dose, as_flow_rate
from itbcalc.quantities.units import Quantity

Value = Quantity | date | TimeOfDay


class Verdict(StrEnum):
    """How a read-out stands to the recomputed value. The values stand in the JSON output."""

    MATCH = "match"
    MATCH_TRUNCATED = "match_truncated"
    MISMATCH = "mismatch"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip that reproduces a read-out, and the value it gives.

    `explains` counts the differing read-outs it reproduces, `contradicts` the agreeing ones it would upset.
    """

    code: SlipCode
    value: Value
    place: str = ""
    quantity: Quantity | None = None
    explains: int = 1
    contradicts: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """A read-out, what was recomputed for it (one value for each reading left open), and the verdict."""

    read_out: ReadOut
    computed: tuple[Value, ...]
    verdict: Verdict
    slips: tuple[Slip, ...] = ()


def cross_check(
    read_outs: Sequence[ReadOut], calculations: Sequence[Calculation], context: Context, *, aspirated: bool
) -> tuple[tuple[Compared, ...], int]:
    """Every read-out with its verdict and slips, and how many slips were tried.

    There is one calculation for each reading of what was left open.
    """
    rows = _compared_rows(read_outs, calculations[0])
    verdicts = [
        rows.get(read_out.name) or _compared(read_out, calculations, aspirated=aspirated)
        for read_out in read_outs
    ]
    differing = [compared for compared in verdicts if compared.verdict is Verdict.MISMATCH]
    if not differing:
        return tuple(verdicts), 0
    agreeing = [c for c in verdicts if c.verdict in (Verdict.MATCH, Verdict.MATCH_TRUNCATED)]
    inputs = calculations[0].inputs
    tried = distinct(variations(inputs, context), inputs)
    found: dict[str, list[Slip]] = {compared.read_out.name: [] for compared in differing}
    for variation in tried:
        calculation = calculations[0].varied(variation.inputs)
        other_mode = type(variation.inputs.new_schedule) is not type(inputs.new_schedule)
        slips = _slips_of(
            variation, calculation, differing, agreeing, aspirated=aspirated, other_mode=other_mode
        )
        for name, slip in slips:
            found[name].append(slip)
    for compared in differing:
        found[compared.read_out.name] += _slips_of_counting(compared.read_out, calculations[0])
        found[compared.read_out.name] += _slips_of_reading(compared)
    with_slips = (
        replace(compared, slips=tuple(sorted(found.get(compared.read_out.name, ()), key=_rank)))
        for compared in verdicts
    )
    return tuple(with_slips), len(tried)


def best_slip(read_outs: Sequence[Compared]) -> tuple[Compared, Slip] | None:
    """The slip that upsets least and explains most, with the first read-out it explains."""
    offered = [(compared, slip) for compared in read_outs for slip in compared.slips]
    return min(offered, key=lambda pair: _rank(pair[1]), default=None)


# --- as printed


def printed_as(entered: Entered, value: Quantity) -> Verdict:
    """Whether `value` prints as `entered`: rounded half up or half even, or cut off, at its last digit."""
    step = entered.resolution.magnitude
    exact, printed = value.magnitude / step, entered.quantity.magnitude / step
    if printed in (half_up(exact), half_even(exact)):
        return Verdict.MATCH
    return Verdict.MATCH_TRUNCATED if printed == exact // 1 else Verdict.MISMATCH


def shows(read_out: ReadOut, value: Value) -> Verdict:
    """Whether `read_out` shows `value`; a date must be the very day."""
    if isinstance(value, date):
        return Verdict.MATCH if read_out.on == value else Verdict.MISMATCH
    if isinstance(value, TimeOfDay):
        return Verdict.MATCH if read_out.at_time == value else Verdict.MISMATCH
    return Verdict.MISMATCH if read_out.entered is None else printed_as(read_out.entered, value)


def _compared(read_out: ReadOut, calculations: Sequence[Calculation], *, aspirated: bool) -> Compared:
    computed: list[Value] = []
    for calculation in calculations:
        values = values_for(read_out, calculation, aspirated=aspirated)
        computed += [value for value in values if value not in computed]
    if read_out.name == "daily_dose":  # of several ways of showing it any will do
        computed = [value for value in computed if shows(read_out, value) is Verdict.MATCH] or computed[:1]
    return Compared(read_out, tuple(computed), _verdict(read_out, computed, calculations[0]))


def _compared_rows(read_outs: Sequence[ReadOut], calculation: Calculation) -> dict[str, Compared]:
    """The cells of the rows of a schedule, by name: each row as a whole against the one way of listing it that fits best."""
    rows: dict[StepRow, list[ReadOut]] = {}
    for read_out in read_outs:
        if read_out.row is not None:
            rows.setdefault(read_out.row, []).append(read_out)
    compared: dict[str, Compared] = {}
    for row, cells in rows.items():
        meant = rows_meant(row, calculation.new_therapy)
        best = max(meant, key=partial(_fitting, cells), default=None)
        for cell in cells:
            computed = () if best is None else best.cells(cell_name(cell))
            compared[cell.name] = Compared(cell, computed, _verdict(cell, computed, calculation))
    return compared


def _fitting(cells: Sequence[ReadOut], listed: ListedRow) -> tuple[int, int]:
    """How many cells of a row agree with one way of listing it, and how many of them to the last digit."""
    verdicts = [{shows(cell, value) for value in listed.cells(cell_name(cell))} for cell in cells]
    return sum(each != {Verdict.MISMATCH} for each in verdicts), sum(
        Verdict.MATCH in each for each in verdicts
    )


def _verdict(read_out: ReadOut, computed: Sequence[Value], calculation: Calculation) -> Verdict:
    if not computed:
        inputs, therapies_known = calculation.inputs, calculation.concentration_ratio is not None
        if read_out.row is not None:
            return Verdict.CANNOT_TELL if calculation.new_therapy.profile is None else Verdict.MISMATCH
        no_bridge = therapies_known and inputs.bridge_known and inputs.bridge_dose is None
        return Verdict.MISMATCH if no_bridge and read_out.name.startswith("bridge_") else Verdict.CANNOT_TELL
    each = {shows(read_out, value) for value in computed}
    if Verdict.MISMATCH not in each:
        return Verdict.MATCH if each == {Verdict.MATCH} else Verdict.MATCH_TRUNCATED
    return Verdict.MISMATCH if each == {Verdict.MISMATCH} else Verdict.CANNOT_TELL


# --- the value behind each read-out


def values_for(read_out: ReadOut, calculation: Calculation, *, aspirated: bool) -> tuple[Value, ...]:
    """What `read_out` should show; several values where it may mean several things, none where unknown."""
    if read_out.row is not None:
        return row_values(read_out, read_out.row, calculation.new_therapy)
    if read_out.name == "daily_dose":
        return _daily_doses(calculation)
    if read_out.name in _PRIMED:
        whole, catheter = _PRIMED[read_out.name](calculation)
        offered: tuple[Value | None, ...] = (catheter,) if aspirated else (whole, catheter)
    else:
        offered = (_SHOWN[read_out.name](calculation, read_out),)
    return tuple(value for value in offered if value is not None)


def _quantity(worked: Worked[Quantity] | None) -> Quantity | None:
    return None if worked is None else worked.value


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _daily_volume(calculation: Calculation, read_out: ReadOut) -> Value | None:
    """Some programmers print it as a volume, some as a flow."""
    volume = value_of(calculation.new_daily_volume)
    if volume is None or not _is_of(read_out, FLOW_RATE):
        return volume
    return as_flow_rate(volume / ONE_DAY)


def _daily_doses(calculation: Calculation) -> tuple[Value, ...]:
    """The mean, and where the days of the week differ the dose of each: a programmer may show either."""
    therapy = calculation.new_therapy
    days = therapy.day_doses if therapy.differs_by_weekday else ()
    offered = [therapy.dose, *(as_daily_dose(dose / ONE_DAY) for dose in days)]
    return tuple(dict.fromkeys(dose for dose in offered if dose is not None))


def _bridge_dose(calculation: Calculation, read_out: ReadOut) -> Value | None:
    """Some programmers print the dose per day, some that of the whole bridge."""
    return _quantity(calculation.bridge_drug) if _is_of(read_out, DOSE) else calculation.inputs.bridge_dose


def _bridge_volume(calculation: Calculation, _: ReadOut) -> Value | None:
    return None if calculation.inputs.bridge_dose is None else _quantity(calculation.dead_volume)


def _is_of(read_out: ReadOut, kind: Kind) -> bool:
    entered = read_out.entered
    return entered is not None and entered.quantity.dimensionality == kind.unit.dimensionality


_SHOWN: Mapping[str, Callable[[Calculation, ReadOut], Value | None]] = {
    "concentration": lambda calculation, _: calculation.inputs.new_concentration,
    "daily_volume": _daily_volume,
    "flow_rate": lambda calculation, _: _quantity(calculation.new_flow_rate),
    "bridge_duration": lambda calculation, _: _quantity(calculation.bridge_duration),
    "bridge_flow_rate": lambda calculation, _: _quantity(calculation.bridge_flow_rate),
    "bridge_volume": _bridge_volume,
    "bridge_drug": lambda calculation, _: _quantity(calculation.bridge_drug),
    "bridge_dose": _bridge_dose,
    "low_alarm_date": lambda calculation, _: _day(calculation.low_alarm_date),
    "empty_date": lambda calculation, _: _day(calculation.empty_date),
}

# A priming bolus fills the whole system, or the catheter alone; where it was aspirated, only the catheter.
_PRIMED: Mapping[str, Callable[[Calculation], tuple[Value | None, Value | None]]] = {
    "prime_volume": lambda calculation: (
        _quantity(calculation.dead_volume),
        calculation.inputs.catheter_volume,
    ),
    "prime_dose": lambda calculation: (
        _quantity(calculation.system_priming_dose),
        _quantity(calculation.catheter_priming_dose),
    ),
}


# --- which slips reproduce it


_PLAUSIBILITY = {code: place for place, code in enumerate(SlipCode)}


def _rank(slip: Slip) -> tuple[int, int, int]:
    """Those that upset nothing first, then those that explain most, then the most plausible."""
    return slip.contradicts, -slip.explains, _PLAUSIBILITY[slip.code]


def _slips_of(
    variation: Variation,
    calculation: Calculation,
    differing: Sequence[Compared],
    agreeing: Sequence[Compared],
    *,
    aspirated: bool,
    other_mode: bool,
) -> Iterator[tuple[str, Slip]]:
    """The read-outs, by name, that a variation of the inputs reproduces as printed."""
    reproduced: dict[str, Value] = {}
    for compared in differing:
        if other_mode and compared.read_out.row is not None:
            continue  # the rows of another mode are others: that one fits would prove nothing
        for value in values_for(compared.read_out, calculation, aspirated=aspirated):
            if shows(compared.read_out, value) is Verdict.MATCH:
                reproduced.setdefault(
                    compared.read_out.name, value
                )  # of several ways of showing it one will do
    if not reproduced:
        return
    upset = sum(_is_upset(compared, calculation, aspirated=aspirated) for compared in agreeing)
    for name, value in reproduced.items():
        yield name, Slip(variation.code, value, variation.place, variation.quantity, len(reproduced), upset)


def _is_upset(compared: Compared, calculation: Calculation, *, aspirated: bool) -> bool:
    values = values_for(compared.read_out, calculation, aspirated=aspirated)
    return all(shows(compared.read_out, value) is Verdict.MISMATCH for value in values)


def _slips_of_counting(read_out: ReadOut, calculation: Calculation) -> Iterator[Slip]:
    """The programmer counts in another way: whole days, or the bridge at the new concentration."""
    counted: list[tuple[SlipCode, Value | None]] = []
    times = {"low_alarm_date": calculation.time_to_alarm, "empty_date": calculation.time_to_empty}
    time, start = times.get(read_out.name), calculation.inputs.at
    if time is not None and start is not None:
        day = _days_after(start.moment.date(), whole_days(time.value))
        counted.append((SlipCode.COUNTS_WHOLE_DAYS, day))
    with_boluses = calculation.new_therapy.dose_with_patient_boluses
    if read_out.name == "daily_dose" and with_boluses is not None:
        counted.append((SlipCode.PATIENT_BOLUSES_COUNTED, with_boluses.value))
    if read_out.name == "bridge_drug" or (read_out.name == "bridge_dose" and _is_of(read_out, DOSE)):
        shown = _quantity(calculation.bridge_dose_shown_at_new_concentration)
        counted.append((SlipCode.COUNTED_AT_NEW_CONCENTRATION, shown))
    for code, value in counted:
        if value is not None and shows(read_out, value) is Verdict.MATCH:
            yield Slip(code, value)


def _days_after(start: date, days: int) -> date | None:
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return None


_IN_THE_READ_OUT = {
    SlipCode.DECIMAL_POINT_MOVED: SlipCode.READ_OUT_DECIMAL_POINT_MOVED,
    SlipCode.DIGITS_TRANSPOSED: SlipCode.READ_OUT_DIGITS_TRANSPOSED,
}


def _slips_of_reading(compared: Compared) -> Iterator[Slip]:
    """The read-out itself mistyped: the recomputed value with its point moved or two digits swapped."""
    read_out, entered = compared.read_out, compared.read_out.entered
    if entered is None or " " in entered.number_text:  # a date, or a compound duration
        return
    kinds = READ_OUT_KINDS.get(read_out.name) or STEP_READ_OUT_KINDS[cell_name(read_out)]
    kind = next(kind for kind in kinds if _is_of(read_out, kind))
    for code, number in mistyped(entered.number_text):
        meant = as_if_typed(number, entered, kind)
        for value in compared.computed if meant is not None else ():
            if (
                meant is not None
                and isinstance(value, Quantity)
                and printed_as(meant, value) is Verdict.MATCH
            ):
                place = f"readouts.{read_out.name}"
                yield Slip(_IN_THE_READ_OUT[code], value, place, meant.quantity)
