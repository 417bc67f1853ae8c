"""Laws that hold whatever the numbers: each is said without the formula it holds the program to.

`test_law` runs each over some dozen generated cases, always the same; `test_law_at_length` over many.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from itbcalc.ask.form import Form
from itbcalc.ask.questions import QUESTIONS
from itbcalc.compute.bolus import (
    bridge_dose_at_new_concentration,
    bridge_drug,
    bridge_duration,
    bridge_flow_rate,
    catheter_volume,
    dead_volume,
    priming_dose,
    priming_flow_rate,
)
from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.compute.concentration import (
    concentration_of_molar,
    concentration_of_percent,
    diluent_volume,
    drug_in,
    mixed_concentration,
    mixed_drug,
    mixed_volume,
    molar_of_concentration,
    percent_of_concentration,
    stock_volume,
)
from itbcalc.compute.continuous import continuous_daily_dose, continuous_flow_rate, daily_volume
from itbcalc.compute.reservoir import (
    BridgeUse,
    delivered_ratio,
    delivered_volume,
    expected_volume,
    flow_with_boluses,
    moment_after,
    residual_difference,
    time_to_level,
    whole_days,
    worst_case,
)
from itbcalc.compute.schedule import SimpleContinuous
from itbcalc.compute.tip import unbridged_dose, unbridged_duration, unbridged_ratio
from itbcalc.compute.titration_step import concentration_ratio, dose_after, dose_change, titration_sequence
from itbcalc.quantities.display import date_text, shown
from itbcalc.quantities.instants import read_instant, read_zone
from itbcalc.quantities.kinds import (
    CONCENTRATION,
    DAILY_DOSE,
    DURATION,
    FLOW_RATE,
    LENGTH,
    MOLAR_MASS,
    PERCENTAGE,
    VOLUME,
    VOLUME_PER_LENGTH,
    exactly,
)

# --- what the laws are held over


def number(largest: int = 3000, smallest: Fraction = Fraction(1, 64)) -> st.SearchStrategy[Fraction]:
    return st.fractions(smallest, largest, max_denominator=64)


def quantities(kind: Any, largest: int = 3000) -> st.SearchStrategy[Any]:
    return number(largest).map(lambda value: exactly(value, kind))


DOSES = quantities(DAILY_DOSE)
CONCENTRATIONS = quantities(CONCENTRATION, 4000)
FLOWS = quantities(FLOW_RATE, 30)
VOLUMES = quantities(VOLUME, 60)
SMALL_VOLUMES = quantities(VOLUME, 1)
DURATIONS = quantities(DURATION, 400)
FACTORS = number(50)
PERCENTAGES = quantities(PERCENTAGE, 200)
PARTS = st.lists(
    st.tuples(VOLUMES, st.one_of(CONCENTRATIONS, st.just(exactly(0, CONCENTRATION)))), min_size=1, max_size=5
)
SEGMENTS = st.lists(
    st.tuples(quantities(LENGTH, 150), quantities(VOLUME_PER_LENGTH, 1)), min_size=1, max_size=5
)
ZONES = st.sampled_from(
    [
        "Asia/Jerusalem",
        "Europe/Berlin",
        "America/New_York",
        "Australia/Sydney",
        "Asia/Kolkata",
        "Pacific/Kiritimati",
    ]
)
MINUTES = st.integers(0, 10 * 365 * 1440)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True)
class Law:
    """A statement and what it is held over."""

    strategies: dict[str, Any]
    check: Callable[..., None]


LAWS: dict[str, Law] = {}


def law(**strategies: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def keep(check: Callable[..., None]) -> Callable[..., None]:
        LAWS[check.__name__] = Law(strategies, check)
        return check

    return keep


# --- dose and flow


@law(dose=DOSES, concentration=CONCENTRATIONS)
def dose_to_flow_to_dose_is_the_dose(dose, concentration):
    flow = continuous_flow_rate(dose, concentration).value

    assert continuous_daily_dose(flow, concentration).value == dose


@law(flow=FLOWS, concentration=CONCENTRATIONS)
def flow_to_dose_to_flow_is_the_flow(flow, concentration):
    dose = continuous_daily_dose(flow, concentration).value

    assert continuous_flow_rate(dose, concentration).value == flow


@law(dose=DOSES, concentration=CONCENTRATIONS, factor=FACTORS)
def dose_and_concentration_scaled_together_leave_the_flow(dose, concentration, factor):
    scaled = continuous_flow_rate(factor * dose, factor * concentration).value

    assert scaled == continuous_flow_rate(dose, concentration).value


@law(dose=DOSES, other=DOSES, concentration=CONCENTRATIONS)
def flows_of_two_doses_add_to_the_flow_of_both(dose, other, concentration):
    one, two = (continuous_flow_rate(each, concentration).value for each in (dose, other))

    assert one + two == continuous_flow_rate(dose + other, concentration).value


@law(dose=DOSES, old=CONCENTRATIONS, new=CONCENTRATIONS)
def a_wrong_concentration_is_wrong_by_true_over_entered(dose, old, new):
    """F-WRONGC: the pump runs for `old`, `new` is in it; the dose relates to the dose meant as new to old."""
    delivered = continuous_daily_dose(continuous_flow_rate(dose, old).value, new).value

    assert Fraction(delivered.magnitude) * old.magnitude == Fraction(dose.magnitude) * new.magnitude


@law(dose=DOSES, concentration=CONCENTRATIONS)
def the_volume_of_a_day_holds_the_drug_of_a_day(dose, concentration):
    volume = daily_volume(continuous_flow_rate(dose, concentration).value).value

    assert drug_in(volume, concentration).value.magnitude == dose.magnitude


# --- the reservoir


@law(filled=VOLUMES, share=number(1, Fraction(0)), dose=DOSES, more=DOSES, concentration=CONCENTRATIONS)
def more_dose_is_never_a_later_alarm(filled, share, dose, more, concentration):
    alarm = filled * share * Fraction(63, 64)
    usual, faster = (
        time_to_level(filled, alarm, continuous_flow_rate(each, concentration).value).value
        for each in (dose, dose + more)
    )

    assert faster < usual


@law(filled=VOLUMES, flow=FLOWS, shares=st.tuples(number(1, Fraction(0)), number(1, Fraction(0))))
def a_larger_alarm_volume_is_never_a_later_alarm(filled, flow, shares):
    lower, higher = sorted(shares)
    scale = Fraction(63, 64)

    late = time_to_level(filled, filled * lower * scale, flow).value
    early = time_to_level(filled, filled * higher * scale, flow).value

    assert early <= late
    assert (early == late) == (lower == higher)


@law(filled=VOLUMES, flow=FLOWS)
def emptiness_is_an_alarm_at_zero(filled, flow):
    at_zero = time_to_level(filled, exactly(0, VOLUME), flow).value

    assert at_zero == time_to_level(filled, None, flow).value


@law(filled=VOLUMES, flow=FLOWS, accuracy=PERCENTAGES)
def the_worst_case_is_never_later_and_delivers_that_much_more(filled, flow, accuracy):
    time = time_to_level(filled, None, flow)
    worst = worst_case(time, accuracy).value

    assert worst < time.value
    # at the flow of the specification's upper end, that time empties the reservoir exactly
    assert worst * flow * (100 + Fraction(accuracy.magnitude)) / 100 == filled


@law(filled=VOLUMES, flow=FLOWS, accuracies=st.tuples(PERCENTAGES, PERCENTAGES))
def a_less_accurate_pump_has_an_earlier_worst_case(filled, flow, accuracies):
    time = time_to_level(filled, None, flow)
    better, worse = sorted(accuracies)

    assert worst_case(time, worse).value <= worst_case(time, better).value


@law(levels=st.lists(number(60), min_size=3, max_size=3, unique=True), flow=FLOWS)
def a_refill_interval_can_be_split_at_any_level(levels, flow):
    low, middle, high = (exactly(level, VOLUME) for level in sorted(levels))

    first = time_to_level(high, middle, flow).value
    second = time_to_level(middle, low, flow).value

    assert first + second == time_to_level(high, low, flow).value


@law(filled=VOLUMES, flow=FLOWS, bolus=SMALL_VOLUMES, count=st.integers(1, 50))
def every_allotted_bolus_makes_the_alarm_earlier_and_is_a_day_of_extra_volume(filled, flow, bolus, count):
    with_boluses = flow_with_boluses(flow, bolus, count).value

    day = exactly(1, DURATION)
    assert with_boluses * day - flow * day == sum((bolus for _ in range(count)), start=0 * bolus)
    assert time_to_level(filled, None, with_boluses).value < time_to_level(filled, None, flow).value


@law(filled=VOLUMES, flow=FLOWS)
def whole_days_are_within_the_time_and_one_more_is_not(filled, flow):
    time = time_to_level(filled, None, flow).value

    days = whole_days(time)

    assert exactly(days, DURATION) <= time < exactly(days + 1, DURATION)


@law(
    usable=VOLUMES,
    level=VOLUMES,
    flow=FLOWS,
    bridge=st.tuples(FLOWS, quantities(DURATION, 10)),
)
def what_a_bridge_and_the_new_flow_take_is_what_was_usable(usable, level, flow, bridge):
    """Followed by hand: during the bridge its flow runs, after it the new one, until the level."""
    bridge_flow, duration = bridge
    use = BridgeUse(bridge_flow, duration, bridge_flow * duration)

    time = time_to_level(level + usable, level, flow, use).value

    during = min(time, duration)
    assert bridge_flow * during + flow * (time - during) == usable


@law(usable=VOLUMES, level=VOLUMES, flow=FLOWS, duration=quantities(DURATION, 10))
def a_bridge_at_the_new_flow_changes_no_date(usable, level, flow, duration):
    use = BridgeUse(flow, duration, flow * duration)

    through = time_to_level(level + usable, level, flow, use).value

    assert through == time_to_level(level + usable, level, flow).value


@law(filled=VOLUMES, flow=FLOWS, early=DURATIONS, later=DURATIONS)
def expected_at_a_later_day_follows_from_an_earlier_day(filled, flow, early, later):
    at_early = expected_volume(filled, flow, early).value

    assert expected_volume(at_early, flow, later).value == expected_volume(filled, flow, early + later).value


@law(filled=VOLUMES, flow=FLOWS)
def nothing_is_expected_when_the_time_to_empty_is_over(filled, flow):
    time = time_to_level(filled, None, flow).value

    assert expected_volume(filled, flow, time).value == exactly(0, VOLUME)


@law(filled=VOLUMES, flow=FLOWS, days=DURATIONS, aspirated=VOLUMES)
def delivered_ratio_is_one_if_and_only_if_what_was_aspirated_was_expected(filled, flow, days, aspirated):
    expected = expected_volume(filled, flow, days).value

    assert delivered_ratio(filled, expected, expected).value.magnitude == 1
    ratio = delivered_ratio(filled, aspirated, expected).value.magnitude
    assert (ratio == 1) == (aspirated == expected)
    assert (ratio > 1) == (aspirated < expected)


@law(filled=VOLUMES, flow=FLOWS, days=DURATIONS, aspirated=VOLUMES)
def delivered_and_aspirated_make_up_what_was_filled(filled, flow, days, aspirated):
    expected = expected_volume(filled, flow, days).value

    assert delivered_volume(filled, aspirated).value + aspirated == filled
    assert expected + residual_difference(aspirated, expected).value == aspirated


# --- bridge, tip and priming


@law(dead=SMALL_VOLUMES, old=CONCENTRATIONS, dose=DOSES)
def bridge_drug_is_flow_times_duration_times_old_concentration(dead, old, dose):
    flow, duration = bridge_flow_rate(dose, old).value, bridge_duration(dead, old, dose).value

    assert flow * duration == dead
    assert flow * duration * old == bridge_drug(dead, old).value


@law(dead=SMALL_VOLUMES, old=CONCENTRATIONS, dose=DOSES)
def the_bridge_delivers_exactly_the_bridge_dose_a_day(dead, old, dose):
    assert bridge_duration(dead, old, dose).value * dose == bridge_drug(dead, old).value


@law(dead=SMALL_VOLUMES, old=CONCENTRATIONS, new=CONCENTRATIONS)
def what_a_programmer_shows_at_the_new_concentration_is_the_same_volume(dead, old, new):
    """Drug shown over drug delivered is new over old concentration."""
    shown_drug = bridge_dose_at_new_concentration(dead, new).value
    delivered = bridge_drug(dead, old).value

    assert shown_drug == delivered * concentration_ratio(old, new).value


@law(old=CONCENTRATIONS, new=CONCENTRATIONS, dose=DOSES)
def unbridged_ratio_of_the_new_dose_is_the_unbridged_dose(old, new, dose):
    assert unbridged_ratio(old, new).value * dose == unbridged_dose(dose, old, new).value


@law(old=CONCENTRATIONS, new=CONCENTRATIONS)
def concentrations_swapped_undo_each_other(old, new):
    assert unbridged_ratio(old, new).value * unbridged_ratio(new, old).value == 1
    assert unbridged_ratio(old, new).value * concentration_ratio(old, new).value == 1


@law(dead=SMALL_VOLUMES, old=CONCENTRATIONS, new=CONCENTRATIONS, dose=DOSES)
def without_a_bridge_the_same_drug_leaves_in_another_time(dead, old, new, dose):
    """The old drug in the dead volume is conserved, whichever dose drives it out."""
    duration = unbridged_duration(dead, new, dose).value

    assert unbridged_dose(dose, old, new).value * duration == bridge_drug(dead, old).value


@law(dead=SMALL_VOLUMES, old=CONCENTRATIONS, new=CONCENTRATIONS, dose=DOSES)
def a_bridge_at_the_unbridged_dose_is_no_bridge_at_all(dead, old, new, dose):
    tip_dose = unbridged_dose(dose, old, new).value

    assert bridge_duration(dead, old, tip_dose).value == unbridged_duration(dead, new, dose).value
    assert bridge_flow_rate(tip_dose, old).value == continuous_flow_rate(dose, new).value


@law(dead=SMALL_VOLUMES, more=SMALL_VOLUMES, old=CONCENTRATIONS, dose=DOSES)
def a_larger_dead_volume_is_a_longer_bridge_by_the_bridge_of_the_difference(dead, more, old, dose):
    """So two published tubing volumes differ by the bridge of 0.059 mL."""
    both = dead_volume(dead, more).value

    assert bridge_duration(both, old, dose).value - bridge_duration(dead, old, dose).value == (
        bridge_duration(more, old, dose).value
    )


@law(volume=VOLUMES, concentration=CONCENTRATIONS, duration=DURATIONS)
def a_priming_bolus_runs_its_volume_in_its_duration(volume, concentration, duration):
    flow = priming_flow_rate(volume, duration).value

    assert flow * duration == volume
    assert priming_dose(volume, concentration).value == drug_in(volume, concentration).value


# --- catheter


@law(segments=SEGMENTS, share=number(1, Fraction(1, 64)))
def a_segment_cut_in_two_holds_the_same(segments, share):
    length, per = segments[0]
    cut = [(length * share, per), (length * (1 - share), per), *segments[1:]]

    assert catheter_volume(cut).value == catheter_volume(segments).value


@law(segments=SEGMENTS, data=st.data())
def the_order_of_segments_does_not_matter(segments, data):
    shuffled = data.draw(st.permutations(segments))

    assert catheter_volume(shuffled).value == catheter_volume(segments).value


# --- mixing and diluting


@law(parts=PARTS, data=st.data())
def the_order_of_parts_does_not_matter(parts, data):
    shuffled = data.draw(st.permutations(parts))

    assert mixed_concentration(shuffled).value == mixed_concentration(parts).value


@law(first=PARTS, second=PARTS)
def mixtures_can_be_mixed(first, second):
    one, two = ((mixed_volume(parts).value, mixed_concentration(parts).value) for parts in (first, second))

    at_once = [*first, *second]

    assert mixed_concentration([one, two]).value == mixed_concentration(at_once).value
    assert mixed_drug([one, two]).value == mixed_drug(at_once).value


@law(parts=PARTS, concentration=CONCENTRATIONS)
def parts_of_one_concentration_keep_it(parts, concentration):
    alike = [(volume, concentration) for volume, _ in parts]

    assert mixed_concentration(alike).value == concentration


@law(parts=PARTS)
def mixing_keeps_volume_and_drug(parts):
    volume, concentration = mixed_volume(parts).value, mixed_concentration(parts).value

    assert drug_in(volume, concentration).value == mixed_drug(parts).value
    assert volume.magnitude == sum(Fraction(each.magnitude) for each, _ in parts)


@law(parts=PARTS)
def a_mixture_lies_between_its_weakest_and_strongest_part(parts):
    concentrations = [concentration for _, concentration in parts]

    assert min(concentrations) <= mixed_concentration(parts).value <= max(concentrations)


@law(volume=VOLUMES, stock=CONCENTRATIONS, share=number(1, Fraction(1, 64)))
def diluting_keeps_the_drug_and_reaches_the_target(volume, stock, share):
    target = stock * share

    of_stock = stock_volume(stock, target, volume).value
    of_diluent = diluent_volume(volume, of_stock).value

    assert of_stock + of_diluent == volume
    assert drug_in(of_stock, stock).value == drug_in(volume, target).value
    water = exactly(0, CONCENTRATION)
    if of_diluent.magnitude:
        assert mixed_concentration([(of_stock, stock), (of_diluent, water)]).value == target


@law(concentration=CONCENTRATIONS, molar_mass=quantities(MOLAR_MASS, 500))
def concentrations_converted_there_and_back_are_the_same(concentration, molar_mass):
    percent = percent_of_concentration(concentration).value
    molar = molar_of_concentration(concentration, molar_mass).value

    assert concentration_of_percent(percent).value == concentration
    assert concentration_of_molar(molar, molar_mass).value == concentration


@law(one=PERCENTAGES, two=PERCENTAGES)
def percent_weight_in_volume_is_linear(one, two):
    both = concentration_of_percent(one + two).value

    assert both == concentration_of_percent(one).value + concentration_of_percent(two).value
    assert concentration_of_percent(exactly(1, PERCENTAGE)).value == exactly(10_000, CONCENTRATION)


# --- titration


@law(dose=DOSES, percent=quantities(PERCENTAGE, 99), count=st.integers(1, 12), down=st.booleans())
def equal_steps_multiply(dose, percent, count, down):
    change = -percent if down else percent
    factor = 1 + Fraction(change.magnitude) / 100

    last = titration_sequence(dose, change, count)[-1].value

    assert Fraction(last.magnitude) == Fraction(dose.magnitude) * factor**count


@law(dose=DOSES, percent=PERCENTAGES)
def a_step_up_is_undone_by_a_smaller_step_down(dose, percent):
    """Up by p, then down by p / (1 + p): 25 % up is undone by 20 % down."""
    up = Fraction(percent.magnitude) / 100

    raised = dose_after(dose, percent).value
    lowered = dose_after(raised, exactly(-100 * up / (1 + up), PERCENTAGE)).value

    assert lowered == dose


@law(old=DOSES, new=DOSES)
def the_change_to_a_dose_leads_to_that_dose(old, new):
    change = dose_change(old, new).value

    assert dose_after(old, change).value == new
    assert (change.magnitude > 0) == (new > old)


@law(dose=DOSES, first=PERCENTAGES, second=PERCENTAGES)
def the_order_of_two_steps_does_not_matter(dose, first, second):
    one_way = dose_after(dose_after(dose, first).value, second).value
    other_way = dose_after(dose_after(dose, second).value, first).value

    assert one_way == other_way


# --- the same in other words: units, zones, scales


THOUSANDTHS = st.integers(1, 2_000_000).map(lambda whole: Fraction(whole, 1000))


def typed(value: Fraction, unit: str) -> str:
    """A number whose decimals end, as someone would type it."""
    whole, rest = divmod(value * 10**6, 10**6)
    assert rest.denominator == 1
    return f"{whole}.{int(rest):06d} {unit}"


@law(dose=THOUSANDTHS, strength=st.integers(1, 5000), volume=st.integers(3, 60_000))
def the_unit_of_entry_changes_nothing(dose, strength, volume):
    dose = dose * 24  # so that it ends per hour too

    answers = [
        QUESTIONS["refill"](
            Form(
                {
                    "dose": typed(dose / per_day, dose_unit),
                    "concentration": typed(Fraction(strength) / per_ml, concentration_unit),
                    "volume": typed(Fraction(volume, 1000) * per_litre, volume_unit),
                    "alarm": typed(Fraction(2, 1000) * per_litre, volume_unit),
                    "accuracy": "14.5 %",
                }
            )
        ).results
        for per_day, dose_unit, per_ml, concentration_unit, per_litre, volume_unit in (
            (1, "mcg/day", 1, "mcg/mL", 1, "mL"),
            (1000, "mg/day", 1000, "mg/mL", 1000, "uL"),
            (24, "mcg/h", 1000, "g/L", 1000, "µL"),
            (1, "ug/24 h", 1, "ng/uL", 1, "ml"),
        )
    ]

    assert all(answer == answers[0] for answer in answers)


@law(minutes=MINUTES, zones=st.tuples(ZONES, ZONES), time=DURATIONS)
def a_moment_is_the_same_moment_in_every_zone(minutes, zones, time):
    start = instant_at(minutes)

    here, there = (moment_after(read_instant(start, read_zone(zone)), time) for zone in zones)

    assert here is not None
    assert here == there
    assert date_text(here) == f"{here.day} {MONTHS[here.month - 1]} {here.year}"


@law(minutes=MINUTES, zone=ZONES, early=DURATIONS, later=DURATIONS)
def a_later_time_is_a_later_moment(minutes, zone, early, later):
    start = read_instant(instant_at(minutes), read_zone(zone))

    first, second = moment_after(start, early), moment_after(start, early + later)

    assert first < second
    assert start.moment < first


def instant_at(minutes: int) -> str:
    """So many minutes after the start of 2026, in UTC."""
    epoch = read_instant("2026-01-01T00:00+00:00")
    return f"{epoch.after(exactly(Fraction(minutes, 1440), DURATION)):%Y-%m-%dT%H:%M}+00:00"


@law(
    doses=st.tuples(DOSES, DOSES, DOSES),
    concentrations=st.tuples(CONCENTRATIONS, CONCENTRATIONS),
    volumes=st.tuples(SMALL_VOLUMES, SMALL_VOLUMES, VOLUMES),
    factor=FACTORS,
)
def doses_and_concentrations_scaled_together_leave_every_time_and_volume(
    doses, concentrations, volumes, factor
):
    """As if the drug were weighed in another unit: no flow, no duration and no date may notice."""
    current_dose, new_dose, bridge_dose = doses
    old, new = concentrations
    tubing, catheter, usable = volumes
    inputs = Inputs(
        current_concentration=old,
        current_schedule=SimpleContinuous(current_dose),
        new_concentration=new,
        new_schedule=SimpleContinuous(new_dose),
        tubing_volume=tubing,
        catheter_volume=catheter,
        bridge_dose=bridge_dose,
        filled=exactly(2, VOLUME) + usable,
        low_alarm=exactly(2, VOLUME),
        at=read_instant("2026-11-22T09:30+02:00", read_zone("Asia/Jerusalem")),
        accuracy=exactly(Fraction(29, 2), PERCENTAGE),
    )
    scaled = replace(
        inputs,
        current_concentration=factor * old,
        current_schedule=SimpleContinuous(factor * current_dose),
        new_concentration=factor * new,
        new_schedule=SimpleContinuous(factor * new_dose),
        bridge_dose=factor * bridge_dose,
    )

    one, other = Calculation(inputs), Calculation(scaled)

    for name in ("current_flow_rate", "new_flow_rate", "bridge_flow_rate", "bridge_duration", "unbridged_duration",
                 "unbridged_ratio", "dose_change", "time_to_alarm", "time_to_empty", "time_to_alarm_worst"):  # fmt: skip
        value, scaled_value = getattr(one, name), getattr(other, name)
        assert (value is None) == (scaled_value is None), name
        assert value is None or value.value == scaled_value.value, name
    assert one.low_alarm_date == other.low_alarm_date
    assert one.empty_date == other.empty_date


@law(value=number(10**6), kind=st.sampled_from([DAILY_DOSE, CONCENTRATION, VOLUME, FLOW_RATE]))
def what_is_shown_is_within_half_a_unit_of_its_fourth_digit(value, kind):
    text = shown(exactly(value, kind)).split(" ")[0].replace(",", "")

    size = 10 ** (len(str(int(value))) - 1) if value >= 1 else Fraction(1, 10)
    assert abs(Fraction(text) - value) <= size / Fraction(2000)


# --- how they are run


def run(name: str, examples: int) -> None:
    held = LAWS[name]
    generated = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )(given(**held.strategies)(held.check))
    generated()


def test_there_are_laws_enough():
    assert len(LAWS) >= 22


@pytest.mark.parametrize("name", LAWS)
def test_law(name):
    run(name, 40)


@pytest.mark.slow
@pytest.mark.parametrize("name", LAWS)
def test_law_at_length(name):
    run(name, 1000)
