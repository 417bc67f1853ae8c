"""The steps of one patient that hold, followed one after another through reservoir and line, up to a moment.

What each step pushes out of the reservoir (prime, bridge, schedule, patient boluses from none to all) moves the line on and is
taken from the volume that was filled. Nothing is guessed: what the log cannot tell raises NotKnownError with the reason
(docs/formulas.md, the state from the log). Times are in days, volumes in mL, concentrations in mcg/mL, as bare fractions.
"""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.compute.line import Filling, Line, Plug, cut
from itbcalc.compute.reservoir import ByLog, RefillLimit, latest_refill, moment_after
from itbcalc.errors import ItbcalcError
from itbcalc.judge.check import inputs_of
from itbcalc.judge.guardrails import rules_of
from itbcalc.judge.refill_findings import two_readings
from itbcalc.library.records import Library
from itbcalc.log.entries import PRACTICE, Entry
from itbcalc.program import Program, read_program
from itbcalc.quantities.display import shown
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.kinds import (
    DURATION,
    PERCENTAGE,
    VOLUME,
    Duration,
    FlowRate,
    Percentage,
    Ratio,
    Volume,
    as_duration,
    as_percentage,
    as_volume,
    exactly,
)
from itbcalc.say.catalogue import N_, _
from itbcalc.visits.entry_kinds import EntryKind
from itbcalc.visits.history import Standing, effective
from itbcalc.visits.running_fast import NONE_DELIVERED, Between, RunningFast
from itbcalc.visits.typed import table_of

_NOTHING = Fraction(0)
_NOT_KNOWN = Fraction(-1)  # of a plug of which the log cannot tell what it holds; it never leaves this file
_FILLS = (EntryKind.RESERVOIR_REFILLED, EntryKind.CONCENTRATION_CHANGED)


class NotKnownError(ItbcalcError):
    """The log cannot tell; `reason` says why, without a full stop."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SinceFill(Struct, frozen=True):
    """The last fill, and what the programs since then were to take from the reservoir (mL), whether it was there or not.

    `dry_after` are the days from the fill until all of it but what stayed in the pump was to be delivered, no patient bolus
    taken; None where it was not.
    """

    step: "FollowedStep"
    filled: Fraction
    delivered: Between
    dry_after: Fraction | None


class Dates(Struct, frozen=True):
    """When the reservoir is at its alarm, empty, empty in the worst case, and to be refilled, and what decides the last.

    None where it is never reached, or not published what it depends on. Every allotted patient bolus counts. A pump of
    fixed flow has no alarm.
    """

    low_alarm: datetime | None
    empty: datetime | None
    empty_worst: datetime | None
    latest_refill: datetime
    limit: RefillLimit
    has_alarm: bool = True


@dataclass(frozen=True)
class FollowedStep:
    """A recorded step, its program read again. `calculation` counts every allotted patient bolus."""

    standing: Standing
    program: Program
    calculation: Calculation

    @property
    def number(self) -> int:
        """Of its entry."""
        return self.standing.entry.seq

    @property
    def inputs(self) -> Inputs:
        """What its values depend on."""
        return self.calculation.inputs

    @property
    def fills(self) -> bool:
        """Whether the reservoir was filled."""
        return self.standing.of_kind in _FILLS

    @property
    def found_stopped(self) -> bool:
        """Whether the pump was found stopped after it: since when, nobody knows."""
        return self.standing.read_back == "stopped"

    @property
    def at(self) -> Instant:
        """When it took effect. Raises NotKnownError."""
        if self.inputs.at is None:
            raise NotKnownError(_("entry {number} does not say when it took effect", number=self.number))
        return self.inputs.at

    @property
    def parts(self) -> tuple[Fraction, Fraction]:
        """The volumes of catheter and pump tubing. Raises NotKnownError."""
        catheter, tubing = self.inputs.catheter_volume, self.inputs.tubing_volume
        if catheter is None:
            raise NotKnownError(_("entry {number} does not say the catheter volume", number=self.number))
        if tubing is None:
            raise NotKnownError(_("entry {number} leaves the tubing volume open", number=self.number))
        return catheter.magnitude, tubing.magnitude

    @property
    def changes_drug(self) -> bool:
        """Whether another drug than until now is in the reservoir."""
        current, new = self.program.current, self.program.new
        return current is not None and new is not None and current.drug != new.drug

    @cached_property
    def _without_patient_boluses(self) -> Calculation:
        return self.calculation.varied(replace(self.inputs, new_patient_bolus=None))

    def delivered(self, until: datetime) -> Between:
        """What its program takes from the reservoir until then. Raises NotKnownError."""
        time = self.at.days_until(until)
        least = most = self.calculation.used_by(time)
        if self.inputs.new_patient_bolus is not None:
            least = self._without_patient_boluses.used_by(time)
        if least is None or most is None:
            raise NotKnownError(_(_NOT_COMPUTED, number=self.number))
        return Between(_NOTHING if self.found_stopped else least, most)

    def dry_after(self, held: Fraction) -> Fraction | None:
        """Days from this step until its program has delivered what was held, no patient bolus taken; None where never."""
        if not held:
            return _NOTHING
        varied = replace(self._without_patient_boluses.inputs, filled=as_volume(exactly(held, VOLUME)))
        empty = self.calculation.varied(varied).time_to_empty
        return None if empty is None else Fraction(empty.value.magnitude)

    def goes_on_from(self, before: "FollowedStep") -> bool:
        """Whether its present therapy is the one that the step before left."""
        now, left = self.calculation.current_therapy, before.calculation.new_therapy
        return now.dose == left.dose and self.keeps_concentration_of(before)

    def keeps_concentration_of(self, before: "FollowedStep") -> bool:
        """Whether its present concentration is the one that the step before left."""
        return bool(self.inputs.current_concentration == before.inputs.new_concentration)


_NOT_COMPUTED = N_("what entry {number} delivers cannot be computed")
_CANNOT_BE_READ = N_("the program of entry {number} can no longer be read")
_OTHER_THERAPY = N_("entry {number} begins from another therapy than entry {before} left")
_OTHER_DRUG = N_("entry {number} changes the drug: how much of the old one is left is not followed")
_BOLUSES_UNKNOWN = N_("patient boluses taken or not make a difference")
_STOPPED_UNKNOWN = N_("the pump was found stopped after entry {number}: when it stopped is not known")
_OTHER_PUMP = N_("entry {number} is of another pump than entry {before}")
_SAYS_ANOTHER_VOLUME = N_("entry {number} says {said} in the reservoir, where {counted} is counted")
_ANOTHER_LINE = N_("entry {number} is of another line than entry {before}")


class Measured(Struct, frozen=True):
    """What a refill, by the number of its entry, found delivered: over what was programmed, or of a fixed flow the true one.

    `too_much`: it lies above the published accuracy, further than two readings explain.
    """

    refill: int
    ratio: Ratio | None
    true_flow: FlowRate | None
    too_much: bool = False

    @property
    def known(self) -> bool:
        """Whether anything could be said."""
        return self.ratio is not None or self.true_flow is not None


def being_typed(kind: EntryKind, moment: datetime, number: int) -> Standing:
    """A step that nobody has recorded yet, as it will stand in the log: its program is to be taken as read."""
    at = moment.isoformat()
    content = {"seq": number, "kind": str(kind), "entry_id": "", "recorded_at": at, "effective_at": at}
    return Standing(Entry({**content, "body": {}}, b"", ""))


class Followed:
    """The steps of one patient, followed to a moment. What the log cannot tell raises NotKnownError."""

    def __init__(
        self,
        found: Sequence[Standing],
        moment: datetime,
        library: Library,
        measured: Callable[[], Measured | None] = lambda: None,
    ) -> None:
        """`found` are the standings of all entries of one patient; what was only practised never counts.

        `measured` is what the last refill before the moment found: it counts where no accuracy is published, or more was found.
        """
        steps = [each for each in found if each.is_step and each.holds and PRACTICE not in each.entry.body]
        self.steps = sorted(steps, key=lambda each: (effective(each.entry), each.entry.seq))
        self.moment = moment
        self._last = sum(effective(each.entry) <= moment for each in steps) - 1
        self._library = library
        self._measured = measured
        self._read: dict[int, FollowedStep | None] = {}
        self._taken: dict[int, Between] = {}

    def take_as_read(self, program: Program, calculation: Calculation) -> None:
        """The step in force is one that is being typed: its program is this one."""
        self._read[self._last] = FollowedStep(self.steps[self._last], program, calculation)

    @property
    def in_force(self) -> Standing | None:
        """The step that took effect last; None where none has yet."""
        return self.steps[self._last] if self._last >= 0 else None

    @property
    def step(self) -> FollowedStep:
        """The step in force, read again. Raises NotKnownError."""
        return self._step(self._last)

    @property
    def fill_recorded(self) -> bool:
        """Whether the step in force, or one before it, fills the reservoir."""
        return self._last_fill is not None

    # --- the reservoir

    def volume_left(self) -> Between:
        """What is expected in the reservoir. Raises NotKnownError."""
        return self._filled(self._last).less(self._delivered(self._last))

    def dates(self) -> Dates:
        """Of the step in force; the drug's stability and the pump's interval count from the last fill. Raises NotKnownError."""
        step = self.step
        alarm, by_log = step.inputs.low_alarm, self.reservoir_by_log()
        counted_only = by_log.only_counted
        filled = self._filled(self._last).least if counted_only is None else counted_only.magnitude
        if alarm is None:
            raise NotKnownError(_("entry {number} does not say the alarm volume", number=step.number))
        counted = replace(step.inputs, filled=as_volume(exactly(filled, VOLUME)), by_log=by_log)
        calculation, has_alarm = step.calculation.varied(counted), not step.inputs.constant_flow
        times = calculation.times_of_refill(tuple(RefillLimit))
        if filled <= alarm.magnitude:
            level = RefillLimit.ALARM if has_alarm else RefillLimit.EMPTY
            times = {level: as_duration(exactly(_NOTHING, DURATION)), **times}
        if not times:
            raise NotKnownError(_("after entry {number} nothing is delivered", number=step.number))
        limit, latest = latest_refill(times, step.inputs.lead_time)
        date = moment_after(step.at, latest.value)
        if date is None:
            raise NotKnownError(_("it lies beyond the calendar"))
        return Dates(
            calculation.low_alarm_date if has_alarm else None,
            calculation.empty_date,
            calculation.empty_date_worst,
            date,
            limit,
            has_alarm,
        )

    def reservoir_by_log(self) -> ByLog:
        """What the steps until now say of the reservoir as the step in force begins. Raises NotKnownError."""
        self._said_volume(self._last)
        filled_at, begin = effective(self.steps[self._last_fill or 0].entry), self._known_volume()
        found, residual = self._fast(), self._emptied_to
        if found is None or residual is None or self._factor(found[0].since) is None:
            known_at, counted = self._counted_below_what_is_said() or (self.steps[begin].entry, None)
            return ByLog(filled_at=filled_at, known_at=effective(known_at), left=counted)
        (fast, over), at = found, self.step.at
        assert fast.left is not None
        if over is None and fast.left <= residual.magnitude:
            over = at.moment
        return ByLog(
            filled_at=filled_at,
            known_at=effective(self.steps[fast.since].entry),
            left=as_volume(exactly(max(fast.left, _NOTHING), VOLUME)),
            accuracy=_accuracy(fast.factor),
            measured=fast.factor == self._measured_factor,
            over=None if over is None else as_duration(exactly(at.days_until(over), DURATION)),
        )

    def _counted_below_what_is_said(self) -> tuple[Entry, Volume] | None:
        """What is counted as the step in force begins, and since which entry, where more is said and nothing was filled.

        The volume of the last fill left standing in a field makes no day later, whether an accuracy is published or not.
        """
        found, apart = self._fast(Fraction(1)), two_readings(rules_of(self.step.program, self._library))
        left = None if found is None else found[0].left
        if found is None or left is None or self._filled(self._last).least - left <= apart:
            return None
        return self.steps[found[0].since].entry, as_volume(exactly(max(left, _NOTHING), VOLUME))

    def filled_anew(self, filled: Volume, at: datetime) -> ByLog | None:
        """What the log says of a reservoir that is filled anew; None where all is said by what is published of its pump."""
        factor = self._measured_factor
        if factor is None or factor != self._factor(self._last):
            return None
        return ByLog(filled_at=at, known_at=at, left=filled, accuracy=_accuracy(factor), measured=True)

    @property
    def _emptied_to(self) -> Volume | None:
        """What is left of a pump that is empty; nothing, where it is not published and what counts is not either."""
        residual, accuracy = self.step.inputs.residual_volume, self.step.inputs.accuracy
        down_to_nothing = accuracy is None or self._measured_factor is not None
        return as_volume(exactly(_NOTHING, VOLUME)) if residual is None and down_to_nothing else residual

    @cached_property
    def _measured_factor(self) -> Fraction | None:
        """How many times what is programmed the last refill found delivered, where that counts.

        None where it is no more, not known, of another pump, or not too much for what is published.
        """
        measured = self._measured()
        factor = None if measured is None else self._times_programmed(measured)
        published = self._fastest(self._known_volume())
        if measured is None or factor is None or factor <= (published or 1):
            return None
        return factor if published is None or measured.too_much else None

    def _factor(self, begin: int) -> Fraction | None:
        """How many times what is programmed the pump may deliver since a step: as measured, else by its accuracy."""
        return self._measured_factor or self._fastest(begin)

    def since_fill(self, tolerance: Fraction, stayed: Fraction = _NOTHING) -> SinceFill:
        """What was filled last, and what was to be delivered since. Raises NotKnownError.

        A step in between that says another volume than the one counted, by more than `tolerance`, was not only a change
        of the dose. `stayed` is what was left of it and could not be pumped.
        """
        fill = self._last_fill
        if fill is None:
            raise NotKnownError(_("no fill is recorded"))
        begin = self._step(fill)
        if begin.inputs.filled is None:
            raise NotKnownError(_("entry {number} does not say the volume filled", number=begin.number))
        filled, delivered, dry_after = begin.inputs.filled.magnitude, NONE_DELIVERED, None
        for number in range(fill, self._last + 1):
            step = self._step(number)
            if number > fill:
                _expect_to_go_on(step, self._step(number - 1), filled, delivered, tolerance)
            there = max(filled - stayed, _NOTHING) - delivered.least
            taken = self._programmed(number)
            if dry_after is None and taken.least > there:
                days = step.dry_after(there)
                dry_after = None if days is None else begin.at.days_until(step.at.moment) + days
            delivered = delivered.plus(taken)
        return SinceFill(begin, filled, delivered, dry_after)

    def allows(self, measured: Measured) -> bool:
        """Whether the published accuracy of the pump allows what a refill found; where nothing is known of one, it is not said."""
        factor, published = self._times_programmed(measured), self._fastest(self._known_volume())
        return factor is not None and published is not None and factor <= published

    def empty_if_delivered(self, measured: Measured) -> datetime | None:
        """When the pump is empty if it goes on as it delivered before a refill; None where not known, or of another pump.

        Empty is the residual volume, or nothing left where none is published. Raises NotKnownError.
        """
        step, factor = self.step, self._times_programmed(measured)
        if factor is None:
            return None
        found = self._fast(factor)
        if found is None:
            return None
        fast, over = found
        left = fast.left
        if over is not None or left is None:
            return over
        residual = step.inputs.residual_volume or as_volume(exactly(_NOTHING, VOLUME))
        time = _time_to_level(step, left, residual, factor)
        return None if time is None else moment_after(step.at, time)

    def _times_programmed(self, measured: Measured) -> Fraction | None:
        """How many times what is programmed now was delivered; of a pump of fixed flow by its flow, which may be typed since.

        None where that is not known, or of another pump.
        """
        step, ratio, true_flow = self.step, measured.ratio, measured.true_flow
        number = next((n for n, each in enumerate(self.steps) if each.entry.seq == measured.refill), None)
        of_it = None if number is None else self._read_step(number)
        if number is None or of_it is None or of_it.program.system.pump != step.program.system.pump:
            return None
        since = (self._read_step(each) for each in range(number, self._last + 1))
        if any(each is not None and each.inputs.tubing_holds is not Filling.OLD for each in since):
            return None  # only a new pump's tubing is emptied
        if not step.inputs.constant_flow:
            return None if ratio is None else Fraction(ratio.magnitude)
        flow = step.calculation.flow_after(_NOTHING)
        return None if true_flow is None or not flow else Fraction(true_flow.magnitude) / flow

    def known_fill(self) -> FollowedStep:
        """The last fill that can still be read and says a volume, or the first step since that says one. Raises NotKnownError."""
        self._said_volume(self._last)
        return self._step(self._known_volume())

    def _fast(self, factor: Fraction | None = None) -> tuple[RunningFast, datetime | None] | None:
        """What may be left as the step in force begins, and since when no more than the residual volume, where that is so.

        `factor` times what is programmed is delivered; left out, as much as the upper accuracy allows, or as the last refill found
        where none is published or more was found. None where neither is known.
        """
        begin = self._known_volume()
        said, factor = (
            self._step(begin).inputs.filled,
            factor or self._factor(begin),
        )
        if said is None or factor is None:
            return None
        fast, over = RunningFast(begin, said.magnitude, factor), None
        for number in range(begin, self._last):
            there = fast.left
            fast.deliver(self._taken_unless_unknown(number))
            fast = self._as_said(fast, number + 1)
            over = self._over_since(number, there, fast.left, fast.factor, over)
        return fast, over

    def _as_said(self, fast: RunningFast, number: int) -> RunningFast:
        """With what a step says is in the reservoir; a new pump that holds something else was implanted full."""
        step, before = self._read_step(number), self._read_step(number - 1)
        if step is None or step.inputs.filled is None:
            return fast
        volume, apart = step.inputs.filled.magnitude, two_readings(rules_of(step.program, self._library))
        is_same = before is None or before.program.system.pump == step.program.system.pump
        is_new = (
            not is_same or step.inputs.tubing_holds is not Filling.OLD
        )  # only a new pump's tubing is emptied
        if is_new and not fast.expects(volume, apart):
            return RunningFast(number, volume, self._fastest(number) or fast.factor)
        fast.say(volume, apart)
        return fast

    def _over_since(
        self,
        number: int,
        there: Fraction | None,
        left: Fraction | None,
        factor: Fraction,
        over: datetime | None,
    ) -> datetime | None:
        """Since when no more than the residual volume may be left, after a step that began with `there` and left `left`."""
        residual, end = self._emptied_to, self._end_of(number)
        if residual is None or (left is not None and left > residual.magnitude):
            return None
        if over is not None or left is None:
            return over
        step, moment = self._read_step(number), None
        if step is not None and there is not None:
            time = _time_to_level(step, there, residual, factor)
            moment = None if time is None else moment_after(step.at, time)
        return end if moment is None else min(moment, end)

    def _taken_unless_unknown(self, number: int) -> Between | None:
        """What a step took until the next; None where that is not known, or the next begins from another therapy."""
        try:
            if not self._step(number + 1).goes_on_from(self._step(number)):
                return None
            return self._programmed(number)
        except NotKnownError:
            return None

    def _known_volume(self) -> int:
        """The last fill, or the first step since that can be read and says a volume: there is one, as `_said_volume` found."""
        fill = self._last_fill or 0
        for number in range(fill, self._last):
            step = self._read_step(number)
            if step is not None and step.inputs.filled is not None:
                return number
        return self._last

    def _fastest(self, begin: int) -> Fraction | None:
        """How many times what is programmed the pump may deliver, by the greatest accuracy since a step; None is not known."""
        steps = [self._read_step(number) for number in range(begin, self._last + 1)]
        accuracies = [step.inputs.accuracy for step in steps if step is not None]
        return max((1 + each.magnitude / 100 for each in accuracies if each is not None), default=None)

    @cached_property
    def _last_fill(self) -> int | None:
        """The last step that fills the reservoir; None where none is recorded."""
        fills = (number for number in range(self._last, -1, -1) if self.steps[number].of_kind in _FILLS)
        return next(fills, None)

    def _filled(self, number: int) -> Between:
        """What was in the reservoir as a step began: as it says, or as what was left before it. Raises NotKnownError."""
        begin = self._said_volume(number)
        filled = self._step(begin).inputs.filled
        assert filled is not None
        volume = Between(filled.magnitude, filled.magnitude)
        for each in range(begin, number):
            volume = volume.less(self._programmed(each))
        return volume

    def _said_volume(self, number: int) -> int:
        """The last step that says what was in the reservoir, since when all is counted. Raises NotKnownError."""
        while (step := self._step(number)).inputs.filled is None:
            if step.fills:
                raise NotKnownError(_("entry {number} does not say the volume filled", number=step.number))
            if not number:
                raise NotKnownError(_("no volume of the reservoir is recorded"))
            before = self._step(number - 1)
            if not step.goes_on_from(before):
                raise NotKnownError(_(_OTHER_THERAPY, number=step.number, before=before.number))
            number -= 1
        return number

    def _delivered(self, number: int) -> Between:
        """What a step delivered: no more than was in the reservoir, where that is known. Raises NotKnownError."""
        delivered = self._programmed(number)
        try:
            return delivered.at_most(self._filled(number))
        except NotKnownError:
            return delivered

    # --- the line

    def line(self) -> tuple[Plug, ...]:
        """What lies in the line, plug by plug from the tip to the pump. Raises NotKnownError."""
        return self._line.plugs

    def tip_dose_rate(self) -> Fraction:
        """What leaves the tip at the moment, in mcg/day; patient boluses apart. Raises NotKnownError."""
        step = self.step
        if step.found_stopped:
            raise NotKnownError(_(_STOPPED_UNKNOWN, number=step.number))
        concentration = self._line.at_the_tip
        flow = step.calculation.flow_after(step.at.days_until(self.moment))
        if flow is None:
            raise NotKnownError(_(_NOT_COMPUTED, number=step.number))
        if self._is_empty():
            raise NotKnownError(_("the reservoir is counted as empty"))
        return flow * concentration

    def _is_empty(self) -> bool:
        try:
            return not self.volume_left().most
        except NotKnownError:
            return False

    @cached_property
    def _line(self) -> "_FollowedLine":
        followed = _FollowedLine()
        for number in range(self._pushed_out_by(self._last), self._last + 1):
            try:
                step = self._step(number)
                followed.go_on(step, self._delivered(number), self._really_held(number))
            except NotKnownError as unknown:
                followed.lose(unknown.reason)
        return followed

    def _pushed_out_by(self, number: int) -> int:
        """The last step that pushed out all that lay in the line before it; the first where none did."""
        for each in range(number, 0, -1):
            step = self._read_step(each)
            try:
                if step is not None and self._delivered(each).least >= sum(step.parts):
                    return each
            except NotKnownError:
                continue
        return 0

    def _really_held(self, number: int) -> Fraction:
        """What was in the reservoir after a step: as programmed, or as a later step on the same filling says it really was."""
        programmed = self._step(number).inputs.new_concentration
        if programmed is None:
            raise NotKnownError(_(_NOT_COMPUTED, number=self._step(number).number))
        for before, after in itertools.pairwise(range(number, len(self.steps))):
            step, earlier = self._read_step(after), self._read_step(before)
            if step is None or earlier is None or not step.keeps_concentration_of(earlier):
                break
            if step.inputs.current_really is not None:
                return step.inputs.current_really.magnitude
            if step.fills:
                break
        return programmed.magnitude

    # --- reading

    def _programmed(self, number: int) -> Between:
        """What the program of a step takes until the next one, counted once. Raises NotKnownError."""
        if number not in self._taken:
            self._taken[number] = self._step(number).delivered(self._end_of(number))
        return self._taken[number]

    def _end_of(self, number: int) -> datetime:
        """When the next step takes effect; of the step in force the moment itself."""
        return self.moment if number == self._last else effective(self.steps[number + 1].entry)

    def _step(self, number: int) -> FollowedStep:
        step = self._read_step(number)
        if step is None:
            raise NotKnownError(_(_CANNOT_BE_READ, number=self.steps[number].entry.seq))
        return step

    def _read_step(self, number: int) -> FollowedStep | None:
        """A step with its program read again, once; None where that can no longer be done."""
        if number not in self._read:
            self._read[number] = _read_again(self.steps[number], self._library)
        return self._read[number]


def _accuracy(factor: Fraction) -> Percentage:
    return as_percentage(exactly((factor - 1) * 100, PERCENTAGE))


def _time_to_level(
    step: FollowedStep, there: Fraction, residual: Volume, factor: Fraction
) -> Duration | None:
    """From a step on, with `there` in the reservoir, until `residual` is left where `factor` times what is programmed is delivered."""
    if there <= residual.magnitude:
        return as_duration(exactly(_NOTHING, DURATION))
    varied = replace(
        step.inputs,
        filled=as_volume(exactly(there, VOLUME)),
        residual_volume=residual,
        accuracy=_accuracy(factor),
    )
    worst = step.calculation.varied(varied).time_to_empty_worst
    return None if worst is None else worst.value


def _expect_to_go_on(
    step: FollowedStep, before: FollowedStep, filled: Fraction, delivered: Between, tolerance: Fraction
) -> None:
    """Whether a step since the fill left the reservoir as it was counted. Raises NotKnownError."""
    if step.program.system.pump != before.program.system.pump:
        raise NotKnownError(_(_OTHER_PUMP, number=step.number, before=before.number))
    if not step.goes_on_from(before):
        raise NotKnownError(_(_OTHER_THERAPY, number=step.number, before=before.number))
    said, least, most = step.inputs.filled, filled - delivered.most, filled - delivered.least
    if said is not None and not least - tolerance <= said.magnitude <= most + tolerance:
        counted = shown(as_volume(exactly(max(most, _NOTHING), VOLUME)))
        raise NotKnownError(_(_SAYS_ANOTHER_VOLUME, number=step.number, said=shown(said), counted=counted))


def _read_again(standing: Standing, library: Library) -> FollowedStep | None:
    try:
        reading = read_program(table_of(standing.entry), library)
    except ItbcalcError:
        return None
    if reading.refusals or reading.program.new is None:
        return None
    return FollowedStep(standing, reading.program, Calculation(inputs_of(reading.program, library)))


class _FollowedLine:
    """The line as it moves on: once where as little was pushed in as may be, and once where as much."""

    def __init__(self) -> None:
        self._lines: tuple[Line, Line] | None = None
        self._before: FollowedStep | None = None
        self._held = _NOT_KNOWN
        self._begun = False
        self._why = ""

    @property
    def plugs(self) -> tuple[Plug, ...]:
        """Plug by plug, where both are the same. Raises NotKnownError."""
        if self._lines is None:
            raise NotKnownError(self._why)
        fewest, most = (line.plugs for line in self._lines)
        if fewest != most or any(plug.concentration == _NOT_KNOWN for plug in fewest):
            raise NotKnownError(self._why)
        return fewest

    @property
    def at_the_tip(self) -> Fraction:
        """The concentration that leaves next, where it is the same in both. Raises NotKnownError."""
        if self._lines is None:
            raise NotKnownError(self._why)
        found = {line.plugs[0].concentration if line.plugs else self._held for line in self._lines}
        if len(found) > 1 or _NOT_KNOWN in found:
            raise NotKnownError(self._why)
        return found.pop()

    def lose(self, why: str) -> None:
        """From here on nothing is known of it, until all that was in it has been pushed out."""
        self._lines, self._before, self._begun, self._why = None, None, True, why

    def go_on(self, step: FollowedStep, delivered: Between, held: Fraction) -> None:
        """Through a step: what was done by hand, then what it delivers, with `held` in the reservoir. Raises NotKnownError."""
        if step.changes_drug:
            self.lose(_(_OTHER_DRUG, number=step.number))
        elif self._before is not None and not step.goes_on_from(self._before):
            self._go_on_from_another_therapy(step, self._before)
        before = self._lines or (None, None)
        fewest, most = (Line(self._contents(step, line, held)) for line in before)
        fewest.take(Plug(delivered.least, held))
        most.take(Plug(delivered.most, held))
        if delivered.least != delivered.most:
            self._why = _(_STOPPED_UNKNOWN if step.found_stopped else _BOLUSES_UNKNOWN, number=step.number)
        self._lines, self._before, self._held, self._begun = (fewest, most), step, held, True

    def _go_on_from_another_therapy(self, step: FollowedStep, before: FollowedStep) -> None:
        """What was pushed in between nobody recorded: no matter where the line holds nothing else than the reservoir."""
        is_one = self._lines is not None and all(
            {plug.concentration for plug in line.plugs} <= {self._held} for line in self._lines
        )
        if not (is_one and step.keeps_concentration_of(before)):
            self.lose(_(_OTHER_THERAPY, number=step.number, before=before.number))

    def _contents(self, step: FollowedStep, line: Line | None, held: Fraction) -> Iterator[Plug]:
        """What catheter and tubing hold as a step begins, from the tip to the pump."""
        fillings = (step.inputs.catheter_holds, step.inputs.tubing_holds)
        for number, (volume, filling) in enumerate(zip(step.parts, fillings, strict=True)):
            if filling is Filling.NONE:
                yield Plug(volume, _NOTHING)
            elif filling is Filling.NEW:
                yield Plug(volume, held)
            elif line is None:
                yield Plug(volume, self._stated(step))
            else:
                yield from self._kept(line, number, volume, step)

    def _stated(self, step: FollowedStep) -> Fraction:
        """Of the first step what it says itself: the drug of before; nothing is known where the log lost track."""
        old = step.calculation.old_concentration
        return _NOT_KNOWN if self._begun or old is None else old.magnitude

    def _kept(self, line: Line, number: int, volume: Fraction, step: FollowedStep) -> Iterator[Plug]:
        """What a part held before; of a part of another size only where it held one concentration."""
        assert self._before is not None
        catheter, tubing = self._before.parts
        begin, length = ((_NOTHING, catheter), (catheter, tubing))[number]
        held = tuple(cut(line.plugs, begin, begin + length))
        if length == volume:
            yield from held
        elif len(held) == 1:
            yield Plug(volume, held[0].concentration)
        else:
            self._why = _(_ANOTHER_LINE, number=step.number, before=self._before.number)
            yield Plug(volume, _NOT_KNOWN)
