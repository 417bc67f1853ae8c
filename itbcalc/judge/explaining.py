"""Where the programmer shows something else than recomputed: which slip would explain it?

A slip explains a differing read-out where it reproduces it exactly as printed. Slips are named; the clinician
decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.reservoir import whole_days
from itbcalc.compute.working import value_of
from itbcalc.judge.comparing import Compared, printed_as, shows
from itbcalc.judge.slips import Context, SlipCode, Variation, as_if_typed, distinct, mistyped, variations
from itbcalc.judge.verdicts import Verdict
from itbcalc.program import ReadOut
from itbcalc.program.read_outs import Value, definition_of, shown_as
from itbcalc.quantities.kinds import DOSE
from itbcalc.quantities.units import Quantity


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip that reproduces a read-out, and the value it gives.

    `explains` counts the differing read-outs it reproduces, `contradicts` the agreeing ones it would upset.
    """

    code: SlipCode
    value: Value
    place: str = ""
    quantity: Quantity | None = None
    explains: int = 1
    contradicts: int = 0


@dataclass(frozen=True, slots=True)
class Explained(Compared):
    """A compared read-out with the slips that would explain it where it differs, the most likely first."""

    slips: tuple[Slip, ...] = ()


def explain(
    read_outs: Sequence[Compared], calculation: Calculation, context: Context
) -> tuple[tuple[Explained, ...], int]:
    """Every read-out with the slips that reproduce it where it differs, and how many slips were tried."""
    differing = [compared for compared in read_outs if compared.verdict is Verdict.MISMATCH]
    found: dict[str, list[Slip]] = {compared.read_out.name: [] for compared in differing}
    tried = distinct(variations(calculation.inputs, context), calculation.inputs) if differing else []
    for variation in tried:
        for name, slip in _slips_of_variation(variation, calculation, read_outs):
            found[name].append(slip)
    for compared in differing:
        found[compared.read_out.name] += _slips_of_counting(compared.read_out, calculation)
        found[compared.read_out.name] += _slips_of_reading(compared)
    found = _explaining_all(found)
    explained = tuple(
        Explained(
            each.read_out,
            each.computed,
            each.verdict,
            each.doubt,
            each.others,
            each.unread,
            slips=_ranked(found.get(each.read_out.name, ())),
        )
        for each in read_outs
    )
    return explained, len(tried)


def _explaining_all(found: Mapping[str, Sequence[Slip]]) -> dict[str, list[Slip]]:
    """Those that give everything that differs, and upset nothing that agrees: nothing else explains anything."""
    kept = {name: [slip for slip in slips if not slip.contradicts] for name, slips in found.items()}
    in_each = [{_identity(slip) for slip in slips} for slips in kept.values()]
    shared = set.intersection(*in_each) if in_each else set()
    return {name: [slip for slip in slips if _identity(slip) in shared] for name, slips in kept.items()}


def _identity(slip: Slip) -> tuple[SlipCode, str, Fraction | None]:
    return slip.code, slip.place, None if slip.quantity is None else Fraction(slip.quantity.magnitude)


# --- in which order


_PLAUSIBILITY = {code: place for place, code in enumerate(SlipCode)}


def _ranked(slips: Sequence[Slip]) -> tuple[Slip, ...]:
    return tuple(sorted(slips, key=_rank))


def _rank(slip: Slip) -> tuple[int, int, int]:
    """Those that upset nothing first, then those that explain most, then the most plausible."""
    return slip.contradicts, -slip.explains, _PLAUSIBILITY[slip.code]


# --- something else was programmed


def _slips_of_variation(
    variation: Variation, calculation: Calculation, read_outs: Sequence[Compared]
) -> Iterator[tuple[str, Slip]]:
    """The differing read-outs, by name, that a variation of the inputs reproduces as printed."""
    inputs, varied = calculation.inputs, calculation.varied(variation.inputs)
    other_mode = type(variation.inputs.new_schedule) is not type(inputs.new_schedule)
    reproduced: dict[str, Value] = {}
    for compared in read_outs:
        read_out = compared.read_out
        if compared.verdict is not Verdict.MISMATCH:
            continue
        if other_mode and read_out.row is not None:
            continue  # the rows of another mode are others: that one fits would prove nothing
        for value in definition_of(read_out).values(varied, read_out):
            if shows(read_out, value) is Verdict.MATCH:
                reproduced.setdefault(read_out.name, value)  # of several ways of showing it one will do
    if not reproduced:
        return
    upset = sum(_is_upset(compared, varied) for compared in read_outs)
    for name, value in reproduced.items():
        yield name, Slip(variation.code, value, variation.place, variation.quantity, len(reproduced), upset)


def _is_upset(compared: Compared, varied: Calculation) -> bool:
    """Whether a read-out agrees, and would agree no longer."""
    if compared.verdict not in (Verdict.MATCH, Verdict.MATCH_TRUNCATED):
        return False
    values = definition_of(compared.read_out).values(varied, compared.read_out)
    return all(shows(compared.read_out, value) is Verdict.MISMATCH for value in values)


# --- the programmer counts in another way


def _slips_of_counting(read_out: ReadOut, calculation: Calculation) -> Iterator[Slip]:
    """The programmer counts in another way: whole days, or the bridge at the new concentration."""
    counted: list[tuple[SlipCode, Value | None]] = []
    times = {"low_alarm_date": calculation.time_to_alarm, "empty_date": calculation.time_to_empty}
    time, start = times.get(read_out.name), calculation.inputs.at
    if time is not None and start is not None:
        day = _days_after(start.moment.date(), whole_days(time.value))
        counted.append((SlipCode.COUNTS_WHOLE_DAYS, day))
    if read_out.name == "bridge_drug" or (read_out.name == "bridge_dose" and shown_as(read_out, DOSE)):
        shown = value_of(calculation.bridge_dose_shown_at_new_concentration)
        counted.append((SlipCode.COUNTED_AT_NEW_CONCENTRATION, shown))
    for code, value in counted:
        if value is not None and shows(read_out, value) is Verdict.MATCH:
            yield Slip(code, value)


def _days_after(start: date, days: int) -> date | None:
    try:
        return start + timedelta(days=days)
    except OverflowError:
        return None


# --- the read-out was typed wrongly


_IN_THE_READ_OUT = {
    SlipCode.DECIMAL_POINT_MOVED: SlipCode.READ_OUT_DECIMAL_POINT_MOVED,
    SlipCode.DIGITS_TRANSPOSED: SlipCode.READ_OUT_DIGITS_TRANSPOSED,
}


def _slips_of_reading(compared: Compared) -> Iterator[Slip]:
    """The read-out itself mistyped: the recomputed value with its point moved or two digits swapped."""
    read_out, entered = compared.read_out, compared.read_out.entered
    if entered is None or " " in entered.number_text:  # a date, or a compound duration
        return
    kind = definition_of(read_out).kind_of(read_out)
    for code, number in mistyped(entered.number_text):
        meant = as_if_typed(number, entered, kind)
        for value in compared.computed if meant is not None else ():
            if (
                meant is not None
                and isinstance(value, Quantity)
                and printed_as(meant, value) is Verdict.MATCH
            ):
                place = f"readouts.{read_out.name}"
                yield Slip(_IN_THE_READ_OUT[code], value, place, meant.quantity)
