"""At which values does a function come out as wanted: every expected end was worked by hand."""

import itertools
from collections.abc import Callable
from fractions import Fraction

import pytest

from itbcalc.judge.solving import (
    FollowedFunction,
    Interval,
    Quotient,
    StraightLine,
    doublings,
    found_by,
    quotient_through,
    where_followed,
    where_tried,
)

F = Fraction
POSITIVE = Interval(low=F(0))


def between(low: str | int, high: str | int) -> Interval:
    return Interval(F(low), F(high))


# --- intervals


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        (between(1, 3), between(2, 5), between(2, 3)),
        (between(1, 2), between(2, 3), between(2, 2)),
        (between(1, 2), between(3, 4), None),
        (Interval(low=F(1)), Interval(high=F(4)), between(1, 4)),
        (Interval(), Interval(), Interval()),
    ],
)
def test_what_lies_in_both(one: Interval, other: Interval, common: Interval | None) -> None:
    assert one.intersected(other) == common
    assert other.intersected(one) == common


def test_both_ends_belong_to_it() -> None:
    assert F(1) in between(1, 2)
    assert F(2) in between(1, 2)
    assert F("2.000001") not in between(1, 2)
    assert F(-7) in Interval(high=F(2))


def test_joined_it_reaches_from_the_lowest_to_the_highest() -> None:
    assert between(1, 2).joined(between(5, 6)) == between(1, 6)
    assert between(1, 2).joined(Interval(low=F(5))) == Interval(low=F(1))
    assert between(5, 6).joined(Interval(high=F(2))) == Interval(high=F(6))
    assert Interval(high=F(2)).joined(between(5, 6)) == Interval(high=F(6))
    assert Interval(low=F(5)).joined(between(1, 2)) == Interval(low=F(1))


def test_how_far_a_value_misses_it() -> None:
    assert between(2, 4).missed_by(F(1)) == 1
    assert between(2, 4).missed_by(F(7)) == 3
    assert between(2, 4).missed_by(F(3)) == 0
    assert between(2, 4).missed_by(None) is None
    assert Interval(low=F(2)).missed_by(F(1)) == 1
    assert Interval(low=F(2)).missed_by(F(9)) == 0
    assert Interval(high=F(4)).missed_by(F(9)) == 5
    assert Interval(high=F(4)).missed_by(F(-1)) == 0


@pytest.mark.parametrize(
    ("interval", "whole"),
    [
        (between("1.2", "4.9"), between(2, 4)),
        (between(1, 4), between(1, 4)),
        (between("1.9", "2.1"), between(2, 2)),
        (between("1.2", "1.9"), None),
        (Interval(low=F("1.2")), Interval(low=F(2))),
        (Interval(high=F("1.2")), Interval(high=F(1))),
    ],
)
def test_the_whole_numbers_in_it(interval: Interval, whole: Interval | None) -> None:
    assert interval.whole == whole


@pytest.mark.parametrize(
    ("slope", "wanted", "expected"),
    [
        # 7 + 2 (x - 3): 7 at 3, 11 at 5; 7 - 2 (x - 3) is 11 at 1
        (2, between(7, 11), between(3, 5)),
        (-2, between(7, 11), between(1, 3)),
        (2, Interval(low=F(11)), between(5, 10)),
        (-2, Interval(low=F(11)), between(0, 1)),
        (2, Interval(high=F(11)), between(0, 5)),
        (2, between(100, 200), None),
        # half as steep: 7 at 3, 8 at 5, or at 1
        (F(1, 2), between(7, 8), between(3, 5)),
        (F(-1, 2), between(7, 8), between(1, 3)),
        # everywhere 7
        (0, between(7, 11), between(0, 10)),
        (0, between(8, 11), None),
    ],
)
def test_where_a_straight_line_lies_as_wanted(
    slope: int, wanted: Interval, expected: Interval | None
) -> None:
    assert StraightLine(F(7), F(slope), F(3)).within(wanted, between(0, 10)) == expected


# --- quotients


def test_three_points_give_the_one_quotient_through_them() -> None:
    # 6/x: 6, 3, 2
    found = quotient_through([(F(1), F(6)), (F(2), F(3)), (F(3), F(2))])

    assert found(F(12)) == F(1, 2)
    assert found(F(0)) is None
    assert found.inverse(F(4)) == F(3, 2)


def test_three_points_on_a_line_give_the_line() -> None:
    # 2x + 1
    found = quotient_through([(F(0), F(1)), (F(1), F(3)), (F(5), F(11))])

    assert found(F(100)) == 201
    assert found.inverse(F(0)) == F(-1, 2)


def test_a_quotient_is_nowhere_its_own_limit() -> None:
    # (2x + 3) / x comes near 2 and never is 2
    assert Quotient(F(3), F(2), F(0), F(1)).inverse(F(2)) is None


Case = tuple[Callable[[Fraction], Fraction | None], Interval, Interval, int, Interval | None]
EXACT: dict[str, Case] = {
    # 460/x printed 0.92: 0.915 to 0.925: 460/0.925 = 497.297..., 460/0.915 = 502.732...
    "a flow by its concentration": (
        lambda x: F(460) / x if x else None,
        between("0.915", "0.925"),
        POSITIVE,
        500,
        between("18400/37", "92000/183"),
    ),
    # 460/x from 1 to 2: 230 to 460; what it is has to be seen from lower values, for there are no higher ones
    "a flow by its concentration at the end of what there is": (
        lambda x: F(460) / x,
        between(1, 2),
        between(1, 500),
        460,
        between(230, 460),
    ),
    # x/500: 457.5 to 462.5
    "a flow by its dose": (
        lambda x: x / 500,
        between("0.915", "0.925"),
        POSITIVE,
        460,
        between("457.5", "462.5"),
    ),
    # 10 - x in 2 to 3: 7 to 8
    "what falls": (lambda x: 10 - x, between(2, 3), POSITIVE, 5, between(7, 8)),
    # 10 - x at least 12: x at most -2, and that is nothing that is positive
    "outside of where it may lie": (lambda x: 10 - x, Interval(low=F(12)), POSITIVE, 5, None),
    # x/2 at least 3: from 6 on
    "without an upper end": (lambda x: x / 2, Interval(low=F(3)), POSITIVE, 4, Interval(low=F(6))),
    "no part in it, and as wanted": (lambda _: F(7), between(6, 8), POSITIVE, 4, POSITIVE),
    "no part in it, and just as wanted": (lambda _: F(7), between(7, 8), POSITIVE, 4, POSITIVE),
    "no part in it, and just as wanted from below": (lambda _: F(7), between(6, 7), POSITIVE, 4, POSITIVE),
    "no part in it, and not as wanted": (lambda _: F(7), between(8, 9), POSITIVE, 4, None),
    # 1/(x - 4), right of its pole: 1/(x - 4) from 1 to 2: x from 4.5 to 5
    "beside its pole": (
        lambda x: 1 / (x - 4) if x != 4 else None,
        between(1, 2),
        POSITIVE,
        6,
        between("4.5", 5),
    ),
    # 1/(x - 4) from -2 to -1: x from 3 to 3.5, left of the pole, where the known value lies
    "on the other side of its pole": (
        lambda x: 1 / (x - 4) if x != 4 else None,
        between(-2, -1),
        POSITIVE,
        2,
        between(3, "3.5"),
    ),
}


@pytest.mark.parametrize("name", EXACT)
def test_where_a_quotient_is_as_wanted_both_ends_are_exact(name: str) -> None:
    function, wanted, domain, near, expected = EXACT[name]

    assert found_by(FollowedFunction(function, domain, F(near)).where(wanted)) == expected


@pytest.mark.parametrize(
    ("function", "is_line", "values"),
    [
        pytest.param(lambda x: 2 * x + 1, True, 2, id="a-line-that-is-known-to-be-one"),
        pytest.param(lambda x: 2 * x + 1, False, 3, id="a-line"),
        pytest.param(lambda x: 460 / x, False, 4, id="a-quotient"),
    ],
)
def test_each_value_is_a_whole_calculation_so_no_more_are_asked_for_than_prove_it(
    function: Callable[[Fraction], Fraction], is_line: bool, values: int
) -> None:
    asked: list[Fraction] = []

    def noted(x: Fraction) -> Fraction:
        asked.append(x)
        return function(x)

    followed = FollowedFunction(noted, POSITIVE, F(460), is_line=is_line)
    found_by(followed.where(between("0.5", 1000)))
    found_by(followed.where(between("0.7", 900)))

    assert len(asked) == values


@pytest.mark.parametrize(
    ("function", "domain", "values"),
    [
        # 500 is 8.7 % more: of the values around 460 only those below it are looked at
        pytest.param(lambda x: F(460) / x, between(1, 500), 4, id="at-the-end-of-what-there-is"),
        pytest.param(lambda x: F(460) / x if x < 500 else None, POSITIVE, 6, id="unknown-above"),
    ],
)
def test_what_cannot_be_said_of_some_values_is_seen_from_others(
    function: Callable[[Fraction], Fraction | None], domain: Interval, values: int
) -> None:
    asked: list[Fraction] = []

    def noted(x: Fraction) -> Fraction | None:
        asked.append(x)
        return function(x)

    # 460/x from 1 to 2
    assert found_by(FollowedFunction(noted, domain, F(460)).where(between(1, 2))) == between(230, 460)
    assert len(asked) == values


def test_every_order_of_magnitude_that_a_slip_leads_to_is_looked_at_each_twice_the_one_before() -> None:
    # a thousand times too much or too little and more: 2 to the 14th is 16,384
    found = list(doublings(F(3)))

    assert (found[0], found[-1]) == (F(3, 16_384), F(3 * 16_384))
    assert {later / sooner for sooner, later in itertools.pairwise(found)} == {2}


def test_only_a_part_may_be_looked_at() -> None:
    found = found_by(
        FollowedFunction(lambda x: x / 500, POSITIVE, F(460)).where(between(0, 1), between(400, 480))
    )

    assert found == between(400, 480)


# --- what is no quotient


def bent(x: Fraction) -> Fraction:
    """Rises by 1 up to 4, by 3 behind it."""
    return x if x <= 4 else 4 + 3 * (x - 4)


def test_both_sides_of_a_corner_are_exact() -> None:
    # 3 to 10: from 3 to 4 + 6/3 = 6
    found = found_by(where_followed(bent, between(3, 10), POSITIVE, (*doublings(F(1)), F(4))))

    assert found == between(3, 6)


def test_a_function_that_leaves_and_comes_back_is_followed_to_the_last_value() -> None:
    # |x - 5| from 1 to 2: 3 to 4, and 6 to 7
    found = found_by(where_followed(lambda x: abs(x - 5), between(1, 2), between(0, 10), [F(5)]))

    assert found == between(3, 7)


def test_an_end_is_exact_where_the_values_are_far_larger_than_what_they_are_of() -> None:
    # 60 x / (x + 1) is 30 with 1, and 50 with 5
    found = found_by(where_followed(lambda x: 60 * x / (x + 1), between(0, 50), between(1, 10), []))

    assert found == between(1, 5)


def test_of_a_function_that_is_nowhere_as_wanted_there_is_nothing() -> None:
    assert found_by(where_followed(bent, between(-2, -1), POSITIVE, doublings(F(1)))) is None


@pytest.mark.parametrize(
    ("function", "squares"),
    [
        # 20 - x²/1000 is 9 at the root of 11,000 and 5 at that of 15,000
        pytest.param(lambda x: 20 - x * x / 1000, (11_000, 15_000), id="falling"),
        pytest.param(lambda x: x * x / 1000 - 20, (25_000, 29_000), id="rising"),
    ],
)
def test_ends_that_are_no_fraction_are_found_to_the_digits_that_anybody_types(
    function: Callable[[Fraction], Fraction], squares: tuple[int, int]
) -> None:
    found = found_by(where_followed(function, between(5, 9), between(0, 200), []))

    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert [float(found.low), float(found.high)] == pytest.approx([each**0.5 for each in squares], abs=1e-12)


def test_with_whole_numbers_only_those_within_count() -> None:
    # x/7 from 0.5 to 1.5: 3.5 to 10.5, so 4 to 10
    found = found_by(
        where_followed(lambda x: x / 7, between("0.5", "1.5"), between(0, 100), [F(0)], whole=True)
    )

    assert found == between(4, 10)


@pytest.mark.parametrize(
    ("among", "expected"),
    [
        (between("4.3", "9.6"), between(5, 9)),
        # x/7 is 0.5 at 3.5, and 3 is below what is looked at: halving must not go there for ever
        (between("3.01", "4.02"), between(4, 4)),
        (between("4.1", "4.9"), None),
    ],
)
def test_whole_numbers_are_looked_for_between_ends_that_are_none(
    among: Interval, expected: Interval | None
) -> None:
    found = found_by(where_followed(lambda x: x / 7, between("0.5", "1.5"), among, [], whole=True))

    assert found == expected


# --- whole numbers


def test_the_first_and_the_last_whole_number_at_which_all_hold() -> None:
    # 1440/n between 100 and 200: n from 7.2 to 14.4; n even or odd says nothing more: 8 to 14
    wanted = [(lambda n: 1440 / n, between(100, 200))]

    assert found_by(where_tried(wanted, range(1, 101))) == between(8, 14)


def test_two_conditions_hold_together() -> None:
    # 1440/n at most 200 and n * n at most 100: 8 to 10
    wanted = [(lambda n: 1440 / n, Interval(high=F(200))), (lambda n: n * n, Interval(high=F(100)))]

    assert found_by(where_tried(wanted, range(1, 101))) == between(8, 10)


@pytest.mark.parametrize(("numbers", "expected"), [((3, 5, 6, 9), between(5, 6)), ((2, 6), between(6, 6))])
def test_only_these_numbers_are_tried(numbers: tuple[int, ...], expected: Interval) -> None:
    assert found_by(where_tried([(lambda n: n, between(4, 8))], numbers)) == expected


def test_where_no_whole_number_holds_there_is_none() -> None:
    assert found_by(where_tried([(lambda n: n, between("3.2", "3.8"))], range(1, 101))) is None


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        # n // 10 is 3 from 30 on, and 5 up to 59
        pytest.param(lambda x: F(x // 10), between(30, 59), id="rising"),
        # 12 - n // 10 is 5 from 70 on, and 3 up to 99
        pytest.param(lambda x: F(12 - x // 10), between(70, 99), id="falling"),
        # at 3 up to 30, and 4 from there on
        pytest.param(lambda x: F(2 + (x > 10) + (x > 30)), between(11, 200), id="flat-to-the-end"),
        # over 3 to 5 it leaps
        pytest.param(lambda x: F(2 + 4 * (x > 100)), None, id="leaping"),
    ],
)
def test_of_whole_numbers_at_which_it_is_the_same_the_first_and_the_last_count(
    function: Callable[[Fraction], Fraction], expected: Interval | None
) -> None:
    assert found_by(where_followed(function, between(3, 5), between(0, 200), [], whole=True)) == expected


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        # 10 - x/10 is 5 at 50 and 2 at 80; x/10 - 10 is 2 at 120 and 5 at 150: no value comes near the numbers themselves
        pytest.param(lambda x: 10 - x / 10, between(50, 80), id="falling"),
        pytest.param(lambda x: x / 10 - 10, between(120, 150), id="rising"),
        # 10 - x/7: 5 at 35, 2 at 56; one of 7 is 1 less, so that 34 and 57 lie outside
        pytest.param(lambda x: 10 - x / 7, between(35, 56), id="falling-by-sevenths"),
    ],
)
def test_whole_numbers_are_found_whether_it_rises_or_falls(
    function: Callable[[Fraction], Fraction], expected: Interval
) -> None:
    looked_for = where_followed(function, between(2, 5), between(0, 200), [F(0), F(200)], whole=True)

    assert found_by(looked_for) == expected
