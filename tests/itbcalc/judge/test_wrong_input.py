"""From which value to which an input would give what the programmer shows: worked by hand, to the minute.

The change is at 09:00 on 10 Nov 2026, 500 mcg/mL, alarm at 2 mL; the programmer shows an alarm on 29 Nov where it comes just
after that day's midnight, 471 hours after the change.
"""

from typing import Any

import pytest

from itbcalc.judge.check import explanations_of
from tests.itbcalc.programs import NIGHT, QUIET_PERIODIC, check_of, library


@pytest.mark.parametrize(
    ("program", "place", "value", "within"),
    [
        pytest.param(
            # 0.8 x 19.625 = 15.7 mL of basal, and 78 boluses of 0.03 mL at 06:00, 12:00 … are 18.04 of 18.05 mL. One third of
            # one more, 100 s of its 5 min, has to be given: it begins at 23:58 at the latest, or runs at the change, for two
            # minutes more: it began at 08:57, as others do at 02:57. 16:00 is one key beside 06:00.
            {**QUIET_PERIODIC, "reservoir.filled": "20.05 mL"},
            "new.first",
            16 * 60,
            (2 * 60 + 57, 23 * 60 + 58),
            id="first-bolus",
        ),
        pytest.param(
            # 12.5 x 471 = 5887.5 mcg of basal, and 5 mcg/h more in 8 h of each night from 22:00: 19 x 40 + 10 = 770. 13.335 mL
            # are 6667.5 mcg, so 780 are needed: half a step on the last day, from 20:00 on, or on the first, up to 13:00 from
            # 05:00 on. 22:00 read as 10:00 is between them.
            {**NIGHT, "reservoir.filled": "15.335 mL"},
            "new.steps.1.start",
            10 * 60,
            (5 * 60, 20 * 60),
            id="step",
        ),
    ],
)
def test_a_time_of_day_is_named_with_all_times_that_give_the_day_of_the_alarm(
    program: dict[str, Any], place: str, value: int, within: tuple[int, int]
) -> None:
    found = explanations_of(check_of({**program, "readouts.low_alarm_date": "2026-11-29"}), library())
    (named,) = [each for each in found.found if each.offered is not None and each.offered.place == place]

    assert (named.value, (named.within.low, named.within.high)) == (value, within)
