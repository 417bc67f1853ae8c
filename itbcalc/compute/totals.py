"""What does a schedule come to: per day and week, at its highest and lowest, hour by hour?"""

from collections.abc import Sequence
from fractions import Fraction

from msgspec import Struct

from itbcalc.compute.profile import Profile, Stretch, hourly_volumes
from itbcalc.compute.schedule import (
    Flex,
    FlexDay,
    MinimumRate,
    PatientBolus,
    PeriodicBolus,
    Schedule,
    SimpleContinuous,
    SingleBolus,
)
from itbcalc.compute.working import Worked
from itbcalc.phrases import N_, Phrase
from itbcalc.quantities.clock import Weekday, clock_text
from itbcalc.quantities.kinds import (
    DAILY_DOSE,
    DOSE,
    DURATION,
    FLOW_RATE,
    VOLUME,
    Concentration,
    DailyDose,
    Dose,
    Duration,
    FlowRate,
    Volume,
    as_daily_dose,
    as_dose,
    as_duration,
    as_flow_rate,
    as_volume,
    exactly,
)
from itbcalc.quantities.units import Quantity, ureg

ONE_DAY = as_duration(exactly(1, DURATION))
ONE_WEEK = as_duration(exactly(7, DURATION))
_SUM_OF_THE_DAYS = " + ".join(f"{{{weekday.words}}}" for weekday in Weekday)


class Segment(Struct, frozen=True):
    """A stretch of one day as it is listed: from when, for how long, at which flow, which dose in all."""

    start: Fraction
    duration: Duration
    flow_rate: FlowRate
    dose: Dose

    @property
    def start_text(self) -> str:
        """`22:00`."""
        return clock_text(self.start)

    @property
    def end_text(self) -> str:
        """`06:00`."""
        end = self.start + self.duration.magnitude
        return clock_text(end if end <= 1 else end % 1)

    @property
    def name(self) -> str:
        """`22:00 to 06:00`."""
        return Phrase("{begin} to {end}", begin=self.start_text, end=self.end_text)


def segments_of(stretches: Sequence[Stretch], concentration: Concentration) -> tuple[Segment, ...]:
    """The stretches of a day as segments, in order; their doses add up to the dose of the day."""
    return tuple(
        Segment(
            stretch.start,
            as_duration(exactly(stretch.duration, DURATION)),
            as_flow_rate(exactly(stretch.flow, FLOW_RATE)),
            as_dose(exactly(stretch.volume * concentration.magnitude, DOSE)),
        )
        for stretch in stretches
    )


def hourly_doses(stretches: Sequence[Stretch], concentration: Concentration) -> tuple[Dose, ...]:
    """The dose in each of the 24 hours of a day on the pump's clock."""
    return tuple(
        as_dose(exactly(volume * concentration.magnitude, DOSE)) for volume in hourly_volumes(stretches)
    )


# --- per day and week


def scheduled_daily_dose(
    schedule: Schedule, profile: Profile, concentration: Concentration, name: str = N_("daily dose")
) -> Worked[DailyDose]:
    """The dose per day, without patient boluses and single boluses; the mean where the days differ."""
    if isinstance(schedule, SimpleContinuous):
        operands: tuple[tuple[str, Quantity], ...] = (("daily dose", schedule.daily_dose),)
        return Worked(name, schedule.daily_dose, "{daily dose}", operands)
    if isinstance(schedule, Flex):
        if not schedule.differing:
            return flex_daily_dose(schedule.every_day, name)
        week = weekly_dose(profile, concentration)
        mean = as_daily_dose(week.value / ONE_WEEK)
        operands = (("dose per week", week.value), ("one week", ONE_WEEK))
        return Worked(
            Phrase("{what}, mean of the week", what=name), mean, "{dose per week} ÷ {one week}", operands
        )
    if isinstance(schedule, PeriodicBolus):
        return periodic_daily_dose(schedule, name)
    if isinstance(schedule, MinimumRate):
        dose = as_daily_dose(schedule.flow_rate * concentration)
        operands = (("minimum rate", schedule.flow_rate), ("concentration", concentration))
        return Worked(name, dose, "{minimum rate} × {concentration}", operands)
    basal = schedule.basal if isinstance(schedule, SingleBolus) else None
    dose = as_daily_dose(exactly(0, DAILY_DOSE)) if basal is None else basal
    return Worked(
        name,
        dose,
        "{basal}" if basal is not None else "{nothing}",
        (("nothing" if basal is None else "basal", dose),),
    )


def weekly_dose(profile: Profile, concentration: Concentration) -> Worked[Dose]:
    """The dose of the seven days from Monday, each from midnight to midnight on the pump's clock."""
    days = tuple((weekday.words, day_dose(profile, weekday, concentration)) for weekday in Weekday)
    total = as_dose(exactly(sum((dose.magnitude for _, dose in days), Fraction(0)), DOSE))
    return Worked("dose per week", total, _SUM_OF_THE_DAYS, days)


def weekly_volume(week: Dose, concentration: Concentration) -> Worked[Volume]:
    """The volume of a week."""
    return Worked(
        "volume per week",
        as_volume(week / concentration),
        "{dose per week} ÷ {concentration}",
        (("dose per week", week), ("concentration", concentration)),
    )


def day_dose(profile: Profile, weekday: Weekday, concentration: Concentration) -> Dose:
    """The dose of one day from midnight to midnight, without its working."""
    return as_dose(exactly(profile.day_volumes[weekday.number] * concentration.magnitude, DOSE))


def dose_on(profile: Profile, weekday: Weekday, concentration: Concentration) -> Worked[Dose]:
    """The dose of one day from midnight to midnight, as the sum of its segments."""
    segments = segments_of(profile.day(weekday), concentration)
    total = sum((segment.dose.magnitude for segment in segments), Fraction(0))
    return Worked(
        Phrase("dose on {day}", day=weekday.words),
        as_dose(exactly(total, DOSE)),
        " + ".join(f"{{{segment.name}}}" for segment in segments),
        tuple((segment.name, segment.dose) for segment in segments),
    )


def scheduled_daily_volume(
    daily_dose: DailyDose, concentration: Concentration, name: str = N_("daily volume")
) -> Worked[Volume]:
    """The volume of a day's dose."""
    return Worked(
        name,
        as_volume(exactly(daily_dose.magnitude / concentration.magnitude, VOLUME)),
        "{daily dose} × {one day} ÷ {concentration}",
        (("daily dose", daily_dose), ("one day", ONE_DAY), ("concentration", concentration)),
    )


def dose_with_patient_boluses(
    daily_dose: DailyDose, bolus: PatientBolus, name: str = N_("daily dose with all patient boluses")
) -> Worked[DailyDose]:
    """The dose per day when every allotted patient bolus is taken."""
    count = ureg.Quantity(Fraction(bolus.per_day), "1/day")
    return Worked(
        name,
        as_daily_dose(daily_dose + bolus.dose * count),
        "{daily dose} + {patient bolus} × {boluses per day}",
        (("daily dose", daily_dose), ("patient bolus", bolus.dose), ("boluses per day", count)),
    )


def dose_in_first_day(single: SingleBolus) -> Worked[Dose]:
    """The dose of the 24 hours that begin with a single bolus."""
    bolus: tuple[str, Quantity] = ("single bolus", single.bolus)
    name = N_("dose in the first 24 h")
    if single.basal is None:
        return Worked(name, single.bolus, "{single bolus}", (bolus,))
    basal: tuple[str, Quantity] = ("basal", single.basal)
    if not single.replaces_basal:
        dose = as_dose(single.basal * ONE_DAY + single.bolus)
        return Worked(
            name, dose, "{basal} × {one day} + {single bolus}", (basal, ("one day", ONE_DAY), bolus)
        )
    rest = as_duration(ONE_DAY - single.duration)
    dose = as_dose(single.basal * rest + single.bolus)
    return Worked(
        name, dose, "{basal} × {rest of the day} + {single bolus}", (basal, ("rest of the day", rest), bolus)
    )


# --- the highest and the lowest flow


def peak_flow_rate(profile: Profile, concentration: Concentration, name: str) -> Worked[FlowRate]:
    """The highest flow of the schedule, from the stretch in which it runs."""
    return _flow_in(profile.peak(), profile, concentration, name)


def lowest_flow_rate(profile: Profile, concentration: Concentration, name: str) -> Worked[FlowRate]:
    """The lowest flow of the schedule, from the stretch in which it runs."""
    return _flow_in(profile.lowest(), profile, concentration, name)


def bolus_flow_rate(
    dose: Dose, duration: Duration, concentration: Concentration, name: str, basal: DailyDose | None = None
) -> Worked[FlowRate]:
    """The flow while a bolus runs, with the `basal` that runs on below it."""
    bolus: tuple[tuple[str, Quantity], ...] = (("bolus", dose), ("duration", duration))
    strength = (("concentration", concentration),)
    if basal is None:
        flow, template = dose / duration / concentration, "{bolus} ÷ {duration} ÷ {concentration}"
        return Worked(name, as_flow_rate(flow), template, (*bolus, *strength))
    return Worked(
        name,
        as_flow_rate((basal + as_daily_dose(dose / duration)) / concentration),
        "({basal} + {bolus} ÷ {duration}) ÷ {concentration}",
        (("basal", basal), *bolus, *strength),
    )


def _flow_in(stretch: Stretch, profile: Profile, concentration: Concentration, name: str) -> Worked[FlowRate]:
    begin = (stretch.start + profile.origin) % 1
    segment = segments_of([stretch.moved(begin - stretch.start)], concentration)[0]
    where = Phrase("dose {time}", time=segment.name)
    return Worked(
        name,
        segment.flow_rate,
        f"{{{where}}} ÷ {{duration}} ÷ {{concentration}}",
        ((where, segment.dose), ("duration", segment.duration), ("concentration", concentration)),
    )


# --- the modes


def flex_daily_dose(day: FlexDay, name: str = N_("daily dose")) -> Worked[DailyDose]:
    """Basal and steps of a day that is the same all week."""
    steps: list[tuple[str, Quantity]] = [
        (Phrase("step {time}", time=step.start.text), step.dose) for step in day.steps
    ]
    total = sum((step.dose.magnitude for step in day.steps), Fraction(0))
    terms = " + ".join(f"{{{step}}}" for step, _ in steps)
    operands: list[tuple[str, Quantity]] = [*steps, ("one day", ONE_DAY)]
    if day.basal is not None:
        beside = (
            sum((step.duration.magnitude for step in day.steps), Fraction(0)) if day.replaces_basal else 0
        )
        time = as_duration(exactly(1 - beside, DURATION))
        total += day.basal.magnitude * time.magnitude
        terms = f"{{basal}} × {{time at basal}} + {terms}" if steps else "{basal} × {time at basal}"
        operands = [("basal", day.basal), ("time at basal", time), *operands]
    return Worked(
        name, as_daily_dose(exactly(total, DAILY_DOSE)), f"({terms}) ÷ {{one day}}", tuple(operands)
    )


def periodic_daily_dose(periodic: PeriodicBolus, name: str = N_("daily dose")) -> Worked[DailyDose]:
    """The mean per 24 hours, which is every day's dose where the interval divides the day."""
    bolus: list[tuple[str, Quantity]] = [("bolus", periodic.bolus), ("interval", periodic.every)]
    dose = as_daily_dose(periodic.bolus / periodic.every)
    if periodic.basal is None:
        return Worked(name, dose, "{bolus} ÷ {interval}", tuple(bolus))
    basal: tuple[str, Quantity] = ("basal", periodic.basal)
    if not periodic.replaces_basal:
        total = as_daily_dose(periodic.basal + dose)
        return Worked(name, total, "{basal} + {bolus} ÷ {interval}", (basal, *bolus))
    rest = as_duration(periodic.every - periodic.duration)
    total = as_daily_dose((periodic.basal * rest + periodic.bolus) / periodic.every)
    operands = (basal, ("time between boluses", rest), *bolus)
    return Worked(name, total, "({basal} × {time between boluses} + {bolus}) ÷ {interval}", operands)


def boluses_per_day(periodic: PeriodicBolus) -> Fraction:
    """How many boluses come in 24 hours."""
    return 1 / periodic.every.magnitude
