"""Where may a wrong value have come from: what else stands on the sheet, and what is published?"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from itbcalc.compute.calculation import Inputs
from itbcalc.compute.schedule import Flex, PeriodicBolus
from itbcalc.judge.figures import marketed_strengths
from itbcalc.judge.inputs import SolvableInput
from itbcalc.judge.plausible import Candidate, Sheet
from itbcalc.judge.reasons import Reason
from itbcalc.judge.slips import daily_dose_of
from itbcalc.library.records import Library, LimitQuantity
from itbcalc.program import Program
from itbcalc.quantities.clock import MINUTES_PER_DAY
from itbcalc.quantities.kinds import DOSE


def sheet_of(
    program: Program, inputs: Inputs, offered: Mapping[str, SolvableInput], library: Library
) -> Sheet:
    """What stands beside the inputs `offered`, by place."""
    known: dict[str, list[Candidate]] = {}
    for place, candidate in (
        *_of_pump(program),
        *_of_other_pumps(library),
        *_of_concentration(program, library),
        *_of_catheters(program, library),
        *_left_out(offered.values()),
        *_of_steps(inputs),
        *_of_interval(inputs),
        *_of_bridge(inputs),
        *_of_prime(inputs),
        *_of_moment(inputs),
    ):
        known.setdefault(place, []).append(candidate)
    entries = program.entries
    return Sheet(
        entries=entries,
        previous={
            f"new.{name}": entries[f"current.{name}"].quantity.magnitude
            for name in ("concentration", "daily_dose", "basal", "bolus", "flow_rate")
            if f"current.{name}" in entries
        },
        known=known,
        times={place: each.value for place, each in offered.items() if each.is_time_of_day},
    )


Known = Iterator[tuple[str, Candidate]]


def _of_pump(program: Program) -> Known:
    pump = program.system.pump
    if pump is None:
        return
    for figure in pump.tubing_volume:
        yield "system.tubing_volume", Candidate(figure.quantity.magnitude, Reason.OTHER_TUBING_VOLUME)
    for figure in pump.low_alarm_volume:
        yield "reservoir.low_alarm", Candidate(figure.quantity.magnitude, Reason.OTHER_ALARM_VOLUME)
    if pump.reservoir_volume is not None:
        capacity = pump.reservoir_volume.quantity.magnitude
        yield "reservoir.filled", Candidate(capacity, Reason.FILLED_TO_CAPACITY)


def _of_other_pumps(library: Library) -> Known:
    """What a pump of another size would hold."""
    for pump in library.pumps.values():
        if pump.reservoir_volume is not None:
            capacity = pump.reservoir_volume.quantity.magnitude
            yield "reservoir.filled", Candidate(capacity, Reason.PUBLISHED_FIGURE)


def _of_concentration(program: Program, library: Library) -> Known:
    """Strengths that are sold for a pump, and the bounds that are published: what a pharmacy mixes lies at them."""
    for strength in marketed_strengths(program, library):
        if strength.pump_fill:
            value = strength.concentration.quantity.magnitude
            yield "new.concentration", Candidate(value, Reason.MARKETED_CONCENTRATION)
    for limit in library.limits:
        if limit.quantity is LimitQuantity.CONCENTRATION:
            for bound in limit.figures:
                yield "new.concentration", Candidate(bound.quantity.magnitude, Reason.PUBLISHED_FIGURE)


def _of_catheters(program: Program, library: Library) -> Known:
    for place in program.entries:
        if place.endswith(".volume_per_length"):
            for catheter in library.catheters.values():
                if catheter.volume_per_length is not None:
                    value = catheter.volume_per_length.quantity.magnitude
                    yield place, Candidate(value, Reason.PUBLISHED_FIGURE)


def _left_out(offered: Iterable[SolvableInput]) -> Known:
    """Nothing at all, where a dose was forgotten."""
    for each in offered:
        if each.kind is DOSE or each.place.endswith("basal"):
            yield each.place, Candidate(Fraction(0), Reason.LEFT_OUT)


def _of_steps(inputs: Inputs) -> Known:
    """The dose of a step taken as one per hour, or per day."""
    schedule = inputs.new_schedule
    if not isinstance(schedule, Flex):
        return
    for weekday, day in schedule.days():
        section = "new" if weekday is None else f"new.days.{weekday}"
        for number, step in enumerate(day.steps, start=1):
            per_day = step.dose.magnitude * step.duration.magnitude
            place = f"{section}.steps.{number}.dose"
            yield place, Candidate(per_day * 24, Reason.STEP_DOSE_PER_HOUR)
            yield place, Candidate(per_day, Reason.STEP_DOSE_PER_DAY)


def _of_interval(inputs: Inputs) -> Known:
    if isinstance(inputs.new_schedule, PeriodicBolus):
        yield "new.every", Candidate(Fraction(60), Reason.EVERY_HOUR_FOR_ONCE_A_DAY)
        yield "new.every", Candidate(Fraction(MINUTES_PER_DAY), Reason.ONCE_A_DAY_FOR_EVERY_INTERVAL)


def _of_bridge(inputs: Inputs) -> Known:
    for reason, dose in (
        (Reason.BRIDGE_AT_NEW_DOSE, daily_dose_of(inputs.new_schedule, inputs.new_concentration)),
        (Reason.BRIDGE_AT_OLD_DOSE, daily_dose_of(inputs.current_schedule, inputs.current_concentration)),
    ):
        if dose is not None and dose.magnitude:
            yield "bridge.dose", Candidate(dose.magnitude, reason)


def _of_prime(inputs: Inputs) -> Known:
    """The volume of tubing and catheter together."""
    if inputs.tubing_volume is not None and inputs.catheter_volume is not None:
        whole = inputs.tubing_volume.magnitude + inputs.catheter_volume.magnitude
        yield "line.prime.volume", Candidate(whole, Reason.WHOLE_LINE)


_NOON, _MONTHS = 12, 12


def _of_moment(inputs: Inputs) -> Known:
    """The other half of the same day, and the same day of the month before and after."""
    if inputs.at is None:
        return
    typed = inputs.at.moment.date()
    half_a_day = MINUTES_PER_DAY // 2
    afternoon = inputs.at.moment.hour >= _NOON
    yield "reservoir.at", Candidate(Fraction(-half_a_day if afternoon else half_a_day), Reason.AM_FOR_PM)
    for months in (-1, 1):
        years, month = divmod(typed.month - 1 + months, _MONTHS)
        try:
            other = typed.replace(year=typed.year + years, month=month + 1)
        except ValueError:  # it has no such day
            continue
        yield "reservoir.at", Candidate(Fraction((other - typed).days * MINUTES_PER_DAY), Reason.ANOTHER_DAY)
