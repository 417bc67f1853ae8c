"""The main job: a program in, everything recomputed, cross-checked and judged out.

`check` is what the command line, the window, the sheet and the log all call.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property

from itbcalc.calculation import Calculation, Inputs, RefillLimit
from itbcalc.crosscheck import Compared, Context, cross_check, typed_inputs
from itbcalc.findings import Finding, FindingCode
from itbcalc.guardrails import Crossing, beyond_any_pump, crossing_of, crossings, out_of_range, rules_for
from itbcalc.infusion.schedule import SimpleContinuous
from itbcalc.library.records import Figure, Library, LimitQuantity, MarketedStrength, Pump, PumpKind
from itbcalc.program import Program, Therapy
from itbcalc.quantities.display import fraction_text
from itbcalc.quantities.kinds import (
    DURATION,
    Concentration,
    DailyDose,
    Volume,
    as_daily_dose,
    as_duration,
    as_percentage,
    as_volume,
    exactly,
)
from itbcalc.quantities.units import Quantity

# A step to ten times the dose or a tenth of it is a slip of the point, not a titration.
# Derived from the accident with 24 times the dose (docs/hazards.md, H02), not from a label.
_MULTIPLIED = 10
_FUTURE_ALLOWED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Checked:
    """A program, recomputed and judged.

    `calculations` holds one entry for each reading of what was left open (two tubing volumes, unsaid);
    otherwise exactly one. `slips_tried` is 0 where every read-out agrees.
    """

    program: Program
    calculations: tuple[Calculation, ...]
    read_outs: tuple[Compared, ...]
    slips_tried: int
    findings: tuple[Finding, ...]

    @property
    def calculation(self) -> Calculation:
        """The first (mostly the only) calculation."""
        return self.calculations[0]


def check(program: Program, library: Library, now: datetime | None = None) -> Checked:
    """Everything about `program`. `now` is only for saying that the change lies in the future."""
    inputs = inputs_of(program, library)
    calculations = tuple(Calculation(each) for each in _readings(inputs, program))
    aspirated = program.bridge is not None and program.bridge.aspirated
    read_outs, tried = cross_check(
        program.read_outs, calculations, _context(program, library), aspirated=aspirated
    )
    findings = tuple(_Findings(program, calculations, library, read_outs, now))
    return Checked(program, calculations, read_outs, tried, findings)


def inputs_of(program: Program, library: Library) -> Inputs:
    """The flat inputs of the values of `program`."""
    pump = program.system.pump
    catheter = program.system.catheter_volume
    bridge_dose = (
        program.bridge.dose if program.bridge is not None and program.concentration_changes else None
    )
    stability = _stability_figure(program, library)
    return Inputs(
        old_concentration=program.current.concentration if program.current else None,
        old_dose=_daily_dose(program.current),
        new_concentration=program.new.concentration if program.new else None,
        new_dose=_daily_dose(program.new),
        tubing_volume=program.system.tubing_volume or _only_tubing(pump),
        catheter_volume=catheter.value if catheter else None,
        bridge_dose=as_daily_dose(bridge_dose) if bridge_dose is not None else None,
        filled=program.reservoir.filled,
        low_alarm=program.reservoir.low_alarm,
        at=program.reservoir.at,
        accuracy=as_percentage(pump.accuracy.quantity) if pump and pump.accuracy else None,
        stability_limit=as_duration(stability.quantity) if stability else None,
        pump_limit=as_duration(pump.refill_interval.quantity) if pump and pump.refill_interval else None,
        lead_time=as_duration(library.clinic.refill_lead_time) if library.clinic.refill_lead_time else None,
    )


def _daily_dose(therapy: Therapy | None) -> DailyDose | None:
    if therapy is None:
        return None
    assert isinstance(therapy.schedule, SimpleContinuous)
    return therapy.schedule.daily_dose


def _only_tubing(pump: Pump | None) -> Volume | None:
    """The model's tubing volume where exactly one is published; never one of several."""
    if pump is None or len(pump.tubing_volume) != 1:
        return None
    return as_volume(pump.tubing_volume[0].quantity)


def _readings(inputs: Inputs, program: Program) -> Iterator[Inputs]:
    """The inputs once for each published tubing volume, where none was said."""
    pump = program.system.pump
    if inputs.tubing_volume is not None or pump is None or not pump.tubing_volume:
        yield inputs
        return
    for figure in pump.tubing_volume:
        yield replace(inputs, tubing_volume=as_volume(figure.quantity))


def _context(program: Program, library: Library) -> Context:
    pump = program.system.pump
    strengths = {
        Concentration(s.concentration.quantity): None for s in _marketed(program, library) if s.pump_fill
    }
    return Context(
        strengths=tuple(strengths),
        tubing_volumes=tuple(as_volume(figure.quantity) for figure in pump.tubing_volume) if pump else (),
        alarm_volumes=tuple(as_volume(figure.quantity) for figure in pump.low_alarm_volume) if pump else (),
        capacity=as_volume(pump.reservoir_volume.quantity) if pump and pump.reservoir_volume else None,
        typed=typed_inputs(program),
    )


def _marketed(program: Program, library: Library) -> tuple[MarketedStrength, ...]:
    drug = library.drugs.get(program.new.drug) if program.new else None
    return drug.strengths(program.patient.jurisdiction) if drug else ()


def _stability_figure(program: Program, library: Library) -> Figure | None:
    """How long the drug may stay in the pump; only for a drug the library covers."""
    drug = library.drugs.get(program.new.drug) if program.new else None
    if drug is None or not drug.covered:
        return None
    sure, _ = rules_for(library, LimitQuantity.REFILL_INTERVAL, program.patient, program.system.pump)
    bounds = [crossing_figure for limit in sure for crossing_figure in limit.figures]
    return min(bounds, key=lambda figure: figure.quantity.magnitude, default=None)


class _Findings:
    """Goes through a program part by part; iterating gives its findings, in no order of weight."""

    def __init__(
        self,
        program: Program,
        calculations: tuple[Calculation, ...],
        library: Library,
        read_outs: tuple[Compared, ...],
        now: datetime | None,
    ) -> None:
        self.program = program
        self.calculations = calculations
        self.calculation = calculations[0]
        self.library = library
        self.read_outs = read_outs
        self.now = now

    def __iter__(self) -> Iterator[Finding]:
        yield from self._of_step()
        yield from self._of_dose()
        yield from self._of_concentration()
        yield from self._of_bridge()
        yield from self._of_flow()
        yield from self._of_reservoir()
        yield from self._of_moments()
        yield from self._of_figures()

    @cached_property
    def pump(self) -> Pump | None:
        """The pump, where it is known."""
        return self.program.system.pump

    # --- the step

    def _of_step(self) -> Iterator[Finding]:
        change = self.calculation.dose_change
        old, new = self.calculation.inputs.old_dose, self.calculation.inputs.new_dose
        if change is None or old is None or new is None:
            return
        values = {"old": old, "new": new, "change": change.value}
        percent = change.value.magnitude
        if percent == 0:
            if (
                not self.calculation.concentration_changes
                and self.calculation.concentration_ratio is not None
            ):
                yield Finding(code=FindingCode.NOTHING_CHANGES, place="new.daily_dose", values=values)
            return
        if new >= _MULTIPLIED * old or old >= _MULTIPLIED * new:
            yield Finding(
                code=FindingCode.DOSE_MULTIPLIED, place="new.daily_dose", values=values, above=percent > 0
            )
        yield from self._of_increase(values) if percent > 0 else self._of_decrease(values)

    def _of_increase(self, values: dict[str, Quantity]) -> Iterator[Finding]:
        sure, unsure = rules_for(self.library, LimitQuantity.DOSE_INCREASE, self.program.patient, self.pump)
        found = crossings(values["change"], sure, unsure)
        if found:
            yield self._crossed(_step_code(found[0]), "new.daily_dose", values, found[0])
        elif not sure and not self._within_all_steps(values["change"], unsure):
            yield Finding(code=FindingCode.STEP_LIMIT_NOT_KNOWN, place="new.daily_dose", values=values)
        yield from self._sudden_need(values)
        yield from self._too_soon(values)

    @staticmethod
    def _within_all_steps(change: Quantity, unsure: tuple) -> bool:
        return bool(unsure) and all(crossing_of(limit, change) is None for limit in unsure)

    def _of_decrease(self, values: dict[str, Quantity]) -> Iterator[Finding]:
        sure, unsure = rules_for(self.library, LimitQuantity.DOSE_DECREASE, self.program.patient, self.pump)
        size = as_percentage(-values["change"])
        found = crossings(size, sure, unsure)
        if found:
            yield self._crossed(
                FindingCode.DOSE_DECREASE_LARGE, "new.daily_dose", {**values, "size": size}, found[0]
            )

    def _sudden_need(self, values: dict[str, Quantity]) -> Iterator[Finding]:
        """More in one step than a whole year of tolerance brings by definition."""
        sure, unsure = rules_for(
            self.library, LimitQuantity.DOSE_RISE_PER_YEAR, self.program.patient, self.pump
        )
        gained = as_daily_dose(values["new"] - values["old"])
        found = crossings(gained, sure, unsure)
        if found:
            yield self._crossed(
                FindingCode.SUDDEN_LARGE_NEED, "new.daily_dose", {**values, "gained": gained}, found[0]
            )

    def _too_soon(self, values: dict[str, Quantity]) -> Iterator[Finding]:
        at, patient = self.program.reservoir.at, self.program.patient
        rules = (
            (
                LimitQuantity.TIME_BETWEEN_INCREASES,
                patient.last_change,
                FindingCode.INCREASE_TOO_SOON,
                "last_change",
            ),
            (
                LimitQuantity.TIME_SINCE_FIRST_DOSE,
                patient.first_dose,
                FindingCode.INCREASE_SOON_AFTER_FIRST_DOSE,
                "first_dose",
            ),
        )
        for quantity, since, code, place in rules:
            if at is None or since is None:
                continue
            gap = exactly(since.days_until(at.moment), DURATION)
            sure, unsure = rules_for(self.library, quantity, patient, self.pump)
            found = crossings(gap, sure, unsure)
            if found:
                yield self._crossed(code, f"patient.{place}", {**values, "gap": gap}, found[0])

    # --- dose and concentration

    def _of_dose(self) -> Iterator[Finding]:
        dose = self.calculation.inputs.new_dose
        if dose is None:
            return
        sure, unsure = rules_for(self.library, LimitQuantity.DAILY_DOSE, self.program.patient, self.pump)
        for crossing in _one_for_each_side(crossings(dose, sure, unsure)):
            code = FindingCode.DOSE_ABOVE_LIMIT if crossing.above else FindingCode.DOSE_BELOW_LIMIT
            yield self._crossed(code, "new.daily_dose", {"dose": dose}, crossing)

    def _of_concentration(self) -> Iterator[Finding]:
        concentration, therapy = self.calculation.inputs.new_concentration, self.program.new
        if concentration is None or therapy is None:
            return
        drug = self.library.drugs[therapy.drug]
        values: dict[str, Quantity | datetime | str] = {"concentration": concentration}
        if not drug.covered:
            yield Finding(code=FindingCode.DRUG_NOT_COVERED, place="new.drug", values={"drug": drug.name})
            return
        sure, unsure = rules_for(self.library, LimitQuantity.CONCENTRATION, self.program.patient, self.pump)
        found = crossings(concentration, sure, unsure)
        if found:
            yield self._crossed(FindingCode.CONCENTRATION_ABOVE_LIMIT, "new.concentration", values, found[0])
        yield from self._of_strength(concentration, values)
        yield from self._of_pump_label(concentration)

    def _of_strength(
        self, concentration: Quantity, values: dict[str, Quantity | datetime | str]
    ) -> Iterator[Finding]:
        marketed = _marketed(self.program, self.library)
        same = [strength for strength in marketed if strength.concentration.quantity == concentration]
        code = None
        if not same:
            code = FindingCode.CONCENTRATION_NOT_MARKETED
            fills = sorted(
                {fraction_text(s.concentration.quantity) for s in marketed if s.pump_fill}, key=int
            )
            values = {**values, "marketed": ", ".join(f"{int(fill):,}" for fill in fills)}
        elif not any(strength.pump_fill for strength in same):
            code = FindingCode.CONCENTRATION_FOR_SCREENING
        if code:
            figure = (same or marketed)[0].concentration if marketed else None
            yield Finding(code=code, place="new.concentration", values=values, figure=figure)

    def _of_pump_label(self, concentration: Quantity) -> Iterator[Finding]:
        if self.pump is None:
            return
        low, high = self.pump.lowest_concentration, self.pump.highest_concentration
        for bound, outside, above in (
            (low, low is not None and concentration < low.quantity, False),
            (high, high is not None and concentration > high.quantity, True),
        ):
            if outside and bound is not None:
                yield Finding(
                    code=FindingCode.CONCENTRATION_OUTSIDE_PUMP_LABEL,
                    place="new.concentration",
                    values={"concentration": concentration, "pump": self.pump.name},
                    figure=bound,
                    above=above,
                )

    # --- the change of concentration

    def _of_bridge(self) -> Iterator[Finding]:
        bridge, inputs = self.program.bridge, self.calculation.inputs
        if not self.calculation.concentration_changes:
            shown = [c for c in self.read_outs if c.read_out.name.startswith("bridge_")]
            if shown and self.program.current is not None:
                yield Finding(
                    code=FindingCode.BRIDGE_SHOWN_BUT_NOT_NEEDED, place=f"readouts.{shown[0].read_out.name}"
                )
            return
        if bridge is None or (bridge.dose is None and not bridge.aspirated):
            yield Finding(
                code=FindingCode.CHANGE_WITHOUT_BRIDGE, place="bridge", values=self._unbridged_values()
            )
        elif bridge.aspirated:
            yield Finding(code=FindingCode.SYSTEM_ASPIRATED, place="bridge")
        elif (
            inputs.old_dose is not None
            and inputs.bridge_dose is not None
            and inputs.bridge_dose != inputs.old_dose
        ):
            yield Finding(
                code=FindingCode.BRIDGE_DOSE_DIFFERS,
                place="bridge.dose",
                values={"bridge": inputs.bridge_dose, "old": inputs.old_dose},
            )

    def _unbridged_values(self) -> dict[str, Quantity | datetime | str]:
        """The dose at the tip and for how long: the shortest and the longest of what was left open."""
        calculation = self.calculation
        values: dict[str, Quantity | datetime | str] = {}
        if calculation.unbridged_dose and calculation.unbridged_ratio:
            values |= {"dose": calculation.unbridged_dose.value, "ratio": calculation.unbridged_ratio.value}
        durations = [c.unbridged_duration.value for c in self.calculations if c.unbridged_duration]
        if durations:
            values |= {"shortest": min(durations), "longest": max(durations)}
        return values

    # --- the system

    def _of_flow(self) -> Iterator[Finding]:
        worked = self.calculation.new_flow_rate
        if worked is None or self.pump is None:
            return
        flow = worked.value
        low, high, fixed = self.pump.lowest_flow_rate, self.pump.highest_flow_rate, self.pump.fixed_flow_rate
        beyond = beyond_any_pump(self.library, flow)
        if beyond is not None:
            yield beyond
        elif high is not None and flow > high.quantity:
            yield out_of_range(FindingCode.FLOW_RATE_ABOVE_RANGE, flow, high, above=True)
        elif low is not None and flow < low.quantity:
            yield out_of_range(FindingCode.FLOW_RATE_BELOW_RANGE, flow, low, above=False)
        if self.pump.kind is PumpKind.CONSTANT_FLOW:
            values: dict[str, Quantity | datetime | str] = {"flow": flow, "pump": self.pump.name}
            if fixed is None or fixed.quantity != flow:
                yield Finding(
                    code=FindingCode.CONSTANT_FLOW_PUMP, place="new.flow_rate", values=values, figure=fixed
                )

    # --- the reservoir

    def _of_reservoir(self) -> Iterator[Finding]:
        filled, pump = self.program.reservoir.filled, self.pump
        capacity = pump.reservoir_volume if pump else None
        if filled is not None and capacity is not None and filled > capacity.quantity:
            yield Finding(
                code=FindingCode.FILLED_ABOVE_CAPACITY,
                place="reservoir.filled",
                values={"filled": filled, "capacity": capacity.quantity},
                figure=capacity,
            )
        alarm = self.calculation.time_to_alarm
        if alarm is not None and alarm.value < exactly(1, DURATION):
            yield Finding(
                code=FindingCode.RESERVOIR_LASTS_LESS_THAN_A_DAY,
                place="reservoir.filled",
                values={"time": alarm.value},
            )
        latest = self.calculation.time_to_latest_refill
        if latest is not None and alarm is not None and latest[0] is not RefillLimit.ALARM:
            stability = _stability_figure(self.program, self.library)
            yield Finding(
                code=FindingCode.REFILL_LIMITED_BY_DRUG,
                place="latest_refill_date",
                values={"alarm": alarm.value, "limit": latest[1].operands[1][1]},
                figure=stability or (pump.refill_interval if pump else None),
            )
        if (
            alarm is not None
            and self.program.reservoir.at is not None
            and self.calculation.low_alarm_date is None
        ):
            yield Finding(
                code=FindingCode.BEYOND_CALENDAR, place="low_alarm_date", values={"time": alarm.value}
            )
        yield from self._of_residual()

    def _of_residual(self) -> Iterator[Finding]:
        residual = self.pump.residual_volume if self.pump else None
        alarm = self.program.reservoir.low_alarm
        if residual is not None and alarm is not None and alarm < residual.quantity:
            yield Finding(
                code=FindingCode.RESIDUAL_NOT_USABLE,
                place="reservoir.low_alarm",
                values={"alarm": alarm, "residual": residual.quantity},
                figure=residual,
            )

    # --- moments

    def _of_moments(self) -> Iterator[Finding]:
        at, offset = self.program.reservoir.at, self.program.reservoir.typed_offset
        if at is None:
            return
        if not at.zone_named:
            yield Finding(code=FindingCode.ZONE_NOT_SAID, place="reservoir.zone", values={"at": at.moment})
        elif offset is not None and offset != timedelta(0) and offset != at.moment.utcoffset():
            yield Finding(code=FindingCode.OFFSET_NOT_OF_ZONE, place="reservoir.at", values={"at": at.moment})
        if self.now is not None and at.moment.astimezone(UTC) > self.now + _FUTURE_ALLOWED:
            yield Finding(
                code=FindingCode.TIME_OF_CHANGE_IN_FUTURE, place="reservoir.at", values={"at": at.moment}
            )

    # --- figures

    def _of_figures(self) -> Iterator[Finding]:
        tubing, pump = self.program.system.tubing_volume, self.pump
        if pump is not None and len(pump.tubing_volume) > 1:
            published = " or ".join(figure.text for figure in pump.tubing_volume)
            values: dict[str, Quantity | datetime | str] = {"published": published, "pump": pump.name}
            if tubing is None:
                yield Finding(
                    code=FindingCode.TUBING_VOLUME_NOT_SAID,
                    place="system.tubing_volume",
                    values=values,
                    figure=pump.tubing_volume[0],
                )
            elif all(figure.quantity != tubing for figure in pump.tubing_volume):
                yield Finding(
                    code=FindingCode.TUBING_VOLUME_NOT_PUBLISHED,
                    place="system.tubing_volume",
                    values={**values, "tubing": tubing},
                    figure=pump.tubing_volume[0],
                )
        for place, figure in used_figures(self.program, self.library):
            if figure.is_unverified:
                yield Finding(
                    code=FindingCode.UNVERIFIED_FIGURE,
                    place=place,
                    values={"value": figure.quantity},
                    figure=figure,
                )

    @staticmethod
    def _crossed(code: FindingCode, place: str, values: dict[str, Quantity], crossing: Crossing) -> Finding:
        return Finding(
            code=code,
            place=place,
            values={**values},
            limit=crossing.limit,
            figure=crossing.figure,
            above=crossing.above,
        )


def used_figures(program: Program, library: Library) -> Iterator[tuple[str, Figure]]:
    """The figures of the library that a check of `program` draws on, each with the place it serves."""
    pump = program.system.pump
    if pump is not None:
        offered = (
            ("new.flow_rate", pump.lowest_flow_rate),
            ("new.flow_rate", pump.highest_flow_rate),
            ("time_to_alarm_worst", pump.accuracy),
            ("reservoir.filled", pump.reservoir_volume),
            ("reservoir.low_alarm", pump.residual_volume),
            ("latest_refill_date", pump.refill_interval),
        )
        yield from ((place, figure) for place, figure in offered if figure is not None)
        if program.system.tubing_volume is None and len(pump.tubing_volume) == 1:
            yield "system.tubing_volume", pump.tubing_volume[0]
    yield from _catheter_figures(program, library)


def _catheter_figures(program: Program, library: Library) -> Iterator[tuple[str, Figure]]:
    """The published volumes per length that were typed: typed or not, nobody has checked an unverified one."""
    typed = [
        entry.quantity for place, entry in program.entries.items() if place.endswith("volume_per_length")
    ]
    figures = [c.volume_per_length for c in library.catheters.values() if c.volume_per_length is not None]
    for quantity in typed:
        same = [figure for figure in figures if figure.quantity == quantity]
        if same:
            yield "system.catheter", min(same, key=lambda figure: figure.is_unverified)


def _step_code(crossing: Crossing) -> FindingCode:
    if not crossing.above:
        return FindingCode.DOSE_STEP_BELOW_USUAL
    return FindingCode.DOSE_STEP_ABOVE_LABEL if crossing.certain else FindingCode.DOSE_STEP_MAYBE_ABOVE_LABEL


def _one_for_each_side(found: tuple[Crossing, ...]) -> list[Crossing]:
    """The most serious crossing on each side: one dose too high needs one finding, not three."""
    sides: dict[bool, Crossing] = {}
    for crossing in found:
        sides.setdefault(crossing.above, crossing)
    return list(sides.values())
