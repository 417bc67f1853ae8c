"""What a slip of the fingers makes of a number, by the keys themselves; and the roundest time of several."""

from fractions import Fraction

import pytest

from itbcalc.judge.inputs import SolvableInput
from itbcalc.judge.plausible import mistyped, nearest
from itbcalc.judge.reasons import Reason
from itbcalc.judge.solving import Interval


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
    ("low", "high", "roundest"),
    [
        pytest.param(590, 640, 600, id="a-full-hour"),
        pytest.param(631, 646, 645, id="a-quarter"),
        pytest.param(602, 607, 605, id="five-minutes"),
        pytest.param(601, 604, 601, id="any-minute"),
    ],
)
def test_of_several_times_the_roundest_is_offered_first(low, high, roundest):
    start = SolvableInput("new.steps.1.start", None, Fraction(0), lambda inputs, value: inputs, whole=True)

    assert next(nearest(Interval(Fraction(low), Fraction(high)), start)) == roundest
