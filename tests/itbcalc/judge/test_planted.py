"""The slip that was made stands first among what is offered in four of five cases, and among three in nineteen of twenty."""

import pytest

from tests.itbcalc.judge.planted import rates


@pytest.mark.parametrize("count", [58, pytest.param(2_000, marks=pytest.mark.slow)], ids=["58", "2,000"])
def test_the_slip_that_was_made_stands_first_or_among_three(count: int) -> None:
    found = rates(count)

    print(f"\n{found.table}")
    assert found.of(found.first) >= 0.8
    assert found.of(found.among_three) >= 0.95
    assert not found.upsetting
