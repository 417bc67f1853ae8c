"""What has to be read before all agrees? All of it for each kind of change, from what could be wrong and would not be seen."""

import pytest

from tests.itbcalc.judge.bridged import BRIDGED
from tests.itbcalc.programs import QUIET_FLEX, QUIET_PERIODIC, Changes, check_of, new_therapy, step

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
