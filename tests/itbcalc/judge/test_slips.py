"""Which slips change more than one number, and what flows then? All of a program, in order, each with its daily dose by hand."""

from fractions import Fraction

import pytest

from itbcalc.compute.calculation import Calculation, Inputs
from itbcalc.judge.slips import Variation, variations
from itbcalc.quantities.units import Quantity
from tests.itbcalc.judge.bridged import BRIDGED
from tests.itbcalc.programs import QUIET_PERIODIC, Changes, check_of, new_therapy, step

F = Fraction
Named = tuple[str, str, Fraction | int]
"""Why, where, and what flows in a day, in mcg: the mean where the days differ."""

# 240 mcg/day and 60 mcg once: 300; 400 mcg/day before
FLEX: Changes = new_therapy(
    "flex", basal="240 mcg/day", steps=[step("06:00", "2 h", "60 mcg")], steps_replace_basal=False
)
# 240 x 20/24 + 100 = 300 from Monday to Friday, 120 x 22/24 + 30 = 140 on Saturday, 360 on Sunday: 2000 in a week
WEEK: Changes = new_therapy(
    "flex",
    basal="240 mcg/day",
    steps=[step("06:00", "2 h", "60 mcg"), step("20:00", "2 h", "40 mcg")],
    steps_replace_basal=True,
    days={
        "sat": {
            "basal": "120 mcg/day",
            "steps": [step("08:00", "2 h", "30 mcg")],
            "steps_replace_basal": True,
        },
        "sun": {"basal": "360 mcg/day", "steps": [], "steps_replace_basal": True},
    },
)
BOLUS = {"dose": "50 mcg", "duration": "10 min", "lockout": "4 h", "per_day": 3}
PRIMED: Changes = {
    **BRIDGED,
    "line": {"tubing": "old", "catheter": "none", "prime": {"volume": "0.19 mL", "duration": "20 min"}},
}
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")


def slips(changes: Changes) -> list[Variation]:
    return list(variations(check_of(changes).calculation.inputs))


def named(variation: Variation) -> Named:
    dose = Calculation(variation.inputs).new_dose
    assert dose is not None
    return str(variation.reason), variation.place, dose.magnitude


def of_volumes(dose: Fraction | int) -> list[Named]:
    """Those of every program: they change no dose."""
    return [(reason, "", dose) for reason in ("tubing_left_out", "catheter_left_out", "alarm_not_subtracted")]


def of_bridge(dose: int) -> list[Named]:
    """Those of a bridge, which change none either."""
    return [
        ("bridge_left_out", "", dose),
        ("old_concentration", "new.concentration", dose),
        ("number_elsewhere", "current.concentration", dose),
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, of_volumes(460), id="one-flow-for-another"),
        pytest.param(
            BRIDGED,
            [
                ("concentrations_swapped", "", 460),
                ("previous_therapy", "", 400),
                *of_bridge(460),
                *of_volumes(460),
            ],
            id="another-strength",
        ),
        pytest.param(
            PRIMED,
            [
                *(("concentrations_swapped", "", 460), ("previous_therapy", "", 400)),
                *(*of_bridge(460), *of_volumes(460)),
                *(("prime_left_out", "", 460), ("whole_line_bridged", "", 460)),
            ],
            id="primed",
        ),
        pytest.param(
            {**BRIDGED, "new": {**FLEX["new"], "concentration": "2000 mcg/mL"}},
            [
                ("concentrations_swapped", "", 300),
                ("previous_dose", "new.daily_dose", 400),
                ("previous_therapy", "", 400),
                # 240 + 24 x 60; 240 x 22/24 + 60
                ("every_hour_for_once_a_day", "new.steps.1", 1680),
                ("basal_replaced_for_added", "", 280),
                # (6 x 300 + 400) / 7
                *(
                    ("previous_schedule_on_a_day", f"new.days.{day}", F(2200, 7))
                    for day in (*WORKDAYS, "sat", "sun")
                ),
                ("mg_for_mcg", "new", 300_000),
                ("mcg_for_mg", "new", F("0.3")),
                ("step_left_out", "new.steps.1", 240),
                ("one_flow", "", 300),
                *(*of_bridge(300), *of_volumes(300)),
            ],
            id="one-step-and-another-strength",
        ),
        pytest.param(
            WEEK,
            [
                ("previous_dose", "new.daily_dose", 400),
                # 240 + 100 on five days, 120 + 30, 360; without steps 5 x 240 + 120 + 360
                ("basal_added_for_replaced", "", F(5 * 340 + 150 + 360, 7)),
                ("steps_left_out", "", F(1680, 7)),
                ("basal_added_for_replaced", "new", F(5 * 340 + 140 + 360, 7)),
                ("basal_added_for_replaced", "new.days.sat", F(5 * 300 + 150 + 360, 7)),
                # 200 + 2 x 100, 110 + 2 x 30; 200 + 100 x 2/24, 110 + 30 x 2/24
                ("step_dose_per_hour", "new.steps", F(5 * 400 + 170 + 360, 7)),
                ("step_dose_per_day", "new.steps", (5 * (200 + F(200, 24)) + 110 + F(60, 24) + 360) / 7),
                ("days_left_out", "", 300),
                ("days_shifted", "", F(2000, 7)),
                ("days_shifted", "", F(2000, 7)),
                ("day_left_out", "new.days.sat", F(6 * 300 + 360, 7)),
                ("day_left_out", "new.days.sun", F(6 * 300 + 140, 7)),
                ("wrong_weekday", "new.days.sat", F(2000, 7)),
                ("wrong_weekday", "new.days.sat", F(2000, 7)),
                ("wrong_weekday", "new.days.sun", F(2000, 7)),
                # 400 for 300, for 140 and for 360
                *(("previous_schedule_on_a_day", f"new.days.{day}", F(2100, 7)) for day in WORKDAYS),
                ("previous_schedule_on_a_day", "new.days.sat", F(2260, 7)),
                ("previous_schedule_on_a_day", "new.days.sun", F(2040, 7)),
                ("mg_for_mcg", "new", F(2_000_000, 7)),
                ("mcg_for_mg", "new", F(2, 7)),
                # 60 for 20 of the basal, 40 for 20, 30 for 10
                ("step_left_out", "new.steps.1", F(2000 - 5 * 40, 7)),
                ("step_left_out", "new.steps.2", F(2000 - 5 * 20, 7)),
                ("step_left_out", "new.days.sat.steps.1", F(2000 - 20, 7)),
                ("one_flow", "", F(2000, 7)),
                *of_volumes(F(2000, 7)),
            ],
            id="a-weekend",
        ),
        pytest.param(
            QUIET_PERIODIC,
            [
                ("previous_dose", "new.daily_dose", 400),
                # 400 x (1440 - 20) / 1440 + 60
                ("basal_replaced_for_added", "", F(400 * 1420, 1440) + 60),
                ("mg_for_mcg", "new", 460_000),
                ("mcg_for_mg", "new", F("0.46")),
                *of_volumes(460),
            ],
            id="boluses",
        ),
        pytest.param(
            {**QUIET_PERIODIC, "new.basal": "0 mcg/day"},
            [
                ("previous_dose", "new.daily_dose", 400),
                ("mg_for_mcg", "new", 60_000),
                ("mcg_for_mg", "new", F("0.06")),
                *of_volumes(60),
            ],
            id="boluses-and-nothing-between",
        ),
        pytest.param(
            {"current.patient_bolus": BOLUS, "new.patient_bolus": {**BOLUS, "dose": "60 mcg"}},
            [
                ("previous_dose", "new.daily_dose", 400),
                ("patient_boluses_left_out", "", 460),
                ("previous_patient_boluses", "", 460),
                *of_volumes(460),
            ],
            id="other-patient-boluses",
        ),
        pytest.param(
            {"current.patient_bolus": BOLUS},
            [
                ("previous_dose", "new.daily_dose", 400),
                ("previous_patient_boluses", "", 460),
                *of_volumes(460),
            ],
            id="no-patient-boluses-any-more",
        ),
        pytest.param(
            {"current.patient_bolus": BOLUS, "new.patient_bolus": BOLUS},
            [("patient_boluses_left_out", "", 460), *of_volumes(460)],
            id="the-same-patient-boluses",
        ),
    ],
)
def test_all_slips_of_a_program_with_what_flows_then(changes: Changes, expected: list[Named]) -> None:
    assert [named(each) for each in slips(changes)] == expected


@pytest.mark.parametrize(
    ("reason", "place", "doses"),
    [
        # from Monday to Sunday; shifted a day later and a day earlier, Saturday in the place of Friday and of Sunday
        ("days_shifted", "", [[360, 300, 300, 300, 300, 300, 140], [300, 300, 300, 300, 140, 360, 300]]),
        (
            "wrong_weekday",
            "new.days.sat",
            [[300, 300, 300, 300, 140, 300, 360], [300, 300, 300, 300, 300, 360, 140]],
        ),
        ("wrong_weekday", "new.days.sun", [[360, 300, 300, 300, 300, 140, 300]]),
        ("day_left_out", "new.days.sat", [[300, 300, 300, 300, 300, 300, 360]]),
        ("day_left_out", "new.days.sun", [[300, 300, 300, 300, 300, 140, 300]]),
        ("previous_schedule_on_a_day", "new.days.wed", [[300, 300, 400, 300, 300, 140, 360]]),
        ("step_left_out", "new.days.sat.steps.1", [[300, 300, 300, 300, 300, 120, 360]]),
        ("basal_added_for_replaced", "new", [[340, 340, 340, 340, 340, 140, 360]]),
        ("basal_added_for_replaced", "new.days.sat", [[300, 300, 300, 300, 300, 150, 360]]),
    ],
)
def test_what_flows_on_which_day(reason: str, place: str, doses: list[list[int]]) -> None:
    found = [each for each in slips(WEEK) if (str(each.reason), each.place) == (reason, place)]

    therapies = [Calculation(each.inputs).new_therapy for each in found]
    assert [[dose.magnitude for dose in each.day_doses or ()] for each in therapies] == doses


def numbers(inputs: Inputs) -> dict[str, Fraction | None]:
    """Strengths, bridge and volumes."""
    amounts: dict[str, Quantity | None] = {
        "old": inputs.current_concentration,
        "new": inputs.new_concentration,
        "bridge": inputs.bridge_dose,
        "tubing": inputs.tubing_volume,
        "catheter": inputs.catheter_volume,
        "alarm": inputs.low_alarm,
        "prime": inputs.prime_volume,
    }
    return {name: None if each is None else F(each.magnitude) for name, each in amounts.items()}


@pytest.mark.parametrize(
    ("reason", "changed", "value"),
    [
        ("concentrations_swapped", {"old": 2000, "new": 500}, None),
        ("previous_therapy", {"new": 500, "bridge": None}, None),
        ("bridge_left_out", {"bridge": None}, None),
        # nothing changes for the programmer, so no bridge runs
        ("old_concentration", {"new": 500, "bridge": None}, 500),
        ("number_elsewhere", {"old": 2000, "bridge": None}, 2000),
        ("tubing_left_out", {"tubing": 0}, None),
        ("catheter_left_out", {"catheter": 0}, None),
        ("alarm_not_subtracted", {"alarm": 0}, None),
        ("prime_left_out", {"prime": None}, None),
        # the prime took 0.19 of 0.33 mL, so 0.14 are left; 0.19 more make it the whole line
        ("whole_line_bridged", {"tubing": F("0.33")}, None),
    ],
)
def test_which_strengths_and_volumes_a_slip_changes(
    reason: str, changed: dict[str, int | None], value: int | None
) -> None:
    typed = numbers(check_of(PRIMED).calculation.inputs)

    (slip,) = (each for each in slips(PRIMED) if each.reason == reason)

    assert numbers(slip.inputs) == {**typed, **changed}
    assert slip.value == value


@pytest.mark.parametrize(
    ("place", "day", "number"), [("new.steps.2", None, 2), ("new.days.sat.steps.1", "sat", 1)]
)
def test_a_step_left_out_says_which(place: str, day: str | None, number: int) -> None:
    (slip,) = (each for each in slips(WEEK) if each.place == place)

    assert slip.left_out is not None
    assert (slip.left_out.day, slip.left_out.number) == (day, number)


@pytest.mark.parametrize(
    ("changes", "reason", "quantity"),
    [
        (FLEX, "previous_dose", 400),
        (FLEX, "every_hour_for_once_a_day", 60),
        (WEEK, "one_flow", F(2000, 7)),
    ],
)
def test_the_amount_that_is_said_with_it(changes: Changes, reason: str, quantity: Fraction | int) -> None:
    (slip,) = (each for each in slips(changes) if each.reason == reason)

    assert slip.quantity is not None
    assert slip.quantity.magnitude == quantity


@pytest.mark.parametrize(("lasts", "basal"), [("30 min", 120), ("1 h", 0), ("2 h", 0)])
def test_a_bolus_every_hour_lasts_an_hour_at_most(lasts: str, basal: int) -> None:
    # 24 x 60, and of 240 mcg/day what runs in the half of each hour that is left, or nothing
    replaced = new_therapy(
        "flex", basal="240 mcg/day", steps=[step("06:00", lasts, "60 mcg")], steps_replace_basal=True
    )

    (slip,) = (each for each in slips(replaced) if each.reason == "every_hour_for_once_a_day")

    assert named(slip)[2] == 1440 + basal
