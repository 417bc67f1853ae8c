"""Does what the programmer shows agree with the recomputed values?

A read-out is compared as it was printed: `0.18` stands for every value that rounds to it at two decimals. What would
explain a difference is for `explaining`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.listed_rows import ListedRow
from itbcalc.judge.verdicts import Verdict
from itbcalc.program import ReadOut, StepRow
from itbcalc.program.read_outs import Value, cell_name, definition_of, rows_meant
from itbcalc.quantities.clock import TimeOfDay
from itbcalc.quantities.display import half_even, half_up
from itbcalc.quantities.entry import Entered
from itbcalc.quantities.instants import Instant
from itbcalc.quantities.units import Quantity


@dataclass(frozen=True, slots=True)
class Compared:
    """A read-out, what was recomputed for it (one value for each reading left open), and the verdict."""

    read_out: ReadOut
    computed: tuple[Value, ...]
    verdict: Verdict


def compare(read_outs: Sequence[ReadOut], calculations: Sequence[Calculation]) -> tuple[Compared, ...]:
    """Every read-out with its verdict. There is one calculation for each reading of what was left open."""
    cells = _compared_rows(read_outs, calculations[0])
    return tuple(cells.get(read_out.name) or _compared(read_out, calculations) for read_out in read_outs)


# --- as printed


def printed_as(entered: Entered, value: Quantity) -> Verdict:
    """Whether `value` prints as `entered`: rounded half up or half even, or cut off, at its last digit."""
    step = entered.resolution.magnitude
    exact, printed = value.magnitude / step, entered.quantity.magnitude / step
    if printed in (half_up(exact), half_even(exact)):
        return Verdict.MATCH
    return Verdict.MATCH_TRUNCATED if printed == exact // 1 else Verdict.MISMATCH


def shows(read_out: ReadOut, value: Value) -> Verdict:
    """Whether `read_out` shows `value`; a date must be the very day, a moment the very minute."""
    if isinstance(value, Instant):
        same = read_out.moment is not None and read_out.moment.minute == value.minute
        return Verdict.MATCH if same else Verdict.MISMATCH
    if isinstance(value, date):
        return Verdict.MATCH if read_out.on == value else Verdict.MISMATCH
    if isinstance(value, TimeOfDay):
        return Verdict.MATCH if read_out.at_time == value else Verdict.MISMATCH
    return Verdict.MISMATCH if read_out.entered is None else printed_as(read_out.entered, value)


# --- against what was recomputed


def _compared(read_out: ReadOut, calculations: Sequence[Calculation]) -> Compared:
    definition, computed = definition_of(read_out), list[Value]()
    for calculation in calculations:
        values = definition.values(calculation, read_out)
        computed += [value for value in values if value not in computed]
    if definition.any_will_do:
        computed = [value for value in computed if shows(read_out, value) is Verdict.MATCH] or computed[:1]
    return Compared(read_out, tuple(computed), _verdict(read_out, computed, calculations[0]))


def _compared_rows(read_outs: Sequence[ReadOut], calculation: Calculation) -> dict[str, Compared]:
    """The cells of the rows of a schedule, by name: each row as a whole against the one way of listing it that fits best."""
    rows: dict[StepRow, list[ReadOut]] = {}
    for read_out in read_outs:
        if read_out.row is not None:
            rows.setdefault(read_out.row, []).append(read_out)
    compared: dict[str, Compared] = {}
    for row, cells in rows.items():
        meant = rows_meant(row, calculation.new_therapy)
        best = max(meant, key=partial(_fitting, cells), default=None)
        for cell in cells:
            computed = () if best is None else best.cells(cell_name(cell))
            compared[cell.name] = Compared(cell, computed, _verdict(cell, computed, calculation))
    return compared


def _fitting(cells: Sequence[ReadOut], listed: ListedRow) -> tuple[int, int]:
    """How many cells of a row agree with one way of listing it, and how many of them to the last digit."""
    verdicts = [{shows(cell, value) for value in listed.cells(cell_name(cell))} for cell in cells]
    return sum(each != {Verdict.MISMATCH} for each in verdicts), sum(
        Verdict.MATCH in each for each in verdicts
    )


def _verdict(read_out: ReadOut, computed: Sequence[Value], calculation: Calculation) -> Verdict:
    if not computed:
        absent = definition_of(read_out).is_absent(calculation)
        return Verdict.MISMATCH if absent else Verdict.CANNOT_TELL
    each = {shows(read_out, value) for value in computed}
    if Verdict.MISMATCH not in each:
        return Verdict.MATCH if each == {Verdict.MATCH} else Verdict.MATCH_TRUNCATED
    return Verdict.MISMATCH if each == {Verdict.MISMATCH} else Verdict.CANNOT_TELL
