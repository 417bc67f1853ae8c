"""The main job: a program in, everything recomputed, cross-checked and judged out.

`check` is what the command line, the window, the sheet and the log all call.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.judge.comparing import compare
from itbcalc.judge.explaining import Explained, explain
from itbcalc.judge.explanations import (
    Explanations,
    ToExplain,
    by_one_input,
    by_slips_of_the_whole,
    hints,
    ranked,
    read_sheet,
)
from itbcalc.judge.figures import marketed_strengths, only_tubing_volume, stability_figure
from itbcalc.judge.findings import Finding
from itbcalc.judge.inputs import typed_inputs as inputs_typed
from itbcalc.judge.plausible import Sheet
from itbcalc.judge.program_findings import program_findings
from itbcalc.judge.slips import Context
from itbcalc.judge.typed_inputs import typed_inputs
from itbcalc.library.records import Library, LimitQuantity
from itbcalc.program import Program
from itbcalc.quantities.kinds import (
    as_concentration,
    as_daily_dose,
    as_duration,
    as_flow_rate,
    as_percentage,
    as_volume,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """A program, recomputed and judged.

    `calculations` holds one entry for each reading of what was left open (two tubing volumes, unsaid);
    otherwise exactly one. `slips_tried` is 0 where every read-out agrees.
    """

    program: Program
    calculations: tuple[Calculation, ...]
    read_outs: tuple[Explained, ...]
    slips_tried: int
    findings: tuple[Finding, ...]

    @property
    def calculation(self) -> Calculation:
        """The first (mostly the only) calculation."""
        return self.calculations[0]


def check(program: Program, library: Library, now: datetime | None = None) -> Checked:
    """Everything about `program`. `now` is only for saying that the change lies in the future."""
    inputs = inputs_of(program, library)
    calculation = Calculation(inputs)
    calculations = tuple(calculation.varied(each) for each in _readings(inputs, program))
    compared = compare(program.read_outs, calculations)
    read_outs, tried = explain(compared, calculations[0], _context(program, library))
    findings = tuple(program_findings(program, calculations, read_outs, library, now))
    return Checked(program, calculations, read_outs, tried, findings)


def inputs_of(program: Program, library: Library) -> Inputs:
    """The flat inputs of the values of `program`."""
    pump, catheter = program.system.pump, program.system.catheter_volume
    bridge_dose = program.bridge.dose if program.bridge and _may_need_bridge(program) else None
    prime = program.line_at_change.prime
    zone_refused = "reservoir.zone" in program.refused
    stability = stability_figure(program, library)
    lead_time = library.clinic.refill_lead_time
    return Inputs(
        current_concentration=program.current.concentration if program.current else None,
        current_schedule=program.current.schedule if program.current else None,
        current_patient_bolus=program.current.patient_bolus if program.current else None,
        new_concentration=program.new.concentration if program.new else None,
        new_schedule=program.new.schedule if program.new else None,
        new_patient_bolus=program.new.patient_bolus if program.new else None,
        tubing_volume=only_tubing_volume(pump)
        if program.tubing_volume_open
        else program.system.tubing_volume,
        catheter_volume=catheter.value if catheter else None,
        bridge_dose=as_daily_dose(bridge_dose) if bridge_dose is not None else None,
        bridge_known=not any(place.split(".", 1)[0] in ("bridge", "line") for place in program.refused),
        pump_known=not any(place.startswith("system.pump") for place in program.refused),
        current_really=program.current.really if program.current else None,
        tubing_holds=program.line_at_change.tubing,
        catheter_holds=program.line_at_change.catheter,
        prime_volume=prime.volume if prime else None,
        prime_duration=prime.duration if prime else None,
        filled=program.reservoir.filled,
        low_alarm=program.reservoir.low_alarm,
        residual_volume=as_volume(pump.residual_volume.quantity) if pump and pump.residual_volume else None,
        at=None if zone_refused else program.reservoir.at,
        accuracy=as_percentage(pump.accuracy.quantity) if pump and pump.accuracy else None,
        accuracy_lower=as_percentage(pump.accuracy_lower.quantity) if pump and pump.accuracy_lower else None,
        tubing_volumes=tuple(as_volume(figure.quantity) for figure in pump.tubing_volume) if pump else (),
        stroke_volume=as_volume(pump.stroke_volume.quantity) if pump and pump.stroke_volume else None,
        fixed_flow_rate=as_flow_rate(pump.fixed_flow_rate.quantity)
        if pump and pump.fixed_flow_rate
        else None,
        stability_limit=as_duration(stability.quantity) if stability else None,
        pump_limit=as_duration(pump.refill_interval.quantity) if pump and pump.refill_interval else None,
        lead_time=as_duration(lead_time) if lead_time is not None else None,
    )


def _may_need_bridge(program: Program) -> bool:
    """Whether the concentration changes, or may change: a bridge counts until both are known to be the same."""
    return program.concentration_changes or program.current is None or program.new is None


def _readings(inputs: Inputs, program: Program) -> Iterator[Inputs]:
    """The inputs once for each published tubing volume, where none was said."""
    pump = program.system.pump if program.tubing_volume_open else None
    if inputs.tubing_volume is not None or pump is None or not pump.tubing_volume:
        yield inputs
        return
    for figure in pump.tubing_volume:
        yield replace(inputs, tubing_volume=as_volume(figure.quantity))


def _context(program: Program, library: Library) -> Context:
    """What the slips draw on; a strength that several products share is offered once."""
    pump = program.system.pump
    fills = [s.concentration.quantity for s in marketed_strengths(program, library) if s.pump_fill]
    strengths = {fill.magnitude: as_concentration(fill) for fill in fills}
    return Context(
        strengths=tuple(strengths.values()),
        tubing_volumes=tuple(as_volume(figure.quantity) for figure in pump.tubing_volume) if pump else (),
        alarm_volumes=tuple(as_volume(figure.quantity) for figure in pump.low_alarm_volume) if pump else (),
        capacity=as_volume(pump.reservoir_volume.quantity) if pump and pump.reservoir_volume else None,
        typed=typed_inputs(program),
    )


def explanations_of(checked: Checked, library: Library) -> Explanations:
    """What explains everything that differs, the most plausible first; else hints, what explains a part of it.

    It takes longer than the check itself, so nobody waits for it who does not ask.
    """
    read = read_sheet(checked.read_outs)
    if not read.differing:
        return Explanations()
    calculation = checked.calculation
    asked = ToExplain(
        read=read,
        inputs=inputs_typed(checked.program, calculation.inputs),
        calculation=calculation,
        sheet=_sheet(checked.program, calculation.inputs, library),
    )
    whole = list(by_slips_of_the_whole(asked, _context(checked.program, library)))
    found = [*(each for each in whole if each.explains_all_of(read)), *by_one_input(asked)]
    if found:
        return Explanations(found=tuple(ranked(found)))
    return Explanations(hints=tuple(ranked([*whole, *hints(asked)])[:_MOST_HINTS]))


_MOST_HINTS = 5


def _sheet(program: Program, inputs: Inputs, library: Library) -> Sheet:
    """Where a value may have come from: what stands on the sheet, and what is published."""
    pump, before = program.system.pump, program.entries
    previous = {
        f"new.{name}": before[f"current.{name}"].quantity.magnitude
        for name in ("concentration", "daily_dose", "basal", "bolus", "flow_rate")
        if f"current.{name}" in before
    }
    fills = [each.concentration.quantity for each in marketed_strengths(program, library) if each.pump_fill]
    lengths = (catheter.volume_per_length for catheter in library.catheters.values())
    per_length = tuple(figure.quantity.magnitude for figure in lengths if figure is not None)
    bounds = [
        bound.quantity.magnitude
        for limit in library.limits
        if limit.quantity is LimitQuantity.CONCENTRATION
        for bound in limit.figures
    ]
    figures: dict[str, tuple[Fraction, ...]] = {"new.concentration": tuple(bounds)}
    figures |= {place: per_length for place in before if place.endswith(".volume_per_length")}
    if pump is not None:
        figures["system.tubing_volume"] = tuple(figure.quantity.magnitude for figure in pump.tubing_volume)
        figures["reservoir.low_alarm"] = tuple(figure.quantity.magnitude for figure in pump.low_alarm_volume)
        if pump.reservoir_volume is not None:
            figures["reservoir.filled"] = (pump.reservoir_volume.quantity.magnitude,)
    return Sheet(
        entries=before,
        previous=previous,
        strengths=tuple(dict.fromkeys(fill.magnitude for fill in fills)),
        figures=figures,
        times={each.place: each.value for each in inputs_typed(program, inputs) if each.is_time_of_day},
    )
