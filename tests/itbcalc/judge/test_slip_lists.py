"""Which slips are offered for a program, all of them, and in which order?

Each list was written from what could have happened: the hand arithmetic stands beside it. Only what gives everything
that differs and upsets nothing that agrees is offered, the most plausible first.
"""

from typing import Any

import pytest

from itbcalc.judge.check import explanations_of
from tests.itbcalc.judge.bridged import BRIDGED
from tests.itbcalc.judge.test_schedule_slips import ISMP, NIGHT, ON_DEMAND, SIX_HOURLY, WEEKEND
from tests.itbcalc.programs import check_of, library

Offered = dict[str, list[tuple[str, str]]]

# Of the quiet program with a bridge: 500 to 2000 mcg/mL, 400 to 460 mcg/day, 0.23 mL/day.
AGREEING = {"concentration": "2000 mcg/mL", "daily_dose": "460 mcg/day", "flow_rate": "0.230 mL/day"}
# 400 mcg/day and no patient bolus before; 460 and 4 x 50 mcg a day now, at 500 mcg/mL: 660 / 500 = 1.32 mL/day
ON_DEMAND_NOW = {**ON_DEMAND, "new.daily_dose": "460 mcg/day"}

PROGRAMS = [
    pytest.param(
        BRIDGED,
        # 460 / 500 = 0.92; and so it is if both concentrations are swapped, of which no other read-out speaks
        {"flow_rate": "0.920 mL/day"},
        {"flow_rate": [("old_concentration", "new.concentration"), ("concentrations_swapped", "")]},
        id="four times the flow, nothing else was read",
    ),
    pytest.param(
        BRIDGED,
        # 0.4125 + (38 - 0.33) / 0.92 = 41.36 days: 21 Dec. Swapped, the bridge would run at 400 / 2000 = 0.2 mL/day
        # for 1.65 days: 1.65 + 37.67 / 0.92 = 42.6 days: 22 Dec; that explains the flow alone, so it explains nothing.
        {"flow_rate": "0.920 mL/day", "low_alarm_date": "2026-12-21"},
        {
            "flow_rate": [("old_concentration", "new.concentration")],
            "low_alarm_date": [("old_concentration", "new.concentration")],
        },
        id="four times the flow and its alarm",
    ),
    pytest.param(
        BRIDGED,
        # 400 / 500 = 0.8: all three of the therapy before; its halves explain one each, which is no explanation
        {"concentration": "500 mcg/mL", "daily_dose": "400 mcg/day", "flow_rate": "0.800 mL/day"},
        {
            "concentration": [("previous_therapy", "")],
            "daily_dose": [("previous_therapy", "")],
            "flow_rate": [("previous_therapy", "")],
        },
        id="the therapy before",
    ),
    pytest.param(
        BRIDGED,
        # 46 / 2000 = 0.023. 460 / 20,000 = 0.023 too, but the concentration that was read agrees.
        {**AGREEING, "daily_dose": "46 mcg/day", "flow_rate": "0.023 mL/day"},
        {
            "daily_dose": [("decimal_point_moved", "new.daily_dose")],
            "flow_rate": [("decimal_point_moved", "new.daily_dose")],
        },
        id="a tenth of the dose",
    ),
    pytest.param(
        BRIDGED,
        # two places: 0.23 as read, 460 / 200,000, or 4.6 / 2000 = 0.0023; dose and concentration agree
        {**AGREEING, "flow_rate": "0.0023 mL/day"},
        {"flow_rate": [("read_out_decimal_point_moved", "readouts.flow_rate")]},
        id="a hundredth of the flow",
    ),
    pytest.param(
        {**BRIDGED, "new.daily_dose": "420 mcg/day"},
        # 42 with its digits swapped, in the program or in the read-out
        {"daily_dose": "240 mcg/day"},
        {
            "daily_dose": [
                ("digits_transposed", "new.daily_dose"),
                ("read_out_digits_transposed", "readouts.daily_dose"),
            ]
        },
        id="two digits of the dose swapped",
    ),
    pytest.param(
        {**BRIDGED, "bridge.dose": None, "bridge": {"aspirated": True}},
        # the catheter holds 0.19 x 500 = 95 mcg of the old strength; the whole system was primed after aspiration,
        # which is no slip that is known
        {"prime_volume": "0.33 mL", "prime_dose": "95 mcg"},
        {"prime_volume": [], "prime_dose": []},
        id="primed after aspiration",
    ),
    pytest.param(
        BRIDGED,
        # 0.33 x 2000 = 660 is the same bridge counted at the new strength; swapped it would be 660 too, but neither
        # 2000 mcg/mL nor 0.23 mL/day would be shown. 0.33 x 500 / 460 = 8 h 36.5 min: two slips, and none gives both.
        {**AGREEING, "bridge_drug": "660 mcg", "bridge_duration": "8 h 37 min"},
        {"bridge_drug": [], "bridge_duration": []},
        id="a bridge counted and run otherwise",
    ),
    pytest.param(
        BRIDGED,
        # 0.4125 + (40 - 0.33) / 0.23 = 172.89 days: 2 May, with the alarm at nothing; at 0.02 mL it is 0.02 / 0.23
        # = 2 h earlier, on the same day. Emptiness is on that day and agrees.
        {"low_alarm_date": "2027-05-02", "empty_date": "2027-05-02"},
        {
            "low_alarm_date": [("alarm_not_subtracted", ""), ("decimal_point_moved", "reservoir.low_alarm")],
        },
        id="the alarm on the day of emptiness",
    ),
    pytest.param(
        ON_DEMAND_NOW,
        # 400 / 500 = 0.8 mL/day and no boluses: 38 / 0.8 = 47.5 days: 27 Dec. With the new boluses still counted it
        # would be 600 / 500 = 1.2 mL/day: 12 Dec.
        {"daily_dose": "400 mcg/day", "low_alarm_date": "2026-12-27"},
        {
            "daily_dose": [("previous_dose", "new.daily_dose")],
            "low_alarm_date": [("previous_dose", "new.daily_dose")],
        },
        id="the dose before, which had no patient boluses",
    ),
    pytest.param(
        ON_DEMAND_NOW,
        # 460 + 200 = 660; 38 / 0.92 = 41.3 days: 21 Dec, without boluses or with boluses of 0.05
        # mcg; 660 may be the dose with all boluses, which cannot be told
        {"daily_dose": "660 mcg/day", "low_alarm_date": "2026-12-21"},
        {
            "low_alarm_date": [
                ("patient_boluses_left_out", ""),
                ("mcg_for_mg", "new.patient_bolus.dose"),
            ],
        },
        id="patient boluses counted in the dose and not in the alarm",
    ),
    pytest.param(
        NIGHT,
        # 140 mcg an hour for 8 h: 1120 mcg; 300 x 16/24 + 1120 = 1320
        {
            "daily_dose": "1320 mcg/day",
            "steps": [{"start": "22:00", "dose_rate": "140.0 mcg/h", "dose": "1120 mcg"}],
        },
        {
            "daily_dose": [("step_dose_per_hour", "new.steps.1.dose")],
            "steps.1.dose": [("step_dose_per_hour", "new.steps.1.dose")],
            "steps.1.dose_rate": [("step_dose_per_hour", "new.steps.1.dose")],
        },
        id="the dose of a step per hour, seen in the sum and in its row",
    ),
    pytest.param(
        ISMP,
        # 200 + 24 x 60 = 1640, every hour. That would run at (200 + 1440) / 24 = 68.33 mcg/h all day, but a row of steps
        # is none of a periodic bolus. In flex mode only the step has that rate: moved to 18:00 it would be the one row
        # meant, and upset the start that was read.
        {"daily_dose": "1640 mcg/day", "steps": [{"start": "07:00", "dose_rate": "68.33 mcg/h"}]},
        {"daily_dose": [], "steps.1.dose_rate": []},
        id="every hour for once a day, beside a row",
    ),
    pytest.param(
        SIX_HOURLY,
        # 160 + 24 x 40 = 1120
        {"daily_dose": "1120 mcg/day"},
        {"daily_dose": [("every_hour_for_once_a_day", "new.every")]},
        id="a bolus every hour for every six",
    ),
    pytest.param(
        {**WEEKEND, "current.daily_dose": "330 mcg/day"},
        # (2400 - 360 + 330) / 7 = 338.57, whichever of the five days it is; on a day of the weekend it would be more
        {"daily_dose": "338.6 mcg/day"},
        {
            "daily_dose": [
                ("previous_schedule_on_a_day", f"new.days.{day}")
                for day in ("mon", "tue", "wed", "thu", "fri")
            ]
        },
        id="the dose before on a day of the week",
    ),
]


def offered(changes: dict[str, Any], shown: dict[str, Any]) -> Offered:
    """Code and place of each slip, in order, for every read-out that differs."""
    checked = check_of({**changes, **{f"readouts.{name}": text for name, text in shown.items()}})
    explanations = explanations_of(checked, library())
    return {
        each.read_out.name: [
            (str(slip.reason), slip.offered.place if slip.offered is not None else slip.place)
            for slip, _ in explanations.slips_in(each.read_out.name)
        ]
        for each in checked.read_outs
        if each.verdict == "mismatch"
    }


@pytest.mark.parametrize(("changes", "shown", "expected"), PROGRAMS)
def test_these_slips_are_offered_in_this_order_and_no_other(
    changes: dict[str, Any], shown: dict[str, Any], expected: Offered
) -> None:
    assert offered(changes, shown) == expected


# --- what nobody could have typed explains nothing


def test_a_screening_ampoule_is_never_in_the_pump() -> None:
    # 50 mcg/mL is marketed for screening alone; no digit of 2000 leads to it
    assert offered(BRIDGED, {"concentration": "50 mcg/mL"}) == {"concentration": []}


@pytest.mark.parametrize(("dose", "shown"), [("406 mcg/day", "46 mcg/day"), ("46 mcg/day", "406 mcg/day")])
def test_a_number_is_never_typed_with_a_zero_before_it(dose: str, shown: str) -> None:
    # 46 would be 406 with two digits swapped only as 046, in the program or in the read-out
    codes = {code for code, _ in offered({"new.daily_dose": dose}, {"daily_dose": shown})["daily_dose"]}
    assert not codes & {"digits_transposed", "read_out_digits_transposed"}


def test_twenty_is_two_hundred_with_its_point_moved_and_no_digits_swapped() -> None:
    dose = {"new.daily_dose": "200 mcg/day", "current.daily_dose": "190 mcg/day"}

    codes = [code for code, _ in offered(dose, {"daily_dose": "20 mcg/day"})["daily_dose"]]

    assert codes == ["decimal_point_moved", "read_out_decimal_point_moved"]


def test_no_bridge_runs_at_the_dose_of_a_pump_that_stopped() -> None:
    stopped = {**BRIDGED, "new": {"drug": "baclofen", "concentration": "2000 mcg/mL", "mode": "stopped"}}

    found = offered(stopped, {"bridge_dose": "0 mcg/day"})["bridge_dose"]

    # that none runs at all; or a dose in mg as one in mcg, a thousandth, which prints as 0 too
    assert found == [("previous_therapy", ""), ("bridge_left_out", ""), ("mcg_for_mg", "bridge.dose")]
