"""Runs for the tests of practice, written short: implants, programmings, courses of the reference patient."""

from collections.abc import Sequence
from fractions import Fraction

from itbcalc.compute.schedule import Schedule, SimpleContinuous, Stopped
from itbcalc.library.records import Origin
from itbcalc.practice.faults import Fault
from itbcalc.practice.model import UNTREATED, SimulatedCourse, Start, simulate
from itbcalc.practice.patient import PatientTraits, reference_patient
from itbcalc.practice.supply import Implant, Injected, Programmed, PumpEvent, Supply, supply
from itbcalc.program.records import Therapy
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DOSE,
    VOLUME,
    Concentration,
    DailyDose,
    Dose,
    Volume,
    as_concentration,
    as_daily_dose,
    as_dose,
    as_volume,
    exactly,
)

REFERENCE = reference_patient(Origin.SPINAL)


def concentration(number: int | str) -> Concentration:
    return as_concentration(exactly(Fraction(number), CONCENTRATION))


def daily_dose(number: int | str | Fraction) -> DailyDose:
    return as_daily_dose(exactly(Fraction(number), DAILY_DOSE))


def dose(number: int | str) -> Dose:
    return as_dose(exactly(Fraction(number), DOSE))


def volume(number: int | str) -> Volume:
    return as_volume(exactly(Fraction(number), VOLUME))


def hours(number: int | str) -> Fraction:
    return Fraction(number) / 24


def implant(strength: int = 500, reservoir: int | str = 40, **known: object) -> Implant:
    """A dead volume of 0.35 mL, 40 mL in the reservoir, an alarm at 2 mL, begun on Monday at midnight."""
    given = {
        "tubing_volume": volume("0.14"),
        "catheter_volume": volume("0.21"),
        "reservoir": volume(reservoir),
        "concentration": concentration(strength),
        "low_alarm": volume(2),
        "clock": Fraction(0),
    }
    return Implant(**{**given, **known})  # type: ignore[arg-type]  # the tests give what they mean


def programmed(
    at: Fraction | int, schedule: Schedule | int | str | Fraction, strength: int = 500
) -> Programmed:
    """A number is a daily dose around the clock; 0 stops the pump."""
    if not isinstance(schedule, int | str | Fraction):
        made = schedule
    elif Fraction(schedule):
        made = SimpleContinuous(daily_dose(schedule))
    else:
        made = Stopped()
    return Programmed(Fraction(at), Therapy("baclofen", concentration(strength), made))


def run(
    events: Sequence[PumpEvent], until: Fraction | int, faults: Sequence[Fault] = (), **known: object
) -> Supply:
    return supply(implant(**known), events, faults, Fraction(until))  # type: ignore[arg-type]  # as above


def steady(mcg_per_day: int | str | Fraction, until: int, *changes: PumpEvent) -> Supply:
    """A steady dose, and what is changed later; never empty."""
    return run([programmed(0, mcg_per_day), *changes], until, reservoir=100_000)


def bolus(mcg: int, until: int = 2) -> Supply:
    return run([Injected(Fraction(0), dose(mcg))], until)


def course(supplied: Supply, start: Start = UNTREATED, traits: PatientTraits = REFERENCE) -> SimulatedCourse:
    return simulate(traits, supplied, start)


def treated(mcg_per_day: int, days: int) -> Start:
    return Start(daily_dose(mcg_per_day), Fraction(days))
