from fractions import Fraction

import pytest

from itbcalc.library.own import own_pump
from itbcalc.library.records import Bound, Grade, Guardrail, Library, Limit, Pump, Severity
from itbcalc.quantities.units import ureg


def limit_of(library: Library, jurisdiction: str, rule: str) -> Limit:
    return next(limit for limit in library.limits if (limit.jurisdiction, limit.id) == (jurisdiction, rule))


def pump_of(reservoir_volume: str) -> Pump:
    return own_pump(
        {"name": "Pump", "reservoir_volume": reservoir_volume, "tubing_volume": "0.1 mL"}, "system.pump"
    )


def test_severities_compare_by_seriousness_not_by_letters() -> None:
    assert Severity.INFO < Severity.CAUTION < Severity.WARNING < Severity.STOP
    assert max(Severity.CAUTION, Severity.STOP, Severity.INFO) is Severity.STOP
    assert Severity.STOP >= Severity.STOP >= Severity.WARNING
    assert Severity.INFO <= Severity.CAUTION
    assert Severity.STOP > Severity.WARNING


@pytest.mark.parametrize("grade", Grade)
def test_only_a_figure_seen_or_answered_for_by_the_clinic_or_by_us_can_stop(grade: Grade) -> None:
    assert grade.can_stop is (grade in (Grade.SEEN, Grade.CLINIC, Grade.OWN))


@pytest.mark.parametrize(
    ("rule", "origin", "age", "applies"),
    [
        ("TIT-ADULT-SP", "spinal", Fraction(18), True),
        ("TIT-ADULT-SP", "spinal", Fraction(71, 4), False),
        ("TIT-ADULT-SP", "cerebral", Fraction(40), False),
        ("TIT-ADULT-SP", "cerebral", None, False),
        ("TIT-ADULT-SP", None, Fraction(5), False),
        ("TIT-ADULT-SP", None, Fraction(40), None),
        ("TIT-ADULT-SP", "spinal", None, None),
        ("TIT-ADULT-SP", None, None, None),
        ("TIT-CHILD", None, Fraction(71, 4), True),
        ("TIT-CHILD", "spinal", Fraction(18), False),
        ("TIT-CHILD", "spinal", None, None),
        ("RNG-CHILD", None, Fraction(12), False),
        ("RNG-CHILD", None, Fraction(119, 10), True),
        ("MNT-DOWN", None, None, True),
        ("MNT-UP-SP", "spinal", Fraction(9), False),
    ],
)
def test_a_rule_says_for_whom_it_holds(
    library: Library, rule: str, origin: str | None, age: Fraction | None, applies: bool | None
) -> None:
    assert limit_of(library, "us", rule).applies_to(origin, age, "titration") is applies


@pytest.mark.parametrize(
    ("phase", "titration", "maintenance"),
    [("titration", True, False), ("maintenance", False, True), (None, None, None)],
)
def test_a_step_of_titration_is_none_of_maintenance(
    library: Library, phase: str | None, titration: bool | None, maintenance: bool | None
) -> None:
    assert limit_of(library, "us", "TIT-ADULT-SP").applies_to("spinal", Fraction(40), phase) is titration
    assert limit_of(library, "us", "MNT-UP-SP").applies_to("spinal", Fraction(40), phase) is maintenance


@pytest.mark.parametrize(
    ("rule", "volume", "applies"),
    [
        ("REF-DISC-20", "18 mL", True),
        ("REF-DISC-20", "20 mL", True),
        ("REF-DISC-20", "20.1 mL", False),
        ("REF-DISC-40", "20 mL", False),
        ("REF-DISC-40", "40 mL", True),
        ("REF-DISC-40", "60 mL", False),
        ("RNG-1000", "60 mL", True),
    ],
)
def test_a_rule_says_for_which_reservoir_it_holds(
    library: Library, rule: str, volume: str, applies: bool
) -> None:
    assert limit_of(library, "all", rule).applies_to_pump(pump_of(volume)) is applies


def test_a_rule_on_the_reservoir_does_not_hold_for_an_unknown_reservoir(library: Library) -> None:
    assert not limit_of(library, "all", "REF-DISC-20").applies_to_pump(library.pumps["infusaid"])


def test_a_rule_for_some_models_holds_for_no_other(library: Library) -> None:
    rule = limit_of(library, "all", "REF-RATIO-SM2-HIGH")

    holding = [pump.id for pump in library.pumps.values() if rule.applies_to_pump(pump)]

    assert sorted(holding) == ["synchromed-ii-20", "synchromed-ii-40"]


def test_a_rule_for_constant_flow_pumps_holds_for_no_programmable_one(library: Library) -> None:
    rule = limit_of(library, "uk", "TIT-UK-FIXED")

    assert rule.applies_to_pump(library.pumps["codman-3000"])
    assert not rule.applies_to_pump(library.pumps["synchromed-ii-40"])


def test_a_limit_gives_its_bounds_as_figures(library: Library) -> None:
    limit = limit_of(library, "us", "TIT-ADULT-SP")

    highest = limit.figure(Bound.RECOMMENDED_MAXIMUM)

    assert highest is not None
    assert highest.address == "limits.us.TIT-ADULT-SP.recommended_maximum"
    assert highest.quantity == limit.guardrail.recommended_maximum
    assert limit.figure(Bound.ABSOLUTE_MAXIMUM) is None


def test_bounds_out_of_order_are_no_guardrail() -> None:
    with pytest.raises(ValueError, match="not in order"):
        Guardrail(
            recommended_minimum=ureg.Quantity(Fraction(3), "mL"),
            absolute_maximum=ureg.Quantity(Fraction(2), "mL"),
        )


def test_an_unknown_address_has_no_figure(library: Library) -> None:
    assert library.figure("pumps.synchromed-ii-40.colour") is None


def test_strengths_without_a_jurisdiction_are_all_of_them(library: Library) -> None:
    baclofen = library.drugs["baclofen"]

    assert baclofen.strengths() == baclofen.marketed
    assert baclofen.strengths("fr") == ()
