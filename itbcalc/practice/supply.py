"""What really leaves the catheter tip in a run, exactly: programmings, refills and faults as one piecewise constant rate.

Times are days since the run began, volumes mL, drug mcg, as bare fractions (as in `itbcalc.compute.line`, which this uses).
"""

import bisect
import itertools
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from itbcalc.compute.line import Line, Outflow, Plug
from itbcalc.compute.profile import WEEK, Course, Stretch, between, course_of
from itbcalc.compute.schedule import Stopped
from itbcalc.practice.faults import Fault, FaultKind
from itbcalc.practice.parameters import exact_parameter
from itbcalc.program.records import Therapy
from itbcalc.quantities.kinds import Concentration, DailyDose, Dose, Duration, Volume

_NOTHING = Fraction(0)
_HOUR = Fraction(1, 24)
_MINUTE = Fraction(1, 1440)


# --- what is implanted, and what is done to it


class Implant(Struct, frozen=True, kw_only=True):
    """Pump and catheter as they really are when the run begins; the programmer may have been told otherwise.

    `reservoir` is the deliverable volume in it, `concentration` what is truly in there. Tubing and catheter are full
    of the same where nothing else is said; 0 mcg/mL is CSF. `clock` is the pump's, in days since Monday midnight.
    `counted` is the volume that the pump takes to be there, where that is not the true one.
    """

    tubing_volume: Volume
    catheter_volume: Volume
    reservoir: Volume
    concentration: Concentration
    low_alarm: Volume
    clock: Fraction
    in_tubing: Concentration | None = None
    in_catheter: Concentration | None = None
    counted: Volume | None = None


class Programmed(Struct, frozen=True):
    """The pump is programmed: `before` (a bridge, a prime; from time 0 of the change on) runs first, then the schedule.

    Boluses that the patient may call for are not called for.
    """

    at: Fraction
    therapy: Therapy
    before: tuple[Stretch, ...] = ()


class Refilled(Struct, frozen=True):
    """The reservoir is emptied and filled: how much, and the concentration that stands on the vials."""

    at: Fraction
    filled: Volume
    concentration: Concentration


class PortAspirated(Struct, frozen=True):
    """The catheter is emptied through its side port: what was in it is out, CSF is in. It was possible."""

    at: Fraction


class Injected(Struct, frozen=True):
    """A dose by lumbar puncture, straight into the CSF."""

    at: Fraction
    dose: Dose


class Interrogated(Struct, frozen=True):
    """The pump is read out: a motor that waits for it runs again."""

    at: Fraction


PumpEvent = Programmed | Refilled | PortAspirated | Injected | Interrogated


def bridge_stretch(dead_volume: Volume, current_concentration: Concentration, dose: DailyDose) -> Stretch:
    """The bridge that the programmer makes of what it is told: the old drug of the dead volume, run out at `dose`."""
    flow = dose.magnitude / current_concentration.magnitude
    return Stretch(_NOTHING, dead_volume.magnitude / flow, flow)


def bolus_stretch(dose: Dose, concentration: Concentration, duration: Duration) -> Stretch:
    """A bolus from the pump, a prime among them, as the programmer makes it of what it is told."""
    volume = dose.magnitude / concentration.magnitude
    return Stretch(_NOTHING, duration.magnitude, volume / duration.magnitude)


# --- what comes of it


class PumpCode(StrEnum):
    """What a pump writes into its log. Low and empty it computes from what was programmed, it measures nothing."""

    PROGRAMMED = "programmed"
    STOPPED = "stopped"
    STALLED = "motor-stalled"
    RUNNING_AGAIN = "motor-running-again"
    LOW_RESERVOIR = "low-reservoir"
    EMPTY = "empty-reservoir"

    @property
    def words(self) -> str:
        """`motor stalled`."""
        return self.value.replace("-", " ")


class PumpLogEntry(Struct, frozen=True):
    """A line of the pump's log."""

    at: Fraction
    code: PumpCode


class Input(Struct, frozen=True):
    """Drug comes into the CSF from `start` to `end` (days) at one `rate` (mcg/day)."""

    start: Fraction
    end: Fraction
    rate: Fraction

    @property
    def drug(self) -> Fraction:
        """In mcg."""
        return (self.end - self.start) * self.rate


class Balance(Struct, frozen=True, kw_only=True):
    """Where the drug came from and where it is, in mcg.

    `discarded` was emptied out at refills, `aspirated` came out of the side port, `lost` went astray outside the CSF.
    """

    at_start: Fraction
    refilled: Fraction
    injected: Fraction
    to_csf: Fraction
    discarded: Fraction
    aspirated: Fraction
    lost: Fraction
    in_line: Fraction
    in_reservoir: Fraction

    @property
    def holds(self) -> bool:
        """Whether nothing was made and nothing vanished."""
        gone = self.to_csf + self.discarded + self.aspirated + self.lost
        return self.at_start + self.refilled + self.injected == gone + self.in_line + self.in_reservoir


class Level(Struct, frozen=True):
    """The reservoir just after something happened: how much is in it (mL), of which true concentration (mcg/mL)."""

    at: Fraction
    volume: Fraction
    concentration: Fraction


class Supply(Struct, frozen=True, kw_only=True):
    """What reached the CSF from the beginning of a run to `until`, and what pump and reservoir went through.

    `inputs` follow one another without a gap. `pumped` left the reservoir, `programmed` is what the pump counts.
    """

    until: Fraction
    inputs: tuple[Input, ...]
    pumped: tuple[Stretch, ...]
    programmed: tuple[Stretch, ...]
    levels: tuple[Level, ...]
    believed: tuple[Level, ...]
    pump_log: tuple[PumpLogEntry, ...]
    balance: Balance

    def rate_at(self, time: Fraction) -> Fraction:
        """What comes into the CSF from `time` on, in mcg/day."""
        return self.inputs[_last_begun([each.start for each in self.inputs], time)].rate

    def reservoir_at(self, time: Fraction) -> Fraction:
        """What is really in the reservoir, in mL; at the very time of a refill, what is in it after."""
        return _left(self.levels, self.pumped, time)

    def believed_at(self, time: Fraction) -> Fraction:
        """What the pump takes to be in the reservoir, in mL; never below nothing."""
        return max(_left(self.believed, self.programmed, time), _NOTHING)

    def true_concentration_at(self, time: Fraction) -> Fraction:
        """What is really in the reservoir, in mcg/mL."""
        return self.levels[_last_begun([level.at for level in self.levels], time)].concentration


def supply(implant: Implant, events: Sequence[PumpEvent], faults: Sequence[Fault], until: Fraction) -> Supply:
    """What reaches the CSF until `until` (days, above 0); what happens then or later is left out.

    Until the first programming the pump stands still. Events of one time happen in their order.
    """
    assert until > 0
    assert all(event.at >= 0 for event in events)
    in_time = sorted((event for event in events if event.at < until), key=lambda event: event.at)
    return _Run(implant, in_time, faults, until).run()


class _Run:
    """The pump, its reservoir and the line to the tip, walked from cut to cut: between two cuts nothing is done."""

    def __init__(
        self, implant: Implant, events: Sequence[PumpEvent], faults: Sequence[Fault], until: Fraction
    ) -> None:
        self._events, self._faults, self._until, self._clock = events, faults, until, implant.clock
        self._low_alarm = implant.low_alarm.magnitude
        self._catheter_volume = implant.catheter_volume.magnitude
        self._stalls = tuple(_stalls(faults, events, until))
        self._discharges = discharges(faults, events)
        self._volume = implant.reservoir.magnitude
        self._strength = implant.concentration.magnitude
        self._tubing = _filled_line(implant.tubing_volume, implant.in_tubing, implant.concentration)
        self._catheter = _filled_line(implant.catheter_volume, implant.in_catheter, implant.concentration)
        self._dead_volume = self._tubing.volume_held + self._catheter.volume_held
        self._to_flush = self._dead_volume
        self._at_start = self._volume * self._strength + self._in_line
        self._course: Course | None = None
        self._since = _NOTHING
        self._refilled = self._discarded = self._aspirated = self._lost = self._pocket = _NOTHING
        self._punctures: list[Input] = []
        self._pockets: list[Input] = []
        self._tip: list[Input] = []
        self._pumped: list[Stretch] = []
        self._programmed: list[Stretch] = []
        self._levels: list[Level] = []
        counted = implant.reservoir if implant.counted is None else implant.counted
        self._believed = [Level(_NOTHING, counted.magnitude, self._strength)]
        self._log: list[PumpLogEntry] = []

    @property
    def _in_line(self) -> Fraction:
        return self._tubing.drug_held + self._catheter.drug_held

    def run(self) -> Supply:
        waiting = list(self._events)
        for begin, end in itertools.pairwise(self._cuts()):
            while waiting and waiting[0].at == begin:
                self._happen(waiting.pop(0))
            self._levels.append(Level(begin, self._volume, self._strength))
            factor, reaches = self._factor(begin), not self._has(FaultKind.DISCONNECTION, begin)
            discharge = self._discharge(begin)
            for stretch in self._commanded(begin, end):
                self._programmed.append(stretch)
                flow = stretch.flow * factor + discharge
                self._pump(Stretch(stretch.start, stretch.end, flow), reaches=reaches)
        return self._result()

    # --- what is done

    def _happen(self, event: PumpEvent) -> None:
        if isinstance(event, Programmed):
            self._program(event)
        elif isinstance(event, Refilled):
            if not self._has(FaultKind.MISSED_REFILL, event.at):
                self._refill(event)
        elif isinstance(event, PortAspirated):
            self._aspirated += self._catheter.drug_held
            self._catheter = Line((Plug(self._catheter_volume, _NOTHING),))
            self._to_flush = self._dead_volume
        elif isinstance(event, Injected):
            self._punctures.append(
                self._over(event.at, exact_parameter("puncture_time") * _MINUTE, event.dose.magnitude)
            )

    def _program(self, event: Programmed) -> None:
        self._log.append(PumpLogEntry(event.at, PumpCode.PROGRAMMED))
        if self._has(FaultKind.INTERRUPTED_SESSION, event.at):
            self._course = None
            self._log.append(PumpLogEntry(event.at, PumpCode.STOPPED))
            return
        if isinstance(event.therapy.schedule, Stopped):
            self._log.append(PumpLogEntry(event.at, PumpCode.STOPPED))
        therapy, clock = event.therapy, (self._clock + event.at) % WEEK
        self._course = course_of(therapy.schedule, therapy.concentration, clock, event.before)
        self._since = event.at

    def _refill(self, event: Refilled) -> None:
        filled, strength = event.filled.magnitude, event.concentration.magnitude
        for fault in self._present(FaultKind.WRONG_CONCENTRATION, event.at):
            strength = fault.value or strength
        parts = (fault.value or _NOTHING for fault in self._present(FaultKind.POCKET_FILL, event.at))
        astray = min(sum(parts, _NOTHING), Fraction(1))  # two such faults lose no more than all of it
        self._discarded += self._volume * self._strength
        self._refilled += filled * strength
        self._volume, self._strength = filled * (1 - astray), strength
        self._to_flush = self._dead_volume
        self._believed.append(Level(event.at, filled, event.concentration.magnitude))
        if astray:
            self._pocket += filled * astray * strength
            reaching = filled * astray * strength * exact_parameter("pocket_reaches")
            self._pockets.append(self._over(event.at, exact_parameter("pocket_time") * _HOUR, reaching))

    def _over(self, at: Fraction, duration: Fraction, drug: Fraction) -> Input:
        return Input(at, min(at + duration, self._until), drug / duration)

    # --- what flows

    def _commanded(self, begin: Fraction, end: Fraction) -> Iterator[Stretch]:
        """What the pump is set to from `begin` to `end`; where it stays the same, in one stretch."""
        if self._course is None:
            yield Stretch(begin, end, _NOTHING)
            return
        if begin - self._since >= self._course.lead_ends and len({s.flow for s in self._course.cycle}) == 1:
            yield Stretch(begin, end, self._course.cycle[0].flow)
            return
        for stretch in self._course.stretches_from(begin - self._since):
            moved = stretch.moved(self._since)
            if moved.start >= end:
                return
            yield Stretch(moved.start, min(moved.end, end), moved.flow)

    def _pump(self, stretch: Stretch, *, reaches: bool) -> None:
        for part in _until_empty(stretch, self._volume):
            self._pumped.append(part)
            self._volume -= part.volume
            for outflow in self._through_the_line(part):
                if not reaches:
                    self._lost += outflow.drug
                self._tip.append(
                    Input(outflow.start, outflow.end, outflow.dose_rate if reaches else _NOTHING)
                )

    def _through_the_line(self, part: Stretch) -> Iterator[Outflow]:
        """First through the tubing, then through the catheter.

        Once the dead volume has been pushed through, the line holds what the reservoir does, and what goes in comes
        out: then it need not be followed, which is most of a long run.
        """
        if self._to_flush <= 0:
            yield Outflow(part.start, part.end, part.flow, self._strength)
            return
        self._to_flush -= part.volume
        for outflow in self._tubing.push(part, self._strength):
            pushed = Stretch(outflow.start, outflow.end, outflow.flow)
            yield from self._catheter.push(pushed, outflow.concentration)

    def _factor(self, time: Fraction) -> Fraction:
        """How many times the programmed flow really runs."""
        if any(begin <= time < end for begin, end in self._stalls):
            return _NOTHING
        factor = Fraction(1)
        for fault in self._faults:
            if fault.kind in (FaultKind.KINK, FaultKind.OVER_INFUSION) and fault.lasts_at(time):
                factor *= _NOTHING if fault.value is None else fault.value
        return factor

    def _discharge(self, time: Fraction) -> Fraction:
        """What a failing pump gives on top of all that is programmed, stalled or not (mL/day)."""
        flows = (each.flow for each in self._discharges if each.start <= time < each.end)
        return sum(flows, _NOTHING)

    def _cuts(self) -> list[Fraction]:
        edges = {
            _NOTHING,
            self._until,
            *(event.at for event in self._events),
            *itertools.chain(*self._stalls),
            *(edge for each in self._discharges for edge in (each.start, each.end)),
        }
        for fault in self._faults:
            edges |= {fault.begins} | (set() if fault.ends is None else {fault.ends})
        return sorted(edge for edge in edges if edge <= self._until)

    def _present(self, kind: FaultKind, time: Fraction) -> list[Fault]:
        return [fault for fault in self._faults if fault.kind is kind and fault.lasts_at(time)]

    def _has(self, kind: FaultKind, time: Fraction) -> bool:
        return bool(self._present(kind, time))

    # --- what came of it

    def _result(self) -> Supply:
        inputs = _joined(_with(self._tip, [*self._punctures, *self._pockets]))
        in_pocket = self._pocket - _drug(self._pockets)
        balance = Balance(
            at_start=self._at_start,
            refilled=self._refilled,
            injected=_drug(self._punctures),
            to_csf=_drug(inputs),
            discarded=self._discarded,
            aspirated=self._aspirated,
            lost=self._lost + in_pocket,
            in_line=self._in_line,
            in_reservoir=self._volume * self._strength,
        )
        log = [*self._log, *self._stall_entries(), *self._reservoir_entries()]
        return Supply(
            until=self._until,
            inputs=inputs,
            pumped=tuple(self._pumped),
            programmed=tuple(self._programmed),
            levels=tuple(self._levels),
            believed=tuple(self._believed),
            pump_log=tuple(sorted(log, key=lambda entry: entry.at)),
            balance=balance,
        )

    def _stall_entries(self) -> Iterator[PumpLogEntry]:
        for begin, end in self._stalls:
            if begin < self._until:
                yield PumpLogEntry(begin, PumpCode.STALLED)
            if end < self._until and not self._is_stopped(end):
                yield PumpLogEntry(end, PumpCode.RUNNING_AGAIN)

    def _is_stopped(self, time: Fraction) -> bool:
        """Whether it is programmed to stand: then a motor that could turn again does not."""
        said = [entry.code for entry in self._log if entry.at <= time]
        return bool(said) and said[-1] is PumpCode.STOPPED

    def _reservoir_entries(self) -> Iterator[PumpLogEntry]:
        """When the pump's own count came down to the alarm volume, and to nothing, before the next refill."""
        ends = [*(level.at for level in self._believed[1:]), self._until]
        for level, end in zip(self._believed, ends, strict=True):
            left = level.volume
            for stretch in between(self._programmed, level.at, end):
                after = left - stretch.volume
                for code, bound in ((PumpCode.LOW_RESERVOIR, self._low_alarm), (PumpCode.EMPTY, _NOTHING)):
                    if after <= bound < left:
                        yield PumpLogEntry(stretch.start + (left - bound) / stretch.flow, code)
                left = after


def _filled_line(volume: Volume, inside: Concentration | None, otherwise: Concentration) -> Line:
    concentration = (
        otherwise if inside is None else inside
    )  # 0 mcg/mL is CSF, and no reason to look elsewhere
    return Line((Plug(volume.magnitude, concentration.magnitude),))


def _stalls(
    faults: Iterable[Fault], events: Sequence[PumpEvent], until: Fraction
) -> Iterator[tuple[Fraction, Fraction]]:
    """From when to when the motor stands: without an end of its own, until the pump is read out or programmed."""
    for fault in faults:
        if fault.kind is FaultKind.MOTOR_STALL:
            woken = (
                event.at
                for event in events
                if isinstance(event, Programmed | Interrogated) and event.at > fault.begins
            )
            yield fault.begins, next(woken, until) if fault.ends is None else fault.ends


def discharges(faults: Iterable[Fault], events: Sequence[PumpEvent]) -> tuple[Stretch, ...]:
    """What came at once, at the first programming that lets the pump run while the fault is there."""
    return tuple(_discharges(faults, events))


def _discharges(faults: Iterable[Fault], events: Sequence[PumpEvent]) -> Iterator[Stretch]:
    lasts = exact_parameter("discharge_time") * _MINUTE
    for fault in faults:
        if fault.kind is FaultKind.DISCHARGE and fault.value is not None:
            restarts = (event.at for event in events if _lets_run(event) and fault.lasts_at(event.at))
            for at in itertools.islice(restarts, 1):
                yield Stretch(at, at + lasts, fault.value / lasts)


def _lets_run(event: PumpEvent) -> bool:
    return isinstance(event, Programmed) and not isinstance(event.therapy.schedule, Stopped)


def _until_empty(stretch: Stretch, volume: Fraction) -> Iterator[Stretch]:
    """`stretch` as far as `volume` goes, and the rest of it with nothing flowing."""
    if stretch.volume <= volume:
        yield stretch
        return
    empty = stretch.start + volume / stretch.flow
    if volume:
        yield Stretch(stretch.start, empty, stretch.flow)
    yield Stretch(empty, stretch.end, _NOTHING)


def _with(inputs: Iterable[Input], extra: Sequence[Input]) -> Iterator[Input]:
    """`inputs` with what `extra` brings on top, each of them over its own time."""
    cuts = sorted({edge for each in extra for edge in (each.start, each.end)})
    for each in inputs:
        inside = cuts[bisect.bisect_right(cuts, each.start) : bisect.bisect_left(cuts, each.end)]
        for start, end in itertools.pairwise((each.start, *inside, each.end)):
            more = (other.rate for other in extra if other.start <= start < other.end)
            yield Input(start, end, sum(more, each.rate))


def _joined(inputs: Iterable[Input]) -> tuple[Input, ...]:
    """Those of one rate that follow one another, as one."""
    joined = []
    for rate, group in itertools.groupby(inputs, key=lambda each: each.rate):
        same = list(group)
        joined.append(Input(same[0].start, same[-1].end, rate))
    return tuple(joined)


def _drug(inputs: Iterable[Input]) -> Fraction:
    return sum((each.drug for each in inputs), _NOTHING)


def _left(levels: Sequence[Level], flowing: Sequence[Stretch], time: Fraction) -> Fraction:
    level = levels[_last_begun([each.at for each in levels], time)]
    flown = (part.volume for part in between(flowing, level.at, time))
    return level.volume - sum(flown, _NOTHING)


def _last_begun(beginnings: Sequence[Fraction], time: Fraction) -> int:
    assert time >= beginnings[0]
    return bisect.bisect_right(beginnings, time) - 1
