from datetime import datetime
from fractions import Fraction

import pytest

from itbcalc.compute.profile import Stretch, course_of, patient_course
from itbcalc.compute.reservoir import (
    BridgeUse,
    ByLog,
    PrimeUse,
    counted_by_log,
    dated,
    delivered_ratio,
    delivered_ratio_by_reading,
    delivered_volume,
    expected_volume,
    flow_with_boluses,
    moment_after,
    residual_difference,
    taken_by,
    time_to_level,
    time_to_level_followed,
    time_to_take,
    whole_days,
    worst_case,
    worst_case_followed,
)
from itbcalc.compute.working import Worked
from itbcalc.quantities.instants import Instant, read_instant, read_zone
from itbcalc.quantities.kinds import (
    DURATION,
    FLOW_RATE,
    VOLUME,
    as_concentration,
    as_duration,
    as_flow_rate,
    as_percentage,
    as_volume,
    exactly,
)
from tests.itbcalc.compute.schedules import patient_bolus_of, schedule_of, week_clock
from tests.vectors.reading import quantity, vectors


def level_of(vector):
    level = vector.get("level")
    return None if level is None else as_volume(level)


@pytest.mark.parametrize("vector", vectors("refill"))
def test_time_to_a_level(vector):
    time = time_to_level(as_volume(vector["filled"]), level_of(vector), as_flow_rate(vector["flow_rate"]))

    assert time.exact == vector.expected["time"]
    assert whole_days(time.value) == vector.expected["whole_days"]
    assert worst_case(time, as_percentage(vector["accuracy"])).exact == vector.expected["worst"]


@pytest.mark.parametrize("vector", vectors("refill_through_bridge"))
def test_time_to_a_level_through_a_bridge(vector):
    bridge = BridgeUse(
        as_flow_rate(vector["bridge_flow_rate"]),
        as_duration(vector["bridge_duration"]),
        as_volume(vector["bridge_volume"]),
    )

    time = time_to_level(
        as_volume(vector["filled"]), level_of(vector), as_flow_rate(vector["flow_rate"]), bridge
    )

    assert time.exact == vector.expected["time"]


def test_working_names_the_flow_that_was_running_when_the_level_was_reached():
    bridge = BridgeUse(
        as_flow_rate(quantity("0.36 mL/day")), as_duration(quantity("1 day")), as_volume(quantity("0.36 mL"))
    )
    alarm, flow = as_volume(quantity("2 mL")), as_flow_rate(quantity("0.18 mL/day"))

    during = time_to_level(as_volume(quantity("2.2 mL")), alarm, flow, bridge)
    after = time_to_level(as_volume(quantity("20 mL")), alarm, flow, bridge)

    assert during.numbers == "(2.2 mL − 2 mL) ÷ 0.36 mL/day"
    assert during.formula.endswith("÷ bridge flow rate")
    assert after.numbers == "1 day + (20 mL − 2 mL − 0.36 mL) ÷ 0.18 mL/day"


def test_where_the_level_is_reached_as_the_bridge_ends_only_the_bridge_ran():
    bridge = BridgeUse(
        as_flow_rate(quantity("0.36 mL/day")), as_duration(quantity("1 day")), as_volume(quantity("0.36 mL"))
    )

    time = time_to_level(
        as_volume(quantity("2.36 mL")),
        as_volume(quantity("2 mL")),
        as_flow_rate(quantity("0.18 mL/day")),
        bridge,
    )

    assert time.numbers == "(2.36 mL − 2 mL) ÷ 0.36 mL/day"


def bridge_of(vector) -> BridgeUse | None:
    given = vector.given.get("bridge")
    if given is None:
        return None
    return BridgeUse(
        as_flow_rate(quantity(given["flow_rate"])),
        as_duration(quantity(given["duration"])),
        as_volume(quantity(given["volume"])),
    )


def courses_of(vector):
    """The schedule after the bridge, and every allotted patient bolus."""
    strength, bridge = as_concentration(vector["concentration"]), bridge_of(vector)
    before = ()
    if bridge is not None:
        before = (Stretch(Fraction(0), bridge.duration.magnitude, bridge.flow_rate.magnitude),)
    clock = week_clock(vector.given["clock"])
    courses = [course_of(schedule_of(vector.given["schedule"]), strength, clock, before)]
    if "patient_bolus" in vector.given:
        begin = before[0].end if before else Fraction(0)
        courses.append(patient_course(patient_bolus_of(vector.given["patient_bolus"]), strength, begin))
    return courses


@pytest.mark.parametrize("vector", vectors("refill_followed"))
def test_time_to_a_level_followed_event_by_event(vector):
    time = time_to_level_followed(
        as_volume(vector["filled"]), level_of(vector), courses_of(vector), bridge_of(vector)
    )

    assert (None if time is None else time.exact) == vector.expected["time"]


@pytest.mark.parametrize("vector", vectors("refill_followed"))
def test_the_worst_case_comes_no_later_and_never_where_nothing_flows(vector):
    """As fast as 14.5 % more allows."""
    filled, level = as_volume(vector["filled"]), level_of(vector) or as_volume(quantity("0 mL"))
    courses = courses_of(vector)

    time = time_to_level_followed(filled, level, courses)
    worst = worst_case_followed(filled, level, courses, as_percentage(quantity("14.5 %")))

    assert time is None or worst.value < time.value
    assert time is not None or worst is None


NIGHT = {"mode": "flex", "basal": "240 mcg/day", "steps": [["22:00", "8 h", "100 mcg"]]}
STEADY = {"mode": "simple-continuous", "daily_dose": "200 mcg/day"}


@pytest.mark.parametrize(
    ("schedule", "filled", "days"),
    [
        pytest.param(STEADY, "40 mL", "19000/229 day", id="steady-as-by-the-formula"),
        pytest.param(NIGHT, "7.954 mL", "10 day", id="ten-days-of-0.52-ml"),
        pytest.param(NIGHT, "8.12575 mL", "41/4 day", id="and-six-hours-of-the-night"),
    ],
)
def test_worst_case_is_the_time_in_which_less_is_programmed(schedule, filled, days):
    """Hand arithmetic: 38 / 0.4 / 1.145 = 19,000/229; 1.145 x 5.2 = 5.954; 1.145 x (5.2 + 0.15) = 6.12575."""
    courses = [course_of(schedule_of(schedule), as_concentration(quantity("500 mcg/mL")), Fraction(0))]

    worst = worst_case_followed(
        as_volume(quantity(filled)), as_volume(quantity("2 mL")), courses, as_percentage(quantity("14.5 %"))
    )

    assert worst.exact == days


def test_working_of_a_time_that_was_followed_says_what_was_followed():
    vector = next(
        param.values[0] for param in vectors("refill_followed") if param.id == "alarm-during-the-bridge"
    )

    bridged = time_to_level_followed(
        as_volume(vector["filled"]), level_of(vector), courses_of(vector), bridge_of(vector)
    )
    empty = time_to_level_followed(as_volume(vector["filled"]), None, courses_of(vector))

    assert bridged.name == "time to the low-reservoir alarm"
    assert bridged.numbers == "time in which the bridge of 1 day and then the schedule deliver 2.2 mL − 2 mL"
    assert empty.name == "time to empty"
    assert empty.numbers == "time in which the schedule delivers 2.2 mL"
    assert all("event by event" in worked.note for worked in (bridged, empty))


def test_time_to_empty_counts_all_that_was_filled():
    time = time_to_level(as_volume(quantity("20 mL")), None, as_flow_rate(quantity("0.2 mL/day")))

    assert time.name == "time to empty"
    assert time.numbers == "20 mL ÷ 0.2 mL/day"


@pytest.mark.parametrize(
    ("flow", "bolus", "count", "total"),
    [
        pytest.param("0.1 mL/day", "0.01 mL", 7, "17/100 mL/day", id="prometra-counts-every-bolus"),
        pytest.param("0.2 mL/day", "0.02 mL", 3, "13/50 mL/day", id="three-of-10-mcg-at-500"),
        pytest.param("1/3 mL/day", "1/30 mL", 3, "13/30 mL/day", id="thirds"),
        pytest.param("0.2 mL/day", "1 uL", 1, "201/1000 mL/day", id="one-microlitre"),
    ],
)
def test_every_allotted_bolus_counts(flow, bolus, count, total):
    """Hand arithmetic: 10/100 + 7/100; 20/100 + 6/100; 1/3 + 3/30; 200/1000 + 1/1000."""
    worked = flow_with_boluses(as_flow_rate(quantity(flow)), as_volume(quantity(bolus)), count)

    assert worked.exact == total


@pytest.mark.parametrize(
    ("days", "whole"),
    [
        ("0", 0),
        ("1/2", 0),
        ("1", 1),
        ("74.999999999999", 74),
        ("75", 75),
        ("20 / (4/15)", 75),
        ("900/13", 69),
    ],
)
def test_whole_days_go_down_and_keep_their_last_day(days, whole):
    number = Fraction(20) / Fraction(4, 15) if "(" in days else Fraction(days)

    assert whole_days(as_duration(exactly(number, DURATION))) == whole


def start_of(vector) -> Instant:
    zone = read_zone(vector.given["zone"]) if "zone" in vector.given else None
    return read_instant(vector.given["from"], zone)


@pytest.mark.parametrize("vector", vectors("dates"))
def test_moment_in_the_patients_calendar(vector):
    moment = moment_after(start_of(vector), as_duration(vector["after"]))

    assert moment is not None
    assert moment.isoformat() == vector.expected


@pytest.mark.parametrize("zone", [None, "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/London"])
@pytest.mark.parametrize(
    "after",
    ["2 day", "365000 day", "3650000 day", "999999999999999 day", "999999999999999000000 day"],
)
def test_a_calendar_that_ends_gives_no_date(zone, after):
    start = read_instant("9999-12-30T12:00+00:00", read_zone(zone) if zone else None)

    assert moment_after(start, as_duration(quantity(after))) is None


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("hours", range(0, 48, 3))
def test_around_the_last_day_of_the_calendar_there_is_a_date_or_none(zone, hours):
    start = read_instant("9999-12-30T12:00+00:00", read_zone(zone))

    moment = moment_after(start, as_duration(quantity(f"{hours} h")))

    assert moment is None or moment.year == 9999


@pytest.mark.parametrize("vector", vectors("residual"))
def test_aspirated_against_expected(vector):
    filled, aspirated = as_volume(vector["filled"]), as_volume(vector["aspirated"])

    expected = expected_volume(filled, as_flow_rate(vector["flow_rate"]), as_duration(vector["time"]))

    assert expected.exact == vector.expected["expected_volume"]
    assert residual_difference(aspirated, expected.value).exact == vector.expected["difference"]
    assert delivered_volume(filled, aspirated).exact == vector.expected["delivered_volume"]
    assert delivered_ratio(filled, aspirated, expected.value).exact == vector.expected["delivered_ratio"]


def test_a_misread_syringe_moves_the_delivered_ratio_by_twice_its_error():
    """20 mL filled, 4 left, 5 expected, read to 0.5: 16/15, and 1 mL less or more delivered, 15/15 and 17/15."""
    volumes = (as_volume(quantity(text)) for text in ("20 mL", "4 mL", "5 mL", "0.5 mL"))

    least, most = delivered_ratio_by_reading(*volumes)

    assert (least.exact, most.exact) == ("1", "17/15")


def test_while_a_prime_runs_the_reservoir_empties_at_its_speed():
    """0.4 mL in an hour: a quarter of it is gone, 0.1 mL, after a quarter of an hour, 1/96 day; then 1.2 mL/day follow."""
    prime = PrimeUse(as_volume(quantity("0.4 mL")), as_duration(quantity("1/24 day")))
    steady = schedule_of({"mode": "simple-continuous", "daily_dose": "600 mcg/day"})
    courses = [course_of(steady, as_concentration(quantity("500 mcg/mL")), Fraction(0))]

    assert time_to_take(Fraction(1, 10), courses, prime) == Fraction(1, 96)
    assert time_to_take(Fraction(4, 10), courses, prime) == Fraction(1, 24)
    assert time_to_take(Fraction(16, 10), courses, prime) == Fraction(1, 24) + 1
    assert taken_by(Fraction(1, 96), courses, prime) == Fraction(1, 10)
    assert taken_by(Fraction(1, 24) + 1, courses, prime) == Fraction(16, 10)
    assert taken_by(Fraction(0), courses, PrimeUse(prime.volume)) == Fraction(
        4, 10
    )  # as long as none was said


def test_a_time_says_the_moment_to_which_it_leads():
    # 20 mL at 0.175 mL/day down to 2 mL: 18 ÷ 0.175 = 102 6/7 days; 6/7 day = 20 h 34.3 min; 102 days after 22 Nov is 4 Mar.
    start = Instant(datetime.fromisoformat("2026-11-22T09:30+02:00"), zone_named=False)
    filled, alarm, flow = exactly(20, VOLUME), exactly(2, VOLUME), exactly(Fraction(7, 40), FLOW_RATE)
    time = time_to_level(as_volume(filled), as_volume(alarm), as_flow_rate(flow))

    assert dated(time, start).note == "From 22 Nov 2026 09:30 on: 5 Mar 2027 06:04."
    assert dated(time, None) == time


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("", "Counted by the log from 22 Nov 2026 09:30 on."),
        ("As programmed.", "As programmed. Counted by the log from 22 Nov 2026 09:30 on."),
    ],
)
def test_what_a_time_is_counted_from_stands_beside_its_own_note(note, said):
    at = datetime.fromisoformat("2026-11-22T09:30+02:00")
    time = Worked("time", as_duration(quantity("3 day")), "{time}", (), note=note)

    assert str(counted_by_log(time, ByLog(filled_at=at, known_at=at), at).note) == said
