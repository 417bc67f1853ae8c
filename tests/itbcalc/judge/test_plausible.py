"""What a slip of the fingers makes of a number, by the keys themselves; and the roundest time of several."""

from fractions import Fraction

import pytest

from itbcalc.judge.inputs import SolvableInput
from itbcalc.judge.plausible import Sheet, candidates, mistyped, nearest
from itbcalc.judge.reasons import Reason
from itbcalc.judge.solving import Interval
from itbcalc.quantities.entry import read_quantity
from itbcalc.quantities.kinds import CONCENTRATION, DAILY_DOSE, DURATION, LENGTH


@pytest.mark.parametrize(
    ("digit", "beside"),
    [
        pytest.param("5", "4628", id="in-the-row-4-and-6-on-the-keypad-2-and-8-too"),
        pytest.param("1", "24", id="nothing-left-of-it"),
        pytest.param("9", "86", id="the-0-beside-it-would-be-no-number"),
    ],
)
def test_a_neighbouring_key_is_beside_it_in_the_row_or_on_the_keypad(digit, beside):
    texts = [text for reason, text in mistyped(digit) if reason is Reason.NEIGHBOURING_KEY]

    assert sorted(texts) == sorted(beside)


@pytest.mark.parametrize(
    ("kind", "slips"),
    [
        # down for up, the step alone, and the 15 % of it, alone and added
        (DAILY_DOSE, {340, 60, 15, 415}),
        (CONCENTRATION, set()),
    ],
)
def test_only_a_dose_is_mistaken_for_its_own_step(kind, slips):
    offered = SolvableInput("new.dose", kind, Fraction(460), lambda inputs, value: inputs)
    sheet = Sheet(entries={}, previous={"new.dose": Fraction(400)}, known={}, times={})

    steps = {Reason.DOWN_FOR_UP, Reason.STEP_ALONE, Reason.PERCENT_FOR_AMOUNT}
    assert {each.value for each in candidates(offered, sheet) if each.reason in steps} == slips


def test_of_a_dose_that_stays_no_step_is_taken_for_it():
    sheet = Sheet(entries={}, previous={"new.daily_dose": Fraction(250)}, known={}, times={})

    found = by_reason(offered("new.daily_dose", DAILY_DOSE, "250 mcg/day"), sheet)

    assert found["previous_dose"] == [250]
    assert not found.keys() & {"down_for_up", "step_alone", "percent_for_amount"}


@pytest.mark.parametrize(
    ("low", "high", "roundest"),
    [
        pytest.param(1370, 1500, 1440, id="midnight"),
        pytest.param(590, 640, 600, id="a-full-hour"),
        pytest.param(610, 635, 630, id="half-an-hour"),
        pytest.param(631, 646, 645, id="a-quarter"),
        pytest.param(601, 616, 615, id="a-quarter-before-ten-minutes"),
        pytest.param(604, 611, 610, id="ten-minutes"),
        pytest.param(602, 607, 605, id="five-minutes"),
        pytest.param(601, 604, 601, id="any-minute"),
    ],
)
def test_of_several_times_the_roundest_is_offered_first(low, high, roundest):
    start = SolvableInput("new.steps.1.start", None, Fraction(0), lambda inputs, value: inputs, whole=True)

    assert next(nearest(Interval(Fraction(low), Fraction(high)), start)) == roundest


@pytest.mark.parametrize(
    ("interval", "first"),
    [
        pytest.param(Interval(Fraction(3, 10), Fraction(36, 100)), ["0.3", "0.3", "0.31"], id="one-decimal"),
        pytest.param(Interval(low=Fraction(13, 2)), ["7", "8", "9"], id="without-an-upper-end"),
        pytest.param(Interval(high=Fraction(1)), ["0", "1", "0"], id="from-zero-on"),
    ],
)
def test_of_several_numbers_the_shortest_is_offered_first(interval, first):
    offered = SolvableInput("system.tubing_volume", None, Fraction(1), lambda inputs, value: inputs)

    found = nearest(interval, offered)

    assert [next(found) for _ in first] == [Fraction(text) for text in first]


def test_a_number_that_needs_more_than_six_decimals_is_none_that_anybody_types():
    offered = SolvableInput("system.tubing_volume", None, Fraction(1), lambda inputs, value: inputs)

    of_seven = nearest(Interval(Fraction("0.1234561"), Fraction("0.1234569")), offered)
    of_six = nearest(Interval(Fraction("0.1234561"), Fraction("0.1234570")), offered)

    assert list(of_seven) == []
    assert list(of_six) == [Fraction("0.123457")]


@pytest.mark.parametrize(
    ("number", "slips"),
    [
        (
            "12.5",
            {
                "decimal_point_moved": "125 1.25 1250 0.125",
                "digits_transposed": "21.5 15.2",
                "digit_doubled": "112.5 122.5 12.55",
                "digit_dropped": "2.5 1.5 125",
                "neighbouring_key": "22.5 42.5 11.5 13.5 10.5 15.5 12.4 12.6 12.2 12.8",
                "zero_for_point": "1205",
            },
        ),
        (
            "90",
            {
                "decimal_point_moved": "900 9.0 9000 0.90",
                "digit_doubled": "990 900",
                "digit_dropped": "9",
                "neighbouring_key": "80 60 99 91 92",
            },
        ),
    ],
)
def test_all_slips_of_the_fingers_in_a_number(number, slips):
    found: dict[str, list[str]] = {}
    for reason, text in mistyped(number):
        found.setdefault(reason.value, []).append(text)

    assert found == {reason: texts.split(" ") for reason, texts in slips.items()}


NOTHING_ELSE = Sheet(entries={}, previous={}, known={}, times={})


def offered(place, kind=None, text="", value=0, **more):
    entered = read_quantity(text, kind) if text else None
    value = entered.quantity.magnitude if entered else Fraction(value)
    return SolvableInput(place, kind, value, lambda inputs, value: inputs, entered=entered, **more)


def by_reason(offered, sheet=NOTHING_ELSE):
    """The values of each reason, those of the fingers apart from the times and days."""
    found: dict[str, list[Fraction]] = {}
    for each in candidates(offered, sheet):
        assert isinstance(each.value, Fraction)  # and no float that happens to equal it
        found.setdefault(each.reason.value, []).append(each.value)
    return found


def test_what_may_have_been_meant_by_a_daily_dose():
    """250 mcg/day after 200, a step of 50, a quarter: 24 times as much, a 24th, a thousand times, a thousandth."""
    sheet = Sheet(entries={}, previous={"new.daily_dose": Fraction(200)}, known={}, times={})

    found = by_reason(offered("new.daily_dose", DAILY_DOSE, "250 mcg/day"), sheet)

    assert found["previous_dose"] == [200]
    assert found["down_for_up"] == [150]
    assert found["step_alone"] == [50]
    assert found["percent_for_amount"] == [25, 225]
    assert found["dose_per_hour_for_per_day"] == [6000]
    assert found["dose_per_day_for_per_hour"] == [Fraction(250, 24)]
    assert found["mg_for_mcg"] == [250_000]
    assert found["mcg_for_mg"] == [Fraction(1, 4)]


def test_what_may_have_been_meant_by_a_length_and_by_an_interval():
    """40 cm: an inch has 2.54. 6 h, in minutes: a 60th, and 60 times as much."""
    length = by_reason(offered("system.catheter.length", LENGTH, "40 cm"))
    interval = by_reason(offered("new.every", DURATION, "6 h"))

    assert length["cm_for_inches"] == [Fraction(4000, 254)]
    assert length["inches_for_cm"] == [Fraction(1016, 10)]
    assert interval["interval_minutes_for_hours"] == [Fraction(1, 240)]
    assert interval["interval_hours_for_minutes"] == [15]


def test_what_may_have_been_meant_by_a_time_of_day():
    """20:00: twelve hours beside it, 02:00, and a key beside each digit where that is a time."""
    found = by_reason(offered("new.first", value=1200, is_time_of_day=True, whole=True))

    assert found == {
        "am_for_pm": [480],
        "digits_transposed": [120],
        "neighbouring_key": [600, 0, 1260, 1320, 1210, 1220, 1209, 1201, 1202],
    }


def test_what_may_have_been_meant_by_the_moment_of_the_change():
    """A day, ten days, a year or a leap year, to either side; in minutes."""
    found = by_reason(offered("reservoir.at", value=0, whole=True))

    days = [value / 1440 for value in found["another_day"]]
    assert days == [1, -1, 10, -10, 365, -365, 366, -366]


def test_a_number_without_a_point_gets_none_where_hours_and_minutes_are_typed():
    """30 min: the fields hold whole numbers, so no slip is offered that would need a point."""
    found = by_reason(offered("new.duration", DURATION, "30 min", whole=True))

    assert "decimal_point_moved" not in found
    assert found["digit_dropped"] == [3]
    assert found["digit_doubled"] == [330, 300]
