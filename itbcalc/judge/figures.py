"""Which figures of the library does a check of a program draw on?"""

from collections.abc import Iterator

from itbcalc.compute.schedule import MinimumRate
from itbcalc.judge.guardrails import rules_of
from itbcalc.library.records import Drug, Figure, Library, LimitQuantity, MarketedStrength, Pump
from itbcalc.program import Program
from itbcalc.quantities.kinds import Volume, as_volume


def used_figures(program: Program, library: Library) -> Iterator[tuple[str, Figure]]:
    """The figures that a check of `program` draws on, each with the place it serves."""
    pump = program.system.pump
    if pump is not None:
        offered = (
            ("new.flow_rate", pump.lowest_flow_rate),
            ("new.flow_rate", pump.highest_flow_rate),
            ("time_to_alarm_worst", pump.accuracy),
            ("reservoir.filled", pump.reservoir_volume),
            ("reservoir.low_alarm", pump.residual_volume),
            ("latest_refill_date", refill_interval(program)),
            ("new.flow_rate", _minimum_rate(program, pump)),
            ("arrival", accuracy_below(pump) if program.concentration_changes else None),
            ("new.bolus", pump.stroke_volume),
        )
        yield from ((place, figure) for place, figure in offered if figure is not None)
        if program.tubing_volume_open and len(pump.tubing_volume) == 1:
            yield "system.tubing_volume", pump.tubing_volume[0]
    yield from _catheter_figures(program, library)


def refill_interval(program: Program) -> Figure | None:
    """The pump's own, with the new drug; None where it is not known."""
    pump, new = program.system.pump, program.new
    if pump is None or new is None:
        return pump.refill_interval if pump is not None else None
    return pump.refill_interval_of(new.drug)


def accuracy_below(pump: Pump) -> Figure | None:
    """How far below the programmed flow: an accuracy that is said once holds to either side, as `± 10 %` does."""
    return pump.accuracy if pump.accuracy_lower is None else pump.accuracy_lower


def _minimum_rate(program: Program, pump: Pump) -> Figure | None:
    """The pump's own, where none was typed."""
    runs = program.new is not None and isinstance(program.new.schedule, MinimumRate)
    return pump.minimum_rate if runs and "new.flow_rate" not in program.entries else None


def new_drug(program: Program, library: Library) -> Drug | None:
    """The drug of the new therapy."""
    return library.drugs[program.new.drug] if program.new is not None else None


def marketed_strengths(program: Program, library: Library) -> tuple[MarketedStrength, ...]:
    """The strengths in which the new drug is marketed where the patient is treated."""
    drug = new_drug(program, library)
    return drug.strengths(program.patient.jurisdiction) if drug is not None else ()


def stability_figure(program: Program, library: Library) -> Figure | None:
    """How long the new drug may stay in the pump; only for a drug the library covers."""
    drug = new_drug(program, library)
    if drug is None or not drug.covered:
        return None
    sure, _ = rules_of(program, library).applying(LimitQuantity.REFILL_INTERVAL)
    bounds = [figure for limit in sure for figure in limit.figures]
    return min(bounds, key=lambda figure: figure.quantity.magnitude, default=None)


def only_tubing_volume(pump: Pump | None) -> Volume | None:
    """The model's tubing volume where exactly one is published; never one of several."""
    if pump is None or len(pump.tubing_volume) != 1:
        return None
    return as_volume(pump.tubing_volume[0].quantity)


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
