"""From which value to which an input would give what the programmer shows: worked by hand, to the minute.

The change is at 09:00 on 10 Nov 2026, alarm at 2 mL; the programmer shows an alarm on a day where it comes just after that
day's midnight: on 29 Nov 471 hours after the change, on 24 Apr, in summer time, at 23:00 of the pump's clock, 3974 hours after.
"""

from fractions import Fraction
from typing import Any

import pytest
from msgspec.structs import replace

from itbcalc.compute.calculation import Inputs
from itbcalc.judge.check import explanations_of
from itbcalc.judge.explanations import read_sheet
from itbcalc.judge.inputs import typed_inputs
from itbcalc.judge.solving import Interval, found_by
from itbcalc.judge.wrong_input import AS_A_RULE, AsTyped, Convention, Trials, conditions_of, narrowed
from itbcalc.program.read_outs import definition_of
from tests.itbcalc.judge.bridged import BRIDGED
from tests.itbcalc.programs import NIGHT, QUIET_PERIODIC, Changes, check_of, library, new_therapy, step


@pytest.mark.parametrize(
    ("program", "shown", "place", "value", "within"),
    [
        pytest.param(
            # 0.8 x 19.625 = 15.7 mL of basal, and 78 boluses of 0.03 mL at 06:00, 12:00 … are 18.04 of 18.05 mL. One third of
            # one more, 100 s of its 5 min, has to be given: it begins at 23:58 at the latest, or runs at the change, for two
            # minutes more: it began at 08:57, as others do at 02:57. 16:00 is one key beside 06:00.
            {**QUIET_PERIODIC, "reservoir.filled": "20.05 mL"},
            "2026-11-29",
            "new.first",
            16 * 60,
            (2 * 60 + 57, 23 * 60 + 58),
            id="first-bolus",
        ),
        pytest.param(
            # The same beside 20 patient boluses of 0.01 mL, the first at 09:00 as the pump begins: 0.2 mL more.
            {
                **QUIET_PERIODIC,
                "new.patient_bolus": {"dose": "5 mcg", "duration": "5 min", "lockout": "24 h", "per_day": 1},
                "reservoir.filled": "20.25 mL",
            },
            "2026-11-29",
            "new.first",
            16 * 60,
            (2 * 60 + 57, 23 * 60 + 58),
            id="first-bolus-beside-patient-boluses",
        ),
        pytest.param(
            # 12.5 x 471 = 5887.5 mcg of basal, and 5 mcg/h more in 8 h of each night from 22:00: 19 x 40 + 10 = 770. 13.335 mL
            # are 6667.5 mcg, so 780 are needed: half a step on the last day, from 20:00 on, or on the first, up to 13:00 from
            # 05:00 on. 22:00 read as 10:00 is between them.
            {**NIGHT, "reservoir.filled": "15.335 mL"},
            "2026-11-29",
            "new.steps.1.start",
            10 * 60,
            (5 * 60, 20 * 60),
            id="step",
        ),
        pytest.param(
            # The same at 2000 mcg/mL: 12.5 x 3974 = 49,675 mcg of basal, 165 x 40 + 5 = 6605 more of nights. 28.1475 mL are
            # 56,295 mcg, so 6620 are needed: half a step before 23:00 on the last day, or on the first.
            {
                **NIGHT,
                "current.concentration": "2000 mcg/mL",
                "new.concentration": "2000 mcg/mL",
                "reservoir.filled": "30.1475 mL",
            },
            "2027-04-24",
            "new.steps.1.start",
            10 * 60,
            (5 * 60, 19 * 60),
            id="step-and-a-day-of-summer-time",
        ),
        pytest.param(
            # 0.2 x 3974 / 24 = 33.11667 mL of basal, and 662 boluses of 0.0075 mL up to 18:00 are 38.08167 of 38.0842 mL: 101 s
            # of one more, begun at 22:58 at the latest, or at 08:57, as at 02:57.
            {
                **QUIET_PERIODIC,
                "current.concentration": "2000 mcg/mL",
                "new.concentration": "2000 mcg/mL",
                "reservoir.filled": "40.0842 mL",
            },
            "2027-04-24",
            "new.first",
            16 * 60,
            (2 * 60 + 57, 22 * 60 + 58),
            id="first-bolus-and-a-day-of-summer-time",
        ),
    ],
)
def test_a_time_of_day_is_named_with_all_times_that_give_the_day_of_the_alarm(
    program: dict[str, Any], shown: str, place: str, value: int, within: tuple[int, int]
) -> None:
    found = explanations_of(check_of({**program, "readouts.low_alarm_date": shown}), library())
    (named,) = [each for each in found.found if each.offered is not None and each.offered.place == place]

    assert (named.value, (named.within.low, named.within.high)) == (value, within)


# --- one input, whatever else would explain it


def offered_and_tried(
    changes: Changes, place: str, convention: Convention = AS_A_RULE
) -> tuple[tuple[Interval, ...], int]:
    """What is offered for an input, and how many values of it were tried."""
    checked = check_of(changes)
    inputs = typed_inputs(checked.program, checked.calculation.inputs)
    (offered,) = (each for each in inputs if each.place == place)
    tried: list[Fraction] = []

    def noted(of: Inputs, value: Fraction) -> Inputs | None:
        tried.append(value)
        return offered.put(of, value)

    typed = AsTyped(checked.calculation, lambda each, of: definition_of(each).values(of, each))
    trials = Trials(replace(offered, put=noted), typed)
    conditions = conditions_of(read_sheet(checked.read_outs).all, convention)
    return found_by(narrowed(trials, conditions)), len(tried)


F = Fraction
ANY_DOSE = (F(0), None)
# 300 x 15/24 + 140 + 20 = 347.5 mcg/day, 140 mcg from 22:00 to 06:00, 20 from 12:00 to 13:00
TWO_STEPS = new_therapy(
    "flex",
    basal="300 mcg/day",
    steps=[step("22:00", "8 h", "140 mcg"), step("12:00", "1 h", "20 mcg")],
    steps_replace_basal=True,
)
# Of 0.33 mL of the old drug a prime of 0.3 mL leaves 0.03 mL: 0.03 x 500 / 400 = 0.0375 day = 54 min
PRIMED: Changes = {
    **BRIDGED,
    "line": {"tubing": "old", "catheter": "none", "prime": {"volume": "0.3 mL", "duration": "20 min"}},
}


@pytest.mark.parametrize(
    ("changes", "shown", "place", "expected"),
    [
        # 40 min and a day later, right within 15 min
        ({}, {"pump_clock": "11 Nov 2026 09:40"}, "reservoir.at", [(1465, 1495)]),
        ({}, {"pump_clock": "10 Nov 2026 08:30"}, "reservoir.at", [(-45, -15)]),
        ({}, {"pump_clock": "10 Nov 2026 08:30"}, "new.daily_dose", []),
        # no day follows the last of all
        ({}, {"low_alarm_date": "9999-12-31"}, "new.daily_dose", []),
        ({}, {"low_alarm_date": "9999-12-31"}, "reservoir.at", []),
        # 38 mL of 0.92 mL/day last 41 7/23 days, from 10 Nov 09:00 to 21 Dec 16:18:15.65: a day begins 461.74 min later, and
        # the one before last ends 2418.26 min earlier
        ({}, {"low_alarm_date": "2026-12-22"}, "reservoir.at", [(462, 1901)]),
        ({}, {"low_alarm_date": "2026-12-19"}, "reservoir.at", [(-3858, -2419)]),
        # 14:00 and no minute beside it
        (QUIET_PERIODIC, {"first": "14:00"}, "new.first", [(840, 840)]),
        (QUIET_PERIODIC, {"first": "14:00"}, "new.bolus", []),
        # 400 + 4 x 15 = 460; 20.25 to 20.75 are 481 to 483
        (QUIET_PERIODIC, {"daily_dose": "482 mcg/day"}, "new.bolus", [(F("20.375"), F("20.625"))]),
        # no bridge runs: no dose makes 0.33 mL run in no time, and a bridge that would print so too is not meant
        ({**BRIDGED, "bridge.dose": "10000 mcg/day"}, {"bridge_duration": "0 h"}, "bridge.dose", []),
        # beyond 0.19 mL, which fill the catheter, it takes of the old drug: 215.5 to 216.5 min are 0.11972... to 0.12028... mL
        (
            PRIMED,
            {"bridge_duration": "3 h 36 min"},
            "line.prime.volume",
            [(F("0.33") - F("216.5") / 1440 * F("0.8"), F("0.33") - F("215.5") / 1440 * F("0.8"))],
        ),
        # of the row of a step its own dose, and how long it lasts where that is what differs; of no other step anything
        (
            TWO_STEPS,
            {"steps": [{"start": "22:00", "dose": "150.0 mcg"}]},
            "new.steps.1.dose",
            # or four times as much, of which a quarter runs to midnight
            [(F("149.95"), F("150.05")), (F("599.8"), F("600.2"))],
        ),
        (TWO_STEPS, {"steps": [{"start": "22:00", "dose": "150.0 mcg"}]}, "new.steps.2.dose", []),
        (TWO_STEPS, {"steps": [{"start": "22:00", "dose": "150.0 mcg"}]}, "new.steps.2.duration", []),
        (TWO_STEPS, {"steps": [{"start": "12:00", "end": "14:00"}]}, "new.steps.2.duration", [(120, 120)]),
        (TWO_STEPS, {"steps": [{"start": "12:00", "end": "14:00"}]}, "new.steps.1.duration", []),
        # a row that agrees rules out no dose of another step
        (TWO_STEPS, {"steps": [{"start": "22:00", "dose": "140.0 mcg"}]}, "new.steps.2.dose", [ANY_DOSE]),
        # 347.5 - 20 = 327.5; so it is 22.45 to 22.55 where 350 is shown
        (TWO_STEPS, {"daily_dose": "350.0 mcg/day"}, "new.steps.2.dose", [(F("22.45"), F("22.55"))]),
    ],
)
def test_of_one_input_the_values_that_give_what_is_shown(
    changes: Changes,
    shown: Changes,
    place: str,
    expected: list[tuple[Fraction | int | None, Fraction | int | None]],
) -> None:
    read = {f"readouts.{name}": value for name, value in shown.items()}

    found, _ = offered_and_tried({**changes, **read}, place)

    assert [(each.low, each.high) for each in found] == expected


def test_a_volume_that_was_typed_as_none_is_found_by_the_day_of_the_alarm() -> None:
    # with 0.14 mL of tubing the alarm is on 23 Apr; without, 0.2375 + (38 - 0.19) / 0.23 days after, on the 24th
    changes = {**BRIDGED, "system.tubing_volume": "0 mL", "readouts.low_alarm_date": "2027-04-23"}

    found, _ = offered_and_tried(changes, "system.tubing_volume")

    assert any(F("0.14") in each for each in found)
    assert not any(F(0) in each for each in found)


# --- how often the program is computed anew, for each value that is tried


@pytest.mark.parametrize(
    ("filled", "shown", "expected"),
    [
        # 3780 min to midnight before 13 Nov are 0.525 mL of basal: of 1.07 mL 0.545 are left, seven boluses are 0.5425. The
        # eighth, 1260 + 7 x 361 min after the change, is behind it. A day later 0.345 mL are needed, four and 41 of 90 min:
        # 1260 + 4 x 979 + 41 is just before 5220, and an interval more would be 4 min too many. 360 min, or 480, divide the
        # day, so that boluses run on the 10th already.
        pytest.param("3.07 mL", "2026-11-13", [(361, 979)], id="some"),
        # 0.325 mL of basal to midnight before 12 Nov, and whatever the interval the bolus of 06:00 on the 11th is over
        pytest.param("2.35 mL", "2026-11-12", [], id="one-or-two"),
        # 118,980 min to midnight before 1 Feb are 16.525 mL: of 38 mL 21.475 are left, 277.1 boluses: 1260 + 277 x 425 is
        # behind it. A day later 21.275 are needed, 274 and 47 of 90 min: 1260 + 274 x 434 + 47 is before 120,420.
        pytest.param("40 mL", "2027-02-01", [(425, 434)], id="hundreds"),
    ],
)
def test_an_interval_of_up_to_two_months_is_found_in_few_tries_however_few_boluses_are_left(
    filled: str, shown: str, expected: list[tuple[int, int]]
) -> None:
    # 0.2 mL a day; a bolus brings 0.09 mL in 90 min in its place, 0.0775 more, the first at 06:00, 1260 min after the change
    boluses = {
        **QUIET_PERIODIC,
        "new.basal": "100 mcg/day",
        "new.bolus": "45 mcg",
        "new.duration": "90 min",
        "new.bolus_replaces_basal": True,
    }
    changes = {**boluses, "reservoir.filled": filled, "readouts.low_alarm_date": shown}

    found, tried = offered_and_tried(changes, "new.every")

    assert [(int(each.low or 0), int(each.high or 0)) for each in found] == expected
    assert tried < 200
