"""What does one therapy come to: dose, volume and flow, whatever its mode?

A value is None where one of its inputs is missing. Each is computed when it is first asked for.
"""

from functools import cached_property, partial

from itbcalc.compute.achievable import achievable_bolus, achievable_daily_dose
from itbcalc.compute.continuous import continuous_flow_rate, daily_volume
from itbcalc.compute.profile import Profile, profile_of
from itbcalc.compute.schedule import (
    Flex,
    PatientBolus,
    PeriodicBolus,
    Schedule,
    SimpleContinuous,
    SingleBolus,
)
from itbcalc.compute.totals import (
    ONE_DAY,
    Segment,
    bolus_flow_rate,
    day_dose,
    dose_in_first_day,
    dose_on,
    dose_with_patient_boluses,
    hourly_doses,
    lowest_flow_rate,
    peak_flow_rate,
    scheduled_daily_dose,
    scheduled_daily_volume,
    segments_of,
    weekly_dose,
    weekly_volume,
)
from itbcalc.compute.working import Once, Worked, value_of
from itbcalc.phrases import N_, Phrase
from itbcalc.quantities.clock import Weekday
from itbcalc.quantities.kinds import (
    DAILY_DOSE,
    Concentration,
    DailyDose,
    Dose,
    FlowRate,
    Volume,
    as_daily_dose,
    exactly,
)

# The same formula under the name of each therapy; made once, so that what was computed is found again.
_NAMES = {"now": N_("{what}, now"), "new": N_("{what}, new")}


def _named(what: str, which: str) -> Phrase:
    return Phrase(_NAMES[which], what=what)


_FLOW_RATES = {each: partial(continuous_flow_rate, name=_named(N_("flow rate"), each)) for each in _NAMES}
_DAILY_VOLUMES = {each: partial(daily_volume, name=_named(N_("daily volume"), each)) for each in _NAMES}


class TherapyValues:
    """The values of one therapy; `which` (now, new) stands in their names."""

    def __init__(
        self,
        schedule: Schedule | None,
        concentration: Concentration | None,
        patient_bolus: PatientBolus | None,
        which: str,
        apply: Once,
    ) -> None:
        self.schedule = schedule
        self.concentration = concentration
        self.patient_bolus = patient_bolus
        self.which = which
        self._apply = apply

    @property
    def is_simple(self) -> bool:
        """Whether it runs in simple continuous mode."""
        return isinstance(self.schedule, SimpleContinuous)

    @property
    def is_steady(self) -> bool:
        """Whether its flow never changes, whatever the clock says."""
        return self.is_simple or (self.profile is not None and self.profile.is_steady)

    @cached_property
    def profile(self) -> Profile | None:
        """Its flow through the day or week."""
        if self.schedule is None or self.concentration is None:
            return None
        return profile_of(self.schedule, self.concentration)

    # --- per day

    @property
    def dose(self) -> DailyDose | None:
        """Daily dose, without patient boluses and single boluses; the mean where the days differ."""
        if isinstance(self.schedule, SimpleContinuous):
            return self.schedule.daily_dose
        return self._dose

    @cached_property
    def _dose(self) -> DailyDose | None:
        """What the profile delivers: the value of `daily_dose` without its working, which takes longer than the sum."""
        if self.profile is None or self.concentration is None:
            return None
        return as_daily_dose(exactly(self.profile.daily_volume * self.concentration.magnitude, DAILY_DOSE))

    @cached_property
    def daily_dose(self) -> Worked[DailyDose] | None:
        """The same with its working; None in simple continuous mode, where it is typed."""
        if self.schedule is None or self.concentration is None or self.profile is None or self.is_simple:
            return None
        return scheduled_daily_dose(
            self.schedule, self.profile, self.concentration, _named(N_("daily dose"), self.which)
        )

    @cached_property
    def dose_with_patient_boluses(self) -> Worked[DailyDose] | None:
        """Daily dose with every allotted patient bolus taken."""
        if self.dose is None or self.patient_bolus is None:
            return None
        name = _named(N_("daily dose with all patient boluses"), self.which)
        return dose_with_patient_boluses(self.dose, self.patient_bolus, name)

    @cached_property
    def doses_by_day(self) -> tuple[DailyDose, ...]:
        """The daily dose on each day from Monday: the same each where the days do not differ. Without boluses on top."""
        if self.differs_by_weekday:
            return tuple(as_daily_dose(dose / ONE_DAY) for dose in self.day_doses)
        return () if self.dose is None else (self.dose,) * len(Weekday)

    @cached_property
    def doses_by_day_with_patient_boluses(self) -> tuple[DailyDose, ...]:
        """The same with every allotted patient bolus."""
        bolus = self.patient_bolus
        if bolus is None:
            return self.doses_by_day
        return tuple(dose_with_patient_boluses(dose, bolus).value for dose in self.doses_by_day)

    @cached_property
    def highest_day(self) -> DailyDose | None:
        """The dose of the day that brings most, where the days differ; else the daily dose. Without boluses on top."""
        return max(self.doses_by_day, default=None)

    @cached_property
    def highest_dose(self) -> DailyDose | None:
        """The most that 24 h may bring: the highest day, every allotted patient bolus, a single bolus at its start."""
        dose = self.highest_day
        if self.dose_in_first_day is not None:
            dose = as_daily_dose(self.dose_in_first_day.value / ONE_DAY)
        if dose is None or self.patient_bolus is None:
            return dose
        return dose_with_patient_boluses(dose, self.patient_bolus).value

    @cached_property
    def dose_in_first_day(self) -> Worked[Dose] | None:
        """Dose of the 24 h that begin with a single bolus."""
        return dose_in_first_day(self.schedule) if isinstance(self.schedule, SingleBolus) else None

    @cached_property
    def daily_volume(self) -> Worked[Volume] | None:
        """Volume in 24 h, without boluses the patient calls for."""
        if self.is_simple:
            return self._apply(_DAILY_VOLUMES[self.which], value_of(self.flow_rate))
        if self.dose is None or self.concentration is None:
            return None
        return scheduled_daily_volume(self.dose, self.concentration, _named(N_("daily volume"), self.which))

    # --- per week, where its days differ

    @property
    def differs_by_weekday(self) -> bool:
        """Whether not every day is the same."""
        return isinstance(self.schedule, Flex) and bool(self.schedule.differing) and self.profile is not None

    @cached_property
    def weekly_dose(self) -> Worked[Dose] | None:
        """Dose of a week, where its days differ."""
        if self.profile is None or self.concentration is None or not self.differs_by_weekday:
            return None
        return weekly_dose(self.profile, self.concentration)

    @cached_property
    def weekly_volume(self) -> Worked[Volume] | None:
        """Volume of a week, where its days differ."""
        if self.weekly_dose is None or self.concentration is None:
            return None
        return weekly_volume(self.weekly_dose.value, self.concentration)

    @cached_property
    def day_doses(self) -> tuple[Dose, ...]:
        """The dose of each day from Monday, from midnight to midnight."""
        if self.profile is None or self.concentration is None:
            return ()
        profile, strength = self.profile, self.concentration
        return tuple(day_dose(profile, weekday, strength) for weekday in Weekday)

    def dose_on(self, weekday: Weekday) -> Worked[Dose] | None:
        """Dose of one day from midnight to midnight."""
        if self.profile is None or self.concentration is None:
            return None
        return dose_on(self.profile, weekday, self.concentration)

    def segments(self, weekday: Weekday = Weekday.MON) -> tuple[Segment, ...]:
        """The stretches of one day, as they are listed."""
        if self.profile is None or self.concentration is None:
            return ()
        return segments_of(self.profile.day(weekday), self.concentration)

    def hourly_doses(self, weekday: Weekday = Weekday.MON) -> tuple[Dose, ...]:
        """The dose in each hour of one day."""
        if self.profile is None or self.concentration is None:
            return ()
        return hourly_doses(self.profile.day(weekday), self.concentration)

    # --- flow

    @cached_property
    def flow_rate(self) -> Worked[FlowRate] | None:
        """The one flow, in simple continuous mode."""
        dose = self.schedule.daily_dose if isinstance(self.schedule, SimpleContinuous) else None
        return self._apply(_FLOW_RATES[self.which], dose, self.concentration)

    @cached_property
    def peak_flow_rate(self) -> Worked[FlowRate] | None:
        """The highest flow, a single bolus included; in simple continuous mode the one there is."""
        if self.is_simple:
            return self.flow_rate
        if self.profile is None or self.concentration is None:
            return None
        peak = peak_flow_rate(self.profile, self.concentration, _named(N_("peak flow rate"), self.which))
        if isinstance(self.schedule, SingleBolus):
            bolus = self._bolus_flow(self.schedule)
            return bolus if bolus.value > peak.value else peak
        return peak

    @cached_property
    def lowest_flow_rate(self) -> Worked[FlowRate] | None:
        """The lowest flow, a single bolus included; in simple continuous mode the one there is."""
        if self.is_simple:
            return self.flow_rate
        if self.profile is None or self.concentration is None:
            return None
        lowest = lowest_flow_rate(
            self.profile, self.concentration, _named(N_("lowest flow rate"), self.which)
        )
        if isinstance(self.schedule, SingleBolus):
            bolus = self._bolus_flow(self.schedule)
            return bolus if bolus.value < lowest.value else lowest
        return lowest

    @property
    def delivers_nothing(self) -> bool:
        """Whether nothing runs any more: the pump stopped, or a single bolus without a basal behind it."""
        return self.dose is not None and not self.dose.magnitude

    # --- in strokes

    def achievable_dose(self, stroke: Volume | None) -> Worked[DailyDose] | None:
        """The daily dose in whole strokes."""
        if stroke is None or self.dose is None or self.concentration is None:
            return None
        return achievable_daily_dose(self.dose, self.concentration, stroke)

    def achievable_bolus(self, stroke: Volume | None) -> Worked[Dose] | None:
        """The periodic or single bolus in whole strokes."""
        if stroke is None or self.concentration is None:
            return None
        if not isinstance(self.schedule, PeriodicBolus | SingleBolus):
            return None
        return achievable_bolus(self.schedule.bolus, self.concentration, stroke)

    def _bolus_flow(self, single: SingleBolus) -> Worked[FlowRate]:
        assert self.concentration is not None
        name = _named(N_("flow rate of the single bolus"), self.which)
        basal = None if single.replaces_basal else single.basal
        return bolus_flow_rate(single.bolus, single.duration, self.concentration, name, basal)
