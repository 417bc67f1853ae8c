"""What has to be read before all agrees? All of it for each kind of change, from what could be wrong and would not be seen."""

from fractions import Fraction

import pytest

from itbcalc.quantities.units import Quantity
from tests.itbcalc.judge.bridged import BRIDGED
from tests.itbcalc.judge.test_whole import FIXED
from tests.itbcalc.programs import QUIET_FLEX, QUIET_PERIODIC, Changes, check_of, new_therapy, step

F = Fraction
DAY = {"basal": "240 mcg/day", "steps_replace_basal": True}
AT_SIX, AT_SEVEN = step("06:00", "2 h", "60 mcg"), step("07:00", "2 h", "60 mcg")
BOLUS = {"dose": "50 mcg", "duration": "10 min", "lockout": "4 h", "per_day": 3}
PATIENT_BOLUS = tuple(f"patient_bolus.{name}" for name in ("dose", "duration", "lockout", "per_day"))
CLOCK_AND_ALARM = ("pump_clock", "low_alarm_date")


def flex(**days: Changes) -> Changes:
    """280 mcg in a day, 60 of them from 06:00; on some days another."""
    return new_therapy("flex", **DAY, steps=[AT_SIX], **({"days": days} if days else {}))


def before(**keys: object) -> Changes:
    return {"current": {"drug": "baclofen", "concentration": "500 mcg/mL", **keys}}


@pytest.mark.parametrize(
    ("changes", "needed"),
    [
        pytest.param({}, ("daily_dose", "low_alarm_date"), id="a-dose"),
        pytest.param(new_therapy("stopped"), ("daily_dose",), id="nothing-runs"),
        pytest.param(new_therapy("minimum-rate", flow_rate="0.1 mL/day"), ("daily_dose", "low_alarm_date"), id="one-flow"),
        pytest.param(
            # of a schedule with the same dose a day all else would look alike
            before(mode="flex", basal="400 mcg/day", steps=[step("06:00", "1 h", "60 mcg")], steps_replace_basal=False),
            ("daily_dose", "flow_rate", "low_alarm_date"),
            id="one-flow-after-a-schedule",
        ),
        pytest.param(BRIDGED, ("concentration", "daily_dose", "bridge_duration", "low_alarm_date"), id="strength"),
        pytest.param(
            # 18.4 / 0.92 = 20 days: its day tells what the programmer was told of the reservoir
            {"reservoir.filled": "20.4 mL"}, ("daily_dose", "low_alarm_date"), id="an-alarm-in-20-days",
        ),
        pytest.param(
            {"reservoir.filled": "20.39 mL"},
            ("daily_dose", "low_alarm_date", "concentration", "filled", "low_alarm"),
            id="an-alarm-in-less",
        ),
        pytest.param(QUIET_FLEX, ("daily_dose", "steps", *CLOCK_AND_ALARM), id="a-schedule"),
        pytest.param(
            # 20 mcg in 2 h are 240 mcg/day: when they run changes nothing
            new_therapy("flex", **DAY, steps=[step("06:00", "2 h", "20 mcg")]),
            ("daily_dose", "steps", "low_alarm_date"),
            id="a-schedule-of-one-flow",
        ),
        pytest.param(
            # a Saturday that has another dose is seen by its dose, the others by theirs
            flex(sat={**DAY, "steps": []}),
            (
                *("daily_dose", "steps"),
                *(f"days.{day}.daily_dose" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
                *CLOCK_AND_ALARM,
            ),
            id="another-saturday",
        ),
        pytest.param(
            # of the same dose an hour later: only the rows of both kinds of day show it
            flex(sat={**DAY, "steps": [AT_SEVEN]}), ("daily_dose", "steps", *CLOCK_AND_ALARM), id="a-later-saturday",
        ),
        pytest.param(
            flex(sat={**DAY, "steps": [AT_SEVEN]}, sun={**DAY, "steps": []}),
            ("daily_dose", "steps", "days.sun.daily_dose", *CLOCK_AND_ALARM),
            id="a-later-saturday-and-another-sunday",
        ),
        pytest.param(
            QUIET_PERIODIC,
            ("daily_dose", "bolus", "bolus_duration", "every", "first", *CLOCK_AND_ALARM),
            id="boluses",
        ),
        pytest.param(
            new_therapy(
                "single-bolus", basal="400 mcg/day", bolus="50 mcg", duration="10 min", bolus_replaces_basal=False
            ),
            ("daily_dose", "bolus", "bolus_duration", "low_alarm_date"),
            id="one-bolus",
        ),
        pytest.param(
            {"new.patient_bolus": BOLUS}, ("daily_dose", *PATIENT_BOLUS, "low_alarm_date"), id="patient-boluses",
        ),
        pytest.param(
            {"current.patient_bolus": BOLUS, "new.patient_bolus": BOLUS},
            ("daily_dose", "low_alarm_date"),
            id="the-same-patient-boluses",
        ),
        pytest.param(
            # the same dose of another strength is another volume
            {**BRIDGED, "current.patient_bolus": BOLUS, "new.patient_bolus": BOLUS},
            ("concentration", "daily_dose", *PATIENT_BOLUS, "bridge_duration", "low_alarm_date"),
            id="the-same-patient-boluses-of-another-strength",
        ),
        pytest.param(
            {"current.patient_bolus": BOLUS},
            ("daily_dose", "patient_bolus.per_day", "low_alarm_date"),
            id="no-patient-boluses-any-more",
        ),
        pytest.param({"system.pump": "infusaid"}, ("concentration", "flow_rate"), id="a-pump-of-one-flow"),
    ],
)  # fmt: skip
def test_what_has_to_be_read(changes: Changes, needed: tuple[str, ...]) -> None:
    whole = check_of(changes).whole

    assert whole.needed == needed
    assert whole.not_read == needed  # nothing was
    assert whole.verdict == "incomplete"


# --- a pump of one flow


@pytest.mark.parametrize(
    ("name", "shown", "expected"),
    [
        # 240 mcg/day were typed, 0.48 mL/day; the pump gives 0.5 mL/day, 250 mcg/day. What agrees with the dose alone is
        # not what runs, whatever number of the program is changed.
        ("daily_dose", "240 mcg/day", ("mismatch", 250, True, False)),
        ("flow_rate", "0.480 mL/day", ("mismatch", F("0.5"), True, False)),
        ("daily_volume", "0.480 mL", ("mismatch", F("0.5"), True, False)),
        # what the pump itself gives
        ("daily_dose", "250 mcg/day", ("mismatch", 240, True, True)),
        ("flow_rate", "0.500 mL/day", ("match", F("0.5"), False, False)),
        ("daily_volume", "0.500 mL", ("match", F("0.5"), False, False)),
        # neither: of a dose it may be another that was meant
        ("daily_dose", "300 mcg/day", ("mismatch", 240, False, False)),
        ("flow_rate", "0.700 mL/day", ("mismatch", F("0.5"), True, False)),
        # as it is published
        ("flow_rate", "0.5 mL/day", ("match", F("0.5"), False, False)),
        ("concentration", "500 mcg/mL", ("match", 500, False, False)),
    ],
)
def test_what_a_pump_of_one_flow_gives_counts_and_not_the_dose_alone(
    name: str, shown: str, expected: tuple[str, Fraction | int, bool, bool]
) -> None:
    changes = {**FIXED, "new.daily_dose": "240 mcg/day", f"readouts.{name}": shown}

    (each,) = check_of(changes).read_outs

    (computed,) = each.computed
    assert isinstance(computed, Quantity)
    assert (each.verdict, computed.magnitude, each.beyond_inputs, each.of_the_pump) == expected


# --- an alarm that comes soon


@pytest.mark.parametrize(
    ("left_out", "verdict"),
    [
        ("", "agrees"),
        ("concentration", "incomplete"),
        ("filled", "incomplete"),
        ("low_alarm_date", "incomplete"),
    ],
)
def test_the_day_of_an_alarm_that_comes_soon_says_little_and_has_to_be_read(
    left_out: str, verdict: str
) -> None:
    # 8 / 0.92 = 8.7 days: 19 Nov
    shown = {
        "daily_dose": "460 mcg/day",
        "low_alarm_date": "2026-11-19",
        "concentration": "500 mcg/mL",
        "filled": "10.0 mL",
        "low_alarm": "2.0 mL",
    }
    read = {f"readouts.{name}": text for name, text in shown.items() if name != left_out}

    assert check_of({"reservoir.filled": "10 mL", **read}).whole.verdict == verdict
