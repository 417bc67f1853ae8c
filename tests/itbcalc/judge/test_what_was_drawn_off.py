"""What the volume drawn off tells: beside which figure, on which side, and what of it cannot be known.

SynchroMed II: 1.4 mL always stay in it, 114.5 % (seen) and 85.5 %; one reading of a syringe may be 0.25 mL off. The other pumps
are made here. Where nothing else is said 40 mL were filled and 20 mL programmed.
"""

from fractions import Fraction

import pytest
from msgspec.structs import replace

from itbcalc.judge.findings import Finding
from itbcalc.judge.guardrails import Rules
from itbcalc.judge.refill_findings import (
    Residual,
    accepted_ratios,
    residual_findings,
    run_dry_values,
    was_empty,
)
from itbcalc.library.records import Figure, Grade, Library, LimitQuantity, Pump
from itbcalc.program import Patient
from itbcalc.quantities.display import shown
from itbcalc.quantities.kinds import (
    DURATION,
    PERCENTAGE,
    RATIO,
    VOLUME,
    Duration,
    Volume,
    as_duration,
    as_ratio,
    as_volume,
    exactly,
)
from itbcalc.quantities.units import Quantity
from tests.itbcalc.programs import library


def ml(text: str) -> Volume:
    return as_volume(exactly(Fraction(text), VOLUME))


def days(text: str) -> Duration:
    return as_duration(exactly(Fraction(text), DURATION))


def residual(
    drawn: str, expected: str = "20", filled: str = "40", dry: tuple[str, str] | None = None
) -> Residual:
    ratio = (Fraction(filled) - Fraction(drawn)) / (Fraction(filled) - Fraction(expected))
    times = () if dry is None else (days(dry[0]), days(dry[1]))
    return Residual(ml(filled), ml(drawn), ml(expected), as_ratio(exactly(ratio, RATIO)), *times)


def figure(text: str) -> Figure:
    quantity = exactly(Fraction(text), PERCENTAGE)
    return Figure(
        address="system.pump.accuracy", quantity=quantity, text=f"{text} %", grade=Grade.OWN, sources=()
    )


SM2 = library().pumps["synchromed-ii-40"]
OWN = replace(SM2, id="own", name="Own", accuracy=figure("20"), accuracy_lower=figure("10"))
BARE = replace(OWN, accuracy=None, accuracy_lower=None)
NOTHING_STAYS = replace(OWN, residual_volume=None)


def rules(pump: Pump | None, known: Library | None = None) -> Rules:
    return Rules(known or library(), Patient(), pump)


def without_a_reading_error() -> Library:
    limits = tuple(each for each in library().limits if each.quantity is not LimitQuantity.READING_ERROR)
    return replace(library(), limits=limits)


def found(each: Residual, pump: Pump | None) -> list[tuple[str, bool, bool, str | None]]:
    """Code, side, whether it is certain, and the accuracy that is named."""
    return [
        (str(finding.code), finding.above, finding.certain, accuracy_of(finding))
        for finding in residual_findings(each, rules(pump))
    ]


def accuracy_of(finding: Finding) -> str | None:
    value = finding.values.get("accuracy")
    return None if value is None else str(value)


@pytest.mark.parametrize(
    ("drawn", "pump", "said"),
    [
        # within two readings of 0.25 mL nothing is told, whatever the pump
        ("20.5", BARE, []),
        ("19.5", BARE, []),
        ("20.51", BARE, [("accuracy_not_known", False, True, None)]),
        ("19.49", BARE, [("accuracy_not_known", True, True, None)]),
        # its own accuracy: 20 % above, 10 % below: 24 and 18 of 20 mL, which leave 16 and 22
        ("16", OWN, []),
        ("15.99", OWN, [("delivered_too_much", True, True, "120 % (Own)")]),
        ("22", OWN, []),
        ("22.01", OWN, [("delivered_too_little", False, True, "90 % (Own)")]),
        # beyond half and twice it is a stop by a rule, with the accuracy beside it
        ("30.01", OWN, [("delivered_too_little", False, True, "90 % (Own)")]),
        ("30.01", BARE, [("delivered_too_little", False, True, None)]),
        # a model of the library: 17.1 to 22.9
        ("17.09", SM2, [("delivered_too_much", True, True, "114.5 % (SynchroMed II)")]),
        ("22.91", SM2, [("delivered_too_little", False, True, "85.5 % (SynchroMed II)")]),
        # where the pump is not known: beyond one of the published accuracies it may be, beyond all it is. 110, 114.5 and 115 %
        # are 18, 17.1 and 17 mL
        ("18", None, []),
        ("17.99", None, [("delivered_too_much", True, False, "114.5 % (SynchroMed II), 115 % (Prometra, study), 110 % (MedStream)")]),
        ("17", None, [("delivered_too_much", True, False, "114.5 % (SynchroMed II), 115 % (Prometra, study), 110 % (MedStream)")]),
        ("16.99", None, [("delivered_too_much", True, True, "114.5 % (SynchroMed II), 115 % (Prometra, study), 110 % (MedStream)")]),
        # and beyond half it is, whatever they say
        ("30.01", None, [("delivered_too_little", False, True, "85.5 % (SynchroMed II), 85 % (Prometra, study), 90 % (MedStream)")]),
    ],
)  # fmt: skip
def test_what_was_drawn_off_is_held_against_the_accuracy_that_is_known(
    drawn: str, pump: Pump | None, said: list[tuple[str, bool, bool, str | None]]
) -> None:
    assert found(residual(drawn), pump) == said


@pytest.mark.parametrize(
    ("drawn", "expected", "above"),
    [
        ("0", "0.51", True),  # more was delivered than programmed, at least: less than 0.51 mL is left
        ("0", "1.01", True),
        ("1.6", "1", False),
        ("1.6", "0.5", False),
    ],
)
def test_a_reservoir_found_empty_says_on_which_side(drawn: str, expected: str, above: bool) -> None:
    assert found(residual(drawn, expected), SM2) == [("found_empty", above, True, None)]


def test_found_empty_after_it_was_to_be_it_says_since_when_and_how_long_without_drug() -> None:
    """38.4 of 40 mL left it, after 192 days, and 8 days more had been programmed: what stays is said where it is known."""
    (finding,) = residual_findings(residual("1.6", "0", dry=("192", "8")), rules(SM2))

    values = {name: shown(value) for name, value in finding.values.items() if isinstance(value, Quantity)}
    assert values == {
        "ratio": "0.9475",  # (40 - 1.6 - 0.5) / 40: the least, by both readings
        "expected": "0 mL",
        "aspirated": "1.6 mL",
        "residual": "1.4 mL",
        "empty": "192 days",
        "without": "8 days",
    }


def test_found_empty_beyond_the_accuracy_it_names_that_too() -> None:
    # 40 of 34 mL: 117.6 %; 39.5 of 34 at least
    (finding,) = residual_findings(residual("0", "6"), rules(SM2))

    assert (finding.code, finding.above, accuracy_of(finding)) == (
        "found_empty",
        True,
        "114.5 % (SynchroMed II)",
    )
    assert finding.values["ratio"] == as_ratio(exactly(Fraction("39.5") / 34, RATIO))


@pytest.mark.parametrize(
    ("drawn", "pump", "known", "empty"),
    [
        ("1.65", SM2, None, True),  # 1.4 that always stay, and one reading
        ("1.66", SM2, None, False),
        ("0.25", NOTHING_STAYS, None, True),
        ("0.26", NOTHING_STAYS, None, False),
        ("0.25", None, None, True),
        ("1.4", SM2, without_a_reading_error(), True),
        ("1.41", SM2, without_a_reading_error(), False),
        ("0", None, without_a_reading_error(), True),
        ("0.01", None, without_a_reading_error(), False),
    ],
)
def test_nothing_was_left_as_far_as_a_syringe_can_be_read(
    drawn: str, pump: Pump | None, known: Library | None, empty: bool
) -> None:
    assert was_empty(ml(drawn), rules(pump, known)) is empty


@pytest.mark.parametrize(
    ("drawn", "known", "names"),
    [
        ("1.65", None, {"without", "residual"}),
        ("1.66", None, {"residual"}),
        ("0.25", None, {"without"}),  # nothing, as far as it can be read: what stays is no news
        ("0.26", None, {"without", "residual"}),
        ("0", without_a_reading_error(), {"without"}),
        ("0.01", without_a_reading_error(), {"without", "residual"}),
    ],
)
def test_how_long_without_drug_is_said_of_an_empty_reservoir_and_what_stays_where_some_came(
    drawn: str, known: Library | None, names: set[str]
) -> None:
    values = run_dry_values(ml("40"), ml(drawn), days("200"), days("3"), rules(SM2, known))

    assert set(values) - {"filled", "aspirated", "empty"} == names


def test_without_a_reading_error_any_difference_is_one() -> None:
    known = without_a_reading_error()

    assert list(residual_findings(residual("20"), rules(BARE, known))) == []
    assert len(list(residual_findings(residual("20.01"), rules(BARE, known)))) == 1
    assert len(list(residual_findings(residual("19.99"), rules(BARE, known)))) == 1


@pytest.mark.parametrize(
    ("pump", "bounds"),
    [
        (SM2, ("85.5 %", "114.5 %")),
        (OWN, ("90 %", "120 %")),
        (replace(OWN, accuracy_lower=None), ("80 %", "120 %")),
        (BARE, (None, None)),
        (None, (None, None)),
        (library().pumps["medstream-20"], ("90 %", "110 %")),
    ],
)
def test_what_is_within_the_accuracy_of_a_pump(
    pump: Pump | None, bounds: tuple[str | None, str | None]
) -> None:
    low, high = accepted_ratios(rules(pump))

    assert (None if low is None else shown(low), None if high is None else shown(high)) == bounds


def test_of_two_published_accuracies_what_both_accept() -> None:
    """Another rule of the same pump, 10 % on both sides: within both is 90 to 110 %."""
    (narrower,) = (each for each in library().limits if each.id == "REF-RATIO-MED")
    known = replace(
        library(), limits=(replace(narrower, id="SECOND", pumps=("synchromed-ii-40",)), *library().limits)
    )

    low, high = accepted_ratios(rules(SM2, known))

    assert low is not None
    assert high is not None
    assert (shown(low), shown(high)) == ("90 %", "110 %")
