"""How do the programmer's read-outs stand to the recomputed values, and what would explain a difference?"""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from itbcalc.judge.comparing import Compared
from itbcalc.judge.explaining import Explained, Slip, best_slip
from itbcalc.judge.slips import SlipCode
from itbcalc.judge.verdicts import Verdict
from itbcalc.library.records import Severity
from itbcalc.program.read_outs import Value
from itbcalc.quantities.clock import TimeOfDay
from itbcalc.quantities.display import date_text, hours_text, in_unit, number_shown, shown, with_unit
from itbcalc.quantities.entry import Entered
from itbcalc.quantities.kinds import DURATION
from itbcalc.quantities.units import Quantity
from itbcalc.say.message import Message
from itbcalc.say.places import place_words, read_out_words

VERDICT_WORDS: Mapping[Verdict, str] = {
    Verdict.MATCH: "match",
    Verdict.MATCH_TRUNCATED: "match, cut off",
    Verdict.MISMATCH: "differs",
    Verdict.CANNOT_TELL: "cannot tell",
}


def verdict_words(verdict: Verdict) -> str:
    """A verdict with its sign: `✓ match`."""
    return f"{verdict.sign} {VERDICT_WORDS[verdict]}"


# The codes of what `explanation_message` says.
EXPLANATIONS = ("slip", "no_slip")


def slip_words(slip: Slip) -> str:
    """The slip in one sentence."""
    return _SLIP_WORDS[slip.code].format(
        place=place_words(slip.place) if slip.place else "",
        quantity=_quantity_words(slip),
        amount_held=f", {shown(slip.quantity)}" if slip.quantity is not None else " and schedule",
        amount=f": it would be {shown(slip.quantity)}" if slip.quantity is not None else "",
    )


def _quantity_words(slip: Slip) -> str:
    """The value it would have; for what is said of the hour only as much as is meant."""
    if slip.quantity is None:
        return ""
    if slip.code is SlipCode.EVERY_HOUR_FOR_ONCE_A_DAY and slip.place == "new.every":
        return "The bolus"
    return shown(slip.quantity)


_SLIP_WORDS: Mapping[SlipCode, str] = {
    SlipCode.OLD_CONCENTRATION: "The programmer may still hold the old concentration, {quantity}",
    SlipCode.PREVIOUS_DOSE: "The programmer may still hold the previous dose{amount_held}",
    SlipCode.PREVIOUS_THERAPY: "The programmer may still hold the previous dose and concentration",
    SlipCode.CONCENTRATIONS_SWAPPED: "Old and new concentration may be swapped",
    SlipCode.MARKETED_CONCENTRATION: "The concentration may be entered as {quantity}",
    SlipCode.EVERY_HOUR_FOR_ONCE_A_DAY: "{quantity} may be programmed every hour",
    SlipCode.ONCE_A_DAY_FOR_EVERY_INTERVAL: "The bolus may be programmed once a day",
    SlipCode.INTERVAL_MINUTES_FOR_HOURS: "The hours of the interval may stand in the minutes: every {quantity}",
    SlipCode.INTERVAL_HOURS_FOR_MINUTES: "The minutes of the interval may stand in the hours: every {quantity}",
    SlipCode.BASAL_ADDED_FOR_REPLACED: "The basal may run on beside the steps or boluses instead of giving way",
    SlipCode.BASAL_REPLACED_FOR_ADDED: "The basal may give way to the steps or boluses instead of running on",
    SlipCode.STEP_DOSE_PER_HOUR: "The dose of a step may be taken as a dose per hour{amount}",
    SlipCode.STEP_DOSE_PER_DAY: "The dose of a step may be taken as a dose per day{amount}",
    SlipCode.AM_FOR_PM: "am and pm may be confused in the {place}",
    SlipCode.PREVIOUS_SCHEDULE_ON_A_DAY: "The previous schedule may still stand on one day, such as {place}",
    SlipCode.PATIENT_BOLUSES_LEFT_OUT: "The patient boluses may not be counted",
    SlipCode.PATIENT_BOLUSES_COUNTED: "The programmer may count all patient boluses with it",
    SlipCode.DOSE_PER_HOUR_FOR_PER_DAY: "A dose per hour may be taken as per day: it would be {quantity}",
    SlipCode.DOSE_PER_DAY_FOR_PER_HOUR: "A dose per day may be taken as per hour: it would be {quantity}",
    SlipCode.MG_FOR_MCG: "mg may be read as mcg in the {place}: it would be {quantity}",
    SlipCode.MCG_FOR_MG: "mcg may be read as mg in the {place}: it would be {quantity}",
    SlipCode.BRIDGE_LEFT_OUT: "The bridge may have been left out",
    SlipCode.BRIDGE_AT_NEW_DOSE: "The bridge may run at the new dose, {quantity}",
    SlipCode.BRIDGE_AT_OLD_DOSE: "The bridge may run at the old dose, {quantity}",
    SlipCode.COUNTED_AT_NEW_CONCENTRATION: "The programmer counts the bridge at the new concentration: the same"
    " volume",
    SlipCode.OTHER_TUBING_VOLUME: "The programmer may use the other tubing volume, {quantity}",
    SlipCode.TUBING_LEFT_OUT: "The pump tubing may have been left out of the dead volume",
    SlipCode.CATHETER_LEFT_OUT: "The catheter may have been left out of the dead volume",
    SlipCode.ALARM_NOT_SUBTRACTED: "The low-reservoir alarm volume may not have been subtracted",
    SlipCode.OTHER_ALARM_VOLUME: "The low-reservoir alarm may be set to {quantity}",
    SlipCode.FILLED_TO_CAPACITY: "The programmer may count from a full reservoir, {quantity}",
    SlipCode.COUNTS_WHOLE_DAYS: "The programmer may count whole days",
    SlipCode.DECIMAL_POINT_MOVED: "The decimal point of the {place} may have moved: {quantity}",
    SlipCode.DIGITS_TRANSPOSED: "Two digits of the {place} may be swapped: {quantity}",
    SlipCode.READ_OUT_DECIMAL_POINT_MOVED: "The decimal point of the read-out may have moved: {quantity}",
    SlipCode.READ_OUT_DIGITS_TRANSPOSED: "Two digits of the read-out may be swapped: {quantity}",
}


def value_text(value: Value) -> str:
    """A recomputed value as a programmer prints it: a quantity, a duration in hours and minutes, a date, a time."""
    if isinstance(value, TimeOfDay):
        return value.text
    if isinstance(value, date):
        return date_text(value)
    return hours_text(value) if value.dimensionality == DURATION.unit.dimensionality else shown(value)


def answer_text(value: Value, entered: Entered | None) -> str:
    """A recomputed value beside what was read (`entered`, if it is a number): in the unit in which it was read.

    A duration read in hours and minutes, or in days, is answered in hours and minutes.
    """
    if entered is None or not isinstance(value, Quantity):
        return value_text(value)
    other_kind = value.dimensionality != entered.quantity.dimensionality
    if other_kind or " " in entered.number_text or entered.unit == "day":
        return value_text(value)
    return with_unit(number_shown(in_unit(value, entered.unit)), entered.unit)


def computed_text(compared: Compared, value: Value) -> str:
    """A value recomputed for a read-out, in the unit of the read-out."""
    return answer_text(value, compared.read_out.entered)


def compared_message(compared: Compared) -> Message | None:
    """The disagreement of one read-out in words; None where it agrees."""
    verdict, name = compared.verdict, read_out_words(compared.read_out.name)
    if verdict.severity is None:
        return None
    title, detail = _words(compared, name)
    place = f"readouts.{compared.read_out.name}"
    return Message(str(verdict), verdict.severity, title, detail, place=place)


def _words(compared: Compared, name: str) -> tuple[str, str]:
    """Title and detail of a verdict that is worth a message."""
    if compared.verdict is Verdict.MISMATCH:
        return _mismatch_words(compared, name)
    if compared.verdict is Verdict.MATCH_TRUNCATED:
        detail = f"{computed_text(compared, compared.computed[0])} recomputed; the programmer cuts instead of rounding."
        return f"The {name} agrees, cut off at its last digit", detail
    if compared.read_out.name == "flow_rate" and not compared.computed:
        title = "There is no single flow rate to compare with"
        return (
            title,
            f"The programmer shows {compared.read_out.printed}; in this mode the flow changes through the day.",
        )
    values = " or ".join(computed_text(compared, value) for value in compared.computed) or "nothing yet"
    detail = f"The programmer shows {compared.read_out.printed}; with what was left open it is {values}."
    return f"Cannot tell whether the {name} agrees", detail


def _mismatch_words(compared: Compared, name: str) -> tuple[str, str]:
    title = f"The {name} on the programmer differs"
    if not compared.computed:
        return title, f"It shows {compared.read_out.printed}; in this program there is none."
    computed = computed_text(compared, compared.computed[0])
    return title, f"It shows {compared.read_out.printed}, recomputed is {computed}{_times_words(compared)}."


def _times_words(compared: Compared) -> str:
    """How many times the recomputed value the read-out is, where that is twice or more, or half or less."""
    entered, value = compared.read_out.entered, compared.computed[0]
    if (
        entered is None
        or not isinstance(value, Quantity)
        or not value.magnitude
        or not entered.quantity.magnitude
    ):
        return ""
    times = Fraction(entered.quantity.magnitude) / Fraction(value.magnitude)
    if times >= 2:
        return f": {number_shown(times)} times as much"
    return f": 1/{number_shown(1 / times)} of it" if times <= Fraction(1, 2) else ""


def _identity(slip: Slip) -> tuple[SlipCode, str, Quantity | None]:
    """What makes two slips of different read-outs the same slip."""
    return slip.code, slip.place, slip.quantity


def explanation_message(read_outs: Sequence[Explained], tried: int) -> Message | None:
    """The slip that explains most, in words; None where nothing differs."""
    differing = [compared for compared in read_outs if compared.verdict is Verdict.MISMATCH]
    if not differing:
        return None
    best = best_slip(read_outs)
    if best is None:
        title = f"None of {tried} slips tried explains it"
        detail = "Read the values once more, then look for what this program cannot know."
        return Message("no_slip", Severity.INFO, title, detail)
    compared, slip = best
    explained = [
        f"{read_out_words(other.read_out.name)} {other.read_out.printed}"
        for other in differing
        if any(_identity(found) == _identity(slip) for found in other.slips)
    ]
    everything = len(explained) == len(differing)
    reproduced = (
        "everything that differs" if everything else f"{len(explained)} of {len(differing)} that differ"
    )
    detail = f"{slip_words(slip)}. It gives {reproduced} exactly as shown: {', '.join(explained)}."
    return Message(
        "slip",
        Severity.WARNING,
        "What would explain it",
        detail,
        source=f"{tried} slips tried; you decide",
        place=f"readouts.{compared.read_out.name}",
    )
