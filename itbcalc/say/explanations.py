"""What would explain that the programmer shows something else, in words?"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from fractions import Fraction

from itbcalc.judge.check import Checked
from itbcalc.judge.comparing import Compared
from itbcalc.judge.explanations import Explanation, Explanations
from itbcalc.judge.findings import FindingCode
from itbcalc.judge.inputs import SolvableInput
from itbcalc.judge.reasons import Reason
from itbcalc.judge.verdicts import Verdict
from itbcalc.library.records import Severity
from itbcalc.quantities.clock import MINUTES_PER_DAY, TimeOfDay
from itbcalc.quantities.display import days_and_hours_text, moment_text, shown
from itbcalc.quantities.kinds import DURATION, exactly
from itbcalc.quantities.units import Quantity
from itbcalc.say.catalogue import N_, _, plural
from itbcalc.say.message import Message
from itbcalc.say.places import place_words, read_out_words

EXPLANATIONS = ("slip", "no_slip", "looking")
"""The codes of the message that says what would explain a difference, or that it is still looked for."""

# Why a value may stand in the place of another.
_VALUES: Mapping[Reason, str] = {
    Reason.OLD_CONCENTRATION: N_("It is the old concentration."),
    Reason.PREVIOUS_DOSE: N_("It is the previous dose."),
    Reason.PREVIOUS_VALUE: N_("It is the value in force until now."),
    Reason.DOWN_FOR_UP: N_("It is the same step in the other direction."),
    Reason.STEP_ALONE: N_("It is the size of the step alone."),
    Reason.PERCENT_FOR_AMOUNT: N_("The percentage of the step stands there for an amount."),
    Reason.DOSE_PER_HOUR_FOR_PER_DAY: N_("Per hour and per day were confused."),
    Reason.DOSE_PER_DAY_FOR_PER_HOUR: N_("Per hour and per day were confused."),
    Reason.INTERVAL_MINUTES_FOR_HOURS: N_("The hours of the interval stand in the minutes."),
    Reason.INTERVAL_HOURS_FOR_MINUTES: N_("The minutes of the interval stand in the hours."),
    Reason.EVERY_HOUR_FOR_ONCE_A_DAY: N_("The bolus is programmed every hour."),
    Reason.ONCE_A_DAY_FOR_EVERY_INTERVAL: N_("The bolus is programmed once a day."),
    Reason.LEFT_OUT: N_("It was left out."),
    Reason.MINUTES_FOR_HOURS: N_("Hours stand in the minutes."),
    Reason.HOURS_FOR_MINUTES: N_("Minutes stand in the hours."),
    Reason.CM_FOR_INCHES: N_("Inches were entered as centimetres."),
    Reason.INCHES_FOR_CM: N_("Centimetres were entered as inches."),
    Reason.MG_FOR_MCG: N_("mg and mcg were confused."),
    Reason.MCG_FOR_MG: N_("mg and mcg were confused."),
    Reason.AM_FOR_PM: N_("am and pm were confused."),
    Reason.STEP_DOSE_PER_HOUR: N_("The dose of the step was taken as a dose per hour."),
    Reason.STEP_DOSE_PER_DAY: N_("The dose of the step was taken as a dose per day."),
    Reason.BRIDGE_AT_NEW_DOSE: N_("The bridge runs at the new dose."),
    Reason.BRIDGE_AT_OLD_DOSE: N_("The bridge runs at the old dose."),
    Reason.MARKETED_CONCENTRATION: N_("It is a marketed strength."),
    Reason.OTHER_TUBING_VOLUME: N_("It is the other published tubing volume."),
    Reason.WHOLE_LINE: N_("It is the volume of tubing and catheter together."),
    Reason.OTHER_ALARM_VOLUME: N_("It is a published alarm volume."),
    Reason.FILLED_TO_CAPACITY: N_("It is a full reservoir."),
    Reason.PUBLISHED_FIGURE: N_("It is a published figure."),
    Reason.NUMBER_ELSEWHERE: N_("The same number stands in another field: {elsewhere}."),
    Reason.ANOTHER_FIELD: N_("It is the value of another field: {elsewhere}."),
    Reason.DECIMAL_POINT_MOVED: N_("The decimal point has moved."),
    Reason.DIGITS_TRANSPOSED: N_("Two digits are swapped."),
    Reason.DIGIT_DOUBLED: N_("A digit is doubled."),
    Reason.DIGIT_DROPPED: N_("A digit is missing."),
    Reason.NEIGHBOURING_KEY: N_("A neighbouring key was hit."),
    Reason.ANOTHER_DAY: N_("Another day was typed."),
    Reason.ZERO_FOR_POINT: N_("A zero stands there for the point."),
}
# What more than one number tells, or none.
_SLIPS: Mapping[Reason, str] = {
    Reason.PREVIOUS_DOSE: N_("The programmer may still hold the previous dose and schedule"),
    Reason.PREVIOUS_PATIENT_BOLUSES: N_("The programmer may still hold the patient boluses of before"),
    Reason.PREVIOUS_THERAPY: N_("The programmer may still hold the previous dose and concentration"),
    Reason.CONCENTRATIONS_SWAPPED: N_("Old and new concentration may be swapped"),
    Reason.EVERY_HOUR_FOR_ONCE_A_DAY: N_("{quantity} may be programmed every hour"),
    Reason.BASAL_ADDED_FOR_REPLACED: N_(
        "The basal may run on beside the steps or boluses instead of giving way"
    ),
    Reason.BASAL_REPLACED_FOR_ADDED: N_(
        "The basal may give way to the steps or boluses instead of running on"
    ),
    Reason.STEP_DOSE_PER_HOUR: N_("The doses of all steps may be taken as doses per hour"),
    Reason.STEP_DOSE_PER_DAY: N_("The doses of all steps may be taken as doses per day"),
    Reason.STEPS_LEFT_OUT: N_("All steps may have been left out: the basal alone may run"),
    Reason.ONE_FLOW: N_("One flow around the clock may be programmed instead of steps, {quantity}"),
    Reason.DAYS_LEFT_OUT: N_(
        "The days that differ may have been left out: every day may run as the usual one"
    ),
    Reason.DAY_LEFT_OUT: N_("What differs on {place} may have been left out: it may run as the usual day"),
    Reason.DAYS_SHIFTED: N_("The days that differ may all stand one weekday too early or too late"),
    Reason.WRONG_WEEKDAY: N_("What is meant for {place} may stand on the day before or after it"),
    Reason.PREVIOUS_SCHEDULE_ON_A_DAY: N_(
        "The previous schedule may still stand on one day, such as {place}"
    ),
    Reason.MG_FOR_MCG: N_("mg may be read as mcg in the whole schedule"),
    Reason.MCG_FOR_MG: N_("mcg may be read as mg in the whole schedule"),
    Reason.STEP_LEFT_OUT: N_("The {place} may have been left out"),
    Reason.PATIENT_BOLUSES_LEFT_OUT: N_("The patient boluses may not be counted"),
    Reason.PATIENT_BOLUSES_NOT_ORDERED: N_(
        "Patient boluses run on the programmer that are not ordered in this program"
    ),
    Reason.BRIDGE_NOT_ORDERED: N_("A bridge runs on the programmer that is not ordered in this program"),
    Reason.BRIDGE_LEFT_OUT: N_("The bridge may have been left out"),
    Reason.COUNTED_AT_NEW_CONCENTRATION: N_(
        "The programmer counts the bridge at the new concentration: the same volume"
    ),
    Reason.TUBING_LEFT_OUT: N_("The pump tubing may have been left out of the dead volume"),
    Reason.CATHETER_LEFT_OUT: N_("The catheter may have been left out of the dead volume"),
    Reason.PRIME_LEFT_OUT: N_("The priming bolus may have been left out"),
    Reason.WHOLE_LINE_BRIDGED: N_(
        "The bridge may be for the whole dead volume, although less old drug is left in it"
    ),
    Reason.FIRST_DAY: N_("The programmer may show the dose of the first 24 h, with the bolus"),
    Reason.HELD_IN_CATHETER: N_(
        "The programmer may show the drug that is in the catheter after the prime, not all of the prime"
    ),
    Reason.ALARM_NOT_SUBTRACTED: N_("The low-reservoir alarm volume may not have been subtracted"),
    Reason.COUNTS_WHOLE_DAYS: N_("The programmer may count whole days"),
    Reason.ROUNDS_DAYS_UP: N_("The programmer may round up to whole days"),
    Reason.READ_OUT_DECIMAL_POINT_MOVED: N_("The decimal point of the read-out may have moved: {quantity}"),
    Reason.READ_OUT_DIGITS_TRANSPOSED: N_("Two digits of the read-out may be swapped: {quantity}"),
}
REASONS_WITH_WORDS = frozenset({*_VALUES, *_SLIPS})


def explanation_words(explanation: Explanation, checked: Checked) -> str:
    """One explanation in at most three sentences: what would be held, and why that is plausible."""
    sentences = [_held(explanation, checked)]
    if explanation.offered is not None and explanation.reason in _VALUES:
        elsewhere = place_words(explanation.place) if explanation.place else ""
        sentences.append(_(_VALUES[explanation.reason], elsewhere=elsewhere))
    if explanation.convention.whole_days:
        sentences.append(_("This holds only if the programmer counts whole days."))
    if explanation.convention.cut_off:
        sentences.append(_("This holds only if the programmer cuts numbers off."))
    if explanation.rests_on_days_alone:
        sentences.append(_("A date alone speaks for it: that is weak evidence."))
    explained = (each for each in checked.read_outs if each.read_out.name in explanation.explains)
    if any(each.not_ordered for each in explained):
        sentences.append(_("But no prime is ordered in this program."))
    return " ".join(sentences)


def hint_words(hint: Explanation, checked: Checked) -> str:
    """What explains a part only, and what it would contradict."""
    what = _what(hint, checked)
    if hint.offered is None:  # a sentence of its own
        return _slip_hint_words(hint, what)
    explained, contradicted = _names(hint.explains), _names(hint.contradicts)
    if hint.contradicts:
        template = N_("{what} would give {explained}, but contradicts {contradicted}.")
        return _(template, what=what, explained=explained, contradicted=contradicted)
    return _("{what} would give {explained}, but not the rest.", what=what, explained=explained)


def _slip_hint_words(hint: Explanation, what: str) -> str:
    explained, contradicted = _names(hint.explains), _names(hint.contradicts)
    if hint.contradicts:
        template = N_("{what}: that would give {explained}, but contradicts {contradicted}.")
        return _(template, what=what, explained=explained, contradicted=contradicted)
    return _("{what}: that would give {explained}, but not the rest.", what=what, explained=explained)


def explanations_message(explanations: Explanations, checked: Checked) -> Message | None:
    """What explains the disagreement, in one message; None where nothing differs that an input could explain."""
    differing = [each for each in checked.read_outs if each.verdict is Verdict.MISMATCH]
    if all(each.beyond_inputs for each in differing):
        return None
    if explanations.complete and not explanations.found and _only_the_clock(differing):
        return None
    if explanations.complete and _is_needless_bridge(checked, differing):
        return None  # a finding has said it already
    if not explanations.complete:
        title, detail = _("What would explain it"), _("Looking for what would explain it…")
        if explanations.given_up:
            detail = _("The search was ended before it had come to an end: nothing is known of it.")
        return Message("looking", Severity.INFO, title, detail)
    if explanations.found:
        best = explanations.found[0]
        others = len(explanations.found) - 1
        source = (
            plural(
                "{count} other thing would explain it too; you decide",
                "{count} other things would explain it too; you decide",
                others,
            )
            if others
            else _("You decide.")
        )
        words = (  # hints stand beside a number that nobody would type: first what somebody does
            *(hint_words(each, checked) for each in explanations.hints),
            explanation_words(best, checked),
        )
        return Message(
            "slip",
            Severity.WARNING,
            _("What would explain it"),
            " ".join(words),
            source=source,
            place=f"readouts.{best.explains[0]}",
        )
    detail = _(
        "More than one input may be wrong, or something that was not tried. Read the values once more."
    )
    if explanations.hints:
        detail = f"{detail} {hint_words(explanations.hints[0], checked)}"
    return Message(
        "no_slip", Severity.INFO, _("None of the single wrong inputs that were tried explains it"), detail
    )


def _is_needless_bridge(checked: Checked, differing: Sequence[Compared]) -> bool:
    """Whether nothing else differs than a bridge that has nothing to run out."""
    found = any(each.code is FindingCode.BRIDGE_SHOWN_BUT_NOT_NEEDED for each in checked.findings)
    return found and all(each.read_out.name.startswith("bridge_") for each in differing)


def _only_the_clock(differing: Sequence[Compared]) -> bool:
    """Whether the pump's clock alone differs: it may be off by itself, and how far is said with it."""
    return all(each.read_out.moment is not None for each in differing)


def _held(explanation: Explanation, checked: Checked) -> str:
    offered = explanation.offered
    if offered is None or explanation.value is None:
        return f"{_what(explanation, checked)}."
    places = {
        "value": input_text(offered, explanation.value, checked),
        "typed": input_text(offered, offered.value, checked),
        "place": place_words(offered.place),
    }
    is_exact = explanation.within.low is not None and explanation.within.low == explanation.within.high
    about = explanation.reason is Reason.NEAREST and not is_exact
    if offered.place == "reservoir.filled":
        template = (
            N_("The programmer counts from about {value} (you typed {typed}).")
            if about
            else N_("The programmer counts from {value} (you typed {typed}).")
        )
    elif about:
        template = N_("With about {value} as {place} (you typed {typed}), all that it shows agrees.")
    else:
        template = N_("With {value} as {place} (you typed {typed}), all that it shows agrees.")
    return _(template, **places)


def _what(explanation: Explanation, checked: Checked) -> str:
    offered = explanation.offered
    if offered is None or explanation.value is None:
        place = place_words(explanation.place) if explanation.place else ""
        quantity = "" if explanation.quantity is None else shown(explanation.quantity)
        return _(_SLIPS[explanation.reason], place=place, quantity=quantity)
    value = input_text(offered, explanation.value, checked)
    return _("{value} as {place}", value=value, place=place_words(offered.place))


def _names(names: Sequence[str]) -> str:
    return ", ".join(read_out_words(name) for name in names)


def input_value(offered: SolvableInput, value: Fraction) -> Quantity | None:
    """A value of an input as the quantity it is; None of a time, a moment or a count."""
    if offered.kind is None:
        return None
    return exactly(value / MINUTES_PER_DAY if offered.whole else value, offered.kind)


def input_text(offered: SolvableInput, value: Fraction, checked: Checked) -> str:
    """A value of an input as a programmer would show it."""
    quantity = input_value(offered, value)
    if quantity is not None:
        return days_and_hours_text(quantity) if offered.kind is DURATION else shown(quantity)
    if offered.is_time_of_day:
        return TimeOfDay(int(value)).text
    at = checked.calculation.inputs.at
    if offered.place == "reservoir.at" and at is not None:
        return moment_text(at.moment + timedelta(minutes=int(value)))
    return f"{int(value)}"
