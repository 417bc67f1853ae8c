"""What deserves attention in a dose change, as values. Words and severity are chosen in `itbcalc.say`."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from itbcalc.errors import LibraryError
from itbcalc.library.records import Figure, Limit
from itbcalc.quantities.units import Quantity

FindingValue = Quantity | datetime | str | tuple[str, ...]
Values = Mapping[str, FindingValue]


class FindingCode(StrEnum):
    """The kinds of finding. The values stand in the JSON output and in logs: never rename."""

    # the step
    DOSE_STEP_ABOVE_LABEL = "dose_step_above_label"
    DOSE_STEP_MAYBE_ABOVE_LABEL = "dose_step_maybe_above_label"
    DOSE_STEP_BELOW_USUAL = "dose_step_below_usual"
    STEP_LIMIT_NOT_KNOWN = "step_limit_not_known"
    DOSE_DECREASE_LARGE = "dose_decrease_large"
    DOSE_MULTIPLIED = "dose_multiplied"
    DOSE_IS_CONCENTRATION = "dose_is_concentration"
    SUDDEN_LARGE_NEED = "sudden_large_need"
    INCREASES_WITHOUT_EFFECT = "increases_without_effect"
    INCREASE_TOO_SOON = "increase_too_soon"
    INCREASE_SOON_AFTER_FIRST_DOSE = "increase_soon_after_first_dose"
    RESTART_AFTER_STOP = "restart_after_stop"
    RESTART_ABOVE_STARTING_DOSE = "restart_above_starting_dose"
    FIRST_DOSE = "first_dose"
    FIRST_DOSE_HIGH = "first_dose_high"
    FIRST_DOSE_BY_LABEL = "first_dose_by_label"
    FIRST_DOSE_ABOVE_LABEL = "first_dose_above_label"
    SCREENING_WITHOUT_EFFECT = "screening_without_effect"
    SCREENING_BOLUSES_CLOSE = "screening_boluses_close"
    SCREENING_STILL_WORKS = "screening_still_works"
    NOTHING_CHANGES = "nothing_changes"
    FIRST_DOSE_OF_RUNNING_THERAPY = "first_dose_of_running_therapy"
    # the dose
    DOSE_ABOVE_LIMIT = "dose_above_limit"
    DOSE_BELOW_LIMIT = "dose_below_limit"
    # the patient
    AGE_BELOW_LABEL = "age_below_label"
    # the drug
    OTHER_DRUG_IN_LINE = "other_drug_in_line"
    DRUG_CHANGES = "drug_changes"
    # the concentration
    CONCENTRATION_ABOVE_LIMIT = "concentration_above_limit"
    CONCENTRATION_NOT_MARKETED = "concentration_not_marketed"
    CONCENTRATION_FOR_SCREENING = "concentration_for_screening"
    CONCENTRATION_OUTSIDE_PUMP_LABEL = "concentration_outside_pump_label"
    RESERVOIR_MIXES = "reservoir_mixes"
    OLD_DRUG_NOT_DRAWN_OFF = "old_drug_not_drawn_off"
    OTHER_DRUG_IN_RESERVOIR = "other_drug_in_reservoir"
    RESERVOIR_WAS_EMPTY = "reservoir_was_empty"
    DRUG_NOT_COVERED = "drug_not_covered"
    # the schedule
    BOLUSES_VERY_OFTEN = "boluses_very_often"
    SAME_DOSE_EVERY_HOUR = "same_dose_every_hour"
    BOLUS_ABOVE_LIMIT = "bolus_above_limit"
    STEP_BELOW_AN_HOUR = "step_below_an_hour"
    STRONG_STEP = "strong_step"
    BOLUS_LARGE_FOR_DOSE = "bolus_large_for_dose"
    NOTHING_FOR_HOURS = "nothing_for_hours"
    PATIENT_BOLUSES_TOGETHER = "patient_boluses_together"
    LOCKOUT_BELOW_AN_HOUR = "lockout_below_an_hour"
    BOLUS_NOT_EVERY_DAY = "bolus_not_every_day"
    INTERVAL_OFF_THE_DAY = "interval_off_the_day"
    NOTHING_BETWEEN_BOLUSES = "nothing_between_boluses"
    WEEK_DIFFERS = "week_differs"
    TOO_MANY_FLEX_STEPS = "too_many_flex_steps"
    TOO_MANY_RATES = "too_many_rates"
    SINGLE_BOLUS_COUNTED = "single_bolus_counted"
    PATIENT_BOLUSES_COUNTED = "patient_boluses_counted"
    PATIENT_BOLUSES_NOT_REACHABLE = "patient_boluses_not_reachable"
    MINIMUM_RATE_TREATS_NOTHING = "minimum_rate_treats_nothing"
    PUMP_WOULD_STOP = "pump_would_stop"
    CLOCK_CHANGES = "clock_changes"
    # the change of concentration
    CHANGE_WITHOUT_BRIDGE = "concentration_change_without_bridge"
    OLD_DRUG_RUNS_OUT = "old_drug_runs_out"
    BRIDGE_NOT_OF_PUMP = "bridge_not_of_pump"
    BRIDGE_LONG = "bridge_long"
    BRIDGE_DOSE_ASSUMED = "bridge_dose_assumed"
    BRIDGE_DOSE_DIFFERS = "bridge_dose_differs"
    SYSTEM_ASPIRATED = "system_aspirated"
    DOES_THE_DRUG_CHANGE = "does_the_drug_change"
    BRIDGE_WITHOUT_OLD_DRUG = "bridge_without_old_drug"
    OLD_DRUG_AFTER_BRIDGE = "old_drug_after_bridge"
    BRIDGE_NOT_AT_THE_TIP = "bridge_not_at_the_tip"
    TIME_WITHOUT_DRUG = "time_without_drug"
    PRIME_DELIVERS_BOLUS = "prime_delivers_bolus"
    PRIME_LARGE_FOR_DOSE = "prime_large_for_dose"
    PRIME_OF_FULL_CATHETER = "prime_of_full_catheter"
    PRIME_LONG = "prime_long"
    PRIME_NOT_OF_PUMP = "prime_not_of_pump"
    LINE_NOT_SAID = "line_not_said"
    BRIDGE_SHOWN_BUT_NOT_NEEDED = "bridge_shown_but_not_needed"
    # the system
    FLOW_RATE_ABOVE_RANGE = "flow_rate_above_range"
    FLOW_RATE_BELOW_RANGE = "flow_rate_below_range"
    FLOW_RATE_BEYOND_ANY_PUMP = "flow_rate_beyond_any_pump"
    MODE_NOT_OF_PUMP = "mode_not_of_pump"
    ACHIEVABLE_DOSE_DIFFERS = "achievable_dose_differs"
    CONSTANT_FLOW_PUMP = "constant_flow_pump"
    TUBING_VOLUME_NOT_SAID = "tubing_volume_not_said"
    TUBING_VOLUME_NOT_PUBLISHED = "tubing_volume_not_published"
    CATHETER_LENGTH_UNUSUAL = "catheter_length_unusual"
    CATHETER_VOLUME_UNUSUAL = "catheter_volume_unusual"
    UNVERIFIED_FIGURE = "unverified_figure"
    OWN_FIGURE_UNUSUAL = "own_figure_unusual"
    # the reservoir
    FILLED_ABOVE_CAPACITY = "filled_above_capacity"
    RESERVOIR_LASTS_LESS_THAN_A_DAY = "reservoir_lasts_less_than_a_day"
    REFILL_LIMITED_BY_DRUG = "refill_limited_by_drug"
    REFILL_LIMITED_BY_PUMP = "refill_limited_by_pump"
    PUMP_INTERVAL = "pump_interval"
    PUMP_INTERVAL_NOT_KNOWN = "pump_interval_not_known"
    WORST_CASE_NOT_KNOWN = "worst_case_not_known"
    ALARM_AFTER_EARLY_WITHDRAWAL = "alarm_after_early_withdrawal"
    RESIDUAL_NOT_USABLE = "residual_not_usable"
    DRAWN_OFF_ABOVE_CAPACITY = "drawn_off_above_capacity"
    ASPIRATED_ABOVE_FILLED = "aspirated_above_filled"
    EXPECTED_BELOW_ZERO = "expected_below_zero"
    FOUND_EMPTY = "found_empty"
    DELIVERED_TOO_MUCH = "delivered_too_much"
    DELIVERED_TOO_LITTLE = "delivered_too_little"
    ACCURACY_NOT_KNOWN = "accuracy_not_known"
    DELIVERED_OUTSIDE_TWICE = "delivered_outside_twice"
    DRUG_EXPIRED = "drug_expired"
    POCKET_FILL = "pocket_fill"
    MORE_THAN_INJECTED = "more_than_injected"
    DRUGS_MIXED = "drugs_mixed"
    STOCK_VOLUME_TOO_SMALL = "stock_volume_too_small"
    # moments
    ZONE_NOT_SAID = "zone_not_said"
    OFFSET_NOT_OF_ZONE = "offset_not_of_zone"
    TIME_OF_CHANGE_IN_FUTURE = "time_of_change_in_future"
    TIME_OF_CHANGE_LONG_AGO = "time_of_change_long_ago"
    BEYOND_CALENDAR = "beyond_calendar"
    # the program itself
    SELF_TEST_FAILED = "self_test_failed"
    OWN_PROFILE_REFUSED = "own_profile_refused"


class Finding(Struct, frozen=True, kw_only=True):
    """One thing found: what, at which place, with which values, against which limit.

    `limit` is the published rule it was held against and `figure` the bound or figure concerned; `above`
    says on which side of the rule the value lies, `certain` is false where the rule may not hold for this
    patient.
    """

    code: FindingCode
    place: str = ""
    values: Values = field(default_factory=dict)
    limit: Limit | None = None
    figure: Figure | None = None
    above: bool = True
    certain: bool = True


def profile_refused(error: LibraryError) -> Finding:
    """A profile of the clinic was not read: the built-in library is used alone."""
    values = {"where": error.where, "reason": error.reason}
    return Finding(code=FindingCode.OWN_PROFILE_REFUSED, values=values)
