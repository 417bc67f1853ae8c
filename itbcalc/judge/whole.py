"""What do all read-outs come to? The verdict of the whole, and what this change needs that was not read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.schedule import Flex, PeriodicBolus, SimpleContinuous, SingleBolus
from itbcalc.compute.working import value_of
from itbcalc.judge.comparing import SHORTEST_IN_DAYS, Compared, compared, is_false_zero, settled, shows
from itbcalc.judge.comparing_rows import AGREES, ComparedRows, compare_rows, days_read
from itbcalc.judge.verdicts import Doubt, Verdict
from itbcalc.program import ReadOut
from itbcalc.program.read_outs import at_fixed_flow
from itbcalc.quantities.clock import Weekday

ROWS = "steps"
"""The rows of the schedule count as one read-out, of this name."""


def rows_of(day: Weekday) -> str:
    """What the rows that name a weekday count as, beside the read-outs."""
    return f"{ROWS}, {day}"


class WholeVerdict(StrEnum):
    """What all read-outs come to. The values stand in the JSON output."""

    AGREES = "agrees"
    DIFFERS = "differs"
    INCOMPLETE = "incomplete"


class Whole(Struct, frozen=True):
    """The verdict of the whole, with the names it speaks of; the rows of the schedule are one read-out.

    Attributes:
        verdict: `agrees` only where all that this change needs was read and agrees, nothing differs, and no zero was
            shown for what is none.
        read: the read-outs that were read.
        differing: those that differ.
        open: those of which it cannot be told.
        needed: what this change needs.
        not_read: what of it was not read.
        days_not_read: the weekdays of which rows were not read, where rows were, and those that name no day do not show them.
        gives_another_dose: whether the pump, whose flow is fixed, gives another dose than the one typed.
    """

    verdict: WholeVerdict
    read: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    not_read: tuple[str, ...] = ()
    days_not_read: tuple[Weekday, ...] = ()
    gives_another_dose: bool = False


class ComparedProgram(Struct, frozen=True):
    """Every read-out with its verdict, the rows of the schedule together, and the whole."""

    read_outs: tuple[Compared, ...]
    rows: ComparedRows | None
    whole: Whole


def compare(read_outs: Sequence[ReadOut], calculations: Sequence[Calculation]) -> ComparedProgram:
    """Every read-out against what was recomputed. There is one calculation for each reading of what was left open."""
    plain = {each.name: compared(each, calculations) for each in read_outs if each.row is None}
    cells, rows = compare_rows(read_outs, calculations[0], plain)
    days, volume_agrees = (
        days_read(rows, plain),
        _agrees(plain, "daily_volume") or _agrees(plain, "flow_rate"),
    )
    plain = {name: settled(each, days_read=days, volume_agrees=volume_agrees) for name, each in plain.items()}
    plain = {name: _as_published(each, calculations[0]) for name, each in plain.items()}
    plain = {name: _as_the_pump_runs(each, calculations[0]) for name, each in plain.items()}
    each = tuple(cells[read_out.name] if read_out.row else plain[read_out.name] for read_out in read_outs)
    whole = _whole(plain, rows, calculations[0])
    doubtful = any(is_false_zero(one.read_out, one.computed) for one in each)
    whole = replace(whole, gives_another_dose=not calculations[0].dose_fits_fixed_flow)
    if whole.verdict is WholeVerdict.AGREES and (doubtful or whole.gives_another_dose):
        whole = replace(whole, verdict=WholeVerdict.INCOMPLETE)
    return ComparedProgram(each, rows, whole)


def _agrees(read: Mapping[str, Compared], name: str) -> bool:
    return name in read and read[name].verdict in AGREES


def _as_published(each: Compared, calculation: Calculation) -> Compared:
    """The flow of a pump that has but one: with the digits in which it is published it is that flow, and none near it."""
    fixed, entered = calculation.inputs.fixed_flow_rate, each.read_out.entered
    if (
        each.read_out.name != "flow_rate"
        or each.doubt is not Doubt.COARSE
        or fixed is None
        or entered is None
    ):
        return each
    if entered.quantity != fixed or any(value != fixed for value in each.computed):
        return each
    return replace(each, verdict=Verdict.MATCH, doubt=None)


def _as_the_pump_runs(each: Compared, calculation: Calculation) -> Compared:
    """Where the dose typed is not what a pump of fixed flow gives: what agrees with it alone is not what runs."""
    runs = None if calculation.dose_fits_fixed_flow else at_fixed_flow(calculation, each.read_out)
    if runs is None:
        return each
    if shows(each.read_out, runs) is not Verdict.MISMATCH:
        differs = each.verdict is Verdict.MISMATCH
        return replace(each, of_the_pump=True, beyond_inputs=True) if differs else each
    if each.verdict is Verdict.MISMATCH and each.read_out.name == "daily_dose":
        return each
    return Compared(each.read_out, (runs,), Verdict.MISMATCH, beyond_inputs=True)


# --- the whole


def _whole(plain: Mapping[str, Compared], rows: ComparedRows | None, calculation: Calculation) -> Whole:
    each = {name: _Told(each.verdict, each.doubt) for name, each in plain.items()}
    if rows is not None:
        each[ROWS] = _Told(rows.verdict, rows.doubt)
    of_days = {} if rows is None else {rows_of(day): _Told(Verdict.MISMATCH, None) for day in rows.differing}
    of_days |= {} if rows is None else {rows_of(day): _Told(Verdict.MATCH, None) for day in rows.days}
    needs = [need for need in _NEEDS if need.arises(calculation)]
    needs += (_rows_of_day_needed(day) for day in _days_that_look_as_before(plain, calculation))
    unmet = [need for need in needs if not need.is_met({**each, **of_days})]
    unread = [need for need in unmet if not need.was_read({**each, **of_days})]
    days_unread = {need.day for need in unread if ROWS in each}
    differing = tuple(name for name, told in each.items() if told.verdict is Verdict.MISMATCH)
    verdict = WholeVerdict.INCOMPLETE if unmet else WholeVerdict.AGREES
    return Whole(
        WholeVerdict.DIFFERS if differing else verdict,
        tuple(each),
        differing,
        tuple(name for name, told in each.items() if told.verdict is Verdict.CANNOT_TELL),
        tuple(dict.fromkeys(need.name for need in needs)),
        tuple(dict.fromkeys(need.name for need in unread)),
        tuple(day for day in Weekday if day in days_unread),
    )


class _Told(Struct, frozen=True):
    verdict: Verdict
    doubt: Doubt | None

    @property
    def agrees(self) -> bool:
        return self.verdict in AGREES


class _Need(Struct, frozen=True):
    """What a change needs to have been read.

    Attributes:
        name: the read-out that shows it.
        arises: whether this change needs it.
        instead: other read-outs that show it as well, those of each all together.
        by_name: whether the read-out of that name is enough; else only what stands instead.
        day: the weekday whose rows alone show it.
        few_digits_will_do: whether what it cannot tell is shown by other needs: it must not differ.
    """

    name: str
    arises: Callable[[Calculation], bool]
    instead: tuple[tuple[str, ...], ...] = ()
    few_digits_will_do: bool = False
    by_name: bool = True
    day: Weekday | None = None

    def is_met(self, each: Mapping[str, _Told]) -> bool:
        """Whether it was read, and agrees."""
        if any(all(name in each and each[name].agrees for name in way) for way in self._ways):
            return True
        named = [each[name] for way in self._ways if len(way) == 1 for name in way if name in each]
        return self.few_digits_will_do and any(told.doubt is Doubt.COARSE for told in named)

    def was_read(self, each: Mapping[str, _Told]) -> bool:
        """Whether it was read at all, whatever it says."""
        return any(all(name in each for name in way) for way in self._ways)

    @property
    def _ways(self) -> tuple[tuple[str, ...], ...]:
        return ((self.name,), *self.instead) if self.by_name else self.instead


def _flow_is_fixed(calculation: Calculation) -> bool:
    return calculation.inputs.constant_flow


def _dose_is_programmed(calculation: Calculation) -> bool:
    """Of a pump of fixed flow nothing shows the dose: it is the flow of its card, and the strength of the drug."""
    return not _flow_is_fixed(calculation)


def _strength_changes(calculation: Calculation) -> bool:
    """Whether another drug flows from now on, or the programmer is told of another: one that was wrong is put right."""
    return calculation.concentration_changes or calculation.programmed_concentration_changes


def _strength_counts(calculation: Calculation) -> bool:
    return _strength_changes(calculation) or _flow_is_fixed(calculation)


def _bridge_counts(calculation: Calculation) -> bool:
    """Where the concentration changes, a programmer offers a bridge: it must be seen, or that none runs."""
    return _strength_changes(calculation) and not _flow_is_fixed(calculation)


def _comes_back_to_one_flow(calculation: Calculation) -> bool:
    """One flow takes the place of a schedule: of the same dose a day the schedule would look alike."""
    new, current = calculation.inputs.new_schedule, calculation.inputs.current_schedule
    return isinstance(new, SimpleContinuous) and not isinstance(current, SimpleContinuous | None)


def _prime_may_run(calculation: Calculation) -> bool:
    """Whether a prime runs, or may have been programmed by habit: the line was opened, or a therapy begins."""
    dose = calculation.real_current_dose
    begins = dose is not None and not dose.magnitude
    return not _flow_is_fixed(calculation) and (calculation.inputs.speaks_of_line or begins)


def _runs_by_the_clock(calculation: Calculation) -> bool:
    """Whether it depends on the pump's clock what flows when."""
    profile = calculation.new_therapy.profile
    return profile is not None and not calculation.new_therapy.is_steady


def _alarm_is_counted(calculation: Calculation) -> bool:
    """A pump of fixed flow has no alarm that anybody could read."""
    return not calculation.new_therapy.delivers_nothing and not _flow_is_fixed(calculation)


def _alarm_comes_soon(calculation: Calculation) -> bool:
    """Whether it comes so soon that its day does not tell what the programmer was told of the reservoir."""
    time = value_of(calculation.time_to_alarm)
    return time is not None and time.magnitude < SHORTEST_IN_DAYS and _alarm_is_counted(calculation)


def _is_flex(calculation: Calculation) -> bool:
    return isinstance(calculation.inputs.new_schedule, Flex)


def _dose_tells(day: Weekday, calculation: Calculation) -> bool:
    """Whether a weekday must be seen by itself, as its dose tells: the days differ, or it ran otherwise than the others."""
    differs = calculation.new_therapy.differs_by_weekday or _ran_by_itself(day, calculation)
    return differs and not _rows_alone_tell(day, calculation)


def _ran_by_itself(day: Weekday, calculation: Calculation) -> bool:
    """Whether a day of its own, which this weekday had until now, has to go: the dose of a day need not show that it has."""
    new, current = calculation.inputs.new_schedule, calculation.inputs.current_schedule
    if not isinstance(new, Flex) or not isinstance(current, Flex):
        return False
    return day in dict(current.differing) and current.day(day) != new.day(day)


def _days_that_look_as_before(plain: Mapping[str, Compared], calculation: Calculation) -> Iterator[Weekday]:
    """The weekdays that run otherwise from now on, and of which what was read by itself could be that of before too."""
    new, current = calculation.inputs.new_schedule, calculation.inputs.current_schedule
    if not isinstance(new, Flex) or not isinstance(current, Flex) or not (new.differing or current.differing):
        return
    before = calculation.varied(replace(calculation.inputs, new_schedule=current))
    for day in Weekday:
        of_day = [each for name, each in plain.items() if name.startswith(f"days.{day}.")]
        as_before = [compared(each.read_out, (before,)) for each in of_day]
        differs = any(each.verdict is Verdict.MISMATCH for each in (*of_day, *as_before))
        if of_day and not differs and current.day(day) != new.day(day):
            yield day


def _rows_of_day_needed(day: Weekday) -> "_Need":
    return _rows_needed(day, lambda _: True)


def _rows_needed(day: Weekday, arises: Callable[[Calculation], bool]) -> "_Need":
    return _Need(ROWS, arises, ((rows_of(day),),), by_name=False, day=day)


def _rows_alone_tell(day: Weekday, calculation: Calculation) -> bool:
    """Whether a day that runs otherwise has the same dose: a weekend that begins an hour later."""
    schedule, doses = calculation.inputs.new_schedule, calculation.new_therapy.day_doses
    if not isinstance(schedule, Flex) or not doses:
        return False
    return any(
        schedule.day(other) != schedule.day(day) and doses[other.number] == doses[day.number]
        for other in Weekday
    )


def _is_periodic(calculation: Calculation) -> bool:
    return isinstance(calculation.inputs.new_schedule, PeriodicBolus)


def _gives_one_bolus(calculation: Calculation) -> bool:
    """One that no row of the schedule shows: it is over before the first day of it begins."""
    return isinstance(calculation.inputs.new_schedule, SingleBolus)


def _patient_bolus_is_set_anew(calculation: Calculation) -> bool:
    """Whether there is another, or the same of another strength: what the pump gives of it is another volume."""
    inputs = calculation.inputs
    changes = inputs.new_patient_bolus != inputs.current_patient_bolus or _strength_changes(calculation)
    return inputs.new_patient_bolus is not None and changes


def _patient_bolus_is_taken_away(calculation: Calculation) -> bool:
    inputs = calculation.inputs
    return inputs.current_patient_bolus is not None and inputs.new_patient_bolus is None


_ROWS_SHOW_IT = ((ROWS,),)
_EACH_DAY = tuple(f"days.{day}.daily_dose" for day in Weekday)

# A volume tells the dose only where the concentration was read; a bridge is its length, or its volume at its flow.
_NEEDS = (
    _Need("concentration", _strength_counts),
    _Need("flow_rate", _flow_is_fixed),
    _Need(
        "daily_dose",
        _dose_is_programmed,
        (("flow_rate", "concentration"), ("daily_volume", "concentration"), _EACH_DAY),
    ),
    _Need("flow_rate", _comes_back_to_one_flow, (*_ROWS_SHOW_IT, ("basal",))),
    _Need(ROWS, _is_flex),
    *(
        _Need(
            f"days.{day}.daily_dose",
            partial(_dose_tells, day),
            ((f"days.{day}.daily_volume",), (rows_of(day),)),
        )
        for day in Weekday
    ),
    *(_rows_needed(day, partial(_rows_alone_tell, day)) for day in Weekday),
    _Need("bolus", _gives_one_bolus),
    _Need("bolus_duration", _gives_one_bolus),
    _Need("bolus", _is_periodic, _ROWS_SHOW_IT),
    _Need("bolus_duration", _is_periodic, _ROWS_SHOW_IT),
    _Need("every", _is_periodic, _ROWS_SHOW_IT),
    _Need("first", _is_periodic, _ROWS_SHOW_IT),
    _Need("patient_bolus.dose", _patient_bolus_is_set_anew),
    _Need("patient_bolus.duration", _patient_bolus_is_set_anew),
    _Need("patient_bolus.lockout", _patient_bolus_is_set_anew),
    _Need("patient_bolus.per_day", _patient_bolus_is_set_anew),
    _Need("patient_bolus.per_day", _patient_bolus_is_taken_away),
    _Need(
        "bridge_duration",
        _bridge_counts,
        (("bridge_volume", "bridge_flow_rate"), ("bridge_drug", "bridge_flow_rate")),
    ),
    _Need("prime_volume", _prime_may_run, (("prime_dose",),)),
    _Need("pump_clock", _runs_by_the_clock),
    _Need("low_alarm_date", _alarm_is_counted, (("days_to_alarm",),), few_digits_will_do=True),
    _Need("concentration", _alarm_comes_soon),
    _Need("filled", _alarm_comes_soon),
    _Need("low_alarm", _alarm_comes_soon),
)
