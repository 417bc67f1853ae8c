"""Which typed values can a slip of the fingers have changed, and what would follow from another value there?"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from itbcalc.compute.calculation import Inputs
from itbcalc.compute.schedule import Flex, FlexDay, PeriodicBolus, SimpleContinuous, SingleBolus
from itbcalc.judge.slips import TypedInput
from itbcalc.program import Program
from itbcalc.quantities.clock import Weekday
from itbcalc.quantities.entry import Entered
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DOSE,
    DURATION,
    VOLUME,
    DailyDose,
    Kind,
    as_dose,
)
from itbcalc.quantities.units import Quantity

# Values that stand in the inputs as they were typed: place, input, kind.
_PLAIN = (
    ("new.concentration", "new_concentration", CONCENTRATION),
    ("new.daily_dose", "new_schedule", DAILY_DOSE),
    ("current.concentration", "current_concentration", CONCENTRATION),
    ("current.daily_dose", "current_schedule", DAILY_DOSE),
    ("bridge.dose", "bridge_dose", DAILY_DOSE),
    ("reservoir.filled", "filled", VOLUME),
    ("reservoir.low_alarm", "low_alarm", VOLUME),
    ("system.tubing_volume", "tubing_volume", VOLUME),
    ("system.catheter.volume", "catheter_volume", VOLUME),
)
_DOSE_OF_STEP = re.compile(r"new\.(?:days\.(?P<day>[a-z]{3})\.)?steps\.(?P<number>[0-9]+)\.dose")
_BASAL = re.compile(r"new\.(?:days\.(?P<day>[a-z]{3})\.)?basal")
_OF_BOLUS = {
    "new.bolus": ("bolus", DOSE),
    "new.basal": ("basal", DAILY_DOSE),
    "new.every": ("every", DURATION),
}
_OF_PATIENT_BOLUS = {"new.patient_bolus.dose": ("dose", DOSE)}

Put = Callable[[Inputs, Quantity], Inputs]


def typed_inputs(program: Program) -> tuple[TypedInput, ...]:
    """The entries of `program` that a slip of the fingers may have changed, most telling first."""
    plain = [
        TypedInput(place, kind, program.entries[place], partial(_put, name=name))
        for place, name, kind in _PLAIN
        if place in program.entries
    ]
    scheduled = (
        TypedInput(place, kind, entered, put)
        for place, entered in program.entries.items()
        for kind, put in _of_schedule(place, entered, program)
    )
    return (*plain, *scheduled)


def _put(inputs: Inputs, quantity: Quantity, *, name: str) -> Inputs:
    value = SimpleContinuous(DailyDose(quantity)) if name.endswith("_schedule") else quantity
    changed: dict[str, Any] = {name: value}
    return replace(inputs, **changed)


def _of_schedule(place: str, entered: Entered, program: Program) -> Iterator[tuple[Kind, Put]]:
    """What lies behind a value of the new schedule; nothing where it is none, or is in a compound duration."""
    schedule = program.new.schedule if program.new is not None else None
    if place in _OF_PATIENT_BOLUS:
        name, kind = _OF_PATIENT_BOLUS[place]
        yield kind, partial(_put_in_patient_bolus, name=name)
    elif isinstance(schedule, Flex):
        step, basal = _DOSE_OF_STEP.fullmatch(place), _BASAL.fullmatch(place)
        if step is not None:
            yield DOSE, partial(_put_in_step, day=step["day"], number=int(step["number"]))
        elif basal is not None:
            yield DAILY_DOSE, partial(_put_in_basal, day=basal["day"])
    elif isinstance(schedule, PeriodicBolus | SingleBolus) and place in _OF_BOLUS:
        name, kind = _OF_BOLUS[place]
        if " " not in entered.number_text:
            yield kind, partial(_put_in_bolus, name=name)


def _put_in_patient_bolus(inputs: Inputs, quantity: Quantity, *, name: str) -> Inputs:
    if inputs.new_patient_bolus is None:  # it is still being typed: nothing of it is counted yet
        return inputs
    changed: dict[str, Any] = {name: quantity}
    return replace(inputs, new_patient_bolus=replace(inputs.new_patient_bolus, **changed))


def _put_in_bolus(inputs: Inputs, quantity: Quantity, *, name: str) -> Inputs:
    """A bolus longer than the interval runs all the time: it cannot be longer than that."""
    schedule = inputs.new_schedule
    assert isinstance(schedule, PeriodicBolus | SingleBolus)
    changed: dict[str, Any] = {name: quantity}
    if name == "every":
        changed["duration"] = min(schedule.duration, quantity, key=lambda each: each.magnitude)
    return replace(inputs, new_schedule=replace(schedule, **changed))


def _put_in_step(inputs: Inputs, quantity: Quantity, *, day: str | None, number: int) -> Inputs:
    def changed(before: FlexDay) -> FlexDay:
        steps = list(before.steps)
        steps[number - 1] = replace(steps[number - 1], dose=as_dose(quantity))
        return replace(before, steps=tuple(steps))

    return _with_day(inputs, day, changed)


def _put_in_basal(inputs: Inputs, quantity: Quantity, *, day: str | None) -> Inputs:
    return _with_day(inputs, day, lambda before: replace(before, basal=DailyDose(quantity)))


def _with_day(inputs: Inputs, day: str | None, change: Callable[[FlexDay], FlexDay]) -> Inputs:
    flex = inputs.new_schedule
    assert isinstance(flex, Flex)
    if day is None:
        return replace(inputs, new_schedule=replace(flex, every_day=change(flex.every_day)))
    weekday = Weekday(day)
    differing = tuple((each, change(held) if each is weekday else held) for each, held in flex.differing)
    return replace(inputs, new_schedule=replace(flex, differing=differing))
