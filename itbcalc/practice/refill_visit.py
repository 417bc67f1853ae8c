"""The refill visit and the list of refills in practice: what the real work says of them, of the virtual pump."""

from fractions import Fraction

from itbcalc.compute.calculation import Calculation
from itbcalc.compute.reservoir import delivered_ratio, delivered_ratio_by_reading
from itbcalc.judge.guardrails import rules_of
from itbcalc.judge.refill_findings import Residual, reading_error, residual_findings, was_empty
from itbcalc.library.records import Library
from itbcalc.practice.supply import Supply
from itbcalc.program import Program
from itbcalc.quantities.display import date_text, decimal_text
from itbcalc.quantities.kinds import VOLUME, Ratio, Volume, as_volume, exactly
from itbcalc.say import finding_message
from itbcalc.visits.state_words import LIMIT_WORDS

_TENTHS = 10  # of a millilitre: as a syringe is read
_DECIMALS = 2


def residual_words(program: Program, supply: Supply, at: Fraction, library: Library) -> tuple[str, ...]:
    """What was delivered since the last refill, of what was programmed, and what the refill visit says to it.

    `at` is a time of the model; nothing where nothing was to be delivered yet, or more came out than went in.
    """
    filled = next(level.volume for level in reversed(supply.believed) if level.at <= at)
    aspirated = Fraction(round(supply.reservoir_at(at) * _TENTHS), _TENTHS)
    expected = supply.believed_at(at)
    if filled <= max(expected, aspirated):
        return ()
    volumes = (_volume(filled), _volume(aspirated), _volume(expected))
    ratio, rules = delivered_ratio(*volumes).value, rules_of(program, library)
    reading = reading_error(rules)
    span = ""
    if reading is not None:
        least, most = delivered_ratio_by_reading(*volumes, reading)
        span = f" ({_number(least.value)} to {_number(most.value)} by the reading of the syringe)"
    told = f"{_number(ratio)}{span}" if not was_empty(volumes[1], rules) else f"at least {_number(ratio)}"
    messages = [
        finding_message(each, library) for each in residual_findings(Residual(*volumes, ratio), rules)
    ]
    return (
        f"Delivered of what was programmed: {told}.",
        *(f"{each.severity.capitalize()}: {each.text}" for each in messages),
    )


def refill_words(calculation: Calculation) -> tuple[str, ...]:
    """When the pump must be refilled, and what decides it, as the list of refills has it."""
    found, date = calculation.time_to_latest_refill, calculation.latest_refill_date
    if found is None or date is None:
        return ("When it must be refilled is not known.",)
    words = [f"Refill by {date_text(date)} ({LIMIT_WORDS[found[0]]})."]
    if calculation.low_alarm_date is not None:
        words.append(f"Alarm {date_text(calculation.low_alarm_date)}.")
    if calculation.empty_date_worst is not None:
        words.append(f"Worst case empty {date_text(calculation.empty_date_worst)}.")
    return tuple(words)


def _volume(volume: Fraction) -> Volume:
    return as_volume(exactly(volume, VOLUME))


def _number(ratio: Ratio) -> str:
    return decimal_text(ratio.magnitude, _DECIMALS)
