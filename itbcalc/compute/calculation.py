"""All values of a dose change, from one flat set of inputs.

`Inputs` holds what the values depend on and nothing else, so that a slip is one `replace` away. A value is
None where one of its inputs is missing. Each is computed when it is first asked for.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property

from itbcalc.compute.bolus import (
    bridge_dose_at_new_concentration,
    bridge_drug,
    bridge_duration,
    bridge_flow_rate,
    dead_volume,
    priming_dose,
)
from itbcalc.compute.concentration import concentration_for_dose
from itbcalc.compute.continuous import continuous_daily_dose
from itbcalc.compute.line import Outflow, Plug, leaving_the_tip
from itbcalc.compute.profile import Course, Stretch, course_of, patient_course
from itbcalc.compute.reservoir import (
    BridgeUse,
    RefillLimit,
    latest_refill,
    moment_after,
    time_to_level,
    time_to_level_followed,
    worst_case,
    worst_case_followed,
)
from itbcalc.compute.schedule import PatientBolus, Schedule
from itbcalc.compute.therapy_values import TherapyValues
from itbcalc.compute.tip import (
    Deviation,
    arrival,
    arrival_off,
    deviation,
    unbridged_dose,
    unbridged_duration,
    unbridged_ratio,
)
from itbcalc.compute.titration_step import concentration_ratio, dose_change
from itbcalc.compute.working import Once, Worked, value_of
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.kinds import (
    DOSE,
    Concentration,
    DailyDose,
    Dose,
    Duration,
    FlowRate,
    Length,
    Percentage,
    Ratio,
    Volume,
    as_dose,
    as_percentage,
    exactly,
)

_MOST_EVENTS = 10_000  # half a second; the new drug is at the tip after a few hundred


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """What the values of one dose change depend on.

    `bridge_dose` is None where no bridge runs, `bridge_known` is False where it cannot be said whether one runs
    and how: what depends on it is not known then. `stability_limit` is how long the drug may stay in the
    reservoir, `pump_limit` the pump's own refill interval, `lead_time` what the clinic wants in hand.
    `tubing_volumes` are those published for the pump, for the band around a moment of arrival.
    """

    current_concentration: Concentration | None = None
    current_schedule: Schedule | None = None
    current_patient_bolus: PatientBolus | None = None
    new_concentration: Concentration | None = None
    new_schedule: Schedule | None = None
    new_patient_bolus: PatientBolus | None = None
    tubing_volume: Volume | None = None
    catheter_length: Length | None = None
    catheter_volume: Volume | None = None
    bridge_dose: DailyDose | None = None
    bridge_known: bool = True
    aspirated: bool = False
    filled: Volume | None = None
    low_alarm: Volume | None = None
    at: Instant | None = None
    accuracy: Percentage | None = None
    accuracy_lower: Percentage | None = None
    tubing_volumes: tuple[Volume, ...] = ()
    stroke_volume: Volume | None = None
    fixed_flow_rate: FlowRate | None = None
    stability_limit: Duration | None = None
    pump_limit: Duration | None = None
    lead_time: Duration | None = None


class Calculation:
    """The values that follow from `inputs`."""

    def __init__(self, inputs: Inputs, apply: Once | None = None) -> None:
        self.inputs = inputs
        self._apply = apply or Once()

    def varied(self, inputs: Inputs) -> "Calculation":
        """The values that follow from other inputs; what these share with the present ones is not recomputed."""
        return Calculation(inputs, self._apply)

    # --- the two therapies

    @cached_property
    def current_therapy(self) -> TherapyValues:
        """What the therapy in force comes to."""
        inputs = self.inputs
        return TherapyValues(
            inputs.current_schedule,
            inputs.current_concentration,
            inputs.current_patient_bolus,
            "now",
            self._apply,
        )

    @cached_property
    def new_therapy(self) -> TherapyValues:
        """What the new therapy comes to."""
        inputs = self.inputs
        return TherapyValues(
            inputs.new_schedule, inputs.new_concentration, inputs.new_patient_bolus, "new", self._apply
        )

    @property
    def current_dose(self) -> DailyDose | None:
        """Daily dose of the therapy in force."""
        return self.current_therapy.dose

    @property
    def new_dose(self) -> DailyDose | None:
        """Daily dose of the new therapy."""
        return self.new_therapy.dose

    @property
    def current_flow_rate(self) -> Worked[FlowRate] | None:
        """Flow of the therapy in force, where it is steady by its mode."""
        return self.current_therapy.flow_rate

    @property
    def new_flow_rate(self) -> Worked[FlowRate] | None:
        """Flow of the new therapy, where it is steady by its mode."""
        return self.new_therapy.flow_rate

    @property
    def current_daily_volume(self) -> Worked[Volume] | None:
        """Volume in 24 h of the therapy in force."""
        return self.current_therapy.daily_volume

    @property
    def new_daily_volume(self) -> Worked[Volume] | None:
        """Volume in 24 h of the new therapy."""
        return self.new_therapy.daily_volume

    @cached_property
    def dose_change(self) -> Worked[Percentage] | None:
        """Change of the daily dose."""
        if self.current_dose is None or not self.current_dose.magnitude:
            return None  # from nothing, no percentage leads anywhere
        return self._apply(dose_change, self.current_dose, self.new_dose)

    @cached_property
    def concentration_ratio(self) -> Worked[Ratio] | None:
        """New over old concentration."""
        return self._apply(
            concentration_ratio, self.inputs.current_concentration, self.inputs.new_concentration
        )

    @property
    def concentration_changes(self) -> bool:
        """Whether both concentrations are known and differ."""
        return self.concentration_ratio is not None and self.concentration_ratio.value.magnitude != 1

    # --- what lies between reservoir and tip

    @cached_property
    def dead_volume(self) -> Worked[Volume] | None:
        """Tubing and catheter."""
        return self._apply(dead_volume, self.inputs.tubing_volume, self.inputs.catheter_volume)

    @cached_property
    def bridge_flow_rate(self) -> Worked[FlowRate] | None:
        """Flow during the bridge."""
        return self._apply(bridge_flow_rate, self.inputs.bridge_dose, self.inputs.current_concentration)

    @cached_property
    def bridge_duration(self) -> Worked[Duration] | None:
        """Length of the bridge."""
        return self._apply(
            bridge_duration, self._bridge_volume, self.inputs.current_concentration, self.inputs.bridge_dose
        )

    @cached_property
    def bridge_drug(self) -> Worked[Dose] | None:
        """Drug delivered during the bridge."""
        return self._apply(bridge_drug, self._bridge_volume, self.inputs.current_concentration)

    @cached_property
    def bridge_dose_shown_at_new_concentration(self) -> Worked[Dose] | None:
        """The same bridge counted at the new concentration."""
        return self._apply(
            bridge_dose_at_new_concentration, self._bridge_volume, self.inputs.new_concentration
        )

    @cached_property
    def unbridged_dose(self) -> Worked[DailyDose] | None:
        """Dose at the tip if the old drug simply runs on."""
        if not self.concentration_changes:
            return None
        return self._apply(
            unbridged_dose,
            self.new_dose,
            self.inputs.current_concentration,
            self.inputs.new_concentration,
        )

    @cached_property
    def unbridged_duration(self) -> Worked[Duration] | None:
        """How long the old drug would run on."""
        if not self.concentration_changes or self.dead_volume is None:
            return None
        if self.new_therapy.is_simple:
            return self._apply(
                unbridged_duration, self.dead_volume.value, self.inputs.new_concentration, self.new_dose
            )
        course = self.course(bridged=False)
        return None if course is None else arrival(self.dead_volume.value, [course], bridged=False)

    @cached_property
    def unbridged_ratio(self) -> Worked[Ratio] | None:
        """Dose at the tip without a bridge over the new dose."""
        if not self.concentration_changes:
            return None
        return self._apply(unbridged_ratio, self.inputs.current_concentration, self.inputs.new_concentration)

    # --- what leaves the tip

    @property
    def arrival(self) -> Worked[Duration] | None:
        """Until the new drug is at the tip, as programmed: at the end of the bridge, or without one."""
        if self.inputs.aspirated or not self.inputs.bridge_known:
            return None
        return self.unbridged_duration if self.inputs.bridge_dose is None else self.bridge_duration

    @cached_property
    def arrival_earliest(self) -> Worked[Duration] | None:
        """The same for the smallest tubing volume published and the fastest flow the specification allows."""
        return self._arrival_off(min, self.inputs.accuracy)

    @cached_property
    def arrival_latest(self) -> Worked[Duration] | None:
        """The same for the largest tubing volume published and the slowest flow the specification allows."""
        lower = self.inputs.accuracy_lower
        return self._arrival_off(max, None if lower is None else as_percentage(-lower))

    @cached_property
    def arrival_date(self) -> datetime | None:
        """The moment the new drug is at the tip, as programmed."""
        return self._moment(self.arrival)

    @cached_property
    def arrival_date_earliest(self) -> datetime | None:
        """The same, at the earliest."""
        return self._moment(self.arrival_earliest)

    @cached_property
    def arrival_date_latest(self) -> datetime | None:
        """The same, at the latest."""
        return self._moment(self.arrival_latest)

    @cached_property
    def tip_deviation(self) -> Deviation | None:
        """How far the dose at the tip is from the one intended, until the new drug is there."""
        if self.arrival is None:
            return None
        return self._deviation(bridged=self.inputs.bridge_dose is not None)

    @cached_property
    def unbridged_deviation(self) -> Deviation | None:
        """The same, if the old drug simply ran on."""
        return self._deviation(bridged=False)

    @cached_property
    def tip_missing(self) -> Worked[Dose] | None:
        """What is missing at the tip until the new drug is there; below zero where too much came."""
        if (
            self.tip_deviation is None
            or self.dead_volume is None
            or self.inputs.current_concentration is None
        ):
            return None
        out = as_dose(self.dead_volume.value * self.inputs.current_concentration)
        missing = as_dose(exactly(self.tip_deviation.missing, DOSE))
        return Worked(
            "dose missing until the new drug arrives",
            missing,
            "{dose intended until then} − {old drug that leaves the tip}",
            (("dose intended until then", as_dose(missing + out)), ("old drug that leaves the tip", out)),
            note="Below zero: more came than was intended.",
        )

    def course(self, *, bridged: bool) -> Course | None:
        """What the pump delivers from the change on, without patient boluses; None while its clock is not known."""
        therapy, clock = self.new_therapy, self._clock
        if therapy.schedule is None or therapy.concentration is None or clock is None:
            return None
        before: tuple[Stretch, ...] = ()
        if bridged:
            if self._bridge_use is None:
                return None
            before = (
                Stretch(
                    Fraction(0), self._bridge_use.duration.magnitude, self._bridge_use.flow_rate.magnitude
                ),
            )
        return course_of(therapy.schedule, therapy.concentration, clock, before)

    def outflow(self, until: Fraction, *, bridged: bool) -> tuple[Outflow, ...]:
        """What leaves the tip from the change on until a time (days); nothing where it cannot be said, or takes ages."""
        course, old, new = (
            self.course(bridged=bridged),
            self.inputs.current_concentration,
            self.inputs.new_concentration,
        )
        if course is None or old is None or new is None or self.dead_volume is None:
            return ()
        if _takes_ages(course, until):
            return ()
        contents = [Plug(self.dead_volume.value.magnitude, old.magnitude)]
        stretches = itertools.takewhile(lambda stretch: stretch.start < until, course.stretches_from())
        cut = (Stretch(each.start, min(each.end, until), each.flow) for each in stretches)
        return tuple(leaving_the_tip(contents, cut, new))

    def _deviation(self, *, bridged: bool) -> Deviation | None:
        arrives = self.bridge_duration if bridged else self.unbridged_duration
        intended, new = self.course(bridged=False), self.inputs.new_concentration
        if arrives is None or intended is None or new is None:
            return None
        if _takes_ages(intended, arrives.value.magnitude):
            return None
        outflow = self.outflow(arrives.value.magnitude, bridged=bridged)
        return deviation(outflow, intended.stretches_from(), new) if outflow else None

    def _arrival_off(
        self, extreme: Callable[[Sequence[Volume]], Volume], accuracy: Percentage | None
    ) -> Worked[Duration] | None:
        """The arrival for one end of the published tubing volumes, and of the flow's accuracy."""
        inputs = self.inputs
        if self.arrival is None or inputs.catheter_volume is None or inputs.tubing_volume is None:
            return None
        tubing = extreme((inputs.tubing_volume, *inputs.tubing_volumes))
        bridged = inputs.bridge_dose is not None
        course, dead = self.course(bridged=bridged), dead_volume(tubing, inputs.catheter_volume).value
        if course is None:
            return None
        if accuracy is None:
            return arrival(dead, [course], bridged=bridged)
        return arrival_off(dead, [course], accuracy)

    # --- priming, of the whole system or of the catheter alone

    @cached_property
    def system_priming_dose(self) -> Worked[Dose] | None:
        """Drug that fills tubing and catheter."""
        return self._apply(priming_dose, value_of(self.dead_volume), self.inputs.new_concentration)

    @cached_property
    def catheter_priming_dose(self) -> Worked[Dose] | None:
        """Drug that fills the catheter alone."""
        return self._apply(priming_dose, self.inputs.catheter_volume, self.inputs.new_concentration)

    # --- what the pump itself allows

    @cached_property
    def achievable_dose(self) -> Worked[DailyDose] | None:
        """The new daily dose in whole strokes of the pump."""
        return self.new_therapy.achievable_dose(self.inputs.stroke_volume)

    @cached_property
    def achievable_bolus(self) -> Worked[Dose] | None:
        """The periodic or single bolus in whole strokes of the pump."""
        return self.new_therapy.achievable_bolus(self.inputs.stroke_volume)

    @cached_property
    def needed_concentration(self) -> Worked[Concentration] | None:
        """Where the flow is fixed: the mixture that gives the new dose."""
        if self.new_dose is None or self.inputs.fixed_flow_rate is None or not self.new_dose.magnitude:
            return None
        return self._apply(concentration_for_dose, self.new_dose, self.inputs.fixed_flow_rate)

    @cached_property
    def dose_at_fixed_flow(self) -> Worked[DailyDose] | None:
        """Where the flow is fixed: what the new concentration would give."""
        return self._apply(continuous_daily_dose, self.inputs.fixed_flow_rate, self.inputs.new_concentration)

    # --- the reservoir

    @cached_property
    def time_to_alarm(self) -> Worked[Duration] | None:
        """Until the low-reservoir alarm."""
        return None if self.inputs.low_alarm is None else self._time_to(self.inputs.low_alarm)

    @cached_property
    def time_to_empty(self) -> Worked[Duration] | None:
        """Until the volume as the programmer counts it is used up: zero, not the residual volume."""
        return self._time_to(None)

    @cached_property
    def time_to_alarm_worst(self) -> Worked[Duration] | None:
        """Until the alarm if the pump runs as fast as its specification allows."""
        filled, level, accuracy = self.inputs.filled, self.inputs.low_alarm, self.inputs.accuracy
        if self.time_to_alarm is None or accuracy is None or filled is None or level is None:
            return None
        if self._runs_steadily:
            return worst_case(self.time_to_alarm, accuracy)
        return worst_case_followed(filled, level, self._courses, accuracy)

    @cached_property
    def low_alarm_date(self) -> datetime | None:
        """The moment of the alarm."""
        return self._moment(self.time_to_alarm)

    @cached_property
    def empty_date(self) -> datetime | None:
        """The moment nothing is left."""
        return self._moment(self.time_to_empty)

    @cached_property
    def low_alarm_date_worst(self) -> datetime | None:
        """The moment of the alarm in the worst case."""
        return self._moment(self.time_to_alarm_worst)

    @cached_property
    def time_to_latest_refill(self) -> tuple[RefillLimit, Worked[Duration]] | None:
        """What sets the latest refill, and when that is, less the clinic's lead time."""
        times = {
            RefillLimit.ALARM: value_of(self.time_to_alarm),
            RefillLimit.DRUG: self.inputs.stability_limit,
            RefillLimit.PUMP: self.inputs.pump_limit,
        }
        if times[RefillLimit.ALARM] is None:
            return None
        known = {limit: time for limit, time in times.items() if time is not None}
        return latest_refill(known, self.inputs.lead_time)

    @cached_property
    def latest_refill_date(self) -> datetime | None:
        """The last day for the refill."""
        return self._moment(self.time_to_latest_refill[1]) if self.time_to_latest_refill else None

    def used_by(self, time: Fraction) -> Fraction | None:
        """What has left the reservoir `time` days after the change, in mL, every allotted patient bolus taken.

        None while it cannot be said.
        """
        inputs = self.inputs
        if not inputs.bridge_known or (inputs.bridge_dose is not None and self._bridge_use is None):
            return None
        if not self._courses:
            return None
        return sum((course.volume_by(max(time, Fraction(0))) for course in self._courses), Fraction(0))

    @property
    def _bridge_volume(self) -> Volume | None:
        """The dead volume, where a bridge runs through it."""
        return None if self.inputs.bridge_dose is None else value_of(self.dead_volume)

    @cached_property
    def _bridge_use(self) -> BridgeUse | None:
        if self._bridge_volume is None or self.bridge_flow_rate is None or self.bridge_duration is None:
            return None
        return BridgeUse(self.bridge_flow_rate.value, self.bridge_duration.value, self._bridge_volume)

    @property
    def _clock(self) -> Fraction | None:
        """The pump's clock at the change; any will do where nothing depends on it."""
        if self.inputs.at is not None:
            return self.inputs.at.week_clock
        return Fraction(0) if self.new_therapy.is_steady else None

    def _time_to(self, level: Volume | None) -> Worked[Duration] | None:
        filled = self.inputs.filled
        if filled is None or (level is not None and level >= filled) or not self.inputs.bridge_known:
            return None
        if self.inputs.bridge_dose is not None and self._bridge_use is None:
            return None
        if self.new_flow_rate is not None and self._runs_steadily:
            return time_to_level(filled, level, self.new_flow_rate.value, self._bridge_use)
        return (
            time_to_level_followed(filled, level, self._courses, self._bridge_use) if self._courses else None
        )

    @property
    def _runs_steadily(self) -> bool:
        """Whether one flow runs all the time, once the bridge is over."""
        return self.new_therapy.is_simple and self.inputs.new_patient_bolus is None

    @cached_property
    def _courses(self) -> tuple[Course, ...]:
        """What the pump delivers from the change on, all allotted patient boluses included; none while unknown."""
        course = self.course(bridged=self.inputs.bridge_dose is not None)
        bolus, strength = self.inputs.new_patient_bolus, self.inputs.new_concentration
        if course is None or strength is None:
            return ()
        if bolus is None:
            return (course,)
        begin = self._bridge_use.duration.magnitude if self._bridge_use is not None else Fraction(0)
        return (course, patient_course(bolus, strength, begin))

    def _moment(self, time: Worked[Duration] | None) -> datetime | None:
        if time is None or self.inputs.at is None:
            return None
        return moment_after(self.inputs.at, time.value)


def _takes_ages(course: Course, until: Fraction) -> bool:
    """Whether following `course` event by event would keep the clinician waiting: a flow of next to nothing, mistyped."""
    return until / course.cycle_length * len(course.cycle) > _MOST_EVENTS
