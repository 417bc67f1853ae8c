"""All values of one dose change, worked by hand; what is missing, and what a slip leaves behind."""

from datetime import datetime
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import NODEFAULT
from msgspec.structs import fields, replace

from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.compute.line import Filling
from itbcalc.compute.reservoir import ByLog, RefillLimit
from itbcalc.compute.schedule import PeriodicBolus, SimpleContinuous
from itbcalc.compute.tip import Deviation
from itbcalc.compute.working import Worked
from itbcalc.quantities.clock import TimeOfDay
from itbcalc.quantities.instants import read_instant, read_zone
from itbcalc.quantities.kinds import (
    as_concentration,
    as_daily_dose,
    as_dose,
    as_duration,
    as_flow_rate,
    as_length,
    as_percentage,
    as_volume,
)
from itbcalc.quantities.units import Quantity
from tests.itbcalc.compute.schedules import patient_bolus_of, schedule_of
from tests.vectors.reading import quantity

# 500 to 2000 mcg/mL, 180 to 360 mcg/day, bridged at 180: every value comes out in few digits.
INPUTS = Inputs(
    current_concentration=as_concentration(quantity("500 mcg/mL")),
    current_schedule=SimpleContinuous(as_daily_dose(quantity("180 mcg/day"))),
    new_concentration=as_concentration(quantity("2000 mcg/mL")),
    new_schedule=SimpleContinuous(as_daily_dose(quantity("360 mcg/day"))),
    tubing_volume=as_volume(quantity("0.14 mL")),
    catheter_volume=as_volume(quantity("0.22 mL")),
    bridge_dose=as_daily_dose(quantity("180 mcg/day")),
    filled=as_volume(quantity("20 mL")),
    low_alarm=as_volume(quantity("2 mL")),
    at=read_instant("2026-11-22T09:30+02:00", read_zone("Asia/Jerusalem")),
    accuracy=as_percentage(quantity("14.5 %")),
    stroke_volume=as_volume(quantity("0.007 mL")),
    stability_limit=as_duration(quantity("180 day")),
    pump_limit=as_duration(quantity("90 day")),
    lead_time=as_duration(quantity("7 day")),
)

# Hand arithmetic: 180/500; 360/2000; 100 %; 2000/500; 0.14 + 0.22; 180/500; 0.36 x 500 / 180; 0.36 x 500;
# 0.36 x 2000; 360 x 500/2000; 0.36 x 2000 / 360; 500/2000; 0.36 x 2000; 0.22 x 2000;
# 1 + (18 - 0.36) / 0.18 = 99; 1 + (20 - 0.36) / 0.18 = 991/9; 99 x 200/229 = 19,800/229.
# The tip: the bridge's 1 day; all of it faster by 14.5 % 200/229 day; 360 - 180 = 180 mcg missing in it.
# Strokes: 0.18 / 0.007 = 25.71, so 26 x 0.007 x 2000 = 364.
BY_HAND = {
    "current_flow_rate": "9/25 mL/day",
    "new_flow_rate": "9/50 mL/day",
    "current_daily_volume": "9/25 mL",
    "new_daily_volume": "9/50 mL",
    "dose_change": "100 %",
    "concentration_ratio": "4",
    "dead_volume": "9/25 mL",
    "bridge_flow_rate": "9/25 mL/day",
    "bridge_duration": "1 day",
    "bridge_drug": "180 mcg",
    "bridge_dose_shown_at_new_concentration": "720 mcg",
    "unbridged_dose": "90 mcg/day",
    "unbridged_duration": "2 day",
    "unbridged_ratio": "1/4",
    "dose_to_prime": "720 mcg",
    "time_to_alarm": "99 day",
    "time_to_empty": "991/9 day",
    "time_to_alarm_worst": "19800/229 day",
    "arrival": "1 day",
    "arrival_earliest": "200/229 day",
    "arrival_latest": "1 day",
    "tip_missing": "180 mcg",
    "achievable_dose": "364 mcg/day",
}
# Multiple, for how long, missing: half of the new dose for the day of the bridge; without it a quarter for two days.
DEVIATIONS_BY_HAND = {
    "tip_deviation": Deviation(Fraction(1, 2), Fraction(1), Fraction(180)),
    "unbridged_deviation": Deviation(Fraction(1, 4), Fraction(2), Fraction(540)),
}
DOSES_BY_HAND = {"current_dose": "180 mcg/day", "new_dose": "360 mcg/day"}
# 90 days after 22 Nov is 20 Feb; 99: 1 Mar; 110 days and 1/9 day (2 h 40 min): 12 Mar 12:10;
# 86 days and 106/229 day (39,993.01 s = 11 h 6 min 33 s): 16 Feb 20:36:33; 90 - 7 = 83: 13 Feb.
DATES_BY_HAND = {
    "low_alarm_date": "2027-03-01T09:30:00+02:00",
    "empty_date": "2027-03-12T12:10:00+02:00",
    "low_alarm_date_worst": "2027-02-16T20:36:33+02:00",
    "latest_refill_date": "2027-02-13T09:30:00+02:00",
    # 200/229 day = 75,458.515 s = 20 h 57 min 38 s
    "arrival_date": "2026-11-23T09:30:00+02:00",
    "arrival_date_earliest": "2026-11-23T06:27:38+02:00",
    "arrival_date_latest": "2026-11-23T09:30:00+02:00",
}
# What each value depends on; without any one of these it is not known.
DEPENDS_ON = {
    "current_flow_rate": {"current_schedule", "current_concentration"},
    "new_flow_rate": {"new_schedule", "new_concentration"},
    "current_daily_volume": {"current_schedule", "current_concentration"},
    "new_daily_volume": {"new_schedule", "new_concentration"},
    "dose_change": {"current_schedule", "new_schedule"},
    "concentration_ratio": {"current_concentration", "new_concentration"},
    "dead_volume": {"tubing_volume", "catheter_volume"},
    "bridge_flow_rate": {"current_concentration", "bridge_dose"},
    "bridge_duration": {"current_concentration", "bridge_dose", "tubing_volume", "catheter_volume"},
    "bridge_drug": {"current_concentration", "bridge_dose", "tubing_volume", "catheter_volume"},
    "bridge_dose_shown_at_new_concentration": {
        "new_concentration", "bridge_dose", "tubing_volume", "catheter_volume",
    },
    "unbridged_dose": {"current_concentration", "new_concentration", "new_schedule"},
    "unbridged_duration": {
        "current_concentration", "new_concentration", "new_schedule", "tubing_volume", "catheter_volume",
    },
    "unbridged_ratio": {"current_concentration", "new_concentration"},
    "dose_to_prime": {"new_concentration", "tubing_volume", "catheter_volume"},
}  # fmt: skip
THROUGH_BRIDGE = {
    "filled", "new_schedule", "new_concentration", "current_concentration", "tubing_volume", "catheter_volume",
}  # fmt: skip
DEPENDS_ON |= {
    "time_to_alarm": THROUGH_BRIDGE | {"low_alarm"},
    "time_to_empty": THROUGH_BRIDGE,
    "time_to_alarm_worst": THROUGH_BRIDGE | {"low_alarm", "accuracy"},
    "low_alarm_date": THROUGH_BRIDGE | {"low_alarm", "at"},
    "empty_date": THROUGH_BRIDGE | {"at"},
    "low_alarm_date_worst": THROUGH_BRIDGE | {"low_alarm", "accuracy", "at"},
    "latest_refill_date": THROUGH_BRIDGE | {"low_alarm", "at"},
}
# Without a bridge the new drug arrives at the new flow: the moment is known, and another one.
TO_THE_TIP = {"current_concentration", "tubing_volume", "catheter_volume"}
THROUGH_THE_LINE = TO_THE_TIP | {"new_schedule", "new_concentration"}
DEPENDS_ON |= {
    "current_dose": {"current_schedule"},
    "new_dose": {"new_schedule"},
    "arrival": TO_THE_TIP,
    "arrival_date": TO_THE_TIP | {"at"},
    "arrival_earliest": THROUGH_THE_LINE,
    "arrival_latest": THROUGH_THE_LINE,
    "arrival_date_earliest": THROUGH_THE_LINE | {"at"},
    "arrival_date_latest": THROUGH_THE_LINE | {"at"},
    "tip_deviation": THROUGH_THE_LINE,
    "tip_missing": THROUGH_THE_LINE,
    "unbridged_deviation": THROUGH_THE_LINE,
    "achievable_dose": {"new_schedule", "new_concentration", "stroke_volume"},
}
OPTIONAL = [
    field.name
    for field in fields(Inputs)
    if field.name not in ("bridge_known", "line_known", "pump_known", "constant_flow", "primes_whole_line")
]


# What follows from the line and from what was really delivered is worked by hand in judge/test_line_at_change.py.
ON_THE_LINE = {
    "bridge_runs",
    "catheter_drug_after_prime",
    "bridge_volume",
    "delivered_dose",
    "empty_date_worst",
    "latest_refill_of",
    "line_after_prime",
    "line_before",
    "mixture_deviation",
    "old_concentration",
    "old_drug_after_bridge",
    "old_drug_is_left",
    "old_drug_volume",
    "prime_dose",
    "prime_drug_delivered",
    "volume_to_prime",
    "primed",
    "programmed_change",
    "real_current_dose",
    "reservoir_mixture",
    "time_to_empty_worst",
    "time_without_drug",
}
SOLVED_WITH = {"used_by"}  # the reservoir backwards: judge/test_explanations.py


def values_of(calculation):
    """Every value by name, but for those of each therapy (infusion) and what leaves the tip (test_tip)."""
    other = (
        ON_THE_LINE
        | SOLVED_WITH
        | {
            "label_first_doses",  # by hand in judge/test_screening.py
            "needed_concentration",  # of a pump of fixed flow, below
            "dose_at_fixed_flow",
            "dose_fits_fixed_flow",  # by hand in judge/test_shown_at_the_bedside.py
            "flow_to_be_shown",
            "times_of_refill",  # of which the earliest is the latest refill; by hand in visits/test_one_day.py
            "programmed_concentration_changes",
            "prime_drug_by_drug",  # by hand in judge/test_prime_and_reservoir.py
            "prime_outflow",  # by hand in judge/test_prime_and_reservoir.py and ui/test_tip_picture.py, as the next two
            "time_without_drug_in_prime",
            "time_to_residual",
            "varied",
            "followed_by",
            "really",
            "flow_after",
            "concentration_changes",
            "current_therapy",
            "new_therapy",
            "course",
            "outflow",
            "takes_ages",
        }
    )
    names = [name for name in dir(Calculation) if not name.startswith("_")]
    return {name: getattr(calculation, name) for name in names if name not in other}


def without(name):
    """`INPUTS` with the input `name` as it is while nothing is said."""
    (field,) = (field for field in fields(Inputs) if field.name == name)
    assert field.default is not NODEFAULT
    return replace(INPUTS, **{name: field.default})


@pytest.mark.parametrize("name", BY_HAND)
def test_value_by_hand(name):
    assert getattr(Calculation(INPUTS), name).exact == BY_HAND[name]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("needed_concentration", "720 mcg/mL"),
        ("dose_at_fixed_flow", "1000 mcg/day"),
        ("time_to_alarm", "36 day"),
        ("time_to_empty", "40 day"),
        ("time_to_empty_worst", "7400/229 day"),
        ("unbridged_duration", "18/25 day"),
        ("unbridged_dose", "250 mcg/day"),
    ],
)
def test_of_a_pump_of_fixed_flow_all_times_follow_its_flow_whatever_dose_was_typed(name, expected):
    """At 0.5 mL/day: 360/0.5, 0.5 x 2000; 18/0.5, 20/0.5; 18.5/0.5/1.145; 0.36/0.5; 0.5 x 500. The 360 typed would be 0.18."""
    fixed = replace(
        INPUTS,
        bridge_dose=None,
        residual_volume=as_volume(quantity("1.5 mL")),
        fixed_flow_rate=as_flow_rate(quantity("0.5 mL/day")),
    )

    assert getattr(Calculation(fixed), name).exact == expected


@pytest.mark.parametrize("name", DATES_BY_HAND)
def test_date_by_hand(name):
    assert getattr(Calculation(INPUTS), name).isoformat() == DATES_BY_HAND[name]


@pytest.mark.parametrize("name", DEVIATIONS_BY_HAND)
def test_deviation_at_the_tip_by_hand(name):
    assert getattr(Calculation(INPUTS), name) == DEVIATIONS_BY_HAND[name]


@pytest.mark.parametrize("name", DOSES_BY_HAND)
def test_dose_by_hand(name):
    assert getattr(Calculation(INPUTS), name) == quantity(DOSES_BY_HAND[name])


def test_a_bolus_is_worked_in_whole_strokes():
    # 20 mcg / 2000 mcg/mL = 0.01 mL = 1.43 strokes of 0.007 mL: one, 0.007 x 2000 = 14 mcg
    schedule = PeriodicBolus(
        bolus=as_dose(quantity("20 mcg")),
        duration=as_duration(quantity("1/144 day")),
        every=as_duration(quantity("1/4 day")),
        first=TimeOfDay(360),
        replaces_basal=True,
    )

    assert Calculation(replace(INPUTS, new_schedule=schedule)).achievable_bolus.exact == "14 mcg"


def test_every_value_is_worked_by_hand_somewhere_here():
    here = {*BY_HAND, *DATES_BY_HAND, *DEVIATIONS_BY_HAND, *DOSES_BY_HAND}

    assert {*here, "time_to_latest_refill", "achievable_bolus"} == set(values_of(Calculation(INPUTS)))


@pytest.mark.parametrize("missing", OPTIONAL)
def test_a_value_is_unknown_exactly_where_one_of_its_inputs_is_missing(missing):
    values = values_of(Calculation(without(missing)))

    unknown = {name for name, value in values.items() if value is None and name in DEPENDS_ON}

    assert unknown == {name for name, needed in DEPENDS_ON.items() if missing in needed}


def test_without_inputs_nothing_is_known():
    assert set(values_of(Calculation(Inputs())).values()) == {None}
    assert not Calculation(Inputs()).concentration_changes


# --- whether a bridge runs


def test_without_a_bridge_the_new_flow_runs_from_the_start():
    """18 / 0.18 = 100 days."""
    calculation = Calculation(replace(INPUTS, bridge_dose=None))

    assert calculation.time_to_alarm.exact == "100 day"
    assert calculation.unbridged_dose.exact == "90 mcg/day"


def test_where_it_cannot_be_said_whether_a_bridge_runs_there_is_no_date():
    residual = as_volume(quantity("2 mL"))
    calculation = Calculation(replace(INPUTS, bridge_dose=None, bridge_known=False, residual_volume=residual))

    assert calculation.time_to_alarm is None
    assert calculation.empty_date is None
    assert calculation.empty_date_worst is None
    assert calculation.new_flow_rate.exact == "9/50 mL/day"


@pytest.mark.parametrize("same", ["500 mcg/mL", "0.5 mg/mL"])
def test_without_a_change_of_concentration_nothing_is_unbridged(same):
    calculation = Calculation(
        replace(INPUTS, new_concentration=as_concentration(quantity(same)), bridge_dose=None)
    )

    assert not calculation.concentration_changes
    assert calculation.concentration_ratio.exact == "1"
    assert (calculation.unbridged_dose, calculation.unbridged_duration, calculation.unbridged_ratio) == (
        None,
    ) * 3


def test_a_change_of_concentration_is_seen():
    assert Calculation(INPUTS).concentration_changes


# --- the alarm


@pytest.mark.parametrize("level", ["20 mL", "20.1 mL", "0.02 L"])
def test_an_alarm_at_or_above_the_filled_volume_has_no_time(level):
    calculation = Calculation(replace(INPUTS, low_alarm=as_volume(quantity(level))))

    assert calculation.time_to_alarm is None
    assert calculation.low_alarm_date is None
    assert calculation.time_to_latest_refill is None
    assert calculation.time_to_empty.exact == "991/9 day"


def test_an_alarm_at_zero_is_emptiness():
    calculation = Calculation(replace(INPUTS, low_alarm=as_volume(quantity("0 mL"))))

    assert calculation.time_to_alarm.exact == calculation.time_to_empty.exact


def test_beyond_the_calendar_there_is_a_time_but_no_date():
    slow = Calculation(
        replace(INPUTS, new_schedule=SimpleContinuous(as_daily_dose(quantity("0.001 mcg/day"))))
    )

    assert slow.time_to_alarm is not None
    assert slow.low_alarm_date is None


def test_a_prime_is_gone_before_the_worst_case_begins():
    """(20 - 2) / 1.2 = 15 mL as programmed; less 0.36 mL of the prime, at 0.18 mL/day: 14.64 / 0.18 = 244/3 days."""
    primed = replace(
        INPUTS,
        bridge_dose=None,
        prime_volume=as_volume(quantity("0.36 mL")),
        residual_volume=as_volume(quantity("2 mL")),
        accuracy=as_percentage(quantity("20 %")),
    )

    assert Calculation(primed).time_to_empty_worst.exact == "244/3 day"


def test_at_one_flow_the_worst_case_is_worked_without_following_anything():
    """18 / 0.18 / 1.2 = 250/3 days."""
    steady = replace(
        INPUTS,
        bridge_dose=None,
        residual_volume=as_volume(quantity("2 mL")),
        accuracy=as_percentage(quantity("20 %")),
    )

    worst = Calculation(steady).time_to_empty_worst

    assert worst.exact == "250/3 day"
    assert worst.numbers == "(20 mL − 2 mL) ÷ 0.18 mL/day ÷ (100 % + 20 %) × 100 %"


# --- the latest refill: the earliest of alarm, drug and pump, less the clinic's lead time


@pytest.mark.parametrize(
    ("stability", "pump", "lead", "limit", "exact"),
    [
        pytest.param("180 day", "90 day", "7 day", RefillLimit.PUMP, "83 day", id="pump"),
        pytest.param("90 day", "180 day", "7 day", RefillLimit.STABILITY, "83 day", id="drug"),
        pytest.param("180 day", "180 day", "7 day", RefillLimit.ALARM, "92 day", id="alarm"),
        pytest.param(None, None, None, RefillLimit.ALARM, "99 day", id="alarm-alone"),
        pytest.param("98 day", None, None, RefillLimit.STABILITY, "98 day", id="drug-a-day-earlier"),
        pytest.param(None, "98 day", "98 day", RefillLimit.PUMP, "0 day", id="at-once"),
        pytest.param("99 day", "99 day", None, RefillLimit.ALARM, "99 day", id="all-on-one-day"),
        pytest.param("60 day", "60 day", "1 day", RefillLimit.STABILITY, "59 day", id="drug-and-pump"),
        pytest.param("5 day", None, "7 day", RefillLimit.STABILITY, "-2 day", id="should-have-been-before"),
    ],
)
def test_what_sets_the_latest_refill(stability, pump, lead, limit, exact):
    """The alarm is on day 99."""
    calculation = Calculation(
        replace(
            INPUTS,
            stability_limit=None if stability is None else as_duration(quantity(stability)),
            pump_limit=None if pump is None else as_duration(quantity(pump)),
            lead_time=None if lead is None else as_duration(quantity(lead)),
        )
    )

    which, time = calculation.time_to_latest_refill

    assert (which, time.exact) == (limit, exact)


def test_the_working_of_the_latest_refill_names_all_that_was_compared():
    _, time = Calculation(INPUTS).time_to_latest_refill

    assert time.numbers == "earliest of 99 day, 180 day, 90 day, less 7 day"


@pytest.mark.parametrize(
    ("pump_limit", "lead_time", "numbers"),
    [
        pytest.param(None, None, "99 day", id="the-alarm-alone"),
        pytest.param(None, "7 day", "99 day, less 7 day", id="the-alarm-less-the-lead-time"),
        pytest.param("90 day", None, "earliest of 99 day, 90 day", id="alarm-and-pump"),
    ],
)
def test_the_working_of_the_latest_refill_names_only_what_is_known(pump_limit, lead_time, numbers):
    known = {"pump_limit": pump_limit, "lead_time": lead_time, "stability_limit": None}
    durations = {name: None if text is None else as_duration(quantity(text)) for name, text in known.items()}

    _, time = Calculation(replace(INPUTS, **durations)).time_to_latest_refill

    assert time.numbers == numbers


def test_the_latest_refill_is_never_later_than_the_alarm():
    calculation = Calculation(replace(INPUTS, lead_time=None))

    assert calculation.latest_refill_date <= calculation.low_alarm_date


# --- a slip varies one input


@pytest.mark.parametrize("name", [*BY_HAND, *DATES_BY_HAND])
def test_each_value_is_computed_once(name):
    calculation = Calculation(INPUTS)

    assert getattr(calculation, name) is getattr(calculation, name)


def test_what_a_slip_leaves_unchanged_is_the_same_object():
    calculation = Calculation(INPUTS)
    flow = calculation.current_flow_rate

    varied = calculation.varied(
        replace(INPUTS, new_schedule=SimpleContinuous(as_daily_dose(quantity("36 mcg/day"))))
    )

    assert varied.current_flow_rate is flow
    assert varied.new_flow_rate.exact == "9/500 mL/day"
    assert calculation.new_flow_rate.exact == "9/50 mL/day"


OTHER = {
    "current_concentration": [
        as_concentration(quantity(text)) for text in ("1000 mcg/mL", "2000 mcg/mL", "500 mcg/mL")
    ],
    "new_concentration": [as_concentration(quantity(text)) for text in ("1000 mcg/mL", "500 mcg/mL")],
    "current_schedule": [
        SimpleContinuous(as_daily_dose(quantity(text))) for text in ("4320 mcg/day", "360 mcg/day")
    ],
    "new_schedule": [
        SimpleContinuous(as_daily_dose(quantity(text)))
        for text in ("15 mcg/day", "180 mcg/day", "36 mcg/day")
    ],
    "bridge_dose": [as_daily_dose(quantity("90 mcg/day"))],
    "tubing_volume": [as_volume(quantity("0.199 mL"))],
    "catheter_volume": [as_volume(quantity("0.14 mL"))],
    "filled": [as_volume(quantity("40 mL")), as_volume(quantity("1 mL"))],
    "low_alarm": [as_volume(quantity("4 mL")), as_volume(quantity("0 mL"))],
    "accuracy": [as_percentage(quantity("10 %"))],
    "lead_time": [as_duration(quantity("14 day"))],
}


@settings(
    max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(
    st.lists(
        st.sampled_from([(name, other) for name, others in OTHER.items() for other in [*others, None]]),
        min_size=1,
        max_size=8,
    )
)
def test_a_varied_calculation_is_as_if_made_anew(changes):
    """However often it is varied, nothing of earlier inputs stays behind."""
    inputs, calculation = INPUTS, Calculation(INPUTS)
    for name, other in changes:
        values_of(calculation)
        inputs = replace(inputs, **{name: other})
        calculation = calculation.varied(inputs)

    varied, anew = values_of(calculation), values_of(Calculation(inputs))

    assert varied == anew
    known = Worked | datetime | tuple | Deviation | Quantity
    assert all(value is None or isinstance(value, known) for value in varied.values())


# --- another concentration was in the reservoir than the programmer held


def test_the_change_is_counted_from_what_was_delivered_and_beside_it_as_programmed():
    """1000 mcg/mL instead of 500: 180 as programmed were 360 mcg/day, so 360 is no change, and 100 % as programmed."""
    other = replace(INPUTS, current_really=as_concentration(quantity("1000 mcg/mL")))

    assert Calculation(other).dose_change.exact == "0 %"
    assert Calculation(other).programmed_change.exact == "100 %"
    assert Calculation(INPUTS).programmed_change is None


# --- the tip


@pytest.mark.parametrize(
    ("bridge", "exact", "numbers"),
    [
        ("180 mcg/day", "5/6 day", "time in which bridge and schedule push 0.22 mL out at the tip"),
        (None, "11/9 day", "time in which the new schedule pushes 0.22 mL out at the tip"),
    ],
)
def test_an_empty_catheter_brings_no_drug_until_it_is_filled(bridge, exact, numbers):
    """0.22 mL of nothing: 0.14 mL at the bridge's 0.36 mL/day, as long as there is old drug in the tubing, and 0.08 mL at
    the new 0.18, so 7/18 and 8/18 day; or all of it at 0.18."""
    dose = None if bridge is None else as_daily_dose(quantity(bridge))
    calculation = Calculation(replace(INPUTS, bridge_dose=dose, catheter_holds=Filling.NONE))

    assert calculation.time_without_drug.exact == exact
    assert calculation.time_without_drug.numbers == numbers


def test_through_an_empty_catheter_nothing_comes_and_then_the_old_drug():
    """At 0.18 mL/day: 0.22 mL without drug, 11/9 day; 0.14 mL of a quarter of the dose, 7/9 day; 440 + 210 mcg missing."""
    calculation = Calculation(replace(INPUTS, bridge_dose=None, catheter_holds=Filling.NONE))

    assert calculation.tip_deviation == Deviation(Fraction(0), Fraction(11, 9), Fraction(650))


def test_a_prime_of_the_whole_line_brings_the_old_drug_and_leaves_the_new_in_the_catheter():
    """0.36 mL of 500 mcg/mL leave the tip, 180 mcg; 0.22 mL of 2000 are in the catheter then, 440 mcg."""
    primed = Calculation(replace(INPUTS, prime_volume=as_volume(quantity("0.36 mL"))))

    assert primed.prime_drug_delivered.exact == "180 mcg"
    assert primed.catheter_drug_after_prime.exact == "440 mcg"
    assert primed.catheter_drug_after_prime.formula == "volume 1 × concentration 1"


@pytest.mark.parametrize(("multiples", "doses"), [((1, 2), ["50 mcg/day", "100 mcg/day"]), ((), [])])
def test_the_label_makes_of_the_screening_bolus_once_and_twice_as_much(multiples, doses):
    inputs = replace(INPUTS, screening_bolus=as_dose(quantity("50 mcg")), label_multiples=multiples)

    assert [dose.exact for dose in Calculation(inputs).label_first_doses] == doses


@pytest.mark.parametrize("dose", ["0.0001 mcg/day", "0.000000001 mcg/day"])
def test_a_dose_of_next_to_nothing_is_not_followed_for_thousands_of_years(dose):
    """0.36 mL x 2000 / 0.0001 = 7.2 million days, each an event: the moment is said, what comes until then is not."""
    slow = Calculation(
        replace(INPUTS, new_schedule=SimpleContinuous(as_daily_dose(quantity(dose))), bridge_dose=None)
    )

    assert slow.arrival is not None
    assert slow.tip_deviation is None
    assert slow.tip_missing is None
    assert slow.outflow(slow.arrival.value.magnitude, bridged=False) == ()


def test_ten_thousand_events_are_followed():
    # 0.36 mL at 0.072 mcg/day of 2000 mcg/mL: 10,000 days, a quarter of the dose all the time, 0.36 x 1500 missing
    slow = Calculation(
        replace(
            INPUTS, new_schedule=SimpleContinuous(as_daily_dose(quantity("0.072 mcg/day"))), bridge_dose=None
        )
    )

    assert slow.arrival.exact == "10000 day"
    assert slow.tip_deviation == Deviation(Fraction(1, 4), Fraction(10_000), Fraction(540))


def test_what_has_left_the_reservoir_by_hand():
    # The bridge takes the whole dead volume in its time; of that time half is half of it.
    calculation = Calculation(INPUTS)
    bridge = calculation.bridge_duration.value.magnitude

    assert calculation.used_by(Fraction(0)) == 0
    assert calculation.used_by(bridge / 2) == calculation.dead_volume.value.magnitude / 2
    assert calculation.used_by(bridge) == calculation.dead_volume.value.magnitude
    assert Calculation(Inputs()).used_by(Fraction(1)) is None


# --- what was left in the reservoir


@pytest.mark.parametrize(
    ("changes", "mixture"),
    [
        ({}, "1925 mcg/mL"),  # 1 mL of 500 and 19 mL of 2000 in 20 mL
        ({"current_concentration": INPUTS.new_concentration}, None),
        ({"tubing_holds": Filling.NEW}, None),
        ({"line_known": False}, None),
        ({"filled": as_volume(quantity("1 mL"))}, None),
    ],
    ids=["mixed", "the same drug", "filled before", "the line unknown", "nothing above the rest"],
)
def test_what_cannot_be_drawn_off_mixes_with_what_is_filled(changes, mixture):
    found = Calculation(replace(INPUTS, residual_volume=as_volume(quantity("1 mL")), **changes))

    assert (found.reservoir_mixture and found.reservoir_mixture.exact) == mixture


@pytest.mark.parametrize(
    ("dose", "fixed", "fits"),
    [
        ("1010 mcg/day", "0.5 mL/day", True),  # 0.5 x 2000 = 1000, and a hundredth more
        ("1010.1 mcg/day", "0.5 mL/day", False),
        ("989.9 mcg/day", "0.5 mL/day", False),
        ("360 mcg/day", None, True),
        (None, "0.5 mL/day", True),
    ],
)
def test_a_dose_fits_a_fixed_flow_to_a_hundredth_and_where_nothing_is_known(dose, fixed, fits):
    schedule = None if dose is None else SimpleContinuous(as_daily_dose(quantity(dose)))
    flow = None if fixed is None else as_flow_rate(quantity(fixed))

    found = Calculation(replace(INPUTS, new_schedule=schedule, fixed_flow_rate=flow))

    assert found.dose_fits_fixed_flow is fits


def test_the_working_of_a_bridge_names_what_is_left_only_where_something_was_done_to_the_line():
    primed = replace(INPUTS, prime_volume=as_volume(quantity("0.1 mL")))

    assert dict(Calculation(INPUTS).bridge_duration.operands).keys() >= {"dead volume"}
    assert dict(Calculation(primed).bridge_duration.operands).keys() >= {"old drug left in the line"}


# --- half known

CALLED = {"dose": "10 mcg", "duration": "10 min", "lockout": "2 h", "per_day": 3}
FULLY_KNOWN = replace(
    INPUTS,
    current_patient_bolus=patient_bolus_of(CALLED),
    new_patient_bolus=patient_bolus_of(CALLED),
    catheter_length=as_length(quantity("100 cm")),
    current_really=as_concentration(quantity("1000 mcg/mL")),
    catheter_holds=Filling.NONE,
    prime_volume=as_volume(quantity("0.1 mL")),
    prime_duration=as_duration(quantity("10 min")),
    residual_volume=as_volume(quantity("1 mL")),
    tubing_volumes=(as_volume(quantity("0.14 mL")),),
    fixed_flow_rate=as_flow_rate(quantity("0.5 mL/day")),
    screening_bolus=as_dose(quantity("50 mcg")),
    label_multiples=(1, 2),
)
BOLUSES = schedule_of(
    {"mode": "periodic-bolus", "bolus": "30 mcg", "duration": "5 min", "every": "5 h", "first": "06:00"}
)


def all_that_follows(inputs):
    """Every value by name, those of each therapy too, and what left the reservoir and flows after an hour and after ten days."""
    calculation = Calculation(inputs)
    for therapy in (calculation, calculation.current_therapy, calculation.new_therapy):
        for name in dir(type(therapy)):
            if not name.startswith("_"):
                yield name, getattr(therapy, name)
    for days in (Fraction(1, 24), Fraction(10)):
        yield "used_by", calculation.used_by(days)
        yield "flow_after", calculation.flow_after(days)
        for bridged in (True, False):
            yield "outflow", calculation.outflow(days, bridged=bridged)


NEEDED = {
    "new_dose": ["new_schedule"],
    "current_dose": ["current_schedule"],
    "dead_volume": ["tubing_volume", "catheter_volume"],
    "time_without_drug": ["new_schedule", "new_concentration", "tubing_volume", "catheter_volume"],
    "time_to_alarm": ["filled", "low_alarm", "new_schedule"],
    "low_alarm_date_worst": ["filled", "low_alarm", "accuracy", "at", "new_schedule"],
    "empty_date_worst": ["filled", "residual_volume", "accuracy", "at", "new_schedule"],
    "arrival_date_latest": ["tubing_volume", "catheter_volume", "new_schedule", "at"],
}


PROGRAMS = {
    "a pump of fixed flow": FULLY_KNOWN,
    "boluses": replace(FULLY_KNOWN, new_schedule=BOLUSES, fixed_flow_rate=None),
    "a line as it was": replace(
        FULLY_KNOWN, fixed_flow_rate=None, catheter_holds=Filling.OLD, prime_volume=None, prime_duration=None
    ),
    "no bridge, and the tubing was emptied": replace(
        FULLY_KNOWN, fixed_flow_rate=None, bridge_dose=None, tubing_holds=Filling.NONE
    ),
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_with_any_one_thing_unknown_what_needs_it_is_unknown_and_nothing_breaks(program):
    unknown = {field.name: field.default for field in fields(Inputs)}
    for name in OPTIONAL:
        found = dict(all_that_follows(replace(PROGRAMS[program], **{name: unknown[name]})))

        for value, needed in NEEDED.items():
            assert found[value] is None or name not in needed, value


@pytest.mark.parametrize(("filled", "is_said"), [("1.5 mL", False), ("1.51 mL", True)])
def test_the_worst_case_ends_at_the_residual_volume_and_has_none_where_no_more_was_filled(filled, is_said):
    inputs = replace(
        INPUTS,
        bridge_dose=None,
        filled=as_volume(quantity(filled)),
        residual_volume=as_volume(quantity("1.5 mL")),
        fixed_flow_rate=as_flow_rate(quantity("0.5 mL/day")),
    )

    assert (Calculation(inputs).time_to_empty_worst is not None) is is_said


def test_while_the_prime_pushes_an_empty_catheter_out_no_drug_leaves_the_tip():
    """0.22 of the 0.3 mL of 30 min were in the catheter: 22 min."""
    primed = replace(
        INPUTS,
        bridge_dose=None,
        catheter_holds=Filling.NONE,
        prime_volume=as_volume(quantity("0.3 mL")),
        prime_duration=as_duration(quantity("30 min")),
    )

    assert Calculation(primed).time_without_drug_in_prime == as_duration(quantity("22 min"))


def test_while_the_prime_runs_its_own_flow_is_that_of_the_pump():
    """0.3 mL in 30 min are 14.4 mL/day; then 360 / 2000 = 0.18 mL/day."""
    primed = Calculation(
        replace(
            INPUTS,
            bridge_dose=None,
            prime_volume=as_volume(quantity("0.3 mL")),
            prime_duration=as_duration(quantity("30 min")),
        )
    )

    flows = [primed.flow_after(Fraction(minutes, 1440)) for minutes in (0, 29, 30, 600)]
    assert flows == [Fraction(72, 5), Fraction(72, 5), Fraction(9, 50), Fraction(9, 50)]


def test_of_a_prime_that_empties_the_line_each_drug_is_told_apart():
    """0.36 mL of 500 mcg/mL are 180 mcg; of 0.5 mL of 2000 mcg/mL 0.14 mL leave too: 280 mcg."""
    primed = Calculation(replace(INPUTS, prime_volume=as_volume(quantity("0.5 mL"))))

    assert primed.prime_drug_by_drug() == (as_dose(quantity("180 mcg")), as_dose(quantity("280 mcg")))


def test_stability_and_interval_count_from_the_fill_that_the_log_knows():
    """Filled 30 days before the change: of 180 days of stability 150 are left, of 90 of the pump 60."""
    filled = datetime.fromisoformat("2026-10-23T10:30+03:00")  # 09:30 +02:00 on 22 Nov less 30 x 24 h
    calculation = Calculation(replace(INPUTS, by_log=ByLog(filled_at=filled, known_at=filled)))

    limits = (RefillLimit.STABILITY, RefillLimit.PUMP)
    assert calculation.times_of_refill(limits) == {
        RefillLimit.STABILITY: as_duration(quantity("150 day")),
        RefillLimit.PUMP: as_duration(quantity("60 day")),
    }


def test_without_a_residual_volume_there_is_a_worst_case_only_by_what_the_log_measured():
    """20 mL at 0.18 mL/day x 114.5 %: 97 days and some, down to nothing."""
    filled = datetime.fromisoformat("2026-11-22T09:30+02:00")
    by_log = ByLog(filled_at=filled, known_at=filled)
    unknown = replace(INPUTS, bridge_dose=None, by_log=by_log)

    assert Calculation(unknown).time_to_empty_worst is None
    measured = Calculation(replace(unknown, by_log=replace(by_log, measured=True))).time_to_empty_worst
    assert measured.value == as_duration(quantity("20 day") / Fraction("0.18") / Fraction("1.145"))


def test_where_by_the_log_no_more_than_the_residual_volume_may_be_left_the_worst_case_is_over():
    filled = datetime.fromisoformat("2026-08-22T09:30+03:00")
    over, one = as_duration(quantity("-2 day")), as_volume(quantity("1 mL"))
    known = replace(INPUTS, bridge_dose=None, residual_volume=one)
    by_log = ByLog(filled_at=filled, known_at=filled, left=one, over=over)

    assert Calculation(replace(known, by_log=by_log)).time_to_empty_worst.value == over
    # of 3.29 mL that may be left 2.29 mL at 0.18 mL/day x 114.5 %: 11.1 days
    more = replace(by_log, left=as_volume(quantity("3.29 mL")), over=None, accuracy=INPUTS.accuracy)
    worst = Calculation(replace(known, by_log=more)).time_to_empty_worst
    assert worst.value == as_duration(quantity("2.29 day") / Fraction("0.18") / Fraction("1.145"))


def test_of_a_line_that_holds_both_drugs_each_is_told_apart():
    """0.22 mL of 500 mcg/mL are 110 mcg; 0.14 mL of the tubing and as much of the prime of 2000 mcg/mL are 560 mcg."""
    primed = Calculation(
        replace(INPUTS, tubing_holds=Filling.NEW, prime_volume=as_volume(quantity("0.5 mL")))
    )

    assert primed.prime_drug_by_drug() == (as_dose(quantity("110 mcg")), as_dose(quantity("560 mcg")))


def test_what_a_prime_pushed_out_deviates_at_the_tip_no_longer():
    """Of 0.36 mL 0.26 are left: 13/9 days at 0.18 mL/day, in which 130 of 520 mcg come."""
    primed = replace(INPUTS, bridge_dose=None, prime_volume=as_volume(quantity("0.1 mL")))

    assert Calculation(primed).unbridged_deviation == Deviation(
        Fraction(1, 4), Fraction(13, 9), Fraction(390)
    )
