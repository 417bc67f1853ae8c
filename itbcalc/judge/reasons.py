"""Why may the programmer show something else? One list of all reasons, the most plausible first."""

from enum import StrEnum


class Kindred(StrEnum):
    """What kind of reason it is. The values stand in the JSON output."""

    PREVIOUS = "previous"
    STRUCTURE = "structure"
    UNIT = "unit"
    MARKETED = "marketed"
    PUBLISHED = "published"
    ELSEWHERE = "elsewhere"
    DIGITS = "digits"
    NEAREST = "nearest"


class Reason(StrEnum):
    """Why a value, or another schedule, is plausible: the most plausible first.

    The values find the words, and stand in the JSON output and in logs as the code of a slip.

    Attributes:
        kind: what kind of reason it is.
    """

    kind: Kindred

    OLD_CONCENTRATION = "old_concentration", Kindred.PREVIOUS
    PREVIOUS_DOSE = "previous_dose", Kindred.PREVIOUS
    PREVIOUS_VALUE = "previous_value", Kindred.PREVIOUS
    PREVIOUS_PATIENT_BOLUSES = "previous_patient_boluses", Kindred.PREVIOUS
    PREVIOUS_THERAPY = "previous_therapy", Kindred.STRUCTURE
    EVERY_HOUR_FOR_ONCE_A_DAY = "every_hour_for_once_a_day", Kindred.STRUCTURE
    BASAL_ADDED_FOR_REPLACED = "basal_added_for_replaced", Kindred.STRUCTURE
    BASAL_REPLACED_FOR_ADDED = "basal_replaced_for_added", Kindred.STRUCTURE
    LEFT_OUT = "left_out", Kindred.STRUCTURE
    STEP_LEFT_OUT = "step_left_out", Kindred.STRUCTURE
    STEPS_LEFT_OUT = "steps_left_out", Kindred.STRUCTURE
    DAYS_LEFT_OUT = "days_left_out", Kindred.STRUCTURE
    BRIDGE_LEFT_OUT = "bridge_left_out", Kindred.STRUCTURE
    TUBING_LEFT_OUT = "tubing_left_out", Kindred.STRUCTURE
    CATHETER_LEFT_OUT = "catheter_left_out", Kindred.STRUCTURE
    PRIME_LEFT_OUT = "prime_left_out", Kindred.STRUCTURE
    WHOLE_LINE_BRIDGED = "whole_line_bridged", Kindred.STRUCTURE
    ALARM_NOT_SUBTRACTED = "alarm_not_subtracted", Kindred.STRUCTURE
    PATIENT_BOLUSES_LEFT_OUT = "patient_boluses_left_out", Kindred.STRUCTURE
    PATIENT_BOLUSES_NOT_ORDERED = "patient_boluses_not_ordered", Kindred.STRUCTURE
    BRIDGE_NOT_ORDERED = "bridge_not_ordered", Kindred.STRUCTURE
    COUNTED_AT_NEW_CONCENTRATION = "counted_at_new_concentration", Kindred.STRUCTURE
    FIRST_DAY = "first_day", Kindred.STRUCTURE
    HELD_IN_CATHETER = "held_in_catheter", Kindred.STRUCTURE
    COUNTS_WHOLE_DAYS = "counts_whole_days", Kindred.STRUCTURE
    ROUNDS_DAYS_UP = "rounds_days_up", Kindred.STRUCTURE
    DOSE_PER_HOUR_FOR_PER_DAY = "dose_per_hour_for_per_day", Kindred.UNIT
    DOSE_PER_DAY_FOR_PER_HOUR = "dose_per_day_for_per_hour", Kindred.UNIT
    INTERVAL_MINUTES_FOR_HOURS = "interval_minutes_for_hours", Kindred.UNIT
    INTERVAL_HOURS_FOR_MINUTES = "interval_hours_for_minutes", Kindred.UNIT
    MINUTES_FOR_HOURS = "minutes_for_hours", Kindred.UNIT
    HOURS_FOR_MINUTES = "hours_for_minutes", Kindred.UNIT
    CM_FOR_INCHES = "cm_for_inches", Kindred.UNIT
    INCHES_FOR_CM = "inches_for_cm", Kindred.UNIT
    MG_FOR_MCG = "mg_for_mcg", Kindred.UNIT
    MCG_FOR_MG = "mcg_for_mg", Kindred.UNIT
    AM_FOR_PM = "am_for_pm", Kindred.UNIT
    DOWN_FOR_UP = "down_for_up", Kindred.PREVIOUS
    STEP_ALONE = "step_alone", Kindred.PREVIOUS
    PERCENT_FOR_AMOUNT = "percent_for_amount", Kindred.UNIT
    CONCENTRATIONS_SWAPPED = "concentrations_swapped", Kindred.STRUCTURE
    MARKETED_CONCENTRATION = "marketed_concentration", Kindred.MARKETED
    OTHER_TUBING_VOLUME = "other_tubing_volume", Kindred.PUBLISHED
    OTHER_ALARM_VOLUME = "other_alarm_volume", Kindred.PUBLISHED
    WHOLE_LINE = "whole_line", Kindred.PUBLISHED
    FILLED_TO_CAPACITY = "filled_to_capacity", Kindred.PUBLISHED
    PUBLISHED_FIGURE = "published_figure", Kindred.PUBLISHED
    STEP_DOSE_PER_HOUR = "step_dose_per_hour", Kindred.UNIT
    STEP_DOSE_PER_DAY = "step_dose_per_day", Kindred.UNIT
    BRIDGE_AT_NEW_DOSE = "bridge_at_new_dose", Kindred.ELSEWHERE
    BRIDGE_AT_OLD_DOSE = "bridge_at_old_dose", Kindred.ELSEWHERE
    ONCE_A_DAY_FOR_EVERY_INTERVAL = "once_a_day_for_every_interval", Kindred.STRUCTURE
    ONE_FLOW = "one_flow", Kindred.STRUCTURE
    DAYS_SHIFTED = "days_shifted", Kindred.STRUCTURE
    WRONG_WEEKDAY = "wrong_weekday", Kindred.STRUCTURE
    DAY_LEFT_OUT = "day_left_out", Kindred.STRUCTURE
    PREVIOUS_SCHEDULE_ON_A_DAY = "previous_schedule_on_a_day", Kindred.STRUCTURE
    DECIMAL_POINT_MOVED = "decimal_point_moved", Kindred.DIGITS
    DIGITS_TRANSPOSED = "digits_transposed", Kindred.DIGITS
    DIGIT_DOUBLED = "digit_doubled", Kindred.DIGITS
    DIGIT_DROPPED = "digit_dropped", Kindred.DIGITS
    ANOTHER_FIELD = "another_field", Kindred.ELSEWHERE
    NUMBER_ELSEWHERE = "number_elsewhere", Kindred.ELSEWHERE
    NEIGHBOURING_KEY = "neighbouring_key", Kindred.DIGITS
    ANOTHER_DAY = "another_day", Kindred.DIGITS
    ZERO_FOR_POINT = "zero_for_point", Kindred.DIGITS
    READ_OUT_DECIMAL_POINT_MOVED = "read_out_decimal_point_moved", Kindred.DIGITS
    READ_OUT_DIGITS_TRANSPOSED = "read_out_digits_transposed", Kindred.DIGITS
    NEAREST = "nearest", Kindred.NEAREST

    def __new__(cls, value: str, kind: Kindred) -> "Reason":
        """A reason that is its own text."""
        reason = str.__new__(cls, value)
        reason._value_ = value
        reason.kind = kind
        return reason


PLAUSIBILITY = {reason: place for place, reason in enumerate(Reason)}
