"""The main job: a program in, everything recomputed, cross-checked and judged out.

`check` is what the command line, the window, the sheet and the log all call.
"""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.compute.reservoir import ByLog
from itbcalc.judge.comparing import Compared
from itbcalc.judge.comparing_rows import ComparedRows
from itbcalc.judge.explanations import Explanations, ReadSheet, Search, ToExplain, read_sheet
from itbcalc.judge.figures import accuracy_below, only_tubing_volume, refill_interval, stability_figure
from itbcalc.judge.findings import Finding
from itbcalc.judge.inputs import SolvableInput, inputs_in_turn
from itbcalc.judge.program_findings import program_findings
from itbcalc.judge.refill_findings import nothing_drawn_off
from itbcalc.judge.screening import label_multiples
from itbcalc.judge.solving import Looking
from itbcalc.judge.sources import sheet_of
from itbcalc.judge.whole import Whole, compare
from itbcalc.library.records import Library, PumpKind
from itbcalc.program import Program
from itbcalc.quantities.kinds import (
    FlowRate,
    as_daily_dose,
    as_duration,
    as_flow_rate,
    as_percentage,
    as_volume,
)


class Checked(Struct, frozen=True):
    """A program, recomputed and judged.

    `calculations` holds one entry for each reading of what was left open (two tubing volumes, unsaid);
    otherwise exactly one. `rows` are those of the programmer's list together, None where none was read; `whole` is
    what all read-outs come to.
    """

    program: Program
    calculations: tuple[Calculation, ...]
    read_outs: tuple[Compared, ...]
    findings: tuple[Finding, ...]
    rows: ComparedRows | None
    whole: Whole

    @property
    def calculation(self) -> Calculation:
        """The first (mostly the only) calculation."""
        return self.calculations[0]


def check(
    program: Program,
    library: Library,
    now: datetime | None = None,
    before: Checked | None = None,
    by_log: ByLog | None = None,
) -> Checked:
    """Everything about `program`. `now` is only for saying that the change lies in the future.

    Of a check made `before` what follows from the same inputs is not computed again. `by_log` is what the log of the
    patient says of the reservoir, where it is asked.
    """
    inputs = replace(inputs_of(program, library), by_log=by_log)
    calculation = _calculation(inputs, before)
    calculations = tuple(calculation.varied(each) for each in _readings(calculation.inputs, program))
    comparison = compare(program.read_outs, calculations)
    findings = tuple(program_findings(program, calculations, comparison.read_outs, library, now))
    return Checked(program, calculations, comparison.read_outs, findings, comparison.rows, comparison.whole)


def _calculation(inputs: Inputs, before: Checked | None) -> Calculation:
    if before is None:
        return Calculation(inputs)
    known = before.calculation
    return known if known.inputs == inputs else known.followed_by(inputs)


def inputs_of(program: Program, library: Library) -> Inputs:
    """The flat inputs of the values of `program`."""
    pump, catheter = program.system.pump, program.system.catheter_volume
    bridge_dose = program.bridge.dose if program.bridge and _may_need_bridge(program) else None
    prime = program.line_at_change.prime
    zone_refused = "reservoir.zone" in program.refused
    stability, lower = stability_figure(program, library), accuracy_below(pump) if pump else None
    lead_time, interval = library.clinic.refill_lead_time, refill_interval(program)
    bolus = program.effective_bolus if program.is_first_dose and _is_covered(program, library) else None
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
        catheter_length=program.system.catheter_length,
        catheter_volume=catheter.value if catheter else None,
        bridge_dose=as_daily_dose(bridge_dose) if bridge_dose is not None else None,
        bridge_known=not any(place.split(".", 1)[0] in ("bridge", "line") for place in program.refused),
        line_known=not any(place.split(".", 1)[0] == "line" for place in program.refused),
        pump_known=not any(place.startswith("system.pump") for place in program.refused),
        current_really=program.current.really if program.current else None,
        tubing_holds=program.line_at_change.tubing,
        catheter_holds=program.line_at_change.catheter,
        drug_changes=program.changes_drug,
        prime_volume=prime.volume if prime else None,
        prime_duration=prime.duration if prime else None,
        primes_whole_line=program.primes_whole_line,
        emptied=not nothing_drawn_off(program, library),
        filled=program.reservoir.filled,
        low_alarm=program.reservoir.low_alarm,
        residual_volume=as_volume(pump.residual_volume.quantity) if pump and pump.residual_volume else None,
        at=None if zone_refused else program.reservoir.at,
        accuracy=as_percentage(pump.accuracy.quantity) if pump and pump.accuracy else None,
        accuracy_lower=as_percentage(lower.quantity) if lower else None,
        tubing_volumes=tuple(as_volume(figure.quantity) for figure in pump.tubing_volume) if pump else (),
        stroke_volume=as_volume(pump.stroke_volume.quantity) if pump and pump.stroke_volume else None,
        constant_flow=pump is not None and pump.kind is PumpKind.CONSTANT_FLOW,
        fixed_flow_rate=_fixed_flow_rate(program),
        stability_limit=as_duration(stability.quantity) if stability else None,
        pump_limit=as_duration(interval.quantity) if interval else None,
        lead_time=as_duration(lead_time) if lead_time is not None else None,
        screening_bolus=bolus.dose if bolus else None,
        label_multiples=label_multiples(program, library) if bolus else (),
    )


def _fixed_flow_rate(program: Program) -> FlowRate | None:
    """The flow of this very pump where it was typed, else the published one of its model; None where it is programmed."""
    pump, typed = program.system.pump, program.system.fixed_flow_rate
    if typed is not None or pump is None or pump.fixed_flow_rate is None:
        return typed
    return (
        None if "system.fixed_flow_rate" in program.refused else as_flow_rate(pump.fixed_flow_rate.quantity)
    )


def _is_covered(program: Program, library: Library) -> bool:
    """Whether the new drug is one whose labels are known here."""
    return program.new is not None and library.drugs[program.new.drug].covered


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


def search_of(checked: Checked, library: Library) -> Search:
    """The search for what explains everything that differs; else for hints, what explains a part of it.

    It takes longer than the check itself: whoever cannot wait looks piece by piece.
    """
    read = read_sheet(checked.read_outs)
    return Search(read, _to_explain(read, checked, library))


def _to_explain(read: ReadSheet, checked: Checked, library: Library) -> Looking[ToExplain]:
    # Apart from the check, which may be kept: what is tried here is forgotten with the search.
    program, calculation = checked.program, Calculation(checked.calculation.inputs)
    offered = dict[str, SolvableInput]()
    for each in inputs_in_turn(program, calculation.inputs):
        offered[each.place] = each
        yield
    sheet = sheet_of(program, calculation.inputs, offered, library)
    yield
    others = tuple(each.inputs for each in checked.calculations[1:])
    return ToExplain(
        read=read, inputs=tuple(offered.values()), calculation=calculation, sheet=sheet, readings=others
    )


def explanations_of(checked: Checked, library: Library) -> Explanations:
    """What the search comes to in the end."""
    return search_of(checked, library).to_the_end()
