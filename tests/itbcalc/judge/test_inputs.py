"""Where may each input lie, and which values cannot be programmed at all?"""

from datetime import timedelta
from fractions import Fraction

import pytest

from itbcalc.compute.calculation import Inputs
from itbcalc.compute.schedule import PeriodicBolus
from itbcalc.judge.inputs import SolvableInput, typed_inputs
from itbcalc.quantities.instants import Instant
from tests.itbcalc.judge.bridged import BRIDGED
from tests.itbcalc.programs import NIGHT, QUIET_PERIODIC, Changes, check_of, new_therapy

F = Fraction
ON_DEMAND: Changes = {
    "new.patient_bolus": {"dose": "50 mcg", "duration": "10 min", "lockout": "4 h", "per_day": 3}
}
SINGLE = new_therapy(
    "single-bolus", basal="400 mcg/day", bolus="50 mcg", duration="10 min", bolus_replaces_basal=False
)
MINIMUM = new_therapy("minimum-rate", flow_rate="0.1 mL/day")
CATHETER: Changes = {"system.catheter": {"length": "50 cm", "volume_per_length": "0.0022 mL/cm"}}
PRIMED: Changes = {
    **BRIDGED,
    "line": {"tubing": "old", "catheter": "none", "prime": {"volume": "0.19 mL", "duration": "20 min"}},
}


def typed(changes: Changes, place: str) -> tuple[SolvableInput, Inputs]:
    checked = check_of(changes)
    inputs = checked.calculation.inputs
    (offered,) = (each for each in typed_inputs(checked.program, inputs) if each.place == place)
    return offered, inputs


@pytest.mark.parametrize(
    ("changes", "place", "value", "low", "high"),
    [
        # any amount from nothing on
        ({}, "new.daily_dose", 460, 0, None),
        ({}, "new.concentration", 500, 0, None),
        # no more than the pump holds; of a pump of which that is not known any volume
        ({}, "reservoir.filled", 40, 0, 40),
        ({"reservoir.filled": "30 mL"}, "reservoir.filled", 30, 0, 40),
        ({"system.pump": "infusaid"}, "reservoir.filled", 40, 0, None),
        # a prime is some volume, and comes out of what was filled
        (PRIMED, "line.prime.volume", F("0.19"), F("0.001"), 40),
        (PRIMED, "line.prime.duration", 20, 1, 1440),
        # a wrong year, and a little more, to either side
        ({}, "reservoir.at", 0, -400 * 1440, 400 * 1440),
        # the minutes of a day: 06:00, 22:00
        (QUIET_PERIODIC, "new.first", 360, 0, 1439),
        (NIGHT, "new.steps.1.start", 22 * 60, 0, 1439),
        (NIGHT, "new.steps.1.duration", 480, 1, 1440),
        # two months; a bolus is over before the next begins, a single one within a day
        (QUIET_PERIODIC, "new.every", 360, 1, 60 * 1440),
        (QUIET_PERIODIC, "new.duration", 5, 1, 360),
        (SINGLE, "new.duration", 10, 1, 1440),
        # one each quarter of an hour; no longer than to the next, nor is it locked out for less than it lasts
        (ON_DEMAND, "new.patient_bolus.per_day", 3, 1, 96),
        (ON_DEMAND, "new.patient_bolus.duration", 10, 1, 240),
        (ON_DEMAND, "new.patient_bolus.lockout", 240, 10, 1440),
    ],
)
def test_where_an_input_may_lie(
    changes: Changes, place: str, value: Fraction | int, low: Fraction | int, high: Fraction | int | None
) -> None:
    offered, _ = typed(changes, place)

    assert (offered.value, offered.domain.low, offered.domain.high) == (value, low, high)


POSSIBLE = [
    # no dose at all is no therapy, no flow neither; of a bolus, a step or a basal nothing may be programmed
    ({}, "new.daily_dose", {-1: False, 0: False, 1: True}),
    (MINIMUM, "new.flow_rate", {-1: False, 0: False, 1: True}),
    (QUIET_PERIODIC, "new.bolus", {-1: False, 0: True, 1: True}),
    (QUIET_PERIODIC, "new.basal", {-1: False, 0: True, 1: True}),
    (NIGHT, "new.steps.1.dose", {-1: False, 0: True, 1: True}),
    (NIGHT, "new.basal", {-1: False, 0: True, 1: True}),
    (ON_DEMAND, "new.patient_bolus.dose", {-1: False, 0: False, 1: True}),
    (BRIDGED, "bridge.dose", {-1: False, 0: False, 1: True}),
    # no drug without a strength, but a volume that is none
    ({}, "new.concentration", {-1: False, 0: False, 1: True}),
    ({}, "system.tubing_volume", {-1: False, 0: True, 1: True}),
    ({}, "reservoir.low_alarm", {-1: False, 0: True, 1: True}),
    (CATHETER, "system.catheter.length", {-1: False, 0: True, 1: True}),
    # nothing lasts no time
    (PRIMED, "line.prime.duration", {-1: False, 0: False, 1: True}),
    (QUIET_PERIODIC, "new.duration", {-1: False, 0: False, 1: True}),
    (QUIET_PERIODIC, "new.every", {-1: False, 0: False, 1: True}),
    (NIGHT, "new.steps.1.duration", {-1: False, 0: False, 1: True, 1440: True}),
    (NIGHT, "new.steps.1.start", {-1: False, 0: True, 1439: True}),
    # three boluses in four hours each: one may last as long as it is locked out, and no longer
    (ON_DEMAND, "new.patient_bolus.duration", {0: False, 240: True, 241: False}),
    # 144 of 10 min fill the day
    (ON_DEMAND, "new.patient_bolus.per_day", {0: False, 1: True, 144: True, 145: False}),
]


@pytest.mark.parametrize(("changes", "place", "possible"), POSSIBLE)
def test_which_values_can_be_programmed(changes: Changes, place: str, possible: dict[int, bool]) -> None:
    if place == "system.tubing_volume":
        changes = {**BRIDGED, **changes}
    offered, inputs = typed(changes, place)

    assert {value: offered.put(inputs, F(value)) is not None for value in possible} == possible


def test_no_moment_lies_behind_the_last_year() -> None:
    offered, inputs = typed({}, "reservoir.at")
    assert inputs.at is not None
    late = inputs.at.moment.replace(year=9999, month=12, day=31)
    at_the_end = Inputs(at=Instant(late, inputs.at.zone_named))

    moved = offered.put(at_the_end, F(-60))

    assert moved is not None
    assert moved.at is not None
    assert moved.at.moment == late - timedelta(hours=1)
    assert offered.put(at_the_end, F(1440)) is None


def test_an_interval_shorter_than_its_bolus_holds_nothing_else() -> None:
    # 15 mcg every 6 h over 5 min: every 3 min the next begins, and each lasts 3 min
    offered, inputs = typed(QUIET_PERIODIC, "new.every")

    for every, lasts in ((3, 3), (5, 5), (6, 5)):
        put = offered.put(inputs, F(every))
        assert put is not None
        assert isinstance(put.new_schedule, PeriodicBolus)
        assert put.new_schedule.duration.magnitude * 1440 == lasts


def test_another_length_of_the_catheter_has_another_volume() -> None:
    # 0.11 mL; 10 cm more at 0.0022 mL/cm are 0.022 mL more; 0.001 mL/cm more are 0.05 mL more
    for place, value, volume in (("length", 60, "0.132"), ("volume_per_length", F("0.0032"), "0.16")):
        offered, inputs = typed(CATHETER, f"system.catheter.{place}")
        put = offered.put(inputs, F(value))
        assert put is not None
        assert put.catheter_volume is not None
        assert put.catheter_volume.magnitude == F(volume)
