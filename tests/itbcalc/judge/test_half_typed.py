"""While a program is still being typed: what is known of it is shown, and nothing else.

Whole states are compared: each value that is there, as shown, and each verdict. Expected values were worked by hand
from the numbers in the comments.
"""

from typing import Any

import pytest

from itbcalc.judge.check import check
from itbcalc.program import read_program
from itbcalc.quantities.display import hours_text, moment_text
from itbcalc.quantities.kinds import DURATION
from itbcalc.quantities.units import Quantity
from itbcalc.say import value_text
from tests.itbcalc.judge.bridged import BRIDGED
from tests.itbcalc.programs import NOW, library, step, table_of

State = dict[str, str]

VALUES = (
    "new_flow_rate",
    "new_daily_volume",
    "dead_volume",
    "bridge_duration",
    "bridge_flow_rate",
    "bridge_drug",
    "unbridged_dose",
    "unbridged_duration",
    "arrival",
    "tip_missing",
    "dose_to_prime",
    "time_to_alarm",
    "time_to_empty",
)
MOMENTS = ("arrival_date", "low_alarm_date", "empty_date")

# The quiet program with a bridge at 400 mcg/day from 500 to 2000 mcg/mL, and what the programmer shows of it.
TYPED = {
    **BRIDGED,
    "readouts": {
        "flow_rate": "0.230 mL/day",
        "bridge_duration": "9 h 54 min",
        "low_alarm_date": "2027-04-23",
        "empty_date": "2027-05-02",
    },
}
COMPARED = ("flow_rate", "bridge_duration", "low_alarm_date", "empty_date")


def to_the_minute(value: Quantity) -> str:
    """A value in words, a duration in hours and minutes however long it is."""
    is_duration = value.dimensionality == DURATION.unit.dimensionality
    return hours_text(value) if is_duration else value_text(value)


def state_of(changes: dict[str, Any]) -> State:
    """Every value that is known of a program that may be half typed, and the verdict on each read-out."""
    reading = read_program(table_of(changes), library())
    checked = check(reading.program, library(), NOW)
    found = {name: getattr(checked.calculation, name) for name in (*VALUES, *MOMENTS)}
    shown = {name: to_the_minute(found[name].value) for name in VALUES if found[name] is not None}
    shown |= {name: moment_text(found[name]) for name in MOMENTS if found[name] is not None}
    return shown | {
        f"readouts.{each.read_out.name}": str(each.verdict)
        for each in checked.read_outs
        if each.verdict != "cannot_tell"
    }


def verdicts(**each: str) -> State:
    return {f"readouts.{name}": verdict for name, verdict in each.items()}


# --- the parts of a state

# 460 / 2000 = 0.23 mL/day
NEW = {"new_flow_rate": "0.23 mL/day", "new_daily_volume": "0.23 mL", **verdicts(flow_rate="match")}
# 0.140 + 0.19 mL; at 2000 mcg/mL
DEAD = {"dead_volume": "0.33 mL"}
PRIMING = {"dose_to_prime": "660 mcg"}
# the old drug if it simply ran on: 460 x 500 / 2000 = 115 mcg/day for 0.33 / 0.23 = 1.434783 days = 34 h 26 min
UNBRIDGED = {"unbridged_dose": "115 mcg/day", "unbridged_duration": "34 h 26 min"}
KNOWN = {**NEW, **DEAD, **PRIMING, **UNBRIDGED}
# 0.33 x 500 / 400 = 0.4125 day; 400 / 500; 0.33 x 500
BRIDGE = {
    "bridge_duration": "9 h 54 min",
    "bridge_flow_rate": "0.8 mL/day",
    "bridge_drug": "165 mcg",
    "arrival": "9 h 54 min",
    **verdicts(bridge_duration="match"),
}

# What hangs on the bridge. With it: 460 x 0.4125 - 165 = 24.75 mcg are missing; 0.4125 + (38 - 0.33) / 0.23 = 164.1951
# days = 3940 h 41 min to the alarm, 0.4125 + (40 - 0.33) / 0.23 = 172.8908 days = 4149 h 23 min to emptiness.
# Without: 460 x 1.434783 - 165 = 495 mcg; 38 / 0.23 = 165.2174 days = 3965 h 13 min, 40 / 0.23 = 173.9130 days =
# 4173 h 55 min. Aspirated: the 0.19 mL of the catheter hold no drug, the 0.14 mL of the tubing the old one: that runs on
# for 0.14 / 0.23 day = 14 h 37 min; 660 - 0.14 x 500 = 590 mcg are missing; the reservoir runs as without a bridge.
NO_BRIDGE_READ = verdicts(bridge_duration="mismatch")
RUNS_UNBRIDGED = {"time_to_alarm": "3,965 h 13 min", "time_to_empty": "4,173 h 55 min"}
BRIDGES: dict[str, tuple[dict[str, Any], State]] = {
    "a bridge": (
        {"bridge": {"dose": "400 mcg/day"}},
        {
            **BRIDGE,
            "tip_missing": "24.75 mcg",
            "time_to_alarm": "3,940 h 41 min",
            "time_to_empty": "4,149 h 23 min",
        },
    ),
    "no bridge": (
        {"bridge": None},
        {"arrival": "34 h 26 min", "tip_missing": "495 mcg", **RUNS_UNBRIDGED, **NO_BRIDGE_READ},
    ),
    "aspirated": (
        {"bridge": {"aspirated": True}},
        {
            "dose_to_prime": "380 mcg",  # the catheter alone: 0.19 mL x 2000
            "unbridged_duration": "14 h 37 min",
            "arrival": "34 h 26 min",
            "tip_missing": "590 mcg",
            **RUNS_UNBRIDGED,
            **NO_BRIDGE_READ,
        },
    ),
    "a bridge that cannot be read": ({"bridge": {"dose": "4o0 mcg/day"}}, {}),
    "a bridge and aspirated": ({"bridge": {"dose": "400 mcg/day", "aspirated": True}}, {}),
}

# From 10 Nov 2026 09:00 in Berlin; from 28 March the clock there is an hour ahead. Without a zone the offset stays.
WITH = {"low_alarm_date": "23 Apr 2027 14:40", "empty_date": "2 May 2027 07:22"}
WITHOUT = {"low_alarm_date": "24 Apr 2027 15:13", "empty_date": "3 May 2027 07:54"}
WITH_WINTER = {"low_alarm_date": "23 Apr 2027 13:40", "empty_date": "2 May 2027 06:22"}
WITHOUT_WINTER = {"low_alarm_date": "24 Apr 2027 14:13", "empty_date": "3 May 2027 06:54"}
AGREES = verdicts(low_alarm_date="match", empty_date="match")
DIFFERS = verdicts(low_alarm_date="mismatch", empty_date="mismatch")
AT_TIP, AT_TIP_UNBRIDGED = {"arrival_date": "10 Nov 2026 18:54"}, {"arrival_date": "11 Nov 2026 19:26"}
ZONES: dict[str, tuple[str | None, dict[str, State]]] = {
    "zone": (
        "Europe/Berlin",
        {
            "a bridge": {**AT_TIP, **WITH, **AGREES},
            "no bridge": {**AT_TIP_UNBRIDGED, **WITHOUT, **DIFFERS},
            "aspirated": {**AT_TIP_UNBRIDGED, **WITHOUT, **DIFFERS},
        },
    ),
    "no zone": (
        None,
        {
            "a bridge": {**AT_TIP, **WITH_WINTER, **AGREES},
            "no bridge": {**AT_TIP_UNBRIDGED, **WITHOUT_WINTER, **DIFFERS},
            "aspirated": {**AT_TIP_UNBRIDGED, **WITHOUT_WINTER, **DIFFERS},
        },
    ),
    # an offset stands in the moment, but the clinician meant another calendar: no date is shown
    "a zone that is refused": ("Europe/Berlinn", {}),
}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("bridge", BRIDGES)
def test_what_hangs_on_bridge_and_zone_is_shown_once_they_are_known(bridge: str, zone: str) -> None:
    typed, of_bridge = BRIDGES[bridge]
    name, dates = ZONES[zone]
    changes = {key: value for key, value in TYPED.items() if key != "bridge.dose"}

    assert state_of({**changes, **typed, "reservoir.zone": name}) == {
        **KNOWN,
        **of_bridge,
        **dates.get(bridge, {}),
    }


# 460 / 500 = 0.92 mL/day; 0.33 x 500 = 165 mcg. The flow that is read is that of the other strength.
SAME_STRENGTH = {
    **DEAD,
    "new_flow_rate": "0.92 mL/day",
    "new_daily_volume": "0.92 mL",
    "dose_to_prime": "165 mcg",
    **verdicts(flow_rate="mismatch"),
}
OLD_UNKNOWN = {**NEW, **DEAD, **PRIMING}
NEW_UNKNOWN = {**DEAD, **BRIDGE, **AT_TIP}  # what runs in the bridge is the old drug at the bridge dose


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # refused: between the same strengths there is no bridge. Whether the strength or the bridge is wrong is open.
        pytest.param({"new.concentration": "500 mcg/mL"}, SAME_STRENGTH, id="the same strength"),
        pytest.param({"new.concentration": "20o0 mcg/mL"}, NEW_UNKNOWN, id="the new one refused"),
        pytest.param({"new.concentration": None}, NEW_UNKNOWN, id="the new one missing"),
        pytest.param({"current.concentration": "5o0 mcg/mL"}, OLD_UNKNOWN, id="the old one refused"),
        pytest.param({"current.concentration": None}, OLD_UNKNOWN, id="the old one missing"),
        pytest.param({"current": None}, OLD_UNKNOWN, id="nothing of the therapy in force"),
    ],
)
def test_what_hangs_on_a_concentration_is_shown_once_it_is_known(
    changes: dict[str, Any], expected: State
) -> None:
    assert state_of({**TYPED, **changes}) == expected


# 400 mcg/day and 60 mcg on top from 06:00 to 07:00: 460 mcg/day again, but at 0.2 mL/day outside the step.
FLEX = {
    "drug": "baclofen",
    "concentration": "2000 mcg/mL",
    "mode": "flex",
    "basal": "400 mcg/day",
    "steps": [step("06:00", "1 h", "60 mcg")],
    "steps_replace_basal": False,
}
# To the tip without a bridge, from 09:00: 21 h to 06:00 bring 0.175 mL, the hour of the step 0.2 / 24 + 0.03 = 0.03833,
# the other 0.11667 mL at 0.2 mL/day take 14 h: 36 h. In the bridge, from 09:00 to 18:54, 400 x 0.4125 = 165 mcg
# are intended and come: nothing is missing. From 18:54 on 37.67 mL: 163 days bring 37.49; then 11 h 6 min to 06:00
# 0.0925, the step 0.03833 (0.13083 of 0.18), the other 0.04917 mL take 5 h 54 min: 163 days 18 h and 9 h 54 min
# after 09:00 make 164 days 3 h 54 min = 3939 h 54 min. To emptiness 39.67 mL: 172 days bring 39.56, the other 0.11 mL at
# 0.2 mL/day would take 13 h 12 min, of which 11 h 6 min to 06:00 bring 0.0925; the other 0.0175 mL in the step, at
# 0.92 mL/day, 27 min 24 s: 172 days 11 h 33 min and 9 h 54 min: 172 days 21 h 27 min = 4149 h 27 min.
FLEX_COMPLETE = {
    "new_daily_volume": "0.23 mL",
    **DEAD,
    **PRIMING,
    "unbridged_dose": "115 mcg/day",
    "unbridged_duration": "36 h",
    **BRIDGE,
    **AT_TIP,
    "tip_missing": "0 mcg",
    "time_to_alarm": "3,939 h 54 min",
    "time_to_empty": "4,149 h 27 min",
    "low_alarm_date": "23 Apr 2027 13:54",
    "empty_date": "2 May 2027 07:27",
    **AGREES,
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, FLEX_COMPLETE, id="complete"),
        pytest.param({"new.steps": None}, NEW_UNKNOWN, id="no steps yet"),
        pytest.param({"new.steps.1.duration": None}, NEW_UNKNOWN, id="a step without a duration yet"),
        pytest.param({"new.steps.1.dose": "6o mcg"}, NEW_UNKNOWN, id="the dose of a step refused"),
        pytest.param(
            {"new.steps": [step("06:00", "2 h", "60 mcg"), step("07:00", "1 h", "60 mcg")]},
            NEW_UNKNOWN,
            id="steps that overlap",
        ),
    ],
)
def test_what_hangs_on_the_schedule_is_shown_once_it_is_whole(
    changes: dict[str, Any], expected: State
) -> None:
    assert state_of({**TYPED, "new": FLEX, **changes}) == expected


# 4 x 50 mcg a day at least 6 h apart, 0.025 mL in 5 min each, the first when the bridge is over. From then on 37.67 mL at
# 0.23 + 0.1 = 0.33 mL a day: 114 days bring 37.62, the bolus that is due then 0.025, the other 0.025 mL at
# 0.23 mL/day take 2 h 36.5 min: 114 days 2 h 36.5 min and 9 h 54 min = 2748 h 31 min, 4 March 21:30. To emptiness
# 39.67 mL: 120 days bring 39.6, the bolus that is due then 0.025, the other 0.045 mL at 0.23 mL/day take 4 h 41.7 min,
# before the next is due: 120 days 4 h 41.7 min and 9 h 54 min = 2894 h 36 min, 10 March 23:35.
BOLUS = {"dose": "50 mcg", "duration": "5 min", "lockout": "6 h", "per_day": 4}
WITH_BOLUSES = {
    **KNOWN,
    **BRIDGE,
    **AT_TIP,
    "tip_missing": "24.75 mcg",
    "time_to_alarm": "2,748 h 31 min",
    "time_to_empty": "2,894 h 36 min",
    "low_alarm_date": "4 Mar 2027 21:30",
    "empty_date": "10 Mar 2027 23:35",
    **DIFFERS,
}


@pytest.mark.parametrize(
    ("bolus", "expected"),
    [
        pytest.param(BOLUS, WITH_BOLUSES, id="complete"),
        pytest.param({**BOLUS, "dose": "5o mcg"}, NEW_UNKNOWN, id="its dose refused"),
        pytest.param({"dose": "50 mcg", "duration": "5 min"}, NEW_UNKNOWN, id="not yet how many"),
    ],
)
def test_patient_boluses_begin_when_the_bridge_is_over_and_count_once_they_are_whole(
    bolus: dict[str, Any], expected: State
) -> None:
    assert state_of({**TYPED, "new.patient_bolus": bolus}) == expected


def test_while_the_change_has_no_moment_nobody_knows_how_long_the_therapy_has_run() -> None:
    changes = {"patient.first_dose": "2026-01-05T10:00+01:00", "reservoir.at": None}
    reading = read_program(table_of(changes), library())

    assert reading.missing == ("reservoir.at",)
    assert check(reading.program, library(), NOW).findings == ()
