"""Which results does a check show, and in which order? The one table behind window, terminal, paper and JSON."""

import dataclasses
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import Any

from msgspec import Struct, field

from itbcalc.compute.calculation import Calculation, HeldInLine
from itbcalc.compute.reservoir import RefillLimit, dated, whole_days
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.totals import ONE_DAY
from itbcalc.compute.working import Worked, value_of
from itbcalc.judge.check import Checked
from itbcalc.judge.comparing import Compared
from itbcalc.judge.verdicts import Verdict
from itbcalc.program import ReadOut
from itbcalc.program.read_outs import SINGLE_READ_OUTS, ReadOutDefinition, Value
from itbcalc.quantities.display import date_text, moment_text, shown, shown_change, with_unit
from itbcalc.quantities.kinds import DURATION, PERCENTAGE, RATIO, Duration, as_volume, exactly
from itbcalc.quantities.units import Quantity
from itbcalc.say.answer_report import plug_words
from itbcalc.say.catalogue import N_, Worded, _
from itbcalc.say.message import alternatives
from itbcalc.say.places import MODE_WORDS, READ_OUT_WORDS, SCHEDULE_WORDS, read_out_words
from itbcalc.say.readouts import answer_text, verdict_words
from itbcalc.say.therapy_report import flow_text, therapy_working

Cell = Value | str | None
Figure = Quantity | datetime | str | tuple[HeldInLine, ...]
Steps = Iterable[Worked[Any] | None]

UNCHANGED = N_("same")
_HOURS_PER_DAY = 24

# What the rows of the programmer's schedule come to, all together.
_ROWS_WORDS = Worded(
    {
        Verdict.MATCH: N_("rows match"),
        Verdict.MATCH_TRUNCATED: N_("rows match, cut off"),
        Verdict.MISMATCH: N_("rows differ"),
        Verdict.CANNOT_TELL: N_("rows: cannot tell"),
    }
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One row of the results, its cells in words.

    `new` holds one text for each reading of what was left open, alike ones once; `change` is the change from
    `current` to `new`, or what else is to be said of the new value. `unit` is that of the numbers (empty for moments
    and words): the read-out's own where there is one. `judged` is the verdict on the row: that of `compared`, or in
    the row of the mode that of all rows of the schedule. `figures_of` says, for each reading (the
    first is 0), what the row gives to the JSON results, by key. `applies` is False for what is only offered: a priming bolus nobody speaks of.
    """

    key: str
    words: str
    unit: str = ""
    compared: Compared | None = None
    current: str = ""
    new: tuple[str, ...] = ()
    change: str = ""
    judged: Verdict | None = None
    working_title: str = ""
    working_of: Callable[[], tuple[Worked[Any], ...]] = dataclasses.field(
        default=tuple, repr=False, compare=False
    )
    figures_of: Callable[[int], Mapping[str, Figure]] = dataclasses.field(
        default=lambda _: {}, repr=False, compare=False
    )
    applies: bool = True

    @property
    def working(self) -> tuple[Worked[Any], ...]:
        """The steps behind the row, reckoned when somebody looks at them."""
        return self.working_of()

    @property
    def new_text(self) -> str:
        """The new values as alternatives: `9 h 54 min or 11 h 40 min`."""
        return alternatives(self.new)

    @property
    def programmer(self) -> str:
        """What the programmer shows, as it was typed."""
        return "" if self.compared is None else self.compared.read_out.printed

    @property
    def verdict(self) -> str:
        """`✓ match`, `✗ rows differ`; nothing where nothing was read."""
        if self.judged is None:
            return ""
        if self.compared is not None:
            return verdict_words(self.judged)
        return f"{self.judged.sign} {_ROWS_WORDS[self.judged]}"

    @property
    def printed(self) -> bool:
        """Whether the row stands where there is no room for empty ones: in the terminal and on paper."""
        return self.applies and bool(self.current or self.new or self.judged)


class _Cells(Struct, frozen=True):
    """What is computed for a row, before it has words."""

    current: Cell = None
    new: Sequence[Cell] = ()
    change: str = ""


class _Definition(Struct, frozen=True, kw_only=True):
    """A row of the table, for every check: `figures` are its JSON keys, each with its value for one reading.

    `words` is a template; a row that has none is called as its read-out is.
    """

    key: str
    words: str = ""
    unit: str = ""
    cells: Callable[[Checked], _Cells]
    figures: Mapping[str, Callable[[Calculation], Figure | None]] = field(default_factory=dict)
    working: Callable[[Checked], Steps] = lambda _: ()
    working_title: str = ""
    applies: Callable[[Checked], bool] = lambda _: True


def result_rows(checked: Checked) -> tuple[ResultRow, ...]:
    """Every row of the results in the one order, also those that are empty in this check.

    What is printed leaves out the rows that are not `printed`. At the end stand the read-outs that are no result of
    their own, then the rows of the programmer's schedule, one for each cell that was read.
    """
    rows = (result_row(key, checked) for key in (*ROW_KEYS, *OTHER_READ_OUTS))
    listed = (_listed_row(each) for each in checked.read_outs if each.read_out.row is not None)
    return (*rows, *listed)


def result_row(key: str, checked: Checked) -> ResultRow:
    """One of them alone: what the others need is not computed."""
    compared = next((each for each in checked.read_outs if each.read_out.name == key), None)
    if key in OTHER_READ_OUTS:
        return _read_out_row(key, OTHER_READ_OUTS[key], compared, checked)
    return _row(_BY_KEY[key], compared, checked)


def printed_rows(checked: Checked) -> tuple[ResultRow, ...]:
    """The rows of the results that are not empty, as terminal and paper show them."""
    return tuple(row for row in result_rows(checked) if row.printed)


def working_steps(rows: Iterable[ResultRow]) -> tuple[Worked[Any], ...]:
    """Every step behind these rows, in their order, each once; none of a row that is only offered."""
    steps: list[Worked[Any]] = []
    for step in (step for row in rows if row.applies for step in row.working):
        if step not in steps:
            steps.append(step)
    return tuple(steps)


def figure_words(key: str) -> str:
    """A key of the JSON results in the words of its row; in its own where it has none."""
    if key == "dose_change_percent":
        return _("change of the daily dose")
    definition = _BY_KEY.get(key)
    return key.replace("_", " ").replace(".", " ") if definition is None else _row_words(definition)


def _row_words(definition: _Definition) -> str:
    if definition.words:
        return _(definition.words)
    return SCHEDULE_WORDS["mode"] if definition.key == "mode" else READ_OUT_WORDS[definition.key]


def _row(definition: _Definition, compared: Compared | None, checked: Checked) -> ResultRow:
    cells = definition.cells(checked)
    return ResultRow(
        key=definition.key,
        words=_row_words(definition),
        unit=_unit(definition, compared),
        compared=compared,
        current=_text(cells.current, compared),
        new=_new_texts(cells.new, compared),
        change=cells.change,
        judged=_judged(definition, compared, checked),
        working_title=_(definition.working_title) if definition.working_title else _row_words(definition),
        working_of=partial(_working, definition, checked),
        figures_of=partial(_figures, definition, checked.calculations),
        applies=definition.applies(checked),
    )


def _working(definition: _Definition, checked: Checked) -> tuple[Worked[Any], ...]:
    return tuple(step for step in definition.working(checked) if step is not None)


def _read_out_row(
    name: str, definition: ReadOutDefinition, compared: Compared | None, checked: Checked
) -> ResultRow:
    """A read-out that is no result of its own; it is printed where it was read, or still must be."""
    entered = None if compared is None else compared.read_out.entered
    return ResultRow(
        key=name,
        words=read_out_words(name),
        unit=definition.unit if entered is None else entered.unit,
        compared=compared,
        new=_new_texts(
            _unread_values(name, definition, checked) if compared is None else compared.computed, compared
        ),
        judged=None if compared is None else compared.verdict,
        applies=compared is not None or name in checked.whole.not_read,
    )


def _unread_values(name: str, definition: ReadOutDefinition, checked: Checked) -> list[Value]:
    """What should stand in a read-out that was not read, where one is expected."""
    if not definition.is_expected(checked.calculation):
        return []
    unread = ReadOut(name, "")
    return [value for each in checked.calculations for value in definition.values(each, unread)]


def _listed_row(compared: Compared) -> ResultRow:
    """A cell of the rows of the schedule, as the programmer lists them."""
    name = compared.read_out.name
    return ResultRow(
        key=name,
        words=read_out_words(name),
        unit=compared.read_out.entered.unit if compared.read_out.entered else "",
        compared=compared,
        new=_new_texts(compared.computed, compared),
        judged=compared.verdict,
    )


def _unit(definition: _Definition, compared: Compared | None) -> str:
    entered = None if compared is None else compared.read_out.entered
    return definition.unit if entered is None else entered.unit


def _judged(definition: _Definition, compared: Compared | None, checked: Checked) -> Verdict | None:
    if definition.key == "mode":
        return None if checked.rows is None else checked.rows.verdict
    return None if compared is None else compared.verdict


def _new_texts(values: Sequence[Cell], compared: Compared | None) -> tuple[str, ...]:
    """The values of a row; where its read-out means another kind of quantity, or none is known, those it is held against."""
    known = [value for value in values if value is not None]
    if compared is not None and compared.computed and not _same_kind(known, compared.computed):
        known = list(compared.computed)
    return tuple(dict.fromkeys(text for value in known if (text := _text(value, compared))))


def _same_kind(values: Sequence[Cell], computed: Sequence[Value]) -> bool:
    """Whether there are values, of the kind of what was computed for the read-out: a volume for a volume."""
    first, other = next(iter(values), None), computed[0]
    if isinstance(first, Quantity) and isinstance(other, Quantity):
        return bool(first.dimensionality == other.dimensionality)
    return first is not None


def _text(value: Cell, compared: Compared | None) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return answer_text(value, None if compared is None else compared.read_out.entered)


def _figures(definition: _Definition, calculations: Sequence[Calculation], reading: int) -> dict[str, Figure]:
    read = ((key, reader(calculations[reading])) for key, reader in definition.figures.items())
    return {key: value for key, value in read if value is not None}


# --- the cells


def _each(
    reader: Callable[[Calculation], Cell], change: Callable[[Checked], str] = lambda _: ""
) -> Callable[[Checked], _Cells]:
    """Only new values, one for each reading of what was left open; `change` is what stands beside them, if there are any."""

    def cells(checked: Checked) -> _Cells:
        new = [reader(each) for each in checked.calculations]
        return _Cells(new=new, change="" if all(each is None for each in new) else change(checked))

    return cells


def _of_alarm(
    reader: Callable[[Calculation], Cell], change: Callable[[Checked], str]
) -> Callable[[Checked], _Cells]:
    """The same, but empty for a pump that has no alarm: one of fixed flow."""
    filled = _each(reader, change)

    def cells(checked: Checked) -> _Cells:
        return _Cells() if _has_no_alarm(checked) else filled(checked)

    return cells


def _has_no_alarm(checked: Checked) -> bool:
    """Whether it is a pump of fixed flow: it knows nothing of its reservoir."""
    return checked.calculation.inputs.constant_flow


def _concentration(checked: Checked) -> _Cells:
    inputs, ratio = checked.calculation.inputs, checked.calculation.concentration_ratio
    times = "" if ratio is None else _(UNCHANGED) if ratio.value.magnitude == 1 else f"× {shown(ratio.value)}"
    if times and inputs.current_really is not None:
        times = _("really {times}", times=times)
    return _Cells(inputs.current_concentration, [inputs.new_concentration], times)


def _reservoir_mixture(checked: Checked) -> _Cells:
    """What old drug that cannot be drawn off makes of the new, and how far that is from what is programmed."""
    mixture, off = checked.calculation.reservoir_mixture, checked.calculation.mixture_deviation
    if not checked.calculation.inputs.emptied and checked.calculation.concentration_changes:
        return _Cells(new=[_("not known")], change=_("nothing drawn off"))
    if mixture is None or off is None:
        return _Cells()
    return _Cells(new=[mixture.value], change=shown_change(off.value))


def _daily_dose(checked: Checked) -> _Cells:
    first = checked.calculation
    change = shown_change(first.dose_change.value) if first.dose_change else ""
    if first.delivered_dose is not None:  # the change is from that, not from the dose beside it
        dose = shown(first.delivered_dose.value)
        programmed = shown_change(first.programmed_change.value) if first.programmed_change else "–"
        change = _(
            "{change} from really {dose} (programmed {programmed})",
            change=change,
            dose=dose,
            programmed=programmed,
        )
    return _Cells(first.current_dose, [first.new_dose], change)


def _label_first_dose(checked: Checked) -> _Cells:
    """What the label makes of the effective screening bolus, beside the dose that was typed; none is proposed."""
    doses = [worked.value for worked in checked.calculation.label_first_doses]
    bolus = checked.program.effective_bolus
    if not doses or bolus is None:
        return _Cells()
    return _Cells(new=doses, change=_("after {dose}: a yardstick", dose=shown(bolus.dose)))


def _label_dose(calculation: Calculation, which: int) -> Quantity | None:
    doses = calculation.label_first_doses
    return doses[which].value if doses else None


def _mode(checked: Checked) -> _Cells:
    current, new = (_mode_words(each) for each in _therapies(checked))
    change = _(UNCHANGED) if current == new else _("another mode")
    return _Cells(current, [new], change if current and new else "")


def _mode_words(therapy: TherapyValues) -> str:
    return MODE_WORDS[therapy.schedule.mode] if therapy.schedule is not None else ""


def _flow_rate(checked: Checked) -> _Cells:
    current, new = _therapies(checked)
    fixed = checked.calculation.inputs.fixed_flow_rate
    if fixed is not None and new.is_simple:
        return _Cells(fixed, [fixed], _("fixed"))
    return _Cells(_flow(current), [_flow(new)], _flow_change(checked.calculation))


def _flow(therapy: TherapyValues) -> Cell:
    """The one flow, or from the lowest to the highest."""
    lowest, peak = value_of(therapy.lowest_flow_rate), value_of(therapy.peak_flow_rate)
    return peak if lowest == peak else flow_text(therapy)


def _flow_change(calculation: Calculation) -> str:
    """In percent, where both flows are steady by their mode."""
    old, new = value_of(calculation.current_flow_rate), value_of(calculation.new_flow_rate)
    if old is None or new is None:
        return ""
    before, after = Fraction(old.magnitude), Fraction(new.magnitude)
    percent = (after - before) / before * 100
    return shown_change(exactly(percent, PERCENTAGE)) if percent else _(UNCHANGED)


def _with_boluses(checked: Checked) -> _Cells:
    """The dose with all patient boluses, where there are any."""
    current, new = _therapies(checked)
    if current.patient_bolus is None and new.patient_bolus is None:
        return _Cells()
    return _Cells(value_of(current.dose_with_patient_boluses), [value_of(new.dose_with_patient_boluses)])


def _daily_volume(checked: Checked) -> _Cells:
    current, new = _therapies(checked)
    fixed = checked.calculation.inputs.fixed_flow_rate
    if fixed is not None and new.is_simple:
        return _Cells(as_volume(fixed * ONE_DAY), [as_volume(fixed * ONE_DAY)])
    return _Cells(value_of(current.daily_volume), [value_of(new.daily_volume)])


def _therapies(checked: Checked) -> tuple[TherapyValues, TherapyValues]:
    return checked.calculation.current_therapy, checked.calculation.new_therapy


def _for_how_long(checked: Checked) -> str:
    times = (each.unbridged_duration.text for each in checked.calculations if each.unbridged_duration)
    words = alternatives(dict.fromkeys(times))
    return _("for {time}", time=words) if words else ""


def _moment(moment: datetime | None) -> str | None:
    """To the minute, for what is a matter of hours."""
    return None if moment is None else moment_text(moment)


def _arrival_bound(
    reader: Callable[[Calculation], datetime | None], in_hours: Callable[[Calculation], str]
) -> Callable[[Checked], _Cells]:
    """One end of the range in which the new drug arrives; without a pump, whose accuracy widens it, it is not said."""

    def cells(checked: Checked) -> _Cells:
        first = checked.calculation
        if checked.program.system.pump is None or first.arrival_date is None or reader(first) is None:
            return _Cells()
        return _Cells(new=[_moment(reader(first))], change=in_hours(first))

    return cells


def _earliest_hours(calculation: Calculation) -> str:
    """Down to the whole hour."""
    time = value_of(calculation.arrival_earliest)
    return "" if time is None else _in_hours(math.floor(time.magnitude * _HOURS_PER_DAY))


def _latest_hours(calculation: Calculation) -> str:
    """Up to the whole hour."""
    time = value_of(calculation.arrival_latest)
    return "" if time is None else _in_hours(math.ceil(time.magnitude * _HOURS_PER_DAY))


def _in_hours(hours: int) -> str:
    return _("in {time}", time=with_unit(str(hours), "h"))


def _in(time: Worked[Any] | None) -> str:
    return _("in {time}", time=time.text) if time else ""


def _faster(checked: Checked) -> str:
    """How fast the pump may run, and since when that is counted: nobody knows how it ran before, where no log says."""
    inputs = checked.calculation.inputs
    log, accuracy = inputs.by_log, inputs.accuracy
    if log is not None and log.accuracy is not None:
        since, change = date_text(log.known_at), shown_change(log.accuracy)
        if log.measured:
            return _("flow {change} as measured", change=change)
        return _("flow {change} since {date}", change=change, date=since)
    if accuracy is None:
        return ""
    change = shown_change(accuracy)
    program = checked.program
    if program.fills_reservoir:
        return _("flow {change}", change=change)
    if program.current is None or program.current.concentration is None:
        return ""  # it may be filled: with another concentration
    return _("flow {change} from here on", change=change)


def _what_limits(checked: Checked) -> str:
    latest = checked.calculation.time_to_latest_refill
    if latest is None:
        return ""
    limit, time = latest
    if not time.value.magnitude:
        return _(_REACHED[str(limit)])
    level = checked.program.reservoir.low_alarm
    if limit is RefillLimit.EMPTY:
        if level is None or not level.magnitude:
            return _("{time}, empty", time=time.text)
        return _("{time}, {volume} left", time=time.text, volume=shown(level))
    log = checked.calculation.inputs.by_log
    if limit is RefillLimit.ALARM and log is not None and log.only_counted is not None:
        return _("{time}, by the log's count", time=time.text)
    if time.value.magnitude < 0:
        return _(_OVER_BY[str(limit)], time=shown(-time.value))
    return _(_LIMITED_BY[str(limit)], time=time.text)


_LIMITED_BY: Mapping[str, str] = {
    "alarm": N_("the alarm, {time}"),
    "empty_worst": N_("{time}, worst case"),
    "stability": N_("{time}, drug limit"),
    "pump": N_("{time}, pump limit"),
}


_REACHED: Mapping[str, str] = {
    "alarm": N_("now, the alarm"),
    "empty": N_("now, no more than is to be left"),
    "empty_worst": N_("now, worst case"),
    "stability": N_("now, drug limit"),
    "pump": N_("now, pump limit"),
}


_OVER_BY: Mapping[str, str] = {
    "alarm": N_("over for {time}, the alarm"),
    "empty_worst": N_("over for {time}, worst case"),
    "stability": N_("over for {time}, drug limit"),
    "pump": N_("over for {time}, pump limit"),
}


def _limit(calculation: Calculation) -> str | None:
    latest = calculation.time_to_latest_refill
    return None if latest is None else str(latest[0])


# --- the line


def _of_line(reader: Callable[[Calculation], Cell], change: str = "") -> Callable[[Checked], _Cells]:
    """What follows from the line, where something was done to it; elsewhere the row is empty."""

    def cells(checked: Checked) -> _Cells:
        if not checked.calculation.inputs.speaks_of_line:
            return _Cells()
        values = [reader(each) for each in checked.calculations]
        known = any(value is not None for value in values)
        return _Cells(new=values, change=_(change) if change else "") if known else _Cells()

    return cells


def _line_after_prime(calculation: Calculation) -> str | None:
    line = calculation.line_after_prime
    return None if line is None else line_words(line)


def line_words(line: Sequence[HeldInLine]) -> str:
    """`0.19 mL without drug, 0.14 mL at 500 mcg/mL`, from the tip to the pump."""
    return ", ".join(plug_words(each) for each in line)


NO_MIXING = N_("plug flow, no mixing")

# A priming bolus as programmed. Where none was said, what one would be: until no part without drug is left in the line.


def _is_primed(checked: Checked) -> bool:
    """Whether this change has a priming bolus, or wants one: no drug lies at the tip, or the programmer shows one."""
    shows = any(each.read_out.name.startswith("prime_") for each in checked.read_outs)
    inputs = checked.calculation.inputs
    return inputs.prime_volume is not None or inputs.aspirated or shows


def _prime_volume(checked: Checked) -> _Cells:
    if checked.calculation.inputs.prime_volume is not None:
        return _Cells(new=[checked.calculation.inputs.prime_volume])
    return _to_prime(checked, lambda each: each.volume_to_prime)


def _prime_dose(checked: Checked) -> _Cells:
    if checked.calculation.inputs.prime_volume is not None:
        really = checked.calculation.catheter_drug_after_prime
        beside = "" if really is None else _("in the catheter {dose}", dose=shown(really.value))
        return _Cells(new=[value_of(checked.calculation.prime_dose)], change=beside)
    return _to_prime(checked, lambda each: value_of(each.dose_to_prime))


def _to_prime(checked: Checked, value: Callable[[Calculation], Quantity | None]) -> _Cells:
    first = checked.calculation
    if not first.inputs.line_known:
        return _Cells()  # a prime was typed, or what the line holds, and cannot be read
    shown_there = any(each.read_out.name.startswith("prime_") for each in checked.read_outs)
    if (shown_there or not first.inputs.aspirated) and not first.inputs.primes_whole_line:
        return _Cells(new=[_("none ordered")])
    volume = first.volume_to_prime
    if volume is None:
        return _Cells()
    beside = _("catheter alone") if volume == first.inputs.catheter_volume else _("tubing and catheter")
    return _Cells(new=[value(each) for each in checked.calculations], change=beside)


# --- the figures of one reading


def _deviation_ratio(calculation: Calculation) -> Quantity | None:
    deviation = calculation.tip_deviation
    return None if deviation is None else exactly(deviation.worst, RATIO)


def _deviation_duration(calculation: Calculation) -> Quantity | None:
    deviation = calculation.tip_deviation
    return None if deviation is None else exactly(deviation.lasts, DURATION)


def _opposite_ratio(calculation: Calculation) -> Quantity | None:
    deviation = calculation.tip_deviation
    return None if deviation is None or deviation.opposite is None else exactly(deviation.opposite, RATIO)


def _opposite_duration(calculation: Calculation) -> Quantity | None:
    deviation = calculation.tip_deviation
    if deviation is None or deviation.opposite is None:
        return None
    return exactly(deviation.opposite_lasts, DURATION)


def _whole_days(calculation: Calculation) -> Quantity | None:
    time = value_of(calculation.time_to_alarm)
    return None if time is None else exactly(whole_days(time), DURATION)


# --- the working


def _of_each(*readers: Callable[[Calculation], Worked[Any] | None]) -> Callable[[Checked], Steps]:
    """These steps, each for each reading of what was left open."""
    return lambda checked: [reader(each) for reader in readers for each in checked.calculations]


def _dated(
    reader: Callable[[Calculation], Worked[Duration] | None],
) -> Callable[[Calculation], Worked[Duration] | None]:
    """The step with the date to which it leads."""

    def read(calculation: Calculation) -> Worked[Duration] | None:
        step = reader(calculation)
        return None if step is None else dated(step, calculation.inputs.at)

    return read


def _dose_steps(checked: Checked) -> Steps:
    current, new = _therapies(checked)
    yield from (new.daily_dose, new.dose_with_patient_boluses, current.daily_dose)
    yield checked.calculation.delivered_dose
    yield checked.calculation.dose_change
    yield checked.calculation.programmed_change
    yield checked.calculation.achievable_dose
    yield checked.calculation.dose_at_fixed_flow


def _mode_steps(checked: Checked) -> Steps:
    for therapy in reversed(_therapies(checked)):
        yield from therapy_working(therapy)
    yield checked.calculation.achievable_bolus


def _flow_steps(checked: Checked) -> Steps:
    for therapy in reversed(_therapies(checked)):
        yield therapy.peak_flow_rate
        yield None if therapy.is_steady else therapy.lowest_flow_rate


def _dead_volume_steps(checked: Checked) -> Steps:
    yield from (each.dead_volume for each in checked.calculations)
    yield checked.program.system.catheter_volume


def _boluses_steps(checked: Checked) -> Steps:
    return (each.dose_with_patient_boluses for each in reversed(_therapies(checked)))


# --- the table

_DEFINITIONS: tuple[_Definition, ...] = (
    _Definition(
        key="concentration",
        unit="mcg/mL",
        cells=_concentration,
        figures={
            "concentration_ratio": lambda c: value_of(c.concentration_ratio),
            "needed_concentration": lambda c: value_of(c.needed_concentration),
        },
        working=_of_each(
            lambda c: c.concentration_ratio if c.concentration_changes else None,
            lambda c: c.needed_concentration,
        ),
        working_title=N_("ratio of concentrations"),
    ),
    _Definition(
        key="reservoir_mixture",
        words=N_("mixed in the reservoir"),
        unit="mcg/mL",
        cells=_reservoir_mixture,
        figures={
            "reservoir_mixture": lambda c: value_of(c.reservoir_mixture),
            "mixture_deviation_percent": lambda c: value_of(c.mixture_deviation),
        },
        working=_of_each(lambda c: c.reservoir_mixture, lambda c: c.mixture_deviation),
    ),
    _Definition(
        key="daily_dose",
        unit="mcg/day",
        cells=_daily_dose,
        figures={
            "dose_change_percent": lambda c: value_of(c.dose_change),
            "programmed_change_percent": lambda c: value_of(c.programmed_change),
            "achievable_dose": lambda c: value_of(c.achievable_dose),
            "dose_at_fixed_flow": lambda c: value_of(c.dose_at_fixed_flow),
        },
        working=_dose_steps,
    ),
    _Definition(
        key="label_first_dose",
        words=N_("first dose by the label"),
        unit="mcg/day",
        cells=_label_first_dose,
        figures={
            "label_first_dose_least": lambda c: _label_dose(c, 0),
            "label_first_dose_most": lambda c: _label_dose(c, -1),
        },
        working=lambda checked: checked.calculation.label_first_doses,
    ),
    _Definition(
        key="daily_dose_with_patient_boluses",
        words=N_("with all patient boluses"),
        unit="mcg/day",
        cells=_with_boluses,
        working=_boluses_steps,
    ),
    _Definition(
        key="mode",
        cells=_mode,
        figures={"achievable_bolus": lambda c: value_of(c.achievable_bolus)},
        working=_mode_steps,
        working_title=N_("daily dose of the schedule"),
    ),
    _Definition(
        key="flow_rate",
        unit="mL/day",
        cells=_flow_rate,
        working=_flow_steps,
    ),
    _Definition(
        key="daily_volume",
        unit="mL",
        cells=_daily_volume,
        working=lambda checked: (each.daily_volume for each in reversed(_therapies(checked))),
    ),
    _Definition(
        key="low_alarm_date",
        cells=_of_alarm(lambda c: c.low_alarm_date, lambda checked: _in(checked.calculation.time_to_alarm)),
        figures={
            "low_alarm_date": lambda c: c.low_alarm_date,
            "time_to_alarm": lambda c: value_of(c.time_to_alarm),
            "whole_days_to_alarm": _whole_days,
        },
        working=_of_each(_dated(lambda c: c.time_to_alarm), _dated(lambda c: c.time_to_alarm_worst)),
    ),
    _Definition(
        key="low_alarm_date_worst",
        words=N_("alarm, worst case"),
        cells=_of_alarm(lambda c: c.low_alarm_date_worst, _faster),
        figures={
            "low_alarm_date_worst": lambda c: c.low_alarm_date_worst,
            "time_to_alarm_worst": lambda c: value_of(c.time_to_alarm_worst),
        },
        working=_of_each(_dated(lambda c: c.time_to_alarm_worst)),
    ),
    _Definition(
        key="empty_date",
        cells=_each(lambda c: c.empty_date, lambda checked: _in(checked.calculation.time_to_empty)),
        figures={
            "empty_date": lambda c: c.empty_date,
            "time_to_empty": lambda c: value_of(c.time_to_empty),
        },
        working=_of_each(_dated(lambda c: c.time_to_empty)),
    ),
    _Definition(
        key="empty_date_worst",
        words=N_("empty, worst case"),
        cells=_each(lambda c: c.empty_date_worst, _faster),
        figures={
            "empty_date_worst": lambda c: c.empty_date_worst,
            "time_to_empty_worst": lambda c: value_of(c.time_to_empty_worst),
        },
        working=_of_each(_dated(lambda c: c.time_to_empty_worst)),
    ),
    _Definition(
        key="latest_refill_date",
        words=N_("refill no later than"),
        cells=_each(lambda c: c.latest_refill_date, _what_limits),
        figures={"latest_refill_date": lambda c: c.latest_refill_date, "latest_refill_limit": _limit},
        working=_of_each(
            _dated(lambda c: None if c.time_to_latest_refill is None else c.time_to_latest_refill[1])
        ),
    ),
    _Definition(
        key="bridge_dose",
        unit="mcg/day",
        cells=_each(lambda c: c.inputs.bridge_dose),
        figures={"bridge_dose": lambda c: c.inputs.bridge_dose},
        working=_of_each(lambda c: c.bridge_flow_rate),
        working_title=N_("bridge flow rate"),
    ),
    _Definition(
        key="bridge_duration",
        cells=_each(lambda c: value_of(c.bridge_duration)),
        figures={"bridge_duration": lambda c: value_of(c.bridge_duration)},
        working=_of_each(lambda c: c.bridge_duration),
    ),
    _Definition(
        key="bridge_flow_rate",
        unit="mL/day",
        cells=_each(lambda c: value_of(c.bridge_flow_rate)),
        figures={"bridge_flow_rate": lambda c: value_of(c.bridge_flow_rate)},
        working=_of_each(lambda c: c.bridge_flow_rate),
    ),
    _Definition(
        key="bridge_volume",
        unit="mL",
        cells=_each(lambda c: c.bridge_volume),
        figures={
            "bridge_volume": lambda c: c.bridge_volume,
            "tubing_volume": lambda c: c.inputs.tubing_volume,
            "dead_volume": lambda c: value_of(c.dead_volume),
        },
        working=_dead_volume_steps,
    ),
    _Definition(
        key="bridge_drug",
        unit="mcg",
        cells=_each(lambda c: value_of(c.bridge_drug)),
        figures={
            "bridge_drug": lambda c: value_of(c.bridge_drug),
            "bridge_dose_shown_at_new_concentration": lambda c: value_of(
                c.bridge_dose_shown_at_new_concentration
            ),
        },
        working=_of_each(lambda c: c.bridge_drug, lambda c: c.bridge_dose_shown_at_new_concentration),
    ),
    _Definition(
        key="unbridged_dose",
        words=N_("tip without a bridge"),
        unit="mcg/day",
        cells=lambda checked: _Cells(
            new=[value_of(checked.calculation.unbridged_dose)], change=_for_how_long(checked)
        ),
        figures={
            "unbridged_dose": lambda c: value_of(c.unbridged_dose),
            "unbridged_duration": lambda c: value_of(c.unbridged_duration),
            "unbridged_ratio": lambda c: value_of(c.unbridged_ratio),
        },
        working=_of_each(
            lambda c: c.unbridged_dose, lambda c: c.unbridged_duration, lambda c: c.unbridged_ratio
        ),
        working_title=N_("the tip without a bridge"),
    ),
    _Definition(
        key="arrival_date",
        words=N_("new drug at the tip"),
        cells=_each(lambda c: _moment(c.arrival_date)),
        figures={
            "arrival_date": lambda c: c.arrival_date,
            "time_to_arrival": lambda c: value_of(c.arrival),
            "tip_missing": lambda c: value_of(c.tip_missing),
            "tip_worst_ratio": _deviation_ratio,
            "tip_worst_duration": _deviation_duration,
            "tip_opposite_ratio": _opposite_ratio,
            "tip_opposite_duration": _opposite_duration,
        },
        working=_of_each(
            lambda c: c.arrival,
            lambda c: c.arrival_earliest,
            lambda c: c.arrival_latest,
            lambda c: c.tip_missing,
        ),
    ),
    _Definition(
        key="arrival_date_earliest",
        words=N_("at the earliest"),
        cells=_arrival_bound(lambda c: c.arrival_date_earliest, _earliest_hours),
        figures={"arrival_date_earliest": lambda c: c.arrival_date_earliest},
        working=_of_each(lambda c: c.arrival_earliest),
        working_title=N_("new drug at the tip, at the earliest"),
    ),
    _Definition(
        key="arrival_date_latest",
        words=N_("at the latest"),
        cells=_arrival_bound(lambda c: c.arrival_date_latest, _latest_hours),
        figures={"arrival_date_latest": lambda c: c.arrival_date_latest},
        working=_of_each(lambda c: c.arrival_latest),
        working_title=N_("new drug at the tip, at the latest"),
    ),
    _Definition(
        key="time_without_drug",
        words=N_("time without drug"),
        cells=_of_line(lambda c: value_of(c.time_without_drug), NO_MIXING),
        figures={"time_without_drug": lambda c: value_of(c.time_without_drug)},
        working=_of_each(lambda c: c.time_without_drug),
    ),
    _Definition(
        key="line_after_prime",
        words=N_("line, from the tip"),
        cells=_of_line(_line_after_prime),
        figures={"line_after_prime": lambda c: c.line_after_prime},
    ),
    _Definition(
        key="old_drug_volume",
        words=N_("old drug left in the line"),
        unit="mL",
        cells=_of_line(lambda c: value_of(c.old_drug_volume)),
        figures={"old_drug_volume": lambda c: value_of(c.old_drug_volume)},
        working=_of_each(lambda c: c.old_drug_volume),
    ),
    _Definition(
        key="prime_volume",
        unit="mL",
        cells=_prime_volume,
        figures={"prime_volume": lambda c: c.inputs.prime_volume},
        working=_dead_volume_steps,
        applies=_is_primed,
    ),
    _Definition(
        key="prime_dose",
        unit="mcg",
        cells=_prime_dose,
        figures={
            "prime_dose": lambda c: value_of(c.prime_dose),
            "catheter_drug_after_prime": lambda c: value_of(c.catheter_drug_after_prime),
        },
        working=_of_each(lambda c: c.prime_dose or c.dose_to_prime),
        applies=_is_primed,
    ),
    _Definition(
        key="prime_duration",
        cells=_each(lambda c: c.inputs.prime_duration),
        figures={"prime_duration": lambda c: c.inputs.prime_duration},
    ),
    _Definition(
        key="prime_drug_delivered",
        words=N_("priming, drug to the patient"),
        unit="mcg",
        cells=_of_line(lambda c: value_of(c.prime_drug_delivered)),
        figures={"prime_drug_delivered": lambda c: value_of(c.prime_drug_delivered)},
        working=_of_each(lambda c: c.prime_drug_delivered),
    ),
)  # fmt: skip

_BY_KEY: Mapping[str, _Definition] = {definition.key: definition for definition in _DEFINITIONS}
ROW_KEYS: tuple[str, ...] = tuple(_BY_KEY)
OTHER_READ_OUTS: Mapping[str, ReadOutDefinition] = {
    name: each for name, each in SINGLE_READ_OUTS.items() if name not in ROW_KEYS
}


def figure_keys() -> Iterator[str]:
    """Every key of the JSON results that a row serves, in the order of the rows; each row's own key first."""
    for definition in _DEFINITIONS:
        yield from dict.fromkeys((definition.key, *definition.figures))
