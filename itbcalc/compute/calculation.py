"""All values of a dose change, from one flat set of inputs.

`Inputs` holds what the values depend on and nothing else, so that a slip is one `replace` away. A value is
None where one of its inputs is missing. Each is computed when it is first asked for.
"""

import itertools
import operator
from collections.abc import Callable, Sequence
from datetime import datetime
from fractions import Fraction
from functools import cached_property, partial

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.bolus import (
    OLD_DRUG_LEFT,
    bridge_dose_at_new_concentration,
    bridge_drug,
    bridge_duration,
    bridge_flow_rate,
    dead_volume,
    priming_dose,
)
from itbcalc.compute.concentration import (
    concentration_for_dose,
    mixture_deviation,
    numbered_part,
    reservoir_mixture,
)
from itbcalc.compute.continuous import continuous_daily_dose
from itbcalc.compute.line import (
    PLUG_FLOW,
    PLUG_FLOW_FOLLOWED,
    PLUG_FLOW_FROM_TIP,
    Filling,
    Line,
    Outflow,
    Plug,
    Primed,
    cut,
    leaving_the_tip,
    primed,
    time_leaving,
    volume_before_last,
    volume_of,
)
from itbcalc.compute.profile import WEEK, Course, Stretch, course_of, patient_course, time_to_deliver
from itbcalc.compute.reservoir import (
    ALARM_VOLUME,
    FILLED,
    LEFT_BY_LOG,
    RESIDUAL,
    TIME_TO_ALARM,
    TIME_TO_EMPTY,
    BridgeUse,
    ByLog,
    PrimeUse,
    RefillLimit,
    counted_by_log,
    latest_refill,
    moment_after,
    over_by_log,
    steady_worst_case,
    taken_by,
    time_to_level,
    time_to_level_followed,
    time_to_take,
    worst_case,
    worst_case_followed,
)
from itbcalc.compute.schedule import MinimumRate, PatientBolus, Schedule, SimpleContinuous, Stopped
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
from itbcalc.compute.titration_step import (
    concentration_ratio,
    delivered_daily_dose,
    dose_change,
    first_dose_by_label,
)
from itbcalc.compute.working import Once, Worked, value_of
from itbcalc.phrases import N_
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DOSE,
    DURATION,
    FLOW_RATE,
    RATIO,
    VOLUME,
    Concentration,
    DailyDose,
    Dose,
    Duration,
    FlowRate,
    Length,
    Percentage,
    Ratio,
    Volume,
    as_concentration,
    as_dose,
    as_duration,
    as_flow_rate,
    as_percentage,
    as_ratio,
    as_volume,
    exactly,
)

_HUNDRED = 100
_MOST_EVENTS = 10_000  # half a second; the new drug is at the tip after a few hundred


class Inputs(Struct, frozen=True, kw_only=True):
    """What the values of one dose change depend on.

    `bridge_dose` is None where no bridge runs, `bridge_known` is False where it cannot be said whether one runs
    and how, `line_known` where what the line holds cannot be read: what depends on it is not known then. `pump_known`
    is False where the pump cannot be read: its limits of the refill are not known then, and an earlier one may be
    among them. `constant_flow` says that the pump itself sets the flow, which nothing programs: it has no alarm, runs no
    bridge, and its flow may still be unknown. `current_really` is what was in the reservoir until now, where the programmer held another concentration; tubing and catheter hold at the change what `tubing_holds` and
    `catheter_holds` say, or, where the log has something else in the line, what is `held` from the tip on; then a prime may run; `primes_whole_line` where one runs of which no volume was said. `residual_volume` cannot be drawn off; `drug_changes` says that they are of two drugs; `emptied`
    is False where nothing else was either before the reservoir was filled, so that nobody knows what the new drug met. `stability_limit` is how long the drug may stay in the
    reservoir, `pump_limit` the pump's own refill interval, `lead_time` what the clinic wants in hand.
    `by_log` is what only the log knows of the reservoir.
    `tubing_volumes` are those published for the pump, for the band around a moment of arrival. `screening_bolus` is the
    effective one of a therapy that begins; the label takes one of `label_multiples` of it, the least first.
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
    line_known: bool = True
    pump_known: bool = True
    current_really: Concentration | None = None
    tubing_holds: Filling = Filling.OLD
    catheter_holds: Filling = Filling.OLD
    held: tuple[Plug, ...] = ()
    drug_changes: bool = False
    prime_volume: Volume | None = None
    prime_duration: Duration | None = None
    primes_whole_line: bool = False
    emptied: bool = True
    filled: Volume | None = None
    by_log: ByLog | None = None
    low_alarm: Volume | None = None
    residual_volume: Volume | None = None
    at: Instant | None = None
    accuracy: Percentage | None = None
    accuracy_lower: Percentage | None = None
    tubing_volumes: tuple[Volume, ...] = ()
    stroke_volume: Volume | None = None
    constant_flow: bool = False
    fixed_flow_rate: FlowRate | None = None
    stability_limit: Duration | None = None
    pump_limit: Duration | None = None
    lead_time: Duration | None = None
    screening_bolus: Dose | None = None
    label_multiples: tuple[int, ...] = ()

    @property
    def aspirated(self) -> bool:
        """Whether the catheter holds no drug at the change."""
        return self.catheter_holds is Filling.NONE

    @property
    def speaks_of_line(self) -> bool:
        """Whether something was done to the line: a part of it holds another drug or none, or it is primed."""
        as_it_was = self.tubing_holds is Filling.OLD and self.catheter_holds is Filling.OLD
        return not as_it_was or self.prime_volume is not None or bool(self.held)


class HeldInLine(Struct, frozen=True):
    """A plug of the line as it is shown: how much, of which concentration (0: no drug)."""

    volume: Volume
    concentration: Concentration


# The same formulas for what is left of the old drug, and not for the whole dead volume; made once, so that what was
# computed is found again.
left_bridge_duration = partial(bridge_duration, volume_name=OLD_DRUG_LEFT)
left_bridge_drug = partial(bridge_drug, volume_name=OLD_DRUG_LEFT)
left_bridge_at_new = partial(bridge_dose_at_new_concentration, volume_name=OLD_DRUG_LEFT)
left_unbridged = partial(unbridged_duration, volume_name=OLD_DRUG_LEFT)
programmed_change = partial(dose_change, name=N_("change of the daily dose as programmed"))


# The therapies, by what of the inputs they follow from.
_THERAPIES = {
    "current_therapy": ("current_schedule", "current_concentration", "current_patient_bolus"),
    "new_therapy": ("new_schedule", "new_concentration", "new_patient_bolus"),
}


def _is_alike(one: object, other: object) -> bool:
    """Whether two inputs are equal; a long schedule is not gone through where it is the very one."""
    return one is other or one == other


class Calculation:
    """The values that follow from `inputs`."""

    def __init__(self, inputs: Inputs, apply: Once | None = None) -> None:
        self.inputs = inputs
        self._apply = apply or Once()
        # What leaves the tip with a bridge and without, and until when it was followed.
        self._outflows: dict[bool, tuple[Fraction, tuple[Outflow, ...]]] = {}

    def varied(self, inputs: Inputs) -> "Calculation":
        """The values that follow from other inputs; what these share with the present ones is not recomputed."""
        return (
            self if inputs is self.inputs else self._sharing(Calculation(inputs, self._apply), operator.is_)
        )

    def followed_by(self, inputs: Inputs) -> "Calculation":
        """The same of another check: of the present one only a therapy that is the same is kept."""
        return self._sharing(Calculation(inputs), _is_alike)

    def _sharing(self, other: "Calculation", is_alike: Callable[[object, object], bool]) -> "Calculation":
        """The other, with each therapy that follows from what is alike."""
        for therapy, names in _THERAPIES.items():
            if all(is_alike(getattr(self.inputs, name), getattr(other.inputs, name)) for name in names):
                vars(other)[therapy] = getattr(self, therapy)
        return other

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
            Once(),
        )

    @cached_property
    def new_therapy(self) -> TherapyValues:
        """What the new therapy comes to."""
        inputs = self.inputs
        return TherapyValues(
            inputs.new_schedule, inputs.new_concentration, inputs.new_patient_bolus, "new", Once()
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

    @property
    def old_concentration(self) -> Concentration | None:
        """What was really in the reservoir until now, and so is what the line holds of the old drug."""
        inputs = self.inputs
        return inputs.current_concentration if inputs.current_really is None else inputs.current_really

    @cached_property
    def delivered_dose(self) -> Worked[DailyDose] | None:
        """What was really delivered per day, where the programmer held another concentration than was in the pump."""
        inputs = self.inputs
        return self._apply(
            delivered_daily_dose, self.current_dose, inputs.current_really, inputs.current_concentration
        )

    @property
    def real_current_dose(self) -> DailyDose | None:
        """The daily dose really delivered until now: as programmed, where nothing else was said."""
        return self.current_dose if self.inputs.current_really is None else value_of(self.delivered_dose)

    def really(self, programmed: DailyDose) -> DailyDose:
        """What a daily dose of the present therapy came to: as programmed, where nothing else was said."""
        inputs = self.inputs
        if inputs.current_really is None or inputs.current_concentration is None:
            return programmed
        return delivered_daily_dose(programmed, inputs.current_really, inputs.current_concentration).value

    @cached_property
    def dose_change(self) -> Worked[Percentage] | None:
        """Change of the daily dose, from what was really delivered."""
        before = self.real_current_dose
        if before is None or not before.magnitude:
            return None  # from nothing, no percentage leads anywhere
        return self._apply(dose_change, before, self.new_dose)

    @cached_property
    def programmed_change(self) -> Worked[Percentage] | None:
        """Change of the daily dose as the programmer counts it, where something else was really delivered."""
        if self.delivered_dose is None or self.current_dose is None or not self.current_dose.magnitude:
            return None
        return self._apply(programmed_change, self.current_dose, self.new_dose)

    @cached_property
    def label_first_doses(self) -> tuple[Worked[DailyDose], ...]:
        """What the label makes of the effective screening bolus, the least first: a yardstick beside the first dose."""
        bolus = self.inputs.screening_bolus
        if bolus is None:
            return ()
        return tuple(
            first_dose_by_label(bolus, as_ratio(exactly(times, RATIO)))
            for times in self.inputs.label_multiples
        )

    @cached_property
    def concentration_ratio(self) -> Worked[Ratio] | None:
        """New over old concentration."""
        return self._apply(concentration_ratio, self.old_concentration, self.inputs.new_concentration)

    @property
    def concentration_changes(self) -> bool:
        """Whether both concentrations are known and differ."""
        return self.concentration_ratio is not None and self.concentration_ratio.value.magnitude != 1

    @property
    def programmed_concentration_changes(self) -> bool:
        """Whether the programmer holds another concentration from now on, whatever was really in the reservoir."""
        before, after = self.inputs.current_concentration, self.inputs.new_concentration
        return before is not None and after is not None and before != after

    # --- what a refill makes of what was left

    @cached_property
    def reservoir_mixture(self) -> Worked[Concentration] | None:
        """The concentration in the reservoir, where old drug that cannot be drawn off stays in it."""
        inputs, old, new = self.inputs, self.old_concentration, self.inputs.new_concentration
        residual, filled = inputs.residual_volume, inputs.filled
        if not self.concentration_changes or inputs.tubing_holds is not Filling.OLD or not inputs.line_known:
            return None
        if not inputs.emptied or inputs.drug_changes:
            return None
        if residual is None or filled is None or old is None or new is None or residual >= filled:
            return None
        return reservoir_mixture(residual, old, filled, new)

    @cached_property
    def mixture_deviation(self) -> Worked[Percentage] | None:
        """How far that is from what was filled."""
        return self._apply(mixture_deviation, value_of(self.reservoir_mixture), self.inputs.new_concentration)

    # --- what lies between reservoir and tip

    @cached_property
    def dead_volume(self) -> Worked[Volume] | None:
        """Tubing and catheter."""
        return self._apply(dead_volume, self.inputs.tubing_volume, self.inputs.catheter_volume)

    @cached_property
    def line_before(self) -> tuple[Plug, ...] | None:
        """What lies in catheter and tubing at the change, from the tip to the pump."""
        inputs, old, new = self.inputs, self.old_concentration, self.inputs.new_concentration
        if inputs.tubing_volume is None or inputs.catheter_volume is None or old is None or new is None:
            return None
        if not inputs.line_known:
            return None
        if inputs.held:
            return inputs.held
        return self._line_with(inputs.catheter_volume, inputs.tubing_volume, old.magnitude, new.magnitude)

    def _line_with(self, catheter: Volume, tubing: Volume, old: Fraction, new: Fraction) -> tuple[Plug, ...]:
        """The line as it was said to be filled, where the drug of before counts as `old` mcg/mL and the new one as `new`."""
        held = {Filling.OLD: old, Filling.NEW: new, Filling.NONE: Fraction(0)}
        holds = ((catheter, self.inputs.catheter_holds), (tubing, self.inputs.tubing_holds))
        return Line(Plug(volume.magnitude, held[filling]) for volume, filling in holds).plugs

    def prime_drug_by_drug(self) -> tuple[Dose, Dose] | None:
        """Where the drug changes: of the drug of before, and of the new one, what leaves the tip during the prime.

        None where there is no prime, or what the line holds is not known.
        """
        inputs, prime = self.inputs, self.inputs.prime_volume
        old, new = self.old_concentration, inputs.new_concentration
        catheter, tubing = inputs.catheter_volume, inputs.tubing_volume
        if prime is None or self.primed is None or old is None or new is None:
            return None
        assert catheter is not None
        assert tubing is not None
        before, after, volume = old.magnitude, new.magnitude, prime.magnitude
        of_old = inputs.held or self._line_with(catheter, tubing, before, Fraction(0))
        of_new = self._line_with(catheter, tubing, Fraction(0), after)
        return (
            as_dose(exactly(primed(of_old, Plug(volume, Fraction(0))).drug_delivered, DOSE)),
            as_dose(exactly(primed(of_new, Plug(volume, after)).drug_delivered, DOSE)),
        )

    @cached_property
    def primed(self) -> Primed | None:
        """What leaves in the prime, and what the line then holds; without a prime nothing leaves."""
        prime, new = self.inputs.prime_volume, self.inputs.new_concentration
        if self.line_before is None or new is None:
            return None
        volume = Fraction(0) if prime is None else prime.magnitude
        return primed(self.line_before, Plug(volume, new.magnitude))

    @property
    def line_after_prime(self) -> tuple[HeldInLine, ...] | None:
        """What the line then holds, plug by plug from the tip to the pump."""
        if self.primed is None:
            return None
        return tuple(
            HeldInLine(
                as_volume(exactly(plug.volume, VOLUME)),
                as_concentration(exactly(plug.concentration, CONCENTRATION)),
            )
            for plug in self.primed.line
        )

    @cached_property
    def old_drug_volume(self) -> Worked[Volume] | None:
        """What is left of the old drug in the line after the prime, where its concentration is not the new one."""
        inputs, old = self.inputs, self.old_concentration
        if self.primed is None or old is None or not self.concentration_changes:
            return None
        parts = (
            (N_("pump tubing volume"), inputs.tubing_volume, inputs.tubing_holds),
            (N_("catheter volume"), inputs.catheter_volume, inputs.catheter_holds),
        )
        held = [
            (name, volume) for name, volume, holds in parts if volume is not None and holds is Filling.OLD
        ]
        left = as_volume(exactly(volume_of(self.primed.line, old.magnitude), VOLUME))
        out = as_volume(exactly(volume_of(self.primed.out, old.magnitude), VOLUME))
        template = " + ".join(f"{{{name}}}" for name, _ in held) or "{nothing}"
        operands = tuple(held) or (("nothing", left),)
        if out.magnitude:
            template += " − {old drug that leaves in the prime}"
            operands = (*operands, ("old drug that leaves in the prime", out))
        return Worked(OLD_DRUG_LEFT, left, template, operands, note=PLUG_FLOW)

    @cached_property
    def prime_dose(self) -> Worked[Dose] | None:
        """Drug of the prime as programmed: its volume times the new concentration, not what reaches the patient."""
        return self._apply(priming_dose, self.inputs.prime_volume, self.inputs.new_concentration)

    @cached_property
    def catheter_drug_after_prime(self) -> Worked[Dose] | None:
        """Drug that is really in the catheter after the prime, beside what the programmer counts for the prime."""
        catheter = self.inputs.catheter_volume
        if self.inputs.prime_volume is None or self.primed is None or catheter is None:
            return None
        held = [
            (*numbered_part(number), plug)
            for number, plug in enumerate(cut(self.primed.line, Fraction(0), catheter.magnitude), start=1)
        ]
        return Worked(
            "drug in the catheter after the prime",
            as_dose(exactly(sum((plug.drug for *_, plug in held), Fraction(0)), DOSE)),
            " + ".join(f"{{{volume}}} × {{{strength}}}" for volume, strength, _ in held),
            tuple(
                operand
                for volume, strength, plug in held
                for operand in (
                    (volume, exactly(plug.volume, VOLUME)),
                    (strength, exactly(plug.concentration, CONCENTRATION)),
                )
            ),
            note=PLUG_FLOW_FROM_TIP,
        )

    @cached_property
    def prime_drug_delivered(self) -> Worked[Dose] | None:
        """Drug that leaves the tip during the prime."""
        if self.inputs.prime_volume is None or self.primed is None:
            return None
        out = [(*numbered_part(number), plug) for number, plug in enumerate(self.primed.out, start=1)]
        return Worked(
            "drug that leaves the tip in the prime",
            as_dose(exactly(self.primed.drug_delivered, DOSE)),
            " + ".join(f"{{{volume}}} × {{{strength}}}" for volume, strength, _ in out),
            tuple(
                operand
                for volume, strength, plug in out
                for operand in (
                    (volume, exactly(plug.volume, VOLUME)),
                    (strength, exactly(plug.concentration, CONCENTRATION)),
                )
            ),
            note=PLUG_FLOW_FROM_TIP,
        )

    @cached_property
    def prime_outflow(self) -> tuple[Outflow, ...]:
        """What leaves the tip while the prime runs, from the change on; nothing where its duration was not said."""
        prime, new = self._prime, self.inputs.new_concentration
        if self.line_before is None or prime is None or not prime.days or new is None:
            return ()
        running = Stretch(Fraction(0), prime.days, prime.volume.magnitude / prime.days)
        return tuple(leaving_the_tip(self.line_before, [running], new))

    @property
    def time_without_drug_in_prime(self) -> Duration | None:
        """How long no drug leaves the tip while the prime runs. None where there is none, or its duration was not said."""
        if not self.prime_outflow:
            return None
        times = (each.end - each.start for each in self.prime_outflow if not each.concentration)
        return as_duration(exactly(sum(times, Fraction(0)), DURATION))

    @cached_property
    def time_without_drug(self) -> Worked[Duration] | None:
        """After the prime: how long no drug leaves the tip although bridge or therapy deliver."""
        course = self.course(bridged=self.bridge_runs)
        if self.primed is None or course is None or not self.inputs.speaks_of_line:
            return None
        time = time_leaving(self.primed.line, [course], Fraction(0)) if self.inputs.bridge_known else None
        if time is None:
            return None
        volume = as_volume(exactly(volume_of(self.primed.line, Fraction(0)), VOLUME))
        bridged, alone = (
            N_("time in which bridge and schedule push {volume without drug} out at the tip"),
            N_("time in which the new schedule pushes {volume without drug} out at the tip"),
        )
        return Worked(
            "time without drug",
            as_duration(exactly(time, DURATION)),
            bridged if self.bridge_runs else alone,
            (("volume without drug", volume),),
            note=PLUG_FLOW,
        )

    @property
    def bridge_runs(self) -> bool:
        """Whether a bridge runs: one is programmed, and old drug is left for it."""
        left = self.old_drug_volume
        runs = self.inputs.bridge_dose is not None and self.inputs.line_known
        return runs and (left is None or bool(left.value.magnitude))

    @property
    def bridge_volume(self) -> Volume | None:
        """What the bridge runs out: the dead volume, or what is left of the old drug in it."""
        if not self.bridge_runs:
            return None
        return value_of(self.old_drug_volume if self.inputs.speaks_of_line else self.dead_volume)

    @property
    def old_drug_after_bridge(self) -> Volume | None:
        """What is still in the line of the old drug when the bridge ends: what lay ahead of it left first.

        None where it cannot be said, and where no bridge runs.
        """
        old, bridge = self.old_concentration, self.bridge_volume
        if self.primed is None or old is None or bridge is None:
            return None
        line = self.primed.line
        left = cut(line, bridge.magnitude, sum((plug.volume for plug in line), Fraction(0)))
        return as_volume(exactly(volume_of(left, old.magnitude), VOLUME))

    @cached_property
    def bridge_flow_rate(self) -> Worked[FlowRate] | None:
        """Flow during the bridge."""
        dose = self.inputs.bridge_dose if self.bridge_runs else None
        return self._apply(bridge_flow_rate, dose, self.old_concentration)

    @cached_property
    def bridge_duration(self) -> Worked[Duration] | None:
        """Length of the bridge."""
        formula = left_bridge_duration if self.inputs.speaks_of_line else bridge_duration
        return self._apply(formula, self.bridge_volume, self.old_concentration, self.inputs.bridge_dose)

    @cached_property
    def bridge_drug(self) -> Worked[Dose] | None:
        """Drug delivered during the bridge."""
        formula = left_bridge_drug if self.inputs.speaks_of_line else bridge_drug
        return self._apply(formula, self.bridge_volume, self.old_concentration)

    @cached_property
    def bridge_dose_shown_at_new_concentration(self) -> Worked[Dose] | None:
        """The same bridge counted at the new concentration."""
        formula = left_bridge_at_new if self.inputs.speaks_of_line else bridge_dose_at_new_concentration
        return self._apply(formula, self.bridge_volume, self.inputs.new_concentration)

    @property
    def old_drug_is_left(self) -> bool:
        """Whether the concentration changes and old drug is left, or it is not known how much."""
        left = self.old_drug_volume
        return self.concentration_changes and (left is None or bool(left.value.magnitude))

    @cached_property
    def unbridged_dose(self) -> Worked[DailyDose] | None:
        """Dose at the tip if the old drug simply runs on."""
        if not self.old_drug_is_left or not self.inputs.line_known:
            return None
        return self._apply(
            unbridged_dose, self._dose_that_runs, self.old_concentration, self.inputs.new_concentration
        )

    @cached_property
    def unbridged_duration(self) -> Worked[Duration] | None:
        """How long the old drug would run on."""
        if not self.old_drug_is_left or not self.inputs.line_known or self.dead_volume is None:
            return None
        line, new = self.inputs.speaks_of_line, self.inputs.new_concentration
        if self.new_therapy.is_simple:
            volume = value_of(self.old_drug_volume) if line else self.dead_volume.value
            return self._apply(
                left_unbridged if line else unbridged_duration, volume, new, self._dose_that_runs
            )
        course = self.course(bridged=False)
        if course is None:
            return None
        return (
            self._old_drug_runs_on(course)
            if line
            else arrival(self.dead_volume.value, [course], bridged=False)
        )

    def _old_drug_runs_on(self, course: Course) -> Worked[Duration] | None:
        old, left = self.old_concentration, self.old_drug_volume
        if self.primed is None or old is None or left is None:
            return None
        time = time_leaving(self.primed.line, [course], old.magnitude)
        if time is None:
            return None
        return Worked(
            "time in which the old drug leaves without a bridge",
            as_duration(exactly(time, DURATION)),
            "time in which the new schedule pushes {old drug left in the line} out at the tip",
            ((OLD_DRUG_LEFT, left.value),),
            note=PLUG_FLOW,
        )

    @cached_property
    def unbridged_ratio(self) -> Worked[Ratio] | None:
        """Dose at the tip without a bridge over the new dose."""
        if not self.old_drug_is_left:
            return None
        return self._apply(unbridged_ratio, self.old_concentration, self.inputs.new_concentration)

    # --- what leaves the tip

    @property
    def arrival(self) -> Worked[Duration] | None:
        """Until the new drug is at the tip, as programmed: at the end of the bridge, or without one."""
        if not self.inputs.bridge_known:
            return None
        if self.inputs.speaks_of_line:
            return self._arrival_through_line
        return self.unbridged_duration if self.inputs.bridge_dose is None else self.bridge_duration

    @cached_property
    def _arrival_through_line(self) -> Worked[Duration] | None:
        """Until the last that is not the new drug has left, whatever lies in the line: through prime, bridge and schedule."""
        volume, course = self._ahead_of_new_drug, self.course(bridged=self.bridge_runs)
        if not volume or course is None:
            return None
        time = time_to_take(volume, [course], self._prime)
        if time is None:
            return None
        return Worked(
            "time until the new drug arrives",
            as_duration(exactly(time, DURATION)),
            "time in which prime, bridge and schedule, as far as they run, push {what lies ahead of it} out at the tip",
            (("what lies ahead of it", exactly(volume, VOLUME)),),
            note=PLUG_FLOW_FOLLOWED,
        )

    @property
    def _ahead_of_new_drug(self) -> Fraction | None:
        """What must leave, prime included, until nothing but the new drug is in the line."""
        new = self.inputs.new_concentration
        if self.line_before is None or new is None:
            return None
        return volume_before_last(self.line_before, lambda plug: plug.concentration != new.magnitude)

    @property
    def _prime(self) -> PrimeUse | None:
        inputs = self.inputs
        return None if inputs.prime_volume is None else PrimeUse(inputs.prime_volume, inputs.prime_duration)

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
        return self._deviation(bridged=self.bridge_runs)

    @cached_property
    def unbridged_deviation(self) -> Deviation | None:
        """The same, if the old drug simply ran on."""
        return self._deviation(bridged=False)

    @cached_property
    def tip_missing(self) -> Worked[Dose] | None:
        """What is missing at the tip until the new drug is there; below zero where too much came."""
        deviation = self.tip_deviation
        if deviation is None:
            return None
        left = self._outflow_until_arrival(bridged=self.bridge_runs)
        out = as_dose(exactly(sum((each.drug for each in left), Fraction(0)), DOSE))
        missing = as_dose(exactly(deviation.missing, DOSE))
        return Worked(
            "dose missing until the new drug arrives",
            missing,
            "{dose intended until then} − {old drug that leaves the tip}",
            (("dose intended until then", as_dose(missing + out)), ("old drug that leaves the tip", out)),
            note="Below zero: more came than was intended.",
        )

    def course(self, *, bridged: bool) -> Course | None:
        """What the pump delivers from the change on (from the end of a prime), without patient boluses.

        None while its clock is not known.
        """
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
        dose = self._dose_that_runs if self._flow_is_fixed else None
        schedule = therapy.schedule if dose is None else SimpleContinuous(dose)
        return course_of(schedule, therapy.concentration, clock, before)

    def outflow(self, until: Fraction, *, bridged: bool) -> tuple[Outflow, ...]:
        """What leaves the tip from the change on (from the end of a prime) until a time (days).

        Nothing where it cannot be said, or takes ages.
        """
        course, new = self.course(bridged=bridged), self.inputs.new_concentration
        if course is None or new is None or self.primed is None:
            return ()
        if self.takes_ages(until, bridged=bridged):
            return ()
        known, found = self._outflows.get(bridged, (Fraction(0), ()))
        if known < until:
            stretches = itertools.takewhile(lambda stretch: stretch.start < until, course.stretches_from())
            ending = (Stretch(each.start, min(each.end, until), each.flow) for each in stretches)
            found = tuple(leaving_the_tip(self.primed.line, ending, new))
            self._outflows[bridged] = until, found
        left = itertools.takewhile(lambda each: each.start < until, found)
        return tuple(replace(each, end=until) if each.end > until else each for each in left)

    def takes_ages(self, until: Fraction, *, bridged: bool, most: int = _MOST_EVENTS) -> bool:
        """Whether there are more events than `most`: a flow of next to nothing, mistyped, would keep the clinician waiting."""
        course = self.course(bridged=bridged)
        return course is not None and until / course.cycle_length * len(course.cycle) > most

    def _deviation(self, *, bridged: bool) -> Deviation | None:
        intended, new = self.course(bridged=False), self.inputs.new_concentration
        if intended is None or new is None:
            return None
        outflow = self._outflow_until_arrival(bridged=bridged)
        return deviation(outflow, intended.stretches_from(), new) if outflow else None

    def _outflow_until_arrival(self, *, bridged: bool) -> tuple[Outflow, ...]:
        """What leaves the tip, from the end of a prime on, until nothing but the new drug is in the line."""
        time = self._from_prime_to_arrival(bridged=bridged)
        intended = self.course(bridged=False)
        if not time or intended is None:
            return ()
        return self.outflow(time, bridged=bridged)

    def _from_prime_to_arrival(self, *, bridged: bool) -> Fraction | None:
        if not self.inputs.speaks_of_line:
            arrives = self.bridge_duration if bridged else self.unbridged_duration
            return None if arrives is None else arrives.value.magnitude
        volume, course = self._ahead_of_new_drug, self.course(bridged=bridged)
        prime = self.inputs.prime_volume
        if volume is None or course is None:
            return None
        left = volume if prime is None else volume - prime.magnitude
        return time_to_deliver([course], left) if left > 0 else None

    def _arrival_off(
        self, extreme: Callable[[Sequence[Volume]], Volume], accuracy: Percentage | None
    ) -> Worked[Duration] | None:
        """The arrival for one end of the published tubing volumes, and of the flow's accuracy."""
        inputs = self.inputs
        if self.arrival is None or inputs.catheter_volume is None or inputs.tubing_volume is None:
            return None
        tubing = extreme((inputs.tubing_volume, *inputs.tubing_volumes))
        bridged = self.bridge_runs
        course, dead = self.course(bridged=bridged), dead_volume(tubing, inputs.catheter_volume).value
        if course is None or inputs.speaks_of_line:
            return None
        if accuracy is None:
            return arrival(dead, [course], bridged=bridged)
        return arrival_off(dead, [course], accuracy)

    # --- a prime of which no volume was said

    @property
    def volume_to_prime(self) -> Volume | None:
        """What a prime takes until no part without drug is left in the line; all of it where drug is everywhere."""
        catheter_alone = self.inputs.aspirated and self.inputs.tubing_holds is not Filling.NONE
        if catheter_alone and not self.inputs.primes_whole_line:
            return self.inputs.catheter_volume
        return value_of(self.dead_volume)

    @cached_property
    def dose_to_prime(self) -> Worked[Dose] | None:
        """The drug of that prime, as a programmer counts it."""
        return self._apply(priming_dose, self.volume_to_prime, self.inputs.new_concentration)

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

    @property
    def dose_fits_fixed_flow(self) -> bool:
        """Whether the dose typed is what a pump of fixed flow gives, to a hundredth; so where its flow is not known."""
        delivered, typed = value_of(self.dose_at_fixed_flow), self.new_dose
        if not self._flow_is_fixed or delivered is None or typed is None:
            return True
        return abs(typed - delivered) * _HUNDRED <= delivered

    @property
    def flow_to_be_shown(self) -> FlowRate | None:
        """The one flow that should stand on the programmer or the card; None where the flow changes.

        Of a pump of fixed flow it is its own, whatever dose was typed; at the minimum rate that rate, stopped none.
        """
        schedule = self.inputs.new_schedule
        if isinstance(schedule, MinimumRate):
            return schedule.flow_rate
        if isinstance(schedule, Stopped):
            return as_flow_rate(exactly(0, FLOW_RATE))
        return self._flow_that_runs

    # --- the reservoir

    @cached_property
    def time_to_alarm(self) -> Worked[Duration] | None:
        """Until the low-reservoir alarm."""
        return None if self.inputs.low_alarm is None else self._time_to(self.inputs.low_alarm)

    @cached_property
    def time_to_empty(self) -> Worked[Duration] | None:
        """Until the volume as the programmer counts it is used up: zero, not the residual volume."""
        return self._time_to(None)

    @property
    def time_to_residual(self) -> Duration | None:
        """Until only the residual volume is left, as programmed: nothing where no more was filled."""
        residual, filled = self.inputs.residual_volume, self.inputs.filled
        if residual is None or filled is None:
            return None
        return as_duration(exactly(0, DURATION)) if residual >= filled else value_of(self._time_to(residual))

    @cached_property
    def time_to_empty_worst(self) -> Worked[Duration] | None:
        """Until all but the residual volume is delivered, if the pump runs, and ran, as fast as its specification allows.

        Where none is published and the log has a measured one: that, down to nothing where no residual volume is known.
        """
        residual, log = self.inputs.residual_volume, self.inputs.by_log
        if residual is None and log is not None and log.measured:
            residual = as_volume(exactly(0, VOLUME))
        if residual is None:
            return None
        if log is not None and log.left is not None and log.over is not None:
            return self._with_log(over_by_log(log.over, log.left))
        if self.time_to_empty is None:
            return None
        return self._worst_case_to(residual, TIME_TO_EMPTY, RESIDUAL)

    def _worst_case_to(self, level: Volume, name: str, level_name: str) -> Worked[Duration] | None:
        """Until a level at the upper accuracy: from the volume typed, or what of it may be left by the log."""
        log, filled, accuracy = self.inputs.by_log, self.inputs.filled, self.inputs.accuracy
        counted = log if log is not None and log.left is not None else None
        if counted is not None:
            filled, accuracy = counted.left, counted.accuracy
        if filled is None or accuracy is None or level >= filled or not self._courses:
            return None
        flow, filled_name = self._flow_that_runs, FILLED if counted is None else LEFT_BY_LOG
        if flow is not None and self._is_one_flow:
            time: Worked[Duration] | None = steady_worst_case(
                filled, level, flow, accuracy, name=name, level_name=level_name, filled_name=filled_name
            )
        else:
            time = worst_case_followed(
                filled,
                level,
                self._courses,
                accuracy,
                bridge=self._bridge_use,
                prime=self._prime,
                name=name,
                level_name=level_name,
                filled_name=filled_name,
            )
        return None if time is None else self._with_log(time)

    def _with_log(self, time: Worked[Duration]) -> Worked[Duration]:
        """With what it is counted from, where the log knows that."""
        log, at = self.inputs.by_log, self.inputs.at
        return time if log is None or at is None else counted_by_log(time, log, at.moment)

    @cached_property
    def time_to_alarm_worst(self) -> Worked[Duration] | None:
        """Until the alarm if the pump runs as fast as its specification allows.

        At a steady flow the whole time is divided, a bridge's too, as programmers' worst cases are told: see
        docs/decisions/0034. Through a schedule, and from what may be left by the log, it is followed.
        """
        level, accuracy, log = self.inputs.low_alarm, self.inputs.accuracy, self.inputs.by_log
        if self.time_to_alarm is None or level is None:
            return None
        if self._runs_steadily and accuracy is not None and (log is None or log.left is None):
            return worst_case(self.time_to_alarm, accuracy)
        return self._worst_case_to(level, TIME_TO_ALARM, ALARM_VOLUME)

    @cached_property
    def low_alarm_date(self) -> datetime | None:
        """The moment of the alarm."""
        return self._moment(self.time_to_alarm)

    @cached_property
    def empty_date(self) -> datetime | None:
        """The moment nothing is left."""
        return self._moment(self.time_to_empty)

    @cached_property
    def empty_date_worst(self) -> datetime | None:
        """The moment all but the residual volume is delivered, in the worst case."""
        return self._moment(self.time_to_empty_worst)

    @cached_property
    def low_alarm_date_worst(self) -> datetime | None:
        """The moment of the alarm in the worst case."""
        return self._moment(self.time_to_alarm_worst)

    @cached_property
    def time_to_latest_refill(self) -> tuple[RefillLimit, Worked[Duration]] | None:
        """What sets the latest refill, and when that is, less the clinic's lead time."""
        return self.latest_refill_of(tuple(RefillLimit))

    def latest_refill_of(self, limits: Sequence[RefillLimit]) -> tuple[RefillLimit, Worked[Duration]] | None:
        """The same of some limits alone."""
        level_known = self.times_of_refill((RefillLimit.EMPTY, RefillLimit.ALARM))
        if not level_known or not self.inputs.pump_known:
            return None
        known = self.times_of_refill(limits)
        limit, latest = latest_refill(known, self.inputs.lead_time)
        return limit, self._with_log(latest)

    def times_of_refill(self, limits: Sequence[RefillLimit]) -> dict[RefillLimit, Duration]:
        """From the change on, by each of these limits that is known: when the reservoir has to be filled again."""
        level = RefillLimit.EMPTY if self.inputs.constant_flow else RefillLimit.ALARM
        times = {
            level: self._time_to_level_counted,
            RefillLimit.EMPTY_WORST: value_of(self.time_to_empty_worst),
            RefillLimit.STABILITY: self._since_fill(self.inputs.stability_limit),
            RefillLimit.PUMP: self._since_fill(self.inputs.pump_limit),
        }
        return {limit: time for limit in limits if (time := times.get(limit)) is not None}

    @property
    def _time_to_level_counted(self) -> Duration | None:
        """Until the alarm, by what the log knows better than what was typed.

        Of a pump of fixed flow that is the flow it was found to have; where no accuracy is known and more was typed than is
        counted, although nothing was filled, what is counted.
        """
        log, level = self.inputs.by_log, self.inputs.low_alarm
        if log is None or log.left is None or level is None or self.time_to_alarm is None:
            return value_of(self.time_to_alarm)
        true_flow_found = self.inputs.constant_flow and log.measured
        if not true_flow_found and log.only_counted is None:
            return value_of(self.time_to_alarm)
        if log.left <= level:
            return as_duration(exactly(0, DURATION))
        if true_flow_found:
            return value_of(self.time_to_alarm_worst)
        return value_of(self.varied(replace(self.inputs, filled=log.left, by_log=None)).time_to_alarm)

    def _since_fill(self, limit: Duration | None) -> Duration | None:
        """What is left of a time that counts from the last fill: all of it, where the log knows of none before the change."""
        log, at = self.inputs.by_log, self.inputs.at
        if limit is None or log is None or at is None:
            return limit
        return as_duration(limit + exactly(at.days_until(log.filled_at), DURATION))

    @cached_property
    def latest_refill_date(self) -> datetime | None:
        """The last day for the refill."""
        return self._moment(self.time_to_latest_refill[1]) if self.time_to_latest_refill else None

    def used_by(self, time: Fraction) -> Fraction | None:
        """What has left the reservoir `time` days after the change, in mL, every allotted patient bolus taken.

        None while it cannot be said.
        """
        if not self.inputs.bridge_known or (self.bridge_runs and self._bridge_use is None):
            return None
        return taken_by(time, self._courses, self._prime) if self._courses else None

    def flow_after(self, time: Fraction) -> Fraction | None:
        """The flow of the pump `time` days after the change, in mL/day, patient boluses apart. None while it cannot be said."""
        course = self.course(bridged=self.bridge_runs) if self.inputs.bridge_known else None
        if course is None:
            return None
        prime_days = self._prime.days if self._prime is not None else Fraction(0)
        if self._prime is not None and time < prime_days:
            return self._prime.volume.magnitude / prime_days
        return next(course.stretches_from(time - prime_days)).flow

    @cached_property
    def _bridge_use(self) -> BridgeUse | None:
        volume = self.bridge_volume
        if volume is None or self.bridge_flow_rate is None or self.bridge_duration is None:
            return None
        return BridgeUse(self.bridge_flow_rate.value, self.bridge_duration.value, volume)

    @property
    def _clock(self) -> Fraction | None:
        """The pump's clock at the change, or as the prime ends; any will do where nothing depends on it."""
        if self.inputs.at is not None:
            return (self.inputs.at.week_clock + (self._prime.days if self._prime else 0)) % WEEK
        return Fraction(0) if self.new_therapy.is_steady else None

    def _time_to(self, level: Volume | None) -> Worked[Duration] | None:
        filled = self.inputs.filled
        if filled is None or (level is not None and level >= filled) or not self.inputs.bridge_known:
            return None
        if self.bridge_runs and self._bridge_use is None:
            return None
        flow = self._flow_that_runs
        if flow is not None and self._runs_steadily and self._prime is None:
            return time_to_level(filled, level, flow, self._bridge_use)
        if not self._courses:
            return None
        return time_to_level_followed(filled, level, self._courses, self._bridge_use, self._prime)

    @property
    def _flow_is_fixed(self) -> bool:
        """Whether the pump itself sets the flow, and no program does."""
        return self.inputs.fixed_flow_rate is not None and self.new_therapy.is_simple

    @property
    def _flow_that_runs(self) -> FlowRate | None:
        """The steady flow from the change on: of a pump of fixed flow its own, whatever dose was typed."""
        return self.inputs.fixed_flow_rate if self._flow_is_fixed else value_of(self.new_flow_rate)

    @property
    def _dose_that_runs(self) -> DailyDose | None:
        """The daily dose from the change on: of a pump of fixed flow what the mixture gives at its flow."""
        return value_of(self.dose_at_fixed_flow) if self._flow_is_fixed else self.new_dose

    @property
    def _runs_steadily(self) -> bool:
        """Whether one flow runs all the time, once the bridge is over."""
        return self.new_therapy.is_simple and self.inputs.new_patient_bolus is None

    @property
    def _is_one_flow(self) -> bool:
        """Whether one flow runs from the change on, without prime and bridge before it."""
        return self._runs_steadily and not self.bridge_runs and self._prime is None

    @cached_property
    def _courses(self) -> tuple[Course, ...]:
        """What the pump delivers from the change on, all allotted patient boluses included; none while unknown."""
        course = self.course(bridged=self.bridge_runs)
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
