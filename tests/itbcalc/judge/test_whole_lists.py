"""What explains a difference, as whole lists in their order: each is shown, so none may be missing, stand elsewhere or be one more.

The program is the one with a bridge (`bridged.py`): 0.140 + 0.19 = 0.33 mL of 500 mcg/mL, 400 mcg/day, then 460 mcg/day
at 2000 mcg/mL, 40 mL, alarm at 2 mL. A day is met from midnight to midnight in summer time: 24 Apr 2027 by an alarm 164.5833
to 165.5833 days after 10 Nov 2026 09:00. With the bridge the alarm comes 0.33 x 500 / 400 + (38 - 0.33) / 0.23 = 164.195
days after; in general 1.25 D + (38 - D) / 0.23 = 165.2174 - 3.0978 D, of a dead volume D. Every number was worked by hand.
"""

from fractions import Fraction

import pytest

from itbcalc.judge.check import explanations_of
from tests.itbcalc.judge.bridged import BRIDGED
from tests.itbcalc.programs import check_of, library

AGREEING = {"concentration": "2000 mcg/mL", "daily_dose": "460 mcg/day", "flow_rate": "0.230 mL/day"}
Named = tuple[str, str, str]  # the input, its value in the unit of the program, why it is plausible


@pytest.mark.parametrize(
    ("shown", "named"),
    [
        pytest.param(
            # 460 / 500 = 0.92; no bridge was read, so old for new in both places would show the same
            {"concentration": "500 mcg/mL", "flow_rate": "0.920 mL/day"},
            [("new.concentration", "500", "old_concentration"), ("", "", "concentrations_swapped")],
            id="the old concentration",
        ),
        pytest.param(
            # 460 / 500 = 0.92 and 400 / 2000 = 0.2
            {"concentration": "500 mcg/mL", "flow_rate": "0.920 mL/day", "bridge_flow_rate": "0.200 mL/day"},
            [("", "", "concentrations_swapped")],
            id="old and new concentration swapped",
        ),
        pytest.param(
            # 460 / 1000 = 0.46
            {"concentration": "1000 mcg/mL", "flow_rate": "0.460 mL/day"},
            [("new.concentration", "1000", "marketed_concentration")],
            id="another vial",
        ),
        pytest.param(
            # 400 / 2000 = 0.2
            {"daily_dose": "400 mcg/day", "flow_rate": "0.200 mL/day"},
            [("new.daily_dose", "400", "previous_dose")],
            id="the previous dose",
        ),
        pytest.param(
            # 640 / 2000 = 0.32
            {"daily_dose": "640 mcg/day", "flow_rate": "0.320 mL/day"},
            [("new.daily_dose", "640", "digits_transposed")],
            id="two digits of the dose",
        ),
        pytest.param(
            # without a bridge 38 / 0.23 = 165.217. D = 0.19: 164.629; 0.14: 164.784. Begun 12 h later: 164.695.
            # D = 0.014 + 0.19: 164.585; 0.14 + 0.019: 164.725. A bridge of 0.33 x 2000 / 400 = 0.33 x 500 / 100
            # = 1.65 days: 1.65 + 37.67 / 0.23 = 165.433. An alarm at 1.681 to 1.910 mL, of which 1.7 is the first short one:
            # 0.4125 + 37.97 / 0.23 = 165.499.
            {"low_alarm_date": "2027-04-24"},
            [
                ("", "", "bridge_left_out"),
                ("", "", "tubing_left_out"),
                ("", "", "catheter_left_out"),
                ("reservoir.at", "720", "am_for_pm"),
                ("system.tubing_volume", "0.014", "decimal_point_moved"),
                ("system.catheter.volume", "0.019", "decimal_point_moved"),
                ("current.concentration", "2000", "another_field"),
                ("bridge.dose", "100", "neighbouring_key"),
                ("reservoir.low_alarm", "1.7", "nearest"),
            ],
            id="a day later",
        ),
        pytest.param(
            # 155.4995 days are 14 Apr: alarm at 4 mL, or filled with 38: 0.4125 + (36 - 0.33) / 0.23. D = 3 + 0.19: 155.335;
            # 0.14 + 3: 155.490. Begun nine whole days before, 9 x 1440 = 12,960 min: 155.195.
            {"low_alarm_date": "2027-04-14"},
            [
                ("reservoir.low_alarm", "4", "other_alarm_volume"),
                ("system.tubing_volume", "3", "nearest"),
                ("system.catheter.volume", "3", "nearest"),
                ("reservoir.filled", "38", "nearest"),
                ("reservoir.at", "-12960", "nearest"),
            ],
            id="nine days earlier",
        ),
        pytest.param(
            # 0.33 x 500 / 460 = 516.52 min. Otherwise D = 516.5 to 517.5 x 400 / 500 / 1440 = 0.28694 to 0.2875, of which
            # 0.097 and 0.147 are the shortest; or 434.76 to 435.6 mcg/mL
            {"bridge_duration": "8 h 37 min"},
            [
                ("bridge.dose", "460", "bridge_at_new_dose"),
                ("system.tubing_volume", "0.097", "nearest"),
                ("system.catheter.volume", "0.147", "nearest"),
                ("current.concentration", "435", "nearest"),
            ],
            id="the bridge at the new dose",
        ),
        pytest.param(
            # 0.33 x 2000 = 660; 660 / 500 = 1.32 = 1.13 + 0.19 = 0.14 + 1.18
            {"bridge_drug": "660 mcg"},
            [
                ("", "", "counted_at_new_concentration"),
                ("current.concentration", "2000", "another_field"),
                ("system.tubing_volume", "1.13", "nearest"),
                ("system.catheter.volume", "1.18", "nearest"),
            ],
            id="drug counted at the new concentration",
        ),
        pytest.param(
            # 0.389 = 0.199 + 0.19 = 0.14 + 0.249; x 500 / 400 = 11 h 40 min
            {"bridge_volume": "0.389 mL", "bridge_duration": "11 h 40 min"},
            [
                ("system.tubing_volume", "0.199", "other_tubing_volume"),
                ("system.catheter.volume", "0.249", "nearest"),
            ],
            id="the other tubing",
        ),
        pytest.param(
            # 0.19 = 0 + 0.19 = 0.14 + 0.05
            {"bridge_volume": "0.190 mL"},
            [
                ("", "", "tubing_left_out"),
                ("system.tubing_volume", "0", "nearest"),
                ("system.catheter.volume", "0.05", "nearest"),
            ],
            id="the tubing left out",
        ),
    ],
)
def test_all_that_explains_a_difference_is_named_in_its_order(
    shown: dict[str, str], named: list[Named]
) -> None:
    read = {f"readouts.{name}": text for name, text in {**AGREEING, **shown}.items()}
    found = explanations_of(check_of({**BRIDGED, **read}), library())

    assert [
        (each.offered.place if each.offered else "", each.value, each.reason.value) for each in found.found
    ] == [(place, Fraction(value) if value else None, reason) for place, value, reason in named]
    assert found.hints == ()
